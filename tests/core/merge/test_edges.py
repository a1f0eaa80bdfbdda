"""Merge and identity at their edges: each case once went wrong when one sign of them was another."""

from __future__ import annotations

from collections.abc import Mapping

from budgettrack.core.cells.table_rows import Row, TableRows
from budgettrack.core.merge.guards import Limits, alterations
from budgettrack.core.merge.identity import identify
from budgettrack.core.merge.merge import Change, SheetSide, applied, merge
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BUDGET, EXPENSES

ONE: Fields = {"grant": "G-1", "amount": "100"}
TWO: Fields = {"grant": "G-1", "amount": "200"}


def read(*rows: Row, writable: bool = True, columns: Mapping[str, int] | None = None) -> TableRows:
    return TableRows(
        table=BUDGET,
        tab=BUDGET.tab,
        heading_row=0,
        columns=columns or {"id": 0, "grant": 1, "amount": 2},
        rows=rows,
        formulas=frozenset(),
        protected=frozenset(),
        missing=frozenset(),
        next_row=len(rows) + 1,
        writable=writable,
        turned=frozenset(),
    )


def row(number: int, id_: str, fields: Fields) -> Row:
    return Row(number, id_, fields, frozenset())


# ---- what stands on both sides


def test_a_row_of_the_register_is_agreed_only_in_what_the_sheet_shows() -> None:
    there: Fields = {"amount": "9", "date": "2026-01-01", "receipt": "R-7"}
    sheet = SheetSide({}, frozenset({"amount", "date"}))

    merged = merge(EXPENSES, {}, {"E-1": there}, sheet)

    assert merged.agreed == {"E-1": {"amount": "9", "date": "2026-01-01"}}
    assert [change.record for change in merged.to_sheet] == [{"amount": "9", "date": "2026-01-01"}]
    shown = applied({}, merged.to_sheet)
    again = merge(
        EXPENSES,
        {"E-1": {"amount": "9", "date": "2026-01-01"}},
        {"E-1": there},
        SheetSide(shown, frozenset({"amount", "date"})),
    )
    assert (again.to_sheet, again.to_register, again.conflicts) == ([], [], [])


def test_a_field_without_a_column_is_left_alone() -> None:
    agreed: Fields = {"amount": "9"}
    there: Fields = {"amount": "9", "receipt": "R-7"}
    sheet = SheetSide({"E-1": {"amount": "10"}}, frozenset({"amount"}))

    merged = merge(EXPENSES, {"E-1": agreed}, {"E-1": there}, sheet)

    assert [change.fields for change in merged.to_register] == [(("amount", "9", "10"),)]
    assert merged.to_sheet == []


def test_an_unreadable_cell_changes_nothing_and_its_neighbours_still_do() -> None:
    base: Fields = {"amount": "9", "description": "paper"}
    sheet = SheetSide(
        {"E-1": {"description": "ink"}},
        frozenset({"amount", "description"}),
        unreadable=frozenset({("E-1", "amount")}),
    )

    merged = merge(EXPENSES, {"E-1": base}, {"E-1": base}, sheet)

    assert [change.fields for change in merged.to_register] == [(("description", "paper", "ink"),)]
    assert merged.agreed == {"E-1": {"amount": "9", "description": "ink"}}


def test_a_value_that_both_sides_cleared_is_agreed_as_none() -> None:
    base: Fields = {"amount": "9", "description": "paper"}
    now: Fields = {"amount": "9"}
    known = frozenset({"amount", "description"})

    merged = merge(EXPENSES, {"E-1": base}, {"E-1": now}, SheetSide({"E-1": now}, known))

    assert merged.agreed == {"E-1": now}
    assert merged.conflicts == []


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    base: Fields = {"amount": "9"}
    now: Fields = {"amount": "10"}

    merged = merge(
        EXPENSES, {"E-1": base}, {"E-1": now}, SheetSide({"E-1": now}, frozenset({"amount"}))
    )

    assert (merged.to_sheet, merged.to_register, merged.conflicts) == ([], [], [])
    assert merged.agreed == {"E-1": now}


def test_a_choice_by_key_settles_its_conflict_and_no_other() -> None:
    base: Fields = {"amount": "9"}
    sheet = SheetSide({id_: {"amount": "10"} for id_ in ("E-1", "E-2")}, frozenset({"amount"}))
    there: dict[str, Fields] = {id_: {"amount": "11"} for id_ in ("E-1", "E-2")}

    merged = merge(
        EXPENSES,
        {"E-1": base, "E-2": base},
        there,
        sheet,
        keep={"expenses/E-1.amount": "sheet"},
    )

    assert [change.id for change in merged.to_register] == ["E-1"]
    assert [conflict.id for conflict in merged.conflicts] == ["E-2"]


def test_a_row_with_a_formula_is_not_removed_with_the_registers() -> None:
    base: Fields = {"amount": "9"}
    plain = SheetSide({"E-1": base}, frozenset({"amount"}))
    formula = SheetSide(
        {"E-1": base}, frozenset({"amount"}), formulas=frozenset({("E-1", "amount")})
    )

    removed = merge(EXPENSES, {"E-1": base}, {}, plain)
    kept = merge(EXPENSES, {"E-1": base}, {}, formula)
    chosen = merge(EXPENSES, {"E-1": base}, {}, formula, keep={"expenses/E-1": "sheet"})

    assert [change.kind for change in removed.to_sheet] == ["remove"]
    assert removed.agreed == {"E-1": None}
    assert [conflict.kind for conflict in kept.conflicts] == ["removed in register"]
    assert kept.to_sheet == []
    assert [change.kind for change in chosen.to_register] == ["add"]
    assert chosen.agreed == {"E-1": base}


