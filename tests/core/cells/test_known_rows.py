"""Rows that are known from an earlier sync are not read again, and mean what they mean when read."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.grids import Book, CellError, Grid, Value
from budgettrack.core.cells import reader as reading
from budgettrack.core.cells import rows as rows_module
from budgettrack.core.cells.groups import evidence_of
from budgettrack.core.cells.known_rows import LONGEST, SIZE, RowMemory
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.table_rows import Sheet, TableRows
from budgettrack.core.records.tables import EXPENSES, Shape
from tests.world.drawn_tabs import grid

HEADINGS = "ID|Date|Budget line|Amount|Description|Payee\n"
DRAWN = HEADINGS + "".join(
    f"E-{number}|2026-01-05|B-{number % 3}|{number}.5|tea {number}|Ann\n" for number in range(1, 26)
)
MEMORY = RowMemory(b"k" * 32, b"program 1", frozenset())


def tab(drawn: str = DRAWN, **more: object) -> Grid:
    return grid(drawn, EXPENSES.tab, **more)


def read(drawn: Grid, memory: RowMemory | None, locale: str = "en") -> Sheet:
    return read_rows(Book((drawn,)), {}, locale, memory=memory)


def records_of(rows: TableRows) -> dict[str, dict[str, str]]:
    return {row.id: dict(row.fields) for row in rows.rows}


def learned(drawn: Grid) -> RowMemory:
    """What is remembered after a sync that found these rows agreed."""
    agreed = records_of(read(drawn, None).tables["expenses"])
    memory = dataclasses.replace(MEMORY, records={"expenses": agreed})
    facts = read(drawn, memory).tables["expenses"].facts
    return dataclasses.replace(memory, facts=facts)


@pytest.fixture
def cells_read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The ID cells of the rows of which the cells were read."""
    seen: list[object] = []
    whole = reading._cells

    def counted(plan: object, cells: list[Value]) -> object:
        seen.append(cells[0] if cells else None)
        return whole(plan, cells)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(reading, "_cells", counted)
    return seen


def is_same(drawn: Grid, memory: RowMemory, locale: str = "en") -> None:
    """A reading with this memory gives what a reading without memory gives, and learns the same."""
    nothing = dataclasses.replace(memory, facts=frozenset())
    assert read(drawn, memory, locale) == read(drawn, nothing, locale)
    without = read(drawn, None, locale)
    for name, rows in read(drawn, memory, locale).tables.items():
        assert replace(rows, facts=frozenset()) == without.tables[name]


def test_money_that_was_moved_since_is_noticed_in_a_row_that_is_known() -> None:
    """The column *Moved* is not read, so no fact has its cells."""
    drawn = HEADINGS.replace("Payee", "Moved") + (
        "E-1|2026-01-05|B-1||to the cash box|\nE-2|2026-01-05|B-1|5|tea|\n"
    )
    moved = tab(drawn.replace("cash box|", "cash box|200"))
    memory = learned(tab(drawn))

    assert memory.facts
    is_same(moved, memory)
    lacking = [told.code for told in read(tab(drawn), memory).findings if told.row == 1]
    assert "missing-value" in lacking
    assert not [told for told in read(moved, memory).findings if told.code == "missing-value"]


def test_rows_that_are_as_they_were_are_not_read(cells_read: list[object]) -> None:
    memory = learned(tab())
    cells_read.clear()

    known = read(tab(), memory).tables["expenses"]

    assert cells_read == []
    assert known.facts == memory.facts
    assert len(memory.facts) == 3  # up to E-10, up to E-20, and the rest
    assert {len(fact) for fact in memory.facts} == {SIZE}
    assert all(row.fields is memory.records["expenses"][row.id] for row in known.rows)
    is_same(tab(), memory)


def test_a_changed_row_is_read_with_the_few_around_it(cells_read: list[object]) -> None:
    memory = learned(tab())
    other = tab(DRAWN.replace("|tea 13|", "|coffee|"))
    cells_read.clear()

    rows = read(other, memory).tables["expenses"].rows

    assert cells_read == [f"E-{number}" for number in range(11, 21)]
    assert [row.fields["description"] for row in rows[11:14]] == ["tea 12", "coffee", "tea 14"]
    is_same(other, memory)


def test_an_inserted_row_does_not_make_the_later_ones_unknown(cells_read: list[object]) -> None:
    memory = learned(tab())
    lines = DRAWN.splitlines()
    more = tab("\n".join([*lines[:5], "|2026-02-01|B-1|7|new|", *lines[5:]]))
    cells_read.clear()

    read(more, memory)

    # The new row parts the first ten rows.
    assert set(cells_read) == {None, *(f"E-{number}" for number in range(1, 11))}
    is_same(more, memory)


