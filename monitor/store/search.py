"""The index of words over the stored entries: which of them can hold what is looked for.

It only narrows: the matcher decides. Words are those of the folded text, so that the index and the
matcher agree on what a word is; both databases get them ready made, and split nothing themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.schema import Column, CreateIndex, CreateTable, Index

from monitor.model.source import Entry
from monitor.model.watch import Narrowing, Piece
from monitor.store.columns import storable
from monitor.store.schema import entry
from monitor.store.statements import chunks
from monitor.text.fold import fold
from monitor.text.words import index_words

_BATCH = 500  # entries indexed at a time when a state is brought up to date

# No part of the schema's metadata: each database has its own kind of it.
_postgres = Table(
    "entry_words",
    MetaData(),
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("words", TSVECTOR, nullable=False),
)
_postgres_index = Index("entry_words_words", _postgres.c.words, postgresql_using="gin")
_VECTOR = func.array_to_tsvector(bindparam("of", type_=ARRAY(Text)))
_INSERT_POSTGRES = insert(_postgres).values(entry_id=bindparam("number"), words=_VECTOR)
_sqlite = table("entry_words", column("rowid", Integer), column("words", Text))
_INSERT_SQLITE = insert(_sqlite)
# The words are parted by blanks already and hold no signs but "_"; neither places nor sizes are
# asked for, and without them the index is a third of its size.
_SQLITE_DDL = (
    "CREATE VIRTUAL TABLE entry_words USING fts5"
    "(words, tokenize = \"ascii tokenchars '_'\", detail = none, columnsize = 0)"
)


def make_index(connection: Connection) -> None:
    """Make the empty index."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(_SQLITE_DDL))
    else:
        connection.execute(CreateTable(_postgres))
        connection.execute(CreateIndex(_postgres_index))


def index_all(connection: Connection) -> None:
    """Index every stored entry."""
    done = 0
    columns = (entry.c.id, entry.c.title, entry.c.summary, entry.c.content, entry.c.author)
    while True:
        rows = connection.execute(
            select(*columns, entry.c.tags)
            .where(entry.c.id > done)
            .order_by(entry.c.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        texts = {
            row.id: (row.title, row.summary, row.content, row.author, *row.tags) for row in rows
        }
        _insert(connection, texts)
        done = rows[-1].id


def index_entries(connection: Connection, entries: Mapping[int, Entry]) -> None:
    """Index new entries by their ids."""
    texts = {
        number: (one.title, one.summary, one.content, one.author, *one.tags)
        for number, one in entries.items()
    }
    _insert(connection, texts)


def reindex_entries(connection: Connection, entries: Mapping[int, Entry]) -> None:
    """Index entries that were edited anew."""
    forget_entries(connection, list(entries))
    index_entries(connection, entries)


def forget_entries(connection: Connection, entry_ids: Sequence[int]) -> None:
    """Take entries out of the index."""
    number = _sqlite.c.rowid if connection.dialect.name == "sqlite" else _postgres.c.entry_id
    target = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for chunk in chunks(entry_ids):
        connection.execute(delete(target).where(number.in_(chunk)))


def _insert(connection: Connection, texts: Mapping[int, Iterable[str]]) -> None:
    words = {number: _words("\n".join(filter(None, of))) for number, of in texts.items()}
    if not words:
        return
    if connection.dialect.name == "sqlite":
        rows = [{"rowid": number, "words": " ".join(of)} for number, of in words.items()]
        connection.execute(_INSERT_SQLITE, rows)
        return
    connection.execute(
        _INSERT_POSTGRES,
        [{"number": number, "of": sorted(of)} for number, of in words.items()],
    )


def _words(written: str) -> set[str]:
    text = storable(written)
    # of plain ASCII, folding would change nothing but the case
    folded = text.lower() if text.isascii() else fold(text).text
    return set(index_words(folded))


def narrowed(dialect: str, groups: Narrowing) -> ColumnElement[bool]:
    """Bound a query over entries to those that hold all words of one of the groups."""
    if not groups:
        return false()
    if dialect == "sqlite":
        wanted = _written(groups, " OR ", " AND ", '"{}"*', '"{}"')
        found = select(_sqlite.c.rowid).where(text("entry_words MATCH :wanted"))
        return entry.c.id.in_(found.params(wanted=wanted))
    wanted = _written(groups, " | ", " & ", "'{}':*", "'{}'")
    fits = _postgres.c.words.op("@@")(cast(literal(wanted), TSQUERY))
    return entry.c.id.in_(select(_postgres.c.entry_id).where(fits))


def _written(
    groups: Collection[tuple[Piece, ...]], either: str, both: str, begin: str, whole: str
) -> str:
    """Write the index's query; words hold letters, digits and "_" only, so nothing needs escaping."""
    written = []
    for group in groups:
        pieces = ((begin if piece.begins else whole).format(piece.text) for piece in group)
        written.append(f"({both.join(pieces)})")
    return either.join(written)
