"""The files of a report."""

from pathlib import Path

import msgspec

from simulations.archive import replace
from simulations.report.content import Content
from simulations.report.page import page
from simulations.report.pictures import pictures


def write(content: Content, folder: Path) -> list[Path]:
    """Write ``summary.json``, ``index.html`` and the pictures; gives their paths."""
    drawn = pictures(content)
    summary = msgspec.json.format(msgspec.json.encode(content.summary), indent=2)
    files = {
        "summary.json": summary,
        "index.html": page(content, drawn).encode(),
        **{f"{picture.name}.png": picture.light for picture in drawn},
    }
    for name, data in files.items():
        replace(folder / name, data)
    return [folder / name for name in files]
