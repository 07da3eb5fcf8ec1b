from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from feedback.entry import Judged, Word
from service.storage.engine import migrate, open_engine
from service.storage.tail import Tail
from service.storage.writer import Writer
from tests.service.replay import entries
from tests.service.storage import samples
from tests.service.storage.samples import write

pytestmark = pytest.mark.anyio


@pytest.fixture
def tail(engine: AsyncEngine) -> Tail:
    return Tail(engine)


async def test_feedback_comes_with_what_learning_needs(writer: Writer, tail: Tail) -> None:
    written = samples.decision(cost_weight=5.0, latency_weight=0.01, propensity=0.25)
    await write(writer, written, samples.outcome(), samples.rating(quality=0.125))

    (judged,) = entries(await tail.feedback_after(0, 10))

    assert judged.context.dtype == np.float64
    np.testing.assert_array_equal(judged.context, written.context.astype(np.float64))
    assert (judged.decision_id, judged.route, judged.model) == ("d1", "default", "small")
    assert (judged.source, judged.quality, judged.previous) == ("user", 0.125, None)
    assert (judged.context_version, judged.candidates) == ("v1", ("small", "large"))
    assert (judged.propensity, judged.cost_weight, judged.latency_weight) == (0.25, 5.0, 0.01)
    assert (judged.cost_usd, judged.latency_seconds) == (0.002, 0.8)


async def test_a_correction_comes_with_the_word_it_takes_back(writer: Writer, tail: Tail) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.decision("d2"),
        samples.rating("f1", quality=0.0),
        samples.rating("f2", source="judge", quality=0.5),
        samples.rating("f3", "d2", quality=0.75),
        samples.rating("f4", quality=1.0),
        samples.rating("f5", quality=0.25),
    )

    judged = entries(await tail.feedback_after(0, 10))

    assert [each.quality for each in judged] == [0.0, 0.5, 0.75, 1.0, 0.25]
    assert [each.previous for each in judged] == [None, None, None, 0.0, 1.0]
    places = [each.seq for each in judged]
    assert [each.first_seq for each in judged] == [*places[:3], places[0], places[0]]


async def test_feedback_comes_with_what_others_say_of_the_answer_by_then(
    writer: Writer, tail: Tail
) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.rating("f1", quality=0.0),
        samples.rating("f2", source="judge", quality=0.5, weight=0.5),
        samples.rating("f3", source="judge", metric="tone"),
        samples.rating("f4", quality=1.0),
        samples.rating("f5", source="judge", quality=0.25),
        samples.rating("f6", retracts=True),
        samples.rating("f7", source="judge", quality=0.75),
    )

    judged = entries(await tail.feedback_after(0, 10))

    assert [each.beside for each in judged] == [
        (),
        (Word("user", 0.0, 1.0),),
        (),
        (Word("judge", 0.5, 0.5),),
        (Word("user", 1.0, 1.0),),
        (Word("judge", 0.25, 1.0),),
        (),
    ]
    assert [each.beside for each in entries(await tail.feedback_after(judged[3].seq, 1))] == [
        judged[4].beside
    ]


async def test_feedback_is_billed_by_the_latest_outcome_that_succeeded(
    writer: Writer, tail: Tail
) -> None:
    await write(
        writer,
        samples.decision(),
        samples.outcome(status="error", cost_usd=9.0),
        samples.outcome(cost_usd=0.5, latency_seconds=5.0),
        samples.outcome(cost_usd=0.25, latency_seconds=None),
        samples.outcome(status="cancelled", cost_usd=7.0),
        samples.rating(),
    )

    (judged,) = entries(await tail.feedback_after(0, 10))

    assert (judged.cost_usd, judged.latency_seconds) == (0.25, None)


async def test_feedback_on_a_call_that_nobody_reported_has_no_cost(
    writer: Writer, tail: Tail
) -> None:
    await write(writer, samples.decision(), samples.rating())

    (judged,) = entries(await tail.feedback_after(0, 10))

    assert (judged.cost_usd, judged.latency_seconds) == (None, None)


async def test_the_tail_is_read_in_pieces_and_in_order(writer: Writer, tail: Tail) -> None:
    await write(writer, samples.decision())
    await write(writer, *(samples.rating(f"f{each}", quality=each / 10) for each in range(10)))

    cursor, qualities = 0, list[float]()
    while piece := entries(await tail.feedback_after(cursor, 3)):
        cursor = piece[-1].seq
        qualities += [each.quality for each in piece]

    assert qualities == [each / 10 for each in range(10)]


async def test_a_page_tells_where_the_log_ends(writer: Writer, tail: Tail) -> None:
    await write(writer, samples.decision(), *(samples.rating(f"f{each}") for each in range(5)))

    whole = await tail.feedback_after(0, 10)
    last = entries(whole)[-1].seq
    piece, nothing = await tail.feedback_after(0, 2), await tail.feedback_after(last, 2)

    assert len(entries(piece)) == 2
    assert [whole.end, piece.end, nothing.end] == [last, last, last]


@pytest.mark.parametrize("page", [1, 2, 3, 5])
async def test_what_came_before_is_the_same_wherever_a_page_begins(
    writer: Writer, tail: Tail, page: int
) -> None:
    await write(
        writer,
        samples.decision("d1"),
        samples.decision("d2"),
        samples.rating("f1", quality=0.0),
        samples.rating("f2", "d2", quality=0.75),
        samples.rating("f3", source="judge", quality=0.5),
        samples.rating("f4", retracts=True),
        samples.rating("f5", quality=1.0),
        samples.rating("f6", metric="tone"),
        samples.rating("f7", source="judge", quality=0.25),
        samples.rating("f8", quality=0.5),
    )
    whole = entries(await tail.feedback_after(0, 10))

    pieces, cursor = list[Judged](), 0
    while piece := entries(await tail.feedback_after(cursor, page)):
        pieces, cursor = pieces + piece, piece[-1].seq

    assert [before(each) for each in pieces] == [before(each) for each in whole]


def before(judged: Judged) -> tuple[object, ...]:
    return judged.first_seq, judged.previous, judged.previous_weight, judged.beside


async def test_nothing_is_left_open_when_the_engine_is_closed(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    await migrate(engine)
    await Tail(engine).feedback_after(0, 10)
    opened = _write_ahead_logs(tmp_path)

    await engine.dispose()

    assert len(opened) == 1
    assert _write_ahead_logs(tmp_path) == []


async def test_only_successful_outcomes_are_told(writer: Writer, tail: Tail) -> None:
    await write(
        writer,
        samples.decision(),
        samples.outcome(),
        samples.outcome(status="error"),
        samples.outcome(status="cancelled"),
        samples.outcome(model="large", tokens_in=None, tokens_out=99, cost_usd=None),
    )

    first, second = await tail.outcomes_after(0, 10)

    assert (first.model, first.tokens_in, first.tokens_out) == ("small", 12, 34)
    assert (first.route, first.context_version, first.decision_id) == ("default", "v1", "d1")
    assert (second.model, second.tokens_in, second.tokens_out) == ("large", None, 99)
    assert (second.cost_usd, second.latency_seconds) == (None, 0.8)
    np.testing.assert_array_equal(first.context, samples.decision().context.astype(np.float64))
    assert await tail.outcomes_after(first.seq, 1) != []
    assert await tail.outcomes_after(second.seq, 10) == []


def _write_ahead_logs(folder: Path) -> list[Path]:
    """What SQLite removes when the last connection is closed."""
    return list(folder.glob("*-wal"))
