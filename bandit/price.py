"""What a model's tokens cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TokenParts:
    """Tokens among those of a call that may have a price of their own."""

    cached_in: int = 0
    """Prompt tokens that the provider had in its cache."""

    cache_written_in: int = 0
    """Prompt tokens that it put into its cache."""

    audio_in: int = 0
    image_in: int = 0
    audio_out: int = 0
    reasoning_out: int = 0
    """Tokens of the answer that were thought and not said."""


NO_PARTS = TokenParts()
"""Nothing has a price of its own."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens; zero is a price, absence is not.

    What has no price of its own costs what tokens of its side cost.

    >>> Price(usd_per_million_tokens_in=0.15, usd_per_million_tokens_out=0.6).cost_usd(2000, 500)
    0.0006
    """

    usd_per_million_tokens_in: float
    usd_per_million_tokens_out: float
    usd_per_million_tokens_cached_in: float | None = None
    usd_per_million_tokens_cache_written_in: float | None = None
    usd_per_million_tokens_audio_in: float | None = None
    usd_per_million_tokens_image_in: float | None = None
    usd_per_million_tokens_audio_out: float | None = None
    usd_per_million_tokens_reasoning_out: float | None = None

    def cost_usd(self, tokens_in: int, tokens_out: int, parts: TokenParts = NO_PARTS) -> float:
        """Dollars of one call; its ``parts`` are among its tokens, and never more than they."""
        asked = [
            (parts.cached_in, self.usd_per_million_tokens_cached_in),
            (parts.cache_written_in, self.usd_per_million_tokens_cache_written_in),
            (parts.audio_in, self.usd_per_million_tokens_audio_in),
            (parts.image_in, self.usd_per_million_tokens_image_in),
        ]
        answered = [
            (parts.audio_out, self.usd_per_million_tokens_audio_out),
            (parts.reasoning_out, self.usd_per_million_tokens_reasoning_out),
        ]
        asking = _dollars(tokens_in, self.usd_per_million_tokens_in, asked)
        return (asking + _dollars(tokens_out, self.usd_per_million_tokens_out, answered)) / 1e6

    def saved_usd(self, tokens_cached: int) -> float:
        """What prompt tokens cost less for being in the provider's cache.

        >>> Price(2.0, 8.0, usd_per_million_tokens_cached_in=0.5).saved_usd(1000)
        0.0015
        """
        cached = TokenParts(cached_in=tokens_cached)
        return self.cost_usd(tokens_cached, 0) - self.cost_usd(tokens_cached, 0, cached)


def _dollars(tokens: int, plain: float, parts: list[tuple[int, float | None]]) -> float:
    """Millionths of dollars: each part at its price as far as tokens reach, the rest plain."""
    rest, sum_of_parts = tokens, 0.0
    for count, price in parts:
        if price is not None:
            counted = min(count, rest)
            rest -= counted
            sum_of_parts += price * counted
    return sum_of_parts + plain * rest
