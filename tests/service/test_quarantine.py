"""Whoever is in quarantine might as well never have said anything, and may be heard again."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import ConfigError
from bandit.policies.joint import joint_posterior
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from feedback.learner import Learner
from service.cli.feedback import quarantine
from service.learning import Learning
from service.storage.engine import migrate, open_engine
from service.storage.quarantines import Quarantine, Quarantines
from service.storage.records import FeedbackRecord
from service.storage.snapshots import Snapshots
from service.storage.tail import Tail
from service.storage.writer import Writer
from tests.service.storage import samples

pytestmark = pytest.mark.anyio

MODELS = ("small", "large")
DECISIONS = 25


@dataclass(frozen=True, slots=True)
class Log:
    """A log, and a service's way of learning from it."""

    writer: Writer
    quarantines: Quarantines
    learning: Learning

    async def say(self, words: Sequence[FeedbackRecord]) -> None:
        """Write words, and learn from them."""
        for word in words:
            await self.writer.append_feedback(word)
        await self.learning.follow()

    async def silence(self, rater: str | None = None, **changes: object) -> None:
        """Put one who speaks for people in quarantine, or release them."""
        begun = Quarantine(samples.NOON, "user", rater, samples.NOON)
        await self.quarantines.add(replace(begun, **changes))  # type: ignore[arg-type]
        await self.learning.follow()

    def believed(self) -> Posterior:
        """What is believed by now."""
        return posterior(self.learning).copy()


def posterior(learning: Learning) -> Posterior:
    policy = learning.beliefs.policies["default"]
    assert isinstance(policy, Thompson)
    return policy.posterior


def new_learner() -> Learner:
    policy = Thompson(joint_posterior(dict.fromkeys(MODELS, 0.7), 3))
    return Learner(
        {"default": policy}, {"default": MODELS}, MODELS, "v1", 3, references={"default": "user"}
    )


def learning_from(engine: AsyncEngine) -> Learning:
    return Learning(new_learner, Tail(engine), Snapshots(engine), snapshot_every=20)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Log]:
    engine = open_engine(url)
    await migrate(engine)
    async with Writer(engine) as writer:
        for k in range(DECISIONS):
            context = np.array([1.0, np.sin(k), np.cos(3 * k)], np.float32)
            await writer.append(samples.decision(f"d{k}", context=context))
        learning = learning_from(engine)
        await learning.start()
        yield Log(writer, Quarantines(engine), learning)
    await engine.dispose()


@pytest.fixture
async def log(anyio_backend: str, database_url: str) -> AsyncIterator[Log]:
    async with opened(database_url) as log:
        yield log


def said(number: int, k: int, quality: float, **changes: object) -> FeedbackRecord:
    model = MODELS[k % 2]
    return samples.rating(f"f{number}", f"d{k}", quality=quality, model=model, **changes)


def assert_same(one: Posterior, other: Posterior) -> None:
    np.testing.assert_allclose(one.mean(), other.mean(), rtol=0.0, atol=1e-9)
    np.testing.assert_allclose(one.covariance(), other.covariance(), rtol=0.0, atol=1e-9)


words = st.lists(
    st.tuples(
        st.integers(0, DECISIONS - 1),
        st.sampled_from(("user", "judge")),
        st.sampled_from(("honest", "honest", "hostile")),
        st.floats(0, 1),
        st.booleans(),
    ),
    min_size=60,
    max_size=110,
)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(drawn=words)
async def test_a_quarantine_leaves_what_would_be_believed_had_they_never_said_a_word(
    anyio_backend: str,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[int, str, str, float, bool]],
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    everything = [
        said(number, k, quality, source=source, rater=rater, retracts=retracts and number % 5 == 0)
        for number, (k, source, rater, quality, retracts) in enumerate(drawn)
    ]
    honest = [word for word in everything if (word.source, word.rater) != ("user", "hostile")]
    async with (
        opened(f"sqlite:///{folder / 'all.db'}") as log,
        opened(f"sqlite:///{folder / 'honest.db'}") as clean,
    ):
        await log.say(everything)
        before = log.believed()
        await log.silence("hostile")
        await clean.say(honest)

        assert_same(log.believed(), clean.believed())

        await log.silence("hostile", lifts=True)
        assert_same(log.believed(), before)


async def test_new_words_are_kept_and_teach_nothing_until_they_are_released(log: Log) -> None:
    await log.say([said(1, 0, 0.9, rater="honest")])
    without = log.believed()
    await log.silence("hostile")

    await log.say([said(2, 1, 0.0, rater="hostile")])
    assert_same(log.believed(), without)

    await log.silence("hostile", lifts=True)
    assert log.learning.beliefs.feedback_seq == 2
    assert np.abs(log.believed().mean() - without.mean()).max() > 1e-3


async def test_a_word_that_a_silenced_one_took_the_place_of_stands_again(log: Log) -> None:
    await log.say([said(1, 0, 0.9, rater="honest")])
    without = log.believed()
    await log.say([said(2, 0, 0.0, rater="hostile")])

    await log.silence("hostile")

    assert_same(log.believed(), without)


async def test_a_quarantine_is_of_one_rater_and_from_a_time_on(log: Log) -> None:
    later = samples.NOON + timedelta(hours=1)
    await log.say([said(1, 0, 0.9, rater="a"), said(2, 1, 0.1, rater="b"), said(3, 2, 0.2)])
    heard = log.believed()

    await log.silence("c")
    await log.silence("a", since=later)
    await log.silence(None, source="judge")
    assert_same(log.believed(), heard)
    assert await log.quarantines.silenced() == 0

    await log.silence(None, since=later)
    await log.say([said(4, 3, 0.0, rater="b", at=later)])
    assert_same(log.believed(), heard)
    assert await log.quarantines.silenced() == 1


async def test_a_snapshot_from_before_a_quarantine_is_passed_over(log: Log, tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'log.db'}") as first:
        await first.say([said(k, k, 0.1, rater="hostile") for k in range(DECISIONS)])
        await first.learning.save()
        engine = open_engine(f"sqlite:///{tmp_path / 'log.db'}")
        await first.quarantines.add(Quarantine(samples.NOON, "user", None, samples.NOON))

        restarted = learning_from(engine)
        await restarted.start()
        await engine.dispose()

    assert_same(posterior(restarted), posterior(log.learning))


def commanded(folder: Path, *whose: str) -> Callable[..., Result]:
    """The command on an empty log in a folder, always with these options."""
    config = folder / "pointsman.yaml"
    model = {"base_url": "http://127.0.0.1:9/v1", "price": "gpt-4o"}
    url = f"sqlite:///{folder / 'log.db'}"
    config.write_text(json.dumps({"models": {"a": model}, "storage": {"url": url}}))
    return lambda *more: CliRunner().invoke(quarantine, ["--config", str(config), *whose, *more])


def test_the_command_imposes_and_releases_and_says_what_is_not_heard(tmp_path: Path) -> None:
    asked = commanded(tmp_path, "--source", "user", "--rater", "eve")

    refused = asked("--release")
    assert isinstance(refused.exception, ConfigError)
    assert "in quarantine: user, rater eve; 0 words" in asked("--since", "2026-01-01").output
    assert "released: user, rater eve" in asked("--release").output
    assert isinstance(asked("--release").exception, ConfigError)
