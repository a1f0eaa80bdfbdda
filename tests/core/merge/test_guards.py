"""What looks like an accident is refused, with the numbers and the option that overrides it."""

from __future__ import annotations

from budgettrack.core.merge.guards import Limits, alterations, missing, removals
from budgettrack.core.merge.merge import Change
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BUDGET, WORK_PLAN

AGREED: dict[str, Fields] = {
    f"B-{n}": {"amount": str(n), "description": f"d{n}"} for n in range(1, 31)
}


def gone(number: int) -> list[Change]:
    return [
        Change("remove", "budget", f"B-{n}", (("amount", str(n), ""),))
        for n in range(1, number + 1)
    ]


def test_an_emptied_tab_is_refused() -> None:
    (problem,) = removals(BUDGET, AGREED, {}, gone(30), Limits())

    assert (
        problem
        == "The tab Budget is empty; it had 30 rows. Bring them back (File, Version history, or"
        " the previous copy), or confirm with --allow removals."
    )


def test_more_than_a_fifth_and_more_than_five_removed_rows_are_refused() -> None:
    left = dict(list(AGREED.items())[7:])

    assert removals(BUDGET, AGREED, left, gone(7), Limits()) == [
        "7 of 30 rows are gone from the tab Budget. Bring them back, or confirm with --allow"
        " removals."
    ]
    assert removals(BUDGET, AGREED, left, gone(6), Limits()) == []


def test_five_rows_of_a_small_table_may_go() -> None:
    small = dict(list(AGREED.items())[:8])

    assert removals(BUDGET, small, dict(list(small.items())[5:]), gone(5), Limits()) == []


def test_a_missing_tab_or_heading_is_refused_where_records_are_known() -> None:
    assert missing(BUDGET, AGREED, False, frozenset()) == [
        "The tab Budget is missing or cannot be told from another; it held 30 rows. "
        "Give it back its name, or go on without it with --allow missing."
    ]
    assert missing(BUDGET, AGREED, True, frozenset({"amount", "unit"})) == [
        "The tab Budget has no usable heading Amount any more. "
        "Give it back its heading, or go on without it with --allow missing."
    ]
    assert missing(BUDGET, {}, False, frozenset()) == []


def altered(table: str, field: str, moves: list[tuple[str, str]]) -> list[Change]:
    return [
        Change("alter", table, f"B-{n}", ((field, old, new),))
        for n, (old, new) in enumerate(moves, 1)
    ]


def test_a_column_sorted_against_its_ids_is_refused() -> None:
    moves = [(str(n), str(8 - n)) for n in range(1, 8) if n != 4]

    assert alterations(BUDGET, AGREED, altered("budget", "amount", moves), Limits()) == [
        "6 values of the column Amount in the tab Budget stand in other rows than before: it looks"
        " sorted or shifted without its IDs. Undo that, or confirm with --allow changes."
    ]


def test_a_column_shifted_by_one_is_refused_even_where_one_value_fell_off() -> None:
    moves = [(f"d{n}", f"d{n + 1}") for n in range(1, 8)]

    (problem,) = alterations(BUDGET, AGREED, altered("budget", "description", moves), Limits())
    assert "looks sorted or shifted" in problem


def test_many_new_amounts_are_refused_and_many_progress_notes_are_not() -> None:
    amounts = altered("budget", "amount", [(str(n), str(n * 1000)) for n in range(1, 8)])
    notes = altered("work_plan", "progress_note", [(f"old {n}", f"new {n}") for n in range(1, 31)])

    assert alterations(BUDGET, AGREED, amounts, Limits()) == [
        "7 of 30 rows of the tab Budget have other amounts, dates or references than before. "
        "Check them, or confirm with --allow changes."
    ]
    assert alterations(WORK_PLAN, AGREED, notes, Limits()) == []


def test_filling_blank_cells_is_never_refused() -> None:
    filled = altered("budget", "amount", [("", str(n)) for n in range(1, 31)])

    assert alterations(BUDGET, AGREED, filled, Limits()) == []


def test_a_guard_speaks_of_the_tab_by_its_own_name() -> None:
    (few,) = removals(BUDGET, AGREED, ["B-30"], gone(20), Limits(), "Ausgaben")
    (none,) = removals(BUDGET, AGREED, [], gone(30), Limits(), "Ausgaben")

    assert few.startswith("20 of 30 rows are gone from the tab Ausgaben. ")
    assert none.startswith("The tab Ausgaben is empty; it had 30 rows. ")
