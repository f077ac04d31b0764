"""The JSON Schema of feeds.yaml, for editors."""

from typing import Any

from monitor.config.schema import ConfigModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REQUIRED = ("contact", "feeds", "watches")  # checked by ``load``, so that it can tell all at once
_NULL = {"type": "null"}


def json_schema() -> dict[str, Any]:
    """Return the schema, draft 2020-12; every key has a description."""
    shape = _plain(ConfigModel.model_json_schema(by_alias=True))
    return {
        "$schema": _DIALECT,
        **shape,
        "title": "feeds.yaml of monitor",
        "description": "Feeds, terms, watches, channels and digests.",
        "required": list(_REQUIRED),
    }


def _plain(node: Any) -> Any:
    """Leave out what only the reader of the code needs: null where a key is absent, made-up titles."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _plain(value) for key, value in node.items() if not _is_noise(key, value)}
    choices = [item for item in kept.get("anyOf", ()) if item != _NULL]
    if len(choices) == 1:
        del kept["anyOf"]
        return {**choices[0], **kept}
    return {**kept, "anyOf": choices} if choices else kept


def _is_noise(key: str, value: object) -> bool:
    return (key == "title" and isinstance(value, str)) or key == "default"
