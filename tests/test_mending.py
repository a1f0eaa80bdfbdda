"""Every fault of the sample can be mended from its own line in *Checks*, by a treasurer who has never
seen the program: each is mended as its remedy says, and after the next sync nothing is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from budgettrack.setup import sample
from budgettrack.workbook.xlsx.marks import MARKS_NAME
from tests.world.group import Group

CONFIG = (
    '[organisation]\nname = "Harbour Peers"\ncurrency = "EUR"\n[workbook]\nxlsx = "plan.xlsx"\n'
)

Typed = Mapping[str, str | float | date | None]
"""What the treasurer types, by the cell. A cell without a tab is in the tab of the line."""

WALK: Mapping[tuple[str, str], Typed] = {
    # The place of the line and words of its remedy, and what is typed when one does as they say.
    ("'Work-plan'!J48", "Remove it."): {"J48": "Two events, 340 EUR."},
    ("'Deadlines'!C8", "Send it and type the day into Done on"): {"F8": date(2026, 11, 2)},
    ("'Budget'!I17", "In Expenses, look at the rows with this Budget line: correct"): {
        "Expenses!F181": 20,
        "Expenses!F168": 42.35,
    },
    ("'Budget'!I31", "what is ordered on this line: E-674. Correct the amount"): {
        "Expenses!F675": 410
    },
    ("'Grants'!A3", "set its State in Income to received."): {"Income!E13": "received"},
    ("'Grants'!A2", "In Expenses, choose a Budget line for E-599."): {"Expenses!C600": "B-9"},
    ("'Expenses'!B115", "Correct the date"): {"B115": date(2026, 2, 27)},
    ("'Work-plan'!K37", "Shorten it"): {"K37": "What the street team saw."},
    ("'Work-plan'!H42", "Type it with its sign, such as 55%."): {"H42": "55%"},
    ("'Indicators'!G21", "Type digits, such as 12"): {"G21": 12},
    ("'Work-plan'!H47", "Type it with its sign, such as 50%."): {"H47": "66%"},
    ("'Budget'!H25", "Correct its formula, or type the value."): {"H25": 30},
    ("'Expenses'!B174", "Add a row to Rates with 2026-02, USD and the rate"): {
        "Rates!A30": "2026-02",
        "Rates!B30": "USD",
        "Rates!C30": 1.14,
    },
    ("'Expenses'!F198", "Type digits, such as 1200.50."): {"F198": 68.90},
    ("'Expenses'!F302", "or type the value."): {"F302": 32.45},
    ("'Expenses'!G327", "Type its three letters, such as EUR, GBP or USD."): {"G327": "GBP"},
    ("'Expenses'!F340", "Type the digits alone, and check the currency."): {
        "F340": 72.90,
        "G340": "EUR",
    },
    ("'Expenses'!F375", "Fill it in"): {"F375": 40.10},
    ("'Expenses'!F407", "Type it without the minus sign."): {"F407": 139.25},
    ("'Expenses'!F408", "Round it to what was paid."): {"F408": 98.23},
    ("'Expenses'!B474", "Type it as year-month-day, such as 2026-07-11."): {
        "B474": date(2026, 7, 11)
    },
    (
        "'Expenses'!F557",
        "the three letters of the currency into Currency of this row, such as USD.",
    ): {
        "F557": 66.40,
        "G557": "USD",
    },
    ("'Resources'!N8", "Type it as year-month-day"): {"N8": date(2027, 3, 12)},
    ("'Resources'!H12", "Choose one of them."): {"H12": "estimate"},
    ("'Resources'!A22", "Type a short code such as B-1.2"): {"A22": "R-21"},
    ("'Deadlines'!D14", "Type the ID or the name of a row that is there"): {"D14": "G-5"},
    ("'Deadlines'!C15", "Correct the year."): {"C15": date(2027, 2, 20)},
    ("'Rates'!A29", "Delete one of the two rows"): {"A29": None, "B29": None, "C29": None},
    ("'Months'!A16", "Type it as year-month, such as 2026-03."): {"A16": "2026-11"},
    ("'Expenses'!C500", "Type an ID or a description of the tab Budget"): {"C500": "B-7"},
    ("'Budget'!I29", "type 65300, or a formula"): {"I29": 65300},
    ("'Budget'!Q3", "Type 0.00 EUR, or a formula."): {"Q3": "0.00 EUR"},
    ("'Grants'!G2", "Correct Amount here or in a line of this grant"): {"G2": 65300},
    ("'Budget'!I11", "Correct the months or the amount."): {"Z11": 580},
    ("'Expenses'!F580", "give each its own receipt."): {"L580": "2026/0579"},
    ("'Expenses'!I694", "set State to committed and clear Paid on."): {
        "H694": "committed",
        "I694": None,
    },
    ("'Expenses'!B612", "Correct the year."): {"B612": date(2026, 9, 11)},
    ("'Deadlines'!C6", "type the date into Done on when it is sent."): {"F6": date(2026, 11, 2)},
    ("'Budget'!O13", "Write the reason into Explanation"): {"O13": "Two bills come in November."},
    ("'Grants'!I4", "when the funder agrees, type the new date here."): {"I4": date(2027, 6, 30)},
    ("'Grants'!I4", "if it is extended, type the new date here."): {"I4": date(2027, 6, 30)},
    ("'Resources'!N11", "Review it, and type the next date here."): {"N11": date(2027, 4, 15)},
    ("'Indicators'!H2", "Clear Achieved to date"): {"H2": None},
    ("'Indicators'!D3", "Type in what it is counted, such as people"): {"D3": "people"},
    ("'Indicators'!H6", "Correct the number, or the target."): {"H6": 164},
    ("'Agreements'!H2", "Review it, and type the next date."): {"H2": date(2027, 4, 15)},
    ("'Agreements'!G6", "Type the last day into the cell Until"): {"G6": date(2027, 6, 30)},
    ("'Lots'!D3", "Hand it out first, or give it back"): {
        f"Handed out!{column}{row}": value
        for row, (to, quantity, what) in enumerate(
            (
                (None, 13, "given back"),
                ("O-1", 1, "used"),
                ("O-2", 3, "used"),
                ("O-3", 6, "used"),
            ),
            30,
        )
        for column, value in (
            ("B", date(2026, 11, 2)),
            ("C", "NX25-0533"),
            ("D", to),
            ("E", quantity),
            ("F", what),
        )
    },
    ("'Handed out'!D26", "Type a short code with a number"): {"D26": "O-2"},
    ("'Handed out'!E21", "Correct Quantity, or"): {"E21": 4},
    ("'Income'!B13", "When it has come, set its state to received."): {"E13": "received"},
    ("'Grants'!Z5", "type the new date"): {"Z5": date(2027, 1, 20)},
    ("'Deadlines'!G18", "Type the last day into Repeats until"): {"H18": date(2028, 1, 31)},
    ("'Deadlines'!C8", "in the row of this grant and this period"): {
        "Narrative!G3": "From September on the second van is hired where it is needed."
    },
    ("'Resources'!K14", "or set State to returned."): {"O14": "returned"},
    ("'Indicators'!H16", "if it does not come, lower Target."): {"G16": 61},
    ("'Work-plan'!F29", "Set Status to done and % done to 100%"): {
        "I29": "done",
        "H29": 1.0,
    },
    ("'Work-plan'!A49", "Choose it in Activity of a budget line or of a resource"): {
        "Resources!P7": "A-48"
    },
    ("'Budget'!N15", "Type the number into People paid, 0 for none."): {"N15": 0},
    ("'Work-plan'!E37", "Correct the start"): {"E37": date(2026, 3, 1)},
    ("'Work-plan'!H43", "Set % done to 100%"): {"H43": 1.0},
    ("'Work-plan'!F61", "Correct one of the dates."): {"F61": date(2027, 2, 28)},
    ("'Expenses'!A645", "has the new ID E-701"): {},
    ("'Resources'!N23", "Type the value instead."): {"N23": date(2027, 5, 1)},
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Group:
    folder = tmp_path_factory.mktemp("mending")
    group = Group(folder, rows={}, config=CONFIG)
    group.path.unlink()
    sample.write_sample(group.path)
    group.sync()
    return group


def lines(group: Group) -> list[tuple[str, str]]:
    """The place and the remedy of every line of *Checks*, as people see them."""
    sheet = openpyxl.load_workbook(group.path, data_only=True)["Checks"]
    assert all(sheet.column_dimensions[letter].hidden for letter in "HIJ")
    cells = [[cell.value for cell in row[:7]] for row in sheet.iter_rows(min_row=5)]
    return [(str(where), str(remedy)) for where, _, _, remedy, *_ in cells if remedy]


def marks(group: Group) -> list[object]:
    """The marks by which cells are coloured, one for each finding."""
    sheet = openpyxl.load_workbook(group.path, data_only=True)["Checks"]
    return [row[9].value for row in sheet.iter_rows(min_row=5) if row[0].value and row[7].value]


def mend(group: Group, typed: Mapping[str, str | float | date | None]) -> None:
    """Types into the file with another program."""

    def change(book: openpyxl.Workbook) -> None:
        for place, value in typed.items():
            tab, _, cell = place.partition("!")
            book[tab][cell].value = value

    group.edit(change)


@pytest.mark.slow
def test_each_fault_is_mended_from_its_line_alone(faulty: Group) -> None:
    told = lines(faulty)
    typed: dict[str, str | float | date | None] = {}
    for where, remedy in told:
        (words,) = (words for place, words in WALK if place == where and words in remedy)
        tab = where.partition("!")[0].strip("'")
        for cell, value in WALK[where, words].items():
            typed[cell if "!" in cell else f"{tab}!{cell}"] = value

    assert len(told) == len(WALK)
    assert all(marks(faulty))
    mend(faulty, typed)
    faulty.sync()

    assert faulty.codes() == []
    assert faulty.cell("Checks", "C5") == "Nothing. Well done."
    assert not any(marks(faulty))


def test_a_new_tab_checks_colours_cells_as_the_deleted_one_did(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()

    def delete(book: openpyxl.Workbook) -> None:
        del book["Checks"]
        # As a spreadsheet program leaves it.
        book.defined_names[MARKS_NAME].value = "#REF!$J$5:$J$1000"

    group.edit(delete)
    group.sync()

    names = openpyxl.load_workbook(group.path).defined_names
    assert names[MARKS_NAME].value == "'Checks'!$J$5:$J$1000"
