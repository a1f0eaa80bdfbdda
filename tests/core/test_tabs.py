"""The tabs that the tool writes: figures as the core has them, and nothing that changes by
itself."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from budgettrack.core import tabs
from budgettrack.core.base.grids import Book, Grid, PageCell, ToolTab, Value
from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import HostStatement, ToldMovement, books_of
from budgettrack.core.figures.totals import totals
from budgettrack.core.merge.merge import Conflict
from budgettrack.core.own_tabs import shows
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME, CHECKS_HEADINGS, KEPT_EDITS
from tests.world.host_plan import told_grant, with_rows

RECORDS = {
    "grants": {
        "G-1": {
            "funder": "Fund",
            "title": "Start",
            "state": "active",
            "currency": "EUR",
            "amount": "1200",
        }
        | {"start": "2026-01-01", "end": "2026-12-31"},
        "G-2": {
            "funder": "Trust",
            "state": "active",
            "currency": "USD",
            "amount": "500",
            "budget_rate": "1.25",
        }
        | {"start": "2026-01-01", "end": "2026-12-31"},
    },
    "budget": {
        "B-1": {"grant": "G-1", "amount": "1200", "description": "Rent", "category": "Office"},
        "B-2": {"grant": "G-2", "amount": "500"},
    },
    "expenses": {
        **{
            f"E-{n}": {
                "date": f"2026-0{n}-05",
                "budget_line": "B-1",
                "amount": "90",
                "state": "paid",
            }
            for n in (1, 2, 3)
        },
        "E-9": {"date": "2026-02-01", "amount": "7", "grant": "G-1"},
        "E-10": {"date": "2026-02-01", "amount": "50", "budget_line": "B-2"},
    },
    "rates": {"2026-02 USD": {"month": "2026-02", "currency": "USD", "rate": "1"}},
}


def summary() -> list[list[object]]:
    plan, _ = plan_of(RECORDS, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    return [[cell.value for cell in row] for row in page.rows]


def test_every_line_stands_with_its_figures_and_forecasts() -> None:
    rows = summary()
    line = next(row for row in rows if row[1:2] == ["B-1"])

    assert line == [
        "G-1",
        "B-1",
        "Rent",
        "Office",
        "EUR",
        Decimal("1200.00"),
        Decimal("300.00"),
        Decimal("270.00"),
        Decimal("0.00"),
        Decimal("930.00"),
        Decimal("30.00"),
        Decimal("10.0"),
        "within plan",
        Decimal("1170.00"),
        Decimal("1080.00"),
    ]
    unbudgeted = next(row for row in rows if row[2:3] == ["Unbudgeted"])
    assert unbudgeted[:2] == ["G-1", "none"]
    assert unbudgeted[7] == Decimal("7.00")
    # The last columns: what it will be at its end.
    assert unbudgeted[13:] == [Decimal("7.00"), Decimal("7.00")]


def test_what_each_category_has_left_stands_below_the_lines() -> None:
    rows = summary()
    at = rows.index(["What is left"])
    below = rows[at + 1 : rows.index([], at)]

    assert below[0] == ["Category", "Currency", "Amount", "Spent", "Committed", "Available"]
    assert ["Office", "EUR", *map(Decimal, ("1200.00", "270.00", "0.00", "930.00"))] in below
    named = [row for row in below[1:] if row[0] != "no category"]
    assert [row[:2] for row in named] == sorted(row[:2] for row in named)
    # What is on no line stands last, so that the rows add up to what was spent of each currency.
    assert below[-1][0] == "no category"
    euros = [row[3] for row in below[1:] if row[1] == "EUR"]
    lines = [row[7] for row in rows[:at] if row[:1] == ["G-1"] and row[4] == "EUR"]
    assert sum(map(Decimal, map(str, euros))) == sum(map(Decimal, map(str, lines))) == 277

    plan, _ = plan_of({"grants": RECORDS["grants"]}, base="EUR")
    page = tabs.summary(plan, [], "2026-03", date(2026, 4, 10))
    assert "What is left" not in [cell.value for row in page.rows for cell in row]


def test_all_grants_together_are_at_budget_rates_with_the_exchange_apart() -> None:
    rows = summary()
    together = rows[rows.index(list(tabs.TOGETHER_HEADINGS)) + 1]

    # Three months of 500 USD a year are 125.00, and 100.00 EUR at 1.25;
    # 500 USD at 1.25 are 400 EUR; 50 USD were 40 EUR at that rate and cost 50 EUR at February's.
    assert together[:4] == ["EUR", Decimal("1600.00"), Decimal("400.00"), Decimal("317.00")]
    assert together[7] == Decimal("10.00")


def test_the_supplies_stand_below_the_money_where_there_are_lots() -> None:
    lots = {
        "L-1": {"kind": "naloxone", "quantity": "50", "unit": "kits", "received": "2026-04-10"},
        "L-2": {"kind": "water", "quantity": "2.5", "received": "2026-04-11"},
    }
    given = {"date": "2026-04-10", "lot": "L-1", "quantity": "20", "to": "O-1", "what": "given"}
    plan, _ = plan_of({**RECORDS, "lots": lots, "handed_out": {"H-1": given}}, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    rows = [[cell.value for cell in row] for row in page.rows]

    assert rows[-3:] == [
        ["Supplies"],
        [*tabs.SUPPLIES_HEADINGS],
        ["naloxone", "kits", *map(Decimal, (50, 30, 0, 20, 0, 0, 0))],
    ]
    # On the next day the water has come, half a litre of it is seen.
    (water,) = (
        row
        for row in tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 11)).rows
        if row and row[0].value == "water"
    )
    assert (water[2].value, water[2].decimals) == (Decimal("2.5"), 1)
    assert not any(row[:1] == ["Supplies"] for row in summary())


def test_a_host_sees_each_award_and_below_it_what_each_group_has_of_it() -> None:
    plan, _ = plan_of(with_rows(("grants", "G-1", {"agreement_reference": "TOP"})), base="EUR")
    grant = told_grant(receipts=(ToldMovement("2026-02-03", "900.00"),))
    books = books_of(HostStatement(1, "2026-03", True, (grant,)))
    rolled = counted(plan, totals(plan)[0], "2026-03", {"GR-1": books})
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10), rolled=rolled)
    rows = [[cell.value for cell in row] for row in page.rows]
    at = rows.index([tabs.HANDED_ON])

    award, part = rows[at + 2 : at + 4]
    assert rows[at + 1] == [*tabs.HANDED_ON_HEADINGS]
    assert award[:3] == ["G-1", "", "EUR"]
    assert part[:3] == ["", "GR-1", "EUR"]
    differs = tabs.HANDED_ON_HEADINGS.index("Differs")
    assert (award[differs], part[differs]) == (Decimal("100.00"), Decimal("100.00"))
    assert page.rows[at + 2][differs].look == "warning"
    assert page.rows[at + 2][differs + 1].look != "warning"
    # Nothing is handed on, so nothing is said of it.
    nothing = tabs.summary(plan, [], "2026-03", date(2026, 4, 10), rolled=RollUp((), ()))
    assert not any(row and row[0].value == tabs.HANDED_ON for row in nothing.rows)


@pytest.mark.parametrize("rolled", [None, RollUp((), ())])
def test_a_host_is_told_how_many_rows_its_figures_lack(rolled: RollUp | None) -> None:
    plan, _ = plan_of({}, base="EUR")
    page = tabs.summary(
        plan, totals(plan)[0], "2026-03", date(2026, 4, 10), rolled=rolled, not_counted=2
    )
    words = (
        "Rows of Given and Instalments that are not counted, or only in part: 2. These figures are"
        " wrong until they are mended; see Checks."
    )
    assert [words] in [[cell.value for cell in row] for row in page.rows]
    whole = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10), rolled=rolled)
    assert tabs.HANDED_ON not in [cell.value for row in whole.rows for cell in row]


@pytest.mark.parametrize(
    ("agreed", "title"), [("yes", tabs.SEEN_BY_HOST), ("", tabs.NOT_SEEN_YET), ("no", "")]
)
def test_a_group_sees_what_its_host_sees(agreed: str, title: str) -> None:
    agreement = {"kind": "host or country partner", "other_party": "Fund", "state": "in force"}
    tables = {**RECORDS, "agreements": {"AG-1": {**agreement, "statement": agreed}}}
    plan, _ = plan_of(tables, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    rows = [[cell.value for cell in row] for row in page.rows]

    seen = [*tabs.STATEMENT_HEADINGS] in rows
    assert seen == bool(title)
    if seen:
        at = rows.index([title])
        zero = Decimal("0.00")
        assert rows[at + 2] == [
            "G-1",
            "",
            "EUR",
            zero,
            zero,
            Decimal("277.00"),
            zero,
            Decimal("-277.00"),
        ]
        assert rows[at + 3 : at + 5] == [
            ["", "", "EUR", "", "", Decimal("7.00")],
            ["", "Office", "EUR", "", "", Decimal("270.00")],
        ]


def test_a_group_sees_the_supplies_that_its_host_sees() -> None:
    agreement = {"kind": "host or country partner", "other_party": "Fund", "state": "in force"}
    lot = {"kind": "naloxone", "quantity": "50", "unit": "kits", "received": "2026-03-10"}
    lots = {"L-1": {**lot, "batch": "NX-1", "expiry": "2027-01-31"}}
    agreed = {"AG-1": {**agreement, "statement": "with supplies"}}
    plan, _ = plan_of({**RECORDS, "agreements": agreed, "lots": lots}, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    rows = [[cell.value for cell in row] for row in page.rows]

    at = rows.index([tabs.SEEN_BY_HOST])
    kind = next(n for n in range(at, len(rows)) if rows[n][:1] == ["naloxone"])
    assert rows[kind - 1] == [*tabs.SUPPLIES_HEADINGS]
    assert rows[kind] == ["naloxone", "kits", *map(Decimal, (50, 50, 0, 0, 0, 0, 0))]
    assert rows[kind + 1 : kind + 4] == [
        [],
        ["Kind", "Unit", "Batch", "Expiry", "Left"],
        ["naloxone", "kits", "NX-1", "2027-01-31", Decimal(50)],
    ]


def test_free_text_in_conflict_is_not_quoted() -> None:
    conflict = Conflict("both moved", "budget", "B-1", (("explanation", "ask somebody", ""),))

    assert (
        tabs.conflict_finding(conflict).problem
        == "Explanation was changed here and in the register: here to another text, there to nothing."
    )


def test_what_people_chose_in_keep_is_read_in_any_case() -> None:
    rows: list[list[Value]] = [["What to look at"], [], list(CHECKS_HEADINGS)]
    for choice, key in (
        ("Sheet ", "a/1 #0a"),
        ("register", "a/2 #1b"),
        ("both", "a/3 #2c"),
        ("sheet", "a/4"),
    ):
        rows.append([None, None, None, None, None, None, choice, None, key])

    checks = Book((Grid("renamed", rows, mark="checks Checks"),))
    assert tabs.kept(checks) == {"a/1 #0a": "sheet", "a/2 #1b": "register"}


def test_a_page_that_already_stands_there_is_not_written_again() -> None:
    plan, _ = plan_of(RECORDS, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    shown = [
        [float(c.value) if isinstance(c.value, Decimal) else c.value for c in row]
        for row in page.rows
    ]

    assert shows(Grid("Summary", shown), page)
    shown[4][7] = 270.01
    assert not shows(Grid("Summary", shown), page)
    assert not shows(None, page)


def test_a_nought_below_nothing_is_shown_by_a_cell_of_nought() -> None:
    page = ToolTab("Summary", ((PageCell(Decimal("-0.0")),),), (10,))

    assert shows(Grid("Summary", [[0.0]]), page)


def test_without_a_keep_column_nobody_chose_anything() -> None:
    rows = [["What to look at"], ["Keep"]]
    assert tabs.kept(Book((Grid("Checks", rows, mark="checks Checks"),))) == {}


def test_only_rows_in_which_something_was_typed_are_edits_that_were_set_down() -> None:
    grid = Grid(
        KEPT_EDITS,
        [["Tab", "Column", "Typed"], ["Budget", "Amount", 120], ["Budget"], [None, None, 0]],
        mark="kept Kept edits",
    )

    assert [(each.row, dict(each.values)) for each in tabs.set_down(Book((grid,)))] == [
        (1, {"heading": "Amount", "tab": "Budget"}),
        (3, {"heading": "", "tab": ""}),
    ]


def test_a_wiped_value_is_cleared_from_the_edits_that_were_set_down() -> None:
    rows: list[list[Value]] = [
        ["Tab", "Column", "What was typed"],
        ["expenses", " Description ", "Paid to Zq"],
        ["Work-plan", "Lead role", "with Zq's sister"],
        ["Expenses", "Description", "Rent"],
        ["Expenses", "Amount", 12.5],
        ["Budget", "Amount", "12.5"],
        [None, None, None],
    ]
    book = Book((Grid("kept EDITS", rows),))
    expenses = BY_NAME["expenses"]

    def cleared(field: str, values: set[str], texts: list[str]) -> list[tuple[int, int, object]]:
        edits = tabs.without_kept(book, expenses, expenses.column(field), values, texts)
        assert all((cell.tab, cell.value) == ("kept EDITS", None) for cell in edits.cells)
        assert [*edits.frames] == (["kept EDITS"] if edits.cells else [])
        return [(cell.row, cell.column, cell.was) for cell in edits.cells]

    assert cleared("description", {"Paid to Zq"}, ["Zq"]) == [
        (row, column, rows[row][column]) for row in (1, 2) for column in range(3)
    ]
    assert [row for row, *_ in cleared("amount", {"12.5"}, [])] == [4, 4, 4]
    assert cleared("description", {"Something else"}, ["Something else"]) == []
    assert not tabs.without_kept(Book(()), expenses, expenses.column("amount"), {"12.5"}, [])


def test_a_wiped_value_is_cleared_from_the_edits_of_a_workbook_in_another_language() -> None:
    rows: list[list[Value]] = [
        ["Tab", "Column", "What was typed"],
        ["Dépenses", "Montant", 12.5],
        ["Budget", "Montant", 12.5],
        ["Frais du local", "Montant", 12.5],
        ["Expenditure", "Amount", 12.5],
        ["Dépenses", "Mois", 12.5],
    ]
    book = Book((Grid("Kept edits", rows, mark="kept Kept edits"),))
    expenses = BY_NAME["expenses"]

    of_column = tabs.kept_of(book, expenses, expenses.column("amount"))
    edits = tabs.without_kept(book, expenses, expenses.column("amount"), {"12.5"}, [])

    assert [*of_column] == [1, 3, 4]
    assert sorted({cell.row for cell in edits.cells}) == [1, 3, 4]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("removed in sheet", "conflict-removed-here"),
        ("removed in register", "conflict-removed-there"),
        ("protected", "cell-protected"),
        ("both moved", "conflict"),
    ],
)
def test_each_kind_of_conflict_has_its_finding(kind: Any, code: str) -> None:
    fields = () if kind.startswith("removed") else (("amount", "120", "90"),)
    found = tabs.conflict_finding(Conflict(kind, "budget", "B-1", fields))

    assert (found.code, found.table, found.id) == (code, "budget", "B-1")
    assert found.problem
    assert ("90" in found.problem + found.remedy) == bool(fields)


def test_a_page_shows_a_day_as_a_day_and_a_tick_box_is_no_number() -> None:
    page = ToolTab("Summary", ((PageCell(date(2026, 3, 31)), PageCell(Decimal(1))),))

    assert shows(Grid("Summary", [[datetime(2026, 3, 31), 1]]), page)
    assert not shows(Grid("Summary", [[datetime(2026, 3, 30), 1]]), page)
    assert not shows(Grid("Summary", [[datetime(2026, 3, 31), True]]), page)


def test_a_workbook_without_the_tab_of_kept_edits_keeps_nothing() -> None:
    from budgettrack.core.tabs import kept_of

    assert kept_of(Book(()), BY_NAME["expenses"], BY_NAME["expenses"].column("description")) == {}


def test_the_keep_cell_is_known_in_every_language() -> None:
    rows = [
        ("À regarder",),
        ("Où", "Garder", "Clé"),
        ("'Recettes'!A2", "registre", "income/I-1.amount #abc"),
        ("'Recettes'!A3", "hoja", "income/I-2.amount #abc"),
        ("'Recettes'!A4", "peut-être", "income/I-3.amount #abc"),
    ]
    book = Book((Grid("Vérifications", rows, mark="checks Vérifications"),))
    assert tabs.kept(book) == {
        "income/I-1.amount #abc": "register",
        "income/I-2.amount #abc": "sheet",
    }


def test_a_heading_stands_above_its_figures_at_their_side() -> None:
    plan, _ = plan_of(RECORDS, base="EUR")
    looks = {
        cell.value: cell.look
        for row in tabs.summary(plan, totals(plan)[0], "2026-04", date(2026, 4, 10)).rows
        for cell in row
        if "heading" in cell.look
    }

    assert {looks[text] for text in ("Grant", "Line", "State", "Currency")} == {"heading"}
    assert {looks[text] for text in ("Amount", "Variance %", "May come", "Host fee")} == {
        "number heading"
    }


def test_no_word_of_a_heading_is_broken() -> None:
    agreement = {"kind": "host or country partner", "other_party": "Fund", "state": "in force"}
    lot = {"kind": "naloxone", "quantity": "50", "unit": "kits", "received": "2026-03-10"}
    told = {**RECORDS, "agreements": {"AG-1": agreement}, "lots": {"L-1": lot}}
    plan, _ = plan_of(told, base="EUR")
    page = tabs.summary(plan, totals(plan)[0], "2026-03", date(2026, 4, 10))
    headings = [
        (str(cell.value), page.widths[at])
        for row in page.rows
        for at, cell in enumerate(row)
        if cell.look in ("heading", "number heading")
    ]

    assert len(headings) > 30
    # Bold letters are wider than the digits in which a width is counted.
    assert [text for text, width in headings if 1.2 * max(map(len, text.split())) > width] == []
