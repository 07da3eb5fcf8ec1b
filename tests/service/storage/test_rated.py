from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import migrate, open_engine, reading
from service.storage.rated import _RATED, RatedDecision, rated_decisions, sources_of
from service.storage.writer import Writer
from tests.service.storage import samples
from tests.service.storage.samples import write

pytestmark = pytest.mark.anyio


async def _read(engine: AsyncEngine, source: str = "user", **limits: object) -> list[RatedDecision]:
    found = rated_decisions(engine, "default", source, **limits)  # type: ignore[arg-type]
    return [row async for row in found]


async def test_a_rated_decision_comes_with_what_its_estimate_needs(
    writer: Writer, engine: AsyncEngine
) -> None:
    written = samples.decision(cost_weight=5.0, latency_weight=0.01, propensity=0.25)
    await write(writer, written, samples.outcome(), samples.rating(quality=0.125))

    (row,) = await _read(engine)

    np.testing.assert_array_equal(row.context, written.context.astype(np.float64))
    assert row.candidates == written.candidates
    assert (row.policy, row.chosen, row.propensity) == ("thompson", "small", 0.25)
    assert (row.cost_weight, row.latency_weight) == (5.0, 0.01)
    assert row.quality == 0.125
    assert (row.cost_usd, row.latency_seconds) == (0.002, 0.8)


async def test_only_the_last_word_of_the_source_counts(writer: Writer, engine: AsyncEngine) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.decision("d2"),
        samples.decision("d3"),
        samples.rating("f1", "d1", quality=0.0),
        samples.rating("f2", "d2", source="judge", quality=0.5),
        samples.rating("f3", "d1", quality=1.0),
        samples.rating("f4", "d1", source="judge", quality=0.25),
    )

    assert [row.quality for row in await _read(engine)] == [1.0]
    assert [row.quality for row in await _read(engine, "judge")] == [0.25, 0.5]
    assert await sources_of(engine, "default") == ("judge", "user")
    assert await sources_of(engine, "nowhere") == ()


async def test_a_decision_is_billed_by_the_latest_outcome_that_succeeded(
    writer: Writer, engine: AsyncEngine
) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.outcome(cost_usd=0.5),
        samples.outcome(model="large", cost_usd=0.25),
        samples.outcome(status="error", cost_usd=9.0),
        samples.rating("f1", "d1"),
        samples.decision("d2"),
        samples.outcome("d2", status="error", cost_usd=9.0),
        samples.rating("f2", "d2"),
    )

    first, second = await _read(engine)

    assert first.cost_usd == 0.25
    assert (second.cost_usd, second.latency_seconds) == (None, None)


async def test_other_routes_and_earlier_times_are_left_out(
    writer: Writer, engine: AsyncEngine
) -> None:
    later = samples.NOON + timedelta(hours=1)
    await write(
        writer,
        samples.decision("d1"),
        samples.decision("d2", at=later, chosen="large"),
        samples.decision("d3", at=later, route="other"),
        *(samples.rating(f"f{k}", f"d{k}") for k in (1, 2, 3)),
    )

    assert [row.chosen for row in await _read(engine, since=later)] == ["large"]
    assert len(await _read(engine, since=samples.NOON)) == 2


async def test_a_long_log_is_read_whole_and_in_order(writer: Writer, engine: AsyncEngine) -> None:
    for count in range(6):
        assert len(await _read(engine, page=3)) == count
        await write(writer, samples.decision(f"d{count}", propensity=0.1 * (count + 1)))
        await write(writer, samples.rating(f"f{count}", f"d{count}"))

    propensities = [row.propensity for row in await _read(engine, page=3)]
    assert propensities == [0.1 * (count + 1) for count in range(6)]


async def test_no_look_up_walks_a_whole_table(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    query = str(_RATED.compile(dialect=engine.dialect))
    async with reading(engine) as connection:
        plan = await connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", (1,) * query.count("?")
        )
        steps = [row.detail for row in plan]
    await engine.dispose()

    assert not [step for step in steps if step.startswith("SCAN")]
