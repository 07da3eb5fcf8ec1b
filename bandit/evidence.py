"""One linear observation of the weights."""

from collections.abc import Mapping

import msgspec

from bandit.arrays import Vector


class Evidence(msgspec.Struct, frozen=True):
    """``value = h . vec(W) + noise``, with ``h`` non-zero only in the named models' blocks.

    A rating of model a has ``h = e_a (x) x``; a preference of a over b ``(e_a - e_b) (x) x``.
    """

    context: Vector
    """``x``, shape ``(d,)``."""

    signs: Mapping[str, float]
    """What each model's block of ``h`` is multiplied with."""

    value: float
    """What was observed, in units of quality."""

    source: str
    """Whose noise it carries."""

    weight: float = 1.0
    """How many such observations it counts for; below one once it has aged."""

    @classmethod
    def of_rating(
        cls, context: Vector, model: str, quality: float, source: str, weight: float = 1.0
    ) -> "Evidence":
        """A rating sees one model's quality."""
        return cls(context, {model: 1.0}, quality, source, weight)

    @classmethod
    def of_preference(
        cls,
        context: Vector,
        winner: str,
        loser: str,
        strength: float,
        source: str,
        *,
        weight: float = 1.0,
    ) -> "Evidence":
        """A preference sees how much better the winner is, as a difference of qualities."""
        return cls(context, {winner: 1.0, loser: -1.0}, strength, source, weight)
