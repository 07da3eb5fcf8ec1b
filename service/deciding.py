"""From what is asked to a decision and the record of it: the pure part of routing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bandit.arrays import Vector
from bandit.context import ContextEncoder
from bandit.cost import expected_cost_usd
from bandit.decision import Choice, Decision
from bandit.objective import Objective
from bandit.policies.weighted import Weighted
from bandit.prompt import Prompt
from feedback.learner import Learner
from service import clock
from service.eligibility import Needs, affordable, eligible
from service.errors import UnknownModelAsked, UnknownRoute
from service.gateway.dial import Dial
from service.policies import policy_name
from service.settings import Model, Settings
from service.storage.records import DecisionRecord, ScoredCandidate


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller wants routed, whichever way it came in."""

    model: str
    """As the client wrote it: ``auto``, ``auto:<route>`` or a model's name."""

    prompt: Prompt
    needs: Needs
    dial: Dial


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its record, ready for the log."""

    decision: Decision
    record: DecisionRecord


class Decider:
    """Chooses a model for each request; does no I/O."""

    def __init__(self, settings: Settings, contexts: ContextEncoder, seed: int | None) -> None:
        """``seed`` fixes the random stream; None takes a fresh one."""
        self.settings = settings
        self.contexts = contexts
        self.rng = np.random.default_rng(seed)
        self.prices = {name: model.price for name, model in settings.models.items()}

    def decide(self, asked: Asked, beliefs: Learner) -> Decided:
        """Choose, and make the record of it.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
        """
        route, policy, choice, decision = self.choose(asked, beliefs)
        return Decided(decision, self._record(route, policy, asked, choice, decision))

    def choose(self, asked: Asked, beliefs: Learner) -> tuple[str, str, Choice, Decision]:
        """Choose among the models that can answer; or take the one the caller named.

        Returns:
            The route's name, the policy's name, what was asked of it and what it decided.

        Raises:
            RequestError: Nothing can be chosen as it was asked.
        """
        route, models = self._models(asked.model)
        context = self.contexts.encode(asked.prompt)
        choice = self._choice(route, eligible(route, models, asked.needs), context, asked, beliefs)
        if asked.model in models:
            return route, "direct", choice, Weighted().decide(choice, self.rng)
        decision = beliefs.policies[route].decide(choice, self.rng)
        return route, policy_name(self.settings.routes[route].policy), choice, decision

    def _models(self, asked: str) -> tuple[str, Mapping[str, Model]]:
        if asked in self.settings.models:
            return self._home(asked), {asked: self.settings.models[asked]}
        if asked != "auto" and not asked.startswith("auto:"):
            raise UnknownModelAsked(asked, tuple(self.settings.models))
        name = asked.removeprefix("auto").removeprefix(":") or self.settings.default_route
        route = self.settings.routes.get(name)
        if route is None:
            raise UnknownRoute(name, tuple(self.settings.routes))
        return name, {m: self.settings.models[m] for m in route.candidates}

    def _home(self, model: str) -> str:
        """The route that learns from calls that name the model: the first that has it."""
        routes = self.settings.routes
        return next((n for n, r in routes.items() if model in r.candidates), next(iter(routes)))

    def _choice(
        self, name: str, able: tuple[str, ...], context: Vector, asked: Asked, beliefs: Learner
    ) -> Choice:
        needs, route = asked.needs, self.settings.routes[name]
        cost_usd = expected_cost_usd(
            self.prices,
            beliefs.tokens_out,
            context,
            able,
            tokens_in=needs.tokens_in,
            most_tokens_out=needs.most_tokens_out,
        )
        within = affordable(name, able, cost_usd, asked.dial.max_cost_usd)
        kept = [k for k, model in enumerate(able) if model in within]
        willing = asked.dial.willingness_to_pay_usd or route.willingness_to_pay_usd
        return Choice(
            context=context,
            candidates=within,
            cost_usd=cost_usd[kept],
            latency_seconds=_latency(beliefs, context, within, route.latency_weight),
            objective=Objective.from_willingness_to_pay(float(willing), route.latency_weight),
        )

    def _record(
        self, route: str, policy: str, asked: Asked, choice: Choice, decision: Decision
    ) -> DecisionRecord:
        text = f"{asked.prompt.system}\n{asked.prompt.user}"
        return DecisionRecord(
            id=clock.decision_id(),
            at=clock.now(),
            route=route,
            policy=policy,
            context_version=self.contexts.version,
            context=choice.context.astype(np.float32),
            candidates=scored(decision),
            chosen=decision.model,
            propensity=decision.propensity,
            cost_weight=choice.objective.cost_weight,
            latency_weight=choice.objective.latency_weight,
            prompt_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
            prompt=text if self.settings.storage.keep_prompts else None,
            session_id=asked.dial.session_id,
            tags=tuple(asked.dial.tags or ()),
            tokens_in=asked.needs.tokens_in,
        )


def _latency(
    beliefs: Learner, context: Vector, models: tuple[str, ...], latency_weight: float
) -> Vector:
    """Expected seconds, shape ``(K,)``; zeros where nobody weighs them."""
    if not latency_weight:
        return np.zeros(len(models))
    return beliefs.seconds.expected(context, models)


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
