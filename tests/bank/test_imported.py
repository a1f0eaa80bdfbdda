"""What is remembered from one import to the next: balances, provisional entries, and the other side
of a transfer. Each command is a run of its own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgettrack.bank.accounts import FileAccount, lone_transfers, now_booked, other_sides
from budgettrack.bank.entries import BankAnswers
from budgettrack.bank.formats import Statement
from budgettrack.bank.imported import beside, with_balances
from budgettrack.bank.importing import Choice, add, proposals
from budgettrack.bank.matching import StatementEntry
from budgettrack.config.load import load
from budgettrack.group import open_group
from budgettrack.register.store import Banked, BankStatement
from tests.world.bank_files import Booked, camt, mt940, mt942
from tests.world.bank_month import A_LINE, WITH_A_BANK
from tests.world.group import Commands, Group, Rows
from tests.world.terminal import talk

ON = ("--on", "2026-11-02")
DAY = date(2026, 10, 5)


@pytest.fixture
def rows() -> Rows:
    return A_LINE


@pytest.fixture
def config() -> str:
    return WITH_A_BANK


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


# The chain


def span(
    days: tuple[int, int],
    balances: tuple[int | None, int],
    account: str = "Main",
    number: int | None = None,
    page: int | None = None,
) -> BankStatement:
    first, last = (date(2026, 10, day) for day in days)
    return BankStatement(account, "EUR", first, last, *balances, number, page)


FIRST, SECOND, THIRD = (
    span((1, 5), (1000, 995)),
    span((5, 9), (995, 900)),
    span((9, 12), (900, 700)),
)


@pytest.mark.parametrize(
    ("there", "new", "gaps", "notes"),
    [
        ([], FIRST, (), ()),
        ([FIRST], SECOND, (), ()),
        ([FIRST], FIRST, (), ("new was in an earlier import.",)),
        (
            [FIRST],
            THIRD,
            (
                "new: its opening balance is 9.00 EUR, but the statement that was imported before has"
                " the closing balance 9.95 EUR. What was booked between 2026-10-05 and 2026-10-09 is missing. Import those days, too.",
            ),
            (),
        ),
        (
            [SECOND],
            FIRST,
            (),
            ("new is older than the statement of 2026-10-05 to 2026-10-09, imported before.",),
        ),
        (
            [THIRD],
            FIRST,
            (
                "new: its closing balance is 9.95 EUR, but the next statement, which was imported"
                " before, has the opening balance 9.00 EUR. What was booked between 2026-10-05 and"
                " 2026-10-09 is missing. Import those days, too.",
            ),
            ("new is older than the statement of 2026-10-09 to 2026-10-12, imported before.",),
        ),
        (
            [FIRST, THIRD],
            SECOND,
            (),
            ("new fills the gap between 2026-10-05 and 2026-10-09.",),
        ),
        (
            [FIRST],
            span((3, 9), (997, 900)),
            (),
            (
                "new overlaps a statement of 2026-10-01 to 2026-10-05 that was imported before:"
                " entries that are in both are recognised, and are not added again.",
            ),
        ),
        (
            [THIRD],
            span((5, 11), (995, 800)),
            (),
            (
                "new overlaps a statement of 2026-10-09 to 2026-10-12 that was imported before:"
                " entries that are in both are recognised, and are not added again.",
            ),
        ),
        # Another account, another currency, no opening balance: nothing to compare.
        ([FIRST], span((9, 12), (900, 700), "Savings"), (), ()),
        ([FIRST], span((9, 12), (None, 700)), (), ()),
        (
            [span((5, 5), (1000, 995), number=7, page=1)],
            span((5, 5), (990, 900), number=7, page=4),
            (
                "new: its opening balance is 9.90 EUR, but the statement that was imported before has"
                " the closing balance 9.95 EUR. What was booked between 2026-10-05 and 2026-10-05 is missing (page 2, 3). Import those"
                " days, too.",
            ),
            (),
        ),
    ],
)
def test_a_statement_is_compared_with_those_of_earlier_imports(
    there: list[BankStatement],
    new: BankStatement,
    gaps: tuple[str, ...],
    notes: tuple[str, ...],
) -> None:
    said = beside({new: "new"}, there)
    assert (said.gaps, said.notes) == (gaps, notes)


def statement(days: tuple[str, str], opening: str, *booked: Booked) -> bytes:
    """A CAMT.053 of some days that begins with a balance."""
    closing = Decimal(opening) + sum((line.amount for line in booked), Decimal(0))
    whole = Decimal("1000.00") + sum((line.amount for line in booked), Decimal(0))
    text = camt(booked).decode().replace(">1000.00<", ">OPENING<", 1)
    text = text.replace(f">{whole}<", f">{closing}<").replace(">OPENING<", f">{opening}<")
    return text.replace("2026-10-01", days[0]).replace("2026-10-31", days[1]).encode()


def paid(day: int, amount: str, reference: str, words: str = "") -> Booked:
    return Booked(date(2026, 10, day), Decimal(amount), reference, words=words)


def put(group: Group, content: bytes, name: str) -> str:
    (group.folder / name).write_bytes(content)
    return str(group.folder / name)


def imported(group: Group, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    done = group.run("import", *more, "--yes", "--json", *ON)
    assert done.exit_code in (0, 3), done.output
    return done.exit_code, json.loads(done.stdout), done.stderr


def test_a_gap_between_two_imports_is_told_and_what_fills_it_too(group: Group) -> None:
    first = put(
        group, statement(("2026-10-01", "2026-10-05"), "1000.00", paid(5, "-5.00", "R1")), "1.xml"
    )
    second = put(
        group, statement(("2026-10-06", "2026-10-09"), "995.00", paid(9, "-95.00", "R2")), "2.xml"
    )
    third = put(
        group, statement(("2026-10-10", "2026-10-12"), "900.00", paid(12, "-1.00", "R3")), "3.xml"
    )
    imported(group, first)
    code, _, said = imported(group, third)
    assert code == 3
    assert (
        "3.xml, statement 1: its opening balance is 900.00 EUR, but the statement that was imported"
        " before has the closing balance 995.00 EUR. What was booked between 2026-10-05 and 2026-10-10 is missing."
        in said
    )
    gap = group.run("reconcile", third)
    assert (gap.exit_code, "What was booked between 2026-10-05 and 2026-10-10" in gap.stderr) == (
        3,
        True,
    )
    code, _, said = imported(group, second)
    assert "2.xml, statement 1 fills the gap between 2026-10-05 and 2026-10-10." in said
    again = group.run("import", third, "--yes", *ON)
    assert again.exit_code == 0, again.output
    assert "3.xml, statement 1 was in an earlier import." in again.stderr
    assert "missing" not in again.stderr
    with closing(sqlite3.connect(group.folder / "register.sqlite")) as database:
        kept = database.execute("SELECT * FROM bank_statements ORDER BY first").fetchall()
    assert [row[:6] for row in kept] == [
        ("Account 1", "EUR", "2026-10-01", "2026-10-05", 100000, 99500),
        ("Account 1", "EUR", "2026-10-06", "2026-10-09", 99500, 90000),
        ("Account 1", "EUR", "2026-10-10", "2026-10-12", 90000, 89900),
    ]


BALANCED = "IBAN;Date;Text;Amount;Currency;Balance\n"
OURS = "DE89370400440532013000"
EARLY = ("01.10.2026;gift;1000,00;EUR;3000,00", "10.10.2026;rent;-500,00;EUR;2500,00")
LATE = ("20.10.2026;tea;-10,00;EUR;1490,00", "31.10.2026;fee;-40,00;EUR;1450,00")
NEXT = ("10.10.2026;rent;-500,00;EUR;2500,00", "11.10.2026;tea;-1,00;EUR;2499,00")


def csv_of(*rows: str, number: str = OURS) -> bytes:
    return (BALANCED + "".join(f"{number};{row}\n" for row in rows)).encode()


@pytest.fixture
def by_headings(group: Group) -> Group:
    """A group without [bank], so that a CSV file is read by its headings."""
    config = group.folder / "budgettrack.toml"
    config.write_text(config.read_text().partition("[bank]")[0])
    return group


@pytest.mark.parametrize("turn", [1, -1])
def test_days_between_two_csv_files_with_balances_are_told(by_headings: Group, turn: int) -> None:
    """The rows of a bank stand with the oldest first or with the newest first."""
    group = by_headings
    one, two = (
        put(group, csv_of(*EARLY[::turn]), "1.csv"),
        put(group, csv_of(*LATE[::turn]), "2.csv"),
    )
    gap = "What was booked between 2026-10-10 and 2026-10-20 is missing."
    assert "missing" not in imported(group, one)[2]
    assert "1.csv was in an earlier import." in imported(group, one)[2]
    code, _, said = imported(group, two)
    assert (code, gap in said) == (3, True)
    assert "1500.00 EUR" in said
    assert "2500.00 EUR" in said
    code, _, said = imported(group, one, two)
    assert gap in said
    whole = csv_of(*[*EARLY, "15.10.2026;rent;-1000,00;EUR;1500,00", *LATE][::turn])
    code, _, said = imported(group, put(group, whole, "whole.csv"))
    assert "whole.csv overlaps" in said
    assert "missing" not in said
    # A month within the quarter that is already there is no gap before what follows the quarter.
    after = csv_of("02.11.2026;tea;-50,00;EUR;1400,00")
    code, _, said = imported(group, put(group, after, "after.csv"))
    assert "missing" not in said
    with closing(sqlite3.connect(group.folder / "register.sqlite")) as database:
        kept = database.execute("SELECT * FROM bank_statements ORDER BY last, first").fetchall()
    assert [row[1:6] for row in kept] == [
        ("EUR", "2026-10-01", "2026-10-10", 200000, 250000),
        ("EUR", "2026-10-01", "2026-10-31", 200000, 145000),
        ("EUR", "2026-10-20", "2026-10-31", 150000, 145000),
        ("EUR", "2026-11-02", "2026-11-02", 145000, 140000),
    ]
    status = group.run("status", *ON).stdout
    assert "Bank: 1,450.00 EUR on 2026-10-31" in status
    assert "no statement" not in status


def test_a_csv_file_that_begins_within_the_last_day_of_another_leaves_nothing_out(
    by_headings: Group,
) -> None:
    imported(by_headings, put(by_headings, csv_of(*EARLY), "1.csv"))
    _, rows, said = imported(by_headings, put(by_headings, csv_of(*NEXT), "2.csv"))
    assert [row["what"] for row in rows] == ["known", "new"]
    assert "missing" not in said


def test_a_csv_file_without_balances_is_no_statement_with_a_balance(by_headings: Group) -> None:
    """Something was imported, and `status` does not deny it."""
    whole = csv_of(*EARLY).decode().splitlines()
    cut = "\n".join(line.rpartition(";")[0] for line in whole).encode()
    code, rows, _ = imported(by_headings, put(by_headings, cut, "plain.csv"))

    assert [row["what"] for row in rows] == ["new", "new"], code
    words = "Bank: not compared, no statement with a balance was imported (budgettrack import)"
    assert words in by_headings.run("status", *ON).stdout


def test_each_account_of_a_csv_file_has_its_own_balances(by_headings: Group) -> None:
    both = csv_of(*EARLY) + csv_of(*LATE, number="GB29NWBK60161331926819").partition(b"\n")[2]
    path = put(by_headings, both, "two.csv")
    (by_headings.folder / "a.toml").write_text('account = "IBAN"\n')
    done = by_headings.run("bank", "layout", path, "--answers", str(by_headings.folder / "a.toml"))
    assert done.exit_code == 0, done.output
    imported(by_headings, path, "--account", "Main", "--account", "Savings")
    with closing(sqlite3.connect(by_headings.folder / "register.sqlite")) as database:
        kept = database.execute("SELECT * FROM bank_statements ORDER BY account").fetchall()
    assert [row[:6] for row in kept] == [
        ("Main", "EUR", "2026-10-01", "2026-10-10", 200000, 250000),
        ("Savings", "EUR", "2026-10-20", "2026-10-31", 150000, 145000),
    ]


# What the bank has corrected

SAME_DAYS = (paid(1, "1000.00", "R1"), paid(3, "-500.00", "R2"), paid(31, "-3.50", "R3"))


@pytest.mark.parametrize("kind", ["camt", "mt940"])
def test_a_reference_with_another_amount_is_no_second_payment(group: Group, kind: str) -> None:
    write = {"camt": camt, "mt940": mt940}[kind]
    named = ("--account", "Main")
    imported(group, put(group, write([*SAME_DAYS]), "a.sta"), *named)
    corrected = put(group, write([SAME_DAYS[0], paid(3, "-520.00", "R2"), SAME_DAYS[2]]), "b.sta")

    code, rows, said = imported(group, corrected)

    assert code == 3
    assert [(row["what"], row["id"], row["done"]) for row in rows] == [
        ("known", "I-1", None),
        ("similar", "E-1", None),
        ("known", "E-2", None),
    ]
    assert (
        "2026-10-03, -520.00 EUR: E-1 was imported with the same reference and with -500.00 EUR on"
        " 2026-10-03, which the statement no longer has. If it is so, change the amount of E-1, and"
        " its date if it differs." in said
    )
    assert [*group.held().records["expenses"]] == ["E-1", "E-2"]


@pytest.mark.parametrize("kind", ["camt", "mt940"])
def test_an_entry_that_a_newer_statement_lacks_is_named(group: Group, kind: str) -> None:
    write = {"camt": camt, "mt940": mt940}[kind]
    imported(group, put(group, write([*SAME_DAYS]), "a.sta"), "--account", "Main")
    other = paid(3, "-520.00", "R9", "other")
    for lines in ([SAME_DAYS[0], SAME_DAYS[2]], [SAME_DAYS[0], other, SAME_DAYS[2]]):
        code, _, said = imported(group, put(group, write(lines), "b.sta"))
        assert code == 3
        assert (
            "E-1 (2026-10-03, -500.00 EUR) was imported before, and is not in the newer statement"
            " of its day. If the bank has taken it back or corrected it, delete or correct E-1."
            in said
        )
    # The whole statement again names nothing.
    whole = put(group, write([*SAME_DAYS, other]), "c.sta")
    assert "newer statement" not in imported(group, whole)[2]


@pytest.mark.parametrize("is_numbered", [True, False])
def test_a_corrected_csv_file_is_told(by_headings: Group, is_numbered: bool) -> None:
    rent = "03.10.2026;rent;-500,00;EUR;2500,00"
    before = csv_of(EARLY[0], rent, "31.10.2026;fee;-40,00;EUR;2460,00")
    if not is_numbered:
        before = before.replace(f"{OURS};".encode(), b"").replace(b"IBAN;", b"")
    after = before.replace(b"-500,00;EUR;2500", b"-520,00;EUR;2480").replace(b"2460", b"2440")
    imported(by_headings, put(by_headings, before, "1.csv"))

    code, rows, said = imported(by_headings, put(by_headings, after, "2.csv"))

    assert code == 3
    assert [(row["what"], row["id"]) for row in rows] == [
        ("known", "I-1"),
        ("similar", "E-1"),
        ("known", "E-2"),
    ]
    assert "E-1 was imported with the same reference and with -500.00 EUR" in said
    assert "Account: Account 1" in said


# Provisional entries


def report(*booked: Booked) -> bytes:
    """A camt.052 of some entries, without balances."""
    text = camt(booked).decode()
    text = text.replace("camt.053.001.08", "camt.052.001.08")
    for statement_tag, report_tag in (("BkToCstmrStmt", "BkToCstmrAcctRpt"), ("Stmt>", "Rpt>")):
        text = text.replace(statement_tag, report_tag)
    start, end = text.index("<Bal>"), text.rindex("</Bal>") + len("</Bal>")
    return (text[:start] + text[end:]).encode()


def test_an_entry_of_a_report_is_provisional_until_a_statement_has_it(group: Group) -> None:
    """The statement gives it another reference and another day: it is one payment."""
    early = put(group, report(paid(5, "-5.00", "R1"), paid(5, "-7.00", "R2")), "052.xml")
    code, rows, _ = imported(group, early)
    assert [(row["provisional"], row["done"]) for row in rows] == [(True, "added")] * 2
    final = put(group, camt([paid(6, "-5.00", "OTHER"), paid(5, "-7.00", "R2")]), "053.xml")

    code, rows, said = imported(group, final)

    assert [(row["what"], row["id"], row["done"], row["provisional"]) for row in rows] == [
        ("booked", "E-1", "booked now", False),
        ("booked", "E-2", "booked now", False),
    ]
    assert code == 0, said
    assert len(group.held().records["expenses"]) == 2
    _, again, _ = imported(group, final)
    assert [row["what"] for row in again] == ["known", "known"]
    _, late, _ = imported(group, early)
    assert [row["what"] for row in late] == ["known", "known"]
    assert [row["state"] for row in json.loads(group.run("reconcile", final, "--json").stdout)] == [
        "matched"
    ] * 2
    assert len(group.held().records["expenses"]) == 2


def test_a_report_of_mt942_is_replaced_by_mt940_and_by_another_format(group: Group) -> None:
    early = put(group, mt942([paid(5, "-5.00", "R1"), paid(5, "-7.00", "R2")]), "942.sta")
    _, rows, _ = imported(group, early, "--account", "Main")
    assert [(row["provisional"], row["done"]) for row in rows] == [(True, "added")] * 2
    final = put(group, mt940([paid(5, "-5.00", "R1"), paid(7, "-7.00", "R9")]), "940.sta")

    _, rows, _ = imported(group, final)

    assert [(row["what"], row["id"]) for row in rows] == [("booked", "E-1"), ("booked", "E-2")]
    assert len(group.held().records["expenses"]) == 2


def test_a_provisional_entry_that_the_bank_never_booked_is_named(group: Group) -> None:
    early = put(group, report(paid(5, "-5.00", "R1")), "052.xml")
    imported(group, early)
    final = put(group, camt([paid(7, "-8.00", "R9")]), "053.xml")

    code, rows, said = imported(group, final)

    assert code == 3
    assert (
        "E-1 (2026-10-05, -5.00 EUR) was imported from a report within the day, and is not in the"
        " statement of its day. If the bank did not book it, delete E-1." in said
    )
    assert [row["what"] for row in rows] == ["new"]


def banked(units: int, mark: str, day: int = 5, **more: Any) -> Banked:
    values: dict[str, Any] = {"table": "expenses", "id": "E-1", "account": "Main"} | more
    return Banked(mark, date(2026, 10, day), units, "EUR", **values)


def entry(units: int, mark: str, day: int = 5, account: str = "Main") -> StatementEntry:
    return StatementEntry("", mark, date(2026, 10, day), units, "EUR", account=account)


def test_each_provisional_entry_is_booked_once_and_the_nearest_first() -> None:
    early = [banked(-5, "p1", 5, is_provisional=True), banked(-5, "p2", 6, is_provisional=True)]
    final = [entry(-5, "f1", 6), entry(-5, "f2", 7), entry(-5, "f3", 7), entry(-5, "f4", 20)]
    found = {mark: other.mark for mark, other in now_booked(final, early).items()}
    assert found == {"f1": "p2", "f2": "p1"}
    assert now_booked([entry(-5, "f", account="Savings")], early) == {}
    assert now_booked([entry(-6, "f")], early) == {}
    assert now_booked([entry(-5, "f")], [banked(-5, "b")]) == {}
    known = [*early, banked(-5, "f1", 6)]
    assert {mark: other.mark for mark, other in now_booked(final, known).items()} == {
        "f2": "p2",
        "f3": "p1",
    }


# Transfers


def test_the_other_side_of_a_transfer_is_of_another_account_and_taken_once() -> None:
    there = [banked(-200, "m1"), banked(-200, "m2", 6)]
    found = other_sides([entry(200, "s1", 7, "Savings")], there)
    assert {mark: other.mark for mark, other in found.items()} == {"s1": "m2"}
    assert other_sides([entry(200, "s1")], there) == {}
    assert other_sides([entry(-200, "s1", 5, "Savings")], there) == {}
    assert other_sides([entry(200, "s1", 12, "Savings")], there) == {}
    assert other_sides([entry(200, "s1", 5, "Savings")], [banked(-200, "m", account="")]) == {}
    moved = [banked(-200, "a", table="transfer"), banked(-7, "b", table="transfer")]
    other = banked(200, "c", 6, table="transfer", account="Savings")
    assert [side.mark for side in lone_transfers([*moved, other])] == ["b"]


def two_files(group: Group) -> tuple[str, str]:
    one = camt([paid(5, "-200.00", "R1"), paid(5, "-7.00", "R3")])
    two = camt([paid(6, "200.00", "R2")]).replace(b"XX00ACCOUNT", b"XX00SECOND")
    return put(group, one, "one.xml"), put(group, two, "two.xml")


def test_the_other_side_that_was_counted_before_is_asked_about_and_taken_back(group: Group) -> None:
    one, two = two_files(group)
    imported(group, one, "--account", "Main")
    code, rows, said = imported(group, two, "--account", "Savings")
    assert code == 3
    assert [(row["what"], row["id"], row["done"]) for row in rows] == [("transfer", "E-1", None)]
    assert (
        "Not added: 2026-10-06, 200.00 EUR. E-1 of the account Main may be the other side of a"
        " transfer between your accounts, which is neither expense nor income. If it is: budgettrack"
        " import FILE --yes --transfer E-1. If not: --no-transfer E-1." in said
    )
    assert group.held().records["income"] == {}

    code, rows, said = imported(group, two, "--transfer", "E-1")

    assert (code, [row["done"] for row in rows]) == (0, ["added"])
    assert "E-1 was removed: it is one side of a transfer between your accounts." in said
    assert list(group.held().records["expenses"]) == ["E-2"]
    assert group.held().records["income"] == {}
    for file in (one, two):
        states = [row["state"] for row in json.loads(group.run("reconcile", file, "--json").stdout)]
        assert "transfer" in states
        assert {*states} <= {"transfer", "matched"}
        assert [row["what"] for row in imported(group, file)[1]][:1] == ["known"]
    group.sync()
    assert list(group.held().records["expenses"]) == ["E-2"]
    assert group.run("doctor").exit_code in (0, 3)


def test_the_register_moves_only_by_what_is_in_it(group: Group) -> None:
    """Both sides are in the files, but one is an expense in the register and the other is not
    there."""
    one, two = two_files(group)
    imported(group, one, "--account", "Main")

    said = group.run("reconcile", one, two, "--all")

    assert said.exit_code == 3
    for moves in (
        "2026-10, Main: 2 of 2 matched.\nThe statement moves by -207.00 EUR, the register by"
        " -207.00 EUR; the difference is 0.00 EUR.",
        "2026-10, new account 2: 0 of 1 matched.\nThe statement moves by 200.00 EUR, the register"
        " by 0.00 EUR; the difference is 200.00 EUR.\n200.00 EUR = 200.00 EUR (only in the"
        " statement)",
    ):
        assert moves in said.stdout

    imported(group, two, "--account", "Savings", "--transfer", "E-1")

    said = group.run("reconcile", one, two, "--all")
    assert said.exit_code == 0, said.output
    for moves in (
        "2026-10, Main: 2 of 2 matched.\nThe statement moves by -207.00 EUR (-200.00 EUR of it by"
        " transfers between your accounts), the register by -7.00 EUR; the difference is 0.00 EUR.",
        "2026-10, Savings: 1 of 1 matched.\nThe statement moves by 200.00 EUR (200.00 EUR of it by"
        " transfers between your accounts), the register by 0.00 EUR; the difference is 0.00 EUR.",
    ):
        assert moves in said.stdout
    rows = json.loads(group.run("reconcile", two, "--json").stdout)
    assert [(row["amount"], row["record_amount"], row["record_day"]) for row in rows] == [
        ("200.00", None, None)
    ]


def test_what_only_looks_like_a_transfer_is_added_and_may_still_become_one(group: Group) -> None:
    one, two = two_files(group)
    imported(group, one, "--account", "Main")
    _, rows, _ = imported(group, two, "--account", "Savings", "--no-transfer", "E-1")
    assert [(row["what"], row["id"]) for row in rows] == [("new", "I-1")]
    _, rows, said = imported(group, two)
    assert [row["what"] for row in rows] == ["known"]
    assert "--transfer" not in said
    # Both sides were counted; one command takes both back.
    _, rows, _ = imported(group, two, "--transfer", "E-1")
    assert [(row["what"], row["done"]) for row in rows] == [("transfer", "added")]
    assert (group.held().records["income"], list(group.held().records["expenses"])) == (
        {},
        ["E-2"],
    )
    wrong = group.run("import", two, "--yes", "--transfer", "E-2", *ON)
    assert wrong.exit_code == 2
    assert "E-2 is not the other side of an entry of this file." in wrong.stderr


def test_a_transfer_known_by_words_has_one_other_side(group: Group) -> None:
    """Main's side named Savings; that of Savings comes later and has no words."""
    savings = camt([paid(1, "-1.00", "R9")]).replace(b"XX00ACCOUNT", b"DE89370400440532013000")
    imported(group, put(group, savings, "savings.xml"), "--account", "Savings")
    out = paid(5, "-200.00", "R1", words="TO DE89 3704 0044 0532 0130 00")
    _, rows, _ = imported(group, put(group, camt([out]), "main.xml"), "--account", "Main")
    assert [(row["what"], row["done"]) for row in rows] == [("transfer", "added")]
    into = camt([paid(6, "200.00", "R2")]).replace(b"XX00ACCOUNT", b"DE89370400440532013000")
    _, rows, _ = imported(group, put(group, into, "later.xml"))
    assert [(row["what"], row["why"], row["done"]) for row in rows] == [
        ("transfer", "the other side is Main", "added")
    ]
    assert group.held().records["income"] == {}


