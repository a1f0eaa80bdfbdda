"""A healthy plan, in which nothing is found, and what is found once rows of it are altered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.checks import checks
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of

TODAY = date(2026, 4, 10)
Tables = dict[str, dict[str, Fields]]
Change = tuple[str, str, Mapping[str, str]]
Case = tuple[str, list[Change], list[tuple[str, ...]]]
"""A code, the rows that are altered, and (table, ID, field, problem, remedy) of each finding."""

HEALTHY: Tables = {
    "grants": {
        "G-1": {
            "funder": "Harbour Fund",
            "title": "Safer nights",
            "currency": "EUR",
            "amount": "2400",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "state": "active",
            "paid": "in advance",
        }
    },
    "work_plan": {
        "A-1": {
            "activity": "Outreach evenings",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "milestone": "Sixty evenings",
            "done": "33",
            "status": "under way",
            "progress_note": "Twenty evenings since 2026-01-05, 1,200.50 EUR spent on line B-1.",
        },
        "A-2": {
            "activity": "Map of services",
            "start": "2026-01-01",
            "end": "2026-03-31",
            "status": "done",
            "done": "100",
        },
    },
    "indicators": {
        "N-9": {
            "activity": "A-1",
            "indicator": "Evenings",
            "unit": "evenings",
            "target": "60",
            "achieved": "20",
        }
    },
    "budget": {
        "B-1": {
            "grant": "G-1",
            "activity": "A-1",
            "amount": "1200",
            "category": "Supplies",
            "people_paid": "0",
        },
        "B-2": {
            "grant": "G-1",
            "activity": "A-2",
            "amount": "1200",
            "2026-01": "1200",
            "people_paid": "2",
        },
    },
    "expenses": {
        "E-1": {
            "date": "2026-01-10",
            "budget_line": "B-1",
            "amount": "300",
            "receipt": "17",
            "state": "paid",
        },
        "E-2": {
            "date": "2026-01-20",
            "budget_line": "B-2",
            "amount": "1200",
            "receipt": "18",
            "state": "paid",
        },
    },
    "income": {
        "I-1": {
            "date": "2026-01-05",
            "grant": "G-1",
            "kind": "instalment",
            "state": "received",
            "amount": "2000",
        },
        "I-2": {
            "date": "2026-07-05",
            "grant": "G-1",
            "kind": "instalment",
            "state": "expected",
            "amount": "400",
        },
    },
    "resources": {
        "R-1": {
            "kind": "workspace",
            "from_whom": "host",
            "state": "in use",
            "activity": "A-1",
            "until": "2026-12-31",
            "review_on": "2026-09-01",
        }
    },
    "deadlines": {
        "D-1": {
            "what": "Report to Harbour Fund for January to June 2026",
            "due": "2026-07-30",
            "grant": "G-1",
        }
    },
}


def look(
    *changes: tuple[str, str, Mapping[str, str]],
    today: date = TODAY,
    booked: frozenset[str] = frozenset(),
) -> list[Finding]:
    """What is found in the healthy plan once rows are altered or added: (table, ID, fields); an
    empty field is none. `booked`: the expenses that a bank's statement has."""
    records: Tables = {name: dict(rows) for name, rows in HEALTHY.items()}
    for table, id_, fields in changes:
        merged = {**records.setdefault(table, {}).get(id_, {}), **fields}
        records[table][id_] = {name: text for name, text in merged.items() if text}
    plan, found = plan_of(records, base="EUR")
    sums, without_rate = totals(plan)
    return [*found, *without_rate, *checks(plan, sums, today=today, records=records, booked=booked)]


def told(found: list[Finding]) -> list[tuple[str, str, str, str, str, str]]:
    return [(each.code, each.table, each.id, each.field, *each.words("en")) for each in found]
