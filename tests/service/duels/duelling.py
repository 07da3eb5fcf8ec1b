"""A service whose models duel, and a provider whose answers and verdicts are scripted."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from service.answer import Answer as Given
from service.gateway.messages import CompletionRequest, parse
from service.services import Services
from service.settings import Settings, loads
from service.storage.duels import DuelRecord
from tests.fakes.provider import Answer, FakeProvider, Received

PRICE = {"usd_per_million_tokens_in": 10.0, "usd_per_million_tokens_out": 40.0}
DUEL = {"judge": "critic", "rate": 1.0, "budget_usd_per_day": 100.0}
ANSWER_USD = (10 * 10.0 + 5 * 40.0) / 1e6
VERDICT_USD = (200 * 10.0 + 20 * 40.0) / 1e6


def points(a: int, b: int) -> Answer:
    """A verdict."""
    said = json.dumps({"reason": "So.", "a": a, "b": b})
    return Answer(said, tokens_in=200, tokens_out=20)


def best_is(model: str) -> Callable[[Received], Answer]:
    """A judge that finds one model's answer better by half, wherever it stands."""

    def verdict(asked: Received) -> Answer:
        is_a = f"ANSWER A]\n{model}" in asked.prompt
        return points(9, 4) if is_a else points(4, 9)

    return verdict


@dataclass
class Script:
    """Says what each model answers: its name, unless told otherwise."""

    verdict: Callable[[Received], Answer] = field(default_factory=lambda: best_is("large"))
    answers: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, asked: Received) -> Answer:
        """One answer."""
        if asked.model == "critic":
            return self.verdict(asked)
        return self.answers.get(asked.model, Answer(f"{asked.model} says so."))


def configured(fake: FakeProvider, database_url: str, duel: object, **more: object) -> Settings:
    """A route over `small` and `large`, whose duels `critic` judges."""
    return loads(document(fake, database_url, duel, **more), {})


def document(fake: FakeProvider, database_url: str, duel: object, **more: object) -> str:
    """The same as a file's text."""
    model: dict[str, Any] = {"base_url": fake.base_url, "price": PRICE}
    route = {"candidates": ["small", "large"], "duel": duel, "retries": 0, "fallbacks": [], **more}
    written = {
        "models": {"small": model, "large": model, "critic": model},
        "routes": {"default": route},
        "storage": {"url": database_url},
        "seed": 3,
    }
    return json.dumps(written)


def asking(**fields: object) -> CompletionRequest:
    """A request."""
    asked = {"model": "auto", "messages": [{"role": "user", "content": "Why?"}], **fields}
    return parse(json.dumps(asked).encode())


async def answered(services: Services, **fields: object) -> Given:
    """Have a request answered."""
    return await services.router.complete(asking(**fields))


async def streamed(services: Services, most: int | None = None) -> str:
    """Have a request answered piece by piece, or its first pieces only; gives its decision's id."""
    stream = await services.router.stream(asking(stream=True))
    count = 0
    async for _ in stream:
        count += 1
        if count == most:
            break
    await stream.aclose()
    return stream.decided.record.id


async def duel_of(services: Services, decision_id: str) -> DuelRecord:
    """The duel that a decision began, once it is over."""
    for _ in range(500):
        duel = await services.duels.log.of(decision_id)
        if duel is not None and duel.status in {"filed", "failed"}:
            return duel
        await asyncio.sleep(0.02)
    raise AssertionError(decision_id)
