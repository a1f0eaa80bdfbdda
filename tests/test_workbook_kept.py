"""The local workbook: what people made in it stays, byte for byte or as other programs read it."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, CellError, Edits, NoValue, PageCell, ToolTab
from budgettrack.workbook.xlsx.copies import all_copies, first_copy, previous_copy
from budgettrack.workbook.xlsx.layout import new_workbook
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.world.needs import needed
from tests.world.outside import SHARED

REAL = SHARED / "real"
# openpyxl says what it would drop on saving; here it only reads.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def rich(path: Path) -> Path:
    """A workbook with all that people make: formats, widths, formulas, dropdowns, comments, charts,
    other tabs."""
    with xlsxwriter.Workbook(str(path)) as book:
        money = book.add_format({"num_format": "#,##0.00", "bold": True, "bg_color": "#FFEE88"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        share = book.add_format({"num_format": "0%"})
        sheet = book.add_worksheet("Budget")
        sheet.write_row(0, 0, ["ID", "Amount", "Twice", "Start", "% done", "Note"])
        for row in range(1, 6):
            sheet.write(row, 0, f"B-{row}")
            sheet.write(row, 1, 100.25 * row, money)
            sheet.write_formula(row, 2, f"=B{row + 1}*2", money, 200.5 * row)
            sheet.write_datetime(row, 3, datetime(2026, row, 1), day)
            sheet.write(row, 4, row / 10, share)
        sheet.write_comment("B2", "agreed with the host")
        sheet.set_column("B:B", 23.5)
        sheet.data_validation("F2:F50", {"validate": "list", "source": ["yes", "no"]})
        sheet.conditional_format("B2:B6", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format(
            "C2:C6", {"type": "cell", "criteria": ">", "value": 500, "format": money}
        )
        sheet.autofilter("A1:F6")
        sheet.freeze_panes(1, 1)
        sheet.merge_range("A9:C9", "a title over three cells")
        sheet.set_row(3, None, None, {"hidden": True})
        other = book.add_worksheet("Not ours")
        other.write_rich_string("A1", "plain ", money, "and bold")
        other.write_formula("A2", "=SUM(Budget!B2:B6)", money, 1503.75)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Budget!$B$2:$B$6"})
        other.insert_chart("C2", chart)
        book.define_name("Whole", "=Budget!$B$2:$B$6")
    return path


EDITS = Edits(
    (
        CellEdit("Budget", 1, 1, Decimal("99.95"), 100.25, "money"),
        CellEdit("Budget", 2, 5, "=1+1 & <text>", None, "text"),
        CellEdit("Budget", 3, 3, date(2026, 12, 24), None, "date"),
        CellEdit("Budget", 4, 4, Decimal(75), None, "percent"),
        CellEdit("Budget", 5, 0, None, "B-5", "id"),
        CellEdit("Budget", 6, 0, "B-6", None, "id"),
        CellEdit("Budget", 6, 1, Decimal("1.10"), None, "money"),
        CellEdit("Budget", 6, 3, date(2026, 6, 6), None, "date"),
    )
)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, edits: Edits = EDITS) -> ExcelWorkbook:
    workbook = ExcelWorkbook(path)
    workbook.write(workbook.read(), edits)
    return workbook


def test_edits_stand_as_typed_values(tmp_path: Path) -> None:
    grid, _ = written(rich(tmp_path / "plan.xlsx")).read().grids

    assert grid.at(1, 1) == 99.95
    assert grid.at(2, 5) == "=1+1 & <text>"
    assert (2, 5) not in grid.formulas
    assert str(grid.at(3, 3))[:10] == "2026-12-24"
    assert grid.at(4, 4) == 0.75
    assert grid.at(5, 0) is None
    assert [grid.at(6, column) for column in (0, 1)] == ["B-6", 1.1]
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Budget"]
    assert sheet["B7"].number_format == sheet["B6"].number_format
    assert sheet["D7"].number_format == sheet["D6"].number_format
    assert sheet["F3"].data_type != "f"


def test_every_part_that_is_not_edited_stays_byte_for_byte(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    before = parts(path)
    written(path)
    after = parts(path)
    changed = {name for name in before | after if before.get(name) != after.get(name)}

    assert changed <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"}
    assert {"xl/charts/chart1.xml", "xl/comments1.xml", "xl/worksheets/sheet2.xml"} <= set(
        before
    ) - changed


def everything(path: Path) -> dict[str, Any]:
    """What openpyxl sees: formulas, stored values, formats, and all around the cells."""
    seen: dict[str, Any] = {}
    for stored in (False, True):
        book = openpyxl.load_workbook(path, data_only=stored, rich_text=True)
        sheet: Any
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None or cell.has_style:
                        seen[f"{stored} {sheet.title}!{cell.coordinate}"] = (
                            str(cell.value),
                            cell.number_format,
                        )
            seen[f"{stored} {sheet.title}"] = (
                sorted(map(str, sheet.merged_cells.ranges)),
                {letter: size.width for letter, size in sheet.column_dimensions.items()},
                [number for number, size in sheet.row_dimensions.items() if size.hidden],
                [(str(each.sqref), each.formula1) for each in sheet.data_validations.dataValidation],
                sorted((str(area.sqref), rule.type) for area, rules in sheet.conditional_formatting._cf_rules.items() for rule in rules),
                [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment],
                sheet.freeze_panes,
                sheet.auto_filter.ref,
                len(sheet._charts),
            )  # fmt: skip
        seen[f"{stored} names"] = {
            name: each.attr_text for name, each in book.defined_names.items()
        }
    return seen


def test_another_program_reads_all_else_as_before(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    before = everything(path)
    written(path)
    after = everything(path)
    edited = {"B2", "F3", "D4", "E5", "A6", "A7", "B7", "D7"}

    for name in before | after:
        if name.partition("!")[2] not in edited:
            assert before.get(name) == after.get(name), name
    assert before != after


@pytest.mark.slow
@pytest.mark.office
def test_libreoffice_reads_what_was_written_and_all_else_as_before(tmp_path: Path) -> None:
    def seen(path: Path) -> list[list[str]]:
        needed("office")
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        done = subprocess.run(
            [
                "soffice",
                profile,
                "--headless",
                "--convert-to",
                "csv",
                "--outdir",
                str(tmp_path),
                str(path),
            ],
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0
        text = path.with_suffix(".csv").read_text("utf-8")
        return [row + [""] * (6 - len(row)) for row in csv.reader(io.StringIO(text))]

    path = rich(tmp_path / "plan.xlsx")
    before = seen(path)
    written(path)
    after = seen(path)

    wanted = {
        (1, 1): "99.95",
        (2, 5): "=1+1 & <text>",
        (3, 3): "2026-12-24",
        (4, 4): "75%",
        (5, 0): "",
    }
    wanted |= {(6, 0): "B-6", (6, 1): "1.1", (6, 3): "2026-06-06"}
    for row, cells in enumerate(before):
        for column, text in enumerate(cells):
            assert after[row][column] == wanted.get((row, column), text), (row, column)


def test_no_edits_leave_the_file_and_a_second_write_of_the_same_changes_nothing(
    tmp_path: Path,
) -> None:
    path = rich(tmp_path / "plan.xlsx")
    before = path.read_bytes()
    written(path, Edits())
    assert path.read_bytes() == before

    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for copy in (one, other):
        shutil.copyfile(path, copy)
        written(copy)
    assert one.read_bytes() == other.read_bytes()


def test_the_previous_file_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    before = path.read_bytes()
    path.chmod(0o640)
    written(path)
    previous = tmp_path / "plan.previous.xlsx"

    assert previous.read_bytes() == before
    assert (previous.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o600, 0o640)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "plan.first.xlsx",
        "plan.previous.xlsx",
        "plan.xlsx",
    ]


def test_the_first_copy_stays_and_of_the_others_the_last_ten(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    seen = []
    for number in range(14):
        seen.append(path.read_bytes())
        workbook = ExcelWorkbook(path)
        workbook.write(workbook.read(), Edits(mark=f"mark {number}"))

    assert first_copy(path).read_bytes() == seen[0]
    kept = [previous_copy(path, age).read_bytes() for age in range(1, 11)]
    assert kept == seen[:-11:-1]
    assert {file.stat().st_mode & 0o777 for file in all_copies(path)} == {0o600}
    assert len(list(tmp_path.iterdir())) == 12


def test_a_gap_among_the_copies_is_filled_and_none_beyond_it_is_lost(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    for number in range(5):
        workbook = ExcelWorkbook(path)
        workbook.write(workbook.read(), Edits(mark=f"mark {number}"))
    beyond = previous_copy(path, 4).read_bytes()
    previous_copy(path, 3).unlink()

    written(path)

    assert previous_copy(path, 4).read_bytes() == beyond
    assert previous_copy(path, 3).exists()


def test_a_new_workbook_that_nobody_filled_needs_no_first_copy(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    new_workbook(path)
    workbook = ExcelWorkbook(path)
    workbook.write(workbook.read(), Edits(mark="a-mark"))
    assert not first_copy(path).exists()
    book = openpyxl.load_workbook(path)
    book["Grants"]["B2"] = "The fund"
    book.save(path)
    before = path.read_bytes()

    workbook.write(workbook.read(), Edits(mark="another"))

    assert first_copy(path).read_bytes() == before


def test_what_is_to_be_forgotten_is_in_no_copy(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    for number in range(13):
        workbook = ExcelWorkbook(path)
        workbook.write(workbook.read(), Edits(mark=f"mark {number}"))
    text = openpyxl.load_workbook(path)["Budget"]["A1"].value

    ExcelWorkbook(path).forget()

    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "plan.first.xlsx",
        "plan.previous.xlsx",
        "plan.xlsx",
    ]
    assert first_copy(path).read_bytes() == previous_copy(path).read_bytes() == path.read_bytes()
    assert openpyxl.load_workbook(first_copy(path))["Budget"]["A1"].value == text


def test_a_file_that_changed_since_it_was_read_is_refused(tmp_path: Path) -> None:
    workbook = ExcelWorkbook(rich(tmp_path / "plan.xlsx"))
    book = workbook.read()
    changed = openpyxl.load_workbook(workbook.path)
    changed["Budget"]["B2"] = 7
    changed.save(workbook.path)
    before = workbook.path.read_bytes()

    with pytest.raises(
        WorkbookError, match=r"was changed since it was read; nothing was written\. Run this again"
    ):
        workbook.write(book, EDITS)
    assert workbook.path.read_bytes() == before


def test_a_formula_is_never_overwritten(tmp_path: Path) -> None:
    path = rich(tmp_path / "plan.xlsx")
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match="formula"):
        written(path, Edits((CellEdit("Budget", 1, 2, Decimal(1)),)))
    assert path.read_bytes() == before


PAGE = ToolTab(
    "Checks",
    (
        (PageCell("What to look at", "title"),),
        (PageCell("Where", "heading"), PageCell("Keep", "heading")),
        (
            PageCell("'Budget'!B2", link="'Budget'!B2"),
            PageCell(None, "input", choices=("sheet", "register")),
        ),
        (PageCell(Decimal("12.50"), "money"), PageCell("=no formula", "warning")),
    ),
    (20, 12),
    frozen=2,
    kind="checks",
)


def test_a_page_is_made_with_links_and_dropdowns_and_writing_it_again_adds_nothing(
    tmp_path: Path,
) -> None:
    path = rich(tmp_path / "plan.xlsx")
    written(path, Edits(pages=(PAGE,), mark="a-mark"))
    styles = parts(path)["xl/styles.xml"]
    sheet = openpyxl.load_workbook(path)["Checks"]

    assert sheet["A3"].hyperlink.location == "'Budget'!B2"
    (choice,) = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("B3", '"sheet,register"')
    assert (sheet["A4"].value, sheet["B4"].value, sheet["B4"].data_type) == (
        12.5,
        "=no formula",
        "s",
    )
    assert ExcelWorkbook(path).read().mark == "a-mark"

    written(path, Edits(pages=(replace(PAGE, over=True),), mark="a-mark"))
    assert parts(path)["xl/styles.xml"] == styles
    assert openpyxl.load_workbook(path).sheetnames == ["Budget", "Not ours", "Checks"]


values = st.one_of(
    st.none(),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30),
    st.decimals(-(10**9), 10**9, places=2),
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
)


@pytest.mark.slow
@given(st.dictionaries(st.tuples(st.integers(0, 40), st.integers(0, 12)), values, max_size=12))
def test_any_cells_read_back_as_written_and_all_others_as_before(
    wanted: dict[tuple[int, int], Any],
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = rich(Path(folder) / "plan.xlsx")
        before = ExcelWorkbook(path).read().grids[0]
        kinds: dict[type, str] = {str: "text", Decimal: "number", date: "date", type(None): "text"}
        edits = {
            place: value
            for place, value in wanted.items()
            if place not in before.formulas
            and not (place[0] == 8 and place[1] < 3)
            and place[1] != 4
        }
        cells = tuple(
            CellEdit("Budget", *place, value, None, kinds[type(value)])
            for place, value in edits.items()
        )
        written(path, Edits(cells))
        after = ExcelWorkbook(path).read().grids[0]
        for row in range(45):
            for column in range(15):
                value = edits.get((row, column), before.at(row, column))
                shown = after.at(row, column)
                if isinstance(value, Decimal):
                    assert Decimal(format(shown, ".15g")) == value
                elif isinstance(value, date):
                    assert str(shown)[:10] == str(value)[:10]
                else:
                    assert shown == value


def plain(path: Path, fill: Callable[[Any, Any], None], **options: Any) -> Path:
    with xlsxwriter.Workbook(str(path), options) as book:
        fill(book, book.add_worksheet("Budget"))
    return path


def test_reading_keeps_places_kinds_errors_and_missing_values_apart(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("C5", "first")
        sheet.write("D5", True)
        sheet.write_formula("E5", "=1/0", None, "#DIV/0!")
        sheet.write_formula("F5", "=A1+1", None, "")
        sheet.write_datetime("G5", datetime(2026, 3, 4), book.add_format({"num_format": "d/m/yy"}))
        sheet.write("H5", 0.5, book.add_format({"num_format": "0.0%"}))
        sheet.merge_range("A8:C8", "over three")

    path = plain(tmp_path / "plan.xlsx", fill)
    content = parts(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part.replace(b"<f>A1+1</f><v></v>", b"<f>A1+1</f>"))
    (grid,) = ExcelWorkbook(path).read().grids

    assert grid.at(4, 2) == "first"
    assert grid.at(4, 3) is True
    assert grid.at(4, 4) == CellError("#DIV/0!")
    assert grid.at(4, 5) == NoValue()
    assert grid.formulas[4, 5] == "=A1+1"
    assert str(grid.at(4, 6))[:10] == "2026-03-04"
    assert (4, 7) in grid.percents
    assert grid.merged == ((7, 0, 7, 2),)


def test_a_workbook_that_counts_days_from_1904_reads_and_writes_the_same_dates(
    tmp_path: Path,
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_datetime(
            "A1", datetime(2026, 3, 4), book.add_format({"num_format": "yyyy-mm-dd"})
        )

    path = plain(tmp_path / "plan.xlsx", fill, date_1904=True)
    written(path, Edits((CellEdit("Budget", 1, 0, date(2026, 3, 5), None, "date"),)))
    (grid,) = ExcelWorkbook(path).read().grids

    assert [str(grid.at(row, 0))[:10] for row in (0, 1)] == ["2026-03-04", "2026-03-05"]
    assert openpyxl.load_workbook(path)["Budget"]["A2"].value == datetime(2026, 3, 5)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "does not exist. Correct the path in the config"),
        (lambda path: (path.unlink(), path.mkdir()), "is a folder. Name the .xlsx file in it."),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"x" * 50), "plan.xlsx"),
        (lambda path: path.write_bytes(path.read_bytes()[:2000]), "plan.xlsx"),
        (lambda path: path.write_bytes(b""), "plan.xlsx"),
        (
            lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000),
            "plan.xlsx",
        ),
    ],
    ids=["missing", "folder", "torn", "truncated", "empty", "old or with a password"],
)
def test_what_is_no_workbook_is_said(
    spoil: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    path = rich(tmp_path / "plan.xlsx")
    spoil(path)
    with pytest.raises(WorkbookError) as caught:
        ExcelWorkbook(path).read()
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.slow
@pytest.mark.skipif(
    not REAL.is_dir(), reason="the workbooks that others made are not beside this checkout"
)
def test_real_workbooks_read_as_another_reader_reads_them() -> None:
    for path in sorted(REAL.glob("*.xlsx")):
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
        for grid in ExcelWorkbook(path).read().grids:
            for number, row in enumerate(book[grid.tab].iter_rows(values_only=True)):
                for column, value in enumerate(row):
                    seen = grid.at(number, column)
                    assert (
                        seen == value
                        or (value in (None, "") and seen is None)
                        or str(seen)[:10] == str(value)[:10]
                    ), f"{path.name} {grid.tab} {number} {column}: {seen!r} is not {value!r}"


def _with_part(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    content = parts(path)
    change(content)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def test_a_signed_workbook_is_read_and_never_written(tmp_path: Path) -> None:
    path = _with_part(
        rich(tmp_path / "plan.xlsx"),
        lambda content: content.__setitem__("_xmlsignatures/origin.sigs", b""),
    )
    before = path.read_bytes()
    with pytest.raises(WorkbookError, match="is signed, and any change would break the signature"):
        written(path)
    assert path.read_bytes() == before


def test_macros_and_parts_that_nobody_knows_stay(tmp_path: Path) -> None:
    def add(content: dict[str, bytes]) -> None:
        content["xl/vbaProject.bin"] = b"\x00macro\xff"
        content["customXml/item1.xml"] = b"<kept/>"

    path = _with_part(rich(tmp_path / "plan.xlsx"), add)
    written(path)

    assert parts(path)["xl/vbaProject.bin"] == b"\x00macro\xff"
    assert parts(path)["customXml/item1.xml"] == b"<kept/>"


def test_locked_cells_of_a_protected_tab_are_known(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write("A1", "locked")
        sheet.write("B1", "free", book.add_format({"locked": False}))
        sheet.protect()

    (grid,) = ExcelWorkbook(plain(tmp_path / "plan.xlsx", fill)).read().grids

    assert (0, 0) in grid.protected
    assert (0, 1) not in grid.protected
