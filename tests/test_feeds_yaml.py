"""The shipped subject: feeds.yaml finds what it is for, and refuses what only looks like it."""

import re
from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.config.settings import Settings
from monitor.match.matcher import Matcher
from monitor.model.watch import Document

ROOT = Path(__file__).parents[1]
ARTICLES = Path(__file__).parent / "data" / "articles"
LANGUAGES = {"en", "ru", "kk", "zh", "uz", "ky", "tg"}
PRIORITIES = {"security", "trade-logistics", "digital-ai", "environment-water"}
WATCHES = PRIORITIES | {"sco", "kazakhstan", "sco-kazakhstan", "tokayev"}
BOTH = {"sco", "kazakhstan", "sco-kazakhstan"}


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Load the shipped file as `monitor check` would, without its secrets."""
    return load(ROOT / "feeds.yaml", environ={}, secrets=False)


@pytest.fixture(scope="module")
def matcher(settings: Settings) -> Matcher:
    """Compile the shipped watches."""
    return Matcher(settings.watches, settings.terms)


def watches(matcher: Matcher, text: str, *, title: str = "", lang: str = "") -> set[str]:
    """Name the watches that want a text."""
    return {match.watch for match in matcher.match(Document(title=title, text=text, lang=lang))}


def article(name: str) -> Document:
    """Read a test article: headline on the first line."""
    title, _, text = (ARTICLES / name).read_text("utf-8").partition("\n")
    return Document(id=name, title=title, text=text, lang="en")


def test_asks_one_thing_of_its_reader(settings: Settings) -> None:
    """The shipped file loads without problems; its one warning is that the contact is an example."""
    assert [warning.what.partition(":")[0] for warning in settings.warnings] == ["contact"]


def test_follows_many_feeds_in_all_seven_languages(settings: Settings) -> None:
    """About sixty feeds, each of the seven languages among them, each with its country."""
    assert len(settings.feeds) >= 55
    assert {feed.language for feed in settings.feeds} == LANGUAGES
    assert all(feed.country for feed in settings.feeds)


def test_has_the_promised_watches(settings: Settings) -> None:
    """The four priorities and the three subjects are there; only the joint one is urgent."""
    assert {watch.name for watch in settings.watches} >= WATCHES
    assert [watch.name for watch in settings.watches if watch.urgent] == ["sco-kazakhstan"]


def test_spells_the_organisation_in_every_language(settings: Settings) -> None:
    """@sco is spelt in all seven languages, and holds none of what may mean something else."""
    terms = {term.name: set(term.spellings) for term in settings.terms}
    assert {spelling.language for spelling in terms["sco"]} >= LANGUAGES
    assert not {spelling.text for spelling in terms["sco"]} & {"SCO", "上合"}


def test_every_term_is_used(settings: Settings) -> None:
    """No term stands idle: each is named by a watch."""
    queries = " ".join(f"{watch.query} {watch.exclude or ''}" for watch in settings.watches)
    named = set(re.findall(r"@([\w-]+)", queries))
    assert {term.name for term in settings.terms} == named


def test_summit_speech_is_found_under_all_four_priorities(matcher: Matcher) -> None:
    """A speech that touches security, trade, AI and water is filed under each of them."""
    found = {match.watch for match in matcher.match(article("summit-speech.txt"))}
    assert found >= PRIORITIES | BOTH | {"tokayev"}


@pytest.mark.parametrize("name", ["interview-agency.txt", "interview-repost.txt"])
def test_interview_and_its_repost_are_found(matcher: Matcher, name: str) -> None:
    """The agency's interview is found, and so is the blog's copy that lacks the full name."""
    assert {match.watch for match in matcher.match(article(name))} >= BOTH


def test_matches_say_why(matcher: Matcher) -> None:
    """Each match names its terms and the places that earned it."""
    document = article("summit-speech.txt")
    for match in matcher.match(document):
        assert match.terms
        for span in match.spans:
            assert getattr(document, span.field)[span.start : span.end] == span.text


FOUND = [
    ("en", "The Shanghai Cooperation Organisation's secretary met Kazakh officials."),
    ("en", "Leaders at the SCO summit thanked Kazakhstan's president."),
    ("ru", "Казахстан примет заседание совета министров ШОС."),
    ("ru", "В Шанхайской организацией сотрудничества документе упомянута казахстанская сторона."),
    ("kk", "Қазақстан ШЫҰ-ға төрағалық етті."),
    ("kk", "Шанхай ынтымақтастық ұйымының отырысы Қазақстанда өтеді."),
    ("kk", "Qazaqstan Shanghaı yntymaqtastyq uıymyna tóraǵalyq etti."),
    ("kk", "Şanhai yntymaqtastyq ūiymynyñ jiyny Qazaqstanda ötedi."),
    ("zh", "哈萨克斯坦总统出席上合组织峰会。"),
    ("zh", "哈薩克主辦上海合作組織論壇。"),
    ("uz", "Qozog‘istonda ShHTga a’zo davlatlar vazirlari uchrashdi."),
    ("uz", "Қозоғистонда Шанхай ҳамкорлик ташкилотининг йиғилиши бўлди."),
    ("ky", "Казакстандын өкүлү ШКУга мүчө өлкөлөрдүн жыйынында сүйлөдү."),
    ("ky", "Шанхай кызматташтык уюмунун жыйынына Казакстан катышты."),
    ("tg", "Қазоқистон ба СҲШ-и нав пешниҳод дод."),
    ("tg", "Созмони ҳамкории Шанхай дар Қазоқистон ҷаласа дорад."),
]


@pytest.mark.parametrize(("lang", "text"), FOUND)
def test_finds_its_subject_in_every_language(matcher: Matcher, lang: str, text: str) -> None:
    """The organisation and the country are found with the endings each language gives them."""
    assert watches(matcher, text, lang=lang) >= BOTH


PRIORITY_SENTENCES = [
    ("ru", "ШОС: терроризм", "security"),
    ("ru", "ШОС: товарооборот и транзитные перевозки", "trade-logistics"),
    ("ru", "ШОС: искусственного интеллекта и цифровизации", "digital-ai"),
    ("ru", "ШОС: таяние ледников и засухи", "environment-water"),
    ("kk", "ШЫҰ: экстремизмге қарсы күрес", "security"),
    ("kk", "ШЫҰ: сауданы дамыту", "trade-logistics"),
    ("kk", "ШЫҰ: жасанды интеллектінің рөлі", "digital-ai"),
    ("kk", "ШЫҰ: су ресурстарын бөлу", "environment-water"),
    ("zh", "上合组织打击三股势力", "security"),
    ("zh", "上合组织贸易额增长", "trade-logistics"),
    ("zh", "上合组织人工智能论坛", "digital-ai"),
    ("zh", "上合组织应对气候变化", "environment-water"),
    ("uz", "ShHT: terrorizmga qarshi kurash", "security"),
    ("uz", "ShHT: savdo hajmi", "trade-logistics"),
    ("uz", "ShHT: sun‘iy intellektni rivojlantirish", "digital-ai"),
    ("uz", "ShHT: iqlim o‘zgarishi", "environment-water"),
    ("ky", "ШКУ: экстремизмге каршы", "security"),
    ("ky", "ШКУ: сооданы өнүктүрүү", "trade-logistics"),
    ("ky", "ШКУ: санариптештирүү", "digital-ai"),
    ("ky", "ШКУ: мөңгүлөр эрүүдө", "environment-water"),
    ("tg", "СҲШ: мубориза бо терроризм", "security"),
    ("tg", "СҲШ: гардиши мол", "trade-logistics"),
    ("tg", "СҲШ: зеҳни сунъӣ", "digital-ai"),
    ("tg", "СҲШ: обшавии пиряхҳо", "environment-water"),
]


@pytest.mark.parametrize(("lang", "text", "priority"), PRIORITY_SENTENCES)
def test_files_by_priority(matcher: Matcher, lang: str, text: str, priority: str) -> None:
    """Each priority is known by its words in each language, and not by another's."""
    assert watches(matcher, text, lang=lang) & PRIORITIES == {priority}


