"""The most that one who gives feedback can teach in an hour."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from service import clock
from service.settings import Source
from service.storage.reader import Reader, Who
from service.storage.records import FeedbackRecord

_WINDOW = timedelta(hours=1)
_ROUNDING = 1e-9


class Caps:
    """Gives the words that are over their source's cap no weight; they are kept all the same.

    What a cap leaves of a word stands in the log, so that every reading of it teaches the same,
    whatever the configuration says by then. Words that arrive at once may not see each other, and
    pass together.
    """

    def __init__(self, sources: Mapping[str, Source], reader: Reader) -> None:
        """``sources``: of each the cap, where it has one."""
        self._most = {name: source.most_per_hour for name, source in sources.items()}
        self._reader = reader

    async def applied(self, records: Sequence[FeedbackRecord]) -> list[FeedbackRecord]:
        """Weigh records, in their order, by what their raters have said within the hour.

        Raises:
            StorageError: The log cannot be asked.
        """
        capped = sorted({r.source for r in records if self._most.get(r.source) is not None})
        if not capped:
            return list(records)
        spent = await self._reader.weight_since(capped, clock.now() - _WINDOW)
        return [self._weighed(record, spent) for record in records]

    def _weighed(self, record: FeedbackRecord, spent: dict[Who, float]) -> FeedbackRecord:
        most = self._most.get(record.source)
        if most is None or record.retracts:
            return record
        who = record.source, record.key, record.rater
        after = spent.get(who, 0.0) + record.weight
        if after > most + _ROUNDING:
            return replace(record, weight=0.0)
        spent[who] = after
        return record
