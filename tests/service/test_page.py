"""The page of the API, in a real browser and without any other host."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.fakes.browser import CHROMIUM, QUIET
from tests.fakes.live import Live


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_the_page_draws_every_operation(live: Live, tmp_path: Path) -> None:
    command = [
        str(CHROMIUM),
        *QUIET,
        f"--user-data-dir={tmp_path}",
        "--virtual-time-budget=15000",
        "--dump-dom",
        f"{live.url}/schema",
    ]

    page = subprocess.run(command, check=True, capture_output=True, text=True, timeout=90).stdout

    drawn = set(re.findall(r'data-path="([^"]+)"', page))
    assert {"/v1/chat/completions", "/v1/route", "/v1/feedback", "/v1/models"} <= drawn
