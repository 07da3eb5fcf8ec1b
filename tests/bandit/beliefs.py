"""Posteriors and evidence for the tests, as Hypothesis strategies."""

from dataclasses import dataclass

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from bandit.arrays import Vector
from bandit.evidence import Evidence
from bandit.posterior import Posterior
from bandit.prior import Prior

repeatable = settings(derandomize=True, deadline=None, max_examples=60)
"""The same examples at every run."""

NOISE = {"user": 0.06, "judge": 0.02}

CAUTION = 1.5
"""Times that is what evidence is counted with."""


@dataclass(frozen=True, slots=True)
class World:
    """Some models, and what was observed of them."""

    size: int
    models: tuple[str, ...]
    evidence: list[Evidence]

    def posterior(self) -> Posterior:
        """What is believed before the evidence."""
        posterior = Posterior(self.size, Prior(), caution=CAUTION)
        posterior.noise = dict(NOISE)
        for k, model in enumerate(self.models):
            posterior.add_model(model, 0.4 + 0.1 * k)
        return posterior

    def learned(self) -> Posterior:
        """What is believed after it."""
        posterior = self.posterior()
        for one in self.evidence:
            posterior.observe(one)
        return posterior


@st.composite
def contexts(draw: st.DrawFn, size: int) -> Vector:
    """A bias and entries within three of zero, shape ``(size,)``."""
    entry = st.floats(-3.0, 3.0, allow_subnormal=False)
    return np.array([1.0, *draw(st.lists(entry, min_size=size - 1, max_size=size - 1))])


@st.composite
def observations(draw: st.DrawFn, size: int, models: tuple[str, ...]) -> Evidence:
    """A rating or, where there are two models, a preference."""
    context, source = draw(contexts(size)), draw(st.sampled_from(sorted(NOISE)))
    pair = draw(st.permutations(models))[:2]
    if len(pair) == 2 and draw(st.booleans()):
        strength = draw(st.floats(-0.5, 0.5))
        return Evidence.of_preference(context, pair[0], pair[1], strength, source)
    return Evidence.of_rating(context, pair[0], draw(st.floats(0.0, 1.0)), source)


@st.composite
def worlds(draw: st.DrawFn, least_models: int = 1, most_evidence: int = 40) -> World:
    """Up to four models, in up to four dimensions."""
    size, count = draw(st.integers(1, 4)), draw(st.integers(least_models, 4))
    models = tuple("abcd"[:count])
    some = st.lists(observations(size, models), min_size=1, max_size=most_evidence)
    return World(size, models, draw(some))


def assert_same_belief(one: Posterior, other: Posterior, tolerance: float = 1e-9) -> None:
    """The two say the same of every model in any context."""
    assert one.models == other.models
    np.testing.assert_allclose(one.mean(), other.mean(), rtol=0.0, atol=tolerance)
    np.testing.assert_allclose(one.covariance(), other.covariance(), rtol=0.0, atol=tolerance)
