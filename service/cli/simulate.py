"""``pointsman simulate`` and ``pointsman frontier``; what they need is imported when they run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import rich_click as click

from bandit.errors import ConfigError
from service.cli.simulation_options import Asked, asked, willingness

_EXTRA = ("distributed", "matplotlib", "pandas", "pyarrow")
INTERRUPTED = 130
"""Exit status of who was interrupted from the keyboard."""

_STATUS = (
    "Exit status: 0 done; 1 a trial failed; 2 the command line is wrong; 130 interrupted. "
    "Whatever was finished is in the report, and is kept for the next time."
)


def _list(context: click.Context, _option: click.Parameter, listing: bool) -> None:  # noqa: FBT001
    if listing:
        from service.cli.simulation_list import show_list  # noqa: PLC0415 - not for every command

        show_list()
        context.exit()


@click.command(epilog=_STATUS)
@asked
@willingness
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="List policies, yardsticks and scenarios, and exit.",
)
def simulate(given: Asked, willingness_to_pay_usd: tuple[float, ...]) -> None:
    """Replay prompts whose scores are known, and see which policy earns most.

    Runs every policy under every scenario and setting of the dial, once for each seed, and writes
    a report: index.html, summary.json and pictures. Begin with --data tutorial.
    """
    _check(given)
    with _interruptible():
        from service.cli.simulation import run_simulate  # noqa: PLC0415 - not for every command

        status = run_simulate(given, willingness_to_pay_usd)
    sys.exit(status)


@click.command(epilog=_STATUS)
@asked
def frontier(given: Asked) -> None:
    """Sweep the dial from cheapest to best, and see what quality each dollar buys.

    Runs every policy at settings of the dial that lie close enough together for a curve, once for
    each seed, and writes a report as `simulate` does.
    """
    _check(given)
    with _interruptible():
        from service.cli.simulation import run_frontier  # noqa: PLC0415 - not for every command

        status = run_frontier(given)
    sys.exit(status)


@contextmanager
def _interruptible() -> Iterator[None]:
    """End as a shell has it: before there is a trial, there is nothing to report."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _check(given: Asked) -> None:
    """Refuse what can be refused without importing much."""
    if (given.data is None) == (given.synthetic is None):
        raise click.UsageError(
            "Give one of --data and --synthetic: what is simulated.", click.get_current_context()
        )
    if missing := [name for name in _EXTRA if find_spec(name) is None]:
        raise ConfigError(
            f"simulations need {', '.join(missing)}, which not every installation has",
            "run pip install 'pointsman[simulate]'",
        )
