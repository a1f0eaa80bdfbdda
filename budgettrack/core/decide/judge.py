"""The third step of a decision: builds the plan from the merged records, and from it the totals
and the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import a1
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book
from budgettrack.core.cells.headings import lacking
from budgettrack.core.checks.checks import checks
from budgettrack.core.checks.first_month import first_month_checks
from budgettrack.core.checks.lists_of_people import lists_of_people
from budgettrack.core.checks.narratives import narrative_checks
from budgettrack.core.checks.reports import report_checks
from budgettrack.core.checks.stories import story_checks
from budgettrack.core.checks.withdrawn import withdrawn_checks
from budgettrack.core.decide.merge import MergedTable, MergedTables
from budgettrack.core.decide.read import Sides
from budgettrack.core.decide.sides import RegisterState, Settings
from budgettrack.core.figures.allocation import receipt_checks
from budgettrack.core.figures.revisions import revision_checks
from budgettrack.core.figures.totals import Total, totals
from budgettrack.core.merge import guards
from budgettrack.core.merge.merge import Conflict
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import NARRATIVES
from budgettrack.core.sealing.withdrawn import Withdrawal, followers


class Judgement(Struct, frozen=True):
    """The plan after the merge, with its findings.

    `refused`: the reasons why the sync must stop, from the guards against accidents.
    `withdrawn`: the new names of records that were withdrawn under an older name. Most findings
    have no cell yet."""

    plan: Plan
    totals: tuple[Total, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    refused: tuple[str, ...]
    withdrawn: tuple[Withdrawal, ...] = ()


def judge(
    book: Book, sides: Sides, merged: MergedTables, held: RegisterState, settings: Settings
) -> Judgement:
    """Builds the plan from the merged records and runs all checks."""
    after = merged.after
    plan, problems = plan_of(
        after,
        base=settings.base,
        start=settings.start,
        end=settings.end,
        reported=held.reported,
        closed=held.closed,
    )
    sums, rate_problems = totals(plan)
    more = followers(held.withdrawals, held.records, after, sides.renames)
    findings = [
        *_with_new_lines(sides.findings, merged),
        *lists_of_people(book),
        *problems,
        *rate_problems,
        *checks(
            plan,
            sums,
            today=settings.today,
            records=after,
            booked=held.booked,
            told=settings.told,
            answers=settings.answers,
        ),
        *report_checks(plan, sums, settings.profile_of, held.finals),
        *narrative_checks(
            plan, settings.profile_of, settings.today, asked=NARRATIVES not in lacking(book)
        ),
        *story_checks(plan, settings.picture_of, settings.today),
        *first_month_checks(plan, sums, after, settings.today, settings.first_month),
        *withdrawn_checks(plan, after, [*held.withdrawals, *more]),
        *revision_checks(plan, settings.profile_of),
        *receipt_checks(plan),
        *held.unsent,
    ]
    conflicts = tuple(
        conflict for table in merged.tables.values() for conflict in table.merge.conflicts
    )
    return Judgement(
        plan,
        tuple(sums),
        tuple(findings),
        conflicts,
        (*_refused(merged, held, settings), *_brought_back(merged, held)),
        tuple(more),
    )


def _with_new_lines(findings: Sequence[Finding], merged: MergedTables) -> Iterator[Finding]:
    """Yields the findings of the reading. The finding `lines-without-amount` also counts the lines
    that this sync writes into the sheet: when the sheet was read, they were not there."""
    code = "lines-without-amount"
    begun = list(_begun(merged.tables["budget"]))
    for finding in findings:
        if finding.code == code and begun:
            lines = int(dict(finding.values)["lines"]) + len(begun)
            yield replace(finding, values=(("lines", str(lines)),))
        else:
            yield finding
    if begun and not any(finding.code == code for finding in findings):
        values = (("lines", str(len(begun))),)
        yield Finding(code, "budget", begun[0], "amount", values=values)


def _begun(budget: MergedTable) -> Iterator[str]:
    """Yields the lines that are new in the sheet and have neither a grant nor an amount."""
    sheet = budget.sides.sheet
    if sheet is None or not sheet.read.writable:
        return
    for change in budget.merge.to_sheet:
        if change.kind == "add" and not {"grant", "amount"} & set(change.record or ()):
            yield change.id


def _brought_back(merged: MergedTables, held: RegisterState) -> Iterator[str]:
    """Yields the cells with a redacted value. An older workbook may still have a value that was
    later wiped from every version."""
    for name, id_, field in held.redacted:
        sides = merged.tables[name].sides
        row = sides.sheet.identified.rows.get(id_) if sides.sheet else None
        if sides.sheet is None or row is None:
            continue
        text = row.fields.get(field, "")
        if text and text != sides.register.get(id_, {}).get(field, ""):
            read = sides.sheet.read
            place = a1(*read.at(row.number), read.columns.get(field))
            yield (
                f"{place} holds a value that was redacted after this copy of the workbook was made."
                " Clear the cell, then run this again."
            )


def _refused(merged: MergedTables, held: RegisterState, settings: Settings) -> Iterator[str]:
    """Yields the reasons to stop because a sync looks like an accident.

    The first sync has none, because everything is new in it."""
    if any(held.agreed.values()):
        for name, table in merged.tables.items():
            yield from _guarded(table, held.agreed.get(name, {}), settings)


def _guarded(
    merged: MergedTable, agreed: Mapping[str, Fields], settings: Settings
) -> Iterator[str]:
    sides, sheet, changes = merged.sides, merged.sides.sheet, merged.merge.to_register
    if "missing" not in settings.allow:
        absent = sheet.read.missing if sheet else frozenset()
        shape = settings.shapes.get(sides.table.name)
        if shape:
            # A mapped table has only some of our columns, on purpose.
            # So only the columns in the config can be missing.
            absent &= shape.fields
        yield from guards.missing(sides.table, agreed, sheet is not None, absent)
    if sheet is None:
        return
    if "removals" not in settings.allow:
        rows = sheet.identified.rows
        yield from guards.removals(
            sides.table, agreed, rows, changes, settings.limits, sheet.read.tab
        )
    if "changes" not in settings.allow:
        has_ids = "id" in sheet.read.columns or bool(sides.table.key)
        yield from guards.alterations(
            sides.table, agreed, changes, settings.limits, has_ids=has_ids, tab=sheet.read.tab
        )
