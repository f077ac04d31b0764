"""The schema for editors."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.config.json_schema import json_schema


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for node in _nodes(json_schema()):
        if node.get("type") == "object" and isinstance(node.get("properties"), dict):
            yield from node["properties"].items()


def test_every_key_is_described() -> None:
    """Each key has a description that ends with a full stop."""
    assert len(dict(_properties())) > 40
    for key, shape in _properties():
        assert shape.get("description", "").endswith("."), key


def test_every_key_is_used_in_a_test() -> None:
    """The test file that uses every key does so, which also proves that each is read."""
    text = Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8")
    for key, _ in _properties():
        assert re.search(rf"\b{key}:", text), key


def test_dialect() -> None:
    """It is a draft 2020-12 schema that JSON can hold, without nulls and defaults of the code."""
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["contact", "feeds", "watches"]
    assert schema["additionalProperties"] is False
    assert '"null"' not in json.dumps(schema)
