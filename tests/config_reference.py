"""The tables of docs/reference/config.md, written from the schema that reads feeds.yaml.

    python -m tests.config_reference

prints them; test_docs.py holds the page to them, so that neither can change alone.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from monitor.config import schema
from monitor.config.json_schema import json_schema

SECTIONS: dict[str, type[BaseModel]] = {
    "top": schema.ConfigModel,
    "polling": schema.PollingModel,
    "network": schema.NetworkModel,
    "feeds": schema.FeedModel,
    "terms": schema.TermModel,
    "watches": schema.WatchModel,
    "email": schema.EmailModel,
    "slack": schema.SlackModel,
    "webhook": schema.WebhookModel,
    "file": schema.FileModel,
    "terminal": schema.TerminalModel,
    "digests": schema.DigestModel,
    "alerts": schema.AlertsModel,
    "secret": schema.SecretRef,
}
_REQUIRED = frozenset(json_schema()["required"])


def table(name: str) -> str:
    """Write the table of a section: key, default, meaning."""
    model = SECTIONS[name]
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *_rows(name, model)])


def _rows(name: str, model: type[BaseModel]) -> Iterator[str]:
    for attribute, info in model.model_fields.items():
        key = info.alias or attribute
        required = info.is_required() or (name == "top" and key in _REQUIRED)
        default = "required" if required else _default(info)
        meaning = (info.description or "").removesuffix(" Required.").replace("<", "\\<")
        yield f"| `{key}` | {default} | {meaning} |"


def _default(info: FieldInfo) -> str:
    value: Any = info.default_factory() if info.default_factory else info.default  # type: ignore[call-arg]  # ours take no data
    if value is PydanticUndefined or value is None or value in ([], {}):
        return ""
    return "" if isinstance(value, BaseModel) else f"`{written(value)}`"


def written(value: object) -> str:
    """Write a default as it would stand in the file."""
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            seconds = int(value.total_seconds())
            return {3600: "60m", 86400: "24h"}.get(seconds) or (
                f"{seconds}s" if seconds % 60 else f"{seconds // 60}m"
            )
        case int() if value and not value % 2**20:
            return f"{value // 2**20}MiB"
        case [0, *_]:
            return "[mon, tue, wed, thu, fri, sat, sun]"
        case _:
            return f"{value:g}" if isinstance(value, float) else str(value)


def main(names: Sequence[str]) -> None:
    """Print the tables."""
    for name in names or list(SECTIONS):
        sys.stdout.write(f"<!-- {name} -->\n{table(name)}\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
