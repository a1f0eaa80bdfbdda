"""Random groups with every kind of money, as the rows that somebody typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.world.group import Rows

EVERY_KIND: Rows = {
    "grants": [
        # The fee is 7.5 % of what came in, less the opening balance and what went back.
        {"id": "G-0", "funder": "Fund 0", "title": "Work", "state": "active", "currency": "EUR"}
        | {"amount": "9000.00", "start": "2026-01-15", "end": "2026-12-14", "publish": "yes"}
        | {"host_fee": "7.5", "host_fee_on": "income", "variance_limit": "25"},
        {"id": "G-1", "funder": "Fund 1", "title": "Work", "state": "closing", "currency": "GBP"}
        | {"amount": "5000.00", "start": "2025-03-01", "end": "2026-11-30", "publish": "no"}
        | {"host_fee": "7.5", "host_fee_on": "spending", "budget_rate": "0.8731"},
        {"id": "G-2", "funder": "Fund 2", "title": "Work", "state": "applied", "currency": "JPY"}
        | {"amount": "700000", "start": "2026-06-01", "end": "2027-05-31", "publish": "no"},
        {"id": "G-3", "funder": "Fund 3", "title": "Work", "state": "declined", "currency": "EUR"}
        | {"amount": "100.00", "start": "2026-01-01", "end": "2026-12-31", "publish": "no"},
    ],
    "work_plan": [
        {"id": "A-0", "activity": "Do 0", "status": "under way"}
        | {"start": "2026-01-01", "end": "2026-09-30"}
    ],
    "budget": [
        {"id": "B-0", "grant": "G-0", "amount": "4900.00", "category": "Rent", "activity": "A-0"},
        {"id": "B-1", "grant": "G-0", "amount": "4100.00", "people_paid": "1"},
        {"id": "B-2", "grant": "G-1", "amount": "5000.00", "category": "Travel"}
        | {"2026-02": "1200.00", "2026-05": "3800.00"},
        {"id": "B-3", "grant": "G-2", "amount": "700000", "category": "Rent"},
        {"id": "B-4", "grant": "G-3", "amount": "100.00", "category": "Rent"},
    ],
    "expenses": [
        {"id": "E-0", "date": "2026-02-10", "budget_line": "B-0", "amount": "1000.01"}
        | {"currency": "EUR", "state": "paid"},
        {"id": "E-1", "date": "2026-02-11", "budget_line": "B-0", "amount": "20.50"}
        | {"currency": "EUR", "state": "refunded", "refund_of": "E-0"},
        {"id": "E-2", "date": "2026-01-20", "budget_line": "B-0", "amount": "77.77"}
        | {"currency": "GBP", "state": "paid", "paid_on": "2026-04-02"},
        {"id": "E-3", "date": "2026-03-01", "budget_line": "B-0", "amount": "3900.00"}
        | {"currency": "EUR", "state": "committed"},
        {"id": "E-4", "date": "2026-03-03", "budget_line": "B-1", "amount": "812.34"}
        | {"currency": "EUR", "state": "paid"},
        {"id": "E-5", "date": "2025-12-03", "budget_line": "B-2", "amount": "333.33"}
        | {"currency": "GBP", "state": "paid"},
        {"id": "E-6", "date": "2026-03-04", "grant": "G-0", "amount": "9.99"}
        | {"currency": "EUR", "state": "paid"},
        {"id": "E-7", "date": "2026-03-05", "amount": "8.01", "currency": "EUR", "state": "paid"},
    ],
    "income": [
        {"id": "I-0", "date": "2026-01-15", "grant": "G-0", "kind": "opening balance"}
        | {"amount": "1000.00", "currency": "EUR", "state": "received"},
        {"id": "I-1", "date": "2026-02-01", "grant": "G-0", "kind": "instalment"}
        | {"amount": "4000.20", "currency": "EUR", "state": "received"},
        {"id": "I-2", "date": "2026-02-02", "grant": "G-0", "kind": "returned to funder"}
        | {"amount": "100.00", "currency": "EUR", "state": "received"},
        {"id": "I-3", "date": "2026-02-03", "grant": "G-0", "kind": "interest"}
        | {"amount": "1.10", "currency": "EUR", "state": "received"},
        {"id": "I-4", "date": "2026-12-01", "grant": "G-0", "kind": "instalment"}
        | {"amount": "2000.00", "currency": "EUR", "state": "expected"},
        {"id": "I-5", "date": "2025-04-01", "grant": "G-1", "kind": "opening balance"}
        | {"amount": "250.00", "currency": "GBP", "state": "received"},
        {"id": "I-6", "date": "2026-03-01", "kind": "donation", "amount": "30.00"}
        | {"currency": "EUR", "state": "received"},
    ],
    "rates": [
        {"month": f"{2025 + number // 12}-{1 + number % 12:02}", "currency": "GBP"}
        | {"rate": f"0.8{number:02}3"}
        for number in range(24)
    ],
}  # fmt: skip
"""A group with every kind of money. The yen have no rate."""

STATES = ("active", "applied", "declined", "active", "awarded", "closing", "closed", "prospect")  # fmt: skip
CURRENCIES = ("EUR", "EUR", "GBP", "JPY", "KWD")
DECIMALS = {"EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}

days = st.dates(
    min_value=date(2025, 1, 1),
    max_value=date(2026, 12, 31),
)


def amounts(currency: str) -> st.SearchStrategy[str]:
    places = DECIMALS[currency]
    return st.integers(1, 10**6).map(lambda units: f"{units / 10**places:.{places}f}")


@st.composite
def spans(draw: st.DrawFn) -> dict[str, str]:
    first, second = sorted((draw(days), draw(days)))
    return {"start": first.isoformat(), "end": second.isoformat()}


@st.composite
def groups(draw: st.DrawFn) -> Rows:
    """Grants of every state and currency; lines with month columns, dates of their own, of their
    activity or none; payments of every state and place; rates with holes."""

    def maybe(name: str, values: st.SearchStrategy[str]) -> dict[str, str]:
        return {name: draw(values)} if draw(st.booleans()) else {}

    grants: list[dict[str, str]] = []
    for number in range(draw(st.integers(1, 4))):
        currency = draw(st.sampled_from(CURRENCIES))
        grants.append(
            {"id": f"G-{number}", "funder": f"Fund {number}", "title": "Work", "currency": currency}
            | {
                "state": draw(st.sampled_from(STATES)),
                "publish": draw(st.sampled_from(("yes", "no"))),
            }
            | draw(spans())
            | maybe("amount", amounts(currency))
            | (maybe("budget_rate", st.just("0.8731")) if currency == "GBP" else {})
            | maybe("variance_limit", st.sampled_from(("0", "5", "25")))
            | (
                {"host_fee": "7.5", "host_fee_on": draw(st.sampled_from(("income", "spending")))}
                if draw(st.booleans())
                else {}
            )
        )
    own = {grant["id"]: grant["currency"] for grant in grants}
    work = [
        {"id": f"A-{number}", "activity": f"Do {number}", "status": "under way"} | draw(spans())
        for number in range(2)
    ]
    lines: list[dict[str, str]] = []
    for number in range(draw(st.integers(1, 6))):
        grant = draw(st.sampled_from(sorted(own)))
        line = {"id": f"B-{number}", "grant": grant, "amount": draw(amounts(own[grant]))}
        line |= maybe("category", st.sampled_from(("Rent", "Travel")))
        line |= maybe("activity", st.sampled_from(("A-0", "A-1")))
        line |= {"people_paid": draw(st.sampled_from(("0", "0", "2")))}
        if draw(st.booleans()):
            line |= draw(spans())
        if draw(st.integers(0, 3)) == 0:
            for month in ("2026-02", "2026-05"):
                line |= maybe(month, amounts(own[grant]))
        lines.append(line)
    expenses: list[dict[str, str]] = []
    for number in range(draw(st.integers(0, 14))):
        place: dict[str, str] = draw(
            st.sampled_from(
                [{"budget_line": line["id"]} for line in lines] + [{"grant": grants[0]["id"]}, {}]
            )
        )
        of = next(
            (x["grant"] for x in lines if x["id"] == place.get("budget_line")),
            place.get("grant", ""),
        )
        currency = draw(st.sampled_from((own.get(of, "EUR"), own.get(of, "EUR"), "EUR", "GBP")))
        on = sorted((draw(days), draw(days)))
        state = draw(st.sampled_from(("paid", "paid", "paid", "refunded", "committed")))
        row = {"id": f"E-{number}", "date": on[0].isoformat(), "amount": draw(amounts(currency))}
        row |= {"currency": currency, "state": state, **place}
        if state == "paid" and draw(st.booleans()):
            row["paid_on"] = on[1].isoformat()
        if number and draw(st.integers(0, 5)) == 0:
            row["refund_of" if state == "refunded" else "split_of"] = "E-0"
        expenses.append(row)
    income: list[dict[str, str]] = []
    for number in range(draw(st.integers(0, 6))):
        grant = draw(st.sampled_from([*sorted(own), ""]))
        kinds = (
            ("instalment", "opening balance", "interest", "returned to funder")
            if grant
            else ("donation",)
        )
        currency = own.get(grant, "EUR")
        row = {
            "id": f"I-{number}",
            "date": draw(days).isoformat(),
            "amount": draw(amounts(currency)),
        }
        row |= {"kind": draw(st.sampled_from(kinds)), "currency": currency}
        row |= {"state": draw(st.sampled_from(("received", "received", "expected")))}
        income.append(row | ({"grant": grant} if grant else {}))
    hole = draw(st.integers(0, 24))
    rates = [
        {"month": f"{2025 + number // 12}-{1 + number % 12:02}", "currency": currency, "rate": rate}
        for number in range(24)
        for currency, rate in (
            ("GBP", f"0.8{number:02}3"),
            ("JPY", f"16{number % 10}.27"),
            ("KWD", "0.3391"),
        )
        if number != hole
    ]
    in_kind = {"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use"}
    in_kind |= {
        "description": "Room",
        "value": "777777.77",
        "valued_by": "estimate",
        "currency": "EUR",
    }
    in_kind |= {"from": "2025-01-01", "until": "2026-12-31", "match_for": grants[0]["id"]}
    rows: dict[str, Any] = {
        "grants": grants,
        "work_plan": work,
        "budget": lines,
        "expenses": expenses,
    }
    return rows | {"income": income, "rates": rates, "resources": [in_kind]}
