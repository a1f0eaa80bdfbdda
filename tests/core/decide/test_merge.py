"""The second act: every table merged, with derived deadlines and approved sums."""

from __future__ import annotations

from datetime import date

from budgettrack.core.base.grids import Grid
from budgettrack.core.decide import RegisterState, Settings
from budgettrack.core.decide.merge import MergedTables, merge_tables
from budgettrack.core.decide.read import read_sides
from budgettrack.core.records.tables import Shape
from tests.world.tabs_of_ours import book, tab

TODAY = date(2026, 11, 2)
GRANT = {
    "funder": "Fund",
    "title": "Start",
    "state": "active",
    "currency": "EUR",
    "amount": "1000",
    "start": "2026-01-01",
    "end": "2026-12-31",
}
MAPPED = Shape("Costs", headings={"date": "When", "description": "What", "amount": "EUR"})
COSTS = "When | What | EUR\n2026-03-01 | Rent | 100"


def merged(
    *grids: Grid, held: RegisterState | None = None, settings: Settings | None = None
) -> MergedTables:
    held = held or RegisterState({}, {}, {})
    settings = settings or Settings("EUR", "en", TODAY)
    return merge_tables(read_sides(book(*grids), held, settings), held, settings)


def test_records_follow_the_order_of_the_sheet_and_then_of_the_register() -> None:
    records = {name: {"grant": "G-1", "amount": "1"} for name in ("B-1", "B-2", "B-3")}
    held = RegisterState({"budget": records}, {}, {})

    tables = merged(tab("Budget", "ID | Grant | Amount\nB-3 | G-1 | 1\nB-9 | G-1 | 1"), held=held)

    assert list(tables.after["budget"]) == ["B-3", "B-9", "B-1", "B-2"]


def test_a_table_without_a_tab_keeps_what_the_register_has() -> None:
    held = RegisterState({"grants": {"G-1": GRANT}}, {"grants": {"G-1": GRANT}}, {})

    tables = merged(held=held)

    assert tables.after["grants"] == {"G-1": GRANT}
    assert not tables.tables["grants"].merge.to_register


def test_deadlines_follow_from_the_grants_as_merged_and_are_the_register_s() -> None:
    rhythm = {**GRANT, "report_every": "half-year", "report_within": "30"}
    gone = {"report:G-9:2026-H1": {"what": "Report", "due": "2026-07-30", "derived": "2026-07-30"}}
    held = RegisterState({"grants": {"G-1": rhythm}, "deadlines": gone}, {}, {})

    tables = merged(tab("Deadlines", "ID | What | Due"), held=held)

    added = {id_ for id_ in tables.after["deadlines"] if id_.startswith("report:G-1:")}
    assert added
    assert tables.derived == added | gone.keys()
    assert [change.id for change in tables.tables["deadlines"].merge.to_sheet] == sorted(added)
    assert gone.keys().isdisjoint(tables.after["deadlines"])


def test_a_removed_deadline_stays_removed() -> None:
    rhythm = {**GRANT, "report_every": "year"}
    removed = {
        "deadlines": set(merged(held=RegisterState({"grants": {"G-1": rhythm}}, {}, {})).derived)
    }

    tables = merged(held=RegisterState({"grants": {"G-1": rhythm}}, {}, removed))

    assert removed["deadlines"]
    assert not tables.derived


def test_the_budget_of_an_active_grant_is_approved_as_it_stands() -> None:
    held = RegisterState(
        {"grants": {"G-1": GRANT}, "budget": {"B-1": {"grant": "G-1", "amount": "70"}}}, {}, {}
    )

    assert merged(held=held).after["budget"]["B-1"]["approved"] == "70"


def test_a_mapped_table_that_is_only_read_is_right_and_is_told_nothing() -> None:
    settings = Settings("EUR", "en", TODAY, {"expenses": MAPPED}, winner="register")
    first = merged(tab("Costs", COSTS), settings=settings)
    (id_,) = first.after["expenses"]
    theirs = {
        id_: {**first.after["expenses"][id_], "amount": "7"},
        "E-5": {"amount": "9", "date": "2026-04-01"},
    }
    held = RegisterState({"expenses": theirs}, {"expenses": first.after["expenses"]}, {})

    tables = merged(tab("Costs", COSTS), held=held, settings=settings)

    merge = tables.tables["expenses"].merge
    assert merge.to_sheet == []
    assert merge.agreed == {}
    assert tables.after["expenses"]["E-5"] == theirs["E-5"]


def test_the_sign_of_a_mapped_amount_speaks_of_its_state() -> None:
    settings = Settings("EUR", "en", TODAY, {"expenses": MAPPED})
    tables = merged(tab("Costs", f"{COSTS}\n2026-03-05 | Returned chairs | -20"), settings=settings)

    states = [record.get("state") for record in tables.after["expenses"].values()]
    assert states == [None, "refunded"]


def test_constants_of_a_mapped_table_are_known_to_it() -> None:
    shape = Shape("Costs", headings=MAPPED.headings, constant={"currency": "EUR"}, write=True)
    settings = Settings("EUR", "en", TODAY, {"expenses": shape})
    (id_,) = merged(tab("Costs", COSTS), settings=settings).after["expenses"]
    base = {"date": "2026-03-01", "description": "Rent", "amount": "100", "currency": "EUR"}
    held = RegisterState(
        {"expenses": {id_: {**base, "currency": "USD"}}}, {"expenses": {id_: base}}, {}
    )

    tables = merged(tab("Costs", COSTS), held=held, settings=settings)

    assert [change.fields for change in tables.tables["expenses"].merge.to_sheet] == [
        (("currency", "EUR", "USD"),)
    ]


def test_cells_with_formulas_and_protected_cells_are_the_people_s() -> None:
    base = {"grant": "G-1", "category": "Rent", "amount": "100"}
    held = RegisterState(
        {"budget": {"B-1": {**base, "amount": "120", "category": "Office"}}},
        {"budget": {"B-1": base}},
        {},
    )
    budget = tab(
        "Budget",
        "ID | Grant | Category | Amount\nB-1 | G-1 | Rent | 100",
        formulas={(1, 3): "=50*2", (9, 3): "=1"},
        protected=frozenset({(1, 2), (9, 2)}),
    )

    conflicts = merged(budget, held=held).tables["budget"].merge.conflicts

    assert [(conflict.kind, conflict.fields[0][0]) for conflict in conflicts] == [
        ("protected", "category"),
        ("formula", "amount"),
    ]


def test_a_deadline_that_was_ticked_off_in_the_sheet_has_the_next_one_in_the_same_sync() -> None:
    row = {"what": "Meet", "due": "2026-10-13", "repeats": "month", "repeats_until": "2027-03-31"}
    held = RegisterState({"deadlines": {"D-1": row}}, {"deadlines": {"D-1": row}}, {})
    sheet = tab(
        "Deadlines",
        "ID | What | Due | Repeats | Repeats until | Done on\n"
        "D-1 | Meet | 2026-10-13 | month | 2027-03-31 | 2026-10-13",
    )

    tables = merged(sheet, held=held)

    assert tables.after["deadlines"]["D-1:2026-11-13"] == {**row, "due": "2026-11-13"}
    assert tables.derived == {"D-1:2026-11-13"}
    assert [change.id for change in tables.tables["deadlines"].merge.to_sheet] == ["D-1:2026-11-13"]
