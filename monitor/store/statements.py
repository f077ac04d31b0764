"""What both databases write a little differently, said once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, RowMapping, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
_CHUNK = 500  # values in one IN list


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returning: str
) -> Sequence[RowMapping]:
    """Insert the rows whose keys are not there yet; gives ``returning`` of those inserted."""
    if not rows:
        return []
    statement = _insert_missing(connection.dialect.name, table, returning)
    if not returning:
        connection.execute(statement, list(rows))
        return []
    return connection.execute(statement, list(rows)).mappings().all()


@cache  # building a statement takes longer than executing it
def _insert_missing(dialect: str, table: Table, returning: tuple[str, ...]) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table).on_conflict_do_nothing()
    columns = [table.c[name] for name in returning]
    return statement.returning(*columns) if columns else statement


def bound(names: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """Name the values of an update that is run once for each of many rows."""
    return {name: bindparam(name) for name in names}


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a long list into pieces that fit a statement."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
