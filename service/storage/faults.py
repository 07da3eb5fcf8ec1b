"""What a database's errors become.

Messages carry the error's class and code and never its text, which may quote a prompt or an
address with its password; the original is cut off for the same reason.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
    StatementError,
)

from bandit.errors import StorageError

_DRIVERS_ERRORS = (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError)
"""SQLAlchemy wraps most of what drivers raise, and lets the others through."""

_ROW_STATES = {"22", "23"}
"""PostgreSQL's classes of errors about data and about constraints."""


class RowRefused(StorageError):
    """Raised when the database cannot take one row, whatever else it is given."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the database refused a row ({what})", "check the values and that the decision exists"
        )


class DatabaseUnavailable(StorageError):
    """Raised when the database did not do its work; nothing of the transaction is kept."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the database did not answer as it should ({what})",
            "check that it runs, has room and is the one that storage.url names",
        )


@contextmanager
def told() -> Iterator[None]:
    """Turn what drivers raise into `StorageError`."""
    try:
        yield
    except _DRIVERS_ERRORS as error:
        fault = RowRefused if _blames_row(error) else DatabaseUnavailable
        raise fault(_named(error)) from None


def _blames_row(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        if state := getattr(error.orig, "sqlstate", None):
            return str(state)[:2] in _ROW_STATES
        return isinstance(error, IntegrityError | DataError | ProgrammingError)
    return isinstance(error, StatementError | OverflowError | UnicodeError)


def _named(error: Exception) -> str:
    inner = error.orig if isinstance(error, StatementError) and error.orig else error
    return f"{type(inner).__name__} {_code(inner)}".rstrip()


def _code(error: BaseException | None) -> str:
    """The SQLSTATE of PostgreSQL, the name of an error of SQLite, or nothing."""
    found = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    return str(found or "")
