"""The lines of a text file, with our own words for all that can be wrong with one."""

import gzip
import zlib
from collections.abc import Generator
from io import BufferedReader
from pathlib import Path

from bandit.errors import ConfigError


def lines(path: Path) -> Generator[str, None, None]:
    """Every line of a file, with its end; unpacked, where the name ends in ``.gz``.

    Only line feeds end a line, so that all else that looks like an end stays in a text. Who
    may stop before the last line closes what this returns, and with it the file.

    Raises:
        ConfigError: The file cannot be read, is a broken gzip file or is not UTF-8.
    """
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                text = line.decode()
                yield text.removeprefix("\ufeff") if number == 1 else text
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"line {number} of {path} is not UTF-8",
            "save it as UTF-8, or name it .gz if it is packed",
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ConfigError(
            f"{path} is a broken gzip file, after line {number}", "fetch it, or make it, again"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}", "check its name and who may read it"
        ) from error


def _opened(path: Path) -> BufferedReader | gzip.GzipFile:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")
