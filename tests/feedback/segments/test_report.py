"""What the report by segment says is what can be counted."""

from dataclasses import replace

import numpy as np
import pytest

from feedback.segments.report import MOST_SEGMENTS, Spread, reported
from feedback.segments.shares import mean_of
from feedback.segments.traffic import Labels, Said, Traffic

NAN = np.nan


def traffic() -> Traffic:
    """Four German decisions, and two in no language; people rated three, a judge one."""
    return Traffic(
        segments=Labels.of(["de", "de", None, "de", None, "de"]),
        models=Labels.of(["small", "small", "small", "large", "large", "small"]),
        explored=np.array([True, False, False, False, False, False]),
        expected=np.array([0.2, 0.3, 0.5, NAN, 0.9, 0.8]),
        cost_usd=np.array([0.1, 0.3, NAN, NAN, NAN, NAN]),
        said={
            "user": Said(np.array([1.0, 0.0, 0, 0, 0.5, 0]), np.array([1.0, 0.5, 0, 0, 1, 0])),
            "judge": Said(np.array([0, 0, 0, 0.25, 0, 0]), np.array([0, 0, 0, 1.0, 0, 0])),
        },
    )


def test_a_segment_has_its_traffic_its_quality_its_cost_and_who_rated_it() -> None:
    german, none = reported(traffic(), "user").segments

    assert (german.value, german.decisions, none.value, none.decisions) == ("de", 4, None, 2)
    assert german.traffic == {"small": 0.75, "large": 0.25}
    assert (german.explored.mean, none.explored.mean) == (0.25, 0.0)
    assert german.cost_usd_mean == pytest.approx(0.2)
    assert none.cost_usd_mean is None
    assert german.sources["user"].quality.mean == pytest.approx(1.0 / 1.5)
    assert german.sources["user"].quality.count == 1.5
    assert german.sources["user"].rated.mean == 0.5
    assert german.sources["judge"].quality.mean == 0.25
    assert none.sources["judge"].quality.mean is None


def test_who_rates_is_told_by_model_and_by_what_was_expected() -> None:
    report = reported(traffic(), "user")

    people = report.who_rates["user"]
    assert {model: share.mean for model, share in people.by_model.items()} == {
        "small": 0.5,
        "large": 0.5,
    }
    assert len(report.expected_thirds) == 2
    assert [third.mean for third in people.by_expected] == [1.0, 0.0, 0.5]
    assert [third.count for third in people.by_expected] == [2, 1, 2]


def test_what_words_count_for_is_told_and_how_many_equal_ones_they_are_worth() -> None:
    report = reported(traffic(), "user")

    people, judge = (report.who_rates[name].weights for name in ("user", "judge"))
    assert people is not None
    assert (people.least, people.most) == (0.5, 1.0)
    assert people.mean == pytest.approx(2.5 / 3)
    assert people.worth == pytest.approx(2.5**2 / 2.25)
    assert judge == Spread(1.0, 1.0, 1.0, 1.0)


def test_a_source_whose_words_count_for_nothing_has_no_weights() -> None:
    silent = replace(traffic(), said={"user": Said(np.zeros(6), np.zeros(6))})

    assert reported(silent, "user").who_rates["user"].weights is None


def test_a_route_without_decisions_has_no_segments() -> None:
    nothing = np.zeros(0)
    empty = Traffic(Labels.of([]), Labels.of([]), nothing.astype(bool), nothing, nothing, {})

    assert reported(empty, "user").segments == ()


def test_of_very_many_segments_the_largest_are_shown_and_the_others_counted() -> None:
    n = MOST_SEGMENTS + 50
    values = np.r_[np.arange(n), np.arange(10)]
    many = Traffic(
        segments=Labels.of(map(str, values)),
        models=Labels.of(["small"] * len(values)),
        explored=np.zeros(len(values), bool),
        expected=np.full(len(values), NAN),
        cost_usd=np.full(len(values), NAN),
        said={},
    )

    report = reported(many, "user")

    assert {segment.value for segment in report.segments[:10]} == set(map(str, range(10)))
    assert (len(report.segments), report.left_out) == (MOST_SEGMENTS, 50)


def test_an_interval_covers_the_mean_it_is_of_nine_times_in_ten() -> None:
    rng = np.random.default_rng(5)
    means = rng.uniform(0.5, 0.98, 4000)
    intervals = [mean_of((rng.random(30) < mean) * 1.0, np.ones(30)) for mean in means]

    covered = [one.low <= mean <= one.high for one, mean in zip(intervals, means, strict=True)]

    assert 0.88 < np.mean(covered) < 0.93
    assert all(0.0 <= one.low < one.high <= 1.0 for one in intervals)
