"""What comparisons taught."""

import numpy as np
import pytest

from bandit.decision import Preference
from bandit.policies.thompson import Thompson
from bandit.posterior import Posterior
from bandit.prior import Prior
from feedback.entry import QUALITY
from feedback.taught import comparisons_of


def compared(times: int, source: str = "judge") -> Thompson:
    posterior = Posterior(3, Prior())
    for name in ("small", "large"):
        posterior.add_model(name, 0.5)
    policy = Thompson(posterior)
    rng = np.random.default_rng(5)
    for seq in range(times):
        context = np.array([1.0, *rng.standard_normal(2)])
        policy.learn_preference(Preference(context, "small", "large", 0.3, source, seq=seq))
    return policy


def test_it_is_the_entropy_that_the_posterior_has_less_of() -> None:
    with_them, without = compared(8), compared(0)
    account = comparisons_of(with_them, "judge", QUALITY)

    assert account is not None
    taught = account.taught()
    entropies = [np.linalg.slogdet(each.posterior.covariance()) for each in (without, with_them)]
    less = (entropies[0].logabsdet - entropies[1].logabsdet) / (2 * np.log(2))
    assert taught.words == pytest.approx(8.0)
    assert taught.bits == pytest.approx(less, abs=1e-6)


def test_each_word_teaches_less_than_the_one_before() -> None:
    bits = []
    for times in (5, 10, 15):
        account = comparisons_of(compared(times), "judge", QUALITY)
        assert account is not None
        bits.append(account.taught().bits)

    assert bits[0] > bits[1] - bits[0] > bits[2] - bits[1] > 0.0


def test_a_source_that_compared_nothing_taught_nothing() -> None:
    account = comparisons_of(compared(5), "user", QUALITY)

    assert account is not None
    assert (account.taught().words, account.taught().bits) == (0.0, 0.0)
    assert comparisons_of(object(), "judge", QUALITY) is None
