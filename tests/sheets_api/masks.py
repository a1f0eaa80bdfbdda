"""Field masks: which parts of an answer are wanted, and which parts of a resource a request
sets."""

from __future__ import annotations

from typing import Any

from tests.sheets_api.errors import invalid

Mask = dict[str, "Mask"]
"""A tree of names; an empty tree means everything below."""


def parsed(text: str) -> Mask:
    """`a,b(c,d/e),f.g` as a tree. Raises the service's error where it is not a mask."""
    mask, rest = _list(text, 0, text)
    if rest != len(text):
        raise invalid(f"Request contains an invalid argument: invalid field mask {text}")
    return mask


def _list(text: str, at: int, whole: str) -> tuple[Mask, int]:
    mask: Mask = {}
    while True:
        at = _path(text, at, mask, whole)
        if at < len(text) and text[at] == ",":
            at += 1
            continue
        return mask, at


def _path(text: str, at: int, mask: Mask, whole: str) -> int:
    start = at
    while at < len(text) and text[at] not in ",()/.":
        at += 1
    name = text[start:at].strip()
    if not name:
        raise invalid(f"Request contains an invalid argument: invalid field mask {whole}")
    new = name not in mask
    below = mask.setdefault(name, {})
    if at < len(text) and text[at] in "/.":
        deeper: Mask = {}
        at = _path(text, at + 1, deeper, whole)
    elif at < len(text) and text[at] == "(":
        deeper, at = _list(text, at + 1, whole)
        if at >= len(text) or text[at] != ")":
            raise invalid(f"Request contains an invalid argument: invalid field mask {whole}")
        at += 1
    else:
        mask[name] = {}
        return at
    if new or below:
        _join(below, deeper)
    return at


def _join(into: Mask, more: Mask) -> None:
    for name, below in more.items():
        if name in into and into[name] and below:
            _join(into[name], below)
        else:
            into[name] = below if name not in into else {}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether something below `path` is asked for."""
    return below(mask, *path) is not _NOTHING


_NOTHING: Mask = {"": {}}


def below(mask: Mask | None, *path: str) -> Mask:
    """What is asked for below `path`: an empty tree means all of it."""
    current = mask or {}
    for name in path:
        if not current or ("*" in current and not current["*"]):
            return {}
        if name in current:
            current = current[name]
        elif "*" in current:
            current = current["*"]
        else:
            return _NOTHING
    return current


def only(value: Any, mask: Mask) -> Any:
    """The parts of an answer that the mask names."""
    if not mask or (len(mask) == 1 and "*" in mask and not mask["*"]):
        return value
    if isinstance(value, list):
        return [only(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    star = mask.get("*")
    kept = {}
    for name, each in value.items():
        if name in mask:
            kept[name] = only(each, mask[name])
        elif star is not None:
            kept[name] = only(each, star)
    return kept


def only_but(value: dict[str, Any], mask: Mask, done: str) -> dict[str, Any]:
    """As `only`, for an answer of which the field `done` is restricted already: it may hold a
    million cells."""
    rest = {name: each for name, each in value.items() if name != done}
    kept: dict[str, Any] = only(rest, mask)
    if done in value and (not mask or done in mask or "*" in mask):
        kept = {
            name: value[name] if name == done else kept[name]
            for name in value
            if name == done or name in kept
        }
    return kept


def put(target: dict[str, Any], given: dict[str, Any], mask: Mask) -> None:
    """Set in `target` the fields that the mask names, from `given`; what is named and not given is
    cleared."""
    if "*" in mask:
        target.clear()
        target.update(given)
        return
    for name, deeper in mask.items():
        if deeper and isinstance(given.get(name, {}), dict):
            inner = dict(target.get(name) or {})
            put(inner, given.get(name) or {}, deeper)
            if inner:
                target[name] = inner
            else:
                target.pop(name, None)
        elif name in given and given[name] is not None:
            target[name] = given[name]
        else:
            target.pop(name, None)
