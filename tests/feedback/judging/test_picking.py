"""Which answers are judged, and what a judge can cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit.price import Price
from feedback.judging.costs import most_usd
from feedback.judging.picking import Picker, is_drawn

IDS = [f"dec_{k:032x}" for k in range(20_000)]


@given(st.lists(st.floats(1e-6, 1.0) | st.none()), st.floats(0, 1))
def test_the_stated_chance_is_one(variances: list[float | None], rate: float) -> None:
    picker = Picker(rate)

    assert all(0.0 <= picker.probability(variance) <= 1.0 for variance in variances)


def test_the_share_that_is_judged_is_the_rate() -> None:
    picker, variances = Picker(0.2), np.random.default_rng(7).gamma(2.0, 0.01, len(IDS))
    chances = [picker.probability(float(variance)) for variance in variances]

    assert np.mean(chances) == pytest.approx(0.2, rel=0.03)


def test_of_whom_less_is_known_more_is_judged() -> None:
    picker = Picker(0.1)
    for _ in range(500):
        known, unknown = picker.probability(0.01), picker.probability(0.03)

    assert unknown == pytest.approx(3 * known, rel=0.01)


def test_an_answer_of_unknown_variance_has_the_rate() -> None:
    assert Picker(0.3).probability(None) == 0.3


def test_a_rate_of_one_is_everything() -> None:
    picker = Picker(1.0)

    assert [picker.probability(variance) for variance in (0.04, 0.01, None)] == [1.0] * 3


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.5, 1.0])
def test_the_stated_chance_is_the_frequency_of_picks(chance: float) -> None:
    share = np.mean([is_drawn(id_, chance) for id_ in IDS])

    assert abs(share - chance) <= 5 * np.sqrt(chance * (1 - chance) / len(IDS))


def test_a_decisions_lot_is_always_the_same() -> None:
    assert [is_drawn(id_, 0.5) for id_ in IDS] == [is_drawn(id_, 0.5) for id_ in IDS]


@given(
    st.integers(1, 5000),
    st.integers(0, 300),
    st.floats(0, 0.999),
)
def test_no_call_costs_more_than_was_set_aside(size: int, tokens_out: int, share: float) -> None:
    price = Price(1.0, 4.0, usd_per_million_tokens_cached_in=2.0)

    assert price.cost_usd(int(size * share), tokens_out) <= most_usd(price, size, 300)
