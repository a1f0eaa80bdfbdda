"""A hostile file is refused before it is unpacked or read; the largest that people have is read."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from budgettrack.bank.formats import files, statement
from budgettrack.bank.formats import read as read_statement
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.cells.reading import LARGEST, LONGEST_TEXT
from budgettrack.opendata import giving
from budgettrack.opendata.past_grants import read as read_grants
from budgettrack.reports.base import branding
from budgettrack.workbook.xlsx import limits, package, scan
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
START, END = f'<worksheet xmlns="{MAIN}"><sheetData>', "</sheetData></worksheet>"
MEBIBYTES = 500


def _workbook(path: Path, sheets: Iterable[str], strings: str = "") -> Path:
    """A workbook of these sheets, packed as tightly as can be."""
    sheets = list(sheets)
    relation = '<Relationship Id="r{}" Type="{}/{}" Target="{}"/>'
    of_book = [
        relation.format(number, OFFICE, "worksheet", f"s{number}.xml")
        for number in range(len(sheets))
    ]
    if strings:
        of_book.append(relation.format("s", OFFICE, "sharedStrings", "strings.xml"))
    named = "".join(
        f'<sheet name="S{number}" sheetId="{number + 1}" r:id="r{number}"/>'
        for number in range(len(sheets))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override PartName="/xl/workbook.xml"'
        f' ContentType="{SPREADSHEET}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f"{relation.format('b', OFFICE, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{"".join(of_book)}'
        "</Relationships>",
        "xl/strings.xml": strings,
        **{f"xl/s{number}.xml": sheet for number, sheet in enumerate(sheets)},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in parts.items():
            if text:
                archive.writestr(name, text)
    return path


def _far(column: str, row: int) -> str:
    """Two cells with values, and nothing between them."""
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    return f'{START}{first}<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>{END}'


def _filled(rows: int, row: str) -> str:
    return START + row * rows + END


TEN = "<row>" + "<c><v>1</v></c>" * 10 + "</row>"

HOSTILE = {
    "far": ([_far("AC", 1_000_000)], "", "'S0' in {} reaches to row 1000000 and column AC"),
    "far in each of many tabs": (
        [_far("J", 100_000)] * 8,
        "",
        "'S0' in {} reaches to row 100000 and column J",
    ),
    "packed tightly": ([_filled(200_000, TEN)], "", "{} unpacks to over 100 times its size"),
    "many texts": (
        [_far("A", 2)],
        f'<sst xmlns="{MAIN}">' + "<si><t/></si>" * 2_000_000 + "</sst>",
        "{} unpacks to over 100 times its size",
    ),
    "one long row of cells without a place": (
        [START + "<row>" + "<c><v>1</v></c>" * 9_000 + "</row>" + "<row/>" * 9_000 + END],
        "",
        "'S0' in {} reaches to row 9001 and column MHD",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    sheets, strings, says = HOSTILE[name]
    path = _workbook(tmp_path / "plan.xlsx", sheets, strings)
    code = (
        "import sys; from pathlib import Path\n"
        "from budgettrack.workbook.xlsx.workbook import ExcelWorkbook\n"
        "from budgettrack.core.base.errors import WorkbookError\n"
        "try: ExcelWorkbook(Path(sys.argv[1])).read()\n"
        "except WorkbookError as error: print(error)\n"
        # Not getrusage: its figure begins with that of the process that forked.
        "status = Path('/proc/self/status')\n"
        "text = status.read_text() if status.exists() else 'VmHWM: 0 kB'\n"
        "print(int(text.partition('VmHWM:')[2].split()[0]) // 1024)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )

    said, memory = done.stdout.splitlines()
    assert said.startswith(says.format(path))
    assert path.stat().st_size < 1_000_000
    if sys.platform == "linux":
        assert int(memory) < MEBIBYTES


@pytest.mark.parametrize(("cells", "is_read"), [(999, True), (1_000, True), (1_001, False)])
def test_cells_are_counted_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: int, is_read: bool
) -> None:
    monkeypatch.setattr(limits, "FEW", 10)
    monkeypatch.setattr(limits, "MAX_FILLED", 1_000)
    numbers = (f"<c><v>{number * 7919 % 99_991}</v></c>" for number in range(cells))
    path = _workbook(tmp_path / "plan.xlsx", [START + "<row>" + "".join(numbers) + "</row>" + END])

    if is_read:
        assert len(ExcelWorkbook(path).read().grids[0].rows[0]) == cells
        return
    with pytest.raises(TrackError) as refused:
        ExcelWorkbook(path).read()
    assert str(refused.value) == (
        f"{path} has more than 1,000 cells, more than a plan needs. Nothing was read. Copy the tabs"
        " that you need into a new workbook."
    )


def test_a_tab_may_be_blank_for_three_of_four_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FEW", 100)
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c><c r="H{0}"><v>1</v></c></row>'
    fits = START + "".join(row.format(number) for number in range(1, 101)) + END
    path = _workbook(tmp_path / "plan.xlsx", [fits])

    assert len(ExcelWorkbook(path).read().grids[0].rows) == 100

    path = _workbook(tmp_path / "far.xlsx", [fits.replace("H100", "I100")])
    with pytest.raises(TrackError, match="reaches to row 100 and column I, more than can be read"):
        ExcelWorkbook(path).read()


def test_the_bounds_are_above_the_largest_workbook_that_people_have() -> None:
    """1,000,000 expenses of 12 columns: 0.7 GB of XML that is packed to 38 MB."""
    assert limits.MAX_FILLED > 12_000_000
    assert limits.MAX_AREA > 18_000_000
    assert package.MAX_BYTES > 700_000_000
    assert package.TIGHTEST > 5 * 700 / 38
    assert 38_000_000 > 3 * 12_000_000


CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>{}</Stmt>'
    "</BkToCstmrStmt></Document>"
)
ENTRIES: Mapping[str, Callable[[int], str]] = {
    "c.xml": lambda number: CAMT.format("<Ntry><Sts>PDNG</Sts></Ntry>" * number),
    "prefix.xml": lambda number: CAMT.format('<x:Ntry a="1"></x:Ntry >' * number),
    "o.ofx": lambda number: "<OFX>" + "<STMTTRN><TRNAMT>1" * number,
    "m.sta": lambda number: ":20:A\n:25:B\n:60F:C\n" + ":61:X\n" * number,
    "b.csv": lambda number: "Date;Amount\n" * number,
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_of_a_statement_are_counted_before_they_are_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "MOST", 2_000)
    path = tmp_path / name
    path.write_text(ENTRIES[name](2_001))

    with pytest.raises(UsageError) as refused:
        read_statement(path, Layout("Date", "Amount", currency="EUR"), "en")

    assert (
        str(refused.value) == f"{name}: it has more than 2,000 entries. Download shorter periods."
    )


def test_a_statement_of_the_most_entries_is_not_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "MOST", 2_000)
    path = tmp_path / "c.xml"
    path.write_text(ENTRIES["c.xml"](2_000))

    (pending,) = read_statement(path, None, "en")

    assert pending.pending == 2_000
    assert "more than" not in " ".join(pending.notes)
    assert "c.xml, statement 1: 1997 more are not booked yet and were left out." in pending.notes
    assert LONGEST_TEXT < 50_000


def test_a_funders_workbook_is_measured_too(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "grants.xlsx", [_far("AC", 1_000_000)])

    with pytest.raises(TrackError, match="reaches to row 1000000 and column AC"):
        read_grants("grants.xlsx", path.read_bytes())


def test_the_docs_tell_the_bounds() -> None:
    text = (Path(__file__).parents[1] / "docs" / "install.md").read_text("utf-8")
    table = text[text.index("## How large things may be") :]
    for figure in (
        package.MAX_BYTES >> 20,
        package.MAX_PARTS,
        limits.MAX_FILLED,
        limits.MAX_AREA,
        limits.FEW,
        LONGEST_TEXT,
        LARGEST,
        statement.MOST,
    ):
        assert f"{figure:,}" in table, figure
    for figure, unit in ((files.BIGGEST, "MB"), (giving.BIGGEST, "MB"), (branding.MOST, "kB")):
        assert f"{figure // (1_000_000 if unit == 'MB' else 1000)} {unit}" in table, figure


SHEET = b"<worksheet><cols><col min='1'/></cols><sheetData>%s</sheetData><controls/></worksheet>"
SOME_CELLS = {
    b'<row r="1"><c r="A1"><v>1</v></c></row>': False,
    b"<row r='1'><c r='A1'/></row>": False,
    b'<row r="1"><c s="1" r="A1"/></row>': False,
    b'<row r="1"><c r="A1" t="inlineStr"><is><r><rPr><color rgb="1"/></rPr></r></is></c></row>': False,
    b'<row r="1"><c r="A1"/><c/></row>': True,
    b"<row><c><v>1</v></c></row>": True,
    b'<row r="1"><c s="1"><v>1</v></c></row>': True,
    b'<row r="1"><c\nr="A1"/><c t="s"/></row>': True,
    b"": False,
}


@pytest.mark.parametrize("cells", SOME_CELLS)
def test_a_cell_that_does_not_say_its_place_is_found(cells: bytes) -> None:
    for part in (SHEET % cells, SHEET.replace(b"<controls/>", b"<c/>") % cells):
        assert scan._has_unnamed(part) == (scan._UNNAMED.search(part) is not None)
    assert scan._has_unnamed(SHEET % cells) is SOME_CELLS[cells]
