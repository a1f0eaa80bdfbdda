"""What does not tie out in a plan: every finding about money, work, promises and privacy, each rule in one function.

Each function's docstring states its rule and its threshold. They are calm on purpose: a check that cries wolf is worse
than none. All of them warn only, and none changes a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from budgettrack.core.base import money, months
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.personal_details import personal
from budgettrack.core.figures import positions
from budgettrack.core.figures.deadlines import OWING, is_derived_words
from budgettrack.core.figures.positions import GrantPosition, Position, Total
from budgettrack.core.records import tables
from budgettrack.core.records.model import Expense, Plan, Records

SOON = 30
"""Days before something is due in which a finding says so."""

ENDING = 60
"""Days before a grant's end in which a finding says so."""

NEAR_END = 90
UNSPENT_PERCENT = 15
"""More than so many percent unspent within so many days of a grant's end is a finding."""

FAR = 730
"""An expense or income so many days outside every grant's dates has, it seems, a mistyped year."""


@dataclass
class _Looking:
    """What the rules look at, computed once."""

    plan: Plan
    totals: Sequence[Total]
    today: date
    records: Records

    @cached_property
    def month(self) -> months.Month:
        """The last full month: figures of the running one are not complete."""
        return months.after(months.month_of(self.today), -1)

    @cached_property
    def to_date(self) -> list[Position]:
        return positions.positions(self.plan, self.totals, end=self.month)

    @cached_property
    def so_far(self) -> list[Position]:
        """With all that is entered, also of the running month and later."""
        last = max((total.paid or total.ordered for total in self.totals), default=self.month)
        return positions.positions(self.plan, self.totals, end=max(last, months.month_of(self.today)))

    @cached_property
    def cash(self) -> list[GrantPosition]:
        return positions.grant_positions(self.plan, self.totals, months.month_of(self.today))


def checks(plan: Plan, totals: Sequence[Total], *, today: date, records: Records) -> list[Finding]:
    """Every finding about the plan as a whole, by record and field; the sync gives each its cell."""
    looking = _Looking(plan, totals, today, records)
    return [found for rule in RULES for found in rule(looking)]


def _shown(units: int, currency: str) -> str:
    """An amount for people: `1,234.50 EUR`."""
    text = money.decimal(units, currency)
    whole, point, part = text.partition(".")
    return f"{int(whole):,}{point}{part} {currency}" if whole not in ("-0",) else f"{text} {currency}"


# Money


def _overspent(look: _Looking) -> Iterator[Finding]:
    """A line of which more was spent than its whole amount; one of which more is spent and promised."""
    for each in look.so_far:
        if not each.line:
            continue
        spent = each.amount - each.available - each.committed
        if spent > each.amount:
            yield finding(
                "line-overspent",
                "budget",
                each.line,
                "amount",
                spent=_shown(spent, each.currency),
                over=_shown(spent - each.amount, each.currency),
            )
        elif each.available < 0:
            yield finding(
                "nothing-available", "budget", each.line, "amount", over=_shown(-each.available, each.currency)
            )


def _unexplained(look: _Looking) -> Iterator[Finding]:
    """To the end of the last full month, a line beyond its grant's limit (10 % where none is set) and not explained.

    Only lines with a budget by then, of active and closing grants; an overspent line has its own finding.
    """
    for each in look.to_date:
        line, grant = look.plan.lines.get(each.line), look.plan.grants.get(each.grant)
        if line is None or grant is None or grant.state not in OWING or line.explanation or each.budget <= 0:
            continue
        if each.state != "over budget" and positions.beyond(grant, each.budget, each.spent):
            yield finding(
                "variance-unexplained",
                "budget",
                each.line,
                "explanation",
                month=look.month,
                spent=_shown(each.spent, each.currency),
                budget=_shown(each.budget, each.currency),
                percent=(each.variance_percent or "").lstrip("-"),
                limit=f"{positions.limit(grant).normalize():f}",
            )


