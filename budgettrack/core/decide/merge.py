"""The second step of a decision: merges every table, together with the deadlines and approved
sums that follow from the grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.counting.handed_on import ticked_off
from budgettrack.core.decide.moved import cleared, rows_to_move, with_indicators, without_moved
from budgettrack.core.decide.read import SheetTable, Sides, TableSides
from budgettrack.core.decide.sides import RegisterState, Settings
from budgettrack.core.figures.deadlines import derived, merge_derived
from budgettrack.core.figures.repeats import following
from budgettrack.core.figures.revisions import approvals
from budgettrack.core.merge.identity import Identified
from budgettrack.core.merge.merge import Merge, SheetSide, Side, applied, merge
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import DEADLINES, Shape, Table


class MergedTable(Struct, frozen=True):
    """One table after the merge: the changes for each side, and in `after` the merged records in
    the order of the workbook."""

    sides: TableSides
    merge: Merge
    after: Mapping[str, Fields]


class MergedTables(Struct, frozen=True):
    """All tables after the merge.

    `derived`: the IDs of deadlines that the program itself changed. `moved`: how many indicators
    were moved out of the work-plan."""

    tables: Mapping[str, MergedTable]
    derived: Set[str]
    moved: int = 0

    @property
    def after(self) -> dict[str, Mapping[str, Fields]]:
        """The merged records of every table."""
        return {name: merged.after for name, merged in self.tables.items()}


def merge_tables(sides: Sides, held: RegisterState, settings: Settings) -> MergedTables:
    """Merges every table. Deadlines come last, because they depend on the merged grants."""
    tables = {
        name: _merged(table, sides.keep, held, settings)
        for name, table in sides.tables.items()
        if table.table is not DEADLINES
    }
    moved = _move_indicators(tables, sides, held, settings)
    deadlines, derived_ids = _with_derived(sides.tables["deadlines"], tables, held, settings)
    tables["deadlines"] = _merged(deadlines, sides.keep, held, settings)
    # Only after the merge is it known which deadlines were marked as done, on either side.
    next_ones = following(tables["deadlines"].after, frozenset(held.removed.get("deadlines", ())))
    if next_ones:
        more = replace(deadlines, register={**deadlines.register, **next_ones})
        tables["deadlines"] = _merged(more, sides.keep, held, settings)
        derived_ids = derived_ids | next_ones.keys()
    tables["budget"] = _with_approvals(tables["budget"], tables["grants"].after)
    return MergedTables({name: tables[name] for name in sides.tables}, derived_ids, moved)


def _move_indicators(
    tables: dict[str, MergedTable], sides: Sides, held: RegisterState, settings: Settings
) -> int:
    """Moves indicators that an older workbook has in the work-plan into the tab *Indicators*.
    Returns how many."""
    work, indicators = tables["work_plan"], sides.tables["indicators"]
    rows = rows_to_move(work.sides, work.after, work.merge.conflicts, indicators)
    if rows:
        more = with_indicators(indicators, rows, work.after)
        tables["indicators"] = _merged(more, sides.keep, held, settings)
        merged = cleared(work.merge, rows, work.sides)
        tables["work_plan"] = replace(work, merge=merged, after=without_moved(work.after, rows))
    return len(rows)


def _merged(
    sides: TableSides, keep: Mapping[str, Side], held: RegisterState, settings: Settings
) -> MergedTable:
    """Merges one table. If the table is only read, the sheet always wins."""
    if sides.sheet is None:
        return MergedTable(sides, Merge(), sides.register)
    writable = sides.sheet.read.writable
    # The workbook may have been restored from an older copy.
    # In an older copy, no side wins by the config: the copy could win with an old value.
    winner = None if held.is_put_back else settings.winner
    merged = merge(
        sides.table,
        sides.agreed,
        sides.register,
        _sheet_side(sides.table, sides.sheet, settings.shapes.get(sides.table.name)),
        keep=keep,
        winner=winner if writable else "sheet",
    )
    if not writable:
        merged = _without_writing(merged)
    after = applied(sides.register, merged.to_register)
    return MergedTable(sides, merged, _in_sheet_order(after, sides.sheet.identified))


def _sheet_side(table: Table, sheet: SheetTable, shape: Shape | None) -> SheetSide:
    """Returns one table of the workbook in the form that the merge needs."""
    read, rows = sheet.read, sheet.identified.rows
    constants = shape.constant if shape else {}
    fields = {*read.columns, *constants, *read.laid_out, *_by_sign(table, shape)}
    not_theirs = {column.name for column in table.columns if column.owner != "shared"}
    ids = {row.number: id_ for id_, row in rows.items()}
    return SheetSide(
        records={id_: row.fields for id_, row in rows.items()},
        known=frozenset(fields - {"id"} - not_theirs),
        unreadable={(id_, name) for id_, row in rows.items() for name in row.unreadable},
        hidden=sheet.identified.hidden,
        formulas=_by_record(read.formulas, ids),
        protected=_by_record(read.protected, ids),
    )


def _by_record(
    cells: Iterable[tuple[int, str]], ids: Mapping[int, str]
) -> frozenset[tuple[str, str]]:
    """Returns pairs of an ID and a field, for cells that are given by row number. Rows that are no
    records are left out."""
    return frozenset((ids[row], name) for row, name in cells if row in ids)


def _by_sign(table: Table, shape: Shape | None) -> Set[str]:
    """Returns the fields of a mapped table that have no column and follow from the sign of the
    amount. This is the state, if a negative amount is a refund."""
    mapped = (
        shape is not None
        and table.name == "expenses"
        and "amount" in shape.fields - shape.constant.keys()
    )
    return {"state"} if mapped else frozenset()


def _without_writing(merged: Merge) -> Merge:
    """Returns the merge without its changes to the sheet, for a sheet that is only read. The
    records in these changes do not become agreed either: otherwise the next sync would miss them in
    the sheet and remove them."""
    untold = {change.id for change in merged.to_sheet}
    agreed = {id_: fields for id_, fields in merged.agreed.items() if id_ not in untold}
    return Merge([], merged.to_register, agreed, merged.conflicts)


def _in_sheet_order(after: Mapping[str, Fields], identified: Identified) -> dict[str, Fields]:
    """Returns the records in the order of the workbook, so that every sync lists them in the same
    order."""
    ordered = {id_: after[id_] for id_ in identified.rows if id_ in after}
    if len(ordered) < len(after):
        ordered |= {id_: fields for id_, fields in after.items() if id_ not in ordered}
    return ordered


def _with_derived(
    deadlines: TableSides,
    tables: Mapping[str, MergedTable],
    held: RegisterState,
    settings: Settings,
) -> tuple[TableSides, Set[str]]:
    """Adds deadlines to those of the register: the ones that follow from the grants, and from money
    that is handed on. Also returns the IDs of the deadlines that changed.

    The merge treats these changes as edits of the register. So a date that a person changed stays,
    and a row that a person removed stays removed."""
    grants = tables["grants"].after
    of = {name: tables[name].after for name in ("grants", "groups", "given") if name in tables}
    plan, _ = plan_of(of, base=settings.base)
    removed = frozenset(held.removed.get("deadlines", ()))
    unread = grants.keys() - plan.grants.keys()
    changes = dict(merge_derived(derived(plan), deadlines.register, removed, unread))
    changes |= ticked_off(plan, settings.told, {**deadlines.register, **changes})
    register = dict(deadlines.register)
    for id_, fields in changes.items():
        if fields is None:
            register.pop(id_, None)
        else:
            register[id_] = fields
    return replace(deadlines, register=register), changes.keys()


def _with_approvals(budget: MergedTable, grants: Mapping[str, Fields]) -> MergedTable:
    """Adds the approved sums of the lines of grants that have become active."""
    approved = {
        id_: {**budget.after[id_], "approved": amount}
        for id_, amount in approvals(budget.after, grants).items()
    }
    return replace(budget, after={**budget.after, **approved})
