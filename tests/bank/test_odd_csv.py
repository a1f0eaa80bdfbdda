"""CSV files of odd shapes, read without a layout: each comes out exact, or is refused or asked about
in words. None is silently wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.formats import CsvChoices, Layout, read
from budgettrack.core.base.errors import UsageError

TODAY = date(2026, 11, 2)
EUR = "Date;Text;Amount (EUR)"
BAL = "Date;Text;Amount (EUR);Balance"
SIDES = "Date;Text;Debit (EUR);Credit (EUR)"
TWO = "05.10.2026;rent;-500,00\n06.10.2026;gift;20,00\n"

ODD: dict[str, tuple[str | bytes, list[str] | str]] = {
    "a flag and a minus that tell it twice": (
        f"{EUR};D/C\n05.10.2026;rent;-500,00;D\n06.10.2026;gift;20,00;C\n",
        ["-500", "20"],
    ),
    "a flag beside amounts of which some have a minus": (
        f"{EUR};D/C\n05.10.2026;rent;500,00;D\n06.10.2026;back;-500,00;D\n",
        "which amounts are payments cannot be seen",
    ),
    "a minus everywhere beside a flag": (
        f"{EUR};D/C\n05.10.2026;rent;-500,00;D\n06.10.2026;gift;-20,00;C\n",
        ["-500", "20"],
    ),
    "a column of dashes for what is blank": (
        f"{EUR};Fee\n05.10.2026;rent;-500,00;-\n06.10.2026;gift;20,00;-\n",
        ["-500", "20"],
    ),
    "a total with the last day of the month": (
        f"{EUR}\n05.10.2026;rent;-500,00\n06.10.2026;tea;-20,00\n31.10.2026;Total;-520,00\n",
        ["-500", "-20"],
    ),
    "a petrol company that is called Total": (
        f"{EUR}\n05.10.2026;rent;-500,00\n06.10.2026;tea;-20,00\n31.10.2026;Total;-52,00\n",
        ["-500", "-20", "-52"],
    ),
    "totals of both sides with the last day of the month": (
        f"{SIDES}\n05.10.2026;rent;500,00;\n06.10.2026;gift;;20,00\n31.10.2026;Summe;500,00;20,00\n",
        ["-500", "20"],
    ),
    "storno columns with balances": (
        f"{SIDES};Balance\n04.10.2026;tea;5,00;;995,00\n05.10.2026;rent;500,00;;495,00\n"
        "06.10.2026;back;-500,00;;995,00\n",
        ["-5", "-500", "500"],
    ),
    "storno columns without balances": (
        f"{SIDES}\n05.10.2026;rent;500,00;\n06.10.2026;back;-500,00;\n",
        "which amounts are payments cannot be seen",
    ),
    "payments alone": (f"{SIDES}\n05.10.2026;rent;500,00;\n", ["-500"]),
    "a column of debits alone": (
        "Date;Text;Debit (EUR)\n05.10.2026;rent;500,00\n",
        "payments cannot",
    ),
    "a closing row with a date": (
        f"{EUR}\n{TWO}31.10.2026;Closing balance;495,00\n",
        ["-500", "20"],
    ),
    "an opening and a closing row that prove": (
        f"{EUR}\n01.10.2026;Opening balance;1.000,00\n{TWO}31.10.2026;Closing balance;520,00\n",
        ["-500", "20"],
    ),
    "an opening and a closing row that do not": (
        f"{EUR}\n01.10.2026;Opening balance;1.000,00\n{TWO}31.10.2026;Closing balance;520,01\n",
        "its balance does not follow",
    ),
    "an opening balance in a word of the bank": (
        f"{SIDES};Balance\n01.10.2026;Startguthaben;;;1.000,00\n05.10.2026;rent;500,00;;500,00\n",
        ["-500"],
    ),
    "an opening balance in a word that nobody knows": (
        f"{SIDES};Balance\n01.10.2026;zz;;;1.000,00\n05.10.2026;rent;500,00;;500,00\n",
        ["-500"],
    ),
    "an amount that is missing between balances": (
        f"{SIDES};Balance\n04.10.2026;tea;5,00;;1.000,00\n05.10.2026;rent;;;500,00\n",
        "its balance does not follow",
    ),
    "a row without an amount": (
        f"{SIDES}\n01.10.2026;zz;;\n05.10.2026;rent;500,00;\n",
        "it has no amount. If it is no movement, delete the line in a copy of the file; else",
    ),
    "a balance that is blank on some rows": (
        f"{BAL}\n05.10.2026;rent;-500,00;\n05.10.2026;tea;-5,00;495,00\n06.10.2026;gift;20,00;515,00\n",
        ["-500", "-5", "20"],
    ),
    "a time and :60 in a text": (
        "Date,Time,Text,Amount (EUR)\n2026-10-05,12:20:45,POS REF:6011,-500.00\n",
        ["-500"],
    ),
    "a row of zero": (f"{EUR}\n{TWO}07.10.2026;notice;0,00\n", ["-500", "20", "0"]),
    "line breaks within quotation marks": (
        f'{EUR}\n05.10.2026;"rent\nof ""October""; all";-500,00\n06.10.2026;gift;20,00\n',
        ["-500", "20"],
    ),
    "UTF-16 with semicolons and decimal commas": (f"{EUR}\n{TWO}".encode("utf-16"), ["-500", "20"]),
    "UTF-16 without a mark": (f"{EUR}\n{TWO}".encode("utf-16-le"), ["-500", "20"]),
    "a mark of UTF-8": (f"{EUR}\n{TWO}".encode("utf-8-sig"), ["-500", "20"]),
    "thousands with thin spaces": (
        f"{EUR}\n05.10.2026;rent;-1\u202f500,00\n06.10.2026;gift;2\u00a0000,50\n",
        ["-1500", "2000.50"],
    ),
    "thousands with apostrophes": (
        f"{EUR}\n05.10.2026;rent;-1'500.00\n06.10.2026;x;20.00\n",
        ["-1500", "20"],
    ),
    "Indian groups of two digits": (f"{EUR}\n05.10.2026;rent;-1,23,456.78\n", ["-123456.78"]),
    "a minus behind the amount": (
        f"{EUR}\n05.10.2026;rent;500,00-\n06.10.2026;gift;20,00+\n",
        ["-500", "20"],
    ),
    "brackets": (f"{EUR}\n05.10.2026;rent;(500,00)\n06.10.2026;gift;20,00\n", ["-500", "20"]),
    "CR and DR behind the amount": (
        f"{EUR}\n05.10.2026;rent;500,00 DR\n06.10.2026;gift;20,00 CR\n",
        ["-500", "20"],
    ),
    "a minus of typesetters": (
        f"{EUR}\n05.10.2026;rent;\u2212500,00\n06.10.2026;gift;20,00\n",
        ["-500", "20"],
    ),
    "a line for Excel": (f"sep=;\n{EUR}\n{TWO}", ["-500", "20"]),
    "a heading that stands twice": (
        "Date;Text;Text;Amount (EUR)\n05.10.2026;rent;x;-500,00\n06.10.2026;gift;y;20,00\n",
        ["-500", "20"],
    ),
    "two headings Amount with different amounts": (
        "Date;Text;Amount;Amount;Currency\n05.10.2026;rent;-500,00;-550,00;EUR\n",
        "the column of the amounts cannot be seen",
    ),
    "ten rows about the account": (
        "".join(f"Line {n};of;the;account {n}\n" for n in range(10)) + f"{EUR}\n{TWO}",
        ["-500", "20"],
    ),
    "totals below": (f"{EUR}\n{TWO}Total;;-480,00\n;;\nPrinted by the bank;;\n", ["-500", "20"]),
    "the newest row first": (
        f"{BAL}\n07.10.2026;gift;20,00;515,00\n06.10.2026;tea;-5,00;495,00\n05.10.2026;rent;-500,00;500,00\n",
        ["20", "-5", "-500"],
    ),
    "equal payments of one day": (
        f"{BAL}\n05.10.2026;a;-5,00;95,00\n05.10.2026;b;-5,00;90,00\n05.10.2026;c;-5,00;85,00\n",
        "which amounts are payments cannot be seen",
    ),
    "two accounts in one file": (
        "Date;Amount (EUR);Account\n05.10.2026;-5,00;A1\n05.10.2026;5,00;B2\n06.10.2026;-6,00;A1\n"
        "06.10.2026;-1,00;B2\n",
        "whether the file is of several accounts cannot be seen",
    ),
    "two tables below one another": (
        f"{EUR}\n{TWO}{EUR}\n07.10.2026;tea;-5,00\n",
        "the headings stand there again; what follows may be another account",
    ),
    "two currencies": (
        "Date;Amount;Currency\n05.10.2026;-5,00;EUR\n06.10.2026;-7,00;USD\n",
        ["-5", "-7"],
    ),
    "two columns of currencies": (
        "Date;Amount;X;Y\n05.10.2026;-5,00;EUR;USD\n06.10.2026;-7,00;EUR;GBP\n",
        "the column of the currency cannot be seen",
    ),
    "decimal commas between commas": (
        "Date,Text,Amount (EUR)\n2026-10-05,rent,-500,00\n2026-10-06,gift,20,00\n",
        "a comma stands within its amounts, and between its columns",
    ),
    "a text with the delimiter": (
        "Date,Text,Amount (EUR),Left\n2026-10-05,rent, 12,-500.00,100.00\n2026-10-06,gift,20.00,120.00\n"
        "2026-10-07,tea,-5.00,115.00\n",
        "the column of the amounts and which amounts are payments cannot be seen",
    ),
    "a fee beside the amount": (
        f"{EUR};Fee\n05.10.2026;a;-5,00;0,50\n06.10.2026;b;-4,00;0,00\n",
        "whether the amount contains the fee cannot be seen",
    ),
    "gross, fee and net with a refund": (
        "Date;Gross;Fee;Net;Currency\n05.10.2026;50,00;-2,00;48,00;EUR\n06.10.2026;-20,00;0,59;-19,41;EUR\n"
        "07.10.2026;-9,00;0,00;-9,00;EUR\n",
        ["48", "-19.41", "-9"],
    ),
    "gross, fee and net that do not agree": (
        "Date;Gross;Fee;Net;Currency\n05.10.2026;-50,00;-2,00;-49,00;EUR\n",
        '"Gross" less "Fee" is not "Net"',
    ),
    "pending rows": (
        f"{EUR};Status\n05.10.2026;rent;-500,00;Booked\n06.10.2026;tea;-5,00;Pending\n",
        ["-500"],
    ),
    "states that nobody knows": (
        f"{EUR};Status\n05.10.2026;rent;-500,00;xx\n06.10.2026;tea;-5,00;yy\n",
        'what "Status" says in rows that are booked cannot be seen',
    ),
    "words for the direction": (
        f"{EUR};Dr/Cr\n05.10.2026;rent;500,00;Dr\n06.10.2026;gift;20,00;Cr\n",
        ["-500", "20"],
    ),
    "days with months that may be days": (
        "Date;Text;Amount (EUR)\n05/10/2026;rent;-500,00\n06/10/2026;gift;20,00\n",
        "the order of day and month cannot be seen",
    ),
    "purchases of a card": (
        f"{EUR}\n05.10.2026;shop;45,00\n06.10.2026;paid;-45,00\n17.10.2026;taxi;12,00\n",
        "which amounts are payments cannot be seen",
    ),
    "thousands without a decimal sign": (
        f"{EUR}\n05.10.2026;rent;-1,000\n06.10.2026;gift;2,000\n",
        ["-1000", "2000"],  # in the language of the group
    ),
    "an open quotation mark": (
        f'{EUR}\n05.10.2026;"rent;-500,00\n06.10.2026;gift;20,00\n',
        "no table of movements",
    ),
    "columns that nobody has named": (
        "05.10.2026;rent;-500,00;EUR\n06.10.2026;gift;20,00;EUR\n",
        ["-500", "20"],
    ),
    "two days that nobody has named": (
        "05.10.2026;07.10.2026;-500,00;EUR\n06.10.2026;08.10.2026;20,00;EUR\n",
        "the column of the booking date cannot be seen",
    ),
    "lines that end as on old computers": (f"{EUR}\n{TWO}".replace("\n", "\r"), ["-500", "20"]),
}


@pytest.mark.parametrize("shape", ODD)
def test_an_odd_file_is_exact_or_refused_in_words(shape: str, tmp_path: Path) -> None:
    content, wanted = ODD[shape]
    path = tmp_path / "bank.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    choices = CsvChoices(today=TODAY)
    if isinstance(wanted, str):
        with pytest.raises(UsageError, match=wanted):
            read(path, None, "en_GB", choices)
        return
    lines = [line for each in read(path, None, "en_GB", choices) for line in each.lines]
    assert [line.amount for line in lines] == [
        type(line.amount)(w) for line, w in zip(lines, wanted, strict=True)
    ]


def test_a_row_that_is_shifted_is_refused_by_a_layout(tmp_path: Path) -> None:
    """A comma in a text without quotation marks: 12 would be the amount."""
    path = tmp_path / "bank.csv"
    path.write_text("Date,Text,Amount\n2026-10-05,rent, 12,-500.00\n2026-10-06,gift,20.00\n")
    layout = Layout("Date", "Amount", currency="EUR", text=("Text",))
    with pytest.raises(
        UsageError, match=r"line 2: it has more cells than the headings; a delimiter"
    ):
        read(path, layout, "en_GB", CsvChoices(today=TODAY))
    path.write_text("Date,Text,Amount\n2026-10-05,rent,-500.00,\n2026-10-06,gift,20.00\n")
    (statement,) = read(path, layout, "en_GB", CsvChoices(today=TODAY))
    assert len(statement.lines) == 2


def test_fees_with_and_without_a_minus_are_refused_without_the_net_amount(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Amount,Fee\n2026-10-05,50.00,-2.00\n2026-10-06,-20.00,0.59\n")
    layout = Layout("Date", "Amount", currency="EUR", fee="Fee")
    with pytest.raises(UsageError, match=r'some amounts in "Fee" have a minus and some have none'):
        read(path, layout, "en_GB", CsvChoices(today=TODAY))


def test_a_second_word_that_nobody_named_is_not_taken_for_money_in(tmp_path: Path) -> None:
    """Payment services list NEUTRAL beside OUT and IN."""
    path = tmp_path / "bank.csv"
    path.write_text("Date,Amount,Way\n2026-10-05,5.00,GO\n2026-10-06,7.00,COME\n")
    layout = Layout("Date", "Amount", currency="EUR", sign="Way", out_words=("GO",))
    (statement,) = read(path, layout, "en_GB", CsvChoices(today=TODAY))
    assert [str(line.amount) for line in statement.lines] == ["-5", "7"]
    path.write_text(path.read_text() + "2026-10-07,9.00,NEUTRAL\n")
    with pytest.raises(
        UsageError, match=r'line 3: "Way" does not say whether money came in or wen'
    ):
        read(path, layout, "en_GB", CsvChoices(today=TODAY))


def test_a_row_with_a_balance_alone_is_told_unless_its_words_say_it(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    rows = "05.10.2026;rent;500,00;;500,00\n"
    told = []
    for word in ("zz", "Startguthaben"):
        path.write_text(f"{SIDES};Balance\n01.10.2026;{word};;;1.000,00\n{rows}")
        (statement,) = read(path, None, "de_DE", CsvChoices(today=TODAY))
        told.append((statement.left_out, statement.notes))
    assert told == [
        (("bank.csv, line 2 has a balance but no amount, and was taken for an opening or closing balance. Is it one?",), ()),
        ((), ("bank.csv, line 2 is a balance, not a movement.",)),
    ]  # fmt: skip


def test_an_amount_paid_in_another_currency_is_never_mixed_with_the_fee(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(
        "Date;Operation amount;Operation currency;Amount in account currency;Fee\n"
        "03.10.2026;-100,00;USD;-9.500,00;50,00\n05.10.2026;2.000,00;RUB;2.000,00;0,00\n"
    )
    layout = Layout(
        date="Date",
        amount="Amount in account currency",
        currency="RUB",
        original="Operation amount",
        original_currency="Operation currency",
        fee="Fee",
        dates="day first",
    )
    (statement,) = read(path, layout, "de_DE", CsvChoices(today=TODAY))
    assert [
        (str(line.amount), line.currency, str(line.fee), line.original) for line in statement.lines
    ] == [
        ("-9550", "RUB", "50", (Decimal(100), "USD")),
        ("2000", "RUB", "0", None),
    ]
    with pytest.raises(UsageError, match="the currency and whether the amount contains the fee"):
        read(path, None, "de_DE", CsvChoices(today=TODAY, currency="EUR"))
