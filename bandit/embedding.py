"""A static sentence embedding: the mean of the tokens' vectors, read from WordLlama's wheel."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bandit.arrays import Vector
from bandit.errors import ConfigError
from bandit.tokens import Words

EMBEDDING_SIZE = 256
"""Length of what `Embedder.embed` gives."""

_TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
_WEIGHTS = Path("weights", "l2_supercat_256.safetensors")


class Embedder:
    """Text to a point on the unit sphere in 256 dimensions; the empty text is the origin.

    The two files are opened where they lie and the package `wordllama` is not imported: its
    import sets up the root logger of the whole process. Texts are encoded one by one; a
    process that wants no threads for it sets ``TOKENIZERS_PARALLELISM=false`` before it starts.
    """

    def __init__(self, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> None:
        """``vectors`` has a row for each token, shape ``(tokens, 256)``."""
        self._words = Words(tokenizer)
        self._vectors = vectors

    @classmethod
    def load(cls) -> "Embedder":
        """Read the packaged tokenizer and vectors; takes about 0.1 seconds and 33 MB.

        Raises:
            ConfigError: The files are not where the package keeps them.
        """
        weights = load_file(_folder() / _WEIGHTS)["embedding.weight"]
        return cls(packaged_tokenizer(), np.ascontiguousarray(weights, dtype=np.float32))

    def mean(self, text: str) -> NDArray[np.float32]:
        """The plain mean over the text's tokens, shape ``(256,)``; zeros where there are none."""
        ids = self._words.tokens(text)
        if not ids:
            return np.zeros(EMBEDDING_SIZE, dtype=np.float32)
        total: NDArray[np.float32] = np.add.reduce(self._vectors.take(ids, axis=0), axis=0)
        return total / np.float32(len(ids))

    def embed(self, text: str) -> Vector:
        """The mean brought to unit length, shape ``(256,)``.

        Args:
            text: Encodable as UTF-8, as `Prompt.text` makes it.
        """
        mean = self.mean(text).astype(np.float64)
        length = np.sqrt(mean @ mean)
        return mean / length if length > 0.0 else mean


def packaged_tokenizer() -> Tokenizer:
    """The tokenizer in WordLlama's wheel, for texts of any length.

    Raises:
        ConfigError: It is not where the package keeps it.
    """
    tokenizer = Tokenizer.from_file(str(_folder() / _TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _folder() -> Path:
    spec = find_spec("wordllama")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    if not (folder / _WEIGHTS).exists() or not (folder / _TOKENIZER).exists():
        raise ConfigError("wordllama's packaged files are not there", "install wordllama 0.4")
    return folder
