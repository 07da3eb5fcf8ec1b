"""Streams from worlds of our making, in which the best choice is known."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from zlib import crc32

import numpy as np

from bandit.arrays import Matrix
from simulations.environment import Environment, faithful
from simulations.ratings import noisy
from simulations.registry import Entry, Option, options_of
from simulations.world import World, make_world

_GRADES: Mapping[str, float] = {"right-or-wrong": 0.0, "graded": 4.0}
"""Concentration of the Beta that the quality of an answer is drawn from."""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """An origin of requests; equal ones have the same models, and prompts of the same kind."""

    skills: int = 8
    models: int = 6
    informative: float = 0.07
    """Share of the variance of each model's quality that the prompt explains."""

    noise: float = 0.0
    """Deviation of ratings from quality."""

    grades: str = "right-or-wrong"
    """Whether quality is 0 or 1, or ``graded``, from a Beta; its mean is the same."""

    world: int = 0
    """Another number, another world; seeds only draw other requests from it."""

    requests: int = 7000

    @property
    def name(self) -> str:
        """The options that are not at their defaults."""
        usual = asdict(Synthetic())
        given = [f"{key}={value}" for key, value in asdict(self).items() if value != usual[key]]
        return f"synthetic:{','.join(given)}".rstrip(":")

    @property
    def fingerprint(self) -> str:
        """All that a stream depends on besides its length and its seed."""
        return repr(self)

    def environment(self, requests: int, rng: np.random.Generator) -> Environment:
        """So many requests, each with a prompt of its own."""
        made = self._world()
        mixtures = made.mixtures(requests, rng)
        expected = mixtures @ made.competence.T
        quality = _drawn(expected, _GRADES[self.grades], rng)
        return Environment(
            name="synthetic",
            models=tuple(f"model-{k + 1}" for k in range(self.models)),
            contexts=made.contexts(mixtures, rng),
            rows=np.arange(requests),
            sources=tuple(f"skill-{skill + 1}" for skill in mixtures.argmax(axis=1)),
            quality=quality,
            tokens=made.tokens(mixtures, rng),
            usd_per_token=np.broadcast_to(made.usd_per_token, quality.shape).copy(),
            raters=(faithful(noisy(quality, self.noise, rng)),),
            expected_quality=expected,
        )

    def _world(self) -> World:
        rng = np.random.default_rng([self.world, crc32(b"world")])
        return make_world(self.skills, self.models, self.informative, _GRADES[self.grades], rng)


def parse(written: str) -> Synthetic:
    """A world as people write it: ``skills=8,models=6``, or nothing for the defaults.

    Raises:
        ConfigError: There is no such option, or it cannot have this value.
    """
    named = f"synthetic:{written}" if written else "synthetic"
    return SYNTHETIC.make(**options_of(named, SYNTHETIC))


def _drawn(expected: Matrix, concentration: float, rng: np.random.Generator) -> Matrix:
    """Quality from a Beta of this mean; zero or one where its concentration is nothing."""
    if concentration == 0.0:
        return (rng.random(expected.shape) < expected).astype(np.float64)
    return rng.beta(concentration * expected, concentration * (1 - expected))


_USUAL = Synthetic()
SYNTHETIC: Entry[Callable[..., Synthetic]] = Entry(
    "a world of our making, in which the best choice is known",
    "",
    Synthetic,
    {
        "skills": Option(_USUAL.skills, least=2),
        "models": Option(_USUAL.models, least=2),
        "informative": Option(_USUAL.informative, most=0.25),
        "noise": Option(_USUAL.noise, most=1.0),
        "grades": Option(_USUAL.grades, words=tuple(_GRADES)),
        "world": Option(_USUAL.world),
        "requests": Option(_USUAL.requests, least=1),
    },
)
"""What can be said of a world."""
