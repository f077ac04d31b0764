"""The documentation is true: commands, keys, examples, links and lists are held to the program."""

import ast
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import click
import jinja2
import pytest
import typer.main
import yaml

from monitor.cli.main import app
from monitor.config.json_schema import json_schema
from monitor.config.load import check
from monitor.deliver.retry import PLANS
from monitor.deliver.webhook import signatures
from monitor.digest.environment import Templates
from monitor.digest.messages import HTML_LIMIT, WEBHOOK_LIMIT
from monitor.digest.sample import sample_digest
from monitor.digest.slack import BLOCKS, TEXT_BUDGET
from monitor.digest.view import Part, view
from monitor.errors import QueryError
from monitor.match import Matcher
from monitor.model.outbox import Secret
from monitor.model.watch import Document, Spelling, Term, Watch
from monitor.store.schema import metadata
from tests.config_reference import SECTIONS, table

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVIRON = {
    "SMTP_PASSWORD": "made-up",
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/made/up",
    "HOOK_URL": "https://example.org/hook",
    "HOOK_SECRET": SIGNING,
}
# What a fragment needs around it to be a whole file; each line stands unless the fragment has it.
BASE = {
    "contact": "contact: mailto:desk@example.org",
    "feeds": "feeds: [{title: A, url: 'https://example.org/rss'}]",
    "terms": "terms: {sco: {any: SCO}, kazakhstan: {en: Kazakhstan*}}",
    "watches": "watches: {sco: {query: SCO}, sco-kazakhstan: {query: SCO Kazakhstan}}",
}


def read(name: str) -> str:
    """Read a page of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Find the code blocks of a language, each with its place."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{page.relative_to(ROOT)}:{line}", found[1]


def rows(text: str) -> list[tuple[str, ...]]:
    """Read the rows of Markdown tables."""
    found = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)
    return [tuple(cell.strip() for cell in re.split(r"(?<!\\) \| ", row)) for row in found]


def listed(page: str, mark: str) -> list[str]:
    """List the names in the table after a mark."""
    body = page.split(f"<!-- {mark} -->\n", 1)[1].split("\n\n", 1)[0]
    names = [re.match(r"`(\w+)", row[0]) for row in rows(body)]
    return [name[1] for name in names if name]


# Commands


def commands(command: Any, path: tuple[str, ...] = ("monitor",)) -> Iterator[tuple[str, Any]]:
    """Walk the tree of commands."""
    yield " ".join(path), command
    context = click.Context(command)
    for name in getattr(command, "list_commands", lambda _: [])(context):
        yield from commands(command.get_command(context, name), (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_told(name: str) -> None:
    """Each command and each of its options is named in the reference of commands."""
    page = read("reference/cli.md")
    assert re.search(rf"{re.escape(name)}\b", page)
    section = page.split(f"\n## {' '.join(name.split()[:2])}\n")[-1].split("\n## ")[0]
    text = section if name != "monitor" else page
    options = {
        option for each in COMMANDS[name].params for option in each.opts if option[:2] == "--"
    }
    assert [option for option in options if f"`{option}" not in text] == []


def test_no_command_is_made_up() -> None:
    """Each command that a page names exists."""
    known = set(COMMANDS)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(
            r"(?:`|^    |^)monitor ((?:--\w+ \S+ )*)([a-z]+)", text, re.MULTILINE
        ):
            assert f"monitor {found[2]}" in known, f"{page}: {found[0]}"


def test_each_target_exists() -> None:
    """Each `make` target that a page names is one."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|^    )make (\w+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert [name for name in named if name not in targets] == [], page


# Configuration


@pytest.mark.parametrize("section", SECTIONS)
def test_tables_of_the_configuration_are_those_of_the_schema(section: str) -> None:
    """Each key stands in the reference with its default and meaning, as the schema has them."""
    page = read("reference/config.md")
    assert f"<!-- {section} -->\n{table(section)}\n<!-- end -->" in page


def test_no_section_is_left_out() -> None:
    """Every kind of mapping that the schema knows has its table."""
    assert len(json_schema()["$defs"]) + 1 == len(SECTIONS)


def whole(text: str) -> str:
    """Complete a fragment of feeds.yaml; a whole one stays as it is."""
    keys = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    if "contact" in keys:
        return text
    return "\n".join([text, *(line for key, line in BASE.items() if key not in keys)])


YAML = dict(blocks("yaml"))


