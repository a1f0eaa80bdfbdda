"""Makes the statement: what a group tells its host about the money that comes from the host.

A statement has sums by grant and category, the instalments that came, and the reports that are due.
If the group agreed to it, it also has counts of supplies. It has no field for anything else: no row
of an expense, no outlet, and nothing about the grants of other funders. The only typed texts in it
are names of categories, kinds of supplies and numbers of batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base import months
from budgettrack.core.base.money import decimal, is_currency, minor
from budgettrack.core.base.months import Month
from budgettrack.core.counting.law import Award, Books, MovedMoney, told_upwards
from budgettrack.core.counting.paying import paying_line
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.stock import ToldSupplies, require_stock, told_stock
from budgettrack.core.counting.terms import Terms, names
from budgettrack.core.figures.cash import OF_THE_AWARD, GrantPosition, grant_positions
from budgettrack.core.figures.conversion import income_in
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import HOST_FEE, RETURNED, Agreement, Plan
from budgettrack.core.records.references import folded

VERSION = 1
"""The version of the file format of a statement. A file of a newer version is refused."""

HOST = "host or country partner"
"""The kind (in the tab Agreements) of an agreement with a host."""

WITH_SUPPLIES = "with supplies"
AGREED = frozenset({"yes", WITH_SUPPLIES})
"""The choices in *Statement* by which a group agrees. With *yes*, it tells of money only."""


class OwedReport(Struct, frozen=True):
    """A report that the group owes for a period. `done_on`: '' until it was sent."""

    period: str
    due: str
    done_on: str = ""


class ToldMovement(Struct, frozen=True):
    """An instalment, or money that went back, on a day."""

    day: str
    amount: str


class ToldCategory(Struct, frozen=True):
    """The money of one category of a grant, as a group tells it to its host."""

    category: str
    spent: str
    committed: str


class ToldGrant(Struct, frozen=True):
    """A grant that the host gave to a group, or holds for it. Amounts are decimal texts in
    `currency`.

    `fee`: the part of the fees that the host keeps. `figures`: the terms of the law of counting
    once (see `terms`), by name."""

    grant: str
    agreement: str
    held: bool
    currency: str
    figures: Mapping[str, str]
    committed: str
    fee: str
    receipts: Sequence[ToldMovement] = ()
    returns: Sequence[ToldMovement] = ()
    categories: Sequence[ToldCategory] = ()
    reports: Sequence[OwedReport] = ()


class HostStatement(Struct, frozen=True):
    """What a group tells its host at the end of a month. `closed`: whether the group's treasurer
    has closed the month; before that, the statement is provisional. `stock`: the supplies, by
    kind, if the group agreed to tell them. `listed`: whether the page of the host's network may
    name the group."""

    version: int
    month: Month
    closed: bool
    grants: Sequence[ToldGrant] = ()
    stock: Sequence[ToldSupplies] = ()
    listed: bool = False


def agreements_with_hosts(plan: Plan) -> list[Agreement]:
    """Returns the agreements in force with a host."""
    return [
        agreement
        for agreement in plan.agreements.values()
        if agreement.kind == HOST and agreement.is_in_force
    ]


def is_agreed(plan: Plan) -> bool:
    """Whether the group agreed that a host gets its statement."""
    return any(agreement.statement in AGREED for agreement in agreements_with_hosts(plan))


def may_be_listed(plan: Plan) -> bool:
    """Whether the group agreed that the page of its host's network names it."""
    return any(
        agreement.listed and agreement.statement in AGREED
        for agreement in agreements_with_hosts(plan)
    )


def tells_supplies(plan: Plan, *, preview: bool = False) -> bool:
    """Whether the group agreed that a host sees its supplies, too. If `preview` is true, agreements
    count as agreed as long as nobody has decided about them."""
    return any(
        agreement.statement == WITH_SUPPLIES or (preview and not agreement.statement)
        for agreement in agreements_with_hosts(plan)
    )


