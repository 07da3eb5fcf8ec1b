"""The composition root: settings go in, an application comes out."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.types import ControllerRouterHandler, Scope

from bandit.errors import PointsmanError
from service import routing
from service.api import (
    admission,
    alarms,
    batches,
    completions,
    decisions,
    demonstrations,
    docs,
    duels,
    embeddings,
    errors,
    feedback,
    health,
    judging,
    legacy_completions,
    links,
    messages,
    models,
    responses,
    segments,
    sources,
)
from service.caller import Caller, Callers
from service.demonstrations import Demonstrations
from service.duels.duels import Duels
from service.judging.judging import Judging
from service.learning import Learning
from service.links.links import Links
from service.rating import Ratings
from service.services import Services, opened
from service.settings import Settings
from service.storage.alarms import Alarms
from service.storage.reader import Reader
from service.storage.verdicts import Verdicts
from service.storage.writer import Writer

_LOOKS = (20_000, 20, 50)
"""New objects between two looks for cycles among them, and how rarely older ones are looked at."""


def create_app(settings: Settings) -> Litestar:
    """The application that serves these settings; nothing is opened before it starts."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(settings) as services:
            app.state.services = services
            _settle()
            yield

    app = Litestar(
        route_handlers=_handlers(settings),
        lifespan=[lifespan],
        dependencies=_dependencies(),
        exception_handlers={
            PointsmanError: errors.on_pointsman_error,
            HTTPException: errors.on_http_error,
            UnicodeError: errors.on_unreadable,
            RecursionError: errors.on_unreadable,
            Exception: errors.on_anything_else,
        },
        openapi_config=docs.openapi(),
        request_max_body_size=settings.server.max_body_bytes,
        logging_config=None,
    )
    docs.describe_raw(app)
    if settings.keys:
        docs.describe_keys(app)
    return app


def _handlers(settings: Settings) -> list[ControllerRouterHandler]:
    """Behind who is let in, most; and what needs no key."""
    admitting = DefineMiddleware(admission.Admission, callers=Callers(settings.keys.values()))
    return [
        Router("/", route_handlers=[*_for_keys(), _for_operators()], middleware=[admitting]),
        links.show,
        links.probe,
        links.follow,
        health.live,
        health.ready,
        docs.assets(),
    ]


def _for_keys() -> list[ControllerRouterHandler]:
    return [
        completions.complete,
        completions.route,
        embeddings.embed,
        legacy_completions.complete_prompt,
        messages.create,
        responses.respond,
        decisions.explain,
        decisions.report,
        feedback.rate,
        feedback.prefer,
        feedback.retract,
        demonstrations.demonstrate,
        batches.batch,
        links.make,
        models.models,
        judging.decision_verdicts,
    ]


def _for_operators() -> Router:
    handlers: list[ControllerRouterHandler] = [
        models.policy,
        sources.worth,
        sources.raters,
        segments.route_segments,
        alarms.alarm_list,
        alarms.acknowledge,
        judging.route_judge,
        duels.route_duels,
    ]
    return Router("/", route_handlers=handlers, guards=[admission.operators_only])


def _dependencies() -> dict[str, Provide]:
    """What handlers may ask for, by the names of their parameters."""
    return {
        "caller": Provide(_caller, sync_to_thread=False),
        "settings": Provide(_settings, sync_to_thread=False),
        "reader": Provide(_reader, sync_to_thread=False),
        "writer": Provide(_writer, sync_to_thread=False),
        "learning": Provide(_learning, sync_to_thread=False),
        "router": Provide(_router, sync_to_thread=False),
        "links": Provide(_links, sync_to_thread=False),
        "ratings": Provide(_ratings, sync_to_thread=False),
        "judging": Provide(_judging, sync_to_thread=False),
        "alarms": Provide(_alarms, sync_to_thread=False),
        "verdicts": Provide(_verdicts, sync_to_thread=False),
        "duels": Provide(_duels, sync_to_thread=False),
        "demonstrations": Provide(_demonstrations, sync_to_thread=False),
    }


def _settle() -> None:
    """Take what was made until now out of what the collector looks through.

    It stays for as long as the process, and each full look at it would hold all requests up for
    tens of milliseconds. What requests make is gone when they are, without being looked for.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_LOOKS)


def _services(state: State) -> Services:
    services: Services = state.services
    return services


def _caller(scope: Scope) -> Caller:
    return admission.caller_of(scope)


def _settings(state: State) -> Settings:
    return _services(state).settings


def _reader(state: State) -> Reader:
    return _services(state).reader


def _writer(state: State) -> Writer:
    return _services(state).writer


def _learning(state: State) -> Learning:
    return _services(state).learning


def _router(state: State) -> routing.Router:
    return _services(state).router


def _links(state: State) -> Links:
    return _services(state).links


def _ratings(state: State) -> Ratings:
    return _services(state).ratings


def _alarms(state: State) -> Alarms:
    return _services(state).alarms


def _judging(state: State) -> Judging:
    return _services(state).judging


def _verdicts(state: State) -> Verdicts:
    return _services(state).verdicts


def _duels(state: State) -> Duels:
    return _services(state).duels


def _demonstrations(state: State) -> Demonstrations:
    return _services(state).demonstrations
