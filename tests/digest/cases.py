"""25 digests that must come out as mail and chat just so; ``python -m tests.digest.cases`` keeps them anew."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.digest.render import Renderer
from monitor.digest.sample import sample_digest
from monitor.model.outbox import Digest, FeedHealth, Fragment, Line, Source
from tests.digest.hostile import TITLES
from tests.digest.samples import HEALTH, NOW, TEMPLATES, cyrillic_line, digest, line

GOLDEN = Path(__file__).parent / "golden"
_WHOLE = 60  # stories; of a longer digest an outline is kept
_SUMMIT = {
    "en": ("SCO ministers meet in Astana", "The SCO discussed water.", "US"),
    "ru": ("Министры ШОС встретились в Астане", "На встрече ШОС обсудили воду.", "RU"),
    "zh": ("上合组织部长在阿斯塔纳会晤", "上合组织讨论了水资源问题。", "CN"),
    "kk": ("ШЫҰ министрлері Астанада кездесті", "ШЫҰ су мәселесін талқылады.", "KZ"),
    "ky": ("ШКУ министрлери Астанада жолугушту", "ШКУ суу маселесин талкуулады.", "KG"),
    "tg": ("Вазирони СҲШ дар Остона вохӯрданд", "СҲШ масъалаи обро баррасӣ кард.", "TJ"),
    "uz": ("ShHT vazirlari Ostonada uchrashdi", "ShHT suv masalasini muhokama qildi.", "UZ"),
}


def cases() -> dict[str, Digest]:
    """Give the cases by name."""
    return {
        "one": digest(line(1, "Tokayev proposes a water fund")),
        "forty": digest(*map(line, range(1, 41))),
        "four-hundred": digest(*map(line, range(1, 401))),
        "forty-long": digest(*map(cyrillic_line, range(1, 41)), omitted=7),
        **{f"language-{tag}": digest(told_in(tag)) for tag in _SUMMIT},
        "languages": digest(*(told_in(tag, i) for i, tag in enumerate(_SUMMIT, 1))),
        "right-to-left": digest(line(1, "خبر عن كازاخستان", language="ar")),
        "hostile-titles": digest(*(line(i, title) for i, title in enumerate(TITLES, 1))),
        "hostile-names": digest(*_named(TITLES)),
        "hostile-alert": digest(line(1, TITLES[0]), line(2, TITLES[24]), kind="alert"),
        "alert": digest(line(1, "Tokayev proposes a water fund", urgent=True), kind="alert"),
        "alerts": digest(*map(line, range(1, 4)), kind="alert"),
        "late": digest(line(), late=True, omitted=12),
        "told-widely": digest(line(1, also=_tellings(9), edited=True, urgent=True)),
        "bare": digest(_bare()),
        "every-part": replace(sample_digest(NOW), channel_id="desk"),
        "empty-not-asked": digest(health=FeedHealth()),
        "empty-no-answer": digest(health=FeedHealth(polled=2, failing=("A", "B"))),
        "empty-no-match": digest(health=HEALTH),
    }


def told_in(tag: str, number: int = 1) -> Line:
    """Tell the same made-up story in one of the languages."""
    title, text, country = _SUMMIT[tag]
    name, rest = text[: len(text) // 2], text[len(text) // 2 :]
    return line(
        number,
        title,
        language=tag,
        country=country,
        snippet=(Fragment(name, mark=True), Fragment(rest)),
        also=_tellings(2),
    )


def _tellings(count: int) -> tuple[Source, ...]:
    return tuple(
        Source(f"Source {i}", f"https://example.org/s/{i}", "ru", "KZ", NOW) for i in range(count)
    )


def _named(names: tuple[str, ...]) -> Iterator[Line]:
    for number, name in enumerate(names, 1):
        also = (Source(name, f"https://example.org/{name}", name, name, NOW),)
        url = f"https://example.org/{name}"
        yield line(number, source=name, terms=(name,), country=name[:2], also=also, url=url)


def _bare() -> Line:
    return line(
        1,
        "No address, no source",
        url=None,
        source="",
        country=None,
        snippet=(),
        terms=(),
        published_at=NOW - timedelta(days=400),
    )


def golden_mail(told: Digest) -> str:
    """Write what a reader of plain mail sees: each part's subject and text."""
    mails = Renderer([TEMPLATES]).render(told, "email")
    return "\n".join(f"Subject: {mail.subject}\n\n{_outlined(mail.text, told)}" for mail in mails)


def golden_slack(told: Digest) -> str:
    """Write the payloads for Slack, a block a line."""
    bodies = [json.loads(each.payload) for each in Renderer([TEMPLATES]).render(told, "slack")]
    return "".join(_outlined(_block_lines(body), told) for body in bodies)


def _block_lines(body: dict[str, object]) -> str:
    blocks = body.pop("blocks")
    assert isinstance(blocks, list)
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in [body, *blocks])


def _outlined(text: str, told: Digest) -> str:
    if len(told.lines) <= _WHOLE:
        return text
    rows = (row[:60] for row in text.splitlines() if row[:1].strip() and "context" not in row[:20])
    return "\n".join(rows) + "\n"


def keep() -> None:
    """Write the golden files anew; read the difference before you commit it."""
    for name, told in cases().items():
        (GOLDEN / f"{name}.txt").write_text(golden_mail(told), encoding="utf-8")
        (GOLDEN / f"{name}.slack").write_text(golden_slack(told), encoding="utf-8")


if __name__ == "__main__":
    keep()
