"""The whole log once more, from the beginning and with no snapshot."""

from feedback.entry import Judged
from feedback.learner import Learner
from service.storage.engine import open_engine
from service.storage.tail import Page, Tail

_PAGE = 100


def entries(page: Page) -> list[Judged]:
    """All that is in a page that nobody has made entries of yet."""
    return page.hearing.judged(page.rows)


async def replay(learner: Learner, url: str) -> Learner:
    """The learner, when it has read all feedback in a database."""
    engine = open_engine(url)
    tail = Tail(engine)
    while some := entries(await tail.feedback_after(learner.feedback_seq, _PAGE)):
        learner.rate(some)
    await engine.dispose()
    return learner
