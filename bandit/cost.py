"""Expected dollars of an answer: prices times tokens in and the tokens out that are expected."""

from collections.abc import Mapping, Sequence

import numpy as np

from bandit.amount import Amount
from bandit.arrays import Vector
from bandit.price import Price


def expected_cost_usd(
    prices: Mapping[str, Price],
    tokens_out: Amount,
    context: Vector,
    models: Sequence[str],
    *,
    tokens_in: int,
    most_tokens_out: int | None = None,
) -> Vector:
    """``price_in * tokens_in + price_out * E[tokens_out | x]``, dollars, shape ``(K,)``.

    Args:
        prices: Each model's price; only these change when prices do, nothing is relearned.
        tokens_out: What is known of the models' answers.
        context: Shape ``(d,)``.
        models: The models asked about, axis ``K``.
        tokens_in: Length of the prompt.
        most_tokens_out: The caller's limit on the answer, if it gave one.
    """
    expected = tokens_out.expected(context, models)
    if most_tokens_out is not None:
        expected = np.minimum(expected, most_tokens_out)
    priced = [prices[model] for model in models]
    asking = np.array([price.usd_per_million_tokens_in * tokens_in for price in priced])
    per_token_out = np.array([price.usd_per_million_tokens_out for price in priced])
    return (asking + per_token_out * expected) / 1e6
