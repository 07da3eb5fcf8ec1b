"""When somebody is told that something is amiss, as the file has it and as the service uses it."""

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta, Struct

TagKey = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\s:,]+$")]
"""What stands before the colon of a tag."""


class AlarmsEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Alarms, as written."""

    by: Annotated[
        tuple[TagKey, ...],
        Meta(description="Keys of tags, the part before the colon, whose segments are compared."),
    ] = ()
    drift: Annotated[
        bool, Meta(description="Whether a model whose ratings changed raises an alarm.")
    ] = True
    every_seconds: Annotated[
        float, Meta(ge=1, le=86400, description="Seconds between two looks.")
    ] = 300.0
    false_alarms: Annotated[
        float,
        Meta(
            ge=0.005,
            le=0.5,
            description="Probability that a look raises any, by a route and a key, for nothing.",
        ),
    ] = 0.01
    least_difference: Annotated[
        float,
        Meta(ge=0, le=1, description="Points of quality below the rest that raise an alarm."),
    ] = 0.05
    webhook: Annotated[
        str | None,
        Meta(description="Who is told of alarms: an `http(s)://` URL; null means nobody."),
    ] = None
    webhook_timeout_seconds: Annotated[
        float, Meta(gt=0, le=60, description="Seconds for one call of it.")
    ] = 10.0
    secret_env: Annotated[
        str | None,
        Meta(description="The environment variable with the secret that signs what it is told."),
    ] = None

    def __repr__(self) -> str:
        return f"AlarmsEntry(by={self.by!r})"


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """When alarms are raised, and who is told."""

    by: tuple[str, ...]
    drift: bool
    every_seconds: float
    false_alarms: float
    least_difference: float
    webhook: str | None = field(repr=False)
    webhook_timeout_seconds: float
    secret: str | None = field(repr=False)