@pytest.mark.parametrize("place", YAML)
def test_each_example_loads(place: str, tmp_path: Path) -> None:
    """Each example of feeds.yaml is right; a fragment, once what it leaves out stands around it."""
    file = tmp_path / "feeds.yaml"
    file.write_text(whole(YAML[place]), encoding="utf-8")
    (tmp_path / "smtp-password").write_text("made-up", encoding="utf-8")
    (tmp_path / "my-templates").mkdir()
    report = check(file, environ=ENVIRON)
    assert [str(problem) for problem in report.problems] == []
    assert {warning.what.partition(":")[0] for warning in report.warnings} <= {"contact"}


def test_the_number_of_shipped_feeds_is_right() -> None:
    """The first screen says how many publishers will be asked, and so does the changelog."""
    settings = check(ROOT / "feeds.yaml", environ={}, secrets=False).settings
    assert settings is not None
    for page in ("README.md", "CHANGELOG.md"):
        text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
        assert re.findall(r"(\d+) (?:shipped )?feeds", text) == [str(len(settings.feeds))], page


def test_an_example_that_is_wrong_would_show(tmp_path: Path) -> None:
    """The check of examples bites."""
    file = tmp_path / "feeds.yaml"
    file.write_text(whole("channels:\n  desk: {type: emial}\n"), encoding="utf-8")
    assert check(file, environ=ENVIRON).problems


# Queries

QUERIES = read("reference/query.md")
GRAMMAR, REFUSED = QUERIES.split("## What is refused")
EXAMPLES = [row for row in rows(GRAMMAR.split("## Words, phrases")[1]) if row[0][0] == "`"]
REFUSALS = [row for row in rows(REFUSED) if row[0][0] == "`"]


def terms() -> list[Term]:
    """Read the terms that the page defines."""
    (given,) = (text for place, text in YAML.items() if "query.md" in place)
    return [
        Term(name, name, _spellings(term, unless=False), _spellings(term, unless=True))
        for name, term in yaml.safe_load(given)["terms"].items()
    ]


def _spellings(term: Mapping[str, list[str]], *, unless: bool) -> tuple[Spelling, ...]:
    chosen = (texts for key, texts in term.items() if (key == "unless") == unless)
    return tuple(Spelling(text) for texts in chosen for text in texts)


def finds(query: str, cell: str) -> bool:
    """Put a query to a cell: a text, or an object of fields."""
    given = json.loads(cell) if cell.startswith("{") else {"text": cell}
    fields: dict[str, Any] = {
        key: tuple(value) if key == "tags" else value for key, value in given.items()
    }
    return bool(Matcher([Watch("w", "W", query)], terms()).match(Document(**fields)))


@pytest.mark.parametrize(("query", "matched", "unmatched"), EXAMPLES)
def test_each_query_does_what_its_line_says(query: str, matched: str, unmatched: str) -> None:
    """It matches the second column and does not match the third."""
    assert (finds(query.strip("`"), matched), finds(query.strip("`"), unmatched)) == (True, False)


@pytest.mark.parametrize(("query", "because"), REFUSALS)
def test_each_refusal_gives_its_reason(query: str, because: str) -> None:
    """It is refused in the words of the second column."""
    with pytest.raises(QueryError, match=re.escape(because)):
        finds(query.strip("`"), "river")


def test_there_are_examples_enough() -> None:
    """At least 40 queries, and three or more of each language (English is in the first tables)."""
    assert len(EXAMPLES) >= 40
    for language in ("Russian", "Kazakh", "Chinese", "Uzbek", "Kyrgyz", "Tajik"):
        assert len(rows(GRAMMAR.split(f"## {language}")[1].split("\n## ")[0])) >= 4, language


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link and picture is a file of the repository."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / unquote(target.partition("#")[0])).exists(), target


# Templates

TEMPLATES = read("reference/templates.md")


def test_variables_of_templates_are_listed() -> None:
    """The reference lists the variables that templates are given, and no others."""
    given: Any = view(Part(sample_digest(datetime(2026, 11, 22, tzinfo=UTC)), total=3))
    section = given["sections"][0]
    line = section["lines"][0]
    scopes = {
        "message": {**given, "subject": ""},
        "section": section,
        "line": line,
        "fragment": line["title"][0],
        "update": given["updates"][0],
        "also": line["also"],
        "source": line["also"]["sources"][0],
        "health": given["health"],
    }
    for mark, variables in scopes.items():
        assert sorted(listed(TEMPLATES, mark)) == sorted(variables), mark


