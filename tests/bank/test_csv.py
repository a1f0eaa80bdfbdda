"""CSV files as banks write them: flags, signs, balances, days, encodings, and a count of rows that
shares nothing with the reader."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.formats import CsvChoices, Layout, Statement, read
from budgettrack.bank.formats.csv import second_count
from budgettrack.bank.formats.csv.reading import is_balance
from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
from budgettrack.bank.formats.csv.values import decimal_sign
from budgettrack.core.base.errors import UsageError

SIGNED = Layout("Date", "Amount", currency="EUR", text=("Text",))
BALANCED = Layout("Date", "Amount", currency="EUR", text=("Text",), balance="Balance")
SIDES = Layout("Date", came_in="Credit", went_out="Debit", currency="EUR", text=("Text",))
TODAY = date(2026, 11, 2)


def parsed(
    folder: Path,
    content: str | bytes,
    layout: Layout | None,
    locale: str = "de_DE",
    signs: str = "",
) -> Statement:
    path = folder / "bank.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (statement,) = read(path, layout, locale, CsvChoices(signs=signs, today=TODAY, currency="EUR"))
    return statement


def amounts(statement: Statement) -> list[str]:
    return [f"{line.amount:.2f}" for line in statement.lines]


def days(statement: Statement) -> list[str]:
    return [line.day.isoformat() for line in statement.lines]


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        (("Dr", "Cr"), "Dr/Cr"),
        (("D", "C"), "Type"),
        (("Af", "Bij"), "Af Bij"),
        (("-", "+"), "+/-"),
        (("S", "H"), "Soll/Haben"),
        (("Debit", "Credit"), "Direction"),
        (("Débit", "Crédit"), "Sens"),
        (("Расход", "Приход"), "Операция"),
    ],
)
def test_a_column_of_words_tells_payments_from_income_named_or_not(
    tmp_path: Path, words: tuple[str, str], heading: str
) -> None:
    content = (
        f"Date;Text;Amount;{heading}\n05.10.2026;rent;500,00;{words[0]}\n"
        f"06.10.2026;gift;20,00;{words[1]}\n"
    )
    named = Layout("Date", "Amount", currency="EUR", sign=heading)
    assert amounts(parsed(tmp_path, content, SIGNED)) == ["-500.00", "20.00"]
    assert amounts(parsed(tmp_path, content, named)) == ["-500.00", "20.00"]


def test_a_word_that_tells_no_direction_is_refused(tmp_path: Path) -> None:
    content = "Date;Text;Amount;K\n05.10.2026;rent;500,00;X\n"
    layout = Layout("Date", "Amount", currency="EUR", sign="K")
    with pytest.raises(UsageError, match=r'line 2: "K" does not say whether money came in or went'):
        parsed(tmp_path, content, layout)
    named = Layout("Date", "Amount", currency="EUR", sign="K", out_words=("X",))
    assert amounts(parsed(tmp_path, content, named)) == ["-500.00"]


def test_letters_beside_an_amount_tell_its_direction(tmp_path: Path) -> None:
    content = (
        "Date;Text;Amount;Balance\n05.10.2026;rent;500.00 DR;500.00 CR\n"
        "06.10.2026;gift;20.00 Cr;520.00 CR\n"
    )
    assert amounts(parsed(tmp_path, content, BALANCED)) == ["-500.00", "20.00"]


def test_columns_without_headings_are_named_by_number(tmp_path: Path) -> None:
    layout = Layout("1", "3", currency="4", text=("2",))
    statement = parsed(tmp_path, "05.10.2026;rent;-500,00;EUR\n", layout)
    assert (amounts(statement), statement.lines[0].words) == (["-500.00"], "rent")
    # Without a layout, it is read if nothing about it needs to be asked.
    assert amounts(parsed(tmp_path, "05.10.2026;rent;-500,00;EUR\n", None)) == ["-500.00"]


def test_a_row_of_zero_and_a_blank_balance_are_read(tmp_path: Path) -> None:
    zero = "Date;Text;Debit;Credit\n05.10.2026;rent;500,00;\n06.10.2026;notice;0,00;0,00\n"
    assert amounts(parsed(tmp_path, zero, SIDES)) == ["-500.00", "0.00"]
    blank = (
        "Date;Text;Amount;Balance\n05.10.2026;rent;-500,00;\n05.10.2026;tea;-5,00;495,00\n"
        "06.10.2026;gift;20,00;515,00\n"
    )
    assert amounts(parsed(tmp_path, blank, BALANCED)) == ["-500.00", "-5.00", "20.00"]
    with pytest.raises(UsageError, match="line 4: its balance does not follow"):
        parsed(tmp_path, blank.replace("515,00", "515,01"), BALANCED)


STORNO = "Date;Text;Debit;Credit{}\n05.10.2026;rent;500,00;{}\n06.10.2026;back;-500,00;{}\n"


def test_a_payment_taken_back_in_the_column_of_payments_is_proven_or_asked(tmp_path: Path) -> None:
    plain = STORNO.format("", "", "")
    with pytest.raises(SignsDoubtfulError) as doubt:
        parsed(tmp_path, plain, SIDES)
    assert str(doubt.value) == (
        "bank.csv: nothing proves which rows are payments. The amounts of line 2, line 3 may be, as"
        " written: -500, +500; or inverted: +500, -500; or unsigned: -500, -500. Look at one that"
        ' you know, and say which is right: --signs "as written" (or another of these words). You'
        " are asked only once for an account."
    )
    answered = parsed(tmp_path, plain, SIDES, signs="as written")
    assert amounts(answered) == ["-500.00", "500.00"]
    assert [line.reversal for line in answered.lines] == [False, True]
    proven = Layout("Date", came_in="Credit", went_out="Debit", currency="EUR", balance="Balance")
    balances = STORNO.format(";Balance", ";495,00", ";995,00")
    assert amounts(parsed(tmp_path, balances, proven)) == ["-500.00", "500.00"]
    # The balance before the first row is not in the file: two meanings lead to the second balance.
    unsigned = STORNO.format(";Balance", ";495,00", ";-5,00")
    with pytest.raises(SignsDoubtfulError):
        parsed(tmp_path, unsigned, proven)
    tea = "\n04.10.2026;tea;5,00;;995,00\n05."
    unsigned = unsigned.replace("\n05.", tea, 1)
    assert amounts(parsed(tmp_path, unsigned, proven)) == ["-5.00", "-500.00", "-500.00"]


def test_a_column_in_which_every_payment_has_a_minus_is_plain(tmp_path: Path) -> None:
    content = "Date;Text;Debit;Credit\n05.10.2026;rent;-500,00;\n06.10.2026;gift;;20,00\n"
    assert amounts(parsed(tmp_path, content, SIDES)) == ["-500.00", "20.00"]


def test_inverted_signs_are_proven_by_balances_or_asked(tmp_path: Path) -> None:
    card = "Date;Text;Amount{}\n05.10.2026;shop;5,00{}\n06.10.2026;shop;7,00{}\n07.10.2026;paid;-12,00{}\n"
    proven = parsed(tmp_path, card.format(";Balance", ";95,00", ";88,00", ";100,00"), BALANCED)
    assert amounts(proven) == ["-5.00", "-7.00", "12.00"]
    assert "bank.csv: an amount without a minus is a payment." in proven.notes
    only_plus = "Date;Text;Amount\n05.10.2026;shop;5,00\n06.10.2026;shop;7,00\n"
    with pytest.raises(SignsDoubtfulError):
        parsed(tmp_path, only_plus, SIGNED)
    answered = parsed(tmp_path, only_plus, SIGNED, signs="inverted")
    assert amounts(answered) == ["-5.00", "-7.00"]
    with pytest.raises(UsageError, match="its balance does not follow"):
        parsed(
            tmp_path,
            card.format(";Balance", ";95,00", ";88,00", ";100,00"),
            BALANCED,
            signs="as written",
        )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Opening balance", "Closing balance"),
        ("Solde au 01.10.2026", "Solde final"),
        ("Saldo anterior", "Saldo al 31/10/2026"),
        ("Kontostand am 1.10.", "Endsaldo"),
        ("Входящий остаток", "Остаток на конец"),
        ("Balance brought forward", "Balance carried forward"),
    ],
)
def test_a_balance_at_either_end_is_no_entry_but_a_proof(
    tmp_path: Path, first: str, last: str
) -> None:
    content = (
        f"Date;Text;Amount\n01.10.2026;{first};1.000,00\n05.10.2026;rent;-505,00\n"
        f"31.10.2026;{last};495,00\n"
    )
    statement = parsed(tmp_path, content, SIGNED)
    assert amounts(statement) == ["-505.00"]
    assert "bank.csv, line 4 is a balance, not a movement." in statement.notes
    undated = content.replace("01.10.2026;", ";", 1).replace("31.10.2026;", ";", 1)
    assert amounts(parsed(tmp_path, undated, SIGNED)) == ["-505.00"]
    with pytest.raises(UsageError, match="its balance does not follow"):
        parsed(tmp_path, content.replace("-505,00", "-505,01"), SIGNED)


def test_words_like_those_of_a_balance_are_no_balance(tmp_path: Path) -> None:
    assert not any(
        map(is_balance, ("Balance bikes", "Saldo Rechnung Miller", "", "New Balance shoes"))
    )
    content = (
        "Date;Text;Amount\n05.10.2026;tea;-5,00\n06.10.2026;Saldo;-7,00\n07.10.2026;tea;-5,00\n"
    )
    statement = parsed(tmp_path, content, SIGNED)
    assert amounts(statement) == ["-5.00", "-5.00"]
    assert statement.left_out == (
        "bank.csv, line 3 looks like a balance or a total and was left out. Is it one?",
    )


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("2026-10-05 12:20:45", "de_DE", "2026-10-05"),
        ("2026-10-05T23:20:45Z", "de_DE", "2026-10-05"),
        ("2026-10-05T23:20:45.123+02:00", "de_DE", "2026-10-05"),
        ("05.10.2026 12:20", "en_US", "2026-10-05"),
        ("05/10/2026", "en_GB", "2026-10-05"),
        ("10/05/2026", "en_US", "2026-10-05"),
        ("10/25/2026", "en_GB", "2026-10-25"),
        ("20261005", "de_DE", "2026-10-05"),
        ("05102026", "de_DE", "2026-10-05"),
        ("261005", "sv_SE", "2026-10-05"),
        ("05.10.", "de_DE", "2026-10-05"),
        ("31.12.", "de_DE", "2025-12-31"),
        ("05 Oct", "en_GB", "2026-10-05"),
        ("5-Oct-26", "en_GB", "2026-10-05"),
        ("05 oct. 2026", "fr_FR", "2026-10-05"),
    ],
)
def test_days_are_read_in_every_form(tmp_path: Path, text: str, locale: str, day: str) -> None:
    statement = parsed(tmp_path, f"Date;Text;Amount\n{text};rent;-500,00\n", SIGNED, locale)
    assert days(statement) == [day]


def test_one_day_of_a_file_tells_the_order_of_all(tmp_path: Path) -> None:
    content = "Date;Text;Amount\n10/05/2026;rent;-500,00\n10/25/2026;tea;-5,00\n"
    assert days(parsed(tmp_path, content, SIGNED, "en_GB")) == ["2026-10-05", "2026-10-25"]
    declared = Layout("Date", "Amount", currency="EUR", dates="month first")
    content = "Date;Text;Amount\n10/05/2026;rent;-500,00\n"
    assert days(parsed(tmp_path, content, declared, "en_GB")) == ["2026-10-05"]


def test_the_year_above_the_headings_is_that_of_days_without_one(tmp_path: Path) -> None:
    content = "Statement;October 2024\nDate;Text;Amount\n05.10.;rent;-500,00\n"
    statement = parsed(tmp_path, content, SIGNED)
    assert days(statement) == ["2024-10-05"]
    assert "bank.csv: its dates have no year. Check the years shown here." in statement.notes


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("-€500.00", "de_DE", "-500.00"),
        ("−500,00 EUR", "en_GB", "-500.00"),
        ("(500.00)", "de_DE", "-500.00"),
        ("500,00-", "de_DE", "-500.00"),
        ("-1'500.00", "de_CH", "-1500.00"),
        ("-1 500,00", "fr_FR", "-1500.00"),
    ],
)
def test_amounts_are_read_in_every_form(
    tmp_path: Path, text: str, locale: str, amount: str
) -> None:
    content = f"Date;Text;Amount\n05.10.2026;rent;{text}\n"
    assert amounts(parsed(tmp_path, content, SIGNED, locale)) == [amount]


def test_one_amount_of_a_column_tells_its_decimal_sign() -> None:
    cases: Sequence[tuple[list[str], str]] = [
        (["1,000", "44.10"], "."),
        (["1.000", "44,10"], ","),
        (["1.200.500", "3"], ","),
        (["1,000", "2.000"], ""),
        (["4.10", "4,10"], ""),
    ]
    for texts, sign in cases:
        assert decimal_sign(texts) == sign, texts


def test_an_amount_that_can_be_read_in_two_ways_is_never_guessed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='line 2: "Amount": '):
        parsed(tmp_path, "Date;Text;Amount\n05.10.2026;rent;-1,000\n", SIGNED)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_the_bytes_tell_the_encoding(tmp_path: Path, encoding: str) -> None:
    content = "Date;Text;Amount\n05.10.2026;café;-500,00\n".encode(encoding)
    statement = parsed(tmp_path, content, SIGNED)
    assert (amounts(statement), statement.lines[0].words) == (["-500.00"], "café")


def test_several_currencies_have_their_own_balances(tmp_path: Path) -> None:
    content = (
        "Date;Text;Amount;Cur;Balance\n05.10.2026;rent;-5,00;EUR;95,00\n"
        "05.10.2026;fee;-7,00;USD;43,00\n06.10.2026;tea;-5,00;EUR;90,00\n"
        "06.10.2026;fee;-3,00;USD;40,00\n"
    )
    layout = Layout("Date", "Amount", currency="Cur", balance="Balance")
    statement = parsed(tmp_path, content, layout)
    assert [(str(line.amount), line.currency) for line in statement.lines] == [
        ("-5", "EUR"),
        ("-7", "USD"),
        ("-5", "EUR"),
        ("-3", "USD"),
    ]
    with pytest.raises(UsageError, match="line 5: its balance does not follow"):
        parsed(tmp_path, content.replace("40,00", "40,01"), layout)


def test_two_accounts_in_a_file_are_two_statements(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date;Amount;Acc\n05.10.2026;-5,00;A1\n05.10.2026;5,00;B2\n")
    layout = Layout("Date", "Amount", currency="EUR", account="Acc")
    assert [(each.account, amounts(each)) for each in read(path, layout, "de_DE")] == [
        ("A1", ["-5.00"]),
        ("B2", ["5.00"]),
    ]


def test_a_fee_is_taken_and_rows_that_are_not_booked_are_left_out(tmp_path: Path) -> None:
    content = (
        "Date;Amount;Fee;Balance;State;Orig;OrigCur\n05.10.2026;-5,00;0,50;94,50;DONE;6,00;USD\n"
        "06.10.2026;-9,00;0;;PENDING;;\n07.10.2026;-4,00;0;90,50;Done;;\n"
    )
    layout = Layout(
        "Date",
        "Amount",
        currency="EUR",
        fee="Fee",
        balance="Balance",
        where={"State": ("done",)},
        original="Orig",
        original_currency="OrigCur",
    )
    statement = parsed(tmp_path, content, layout)
    assert amounts(statement) == ["-5.50", "-4.00"]
    assert [line.fee for line in statement.lines] == [Decimal("0.50"), Decimal(0)]
    assert [line.original for line in statement.lines] == [(Decimal("6.00"), "USD"), None]
    assert (
        "bank.csv: 1 row left out, which the bank has not booked or has cancelled."
        in statement.notes
    )


def test_text_that_looks_like_mt940_is_csv(tmp_path: Path) -> None:
    content = "Date,Time,Text,Amount\n2026-10-05,12:20:45,POS REF:6011,-500.00\n"
    assert amounts(parsed(tmp_path, content, SIGNED)) == ["-500.00"]


# The second count


@pytest.mark.parametrize(
    "content",
    [
        'Date;Text;Amount\n05.10.2026;"rent;-500,00\n06.10.2026;tea;-5,00\n',
        'Date;Text;Amount\n05.10.2026;"rent;-500,00\n06.10.2026;"tea;-5,00\n07.10.2026;x;-1,00\n',
    ],
)
def test_a_quotation_mark_that_swallows_rows_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(
        UsageError, match=r"whole rows, but . could be read; a quotation mark may be"
    ):
        parsed(tmp_path, content, SIGNED)


@pytest.mark.parametrize(
    "text",
    [
        '"rent\nof ""October""\nhere"',
        '"a; b"',
        'a 5" pipe',
        'Shop "X" Ltd',
        '"a\n05.10.2026"',
        "a\x0bb",
    ],
)
def test_texts_with_quotation_marks_delimiters_and_line_breaks_count_once(
    tmp_path: Path, text: str
) -> None:
    content = f"Date;Text;Amount\n05.10.2026;{text};-500,00\n06.10.2026;tea;-5,00\n"
    assert amounts(parsed(tmp_path, content, SIGNED)) == ["-500.00", "-5.00"]


def test_a_text_over_two_lines_among_quoted_cells_counts_once(tmp_path: Path) -> None:
    """Each cell is quoted, so that the mark that ends the text could be taken for one that begins
    the next cell."""
    content = (
        '"Date"\t"Text"\t"Amount"\n"05.10.2026"\t"rent\nof October"\t"-500,00"\n'
        '"06.10.2026"\t"a ""b"" \tc"\t"-5,00"\n"07.10.2026"\t""\t"1,00"\n'
    )
    for written in (content, content.replace("\n", "\r\n")):
        one = parsed(tmp_path, written.encode("utf-16"), SIGNED)
        assert amounts(one) == ["-500.00", "-5.00", "1.00"]


@pytest.mark.parametrize("lost", ['"rent', 'rent"'])
def test_a_mark_that_is_left_open_among_quoted_cells_is_refused(tmp_path: Path, lost: str) -> None:
    content = (
        f'"Date";"Text";"Amount"\n"05.10.2026";{lost};"-500,00"\n"06.10.2026";"tea";"-5,00"\n'
        '"07.10.2026";"x";"-1,00"\n'
    )
    with pytest.raises(UsageError):
        parsed(tmp_path, content, SIGNED)


def test_the_second_count_imports_nothing_of_the_program() -> None:
    assert second_count.__file__ is not None
    tree = ast.parse(Path(second_count.__file__).read_text())
    modules = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
        )
    }
    assert modules == {"__future__", "re", "collections"}


def test_a_short_list_of_a_cards_purchases_is_asked_about(tmp_path: Path) -> None:
    """Two purchases and what was paid back: they were income, without a word."""
    card = (
        "Date;Text;Amount\n05.10.2026;shop;45,00\n06.10.2026;paid;-45,00\n17.10.2026;taxi;12,00\n"
    )
    with pytest.raises(UsageError, match="nothing proves which rows are payments"):
        parsed(tmp_path, card, SIGNED)


def test_a_last_row_without_a_balance_may_not_be_booked(tmp_path: Path) -> None:
    """As a card payment that was reverted: it was a payment, without a word."""
    rows = [
        "05.10.2026;rent;-500,00;100,00\n",
        "06.10.2026;tea;-5,00;95,00\n",
        "07.10.2026;shop;-9,00;\n",
    ]
    note = "has no balance, so nothing proves that the bank has booked it. Check it."
    head = "Date;Text;Amount;Balance\n"
    assert parsed(tmp_path, head + "".join(rows), BALANCED).notes == (f"bank.csv, line 4 {note}",)
    newest_first = parsed(tmp_path, head + "".join(rows[::-1]), BALANCED)
    assert newest_first.notes == (f"bank.csv, line 2 {note}",)
    assert parsed(tmp_path, head + "".join(rows[:2]), BALANCED).notes == ()


def test_a_minus_beside_a_column_of_words_leaves_the_words_alone(tmp_path: Path) -> None:
    """An amount with a minus tells its direction, whatever the column of words means."""
    content = "Date;Text;Amount;K\n05.10.2026;rent;-500,00;C\n06.10.2026;gift;20,00;D\n"
    assert amounts(parsed(tmp_path, content, SIGNED)) == ["-500.00", "20.00"]


def test_a_flag_that_contradicts_the_minus_is_asked_about_unless_the_layout_says_it(
    tmp_path: Path,
) -> None:
    content = "Date;Text;Amount;K\n05.10.2026;rent;-500,00;D\n06.10.2026;back;500,00;D\n"
    with pytest.raises(UsageError, match="nothing proves which rows are payments"):
        parsed(tmp_path, content, SIGNED)
    assert amounts(parsed(tmp_path, content, replace(SIGNED, signs="as written"))) == [
        "-500.00",
        "500.00",
    ]


def test_a_total_with_a_day_is_left_out_and_told(tmp_path: Path) -> None:
    content = "Date;Text;Amount\n05.10.2026;a;-5,00\n06.10.2026;b;-7,00\n31.10.2026;Total;-12,00\n"
    statement = parsed(tmp_path, content, SIGNED)
    assert (amounts(statement), statement.left_out) == (
        ["-5.00", "-7.00"],
        ("bank.csv, line 4 looks like a balance or a total and was left out. Is it one?",),
    )


def test_the_balance_of_a_row_within_is_no_amount_of_it(tmp_path: Path) -> None:
    content = (
        "Date;Text;Amount;Balance\n05.10.2026;tea;-5,00;95,00\n06.10.2026;Saldo;-7,00;88,00\n"
        "07.10.2026;tea;-5,00;83,00\n"
    )
    statement = parsed(tmp_path, content, BALANCED)
    assert (amounts(statement), statement.left_out) == (["-5.00", "-7.00", "-5.00"], ())


def test_a_row_of_a_balance_without_a_day_and_an_amount_is_a_remark(tmp_path: Path) -> None:
    content = "Date;Text;Amount\n05.10.2026;tea;-5,00\n;Saldo;\n07.10.2026;tea;-5,00\n"
    statement = parsed(tmp_path, content, SIGNED)
    assert statement.left_out == ()
    assert "bank.csv, line 3 has no date and was left out: a total, or a remark?" in statement.notes


def test_the_letter_s_beside_an_amount_is_a_debit(tmp_path: Path) -> None:
    content = "Date;Text;Amount\n05.10.2026;rent;500,00 S\n06.10.2026;gift;20,00 H\n"
    assert amounts(parsed(tmp_path, content, SIGNED)) == ["-500.00", "20.00"]


def test_a_purchase_has_its_original_only_in_another_currency(tmp_path: Path) -> None:
    layout = Layout("Date", "Amount", currency="EUR", original="Paid", original_currency="In")
    content = "Date;Amount;Paid;In\n05.10.2026;-5,00;5,00;eur\n06.10.2026;-5,00;6,00;usd\n"
    statement = parsed(tmp_path, content, layout)
    assert [line.original for line in statement.lines] == [None, (Decimal("6.00"), "USD")]


@pytest.mark.parametrize(
    ("locale", "encoding", "words"), [("ru_RU", "cp1251", "аренда"), ("pl", "cp1250", "książki")]
)
def test_the_language_tells_the_encoding_of_windows(
    tmp_path: Path, locale: str, encoding: str, words: str
) -> None:
    content = f"Date;Text;Amount\n05.10.2026;{words};-5,00\n".encode(encoding)
    assert parsed(tmp_path, content, SIGNED, locale).lines[0].words == words