# Names of files


@pytest.mark.parametrize(
    "content",
    [
        camt([paid(5, "-5.00", "R1")]),
        camt([paid(5, "-5.00", "R1")]).replace(b">995.00<", b">996.00<"),
        camt([paid(5, "-5.00", "R1")]).replace(b">5.00<", b">5.001<"),
        camt([paid(5, "-5.00", "R1")], "XYZ"),
        camt([]),
        report(paid(5, "-5.00", "R1")),
        b"%PDF-1.7",
        b"",
        b"PK\x03\x04",
        b"<a><b></a>",
        b"no,table\n",
        b"Booking date,Purpose,Ref,Amount,Balance\n05/10/2026,Food,R1,4X4,1\n",
        None,
    ],
)
def test_no_message_shows_the_account_number_in_a_files_name(
    group: Group, content: bytes | None
) -> None:
    """Banks call a file after the account and its holder."""
    name = "2026-10_DE89370400440532013000_Umsaetze.xml"
    path = group.folder / name
    if content is not None:
        path.write_bytes(content)
    for command in (
        ("import", str(path), *ON),
        ("import", str(path), "--yes", "--json", *ON),
        ("import", str(path), "--yes", *ON),
        ("reconcile", str(path)),
        ("reconcile", str(path), "--all", "--json"),
        ("reconcile", str(path), str(path), "--month", "2026-09"),
    ):
        done = group.run(*command)
        assert "Traceback" not in done.output
        assert done.exit_code in (0, 2, 3), done.output
        assert not any(part in done.output for part in ("DE89", "0532013000", "3704")), done.output
    for kept in group.folder.rglob("*"):
        if kept.is_file() and kept != path:
            assert b"DE8937" not in kept.read_bytes(), kept


