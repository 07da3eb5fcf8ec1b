"""From runs of load to the figures of the comparison, and to the bars."""

import statistics
from collections.abc import Iterator, Mapping
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


def figures(measure: Measure, connections: int, repeats: int, seconds: float) -> Figures:
    """Warm it up, then measure it."""
    measure(connections, _WARM_UP_SECONDS)
    runs = [measure(connections, seconds) for _ in range(repeats)]
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
