"""Views by audience: what a reader may see, taken out of plan and totals; reports receive views and nothing else.

Public view. Figures by category and by activity, never by expense, in the base currency at the grants' budget rates.
`disclosure.shown` decides up to which month each row may be shown, so that neither a figure nor its difference from an
earlier page has one or two payments behind it.

Lines that pay people are in no other figure than one total a year: not in the categories, the activities, the money out
or any total of them. Nor is anything printed from which they could be subtracted: no balance, no share of an award
spent, no money out that includes them, no commitments, no host fee. The year's total is shown when the year is over
(and, where the organisation closes its months, all twelve are closed), and only with enough payments behind it.

Grants that are not marked Publish are never named; their money is one line, *withheld*, so that totals add up. What
came in on no grant (gifts, interest) may be one person's gift: it is shown by the same rule as spending.

A text in which somebody seems to have typed a personal detail (see `personal`) is held back until it is mended.

Funder view. One grant alone: columns for the public and for funders, no expense and no income by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from budgettrack.core.deadlines import reporting_periods
from budgettrack.core.disclosure import NOTHING, Sum, added, shown
from budgettrack.core.model import Activity, BudgetLine, Grant, Income, Plan, Resource
from budgettrack.core.money import convert
from budgettrack.core.periods import Month, after, elapsed, last_day, month_of, months
from budgettrack.core.personal import personal
from budgettrack.core.positions import (
    ANY_TIME,
    GrantPosition,
    Total,
    beyond,
    grant_positions,
    in_currency,
    limit,
    phasing,
    positions,
)

HELD_BACK = "(withheld: it looked like a personal detail)"

FEWEST = 3
"""Payments that must lie behind a published figure."""

AHEAD = 3
"""Months that "what comes next" looks ahead."""

VALUED_BY = ("market price", "agreed rate", "invoice", "estimate")
VOLUNTEER = "volunteer time"
PLANNED, REACHED, UNDER_WAY = ("prospect", "applied", "declined"), ("done", "dropped"), ("under way", "delayed")
RETURNED = "returned to funder"

DUE_AHEAD = 6
"""Months that a funder summary's "what is due next" looks ahead."""

