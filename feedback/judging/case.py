"""What a judge looks at."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Case:
    """One answer, and what it answers."""

    prompt: str = field(repr=False)
    """The conversation so far, as one text."""

    answer: str = field(repr=False)
    reference: str | None = field(default=None, repr=False)
    """An answer that is known to be right."""
