"""The view of one grant's funder: that grant alone, in the columns for the public and for funders;
no payee, ever.

A profile says how its funder wants it (`core/figures/profile.py`). Figures of a period are by day
where it begins or ends within a month: a month's budget counts by its days. Every expense is
converted once, from its own currency, by the profile's rule; what has no rate is told beside the
figures and never dropped in silence. A line that maps to none of the funder's categories stands in
a row of its own, so that the mapped total is the unmapped one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from budgettrack.core.base import money
from budgettrack.core.base.months import (
    Month,
    after,
    days_before,
    first_day,
    last_day,
    month_of,
    months,
)
from budgettrack.core.figures.deadlines import reporting_periods
from budgettrack.core.figures.positions import (
    ANY_TIME,
    GrantPosition,
    Total,
    forecast,
    grant_positions,
    phasing,
)
from budgettrack.core.figures.profile import Category, Limit, Profile, beyond_limit, mapped, rounded
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Plan
from budgettrack.core.views.audience import REACHED, UNDER_WAY, Progress, given, worth
from budgettrack.core.views.audience import progress as told_progress

DUE_AHEAD = 6
"""Months that a funder summary's "what is due next" looks ahead."""

Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Sums:
    """A row's figures, in minor units of the summary's currency, to the end of the days that the
    summary covers.

    `year` figures are of the financial year so far; `approved` is None where no approved sum is
    known."""

    whole: int = 0
    approved: int | None = None
    period_budget: int = 0
    period_spent: int = 0
    year_budget: int = 0
    year_spent: int = 0
    budget: int = 0
    spent: int = 0
    committed: int = 0
    forecast: int = 0

    def __add__(self, other: Sums) -> Sums:
        pairs = {name: getattr(self, name) + getattr(other, name) for name in _SUMMED}
        known = [each.approved for each in (self, other) if each.approved is not None]
        return Sums(approved=sum(known) if known else None, **pairs)

    @property
    def period_variance(self) -> int:
        return self.period_budget - self.period_spent

    @property
    def variance(self) -> int:
        return self.budget - self.spent

    @property
    def available(self) -> int:
        return self.whole - self.spent - self.committed


