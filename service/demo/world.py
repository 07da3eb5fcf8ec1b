"""The demonstration's world: four simulated models, and how well each does on each kind of prompt.

Everything follows from a hash of prompt and model, so what a model that was not asked would have
answered, cost and earned is known too.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bandit.price import Price


@dataclass(frozen=True, slots=True)
class SimulatedModel:
    """A model that exists in the demonstration only."""

    name: str
    price: Price
    general: float
    """Quality on kinds of prompts it has no particular skill for."""

    skills: Mapping[str, float]
    """Quality on those it has one for."""

    tokens_out: int
    """Typical length of its answers."""

    latency_seconds: float

    def quality(self, kind: str, prompt: str) -> float:
        """How good its answer to this prompt is, in ``[0, 1]``."""
        skill = self.skills.get(kind, self.general)
        return min(1.0, max(0.0, skill + 0.2 * (_chance(self.name, "quality", prompt) - 0.5)))

    def tokens(self, prompt: str) -> tuple[int, int]:
        """Tokens in and out of its answer to this prompt."""
        spread = 0.5 + _chance(self.name, "tokens", prompt)
        return max(1, len(prompt) // 4), max(1, round(self.tokens_out * spread))

    def cost_usd(self, prompt: str) -> float:
        """What its answer to this prompt costs."""
        return self.price.cost_usd(*self.tokens(prompt))


MODELS = (
    SimulatedModel(
        name="sim-nano",
        price=Price(0.05, 0.2),
        general=0.35,
        skills={"advice": 0.9, "classification": 0.9, "facts": 0.9, "brainstorming": 0.9},
        tokens_out=180,
        latency_seconds=0.002,
    ),
    SimulatedModel(
        name="sim-small",
        price=Price(0.25, 1.0),
        general=0.45,
        skills={"summary": 0.9, "rewriting": 0.9, "translation": 0.9, "languages": 0.9},
        tokens_out=220,
        latency_seconds=0.004,
    ),
    SimulatedModel(
        name="sim-coder",
        price=Price(0.8, 3.2),
        general=0.4,
        skills={"code": 0.95, "extraction": 0.95, "mathematics": 0.9},
        tokens_out=320,
        latency_seconds=0.006,
    ),
    SimulatedModel(
        name="sim-large",
        price=Price(4.0, 16.0),
        general=0.9,
        skills={"exam": 0.95, "reasoning": 0.95},
        tokens_out=400,
        latency_seconds=0.010,
    ),
)

WILLINGNESS_TO_PAY_USD = 0.02
"""Dollars that one point of quality is worth in the demonstration."""


def _chance(*parts: str) -> float:
    """A number in ``[0, 1)`` that depends on the parts only."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