LOOK_ALIKES = [
    ("en", "The court found that Novell, not the SCO Group, owns the Unix copyrights."),
    ("en", "SCO filed for liquidation after the Linux lawsuits against IBM."),
    ("en", "THE SCO began the winter with a breathless account of Beethoven's overture."),
    ("en", "The SCO plays Mozart in Shanghai and Beijing under its new conductor."),
    ("en", "The Scottish Chamber Orchestra has named a leader; she joined the SCO at nineteen."),
    ("en", "A fire broke out in SCO 112, a shop-cum-office in Sector 17."),
    ("en", "Scotland held on for a goalless draw in Kazakhstan."),
    ("en", "Scotland, San Francisco and an old disco."),
    ("en", "XDS Astana hunt for stage wins in the Giro d'Italia."),
    ("en", "Astana Qazaqstan Team leave the Tour de France."),
    ("en", "FC Astana lost at home in the Conference League."),
    ("ru", "На Северном шоссе и шоссе Энтузиастов встали сотни машин."),
    ("ru", "ШОССЕ ЗАКРЫТО ИЗ-ЗА СНЕГА"),
    ("ru", "ФК «Астана» сыграл вничью в матче Лиги конференций."),
    ("ru", "Велокоманда «Астана» выиграла этап «Тур де Франс»."),
    ("ru", "Гитарист взял последний аккорд."),
    ("ru", "Шкуна пришла в порт."),
    ("ru", "На Алма-Атинской улице в Москве потушен пожар."),
    ("ru", "С Байконура стартовал «Союз» с тремя космонавтами."),
    ("ru", "АСТАНА, 5 января – Sputnik. В Париже открылась выставка."),
    ("ru", "АЛМАТЫ. КАЗИНФОРМ – В Осло вручили премию."),
    ("en", "ASTANA. Kazinform – A volcano has erupted in Iceland."),
    ("en", "Norway works with the CIS, SCO and UN, its minister said in Beijing."),
    ("en", "The OSCE, SCO and CIS sent observers to the vote in Minsk."),
    ("en", "SCO shares fell as investors waited for the trade figures."),
    ("kk", "Қытай астанасы Бейжіңде жаңа музей ашылды."),
    ("kk", "Мехико астанадан алыс емес, жанартау астананың маңында."),
    ("zh", "材料齐全，马上合格领证。"),
    ("zh", "青岛上合示范区举办啤酒节。"),
    ("zh", "他在飞机上合影，路上合计花费不多。"),
    ("zh", "网上合作窗口周末照常开放，线上合影留念。"),
    ("zh", "队伍集中亚军阵容训练。"),
    ("zh", "其中亚洲选手三人，其中哈登得分最高。"),
    ("zh", "他在哈尔滨学习，后来在哈佛任教。"),
    ("uz", "U eshik ostonasida to‘xtab qoldi."),
    ("uz", "У остонада тўхтаб қолди."),
    ("ky", "Анын аты Нурсултан."),
    ("tg", "Дар остонаи соли нав бозорҳо пур шуданд."),
]