_SUMMED = (
    "whole", "period_budget", "period_spent", "year_budget", "year_spent", "budget", "spent", "committed", "forecast",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunderLine:
    """A budget line, or the spending on none of them (`id` empty). `limits` are those that it is
    beyond."""

    id: str
    category: str
    activity: str
    description: str
    sums: Sums
    explanation: str = ""
    timing: str = ""
    limits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading. `kind`: "" (a category or an activity), unmapped, unbudgeted, or sum
    (of others)."""

    name: str
    code: str
    kind: str
    lines: Sequence[FunderLine]
    sums: Sums
    limits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FunderExpense:
    """One expense in its columns for funders; `units` is None where it could not be converted."""

    id: str
    day: date
    line: str
    amount: int
    currency: str
    state: str
    units: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A resource given as match for the grant; values in minor units of `currency`, up to the end
    of the days covered."""

    id: str
    kind: str
    from_whom: str
    description: str
    quantity: Decimal | None
    unit: str
    value: int | None
    currency: str
    basis: str


@dataclass(frozen=True, slots=True)
class Due:
    """A date on which something is owed for the grant."""

    what: str
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class ToTell:
    """What is missing before the summary may be sent: its kind, what it is about, a number or an
    amount.

    Kinds: unexplained, unclassified (timing or permanent), unbudgeted, unmapped, no rate, not
    converted, award missing, dates missing, not reported (an activity without % done), late without
    a note, left out, no such profile, profile off, not closed (months of the period)."""

    kind: str
    about: str = ""
    number: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """From `variance` of the command line to this summary's spending, all in the summary's
    currency, and adding up.

    `own` is what `variance` says, in the grant's currency; `planned` the same at the budget's rate;
    `outside` what lies in the last month after the days covered; `exchange` what the rule for rates
    makes of it; `rounding` the rest."""

    own: int
    planned: int
    outside: int
    exchange: int
    rounding: int
    spent: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What an earlier final summary of the grant said: its period and, by row, (name, spent in the
    period)."""

    first: date
    last: date
    on: date
    rows: Mapping[str, tuple[str, int]]
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A figure of a period already reported that is another now; spent in the period, in the
    summary's currency."""

    first: date
    last: date
    on: date
    name: str
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class FunderGrant:
    """A grant in its columns for the public and for funders that the summary shows."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: date | None
    end: date | None
    held_by: str
    host_fee: Decimal | None
    host_fee_on: str
    paid: str
    agreement_reference: str


@dataclass(frozen=True, slots=True)
class FunderView:
    """What one grant's funder may read: that grant alone. Amounts are in minor units of `currency`.

    `period` are the first and last day of the reporting period, `until` the last day that the
    figures cover. `cash` is in the grant's own currency, to the end of `month`. `unit` is the
    multiple of minor units that all amounts are rounded to."""

    organisation: str
    contact: str
    language: str
    month: Month
    period: Period
    until: date
    currency: str
    unit: int
    grant: FunderGrant
    profile: Profile
    limits: Sequence[Limit]
    groups: Sequence[Group]
    total: Sums
    expenses: Sequence[FunderExpense]
    cash: GrantPosition
    reconciled: Reconciled
    adjustments: Sequence[Adjustment]
    progress: Sequence[Progress]
    match: Sequence[Match]
    match_wanted: int | None
    due: Sequence[Due]
    tell: Sequence[ToTell]
    left_out: int

    @property
    def lines(self) -> list[FunderLine]:
        return [line for group in self.groups if group.kind != "sum" for line in group.lines]


def reporting_period(grant: Grant, month: Month) -> tuple[Month, Month]:
    """The first and last month of the grant's reporting period in which `month` ends.

    Figures go by months: where periods change within a month, that month is counted in the later
    one. Without a rhythm it is the whole grant; without dates, or outside them, the month itself.
    """
    day = last_day(month)
    for period in reporting_periods(grant):
        final = grant.end is not None and period.end >= grant.end
        if period.start <= day and (day <= period.end or (final and month <= month_of(period.end))):
            closing = month_of(period.end)
            whole = final or period.end == last_day(closing)
            return month_of(period.start), closing if whole else after(closing, -1)
    if (
        grant.start
        and grant.end
        and not grant.report_every
        and grant.start <= day
        and month <= month_of(grant.end)
    ):
        return month_of(grant.start), month_of(grant.end)
    return month, month


_SPANS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def period_of(profile: Profile, grant: Grant, month: Month) -> Period:
    """The days of the period that `month` lies in, as the profile cuts them."""
    if profile.period == "grant":
        first, last = reporting_period(grant, month)
        return first_day(first), last_day(last)
    if profile.period == "to date":
        return min(grant.start or first_day(month), first_day(month)), last_day(month)
    length = _SPANS[profile.period]
    since = (int(month[5:]) - profile.year_starts) % 12
    first = after(month, -(since % length))
    return first_day(first), last_day(after(first, length - 1))


def funder_view(
    plan: Plan,
    totals: Sequence[Total],
    grant_id: str,
    profile: Profile,
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    language: str = "en",
    left_out: int = 0,
    own: Period | None = None,
    reported: Sequence[Reported] = (),
    told: Sequence[ToTell] = (),
) -> FunderView:
    """What the funder of `grant_id` may read about `month`, or about the days of `own`.

    `plan` has its expenses where the profile needs them, or `own` is given (`needs_expenses`).
    `reported` are the final summaries before. Raises `KeyError` for an unknown grant."""
    grant = plan.grants[grant_id]
    period = own or period_of(profile, grant, month)
    until = own[1] if own else min(period[1], last_day(month))
    figures = _Figures(plan, totals, grant, profile, period, until, own is not None)
    groups = figures.groups()
    total = _added(each.sums for each in groups if each.kind != "sum")
    lines = [line for group in groups if group.kind != "sum" for line in group.lines]
    paid_for = dict.fromkeys(line.activity for line in lines if line.activity in plan.activities)
    progress = tuple(told_progress(plan.activities[each]) for each in paid_for)
    match = _match(plan, grant_id, until)
    wanted = None
    if profile.match_percent is not None:
        wanted = int(
            (Decimal(total.spent) * profile.match_percent / 100).quantize(
                Decimal(1), ROUND_HALF_EVEN
            )
        )
    tell = [
        *told,
        *figures.tell,
        *_to_tell(grant, figures.limits, groups, total, profile, progress, until, left_out),
    ]
    closing = [
        each for each in months(month_of(period[0]), month_of(period[1])) if each not in plan.closed
    ]
    tell += [ToTell("not closed", each) for each in closing]
    return FunderView(
        organisation=organisation,
        contact=contact,
        language=profile.language or language,
        month=month,
        period=period,
        until=until,
        currency=figures.currency,
        unit=figures.unit,
        grant=FunderGrant(
            grant.id,
            grant.funder,
            grant.title,
            grant.state,
            grant.currency,
            grant.amount,
            grant.start,
            grant.end,
            grant.held_by,
            grant.host_fee,
            grant.host_fee_on,
            grant.paid,
            grant.agreement_reference,
        ),
        profile=profile,
        limits=figures.limits,
        groups=tuple(groups),
        total=total,
        expenses=figures.expenses() if profile.detail == "expenses" else (),
        cash=next(each for each in grant_positions(plan, totals, month) if each.grant == grant_id),
        reconciled=figures.reconciled(total.spent),
        adjustments=tuple(
            _adjustments(plan, totals, grant, profile, reported, month, own is not None)
        ),
        progress=progress,
        match=match,
        match_wanted=wanted,
        due=_due(plan, grant_id, until),
        tell=tuple(tell),
        left_out=left_out,
    )


def needs_expenses(profile: Profile, grant: Grant, own: Period | None) -> bool:
    """Whether the register's monthly sums are not enough for a summary."""
    return own is not None or (
        profile.needs_expenses
        and (
            profile.currency != grant.currency
            or profile.rate != "month"
            or profile.detail == "expenses"
        )
    )


def figures_reported(view: FunderView, totals: Sequence[Total], on: date) -> Reported:
    """What a final summary is held to later: spent in its period by row, and by line as the
    register sums it."""
    rows = {
        line.id or "": (line.id or line.description, line.sums.period_spent) for line in view.lines
    }
    spans = month_of(view.period[0]), month_of(view.until)
    return Reported(
        view.period[0], view.until, on, rows, spent_by_line(totals, view.grant.id, *spans)
    )


def spent_by_line(totals: Iterable[Total], grant: str, first: Month, last: Month) -> dict[str, int]:
    """A grant's spending in months by line ('' for none), in its currency, as the register sums
    it."""
    found: dict[str, int] = {}
    for each in totals:
        if each.grant == grant and each.paid and first <= each.paid <= last:
            found[each.line] = found.get(each.line, 0) + each.spent
    return {line: units for line, units in found.items() if units}


def _adjustments(
    plan: Plan,
    totals: Sequence[Total],
    grant: Grant,
    profile: Profile,
    reported: Sequence[Reported],
    month: Month,
    by_days: bool,
) -> Iterable[Adjustment]:
    latest = {(each.first, each.last): each for each in reported if each.last <= last_day(month)}
    for each in latest.values():
        figures = _Figures(
            plan, totals, grant, profile, (each.first, each.last), each.last, by_days
        )
        now = {line.id: line for group in figures.groups() for line in group.lines}
        for id_ in dict.fromkeys((*each.rows, *now)):
            name, was = each.rows.get(id_, ("", 0))
            spent = now[id_].sums.period_spent if id_ in now else 0
            if was != spent:
                yield Adjustment(each.first, each.last, each.on, id_ or name, was, spent)


@dataclass(frozen=True, slots=True)
class _Paid:
    """A payment on a line: its day (a month's last one where only the month is known), and its
    worth (None: no rate)."""

    line: str
    day: date
    units: int | None
    own: int
    currency: str
    expense: Expense | None = None


class _Figures:
    """The figures of one grant's summary; noting on the way what is missing (`tell`)."""

    def __init__(
        self,
        plan: Plan,
        totals: Sequence[Total],
        grant: Grant,
        profile: Profile,
        period: Period,
        until: date,
        by_days: bool,
    ) -> None:
        self._plan, self._totals, self._grant, self._profile = plan, totals, grant, profile
        self._period, self._until, self._by_days = period, until, by_days
        self.currency = profile.currency or grant.currency
        self.tell: list[ToTell] = []
        self.limits = [_own(limit, grant) for limit in profile.limit]
        self._budget_rate = self._factor()
        if self._budget_rate is None:
            # Without any rate a summary of noughts would look right; it stays in the grant's own
            # currency, and says so.
            self.currency, self._budget_rate = grant.currency, Decimal(1)
        places = money.digits(self.currency)
        self.unit = 1
        if profile.round_to is not None:
            self.unit = max(1, int(profile.round_to.scaleb(places)))
        self._year = first_day(
            after(month_of(until), -((int(month_of(until)[5:]) - profile.year_starts) % 12))
        )
        self._lines = [line for line in plan.lines.values() if line.grant == grant.id]
        self._exact = needs_expenses(profile, grant, period if by_days else None)
        self._receipts = self._average_of_receipts() if profile.rate == "receipts" else {}
        self._paid = list(self._payments())

    def _factor(self) -> Decimal | None:
        """Units of the summary's currency for one of the grant's, at the budget's rate; None where
        it is not known."""
        own, plan = self._grant.currency, self._plan
        if own == self.currency:
            return Decimal(1)
        if self._profile.budget_rate:
            return self._profile.budget_rate
        rates = []
        for code in (own, self.currency):
            rate = Decimal(1) if code == plan.base else None
            if rate is None and code == own:
                rate = self._grant.budget_rate
            rates.append(
                rate
                or next(
                    (each for (_, known), each in sorted(plan.rates.items()) if known == code), None
                )
            )
        if rates[0] is None or rates[1] is None:
            self.tell.append(ToTell("no rate", f"{own} → {self.currency}"))
            return None
        return rates[1] / rates[0]

    def _budgeted(self, units: int) -> int:
        assert self._budget_rate is not None
        return money.convert(
            units, self._grant.currency, self.currency, (Decimal(1), self._budget_rate)
        )

    def _payments(self) -> Iterable[_Paid]:
        if not self._exact:
            for each in self._totals:
                if each.grant == self._grant.id and each.paid:
                    yield _Paid(
                        each.line, last_day(each.paid), each.spent, each.spent, each.currency
                    )
            return
        for expense in self._plan.expenses.values():
            if expense.grant != self._grant.id or (
                expense.state == "committed" and not expense.paid_on
            ):
                continue
            sign = -1 if expense.state == "refunded" else 1
            units = self._converted(expense)
            line = expense.line if expense.line in self._plan.lines else ""
            yield _Paid(
                line,
                expense.day,
                None if units is None else sign * units,
                sign * expense.amount,
                expense.currency,
                expense,
            )

    def _converted(self, expense: Expense) -> int | None:
        """An expense in the summary's currency by the profile's rule; None where there is no
        rate."""
        own, to = expense.currency, self.currency
        if own == to:
            return expense.amount
        rule = self._profile.rate
        if rule == "fixed":
            rate = self._profile.rates.get(own)
            return (
                None if rate is None else money.convert(expense.amount, own, to, (rate, Decimal(1)))
            )
        if rule == "receipts" and own in self._receipts:
            return money.convert(expense.amount, own, to, (self._receipts[own], Decimal(1)))
        month = month_of(expense.day)
        if rule == "period":
            return self._at_period(expense, month)
        rates = self._plan.rate(own, month), self._plan.rate(to, month)
        if rates[0] is None or rates[1] is None:
            return None
        return money.convert(expense.amount, own, to, (rates[0], rates[1]))

    def _at_period(self, expense: Expense, month: Month) -> int | None:
        """At the mean of the rates of the months of the reporting period in which it was paid."""
        first, last = (month_of(day) for day in period_of(self._profile, self._grant, month))
        if self._by_days and self._period[0] <= expense.day <= self._period[1]:
            first, last = month_of(self._period[0]), month_of(self._period[1])
        means = []
        for code in (expense.currency, self.currency):
            known = [
                rate
                for each in months(first, last)
                if (rate := self._plan.rate(code, each)) is not None
            ]
            means.append(sum(known, Decimal(0)) / len(known) if known else None)
        if means[0] is None or means[1] is None:
            return None
        return money.convert(expense.amount, expense.currency, self.currency, (means[0], means[1]))

    def _average_of_receipts(self) -> dict[str, Decimal]:
        """Units of each currency received for one of the summary's, over all instalments by the
        end, by amount."""
        paid: dict[str, Decimal] = {}
        arrived: dict[str, Decimal] = {}
        for row in self._plan.income.values():
            if (
                row.grant == self._grant.id
                and row.state == "received"
                and row.date <= self._until
                and row.currency == self.currency
                and row.received_amount is not None
                and row.received_currency != self.currency
            ):
                code = row.received_currency
                paid[code] = paid.get(code, Decimal(0)) + Decimal(
                    money.decimal(row.amount, row.currency)
                )
                arrived[code] = arrived.get(code, Decimal(0)) + Decimal(
                    money.decimal(row.received_amount, code)
                )
        return {
            code: arrived[code] / paid[code]
            for code in paid
            if paid[code] > 0 and arrived[code] > 0
        }

    def _spent(self, start: date | None, end: date) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self._paid:
            if each.units is not None and each.day <= end and (start is None or each.day >= start):
                found[each.line] = found.get(each.line, 0) + each.units
        return found

    def _budget(self, line: BudgetLine, end: date) -> int:
        """A line's budget up to the end of a day, in the summary's currency; a part of a month by
        its days."""
        whole = 0
        for month, units in phasing(line).items():
            first, last = (first_day(month), last_day(month)) if month != ANY_TIME else (end, end)
            if last <= end:
                whole += units
            elif first <= end:
                days = (end - first).days + 1
                share = Decimal(units) * days / ((last - first).days + 1)
                whole += int(share.quantize(Decimal(1), ROUND_HALF_EVEN))
        return self._budgeted(whole)

    def groups(self) -> list[Group]:
        """The rows, in the funder's categories, by activity or in our own categories; amounts
        rounded to add up."""
        lines = self._all_lines()
        grouped: dict[tuple[str, str, str], list[int]] = {}
        if self._profile.every_category:
            grouped = {
                ("", each.code, each.name): [] for each in self._profile.category if not each.sum
            }
        for index, line in enumerate(lines):
            grouped.setdefault(self._heading(line), []).append(index)
        # Limits judge the exact figures; what is shown is rounded so that it adds up.
        judged = [
            (
                replace(line, limits=self._beyond(("line",), line.category, line.sums))
                if line.id
                else line
            )
            for line in lines
        ]
        shown = self._rounded(judged)
        scopes = ("category",) if self._profile.by == "category" else ("activity", "category")
        order = {"": 0, "unmapped": 1, "unbudgeted": 2}
        found = []
        for (kind, code, name), those in sorted(
            grouped.items(), key=lambda item: order[item[0][0]]
        ):
            limits = (
                ()
                if kind
                else self._beyond(scopes, name, _added(lines[index].sums for index in those))
            )
            members = tuple(shown[index] for index in those)
            found.append(
                Group(name, code, kind, members, _added(line.sums for line in members), limits)
            )
        return self._with_sums(found)

    def _heading(self, line: FunderLine) -> tuple[str, str, str]:
        if not line.id:
            return "unbudgeted", "", ""
        if self._profile.category:
            category = mapped(self._profile, self._plan.lines[line.id])
            return ("", category.code, category.name) if category else ("unmapped", "", "")
        if self._profile.by == "activity":
            activity = self._plan.activities.get(line.activity)
            return "", line.activity if activity else "", activity.activity if activity else ""
        return "", "", line.category

    def _with_sums(self, groups: list[Group]) -> list[Group]:
        """The groups in the profile's order, with its categories that are sums of others."""
        if not any(each.sum for each in self._profile.category):
            return groups
        by_code = {group.code or group.name: group for group in groups if not group.kind}

        def sums(category: Category) -> Sums:
            parts = [
                each for each in self._profile.category if (each.code or each.name) in category.sum
            ]
            return _added(
                sums(each) if each.sum else by_code[each.code or each.name].sums
                for each in parts
                if each.sum or (each.code or each.name) in by_code
            )

        found = []
        for each in self._profile.category:
            if each.sum:
                found.append(Group(each.name, each.code, "sum", (), sums(each)))
            elif (group := by_code.get(each.code or each.name)) is not None:
                found.append(group)
        return [*found, *(group for group in groups if group.kind)]

    def _all_lines(self) -> list[FunderLine]:
        start, end = self._period[0], self._until
        before = days_before(start, 1)
        period, to_date, year = (
            self._spent(start, end),
            self._spent(None, end),
            self._spent(self._year, end),
        )
        committed = self._committed(end)
        found = []
        for line in self._lines:
            ahead = forecast(self._plan, self._totals, line.id, month_of(end)).as_planned
            budget = self._budget(line, end)
            sums = Sums(
                whole=self._budgeted(line.amount),
                approved=None if line.approved is None else self._budgeted(line.approved),
                period_budget=budget - self._budget(line, before),
                period_spent=period.get(line.id, 0),
                year_budget=budget - self._budget(line, days_before(self._year, 1)),
                year_spent=year.get(line.id, 0),
                budget=budget,
                spent=to_date.get(line.id, 0),
                committed=committed.get(line.id, 0),
                forecast=self._budgeted(ahead),
            )
            found.append(
                FunderLine(
                    line.id,
                    line.category,
                    line.activity,
                    line.description,
                    sums,
                    line.explanation,
                    line.timing,
                )
            )
        loose = Sums(
            period_spent=period.get("", 0),
            year_spent=year.get("", 0),
            spent=to_date.get("", 0),
            committed=committed.get("", 0),
            forecast=to_date.get("", 0) + committed.get("", 0),
        )
        lacking: dict[str, int] = {}
        for each in self._paid:
            if each.units is None and each.day <= end:
                lacking[each.currency] = lacking.get(each.currency, 0) + each.own
        self.tell += [
            ToTell("not converted", number=units, currency=code) for code, units in lacking.items()
        ]
        if loose != Sums():
            found.append(FunderLine("", "", "", "", loose))
        return found

    def _committed(self, end: date) -> dict[str, int]:
        """What is ordered and not paid at the end of the month, at the budget's rate."""
        month, found = month_of(end), dict[str, int]()
        for each in self._totals:
            if (
                each.grant == self._grant.id
                and each.ordered <= month
                and (not each.paid or each.paid > month)
            ):
                found[each.line] = found.get(each.line, 0) + each.committed
        return {line: self._budgeted(units) for line, units in found.items()}

    def _rounded(self, lines: list[FunderLine]) -> list[FunderLine]:
        if self.unit == 1:
            return lines
        columns = {
            name: rounded([getattr(line.sums, name) for line in lines], self.unit)
            for name in _SUMMED
        }
        known = [line.sums.approved or 0 for line in lines]
        approved = rounded(known, self.unit)
        return [
            replace(
                line,
                sums=Sums(
                    approved=None if line.sums.approved is None else approved[index],
                    **{name: column[index] for name, column in columns.items()},
                ),
            )
            for index, line in enumerate(lines)
        ]

    def _beyond(self, scopes: tuple[str, ...], name: str, sums: Sums) -> tuple[int, ...]:
        return tuple(
            index
            for index, each in enumerate(self.limits)
            if each.scope in scopes and self.is_beyond(each, name, sums)
        )

    def is_beyond(self, limit: Limit, name: str, sums: Sums) -> bool:
        """Whether a row is beyond a limit."""
        pair = measured(limit, sums)
        if pair is None:
            return False
        if (
            limit.never
            and name.strip().casefold() in {each.casefold() for each in limit.never}
            and pair[1] > pair[0]
        ):
            return True
        return beyond_limit(limit, *pair, self._amount(limit))

    def _amount(self, limit: Limit) -> int | None:
        """A limit's sum in minor units of the summary's currency."""
        if limit.amount is None:
            return None
        units = int(limit.amount.scaleb(money.digits(limit.currency)))
        month = month_of(self._until)
        rates = self._plan.rate(limit.currency, month), self._plan.rate(self.currency, month)
        if limit.currency == self.currency:
            return units
        if rates[0] is None or rates[1] is None:
            note = ToTell("no rate", f"{limit.currency}, {month}")
            if note not in self.tell:
                self.tell.append(note)
            return 0
        return money.convert(units, limit.currency, self.currency, (rates[0], rates[1]))

    def expenses(self) -> tuple[FunderExpense, ...]:
        """The expenses of the period, by day."""
        start, end = self._period[0], self._until
        found = [
            FunderExpense(
                each.expense.id,
                each.day,
                each.line,
                each.own,
                each.currency,
                each.expense.state,
                each.units,
            )
            for each in self._paid
            if each.expense is not None and start <= each.day <= end
        ]
        return tuple(sorted(found, key=lambda each: (each.day, each.id)))

    def reconciled(self, shown: int) -> Reconciled:
        """How the summary's spending follows from the figure of `variance`."""
        month = month_of(self._until)
        own = sum(
            each.spent
            for each in self._totals
            if each.grant == self._grant.id and each.paid and each.paid <= month
        )
        planned = self._budgeted(own)
        outside = sum(
            each.units or 0
            for each in self._paid
            if each.day > self._until and month_of(each.day) == month and self._exact
        )
        exact = sum(each.units or 0 for each in self._paid if each.day <= self._until)
        return Reconciled(own, planned, -outside, exact + outside - planned, shown - exact, shown)


def measured(limit: Limit, sums: Sums) -> tuple[int, int] | None:
    """What a limit compares: (budget, spent), or (approved, revised); None where there is nothing
    to compare."""
    pairs: Mapping[str, Callable[[], tuple[int, int] | None]] = {
        "to date": lambda: (sums.budget, sums.spent),
        "period": lambda: (sums.period_budget, sums.period_spent),
        "year": lambda: (sums.year_budget, sums.year_spent),
        "whole": lambda: (sums.whole, sums.spent),
        "budget change": lambda: None if sums.approved is None else (sums.approved, sums.whole),
    }
    return pairs[limit.measure]()


def _own(limit: Limit, grant: Grant) -> Limit:
    """The limit with the percentage that the grant's own agreement says, which wins over the
    profile."""
    if grant.variance_limit is None or limit.percent is None or limit.measure == "budget change":
        return limit
    values = {name: getattr(limit, name) for name in limit.__struct_fields__}
    return Limit(**{**values, "percent": grant.variance_limit})


def _added(sums: Iterable[Sums]) -> Sums:
    total = Sums()
    for each in sums:
        total = total + each
    return total


def _match(plan: Plan, grant_id: str, until: date) -> tuple[Match, ...]:
    return tuple(
        Match(
            each.id,
            each.kind,
            each.from_whom,
            each.description,
            each.quantity,
            each.unit,
            worth(each, until),
            each.currency,
            each.valued_by,
        )
        for each in plan.resources.values()
        if each.match_for == grant_id and given(each, month_of(until))
    )


def _due(plan: Plan, grant_id: str, until: date) -> tuple[Due, ...]:
    """What is owed and not done, by date: what is late, and what falls due within `DUE_AHEAD`
    months."""
    soon = last_day(after(month_of(until), DUE_AHEAD))
    found = [
        Due(each.what, each.due, each.due <= until)
        for each in plan.deadlines.values()
        if each.grant == grant_id
        and each.due <= soon
        and (each.done_on is None or each.done_on > until)
    ]
    return tuple(sorted(found, key=lambda due: due.due))


def _to_tell(
    grant: Grant,
    limits: Sequence[Limit],
    groups: Sequence[Group],
    total: Sums,
    profile: Profile,
    progress: Sequence[Progress],
    until: date,
    left_out: int,
) -> list[ToTell]:
    found = [] if profile.on else [ToTell("profile off", profile.id)]
    for group in groups:
        if group.kind == "unmapped":
            found += [ToTell("unmapped", line.id, line.sums.spent) for line in group.lines]
        if group.limits and not any(line.explanation for line in group.lines):
            found.append(ToTell("unexplained", group.name))
        for line in group.lines:
            beyond = bool(line.limits) or bool(group.limits and line.explanation)
            if line.limits and not line.explanation:
                found.append(ToTell("unexplained", line.id))
            if profile.timing and beyond and not line.timing:
                found.append(ToTell("unclassified", line.id))
    whole = [
        limit
        for limit in limits
        if limit.scope == "grant"
        and (pair := measured(limit, total)) is not None
        and beyond_limit(limit, *pair, None)
    ]
    if whole and not any(line.explanation for group in groups for line in group.lines):
        found.append(ToTell("unexplained", grant.id))
    found += [
        ToTell("unbudgeted", number=line.sums.spent)
        for group in groups
        for line in group.lines
        if not line.id and line.sums.spent
    ]
    if grant.amount is None:
        found.append(ToTell("award missing"))
    if grant.start is None or grant.end is None:
        found.append(ToTell("dates missing"))
    found += [
        ToTell("not reported", each.id)
        for each in progress
        if each.done is None and each.status in UNDER_WAY
    ]
    found += [
        ToTell("late without a note", each.id)
        for each in progress
        if each.end is not None
        and each.end < month_of(until)
        and each.status not in REACHED
        and not each.note
    ]
    if left_out:
        found.append(ToTell("left out", number=left_out))
    return found
