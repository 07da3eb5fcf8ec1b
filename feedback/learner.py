"""The fold: entries of the log go in, beliefs come out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

import msgspec

from bandit import codec
from bandit.amount import Amount, SavedAmount
from bandit.arrays import Vector
from bandit.calibration import Pair
from bandit.decision import BatchPolicy, ComparingPolicy, Policy, Preference, Rating
from bandit.errors import CannotUnlearn, StateError
from bandit.objective import Objective
from bandit.steps import Steps, finish
from feedback.entry import QUALITY, Completed, Judged, Word


class SavedLearner(msgspec.Struct, frozen=True):
    """A `Learner` as data: what it learned, and up to which entry of each log."""

    context_version: str
    policies: dict[str, bytes]
    tokens_out: SavedAmount
    seconds: SavedAmount
    feedback_seq: int
    outcome_seq: int
    quarantine_seq: int


class Learner:
    """Everything learned so far, as a function of the log's entries and of nothing else.

    A correction takes the rating it corrects back and learns the new one. What has no weight
    teaches nothing. Entries that say nothing are counted in `skipped` by their reason: a context of
    another version, a model that its route has no more, a correction the policy cannot follow, a
    comparison of two answers of one model.
    """

    def __init__(
        self,
        policies: Mapping[str, Policy],
        candidates: Mapping[str, Collection[str]],
        models: Collection[str],
        context_version: str,
        context_size: int,
        *,
        references: Mapping[str, str] | None = None,
    ) -> None:
        """A learner that has read nothing yet.

        Args:
            policies: The policy of each route; the learner moves them, the router asks them.
            candidates: The models of each route.
            models: Every configured model, whatever its routes.
            context_version: The version of contexts that can be learned from.
            context_size: Length ``d`` of those contexts.
            references: The source of each route that the others are calibrated to.
        """
        self.policies = policies
        self.candidates = candidates
        self.context_version = context_version
        self.references = references or {}
        self.tokens_out = Amount(context_size, typical=300.0)
        self.seconds = Amount(context_size, typical=3.0)
        for model in models:
            self.tokens_out.add_model(model)
            self.seconds.add_model(model)
        self.feedback_seq = 0
        self.outcome_seq = 0
        self.quarantine_seq = 0
        """Up to where the log of quarantines was heeded in all feedback that was learned from."""

        self.skipped: Counter[str] = Counter()

    def rate(self, entries: Collection[Judged]) -> None:
        """Learn from feedback, in the order of the log."""
        finish(self.rate_in_steps(entries))

    def rate_in_steps(self, entries: Collection[Judged]) -> Steps[None]:
        """Do what `rate` does; no other feedback may be learned meanwhile, and nothing saved."""
        for _, some in groupby(entries, key=_together):
            together = list(some)
            yield from self._rate([entry for entry in together if self._is_known(entry)])
            self.feedback_seq = together[-1].seq

    def complete(self, entries: Collection[Completed]) -> None:
        """Learn from calls that completed how long answers are, and how long they take."""
        finish(self.complete_in_steps(entries))

    def complete_in_steps(self, entries: Collection[Completed]) -> Steps[None]:
        """Do what `complete` does; no other calls may be learned meanwhile, and nothing saved."""
        known = [e for e in entries if self._fits(e) and e.model in self.tokens_out.models]
        tokens = _amounts((e.context, e.model, e.tokens_out) for e in known)
        seconds = _amounts((e.context, e.model, e.latency_seconds) for e in known)
        yield from self.tokens_out.observe_in_steps(tokens)
        yield from self.seconds.observe_in_steps(seconds)
        self.outcome_seq = max((entry.seq for entry in entries), default=self.outcome_seq)

    def _rate(self, entries: Sequence[Judged]) -> Steps[None]:
        """Learn from new ratings of one route, or from one entry of any kind."""
        if not entries:
            return
        route = entries[0].route
        policy, reference = self.policies[route], self.references.get(route)
        if _is_new(entries[0]):
            ratings = [_rating(e, e.quality, e.weight, reference) for e in entries]
            yield from _learn(policy, ratings)
        else:
            self._correct(policy, entries[0], reference)

    def _correct(self, policy: Policy, entry: Judged, reference: str | None) -> None:
        try:
            if entry.against_model is None:
                _replace(policy, entry, reference)
            elif entry.against_model == entry.model:
                self.skipped["same_model"] += 1
            elif isinstance(policy, ComparingPolicy):
                _compare(policy, entry, entry.against_model)
            else:
                self.skipped["preference"] += 1
        except CannotUnlearn:
            self.skipped["correction"] += 1

    def _is_known(self, entry: Judged) -> bool:
        known, against = self.candidates.get(entry.route, ()), entry.against_model
        if entry.model not in known or (against is not None and against not in known):
            self.skipped["unknown_model"] += 1
            return False
        return self._fits(entry)

    def _fits(self, entry: Judged | Completed) -> bool:
        fits = entry.context_version == self.context_version
        if not fits:
            self.skipped["context_version"] += 1
        return fits

    def to_bytes(self) -> bytes:
        """Everything learned, and how far the logs were read."""
        return codec.dump(
            SavedLearner(
                self.context_version,
                {route: policy.to_bytes() for route, policy in self.policies.items()},
                self.tokens_out.to_saved(),
                self.seconds.to_saved(),
                self.feedback_seq,
                self.outcome_seq,
                self.quarantine_seq,
            )
        )

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a learner of the same routes and models gave.

        Raises:
            StateError: The bytes are no such thing, or of other routes, models or contexts. The
                learner is of no use then; make another and replay.
        """
        saved = codec.load(data, SavedLearner)
        tokens_out, seconds = Amount.from_saved(saved.tokens_out), Amount.from_saved(saved.seconds)
        self._check(saved, tokens_out)
        for route, policy in self.policies.items():
            policy.restore(saved.policies[route])
        self.tokens_out, self.seconds = tokens_out, seconds
        self.feedback_seq, self.outcome_seq = saved.feedback_seq, saved.outcome_seq
        self.quarantine_seq = saved.quarantine_seq

    def _check(self, saved: SavedLearner, tokens_out: Amount) -> None:
        same = (
            saved.context_version == self.context_version
            and saved.policies.keys() == self.policies.keys()
            and set(tokens_out.models) == set(self.tokens_out.models)
        )
        if not same:
            raise StateError("the saved state is of another configuration", "replay the log")


