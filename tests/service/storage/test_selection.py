"""What the chance of a rating is learned from is what somebody could have rated."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.quarantines import Quarantine, Quarantines
from service.storage.selection import Answered, answered, asked_in
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

LATER = samples.NOON + timedelta(days=1)
USER = ("user", "quality")


async def found(engine: AsyncEngine, most: int = 1000) -> Answered:
    answers = await answered(engine, "default", LATER, most)
    assert answers is not None
    return answers


async def test_an_answer_comes_with_its_context_its_model_and_who_rated_it(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision("d1"))
    await writer.append(samples.outcome("d1", status="error"))
    await writer.append(samples.outcome("d1", model="large", attempt=2))
    await writer.append(samples.decision("d2"))
    await writer.append_feedback(samples.rating("f1", "d1"))
    await writer.append_feedback(samples.rating("f2", "d1", metric="tone", weight=0.0))
    await writer.append_feedback(samples.rating("f3", "d2", source="judge"))

    answers = await found(engine)

    assert answers.context_version == "v1"
    assert answers.models == ["small", "large"]
    assert answers.rated_by == [
        frozenset({("judge", "quality")}),
        frozenset({USER, ("user", "tone")}),
    ]
    np.testing.assert_array_equal(
        np.concatenate(answers.contexts), np.array([[1.0, 0.1, -2.5]] * 2, np.float32)
    )


async def test_what_nobody_could_have_rated_is_passed_over(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision("failed"))
    await writer.append(samples.outcome("failed", status="error"))
    await writer.append(samples.decision("second", policy="duel"))
    await writer.append(samples.decision("elsewhere", route="other"))
    await writer.append(samples.decision("young", at=LATER + timedelta(seconds=1)))
    await writer.append(samples.decision("before", context_version="v0"))

    assert (await found(engine)).context_version == "v0"
    await writer.append(samples.decision("good", chosen="large"))

    assert (await found(engine)).models == ["large"]


async def test_words_that_are_taken_back_or_in_quarantine_were_never_said(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision("d1"))
    await writer.append(samples.decision("d2"))
    await writer.append_feedback(samples.rating("f1", "d1"))
    await writer.append_feedback(samples.rating("f2", "d1", retracts=True))
    await writer.append_feedback(samples.rating("f3", "d2", rater="mallory"))
    await writer.append_feedback(samples.rating("f4", "d2", subject="d1|d2", against="d1"))
    assert (await found(engine)).rated_by == [frozenset({USER}), frozenset()]

    early = samples.NOON - timedelta(days=1)
    await Quarantines(engine).add(Quarantine(samples.NOON, "user", "mallory", early))

    assert (await found(engine)).rated_by == [frozenset(), frozenset()]


async def test_the_latest_are_read_over_many_pages_and_no_more_than_asked(
    writer: Writer, engine: AsyncEngine
) -> None:
    for k in range(250):
        await writer.append(samples.decision(f"d{k}", context=np.array([k], np.float32)))
        if k % 2:
            await writer.append(samples.decision(f"other{k}", route="other"))

    answers = await found(engine, most=220)

    assert np.concatenate(answers.contexts)[:, 0].tolist() == list(range(249, 29, -1))
    assert len(answers.models) == len(answers.rated_by) == 220


async def test_a_route_without_decisions_has_nothing_to_learn_from(engine: AsyncEngine) -> None:
    assert await answered(engine, "default", LATER, 1000) is None


async def test_what_was_asked_is_looked_up_by_ids(writer: Writer, engine: AsyncEngine) -> None:
    ids = [f"d{k}" for k in range(230)]
    for id_ in ids:
        await writer.append(samples.decision(id_))

    asked = await asked_in(engine, [*ids, "nowhere"])

    assert sorted(asked) == sorted(ids)
    assert (asked["d7"].route, asked["d7"].context_version) == ("default", "v1")
    assert asked["d7"].context.dtype == np.float64
