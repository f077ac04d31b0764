"""Whatever the file holds, the answer is settings or problems in our own words."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config.load import check

_EVERYTHING = Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8")
_JARGON = re.compile(
    r"pydantic|Input should|valid (?:string|list|dict)|does not fit here|Traceback|None"
)
_PIECES = st.sampled_from(
    [
        "",
        ":",
        " ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "@x",
        "\t",
        "#",
        "~",
        "[]",
        "{}",
        "a: b",
    ]
)
_SETTINGS = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _check_told(path: Path) -> None:
    report = check(path, environ={})
    assert (report.settings is None) == bool(report.problems)
    for problem in report.problems:
        assert problem.file == str(path)
        assert problem.line >= 0
        assert not _JARGON.search(problem.what + problem.mend), problem


@_SETTINGS
@given(raw=st.binary(max_size=200))
def test_random_bytes(tmp_path: Path, raw: bytes) -> None:
    """Random bytes never raise."""
    path = tmp_path / "feeds.yaml"
    path.write_bytes(raw)
    _check_told(path)


@_SETTINGS
@given(at=st.integers(0, len(_EVERYTHING)), length=st.integers(0, 30), piece=_PIECES)
def test_damaged_file(tmp_path: Path, at: int, length: int, piece: str) -> None:
    """A good file with a piece cut out or put in never raises, and is told in plain words."""
    path = tmp_path / "feeds.yaml"
    path.write_text(_EVERYTHING[:at] + piece + _EVERYTHING[at + length :], encoding="utf-8")
    _check_told(path)


_KEYS = st.sampled_from(
    [
        "contact",
        "timezone",
        "polling",
        "network",
        "allow",
        "feeds",
        "terms",
        "watches",
        "channels",
        "digests",
        "alerts",
        "title",
        "url",
        "id",
        "interval",
        "query",
        "exclude",
        "urgent",
        "weight",
        "type",
        "host",
        "from",
        "to",
        "password",
        "env",
        "file",
        "at",
        "days",
        "limit",
        "en",
    ]
)
_SCALARS = st.sampled_from(
    ["", "~", "x", "'08:00'", "1", "email", "slack", "webhook", "'@x'", "true"]
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(_KEYS, inner, max_size=4).map(
            lambda items: f"{{{', '.join(f'{key}: {value}' for key, value in items.items())}}}"
        ),
    ),
    max_leaves=8,
)


@_SETTINGS
@given(sections=st.dictionaries(_KEYS, _TREES, max_size=6))
def test_any_shape(tmp_path: Path, sections: dict[str, str]) -> None:
    """Any tree under any key is told in plain words."""
    path = tmp_path / "feeds.yaml"
    path.write_text("".join(f"{key}: {tree}\n" for key, tree in sections.items()), encoding="utf-8")
    _check_told(path)
