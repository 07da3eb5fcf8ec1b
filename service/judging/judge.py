"""What a judge is to those who have answers judged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from feedback.judging.case import Case
from feedback.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of asking a judge."""

    verdict: Verdict | None
    reason: str = ""
    """In one word, why there is no verdict."""

    attempts: int = 1
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """One answer that can be judged, and what that can cost at most."""

    judge: Callable[[], Awaitable[Judged]]
    most_usd: float = 0.0


class Judge(Protocol):
    """Says how good answers are."""

    name: str
    budget_usd: float | None
    """What it may cost in a day; None where it costs nothing."""

    def prepare(self, case: Case) -> Prepared:
        """Get ready to judge; nothing is asked yet."""
        ...
