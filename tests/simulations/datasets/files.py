"""The same rows in a file of every format."""

import csv
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from simulations.dataset import Dataset
from simulations.datasets import read
from simulations.datasets.formats import FORMATS
from simulations.datasets.options import ReadOptions

pd, pa, pq = map(import_module, ("pandas", "pyarrow", "pyarrow.parquet"))
MODELS = ("small", "large")
COSTS = {"small": 0.001, "large": 0.02}
ENDINGS = {
    "jsonl": ".jsonl",
    "csv": ".csv",
    "parquet": ".parquet",
    "routerbench": ".pkl",
    "routellm": ".csv",
}
SECRET = "the prompt nobody may see"
Fields = Mapping[str, object]


def row(number: int, small: object = 1.0, large: object = 0.0) -> Fields:
    """A row with these qualities; None is none at all."""
    return {
        "id": f"row-{number}",
        "prompt": f"{SECRET}, number {number}",
        "source": "exam",
        "small": small,
        "large": large,
    }


def put(kind: str, folder: Path, rows: Sequence[Fields]) -> Path:
    """Write rows as somebody would who has such files."""
    path = folder / f"given{ENDINGS[kind]}"
    {
        "jsonl": _put_jsonl,
        "csv": _put_csv,
        "parquet": _put_parquet,
        "routerbench": _put_routerbench,
        "routellm": _put_routellm,
    }[kind](path, rows)
    return path


def got(kind: str, path: Path) -> Dataset:
    """What is read of it."""
    costs = COSTS if kind == "routellm" else {}
    return read(FORMATS[kind], path, ReadOptions(trust_pickle=True, cost_usd=costs))


def qualities(fields: Fields) -> dict[str, object]:
    return {model: fields[model] for model in MODELS if fields[model] is not None}


def flat(fields: Fields) -> dict[str, object]:
    return {
        **{name: fields[name] for name in ("id", "prompt", "source")},
        **{f"quality.{model}": fields[model] for model in MODELS},
        **{f"cost_usd.{model}": cost for model, cost in COSTS.items()},
    }


def table(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _put_jsonl(path: Path, rows: Sequence[Fields]) -> None:
    named = ("id", "prompt", "source")
    lines = [
        {**{name: fields[name] for name in named}, "quality": qualities(fields), "cost_usd": COSTS}
        for fields in rows
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def _put_csv(path: Path, rows: Sequence[Fields]) -> None:
    table(path, [flat(fields) for fields in rows])


def _put_parquet(path: Path, rows: Sequence[Fields]) -> None:
    pq.write_table(pa.Table.from_pylist([flat(fields) for fields in rows]), path)


def _put_routerbench(path: Path, rows: Sequence[Fields]) -> None:
    frame = pd.DataFrame(
        {
            "sample_id": fields["id"],
            "prompt": repr([fields["prompt"]]),
            "eval_name": fields["source"],
            **{model: fields[model] for model in MODELS},
            **{f"{model}|model_response": "42" for model in MODELS},
            **{f"{model}|total_cost": cost for model, cost in COSTS.items()},
            "oracle_model_to_route_to": "small",
        }
        for fields in rows
    )
    frame.to_pickle(path)


def _put_routellm(path: Path, rows: Sequence[Fields]) -> None:
    table(path, [{"prompt": f["prompt"], **{m: f[m] for m in MODELS}} for f in rows])