def _outside_grant(look: _Looking) -> Iterator[Finding]:
    """An expense before its grant begins or after it ends, unless it is so far off that its year is mistyped."""
    far = _far(look.plan)
    for each in look.plan.expenses.values():
        grant = look.plan.grants.get(each.grant)
        if grant is None or far(each.date):
            continue
        if (grant.start and each.date < grant.start) or (grant.end and each.date > grant.end):
            yield finding(
                "outside-grant-dates",
                "expenses",
                each.id,
                "date",
                date=each.date.isoformat(),
                grant=grant.id,
                start=grant.start.isoformat() if grant.start else "any time",
                end=grant.end.isoformat() if grant.end else "any time",
            )


def _far(plan: Plan) -> Callable[[date], bool]:
    """Whether a date is more than two years outside the dates of all grants."""
    starts = [grant.start for grant in plan.grants.values() if grant.start]
    ends = [grant.end for grant in plan.grants.values() if grant.end]
    if not starts or not ends:
        return lambda day: False  # noqa: ARG005 - nothing to compare with
    first, last = min(starts) - timedelta(days=FAR), max(ends) + timedelta(days=FAR)
    return lambda day: not first <= day <= last


def _far_dates(look: _Looking) -> Iterator[Finding]:
    """A date more than two years outside the dates of all grants: the year may be mistyped."""
    far = _far(look.plan)
    for expense in look.plan.expenses.values():
        for field, day in (("date", expense.date), ("paid_on", expense.paid_on)):
            if day and far(day):
                yield finding("date-unlikely", "expenses", expense.id, field, value=day.isoformat())
    for income in look.plan.income.values():
        if far(income.date):
            yield finding("date-unlikely", "income", income.id, "date", value=income.date.isoformat())


def _income_without_rate(look: _Looking) -> Iterator[Finding]:
    """Income in another currency than its grant's, in a month (not one to come) without a rate: it cannot be counted."""
    for each in look.plan.income.values():
        if each.date > look.today:
            continue
        grant = look.plan.grants.get(each.grant)
        currency = grant.currency if grant else look.plan.base
        if positions.in_currency(look.plan, each, currency) is None:
            month = months.month_of(each.date)
            lacking = each.currency if look.plan.rate(each.currency, month) is None else currency
            yield finding("no-rate", "income", each.id, "date", currency=lacking, month=month)


def _adding_up(look: _Looking) -> Iterator[Finding]:
    """Lines that do not sum to the award, for grants that are awarded, active or closing and have lines."""
    sums: dict[str, int] = defaultdict(int)
    for line in look.plan.lines.values():
        sums[line.grant] += line.amount
    for grant in look.plan.grants.values():
        if grant.state not in ("awarded", *OWING) or grant.amount is None or grant.id not in sums:
            continue
        if sums[grant.id] != grant.amount:
            yield finding(
                "lines-do-not-add-up",
                "grants",
                grant.id,
                "amount",
                sum=_shown(sums[grant.id], grant.currency),
                amount=_shown(grant.amount, grant.currency),
            )


def _months_adding_up(look: _Looking) -> Iterator[Finding]:
    """Month columns that do not sum to their line's amount."""
    for line in look.plan.lines.values():
        if line.months and sum(line.months.values()) != line.amount:
            yield finding(
                "months-do-not-add-up",
                "budget",
                line.id,
                "amount",
                sum=_shown(sum(line.months.values()), line.currency),
                amount=_shown(line.amount, line.currency),
            )


def _remaining(look: _Looking) -> Iterator[Finding]:
    """A typed or computed *Remaining* that is not the amount less what was spent."""
    spent: dict[str, int] = defaultdict(int)
    for total in look.totals:
        if total.paid:
            spent[total.line] += total.spent
    for line in look.plan.lines.values():
        if line.remaining is not None and line.remaining != line.amount - spent[line.id]:
            yield finding(
                "remaining-does-not-match",
                "budget",
                line.id,
                "remaining",
                value=_shown(line.remaining, line.currency),
                sum=_shown(line.amount - spent[line.id], line.currency),
            )


