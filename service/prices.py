"""List prices and context lengths, from the data that the genai-prices library carries with it.

Nothing is fetched: a price is that of the installed library's release.
"""

import difflib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from bandit.price import Price

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices


@dataclass(frozen=True, slots=True)
class ListedModel:
    """What the library knows of a model."""

    price: Price
    context_tokens: int | None
    capabilities: frozenset[str]
    """What there is a price for beside text: ``images``, ``audio``."""


def listed_model(name: str, base_url: str, at: datetime) -> ListedModel | None:
    """The model of this name; None where the library does not know what its tokens cost.

    A name that several providers sell means the one that answers at ``base_url``, else the one
    before the name's slash, else the one that made the model.

    Args:
        name: ``name`` or ``provider/name``.
        base_url: Where the model is called; it need not be anybody's.
        at: The day whose prices hold.
    """
    found = next(_found(name, base_url), None)
    price = None if found is None else _dearest(found, at)
    if found is None or price is None:
        return None
    return ListedModel(price, found.context_window, _taken(price))


def listed_at(name: str, base_url: str, at: datetime) -> ListedModel | None:
    """Like `listed_model`, but only if the provider that answers at ``base_url`` is known."""
    with suppress(LookupError):
        _snapshot().find_provider(None, None, base_url)
        return listed_model(name, base_url, at)
    return None


def similar_names(name: str, base_url: str, at: datetime) -> list[str]:
    """Names of models whose price is listed that resemble this one, best first."""
    known = {model.id for provider in _snapshot().providers for model in provider.models}
    close = difflib.get_close_matches(name.rpartition("/")[2].lower(), sorted(known), n=9)
    return [model for model in close if listed_model(model, base_url, at)][:3]


def _found(name: str, base_url: str) -> Iterator["ModelInfo"]:
    provider, _, rest = name.partition("/")
    attempts = [(name, None, base_url), (rest, provider, None), (name, None, None)]
    for model, provider_id, url in attempts:
        with suppress(LookupError):
            yield _snapshot().find_provider_model(model, None, provider_id, url)[1]


def _dearest(model: "ModelInfo", at: datetime) -> Price | None:
    """The price of the day; where it changes with the hour, the highest."""
    hours = (model.get_prices(at.replace(hour=hour)) for hour in range(24))
    prices = [price for price in map(_price, hours) if price is not None]
    return max(prices, key=lambda price: price.cost_usd(1, 1), default=None)


def _price(listed: "ModelPrice") -> Price | None:
    price_in, price_out = _usd(listed.input_mtok), _usd(listed.output_mtok)
    if not price_in or not price_out:
        return None
    return Price(
        price_in,
        price_out,
        usd_per_million_tokens_cached_in=_usd(listed.cache_read_mtok),
        usd_per_million_tokens_cache_written_in=_usd(listed.cache_write_mtok),
        usd_per_million_tokens_audio_in=_usd(listed.input_audio_mtok),
        usd_per_million_tokens_image_in=_usd(listed.input_image_mtok),
        usd_per_million_tokens_audio_out=_usd(listed.output_audio_mtok),
        usd_per_million_tokens_reasoning_out=_usd(listed.output_reasoning_mtok),
    )


def _taken(price: Price) -> frozenset[str]:
    """What prompts or answers may hold, since it has a price."""
    priced = {
        "images": price.usd_per_million_tokens_image_in,
        "audio": price.usd_per_million_tokens_audio_in or price.usd_per_million_tokens_audio_out,
    }
    return frozenset(name for name, usd in priced.items() if usd is not None)


def _usd(price: "Decimal | TieredPrices | None") -> float | None:
    """Dollars per million tokens; of a price with tiers, that of the shortest prompts."""
    if price is None:
        return None
    return float(price if isinstance(price, Decimal) else price.base)


def _snapshot() -> "DataSnapshot":
    # The library and its HTTP client take 0.2 s to import; many configurations need neither.
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    return get_snapshot()
