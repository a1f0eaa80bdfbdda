"""Adds the next stages of a preset (a ready-made plan) to the work-plan of a group."""

from __future__ import annotations

from datetime import date

from budgettrack import edit
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import add_months
from budgettrack.core.base.plurals import count
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.setup.presets import indicators_of, numbers_of, rows_of, stages, starter_lines


def open_stages(
    group: OpenedGroup,
    preset: str,
    typed: str,
    start: date,
    *,
    optional: bool = False,
    with_budget: bool = False,
) -> str:
    """Adds the activities of stages to the work-plan. The first activity begins on `start`. The
    next sync writes them into the workbook.

    `typed`: the stages as in `presets.numbers_of`; '' means the next stage that was not added
    yet. `with_budget`: also a first budget line for each activity that needs money. Returns a
    sentence that says what was done. Raises UsageError if a stage was added already, or if there
    is none left."""
    if not stages(preset):
        raise UsageError("Say of which preset: --preset startup, or --preset peer-support.")
    there = {
        fields.get("objective", "")
        for fields in group.register.ask(queries.load).records["work_plan"].values()
    }
    closed = [stage for stage in stages(preset) if stage.objective not in there]
    if not closed:
        raise UsageError(f"All stages of {preset} are open already.")
    numbers = numbers_of(preset, typed) if typed else (closed[0].number,)
    wanted = [stage for stage in stages(preset) if stage.number in numbers]
    known = ", ".join(stage.objective for stage in wanted if stage not in closed)
    if known:
        left = ", ".join(str(stage.number) for stage in closed)
        raise UsageError(f"Open already: {known}. Still to open: {left}.")
    # In the file, months are counted from the start of the whole plan. But these stages begin now.
    begins = [activity["from"] for stage in wanted for activity in stage.kept(optional=optional)]
    first = add_months(start, 1 - min(begins))
    rows = list(rows_of(wanted, first, optional=optional))
    ids = edit.add_all(group, "work_plan", [list(row.items()) for row in rows], edit.REGISTER)
    added = count(len(rows), "activity", "activities")
    counted = [list(row.items()) for row in indicators_of(wanted, ids, optional=optional)]
    edit.add_all(group, "indicators", counted, edit.REGISTER)
    if with_budget:
        lines = [list(line.items()) for line in starter_lines(wanted, ids, optional=optional)]
        edit.add_all(group, "budget", lines, edit.REGISTER, begun=True)
        added = f"{added}, {count(len(lines), 'budget line', 'budget lines')} without amounts"
    opened = ", ".join(stage.objective for stage in wanted)
    return f"Opened {opened}: {added}. Run: budgettrack sync"
