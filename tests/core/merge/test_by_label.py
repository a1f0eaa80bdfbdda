"""Rows of a table without IDs stay themselves, whatever changes in them."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.cells.table_rows import Row
from budgettrack.core.merge.by_label import MOST_COMPARED, label_of, match_by_label
from budgettrack.core.records.model import Fields

KNOWN = ("description", "amount", "date")
WORDS = ("Rent", "Taxi", "Posters", "Coordinator", "Tea", "Room hire")


def rows(*fields: Fields) -> list[Row]:
    return [Row(number, "", each) for number, each in enumerate(fields, start=1)]


def bill(description: str, amount: str, date: str = "2026-01-05") -> Fields:
    return {"description": description, "amount": amount, "date": date}


def matched(sheet: list[Row], agreed: dict[str, Fields]) -> list[str]:
    """The ID of each row of the sheet, in its order. '' for a new row."""
    ids = match_by_label("expenses", sheet, KNOWN, agreed)
    return [ids.get(row.number, "") for row in sheet]


def test_every_amount_may_change_at_once() -> None:
    agreed = {"a": bill("Rent", "100"), "b": bill("Taxi", "12"), "c": bill("Tea", "3")}

    assert matched(rows(bill("Rent", "110"), bill("Taxi", "13"), bill("Tea", "4")), agreed) == [
        "a", "b", "c",
    ]  # fmt: skip


def test_a_row_that_is_inserted_among_equals_is_the_new_one() -> None:
    agreed = {"a": bill("Rent", "100", "2026-01-01"), "b": bill("Rent", "100", "2026-03-01")}
    sheet = rows(
        bill("Rent", "100", "2026-01-01"),
        bill("Rent", "100", "2026-02-01"),
        bill("Rent", "100", "2026-03-01"),
    )

    assert matched(sheet, agreed) == ["a", "", "b"]


def test_a_row_that_is_removed_among_equals_is_the_one_that_is_gone() -> None:
    agreed = {month: bill("Rent", "100", f"2026-{month}-01") for month in ("01", "02", "03")}

    assert matched(
        rows(bill("Rent", "100", "2026-01-01"), bill("Rent", "100", "2026-03-01")), agreed
    ) == ["01", "03"]


def test_equal_rows_with_new_amounts_are_told_by_their_dates() -> None:
    agreed = {month: bill("Rent", "100", f"2026-{month}-01") for month in ("01", "02", "03")}
    sheet = rows(bill("Rent", "130", "2026-03-01"), bill("Rent", "110", "2026-01-01"))

    assert matched(sheet, agreed) == ["03", "01"]


def test_the_order_of_the_columns_is_no_difference_of_the_rows() -> None:
    """Of two records that have all that the row has, the one with nothing more is the row."""
    undated = {"amount": "100", "description": "Rent"}
    typed = {"description": "Rent", "amount": "100"}

    assert matched(rows(typed), {"a": bill("Rent", "100"), "b": undated}) == ["b"]


def test_a_label_that_is_mended_leaves_the_row_what_it_was() -> None:
    agreed = {"a": bill("Room hrie", "100"), "b": bill("Taxi", "12")}

    assert matched(rows(bill("Room hire", "100"), bill("Taxi", "12")), agreed) == ["a", "b"]


def test_two_rows_that_could_both_be_the_mended_one_are_new() -> None:
    agreed = {"a": bill("Room hrie", "100")}

    assert matched(rows(bill("Room hire", "100"), bill("Hall", "100")), agreed) == ["", ""]


def test_a_row_with_an_unreadable_cell_is_known_by_its_label() -> None:
    agreed = {"a": bill("Rent", "100"), "b": bill("Taxi", "12")}
    unreadable = Row(1, "", {"description": "Taxi", "date": "2026-01-05"}, frozenset({"amount"}))

    assert match_by_label("expenses", [unreadable], KNOWN, agreed) == {1: "b"}


def test_a_label_is_the_first_text_that_a_row_has() -> None:
    assert label_of("budget", {"grant": "G-1", "category": "Staff"}) == "Staff"
    assert label_of("budget", {"amount": "100"}) == ""


def test_very_many_equals_are_told_by_their_order() -> None:
    count = int(MOST_COMPARED**0.5) + 1
    agreed = {f"{number}": bill("Tea", f"{number}") for number in range(count)}
    sheet = rows(*(bill("Tea", f"{number}.5", "2026-02-02") for number in range(count)))

    assert matched(sheet, agreed) == list(agreed)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_rows_stay_themselves_when_they_are_moved_or_their_amounts_change(
    words: list[str], chance: random.Random
) -> None:
    """Either the order changes or the amounts: of equal labels nobody could tell both."""
    agreed = {
        f"{place}": bill(word, f"{place + 1}", f"2026-01-{place + 1:02d}")
        for place, word in enumerate(words)
    }
    sheet = rows(*agreed.values())
    moved = chance.sample(sheet, len(sheet))
    raised = [
        replace(row, fields={**row.fields, "amount": row.fields["amount"] + ".75"}) for row in moved
    ]

    for changed in (moved, raised):
        ids = match_by_label("expenses", changed, KNOWN, agreed)
        assert ids == {row.number: f"{row.number - 1}" for row in changed}
