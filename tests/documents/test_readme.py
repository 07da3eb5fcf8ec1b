"""Every command of the README, run as it stands; only the port is a free one."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.demo.processes import free_port, listening, provider
from service.demo.settings import demo_document
from tests.fakes.live import Live, served

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
RUN_HERE = ("make demo", "make test", "make serve", "make simulate", "make bench", "curl")


def blocks(language: str) -> list[str]:
    return [text for tag, text in BLOCKS if tag == language]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("readme")
    with provider() as upstream, served(demo_document(upstream, folder), folder) as running:
        yield running


def run(command: str, live: Live, **environment: str) -> str:
    moved = command.replace("http://127.0.0.1:8080", live.url)
    done = subprocess.run(
        ["sh", "-c", moved],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
    )
    return done.stdout


def test_every_block_is_of_a_kind_that_is_run_here() -> None:
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()

    assert all(line.startswith(RUN_HERE) for line in lines if line.strip())


def test_the_curl_commands_ask_rate_and_look(live: Live) -> None:
    ask, rate, look = (block for block in blocks("sh") if block.startswith("curl"))

    answer = run(ask, live)
    decision_id = answer.split("x-pointsman-decision-id: ")[1].split()[0]
    rated = json.loads(run(rate, live, DECISION_ID=decision_id))
    policy, decision = look.strip().splitlines()

    assert rated["quality"] == 0.75
    assert json.loads(run(policy, live))["route"] == "default"
    explained = json.loads(run(decision, live, DECISION_ID=decision_id))
    assert explained["feedback"][0]["feedback_id"] == rated["feedback_id"]


def test_the_simulation_runs_as_it_stands_but_shorter(tmp_path: Path) -> None:
    (block,) = (block for block in blocks("sh") if block.startswith("make simulate"))
    given = shlex.split(block.replace("\\\n", " "))[2].removeprefix("ARGS=")
    short = given.replace("--requests 7000", "--requests 60").replace("--seeds 5", "--seeds 1")

    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "simulate", *short.split(), "--workers", "0"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )

    named = re.findall(r"^\| `([\w-]+)`.* \| [+-]?\d\.\d{3} \|$", README, re.MULTILINE)
    assert len(named) == 8
    assert all(policy in done.stdout for policy in named)
    assert (tmp_path / "report" / "learning-curve.png").exists()


def test_the_python_example_prints_an_answer(live: Live) -> None:
    (example,) = blocks("python")

    done = subprocess.run(
        [sys.executable, "-c", example.replace("http://127.0.0.1:8080", live.url)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.startswith("sim-")


def test_make_demo_learns_and_says_so() -> None:
    done = subprocess.run(
        ["make", "-s", "demo", "ARGS=--headless --requests 600 --port 0"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )

    summary = json.loads(done.stdout)
    assert summary["reward_last_quarter"] > summary["reward_first_quarter"]
    assert summary["reward_last_quarter"] > summary["reward_always_best"]
    assert summary["reward_last_quarter"] > summary["reward_always_cheapest"]
    assert summary["saved_usd"] > 0


def test_make_serve_serves_the_example_configuration(tmp_path: Path) -> None:
    (example,) = blocks("yaml")
    config = tmp_path / "pointsman.yaml"
    database = f"storage: {{url: 'sqlite:///{tmp_path / 'readme.db'}'}}\n"
    config.write_text(example + database, encoding="utf-8")
    port = free_port()
    serving = subprocess.Popen(
        ["make", "-s", "serve", f"CONFIG={config}", f"ARGS=--port {port}"],
        cwd=ROOT,
        env=os.environ | {"OPENAI_API_KEY": "unused"},
        start_new_session=True,
    )
    try:
        listening(port)
        listed = httpx.get(f"http://127.0.0.1:{port}/v1/models").json()["data"]
    finally:
        os.killpg(serving.pid, 15)
        serving.wait(timeout=30)

    assert [model["id"] for model in listed] == ["auto", "auto:default", "small", "large"]
