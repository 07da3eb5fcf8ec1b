import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from bandit.errors import ConfigError
from tests.bench.load import cpu_seconds, load
from tests.bench.rivals.server import provider
from tests.fakes.provider import Answer, FakeProvider

needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk: apt-get install wrk")


def test_processor_time_is_counted_down_to_the_last_child() -> None:
    busy = f"{sys.executable} -c 'while True: pass' & wait"
    shell = subprocess.Popen(["sh", "-c", busy], start_new_session=True)
    try:
        until = time.monotonic() + 20
        while cpu_seconds(shell.pid) < 0.2 and time.monotonic() < until:
            time.sleep(0.05)

        assert cpu_seconds(shell.pid) >= 0.2
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


@needs_wrk
def test_load_tells_how_many_requests_were_answered_and_how_fast() -> None:
    with provider() as upstream:
        loaded = load(f"{upstream}/chat/completions", "auto", connections=2, seconds=1)

    assert loaded.requests > 100
    assert 0 < loaded.p50_seconds < loaded.seconds
    assert loaded.failed == 0


@needs_wrk
def test_load_asks_for_its_model_with_prompts_that_differ() -> None:
    with FakeProvider() as fake:
        load(f"{fake.base_url}/chat/completions", "auto:some", connections=1, seconds=1)

        assert {received.model for received in fake.received} == {"auto:some"}
        assert len({received.prompt for received in fake.received[:50]}) == 50


@needs_wrk
def test_a_run_with_a_failed_request_is_no_result() -> None:
    with FakeProvider(lambda _: Answer(status=500)) as fake, pytest.raises(ConfigError):
        load(f"{fake.base_url}/chat/completions", "auto", connections=1, seconds=1)
