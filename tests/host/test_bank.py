"""A host imports the statement of its bank: what was paid to groups stands there too, and is no
expense."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.records.model import Fields
from budgettrack.statements import keep
from budgettrack.workbook.layout import HOST_ORDER
from tests.world.bank_files import Booked, camt
from tests.world.bank_month import ON, WITH_A_BANK, answer, put
from tests.world.group import Group, Rows, write_workbook
from tests.world.host_plan import told_grant
from tests.world.terminal import talk

OPENING: Fields = {
    "id": "I-1", "date": "2026-09-30", "grant": "G-1", "kind": "opening balance",
    "state": "received", "amount": "1000",
}  # fmt: skip

HOST: Rows = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "state": "active", "currency": "EUR", "amount": "9000"}
        | {"start": "2026-01-01", "end": "2026-12-31"},
        {"id": "G-2", "funder": "Members", "state": "active", "currency": "EUR"},
    ],
    "income": [
        OPENING,
        # A fee that we keep is no money that arrives.
        {"date": "2026-10-09", "grant": "G-2", "kind": "host fee", "state": "received",
         "amount": "20"},
    ],
    "groups": [{"id": "GR-1", "name": "Harbour circle", "state": "paused", "currency": "EUR"}],
    "given": [
        {"id": "V-1", "group": "GR-1", "grant": "G-1", "state": "active", "currency": "EUR",
         "amount": "600", "fee": "5", "agreement_reference": "SG-1"},
        {"id": "V-2", "group": "GR-1", "grant": "G-1", "state": "active", "currency": "KES",
         "amount": "30000", "fee": "5", "agreement_reference": "SG-2"},
    ],
    "instalments": [
        {"id": "P-1", "given": "V-1", "direction": "to the group", "paid_on": "2026-10-02",
         "amount_paid": "400"},
        {"id": "P-2", "given": "V-1", "direction": "back from the group",
         "paid_on": "2026-10-20", "amount_paid": "30"},
        {"id": "P-3", "given": "V-2", "direction": "to the group", "paid_on": "2026-10-05",
         "amount_paid": "30000", "cost": "200.50"},
        {"id": "P-4", "given": "V-1", "direction": "to the group", "due": "2026-10-15",
         "amount": "150"},
    ],
}  # fmt: skip

BOOKED = [
    Booked(date(2026, 10, 2), Decimal("-400.00"), "REF001", "Harbour circle", "SG-1"),
    Booked(date(2026, 10, 5), Decimal("-200.50"), "REF002", "Harbour circle", "SG-2"),
    Booked(date(2026, 10, 16), Decimal("-150.00"), "REF003", "Harbour circle", "SG-1"),
    Booked(date(2026, 10, 20), Decimal("30.00"), "REF004", "Harbour circle", "SG-1 back"),
    Booked(date(2026, 10, 30), Decimal("-9.99"), "REF005", "Bank", "FEES"),
]


@pytest.fixture
def host(tmp_path: Path) -> Group:
    group = Group(tmp_path, HOST, f"{WITH_A_BANK}\n[host]\n")
    group.path.unlink()
    write_workbook(group.path, HOST, HOST_ORDER)
    group.sync()
    return group


def test_what_was_paid_to_groups_becomes_no_expense_and_the_bank_agrees(host: Group) -> None:
    statement = put(host, camt(BOOKED), "october.xml")
    done = host.run("import", statement, "--account", "Main", "--yes", *ON)
    assert done.exit_code == 3, done.output
    # What was due is paid only if a person says so.
    assert "P-4" in done.output
    assert "paid_on" not in host.held().records["instalments"]["P-4"]
    ours, go = ("Is this it? [Y/n/s/q]: ", "y\n"), ("Go ahead? [Y/n]: ", "y\n")
    turns = [(SAME, "y\n"), (SAME, "y\n"), ours, (SAME, "y\n"), go]
    _, said = talk(host, ["import", statement, "--account", "Main", *ON], *turns)
    assert "P-4 waits for this amount. Is this it?" in said
    records = host.held().records
    # The bank's own fee is the only expense.
    assert [row["amount"] for row in records["expenses"].values()] == ["9.99"]
    assert len(records["income"]) == 2
    paid = records["instalments"]["P-4"]
    assert (paid["paid_on"], paid["amount_paid"]) == ("2026-10-16", "150")
    host.sync()
    lines = host.run("status", *ON).stdout.splitlines()
    # 1,000 - 400 + 30 - 200.50 - 150 - 9.99; our fee of 5 % is still in the account.
    assert [line for line in lines if line.startswith("Bank: ")] == [
        "Bank: agrees with the books on 2026-10-31, 269.51 EUR"
    ]


SAME = "Is it the same? [Y/n/s/q]: "


def test_reconcile_knows_what_was_paid_to_groups(host: Group) -> None:
    statement = put(host, camt(BOOKED), "october.xml")
    found = {
        (one["state"], one.get("id") or "")
        for one in answer(host, "reconcile", statement, "--account", "Main")
    }
    assert found == {
        ("matched", "P-1"), ("matched", "P-2"), ("matched", "P-3"),
        # Nobody typed yet that it was paid, nor the bank's fee.
        ("only in the statement", ""),
    }  # fmt: skip


LAST: list[Booked] = [Booked(date(2026, 10, 30), Decimal("-9.99"), "REF005", "Bank", "FEES")]


def bank_line(group: Group) -> list[str]:
    """Imports a statement that begins with 1,000.00, and returns what is said about the bank."""
    group.sync()
    statement = put(group, camt(LAST), "october.xml")
    done = group.run("import", statement, "--account", "Main", "--yes", *ON)
    assert done.exit_code in (0, 3), done.output
    group.sync()
    lines = group.run("status", *ON).stdout.splitlines()
    return [line for line in lines if line.startswith("Bank: ")]


AGREES = ["Bank: agrees with the books on 2026-10-31, 990.01 EUR"]
OWN: Fields = {"id": "G-2", "funder": "Members", "state": "active", "currency": "EUR"}


def test_money_that_we_hold_for_a_group_is_at_our_bank(tmp_path: Path) -> None:
    """It is in the books of the group alone: 1,000 came, 400 were spent, 50 are our fee."""
    own = {**OPENING, "grant": "G-2", "amount": "400"}
    rows: Rows = {**HOST, "grants": [OWN], "income": [own], "given": [], "instalments": []}
    group = Group(tmp_path, rows, f"{WITH_A_BANK}\n[host]\n")
    group.path.unlink()
    write_workbook(group.path, rows, HOST_ORDER)
    held = told_grant(held=True, fee="50.00")
    other = told_grant(held=True, currency="USD")
    handed_on = told_grant(agreement="SG-7")
    told = HostStatement(1, "2026-10", True, (held, other, handed_on))
    keep(tmp_path / "groups/GR-1", told)
    group.sync()
    assert bank_line(group) == AGREES


def test_money_that_we_hold_and_noted_ourselves_is_at_our_bank_once(tmp_path: Path) -> None:
    """The 1,000 that came for the group are in our own books too, by the same reference."""
    twice: Fields = {"id": "G-3", "funder": "Fund", "state": "active", "currency": "EUR"}
    came = {**OPENING, "id": "I-3", "grant": "G-3", "kind": "instalment", "date": "2026-08-03"}
    own = {**OPENING, "grant": "G-2", "amount": "400"}
    rows: Rows = {
        **HOST, "grants": [OWN, {**twice, "agreement_reference": "SG-1"}], "income": [own, came],
        "given": [], "instalments": [],
    }  # fmt: skip
    group = Group(tmp_path, rows, f"{WITH_A_BANK}\n[host]\n")
    group.path.unlink()
    write_workbook(group.path, rows, HOST_ORDER)
    keep(tmp_path / "groups/GR-1", HostStatement(1, "2026-10", True, (told_grant(held=True),)))
    group.sync()
    assert bank_line(group) == AGREES
