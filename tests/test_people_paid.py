"""The first sync after the upgrade renames the column Pays people to People paid, in a file and
online, and with a register that holds the old answers."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from budgettrack.cli import main
from budgettrack.core.base.addresses import letters
from budgettrack.core.records.tables import BY_NAME, Column, Table
from budgettrack.register import queries
from budgettrack.register.migrations import MIGRATIONS
from budgettrack.register.store import open_register
from tests.sheets_api.server import Server
from tests.world.group import Group
from tests.world.places import GooglePlace, Place, Typed, XlsxPlace

pytestmark = pytest.mark.slow

OLD = Column(
    "people_paid", "Pays people", "choice", "funder", "yes: published only as one total a year.",
    choices=("yes", "no"),
)  # fmt: skip
ANSWERS = ("yes", "no", None, "YES", "n", True, 4, "maybe")
"""What stands in the old column, row by row."""


def old_budget() -> Table:
    budget = BY_NAME["budget"]
    columns = (OLD if column.name == "people_paid" else column for column in budget.columns)
    return replace(budget, columns=tuple(columns))


def old_workbook(folder: Path) -> Group:
    """A workbook as the program before made it, with answers in the old column."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BY_NAME, "budget", old_budget())
        group = Group(folder)
    group.edit(answer)
    return group


def answer(book: openpyxl.Workbook) -> None:
    sheet = book["Budget"]
    column = old_column(sheet)
    for row, value in enumerate(ANSWERS, 2):
        sheet.cell(row, column).value = value


def old_column(sheet: Any) -> int:
    return int(next(c.column for c in sheet[1] if c.value in ("Pays people", "People paid")))


def held(folder: Path) -> list[str | None]:
    with open_register(f"sqlite:///{folder / 'register.sqlite'}") as register:
        lines = register.ask(queries.load).records["budget"]
    return [fields.get("people_paid") for fields in lines.values()]


def test_the_first_sync_renames_the_column_and_its_answers(tmp_path: Path) -> None:
    group = old_workbook(tmp_path)
    before = openpyxl.load_workbook(group.path)["Budget"]
    rules = {str(rule.sqref) for rule in before.data_validations.dataValidation}

    group.sync()

    sheet = openpyxl.load_workbook(group.path)["Budget"]
    column = old_column(sheet)
    letter = letters(column - 1)
    assert sheet.cell(1, column).value == "People paid"
    assert [sheet.cell(row, column).value for row in range(2, 10)] == [
        None, 0, None, None, 0, None, 4, "maybe",
    ]  # fmt: skip
    assert held(tmp_path)[:8] == [None, "0", None, None, "0", None, "4", None]
    left = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert rules - left == {f"{letter}2:{letter}2000"}
    comment = sheet.cell(1, column).comment
    assert comment is not None
    assert comment.text.startswith("How many people this line pays. 0 for none.")
    assert group.sync().stdout.startswith("0 rows taken")


def test_a_register_with_old_answers_is_renamed_with_its_workbook(tmp_path: Path) -> None:
    group = old_workbook(tmp_path)
    group.sync()
    group.edit(answer)
    sheet = openpyxl.load_workbook(group.path)["Budget"]
    group.set("Budget", f"{letters(old_column(sheet) - 1)}1", "Pays people")
    with contextlib.closing(sqlite3.connect(tmp_path / "register.sqlite")) as database, database:
        database.execute("PRAGMA user_version = 0")
        for kept in ("fields", "agreed"):
            for id_, old in (
                ("B-1", "yes"),
                ("B-2", "no"),
                ("B-4", "yes"),
                ("B-5", "no"),
                ("B-6", "yes"),
            ):
                database.execute(
                    f'UPDATE records SET {kept} = replace(replace({kept}, \',"people_paid":"0"\','
                    f" ''), '}}', ',\"pays_people\":\"{old}\"}}') WHERE tbl = 'budget' AND id = ?",
                    (id_,),
                )
        (renaming,) = [step for step in MIGRATIONS if step.number == 5]
        for statement in renaming.statements:
            if statement.startswith("UPDATE records"):
                database.execute(statement)

    done = group.sync()

    assert "conflict" not in done.stdout
    assert group.run("conflicts").stdout == "No conflict.\n"
    assert held(tmp_path)[:8] == [None, "0", None, None, "0", None, "4", None]


