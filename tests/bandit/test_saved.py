"""A posterior comes back from what was saved of it."""

import msgspec
import numpy as np
import pytest
from hypothesis import given

from bandit.codec import Packed, dump, load
from bandit.errors import StateError
from bandit.posterior import Posterior
from bandit.saved import SavedMoments, SavedPosterior
from tests.bandit.beliefs import World, assert_same_belief, repeatable, worlds


def saved(posterior: Posterior) -> bytes:
    return dump(SavedPosterior.of(posterior))


def restored(data: bytes) -> Posterior:
    return load(data, SavedPosterior).restore()


@repeatable
@given(worlds())
def test_a_posterior_comes_back_equal(world: World) -> None:
    posterior = world.learned()

    again = restored(saved(posterior))

    assert saved(again) == saved(posterior)
    assert_same_belief(again, posterior)


@repeatable
@given(worlds(least_models=2))
def test_what_was_inherited_of_a_removed_model_comes_back(world: World) -> None:
    posterior = world.learned()
    posterior.remove_model(world.models[0])

    again = restored(saved(posterior))

    assert_same_belief(again, posterior)


@repeatable
@given(worlds())
def test_a_restored_posterior_can_take_back_what_the_saved_one_saw(world: World) -> None:
    again = restored(saved(world.learned()))

    for one in world.evidence:
        again.retract(one)

    assert_same_belief(again, world.posterior())


def test_a_posterior_of_no_models_comes_back() -> None:
    assert restored(saved(World(3, (), []).posterior())).models == ()


@pytest.mark.parametrize("part", ["hh", "hy", "yy", "count"])
def test_sums_of_another_shape_are_refused(part: str) -> None:
    state = SavedPosterior.of(World(2, ("a", "b"), []).posterior())
    wrong: SavedMoments = msgspec.structs.replace(
        state.inherited, **{part: Packed.of(np.zeros((3, 3)))}
    )

    with pytest.raises(StateError, match="shape"):
        msgspec.structs.replace(state, inherited=wrong).restore()


def test_sums_that_leave_no_covariance_are_refused() -> None:
    state = SavedPosterior.of(World(1, ("a",), []).posterior())
    wrong = msgspec.structs.replace(state.inherited, hh=Packed.of(np.array([[-1e6]])))

    with pytest.raises(StateError, match="covariance"):
        msgspec.structs.replace(state, inherited=wrong).restore()
