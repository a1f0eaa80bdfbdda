"""From records to a typed plan: what is left out, what is found, and that no expense is ever
dropped for its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import numbers_by_month
from budgettrack.core.records.plan import plan as plan_of

GRANT = {
    "funder": "Harbour Fund",
    "currency": "USD",
    "start": "2026-01-01",
    "end": "2026-12-31",
    "state": "active",
}
LINE = {"grant": "G-1", "amount": "1200"}
EXPENSE = {"date": "2026-03-12", "amount": "10"}


def made(**tables: Mapping[str, Fields]) -> tuple[Plan, list[Finding]]:
    records: dict[str, Mapping[str, Fields]] = {"grants": {"G-1": GRANT}, "budget": {"B-1": LINE}}
    return plan_of(records | tables, base="EUR")


def words(found: list[Finding]) -> list[tuple[str, str, str, str, str]]:
    return [(each.code, each.table, each.id, each.field, each.problem) for each in found]


def test_an_expense_belongs_to_its_line_and_its_lines_grant() -> None:
    plan, found = made(
        expenses={"E-1": EXPENSE | {"budget_line": "B-1", "grant": "", "paid_on": "2026-04-01"}}
    )

    expense = plan.expenses["E-1"]
    assert found == []
    assert (expense.line, expense.grant, expense.currency, expense.amount) == (
        "B-1",
        "G-1",
        "USD",
        1000,
    )
    assert (expense.date, expense.day, expense.state) == (
        date(2026, 3, 12),
        date(2026, 4, 1),
        "paid",
    )


@pytest.mark.parametrize("grant", [{}, {"grant": ""}, {"grant": "G-1"}])
@pytest.mark.parametrize("line", ["B-1", "b-1"])
def test_an_expense_has_the_grant_of_its_line_however_the_line_is_spelt(
    line: str, grant: Fields
) -> None:
    plan, found = made(expenses={"E-1": {**EXPENSE, "budget_line": line, **grant}})

    assert found == []
    assert (plan.expenses["E-1"].line, plan.expenses["E-1"].grant) == ("B-1", "G-1")


def test_an_expense_that_names_another_grant_than_its_line_is_told() -> None:
    plan, found = made(
        grants={"G-1": GRANT, "G-2": GRANT},
        expenses={"E-1": {**EXPENSE, "budget_line": "B-1", "grant": "G-2"}},
    )

    assert (plan.expenses["E-1"].line, plan.expenses["E-1"].grant) == ("B-1", "G-1")
    assert [(each.code, each.id, each.field) for each in found] == [
        ("line-of-other-grant", "E-1", "grant")
    ]


def test_an_expense_on_an_unknown_line_is_its_grants_unbudgeted_spending() -> None:
    plan, found = made(expenses={"E-1": EXPENSE | {"budget_line": "B-9", "grant": "G-1"}})

    assert (plan.expenses["E-1"].line, plan.expenses["E-1"].grant) == ("", "G-1")
    assert words(found) == [
        ("line-unknown", "expenses", "E-1", "budget_line", '"B-9" is not a budget line.')
    ]
    assert (
        found[0].remedy
        == "Type an ID or a description of the tab Budget; until then this is counted as unbudgeted."
    )


def test_an_expense_on_an_unknown_line_and_grant_is_unrestricted_in_the_base_currency() -> None:
    plan, found = made(expenses={"E-1": EXPENSE | {"budget_line": "B-9", "grant": "G-9"}})

    assert (plan.expenses["E-1"].grant, plan.expenses["E-1"].currency) == ("", "EUR")
    assert words(found) == [
        ("reference-unknown", "expenses", "E-1", "grant", '"G-9" is not in Grants.'),
        ("line-unknown", "expenses", "E-1", "budget_line", '"B-9" is not a budget line.'),
    ]
    assert found[0].remedy == "Type the ID or the name of a row that is there, or add that row."


def test_a_finding_never_quotes_words_that_stand_where_an_id_belongs() -> None:
    _, found = made(expenses={"E-1": EXPENSE | {"budget_line": "ask the office"}})

    assert [each.problem for each in found] == ["This text is not a budget line."]


def test_what_stands_on_a_line_that_was_left_out_is_its_grants_without_another_finding() -> None:
    plan, found = made(
        budget={"B-1": {"grant": "G-1"}}, expenses={"E-1": EXPENSE | {"budget_line": "B-1"}}
    )

    assert found == []
    assert (plan.lines, plan.expenses["E-1"].line, plan.expenses["E-1"].grant) == ({}, "", "G-1")


def test_a_grant_that_was_left_out_has_the_only_finding() -> None:
    plan, found = made(
        grants={"G-1": {"funder": "Harbour Fund"}},
        expenses={"E-1": EXPENSE | {"budget_line": "B-1"}},
    )

    assert found == []
    assert (plan.grants, plan.lines, len(plan.expenses)) == ({}, {}, 1)


@pytest.mark.parametrize("typed", ["b-1", " B-1 "])
def test_an_id_is_found_in_another_case_where_that_leaves_no_doubt(typed: str) -> None:
    plan, found = made(expenses={"E-1": EXPENSE | {"budget_line": typed}})

    assert (plan.expenses["E-1"].line, found) == ("B-1", [])


def test_an_id_in_another_case_that_could_be_two_is_not_guessed() -> None:
    plan, found = made(
        budget={"B-1": LINE, "b-1": LINE}, expenses={"E-1": EXPENSE | {"budget_line": " b-1"}}
    )

    assert plan.expenses["E-1"].line == ""
    assert [each.code for each in found] == ["line-unknown"]
    assert (
        made(budget={"B-1": LINE, "b-1": LINE}, expenses={"E-1": EXPENSE | {"budget_line": "b-1"}})[
            1
        ]
        == []
    )


def test_an_amount_with_more_decimals_than_its_currency_is_left_out() -> None:
    plan, found = made(
        expenses={
            "E-1": EXPENSE | {"amount": "10.005", "currency": "EUR"},
            "E-2": EXPENSE | {"amount": "0.5", "currency": "JPY"},
            "E-3": EXPENSE | {"amount": "1.005", "currency": "TND"},
        }
    )

    assert list(plan.expenses) == ["E-3"]
    assert words(found) == [
        (
            "amount-has-too-many-decimals",
            "expenses",
            "E-1",
            "amount",
            '"10.005" has more decimals than EUR has.',
        ),
        (
            "amount-has-too-many-decimals",
            "expenses",
            "E-2",
            "amount",
            '"0.5" has more decimals than JPY has.',
        ),
    ]
    assert found[0].remedy == "Round it to what was paid."


def test_an_unknown_currency_leaves_the_row_out() -> None:
    plan, found = made(
        grants={"G-1": GRANT, "G-2": GRANT | {"currency": "QQQ"}},
        expenses={"E-1": EXPENSE | {"currency": "XXQ"}},
    )

    assert (list(plan.grants), plan.expenses) == (["G-1"], {})
    assert [(each.table, each.id, each.field) for each in found] == [
        ("grants", "G-2", "currency"),
        ("expenses", "E-1", "currency"),
    ]
    assert {each.code for each in found} == {"currency-unknown"}


@pytest.mark.parametrize("lacking", ["date", "amount"])
def test_a_row_without_what_it_needs_is_left_out_and_not_found_twice(lacking: str) -> None:
    fields = {name: text for name, text in EXPENSE.items() if name != lacking}

    plan, found = made(expenses={"E-1": fields}, income={"I-1": fields})

    assert (plan.expenses, plan.income, found) == ({}, {}, [])


def test_a_lines_dates_are_its_own_else_its_activitys_else_its_grants_each_by_itself() -> None:
    plan, _ = made(
        work_plan={"A-1": {"activity": "Training", "start": "2026-02-01", "end": "2026-06-30"}},
        budget={
            "B-1": LINE | {"activity": "A-1", "start": "2026-03-01"},
            "B-2": LINE | {"activity": "A-1", "start": "2026-09-01"},
            "B-3": LINE | {"end": "2026-04-30"},
            "B-4": LINE | {"start": "2026-05-01", "end": "2026-04-30", "activity": "A-1"},
        },
    )

    assert {id_: (str(line.start), str(line.end)) for id_, line in plan.lines.items()} == {
        "B-1": ("2026-03-01", "2026-06-30"),
        "B-2": ("2026-09-01", "2026-12-31"),
        "B-3": ("2026-01-01", "2026-04-30"),
        "B-4": ("2026-05-01", "2026-04-30"),
    }


def test_without_a_grants_tab_the_labels_in_budget_are_the_grants() -> None:
    records = {
        "budget": {
            "B-1": {"grant": "Core", "amount": "5"},
            "B-2": {"grant": "Fund X", "amount": "6"},
        }
    }

    plan, found = plan_of(records, base="CHF", start=date(2026, 1, 1), end=date(2026, 6, 30))

    assert found == []
    assert [
        (each.id, each.currency, each.state, each.start, each.end) for each in plan.grants.values()
    ] == [
        ("Core", "CHF", "active", date(2026, 1, 1), date(2026, 6, 30)),
        ("Fund X", "CHF", "active", date(2026, 1, 1), date(2026, 6, 30)),
    ]
    assert (plan.lines["B-2"].grant, plan.lines["B-2"].currency, plan.lines["B-2"].end) == (
        "Fund X",
        "CHF",
        date(2026, 6, 30),
    )


def test_the_other_tables() -> None:
    plan, found = made(
        income={
            "I-1": {
                "date": "2026-01-02",
                "amount": "5",
                "received_amount": "4",
                "received_currency": "EUR",
            }
        },
        resources={
            "R-1": {"kind": "workspace", "value": "12.5", "match_for": "G-1", "from": "2026-01-01"}
        },
        deadlines={
            "D-1": {"what": "Renewal", "due": "2026-05-01", "grant": "G-1"},
            "D-2": {"what": "No date"},
        },
        rates={
            "2026-01 USD": {"month": "2026-01", "currency": "USD", "rate": "1.08"},
            "2026-02 USD": {"rate": "0"},
        },
        months={
            "2026-01": {"month": "2026-01", "closed": "2026-02-03"},
            "2026-02": {"month": "2026-02", "review": "We met."},
        },
    )

    assert found == []
    assert (plan.income["I-1"].received_amount, plan.income["I-1"].currency) == (400, "EUR")
    assert (plan.resources["R-1"].value, plan.resources["R-1"].currency) == (1250, "EUR")
    assert list(plan.deadlines) == ["D-1"]
    assert plan.rates == {("2026-01", "USD"): Decimal("1.08")}
    assert plan.closed == {"2026-01"}
    assert plan.reviews == {"2026-02": "We met."}
    assert (plan.currency_of("G-9"), plan.currency_of("")) == ("EUR", "EUR")


def test_what_is_handed_on_needs_a_currency_that_there_is_and_a_direction() -> None:
    whole = {"group": "GR-1", "grant": "G-1", "currency": "EUR", "amount": "100"}
    plan, found = made(
        grants={"G-1": {"funder": "Fund", "currency": "USD", "state": "active"}},
        groups={"GR-1": {"name": "Circle"}},
        calls={"C-1": {"title": "Small", "grant": "G-1", "purse": "50"}, "C-2": {"purse": "5"}},
        given={
            "V-1": whole,
            "V-2": {**whole, "group": ""},
            "V-3": {**whole, "currency": "XXZ"},
            "V-4": {**whole, "currency": ""},
        },
        instalments={
            "P-1": {"given": "V-1", "direction": "to the group", "amount": "50", "cost": "60"},
            "P-2": {"given": "V-2", "direction": "back from the group", "amount": "50"},
            "P-3": {"given": "V-3", "direction": "to the group", "amount": "50"},
            "P-4": {"given": "V-1", "amount": "50"},
        },
    )

    assert {given.id: given.group for given in plan.given.values()} == {"V-1": "GR-1", "V-2": ""}
    assert list(plan.instalments) == ["P-1", "P-2"]
    assert (plan.instalments["P-1"].amount, plan.instalments["P-1"].cost) == (5000, 6000)
    assert (plan.calls["C-1"].currency, plan.calls["C-2"].currency) == ("USD", "EUR")
    assert words(found)[0][:3] == ("currency-unknown", "given", "V-3")


def test_only_rows_that_errors_keep_out_of_the_figures_are_counted_as_left_out() -> None:
    from budgettrack.core.base.findings import finding
    from budgettrack.core.records.plan import left_out

    out = [
        finding("amount-not-a-number", "expenses", "E-1", "amount", value="x"),
        finding("date-not-readable", "expenses", "E-1", "date", value="x"),
        finding("no-rate", "expenses", "E-2", "date", currency="USD", month="2026-01"),
        finding("missing-value", "budget", "B-1", "amount", heading="Amount"),
    ]
    counted = [
        finding("text-too-long", "work_plan", "A-1", "internal_note", length="1", most="1"),
        finding("cell-error", "budget", "B-2", "unit_cost", value="#REF!"),
        finding("reference-unknown", "expenses", "E-3", "grant", value="x", tab="Grants"),
        finding("line-unknown", "expenses", "E-4", "budget_line", value="x"),
    ]

    assert left_out(counted) == 0
    assert left_out([*out, *counted]) == 3


def test_a_month_that_cannot_be_money_is_left_out_and_told() -> None:
    plan, found = made(budget={"B-1": LINE | {"2026-01": "100", "2026-02": "0.001"}})

    assert plan.lines["B-1"].months == {"2026-01": 10000}
    assert [(each.id, each.field) for each in found] == [("B-1", "2026-02")]


def test_an_expense_of_a_line_that_is_left_out_belongs_to_its_grant_or_its_lines() -> None:
    plan, _ = made(
        grants={"G-1": GRANT, "G-2": GRANT},
        budget={"B-1": {"grant": "G-1"}},
        expenses={
            "E-1": EXPENSE | {"budget_line": "B-1"},
            "E-2": EXPENSE | {"budget_line": "B-1", "grant": "G-2"},
        },
    )

    assert "B-1" not in plan.lines
    assert [each.grant for each in plan.expenses.values()] == ["G-1", "G-2"]


def test_a_quarter_is_shared_by_its_months_to_the_cent() -> None:
    """At every month's end, what is planned so far is at most half a cent from its share."""
    line = {**LINE, "amount": "130", "2026-01/2026-03": "100", "2026-03": "10", "2026-04": "20"}
    months = made(budget={"B-1": line})[0].lines["B-1"].months

    assert sum(months.values()) == 13_000
    assert months["2026-04"] == 2_000
    assert [months["2026-01"], months["2026-01"] + months["2026-02"]] == [3_333, 6_667]
    assert months["2026-03"] == 3_333 + 1_000