# Two people at once, and what has no final balance


def test_what_another_person_did_in_the_meantime_is_not_done_twice(group: Group) -> None:
    one, two = two_files(group)
    early = put(group, report(paid(5, "-9.00", "R5")), "052.xml")
    final = put(group, camt([paid(6, "-9.00", "OTHER")]), "053.xml")
    imported(group, one, "--account", "Main")
    imported(group, early)
    with open_group(load(group.config)) as opened:
        moved, about_two = proposals(
            opened, [group.folder / "two.xml"], BankAnswers(["Savings"], transfers=["E-1"])
        )
        booked, about_final = proposals(opened, [group.folder / "053.xml"], BankAnswers())
        imported(group, two, "--account", "Savings", "--transfer", "E-1")
        imported(group, final)
        held = group.held()
        done = [
            *add(opened, [Choice(moved[0], "add")], "me", about_two),
            *add(opened, [Choice(booked[0], "same")], "me", about_final),
        ]
    assert (moved[0].what, booked[0].what) == ("transfer", "booked")
    assert [id_ for _, id_ in done] == ["", ""]
    assert group.held() == held


@pytest.mark.parametrize(
    ("changes", "is_kept"),
    [
        ({}, True),
        ({"is_provisional": True}, False),
        ({"closing": None}, False),
        ({"first": None}, False),
        ({"currency": "XYZ"}, False),
        ({"closing": Decimal("9.001")}, False),
        ({"opening": None}, True),
    ],
)
def test_only_balances_that_stay_are_remembered(changes: dict[str, Any], is_kept: bool) -> None:
    read = Statement(
        (), DAY, DAY, "A", currency="EUR", opening=Decimal(10), closing=Decimal(9), place="s"
    )
    kept = with_balances([replace(read, **changes)], {"A": FileAccount("mark", "Main", False, 1)})
    assert list(kept.values()) == (["s"] if is_kept else [])
    if not changes:
        assert list(kept) == [BankStatement("Main", "EUR", DAY, DAY, 1000, 900)]


