"""What is in a data set, in a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulations.dataset import Dataset
from simulations.datasets.description import Description, describe

_UNBOUNDED = 200
"""Columns of a table that is written to a file or a pipe."""


def imported(dataset: Dataset, path: Path) -> None:
    """What was read, what of it was left out, and where the rest is now."""
    console = _console()
    _say(console, f"{path}: {_size(dataset)}")
    _say_left_out(console, dataset)


def described(dataset: Dataset) -> None:
    """Tables of the models, of the sources, and of which model is the best when."""
    console, told = _console(), describe(dataset)
    _say(console, f"{dataset.name}: {_size(dataset)}")
    _say_left_out(console, dataset)
    for table in (_models(told), _sources(told, len(dataset)), _stretches(told)):
        console.print()
        console.print(table)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_UNBOUNDED)


def _say(console: Console, sentence: str) -> None:
    console.print(_plain(sentence), soft_wrap=True)


def _plain(text: str) -> Text:
    """Text that moves no cursor, whatever a file calls its models and sources."""
    return Text("".join(letter if letter.isprintable() else "\ufffd" for letter in text))


def _size(dataset: Dataset) -> str:
    kept, models = len(dataset), len(dataset.models)
    every = kept + sum(dataset.dropped.values())
    of_all = f" of {every:,}" if every > kept else ""
    return f"{kept:,}{of_all} row{_s(every)}, {models} model{_s(models)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _say_left_out(console: Console, dataset: Dataset) -> None:
    for reason, count in dataset.dropped.items():
        _say(console, f"dropped {count:,}: {reason}")
    for model, count in dataset.left_out.items():
        _say(console, f"left out {model}: told of by {count:,} row{_s(count)} alone")


def _models(told: Description) -> Table:
    best = told.stretches[0].model
    rows = [
        (
            f"{one.model}, the best single" if one.model == best else one.model,
            f"{one.quality:.3f}",
            f"{one.cost_usd:.3g}",
            f"{one.best_share:.1%}",
        )
        for one in told.models
    ]
    oracle = ("oracle", f"{told.oracle_quality:.3f}", f"{told.oracle_cost_usd:.3g}", "")
    return _table(("model", "mean quality", "mean cost, USD", "best or level"), [*rows, oracle])


def _sources(told: Description, rows: int) -> Table:
    shares = [(source, f"{count:,}", f"{count / rows:.1%}") for source, count in told.sources]
    return _table(("source", "rows", "share"), shares)


def _stretches(told: Description) -> Table:
    last = "below" if len(told.stretches) > 1 else "any"
    rows = [
        (f"above {one.above_usd:.3g}" if one.above_usd else last, one.model)
        for one in told.stretches
    ]
    return _table(("willingness to pay, USD a point of quality", "best single model"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table()
    for k, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if k else "left")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    return table
