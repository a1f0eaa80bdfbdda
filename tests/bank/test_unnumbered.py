"""Several files without an account's number, given at once: of one account, or of two."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.accounts import KnownAccounts, account_mark
from budgettrack.bank.formats import CsvChoices, Statement, chain, read_each
from budgettrack.bank.unnumbered import with_owners
from budgettrack.core.base.errors import UsageError
from tests.world.bank_files import Booked, camt
from tests.world.bank_month import A_LINE, WITH_A_BANK, answer, put
from tests.world.group import Commands, Group, Rows

ON = ("--on", "2026-11-02")
KEY = b"k" * 32

BALANCED = "Date,Text,Paid out (EUR),Paid in (EUR),Balance\n"
BANK = BALANCED + "2026-10-03,To petty cash,200.00,,4800.00\n2026-10-09,Stall,33.10,,4766.90\n"
CASH = BALANCED + "2026-10-03,From bank,,200.00,200.00\n2026-10-04,Tea,7.00,,193.00\n"
PLAIN = "Date,Text,Amount (EUR)\n"
REST = "2026-10-30,Rent,-500.00\n"


@pytest.fixture
def rows() -> Rows:
    return A_LINE


@pytest.fixture
def config() -> str:
    return WITH_A_BANK.partition("[bank]")[0]


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def read(folder: Path, *contents: str | bytes) -> list[Statement]:
    paths = []
    for number, content in enumerate(contents, 1):
        path = folder / f"f{number}.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return read_each(paths, None, "en", CsvChoices(currency="EUR"))


def owners(statements: list[Statement], *given: str) -> list[str]:
    return [each.owner for each in with_owners(statements, KEY, KnownAccounts(), given)[0]]


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param((BANK, CASH), id="balances of two accounts"),
        pytest.param((PLAIN + REST, BANK), id="other headings"),
        pytest.param(
            (PLAIN + "2026-10-03,To cash,-200.00\n", PLAIN + "2026-10-03,From bank,200.00\n2026-10-03,Tea,-5.00\n"),
            id="the same day, other movements",
        ),
        pytest.param(
            (PLAIN + "2026-10-03,To cash,-200.00\n", PLAIN + "2026-10-05,From bank,200.00\n2026-10-05,Tea,-5.00\n"),
            id="the same month without balances",
        ),
        pytest.param(
            (BANK, BALANCED + "2026-11-03,Gift,,50.00,250.00\n2026-11-04,Tea,7.00,,243.00\n"),
            id="a month later from another balance",
        ),
        pytest.param(
            (
                f"{PLAIN}2026-10-03,Fee,-5.00\n2026-10-10,To cash,-200.00\n{REST}",
                f"{PLAIN}2026-10-03,Fee,-5.00\n2026-10-10,From bank,200.00\n{REST}",
            ),
            id="only the fees are the same",
        ),
    ],
)  # fmt: skip
def test_files_that_may_be_of_two_accounts_need_a_name_each(
    contents: tuple[str, str], tmp_path: Path
) -> None:
    statements = read(tmp_path, *contents)
    for given in ((), ("Bank",)):
        with pytest.raises(UsageError) as refused:
            owners(statements, *given)
        assert str(refused.value) == (
            "f1.csv, f2.csv: these files do not name their account, and nothing shows that they are"
            " of one. Say the account of each, in this order, and the same name twice for two files"
            " of one account: --account NAME --account NAME"
        )
    assert owners(statements, "Bank", "Cash") == ["Bank", "Cash"]


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(
            (BANK, BALANCED + "2026-10-12,Gift,,50.00,4816.90\n2026-10-13,Tea,7.00,,4809.90\n"),
            id="a file that opens with the balance that closed the other",
        ),
        pytest.param((PLAIN + REST, PLAIN + "2026-11-03,Tea,-5.00\n"), id="two months"),
        pytest.param(
            (
                f"{PLAIN}2026-10-10,Tea,-5.00\n{REST}",
                f"{PLAIN}{REST}2026-10-30,Late,-1.00\n2026-11-03,Gift,20.00\n",
            ),
            id="days that both have",
        ),
    ],
)  # fmt: skip
def test_files_of_one_account_need_no_name(contents: tuple[str, str], tmp_path: Path) -> None:
    statements = read(tmp_path, *contents)
    assert owners(statements) == owners(statements, "Bank") == ["", ""]
    assert owners(statements, "Bank", "Cash") == ["Bank", "Cash"]


def test_the_newest_row_first_tells_the_same_balances(tmp_path: Path) -> None:
    heading, *movements = BANK.splitlines(keepends=True)
    turned = heading + "".join(reversed(movements))
    assert [each.running for each in read(tmp_path, BANK, turned)] == [
        (Decimal(5000), Decimal("4766.90"))
    ] * 2


def test_names_go_to_new_accounts_in_the_order_of_the_files(tmp_path: Path) -> None:
    october = camt([Booked(date(2026, 10, 5), Decimal(-5), "R1")])
    statements = read(tmp_path, BANK, october, CASH)
    owned, left = with_owners(statements, KEY, KnownAccounts(), ["Bank", "Numbered", "Cash"])
    assert ([each.owner for each in owned], left) == (["Bank", "", "Cash"], ["Numbered"])
    known = KnownAccounts({account_mark(KEY, statements[1].account): "Main"})
    owned, left = with_owners(statements, KEY, known, ["Bank", "Main", "Cash", "More"])
    assert ([each.owner for each in owned], left) == (["Bank", "", "Cash"], ["More"])


def test_two_accounts_keep_equal_entries_and_one_account_has_them_once(tmp_path: Path) -> None:
    fee = PLAIN + "2026-10-31,Fee,-5.00\n"
    statements = read(tmp_path, fee, fee)
    for names, entries in ((("Bank", "Cash"), 2), (("Bank", "Bank"), 1)):
        owned, _ = with_owners(statements, KEY, KnownAccounts(), names)
        assert sum(len(each.lines) for each in chain.joined(owned)) == entries


def test_money_between_two_accounts_without_numbers_is_neither_expense_nor_income(
    group: Group,
) -> None:
    files = put(group, BANK.encode(), "bk1.csv"), put(group, CASH.encode(), "bk2.csv")

    refused = group.run("import", *files, "--yes", *ON)

    assert refused.exit_code == 2
    assert "--account NAME --account NAME" in refused.stderr
    said = answer(group, "import", *files, "--yes", "--account", "Bank", "--account", "Cash", *ON)
    assert [(row["amount"], row["account"], row["what"]) for row in said] == [
        ("-200.00", "Bank", "transfer"),
        ("-33.10", "Bank", "new"),
        ("200.00", "Cash", "transfer"),
        ("-7.00", "Cash", "new"),
    ]
    held = group.held().records
    assert (len(held["expenses"]), len(held.get("income", {}))) == (2, 0)
    # Alone, and a month later, each is known by the name that was given.
    for file, name in zip(files, ("Bank", "Cash"), strict=True):
        again = answer(group, "import", file, "--account", name, *ON)
        assert {row["what"] for row in again} <= {"known"}
