"""A hold says what is held, since when, why, and how it is released."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from budgettrack.core.base.holds import HOLD_KINDS, Hold, HoldKind

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
FACTS = {"known": "the old computer", "why": "The group's key is missing.", "theirs": "7"}


@pytest.mark.parametrize("kind", HOLD_KINDS)
def test_the_words_of_each_kind_are_whole(kind: HoldKind) -> None:
    words = Hold(kind, AT, FACTS).words

    assert words.startswith("On hold since 2026-11-01 06:00")
    assert "all that is sent" in words
    assert f"budgettrack deliveries release {kind}" in words
    assert "{" not in words


def test_the_hold_of_a_period_names_it() -> None:
    hold = Hold("unknown-deliveries", AT, FACTS, "2026-10")

    assert "what 2026-10 sends" in hold.words
    assert hold.finding.code == "hold-unknown-deliveries"
