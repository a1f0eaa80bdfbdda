"""Reads from the host's own workbook what money the host hands on to groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base import months
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import share_of
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.counting.law import Books, MovedMoney, SubGrant
from budgettrack.core.counting.roll_up import RollUp, roll_up
from budgettrack.core.counting.statements import HostStatement, books_at
from budgettrack.core.figures.cash import grant_positions
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.ours import ours
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields, GivenGrant, GivenInstalment, Plan


def own_books(plan: Plan, totals: Sequence[Total], month: Month) -> list[Books]:
    """Returns the books of our grants at the end of a month. They are calculated as if no money of
    these grants had been handed on."""
    return [
        books_at(plan, totals, month, cash)
        for cash in grant_positions(plan, totals, month)
        if cash.grant and cash.money == "ours"
    ]


def sub_grants(plan: Plan, month: Month) -> list[SubGrant]:
    """Returns every sub-grant (money that is handed on to a group), with its payments up to the
    end of a month."""
    of: dict[str, list[GivenInstalment]] = {}
    for instalment in plan.instalments.values():
        day = instalment.paid_on
        if day is not None and instalment.paid and months.month_of(day) <= month:
            of.setdefault(instalment.given, []).append(instalment)
    return [_sub_grant(plan, given, of.get(given.id, ())) for given in plan.given.values()]


def _sub_grant(plan: Plan, given: GivenGrant, instalments: Sequence[GivenInstalment]) -> SubGrant:
    in_order = sorted(instalments, key=lambda one: (f"{one.paid_on}", one.id))
    paid = tuple(_moved(plan, given, one) for one in in_order if not one.is_back)
    back = tuple(_moved(plan, given, one) for one in in_order if one.is_back)
    # The fee is of what stays with the group, as in the group's own books.
    whole = sum(one.value for one in paid) - sum(one.value for one in back)
    percent = given.fee or Decimal(0)
    return SubGrant(
        given.id,
        given.reference,
        # Money that was paid has left us, even if nobody knows which group has it.
        given.group or f"? {given.id}",
        given.grant or f"? {given.id}",
        given.currency,
        paid,
        back,
        share_of(max(whole, 0), percent),
        percent,
    )


def gone_to_groups(plan: Plan, month: Month) -> dict[str, int]:
    """Returns for each grant of ours the money that was handed on up to the end of a month, less
    the money that came back, in minor units of the grant's currency. Our fee for handing it on is
    included. Grants of which nothing was handed on are left out."""
    gone: dict[str, int] = {}
    for one in sub_grants(plan, month):
        units = sum(moved.value for moved in one.paid) + one.fee
        units -= sum(moved.value for moved in one.back)
        gone[one.grant] = gone.get(one.grant, 0) + units
    return {grant: units for grant, units in gone.items() if units}


def notes_on_what_is_held(
    plan: Plan, month: Month, words: SheetWords, told: Callable[[int, str], str]
) -> dict[str, str]:
    """Returns a sentence for each grant of ours whose balance still has money that was handed on.

    The balance of a grant is received less spent, from our own rows alone. Whoever reads it as the
    money at the bank must know what has gone to groups. What is spent and available is from our
    own rows too: only the awards that are counted once have the spending of groups. `told` writes
    an amount."""
    return {
        grant: words.say(
            "Not taken off from what {grant} holds: {amount}, which went to groups by the end of"
            " {month}, our fee included. What groups spent of it is not in Spent, and not taken off"
            " from Available",
            grant=grant,
            amount=told(units, plan.currency_of(grant)),
            month=month,
        )
        for grant, units in gone_to_groups(plan, month).items()
        if grant in plan.grants and ours(plan, grant)
    }


def is_without_cost(plan: Plan, instalment: GivenInstalment) -> bool:
    """Whether nobody knows how much a payment in another currency has cost our grant: no cost was
    typed, and no rate is known."""
    given = plan.given[instalment.given]
    ours = plan.currency_of(given.grant) if given.grant else given.currency
    if ours == given.currency or instalment.cost is not None:
        return False
    if not instalment.paid or instalment.paid_on is None:
        return False
    month = months.month_of(instalment.paid_on)
    return at_month(plan, given.currency, ours, month) is None


def _moved(plan: Plan, given: GivenGrant, instalment: GivenInstalment) -> MovedMoney:
    """Returns a payment. If our grant has another currency, the payment also has its cost in the
    grant's currency.

    If nobody typed the cost, it is calculated at the rate of the month of the payment. If there is
    no rate, the cost is 0, and there is a finding (see `is_without_cost`). The money that the group
    received is then shown separately."""
    assert instalment.paid_on is not None
    assert instalment.paid is not None
    day = instalment.paid_on
    moved = MovedMoney(day.isoformat(), instalment.paid)
    ours = plan.currency_of(given.grant) if given.grant else given.currency
    if ours == given.currency:
        return moved
    if instalment.cost is not None:
        return replace(moved, cost=instalment.cost)
    conversion = at_month(plan, given.currency, ours, months.month_of(day))
    return replace(moved, cost=conversion.units(instalment.paid) if conversion else 0)


def counted(
    plan: Plan, totals: Sequence[Total], month: Month, told: Mapping[str, Sequence[Books]]
) -> RollUp:
    """Counts the money of a host and its groups once, at the end of a month."""
    return roll_up(own_books(plan, totals, month), sub_grants(plan, month), told)


def ticked_off(
    plan: Plan, told: Mapping[str, HostStatement], deadlines: Mapping[str, Fields | None]
) -> dict[str, Fields]:
    """Returns the deadlines of reports that groups must send us. A deadline is done on the day that
    the group's statement says. A deadline that was done already stays as it is."""
    done: dict[str, Fields] = {}
    for given in plan.given.values():
        statement = told.get(given.group)
        for grant in statement.grants if statement else ():
            if grant.held or not given.reference or grant.agreement != given.reference:
                continue
            for report in grant.reports:
                id_ = f"report:{given.id}:{report.period}"
                known = deadlines.get(id_)
                if report.done_on and known and not known.get("done_on"):
                    done[id_] = {**known, "done_on": report.done_on}
    return done


