"""Fees of hosts that are typed a second time, each finding in its exact words, and what is none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.checks import checks
from budgettrack.core.counting.statements import HostStatement, ToldGrant
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import TODAY
from tests.world.host_plan import hosted_tables, told_grant, with_rows

CODES = ("fee-as-expense", "fee-as-income", "fee-beyond-kept")
Row = tuple[str, str, Fields]

FEE: Row = ("given", "V-1", {"fee": "5"})
"""We keep 5 % of the 1,000.00 EUR that we paid on 2026-02-01: 50.00 EUR."""

TEN: Row = ("grants", "G-1", {"host_fee": "10"})
"""Our host keeps 10 % of the 1,000.00 EUR that came on 2026-02-03: 100.00 EUR."""


def spent(amount: str, day: str = "2026-02-20", id_: str = "E-9", **more: str) -> Row:
    return "expenses", id_, {"date": day, "grant": "G-1", "amount": amount, "state": "paid", **more}


def came(amount: str, kind: str = "donation", day: str = "2026-02-20", **more: str) -> Row:
    fields = {"date": day, "kind": kind, "amount": amount, "state": "received", **more}
    return "income", "I-20", fields


def found(tables: dict[str, dict[str, Fields]], *told: ToldGrant) -> list[Finding]:
    plan, problems = plan_of(tables, base="EUR")
    assert not problems
    statements = {"GR-1": HostStatement(1, "2026-03", True, told)} if told else {}
    found = checks(plan, totals(plan)[0], today=TODAY, records=tables, told=statements)
    return [each for each in found if each.code in CODES]


def of_host(*changes: Row) -> list[Finding]:
    return found(with_rows(*changes), told_grant())


def of_group(*changes: Row) -> list[Finding]:
    return found(hosted_tables(*changes))


def said(findings: Sequence[Finding]) -> list[tuple[str, str, str, str, str, str]]:
    return [
        (each.code, each.table, each.id, each.field, each.problem, each.remedy) for each in findings
    ]


def test_a_group_that_types_the_fee_beside_its_percentage_is_told() -> None:
    assert said(of_group(TEN, spent("100"))) == [(
        "fee-as-expense", "expenses", "E-9", "amount",
        "Host fee % takes off exactly 100.00 EUR already. If this row is that fee, it counts twice.",
        "If it is the fee, delete this row, or clear Host fee %.",
    )]  # fmt: skip


def test_a_host_that_types_the_fee_beside_its_percentage_is_told() -> None:
    assert said(of_host(FEE, spent("50"))) == [(
        "fee-as-expense", "expenses", "E-9", "amount",
        "Fee % takes off exactly 50.00 EUR already. If this row is that fee, it counts twice.",
        "If it is the fee, delete this row, or clear Fee %.",
    )]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [spent("100")],  # no percentage
        [TEN, spent("100.01")],
        [TEN, spent("100", "2026-02-02")],  # before the payment came
        [TEN, spent("100", currency="GBP"), ("rates", "R-1", {
            "month": "2026-02", "currency": "GBP", "rate": "1.2"})],
        [TEN, spent("100", state="refunded")],
        # What is paid more often than there are fees is a rent.
        [TEN, spent("100"), spent("100", "2026-03-20", "E-10"), spent("100", id_="E-11")],
        [TEN, ("income", "I-1", {"state": "expected"}), spent("100")],
        [TEN, ("income", "I-1", {"kind": "opening balance"}), spent("100")],
    ],
)  # fmt: skip
def test_what_need_not_be_the_fee_is_silent(rows: list[Row]) -> None:
    assert of_group(*rows) == []


def test_the_fee_of_one_payment_is_looked_for_within_62_days() -> None:
    """Two payments, so that neither has the fee of both."""
    second = ("income", "I-2", {"date": "2026-03-01", "grant": "G-1", "kind": "instalment",
                                "amount": "300", "state": "received"})  # fmt: skip
    assert len(of_group(TEN, second, spent("100", "2026-04-06"))) == 1
    assert of_group(TEN, second, spent("100", "2026-04-07")) == []
    # The fee of both together, on any day.
    assert len(of_group(TEN, second, spent("130", "2026-09-07"))) == 1


def test_the_fee_that_a_host_keeps_of_two_payments_is_looked_for_on_any_day() -> None:
    second: Row = ("instalments", "P-2", {"given": "V-1", "direction": "to the group",
                   "paid_on": "2026-03-01", "amount_paid": "500", "amount": "500"})  # fmt: skip
    assert len(of_host(FEE, second, spent("75", "2026-09-07"))) == 1
    assert of_host(FEE, second, spent("75.01", "2026-09-07")) == []


ON_SPENDING: Row = ("grants", "G-1", {"host_fee": "10", "host_fee_on": "spending"})


@pytest.mark.parametrize(
    ("rows", "fees"),
    [
        # The fee of a month, typed in it or in the next one.
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.71", "2026-03-01")], ["E-9"]),
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.71", "2026-02-28")], ["E-9"]),
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.71", "2026-04-01")], ["E-9"]),  # to date
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.72", "2026-03-01")], []),
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.71", "2026-01-31")], []),
        # Two months, each with its fee: that of the first is not in the spending of the second.
        (
            [
                spent("437.10", "2026-01-10", "E-1"),
                spent("43.71", "2026-02-01", "E-2", description="Fee"),
                spent("512.30", "2026-02-10", "E-3"),
                spent("51.23", "2026-03-01", "E-4", description="Fee"),
            ],
            ["E-2", "E-4"],
        ),
        # The fee of a quarter.
        (
            [
                spent("437.10", "2026-01-10", "E-1"),
                spent("512.30", "2026-02-10", "E-2"),
                spent("100.60", "2026-03-10", "E-3"),
                spent("105", "2026-04-01", "E-4"),
            ],
            ["E-4"],
        ),
        # Of a quarter that is not the first, and of five months to date.
        (
            [
                spent("437.10", f"2025-{month}-10", f"E-{month}") for month in (10, 11, 12)
            ]
            + [spent("512.30", "2026-01-10", "E-1"), spent("51.23", "2026-03-30", "E-4")],
            ["E-4"],
        ),
        (
            [
                spent("437.10", f"2025-{month}-10", f"E-{month}") for month in (10, 11, 12)
            ]
            + [spent("512.30", "2026-02-10", "E-1"), spent("182.36", "2026-03-30", "E-4")],
            ["E-4"],
        ),
        # The same fee each month is told each time, and a rent that is as high is not.
        (
            [
                spent("437.10", f"2026-0{month}-10", f"E-{month}")
                for month in (1, 2)
            ]
            + [
                spent("43.71", f"2026-0{month}-11", f"E-{month}1", description="Fee")
                for month in (1, 2)
            ],
            ["E-11", "E-21"],
        ),
        (
            [spent("437.10", "2026-01-10", "E-1")]
            + [spent("43.71", f"2026-0{month}-11", f"E-{month}1") for month in (1, 2, 3)],
            [],
        ),
        ([spent("437.10", "2026-02-10", "E-1"), spent("43.71", "2026-03-01", state="refunded")], []),
    ],
)  # fmt: skip
def test_a_fee_on_spending_that_is_typed_as_an_expense_is_told(
    rows: list[Row], fees: list[str]
) -> None:
    assert [each.id for each in of_group(ON_SPENDING, *rows)] == fees
    assert of_group(*rows) == []


@pytest.mark.parametrize(
    ("amount", "says", "is_told"),
    [
        ("100", "", True),  # nothing says what it is
        ("100", "Rent of March", False),
        ("100", "Host fee", True),
        ("100", "Frais de gestion", True),
        ("100", "To Delta Partners", True),
        ("99.99", "Rent of March", True),  # no rent happens to be exactly as high
    ],
)
def test_a_round_amount_is_the_fee_only_if_nothing_else_explains_it(
    amount: str, says: str, is_told: bool
) -> None:
    came = ("income", "I-1", {"amount": "1000" if amount == "100" else "999.90"})
    assert bool(of_group(TEN, came, spent(amount, description=says))) == is_told
    base = spent("1000" if amount == "100" else "999.90", "2026-02-10", "E-1")
    later = spent(amount, "2026-03-01", description=says)
    assert bool(of_group(ON_SPENDING, base, later)) == is_told


def test_the_budget_line_explains_a_round_amount_too() -> None:
    line: Row = ("budget", "B-1", {"grant": "G-1", "category": "Rent", "amount": "900"})
    row = spent("100", grant="", budget_line="B-1")
    other: Row = ("budget", "B-2", {**line[2], "category": "Food"})
    assert of_group(TEN, line, other, row) == []
    # Who has one line only has no other place for the fee.
    assert len(of_group(TEN, line, row)) == 1
    fee: Row = ("budget", "B-1", {**line[2], "category": "Overheads"})
    assert len(of_group(TEN, fee, other, row)) == 1


def test_a_fee_that_a_group_reckons_is_told_if_it_is_income_of_ours() -> None:
    """The group keeps it on its spending, so no *Fee %* of ours says how much it is."""
    told = told_grant(fee="40.00")

    def ids(*rows: Row) -> list[str]:
        return [each.id for each in found(with_rows(*rows), told)]

    assert ids(came("40")) == ["I-20"]
    assert ids(came("40.01")) == ids(came("40", "host fee")) == []
    # Of each group and grant, and of all together.
    held = told_grant(agreement="", held=True, fee="20.00")
    for amount, is_told in (("40", True), ("20", True), ("60", True), ("30", False)):
        assert bool(found(with_rows(came(amount)), told, held)) == is_told
    # Typed month by month, and made up by two rows.
    second: Row = ("income", "I-21", {**came("25")[2], "date": "2026-03-02"})
    assert ids(came("15"), second) == ["I-21"]
    assert ids(came("15", "interest"), second) == []


def test_income_that_is_our_fee_is_told_unless_it_says_so() -> None:
    assert said(of_host(FEE, came("50"))) == [(
        "fee-as-income", "income", "I-20", "kind",
        "We keep exactly 50.00 EUR of a grant as a fee. If this row is that fee, it counts twice.",
        "If it is the fee, set Kind to host fee.",
    )]  # fmt: skip
    assert of_host(FEE, came("50", "host fee")) == []
    assert of_host(FEE, came("50.01")) == []
    assert of_host(FEE, came("50", state="expected")) == []
    assert of_host(FEE, came("50", "returned to funder")) == []
    assert of_host(came("50")) == []
    assert of_host(FEE, came("50", currency="GBP"), ("rates", "R-1", {
        "month": "2026-02", "currency": "GBP", "rate": "1.2"})) == []  # fmt: skip


def test_the_fee_of_a_grant_that_we_hold_is_ours_too() -> None:
    held = told_grant(agreement="", held=True, fee="20.00")
    assert [each.code for each in found(with_rows(came("20")), held)] == ["fee-as-income"]
    assert found(with_rows(came("20", "host fee")), held) == []


def test_more_income_from_fees_than_we_keep_is_told() -> None:
    """A group typed our fee into its Expenses, and we typed it into Income."""
    assert said(of_host(FEE, came("50.01", "host fee"))) == [(
        "fee-beyond-kept", "income", "I-20", "amount",
        "Income has host fees of 50.01 EUR, and the fees that we keep are 50.00 EUR.",
        "Correct the rows of this Kind, or type the fee into Fee % of Given. A group that types our"
        " fee into Expenses counts it as spent.",
    )]  # fmt: skip
    assert [each.code for each in of_host(came("50", "host fee"))] == ["fee-beyond-kept"]
    assert of_host(came("50", "host fee", state="expected")) == []
    # The statement is of the end of March: what came later is compared later.
    assert of_host(came("50", "host fee", "2026-05-02")) == []


def test_a_fee_in_the_books_of_a_group_that_is_no_host_is_told() -> None:
    """It would be in no figure of what came in."""
    (told,) = of_group(came("50", "host fee"))
    assert (told.code, told.id, told.problem) == (
        "fee-beyond-kept",
        "I-20",
        "Income has host fees of 50.00 EUR, and the fees that we keep are 0.00 EUR.",
    )
    # What groups keep that have told nothing yet is not known.
    groups: Row = ("groups", "GR-1", {"name": "Group one"})
    assert of_group(came("50", "host fee"), groups) == []


def test_a_fee_that_we_keep_in_another_currency_is_not_compared() -> None:
    pounds: Row = ("grants", "G-2", {"funder": "Fund", "currency": "GBP", "amount": "10",
                                     "state": "active", "budget_rate": "1.2"})  # fmt: skip
    assert [
        each.code
        for each in of_host(FEE, pounds, came("5", "host fee", grant="G-2"))
    ] == []  # fmt: skip
