"""Real prompts with what four models scored on them, replayed over HTTP with ratings."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.fakes.live import served
from tests.fakes.provider import Answer, FakeProvider, Received

DATA = Path(__file__).parents[3] / "shared" / "data" / "judged_mix_4models.jsonl.gz"
LAST = 400
TYPICAL_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt, and each model's quality and cost on it."""

    prompt: str
    quality: Mapping[str, float]
    cost_usd: Mapping[str, float]


class World:
    """The rows as a provider: what a model's answer costs comes out of its token counts."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = {row.prompt: row for row in rows}
        models = sorted(rows[0].quality)
        typical = {m: float(np.median([row.cost_usd[m] for row in rows])) for m in models}
        self.usd_per_million = {m: typical[m] / TYPICAL_TOKENS * 1e6 for m in models}

    def answer(self, asked: Received) -> Answer:
        """What a model says to a prompt."""
        cost = self.rows[asked.prompt].cost_usd[asked.model]
        return Answer(tokens_in=1, tokens_out=round(cost / self.usd_per_million[asked.model] * 1e6))

    def document(self, base_url: str, folder: Path, willingness_to_pay_usd: float) -> str:
        """The configuration that serves it."""
        models = {
            model: {
                "base_url": base_url,
                "price": {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": price},
            }
            for model, price in self.usd_per_million.items()
        }
        routes = {"default": {"willingness_to_pay_usd": willingness_to_pay_usd}}
        storage = {"url": f"sqlite:///{folder / 'replay.db'}"}
        return json.dumps({"models": models, "routes": routes, "storage": storage, "seed": 3})


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data/judged_mix_4models.jsonl.gz")
@pytest.mark.parametrize("willingness_to_pay_usd", [0.05, 0.2])
def test_the_last_400_requests_earn_what_the_best_single_model_would_have(
    willingness_to_pay_usd: float, tmp_path: Path
) -> None:
    rows = _shuffled(_rows(), seed=0)
    world = World(rows)
    with FakeProvider(world.answer) as fake:
        document = world.document(fake.base_url, tmp_path, willingness_to_pay_usd)
        with served(document, tmp_path) as live, httpx.Client(base_url=live.url) as client:
            chosen = [_ask_and_rate(client, row) for row in rows]

    last = list(zip(rows, chosen, strict=True))[-LAST:]
    earned = np.mean([_reward(row, model, willingness_to_pay_usd) for row, model in last])
    singles = {
        model: np.mean([_reward(row, model, willingness_to_pay_usd) for row, _ in last])
        for model in world.usd_per_million
    }
    assert earned >= 0.99 * max(singles.values()), singles


def _rows() -> list[Row]:
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    return [Row(row["prompt"], row["quality"], row["cost_usd"]) for row in read]


def _shuffled(rows: list[Row], seed: int) -> list[Row]:
    return [rows[k] for k in np.random.default_rng(seed).permutation(len(rows))]


def _ask_and_rate(client: httpx.Client, row: Row) -> str:
    message = {"role": "user", "content": row.prompt}
    answer = client.post("/v1/chat/completions", json={"model": "auto", "messages": [message]})
    model = answer.raise_for_status().headers["x-pointsman-model"]
    decision_id = answer.headers["x-pointsman-decision-id"]
    rating = {"decision_id": decision_id, "score": row.quality[model]}
    client.post("/v1/feedback", json=rating).raise_for_status()
    return str(model)


def _reward(row: Row, model: str, willingness_to_pay_usd: float) -> float:
    return row.quality[model] - row.cost_usd[model] / willingness_to_pay_usd
