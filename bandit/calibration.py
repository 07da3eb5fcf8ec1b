"""How what one source says stands to what the reference would have said: a straight line."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import numpy as np
from scipy.special import stdtrit

_ALIKE = 4.0 / 12.0
"""How far four decisions, of qualities spread evenly from 0 to 1, tell of a slope: so far it is
believed to be one before any."""

_AGREED = 1.0
"""Decisions of middling quality on which the two are believed to have agreed, before any."""

_STRAY, _STRAY_WEIGHT = 0.04, 2.0
"""Variance about the line before any decision, and half the decisions it is believed for."""


class Calibration(msgspec.Struct, frozen=True):
    """A source says ``offset + slope * quality``, but for its noise."""

    offset: float = 0.0
    slope: float = 1.0
    least_noise: float = 0.0
    """Variance that its noise is not believed to be less than."""


IDENTITY = Calibration()


class Pair(msgspec.Struct, frozen=True):
    """What two sources said of the same."""

    source: str
    said: float
    reference: float
    """What the reference source said."""

    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """What is believed of how a source's words follow from quality."""

    offset: float
    offset_std: float
    slope: float
    slope_std: float
    stray: float
    """Variance of what it says about the line."""

    degrees: float
    """Of freedom of the t distribution that intervals are by."""

    def calibration(self) -> Calibration:
        """What its words are read by.

        A source whose slope may be none moves nothing: zero is in the 90 % interval, or below it
        all, as with one who says the opposite.
        """
        low, _ = self.slope_interval()
        return Calibration(self.offset, self.slope if low > 0.0 else 0.0, self.stray)

    def offset_interval(self) -> tuple[float, float]:
        """Ends of the 90 % interval of the offset."""
        return self._interval(self.offset, self.offset_std)

    def slope_interval(self) -> tuple[float, float]:
        """Ends of the 90 % interval of the slope."""
        return self._interval(self.slope, self.slope_std)

    def _interval(self, middle: float, std: float) -> tuple[float, float]:
        half = std * float(stdtrit(self.degrees, 0.95))
        return middle - half, middle + half


class Pairs(msgspec.Struct):
    """Sums over the decisions that a source and the reference both rated.

    Additive, so pairs come in any order and can be taken back.
    """

    count: float = 0.0
    said: float = 0.0
    reference: float = 0.0
    said_said: float = 0.0
    said_reference: float = 0.0
    reference_reference: float = 0.0

    def add(self, pair: Pair, times: float) -> None:
        """Count a pair so many times; a negative number takes it back."""
        weight = times * pair.weight
        self.count += weight
        self.said += weight * pair.said
        self.reference += weight * pair.reference
        self.said_said += weight * pair.said**2
        self.said_reference += weight * pair.said * pair.reference
        self.reference_reference += weight * pair.reference**2

    def line(self) -> Line:
        """Regress what the source said on what the reference said, shrunk to the identity.

        A normal-inverse-gamma belief, whose prior is a few decisions that the two agreed on: more
        about the slope than about the offset, which few decisions tell. What the reference says is
        taken for the quality itself; where it strays from it, the slope comes out too small, by
        the share of straying in the variance of what it says.

        Source: Bishop, Pattern Recognition and Machine Learning, 2006, equations 3.50 and 3.51,
        and exercise 3.12.
        """
        before = _AGREED * np.array([[1.0, 0.5], [0.5, 0.25]]) + np.diag([0.0, _ALIKE])
        identity = np.array([0.0, 1.0])
        seen = np.array([[self.count, self.reference], [self.reference, self.reference_reference]])
        covariance = np.linalg.inv(before + seen)
        shift = before @ identity + np.array([self.said, self.said_reference])
        offset, slope = covariance @ shift
        strayed = self.said_said + identity @ before @ identity - shift @ covariance @ shift
        shape = _STRAY_WEIGHT + max(self.count, 0.0) / 2.0
        stray = (_STRAY * _STRAY_WEIGHT + max(float(strayed), 0.0) / 2.0) / shape
        stds = np.sqrt(stray * covariance.diagonal())
        return Line(float(offset), float(stds[0]), float(slope), float(stds[1]), stray, 2.0 * shape)


def count_pairs(sums: dict[str, Pairs], pairs: Iterable[Pair], times: float) -> None:
    """Count pairs so many times, each with its source's; a negative number takes them back."""
    for pair in pairs:
        sums.setdefault(pair.source, Pairs()).add(pair, times)
