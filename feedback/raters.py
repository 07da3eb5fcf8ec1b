"""Who disagrees with everyone: raters against what was believed, and against each other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from bandit.calibration import IDENTITY, Calibration

UNHEARD_NOISE = 0.06
"""Variance of a source that no policy keeps an account of."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word that stands, and what was believed of the answer when it was decided."""

    decision_id: str
    source: str
    rater: str | None
    quality: float
    quality_mean: float | None
    """None where the policy believed nothing."""

    quality_std: float
    key: str | None = None
    """The name of the key that it was posted with."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far one rater is from what was expected, and from others."""

    source: str
    rater: str | None
    """None is all who gave no name."""

    ratings: int
    mean_residual: float | None
    """What was said minus what was expected, in deviations, on average."""

    surprise: float
    """How many deviations that average is from none: beyond four, it is hardly chance."""

    compared: int
    """Ratings of answers that others rated too."""

    mean_difference: float | None
    """What was said minus what the others said on average, in points of quality."""

    mean_distance: float | None
    """The same without its sign."""

    key: str | None = None
    """The name of the key that the ratings were posted with: with two, one name is two raters."""


Reading = Callable[[str], tuple[Calibration, float]]
"""From a source to the line its words are read by, and its noise."""


def plainly(_source: str) -> tuple[Calibration, float]:
    """How the words of sources are read of which nothing is known."""
    return IDENTITY, UNHEARD_NOISE


def agreements(words: Iterable[Spoken], reading: Reading) -> list[Agreement]:
    """All raters, those first whose words surprise the most."""
    by_answer = defaultdict[str, list[Spoken]](list)
    by_rater = defaultdict[tuple[str, str | None, str | None], list[Spoken]](list)
    for word in words:
        by_answer[word.decision_id].append(word)
        by_rater[word.source, word.rater, word.key].append(word)
    found = [_agreement(said, by_answer, reading) for said in by_rater.values()]
    return sorted(found, key=_strangest_first)


def _strangest_first(one: Agreement) -> tuple[float, str, str, str]:
    return -abs(one.surprise), one.source, one.rater or "", one.key or ""


def _agreement(
    said: Sequence[Spoken], by_answer: dict[str, list[Spoken]], reading: Reading
) -> Agreement:
    calibration, noise = reading(said[0].source)
    residuals = [z for z in (_residual(word, calibration, noise) for word in said) if z is not None]
    differences = [d for d in (_difference(word, by_answer) for word in said) if d is not None]
    mean = fmean(residuals) if residuals else None
    return Agreement(
        source=said[0].source,
        rater=said[0].rater,
        ratings=len(said),
        mean_residual=mean,
        surprise=(mean or 0.0) * sqrt(len(residuals)),
        compared=len(differences),
        mean_difference=fmean(differences) if differences else None,
        mean_distance=fmean(map(abs, differences)) if differences else None,
        key=said[0].key,
    )


def _residual(word: Spoken, by: Calibration, noise: float) -> float | None:
    if word.quality_mean is None:
        return None
    variance = noise + (by.slope * word.quality_std) ** 2
    return (word.quality - by.offset - by.slope * word.quality_mean) / sqrt(variance)


def _difference(word: Spoken, by_answer: dict[str, list[Spoken]]) -> float | None:
    others = [other.quality for other in by_answer[word.decision_id] if other is not word]
    return word.quality - fmean(others) if others else None