WITHHELD, UNBUDGETED, UNRESTRICTED, GIFTS = "withheld", "unbudgeted", "unrestricted", "gifts"
ELSEWHERE = {
    UNBUDGETED: "Spent outside the budget lines",
    UNRESTRICTED: "Unrestricted money",
    WITHHELD: "Withheld: grants that are not published",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of a public table, in minor units of the base currency, up to the end of `through` (None: not yet shown).

    `name` is a category's or an activity's; `kind` tells the rows that are neither.
    """

    name: str
    kind: str
    through: Month | None
    budget: int
    spent: int

    @property
    def variance(self) -> int:
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Standings:
    """One public table. Rows and `held` sum to `total`; `held` is the newest money of the rows named in its name."""

    rows: Sequence[Standing]
    held: Standing | None
    total: Standing


@dataclass(frozen=True, slots=True)
class PublicGrant:
    """A grant marked Publish: its published columns, and what was received for it, in its own currency."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: Month | None
    end: Month | None
    received: int


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Money received, in the base currency. `kind`: grant, withheld (grants not published), other, merged."""

    name: str
    kind: str
    this_month: int
    to_date: int


@dataclass(frozen=True, slots=True)
class People:
    """What the lines that pay people came to in one year; `spent` and `budget` are None where it may not be shown."""

    year: str
    budget: int | None
    spent: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A row of the work-plan in its published columns; dates by month."""

    id: str
    objective: str
    activity: str
    lead_role: str
    start: Month | None
    end: Month | None
    milestone: str
    indicator: str
    target: Decimal | None
    achieved: Decimal | None
    done: Decimal | None
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class InKind:
    """Resources of one kind from one kind of giver. `value` is in minor units of `currency`, None where not valued.

    `quantities` are (quantity, unit), as agreed for the whole time.
    """

    kind: str
    from_whom: str
    number: int
    quantities: Sequence[tuple[Decimal, str]]
    value: int | None
    currency: str
    basis: Sequence[str]


@dataclass(frozen=True, slots=True)
class Coming:
    """A milestone that is to be reached by the end of a month; `late` where that month is over."""

    month: Month
    activity: str
    milestone: str
    late: bool


@dataclass(frozen=True, slots=True)
class PublicView:
    """What anybody may read about a month. Amounts are in minor units of `currency`.

    `first` is the month with which figures to date begin, `through` the month up to which spending may be shown (None:
    not yet). `spent_this_month` is None where `through` is earlier than `month`. `left_out` is how many rows are left
    out of the figures. `corrections` is where published corrections will stand; there are none yet.
    """

    organisation: str
    contact: str
    language: str
    month: Month
    first: Month
    through: Month | None
    currency: str
    provisional: bool
    left_out: int
    fewest: int
    grants: Sequence[PublicGrant]
    money_in: Sequence[MoneyIn]
    too_few_gifts: bool
    budget_this_month: int | None
    spent_this_month: int | None
    categories: Standings
    activities: Standings
    people: People | None
    progress: Sequence[Progress]
    in_kind: Sequence[InKind]
    coming: Sequence[Coming]
    corrections: None = None


def public_view(
    plan: Plan,
    totals: Iterable[Total],
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    language: str = "en",
    fewest: int = FEWEST,
    left_out: int = 0,
) -> PublicView:
    """What anybody may read about `month`. `left_out` is the number of rows that errors keep out of the figures."""
    plan = _without_personal_details(plan)
    spending = [each for each in totals if each.paid and each.paid <= month]
    by_category, by_activity = _cells(plan, spending, month)
    first = min((*(when for _, when in by_category if when != ANY_TIME), month))
    by_category, by_activity = _from(first, by_category), _from(first, by_activity)
    span = months(first, month)
    categories = _standings(by_category, [f"={line.category}" for line in plan.lines.values()], span, fewest, {})
    titles = {f"={each.id}": each.activity for each in plan.activities.values()}
    activities = _standings(by_activity, [*titles, "="], span, fewest, titles)
    through = categories.total.through
    # Where the page did not move last month, this month's figure alone would give away what it was waiting for.
    earlier = _standings(by_category, sorted({key for key, _ in by_category}), span[:-1], fewest, {}).total
    alone = through == month and (len(span) == 1 or earlier.through == after(month, -1))
    money_in, too_few_gifts = _money_in(plan, month, fewest)
    return PublicView(
        organisation=organisation,
        contact=contact,
        language=language,
        month=month,
        first=first,
        through=through,
        currency=plan.base,
        provisional=month not in plan.closed,
        left_out=left_out,
        fewest=fewest,
        grants=tuple(_public_grant(plan, grant, month) for grant in plan.grants.values() if _named(grant)),
        money_in=money_in,
        too_few_gifts=too_few_gifts,
        budget_this_month=categories.total.budget - earlier.budget if alone else None,
        spent_this_month=categories.total.spent - earlier.spent if alone else None,
        categories=categories,
        activities=activities,
        people=_people(plan, spending, month, fewest),
        progress=tuple(_progress(each) for each in plan.activities.values()),
        in_kind=_in_kind(plan.resources.values(), month),
        coming=_coming(plan, month),
    )


def _without_personal_details(plan: Plan) -> Plan:
    """The plan with every text that seems to hold a personal detail replaced: a finding alone would come too late."""
    return replace(
        plan,
        grants={id_: replace(each, **_held_back(each)) for id_, each in plan.grants.items()},
        activities={id_: replace(each, **_held_back(each)) for id_, each in plan.activities.items()},
        lines={id_: replace(each, **_held_back(each)) for id_, each in plan.lines.items()},
        resources={id_: replace(each, **_held_back(each)) for id_, each in plan.resources.items()},
    )


_KEYS: Mapping[type, frozenset[str]] = {
    Grant: frozenset({"id"}),
    Activity: frozenset({"id"}),
    BudgetLine: frozenset({"id", "grant", "activity"}),
    Resource: frozenset({"id", "match_for", "activity"}),
}
"""What records are known and referred by; an activity's own text is called `activity` too."""


def _held_back(record: Grant | Activity | BudgetLine | Resource) -> dict[str, Any]:
    texts = {field.name: getattr(record, field.name) for field in fields(record)}
    return {
        name: HELD_BACK
        for name, text in texts.items()
        if isinstance(text, str) and name not in _KEYS[type(record)] and personal(text)
    }


def _named(grant: Grant | None) -> bool:
    return grant is not None and grant.publish and grant.state not in PLANNED


def _in_base(plan: Plan, units: int, currency: str, grant: Grant | None) -> int | None:
    """Minor units of `currency` in the base currency at the grant's budget rate; None where no rate is known.

    Without a budget rate it is the earliest rate in the workbook: one rate for all months, as with the others.
    """
    if currency == plan.base:
        return units
    rate = (grant.budget_rate if grant else None) or next(
        (rate for (_, known), rate in sorted(plan.rates.items()) if known == currency), None
    )
    return convert(units, currency, plan.base, (rate, Decimal(1))) if rate else None


def _from(first: Month, cells: dict[tuple[str, Month], Sum]) -> dict[tuple[str, Month], Sum]:
    """The same cells, with budgets without a date in the first month."""
    dated: dict[tuple[str, Month], Sum] = {}
    for (key, when), what in cells.items():
        at = (key, max(first, when))
        dated[at] = dated.get(at, NOTHING) + what
    return dated


def _cells(
    plan: Plan, spending: Sequence[Total], month: Month
) -> tuple[dict[tuple[str, Month], Sum], dict[tuple[str, Month], Sum]]:
    """Budget and spending up to `month` without the lines that pay people, by category and by activity, and month."""
    by_category: dict[tuple[str, Month], Sum] = {}
    by_activity: dict[tuple[str, Month], Sum] = {}

    def add(line: BudgetLine | None, grant: Grant | None, when: Month, what: Sum) -> None:
        if line is not None and line.pays_people:
            return
        category, activity = _keys(plan, line, grant)
        by_category[category, when] = by_category.get((category, when), NOTHING) + what
        by_activity[activity, when] = by_activity.get((activity, when), NOTHING) + what

    for line in plan.lines.values():
        grant = plan.grants.get(line.grant)
        if grant is not None and grant.state in PLANNED:
            continue
        for when, units in phasing(line).items():
            if when <= month and (budget := _in_base(plan, units, line.currency, grant)) is not None:
                add(line, grant, when, Sum(budget=budget))
    for each in spending:
        grant = plan.grants.get(each.grant)
        if (spent := _in_base(plan, each.spent, each.currency, grant)) is not None:
            add(plan.lines.get(each.line), grant, each.paid, Sum(spent=spent, count=each.count))
    return by_category, by_activity


def _keys(plan: Plan, line: BudgetLine | None, grant: Grant | None) -> tuple[str, str]:
    """The rows of a line's money in the tables by category and by activity."""
    if grant is None:
        return UNRESTRICTED, UNRESTRICTED
    if not _named(grant):
        return WITHHELD, WITHHELD
    if line is None:
        return UNBUDGETED, UNBUDGETED
    return f"={line.category}", f"={line.activity}" if line.activity in plan.activities else "="


def _standings(
    cells: Mapping[tuple[str, Month], Sum],
    order: Sequence[str],
    span: Sequence[Month],
    fewest: int,
    names: Mapping[str, str],
) -> Standings:
    known = {key for key, _ in cells}
    keys = [key for key in dict.fromkeys((*order, *ELSEWHERE)) if key in known]
    found = shown(cells, keys, span, fewest)

    def name(key: str) -> str:
        return ELSEWHERE.get(key) or names.get(key, key[1:])

    rows = []
    for key in keys:
        through, what = found.rows[key]
        if key in found.waiting and what == NOTHING:
            through = None
        rows.append(Standing(name(key), key if key in ELSEWHERE else "", through, what.budget, what.spent))
    held = None
    if found.waiting:
        label = tuple(name(key) for key in found.waiting)
        held = Standing(" + ".join(label), "held", found.through, found.held.budget, found.held.spent)
    return Standings(
        tuple(rows), held, Standing("Total", "total", found.through, found.total.budget, found.total.spent)
    )


def _people(plan: Plan, spending: Sequence[Total], month: Month, fewest: int) -> People | None:
    """The last complete year of the lines that pay people; None where no line does, or no year is complete."""
    lines = {line.id: line for line in plan.lines.values() if line.pays_people}
    if not lines:
        return None
    year = int(month[:4]) if month.endswith("-12") else int(month[:4]) - 1
    span = months(f"{year}-01", f"{year}-12")
    if plan.closed and not plan.closed.issuperset(span):
        return People(str(year), None, None)
    spent = added(
        Sum(spent=units, count=each.count)
        for each in spending
        if each.line in lines and each.paid in span
        if (units := _in_base(plan, each.spent, each.currency, plan.grants.get(each.grant))) is not None
    )
    if 0 < spent.count < fewest:
        return People(str(year), None, None)
    budget = sum(
        _in_base(plan, units, line.currency, plan.grants.get(line.grant)) or 0
        for line in lines.values()
        for when, units in phasing(line).items()
        if when in span
    )
    return People(str(year), budget, spent.spent)


def _public_grant(plan: Plan, grant: Grant, month: Month) -> PublicGrant:
    received = sum(
        _received(plan, each, grant.currency) or 0 for each in _income(plan, month) if each.grant == grant.id
    )
    return PublicGrant(
        grant.id,
        grant.funder,
        grant.title,
        grant.state,
        grant.currency,
        grant.amount,
        month_of(grant.start) if grant.start else None,
        month_of(grant.end) if grant.end else None,
        received,
    )


def _progress(each: Activity) -> Progress:
    return Progress(
        each.id,
        each.objective,
        each.activity,
        each.lead_role,
        month_of(each.start) if each.start else None,
        month_of(each.end) if each.end else None,
        each.milestone,
        each.indicator,
        each.target,
        each.achieved,
        each.done,
        each.status,
        each.progress_note,
    )


def _worth(resource: Resource, until: date) -> int | None:
    """Its value up to the end of a day, spread by days; the whole from its start where it has no end."""
    if resource.value is None:
        return None
    start, end = resource.start, resource.until
    if start is not None and start > until:
        return 0
    if start is None or end is None or end < start:
        return resource.value
    gone, whole = elapsed(start, end, until)
    return int((Decimal(resource.value) * gone / whole).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _given(resource: Resource, month: Month) -> bool:
    """Whether it was ours by the end of the month: offers that came to nothing are not."""
    return resource.state not in {"offered", "lapsed"} and (resource.start is None or resource.start <= last_day(month))


def _in_kind(resources: Iterable[Resource], month: Month) -> tuple[InKind, ...]:
    """What was given up to the end of `month`, by kind, kind of giver and currency."""
    grouped: dict[tuple[str, str, str], list[Resource]] = {}
    for each in resources:
        if _given(each, month):
            grouped.setdefault((each.kind, each.from_whom, each.currency), []).append(each)
    found = []
    for (kind, giver, currency), members in sorted(grouped.items()):
        quantities: dict[str, Decimal] = {}
        for each in members:
            if each.quantity is not None:
                quantities[each.unit] = quantities.get(each.unit, Decimal(0)) + each.quantity
        worth = [value for each in members if (value := _worth(each, last_day(month))) is not None]
        basis = [each.valued_by for each in members if each.value is not None and each.valued_by in VALUED_BY]
        found.append(
            InKind(
                kind,
                giver,
                len(members),
                tuple((number, unit) for unit, number in quantities.items()),
                sum(worth) if worth else None,
                currency,
                tuple(dict.fromkeys(basis)),
            )
        )
    return tuple(found)


def _coming(plan: Plan, month: Month) -> tuple[Coming, ...]:
    """Milestones of the next months, and those that are late, by month."""
    found = []
    for each in plan.activities.values():
        if each.end is None or each.status in REACHED:
            continue
        when = month_of(each.end)
        if when <= after(month, AHEAD):
            found.append(Coming(when, each.activity, each.milestone, when <= month))
    return tuple(sorted(found, key=lambda coming: coming.month))


def _income(plan: Plan, month: Month) -> list[Income]:
    return [each for each in plan.income.values() if each.state == "received" and month_of(each.date) <= month]


def _received(plan: Plan, each: Income, currency: str) -> int | None:
    """What was received in `currency`, below zero where it was returned; None where there is no rate."""
    units = in_currency(plan, each, currency)
    return -units if units is not None and each.kind == RETURNED else units


def _money_in(plan: Plan, month: Month, fewest: int) -> tuple[tuple[MoneyIn, ...], bool]:
    """Rows of money received, and whether gifts are left out of them because they are too few to show.

    Gifts are shown by the rule of spending. What is too new of them joins the line of unpublished grants, if any.
    """
    cells: dict[str, dict[Month, Sum]] = {}
    for each in _income(plan, month):
        grant = plan.grants.get(each.grant)
        units = _received(plan, each, plan.base)
        if units is None:
            continue
        key = GIFTS if grant is None else each.grant if _named(grant) else WITHHELD
        when = month_of(each.date)
        months_ = cells.setdefault(key, {})
        months_[when] = months_.get(when, NOTHING) + Sum(spent=units, count=1)
    rows = []
    for key in (*plan.grants, WITHHELD):
        if key in cells and key != GIFTS:
            here = cells[key]
            grant = plan.grants.get(key)
            name = (
                ELSEWHERE[WITHHELD]
                if grant is None
                else f"{grant.funder}: {grant.title}"
                if grant.title
                else grant.funder
            )
            new = here.get(month, NOTHING).spent
            rows.append(MoneyIn(name, "grant" if grant else WITHHELD, new, added(here.values()).spent))
    gifts = cells.get(GIFTS)
    if not gifts:
        return tuple(rows), False
    span = months(min(gifts), month)
    found = shown({(GIFTS, when): what for when, what in gifts.items()}, [GIFTS], span, fewest)
    before = shown({(GIFTS, when): what for when, what in gifts.items()}, [GIFTS], span[:-1], fewest)
    if found.through is not None:
        new = found.total.spent - before.total.spent
        rows.append(MoneyIn("Gifts and other money on no grant", GIFTS, new, found.total.spent))
    return tuple(rows), added(gifts.values()).count > found.total.count


@dataclass(frozen=True, slots=True)
class FunderLine:
    """A budget line in its grant's currency: the period so far, and to date. `id` is empty for spending on no line.

    `beyond` says that the variance to date is beyond the limit.
    """

    id: str
    category: str
    activity: str
    description: str
    amount: int
    period_budget: int
    period_spent: int
    budget: int
    spent: int
    committed: int
    available: int
    explanation: str
    beyond: bool

    @property
    def period_variance(self) -> int:
        return self.period_budget - self.period_spent

    @property
    def variance(self) -> int:
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Match:
    """A resource given as match for the grant; values in minor units of `currency`, up to the end of the month."""

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
    """What the funder must still be told: its kind, and what it is about.

    Kinds: unexplained, unbudgeted, award missing, dates missing, not reported (an activity without % done), left out,
    provisional.
    """

    kind: str
    about: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class FunderView:
    """What one grant's funder may read: that grant alone. Amounts are in minor units of `grant.currency`.

    `period` are the first and last month of the reporting period that `month` lies in; figures go to the end of `month`.
    """

    organisation: str
    contact: str
    language: str
    month: Month
    period: tuple[Month, Month]
    grant: FunderGrant
    limit: Decimal
    lines: Sequence[FunderLine]
    cash: GrantPosition
    progress: Sequence[Progress]
    match: Sequence[Match]
    due: Sequence[Due]
    tell: Sequence[ToTell]
    provisional: bool
    left_out: int


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


def reporting_period(grant: Grant, month: Month) -> tuple[Month, Month]:
    """The first and last month of the grant's reporting period in which `month` ends.

    Figures go by months: where periods change within a month, that month is counted in the later one. Without a rhythm
    it is the whole grant; without dates, or outside them, the month itself.
    """
    day = last_day(month)
    for period in reporting_periods(grant):
        final = grant.end is not None and period.end >= grant.end
        if period.start <= day and (day <= period.end or (final and month <= month_of(period.end))):
            closing = month_of(period.end)
            whole = final or period.end == last_day(closing)
            return month_of(period.start), closing if whole else after(closing, -1)
    if grant.start and grant.end and not grant.report_every and grant.start <= day and month <= month_of(grant.end):
        return month_of(grant.start), month_of(grant.end)
    return month, month


def funder_view(
    plan: Plan,
    totals: Sequence[Total],
    grant_id: str,
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    language: str = "en",
    left_out: int = 0,
) -> FunderView:
    """What the funder of `grant_id` may read about `month`.

    Raises `KeyError` for an unknown grant.
    """
    grant = plan.grants[grant_id]
    period = reporting_period(grant, month)
    now = {each.line: each for each in positions(plan, totals, start=period[0], end=month, grant=grant_id)}
    lines = []
    for each in positions(plan, totals, end=month, grant=grant_id):
        line, part = plan.lines.get(each.line), now.get(each.line)
        lines.append(
            FunderLine(
                each.line if line else "",
                line.category if line else "",
                line.activity if line else "",
                line.description if line else "",
                each.amount,
                part.budget if part else 0,
                part.spent if part else 0,
                each.budget,
                each.spent,
                each.committed,
                each.available,
                line.explanation if line else "",
                beyond(grant, each.budget, each.spent),
            )
        )
    paid_for = dict.fromkeys(line.activity for line in lines if line.activity in plan.activities)
    progress = tuple(_progress(plan.activities[each]) for each in paid_for)
    provisional = month not in plan.closed
    return FunderView(
        organisation=organisation,
        contact=contact,
        language=language,
        month=month,
        period=period,
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
        limit=limit(grant),
        lines=tuple(lines),
        cash=next(each for each in grant_positions(plan, totals, month) if each.grant == grant_id),
        progress=progress,
        match=_match(plan, grant_id, month),
        due=_due(plan, grant_id, month),
        tell=_to_tell(grant, lines, progress, left_out, provisional),
        provisional=provisional,
        left_out=left_out,
    )


def _match(plan: Plan, grant_id: str, month: Month) -> tuple[Match, ...]:
    return tuple(
        Match(
            each.id,
            each.kind,
            each.from_whom,
            each.description,
            each.quantity,
            each.unit,
            _worth(each, last_day(month)),
            each.currency,
            each.valued_by,
        )
        for each in plan.resources.values()
        if each.match_for == grant_id and _given(each, month)
    )


def _due(plan: Plan, grant_id: str, month: Month) -> tuple[Due, ...]:
    """What is owed and not done, by date: what is late, and what falls due within `DUE_AHEAD` months."""
    end = last_day(month)
    soon = last_day(after(month, DUE_AHEAD))
    found = [
        Due(each.what, each.due, each.due <= end)
        for each in plan.deadlines.values()
        if each.grant == grant_id and each.due <= soon and (each.done_on is None or each.done_on > end)
    ]
    return tuple(sorted(found, key=lambda due: due.due))


def _to_tell(
    grant: Grant, lines: Sequence[FunderLine], progress: Sequence[Progress], left_out: int, provisional: bool
) -> tuple[ToTell, ...]:
    found = [ToTell("unexplained", line.id) for line in lines if line.id and line.beyond and not line.explanation]
    found += [ToTell("unbudgeted", number=line.spent) for line in lines if not line.id and line.spent]
    if grant.amount is None:
        found.append(ToTell("award missing"))
    if grant.start is None or grant.end is None:
        found.append(ToTell("dates missing"))
    found += [ToTell("not reported", each.id) for each in progress if each.done is None and each.status in UNDER_WAY]
    if left_out:
        found.append(ToTell("left out", number=left_out))
    if provisional:
        found.append(ToTell("provisional"))
    return tuple(found)
