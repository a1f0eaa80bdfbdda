"""Checks money: overspending, sums that do not add up, duplicates, deficits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from budgettrack.core.base import money, months
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import NEAR_END, UNSPENT_PERCENT, Looking
from budgettrack.core.checks.work import far_from_grants
from budgettrack.core.figures.conversion import income_in, lacking, lacks_rate
from budgettrack.core.figures.limits import agreed_percent, is_beyond_agreed
from budgettrack.core.figures.positions import Position, summed
from budgettrack.core.records.model import Expense, Plan

SAME_RECEIPT, SAME_DAY = "the same receipt and amount", "the same date, amount and line"
"""The reasons why an expense may be a duplicate, in the words of the finding."""


MOST_NAMED = 5
"""A finding names at most this many expenses."""


def named_ids(ids: Iterable[str]) -> str:
    """Returns the IDs of expenses as one text. If there are many, it has only the first ones."""
    first = list(islice(ids, MOST_NAMED + 1))
    return ", ".join([*first[:MOST_NAMED], *(["…"] if len(first) > MOST_NAMED else [])])


def overspent_lines(look: Looking) -> Iterator[Finding]:
    """Finds a line whose spending, or whose spending and commitments together, are above its
    whole amount. What groups of a host spent and ordered counts for the line that pays for them."""
    for position in look.so_far:
        if not position.line:
            continue
        spent_by_groups = look.spent_by_groups.get(position.line, 0)
        spent = position.to_date + spent_by_groups
        over = spent - position.amount
        available = position.available - spent_by_groups
        available -= look.ordered_by_groups.get(position.line, 0)
        if over > 0:
            yield finding(
                "line-overspent",
                "budget",
                position.line,
                "amount",
                spent=money.with_currency(spent, position.currency),
                over=money.with_currency(over, position.currency),
            )
        elif available < 0:
            yield finding(
                "nothing-available",
                "budget",
                position.line,
                "amount",
                over=money.with_currency(-available, position.currency),
                expenses=named_ids(
                    expense.id
                    for expense in look.plan.expenses.values()
                    if expense.line == position.line and expense.state == "committed"
                ),
            )


def unexplained_variances(look: Looking) -> Iterator[Finding]:
    """Finds a line without an explanation that differs from its budget by more than its grant's
    limit (usually 10 %) at the end of the last full month.

    What groups of a host spent counts for the line that pays for them. Only lines of active and
    closing grants that have a budget by then are checked. An overspent line has its own
    finding."""
    for position in look.to_date:
        line, grant = look.plan.lines.get(position.line), look.plan.grants.get(position.grant)
        if line is None or line.explanation:
            continue
        by_groups = look.spent_by_groups.get(line.id, 0)
        if position.to_date + by_groups > position.amount:
            continue
        if grant is None or not grant.is_running or position.budget <= 0:
            continue
        spent = position.spent + by_groups
        if is_beyond_agreed(grant, position.budget, spent):
            yield finding(
                "variance-unexplained",
                "budget",
                position.line,
                "explanation",
                month=look.month,
                spent=money.with_currency(spent, position.currency),
                budget=money.with_currency(position.budget, position.currency),
                percent=money.percent(abs(position.budget - spent), position.budget) or "",
                limit=f"{agreed_percent(grant).normalize():f}",
            )


def outside_grant_dates(look: Looking) -> Iterator[Finding]:
    """Finds an expense that is dated before its grant begins or after it ends.

    A date that is very far away is left to `far_dates`: its year is probably wrong."""
    far = far_from_grants(look.plan)
    for expense in look.plan.expenses.values():
        grant = look.plan.grants.get(expense.grant)
        if grant is None or grant.covers(expense.date) or far(expense.date):
            continue
        yield finding(
            "outside-grant-dates",
            "expenses",
            expense.id,
            "date",
            date=expense.date.isoformat(),
            grant=grant.id,
            start=grant.start.isoformat() if grant.start else "any time",
            end=grant.end.isoformat() if grant.end else "any time",
        )


def income_without_rate(look: Looking) -> Iterator[Finding]:
    """Finds income in another currency than its grant's that cannot be counted, because its month
    has no rate.

    Income with a future date is not checked."""
    for income in look.plan.income.values():
        if income.date > look.today:
            continue
        currency = look.plan.currency_of(income.grant)
        if income_in(look.plan, income, currency) is None:
            month = months.month_of(income.date)
            code = lacking(look.plan, (income.currency, currency), month)[0]
            yield finding("no-rate", "income", income.id, "date", currency=code, month=month)


def grants_without_rate(look: Looking) -> Iterator[Finding]:
    """Finds a grant with money that cannot be converted to the base currency, because no rate is
    known.

    A declined grant is not checked: it is in no total anyway."""
    for cash in look.cash:
        grant = look.plan.grants.get(cash.grant)
        if grant is None or cash.money == "declined" or not lacks_rate(look.plan, grant):
            continue
        if cash.award or cash.lines or cash.received or cash.spent or cash.committed:
            yield finding(
                "grant-without-rate",
                "grants",
                grant.id,
                "budget_rate",
                currency=grant.currency,
                base=look.plan.base,
            )


def lines_adding_up(look: Looking) -> Iterator[Finding]:
    """Finds a grant (awarded, active or closing) whose budget lines do not sum to its award."""
    sums: dict[str, int] = defaultdict(int)
    for line in look.plan.lines.values():
        sums[line.grant] += line.amount
    for id_, grant in look.plan.grants.items():
        if grant.amount is None or not (grant.is_running or grant.state == "awarded"):
            continue
        if id_ in sums and sums[id_] != grant.amount:
            yield finding(
                "lines-do-not-add-up",
                "grants",
                id_,
                "amount",
                sum=money.with_currency(sums[id_], grant.currency),
                amount=money.with_currency(grant.amount, grant.currency),
            )


def months_adding_up(look: Looking) -> Iterator[Finding]:
    """Finds a line whose columns of months do not sum to its amount."""
    for line in look.plan.lines.values():
        if line.months and sum(line.months.values()) != line.amount:
            yield finding(
                "months-do-not-add-up",
                "budget",
                line.id,
                "amount",
                sum=money.with_currency(sum(line.months.values()), line.currency),
                amount=money.with_currency(line.amount, line.currency),
            )


def remaining_columns(look: Looking) -> Iterator[Finding]:
    """Finds a value in the column *Remaining*, typed or calculated, that is not the amount less
    the spending."""
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
                value=money.with_currency(line.remaining, line.currency),
                sum=money.with_currency(line.amount - spent[line.id], line.currency),
            )


def unbudgeted_spending(look: Looking) -> Iterator[Finding]:
    """Finds a grant with spending that names no budget line."""
    if not look.plan.lines:
        return
    for position in look.so_far:
        # Money without a grant was not promised for certain purposes, so it needs no budget line.
        if not position.line and position.grant and position.to_date:
            yield finding(
                "spending-unbudgeted",
                "grants",
                position.grant,
                "id",
                spent=money.with_currency(position.to_date, position.currency),
                grant=position.grant,
                expenses=named_ids(
                    expense.id
                    for expense in look.plan.expenses.values()
                    if look.plan.place_of(expense) == (position.grant, "")
                ),
            )


def money_before_award(look: Looking) -> Iterator[Finding]:
    """Finds money on a grant that is not awarded. Such money is in no total, so a finding must
    report it."""
    for cash in look.cash:
        if cash.money == "ours" or not (cash.spent or cash.committed or cash.received):
            continue
        yield finding(
            "money-before-award",
            "grants",
            cash.grant,
            "state",
            spent=money.with_currency(cash.spent + cash.committed, cash.currency),
            received=money.with_currency(cash.received, cash.currency),
            state=look.plan.grants[cash.grant].state,
        )


def possible_duplicates(look: Looking) -> Iterator[Finding]:
    """Finds two rows with the same receipt and amount, or with the same date, amount and line. The
    finding is about the later row.

    Refunds and the parts of a split receipt are not duplicates. Rows with the same date, amount
    and line are not duplicates in three cases: their receipts differ; their line pays several
    people, who may get the same pay on one day; or the bank statement has both, as for two
    tickets of one price. An invoice that was paid twice is still found."""
    by_receipt: dict[tuple[object, ...], Expense] = {}
    by_day: dict[tuple[object, ...], Expense] = {}
    for expense in look.plan.expenses.values():
        if expense.state == "refunded":
            continue
        receipt = _receipt(expense)
        of_receipt = (receipt, expense.amount, expense.currency)
        of_day = (expense.date, expense.amount, expense.currency, expense.line, expense.grant)
        first, why = by_receipt.get(of_receipt), SAME_RECEIPT
        if first is None and not _pays_several(look.plan, expense):
            first, why = by_day.get(of_day), SAME_DAY
            if first is not None and receipt and _receipt(first) not in ("", receipt):
                first = None
            if first is not None and {first.id, expense.id} <= look.booked:
                first = None
        if first is not None and expense.amount and not _split(expense, first):
            yield finding(
                "possible-duplicate", "expenses", expense.id, "amount", other=first.id, why=why
            )
        if receipt:
            by_receipt.setdefault(of_receipt, expense)
        by_day.setdefault(of_day, expense)


def _receipt(expense: Expense) -> str:
    """Returns the receipt without differences of case and spacing. Returns '' if there is none."""
    return expense.receipt.strip().casefold()


def _pays_several(plan: Plan, expense: Expense) -> bool:
    """Whether the line of an expense may pay several people."""
    line = plan.lines.get(expense.line)
    return line is not None and line.people_paid not in (0, 1)


def _split(one: Expense, other: Expense) -> bool:
    """Whether two rows are parts of one receipt."""
    whole = one.split_of or one.id
    return whole == (other.split_of or other.id)


def payments_in_future(look: Looking) -> Iterator[Finding]:
    """Finds an expense with the state paid or refunded and a date after today."""
    far = far_from_grants(look.plan)
    for expense in look.plan.expenses.values():
        if expense.is_paid and expense.day > look.today and not far(expense.day):
            field = "paid_on" if expense.paid_on else "date"
            day = expense.day.isoformat()
            yield finding("paid-in-future", "expenses", expense.id, field, date=day)


def receipts_in_future(look: Looking) -> Iterator[Finding]:
    """Finds income with the state received and a date after today. No figure has it before its
    month."""
    far = far_from_grants(look.plan)
    for income in look.plan.income.values():
        if not income.is_expected and income.date > look.today and not far(income.date):
            day = income.date.isoformat()
            yield finding("received-in-future", "income", income.id, "date", date=day)


def deficits(look: Looking) -> Iterator[Finding]:
    """Finds a grant of which more went out than was received: spent, kept by the host as a fee, or
    handed on to groups.

    A grant is not checked if its funder pays after the spending (*in arrears*), or if it has no
    row of income."""
    with_income = {income.grant for income in look.plan.income.values()}
    for cash in look.cash:
        grant = look.plan.grants.get(cash.grant)
        if grant is None or not grant.is_running or grant.paid == "in arrears":
            continue
        handed_on = look.handed_on.get(grant.id, 0)
        held = cash.balance - handed_on
        if held < 0 and grant.id in with_income:
            yield finding(
                "grant-in-deficit",
                "grants",
                grant.id,
                "id",
                spent=money.with_currency(cash.spent + cash.host_fee + handed_on, cash.currency),
                received=money.with_currency(cash.received - cash.returned, cash.currency),
                over=money.with_currency(-held, cash.currency),
            )


def unspent_money(look: Looking) -> Iterator[Finding]:
    """Finds a grant that ends within 90 days and of which more than 15 % of the budget is
    neither spent nor committed. What groups of a host spent and ordered of it counts."""
    by_grant: dict[str, list[Position]] = defaultdict(list)
    for position in look.so_far:
        by_grant[position.grant].append(position)
    for grant in look.plan.grants.values():
        if not look.ends_within(grant, NEAR_END):
            continue
        sums = summed(by_grant[grant.id])
        unspent = sums.available - look.used_by_groups.get(grant.id, 0)
        if sums.amount > 0 and unspent * 100 > UNSPENT_PERCENT * sums.amount:
            yield finding(
                "unspent-near-end",
                "grants",
                grant.id,
                "end",
                unspent=money.with_currency(unspent, grant.currency),
                percent=money.percent(unspent, sums.amount) or "0",
                end=f"{grant.end}",
            )
