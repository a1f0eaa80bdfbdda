"""The first act: the workbook's rows, who they are, and what was renamed."""

from __future__ import annotations

from datetime import date

from budgettrack.core.decide import RegisterState, Settings
from budgettrack.core.decide.read import read_sides
from budgettrack.core.records.tables import CHECKS, KEPT_EDITS
from tests.world.tabs_of_ours import book, tab

SETTINGS = Settings("EUR", "en", date(2026, 11, 2))
LINE = {"grant": "G-1", "category": "Rent", "amount": "100"}
SPENT = {"date": "2026-03-01", "budget_line": "B-1", "amount": "5", "state": "paid"}


def test_rows_without_an_id_get_the_next_that_was_never_given() -> None:
    budget = tab("Budget", "ID | Grant | Amount\nB-1 | G-1 | 100\n | G-1 | 20")
    held = RegisterState({}, {}, removed={"budget": {"B-7"}})

    sides = read_sides(book(budget), held, SETTINGS)

    sheet = sides.tables["budget"].sheet
    assert sheet is not None
    assert sheet.identified.given == ((2, "B-8"),)
    assert list(sheet.identified.rows) == ["B-1", "B-8"]


def test_a_row_that_was_typed_before_an_older_copy_is_the_record_that_it_became() -> None:
    """The copy was made between the typing of a row and the sync that gave it an ID."""
    budget = tab("Budget", "ID | Grant | Category | Amount\n | G-1 | Rent | 100")
    known = {"budget": {"B-1": LINE}}
    held = RegisterState(known, {}, {}, added_since=known)

    sides = read_sides(book(budget), held, SETTINGS)

    sheet = sides.tables["budget"].sheet
    assert sheet is not None
    assert list(sheet.identified.rows) == ["B-1"]
    assert sides.tables["budget"].agreed == {"B-1": LINE}


def test_a_tab_that_is_not_there_has_no_side_in_the_sheet() -> None:
    sides = read_sides(book(), RegisterState({"budget": {"B-1": LINE}}, {}, {}), SETTINGS)

    assert sides.tables["budget"].sheet is None
    assert sides.tables["budget"].register == {"B-1": LINE}
    assert "missing-tab" in {finding.code for finding in sides.findings}


def test_an_id_typed_over_takes_record_agreement_and_references_along() -> None:
    budget = tab("Budget", "ID | Grant | Category | Amount\nB-9 | G-1 | Rent | 100")
    expenses = tab(
        "Expenses", "ID | Date | Budget line | Amount | State\nE-1 | 2026-03-01 | B-1 | 5 | paid"
    )
    both = {"budget": {"B-1": LINE}, "expenses": {"E-1": SPENT}}

    sides = read_sides(book(budget, expenses), RegisterState(both, both, {}), SETTINGS)

    assert sides.renames == {("budget", "B-1"): "B-9"}
    assert sides.tables["budget"].register == {"B-9": LINE}
    assert sides.tables["budget"].agreed == {"B-9": LINE}
    # In the register alone: so the merge carries the new reference into the sheet.
    assert sides.tables["expenses"].register == {"E-1": {**SPENT, "budget_line": "B-9"}}
    assert sides.tables["expenses"].agreed == {"E-1": SPENT}
    assert both["expenses"]["E-1"]["budget_line"] == "B-1"


def test_choices_are_taken_from_the_checks_tab_and_the_prompt_has_the_last_word() -> None:
    seals = {"budget/B-1.amount #111111": "sheet", "budget/B-2.amount #222222": "register"}
    lines = "\n".join(f"{choice} | {seal}" for seal, choice in seals.items())
    checks = tab(CHECKS, f"Keep | Key\n{lines}", mark="checks Checks")
    settings = Settings("EUR", "en", date(2026, 11, 2), keep={"budget/B-2.amount #222222": "sheet"})

    sides = read_sides(book(checks), RegisterState({}, {}, {}), settings)

    assert sides.keep == dict.fromkeys(seals, "sheet")


