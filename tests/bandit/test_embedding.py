import logging
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bandit.embedding import EMBEDDING_SIZE, Embedder

TEXTS = (
    "Write a python function to copy a list from a singleton tuple.",
    "Übung macht den Meister, 東京 is not Kyoto 😀",
    "[PAD] <s> a text that names special tokens </s> <unk>",
    "x" * 700,
    "\0 and\ttabs\n\nand lines",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.load()


@pytest.fixture
def wordllama() -> Any:  # noqa: ANN401 - the library is untyped
    """The library itself; imported here because its import sets up the root logger."""
    before = logging.getLogger().level
    module = import_module("wordllama")
    logging.getLogger().setLevel(before)
    return module.WordLlama.load(cache_dir=Path(str(module.__file__)).parent, disable_download=True)


@pytest.mark.parametrize("text", TEXTS)
def test_the_mean_is_what_the_library_embeds(
    embedder: Embedder,
    wordllama: Any,  # noqa: ANN401
    text: str,
) -> None:
    ours, theirs = embedder.mean(text), wordllama.embed(text)[0]

    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("text", TEXTS)
def test_an_embedding_has_unit_length(embedder: Embedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed(text)) == pytest.approx(1.0)


def test_the_empty_text_is_the_origin(embedder: Embedder) -> None:
    assert embedder.embed("").tolist() == [0.0] * EMBEDDING_SIZE


def test_like_texts_lie_closer_than_unlike_ones(embedder: Embedder) -> None:
    sky, heaven, tax = (
        embedder.embed(text)
        for text in ("Why is the sky blue?", "What makes the sky look blue?", "File a tax return.")
    )

    assert sky @ heaven > sky @ tax + 0.3


def test_loading_leaves_the_root_logger_alone() -> None:
    program = (
        "import logging; from bandit.embedding import Embedder; Embedder.load().embed('a');"
        "assert not logging.getLogger().handlers"
    )

    finished = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert (finished.returncode, finished.stderr) == (0, b"")
