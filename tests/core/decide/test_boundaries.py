"""Beside every finding that a sync makes of tabs, headings, both sides and reports stands the
nearest sync that makes none.

Each case is a pair of workbooks beside one register: the first is silent, the second one step on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import CODES
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.decide import RegisterState, Settings, decide
from budgettrack.core.figures.profile import Category, Limit, Profile
from budgettrack.core.records.model import Fields, Records
from budgettrack.core.records.tables import KEPT_EDITS, TABLES
from budgettrack.core.views.funder_types import Reported

TESTS = Path(__file__).parents[2]
TODAY = date(2026, 11, 2)

RECORDS: Records = {
    "grants": {
        "G-1": {"funder": "Fund", "title": "Start", "state": "active", "currency": "EUR"}
        | {"start": "2026-01-01", "end": "2027-12-31"}
    },
    "budget": {
        "B-1": {"grant": "G-1", "category": "Rent", "amount": "100", "approved": "100"}
        | {"explanation": "So.", "people_paid": "0"}
    },
    "expenses": {
        "E-1": {"date": "2026-03-01", "budget_line": "B-1", "amount": "95", "state": "paid"}
    },
    "income": {"I-1": {"date": "2026-01-05", "grant": "G-1", "amount": "100"}},
}


def altered(table: str, id_: str, fields: Fields | None, of: Records = RECORDS) -> Records:
    """Records in which one has other fields, or (None) is gone."""
    held = dict(of[table])
    if fields is None:
        del held[id_]
    else:
        held[id_] = {**held.get(id_, {}), **fields}
    return {**of, table: held}


def workbook(records: Records = RECORDS) -> Book:
    """A workbook of records: every tab with every heading that is not optional."""
    grids = []
    for table in TABLES:
        rows = records.get(table.name, {})
        used = {name for fields in rows.values() for name in fields}
        columns = [each for each in table.columns if each in table.in_sheet or each.name in used]
        cells: list[list[Value]] = [[column.heading for column in columns]]
        for id_, fields in rows.items():
            cells.append([{**fields, "id": id_}.get(each.name) or None for each in columns])
        grids.append(Grid(table.tab, cells))
    return Book(tuple(grids), locale="en")


Tab = Callable[[Grid], Grid]


def with_tab(name: str, change: Tab) -> Book:
    """The workbook, one of its tabs changed."""
    grids = [change(grid) if grid.tab == name else grid for grid in workbook().grids]
    return replace(workbook(), grids=tuple(grids))


def with_grid(*more: Grid) -> Book:
    return replace(workbook(), grids=(*workbook().grids, *more))


def without_tab(name: str) -> Book:
    grids = tuple(grid for grid in workbook().grids if grid.tab != name)
    return replace(workbook(), grids=grids)


def heading(was: str, now: str | None) -> Tab:
    """A heading is another, or (None) blank."""

    def change(grid: Grid) -> Grid:
        head = [now if cell == was else cell for cell in grid.rows[0]]
        return replace(grid, rows=[head, *grid.rows[1:]])

    return change


def second(text: str) -> Tab:
    """One heading more, to the right of all others."""
    return lambda grid: replace(grid, rows=[[*grid.rows[0], text], *grid.rows[1:]])


def protected(text: str) -> Tab:
    """The cell under a heading in the first row can be written by nobody but its owner."""
    return lambda grid: replace(grid, protected=frozenset({(1, [*grid.rows[0]].index(text))}))


def kept(*typed: Value) -> Grid:
    """The tab of edits that could not be put back."""
    head: list[Value] = ["Tab", "Column", "What was typed"]
    return Grid(KEPT_EDITS, [head, *(["Budget", "Amount", each] for each in typed)])


@dataclass(frozen=True)
class Beside:
    """Two workbooks, each beside the same register and the same agreed records."""

    code: str
    id_: str
    silent: Book
    told: Book
    register: Records = field(default_factory=lambda: RECORDS)
    agreed: Records = field(default_factory=lambda: RECORDS)
    profile: Profile | None = None
    finals: tuple[Reported, ...] = ()


OURS = Profile(
    id="ours",
    title="Ours",
    source="us",
    category=(Category(name="Rooms", of=("Rent",)),),
    limit=(Limit(measure="budget change", percent=Decimal(10), source="us", verified=True),),
)
WITH_PROFILE = altered("grants", "G-1", {"profile": "ours"})
REVISED = altered("budget", "B-1", {"amount": "110", "revision": "Dearer"}, WITH_PROFILE)
ROOM = altered("budget", "B-1", {"category": "Room"})
PART = {"date": "2026-03-01", "budget_line": "B-1", "amount": "5", "split_of": "E-1"}
SPLIT = altered("expenses", "E-2", PART, altered("expenses", "E-1", {"receipt_total": "100"}))
QUARTER = Reported(date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 5), {}, {"B-1": 9500})


def same(code: str, id_: str, silent: Records, told: Records, **more: object) -> Beside:
    """Workbook, register and agreement are the same on either side of the boundary."""
    return Beside(code, id_, workbook(silent), workbook(told), told, told, **more)  # type: ignore[arg-type]


CASES = [
    Beside("missing-tab", "", with_tab("Rates", lambda grid: replace(grid, tab="rates ")), without_tab("Rates")),
    Beside("duplicate-tab", "", with_grid(Grid("Spending", [["ID"]])), with_grid(Grid("expenses", [["ID"]]))),
    Beside("missing-heading", "", with_tab("Budget", heading("Grant", "grant")), with_tab("Budget", heading("Grant", "Gift"))),
    Beside("missing-column", "", with_tab("Budget", heading("Unit", "UNIT")), with_tab("Budget", heading("Unit", "Units of it"))),
    Beside("duplicate-heading", "", with_tab("Expenses", second("Voucher")), with_tab("Expenses", second("Receipt"))),
    Beside("conflict", "B-1", workbook(ROOM), workbook(altered("budget", "B-1", {"category": "Venue"})), ROOM),
    Beside(
        "conflict-removed-here", "I-1", workbook(), workbook(altered("income", "I-1", None)),
        altered("income", "I-1", {"reference": "x"}),
    ),
    Beside(
        "conflict-removed-there", "I-1", workbook(), workbook(altered("income", "I-1", {"reference": "x"})),
        altered("income", "I-1", None),
    ),
    Beside("cell-protected", "B-1", with_tab("Budget", protected("Unit")), with_tab("Budget", protected("Category")), ROOM),
    Beside("edit-set-down", "1", with_grid(kept()), with_grid(kept("12"))),
    same("profile-unknown", "G-1", WITH_PROFILE, altered("grants", "G-1", {"profile": "theirs"}), profile=OURS),
    same("profile-unknown", "G-1", *(
        altered("grants", "G-1", {"profile": "theirs", "state": state}) for state in ("closed", "closing")
    ), profile=OURS),
    same("not-mapped", "B-1", WITH_PROFILE, altered("budget", "B-1", {"category": "Room"}, WITH_PROFILE), profile=OURS),
    same("reported-changed", "B-1", RECORDS, altered("expenses", "E-1", {"amount": "95.01"}), finals=(QUARTER,)),
    same("reported-changed", "B-1", *(
        altered("expenses", "E-2", {**SPENT, "date": day}) for SPENT in ({"budget_line": "B-1", "amount": "5"},)
        for day in ("2026-04-01", "2026-03-31")
    ), finals=(QUARTER,)),
    same("reported-changed", "B-1", altered("expenses", "E-1", {"amount": "90"}), RECORDS, finals=(
        QUARTER, replace(QUARTER, on=date(2026, 5, 5), lines={"B-1": 9000}),
    )),
    same("revision-without-reason", "B-1", altered("budget", "B-1", {"revision": "So"}, altered("budget", "B-1", {"amount": "100.01"})), altered("budget", "B-1", {"amount": "100.01"})),
    same("revision-beyond-limit", "B-1", REVISED, altered("budget", "B-1", {"amount": "110.01"}, REVISED), profile=OURS),
    same("split-does-not-add-up", "E-1", SPLIT, altered("expenses", "E-2", {"amount": "5.01"}, SPLIT)),
    Beside("currency-missing", "E-1", workbook(altered("expenses", "E-1", {"amount": "95 €"})), workbook(altered("expenses", "E-1", {"amount": "95 $"}))),
]  # fmt: skip
ELSEWHERE = {
    # What was not sent is known from the deliveries: each has its silence in the same test.
    "summary-waits": "test_cycle.py::test_funder_mail_waits_for_the_treasurer_and_goes_when_the_month_is_closed",
    "summary-held-back": "test_cycle.py::test_a_blocking_finding_stops_the_summary_and_tells_the_treasurer",
    "page-held-back": "test_cycle.py::test_the_config_says_what_blocks",
    # What is withdrawn is known from the register.
    "grant-withdrawn": "core/checks/test_withdrawn.py::test_a_withdrawn_grant_that_says_yes_is_told",
    "new-name-withdrawn": "core/checks/test_withdrawn.py::test_a_new_name_is_told_at_its_first_row",
    "story-withdrawn": "core/checks/test_withdrawn.py::test_a_withdrawn_story_that_says_yes_is_told",
    # Pictures are looked at beside the workbook: each has its silence in the same file.
    "story-picture-without-words": "core/checks/test_stories.py::test_a_picture_without_words_is_told",
    **dict.fromkeys(
        (
            "story-picture-missing",
            "story-picture-elsewhere",
            "story-picture-too-large",
            "story-picture-not-readable",
            "pictures-not-installed",
        ),
        "core/checks/test_stories.py::test_a_picture_that_cannot_be_published_is_told_at_its_cell",
    ),
    # Whether the month was confirmed is known from the config.
    "first-month-waits": "core/checks/test_first_month.py::told",
}


def found(case: Beside, book: Book) -> list[tuple[str, str]]:
    """(code, ID) of each finding of a sync."""
    profile = case.profile
    settings = Settings(
        "EUR", "en", TODAY, allow=frozenset({"missing"}),
        profile_of=lambda name: profile if profile and name == profile.id else None,
    )  # fmt: skip
    held = RegisterState(case.register, case.agreed, {}, finals={"G-1": case.finals})
    return [(each.code, each.id) for each in decide(book, held, settings).findings]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_at_its_boundary_nothing_is_found_and_one_step_on_it_is(case: Beside) -> None:
    assert found(case, case.silent) == []
    assert (case.code, case.id_) in found(case, case.told)


OF_A_SYNC = {
    "missing-tab",
    "duplicate-tab",
    "missing-heading",
    "missing-column",
    "duplicate-heading",
    "currency-missing",
    "revision-without-reason",
    "revision-beyond-limit",
    "split-does-not-add-up",
}
"""Of the groups of cells and of money, what neither a cell nor a plan alone can show."""


def test_every_finding_of_a_sync_has_a_silent_case() -> None:
    groups = {name for name, code in CODES.items() if code.group in ("sync", "reports")}

    assert (groups | OF_A_SYNC) - {case.code for case in CASES} == {*ELSEWHERE}
    for code, place in ELSEWHERE.items():
        file, test = place.split("::")
        text = (TESTS / file).read_text("utf-8")
        (body,) = re.findall(rf"(?ms)^def {test}\(.*?(?=^def |^@|\Z)", text)
        assert f'"{code}"' in body
