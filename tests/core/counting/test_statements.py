"""What a group tells its host: what is in it, and that nothing else can be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import msgspec
import pytest
from msgspec.structs import astuple, replace

from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.law import MovedMoney
from budgettrack.core.counting.statements import (
    HostStatement,
    OwedReport,
    ToldCategory,
    ToldGrant,
    ToldMovement,
    books_of,
    by_category,
    is_agreed,
    statement,
    told_grants,
)
from budgettrack.core.counting.terms import Terms
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import TABLES
from tests.world.host_plan import told_grant

AGREEMENT: Fields = {
    "kind": "host or country partner",
    "other_party": "Delta  partners",
    "state": "in force",
    "statement": "yes",
}


def group(**changes: Mapping[str, Fields]) -> dict[str, dict[str, Fields]]:
    grant = {"currency": "EUR", "state": "active", "start": "2026-01-01", "end": "2026-12-31"}
    tables: dict[str, dict[str, Fields]] = {
        "grants": {
            "G-1": {**grant, "funder": "Delta Partners", "agreement_reference": "SG-1"},
            "G-2": {**grant, "funder": "Meridian Fund"},
            "G-3": {**grant, "funder": "Harbour Fund", "held_by": "Delta Partners",
                    "host_fee": "10", "agreement_reference": "TOP"},
            "G-4": {**grant, "funder": "Delta Partners", "state": "applied"},
        },
        "budget": {
            "B-1": {"grant": "G-1", "category": "People", "amount": "900", "people_paid": "1"},
            "B-2": {"grant": "G-1", "category": "Place", "amount": "100", "people_paid": "0"},
        },
        "expenses": {
            "E-1": {"date": "2026-02-01", "budget_line": "B-1", "amount": "300", "state": "paid"},
            "E-2": {"date": "2026-02-02", "budget_line": "B-2", "amount": "20", "state": "committed"},
            "E-3": {"date": "2026-02-03", "grant": "G-1", "amount": "5", "state": "paid"},
            "E-4": {"date": "2026-04-03", "budget_line": "B-1", "amount": "7", "state": "paid"},
        },
        "income": {
            "I-1": {"date": "2026-01-20", "grant": "G-1", "kind": "instalment", "amount": "500",
                    "state": "received"},
            "I-2": {"date": "2026-01-10", "grant": "G-1", "kind": "opening balance", "amount": "40",
                    "state": "received"},
            "I-3": {"date": "2026-02-10", "grant": "G-1", "kind": "interest", "amount": "1",
                    "state": "received"},
            "I-4": {"date": "2026-03-10", "grant": "G-1", "kind": "returned to funder",
                    "amount": "60", "state": "received"},
            "I-5": {"date": "2026-03-11", "grant": "G-1", "kind": "instalment", "amount": "70",
                    "state": "expected"},
            "I-6": {"date": "2026-04-11", "grant": "G-1", "kind": "instalment", "amount": "80",
                    "state": "received"},
            "I-7": {"date": "2026-02-11", "grant": "G-3", "kind": "instalment", "amount": "1000",
                    "state": "received"},
        },
        "deadlines": {
            "report:G-1:2026-Q1": {"what": "Report", "due": "2026-04-30", "done_on": "2026-04-02"},
            "report:G-1:2026-Q2": {"what": "Report", "due": "2026-07-30"},
            "report:G-2:2026-Q1": {"what": "Report", "due": "2026-04-30"},
        },
        "agreements": {"AG-1": AGREEMENT},
        "months": {"2026-03": {"month": "2026-03", "closed": "2026-04-02"}},
    }  # fmt: skip
    for table, rows in changes.items():
        tables[table] = {**tables.get(table, {}), **rows}
    return tables


def told(
    month: str = "2026-03", *, preview: bool = False, **changes: Mapping[str, Fields]
) -> HostStatement:
    plan, _ = plan_of(group(**changes), base="EUR")
    return statement(plan, totals(plan)[0], month, preview=preview)


def test_the_hosts_grants_are_told_and_no_other() -> None:
    first, held = told().grants
    assert (first.grant, first.agreement, first.held) == ("G-1", "SG-1", False)
    assert (held.grant, held.agreement, held.held) == ("G-3", "TOP", True)
    assert held.fee == "100.00"


def test_the_sums_are_those_of_the_books_at_the_end_of_the_month() -> None:
    grant = told().grants[0]
    assert {name: text for name, text in grant.figures.items() if text != "0.00"} == {
        "received": "541.00",
        "returned": "60.00",
        "spent": "305.00",
        "held_here": "176.00",
    }
    assert grant.committed == "20.00"
    assert [astuple(one) for one in grant.categories] == [
        ("", "5.00", "0.00"),
        ("People", "300.00", "0.00"),
        ("Place", "0.00", "20.00"),
    ]


def test_instalments_are_told_by_day_and_interest_is_none() -> None:
    grant = told().grants[0]
    assert list(grant.receipts) == [
        ToldMovement("2026-01-10", "40.00"),
        ToldMovement("2026-01-20", "500.00"),
    ]
    assert list(grant.returns) == [ToldMovement("2026-03-10", "60.00")]
    assert len(told("2026-04").grants[0].receipts) == 3


def test_reports_are_told_with_the_day_on_which_they_were_sent() -> None:
    assert list(told().grants[0].reports) == [
        OwedReport("2026-Q1", "2026-04-30", "2026-04-02"),
        OwedReport("2026-Q2", "2026-07-30"),
    ]


def test_a_month_is_provisional_until_it_is_closed() -> None:
    assert told("2026-03").closed
    assert not told("2026-02").closed


@pytest.mark.parametrize(
    "agreement",
    [
        {**AGREEMENT, "statement": ""},
        {**AGREEMENT, "statement": "no"},
        {**AGREEMENT, "state": "ended"},
        {**AGREEMENT, "kind": "coach"},
        {**AGREEMENT, "other_party": "Another host"},
    ],
)
def test_without_agreement_nothing_is_told(agreement: Fields) -> None:
    assert told(agreements={"AG-1": agreement}).grants == ()


def test_the_group_sees_first_what_would_be_told() -> None:
    asked: dict[str, Fields] = {"AG-1": {**AGREEMENT, "statement": ""}}
    assert told(agreements=asked, preview=True) == told()
    assert told(agreements={"AG-1": {**AGREEMENT, "statement": "no"}}, preview=True).grants == ()
    assert not is_agreed(plan_of(group(agreements=asked), base="EUR")[0])
    assert is_agreed(plan_of(group(), base="EUR")[0])


def test_the_grant_of_an_agreement_is_told_whatever_its_funder_is_called() -> None:
    other = {**AGREEMENT, "other_party": "Delta", "grant": "G-2"}
    plan, _ = plan_of(group(agreements={"AG-1": other}), base="EUR")
    assert told_grants(plan) == {"G-2": False}


def test_no_text_is_told_but_ids_references_and_categories() -> None:
    """A mark in every cell of text: none but these three gets into the statement."""
    tables = group()
    for table in TABLES:
        if table.name not in tables:
            tables[table.name] = {"X-1": {}}
        for id_, fields in tables[table.name].items():
            marked = {
                column.name: f"zq{table.name}.{column.name}qz"
                for column in table.columns
                if column.kind in ("text", "link")
                and column.name not in ("other_party", "funder", "held_by")
            }
            tables[table.name][id_] = {**marked, **fields}
    plan, _ = plan_of(tables, base="EUR")
    text = json.dumps(msgspec.to_builtins(statement(plan, totals(plan)[0], "2026-03")))
    assert set(re.findall("zq(.*?)qz", text)) <= {"budget.category", "grants.agreement_reference"}
    assert "Meridian" not in text
    assert "Delta" not in text
    assert "G-2" not in text


def test_a_statement_is_read_as_books() -> None:
    books, held = books_of(told())
    assert books.terms == Terms(received=54100, returned=6000, spent=30500, held_here=17600)
    assert books.receipts == (MovedMoney("2026-01-10", 4000), MovedMoney("2026-01-20", 50000))
    assert books.returns == (MovedMoney("2026-03-10", 6000),)
    assert books.by_category["Place"] == (0, 2000)
    assert held.is_held
    assert held.fee == 10000


@pytest.mark.parametrize(
    "broken",
    [
        replace(told_grant(), currency="XXZ"),
        replace(told_grant(), figures={"received": "1.00"}),
        replace(told_grant(), figures={**told_grant().figures, "spent": "401.00"}),
        replace(told_grant(), fee="0.001"),
        told_grant(receipts=(ToldMovement("yesterday", "1000.00"),)),
    ],
)
def test_what_does_not_balance_is_no_statement(broken: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        books_of(HostStatement(1, "2026-03", True, (broken,)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "listed", "named"),
    [
        ("yes", "yes", True),
        ("with supplies", "yes", True),
        ("yes", "", False),
        ("no", "yes", False),
    ],
)
def test_a_group_is_named_only_with_a_statement(statement: str, listed: str, named: bool) -> None:
    agreed = {"AG-1": {**AGREEMENT, "statement": statement, "listed": listed}}
    assert told(agreements=agreed).listed == named


def test_who_hands_money_on_tells_it_upwards_with_what_those_below_told() -> None:
    """In the categories of its own budget lines, and in no word of those below."""

    def given(line: str) -> Fields:
        return {"group": "GR-1", "grant": "G-1", "state": "active", "currency": "EUR",
                "agreement_reference": "SG-1", "budget_line": line}  # fmt: skip

    paid = {"given": "V-1", "direction": "to the group", "paid_on": "2026-02-01",
            "amount_paid": "1000"}  # fmt: skip
    known = {"categories": (ToldCategory("Kept by Ada", "400.00", "30.00"),)}
    below = HostStatement(1, "2026-03", True, (replace(told_grant(), **known),))

    def upwards(line: str, *, said: bool = True) -> ToldGrant:
        rows = group(given={"V-1": given(line)}, instalments={"P-1": paid})
        rows["groups"] = {"GR-1": {"name": "First", "state": "ready"}}
        plan, problems = plan_of(rows, base="EUR")
        assert not problems
        sums = totals(plan)[0]
        books = {"GR-1": books_of(below)} if said else {}
        rolled = counted(plan, sums, "2026-03", books)
        whole = statement(plan, sums, "2026-03", rolled=rolled)
        assert "Ada" not in repr(whole)
        assert "GR-1" not in repr(whole)
        books_of(whole)  # raises if the figures do not balance
        first, held = whole.grants
        assert held == told().grants[1]
        return first

    first = upwards("B-2")
    assert {name: text for name, text in first.figures.items() if text != "0.00"} == {
        "received": "541.00",
        "returned": "60.00",
        "spent": "705.00",
        "held_here": "-824.00",
        "held_below": "600.00",
    }
    assert [astuple(one) for one in first.categories] == [
        ("", "5.00", "0.00"), ("People", "300.00", "0.00"), ("Place", "400.00", "50.00"),
    ]  # fmt: skip
    assert first.committed == "50.00"
    # No line pays: two lines are there, and none is named.
    assert next(astuple(one) for one in upwards("").categories) == ("", "405.00", "30.00")
    silent = upwards("B-2", said=False)
    assert (silent.figures["on_the_way"], silent.figures["spent"]) == ("1000.00", "305.00")


def test_who_hands_nothing_on_tells_the_same_with_and_without_awards() -> None:
    plan, _ = plan_of(group(), base="EUR")
    sums = totals(plan)[0]
    rolled = counted(plan, sums, "2026-03", {})
    assert statement(plan, sums, "2026-03", rolled=rolled) == told()


def test_what_the_host_gave_itself_is_not_held_for_us() -> None:
    grant = {"currency": "EUR", "state": "active", "funder": "Delta Partners",
             "held_by": "Delta Partners"}  # fmt: skip
    assert {one.grant: one.held for one in told(grants={"G-5": grant}).grants} == {
        "G-1": False, "G-3": True, "G-5": False,
    }  # fmt: skip


def test_a_category_without_money_is_not_told() -> None:
    line = {"grant": "G-1", "category": "Nothing yet", "amount": "50"}
    plan, _ = plan_of(group(budget={**group()["budget"], "B-9": line}), base="EUR")
    assert by_category(plan, totals(plan)[0], "2026-03", "G-1") == {
        "": (500, 0), "People": (30_000, 0), "Place": (0, 2_000),
    }  # fmt: skip
