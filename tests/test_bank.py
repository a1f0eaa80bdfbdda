"""Bank statements end to end: every format says the same, nothing personal is stored, a month adds
up to the cent."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from budgettrack.bank.formats import read
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.core.records.model import Fields
from budgettrack.register.store import RecordVersion
from tests.world import bank_files
from tests.world.bank_files import Booked, camt, mt940, ofx, table
from tests.world.bank_month import BOOKED, ON, answer, put
from tests.world.group import Commands, Group, Rows
from tests.world.outside import SHARED
from tests.world.terminal import CTRL_C, talk

LAYOUT = Layout(
    "Booking date",
    "Amount",
    currency="EUR",
    reference="Ref",
    text=("Purpose",),
    balance="Balance",
    encoding="utf-8-sig",
    locale="en_GB",
)
FORMATS: dict[str, Callable[[Sequence[Booked]], bytes]] = {
    "xml": camt,
    "sta": mt940,
    "ofx": ofx,
    "csv": table,
}


@pytest.mark.parametrize(
    ("kind", "package", "words"),
    [("sta", "mt940", "An MT940 file")],
)
def test_a_format_whose_package_is_not_installed_says_what_to_install(
    kind: str, package: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "budgettrack.bank.formats.mt940", raising=False)
    file = tmp_path / "statement"
    file.write_bytes(FORMATS[kind]([Booked(date(2026, 10, 2), Decimal("-850.00"), "REF001")]))

    with pytest.raises(UsageError) as refused:
        read(file, LAYOUT, "en_GB")

    assert str(refused.value).splitlines() == [
        f"{words} needs the extra 'bank', which is not installed. In the folder of the release: pip install"
        " --require-hashes -r requirements-bank.txt",
        "Or download the statement as CAMT.053, OFX or CSV, which need no extra.",
    ]


ROWS: dict[str, list[Fields]] = {
    "grants": [
        {
            "id": "G-1",
            "funder": "Northern Fund",
            "state": "active",
            "currency": "EUR",
            "amount": "20000",
        }
        | {"start": "2026-01-01", "end": "2026-12-31"}
    ],
    "budget": [
        {"id": "B-1", "grant": "G-1", "category": "Rent", "amount": "10000"},
        {"id": "B-2", "grant": "G-1", "category": "Food", "amount": "10000"},
    ],
    "expenses": [
        {
            "id": "E-1",
            "date": "2026-09-02",
            "budget_line": "B-1",
            "description": "Rent of the room",
            "amount": "850",
        }
        | {"state": "paid"},
        {
            "id": "E-2",
            "date": "2026-09-07",
            "budget_line": "B-2",
            "description": "Food",
            "amount": "31",
        }
        | {"state": "paid"},
    ],
    "income": [
        {
            "id": "I-1",
            "date": "2026-10-10",
            "grant": "G-1",
            "kind": "instalment",
            "state": "expected",
            "amount": "1250",
        }
    ],
}
REAL = SHARED / "real" / "bank"
PERSONAL = ("Landlord", "Corner", "EVERYBODY", "ACCOUNT", "REF00")


@pytest.fixture
def rows() -> Rows:
    return ROWS


@pytest.fixture
def config() -> str:
    return (
        '[organisation]\ncurrency = "EUR"\n[workbook]\nxlsx = "plan.xlsx"\n' + bank_files.CSV_CONFIG
    )


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


# Reading


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_the_same(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"statement.{kind}"
    path.write_bytes(FORMATS[kind](BOOKED))
    (found,) = read(path, LAYOUT, "en_GB")
    lines = found.lines if kind != "csv" else tuple(reversed(found.lines))
    assert [(each.day, each.amount, each.currency) for each in lines] == [
        (each.day, each.amount, "EUR") for each in BOOKED
    ]
    assert [each.reference for each in lines] == [each.reference for each in BOOKED]
    assert all(
        each.words in line.words and each.who in line.words
        for line, each in zip(lines, BOOKED, strict=True)
    )
    if kind != "csv":
        assert [each.reversal for each in lines] == [each.reversal for each in BOOKED]
    assert not any(word in repr(found) for word in PERSONAL)


def test_camt_with_a_prefix_and_a_pending_entry(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    pending = (
        "<n:Ntry><n:Amt"
        " Ccy='EUR'>5.00</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Sts><n:Cd>PDNG</n:Cd></n:Sts></n:Ntry>"
    )
    path.write_bytes(camt(BOOKED, prefix="n", pending=pending))
    (found,) = read(path, None, "en")
    assert len(found.lines) == len(BOOKED)
    assert found.notes == (
        "statement.xml, statement 1, entry 7 is not booked yet and was left out.",
    )


def test_real_statements_tie_out(tmp_path: Path) -> None:
    if not REAL.is_dir():
        pytest.skip("the real bank statements are not here")
    for name, statements, lines in (("cmxl.sta", 3, 16), ("betterplace.sta", 26, 97)):
        found = read(REAL / name, None, "en")
        assert (len(found), sum(len(each.lines) for each in found)) == (statements, lines)
    text = (REAL / "betterplace.sta").read_text()
    cut = tmp_path / "cut.sta"
    cut.write_text(text.replace("CR335,33", "CR335,34", 1))
    with pytest.raises(
        UsageError,
        match=r"statement 1: the movements sum to -2909\.86 EUR, but the balances say -2909\.87",
    ):
        read(cut, None, "en")


def test_a_statement_that_stands_in_its_file_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "statement.sta"
    path.write_bytes(mt940(BOOKED) + mt940(BOOKED))
    (found,) = read(path, None, "en")
    assert found.notes == ("statement.sta, statement 1 was given twice; it counts once.",)


CSV = "Booking date;Purpose;Ref;Amount;Balance\r\n05/10/2026;Food;R1;-44.10;955.90\r\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "bad.file: it is empty. Download it again."),
        (b"%PDF-1.7", "bad.file: this is a PDF. Download the statement as CAMT.053, MT940, OFX or CSV."),
        (b"PK\x03\x04", "bad.file: this ZIP archive is damaged. Download it again."),
        (b"<a><b></a>", "bad.file: this XML is incomplete (line 1). Download it again."),
        (b"<html><body/></html>", "bad.file: this is HTML, a page of a website. Download the statement as CAMT.053"),
        (b"OFXHEADER:100\r\n\r\n<OFX><A>", "bad.file: this OFX file was cut: its last tag, </OFX>, is missing. Download it"),
        (mt940(BOOKED).replace(b":62F:", b":99X:"), "bad.file, statement 1: it has no opening or no closing balance."),
        (mt940(BOOKED).replace(b":62F:C261031EUR", b":62F:C261031USD"), "it begins in EUR and ends in USD. Download one"),
        (mt940(BOOKED[:2]).replace(b"44,10", b"44,11", 1), "the movements sum to -894.11 EUR, but the balances say -894.10"),
        (camt(BOOKED).replace(b"Amt Ccy='EUR'>850", b"Amt Ccy='USD'>850"), "entry 1: it is in USD, the account in EUR."),
        (camt(BOOKED).replace(b" Ccy='EUR'>850", b">850"), "entry 1: its amount or its currency is missing. Download the"),
        (camt(BOOKED).replace(b">850.00<", b">8S0<"), "bad.file, statement 1, entry 1: its amount cannot be read."),
        (camt(BOOKED).replace(b"2026-10-02", b"2026-13-02"), "bad.file, statement 1, entry 1: its date cannot be read."),
        (ofx(BOOKED).replace(b"-850.00", b"8S0"), "bad.file, statement 1, entry 1: its amount cannot be read."),
        (ofx(BOOKED).replace(b"<BANKTRANLIST>", b"</STMTRS>"), "bad.file: this OFX has an entry outside of a statement. Download it again"),
        (ofx(BOOKED).replace(b"20261002", b"20261302"), "bad.file, statement 1, entry 1: its date cannot be read."),
        (
            ofx(BOOKED).replace(b"<FITID>REF001", b"<CURRENCY><CURRATE>1<CURSYM>USD</CURRENCY><FITID>REF001"),
            "entry 1: it is in USD, the account in EUR. Download one file for each account and currency.",
        ),
        (CSV.replace("Food", "Caf\xe9").encode("latin-1"), 'bad.file, line 2: this is not UTF-8 text. Name its encoding in'),
        (CSV.replace("Amount", "Betrag").encode(), 'no row among the first 40 has the headings "Booking date", "Amount"'),
        (CSV.replace("Ref", "Amount").encode(), "bad.file"),
        (CSV.replace("Purpose;", "Amount;").encode(), "bad.file"),
        (CSV.replace("05/10/2026", "31/31/2026").encode(), 'bad.file, line 2: "Booking date": '),
        (CSV.replace("-44.10", "4X4").encode(), 'bad.file, line 2: "Amount": '),
        (CSV.replace("-44.10", "$-44.10").encode(), "its currency is EUR. Download one file for each account"),
        (
            (CSV + "06/10/2026;Tea;R2;-1.00;950.00\r\n").encode(),
            "its balance does not follow from the line before it. A line is missing or was changed: download the file",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_place_problem_and_remedy(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "bad.file"
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read(path, LAYOUT, "en_GB")
    (problem,) = refused.value.problems
    assert says in problem
    assert "4X4" not in problem


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(CSV.replace("Purpose;Ref", "Purpose;Purpose").replace("Ref", "Purpose"))
    layout = Layout("Booking date", "Amount", currency="EUR", text=("Purpose",), locale="en_GB")
    with pytest.raises(
        UsageError,
        match=r'bad.csv, line 1: two columns are called "Purpose". Rename the column that is not wanted',
    ):
        read(path, layout, "en_GB")


def test_a_file_without_a_layout_is_told_how_to_get_one(group: Group) -> None:
    group.config.write_text('[workbook]\nxlsx = "plan.xlsx"\n')
    done = group.run("import", put(group, table(BOOKED)))
    assert done.exit_code == 2
    assert (
        "statement.sta: no layout has these headings, and the currency cannot be seen. Answer this once"
        " for all files of this kind: budgettrack bank layout FILE." in done.stderr
    )
    missing = group.run("import", "none.sta")
    assert (missing.exit_code, missing.stderr) == (
        2,
        "none.sta: it cannot be read (No such file or directory). Name the statement's file.\n",
    )


def test_a_total_is_left_out_and_said_and_two_columns_of_money_are_read(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(
        "Day,In,Out,Cur\n2026-10-05,,44.10,EUR\n2026-10-06,12.00,,GBP\nTotal,12.00,44.10,\n"
    )
    layout = Layout("Day", came_in="In", went_out="Out", currency="Cur")
    (found,) = read(path, layout, "en_GB")
    assert [(each.amount, each.currency) for each in found.lines] == [
        (Decimal("-44.10"), "EUR"),
        (Decimal("12.00"), "GBP"),
    ]
    assert found.left_out == (
        "two.csv, line 4 has no date and was left out: a total, or a remark?",
    )
    path.write_text("Day,In,Out,Cur\n2026-10-05,3,44.10,EUR\n")
    with pytest.raises(
        UsageError, match="line 2: it has an amount for money in and one for money out"
    ):
        read(path, layout, "en_GB")
    path.write_text("Day,In,Out,Cur\n2026-10-05,,,EUR\n")
    with pytest.raises(UsageError, match="line 2: it has no amount"):
        read(path, layout, "en_GB")


# Importing


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_a_statement_is_shown_added_and_known_from_then_on(group: Group, kind: str) -> None:
    file = put(group, FORMATS[kind](BOOKED), f"statement.{kind}")
    shown = group.run("import", file)
    assert shown.exit_code == 3
    assert "Nothing was added yet. To add what is new: --yes" in shown.stderr
    assert group.held().records["expenses"].keys() == {"E-1", "E-2"}
    rows = {
        (row["day"], row["amount"], row["place"]): row
        for row in answer(group, "import", file, "--yes", *ON)
    }
    found = [
        (row["day"], row["amount"], row["what"], row["id"], row["line"], row["done"])
        for _, row in sorted(rows.items())
    ]
    assert [each[:4] for each in found if each[3] == "I-1"] == [
        ("2026-10-09", "1250.00", "open", "I-1")
    ]
    assert [each[5] for each in found].count("added") == len(BOOKED) - 1
    held = group.held().records["expenses"]
    rent = next(
        row for row in held.values() if row["amount"] == "850" and row["date"] == "2026-10-02"
    )
    assert rent == {
        "date": "2026-10-02",
        "budget_line": "B-1",
        "amount": "850",
        "currency": "EUR",
        "state": "paid",
        "paid_on": "2026-10-02",
    }
    assert [
        row["budget_line"]
        for row in held.values()
        if row["amount"] == "44.1" and row["state"] == "paid"
    ] == ["B-2"] * 2
    again = answer(group, "import", file, "--yes", *ON)
    assert [row["what"] for row in again].count("known") == len(BOOKED) - 1
    assert group.held().records["expenses"] == held
    group.sync()
    assert sorted(str(group.cell("Expenses", f"A{n}")) for n in range(2, 7)) == [
        "E-1",
        "E-2",
        "E-3",
        "E-4",
        "E-5",
    ]


def test_nothing_that_names_anybody_is_stored_anywhere(group: Group) -> None:
    for kind, form in FORMATS.items():
        file = put(group, form(BOOKED), f"statement.{kind}")
        said = group.run("import", file, "--yes", *ON)
        assert not any(word in said.output for word in PERSONAL), said.output
        said = group.run("reconcile", file, "--all", "--json")
        assert not any(word in said.output for word in PERSONAL), said.output
        (group.folder / f"statement.{kind}").unlink()
    group.sync()
    for path in group.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(word.encode() in content for word in PERSONAL), path
    with closing(sqlite3.connect(group.folder / "register.sqlite")) as database:
        kept = database.execute(
            "SELECT mark, day, units, currency, tbl FROM bank ORDER BY day"
        ).fetchall()
    assert len({mark for mark, *_ in kept}) == len(kept)
    assert (kept[0][1:], len(kept[0][0])) == (("2026-10-02", -85000, "EUR", "expenses"), 64)
    assert stat.S_IMODE((group.folder / ".budgettrack.key").stat().st_mode) == 0o600


IMPORTS = """
import sys
from budgettrack.cli import main
for file in sys.argv[2:]:
    try:
        main(["--config", sys.argv[1], "import", file])
    except SystemExit as end:
        print("exit", end.code)
