"""Puts records into their tables, with statements that are made once."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, Dialect, Insert, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bandit.errors import StorageError
from service.storage.faults import RowRefused, told
from service.storage.records import DecisionRecord, FeedbackRecord, OutcomeRecord
from service.storage.tables import decisions, feedback, outcomes

Record = DecisionRecord | OutcomeRecord | FeedbackRecord

_TABLES: dict[type[Record], Table] = {
    DecisionRecord: decisions,
    OutcomeRecord: outcomes,
    FeedbackRecord: feedback,
}
KINDS = tuple(_TABLES)
"""In the order of writing: a decision before what refers to it."""

_COLUMNS = {kind: tuple(field.name for field in fields(kind)) for kind in KINDS}


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
                insertion = self._insertions[kind]
                rows = [insertion.row(record) for record in group]
                connection.exec_driver_sql(insertion.sql, rows)
            earlier = _by_key(connection, {_key(record) for record in records} - {None})
        return [earlier.get(_key(record), record) for record in records]

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
    """The statement for one kind of record, compiled, with what makes its values of a record.

    SQLAlchemy would do both for each execution anew: it is half of what a commit costs.
    """

    def __init__(self, kind: type[Record], dialect: Dialect) -> None:
        columns = _COLUMNS[kind]
        compiled = _statement(kind, dialect.name).compile(dialect=dialect, column_keys=columns)
        types = [_TABLES[kind].c[name].type.dialect_impl(dialect) for name in columns]
        self.sql = str(compiled)
        self._values = attrgetter(*columns)
        self._types = [type_.bind_processor(dialect) for type_ in types]

    def row(self, record: Record) -> tuple[object, ...]:
        """The values of a record, as the driver takes them.

        Raises:
            RowRefused: A value is none of its column's.
        """
        values = zip(self._types, self._values(record), strict=True)
        try:
            return tuple(
                [value if convert is None else convert(value) for convert, value in values]
            )
        except (TypeError, AttributeError) as error:
            raise RowRefused(type(error).__name__) from None


def _statement(kind: type[Record], dialect: str) -> Insert:
    """The insertion; of feedback, one that leaves an earlier row with the same key in its place."""
    if kind is not FeedbackRecord:
        return insert(_TABLES[kind]).inline()
    key = [feedback.c.idempotency_key]
    if dialect == "postgresql":
        return postgresql.insert(feedback).on_conflict_do_nothing(index_elements=key).inline()
    return sqlite.insert(feedback).on_conflict_do_nothing(index_elements=key).inline()


def _key(record: Record) -> str | None:
    return record.idempotency_key if isinstance(record, FeedbackRecord) else None


def _by_key(
    connection: Connection, keys: AbstractSet[str | None]
) -> dict[str | None, FeedbackRecord]:
    if not keys:
        return {}
    columns = [feedback.c[name] for name in _COLUMNS[FeedbackRecord]]
    rows = connection.execute(select(*columns).where(feedback.c.idempotency_key.in_(keys)))
    return {row["idempotency_key"]: FeedbackRecord(**row) for row in rows.mappings()}
