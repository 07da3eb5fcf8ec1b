"""Puts records into their tables, with statements that are made once."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, groupby

from msgspec.structs import astuple
from sqlalchemy import BindParameter, Connection, Dialect, Insert, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bandit.errors import StorageError
from service.storage.faults import RowRefused, told
from service.storage.records import AnswerRecord, DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.tables import answers, decisions, feedback, outcomes

Record = DecisionRecord | OutcomeRecord | AnswerRecord | FeedbackRecord

_TABLES: dict[type[Record], Table] = {
    DecisionRecord: decisions,
    OutcomeRecord: outcomes,
    AnswerRecord: answers,
    FeedbackRecord: feedback,
}
KINDS = tuple(_TABLES)
"""In the order of writing: a decision before what refers to it."""

MOST_ROWS = 128
"""In one statement; a power of two."""

_VALUES = re.compile(r"(?<= VALUES )(\([^()]*\))")
_NUMBER = re.compile(r"\$(\d+)")

_COLUMNS = {kind: kind.__struct_fields__ for kind in KINDS}


class Inserting:
    """Inserts records of every kind into one kind of database.

    Args:
        dialect: The database's.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._insertions = {kind: _Insertion(kind, dialect) for kind in KINDS}

    def insert(self, connection: Connection, records: Sequence[Record]) -> list[Record]:
        """Insert records, sorted by kind; gives for each the one that stands in the log.

        Raises:
            RowRefused: One of them is at fault.
        """
        with told():
            for kind, group in groupby(records, key=type):
                self._insertions[kind].run(connection, list(group))
            keys = [_key(record) for record in records]
            earlier = _by_key(connection, set(keys) - {None})
        return [earlier.get(key, record) for key, record in zip(keys, records, strict=True)]

    def insert_each(
        self, connection: Connection, records: Sequence[Record]
    ) -> list[Record | StorageError]:
        """Insert records one by one, so that one that is at fault fails alone."""
        return [self._insert_alone(connection, record) for record in records]

    def _insert_alone(self, connection: Connection, record: Record) -> Record | StorageError:
        try:
            with connection.begin_nested():
                return self.insert(connection, [record])[0]
        except RowRefused as refusal:
            return refusal


class _Insertion:
    """The statements for one kind of record, compiled, with what makes their values of records.

    SQLAlchemy would do both for each execution anew: it is half of what a commit costs. Many rows
    go into one statement, since SQLite's driver waits for the interpreter after each; in numbers
    that are powers of two, so that there are few statements to prepare.
    """

    def __init__(self, kind: type[Record], dialect: Dialect) -> None:
        self._kind = kind
        binds = (
            _TABLES[kind].c[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in _COLUMNS[kind]
        )
        self._binds = [(place, bind) for place, bind in enumerate(binds) if bind is not None]
        self._of_one = str(_insertion(kind, dialect.name).compile(dialect=dialect))
        self._sql: dict[int, str] = {}

    def run(self, connection: Connection, records: Sequence[Record]) -> None:
        """Insert records.

        Raises:
            RowRefused: A value is none of its column's.
        """
        rows = [self._row(record) for record in records]
        while rows:
            count = min(1 << (len(rows).bit_length() - 1), MOST_ROWS)
            values = tuple(chain.from_iterable(rows[:count]))
            connection.exec_driver_sql(self._statement(count), values)
            rows = rows[count:]

    def _row(self, record: Record) -> list[object]:
        """The values of a record, as the driver takes them."""
        values = list(astuple(record))
        try:
            for place, bind in self._binds:
                values[place] = bind(values[place])
        except (TypeError, AttributeError) as error:
            raise RowRefused(type(error).__name__) from None
        return values

    def _statement(self, rows: int) -> str:
        if rows not in self._sql:
            self._sql[rows] = _of_many(self._of_one, rows, len(_COLUMNS[self._kind]))
        return self._sql[rows]


def _insertion(kind: type[Record], dialect: str) -> Insert:
    """The insertion; of feedback, one that leaves an earlier row with the same key in its place."""
    values: dict[str, BindParameter[object]] = {name: bindparam(name) for name in _COLUMNS[kind]}
    if kind is not FeedbackRecord:
        return insert(_TABLES[kind]).values(values).inline()
    key = [feedback.c.idempotency_key]
    into = postgresql.insert(feedback) if dialect == "postgresql" else sqlite.insert(feedback)
    return into.values(values).on_conflict_do_nothing(index_elements=key).inline()


def _of_many(of_one: str, rows: int, columns: int) -> str:
    """The insertion of several rows, made of that of one.

    To compile one of 128 rows takes SQLAlchemy 50 ms, in which all others wait.
    """
    before, values, after = _VALUES.split(of_one)
    return before + ", ".join(_numbered_on(values, columns * row) for row in range(rows)) + after


def _numbered_on(values: str, by: int) -> str:
    """Another row's values; the places of some drivers have numbers."""
    return _NUMBER.sub(lambda number: f"${int(number[1]) + by}", values)


def _key(record: Record) -> str | None:
    return record.idempotency_key if isinstance(record, FeedbackRecord) else None


def _by_key(
    connection: Connection, keys: AbstractSet[str | None]
) -> dict[str | None, FeedbackRecord]:
    if not keys:
        return {}
    columns = [feedback.c[name] for name in _COLUMNS[FeedbackRecord]]
    rows = connection.execute(select(*columns).where(feedback.c.idempotency_key.in_(keys)))
    return {row.idempotency_key: FeedbackRecord(*row) for row in rows}
