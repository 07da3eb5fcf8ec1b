"""How a tag has a key and a value."""

from collections.abc import Iterable


def value_of(tags: Iterable[str], key: str) -> str | None:
    """The value of the first tag that has this key; None where none has.

    A tag is ``key:value``; one without a colon is a key whose value is empty.

    >>> value_of(["test", "language:de"], "language"), value_of(["test"], "test")
    ('de', '')
    """
    for tag in tags:
        name, _, value = tag.partition(":")
        if name == key:
            return value
    return None
