"""What a request says of an earlier answer, told from the two requests and the time between."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from service.gateway.messages import Message
from service.settings import Route, loads
from service.signals.memory import Answered, Memory
from service.signals.noticing import Signal, answered, noticed
from service.signals.place import place_of
from tests.service.feedback.conftest import MODEL

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNALS = "{asked_again: {similarity: %s}, regenerated: {}, aborted: {}}"
ASK, ASK_AGAIN, OTHER = "How do I sort a list?", "How do I sort the list?", "Thanks a lot, bye now!"
Messages = Sequence[tuple[str, str]]


def routes(similarity: float = 0.5) -> dict[str, Route]:
    document = f"""
models: {{small: {MODEL}}}
sources: {{user: {{}}, asked_again: {{}}, regenerated: {{}}, aborted: {{}}}}
routes: {{default: {{signals: {SIGNALS % similarity}}}}}
"""
    return dict(loads(document, {}).routes)


def said(*messages: tuple[str, str]) -> list[Message]:
    return [Message(role, text) for role, text in messages]


def between(
    first: Messages,
    second: Messages,
    *,
    sessions: tuple[str | None, str | None] = (None, None),
    seconds: float = 5.0,
    similarity: float = 0.5,
) -> str | None:
    """The signal that a second request gives after a first was answered."""
    signal = of(first, second, sessions, seconds, similarity)
    return signal.name if signal is not None and signal.holds else None


def of(
    first: Messages,
    second: Messages,
    sessions: tuple[str | None, str | None],
    seconds: float,
    similarity: float,
) -> Signal | None:
    memory = Memory(10)
    memory.keep(place_of(said(*first), sessions[0]).own, Answered("dec_1", "default", NOON))
    place = place_of(said(*second), sessions[1])
    return noticed(place, memory, routes(similarity), NOON + timedelta(seconds=seconds))


FIRST = [("system", "Be brief."), ("user", ASK)]
SECOND = [*FIRST, ("assistant", "With sorted()."), ("user", ASK_AGAIN)]
TOOLS = [*FIRST, ("assistant", ""), ("tool", "42")]


def test_the_same_question_in_other_words_is_asked_again() -> None:
    assert between(FIRST, SECOND) == "asked_again"


def test_another_question_is_none_unless_any_is_taken_for_one() -> None:
    other = [*SECOND[:-1], ("user", OTHER)]

    assert between(FIRST, other) is None
    assert between(FIRST, other, similarity=0) == "asked_again"


def test_what_comes_late_says_nothing() -> None:
    assert between(FIRST, SECOND, seconds=60) == "asked_again"
    assert between(FIRST, SECOND, seconds=61) is None
    assert between(SECOND, SECOND, seconds=300) == "regenerated"
    assert between(SECOND, SECOND, seconds=301) is None


def test_the_very_same_request_is_regenerated() -> None:
    assert between(SECOND, SECOND) == "regenerated"
    assert between(FIRST, FIRST, sessions=("s", "s")) == "regenerated"


def test_two_who_begin_alike_are_not_taken_for_one() -> None:
    assert between(FIRST, FIRST) is None
    assert between(FIRST, FIRST, sessions=("s", "t")) is None
    assert between(FIRST, FIRST, sessions=("s", None)) is None
    assert between(FIRST, [*SECOND[:2], ("assistant", "Use sort()."), *SECOND[3:]]) == "asked_again"
    assert between(SECOND, [*SECOND[:2], ("assistant", "Use sort()."), *SECOND[3:]]) is None


def test_of_two_who_begin_alike_at_once_nobody_is_known_to_ask_again() -> None:
    memory, first = Memory(10), place_of(said(*FIRST), None)
    for seconds in (0, 30, 200):
        at = NOON + timedelta(seconds=seconds)
        given = Answered(f"dec_{seconds}", "default", at)
        memory.keep(first.own, answered(first, memory, routes(), given))
        found = noticed(place_of(said(*SECOND), None), memory, routes(), at)
        assert (found.decision_id if found else None) == {0: "dec_0", 200: "dec_200"}.get(seconds)


def test_a_client_that_sends_the_new_message_alone_is_known_by_its_session() -> None:
    one, other = [("user", ASK)], [("user", ASK_AGAIN)]

    assert between(one, other, sessions=("s", "s"), similarity=0) == "asked_again"
    assert between(one, one, sessions=("s", "s")) == "regenerated"
    assert between(one, other, sessions=("s", "t"), similarity=0) is None
    assert between(one, other, similarity=0) is None


def test_without_both_messages_nothing_is_alike() -> None:
    assert between([("user", ASK)], [("user", ASK_AGAIN)], sessions=("s", "s")) is None


def test_a_tool_that_answers_is_no_user_that_asks_again() -> None:
    assert between(FIRST, TOOLS, similarity=0) is None
    assert between(TOOLS, TOOLS, similarity=0) is None


def test_after_tools_the_last_answer_is_meant() -> None:
    after = [*TOOLS, ("assistant", "It is 42."), ("user", ASK_AGAIN)]

    assert between(TOOLS, after) == "asked_again"
    assert between(FIRST, after) is None


@pytest.mark.parametrize("text", ["\ud800", "\0", "a" * 100_000])
def test_any_text_has_a_place(text: str) -> None:
    request = [("user", text), ("assistant", text), ("user", text)]

    assert between(request, request) == "regenerated"


def test_what_came_with_another_key_is_another_conversation() -> None:
    mine, theirs, nobodys = (place_of(said(*SECOND), "s", key) for key in ("a", "b", None))

    assert not {*mine.own} & {*theirs.own}
    assert not {*mine.own} & {*nobodys.own}
    assert mine.before not in {theirs.before, nobodys.before}


def test_no_text_is_remembered() -> None:
    place = place_of(said(*SECOND), "session")

    assert all(ASK not in each and "session" not in each for each in place.own)
    assert ASK not in repr(place)
