"""What a bank's entry is likely to be, and statement and register compared: for all inputs the
differences add up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.bank.matching import (
    Movement,
    Proposal,
    StatementEntry,
    movements,
    propose,
    reconcile,
)
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of

DAY = date(2026, 10, 5)
GRANT: Fields = {
    "id": "G-1",
    "funder": "Fund",
    "currency": "EUR",
    "state": "active",
    "start": "2026-01-01",
    "end": "2026-12-31",
}
LINES: list[Fields] = [{"id": f"B-{n}", "grant": "G-1", "amount": "5000"} for n in (1, 2)]


def spent(id_: str, day: str, amount: str, line: str = "B-1", **more: str) -> Fields:
    return {"id": id_, "date": day, "amount": amount, "budget_line": line, "state": "paid", **more}


def proposed(
    entry: StatementEntry,
    expenses: list[Fields],
    income: list[Fields] | None = None,
    ties: dict[str, tuple[str, str]] | None = None,
) -> Proposal:
    rows = {"grants": [GRANT], "budget": LINES, "expenses": expenses, "income": income or []}
    records = {table: {row["id"]: row for row in found} for table, found in rows.items()}
    plan, problems = plan_of(records, base="EUR")
    assert not problems
    return propose(plan, records, [entry], ties or {})[0]


def entry(
    units: int, day: date = DAY, words: str = "", mark: str = "m", reversal: bool = False
) -> StatementEntry:
    return StatementEntry("statement, entry 1", mark, day, units, "EUR", reversal, words)


def test_a_row_of_the_same_amount_near_that_day_is_a_likely_duplicate() -> None:
    for day, what in (
        ("2026-10-01", "duplicate"),
        ("2026-10-10", "duplicate"),
        ("2026-09-29", "new"),
    ):
        found = proposed(entry(-12050), [spent("E-1", day, "120.50")])
        assert (found.what, found.id) == (what, "E-1" if what == "duplicate" else "")
    assert proposed(entry(12050), [spent("E-1", "2026-10-05", "120.50")]).what == "new"


def test_an_order_that_waits_for_the_amount_is_named_and_an_entry_added_before_is_known() -> None:
    order = spent("E-1", "2026-08-01", "120.50", state="committed")
    assert (proposed(entry(-12050), [order]).what, proposed(entry(-12050), [order]).id) == (
        "open",
        "E-1",
    )
    assert proposed(entry(-12050), [order], ties={"m": ("expenses", "E-1")}).what == "known"
    expected: Fields = {
        "id": "I-1",
        "date": "2026-10-01",
        "grant": "G-1",
        "state": "expected",
        "amount": "300",
    }
    assert proposed(entry(30000), [], [expected]).id == "I-1"


def test_the_line_is_that_of_past_rows_alike_and_none_where_they_disagree() -> None:
    rent = spent("E-1", "2026-08-05", "850", description="Rent of the room")
    food = spent("E-2", "2026-09-05", "40", "B-2", description="Food for the meeting")
    same = proposed(entry(-85000), [rent, food])
    assert (same.line, same.grant, same.like, same.why) == ("B-1", "G-1", "E-1", "the same amount")
    by_word = proposed(entry(-4410, words="FOOD 4711"), [rent, food])
    assert (by_word.line, by_word.why) == ("B-2", "a word in common")
    other = spent("E-3", "2026-09-06", "850", "B-2", description="Training")
    torn = proposed(entry(-85000), [rent, other])
    assert (torn.what, torn.line, torn.like) == ("new", "", "")
    settled = proposed(entry(-85000, words="rent october"), [rent, other])
    assert (settled.line, settled.why) == ("B-1", "the same amount and a word in common")


def test_a_line_whose_grant_is_over_is_not_proposed() -> None:
    assert proposed(entry(-85000, date(2027, 2, 1)), [spent("E-1", "2026-08-05", "850")]).line == ""


def test_money_in_goes_where_past_money_went_and_a_reversal_is_a_refund() -> None:
    past: Fields = {
        "id": "I-1",
        "date": "2026-03-01",
        "grant": "G-1",
        "kind": "instalment",
        "state": "received",
    }
    found = proposed(entry(100000), [], [{**past, "amount": "1000"}])
    assert (found.table, found.grant, found.kind, found.like) == (
        "income",
        "G-1",
        "instalment",
        "I-1",
    )
    back = proposed(entry(85000, reversal=True), [spent("E-1", "2026-08-05", "850")])
    assert (back.table, back.line, back.what) == ("expenses", "B-1", "new")
    bounced = proposed(entry(-85000, reversal=True), [])
    assert (bounced.table, bounced.kind) == ("income", "returned to funder")


def test_one_row_stands_for_one_entry() -> None:
    records = {
        "grants": {"G-1": GRANT},
        "budget": {row["id"]: row for row in LINES},
        "expenses": {"E-1": spent("E-1", "2026-10-05", "10")},
        "income": {},
    }
    plan, _ = plan_of(records, base="EUR")
    pair = [entry(-1000, mark="a"), entry(-1000, mark="b")]
    assert [each.what for each in propose(plan, records, pair, {})] == ["duplicate", "new"]


def test_a_receipt_over_several_rows_is_one_movement_and_what_did_not_come_by_bank_none() -> None:
    records: dict[str, dict[str, Fields]] = {
        "grants": {"G-1": GRANT},
        "budget": {row["id"]: row for row in LINES},
        "expenses": {
            "E-1": spent("E-1", "2026-10-05", "60", receipt_total="100"),
            "E-2": spent("E-2", "2026-10-05", "40", "B-2", split_of="E-1"),
            "E-3": spent("E-3", "2026-10-06", "15", state="refunded"),
            "E-4": spent("E-4", "2026-10-06", "15", state="committed"),
        },
        "income": {
            "I-1": {
                "id": "I-1",
                "date": "2026-01-01",
                "grant": "G-1",
                "kind": "opening balance",
                "state": "received",
            }
            | {"amount": "500"},
            "I-2": {
                "id": "I-2",
                "date": "2026-10-09",
                "grant": "G-1",
                "kind": "instalment",
                "state": "received",
            }
            | {"amount": "500", "received_amount": "430.10", "received_currency": "GBP"},
            # A host keeps it of money that had come before.
            "I-3": {
                "id": "I-3",
                "date": "2026-10-09",
                "grant": "G-1",
                "kind": "host fee",
                "state": "received",
            }
            | {"amount": "50"},
        },
    }
    plan, _ = plan_of(records, base="EUR")
    assert [(each.id, each.units, each.currency) for each in movements(plan)] == [
        ("E-1", -10000, "EUR"),
        ("E-3", 1500, "EUR"),
        ("I-2", 43010, "GBP"),
    ]


# Comparing

DAYS = st.integers(0, 75).map(lambda n: date(2026, 9, 10) + timedelta(days=n))
UNITS = st.sampled_from((-500, -300, 300, 500, 700))
ENTRIES = st.lists(st.tuples(DAYS, UNITS, st.sampled_from(("EUR", "GBP"))), max_size=12)


@pytest.mark.slow
@given(ENTRIES, ENTRIES, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=4))
def test_the_differences_explain_to_the_cent_why_both_do_not_move_alike(
    at_bank: list[tuple[date, int, str]],
    in_register: list[tuple[date, int, str]],
    tied: list[tuple[int, int]],
) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    entries = [
        StatementEntry(f"entry {n}", f"m{n}", day, units, code)
        for n, (day, units, code) in enumerate(at_bank)
    ]
    there = [
        Movement("expenses", f"E-{n}", day, units, code)
        for n, (day, units, code) in enumerate(in_register)
    ]
    ties = {f"m{entry}": ("expenses", f"E-{row}") for entry, row in tied}
    pairs = reconcile(entries, there, ties, first, last)
    for code in ("EUR", "GBP"):
        banked = sum(
            each.units for each in entries if each.currency == code and first <= each.day <= last
        )
        booked = sum(
            each.units for each in there if each.currency == code and first <= each.day <= last
        )
        assert sum(each.difference for each in pairs if each.currency == code) == banked - booked
    seen = [id(each.entry) for each in pairs if each.entry] + [
        id(each.movement) for each in pairs if each.movement
    ]
    assert len(seen) == len(set(seen))
    inside = {each.mark for each in entries if first <= each.day <= last}
    assert inside <= {each.entry.mark for each in pairs if each.entry}
    assert all(each.difference == 0 for each in pairs if each.state == "matched")


@given(ENTRIES, ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_the_file_decides_nothing(
    at_bank: list[tuple[date, int, str]], in_register: list[tuple[date, int, str]], chance: object
) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    entries = [
        StatementEntry(f"entry {n}", f"m{n}", day, units, code)
        for n, (day, units, code) in enumerate(at_bank)
    ]
    there = [
        Movement("expenses", f"E-{n}", day, units, code)
        for n, (day, units, code) in enumerate(in_register)
    ]
    one = reconcile(entries, there, {}, first, last)
    chance.shuffle(entries)  # type: ignore[attr-defined]
    chance.shuffle(there)  # type: ignore[attr-defined]
    two = reconcile(entries, there, {}, first, last)
    assert sorted((each.state, each.difference) for each in one) == sorted(
        (each.state, each.difference) for each in two
    )


def test_a_row_that_an_entry_was_added_for_is_no_duplicate_of_another_entry() -> None:
    """Two fares of the same sum on one day: the first was imported before, the second is new."""
    rows = {"grants": [GRANT], "budget": LINES, "expenses": [spent("E-1", "2026-10-05", "2.50")]}
    records: dict[str, dict[str, Fields]] = {
        table: {row["id"]: row for row in found} for table, found in rows.items()
    }
    records["income"] = {}
    plan, _ = plan_of(records, base="EUR")
    entries = [entry(-250, mark="first"), entry(-250, mark="second")]

    found = propose(plan, records, entries, {"first": ("expenses", "E-1")})

    assert [each.what for each in found] == ["known", "new"]
    assert [each.what for each in propose(plan, records, entries, {})] == ["duplicate", "new"]
