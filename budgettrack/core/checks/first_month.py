"""Finds a mistyped year that would make the public pages begin years too early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.figures.ours import ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import BudgetLine, Plan, Records
from budgettrack.core.views.first_month import begun, first_public_month

_Cell = tuple[str, str, str]
"""The place of a date: table, ID of the record, and field."""


def first_month_checks(
    plan: Plan,
    totals: Sequence[Total],
    records: Records,
    today: date,
    confirmed: Month | None,
) -> Iterator[Finding]:
    """Finds money that is dated more than a year before all other money, if nobody has confirmed
    this month. There is one finding, about the earliest cell. After that cell is corrected, the
    next sync may find another one."""
    if confirmed is not None:
        return
    until = after(month_of(today), -1)
    first = first_public_month(begun(plan, totals), until)
    month, cell = min(_cells(plan, records, first), default=(first, ("", "", "")))
    if month < first:
        yield finding("first-month-waits", *cell, month=month)


def _cells(plan: Plan, records: Records, first: Month) -> Iterator[tuple[Month, _Cell]]:
    """Yields the month of each row with money, and the field in which it was typed. Expenses from
    the month `first` on are left out."""
    begins = date(int(first[:4]), int(first[5:]), 1)
    for expense in plan.expenses.values():
        if (expense.paid_on or expense.date) >= begins:
            continue
        if expense.state != "committed" and ours(plan, expense.grant):
            field = "paid_on" if expense.paid_on else "date"
            yield month_of(expense.day), ("expenses", expense.id, field)
    for receipt in plan.income.values():
        if receipt.state == "received" and ours(plan, receipt.grant):
            yield month_of(receipt.date), ("income", receipt.id, "date")
    yield from _line_cells(plan, records)


def _line_cells(plan: Plan, records: Records) -> Iterator[tuple[Month, _Cell]]:
    for line in plan.lines.values():
        month = min(phasing(line))
        if month != ANY_TIME and ours(plan, line.grant):
            yield month, _start_cell(line, records)


def _start_cell(line: BudgetLine, records: Records) -> _Cell:
    """Returns the field that decides in which month a budget line begins: a field of the line, or
    else of its activity, or else of its grant."""
    if line.months:
        return "budget", line.id, "id"
    for table, id_ in (("budget", line.id), ("work_plan", line.activity), ("grants", line.grant)):
        for field in ("start", "end"):
            if records.get(table, {}).get(id_, {}).get(field):
                return table, id_, field
    return "budget", line.id, "id"
