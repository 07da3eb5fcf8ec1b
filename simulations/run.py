"""One policy through one environment, learning as the service learns."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bandit.arrays import Indices, Vector
from bandit.decision import Choice, Decision, Policy
from bandit.objective import Objective
from feedback.entry import Completed, Judged, Word
from feedback.learner import Learner
from simulations.environment import Environment, Rater

_ROUTE, _VERSION = "default", "simulated"
_OUTCOMES_AT_ONCE = 8
"""Outcomes are learned from in batches, as the service reads them from its log."""

_REFERENCE = "user"
"""The source that a service calibrates the others to."""

_TIE = 0.1
"""Answers whose quality seems to differ by less are called equally good."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a policy did; arrays have shape ``(T,)`` or ``(T, K)``."""

    chosen: Indices
    propensity: Vector
    quality_mean: NDArray[np.float32]
    """What was believed of every model when it was decided; not a number where unable."""

    quality_std: NDArray[np.float32]
    seconds: float

    @classmethod
    def of_choices(cls, chosen: Indices, models: int) -> "Run":
        """The run of something that is certain, and believes nothing."""
        nothing = np.full((len(chosen), models), np.nan, dtype=np.float32)
        return cls(chosen, np.ones(len(chosen)), nothing, nothing, 0.0)


def run(
    policy: Policy, environment: Environment, objective: Objective, rng: np.random.Generator
) -> Run:
    """Let a policy decide every request, and learn from what comes back of its own choices."""
    begun = perf_counter()
    seen = Run.of_choices(np.zeros(len(environment), dtype=np.intp), len(environment.models))
    mean, std = seen.quality_mean.copy(), seen.quality_std.copy()
    for t, able, decision in _decisions(policy, environment, objective, rng):
        seen.chosen[t] = able[decision.chosen]
        seen.propensity[t] = decision.propensity
        mean[t, able], std[t, able] = decision.quality_mean, decision.quality_std
    return Run(seen.chosen, seen.propensity, mean, std, perf_counter() - begun)


def _decisions(
    policy: Policy, environment: Environment, objective: Objective, rng: np.random.Generator
) -> Iterator[tuple[int, Indices, Decision]]:
    learner = _learner(policy, environment)
    post = _Post(environment, objective)
    able = environment.able()
    for t, context in enumerate(environment.contexts):
        candidates = np.flatnonzero(able[t])
        names = tuple(environment.models[k] for k in candidates)
        expected = learner.tokens_out.expected(context, names)
        choice = Choice(
            context=context,
            candidates=names,
            cost_usd=expected * environment.usd_per_token[t, candidates],
            latency_seconds=np.zeros(len(names)),
            objective=objective,
        )
        decision = policy.decide(choice, rng)
        yield t, candidates, decision
        post.send(t, int(candidates[decision.chosen]), decision)
        learner.complete(post.outcomes())
        learner.rate(post.feedback(t))


def _learner(policy: Policy, environment: Environment) -> Learner:
    models, size = environment.models, environment.contexts.shape[1]
    references = {_ROUTE: _REFERENCE}
    return Learner(
        {_ROUTE: policy}, {_ROUTE: models}, models, _VERSION, size, references=references
    )


def _preferred(seen: Vector, k: int, other: int) -> float:
    """As the log keeps a preference: 1 for the first, 0 for the other, one half for a tie."""
    difference = float(seen[k] - seen[other])
    return 0.5 if abs(difference) < _TIE else float(difference > 0.0)


class _Post:
    """Feedback and outcomes on their way to the learner."""

    def __init__(self, environment: Environment, objective: Objective) -> None:
        self.environment = environment
        self.objective = objective
        self.cost_usd = environment.cost_usd
        self.completed: list[Completed] = []
        self.due: defaultdict[int, list[Judged]] = defaultdict(list)
        self.stood: defaultdict[str, tuple[Word, ...]] = defaultdict(tuple)
        """What was said of each answer, by its decision's id."""

        self.arrived = 0

    def send(self, t: int, k: int, decision: Decision) -> None:
        """The chosen model answers; whoever rates the answer sends a rating off."""
        for rater in self.environment.raters:
            if rater.rated[t]:
                said = self._said(rater, t, k, decision)
                self.due[t + int(rater.delay[t])].append(said)
        self.completed.append(self._completed(t, k))

    def _said(self, rater: Rater, t: int, k: int, decision: Decision) -> Judged:
        if rater.beside is None:
            return self._judged(t, k, decision, rater.source, float(rater.rating[t, k]))
        other = (k + int(rater.beside[t])) % len(self.environment.models)
        judged = self._judged(t, k, decision, rater.source, _preferred(rater.rating[t], k, other))
        return replace(judged, against_model=self.environment.models[other])

    def outcomes(self) -> list[Completed]:
        """A batch of outcomes, when there is one."""
        if len(self.completed) < _OUTCOMES_AT_ONCE:
            return []
        batch, self.completed = self.completed, []
        return batch

    def feedback(self, t: int) -> list[Judged]:
        """What has arrived by now."""
        return [self._arrived(judged) for judged in self.due.pop(t, [])]

    def _arrived(self, judged: Judged) -> Judged:
        """As the log has it: with its place, and with what others said before."""
        seq, self.arrived = self.arrived, self.arrived + 1
        if judged.against_model is not None:
            return replace(judged, seq=seq, first_seq=seq)
        beside = self.stood[judged.decision_id]
        said = Word(judged.source, judged.quality, judged.weight)
        self.stood[judged.decision_id] = (*beside, said)
        return replace(judged, seq=seq, first_seq=seq, beside=beside)

    def _completed(self, t: int, k: int) -> Completed:
        return Completed(
            seq=t,
            decision_id=str(t),
            route=_ROUTE,
            model=self.environment.models[k],
            context=self.environment.contexts[t],
            context_version=_VERSION,
            tokens_in=None,
            tokens_out=round(self.environment.tokens[t, k]),
            cost_usd=float(self.cost_usd[t, k]),
            latency_seconds=None,
        )

    def _judged(self, t: int, k: int, decision: Decision, source: str, quality: float) -> Judged:
        return Judged(
            seq=t,
            decision_id=str(t),
            route=_ROUTE,
            model=self.environment.models[k],
            source=source,
            metric="quality",
            quality=quality,
            weight=1.0,
            retracts=False,
            previous=None,
            previous_weight=None,
            first_seq=t,
            against_model=None,
            context=self.environment.contexts[t],
            context_version=_VERSION,
            candidates=decision.candidates,
            chosen=decision.model,
            propensity=decision.propensity,
            cost_weight=self.objective.cost_weight,
            latency_weight=0.0,
            cost_usd=float(self.cost_usd[t, k]),
            latency_seconds=None,
        )
