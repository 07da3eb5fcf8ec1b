"""From the routes as written to routes whose every name is a model's."""

from collections.abc import Collection, Mapping

import msgspec

from feedback.entry import QUALITY
from service.settings.document import Document
from service.settings.entries import RouteEntry
from service.settings.errors import UnknownModel, one_of
from service.settings.path import Path
from service.settings.policies import FixedPolicy, Policy, PolicyName, WeightedPolicy
from service.settings.resolved import Route

_DEFAULT = "default"


def resolved_routes(
    document: Document, entries: Mapping[str, RouteEntry], models: Collection[str]
) -> dict[str, Route]:
    """The routes; without any, one over all models.

    Raises:
        BadValue: A route or its policy names a model that it cannot.
    """
    written = entries or {_DEFAULT: RouteEntry()}
    return {name: _resolved(document, name, entry, models) for name, entry in written.items()}


def resolved_default(document: Document, asked: str | None, routes: Collection[str]) -> str:
    """The route of ``model: auto``.

    Raises:
        BadValue: It is not among the routes, or not to be told.
    """
    if asked is None and len(routes) > 1 and _DEFAULT not in routes:
        raise document.wrong(("default_route",), one_of("", tuple(routes)))
    only = _DEFAULT if _DEFAULT in routes else next(iter(routes))
    if asked is not None and asked not in routes:
        raise document.wrong(("default_route",), one_of(asked, tuple(routes)))
    return asked or only


def _resolved(document: Document, name: str, entry: RouteEntry, models: Collection[str]) -> Route:
    candidates = tuple(models) if entry.candidates is None else entry.candidates
    path = ("routes", name)
    _check_candidates(document, (*path, "candidates"), candidates, models)
    _check_candidates(document, (*path, "fallbacks"), entry.fallbacks or (), models)
    policy = _policy(entry.policy)
    _check_policy(document, (*path, "policy"), policy, candidates)
    return Route(
        name=name,
        candidates=candidates,
        willingness_to_pay_usd=entry.willingness_to_pay_usd,
        latency_weight=entry.latency_weight,
        failure_weight=entry.failure_weight,
        switch_cost=entry.switch_cost,
        sessions=entry.sessions,
        policy=policy,
        metrics={QUALITY: 1.0} | entry.metrics,
        reference_source=entry.reference_source,
        rating_weights=entry.rating_weights,
        fallbacks=entry.fallbacks,
        retries=entry.retries,
        deadline_seconds=entry.deadline_seconds,
        hedge_after_seconds=entry.hedge_after_seconds,
        judge=entry.judge,
        duel=entry.duel,
        signals=entry.signals,
    )


def _check_candidates(
    document: Document, path: Path, candidates: tuple[str, ...], models: Collection[str]
) -> None:
    for k, model in enumerate(candidates):
        if model not in models:
            shown = document.shown((*path, k))
            raise UnknownModel((*path, k), shown, one_of(model, tuple(models)))
        if model in candidates[:k]:
            raise document.wrong((*path, k), "it stands there already: remove it")


def _policy(policy: Policy | PolicyName) -> Policy:
    """A kind that stands alone has its defaults."""
    if isinstance(policy, str):
        chosen: Policy = msgspec.convert({"kind": policy}, Policy)
        return chosen
    return policy


def _check_policy(
    document: Document, path: Path, policy: Policy, candidates: tuple[str, ...]
) -> None:
    if isinstance(policy, FixedPolicy) and policy.model not in candidates:
        path = (*path, "model")
        raise UnknownModel(path, document.shown(path), one_of(policy.model, candidates))
    if isinstance(policy, WeightedPolicy):
        _check_weights(document, (*path, "weights"), policy.weights, candidates)


def _check_weights(
    document: Document, path: Path, weights: Mapping[str, float], candidates: tuple[str, ...]
) -> None:
    for model in weights:
        if model not in candidates:
            raise UnknownModel(path, repr(model), one_of(model, candidates))
    if missing := [model for model in candidates if model not in weights]:
        raise document.wrong(path, f"give {missing[0]} a weight too; 0 where it gets nothing")
    if not any(weights.values()):
        raise document.wrong(path, "give at least one candidate a weight above 0")
