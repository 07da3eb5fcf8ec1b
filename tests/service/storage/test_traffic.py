from datetime import timedelta

import numpy as np
import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.quarantines import Quarantine, Quarantines
from service.storage.traffic import seen, traffic_of
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio


async def test_a_decision_comes_with_who_answered_its_cost_and_the_words_that_stand(
    writer: Writer, engine: AsyncEngine
) -> None:
    await writer.append(samples.decision(tags=("test", "language:de")))
    await writer.append(samples.outcome(status="error", model="small", cost_usd=None))
    await writer.append(samples.outcome(model="large", attempt=2))
    for word in (
        samples.rating("f1", quality=0.0),
        samples.rating("f2", quality=1.0),
        samples.rating("f3", metric="tone", quality=0.25),
        samples.rating("f4", source="judge", quality=0.5, weight=0.5),
        samples.rating("f5", source="capped", weight=0.0),
    ):
        await writer.append_feedback(word)

    (one,) = await seen(engine, "default")

    assert (one.tags, one.model, one.cost_usd) == (("test", "language:de"), "large", 0.002)
    assert one.said == {"user": (1.0, 1.0), "judge": (0.5, 0.5)}
    assert one.expected == 0.7
    assert not one.explored


async def test_a_choice_that_did_not_look_best_is_told_as_explored(
    writer: Writer, engine: AsyncEngine
) -> None:
    lucky = replace(samples.candidate("large"), quality_mean=0.6, sampled_quality=0.9, utility=0.8)
    for id_, chosen in (("d1", "large"), ("d2", "small")):
        candidates = (samples.candidate("small"), lucky)
        await writer.append(samples.decision(id_, candidates=candidates, chosen=chosen))

    assert [one.explored for one in await seen(engine, "default")] == [False, True]


async def test_the_latest_of_the_route_are_read_and_no_second_answers_of_duels(
    writer: Writer, engine: AsyncEngine
) -> None:
    for k in range(250):
        later = samples.NOON + timedelta(seconds=k)
        await writer.append(samples.decision(f"d{k}", at=later, tags=(f"n:{k}",)))
    await writer.append(samples.decision("other", route="other"))
    await writer.append(samples.decision("second", policy="duel"))

    everything = await seen(engine, "default")
    latest = await seen(engine, "default", most=120)
    since = await seen(engine, "default", samples.NOON + timedelta(seconds=240))

    assert [one.tags[0] for one in everything] == [f"n:{k}" for k in reversed(range(250))]
    assert [one.tags for one in latest] == [one.tags for one in everything[:120]]
    assert len(since) == 10


async def test_words_in_quarantine_are_passed_over(writer: Writer, engine: AsyncEngine) -> None:
    await writer.append(samples.decision())
    await writer.append_feedback(samples.rating())
    await Quarantines(engine).add(
        Quarantine(samples.NOON, "user", None, samples.NOON - timedelta(days=1))
    )

    (one,) = await seen(engine, "default")

    assert one.said == {}


async def test_decisions_become_arrays_by_the_value_of_a_tag(
    writer: Writer, engine: AsyncEngine
) -> None:
    for id_, tags in (("d1", ("language:de",)), ("d2", ()), ("d3", ("language:de",))):
        await writer.append(samples.decision(id_, tags=tags))
    await writer.append_feedback(samples.rating("f1", "d3", quality=0.25))

    traffic = traffic_of(await seen(engine, "default"), "language")

    assert traffic.segments.names == ("de", None)
    assert traffic.segments.codes.tolist() == [0, 1, 0]
    np.testing.assert_array_equal(traffic.said["user"].weight, [1.0, 0.0, 0.0])
    assert traffic.said["user"].quality[0] == 0.25
    assert np.isnan(traffic.cost_usd).all()
