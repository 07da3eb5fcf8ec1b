"""Expected amounts come from what was seen."""

import numpy as np
import pytest

from bandit.amount import Amount
from bandit.arrays import Vector
from bandit.errors import StateError

PLAIN = np.array([1.0, 0.0])


def tokens() -> Amount:
    amount = Amount(2, typical=400.0)
    for model in ("brief", "wordy"):
        amount.add_model(model)
    return amount


def answers(count: int, seed: int = 0) -> list[tuple[Vector, str, float]]:
    """Answers of log-normal length: about 100 tokens of one model and 1000 of the other."""
    rng, answers = np.random.default_rng(seed), []
    for x in rng.uniform(-1.0, 1.0, count):
        for model, median in (("brief", 100.0), ("wordy", 1000.0)):
            length = median * np.exp(0.5 * x + 0.4 * rng.standard_normal())
            answers.append((np.array([1.0, x]), model, float(length)))
    return answers


def test_at_first_the_typical_amount_is_expected() -> None:
    median_of_the_first_belief = tokens().expected(PLAIN, ["brief", "wordy"]) / np.exp(0.25)

    np.testing.assert_allclose(median_of_the_first_belief, 400.0, rtol=0.01)


def test_nothing_is_expected_of_a_model_that_is_not_known() -> None:
    amount = tokens()

    expected = amount.expected(PLAIN, ["wordy", "silent"])

    assert expected.tolist() == [amount.expected(PLAIN, ["wordy"])[0], 0.0]


def test_it_learns_the_mean_and_not_the_median() -> None:
    amount = tokens()

    amount.observe(answers(600))

    mean = np.exp(0.4**2 / 2.0) * np.array([100.0, 1000.0])
    np.testing.assert_allclose(amount.expected(PLAIN, ["brief", "wordy"]), mean, rtol=0.15)


def test_it_learns_what_makes_answers_long() -> None:
    amount = tokens()

    amount.observe(answers(600))

    short, long = (amount.expected(np.array([1.0, x]), ["wordy"])[0] for x in (-1.0, 1.0))
    assert long / short == pytest.approx(np.exp(1.0), rel=0.2)


def test_others_have_their_turn_while_it_learns_its_scales() -> None:
    early = list(tokens().observe_in_steps(answers(10)))
    late = list(tokens().observe_in_steps(answers(30)))

    assert not early
    assert len(late) > 5


@pytest.mark.parametrize("at_once", [1, 7, 45, 200])
def test_it_learns_the_same_however_many_come_at_once(at_once: int) -> None:
    whole, parts, seen = tokens(), tokens(), answers(100)
    whole.observe(seen)

    for first in range(0, len(seen), at_once):
        parts.observe(seen[first : first + at_once])

    np.testing.assert_allclose(
        whole.expected(PLAIN, ["brief", "wordy"]),
        parts.expected(PLAIN, ["brief", "wordy"]),
        rtol=1e-9,
    )


@pytest.mark.parametrize("count", [0, 5, 60])
def test_it_comes_back_equal_from_bytes(count: int) -> None:
    amount = tokens()
    amount.observe(answers(count))

    again = Amount.from_bytes(amount.to_bytes())

    assert again.to_bytes() == amount.to_bytes()
    assert again.models == amount.models
    np.testing.assert_allclose(
        again.expected(PLAIN, ["wordy"]), amount.expected(PLAIN, ["wordy"]), rtol=1e-12
    )


def test_a_restored_one_goes_on_learning_as_the_saved_one() -> None:
    amount = tokens()
    amount.observe(answers(30))
    again = Amount.from_bytes(amount.to_bytes())

    for learner in (amount, again):
        learner.observe(answers(30, seed=1))

    np.testing.assert_allclose(
        again.expected(PLAIN, ["wordy"]), amount.expected(PLAIN, ["wordy"]), rtol=1e-9
    )


def test_what_was_saved_does_not_move_with_what_it_was_saved_of() -> None:
    amount = tokens()
    amount.observe(answers(30))
    saved = amount.to_saved()
    before = Amount.from_saved(saved).to_bytes()

    amount.observe(answers(30, seed=1))
    Amount.from_saved(saved).observe(answers(30, seed=2))

    assert Amount.from_saved(saved).to_bytes() == before


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(StateError):
        Amount.from_bytes(tokens().to_bytes()[:-1])


def test_removing_a_model_leaves_what_is_expected_of_the_other() -> None:
    amount = tokens()
    amount.observe(answers(100))
    before = amount.expected(PLAIN, ["brief"])

    amount.remove_model("wordy")

    assert amount.models == ("brief",)
    np.testing.assert_allclose(amount.expected(PLAIN, ["brief"]), before, rtol=1e-9)


def test_a_new_model_starts_from_what_moves_all_answers() -> None:
    amount = tokens()
    amount.observe(answers(600))

    amount.add_model("new")

    short, long = (amount.expected(np.array([1.0, x]), ["new"])[0] for x in (-1.0, 1.0))
    assert long > 1.5 * short


def test_no_amount_is_expected_to_be_negative_or_infinite() -> None:
    amount = tokens()
    amount.observe([(np.array([1.0, 3.0]), "brief", 0.0)] * 50)

    expected = amount.expected(np.array([1.0, 3.0]), ["brief"])

    assert (expected >= 0.0).all()
    assert np.isfinite(amount.expected(np.array([1.0, -3e3]), ["brief"])).all()
