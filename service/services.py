"""Everything the application is made of, opened in order and closed in reverse."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from bandit.context import ContextEncoder
from feedback.learner import Learner
from service.alarms.watch import Watch
from service.availability.availability import Availability
from service.conversations import Conversations
from service.deciding import Decider
from service.demonstrations import Demonstrations
from service.duels.duels import Duels
from service.duels.second import Seconds
from service.failover.failover import Failover
from service.failover.outcomes import Outcomes
from service.gateway.gateway import Gateway
from service.gateway.transport import Transport
from service.judging.judges import judges_of
from service.judging.judging import Judging
from service.keeping import Keeping
from service.learning import Learning
from service.links.links import Links
from service.onlookers import Onlookers
from service.policies import build
from service.rating import Ratings
from service.routing import Router
from service.settings import Settings
from service.signals.signals import Signals
from service.storage.alarms import Alarms
from service.storage.engine import migrate, open_engine
from service.storage.reader import Reader
from service.storage.snapshots import Snapshots
from service.storage.subjects import Subjects
from service.storage.tail import Tail
from service.storage.verdicts import Verdicts
from service.storage.writer import Writer
from service.upstreams import upstreams_of


@dataclass(frozen=True, slots=True)
class Services:
    """What the handlers ask for."""

    settings: Settings
    reader: Reader
    writer: Writer
    learning: Learning
    router: Router
    ratings: Ratings
    verdicts: Verdicts
    judging: Judging
    demonstrations: Demonstrations
    duels: Duels
    links: Links
    alarms: Alarms


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Services]:
    """Migrate the database, learn from the log, open connections; on leaving, save and close."""
    contexts = ContextEncoder.load()
    engine = open_engine(settings.storage.url)
    try:
        await migrate(engine)
        async with Writer(engine) as writer, Transport() as transport:
            reader = Reader(engine)
            every = settings.storage.snapshot_every
            fold = partial(new_learner, settings, contexts)
            learning = Learning(fold, Tail(engine), Snapshots(engine), every)
            await learning.start()
            availability = _availability(settings)
            decider = Decider(settings, contexts, settings.seed, availability)
            gateway = Gateway(transport, upstreams_of(settings))
            failover = Failover(settings, Outcomes(settings, writer), availability)
            subjects = Subjects(engine)
            ratings = Ratings(settings, reader, subjects, writer, learning)
            demonstrations = Demonstrations(settings, engine, reader, ratings)
            verdicts = Verdicts(engine)
            judging = Judging(settings, judges_of(settings, gateway, transport), verdicts, ratings)
            keeping = Keeping(writer, is_on=settings.storage.keep_answers)
            seconds = Seconds(failover, gateway, keeping)
            duels = Duels.over(engine, ratings, decider, learning, seconds)
            signals = Signals(settings, ratings)
            onlookers = Onlookers(judging, keeping, duels, signals)
            router = Router(
                decider, Conversations(reader), learning, gateway, failover, onlookers=onlookers
            )
            watch = Watch.over(settings, engine, learning, transport)
            work = judging.run(), duels.run(), signals.run(), watch.run(), ratings.selection.run()
            async with _following(learning), _in_the_background(*work):
                yield Services(
                    settings,
                    reader,
                    writer,
                    learning,
                    router,
                    ratings,
                    verdicts,
                    judging,
                    demonstrations,
                    duels,
                    Links(settings, subjects, ratings),
                    watch.alarms,
                )
    finally:
        await engine.dispose()


@asynccontextmanager
async def taking(settings: Settings) -> AsyncIterator[Ratings]:
    """What takes feedback into the log, where running services read it; learns nothing itself."""
    engine = open_engine(settings.storage.url)
    try:
        await migrate(engine)
        async with Writer(engine) as writer:
            ratings = Ratings(settings, Reader(engine), Subjects(engine), writer)
            await ratings.selection.learn()
            yield ratings
    finally:
        await engine.dispose()


def new_learner(settings: Settings, contexts: ContextEncoder) -> Learner:
    """A learner that has read nothing, for the configured routes and models."""
    return Learner(
        policies={
            name: build(route, settings, contexts.size) for name, route in settings.routes.items()
        },
        candidates={name: route.candidates for name, route in settings.routes.items()},
        models=tuple(name for name, model in settings.models.items() if model.chats),
        context_version=contexts.version,
        context_size=contexts.size,
        references={name: settings.reference_of(name) for name in settings.routes},
    )


def _availability(settings: Settings) -> Availability:
    most_calls = {name: model.max_concurrency for name, model in settings.models.items()}
    return Availability(settings.availability, most_calls)


@asynccontextmanager
async def _following(learning: Learning) -> AsyncIterator[None]:
    try:
        async with _in_the_background(learning.run()):
            yield
    finally:
        await learning.save()


@asynccontextmanager
async def _in_the_background(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
