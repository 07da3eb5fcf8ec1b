"""What a person may ask of a simulation, in both of its commands."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import rich_click as click

_WHAT, _HOW_MUCH, _WHERE = "What is simulated", "How much of it", "Where it runs, and ends up"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that `simulate` and `frontier` share, as they were given."""

    data: str | None
    synthetic: str | None
    trust_pickle: bool
    policies: tuple[str, ...]
    scenarios: tuple[str, ...]
    requests: int | None
    seeds: int
    workers: int | None
    scheduler: str | None
    out: Path


_OPTIONS = (
    click.option(
        "--data",
        metavar="FILE",
        help="Prompts with what each model scored and cost, or tutorial: a small set that is "
        "shipped.",
        panel=_WHAT,
    ),
    click.option(
        "--synthetic",
        metavar="SPEC",
        help="A world of our making in place of data, such as skills=8,models=6.",
        panel=_WHAT,
    ),
    click.option(
        "--trust-pickle",
        is_flag=True,
        help="Read data that are a pickle. A pickle can run any code: only of people you trust.",
        panel=_WHAT,
    ),
    click.option(
        "--policy",
        "policies",
        multiple=True,
        default=["thompson"],
        show_default=True,
        metavar="NAME",
        help="May be repeated, and have options: thompson:exploration=0.2. The yardsticks "
        "best-single, random and oracle are always there too.",
        panel=_WHAT,
    ),
    click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="NAME",
        help="What happens in the course of a run, such as price-cut; may be repeated. "
        "Otherwise plain, and in frontiers of two models flat-cost.",
        panel=_WHAT,
    ),
    click.option(
        "--requests",
        type=click.IntRange(2),
        help="Length of a run; that of the data otherwise.",
        panel=_HOW_MUCH,
    ),
    click.option(
        "--seeds",
        type=click.IntRange(1),
        default=5,
        show_default=True,
        help="Runs of each kind; intervals are taken over them.",
        panel=_HOW_MUCH,
    ),
    click.option(
        "--workers",
        type=click.IntRange(0),
        help="Processes; one for each core otherwise, and 0 runs everything in this one.",
        panel=_WHERE,
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="A Dask cluster instead, such as tcp://10.0.0.7:8786.",
        panel=_WHERE,
    ),
    click.option(
        "--out",
        type=click.Path(file_okay=False, writable=True, path_type=Path),
        default=Path("report"),
        show_default=True,
        help="Folder of the report. Trials that are finished in it are not run again.",
        panel=_WHERE,
    ),
)

willingness = click.option(
    "--willingness-to-pay",
    "willingness_to_pay_usd",
    type=float,
    multiple=True,
    metavar="USD",
    help="Dollars that one point of quality is worth; inf ignores cost; may be repeated. "
    "Otherwise inf, and up to three settings at which the best single model of the data changes.",
    panel=_WHAT,
)
"""Of `simulate` alone: `frontier` sweeps it."""


def asked(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options, as its first argument."""

    @wraps(command)
    def called(**given: Any) -> None:  # noqa: ANN401 - what click has parsed
        shared = {field.name: given.pop(field.name) for field in fields(Asked)}
        command(Asked(**shared), **given)

    decorated: Callable[..., None] = called
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
