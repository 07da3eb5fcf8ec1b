"""One candidate after the other."""

import numpy as np

from bandit.decision import Choice, Decision, Rating, certainly
from bandit.errors import StateError
from bandit.policies.weighted import least_charged, unlearned


class RoundRobin:
    """Takes the candidates in turn; given the turn each choice is certain, so has propensity 1."""

    def __init__(self) -> None:
        self.turn = 0

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose the candidate whose turn it is; without exploring, see `least_charged`."""
        del rng
        if choice.explore:
            chosen = self.turn % len(choice.candidates)
            self.turn += 1
        else:
            chosen = least_charged(choice)
        return unlearned(choice, chosen, certainly(chosen, choice))

    def learn(self, rating: Rating) -> None:
        """Nothing is learned."""

    def unlearn(self, rating: Rating) -> None:
        """Nothing was learned."""

    def to_bytes(self) -> bytes:
        """Whose turn it is."""
        return self.turn.to_bytes(8, "big")

    def restore(self, data: bytes) -> None:
        """Go on from the turn that `to_bytes` gave.

        Raises:
            StateError: The bytes are no turn.
        """
        if len(data) != 8:
            raise StateError("a saved turn has the wrong length", "start from the first candidate")
        self.turn = int.from_bytes(data, "big")
