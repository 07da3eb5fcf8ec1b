"""A stream of requests, with everything that any choice at any of them would lead to."""

from dataclasses import dataclass

import numpy as np

from bandit.arrays import Indices, Matrix
from simulations.dataset import Dataset

TYPICAL_TOKENS = 300.0
"""Tokens that an answer is said to have on average where a data set knows only dollars."""


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who rates some of the answers, sooner or later."""

    source: str
    rated: Indices
    """Whether the answer to each request is rated, shape ``(T,)``, zero or one."""

    delay: Indices
    """Requests that pass until the rating arrives, shape ``(T,)``; zero is at once."""

    rating: Matrix
    """What would be said of each model's answer, in ``[0, 1]``, shape ``(T, K)``."""

    beside: Indices | None = None
    """How many models further on the answer stands that is compared with the chosen model's, shape
    ``(T,)``; None for one who looks at each answer alone."""


@dataclass(frozen=True, slots=True)
class Environment:
    """``T`` requests to ``K`` models; a policy sees of it what a service would."""

    name: str
    """Of the scenario."""

    models: tuple[str, ...]
    contexts: Matrix
    """Shape ``(T, d)``."""

    rows: Indices
    """Which prompt each request is, shape ``(T,)``; one that comes again has the same number."""

    sources: tuple[str, ...]
    """What each request's prompt was taken from."""

    quality: Matrix
    """What each model's answer is really worth, in ``[0, 1]``, shape ``(T, K)``."""

    tokens: Matrix
    """Tokens of each model's answer, shape ``(T, K)``; seen for the chosen model, then."""

    usd_per_token: Matrix
    """Each model's price at each request, known to the policy beforehand, shape ``(T, K)``."""

    raters: tuple[Rater, ...]
    available: Indices | None = None
    """Whether each model can be chosen, shape ``(T, K)``, zero or one; always, where None."""

    expected_quality: Matrix | None = None
    """Mean quality of each model in each context, shape ``(T, K)``; worlds of our making know."""

    changed_at: int | None = None
    """The request at which the scenario's change happens, where there is one."""

    def __len__(self) -> int:
        return len(self.contexts)

    @property
    def cost_usd(self) -> Matrix:
        """Dollars of each model's answer to each request, shape ``(T, K)``."""
        return self.tokens * self.usd_per_token

    def able(self) -> Indices:
        """Whether each model can be chosen at each request, shape ``(T, K)``, zero or one."""
        if self.available is None:
            return np.ones(self.quality.shape, dtype=np.intp)
        return self.available

    def reward(self, cost_weight: float) -> Matrix:
        """Reward of each model at each request, shape ``(T, K)``; minus infinity if unable."""
        reward = self.quality - cost_weight * self.cost_usd
        return np.where(self.able() > 0, reward, -np.inf)


def faithful(quality: Matrix, source: str = "user") -> Rater:
    """One who rates every answer at once, as what it is worth; ``quality`` is ``(T, K)``."""
    every = np.ones(len(quality), dtype=np.intp)
    return Rater(source, every, np.zeros_like(every), quality)


def replay(
    dataset: Dataset, contexts: Matrix, requests: int | None, rng: np.random.Generator
) -> Environment:
    """The prompts of a data set in random order, each once before any comes again.

    Where a data set knows only what answers cost, a model's price is its mean cost over
    `TYPICAL_TOKENS`, so that what varies from prompt to prompt has to be learned, as a service
    has to learn the length of answers.

    Args:
        dataset: What was scored.
        contexts: Of the data set's prompts, shape ``(N, d)``.
        requests: Length of the stream; by default that of the data set.
        rng: Draws the order.
    """
    rows = _order(len(dataset), requests or len(dataset), rng)
    usd_per_token = np.maximum(dataset.cost_usd.mean(axis=0), 1e-12) / TYPICAL_TOKENS
    quality = dataset.quality[rows]
    return Environment(
        name="replay",
        models=dataset.models,
        contexts=contexts[rows],
        rows=rows,
        sources=tuple(dataset.sources[row] for row in rows),
        quality=quality,
        tokens=dataset.cost_usd[rows] / usd_per_token,
        usd_per_token=np.broadcast_to(usd_per_token, quality.shape).copy(),
        raters=(faithful(quality),),
    )


def _order(prompts: int, requests: int, rng: np.random.Generator) -> Indices:
    rounds = -(-requests // prompts)
    return np.concatenate([rng.permutation(prompts) for _ in range(rounds)])[:requests]
