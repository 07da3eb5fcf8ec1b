"""Data sets in files: a reader for each benchmark and format, by its name."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bandit.errors import ConfigError
from simulations import archive
from simulations.dataset import Dataset
from simulations.datasets.collecting import collect
from simulations.datasets.formats import Format, format_of, stem, writer_of
from simulations.datasets.options import ReadOptions

TUTORIAL = "tutorial"
"""The name of the set that is shipped, in place of a file's."""

_SHIPPED = Path(__file__).with_name("tutorial.jsonl.gz")


def load(written: str, *, trust_pickle: bool = False) -> Dataset:
    """The data set in a file, by the end of its name, or the one that is shipped.

    Args:
        written: Path of a file, or ``tutorial``.
        trust_pickle: Whether to read a pickle, which can run any code.

    Raises:
        ConfigError: The file cannot be read, or holds no data set.
    """
    if written == TUTORIAL:
        shipped = read(format_of(_SHIPPED), _SHIPPED, ReadOptions())
        return replace(shipped, name=f"{TUTORIAL} (made up)")
    path = Path(written)
    return read(format_of(path), path, ReadOptions(trust_pickle))


def read(kind: Format, path: Path, options: ReadOptions) -> Dataset:
    """The data set in a file of a format.

    Raises:
        ConfigError: The file cannot be read, or holds no data set.
    """
    if not _is_there(path):
        raise ConfigError(f"there is no file {path}", "check its name, or take tutorial")
    if kind.has_costs and options.cost_usd:
        raise ConfigError(f"{path} has costs of its own", "leave --cost out")
    return collect(stem(path), kind.read(path, options))


def write(dataset: Dataset, path: Path) -> None:
    """Write a data set in the format that the name of the file ends in; as a whole, or not at all.

    Raises:
        ConfigError: The name ends in nothing known, or the file cannot be written.
    """
    content = writer_of(path)(dataset)
    packed = path.suffix.lower() == ".gz"
    try:
        archive.replace(path, gzip.compress(content, mtime=0) if packed else content)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", "name a folder that you may write to"
        ) from error


def fingerprint(dataset: Dataset) -> str:
    """A digest of all that decides what comes of a data set; its name, and dropped rows, do not."""
    digest = hashlib.sha256()
    for texts in (dataset.models, dataset.ids, dataset.prompts, dataset.sources):
        digest.update(_digest(text.encode(errors="surrogatepass") for text in texts))
    for values in (dataset.quality, dataset.cost_usd):
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _digest(parts: Iterable[bytes]) -> bytes:
    """Of each part by itself, so that it matters where one ends."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.digest()