def _together(entry: Judged) -> tuple[str, int]:
    """The same for neighbours that can be learned from together."""
    return entry.route, 0 if _is_new(entry) else entry.seq


def _is_new(entry: Judged) -> bool:
    """Whether it is a rating that takes no other's place."""
    is_rating = entry.against_model is None and not entry.retracts and bool(entry.weight)
    return is_rating and entry.previous is None


def _learn(policy: Policy, ratings: Sequence[Rating]) -> Steps[None]:
    if isinstance(policy, BatchPolicy):
        yield from policy.learn_in_steps(ratings)
        return
    for rating in ratings:
        policy.learn(rating)


def _replace(policy: Policy, entry: Judged, reference: str | None) -> None:
    if entry.previous is not None and entry.previous_weight != 0.0:
        policy.unlearn(_rating(entry, entry.previous, entry.previous_weight, reference))
    if not entry.retracts and entry.weight:
        policy.learn(_rating(entry, entry.quality, entry.weight, reference))


def _compare(policy: ComparingPolicy, entry: Judged, against: str) -> None:
    if entry.previous is not None and entry.previous_weight != 0.0:
        policy.unlearn_preference(
            _preference(entry, against, entry.previous, entry.previous_weight)
        )
    if not entry.retracts and entry.weight:
        policy.learn_preference(_preference(entry, against, entry.quality, entry.weight))


def _rating(entry: Judged, quality: float, weight: float | None, reference: str | None) -> Rating:
    weight = 1.0 if weight is None else weight
    objective = Objective(entry.cost_weight, entry.latency_weight)
    reward = objective.reward(quality, entry.cost_usd or 0.0, entry.latency_seconds or 0.0)
    return Rating(
        context=entry.context,
        model=entry.model,
        quality=quality,
        source=evidence_source(entry.source, entry.metric),
        candidates=entry.candidates,
        propensity=entry.propensity,
        reward=reward,
        seq=entry.first_seq,
        corrects=entry.previous is not None,
        as_decided=entry.model == entry.chosen,
        weight=weight,
        pairs=_pairs(entry, quality, weight, reference) if entry.beside else (),
    )


def _pairs(entry: Judged, quality: float, weight: float, reference: str | None) -> tuple[Pair, ...]:
    """The word beside the reference's; where it is the reference's, beside all others."""
    word = Word(entry.source, quality, weight)
    return tuple(
        _pair(entry, word, other) if other.source == reference else _pair(entry, other, word)
        for other in entry.beside
        if reference in (word.source, other.source)
    )


def _pair(entry: Judged, said: Word, held: Word) -> Pair:
    source, weight = evidence_source(said.source, entry.metric), min(said.weight, held.weight)
    return Pair(source, said.quality, held.quality, weight)


def _preference(entry: Judged, against: str, quality: float, weight: float | None) -> Preference:
    return Preference(
        context=entry.context,
        model=entry.model,
        against=against,
        difference=2.0 * quality - 1.0,
        source=evidence_source(entry.source, entry.metric),
        candidates=entry.candidates,
        weight=1.0 if weight is None else weight,
        seq=entry.first_seq,
    )


def evidence_source(source: str, metric: str) -> str:
    """Whose noise and calibration it has: each metric of a source has its own."""
    return source if metric == QUALITY else f"{source} {metric}"


def _amounts(
    seen: Iterable[tuple[Vector, str, float | None]],
) -> list[tuple[Vector, str, float]]:
    return [(context, model, amount) for context, model, amount in seen if amount is not None]
