"""The context of a request: ``x = [1, z, s]``, a bias, what it says and how it looks."""

from hashlib import sha256
from pathlib import Path

import numpy as np

from bandit.arrays import Vector
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.projection import SHIPPED, Projection
from bandit.prompt import Prompt
from bandit.surface import SURFACE_SIZE, surface

_BIAS = np.ones(1)
_BOUND = 3.0
_REVISION = 2
"""Raised by hand whenever the cut of the text or a surface feature changes its meaning."""


class ContextEncoder:
    """Turns prompts into contexts; unit scale, every entry within three of zero.

    >>> encoder = ContextEncoder.load()
    >>> encoder.encode(Prompt("Why is the sky blue?")).shape == (encoder.size,)
    True
    """

    def __init__(self, embedder: Embedder, projection: Projection) -> None:
        self._embedder = embedder
        self._projection = projection
        self.size = 1 + projection.dimensions + SURFACE_SIZE
        self.version = (
            f"minilm{EMBEDDING_SIZE}-p{projection.dimensions}-s{SURFACE_SIZE}"
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
        x = np.concatenate((_BIAS, z, s))
        return np.minimum(np.maximum(x, -_BOUND), _BOUND)


def _digest(*parts: str) -> str:
    """One digest for all, of eight hexadecimal digits."""
    return sha256("-".join(parts).encode()).hexdigest()[:8]
