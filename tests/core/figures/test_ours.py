"""A grant that was declined, applied for or is a prospect counts in no total anywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from budgettrack.core import tabs
from budgettrack.core.figures.cash import grant_positions, overall
from budgettrack.core.figures.funding_grid import grid
from budgettrack.core.figures.ours import is_ours, money_of
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.views.facts import public_facts
from budgettrack.group import Standing
from budgettrack.queries import figures
from tests.world.publishing import each_alone

APART = {"prospect": "may come", "applied": "may come", "declined": "declined"}
END = "2026-06"


def group(state: str) -> Plan:
    """One grant that is ours, and one of `state`, each with a line, an expense and income."""
    grant = {"title": "T", "currency": "EUR", "start": "2026-01-01", "end": "2026-12-31", "publish": "yes"}  # fmt: skip
    ours = {**grant, "funder": "F", "state": "active", "amount": "1200"}
    other = {**grant, "funder": "H", "state": state, "amount": "50000", "budget_rate": "1"}
    spent = {"date": "2026-03-05", "state": "paid", "currency": "EUR"}
    came = {"date": "2026-02-01", "kind": "instalment", "state": "received", "currency": "EUR"}
    records = {
        "grants": {"G-1": ours, "G-2": other},
        "budget": {
            "B-1": {"grant": "G-1", "category": "Rent", "amount": "1200"},
            "B-2": {"grant": "G-2", "category": "Rent", "amount": "48000"},
        },
        "expenses": {
            **{f"E-{n}": {**spent, "budget_line": "B-1", "amount": "100"} for n in range(4)},
            **{f"F-{n}": {**spent, "budget_line": "B-2", "amount": "7"} for n in range(4)},
        },
        "income": {
            "I-1": {**came, "grant": "G-1", "amount": "600"},
            "I-2": {**came, "grant": "G-2", "amount": "5"},
        },
    }
    plan, found = plan_of(records, base="EUR")
    assert found == []
    return plan


def test_every_state_of_a_grant_is_decided() -> None:
    states = BY_NAME["grants"].column("state").choices
    plan = group("applied")

    decided = {state: money_of(replace(plan.grants["G-2"], state=state)) for state in states}

    assert {state: word for state, word in decided.items() if word != "ours"} == APART
    assert is_ours(None)


@pytest.mark.parametrize("state", APART)
def test_it_counts_in_no_total(state: str) -> None:
    plan = group(state)
    sums, _ = totals(plan)
    alone = replace(
        plan,
        grants={"G-1": plan.grants["G-1"]},
        lines={"B-1": plan.lines["B-1"]},
        expenses={id_: each for id_, each in plan.expenses.items() if each.line == "B-1"},
        income={"I-1": plan.income["I-1"]},
    )
    its_sums, _ = totals(alone)

    together, only = overall(plan, sums, END), overall(alone, its_sums, END)
    assert replace(together, may_come=0) == only
    assert together.may_come == (4999500 if state != "declined" else 0)
    (row,) = grid(plan)[1]
    assert (row.total, row.may_come) == (120000, 0 if state == "declined" else 4800000)
    assert _public(plan) == _public(alone)
    for by in ("category", "activity", "grant"):
        found = positions(plan, sums, end=END, by=by)
        ours = [each for each in found if each.money == "ours"]
        assert ours == positions(alone, its_sums, end=END, by=by)
        assert [each.state for each in found if each.money != "ours"] == [APART[state]]
    (cash,) = (each for each in grant_positions(plan, sums, END) if each.grant == "G-2")
    assert (cash.still_to_receive, cash.money) == (0, APART[state])


def _public(plan: Plan) -> tuple[object, ...]:
    facts = public_facts(plan, END, first=END, organisation="O")
    parts = Contributions(plan, each_alone(plan)).at(END)
    return parts, facts.grants


@pytest.mark.parametrize("state", APART)
def test_it_stands_apart_in_the_summary(state: str) -> None:
    plan = group(state)
    rows = [
        [cell.value for cell in row]
        for row in tabs.summary(plan, totals(plan)[0], END, date(2026, 7, 1)).rows
    ]
    titles = [row[0] for row in rows if len(row) == 1]
    apart = {
        "may come": "May come: not awarded, and in no total",
        "declined": "Declined, with money on it: in no total",
    }[APART[state]]

    assert titles[-4:-1] == ["Money of each grant", apart, "All grants together"]
    first, second = (rows.index([title]) for title in ("Money of each grant", apart))
    assert [row[0] for row in rows[first + 2 : second - 1]] == ["G-1"]
    assert rows[second + 2][0] == "G-2"
    (line,) = (row for row in rows if len(row) > 12 and row[1] == "B-2")
    assert line[12] == APART[state]


def test_it_stands_apart_at_the_prompt_and_in_json() -> None:
    plan = group("applied")
    spent = {("2026-06", "G-1", "EUR"): 400, ("2026-06", "G-2", "EUR"): 7}
    now = Standing(plan, totals(plan)[0], [], {}, datetime(2026, 7, 1, tzinfo=UTC), spent=spent)
    today = date(2026, 7, 2)

    rows = figures.status(now, today, None)
    assert [(row["grant"], row["money"]) for row in rows] == [("G-1", "ours"), ("G-2", "may come")]
    lines = list(figures.status_lines(now, today, None, "en"))
    assert "May come: 49,995.00 EUR of G-2 (applied), in no total" in lines
    assert "Spent in 2026-06: 4.00 EUR (2026-05: 0.00)" in lines
    assert not any(line.startswith("Cash of G-2") for line in lines)
