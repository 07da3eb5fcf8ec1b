"""Two replicas on one log believe what one clean reading of it believes."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandit.context import ContextEncoder
from bandit.policies.thompson import Thompson
from feedback.errors import NothingToRetract
from feedback.learner import Learner
from service.caller import KEYLESS
from service.gateway.messages import parse
from service.rating import Said
from service.services import Services, new_learner, opened
from service.settings import Settings, loads
from tests.service.replay import replay

pytestmark = pytest.mark.anyio

MODELS = ("a", "b", "c")
PRICE = {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1}
SOURCES = ("user", "judge")
UNIT = st.floats(0, 1)


@dataclass
class Pair:
    """Two replicas, the decisions that can be rated, and the feedback that can be taken back."""

    configured: Settings
    replicas: tuple[Services, Services]
    decisions: list[str]
    words: list[str]


@pytest.fixture
async def pair(anyio_backend: str, database_url: str) -> AsyncIterator[Pair]:
    models = {name: {"base_url": "http://127.0.0.1:9/v1", "price": PRICE} for name in MODELS}
    route = {"metrics": {"tone": 0.5}}
    document = {"models": models, "routes": {"default": route}, "storage": {"url": database_url}}
    configured = loads(json.dumps(document), {})
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(opened(configured))
        second = await stack.enter_async_context(opened(configured))
        decisions = [await _decided(first) for _ in range(12)]
        yield Pair(configured, (first, second), decisions, [])


async def _decided(replica: Services) -> str:
    """A decision; all are on the same prompt, so that any two can be compared."""
    body = {"model": "auto", "messages": [{"role": "user", "content": "Why is the sky blue?"}]}
    return (await replica.router.choose(parse(json.dumps(body).encode()))).record.id


ratings = st.tuples(
    st.just("rate"),
    st.integers(0, 11),
    st.sampled_from(SOURCES),
    st.sampled_from(("quality", "tone")),
    UNIT,
)
preferences = st.tuples(
    st.just("prefer"), st.integers(0, 11), st.integers(0, 11), st.sampled_from(SOURCES), UNIT
)
retractions = st.tuples(st.just("retract"), st.integers(0, 200))
steps = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(ratings, ratings, preferences, retractions)),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
async def test_any_interleaving_ends_where_one_clean_reading_does(
    pair: Pair, steps: list[tuple[int, tuple[object, ...]]]
) -> None:
    for which, step in steps:
        await _take(pair, pair.replicas[which], step)
    for replica in pair.replicas:
        await replica.learning.catch_up()

    clean = _policy(await _replayed(pair))

    for replica in pair.replicas:
        policy = _policy(replica.learning.beliefs)
        believed, clean_belief = policy.posterior, clean.posterior
        np.testing.assert_allclose(believed.mean(), clean_belief.mean(), atol=1e-9)
        np.testing.assert_allclose(believed.covariance(), clean_belief.covariance(), atol=1e-9)
        assert {s: msgspec.structs.astuple(p) for s, p in policy.pairs.items()} == {
            s: pytest.approx(msgspec.structs.astuple(p), abs=1e-9) for s, p in clean.pairs.items()
        }


async def _take(pair: Pair, replica: Services, step: tuple[object, ...]) -> None:
    match step:
        case ("rate", int(k), str(source), str(metric), float(quality)):
            said = Said(pair.decisions[k], source, quality, msgspec.Raw(b"{}"), metric)
            pair.words.append((await replica.ratings.take(said, KEYLESS)).id)
        case ("prefer", int(k), int(j), str(source), float(quality)) if k != j:
            said = Said(
                pair.decisions[k], source, quality, msgspec.Raw(b"{}"), against=pair.decisions[j]
            )
            pair.words.append((await replica.ratings.take(said, KEYLESS)).id)
        case ("retract", int(k)) if pair.words:
            await _retract(replica, pair.words[k % len(pair.words)])


async def _retract(replica: Services, word: str) -> None:
    """A word that does not stand any more cannot be taken back."""
    with suppress(NothingToRetract):
        await replica.ratings.retract(word, KEYLESS)


async def _replayed(pair: Pair) -> Learner:
    learner = new_learner(pair.configured, ContextEncoder.load())
    return await replay(learner, pair.configured.storage.url)


def _policy(learner: Learner) -> Thompson:
    policy = learner.policies["default"]
    assert isinstance(policy, Thompson)
    return policy
