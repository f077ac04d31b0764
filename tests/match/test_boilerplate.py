"""What is boilerplate by its shape or by its repetition, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import Matcher
from monitor.match.boilerplate import REPEATS, boilerplate, standing_lines, without_boilerplate
from monitor.model.watch import Document, Watch

TEXT = "The river council met on Monday and agreed on a fund for the delta."


def marked(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in boilerplate(text)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Continue Reading", id="en teaser"),
        pytest.param("Read more »", id="en more"),
        pytest.param("Post a Comment (0)", id="en comments"),
        pytest.param("Source :", id="en source"),
        pytest.param("Share this:", id="en share"),
        pytest.param("Facebook Twitter WhatsApp Telegram", id="networks"),
        pytest.param("Поделиться ВКонтакте Одноклассники", id="ru networks"),
        pytest.param("The post A River appeared first on The Delta Times.", id="en posted"),
        pytest.param("Follow us on Telegram: news of the delta", id="en follow"),
        pytest.param("(Reporting by A. Writer in the delta; Editing by B. Reader)", id="en desk"),
        pytest.param("Tags: river, delta", id="en tags"),
        pytest.param("#river #delta #water", id="tag cloud"),
        pytest.param("#река", id="one tag"),
        pytest.param("Read also: A river in the south", id="en read also"),
        pytest.param("Photo credit: The river council", id="en photo"),
        pytest.param("The council at the river. Photo: A. Writer", id="en caption"),
        pytest.param("Подписывайтесь на наш канал о реке", id="ru subscribe"),
        pytest.param("Читайте также: Река на юге", id="ru read also"),
        pytest.param("Читать далее →", id="ru more"),
        pytest.param("Фото: пресс-служба реки", id="ru photo"),
        pytest.param("Теги: река, дельта", id="ru tags"),
        pytest.param("При использовании материалов ссылка на «Реку» обязательна", id="ru rights"),
        pytest.param("Тағы оқыңыз: Оңтүстіктегі өзен", id="kk read also"),
        pytest.param("Сурет: өзен баспасөз қызметі", id="kk photo"),
        pytest.param("Толығырақ", id="kk more"),
        pytest.param("Дагы окуңуз: Түштүктөгү дарыя", id="ky read also"),
        pytest.param("Сүрөт: дарыя", id="ky photo"),
        pytest.param("Batafsil", id="uz more"),
        pytest.param("Shuningdek oʻqing: Janubdagi daryo", id="uz read also"),
        pytest.param("Батафсил...", id="uz-Cyrl more"),
        pytest.param("Ҳамчунин хонед: Дарё дар ҷануб", id="tg read also"),
        pytest.param("责任编辑：张三", id="zh editor"),
        pytest.param("【责任编辑:张三】", id="zh editor in brackets"),
        pytest.param("相关阅读：南方的河", id="zh read also"),
        pytest.param("图为河流委员会会场。", id="zh photo"),
        pytest.param("委员会会场。新华社记者 张三 摄", id="zh caption"),
        pytest.param("阅读全文", id="zh more"),
        pytest.param("扫码关注我们", id="zh follow"),
    ],
)
def test_known_wordings_are_boilerplate(line: str) -> None:
    """A short line of known wording after a text is none of it, in each language."""
    assert marked(f"{TEXT}\n\n{line}") == [line]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="a sentence"),
        pytest.param(f"{TEXT}\n\nPhotos of the river were shown to the council.", id="photos"),
        pytest.param(f"{TEXT}\n\nThey print maps from photos by the council", id="photos by"),
        pytest.param(f"{TEXT}\n\nResize Image: make it smaller", id="image"),
        pytest.param(f"{TEXT}\n\nRelated industries grow in the delta.", id="related"),
        pytest.param(f"{TEXT}\n\nFollow-up talks are due in May.", id="follow"),
        pytest.param(f"{TEXT}\n\n#River council meets again, says the delta.", id="tag in a line"),
        pytest.param(f"{TEXT}\n\nПодписание состоится на реке в мае.", id="ru signing"),
        pytest.param(f"{TEXT}\n\nИсточник реки нашли в горах.", id="ru source"),
        pytest.param(f"{TEXT}\n\nТеги и метки ставят на берегу.", id="ru tags"),
        pytest.param(f"{TEXT}\n\n来源国代表出席会议。", id="zh source country"),
        pytest.param(f"{TEXT}\n\nSubscribe " + "to the delta " * 40, id="too long"),
        pytest.param("Photo exhibition: the river in winter", id="only a title"),
    ],
)
def test_what_says_something_is_not_boilerplate(text: str) -> None:
    """Words that boilerplate uses too do not make a sentence part of it."""
    assert marked(text) == []


def test_headlines_after_read_also_go_until_the_text_goes_on() -> None:
    """In the middle of a text the links end where a sentence comes; at its end all of them go."""
    text = f"{TEXT}\n\nRead also:\n\nA river in the south\n\nA delta in the north\n\n{TEXT}"
    assert marked(text) == ["Read also:", "A river in the south", "A delta in the north"]
    titles = [f"River number {number}" for number in range(9)]
    tail = "\n\n".join([TEXT, "Читайте также", *titles])
    assert marked(tail) == ["Читайте также", *titles]


def test_a_text_of_one_line_keeps_all_but_its_tail() -> None:
    """A summary with a credit or a teaser's end is still the summary."""
    assert marked("The council met at the river. Photo: A. Writer") == ["Photo: A. Writer"]
    assert marked("The council met […] Read more") == ["[…] Read more"]
    assert marked("The council met #river #delta") == ["#river #delta"]


