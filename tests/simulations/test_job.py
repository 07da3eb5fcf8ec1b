import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bandit.errors import ConfigError
from simulations.environment import Environment
from simulations.job import Ended, Job, frontier, prepare, simulate
from simulations.report.settings import ALWAYS
from simulations.summary import Summary
from simulations.synthetic import Synthetic
from simulations.workers import Place
from tests.simulations.watchers import Impatient, Silent

WORLD = Synthetic(skills=3, models=2)
HERE = Place(workers=0)


@dataclass(frozen=True)
class Doomed:
    """A world from whose streams of 50 requests nothing can be drawn but the first of a seed."""

    drawn: list[int]
    name: str = "doomed"
    fingerprint: str = "doomed"
    requests: int = 50

    def environment(self, requests: int, rng: np.random.Generator) -> Environment:
        """As many as are asked for, the first time."""
        self.drawn.append(requests)
        if len(self.drawn) > 1:
            raise RuntimeError("nothing left")
        return WORLD.environment(requests, rng)


def job(*policies: str, seeds: int = 2, requests: int = 60) -> Job:
    return prepare(WORLD, policies or ["thompson"], ["plain"], seeds, requests)


@dataclass(frozen=True)
class Twice:
    """A run that is interrupted after five trials, and the same once more."""

    first: Impatient
    broken: Ended
    summary: bytes
    page: str
    second: Impatient
    whole: Ended


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("report")
    first, second = Impatient(patience=5), Impatient()
    settings = [math.inf, 0.01, math.inf]
    broken = simulate(job(), settings, HERE, folder, first)
    summary = (folder / "summary.json").read_bytes()
    page = (folder / "index.html").read_text(encoding="utf-8")
    return Twice(
        first, broken, summary, page, second, simulate(job(), settings, HERE, folder, second)
    )


@pytest.mark.parametrize(
    ("policy", "scenario", "what"),
    [
        ("thomson", "plain", "there is no policy 'thomson'"),
        ("thompson:loud=1", "plain", "thompson has no option 'loud'"),
        ("oracle:loud=1", "plain", "oracle has no option 'loud'"),
        ("fixed:model=model-9", "plain", "fixed:model is 'model-9'"),
        ("thompson", "price-cat", "there is no scenario 'price-cat'"),
        ("thompson", "death:model=model-9", "there is no model 'model-9'"),
    ],
)
def test_what_does_not_exist_is_refused_before_anything_runs(
    policy: str, scenario: str, what: str
) -> None:
    with pytest.raises(ConfigError, match=what):
        prepare(WORLD, ["random", policy], ["plain", scenario], seeds=1, requests=60)


@pytest.mark.parametrize("dollars", [0.0, -1.0, math.nan])
def test_a_willingness_to_pay_is_positive(dollars: float, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no dial's setting"):
        simulate(job(), [1.0, dollars], HERE, tmp_path, Silent())


def test_a_stream_is_as_long_as_its_origin_says_unless_told_otherwise() -> None:
    origin = Synthetic(skills=2, models=2, requests=70)

    assert prepare(origin, ["random"], ["plain"], seeds=1).requests == 70
    assert prepare(origin, ["random"], ["plain"], seeds=1, requests=50).requests == 50


def test_models_are_told_of_as_they_are_under_each_scenario() -> None:
    made = prepare(WORLD, ["random"], ["plain", "price-cut:factor=10"], seeds=3, requests=400)

    plain, cut = made.fixed["plain"], made.fixed["price-cut:factor=10"]
    assert [one.model for one in plain] == ["model-1", "model-2"]
    assert cut[0] == plain[0]
    assert cut[1].cost_usd == pytest.approx(0.55 * plain[1].cost_usd, rel=0.1)


def test_a_table_carries_its_yardsticks_whatever_is_asked_for(twice: Twice) -> None:
    runs = [(run.willingness_to_pay_usd, run.policy) for run in twice.whole.content.summary.runs]

    assert runs == [(at, name) for at in ("inf", 0.01) for name in ("thompson", *ALWAYS)]
    assert twice.whole.failures == []


def test_by_default_cost_is_ignored_once_and_then_weighed(tmp_path: Path) -> None:
    ended = simulate(job("random", seeds=1), [], HERE, tmp_path, Impatient(patience=0))

    assert ended.content.missing == 2 * len(ALWAYS)


def test_an_interrupt_leaves_what_is_finished(twice: Twice) -> None:
    assert twice.broken.interrupted
    assert twice.broken.content.missing == 11
    assert [one.trial for one in twice.broken.content.measured] == [
        one.trial for one in twice.first.done
    ]


def test_what_is_finished_is_not_run_again(twice: Twice) -> None:
    assert twice.second.kept == 5
    assert not {one.trial for one in twice.first.done} & {one.trial for one in twice.second.done}
    assert not twice.whole.interrupted
    assert twice.whole.content.missing == 0


def test_the_report_of_an_interrupted_run_can_be_read(twice: Twice) -> None:
    read = msgspec.json.decode(twice.summary, type=Summary)

    assert read == twice.broken.content.summary
    assert sum(run.seeds for run in read.runs) == 5
    assert "11 trials are missing" in twice.page


def test_an_interrupt_before_the_first_trial_leaves_a_page_and_no_picture(tmp_path: Path) -> None:
    ended = simulate(job(), [1.0], HERE, tmp_path, Impatient(patience=0))

    assert ended.interrupted
    assert [path.name for path in ended.files] == ["summary.json", "index.html"]


def test_trials_that_fail_are_told_and_the_report_is_written(tmp_path: Path) -> None:
    doomed = prepare(Doomed([]), ["random"], ["plain"], seeds=1)

    ended = simulate(doomed, [1.0], HERE, tmp_path, Silent())

    assert [failure.trial.policy for failure in ended.failures] == [
        "random",
        "best-single",
        "oracle",
    ]
    assert all("nothing left" in failure.why for failure in ended.failures)
    assert ended.content.missing == 3
    assert all(path.exists() for path in ended.files)


def test_a_sweep_tells_the_frontier_of_every_policy_and_yardstick(tmp_path: Path) -> None:
    ended = frontier(job("greedy", seeds=1, requests=30), HERE, tmp_path, Silent())

    found = {swept.policy: swept for swept in ended.content.summary.frontiers}
    assert list(found) == ["greedy", *ALWAYS]
    assert found["best-single"].apgr.mean == pytest.approx(0.5)
    assert len({len(swept.points) for swept in found.values()}) == 1
    assert [path.name for path in ended.files] == ["summary.json", "index.html", "frontier.png"]


def test_the_models_of_a_frontier_are_those_of_the_second_half(tmp_path: Path) -> None:
    ended = frontier(job("random", seeds=2, requests=30), HERE, tmp_path, Silent())

    one, other = (ended.content.measured[k].fixed_second_half for k in (0, -1))
    expected = [(a.quality + b.quality) / 2 for a, b in zip(one, other, strict=True)]
    assert [model.quality for model in ended.content.fixed["plain"]] == pytest.approx(expected)
