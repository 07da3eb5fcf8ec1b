"""What a decision and a piece of feedback cost without sockets or disk."""

import gc
import time
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from bandit.context import ContextEncoder
from bandit.decision import Rating
from service.asking import asked_of
from service.availability.availability import Availability
from service.deciding import Decider
from service.gateway.messages import CompletionRequest, parse
from service.services import new_learner
from service.settings import Settings, loads

_MODELS = 8
_ROUNDS = 1000


def settings() -> Settings:
    """Eight models of different prices on one route."""
    models = {
        f"model-{k}": {
            "base_url": "http://127.0.0.1:9/v1",
            "price": {
                "usd_per_million_tokens_in": 0.1 * 2**k,
                "usd_per_million_tokens_out": 0.4 * 2**k,
            },
        }
        for k in range(_MODELS)
    }
    return loads(msgspec.json.encode({"models": models, "seed": 1}).decode(), {})


def rows(repeats: int) -> Iterator[tuple[str, str, str, str]]:
    """Decision and learning times, as medians over repeats of each percentile."""
    configured = settings()
    contexts = ContextEncoder.load()
    learner = new_learner(configured, contexts)
    availability = Availability(configured.availability, dict.fromkeys(configured.models))
    decider = Decider(configured, contexts, configured.seed, availability)
    asked = [asked_of(_request(number)) for number in range(_ROUNDS)]

    def decide(number: int) -> None:
        decider.choose(asked[number], learner)

    def learn(number: int) -> None:
        rating = Rating(drawn[number], f"model-{number % _MODELS}", 0.5, "user")
        learner.policies["default"].learn(rating)

    gc.collect()
    gc.freeze()  # as the service does when it has started
    drawn = np.random.default_rng(2).normal(size=(_ROUNDS, contexts.size))
    drawn[:, 0] = 1.0
    learning = [_percentiles(learn) for _ in range(repeats)]
    deciding = [_percentiles(decide) for _ in range(repeats)]
    middle, tail = np.median(deciding, axis=0)
    yield "prompt to decision, p50", f"{middle:.0f}", "µs", "≤ 250"
    yield "prompt to decision, p99", f"{tail:.0f}", "µs", "≤ 1000"
    middle, tail = np.median(learning, axis=0)
    yield "feedback to posterior, p50", f"{middle:.0f}", "µs", ""
    yield "feedback to posterior, p99", f"{tail:.0f}", "µs", ""


def _request(number: int) -> CompletionRequest:
    text = f"Question {number}: " + "how would one explain that to a colleague? " * 9  # 100 tokens
    return parse(
        msgspec.json.encode({"model": "auto", "messages": [{"role": "user", "content": text}]})
    )


def _percentiles(work: Callable[[int], None]) -> tuple[float, float]:
    """Median and 99th percentile of one round each, microseconds."""
    taken = np.empty(_ROUNDS)
    for number in range(_ROUNDS):
        began = time.perf_counter_ns()
        work(number)
        taken[number] = (time.perf_counter_ns() - began) / 1e3
    middle, tail = np.percentile(taken, [50, 99])
    return float(middle), float(tail)
