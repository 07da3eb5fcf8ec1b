"""A policy kept from seeing the prompt."""

import numpy as np
from msgspec.structs import replace

from bandit.decision import Choice, Decision, Policy, Rating


class ContextFree:
    """Shows another policy the intercept of every context and nothing of its content.

    Around `Thompson` it is Gaussian Thompson sampling with a mean quality for each model, which
    tells what the content of prompts is worth to a router.

    Source: Agrawal and Goyal, Further Optimal Regret Bounds for Thompson Sampling, 2013,
    algorithm 2.
    """

    def __init__(self, policy: Policy) -> None:
        """``policy`` is one for contexts of length 1."""
        self.policy = policy

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose as the policy does without the content."""
        return self.policy.decide(replace(choice, context=choice.context[:1]), rng)

    def learn(self, rating: Rating) -> None:
        """Take a rating into account, wherever it was given."""
        self.policy.learn(_blind(rating))

    def unlearn(self, rating: Rating) -> None:
        """Take one rating back.

        Raises:
            CannotUnlearn: The policy cannot.
        """
        self.policy.unlearn(_blind(rating))

    def to_bytes(self) -> bytes:
        """What the policy has learned."""
        return self.policy.to_bytes()

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        self.policy.restore(data)


def _blind(rating: Rating) -> Rating:
    return replace(rating, context=rating.context[:1])
