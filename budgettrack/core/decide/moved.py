"""Moves the indicators of an older workbook from the work-plan into the tab *Indicators*.

An older workbook has one indicator for each activity, in three columns of the activity's row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from budgettrack.core.decide.read import TableSides
from budgettrack.core.merge.merge import Change, Conflict, Merge
from budgettrack.core.records.model import Fields
from budgettrack.core.records.references import References
from budgettrack.core.records.tables import MOVED_TO_INDICATORS

TheirRows = Mapping[str, Fields]
"""The rows of the work-plan that still have an indicator, by ID."""


def rows_to_move(
    work: TableSides,
    activities: Mapping[str, Fields],
    unsettled: Iterable[Conflict],
    indicators: TableSides,
) -> TheirRows:
    """Returns the rows of the work-plan whose indicator can be moved. `activities` are the merged
    rows, and `unsettled` their conflicts.

    Nothing is moved if there is no tab *Indicators* that can be written. A row stays as it is if
    one of its cells cannot be cleared, or if the tab already has an indicator of that activity. In
    these cases a finding asks a person."""
    if work.sheet is None or indicators.sheet is None:
        return {}
    if not (work.sheet.read.writable and indicators.sheet.read.writable):
        return {}
    fixed = {*_fixed(work), *(conflict.id for conflict in unsettled)}
    counted = set(_counted(activities, indicators))
    rows = {}
    for id_, fields in activities.items():
        # The program may have been killed after it cleared the cells of an indicator.
        # If the program was killed there, only the register still has the indicator.
        both = {**_of_old(work.register.get(id_, {})), **_of_old(fields)}
        if both and id_ not in fixed | counted:
            rows[id_] = both
    return rows


def _of_old(fields: Fields) -> Fields:
    return {name: fields[name] for name in MOVED_TO_INDICATORS if fields.get(name)}


def _fixed(work: TableSides) -> Iterator[str]:
    """Yields the rows whose old cell has a formula, is protected, or cannot be read."""
    assert work.sheet
    read = work.sheet.read
    for id_, row in work.sheet.identified.rows.items():
        cells = {(row.number, name) for name in MOVED_TO_INDICATORS}
        if not cells.isdisjoint({*read.formulas, *read.protected}):
            yield id_
        if not row.unreadable.isdisjoint(MOVED_TO_INDICATORS):
            yield id_


def _counted(activities: Mapping[str, Fields], indicators: TableSides) -> Iterator[str]:
    """Yields the activities that already have an indicator in the tab."""
    assert indicators.sheet
    references = References({"work_plan": activities})
    typed = [row.fields for row in indicators.sheet.identified.rows.values()]
    for fields in (*typed, *indicators.register.values()):
        yield references.find("work_plan", fields.get("activity", ""))


def with_indicators(
    indicators: TableSides, rows: TheirRows, activities: Mapping[str, Fields]
) -> TableSides:
    """Returns the indicators with a new row for each one that is moved. The merge treats it as
    an edit of the register and writes it into the tab."""
    assert indicators.sheet
    last = indicators.sheet.identified.last
    new = {}
    for number, (id_, old) in enumerate(rows.items(), last + 1):
        # If the number has no name, it gets the name of the activity.
        words = old.get("indicator") or activities[id_].get("activity") or id_
        new[f"N-{number}"] = {"activity": id_, **old, "indicator": words}
    return replace(indicators, register={**indicators.register, **new})


def cleared(merged: Merge, rows: TheirRows, work: TableSides) -> Merge:
    """Returns the merge of the work-plan. The old cells of the moved indicators are cleared in
    it."""
    assert work.sheet
    typed = work.sheet.identified.rows
    changes = [
        Change("alter", work.table.name, id_, tuple((name, text, "") for name, text in now.items()))
        for id_ in rows
        if id_ in typed and (now := _of_old(typed[id_].fields))
    ]
    agreed = {
        id_: _without_old(fields) if fields is not None and id_ in rows else fields
        for id_, fields in merged.agreed.items()
    }
    return replace(merged, to_sheet=[*merged.to_sheet, *changes], agreed=agreed)


def _without_old(fields: Fields) -> Fields:
    return {name: text for name, text in fields.items() if name not in MOVED_TO_INDICATORS}


def without_moved(activities: Mapping[str, Fields], rows: TheirRows) -> dict[str, Fields]:
    """Returns the rows of the work-plan. The indicators that were moved are left out of them."""
    return {
        id_: _without_old(fields) if id_ in rows else fields for id_, fields in activities.items()
    }
