"""Amounts have one style: grouped by the locale for people, plain decimals in JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.records.model import Fields
from tests.world.group import ON, Group

ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": "Start", "state": "active", "currency": "EUR", "amount": "12000"} | {"start": "2026-01-01", "end": "2026-12-31"},
        {"id": "G-2", "funder": "Other", "title": "Next", "state": "applied", "currency": "EUR", "amount": "45000.5"},
    ],
    "work_plan": [{"id": "A-1", "activity": "Meet", "start": "2026-01-01", "end": "2026-12-31", "status": "under way"}, {"id": "A-2", "activity": "Go", "start": "2027-01-01", "end": "2027-12-31"}],
    "budget": [
        {"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "11000"},
        {"id": "B-2", "grant": "G-2", "activity": "A-2", "category": "Rent", "amount": "45000.5"},
    ],
    "expenses": [{"id": f"E-{n}", "date": f"2026-0{n}-05", "budget_line": "B-1", "amount": "2500.25", "state": "paid"} for n in range(1, 7)],
    "income": [{"id": "I-1", "date": "2026-02-01", "grant": "G-1", "amount": "9000", "currency": "EUR", "kind": "instalment", "state": "received"}],
}  # fmt: skip

LISTINGS = [
    ("status", *ON),
    ("variance", *ON),
    ("variance", "--by", "grant", *ON),
    ("variance", "--each-month", *ON),
    ("variance", "--explain", *ON),
    ("deadlines", *ON),
    ("checks",),
    ("grants", "list"),
    ("pipeline",),
    ("revisions",),
    ("grid",),
    ("resources", "list"),
    ("resources", "gaps", *ON),
    ("history", "B-1"),
    ("diff", "--from", "2025-01-01", "--to", "2026-12-31"),
    ("conflicts", *ON),
    ("cycles",),
    ("deliveries",),
]
"""Every command that lists something of the register."""

PLAIN = re.compile(r"(?<![\w.,#/-])-?\d{4,}(\.\d+)?(?![\w.,-])")
"""A number of four digits or more that is not grouped: neither a day nor an ID."""


def _group(folder: Path, locale: str) -> Group:
    config = f'[organisation]\nlanguage = "{locale}"\n[workbook]\nxlsx = "plan.xlsx"\n'
    group = Group(folder, ROWS, config)
    group.sync()
    group.run("grants", "set", "G-1", "amount=13000", *ON)
    group.run("grants", "set", "G-1", "amount=12000", *ON)
    return group


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Group]:
    return {name: _group(tmp_path_factory.mktemp(name), name) for name in ("en", "de")}


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_people_read_grouped_amounts(
    groups: dict[str, Group], words: tuple[str, ...], locale: str
) -> None:
    for plain in ((), ("--plain",)):
        done = groups[locale].run(*plain, *words)
        assert done.exit_code in (0, 3), done.output
        assert not PLAIN.findall(done.stdout)
        wrong = r"\d\.\d{2} EUR" if locale == "de" else r"\d,\d{2} EUR"
        assert not re.findall(wrong, done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
def test_programs_read_plain_decimals(groups: dict[str, Group], words: tuple[str, ...]) -> None:
    answers = [groups[locale].run(*words, "--json").stdout for locale in ("en", "de")]
    tables = [groups[locale].run(*words, "--csv").stdout for locale in ("en", "de")]

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        if isinstance(value, list):
            return [text for inner in value for text in texts(inner)]
        return [value] if isinstance(value, str) else []

    said = texts(json.loads(answers[0]))
    said += [cell for row in csv.reader(io.StringIO(tables[0])) for cell in row]
    assert not [text for text in said if re.search(r"\d[,.\s]\d{3}[,.]\d{2}\b", text)]
    if words[0] not in ("history", "diff", "cycles"):  # these tell when it was
        assert answers[0] == answers[1]
        assert tables[0] == tables[1]


def test_lines_beside_a_table_are_grouped_too(groups: dict[str, Group]) -> None:
    english, german = groups["en"], groups["de"]

    assert "9,000.00 EUR was received" in english.run("checks").stdout
    assert "9.000,00 EUR was received" in german.run("checks").stdout
    status = german.run("status", *ON).stdout
    assert (
        "below zero: -6.001,50 EUR at the end of 2026-10, 3.000,00 EUR still to receive" in status
    )
    assert "Amount    12.000,00" in german.run("grants", "show", "G-1").stdout
    assert german.run(
        "grants", "set", "G-1", "title=A", "amount=13000", *ON
    ).stdout.splitlines() == [
        "G-1  title: Start → A",
        "G-1  amount: 12.000 → 13.000",
    ]
    refused = german.run("grants", "set", "G-1", "amount=12000", "title=Start", *ON)
    assert refused.exit_code == 0


def test_the_tab_checks_is_grouped_by_the_locale(groups: dict[str, Group]) -> None:
    import openpyxl

    def words(name: str) -> str:
        sheet = openpyxl.load_workbook(groups[name].path)["Checks"]
        return " ".join(str(cell.value) for row in sheet for cell in row if cell.value)

    assert "9,000.00 EUR was received" in words("en")
    assert "9.000,00 EUR was received" in words("de")
