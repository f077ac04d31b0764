"""YAML read strictly: every scalar stays the text that stands there, and every place is kept.

YAML's own guesses are the trap: ``12:30`` would be 750, ``no`` false, ``010`` eight and the second
of two equal keys would silently win. Here a scalar is a string, or None where nothing stands; the
schema decides what it means. Aliases, tags and second documents are refused, so a small file
cannot grow large.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from monitor.config.places import Path, Places, Span
from monitor.config.syntax import Fault, at, explain_syntax
from monitor.errors import ConfigError, Problem

Value = str | None | list["Value"] | dict[str, "Value"]

MAX_BYTES = 5 * 1024 * 1024  # some 30,000 feeds
_MAX_DEPTH = 20
_NULLS = frozenset({"", "~", "null"})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff"  # YAML forbids these
    "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]"  # pasted in with web text, seen by nobody
    "|^(?:[ ]*(?:- )*[\\w-]+:|[ ]*-|[ ]*)\xa0",  # a no-break space where YAML needs a space
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The file's data, with the place of everything in it and what is wrong with its structure."""

    data: Value
    places: Places
    problems: tuple[Problem, ...] = ()


def read_yaml(raw: bytes, file: str) -> YamlFile:
    """Read a YAML document of strings, lists and mappings.

    Raises ConfigError where no document can be made out; what leaves the rest readable, such as a
    duplicate key, is in ``problems``.
    """
    text = _decode(raw, file)
    builder = _Builder(Places(text), file)
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        fault = explain_syntax(error, text, builder.last_scalar)
        raise ConfigError((*builder.problems, builder.problem(fault))) from error
    except yaml.YAMLError as error:
        what = "This is no YAML that can be read."
        raise ConfigError((Problem(file, 0, 0, what, "Save the file as UTF-8 text."),)) from error
    return YamlFile(builder.root, builder.places, tuple(builder.problems))


def _decode(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        what = f"The file has more than {MAX_BYTES // 1024 // 1024} MiB."
        raise ConfigError((Problem(file, 0, 0, what, "Is this the right file?"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the part before the bad byte is good, so its lines can be counted
        line, column = Places(good := raw[: error.start].decode("utf-8-sig")).position(len(good))
        what = "Here is a byte that is not UTF-8."
        raise ConfigError(
            (Problem(file, line, column, what, "Save the file with the encoding UTF-8."),)
        ) from error
    if found := _INVISIBLE.search(text):
        line, column = Places(text).position(found.end() - 1)
        what = f"Here is the invisible character U+{ord(found.group()[-1]):04X}."
        raise ConfigError((Problem(file, line, column, what, "Delete it and type it anew."),))
    return text


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    value: list[Value] | dict[str, Value]
    path: Path
    start: int
    key_start: int | None  # of this value itself
    key: str | None = None  # read, its value still to come
    next_key_start: int = 0
    in_key: bool = False  # inside a list or mapping used as a key, which is refused


@dataclass(slots=True)
class _Builder:
    places: Places
    file: str
    problems: list[Problem] = field(default_factory=list)
    root: Value = None
    last_scalar: ScalarEvent | None = None
    _stack: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def problem(self, fault: Fault) -> Problem:
        line, column = self.places.position(fault.offset)
        return Problem(self.file, line, column, fault.what, fault.mend)

    def take(self, event: Event) -> None:
        for fault in _refusals(event):
            self.problems.append(self.problem(fault))
        match event:
            case ScalarEvent():
                self.last_scalar = event
                self._scalar(event)
            case AliasEvent():
                self._scalar(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._open(event)
            case MappingEndEvent() | SequenceEndEvent():
                self._close(event)
            case DocumentStartEvent():
                self._document(event)

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            what = "A second YAML document begins here."
            fault = Fault(at(event.start_mark), what, "Delete the line ---.")
            raise ConfigError((*self.problems, self.problem(fault)))

    def _scalar(self, event: ScalarEvent | AliasEvent) -> None:
        start, end = at(event.start_mark), at(event.end_mark)
        text = _scalar_value(event) if isinstance(event, ScalarEvent) else f"*{event.anchor}"
        holder = self._stack[-1] if self._stack else None
        if holder and isinstance(holder.value, dict) and holder.key is None:
            self._key(holder, text, start)
            return
        path, key_start = self._slot()
        self.places.spans[path] = Span(start, end, key_start)
        self._put(text)

    def _key(self, holder: _Open, text: str | None, start: int) -> None:
        key = text or ""
        holder.key, holder.next_key_start = key, start
        if not text:
            what, mend = "Here is a value without a name.", "Write a name before the colon."
            self.problems.append(self.problem(Fault(start, what, mend)))
        elif key in holder.value:
            first = self.places.spans[(*holder.path, key)].key_start or 0
            line, column = self.places.position(first)
            what = f"`{key}` stands here a second time; the first is at {line}:{column}."
            fault = Fault(start, what, "Join the two or delete one.")
            self.problems.append(self.problem(fault))

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        start = at(event.start_mark)
        if len(self._stack) >= _MAX_DEPTH:
            what = f"Lists and mappings are nested more than {_MAX_DEPTH} deep."
            raise ConfigError((*self.problems, self.problem(Fault(start, what))))
        holder = self._stack[-1] if self._stack else None
        in_key = bool(holder and isinstance(holder.value, dict) and holder.key is None)
        if holder and in_key:
            what, mend = (
                "A name must be plain text, not a list or mapping.",
                "Put text that holds { or [ in quotes.",
            )
            self.problems.append(self.problem(Fault(start, what, mend)))
            holder.key, holder.next_key_start = "", start
        path, key_start = self._slot()
        value: list[Value] | dict[str, Value] = [] if isinstance(event, SequenceStartEvent) else {}
        self._stack.append(_Open(value, path, start, key_start, in_key=in_key))

    def _close(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._stack.pop()
        if done.in_key:
            self._stack[-1].key = ""  # its value is still to come
            return
        self.places.spans[done.path] = Span(done.start, at(event.end_mark), done.key_start)
        self._put(done.value)

    def _slot(self) -> tuple[Path, int | None]:
        """The path of the value that comes now, and where its key stands."""
        if not self._stack:
            return (), None
        holder = self._stack[-1]
        if isinstance(holder.value, list):
            return (*holder.path, len(holder.value)), None
        path = (*holder.path, holder.key or "")
        if path in self.places.spans:  # a duplicate: the first keeps its place
            path = (*holder.path, f"{holder.key}\0{holder.next_key_start}")
        return path, holder.next_key_start

    def _put(self, value: Value) -> None:
        if not self._stack:
            self.root = value
            return
        holder = self._stack[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
            return
        if holder.key:
            holder.value.setdefault(holder.key, value)
        holder.key = None


def _scalar_value(event: ScalarEvent) -> str | None:
    text: str = event.value
    return None if not event.style and text in _NULLS else text


def _refusals(event: Event) -> Iterator[Fault]:
    start = at(event.start_mark)
    if isinstance(event, AliasEvent):
        yield _sign(start, "*", "a reference to another place")
        return
    if isinstance(event, NodeEvent) and event.anchor:
        yield _sign(start, "&", "the name of a place")
    if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag:
        yield _sign(start, "!", "a type")


def _sign(offset: int, sign: str, meaning: str) -> Fault:
    """Say what a sign means to YAML; the value itself is not repeated, it may be a password."""
    what = f"YAML reads a value that begins with {sign} as {meaning}, which is not taken here."
    return Fault(offset, what, f"Put the whole value in quotes: '{sign}…'.")
