"""Codes keep the zeros that their number format shows, in files of every kind and online."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import budgettrack
from budgettrack.core.base.grids import Value
from budgettrack.workbook.code_formats import DIGIT, as_shown, code_template, is_shown
from budgettrack.workbook.google.cells import Entered, same
from budgettrack.workbook.other.workbook import OtherWorkbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.world.adopting import ON, adopted, run

MADE = Path(__file__).parent / "world" / "other_files"
SHOWN: list[tuple[str, Value]] = [
    ("000", "007"),
    ('"A-"000', "A-007"),
    ("\\A000", "A007"),
    ("00-00", "00-07"),
    ("00\\.00", "00.07"),
    ("000;-000", "007"),
    ('000"/26"', "007/26"),
    ("[$-409]000_ ", "007"),
    ("0", 7),
    ("General", 7),
    ("#,##0", 7),
    ("000.0", 7),
    ("[$€-407]000", 7),
    ('"EUR "000', 7),
    ('00" kg"', 7),
    ("00%", 7),
]


def with_codes(path: Path) -> None:
    """A budget with a code in a row for each format, and what was spent on the first line."""
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    tab.title = "Budget"
    tab.append(["Code", "Line", "Amount"])
    for number, (code, _) in enumerate(SHOWN, 2):
        tab.append([7, f"Line {number}", 10])
        tab.cell(number, 1).number_format = code
    book.save(path)


def test_a_code_in_an_xlsx_file_has_the_zeros_of_its_format(tmp_path: Path) -> None:
    with_codes(tmp_path / "codes.xlsx")
    (grid,) = ExcelWorkbook(tmp_path / "codes.xlsx").read().grids

    assert [row[0] for row in grid.rows[1:]] == [shown for _, shown in SHOWN]


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_code_in_a_file_of_another_kind_has_the_zeros_of_its_format(kind: str) -> None:
    """LibreOffice wrote both files from that of `with_codes`."""
    (grid,) = OtherWorkbook(MADE / f"codes.{kind}").read().grids

    shown = [row[0] for row in grid.rows[1:]]
    # 700 % is a kind of its own in both.
    assert shown[:-1] == [shown for _, shown in SHOWN][:-1]
    assert grid.percents == {(len(SHOWN), 0)}


def test_codes_join_what_was_spent_to_its_line(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    plan = book.worksheets[0]
    plan.title = "Budget"
    plan.append(["Code", "Line", "Amount"])
    plan.append([1, "Staff", 900])
    plan.append([30, "Print", 50])
    spent = book.create_sheet("Spent 2026")
    spent.append(["Date", "Code", "What", "Paid"])
    spent.append(["2026-01-03", 30, "Ink", 8])
    for cell in (plan["A2"], plan["A3"], spent["B2"]):
        cell.number_format = "000"
    book.save(tmp_path / "b.xlsx")

    assert adopted(tmp_path / "b.xlsx").exit_code == 0
    run("--config", str(tmp_path), "sync", *ON)
    with budgettrack.open(tmp_path / "budgettrack.toml") as tracker:
        assert sorted(tracker.budget().id) == ["001", "030"]
        assert [*tracker.expenses().budget_line] == ["030"]


def test_only_whole_numbers_get_zeros_before_them() -> None:
    template = code_template("000")

    assert as_shown(1.5, template) == 1.5
    assert as_shown(-7, template) == -7
    assert as_shown("7", template) == "7"
    assert as_shown(True, template) is True
    assert as_shown(2026, template) == 2026
    assert as_shown(12345, f"{DIGIT}{DIGIT}-{DIGIT}{DIGIT}") == "123-45"


def test_a_code_that_was_read_online_is_still_the_number_in_its_cell() -> None:
    assert same(Entered(stringValue="007"), Entered(numberValue=7))
    assert same(Entered(numberValue=7), Entered(stringValue="A-007"))
    assert not same(Entered(stringValue="008"), Entered(numberValue=7))
    assert not same(Entered(stringValue="7"), Entered(numberValue=7))
    assert not is_shown("007", 7.5)
    assert not is_shown(None, 7)
