"""``pointsman keys``."""

import re
import secrets

import rich_click as click


@click.group()
def keys() -> None:
    """Make keys for clients."""


@keys.command()
@click.argument("name")
def new(name: str) -> None:
    """Print a new key for the client NAME, and what makes the configuration know it.

    The key is printed this once and kept nowhere.
    """
    if not re.fullmatch(r"[\w.-]{1,128}", name):
        raise click.BadParameter("give letters, digits, dots, dashes and underscores")
    variable = f"POINTSMAN_KEY_{re.sub('[^A-Z0-9]', '_', name.upper())}"
    click.echo(f"{variable}=pm-{secrets.token_urlsafe(32)}\n")
    click.echo(f'keys:\n  "{name}":\n    key_env: {variable}')
