"""From the file to `Settings`: read, fill in, convert, resolve, check."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

import msgspec

from service.settings.alarm_checks import resolved_alarms
from service.settings.document import Document
from service.settings.entries import SettingsFile, Source, Storage
from service.settings.errors import BadName, UnreadableFile, one_of
from service.settings.explain import explained
from service.settings.judge_checks import check_judges
from service.settings.key_checks import resolved_keys
from service.settings.link_checks import resolved_links
from service.settings.models import ModelResolver
from service.settings.rating_weight_checks import check_rating_weights
from service.settings.resolved import Model, Settings
from service.settings.routes import resolved_default, resolved_routes
from service.settings.rule_checks import check_rules
from service.settings.signal_checks import check_signals

_SCHEMES = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+asyncpg")


def read(file: File) -> str:
    """The text of a configuration file.

    Raises:
        UnreadableFile: There is none.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        raise UnreadableFile(str(file), wrong.strerror or type(wrong).__name__) from None
    except ValueError:
        raise UnreadableFile(str(file), "it is not UTF-8 text") from None


def loads(text: str, environment: Mapping[str, str]) -> Settings:
    """The configuration that the text describes in this environment.

    Raises:
        ConfigError: It cannot be served.
    """
    document = Document.of(text, environment)
    file = _converted(document)
    models = _models(document, file, environment)
    _check_names("routes", file.routes)
    routes = resolved_routes(document, file.routes, _for_chat(document, models))
    check_rules(document, file.rules, routes)
    sources = _sources(document, file)
    _check_references(document, file, sources)
    check_judges(document, routes, _for_chat(document, models), sources)
    check_signals(document, routes, sources, file.default_source)
    check_rating_weights(document, routes, sources, file.default_source)
    _check_names("keys", file.keys)
    _check_storage(document, file.storage)
    return Settings(
        models=models,
        routes=routes,
        rules=file.rules,
        default_route=resolved_default(document, file.default_route, routes),
        sources=sources,
        default_source=file.default_source,
        keys=resolved_keys(document, file.keys, environment, routes),
        storage=file.storage,
        alarms=resolved_alarms(document, file.alarms, environment),
        links=resolved_links(document, file.links, environment),
        server=file.server,
        availability=file.availability,
        seed=file.seed,
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors."""
    return msgspec.json.schema(SettingsFile)


def _converted(document: Document) -> SettingsFile:
    # Not strict: a variable's value is text, also where a number is wanted.
    try:
        return msgspec.convert(document.meant, SettingsFile, strict=False)
    except msgspec.ValidationError as complaint:
        raise explained(document, SettingsFile, str(complaint)) from None


def _models(
    document: Document, file: SettingsFile, environment: Mapping[str, str]
) -> dict[str, Model]:
    _check_names("models", file.models)
    for name in file.models:
        if name == "auto" or name.startswith("auto:"):
            raise BadName(("models", name))
    resolver = ModelResolver(document, environment, at=datetime.now(UTC))
    return {name: resolver.resolve(name, entry) for name, entry in file.models.items()}


def _for_chat(document: Document, models: Mapping[str, Model]) -> tuple[str, ...]:
    chat = tuple(name for name, model in models.items() if model.chats)
    if not chat:
        first = ("models", next(iter(models)), "kind")
        raise document.wrong(first, "add a model of kind chat: routes need one to choose")
    return chat


def _sources(document: Document, file: SettingsFile) -> dict[str, Source]:
    _check_names("sources", file.sources)
    sources = file.sources or {"user": Source(noise_std=0.4), "judge": Source(noise_std=0.2)}
    if file.default_source not in sources:
        raise document.wrong(("default_source",), one_of(file.default_source, tuple(sources)))
    return sources


def _check_references(document: Document, file: SettingsFile, sources: Collection[str]) -> None:
    for name, route in file.routes.items():
        if route.reference_source is not None and route.reference_source not in sources:
            remedy = one_of(route.reference_source, tuple(sources))
            raise document.wrong(("routes", name, "reference_source"), remedy)


def _check_storage(document: Document, storage: Storage) -> None:
    scheme, found, _ = storage.url.partition("://")
    if scheme not in _SCHEMES or not found:
        remedy = "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        raise document.wrong(("storage", "url"), remedy)


def _check_names(section: str, names: Iterable[str]) -> None:
    for name in names:
        if not name.isprintable() or " " in name:
            raise BadName((section, name))
