"""Four models, what they are good at, and what goes wrong with them in an hour."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import expit, logit

from bandit.arrays import Matrix, Vector
from simulations.corpus import prompts
from simulations.datasets.tutorial import KINDS, USD_PER_TOKEN

FLAPPING, LIMITED, SLOW, STEADY = "medium", "large", "coder", "small"
MODELS = tuple(USD_PER_TOKEN)
COST_WEIGHT, LATENCY_WEIGHT = 20.0, 0.01

MOST_A_MINUTE = 20
"""Calls of the limited model that its provider lets through."""

REFUSES_AFTER_SECONDS = 0.05

_UP_SECONDS, _DOWN_SECONDS = 300.0, 180.0
_MINUTE = 60.0
_SLOW_FROM, _SLOW_UNTIL, _TIMES_SLOWER = 1200.0, 2400.0, 20.0
_SECONDS = np.array([0.7, 1.0, 1.0, 1.5])
"""Of a usual answer, in the order of the models."""

_DIFFICULTY = 0.8
_LENGTH_STD, _SECONDS_STD = 0.4, 0.2


@dataclass(frozen=True, slots=True)
class World:
    """Requests and what every model would answer to each; arrays have the axis ``T``, or ``T, K``.

    All of it is drawn beforehand, so that whoever chooses otherwise meets the same requests.
    """

    at: Vector
    """Seconds at which requests come in, about one a second, at random."""

    prompts: tuple[str, ...]
    kinds: tuple[str, ...]
    right: Matrix
    """Whether the answer is, and the rating of it: zero or one."""

    expected: Matrix
    """Probability that it is."""

    tokens: Matrix
    expected_tokens: Matrix
    seconds: Matrix
    """Of an answer, when nothing is wrong with the model."""

    rated_after: Vector
    """Seconds from the answer to its rating."""

    fails_after: float
    """Seconds until a call fails."""

    @property
    def expected_cost_usd(self) -> Matrix:
        """Of each answer."""
        cost_usd: Matrix = self.expected_tokens * np.array(list(USD_PER_TOKEN.values()))
        return cost_usd

    @property
    def worth(self) -> Matrix:
        """Expected reward of each answer, but for the time it takes."""
        return self.expected - COST_WEIGHT * self.expected_cost_usd

    @property
    def usual_seconds(self) -> Vector:
        """Of an answer of each model, when nothing is wrong with it."""
        return _SECONDS

    def latency(self, number: int, model: str, now: float) -> float:
        """Seconds that an answer takes now."""
        usual = float(self.seconds[number, MODELS.index(model)])
        return usual * slowness(model, now)


def drawn(requests: int, seed: int, fails_after: float = 0.3) -> World:
    """An hour, where requests are 3600; a call that fails does so after some seconds."""
    rng = np.random.default_rng([seed, crc32(b"world")])
    corpus = prompts()
    asked = [corpus[k] for k in rng.integers(len(corpus), size=requests)]
    kinds = [KINDS[prompt.kind] for prompt in asked]
    skill = logit(np.array([kind.skill for kind in kinds]))
    expected = expit(skill + _DIFFICULTY * rng.standard_normal((requests, 1)))
    typical = np.array([[kind.tokens] for kind in kinds]) * np.ones(len(MODELS))
    return World(
        at=np.cumsum(rng.exponential(1.0, requests)),
        prompts=tuple(prompt.prompt.user for prompt in asked),
        kinds=tuple(prompt.kind for prompt in asked),
        right=(rng.random(expected.shape) < expected).astype(np.float64),
        expected=expected,
        tokens=typical * np.exp(_LENGTH_STD * rng.standard_normal(expected.shape)),
        expected_tokens=typical * np.exp(_LENGTH_STD**2 / 2),
        seconds=_SECONDS * np.exp(_SECONDS_STD * rng.standard_normal(expected.shape)),
        rated_after=rng.exponential(30.0, requests),
        fails_after=fails_after,
    )


def is_down(model: str, now: float) -> bool:
    """Whether all calls fail: of the one that flaps, for three minutes after every five."""
    return model == FLAPPING and now % (_UP_SECONDS + _DOWN_SECONDS) >= _UP_SECONDS


def slowness(model: str, now: float) -> float:
    """How many times longer than usual an answer takes."""
    is_slow = model == SLOW and _SLOW_FROM <= now < _SLOW_UNTIL
    return _TIMES_SLOWER if is_slow else 1.0


class Quota:
    """What the provider of the limited model has let through in this minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._taken = 0

    def has_room(self, model: str, now: float) -> bool:
        """Whether a call would be let through."""
        return (
            model != LIMITED or int(now // _MINUTE) != self._minute or self._taken < MOST_A_MINUTE
        )

    def take(self, model: str, now: float) -> None:
        """A call is let through."""
        if model == LIMITED:
            minute = int(now // _MINUTE)
            self._taken = 1 if minute != self._minute else self._taken + 1
            self._minute = minute


def seconds_to_wait(now: float) -> float:
    """Until the next minute, of which a refused caller is told."""
    return _MINUTE - now % _MINUTE
