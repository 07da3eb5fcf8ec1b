"""``pointsman feedback import``, into the database of a service that runs."""

import asyncio
import gzip
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from service.cli import cli
from tests.service import logs
from tests.service.feedback.conftest import MODEL
from tests.service.feedback.rating import Rated, same


def lines(rows: Sequence[object]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


FILES: dict[str, Callable[[Sequence[object]], bytes]] = {
    "rows.jsonl": lines,
    "rows.jsonl.gz": lambda rows: gzip.compress(lines(rows)),
}


def write(folder: Path, rows: Sequence[object], name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_bytes(FILES[name](rows))
    return path


def imported(rated: Rated, file: Path, *options: str) -> Result:
    config = rated.database.parent / "pointsman.yaml"
    arguments = ["feedback", "import", str(file), "--config", str(config), *options]
    return CliRunner().invoke(cli, arguments)


def until_learned(rated: Rated, before: NDArray[np.float64]) -> None:
    for _ in range(100):
        if not same(rated.believed(), before):
            return
        time.sleep(0.05)
    pytest.fail("the service did not learn what was imported")


@pytest.mark.parametrize("name", FILES)
def test_rows_are_kept_as_a_batch_keeps_them_and_the_service_learns(
    rated: Rated, tmp_path: Path, name: str
) -> None:
    one, other, before = rated.decide(name), rated.decide(name), rated.believed()
    rows = [
        {"decision_id": one, "stars": 5, "comment": "Good.", "tags": ["a", "b"], "rater": "ann"},
        {"winner": one, "loser": other, "strength": 0.5, "source": "judge"},
    ]

    result = imported(rated, write(tmp_path, rows, name))

    assert (result.exit_code, result.stdout) == (0, "2 kept, 0 refused\n")
    rating, preference = rated.words(one)
    assert (rating["quality"], rating["comment"], rating["rater"]) == (1.0, "Good.", "ann")
    assert (rating["tags"], preference["source"]) == (["a", "b"], "judge")
    until_learned(rated, before)


def test_a_table_says_the_same_by_its_columns(rated: Rated, tmp_path: Path) -> None:
    one, other = rated.decide("Table"), rated.decide("Table")
    table = tmp_path / "rows.csv"
    table.write_text(
        "decision_id,good,rating.value,rating.min,rating.max,winner,loser,tags,comment\r\n"
        f'{one},true,,,,,,a;b,"Well, well\nindeed"\r\n'
        f",,,,,{one},{other},,\r\n"
        f"{other},,7,0,10,,,,\r\n"
        f"{other},maybe,,,,,,,\r\n"
        f"{other},true\r\n",
        encoding="utf-8",
    )

    result = imported(rated, table, "--rejects", str(tmp_path / "rejects"))

    assert result.exit_code == 1
    good, _ = rated.words(one)
    assert (good["quality"], good["tags"], good["comment"]) == (1, ["a", "b"], "Well, well\nindeed")
    assert [word["quality"] for word in rated.words(other)][1:] == [0.7]
    assert [reject["line"] for reject in rejects(tmp_path)] == [6, 7]


def test_each_row_that_is_refused_is_told_with_its_line_and_why(
    rated: Rated, tmp_path: Path
) -> None:
    decision = rated.decide()
    file = tmp_path / "rows.jsonl"
    rows = [
        {"decision_id": decision, "score": 7},
        {"decision_id": "dec_nowhere", "good": True},
        {"decision_id": decision, "score": 0.5},
        {"decision_id": decision, "score": -1},
    ]
    file.write_bytes(b"\n{\n" + lines(rows))

    result = imported(rated, file, "--rejects", str(tmp_path / "rejects"))

    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "1 kept, 4 refused"
    assert "refused 2, score_out_of_range: line 3: 7 is no value" in result.stdout
    assert [(reject["line"], reject["code"]) for reject in rejects(tmp_path)] == [
        (2, "bad_request"),
        (3, "score_out_of_range"),
        (4, "unknown_decision"),
        (6, "score_out_of_range"),
    ]
    assert "dec_nowhere" in rejects(tmp_path)[2]["reason"]


def test_a_file_that_is_imported_again_counts_nothing_twice(rated: Rated, tmp_path: Path) -> None:
    decision = rated.decide()
    file = write(tmp_path, [{"decision_id": decision, "score": score} for score in (1, 0, 1)])
    imported(rated, file)
    rated.post(decision_id=decision, score=0.25)
    kept, believed = rated.rows(), rated.believed()

    result = imported(rated, file)

    assert (result.exit_code, result.stdout) == (0, "0 kept, 3 were there already, 0 refused\n")
    assert rated.rows() == kept
    assert same(rated.believed(), believed)
    assert [word["quality"] for word in rated.words(decision)] == [1, 0, 1, 0.25]


def test_a_table_with_a_column_there_is_not_is_refused_whole(rated: Rated, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("decision_id,scor\nd,1\n", encoding="utf-8")

    result = imported(rated, table)

    assert "did you mean score" in str(result.exception)


def test_no_database_is_made_where_there_is_none(tmp_path: Path) -> None:
    config = tmp_path / "pointsman.yaml"
    storage = {"url": f"sqlite:///{tmp_path / 'none.db'}"}
    config.write_text(json.dumps({"models": {"small": MODEL}, "storage": storage}))

    result = CliRunner().invoke(
        cli, ["feedback", "import", str(write(tmp_path, [])), "--config", str(config)]
    )

    assert "there is no database" in str(result.exception)
    assert not (tmp_path / "none.db").exists()


def test_either_kind_of_database_takes_a_file_without_a_service(
    database_url: str, tmp_path: Path
) -> None:
    asyncio.run(logs.fill_file(database_url, logs.world(3, [0.4, 0.3, 0.3])))
    config = tmp_path / "pointsman.yaml"
    document = {"models": dict.fromkeys(logs.MODELS, MODEL), "storage": {"url": database_url}}
    config.write_text(json.dumps(document), encoding="utf-8")
    file = write(tmp_path, [{"decision_id": f"d{k}", "score": 1} for k in range(4)])
    arguments = ["feedback", "import", str(file), "--config", str(config)]

    first, again = (CliRunner().invoke(cli, arguments) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert first.stdout.splitlines()[0] == "3 kept, 1 refused"
    assert again.stdout.splitlines()[0] == "0 kept, 3 were there already, 1 refused"


def test_what_is_interrupted_keeps_what_it_kept_and_can_be_done_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    asyncio.run(logs.fill_file(url, logs.world(3, [0.4, 0.3, 0.3])))
    config = tmp_path / "pointsman.yaml"
    document = {"models": dict.fromkeys(logs.MODELS, MODEL), "storage": {"url": url}}
    config.write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "service.cli", "feedback", "import", "-"]
    rows = [{"decision_id": f"d{k % 3}", "rater": str(k), "score": 1} for k in range(400)]

    running = subprocess.Popen(
        [*command, "--config", str(config)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(lines(rows))
    running.stdin.flush()
    until_in_log(tmp_path / "log.db", 400)
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=30)
    again = subprocess.run(
        [*command, "--config", str(config)],
        input=lines(rows),
        stdout=subprocess.PIPE,
        check=True,
    )

    assert (running.returncode, told) == (130, b"400 kept, 0 refused\n")
    assert again.stdout == b"0 kept, 400 were there already, 0 refused\n"


def until_in_log(database: Path, words: int) -> None:
    for _ in range(200):
        with closing(sqlite3.connect(database)) as connection:
            (kept,) = connection.execute("SELECT count(*) FROM feedback").fetchone()
        if kept == words + 3:
            return
        time.sleep(0.05)
    pytest.fail("not imported in time")


def rejects(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "rejects").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
