"""Clients that cannot share the service's environment, each in one of its own.

``make test`` installs them; their promises are the tests in ``apart/`` and in ``node/``.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
APART = HERE / "apart"
NODE = HERE / "node"
PYTHON = HERE.parents[2] / ".venv-clients" / "bin" / "python"
ALONE = (
    *("-c", os.devnull, "--rootdir", ".", "--confcutdir", "."),
    *("-p", "no:cacheprovider", "-p", "no:warnings", "--import-mode", "importlib"),
)


@pytest.mark.parametrize("suite", ["langchain_client.py", "litellm_client.py"])
def test_a_python_client_keeps_its_promises(suite: str, base_url: str) -> None:
    if not PYTHON.exists():
        pytest.skip("LangChain and LiteLLM are not installed: make .venv-clients/ready")

    run([str(PYTHON), "-m", "pytest", *ALONE, suite], APART, base_url)


def test_the_node_client_keeps_its_promises(base_url: str) -> None:
    if shutil.which("node") is None or node_version() < 20:
        pytest.skip("Node 20 or later is not installed: apt-get install nodejs npm")
    if not (NODE / "node_modules").exists():
        pytest.skip("the Node SDK is not installed: make tests/service/clients/node/node_modules")

    run(["node", "--test", "client.test.js"], NODE, base_url)


def run(command: list[str], folder: Path, base_url: str) -> None:
    """Run a client's own tests to their end; what they print tells what failed."""
    given = {"POINTSMAN_BASE_URL": base_url, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=os.environ | given,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def node_version() -> int:
    told = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True)
    return int(told.stdout.lstrip("v").partition(".")[0])
