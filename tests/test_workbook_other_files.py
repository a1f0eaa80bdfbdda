"""Files of other kinds are read to the cent, and never written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tomllib
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellError, Edits
from budgettrack.workbook.other.ods import ods_tabs
from budgettrack.workbook.other.workbook import OtherWorkbook
from tests.world.needs import needed
from tests.world.shaped_books import ON, ShapedBook

MAPPED = """
[tables.expenses]
tab = "own"
headings = { date = "Date", description = "Item", amount = "Amount" }
constant = { grant = "G", currency = "EUR", state = "paid" }
"""
ROWS = [
    ["Date", "Item", "Amount"],
    ["2026-01-05", "Café", "1.200,50"],
    ["2026-01-06", "Bus", "3,25"],
]
TOTAL = ["Total", "", "1.203,75"]


def run(folder: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, ["--config", str(folder), *words])
    assert result.exit_code in (0, 3), result.output
    return result


def config(folder: Path, file: str) -> None:
    (folder / "budgettrack.toml").write_text(
        f'[organisation]\nname = "K"\ncurrency = "EUR"\n[workbook]\nxlsx = "{file}"\n'
        f"start = 2026-01-01\nend = 2026-12-31\n{MAPPED}"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("separator", "named"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_csv_file_is_read_by_its_own_form(
    tmp_path: Path, encoding: str, separator: str, named: str
) -> None:
    with (tmp_path / "own.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([*ROWS, TOTAL])
    before = (tmp_path / "own.csv").read_bytes()
    config(tmp_path, "own.csv")

    synced = run(tmp_path, "sync", *ON)
    assert "This file is only read" in synced.stderr
    told = run(tmp_path, "sheet")
    assert "C4 says 1,203.75; our 2 lines 1,203.75" in told.stdout.replace("1.203,75", "1,203.75")
    code = encoding.removesuffix("-sig")
    assert f"Read only: CSV with {named}, {code}, numbers and dates as in de_DE." in told.stderr
    (line,) = json.loads(run(tmp_path, "variance", "--to", "2026-03", *ON, "--json").stdout)
    assert line["spent"] == "1203.75"
    assert (tmp_path / "own.csv").read_bytes() == before
    again = run(tmp_path, "sync", "--dry-run", *ON)
    assert "Nothing to do" in again.stdout


def test_a_csv_file_with_commas_has_points_in_its_numbers(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text('Date,Item,Amount\n2026-01-05,x,"1,200.50"\n')
    book = OtherWorkbook(tmp_path / "own.csv").read()
    assert (book.locale, book.read_as) == (
        "en",
        "CSV with commas, utf-8, numbers and dates as in en",
    )

    (tmp_path / "own.csv").write_text("Item,Amount\nx,5\n")
    assert OtherWorkbook(tmp_path / "own.csv").read().read_as == "CSV with commas, utf-8"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"  \n"])
def test_a_file_without_text_is_no_csv(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.csv").write_bytes(content)
    with pytest.raises(WorkbookError, match="is no CSV file with text in it"):
        OtherWorkbook(tmp_path / "own.csv").read()


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="own">
<table:table-row>{heads}</table:table-row>
<table:table-row>{date}{words}<table:table-cell office:value-type="currency" office:currency="CNY"
 office:value="500"><text:p>500</text:p></table:table-cell></table:table-row>
<table:table-row>{date}{words}<table:table-cell office:value-type="float"
 office:value="20.5"><text:p>20.5</text:p></table:table-cell></table:table-row>
<table:table-row>{date}{words}<table:table-cell office:value-type="percentage"
 office:value="0.15"><text:p>15 %</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="2"/>
<table:table-cell table:formula="of:=SUM([.C2:.C3])" office:value-type="float"
 office:value="520.5"><text:p>520.5</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def text(words: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    )


def test_an_ods_file_has_its_formulas_currencies_and_percents(tmp_path: Path) -> None:
    heads = "".join(map(text, ROWS[0]))
    pretty = ODS.format(heads=heads, date=text("2026-01-05"), words=text("thing"))
    content = pretty.replace(">\n", ">").replace("\n", " ")  # as programs write it
    with zipfile.ZipFile(tmp_path / "own.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    (grid,) = OtherWorkbook(tmp_path / "own.ods").read().grids
    assert grid.formulas == {(4, 2): "=SUM(C2:C3)"}
    assert grid.signs == {(1, 2): "CNY"}
    assert grid.percents == {(3, 2)}

    config(tmp_path, "own.ods")
    run(tmp_path, "sync", *ON)
    (line,) = json.loads(run(tmp_path, "variance", "--to", "2026-03", *ON, "--json").stdout)
    assert line["spent"] == "20.50"
    codes = {finding["code"] for finding in json.loads(run(tmp_path, "checks", "--json").stdout)}
    assert "amount-not-a-number" in codes


def test_a_file_that_is_only_read_is_never_written(tmp_path: Path) -> None:
    book = ShapedBook(tmp_path)
    book.make("", Budget=[["ID", "Grant", "Description", "Amount"], [None, "G", "Rent", 10]])
    book.path.rename(tmp_path / "own.xlsm")
    before = (tmp_path / "own.xlsm").read_bytes()
    config(tmp_path, "own.xlsm")
    (tmp_path / "budgettrack.toml").write_text('[workbook]\nxlsx = "own.xlsm"\n')

    assert "This file is only read" in run(tmp_path, "sync", *ON).stderr
    assert (tmp_path / "own.xlsm").read_bytes() == before
    (line,) = json.loads(run(tmp_path, "variance", "--to", "2026-03", *ON, "--json").stdout)
    assert line["line"]
    with pytest.raises(WorkbookError, match="is only read"):
        OtherWorkbook(tmp_path / "own.xlsm").write(
            OtherWorkbook(tmp_path / "own.xlsm").read(), Edits(mark="x")
        )


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    for name, words in (("own.ods", "is damaged"), ("own.xls", "cannot be read as Excel 97")):
        (tmp_path / name).write_bytes(b"no workbook")
        with pytest.raises(WorkbookError, match=words):
            OtherWorkbook(tmp_path / name).read()
    with pytest.raises(WorkbookError, match="does not exist"):
        OtherWorkbook(tmp_path / "none.xls").read()
    with pytest.raises(WorkbookError, match=r"is only read\. Save it as"):
        OtherWorkbook(tmp_path / "none.xls").may_write()


MADE = Path(__file__).parent / "world" / "other_files"
"""Files that LibreOffice wrote from the workbook of `dressed`."""


def dressed(path: Path) -> None:
    """Writes a workbook whose formats say what its amounts are."""
    book = openpyxl.Workbook()
    tab = book.active
    assert tab is not None
    tab.title = "own"
    rows: list[tuple[Any, ...]] = [
        ("Date", "Item", "Amount"),
        (date(2026, 1, 5), "in yuan", 500),
        (datetime(2026, 1, 6, 23, 59, 59, 999000), "a stamp", 20.5),
        (date(2026, 1, 7), "a percent", 0.15),
        (date(2026, 1, 8), "in dollars", 100),
        (date(2026, 1, 9), "kronor", 30),
        (date(2026, 1, 10), "in euro", 40),
    ]
    for row in rows:
        tab.append(row)
    for cell, code in {
        "C2": "[$¥-804]#,##0.00",
        "C4": "0%",
        "C5": '"US$"#,##0.00',
        "C6": '0.00 "kr"',
        "C7": "#,##0.00 [$€-407]",
    }.items():
        tab[cell].number_format = code
    tab["A9"], tab["A10"], tab["C10"] = "Note merged", "Broken", "=1/0"
    tab.merge_cells("A9:B9")
    tab["B11"], tab["C11"] = "Sum", "=SUM(C2:C3,C5)"
    hidden = book.create_sheet("hid")
    hidden["A1"], hidden.sheet_state = "x", "hidden"
    book.save(path)


def check_dressed(path: Path) -> None:
    own, hidden = OtherWorkbook(path).read().grids
    assert [row[2] for row in own.rows[1:7]] == [500, 20.5, 0.15, 100, 30, 40]
    assert isinstance(own.rows[1][0], date)
    assert isinstance(own.rows[2][0], datetime)
    assert own.rows[2][0].date() == date(2026, 1, 6)
    assert own.signs == {(1, 2): "CNY", (4, 2): "US$", (5, 2): "kr", (6, 2): "EUR"}
    assert own.percents == {(3, 2)}
    assert own.merged == ((8, 0, 8, 1),)
    assert own.at(9, 2) == CellError("#DIV/0!")
    assert own.at(10, 2) == 620.5
    assert own.formulas == (
        {(9, 2): "=1/0", (10, 2): "=SUM(C2:C3,C5)"} if path.suffix == ".ods" else {}
    )
    assert hidden.rows == [["x"]]


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_formats_say_which_currency_and_percent_an_amount_is(kind: str) -> None:
    check_dressed(MADE / f"own.{kind}")


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_file_that_an_office_program_writes_now_is_read_alike(tmp_path: Path, kind: str) -> None:
    needed("office")
    dressed(tmp_path / "own.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    words = ["soffice", "--headless", profile, "--convert-to", kind, "own.xlsx"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    check_dressed(tmp_path / f"own.{kind}")


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_a_format_says_is_never_counted_as_euros(tmp_path: Path, kind: str) -> None:
    shutil.copy(MADE / f"own.{kind}", tmp_path)
    config(tmp_path, f"own.{kind}")
    run(tmp_path, "sync", *ON)
    (line,) = json.loads(run(tmp_path, "variance", "--to", "2026-03", *ON, "--json").stdout)
    assert line["spent"] == "60.50"
    checks = json.loads(run(tmp_path, "checks", "--json").stdout)
    assert {row["place"] for row in checks} >= {f"'own'!C{row}" for row in (2, 4, 5, 6, 10)}


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_row_that_is_struck_through_is_told(tmp_path: Path, kind: str) -> None:
    """Row 3 is struck through. LibreOffice wrote both files."""
    (own,) = OtherWorkbook(MADE / f"struck.{kind}").read().grids
    assert own.struck == {(2, 0), (2, 1), (2, 2)}
    shutil.copy(MADE / f"struck.{kind}", tmp_path)

    said = run(tmp_path, "adopt", str(tmp_path / f"struck.{kind}"), "--yes", *ON)

    assert (
        said.stdout.count(
            "Look at Expenses 2026!A3: This row is struck through, and it is counted."
        )
        == 1
    )


@pytest.mark.parametrize(
    ("own", "parent", "is_struck"),
    [
        ('style:text-line-through-style="solid"', "", True),
        ('style:text-line-through-type="none" style:text-line-through-style="solid"', "", False),
        ("", 'style:text-line-through-type="double"', True),
        ('style:text-line-through-style="none"', 'style:text-line-through-type="single"', False),
        ("", "", False),
    ],
)
def test_a_style_of_an_ods_file_says_whether_its_text_is_struck(
    own: str, parent: str, is_struck: bool
) -> None:
    def style(name: str, text: str, more: str = "") -> str:
        return (
            f'<style:style style:name="{name}" style:family="table-cell" {more}>'
            f"<style:text-properties {text}/></style:style>"
        )

    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:style="{names}style:1.0"'
        f' xmlns:table="{names}table:1.0">'
        + style("P", parent)
        + style("S", own, 'style:parent-style-name="P"')
        + '<table:table table:name="own"><table:table-row><table:table-cell'
        ' table:style-name="S" office:value-type="string"/></table:table-row></table:table>'
        "</office:document-content>"
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("content.xml", content)

    assert (ods_tabs(raw.getvalue(), "own.ods")["own"].struck == {(0, 0)}) is is_struck


@pytest.mark.parametrize("cut", range(600, 7100, 500))
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kind: str, cut: int) -> None:
    content = (MADE / f"own.{kind}").read_bytes()
    (tmp_path / f"cut.{kind}").write_bytes(content[:cut])
    with pytest.raises(WorkbookError, match="Open it in your spreadsheet program and save it"):
        OtherWorkbook(tmp_path / f"cut.{kind}").read()


def adopted(folder: Path, file: str, content: bytes) -> str:
    """Adopts a CSV file with the defaults and syncs it. Returns the locale in the config."""
    (folder / file).write_bytes(content)
    result = CliRunner().invoke(main, ["adopt", str(folder / file), "--yes", *ON])
    assert result.exit_code == 0, result.output
    assert "This file is only read: it gets no IDs" in result.stdout
    run(folder, "sync", *ON)
    config = tomllib.loads((folder / "budgettrack.toml").read_text("utf-8"))
    return str(config["workbook"]["locale"])


@pytest.mark.parametrize(
    ("encoding", "locale", "lines"),
    [
        (
            "cp1252",
            "fr_FR",
            "Date;Libellé;Montant\r\n05/01/2026;Café;1 200,50 €\r\n16/01/2026;Déplacement;3,25 €\r\n"
            "Total;;1 203,75 €\r\n",
        ),
        (
            "cp1251",
            "ru_RU",
            "Дата;Описание;Сумма\r\n05.01.2026;Аренда;1 200,50\r\n16.01.2026;Проезд;3,25\r\n"
            "Итого;;1 203,75\r\n",
        ),
        (
            "cp1256",
            "ar",
            "التاريخ\tالوصف\tالمبلغ\r\n05/01/2026\tإيجار\t1200.50\r\n16/01/2026\tنقل\t3.25\r\n"
            "المجموع\t\t1203.75\r\n",
        ),
        (
            "utf-8",
            "en_US",
            'sep=,\r\nDate,Item,Amount\r\n01/05/2026,Rent,"1,200.50"\r\n01/16/2026,Bus,3.25\r\n'
            'Total,,"1,203.75"\r\n',
        ),
    ],
)
def test_adopt_reads_a_csv_file_of_the_language_that_wrote_it(
    tmp_path: Path, encoding: str, locale: str, lines: str
) -> None:
    assert adopted(tmp_path, "own.csv", lines.encode(encoding)) == locale
    (line,) = json.loads(run(tmp_path, "variance", "--to", "2026-01", *ON, "--json").stdout)
    assert line["spent"] == "1203.75"


def test_init_and_doctor_say_that_a_file_is_brought_in_with_adopt(tmp_path: Path) -> None:
    shutil.copy(MADE / "own.ods", tmp_path)
    result = CliRunner().invoke(main, ["init", "--xlsx", str(tmp_path / "own.ods")])
    assert result.exit_code == 1
    assert f"budgettrack adopt {tmp_path / 'own.ods'}" in result.stderr
    (tmp_path / "budgettrack.toml").write_text('[workbook]\nxlsx = "own.ods"\n')
    told = CliRunner().invoke(main, ["--config", str(tmp_path), "doctor"]).stdout
    assert "nothing is written: this kind of file is only read" in told
    assert f"budgettrack adopt {tmp_path / 'own.ods'}" in told


def test_an_ods_file_whose_packed_part_is_spoilt_anywhere_is_refused_or_read(
    tmp_path: Path,
) -> None:
    """zlib raises an error of its own, which is neither an OSError nor a ValueError."""
    sound = (MADE / "own.ods").read_bytes()
    refused = 0
    for place in range(40, len(sound) - 40, 97):
        spoilt = bytearray(sound)
        spoilt[place : place + 8] = bytes(8)
        (tmp_path / "own.ods").write_bytes(spoilt)
        try:
            OtherWorkbook(tmp_path / "own.ods").read()
        except WorkbookError:
            refused += 1
    assert refused > 20
