"""The tables of money beside the budget: expenses, adjustments, the way to the books, cash, and
match in kind."""

from __future__ import annotations

from datetime import date

from budgettrack.core.base.months import last_day, month_of
from budgettrack.core.views.audience import VOLUNTEER
from budgettrack.core.views.funder_types import Adjustment, FunderView, Match
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Heading,
    ReportTable,
    RowKind,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.funder.groups import where


def expenses(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of expenses in the period."""
    if not view.expenses:
        return []
    rows = [
        TableRow(
            expense.id,
            [
                TableCell(formats.day(expense.day, w.at)),
                TableCell(expense.line or formats.NONE),
                TableCell(w.term(expense.state)),
                TableCell(formats.money(expense.amount, expense.currency, w.at)),
                TableCell(formats.number(expense.units, view.currency, w.at)),
            ],
        )
        for expense in view.expenses
    ]
    headings = [
        Heading(w.say("Expense"), False),
        Heading(w.say("Paid on"), False),
        Heading(w.say("Budget line"), False),
        Heading(w.say("State"), False),
        Heading(w.say("Amount")),
        Heading(w.say("In {currency}", currency=view.currency)),
    ]
    return [
        ReportTable(
            w.say("Expenses of the period"),
            headings,
            rows,
            w.say("Without payees, who are never in a report"),
        )
    ]


def adjusted_days(adjustment: Adjustment, w: Words) -> str:
    """Returns the days of an adjustment in words."""
    if adjustment.first is None:
        return w.say("up to {day}", day=formats.day(adjustment.last, w.at))
    return formats.days(adjustment.first, adjustment.last, w.at)


def adjustments(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of changes to figures that were reported before."""
    if not view.adjustments:
        return []
    rows = [
        TableRow(
            adjustment.name or w.say("Spent outside the budget lines"),
            [
                TableCell(adjusted_days(adjustment, w)),
                TableCell(formats.number(adjustment.was, view.currency, w.at)),
                TableCell(formats.number(adjustment.now, view.currency, w.at)),
                TableCell(formats.number(adjustment.now - adjustment.was, view.currency, w.at)),
            ],
        )
        for adjustment in view.adjustments
    ]
    headings = [
        Heading(w.say("Budget line"), False),
        Heading(w.say("Period"), False),
        Heading(w.say("As reported")),
        Heading(w.say("Now")),
        Heading(w.say("Adjustment")),
    ]
    note = w.say(
        "Spent, in {currency}. Figures to date in this summary include the adjustments.",
        currency=view.currency,
    )
    return [ReportTable(w.say("Changed since they were reported"), headings, rows, note)]


def reconcile(view: FunderView, w: Words) -> list[Block]:
    """Returns the reconciliation: the steps from the spending in the books to the spending in
    this summary."""
    sums = view.reconciled
    if (
        view.currency == view.grant.currency
        and sums.own == sums.spent
        and not (sums.outside or sums.exchange)
    ):
        return [
            Text(
                w.say(
                    "Spent to date here is spent to date in the books: {amount}.",
                    amount=formats.money(sums.spent, view.currency, w.at),
                )
            )
        ]
    rules = {
        "month": w.say("the rate of each month"),
        "period": w.say("the mean rate of each period"),
        "fixed": w.say("a fixed rate"),
        "receipts": w.say("the average rate of the money received"),
    }
    rows = [
        (w.say("Spent to date in the books, at the budget's rate"), sums.planned, ""),
        (w.say("Paid later in the last month"), sums.outside, ""),
        (
            w.say("Difference by the rule for rates: {rule}", rule=rules[view.profile.rate]),
            sums.exchange,
            "",
        ),
        (w.say("Spent by groups"), sums.groups, ""),
        (w.say("Rounding"), sums.rounding, ""),
        (w.say("Spent to date in this summary"), sums.spent, "total"),
    ]
    shown = [
        TableRow(
            name,
            [TableCell(formats.number(units, view.currency, w.at))],
            kind="total" if kind else "",
        )
        for name, units, kind in rows
        if units or kind or name == rows[0][0]
    ]
    note = w.say(
        "In {currency}; in the books it is {amount}",
        currency=view.currency,
        amount=formats.money(sums.own, view.grant.currency, w.at),
    )
    return [
        ReportTable(
            w.say("From the books to this summary"),
            [Heading(w.say("What"), False), Heading(w.say("Amount"))],
            shown,
            note,
        )
    ]


def cash(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of the grant's cash, in the grant's currency."""
    if view.together is not None:
        return where(view, w)
    cash, currency = view.cash, view.grant.currency
    rows: list[tuple[str, int, RowKind]] = [
        (w.say("Received"), cash.received, ""),
        (w.say("Returned to the funder"), -cash.returned, ""),
        (w.say("Spent"), -cash.spent, ""),
        (w.say("Host fee"), -cash.host_fee, ""),
        (w.say("Balance held"), cash.balance, "total"),
        (w.say("Still to receive"), cash.still_to_receive, "aside"),
    ]
    shown = [
        TableRow(
            name,
            [TableCell(formats.number(units, currency, w.at), over=units < 0 and kind == "total")],
            kind=kind,
        )
        for name, units, kind in rows
    ]
    note = w.say(
        "In {currency}, to the end of {month}",
        currency=currency,
        month=formats.month(view.month, w.at),
    )
    blocks: list[Block] = [
        ReportTable(
            w.say("Cash of this grant"),
            [Heading(w.say("What"), False), Heading(w.say("Amount"))],
            shown,
            note,
        )
    ]
    if cash.balance < 0 and view.grant.paid == "in arrears":
        blocks.append(
            Text(
                w.say("This grant is paid in arrears: what was spent first is received later."),
                True,
            )
        )
    return blocks


def to_the_end_of(until: date, w: Words) -> str:
    """Returns the last day of the figures. If it is the last day of its month, returns the
    month."""
    month = month_of(until)
    if until == last_day(month):
        return formats.month(month, w.at)
    return formats.day(until, w.at)


def _contribution(contribution: Match, w: Words) -> TableRow:
    """Returns the row of one contribution in kind."""
    quantity, value = formats.NONE, w.say("not valued")
    if contribution.quantity is not None:
        quantity = formats.counted(contribution.quantity, contribution.unit, w.at)
    if contribution.value is not None:
        value = formats.money(contribution.value, contribution.currency, w.at)
    kind = w.term(contribution.kind)
    heading = kind[:1].upper() + kind[1:]
    if contribution.from_whom:
        giver = w.term(contribution.from_whom)
        heading = w.say("{kind}, from: {giver}", kind=heading, giver=giver)
    cells = [quantity, value, w.term(contribution.basis) or formats.NONE]
    small = " · ".join(filter(None, (contribution.id, contribution.description)))
    return TableRow(heading, [TableCell(text) for text in cells], small)


def match(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of match in kind: contributions beside the grant that are no money."""
    if not view.match:
        return [Text(w.say("Nothing in kind is recorded as match for this grant."), True)]
    rows = [_contribution(contribution, w) for contribution in view.match]
    headings = [
        Heading(w.say("What, from whom"), False),
        Heading(w.say("How much"), False),
        Heading(w.say("Value to date")),
        Heading(w.say("Valued by"), False),
    ]
    note = w.say("Beside the money above, never added to it")
    blocks: list[Block] = [
        ReportTable(w.say("Given as match for this grant"), headings, rows, note)
    ]
    if any(contribution.kind == VOLUNTEER for contribution in view.match):
        blocks.append(
            Text(w.say("Volunteer time is counted as the grant's agreement counts it."), True)
        )
    if view.match_wanted is not None:
        same = sum(
            contribution.value or 0
            for contribution in view.match
            if contribution.currency == view.currency
        )
        blocks.append(
            Text(
                w.say(
                    "Match asked for: {wanted}; given to date: {given}.",
                    wanted=formats.money(view.match_wanted, view.currency, w.at),
                    given=formats.money(same, view.currency, w.at),
                )
            )
        )
    return blocks