def told_grants(plan: Plan, *, preview: bool = False, host: str = "") -> dict[str, bool]:
    """Returns the grants that are in the statement. For each, the value says whether the host holds
    it for the group.

    These are the grants whose funder is the host, the grants that an agreement with the host names,
    and the grants that the host holds. If `preview` is true, agreements count as agreed as long as
    nobody has decided about them. `host`: the name of the host whose grants are returned; '' is any
    host."""
    told: dict[str, bool] = {}
    for agreement in agreements_with_hosts(plan):
        if agreement.statement not in AGREED and not (preview and not agreement.statement):
            continue
        party = folded(agreement.other_party)
        if host and party != folded(host):
            continue
        for grant in plan.grants.values():
            is_held = bool(grant.held_by) and folded(grant.held_by) == party
            is_theirs = folded(grant.funder) == party
            if is_ours(grant) and (is_theirs or is_held or grant.id == agreement.grant):
                told[grant.id] = is_held and not is_theirs
    return told


def statement(
    plan: Plan,
    totals: Sequence[Total],
    month: Month,
    *,
    preview: bool = False,
    rolled: RollUp | None = None,
    host: str = "",
) -> HostStatement:
    """Returns what a group tells its host at the end of a month. Only what is agreed is in it.

    `rolled`: if the group hands money on itself, its awards at the end of the month, with what
    those below told of them. `host`: only the money of the host of this name; '' is any host."""
    told = told_grants(plan, preview=preview, host=host)
    cash = {position.grant: position for position in grant_positions(plan, totals, month)}
    awards = {award.grant: award for award in (rolled.awards if rolled else ()) if not award.holder}
    return HostStatement(
        VERSION,
        month,
        month in plan.closed,
        tuple(
            _told(plan, totals, month, cash[grant], awards.get(grant), is_held=told[grant])
            for grant in plan.grants
            if grant in told
        ),
        told_stock(plan, months.last_day(month)) if tells_supplies(plan, preview=preview) else (),
        may_be_listed(plan),
    )


def _told(
    plan: Plan,
    totals: Sequence[Total],
    month: Month,
    cash: GrantPosition,
    award: Award | None,
    *,
    is_held: bool,
) -> ToldGrant:
    currency = cash.currency
    books = books_at(plan, totals, month, cash)
    if award is not None and award.parts:
        books = replace(told_upwards(books, award), by_category=_with_parts(plan, books, award))
    terms, grant = books.terms, plan.grants[cash.grant]
    return ToldGrant(
        grant=cash.grant,
        agreement=grant.agreement_reference,
        held=is_held,
        currency=currency,
        figures={name: decimal(getattr(terms, name), currency) for name in names()},
        committed=decimal(sum(units for _, units in books.by_category.values()), currency),
        fee=decimal(books.fee, currency),
        receipts=_movements(books.receipts, currency),
        returns=_movements(books.returns, currency),
        categories=tuple(
            ToldCategory(name, decimal(spent, currency), decimal(committed, currency))
            for name, (spent, committed) in sorted(books.by_category.items())
        ),
        reports=_reports(plan, cash.grant),
    )


def books_at(plan: Plan, totals: Sequence[Total], month: Month, cash: GrantPosition) -> Books:
    """Returns the money of a grant of ours at the end of a month, as if no money of the grant had
    been handed on.

    Fees that came to this grant were kept of other awards, and are in their books as fees. So they
    did not come from outside: they are no receipt, and are taken off the fees."""
    grant = plan.grants[cash.grant]
    fees_here = sum(
        one.units for one in moved(plan, cash.grant, cash.currency, month, frozenset({HOST_FEE}))
    )
    return Books(
        cash.grant,
        grant.agreement_reference,
        cash.currency,
        Terms(
            received=cash.received - fees_here,
            returned=cash.returned,
            spent=cash.spent,
            fees=cash.host_fee - fees_here,
            held_here=cash.balance,
        ),
        moved(plan, cash.grant, cash.currency, month, OF_THE_AWARD),
        moved(plan, cash.grant, cash.currency, month, frozenset({RETURNED})),
        by_category(plan, totals, month, cash.grant),
        cash.host_fee,
        fee_on_spending=grant.host_fee if grant.host_fee_on == "spending" else None,
        fees_here=fees_here,
    )


