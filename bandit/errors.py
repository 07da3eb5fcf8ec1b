"""The root of the error tree, and the mathematics' own branch.

PointsmanError
+-- ConfigError         the operator mends it, at start or at reload
+-- RequestError        the caller mends it
|   +-- NoCandidates
+-- UpstreamError       a provider failed
+-- FeedbackError       the sender of feedback mends it
+-- StorageError        the operator mends it, while running
+-- CannotUnlearn       a policy that keeps no record of what it learned
+-- StateError          saved state that cannot be used; the service replays instead
"""


class PointsmanError(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(f"{fact}; {remedy}")
        self.fact = fact
        self.remedy = remedy


class ConfigError(PointsmanError):
    """The configuration cannot be served."""


class RequestError(PointsmanError):
    """The request cannot be answered as it was asked."""


class UpstreamError(PointsmanError):
    """A provider did not do what it was asked."""


class FeedbackError(PointsmanError):
    """The feedback cannot be used."""


class StorageError(PointsmanError):
    """The database did not take or give what was asked of it."""


class StateError(PointsmanError):
    """Saved state does not fit what reads it."""


class NoCandidates(RequestError):
    """Raised when a policy is asked to choose among no models at all."""

    def __init__(self) -> None:
        super().__init__("there is no model to choose from", "give at least one candidate")


class CannotUnlearn(PointsmanError):
    """Raised when a correction reaches a policy that cannot undo what it learned."""

    def __init__(self, policy: str) -> None:
        super().__init__(
            f"the {policy} policy cannot undo a rating",
            "the first rating stands; use thompson where ratings are corrected",
        )
