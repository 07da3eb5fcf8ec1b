from tests.bench.load import Loaded
from tests.bench.rivals import subjects
from tests.bench.rivals.figures import CONNECTIONS, Figures, bars, compared
from tests.bench.rivals.server import Measured


def test_figures_are_medians_over_rounds_after_one_that_does_not_count() -> None:
    answered = iter([1, 2, 100, 10, 300, 30, 200, 20] * len(CONNECTIONS))

    def measure(connections: int, seconds: float) -> Measured:
        return Measured(Loaded(next(answered) * connections, seconds, 0.1), cpu_seconds=1.0)

    measured = compared({"one": measure, "other": measure}, repeats=3, seconds=2.0)

    assert measured["one"][1] == Figures(100.0, 0.1, 1 / 200)
    assert measured["other"][1] == Figures(10.0, 0.1, 1 / 20)
    assert measured["one"][32] == Figures(3200.0, 0.1, 1 / 6400)


def test_bars_are_told_of_what_was_measured() -> None:
    ours = dict.fromkeys(CONNECTIONS, Figures(600.0, 0.01, 0.001))
    theirs = dict.fromkeys(CONNECTIONS, Figures(40.0, 0.5, 0.02))
    two = dict.fromkeys(CONNECTIONS, Figures(900.0, 0.01, 0.001))

    reached = list(bars({subjects.POINTSMAN: ours, subjects.LITELLM: theirs}))
    more = list(bars({subjects.POINTSMAN: ours, subjects.TWO_WORKERS: two}))

    assert reached == [("times LiteLLM's proxy", 15.0, 12.0)]
    assert more == [("two workers, times one by processor time", 2.0, 1.6)]
