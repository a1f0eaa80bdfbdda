"""QIF: read if its own days and amounts show how they are meant, else refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budgettrack.bank.formats import CsvChoices, Statement, read
from budgettrack.core.base.errors import UsageError
from tests.world.bank_month import A_LINE, WITH_A_BANK, answer, put
from tests.world.group import Commands, Group, Rows

ON = ("--on", "2026-11-02")
SHOP = "D25/10/2026\nT-5.00\nPShop\n^\n"
HEAD = "!Type:Bank\n"
MAIN = "!Account\nNMain\nTBank\n^\n"


@pytest.fixture
def rows() -> Rows:
    return A_LINE


@pytest.fixture
def config() -> str:
    return WITH_A_BANK


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def statements(folder: Path, text: str | bytes) -> list[Statement]:
    path = folder / "a.qif"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, None, "de_DE", CsvChoices(currency="EUR"))


def entries(folder: Path, text: str | bytes) -> list[str]:
    return [
        f"{line.day} {line.amount:.2f} {line.currency}"
        for statement in statements(folder, text)
        for line in statement.lines
    ]


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ("D25/10/2026\nT-5.00\n", "2026-10-25 -5.00 EUR"),
        ("D10/25/26\nT-5.00\n", "2026-10-25 -5.00 EUR"),
        ("D10/25' 6\nT-5.00\n", "2006-10-25 -5.00 EUR"),
        ("D25/10'26\nT-5.00\n", "2026-10-25 -5.00 EUR"),
        ("D 25. 1.2026\nT-5,00\n", "2026-01-25 -5.00 EUR"),
        ("D05.10.2026\nT-5,00\n", "2026-10-05 -5.00 EUR"),
        ("D2026-10-05\nT-5.00\n", "2026-10-05 -5.00 EUR"),
        ("D25/10/2026\nU-1,000.00\nT-1,000.00\n", "2026-10-25 -1000.00 EUR"),
        ("D25/10/2026\nT-1.000,50\n", "2026-10-25 -1000.50 EUR"),
        ("D25/10/2026\nT-5.00\nSRent\n$-3.00\nSFood\n$-2.00\n", "2026-10-25 -5.00 EUR"),
    ],
)
def test_a_record_is_read_as_it_is_meant(record: str, wanted: str, tmp_path: Path) -> None:
    assert entries(tmp_path, f"{HEAD}{record}^\n") == [wanted]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_is_read(encoding: str, line_end: str, tmp_path: Path) -> None:
    text = (HEAD + SHOP.replace("Shop", "M\u00fcller")).replace("\n", line_end)
    (statement,) = statements(tmp_path, text.encode(encoding))
    assert [line.words for line in statement.lines] == ["M\u00fcller"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}D05/10/2026\nT-5.00\n^\n", "its days (05/10/2026) can be read in two ways"),
        (f"{HEAD}D45/10/2026\nT-5.00\n^\n", "its days (45/10/2026) cannot be read"),
        (f"{HEAD}D25/10/2026\nT-1,000\n^\n", "its amounts can be read in two ways"),
        (f"{HEAD}D25/10/2026\nPShop\n^\n", "a.qif, line 4: it has no amount"),
        (f"{HEAD}T-5.00\nPShop\n^\n", "a.qif, line 4: it has no day"),
        (f"{HEAD}{SHOP}D26/10/2026\nT-1.00\n", "this QIF was cut: its last record has no end"),
        (f"!Type:Invst\n{SHOP}", "a.qif, line 1: this QIF is a list of something else than the"),
        (
            f"{HEAD}D25/10/2026\nT-5.00\nD26/10/2026\nT-6.00\n^\n",
            "this QIF has 2 entries, of which 1 can be read",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_refused(
    text: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        statements(tmp_path, text)
    assert says in str(refused.value)


def test_one_day_of_the_file_tells_the_order_of_all(tmp_path: Path) -> None:
    assert entries(tmp_path, f"{HEAD}D05/10/2026\nT-1.00\n^\n{SHOP}") == [
        "2026-10-05 -1.00 EUR",
        "2026-10-25 -5.00 EUR",
    ]


def test_two_accounts_are_two_and_lists_of_categories_are_passed_over(tmp_path: Path) -> None:
    text = (
        f"!Option:AutoSwitch\n!Type:Cat\nNRent\nDthe rent\nT\nE\n^\n{MAIN}!Clear:AutoSwitch\n"
        f"{HEAD}{SHOP}^\n{MAIN.replace('Main', 'Cash')}!Type:Cash\n{SHOP}"
    )
    assert [(each.account, len(each.lines)) for each in statements(tmp_path, text)] == [
        ("Main", 1),
        ("Cash", 1),
    ]


def test_what_nothing_proves_is_told(group: Group) -> None:
    file = put(group, (HEAD + SHOP).encode(), "a.qif")
    first = group.run("import", file, "--yes", "--account", "Bank", *ON)
    assert first.exit_code == 3
    assert "a.qif: QIF has no balance, so nothing proves that it is complete." in first.stderr
    assert (
        "a.qif: QIF does not tell its currency. Its amounts were read as EUR. Check that this is"
        " right." in first.stderr
    )
    # The next file is in the currency of the account.
    second = put(group, (HEAD + SHOP.replace("25/", "26/")).encode(), "b.qif")
    again = group.run("import", second, "--yes", *ON)
    assert "QIF does not tell its currency" not in again.stderr


def test_a_list_of_purchases_without_a_minus_is_asked_about_once(group: Group) -> None:
    card = f"!Type:CCard\n{SHOP.replace('-', '')}"
    file = put(group, card.encode(), "card.qif")
    refused = group.run("import", file, "--yes", "--account", "Card", *ON)
    assert refused.exit_code == 2
    assert "nothing proves which rows are payments" in refused.stderr
    said = answer(group, "import", file, "--yes", "--account", "Card", "--signs", "inverted", *ON)
    assert [row["amount"] for row in said] == ["-5.00"]
    assert [row["what"] for row in answer(group, "import", file, *ON)] == ["known"]


def test_days_are_days(tmp_path: Path) -> None:
    (statement,) = statements(tmp_path, HEAD + SHOP)
    assert (statement.first, statement.last) == (date(2026, 10, 25), date(2026, 10, 25))
