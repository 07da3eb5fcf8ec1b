import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from simulations.archive import Archive
from simulations.experiment import Experiment
from simulations.simulate import Failure
from simulations.sweep import WIDEST_GAP, gaps, sweep_dial, usual_scenario
from simulations.synthetic import Synthetic
from simulations.trial import Measured, Trial
from tests.simulations.made import measured
from tests.simulations.watchers import Silent

SETTINGS = [0.001, 0.1, 10.0, math.inf]
Share = Callable[[float], float]


@dataclass
class Workers:
    """Whose strong model has a share that depends on the dial alone."""

    share: Share
    asked: list[Trial] = field(default_factory=list)

    def run(self, trials: Sequence[Trial]) -> Iterator[Measured | Failure]:
        """Make up what they come to."""
        for trial in trials:
            self.asked.append(trial)
            share = self.share(trial.willingness_to_pay_usd)
            yield msgspec.structs.replace(measured(trial), strong_share_second_half=share)

    def close(self) -> None:
        """Nothing was started."""


def logistic(willingness: float) -> float:
    return 1.0 if math.isinf(willingness) else willingness / (willingness + 0.1)


def swept(share: Share, folder: Path) -> Workers:
    workers = Workers(share)
    experiment = Experiment(Archive(folder, "data"), workers, Silent())
    sweep_dial(
        experiment,
        policies=["thompson"],
        beside=["oracle"],
        scenarios=["plain"],
        settings=SETTINGS,
        seeds=2,
        requests=100,
    )
    return workers


def settings_of(policy: str, workers: Workers) -> list[float]:
    return sorted({one.willingness_to_pay_usd for one in workers.asked if one.policy == policy})


def test_neighbouring_settings_end_up_close_in_what_the_strong_model_gets(tmp_path: Path) -> None:
    settings = settings_of("thompson", swept(logistic, tmp_path))

    shares = [logistic(setting) for setting in settings]
    assert max(b - a for a, b in pairwise(shares)) <= WIDEST_GAP
    assert len(settings) < 40


def test_what_is_compared_with_is_run_at_every_setting(tmp_path: Path) -> None:
    workers = swept(logistic, tmp_path)

    assert settings_of("oracle", workers) == settings_of("thompson", workers)


def test_every_setting_has_every_seed_once(tmp_path: Path) -> None:
    workers = swept(logistic, tmp_path)

    assert len(workers.asked) == len(set(workers.asked))
    assert len(workers.asked) == 2 * 2 * len(settings_of("thompson", workers))


def test_a_policy_that_does_not_heed_the_dial_is_run_no_more_than_asked(tmp_path: Path) -> None:
    assert settings_of("thompson", swept(lambda _: 0.5, tmp_path)) == SETTINGS


def test_a_jump_is_narrowed_down_and_then_left(tmp_path: Path) -> None:
    settings = settings_of("thompson", swept(lambda at: float(at > 0.05), tmp_path))

    low, high = max(at for at in settings if at <= 0.05), min(at for at in settings if at > 0.05)
    assert high / low < 1.5
    assert len(settings) < 12


def test_gaps_are_between_means_over_seeds_of_one_policy() -> None:
    shares = {0.1: (0.0, 0.1), 0.4: (0.5, 0.6)}
    runs = [
        msgspec.structs.replace(
            measured(Trial(policy, "plain", at, seed, 100)), strong_share_second_half=share
        )
        for policy in ("thompson", "linucb")
        for at, pair in shares.items()
        for seed, share in enumerate(pair if policy == "thompson" else (0.5, 0.5))
    ]

    assert gaps(runs, "thompson", "plain") == [pytest.approx(0.2)]
    assert gaps(runs, "linucb", "plain") == []


@pytest.mark.parametrize(("models", "scenario"), [(2, "flat-cost"), (3, "plain")])
def test_two_models_are_compared_by_calls_unless_something_else_is_asked_for(
    models: int, scenario: str
) -> None:
    assert usual_scenario(Synthetic(models=models)) == scenario
