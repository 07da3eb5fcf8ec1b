"""What is exported is what is in the log."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export.decisions import exported_decisions
from service.export.formats import json_line, vw_lines
from service.export.pages import pages
from service.export.rows import LeftOut
from service.export.words import _FEEDBACK, exported_feedback, exported_preferences
from service.storage.inserting import Record
from service.storage.records import AnswerRecord, FeedbackRecord
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio
LATER = samples.NOON + timedelta(days=1)


def read(row: msgspec.Struct) -> dict[str, Any]:
    """A row as whoever reads the file sees it."""
    line = json_line(row)
    assert line.count(b"\n") == 1
    told: dict[str, Any] = json.loads(line)
    return told


async def write(engine: AsyncEngine, *records: Record) -> None:
    async with Writer(engine) as writer:
        for record in records:
            if isinstance(record, FeedbackRecord):
                await writer.append_feedback(record)
            elif isinstance(record, AnswerRecord):
                await writer.begin(record)
            else:
                await writer.append(record)


async def test_a_decision_comes_with_its_context_its_propensities_and_its_reward(
    engine: AsyncEngine,
) -> None:
    await write(engine, samples.decision(), samples.outcome(), samples.rating())

    (row,) = [read(row) async for row in exported_decisions(engine, "user")]

    assert row["decision_id"] == "d1"
    assert row["context"] == [1.0, pytest.approx(0.1), -2.5]
    assert [each["propensity"] for each in row["candidates"]] == [0.5, 0.5]
    assert (row["chosen"], row["served"], row["propensity"]) == ("small", "small", 0.5)
    assert (row["quality"], row["cost_usd"]) == (0.75, 0.002)
    assert row["reward"] == pytest.approx(0.75 - 20.0 * 0.002)


async def test_a_decision_that_nobody_rated_has_no_quality_and_no_reward(
    engine: AsyncEngine,
) -> None:
    await write(engine, samples.decision(), samples.outcome(), samples.rating(source="judge"))

    (row,) = [read(row) async for row in exported_decisions(engine, "user")]

    assert (row["quality"], row["reward"]) == (None, None)


async def test_the_word_that_stands_is_quality_and_one_taken_back_is_none(
    engine: AsyncEngine,
) -> None:
    await write(engine, samples.decision("d1"), samples.decision("d2"))
    await write(
        engine,
        samples.rating("f1", "d1", quality=0.1),
        samples.rating("f2", "d1", quality=0.9),
        samples.rating("f3", "d2", quality=0.9),
        samples.rating("f4", "d2", quality=0.9, retracts=True),
    )

    qualities = [row.quality async for row in exported_decisions(engine, "user")]

    assert qualities == [0.9, None]


async def test_decisions_of_one_route_and_from_one_time_on(engine: AsyncEngine) -> None:
    await write(
        engine,
        samples.decision("d1"),
        samples.decision("d2", at=LATER),
        samples.decision("d3", at=LATER, route="other"),
    )

    rows = [row async for row in exported_decisions(engine, "user", "default", LATER)]

    assert [row.decision_id for row in rows] == ["d2"]


async def test_every_word_comes_with_what_was_sent_and_whether_it_stands(
    engine: AsyncEngine,
) -> None:
    await write(engine, samples.decision())
    await write(
        engine,
        samples.rating("f1", given='{"stars":4}', comment="One\nline", tags=("a",)),
        samples.rating("f2"),
    )

    first, second = [read(row) async for row in exported_feedback(engine)]

    assert (first["feedback_id"], first["stands"]) == ("f1", False)
    assert (second["feedback_id"], second["stands"]) == ("f2", True)
    assert (first["given"], first["comment"], first["tags"]) == ({"stars": 4}, "One\nline", ["a"])


async def test_preferences_that_stand_name_the_winner_first(engine: AsyncEngine) -> None:
    prompt: dict[str, object] = {"prompt": "Why?", "prompt_hash": "same"}
    await write(engine, *(samples.decision(f"d{n}", **prompt) for n in range(3)))
    pair: dict[str, object] = {"against": "d1", "against_model": "large", "subject": "d0|d1"}
    await write(
        engine,
        samples.rating("f0", "d2"),
        samples.rating("f1", "d0", quality=1.0, **pair),
        samples.rating("f2", "d0", quality=0.25, **pair),
    )

    (row,) = [read(row) async for row in exported_preferences(engine)]

    assert (row["winner"], row["winner_model"]) == ("d1", "large")
    assert (row["loser"], row["loser_model"]) == ("d0", "small")
    assert (row["strength"], row["prompt"], row["route"]) == (0.5, "Why?", "default")


async def test_rows_come_page_by_page_each_once(engine: AsyncEngine) -> None:
    await write(engine, samples.decision(), *(samples.rating(f"f{n}") for n in range(7)))

    read = [row["id"] async for row in pages(engine, _FEEDBACK, page=3)]

    assert read == [f"f{n}" for n in range(7)]


async def test_for_vw_only_decisions_whose_reward_is_the_chosen_models_are_told(
    engine: AsyncEngine,
) -> None:
    await write(engine, *(samples.decision(f"d{n}") for n in range(3)))
    await write(engine, samples.outcome("d0"), samples.outcome("d1", model="large"))
    await write(engine, *(samples.rating(f"f{n}", f"d{n}") for n in range(2)))

    told = [vw_lines(row) async for row in exported_decisions(engine, "user")]

    example = b"shared |x 0:1 1:0.1 2:-2.5\n0:0.29:0.5 |m small\n|m large\n\n"
    assert told == [example, LeftOut.STOOD_IN, LeftOut.NO_REWARD]
