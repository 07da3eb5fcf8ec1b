from bandit.price import Price


def test_a_call_costs_its_tokens_at_their_prices() -> None:
    assert Price(3.0, 15.0).cost_usd(1_000_000, 200_000) == 6.0


def test_cached_tokens_cost_their_own_price_where_there_is_one() -> None:
    assert Price(3.0, 15.0, 0.5).cost_usd(1_000_000, 0, 600_000) == 1.5
    assert Price(3.0, 15.0).cost_usd(1_000_000, 0, 600_000) == 3.0
