"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_feed()
    _make_entry()
    _make_story()
    _make_hit()
    _make_match()
    _make_print()
    _make_digest()
    _make_message()
    _make_told()
    _make_subscription()
    _make_slot()
    _make_delivery()


def _make_feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("interval_seconds", sa.Float(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("own_title", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("validators_url", sa.Text()),
        sa.Column("body_hash", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_poll_at", _MOMENT, nullable=False),
        sa.Column("last_polled_at", _MOMENT),
        sa.Column("last_success_at", _MOMENT),
        sa.Column("first_success_at", _MOMENT),
        sa.Column("error_kind", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("moved_to", sa.Text()),
        sa.Column("moved_seen", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.Integer(), nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )
    op.create_index("feed_due", "feed", ["enabled", "gone", "next_poll_at"])


def _make_entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("edited_at", _MOMENT),
        sa.Column("published_at", _MOMENT),
        sa.Column("updated_at", _MOMENT),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("canonical_url", sa.Text()),
        sa.Column("guid", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("feed_id", "key", name="uq_entry_feed_id"),
    )
    op.create_index("entry_seen", "entry", ["first_seen_at", "feed_id", "published_at"])


def _make_story() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("founded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )


def _make_hit() -> None:
    op.create_table(
        "hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("text_print", sa.Text(), nullable=False),
        sa.Column("title_print", sa.Text(), nullable=False),
        sa.Column("sentence_prints", sa.Text(), nullable=False),
        sa.Column("matches", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_hit_entry_id"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_hit_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hit"),
        sa.UniqueConstraint("entry_id", name="uq_hit_entry_id"),
    )
    op.create_index("hit_story", "hit", ["story_id"])


def _make_match() -> None:
    op.create_table(
        "match",
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name="fk_match_hit_id"),
        sa.PrimaryKeyConstraint("hit_id", "watch", name="pk_match"),
    )
    op.create_index("match_owed", "match", ["watch", "stale", "hit_id", "story_id", "seen_at"])


def _make_print() -> None:
    op.create_table(
        "print",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("hit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["hit.id"], name="fk_print_hit_id"),
        sa.PrimaryKeyConstraint("hash", "seen_at", "hit_id", name="pk_print"),
    )
    op.create_index("print_hit", "print", ["hit_id"])


def _make_digest() -> None:
    op.create_table(
        "digest",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slot_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_digest"),
    )
    op.create_index("digest_created", "digest", ["created_at"])


def _make_message() -> None:
    op.create_table(
        "message",
        sa.Column("digest_key", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["digest_key"], ["digest.key"], name="fk_message_digest_key"),
        sa.PrimaryKeyConstraint("digest_key", "part", name="pk_message"),
    )


def _make_told() -> None:
    op.create_table(
        "told",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("digest_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["digest_key"], ["digest.key"], name="fk_told_digest_key"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_told_story_id"),
        sa.PrimaryKeyConstraint("channel_id", "story_id", name="pk_told"),
    )
    op.create_index("told_digest", "told", ["digest_key"])
    op.create_index("told_story", "told", ["story_id"])


def _make_subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("settled_hit", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "watch", name="pk_subscription"),
    )


def _make_slot() -> None:
    op.create_table(
        "slot",
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("slot_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("schedule", "channel_id", name="pk_slot"),
    )


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest_key", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["digest_key", "part"],
            ["message.digest_key", "message.part"],
            name="fk_delivery_digest_key",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint(
            "digest_key", "part", "channel_id", "recipient", name="uq_delivery_digest_key"
        ),
    )
    op.create_index("delivery_created", "delivery", ["created_at"])
    op.create_index("delivery_due", "delivery", ["channel_id", "state", "next_at"])
