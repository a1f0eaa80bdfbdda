"""Supplies from the tabs to every answer: the prompt, Summary, the board and the calendar. No place
of an outlet is kept, and nothing is public."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from budgettrack.core.records.model import Fields
from tests.world.group import ROWS, Group
from tests.world.report_text import everything

ON = ("--on", "2026-11-02")
LOTS: list[Fields] = [
    {
        "id": "L-1",
        "kind": "Zqnaloxone",
        "batch": "NX-1",
        "expiry": "2027-01-20",
        "quantity": "100",
        "unit": "kits",
        "source": "host",
        "received": "2026-01-10",
        "value": "1200",
        "currency": "EUR",
    },
    {
        "id": "L-2",
        "kind": "Zqnaloxone",
        "batch": "NX-2",
        "expiry": "2028-01-20",
        "quantity": "50.5",
        "unit": "kits",
        "source": "bought",
        "received": "2026-09-01",
        "value": "600",
        "currency": "EUR",
    },
]
OUT: list[Fields] = [
    {"date": "2026-10-05", "lot": "L-1", "to": "Zq-1", "quantity": "30", "what": "given"},
    {"date": "2026-10-07", "lot": "NX-1", "to": "Zq-2", "quantity": "20", "what": "on the way"},
    {"date": "2026-10-31", "lot": "L-1", "to": "Zq-1", "quantity": "12", "what": "used"},
    {"date": "2026-10-31", "lot": "L-1", "to": "Zq-1", "quantity": "3", "what": "given back"},
    {"date": "2026-10-31", "lot": "L-2", "quantity": "2.5", "what": "lost"},
]
MARKS = ("Zqnaloxone", "Zq-1", "Zq-2", "NX-1", "NX-2")
SUPPLIED = ROWS | {"lots": LOTS, "handed_out": OUT}


@pytest.fixture
def supplied(tmp_path: Path) -> Group:
    return Group(tmp_path, SUPPLIED, before=(("sync", *ON, "--yes"),))


def test_the_prompt_says_what_there_is_and_what_ends_and_who_has_a_batch(supplied: Group) -> None:
    (kind,) = json.loads(supplied.run("supplies", "--json", *ON).stdout)
    assert kind == {
        "kind": "Zqnaloxone",
        "unit": "kits",
        "came": "150.5",
        "in_store": "101",
        "on_the_way": "20",
        "with_others": "15",
        "used": "12",
        "lost": "2.5",
        "given_back": "0",
        "ends_soon": "88",
        "expired": "0",
        "weeks": 27,
    }
    told = supplied.run("supplies", *ON).stdout
    assert "Zqnaloxone, NX-1: 88 kits left, until 2027-01-20" in told
    assert "Value in kind, beside the money: 1,200.00 EUR" in told
    assert supplied.run("supplies", "--batch", "nx -1", "--csv", *ON).stdout == (
        "lot,kind,batch,expiry,where,to,quantity,unit,row\n"
        "L-1,Zqnaloxone,NX-1,2027-01-20,in store,,53,kits,\n"
        "L-1,Zqnaloxone,NX-1,2027-01-20,on the way,Zq-2,20,kits,\n"
        "L-1,Zqnaloxone,NX-1,2027-01-20,with,Zq-1,15,kits,\n"
        "L-1,Zqnaloxone,NX-1,2027-01-20,used,,12,kits,\n"
    )
    assert "On the way   Zq-2" in supplied.run("supplies", "--batch", "NX-1", *ON).stdout
    assert supplied.run("supplies", "--batch", "NX-9", *ON).stdout == (
        "Nobody has a batch NX-9. See: budgettrack supplies --lots\n"
    )
    first, second = json.loads(supplied.run("supplies", "--lots", "--json", *ON).stdout)
    assert (first["left"], first["held_by"], first["value_in_kind"]) == (
        "88",
        "Zq-1: 15",
        "1200.00",
    )
    assert (second["left"], second["held_by"], second["value_in_kind"]) == ("48", "", None)
    ending = supplied.run("supplies", "--ending", *ON).stdout
    assert ("NX-1" in ending, "NX-2" in ending, "1,200.00 EUR" in ending) == (True, False, True)
    assert supplied.run("supplies", "--ending", "--on", "2026-10-01").stdout == (
        "No lot is like that.\n"
    )
    both = supplied.run("supplies", "--batch", "NX-1", "--lots", *ON)
    assert both.exit_code == 2
    assert "--batch tells of one batch. Leave out --lots and --ending." in both.stderr


def test_a_group_without_supplies_is_told_how_to_have_them(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, before=(("sync", *ON, "--yes"),))

    assert group.run("supplies", *ON).stdout == (
        "There are no supplies. The tabs Lots and Handed out come into the workbook with: budgettrack"
        " init --add-tabs --with supplies\n"
    )
    assert 'id="supplies"' not in _board(group)
    assert "Lots" not in openpyxl.load_workbook(group.path).sheetnames
    assert "Lots" not in group.sync().stderr


def _board(group: Group) -> str:
    group.run("report", "board", *ON)
    return (group.path.parent / "reports" / "private" / "board.html").read_text("utf-8")


def test_a_person_or_a_place_in_to_is_kept_nowhere_and_its_row_is_not_counted(
    supplied: Group,
) -> None:
    for typed in ("Zqanna", "12 Zqhigh Street", "zqanna@peers.example"):
        supplied.edit(lambda book, typed=typed: _put(book, "D2", typed))  # type: ignore[misc]
        said = supplied.sync("--yes")

        assert ("handed_out", "to-is-no-code") in {(t, c) for t, c in _codes(supplied)}
        files = [path for path in supplied.path.parent.rglob("*") if path.suffix != ".xlsx"]
        kept = b"".join(path.read_bytes() for path in files if path.is_file())
        assert typed.encode() not in kept
        assert typed not in said.output
        # The register keeps what the row said before, for nobody knows what was meant.
        assert supplied.held().records["handed_out"]["H-1"]["to"] == "Zq-1"
    # A new row has no such past, so it is in no figure, and the answer says so.
    supplied.edit(lambda book: _put(book, "D2", "Zq-1"))
    supplied.edit(lambda book: _add(book, ("2026-11-01", "L-1", "Zqanna", 5, "given")))
    supplied.sync("--yes")
    asked = supplied.run("supplies", "--json", *ON)
    assert json.loads(asked.stdout)[0]["in_store"] == "101"
    assert "Not counted, because of errors: 1 row. See: budgettrack checks" in asked.stderr
    assert "Rows that are not counted, because of errors: 1" in _board(supplied)


def _codes(group: Group) -> set[tuple[str, str]]:
    rows = json.loads(group.run("checks", "--json").stdout)
    return {("handed_out" if "Handed out" in row["place"] else "", row["code"]) for row in rows}


def _put(book: openpyxl.Workbook, cell: str, value: str | None) -> None:
    book["Handed out"][cell].value = value


def _add(book: openpyxl.Workbook, values: tuple[str | float | None, ...]) -> None:
    sheet = book["Handed out"]
    row = next(number for number in range(2, 60) if sheet.cell(number, 2).value is None)
    for column, value in enumerate(values, 2):
        sheet.cell(row, column, value)


def test_summary_board_deadlines_and_calendar_tell_of_supplies(supplied: Group) -> None:
    summary = openpyxl.load_workbook(supplied.path)["Summary"]
    rows = [[cell.value for cell in row] for row in summary.iter_rows()]
    at = next(number for number, row in enumerate(rows) if row[0] == "Supplies")
    assert rows[at + 2][:9] == ["Zqnaloxone", "kits", 150.5, 101, 20, 15, 12, 2.5, 0]

    board = _board(supplied)
    assert 'id="supplies"' in board
    assert "Zq-1: 15" in board
    assert "Value in kind, beside the money: €1,200.00" in board or "1,200.00 EUR" in board

    due = json.loads(supplied.run("deadlines", "--json", *ON).stdout)
    assert [(row["due"], row["what"]) for row in due if row["id"] == "L-1"] == [
        ("2027-01-20", "Lot expires: Zqnaloxone, NX-1")
    ]
    calendar = supplied.path.parent / "dates.ics"
    supplied.run("deadlines", "--ics", str(calendar), *ON)
    assert "Lot expires: Zqnaloxone\\, NX-1" in calendar.read_text()
    refused = supplied.run("deadlines", "done", "L-1", *ON)
    assert "L-1 is a lot that ends on that day." in refused.stderr


def test_nothing_of_supplies_is_public_or_told_to_a_funder(supplied: Group) -> None:
    assert supplied.run("report", "transparency", *ON).exit_code == 0
    assert supplied.run("report", "funder", "G-1", *ON).exit_code in (0, 3)
    reports = supplied.path.parent / "reports"
    made = [path for path in reports.rglob("*") if path.is_file()]
    assert any(path.suffix == ".html" for path in made)

    for path in made:
        if path.name != "board.html":
            # Two letters may stand by chance in what a PDF packs: each mark is long.
            said = everything({path.name: path.read_bytes()})
            assert [mark for mark in MARKS if mark in said] == [], path


def test_older_workbooks_get_the_tabs_when_they_ask_for_them(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, before=(("sync", *ON, "--yes"),))
    assert (
        group.run("init", "--add-tabs").stdout == "The workbook has every tab and column already.\n"
    )
    refused = group.run("init", "--add-tabs", "--with", "kites")
    assert (
        refused.exit_code,
        "There are no tabs kites. There are: supplies." in refused.stderr,
    ) == (
        2,
        True,
    )
    done = group.run("init", "--add-tabs", "--with", "supplies")
    assert done.stdout.splitlines() == [
        "Added the tab Lots.",
        "Added the tab Handed out.",
        "Then run: budgettrack sync",
    ]
    book = openpyxl.load_workbook(group.path)
    (tmp_path / "fresh").mkdir()
    fresh = openpyxl.load_workbook(Group(tmp_path / "fresh", SUPPLIED).path)
    for tab in ("Lots", "Handed out"):
        assert [cell.value for cell in book[tab][1]] == [cell.value for cell in fresh[tab][1]]
    offered = {rule.formula1 for rule in book["Handed out"].data_validations.dataValidation}
    assert '"on the way,given,used,lost,given back"' in offered
    # Of the two, the one that is there asks for the other.
    group.edit(lambda book: book.remove(book["Handed out"]))
    assert "New in this version: Handed out." in group.sync("--yes").stderr


def test_a_new_workbook_has_the_tabs_only_if_asked(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    group.run("init", "--xlsx", str(tmp_path / "with.xlsx"), "--with", "supplies,payee")
    group.run("init", "--xlsx", str(tmp_path / "without.xlsx"), "--with", "payee")
    names = openpyxl.load_workbook(tmp_path / "with.xlsx").sheetnames
    assert names[names.index("Agreements") :][:4] == [
        "Agreements",
        "Lots",
        "Handed out",
        "Deadlines",
    ]
    assert "Lots" not in openpyxl.load_workbook(tmp_path / "without.xlsx").sheetnames
    odd = group.run("init", "--xlsx", str(tmp_path / "odd.xlsx"), "--with", "kites")
    assert "There is no optional column kites." in odd.stderr
    assert "and for the tabs of supplies: supplies." in odd.stderr


def test_what_people_type_is_read_by_their_locale_and_a_deleted_lot_is_told(
    tmp_path: Path,
) -> None:
    group = Group(tmp_path, SUPPLIED, config='[workbook]\nxlsx = "plan.xlsx"\nlocale = "de"\n')
    group.edit(lambda book: _add(book, ("01.11.2026", "nx-1", "Zq-2", "2,5", "Used")))
    group.edit(lambda book: _add(book, ("2026-11-01", "L-1", "Zq-2", "-2", "used")))
    group.edit(lambda book: _add(book, ("2026-11-01", "L-1", "Zq-2", "zwei", "used")))
    group.edit(lambda book: _add(book, ("2026-11-01", "L-1", "Zq-2", 1, "eaten")))
    group.sync("--yes")
    (kind,) = json.loads(group.run("supplies", "--json", *ON).stdout)
    assert (kind["used"], kind["with_others"], kind["came"]) == ("14.5", "12.5", "150.5")
    told = {(row["place"], row["code"]) for row in json.loads(group.run("checks", "--json").stdout)}
    assert {
        ("'Handed out'!E7", "outlet-has-less"),
        ("'Handed out'!E8", "number-negative"),
        ("'Handed out'!F10", "choice-unknown"),
    } <= {*told}
    assert any(place == "'Handed out'!E9" for place, _ in told)

    group.edit(lambda book: book["Lots"].delete_rows(2))
    group.sync("--yes")
    (kind,) = json.loads(group.run("supplies", "--json", *ON).stdout)
    # What was handed out of a lot that is gone is in no figure, and each row says so.
    assert (kind["came"], kind["in_store"], kind["used"]) == ("50.5", "48", "0")
    unknown = [
        row["place"]
        for row in json.loads(group.run("checks", "--json").stdout)
        if row["code"] in ("reference-unknown", "reference-unclear")
    ]
    assert len(unknown) >= 4
    # Whoever asks for the batch learns who has it, though the lot is gone.
    for typed in ("NX-1", "nx1", "NX\u20111"):
        asked = group.run("supplies", "--batch", typed, "--json", *ON)
        rows = json.loads(asked.stdout)
        assert {row["where"] for row in rows} == {"not counted"}
        assert {("L-1", "L-1", None, "100"), ("H-1", "L-1", "Zq-1", "30")} <= {
            (row["row"], row["lot"], row["to"], row["quantity"]) for row in rows
        }
        assert "may belong to this batch" in asked.stderr
    shown = group.run("supplies", "--batch", "NX-1", *ON).stdout
    assert "Nobody" not in shown
    assert "Not counted" in shown
    assert "Zq-1" in shown


def test_no_answer_says_nobody_while_rows_are_not_counted(supplied: Group) -> None:
    supplied.edit(lambda book: _put(book, "B6", None))
    supplied.sync("--yes")
    assert supplied.run("supplies", "--batch", "NX-9", *ON).stdout == (
        "No row that is counted has a batch NX-9. See: budgettrack checks\n"
    )
    (kind,) = json.loads(supplied.run("supplies", "--json", *ON).stdout)
    assert kind["lost"] == "0"
    rows = json.loads(supplied.run("supplies", "--batch", "nx2", "--json", *ON).stdout)
    assert [(row["where"], row["row"]) for row in rows] == [
        ("in store", None),
        ("not counted", "H-5"),
    ]


def test_a_name_in_lot_is_kept_nowhere(supplied: Group) -> None:
    supplied.edit(lambda book: _add(book, ("2026-11-01", "Zqpetra Zqmeier", "Zq-1", 5, "given")))
    said = supplied.sync("--yes")
    assert "Zqpetra" not in said.output
    files = [path for path in supplied.path.parent.rglob("*") if path.suffix != ".xlsx"]
    assert b"Zqpetra" not in b"".join(path.read_bytes() for path in files if path.is_file())
    assert ("handed_out", "to-is-no-code") in _codes(supplied)


def test_a_value_whose_currency_or_source_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    for unreadable in ({"currency": "XXQ"}, {"source": "bought by us"}):
        folder = tmp_path / next(iter(unreadable))
        folder.mkdir()
        group = Group(
            folder, SUPPLIED | {"lots": [LOTS[0], {**LOTS[0], "id": "L-2", **unreadable}]}
        )
        group.sync("--yes")
        assert "Value in kind, beside the money: 1,200.00 EUR" in group.run("supplies", *ON).stdout
