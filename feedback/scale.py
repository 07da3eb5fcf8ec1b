"""From the scales people rate on to quality."""

import math

from feedback.errors import ScoreOutOfRange


def from_score(score: float) -> float:
    """A score that is a quality already.

    Raises:
        ScoreOutOfRange: It is not a number from 0 to 1.

    >>> from_score(0.8)
    0.8
    """
    return from_range(score, 0.0, 1.0)


def from_range(value: float, least: float, most: float) -> float:
    """A rating on a scale with two ends, such as one to five stars, brought to ``[0, 1]``.

    Raises:
        ScoreOutOfRange: It is not a number between the ends, or the ends are no scale.

    >>> from_range(4, 1, 5)
    0.75
    """
    scale = math.isfinite(least) and math.isfinite(most) and least < most
    if not scale or not least <= value <= most:
        raise ScoreOutOfRange(value, least, most)
    return (value - least) / (most - least)


def from_stars(stars: float) -> float:
    """One to five stars.

    Raises:
        ScoreOutOfRange: It is not a number from 1 to 5.

    >>> from_stars(4)
    0.75
    """
    return from_range(stars, 1.0, 5.0)


def from_preference(strength: float) -> float:
    """How much better one answer is than another: nothing is one half, all there is 1.

    Raises:
        ScoreOutOfRange: It is not a number from 0 to 1.

    >>> from_preference(0.5)
    0.75
    """
    return 0.5 + from_range(strength, 0.0, 1.0) / 2.0


def from_thumbs(*, up: bool) -> float:
    """Thumbs up is the best there is, thumbs down the worst.

    >>> from_thumbs(up=True)
    1.0
    """
    return 1.0 if up else 0.0
