"""Feedback's branch of the error tree: the sender mends it, and nothing was stored.

FeedbackError
+-- UnknownDecision
+-- UnknownSource
+-- AmbiguousScale
+-- ScoreOutOfRange
+-- KeyReused
"""

from bandit.errors import FeedbackError


class UnknownDecision(FeedbackError):
    """Raised when feedback names a decision that was never made here."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(
            f"there is no decision {decision_id!r}",
            "use the x-pointsman-decision-id of the answer that is rated",
        )


class UnknownSource(FeedbackError):
    """Raised when feedback comes from a source that is not configured."""

    def __init__(self, source: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"there is no source {source!r}",
            f"use one of {', '.join(known)}, or add it under sources",
        )


class AmbiguousScale(FeedbackError):
    """Raised when feedback does not say how good the answer was in exactly one way."""

    def __init__(self) -> None:
        super().__init__(
            "the feedback does not say in exactly one way how good the answer was",
            "give either score, rating or thumbs",
        )


class ScoreOutOfRange(FeedbackError):
    """Raised when a rating is not on its scale, or its scale is none."""

    def __init__(self, value: float, least: float, most: float) -> None:
        super().__init__(
            f"{value:g} is no value on a scale from {least:g} to {most:g}",
            "give a finite number between two ends, the lower one first",
        )


class KeyReused(FeedbackError):
    """Raised when an idempotency key comes back with feedback that says something else."""

    def __init__(self) -> None:
        super().__init__(
            "the idempotency key was used before, for other feedback",
            "give each piece of feedback a key of its own",
        )
