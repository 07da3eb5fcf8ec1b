"""The demonstration's clients: they ask, look at who answered, and rate."""

import asyncio
import itertools
from collections.abc import Iterator

import httpx
import numpy as np
from httpx_aiohttp import AiohttpTransport

from service.demo.tally import Tally
from service.demo.world import MODELS
from simulations.corpus import CorpusPrompt, prompts

_MODELS = {model.name: model for model in MODELS}


def stream(seed: int) -> Iterator[CorpusPrompt]:
    """Prompts of all kinds in an order of their own, again and again."""
    rng = np.random.default_rng(seed)
    corpus = prompts()
    while True:
        yield from (corpus[i] for i in rng.permutation(len(corpus)))


async def drive(base_url: str, requests: int | None, clients: int, tally: Tally) -> None:
    """Send requests to a running service, and rate every answer.

    Args:
        base_url: Where the service listens.
        requests: How many to send; None goes on until cancelled.
        clients: How many wait for answers at the same time.
        tally: Where each is counted.
    """
    asked = itertools.islice(stream(seed=7), requests)
    async with (
        httpx.AsyncClient(base_url=base_url, transport=AiohttpTransport(), timeout=30.0) as client,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(clients):
            group.create_task(_client(client, asked, tally))


async def _client(client: httpx.AsyncClient, asked: Iterator[CorpusPrompt], tally: Tally) -> None:
    for prompt in asked:
        await _ask_and_rate(client, prompt, tally)


async def _ask_and_rate(client: httpx.AsyncClient, asked: CorpusPrompt, tally: Tally) -> None:
    body = {"model": "auto", "messages": [{"role": "user", "content": asked.prompt.user}]}
    answer = await client.post("/v1/chat/completions", json=body)
    answer.raise_for_status()
    name = answer.headers["x-pointsman-model"]
    quality = _MODELS[name].quality(asked.kind, asked.prompt.user)
    rating = {"decision_id": answer.headers["x-pointsman-decision-id"], "score": quality}
    (await client.post("/v1/feedback", json=rating)).raise_for_status()
    tally.count(asked, name, quality, float(answer.headers["x-pointsman-cost-usd"]))