def test_matches_keep_the_offsets_of_the_whole_text() -> None:
    """Boilerplate neither matches nor moves what does."""
    text = f"Photo: the river\n\n{TEXT}\n\nRead also: river, river, river"
    document = Document(title="Council meets #river #delta", text=text)
    [found] = Matcher([Watch("w", "W", "river")], []).match(without_boilerplate(document))
    [span] = found.spans
    assert text[span.start : span.end] == span.text == "river"
    assert span.start == text.index(TEXT) + 4


def test_no_phrase_crosses_boilerplate() -> None:
    """What stands on both sides of a caption is not side by side."""
    document = Document(text="They met the river\n\nPhoto: A. Writer\n\ncouncil members said.")
    matcher = Matcher([Watch("w", "W", '"river council"')], [])
    assert matcher.match(without_boilerplate(document)) == ()


def test_a_line_in_many_entries_is_the_feeds_own() -> None:
    """A line of four entries is standing; one of three, or of one entry posted again, is not."""
    about = "The Delta Times is a daily of the river."
    three = [(f"Title {n}", f"Text {n}\n\n{about}") for n in range(REPEATS - 1)]
    assert standing_lines(three) == frozenset()
    assert standing_lines([("Title", f"Text\n\n{about}")] * 9) == frozenset()
    standing = standing_lines([*three, ("Title", f"Text\n\n{about.upper()}")])
    [span] = boilerplate(f"{TEXT}\n\n{about}", standing)
    assert f"{TEXT}\n\n{about}"[slice(*span)] == about


def test_an_entry_posted_again_is_no_frame() -> None:
    """Of a long text that stands in four entries nothing goes: it is a text, not what surrounds one."""
    body = "\n\n".join(f"{TEXT} {n}" for n in range(20))
    standing = standing_lines([(f"Update {n}", body) for n in range(REPEATS)])
    assert standing
    assert boilerplate(body, standing) == ()


@given(st.text(alphabet="aя中#:.!… \n()Photo:фРead more来源：", max_size=200))
def test_any_text_gives_ranges_in_order_within_lines(text: str) -> None:
    """Ranges are sorted, apart, not empty, inside the text, and hold no line break."""
    done = 0
    for start, end in boilerplate(text):
        assert done <= start < end <= len(text)
        assert "\n" not in text[start:end]
        done = end
    masked = without_boilerplate(Document(text=text)).text
    assert len(masked) == len(text)