"""
"""Imports files one after the other, as the command does."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_a_broken_file_is_told_without_a_word_of_what_is_in_it(group: Group, kind: str) -> None:
    """Through a process of its own: a library that logs would speak there."""
    whole = FORMATS[kind](BOOKED)
    cuts = (
        b"2610021002D",
        b"CLBD",
        b"<BANKTRANLIST>",
        b"-44.10",
        b"RENT",
        b":62F:",
        b"<OFX>",
        b"BOOK<",
    )
    broken = [
        put(group, whole.replace(cut, b"??", 1), f"cut{number}.{kind}")
        for number, cut in enumerate(cuts)
        if cut in whole
    ]
    command = [sys.executable, "-c", IMPORTS, str(group.config), *broken]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    codes = [line for line in done.stdout.splitlines() if line.startswith("exit ")]
    assert len(codes) == len(broken) > 0, done.stderr
    assert set(codes) <= {"exit 2", "exit 3"}, done.stderr
    assert not any(word in done.stdout + done.stderr for word in (*PERSONAL, "Traceback")), done


def test_the_mark_needs_the_key(group: Group) -> None:
    file = put(group, mt940(BOOKED))
    answer(group, "import", file, "--yes", *ON)
    key = group.folder / ".budgettrack.key"
    key.write_text("f" * 64)
    refused = group.run("import", file, "--yes", *ON)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(
        "Earlier bank entries were marked with another key. Copy .budgettrack.key from the folder"
    )
    rows = answer(group, "import", file, "--yes", "--new-key", *ON)
    assert {row["what"] for row in rows} == {"duplicate", "open"}
    key.write_text("short")
    refused = group.run("import", file)
    assert (refused.exit_code, refused.stderr) == (
        1,
        ".budgettrack.key is too short for a key: 32 letters or more.\n",
    )


