"""Converts money from one currency to another. No other module reads a rate (a test checks this).

There are three questions, and each has one rule:

- *What is a grant's money in another currency?* Its budget, award, receipts and spending are
  converted at one rate for its whole life: the *planning rate*. This is the grant's Budget rate, or
  else the rate of the month in which the grant starts, or else the last rate before that month, or
  else the first rate after it. The funding grid, Summary, the public site, roll-ups and the budgets
  of funders' summaries all use this rate.
- *What did one payment cost?* It is converted once, from its own currency, at the rate of its
  month.
- *What did one payment cost by a funder's rule?* The profile says: the rate of the month, the mean
  of the reporting period, a fixed rate, or the rate at which the instalments arrived.

No rate is invented. Without a rate, a function returns None, and its caller tells the user."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.base.money import decimal, digits
from budgettrack.core.base.months import Month, month_of, months
from budgettrack.core.figures.reporting_periods import Period, period_of
from budgettrack.core.records.model import Expense, Grant, Income, Plan

if TYPE_CHECKING:  # msgspec, which reads profiles, loads slowly, and most commands do not need it.
    from budgettrack.core.figures.profile import Profile

_ONE = Decimal(1)


class Conversion(Struct, frozen=True):
    """A conversion of money from `currency` to `to`. `rates` has the exchange rate of each of the
    two currencies: 1 unit of the base currency = `rates[currency]` units of `currency`."""

    currency: str
    to: str
    rates: tuple[Decimal, Decimal] = (_ONE, _ONE)

    def units(self, units: int) -> int:
        """Converts minor units of `currency` to minor units of `to`. The result is rounded once,
        half to even."""
        if self.currency == self.to:
            return units
        own, other = self.rates
        scaled = Decimal(units).scaleb(digits(self.to) - digits(self.currency))
        return int((scaled * other / own).quantize(_ONE, rounding=ROUND_HALF_EVEN))

    def by_month(self, parts: Mapping[Month, int]) -> dict[Month, int]:
        """Converts the sums of months in such a way that rounding errors do not add up. Example:
        the converted sums of January and February add up to the converted sum of both months
        together."""
        converted: dict[Month, int] = {}
        to_date = before = 0
        for month in sorted(parts):
            to_date += parts[month]
            now = self.units(to_date)
            converted[month] = now - before
            before = now
        return converted

    @property
    def words(self) -> str:
        """The rates as text: `0.86`, `0.86 / 1.1`, or '' if the two currencies are the same."""
        if self.currency == self.to:
            return ""
        own, other = (f"{rate.normalize():f}" for rate in self.rates)
        return own if other == "1" else f"{own} / {other}"


def at_planning_rate(plan: Plan, grant: Grant | None, currency: str, to: str) -> Conversion | None:
    """Returns the conversion of a grant's money at its planning rate, one rate for its whole life.

    Returns None if no rate is known."""
    if currency == to:
        return Conversion(currency, to)
    own, other = (_planning_rate(plan, grant, code) for code in (currency, to))
    return _at_rates(currency, to, own, other)


def _at_rates(
    currency: str, to: str, own: Decimal | None, other: Decimal | None
) -> Conversion | None:
    """Returns the conversion at two rates, one for each currency. Returns None if either is
    missing."""
    return None if own is None or other is None else Conversion(currency, to, (own, other))


def to_base(plan: Plan, grant: Grant | None) -> Conversion | None:
    """Returns the conversion of a grant's money to the base currency. `grant` is None for money
    that belongs to no grant.

    Returns None if no rate is known."""
    return at_planning_rate(plan, grant, grant.currency if grant else plan.base, plan.base)


def lacks_rate(plan: Plan, grant: Grant) -> bool:
    """Whether a grant's money cannot be converted to the base currency."""
    return to_base(plan, grant) is None


def at_month(plan: Plan, currency: str, to: str, month: Month) -> Conversion | None:
    """Returns the conversion for a payment in a month. Returns None if a rate is missing
    (`lacking` says which)."""
    if currency == to:
        return Conversion(currency, to)
    return _at_rates(currency, to, _rate(plan, currency, month), _rate(plan, to, month))


def lacking(plan: Plan, currencies: Iterable[str], month: Month) -> list[str]:
    """Returns the currencies that have no rate in a month."""
    return [code for code in currencies if _rate(plan, code, month) is None]


def income_in(plan: Plan, row: Income, currency: str) -> int | None:
    """Returns the amount of an income row in minor units of `currency`. Returns None if no rate is
    known.

    If the received amount or the agreed amount is in this currency, it is this amount. Otherwise it
    is the agreed amount at the rate of its month. Expected income is converted at the last known
    rate."""
    if row.received_amount is not None and row.received_currency == currency:
        return row.received_amount
    month = month_of(row.date)
    if row.state == "expected":
        # A future month has no rate yet. So expected income is converted at the last known rate.
        for code in (row.currency, currency):
            earlier = [known for known in _months(plan, code) if known <= month]
            month = max(earlier, default=month)
    conversion = at_month(plan, row.currency, currency, month)
    return None if conversion is None else conversion.units(row.amount)


