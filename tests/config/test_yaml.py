"""YAML read strictly, with the place of everything."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.places import scalar_offset
from monitor.config.yaml import read_yaml
from monitor.errors import ConfigError

_SOLID = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
_TEXTS = st.lists(st.text(_SOLID, min_size=1, max_size=8), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("on", "on"),
        ("true", "true"),
        ("010", "010"),
        ("1.10", "1.10"),
        ("2026-11-22", "2026-11-22"),
        ("0x1F", "0x1F"),
        ("'null'", "null"),
        ("''", ""),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_stay_text(text: str, value: str | None) -> None:
    """A scalar is the text that stands there, or None where nothing does."""
    assert read_yaml(f"key: {text}\n".encode(), "f").data == {"key": value}


def test_places() -> None:
    """Keys and values are found by path, from line and column 1; CRLF counts as one line end."""
    places = read_yaml(b"a:\r\n  - b: 1\r\n    c: '2'\r\nd: {e: x}\r\n", "f").places
    assert places.of_key(("a",)) == (1, 1)
    assert places.of_value(("a", 0, "c")) == (3, 8)
    assert places.of_key(("a", 0, "c")) == (3, 5)
    assert places.of_key(("a", 0)) == (2, 5)
    assert places.of_value(("d", "tag", "e", 0)) == (4, 8)
    assert places.of_value(("nowhere",)) == (1, 1)


def test_first_of_two_keys_counts() -> None:
    """Of a key that stands twice the first value is kept, its place too."""
    found = read_yaml(b"a: 1\nb: 2\na: [3]\n", "f")
    assert found.data == {"a": "1", "b": "2"}
    assert found.places.of_value(("a",)) == (1, 4)
    assert [(one.line, one.column) for one in found.problems] == [(3, 1)]


def test_growth_is_impossible() -> None:
    """References, which make a small file large, are refused (X, billion laughs)."""
    bomb = b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    found = read_yaml(bomb, "f")
    assert len(found.problems) == 6
    assert found.data == {"a": ["x", "x"], "b": ["*a", "*a"], "c": ["*b", "*b"]}


@given(words=_TEXTS, style=st.sampled_from(["'", '"', "|", ">", ""]), width=st.integers(10, 60))
def test_places_inside_scalars(words: list[str], style: str, width: int) -> None:
    """Each solid character of a value is found where it stands, in every style of scalar."""
    value = " ".join(words)
    raw = yaml.dump({"k": value}, default_style=style, allow_unicode=True, width=width)
    try:
        found = read_yaml(raw.encode(), "f")
    except ConfigError:
        return  # an invisible character, refused
    ((_, span),) = [item for item in found.places.spans.items() if len(item[0]) == 1]
    assert isinstance(found.data, dict)
    read = found.data[next(iter(found.data))]
    assert isinstance(read, str)
    source = raw[span.start : span.end]
    for offset, char in enumerate(read):
        if char not in " \n" and "\\" not in source:
            assert source[scalar_offset(source, read, offset)] == char


@pytest.mark.parametrize(
    ("raw", "value", "offset", "expected"),
    [
        ("'it''s x'", "it's x", 5, 7),
        ('"a\\tb"', "a\tb", 2, 4),
        ('"\\u0041 b"', "A b", 2, 8),
        ('"a\\\n   b"', "ab", 1, 7),
        (">-\n  a\n\n  b\n", "a\nb", 2, 10),
        ("|2  # why\n  a\n", "a\n", 0, 12),
        ("a b", "a b", 3, 3),
        ("a b", "a b", 1, 1),
        ("''", "", 0, 0),
    ],
)
def test_scalar_offset(raw: str, value: str, offset: int, expected: int) -> None:
    """Quotes, escapes, headers, indentation and folding are accounted for."""
    assert scalar_offset(raw, value, offset) == expected
