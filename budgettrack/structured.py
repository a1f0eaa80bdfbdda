"""Parses JSON and TOML that people or other programs wrote. Every mistake in them raises a
`ValueError`.

The parsers of the standard library call themselves for each bracket. So a file with very many
brackets, from a damaged disk or from somebody who wants to do harm, would end in a
`RecursionError`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def json_object(content: str | bytes) -> dict[str, Any]:
    """Returns the JSON object in a text.

    Raises `ValueError` if the text is not JSON, or is no object."""
    try:
        value = json.loads(content)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if not isinstance(value, dict):
        raise ValueError("not an object in curly brackets")
    return value


def json_as(content: str | bytes, kind: type[T]) -> T:
    """Returns the value of a type that a JSON text describes.

    Raises `ValueError` if the text is not JSON, or describes something else."""
    import msgspec  # Importing msgspec is slow, and most commands do not need it.

    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def toml(text: str, *, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """Returns the content of a TOML text. `number` makes the value of a decimal number.

    Raises `tomllib.TOMLDecodeError`, a `ValueError`, if the text is not TOML."""
    for line in text.splitlines():
        if len(line) > LONGEST:
            raise tomllib.TOMLDecodeError(TOO_LONG)
    try:
        return tomllib.loads(text, parse_float=number)
    except RecursionError:
        raise tomllib.TOMLDecodeError(TOO_DEEP) from None


LONGEST = 10_000
"""The largest number of characters in a line of TOML. A key with 100,000 parts separated by dots
would need 21 GB of memory."""

TOO_LONG = "a line has more than 10,000 characters"
TOO_DEEP = "too many brackets, one inside the other"
