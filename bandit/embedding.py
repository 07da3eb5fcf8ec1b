"""A static sentence embedding: the mean of the tokens' vectors."""

from pathlib import Path

import numpy as np

from bandit.arrays import Vector
from bandit.errors import ConfigError
from bandit.token_table import SHIPPED, TokenTable
from bandit.tokens import Words, word_pieces

EMBEDDING_SIZE = 64
"""Length of what `Embedder.embed` gives."""


class Embedder:
    """Text to a point in 64 dimensions; the empty text is the origin.

    The vectors are what all-MiniLM-L6-v2 makes of a token before its first layer, in the
    directions in which everyday prompts differ most; `simulations.token_vectors` makes them. A
    process that wants no threads for its new words sets ``TOKENIZERS_PARALLELISM=false`` before
    it starts.

    Source: Reimers and Gurevych, Sentence-BERT, 2019; Wang and others, MiniLM, 2020.
    """

    def __init__(self, table: TokenTable) -> None:
        self._words = Words(word_pieces(table.vocabulary))
        self._vectors = table.vectors
        self.digest = table.digest
        """Eight hexadecimal digits that change whenever embeddings do."""

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> "Embedder":
        """Read a table of vectors; the shipped one takes about 0.1 seconds and 26 MB.

        Raises:
            ConfigError: The files are missing, or not of our size.
        """
        table = TokenTable.load(folder)
        if table.scale.size != EMBEDDING_SIZE:
            raise ConfigError(
                f"{folder} has vectors of {table.scale.size} dimensions",
                f"give it vectors of {EMBEDDING_SIZE}",
            )
        return cls(table)

    def embed(self, text: str) -> Vector:
        """The mean over the text's tokens, shape ``(64,)``; zeros where there are none.

        Args:
            text: Encodable as UTF-8, as `Prompt.text` makes it.
        """
        ids = self._words.tokens(text)
        if not ids:
            return np.zeros(EMBEDDING_SIZE)
        total = np.add.reduce(self._vectors.take(ids, axis=0), axis=0)
        mean: Vector = total / float(len(ids))
        return mean.astype(np.float64)
