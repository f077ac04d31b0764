"""A state of an older program keeps what it knew of stories."""

from alembic import command
from sqlalchemy import create_engine, text

from monitor.store import open_store
from monitor.store.migrate import _config
from tests.store.samples import HOUR, NOW, channel

AT = {"at": "2026-11-22T08:00:00.000000Z"}
ROWS = """
INSERT INTO feed (id, url, title, interval_seconds, rank, position, enabled, own_title, failures,
  next_poll_at, gone, moved_seen, lease_token)
  VALUES ('a', 'https://a.example/', 'A', 3600, 0, 0, 1, '', 0, :at, 0, 0, 0);
INSERT INTO story VALUES ('told', :at), ('owed', :at);
INSERT INTO digest VALUES ('daily:1', 'daily', 'desk', 'digest', :at, :at, :at, 0, 'null');
INSERT INTO told VALUES ('desk', 'told', 'daily:1')
"""
HIT = """
INSERT INTO entry (id, feed_id, key, first_seen_at, last_seen_at, revision, author, tags, title, summary, content)
  VALUES (:n, 'a', :n, :at, :at, '', '', '[]', 'The river rose at Karsk', '', 'It flooded eleven streets.');
INSERT INTO hit (id, entry_id, story_id, seen_at, stale, text_print, title_print, sentence_prints, matches)
  VALUES (:n, :n, :story, :at, 0, '', '', '[]', '[]');
INSERT INTO match VALUES (:n, 'w', :story, :at, 0, 0)
"""


async def test_stories_of_the_second_shape_stay_together_and_told(sqlite_url: str) -> None:
    """What was joined stays joined, what was told stays told, what is owed stays owed."""
    async with open_store(sqlite_url):  # makes the folder, which is all that is kept of it
        pass
    path = sqlite_url.replace("monitor.db", "old.db")
    engine = create_engine(path)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0002")
        for statement in ROWS.split(";"):
            connection.execute(text(statement), AT if ":at" in statement else {})
        for number, story in ((1, "told"), (2, "told"), (3, "owed")):
            for statement in HIT.split(";"):
                connection.execute(text(statement), {**AT, "n": number, "story": story})
    engine.dispose()
    async with open_store(path) as store:
        [owed] = await store.owed(channel(), ["w"], NOW + HOUR)
        assert (owed.id, [hit.id for hit in owed.hits]) == ("owed", [3])
        stories = {one.id: one for one in await store.stories(since=None, limit=9)}
        assert [hit.id for hit in stories["told"].hits] == [1, 2]
        assert stories["told"].relations == {2: "copy"}
