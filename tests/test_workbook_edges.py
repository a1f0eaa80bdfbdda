"""The local workbook where rows are uneven, cells locked, or a style stands in the way."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from msgspec.structs import replace
from openpyxl.styles import Font

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, CellError, Edits, NoValue, PageCell, ToolTab
from budgettrack.core.records.tables import CHECKS
from budgettrack.workbook.xlsx.cells import serial
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def changed(path: Path, name: str, change: Callable[[str], str]) -> None:
    """Writes a part of a file anew."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    text = parts[name].decode()
    assert change(text) != text
    parts[name] = change(text).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)


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


# ---- days, locks, heights, neighbours


@pytest.mark.parametrize(
    ("day", "from_1904", "number"),
    [
        (date(1900, 2, 28), False, None),
        (date(1900, 3, 1), False, "61"),
        (date(1900, 3, 2), False, "62"),
        (date(1903, 12, 31), True, None),
        (date(1904, 1, 1), True, "0"),
        (date(1904, 1, 1), False, "1462"),
        (datetime(2026, 1, 1, 6, 0, 0), False, "46023.2500000000"),
        (datetime(2026, 1, 1, 0, 1, 0), False, "46023.0006944444"),
        (datetime(2026, 1, 1, 0, 0, 1), False, "46023.0000115741"),
        (datetime(2026, 1, 1), False, "46023"),
    ],
)
def test_days_are_the_numbers_of_spreadsheets(
    day: date, from_1904: bool, number: str | None
) -> None:
    assert serial(day, from_1904) == number


