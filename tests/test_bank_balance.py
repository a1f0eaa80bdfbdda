"""Whether the bank agrees with the books: told by `status` and the board from what was imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgettrack.core.records.model import Fields
from tests.world.bank_files import camt
from tests.world.bank_month import A_LINE, BOOKED, ON, WITH_A_BANK, put
from tests.world.group import Group, Rows

OPENING: Fields = {
    "id": "I-1", "date": "2026-09-30", "grant": "G-1", "kind": "opening balance",
    "state": "received", "amount": "1000",
}  # fmt: skip


def _imported(folder: Path, *income: Fields) -> Group:
    group = Group(folder, {**A_LINE, "income": list(income)}, WITH_A_BANK)
    group.sync()
    done = group.run(
        "import", put(group, camt(BOOKED), "october.xml"), "--account", "Main", "--yes", *ON
    )
    assert done.exit_code in (0, 3), done.output
    group.sync()
    return group


def _told(group: Group, *words: str) -> str:
    lines = group.run("status", *(words or ON)).stdout.splitlines()
    return next(line for line in lines if line.startswith("Bank: "))


def test_bank_and_books_that_agree_are_said_to_agree(tmp_path: Path) -> None:
    assert _told(_imported(tmp_path, OPENING)) == (
        "Bank: agrees with the books on 2026-10-31, 1,345.91 EUR"
    )


def test_what_is_apart_is_told_with_both_sums(tmp_path: Path) -> None:
    group = _imported(tmp_path)

    assert _told(group) == (
        "Bank: 1,345.91 EUR on 2026-10-31, 345.91 EUR in the books, 1,000.00 EUR apart"
        " (budgettrack reconcile)"
    )
    board = Path(group.run("report", "board", *ON).stdout.strip()).read_text("utf-8")
    assert "1,000.00 EUR apart" in board


def test_a_month_without_a_statement_is_compared_at_the_last_that_has_one(tmp_path: Path) -> None:
    group = _imported(tmp_path, OPENING)

    assert "on 2026-10-31" in _told(group, "--on", "2026-12-15")


def test_a_statement_of_days_to_come_or_of_half_a_month_compares_nothing(tmp_path: Path) -> None:
    group = _imported(tmp_path, OPENING)

    assert _told(group, "--on", "2026-10-31") == (
        "Bank: not compared, no month ends with a statement of each account in EUR"
        " (budgettrack import)"
    )


@pytest.mark.parametrize("grant", ["G-1"])
def test_the_status_of_one_grant_does_not_tell_of_the_bank(tmp_path: Path, grant: str) -> None:
    group = _imported(tmp_path, OPENING)

    assert "Bank: " not in group.run("status", "--grant", grant, *ON).stdout


def test_a_grant_in_pounds_that_arrives_in_euros_agrees_with_the_account_in_euros(
    tmp_path: Path,
) -> None:
    """`status` and `reconcile` ask one rule, so neither sees another account than the other."""
    opening = {**OPENING, "amount": "800", "received_amount": "1000", "received_currency": "EUR"}
    pounds: Rows = {
        **A_LINE,
        "grants": [{**A_LINE["grants"][0], "currency": "GBP"}],
        "rates": [{"month": "2026-10", "currency": "GBP", "rate": "0.8"}],
        "income": [opening],
    }
    group = Group(tmp_path, pounds, WITH_A_BANK)
    group.sync()
    statement = put(group, camt(BOOKED), "october.xml")
    group.run("import", statement, "--account", "Main", "--yes", *ON)
    group.sync()

    assert _told(group) == "Bank: agrees with the books on 2026-10-31, 1,345.91 EUR"
    said = group.run("reconcile", statement).output
    assert "At the end of 2026-10 bank and books agree." in said
    assert "Not compared" not in said
