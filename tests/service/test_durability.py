"""`kill -9` under load: what was acknowledged is there afterwards, and so is the posterior."""

import threading
from pathlib import Path

import httpx
import numpy as np
import pytest

from bandit.context import ContextEncoder
from bandit.policies.thompson import Thompson
from feedback.learner import Learner
from service.demo.settings import demo_document
from service.services import new_learner
from service.settings import loads
from tests.fakes.live import Live, served
from tests.service.replay import replay

KILLS = 10


@pytest.mark.anyio
async def test_nothing_acknowledged_is_lost_by_ten_kills(upstream: str, tmp_path: Path) -> None:
    document = demo_document(upstream, tmp_path)
    decisions: list[str] = []
    ratings: list[str] = []
    for kill in range(KILLS):
        _load_and_kill(document, tmp_path, kill, decisions, ratings)

    kept, means = _after_restart(document, tmp_path, decisions)
    policy = (await _replayed(document)).policies["default"]

    assert len(ratings) >= 25 * KILLS
    assert set(ratings) <= kept
    assert isinstance(policy, Thompson)
    average = np.eye(1, policy.posterior.size)[0]
    replayed = policy.posterior.mean_at(average, list(means))
    assert replayed.tolist() == pytest.approx(list(means.values()), abs=1e-9)


def _load_and_kill(
    document: str, folder: Path, kill: int, decisions: list[str], ratings: list[str]
) -> None:
    with served(document, folder) as running:
        work = threading.Thread(target=_load, args=(running, kill, decisions, ratings))
        work.start()
        while len(ratings) < 25 * (kill + 1) and work.is_alive():
            work.join(0.01)
        running.kill()
        work.join()


def _after_restart(
    document: str, folder: Path, decisions: list[str]
) -> tuple[set[str], dict[str, float]]:
    """Feedback that is there, and each model's mean quality, in a service started anew."""
    with served(document, folder) as running, httpx.Client(base_url=running.url) as client:
        kept: set[str] = set()
        for decision_id in decisions:
            explained = client.get(f"/v1/decisions/{decision_id}").raise_for_status().json()
            assert explained["outcomes"]
            kept |= {rating["feedback_id"] for rating in explained["feedback"]}
        shown = client.get("/v1/routes/default/policy").json()["models"]
    return kept, {model["model"]: model["quality_mean"] for model in shown}


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
    return await replay(new_learner(settings, ContextEncoder.load()), settings.storage.url)
