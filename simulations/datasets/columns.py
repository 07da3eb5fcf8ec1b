"""Flat columns: ``id``, ``prompt``, ``source``, and two for every model."""

from collections.abc import Collection, Sequence
from pathlib import Path

from bandit.errors import ConfigError
from simulations.dataset import Dataset


def columns_of(dataset: Dataset) -> dict[str, Sequence[object]]:
    """A data set by column: ``quality.<model>`` and ``cost_usd.<model>`` are the models'."""
    return {
        "id": dataset.ids,
        "prompt": dataset.prompts,
        "source": dataset.sources,
        **_by_model("quality", dataset.models, dataset.quality.T.tolist()),
        **_by_model("cost_usd", dataset.models, dataset.cost_usd.T.tolist()),
    }


def check_columns(names: Sequence[str], path: Path, needed: Collection[str]) -> None:
    """Refuse a file that has not got the columns it needs, or has one twice.

    Raises:
        ConfigError: It is such a file.
    """
    missing = [name for name in needed if name not in names]
    if missing:
        raise ConfigError(
            f"{path} has no column {' and no column '.join(missing)}",
            "docs/data.md tells the columns of each format; RouterBench's and RouteLLM's own "
            "files have to be brought in by pointsman data import",
        )
    if len(set(names)) < len(names):
        raise ConfigError(f"{path} has two columns of one name", "rename one, or leave it out")


def _by_model(
    kind: str, models: Sequence[str], columns: Sequence[Sequence[float]]
) -> dict[str, Sequence[object]]:
    return {f"{kind}.{model}": column for model, column in zip(models, columns, strict=True)}
