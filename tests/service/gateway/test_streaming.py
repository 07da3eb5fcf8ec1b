import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.gateway.provider import Usage
from service.gateway.streaming import StreamRelay

ROLE = b'data: {"choices": [{"delta": {"role": "assistant", "content": ""}}]}\n\n'
HELLO = 'data: {"choices": [{"delta": {"content": "Hé"}}]}\n\n'.encode()
STOP = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": null}\n\n'
USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}\n\n'
DONE = b"data: [DONE]\n\n"
WHOLE = ROLE + HELLO + STOP + USAGE + DONE


def error_in(event: bytes) -> dict[str, object]:
    told: dict[str, dict[str, object]] = json.loads(event.removeprefix(b"data: "))
    return told["error"]


def test_an_error_never_tells_the_key() -> None:
    relay = StreamRelay(keep_usage=False, secret="sk-secret")

    passed = relay.feed(HELLO + b'data: {"error": {"message": "wrong key sk-secret"}}\n\n', 0.1)

    assert passed == HELLO + b'data: {"error": {"message": "wrong key ***"}}\n\n'
    assert relay.reason == "upstream_error"


def test_an_error_of_another_shape_is_told_in_openais() -> None:
    relay = StreamRelay(keep_usage=False)

    passed = relay.feed(b'data: {"error": "SOMETHING"}\n\n', 0.1)

    assert error_in(passed)["code"] == "upstream_error"
    assert b"SOMETHING" not in passed


def test_a_chunk_that_is_no_utf_8_ends_the_stream() -> None:
    relay = StreamRelay(keep_usage=False)

    passed = relay.feed(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n', 0.1)

    assert error_in(passed)["code"] == "malformed"


@given(st.lists(st.integers(0, len(WHOLE)), max_size=20), st.booleans())
def test_a_stream_may_be_split_anywhere(places: list[int], keep: bool) -> None:  # noqa: FBT001
    relay = StreamRelay(keep_usage=keep)
    cuts = sorted([0, *places, len(WHOLE)])

    passed = b"".join(relay.feed(WHOLE[i:j], 0.0) for i, j in pairwise(cuts))

    assert passed + relay.end() == WHOLE.replace(b"" if keep else USAGE, b"")
    assert relay.usage == Usage(3, 2)
    assert relay.finish == "stop"
    assert relay.is_done


@pytest.mark.parametrize("newline", [b"\r\n", b"\r", b"\n"])
def test_every_kind_of_line_end_is_understood(newline: bytes) -> None:
    relay = StreamRelay(keep_usage=True)
    stream = WHOLE.replace(b"\n", newline)

    passed = b"".join(relay.feed(bytes([byte]), 0.0) for byte in stream)

    assert passed == stream
    assert relay.is_done


def test_comments_pass_and_data_may_have_several_lines() -> None:
    relay = StreamRelay(keep_usage=False)
    stream = (
        b': ping\n\nevent: x\ndata: {"choices":\ndata: [{"delta": {"content": "a"}}]}\n\n' + DONE
    )

    passed = relay.feed(stream, 0.1)

    assert passed == stream
    assert relay.first_token_seconds == 0.1


def test_the_first_token_is_the_first_that_says_something() -> None:
    relay = StreamRelay(keep_usage=False)

    relay.feed(ROLE, 0.1)
    relay.feed(b'data: {"choices": [{"delta": {"tool_calls": [{"index": 0}]}}]}\n\n', 0.2)
    relay.feed(HELLO, 0.3)

    assert relay.first_token_seconds == 0.2


def test_text_without_a_delta_is_a_token_too() -> None:
    relay = StreamRelay(keep_usage=False)

    relay.feed(b'data: {"choices": [{"text": ""}]}\n\n', 0.1)
    relay.feed(b'data: {"choices": [{"text": "a"}]}\n\n', 0.2)

    assert relay.first_token_seconds == 0.2


def test_a_stream_that_just_stops_ends_with_an_error() -> None:
    relay = StreamRelay(keep_usage=False)

    passed = relay.feed(ROLE + HELLO + b'data: {"choi', 0.1)
    last = relay.end()

    assert passed == ROLE + HELLO
    assert error_in(last)["code"] == "cut"
    assert (relay.is_done, relay.reason) == (False, "cut")


def test_an_end_without_its_blank_line_is_an_end() -> None:
    relay = StreamRelay(keep_usage=False)

    assert relay.feed(HELLO + b"data: [DONE]\n", 0.1) == HELLO
    assert relay.end().startswith(b"data: [DONE]\n")
    assert relay.is_done


@pytest.mark.parametrize(
    "event",
    [b"data: {nonsense\n\n", b"data: []\n\n", b'data: {"choices": 1}\n\n', b'data: "\xff"\n\n'],
)
def test_what_is_no_chunk_ends_the_stream_with_an_error(event: bytes) -> None:
    relay = StreamRelay(keep_usage=False)

    passed = relay.feed(HELLO + event + HELLO, 0.1)

    assert passed.startswith(HELLO)
    assert error_in(passed[len(HELLO) :])["code"] == "malformed"
    assert relay.reason == "malformed"


def test_an_event_without_end_is_given_up() -> None:
    relay = StreamRelay(keep_usage=False)
    megabyte = b"a" * 1024 * 1024

    passed = [relay.feed(megabyte, 0.1) for _ in range(9)]

    assert error_in(passed[-1])["code"] == "malformed"


def test_the_providers_own_error_passes_and_is_the_end() -> None:
    relay = StreamRelay(keep_usage=False)
    error = b'data: {"error": {"message": "overloaded"}, "usage": {"prompt_tokens": 1}}\n\n'

    passed = relay.feed(HELLO + error + HELLO, 0.1)

    assert passed == HELLO + error
    assert relay.reason == "upstream_error"
    assert relay.end() == b""


@pytest.mark.parametrize("tokens", [-1, 10**9, '"many"'])
def test_absurd_usage_is_not_believed(tokens: object) -> None:
    relay = StreamRelay(keep_usage=True)
    event = f'data: {{"choices": [], "usage": {{"prompt_tokens": {tokens}}}}}\n\n'.encode()

    relay.feed(HELLO + event + DONE, 0.1)

    assert relay.usage == Usage(reason="absurd_usage")
    assert relay.is_done


def test_a_stream_without_any_choice_is_no_answer() -> None:
    relay = StreamRelay(keep_usage=True)

    passed = relay.feed(USAGE + DONE, 0.1)

    assert passed.startswith(USAGE)
    assert error_in(passed[len(USAGE) :])["code"] == "empty"
    assert not relay.is_done
