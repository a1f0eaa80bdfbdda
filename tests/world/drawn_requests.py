"""Requests of a `batchUpdate` drawn from the service's own description of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from tests.sheets_api.discovery import schemas

_DEEPEST = 6
_LIST_LENGTHS = (0, 1, 1, 2)
_NUMBERS = (0, 0, 1, 1, 2, 3, 5, 26, 101, -1)
_TEXTS = ("", "x", "=A1", "Sheet1", "5", "A1:B2", "'Sheet1'!A")
_MASKS = ("*", "userEnteredValue", "title", "", "foo", "properties.title,sheetId", "range", "a.b")


def drawn_request(draw: random.Random) -> dict[str, Any]:
    """One request of any kind, with fields that may make no sense together."""
    kinds = schemas()["Request"]["properties"]
    kind = draw.choice(sorted(kinds))
    return {kind: _value(draw, kinds[kind], kind, 1)}


def _value(draw: random.Random, schema: Mapping[str, Any], key: str, depth: int) -> Any:
    if "$ref" in schema:
        return _message(draw, schemas()[schema["$ref"]].get("properties", {}), depth)
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if schema.get("type") == "array":
        length = draw.choice(_LIST_LENGTHS)
        return [_value(draw, schema["items"], key, depth + 1) for _ in range(length)]
    if "additionalProperties" in schema:
        return {"0": _value(draw, schema["additionalProperties"], key, depth + 1)}
    made: dict[str, Callable[[], Any]] = {
        "string": lambda: draw.choice(_MASKS if key == "fields" else _TEXTS),
        "boolean": lambda: draw.random() < 0.5,
        "integer": lambda: draw.choice((0, 0, 0, 7) if key == "sheetId" else _NUMBERS),
        "number": lambda: draw.choice((0, 0.5, 1, -1, 1e9)),
    }
    return made.get(schema["type"], lambda: "x")()


def _message(draw: random.Random, fields: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        return {}
    share = (0.75 if depth < 3 else 0.4) * (1 if len(fields) < 12 else 0.3)
    return {
        name: _value(draw, schema, name, depth + 1)
        for name, schema in fields.items()
        if draw.random() < share
    }
