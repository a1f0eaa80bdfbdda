"""IDs given, copies told from originals, renames noticed."""

from __future__ import annotations

from budgettrack.core.cells.table_rows import Row, TableRows
from budgettrack.core.merge.identity import identify
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BUDGET, RATES, Table

ONE: Fields = {"grant": "G-1", "amount": "100"}
TWO: Fields = {"grant": "G-1", "amount": "200"}


def read(*rows: Row, writable: bool = True, table: Table = BUDGET) -> TableRows:
    return TableRows(
        table=table,
        tab=table.tab,
        heading_row=0,
        columns={"id": 0, "grant": 1, "amount": 2},
        rows=rows,
        formulas=frozenset(),
        protected=frozenset(),
        missing=frozenset(),
        next_row=len(rows) + 1,
        writable=writable,
        turned=frozenset(),
    )


def row(number: int, id_: str, fields: Fields, *unreadable: str) -> Row:
    return Row(number, id_, fields, frozenset(unreadable))


def test_a_row_without_an_id_gets_the_next_number_that_was_never_given() -> None:
    found = identify(read(row(1, "B-2", ONE), row(2, "", TWO)), {}, {"B-9"})

    assert list(found.rows) == ["B-2", "B-10"]
    assert found.given == ((2, "B-10"),)


def test_of_two_rows_with_one_id_the_one_as_agreed_keeps_it() -> None:
    found = identify(read(row(1, "B-1", TWO), row(2, "B-1", ONE)), {"B-1": ONE}, {"B-1"})

    assert found.rows["B-1"].number == 2
    assert found.given == ((1, "B-2"),)
    (finding,) = found.findings
    assert (finding.place, finding.code) == ("'Budget'!A2", "duplicate-id")
    assert finding.problem == "B-1 is the ID of another row too."
    assert (
        finding.remedy
        == "This row was taken as the copy and has the new ID B-2. If both rows mean the same, delete this one; else nothing is left to do."
    )


def test_of_two_equal_rows_the_upper_keeps_the_id() -> None:
    found = identify(read(row(1, "B-1", ONE), row(2, "B-1", ONE)), {"B-1": ONE}, {"B-1"})

    assert found.rows["B-1"].number == 1


def test_an_id_typed_over_on_an_unchanged_row_is_a_rename() -> None:
    found = identify(
        read(row(1, "RENT", ONE), row(2, "B-2", TWO)), {"B-1": ONE, "B-2": TWO}, {"B-1", "B-2"}
    )

    assert found.renames == {"B-1": "RENT"}


def test_the_sum_that_a_funder_approved_says_nothing_about_which_record_a_row_is() -> None:
    """The program writes it into the sheet, and the register alone decides it."""
    approved: Fields = {**ONE, "approved": "100"}
    found = identify(read(row(1, "RENT", approved)), {"B-1": ONE}, {"B-1"})
    cleared = identify(read(row(1, "", approved)), {"B-1": ONE}, {"B-1"})

    assert found.renames == {"B-1": "RENT"}
    assert cleared.given == ((1, "B-1"),)


def test_an_id_typed_over_on_a_changed_row_is_no_rename() -> None:
    found = identify(read(row(1, "RENT", {**ONE, "amount": "150"})), {"B-1": ONE}, {"B-1"})

    assert found.renames == {}


def test_two_records_of_equal_content_leave_a_rename_in_doubt() -> None:
    found = identify(read(row(1, "RENT", ONE)), {"B-1": ONE, "B-2": ONE}, {"B-1", "B-2"})

    assert found.renames == {}


def test_an_id_cleared_on_an_unchanged_row_is_given_back() -> None:
    found = identify(
        read(row(1, "", ONE), row(2, "B-2", TWO)), {"B-1": ONE, "B-2": TWO}, {"B-1", "B-2"}
    )

    assert found.given == ((1, "B-1"),)


def test_a_copied_row_in_an_older_workbook_gets_back_the_id_that_it_was_given() -> None:
    agreed = {"B-1": ONE, "B-2": TWO}
    found = identify(read(row(1, "B-1", ONE), row(2, "B-1", TWO)), agreed, {*agreed})
    twice = identify(
        read(row(1, "B-1", ONE), row(2, "B-1", TWO), row(3, "B-1", TWO)), agreed, {*agreed}
    )

    assert found.given == ((2, "B-2"),)
    assert [told.code for told in found.findings] == ["duplicate-id"]
    assert twice.given == ((2, "B-3"), (3, "B-4"))


def test_a_row_whose_id_cannot_be_read_hides_and_stops_renames() -> None:
    found = identify(read(row(1, "", ONE, "id"), row(2, "RENT", ONE)), {"B-1": ONE}, {"B-1"})

    assert found.hidden
    assert found.renames == {}
    assert list(found.rows) == ["RENT"]


def test_rows_of_a_table_that_is_only_read_are_known_by_content_and_order() -> None:
    first = identify(
        read(row(1, "", ONE), row(2, "", TWO), row(3, "", ONE), writable=False), {}, ()
    )
    turned = identify(
        read(row(1, "", TWO), row(2, "", ONE), row(3, "", ONE), writable=False), {}, ()
    )

    assert set(first.rows) == set(turned.rows)
    assert len(first.rows) == 3
    assert first.given == ()


def test_a_table_with_a_key_needs_no_ids() -> None:
    found = identify(read(row(1, "2026-01 USD", {"month": "2026-01"}), table=RATES), {}, ())

    assert list(found.rows) == ["2026-01 USD"]
    assert found.given == ()


def test_copies_in_a_tab_that_is_only_read_are_told_apart_and_given_nothing() -> None:
    found = identify(
        read(row(1, "B-1", ONE), row(2, "B-1", TWO), row(3, "B-1", ONE), writable=False), {}, set()
    )

    assert {id_: each.number for id_, each in found.rows.items()} == {
        "B-1": 1, "B-1~2": 2, "B-1~3": 3,
    }  # fmt: skip
    assert found.given == ()
    assert [(each.code, each.row) for each in found.findings] == [
        ("duplicate-id", 2), ("duplicate-id", 3),
    ]  # fmt: skip


def test_an_id_that_a_person_made_up_does_not_move_the_numbers() -> None:
    used = {"B-2", "B-99999999999999999999", "B-3x", "X-50", "B-"}
    found = identify(read(row(1, "", ONE)), {}, used)

    assert list(found.rows) == ["B-3"]
