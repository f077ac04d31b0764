"""How stories are joined: what hits tell, links between them, what was told by hit."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from monitor.model.telling import Telling
from monitor.store.columns import Second
from monitor.store.schema import entry, hit, link, print_
from monitor.store.statements import chunks
from monitor.store.values import entry_of, matches_of
from monitor.story.features import tell
from monitor.story.packing import pack
from monitor.story.vicinity import CROWD

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REACH = timedelta(days=14)  # older hits are joined no more
# those of this step, whatever later steps add
_ENTRY = tuple(
    entry.c[name]
    for name in (
        "feed_id", "key", "title", "url", "canonical_url", "summary", "content", "author",
        "language", "published_at", "updated_at", "guid", "tags",
    )
)  # fmt: skip


def upgrade() -> None:
    """Add what later steps of this program read, and fill it from the entries that are there."""
    _make_telling()
    _make_links()
    _tell_by_hit()
    _read_hits(op.get_bind())


def _make_telling() -> None:
    op.add_column("hit", sa.Column("telling", sa.LargeBinary(), nullable=False, server_default=""))
    for name in ("text_print", "title_print", "sentence_prints"):
        op.execute(f"ALTER TABLE hit DROP COLUMN {name}")
    op.drop_table("print")
    op.create_table(
        "print",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", Second(), nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name="fk_print_hit_id"),
        sa.PrimaryKeyConstraint("hash", "told_at", "hit_id", name="pk_print"),
        sqlite_with_rowid=False,
    )


def _make_links() -> None:
    op.create_table(
        "standing",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_standing"),
    )
    op.create_table(
        "link",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["one"], ["hit.id"], name="fk_link_one"),
        sa.ForeignKeyConstraint(["other"], ["hit.id"], name="fk_link_other"),
        sa.PrimaryKeyConstraint("one", "other", name="pk_link"),
        sqlite_with_rowid=False,
    )
    op.create_index("link_other", "link", ["other", "one"])


def _tell_by_hit() -> None:
    """Hold every hit of a story that was told to be told."""
    op.execute("CREATE TABLE told_before AS SELECT * FROM told")
    op.drop_table("told")
    op.create_table(
        "told",
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("digest_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name="fk_told_hit_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_told_story_id"),
        sa.ForeignKeyConstraint(["digest_key"], ["digest.key"], name="fk_told_digest_key"),
        sa.PrimaryKeyConstraint("hit_id", "channel_id", name="pk_told"),
    )
    op.execute(
        "INSERT INTO told (hit_id, channel_id, story_id, digest_key) "
        "SELECT hit.id, told_before.channel_id, hit.story_id, told_before.digest_key "
        "FROM told_before JOIN hit ON hit.story_id = told_before.story_id"
    )
    op.drop_table("told_before")
    op.create_index("told_story", "told", ["story_id", "channel_id"])
    op.create_index("told_digest", "told", ["digest_key"])


def _read_hits(bind: sa.Connection) -> None:
    """Read what the hits of the last weeks tell, and keep together those that a story holds."""
    newest = bind.scalar(sa.select(sa.func.max(hit.c.seen_at)))
    if newest is None:
        return
    recent = sa.select(hit.c.id, hit.c.story_id).where(hit.c.seen_at >= newest - _REACH)
    rows = bind.execute(recent.order_by(hit.c.id)).all()
    for batch in chunks([row.id for row in rows]):
        _read_batch(bind, batch)
    stories: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        stories[row.story_id].append(row.id)
    links = [
        {"one": one, "other": other, "strength": 1.0, "relation": "copy"}
        for hits in stories.values()
        for place, other in enumerate(hits)
        for one in hits[: min(place, CROWD)]
    ]
    if links:
        bind.execute(sa.insert(link), links)


def _read_batch(bind: sa.Connection, numbers: Sequence[int]) -> None:
    found = bind.execute(
        sa.select(*_ENTRY, hit.c.id, hit.c.seen_at, hit.c.matches)
        .join_from(hit, entry)
        .where(hit.c.id.in_(numbers))
    ).mappings()
    tellings = {row["id"]: _tell(row) for row in found}
    bind.execute(
        sa.update(hit).where(hit.c.id == sa.bindparam("of")).values(telling=sa.bindparam("now")),
        [{"of": number, "now": pack(telling)} for number, telling in tellings.items()],
    )
    prints = [
        {"hash": key, "told_at": telling.told_at, "hit_id": number}
        for number, telling in tellings.items()
        for key in dict.fromkeys(telling.keys)
    ]
    if prints:
        bind.execute(sa.insert(print_), prints)


def _tell(row: sa.RowMapping) -> Telling:
    found: dict[str, set[str]] = defaultdict(set)
    for match in matches_of(row["matches"]):
        for span in match.spans:
            found[span.term].add(span.text)
    subjects = {term: frozenset(words) for term, words in found.items()}
    return tell(entry_of(row), subjects, row["seen_at"])