def _unbudgeted(look: _Looking) -> Iterator[Finding]:
    """A grant's spending on no line of its budget."""
    for each in look.so_far:
        spent = each.amount - each.available - each.committed
        if not each.line and each.grant and spent and look.plan.lines:
            yield finding(
                "spending-unbudgeted", "grants", each.grant, "id", spent=_shown(spent, each.currency), grant=each.grant
            )


def _duplicates(look: _Looking) -> Iterator[Finding]:
    """The same receipt and amount, or the same date, amount and line, twice; the later row is the finding.

    Refunds and the parts of a split receipt are none; nor are rows of the same date, amount and line whose receipts
    differ, or whose line pays people: several are paid the same on one day.
    """
    by_receipt: dict[tuple[object, ...], Expense] = {}
    by_day: dict[tuple[object, ...], Expense] = {}
    for each in look.plan.expenses.values():
        if each.state == "refunded":
            continue
        receipt = each.receipt.strip().casefold()
        of_receipt = (receipt, each.amount, each.currency)
        of_day = (each.date, each.amount, each.currency, each.line, each.grant)
        first = by_receipt.get(of_receipt) if receipt else None
        why = "the same receipt and amount"
        if first is None:
            first, why = by_day.get(of_day), "the same date, amount and line"
            line = look.plan.lines.get(each.line)
            if line and line.pays_people:
                first = None
            if first is not None and receipt and first.receipt.strip() and receipt != first.receipt.strip().casefold():
                first = None
        if first is not None and each.amount and not _split(each, first):
            yield finding("possible-duplicate", "expenses", each.id, "amount", other=first.id, why=why)
        if receipt:
            by_receipt.setdefault(of_receipt, each)
        by_day.setdefault(of_day, each)


def _split(one: Expense, other: Expense) -> bool:
    """Whether two rows are parts of one receipt."""
    whole = one.split_of or one.id
    return whole == (other.split_of or other.id)


def _future(look: _Looking) -> Iterator[Finding]:
    """Marked as paid or refunded, with a date after today."""
    far = _far(look.plan)
    for each in look.plan.expenses.values():
        if (each.state != "committed" or each.paid_on) and each.day > look.today and not far(each.day):
            field = "paid_on" if each.paid_on else "date"
            yield finding("paid-in-future", "expenses", each.id, field, date=each.day.isoformat())


def _deficits(look: _Looking) -> Iterator[Finding]:
    """More spent (with the host's fee) than received, unless the grant is paid in arrears or nothing is expected of it."""
    for each in look.cash:
        grant = look.plan.grants.get(each.grant)
        if grant is None or grant.state not in OWING or grant.paid == "in arrears":
            continue
        if each.balance < 0 and any(income.grant == grant.id for income in look.plan.income.values()):
            yield finding(
                "grant-in-deficit",
                "grants",
                grant.id,
                "id",
                spent=_shown(each.spent + each.host_fee, each.currency),
                received=_shown(each.received - each.returned, each.currency),
                over=_shown(-each.balance, each.currency),
            )


