"""Finished trials on disk, one file each, so that an interrupted sweep goes on where it stopped."""

import hashlib
import os
from functools import cache
from pathlib import Path

import msgspec

import bandit
import feedback
import simulations
from simulations.trial import Measured, Trial


class Archive:
    """A folder of trials.

    A file's name is a digest of the trial, of the data and of the code, so that a change of any of
    them runs the trial again rather than mixing old figures with new ones.
    """

    def __init__(self, folder: Path, data: str) -> None:
        """An archive in a folder, which is made if need be.

        Args:
            folder: Where the files are.
            data: The fingerprint of what the trials draw their requests from.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._stamp = f"{data} {code_digest()}"

    def get(self, trial: Trial) -> Measured | None:
        """What the trial came to, if it has been run; a file that cannot be read is no trial."""
        try:
            return msgspec.msgpack.decode(self._path(trial).read_bytes(), type=Measured)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def put(self, measured: Measured) -> None:
        """Keep what a trial came to."""
        replace(self._path(measured.trial), msgspec.msgpack.encode(measured))

    def _path(self, trial: Trial) -> Path:
        named = msgspec.msgpack.encode((trial, self._stamp))
        return self._folder / f"{hashlib.sha256(named).hexdigest()[:24]}.msgpack"


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there: it is there as a whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@cache
def code_digest() -> str:
    """A digest of all code, and packaged data, that decides what a trial comes to."""
    digest = hashlib.sha256()
    for package in (bandit, feedback, simulations):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*")):
            if path.is_file() and _decides(path.relative_to(root)):
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _decides(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.parts[0] != "report"
