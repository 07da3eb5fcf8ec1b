"""What became of the rows of a file of feedback, while it is imported and at the end."""

from collections import Counter
from datetime import datetime
from typing import BinaryIO

import msgspec
import rich_click as click

from bandit.errors import PointsmanError
from service.api.errors import code_of
from service.storage.records import FeedbackRecord


class Reject(msgspec.Struct, frozen=True):
    """A row that was refused, as it is written down."""

    line: int
    code: str
    reason: str


class Tally:
    """Counts rows, and writes down which were refused and why."""

    def __init__(self, began: datetime, rejects: BinaryIO | None) -> None:
        """What is in the log from before it ``began`` is nothing new."""
        self._began = began
        self._rejects = rejects
        self._kept = 0
        self._known = 0
        self._refused = Counter[str]()
        self._first = dict[str, Reject]()

    @property
    def refused(self) -> int:
        """How many rows were refused so far."""
        return self._refused.total()

    @property
    def rows(self) -> int:
        """How many rows there were so far."""
        return self._kept + self._known + self.refused

    def count(self, line: int, result: FeedbackRecord | PointsmanError) -> None:
        """One more row is done with."""
        if isinstance(result, PointsmanError):
            self._refuse(Reject(line, code_of(result), str(result)))
        elif result.at < self._began:
            self._known += 1
        else:
            self._kept += 1

    def tell(self) -> None:
        """Say how many rows were kept, and why others were not."""
        known = f", {self._known:,} were there already" if self._known else ""
        click.echo(f"{self._kept:,} kept{known}, {self.refused:,} refused")
        for code, count in self._refused.most_common():
            first = self._first[code]
            click.echo(f"refused {count:,}, {code}: line {first.line}: {first.reason}")

    def _refuse(self, reject: Reject) -> None:
        self._refused[reject.code] += 1
        self._first.setdefault(reject.code, reject)
        if self._rejects is not None:
            self._rejects.write(msgspec.json.encode(reject) + b"\n")
