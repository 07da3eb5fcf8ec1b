"""A configuration, and a log that it names."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.service import logs

DECISIONS = 400
MODEL = {
    "base_url": "http://127.0.0.1:9/v1",
    "price": {"usd_per_million_tokens_in": 1, "usd_per_million_tokens_out": 1},
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    document = {
        "models": dict.fromkeys(logs.MODELS, MODEL),
        "storage": {"url": f"sqlite:///{tmp_path / 'log.db'}"},
    }
    path = tmp_path / "pointsman.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def logged(config: Path) -> logs.World:
    made = logs.world(DECISIONS, [0.4, 0.3, 0.3])
    asyncio.run(logs.fill_file(f"sqlite:///{config.parent / 'log.db'}", made))
    return made