def test_a_yes_typed_later_asks_again_and_a_fraction_is_told(tmp_path: Path) -> None:
    group = Group(tmp_path)
    sheet = openpyxl.load_workbook(group.path)["Budget"]
    letter = letters(old_column(sheet) - 1)
    for row, value in ((2, 3), (3, "no"), (4, 1.5), (5, -1), (6, "three")):
        group.set("Budget", f"{letter}{row}", value)
    group.sync()

    assert held(tmp_path)[:5] == ["3", "0", None, None, None]
    codes = set(group.codes())
    assert (f"'Budget'!{letter}4", "number-not-whole") in codes
    assert (f"'Budget'!{letter}5", "number-negative") in codes
    assert (f"'Budget'!{letter}6", "number-not-readable") in codes
    group.set("Budget", f"{letter}2", "yes")
    group.sync()
    assert held(tmp_path)[0] is None


def test_a_formula_and_a_protected_heading_are_left_alone(tmp_path: Path) -> None:
    group = old_workbook(tmp_path)
    letter = "A"

    def formula(book: openpyxl.Workbook) -> None:
        nonlocal letter
        sheet = book["Budget"]
        letter = letters(old_column(sheet) - 1)
        sheet[f"{letter}3"] = '=IF(TRUE,"no","yes")'

    group.edit(formula)
    assert group.run("sync", "--dry-run").exit_code in (0, 3)
    group.sync()
    sheet = openpyxl.load_workbook(group.path)["Budget"]
    assert sheet[f"{letter}3"].value == '=IF(TRUE,"no","yes")'
    assert sheet[f"{letter}1"].value == "People paid"


def test_a_dropdown_of_other_columns_too_stays_on_them() -> None:
    from budgettrack.workbook.xlsx.columns import without_dropdown

    sheet = (
        b'<worksheet><sheetData/><dataValidations count="2"><dataValidation type="list"'
        b' sqref="N2:N9 P2:P9"><formula1>"yes,no"</formula1></dataValidation><dataValidation'
        b' type="list" sqref="N10"><formula1>"a,b"</formula1></dataValidation></dataValidations>'
        b"</worksheet>"
    )
    assert without_dropdown(sheet, 13, ("yes", "no")) == sheet.replace(b"N2:N9 P2:P9", b"P2:P9")
    assert without_dropdown(sheet, 15, ("yes", "no")) == sheet.replace(b"N2:N9 P2:P9", b"N2:N9")
    assert without_dropdown(sheet, 12, ("yes", "no")) == sheet
    alone = sheet.replace(b" P2:P9", b"")
    assert b'count="1"' in without_dropdown(alone, 13, ("yes", "no"))
    assert b"yes,no" not in without_dropdown(alone, 13, ("yes", "no"))


@pytest.fixture(params=["xlsx", pytest.param("google", marks=pytest.mark.google_http)])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    if request.param == "xlsx":
        yield XlsxPlace(tmp_path)
        return
    with Server() as server:
        yield GooglePlace(tmp_path, server)


