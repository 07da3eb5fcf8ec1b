"""A real browser: Chromium without a window, told what to do through a pipe."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_HANDED_OVER = """
import os, sys
reads, writes = (os.dup(int(end)) for end in sys.argv[1:3])
os.dup2(reads, 13), os.dup2(writes, 14)
os.dup2(13, 3), os.dup2(14, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser hears commands on descriptor 3, and answers on 4."""


class Browser:
    """One page, spoken to by the DevTools protocol: a message of JSON, ended by a NUL."""

    def __init__(self, reads: int, writes: int) -> None:
        """``reads`` and ``writes``: descriptors, of what the browser says and of what it hears."""
        self._reads = reads
        self._writes = writes
        self._heard = b""
        self._numbers = itertools.count(1)
        self._session: dict[str, str] = {}
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        attached = self.tell("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        self.tell("Page.enable")

    def tell(self, method: str, **parameters: object) -> dict[str, Any]:
        """What the browser answers to a command."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters, **self._session}
        os.write(self._writes, json.dumps(command).encode() + b"\0")
        while (message := self._next()).get("id") != number:
            pass
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is there."""
        self.tell("Page.navigate", url=url)
        self._until("Page.loadEventFired")

    def press_the_first_thing(self) -> None:
        """Press Tab and then Enter, and wait for the next page."""
        for key, code, text in (("Tab", 9, ""), ("Enter", 13, "\r")):
            pressed = {"key": key, "windowsVirtualKeyCode": code, "text": text}
            self.tell("Input.dispatchKeyEvent", type="keyDown", **pressed)
            self.tell("Input.dispatchKeyEvent", type="keyUp", **pressed | {"text": ""})
        self._until("Page.loadEventFired")

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever it comes to
        """What a piece of script comes to on the page."""
        result = self.tell("Runtime.evaluate", expression=script, returnByValue=True)
        return result["result"].get("value")

    def picture(self) -> bytes:
        """What the page looks like, as PNG."""
        return base64.b64decode(self.tell("Page.captureScreenshot")["data"])

    def _until(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._heard:
            read = os.read(self._reads, 65_536)
            assert read, "the browser is gone"
            self._heard += read
        message, self._heard = self._heard.split(b"\0", 1)
        told: dict[str, Any] = json.loads(message)
        return told


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser that keeps what it keeps in a folder, until the block ends."""
    commands, told = os.pipe(), os.pipe()
    ends = commands[0], told[1]
    started = [str(CHROMIUM), *QUIET, "--remote-debugging-pipe", f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        [sys.executable, "-c", _HANDED_OVER, *map(str, ends), *started],
        pass_fds=ends,
        stderr=subprocess.DEVNULL,
    )
    for end in ends:
        os.close(end)
    try:
        yield Browser(told[0], commands[1])
    finally:
        process.kill()
        process.wait()
        for end in (told[0], commands[1]):
            os.close(end)
