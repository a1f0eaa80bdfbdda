"""CSV in which no cell is a formula."""

from __future__ import annotations

import csv
import io
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.csv_text import STARTS, csv_text, harmless


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("﹦1", "'﹦1"),
        (" =1+1", "' =1+1"),
        ("\u200b\ufeff=1", "'\u200b\ufeff=1"),
        ("\t=1", "\t'=1"),
        ("\r=1", "\r'=1"),
        ("'=1", "''=1"),
        ("Rent;=1+1", "Rent;'=1+1"),
        ("Rent\n=1+1", "Rent\n'=1+1"),
        ('Rent;"=1', 'Rent;\'"=1'),
        ("-", "'-"),
        ("-12.5.1", "'-12.5.1"),
        ("-1+1", "'-1+1"),
        ("-١", "'-١"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_becomes_text(text: str, safe: str) -> None:
    assert harmless(text) == safe


@pytest.mark.parametrize(
    "text",
    ["", "-12.50", "-3", "1200.5", "-5.0 %", "-5%", "2026-01", "G-1", "a=b", "1+1", "'s Avonds", "a - b", "a@b.example"],
)  # fmt: skip
def test_numbers_and_usual_texts_stay(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.slow
def test_every_form_of_the_four_signs_is_known() -> None:
    forms = {
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.normalize("NFKC", letter) in set("=+-@")
    }

    assert set(STARTS) == forms


_TEXTS = st.text(st.sampled_from(f"{STARTS}'\"; \t\r\n\u200b\u2067a1.%"), max_size=12)


@given(st.lists(_TEXTS, unique=True, max_size=20))
def test_different_texts_stay_different(texts: list[str]) -> None:
    assert len(set(map(harmless, texts))) == len(texts)


@given(st.lists(_TEXTS, min_size=1, max_size=3), st.sampled_from(",;\t"))
def test_no_cell_begins_with_a_sign_however_the_file_is_split(
    texts: list[str], delimiter: str
) -> None:
    content = csv_text(["first"], [texts])
    for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter):
        for cell in row:
            start = cell.lstrip(" \u200b\u2067\t\r\n")
            number = start.rstrip("%").strip().replace(".", "", 1).removeprefix("-")
            assert not start.startswith(tuple(STARTS)) or (number.isascii() and number.isdigit())


def test_a_table_is_written_with_blank_cells_and_quotes() -> None:
    assert csv_text(["a", "=b"], [[None, 'x"y'], [-3, "1,5"]]) == (
        'a,\'=b\r\n,"x""y"\r\n-3,"1,5"\r\n'
    )
    assert csv_text(["a"], [["b"]], line_end="\n") == "a\nb\n"