_FIGURED = {
    "given": frozenset({"group", "grant", "currency"}),
    "instalments": frozenset({"given", "direction", "paid_on", "amount_paid", "cost"}),
}
"""If one of these fields is missing, a row does not say what money went where."""


def rows_not_counted(findings: Iterable[Finding]) -> int:
    """Returns how many rows of *Given* and *Instalments* are not counted, or only in part, because
    of errors."""
    return len(
        {
            (finding.table, finding.id or finding.place)
            for finding in findings
            if finding.severity == "error" and finding.field in _FIGURED.get(finding.table, ())
        }
    )


class CallPosition(Struct, frozen=True):
    """The money of a call for proposals, in minor units of its currency. `left`: the money that is
    not promised yet, or None if nobody typed a total sum for the call. `without_rate`: the rows of
    *Given* that are in no sum, because no rate is known."""

    call: str
    currency: str
    purse: int | None
    promised: int
    left: int | None
    without_rate: tuple[str, ...] = ()


def call_positions(plan: Plan) -> list[CallPosition]:
    """Returns for each call how much was promised, and how much is left."""
    return [_call_position(plan, id_) for id_ in plan.calls]


def _call_position(plan: Plan, id_: str) -> CallPosition:
    call = plan.calls[id_]
    amounts = {
        given.id: in_currency(plan, given, call.currency)
        for given in plan.given.values()
        if given.call == id_ and given.is_promised
    }
    promised = sum(units for units in amounts.values() if units is not None)
    left = None if call.purse is None else call.purse - promised
    without = tuple(sorted(given for given, units in amounts.items() if units is None))
    return CallPosition(id_, call.currency, call.purse, promised, left, without)


def in_currency(plan: Plan, given: GivenGrant, currency: str) -> int | None:
    """Returns the amount of a row of *Given* in a currency. Returns None if the amount is blank, or
    if no rate is known.

    The rate is that of the payments of the row. If there is none, it is the rate of the month in
    which the row starts."""
    if given.amount is None or given.currency == currency:
        return given.amount
    paid = [
        one
        for one in plan.instalments.values()
        if one.given == given.id and one.paid and one.cost is not None and not one.is_back
    ]
    units = sum(one.paid or 0 for one in paid)
    if units and plan.currency_of(given.grant) == currency:
        return round(Fraction(given.amount * sum(one.cost or 0 for one in paid), units))
    if given.start is None:
        return None
    conversion = at_month(plan, given.currency, currency, months.month_of(given.start))
    return conversion.units(given.amount) if conversion else None
