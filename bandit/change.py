"""Tells that a model has changed, from ratings that surprise too often in one direction."""

import msgspec

_SLACK = 0.5
"""Surprise, in deviations, that is taken for nothing."""

_ALARM = 20.0
"""Surprise beyond the slack, summed up, at which chance is not believed any more."""

_CAP = 5.0
"""The most that one rating can surprise."""


class Surprise(msgspec.Struct):
    """A two-sided cumulative sum of one model's standardised residuals.

    ``S <- max(0, S + z - 0.5)``, and the same of ``-z``; an alarm at 20. With normal residuals a
    false alarm comes once in hundreds of millions of ratings, with those of a model that is right
    93 times in 100 once in fifty thousand. Of a quality that falls by half it is told within 20 to
    120 ratings, the sooner the better it was.

    >>> calm = Surprise()
    >>> any(calm.alarms(z) for z in [1.0, -1.0] * 1000)
    False
    >>> sum(calm.alarms(-1.5) for _ in range(21))
    1

    Source: Page, Continuous Inspection Schemes, 1954.
    """

    better: float = 0.0
    worse: float = 0.0

    def alarms(self, residual: float) -> bool:
        """Take in one residual, in deviations; whether the model has changed, as it seems.

        After an alarm the sums start anew.
        """
        residual = min(max(residual, -_CAP), _CAP)
        self.better = max(0.0, self.better + residual - _SLACK)
        self.worse = max(0.0, self.worse - residual - _SLACK)
        if max(self.better, self.worse) < _ALARM:
            return False
        self.better = self.worse = 0.0
        return True
