"""What a call can cost at most, known before it goes out."""

from bandit.price import Price

_FRAME_TOKENS = 64
"""What a provider may put around two messages."""


def most_usd(price: Price, body_bytes: int, most_tokens: int) -> float:
    """Dollars that a request of this length cannot exceed.

    No token is shorter than a byte, and whatever kind of token it is, it is the dearest of its
    side.

    >>> most_usd(Price(1.0, 2.0), 936, 300)
    0.0016
    """
    return (
        (body_bytes + _FRAME_TOKENS) * _dearest_in(price) + most_tokens * _dearest_out(price)
    ) / 1e6


def _dearest_in(price: Price) -> float:
    own = (
        price.usd_per_million_tokens_in,
        price.usd_per_million_tokens_cached_in,
        price.usd_per_million_tokens_cache_written_in,
    )
    return max(usd for usd in own if usd is not None)


def _dearest_out(price: Price) -> float:
    own = (price.usd_per_million_tokens_out, price.usd_per_million_tokens_reasoning_out)
    return max(usd for usd in own if usd is not None)
