"""Many records go into one statement, whatever their kind and the database."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.storage.engine import writing
from service.storage.inserting import Inserting, Record
from service.storage.records import AnswerRecord
from service.storage.tables import answers, decisions, feedback, outcomes
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

MANY = 11


async def test_each_row_of_a_statement_has_its_own_values(engine: AsyncEngine) -> None:
    names = [f"d{k}" for k in range(MANY)]
    records: list[Record] = [samples.decision(name, tokens_in=k) for k, name in enumerate(names)]
    records += [samples.outcome(name, tokens_out=k) for k, name in enumerate(names)]
    records += [AnswerRecord(name, f"answer to {name}") for name in names]
    records += [samples.rating(f"f of {name}", name, key=f"k{name}") for name in names]
    async with writing(engine) as connection:
        await connection.run_sync(lambda sync: Inserting(engine.dialect).insert(sync, records))
        kept = [
            (await connection.execute(select(*columns).order_by("seq"))).all()
            for columns in (
                decisions.c["id", "tokens_in"],
                outcomes.c["decision_id", "tokens_out"],
                answers.c["decision_id", "text"],
                feedback.c["id", "key"],
            )
        ]

    assert kept[0] == kept[1] == [(name, k) for k, name in enumerate(names)]
    assert kept[2] == [(name, f"answer to {name}") for name in names]
    assert kept[3] == [(f"f of {name}", f"k{name}") for name in names]
