"""Several files without an account's number, given at once: of one account, or of two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.accounts import KnownAccounts, account_mark
from budgettrack.bank.formats import CsvChoices, Statement, chain, read_each
from budgettrack.bank.unnumbered import likely_owner, with_owners
from budgettrack.core.base.errors import UsageError
from budgettrack.register.records import Banked
from tests.world.bank_files import Booked, camt
from tests.world.bank_month import A_LINE, WITH_A_BANK, answer, put
from tests.world.group import Commands, Group, Rows
from tests.world.terminal import talk

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
            "f1.csv, f2.csv: these files do not name their account, and nothing shows that they"
            " belong to one account. Name the account of each file, in this order. If two files"
            " belong to one account, give its name twice: --account NAME --account NAME"
        )
    assert owners(statements, "Bank", "Cash") == ["Bank", "Cash"]


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(
            (BANK, BALANCED + "2026-10-12,Gift,,50.00,4816.90\n2026-10-13,Tea,7.00,,4809.90\n"),
            id="a file that opens with the balance that closed the other",
        ),
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


NOVEMBER = PLAIN + "2026-11-03,Tea,-5.00\n"


def test_files_of_two_months_are_of_the_one_account_that_was_named(tmp_path: Path) -> None:
    statements = read(tmp_path, PLAIN + REST, NOVEMBER)
    with pytest.raises(UsageError, match="nothing shows that they belong to one"):
        owners(statements)
    assert owners(statements, "Bank") == ["", ""]
    assert owners(statements, "Bank", "Cash") == ["Bank", "Cash"]
    known = KnownAccounts({"m": "Bank"})
    assert with_owners(statements, KEY, known, ())[1] == []
    two = KnownAccounts({"m": "Bank", "n": "Cash"})
    with pytest.raises(UsageError, match="nothing shows that they belong to one"):
        with_owners(statements, KEY, two, ())


def test_a_person_says_which_account_each_file_is_of(tmp_path: Path) -> None:
    statements = read(tmp_path, BANK, CASH, NOVEMBER)
    asked: list[tuple[str, list[str], str]] = []

    def ask(file: str, known: Sequence[str], likely: str) -> str:
        asked.append((file, list(known), likely))
        return {"f1.csv": "Bank", "f2.csv": "Cash"}.get(file, likely)

    owned, left = with_owners(statements, KEY, KnownAccounts({"m": "Main"}), (), ask)

    assert [each.owner for each in owned] == ["Bank", "Cash", "Cash"]
    assert left == []
    assert asked == [
        ("f1.csv", ["Main"], "Main"),
        ("f2.csv", ["Main", "Bank"], "Bank"),
        ("f3.csv", ["Main", "Bank", "Cash"], "Cash"),
    ]


# One file beside what was imported before


def booked(day: int, units: int, *, is_provisional: bool = False) -> Banked:
    mark = f"{day} {units}"
    when = date(2026, 10, day)
    return Banked(mark, when, units, "EUR", "expenses", "E-1", "Bank", is_provisional)


def likely(folder: Path, content: str, *earlier: Banked, currency: str = "EUR") -> tuple[str, str]:
    known = KnownAccounts({"m": "Bank"}, {}, {"Bank": frozenset({currency})}, earlier)
    return likely_owner(read(folder, content), known)


def test_a_file_with_other_movements_in_the_same_days_is_not_taken_for_the_only_account(
    tmp_path: Path,
) -> None:
    box = PLAIN + "2026-10-03,From bank,200.00\n2026-10-20,Tea,-7.00\n"
    doubt = (
        "f1.csv: this file does not name its account, and lacks an entry of Bank on 2026-10-09,"
        " within its days. It may be of another account."
    )
    assert likely(tmp_path, box, booked(9, -3310)) == ("", doubt)
    # An entry at the edge of the file, of other days, or not booked yet shows nothing.
    for shows_nothing in (booked(3, -3310), booked(25, -1), booked(9, -1, is_provisional=True)):
        assert likely(tmp_path, box, shows_nothing) == ("Bank", "")


def test_a_file_that_has_what_was_imported_before_is_of_that_account(tmp_path: Path) -> None:
    rows = PLAIN + "2026-10-01,Tea,-7.00\n2026-10-08,Tea,-7.00\n2026-10-30,Rent,-500.00\n"
    # Another format of the bank may show another day.
    assert likely(tmp_path, rows, booked(9, -700)) == ("Bank", "")
    # Two payments of one amount are two.
    name, doubt = likely(tmp_path, rows, booked(9, -700), booked(10, -700))
    assert (name, "lacks an entry of Bank on 2026-10-10" in doubt) == ("", True)


def test_a_file_in_another_currency_is_not_taken_for_the_only_account(tmp_path: Path) -> None:
    assert likely(tmp_path, PLAIN + REST, currency="USD") == (
        "",
        "f1.csv: this file does not name its account. It is in EUR; until now Bank was in USD.",
    )
    assert likely_owner([], KnownAccounts({"m": "Bank"})) == ("", "")


def test_equal_entries_of_two_accounts_are_two_in_two_imports(group: Group) -> None:
    fee = "Date,Text,Amount (EUR)\n2026-10-01,Tea,-1.00\n2026-10-15,Fee,-5.00\n2026-10-31,x,{}\n"
    one = put(group, fee.format("-3.00").encode(), "one.csv")
    two = put(group, fee.format("-4.00").encode(), "two.csv")
    answer(group, "import", one, "--yes", "--account", "Bank", *ON)

    said = answer(group, "import", two, "--yes", "--account", "Cash", *ON)

    # What looks like a row is a person's to decide; it is not taken for the same entry.
    assert [row["what"] for row in said] == ["duplicate", "duplicate", "new"]
    again = answer(group, "import", one, "--account", "Bank", *ON)
    assert [row["what"] for row in again] == ["known"] * 3


def test_a_file_of_a_cash_box_is_not_taken_for_the_bank_account(group: Group) -> None:
    answer(group, "import", put(group, BANK.encode(), "bk.csv"), "--yes", "--account", "Bank", *ON)
    box = put(group, (BALANCED + "2026-10-01,x,,50.00,50.00\n2026-10-20,Tea,7.00,,43.00\n").encode(), "b.csv")  # fmt: skip

    refused = group.run("import", box, "--yes", *ON)

    assert refused.exit_code == 2
    assert "The statement is of an account that the group does not know. It knows: Bank." in (
        refused.stderr
    )
    shown = group.run("import", box, *ON)
    assert "lacks an entry of Bank on 2026-10-03, within its days" in shown.stderr
    compared = group.run("reconcile", box, "--month", "2026-10")
    assert compared.exit_code == 3
    assert "lacks an entry of Bank on 2026-10-03, within its days" in compared.stderr
    assert answer(group, "import", box, "--yes", "--account", "Cash", *ON)[1]["account"] == "Cash"


def test_a_terminal_asks_for_the_account_of_each_file(group: Group) -> None:
    files = put(group, BANK.encode(), "bk1.csv"), put(group, CASH.encode(), "bk2.csv")

    code, shown = talk(
        group,
        ["import", *files, *ON],
        ("account is it? [Account 1]: ", "Bank\n"),
        ("account is it? [Bank]: ", "Cash\n"),
        ("Is it? [Y/n/s/q]: ", "y\n"),
        ("Budget line: ", "-\n"),
        ("Is it? [Y/n/s/q]: ", "y\n"),
        ("Budget line: ", "-\n"),
        ("Go ahead? [Y/n]: ", "y\n"),
    )

    assert code == 3, shown
    assert "bk2.csv does not name its account. Known: Bank." in shown
    held = group.held().records
    assert (len(held["expenses"]), len(held.get("income", {}))) == (2, 0)


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
