"""What happens in the course of a stream; each scenario by the name that trials call it by."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from bandit.errors import ConfigError
from simulations.changes import (
    STRONGEST,
    arrival,
    death,
    degradation,
    flat_cost,
    price_cut,
    price_rise,
    prompt_shift,
)
from simulations.environment import Environment
from simulations.ratings import (
    biased_judge,
    delayed,
    hostile,
    noisy_sparse_delayed,
    preferences,
    sparse,
    two_raters,
)
from simulations.registry import Entry, Option, name_of, one_of, options_of

Scenario = Callable[..., Environment]
"""From environment and generator, with the options by their names, to another environment."""


def apply(written: str, environment: Environment, rng: np.random.Generator) -> Environment:
    """An environment in which something happens.

    Args:
        written: A name of `SCENARIOS`, with options or without: ``price-cut:factor=5,at=0.3``.
        environment: What it happens to; it stays as it is.
        rng: Draws what is left to chance.

    Raises:
        ConfigError: There is no such scenario, or it has no such option.
    """
    name = name_of(written)
    if name not in SCENARIOS:
        raise ConfigError(f"there is no scenario {name!r}", one_of(name, tuple(SCENARIOS)))
    entry = SCENARIOS[name]
    happened = entry.make(environment, rng, **options_of(written, entry))
    return replace(happened, name=written)


def _plain(environment: Environment, _rng: object) -> Environment:
    return environment


def _part(default: float) -> Option:
    """From nothing to all of the stream, of the ratings, or of the scale of quality."""
    return Option(default, most=1.0)


_MODEL = {"model": Option(STRONGEST)}
_HALFWAY = {"at": _part(0.5)}
_TIMES = {"factor": Option(10.0, least=1.0)}
_LATE = {"least": Option(1), "most": Option(200)}

SCENARIOS: Mapping[str, Entry[Scenario]] = {
    "plain": Entry("nothing happens", "", _plain),
    "flat-cost": Entry(
        "every answer of a model costs as much as its answers do on average",
        "Ong, Almahairi, Wu et al., RouteLLM: Learning to Route LLMs with Preference Data, 2024",
        flat_cost,
    ),
    "price-cut": Entry(
        "a model becomes ten times cheaper", "", price_cut, _MODEL | _HALFWAY | _TIMES
    ),
    "price-rise": Entry(
        "a model becomes ten times dearer", "", price_rise, _MODEL | _HALFWAY | _TIMES
    ),
    "degradation": Entry(
        "the quality of a model's answers halves, and nobody says so",
        "",
        degradation,
        _MODEL | _HALFWAY | {"factor": _part(0.5)},
    ),
    "death": Entry("a model cannot be chosen any more", "", death, _MODEL | _HALFWAY),
    "arrival": Entry(
        "a model cannot be chosen before a third of the stream",
        "",
        arrival,
        _MODEL | {"at": _part(1 / 3)},
    ),
    "sparse": Entry("one request in ten is rated", "", sparse, {"share": _part(0.1)}),
    "delayed": Entry("ratings arrive up to 200 requests later", "", delayed, _LATE),
    "noisy-sparse-delayed": Entry(
        "one request in five is rated, up to 200 requests later, with noise",
        "",
        noisy_sparse_delayed,
        {"share": _part(0.2), "most": Option(200, least=1), "noise": _part(0.2)},
    ),
    "two-raters": Entry(
        "half of the requests are rated with little noise, the others with much",
        "",
        two_raters,
        {"careful": _part(0.05), "careless": _part(0.35)},
    ),
    "biased-judge": Entry(
        "a judge rates every answer, too well and with noise; people rate one in twenty",
        "",
        biased_judge,
        {
            "bias": Option(0.2, least=-1.0, most=1.0),
            "scale": _part(1.0),
            "noise": _part(0.2),
            "share": _part(0.05),
        },
    ),
    "preferences": Entry(
        "no answer is rated; at each request a second model answers, and the two are compared",
        "",
        preferences,
        {"share": _part(1.0), "noise": _part(0.2)},
    ),
    "hostile": Entry("one rating in twenty says the opposite", "", hostile, {"share": _part(0.05)}),
    "prompt-shift": Entry(
        "the first half of the prompts comes from other sources than the second",
        "",
        prompt_shift,
    ),
}
"""Every scenario by its name."""
