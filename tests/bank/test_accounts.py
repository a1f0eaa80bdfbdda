"""The group's own bank accounts: names for numbers that are never stored, transfers between them,
and a comparison for each."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budgettrack.bank.accounts import (
    KnownAccounts,
    account_mark,
    named_by_itself,
    named_in_words,
    of_file,
    transfers,
)
from budgettrack.bank.entries import BankAnswers
from budgettrack.bank.importing import Choice, add, proposals
from budgettrack.bank.matching import StatementEntry
from budgettrack.config.load import load
from budgettrack.core.base.errors import UsageError
from budgettrack.group import open_group
from tests.world.bank_files import Booked, camt
from tests.world.bank_month import A_LINE, WITH_A_BANK
from tests.world.group import Commands, Group, Rows

ON = ("--on", "2026-11-02")
KEY = b"k" * 32
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


def entry(units: int, account: str, day: date = DAY, words: str = "") -> StatementEntry:
    mark = f"{account} {units} {day}"
    return StatementEntry("a place", mark, day, units, "EUR", words=words, account=account)


def known(**names: str) -> KnownAccounts:
    return KnownAccounts({account_mark(KEY, number): name for number, name in names.items()})


# Numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("DE89370400440532013000", "37040044/532013000"),
        ("de89370400440532013000", "37040044/0532013000"),
    ],
)
def test_one_number_in_two_forms_is_one_account(one: str, other: str) -> None:
    assert account_mark(KEY, one) == account_mark(KEY, other)
    assert account_mark(KEY, one) != account_mark(b"o" * 32, one)
    assert account_mark(KEY, one) != account_mark(KEY, "37040044/532013001")


def test_a_file_takes_the_names_that_are_known_and_the_next_given_one_for_a_new_number() -> None:
    there = known(A1="Main")
    accounts = of_file(["A1", "B2", "A1"], KEY, there, ["Savings"])
    assert [(a.name, a.is_new) for a in accounts.values()] == [("Main", False), ("Savings", True)]
    # The name of a known number may be said again.
    assert of_file(["A1"], KEY, there, ["Main"])["A1"].name == "Main"
    # A new number of a known account is one more mark of it.
    assert of_file(["C3"], KEY, there, ["Main"])["C3"].is_new
    # Without a number, it is the likely account, or the one that was named.
    assert of_file([""], KEY, there, [], likely="Main")[""].name == "Main"
    assert of_file([""], KEY, there, ["Cash"], likely="Main")[""].name == "Cash"
    assert of_file([""], KEY, known(A1="Main", B2="Cash"), [])[""].name == ""


def test_a_statement_of_another_account_is_refused_by_name() -> None:
    there = known(A1="Main", B2="Savings")
    with pytest.raises(
        UsageError, match=r"This statement is of the account Savings, not of Main\."
    ):
        of_file(["B2"], KEY, there, ["Main"])
    with pytest.raises(
        UsageError, match=r"There is no account in the file for the name Cash. .* accounts is 1"
    ):
        of_file(["C3"], KEY, there, ["Main", "Cash"])


def test_the_first_import_names_accounts_and_a_later_one_asks() -> None:
    new = of_file(["A1", "B2"], KEY, KnownAccounts(), [])
    named = named_by_itself(new, KnownAccounts())
    assert [account.name for account in named.values()] == ["Account 1", "Account 2"]
    with pytest.raises(
        UsageError, match=r"an account that the group does not know. It knows: Main"
    ):
        named_by_itself(of_file(["B2"], KEY, known(A1="Main"), []), known(A1="Main"))


def test_an_account_without_a_number_is_known_by_its_name() -> None:
    named = named_by_itself(of_file([""], KEY, KnownAccounts(), []), KnownAccounts())
    again = of_file([""], KEY, KnownAccounts({named[""].mark: "Account 1"}), ["Account 1"])
    assert (again[""].mark, again[""].is_new) == (named[""].mark, False)


# Transfers


def test_equal_amounts_out_of_one_account_and_into_another_are_a_transfer() -> None:
    out, into = entry(-20000, "Main"), entry(20000, "Savings", date(2026, 10, 7))
    assert transfers([out, into]) == {out.mark: "Savings", into.mark: "Main"}
    late = entry(20000, "Savings", date(2026, 10, 20))
    assert transfers([out, late]) == {}
    assert transfers([out, entry(20000, "Main")]) == {}
    assert transfers([out, entry(20001, "Savings")]) == {}


def test_one_payment_is_the_other_side_of_one_transfer_only() -> None:
    out = entry(-20000, "Main")
    near, far = entry(20000, "Savings"), entry(20000, "Savings", date(2026, 10, 8))
    assert set(transfers([far, out, near])) == {out.mark, near.mark}


def test_the_number_of_an_own_account_in_the_words_tells_a_transfer() -> None:
    there = known(DE89370400440532013000="Savings")
    words = "TO DE89 3704 0044 0532 0130 00 SAVED"
    assert named_in_words(entry(-5, "Main", words=words), KEY, there) == "Savings"
    assert named_in_words(entry(-5, "Savings", words=words), KEY, there) == ""
    assert named_in_words(entry(-5, "Main", words="TO DE02120300000000202051"), KEY, there) == ""


# With a group


def booked(amount: str, reference: str, day: date = DAY) -> Booked:
    return Booked(day, Decimal(amount), reference, words="SAVING")


def two_accounts(one: list[Booked], two: list[Booked]) -> bytes:
    """One CAMT file with the statements of two accounts."""
    first, second = camt(one), camt(two).replace(b"XX00ACCOUNT", b"XX00SECOND")
    statement = second[second.index(b"<Stmt>") : second.index(b"</BkToCstmrStmt>")]
    return first.replace(b"</BkToCstmrStmt>", statement + b"</BkToCstmrStmt>")


def put(group: Group, content: bytes, name: str = "bank.xml") -> str:
    (group.folder / name).write_bytes(content)
    return str(group.folder / name)


def answer(group: Group, *words: str) -> list[dict[str, Any]]:
    done = group.run(*words, "--json")
    assert done.exit_code in (0, 3), done.output
    answered: list[dict[str, Any]] = json.loads(done.stdout)
    return answered


def test_a_transfer_between_own_accounts_is_neither_expense_nor_income(group: Group) -> None:
    file = put(group, two_accounts([booked("-200.00", "R1")], [booked("200.00", "R2")]))
    shown = answer(group, "import", file, *ON)
    assert [(row["what"], row["account"], row["why"]) for row in shown] == [
        ("transfer", "new account 1", "the other side is new account 2"),
        ("transfer", "new account 2", "the other side is new account 1"),
    ]

    added = answer(group, "import", file, "--yes", "--account", "Main", "--account", "Savings", *ON)

    assert [row["done"] for row in added] == ["added", "added"]
    held = group.held().records
    assert (held["expenses"], held["income"]) == ({}, {})
    assert [row["what"] for row in answer(group, "import", file, "--yes", *ON)] == ["known"] * 2
    rows = answer(group, "reconcile", file, "--all")
    assert [(row["state"], row["account"], row["difference"]) for row in rows] == [
        ("transfer", "Main", "0.00"),
        ("transfer", "Savings", "0.00"),
    ]
    # The other side need not be in the file again.
    alone = put(group, camt([booked("-200.00", "R1")]), "main.xml")
    assert [row["state"] for row in answer(group, "reconcile", alone)] == ["transfer"]
    said = group.run("reconcile", file)
    assert said.exit_code == 0
    assert "2026-10, Main: 1 of 1 matched." in said.stdout
    assert "2026-10, Savings: 1 of 1 matched." in said.stdout
    with closing(sqlite3.connect(group.folder / "register.sqlite")) as database:
        accounts = database.execute("SELECT mark, name FROM accounts ORDER BY name").fetchall()
    assert [name for _, name in accounts] == ["Main", "Savings"]
    for path in group.folder.rglob("*"):
        if path.is_file() and path.suffix != ".xml":
            content = path.read_bytes()
            assert not any(word in content for word in (b"XX00", b"SECOND", b"SAVING")), path


def test_each_account_is_compared_with_its_own_rows_and_a_strange_one_is_said(group: Group) -> None:
    main = put(group, camt([booked("-5.00", "R1")]), "main.xml")
    other = camt([booked("-7.00", "R2")]).replace(b"XX00ACCOUNT", b"XX00SECOND")
    strange = put(group, other, "other.xml")
    assert "Account: Main" in group.run("import", main, "--yes", "--account", "Main", *ON).stderr

    said = group.run("reconcile", strange)
    refused = group.run("import", strange, "--yes", *ON)

    assert said.exit_code == 3
    assert (
        "This statement is of an account that the group does not know. It knows: Main. If it is one"
        " of them: --account NAME" in said.stderr
    )
    assert refused.exit_code == 2
    assert "It knows: Main. Say which account it is, with one of these names or" in refused.stderr
    assert len(group.held().records["expenses"]) == 1
    answer(group, "import", strange, "--yes", "--account", "Savings", *ON)
    for file, amount in ((main, "-5.00"), (strange, "-7.00")):
        rows = answer(group, "reconcile", file)
        assert [(row["state"], row["amount"]) for row in rows] == [("matched", amount)]
    wrong = group.run("reconcile", strange, "--account", "Main")
    assert "This statement is of the account Savings, not of Main." in wrong.stderr


def test_a_statement_in_another_currency_is_said(group: Group) -> None:
    answer(group, "import", put(group, camt([booked("-5.00", "R1")])), "--yes", *ON)
    dollars = put(group, camt([booked("-5.00", "R1")], "USD"))
    said = group.run("reconcile", dollars)
    assert said.exit_code == 3
    assert [row["currency"] for row in answer(group, "reconcile", dollars)] == ["USD"]
    assert (
        "This statement is in USD. Until now the statements of Account 1 were in EUR."
        in said.stderr
    )


def test_a_quiet_month_whose_register_moved_is_a_difference(group: Group) -> None:
    answer(group, "import", put(group, camt([booked("-5.00", "R1")])), "--yes", *ON)
    quiet = put(group, camt([]), "quiet.xml")

    said = group.run("reconcile", quiet)
    imported = group.run("import", quiet, "--yes", *ON)

    assert said.exit_code == 3
    assert "The statement has no entry." in said.stderr
    assert "only in the register" in said.stdout
    assert (
        "The statement moves by 0.00 EUR, the register by -5.00 EUR; the difference is"
        in said.stdout
    )
    assert (imported.exit_code, "The statement has no entry." in imported.stdout) == (3, True)


def test_a_quiet_month_of_an_account_in_another_currency_is_compared_in_it(group: Group) -> None:
    answer(group, "import", put(group, camt([booked("-5.00", "R1")], "USD")), "--yes", *ON)
    said = group.run("reconcile", put(group, camt([], "USD"), "quiet.xml"))
    assert "The statement moves by 0.00 USD, the register by -5.00 USD" in said.stdout
    # Nothing differs in a month without rows, but nothing proves that the file is whole, either.
    november = camt([], "USD").replace(b"2026-10-", b"2026-11-").replace(b"11-31", b"11-30")
    still = group.run("reconcile", put(group, november, "november.xml"))
    assert still.exit_code == 3, still.output


def test_an_answer_about_signs_is_kept_for_the_account(group: Group) -> None:
    group.config.write_text(
        '[workbook]\nxlsx = "plan.xlsx"\n[bank]\ndate = "Date"\namount = "Amount"\ncurrency ="EUR"\n'
    )
    first = put(group, b"Date,Amount\n2026-10-05,5.00\n", "one.csv")
    next_ = put(group, b"Date,Amount\n2026-10-06,7.00\n", "two.csv")
    refused = group.run("import", first, "--yes", *ON)
    assert (refused.exit_code, "nothing proves which rows are payments" in refused.stderr) == (
        2,
        True,
    )

    answer(group, "import", first, "--yes", "--signs", "inverted", *ON)

    assert [row["amount"] for row in answer(group, "import", next_, "--yes", *ON)] == ["-7.00"]


def ofx_of(*entries: tuple[str, str]) -> bytes:
    """An OFX file of kinds and amounts, in the order of the file."""
    listed = "".join(
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>20261005<TRNAMT>{amount}<FITID>{number}-{amount}</STMTTRN>"
        for number, (kind, amount) in enumerate(entries)
    )
    return (
        "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM>"
        f"<BANKID>1<ACCTID>2</BANKACCTFROM><BANKTRANLIST>{listed}</BANKTRANLIST></STMTRS>"
        "</STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


ALL_POSITIVE = ofx_of(("DEBIT", "50.00"), ("CREDIT", "20.00"), ("FEE", "1.00"))


def test_ofx_whose_payments_have_no_minus_is_refused_until_a_person_says_what_they_are(
    group: Group,
) -> None:
    file = put(group, ALL_POSITIVE, "bank.ofx")
    for command in (("import", file, "--yes", *ON), ("reconcile", file)):
        refused = group.run(*command)
        assert refused.exit_code == 2
        assert "nothing proves which rows are payments" in refused.stderr
        assert (
            "as written: +50.00, +20.00, +1.00; or unsigned: -50.00, +20.00, -1.00; or inverted:"
            " -50.00, -20.00, -1.00"
        ) in refused.stderr
    assert group.held().records["income"] == {}

    answer(group, "import", file, "--yes", "--signs", "unsigned", *ON)

    records = group.held().records
    assert sorted(row["amount"] for row in records["expenses"].values()) == ["1", "50"]
    assert [row["amount"] for row in records["income"].values()] == ["20"]
    # The answer is kept for the account: it is asked once.
    again = put(group, ofx_of(("DEBIT", "7.00")), "next.ofx")
    answer(group, "import", again, "--yes", *ON)
    assert sorted(row["amount"] for row in group.held().records["expenses"].values()) == [
        "1",
        "50",
        "7",
    ]


@pytest.mark.parametrize(
    ("entries", "is_asked"),
    [
        ((("DEBIT", "-5.00"), ("CREDIT", "2.00")), False),
        ((("DEBIT", "-5.00"), ("DEBIT", "5.00")), False),  # a payment that came back
        ((("OTHER", "5.00"),), False),
        ((("CREDIT", "-2.00"),), True),
        ((("DEBIT", "5.00"),), True),
        ((("DEBIT", "0.00"),), False),
    ],
)
def test_ofx_is_asked_about_only_where_all_kinds_contradict_their_signs(
    group: Group, entries: tuple[tuple[str, str], ...], is_asked: bool
) -> None:
    done = group.run("import", put(group, ofx_of(*entries), "bank.ofx"), "--yes", *ON)
    assert ("which rows are payments" in done.stderr) == is_asked, done.stderr


def test_what_another_person_added_in_the_meantime_is_not_added_twice(group: Group) -> None:
    file = put(group, camt([booked("-5.00", "R1")]))
    with open_group(load(group.config)) as opened:
        shown, statement = proposals(opened, [Path(file)], BankAnswers(["Main"]))
        answer(group, "import", file, "--yes", "--account", "Main", *ON)
        done = add(opened, [Choice(proposal, "add") for proposal in shown], "me", statement)

    assert [id_ for _, id_ in done] == [""]
    assert len(group.held().records["expenses"]) == 1


def test_a_transfer_is_known_by_one_side_and_stays_with_its_account(group: Group) -> None:
    """Savings is known, but its statement is not in the next file."""
    to_savings = Booked(DAY, Decimal("-200.00"), "R1", words="TO DE89 3704 0044 0532 0130 00")
    savings = camt([booked("200.00", "R2"), booked("-7.00", "R3")])
    savings = savings.replace(b"XX00ACCOUNT", b"DE89370400440532013000")
    both = put(group, savings, "savings.xml")
    answer(group, "import", both, "--yes", "--account", "Savings", *ON)
    main = put(group, camt([to_savings, booked("0.00", "R0")]), "main.xml")

    (shown,) = answer(group, "import", main, "--account", "Main", *ON)
    why = "I-1 of the account Savings may be the other side"
    assert (shown["what"], shown["id"], shown["why"]) == ("transfer", "I-1", why)
    said = group.run("import", main, "--yes", "--account", "Main", "--transfer", "I-1", *ON)
    assert (
        "main.xml: entries that were left out because their amount is zero: 1."
        in said.stdout + said.stderr
    )

    # The payment of Savings is in no statement of Main, and is not compared with it.
    assert [row["state"] for row in answer(group, "reconcile", main)] == ["transfer"]
    two = put(group, two_accounts([], [booked("200.00", "R2")]), "two.xml")
    Path(two).write_bytes(Path(two).read_bytes().replace(b"XX00SECOND", b"DE89370400440532013000"))
    rows = [row for row in answer(group, "reconcile", two) if row["record_amount"] == "-7.00"]
    assert [(row["state"], row["account"]) for row in rows] == [("only in the register", "Savings")]
