"""What a report says in rows and columns, for the terminal and for the page alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulations.fixed import FixedModel
from simulations.report.columns import BRIEF, FRONTIER_MEANINGS, Column
from simulations.report.settings import Setting, dollars_a_point
from simulations.report.wording import ABSENT, interval, per_thousand, percent, plain, signed
from simulations.summary import Frontier, RunSummary, Summary


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first column names the row, a second line of a cell is in small."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def brief(summary: Summary) -> list[Table]:
    """What fits into a terminal: of a sweep its frontiers, else the runs."""
    return [frontier_table(summary)] if summary.frontiers else run_tables(summary, BRIEF)


def run_tables(summary: Summary, columns: Sequence[Column]) -> list[Table]:
    """A table of policies for each scenario and setting of the dial.

    What does not apply to any of the runs has no column.
    """
    by_setting: dict[Setting, list[RunSummary]] = {}
    for run in summary.runs:
        setting = Setting(run.scenario, float(run.willingness_to_pay_usd))
        by_setting.setdefault(setting, []).append(run)
    told = [one for one in columns if any(one.cell(run) != ABSENT for run in summary.runs)]
    headings = ["policy", *(column.heading for column in told)]
    return [
        Table(str(setting), headings, [_cells(run, told) for run in runs])
        for setting, runs in by_setting.items()
    ]


def frontier_table(summary: Summary) -> Table:
    """What the sweeps of the dial come to, a row for each policy and scenario."""
    return Table(
        "the dial swept, second half of the requests",
        ["policy", "scenario", *FRONTIER_MEANINGS],
        [
            [
                frontier.policy,
                frontier.scenario,
                interval(frontier.apgr, plain),
                interval(frontier.apgr_usd, plain),
                interval(frontier.cpt50, percent),
                interval(frontier.cpt80, percent),
                interval(frontier.aiq, plain),
                _worst(summary.runs, frontier),
                str(len(frontier.points)),
            ]
            for frontier in summary.frontiers
        ],
    )


def point_table(frontier: Frontier) -> Table:
    """Every setting of one sweep."""
    return Table(
        f"{frontier.policy}, {frontier.scenario}",
        ["setting", "quality", "$ / 1,000", "strongest model's share"],
        [
            [
                dollars_a_point(float(point.willingness_to_pay_usd)),
                interval(point.quality, plain),
                interval(point.cost_usd, per_thousand),
                interval(point.strong_share, percent),
            ]
            for point in frontier.points
        ],
    )


def fixed_tables(fixed: Mapping[str, Sequence[FixedModel]]) -> list[Table]:
    """What always choosing one model comes to, under each scenario."""
    return [
        Table(
            scenario,
            ["model", "quality", "$ / 1,000"],
            [[one.model, plain(one.quality), per_thousand(one.cost_usd)] for one in models],
        )
        for scenario, models in fixed.items()
    ]


def _worst(runs: Sequence[RunSummary], frontier: Frontier) -> str:
    """The least distance to the zero-router over all settings."""
    distances = [
        (distance.mean, distance)
        for run in runs
        if (run.policy, run.scenario) == (frontier.policy, frontier.scenario)
        and (distance := run.zero_router_distance_second_half).mean is not None
    ]
    least = min(distances, key=lambda pair: pair[0], default=None)
    return interval(least[1], signed) if least else ABSENT


def _cells(run: RunSummary, columns: Sequence[Column]) -> list[str]:
    return [_name(run), *(column.cell(run) for column in columns)]


def _name(run: RunSummary) -> str:
    """The policy; with it, of the best single model, which one it is."""
    return f"{run.policy}: {run.best_single.model}" if run.policy == "best-single" else run.policy