class FundersRule(Struct, frozen=True):
    """The rule by which a funder wants a grant's expenses converted to the currency `to`. The
    profile of the funder says which rule it is.

    `own`: the days that the user asked for, in place of the profile's period. `receipts`: the rate
    at which all instalments of a currency arrived together. Example: 86 GBP that arrived for an
    award of 100 EUR give 0.86."""

    plan: Plan
    grant: Grant
    profile: Profile
    to: str
    own: Period | None
    receipts: Mapping[str, Decimal]

    def units(self, expense: Expense) -> int | None:
        """Converts an expense to minor units of `to`. Returns None if no rate is known."""
        conversion = self._conversion(expense)
        return None if conversion is None else conversion.units(expense.amount)

    def _conversion(self, expense: Expense) -> Conversion | None:
        code, rule = expense.currency, self.profile.rate
        if code == self.to:
            return Conversion(code, code)
        if rule == "fixed":
            rate = self.profile.rates.get(code)
            return None if rate is None else Conversion(code, self.to, (rate, _ONE))
        # If no instalment came in this currency, the rate of the month is used.
        if rule == "receipts" and code in self.receipts:
            return Conversion(code, self.to, (self.receipts[code], _ONE))
        if rule == "period":
            return self._at_period(expense)
        return at_month(self.plan, code, self.to, month_of(expense.day))

    def _at_period(self, expense: Expense) -> Conversion | None:
        """Returns the conversion at the mean of the monthly rates of the reporting period.

        Returns None if no month of the period has a rate."""
        first, last = period_of(self.profile, self.grant, month_of(expense.day))
        # If the user asked for certain days, the mean rate is that of these days.
        if self.own is not None and self.own[0] <= expense.day <= self.own[1]:
            first, last = self.own
        own, other = (
            _mean(self.plan, code, month_of(first), month_of(last))
            for code in (expense.currency, self.to)
        )
        return _at_rates(expense.currency, self.to, own, other)


def _months(plan: Plan, currency: str) -> list[Month]:
    """Returns the months in which a currency has a rate, in order."""
    return sorted(month for month, code in plan.rates if code == currency)


def funders_rule(
    plan: Plan, grant: Grant, profile: Profile, to: str, until: date, own: Period | None
) -> FundersRule:
    """Returns the funder's rule for converting expenses in a summary in the currency `to`."""
    receipts = _receipts(plan, grant, to, until) if profile.rate == "receipts" else {}
    return FundersRule(plan, grant, profile, to, own, receipts)


def budget_conversion(plan: Plan, grant: Grant, profile: Profile) -> Conversion | None:
    """Returns the conversion of a grant's budget in its summary for the funder. Returns None if no
    rate is known.

    In a summary in the base currency, only the planning rate is used, so that a grant has the same
    sum everywhere. In another currency, the profile's own budget rate is used if there is one
    (units of that currency for one unit of the grant's currency), otherwise the planning rate."""
    to = profile.currency or grant.currency
    if profile.budget_rate and to not in (grant.currency, plan.base):
        return Conversion(grant.currency, to, (_ONE, profile.budget_rate))
    return at_planning_rate(plan, grant, grant.currency, to)


def unconverted(currency: str) -> Conversion:
    """Returns the conversion of a currency to itself, which changes nothing."""
    return Conversion(currency, currency)


def ignores_budget_rate(plan: Plan, grant: Grant, profile: Profile) -> bool:
    """Whether the profile's budget rate is not used, because the summary is in the base
    currency."""
    to = profile.currency or grant.currency
    return profile.budget_rate is not None and to == plan.base != grant.currency


def _rate(plan: Plan, currency: str, month: Month) -> Decimal | None:
    """Returns the rate of a currency in a month: how many units of it are worth one unit of the
    base currency. Returns None if the tab Rates has no such row."""
    return _ONE if currency == plan.base else plan.rates.get((month, currency))


def _planning_rate(plan: Plan, grant: Grant | None, currency: str) -> Decimal | None:
    """Returns the one rate of a currency that is used for the whole life of a grant: how many units
    of it are worth one unit of the base currency. Returns None if no rate is known."""
    if currency == plan.base:
        return _ONE
    if grant is not None and grant.currency == currency and grant.budget_rate:
        return grant.budget_rate
    known = _months(plan, currency)
    if not known:
        return None
    month = known[0]
    if grant is not None and grant.start is not None:
        # The search finds the last rate in the month of the start or before it.
        # All rates after the start of the grant begin at the index `later`.
        later = bisect_right(known, month_of(grant.start))
        month = known[max(later - 1, 0)]
    return plan.rates[month, currency]


def _mean(plan: Plan, currency: str, first: Month, last: Month) -> Decimal | None:
    """Returns the mean of a currency's monthly rates. Returns None if no month has a rate."""
    rates = (_rate(plan, currency, month) for month in months(first, last))
    known = [rate for rate in rates if rate is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


def _receipts(plan: Plan, grant: Grant, to: str, until: date) -> dict[str, Decimal]:
    """Returns a mapping from each currency to the rate at which all its instalments arrived up to a
    day: units of this currency for one unit of `to`. Large instalments count more than small ones.
    """
    paid: dict[str, Decimal] = defaultdict(Decimal)
    arrived: dict[str, Decimal] = defaultdict(Decimal)
    for row in plan.income.values():
        if row.grant != grant.id or row.state != "received" or row.date > until:
            continue
        code = row.received_currency
        if row.currency == to != code and row.received_amount is not None:
            paid[code] += Decimal(decimal(row.amount, to))
            arrived[code] += Decimal(decimal(row.received_amount, code))
    return {code: arrived[code] / paid[code] for code in paid if min(paid[code], arrived[code]) > 0}