def test_a_row_that_may_be_there_is_left_and_named(group: Group) -> None:
    group.run("sync")
    booked = [
        Booked(date(2026, 9, 3), Decimal("-850.00"), "REF"),
        Booked(date(2026, 9, 4), Decimal("-3.00"), "REF2"),
    ]
    done = group.run("import", put(group, mt940(booked)), "--yes", *ON)
    assert done.exit_code == 3
    assert "duplicate  E-1" in done.stdout
    assert (
        "Not added: 1 entry that may be a row of yours. Run this on a terminal to decide one by one."
        in done.stderr
    )
    assert "1 row without a budget line or grant. Choose it in the workbook." in done.stderr
    assert len(group.held().records["expenses"]) == 3


def test_a_currency_out_of_use_is_refused_before_anything_is_added(group: Group) -> None:
    done = group.run("import", put(group, mt940(BOOKED, "DEM")), "--yes")
    assert done.exit_code == 2
    assert (
        "entry 1: DEM is not a currency in use. Import only statements in a current currency; for CSV,"
        " correct [bank]" in done.stderr
    )
    assert group.held().records["expenses"].keys() == {"E-1", "E-2"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("section", "says"),
    [
        ('date = "D"\namount = "A"', "[bank] currency"),
        (
            'amount = "A"\ncurrency = "EUR"',
            "bank.date: The heading of the date is missing. Write date = ",
        ),
        (
            'date = "D"\ncurrency = "EUR"',
            "bank.amount: Amounts need either one column, or two. Write amount =",
        ),
        (
            'date = "D"\namount = "A"\nin = "I"\nout = "O"\ncurrency = "EUR"',
            "bank.amount: Amounts need either one column, or two",
        ),
        (
            'date = "D"\namount = "A"',
            'bank.currency: The currency is missing. Write the code, currency = "EUR", or the heading',
        ),
        (
            'date = "D"\namount = "A"\ncurrency = "EUR"\nencoding = "utf-99"',
            'bank.encoding: "utf-99" is not an encoding.',
        ),
        (
            'date = "D"\namount = "A"\ncurrency = "EUR"\nbank = "X"',
            'bank.bank: "bank" is not a setting. One of date,',
        ),
    ],
)
def test_mistakes_in_the_config_are_named(group: Group, section: str, says: str) -> None:
    group.config.write_text(f'[workbook]\nxlsx = "plan.xlsx"\n[bank]\n{section}\n')
    done = group.run("import", "statement.csv")
    assert done.exit_code == 1
    assert says.removeprefix("[bank] ") in done.stderr


