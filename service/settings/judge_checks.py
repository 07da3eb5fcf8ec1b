"""Whether judges can judge: models and sources that exist, patterns that compile, rubrics."""

from collections.abc import Collection, Mapping

import regex

from feedback.judging.rubrics import RUBRICS
from service.settings.document import Document
from service.settings.errors import UnknownModel, one_of
from service.settings.judges import Judge, ModelJudge, RegexJudge, WebhookJudge
from service.settings.path import Path
from service.settings.resolved import Route


def check_judges(
    document: Document,
    routes: Mapping[str, Route],
    models: Collection[str],
    sources: Collection[str],
) -> None:
    """Check every route's judge.

    Raises:
        BadValue: Its source, pattern, rubric or URL is none.
        UnknownModel: It judges with a model that is not there, or does not chat.
    """
    for name, route in routes.items():
        if route.judge is not None:
            _check(document, ("routes", name, "judge"), route.judge, models)
            if route.judge.source not in sources:
                remedy = one_of(route.judge.source, tuple(sources))
                raise document.wrong(("routes", name, "judge", "source"), remedy)


def _check(document: Document, path: Path, judge: Judge, models: Collection[str]) -> None:
    match judge:
        case ModelJudge(model=model, rubric=rubric):
            _check_model(document, (*path, "model"), model, models)
            _check_rubric(document, (*path, "rubric"), rubric)
        case RegexJudge(pattern=pattern):
            _check_pattern(document, (*path, "pattern"), pattern)
        case WebhookJudge(url=url) if not url.startswith(("http://", "https://")):
            raise document.wrong((*path, "url"), "give an http:// or https:// URL")


def _check_model(document: Document, path: Path, model: str, models: Collection[str]) -> None:
    if model not in models:
        raise UnknownModel(path, document.shown(path), one_of(model, tuple(models)))


def _check_rubric(document: Document, path: Path, rubric: str) -> None:
    """One word that names none is a slip, and not a rubric."""
    if rubric not in RUBRICS and len(rubric.split()) < 2:
        raise document.wrong(path, one_of(rubric, tuple(RUBRICS)))


def _check_pattern(document: Document, path: Path, pattern: str) -> None:
    try:
        regex.compile(pattern)
    except regex.error as wrong:
        raise document.wrong(path, f"mend the regular expression: {wrong}") from None
