import math
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from simulations.aggregate import frontiers, summarize
from simulations.bootstrap import figure
from simulations.fixed import FixedModel
from simulations.summary import Figure, Frontier, RunSummary, Summary
from simulations.trial import Measured
from tests.simulations.made import measured, trial

ABSENT = Figure(None, None, None)
WEAK, STRONG = FixedModel("small", 0.6, 0.001), FixedModel("large", 0.8, 0.005)
SHARES = np.linspace(0.0, 1.0, 6)


def summarized(runs: Sequence[Measured]) -> list[RunSummary]:
    return summarize("made up", ["small", "large"], 1000, 3, runs).runs


def point(seed: int, willingness: float, share: float, recovered: float) -> Measured:
    """A trial at which such a share of strong calls recovers so much of the gap."""
    return msgspec.structs.replace(
        measured(trial(seed=seed, willingness=willingness)),
        quality_second_half=WEAK.quality + recovered * (STRONG.quality - WEAK.quality),
        cost_usd_second_half=WEAK.cost_usd + share * (STRONG.cost_usd - WEAK.cost_usd),
        strong_share_second_half=share,
        fixed_second_half=[WEAK, STRONG],
    )


def swept(power: float, seeds: int = 3) -> list[Measured]:
    """A sweep that recovers a power of the share; one is mixing at random."""
    return [
        point(seed, 0.001 * 2**k, float(share), float(share**power))
        for k, share in enumerate(SHARES)
        for seed in range(seeds)
    ]


def only(runs: Sequence[Measured]) -> Frontier:
    (frontier,) = frontiers(runs)
    return frontier


def test_there_is_a_run_for_each_policy_and_setting_in_the_order_of_the_trials() -> None:
    runs = [
        measured(trial(policy, seed, dollars))
        for seed in range(3)
        for dollars in (math.inf, 0.05)
        for policy in ("thompson", "random")
    ]

    told = summarized(runs)

    assert [(run.policy, run.willingness_to_pay_usd) for run in told] == [
        ("thompson", "inf"),
        ("random", "inf"),
        ("thompson", 0.05),
        ("random", 0.05),
    ]
    assert [run.seeds for run in told] == [3] * 4


def test_every_figure_is_that_of_its_seeds() -> None:
    runs = [measured(trial(seed=seed)) for seed in range(3)]

    (told,) = summarized(runs)

    named = [name for name in RunSummary.__struct_fields__ if name in Measured.__struct_fields__]
    for name in set(named) - {"best_single", "traffic_share"}:
        assert getattr(told, name) == figure(getattr(one, name) for one in runs)
    assert told.traffic_share == {"small": Figure(0.5, 0.5, 0.5), "large": Figure(0.5, 0.5, 0.5)}
    assert told.adaptation_requests == ABSENT


def test_the_best_single_model_is_that_of_most_seeds() -> None:
    runs = [measured(trial(seed=seed)) for seed in range(3)]
    one_other = [msgspec.structs.replace(runs[0], best_single="small"), *runs[1:]]

    (told,) = summarized(one_other)

    assert told.best_single.model == "large"
    assert told.best_single.reward.mean == pytest.approx(0.8)


def test_savings_are_told_only_where_every_seed_kept_quality() -> None:
    some = [measured(trial(seed=seed)) for seed in range(2)]
    saving = [msgspec.structs.replace(one, savings=0.4) for one in some]

    assert summarized(saving)[0].savings.mean == pytest.approx(0.4)
    assert summarized([saving[0], some[1]])[0].savings == ABSENT


def test_a_seed_that_did_not_finish_is_missing_and_no_more() -> None:
    runs = [measured(trial(seed=seed, willingness=d)) for seed in (0, 1) for d in (0.05, 0.1)]

    told = summarized(runs[:-1])

    assert [run.seeds for run in told] == [2, 1]
    assert told[1].reward.low == told[1].reward.mean == told[1].reward.high


def test_nothing_finished_is_an_empty_summary() -> None:
    told = summarize("made up", ["small"], 10, 2, [])

    assert told == Summary("made up", ["small"], 10, 2, [], [])
    assert frontiers([]) == []


def test_a_summary_can_be_written_and_read() -> None:
    told = summarize(
        "made up", ["small", "large"], 1000, 3, [measured(trial(willingness=math.inf))]
    )
    whole = msgspec.structs.replace(told, frontiers=frontiers(swept(0.5)))

    assert msgspec.json.decode(msgspec.json.encode(whole), type=Summary) == whole


def test_mixing_at_random_has_half_of_the_area_and_the_mean_of_both_models() -> None:
    told = only(swept(1.0))

    assert told.apgr.mean == pytest.approx(0.5)
    assert told.cpt50.mean == pytest.approx(0.5)
    assert told.cpt80.mean == pytest.approx(0.8)
    assert told.aiq.mean == pytest.approx(0.7)


