"""Edits the list of feeds in feeds.yaml as text, so that comments and layout stay."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import yaml

from monitor.config.feeds import slug
from monitor.config.load import check
from monitor.errors import ConfigError, Problem
from monitor.text.urls import host_of

_DASH = re.compile(r"\s*- ")
_PLAIN = re.compile(r"[A-Za-z][\w-]*")


def add_feeds(path: Path, feeds: Sequence[Mapping[str, str]]) -> None:
    """Add feeds at the end of the list, a line each. Raises ConfigError, and changes nothing."""
    lines = _lines(path)
    key, items = _list(lines, path)
    if items:
        at, indent = _last_line(items[-1]) + 1, _indent(lines[items[0].start_mark.line])
    else:
        at, indent = _empty_list(lines, key), "  "
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    lines[at:at] = [f"{indent}- {_item(feed)}\n" for feed in feeds]
    _replace(path, "".join(lines))


def remove_feeds(path: Path, names: Collection[str]) -> int:
    """Remove the feeds with these ids, titles or addresses; gives how many there were.

    Comments beside a feed go with it, those on lines of their own stay. Raises ConfigError, and
    changes nothing.
    """
    lines = _lines(path)
    gone = [item for item in _list(lines, path)[1] if _names(item) & set(names)]
    for item in reversed(gone):
        del lines[item.start_mark.line : _last_line(item) + 1]
    if gone:
        _replace(path, "".join(lines))
    return len(gone)


def ids(path: Path) -> frozenset[str]:
    """Give the ids in use, those of feeds that are not enabled too."""
    items = _list(_lines(path), path)[1]
    return frozenset(name for item in items for name in _names(item))


def _lines(path: Path) -> list[str]:
    report = check(path, environ=os.environ, secrets=False)
    if report.settings is None:
        raise ConfigError(report.problems)
    with path.open(encoding="utf-8-sig", newline="") as file:  # line ends stay as they are
        return file.read().splitlines(keepends=True)


def _list(lines: Sequence[str], path: Path) -> tuple[yaml.Node | None, list[yaml.MappingNode]]:
    """Find the key ``feeds`` and its items; each item begins on a line of its own."""
    root = yaml.compose("".join(lines), Loader=yaml.CSafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    for key, value in pairs:
        if key.value == "feeds":
            items = list(value.value) if isinstance(value, yaml.SequenceNode) else []
            if items and value.flow_style:
                line = value.start_mark.line + 1
                raise ConfigError(
                    (Problem(str(path), line, 1, "feeds: stands on one line.", _ON_LINES),)
                )
            return key, items
    return None, []


_ON_LINES = "Write each feed on a line of its own, after a dash; then it can be edited for you."


def _empty_list(lines: list[str], key: yaml.Node | None) -> int:
    """Make room for a first item; gives the line it goes to."""
    if key is None:
        lines.append("\nfeeds:\n")
        return len(lines)
    line = key.end_mark.line
    begin, _, comment = lines[line].partition("#")
    if begin.rstrip().endswith("[]"):
        lines[line] = begin.rstrip().removesuffix("[]").rstrip() + (
            f"  #{comment}" if comment else "\n"
        )
    return line + 1


def _last_line(node: yaml.Node) -> int:
    """Give the last line of a node; a block's own end would take in the comments after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [v for _, v in node.value]
        return max(map(_last_line, parts), default=int(node.start_mark.line))
    mark = node.end_mark
    return int(mark.line if mark.column else mark.line - 1)


def _indent(line: str) -> str:
    found = _DASH.match(line)
    return found[0][:-2] if found else "  "


def _names(item: yaml.Node) -> set[str]:
    values = {key.value: value.value for key, value in item.value if isinstance(value.value, str)}
    title, url = values.get("title", ""), values.get("url", "")
    return {values.get("id") or slug(title) or slug(host_of(url)), title, url}


def _item(feed: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in feed.items()) + "}"


def _scalar(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Put the new text in the file's place at once, if it is right."""
    target = path.resolve()  # what a symbolic link names
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        report = check(new, environ=os.environ, secrets=False, base=path.parent)
        if report.settings is None:
            raise ConfigError(tuple(_of(path, problem) for problem in report.problems))
        shutil.copymode(target, new)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _of(path: Path, problem: Problem) -> Problem:
    return Problem(str(path), problem.line, problem.column, problem.what, problem.mend)
