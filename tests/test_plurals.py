"""One of anything is told in the singular, by every command and in every file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from budgettrack.core.records.model import Fields
from tests.world.group import ON, Group

ONE: dict[str, list[Fields]] = {
    "grants": [{"id": "G-1", "funder": "Fund", "title": "Start", "state": "active", "publish": "yes", "currency": "EUR", "amount": "900"} | {"start": "2026-01-01", "end": "2026-12-31"}],
    "work_plan": [{"id": "A-1", "activity": "Meet", "start": "2026-01-01", "end": "2026-10-20", "status": "under way"}],
    "budget": [{"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "1000"}],
    "expenses": [
        {"id": "E-1", "date": "2026-10-05", "budget_line": "B-1", "amount": "1100", "state": "paid"},
        {"id": "E-2", "date": "2026-10-06", "budget_line": "B-1", "state": "paid"},
    ],
    "income": [{"id": "I-1", "date": "2026-02-01", "grant": "G-1", "amount": "1", "currency": "EUR", "kind": "instalment", "state": "received"}],
    "resources": [{"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use", "until": "2026-11-20", "description": "Room"}],
    "deadlines": [{"id": "D-1", "what": "Renew the lease", "due": "2026-11-20", "grant": "G-1"}],
}  # fmt: skip
"""One row of each table, and one more expense that has no amount: one error."""


WORDS = re.compile(r"(?<![\w.,/:#\"-])1 (?!(?:is|was|has|this|its|as)\b)\w+s\b")
"""A number one before a word that ends as plurals do."""


@pytest.mark.slow
def test_one_of_anything_is_told_in_the_singular(tmp_path: Path) -> None:
    group = Group(tmp_path, ONE)
    commands = [
        ("sync", "--dry-run", *ON),
        ("sync", *ON),
        ("status", *ON),
        ("checks",),
        ("variance", "--explain", *ON),
        ("deadlines", *ON),
        ("deadlines", "--within", "30", "--ics", str(tmp_path / "dates.ics"), *ON),
        ("monthly", "--log-format", "plain", *ON),
        ("monthly", "--dry-run", *ON),
        ("cycles",),
        ("deliveries",),
        ("doctor",),
        ("report", "transparency", *ON),
        ("report", "funder", "G-1", *ON),
        ("report", "iati"),
        ("pipeline",),
        ("grid",),
        ("resources", "gaps", *ON),
        ("split", "E-1", "1/1/1", "B-1", *ON),
    ]
    said = {}
    for words in commands:
        done = group.run(*words)
        assert done.exception is None or isinstance(done.exception, SystemExit), words
        said[" ".join(words)] = done.output
    for path in (tmp_path / "reports").rglob("*"):
        if path.suffix in (".html", ".txt", ".csv", ".xml", ".json", ".eml"):
            text = re.sub(
                r"<(script|style).*?</\1>|<[^>]*>", " ", path.read_text("utf-8"), flags=re.S
            )
            said[path.name] = text

    assert "Found: errors 1, " in said["status --on 2026-11-02"]
    assert "To look at: 1 error, " in said["checks"]
    assert "you named 1 budget line." in said["split E-1 1/1/1 B-1 --on 2026-11-02"]
    assert {name: WORDS.findall(text) for name, text in said.items() if WORDS.search(text)} == {}