def test_the_same_month_in_another_format_is_not_added_twice(group: Group) -> None:
    answer(group, "import", put(group, mt940(BOOKED)), "--yes", *ON)
    rows = answer(group, "import", put(group, table(BOOKED), "statement.csv"), "--yes", *ON)
    assert {row["what"] for row in rows} == {"duplicate", "open"}


def test_an_amount_without_a_date_is_never_left_out_in_silence(group: Group) -> None:
    booked = [Booked(date(2026, 10, 2), Decimal("-850.00"), "REF001", words="RENT")]
    good = group.run(
        "import",
        put(group, table(booked).replace(b"Total;;;-850.00;", b"Total;;;;"), "a.csv"),
        "--yes",
        *ON,
    )
    assert (good.exit_code, "Total" in good.output) == (0, False)
    bad = group.run("import", put(group, table(booked), "b.csv"), "--yes", *ON)
    assert bad.exit_code == 3
    assert "b.csv, line 5 has no date and was left out: a total, or a remark?" in bad.stderr


# Asking


def asked(group: Group, file: str, *answers: str) -> tuple[int, str]:
    """What the program says on a real terminal where somebody types those answers, one at each
    question."""
    turns = [(": ", answer if answer == CTRL_C else f"{answer}\n") for answer in answers]
    return talk(group, ["import", file, *ON], ("call it? [Account 1]: ", "Main\n"), *turns)


