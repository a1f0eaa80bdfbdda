"""`budgettrack bank layout`: what a CSV file shows of its layout, what is asked, and what is kept."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgettrack.bank.formats.csv.detecting import Detected, detected
from budgettrack.bank.formats.csv.writing import as_toml
from budgettrack.cli import main
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError


def seen(
    content: str | bytes, locale: str = "de_DE", currency: str = "EUR", **answers: str
) -> Detected:
    """What a file shows, with the answers of a person."""
    encoded = content.encode() if isinstance(content, str) else content
    found = detected("bank.csv", encoded, locale, currency, answers)
    assert found is not None
    return found


def asked(found: Detected) -> list[tuple[str, Sequence[str], str]]:
    """The questions that are left, but for that of the currency."""
    return [
        (doubt.key, [*doubt.choices], doubt.guess)
        for doubt in found.doubts
        if doubt.choices or doubt.key != "currency"
    ]


BALANCED = (
    "Booked;Words;Sum;Left\n05.10.2026;rent;-500,00;495,00\n06.10.2026;tea;-5,00;490,00\n"
    "17.10.2026;gift;20,00;510,00\n"
)


# Delimiter, encoding, headings


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_columns(delimiter: str) -> None:
    content = BALANCED.replace(",00", ".00").replace(";", delimiter)
    found = seen(content)
    assert found.facts["delimiter"] == {"\t": "tab"}.get(delimiter, delimiter)
    assert (found.layout.date, found.layout.amount, found.is_proven) == ("Booked", "Sum", True)


def test_a_delimiter_within_the_texts_is_not_taken_for_the_files() -> None:
    content = "Date,Text,Amount\n2026-10-05,a; b; c; d,-5.00\n2026-10-06,e; f; g; h,-7.00\n"
    found = seen(content)
    assert (found.facts["delimiter"], found.layout.amount) == (",", "Amount")


def test_days_and_commas_within_texts_make_no_table() -> None:
    content = (
        "Date;Text;Amount\n05.10.2026;paid,05.10.2026,cash;-5,00\n06.10.2026;a,06.10.2026,b;1,00\n"
    )
    found = seen(content)
    assert (found.facts["delimiter"], found.layout.amount) == (";", "Amount")


def test_a_small_table_above_is_not_the_table() -> None:
    content = "Account;Currency;Balance\nours;EUR;none\nDate;Text;Amount\n05.10.2026;tea;-5,00\n"
    assert seen(content).layout.columns == ("Date", "Text", "Amount")


def test_one_row_with_more_cells_does_not_make_the_table_wider() -> None:
    rows = "".join(f"{day:02}.10.2026;tea;-5,00\n" for day in range(10, 18))
    found = seen(f"Date;Text;Amount;\n{rows}19.10.2026;a;-5,00;x\n")
    assert found.facts["movements"] == "9"


@pytest.mark.parametrize(
    ("encoding", "kept"), [("utf-8", ""), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252")]
)
def test_the_encoding_is_kept_unless_it_is_the_usual_one(encoding: str, kept: str) -> None:
    found = seen("Date;Größe;Amount\n05.10.2026;é;-5,00\n".encode(encoding))
    assert (found.layout.encoding, found.facts["encoding"]) == (kept, kept or "utf-8")
    assert found.layout.columns == ("Date", "Größe", "Amount")


def test_headings_stand_below_what_says_whose_account_it_is() -> None:
    preamble = (
        "Account statement\nHolder;Invented Club\nIBAN;XX00 1234 5678;EUR;x\n"
        "Opening balance;01.10.2026;1.000,00;EUR\n\n"
    )
    found = seen(preamble + "Date;Text;Amount;Balance\n05.10.2026;rent;-500,00;500,00\n")
    assert found.facts["headings"] == "line 6"
    assert found.layout.columns == ("Date", "Text", "Amount", "Balance")
    assert (found.facts["rows above"], found.facts["movements"]) == ("4", "1")


@pytest.mark.parametrize("row", ["Invented Club;XX0012345678;EUR", ";Opening balance;1.000,00"])
def test_a_row_with_what_is_the_accounts_is_never_kept_as_headings(row: str) -> None:
    rows = "05.10.2026;rent;-500,00\n06.10.2026;gift;20,00\n"
    alone = seen(f"{row}\n{rows}")
    assert (alone.has_headings, alone.layout.columns) == (False, ())
    assert (alone.layout.date, alone.layout.amount, alone.layout.text) == ("1", "3", ("2",))
    below = seen(f"Date;Text;Amount\n{row}\n{rows}")
    assert below.layout.columns == ("Date", "Text", "Amount")


def test_footer_rows_are_counted_apart() -> None:
    found = seen(BALANCED + "Total;;-485,00;\nPrinted on paper\n")
    assert (found.facts["movements"], found.facts["other rows"]) == ("3", "2")


def test_a_text_without_days_or_amounts_is_no_table() -> None:
    assert detected("x.csv", b"Dear all\n", "en_GB", "EUR") is None
    assert detected("x.csv", b"Name;Sum\na;5,00\n", "en_GB", "EUR") is None
    assert detected("x.csv", b"Date;Name\n05.10.2026;a\n", "en_GB", "EUR") is None


# Days


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("05.10.2026", "17.10.2026"), "day first"),
        (("05.10.2026", "06.10.2026"), "day first"),  # nobody writes dots with the month first
        (("10/05/2026", "10/17/2026"), "month first"),
        (("2026-10-05", "2026-10-06"), "year first"),
        (("20261005", "20261006"), "year first"),
        (("5 Oct 2026", "6 Oct 2026"), ""),
    ],
)
def test_one_day_shows_the_order_of_all(days: tuple[str, str], order: str) -> None:
    content = f"Date;Text;Amount\n{days[0]};rent;-500,00\n{days[1]};tea;-5,00\n"
    found = seen(content, "en_GB")
    assert (found.layout.dates, asked(found)) == (order, [])


@pytest.mark.parametrize(("locale", "guess"), [("en_GB", "day first"), ("en_US", "month first")])
def test_days_that_show_no_order_are_asked_about(locale: str, guess: str) -> None:
    content = "Date;Text;Amount\n05/10/2026;rent;-500,00\n06/10/2026;tea;-5,00\n"
    found = seen(content, locale)
    assert asked(found) == [("dates", ["day first", "month first"], guess)]
    answered = seen(content, locale, dates="month first")
    assert (answered.layout.dates, asked(answered)) == ("month first", [])
    with pytest.raises(UsageError, match=r'"perhaps" is no answer for dates\. One of: day first'):
        seen(content, locale, dates="perhaps")


def test_six_digits_that_begin_with_20_may_be_a_day() -> None:
    content = "Date;Text;Amount\n201112;rent;-500,00\n201111;tea;-5,00\n"
    assert asked(seen(content)) == [("dates", ["year first", "day first"], "day first")]


def test_of_two_columns_of_days_the_booking_date_is_taken_or_asked_for() -> None:
    content = "Value date;Booking date;Amount\n05.10.2026;06.10.2026;-5,00\n"
    assert seen(content).layout.date == "Booking date"
    unnamed = seen(content.partition("\n")[2])
    assert asked(unnamed) == [("date", ["1", "2"], "1")]
    assert seen(content.partition("\n")[2], date="2").layout.date == "2"


# Amounts, signs, balance


def test_the_balance_proves_which_column_is_which() -> None:
    found = seen(BALANCED)
    assert (found.layout.amount, found.layout.balance) == ("Sum", "Left")
    assert found.facts["proven"] == "yes, each balance follows"
    forged = seen(BALANCED.replace("490,00", "490,01"))
    assert not forged.is_proven


def test_the_balance_proves_which_of_two_columns_came_in() -> None:
    content = (
        "Date;A;B;Left\n05.10.2026;;500,00;495,00\n06.10.2026;20,00;;515,00\n"
        "07.10.2026;;5,00;510,00\n"
    )
    layout = seen(content).layout
    assert (layout.came_in, layout.went_out, layout.balance) == ("A", "B", "Left")


def test_inverted_signs_are_proven_and_kept() -> None:
    content = (
        "Date;Text;Amount;Balance\n05.10.2026;shop;5,00;95,00\n06.10.2026;shop;7,00;88,00\n"
        "07.10.2026;paid;-12,00;100,00\n"
    )
    found = seen(content)
    assert (found.layout.signs, found.is_proven) == ("inverted", True)


def test_balances_of_two_currencies_with_one_row_each_prove_nothing() -> None:
    content = "Date;Amount;Ccy;Balance\n05.10.2026;-5,00;EUR;95,00\n06.10.2026;-7,00;USD;43,00\n"
    found = seen(content)
    assert (found.is_proven, found.layout.balance) == (False, "Balance")


def test_two_columns_that_the_balance_proves_alike_are_asked_about() -> None:
    """No balance stands before the first row, so that nothing proves its amount."""
    content = (
        "Date;Card amount;Paid amount;Balance\n05.10.2026;-5,00;-6,00;95,00\n"
        "06.10.2026;-7,00;-7,00;88,00\n07.10.2026;2,00;2,00;90,00\n"
    )
    assert asked(seen(content)) == [("amount", ["Card amount", "Paid amount"], "Card amount")]


def test_columns_that_stay_the_same_prove_nothing() -> None:
    """A fee of zero and a rate of one would: no amount moves, and no balance either."""
    content = (
        "Date;Text;Amount;Fee;Rate\n05.10.2026;rent;-500,00;0,00;1,00\n"
        "06.10.2026;tea;-5,00;0,00;1,00\n"
    )
    found = seen(content)
    assert (found.is_proven, found.layout.amount, found.layout.balance) == (False, "Amount", "")


def test_equal_amounts_of_one_day_leave_the_signs_open() -> None:
    """95, 90, 85 may be three payments, or three receipts with the newest first."""
    content = (
        "Date;Text;Amount;Balance\n05.10.2026;a;-5,00;95,00\n05.10.2026;b;-5,00;90,00\n"
        "05.10.2026;c;-5,00;85,00\n"
    )
    assert asked(seen(content)) == [("signs", ["as written", "inverted"], "")]
    assert seen(content, signs="as written").layout.signs == "as written"


def test_without_a_balance_the_headings_tell_the_columns() -> None:
    found = seen("Date;Paid in;Paid out\n05.10.2026;;500,00\n06.10.2026;20,00;\n")
    assert (found.layout.came_in, found.layout.went_out) == ("Paid in", "Paid out")
    assert (asked(found), found.is_proven) == ([], False)


def test_a_month_without_income_leaves_the_column_of_payments_one_of_payments() -> None:
    found = seen("Date;Text;Debit;Credit\n05.10.2026;rent;500,00;\n")
    assert (found.layout.came_in, found.layout.went_out) == ("Credit", "Debit")


def test_a_column_of_payments_alone_is_asked_about() -> None:
    content = "Date;Text;Debit\n05.10.2026;rent;500,00\n"
    assert asked(seen(content)) == [("signs", ["inverted", "as written"], "inverted")]


def test_two_columns_that_take_turns_are_asked_about() -> None:
    content = "Date;Text;A;B\n05.10.2026;rent;500,00;\n06.10.2026;gift;;20,00\n"
    assert asked(seen(content)) == [("in", ["A", "B"], "A")]
    layout = seen(content, **{"in": "B"}).layout
    assert (layout.came_in, layout.went_out) == ("B", "A")


def test_of_several_columns_of_amounts_one_is_asked_for() -> None:
    content = (
        "Date;Text;Card amount;Paid amount\n05.10.2026;a;-5,00;-6,00\n06.10.2026;b;-7,00;-8,00\n"
    )
    assert asked(seen(content)) == [("amount", ["Card amount", "Paid amount"], "Card amount")]
    assert seen(content, amount="Paid amount").layout.amount == "Paid amount"
    twice = content.replace("-6,00", "-5,00").replace("-8,00", "-7,00")
    assert asked(seen(twice)) == []


def test_only_purchases_are_asked_about() -> None:
    content = "Date;Text;Amount\n05.10.2026;a;5,00\n06.10.2026;b;7,00\n"
    found = seen(content)
    assert asked(found) == [("signs", ["as written", "inverted"], "")]
    assert [*found.doubts[-1].choices.values()] == ["as written: +5, +7", "inverted: -5, -7"]
    assert seen(content, signs="inverted").layout.signs == "inverted"


def test_numbers_of_anything_are_no_amounts_where_there_are_some() -> None:
    content = "Date;Number;Amount\n05.10.2026;1001;-5,00\n06.10.2026;1002;-7,00\n"
    assert seen(content).layout.amount == "Amount"
    only = seen("Date;Number\n05.10.2026;-1001\n06.10.2026;-1002\n")
    assert only.layout.amount == "Number"


def test_a_comma_within_amounts_and_between_columns_is_refused() -> None:
    content = "Date,Text,Amount,X\n2026-10-05,rent,-500,00\n2026-10-06,tea,-5,00\n"
    with pytest.raises(UsageError, match="a comma stands within its amounts, and between its"):
        seen(content)


# Flags, fees, states, accounts, currencies


def test_words_tell_the_direction_where_no_amount_has_a_minus() -> None:
    content = "Date;Text;Amount;K\n05.10.2026;rent;500,00;Af\n06.10.2026;gift;20,00;Bij\n"
    assert seen(content).layout.sign == "K"
    signed = content.replace("500,00", "-500,00")
    assert seen(signed).layout.sign == ""


def test_unknown_words_that_may_tell_the_direction_are_asked_about() -> None:
    content = "Date;Text;Amount;Type\n05.10.2026;rent;500,00;Geht\n06.10.2026;gift;20,00;Kommt\n"
    assert asked(seen(content))[0] == ("sign", ["geht", "kommt", "none"], "none")
    layout = seen(content, sign="geht").layout
    assert (layout.sign, layout.out_words, layout.in_words) == ("Type", ("Geht",), ("Kommt",))
    assert [key for key, _, _ in asked(seen(content, sign="none"))] == ["signs"]


def test_a_fee_is_proven_by_the_net_amount_or_by_the_balance_or_asked_about() -> None:
    net = "Date;Text;Gross;Fee;Net\n05.10.2026;a;50,00;-2,00;48,00\n06.10.2026;b;-5,00;0,00;-5,00\n"
    layout = seen(net, signs="as written").layout
    assert (layout.amount, layout.fee, layout.net) == ("Gross", "Fee", "Net")
    balance = (
        "Date;Text;Amount;Fee;Balance\n05.10.2026;a;-5,00;0,50;94,50\n"
        "06.10.2026;b;-4,00;0,00;90,50\n07.10.2026;c;-3,00;0,50;87,00\n"
    )
    assert (seen(balance).layout.fee, seen(balance).is_proven) == ("Fee", True)
    bare = "Date;Text;Amount;Fee\n05.10.2026;a;-5,00;0,50\n06.10.2026;b;-4,00;0,00\n"
    assert asked(seen(bare)) == [("fee", ["besides", "within"], "besides")]
    assert seen(bare, fee="besides").layout.fee == "Fee"
    assert seen(bare, fee="within").layout.fee == ""


def test_rows_that_are_not_booked_do_not_count() -> None:
    content = "Date;Amount;Status\n05.10.2026;-5,00;Booked\n06.10.2026;-7,00;Pending\n"
    assert seen(content).layout.where == {"Status": ("Booked",)}
    unknown = content.replace("Booked", "xx").replace("Pending", "yy")
    assert asked(seen(unknown)) == [("booked", ["xx", "yy", "none"], "none")]
    assert seen(unknown, booked="yy").layout.where == {"Status": ("yy",)}
    assert seen(unknown, booked="none").layout.where == {}


def test_two_accounts_in_one_file_are_proven_or_asked_about() -> None:
    rows = "05.10.2026;-5,00;A1{}\n05.10.2026;5,00;B2{}\n06.10.2026;-6,00;A1{}\n06.10.2026;-1,00;B2{}\n"
    plain = "Date;Amount;Account\n" + rows.format("", "", "", "")
    assert asked(seen(plain)) == [("account", ["Account", "none"], "")]
    assert seen(plain, account="Account").layout.account == "Account"
    balances = "Date;Amount;Account;Balance\n" + rows.format(
        ";95,00", ";205,00", ";89,00", ";204,00"
    )
    assert (seen(balances).layout.account, seen(balances).is_proven) == ("Account", True)


@pytest.mark.parametrize(
    ("heading", "fourth", "guess"),
    [
        ("Account", "B2", ""),
        ("Konto:", "B2", ""),
        ("Compte", "B2", ""),
        ("Cuenta", "B2", ""),
        ("Счет", "B2", ""),
        # A column that is blank in some rows, or is only like an account, is probably of others.
        ("Account", "", "none"),
        ("Account of the other", "B2", "none"),
    ],
)
def test_a_column_of_accounts_is_never_left_out_by_default(
    heading: str, fourth: str, guess: str
) -> None:
    content = (
        f"Date;Amount;{heading}\n05.10.2026;-5,00;A1\n05.10.2026;5,00;B2\n"
        f"06.10.2026;-6,00;A1\n06.10.2026;-1,00;{fourth}\n"
    )
    assert asked(seen(content)) == [("account", [heading, "none"], guess)]


def test_several_accounts_in_one_file_are_asked_about_and_kept_apart(here: Path) -> None:
    """Read as one account, a transfer between them would be an expense and an income."""
    path = here / "two.csv"
    path.write_text(
        "Konto;Date;Text;Amount;Currency\nDE1;13.10.2026;a;-100,00;EUR\nDE2;13.10.2026;b;100,00;EUR\n"
        "DE1;14.10.2026;c;-5,00;EUR\nDE2;14.10.2026;d;-6,00;EUR\n"
    )
    guessed = run(here, str(path), "--yes")
    assert guessed.exit_code == 2
    assert "No default answers this: account. Give --answers FILE." in guessed.stderr
    assert not (here / "bank-layouts").exists()
    (here / "answers.toml").write_text('account = "Konto"\n')
    said = run(here, str(path), "--answers", str(here / "answers.toml"))
    assert said.exit_code == 0, said.output
    kept = tomllib.loads((here / "bank-layouts" / "bank.toml").read_text())
    assert kept["bank"]["account"] == "Konto"


def test_numbers_that_all_differ_are_those_of_the_others() -> None:
    assert asked(seen("Date;Amount;Account\n05.10.2026;-5,00;A1\n06.10.2026;5,00;B2\n")) == []


def test_the_currency_is_a_column_or_stands_in_a_heading_or_an_amount_or_is_asked_for() -> None:
    column = "Date;Amount;Ccy\n05.10.2026;-5,00;EUR\n06.10.2026;-7,00;USD\n"
    assert seen(column).layout.currency == "Ccy"
    heading = seen("Date;Amount (GBP)\n05.10.2026;-5,00\n", currency="EUR")
    assert (heading.layout.currency, heading.layout.amount) == ("GBP", "Amount (GBP)")
    assert seen("Date;Amount\n05.10.2026;-5,00 £\n", currency="EUR").layout.currency == "GBP"
    assert seen("Date;Amount\n05.10.2026;-5,00 CHF\n", currency="EUR").layout.currency == "CHF"
    nothing = seen("Date;Amount\n05.10.2026;-5,00\n", currency="KES")
    assert [(doubt.key, doubt.guess) for doubt in nothing.doubts] == [("currency", "KES")]
    assert seen("Date;Amount\n05.10.2026;-5,00\n", currency="usd").layout.currency == "USD"
    two = "Date;Amount;X;Y\n05.10.2026;-5,00;EUR;USD\n06.10.2026;-7,00;EUR;GBP\n"
    assert asked(seen(two)) == [("currency", ["X", "Y"], "X")]


def test_an_answer_that_is_no_currency_is_refused() -> None:
    content = b"Date;Amount\n05.10.2026;-5,00\n"
    with pytest.raises(UsageError, match=r'"Euros" is not a currency\. Write its code'):
        detected("x.csv", content, "de_DE", "EUR", {"currency": "Euros"})


def test_a_layout_is_written_as_it_will_be_read() -> None:
    layout = Layout(
        'A "date"', came_in="in\t", went_out="o\\ut", currency="EUR", text=("a", "b"),
        where={"State of it": ("Booked", "ok")}, columns=('A "date"', "x"),
    )  # fmt: skip
    written = tomllib.loads(as_toml(layout))["bank"]
    assert written == {
        "columns": ['A "date"', "x"],
        "date": 'A "date"',
        "in": "in\t",
        "out": "o\\ut",
        "currency": "EUR",
        "text": ["a", "b"],
        "where": {"State of it": ["Booked", "ok"]},
    }


# The command


@pytest.fixture
def here(tmp_path: Path) -> Path:
    path = tmp_path
    (path / "budgettrack.toml").write_text(
        '[organisation]\ncurrency = "EUR"\n[workbook]\nxlsx = "plan.xlsx"\nlocale = "de_DE"\n'
    )
    return path


def run(here: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(here), "bank", "layout", *words])


def test_a_layout_is_seen_shown_and_kept_and_then_known(here: Path) -> None:
    (here / "a.csv").write_text(BALANCED)
    done = run(here, str(here / "a.csv"), "--name", "our-bank", "--yes")
    assert done.exit_code == 0, done.output
    assert "proven: yes, each balance follows" in done.stdout
    assert "line 2: 2026-10-05  -500 EUR\nline 3: 2026-10-06  -5 EUR\n" in done.stdout
    assert "rent" not in done.output
    assert "Written: bank-layouts/our-bank.toml. Files with these headings" in done.stdout
    kept = (here / "bank-layouts" / "our-bank.toml").read_text()
    assert tomllib.loads(kept)["bank"]["amount"] == "Sum"
    assert not {"rent", "500", "495", "2026"} & {*kept.replace('"', " ").replace(",", " ").split()}
    again = run(here, str(here / "a.csv"), "--json")
    rows = json.loads(again.stdout)
    assert {"what": "layout", "name": "our-bank", "value": None} in rows
    assert {"what": "row", "name": "line 4", "value": "2026-10-17 20 EUR"} in rows
    assert "gift" not in again.output
    other = here / "other.csv"
    other.write_text(BALANCED.replace("Booked", "Day"))
    taken = run(here, str(other), "--name", "our-bank", "--yes")
    assert taken.exit_code == 2
    assert "There is bank-layouts/our-bank.toml already. Give another name" in taken.stderr
    wrong = run(here, str(other), "--name", "Our Bank!", "--yes")
    assert '"Our Bank!" is no name for a layout. Use small letters' in wrong.stderr
    shown = run(here, str(other), "--yes", "--dry-run")
    assert (shown.exit_code, "Written" in shown.stdout) == (0, False)


def test_questions_are_answered_by_a_file_or_by_defaults_or_refused(here: Path) -> None:
    path = here / "open.csv"
    path.write_text("Tag;Worte;Menge\n05/10/2026;a;5,00\n06/10/2026;b;7,00\n")
    alone = run(here, str(path))
    assert alone.exit_code == 2
    assert "You must be asked about dates, currency, signs, but this is no" in alone.stderr
    guessed = run(here, str(path), "--yes")
    assert "No default answers this: signs. Give --answers FILE." in guessed.stderr
    told = run(here, str(path), "--json")
    assert told.exit_code == 3
    assert [row["name"] for row in json.loads(told.stdout) if row["what"] == "question"] == [
        "dates",
        "currency",
        "signs",
    ]
    answers = here / "answers.toml"
    answers.write_text('dates = "day first"\nsigns = "inverted"\ncurrency = "CHF"\nname = "card"\n')
    done = run(here, str(path), "--answers", str(answers))
    assert "line 2: 2026-10-05  -5 CHF" in done.stdout
    kept = tomllib.loads((here / "bank-layouts" / "card.toml").read_text())["bank"]
    assert (kept["signs"], kept["currency"], kept["dates"]) == ("inverted", "CHF", "day first")
    answers.write_text('colour = "red"\n')
    unknown = run(here, str(path), "--answers", str(answers))
    assert "There is no question colour. There are: date, dates, currency, amount" in unknown.stderr


def test_files_that_need_no_layout_or_are_none_are_told(here: Path) -> None:
    (here / "a.xml").write_text("<Document></Document>")
    camt = run(here, str(here / "a.xml"))
    assert "a.xml: this is CAMT, which needs no layout. Import it as it is." in camt.stderr
    (here / "letter.csv").write_text("Dear all\n")
    letter = run(here, str(here / "letter.csv"))
    assert "letter.csv: no row has a day and an amount, each in a column of its" in letter.stderr


# Two amounts of one row, in two currencies

TWO_CURRENCIES = (
    "Дата;Описание;Сумма операции;Валюта операции;Сумма в валюте счета;Комиссия\n"
    "03.10.2026;Аренда;-100,00;USD;-9 500,00;50,00\n05.10.2026;Взнос;2 000,00;RUB;2 000,00;0,00\n"
)


def test_an_amount_in_the_accounts_currency_is_taken_and_the_one_as_paid_is_the_original() -> None:
    found = seen(TWO_CURRENCIES, "ru_RU")
    layout = found.layout
    assert (layout.amount, layout.original) == ("Сумма в валюте счета", "Сумма операции")
    assert (layout.currency, layout.original_currency) == ("RUB", "Валюта операции")
    assert [(doubt.key, doubt.guess) for doubt in found.doubts] == [
        ("currency", "RUB"),  # both amounts of a row in it are equal
        ("fee", "besides"),
    ]


@pytest.mark.parametrize(
    ("headings", "amount", "currency", "original"),
    [
        ("Date;Amount;Currency;Amount in account currency", "Amount in account currency", "EUR", "Currency"),
        ("Date;Original amount;Original currency;Amount", "Amount", "EUR", "Original currency"),
        ("Date;Original amount;X;Amount (CHF)", "Amount (CHF)", "CHF", "X"),
    ],
)  # fmt: skip
def test_the_currency_of_what_was_paid_is_never_taken_for_the_accounts(
    headings: str, amount: str, currency: str, original: str
) -> None:
    found = seen(f"{headings}\n05.10.2026;-100,00;USD;-91,20\n06.10.2026;-20,00;GBP;-23,10\n")
    layout = found.layout
    assert (layout.amount, layout.currency, layout.original_currency) == (
        amount, currency, original,
    )  # fmt: skip


def test_each_amount_may_have_a_column_of_its_currency() -> None:
    paid = "Date;Amount;Currency;Billing amount;Billing currency"
    found = seen(f"{paid}\n05.10.2026;-100,00;USD;-91,20;EUR\n06.10.2026;-20,00;GBP;-23,10;EUR\n")
    layout = found.layout
    assert (layout.amount, layout.currency) == ("Billing amount", "Billing currency")
    assert (layout.original, layout.original_currency) == ("Amount", "Currency")
    behind = seen(
        "Date;Original amount;Amount;Currency\n05.10.2026;-100,00;-91,20;EUR\n"
        "06.10.2026;-20,00;-23,10;EUR\n"
    ).layout
    assert (behind.amount, behind.currency, behind.original) == ("Amount", "Currency", "")
    foreign = seen("Date;Original amount;Amount;Original currency\n05.10.2026;-100,00;-91,20;USD\n")
    assert (foreign.layout.currency, foreign.layout.original_currency) == (
        "EUR",
        "Original currency",
    )


# A month in which nothing came in


def test_columns_in_and_out_are_named_though_one_is_blank_in_this_file() -> None:
    november = seen(
        "Date|Description|Paid out|Paid in|Balance\n2026-11-03|Rent|200.00||4566.90\n"
        "2026-11-05|Tea|5.00||4561.90\n"
    )
    assert november.is_proven
    assert (november.layout.came_in, november.layout.went_out) == ("Paid in", "Paid out")
    assert (november.layout.amount, november.layout.signs) == ("", "")
    short = seen("Date,Details,Money out,Money in\n2026-10-03,Rent,200.00\n2026-10-09,Tea,33.10\n")
    assert (short.layout.came_in, short.layout.went_out) == ("Money in", "Money out")


# An opening balance


def test_a_row_with_a_balance_and_no_amount_opens_the_file_whatever_its_word() -> None:
    rows = "05.10.2026;Miete;500,00;;4.500,00\n12.10.2026;Gabe;;20,00;4.520,00\n"
    for word in ("Startguthaben", "a word of this bank"):
        found = seen(f"Datum;Text;Soll;Haben;Saldo\n01.10.2026;{word};;;5.000,00\n{rows}")
        assert found.is_proven, word
        assert (found.layout.came_in, found.layout.went_out) == ("Haben", "Soll")
