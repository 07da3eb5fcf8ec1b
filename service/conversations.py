"""Which model a conversation is with, and what that model has probably cached of it."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bandit.errors import StorageError
from service import clock
from service.asking import Asked
from service.storage.reader import Reader
from service.storage.records import DecisionRecord
from service.storage.turns import LastTurn

_MOST = 10_000
"""Conversations kept in memory; of others the log tells."""

_CACHED_FOR = timedelta(minutes=10)
"""How long providers are taken to keep a prompt in their cache."""

_Whose = tuple[str | None, str]
"""A key, and its conversation: what two keys call alike is two."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Current:
    """The model that a conversation is with."""

    model: str
    tokens_cached: int
    """How much of the conversation the model's provider has probably cached."""


class Conversations:
    """Remembers the model that served a conversation last, and looks it up in the log if need be.

    What is remembered is what this process saw. Another one may have served the conversation
    since: where it must not change its model, in a tool loop, the log is asked as well.
    """

    def __init__(self, reader: Reader, most: int = _MOST) -> None:
        self._reader = reader
        self._most = most
        self._kept: OrderedDict[_Whose, LastTurn] = OrderedDict()

    async def current(self, asked: Asked) -> Current | None:
        """The model of the conversation so far; None where it begins, or nothing is known."""
        if asked.conversation is None or not asked.continues:
            return None
        whose = asked.caller.key, asked.conversation
        turn = self._kept.get(whose)
        if turn is None or asked.awaits_tools:
            turn = _later(turn, await self._looked_up(whose))
        if turn is None:
            return None
        recent = clock.now() - turn.at < _CACHED_FOR
        return Current(turn.model, turn.tokens_in if recent else 0)

    def keep(self, record: DecisionRecord, model: str) -> None:
        """Remember who served a decision's request."""
        if record.conversation is None:
            return
        whose = record.key, record.conversation
        self._kept[whose] = LastTurn(model, record.tokens_in, record.at)
        self._kept.move_to_end(whose)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def _looked_up(self, whose: _Whose) -> LastTurn | None:
        key, conversation = whose
        try:
            return await self._reader.last_turn(conversation, key)
        except StorageError as error:
            _log.warning("conversation_not_looked_up", reason=str(error))
            return None


def _later(kept: LastTurn | None, logged: LastTurn | None) -> LastTurn | None:
    """The later turn; of the same one what was kept, since it knows who served."""
    if kept is None or logged is None:
        return kept or logged
    return logged if logged.at > kept.at else kept
