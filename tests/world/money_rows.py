"""Random groups with every kind of money, as the rows that somebody typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.world.group import Rows

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
        line |= {"pays_people": draw(st.sampled_from(("no", "no", "yes")))}
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
