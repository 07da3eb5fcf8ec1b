import pytest

from bandit.price import Price, TokenParts


def test_prices_are_per_million_tokens() -> None:
    assert Price(3.0, 15.0).cost_usd(1_000_000, 200_000) == 6.0


def test_cached_tokens_cost_their_own_price_where_there_is_one() -> None:
    cached = TokenParts(cached_in=600_000)
    assert Price(3.0, 15.0, 0.5).cost_usd(1_000_000, 0, cached) == 1.5
    assert Price(3.0, 15.0).cost_usd(1_000_000, 0, cached) == 3.0


def test_every_part_has_a_price_and_the_rest_the_plain_one() -> None:
    price = Price(1.0, 10.0, 0.1, 1.25, 4.0, 2.0, 20.0, 5.0)
    parts = TokenParts(
        cached_in=100,
        cache_written_in=100,
        audio_in=100,
        image_in=100,
        audio_out=50,
        reasoning_out=50,
    )
    asked, answered = 10 + 125 + 400 + 200 + 600, 50 * 20 + 50 * 5 + 100 * 10

    assert price.cost_usd(1000, 200, parts) == pytest.approx((asked + answered) / 1e6)


def test_parts_are_never_more_than_the_tokens_they_are_among() -> None:
    assert Price(1.0, 1.0, 0.5).cost_usd(10, 0, TokenParts(cached_in=1_000_000)) == 5e-6
