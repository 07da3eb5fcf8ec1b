"""Rated decisions as the arrays of Open Bandit Pipeline's `bandit_feedback`.

Source: Saito, Aihara, Matsutani and Narita, Open Bandit Dataset and Pipeline: Towards Realistic and
Reproducible Off-Policy Evaluation, 2021; `obtain_batch_bandit_feedback` of the package's data sets.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from bandit.arrays import Vector
from service.export.decisions import ExportedDecision
from service.export.rows import LeftOut


@dataclass(frozen=True, slots=True)
class _Round:
    """As little of a decision as the arrays need: all of them are held until the end."""

    context_version: str
    context: Vector
    candidates: tuple[str, ...]
    chosen: str
    propensity: float
    reward: float


async def write_obp(
    rows: AsyncIterator[ExportedDecision], output: BinaryIO
) -> Mapping[LeftOut, int]:
    """Write an ``.npz`` of the decisions whose propensity and reward are known."""
    rounds, left_out = list[_Round](), Counter[LeftOut]()
    async for row in rows:
        reason = _reason_against(row)
        if reason is None:
            rounds.append(_round(row))
        else:
            left_out[reason] += 1
    latest = [one for one in rounds if one.context_version == rounds[-1].context_version]
    if len(latest) < len(rounds):
        left_out[LeftOut.OLD_CONTEXT] = len(rounds) - len(latest)
    np.savez_compressed(output, allow_pickle=False, **_arrays(latest))
    return left_out


def _reason_against(row: ExportedDecision) -> LeftOut | None:
    if row.policy == "direct":
        return LeftOut.DIRECT
    if row.duelled:
        return LeftOut.DUELLED
    return LeftOut.NO_REWARD if row.reward is None else None


def _round(row: ExportedDecision) -> _Round:
    return _Round(
        context_version=row.context_version,
        context=np.array(row.context),
        candidates=tuple(each.model for each in row.candidates),
        chosen=row.chosen,
        propensity=row.propensity,
        reward=row.reward or 0.0,
    )


def _arrays(rounds: Sequence[_Round]) -> dict[str, NDArray[Any]]:
    """`models` and `candidates` are ours: the actions' names, and which there were each time."""
    models = sorted({model for one in rounds for model in one.candidates})
    return {
        "n_rounds": np.array(len(rounds)),
        "n_actions": np.array(len(models)),
        "context": np.array([one.context for one in rounds]),
        "action_context": np.eye(len(models)),
        "action": np.array([models.index(one.chosen) for one in rounds], dtype=np.int64),
        "position": np.zeros(len(rounds), dtype=np.int64),
        "reward": np.array([one.reward for one in rounds]),
        "pscore": np.array([min(one.propensity, 1.0) for one in rounds]),
        "models": np.array(models, dtype=np.str_),
        "candidates": np.array([[m in one.candidates for m in models] for one in rounds]),
    }
