"""From a request to what is asked of the router: conversations and tool loops."""

import json
from typing import Any

import pytest

from service.asking import Asked, asked_of
from service.gateway.endpoints import parse_embedding
from service.gateway.messages import parse

SYSTEM = {"role": "system", "content": "Be brief."}
HELLO = {"role": "user", "content": "Hello"}
ANSWER = {"role": "assistant", "content": "Hi."}
CALLS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
        {"id": "c2", "type": "function", "function": {"name": "f", "arguments": "{}"}},
    ],
}
RESULT_1 = {"role": "tool", "tool_call_id": "c1", "content": "1"}
RESULT_2 = {"role": "tool", "tool_call_id": "c2", "content": "2"}
NEXT = {"role": "user", "content": "And then?"}


def asked(*messages: dict[str, Any], model: str = "auto", **dial: object) -> Asked:
    body = {"model": model, "messages": messages, "pointsman": dial}
    return asked_of(parse(json.dumps(body).encode()))


def test_a_conversation_is_known_by_how_it_began() -> None:
    first = asked(SYSTEM, HELLO)
    later = asked(SYSTEM, HELLO, ANSWER, NEXT)

    assert first.conversation == later.conversation
    assert (first.continues, later.continues) == (False, True)


@pytest.mark.parametrize(
    "other",
    [
        asked(HELLO),
        asked(SYSTEM, NEXT),
        asked(SYSTEM, HELLO, model="auto:best"),
        asked({**SYSTEM, "content": "Be long."}, HELLO),
    ],
)
def test_another_beginning_is_another_conversation(other: Asked) -> None:
    assert other.conversation != asked(SYSTEM, HELLO).conversation


def test_a_session_is_what_the_client_says_and_may_always_have_gone_before() -> None:
    named = asked(HELLO, session_id="s-1")

    assert (named.conversation, named.continues) == ("s-1", True)


@pytest.mark.parametrize(
    "messages",
    [
        (HELLO, CALLS, RESULT_1, RESULT_2),
        (HELLO, CALLS),
        (HELLO, CALLS, RESULT_1, NEXT),
        (HELLO, {**CALLS, "tool_calls": None}, {"role": "function", "name": "f", "content": "1"}),
        (HELLO, CALLS, RESULT_1, RESULT_2, CALLS, RESULT_1),
    ],
)
def test_a_tool_loop_lasts_until_every_call_is_answered(messages: tuple[Any, ...]) -> None:
    assert asked(*messages).awaits_tools


@pytest.mark.parametrize(
    "messages",
    [
        (HELLO,),
        (HELLO, ANSWER, NEXT),
        (HELLO, CALLS, RESULT_1, RESULT_2, NEXT),
        (HELLO, CALLS, RESULT_1, RESULT_2, ANSWER, NEXT),
        (HELLO, CALLS, ANSWER, NEXT),
    ],
)
def test_without_an_open_call_there_is_no_tool_loop(messages: tuple[Any, ...]) -> None:
    assert not asked(*messages).awaits_tools


def test_what_a_request_needs_is_told_by_its_parts() -> None:
    parts = [
        {"type": "text", "text": "See"},
        {"type": "image_url", "image_url": {"url": "https://h/a.png"}},
        {"type": "file", "file": {"file_id": "f"}},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
    ]
    body = {
        "model": "auto",
        "messages": [{"role": "user", "content": parts}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}},
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }

    needs = asked_of(parse(json.dumps(body).encode())).needs

    assert needs.capabilities == {"images", "files", "audio", "json_schema", "tools"}


def test_what_every_model_does_needs_no_capability() -> None:
    body = {"model": "auto", "messages": [HELLO], "n": 2, "logprobs": True, "seed": 1, "stop": "x"}
    plain = {"response_format": {"type": "json_object"}, "modalities": ["text"]}

    needs = asked_of(parse(json.dumps(body | plain).encode())).needs

    assert needs.capabilities == frozenset()


def test_an_answer_to_be_spoken_needs_audio() -> None:
    body = {"model": "auto", "messages": [HELLO], "modalities": ["text", "audio"]}

    assert asked_of(parse(json.dumps(body).encode())).needs.capabilities == {"audio"}


def test_what_embeds_a_text_is_part_of_no_conversation() -> None:
    dial = {"session_id": "s1"}
    body = {"model": "embedder", "input": "Hello", "pointsman": dial}

    embeds = asked_of(parse_embedding(json.dumps(body).encode()))

    assert (embeds.conversation, embeds.continues) == (None, False)
