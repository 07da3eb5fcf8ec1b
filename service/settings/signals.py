"""What clients do that is taken for feedback, as the file names it."""

from typing import Annotated

from msgspec import Meta, Struct

_Quality = Annotated[float, Meta(ge=0, le=1)]
_Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class AskedAgain(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The user asks again, in other words, soon after an answer."""

    source: Annotated[str, Meta(description="Whose feedback it is, one of `sources`.")] = (
        "asked_again"
    )
    quality: Annotated[_Quality, Meta(description="What it says of the answer before.")] = 0.2
    within_seconds: Annotated[_Seconds, Meta(description="Seconds after that answer.")] = 60.0
    similarity: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="How much the two messages share, at least; 0 takes any for a question"
            " asked again.",
        ),
    ] = 0.5


class Regenerated(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The very same request comes again after it was answered."""

    source: Annotated[str, Meta(description="Whose feedback it is, one of `sources`.")] = (
        "regenerated"
    )
    quality: Annotated[_Quality, Meta(description="What it says of the answer before.")] = 0.2
    within_seconds: Annotated[_Seconds, Meta(description="Seconds after that answer.")] = 300.0


class Aborted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The client hangs up on a stream before its end."""

    source: Annotated[str, Meta(description="Whose feedback it is, one of `sources`.")] = "aborted"
    quality: Annotated[_Quality, Meta(description="What it says of the answer.")] = 0.3


class Signals(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which of these are heeded."""

    asked_again: Annotated[
        AskedAgain | None,
        Meta(description="The user asks again in other words; null means it is not looked for."),
    ] = None
    regenerated: Annotated[
        Regenerated | None,
        Meta(description="The same request comes again; null means it is not looked for."),
    ] = None
    aborted: Annotated[
        Aborted | None,
        Meta(description="The client hangs up on a stream; null means it is not looked for."),
    ] = None

    @property
    def any(self) -> bool:
        """Whether any is heeded."""
        return any(each is not None for each in (self.asked_again, self.regenerated, self.aborted))
