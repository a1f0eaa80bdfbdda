"""The local workbook where rows are uneven, cells locked, or a style stands in the way."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from budgettrack.core.base.grids import CellEdit, CellError, Edits, NoValue
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def test_locked_cells_right_of_the_shortest_row_are_locked_too(tmp_path: Path) -> None:
    """A long row beside a short one, in a protected tab with one unlocked column."""
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        free = book.add_format({"locked": False})
        sheet = book.add_worksheet("Budget")
        sheet.protect("secret")
        sheet.write_row(0, 0, ["ID", "Amount", "Note", "Approved"])
        sheet.write_row(1, 0, ["B-1"])
        sheet.write(2, 0, "B-2", free)
        sheet.write(2, 1, 5, free)
        sheet.write(2, 3, 7)

    (grid,) = ExcelWorkbook(path).read().grids

    assert (2, 3) in grid.protected
    assert (1, 3) in grid.protected
    assert (2, 0) not in grid.protected
    assert (2, 1) not in grid.protected


def test_an_error_below_all_values_is_read_in_its_place(tmp_path: Path) -> None:
    """Readers of values leave out rows that hold errors alone: the grid grows by them."""
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        sheet.write_row(0, 0, ["ID", "Amount"])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 1, "=NA()", None, "#N/A")

    (grid,) = ExcelWorkbook(path).read().grids

    assert isinstance(grid.at(1, 3), CellError)
    assert isinstance(grid.at(3, 1), CellError)
    assert grid.at(2, 1) is None
    assert grid.at(1, 2) is None


def test_a_formula_without_its_value_far_right_is_read_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Budget"
    sheet["A1"] = "ID"
    sheet["F4"] = "=A1"
    book.save(path)

    (grid,) = ExcelWorkbook(path).read().grids

    assert isinstance(grid.at(3, 5), NoValue)
    assert (3, 5) in grid.formulas


@pytest.mark.parametrize("cells", [True, False])
def test_other_programs_work_out_formulas_anew_after_cells_alone_were_written(
    tmp_path: Path, cells: bool
) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        sheet.write_row(0, 0, ["ID", "Amount"])
        sheet.write(1, 1, 5)
        sheet.write_formula(2, 1, "=B2*2", None, 10)
    whole = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    text = part(path, "xl/workbook.xml").replace(whole, '<calcPr calcId="124519"/>')
    raw = {}
    with zipfile.ZipFile(path) as archive:
        raw = {name: archive.read(name) for name in archive.namelist()}
    raw["xl/workbook.xml"] = text.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in raw.items():
            archive.writestr(name, content)
    workbook = ExcelWorkbook(path)
    edits = (CellEdit("Budget", 1, 1, Decimal(6), 5.0, "money"),) if cells else ()

    workbook.write(workbook.read(), Edits(edits, (), "a-mark", {}))

    asked = re.search(r"<calcPr[^>]*fullCalcOnLoad=.(1|true)", part(path, "xl/workbook.xml"))
    assert bool(asked) == cells


def test_a_new_row_takes_no_bold_from_its_column(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True})
        italic = book.add_format({"italic": True})
        sheet = book.add_worksheet("Budget")
        sheet.set_column("A:A", 12, bold)
        sheet.set_column("B:B", 12, italic)
        sheet.write_row(0, 0, ["ID", "Note"], bold)
    workbook = ExcelWorkbook(path)
    new = (
        CellEdit("Budget", 1, 0, "B-1", None, "id"),
        CellEdit("Budget", 1, 1, "a note", None, "text"),
    )

    workbook.write(workbook.read(), Edits(new, (), None, {}))

    sheet = openpyxl.load_workbook(path)["Budget"]
    fonts: list[Font] = [sheet["A2"].font, sheet["B2"].font]
    assert [font.bold for font in fonts] == [False, False]
    assert fonts[1].italic
    assert sheet["A1"].font.bold


@pytest.mark.parametrize(("length", "fits"), [(32_767, True), (32_768, False)])
def test_a_text_is_as_long_as_a_cell_may_hold(tmp_path: Path, length: int, fits: bool) -> None:
    from budgettrack.core.base.errors import WorkbookError

    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write_row(0, 0, ["ID", "Note"])
    workbook = ExcelWorkbook(path)
    book_read = workbook.read()
    edit = Edits((CellEdit("Budget", 1, 1, "y" * length, None, "text"),), (), None, {})

    if fits:
        workbook.write(book_read, edit)
        (grid,) = workbook.read().grids
        assert len(str(grid.at(1, 1))) == length
    else:
        with pytest.raises(WorkbookError):
            workbook.write(book_read, edit)
