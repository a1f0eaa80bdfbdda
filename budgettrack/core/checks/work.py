"""Checks the work-plan: dates, progress, and work without money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from budgettrack.core.base import months
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import FAR, SOON, Looking
from budgettrack.core.records.model import Plan


def far_from_grants(plan: Plan) -> Callable[[date], bool]:
    """Returns a test: is a date more than two years outside the dates of all grants?"""
    starts = [grant.start for grant in plan.grants.values() if grant.start]
    ends = [grant.end for grant in plan.grants.values() if grant.end]
    if not starts or not ends:
        return lambda day: False  # noqa: ARG005 - nothing to compare with
    first, last = min(starts) - timedelta(days=FAR), max(ends) + timedelta(days=FAR)
    return lambda day: not first <= day <= last


def far_dates(look: Looking) -> Iterator[Finding]:
    """A date is more than two years outside the dates of all grants: the year may be wrong."""
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
    """A row ends before it starts."""
    for table, start, end in (
        ("work_plan", "start", "end"),
        ("budget", "start", "end"),
        ("grants", "start", "end"),
        ("resources", "from", "until"),
    ):
        for id_, fields in look.records.get(table, {}).items():
            first, last = fields.get(start, ""), fields.get(end, "")
            if first and last and last < first:
                yield finding("end-before-start", table, id_, end, start=first, end=last)


def work_behind(look: Looking) -> Iterator[Finding]:
    """An activity is late, is done without 100 %, or has missed the target of its milestone."""
    for each in look.plan.activities.values():
        ended = each.end is not None and each.end < look.today
        if ended and each.end and each.status not in ("done", "dropped"):
            yield finding(
                "activity-overdue",
                "work_plan",
                each.id,
                "end",
                end=each.end.isoformat(),
                status=each.status or "without a status",
            )
        if each.status == "done" and each.done is not None and each.done < 100:
            yield finding(
                "done-without-100", "work_plan", each.id, "done", done=f"{each.done.normalize():f}"
            )
        if (
            ended
            and each.end
            and each.status != "dropped"
            and each.target is not None
            and each.milestone
        ):
            achieved = each.achieved or Decimal(0)
            if achieved < each.target:
                yield finding(
                    "milestone-not-reached",
                    "work_plan",
                    each.id,
                    "achieved",
                    end=each.end.isoformat(),
                    achieved=f"{achieved.normalize():f}",
                    target=f"{each.target.normalize():f}",
                )


def spending_before_start(look: Looking) -> Iterator[Finding]:
    """Money was spent on an activity before the month in which it starts."""
    first: dict[str, date] = {}
    far = far_from_grants(look.plan)
    for expense in look.plan.expenses.values():
        line = look.plan.lines.get(expense.line)
        if expense.state == "refunded" or (expense.state == "committed" and not expense.paid_on):
            continue
        if line and line.activity and not far(expense.date):
            first[line.activity] = min(first.get(line.activity, expense.date), expense.date)
    for each in look.plan.activities.values():
        spent = first.get(each.id)
        if spent and each.start and months.month_of(spent) < months.month_of(each.start):
            yield finding(
                "spending-before-start",
                "work_plan",
                each.id,
                "start",
                date=spent.isoformat(),
                start=each.start.isoformat(),
            )


def work_without_money(look: Looking) -> Iterator[Finding]:
    """An activity has started, or starts within 30 days, and has no budget line and no resource.

    Activities that are done or dropped are not checked. Nothing is checked if no budget line names
    an activity: the group does not link them."""
    lines = {line.activity for line in look.plan.lines.values() if line.activity}
    if not lines:
        return
    covered = lines | {resource.activity for resource in look.plan.resources.values()}
    for each in look.plan.activities.values():
        if each.id in covered or each.status in ("done", "dropped") or each.start is None:
            continue
        if each.start <= look.today + timedelta(days=SOON):
            yield finding(
                "activity-without-money", "work_plan", each.id, "id", start=each.start.isoformat()
            )
