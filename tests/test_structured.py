"""JSON and TOML of others: whatever is wrong is a `ValueError`."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import msgspec
import pytest

from budgettrack.structured import json_as, json_object, toml


class Sound(msgspec.Struct):
    a: list[int]


def test_what_is_sound_is_read() -> None:
    assert json_as(b'{"a": [1]}', Sound) == Sound([1])
    assert json_object(b'{"a": [1]}') == {"a": [1]}
    assert toml("a = 1.50", number=Decimal) == {"a": Decimal("1.50")}


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "\ud800", '{"a":' * 100_000, "[" * 100_000, b"\xff\xfe\x00"]
)
def test_what_is_no_object_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        json_object(text)


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"a":' * 100_000, "[" * 100_000, b"\xff\xfe\x00", '{"a": "b"}']
)
def test_what_is_no_value_of_the_type_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        json_as(text, Sound)


@pytest.mark.parametrize(
    "text", ["a", "a = " + "[" * 100_000, "a = 1\na = 2", ".".join("a" * 100_000) + " = 1"]
)
def test_what_is_no_toml_is_told_as_such(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        toml(text)
