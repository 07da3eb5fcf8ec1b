import subprocess
import sys
from pathlib import Path
from string import ascii_lowercase, digits, punctuation

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from bandit.arrays import Matrix
from bandit.embedding import EMBEDDING_SIZE, Embedder
from bandit.token_table import TokenTable
from bandit.tokens import word_pieces
from simulations.corpus import prompts

HIDDEN, POSITIONS = 80, 150
VOCABULARY = [
    "[PAD]",
    "[UNK]",
    *("the", "of", "is", "to", "and", "in", "write", "what", "which", "for", "##ing", "##ed"),
    *ascii_lowercase,
    *(f"##{letter}" for letter in ascii_lowercase),
    *digits,
    *(f"##{digit}" for digit in digits),
    *punctuation,
]


@pytest.fixture(scope="module")
def weights() -> dict[str, NDArray[np.float32]]:
    """A model's embeddings, at random, and a matrix that has no part in them."""
    rng = np.random.default_rng(11)
    shapes = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.LayerNorm.weight": (HIDDEN,),
        "embeddings.LayerNorm.bias": (HIDDEN,),
        "encoder.layer.0.output.dense.weight": (HIDDEN, HIDDEN),
    }
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def made(weights: dict[str, NDArray[np.float32]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the command writes for a model of these weights."""
    model, out = tmp_path_factory.mktemp("model"), tmp_path_factory.mktemp("out")
    save_file(weights, model / "model.safetensors")
    tokenizer = word_pieces(VOCABULARY)
    tokenizer.add_special_tokens(["[PAD]", "[UNK]"])
    tokenizer.enable_truncation(8)
    tokenizer.save(str(model / "tokenizer.json"))
    command = [sys.executable, "-m", "simulations.token_vectors", str(model), str(out)]
    subprocess.run(command, check=True)
    return out


def test_the_vocabulary_is_the_models(made: Path) -> None:
    assert TokenTable.load(made).vocabulary == tuple(VOCABULARY)


def test_vectors_are_the_normed_embeddings_in_the_directions_in_which_prompts_differ(
    made: Path, weights: dict[str, NDArray[np.float32]]
) -> None:
    table = TokenTable.load(made)

    expected = in_plain_steps(weights, word_pieces(VOCABULARY))
    turned = expected * np.sign((expected * table.vectors).sum(axis=0))
    assert table.vectors.shape == (len(VOCABULARY), EMBEDDING_SIZE)
    assert (abs(table.vectors - turned) <= 0.51 * table.scale + 1e-3).all()


def test_a_text_can_be_embedded_with_them(made: Path) -> None:
    one, other = (Embedder.load(made).embed(text) for text in ("what is it", "write 42 of 43"))

    assert abs(one - other).max() > 0.1


def in_plain_steps(weights: dict[str, NDArray[np.float32]], tokenizer: Tokenizer) -> Matrix:
    """The same, token by token, with directions by a singular value decomposition."""
    own = {name.removeprefix("embeddings."): array.astype(float) for name, array in weights.items()}
    rows = []
    for word in own["word_embeddings.weight"]:
        entered = word + own["token_type_embeddings.weight"][0]
        entered = entered + sum(own["position_embeddings.weight"][k] for k in range(128)) / 128
        normed = (entered - entered.mean()) / entered.std()
        rows.append(normed * own["LayerNorm.weight"] + own["LayerNorm.bias"])
    vectors = np.array(rows)
    ids = [tokenizer.encode(entry.prompt.text()).ids for entry in prompts()]
    means = np.array([np.mean([vectors[k] for k in text], axis=0) for text in ids])
    _, _, directions = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    return np.asarray((vectors - means.mean(axis=0)) @ directions[:EMBEDDING_SIZE].T)
