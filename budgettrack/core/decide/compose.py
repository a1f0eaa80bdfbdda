"""The last step of a decision: collects everything that will be written into the workbook and
the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core import checks_tab, tabs
from budgettrack.core.base import months
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, CellEdit, Edits, Frame, Grid, NewMeaning
from budgettrack.core.base.harm import rank
from budgettrack.core.base.months import Month
from budgettrack.core.cells.headings import lacking, lacking_columns
from budgettrack.core.cells.table_rows import TableRows
from budgettrack.core.checks.host_says import newest_answers
from budgettrack.core.checks_tab import FindingRow, mark_of_cell
from budgettrack.core.counting.handed_on import counted, rows_not_counted
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import books_of
from budgettrack.core.decide.cells import frame_of, new_meanings, table_cells
from budgettrack.core.decide.judge import Judgement
from budgettrack.core.decide.merge import MergedTables
from budgettrack.core.decide.places import Places, places_of
from budgettrack.core.decide.read import Sides
from budgettrack.core.decide.sides import ChangeSet, RegisterState, Settings
from budgettrack.core.own_tabs import placed
from budgettrack.core.records.model import Fields, Records
from budgettrack.core.records.row_names import row_name
from budgettrack.core.records.tables import BY_NAME


def compose(
    book: Book,
    sides: Sides,
    merged: MergedTables,
    judgement: Judgement,
    held: RegisterState,
    settings: Settings,
) -> ChangeSet:
    """Returns everything that one sync does (the ChangeSet). `held` is the content of the
    register."""
    tables = merged.tables
    places = places_of(tables, book)
    checks = _located(judgement, places, held, settings.today)
    return ChangeSet(
        to_sheet=tuple(change for table in tables.values() for change in table.merge.to_sheet),
        to_register=tuple(
            change for table in tables.values() for change in table.merge.to_register
        ),
        given=tuple(_given(sides)),
        renames=tuple((name, old, new) for (name, old), new in sides.renames.items()),
        conflicts=judgement.conflicts,
        findings=checks.findings,
        refused=judgement.refused,
        edits=_edits(book, merged, judgement, places, checks, settings),
        written=tuple(_versions(held.records, merged)),
        agreed=tuple(_agreed(sides, merged, held)),
        totals=judgement.totals,
        plan=judgement.plan,
        first_meeting=not any(held.agreed.values()),
        payees=_payees(sides, merged),
        withdrawn=judgement.withdrawn,
        last_ids=tuple(_last_ids(sides, held)),
        lacking=tuple(_lacking(book, settings)) if _is_ours(settings) else (),
        moved=merged.moved,
        facts=frozenset().union(*_facts(sides)),
        answers=newest_answers(judgement.plan, settings.answers),
    )


def _facts(sides: Sides) -> Iterator[frozenset[bytes]]:
    for table in sides.tables.values():
        if table.sheet:
            yield table.sheet.read.facts


def _given(sides: Sides) -> Iterator[tuple[str, int, str]]:
    """Yields each new ID, with its table and its row number."""
    for name, table in sides.tables.items():
        if table.sheet:
            for number, id_ in table.sheet.identified.given:
                yield name, number, id_


def _last_ids(sides: Sides, held: RegisterState) -> Iterator[str]:
    """Yields the last ID that was given in each table. It is read from the tab. If the tab is
    missing, it is the last ID that was stored with the mark of the workbook."""
    for table in sides.tables.values():
        prefix = table.table.prefix
        if table.sheet and table.sheet.identified.last:
            yield f"{prefix}-{table.sheet.identified.last}"
        elif not table.sheet:
            yield from (id_ for id_ in held.last_ids if id_.partition("-")[0] == prefix)


def _payees(sides: Sides, merged: MergedTables) -> dict[str, str] | None:
    """Returns the keyed hash of the payee of each expense, by the ID of the expense. Returns None
    if payees were not read."""
    sheet = sides.tables["expenses"].sheet
    if sheet is None or not sheet.read.reads_payees:
        return None
    after = merged.after["expenses"]
    return {id_: row.payee for id_, row in sheet.identified.rows.items() if id_ in after}


def _lacking(book: Book, settings: Settings) -> Iterator[str]:
    """Yields the tabs and columns of this version of the program that the workbook does not
    have. A column comes with the name of its tab."""
    yield from (table.tab for table in lacking(book))
    for tab in lacking_columns(book, settings.locale):
        yield from (f"{column.heading} ({tab.table.tab})" for column in tab.columns)


def _is_ours(settings: Settings) -> bool:
    """Whether the workbook has our own layout and may be written."""
    return settings.writes and not settings.shapes


# Findings


class _Checks(Struct, frozen=True):
    """The findings sorted by harm, the worst first, and within a kind of harm in the order of the
    workbook.

    `seals`: the identity of each conflict with its values (see `Conflict.seal`), by the index of
    its finding."""

    findings: tuple[Finding, ...]
    seals: Mapping[int, str]


def _first_seen(finding: Finding, places: Places, held: RegisterState) -> str | None:
    """Returns the day on which a finding was first seen. Returns None if the finding is new.

    If the name of a tab may be the name of a person, the register has the number of the tab in its
    place."""
    hidden = replace(finding, tab=f"#{places.tabs.get(finding.tab, -1) + 1}")
    return held.first_seen.get(finding.identity) or held.first_seen.get(hidden.identity)


def _located(judgement: Judgement, places: Places, held: RegisterState, today: date) -> _Checks:
    sealed = [(finding, "") for finding in judgement.findings]
    sealed += [(tabs.conflict_finding(conflict), conflict.seal) for conflict in judgement.conflicts]
    located = [(places.locate(finding), seal) for finding, seal in sealed]
    located.sort(key=lambda pair: (rank(pair[0]), places.order(pair[0])))
    findings = tuple(
        replace(finding, first_seen=_first_seen(finding, places, held) or today.isoformat())
        for finding, _ in located
    )
    return _Checks(findings, {index: seal for index, (_, seal) in enumerate(located) if seal})


# The workbook


def _edits(
    book: Book,
    merged: MergedTables,
    judgement: Judgement,
    places: Places,
    checks: _Checks,
    settings: Settings,
) -> Edits:
    """Returns the cells to write into the tables, and the tabs *Summary* and *Checks* if their
    content changes.

    Returns no edits if no table of the workbook may be written."""
    cells: list[CellEdit] = []
    meanings: list[NewMeaning] = []
    frames: dict[str, Frame] = {}
    grids = {grid.tab: grid for grid in book.grids}
    for name, table in merged.tables.items():
        sheet = table.sides.sheet
        if sheet and sheet.read.writable:
            grid = grids[sheet.read.tab]
            frames[grid.tab] = frame_of(sheet.read, grid)
            shape = settings.shapes.get(name)
            cells += table_cells(table, sheet, grid, places, shape)
            meanings += new_meanings(sheet.read, grid, shape)
    if not frames:
        return Edits()
    month = months.after(months.month_of(settings.today), -1)
    pages = (
        tabs.summary(
            judgement.plan,
            judgement.totals,
            month,
            settings.today,
            settings.words,
            _rolled(judgement, month, settings),
            rows_not_counted(checks.findings),
            settings.locale,
        ),
        checks_tab.checks(
            checks.findings,
            checks.seals,
            settings.locale,
            settings.words,
            dict(enumerate(_rows_of(checks.findings, places, grids, merged, settings))),
        ),
    )
    stale = tuple(page for made in pages if (page := placed(made, book)))
    return Edits(tuple(cells), stale, None, frames, tuple(meanings), room=places.room)


def _rolled(judgement: Judgement, month: Month, settings: Settings) -> RollUp | None:
    """Returns the money of a host and its groups, with no amount counted twice. Returns None if
    the host hands on no money."""
    if not judgement.plan.given and not settings.told:
        return None
    books = {group: books_of(told) for group, told in settings.told.items()}
    return counted(judgement.plan, judgement.totals, month, books)


def _rows_of(
    findings: Sequence[Finding],
    places: Places,
    grids: Mapping[str, Grid],
    merged: MergedTables,
    settings: Settings,
) -> Iterator[FindingRow]:
    """Yields the row that each finding is about, in words, with the text that identifies the cell
    (see `checks_tab.mark_of_cell`).

    A row that gets its ID in this sync is already named by this ID: people look after the sync, and
    the next sync must find nothing to write."""
    given = {
        (name, number): id_
        for name, table in merged.tables.items()
        if table.sides.sheet
        for number, id_ in table.sides.sheet.identified.given
    }
    for finding in findings:
        read = places.read.get(finding.table)
        own_id = finding.id or given.get((finding.table, finding.row or 0), "")
        shown_id = own_id if read and "id" in read.columns else ""
        fields = merged.after.get(finding.table, {}).get(own_id, {})
        if read and not own_id and finding.row is not None:
            fields = _texts_of_row(read, grids[read.tab], finding)
        name = row_name(finding.table, shown_id, fields, settings.words) if read else ""
        mark = ""
        if read and finding.tab == read.tab and finding.row is not None:
            column = read.columns.get("id", 0) if finding.column is None else finding.column
            heading = grids[read.tab].at(read.heading_row, column)
            mark = mark_of_cell(finding.table, shown_id or f"#{finding.row + 1}", str(heading))
        yield FindingRow(name, mark)


def _texts_of_row(read: TableRows, grid: Grid, finding: Finding) -> Fields:
    """Returns the texts of a row that has no ID, such as a total, as they stand in the workbook.
    The cell that the finding is about is left out."""
    texts = {
        name: grid.at(finding.row or 0, column)
        for name, column in read.columns.items()
        if column != finding.column
    }
    return {name: text for name, text in texts.items() if isinstance(text, str)}


# The register


def _versions(
    before: Records, merged: MergedTables
) -> Iterator[tuple[str, str, Fields | None, str]]:
    """Yields a new version of every record that changed: table, ID, fields, and who changed it.

    The fields are None if the record was removed."""
    for name in BY_NAME:
        old, new = before.get(name, {}), merged.tables[name].after
        derived = merged.derived if name == "deadlines" else frozenset()
        for id_, fields in new.items():
            was = old.get(id_)
            if was is not fields and was != fields:
                ours = id_ in derived or _only_approved(was, fields)
                yield name, id_, fields, "register" if ours else "sheet"
        for id_ in old:
            if id_ not in new:
                yield name, id_, None, "register" if id_ in derived else "sheet"


def _only_approved(old: Fields | None, new: Fields) -> bool:
    """Whether only the approved sum changed. This field is written by the program and not by a
    person."""
    return old is not None and {**old, "approved": ""} == {**new, "approved": ""}


def _agreed(
    sides: Sides, merged: MergedTables, held: RegisterState
) -> Iterator[tuple[str, str, Fields | None]]:
    """Yields the new agreed records, each as a table, an ID and fields. Agreed is what both sides
    have after this sync. The fields are None if both sides no longer have the record."""
    for name, table in merged.tables.items():
        agreed = table.merge.agreed
        for (renamed, old), new in sides.renames.items():
            if renamed == name:
                yield name, old, None
                # Only the ID has changed, so the same agreed record is stored under the new ID.
                if new not in agreed:
                    yield name, new, table.sides.agreed.get(new, {})
        for id_, fields in agreed.items():
            if fields is not None or id_ in held.agreed.get(name, {}):
                yield name, id_, fields
