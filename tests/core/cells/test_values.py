"""One cell at a time: what is read, what is reported, and that nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import product
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.grids import CellError, NoValue, Value
from budgettrack.core.cells.reading import CellKind, Reading
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import is_counted_id, read
from budgettrack.core.records.tables import YES
from tests.world.readings import amount, code


def words(problem: Reading) -> str:
    assert isinstance(problem, Finding)
    found = Finding(problem.code, values=problem.values)
    return f"{found.problem} {found.remedy}"


@pytest.mark.parametrize(
    ("value", "choices", "text"),
    [
        ("Under_Way", ("planned", "under way"), "under way"),
        (" under  WAY ", ("planned", "under way"), "under way"),
        ("half year", ("half-year", "year"), "half-year"),
        ("friends & family", ("peers", "friends and family"), "choice-unknown"),
        (True, YES, "yes"),
        (False, YES, "no"),
        ("Y", YES, "yes"),
        ("x", YES, "yes"),
        ("TRUE", YES, "yes"),
        ("x", ("paid",), "choice-unknown"),
        ("Payée", ("committed", "paid"), "paid"),
        ("à payer", ("committed", "paid"), "committed"),
        ("attendue", ("expected", "received"), "expected"),
        ("получена", ("expected", "received"), "received"),
        (1, ("paid",), "choice-unknown"),
        (True, ("paid",), "choice-unknown"),
    ],
)
def test_choices(value: Value, choices: tuple[str, ...], text: str) -> None:
    assert amount(read(value, "choice", "en", choices)) == text


TELEPHONES_AND_ADDRESSES = (
    *("030-1234567", "0170-123456", "0170.1234567", "030/123456", "0661-2345", "030_12", "1-2-3"),
    *("Lindenstr.4", "Hauptstr.12", "Main-St-12", "17-Juni-135", "Anna1", "dr.mueller1"),
    *("10115Berlin", "SW1A1AA", "10115", "A-1010", "u33dc0cpnt"),
    *("Кирова5", "Мир5", "北京路12号", "北京路12", "شارع٥"),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("O-2", "O-2"),
        (" o-2 ", "o-2"),
        ("GR-12", "GR-12"),
        (7.0, "7"),
        ("م-٢", "م-٢"),
        ("O\u20113", "O-3"),
        ("NGO/101", "NGO/101"),
        ("Z2", "Z2"),
        ("1234", "to-is-no-code"),
        ("Outlet12", "to-is-no-code"),
        *((typed, "to-is-no-code") for typed in TELEPHONES_AND_ADDRESSES),
        ("Anna", "to-is-no-code"),
        ("Anna B.", "to-is-no-code"),
        ("anna-maria", "to-is-no-code"),
        ("12 High Street", "to-is-no-code"),
        ("Station 2", "to-is-no-code"),
        ("anna@peers.example", "to-is-no-code"),
        ("a1@peers.eu", "to-is-no-code"),
        ("123456", "to-is-no-code"),
        (491701234567.0, "to-is-no-code"),
        ("+491701234", "to-is-no-code"),
        ("Улица-Мира-12а", "to-is-no-code"),
        ("O-1\nO-2", "to-is-no-code"),
        ("O-1, O-2", "to-is-no-code"),
        (datetime.fromisoformat("2026-02-01"), "to-is-no-code"),
        (True, "to-is-no-code"),
    ],
)
def test_a_code_has_a_number_and_is_no_name_no_address_and_no_telephone(
    value: Value, text: str
) -> None:
    reading = read(value, "code", "en")

    assert amount(reading) == text
    # What may be a name is quoted nowhere.
    assert not isinstance(reading, Finding) or reading.values == ()


@pytest.mark.parametrize("kind", ["id", "reference"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("B-1.2", "B-1.2"),
        ("report:G-1:2026-Q1", "report:G-1:2026-Q1"),
        (4001.0, "4001"),
        (6000, "6000"),
        ("007", "007"),
        ("indirect (10%)", "indirect (10%)"),
        ("Travel\u00a0 costs ", "Travel costs"),
        ("ميزانية-١", "ميزانية-١"),
        ("\u200fب-١", "ب-١"),
        ("B-1\u200c\u00ad", "B-1"),
        ("B-\u202e1", "B-1"),
        ("خانه\u200cی", "خانه\u200cی"),
        ("Cafe\u0301", "Café"),
        ("two\nlines", "id-not-usable"),
        ("x" * 61, "id-not-usable"),
        ("a[1]", "id-not-usable"),
        ("a\x07b", "id-not-usable"),
        (datetime.fromisoformat("2026-02-01"), "id-not-usable"),
        (True, "id-not-usable"),
        (1e15, "id-not-usable"),
        (float("inf"), "id-not-usable"),
    ],
)
def test_ids_and_references(kind: CellKind, value: Value, text: str) -> None:
    assert amount(read(value, kind, "en")) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  two\r\nlines\u00a0", "two\nlines"),
        ("مرحبا 👩🏾‍🤝‍👩🏼 שלום", "مرحبا 👩🏾‍🤝‍👩🏼 שלום"),
        ("a\u00a0b", "a\u00a0b"),
        ("a\x00b\x0bc\ud800", "a\ufffdb\ufffdc\ufffd"),
        ("tab\there", "tab\there"),
        ("=1+1", "=1+1"),
        (12.0, "12"),
        (123456789012345678, "123456789012346000"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (date(2026, 3, 12), "2026-03-12"),
        (datetime.fromisoformat("2026-03-12T09:30"), "2026-03-12 09:30"),
        (time(9, 30), "09:30"),
        ("x" * 10_000, "x" * 10_000),
        ("x" * 10_001, "text-too-long"),
        ("é" * 50_000, "text-too-long"),
    ],
)
def test_text_stays_as_people_typed_it(value: Value, text: str) -> None:
    assert amount(read(value, "text", "en")) == text


def test_a_percentage_in_a_text_cell_is_what_its_spreadsheet_shows() -> None:
    assert read(0.5, "text", "en", percent=True) == "50%"


@pytest.mark.parametrize(
    "kind",
    ["id", "text", "choice", "date", "month", "money", "number", "percent", "currency", "link"],
)
def test_errors_and_formulas_without_value_are_never_blank(kind: CellKind) -> None:
    assert code(read(CellError("#REF!"), kind, "en")) == "cell-error"
    assert code(read(NoValue(), kind, "en")) == "formula-without-value"


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("1.2OO", "money", '"1.2OO" is not an amount. Type digits, such as 1200.50.'),
        ("Ask the office in Harbour", "money", "This text is not an amount. Type digits, such as 1200.50."),
        ("12/03/2026", "date", '"12/03/2026" can be read as 2026-03-12 or as 2026-12-03. Type it as year-month-day, such as 2026-03-12.'),
        (0.5, "percent", '"0.5" can mean 0.5 % or 50 %. Type it with its sign, such as 50%.'),
        ("a\nb", "id", "This ID cannot be used: it has a line break. Type a short code such as B-1.2, or clear the cell."),
        ("x" * 10_001, "text", "This text has 10001 characters; a cell may have 10000. Shorten it, or move it to a document and put the link here."),
        (CellError("#REF!"), "money", "The cell shows #REF!. Correct its formula, or type the value."),
        ("maybe", "choice", "This text is not one of: yes, no. Choose one of them."),
        ("12 x", "number", '"12 x" is not a number. Type digits, such as 12 or 12.5.'),
    ],
)  # fmt: skip
def test_words(value: Value, kind: CellKind, said: str) -> None:
    assert words(read(value, kind, "en", YES if kind == "choice" else ())) == said


@pytest.mark.slow
@given(
    st.text(),
    st.sampled_from(
        ["id", "text", "date", "month", "money", "number", "percent", "currency", "label"]
    ),
)
def test_whatever_is_typed_is_read_or_reported(text: str, kind: CellKind) -> None:
    reading = read(text, kind, "en")
    if isinstance(reading, Finding):
        assert words(reading)
        assert reading.code in CODES
    elif isinstance(reading, str):
        assert read(reading, kind, "en") == reading


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("L-3", "L-3"),
        ("NX25-0533", "NX25-0533"),
        (" nx 1 ", "nx 1"),
        ("LOT 12\u2013A", "LOT 12-A"),
        ("NX\u20111", "NX-1"),
        (533.0, "533"),
        ("Petra Zq", "to-is-no-code"),
        ("Petra", "to-is-no-code"),
        ("Petra7", "to-is-no-code"),
        ("12 High Street", "to-is-no-code"),
        ("Elm St 12", "to-is-no-code"),
        ("Мира 5", "to-is-no-code"),
        ("N" + "1" * 30, "to-is-no-code"),
        ("L-1\nL-2", "to-is-no-code"),
        (True, "to-is-no-code"),
    ],
)
def test_a_lot_is_an_id_or_a_batch_and_no_name(value: Value, text: str) -> None:
    reading = read(value, "lot", "en")

    assert amount(reading) == text
    # What may be a name is quoted nowhere.
    if isinstance(reading, Finding):
        assert dict(reading.values) == {}


def test_an_id_that_the_program_makes_is_read_as_it_is_and_is_no_label_of_a_total() -> None:
    """Such an ID is taken as it is, so no word of the labels in any language may look like one."""
    begins = [*ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
    made = [f"{begin}-{number}" for begin in begins for number in (1, 2026, 123456789012)]

    assert all(map(is_counted_id, made))
    assert [read(id_, "id", "en") for id_ in made] == made
    assert [id_ for id_ in made if total_label(id_)] == []


@pytest.mark.parametrize(
    "text", ["", "E-", "e-1", "E1", "ABC-1", "E-1 ", "E-1a", "E-\u0661", "E-1\n", "Total", "7"]
)
def test_any_other_text_is_no_id_that_the_program_made(text: str) -> None:
    assert not is_counted_id(text)
