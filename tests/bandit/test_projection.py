from pathlib import Path

import numpy as np
import pytest

from bandit.arrays import Matrix
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.errors import ConfigError
from bandit.projection import SHIPPED, Projection, fit_projection, whiten

TEXTS = [
    f"Tell me about {subject} number {k}" for subject in ("cats", "law", "π") for k in range(9)
]


def embeddings(count: int) -> Matrix:
    """Points on the sphere that vary most along a few directions."""
    rng = np.random.default_rng(5)
    spread = np.geomspace(1.0, 0.02, EMBEDDING_SIZE)
    points = rng.normal(size=(count, EMBEDDING_SIZE)) * spread + 0.3
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def test_what_it_was_fitted_on_comes_out_centred_uncorrelated_and_of_about_unit_scale() -> None:
    seen = embeddings(4000)
    projection = whiten(seen, 12)

    z = np.array([projection.apply(row) for row in seen])
    covariance = np.cov(z, rowvar=False)

    assert abs(z.mean(axis=0)).max() < 1e-4
    assert abs(covariance - np.diag(np.diag(covariance))).max() < 1e-4
    assert (np.diag(covariance) <= 1.0).all()
    assert (np.diag(covariance) > 0.7).all()


def test_no_direction_is_blown_up_where_prompts_hardly_differ() -> None:
    projection = whiten(np.repeat(embeddings(1), 40, axis=0), 5)

    z = projection.apply(Embedder.load().embed("something else altogether"))

    assert np.isfinite(z).all()


def test_the_order_of_the_prompts_does_not_turn_the_directions() -> None:
    forward, backward = fit_projection(TEXTS, 4), fit_projection(reversed(TEXTS), 4)

    np.testing.assert_allclose(forward.directions, backward.directions, atol=1e-4)


def test_fitting_again_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fit_projection(TEXTS, 4).save(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_was_saved_comes_back_equal(tmp_path: Path) -> None:
    fitted = fit_projection(TEXTS, 4)
    fitted.save(tmp_path / "projection.npz")

    loaded = Projection.load(tmp_path / "projection.npz")

    assert loaded.digest == fitted.digest
    assert np.array_equal(loaded.directions, fitted.directions)
    assert np.array_equal(loaded.centre, fitted.centre)


def test_the_digest_tells_projections_apart() -> None:
    digests = {fit_projection(TEXTS, n).digest for n in (3, 4)} | {Projection.load(SHIPPED).digest}

    assert len(digests) == 3


@pytest.mark.parametrize(("texts", "dimensions"), [(TEXTS, 0), (TEXTS, 65), (TEXTS[:4], 4)])
def test_too_few_prompts_for_the_dimensions_are_refused(texts: list[str], dimensions: int) -> None:
    with pytest.raises(ConfigError, match="more prompts than dimensions"):
        fit_projection(texts, dimensions)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_a_file_that_is_no_projection_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "projection.npz"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match="fit-projection"):
        Projection.load(path)


def test_a_plain_array_is_no_projection(tmp_path: Path) -> None:
    with (tmp_path / "plain").open("wb") as file:
        np.save(file, np.zeros(3))

    with pytest.raises(ConfigError, match="fit-projection"):
        Projection.load(tmp_path / "plain")


@pytest.mark.parametrize(
    ("centre", "directions"),
    [
        (np.zeros(63), np.zeros((64, 4))),
        (np.zeros(64), np.zeros((63, 4))),
        (np.zeros(64), np.zeros(64)),
        (np.full(64, np.nan), np.zeros((64, 4))),
        (np.zeros(64), np.full((64, 4), np.inf)),
    ],
)
def test_arrays_that_map_no_embedding_are_refused(
    tmp_path: Path, centre: Matrix, directions: Matrix
) -> None:
    path = tmp_path / "projection.npz"
    np.savez(path, centre=centre.astype("f4"), directions=directions.astype("f4"))

    with pytest.raises(ConfigError, match="fit-projection"):
        Projection.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.npz"):
        Projection.load(tmp_path / "absent.npz")
