"""Explains a figure: lists the budget months and the expenses behind it, as they were counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from budgettrack.core.base.months import Month, first_day, month_of
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.positions import Position
from budgettrack.core.records.model import Expense, Plan


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a figure.

    `kind`: "budget" (of a month), "paid", "refunded" (subtracted from the spending) or "committed".
    `rate`: the rates of the conversion as text, or '' if the amount was in the line's currency.
    `counted`: in minor units of the line's currency, or None if no rate is known.
    """

    kind: str
    id: str
    day: date | None
    month: Month
    amount: int
    currency: str
    rate: str
    counted: int | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A line's position and all its parts. `budget` and `spent` should equal the position's
    figures."""

    position: Position
    parts: tuple[Part, ...]

    @property
    def budget(self) -> int:
        return sum(each.counted or 0 for each in self.parts if each.kind == "budget")

    @property
    def spent(self) -> int:
        return sum(each.counted or 0 for each in self.parts if each.kind in ("paid", "refunded"))

    @property
    def uncounted(self) -> tuple[Part, ...]:
        """The expenses that are in no figure, because no rate is known."""
        return tuple(each for each in self.parts if each.counted is None)

    @property
    def adds_up(self) -> bool:
        """Whether the parts sum exactly to the figures of the position."""
        return self.budget == self.position.budget and self.spent == self.position.spent


def explained(plan: Plan, position: Position) -> Explained:
    """Returns the parts of a line's position, or of a grant's spending without a line.

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
    found = [each for each in plan.expenses.values() if _belongs(plan, each, position)]
    for each in sorted(found, key=lambda each: (each.day, each.id)):
        paid = each.state != "committed" or each.paid_on is not None
        day = each.day if paid else each.date
        month = month_of(day)
        if not position.start <= month <= position.end:
            continue
        kind = "paid" if paid else "committed"
        if each.state == "refunded":
            kind = "refunded"
        counted, rate = _counted(plan, each, position.currency, month)
        if counted is not None and kind == "refunded":
            counted = -counted
        yield Part(kind, each.id, day, month, each.amount, each.currency, rate, counted)


def _belongs(plan: Plan, expense: Expense, position: Position) -> bool:
    line = plan.lines.get(expense.line)
    return (line.id if line else "") == position.line and (
        line.grant if line else expense.grant
    ) == position.grant


def _counted(plan: Plan, expense: Expense, to: str, month: Month) -> tuple[int | None, str]:
    """Returns the amount of an expense as it was counted, and the rates of the conversion as text.

    Returns (None, "none") if no rate is known."""
    conversion = at_month(plan, expense.currency, to, month)
    if conversion is None:
        return None, "none"
    return conversion.units(expense.amount), conversion.words
