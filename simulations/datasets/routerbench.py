"""RouterBench's own files, such as ``routerbench_0shot.pkl``: a pickled table of pandas.

Each model has a column of its quality and one of its cost, ``<model>|total_cost``; a prompt is
written as a Python list of its turns.

Source: Hu, Bieker, Li et al., RouterBench: A Benchmark for Multi-LLM Routing System, 2024.
"""

import ast
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bandit.errors import ConfigError
from simulations.datasets.columns import check_columns
from simulations.datasets.options import ReadOptions, extra
from simulations.datasets.row import Row, row_of

_COST = "|total_cost"
_TEXTS = ("sample_id", "prompt", "eval_name")


def read(path: Path, options: ReadOptions) -> Iterator[Row]:
    """The row of every record.

    Raises:
        ConfigError: The pickle is not trusted, cannot be read or holds something else.
    """
    if not options.trust_pickle:
        raise ConfigError(
            f"{path} is a pickle, and to read a pickle is to run whatever code is in it",
            "if you trust who made it, add --trust-pickle, or convert it once: pointsman data "
            f"import routerbench {path} --trust-pickle --out {path.stem}.parquet",
        )
    frame = _unpickled(path)
    names = [str(name) for name in frame.columns]
    check_columns(names, path, _TEXTS)
    models = [name for name in names if f"{name}{_COST}" in names]
    for record in _records(frame, [*_TEXTS, *models, *(f"{model}{_COST}" for model in models)]):
        yield row_of(
            {
                "id": record["sample_id"],
                "prompt": _prompt(record["prompt"]),
                "source": record["eval_name"],
                "quality": {model: record[model] for model in models},
                "cost_usd": {model: record[f"{model}{_COST}"] for model in models},
            }
        )


def _unpickled(path: Path) -> Any:  # noqa: ANN401 - pandas has no types
    pandas = extra("pandas")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old pickles name what has moved since
            frame = pandas.read_pickle(path)
    except Exception as error:  # a pickle can do anything, so anything can go wrong
        raise ConfigError(
            f"{path} cannot be unpickled ({type(error).__name__})", "fetch it, or make it, again"
        ) from error
    if not isinstance(frame, pandas.DataFrame):
        raise ConfigError(f"{path} is a pickle of no table", "give RouterBench's own file")
    return frame


def _records(frame: Any, names: Sequence[str]) -> Iterator[dict[str, object]]:  # noqa: ANN401
    """Of these columns alone, with nothing in place of what pandas has no value for."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in names]
    return (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))


def _prompt(written: object) -> object:
    """The turns of a prompt, one after the other; as it is, if it is no list of turns."""
    turns = _parsed(written) if isinstance(written, str) and written.startswith("[") else written
    if isinstance(turns, list) and turns and all(isinstance(turn, str) for turn in turns):
        return "\n\n".join(turns)
    return written


def _parsed(written: str) -> object:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in what others wrote
            parsed: object = ast.literal_eval(written)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return parsed
