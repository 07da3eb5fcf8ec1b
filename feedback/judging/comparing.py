"""Two answers to one prompt beside each other: what a model is asked, and what it may say.

Judges favour a place: some the first answer, some the last. Every pair is shown in both orders,
and where the two disagree about who is better, neither is.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from feedback.judging import asking
from feedback.judging.verdict import LONGEST_REASON, MOST_POINTS, MalformedVerdict

_POINTS = {"type": "integer", "minimum": 0, "maximum": MOST_POINTS}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "a": _POINTS, "b": _POINTS},
    "required": ["reason", "a", "b"],
    "additionalProperties": False,
}

_SYSTEM = """\
You compare two answers of assistants to the same conversation, by this rubric:

{rubric}

{strangers}

Their order is chance and says nothing. Say in one or two sentences which is better and why, and \
give each a whole number from 0 to {most}, the same to both where neither is better, as JSON: \
{{"reason": "...", "a": 0, "b": 0}}"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers, and what they answer."""

    prompt: str = field(repr=False)
    """The conversation so far, as one text."""

    first: str = field(repr=False)
    second: str = field(repr=False)
    reference: str | None = field(default=None, repr=False)
    """An answer that is known to be right."""

    def swapped(self) -> "Pair":
        """The same in the other order."""
        return Pair(self.prompt, self.second, self.first, self.reference)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better the first answer is, and why."""

    difference: float
    """In ``[-1, 1]``, in points of quality."""

    reason: str

    def swapped(self) -> "Comparison":
        """The same, seen from the second answer."""
        return Comparison(-self.difference, self.reason)


class _Points(Struct, frozen=True, forbid_unknown_fields=True):
    reason: str
    a: Annotated[int, Meta(ge=0, le=MOST_POINTS)]
    b: Annotated[int, Meta(ge=0, le=MOST_POINTS)]


_POINTED = msgspec.json.Decoder(_Points)


def body(
    pair: Pair, rubric: str, mark: str, most_tokens: int, *, by_schema: bool = True
) -> dict[str, Any]:
    """A chat completion that asks which is better; see `asking.body` for what is given."""
    strangers = asking.STRANGERS.format(mark=mark)
    system = _SYSTEM.format(rubric=rubric, strangers=strangers, most=MOST_POINTS)
    shown = {
        "CONVERSATION": pair.prompt,
        "REFERENCE": pair.reference,
        "ANSWER A": pair.first,
        "ANSWER B": pair.second,
    }
    return asking.chat(
        system, asking.between(mark, shown), most_tokens, SCHEMA if by_schema else None
    )


def of_model(text: str) -> Comparison:
    """Read what a model says of two answers: JSON by the schema, and nothing around it.

    >>> of_model('{"reason": "A is right.", "a": 9, "b": 4}')
    Comparison(difference=0.5, reason='A is right.')

    Raises:
        MalformedVerdict: It is anything else.
    """
    try:
        said = _POINTED.decode(text.encode(errors="replace"))
    except (msgspec.DecodeError, RecursionError):
        raise MalformedVerdict from None
    return Comparison((said.a - said.b) / MOST_POINTS, said.reason[:LONGEST_REASON])


def agreed(one: Comparison, other: Comparison) -> Comparison:
    """What two comparisons of the same answers come to, both seen from the first of them.

    Their mean, where both find the same answer better; otherwise a tie.

    >>> agreed(Comparison(0.2, "So."), Comparison(0.4, "Thus.")).difference
    0.3
    >>> agreed(Comparison(0.2, "So."), Comparison(-0.4, "No.")).difference
    0.0
    """
    agree = one.difference * other.difference > 0.0
    mean = round((one.difference + other.difference) / 2.0, 9) if agree else 0.0
    return Comparison(mean, f"{one.reason} / {other.reason}")
