"""RouteLLM's own files: a CSV of prompts, and whether each model was right.

They hold no costs, so that somebody has to say what an answer of each model costs; no ids, so that
rows are counted; and no sources, so that the name of the file is the source.

Source: Ong, Almahairi, Wu et al., RouteLLM: Learning to Route LLMs with Preference Data, 2024.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bandit.errors import ConfigError
from simulations.datasets.columns import check_columns
from simulations.datasets.csv_table import records
from simulations.datasets.options import ReadOptions
from simulations.datasets.row import Reason, Row, row_of
from simulations.registry import one_of

_NO_MODELS = ("prompt", "", "Unnamed: 0")
_ANSWER = "_response"


def read(path: Path, options: ReadOptions) -> Iterator[Row | Reason]:
    """The row of every record.

    Raises:
        ConfigError: The file is no such table, or the cost of a model is not given.
    """
    names, *found = records(path)
    check_columns(names, path, ("prompt",))
    models = _models(names)
    _check_costs(models, options, path)
    for number, cells in enumerate(found, start=1):
        if len(cells) != len(names):
            yield Reason.SHAPE
            continue
        values = dict(zip(names, cells, strict=True))
        yield row_of(
            {
                "id": number,
                "prompt": values["prompt"],
                "source": path.name.partition(".")[0],
                "quality": {model: values[model] for model in models},
                "cost_usd": options.cost_usd,
            }
        )


def _models(names: Sequence[str]) -> list[str]:
    """All columns but the prompt, a count of rows, and the wording of answers."""
    answers = {f"{name}{_ANSWER}" for name in names}
    return [name for name in names if name not in _NO_MODELS and name not in answers]


def _check_costs(models: Sequence[str], options: ReadOptions, path: Path) -> None:
    if missing := [model for model in models if model not in options.cost_usd]:
        raise ConfigError(
            f"{path} does not say what an answer costs of {', '.join(missing)}",
            f"add {' '.join(f'--cost {model}=USD' for model in missing)}, in dollars a request",
        )
    for model in options.cost_usd:
        if model not in models:
            raise ConfigError(f"{path} has no model {model!r}", one_of(model, models))
