import asyncio
import sys
import traceback

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.caller import KEYLESS
from service.storage.engine import migrate, migrating, open_engine, writing
from service.storage.faults import DatabaseUnavailable, RowRefused
from service.storage.inserting import Inserting
from service.storage.reader import Reader
from service.storage.records import DecisionRecord, OutcomeRecord
from service.storage.tail import Tail
from service.storage.writer import Writer, WriterOverloaded, WriterStopped
from tests.service.replay import entries
from tests.service.storage import samples

pytestmark = pytest.mark.anyio


async def test_what_was_awaited_is_there_for_others(writer: Writer, reader: Reader) -> None:
    written = samples.decision(prompt="why?", session_id="s", tags=("a", "b"))
    await writer.append(written)
    await writer.append(samples.outcome())
    await writer.append_feedback(samples.rating(comment="good", tags=("x",)))

    stored = await reader.decision("d1", KEYLESS)

    assert stored is not None
    assert stored.decision.context.dtype == np.float32
    np.testing.assert_array_equal(stored.decision.context, written.context)
    assert stored.decision.at == written.at
    assert stored.decision.candidates == written.candidates
    assert stored.decision.tags == ("a", "b")
    assert stored.outcomes == (samples.outcome(),)
    assert stored.feedback == (samples.rating(comment="good", tags=("x",)),)


async def test_a_record_that_was_begun_is_committed_while_the_caller_goes_on(
    writer: Writer, reader: Reader
) -> None:
    begun = writer.begin(samples.decision())
    outcome = asyncio.create_task(writer.append(samples.outcome()))
    await asyncio.gather(begun, outcome)

    stored = await reader.decision("d1", KEYLESS)

    assert stored is not None
    assert len(stored.outcomes) == 1


async def test_a_bad_row_fails_alone(writer: Writer, reader: Reader) -> None:
    records: list[DecisionRecord | OutcomeRecord] = [
        samples.decision("d1"),
        samples.decision("d2", tokens_in=2**80),
        samples.decision("d1"),
        samples.decision("d3", candidates=object()),
        samples.outcome("nobody"),
        samples.outcome("d4", cost_usd=None),
        samples.decision("d4"),
        samples.outcome("d4", status="splendid"),
    ]
    results = await asyncio.gather(
        *(writer.begin(record) for record in records), return_exceptions=True
    )

    refused = [isinstance(result, RowRefused) for result in results]
    assert refused == [False, True, True, True, True, False, False, True]
    assert writer.healthy
    assert await reader.decision("d1", KEYLESS) is not None
    assert await reader.decision("d2", KEYLESS) is None
    assert await reader.decision("d4", KEYLESS) is not None


async def test_a_quality_beyond_the_scale_is_refused(writer: Writer) -> None:
    await writer.append(samples.decision())

    for quality in (1.01, -0.01, float("nan")):
        with pytest.raises(RowRefused):
            await writer.append_feedback(samples.rating(quality=quality))


