"""The file's section on when a model that fails is left alone."""

from typing import Annotated

from msgspec import Meta, Struct

_Seconds = Annotated[float, Meta(gt=0, le=86400)]


class AvailabilitySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """When a model is not called for a while, and how long."""

    failures_to_open: Annotated[
        int,
        Meta(ge=1, le=10**6, description="Failures in a row after which a model cools down."),
    ] = 5
    failure_share_to_open: Annotated[
        float,
        Meta(gt=0, le=1, description="Share of its last calls that may fail until it cools down."),
    ] = 0.5
    window_calls: Annotated[
        int, Meta(ge=1, le=10**4, description="How many calls are its last calls.")
    ] = 20
    cool_down_seconds: Annotated[
        _Seconds,
        Meta(description="How long it cools down; half as long again after each trial that fails."),
    ] = 10.0
    most_cool_down_seconds: Annotated[
        _Seconds, Meta(description="The longest that a model is left alone, whatever happened.")
    ] = 300.0
