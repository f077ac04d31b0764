"""What polling learns of how each feed publishes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; feeds learn from their next body on."""
    op.add_column("feed", sa.Column("rhythm", sa.Text()))
    op.add_column("feed", sa.Column("due_why", sa.Text()))
