import re

import pytest

from bandit.errors import ConfigError
from simulations.environment import Environment
from simulations.scenarios import SCENARIOS
from tests.simulations.streams import content, happened, stream, world


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_leaves_what_it_wraps_as_it_was(name: str) -> None:
    environment = world()
    before = content(environment)

    happened(name, environment)

    assert content(environment) == before


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_seed_gives_the_same_environment(name: str) -> None:
    assert content(happened(name, world())) == content(happened(name, world()))


@pytest.mark.parametrize(
    "name",
    [
        "sparse",
        "delayed",
        "noisy-sparse-delayed",
        "two-raters",
        "biased-judge",
        "preferences",
        "hostile",
        "prompt-shift",
    ],
)
def test_another_seed_gives_another_environment(name: str) -> None:
    assert content(happened(name, world())) != content(happened(name, world(), seed=1))


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("environment", [stream(60), world()], ids=["replayed", "synthetic"])
def test_every_scenario_gives_a_whole_environment(name: str, environment: Environment) -> None:
    changed = happened(name, environment)

    shape = environment.quality.shape
    assert changed.name == name
    assert changed.cost_usd.shape == changed.able().shape == changed.quality.shape == shape
    assert (changed.able().sum(axis=1) > 0).all()
    for rater in changed.raters:
        assert rater.rated.shape == rater.delay.shape == shape[:1]
        assert rater.rating.shape == shape
        assert 0 <= rater.rating.min() <= rater.rating.max() <= 1


def test_where_nothing_happens_everything_stays() -> None:
    assert content(happened("plain", stream())) == content(stream())


def test_an_environment_is_named_by_all_that_was_written() -> None:
    assert happened("price-cut:factor=5,at=0.3", stream()).name == "price-cut:factor=5,at=0.3"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("price-cutt", "there is no scenario 'price-cutt'; did you mean price-cut?"),
        ("price-cut:factr=5", "price-cut has no option 'factr'; did you mean factor?"),
        ("price-cut:factor=lots", "price-cut:factor is 'lots'; give a number of at least 1"),
        ("sparse:share=2", "sparse:share is '2'; give a number from 0 to 1"),
        ("plain:at=0.5", "plain has no option 'at'; leave it out"),
        ("death:model=stronk", "there is no model 'stronk'; did you mean strong?"),
        ("delayed:least=9,most=3", "least=9 is more than most=3; swap them"),
    ],
)
def test_what_is_written_wrong_is_told_with_a_remedy(written: str, told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        happened(written, stream())
