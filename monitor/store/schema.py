"""Every table, in the words of the vocabulary.

Tables keep SQLite's rowid beside their keys: WITHOUT ROWID took twice the room when measured. Those
that are nothing but whole numbers do without: there it takes less than half.
A change here needs a step in ``migrations/versions``; a test holds the two together.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from monitor.store.columns import CleanText, Json, Moment, Second

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

feed = Table(
    "feed",
    metadata,
    Column("id", CleanText, primary_key=True),
    # as configured
    Column("url", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("interval_seconds", Float, nullable=False),
    Column("language", CleanText),
    Column("country", CleanText),
    Column("rank", Integer, nullable=False),
    Column("timezone", CleanText),
    Column("position", Integer, nullable=False),  # place in the configuration
    Column("enabled", Boolean, nullable=False),
    # as found by polling
    Column("own_title", CleanText, nullable=False),
    Column("etag", CleanText),
    Column("last_modified", CleanText),
    Column("validators_url", CleanText),
    Column("body_hash", CleanText),
    Column("failures", Integer, nullable=False),
    Column("next_poll_at", Moment, nullable=False),
    Column("last_polled_at", Moment),
    Column("last_success_at", Moment),
    Column("first_success_at", Moment),
    Column("error_kind", CleanText),
    Column("error", CleanText),
    Column("gone", Boolean, nullable=False),
    Column("moved_to", CleanText),
    Column("moved_seen", Integer, nullable=False),
    Column("listed", Integer, nullable=False, server_default="0"),
    Column("burst", Integer, nullable=False, server_default="0"),
    Column("habits", Json, nullable=False, server_default="[]"),
    Column("rhythm", Json),
    Column("due_why", CleanText),
    # who polls it now
    Column("lease_token", Integer, nullable=False),
    Column("lease_until", Moment),
    Index("feed_due", "enabled", "gone", "next_poll_at"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False),
    Column("key", CleanText, nullable=False),
    # short columns before the long ones: SQLite reads a row from its start
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("revision", CleanText, nullable=False),
    Column("url", CleanText),
    Column("canonical_url", CleanText),
    Column("guid", CleanText),
    Column("language", CleanText),
    Column("author", CleanText, nullable=False),
    Column("tags", Json, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("summary", CleanText, nullable=False),
    Column("content", CleanText, nullable=False),
    UniqueConstraint("feed_id", "key"),
    Index("entry_seen", "first_seen_at", "feed_id", "published_at"),
    Index("entry_feed", "feed_id", "id"),
)

# The other names of an entry in its feed (pages, headline): it may come back under them (F3). Entries
# are not referred to by key: that would search the whole table for each one that is deleted.
alias = Table(
    "alias",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Entries of a flood that the operator has neither approved nor muted (F4).
held = Table(
    "held",
    metadata,
    Column("entry_id", ForeignKey("entry.id"), primary_key=True, autoincrement=False),
)

# What an entry said before it was edited (F6).
revision = Table(
    "revision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entry.id"), nullable=False),
    Column("edited_at", Moment, nullable=False),
    Column("kind", CleanText),  # of a material change; None for any other
    Column("before", CleanText, nullable=False),  # what the change took away, and what it put there
    Column("after", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("summary", CleanText, nullable=False),
    Column("content", CleanText, nullable=False),
    Index("revision_entry", "entry_id", "edited_at"),
)

# What the operator has to know of a feed, told in the next digest of each schedule.
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", ForeignKey("feed.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("entries", Integer, nullable=False),
    Index("notice_at", "at"),
)

story = Table(
    "story",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("founded_at", Moment, nullable=False),
)

hit = Table(
    "hit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entry.id"), nullable=False, unique=True),
    Column("story_id", ForeignKey("story.id"), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("stale", Boolean, nullable=False),  # too old to be news: never owed (F5)
    Column("telling", LargeBinary, nullable=False),  # what it tells, to be weighed; may be empty
    Column("matches", Json, nullable=False),
    Index("hit_story", "story_id"),
    Index("hit_seen", "seen_at"),
)

# One row for each match of a hit: what a channel may be owed, found without reading JSON.
match = Table(
    "match",
    metadata,
    Column("hit_id", ForeignKey("hit.id"), primary_key=True),
    Column("watch", CleanText, primary_key=True),
    Column("story_id", CleanText, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("reapplied", Boolean, nullable=False),  # found in the archive by new criteria
    Index("match_owed", "watch", "stale", "hit_id", "story_id", "seen_at", "reapplied"),
)

# The way from a print (canonical URL, headline, sentence, rare words) back to the hits that bear it.
print_ = Table(
    "print",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("told_at", Second, primary_key=True),
    Column("hit_id", ForeignKey("hit.id"), primary_key=True),
    sqlite_with_rowid=False,
)

# Prints that come with every item of some house: footers, bulletins. They are no evidence.
standing = Table(
    "standing",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
)

# How strongly two hits tell one event; ``one`` is the smaller number.
link = Table(
    "link",
    metadata,
    Column("one", ForeignKey("hit.id"), primary_key=True),
    Column("other", ForeignKey("hit.id"), primary_key=True),
    Column("strength", Float, nullable=False),
    Column("relation", CleanText, nullable=False),
    Index("link_other", "other", "one"),
    sqlite_with_rowid=False,
)

digest = Table(
    "digest",
    metadata,
    Column("key", CleanText, primary_key=True),
    Column("schedule", CleanText, nullable=False),
    Column("channel_id", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("slot_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("payload", Json, nullable=False),
    Index("digest_created", "created_at"),
)

message = Table(
    "message",
    metadata,
    Column("digest_key", ForeignKey("digest.key"), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("parts", Integer, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("html", CleanText, nullable=False),
    Column("payload", CleanText, nullable=False),
)

# Hits are told, not stories: a story that is grouped anew stays told as far as its hits were.
told = Table(
    "told",
    metadata,
    Column("hit_id", ForeignKey("hit.id"), primary_key=True),
    Column("channel_id", CleanText, primary_key=True),
    Column("story_id", ForeignKey("story.id"), nullable=False),  # where the hit is now
    Column("digest_key", ForeignKey("digest.key"), nullable=False),
    Index("told_story", "story_id", "channel_id"),
    Index("told_digest", "digest_key"),
)

subscription = Table(
    "subscription",
    metadata,
    Column("channel_id", CleanText, primary_key=True),
    Column("watch", CleanText, primary_key=True),
    Column("since", Moment, nullable=False),  # hits seen before are not owed
    Column("settled_hit", BigInteger, nullable=False),  # up to here nothing is owed any more
)

# By which criteria of each watch the stored entries were matched.
criteria = Table(
    "criteria",
    metadata,
    Column("watch", CleanText, primary_key=True),
    Column("digest", CleanText, nullable=False),
)

slot = Table(
    "slot",
    metadata,
    Column("schedule", CleanText, primary_key=True),
    Column("channel_id", CleanText, primary_key=True),
    Column("slot_at", Moment, nullable=False),  # the newest one composed, or noted as empty
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("digest_key", CleanText, nullable=False),
    Column("part", Integer, nullable=False),
    Column("channel_id", CleanText, nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", CleanText, nullable=False),
    Column("attempts", Integer, nullable=False),  # also the fencing token of the lease
    Column("next_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("sent_at", Moment),
    Column("error", CleanText),
    ForeignKeyConstraint(["digest_key", "part"], ["message.digest_key", "message.part"]),
    UniqueConstraint("digest_key", "part", "channel_id", "recipient"),
    Index("delivery_due", "channel_id", "state", "next_at"),
    Index("delivery_created", "created_at"),
)
