"""What the policies that learn nothing have in common."""

from bandit.decision import Rating
from bandit.errors import StateError


class Unlearned:
    """Takes no notice of ratings, and has nothing to keep."""

    def learn(self, rating: Rating) -> None:
        """Nothing is learned."""

    def unlearn(self, rating: Rating) -> None:
        """Nothing was learned."""

    def to_bytes(self) -> bytes:
        """There is nothing to keep."""
        return b""

    def restore(self, data: bytes) -> None:
        """There was nothing to keep.

        Raises:
            StateError: Something was, so by another policy.
        """
        if data:
            raise StateError("the saved state is of another policy", "replay the log")