@pytest.mark.slow
def test_on_a_terminal_the_other_side_is_asked_about(group: Group) -> None:
    one, two = two_files(group)
    imported(group, one, "--account", "Main")
    question = "A transfer between your accounts: E-1 of the account Main may be the other side."

    code, said = talk(
        group,
        ["import", two, "--account", "Savings", *ON],
        ("[Y/n/s/q]: ", "n\n"),
        ("Grant: ", "G-1\n"),
        ("[Y/n]: ", "n\n"),
    )
    assert (question in said, "Nothing was written." in said, code) == (True, True, 2)
    code, said = talk(
        group,
        ["import", two, "--account", "Savings", *ON],
        ("[Y/n/s/q]: ", "y\n"),
        ("[Y/n]: ", "y\n"),
    )

    assert "E-1 was removed: it is one side of a transfer" in said
    assert (code, list(group.held().records["expenses"])) == (0, ["E-2"])
    assert group.held().records["income"] == {}


# Two payments of one day and amount


TICKETS = [Booked(DAY, Decimal("-4.40"), f"R{number}", "Bus company") for number in (1, 2)]


def duplicates(group: Group) -> list[str]:
    group.sync()
    return [place for place, code in group.codes() if code == "possible-duplicate"]


def test_two_bookings_of_a_statement_are_no_duplicates(group: Group) -> None:
    imported(group, put(group, mt940(TICKETS), "final.sta"), "--account", "Main")

    assert duplicates(group) == []


def test_two_entries_that_the_bank_has_not_booked_yet_may_be_duplicates(group: Group) -> None:
    imported(group, put(group, mt942(TICKETS), "day.sta"), "--account", "Main")
    assert len(duplicates(group)) == 1

    imported(group, put(group, mt940(TICKETS), "final.sta"))
    assert duplicates(group) == []
