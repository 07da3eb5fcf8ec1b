"""What the policies over disjoint ridge regressions have in common: how they learn and are kept."""

from collections.abc import Mapping

import msgspec

from bandit import codec
from bandit.codec import Packed
from bandit.decision import Rating
from bandit.errors import CannotUnlearn, StateError
from bandit.ridge import Ridges


class SavedDisjoint(msgspec.Struct, frozen=True):
    """What a `Disjoint` has learned, as data; how it chooses is configuration."""

    prior_quality: dict[str, float]
    xx: Packed
    xy: Packed


class Disjoint:
    """Learns each model's quality by a ridge regression of its own.

    All ratings count alike, whoever gave them. With a half-life each rating ages all that came
    before, of whichever model: ``A <- ridge * I + keep * (A - ridge * I) + x x'``, so what is not
    asked any more becomes uncertain again, and no more uncertain than it was at first.

    Source of the ageing: Russac, Vernade and Cappe, Weighted Linear Bandits for Non-Stationary
    Environments, 2019, algorithm 1; its second matrix, which only makes widths smaller, is left
    out.
    """

    def __init__(
        self,
        prior_quality: Mapping[str, float],
        size: int,
        ridge: float = 1.0,
        half_life: float | None = None,
    ) -> None:
        """A policy that has learned nothing.

        Args:
            prior_quality: The models, and what each is expected to do before any rating.
            size: Length ``d`` of a context.
            ridge: Precision of every weight before any rating, in ratings.
            half_life: Ratings after which a rating counts for half; None never forgets.
        """
        self.ridges = Ridges(prior_quality, size, ridge)
        self.half_life = half_life

    def learn(self, rating: Rating) -> None:
        """Take a rating into account."""
        if self.half_life is not None:
            self.ridges.age(0.5 ** (1.0 / self.half_life))
        self.ridges.add(rating.model, rating.context, rating.quality, rating.weight)

    def unlearn(self, rating: Rating) -> None:
        """Take one rating back.

        Raises:
            CannotUnlearn: Ratings age here, and nobody knows how old this one is.
        """
        if self.half_life is not None:
            raise CannotUnlearn("forgetting")
        self.ridges.add(rating.model, rating.context, rating.quality, -rating.weight)

    def to_bytes(self) -> bytes:
        """The sums of all regressions."""
        xx, xy = Packed.of(self.ridges.xx), Packed.of(self.ridges.xy)
        return codec.dump(SavedDisjoint(self.ridges.prior_quality, xx, xy))

    def restore(self, data: bytes) -> None:
        """Take up what `to_bytes` of a policy like this one gave.

        Raises:
            StateError: The bytes are no such thing; nothing has changed.
        """
        saved = codec.load(data, SavedDisjoint)
        xx, xy = saved.xx.array(), saved.xy.array()
        shapes = self.ridges.xx.shape, self.ridges.xy.shape
        if saved.prior_quality != self.ridges.prior_quality or (xx.shape, xy.shape) != shapes:
            raise StateError("the saved sums are of other models or contexts", "replay the log")
        self.ridges.set_sums(xx, xy)
