"""The text of a record in the register: every program that reads JSON must read the same from it,
and a newer version must write the same as an older one, because texts are compared."""

from __future__ import annotations

import json
import sys

from hypothesis import given
from hypothesis import strategies as st

from budgettrack.register.writes import as_json

SURROGATES = range(0xD800, 0xE000)
OLD = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def test_every_character_is_written_as_it_always_was() -> None:
    """Each plane of Unicode is one text, so that a difference is shown with its characters near."""
    for first in range(0, sys.maxunicode + 1, 256):
        signs = [chr(code) for code in range(first, first + 256) if code not in SURROGATES]
        fields = {"description": "".join(signs), "".join(signs): "1"}
        assert as_json(fields) == OLD.encode(fields)


def test_half_of_an_emoji_is_escaped_and_read_back() -> None:
    fields = {"description": "\ud83d", "amount": "1"}

    text = as_json(fields)
    assert text == '{"description": "\\ud83d", "amount": "1"}'
    assert json.loads(text) == fields


@given(st.dictionaries(st.text(), st.text(st.characters()), max_size=6))
def test_any_record_is_read_back(fields: dict[str, str]) -> None:
    assert json.loads(as_json(fields)) == fields
    assert list(json.loads(as_json(fields))) == list(fields)