def test_copies_and_edits_that_were_set_down_are_findings() -> None:
    budget = tab("Budget", "ID | Grant | Amount\nB-1 | G-1 | 100\nB-1 | G-1 | 100")
    kept = tab(KEPT_EDITS, "Tab | Column | What was typed\nBudget | Amount | 120")

    sides = read_sides(book(budget, kept), RegisterState({}, {}, {}), SETTINGS)

    codes = [finding.code for finding in sides.findings]
    assert codes[-2:] == ["edit-set-down", "duplicate-id"]


def test_references_by_name_follow_a_name_that_either_side_corrected() -> None:
    grant = {"funder": "Harbour", "title": "Drop-in", "currency": "EUR"}
    line = {**LINE, "grant": "Drop-in", "description": "Room"}
    spent = {**SPENT, "budget_line": "Room"}
    agreed = {"grants": {"G-1": grant}, "budget": {"B-1": line}, "expenses": {"E-1": spent}}
    grants = tab("Grants", "ID | Funder | Title | Currency\nG-1 | Harbour | Drop-in | EUR")
    budget = tab(
        "Budget", "ID | Grant | Description | Amount\nB-1 | Drop-in | Rent of a room | 100"
    )
    expenses = tab("Expenses", "ID | Date | Budget line | Amount\nE-1 | 2026-03-01 | Room | 5")
    # The title is corrected at the prompt, and the description in the sheet.
    at_prompt = {**agreed, "grants": {"G-1": {**grant, "title": "Open door"}}}

    sides = read_sides(
        book(grants, budget, expenses), RegisterState(at_prompt, agreed, {}), SETTINGS
    )

    assert sides.tables["budget"].register["B-1"]["grant"] == "Open door"
    assert sides.tables["expenses"].register["E-1"] == {**spent, "budget_line": "Rent of a room"}
    assert sides.tables["expenses"].agreed["E-1"] == spent


def test_a_new_id_that_is_the_name_of_another_row_means_the_row_that_has_it() -> None:
    """B-1 becomes *Room*, which is the description of B-2. What was spent on B-1 stays there, and
    what people wrote as *Room* before means B-2 still."""
    other = {**LINE, "description": "Room"}
    by_name, by_id = {**SPENT, "budget_line": "Room"}, {**SPENT, "budget_line": "B-1"}
    both = {
        "budget": {"B-1": {**LINE, "description": "Cook"}, "B-2": other},
        "expenses": {"E-1": by_id, "E-2": by_name, "E-3": {**SPENT, "budget_line": "Cook"}},
    }
    budget = tab(
        "Budget",
        "ID | Grant | Category | Description | Amount\nRoom | G-1 | Rent | Cook | 100\n"
        "B-2 | G-1 | Rent | Room | 100",
    )
    expenses = tab(
        "Expenses",
        "ID | Date | Budget line | Amount | State\nE-1 | 2026-03-01 | B-1 | 5 | paid\n"
        "E-2 | 2026-03-01 | Room | 5 | paid\nE-3 | 2026-03-01 | Cook | 5 | paid",
    )

    sides = read_sides(book(budget, expenses), RegisterState(both, both, {}), SETTINGS)

    assert sides.renames == {("budget", "B-1"): "Room"}
    assert {id_: row["budget_line"] for id_, row in sides.tables["expenses"].register.items()} == {
        "E-1": "Room",
        "E-2": "B-2",
        "E-3": "Cook",
    }


def test_a_new_id_that_is_a_name_of_its_own_row_takes_all_references_along() -> None:
    grant = {"funder": "City", "currency": "EUR"}
    both = {
        "grants": {"G-1": grant},
        "budget": {"B-1": LINE, "B-2": {**LINE, "grant": "City"}},
    }
    grants = tab("Grants", "ID | Funder | Currency\nCITY | City | EUR")
    budget = tab(
        "Budget",
        "ID | Grant | Category | Amount\nB-1 | G-1 | Rent | 100\nB-2 | City | Rent | 100",
    )

    sides = read_sides(book(grants, budget), RegisterState(both, both, {}), SETTINGS)

    assert sides.renames == {("grants", "G-1"): "CITY"}
    assert {id_: row["grant"] for id_, row in sides.tables["budget"].register.items()} == {
        "B-1": "CITY",
        "B-2": "City",
    }
