"""``pointsman serve``."""

from pathlib import Path

import rich_click as click

from service import serving
from service.settings import load


@click.command()
@click.option(
    "--config",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The YAML file with models, routes and storage; see `pointsman config schema`.",
)
@click.option("--host", help="Address to listen on; the file's server.host otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="The file's server.port otherwise.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes to run."
)
def serve(path: Path, host: str | None, port: int | None, workers: int) -> None:
    """Serve the models of a configuration behind one OpenAI-compatible address."""
    settings = load(path)
    listens_on = host or settings.server.host
    serving.log_quietly()
    serving.warn_if_open(settings, listens_on)
    serving.run(
        path,
        listens_on,
        settings.server.port if port is None else port,
        workers,
    )
