"""Expected dollars are prices times tokens."""

import numpy as np

from bandit.amount import Amount
from bandit.cost import expected_cost_usd
from bandit.price import Price

X = np.array([1.0, 0.5])
PRICES = {"cheap": Price(0.1, 0.4), "dear": Price(5.0, 20.0)}


def tokens_out() -> Amount:
    amount = Amount(2, typical=500.0)
    for model in PRICES:
        amount.add_model(model)
    return amount


def test_the_cost_is_that_of_the_tokens_in_and_of_those_expected_out() -> None:
    amount = tokens_out()

    cost = expected_cost_usd(PRICES, amount, X, ["dear", "cheap"], tokens_in=1000)

    out = amount.expected(X, ["dear", "cheap"])
    expected = [(5.0 * 1000 + 20.0 * out[0]) / 1e6, (0.1 * 1000 + 0.4 * out[1]) / 1e6]
    np.testing.assert_allclose(cost, expected)


def test_the_callers_limit_on_the_answer_limits_its_cost() -> None:
    cost = expected_cost_usd(PRICES, tokens_out(), X, ["cheap"], tokens_in=0, most_tokens_out=10)

    np.testing.assert_allclose(cost, [0.4 * 10 / 1e6])


def test_a_price_cut_is_felt_at_once() -> None:
    amount, cut = tokens_out(), {"dear": Price(2.5, 10.0)}

    before = expected_cost_usd(PRICES, amount, X, ["dear"], tokens_in=100)
    after = expected_cost_usd(cut, amount, X, ["dear"], tokens_in=100)

    np.testing.assert_allclose(after, before / 2.0)
