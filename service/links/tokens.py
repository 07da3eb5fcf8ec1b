"""What a link says, signed so that nobody else can say it."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from service.errors import LinkBroken, LinkExpired


class Vote(msgspec.Struct, frozen=True, array_like=True):
    """A rating that waits to be given."""

    decision_id: str
    up: bool
    source: str
    rater: str | None
    expires_at: int
    """Seconds since 1970; good until then."""

    key: str | None = None
    """The name of the key that made the link, and speaks by it."""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Vote)
_SALT = "pointsman link"


class Tokens:
    """Signs votes with HMAC-SHA256, and reads what was signed.

    >>> tokens = Tokens(["s" * 32])
    >>> vote = Vote("dec_1", True, "user", None, 2_000_000_000)
    >>> tokens.read(tokens.of(vote), now=datetime(2030, 1, 1)) == vote
    True
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        """The first secret signs; what any of them has signed is good."""
        self._signer = Signer(
            list(reversed(secrets)), _SALT, key_derivation="hmac", digest_method=sha256
        )

    def of(self, vote: Vote) -> str:
        """A vote as it can stand in a URL; whoever has it can read it."""
        return self._signer.sign(base64_encode(_ENCODER.encode(vote))).decode()

    def read(self, token: str, now: datetime) -> Vote:
        """What a token says.

        Raises:
            LinkBroken: Nobody signed it, or not all of it is there.
            LinkExpired: Its time is up.
        """
        try:
            vote = _DECODER.decode(base64_decode(self._signer.unsign(token)))
        except (BadData, msgspec.DecodeError, UnicodeError):
            raise LinkBroken from None
        if now.timestamp() > vote.expires_at:
            raise LinkExpired
        return vote
