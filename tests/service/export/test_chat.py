"""Preferences and demonstrations, ready for fine-tuning."""

import io
import json
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export import chat
from service.export.demonstrations import exported_demonstrations
from service.export.rows import LeftOut, lines
from service.export.words import exported_preferences
from service.keeping import MOST_CHARACTERS
from service.storage.demonstrations import keep_demonstration
from service.storage.quarantines import Quarantine, Quarantines
from service.storage.records import AnswerRecord, DecisionRecord, FeedbackRecord
from tests.service.export.test_rows import write
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

TURNS = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Hi."},
    {"role": "user", "content": "Which one?"},
]
PROMPT = [{"role": "system", "content": "Be brief."}, *TURNS[1:]]


def decision(decision_id: str, turns: object = TURNS) -> DecisionRecord:
    messages = None if turns is None else msgspec.json.encode(turns).decode()
    return samples.decision(decision_id, prompt_hash="same", messages=messages)


def prefers(feedback_id: str, quality: float, one: str = "d0", other: str = "d1") -> FeedbackRecord:
    """How much better `one` is, as one half plus half of that."""
    pair: dict[str, object] = {"against": other, "against_model": "large"}
    return samples.rating(feedback_id, one, quality=quality, subject=f"{one}|{other}", **pair)


async def preferences(engine: AsyncEngine, form: Any = chat.trl_preference) -> tuple[Any, Any]:  # noqa: ANN401
    """What is written, and what is left out."""
    output = io.BytesIO()
    left_out = await lines(form)(exported_preferences(engine), output)
    return [json.loads(line) for line in output.getvalue().splitlines()], left_out


async def test_a_preference_is_a_row_of_trl(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"))
    await write(engine, AnswerRecord("d0", "This."), AnswerRecord("d1", "That."))
    await write(engine, prefers("f0", 0.25))

    ((row,), left_out) = await preferences(engine)

    assert row == {
        "prompt": PROMPT,
        "chosen": [{"role": "assistant", "content": "That."}],
        "rejected": [{"role": "assistant", "content": "This."}],
    }
    assert not left_out


async def test_a_preference_is_a_row_of_openai(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"))
    await write(engine, AnswerRecord("d0", "This."), AnswerRecord("d1", "That."))
    await write(engine, prefers("f0", 1.0))

    ((row,), _) = await preferences(engine, chat.openai_preference)

    assert row == {
        "input": {"messages": PROMPT, "tools": [], "parallel_tool_calls": True},
        "preferred_output": [{"role": "assistant", "content": "This."}],
        "non_preferred_output": [{"role": "assistant", "content": "That."}],
    }


async def test_pairs_that_are_no_example_are_counted_and_left_out(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"), decision("d2", None))
    await write(engine, decision("d3", TURNS[1:]), decision("d4"), decision("d5"))
    await write(engine, *(AnswerRecord(f"d{n}", f"Answer {n}.") for n in range(4)))
    await write(engine, AnswerRecord("d5", "?" * MOST_CHARACTERS))
    await write(
        engine,
        prefers("tie", 0.5),
        prefers("no conversation", 1.0, other="d2"),
        prefers("another conversation", 1.0, other="d3"),
        prefers("no answer", 1.0, other="d4"),
        prefers("half an answer", 1.0, other="d5"),
    )

    rows, left_out = await preferences(engine)

    assert rows == []
    assert left_out == {LeftOut.TIE: 1, LeftOut.NO_CONVERSATION: 2, LeftOut.NO_ANSWER: 2}


async def test_what_is_in_quarantine_is_no_example(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"))
    await write(engine, AnswerRecord("d0", "This."), AnswerRecord("d1", "That."))
    await write(engine, prefers("f0", 1.0), samples.rating("f1", "d0"))
    await keep_demonstration(engine, "f1", "That one.")
    since = samples.NOON
    await Quarantines(engine).add(Quarantine(since, "user", None, since))

    assert await preferences(engine) == ([], {})
    assert [row async for row in exported_demonstrations(engine)] == []


async def test_a_demonstration_is_a_conversation_that_ends_with_it(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1", None))
    await write(engine, samples.rating("f0", "d0"), samples.rating("f1", "d1"))
    await keep_demonstration(engine, "f0", "That one.")
    await keep_demonstration(engine, "f1", "Any of them.")
    output = io.BytesIO()

    left_out = await lines(chat.demonstration)(exported_demonstrations(engine), output)

    shown = {"role": "assistant", "content": "That one."}
    assert json.loads(output.getvalue()) == {"messages": [*PROMPT, shown]}
    assert left_out == {LeftOut.NO_CONVERSATION: 1}


async def test_demonstrations_stand_until_corrected_or_taken_back(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"))
    await write(engine, AnswerRecord("d0", "This."))
    await write(
        engine,
        samples.rating("f0", "d0"),
        samples.rating("f1", "d0", quality=0.4, comment="No."),
        samples.rating("f2", "d1"),
        samples.rating("f3", "d1", retracts=True),
    )
    for feedback_id in ("f0", "f1", "f2"):
        await keep_demonstration(engine, feedback_id, f"As {feedback_id} says.")

    (row,) = [row async for row in exported_demonstrations(engine)]

    assert (row.feedback_id, row.demonstration, row.answer) == ("f1", "As f1 says.", "This.")
    assert (row.decision_id, row.quality, row.comment) == ("d0", 0.4, "No.")


async def test_a_word_keeps_the_text_that_it_got_first(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), samples.rating("f0", "d0"))

    await keep_demonstration(engine, "f0", "First.")
    await keep_demonstration(engine, "f0", "Second.")

    assert [row.demonstration async for row in exported_demonstrations(engine)] == ["First."]
