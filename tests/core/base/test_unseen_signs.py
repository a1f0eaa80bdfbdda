"""The pattern of what is dropped: each part of it beside the nearest text that stays."""

from __future__ import annotations

import pytest

from budgettrack.core.base.unseen_signs import DROPPED


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\u202eb", "ab"),
        ("a\u00adb", "ab"),
        ("a\u200bb", "ab"),
        ("ก\u200bก", "ก\u200bก"),
        ("a\u200c", "a"),
        ("ه\u200c", "ه\u200c"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("👨\u200da", "👨a"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("a\ufe0f", "a"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("🏴\U000e0067", "🏴"),
        ("ᠮ\u180b", "ᠮ\u180b"),
        ("a\u180b", "a"),
    ],
)
def test_a_sign_is_dropped_where_no_script_needs_it(text: str, left: str) -> None:
    assert DROPPED.sub(r"\1", text) == left