@pytest.mark.parametrize(("lang", "text"), LOOK_ALIKES)
def test_refuses_what_only_looks_like_it(matcher: Matcher, lang: str, text: str) -> None:
    """Software, orchestra, sport, roads and common words match no watch at all."""
    assert watches(matcher, text, lang=lang) == set()


def test_a_bare_acronym_needs_company(matcher: Matcher) -> None:
    """SCO alone is refused; beside a member state or a neighbour it counts."""
    assert "sco" not in watches(matcher, "The SCO will meet next week.")
    assert "sco" in watches(matcher, "The SCO will meet next week in Bishkek.")
    assert "sco" in watches(matcher, "SCO foreign ministers will meet next week.")


def test_a_headline_counts_even_in_a_list(matcher: Matcher) -> None:
    """Among other clubs the SCO is only listed, but a headline that names it is about it."""
    text = "Secretaries met in Beijing. They spoke of the work of the CIS, SCO and UN."
    assert "sco" not in watches(matcher, text)
    assert "sco" in watches(matcher, text, title="CIS, SCO and UN heads meet in Beijing")


def test_a_long_text_must_speak_of_it_early_or_twice(matcher: Matcher) -> None:
    """Once in passing, deep in a long text, the country does not count; twice it does."""
    text = "The minister spoke of Norway and its neighbours. " * 40
    assert watches(matcher, f"{text} Kazakhstan was there too.") == set()
    assert watches(matcher, f"Kazakhstan was there too. {text}") == {"kazakhstan"}
    assert watches(matcher, f"{text} Kazakhstan was there. Kazakh envoys spoke.") == {"kazakhstan"}


