"""Drawn files of every format, in every form that the readers know, against a second reading: what
was written, and what the libraries ofxtools and mt-940 read. A file that was forged is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import mt940 as mt940_library
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ofxtools.Parser import OFXTree

from budgettrack.bank.formats import camt, counting, mt940, ofx, qif
from budgettrack.bank.formats.csv import layouts
from budgettrack.bank.formats.csv.layouts import CsvChoices
from budgettrack.bank.formats.kinds import format_of
from budgettrack.bank.formats.statement import Statement, StatementLine
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError
from tests.world import bank_files, drawn_statements
from tests.world.bank_files import Booked
from tests.world.drawn_statements import DrawnFile, Entry

EXAMPLES = max(25, settings().max_examples // 5)
"""The drawn files of a test: 25 in `make test`, 1,000 in `make soak`."""

Fact = tuple[date, Decimal, str, bool]


def facts(lines: Sequence[StatementLine]) -> list[Fact]:
    return [(line.day, line.amount, line.reference, line.reversal) for line in lines]


def written(entries: Sequence[Entry], prefix: str = "") -> list[Fact]:
    return [(e.day, e.amount, prefix + e.reference, e.reversal) for e in entries]


def is_as_written(statements: Sequence[Statement], drawn: DrawnFile, prefix: str = "") -> None:
    """Hold each statement against what was written for it."""
    assert [facts(statement.lines) for statement in statements] == [
        written(entries, prefix) for entries in drawn.booked
    ]


@settings(max_examples=EXAMPLES)
@given(drawn_statements.camt_files())
def test_camt_is_read_as_it_was_written(drawn: DrawnFile) -> None:
    assert format_of("s", drawn.content) == "CAMT"

    statements = camt.read("s", drawn.content)

    is_as_written(statements, drawn)
    assert counting.entries_in(drawn.content, "CAMT") == drawn.number
    for statement, entries in zip(statements, drawn.booked, strict=True):
        assert statement.is_provisional is (drawn.features["kind"] != "053")
        for line, entry in zip(statement.lines, entries, strict=True):
            assert line.fee == entry.fee
            assert line.words == entry.words
            sign = -1 if entry.amount < 0 else 1
            foreign = None if entry.details else entry.original
            assert line.original == ((sign * foreign[0], foreign[1]) if foreign else None)
            assert [part.amount for part in line.details] == [sign * part for part in entry.details]


@settings(max_examples=EXAMPLES)
@given(drawn_statements.mt940_files())
def test_mt940_is_read_as_it_was_written_and_as_the_library_reads_it(drawn: DrawnFile) -> None:
    assert format_of("s", drawn.content) == "MT940"

    statements = mt940.read("s", drawn.content)

    prefix = "XX00BANK0123456789012" if drawn.features["long reference"] else ""
    is_as_written(statements, drawn, prefix)
    assert counting.entries_in(drawn.content, "MT940") == drawn.number
    for statement, entries in zip(statements, drawn.booked, strict=True):
        assert statement.is_provisional is drawn.features["report"]
        if drawn.features["words"] in ("structured", "plain"):
            for line, entry in zip(statement.lines, entries, strict=True):
                sign = -1 if entry.amount < 0 else 1
                foreign = entry.original
                assert line.original == ((sign * foreign[0], foreign[1]) if foreign else None)
    # The library reads no blocks of SWIFT, no @@ and no long references.
    plain = not drawn.features["swift"] and not drawn.features["long reference"]
    if plain and drawn.features["line end"] in ("\r\n", "\n"):
        library = mt940_library.parse_statements(
            drawn.content.decode(), options=mt940_library.Options.all()
        )
        assert [line.amount for statement in statements for line in statement.lines] == [
            entry.data["amount"].amount
            for one in library
            for entry in one
            if "amount" in entry.data
        ]


@settings(max_examples=EXAMPLES)
@given(drawn_statements.ofx_files())
def test_ofx_is_read_as_it_was_written(drawn: DrawnFile) -> None:
    assert format_of("s", drawn.content) == "OFX"

    statements = ofx.read("s", drawn.content)

    is_as_written(statements, drawn)
    assert counting.entries_in(drawn.content, "OFX") == drawn.number
    for statement, entries in zip(statements, drawn.booked, strict=True):
        for line, entry in zip(statement.lines, entries, strict=True):
            assert (entry.words in line.words) is (drawn.features["memo"] == "words")


@settings(max_examples=EXAMPLES)
@given(drawn_statements.ofx_files(is_for_ofxtools=True))
def test_ofx_is_read_as_ofxtools_reads_it(drawn: DrawnFile) -> None:
    features = drawn.features
    content = drawn.content
    if features["form"] == "xml":
        content = content.decode(features["encoding"]).encode()
    tree = OFXTree()
    root = tree.parse(io.BytesIO(content))

    statements = ofx.read("s", drawn.content)

    assert [
        (line.day, line.amount, line.reference)
        for statement in statements
        for line in statement.lines
    ] == [
        (
            date.fromisoformat(entry.findtext("DTPOSTED", "")[:8]),
            Decimal(entry.findtext("TRNAMT", "").replace(",", ".")),
            entry.findtext("FITID"),
        )
        for entry in root.iter("STMTTRN")
    ]


@settings(max_examples=EXAMPLES)
@given(drawn_statements.csv_files())
def test_csv_is_read_as_it_was_written(drawn: DrawnFile) -> None:
    features = drawn.features
    columns: dict[str, Any] = {
        "one": {"amount": "Amount", "signs": "as written"},
        "inverted": {"amount": "Amount", "signs": "inverted"},
        "two": {"came_in": "In", "went_out": "Out"},
        "flag": {"amount": "Amount", "sign": "D/C"},
    }[features["columns"]]
    layout = Layout(
        date="Day",
        currency="EUR",
        reference="Ref",
        text=("Purpose",),
        balance="Balance" if features["balance"] else "",
        locale=features["locale"],
        encoding="cp1252" if features["encoding"] == "cp1252" else "",
        **columns,
    )

    statements = layouts.read("s", drawn.content, layout, features["locale"], CsvChoices())

    is_as_written(statements, drawn)


@settings(max_examples=EXAMPLES)
@given(drawn_statements.qif_files())
def test_qif_is_read_as_it_was_written(drawn: DrawnFile) -> None:
    assert format_of("s", drawn.content) == "QIF"

    statements = qif.read("s", drawn.content, "EUR")

    is_as_written(statements, drawn)
    assert counting.entries_in(drawn.content, "QIF") == drawn.number


# Forged


def bank_csv(booked: Sequence[Booked]) -> bytes:
    return bank_files.table(booked, newest_first=False)


def csv_read(name: str, content: bytes) -> list[Statement]:
    layout = Layout("Booking date", "Amount", currency="EUR", balance="Balance", locale="en_GB")
    return layouts.read(name, content, layout, "en_GB", CsvChoices())


Write = Callable[[Sequence[Booked]], bytes]
Read = Callable[[str, bytes], list[Statement]]
PROVEN: dict[str, tuple[Write, Read, bytes]] = {
    "CAMT.053": (bank_files.camt, camt.read, rb"<Bal>.*</Bal>"),
    "MT940": (bank_files.mt940, mt940.read, rb":62F:[^\r]*"),
    "MT942": (bank_files.mt942, mt940.read, rb":90D:[^\r]*\r\n:90C:[^\r]*"),
    "CSV with balances": (bank_csv, csv_read, b""),
}
"""The formats that have balances or sums: how one is written and read, and where its proof is."""

MOVED = [
    Booked(date(2026, 10, 2), Decimal("-850.00"), "R1"),
    Booked(date(2026, 10, 5), Decimal("-44.10"), "R2"),
    Booked(date(2026, 10, 9), Decimal("1250.00"), "R3"),
    Booked(date(2026, 10, 9), Decimal("-0.01"), "R4"),
]
FORGED: dict[str, Callable[[Booked], list[Booked]]] = {
    "a cent": lambda line: [Booked(line.day, line.amount + Decimal("0.01"), line.reference)],
    "a sign": lambda line: [Booked(line.day, -line.amount, line.reference)],
    "an entry left out": lambda _: [],
    "an entry twice": lambda line: [line, line],
}


def forged(form: str, booked: Sequence[Booked], at: int, how: str) -> bytes:
    """Return a file in which one movement was changed, with the balances of before."""
    write, _, proof = PROVEN[form]
    good = write(booked)
    changed = write([*booked[:at], *FORGED[how](booked[at]), *booked[at + 1 :]])
    if form != "CSV with balances":
        pattern = re.compile(proof, re.DOTALL)
        (whole,) = pattern.findall(good)
        return pattern.sub(lambda _: whole, changed)
    lines, there = good.split(b"\r\n"), 3 + at
    moved = FORGED[how](booked[at])
    balance = lines[there].rsplit(b";", 1)[1]
    rows = [
        line.rsplit(b";", 1)[0] + b";" + balance
        for line in bank_csv(moved).split(b"\r\n")[3 : 3 + len(moved)]
    ]
    return b"\r\n".join([*lines[:there], *rows, *lines[there + 1 :]])


@pytest.mark.parametrize("form", PROVEN)
@pytest.mark.parametrize("how", FORGED)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_file_that_was_forged_by_one_movement_is_refused(form: str, how: str, at: int) -> None:
    if form == "CSV with balances" and at == 0:
        pytest.skip("a column of balances has no opening balance, which would prove the first row")
    write, read, _ = PROVEN[form]
    (whole,) = read("s", write(MOVED))
    assert [line.amount for line in whole.lines] == [line.amount for line in MOVED]

    with pytest.raises(UsageError, match=r"changed|does not follow|do not lead"):
        read("s", forged(form, MOVED, at, how))


@pytest.mark.parametrize(
    ("form", "was", "now"),
    [
        ("CAMT.053", b">1000.00<", b">1000.01<"),
        ("CAMT.053", b">1355.89<", b">1355.88<"),
        ("CAMT.053", b"CRDT</CdtDbtInd><Dt><Dt>2026-10-31", b"DBIT</CdtDbtInd><Dt><Dt>2026-10-31"),
        ("MT940", b"EUR1000,00", b"EUR1000,01"),
        ("MT940", b"EUR1355,89", b"EUR1355,88"),
        ("MT940", b":62F:C", b":62F:D"),
        ("MT942", b":90D:3EUR894,11", b":90D:3EUR894,12"),
        ("MT942", b":90D:3EUR", b":90D:4EUR"),
        ("CSV with balances", b"1,355.90", b"1,355.91"),
        ("CSV with balances", b"105.90", b"-105.90"),
    ],
)
def test_a_balance_that_was_forged_is_refused(form: str, was: bytes, now: bytes) -> None:
    write, read, _ = PROVEN[form]
    good = write(MOVED)
    assert was in good

    with pytest.raises(UsageError, match=r"changed|does not follow|do not lead"):
        read("s", good.replace(was, now, 1))


AMOUNTS = drawn_statements.AMOUNTS
BOOKED = st.lists(
    st.builds(
        Booked,
        st.dates(date(2026, 10, 1), date(2026, 10, 31)),
        AMOUNTS,
        st.integers(1, 10**9).map("R{}".format),
        reversal=st.just(False),
    ),
    min_size=3,
    max_size=8,
)


def is_true_otherwise(booked: Sequence[Booked], at: int, how: str) -> bool:
    """Whether a CSV file that was forged is a true one of another bank, which writes the newest
    entry first, or what goes out without a minus: +0.01, -0.01, -0.01 beside the balances of +0.01,
    +0.01, -0.01. Nobody can refuse it."""
    balances = [*accumulate((line.amount for line in booked), initial=Decimal(1000))][1:]
    rows = [(line.amount, balance) for line, balance in zip(booked, balances, strict=True)]
    rows[at : at + 1] = [(line.amount, balances[at]) for line in FORGED[how](booked[at])]
    return any(
        all(now - before == sign * amount for (_, before), (amount, now) in pairwise(order))
        for order, sign in ((rows, -1), (rows[::-1], 1), (rows[::-1], -1))
    )


def test_a_forged_file_that_is_a_true_one_of_another_bank_is_known() -> None:
    day = date(2026, 10, 1)
    booked = [Booked(day, Decimal(amount), "R1") for amount in ("0.01", "0.01", "-0.01")]

    assert is_true_otherwise(booked, 1, "a sign")
    assert not is_true_otherwise(MOVED, 1, "a sign")


@pytest.mark.parametrize("form", PROVEN)
@settings(max_examples=EXAMPLES)
@given(BOOKED, st.sampled_from(sorted(FORGED)), st.data())
def test_drawn_files_that_were_forged_are_refused(
    form: str, booked: list[Booked], how: str, data: st.DataObject
) -> None:
    # A column of balances proves a row by its neighbours, and has no opening balance.
    edge = 1 if form == "CSV with balances" else 0
    at = data.draw(st.integers(edge, len(booked) - 1 - edge))
    assume(all(line.amount for line in FORGED[how](booked[at])))
    assume(form != "CSV with balances" or not is_true_otherwise(booked, at, how))

    with pytest.raises(UsageError):
        PROVEN[form][1]("s", forged(form, booked, at, how))
