"""Hits are found by when they came."""

from alembic import op

revision = "0003b"
down_revision = "0003a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index by which growth is counted."""
    op.create_index("hit_seen", "hit", ["seen_at"])