PADDING = {
    "en": "The jury listened to songs until late and praised the young voices. ",
    "ru": "Жюри до позднего вечера слушало песни и хвалило молодые голоса. ",
    "kk": "Қазылар кешке дейін ән тыңдап, жас дауыстарды мақтады. ",
    "zh": "评委们听歌直到深夜，称赞了年轻的歌手。",
    "uz": "Hakamlar kechgacha qoʻshiq tinglab, yosh ovozlarni maqtadi. ",
    "ky": "Калыстар кечке чейин ыр угуп, жаш үндөрдү мактады. ",
    "tg": "Доварон то бегоҳӣ суруд шунида, овозҳои ҷавонро ситоиш карданд. ",
}

LISTED = [
    ("en", "Singers came from Russia, Kazakhstan, Iran and India."),
    ("ru", "Певцы приехали из России, Казахстана, Ирана и Индии."),
    ("kk", "Әншілер Ресейден, Қазақстаннан, Ираннан және Үндістаннан келді."),
    ("zh", "歌手来自俄罗斯、哈萨克斯坦、伊朗和印度。"),
    ("uz", "Xonandalar Rossiya, Qozogʻiston, Eron va Hindistondan keldi."),
    ("ky", "Ырчылар Орусиядан, Казакстандан, Ирандан жана Индиядан келишти."),
    ("tg", "Сарояндагон аз Русия, Қазоқистон, Эрон ва Ҳиндустон омаданд."),
]


@pytest.mark.parametrize(("lang", "text"), LISTED)
def test_a_list_of_countries_is_not_about_one(matcher: Matcher, lang: str, text: str) -> None:
    """Named with three other countries, early or deep, the country does not count, unless in a headline."""
    assert watches(matcher, text, lang=lang) == set()
    assert watches(matcher, PADDING[lang] * 10 + text, lang=lang) == set()
    assert watches(matcher, PADDING[lang], lang=lang, title=text) == {"kazakhstan"}


IN_PASSING = [
    ("en", "One of them once sang in Kazakhstan."),
    ("ru", "Одна из них когда-то пела в Казахстане."),
    ("kk", "Біреуі бір кезде Қазақстанда ән салған."),
    ("zh", "其中一位曾在哈萨克斯坦唱歌。"),
    ("uz", "Biri bir vaqtlar Qozogʻistonda kuylagan."),
    ("ky", "Бири бир кезде Казакстанда ырдаган."),
    ("tg", "Яке аз онҳо боре дар Қазоқистон суруд хондааст."),
]


@pytest.mark.parametrize(("lang", "text"), IN_PASSING)
def test_once_in_passing_does_not_count(matcher: Matcher, lang: str, text: str) -> None:
    """Deep in a text a lone mention is refused; where the text opens, or in a headline, it is taken."""
    assert watches(matcher, PADDING[lang] * 10 + text, lang=lang) == set()
    assert watches(matcher, text + PADDING[lang] * 10, lang=lang) == {"kazakhstan"}
    assert watches(matcher, PADDING[lang] * 10, lang=lang, title=text) == {"kazakhstan"}