def test_a_row_that_was_removed_here_and_changed_there_is_a_conflict_until_it_is_settled() -> None:
    base: Fields = {"amount": "9"}
    there: Fields = {"amount": "10"}
    sheet = SheetSide({}, frozenset({"amount"}))

    open_ = merge(EXPENSES, {"E-1": base}, {"E-1": there}, sheet)
    settled = merge(
        EXPENSES, {"E-1": base}, {"E-1": there}, sheet, keep={"expenses/E-1": "register"}
    )

    assert [conflict.kind for conflict in open_.conflicts] == ["removed in sheet"]
    assert open_.to_register == open_.to_sheet == []
    assert [change.record for change in settled.to_sheet] == [there]
    assert settled.agreed == {"E-1": there}


# ---- which row is which


def test_of_a_row_and_its_copy_with_more_in_it_the_row_keeps_the_id() -> None:
    """Both have all that was agreed; somebody filled in one field more of the copy."""
    more: Fields = {**ONE, "category": "Rent"}
    for rows, kept in (
        ((row(1, "B-1", ONE), row(2, "B-1", more)), 1),
        ((row(1, "B-1", more), row(2, "B-1", ONE)), 2),
    ):
        found = identify(read(*rows), {"B-1": ONE}, {"B-1"})
        assert found.rows["B-1"].number == kept


def test_of_two_rows_with_an_id_that_was_never_agreed_the_upper_keeps_it() -> None:
    found = identify(read(row(1, "B-7", TWO), row(2, "B-7", ONE)), {}, frozenset())

    assert found.rows["B-7"].number == 1
    assert [(finding.code, finding.row) for finding in found.findings] == [("duplicate-id", 2)]


def test_new_ids_go_down_the_sheet_whether_a_row_had_none_or_a_copied_one() -> None:
    found = identify(
        read(row(1, "B-1", ONE), row(2, "B-1", TWO), row(3, "", {"grant": "G-2"})),
        {"B-1": ONE},
        {"B-1"},
    )

    assert found.given == ((2, "B-2"), (3, "B-3"))


def test_a_row_of_one_field_alone_is_no_rename() -> None:
    one: Fields = {"amount": "100"}

    found = identify(read(row(1, "RENT", one)), {"B-1": one}, {"B-1"})

    assert found.renames == {} or list(found.renames) == []


def test_a_rename_is_seen_in_whatever_order_the_fields_were_read() -> None:
    turned: Fields = dict(reversed(list(ONE.items())))

    found = identify(read(row(1, "RENT", turned)), {"B-1": ONE}, {"B-1"})

    assert dict(found.renames) == {"B-1": "RENT"}


def test_a_row_of_two_fields_is() -> None:
    found = identify(read(row(1, "RENT", ONE)), {"B-1": ONE}, {"B-1"})

    assert dict(found.renames) == {"B-1": "RENT"}


def test_rows_that_are_only_read_keep_their_ids_in_every_order() -> None:
    rows = (row(1, "", ONE), row(2, "", ONE), row(3, "", TWO))

    first = identify(read(*rows, writable=False), {}, frozenset())
    other = identify(
        read(row(1, "", TWO), row(2, "", ONE), row(3, "", ONE), writable=False), {}, frozenset()
    )

    assert set(first.rows) == set(other.rows)
    assert [id_.partition("~")[2] for id_ in sorted(first.rows, key=len)] == ["", "2", "3"]
    assert first.given == ()


def test_a_writable_table_without_a_column_for_ids_is_known_by_label_too() -> None:
    found = identify(read(row(1, "", ONE), columns={"grant": 0, "amount": 1}), {}, frozenset())

    (id_,) = found.rows
    assert id_.startswith("B:")
    assert found.given == ()


# ---- guards at their limits


def changed(number: int, field: str = "amount") -> list[Change]:
    return [
        Change("alter", "budget", f"B-{n}", ((field, f"{n}", f"{n * 7 + 1000}"),))
        for n in range(1, number + 1)
    ]


def agreed(number: int) -> dict[str, Fields]:
    return {f"B-{n}": {"amount": f"{n}"} for n in range(1, number + 1)}


def test_a_fifth_of_the_rows_may_change_and_one_more_is_refused() -> None:
    assert alterations(BUDGET, agreed(30), changed(6), Limits()) == []
    (problem,) = alterations(BUDGET, agreed(29), changed(6), Limits())
    assert problem.startswith("6 of 29 rows of the tab Budget have other amounts")


def test_five_rows_may_change_in_the_smallest_table() -> None:
    assert alterations(BUDGET, agreed(5), changed(5), Limits()) == []


def test_values_that_were_blank_before_are_no_slip() -> None:
    filled = [
        Change("alter", "budget", f"B-{n}", (("unit_cost", "", f"{n * 3}"),)) for n in range(1, 11)
    ]

    assert alterations(BUDGET, agreed(10), filled, Limits()) == []
