"""A group whose rows somebody types month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.months import months
from budgettrack.core.records.model import Expense, Plan
from tests.world.report_plans import harbour

SPAN = months("2026-01", "2026-05")


LINES = ("B-1.1", "B-1.2", "B-1.4", "B-2.1", "B-3.1", "")


amounts = st.integers(1, 99_999)


payments = st.builds(
    lambda n, month, day, line, amount: (f"E-{n}", date(2026, month, day), line, amount),
    st.integers(1, 14), st.integers(1, 5), st.integers(1, 28), st.sampled_from(LINES), amounts,
)  # fmt: skip


histories = st.lists(st.lists(payments, max_size=7), min_size=5, max_size=5)
"""For each month, the rows that somebody types, or types over, before its page is published."""


def bare() -> Plan:
    """The harbour before it has spent anything. Its grants have no award, so that nothing is kept
    of them for payments to come."""
    plan = harbour()
    grants = {id_: replace(each, currency="EUR", amount=None) for id_, each in plan.grants.items()}
    lines = {id_: replace(each, currency="EUR") for id_, each in plan.lines.items()}
    return replace(plan, grants=grants, lines=lines, expenses={}, income={}, closed=frozenset())


def typed(plan: Plan, rows: Sequence[tuple[str, date, str, int]]) -> Plan:
    expenses = dict(plan.expenses)
    for id_, day, line, amount in rows:
        grant = plan.lines[line].grant if line else ""
        expenses[id_] = Expense(id_, day, line, grant, amount, "EUR", "paid", day)
    return replace(plan, expenses=expenses)
