"""From what is asked to a decision and the record of it: the pure part of routing."""

import hashlib
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from bandit.context import ContextEncoder
from bandit.cost import expected_cost_usd
from bandit.decision import Choice, Decision
from bandit.objective import Objective
from bandit.policies.weighted import Weighted
from feedback.learner import Learner
from service import clock
from service.addresses import Address, Addresses
from service.asking import Asked
from service.availability.availability import Availability
from service.conversations import Current
from service.eligibility import Eligible, too_dear, unable, uninvolved
from service.policies import policy_name
from service.settings import FastestPolicy, Route, Settings
from service.storage.records import DecisionRecord, ScoredCandidate
from service.transcripts import transcript


@dataclass(frozen=True, slots=True)
class Chosen:
    """A decision with all that led to it."""

    address: Address
    eligible: Eligible
    choice: Choice
    decision: Decision

    @property
    def policy(self) -> str:
        """The name of the route's policy; ``direct`` where the client named the model."""
        return "direct" if self.address.is_direct else policy_name(self.address.route.policy)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its record, ready for the log."""

    decision: Decision
    record: DecisionRecord
    choice: Choice
    """What the policy was asked."""


class Decider:
    """Chooses a model for each request; does no I/O."""

    def __init__(
        self,
        settings: Settings,
        contexts: ContextEncoder,
        seed: int | None,
        availability: Availability,
    ) -> None:
        """``seed`` fixes the random stream; None takes a fresh one."""
        self.settings = settings
        self.contexts = contexts
        self.rng = np.random.default_rng(seed)
        self.availability = availability
        self.addresses = Addresses(settings)
        self.prices = {name: model.price for name, model in settings.models.items()}

    def decide(self, asked: Asked, beliefs: Learner, current: Current | None = None) -> Decided:
        """Choose, and make the record of it; ``current`` is who the conversation is with.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
        """
        chosen = self.choose(asked, beliefs, current)
        return Decided(chosen.decision, self._record(asked, chosen), chosen.choice)

    def choose(self, asked: Asked, beliefs: Learner, current: Current | None = None) -> Chosen:
        """Choose among the models that can answer; or take the one the caller named.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
        """
        address = self.addresses.of(asked)
        current = current if address.route.sessions else None
        context = self.contexts.encode(asked.prompt)
        eligible = Eligible(address.route.name, address.models)
        eligible.leave_out(unable(address.models, asked.needs) | address.left_out())
        able, route = eligible.models, address.route
        cost_usd = self._cost_usd(able, context, asked, beliefs, current)
        eligible.leave_out(too_dear(able, cost_usd, asked.dial.max_cost_usd))
        eligible.leave_out(self._unavailable(eligible.models, asked, current))
        models = eligible.models
        if models != able:
            cost_usd = cost_usd[[able.index(model) for model in models]]
        choice = Choice(
            context=context,
            candidates=models,
            cost_usd=cost_usd,
            latency_seconds=self._latency(route, models, context, beliefs),
            objective=_objective(route, asked),
            surcharge=self._surcharge(route, models, current),
            explore=current is None,
        )
        policy = Weighted() if address.is_direct else beliefs.policies[route.name]
        return Chosen(address, eligible, choice, policy.decide(choice, self.rng))

    def _unavailable(
        self, models: tuple[str, ...], asked: Asked, current: Current | None
    ) -> dict[str, str]:
        """The models that should not be called now, or that a tool loop is not with, and why."""
        reasons = self.availability.left_out(models)
        if current is None or not asked.awaits_tools or current.model in reasons:
            return reasons
        return uninvolved(models, current.model) | reasons

    def _cost_usd(
        self,
        models: tuple[str, ...],
        context: Vector,
        asked: Asked,
        beliefs: Learner,
        current: Current | None,
    ) -> Vector:
        """Expected dollars, shape ``(K,)``; the conversation's own model has some of it cached."""
        cost_usd = expected_cost_usd(
            self.prices,
            beliefs.tokens_out,
            context,
            models,
            tokens_in=asked.needs.tokens_in,
            most_tokens_out=asked.needs.most_tokens_out,
        )
        if current is not None and current.model in models:
            cached = min(current.tokens_cached, asked.needs.tokens_in)
            cost_usd[models.index(current.model)] -= self.prices[current.model].saved_usd(cached)
        return cost_usd

    def _latency(
        self, route: Route, models: tuple[str, ...], context: Vector, beliefs: Learner
    ) -> Vector:
        """Expected seconds, shape ``(K,)``; zeros where nobody asks.

        What is believed is of all calls there were; a model that slows down is slow at once.
        """
        if isinstance(route.policy, FastestPolicy):
            return np.array([self.availability.latency_seconds(m) or 0.0 for m in models])
        if not route.latency_weight:
            return np.zeros(len(models))
        seconds = beliefs.seconds.expected(context, models)
        seconds *= [self.availability.slowness(model) for model in models]
        return seconds

    def _surcharge(self, route: Route, models: tuple[str, ...], current: Current | None) -> Vector:
        """Quality points for calls that fail, and for a change of model, shape ``(K,)``."""
        failing = [self.availability.failure_rate(model) for model in models]
        surcharge: Vector = np.zeros(len(models))
        if any(failing):
            surcharge += route.failure_weight * np.array(failing)
        if current is not None and current.model in models:
            surcharge += route.switch_cost
            surcharge[models.index(current.model)] -= route.switch_cost
        return surcharge

    def _record(self, asked: Asked, chosen: Chosen) -> DecisionRecord:
        text = f"{asked.prompt.system}\n{asked.prompt.user}"
        choice, decision, route = chosen.choice, chosen.decision, chosen.address.route
        keeps = self.settings.storage.keep_prompts
        return DecisionRecord(
            id=clock.decision_id(),
            at=clock.now(),
            route=route.name,
            policy=chosen.policy,
            context_version=self.contexts.version,
            context=choice.context.astype(np.float32),
            candidates=scored(decision),
            chosen=decision.model,
            propensity=decision.propensity,
            cost_weight=choice.objective.cost_weight,
            latency_weight=choice.objective.latency_weight,
            prompt_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
            prompt=text if keeps else None,
            session_id=asked.dial.session_id,
            tags=tuple(asked.dial.tags or ()),
            tokens_in=asked.needs.tokens_in,
            left_out=chosen.eligible.left_out,
            rule=chosen.address.rule.name if chosen.address.rule else None,
            conversation=asked.conversation if route.sessions else None,
            messages=transcript(asked.messages) if keeps else None,
            key=asked.caller.key,
        )


def _objective(route: Route, asked: Asked) -> Objective:
    willing = asked.dial.willingness_to_pay_usd or route.willingness_to_pay_usd
    return Objective.from_willingness_to_pay(float(willing), route.latency_weight)


def scored(decision: Decision) -> tuple[ScoredCandidate, ...]:
    """What each candidate scored, one row each."""
    return tuple(
        ScoredCandidate(*row)
        for row in zip(
            decision.candidates,
            decision.quality_mean.tolist(),
            decision.quality_std.tolist(),
            decision.sampled_quality.tolist(),
            decision.cost_usd.tolist(),
            decision.utility.tolist(),
            decision.propensities.tolist(),
            strict=True,
        )
    )
