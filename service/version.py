"""Which Pointsman this is."""

from importlib import metadata


def version() -> str:
    """The installed distribution's version."""
    return metadata.version("pointsman")
