"""Vowpal Wabbit's contextual bandits, behind the same protocol."""

from collections.abc import Sequence
from typing import Literal
from zlib import crc32

import msgspec
import numpy as np
from msgspec.structs import replace
from vowpal_wabbit_next import CBLabel, Example, Workspace

from bandit import codec
from bandit.arrays import Vector
from bandit.decision import Choice, Decision, Rating, certainly
from bandit.errors import CannotUnlearn, StateError
from bandit.policies.weighted import unlearned

Algorithm = Literal["bag", "squarecb", "regcb"]

_EXPLORATION: dict[Algorithm, tuple[str, ...]] = {
    "bag": ("--bag", "5"),
    "squarecb": ("--squarecb",),
    "regcb": ("--regcb", "--mellowness", "0.001"),
}
_LEAST_PROPENSITY = 1e-6


class SavedVowpal(msgspec.Struct, frozen=True):
    """What a `Vowpal` has learned, as data."""

    algorithm: str
    seed: int
    workspace: bytes
    """Vowpal Wabbit's own binary model."""


class Vowpal:
    """One of the exploration algorithms of ``--cb_explore_adf``.

    The features of a candidate are its name and its name crossed with the context. What is
    learned is the loss ``1 - reward``: Vowpal Wabbit expects none of what it never saw, so it
    tries everything. The price is learned along with the quality, so a change of the objective
    takes new ratings to be felt, where Thompson sampling feels it at once.

    Vowpal Wabbit tells the probabilities and nothing of what it believes, so in a decision mean,
    deviation and draw are zero, and the utility is the logarithm of the propensity.

    Source: Bietti, Agarwal and Langford, A Contextual Bandit Bake-off, 2021, section 3.
    """

    def __init__(self, algorithm: Algorithm, seed: int = 1) -> None:
        """``seed`` is of Vowpal Wabbit's own draws: which observations each bag sees."""
        self.algorithm = algorithm
        self.seed = seed
        self._workspace: Workspace[Literal[False]] = Workspace(
            [
                "--cb_explore_adf",
                *_EXPLORATION[algorithm],
                *("--interactions", "xm", "--noconstant"),
                *("--random_seed", str(seed), "--quiet"),
            ]
        )

    def decide(self, choice: Choice, rng: np.random.Generator) -> Decision:
        """Choose one candidate with Vowpal Wabbit's probabilities, or the likeliest."""
        propensities = self._propensities(choice)
        chosen = int(rng.choice(len(propensities), p=propensities))
        if not choice.explore:
            chosen = int(np.argmax(propensities))
            propensities = certainly(chosen, choice)
        utility = np.log(np.maximum(propensities, _LEAST_PROPENSITY))
        return replace(unlearned(choice, chosen, propensities), utility=utility)

    def learn(self, rating: Rating) -> None:
        """Take a rating into account, weighted by its propensity.

        One of a model that stood in for the decision's has none, and teaches nothing.
        """
        if not rating.as_decided:
            return
        candidates = rating.candidates or (rating.model,)
        examples = _examples(rating.context, candidates)
        propensity = max(rating.propensity, _LEAST_PROPENSITY)
        label = CBLabel(label=(1.0 - rating.reward, propensity))
        examples[1 + candidates.index(rating.model)].set_label(label)
        self._workspace.learn_one(examples)

    def unlearn(self, rating: Rating) -> None:
        """Vowpal Wabbit keeps no record that it could undo.

        Raises:
            CannotUnlearn: Always.
        """
        del rating
        raise CannotUnlearn("vw")

    def to_bytes(self) -> bytes:
        """All that was learned, such that restoring and saving it again gives the same bytes.

        When Vowpal Wabbit loads a model it drops counts of examples and losses that nothing is
        learned from; so they are dropped here, by loading it once.
        """
        settled = _loaded(self._workspace.serialize()).serialize()
        return codec.dump(SavedVowpal(self.algorithm, self.seed, settled))

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        saved = codec.load(data, SavedVowpal)
        if (saved.algorithm, saved.seed) != (self.algorithm, self.seed):
            raise StateError("the saved policy has another algorithm or seed", "replay the log")
        self._workspace = _loaded(saved.workspace)

    def _propensities(self, choice: Choice) -> Vector:
        """Probability of each candidate, shape ``(K,)``; given by rank, kept by candidate."""
        ranked = self._workspace.predict_one(_examples(choice.context, choice.candidates))
        order, probabilities = np.array(ranked).T
        propensities: Vector = np.zeros(len(order))
        propensities[order.astype(np.intp)] = probabilities
        propensities /= propensities.sum()
        return propensities


def _loaded(model: bytes) -> "Workspace[Literal[False]]":
    return Workspace(["--quiet"], model_data=model)


def _examples(context: Vector, candidates: Sequence[str]) -> list[Example]:
    """What all candidates share, namespace ``x``, then a line for each, namespace ``m``."""
    shared = Example()
    features = shared["x"]
    for index, value in enumerate(context.tolist()):
        features.push_feature(index, value)
    shared.set_label(CBLabel(shared=True))
    return [shared, *(_line(model) for model in candidates)]


def _line(model: str) -> Example:
    line = Example()
    line["m"].push_feature(crc32(model.encode()), 1.0)
    line.set_label(CBLabel())
    return line
