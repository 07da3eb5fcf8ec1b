"""The candidate that answers soonest."""

import numpy as np
from msgspec.structs import replace

from bandit.arrays import Indices, Vector
from bandit.decision import Choice, Decision, certainly
from bandit.policies.round_robin import RoundRobin
from bandit.policies.weighted import least_charged, unlearned

_UNKNOWN_SECONDS = 1e6


class Fastest(RoundRobin):
    """Takes the candidate with the least expected seconds; those not known yet in turn, first.

    A candidate of which no latency is known is only tried before the others while nothing is
    charged for it: one that fails is not preferred for being unknown. Given the turn each choice
    is certain, so has propensity 1; of equals the first is taken. The utility in a decision is
    the expected seconds, negative.
    """

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose the least latency; without exploring, see `least_charged`."""
        del rng
        unknown = choice.latency_seconds <= 0.0
        seconds: Vector = np.where(unknown, _UNKNOWN_SECONDS, choice.latency_seconds)
        if choice.explore:
            untried = np.flatnonzero(unknown & (choice.surcharge <= 0.0))
            chosen = self._next(untried) if untried.size else int(np.argmin(seconds))
        else:
            chosen = least_charged(choice, 1.0 / seconds)
        decision = unlearned(choice, chosen, certainly(chosen, choice))
        return replace(decision, utility=-seconds)

    def _next(self, untried: Indices) -> int:
        self.turn += 1
        return int(untried[(self.turn - 1) % len(untried)])
