from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Select

from service.caller import KEYLESS
from service.storage.engine import migrate, open_engine, reading
from service.storage.judged import EARLIER, JUDGED
from service.storage.reader import (
    _CALLED,
    _CHOSEN,
    _RATED,
    _WORDS_ON,
    ModelTotals,
    Reader,
)
from service.storage.selection import _ANSWERED
from service.storage.tail import _COMPLETED
from service.storage.traffic import _DECIDED
from service.storage.turns import LAST_TURN
from service.storage.writer import Writer
from tests.service.storage import samples
from tests.service.storage.samples import write

pytestmark = pytest.mark.anyio

_LOOK_UPS = (
    *(JUDGED, EARLIER, _COMPLETED, _CHOSEN, _CALLED, _RATED, LAST_TURN),
    *(_ANSWERED, _DECIDED),
)


async def test_an_unknown_decision_is_none(reader: Reader) -> None:
    assert await reader.decision("nobody", KEYLESS) is None


async def test_totals_count_each_standing_word_once(writer: Writer, reader: Reader) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.decision("d2"),
        samples.decision("d3", chosen="large"),
        samples.decision("elsewhere", route="other"),
        samples.outcome("d1", cost_usd=0.5, latency_seconds=1.0),
        samples.outcome("d2", cost_usd=None, latency_seconds=3.0),
        samples.outcome("d2", status="error", cost_usd=100.0),
        samples.outcome("elsewhere"),
        samples.rating("f1", "d1", quality=0.0),
        samples.rating("f2", "d1", quality=1.0),
        samples.rating("f3", "d2", quality=0.5),
        samples.rating("f4", "d2", source="judge", quality=0.0),
        samples.rating("f5", "elsewhere", quality=0.0),
    )

    totals = await reader.route_totals("default")

    assert totals == [
        ModelTotals("large", decisions=1),
        ModelTotals("small", 2, 2, 1, 3, 0.5, 0.5, 2.0),
    ]
    assert await reader.route_totals("nowhere") == []


async def test_no_look_up_walks_a_whole_table(sqlite_url: str) -> None:
    steps = await planned(sqlite_url, _LOOK_UPS)

    assert not [step for step in steps if step.startswith("SCAN")]
    assert any(step.endswith("(decision_id=? AND status=?)") for step in steps)
    assert any(step.endswith("(conversation=?)") for step in steps)
    assert not [step for step in steps if "FOR ORDER BY" in step]


async def test_what_a_decision_was_compared_with_is_found_by_an_index(sqlite_url: str) -> None:
    steps = await planned(sqlite_url, [_WORDS_ON])

    assert any("ix_feedback_against" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]


async def planned(url: str, statements: Iterable[Select[Any]]) -> list[str]:
    """The steps in which SQLite would answer."""
    engine = open_engine(url)
    await migrate(engine)
    steps = list[str]()
    async with reading(engine) as connection:
        for statement in statements:
            query = str(statement.compile(dialect=engine.dialect))
            plan = await connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {query}", (1,) * query.count("?")
            )
            steps += [row.detail for row in plan]
    await engine.dispose()
    return steps