@pytest.mark.slow
def test_on_a_terminal_each_entry_is_asked_for(group: Group) -> None:
    file = put(group, mt940(BOOKED))
    code, said = asked(group, file, "", "b2", "B-2", "s", "y", "-", "q", "y")
    assert "1/6  2026-10-02  -850.00 EUR  RENT OCTOBER Harbour Landlord" in said
    assert "Budget line [B-1, as E-1: the same amount and a word in common]" in said
    assert "There is no budget line b2. Did you mean B-2?" in said
    assert "I-1 waits for this amount. Is this it? [Y/n/s/q]" in said
    assert "4 rows to write. Go ahead? [Y/n]" in said
    assert code == 3
    records = group.held().records
    assert [
        (row["date"], row.get("budget_line"), row["state"]) for row in records["expenses"].values()
    ][2:] == [
        ("2026-10-02", "B-1", "paid"),
        ("2026-10-05", "B-2", "paid"),
        ("2026-10-20", None, "refunded"),
    ]
    assert (records["income"]["I-1"]["state"], records["income"]["I-1"]["date"]) == (
        "received",
        "2026-10-09",
    )


@pytest.mark.slow
def test_nothing_is_written_before_the_last_answer(group: Group) -> None:
    before = group.held().records
    code, said = asked(group, put(group, mt940(BOOKED)), "", "", CTRL_C)
    assert (code, "Stopped. Nothing is half done." in said) == (130, True)
    code, said = asked(group, put(group, mt940(BOOKED)), "", "q", "n")
    assert (code, "Nothing was written." in said) == (2, True)
    assert group.held().records == before


