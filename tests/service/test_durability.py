"""`kill -9` under load: what was acknowledged is there at the next start, and so is the posterior."""

import threading
from pathlib import Path

import httpx
import numpy as np
import pytest

from bandit.arrays import Vector
from bandit.context import ContextEncoder
from bandit.policies.thompson import Thompson
from feedback.learner import Learner
from service.demo.settings import demo_document
from service.services import new_learner
from service.settings import loads
from service.storage.engine import open_engine
from service.storage.reader import Reader
from tests.fakes.live import Live, served

KILLS = 10


@pytest.mark.anyio
async def test_nothing_acknowledged_is_lost_by_ten_kills(upstream: str, tmp_path: Path) -> None:
    document = demo_document(upstream, tmp_path)
    decisions: list[str] = []
    ratings: list[str] = []
    for kill in range(KILLS):
        with served(document, tmp_path) as running:
            work = threading.Thread(target=_load, args=(running, kill, decisions, ratings))
            work.start()
            while len(ratings) < 25 * (kill + 1) and work.is_alive():
                work.join(0.01)
            running.kill()
            work.join()

    with served(document, tmp_path) as running, httpx.Client(base_url=running.url) as client:
        for number, decision_id in enumerate(decisions):
            explained = client.get(f"/v1/decisions/{decision_id}").raise_for_status().json()
            assert explained["outcomes"], number
        kept = {
            rating["feedback_id"]
            for decision_id in set(decisions)
            for rating in client.get(f"/v1/decisions/{decision_id}").json()["feedback"]
        }
        shown = client.get("/v1/routes/default/policy").json()["models"]

    assert len(ratings) >= 25 * KILLS
    assert set(ratings) <= kept
    replayed = await _replayed(document)
    policy = replayed.policies["default"]
    assert isinstance(policy, Thompson)
    context = ContextEncoder.load()
    average = [1.0] + [0.0] * (context.size - 1)
    means = policy.posterior.mean_at(_vector(average), [model["model"] for model in shown])
    assert means.tolist() == pytest.approx([m["quality_mean"] for m in shown], abs=1e-9)


def _load(running: Live, seed: int, decisions: list[str], ratings: list[str]) -> None:
    """Ask and rate until the service is gone; note what was acknowledged."""
    with httpx.Client(base_url=running.url, timeout=10.0) as client:
        try:
            for number in range(10_000):
                prompt = f"Question {seed}-{number}: what is {number} times {seed}?"
                message = {"role": "user", "content": prompt}
                answer = client.post(
                    "/v1/chat/completions", json={"model": "auto", "messages": [message]}
                )
                decision_id = answer.headers["x-pointsman-decision-id"]
                decisions.append(decision_id)
                score = (number % 5) / 4
                rated = client.post(
                    "/v1/feedback", json={"decision_id": decision_id, "score": score}
                )
                ratings.append(rated.json()["feedback_id"])
        except httpx.HTTPError:
            return


async def _replayed(document: str) -> Learner:
    """A full replay of the log, without any snapshot."""
    settings = loads(document, {})
    learner = new_learner(settings, ContextEncoder.load())
    engine = open_engine(settings.storage.url)
    reader = Reader(engine)
    while entries := await reader.feedback_after(learner.feedback_seq, 500):
        learner.rate(entries)
    await engine.dispose()
    return learner


def _vector(values: list[float]) -> Vector:
    return np.array(values)
