"""Feedback's branch of the error tree: the sender mends it, and nothing was stored.

FeedbackError
+-- UnknownDecision
+-- UnknownSession
+-- UnknownSource
+-- SourceSpokenFor
+-- UnknownMetric
+-- AmbiguousScale
+-- AmbiguousSubject
+-- ScoreOutOfRange
+-- SameDecision
+-- DifferentPrompts
+-- AnswerNotKept
+-- NothingToRetract
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


class UnknownSession(FeedbackError):
    """Raised when feedback names a session in which nothing was decided here."""

    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"no decision belongs to session {session_id!r}",
            "use the session_id that its requests were sent with",
        )


class UnknownMetric(FeedbackError):
    """Raised when feedback is by a metric that its route does not have."""

    def __init__(self, metric: str, route: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"route {route!r} has no metric {metric!r}",
            f"use one of {', '.join(known)}, or add it under the route's metrics",
        )


class UnknownSource(FeedbackError):
    """Raised when feedback comes from a source that is not configured."""

    def __init__(self, source: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"there is no source {source!r}",
            f"use one of {', '.join(known)}, or add it under sources",
        )


class SourceSpokenFor(FeedbackError):
    """Raised when a client speaks for a source that the service itself speaks for."""

    def __init__(self, source: str, route: str) -> None:
        super().__init__(
            f"judges, duels or signals of route {route!r} speak for source {source!r}",
            "name another source, or use an operator's key",
        )


class AmbiguousScale(FeedbackError):
    """Raised when feedback does not say how good the answer was in exactly one way."""

    def __init__(self) -> None:
        super().__init__(
            "the feedback does not say in exactly one way how good the answer was",
            "give either score, rating, stars, thumbs or good",
        )


class ScoreOutOfRange(FeedbackError):
    """Raised when a rating is not on its scale, or its scale is none."""

    def __init__(self, value: float, least: float, most: float) -> None:
        super().__init__(
            f"{value:g} is no value on a scale from {least:g} to {most:g}",
            "give a finite number between two ends, the lower one first",
        )


class AmbiguousSubject(FeedbackError):
    """Raised when feedback does not say what it is about in exactly one way."""

    def __init__(self) -> None:
        super().__init__(
            "the feedback does not say what it is about in exactly one way",
            "give either decision_id or session_id; in a batch, decision_id",
        )


class SameDecision(FeedbackError):
    """Raised when a preference compares an answer with itself."""

    def __init__(self) -> None:
        super().__init__("winner and loser are the same decision", "name two decisions")


class DifferentPrompts(FeedbackError):
    """Raised when a preference compares answers to different prompts."""

    def __init__(self) -> None:
        super().__init__(
            "the two decisions are not about the same prompt on the same route",
            "compare answers to one prompt; rate others each for itself",
        )


class AnswerNotKept(FeedbackError):
    """Raised when a demonstration cannot be compared with what was sent."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(
            f"what was answered for decision {decision_id!r} is not kept",
            "give it as sent, or set storage.keep_answers for answers to come",
        )


class NothingToRetract(FeedbackError):
    """Raised when feedback is to be taken back that does not stand."""

    def __init__(self, feedback_id: str) -> None:
        super().__init__(
            f"no feedback {feedback_id!r} stands",
            "use the feedback_id of the latest word on its decision",
        )


class KeyReused(FeedbackError):
    """Raised when an idempotency key comes back with feedback that says something else."""

    def __init__(self) -> None:
        super().__init__(
            "the idempotency key was used before, for other feedback",
            "give each piece of feedback a key of its own",
        )
