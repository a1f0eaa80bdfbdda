"""Beside every finding about a plan stands the nearest plan that has none.

Each case is a pair: at the boundary nothing is said, one step beyond it the finding is there. So a
threshold cannot move by a cent or a day, nor a condition be lost, without a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from budgettrack.core.base.findings import CODES
from budgettrack.core.checks.checks import checks
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of

TODAY = date(2026, 11, 2)
Change = tuple[str, str, Mapping[str, str]]
"""(table, ID, fields): a row that is altered or added; an empty field is none."""
Tables = dict[str, dict[str, Fields]]

QUIET: Tables = {
    "grants": {
        "G-1": {
            "funder": "Fund",
            "currency": "EUR",
            "amount": "1000",
            "start": "2026-01-01",
            "end": "2027-06-30",
            "state": "active",
        }
    },
    "work_plan": {
        "A-1": {"activity": "Meet", "start": "2026-01-01", "end": "2027-06-30"},
    },
    "budget": {
        "B-1": {
            "grant": "G-1",
            "activity": "A-1",
            "amount": "1000",
            "explanation": "So.",
            "people_paid": "0",
        }
    },
    "income": {"I-1": {"date": "2026-01-05", "grant": "G-1", "amount": "1000"}},
}


def expense(amount: str = "10", day: str = "2026-03-10", **more: str) -> Fields:
    return {"date": day, "budget_line": "B-1", "amount": amount} | more


def spent(id_: str, amount: str = "10", day: str = "2026-03-10", **more: str) -> Change:
    return "expenses", id_, expense(amount, day, **more)


def back(id_: str, amount: str, **more: str) -> Change:
    """A refund of E-1, a week later."""
    return spent(id_, amount, "2026-03-17", **{"state": "refunded", "refund_of": "E-1", **more})


def part(id_: str, amount: str, **more: str) -> Change:
    """A further row of the receipt E-1."""
    return spent(id_, amount, **{"split_of": "E-1", **more})


def came(day: str, **fields: str) -> Change:
    """Income of the grant."""
    usual = {"grant": "G-1", "kind": "instalment", "amount": "1", "state": "received"}
    return "income", "I-2", {"date": day, **usual, **fields}


TWO_LINES: Change = ("budget", "B-2", {"grant": "G-1", "amount": "1", "people_paid": "0"})
RATE: Change = ("rates", "2026-03 USD", {"month": "2026-03", "currency": "USD", "rate": "1.25"})


def lot(id_: str = "L-1", **fields: str) -> Change:
    usual = {"kind": "naloxone", "batch": "N-1", "expiry": "2028-01-31", "quantity": "50"}
    return "lots", id_, {**usual, "received": "2026-02-01", **fields}


def out(id_: str = "H-1", quantity: str = "10", **fields: str) -> Change:
    usual = {"date": "2026-10-01", "lot": "L-1", "to": "O-1", "what": "given"}
    return "handed_out", id_, {**usual, "quantity": quantity, **fields}


def hoped(**fields: str) -> Change:
    return "grants", "G-2", {"funder": "Tide", "currency": "EUR", "state": "prospect", **fields}


def again(**fields: str) -> Change:
    return "deadlines", "D-1", {"what": "Meeting", "due": "2027-06-01", **fields}


GOES_BACK = {"amount": "1", "state": "expected", "kind": "returned to funder"}


def agreed(id_: str = "AG-1", **fields: str) -> Change:
    usual = {"kind": "room", "other_party": "City library", "until": "2027-12-31"}
    return "agreements", id_, {**usual, "state": "in force", **fields}


def found(*changes: Change) -> list[tuple[str, str]]:
    """(code, ID) of each finding once rows of the quiet plan are altered or added."""
    records: Tables = {name: dict(rows) for name, rows in QUIET.items()}
    for table, id_, fields in changes:
        merged = {**records.setdefault(table, {}).get(id_, {}), **fields}
        records[table][id_] = {name: text for name, text in merged.items() if text}
    plan, problems = plan_of(records, base="EUR")
    sums, without_rate = totals(plan)
    told = [*problems, *without_rate, *checks(plan, sums, today=TODAY, records=records)]
    return [(finding.code, finding.id) for finding in told]


Case = tuple[str, str, list[Change], list[Change]]
"""Code, the ID of the row that it is about, what is silent, what is told."""

NEAR: list[Change] = [("grants", "G-1", {"end": "2027-01-31"})]
"""90 days from today the grant ends."""
SWISS: dict[str, str] = {"funder": "Alps", "currency": "CHF", "amount": "900", "state": "awarded"}


def unanswered(first: int, last: int) -> list[Change]:
    """Budget lines that do not say how many people they pay."""
    return [
        ("budget", f"B-{number}", {"grant": "G-1", "amount": "1"})
        for number in range(first, last + 1)
    ]


def published_pay(amount: str, other: str) -> list[Change]:
    """A published grant with a line that pays one person, beside one that pays nobody."""
    return [
        ("grants", "G-1", {"publish": "yes"}),
        ("budget", "B-1", {"people_paid": "1", "amount": amount}),
        ("budget", "B-2", {"grant": "G-1", "people_paid": "0", "amount": other}),
    ]


KITS: dict[str, str] = {"activity": "A-1", "indicator": "Kits", "unit": "kits", "target": "10"}

HALVES: list[Change] = [("budget", "B-1", {"explanation": "", "2026-01": "500", "2026-12": "500"})]
"""Half of the line is due by now, and nobody has explained anything."""

CASES: list[Case] = [
    ("line-overspent", "B-1", [spent("E-1", "1000")], [spent("E-1", "1000.01")]),
    (
        "nothing-available",
        "B-1",
        [spent("E-1", "400"), spent("E-2", "600", state="committed")],
        [spent("E-1", "400"), spent("E-2", "600.01", state="committed")],
    ),
    (
        "nothing-available",
        "B-1",
        [spent("E-1", "400"), spent("E-2", "600", "2026-12-10", state="committed")],
        [spent("E-1", "400"), spent("E-2", "600.01", "2026-12-10", state="committed")],
    ),
    (
        "line-overspent",
        "B-1",
        [spent("E-1", "1000", "2026-11-01")],
        [spent("E-1", "1000.01", "2026-11-01")],
    ),
    (
        "refund-above-expense",
        "E-2",
        [spent("E-1"), back("E-2", "10")],
        [spent("E-1"), back("E-2", "10.01")],
    ),
    (
        # Several refunds that add up to the payment.
        "refund-above-expense",
        "E-3",
        [spent("E-1"), back("E-2", "6"), back("E-3", "4")],
        [spent("E-1"), back("E-2", "6"), back("E-3", "4.01")],
    ),
    (
        # Of another currency nothing was paid, so the two cannot be compared.
        "refund-above-expense",
        "E-2",
        [RATE, spent("E-1"), back("E-2", "10.01", currency="USD")],
        [RATE, spent("E-1", currency="USD"), back("E-2", "10.01", currency="USD")],
    ),
    (
        # Each currency of a receipt is compared on its own.
        "refund-above-expense",
        "E-3",
        [RATE, spent("E-1"), part("E-2", "4", currency="USD"), back("E-3", "4", currency="USD")],
        [RATE, spent("E-1"), part("E-2", "4", currency="USD"), back("E-3", "4.01", currency="USD")],
    ),
    (
        # A receipt that is split is one payment, whichever of its rows is named.
        "refund-above-expense",
        "E-3",
        [spent("E-1"), part("E-2", "4"), back("E-3", "14", refund_of="E-2")],
        [spent("E-1"), part("E-2", "4"), back("E-3", "14.01", refund_of="E-2")],
    ),
    (
        # A refund that is split: its first row names the payment.
        "refund-above-expense",
        "E-3",
        [spent("E-1"), back("E-2", "6"), back("E-3", "4", refund_of="", split_of="E-2")],
        [spent("E-1"), back("E-2", "6"), back("E-3", "4.01", refund_of="", split_of="E-2")],
    ),
    (
        # A row of a receipt that came back names no payment, whatever the first row names.
        "refund-above-expense",
        "E-3",
        [
            spent("E-1"),
            spent("E-2", state="paid", refund_of="E-1"),
            back("E-3", "21", refund_of="", split_of="E-2"),
        ],
        [
            spent("E-1"),
            spent("E-2", state="paid", refund_of="E-1"),
            back("E-3", "21", refund_of="E-2"),
        ],
    ),
    (
        # What is only ordered was not paid.
        "refund-above-expense",
        "E-2",
        [spent("E-1", state="committed", paid_on="2026-03-12"), back("E-2", "10")],
        [spent("E-1", state="committed"), back("E-2", "10")],
    ),
    (
        # A refund without Refund of belongs to no payment, nor does its second row.
        "refund-above-expense",
        "E-3",
        [back("E-2", "6", refund_of=""), back("E-3", "4", refund_of="", split_of="E-2")],
        [back("E-2", "6", refund_of=""), back("E-3", "4", refund_of="E-2")],
    ),
    (
        # Two refunds that name each other name no payment.
        "refund-above-expense",
        "E-2",
        [spent("E-1"), back("E-2", "1", refund_of="E-3"), back("E-3", "1", refund_of="E-1")],
        [spent("E-1"), back("E-2", "1", refund_of="E-3"), back("E-3", "1", refund_of="E-2")],
    ),
    (
        # A row that names itself has a finding of its own.
        "refund-above-expense",
        "E-2",
        [spent("E-1"), back("E-2", "11", refund_of="E-2")],
        [spent("E-1"), back("E-2", "11")],
    ),
    (
        "refund-of-another-line",
        "E-2",
        [TWO_LINES, spent("E-1"), back("E-2", "1")],
        [TWO_LINES, spent("E-1"), back("E-2", "1", budget_line="B-2")],
    ),
    (
        # A refund of a receipt that is split is taken off the line of any of its rows.
        "refund-of-another-line",
        "E-3",
        [
            TWO_LINES,
            spent("E-1"),
            part("E-2", "4", budget_line="B-2"),
            back("E-3", "1", budget_line="B-2"),
        ],
        [TWO_LINES, spent("E-1"), part("E-2", "4"), back("E-3", "1", budget_line="B-2")],
    ),
    (
        # The second row of a refund is taken off the wrong line.
        "refund-of-another-line",
        "E-3",
        [TWO_LINES, spent("E-1"), back("E-2", "1"), back("E-3", "1", refund_of="", split_of="E-2")],
        [
            TWO_LINES,
            spent("E-1"),
            back("E-2", "1"),
            back("E-3", "1", refund_of="", split_of="E-2", budget_line="B-2"),
        ],
    ),
    (
        # A refund without Refund of belongs to no payment.
        "refund-of-another-line",
        "E-2",
        [TWO_LINES, spent("E-1"), back("E-2", "1", budget_line="B-2", refund_of="")],
        [TWO_LINES, spent("E-1"), back("E-2", "1", budget_line="B-2")],
    ),
    (
        # Of what is only ordered nothing was paid: refund-above-expense.
        "refund-of-another-line",
        "E-2",
        [TWO_LINES, spent("E-1", state="committed"), back("E-2", "1", budget_line="B-2")],
        [TWO_LINES, spent("E-1"), back("E-2", "1", budget_line="B-2")],
    ),
    (
        # On the day of the payment, and a day before.
        "refund-before-payment",
        "E-2",
        [spent("E-1", paid_on="2026-03-17"), back("E-2", "1")],
        [spent("E-1", paid_on="2026-03-18"), back("E-2", "1")],
    ),
    (
        # The day of the refund is that on which it was paid.
        "refund-before-payment",
        "E-2",
        [spent("E-1", paid_on="2026-03-18"), back("E-2", "1", paid_on="2026-03-18")],
        [spent("E-1", paid_on="2026-03-18"), back("E-2", "1", paid_on="2026-03-17")],
    ),
    (
        # A part of the receipt was paid before.
        "refund-before-payment",
        "E-3",
        [
            spent("E-1", paid_on="2026-03-18"),
            part("E-2", "4", paid_on="2026-03-17"),
            back("E-3", "1"),
        ],
        [
            spent("E-1", paid_on="2026-03-18"),
            part("E-2", "4", paid_on="2026-03-18"),
            back("E-3", "1"),
        ],
    ),
    (
        # A payment on a day that is still to come is paid-in-future.
        "refund-before-payment",
        "E-2",
        [spent("E-1", paid_on="2026-11-03"), back("E-2", "1")],
        [spent("E-1", paid_on="2026-11-02"), back("E-2", "1")],
    ),
    (
        # A day that is far from all grants is date-unlikely.
        "refund-before-payment",
        "E-2",
        [spent("E-1"), back("E-2", "1", paid_on="2016-03-09")],
        [spent("E-1"), back("E-2", "1", paid_on="2026-03-09")],
    ),
    (
        "split-of-itself",
        "E-2",
        [spent("E-1"), part("E-2", "1")],
        [spent("E-1"), part("E-2", "1", split_of="E-2")],
    ),
    (
        "expenses-in-circle",
        "E-1",
        [spent("E-1"), part("E-2", "1")],
        [spent("E-1", split_of="E-2"), part("E-2", "1")],
    ),
    (
        # A receipt of three rows, of which each names the one before it.
        "expenses-in-circle",
        "E-1",
        [spent("E-1"), part("E-2", "1"), part("E-3", "1", split_of="E-2")],
        [spent("E-1", split_of="E-3"), part("E-2", "1"), part("E-3", "1", split_of="E-2")],
    ),
    (
        # A row that names itself has a finding of its own.
        "expenses-in-circle",
        "E-1",
        [spent("E-1", split_of="E-1"), part("E-2", "1")],
        [spent("E-1", split_of="E-2"), part("E-2", "1")],
    ),
    (
        "refund-of-itself",
        "E-2",
        [spent("E-1"), back("E-2", "1", refund_of="E-1")],
        [spent("E-1"), back("E-2", "1", refund_of="E-2")],
    ),
    (
        "state-contradicts",
        "E-2",
        [spent("E-1"), back("E-2", "1")],
        [spent("E-1"), back("E-2", "1", state="paid")],
    ),
    (
        # A blank State is counted as paid.
        "state-contradicts",
        "E-2",
        [spent("E-1"), back("E-2", "1", state="", refund_of="")],
        [spent("E-1"), back("E-2", "1", state="")],
    ),
    (
        "state-contradicts",
        "E-2",
        [spent("E-1"), back("E-2", "1", state="committed", refund_of="")],
        [spent("E-1"), back("E-2", "1", state="committed")],
    ),
    (
        # A row that names itself has a finding of its own.
        "state-contradicts",
        "E-2",
        [spent("E-1"), back("E-2", "1", state="paid", refund_of="E-2")],
        [spent("E-1"), back("E-2", "1", state="paid", refund_of="E-1")],
    ),
    (
        "state-contradicts",
        "E-1",
        [spent("E-1", state="committed")],
        [spent("E-1", state="committed", paid_on="2026-03-12")],
    ),
    (
        # Paid long before its date: an advance.
        "state-contradicts",
        "E-1",
        [spent("E-1", state="paid", paid_on="2026-01-12")],
        [spent("E-1", state="committed", paid_on="2026-01-12")],
    ),
    (
        # A day that is still to come is paid-in-future.
        "state-contradicts",
        "E-1",
        [spent("E-1", state="committed", paid_on="2026-11-03")],
        [spent("E-1", state="committed", paid_on="2026-11-02")],
    ),
    (
        "grant-in-deficit",
        "G-1",
        [
            (
                "income",
                "I-2",
                {"date": "2026-02-01", "grant": "G-1", "kind": "returned to funder"}
                | {"amount": "300"},
            ),
            spent("E-1", "700"),
        ],
        [
            (
                "income",
                "I-2",
                {"date": "2026-02-01", "grant": "G-1", "kind": "returned to funder"}
                | {"amount": "300"},
            ),
            spent("E-1", "700.01"),
        ],
    ),
    (
        "milestone-not-reached",
        "N-1",
        [
            ("work_plan", "A-1", {"end": "2026-11-01", "milestone": "Ten", "status": "done"}),
            ("indicators", "N-1", {**KITS, "2026-11": "10"}),
        ],
        [
            ("work_plan", "A-1", {"end": "2026-11-01", "milestone": "Ten", "status": "done"}),
            ("indicators", "N-1", {**KITS, "2026-11": "9", "2026-12": "1"}),
        ],
    ),
    (
        "indicator-without-unit",
        "N-1",
        [("indicators", "N-1", KITS)],
        [("indicators", "N-1", {**KITS, "unit": ""})],
    ),
    (
        "achieved-does-not-add-up",
        "N-1",
        [("indicators", "N-1", {**KITS, "2026-10": "1", "2026-11": "2", "achieved": "3"})],
        [("indicators", "N-1", {**KITS, "2026-10": "1", "2026-11": "2", "achieved": "3.5"})],
    ),
    (
        "achieved-far-above-target",
        "N-1",
        [("indicators", "N-1", {**KITS, "achieved": "1000"})],
        [("indicators", "N-1", {**KITS, "achieved": "1000.1"})],
    ),
    (
        "spending-before-start",
        "A-1",
        [
            ("work_plan", "A-1", {"start": "2026-04-01"}),
            spent("E-1", day="2026-04-02"),
            spent("E-2", day="2026-03-31", state="refunded"),
        ],
        [
            ("work_plan", "A-1", {"start": "2026-04-01"}),
            spent("E-1", day="2026-04-02"),
            spent("E-2", "9", day="2026-03-31", state="paid"),
        ],
    ),
    (
        "variance-unexplained",
        "B-1",
        [*HALVES, spent("E-1", "450")],
        [*HALVES, spent("E-1", "449.99")],
    ),
    (
        "variance-unexplained",
        "B-1",
        [*HALVES, ("grants", "G-1", {"variance_limit": "90"}), spent("E-1", "50")],
        [*HALVES, ("grants", "G-1", {"variance_limit": "90"}), spent("E-1", "49.99")],
    ),
    (
        "variance-unexplained",
        "B-1",
        [spent("E-1", "1")],
        [("budget", "B-1", {"explanation": ""}), spent("E-1", "1")],
    ),
    (
        "variance-unexplained",
        "B-1",
        [
            ("budget", "B-1", {"explanation": ""}),
            ("grants", "G-1", {"state": "closed"}),
            spent("E-1", "1"),
        ],
        [
            ("budget", "B-1", {"explanation": ""}),
            ("grants", "G-1", {"state": "closing"}),
            spent("E-1", "1"),
        ],
    ),
    (
        "variance-unexplained",
        "B-1",
        [("budget", "B-1", {"explanation": "", "2026-12": "1000"}), spent("E-1", "1")],
        [
            ("budget", "B-1", {"explanation": "", "2026-10": "0.01", "2026-12": "999.99"}),
            spent("E-1", "1"),
        ],
    ),
    (
        "outside-grant-dates",
        "E-1",
        [("grants", "G-1", {"start": "2026-03-10"}), spent("E-1", day="2026-03-10")],
        [("grants", "G-1", {"start": "2026-03-11"}), spent("E-1", day="2026-03-10")],
    ),
    (
        "outside-grant-dates",
        "E-1",
        [*NEAR, spent("E-1", "900", state="committed", day="2027-01-31")],
        [*NEAR, spent("E-1", "900", state="committed", day="2027-02-01")],
    ),
    (
        "date-unlikely",
        "E-1",
        [spent("E-1", day="2024-01-02")],
        [spent("E-1", day="2024-01-01")],
    ),
    (
        "date-unlikely",
        "E-1",
        [spent("E-1", day="2029-06-29", state="committed")],
        [spent("E-1", day="2029-06-30", state="committed")],
    ),
    (
        "date-unlikely",
        "I-2",
        [("income", "I-2", {"date": "2024-01-02", "grant": "G-1", "amount": "1"})],
        [("income", "I-2", {"date": "2024-01-01", "grant": "G-1", "amount": "1"})],
    ),
    (
        "no-rate",
        "E-1",
        [
            spent("E-1", currency="USD"),
            ("rates", "R-1", {"currency": "USD", "month": "2026-03", "rate": "1.25"}),
        ],
        [
            spent("E-1", currency="USD"),
            ("rates", "R-1", {"currency": "USD", "month": "2026-04", "rate": "1.25"}),
        ],
    ),
    (
        "no-rate",
        "I-2",
        [
            (
                "income",
                "I-2",
                {"date": "2026-11-03", "grant": "G-1", "currency": "USD"}
                | {"amount": "1", "state": "expected"},
            )
        ],
        [
            (
                "income",
                "I-2",
                {"date": "2026-11-02", "grant": "G-1", "currency": "USD"}
                | {"amount": "1", "state": "expected"},
            )
        ],
    ),
    (
        "rate-of-base-currency",
        "R-1",
        [("rates", "R-1", {"currency": "EUR", "month": "2026-03", "rate": "1"})],
        [("rates", "R-1", {"currency": "EUR", "month": "2026-03", "rate": "1.01"})],
    ),
    (
        "grant-without-rate",
        "G-2",
        [("grants", "G-2", SWISS | {"budget_rate": "0.95"})],
        [("grants", "G-2", SWISS)],
    ),
    (
        "grant-without-rate",
        "G-2",
        [
            ("grants", "G-2", SWISS),
            ("rates", "R-1", {"currency": "CHF", "month": "2030-01", "rate": "0.95"}),
        ],
        [
            ("grants", "G-2", SWISS),
            ("rates", "R-1", {"currency": "USD", "month": "2030-01", "rate": "0.95"}),
        ],
    ),
    (
        "grant-without-rate",
        "G-2",
        [("grants", "G-2", SWISS | {"state": "declined"})],
        [("grants", "G-2", SWISS | {"state": "applied"})],
    ),
    (
        "grant-without-rate",
        "G-2",
        [("grants", "G-2", SWISS | {"amount": "0"})],
        [("grants", "G-2", SWISS | {"amount": "0.01"})],
    ),
    (
        "lines-do-not-add-up",
        "G-1",
        [("budget", "B-1", {"amount": "999.99"}), ("grants", "G-1", {"amount": "999.99"})],
        [("budget", "B-1", {"amount": "999.99"})],
    ),
    (
        "lines-do-not-add-up",
        "G-1",
        [("budget", "B-1", {"amount": "900"}), ("grants", "G-1", {"state": "applied"})],
        [("budget", "B-1", {"amount": "900"}), ("grants", "G-1", {"state": "awarded"})],
    ),
    (
        "lines-do-not-add-up",
        "G-1",
        [("budget", "B-1", {"amount": "900"}), ("grants", "G-1", {"amount": ""})],
        [("budget", "B-1", {"amount": "900"})],
    ),
    (
        "months-do-not-add-up",
        "B-1",
        [("budget", "B-1", {"2026-01": "400", "2026-12": "600"})],
        [("budget", "B-1", {"2026-01": "400", "2026-12": "599.99"})],
    ),
    (
        "remaining-does-not-match",
        "B-1",
        [spent("E-1", "10"), ("budget", "B-1", {"remaining": "990"})],
        [spent("E-1", "10"), ("budget", "B-1", {"remaining": "990.01"})],
    ),
    (
        "remaining-does-not-match",
        "B-1",
        [spent("E-1", "10", state="committed"), ("budget", "B-1", {"remaining": "1000"})],
        [spent("E-1", "10", state="committed"), ("budget", "B-1", {"remaining": "990"})],
    ),
    (
        "money-before-award",
        "G-1",
        [spent("E-1", "10"), ("grants", "G-1", {"state": "awarded"})],
        [spent("E-1", "10"), ("grants", "G-1", {"state": "applied"})],
    ),
    (
        "money-before-award",
        "G-1",
        [
            ("grants", "G-1", {"state": "declined"}),
            ("income", "I-1", {"state": "expected"}),
        ],
        [("grants", "G-1", {"state": "declined"})],
    ),
    (
        "spending-unbudgeted",
        "G-1",
        [spent("E-1", "10", budget_line="", grant="G-1", state="committed")],
        [spent("E-1", "10", budget_line="", grant="G-1")],
    ),
    (
        "spending-unbudgeted",
        "G-1",
        [
            spent("E-1", "10", budget_line="", grant="G-1"),
            spent("E-2", "10", budget_line="", grant="G-1", state="refunded"),
        ],
        [
            spent("E-1", "10", budget_line="", grant="G-1"),
            spent("E-2", "9.99", budget_line="", grant="G-1", state="refunded"),
        ],
    ),
    (
        "possible-duplicate",
        "E-2",
        [spent("E-1"), spent("E-2", day="2026-03-11")],
        [spent("E-1"), spent("E-2")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [spent("E-1"), spent("E-2", "10.01")],
        [spent("E-1"), spent("E-2", "10.00")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [spent("E-1", receipt="R 7"), spent("E-2", day="2026-04-01", receipt="R 8")],
        [spent("E-1", receipt="R 7"), spent("E-2", day="2026-04-01", receipt=" r 7 ")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [spent("E-1", receipt="R 7"), spent("E-2", receipt="R 8")],
        [spent("E-1", receipt="R 7"), spent("E-2")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [spent("E-1"), spent("E-2", state="refunded")],
        [spent("E-1"), spent("E-2", state="committed")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [("budget", "B-1", {"people_paid": "2"}), spent("E-1"), spent("E-2")],
        [("budget", "B-1", {"people_paid": "0"}), spent("E-1"), spent("E-2")],
    ),
    (
        "possible-duplicate",
        "E-2",
        [("budget", "B-1", {"people_paid": ""}), spent("E-1"), spent("E-2")],
        [("budget", "B-1", {"people_paid": "1"}), spent("E-1"), spent("E-2")],
    ),
    (
        # One person's pay and what may go to several: two thirds of 320 are a tenth of 2,000 and
        # the third of 320, of 310 they are less.
        "award-not-told",
        "G-1",
        published_pay("2000", "320"),
        published_pay("2000", "310"),
    ),
    (
        "people-paid-missing",
        "B-1",
        [("budget", "B-1", {"people_paid": "0"})],
        [("budget", "B-1", {"people_paid": ""})],
    ),
    (
        "people-paid-missing-often",
        "B-1",
        [("budget", "B-1", {"people_paid": ""}), *unanswered(2, 5)],
        [("budget", "B-1", {"people_paid": ""}), *unanswered(2, 6)],
    ),
    (
        "received-in-future",
        "I-2",
        [came("2026-11-02")],
        [came("2026-11-03")],
    ),
    (
        "received-in-future",
        "I-2",
        [came("2026-11-03", state="expected")],
        [came("2026-11-03", state="")],
    ),
    (
        # A day that is far from all grants is date-unlikely.
        "received-in-future",
        "I-2",
        [came("2036-11-03")],
        [came("2026-11-03")],
    ),
    (
        "paid-in-future",
        "E-1",
        [spent("E-1", day="2026-11-02")],
        [spent("E-1", day="2026-11-03")],
    ),
    (
        "paid-in-future",
        "E-1",
        [spent("E-1", state="committed", paid_on="2026-11-02")],
        [spent("E-1", state="committed", paid_on="2026-11-03")],
    ),
    (
        "paid-in-future",
        "E-1",
        [spent("E-1", day="2026-11-03", state="committed")],
        [spent("E-1", day="2026-11-03", state="paid")],
    ),
    (
        "grant-in-deficit",
        "G-1",
        [("income", "I-1", {"amount": "600"}), spent("E-1", "600")],
        [("income", "I-1", {"amount": "600"}), spent("E-1", "600.01")],
    ),
    (
        "grant-in-deficit",
        "G-1",
        [
            ("grants", "G-1", {"host_fee": "10", "host_fee_on": "spending"}),
            ("income", "I-1", {"amount": "660"}),
            spent("E-1", "600"),
        ],
        [
            ("grants", "G-1", {"host_fee": "10", "host_fee_on": "spending"}),
            ("income", "I-1", {"amount": "659.99"}),
            spent("E-1", "600"),
        ],
    ),
    (
        "grant-in-deficit",
        "G-1",
        [
            ("grants", "G-1", {"paid": "in arrears"}),
            ("income", "I-1", {"amount": "1"}),
            spent("E-1", "2"),
        ],
        [("income", "I-1", {"amount": "1"}), spent("E-1", "2")],
    ),
    # 15 % of the money is not spent 90 days before the end, 15.01 % is.
    ("unspent-near-end", "G-1", [*NEAR, spent("E-1", "850")], [*NEAR, spent("E-1", "849.99")]),
    (
        "unspent-near-end",
        "G-1",
        [("grants", "G-1", {"end": "2027-02-01"}), spent("E-1", "1")],
        [("grants", "G-1", {"end": "2027-01-31"}), spent("E-1", "1")],
    ),
    (
        "unspent-near-end",
        "G-1",
        [*NEAR, spent("E-1", "400"), spent("E-2", "450", state="committed")],
        [*NEAR, spent("E-1", "400"), spent("E-2", "449", state="committed")],
    ),
    (
        "unspent-near-end",
        "G-1",
        [("grants", "G-1", {"end": "2026-11-01"}), ("work_plan", "A-1", {"end": ""})],
        [("grants", "G-1", {"end": "2026-11-02"}), ("work_plan", "A-1", {"end": ""})],
    ),
    (
        "grant-ends",
        "G-1",
        [("grants", "G-1", {"end": "2027-01-02"}), spent("E-1", "900")],
        [("grants", "G-1", {"end": "2027-01-01"}), spent("E-1", "900")],
    ),
    (
        "grant-ends",
        "G-1",
        [("grants", "G-1", {"end": "2026-11-01"}), spent("E-1", "900")],
        [("grants", "G-1", {"end": "2026-11-02"}), spent("E-1", "900")],
    ),
    (
        "end-before-start",
        "A-1",
        [("work_plan", "A-1", {"start": "2026-12-01", "end": "2026-12-01"})],
        [("work_plan", "A-1", {"start": "2026-12-02", "end": "2026-12-01"})],
    ),
    (
        "end-before-start",
        "B-1",
        [("budget", "B-1", {"start": "2026-12-01", "end": "2026-12-01"})],
        [("budget", "B-1", {"start": "2026-12-02", "end": "2026-12-01"})],
    ),
    (
        "end-before-start",
        "R-1",
        [("resources", "R-1", {"from": "2027-01-01", "until": "2027-01-01"})],
        [("resources", "R-1", {"from": "2027-01-02", "until": "2027-01-01"})],
    ),
    (
        "activity-overdue",
        "A-1",
        [("work_plan", "A-1", {"end": "2026-11-02"})],
        [("work_plan", "A-1", {"end": "2026-11-01"})],
    ),
    (
        "activity-overdue",
        "A-1",
        [("work_plan", "A-1", {"end": "2026-11-01", "status": "dropped"})],
        [("work_plan", "A-1", {"end": "2026-11-01", "status": "delayed"})],
    ),
    (
        "done-without-100",
        "A-1",
        [("work_plan", "A-1", {"status": "done", "done": "100"})],
        [("work_plan", "A-1", {"status": "done", "done": "99.5"})],
    ),
    (
        "done-without-100",
        "A-1",
        [("work_plan", "A-1", {"status": "under way", "done": "99"})],
        [("work_plan", "A-1", {"status": "done", "done": "99"})],
    ),
    (
        "milestone-not-reached",
        "N-1",
        [
            ("work_plan", "A-1", {"end": "2026-11-02", "milestone": "Ten"}),
            ("indicators", "N-1", KITS),
        ],
        [
            ("work_plan", "A-1", {"end": "2026-11-01", "milestone": "Ten", "status": "done"}),
            ("indicators", "N-1", KITS),
        ],
    ),
    (
        "indicator-in-work-plan",
        "A-1",
        [("work_plan", "A-1", {"achieved": ""})],
        [("work_plan", "A-1", {"achieved": "0"})],
    ),
    (
        "spending-before-start",
        "A-1",
        [("work_plan", "A-1", {"start": "2026-03-31"}), spent("E-1", day="2026-03-01")],
        [("work_plan", "A-1", {"start": "2026-04-01"}), spent("E-1", day="2026-03-31")],
    ),
    (
        "spending-before-start",
        "A-1",
        [
            ("work_plan", "A-1", {"start": "2026-04-01"}),
            spent("E-1", day="2026-03-31", state="committed"),
        ],
        [
            ("work_plan", "A-1", {"start": "2026-04-01"}),
            spent("E-1", day="2026-03-31", state="committed", paid_on="2026-04-02"),
        ],
    ),
    (
        "activity-without-money",
        "A-2",
        [("work_plan", "A-2", {"activity": "Print", "start": "2026-12-03"})],
        [("work_plan", "A-2", {"activity": "Print", "start": "2026-12-02"})],
    ),
    (
        "activity-without-money",
        "A-2",
        [
            ("work_plan", "A-2", {"activity": "Print", "start": "2026-12-02"}),
            ("resources", "R-1", {"activity": "A-2"}),
        ],
        [
            ("work_plan", "A-2", {"activity": "Print", "start": "2026-12-02"}),
            ("resources", "R-1", {"activity": "A-1"}),
        ],
    ),
    (
        "report-due",
        "D-1",
        [("deadlines", "D-1", {"what": "Report", "grant": "G-1", "due": "2026-12-03"})],
        [("deadlines", "D-1", {"what": "Report", "grant": "G-1", "due": "2026-12-02"})],
    ),
    (
        "report-overdue",
        "D-1",
        [("deadlines", "D-1", {"what": "Report", "grant": "G-1", "due": "2026-11-02"})],
        [("deadlines", "D-1", {"what": "Report", "grant": "G-1", "due": "2026-11-01"})],
    ),
    (
        "deadline-due",
        "D-1",
        [("deadlines", "D-1", {"what": "Meeting", "due": "2026-12-03"})],
        [("deadlines", "D-1", {"what": "Meeting", "due": "2026-12-02"})],
    ),
    (
        "deadline-overdue",
        "D-1",
        [("deadlines", "D-1", {"what": "Meeting", "due": "2026-11-02"})],
        [("deadlines", "D-1", {"what": "Meeting", "due": "2026-11-01"})],
    ),
    (
        "report-overdue",
        "D-1",
        [
            (
                "deadlines",
                "D-1",
                {"what": "Report", "grant": "G-1", "due": "2026-11-01", "done_on": "2026-11-02"},
            )
        ],
        [("deadlines", "D-1", {"what": "Report", "grant": "G-1", "due": "2026-11-01"})],
    ),
    (
        "agreement-review",
        "R-1",
        [("resources", "R-1", {"state": "in use", "review_on": "2026-12-03"})],
        [("resources", "R-1", {"state": "in use", "review_on": "2026-12-02"})],
    ),
    (
        "more-handed-out",
        "H-2",
        [lot(), out(quantity="49"), out("H-2", "1", what="on the way", to="O-2")],
        [lot(), out(quantity="49"), out("H-2", "1.01", what="on the way", to="O-2")],
    ),
    (
        "outlet-has-less",
        "H-2",
        [lot(), out(), out("H-2", "10", what="lost")],
        [lot(), out(), out("H-2", "10.01", what="lost")],
    ),
    ("given-to-nobody", "H-1", [lot(), out(to="", what="used")], [lot(), out(to="")]),
    (
        "handed-out-expired",
        "H-1",
        [lot(expiry="2026-10-01", quantity="10"), out(), out("H-2", "10", what="lost")],
        [lot(expiry="2026-09-30", quantity="10"), out(), out("H-2", "10", what="lost")],
    ),
    (
        "lot-expired",
        "L-1",
        [lot(expiry="2026-11-01"), out(quantity="50", to="", what="lost")],
        [lot(expiry="2026-11-01"), out(quantity="49.9", to="", what="lost")],
    ),
    ("lot-ends-soon", "L-1", [lot(expiry="2027-02-01")], [lot(expiry="2027-01-31")]),
    # Forty-one in thirteen weeks: thirteen last for four weeks and a little, twelve for less.
    (
        "supplies-run-out",
        "L-1",
        [lot(quantity="54"), out(quantity="41")],
        [lot(quantity="53"), out(quantity="41")],
    ),
    (
        "lot-without-expiry",
        "L-1",
        [lot(expiry="", batch="")],
        [lot(expiry="")],
    ),
    (
        "lot-other-unit",
        "L-2",
        [lot(unit="kits"), lot("L-2", unit="Kits ", batch="N-2")],
        [lot(unit="kits"), lot("L-2", unit="", batch="N-2")],
    ),
    (
        "batch-expiries-differ",
        "L-2",
        [lot(), lot("L-2", quantity="9")],
        [lot(), lot("L-2", quantity="9", expiry="2028-02-01")],
    ),
    ("lot-twice", "L-2", [lot(), lot("L-2", quantity="50.1")], [lot(), lot("L-2")]),
    (
        "supplies-in-future",
        "H-1",
        [lot(), out(date="2026-11-02")],
        [lot(), out(date="2026-11-03")],
    ),
    ("application-due", "G-2", [hoped(apply_by="2026-12-03")], [hoped(apply_by="2026-12-02")]),
    ("application-late", "G-2", [hoped(apply_by="2026-11-02")], [hoped(apply_by="2026-11-01")]),
    (
        "application-without-budget",
        "G-2",
        [hoped(apply_by="2026-11-13")],
        [hoped(apply_by="2026-11-12")],
    ),
    (
        "decision-late",
        "G-2",
        [hoped(state="applied", decision_on="2026-11-02")],
        [hoped(state="applied", decision_on="2026-11-01")],
    ),
    (
        "next-step-due",
        "G-2",
        [hoped(next_step_due="2026-12-03")],
        [hoped(next_step_due="2026-12-02")],
    ),
    (
        "instalment-late",
        "I-9",
        [("income", "I-9", {"date": "2026-11-02", "amount": "1", "state": "expected"})],
        [("income", "I-9", {"date": "2026-11-01", "amount": "1", "state": "expected"})],
    ),
    (
        "return-late",
        "I-9",
        [("income", "I-9", {**GOES_BACK, "date": "2026-11-02"})],
        [("income", "I-9", {**GOES_BACK, "date": "2026-11-01"})],
    ),
    ("repeat-not-readable", "D-1", [again(repeats="2 Tuesday")], [again(repeats="2 days")]),
    (
        "repeat-without-end",
        "D-1",
        [again(repeats="month", repeats_until="2027-06-01")],
        [again(repeats="month")],
    ),
    (
        "repeat-never-falls",
        "D-1",
        [again(repeats="month", repeats_until="2027-06-01")],
        [again(repeats="month", repeats_until="2027-05-31")],
    ),
    (
        "agreement-review",
        "AG-1",
        [agreed(review_on="2026-12-03")],
        [agreed(review_on="2026-12-02")],
    ),
    (
        "agreement-review-overdue",
        "AG-1",
        [agreed(review_on="2026-11-02")],
        [agreed(review_on="2026-11-01")],
    ),
    (
        "agreement-notice",
        "AG-1",
        [agreed(until="2027-01-02", notice_days="30")],
        [agreed(until="2027-01-01", notice_days="30")],
    ),
    ("agreement-ends", "AG-1", [agreed(until="2026-12-03")], [agreed(until="2026-12-02")]),
    ("agreement-over", "AG-1", [agreed(until="2026-11-02")], [agreed(until="2026-11-01")]),
    (
        "agreement-without-end",
        "AG-1",
        [agreed(until="", ending="Either side in writing")],
        [agreed(until="")],
    ),
    (
        "agreement-review-after-end",
        "AG-1",
        [agreed(review_on="2027-12-31")],
        [agreed(review_on="2028-01-01")],
    ),
    (
        "agreement-notice-too-long",
        "AG-1",
        [agreed(until="2027-12-31", notice_days="740345")],
        [agreed(until="2027-12-31", notice_days="740346")],
    ),
    (
        "grant-agreed-twice",
        "AG-2",
        [agreed(grant="G-1"), agreed("AG-2", grant="G-1", state="ended")],
        [agreed(grant="G-1"), agreed("AG-2", grant="G-1")],
    ),
    (
        "resource-lapses",
        "R-1",
        [("resources", "R-1", {"state": "agreed", "until": "2026-12-03"})],
        [("resources", "R-1", {"state": "agreed", "until": "2026-12-02"})],
    ),
    (
        "resource-lapses",
        "R-1",
        [("resources", "R-1", {"state": "returned", "until": "2026-12-02"})],
        [("resources", "R-1", {"state": "in use", "until": "2026-12-02"})],
    ),
    (
        "personal-detail-published",
        "A-1",
        [("work_plan", "A-1", {"internal_note": "Ring 020 7946 0018 after six."})],
        [("work_plan", "A-1", {"progress_note": "Ring 020 7946 0018 after six."})],
    ),
]

ELSEWHERE = {
    # Told as rows are read: tests/core/cells/test_values.py.
    "to-is-no-code",
    # tests/core/decide/test_boundaries.py: told as rows are read, or by a revision or a receipt.
    "currency-missing",
    "revision-without-reason",
    "revision-beyond-limit",
    "split-does-not-add-up",
    # By the profile of a grant: tests/core/checks/test_narratives.py.
    "narrative-missing",
    "narrative-of-no-period",
    "narrative-text-twice",
    "personal-detail-in-narrative",
    # Of what a host hands on: tests/core/checks/test_handed_on.py.
    "call-overdrawn",
    "fee-differs",
    "fee-rule-differs",
    "fee-as-expense",
    "fee-as-income",
    "fee-beyond-kept",
    "given-beyond-grant",
    "given-beyond-limit",
    "given-ends",
    "given-not-found",
    "given-without-end",
    "group-report-overdue",
    "paid-beyond-amount",
    "paid-not-promised",
    # Of the groups of a host: tests/core/checks/test_hosted_groups.py.
    "group-needs-somebody",
    "group-in-deficit",
    "statement-old",
    "group-lot-expired",
    "group-lot-ends",
    "public-key-twice",
    "recipient-unclear",
    "held-twice",
    "instalment-waits",
    "money-without-given",
    "paid-before-report",
    "payment-in-future",
    "payment-incomplete",
    "payment-in-two-tabs",
    "payment-twice",
    "payment-without-cost",
    "payment-differs",
    "payment-not-noted",
    "payment-not-received",
    "return-differs",
    # Of what a host says that it paid: tests/core/checks/test_host_says.py.
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
    # Of a story: tests/core/checks/test_stories.py.
    "story-without-consent",
    # Of months that were closed: tests/core/checks/test_indicators.py.
    "achieved-fell",
    # Of a whole workbook: tests/core/checks/test_lists_of_people.py.
    "list-of-people",
    "personal-column",
}


def named(case: Case) -> str:
    return case[0]


@pytest.mark.parametrize(("code", "id_", "silent", "told"), CASES, ids=map(named, CASES))
def test_at_its_boundary_nothing_is_said_and_one_step_on_it_is(
    code: str, id_: str, silent: list[Change], told: list[Change]
) -> None:
    assert code not in {each for each, _ in found(*silent)}
    assert (code, id_) in found(*told)


def test_the_quiet_plan_has_no_finding() -> None:
    assert found() == []


def test_every_finding_about_a_plan_has_a_silent_case() -> None:
    of_a_plan = {
        name
        for name, code in CODES.items()
        if code.group in ("money", "work", "promises", "supplies", "privacy")
    }

    assert of_a_plan - ELSEWHERE == {case[0] for case in CASES} - {
        "date-unlikely",
        "remaining-does-not-match",
    }
