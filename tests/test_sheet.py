"""`budgettrack sheet` says of each row of a workbook what it is, and of each total whether it
ties."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from tests.sheets_api.server import Server
from tests.world.places import GooglePlace, Place, Typed, XlsxPlace
from tests.world.shaped_books import ShapedBook

MAPPED = """
[tables.budget]
tab = "Plan"
headings = { description = "Item", amount = "Amount" }
constant = { grant = "G" }
"""
TABS: dict[str, list[list[Typed]]] = {
    "Plan": [
        ["Budget of the year"],
        [],
        ["Item", "Amount", "Note"],
        ["A. Staff"],
        ["Nurse", 239_000],
        ["Cook", 993.5],
        ["Total staff", 239_993.5],
        [None, None, "prices of May"],
        ["Bus", "soon"],
        ["Carried forward", 239_993.5],
    ],
    "Notes": [["Who", "What"], ["them", "that"]],
}


@pytest.fixture(params=["xlsx", pytest.param("google", marks=pytest.mark.google_http)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "xlsx":
        yield XlsxPlace(tmp_path)
    else:
        with Server() as server:
            yield GooglePlace(tmp_path, server)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def test_every_row_of_a_mapped_tab_is_told_in_a_file_and_online(
    place: Place, tmp_path: Path
) -> None:
    place.make(TABS)
    config = tmp_path / "budgettrack.toml"
    config.write_text(config.read_text() + MAPPED)
    result = run("--config", str(tmp_path), "sheet")

    assert result.exit_code == 3, result.output
    assert result.stdout.splitlines() == [
        "Plan: read as Budget",
        "  1           ignored: above the headings",
        "  3           heading",
        "  4           group heading",
        "  5-6         record, 2 rows",
        "  7           total of rows 5-6",
        "              B7 says 239,993.50; our 2 lines 239,993.50",
        "  8           ignored: nothing in a column that is read",
        "  9           finding (amount-not-a-number)",
        "  10          carried note",
        "  9 rows: 2 ignored, 2 records, 1 heading, 1 group heading, 1 total, 1 finding, 1 carried"
        " note.",
        "",
        "Notes: not read, 2 rows: no table is read from this tab",
        "",
        "2 tabs, 11 rows not blank: 2 ignored, 2 records, 2 not read, 1 heading, 1 group heading,"
        " 1 total, 1 finding, 1 carried note.",
        "Figures in totals: 1, of which 1 tie with our lines.",
    ]


def test_json_has_each_row_and_each_total_but_no_cell_of_a_row(tmp_path: Path) -> None:
    book = ShapedBook(tmp_path)
    book.make(MAPPED, **TABS)
    told = book.run("sheet", "--json", "plan")

    assert "Nurse" not in told
    ((tab,),) = (json.loads(told),)
    assert (tab["tab"], tab["tables"]) == ("Plan", ["budget"])
    assert tab["rows"][5] == {
        "row": 7,
        "fate": "total",
        "reason": "",
        "tables": ["budget"],
        "sums_rows": [[5, 6]],
        "totals": [
            {
                "cell": "B7",
                "field": "amount",
                "says": "239993.5",
                "ours": "239993.5",
                "lines": 2,
                "verdict": "ties",
            }
        ],
        "findings": [],
    }


def test_a_total_that_differs_needs_a_person(tmp_path: Path) -> None:
    book = ShapedBook(tmp_path)
    book.make(MAPPED, Plan=[["Item", "Amount"], ["Nurse", 100], ["Cook", 50], ["Total", 160]])
    result = run("--config", str(tmp_path), "sheet", "Plan")

    assert result.exit_code == 3
    assert "B4 says 160.00; our 2 lines 150.00: they differ" in result.stdout
    assert "Figures in totals: 1, of which 0 tie with our lines." in result.stdout


def test_months_that_tie_are_told_in_one_line(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Item", "Jan 2026", "Feb 2026", "Amount"], ["A", 1, 2, 3]]
    book = ShapedBook(tmp_path)
    book.make(MAPPED, Plan=[*rows, ["B", 2, 3, 5], ["Total", 3, 5, 8]])

    assert "2 months or quarters: all tie" in book.run("sheet")


def test_a_file_needs_no_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[Any]] = [["ID", "Grant", "Description", "Amount"], ["B-1", "G", "Rent", 10]]
    book = ShapedBook(tmp_path)
    book.make("", Budget=[*rows, [None, None, "Total", 10]])
    (tmp_path / "budgettrack.toml").unlink()
    monkeypatch.chdir(tmp_path)

    assert "D3 says 10.00; our 1 line 10.00" in run("sheet", "own.xlsx").stdout
    assert "Budget: read as Budget" in run("sheet", "own.xlsx", "budget").stdout
    assert run("--config", "none.toml", "sheet", "own.xlsx").exit_code == 1


def test_a_tab_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    book = ShapedBook(tmp_path)
    book.make(MAPPED, **TABS)
    result = run("--config", str(tmp_path), "sheet", "Budget")
    assert result.exit_code == 2
    assert result.stderr == "There is no tab Budget. There are: Plan, Notes.\n"

    result = run("--config", str(tmp_path), "sheet", "Budget", "2026")
    assert result.exit_code == 2
    assert result.stderr == (
        "Name one file and one tab at most. Put a name with spaces in quotation marks.\n"
    )


# Every row


def rows_of_file(path: Path) -> int:
    """The number of rows with a value, by a reader that knows only zip and XML."""
    main_part = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    number = 0
    with zipfile.ZipFile(path) as archive:
        texts = []
        if "xl/sharedStrings.xml" in archive.namelist():
            root = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            texts = ["".join(part.itertext()) for part in root]
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                for row in ElementTree.fromstring(archive.read(name)).iter(f"{main_part}row"):
                    number += any(_has_value(cell, main_part, texts) for cell in row)
    return number


def _has_value(cell: ElementTree.Element, part: str, texts: list[str]) -> bool:
    value = cell.find(f"{part}v")
    inline = cell.find(f"{part}is")
    if inline is not None:
        return bool("".join(inline.itertext()).strip())
    if cell.find(f"{part}f") is not None and (value is None or not value.text):
        return cell.get("t") != "str"  # nobody has calculated it
    if value is None or value.text is None:
        return False
    text = texts[int(value.text)] if cell.get("t") == "s" else value.text
    return bool(text.strip())


CASES = Path(__file__).parents[2] / "shared/cases/books"


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases of other people's shapes are not here")
def test_the_fates_of_each_case_are_as_many_as_its_rows() -> None:
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        result = run("--config", str(case), "sheet", "--json")
        assert result.exit_code in (0, 3), result.output
        tabs = json.loads(result.stdout)
        (file,) = case.glob("*.xlsx")
        assert sum(sum(tab["fates"].values()) for tab in tabs) == rows_of_file(file), case.name
        assert all(len(tab["rows"]) == sum(tab["fates"].values()) for tab in tabs)


def test_the_fates_of_a_new_workbook_are_as_many_as_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", "--preset", "startup", "--xlsx", "plan.xlsx").exit_code == 0
    file = tmp_path / "plan.xlsx"
    tabs = json.loads(run("sheet", "--json").stdout)

    assert sum(sum(tab["fates"].values()) for tab in tabs) == rows_of_file(file)
    reasons = {tab["tab"]: tab["reason"] for tab in tabs}
    assert reasons["Budget"] == ""
    assert reasons["Checks"] == "ours"
