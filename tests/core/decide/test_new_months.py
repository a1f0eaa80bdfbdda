"""The number of a month that was typed at the prompt gets a column, if the tab has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from budgettrack.core.base.grids import Grid
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Shape
from tests.world.tabs_of_ours import book, tab, written

HEAD = "ID | Activity | Indicator | Unit"
KITS = {"activity": "A-1", "indicator": "Kits", "unit": "kits"}
WORK = tab("Work-plan", "ID | Activity\nA-1 | Outreach")
Rows = Mapping[str, Fields]


def decided(
    grid: Grid, register: Rows, agreed: Rows, settings: Settings | None = None
) -> ChangeSet:
    work = {"A-1": {"activity": "Outreach"}}
    held = RegisterState(
        {"work_plan": work, "indicators": register}, {"work_plan": work, "indicators": agreed}, {}
    )
    return decide(book(WORK, grid), held, settings or Settings("EUR", "en", date(2026, 11, 2)))


def cells(changes: ChangeSet) -> dict[str, object]:
    """The cells that are written into the tab *Indicators*."""
    edits = tuple(edit for edit in changes.edits.cells if edit.tab == "Indicators")
    return dict(written(edits))


ONE = tab("Indicators", f"{HEAD} | 2026-03\nN-1 | A-1 | Kits | kits | 5 | ours")
AGREED = {"N-1": {**KITS, "2026-03": "5"}}


def test_new_months_get_columns_right_of_everything_in_their_order() -> None:
    """The last cell of the tab is somebody's own, in column F."""
    register = {"N-1": {**KITS, "2026-03": "6", "2026-05": "9", "2026-04": "7"}}

    changes = decided(ONE, register, AGREED)

    assert cells(changes) == {
        "Indicators!E2": Decimal(6),
        "Indicators!G1": "2026-04",
        "Indicators!G2": Decimal(7),
        "Indicators!H1": "2026-05",
        "Indicators!H2": Decimal(9),
    }
    assert changes.edits.frames["Indicators"].columns == (0, 1, 2, 3, 4)
    agreed = {id_: fields for name, id_, fields in changes.agreed if name == "indicators"}
    assert agreed["N-1"] == register["N-1"]


def test_a_new_record_with_a_month_is_written_whole() -> None:
    grid = tab("Indicators", f"{HEAD}\nN-1 | A-1 | Kits | kits")
    register = {"N-1": KITS, "N-2": {**KITS, "indicator": "Cups", "2026-04": "7"}}

    assert cells(decided(grid, register, {"N-1": KITS})) == {
        "Indicators!A3": "N-2",
        "Indicators!B3": "A-1",
        "Indicators!C3": "Cups",
        "Indicators!D3": "kits",
        "Indicators!E1": "2026-04",
        "Indicators!E3": Decimal(7),
    }


def test_a_column_that_people_deleted_stays_deleted_until_a_number_of_its_month_changes() -> None:
    """When it comes back, it has all numbers of the month, and no number is lost by it."""
    grid = tab("Indicators", f"{HEAD}\nN-1 | A-1 | Kits | kits\nN-2 | A-1 | Cups | cups")
    cups = {**KITS, "indicator": "Cups", "unit": "cups"}
    both = {"N-1": {**KITS, "2026-03": "5"}, "N-2": {**cups, "2026-03": "8"}}

    assert cells(decided(grid, both, both)) == {}
    changed = decided(grid, {**both, "N-1": {**KITS, "2026-03": "6"}}, both)

    assert cells(changed) == {
        "Indicators!E1": "2026-03",
        "Indicators!E2": Decimal(6),
        "Indicators!E3": Decimal(8),
    }
    assert [change for change in changed.to_register if change.table == "indicators"] == []
    assert changed.conflicts == ()
    # A number that was cleared at the prompt needs no column.
    assert cells(decided(grid, {"N-1": KITS, "N-2": both["N-2"]}, both)) == {}


def test_a_row_that_people_removed_needs_no_column() -> None:
    grid = tab("Indicators", f"{HEAD}\nN-2 | A-1 | Cups | cups")
    cups = {**KITS, "indicator": "Cups", "unit": "cups"}
    agreed = {"N-1": {**KITS, "2026-03": "5"}, "N-2": cups}

    changes = decided(grid, {**agreed, "N-1": {**KITS, "2026-03": "6"}}, agreed)

    assert cells(changes) == {}
    assert [conflict.kind for conflict in changes.conflicts] == ["removed in sheet"]


def test_a_removed_row_stays_removed_if_another_row_gets_a_column() -> None:
    grid = tab("Indicators", f"{HEAD}\nN-2 | A-1 | Cups | cups")
    cups = {**KITS, "indicator": "Cups", "unit": "cups"}
    agreed = {"N-1": {**KITS, "2026-03": "5"}, "N-2": cups}

    changes = decided(grid, {**agreed, "N-2": {**cups, "2026-03": "6"}}, agreed)

    assert cells(changes) == {"Indicators!E1": "2026-03", "Indicators!E2": Decimal(6)}
    assert changes.conflicts == ()
    assert [change.kind for change in changes.to_register] == ["remove"]


TWICE = tab("Indicators", f"{HEAD} | 2026-04 | Apr 2026\nN-1 | A-1 | Kits | kits | |")
BARE = tab("Indicators", f"{HEAD}\nN-1 | A-1 | Kits | kits")
ENGLISH = Settings("EUR", "en", date(2026, 11, 2))
MAPPED = Shape(
    "Indicators",
    headings={"id": "ID", "activity": "Activity", "indicator": "Indicator", "unit": "Unit"},
    write=True,
)


@pytest.mark.parametrize(
    ("grid", "settings"),
    [
        (TWICE, ENGLISH),
        (BARE, replace(ENGLISH, writes=False)),
        (BARE, replace(ENGLISH, shapes={"indicators": MAPPED})),
    ],
    ids=["two columns already", "only read", "mapped"],
)
def test_no_column_is_added_where_it_would_not_help_or_is_not_ours(
    grid: Grid, settings: Settings
) -> None:
    register = {"N-1": {**KITS, "2026-04": "7"}}

    assert cells(decided(BARE, register, {"N-1": KITS})) != {}
    assert cells(decided(grid, register, {"N-1": KITS}, settings)) == {}
