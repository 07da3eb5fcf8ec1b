"""Every export as Parquet, read by pandas and by PyArrow."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.export.decisions import ExportedDecision, exported_decisions
from service.export.demonstrations import ExportedDemonstration, exported_demonstrations
from service.export.parquet import parquet
from service.export.words import (
    ExportedFeedback,
    ExportedPreference,
    exported_feedback,
    exported_preferences,
)
from service.storage.demonstrations import keep_demonstration
from service.storage.records import AnswerRecord
from simulations.datasets.options import extra
from tests.service import logs
from tests.service.export.conftest import DECISIONS
from tests.service.export.exporting import said
from tests.service.export.test_chat import decision, prefers
from tests.service.export.test_rows import write
from tests.service.storage import samples

PANDAS, ARROW, PARQUET = extra("pandas"), extra("pyarrow"), extra("pyarrow.parquet")


def test_pandas_reads_the_log_that_was_written(
    config: Path, logged: logs.World, tmp_path: Path
) -> None:
    there = tmp_path / "decisions.parquet"

    result = said(config, "decisions", "--format", "parquet", "--output", str(there))

    told = PANDAS.read_parquet(there)
    assert (result.exit_code, len(told)) == (0, DECISIONS)
    assert told["at"].dt.tz is not None
    assert told["context"][0].tolist() == pytest.approx([1.0, 0.1, -2.5])
    mine = told["chosen"].map(logs.MODELS.index)
    rewards = [logged.reward[i, k] for i, k in enumerate(mine)]
    assert told["reward"].tolist() == pytest.approx(rewards)


@pytest.mark.usefixtures("logged")
def test_it_can_be_read_from_standard_output(config: Path) -> None:
    written = said(config, "feedback", "--format", "parquet").stdout_bytes

    table = PARQUET.read_table(io.BytesIO(written))

    assert table.num_rows == DECISIONS
    assert "score" in json.loads(table["given"][0].as_py())


@pytest.mark.anyio
async def test_every_kind_has_a_typed_column_for_each_field(engine: AsyncEngine) -> None:
    await write(engine, decision("d0"), decision("d1"), samples.outcome("d0"))
    await write(engine, AnswerRecord("d0", "This."))
    await write(engine, samples.rating("f0", "d0", tags=("a", "b")), prefers("f1", 1.0))
    await keep_demonstration(engine, "f0", "That.")

    decisions = await read(ExportedDecision, exported_decisions(engine, "user"))
    words = await read(ExportedFeedback, exported_feedback(engine))
    preferences = await read(ExportedPreference, exported_preferences(engine))
    demonstrations = await read(ExportedDemonstration, exported_demonstrations(engine))

    assert decisions["answer"].to_pylist() == ["This.", None]
    assert decisions["candidates"][0].as_py()[0]["model"] == "small"
    assert words["tags"].to_pylist() == [["a", "b"], []]
    assert words["stands"].to_pylist() == [True, True]
    assert preferences["messages"][0].as_py()[1] == {"role": "user", "content": "Hello"}
    assert demonstrations["demonstration"].to_pylist() == ["That."]


@pytest.mark.anyio
async def test_rows_are_written_group_by_group(engine: AsyncEngine) -> None:
    await write(engine, samples.decision(), *(samples.rating(f"f{n}") for n in range(7)))
    output = io.BytesIO()

    await parquet(ExportedFeedback, ARROW, rows_in_group=3)(exported_feedback(engine), output)

    file = PARQUET.ParquetFile(output)
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [3, 3, 1]
    assert file.read()["feedback_id"].to_pylist() == [f"f{n}" for n in range(7)]


@pytest.mark.anyio
async def test_a_log_without_rows_is_a_file_with_columns(engine: AsyncEngine) -> None:
    table = await read(ExportedFeedback, exported_feedback(engine))

    assert table.num_rows == 0
    assert table.schema.field("quality").type == ARROW.float64()


async def read(kind: Any, rows: Any) -> Any:  # noqa: ANN401 of any kind
    """The table that is written, with its columns."""
    output = io.BytesIO()
    await parquet(kind, ARROW)(rows, output)
    table = PARQUET.read_table(output)
    assert table.schema.names == list(kind.__struct_fields__)
    return table
