"""A vector for every token, as it is shipped: whole numbers from -127 to 127 and a scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Matrix
from bandit.errors import ConfigError

SHIPPED = Path(__file__).with_name("minilm")
"""The folder of the table that comes with the package."""

_VECTORS = "token_vectors.npz"
_VOCABULARY = "vocabulary.txt"
_LARGEST = 127


@dataclass(frozen=True, slots=True, eq=False)
class TokenTable:
    """A vocabulary and the vectors of its tokens."""

    vocabulary: tuple[str, ...]
    """The tokens; a token's id is its place."""

    steps: NDArray[np.int8]
    """The vectors in steps of `scale`, shape ``(tokens, size)``."""

    scale: NDArray[np.float32]
    """What a step is, by column, shape ``(size,)``."""

    @classmethod
    def of(cls, vocabulary: Sequence[str], vectors: Matrix) -> "TokenTable":
        """Vectors of shape ``(tokens, size)``, each entry rounded to a 127th of its column's."""
        scale = np.maximum(np.abs(vectors).max(axis=0) / _LARGEST, np.finfo(np.float32).tiny)
        steps = np.round(vectors / scale).astype(np.int8)
        return cls(tuple(vocabulary), steps, scale.astype(np.float32))

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors themselves, shape ``(tokens, size)``."""
        return self.steps * self.scale

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that change whenever a token or its vector does."""
        words = "\n".join(self.vocabulary).encode()
        return sha256(words + self.steps.tobytes() + self.scale.tobytes()).hexdigest()[:8]

    def save(self, folder: Path) -> None:
        """Write the two files; the same table gives the same bytes."""
        np.savez_compressed(folder / _VECTORS, vectors=self.steps, scale=self.scale)
        lines = "".join(f"{token}\n" for token in self.vocabulary)
        (folder / _VOCABULARY).write_bytes(lines.encode())

    @classmethod
    def load(cls, folder: Path) -> "TokenTable":
        """Read what `save` wrote.

        Raises:
            ConfigError: A file is missing, or the two are no table.
        """
        try:
            vocabulary = (folder / _VOCABULARY).read_bytes().decode().split("\n")[:-1]
            with (
                (folder / _VECTORS).open("rb") as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                steps, scale = arrays["vectors"], arrays["scale"]
        except (OSError, EOFError, TypeError, ValueError, KeyError, BadZipFile) as error:
            raise _unusable(folder) from error
        if steps.dtype != np.int8 or scale.dtype != np.float32:
            raise _unusable(folder)
        if scale.ndim != 1 or steps.shape != (len(vocabulary), scale.size):
            raise _unusable(folder)
        return cls(tuple(vocabulary), steps, scale)


def _unusable(folder: Path) -> ConfigError:
    return ConfigError(f"{folder} holds no token vectors", "install the package anew")
