"""From an embedding to few whitened dimensions, and how these are found."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Matrix, Vector
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.errors import ConfigError
from bandit.prompt import Prompt

SHIPPED = Path(__file__).with_name("projection.npz")
"""The projection that comes with the package."""

_SHRINK = 0.1
"""Added to every variance before its root divides, as a share of the kept ones' mean."""

_LEAST = 1e-6
"""Added as well, so that prompts which are all alike still give a finite map."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """An affine map whose results have about zero mean and unit variance over its prompts."""

    centre: Vector
    """The prompts' mean embedding, shape ``(64,)``."""

    directions: Matrix
    """Shape ``(64, dimensions)``; like the centre, of no more than single precision."""

    @property
    def dimensions(self) -> int:
        """Length of what `apply` gives."""
        return int(self.directions.shape[1])

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that change whenever the map does."""
        stored = _single(self.centre).tobytes() + _single(self.directions).tobytes()
        return sha256(stored).hexdigest()[:8]

    def apply(self, embedding: Vector) -> Vector:
        """An embedding of shape ``(64,)`` as ``z``, shape ``(dimensions,)``."""
        return (embedding - self.centre) @ self.directions

    def save(self, path: Path) -> None:
        """Write the map; the same map gives the same bytes."""
        with path.open("wb") as file:
            np.savez(file, centre=_single(self.centre), directions=_single(self.directions))

    @classmethod
    def load(cls, path: Path) -> "Projection":
        """Read what `save` wrote.

        Raises:
            ConfigError: The file is missing, or is not a projection of our embeddings.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                centre, directions = arrays["centre"], arrays["directions"]
        except (OSError, EOFError, TypeError, ValueError, KeyError, BadZipFile) as error:
            raise _unusable(path) from error
        if not _fits(centre, directions):
            raise _unusable(path)
        return cls(centre.astype(np.float64), directions.astype(np.float64))


def _fits(centre: NDArray[np.float32], directions: NDArray[np.float32]) -> bool:
    """Whether two arrays map an embedding to something finite."""
    shapes = centre.shape == (EMBEDDING_SIZE,) and directions.shape[:1] == (EMBEDDING_SIZE,)
    kinds = centre.dtype == directions.dtype == np.float32
    if not (shapes and kinds and directions.ndim == 2):
        return False
    return bool(np.isfinite(centre).all() and np.isfinite(directions).all())


def _single(array: Matrix) -> NDArray[np.float32]:
    """Single precision in C order, as it is stored."""
    return np.ascontiguousarray(array, dtype="<f4")


def _unusable(path: Path) -> ConfigError:
    return ConfigError(f"{path} holds no projection", "make one with pointsman fit-projection")


def fit_projection(texts: Iterable[str], dimensions: int = 16) -> Projection:
    """The projection onto the directions in which these prompts differ most.

    Args:
        texts: User messages, more of them than dimensions; cut as they are when they are served.
        dimensions: From 1 to 64.

    Raises:
        ConfigError: Too few prompts, or a number of dimensions that cannot be.
    """
    embedder = Embedder.load()
    rows = [embedder.embed(Prompt(text).text()) for text in texts]
    if not 1 <= dimensions <= EMBEDDING_SIZE or len(rows) <= dimensions:
        raise ConfigError(
            f"{len(rows)} prompts do not determine {dimensions} dimensions",
            f"give more prompts than dimensions, and at most {EMBEDDING_SIZE} dimensions",
        )
    return whiten(np.array(rows), dimensions)


def whiten(embeddings: Matrix, dimensions: int) -> Projection:
    """Principal components scaled to unit variance, the faint ones a little less.

    ``z = (e - mean) V / sqrt(variance + shrink)``.

    Args:
        embeddings: Shape ``(prompts, 64)``.
        dimensions: How many components are kept.

    Source: Kessy, Lewin and Strimmer, Optimal Whitening and Decorrelation, 2018, section 4 (PCA).
    """
    centre = embeddings.mean(axis=0)
    variances, vectors = principal(embeddings - centre, dimensions)
    scale = np.sqrt(variances + _SHRINK * variances.mean() + _LEAST)
    centre, directions = _single(centre), _single(vectors / scale)
    return Projection(centre.astype(np.float64), directions.astype(np.float64))


def principal(points: Matrix, count: int) -> tuple[Vector, Matrix]:
    """The directions in which points vary most, and how much they do.

    A direction's sign is such that its entry of the largest magnitude is positive, so that the
    same points always give the same directions.

    Args:
        points: Shape ``(points, size)``.
        count: How many directions are kept.

    Returns:
        Variances, the largest first, shape ``(count,)``, and unit vectors, ``(size, count)``.
    """
    variances, vectors = np.linalg.eigh(np.cov(points, rowvar=False))
    vectors = vectors[:, ::-1][:, :count]
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.sign(np.take_along_axis(vectors, largest[None, :], axis=0))
    return np.maximum(variances[::-1][:count], 0.0), vectors * signs
