"""Explains a figure: lists its parts, which are the budgets of months and the expenses. Each part
has the amount that was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from budgettrack.core.base.months import Month, first_day, month_of
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.positions import Position
from budgettrack.core.records.model import Expense, Plan


class Part(Struct, frozen=True):
    """One part of a figure.

    `kind`: "budget" (of a month), "paid", "refunded" (it is subtracted from the spending) or
    "committed". `rate`: the rates of the conversion as text, or '' if the amount was in the
    currency of the line. `counted`: in minor units of the line's currency, or None if no rate is
    known."""

    kind: str
    id: str
    day: date | None
    month: Month
    amount: int
    currency: str
    rate: str
    counted: int | None


class Explained(Struct, frozen=True):
    """The position of a line and all its parts. `budget` and `spent` are the sums of the parts;
    they should equal the figures of the position."""

    position: Position
    parts: tuple[Part, ...]

    @property
    def budget(self) -> int:
        return sum(part.counted or 0 for part in self.parts if part.kind == "budget")

    @property
    def spent(self) -> int:
        return sum(part.counted or 0 for part in self.parts if part.kind in ("paid", "refunded"))

    @property
    def uncounted(self) -> tuple[Part, ...]:
        """The expenses that are in no figure because no rate is known."""
        return tuple(part for part in self.parts if part.counted is None)

    @property
    def adds_up(self) -> bool:
        """Whether the parts sum exactly to the figures of the position."""
        return self.budget == self.position.budget and self.spent == self.position.spent


def explained(plan: Plan, position: Position) -> Explained:
    """Returns the parts of the figures of a budget line, or of a grant's spending without a line.
    The plan must contain its expenses."""
    parts = [*_budget(plan, position), *_expenses(plan, position)]
    return Explained(position, tuple(parts))


def _budget(plan: Plan, position: Position) -> Iterator[Part]:
    line = plan.lines.get(position.line)
    for month, units in sorted(phasing(line).items()) if line else ():
        if position.start <= month <= position.end:
            day = None if month == ANY_TIME else first_day(month)
            yield Part("budget", position.line, day, month, units, position.currency, "", units)


def _expenses(plan: Plan, position: Position) -> Iterator[Part]:
    place = (position.grant, position.line)
    of_place = [expense for expense in plan.expenses.values() if plan.place_of(expense) == place]
    for expense in sorted(of_place, key=lambda expense: (expense.day, expense.id)):
        # An expense that was paid in June belongs to June.
        # An expense that was ordered in May and is not paid yet belongs to May.
        day = expense.day if expense.is_paid else expense.date
        month = month_of(day)
        if position.start <= month <= position.end:
            counted, rate = _counted(plan, expense, position.currency, month)
            amount, currency = expense.amount, expense.currency
            yield Part(_kind(expense), expense.id, day, month, amount, currency, rate, counted)


def _kind(expense: Expense) -> str:
    if expense.is_refund:
        return "refunded"
    return "paid" if expense.is_paid else "committed"


def _counted(plan: Plan, expense: Expense, to: str, month: Month) -> tuple[int | None, str]:
    """Returns the amount of an expense as it was counted, and the rates of the conversion as text.
    A refund is negative.

    Returns (None, "none") if no rate is known."""
    conversion = at_month(plan, expense.currency, to, month)
    if conversion is None:
        return None, "none"
    return expense.signed(conversion.units(expense.amount)), conversion.words
