"""What is compared: each a way to get completions from one provider."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from service.demo.processes import free_port
from tests.bench.load import Loaded, load
from tests.bench.rivals import documents
from tests.bench.rivals.server import Measure, Measured, Server, folder, written

HERE = Path(__file__).parent
PROGRAMS = HERE.parents[2] / ".venv-rivals" / "bin"
PORTKEY = HERE / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
_LITELLM = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOG": "ERROR",
    "LITELLM_MODE": "PRODUCTION",
}


class _Looped(msgspec.Struct, frozen=True):
    loaded: Loaded
    cpu_seconds: float


@contextmanager
def bare(upstream: str) -> Iterator[Measure]:
    """The provider alone, which everything else is more than."""

    def measure(connections: int, seconds: float) -> Measured:
        return Measured(load(f"{upstream}/chat/completions", "auto", connections, seconds), 0.0)

    yield measure


@contextmanager
def pointsman(upstream: str, workers: int) -> Iterator[Measure]:
    """Ours as anybody serves it, with every decision and outcome on disk."""
    with folder() as place:
        config = written(documents.pointsman(upstream, str(place)), place / "pointsman.yaml")
        port = free_port()
        command = (sys.executable, "-m", "service.cli", "serve", "--config", config)
        size = ("--port", str(port), "--workers", str(workers))
        with Server((*command, *size)).running(port) as measure:
            yield measure


@contextmanager
def apart(upstream: str) -> Iterator[Measure]:
    """Two of ours that share the machine and nothing else, each asked by half as many."""
    one, other = pointsman(upstream, workers=1), pointsman(upstream, workers=1)
    with one as first, other as second, ThreadPoolExecutor(2) as both:

        def measure(connections: int, seconds: float) -> Measured:
            each = max(connections // 2, 1)
            runs = list(both.map(lambda asked: asked(each, seconds), (first, second)))
            loaded = Loaded(
                sum(run.loaded.requests for run in runs),
                max(run.loaded.seconds for run in runs),
                max(run.loaded.p50_seconds for run in runs),
            )
            return Measured(loaded, sum(run.cpu_seconds for run in runs))

        yield measure


@contextmanager
def litellm(upstream: str) -> Iterator[Measure]:
    """LiteLLM's proxy with one worker, without a database."""
    with folder() as place:
        config = written(documents.litellm(upstream), place / "litellm.yaml")
        port = free_port()
        command = (str(PROGRAMS / "litellm"), "--config", config, "--host", "127.0.0.1")
        size = ("--port", str(port), "--num_workers", "1")
        headers = {"authorization": "Bearer unused"}
        with Server((*command, *size), headers, _LITELLM).running(port) as measure:
            yield measure


@contextmanager
def portkey(upstream: str) -> Iterator[Measure]:
    """Portkey's gateway."""
    port = free_port()
    headers = {
        "authorization": "Bearer unused",
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": upstream,
    }
    command = ("node", str(PORTKEY), f"--port={port}", "--headless")
    with Server(command, headers).running(port) as measure:
        yield measure


@contextmanager
def tensorzero(upstream: str) -> Iterator[Measure]:
    """TensorZero's core, embedded in a loop of Python's."""
    with folder() as place:
        config = written(documents.tensorzero(upstream), place / "tensorzero.toml")

        def measure(connections: int, seconds: float) -> Measured:
            script = str(HERE / "tensorzero_loop.py")
            command = [str(PROGRAMS / "python"), script, config, str(connections), str(seconds)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            looped = msgspec.json.decode(done.stdout.splitlines()[-1], type=_Looped)
            return Measured(looped.loaded, looped.cpu_seconds)

        yield measure


PROVIDER = "the provider alone"
POINTSMAN = "Pointsman"
TWO_WORKERS = "Pointsman, two workers"
TWO_APART = "Pointsman, two services apart"
LITELLM = "LiteLLM's proxy"
PORTKEY_GATEWAY = "Portkey's gateway"
TENSORZERO = "TensorZero's core, without HTTP"

SUBJECTS: Mapping[str, Callable[[str], AbstractContextManager[Measure]]] = {
    PROVIDER: bare,
    POINTSMAN: partial(pointsman, workers=1),
    TWO_WORKERS: partial(pointsman, workers=2),
    TWO_APART: apart,
    LITELLM: litellm,
    PORTKEY_GATEWAY: portkey,
    TENSORZERO: tensorzero,
}
"""Each starts in front of the provider at a base URL."""