ACTING = [
    ("en", "Kazakhstan's ministry of culture paid for the prizes."),
    ("en", "The president of Kazakhstan sent his greetings."),
    ("ru", "Призы оплатило министерство культуры Казахстана."),
    ("ru", "Казахстанские власти прислали поздравление."),
    ("kk", "Жүлделерді Қазақстан үкіметі төледі."),
    ("zh", "哈萨克斯坦政府支付了奖金。"),
    ("uz", "Sovrinlarni Qozogʻiston hukumati toʻladi."),
    ("ky", "Сыйлыктарды Казакстандын өкмөтү төлөдү."),
    ("ky", "Сыйлыктарды казак өкмөтү Казакстанда төлөдү."),
    ("tg", "Ҷоизаҳоро ҳукумати Қазоқистон пардохт."),
]


@pytest.mark.parametrize(("lang", "text"), ACTING)
def test_a_state_that_acts_counts_wherever_it_stands(
    matcher: Matcher, lang: str, text: str
) -> None:
    """What its government, ministries and officials do is about the country, however deep in a text."""
    assert watches(matcher, PADDING[lang] * 10 + text, lang=lang) == {"kazakhstan"}


def test_a_head_of_state_among_many_is_only_listed(matcher: Matcher) -> None:
    """In a roll of leaders nobody is the subject; what he says himself is about him."""
    roll = "Iran: President Masud P, Kazakhstan: President K. Tokayev, Mongolia: President U. K, Georgia: President M. K."
    assert watches(matcher, PADDING["en"] * 10 + roll) == set()
    said = "Among the guests, Tokayev said, were many from the mountains."
    assert watches(matcher, PADDING["en"] * 10 + said) == {"kazakhstan", "tokayev"}


def test_an_alert_needs_both_as_subjects(matcher: Matcher) -> None:
    """Among the members of the SCO the country is only listed; deep in another story both are in passing."""
    members = "The SCO summit opened. Its members are Russia, Kazakhstan, India and Pakistan."
    assert "sco-kazakhstan" not in watches(matcher, members)
    passing = f"{PADDING['en'] * 10} She once sang in Kazakhstan for guests of the SCO summit."
    assert watches(matcher, passing) & BOTH == set()
    assert "sco-kazakhstan" in watches(matcher, "Kazakhstan will host the next SCO summit.")


def test_chinese_look_alikes_of_the_name(matcher: Matcher) -> None:
    """A script of China's Kazakhs, and a president whose name ends like the short name, are others."""
    assert watches(matcher, "该书哈萨克文版出版发行。", lang="zh") == set()
    assert watches(matcher, "维克拉马辛哈总统会见来宾。", lang="zh") == set()


def test_a_priority_must_concern_the_region(matcher: Matcher) -> None:
    """What is far apart in a text is not about both; one sentence is, unless the region is in passing."""
    padding = "The envoys of many states then spoke of other things. " * 20
    apart = f"Kazakhstan has a new museum. {padding} Norway expects more trade."
    together = f"{padding} Norway expects more trade with Kazakhstan."
    assert watches(matcher, apart) & PRIORITIES == set()
    assert watches(matcher, together) & PRIORITIES == set()
    both = f"{padding} Kazakhstan was there. Norway expects more trade with Kazakhstan."
    assert watches(matcher, both) & PRIORITIES == {"trade-logistics"}
    assert watches(matcher, together, title="Envoys in Astana") & PRIORITIES == {"trade-logistics"}


def test_football_in_passing_hides_nothing(matcher: Matcher) -> None:
    """Sport is told by its headline or by the words of match reports, not by a football ground."""
    text = "A warehouse beside the football ground in Almaty burnt down."
    assert watches(matcher, text, title="Fire in Almaty") == {"kazakhstan"}
    assert watches(matcher, text, title="Football in Almaty") == set()


def test_an_orchestra_in_passing_hides_no_kazakh_news(matcher: Matcher) -> None:
    """What else is called SCO matters only where nothing but the bare letters speaks for an item."""
    text = "To the sound of an orchestra, Kazakhstan opened its new dry port for container trains."
    assert "trade-logistics" in watches(matcher, text)


def test_a_full_name_overrules_a_look_alike(matcher: Matcher) -> None:
    """An orchestra playing for the Shanghai Cooperation Organisation hides nothing."""
    text = "A youth orchestra plays for guests of the Shanghai Cooperation Organisation summit."
    assert "sco" in watches(matcher, text)