def test_a_funder_a_title_and_a_description_stand_for_their_row() -> None:
    records = {
        "grants": {
            "G-1": {"funder": "Harbour Fund", "currency": "EUR", "state": "active"},
            "G-2": {"funder": "City", "title": "Outreach", "currency": "USD", "state": "active"},
        },
        "budget": {
            "B-1": {"grant": "harbour fund", "description": "Venue", "amount": "10"},
            "B-2": {"grant": "Outreach", "description": "Venue", "amount": "20"},
            "B-3": {"grant": "G-2", "description": "Flyers", "amount": "30"},
        },
        "expenses": {
            "E-1": {"date": "2026-03-01", "amount": "1", "budget_line": "flyers"},
            "E-2": {"date": "2026-03-01", "amount": "2", "budget_line": "Venue", "grant": "City"},
            "E-3": {"date": "2026-03-01", "amount": "3", "budget_line": "Venue"},
            "E-4": {"date": "2026-03-01", "amount": "4", "grant": "Outreech"},
        },
    }

    made, findings = plan_of(records, base="EUR")

    assert {id_: line.grant for id_, line in made.lines.items()} == {
        "B-1": "G-1",
        "B-2": "G-2",
        "B-3": "G-2",
    }
    assert {id_: (paid.line, paid.grant) for id_, paid in made.expenses.items()} == {
        "E-1": ("B-3", "G-2"),
        "E-2": ("B-2", "G-2"),
        "E-3": ("", ""),
        "E-4": ("", ""),
    }
    assert made.expenses["E-1"].currency == "USD"
    assert [(each.code, each.id, each.problem) for each in findings] == [
        (
            "line-unclear",
            "E-3",
            "This text does not name one budget line alone. It could be B-1, B-2.",
        ),
        (
            "reference-unclear",
            "E-4",
            "This text does not name one row of Grants alone. It could be G-2.",
        ),
    ]