def test_a_column_is_renamed_in_every_place(place: Place, tmp_path: Path) -> None:
    grants: list[list[Typed]] = [
        ["ID", "Funder", "Title", "State", "Currency", "Amount"],
        ["G-1", "Fund", "Start", "active", "EUR", 600],
    ]
    budget: list[list[Typed]] = [
        ["ID", "Grant", "Amount", "Pays people", "Category"],
        ["B-1", "G-1", 100, "yes", "Rent"],
        ["B-2", "G-1", 200, "no", "Rent"],
        ["B-3", "G-1", 300, None, "Rent"],
        [None, "G-1", 0, "no", "Rent"],
    ]
    place.make({"Grants": grants, "Budget": budget})

    def sync() -> str:
        done = CliRunner().invoke(main, ["--config", str(tmp_path / "budgettrack.toml"), "sync"])
        assert done.exit_code in (0, 3), done.output
        return done.output

    sync()
    assert [place.stands("Budget", f"D{row}") for row in range(1, 6)] == [
        "People paid", None, 0, None, 0,
    ]  # fmt: skip
    assert held(tmp_path) == [None, "0", None, "0"]
    place.type("Budget", "D2", 3)
    sync()
    assert held(tmp_path) == ["3", "0", None, "0"]
    assert place.stands("Budget", "D1") == "People paid"


@pytest.mark.google_http
def test_online_the_dropdown_goes_and_the_note_is_new(tmp_path: Path) -> None:
    with Server() as server:
        place = GooglePlace(tmp_path, server)
        place.make(
            {
                "Grants": [["ID", "Funder", "Currency"], ["G-1", "Fund", "EUR"]],
                "Budget": [["ID", "Grant", "Amount", "Pays people"], ["B-1", "G-1", 100, "no"]],
            }
        )
        rule = {"condition": {"type": "ONE_OF_LIST"}}
        with server.person(place.file) as book:
            sheet = book.titled("Budget")
            assert sheet is not None
            for row in range(2):
                cell = sheet.cell(row, 3)
                sheet.put(
                    row,
                    3,
                    dataclasses.replace(
                        cell, rule=rule if row else None, note="yes: old" if not row else ""
                    ),
                )
        done = CliRunner().invoke(main, ["--config", str(tmp_path / "budgettrack.toml"), "sync"])
        assert done.exit_code in (0, 3), done.output
        assert place.file.book is not None
        sheet = place.file.book.settled().titled("Budget")
        assert sheet is not None
        assert sheet.cell(0, 3).note.startswith("How many people this line pays. 0 for none.")
        assert (sheet.cell(1, 3).value, sheet.cell(1, 3).rule) == (0.0, None)


def test_no_other_column_has_a_former_heading() -> None:
    former = [c.former for table in BY_NAME.values() for c in table.columns if c.former]
    assert [one.heading for one in former] == ["Pays people"]


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ('headings = { id = "Line", grant = "Fund", amount = "Sum", pays_people = "Staff?" }', [None, "0", "3"]),
        ('headings = { id = "Line", grant = "Fund", amount = "Sum" }\nconstant = { pays_people = "no" }', ["0", "0", "0"]),
        ('headings = { id = "Line", grant = "Fund", amount = "Sum" }\nconstant = { pays_people = "yes" }', [None, None, None]),
    ],
)  # fmt: skip
def test_a_config_with_the_old_field_is_not_refused(
    tmp_path: Path, mapping: str, expected: list[str | None]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in (
        ["Line", "Fund", "Sum", "Staff?"], ["B1", "Fund A", 10, "yes"],
        ["B2", "Fund A", 20, "no"], ["B3", "Fund A", 30, 3],
    ):  # fmt: skip
        sheet.append(row)
    book.save(tmp_path / "own.xlsx")
    config = tmp_path / "budgettrack.toml"
    config.write_text(f'[workbook]\nxlsx = "own.xlsx"\n[tables.budget]\ntab = "Plan"\n{mapping}\n')

    done = CliRunner().invoke(main, ["--config", str(config), "sync"])

    assert done.exit_code in (0, 3), done.output
    assert held(tmp_path) == expected
    after = openpyxl.load_workbook(tmp_path / "own.xlsx")["Plan"]
    assert after["D1"].value == "Staff?", "a mapped heading is theirs"
