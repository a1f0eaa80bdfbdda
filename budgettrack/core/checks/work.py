"""Checks the work-plan: dates, progress, and work without money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from budgettrack.core.base import months
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.indicators import milestones
from budgettrack.core.checks.looking import FAR, Looking
from budgettrack.core.records.model import Plan
from budgettrack.core.records.references import References


def far_from_grants(plan: Plan) -> Callable[[date], bool]:
    """Returns a function that says whether a date lies more than two years outside the dates of
    all grants."""
    starts = [grant.start for grant in plan.grants.values() if grant.start]
    ends = [grant.end for grant in plan.grants.values() if grant.end]
    if not starts or not ends:
        return lambda day: False  # noqa: ARG005 - nothing to compare with
    first, last = min(starts) - timedelta(days=FAR), max(ends) + timedelta(days=FAR)
    return lambda day: not first <= day <= last


def far_dates(look: Looking) -> Iterator[Finding]:
    """Finds a date more than two years outside the dates of all grants: its year may be wrong."""
    far = far_from_grants(look.plan)
    for expense in look.plan.expenses.values():
        for field, day in (("date", expense.date), ("paid_on", expense.paid_on)):
            if day and far(day):
                yield finding("date-unlikely", "expenses", expense.id, field, value=day.isoformat())
    for income in look.plan.income.values():
        if far(income.date):
            yield finding(
                "date-unlikely", "income", income.id, "date", value=income.date.isoformat()
            )


def ends_before_starts(look: Looking) -> Iterator[Finding]:
    """Finds a row whose end is before its start."""
    for table, start, end in (
        ("work_plan", "start", "end"),
        ("budget", "start", "end"),
        ("grants", "start", "end"),
        ("resources", "from", "until"),
        ("agreements", "from", "until"),
    ):
        for id_, fields in look.records.get(table, {}).items():
            first, last = fields.get(start, ""), fields.get(end, "")
            if first and last and last < first:
                yield finding("end-before-start", table, id_, end, start=first, end=last)


def work_behind(look: Looking) -> Iterator[Finding]:
    """Finds an activity that is late, that is done but not at 100 %, or that has missed the target
    of its milestone."""
    for activity in look.plan.activities.values():
        is_over = activity.end is not None and activity.end < look.today
        if is_over and not activity.is_finished:
            yield finding(
                "activity-overdue",
                "work_plan",
                activity.id,
                "end",
                end=f"{activity.end}",
                status=activity.status or "without a status",
            )
        if activity.status == "done" and activity.done is not None and activity.done < 100:
            done = f"{activity.done.normalize():f}"
            yield finding("done-without-100", "work_plan", activity.id, "done", done=done)
        if is_over and activity.milestone and activity.status != "dropped":
            yield from milestones(look, activity)


def spending_before_start(look: Looking) -> Iterator[Finding]:
    """Finds spending on an activity before the month in which the activity starts."""
    first = _first_spending(look)
    for activity in look.plan.activities.values():
        spent, start = first.get(activity.id), activity.start
        if spent and start and months.month_of(spent) < months.month_of(start):
            yield finding(
                "spending-before-start",
                "work_plan",
                activity.id,
                "start",
                date=spent.isoformat(),
                start=start.isoformat(),
            )


def _first_spending(look: Looking) -> dict[str, date]:
    """Returns the first day on which money was spent on each activity. Refunds do not count."""
    first: dict[str, date] = {}
    far = far_from_grants(look.plan)
    for expense in look.plan.expenses.values():
        line = look.plan.lines.get(expense.line)
        if line is None or not line.activity:
            continue
        # A mistyped date, such as one in 1926, must not hide the real first day.
        if expense.is_paid and not expense.is_refund and not far(expense.date):
            first[line.activity] = min(first.get(line.activity, expense.date), expense.date)
    return first


def _of_lines_left_out(look: Looking) -> set[str]:
    """Returns the activities of the budget lines that are left out of the figures."""
    references = References(look.records)
    return {
        references.find("work_plan", fields.get("activity", ""))
        for id_, fields in look.records.get("budget", {}).items()
        if id_ not in look.plan.lines
    }


def work_without_money(look: Looking) -> Iterator[Finding]:
    """Finds an activity that has started or starts within 30 days, and that has neither a budget
    line nor a resource. Activities that are done or dropped are not checked.

    If no budget line names an activity, nothing is checked: the group does not link the two. A
    budget line without an amount counts as a budget line: it has a finding of its own."""
    lines = {line.activity for line in look.plan.lines.values() if line.activity}
    if not lines:
        return
    covered = lines | {resource.activity for resource in look.plan.resources.values()}
    covered |= _of_lines_left_out(look)
    for activity in look.plan.activities.values():
        if activity.id in covered or activity.is_finished or activity.start is None:
            continue
        if activity.start <= look.soon:
            start = activity.start.isoformat()
            yield finding("activity-without-money", "work_plan", activity.id, "id", start=start)
