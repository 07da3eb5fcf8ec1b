"""The context of a request: ``x = [1, z, s, p]``, a bias, what it says, how it looks, and both."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from bandit.arrays import Vector
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.projection import SHIPPED, Projection
from bandit.prompt import Prompt
from bandit.surface import CAPITALS, DIGITS, SURFACE_SIZE, surface

_BIAS = np.ones(1)
_BOUND = 3.0
_TOPICS = 6
"""Dimensions of what a prompt says, the first of them, that digits are multiplied with."""

_REVISION = 3
"""Raised by hand whenever the cut of the text, or a feature, changes its meaning."""


class ContextEncoder:
    """Turns prompts into contexts; unit scale, every entry within three of zero.

    ``p`` are products of the share of digits with itself, with the share of capitals and with the
    first entries of ``z``. Digits are years in one topic and something to calculate with in
    another, which no linear policy could tell from the share and the topic apart.

    >>> encoder = ContextEncoder.load()
    >>> encoder.encode(Prompt("Why is the sky blue?")).shape == (encoder.size,)
    True
    """

    def __init__(self, embedder: Embedder, projection: Projection) -> None:
        self._embedder = embedder
        self._projection = projection
        topics = min(projection.dimensions, _TOPICS)
        digits, capitals = (1 + projection.dimensions + place for place in (DIGITS, CAPITALS))
        self._digits = digits
        self._beside = np.array([digits, capitals, *range(1, 1 + topics)])
        """Places in ``[1, z, s]`` of what digits are multiplied with."""

        self.size = 1 + projection.dimensions + SURFACE_SIZE + self._beside.size
        self.version = (
            f"minilm{EMBEDDING_SIZE}-p{projection.dimensions}-s{SURFACE_SIZE}-d{self._beside.size}"
            f"-{_REVISION}-{_digest(embedder.digest, projection.digest)}"
        )
        """Two contexts may be compared if, and only if, they are of the same version."""

    @classmethod
    def load(cls, projection: Path | None = None) -> "ContextEncoder":
        """Read the embedder and a projection; without one, the one that is shipped.

        Raises:
            ConfigError: A file is missing or not what it should be.
        """
        return cls(Embedder.load(), Projection.load(projection or SHIPPED))

    def encode(self, prompt: Prompt) -> Vector:
        """The context of a prompt, shape ``(size,)``; finite for any text there can be."""
        text = prompt.text()
        z = self._projection.apply(self._embedder.embed(text))
        s = surface(prompt, text)
        x = _bounded(np.concatenate((_BIAS, z, s)))
        return np.concatenate((x, _bounded(x[self._digits] * x[self._beside])))


def _bounded(x: Vector) -> Vector:
    return np.minimum(np.maximum(x, -_BOUND), _BOUND)


def _digest(*parts: str) -> str:
    """One digest for all, of eight hexadecimal digits."""
    return sha256("-".join(parts).encode()).hexdigest()[:8]
