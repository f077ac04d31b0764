"""What an entry tells, and how it is stored."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from monitor.model.source import Entry
from monitor.story.features import tell
from monitor.story.figures import read_days, read_numbers
from monitor.story.packing import pack, unpack
from monitor.story.rarity import rarity_of
from monitor.story.stages import stages_of
from monitor.story.stems import stem
from monitor.story.words import read

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY = Entry(
    "agency", "1", title="Almavar harbour closed after earthquake, 14 hurt", url="https://example.org/1",
    canonical_url="https://example.org/1", language="en-GB", published_at=NOW,
    summary="The harbour of Almavar was closed on 21 November after an earthquake, governor Irena Polsk told reporters.",
)  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(ENTRY, id="full"),
        pytest.param(Entry("a", "1"), id="empty"),
        pytest.param(Entry("a" * 90, "1", title="阿尔马瓦尔港口关闭", language="zh"), id="no-date"),
    ],
)
def test_a_telling_survives_its_storage(entry: Entry) -> None:
    """What is read back weighs as what was written."""
    telling = tell(entry, {"harbour": frozenset({"harbour"})}, NOW)
    assert unpack(pack(telling)) == telling


def test_a_telling_of_another_form_is_refused() -> None:
    """Bytes of another version are told, never misread."""
    with pytest.raises(ValueError, match="form"):
        unpack(b"\xff" + pack(tell(ENTRY, {}, NOW))[1:])


def test_a_telling_is_the_same_in_every_process() -> None:
    """What is stored is compared by later processes: nothing depends on Python's own hashes."""
    code = (
        "from tests.story.test_features import *; "
        "print(pack(tell(ENTRY, {'a': frozenset({'b', 'c'})}, NOW)).hex())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1]


def test_keys_are_few() -> None:
    """A million entries are indexed: at most 16 keys each."""
    long = Entry(
        "a",
        "1",
        title="Title",
        summary=" ".join(f"Sentence word{n} about many other things said here." for n in range(99)),
    )
    assert len(tell(long, {str(n): frozenset({"x"}) for n in range(9)}, NOW).keys) == 16


@pytest.mark.parametrize(
    ("forms", "same"),
    [
        (("summit", "summits"), True), (("signed", "signing", "signs"), True), (("министр", "министра", "министром"), True),
        (("саммит", "саммите"), True), (("президенті", "президенттің"), True), (("bank", "band"), False),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...], same: bool) -> None:
    """Endings fall away in any of the languages, without a dictionary."""
    assert (len({stem(form) for form in forms}) == 1) is same


def test_rare_words_weigh_more() -> None:
    """Rarity is fixed: a name nobody knows is the rarest, a word of every text tells nothing."""
    assert rarity_of("the") == rarity_of("和") * 0 == 0
    assert rarity_of(stem("president")) < rarity_of(stem("earthquake")) < rarity_of("qwzxvk")


def test_names_are_told_by_capitals_inside_sentences() -> None:
    """A word that begins a sentence, or stands in a headline in capitals, is no name for that."""
    assert read("On the evening before Irena came to the town.").names == {stem("irena")}
    assert read("Harbour Closed After Strong Earthquake").names == set()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 8 November", [(11, 8)]), ("Sept. 15 and July 2", [(9, 15), (7, 2)]), ("8 ноября", [(11, 8)]),
        ("5 мая", [(5, 5)]), ("1 қыркүйек", [(9, 1)]), ("2-sentyabr", []), ("8月31日", [(8, 31)]), ("15 people", []),
    ],
)  # fmt: skip
def test_days_are_read(text: str, days: list[tuple[int, int]]) -> None:
    """Days named in headlines tell forecasts and bulletins apart."""
    assert read_days(text) == {month * 32 + day for month, day in days}


def test_numbers_are_read_with_what_they_count() -> None:
    """25 documents are not 25 people; years are no figures, and one digit tells too little."""
    assert not read_numbers("25 documents").keys() & read_numbers("25 people").keys()
    assert read_numbers("25 документов").keys() == read_numbers("25 документа").keys()
    assert not read_numbers("in 2025, 3 people")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A denies it", "A says it"),
        ("В Думе объяснили запрет", "Дума ввела запрет"),
        ("官员否认消息", "官员公布消息"),
    ],
)
def test_stages_of_headlines(one: str, other: str) -> None:
    """A denial, an answer, an explanation is other news than what it is about."""
    assert stages_of(one) != stages_of(other) == 0
