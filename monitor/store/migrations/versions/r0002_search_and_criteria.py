"""Search over the stored entries; criteria of watches and what new ones found."""

import sqlalchemy as sa
from alembic import op

from monitor.store.search import index_all, make_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and index the entries that are there."""
    op.create_table(
        "criteria",
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("watch", name="pk_criteria"),
    )
    op.create_index("entry_feed", "entry", ["feed_id", "id"])
    op.add_column(
        "match", sa.Column("reapplied", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.drop_index("match_owed", "match")
    op.create_index(
        "match_owed",
        "match",
        ["watch", "stale", "hit_id", "story_id", "seen_at", "reapplied"],
    )
    make_index(op.get_bind())
    index_all(op.get_bind())
