"""From runs of load to the figures of the comparison, and to the bars."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.rivals import subjects
from tests.bench.rivals.server import Measure, Measured

_ONE, _MANY = 1, 32
CONNECTIONS = (_ONE, _MANY)
_WARM_UP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over repeats, at one number of connections."""

    requests_a_second: float
    p50_seconds: float
    cpu_seconds: float
    """Of the gateway, a request."""


Results = Mapping[str, Mapping[int, Figures]]
"""By subject and connections."""


def compared(measures: Mapping[str, Measure], repeats: int, seconds: float) -> Results:
    """Measure all, one after another, and that again and again.

    A machine that others use too is now fast and now slow; so it is for all of them.
    """
    results: dict[str, dict[int, Figures]] = {name: {} for name in measures}
    for connections in CONNECTIONS:
        for measure in measures.values():
            measure(connections, _WARM_UP_SECONDS)
        rounds = [
            {name: measure(connections, seconds) for name, measure in measures.items()}
            for _ in range(repeats)
        ]
        for name in measures:
            results[name][connections] = _medians([measured[name] for measured in rounds])
    return results


def _medians(runs: Sequence[Measured]) -> Figures:
    return Figures(
        statistics.median(run.loaded.requests / run.loaded.seconds for run in runs),
        statistics.median(run.loaded.p50_seconds for run in runs),
        statistics.median(_cpu_a_request(run) for run in runs),
    )


def bars(results: Results) -> Iterator[tuple[str, float, float]]:
    """What was reached, in words and figures, and what is to be reached."""
    for rival, least in ((subjects.LITELLM, 12.0), (subjects.PORTKEY_GATEWAY, 1.0)):
        if {subjects.POINTSMAN, rival} <= results.keys():
            ours, theirs = (results[name][_MANY] for name in (subjects.POINTSMAN, rival))
            yield f"times {rival}", ours.requests_a_second / theirs.requests_a_second, least
    if {subjects.POINTSMAN, subjects.TWO_WORKERS} <= results.keys():
        one, two = (results[name][_MANY] for name in (subjects.POINTSMAN, subjects.TWO_WORKERS))
        yield "two workers, times one by processor time", 2 * one.cpu_seconds / two.cpu_seconds, 1.6


def _cpu_a_request(run: Measured) -> float:
    return run.cpu_seconds / run.loaded.requests
