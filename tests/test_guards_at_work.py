"""Each guard, through the command: an accident is refused in words and writes nothing, and what
the words name as the way past it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.register import queries
from budgettrack.workbook.xlsx.layout import new_workbook

LINES = 12
ROWS: dict[str, list[dict[str, str]]] = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": "Start", "state": "active", "currency": "EUR"}
        | {"amount": "7800", "start": "2026-01-01", "end": "2026-12-31"}
    ],
    "budget": [
        {"id": f"B-{n}", "grant": "G-1", "category": f"Kind {n}", "amount": f"{n * 100}"}
        for n in range(1, LINES + 1)
    ],
}


@dataclass(frozen=True, slots=True)
class Accident:
    """What somebody did to the tab Budget, what the sync says of it, and what it then takes in."""

    option: str
    act: Callable[[openpyxl.Workbook], None]
    refused: str
    taken: Callable[[list[dict[str, str]]], bool]
    """Whether the register holds what was done, by the amounts of `budgettrack variance`."""


def of(sheet: Any, heading: str) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == heading)


def sort_amounts(book: openpyxl.Workbook) -> None:
    sheet: Any = book["Budget"]
    column = of(sheet, "Amount")
    amounts = [sheet.cell(row, column).value for row in range(2, LINES + 2)]
    for row, amount in enumerate(reversed(amounts), 2):
        sheet.cell(row, column).value = amount


def double_amounts(book: openpyxl.Workbook) -> None:
    sheet: Any = book["Budget"]
    column = of(sheet, "Amount")
    for row in range(2, 8):
        sheet.cell(row, column).value = 2.5 * float(str(sheet.cell(row, column).value))


def empty(book: openpyxl.Workbook) -> None:
    book["Budget"].delete_rows(2, LINES)


def remove_six(book: openpyxl.Workbook) -> None:
    book["Budget"].delete_rows(2, 6)


def drop_tab(book: openpyxl.Workbook) -> None:
    del book["Budget"]


def drop_heading(book: openpyxl.Workbook) -> None:
    sheet: Any = book["Budget"]
    sheet.delete_cols(of(sheet, "Category"))


ACCIDENTS = {
    "a column is sorted without its IDs": Accident(
        "--allow=changes",
        sort_amounts,
        "12 values of the column Amount in the tab Budget",
        lambda lines: {line["line"]: line["amount"] for line in lines}["B-1"] == "1200.00",
    ),
    "many amounts are others": Accident(
        "--allow=changes",
        double_amounts,
        "6 of 12 rows of the tab Budget have other amounts",
        lambda lines: {line["line"]: line["amount"] for line in lines}["B-1"] == "250.00",
    ),
    "the tab is emptied": Accident(
        "--allow=removals",
        empty,
        "The tab Budget is empty",
        lambda lines: lines == [],
    ),
    "many rows are removed": Accident(
        "--allow=removals",
        remove_six,
        "6 of 12 rows are gone from the tab Budget",
        lambda lines: {line["line"] for line in lines} == {f"B-{n}" for n in range(7, 13)},
    ),
    "the tab is deleted": Accident(
        "--allow=missing",
        drop_tab,
        "The tab Budget is missing",
        lambda lines: len(lines) == LINES,
    ),
    "a heading is deleted": Accident(
        "--allow=missing",
        drop_heading,
        "heading Category",
        lambda lines: len(lines) == LINES,
    ),
}


class Folder:
    """A group whose workbook and register agree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "plan.xlsx"
        self.config = folder / "budgettrack.toml"
        self.config.write_text('[workbook]\nxlsx = "plan.xlsx"\n')
        new_workbook(self.path, rows=ROWS)
        assert self.run("sync", "--on", "2026-11-02").exit_code in (0, 3)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.config), *words])

    def have(self, act: Callable[[openpyxl.Workbook], None]) -> None:
        book = openpyxl.load_workbook(self.path)
        act(book)
        book.save(self.path)

    def amounts(self) -> list[dict[str, str]]:
        """The amounts of the lines, as the register holds them."""
        from budgettrack.register.store import open_register

        with open_register(f"sqlite:///{self.folder / 'register.sqlite'}") as register:
            lines = register.ask(queries.load).records.get("budget", {})
        return [
            {"line": id_, "amount": f"{float(fields['amount']):.2f}"}
            for id_, fields in lines.items()
        ]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_every_way_past_a_guard_has_its_accident() -> None:
    assert isinstance(main, click.Group)
    option = next(each for each in main.commands["sync"].params if each.name == "allow")
    assert isinstance(option.type, click.Choice)

    tried = {accident.option for accident in ACCIDENTS.values()}
    # Only a workbook that bears no mark is refused so: tests/test_copies_only_read.py.
    tried.add("--allow=older-copy")
    assert tried == {f"--allow={choice}" for choice in option.type.choices}


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCIDENTS)
def test_an_accident_is_refused_and_nothing_is_written(folder: Folder, name: str) -> None:
    accident = ACCIDENTS[name]
    before = folder.amounts()
    folder.have(accident.act)
    file = folder.path.read_bytes()

    refused = folder.run("sync", "--on", "2026-11-02")

    assert refused.exit_code == 1
    assert accident.refused in " ".join(refused.stderr.split())
    assert accident.option.replace("=", " ") in refused.stderr
    assert folder.path.read_bytes() == file
    assert folder.amounts() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCIDENTS)