def test_a_router_that_knows_something_has_more() -> None:
    told = only(swept(0.5))

    recovered = np.sqrt(SHARES)
    area = float(np.trapezoid(recovered, SHARES))
    assert told.apgr.mean == pytest.approx(area)
    assert told.aiq.mean == pytest.approx(0.6 + 0.2 * area)
    assert told.cpt50.mean == pytest.approx(np.interp(0.5, recovered, SHARES))


def test_a_router_worse_than_random_has_less_but_its_hull_is_no_worse_than_mixing() -> None:
    told = only(swept(2.0))

    assert told.apgr.mean == pytest.approx(np.trapezoid(SHARES**2, SHARES))
    assert told.aiq.mean == pytest.approx(0.7)


def test_dollars_buy_the_gap_as_calls_do_where_calls_cost_the_same() -> None:
    told = only(swept(0.5))

    assert told.apgr_usd.mean == pytest.approx(told.apgr.mean)


def test_who_calls_the_strong_model_where_it_is_cheap_recovers_more_of_the_gap_by_dollars() -> None:
    thrifty = [
        msgspec.structs.replace(
            one, cost_usd_second_half=0.001 + 0.004 * one.strong_share_second_half**2
        )
        for one in swept(1.0)
    ]

    told = only(thrifty)

    assert told.apgr.mean == pytest.approx(0.5)
    assert told.apgr_usd.mean == pytest.approx(np.trapezoid(SHARES, SHARES**2))


def test_points_are_in_the_order_of_the_dial_with_no_limit_last() -> None:
    runs = [point(0, dollars, 0.5, 0.5) for dollars in (math.inf, 0.01, 0.1)]

    assert [one.willingness_to_pay_usd for one in only(runs).points] == [0.01, 0.1, "inf"]


def test_points_are_means_over_seeds_of_the_second_half() -> None:
    runs = [point(0, 0.01, 0.2, 0.5), point(1, 0.01, 0.4, 0.7)]

    (told,) = only(runs).points

    assert told.strong_share == figure([0.2, 0.4])
    assert told.quality.mean == pytest.approx(0.6 + 0.2 * 0.6)
    assert told.cost_usd.mean == pytest.approx(0.001 + 0.004 * 0.3)


def test_areas_are_of_each_seed_and_then_put_together() -> None:
    runs = [point(0, 0.01, 0.2, 0.6), point(1, 0.01, 0.5, 0.5)]

    told = only(runs).apgr

    seeds = [0.2 * 0.3 + 0.8 * 0.8, 0.5]
    assert told.mean == pytest.approx(np.mean(seeds))
    assert (told.low, told.high) == pytest.approx((min(seeds), max(seeds)))


def test_the_order_of_trials_does_not_matter_to_a_frontier() -> None:
    runs = swept(0.5)
    order = np.random.default_rng(0).permutation(len(runs))

    told, again = only(runs), only([runs[k] for k in order])

    assert again.apgr.mean == pytest.approx(told.apgr.mean)
    assert [one.willingness_to_pay_usd for one in again.points] == [
        one.willingness_to_pay_usd for one in told.points
    ]


def test_a_policy_that_does_not_heed_the_dial_is_one_point_and_its_mixes() -> None:
    told = only([point(0, dollars, 0.5, 0.8) for dollars in (0.01, 0.1, math.inf)])

    assert told.apgr.mean == pytest.approx(0.5 * 0.4 + 0.5 * 0.9)
    assert told.aiq.mean == pytest.approx((0.5 * (0.6 + 0.76) + 0.5 * (0.76 + 0.76)) / 2)


@pytest.mark.parametrize(
    "fixed", [[WEAK], [WEAK, STRONG, FixedModel("other", 0.7, 0.01)]], ids=["one", "three"]
)
def test_a_gap_is_between_two_models(fixed: list[FixedModel]) -> None:
    runs = [msgspec.structs.replace(one, fixed_second_half=fixed) for one in swept(0.5)]

    told = only(runs)

    assert (told.apgr, told.apgr_usd) == (ABSENT, ABSENT)
    assert (told.cpt50, told.cpt80) == (ABSENT, ABSENT)
    assert (told.aiq == ABSENT) is (len(fixed) == 1)


def test_each_policy_has_a_frontier_under_each_scenario() -> None:
    runs = [
        measured(msgspec.structs.replace(trial(policy), scenario=scenario))
        for scenario in ("plain", "death")
        for policy in ("thompson", "random")
    ]

    told = [(frontier.policy, frontier.scenario) for frontier in frontiers(runs)]

    assert told == [
        ("thompson", "plain"),
        ("random", "plain"),
        ("thompson", "death"),
        ("random", "death"),
    ]
