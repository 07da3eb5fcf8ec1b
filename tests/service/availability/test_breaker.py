from hypothesis import given
from hypothesis import strategies as st

from service.availability.breaker import Breaker
from service.settings import AvailabilitySettings

SETTINGS = AvailabilitySettings(
    failures_to_open=3,
    failure_share_to_open=0.5,
    window_calls=10,
    cool_down_seconds=10.0,
    most_cool_down_seconds=60.0,
)


def opened() -> Breaker:
    """Opened at second 0."""
    breaker = Breaker(SETTINGS)
    for _ in range(3):
        breaker.failed(0.0)
    return breaker


def test_a_model_is_called_until_it_has_failed_often_enough_in_a_row() -> None:
    breaker = Breaker(SETTINGS)

    breaker.failed(0.0)
    breaker.failed(0.0)
    before = breaker.state(0.0)
    breaker.failed(0.0)

    assert (before, breaker.state(0.0)) == ("closed", "open")


def test_a_success_in_between_begins_the_count_anew() -> None:
    breaker = Breaker(SETTINGS)

    for _ in range(4):
        breaker.succeeded(0.0)
        breaker.succeeded(0.0)
        breaker.failed(0.0)

    assert breaker.state(0.0) == "closed"


def test_a_model_that_fails_too_often_cools_down_though_never_thrice_in_a_row() -> None:
    breaker = Breaker(SETTINGS)
    calls = [True, True, False] * 4

    states = []
    for has_failed in calls:
        (breaker.failed if has_failed else breaker.succeeded)(0.0)
        states.append(breaker.state(0.0))

    assert states[:9] == ["closed"] * 9
    assert "open" in states


def test_a_trial_that_succeeds_forgets_what_was() -> None:
    breaker = opened()

    half_open = breaker.state(10.0)
    breaker.succeeded(10.0)
    breaker.failed(11.0)
    breaker.failed(11.0)

    assert (half_open, breaker.state(11.0)) == ("half-open", "closed")


def test_trials_that_fail_lengthen_the_cool_down_up_to_its_limit() -> None:
    breaker, now, waits = opened(), 0.0, []

    for _ in range(6):
        waits.append(breaker.seconds_left(now))
        now += breaker.seconds_left(now)
        breaker.failed(now)

    assert waits == [10.0, 15.0, 22.5, 33.75, 50.625, 60.0]


def test_calls_from_before_the_cool_down_do_not_change_it() -> None:
    breaker = opened()

    breaker.failed(5.0)
    breaker.succeeded(6.0)

    assert (breaker.state(9.0), breaker.state(10.0)) == ("open", "half-open")


def test_it_can_be_opened_at_once() -> None:
    breaker = Breaker(SETTINGS)

    breaker.open(0.0)
    breaker.open(5.0)

    assert (breaker.state(9.0), breaker.state(10.0)) == ("open", "half-open")


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100)), max_size=60))
def test_however_calls_end_the_wait_is_bounded_and_ends(calls: list[tuple[bool, float]]) -> None:
    breaker, now = Breaker(SETTINGS), 0.0

    for has_failed, passed in calls:
        now += passed
        (breaker.failed if has_failed else breaker.succeeded)(now)
        assert 0.0 <= breaker.seconds_left(now) <= SETTINGS.most_cool_down_seconds + 1e-9

    assert breaker.state(now + SETTINGS.most_cool_down_seconds + 1e-9) != "open"
