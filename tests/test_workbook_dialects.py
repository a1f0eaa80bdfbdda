"""The same workbook as other programs write it: another encoding, prefixes, comments, no places.

Each dialect is read as the plain file is, and takes an edit as the plain file does."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit, Edits, Grid
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

SHEET = "xl/worksheets/sheet1.xml"


def plain(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        share = book.add_format({"num_format": "0%"})
        sheet = book.add_worksheet("Budget")
        sheet.write_row(0, 0, ["ID", "Amount", "% done", "A & B <c>"])
        sheet.write_row(1, 0, ["B-1", 100.5])
        sheet.write(1, 2, 0.5, share)
        sheet.write_formula(1, 3, "=B2*2", None, 201)
        sheet.write_row(2, 0, ["B-2", 7])
        sheet.write_array_formula(4, 0, 5, 1, "{=A1:B2}", None, 1)
        sheet.write_formula(6, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(7, 1, "=NOW()", None, "")
    return path


def with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    new = change(parts[name])
    assert new != parts[name]
    parts[name] = new
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    return path


def prefixed(part: bytes) -> bytes:
    part = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part)
    return part.replace(b"xmlns=", b"xmlns:x=", 1)


def utf16(part: bytes) -> bytes:
    return part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def in_cdata(part: bytes) -> bytes:
    return re.sub(rb"<f>([^<]*)</f>", rb"<f><![CDATA[\1]]></f>", part)


def commented(part: bytes) -> bytes:
    return part.replace(b"<row ", b'<!-- <row r="9"><c r="A9"/></row> --><row ')


def spaced(part: bytes) -> bytes:
    return part.replace(b"</row>", b"</row>\n  ").replace(b"</c>", b"</c>\n")


DIALECTS = {
    "prefixes": prefixed,
    "UTF-16": utf16,
    "CDATA": in_cdata,
    "comments": commented,
    "line breaks": spaced,
}


def read(path: Path) -> Grid:
    (grid,) = ExcelWorkbook(path).read().grids
    return grid


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_is_read_as_the_plain_file(tmp_path: Path, dialect: str) -> None:
    wanted = read(plain(tmp_path / "plain.xlsx"))
    path = with_part(plain(tmp_path / "other.xlsx"), SHEET, DIALECTS[dialect])

    found = read(path)

    assert found == wanted
    assert found.formulas[1, 3] == "=B2*2"
    assert {(4, 0), (4, 1), (5, 0), (5, 1)} <= set(found.formulas)
    assert found.percents == {(1, 2)}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_takes_an_edit_as_the_plain_file(tmp_path: Path, dialect: str) -> None:
    edits = Edits(
        (
            CellEdit("Budget", 2, 1, "seven"),
            CellEdit("Budget", 2, 3, "new cell"),
            CellEdit("Budget", 9, 0, "new row"),
        )
    )
    grids = []
    for name in ("plain", "other"):
        path = plain(tmp_path / f"{name}.xlsx")
        if name == "other":
            with_part(path, SHEET, DIALECTS[dialect])
        workbook = ExcelWorkbook(path)
        workbook.write(workbook.read(), edits)
        grids.append(read(path))

    assert grids[1] == grids[0]
    assert [grids[0].at(2, 1), grids[0].at(2, 3), grids[0].at(9, 0)] == [
        "seven",
        "new cell",
        "new row",
    ]


@pytest.mark.parametrize("place", [(4, 0), (4, 1), (5, 1)])
def test_a_cell_that_an_array_formula_fills_is_never_written(
    tmp_path: Path, place: tuple[int, int]
) -> None:
    workbook = ExcelWorkbook(plain(tmp_path / "plan.xlsx"))

    with pytest.raises(WorkbookError, match="formula"):
        workbook.write(workbook.read(), Edits((CellEdit("Budget", *place, "x"),)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", r"plan\.xlsx is empty \(0 bytes\)"),
        (b"a,b\n1,2\n", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"workbook of the old kind \(\.xls\)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "is protected by a password",
        ),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)

    with pytest.raises(WorkbookError, match=says):
        ExcelWorkbook(path).read()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (("a.txt",), "a zip file that holds no workbook"),
        (("mimetype",), r"an OpenDocument file \(\.ods\)"),
        (("xl/workbook.bin",), r"a binary workbook \(\.xlsb\)"),
    ],
)
def test_a_zip_file_of_another_kind_is_named(
    tmp_path: Path, parts: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in parts:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet")

    with pytest.raises(WorkbookError, match=says):
        ExcelWorkbook(path).read()


def test_two_tabs_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Budget", "Rates"):
            book.add_worksheet(name).write(0, 0, "ID")
    with_part(path, "xl/workbook.xml", lambda part: part.replace(b'"Rates"', b'"BUDGET"'))

    with pytest.raises(WorkbookError, match="two tabs named 'BUDGET'"):
        ExcelWorkbook(path).read()


def test_a_workbook_open_in_another_program_is_not_written(tmp_path: Path) -> None:
    workbook = ExcelWorkbook(plain(tmp_path / "plan.xlsx"))
    book = workbook.read()
    before = workbook.path.read_bytes()
    for lock, program in (("~$plan.xlsx", "Excel"), (".~lock.plan.xlsx#", "LibreOffice")):
        (tmp_path / lock).write_text("")
        with pytest.raises(WorkbookError, match=f"is open in {program}"):
            workbook.write(book, Edits((CellEdit("Budget", 2, 1, "x"),)))
        (tmp_path / lock).unlink()

    assert workbook.path.read_bytes() == before


def test_a_tab_that_is_gone_since_it_was_read_is_named(tmp_path: Path) -> None:
    workbook = ExcelWorkbook(plain(tmp_path / "plan.xlsx"))

    with pytest.raises(WorkbookError, match="holds no tab 'Rates' any more"):
        workbook.write(workbook.read(), Edits((CellEdit("Rates", 2, 1, "x"),)))
