"""A treasurer who never saw an ID fills a new workbook: names stand for rows from the first day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main

ON = ("--on", "2026-03-15")


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code in (0, 3), result.output
    return result.stdout


def type_rows(tab: str, *rows: dict[str, Any]) -> None:
    """Types rows below the last one, by heading."""
    book = openpyxl.load_workbook("plan.xlsx")
    sheet = book[tab]
    headings = [cell.value for cell in sheet[1]]
    first = 2 + sum(
        any(cell.value is not None for cell in row) for row in sheet.iter_rows(min_row=2)
    )
    for number, row in enumerate(rows, first):
        for heading, value in row.items():
            sheet.cell(number, headings.index(heading) + 1, value)
    book.save("plan.xlsx")


def column(tab: str, heading: str) -> Sequence[Any]:
    sheet = openpyxl.load_workbook("plan.xlsx")[tab]
    at = [cell.value for cell in sheet[1]].index(heading) + 1
    return [row[0].value for row in sheet.iter_rows(2, sheet.max_row, at, at) if row[0].value]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "--xlsx", "plan.xlsx", "--start", "2026-01-01")
    type_rows(
        "Grants",
        {"Funder": "Harbour Fund", "Title": "Drop-in", "State": "active", "Currency": "EUR"}
        | {"Amount": 900, "Start": "2026-01-01", "End": "2026-12-31"},
    )
    type_rows("Work-plan", {"Activity": "Open the drop-in"})
    type_rows(
        "Budget",
        {"Grant": "Drop-in", "Activity": "open the drop-in", "Category": "Rent"}
        | {"Description": "Room", "Amount": 900, "People paid": 0},
    )
    type_rows("Expenses", {"Date": "2026-02-03", "Budget line": "room", "Amount": 75})


def spent() -> list[tuple[str, str, str]]:
    rows = json.loads(run("variance", "--to", "2026-03", *ON, "--json"))
    return [(row["line"], row["grant"], row["spent"]) for row in rows]


@pytest.mark.usefixtures("typed")
def test_names_are_enough_before_any_row_has_an_id() -> None:
    run("sync", *ON)

    assert spent() == [("B-1", "G-1", "75.00")]
    assert column("Expenses", "Budget line") == ["room"]
    codes = {row["code"] for row in json.loads(run("checks", "--json"))}
    assert not {code for code in codes if code.startswith(("reference", "line-un"))}


@pytest.mark.usefixtures("typed")
def test_every_dropdown_of_a_reference_offers_what_is_typed_already() -> None:
    book = openpyxl.load_workbook("plan.xlsx")
    offered = {}
    for tab in ("Budget", "Expenses", "Income", "Deadlines"):
        headings = [cell.value for cell in book[tab][1]]
        for rule in book[tab].data_validations.dataValidation:
            if "!" not in str(rule.formula1):
                continue
            source, _, cells = str(rule.formula1).partition("!")
            letter = cells.split("$")[1]
            heading = headings[min(area.min_col for area in rule.sqref.ranges) - 1]
            offered[tab, heading] = book[source.strip("'")][f"{letter}2"].value
    assert offered[("Budget", "Grant")] == "Drop-in"
    assert offered[("Budget", "Activity")] == "Open the drop-in"
    assert offered[("Expenses", "Budget line")] == "Room"
    assert offered[("Expenses", "Grant")] == "Drop-in"
    assert offered[("Income", "Grant")] == "Drop-in"
    assert offered[("Deadlines", "Grant")] == "Drop-in"


@pytest.mark.usefixtures("typed")
def test_a_reference_follows_a_description_that_is_corrected() -> None:
    run("sync", *ON)
    book = openpyxl.load_workbook("plan.xlsx")
    sheet = book["Budget"]
    at = [cell.value for cell in sheet[1]].index("Description") + 1
    sheet.cell(2, at, "Rent of the room")
    book.save("plan.xlsx")

    run("sync", *ON)

    assert column("Expenses", "Budget line") == ["Rent of the room"]
    assert spent() == [("B-1", "G-1", "75.00")]


@pytest.mark.usefixtures("typed")
def test_a_grant_renewed_under_its_title_takes_nothing_from_the_old_one() -> None:
    run("sync", *ON)
    type_rows(
        "Grants",
        {"Funder": "Harbour Fund", "Title": "Drop-in", "State": "active", "Currency": "EUR"}
        | {"Amount": 700, "Start": "2027-01-01", "End": "2027-12-31"},
    )
    run("sync", *ON)
    assert column("Budget", "Grant") == ["G-1"]
    run("grants", "set", "G-1", "title=Drop-in 2026")
    run("sync", *ON)

    assert spent() == [("B-1", "G-1", "75.00")]
    codes = {row["code"] for row in json.loads(run("checks", "--json"))}
    assert not {code for code in codes if code.startswith("reference")}


@pytest.mark.usefixtures("typed")
def test_a_reference_follows_a_title_that_is_changed_at_the_prompt() -> None:
    run("sync", *ON)

    run("grants", "set", "G-1", "title=Open door")
    run("sync", *ON)

    assert column("Budget", "Grant") == ["Open door"]
    assert spent() == [("B-1", "G-1", "75.00")]
