"""What a choice is, and what can choose."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import msgspec
import numpy as np

from bandit.arrays import Vector
from bandit.calibration import Pair
from bandit.errors import NoCandidates
from bandit.objective import Objective
from bandit.steps import Steps

_NOTHING = np.zeros(1)


class Choice(msgspec.Struct, frozen=True):
    """What a policy is asked: which of these models, for this prompt, at these prices."""

    context: Vector
    """The prompt's context, shape ``(d,)``."""

    candidates: tuple[str, ...]
    """The models that may be chosen; axis ``K`` of everything below."""

    cost_usd: Vector
    """Expected dollars of each candidate's answer, shape ``(K,)``."""

    latency_seconds: Vector
    """Expected seconds until each candidate's answer is complete, shape ``(K,)``.

    Zero where nothing is known of it, or nobody asks.
    """

    objective: Objective
    surcharge: Vector = msgspec.field(default_factory=lambda: _NOTHING)
    """Quality points that speak against each candidate beside cost and latency, ``(K,)``."""

    explore: bool = True
    """Whether the policy may try what it does not believe to be best."""

    def __post_init__(self) -> None:
        if not self.candidates:
            raise NoCandidates

    def penalty(self) -> Vector:
        """Quality points each candidate gives up for all that is no quality, shape ``(K,)``."""
        return self.objective.penalty(self.cost_usd, self.latency_seconds) + self.surcharge


class Decision(msgspec.Struct, frozen=True):
    """One choice, with everything needed to audit it later; arrays have shape ``(K,)``."""

    candidates: tuple[str, ...]
    chosen: int
    """Index of the chosen model in `candidates`."""

    propensities: Vector
    """Exact probability with which the policy chose each candidate in this context."""

    quality_mean: Vector
    quality_std: Vector
    sampled_quality: Vector
    utility: Vector
    """Sampled quality minus the penalty."""

    cost_usd: Vector
    """Expected dollars, as the choice had them."""

    @property
    def model(self) -> str:
        """The chosen model."""
        return self.candidates[self.chosen]

    @property
    def propensity(self) -> float:
        """The probability with which the chosen model was chosen."""
        return float(self.propensities[self.chosen])


def certainly(chosen: int, choice: Choice) -> Vector:
    """The propensities of a choice that could not have been another, shape ``(K,)``."""
    propensities: Vector = np.zeros(len(choice.candidates))
    propensities[chosen] = 1.0
    return propensities


class Rating(msgspec.Struct, frozen=True):
    """What one piece of feedback says about one decision."""

    context: Vector
    """The context the decision was made in, shape ``(d,)``."""

    model: str
    quality: float
    """In ``[0, 1]``."""

    source: str
    """Who rated; sources are unequally noisy."""

    candidates: tuple[str, ...] = ()
    """The models the decision chose among; for policies that learn from propensities."""

    propensity: float = 1.0
    reward: float = 0.0
    """Quality minus the billed penalty; for policies that learn reward and not quality."""

    seq: int = 0
    """Place in the log of the first thing that this source said of the decision; rises."""

    corrects: bool = False
    """Whether it takes the place of what the source had said before."""

    as_decided: bool = True
    """Whether the decision's model answered; where another stood in, `propensity` is not its."""

    weight: float = 1.0
    """How many ratings it counts for; below one for a share of what was said of several answers."""

    pairs: tuple[Pair, ...] = ()
    """What it and other sources' ratings of the same answer say of how the sources compare."""


class Preference(msgspec.Struct, frozen=True):
    """What one piece of feedback says about two answers to the same prompt.

    The answer that wins a comparison does so by the difference of the probabilities that each is
    good, where ties count for nothing: so a preference is an observation of a difference of
    qualities, ``h = (e_a - e_b) (x) x``.
    """

    context: Vector
    """The context of the prompt, shape ``(d,)``."""

    model: str
    against: str
    """The model of the other answer."""

    difference: float
    """How much better the first is, in ``[-1, 1]``."""

    source: str
    """Who compared; a source's preferences are noisier than its ratings."""

    candidates: tuple[str, ...] = ()
    """The models that the first answer's decision chose among."""

    weight: float = 1.0
    seq: int = 0
    """Place in the log of the first thing that this source said of the two; rises."""


class Policy(Protocol):
    """Maps a choice to a decision, and learns from ratings."""

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose one candidate; without exploring where the choice forbids it."""
        ...

    def learn(self, rating: Rating) -> None:
        """Take a rating into account."""
        ...

    def unlearn(self, rating: Rating) -> None:
        """Undo a rating that was learned and has been corrected.

        Raises:
            CannotUnlearn: The policy keeps no record that it could undo.
        """
        ...

    def to_bytes(self) -> bytes:
        """Everything that was learned, for a snapshot; never a pickle."""
        ...

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        ...


@runtime_checkable
class BatchPolicy(Protocol):
    """A policy that learns from many ratings quicker than from each by itself."""

    def learn_in_steps(self, ratings: Sequence[Rating]) -> Steps[None]:
        """Take ratings into account, in their order; ends where `learn` of each would.

        Between two steps it may be asked to decide, but not to learn anything else or to be saved.
        """
        ...


@runtime_checkable
class ComparingPolicy(Protocol):
    """A policy that learns from preferences too."""

    def learn_preference(self, preference: Preference) -> None:
        """Take a preference into account."""
        ...

    def unlearn_preference(self, preference: Preference) -> None:
        """Undo a preference that was learned and has been corrected.

        Raises:
            CannotUnlearn: The policy keeps no record that it could undo.
        """
        ...
