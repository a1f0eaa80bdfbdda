"""Checks the money that a host hands on to groups. Compares it with what the groups report, and
with the host's own grants and calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import with_currency
from budgettrack.core.checks.looking import SOON, Looking
from budgettrack.core.counting.handed_on import call_positions, in_currency, is_without_cost
from budgettrack.core.counting.law import Trouble, TroubleKind
from budgettrack.core.records.model import HOST_FEE, OPENING, RETURNED, GivenInstalment, Plan

LATE = 30
"""There is a finding if the group has not recorded a payment as received after this number of
days."""

_CODES: Mapping[TroubleKind, str] = {
    "amount-differs": "payment-differs",
    "received-not-paid": "payment-not-noted",
    "return-differs": "return-differs",
    "returned-not-noted": "return-differs",
    "back-not-returned": "return-differs",
    "no-grant": "given-not-found",
    "currency-differs": "given-not-found",
    "no-rate": "payment-not-noted",
    "reference-twice": "given-not-found",
    "paid-not-received": "payment-not-received",
    "fee-differs": "fee-differs",
    "fee-rule-differs": "fee-rule-differs",
}


def sides_that_differ(look: Looking) -> Iterator[Finding]:
    """Finds money that we handed on but about which a group's statement says another amount. Also
    finds a payment that the group has not received after 30 days."""
    if not look.plan.given and not look.told:
        return
    for trouble in look.counted.troubles:
        if trouble.kind == "reference-unknown":
            amount = with_currency(trouble.theirs, trouble.currency)
            values = {"theirs": amount, "grant": trouble.grant}
            yield finding("money-without-given", "groups", trouble.group, "id", **values)
        elif trouble.kind == "held-twice":
            where = "grants", trouble.grant, "agreement_reference"
            yield finding("held-twice", *where, group=trouble.group)
        elif not _waits(look, trouble):
            yield _differing(trouble)


def _waits(look: Looking, trouble: Trouble) -> bool:
    """Whether a difference is not yet a finding: the payment is recent, or the group has sent no
    statement. A missing statement is shown by `budgettrack host status`."""
    if trouble.kind == "no-grant":
        return trouble.group not in look.told
    if trouble.kind != "paid-not-received":
        return False
    return date.fromisoformat(trouble.day) + timedelta(days=LATE) > look.today


def _differing(trouble: Trouble) -> Finding:
    return finding(
        _CODES[trouble.kind],
        "given",
        trouble.sub_grant,
        "agreement_reference",
        group=trouble.group,
        ours=with_currency(trouble.ours, trouble.currency),
        theirs=with_currency(trouble.theirs, trouble.currency),
        day=trouble.day,
    )


def given_beyond_grants(look: Looking) -> Iterator[Finding]:
    """Finds a grant with more money promised to groups than its award."""
    promised: dict[str, int] = {}
    for given in look.plan.given.values():
        grant = look.plan.grants.get(given.grant)
        if grant is None or not grant.amount or not given.is_promised:
            continue
        before = promised.get(grant.id, 0)
        promised[grant.id] = before + (in_currency(look.plan, given, grant.currency) or 0)
        if before <= grant.amount < promised[grant.id]:
            yield finding(
                "given-beyond-grant",
                "given",
                given.id,
                "amount",
                grant=grant.id,
                award=with_currency(grant.amount, grant.currency),
                promised=with_currency(promised[grant.id], grant.currency),
            )


def calls_overdrawn(look: Looking) -> Iterator[Finding]:
    """Finds a call in which more money is promised than its total sum, and a row with a larger
    amount than the call allows."""
    for position in call_positions(look.plan):
        if position.left is not None and position.left < 0:
            yield finding(
                "call-overdrawn",
                "calls",
                position.call,
                "purse",
                purse=with_currency(position.purse or 0, position.currency),
                promised=with_currency(position.promised, position.currency),
            )
    for given in look.plan.given.values():
        call = look.plan.calls.get(given.call)
        if call is None or call.most is None:
            continue
        amount = in_currency(look.plan, given, call.currency)
        if amount is not None and amount > call.most:
            yield finding(
                "given-beyond-limit",
                "given",
                given.id,
                "amount",
                most=with_currency(call.most, call.currency),
            )


def payments_unclear(look: Looking) -> Iterator[Finding]:
    """Finds a payment without a day or without an amount, a payment in another currency whose cost
    is not known, a payment on a day after today, and a payment that is noted twice."""
    seen: dict[tuple[object, ...], str] = {}
    for instalment in look.plan.instalments.values():
        if (instalment.paid_on is None) != (instalment.paid is None):
            field = "paid_on" if instalment.paid_on is None else "amount_paid"
            yield finding("payment-incomplete", "instalments", instalment.id, field)
            continue
        if instalment.paid_on is None:
            continue
        if is_without_cost(look.plan, instalment):
            yield finding("payment-without-cost", "instalments", instalment.id, "cost")
        if instalment.paid_on > look.today:
            day = instalment.paid_on.isoformat()
            yield finding("payment-in-future", "instalments", instalment.id, "paid_on", date=day)
        same = (instalment.given, instalment.is_back, instalment.paid_on, instalment.paid)
        if other := seen.get(same):
            yield finding("payment-twice", "instalments", instalment.id, "paid_on", other=other)
        seen.setdefault(same, instalment.id)


NEAR = timedelta(days=14)
"""The longest time between an instalment and a row in another tab that may be the same money."""


class _Typed(Struct, frozen=True):
    """A row of *Expenses* or *Income* that may be an instalment, too. `alike`: rows with the same
    value may be the same kind of cost, such as a rent."""

    table: str
    id: str
    days: tuple[date, ...]
    grant: str
    units: int
    currency: str
    is_back: bool
    alike: tuple[object, ...]


def payments_in_two_tabs(look: Looking) -> Iterator[Finding]:
    """Finds a row of *Expenses* or *Income* that is exactly an instalment of about the same day,
    from the same grant or from none. As an expense, money that was handed on counts as spent
    twice: by us, and by the group.

    Rows of the same amount on the same line that are not all near an instalment are something else,
    such as a rent."""
    if not look.plan.instalments:
        return
    moved: dict[tuple[bool, int, str], list[GivenInstalment]] = {}
    for instalment in look.plan.instalments.values():
        if instalment.paid_on is None or not instalment.paid:
            continue
        given = look.plan.given[instalment.given]
        sums = {(instalment.paid, given.currency)}
        if instalment.cost is not None:
            sums.add((instalment.cost, look.plan.currency_of(given.grant)))
        for units, currency in sums:
            moved.setdefault((instalment.is_back, units, currency), []).append(instalment)
    kinds: dict[tuple[object, ...], list[_Typed]] = {}
    for row in _typed_elsewhere(look.plan):
        if (row.is_back, row.units, row.currency) in moved:
            kinds.setdefault(row.alike, []).append(row)
    for rows in kinds.values():
        first = rows[0]
        payments = moved[first.is_back, first.units, first.currency]
        same = [(row, _same_payment(look.plan, row, payments)) for row in rows]
        if any(payment is None for _, payment in same):
            continue
        for row, payment in same:
            assert payment is not None
            amount, day = with_currency(row.units, row.currency), f"{payment.paid_on}"
            values = {"payment": payment.id, "amount": amount, "day": day}
            yield finding("payment-in-two-tabs", row.table, row.id, "amount", **values)


def _same_payment(
    plan: Plan, row: _Typed, payments: Sequence[GivenInstalment]
) -> GivenInstalment | None:
    for payment in payments:
        day = payment.paid_on
        is_near = day is not None and any(abs(day - typed) <= NEAR for typed in row.days)
        if is_near and row.grant in ("", plan.given[payment.given].grant):
            return payment
    return None


def _typed_elsewhere(plan: Plan) -> Iterator[_Typed]:
    for row in plan.expenses.values():
        grant, amount = plan.place_of(row)[0], (row.amount, row.currency)
        if row.is_paid:
            alike = "expenses", row.is_refund, grant, row.line, *amount
            yield _Typed("expenses", row.id, (row.date, row.day), grant, *amount,
                         is_back=row.is_refund, alike=alike)  # fmt: skip
    for came in plan.income.values():
        amount, is_returned = (came.amount, came.currency), came.kind == RETURNED
        if not came.is_expected and came.kind not in (OPENING, HOST_FEE):
            alike = "income", is_returned, came.grant, came.kind, *amount
            yield _Typed("income", came.id, (came.date,), came.grant, *amount,
                         is_back=not is_returned, alike=alike)  # fmt: skip


def payments_not_agreed(look: Looking) -> Iterator[Finding]:
    """Finds a row of *Given* for which more was paid than its amount. Also finds a payment of money
    that was not promised, or was declined."""
    paid: dict[str, int] = {}
    for instalment in look.plan.instalments.values():
        if instalment.paid_on is None or not instalment.paid:
            continue
        given = look.plan.given[instalment.given]
        units = -instalment.paid if instalment.is_back else instalment.paid
        paid[given.id] = paid.get(given.id, 0) + units
        if given.state and not given.is_promised and not instalment.is_back:
            values = {"given": given.id, "state": given.state}
            yield finding("paid-not-promised", "instalments", instalment.id, "paid_on", **values)
    for id_, units in paid.items():
        given = look.plan.given[id_]
        if given.amount is not None and units > given.amount:
            yield finding(
                "paid-beyond-amount",
                "given",
                id_,
                "amount",
                paid=with_currency(units, given.currency),
                amount=with_currency(given.amount, given.currency),
            )


def instalments_before_reports(look: Looking) -> Iterator[Finding]:
    """Finds an instalment that depends on a report which is not there: the instalment was paid
    already, or is due within 30 days. A period of which the group owes no report is found at
    once."""
    for instalment in look.plan.instalments.values():
        if not instalment.after_report or instalment.is_back:
            continue
        report = look.plan.deadlines.get(f"report:{instalment.given}:{instalment.after_report}")
        done = report.done_on if report else None
        values = {"period": instalment.after_report}
        if instalment.paid_on is not None:
            # The remedy is to ask for the report. If the report has arrived, nothing is left to do.
            if done is None:
                yield finding(
                    "paid-before-report", "instalments", instalment.id, "paid_on", **values
                )
        elif (
            instalment.due
            and done is None
            # A report that nobody owes never comes: the period was typed wrongly.
            and (report is None or (instalment.due - look.today).days <= SOON)
        ):
            yield finding(
                "instalment-waits",
                "instalments",
                instalment.id,
                "due",
                due=f"{instalment.due}",
                **values,
            )


def given_without_end(look: Looking) -> Iterator[Finding]:
    """Finds money that is handed on and ends within 30 days. Also finds such money without an end,
    if *How it ends* is blank."""
    for given in look.plan.given.values():
        if given.state not in ("active", "closing"):
            continue
        if given.end is None and not given.ending:
            yield finding("given-without-end", "given", given.id, "end")
        elif given.end is not None and look.today <= given.end <= look.soon:
            yield finding("given-ends", "given", given.id, "end", end=f"{given.end}")
