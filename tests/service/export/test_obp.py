"""The export for Open Bandit Pipeline, which reads it in an environment of its own."""

import asyncio
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bandit.arrays import Vector
from service.evaluation import evaluate, read
from service.export.decisions import exported_decisions
from service.export.obp import write_obp
from service.export.rows import LeftOut
from service.storage.engine import open_engine
from service.storage.rated import RatedDecision, rated_decisions
from tests.service.export.exporting import said
from tests.service.export.test_rows import LATER, write
from tests.service.storage import samples

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-obp" / "bin" / "python"
PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("logged")
def test_obp_estimates_from_the_export_what_we_estimate_from_the_log(
    config: Path, tmp_path: Path
) -> None:
    if not PYTHON.exists():
        pytest.skip("Open Bandit Pipeline is not installed: make .venv-obp/ready")
    said(config, "decisions", "--format", "obp", "--output", str(tmp_path / "decisions.npz"))

    told = subprocess.run(
        [PYTHON, "-c", EXAMPLE], check=True, capture_output=True, cwd=tmp_path, timeout=120
    )

    ours = evaluate(read(asyncio.run(rated(tmp_path / "log.db"))), uniform)
    assert float(told.stdout) == pytest.approx(ours.ips.value, abs=1e-12)


async def rated(database: Path) -> list[RatedDecision]:
    engine = open_engine(f"sqlite:///{database}")
    rows = [row async for row in rated_decisions(engine, "default", "user")]
    await engine.dispose()
    return rows


def uniform(row: RatedDecision) -> Vector:
    return np.full(len(row.candidates), 1.0 / len(row.candidates))


@pytest.mark.anyio
async def test_every_array_has_a_row_for_each_decision_that_can_be_reckoned_with(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await write(
        engine,
        samples.decision("d0", context_version="v0"),
        samples.decision("d1", chosen="large", propensity=0.25),
        samples.decision("d2", candidates=(samples.candidate("small"),), propensity=1.0),
        samples.decision("d3", policy="direct"),
        samples.decision("d4", at=LATER),
        samples.decision("d5"),
    )
    await write(engine, *(samples.outcome(f"d{n}") for n in range(6)))
    await write(engine, *(samples.rating(f"f{n}", f"d{n}") for n in (0, 1, 2, 3, 5)))

    with (tmp_path / "log.npz").open("wb") as output:
        left_out = await write_obp(exported_decisions(engine, "user"), output)

    arrays = np.load(tmp_path / "log.npz", allow_pickle=False)
    assert left_out == {LeftOut.DIRECT: 1, LeftOut.NO_REWARD: 1, LeftOut.OLD_CONTEXT: 1}
    assert (arrays["n_rounds"], arrays["n_actions"]) == (3, 2)
    assert arrays["models"].tolist() == ["large", "small"]
    assert arrays["action"].tolist() == [0, 1, 1]
    assert arrays["pscore"].tolist() == [0.25, 1.0, 0.5]
    assert arrays["reward"].tolist() == pytest.approx([0.71] * 3)
    assert arrays["position"].tolist() == [0, 0, 0]
    assert arrays["candidates"].tolist() == [[True, True], [False, True], [True, True]]
    assert arrays["context"].shape == (3, 3)
    assert arrays["action_context"].tolist() == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.anyio
async def test_a_log_that_nobody_rated_is_a_file_without_rounds(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    with (tmp_path / "log.npz").open("wb") as output:
        await write_obp(exported_decisions(engine, "user"), output)

    assert np.load(tmp_path / "log.npz", allow_pickle=False)["n_rounds"] == 0