def _with_parts(plan: Plan, own: Books, award: Award) -> dict[str, tuple[int, int]]:
    """Returns the categories of an award with what those below spent. This stands in the category
    of our budget line that pays for it: how they call their own categories is not told on."""
    sums = dict(own.by_category)
    for part in award.parts:
        line = plan.lines.get(paying_line(plan, plan.given[part.sub_grant]))
        category = line.category if line else ""
        spent, committed = sums.get(category, (0, 0))
        spent += part.terms.spent
        committed += sum(units for _, units in part.by_category.values())
        sums[category] = (spent, committed)
    return {name: units for name, units in sums.items() if units != (0, 0)}


def by_category(
    plan: Plan, totals: Sequence[Total], month: Month, grant: str
) -> dict[str, tuple[int, int]]:
    """Returns the spending and the commitments of a grant by category. '' stands for money
    without a category."""
    sums: dict[str, tuple[int, int]] = {}
    for position in positions(plan, totals, end=month, grant=grant):
        spent, committed = sums.get(position.category, (0, 0))
        sums[position.category] = (spent + position.spent, committed + position.committed)
    return {name: sums[name] for name in sorted(sums) if sums[name] != (0, 0)}


def moved(
    plan: Plan, grant: str, currency: str, month: Month, kinds: frozenset[str]
) -> tuple[MovedMoney, ...]:
    """Returns the money that came to a grant or was given back, by day, up to the end of a
    month. `kinds`: the kinds of income that count."""
    rows = sorted(
        (row.date.isoformat(), income_in(plan, row, currency) or 0)
        for row in plan.income.values()
        if row.grant == grant
        and row.kind in kinds
        and not row.is_expected
        and months.month_of(row.date) <= month
    )
    return tuple(MovedMoney(day, units) for day, units in rows if units)


def _movements(movements: Sequence[MovedMoney], currency: str) -> tuple[ToldMovement, ...]:
    return tuple(ToldMovement(one.day, decimal(one.units, currency)) for one in movements)


def _reports(plan: Plan, grant: str) -> tuple[OwedReport, ...]:
    """Returns the reports that the group owes for a grant, from the deadlines of the grant."""
    start = f"report:{grant}:"
    return tuple(
        OwedReport(
            deadline.id.removeprefix(start),
            deadline.due.isoformat(),
            deadline.done_on.isoformat() if deadline.done_on else "",
        )
        for deadline in plan.deadlines.values()
        if deadline.id.startswith(start)
    )


_minor = lru_cache(maxsize=65536)(minor)
"""Reads an amount. Results are remembered, because the statements of thousands of groups have the
same amounts again and again."""


def books_of(told: HostStatement) -> list[Books]:
    """Returns one `Books` (the money of one grant, as one holder counts it) for each grant of the
    statement.

    Raises ValueError if the statement was not written by this program: an amount or a currency
    cannot be read, or its figures do not balance."""
    require_stock(told.stock)
    return [_books(grant) for grant in told.grants]


def _books(told: ToldGrant) -> Books:
    currency = told.currency
    if not is_currency(currency) or set(told.figures) != set(names()):
        raise ValueError("The figures of a grant are not those of a statement.")
    terms = Terms(**{name: _minor(text, currency) for name, text in told.figures.items()})
    if terms.gap:
        raise ValueError("The figures of a grant do not balance.")
    return Books(
        told.grant,
        told.agreement,
        currency,
        terms,
        movements_read(told.receipts, currency),
        movements_read(told.returns, currency),
        {
            one.category: (_minor(one.spent, currency), _minor(one.committed, currency))
            for one in told.categories
        },
        minor(told.fee, currency),
        told.held,
    )


def movements_read(movements: Sequence[ToldMovement], currency: str) -> tuple[MovedMoney, ...]:
    """Returns the movements of a file. Raises ValueError if a day or an amount cannot be read."""
    for one in movements:
        date.fromisoformat(one.day)
    return tuple(MovedMoney(one.day, _minor(one.amount, currency)) for one in movements)
