"""The demonstration's live view in the terminal."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from service.demo.tally import Tally
from service.demo.world import MODELS


def view(tally: Tally, base_url: str) -> RenderableType:
    """Traffic, reward and dollars as they stand."""
    return Panel(
        Group(_traffic(tally), Text(), _rewards(tally), Text(), _footer(tally, base_url)),
        title="Pointsman demonstration (all models are simulated)",
        padding=(1, 2),
    )


def _traffic(tally: Tally) -> Table:
    table = Table(box=None, expand=True)
    for column in ("model", "USD per million tokens in / out", "share of traffic", ""):
        table.add_column(column)
    for model in MODELS:
        share = tally.share(model.name)
        price = model.price
        table.add_row(
            model.name,
            f"{price.usd_per_million_tokens_in} / {price.usd_per_million_tokens_out}",
            f"{share:.1%}",
            ProgressBar(total=1.0, completed=share, width=40),
        )
    return table


def _rewards(tally: Tally) -> Table:
    table = Table(box=None)
    for column in ("mean reward, last 200 requests", "router", "always best", "always cheapest"):
        table.add_column(column, justify="right" if column != "mean reward" else "left")
    table.add_row("", *(f"{reward:.3f}" for reward in tally.recent()))
    return table


def _footer(tally: Tally, base_url: str) -> Text:
    summary = tally.summary()
    return Text(
        f"{summary.requests} requests, {summary.cost_usd:.2f} USD spent, "
        f"{summary.saved_usd:.2f} USD saved against always asking the best model\n"
        f"API: {base_url}/v1   documentation: {base_url}/schema   Ctrl-C ends it"
    )
