"""Small plans of money, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

from budgettrack.core.base import money, months
from budgettrack.core.figures.positions import Position, positions
from budgettrack.core.figures.totals import Total, totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of

Tables = dict[str, dict[str, Fields]]


GRANT = {
    "funder": "Harbour Fund",
    "currency": "EUR",
    "amount": "1200",
    "start": "2026-01-01",
    "end": "2026-12-31",
    "state": "active",
}


LINE = {"grant": "G-1", "amount": "1200", "category": "Supplies"}


def made(**tables: Mapping[str, Fields]) -> Plan:
    """The plan of these records; nothing in them may be found."""
    records: Tables = {"grants": {"G-1": GRANT}, "budget": {"B-1": LINE}}
    records |= {name: dict(rows) for name, rows in tables.items()}
    plan, found = plan_of(records, base="EUR")
    assert found == []
    return plan


def summed(plan: Plan) -> list[Total]:
    sums, found = totals(plan)
    assert found == []
    return sums


def spent(on: str, amount: str, **fields: str) -> Fields:
    return {"date": on, "amount": amount, "budget_line": "B-1", "state": "paid"} | fields


def at(plan: Plan, end: str, *, start: str | None = None, line: str = "B-1") -> Position:
    return next(
        each for each in positions(plan, summed(plan), start=start, end=end) if each.line == line
    )


RATES = {
    "2026-01 USD": {"month": "2026-01", "currency": "USD", "rate": "1.25"},
    "2026-02 USD": {"month": "2026-02", "currency": "USD", "rate": "2"},
    "2026-01 GBP": {"month": "2026-01", "currency": "GBP", "rate": "0.8"},
}


AMOUNTS = st.integers(0, 10**9)


DAYS = st.dates(date(2025, 10, 1), date(2027, 3, 31)).map(date.isoformat)


SPAN = months.months("2025-10", "2027-03")


ALL_RATES: dict[str, Fields] = {
    f"{month} {code}": {"month": month, "currency": code, "rate": rate}
    for month in SPAN
    for code, rate in (("USD", "1.087"), ("JPY", "163.25"))
}


def _amount(draw: st.DrawFn, currency: str) -> str:
    return money.decimal(draw(AMOUNTS), currency)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Grants of three currencies, lines phased in every way, and spending on lines, grants and
    neither."""
    currencies = {
        f"G-{number}": draw(st.sampled_from(["EUR", "USD", "JPY"]))
        for number in range(draw(st.integers(1, 3)))
    }
    grants = {
        id_: GRANT | {"currency": code, "amount": _amount(draw, code)}
        for id_, code in currencies.items()
    }
    budget: dict[str, Fields] = {}
    for number in range(draw(st.integers(1, 5))):
        grant = draw(st.sampled_from(sorted(grants)))
        fields = {
            "grant": grant,
            "amount": _amount(draw, currencies[grant]),
            "category": draw(st.sampled_from("ab")),
        }
        if draw(st.booleans()):
            fields |= dict(zip(("start", "end"), sorted((draw(DAYS), draw(DAYS))), strict=True))
        elif draw(st.booleans()):
            fields |= {
                month: _amount(draw, currencies[grant])
                for month in draw(st.sets(st.sampled_from(SPAN), max_size=4))
            }
        budget[f"B-{number}"] = fields
    expenses: dict[str, Fields] = {}
    for number in range(draw(st.integers(0, 12))):
        code = draw(st.sampled_from(["EUR", "USD", "JPY"]))
        fields = {"date": draw(DAYS), "amount": _amount(draw, code), "currency": code}
        fields |= draw(
            st.one_of(
                st.sampled_from(sorted(budget)).map(lambda line: {"budget_line": line}),
                st.sampled_from(sorted(grants)).map(lambda grant: {"grant": grant}),
                st.just({}),
            )
        )
        fields |= draw(
            st.sampled_from([{}, {"state": "paid"}, {"state": "committed"}, {"state": "refunded"}])
        )
        if draw(st.booleans()):
            fields["paid_on"] = draw(DAYS)
        expenses[f"E-{number}"] = fields
    return made(grants=grants, budget=budget, expenses=expenses, rates=ALL_RATES)
