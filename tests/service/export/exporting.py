"""Running ``pointsman export``."""

from pathlib import Path

from click.testing import CliRunner, Result

from service.cli import cli


def said(config: Path, *arguments: str) -> Result:
    """What the command prints."""
    what, *options = arguments
    return CliRunner().invoke(cli, ["export", what, "--config", str(config), *options])
