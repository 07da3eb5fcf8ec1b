"""Makes the vectors that `bandit.embedding` averages from a sentence transformer's folder.

``python -m simulations.token_vectors MODEL_FOLDER OUT_FOLDER`` reads ``model.safetensors`` and
``tokenizer.json``, those of sentence-transformers/all-MiniLM-L6-v2 for the table that is shipped.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bandit.arrays import Matrix
from bandit.embedding import EMBEDDING_SIZE
from bandit.projection import principal
from bandit.token_table import TokenTable
from bandit.tokens import word_pieces
from simulations.corpus import prompts

_POSITIONS = 128
"""How many positions a token's vector is the mean over; the model was trained on so many."""

_NOUGHT = 1e-12
"""BERT's addition to a variance, against division by zero."""


def made(model: Path) -> TokenTable:
    """The table of a model, in the directions in which the prompts of our corpus differ most."""
    vocabulary = _vocabulary(model / "tokenizer.json")
    vectors = static(load_file(model / "model.safetensors"))
    texts = (entry.prompt.text() for entry in prompts())
    means = _means(vectors, word_pieces(vocabulary), texts)
    centre = means.mean(axis=0)
    _, directions = principal(means - centre, EMBEDDING_SIZE)
    return TokenTable.of(vocabulary, (vectors - centre) @ directions)


def static(weights: Mapping[str, NDArray[np.float32]]) -> Matrix:
    """What enters a BERT's first layer for each token, averaged over positions before the norm.

    Returns:
        Shape ``(tokens, hidden)``.

    Source: Devlin and others, BERT, 2019, figure 2; Ba, Kiros and Hinton, Layer Normalization,
    2016.
    """
    own = {name.removeprefix("embeddings."): array for name, array in weights.items()}
    total = (
        own["word_embeddings.weight"]
        + own["token_type_embeddings.weight"][0]
        + own["position_embeddings.weight"][:_POSITIONS].mean(axis=0)
    )
    centred = total - total.mean(axis=1, keepdims=True)
    unit = centred / np.sqrt(total.var(axis=1, keepdims=True) + _NOUGHT)
    return np.asarray(unit * own["LayerNorm.weight"] + own["LayerNorm.bias"])


def _means(vectors: Matrix, tokenizer: Tokenizer, texts: Iterable[str]) -> Matrix:
    """The mean vector of each text, shape ``(texts, hidden)``."""
    encodings = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return np.array([vectors[encoding.ids].mean(axis=0) for encoding in encodings])


def _vocabulary(path: Path) -> list[str]:
    ids = Tokenizer.from_file(str(path)).get_vocab()
    return sorted(ids, key=ids.__getitem__)


if __name__ == "__main__":
    made(Path(sys.argv[1])).save(Path(sys.argv[2]))
