"""The laws of the merge, each a property (design §5)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.merge.merge import Change, Conflict, Merge, SheetSide, applied, merge
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import DEADLINES, EXPENSES, groups

FIELDS = ("date", "amount", "currency", "state", "paid_on", "description")
TOGETHER = [names for names in groups(EXPENSES, FIELDS) if len(names) > 1]
Side = dict[str, dict[str, str]]

texts = st.sampled_from(["", "1", "2", "3"])
records = st.fixed_dictionaries(dict.fromkeys(FIELDS, texts)).map(
    lambda fields: {name: text for name, text in fields.items() if text}
)
sides = st.dictionaries(st.sampled_from(["E-1", "E-2", "E-3", "E-4"]), records, max_size=4)


@st.composite
def edited(draw: st.DrawFn, base: Side) -> Side:
    """A side as people leave it: some rows gone, some changed, some new, in any order."""
    side: Side = {}
    for id_, fields in base.items():
        fate = draw(st.sampled_from(["same", "same", "edit", "gone"]))
        if fate == "gone":
            continue
        side[id_] = dict(fields)
        if fate == "edit":
            name, text = draw(st.sampled_from(FIELDS)), draw(texts)
            side[id_].pop(name, None)
            if text:
                side[id_][name] = text
    side |= draw(st.dictionaries(st.sampled_from(["E-7", "E-8"]), records, max_size=2))
    return {id_: side[id_] for id_ in draw(st.permutations(sorted(side)))}


@st.composite
def three(draw: st.DrawFn) -> tuple[Side, Side, Side]:
    base = draw(sides)
    return base, draw(edited(base)), draw(edited(base))


def seen(side: Mapping[str, Fields], **more: object) -> SheetSide:
    return SheetSide(side, frozenset(FIELDS), **more)  # type: ignore[arg-type]


def outcome_of(agreed: Side, register: Side, sheet: SheetSide) -> tuple[Merge, Side, Side, Side]:
    """The merge, and both sides and what is agreed after each did what it must."""
    merged = merge(EXPENSES, agreed, register, sheet)
    after_sheet = applied(sheet.records, merged.to_sheet)
    after_register = applied(register, merged.to_register)
    now: dict[str, Fields] = dict(agreed)
    for id_, fields in merged.agreed.items():
        if fields is None:
            now.pop(id_, None)
        else:
            now[id_] = fields
    plain = [
        {id_: dict(fields) for id_, fields in each.items()}
        for each in (after_sheet, after_register, now)
    ]
    return merged, plain[0], plain[1], plain[2]


@given(sides)
def test_nothing_changes_when_nothing_changed(base: Side) -> None:
    merged = merge(EXPENSES, base, base, seen(base))

    assert (merged.to_sheet, merged.to_register, merged.agreed, merged.conflicts) == (
        [],
        [],
        {},
        [],
    )


@pytest.mark.slow
@given(three())
def test_a_second_sync_does_nothing(case: tuple[Side, Side, Side]) -> None:
    agreed, register, sheet = case
    first, sheet, register, agreed = outcome_of(agreed, register, seen(sheet))
    second = merge(EXPENSES, agreed, register, seen(sheet))

    assert (second.to_sheet, second.to_register, second.agreed) == ([], [], {})
    assert {each.key for each in second.conflicts} == {each.key for each in first.conflicts}


@pytest.mark.slow
@given(three())
def test_both_sides_are_equal_but_for_the_conflicts(case: tuple[Side, Side, Side]) -> None:
    agreed, register, sheet = case
    merged, sheet, register, _ = outcome_of(agreed, register, seen(sheet))
    rows = {each.id for each in merged.conflicts if not each.fields}
    cells = {(each.id, name) for each in merged.conflicts for name, _, _ in each.fields}

    for id_ in {*sheet, *register} - rows:
        differing = {
            name
            for name in FIELDS
            if sheet.get(id_, {}).get(name, "") != register.get(id_, {}).get(name, "")
        }
        assert {(id_, name) for name in differing} <= cells
        assert (id_ in sheet) == (id_ in register)


@pytest.mark.slow
@given(st.data())
def test_one_sides_edit_wins_alone(data: st.DataObject) -> None:
    base = data.draw(sides)
    side = data.draw(edited(base))

    merged, sheet, register, agreed = outcome_of(base, base, seen(side))
    assert merged.conflicts == []
    assert sheet == register == agreed == side

    merged, sheet, register, agreed = outcome_of(base, side, seen(base))
    assert merged.conflicts == []
    assert sheet == register == agreed == side


def _plain(changes: list[Change]) -> list[tuple[str, str, set[tuple[str, str, str]]]]:
    return [
        (each.kind, each.id, set(each.fields))
        for each in sorted(changes, key=lambda each: (each.id, each.kind))
    ]


def _swapped(conflict: Conflict) -> tuple[object, ...]:
    kinds = {"removed in sheet": "removed in register", "removed in register": "removed in sheet"}
    fields = tuple((name, there, here) for name, here, there in conflict.fields)
    return kinds.get(conflict.kind, conflict.kind), conflict.id, fields


@pytest.mark.slow
@given(three())
def test_swapping_sides_swaps_conflicts_and_changes(case: tuple[Side, Side, Side]) -> None:
    agreed, one, other = case
    there = merge(EXPENSES, agreed, one, seen(other))
    back = merge(EXPENSES, agreed, other, seen(one))

    assert sorted(map(str, map(_swapped, there.conflicts))) == sorted(
        str((each.kind, each.id, each.fields)) for each in back.conflicts
    )
    assert _plain(there.to_sheet) == _plain(back.to_register)
    assert _plain(there.to_register) == _plain(back.to_sheet)
    assert there.agreed == back.agreed


@pytest.mark.slow
@given(three())
def test_row_order_does_not_matter(case: tuple[Side, Side, Side]) -> None:
    agreed, register, sheet = case
    turned = {id_: sheet[id_] for id_ in sorted(sheet, reverse=True)}
    one, other = (
        merge(EXPENSES, agreed, register, seen(sheet)),
        merge(EXPENSES, agreed, register, seen(turned)),
    )

    assert sorted(one.to_sheet, key=str) == sorted(other.to_sheet, key=str)
    assert sorted(one.to_register, key=str) == sorted(other.to_register, key=str)
    assert sorted(one.conflicts, key=str) == sorted(other.conflicts, key=str)
    assert one.agreed == other.agreed


@pytest.mark.slow
@given(
    three(),
    st.sets(st.tuples(st.sampled_from(["E-1", "E-2", "E-7"]), st.sampled_from(FIELDS)), max_size=4),
)
def test_an_unreadable_cell_is_never_a_removal_or_an_empty_value(
    case: tuple[Side, Side, Side], spoilt: set[tuple[str, str]]
) -> None:
    agreed, register, sheet = case
    unreadable = {cell for cell in spoilt if cell[0] in sheet}
    legible = {
        id_: {name: text for name, text in fields.items() if (id_, name) not in unreadable}
        for id_, fields in sheet.items()
    }
    merged, _, after, _ = outcome_of(agreed, register, seen(legible, unreadable=unreadable))

    for id_, name in unreadable:
        if id_ in register:
            assert after[id_].get(name) == register[id_].get(name)
        assert all(
            (name not in {field for field, _, _ in change.fields})
            for change in merged.to_sheet
            if change.id == id_
        )
    assert not {change.id for change in merged.to_sheet if change.kind == "remove"} & {
        id_ for id_, _ in unreadable
    }


@pytest.mark.slow
@given(three())
def test_a_row_whose_id_cannot_be_read_stops_all_removals(case: tuple[Side, Side, Side]) -> None:
    agreed, register, sheet = case
    merged = merge(EXPENSES, agreed, register, seen(sheet, hidden=True))

    assert [change for change in merged.to_register if change.kind == "remove"] == []
    assert not [
        change for change in merged.to_sheet if change.kind == "add" and change.id in agreed
    ]


@pytest.mark.slow
@given(three())
def test_no_edit_is_ever_lost(case: tuple[Side, Side, Side]) -> None:
    """What a side typed stands on both sides afterwards, or is a conflict in which it still stands
    on its own side."""
    agreed, register, sheet = case
    merged, after_sheet, after_register, _ = outcome_of(agreed, register, seen(sheet))
    open_cells = {(each.id, name) for each in merged.conflicts for name, _, _ in each.fields}
    open_rows = {each.id for each in merged.conflicts if not each.fields}
    for mine, own_after, other_after in (
        (sheet, after_sheet, after_register),
        (register, after_register, after_sheet),
    ):
        for id_, fields in mine.items():
            for name in {*fields, *agreed.get(id_, {})}:
                text = fields.get(name, "")
                if text == agreed.get(id_, {}).get(name, ""):
                    continue
                assert own_after[id_].get(name, "") == text
                if id_ not in open_rows and (id_, name) not in open_cells:
                    assert other_after[id_].get(name, "") == text


@pytest.mark.slow
@given(three())
def test_fields_that_belong_together_move_together(case: tuple[Side, Side, Side]) -> None:
    agreed, register, sheet = case
    merged = merge(EXPENSES, agreed, register, seen(sheet))
    for conflict in merged.conflicts:
        for names in TOGETHER:
            if any(name in names for name, _, _ in conflict.fields):
                moved = {
                    name
                    for change in (*merged.to_sheet, *merged.to_register)
                    if change.id == conflict.id
                    for name, _, _ in change.fields
                }
                assert not moved & set(names)


@pytest.mark.slow
@given(three(), st.booleans())
def test_a_crash_after_the_workbook_was_written_and_a_rerun_equal_one_clean_run(
    case: tuple[Side, Side, Side], crashed: bool
) -> None:
    agreed, register, sheet = case
    _, clean_sheet, clean_register, clean_agreed = outcome_of(agreed, register, seen(sheet))
    between = clean_sheet if crashed else sheet
    _, after_sheet, after_register, after_agreed = outcome_of(agreed, register, seen(between))

    assert (after_sheet, after_register, after_agreed) == (
        clean_sheet,
        clean_register,
        clean_agreed,
    )


def test_keep_settles_a_conflict_for_either_side() -> None:
    agreed, register, sheet = (
        {"E-1": {"amount": "1"}},
        {"E-1": {"amount": "2"}},
        {"E-1": {"amount": "3"}},
    )

    for_sheet = merge(
        EXPENSES, agreed, register, seen(sheet), keep={"expenses/E-1.amount": "sheet"}
    )
    assert for_sheet.to_register == [Change("alter", "expenses", "E-1", (("amount", "2", "3"),))]
    for_register = merge(
        EXPENSES, agreed, register, seen(sheet), keep={"expenses/E-1.amount": "register"}
    )
    assert for_register.to_sheet == [Change("alter", "expenses", "E-1", (("amount", "3", "2"),))]
    assert for_register.conflicts == for_sheet.conflicts == []


def test_a_formula_is_never_overwritten() -> None:
    agreed, register, sheet = (
        {"E-1": {"amount": "1"}},
        {"E-1": {"amount": "2"}},
        {"E-1": {"amount": "1"}},
    )
    merged = merge(EXPENSES, agreed, register, seen(sheet, formulas={("E-1", "amount")}))

    assert merged.to_sheet == []
    assert merged.conflicts == [Conflict("formula", "expenses", "E-1", (("amount", "1", "2"),))]


def test_a_blank_meets_a_value_for_the_first_time_without_a_conflict() -> None:
    merged = merge(EXPENSES, {}, {"E-1": {"amount": "2"}}, seen({"E-1": {"date": "1"}}))

    assert merged.conflicts == []
    assert merged.to_sheet == [Change("alter", "expenses", "E-1", (("amount", "", "2"),))]
    assert merged.to_register == [Change("alter", "expenses", "E-1", (("date", "", "1"),))]


def test_a_row_with_an_unreadable_cell_is_not_removed_with_the_registers() -> None:
    agreed, sheet = {"E-1": {"date": "1", "amount": "1"}}, {"E-1": {"date": "1"}}
    merged = merge(EXPENSES, agreed, {}, seen(sheet, unreadable={("E-1", "amount")}))

    assert merged.to_sheet == []
    assert merged.conflicts == [Conflict("removed in register", "expenses", "E-1")]


def test_a_removed_row_whose_hidden_field_the_register_changed_is_a_conflict() -> None:
    agreed, register = (
        {"E-1": {"date": "1", "receipt": "1"}},
        {"E-1": {"date": "1", "receipt": "2"}},
    )
    merged = merge(EXPENSES, agreed, register, SheetSide({}, frozenset({"date"})))

    assert merged.to_register == []
    assert merged.conflicts == [Conflict("removed in sheet", "expenses", "E-1")]


def test_what_only_the_register_keeps_is_no_edit() -> None:
    agreed: Side = {"D-1": {"what": "1"}}
    register: Side = {"D-1": {"what": "1", "derived": "2"}}
    merged = merge(DEADLINES, agreed, register, SheetSide({}, frozenset({"what"})))

    assert [change.kind for change in merged.to_register] == ["remove"]


def test_a_protected_cell_is_left_alone_and_the_rest_of_the_row_goes_on() -> None:
    agreed: Side = {"E-1": {"amount": "1", "description": "1"}}
    register: Side = {"E-1": {"amount": "2", "description": "2"}}
    merged = merge(EXPENSES, agreed, register, seen(agreed, protected={("E-1", "amount")}))

    assert merged.to_sheet == [Change("alter", "expenses", "E-1", (("description", "1", "2"),))]
    assert merged.conflicts == [Conflict("protected", "expenses", "E-1", (("amount", "1", "2"),))]
