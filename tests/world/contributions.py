"""Contributions and plans for the tests of sealing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count

from msgspec.structs import replace

from budgettrack.core.records.model import BudgetLine, Expense, Grant, Plan
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.public import What
from budgettrack.core.sealing.seal import seal

KEY = bytes(range(32))
_IDS = count(1)


def paid(
    who: str,
    units: int,
    month: str = "2026-01",
    labels: Labels = Labels("G-1", "Food", "A-1"),  # noqa: B008 - it never changes
    *,
    id_: str = "",
    line: str = "B-1",
    what: What = "spent",
) -> Contribution:
    """A contribution of somebody."""
    table = {"spent": "expenses", "budget": "budget", "gifts": "income", "in kind": "resources"}
    return Contribution(
        table[what], id_ or f"E-{next(_IDS)}", who, line, what, month, units, units, labels
    )


def batch(*parts: Contribution, page: str = "2026-01") -> Batch:
    """A batch that is sealed already."""
    return Batch(next(_IDS), page, parts[0].what, False, parts[0].labels, parts)


def grant(id_: str = "G-1", funder: str = "Fund", **more: object) -> Grant:
    """A grant without an award, so that nothing is kept of it."""
    plain = Grant(
        id_, funder, "Work", "active", "EUR", None, date(2026, 1, 1), date(2026, 12, 31),
        publish=True, kind="grant",
    )  # fmt: skip
    return replace(plain, **more)


def line(
    id_: str = "B-1", grant: str = "G-1", amount: int = 100_000, people: int | None = 0,
    category: str = "Food", **more: object,
) -> BudgetLine:  # fmt: skip
    plain = BudgetLine(id_, grant, "", category, "", "EUR", amount, None, None, people_paid=people)
    return replace(plain, **more)


def expense(id_: str, amount: int, line: str = "B-1", month: int = 1, **more: object) -> Expense:
    """A payment of a month of 2026. Its description is its ID, so that it has its own
    contributor."""
    day = date(2026, month, 10)
    plain = Expense(id_, day, line, "", amount, "EUR", "paid", None, description=id_)
    return replace(plain, **more)


def plan(
    grants: Sequence[Grant], lines: Sequence[BudgetLine], expenses: Sequence[Expense] = ()
) -> Plan:
    return Plan(
        "EUR",
        {one.id: one for one in grants},
        {},
        {one.id: one for one in lines},
        {one.id: one for one in expenses},
        {}, {}, {}, {}, frozenset(),
    )  # fmt: skip


def contributors(of: Plan, payees: dict[str, str] | None = None) -> Contributors:
    return Contributors(KEY, payees or {}, of.expenses)


def amounts(of: Plan, payees: dict[str, str] | None = None) -> Contributions:
    """The contributions of a plan."""
    return Contributions(of, contributors(of, payees))


def sealed(of: Plan, *pages: str, payees: dict[str, str] | None = None) -> list[Batch]:
    """All batches after the pages of some months, in order."""
    numbers = count(1)
    known = amounts(of, payees)
    batches: list[Batch] = []
    for page in pages:
        batches += seal(known, batches, page, number=lambda: next(numbers))
    return batches
