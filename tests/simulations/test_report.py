import re

import msgspec
import numpy as np
import pytest
from matplotlib.figure import Figure

from simulations.aggregate import summarize
from simulations.report.content import Content
from simulations.report.curves import gain
from simulations.report.files import write
from simulations.report.labels import spread
from simulations.report.page import page
from simulations.report.pictures import Picture, pictures
from simulations.report.settings import cells
from simulations.report.sources import gain_on
from simulations.report.style import LIGHT, png, strokes
from simulations.summary import Summary
from tests.simulations.made import content, measured, renamed, summary, swept, trial

HOSTILE = '<script>alert("$x$")</script>&'
PICTURE = Picture("regret", "Regret", "What it costs.", b"light", b"dark")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("report")
    made = content(models=("small", HOSTILE))
    return {path.name: path.read_bytes() for path in write(made, folder)}


def test_a_report_is_data_a_page_and_five_pictures(written: dict[str, bytes]) -> None:
    names = ["learning-curve", "regret", "sources", "traffic", "frontier"]

    assert list(written) == ["summary.json", "index.html", *(f"{name}.png" for name in names)]
    assert all(written[f"{name}.png"].startswith(b"\x89PNG") for name in names)


def test_the_data_are_a_summary(written: dict[str, bytes]) -> None:
    read = msgspec.json.decode(written["summary.json"], type=Summary, strict=True)

    assert [run.policy for run in read.runs][:2] == ["thompson", "linucb"]


def test_the_page_fetches_nothing(written: dict[str, bytes]) -> None:
    html = written["index.html"].decode()

    fetched = re.findall(r'(?:src|href|srcset)="([^"]{0,30})', html)
    assert fetched
    assert all(address.startswith("data:image/png;base64,") for address in fetched)
    assert not re.search(r"@import|url\(|<script|<link", html)


def test_a_hostile_model_name_is_only_a_name(written: dict[str, bytes]) -> None:
    html = written["index.html"].decode()

    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;$x$&quot;)&lt;/script&gt;&amp;" in html


def test_a_hostile_data_set_is_only_a_name() -> None:
    made = content()
    hostile = msgspec.structs.replace(made.summary, data=HOSTILE)

    html = page(Content(hostile, made.measured, made.fixed), [PICTURE])

    assert "<script" not in html


def test_the_page_carries_its_pictures_for_light_and_dark() -> None:
    html = page(content(), [PICTURE])

    assert '(prefers-color-scheme: dark)" srcset="data:image/png;base64,ZGFyaw=="' in html
    assert '<img src="data:image/png;base64,bGlnaHQ="' in html


def test_the_page_says_what_is_missing() -> None:
    made = content()

    html = page(Content(made.summary, made.measured, made.fixed, missing=3), [])

    assert "3 trials are missing" in html
    assert "trials are missing" not in page(made, [])


def test_a_sweep_of_the_dial_is_told_by_its_frontier_alone() -> None:
    made = content()
    swept_too = msgspec.structs.replace(made.summary, runs=[], frontiers=[swept("thompson")])

    drawn = pictures(Content(swept_too, made.measured, made.fixed))

    assert [picture.name for picture in drawn] == ["frontier"]


def test_an_experiment_that_finished_nothing_has_a_page_without_pictures() -> None:
    nothing = Content(summary([], ("small",)), [], {"plain": content().fixed["plain"]}, 8)

    assert pictures(nothing) == []
    assert "8 trials are missing" in page(nothing, [])


@pytest.mark.parametrize("finished", [{1}, {2, 8}, {0, 4, 5}])
def test_whatever_is_finished_first_is_drawn(finished: set[int]) -> None:
    whole = content(("thompson", "best-single", "oracle"), willingness=(0.05, 0.5), seeds=2)
    runs = [one for number, one in enumerate(whole.measured) if number in finished]

    told = summarize("made up", ["small", "large"], 1000, 2, runs)
    drawn = pictures(Content(told, runs, whole.fixed, 12 - len(runs)))

    assert drawn[-1].name == "frontier"
    assert len(drawn) == (5 if any(one.trial.policy == "thompson" for one in runs) else 1)


def test_names_of_any_script_are_drawn_without_a_warning() -> None:
    def named(theme: object) -> Figure:
        figure = Figure()
        figure.text(0.1, 0.1, "模型 $a_$ \\frac")
        return figure

    assert png(named, LIGHT).startswith(b"\x89PNG")


def test_a_policy_keeps_its_colour_whatever_yardsticks_stand_beside() -> None:
    alone = strokes(["thompson", "linucb"], LIGHT)
    among = strokes(["best-single", "thompson", "oracle", "linucb"], LIGHT)

    assert alone["linucb"] == among["linucb"]
    assert len({alone[name].color for name in ("thompson", "linucb", "oracle")}) == 3


def test_the_gain_is_what_regret_falls_by() -> None:
    one = measured(trial())

    regret, requests = np.array(one.curves.regret_best_single), np.array(one.curves.requests)
    expected = (regret[-11] - regret[-1]) / (requests[-1] - requests[-11])
    assert gain(one)[-1] == pytest.approx(expected)
    assert gain(one)[0] == pytest.approx(-regret[0] / requests[0])


def test_a_source_that_one_seed_never_saw_is_told_from_the_others() -> None:
    runs = [
        measured(trial(policy, seed)) for seed in range(3) for policy in ("thompson", "best-single")
    ]
    without = [renamed(one, "other") if one.trial.seed == 1 else one for one in runs]

    told = gain_on(cells(without)[0], "thompson", "code")

    pairs = [(runs[2 * seed], runs[2 * seed + 1]) for seed in (0, 2)]
    gains = [a.sources["code"].reward - b.sources["code"].reward for a, b in pairs]
    assert told.mean[0] == pytest.approx(np.mean(gains))


def test_names_that_would_touch_are_moved_apart_and_others_stay() -> None:
    settled = spread(np.array([3.0, 100.0, 0.0, 2.0]), 10.0)

    assert settled[1] == 100.0
    assert np.diff(np.sort(settled)).min() >= 10.0 - 1e-9
    assert np.argsort(settled).tolist() == [2, 3, 0, 1]
