import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.errors import ConfigError
from bandit.policies.cheapest import Cheapest
from bandit.policies.weighted import Weighted
from service.cli.evaluate import evaluate as command
from service.evaluation import Evaluation, Target, asked, evaluate, greedy, read
from service.storage.engine import open_engine
from service.storage.rated import RatedDecision, rated_decisions
from service.storage.writer import Writer
from tests.service.logs import COST_USD, MODELS, World, candidates, fill, fill_file, world
from tests.service.storage.samples import outcome

EVEN = [0.4, 0.3, 0.3]

ROW = RatedDecision(
    seq=1,
    policy="thompson",
    context=np.ones(3),
    candidates=candidates(EVEN),
    chosen="small",
    propensity=0.4,
    cost_weight=20.0,
    latency_weight=0.0,
    quality=0.5,
    cost_usd=0.001,
    latency_seconds=0.5,
)


def test_a_reward_is_quality_less_what_was_billed() -> None:
    log = read([ROW, replace(ROW, latency_weight=0.1)])

    assert log.models == ("large", "medium", "small")
    assert log.decisions.chosen.tolist() == [2, 2]
    assert log.decisions.propensity.tolist() == [0.4, 0.4]
    assert log.decisions.reward == pytest.approx([0.48, 0.43])
    assert log.decisions.least == pytest.approx(-20.0 * COST_USD.max())


def test_what_was_believed_is_the_prediction() -> None:
    log = read([ROW, ROW])

    believed = [0.7 - 20 * 0.01, 0.5 - 20 * 0.001, 0.3 - 20 * 0.0001]
    assert log.predicted == pytest.approx(np.array([believed, believed]))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"policy": "direct"}, "the client named the model"),
        ({"duelled": True}, "the answer was one of two"),
        ({"cost_usd": None}, "what the answer cost is not known"),
        (
            {"latency_weight": 0.1, "latency_seconds": None},
            "how long the answer took is not known",
        ),
    ],
)
def test_decisions_that_say_nothing_of_other_policies_are_left_out_and_counted(
    changes: dict[str, object], reason: str
) -> None:
    log = read([ROW, replace(ROW, **changes), ROW])  # type: ignore[arg-type]

    assert len(log.rows) == 2
    assert log.left_out == {reason: 1}


def test_costs_that_do_not_count_need_not_be_known() -> None:
    free = replace(ROW, cost_weight=0.0, cost_usd=None)

    assert read([free, free]).decisions.reward.tolist() == [0.5, 0.5]


def test_a_log_of_which_nothing_is_left_is_refused() -> None:
    with pytest.raises(ConfigError, match="there are 0 decisions where two are needed"):
        read([replace(ROW, policy="direct")] * 9)


@pytest.mark.parametrize(
    ("target", "would"),
    [
        (asked(Weighted({"medium": 1.0})), [0.0, 1.0, 0.0]),
        (asked(Weighted({"large": 3.0, "small": 1.0})), [0.25, 0.0, 0.75]),
        (asked(Weighted()), [1 / 3, 1 / 3, 1 / 3]),
        (asked(Cheapest()), [1.0, 0.0, 0.0]),
        (greedy, [0.0, 0.0, 1.0]),
    ],
)
def test_policies_say_what_they_would_do(target: Target, would: list[float]) -> None:
    assert target(ROW).tolist() == would


def test_greed_looks_at_the_price() -> None:
    assert greedy(replace(ROW, cost_weight=50.0)).tolist() == [0.0, 1.0, 0.0]


def test_models_that_were_no_candidates_have_no_share() -> None:
    fewer = replace(ROW, candidates=ROW.candidates[:2])
    log = read([ROW, fewer])

    assert log.on_axis(asked(Weighted())).tolist() == [[1 / 3] * 3, [0.0, 0.5, 0.5]]
    assert log.on_axis(asked(Weighted({"large": 1.0}))).tolist() == [
        [1.0, 0.0, 0.0],
        [0.0, 0.5, 0.5],
    ]


@pytest.mark.anyio
async def test_a_log_says_what_other_policies_would_have_earned(engine: AsyncEngine) -> None:
    made = world(400, EVEN)
    await fill(engine, made)

    log = read([row async for row in rated_decisions(engine, "default", "user")])

    assert len(log.rows) == 400
    for k, model in enumerate(MODELS):
        _holds(evaluate(log, asked(Weighted({model: 1.0}))), made.reward[:, k].mean())
    _holds(evaluate(log, asked(Weighted())), made.reward.mean())
    _holds(evaluate(log, greedy), made.reward[:, 2].mean())


