"""What came with a key can be silenced, and be heard again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandit.errors import ConfigError
from service.storage.quarantines import Quarantine
from service.storage.records import FeedbackRecord
from tests.service.storage import samples
from tests.service.test_quarantine import DECISIONS, Log, assert_same, commanded, opened, said

pytestmark = pytest.mark.anyio

KEYS = ("web", "hostile", None)
words = st.lists(
    st.tuples(
        st.integers(0, DECISIONS - 1),
        st.sampled_from(("user", "judge")),
        st.sampled_from(KEYS),
        st.sampled_from(("ann", "bob", None)),
        st.floats(0, 1),
    ),
    min_size=60,
    max_size=90,
)
named = st.tuples(
    st.sampled_from(("user", None)), st.sampled_from(("ann", None)), st.just("hostile")
)


@pytest.fixture
async def log(anyio_backend: str, database_url: str) -> AsyncIterator[Log]:
    async with opened(database_url) as log:
        yield log


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(drawn=words, whose=named)
async def test_a_quarantine_of_a_key_leaves_what_would_be_believed_without_its_words(
    anyio_backend: str,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[int, str, str | None, str | None, float]],
    whose: tuple[str | None, str | None, str],
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    source, rater, key = whose
    everything = [
        said(number, k, quality, source=by, rater=who, key=with_key)
        for number, (k, by, with_key, who, quality) in enumerate(drawn)
    ]
    async with (
        opened(f"sqlite:///{folder / 'all.db'}") as log,
        opened(f"sqlite:///{folder / 'clean.db'}") as clean,
    ):
        await log.say(everything)
        before = log.believed()
        await log.silence(rater, source=source, key=key)
        await clean.say([word for word in everything if not is_silenced(word, *whose)])

        assert_same(log.believed(), clean.believed())

        await log.silence(rater, source=source, key=key, lifts=True)
        assert_same(log.believed(), before)


def is_silenced(word: FeedbackRecord, source: str | None, rater: str | None, key: str) -> bool:
    return word.key == key and source in {None, word.source} and rater in {None, word.rater}


async def test_of_a_key_only_what_fits_all_that_is_named_is_silenced(log: Log) -> None:
    await log.say(
        [
            said(1, 0, 0.9, key="web", rater="ann"),
            said(2, 1, 0.1, key="web", rater="bob"),
            said(3, 2, 0.2, key="batch", rater="ann"),
            said(4, 3, 0.3, rater="ann"),
            said(5, 4, 0.4, key="web", rater="ann", source="judge"),
        ]
    )

    async def silenced(rater: str | None, **changes: object) -> int:
        await log.silence(rater, **changes)
        count = await log.quarantines.silenced()
        await log.silence(rater, **changes, lifts=True)
        return count

    assert await silenced(None, source=None, key="web") == 3
    assert await silenced(None, key="web") == 2
    assert await silenced("ann", source=None, key="web") == 2
    assert await silenced("ann", key="web") == 1
    assert await silenced("ann") == 3
    later = samples.NOON + timedelta(hours=1)
    assert await silenced(None, source=None, key="web", since=later) == 0
    assert await log.quarantines.in_force() == []


async def test_a_release_is_of_what_it_names_and_of_nothing_wider(log: Log) -> None:
    await log.say([said(1, 0, 0.9, key="web")])
    await log.silence(None, source=None, key="web")

    await log.silence(None, source="user", key="web", lifts=True)
    await log.silence(None, source="user", lifts=True)

    assert await log.quarantines.in_force() == [
        Quarantine(samples.NOON, None, None, samples.NOON, key="web")
    ]
    assert await log.quarantines.silenced() == 1


def test_the_command_takes_a_key_alone_or_with_a_source(tmp_path: Path) -> None:
    asked = commanded(tmp_path)

    assert "give --source, --key or both" in asked("--rater", "eve").output
    assert "in quarantine: key web; 0 words" in asked("--key", "web").output
    assert "in quarantine: user, key web" in asked("--source", "user", "--key", "web").output
    refused = asked("--source", "user", "--release")
    assert isinstance(refused.exception, ConfigError)
    assert "--key web; --source user --key web" in str(refused.exception)
    assert "released: key web" in asked("--key", "web", "--release").output
    assert isinstance(asked("--key", "web", "--release").exception, ConfigError)
