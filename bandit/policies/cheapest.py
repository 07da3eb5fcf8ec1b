"""The least expensive candidate."""

import numpy as np

from bandit.decision import Choice, Decision, certainly
from bandit.policies.unlearned import Unlearned
from bandit.policies.weighted import unlearned


class Cheapest(Unlearned):
    """Takes the candidate whose answer is expected to cost the fewest dollars.

    What an answer costs depends on how long it is expected to be, so it need not be the same
    model for every prompt. Of equals the first is taken.
    """

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose the least expected cost."""
        del rng
        chosen = int(np.argmin(choice.cost_usd))
        return unlearned(choice, chosen, certainly(chosen, choice))
