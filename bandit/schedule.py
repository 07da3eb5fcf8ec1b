"""When to do again what need not be done with every observation."""

import msgspec


class Schedule(msgspec.Struct):
    """Falls due after a first number of observations, then each time they have grown by half.

    >>> schedule = Schedule(first=40)
    >>> [n for n in range(1, 200) if schedule.due_after(1)]
    [40, 60, 90, 135]
    """

    first: int = 40
    seen: int = 0
    next: int = 0

    @property
    def left(self) -> int:
        """How many observations until it falls due."""
        return (self.next or self.first) - self.seen

    def due_after(self, more: int) -> bool:
        """Count some more observations; whether it fell due by them."""
        self.seen += more
        self.next = self.next or self.first
        if self.seen < self.next:
            return False
        while self.next <= self.seen:
            self.next += max(self.next // 2, 1)
        return True
