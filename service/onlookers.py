"""Those who look on while a request is answered, each where it is configured."""

from dataclasses import dataclass

from service.duels.bout import Bout
from service.duels.duels import Duels
from service.failover.attempts import Attempts
from service.gateway.messages import CompletionRequest
from service.judging.judging import Judging
from service.judging.picked import Picked
from service.keeping import Heard, Keeping
from service.signals.signals import Signals, Turn


@dataclass(frozen=True, slots=True)
class Onlookers:
    """Whom a request is told of; none of them keeps it waiting."""

    judging: Judging | None = None
    keeping: Keeping | None = None
    duels: Duels | None = None
    signals: Signals | None = None

    def picked(self, attempts: Attempts, request: CompletionRequest, served: str) -> Picked | None:
        """The answer, if it is one of those that are judged."""
        if self.judging is None:
            return None
        return self.judging.pick(attempts.decided.record, request, served)

    def heard(self, attempts: Attempts, request: CompletionRequest) -> Heard | None:
        """Somebody who keeps the answer, where answers are kept."""
        if self.keeping is None:
            return None
        return self.keeping.listen(attempts.decided.record.id, request)

    def bout(self, attempts: Attempts, request: CompletionRequest) -> Bout | None:
        """A duel, if a second model is to answer."""
        return None if self.duels is None else self.duels.begin(attempts, request)

    def turn(self, request: CompletionRequest) -> Turn | None:
        """The request as a turn of its conversation, where that may tell of answers."""
        return None if self.signals is None else self.signals.begin(request)
