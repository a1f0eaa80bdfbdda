"""The law over all batches that the sample publishes in its fifteen months.

Every public figure is a sum of batches, so who cannot compute anything from the batches themselves
can compute nothing from the figures. That figures are sums of batches is tested on the bytes, in
small groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

import budgettrack.core.sealing.seal as sealing
from benchmarks.usefulness import the_sample
from budgettrack.core.records.model import Expense, Plan
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.contributions import Contributions
from tests.auditor.law import Verdict, judge
from tests.auditor.truth import Stake

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sealed() -> tuple[Plan, Sequence[Batch]]:
    plan, who, months = the_sample()
    numbers = count()
    batches: list[Batch] = []
    of = Contributions(plan, who)
    for month in months:
        batches += sealing.seal(of, batches, month, number=lambda: next(numbers))
    return plan, batches


def root(plan: Plan, expense: Expense) -> Expense:
    """The first row of a receipt, of which splits and refunds are."""
    above = plan.expenses.get(expense.split_of or expense.refund_of)
    return root(plan, above) if above else expense


def stands(plan: Plan, part: Contribution) -> str:
    """Who stands behind an amount, told without the sealing's own rules: the line and description
    of a receipt, a line for its plan. Nobody knows which person of a line that pays several got
    which receipt; there the sealing's own convention stands."""
    if part.table != "expenses":
        return f"{part.table} {part.line or part.id}"
    if part.line and plan.lines[part.line].people_paid != 0:
        return part.contributor
    first = root(plan, plan.expenses[part.id])
    return f"{first.line} {first.description}"


def law(sealed: tuple[Plan, Sequence[Batch]], *, alike: bool) -> Verdict:
    plan, batches = sealed
    cents, stakes, figures = {}, {}, {}
    for batch in batches:
        row = {}
        for part in batch.parts:
            name = f"{part.id} in {batch.number}"
            cents[name] = part.units
            stakes[name] = (Stake(stands(plan, part)),)
            row[name] = 1
        figures[f"batch {batch.number} of {batch.page}"] = row
    return judge(figures, cents, stakes, views=(alike,))


def test_nothing_can_be_computed(sealed: tuple[Plan, Sequence[Batch]]) -> None:
    verdict = law(sealed, alike=False)

    assert not verdict.breaches, verdict
    assert verdict.lines > 50


def test_nothing_can_be_computed_if_amounts_that_agree_are_the_same(
    sealed: tuple[Plan, Sequence[Batch]],
) -> None:
    verdict = law(sealed, alike=True)

    assert not verdict.breaches, verdict
