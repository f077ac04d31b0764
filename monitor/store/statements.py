"""What both databases write a little differently, said once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, RowMapping, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

T = TypeVar("T")
_CHUNK = 500  # values in one IN list


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returning: str
) -> Sequence[RowMapping]:
    """Insert the rows whose keys are not there yet; gives ``returning`` of those inserted."""
    if not rows:
        return []
    statement = _insert_missing(connection.dialect.name, table, returning)
    return connection.execute(statement, list(rows)).mappings().all()


@cache  # building a statement takes longer than executing it
def _insert_missing(dialect: str, table: Table, returning: tuple[str, ...]) -> ReturningInsert[Any]:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    columns = [table.c[name] for name in returning]
    return insert(table).on_conflict_do_nothing().returning(*columns)


def bound(names: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """Name the values of an update that is run once for each of many rows."""
    return {name: bindparam(name) for name in names}


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a long list into pieces that fit a statement."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