def test_filters_of_templates_are_listed() -> None:
    """The reference lists our filters, and Slack's functions."""
    made = Templates([ROOT / "templates"])._environments
    plain = jinja2.Environment(autoescape=True)
    filters = set(made["html"].filters) - set(plain.filters)
    assert set(listed(TEMPLATES, "filters")) == filters
    more = (set(made["slack"].filters) | set(made["slack"].globals)) - set(plain.filters)
    assert set(listed(TEMPLATES, "slack")) == more - set(plain.globals) - filters


def test_files_of_templates_are_listed() -> None:
    """Each built-in template stands in the table."""
    for path in (ROOT / "templates").glob("*.j2"):
        assert f"`{path.name}`" in TEMPLATES


# Delivery and state


def short(wait: timedelta) -> str:
    """Write a duration as the tables do."""
    seconds = int(wait.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60
    if seconds % 60:
        return f"{seconds}s"
    if minutes % 60:
        return f"{minutes}m"
    return f"{hours}h" if hours <= 24 else f"{days}d"


def test_waits_are_those_of_the_program() -> None:
    """The table of retries is the program's."""
    page = rows(read("reference/delivery.md"))
    for kind, plan in PLANS.items():
        waits = " ".join(map(short, plan.steps))
        assert (kind, waits, short(plan.max_age)) in page


def test_limits_are_those_of_the_program() -> None:
    """The table of limits is the program's."""
    page = read("reference/delivery.md")
    for limit in (HTML_LIMIT, TEXT_BUDGET, WEBHOOK_LIMIT):
        assert f"{limit:,} " in page
    assert f"{BLOCKS - 2} blocks" in page


def test_each_table_is_told() -> None:
    """Each table of the store stands in the reference of the state, and no other."""
    page = read("reference/state.md").split("## Tables")[1].split("\n## ")[0]
    named = {row[0].strip("`") for row in rows(page) if row[0][0] == "`"}
    assert named == {*metadata.tables, "entry_words", "alembic_version"}


def test_backup_in_the_words_of_the_page_is_whole(tmp_path: Path) -> None:
    """The backup commands that need nothing but Python and sqlite3 copy a state that is in use."""
    (tmp_path / "state").mkdir()
    live = sqlite3.connect(tmp_path / "state" / "monitor.db")
    live.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    lines = [
        line for _, text in blocks("sh") for line in text.splitlines() if "VACUUM INTO ?" in line
    ]
    (code,) = [re.findall(r'-c "(.*)"$', line)[0] for line in lines]
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    live.close()
    copy = sqlite3.connect(tmp_path / "monitor-compact.db")
    assert copy.execute("SELECT a FROM t").fetchall() == [(1,)]
    copy.close()


def receiver() -> Any:
    """Run the receiver of the how-to, as a reader would copy it."""
    ((_, code),) = blocks("python")
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102  # our own page
    return scope["is_genuine"]


def test_the_receiver_is_short() -> None:
    """It fits on a phone: ten lines of code, docstring aside."""
    ((_, code),) = blocks("python")
    (function,) = (node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef))
    assert len(code.splitlines()) <= 12
    assert ast.get_docstring(function)


@pytest.mark.parametrize(
    ("change", "genuine"),
    [
        ({}, True),
        ({"body": b'{"a":2}'}, False),
        ({"id": "other"}, False),
        ({"age": 301}, False),
        ({"age": -301}, False),
        ({"secrets": (SIGNING[:-4] + "aaaa", SIGNING)}, True),
        ({"secrets": (SIGNING[:-4] + "aaaa",)}, False),
    ],
)
def test_the_receiver_tells_ours_from_others(change: dict[str, Any], genuine: bool) -> None:
    """It accepts what we sign, also during a change of secrets, and nothing else (W2, W3)."""
    stamp = int(time.time()) - change.get("age", 0)
    secrets = [Secret(each) for each in change.get("secrets", (SIGNING,))]
    headers = {
        "webhook-id": change.get("id", "one"),
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures(secrets, "one", stamp, b'{"a":1}'),
    }
    assert receiver()(headers, change.get("body", b'{"a":1}'), SIGNING) is genuine


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_unit_is_sound_and_tight(tmp_path: Path) -> None:
    """systemd finds no fault in the unit, and its exposure is at most 1.5 (R7)."""
    text = (ROOT / "deploy" / "monitor.service").read_text(encoding="utf-8")
    unit = tmp_path / "monitor.service"
    unit.write_text(text.replace("/opt/monitor/.venv/bin/monitor", "/bin/true"), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert [line for line in verified.stderr.splitlines() if "monitor.service" in line] == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-200:]
