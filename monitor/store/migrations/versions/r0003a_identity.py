"""By which names entries come back, what is held of floods, what edits replaced."""

import sqlalchemy as sa
from alembic import op

from monitor.store.aliases import name_all
from monitor.store.columns import Json, Moment

revision = "0003a"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables, and name the entries that are there."""
    _extend_feed()
    _make_tables()
    name_all(op.get_bind())


def _extend_feed() -> None:
    for name, kind, default in (
        ("listed", sa.Integer(), "0"),
        ("burst", sa.Integer(), "0"),
        ("habits", Json(), "[]"),
    ):
        op.add_column("feed", sa.Column(name, kind, nullable=False, server_default=default))


def _make_tables() -> None:
    op.create_table(
        "alias",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "entry_id", name="pk_alias"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_held_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_held"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", Moment(), nullable=False),
        sa.Column("kind", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_revision_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.create_index("revision_entry", "revision", ["entry_id", "edited_at"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_notice_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("notice_at", "notice", ["at"])


_WORDS = ("before", "after", "title", "summary", "content")