def test_a_dry_run_says_that_it_would_be_refused(folder: Folder, name: str) -> None:
    folder.have(ACCIDENTS[name].act)

    shown = folder.run("sync", "--dry-run", "--on", "2026-11-02")

    assert shown.exit_code == 1
    assert "A sync would be refused: " in shown.stderr
    assert ACCIDENTS[name].refused in " ".join(shown.stderr.split())


@pytest.mark.slow
@pytest.mark.parametrize("name", ACCIDENTS)
def test_what_was_meant_goes_on_with_its_allow_and_with_no_other(folder: Folder, name: str) -> None:
    accident = ACCIDENTS[name]
    folder.have(accident.act)
    others = {each.option for each in ACCIDENTS.values()} - {accident.option}

    refused = folder.run("sync", "--on", "2026-11-02", *sorted(others))
    taken = folder.run("sync", "--on", "2026-11-02", accident.option)

    assert refused.exit_code == 1
    assert taken.exit_code in (0, 3), taken.output
    assert accident.taken(folder.amounts())


def test_at_the_limit_nothing_is_refused(folder: Folder) -> None:
    """Five rows may go and five amounts may be others, whatever the table's length."""

    def act(book: openpyxl.Workbook) -> None:
        sheet: Any = book["Budget"]
        sheet.delete_rows(9, 5)
        for row in range(2, 7):
            sheet.cell(row, of(sheet, "Amount")).value = 7.5 * row

    folder.have(act)

    assert folder.run("sync", "--on", "2026-11-02").exit_code in (0, 3)
    assert len(folder.amounts()) == LINES - 5


def test_a_workbook_of_another_register_is_refused_and_adopted_where_it_is_meant(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Folder(tmp_path_factory.mktemp("other"))
    other.path.replace(folder.path)

    refused = folder.run("sync", "--on", "2026-11-02")
    dry = folder.run("sync", "--dry-run", "--on", "2026-11-02")
    allowed = folder.run("sync", "--on", "2026-11-02", "--allow=changes", "--allow=missing")
    adopted = folder.run("sync", "--on", "2026-11-02", "--adopt", "--yes")

    for each in (refused, dry, allowed):
        assert each.exit_code == 1
        assert "--adopt" in each.stderr
    assert adopted.exit_code in (0, 3), adopted.output


def test_a_line_that_was_approved_can_be_removed_in_the_sheet(folder: Folder) -> None:
    """Approved is written by the tool: it is nobody's edit that a removal would lose."""
    folder.have(lambda book: book["Budget"].delete_rows(2))

    folder.run("sync", "--on", "2026-11-02")

    assert "B-1" not in {line["line"] for line in folder.amounts()}
    assert folder.run("conflicts", "--json").stdout.strip() == "[]"
