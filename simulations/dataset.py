"""Prompts, and what each of several models scored and cost on every one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bandit.arrays import Matrix
from bandit.context import ContextEncoder
from bandit.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Dataset:
    """Full information: ``N`` prompts, each answered by all of ``K`` models."""

    name: str
    models: tuple[str, ...]
    ids: tuple[str, ...]
    prompts: tuple[str, ...]
    sources: tuple[str, ...]
    """What each prompt was taken from: a benchmark, a task."""

    quality: Matrix
    """Of each model's answer to each prompt, in ``[0, 1]``, shape ``(N, K)``."""

    cost_usd: Matrix
    """Of each model's answer to each prompt, dollars, shape ``(N, K)``."""

    dropped: Mapping[str, int] = field(default_factory=dict)
    """Rows that were left out on reading: the reason, and how many."""

    left_out: Mapping[str, int] = field(default_factory=dict)
    """Models that too few rows told of, and how many did."""

    def __len__(self) -> int:
        return len(self.ids)


def encode(prompts: Sequence[str], encoder: ContextEncoder) -> Matrix:
    """The context of each prompt, shape ``(N, d)``, in the precision that a log keeps."""
    contexts = np.array([encoder.encode(Prompt(text)) for text in prompts])
    return contexts.astype(np.float32).astype(np.float64)
