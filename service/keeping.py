"""Keeps the words of answers, where the configuration says so; nobody waits for it."""

import structlog

from bandit.errors import StorageError
from service.gateway.messages import EMBEDDINGS, CompletionRequest
from service.gateway.said import said
from service.storage.records import AnswerRecord
from service.storage.writer import Stored, Writer

MOST_CHARACTERS = 100_000
"""Of an answer; what is longer is cut."""

_log = structlog.get_logger(__name__)


class Keeping:
    """Puts answers into the log, beside the outcomes of their calls."""

    def __init__(self, writer: Writer, *, is_on: bool) -> None:
        self._writer = writer
        self._is_on = is_on

    def listen(self, decision_id: str, request: CompletionRequest) -> "Heard | None":
        """Somebody to hear the answer; nobody where it is not kept, or is no text."""
        if not self._is_on or request.path == EMBEDDINGS:
            return None
        return Heard(decision_id, self, is_stream=request.stream)

    def keep(self, record: AnswerRecord) -> None:
        """Write an answer with the next commit; where that fails, the client has it anyhow."""
        try:
            kept = self._writer.begin(record)
        except StorageError as error:
            _tell(record.decision_id, error)
        else:
            kept.add_done_callback(lambda done: _written(done, record.decision_id))


class Heard:
    """An answer as it passes by."""

    def __init__(self, decision_id: str, keeping: Keeping, *, is_stream: bool) -> None:
        self._decision_id = decision_id
        self._keeping = keeping
        self._is_stream = is_stream
        self._words: list[str] = []
        self._left = MOST_CHARACTERS

    def hear(self, answer: bytes) -> None:
        """One more piece passed by, whole or in whole events."""
        if self._left > 0:
            words = said(answer, is_stream=self._is_stream) or ""
            self._words.append(words[: self._left])
            self._left -= len(words)

    def end(self) -> None:
        """The answer is complete; nothing is kept of one that says nothing in words."""
        text = "".join(self._words)
        if text.strip():
            self._keeping.keep(AnswerRecord(self._decision_id, text))


def _written(kept: Stored, decision_id: str) -> None:
    error = None if kept.cancelled() else kept.exception()
    if error is not None:
        _tell(decision_id, error)


def _tell(decision_id: str, error: BaseException) -> None:
    _log.warning("answer_not_kept", decision_id=decision_id, reason=str(error))