CHANGES: dict[str, str] = {
    "an amount": DRAWN.replace("|13.5|", "|13.6|"),
    "an amount as text": DRAWN.replace("|13.5|", "|13,5|"),
    "a date": DRAWN.replace("E-13|2026-01-05", "E-13|2026-01-06"),
    "a line": DRAWN.replace("|B-1|13.5|", "|B-2|13.5|"),
    "a text": DRAWN.replace("|tea 13|", "|tea 14|"),
    "a blank cell": DRAWN.replace("|tea 13|", "||"),
    "a cell that cannot be read": DRAWN.replace("|13.5|", "|1.2OO|"),
    "an error": DRAWN.replace("|13.5|", "|#REF!|"),
    "an ID": DRAWN.replace("E-13|", "E-99|"),
    "an ID that another row has": DRAWN.replace("E-13|", "E-14|"),
    "no ID": DRAWN.replace("E-13|", "|"),
    "a heading": DRAWN.replace("Description", "Note"),
    "a heading of another field": DRAWN.replace("Budget line", "Grant"),
    "two headings": DRAWN.replace("Date|Budget line", "Budget line|Date"),
    "a tick box": DRAWN.replace("|tea 13|", "|TRUE|"),
    "a total below": DRAWN + "|||337.5 =SUM(D2:D26)|Total|\n",
    "a total without a formula": DRAWN + "||||Total|\n|||337.5||\n",
    "a formula": DRAWN.replace("|13.5|", "|13.5 =13+0.5|"),
    "a sum": DRAWN.replace("|13.5|", "|13.5 =SUM(D2:D4)|"),
    "a label beside": DRAWN.replace("|Payee", "|Payee|Words").replace("tea 13|Ann", "tea 13|Ann|Total"),
    "no description at all": "\n".join(line.rsplit("|", 2)[0] for line in DRAWN.splitlines()),
    "cells that end early": DRAWN.replace("|tea 13|Ann", ""),
    "one column": "ID\n1\n2\n",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changed_is_read(change: str) -> None:
    is_same(tab(CHANGES[change]), learned(tab()))


@pytest.mark.parametrize(
    "more",
    [
        {"percents": frozenset({(13, 3)})},
        {"struck": frozenset({(13, 3)})},
        {"signs": {(13, 3): "US$"}},
        {"merged": ((12, 2, 14, 2),)},
        {"merged": ((13, 1, 13, 4),)},
        {"protected": frozenset({(13, 3)})},
    ],
    ids=str,
)
def test_what_stands_beside_the_cells_counts(more: dict[str, object]) -> None:
    is_same(tab(DRAWN, **more), learned(tab()))
    is_same(tab(), learned(tab(DRAWN, **more)))


def test_a_merged_area_counts_for_the_blank_cells_under_it() -> None:
    blank = DRAWN.replace("|B-1|13.5|", "||13.5|").replace("|B-2|14.5|", "||14.5|")
    merged = tab(blank, merged=((12, 2, 14, 2),))
    is_same(merged, learned(tab(blank)))
    lines = {
        row.id: row.fields.get("budget_line")
        for row in read(merged, learned(tab(blank))).tables["expenses"].rows
    }
    assert lines["E-13"] == lines["E-14"] == lines["E-12"]


def test_a_row_that_is_merged_to_a_heading_is_no_record() -> None:
    words = DRAWN.replace("E-13|2026-01-05|B-1|13.5|tea 13|Ann", "E-13||||Travel|")
    merged = tab(words, merged=((13, 0, 13, 5),))
    is_same(merged, learned(tab(words)))


def test_rows_in_doubt_are_judged_beside_known_rows_as_beside_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more, judged = tab(DRAWN + "|2026-01-06|B-1|12|new|\n"), []
    memory = learned(tab())
    whole = evidence_of

    def evidence(reader: Any, rows: Any) -> Any:
        judged.append([(row.number, dict(row.fields), row.odd) for row in rows])
        return whole(reader, rows)

    monkeypatch.setattr(rows_module, "evidence_of", evidence)
    read(more, memory)
    read(more, None)
    assert judged[0] == judged[1]
    assert len(judged) == 2


def test_whoever_pays_is_in_no_fact() -> None:
    """Personal columns are left out: a changed payee leaves the facts as they are."""
    memory = learned(tab())
    other = tab(DRAWN.replace("|Ann", "|Bob"))

    assert read(other, memory).tables["expenses"].facts == memory.facts
    hashed = read_rows(Book((other,)), {}, "en", str.upper, memory=memory).tables["expenses"]
    assert {row.payee for row in hashed.rows} == {"BOB"}


@pytest.mark.parametrize(
    "other",
    [{"key": b"j" * 32}, {"program": b"program 2"}, {"facts": frozenset()}, {"records": {}}],
    ids=str,
)
def test_another_key_or_program_knows_no_row(
    cells_read: list[object], other: dict[str, Any]
) -> None:
    memory = dataclasses.replace(learned(tab()), **other)
    cells_read.clear()
    read(tab(), memory)
    assert len(cells_read) == 25


def test_another_locale_knows_no_row(cells_read: list[object]) -> None:
    drawn = tab(DRAWN.replace("|13.5|", "|1.234|"))
    memory = learned(drawn)
    cells_read.clear()

    read(drawn, memory, "de_DE")

    assert len(cells_read) == 25
    is_same(drawn, memory, "de_DE")


def test_the_same_cells_in_another_table_are_not_known(cells_read: list[object]) -> None:
    drawn = "ID|Amount|Currency\n" + "".join(f"X-{n}|{n}|EUR\n" for n in range(1, 11))
    memory = learned(tab(drawn))
    cells_read.clear()
    income = {**memory.records, "income": memory.records["expenses"]}

    read(grid(drawn, "Income"), dataclasses.replace(memory, records=income))

    assert len(cells_read) == 10


@pytest.mark.parametrize(
    "alike", [("2026-01-05", date(2026, 1, 5)), (1, True), (1, 1.0), (0.0, -0.0)]
)
def test_values_that_look_alike_are_told_apart(alike: tuple[Value, Value]) -> None:  # fmt: skip
    facts = []
    for value in alike:
        drawn = tab()
        rows = [list(row) for row in drawn.rows]
        rows[13][1] = date(2026, 1, 5)
        rows[13][4] = value
        agreed = records_of(read(tab(), None).tables["expenses"])
        blocks = replace(drawn, rows=rows)
        own = records_of(read(blocks, None).tables["expenses"])
        memory = dataclasses.replace(MEMORY, records={"expenses": {**agreed, **own}})
        facts.append(read(blocks, memory).tables["expenses"].facts)
        is_same(blocks, learned(blocks))
    assert facts[0] != facts[1]


def test_a_record_that_says_something_else_is_no_meaning_of_its_row(
    cells_read: list[object],
) -> None:
    memory = learned(tab())
    changed = {
        **memory.records["expenses"],
        "E-13": {**memory.records["expenses"]["E-13"], "x": "y"},
    }
    other = dataclasses.replace(memory, records={"expenses": changed})
    cells_read.clear()

    rows = read(tab(), other).tables["expenses"]

    assert len(cells_read) == 10
    assert "x" not in rows.rows[12].fields
    assert len(rows.facts) == 2  # no fact says that the row means this record
    is_same(tab(), other)


def test_an_id_that_reads_otherwise_than_it_is_typed_is_no_fact() -> None:
    drawn = tab()
    rows = [list(row) for row in drawn.rows]
    rows[13][0] = "E-13 "
    typed = replace(drawn, rows=rows)
    agreed = records_of(read(typed, None).tables["expenses"])
    assert "E-13 " not in agreed
    memory = dataclasses.replace(MEMORY, records={"expenses": {**agreed, "E-13 ": agreed["E-13"]}})
    assert len(read(typed, memory).tables["expenses"].facts) == 2


def test_a_record_in_another_order_is_no_fact() -> None:
    agreed = records_of(read(tab(), None).tables["expenses"])
    agreed["E-13"] = dict(reversed(agreed["E-13"].items()))
    memory = dataclasses.replace(MEMORY, records={"expenses": agreed})
    assert len(read(tab(), memory).tables["expenses"].facts) == 2


@pytest.mark.parametrize(
    "odd", ["\ud83d", 2**70, CellError("#N/A")], ids=["emoji", "number", "error"]
)
def test_cells_that_cannot_be_written_down_have_no_fact(odd: Value) -> None:
    drawn = tab()
    rows = [list(row) for row in drawn.rows]
    rows[13][4] = odd
    changed = replace(drawn, rows=rows)
    assert len(learned(changed).facts) == 2
    is_same(changed, learned(changed))


def test_a_fact_has_at_most_so_many_rows() -> None:
    drawn = HEADINGS + "".join(f"X{n}a|2026-01-05|B-1|{n}|tea|\n" for n in range(250))
    assert len(learned(tab(drawn)).facts) == -(-250 // LONGEST)
    is_same(tab(drawn), learned(tab(drawn)))


def test_a_tab_of_another_layout_is_read_each_time() -> None:
    shapes = {"expenses": Shape("S", headings={"date": "Date", "amount": "Out", "id": "No"})}
    drawn = grid("No|Date|Out\nE-1|2026-01-05|4\n", "S")
    book = Book((drawn,))
    agreed = {"expenses": records_of(read_rows(book, shapes, "en").tables["expenses"])}
    memory = dataclasses.replace(MEMORY, records=agreed)
    assert read_rows(book, shapes, "en", memory=memory).tables["expenses"].facts == frozenset()


CELLS = st.sampled_from(["", "5", "7.5", "2026-01-05", "2026-02-06", "Total", "E-3", "x", "TRUE", "#N/A", "5 =SUM(D2:D3)"])  # fmt: skip


@given(
    rows=st.lists(st.tuples(st.integers(1, 14), st.lists(CELLS, min_size=4, max_size=4)), max_size=14),
    edits=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 4), CELLS), max_size=4),
    swap=st.booleans(),
)  # fmt: skip
def test_any_rows_after_any_edits(
    rows: list[tuple[int, list[str]]], edits: list[tuple[int, int, str]], swap: bool
) -> None:
    cells = [[f"E-{number}", *others] for number, others in rows]
    before = tab(HEADINGS + "\n".join("|".join(row) for row in cells))
    memory = learned(before)
    for number, column, text in edits:
        if number < len(cells):
            cells[number][column] = text
    if swap:
        cells.reverse()
    after = tab(HEADINGS + "\n".join("|".join(row) for row in cells))
    is_same(before, memory)
    is_same(after, memory)
