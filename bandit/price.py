"""What a model's tokens cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens; zero is a price, absence is not.

    >>> Price(usd_per_million_tokens_in=0.15, usd_per_million_tokens_out=0.6).cost_usd(2000, 500)
    0.0006
    """

    usd_per_million_tokens_in: float
    usd_per_million_tokens_out: float
    usd_per_million_tokens_cached_in: float | None = None
    """Of prompt tokens the provider had in its cache; None where no such rate is known."""

    def cost_usd(self, tokens_in: int, tokens_out: int, tokens_cached_in: int = 0) -> float:
        """Dollars of one call; ``tokens_cached_in`` are those of ``tokens_in`` that were cached."""
        cached = self.usd_per_million_tokens_cached_in
        if cached is None:
            cached = self.usd_per_million_tokens_in
        fresh = self.usd_per_million_tokens_in * (tokens_in - tokens_cached_in)
        answer = self.usd_per_million_tokens_out * tokens_out
        return (fresh + cached * tokens_cached_in + answer) / 1e6
