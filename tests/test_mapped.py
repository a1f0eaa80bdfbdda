"""A workbook of another shape that the tool may write: signs turned, refunds by sign, rows that are
meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion, open_register

ON = ("--on", "2026-03-01")
CONFIG = """
[workbook]
xlsx = "own.xlsx"
start = 2026-01-01
end = 2026-12-31
[tables.budget]
tab = "Plan"
headings = { id = "Line", grant = "Fund", amount = "Sum" }
[tables.expenses]
tab = "Ledger"
heading_row = 3
headings = { id = "Nr", date = "When", budget_line = "Line", amount = "Out/In" }
where = { Kind = "Out" }
turned = ["amount"]
write = true
"""


class Own:
    """A group's own workbook: what goes out is negative, and only the rows of kind Out are
    expenses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        book = openpyxl.Workbook()
        ledger = book.active
        assert ledger is not None
        ledger.title = "Ledger"
        for row in (
            ["My ledger 2026"],
            [],
            ["Nr", "When", "Line", "Out/In", "Kind", "Extra"],
            ["x1", datetime(2026, 1, 5), "B1", -10.5, "Out", "keep me"],
            [None, datetime(2026, 1, 6), "B1", -20.5, "Out", None],
            [None, datetime(2026, 1, 7), "B1", 5, "Out", None],
            [None, datetime(2026, 1, 8), None, 500, "In", None],
        ):
            ledger.append(row)
        plan = book.create_sheet("Plan")
        for line in (["Line", "Fund", "Sum"], ["B1", "Fund A", 1000], ["Total", None, 1000]):
            plan.append(line)
        book.save(folder / "own.xlsx")
        (folder / "budgettrack.toml").write_text(CONFIG)
        self.run("sync", *ON)

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(main, ["--config", str(self.folder), *words])
        assert result.exit_code in (0, 3), result.output
        return result.stdout

    def rows(self, tab: str) -> list[tuple[Any, ...]]:
        return list(
            openpyxl.load_workbook(self.folder / "own.xlsx")[tab].iter_rows(values_only=True)
        )

    def by_hand(self, id_: str, **fields: str) -> None:
        with (
            open_register(f"sqlite:///{self.folder / 'register.sqlite'}") as register,
            register.writing() as writing,
        ):
            held = writing.ask(queries.load).records["expenses"].get(id_, {})
            version = RecordVersion("expenses", id_, {**held, **fields}, "register")
            writing.commit(Commit("by hand", datetime(2026, 3, 1, tzinfo=UTC), [version]))
        self.run("sync", *ON)

    def spent(self) -> str:
        (row,) = json.loads(self.run("variance", *ON, "--json"))
        return str(row["spent"])


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(tmp_path)


def test_signs_are_turned_and_what_comes_back_is_a_refund(own: Own) -> None:
    assert own.spent() == "26.00"
    assert [row[0] for row in own.rows("Ledger")[3:7]] == ["x1", "E-1", "E-2", None]
    assert "Nothing to do" in own.run("sync", "--dry-run", *ON)


def test_a_changed_amount_keeps_its_sign_and_a_refund_its_own(own: Own) -> None:
    own.by_hand("x1", amount="11")
    own.by_hand("E-2", amount="6")

    assert [row[3] for row in own.rows("Ledger")[3:6]] == [-11, -20.5, 6]
    assert own.spent() == "25.50"
    assert "Nothing to do" in own.run("sync", "--dry-run", *ON)


def test_an_expense_that_becomes_a_refund_changes_its_sign(own: Own) -> None:
    own.by_hand("E-1", state="refunded")

    assert own.rows("Ledger")[4][3] == 20.5
    assert own.spent() == "-15.00"
    assert "Nothing to do" in own.run("sync", "--dry-run", *ON)


def test_a_new_row_says_that_it_is_among_those_meant(own: Own) -> None:
    own.by_hand("E-9", date="2026-02-01", budget_line="B1", amount="7")

    assert own.rows("Ledger")[7] == (
        "E-9",
        datetime(2026, 2, 1),
        "B1",
        -7,
        "Out",
        None,
    )
    assert "Nothing to do" in own.run("sync", "--dry-run", *ON)


def test_a_table_without_write_is_left_alone(own: Own) -> None:
    assert own.rows("Plan") == [
        ("Line", "Fund", "Sum"),
        ("B1", "Fund A", 1000),
        ("Total", None, 1000),
    ]


def test_a_value_in_a_table_that_is_only_read_is_wiped_when_its_cell_is_clear(
    tmp_path: Path,
) -> None:
    """Otherwise the next sync would bring it back."""
    own = Own(tmp_path)
    words = ["--config", str(tmp_path), "redact", "B1.grant", "--yes", *ON]
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, refused.stderr.strip()) == (
        2,
        "Grant of B1 is still in the workbook, and this program never writes into Plan. Clear the"
        " cell there, then run this again.",
    )
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    book["Plan"]["B2"] = None
    book.save(tmp_path / "own.xlsx")
    assert CliRunner().invoke(main, words).exit_code in (0, 3)
    assert b"Fund A" not in (tmp_path / "register.sqlite").read_bytes()
    own.run("sync", *ON)
    assert b"Fund A" not in (tmp_path / "register.sqlite").read_bytes()
