"""Two calls for one request that end at the same moment: an answer is never lost to the other."""

import asyncio
from pathlib import Path

import pytest

from service.asking import asked_of
from service.deciding import Decided
from service.errors import ProviderFailed
from service.failover.failover import Failover
from service.failover.outcomes import Outcomes
from service.gateway.gateway import Completion
from service.gateway.messages import CompletionRequest
from service.gateway.result import CallResult
from tests.fakes.fleet import Fleet, asks, fleet
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.anyio

ROUTE = {
    "policy": {"kind": "fixed", "model": "a"},
    "hedge_after_seconds": 0.001,
    "retries": 0,
}
OFTEN = 20
"""Tasks that are done together come in any order."""


class Together:
    """Calls that end together, when both have begun; those to `failing` models fail."""

    def __init__(self, *failing: str) -> None:
        self._failing = failing
        self._both = asyncio.Barrier(2)

    async def __call__(self, model: str, _: CompletionRequest, __: float) -> Completion:
        """Answer, or fail."""
        await self._both.wait()
        if model in self._failing:
            raise ProviderFailed(model, 500)
        return Completion(b"{}", CallResult("ok"))


def failover_of(models: Fleet) -> Failover:
    settings = models.services.settings
    outcomes = Outcomes(settings, models.services.writer)
    return Failover(settings, outcomes, models.router.decider.availability)


def decided(models: Fleet) -> Decided:
    return models.router.decider.decide(asked_of(asks()), models.services.learning.beliefs)


@pytest.mark.parametrize("failing", [(), ("a",), ("b",)])
async def test_one_of_two_that_end_together_is_taken(
    tmp_path: Path, fake: FakeProvider, failing: tuple[str, ...]
) -> None:
    open_wide = {"failures_to_open": 1000, "window_calls": 1000}
    async with fleet(tmp_path, fake, "a", "b", route=ROUTE, availability=open_wide) as models:
        failover = failover_of(models)
        for _ in range(OFTEN):
            attempts = failover.begin(decided(models))
            answered = await failover.answer(attempts, asks(), Together(*failing))
            attempts.end(answered.attempt, answered.answer.result)
            assert answered.attempt.model not in failing


async def test_a_request_that_is_cancelled_twice_leaves_no_call_behind(
    tmp_path: Path, fake: FakeProvider
) -> None:
    async def call(model: str, _: CompletionRequest, __: float) -> Completion:
        try:
            await asyncio.sleep(0.1 if model == "a" else 30)
        finally:
            await asyncio.sleep(0.0 if model == "a" else 0.3)
        return Completion(b"{}", CallResult("ok"))

    async with fleet(tmp_path, fake, "a", "b", route=ROUTE) as models:
        failover = failover_of(models)
        attempts = failover.begin(decided(models))
        answering = asyncio.create_task(failover.answer(attempts, asks(), call))
        await asyncio.sleep(0.2)
        answering.cancel()
        await asyncio.sleep(0.05)
        answering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answering
        outcomes = await models.outcomes(count=2)

    assert {(o.model, o.status) for o in outcomes} == {("a", "cancelled"), ("b", "cancelled")}
