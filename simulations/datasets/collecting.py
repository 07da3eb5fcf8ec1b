"""From the rows of a file to a data set: which models it is about, and which rows can be used."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bandit.errors import ConfigError
from simulations.dataset import Dataset
from simulations.datasets.row import Reason, Row


def collect(name: str, rows: Iterable[Row | Reason]) -> Dataset:
    """A data set of all rows that can be used; of the others, it says how many and why.

    Its models are those of which more than half of the rows tell quality and cost, in the order
    in which they first come.

    Raises:
        ConfigError: No row can be used, or there is no such model.
    """
    dropped: Counter[Reason] = Counter()
    sound = list(_sound(rows, dropped))
    counts = Counter(model for row in sound for model in _models(row))
    models = tuple(model for model, count in counts.items() if 2 * count > len(sound))
    if sound and not models:
        raise ConfigError(
            f"no model has a quality and a cost in most rows of {name}",
            "give every row the same models, under quality and under cost_usd",
        )
    kept = list(_complete(sound, models, dropped))
    if not kept:
        raise ConfigError(
            f"{name} has no row that can be used{_told(dropped)}",
            "docs/data.md says what a row needs",
        )
    return _dataset(name, models, kept, dropped, counts)


def _sound(rows: Iterable[Row | Reason], dropped: Counter[Reason]) -> Iterator[Row]:
    """Rows that are about a prompt of their own."""
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, Reason):
            dropped[row] += 1
        elif fault := _fault(row, seen):
            dropped[fault] += 1
        else:
            seen.add(row.id)
            yield row


def _fault(row: Row, seen: set[str]) -> Reason | None:
    if not row.id.strip():
        return Reason.ID
    if not row.prompt.strip():
        return Reason.PROMPT
    if not _unicode((row.id, row.prompt, row.source, *row.quality, *row.cost_usd)):
        return Reason.UNICODE
    return Reason.TWICE if row.id in seen else None


def _unicode(texts: Iterable[str]) -> bool:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def _models(row: Row) -> Iterator[str]:
    return (model for model in row.quality if model in row.cost_usd)


def _complete(
    rows: Iterable[Row], models: Sequence[str], dropped: Counter[Reason]
) -> Iterator[Row]:
    """Rows that have a possible quality and cost of every model."""
    for row in rows:
        if fault := _missing(row, models) or _impossible(row, models):
            dropped[fault] += 1
        else:
            yield row


def _missing(row: Row, models: Sequence[str]) -> Reason | None:
    has = set(_models(row))
    return None if has.issuperset(models) else Reason.MODEL


def _impossible(row: Row, models: Sequence[str]) -> Reason | None:
    quality = [row.quality[model] for model in models]
    cost_usd = [row.cost_usd[model] for model in models]
    if not all(map(math.isfinite, (*quality, *cost_usd))):
        return Reason.NUMBER
    if not all(0.0 <= value <= 1.0 for value in quality):
        return Reason.QUALITY
    return Reason.COST if min(cost_usd) < 0.0 else None


def _told(dropped: Counter[Reason]) -> str:
    told = ", ".join(f"{count} with {reason}" for reason, count in dropped.items())
    return f": {told}" if told else ""


def _dataset(
    name: str,
    models: tuple[str, ...],
    rows: Sequence[Row],
    dropped: Counter[Reason],
    counts: Counter[str],
) -> Dataset:
    return Dataset(
        name=name,
        models=models,
        ids=tuple(row.id for row in rows),
        prompts=tuple(row.prompt for row in rows),
        sources=tuple(row.source for row in rows),
        quality=np.array([[row.quality[model] for model in models] for row in rows]),
        cost_usd=np.array([[row.cost_usd[model] for model in models] for row in rows]),
        dropped={str(reason): count for reason, count in dropped.items()},
        left_out={model: count for model, count in counts.items() if model not in models},
    )
