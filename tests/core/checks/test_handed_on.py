"""Checks of what a host hands on, each in its exact words, and what must not be found."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.checks import checks
from budgettrack.core.counting.statements import (
    HostStatement,
    ToldCategory,
    ToldGrant,
    ToldMovement,
)
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import TODAY, told
from tests.world.host_plan import told_grant, with_rows

Change = tuple[str, str, Fields]
AGREES = {"GR-1": HostStatement(1, "2026-03", True, (told_grant(),))}


def found(
    *changes: tuple[str, str, Fields], told: dict[str, HostStatement] | None = None
) -> list[Finding]:
    tables = with_rows(*changes)
    plan, problems = plan_of(tables, base="EUR")
    assert not problems
    sums, _ = totals(plan)
    return checks(plan, sums, today=TODAY, records=tables, told=AGREES if told is None else told)


def one(grant: ToldGrant) -> dict[str, HostStatement]:
    return {"GR-1": HostStatement(1, "2026-03", True, (grant,))}


def test_sides_that_agree_are_silent() -> None:
    assert found() == []


def test_a_group_without_a_statement_is_no_finding() -> None:
    assert found(told={}) == []


def test_a_payment_of_today_is_not_in_the_future() -> None:
    today = found(("instalments", "P-1", {"paid_on": f"{TODAY}"}), told={})

    assert "payment-in-future" not in {each.code for each in today}


CASES: list[tuple[str, dict[str, HostStatement], list[tuple[str, str, Fields]], tuple[str, ...]]] = [
    (
        "payment-differs",
        one(told_grant(receipts=(ToldMovement("2026-02-03", "900.00"),))),
        [],
        ("given", "V-1", "agreement_reference",
         "We paid 1,000.00 EUR on 2026-02-01, and the books of GR-1 have 900.00 EUR.",
         "Ask which is right. Correct it in Instalments, or ask the group to correct it."),
    ),
    (
        "payment-not-received",
        one(told_grant(receipts=())),
        [],
        ("given", "V-1", "agreement_reference",
         "We paid 1,000.00 EUR on 2026-02-01, and the books of GR-1 do not have it.",
         "Ask the group whether it came. If it did not, ask the bank."),
    ),
    (
        "payment-not-noted",
        AGREES,
        [("instalments", "P-1", {"given": "V-1"})],
        ("given", "V-1", "agreement_reference",
         "The books of GR-1 have 1,000.00 EUR from us, and Instalments has no such payment.",
         "Type the payment into Instalments, or ask the group to correct its tab Income."),
    ),
    (
        "payment-in-future",
        {},
        [("instalments", "P-1", {"paid_on": "2026-04-11"})],
        ("instalments", "P-1", "paid_on",
         "It is marked as paid on 2026-04-11, which is in the future.",
         "Correct Paid on; or, if it is not paid yet, clear Paid on and Amount paid."),
    ),
    (
        "return-differs",
        one(told_grant(returns=(ToldMovement("2026-03-03", "50.00"),))),
        [],
        ("given", "V-1", "agreement_reference",
         "By the books of GR-1, 50.00 EUR went back to us, and Instalments has 0.00 EUR.",
         "Type into Instalments what came back, or ask the group to correct its tab Income."),
    ),
    (
        "return-differs",
        AGREES,
        [("instalments", "P-2", {"given": "V-1", "direction": "back from the group",
                                 "paid_on": "2026-03-05", "amount_paid": "70"})],
        ("given", "V-1", "agreement_reference",
         "By the books of GR-1, 0.00 EUR went back to us, and Instalments has 70.00 EUR.",
         "Type into Instalments what came back, or ask the group to correct its tab Income."),
    ),
    (
        "fee-differs",
        one(told_grant(fee="40.00")),
        [("given", "V-1", {"fee": "5"})],
        ("given", "V-1", "agreement_reference",
         "We keep a fee of 50.00 EUR, and the books of GR-1 have 40.00 EUR.",
         "Agree on Fee %, and type it here and in the group's tab Grants."),
    ),
    (
        "fee-rule-differs",
        one(told_grant(fee="20.00")),
        [("given", "V-1", {"fee": "5"})],
        ("given", "V-1", "agreement_reference",
         "Our fee is a percentage of what we paid: 50.00 EUR. In the books of GR-1 it is one of"
         " what was spent: 20.00 EUR.",
         "Agree on one rule. If it is of payments, ask the group to choose income in Host fee on."
         " If it is of spending, clear Fee % here: then the fee in the group's books counts."),
    ),
    (
        "given-not-found",
        {"GR-1": HostStatement(1, "2026-03", True)},
        [],
        ("given", "V-1", "agreement_reference",
         "GR-1 has no grant with this agreement reference and currency, or has it twice.",
         "Type the same Agreement reference and Currency here and in the group's tab Grants."),
    ),
    (
        "money-without-given",
        {"GR-1": HostStatement(1, "2026-03", True, (told_grant(), told_grant(agreement="?")))},
        [],
        ("groups", "GR-1", "id",
         "The books of this group have 1,000.00 EUR from us, as grant G-1, that stand in no row of Given.",
         "Type the row into Given, with the Agreement reference of the group's tab Grants."),
    ),
    (
        "held-twice",
        {"GR-1": HostStatement(1, "2026-03", True,
                               (told_grant(), told_grant(agreement="TOP-2", held=True)))},
        [("grants", "G-2", {"funder": "Meridian Fund", "currency": "EUR", "state": "active",
                            "agreement_reference": "TOP-2", "paid": "in arrears"})],
        ("grants", "G-2", "agreement_reference",
         "This money is also in the books of GR-1, for which we hold it. It counts there.",
         "Take it out of our books, or ask the group to empty Held by."),
    ),
    (
        "given-beyond-grant",
        AGREES,
        [("given", "V-1", {"amount": "2400.01"}), ("calls", "C-1", {"purse": "", "most": ""})],
        ("given", "V-1", "amount",
         "With this row, 2,400.01 EUR of the grant G-1 are promised. It has 2,400.00 EUR.",
         "Lower an amount, or correct the grant."),
    ),
    (
        "call-overdrawn",
        AGREES,
        [("calls", "C-1", {"purse": "999.99"})],
        ("calls", "C-1", "purse",
         "1,000.00 EUR are promised in this call. Its purse has 999.99 EUR.",
         "Lower an amount, or raise the purse."),
    ),
    (
        "given-beyond-limit",
        AGREES,
        [("calls", "C-1", {"most": "999.99"})],
        ("given", "V-1", "amount",
         "This is more than the call allows: 999.99 EUR.",
         "Lower the amount, or raise the limit of the call."),
    ),
    (
        "paid-beyond-amount",
        AGREES,
        [("given", "V-1", {"amount": "999.99"})],
        ("given", "V-1", "amount",
         "More was paid than was agreed: 1,000.00 EUR of 999.99 EUR.",
         "Correct the payment, or write the new Amount if the group agreed to it."),
    ),
    (
        "paid-not-promised",
        AGREES,
        [("given", "V-1", {"state": "prospect"})],
        ("instalments", "P-1", "paid_on",
         "This was paid, and V-1 is still prospect.",
         "Change the State there, or correct the payment."),
    ),
    (
        "group-report-overdue",
        AGREES,
        [("deadlines", "report:V-1:2026-Q1", {"what": "Report of GR-1 for January to March 2026",
                                              "due": "2026-04-09"})],
        ("deadlines", "report:V-1:2026-Q1", "due",
         "Report of GR-1 for January to March 2026 was due on 2026-04-09.",
         "Ask the group for it. It is marked as done here as soon as the group marks it in its own sheet."),
    ),
    (
        "paid-before-report",
        AGREES,
        [("instalments", "P-1", {"after_report": "2025-Q4"})],
        ("instalments", "P-1", "paid_on",
         "This was paid before the report for 2025-Q4 was there.",
         "Ask for the report. Then mark it as done in Deadlines."),
    ),
    (
        "payment-incomplete",
        AGREES,
        [("instalments", "P-2", {"given": "V-1", "direction": "to the group", "amount_paid": "5"})],
        ("instalments", "P-2", "paid_on",
         "Only one of the cells Paid on and Amount paid is filled.",
         "Fill it in; until then this row is left out of the figures."),
    ),
    (
        "payment-incomplete",
        AGREES,
        [("instalments", "P-2", {"given": "V-1", "direction": "to the group",
                                 "paid_on": "2026-02-01"})],
        ("instalments", "P-2", "amount_paid",
         "Only one of the cells Paid on and Amount paid is filled.",
         "Fill it in; until then this row is left out of the figures."),
    ),
    (
        "payment-without-cost",
        {},
        [("given", "V-1", {"currency": "KES"})],
        ("instalments", "P-1", "cost",
         "This was paid in another currency than our grant has, and no rate is known.",
         "Type into the cell Cost how much of our grant it used. Until then it counts as zero."),
    ),
    (
        "payment-twice",
        {},
        [("given", "V-1", {"amount": "2000"}), ("calls", "C-1", {"most": ""}),
         ("instalments", "P-2", {"given": "V-1", "direction": "to the group",
                                 "paid_on": "2026-02-01", "amount_paid": "1000"})],
        ("instalments", "P-2", "paid_on",
         "P-1 has the same payment: the same Given, day and amount.",
         "Delete one of the two rows, if it was paid only once."),
    ),
    (
        "instalment-waits",
        AGREES,
        [("instalments", "P-2", {"given": "V-1", "direction": "to the group", "due": "2026-05-10", "after_report": "2026-Q1"})],
        ("instalments", "P-2", "due",
         "This is due on 2026-05-10, and waits for the report for 2026-Q1.",
         "Pay it when the report is there."),
    ),
    (
        "given-without-end",
        AGREES,
        [("given", "V-1", {"end": ""})],
        ("given", "V-1", "end",
         "This row has no last day, and its cell How it ends is empty.",
         "Type the last day into the cell End. Or type into the cell How it ends who can end it, and how."),
    ),
    (
        "given-ends",
        AGREES,
        [("given", "V-1", {"end": "2026-05-10"})],
        ("given", "V-1", "end",
         "This ends on 2026-05-10.",
         "Agree on what follows, or set its state to closing."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "told_by", "changes", "expected"), CASES)
def test_each_code_in_its_words(
    code: str,
    told_by: dict[str, HostStatement],
    changes: list[tuple[str, str, Fields]],
    expected: tuple[str, ...],
) -> None:
    assert told(found(*changes, told=told_by)) == [(code, *expected)]


SILENT: list[tuple[dict[str, HostStatement], list[tuple[str, str, Fields]]]] = [
    # Paid 29 days ago: the group may not have it yet.
    (one(told_grant(receipts=())), [("instalments", "P-1", {"paid_on": "2026-03-12"})]),
    (AGREES, [("given", "V-1", {"amount": "2400"}), ("calls", "C-1", {"purse": "", "most": ""})]),
    (AGREES, [("given", "V-2", {"group": "GR-1", "grant": "G-1", "currency": "EUR", "state": "applied", "amount": "2400"}), ("calls", "C-1", {"most": ""})]),
    # What came back is no longer paid, and may come back from a sub-grant that was declined.
    (one(told_grant(returns=(ToldMovement("2026-02-08", "0.01"),))),
     [("given", "V-1", {"amount": "999.99"}),
      ("instalments", "P-2", {"given": "V-1", "direction": "back from the group", "paid_on": "2026-02-08", "amount_paid": "0.01"})]),
    (AGREES, [("given", "V-1", {"state": ""})]),
    (AGREES, [("calls", "C-1", {"purse": "1000", "most": "1000"})]),
    (AGREES, [("calls", "C-1", {"purse": "", "most": ""})]),
    (AGREES, [("given", "V-1", {"end": "2026-05-11"})]),
    (AGREES, [("given", "V-1", {"end": "", "ending": "By either side."})]),
    (AGREES, [("given", "V-1", {"end": "", "state": "closed"})]),
    (AGREES, [("instalments", "P-2", {"given": "V-1", "direction": "to the group", "due": "2026-05-11", "after_report": "2026-Q1"}),
                  ("deadlines", "report:V-1:2026-Q1", {"what": "Report of GR-1",
                                                       "due": "2026-05-20"})]),
    (AGREES, [("deadlines", "report:V-1:2026-Q1",
               {"what": "Report of GR-1 for January to March 2026", "due": "2026-04-10"})]),
    (AGREES, [("instalments", "P-1", {"after_report": "2025-Q4"}),
              ("deadlines", "report:V-1:2025-Q4",
               {"what": "Report of GR-1 for October to December 2025", "due": "2026-01-30",
                "done_on": "2026-02-01"})]),
    (one(told_grant(fee="50.00")), [("given", "V-1", {"fee": "5"})]),
    ({}, [("given", "V-1", {"currency": "KES"}), ("instalments", "P-1", {"cost": "990"})]),
    ({}, [("given", "V-1", {"currency": "KES"}),
          ("rates", "2026-02 KES", {"month": "2026-02", "currency": "KES", "rate": "140"})]),
    ({}, [("given", "V-1", {"amount": "1999"}), ("calls", "C-1", {"most": ""}),
          ("instalments", "P-2", {"given": "V-1", "direction": "to the group",
                                  "paid_on": "2026-02-01", "amount_paid": "999"})]),
    ({}, [("given", "V-1", {"currency": "KES"}), ("instalments", "P-1", {"paid_on": "", "amount_paid": ""})]),
]  # fmt: skip


@pytest.mark.parametrize(("told_by", "changes"), SILENT)
def test_what_is_no_finding(
    told_by: dict[str, HostStatement], changes: list[tuple[str, str, Fields]]
) -> None:
    assert found(*changes, told=told_by) == []


def test_a_report_that_came_after_the_payment_leaves_nothing_to_ask_for() -> None:
    deadline = {
        "what": "Report of GR-1 for October to December 2025",
        "due": "2026-01-30",
        "done_on": "2026-02-02",
    }
    changes = [
        ("instalments", "P-1", {"after_report": "2025-Q4"}),
        ("deadlines", "report:V-1:2025-Q4", deadline),
    ]
    assert found(*changes) == []


def test_what_groups_spent_and_ordered_counts_against_the_line_that_pays_for_it() -> None:
    line = ("given", "V-1", {"budget_line": "B-1"})
    over = {"line-overspent", "nothing-available"}
    assert not over & {each.code for each in found(line)}
    grant = told_grant()
    ordered = replace(grant, categories=(ToldCategory("Supplies", "400.00", "5000.00"),))
    assert "nothing-available" in {each.code for each in found(line, told=one(ordered))}
    spent = replace(
        grant,
        figures={**grant.figures, "spent": "5400.00", "held_here": "-4400.00"},
        categories=(ToldCategory("Supplies", "5400.00", "0.00"),),
    )
    (overspent,) = [each for each in found(line, told=one(spent)) if each.code in over]
    assert (overspent.code, overspent.id, overspent.field) == ("line-overspent", "B-1", "amount")


def test_an_instalment_after_a_report_that_nobody_owes_is_found_at_once() -> None:
    waits = {"given": "V-1", "direction": "to the group", "due": "2026-12-01",
             "after_report": "second quarter"}  # fmt: skip
    (one,) = found(("instalments", "P-2", waits), told=AGREES)
    assert (one.code, one.id, one.field) == ("instalment-waits", "P-2", "due")
    assert "second quarter" in one.problem


def spent_on(day: str, amount: str = "1000", id_: str = "E-9", **more: str) -> Change:
    fields = {"date": day, "grant": "G-1", "amount": amount, "state": "paid", **more}
    return "expenses", id_, fields


def in_two_tabs(*changes: Change) -> list[Finding]:
    return [one for one in found(*changes) if one.code == "payment-in-two-tabs"]


def test_a_payment_that_stands_in_expenses_too_is_told_with_its_cell() -> None:
    (told,) = in_two_tabs(spent_on("2026-02-03"))
    assert (told.table, told.id, told.field, told.problem, told.remedy) == (
        "expenses", "E-9", "amount",
        "P-1 in Instalments has the same amount, 1000.00 EUR on 2026-02-01. If this row is the same"
        " money, it counts twice.",
        "If it is the same money, delete this row.",
    )  # fmt: skip


def test_what_came_back_and_what_it_cost_are_looked_for_too() -> None:
    back: Change = ("instalments", "P-2", {"given": "V-1", "direction": "back from the group",
                    "paid_on": "2026-03-01", "amount_paid": "70"})  # fmt: skip
    came: Change = ("income", "I-20", {"date": "2026-03-02", "grant": "G-1", "kind": "donation",
                    "state": "received", "amount": "70"})  # fmt: skip
    assert [one.id for one in in_two_tabs(back, came)] == ["I-20"]
    assert in_two_tabs(back, ("income", "I-20", {**came[2], "state": "expected"})) == []
    assert in_two_tabs(back, ("income", "I-20", {**came[2], "kind": "host fee"})) == []
    shillings: list[Change] = [
        ("given", "V-1", {"currency": "KES"}),
        ("instalments", "P-1", {"amount_paid": "140000", "cost": "987.65"}),
    ]
    assert [one.id for one in in_two_tabs(*shillings, spent_on("2026-02-03", "987.65"))] == ["E-9"]


@pytest.mark.parametrize(
    "rows",
    [
        [spent_on("2026-02-16")],  # more than 14 days later
        [spent_on("2026-01-17")],
        [spent_on("2026-02-03", "1000.01")],
        [spent_on("2026-02-03", state="committed")],
        [spent_on("2026-02-03", state="refunded", refund_of="E-1")],
        [
            ("grants", "G-2", {"funder": "Fund", "currency": "EUR", "state": "active"}),
            spent_on("2026-02-03", grant="G-2"),
        ],
        # A rent, of which one payment happens to be near.
        [spent_on("2026-02-03"), spent_on("2026-03-03", id_="E-10")],
        [("instalments", "P-1", {"paid_on": "", "amount_paid": ""}), spent_on("2026-02-03")],
    ],
)
def test_what_need_not_be_the_payment_is_silent(rows: list[Change]) -> None:
    assert in_two_tabs(*rows) == []