def test_a_grant_beside_a_line_of_another_grant_is_told() -> None:
    """The line wins. The payment stood in the other funder's report, without a word."""
    records = {
        "grants": {
            "G-1": {"title": "Core", "funder": "North", "currency": "EUR"},
            "G-2": {"title": "Food", "funder": "South", "currency": "EUR"},
        },
        "budget": {
            "B-1": {"grant": "Core", "description": "Printing", "amount": "9"},
            "B-2": {"grant": "Food", "description": "Bread", "amount": "9"},
        },
        "expenses": {
            "E-1": {
                "date": "2026-03-01",
                "amount": "1",
                "budget_line": "Printing",
                "grant": "Food",
            },
            "E-2": {"date": "2026-03-01", "amount": "2", "budget_line": "Bread", "grant": "South"},
            "E-3": {"date": "2026-03-01", "amount": "3", "budget_line": "Bread"},
        },
    }

    made, findings = plan_of(records, base="EUR")

    assert [paid.grant for paid in made.expenses.values()] == ["G-1", "G-2", "G-2"]
    assert [(told.code, told.id, told.field) for told in findings] == [
        ("line-of-other-grant", "E-1", "grant")
    ]
    assert findings[0].problem == (
        "B-1 is a line of G-1, but Grant says G-2. It is counted for G-1."
    )
    assert findings[0].remedy == "Choose a line of G-2, or empty the cell Grant."


def test_an_indicator_without_an_activity_that_is_there_counts_nothing() -> None:
    plan, _ = made(
        work_plan={"A-1": {"activity": "Outreach"}},
        indicators={
            "IN-1": {"activity": "A-1", "indicator": "Contacts"},
            "IN-2": {"activity": "A-9", "indicator": "Contacts"},
            "IN-3": {"activity": "A-1"},
        },
    )

    assert [*plan.indicators] == ["IN-1"]


def test_a_percentage_of_a_quarter_is_not_added_to_that_of_its_last_month() -> None:
    typed = {"2026-01/2026-03": "80", "2026-03": "70", "2026-04/2026-06": "90"}

    assert numbers_by_month({"unit": "%", **typed}) == {"2026-03": 70, "2026-06": 90}
    assert numbers_by_month({"unit": "kits", **typed}) == {"2026-03": 150, "2026-06": 90}