def test_blank_cells_of_an_unlocked_column_are_free(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        free = book.add_format({"locked": False})
        sheet = book.add_worksheet("Budget")
        sheet.protect()
        sheet.set_column("B:B", 10, free)
        sheet.write_row(0, 0, ["ID", "Amount", "Note"], book.add_format({"bold": True}))
        sheet.write(2, 2, "below")

    (grid,) = ExcelWorkbook(path).read().grids

    assert {place for place in grid.protected if place[0] == 1} == {(1, 0), (1, 2)}
    assert (0, 1) in grid.protected, "a cell's own style is before its column's"


def test_a_tab_without_protection_has_no_locked_cells(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write_row(0, 0, ["ID", "Amount"])

    (grid,) = ExcelWorkbook(path).read().grids

    assert grid.protected == frozenset()


@pytest.mark.parametrize(
    ("length", "height"), [(1, None), (18, None), (19, 30), (36, 30), (37, 45), (54, 45)]
)
def test_a_row_is_as_high_as_its_longest_text_wraps(
    tmp_path: Path, length: int, height: int | None
) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write_row(0, 0, ["ID"])
    workbook = ExcelWorkbook(path)
    tab = ToolTab(CHECKS, ((PageCell("y" * length), PageCell("x")),), (20, 60), kind="checks")

    workbook.write(workbook.read(), Edits((), (tab,), None, {}))

    assert openpyxl.load_workbook(path)[CHECKS].row_dimensions[1].height == height


def test_a_new_row_takes_the_style_of_the_nearest_row_that_is_not_bold(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        bold, italic = book.add_format({"bold": True}), book.add_format({"italic": True})
        sheet = book.add_worksheet("Budget")
        sheet.write(0, 0, "Note", bold)
        sheet.write(1, 0, "a total", bold)
        sheet.write(4, 0, "below", italic)
        sheet.write_row(2, 1, ["x"])
    workbook = ExcelWorkbook(path)
    new = CellEdit("Budget", 2, 0, "new", None, "text")

    workbook.write(workbook.read(), Edits((new,), (), None, {}))

    font = openpyxl.load_workbook(path)["Budget"]["A3"].font
    assert (font.bold, font.italic) == (False, True)


def test_a_new_row_has_its_cells_from_left_to_right_in_whatever_order_they_were_given(
    tmp_path: Path,
) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write_row(0, 0, ["ID", "Amount", "Note"])
    workbook = ExcelWorkbook(path)

    workbook.write(
        workbook.read(),
        Edits(tuple(CellEdit("Budget", 1, column, f"c{column}") for column in (2, 0, 1))),
    )

    row = part(path, "xl/worksheets/sheet1.xml").partition('<row r="2"')[2]
    assert re.findall(r'r="([A-Z]+)2"', row) == ["A", "B", "C"]


@pytest.mark.parametrize("code", ["DD.MM.YYYY", "dd.mm.yyyy", 'yyyy"-"mm'])
def test_a_date_keeps_a_format_of_dates_in_capital_letters(tmp_path: Path, code: str) -> None:
    """LibreOffice writes the codes of formats in capitals."""
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        sheet.write_row(0, 0, ["ID", "Start"])
        sheet.write_datetime(1, 1, datetime(2026, 1, 5), book.add_format({"num_format": code}))
    workbook = ExcelWorkbook(path)

    workbook.write(workbook.read(), Edits((CellEdit("Budget", 1, 1, date(2026, 2, 6)),)))

    cell = openpyxl.load_workbook(path)["Budget"]["B2"]
    assert (cell.number_format, cell.value) == (code, datetime(2026, 2, 6))


def test_a_page_of_ours_is_in_the_workbook_s_own_size_of_letters(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_format_properties": {"font_size": 14}}) as book:
        book.add_worksheet("Budget").write(0, 0, "ID")
    workbook = ExcelWorkbook(path)
    rows = ((PageCell("What to look at", "heading"),), (PageCell("So"),))
    page = ToolTab(CHECKS, rows, kind="checks")

    workbook.write(workbook.read(), Edits(pages=(page,)))

    sheet = openpyxl.load_workbook(path)[CHECKS]
    assert sheet["A1"].font.sz == 14
    assert sheet["A1"].font.b


def test_xml_with_a_document_type_is_refused(tmp_path: Path) -> None:
    """It could name entities that grow without end, or files of this machine."""
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write(0, 0, "ID")
    changed(
        path, "xl/workbook.xml", lambda text: text.replace("<workbook", "<!DOCTYPE a><workbook", 1)
    )

    with pytest.raises(WorkbookError, match=r"plan\.xlsx"):
        ExcelWorkbook(path).read()


def test_a_tab_that_the_reader_of_values_cannot_read_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Budget").write(0, 0, "ID")
    changed(
        path,
        "xl/worksheets/sheet1.xml",
        lambda text: re.sub(r'<c r="A1" t="s"><v>0</v>', '<c r="A1" t="s"><v>99999</v>', text),
    )

    with pytest.raises(WorkbookError, match="damaged"):
        ExcelWorkbook(path).read()


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_folder_is_told_from_a_file_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_folder: bool
) -> None:
    """Windows says of a folder what it says of a file that belongs to somebody else."""
    path = tmp_path / "plan.xlsx"
    if is_folder:
        path.mkdir()
    else:
        path.write_bytes(b"")

    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(WorkbookError) as caught:
        ExcelWorkbook(path).read()
    assert ("is a folder" in str(caught.value)) is is_folder
    assert ("may not be read by this user" in str(caught.value)) is not is_folder


@pytest.mark.parametrize(
    ("styled", "at", "italic"),
    [
        ({1: "underline", 2: "italic"}, 3, True),  # of two above, the nearer
        ({2: "italic", 3: "underline"}, 1, True),  # of two below, the nearer
        ({1: "italic", 3: "underline"}, 2, True),  # above before below
        ({1: "italic"}, 21, True),  # the twentieth row above
        ({1: "italic"}, 22, False),
        ({20: "italic"}, 1, True),  # the nineteenth row below
        ({21: "italic"}, 1, False),
    ],
)
def test_a_new_cell_takes_the_style_of_the_nearest_row_within_twenty(
    tmp_path: Path, styled: dict[int, str], at: int, italic: bool
) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        for row in range(30):
            sheet.write(row, 1, "filled")
            if row in styled:
                sheet.write(row, 0, "", book.add_format({styled[row]: True}))
    workbook = ExcelWorkbook(path)
    new = CellEdit("Budget", at, 0, "new", None, "text")

    workbook.write(workbook.read(), Edits((new,), (), None, {}))

    font = openpyxl.load_workbook(path)["Budget"].cell(at + 1, 1).font
    assert bool(font.i) is italic
    assert not font.u


def numbered(path: Path) -> ExcelWorkbook:
    """A workbook of four rows with their number in column A."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        for row in range(4):
            sheet.write_row(row, 0, [row + 1, "x"])
    return ExcelWorkbook(path)


@pytest.mark.parametrize("stated", [(), (1,), (2, 4), (1, 2, 3)])
def test_rows_and_cells_without_their_places_follow_the_ones_before(
    tmp_path: Path, stated: tuple[int, ...]
) -> None:
    """Some programs leave out what follows from the order; `stated` are the rows that say theirs."""
    workbook = numbered(tmp_path / "plan.xlsx")

    def without(text: str) -> str:
        text = re.sub(r'<c r="[A-Z]+\d+"', "<c", text)
        return re.sub(
            r'<row r="(\d+)"', lambda row: row[0] if int(row[1]) in stated else "<row", text
        )

    changed(workbook.path, "xl/worksheets/sheet1.xml", without)
    edits = [(0, 1, "first"), (2, 1, "third"), (3, 2, "new"), (5, 0, "far")]

    workbook.write(
        workbook.read(),
        Edits(tuple(CellEdit("Budget", row, col, text) for row, col, text in edits)),
    )

    rows = ExcelWorkbook(workbook.path).read().grids[0].rows
    assert [list(row) for row in rows] == [
        [1.0, "first", None],
        [2.0, "x", None],
        [3.0, "third", None],
        [4.0, "x", "new"],
        [None, None, None],
        ["far", None, None],
    ]


@pytest.mark.parametrize(("was", "now", "near"), [("3", "2", 2), ("4", "1", 1)])
def test_rows_that_are_not_in_order_are_refused_with_their_place(
    tmp_path: Path, was: str, now: str, near: int
) -> None:
    workbook = numbered(tmp_path / "plan.xlsx")
    book = workbook.read()
    changed(
        workbook.path,
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace(f'<row r="{was}"', f'<row r="{now}"'),
    )

    with pytest.raises(WorkbookError, match=f"not in order in the file, near row {near}\\."):
        workbook.write(
            replace(ExcelWorkbook(workbook.path).read(), grids=book.grids),
            Edits((CellEdit("Budget", 3, 1, "y"),)),
        )


def test_new_rows_below_all_others_stand_in_their_order(tmp_path: Path) -> None:
    workbook = numbered(tmp_path / "plan.xlsx")
    rows = (8, 5, 6)

    workbook.write(
        workbook.read(), Edits(tuple(CellEdit("Budget", row, 0, f"row {row}") for row in rows))
    )

    found = re.findall(r'<row r="(\d+)"', part(workbook.path, "xl/worksheets/sheet1.xml"))
    assert [int(number) for number in found] == [1, 2, 3, 4, 6, 7, 9]
