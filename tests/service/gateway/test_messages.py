import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadRequest
from service.gateway.dial import Dial
from service.gateway.messages import estimate_tokens_in, parse, parse_route, prompt_of


def body(**fields: object) -> bytes:
    asked = {"model": "auto", "messages": [{"role": "user", "content": "Hello"}]}
    return json.dumps(asked | fields).encode()


def test_what_we_do_not_know_passes_through_byte_for_byte() -> None:
    unknown = b'{ "b":1.50, "a":[1e2,"\\u00e9"] }'
    asked = body()[:-1] + b', "x_vendor": ' + unknown + b', "seed": 1e400}'

    sent = parse(asked).body_for("gpt-small")

    assert b'"x_vendor":' + unknown in sent
    assert b'"seed":1e400' in sent
    assert json.loads(sent)["messages"] == json.loads(asked)["messages"]


def test_the_provider_gets_its_own_name_of_the_model_and_not_our_dial() -> None:
    request = parse(body(pointsman={"session_id": "s-1"}, temperature=0.3))

    sent = json.loads(request.body_for('name "quoted"'))

    assert sent["model"] == 'name "quoted"'
    assert "pointsman" not in sent
    assert sent["temperature"] == 0.3


@pytest.mark.parametrize("options", [None, {}, {"include_usage": False, "x": 1}])
def test_a_stream_is_always_asked_for_its_usage(options: object) -> None:
    request = parse(body(stream=True, stream_options=options))

    sent = json.loads(request.body_for("m"))

    assert sent["stream_options"]["include_usage"] is True
    assert sent["stream_options"].get("x") == (options or {}).get("x")  # type: ignore[attr-defined]
    assert not request.include_usage


def test_a_whole_answer_is_asked_for_no_stream_options() -> None:
    assert b"stream_options" not in parse(body()).body_for("m")


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), st.lists
    )
)
def test_any_json_survives_the_way_to_the_provider(value: object) -> None:
    sent = json.loads(parse(body(metadata=value)).body_for("m"))

    assert sent["metadata"] == value


def test_content_may_be_text_parts_or_nothing() -> None:
    parts = [
        {"type": "text", "text": "What is"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "text", "text": "this?"},
    ]
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "42", "tool_call_id": "1"},
    ]

    prompt = prompt_of(parse(body(messages=messages, tools=[{"type": "function"}])))

    assert prompt.user == "What is\nthis?"
    assert prompt.system == "Be brief."
    assert (prompt.turns, prompt.tools, prompt.images) == (4, 1, 1)


def test_a_conversation_without_a_user_is_routed_by_its_last_message() -> None:
    prompt = prompt_of(parse(body(messages=[{"role": "system", "content": "Go on."}])))

    assert prompt.user == "Go on."


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({}, set()),
        ({"tools": []}, set()),
        ({"tools": [{}]}, {"tools"}),
        ({"functions": [{}]}, {"tools"}),
        ({"modalities": ["text", "audio"]}, {"audio"}),
        ({"response_format": {"type": "json_schema"}}, {"json_schema"}),
        ({"response_format": {"type": "json_object"}}, set()),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, {"images"}),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, {"audio"}),
    ],
)
def test_a_request_tells_what_the_model_must_be_able_to_do(
    fields: dict[str, object], needs: set[str]
) -> None:
    assert parse(body(**fields)).needs == needs


def test_the_newer_limit_on_tokens_wins() -> None:
    assert parse(body(max_tokens=10, max_completion_tokens=20)).max_tokens == 20
    assert parse(body(max_tokens=10)).max_tokens == 10
    assert parse(body()).max_tokens is None


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        (b"", None),
        (b"[]", None),
        (b"{", None),
        (b"\xef\xbb\xbf{}", None),
        (b"{}", "model"),
        (b'{"model": "auto"}', "messages"),
        (body(messages=[]), "messages"),
        (body(messages=None), "messages"),
        (body(messages=[{"content": "SECRET"}]), "messages[0].role"),
        (body(messages=[{"role": "user", "content": {"a": "SECRET"}}]), "messages[0].content"),
        (
            body(messages=[{"role": "user", "content": [{"type": 1, "text": "SECRET"}]}]),
            "messages[0].content[0].type",
        ),
        (body(model=""), "model"),
        (body(model=None), "model"),
        (body(model="m" * 201), "model"),
        (body(stream="SECRET"), "stream"),
        (body(max_tokens=-1), "max_tokens"),
        (body(pointsman={"max_cost_usd": -1}), "pointsman.max_cost_usd"),
        (body(pointsman={"willingness_to_pay_usd": 0}), "pointsman.willingness_to_pay_usd"),
        (body(pointsman={"candidates": []}), "pointsman.candidates"),
        (body(pointsman={"unheard_of": 1}), "pointsman"),
        (body(pointsman={"tags": ["t"] * 51}), "pointsman.tags"),
    ],
)
def test_a_bad_request_is_told_by_its_place_and_never_by_its_content(
    sent: bytes, param: str | None
) -> None:
    with pytest.raises(BadRequest) as refused:
        parse(sent)

    assert refused.value.param == param
    assert "SECRET" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "tail",
    [
        b'"metadata": ' + b"[" * 5000 + b"]" * 5000,
        b'"metadata": NaN',
        b'"metadata": "\\ud800"',
        b'"metadata": {"\\uDC00": 1}',
        b'"metadata": "\xff"',
        b'"metadata": "\xed\xa0\x80"',
        b'"messages": [{"role": "user", "content": "\\ud800"}]',
    ],
)
def test_what_could_not_be_written_again_is_refused_wherever_it_stands(tail: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(body()[:-1] + b", " + tail + b"}")


def test_a_pair_of_surrogates_is_a_character() -> None:
    sent = body(messages=[{"role": "user", "content": "\N{GRINNING FACE}"}])

    assert b"\\ud83d\\ude00" in sent
    assert prompt_of(parse(sent)).user == "\N{GRINNING FACE}"


def test_a_request_never_shows_its_prompt() -> None:
    assert "Hello" not in repr(parse(body()))


def test_a_route_may_be_asked_for_with_a_bare_prompt() -> None:
    asked = parse_route(b'{"model": "auto", "prompt": "Hi", "pointsman": {"tags": ["a"]}}')

    assert prompt_of(asked).user == "Hi"
    assert asked.pointsman == Dial(tags=("a",))
    assert prompt_of(parse_route(body())).user == "Hello"


@pytest.mark.parametrize("extra", [{"prompt": "Hi"}, {"prompt": 5, "messages": None}])
def test_a_route_is_asked_for_in_one_way_only(extra: dict[str, object]) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_route(body(**extra))

    assert refused.value.param == "prompt"


def test_an_estimate_grows_with_text_tools_and_images() -> None:
    short = estimate_tokens_in(parse(body()))
    long = estimate_tokens_in(parse(body(messages=[{"role": "user", "content": "a" * 4000}])))
    tools = estimate_tokens_in(parse(body(tools=[{"description": "a" * 4000}])))
    image = estimate_tokens_in(
        parse(body(messages=[{"role": "user", "content": [{"type": "image_url"}]}]))
    )

    assert 1 <= short < 15
    assert 1000 <= long < 1015
    assert 1000 <= tools < 1030
    assert 700 <= image < 800
