"""The index narrows what is looked through, and never leaves out what the matcher would find."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from monitor.match import Matcher
from monitor.model.watch import Spelling, Term, Watch
from monitor.pipeline.archive import sift
from monitor.ports import Edit
from monitor.store import Store, open_store
from monitor.store.migrate import upgrade
from tests.store.samples import HOUR, NOW, entry, feed, new_hit, poll, poll_hits, save

TEXTS = {
    "en": "The Shanghai Cooperation Organization meets; the SCO's states agree.",
    "ru": "Встреча в Казахстане: ёлка и Трансъевропейский коридор.",
    "kk": "Қазақстанның ШЫҰ-ға төрағалығы.",
    "zh": "出席上海合作组织峰会，与DISCO无关。",
    "uz": "Qozog‘istonda O'zbekiston vakillari.",
    "long": "x" * 200 + " y",
    "none": "",
}
TERMS = [
    Term("kazakhstan", "Kazakhstan", (Spelling("Казахстан", "ru"), Spelling("Қазақстан", "kk"))),
    Term("sco", "SCO", (Spelling("SCO"), Spelling("上海合作组织"), Spelling("ШЫҰ*"))),
]


@pytest.fixture
async def store(store: Store) -> Store:
    """Give a store with one entry a text, tagged and signed."""
    await store.sync_feeds([feed("a", title="Delta"), feed("b")], NOW)
    entries = [
        entry(key, title=f"No {key}", content=text, author="Ann Writer", tags=("water",))
        for key, text in TEXTS.items()
    ]
    await save(store, poll(*entries))
    return store


async def found(store: Store, query: str, *, narrowed: bool = True) -> Sequence[str]:
    matcher = Matcher([Watch("q", "Q", query)], TERMS)
    narrowing = matcher.narrowing() if narrowed else None
    hits = [
        sifted.stored.entry.key
        async for sifted in sift(store, matcher, since=None, narrowing=narrowing)
        if sifted.matches
    ]
    return sorted(hits)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        pytest.param("@sco", ["en", "kk", "zh"], id="a term"),
        pytest.param("@kazakhstan", ["kk", "ru"], id="inflected"),
        pytest.param('"shanghai cooperation organi?ation*"', ["en"], id="a phrase"),
        pytest.param("казахстан*", ["ru"], id="a beginning"),
        pytest.param("*европейск*", ["ru"], id="inside a word"),
        pytest.param("елка", ["ru"], id="ё"),
        pytest.param("上海", ["zh"], id="inside running text"),
        pytest.param("合作 AND disco", ["zh"], id="two scripts"),
        pytest.param("qozog'iston*", ["uz"], id="an apostrophe"),
        pytest.param("o'zbekiston*", ["uz"], id="an apostrophe early"),
        pytest.param("author:writer", sorted(TEXTS), id="author"),
        pytest.param("tag:water NOT @sco", ["long", "none", "ru", "uz"], id="tag"),
        pytest.param("feed:a AND elsewhere", [], id="feed"),
        pytest.param("source:delta казахстан*", ["ru"], id="source"),
        pytest.param("title:none", ["none"], id="title"),
        pytest.param("x" * 200, ["long"], id="a very long word"),
        pytest.param("absent OR missing", [], id="nothing"),
    ],
)
async def test_search_finds_what_the_matcher_finds(
    store: Store, query: str, keys: list[str]
) -> None:
    """With the index and without it the answer is the same."""
    assert await found(store, query) == keys
    assert await found(store, query, narrowed=False) == keys


async def test_the_index_leaves_out_what_cannot_match(store: Store) -> None:
    """Only entries that hold the words are read at all; none where no words can be in them."""
    narrowing = Matcher([Watch("q", "Q", "казахстан* OR 上海合作组织")], []).narrowing()
    read = await store.entries(since=None, narrowing=narrowing, limit=99)
    assert {stored.entry.key for stored in read} == {"ru", "zh"}
    assert await store.entries(since=None, narrowing=(), limit=99) == []


async def test_entries_come_newest_first_page_by_page(store: Store) -> None:
    """Each page goes on below the last; ``since`` leaves out what came before."""
    first = await store.entries(since=None, limit=4)
    rest = await store.entries(since=None, before=first[-1].id, limit=99)
    ids = [stored.id for stored in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(TEXTS)
    assert await store.entries(since=NOW + timedelta(seconds=1), limit=9) == []


async def test_a_stored_entry_tells_what_it_matched_when_it_came(store: Store) -> None:
    """Hits come with matches and story, all others without; both know their feed."""
    hit = new_hit(entry("hit", "b"))
    await save(store, poll_hits(hit, feed_id="b", at=NOW + HOUR))
    newest, other, *_ = await store.entries(since=None, limit=9)
    assert (newest.matches, newest.feed.title, newest.stale) == (hit.matches, "B", False)
    assert newest.story_id
    assert (other.matches, other.story_id, other.feed.id) == ((), None, "a")


async def test_an_edit_is_found_by_its_new_words_only(store: Store) -> None:
    """The index follows the newest wording."""
    known = (await store.known("a", ["ru"]))["ru"]
    edit = Edit(known.entry_id, entry("ru", title="Glacier", content="Melts."), None)
    await save(store, poll(edits=(edit,), at=NOW + HOUR))
    assert await found(store, "glacier") == ["ru"]
    assert await found(store, "казахстан*") == []


async def test_recent_entries_of_a_feed(store: Store) -> None:
    """The newest entries of one feed are given by name and text, newest first."""
    await save(store, poll(entry("other", "b"), feed_id="b"))
    stored = [one.entry for one in await store.entries(since=None, limit=9)]
    ours = [(one.title, one.text) for one in stored if one.feed_id == "a"]
    assert await store.recent_texts("a", limit=2) == ours[:2]


async def test_a_state_from_before_the_index_is_indexed(sqlite_url: str) -> None:
    """The step to the new shape makes what is stored findable."""
    async with open_store(sqlite_url) as old:
        await old.sync_feeds([feed("a")], NOW)
        await save(old, poll(*(entry(str(n), content=f"word{n}") for n in range(1200))))
        await old.database.write(
            lambda c: [c.execute(sql(each)) for each in _BACK_TO_THE_FIRST_SHAPE]
        )
        database = old.database
        upgrade(database.reader, database.writer, "here", lock=lambda _: None)
        assert await found(old, "word1199 OR word0") == ["0", "1199"]


_BACK_TO_THE_FIRST_SHAPE = (
    "DROP TABLE entry_words",
    "DROP TABLE criteria",
    "DROP INDEX entry_feed",
    "DROP INDEX match_owed",
    "ALTER TABLE match DROP COLUMN reapplied",
    "ALTER TABLE feed DROP COLUMN rhythm",
    "ALTER TABLE feed DROP COLUMN due_why",
    "CREATE INDEX match_owed ON match (watch, stale, hit_id, story_id, seen_at)",
    "UPDATE alembic_version SET version_num = '0001'",
)