def _unspent(look: _Looking) -> Iterator[Finding]:
    """More than 15 % of the lines neither spent nor committed within 90 days of the grant's end."""
    left: dict[str, int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    for each in look.so_far:
        left[each.grant] += each.available
        whole[each.grant] += each.amount
    for grant in look.plan.grants.values():
        if grant.state not in OWING or not grant.end or not 0 <= (grant.end - look.today).days <= NEAR_END:
            continue
        unspent = left[grant.id]
        if whole[grant.id] > 0 and unspent * 100 > UNSPENT_PERCENT * whole[grant.id]:
            yield finding(
                "unspent-near-end",
                "grants",
                grant.id,
                "end",
                unspent=_shown(unspent, grant.currency),
                percent=money.percent(unspent, whole[grant.id]) or "0",
                end=grant.end.isoformat(),
            )


# Work


def _end_before_start(look: _Looking) -> Iterator[Finding]:
    """Any row that ends before it starts."""
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


def _work(look: _Looking) -> Iterator[Finding]:
    """Activities overdue; done without 100 %; past their milestone with less than the target."""
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
            yield finding("done-without-100", "work_plan", each.id, "done", done=f"{each.done.normalize():f}")
        if ended and each.end and each.status != "dropped" and each.target is not None and each.milestone:
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


def _spending_before_start(look: _Looking) -> Iterator[Finding]:
    """An activity on which money was spent before the month in which it starts."""
    first: dict[str, date] = {}
    far = _far(look.plan)
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


def _without_money(look: _Looking) -> Iterator[Finding]:
    """An activity that has started or starts within 30 days, not done or dropped, with no line and no resource.

    Only in plans that tie some line to an activity: others do not work that way.
    """
    lines = {line.activity for line in look.plan.lines.values() if line.activity}
    if not lines:
        return
    covered = lines | {resource.activity for resource in look.plan.resources.values()}
    for each in look.plan.activities.values():
        if each.id in covered or each.status in ("done", "dropped") or each.start is None:
            continue
        if each.start <= look.today + timedelta(days=SOON):
            yield finding("activity-without-money", "work_plan", each.id, "id", start=each.start.isoformat())


# Promises


def _deadlines(look: _Looking) -> Iterator[Finding]:
    """A deadline that is not done and due within 30 days, or past. Words that people typed are not quoted."""
    for each in look.plan.deadlines.values():
        if each.done_on is None and each.due <= look.today + timedelta(days=SOON):
            code = "report-overdue" if each.due < look.today else "report-due"
            what = each.what if is_derived_words(each.what) else "This"
            yield finding(code, "deadlines", each.id, "due", what=what, due=each.due.isoformat())


def _endings(look: _Looking) -> Iterator[Finding]:
    """A grant that ends within 60 days; agreements to review and resources that lapse within 30 days or did."""
    for grant in look.plan.grants.values():
        if grant.state in OWING and grant.end and 0 <= (grant.end - look.today).days <= ENDING:
            yield finding("grant-ends", "grants", grant.id, "end", end=grant.end.isoformat())
    soon = look.today + timedelta(days=SOON)
    for resource in look.plan.resources.values():
        if resource.state not in ("agreed", "in use"):
            continue
        if resource.review_on and resource.review_on <= soon:
            yield finding(
                "agreement-review", "resources", resource.id, "review_on", date=resource.review_on.isoformat()
            )
        if resource.until and resource.until <= soon:
            yield finding("resource-lapses", "resources", resource.id, "until", until=resource.until.isoformat())


# Privacy


def _privacy(look: _Looking) -> Iterator[Finding]:
    """An e-mail address, a telephone number or an identity number named as such, in a text that is published.

    A telephone number begins with + (nine digits or more), 00 (eleven) or 0 (nine), or stands after a word such as
    *call* (seven), or looks like 555-123-4567; a date or a code in parts such as 0101-2203-11 is none.
    """
    for table in tables.TABLES:
        names = [column.name for column in tables.published(table) if column.kind == "text"]
        for id_, fields in look.records.get(table.name, {}).items() if names else ():
            for name in names:
                text = fields.get(name, "")
                what = personal(text) if text else ""
                if what:
                    yield finding("personal-detail-published", table.name, id_, name, what=what)


RULES: tuple[Callable[[_Looking], Iterator[Finding]], ...] = (
    _overspent,
    _unexplained,
    _outside_grant,
    _far_dates,
    _income_without_rate,
    _adding_up,
    _months_adding_up,
    _remaining,
    _unbudgeted,
    _duplicates,
    _future,
    _deficits,
    _unspent,
    _end_before_start,
    _work,
    _spending_before_start,
    _without_money,
    _deadlines,
    _endings,
    _privacy,
)

__all__ = ["RULES", "checks"]