def _holds(found: Evaluation, truth: float) -> None:
    assert not found.support.thin
    for estimate in (found.snips, found.dr, found.ips):
        assert estimate.low <= truth <= estimate.high
    assert found.snips.high - found.snips.low < 0.2


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration of three models over a database that is not there yet."""
    price = {"usd_per_million_tokens_in": 0, "usd_per_million_tokens_out": 1}
    file = tmp_path / "pointsman.yaml"
    document = {
        "models": {name: {"base_url": "http://h/v1", "price": price} for name in MODELS},
        "storage": {"url": f"sqlite:///{tmp_path / 'log.db'}"},
    }
    file.write_text(json.dumps(document))
    return file


@pytest.fixture
def logged(config: Path) -> World:
    """A log of two hundred decisions in it."""
    made = world(200, EVEN)
    asyncio.run(fill_file(f"sqlite:///{config.parent / 'log.db'}", made))
    return made


def said(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, ["--config", str(config), *arguments])


def table(result: Result) -> dict[str, list[str]]:
    """The rows of the table by their first cell."""
    assert result.exit_code == 0, result.output
    lines = [line for line in result.output.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    return {first: rest for first, *rest in cells}


def test_the_command_tells_every_policys_value_with_its_interval(
    config: Path, logged: World
) -> None:
    rows = table(said(config, "--policy", "fixed:model=large", "--policy", "weighted:small=1"))

    assert list(rows) == ["as it was decided", "fixed:model=large", "weighted:small=1"]
    for name, k in (("fixed:model=large", 2), ("weighted:small=1", 0)):
        truth = logged.reward[:, k].mean()
        for cell in rows[name][:3]:
            low, high = re.findall(r"-?[\d.]+", cell)[1:]
            assert float(low) <= truth <= float(high)


def test_without_a_policy_every_model_and_three_more_are_told(config: Path, logged: World) -> None:
    rows = table(said(config))

    models = [f"fixed:model={model}" for model in MODELS]
    assert list(rows) == ["as it was decided", *models, "random", "cheapest", "greedy"]
    assert rows["cheapest"] == rows["fixed:model=small"]


def test_where_the_log_says_little_a_sentence_says_so(config: Path) -> None:
    made = world(200, [0.9, 0.09, 0.01])
    asyncio.run(fill_file(f"sqlite:///{config.parent / 'log.db'}", made))

    result = said(config, "--policy", "fixed:model=small", "--policy", "fixed:model=large")

    rows = table(result)
    assert rows["fixed:model=large"][3].endswith("(thin)")
    assert not rows["fixed:model=small"][3].endswith("(thin)")
    assert "Too few decisions speak of fixed:model=large. With a floor of 0.75" in result.output
    assert "do not go by the value" in result.output


def test_where_the_log_never_tried_what_a_policy_does_a_sentence_says_so(config: Path) -> None:
    made = world(200, [1.0, 0.0, 0.0])
    asyncio.run(fill_file(f"sqlite:///{config.parent / 'log.db'}", made))

    result = said(config, "--policy", "random", "--policy", "fixed:model=large")

    rows = table(result)
    assert "Of what random would choose the log has less or more" in result.output
    assert rows["fixed:model=large"][0] == "unknown (-0.200 to 1.000)"


def test_later_decisions_alone_can_be_asked_for(config: Path, logged: World) -> None:
    every = said(config, "--since", "2025-03-14")
    none = said(config, "--since", "2025-03-14T12:00:01Z")

    assert "from 200 decisions" in every.output
    assert isinstance(none.exception, ConfigError)
    assert "rated 0 decisions" in str(none.exception)


def test_a_database_that_is_not_there_is_told_and_not_made(config: Path) -> None:
    result = said(config)

    assert isinstance(result.exception, ConfigError)
    assert "there is no database" in str(result.exception)
    assert not (config.parent / "log.db").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--policy", "fixed:model=larg"], "did you mean large?"),
        (["--policy", "fixed"], "fixed needs model"),
        (["--policy", "tompson"], "there is no policy 'tompson'"),
        (["--policy", "weighted"], "weighted gives no model a share"),
        (["--route", "defualt"], "did you mean default?"),
        (["--source", "judge"], "rate more, or give --source: user"),
    ],
)
def test_what_cannot_be_evaluated_is_told_with_a_remedy(
    config: Path, logged: World, arguments: list[str], told: str
) -> None:
    result = said(config, *arguments)

    assert isinstance(result.exception, ConfigError)
    assert told in str(result.exception)


def test_decisions_that_were_left_out_are_told_of(config: Path, logged: World) -> None:
    asyncio.run(_end_otherwise(config, cost_usd=None))

    result = said(config, "--policy", "random")

    assert "from 199 decisions" in result.output
    assert "Left out 1: what the answer cost is not known." in result.output


def test_a_choice_that_failed_counts_with_the_answer_that_stood_in(
    config: Path, logged: World
) -> None:
    asyncio.run(_end_otherwise(config, model="another", cost_usd=0.5))

    result = said(config, "--policy", "random")

    assert "from 200 decisions" in result.output
    assert "Left out" not in result.output


async def _end_otherwise(config: Path, **changes: object) -> None:
    """Add one more outcome, the latest, to a decision of the log."""
    engine = open_engine(f"sqlite:///{config.parent / 'log.db'}")
    async with Writer(engine) as writer:
        await writer.append(outcome("d7", **changes))
    await engine.dispose()
