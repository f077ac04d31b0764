"""Column types that read back the same from SQLite and from PostgreSQL."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


def storable(text: str) -> str:
    """Drop what no database takes as text: NUL, and surrogates without their other half (Q13)."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _clean(value: str | None) -> str | None:
    return None if value is None else storable(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class CleanText(TypeDecorator[str]):
    """Text without NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Clean the value on its way in; ``process_bind_param`` would cost a call more for each."""
        return _clean


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a moment without time zone cannot be stored: {value!r}")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=256)  # one poll writes its own moment a hundred times
def _written(value: datetime | None) -> str | None:
    utc = _in_utc(value)
    if utc is None:
        return None
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC (R8).

    SQLite has no such type: there it is text of one width, so it sorts as the moments do.
    Raises ValueError for a naive value.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose text on SQLite, ``timestamptz`` on PostgreSQL."""
        return dialect.type_descriptor(
            String(27) if dialect.name == "sqlite" else DateTime(timezone=True)
        )

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Turn the value to UTC."""
        return _written if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Give it back aware, in UTC."""
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


class Second(TypeDecorator[datetime]):
    """A moment as whole seconds since 1970, for indices that hold many: no text, and smaller."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Leave out what is less than a second."""
        return None if value is None else int(value.timestamp() // 1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Give it back aware, in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Json(TypeDecorator[Any]):
    """A value as JSON text; text, not ``jsonb``, as that refuses an escaped NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Encode the value."""
        return storable(_encode(value)) if value else _encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002  # the signature is SQLAlchemy's
        """Decode it."""
        return None if value is None else json.loads(value)
