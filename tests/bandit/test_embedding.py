import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bandit.arrays import Vector
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.errors import ConfigError
from bandit.token_table import SHIPPED, TokenTable

TEXTS = (
    "Write a python function to copy a list from a singleton tuple.",
    "Übung macht den Meister, 東京 is not Kyoto 😀",
    "[PAD] <s> a text that names special tokens </s> [UNK]",
    "x" * 700,
    "\0 and\ttabs\n\nand lines",
)
KNOWN = {
    "the cat": ["the", "cat"],
    "The cats, unbelievably!": ["the", "cats", ",", "un", "##bel", "##ie", "##va", "##bly", "!"],
    "Café 42": ["cafe", "42"],
}
"""Texts and their tokens, as BERT's own tokenizer has them."""


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.load()


@pytest.mark.parametrize(("text", "tokens"), KNOWN.items())
def test_an_embedding_is_the_mean_of_the_vectors_on_file(
    embedder: Embedder, text: str, tokens: list[str]
) -> None:
    lines = (SHIPPED / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    with np.load(SHIPPED / "token_vectors.npz") as stored:
        rows = stored["vectors"][[lines.index(token) for token in tokens]] * stored["scale"]

    embedding = embedder.embed(text)

    np.testing.assert_allclose(embedding, rows.mean(axis=0, dtype=np.float64), atol=1e-6)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_has_a_finite_one(embedder: Embedder, text: str) -> None:
    embedding = embedder.embed(text)

    assert embedding.shape == (EMBEDDING_SIZE,)
    assert embedding.dtype == np.float64
    assert np.isfinite(embedding).all()
    assert embedding.any()


@pytest.mark.parametrize("text", ["", " \n", "\0"])
def test_a_text_without_tokens_is_the_origin(embedder: Embedder, text: str) -> None:
    assert embedder.embed(text).tolist() == [0.0] * EMBEDDING_SIZE


def test_like_texts_lie_closer_than_unlike_ones(embedder: Embedder) -> None:
    sky, heaven, tax = (
        embedder.embed(text)
        for text in ("Why is the sky blue?", "What makes the sky look blue?", "File a tax return.")
    )

    assert cosine(sky, heaven) > cosine(sky, tax) + 0.3


def test_vectors_of_another_size_are_refused(tmp_path: Path) -> None:
    TokenTable.of(["[UNK]", "a"], np.ones((2, 12))).save(tmp_path)

    with pytest.raises(ConfigError, match="vectors of 12 dimensions"):
        Embedder.load(tmp_path)


def test_loading_leaves_the_root_logger_alone() -> None:
    program = (
        "import logging; from bandit.embedding import Embedder; Embedder.load().embed('a');"
        "assert not logging.getLogger().handlers"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert (finished.returncode, finished.stderr) == (0, b"")


def cosine(one: Vector, other: Vector) -> float:
    return float(one @ other / np.sqrt(one @ one * (other @ other)))
