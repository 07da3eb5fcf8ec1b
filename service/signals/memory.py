"""The latest answers, to be found by the conversation that they end."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given to its end."""

    decision_id: str
    route: str
    at: datetime
    """When it ended."""

    is_certain: bool = True
    """Whether it is known which of those who began alike it was given to."""


class Memory:
    """Remembers so many answers; the oldest is forgotten first.

    >>> memory = Memory(most=1)
    >>> for id_ in ("one", "other"):
    ...     memory.keep([id_], Answered(id_, "default", datetime(2026, 1, 1)))
    >>> memory.find("one"), memory.find("other").decision_id
    (None, 'other')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Answered] = OrderedDict()

    def keep(self, places: Iterable[str], answered: Answered) -> None:
        """Remember an answer; it takes the place of an earlier one."""
        for place in places:
            self._kept[place] = answered
            self._kept.move_to_end(place)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def find(self, place: str | None) -> Answered | None:
        """The answer there, if there is one."""
        return None if place is None else self._kept.get(place)
