"""A write to an online sheet that carries its own proof, and what follows where the proof fails.

People type, sort and insert rows between our reading and our writing, and the Sheets service has no
condition on a write. But a `batchUpdate` is carried out whole or not at all, and in order. So every
write

1. deletes the hidden tabs of the write before, and makes new ones: a second machine, or the same
request once more,
   finds none to delete and is refused whole;
2. copies the headings, the IDs and the cells that it is about to change to the same places of a
hidden tab (the same, so
   that a formula keeps its text): the true before-image;
3. leaves a journal of what it expected there and what it writes;
4. only then writes.

Its answer brings the hidden tabs back. Where the before-image is what was read, all is well. Where
it is not, somebody was there or a row moved: what stood there is put back, by a write that carries
its own proof in turn. A run that died between the write and its proof leaves both in the sheet, and
the next reading goes on from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from budgettrack.workbook.google.cells import Entered, Spreadsheet, Tab, same
from budgettrack.workbook.google.write import Lost, Put, RowWrite, TabWrite, Write


@dataclass(frozen=True, slots=True)
class Owed:
    """Cells of one row that a write changed and should not have: what stands there now, and what
    must stand there.

    `row`, `heading_row`, `headings` and `id_column` are of the moment of that write; `id` is the
    row's ID after it, `rest` the row's other cells, by which it is known again where IDs do not
    tell."""

    sheet: int
    row: int
    id: Entered | None
    heading_row: int
    headings: Mapping[int, Entered | None]
    id_column: int | None
    cells: tuple[Put, ...]
    id_heading: Entered | None = None
    rest: Mapping[int, Entered | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page that was written over somebody's choice: what stands there now, and what stood
    there."""

    sheet: int
    now: list[list[Entered | None]]
    before: list[list[Entered | None]]


@dataclass(slots=True)
class Faults:
    """What a proof found. Nothing of it: the write is right."""

    cells: list[Owed] = field(default_factory=list)
    pages: list[OwedPage] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.pages or self.lost)


def proven(write: Write, answer: Spreadsheet) -> Faults:
    """Hold the before-images against what was expected. Row by row: where one cell is not right,
    its row is not."""
    found = Faults()
    for tab in write.tabs:
        scratch = answer.tab(tab.scratch)
        if scratch is not None:
            found.cells += _owed_cells(tab, scratch)
    for page in write.pages:
        scratch = answer.tab(page.scratch)
        if page.fresh or scratch is None:
            continue
        before = [cells for _, cells in filled_rows(scratch)]
        if not same_rows(before, page.was):
            found.pages.append(OwedPage(page.sheet, page.value, before))
    return found


def _owed_cells(tab: TabWrite, scratch: Tab) -> Iterator[Owed]:
    """The cells of every row of a tab that was not right."""
    top, headings = headings_of(scratch, tab.heading_row, tab.headings)
    # Somebody inserted a column while we wrote: every cell of ours went one column astray.
    moved = has_moved(tab, top, headings)
    # A write that went astray may have hit the headings themselves: this is what they say after it.
    struck = {put.column: put.value for row in tab.rows if row.row == top for put in row.puts}
    for row in tab.rows:
        if moved or not _stands(tab, row, scratch):
            owed = _owed(tab, row, scratch, top, {**headings, **struck})
            if owed.cells:
                yield owed


def headings_of(
    tab: Tab, row: int, wanted: Mapping[int, Entered | None]
) -> tuple[int, dict[int, Entered | None]]:
    """The row of headings and what it says: the row that was known, else the one nearby that says
    most of the same."""
    texts = {each.stringValue for each in wanted.values() if each is not None and each.stringValue}
    best, found = (0, row), {}
    for number, cells in tab.contents():
        if number > row + _NEAR:
            break
        if number == row and not best[0]:
            found = dict(enumerate(cells))
        score = sum(each is not None and each.stringValue in texts for each in cells)
        if score > best[0] or (score == best[0] and score and number == row):
            best, found = (score, number), dict(enumerate(cells))
    return best[1], found


_NEAR = 20
"""Rows within which headings are looked for that have moved down."""


def filled_rows(tab: Tab) -> Iterator[tuple[int, list[Entered | None]]]:
    """Every row from the first, also those that the service leaves out."""
    number = 0
    for at, cells in tab.contents():
        while number < at:
            yield number, []
            number += 1
        yield at, cells
        number = at + 1


def same_rows(
    one: Sequence[Sequence[Entered | None]], other: Sequence[Sequence[Entered | None]]
) -> bool:
    for number in range(max(len(one), len(other))):
        left = one[number] if number < len(one) else ()
        right = other[number] if number < len(other) else ()
        for column in range(max(len(left), len(right))):
            if not same(
                left[column] if column < len(left) else None,
                right[column] if column < len(right) else None,
            ):
                return False
    return True


def is_row(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    """Whether the row was the one that was meant, as far as its ID tells."""
    if tab.id_column is None:
        return True
    wanted = written_over_id(row, tab.id_column) if names_itself(tab, row) else row.id
    return same(scratch.content(row.row, tab.id_column), wanted)


def names_itself(tab: TabWrite, row: RowWrite) -> bool:
    """Whether the row's ID is among the cells that are written."""
    return any(put.column == tab.id_column for put in row.puts)


def _stands(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    if not is_row(tab, row, scratch):
        return False
    if any(not same(scratch.content(row.row, put.column), put.was) for put in row.puts):
        return False
    return all(
        same(scratch.content(row.row, column), was) for column, was in (row.whole or {}).items()
    )


def has_moved(tab: TabWrite, top: int, headings: Mapping[int, Entered | None]) -> bool:
    return top != tab.heading_row or any(
        not same(headings.get(at), wanted) for at, wanted in tab.headings.items()
    )


def _owed(
    tab: TabWrite, row: RowWrite, scratch: Tab, top: int, headings: Mapping[int, Entered | None]
) -> Owed:
    """The cells of a row as they must be again."""
    cells = [
        Put(put.column, put.value, before)
        for put in row.puts
        if not same(put.value, before := scratch.content(row.row, put.column))
    ]
    # Where columns moved, the IDs stand elsewhere now.
    column = tab.id_column
    if tab.id_heading is not None and not same(headings.get(column or 0), tab.id_heading):
        column = column_of(headings, tab.id_heading)
    if column is not None and column not in tab.columns:
        # The before-image has no IDs where they stand now: the row is known by its cells alone.
        column = None
    id_ = None
    if column is not None:
        written = {put.column: put.value for put in row.puts}
        id_ = written[column] if column in written else scratch.content(row.row, column)
    ours = {put.column for put in row.puts}
    rest = {
        at: scratch.content(row.row, at) for at in tab.columns if at not in ours and at != column
    }
    return Owed(tab.sheet, row.row, id_, top, headings, column, tuple(cells), tab.id_heading, rest)


def written_over_id(row: RowWrite, column: int | None) -> Entered | None:
    """The ID by which a row is to be found whose ID is itself being put back: the one that stands
    there now.

    Returns None if the cell is blank now."""
    # We wrote B-9 over B-7 in a row that had just moved away. To put B-7 back, look for B-9.
    return next(put.was for put in row.puts if put.column == column)


def column_of(headings: Mapping[int, Entered | None], wanted: Entered | None) -> int | None:
    if wanted is None:
        return None
    return next((column for column, text in headings.items() if same(text, wanted)), None)


def content_at(cells: Sequence[Entered | None], column: int) -> Entered | None:
    return cells[column] if column < len(cells) else None
