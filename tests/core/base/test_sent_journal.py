"""The journal of what was sent: what is written is read, and no altered text is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.sent_journal import (
    LIMIT,
    JournalEntry,
    delivery_hash,
    journal_text,
    read_journal,
    reader_hash,
    with_more,
)

KEY, MARK = b"k" * 32, "5d6c"
HASHES = st.text("0123456789abcdef", min_size=12, max_size=12)
ROUNDS = st.from_regex(r"\A20\d\d-(0[1-9]|1[0-2]|W[0-4]\d)\.[1-9]\Z")
JOURNALS = st.dictionaries(
    ROUNDS, st.dictionaries(HASHES, st.builds(JournalEntry, st.integers(0, 400), st.booleans()))
)


@pytest.mark.slow
@given(JOURNALS)
def test_what_is_written_is_read(journal: dict[str, dict[str, JournalEntry]]) -> None:
    assert read_journal(journal_text(journal, KEY, MARK), KEY, MARK) == journal


def test_no_text_is_an_empty_journal() -> None:
    assert read_journal(None, KEY, MARK) == read_journal("", KEY, MARK) == {}


@given(st.data())
def test_an_altered_journal_is_not_believed(data: st.DataObject) -> None:
    text = journal_text({"2026-10.1": {"5f3a0c9d11e2": JournalEntry(1, True)}}, KEY, MARK)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda char: char != text[at]))
    assert read_journal(text[:at] + other + text[at + 1 :], KEY, MARK) is None
    assert read_journal(text[:at], KEY, MARK) in (None, {})


def test_a_journal_of_another_key_or_another_register_is_not_believed() -> None:
    text = journal_text({"2026-10.1": {"5f3a0c9d11e2": JournalEntry(1, True)}}, KEY, MARK)
    assert read_journal(text, b"x" * 32, MARK) is None
    assert read_journal(text, KEY, "other") is None
    assert read_journal("2026-10.1:5f3a0c9d11e21+", KEY, MARK) is None


def test_the_oldest_rounds_go_when_it_is_full() -> None:
    months = [f"{year}-{month:02}.1" for year in range(2020, 2030) for month in range(1, 13)]
    full = {month: {f"{n:012x}": JournalEntry(1, True) for n in range(40)} for month in months}
    text = journal_text(full, KEY, MARK)
    kept = read_journal(text, KEY, MARK)
    assert LIMIT - 1000 < len(text) <= LIMIT
    assert kept is not None
    assert [*kept] == months[-len(kept) :]
    assert kept[months[-1]] == full[months[-1]]


def test_the_newest_round_is_whole_even_if_it_is_larger_than_all_that_fits() -> None:
    large = {"2026-10.1": {f"{n:012x}": JournalEntry(1, True) for n in range(5000)}}
    assert read_journal(journal_text(large, KEY, MARK), KEY, MARK) == large


def test_what_is_known_is_never_forgotten_by_a_newer_entry() -> None:
    known = {"2026-10.1": {"a" * 12: JournalEntry(2, True)}, "2026-11.1": {}}
    more = with_more(
        known, "2026-10.1", {"a" * 12: JournalEntry(1, False), "b" * 12: JournalEntry(1, False)}
    )
    assert more["2026-10.1"] == {"a" * 12: JournalEntry(2, True), "b" * 12: JournalEntry(1, False)}
    assert [*more] == ["2026-11.1", "2026-10.1"]


def test_a_reader_is_known_by_address_and_subject_whatever_the_spelling() -> None:
    known = reader_hash(KEY, "funder:G-1", "officer@fund.example.org")
    assert known == reader_hash(KEY, "funder:g-1", " Officer@FUND.example.org ")
    others = (
        reader_hash(KEY, "funder:G-2", "officer@fund.example.org"),
        reader_hash(KEY, "funder:G-1", "other@fund.example.org"),
        reader_hash(b"x" * 32, "funder:G-1", "officer@fund.example.org"),
    )
    assert known not in others
    assert delivery_hash(KEY, "2026-10.1", "report", known) != delivery_hash(
        KEY, "2026-10.2", "report", known
    )
    assert "officer" not in known
