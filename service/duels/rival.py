"""The second decision of a duel."""

from collections.abc import Collection

import numpy as np
from msgspec.structs import replace

from bandit.decision import Policy
from service import clock
from service.deciding import Decided, scored
from service.storage.records import DUEL


def rival(
    first: Decided, policy: Policy, rng: np.random.Generator, without: Collection[str] = ()
) -> Decided | None:
    """Choose who answers beside the model that was chosen first; None where nobody is left.

    It is a decision of its own: the same policy is asked once more, with the same beliefs, for the
    same prompt, by a draw of its own, among the other candidates. So its propensity is exact, and
    is that of this draw: the probability of the second model given which was the first. How likely
    a model was to be among the two, ``p_b + sum_a p_a p(b | not a)``, is not written down. Others
    who weigh by propensities must leave these decisions out: their candidates are what the first
    choice left over.

    Args:
        first: The decision that the client asked for.
        policy: Of its route.
        rng: Where draws come from.
        without: Models that must not be the second.

    Source: Wu and Liu, Double Thompson Sampling for Dueling Bandits, 2016, draws the second anew.
    """
    out = {first.record.chosen, *without}
    rows = [k for k, name in enumerate(first.choice.candidates) if name not in out]
    if not rows:
        return None
    choice = replace(
        first.choice,
        candidates=tuple(first.choice.candidates[k] for k in rows),
        cost_usd=first.choice.cost_usd[rows],
        latency_seconds=first.choice.latency_seconds[rows],
        surcharge=first.choice.surcharge[rows],
    )
    decision = policy.decide(choice, rng)
    record = replace(
        first.record,
        id=clock.decision_id(),
        at=clock.now(),
        policy=DUEL,
        candidates=scored(decision),
        chosen=decision.model,
        propensity=decision.propensity,
        session_id=None,
        conversation=None,
        left_out={**first.record.left_out, **_reasons(first, without)},
    )
    return Decided(decision, record, choice)


def _reasons(first: Decided, without: Collection[str]) -> dict[str, str]:
    judges = {name: "compares the answers" for name in without if name in first.choice.candidates}
    return judges | {first.record.chosen: "answers already"}
