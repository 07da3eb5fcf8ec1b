"""What hears an answer as it passes by."""

_MOST_BYTES = 2 * 1024 * 1024
"""Of an answer, as it was passed on; a longer one is not looked at."""


class Ear:
    """Puts the pieces of an answer together, up to a length."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._is_too_long = False

    def hear(self, piece: bytes) -> None:
        """One more piece passed by."""
        if self._is_too_long:
            return
        self._heard += piece
        if len(self._heard) > _MOST_BYTES:
            self._is_too_long = True
            self._heard.clear()

    def whole(self) -> bytes | None:
        """All that was heard; None where it became too long."""
        return None if self._is_too_long else bytes(self._heard)
