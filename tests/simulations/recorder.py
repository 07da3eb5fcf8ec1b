"""A policy that does as it is told and remembers everything."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from bandit.decision import Choice, Decision, Rating

Plan = Callable[[int], str]


@dataclass
class Recorder:
    """Chooses by plan, and keeps what it was asked and told, in order."""

    plan: Plan
    choices: list[Choice] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    asked_before: list[int] = field(default_factory=list)
    """How many choices there had been at each rating."""

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """The model of the plan; half a chance in all for the others, less each time."""
        t = len(self.choices)
        self.choices.append(choice)
        count = len(choice.candidates)
        chosen = choice.candidates.index(self.plan(t))
        rest = 0.5 / (t + 1)
        propensities = np.full(count, rest / max(count - 1, 1))
        propensities[chosen] = 1.0 - rest
        belief = np.arange(float(count)) + t / 100
        return Decision(
            choice.candidates,
            chosen,
            propensities,
            quality_mean=belief,
            quality_std=belief + 1,
            sampled_quality=belief,
            utility=belief,
            cost_usd=choice.cost_usd,
        )

    def learn(self, rating: Rating) -> None:
        """Keep it."""
        self.ratings.append(rating)
        self.asked_before.append(len(self.choices))

    def unlearn(self, rating: Rating) -> None:
        """Never asked for."""
        raise AssertionError("nothing is corrected in a simulation")

    def to_bytes(self) -> bytes:
        """There is nothing to save."""
        return b""

    def restore(self, data: bytes) -> None:
        """There was nothing to save."""
