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

    def cost_usd(self, tokens_in: int, tokens_out: int) -> float:
        """Dollars of one call, all its prompt tokens at the full rate."""
        price_in = self.usd_per_million_tokens_in * tokens_in
        return (price_in + self.usd_per_million_tokens_out * tokens_out) / 1e6
