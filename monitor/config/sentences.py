"""The schema's errors as sentences of ours, each with its place and mend."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from monitor.config import schema
from monitor.config.places import Path, Places
from monitor.config.values import nearest, shorten
from monitor.errors import Problem

_CHANNELS: Mapping[str, type[BaseModel]] = {
    "email": schema.EmailModel,
    "slack": schema.SlackModel,
    "webhook": schema.WebhookModel,
    "file": schema.FileModel,
    "terminal": schema.TerminalModel,
}
_SECTIONS: Mapping[str, type[BaseModel]] = {
    "polling": schema.PollingModel,
    "network": schema.NetworkModel,
    "feeds": schema.FeedModel,
    "terms": schema.TermModel,
    "watches": schema.WatchModel,
    "digests": schema.DigestModel,
    "alerts": schema.AlertsModel,
}
_SECRETS = frozenset({"password", "secrets", "url"})
_SAMPLES: Mapping[str, str] = {
    "title": "title: The Astana Times",
    "url": "url: https://example.org/feed.xml",
    "query": "query: '@kazakhstan'",
    "type": f"type: email (or {', '.join(list(_CHANNELS)[1:])})",
    "host": "host: smtp.example.org",
    "from": "from: Monitor <monitor@example.org>",
    "to": "to: [desk@example.org]",
    "folder": "folder: state/digests",
    "at": "at: ['08:00']",
}
_NAMELESS = frozenset({"missing", "extra_forbidden", "union_tag_not_found"})
_LISTS = frozenset({"feeds"})


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of the schema with what is needed to tell it."""

    path: Path  # as the schema sees it, union tags included
    error: ErrorDetails
    places: Places

    @property
    def key(self) -> str:
        """The last name on the way: an item of a list is told by its list."""
        names = [part for part in self.places.known(self.path) if isinstance(part, str)]
        return names[-1] if names else "the file"

    @property
    def context(self) -> dict[str, Any]:
        return self.error.get("ctx") or {}


_Sentence = tuple[str, str]


def problem_of(error: ErrorDetails, places: Places, file: str) -> Problem:
    """Translate one error of the schema; what it says of a secret never holds the value (X23)."""
    kind = error["type"]
    loc = (*error["loc"], "type") if kind == "union_tag_invalid" else error["loc"]
    fault = _Fault(loc, error, places)
    if error["input"] is None and kind not in _NAMELESS:
        what, mend = _empty(fault)
    else:
        what, mend = _TELLERS.get(kind, _unfit)(fault)
    at_key = kind in ("extra_forbidden", "union_tag_not_found") or "[key]" in fault.path
    place = _missing_place(fault) if kind == "missing" else None
    line, column = place or (places.of_key if at_key else places.of_value)(fault.path)
    return Problem(file, line, column, what, mend)


def _own(fault: _Fault) -> _Sentence:
    return f"{fault.key}: {fault.context['what']}.", fault.context["mend"]


def _empty(fault: _Fault) -> _Sentence:
    return f"{fault.key}: there is no value.", "Give one, or delete the line."


def _missing(fault: _Fault) -> _Sentence:
    key = str(fault.path[-1])
    sample = _SAMPLES.get(key, f"{key}: …")
    return f"{_owner(fault.path)} has no `{key}`.", f"Add `{sample}`."


def _owner(path: Path) -> str:
    if path[0] in _LISTS:
        return "This feed"
    return f"`{path[1]}`"


def _missing_place(fault: _Fault) -> tuple[int, int]:
    parent = fault.places.known(fault.path)
    return fault.places.of_key(parent)


def _unknown(fault: _Fault) -> _Sentence:
    key = str(fault.path[-1])
    if ":" in key and fault.error["input"] is None:
        return f"A space is missing after the colon of `{shorten(key)}`.", "Write `name: value`."
    known = keys_at(fault.path)
    guess = nearest(key, known)
    mend = f"Did you mean `{guess}`?" if guess else f"Known here: {', '.join(known)}."
    return f"There is no key `{shorten(key)}` here.", mend


def keys_at(path: Path) -> tuple[str, ...]:
    """List the keys known at the place of the path's last part."""
    model = _model_at(path)
    return tuple(info.alias or key for key, info in model.model_fields.items())


def _model_at(path: Path) -> type[BaseModel]:
    if len(path) == 1:
        return schema.ConfigModel
    if path[0] != "channels":
        return _SECTIONS[str(path[0])]
    if any(part in _SECRETS for part in path[3:-1]):
        return schema.SecretRef
    return _CHANNELS[str(path[2])]


def _not_a_mapping(fault: _Fault) -> _Sentence:
    return f"{fault.key}: here belong lines of the form `name: value`.", _shape_mend(fault)


def _shape_mend(fault: _Fault) -> str:
    if "password" in fault.path or "secrets" in fault.path:
        return "Write {env: NAME} or {file: PATH}."
    if len(fault.path) == 1:
        return f"Begin each under `{fault.path[0]}:` on a line of its own, indented."
    return "Indent them below this key."


def _not_a_list(fault: _Fault) -> _Sentence:
    return f"{fault.key}: here belongs a list.", "Write [one, two], or lines that begin with `- `."


def _too_short(fault: _Fault) -> _Sentence:
    return f"{fault.key}: the list is empty.", "Give at least one."


def _choice(fault: _Fault) -> _Sentence:
    choices = re.findall(r"'([^']*)'", fault.context["expected"])
    return _none_of(fault.key, fault.error["input"], choices)


def _channel_kind(fault: _Fault) -> _Sentence:
    kind = fault.error["input"]["type"]
    return _empty(fault) if kind is None else _none_of("type", kind, list(_CHANNELS))


def _none_of(key: str, value: object, choices: list[str]) -> _Sentence:
    if not isinstance(value, str):
        return f"{key}: one value belongs here.", f"Write one of {', '.join(choices)}."
    guess = nearest(value, choices)
    mend = f"Did you mean {guess}? " if guess else ""
    return f"{key}: '{shorten(value)}' is not known.", f"{mend}Write one of {', '.join(choices)}."


def _no_channel_kind(fault: _Fault) -> _Sentence:
    return f"`{fault.path[1]}` has no `type`.", f"Add `{_SAMPLES['type']}`."


def _unfit(fault: _Fault) -> _Sentence:
    return f"{fault.key}: this value does not fit here.", "Compare it with the documentation."


_TELLERS: Mapping[str, Callable[[_Fault], _Sentence]] = {
    "config": _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "model_type": _not_a_mapping,
    "model_attributes_type": _not_a_mapping,
    "dict_type": _not_a_mapping,
    "list_type": _not_a_list,
    "too_short": _too_short,
    "literal_error": _choice,
    "union_tag_invalid": _channel_kind,
    "union_tag_not_found": _no_channel_kind,
}
