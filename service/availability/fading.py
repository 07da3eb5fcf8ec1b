"""Averages that forget: by the call, and by the clock where no call comes."""

_WEIGHT = 0.1
"""Of the newest call."""

_LEAST_WEIGHT = 0.001
"""Of the newest call in the long run."""


class FadingShare:
    """Share of calls of which something is true; falls to nothing while none come.

    Without the second kind of forgetting, a model that is called less because it failed would be
    remembered as failing for good.
    """

    def __init__(self, half_life_seconds: float = 60.0) -> None:
        self._half_life = half_life_seconds
        self._share = 0.0
        self._at = 0.0

    def add(self, is_true: bool, now: float) -> None:  # noqa: FBT001 - what is counted
        """Count a call."""
        share = self.at(now)
        self._share, self._at = share + _WEIGHT * (is_true - share), now

    def at(self, now: float) -> float:
        """The share, in ``[0, 1]``."""
        if not self._share:
            return 0.0
        faded: float = 0.5 ** (max(0.0, now - self._at) / self._half_life)
        return self._share * faded


class FadingMean:
    """Mean of what was measured lately; unknown when the last time is long ago."""

    def __init__(self, forgotten_seconds: float = 600.0) -> None:
        self._forgotten = forgotten_seconds
        self._mean: float | None = None
        self._at = 0.0

    def add(self, value: float, now: float) -> None:
        """Take in a measurement."""
        mean = self.at(now)
        self._mean = value if mean is None else mean + _WEIGHT * (value - mean)
        self._at = now

    def at(self, now: float) -> float | None:
        """The mean; None where nothing is known."""
        return self._mean if now - self._at <= self._forgotten else None


class LongMean:
    """Mean of all that was measured; of more than a thousand, the last count most."""

    def __init__(self) -> None:
        self.value = 0.0
        """Nothing, before the first."""

        self._weight = 1.0

    def add(self, value: float) -> None:
        """Take in a measurement."""
        self.value += self._weight * (value - self.value)
        self._weight = max(_LEAST_WEIGHT, self._weight / (1.0 + self._weight))
