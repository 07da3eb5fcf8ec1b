"""What is learned keeps level with the log, and does not keep requests waiting."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import service.learning
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from bandit.prior import Prior
from bandit.schedule import Schedule
from feedback.learner import Learner
from service.learning import PAGE, SHARED, Learning
from service.storage.snapshots import Snapshots
from service.storage.tail import Page, Tail
from service.storage.writer import Writer
from service.turns import Turns
from tests.service.storage import samples
from tests.service.waiting import until

pytestmark = pytest.mark.anyio

MODELS = ("small", "large")
WRITTEN = 200
FIRST_FIT = Schedule().first


def learner() -> Learner:
    posterior = Posterior(3, Prior())
    for model in MODELS:
        posterior.add_model(model, 0.5)
    return Learner({"default": Thompson(posterior)}, {"default": MODELS}, MODELS, "v1", 3)


def learning_of(engine: AsyncEngine) -> Learning:
    return Learning(learner, Tail(engine), Snapshots(engine), 10**9)


async def write(engine: AsyncEngine, many: int = WRITTEN) -> None:
    async with Writer(engine) as writer, asyncio.TaskGroup() as tasks:
        for name in map(str, range(many)):
            tasks.create_task(write_one(writer, name))


async def write_one(writer: Writer, name: str) -> None:
    await writer.append(samples.decision(name))
    await writer.append(samples.outcome(name))
    await writer.append_feedback(samples.rating(name, name))


async def test_all_that_was_written_is_learned_from(engine: AsyncEngine) -> None:
    await write(engine)
    learning = learning_of(engine)

    await learning.start()

    assert learning.beliefs.feedback_seq == WRITTEN
    assert learning.beliefs.outcome_seq == WRITTEN


@pytest.mark.parametrize("many", [PAGE - 1, PAGE, PAGE + 1])
async def test_the_end_of_the_log_is_found_wherever_a_page_ends(
    engine: AsyncEngine, many: int
) -> None:
    await write(engine, many)
    learning = learning_of(engine)

    await learning.catch_up()

    assert learning.beliefs.feedback_seq == many


class Growing(Tail):
    """A log that others add to whenever it is read; one of them asks once that be learned."""

    def __init__(
        self, engine: AsyncEngine, writer: Writer, more: int = PAGE, asks_at: int = 0
    ) -> None:
        super().__init__(engine)
        self.pages = 0
        self.learning = Learning(learner, self, Snapshots(engine), 10**9)
        self.asking: asyncio.Task[None] | None = None
        self._writer = writer
        self._more = more
        self._asks_at = asks_at

    async def feedback_after(self, seq: int, limit: int) -> Page:
        """Read on, and add to the log before anybody learns from that."""
        page = await super().feedback_after(seq, limit)
        self.pages += 1
        words = [samples.rating(f"{self.pages} {k}", "0") for k in range(self._more)]
        await self._writer.append_all_feedback(words)
        if self.pages == self._asks_at:
            self.asking = asyncio.create_task(self.learning.catch_up())
            await asyncio.sleep(0)
        return page


async def test_who_asks_does_not_wait_for_all_that_others_write(engine: AsyncEngine) -> None:
    await write(engine, 2 * PAGE)
    async with Writer(engine) as writer:
        tail = Growing(engine, writer)
        async with asyncio.timeout(30.0):
            await tail.learning.catch_up()

    assert tail.learning.beliefs.feedback_seq == 2 * PAGE + SHARED
    assert tail.pages == 2 + SHARED // PAGE


async def test_who_asks_before_the_last_page_is_read_needs_no_other_pass(
    engine: AsyncEngine,
) -> None:
    await write(engine, PAGE + 1)
    async with Writer(engine) as writer:
        tail = Growing(engine, writer, more=0, asks_at=1)
        async with asyncio.timeout(30.0):
            await tail.learning.catch_up()
            assert tail.asking is not None
            await tail.asking

    assert tail.learning.beliefs.feedback_seq == PAGE + 1
    assert tail.pages == 2


@pytest.mark.parametrize(
    ("many", "more", "asks_at"),
    [
        pytest.param(PAGE + 1, 1, 2, id="after the last page"),
        pytest.param(2 * PAGE, PAGE, 1 + SHARED // PAGE, id="while others write much"),
    ],
)
async def test_who_asks_is_not_answered_before_what_was_said_is_learned(
    engine: AsyncEngine, many: int, more: int, asks_at: int
) -> None:
    await write(engine, many)
    async with Writer(engine) as writer:
        tail = Growing(engine, writer, more, asks_at)
        async with asyncio.timeout(30.0):
            await tail.learning.catch_up()
            assert tail.asking is not None
            await tail.asking

    assert tail.learning.beliefs.feedback_seq >= many + asks_at * more


async def test_who_is_in_haste_does_not_wait_for_the_next_look(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.learning, "_POLL_SECONDS", 3600.0)
    learning = learning_of(engine)
    await write(engine)

    following = asyncio.create_task(learning.run())
    try:
        await asyncio.sleep(0)
        learning.hasten()
        await until(lambda: learning.beliefs.outcome_seq == WRITTEN)
    finally:
        following.cancel()
        await asyncio.wait([following])

    assert learning.beliefs.feedback_seq == WRITTEN


async def test_others_have_their_turn_while_much_is_learned(engine: AsyncEngine) -> None:
    await write(engine)
    learning, seen = learning_of(engine), set[tuple[int, int]]()

    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(learning.start())
        while not starting.done():
            seen.add((learning.beliefs.feedback_seq, learning.beliefs.outcome_seq))
            await asyncio.sleep(0)

    assert len(seen) > 10


async def test_what_is_half_learned_is_not_saved(engine: AsyncEngine) -> None:
    learning = await patient_with_a_fit_before_it(engine)
    catching_up = await half_learning(learning)
    with learning.turns.pressing():
        saving = asyncio.create_task(learning.save())
        await asyncio.sleep(0)
    await asyncio.gather(catching_up, saving)
    saved = [each.feedback_seq async for each in Snapshots(engine).newest_first("learner")]
    restored = learning_of(engine)

    await restored.start()

    assert saved == [FIRST_FIT]
    assert taken_in(restored) == FIRST_FIT


async def test_who_is_cancelled_leaves_nothing_half_learned(engine: AsyncEngine) -> None:
    learning = await patient_with_a_fit_before_it(engine)
    catching_up = await half_learning(learning)
    with learning.turns.pressing():
        catching_up.cancel()
        await asyncio.wait([catching_up])

    assert learning.beliefs.feedback_seq == FIRST_FIT


async def patient_with_a_fit_before_it(engine: AsyncEngine) -> Learning:
    """With as many ratings before it as make its scales learned; waits for whoever presses."""
    await write(engine, FIRST_FIT)
    learning = learning_of(engine)
    learning.turns = Turns(patience_seconds=600.0)
    return learning


async def half_learning(learning: Learning) -> asyncio.Task[None]:
    """Catches up, and is amid the steps in which scales are learned."""
    catching_up = asyncio.create_task(learning.catch_up())
    while taken_in(learning) < FIRST_FIT:
        assert not catching_up.done()
        await asyncio.sleep(0)
    assert learning.beliefs.feedback_seq < FIRST_FIT
    return catching_up


def taken_in(learning: Learning) -> float:
    """How many ratings the posterior has."""
    policy = learning.beliefs.policies["default"]
    assert isinstance(policy, Thompson)
    return float(policy.posterior.ratings_of(MODELS).sum())
