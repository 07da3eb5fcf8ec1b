"""``pointsman demo``."""

import asyncio

import msgspec
import rich_click as click
from rich.console import Console

from service.demo.run import Plan, demonstrate


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Where the service listens on 127.0.0.1; 0 takes a free port.",
)
@click.option(
    "--requests",
    type=click.IntRange(1),
    default=None,
    help="Stop the simulated traffic after so many requests; 2000 if headless, else never.",
)
@click.option("--headless", is_flag=True, help="No live view: print a JSON summary and exit.")
def demo(port: int, requests: int | None, headless: bool) -> None:  # noqa: FBT001
    """Watch it learn, on four simulated models: no key, no network.

    The service goes on answering on --port until interrupted, so that any OpenAI client can try it.
    """
    plan = Plan(port=port, requests=requests or (2000 if headless else None), headless=headless)
    try:
        summary = asyncio.run(demonstrate(plan, Console()))
    except KeyboardInterrupt:
        if headless:
            raise
        click.echo("stopped; nothing of it is kept")
        return
    if headless:
        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2))
