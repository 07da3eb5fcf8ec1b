"""A service whose answers are judged, and a provider whose verdicts are scripted."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from service.caller import KEYLESS
from service.gateway.messages import parse
from service.services import Services
from service.settings import Settings, loads
from service.storage.verdicts import VerdictRecord
from tests.fakes.provider import Answer, FakeProvider, Received

PRICE = {"usd_per_million_tokens_in": 10.0, "usd_per_million_tokens_out": 40.0}
JUDGE = {"kind": "model", "model": "critic", "rate": 1.0, "budget_usd_per_day": 100.0}
GOOD = Answer('{"reason": "Fine.", "score": 8}', tokens_in=200, tokens_out=20)
COST_USD = (200 * 10.0 + 20 * 40.0) / 1e6


@dataclass
class Script:
    """Says what each model answers."""

    verdict: Callable[[Received], Answer] = lambda _: GOOD
    answer: Answer = field(default_factory=Answer)

    def __call__(self, asked: Received) -> Answer:
        """One answer."""
        return self.verdict(asked) if asked.model == "critic" else self.answer


def configured(fake: FakeProvider, database_url: str, judge: object, **more: object) -> Settings:
    """A route over `small` and `large`, whose judge may be `critic`."""
    model = {"base_url": fake.base_url, "price": PRICE}
    document = {
        "models": {"small": model, "large": model, "critic": model},
        "routes": {"default": {"candidates": ["small", "large"], "judge": judge, **more}},
        "storage": {"url": database_url},
    }
    return loads(json.dumps(document), {})


async def answered(services: Services, prompt: str = "Why?", **fields: object) -> str:
    """Have a request answered; gives its decision's id."""
    asked = {"model": "auto", "messages": [{"role": "user", "content": prompt}], **fields}
    answer = await services.router.complete(parse(json.dumps(asked).encode()))
    return answer.decided.record.id


async def streamed(services: Services) -> str:
    """Have a request answered piece by piece."""
    asked = {"model": "auto", "stream": True, "messages": [{"role": "user", "content": "Why?"}]}
    stream = await services.router.stream(parse(json.dumps(asked).encode()))
    async for _ in stream:
        pass
    return stream.decided.record.id


async def verdict_on(services: Services, decision_id: str, *statuses: str) -> VerdictRecord:
    """The verdict on an answer, once it has one of these statuses."""
    for _ in range(500):
        for verdict in await services.verdicts.on(decision_id):
            if verdict.status in (statuses or ("filed", "failed")):
                return verdict
        await asyncio.sleep(0.02)
    raise AssertionError(decision_id)


async def words_on(services: Services, decision_id: str) -> list[tuple[str, float]]:
    """The feedback on an answer: whose it is, and how good they find it."""
    stored = await services.reader.decision(decision_id, KEYLESS)
    assert stored is not None
    return [(word.source, word.quality) for word in stored.feedback]


async def idle(services: Services, waiting: int = 0) -> None:
    """Wait until few wait to be judged; if none, then until what was taken up is over."""
    for _ in range(1000):
        if services.judging.waiting <= waiting:
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0 if waiting else 0.6)
