from dataclasses import replace

import numpy as np
import pytest

from bandit.arrays import Matrix
from bandit.errors import ConfigError
from simulations.environment import Environment
from tests.simulations.streams import MODELS, happened, stream, world

CHANGES = ("price-cut", "price-rise", "degradation", "death")


@pytest.mark.parametrize("name", ["death", "arrival"])
def test_the_only_model_can_neither_die_nor_arrive(name: str) -> None:
    environment = stream()
    alone = replace(environment, models=("only",), quality=environment.quality[:, :1])

    with pytest.raises(ConfigError, match="there is but one model"):
        happened(name, alone)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_comes_at_half_of_the_stream(name: str) -> None:
    assert happened(name, stream(60)).changed_at == 30


def test_a_model_arrives_at_a_third_of_the_stream() -> None:
    assert happened("arrival", stream(60)).changed_at == 20


@pytest.mark.parametrize(("at", "first"), [(0.0, 1), (0.3, 18), (1.0, 59)])
def test_a_change_comes_when_it_is_asked_for_with_requests_on_both_sides(
    at: float, first: int
) -> None:
    assert happened(f"death:at={at}", stream(60)).changed_at == first


@pytest.mark.parametrize(
    ("written", "factor"),
    [("price-cut", 0.1), ("price-cut:factor=5", 0.2), ("price-rise", 10.0)],
)
def test_a_price_changes_by_the_factor_after_the_change_and_not_before(
    written: str, factor: float
) -> None:
    environment = stream(60)

    changed = happened(written, environment)

    ratio = changed.cost_usd / environment.cost_usd
    assert ratio[:30] == pytest.approx(np.ones((30, 3)))
    assert ratio[30:] == pytest.approx(np.tile([1.0, 1.0, factor], (30, 1)))
    assert (changed.tokens == environment.tokens).all()


def test_with_flat_costs_every_answer_of_a_model_costs_their_mean() -> None:
    environment = stream()

    flat = happened("flat-cost", environment)

    mean = environment.cost_usd.mean(axis=0)
    assert flat.cost_usd == pytest.approx(np.tile(mean, (60, 1)))
    assert (flat.quality == environment.quality).all()
    assert flat.changed_at is None


def test_the_price_that_changes_is_of_the_strongest_that_is_not_the_cheapest() -> None:
    environment = stream()
    turned = replace(environment, usd_per_token=environment.usd_per_token[:, ::-1].copy())

    changed = happened("price-cut", turned)

    assert columns_that_differ(changed.usd_per_token, turned.usd_per_token) == [1]


def test_a_price_can_be_of_any_model() -> None:
    changed = happened("price-cut:model=cheap", stream())

    assert columns_that_differ(changed.usd_per_token, stream().usd_per_token) == [0]


def test_quality_and_ratings_of_a_degraded_model_halve() -> None:
    environment = stream(60)

    changed = happened("degradation", environment)

    factor = np.ones((60, 3))
    factor[30:, 2] = 0.5
    assert changed.quality == pytest.approx(environment.quality * factor)
    assert changed.raters[0].rating == pytest.approx(changed.quality)
    assert (changed.cost_usd == environment.cost_usd).all()


def test_the_expected_quality_of_a_degraded_model_halves_where_it_is_known() -> None:
    environment = world(60)
    k = int(environment.quality.mean(axis=0).argmax())

    changed = happened("degradation", environment)

    assert environment.expected_quality is not None
    assert changed.expected_quality is not None
    ratio = changed.expected_quality / environment.expected_quality
    assert ratio[30:, k] == pytest.approx(np.full(30, 0.5))
    assert np.delete(ratio, k, axis=1) == pytest.approx(np.ones((60, 2)))


@pytest.mark.parametrize(
    ("written", "when"), [("death", slice(30, None)), ("arrival", slice(None, 20))]
)
def test_a_model_is_missing_after_its_death_or_before_its_arrival(
    written: str, when: slice
) -> None:
    expected = np.ones((60, 3))
    expected[when, 2] = 0

    assert (happened(written, stream(60)).able() == expected).all()


@pytest.mark.parametrize("model", MODELS)
def test_a_named_model_dies(model: str) -> None:
    changed = happened(f"death:model={model}", stream(60))

    assert changed.able()[30:].sum(axis=0)[MODELS.index(model)] == 0


def test_after_a_shift_prompts_are_of_other_sources() -> None:
    changed = happened("prompt-shift", stream(60, sources=("a", "b", "c", "d")))

    first, second = set(changed.sources[:30]), set(changed.sources[30:])
    assert changed.changed_at == 30
    assert len(first) == len(second) == 2
    assert not first & second


def test_a_shift_comes_as_near_to_half_as_the_sources_allow() -> None:
    changed = happened("prompt-shift", stream(60, sources=("a", "b", "b")))

    assert changed.changed_at in {20, 40}


def test_without_several_sources_prompts_shift_along_their_contexts() -> None:
    environment = stream(61, sources=("all",))
    along = (np.arange(61.0) * 7) % 61
    contexts = np.column_stack([np.ones(61), along])

    changed = happened("prompt-shift", replace(environment, contexts=contexts))

    assert changed.changed_at == 30
    sides = np.split(changed.contexts[:, 1], [30])
    assert sides[0].max() < sides[1].min() or sides[1].max() < sides[0].min()


def test_a_shift_moves_requests_as_a_whole() -> None:
    environment = replace(world(60), available=np.arange(180).reshape(60, 3) % 2 + 1)

    changed = happened("prompt-shift", environment)

    assert sorted(changed.rows) == list(range(60))
    assert moved(changed) == moved(environment)


def moved(environment: Environment) -> dict[int, object]:
    """Everything that is known of each request, by its prompt."""
    (rater,) = environment.raters
    expected = environment.expected_quality
    assert expected is not None
    return {
        int(row): [
            environment.sources[t],
            environment.contexts[t].tolist(),
            environment.quality[t].tolist(),
            environment.cost_usd[t].tolist(),
            environment.able()[t].tolist(),
            expected[t].tolist(),
            rater.rating[t].tolist(),
        ]
        for t, row in enumerate(environment.rows)
    }


def columns_that_differ(one: Matrix, other: Matrix) -> list[int]:
    columns: list[int] = np.flatnonzero((one != other).any(axis=0)).tolist()
    return columns
