"""What ratings count for is decided once, and stands in the log that everybody reads."""

import json

import msgspec
import numpy as np
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bandit.arrays import Vector
from bandit.context import ContextEncoder
from bandit.policies.thompson import Thompson
from feedback.learner import Learner
from service.caller import KEYLESS
from service.gateway.messages import parse
from service.rating import Said
from service.services import Services, new_learner, opened, taking
from service.settings import Settings, loads
from service.storage.engine import open_engine
from tests.service.feedback.test_selection import OFTEN, RARELY, document
from tests.service.replay import replay
from tests.service.waiting import until

pytestmark = pytest.mark.anyio

ON = {"after_seconds": 0, "every_seconds": 86400}


def configured(url: str, weights: object) -> Settings:
    return loads(document(url, weights), {})


async def decided(services: Services, prompt: str) -> str:
    body = {"model": "auto", "messages": [{"role": "user", "content": prompt}]}
    return (await services.router.choose(parse(json.dumps(body).encode()))).record.id


def said(decision_id: str, quality: float = 1.0) -> Said:
    return Said(decision_id, "user", quality, msgspec.Raw(b"{}"))


async def habit(services: Services) -> list[str]:
    """Sums are rated nine times in ten, stories once in ten; gives stories that are not rated."""
    left = list[str]()
    for k in range(120):
        for prompt, rates in ((OFTEN, k % 10 > 0), (RARELY, k % 10 == 0)):
            decision = await decided(services, prompt.format(k))
            if rates:
                await services.ratings.take(said(decision, 0.8), KEYLESS)
            elif prompt is RARELY:
                left.append(decision)
    return left


def posterior_mean(learner: Learner) -> Vector:
    policy = learner.policies["default"]
    assert isinstance(policy, Thompson)
    return policy.posterior.mean()


async def test_replicas_that_weigh_differently_believe_the_same(database_url: str) -> None:
    on, off = configured(database_url, ON), configured(database_url, None)
    async with opened(on) as one, opened(off) as other:
        left = await habit(one)
        await one.ratings.selection.learn()
        weighed = [await one.ratings.take(said(decision), KEYLESS) for decision in left[:20]]
        plain = await other.ratings.take(said(left[20]), KEYLESS)
        for replica in (one, other):
            await replica.learning.catch_up()
        clean = await replay(new_learner(off, ContextEncoder.load()), database_url)

        believed = [posterior_mean(each.learning.beliefs) for each in (one, other)]

    assert all(1.5 < word.weight <= 5.0 for word in weighed)
    assert plain.weight == 1.0
    np.testing.assert_allclose(believed[0], posterior_mean(clean), atol=1e-9)
    np.testing.assert_allclose(believed[1], posterior_mean(clean), atol=1e-9)


async def test_what_is_imported_is_weighed_by_what_the_log_says(sqlite_url: str) -> None:
    settings = configured(sqlite_url, ON)
    async with opened(settings) as services:
        left = await habit(services)

    async with taking(settings) as ratings:
        word = await ratings.take(said(left[0]), KEYLESS)

    assert word.weight > 1.5


async def test_until_something_is_learned_and_where_it_is_off_all_count_alike(
    sqlite_url: str,
) -> None:
    for weights in (ON, None):
        async with opened(configured(sqlite_url, weights)) as services:
            word = await services.ratings.take(said(await decided(services, "Why?")), KEYLESS)

            assert word.weight == 1.0
            assert services.ratings.selection.learned_on("plain") == []


async def test_a_log_that_cannot_be_read_is_told_and_learned_from_again_later(
    sqlite_url: str,
) -> None:
    async with opened(configured(sqlite_url, {**ON, "every_seconds": 1})) as services:
        decision = await decided(services, "Why?")
        await renamed(sqlite_url, "decisions", "hidden")
        with capture_logs() as lines:
            await until(lambda: "rating_weights_not_learned" in {line["event"] for line in lines})
        await renamed(sqlite_url, "hidden", "decisions")
        await services.ratings.take(said(decision), KEYLESS)

        await until(lambda: services.ratings.selection.learned_on("default"))


async def renamed(url: str, table: str, name: str) -> None:
    engine = open_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
    await engine.dispose()
