"""One grant over a year, with three lines of which the figures are easy to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from budgettrack.core.figures.profile import Limit, Profile
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.funder_lines import Basis, basis_of

QUARTER: Period = (date(2026, 4, 1), date(2026, 6, 30))

Tables = dict[str, dict[str, Fields]]

YEAR: Tables = {
    "grants": {
        "G-1": {
            "funder": "Harbour Fund", "title": "Safer nights", "state": "active",
            "currency": "EUR", "amount": "2400", "start": "2026-01-01", "end": "2026-12-31",
        }
    },
    "work_plan": {
        "A-1": {"activity": "Outreach evenings"},
        "A-2": {"activity": "Visits"},
    },
    "budget": {
        "B-1": {"grant": "G-1", "activity": "A-1", "category": "Rent", "description": "Room", "amount": "1200"},
        "B-2": {"grant": "G-1", "activity": "A-2", "category": "Travel", "amount": "600"},
        "B-3": {"grant": "G-1", "activity": "A-1", "category": "Food", "amount": "600"},
    },
    "expenses": {
        "E-1": {"date": "2026-01-20", "budget_line": "B-1", "amount": "90"},
        "E-2": {"date": "2026-04-10", "budget_line": "B-1", "amount": "160"},
        "E-3": {"date": "2026-05-02", "budget_line": "B-2", "amount": "80"},
        "E-4": {"date": "2026-05-20", "budget_line": "B-2", "amount": "5", "state": "refunded"},
        "E-5": {"date": "2026-06-20", "budget_line": "B-2", "amount": "30", "state": "committed"},
        "E-6": {"date": "2026-06-25", "grant": "G-1", "amount": "12"},
        "E-7": {"date": "2026-07-03", "budget_line": "B-1", "amount": "70"},
        "E-8": {"date": "2026-04-28", "budget_line": "B-1", "amount": "40"},
    },
}  # fmt: skip
"""To the end of June, B-1 has 600.00 of its budget and has spent 290.00 (200.00 of it since April);
B-2 has 300.00 and has spent 75.00; B-3 has 300.00 and has spent nothing; 12.00 are on no line."""


def year(**altered: Mapping[str, Mapping[str, str]]) -> Plan:
    """The plan, with some fields of some rows altered: `budget={"B-1": {"amount": "5"}}`."""
    tables = {name: dict(rows) for name, rows in YEAR.items()}
    for name, rows in altered.items():
        held = tables.setdefault(name, {})
        for id_, fields in rows.items():
            held[id_] = {**held.get(id_, {}), **fields}
    return plan_of(tables, base="EUR")[0]


def profile(**values: Any) -> Profile:
    return Profile(**{"title": "Ours", "source": "a test", **values})


def limit(**values: Any) -> Limit:
    return Limit(**{"source": "a test", "verified": True, **values})


def basis(
    plan: Plan | None = None,
    wanted: Profile | None = None,
    period: Period = QUARTER,
    own: Period | None = None,
) -> Basis:
    """Everything from which the figures of the grant's summary are calculated."""
    plan = plan or year()
    return basis_of(
        plan, totals(plan)[0], plan.grants["G-1"], wanted or profile(), own or period,
        (own or period)[1], own,
    )  # fmt: skip
