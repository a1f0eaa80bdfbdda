"""Reads the JSON body of a request as the service does: by the message that its method takes.

A field that the message does not have, and a value of another type, refuse the whole request before
anything of it is looked at. What the service is generous with is generous here: a single value where
a list belongs, a number or a truth value written as text, a null for a field that is not given.

The words are those of the service's own reader of JSON, with its names of fields (`copy_paste`)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tests.sheets_api.discovery import document, schemas
from tests.sheets_api.errors import bad_body, invalid_value, unknown_name

_TYPES = "type.googleapis.com/google.apps.sheets.v4."
_LIST = "type.googleapis.com/google.protobuf.ListValue"
_BODIES = {
    "sheets.spreadsheets.create": "spreadsheet",
    "sheets.spreadsheets.values.update": "data",
    "sheets.spreadsheets.values.append": "data",
}
"""The field of the method's request that its body is; it stands before all names of places."""

Reader = Callable[[Any, str], Any]
"""Reads a value at a place, such as `requests[0].copy_paste`. Raises the service's error."""


def read(method: str, body: Any) -> Any:
    """The body of a request, by its method's name in the discovery document."""
    schema = _methods().get(method)
    if schema is None:
        return body
    if not isinstance(body, Mapping):
        raise bad_body()
    return _message(schema)(body, _BODIES.get(method, ""))


@cache
def _methods() -> dict[str, str]:
    """The message that each method takes, by the method's name."""

    def within(resources: Mapping[str, Any]) -> dict[str, str]:
        found = {}
        for each in resources.values():
            for method in each.get("methods", {}).values():
                if "request" in method:
                    found[method["id"]] = method["request"]["$ref"]
            found |= within(each.get("resources", {}))
        return found

    return within(document()["resources"])


@cache
def _message(name: str) -> Reader:
    """The reader of a message, which reads the fields of a message within it only if they come."""
    described = schemas()[name].get("properties", {})
    readers: dict[str, Reader] = {}

    def of_field(key: str) -> Reader:
        if key not in readers:
            readers[key] = _field(key, described[key])
        return readers[key]

    def read_message(value: Any, place: str) -> Any:
        if isinstance(value, list):
            # A list as an element of a list; as a field, `_field` has refused it.
            raise unknown_name("", place)
        if not isinstance(value, Mapping):
            raise invalid_value(place, _TYPES + name, json.dumps(value))
        made = {}
        for key, each in value.items():
            if key not in described:
                raise unknown_name(key, place)
            if each is not None:
                made[key] = of_field(key)(each, _below(place, key))
        return made

    return read_message


def _field(key: str, schema: Mapping[str, Any]) -> Reader:
    if schema.get("type") == "array":
        return _repeated(schema["items"])
    single = _single(key, schema)

    def read_field(value: Any, place: str) -> Any:
        if isinstance(value, list) and schema.get("type") != "any":
            above, _, name = place.rpartition(".")
            raise unknown_name(name, above, "Proto field is not repeating, cannot start list.")
        return single(value, place)

    return read_field


def _repeated(items: Mapping[str, Any]) -> Reader:
    one = _list_value if items.get("type") == "array" else _single("", items)

    def read_list(value: Any, place: str) -> Any:
        if not isinstance(value, list):
            return [one(value, place)]
        return [one({} if each is None else each, f"{place}[{i}]") for i, each in enumerate(value)]

    return read_list


def _list_value(value: Any, place: str) -> Any:
    """A row of values, of which each may be anything."""
    if not isinstance(value, list):
        raise invalid_value(place, _LIST, json.dumps(value))
    return value


def _single(key: str, schema: Mapping[str, Any]) -> Reader:
    if "$ref" in schema:
        return _message(schema["$ref"])
    kind = schema.get("type")
    if "enum" in schema:
        return _checked(lambda v: _choice(v, schema["enum"]), _TYPES + key[:1].upper() + key[1:])
    if kind == "string":
        return _checked(_text, "TYPE_STRING")
    if kind == "boolean":
        return _checked(_truth, "TYPE_BOOL")
    if kind == "integer":
        return _checked(_whole, f"TYPE_{schema.get('format', 'int32').upper()}")
    if kind == "number":
        return _checked(_number, f"TYPE_{schema.get('format', 'double').upper()}")
    if "additionalProperties" in schema:
        return _by_key(_single("", schema["additionalProperties"]))
    return lambda value, _: value


def _by_key(one: Reader) -> Reader:
    """The reader of a map, such as the criteria of a filter by column."""

    def read_map(value: Any, place: str) -> Any:
        if not isinstance(value, Mapping):
            raise invalid_value(place, "Map", json.dumps(value))
        return {key: one(each, f"{place}[{key}].value") for key, each in value.items()}

    return read_map


def _checked(reading: Callable[[Any], Any], kind: str) -> Reader:
    def read_value(value: Any, place: str) -> Any:
        try:
            return reading(value)
        except (TypeError, ValueError):
            raise invalid_value(place, kind, json.dumps(value)) from None

    return read_value


def _choice(value: Any, known: list[str]) -> str:
    if value in known:
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(known):
        return known[value]
    raise ValueError(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(value)


def _truth(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if isinstance(value, bool):
        return value
    raise TypeError(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError(value)
    found = int(value)
    if not -(2**63) <= found < 2**64:
        raise ValueError(value)
    return found


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    return value if isinstance(value, int | float) else float(value)


def _below(place: str, key: str) -> str:
    name = re.sub(r"[A-Z]", lambda match: "_" + match[0].lower(), key)
    return f"{place}.{name}" if place else name
