"""The whole log once more, from the beginning and with no snapshot."""

from feedback.learner import Learner
from service.storage.engine import open_engine
from service.storage.tail import Tail

_PAGE = 100


async def replay(learner: Learner, url: str) -> Learner:
    """The learner, when it has read all feedback in a database."""
    engine = open_engine(url)
    tail = Tail(engine)
    while entries := (await tail.feedback_after(learner.feedback_seq, _PAGE)).entries:
        learner.rate(entries)
    await engine.dispose()
    return learner
