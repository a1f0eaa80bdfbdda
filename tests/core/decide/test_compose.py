"""The last act: cells, tabs and versions, from what was merged and judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from budgettrack.core.base.grids import Frame, Grid, Value
from budgettrack.core.base.harm import rank
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.own_tabs import mark_of
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import CHECKS, HOST_TABLES, SUMMARY, Shape
from budgettrack.core.sealing.contributors import payee_hash
from budgettrack.core.tabs import HANDED_ON
from tests.world.host_plan import told_grant, with_rows
from tests.world.tabs_of_ours import book, tab, written

TODAY = date(2026, 11, 2)
KEY = bytes(range(32))
HEADINGS = "ID | Grant | Category | Amount"
LINE = {"grant": "G-1", "category": "Rent", "amount": "100"}
GRANT = {
    "funder": "Fund",
    "title": "Start",
    "state": "active",
    "currency": "EUR",
    "amount": "1000",
    "start": "2026-01-01",
    "end": "2026-12-31",
}
MAPPED = Shape(
    "Costs",
    headings={"date": "When", "description": "What", "amount": "EUR"},
    where={"Group": "ours"},
    write=True,
)
COSTS = "When | What | EUR | Group\n2026-03-01 | Rent | 100 | ours"


def decided(
    *grids: Grid,
    register: Mapping[str, Mapping[str, Fields]] | None = None,
    agreed: Mapping[str, Mapping[str, Fields]] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    first_seen: Mapping[tuple[str, str, str, str], str] | None = None,
) -> ChangeSet:
    held = RegisterState(register or {}, agreed or {}, {}, first_seen=first_seen or {})
    return decide(book(*grids), held, Settings("EUR", "en", TODAY, shapes or {}))


# The workbook


def test_new_ids_and_the_register_s_changes_are_written_into_their_cells() -> None:
    budget = tab(
        "Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 100\nB-2 | G-1 | Tea | 5\n | G-1 | Ink | 7"
    )
    agreed = {"B-1": LINE, "B-2": {"grant": "G-1", "category": "Tea", "amount": "5"}}
    register = {"B-1": {**LINE, "amount": "120.5"}, "B-8": {"grant": "G-1", "amount": "9"}}

    changes = decided(budget, register={"budget": register}, agreed={"budget": agreed})

    assert written(changes.edits.cells) == {
        "Budget!A4": "B-9",
        "Budget!D2": Decimal("120.5"),
        "Budget!A3": None,
        "Budget!B3": None,
        "Budget!C3": None,
        "Budget!D3": None,
        "Budget!A5": "B-8",
        "Budget!B5": "G-1",
        "Budget!D5": Decimal(9),
    }
    assert changes.given == (("budget", 3, "B-9"),)
    assert changes.edits.frames["Budget"] == Frame(0, 0, (0, 1, 2, 3))


def test_the_last_ids_of_all_tables_go_into_the_mark_of_the_workbook() -> None:
    """Also one that only the mark knows, because the register was put back, or a tab is missing."""
    budget = tab("Budget", f"{HEADINGS}\nB-3 | G-1 | Rent | 100\n | G-1 | Ink | 7")
    held = RegisterState({}, {}, {"budget": {"B-5"}}, last_ids=("B-7", "E-9"))

    changes = decide(book(budget), held, Settings("EUR", "en", TODAY))

    assert changes.given == (("budget", 2, "B-8"),)
    assert changes.last_ids == ("B-8", "E-9")


def test_a_new_row_stands_below_everything_where_notes_follow_the_table() -> None:
    notes: list[list[Value]] = [["B-1", "G-1", "Rent", 100], [], [None, None, None, None, "a note"]]
    headings: list[Value] = [*HEADINGS.split(" | ")]
    grid = Grid("Budget", [headings, *notes])
    new = {name: {"grant": "G-1", "amount": "9"} for name in ("B-2", "B-3")}

    changes = decided(grid, register={"budget": {"B-1": LINE, **new}})

    rows = {edit.value: edit.row for edit in changes.edits.cells if edit.kind == "id"}
    assert rows == {"B-2": 2, "B-3": 4}


def test_the_summary_of_a_host_has_what_its_groups_told() -> None:
    told = {"GR-1": HostStatement(1, "2026-10", False, (told_grant(),))}
    settings = Settings("EUR", "en", TODAY, tables=HOST_TABLES, told=told)
    rows = with_rows()
    groups = tab("Groups", "Code | Name\nGR-1 | Harbour circle")

    changes = decide(book(groups), RegisterState(rows, rows, {}), settings)

    (summary,) = (page for page in changes.edits.pages if page.kind == "summary")
    cells = [[cell.value for cell in row] for row in summary.rows]
    at = cells.index([HANDED_ON])
    assert [row[:2] for row in cells[at + 2 : at + 4]] == [["G-1", ""], ["", "GR-1"]]
    # A host without sub-grants and statements has no such table.
    plain = decided(tab("Budget", HEADINGS))
    (summary,) = (page for page in plain.edits.pages if page.kind == "summary")
    assert [HANDED_ON] not in [[cell.value for cell in row] for row in summary.rows]


def test_an_approved_sum_is_written_where_the_cell_is_the_tool_s() -> None:
    lines = {"B-1": "100", "B-2": "5", "B-3": "7", "B-4": "8"}
    budget = tab(
        "Budget",
        "ID | Grant | Amount | Note | Approved\n"
        + "\n".join(f"{id_} | G-1 | {amount}" for id_, amount in lines.items())
        + " | | 8\nB-5 | | 9",
        protected=frozenset({(2, 4)}),
        formulas={(3, 4): "=C4"},
    )
    records = {
        id_: {"grant": "G-1", "amount": amount, "approved": amount} for id_, amount in lines.items()
    }

    cells = written(decided(budget, register={"budget": records}).edits.cells)

    assert cells == {"Budget!E2": Decimal(100)}


def test_a_table_with_a_key_has_no_id_to_write() -> None:
    rates = tab("Rates", "Month | Currency | Rate\n2026-01 | USD | 1.1")
    register = {"2026-02 USD": {"month": "2026-02", "currency": "USD", "rate": "1.2"}}

    changes = decided(rates, register={"rates": register})

    assert written(changes.edits.cells) == {
        "Rates!A3": "2026-02",
        "Rates!B3": "USD",
        "Rates!C3": Decimal("1.2"),
    }


def test_a_new_row_of_a_mapped_table_says_what_makes_it_one_that_is_meant() -> None:
    record = {"date": "2026-04-01", "description": "Tea", "amount": "5", "state": "paid"}

    changes = decided(
        tab("Costs", COSTS), register={"expenses": {"E-9": record}}, shapes={"expenses": MAPPED}
    )

    assert written(changes.edits.cells) == {
        "Costs!D3": "ours",
        "Costs!A3": date(2026, 4, 1),
        "Costs!B3": "Tea",
        "Costs!C3": Decimal(5),
    }


def test_a_refund_is_written_by_the_sign_of_its_amount() -> None:
    grid, shapes = tab("Costs", COSTS), {"expenses": MAPPED}
    plan = decided(grid, shapes=shapes).plan
    assert plan is not None
    ((id_, paid),) = plan.expenses.items()
    record = {"date": "2026-03-01", "description": "Rent", "amount": "100"}
    register = {"expenses": {id_: {**record, "state": "refunded"}}}

    changes = decided(grid, register=register, agreed={"expenses": {id_: record}}, shapes=shapes)

    assert paid.amount == 10_000
    assert written(changes.edits.cells) == {"Costs!C2": Decimal(-100)}


def test_a_column_of_opposite_sign_is_written_so() -> None:
    shape = Shape(
        "Costs", headings=MAPPED.headings, where=MAPPED.where, turned=("amount",), write=True
    )
    grid = tab("Costs", "When | What | EUR | Group\n2026-03-01 | Rent | -100 | ours")
    record = {"date": "2026-04-01", "description": "Tea", "amount": "5"}

    changes = decided(grid, register={"expenses": {"E-9": record}}, shapes={"expenses": shape})

    assert written(changes.edits.cells)["Costs!C3"] == Decimal(-5)


def test_in_a_workbook_that_is_only_read_nothing_is_written() -> None:
    shape = Shape("Costs", headings=MAPPED.headings)

    changes = decided(tab("Costs", COSTS), shapes={"expenses": shape})

    assert not changes.edits
    assert [name for name, *_ in changes.written] == ["expenses"]


def test_the_tabs_of_the_tool_are_written_only_where_they_say_something_else() -> None:
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 100")
    first = decided(budget)

    shown = [
        Grid(
            page.tab,
            [[cell.value for cell in row] for row in page.rows],  # type: ignore[misc]
            mark=mark_of(page.kind, page.tab),
        )
        for page in first.edits.pages
    ]

    assert [page.tab for page in first.edits.pages] == [SUMMARY, CHECKS]
    assert decided(budget, *shown).edits.pages == ()


# Findings


def test_findings_have_their_cell_and_stand_by_harm_and_then_as_in_the_workbook() -> None:
    grants = tab(
        "Grants",
        "ID | Funder | Title | State | Currency | Amount | Start | End\n"
        "G-1 | Fund | Start | active | EUR | 100 | 2026-01-01 | 2026-12-31",
    )
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-9 | Rent | 100\nB-2 | G-1 | Rent | ten")

    findings = decided(budget, grants).findings

    harms = list(map(rank, findings))
    assert harms == sorted(harms)
    places = [
        (finding.row or -1, finding.column or -1)
        for finding in findings
        if finding.tab == "Budget" and finding.severity == "error"
    ]
    assert {"'Budget'!B2", "'Budget'!D3"} <= {finding.place for finding in findings}
    assert places == sorted(places)


def test_a_finding_keeps_the_day_on_which_it_was_first_seen() -> None:
    budget = tab("Budget", f"{HEADINGS}\nB-2 | G-1 | Rent | ten")
    (before,) = [each for each in decided(budget).findings if each.code == "amount-not-a-number"]

    (after,) = [
        each
        for each in decided(budget, first_seen={before.identity: "2026-01-31"}).findings
        if each.code == "amount-not-a-number"
    ]

    assert (before.first_seen, after.first_seen) == ("2026-11-02", "2026-01-31")


def test_without_a_column_of_ids_another_row_is_told_by_its_place() -> None:
    twice = "2026-03-01 | Rent | 100 | ours"
    grid = tab("Costs", f"{COSTS}\n{twice}\n2026-03-02 | Tea | 3 | ours")

    findings = decided(grid, shapes={"expenses": MAPPED}).findings

    (double,) = [each for each in findings if each.code == "possible-duplicate"]
    assert dict(double.values)["other"] == "'Costs'!2"


def test_a_conflict_has_its_keep_cell_and_its_seal() -> None:
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 130")
    register = {"B-1": {**LINE, "amount": "120"}}

    changes = decided(budget, register={"budget": register}, agreed={"budget": {"B-1": LINE}})

    (conflict,) = changes.conflicts
    (checks,) = [page for page in changes.edits.pages if page.tab == CHECKS]
    texts = {cell.value for row in checks.rows for cell in row}
    assert conflict.seal in texts
    assert changes.edits.cells == ()


def test_a_row_without_an_id_is_named_by_its_words_in_checks() -> None:
    budget = tab(
        "Budget",
        "ID | Grant | Category | Description | Amount\n"
        "B-1 | G-1 | Rent | Room | 100\n"
        "B<2> | G-1 | Rent | Store | 5\n"
        " | | | Subtotal | 999",
    )

    (checks,) = [page for page in decided(budget).edits.pages if page.tab == CHECKS]

    named = {row[0].value: row[1].value for row in checks.rows if len(row) > 3}
    assert (named["'Budget'!A3"], named["'Budget'!E4"]) == ("Store", "Subtotal")


# The register


def test_versions_say_what_changed_and_which_side_changed_it() -> None:
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 100\nB-2 | G-1 | Tea | 5")
    grant = {**GRANT, "report_every": "year"}
    gone = {"grant": "G-1", "amount": "1"}
    agreed = {"budget": {"B-1": LINE, "B-3": gone}, "grants": {"G-1": grant}}
    stale = {"report:G-9:2025": {"what": "Report", "due": "2026-01-30", "derived": "2026-01-30"}}
    register = {**agreed, "deadlines": stale}

    changes = decided(budget, register=register, agreed=agreed)

    by = {(table, id_): (fields is None, who) for table, id_, fields, who in changes.written}
    derived = {key for key in by if key[1].startswith("report:G-1")}
    assert derived
    assert by == {
        ("budget", "B-1"): (False, "register"),  # its sum became approved, nothing else
        ("budget", "B-2"): (False, "sheet"),
        ("budget", "B-3"): (True, "sheet"),
        ("deadlines", "report:G-9:2025"): (True, "register"),
    } | dict.fromkeys(derived, (False, "register"))


def test_what_is_agreed_moves_along_with_a_renamed_row() -> None:
    register = agreed = {"budget": {"B-1": LINE, "B-2": {"grant": "G-1", "amount": "5"}}}
    same = tab("Budget", f"{HEADINGS}\nB-9 | G-1 | Rent | 100\nB-2 | G-1 | | 5")

    changes = decided(same, register=register, agreed=agreed)

    assert changes.renames == (("budget", "B-1", "B-9"),)
    assert [row for row in changes.agreed if row[0] == "budget"] == [
        ("budget", "B-1", None),
        ("budget", "B-9", LINE),
    ]


def test_a_renamed_row_whose_register_moved_is_agreed_anew() -> None:
    agreed = {"budget": {"B-1": LINE}}
    register = {"budget": {"B-1": {**LINE, "amount": "120"}}}
    grid = tab("Budget", f"{HEADINGS}\nB-9 | G-1 | Rent | 100")

    changes = decided(grid, register=register, agreed=agreed)

    assert [row for row in changes.agreed if row[0] == "budget"] == [
        ("budget", "B-1", None),
        ("budget", "B-9", {**LINE, "amount": "120"}),
    ]


def test_of_a_renamed_row_that_the_register_removed_nothing_is_agreed() -> None:
    grid = tab("Budget", f"{HEADINGS}\nB-9 | G-1 | Rent | 100")

    changes = decided(grid, agreed={"budget": {"B-1": LINE}})

    assert [change.kind for change in changes.to_sheet] == ["remove"]
    assert changes.agreed == (("budget", "B-1", None),)


def test_what_nobody_has_any_more_is_agreed_no_longer() -> None:
    budget = tab("Budget", HEADINGS)

    changes = decided(budget, agreed={"budget": {"B-1": LINE}})

    assert changes.agreed == (("budget", "B-1", None),)


def test_an_unchanged_group_changes_nothing() -> None:
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 100")
    sides = {"budget": {"B-1": LINE}}

    changes = decided(budget, register=sides, agreed=sides)

    assert (changes.to_sheet, changes.to_register, changes.written) == ((), (), ())
    assert changes.agreed == ()
    assert not changes.first_meeting


def test_payees_go_to_the_register_as_hashes_of_the_rows_that_stay() -> None:
    spent = (
        "E-1 | 2026-03-01 | 5 | Printer\nE-2 | 2026-03-01 | 6 | Landlord\nE-3 | 2026-03-01 | 7 |"
    )
    known = {
        id_: {"date": "2026-03-01", "amount": amount}
        for id_, amount in (("E-1", "5"), ("E-2", "6"), ("E-3", "7"))
    }
    there = book(tab("Expenses", f"ID | Date | Amount | Payee\n{spent}"))
    # The register removed E-2, and the sheet did not change it.
    register = {"expenses": {id_: known[id_] for id_ in ("E-1", "E-3")}}
    held = RegisterState(register, {"expenses": known}, {})

    payees = decide(there, held, Settings("EUR", "en", TODAY, key=KEY)).payees
    assert payees == {"E-1": payee_hash(KEY, "Printer"), "E-3": ""}
    assert decide(there, held, Settings("EUR", "en", TODAY)).payees is None
    nothing = book(tab("Grants", "ID | Funder"))
    assert decide(nothing, held, Settings("EUR", "en", TODAY, key=KEY)).payees is None