async def test_the_same_idempotency_key_gives_the_row_that_stands(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(samples.decision())
    first = samples.rating("f1", quality=0.25, idempotency_key="k")
    together = [samples.rating(f"f{each}", idempotency_key="k") for each in (2, 3)]
    before = await writer.append_feedback(first)
    after = await asyncio.gather(*(writer.append_feedback(each) for each in together))
    stored = await reader.decision("d1", KEYLESS)

    assert [before, *after] == [first, first, first]
    assert stored is not None
    assert stored.feedback == (first,)


async def test_feedback_without_a_key_is_always_new(writer: Writer) -> None:
    await writer.append(samples.decision())
    written = [samples.rating(f"f{each}") for each in range(3)]

    standing = await asyncio.gather(*(writer.append_feedback(each) for each in written))

    assert standing == written


async def test_no_character_of_a_prompt_costs_a_request_its_answer(
    writer: Writer, reader: Reader
) -> None:
    await writer.append(samples.decision(prompt="a\x00b\ud800c\N{PILE OF POO}"))
    stored = await reader.decision("d1", KEYLESS)

    assert stored is not None
    assert stored.decision.prompt == "a\u2400b?c\N{PILE OF POO}"


async def test_what_waits_is_committed_on_the_way_out(engine: AsyncEngine) -> None:
    async with Writer(engine) as writer:
        begun = [writer.begin(samples.decision(f"d{each}")) for each in range(50)]

    assert all(each.done() and each.exception() is None for each in begun)
    assert not writer.healthy


async def test_a_full_writer_refuses_what_cannot_wait_and_holds_what_can(
    engine: AsyncEngine,
) -> None:
    async with Writer(engine, limit=2) as writer:
        begun = [writer.begin(samples.decision(f"d{each}")) for each in range(2)]
        with pytest.raises(WriterOverloaded):
            writer.begin(samples.decision("d2"))
        await asyncio.gather(*(writer.append(samples.decision(f"e{each}")) for each in range(20)))
        await asyncio.gather(*begun)


async def test_a_writer_whose_task_died_refuses_and_says_so(engine: AsyncEngine) -> None:
    async with Writer(engine, limit=1) as writer:
        waiting = [asyncio.create_task(writer.append(samples.decision(d))) for d in ("a", "b")]
        await asyncio.sleep(0)
        task = writer._task  # noqa: SLF001
        assert task is not None
        task.cancel()
        results = await asyncio.gather(*waiting, return_exceptions=True)

        assert all(isinstance(result, WriterStopped) for result in results)
        assert not writer.healthy
        with pytest.raises(WriterStopped):
            await writer.append(samples.decision("c"))
        with pytest.raises(WriterStopped):
            writer.begin(samples.decision("c"))


async def test_a_caller_that_gives_up_does_not_take_its_record_along(
    writer: Writer, reader: Reader
) -> None:
    impatient = asyncio.create_task(writer.append(samples.decision("gone")))
    await asyncio.sleep(0)
    impatient.cancel()
    await writer.append(samples.decision("patient"))

    assert await reader.decision("gone", KEYLESS) is not None
    assert writer.healthy


async def test_dropped_connections_do_not_stop_the_writer(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    await migrate(engine)
    async with Writer(engine) as writer:
        await writer.append(samples.decision("before"))
        await _drop_connections(engine)
        await writer.append(samples.decision("after"))
        found = await Reader(engine).decision("after", KEYLESS)
    await engine.dispose()

    assert found is not None


async def test_a_database_that_fails_fails_all_that_waits_and_nothing_later(
    engine: AsyncEngine, writer: Writer
) -> None:
    await _rename(engine, "decisions", "hidden")
    waiting = [writer.begin(samples.decision(name)) for name in "abc"]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await _rename(engine, "hidden", "decisions")
    await writer.append(samples.decision("a"))

    assert all(isinstance(result, DatabaseUnavailable) for result in results)
    assert writer.healthy


async def _rename(engine: AsyncEngine, table: str, name: str) -> None:
    async with migrating(engine) as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


async def _drop_connections(engine: AsyncEngine) -> None:
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    async with engine.connect() as connection:
        await connection.execute(text(others))


async def test_neither_prompt_nor_password_reaches_an_error(writer: Writer) -> None:
    secret = "sesame"
    with pytest.raises(RowRefused) as refused:
        await writer.append(samples.decision(prompt=secret, tokens_in=[secret]))

    nowhere = open_engine(f"postgresql://user:{secret}@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseUnavailable) as unavailable:
        await migrate(nowhere)
    await nowhere.dispose()

    for raised in (refused, unavailable):
        assert secret not in "".join(traceback.format_exception(raised.value))


async def test_no_row_becomes_visible_behind_one_that_was_read(
    engine: AsyncEngine, writer: Writer
) -> None:
    await writer.append(samples.decision())
    async with writing(engine) as slow:
        await slow.run_sync(Inserting(engine.dialect).insert, [samples.rating("first")])
        overtaking = asyncio.create_task(writer.append_feedback(samples.rating("second")))
        await asyncio.sleep(0.2)
        early = entries(await Tail(engine).feedback_after(0, 10))
    await overtaking
    late = entries(await Tail(engine).feedback_after(0, 10))

    assert early == []
    assert [judged.seq for judged in late] == [1, 2]


async def test_several_processes_write_one_database(database_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.service.storage.append_many", database_url, name, "60"
        )
        for name in "abc"
    ]
    engine = open_engine(database_url)
    await migrate(engine)
    seen = await _tail(engine, processes)
    await engine.dispose()

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(seen) == len(set(seen)) == 180


async def _tail(engine: AsyncEngine, processes: list[asyncio.subprocess.Process]) -> list[str]:
    """Follow the log while it is written, and to its end; gives the decisions seen."""
    tail, cursor, seen = Tail(engine), 0, list[str]()
    ended = asyncio.gather(*(process.wait() for process in processes))
    while True:
        no_more_to_come = ended.done()
        piece = entries(await tail.feedback_after(cursor, 7))
        seen += [judged.decision_id for judged in piece]
        cursor = piece[-1].seq if piece else cursor
        if no_more_to_come and not piece:
            return seen
