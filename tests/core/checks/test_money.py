"""Checks of money, each in its exact words, and what must not be found."""

from __future__ import annotations

from datetime import date

import pytest

from budgettrack.core.base.findings import CODES
from tests.world.healthy_plan import Case, Change, look, told

CASES: list[Case] = [
    (
        "line-overspent",
        [
            (
                "expenses",
                "E-3",
                {"date": "2026-02-01", "budget_line": "B-2", "amount": "0.50", "state": "paid"},
            )
        ],
        [
            (
                "budget",
                "B-2",
                "amount",
                "1,200.50 EUR spent, 0.50 EUR more than the whole line has.",
                "In Expenses, look at the rows with this Budget line: correct what is wrong there. Or ask the"
                " funder for a revision; when it is agreed, raise Amount.",
            )
        ],
    ),
    (
        "nothing-available",
        [
            (
                "expenses",
                "E-3",
                {
                    "date": "2026-02-01",
                    "budget_line": "B-1",
                    "amount": "1000",
                    "state": "committed",
                },
            )
        ],
        [
            (
                "budget",
                "B-1",
                "amount",
                "Spending and commitments together are 100.00 EUR above the line's amount.",
                "In Expenses, look at what is ordered on this line: E-3. Correct the amount, or cancel an order before you pay more.",
            )
        ],
    ),
    (
        "variance-unexplained",
        [("expenses", "E-1", {"amount": "250"})],
        [
            (
                "budget",
                "B-1",
                "explanation",
                (
                    "To the end of 2026-03, 250.00 EUR was spent of 300.00 EUR: 16.7 % from the"
                    " plan, the limit is 10 %."
                ),
                "Write the reason into Explanation, and whether it will even out.",
            )
        ],
    ),
    (
        "grant-without-rate",
        [
            (
                "grants",
                "G-2",
                {"funder": "Alps", "currency": "CHF", "amount": "9", "state": "closed"},
            )
        ],
        [
            (
                "grants",
                "G-2",
                "budget_rate",
                "No rate is known for CHF, so no money of this grant is in a total in EUR.",
                "Add a row for CHF to Rates, or type a Budget rate here.",
            )
        ],
    ),
    (
        "outside-grant-dates",
        [("expenses", "E-1", {"date": "2025-12-31"})],
        [
            (
                "expenses",
                "E-1",
                "date",
                "2025-12-31 is outside G-1's dates, 2026-01-01 to 2026-12-31.",
                "Correct the date, or choose a line of another grant: the funder may refuse it.",
            ),
            (
                "work_plan",
                "A-1",
                "start",
                "Money was spent on this from 2025-12-31, but it starts on 2026-01-01.",
                "Correct the start, or the expense's date or line.",
            ),
        ],
    ),
    (
        "no-rate",
        [
            (
                "income",
                "I-3",
                {
                    "date": "2026-02-01",
                    "grant": "G-1",
                    "amount": "5",
                    "currency": "USD",
                    "kind": "donation",
                },
            ),
        ],
        [
            (
                "income",
                "I-3",
                "date",
                "There is no rate for USD in 2026-02.",
                "Add a row to Rates with 2026-02, USD and the rate; until then, amounts that need it are left out of the figures.",
            )
        ],
    ),
    (
        "rate-of-base-currency",
        [("rates", "2026-02/EUR", {"month": "2026-02", "currency": "EUR", "rate": "3"})],
        [
            (
                "rates",
                "2026-02/EUR",
                "rate",
                "EUR is the base currency, and its rate is always 1. 3 is not used.",
                "Remove this row, or correct its currency.",
            )
        ],
    ),
    (
        "lines-do-not-add-up",
        [("grants", "G-1", {"amount": "2500"})],
        [
            (
                "grants",
                "G-1",
                "amount",
                "The budget lines sum to 2,400.00 EUR; the award is 2,500.00 EUR.",
                "Correct Amount here or in a line of this grant, until both are the same.",
            )
        ],
    ),
    (
        "months-do-not-add-up",
        [("budget", "B-2", {"2026-05": "7"})],
        [
            (
                "budget",
                "B-2",
                "amount",
                "The month columns sum to 1,207.00 EUR; the amount is 1,200.00 EUR.",
                "Correct the months or the amount.",
            )
        ],
    ),
    (
        "remaining-does-not-match",
        [("budget", "B-1", {"remaining": "899.99"})],
        [
            (
                "budget",
                "B-1",
                "remaining",
                "This says that 899.99 EUR is left, but the amount less the spending is 900.00 EUR.",
                "Type 900.00 EUR, or a formula.",
            )
        ],
    ),
    (
        "money-before-award",
        [
            (
                "grants",
                "G-9",
                {
                    "funder": "H",
                    "currency": "EUR",
                    "start": "2026-01-01",
                    "end": "2026-12-31",
                    "state": "applied",
                },
            ),
            (
                "expenses",
                "E-3",
                {"date": "2026-02-01", "grant": "G-9", "amount": "12", "state": "committed"},
            ),
            ("income", "I-9", {"date": "2026-02-01", "grant": "G-9", "amount": "5"}),
        ],
        [
            (
                "grants",
                "G-9",
                "state",
                "12.00 EUR was spent or ordered and 5.00 EUR was received on a grant that is applied. These sums are in no total.",
                "Correct State, or give these rows the grant that pays.",
            )
        ],
    ),
    (
        "spending-unbudgeted",
        [
            (
                "expenses",
                "E-3",
                {"date": "2026-02-01", "grant": "G-1", "amount": "12", "state": "paid"},
            )
        ],
        [
            (
                "grants",
                "G-1",
                "id",
                "12.00 EUR of G-1 was spent without a budget line.",
                "In Expenses, choose a Budget line for E-3.",
            )
        ],
    ),
    (
        "possible-duplicate",
        [
            ("expenses", "E-1", {"amount": "150"}),
            (
                "expenses",
                "E-3",
                {"date": "2026-02-01", "budget_line": "B-1", "amount": "150", "receipt": "17"},
            ),
        ],
        [
            (
                "expenses",
                "E-3",
                "amount",
                "This may be a duplicate of E-1 (the same receipt and amount).",
                "Remove one of them, or give each its own receipt.",
            )
        ],
    ),
    (
        "received-in-future",
        [
            (
                "income",
                "I-2",
                {"date": "2026-04-11", "grant": "G-1", "amount": "1", "state": "received"},
            )
        ],
        [
            (
                "income",
                "I-2",
                "date",
                "It is marked as received on 2026-04-11, which is in the future.",
                "Correct the date; or, if it has not come yet, set State to expected.",
            )
        ],
    ),
    (
        "paid-in-future",
        [
            (
                "expenses",
                "E-3",
                {"date": "2026-04-11", "budget_line": "B-1", "amount": "1", "state": "paid"},
            )
        ],
        [
            (
                "expenses",
                "E-3",
                "date",
                "It is marked as paid on 2026-04-11, which is in the future.",
                "Correct the date; or, if it is not paid yet, set State to committed and clear Paid on.",
            )
        ],
    ),
    (
        "grant-in-deficit",
        [("income", "I-1", {"amount": "1400"})],
        [
            (
                "grants",
                "G-1",
                "id",
                "1,500.00 EUR went out, but only 1,400.00 EUR was received: 100.00 EUR is still missing.",
                "Ask for the instalment. When it has come, set its State in Income to received.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("code", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_code_in_its_words(
    code: str, changes: list[Change], expected: list[tuple[str, ...]]
) -> None:
    found = look(*changes)

    assert [each[1:] for each in told(found)] == expected
    assert found[0].code == code


SILENT: list[tuple[str, list[Change]]] = [
    (
        "exactly the whole line",
        [
            ("expenses", "E-3", {"date": "2026-04-01", "budget_line": "B-1", "amount": "900"}),
            ("income", "I-1", {"amount": "2400"}),
        ],
    ),
    (
        "the first and the last day of the grant",
        [
            ("expenses", "E-1", {"date": "2026-01-01"}),
            (
                "expenses",
                "E-3",
                {"date": "2026-12-31", "budget_line": "B-1", "amount": "9", "state": "committed"},
            ),
        ],
    ),
    (
        "paid today",
        [
            (
                "expenses",
                "E-3",
                {"date": "2026-04-10", "budget_line": "B-1", "amount": "9", "state": "paid"},
            )
        ],
    ),
    (
        "two refunds alike",
        [
            ("expenses", "E-1", {"amount": "320"}),
            *(
                (
                    "expenses",
                    id_,
                    {
                        "date": "2026-01-12",
                        "budget_line": "B-1",
                        "amount": "10",
                        "state": "refunded",
                    },
                )
                for id_ in ("E-3", "E-4")
            ),
        ],
    ),
    ("a variance at the limit", [("expenses", "E-1", {"amount": "270"})]),
    (
        "explained",
        [
            ("expenses", "E-1", {"amount": "200"}),
            ("budget", "B-1", {"explanation": "Prices fell."}),
        ],
    ),
    (
        "the grant's own limit",
        [("expenses", "E-1", {"amount": "250"}), ("grants", "G-1", {"variance_limit": "17"})],
    ),
    (
        "in arrears",
        [("income", "I-1", {"amount": "1400"}), ("grants", "G-1", {"paid": "in arrears"})],
    ),
    (
        "a split receipt",
        [
            ("expenses", "E-1", {"amount": "150"}),
            (
                "expenses",
                "E-3",
                {
                    "date": "2026-01-10",
                    "budget_line": "B-1",
                    "amount": "150",
                    "receipt": "17",
                    "split_of": "E-1",
                },
            ),
        ],
    ),
    (
        "a refund",
        [
            ("expenses", "E-1", {"amount": "310"}),
            (
                "expenses",
                "E-3",
                {
                    "date": "2026-01-12",
                    "budget_line": "B-1",
                    "amount": "10",
                    "receipt": "17",
                    "state": "refunded",
                },
            ),
            (
                "expenses",
                "E-4",
                {"date": "2026-01-12", "budget_line": "B-1", "amount": "10", "receipt": "19"},
            ),
        ],
    ),
    (
        "receipts that differ",
        [
            ("expenses", "E-1", {"amount": "150"}),
            (
                "expenses",
                "E-3",
                {"date": "2026-01-10", "budget_line": "B-1", "amount": "150", "receipt": "21"},
            ),
        ],
    ),
    (
        "several people paid the same on one day",
        [
            ("expenses", "E-2", {"amount": "600", "receipt": ""}),
            ("expenses", "E-3", {"date": "2026-01-20", "budget_line": "B-2", "amount": "600"}),
        ],
    ),
    (
        "committed for later",
        [
            (
                "expenses",
                "E-3",
                {"date": "2026-05-01", "budget_line": "B-1", "amount": "9", "state": "committed"},
            )
        ],
    ),
    ("income expected in a currency to come", [("income", "I-2", {"currency": "USD"})]),
]


@pytest.mark.parametrize("changes", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_what_is_no_finding(changes: list[Change]) -> None:
    assert told(look(*changes)) == []


def test_a_line_that_is_overspent_need_not_be_explained_too() -> None:
    found = look(
        (
            "expenses",
            "E-3",
            {"date": "2026-02-01", "budget_line": "B-2", "amount": "200", "state": "paid"},
        )
    )

    assert [each.code for each in found] == ["line-overspent"]


def test_an_award_below_its_lines() -> None:
    assert [each.code for each in look(("grants", "G-1", {"amount": "2300"}))] == [
        "lines-do-not-add-up"
    ]


def test_the_same_day_amount_and_line_without_receipts_is_found_at_the_later_row() -> None:
    found = look(
        ("expenses", "E-1", {"amount": "150", "receipt": ""}),
        ("expenses", "E-3", {"date": "2026-01-10", "budget_line": "B-1", "amount": "150"}),
    )

    assert [(each.id, each.problem) for each in found] == [
        ("E-3", "This may be a duplicate of E-1 (the same date, amount and line).")
    ]


@pytest.mark.parametrize(
    ("booked", "receipts", "found"),
    [
        ({"E-1", "E-3"}, ("", ""), []),
        ({"E-1"}, ("", ""), ["E-3"]),
        ({"E-3"}, ("", ""), ["E-3"]),
        # One invoice that was paid twice is two bookings, and still a mistake.
        ({"E-1", "E-3"}, ("17", "17"), ["E-3"]),
    ],
)
def test_two_payments_that_the_bank_booked_are_no_duplicates(
    booked: set[str], receipts: tuple[str, str], found: list[str]
) -> None:
    twin = {"date": "2026-01-10", "budget_line": "B-1", "amount": "150"}
    findings = look(
        ("expenses", "E-1", {"amount": "150", "receipt": receipts[0]}),
        ("expenses", "E-3", {**twin, "receipt": receipts[1]}),
        booked=frozenset(booked),
    )

    assert [each.id for each in findings if each.code == "possible-duplicate"] == found


def test_spending_outside_any_rate_is_found_with_its_row() -> None:
    found = look(
        (
            "expenses",
            "E-3",
            {"date": "2026-02-01", "budget_line": "B-1", "amount": "1", "currency": "USD"},
        ),
    )

    assert [(each.code, each.table, each.id, each.severity) for each in found] == [
        ("no-rate", "expenses", "E-3", "error")
    ]


def test_a_grant_near_its_end_with_money_left() -> None:
    found = look(
        ("income", "I-1", {"amount": "2400"}),
        ("income", "I-2", {"date": "2026-12-05"}),
        ("budget", "B-1", {"explanation": "We began late."}),
        ("resources", "R-1", {"review_on": "", "until": ""}),
        ("deadlines", "D-1", {"done_on": "2026-07-01"}),
        today=date(2026, 11, 1),
    )

    assert told(found) == [
        (
            "unspent-near-end",
            "grants",
            "G-1",
            "end",
            "900.00 EUR (37.5 %) is unspent, and the grant ends on 2026-12-31.",
            "Plan how to spend it, or ask for more time; when the funder agrees, type the new date here.",
        ),
        (
            "grant-ends",
            "grants",
            "G-1",
            "end",
            "The grant ends on 2026-12-31.",
            "Plan what follows. When all is paid, set State to closed; if it is extended, type the new date here.",
        ),
    ]


SUB_GRANTS = {
    "payment-differs",
    "payment-not-received",
    "payment-not-noted",
    "return-differs",
    "fee-differs",
    "fee-rule-differs",
    "fee-as-expense",
    "fee-as-income",
    "fee-beyond-kept",
    "given-not-found",
    "payment-in-future",
    "payment-incomplete",
    "payment-without-cost",
    "payment-in-two-tabs",
    "payment-twice",
    "money-without-given",
    "held-twice",
    "given-beyond-grant",
    "call-overdrawn",
    "given-beyond-limit",
    "group-in-deficit",
    "host-answer-damaged",
    "host-answer-for-another",
    "host-answer-of-another",
    "host-answer-not-signed",
    "host-answer-older",
    "host-answer-to-come",
    "host-answer-without-key",
    "host-fee-differs",
    "host-fee-rule-differs",
    "host-grant-not-found",
    "host-payment-differs",
    "host-payment-missing",
    "host-payment-unknown",
    "host-return-differs",
    "paid-beyond-amount",
    "paid-not-promised",
    "public-key-twice",
    "statement-old",
}
"""What a host's money is looked at for: test_handed_on.py, test_hosted_groups.py and, from the side
of the group, test_host_says.py."""


def test_every_code_about_money_has_its_reproducer() -> None:
    # An amount whose cell gives it no currency is found as the row is read; revisions and receipts
    # have tests of their own.
    elsewhere = {
        "currency-missing",
        "revision-without-reason",
        "revision-beyond-limit",
        "split-does-not-add-up",
        # tests/core/checks/test_refunds.py
        "expenses-in-circle",
        "refund-above-expense",
        "refund-before-payment",
        "refund-of-another-line",
        "refund-of-itself",
        "split-of-itself",
        "state-contradicts",
        *SUB_GRANTS,
    }
    here = {case[0] for case in CASES} | {"unspent-near-end"}

    assert {name for name, code in CODES.items() if code.group == "money"} - elsewhere <= here