@pytest.mark.slow
def test_the_banks_words_cannot_command_the_terminal(group: Group) -> None:
    booked = [Booked(date(2026, 10, 2), Decimal("-5.00"), "REF", "Shop", "\x1b[2J\x07CLEAR")]
    _, said = asked(group, put(group, mt940(booked)), "q")
    assert "CLEAR" in said
    assert "\x1b" not in said


# Comparing


def test_a_month_is_compared_to_the_cent(group: Group) -> None:
    file = put(group, mt940(BOOKED))
    answer(group, "import", file, "--yes", *ON)
    changed = next(
        id_ for id_, row in group.held().records["expenses"].items() if row["date"] == "2026-10-30"
    )
    held = group.held().records["expenses"]
    group.by_hand(
        RecordVersion("expenses", changed, {**held[changed], "amount": "9.90"}, "coordinator"),
        RecordVersion(
            "expenses",
            "E-90",
            {"date": "2026-10-15", "amount": "70", "currency": "EUR", "state": "paid"},
            "coordinator",
        ),
        RecordVersion(
            "expenses",
            "E-91",
            {"date": "2026-11-03", "amount": "5", "currency": "EUR", "state": "paid"},
            "coordinator",
        ),
    )
    rows = answer(group, "reconcile", file)
    states = {
        (row["state"], row["id"], row["difference"]) for row in rows if row["state"] != "matched"
    }
    assert states == {
        ("other amount", changed, "-0.09"),
        ("only in the register", "E-90", "70.00"),
        ("only in the statement", None, "1250.00"),
    }
    said = group.run("reconcile", file)
    assert said.exit_code == 3
    assert "2026-10, Account 1: 4 of 7 matched." in said.stdout
    moves, parts, at_the_end = said.stdout.splitlines()[-3:]
    assert at_the_end == (
        "At the end of 2026-10: 1,345.91 EUR at the bank, -881.00 EUR in the books, 2,226.91 EUR"
        " apart: 1,319.91 EUR in this month, 907.00 EUR before it."
    )
    assert (
        moves == "The statement moves by 345.91 EUR, the register by -974.00 EUR;"
        " the difference is 1,319.91 EUR."
    )
    assert parts.startswith("1,319.91 EUR = ")
    assert set(parts.removeprefix("1,319.91 EUR = ").split(" + ")) == {
        "70.00 EUR (only in the register)",
        "-0.09 EUR (other amount)",
        "1,250.00 EUR (suggested)",
    }
    assert "I-1 is expected with this amount. If it is so, set the state of I-1 to" in said.stderr
    assert "matched\n" not in said.stdout


def test_a_statement_over_several_months_wants_the_month_named(group: Group) -> None:
    file = put(group, mt940([Booked(date(2026, 9, 30), Decimal("-850.00"), "R"), *BOOKED]))
    refused = group.run("reconcile", file)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "statement.sta covers 2026-09 to 2026-10. Say which month: --month 2026-10\n",
    )
    found = answer(group, "reconcile", file, "--month", "2026-09")
    assert [(row["state"], row["id"]) for row in found] == [
        ("only in the register", "E-1"),
        ("only in the register", "E-2"),
        ("only in the statement", None),
    ]


@pytest.mark.parametrize(("size", "says"), [(250_000_000, ""), (250_000_001, "it is over 250 MB")])
def test_a_file_that_is_no_statement_by_its_size_is_not_read(
    group: Group, size: int, says: str
) -> None:
    path = group.folder / "huge.csv"
    with path.open("wb") as file:
        file.truncate(size)  # it takes no place on the disk

    done = group.run("import", str(path), "--yes")

    assert done.exit_code == 2
    assert ("it is over 250 MB. Download shorter periods" in done.stderr) is bool(says)
