"""Whether judges can judge: models and sources that exist, patterns and schemas that compile."""

from collections.abc import Collection, Mapping
from typing import Any

import regex

from feedback.judging.rubrics import RUBRICS
from feedback.judging.schemas import BadSchema, compiled
from service.settings.document import Document
from service.settings.duels import Duel
from service.settings.errors import UnknownModel, one_of
from service.settings.judges import JsonJudge, Judge, ModelJudge, RegexJudge, WebhookJudge
from service.settings.path import Path
from service.settings.policies import EpsilonGreedyPolicy, ThompsonPolicy
from service.settings.resolved import Route


def check_judges(
    document: Document,
    routes: Mapping[str, Route],
    models: Collection[str],
    sources: Collection[str],
) -> None:
    """Check every route's judge, and who compares the answers of its duels.

    Raises:
        BadValue: Its source, pattern, schema, rubric or URL is none.
        UnknownModel: It judges with a model that is not there, or does not chat.
    """
    for name, route in routes.items():
        if route.judge is not None:
            _check(document, ("routes", name, "judge"), route.judge, models)
            _check_source(document, ("routes", name, "judge"), route.judge.source, sources)
        if route.duel is not None:
            _check_duel(document, ("routes", name, "duel"), route, route.duel, models)
            _check_source(document, ("routes", name, "duel"), route.duel.source, sources)


def _check_source(document: Document, path: Path, source: str, sources: Collection[str]) -> None:
    if source not in sources:
        raise document.wrong((*path, "source"), one_of(source, tuple(sources)))


def _check_duel(
    document: Document, path: Path, route: Route, duel: Duel, models: Collection[str]
) -> None:
    _check_model(document, (*path, "judge"), duel.judge, models)
    _check_rubric(document, (*path, "rubric"), duel.rubric)
    if len(route.candidates) < 2:
        raise document.wrong(path, "give the route a second candidate, or remove it")
    if not isinstance(route.policy, ThompsonPolicy | EpsilonGreedyPolicy):
        raise document.wrong(
            path,
            "remove it, or take the policy thompson or epsilon-greedy: no other learns from it",
        )


def _check(document: Document, path: Path, judge: Judge, models: Collection[str]) -> None:
    match judge:
        case ModelJudge(model=model, rubric=rubric):
            _check_model(document, (*path, "model"), model, models)
            _check_rubric(document, (*path, "rubric"), rubric)
        case RegexJudge(pattern=pattern):
            _check_pattern(document, (*path, "pattern"), pattern)
        case JsonJudge(schema=schema) if schema is not None:
            _check_schema(document, (*path, "schema"), schema)
        case WebhookJudge(url=url) if not url.startswith(("http://", "https://")):
            raise document.wrong((*path, "url"), "give an http:// or https:// URL")


def _check_model(document: Document, path: Path, model: str, models: Collection[str]) -> None:
    if model not in models:
        raise UnknownModel(path, document.shown(path), one_of(model, tuple(models)))


def _check_rubric(document: Document, path: Path, rubric: str) -> None:
    """One word that names none is a slip, and not a rubric."""
    if rubric not in RUBRICS and len(rubric.split()) < 2:
        raise document.wrong(path, one_of(rubric, tuple(RUBRICS)))


def _check_schema(document: Document, path: Path, schema: Mapping[str, Any]) -> None:
    try:
        compiled(schema)
    except BadSchema as wrong:
        raise document.wrong(path, f"mend the JSON Schema: {wrong}") from None


def _check_pattern(document: Document, path: Path, pattern: str) -> None:
    try:
        regex.compile(pattern)
    except regex.error as wrong:
        raise document.wrong(path, f"mend the regular expression: {wrong}") from None
