"""YAML's syntax errors in plain words: what stands there, and how to mend it."""

import re
from dataclasses import dataclass

import yaml
from yaml.events import ScalarEvent

_QUOTE_MEND = "Put the whole value in single quotes: '…' (a ' inside is written twice)."
_INDENT_MEND = "Keys that belong together must begin in the same column."

# libyaml's words for what it met -> ours; the first that is contained wins
_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "Here is a colon where none can stand.",
        "Put a value that holds a colon in quotes, or mend the indentation of this line.",
    ),
    (
        "block sequence entries are not allowed",
        "A list cannot begin on this line.",
        "Begin it on a line of its own, or put the value in quotes.",
    ),
    (
        "did not find expected '-' indicator",
        "This line is neither a new item of the list nor a part of the one before.",
        "Begin the item with `- `, or mend the indentation.",
    ),
    ("found a tab character", "Here is a tab.", "Indent with spaces."),
    (
        "found unknown escape character",
        "This \\ begins no escape that YAML knows.",
        "Use single quotes, in which \\ is an ordinary character.",
    ),
    (
        "did not find expected comment or line break",
        "Nothing but a comment may follow | or > on its line.",
        "Begin the text on the next line, or put it in quotes.",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "An unquoted value cannot begin with * or &.",
        _QUOTE_MEND,
    ),
    ("tag", "An unquoted value cannot begin with !.", _QUOTE_MEND),
    (
        "did not find expected node content",
        "A value is missing here, or a bracket is one too many.",
        "Put a value that holds brackets in quotes.",
    ),
    ("directive", "A line cannot begin with %.", "Put the text in quotes."),
    (
        "document",
        "Here the file goes on after its end.",
        "Delete the lines `---` and `...`, and mend the indentation of this line.",
    ),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at an offset into the text."""

    offset: int
    what: str
    mend: str = ""


def at(mark: object) -> int:
    """Return a mark's offset into the text, in code points; 0 for no mark."""
    return int(getattr(mark, "index", 0))


def explain_syntax(error: yaml.MarkedYAMLError, text: str, last: ScalarEvent | None) -> Fault:
    """Say in one sentence what a syntax error of the YAML parser comes from.

    ``last`` is the scalar read before it: an unclosed quote is often noticed only lines later.
    """
    offset = min(at(error.problem_mark), len(text))
    context = at(error.context_mark) if error.context_mark else offset
    problem, where = error.problem or "", error.context or ""
    if "unexpected end of stream" in problem or "unexpected document indicator" in problem:
        return Fault(context, "The quote that opens here is never closed.", "Close it.")
    if "could not find expected ':'" in problem:
        return _missing_colon(text, context)
    if "mapping values" in problem and (start := _line_without_colon(text, offset)) is not None:
        return _missing_colon(text, start)
    if "cannot start any token" in problem:
        return _bad_start(text, offset)
    if "expected ',' or" in problem:
        return _open_bracket(text, offset, context)
    if "did not find expected key" in problem:
        return _no_key(text, offset, last)
    if not text[offset:].strip():
        return Fault(offset, "Here the file ends inside a list or mapping.", "Add the ] or }.")
    for sign, what, mend in _SENTENCES:
        if sign in problem or sign in where:
            return Fault(offset, what, mend)
    return Fault(
        offset, "Here the file stops being YAML.", "Compare this line with its neighbours."
    )


def _line_without_colon(text: str, offset: int) -> int | None:
    """Find the line before that should have been a key of its own, but joined this one."""
    lines = text[:offset].splitlines(keepends=True)
    if len(lines) < 2 or not re.fullmatch(r"[\w-]+", lines[-1].strip()):
        return None
    before = lines[-2]
    if not before.strip() or before.strip()[0] in "-#'\"" or re.search(r":\s", before):
        return None
    return offset - len(lines[-1]) - len(before.lstrip())


def _missing_colon(text: str, start: int) -> Fault:
    line = text[start:].split("\n", 1)[0].strip()
    if ":" in line:
        what = "A space is missing after a colon in this line."
        return Fault(start, what, "Write `name: value`.")
    what = f"There is no colon after `{_short(line)}`."
    return Fault(start, what, "Write `name: value`, or mend the indentation of this line.")


def _bad_start(text: str, offset: int) -> Fault:
    char = text[offset : offset + 1]
    if char == "\t":
        return Fault(offset, "Here is a tab.", "Indent with spaces.")
    value = text[offset:].split("\n", 1)[0].strip()
    what = f"An unquoted value cannot begin with {char}."
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    is_query = re.search(r"(?:query|exclude): $", line)  # anything else may be a password
    if not is_query or len(value) > 40 or any(sign in value for sign in "'],}#"):
        return Fault(offset, what, _QUOTE_MEND)
    return Fault(offset, what, f"Put the whole value in quotes: '{value}'.")


def _open_bracket(text: str, offset: int, opened: int) -> Fault:
    bracket = text[opened : opened + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "]")
    before = text[opened:offset]
    if "\n" in before.strip():
        return Fault(opened, f"The {bracket} that opens here is not closed.", f"Add {closing}.")
    what = f"Between {bracket} and {closing} a comma or {closing} is missing here."
    return Fault(offset, what, "Put a value that holds a comma, a quote or a bracket in quotes.")


def _no_key(text: str, offset: int, last: ScalarEvent | None) -> Fault:
    if last is not None and last.style in ("'", '"'):
        start, end = at(last.start_mark), at(last.end_mark)
        between = text[end:offset]
        if "\n" in text[start:end] and not between.strip():
            what = f"The {last.style} that opens here is closed only on a later line."
            return Fault(start, what, f"Close it with {last.style} where the value ends.")
        if not between.strip() and "\n" not in between:
            what = "Here is more text after the closing quote."
            return Fault(offset, what, _QUOTE_MEND)
    return Fault(offset, "This line is indented unlike the ones it belongs to.", _INDENT_MEND)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
