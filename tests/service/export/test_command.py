"""``pointsman export``, and Vowpal Wabbit reading what it wrote."""

import asyncio
import json
from pathlib import Path
from typing import Literal, cast

import pytest
from vowpal_wabbit_next import Example, TextFormatParser, Workspace

from bandit.errors import ConfigError
from service.storage.engine import migrate, open_engine
from tests.service import logs
from tests.service.export.conftest import DECISIONS
from tests.service.export.exporting import said
from tests.service.export.test_rows import write
from tests.service.storage import samples


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("what", ["decisions", "feedback"])
def test_every_row_of_the_log_is_a_line_of_json(config: Path, what: str) -> None:
    lines = said(config, what).stdout.splitlines()

    assert len(lines) == DECISIONS
    assert [json.loads(line)["decision_id"] for line in lines[:2]] == ["d0", "d1"]


@pytest.mark.usefixtures("logged")
def test_a_file_is_written_where_one_is_named(config: Path, tmp_path: Path) -> None:
    there = tmp_path / "rows.jsonl"

    result = said(config, "feedback", "--output", str(there))

    assert (result.exit_code, result.stdout) == (0, "")
    assert len(there.read_text(encoding="utf-8").splitlines()) == DECISIONS


@pytest.mark.usefixtures("logged")
def test_what_is_earlier_is_left_out(config: Path) -> None:
    assert said(config, "decisions", "--since", "2100-01-01").stdout == ""
    assert said(config, "feedback", "--since", "2100-01-01").stdout == ""
    assert said(config, "preferences").stdout == ""


def test_vowpal_wabbit_learns_from_the_export_what_each_model_is_worth(
    config: Path, logged: logs.World
) -> None:
    examples = said(config, "decisions", "--format", "vw").stdout.split("\n\n")[:-1]
    learner: Workspace[Literal[False]] = Workspace(["--cb_adf", "--cb_type", "dr", "--quiet"])
    parser = TextFormatParser(learner)

    for example in examples:
        learner.learn_one(parsed(parser, example))

    told = cast("list[tuple[int, float]]", learner.predict_one(parsed(parser, examples[0])))
    costs = [cost for _, cost in sorted(told)]
    assert len(examples) == DECISIONS
    assert costs == pytest.approx(1.0 - logged.reward.mean(axis=0), abs=0.15)
    assert max(costs) == costs[0]


def parsed(parser: TextFormatParser, example: str) -> list[Example]:
    return [parser.parse_line(line) for line in example.splitlines()]


def test_a_database_that_is_not_there_is_not_made(config: Path) -> None:
    result = said(config, "decisions")

    assert isinstance(result.exception, ConfigError)
    assert not (config.parent / "log.db").exists()


@pytest.mark.usefixtures("logged")
def test_a_route_that_is_not_there_is_told_with_a_remedy(config: Path) -> None:
    result = said(config, "decisions", "--route", "defualt")

    assert isinstance(result.exception, ConfigError)
    assert "did you mean default?" in str(result.exception)


def test_what_does_not_fit_a_format_is_counted_with_the_reason(config: Path) -> None:
    asyncio.run(fill_with_preferences(config))

    result = said(config, "preferences", "--format", "chat")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("left out: 1 because the conversation is not kept")
    assert "storage.keep_prompts" in result.stderr


async def fill_with_preferences(config: Path) -> None:
    engine = open_engine(f"sqlite:///{config.parent / 'log.db'}")
    await migrate(engine)
    pair: dict[str, object] = {"against": "d1", "against_model": "large", "subject": "d0|d1"}
    await write(engine, samples.decision("d0"), samples.decision("d1"))
    await write(engine, samples.rating("f0", "d0", quality=1.0, **pair))
    await engine.dispose()
