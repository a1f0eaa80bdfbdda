"""Holds exchanges against Google's own description of its services: the discovery documents, as
JSON Schema.

They are shipped in the package google-api-python-client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

_DOCUMENTS = ("sheets.v4", "drive.v3")
_NOT_DESCRIBED = ("/drive/v2/", "/upload/", "/token")
"""Places that these documents do not describe."""


@dataclass(frozen=True)
class _Method:
    id: str
    verb: str
    pattern: re.Pattern[str]
    literal: int
    parameters: Mapping[str, Mapping[str, Any]]
    request: Draft202012Validator | None
    response: Draft202012Validator | None


@cache
def document(name: str = "sheets.v4") -> dict[str, Any]:
    """A discovery document as it is shipped."""
    text = files("googleapiclient.discovery_cache.documents").joinpath(f"{name}.json")
    held: dict[str, Any] = json.loads(text.read_text("utf-8"))
    return held


def schemas() -> dict[str, Any]:
    """The messages of the service, by name."""
    held: dict[str, Any] = document()["schemas"]
    return held


def request_kinds() -> frozenset[str]:
    """The kinds of requests of a `batchUpdate` that the service knows."""
    return frozenset(schemas()["Request"]["properties"])


def method_named(verb: str, path: str) -> str:
    """The name of the method of a request, such as `sheets.spreadsheets.get`, or ''."""
    found = _method(verb, path)
    return found.id if found else ""


def faults(
    method: str,
    path: str,
    query: Sequence[tuple[str, str]],
    request_body: object | None,
    status: int,
    response_body: object | None,
) -> list[str]:
    """What is wrong with an exchange, a line each; nothing where it is as described."""
    if path.startswith(_NOT_DESCRIBED):
        return []
    found = _method(method, path)
    if found is None:
        return [f"{method} {path}: no such method"]
    told = [f"{found.id} query {problem}" for problem in _query_faults(found, query)]
    if request_body is not None and not isinstance(request_body, str):
        if found.request is None:
            told.append(f"{found.id} request: a body where none belongs")
        else:
            told += [
                f"{found.id} request {each}"
                for each in _faults(
                    f"{found.id} request", found.request, _without_nulls(request_body)
                )
            ]
    if status >= 400:
        told += [f"{found.id} response {each}" for each in _error_faults(status, response_body)]
    elif isinstance(response_body, Mapping):
        if found.response is None:
            told.append(f"{found.id} response: a body where none belongs")
        else:
            told += [
                f"{found.id} response {each}"
                for each in _faults(f"{found.id} response", found.response, response_body)
            ]
    return told


_PROVEN: set[int] = set()
"""The elements of lists that were as described, each by the hash of its place and content."""


def _unproven(value: Any, place: str, met: set[int]) -> Any:
    """A body without those elements of its lists that were as described at the same place before,
    and with equal ones once: one schema holds them all. What it keeps is added to `met`."""
    if isinstance(value, Mapping):
        return {name: _unproven(each, f"{place}.{name}", met) for name, each in value.items()}
    if not isinstance(value, list):
        return value
    kept = []
    for each in value:
        known = hash((place, json.dumps(each)))
        if known not in _PROVEN and known not in met:
            met.add(known)
            kept.append(_unproven(each, place, met))
    return kept


def _method(verb: str, path: str) -> _Method | None:
    fitting = [each for each in _methods() if each.verb == verb and each.pattern.fullmatch(path)]
    return max(fitting, key=lambda each: each.literal, default=None)


@cache
def _methods() -> tuple[_Method, ...]:
    found: list[_Method] = []
    for name in _DOCUMENTS:
        held = document(name)
        known = {key: _schema(each) for key, each in held["schemas"].items()}
        for each in _described(held["resources"]):
            template = "/" + held["servicePath"] + each.get("flatPath", each["path"])
            parts = re.split(r"\{[^}]+\}", template)
            found.append(
                _Method(
                    each["id"],
                    each["httpMethod"],
                    re.compile("(.+)".join(map(re.escape, parts)), re.DOTALL),
                    sum(map(len, parts)),
                    {**held["parameters"], **each.get("parameters", {})},
                    _validator(known, each.get("request")),
                    _validator(known, each.get("response")),
                )
            )
    return tuple(found)


def _described(resources: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in resources.values():
        yield from each.get("methods", {}).values()
        yield from _described(each.get("resources", {}))


def _validator(
    known: Mapping[str, Any], reference: Mapping[str, str] | None
) -> Draft202012Validator | None:
    if reference is None:
        return None
    return Draft202012Validator({"$ref": f"#/$defs/{reference['$ref']}", "$defs": known})


def _schema(given: Mapping[str, Any]) -> dict[str, Any]:
    """A discovery schema as JSON Schema: what is not described is not allowed."""
    if "$ref" in given:
        return {"$ref": f"#/$defs/{given['$ref']}"}
    kind, form = given.get("type"), given.get("format")
    if kind == "any" or kind is None:
        return {}
    if kind == "array":
        return {"type": "array", "items": _schema(given["items"])}
    if kind == "object":
        made: dict[str, Any] = {"type": "object"}
        if "properties" in given:
            made["properties"] = {name: _schema(each) for name, each in given["properties"].items()}
        extra = given.get("additionalProperties")
        made["additionalProperties"] = _schema(extra) if extra else not given.get("properties")
        return made
    if form in ("int64", "uint64"):
        return {"type": ["string", "integer"]}
    made = {"type": kind}
    if "enum" in given:
        made["enum"] = given["enum"]
    return made


def _faults(place: str, validator: Draft202012Validator, body: object) -> list[str]:
    met: set[int] = set()
    unproven = _unproven(body, place, met)
    found = sorted(
        f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(unproven)
    )
    if not found:
        _PROVEN.update(met)
    return found


def _without_nulls(value: Any) -> Any:
    """A null in a request means that nothing is given, except among a row's values."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _query_faults(method: _Method, query: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in query:
        known = method.parameters.get(name)
        if known is None:
            yield f"{name}: there is no such parameter"
        elif known.get("location") == "path":
            yield f"{name}: it belongs into the path"
        elif known.get("type") == "boolean" and value.lower() not in ("true", "false"):
            yield f"{name}: {value} is neither true nor false"
        elif known.get("type") == "integer" and not value.lstrip("-").isdigit():
            yield f"{name}: {value} is not a whole number"
        elif "enum" in known and value not in known["enum"]:
            yield f"{name}: {value} is not one of {', '.join(known['enum'])}"


def _error_faults(status: int, body: object) -> Iterator[str]:
    if isinstance(body, str) and status >= 500:
        return
    error = body.get("error") if isinstance(body, dict) else None
    if (
        not isinstance(error, dict)
        or error.get("code") != status
        or not isinstance(error.get("message"), str)
    ):
        yield f"an error {status} without its code and message"
