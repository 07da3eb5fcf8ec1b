import pytest

from service.errors import BadRequest
from service.gateway.dial import Dial, dial_from_headers


def test_headers_win_over_the_body_and_leave_the_rest_of_it() -> None:
    body = Dial(willingness_to_pay_usd=0.1, session_id="from-body", tags=("a",))

    dial = dial_from_headers(
        {
            "x-pointsman-willingness-to-pay-usd": "0.5",
            "x-pointsman-max-cost-usd": " 1e-3 ",
            "x-pointsman-candidates": "small, large,",
            "x-pointsman-session-id": "from-header",
        },
        body,
    )

    assert dial == Dial(0.5, 0.001, ("small", "large"), "from-header", ("a",))


def test_without_our_headers_the_body_stands() -> None:
    body = Dial(max_cost_usd=1.0)

    assert dial_from_headers({"x-other": "1"}, body) is body


def test_cost_may_be_ignored() -> None:
    dial = dial_from_headers({"x-pointsman-willingness-to-pay-usd": "inf"}, Dial())

    assert float(dial.willingness_to_pay_usd or 0) == float("inf")


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("x-pointsman-willingness-to-pay-usd", "much"),
        ("x-pointsman-willingness-to-pay-usd", "nan"),
        ("x-pointsman-willingness-to-pay-usd", "0"),
        ("x-pointsman-willingness-to-pay-usd", "1e-320"),
        ("x-pointsman-max-cost-usd", "-1"),
        ("x-pointsman-max-cost-usd", "nan"),
        ("x-pointsman-max-cost-usd", "inf"),
        ("x-pointsman-candidates", ","),
        ("x-pointsman-session-id", ""),
        ("x-pointsman-session-id", "s" * 201),
        ("x-pointsman-tags", ",".join(["t"] * 51)),
    ],
)
def test_a_header_that_does_not_say_what_it_should_is_refused(header: str, text: str) -> None:
    with pytest.raises(BadRequest):
        dial_from_headers({header: text}, Dial())
