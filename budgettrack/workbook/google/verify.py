"""Verifies each write to an online sheet. If people changed the sheet at the same time, lists the
cells that must be restored.

People type, sort and insert rows between our read and our write. The Sheets API cannot make a write
depend on a condition. But a `batchUpdate` is carried out whole or not at all, and its requests are
done in order. So every write does this:

1. It deletes the hidden tabs of the write before and adds new ones. If a second computer writes
too, or the same request is sent twice, these tabs are gone, and Google refuses the whole request.

2. It copies the headings, the IDs and the cells that it will change into a hidden tab, to the same
positions so that formulas keep their text. This copy is called the before-image.

3. It writes a journal with the expected and the new contents.

4. It writes the cells.

The answer contains the hidden tabs. If the before-image equals what we had read, the write is
right. If not, somebody typed something or a row moved: another write restores the old contents, and
is verified in the same way.

A before-image may be incomplete: if a filter hides rows, Google may leave them out when it copies
cells, or copy other rows in their place. So the filter is removed before cells are copied, and each
cell of the image first gets a text that the copy must overwrite. Nothing is ever restored from an
incomplete image.

If a run is killed before it has verified its write, the journal and the before-image stay in the
sheet, and the next read verifies the write."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec
from msgspec import Struct, field

from budgettrack.workbook.google.cells import Entered, Spreadsheet, Tab, same, tab_of, text_of
from budgettrack.workbook.google.write import (
    UNCOPIED,
    Lost,
    PageWrite,
    Put,
    RowWrite,
    TabWrite,
    Write,
    image_rows,
    names_itself,
)


class Owed(Struct, frozen=True):
    """Cells of one row that a write changed by mistake, with their present and their right
    contents.

    `id`: the ID of the row after that write. `row`, `heading_row`, `headings`, `id_column`: as
    they were at that write. `rest`: the other cells of the row, by which it is recognised if its
    ID is not enough."""

    sheet: int
    row: int
    id: Entered | None
    heading_row: int
    headings: Mapping[int, Entered | None]
    id_column: int | None
    cells: tuple[Put, ...]
    id_heading: Entered | None = None
    rest: Mapping[int, Entered | None] = field(default_factory=dict)


class OwedPage(Struct, frozen=True):
    """A page that was written over a choice that somebody made in it: its present and its
    earlier contents."""

    sheet: int
    now: list[list[Entered | None]]
    before: list[list[Entered | None]]


class Faults(Struct):
    """The faults of a write. It is empty if the write is right.

    `incomplete`: the parts of the write that have an incomplete before-image (the copy made
    before the write). Such a part proves nothing."""

    cells: list[Owed] = field(default_factory=list)
    pages: list[OwedPage] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    incomplete: list[TabWrite | PageWrite] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.pages or self.lost)


def proven(write: Write, answer: Spreadsheet) -> Faults:
    """Compares the before-images (the copies made before a write) with the expected contents, and
    returns the faults.

    If one cell of a row differs, the whole row is a fault."""
    faults = Faults()
    for tab in write.tabs:
        scratch = answer.tab(tab.scratch)
        if scratch is None:
            continue
        owed = list(_owed_cells(tab, scratch))
        # An image that is exactly as expected is complete, even if the original has changed.
        if owed and not is_whole(tab, scratch):
            faults.incomplete.append(tab)
        else:
            faults.cells += owed
    for page in write.older_pages:
        scratch = answer.tab(page.scratch)
        if scratch is None:
            continue
        before = [cells for _, cells in filled_rows(scratch)]
        if same_rows(before, page.was):
            continue
        if is_left_out(before):
            faults.incomplete.append(page)
        else:
            faults.pages.append(OwedPage(page.sheet, page.value, before))
    return faults


def is_whole(tab: TabWrite, scratch: Tab) -> bool:
    """Whether the before-image (the copy made before a write) has every row that was copied: none
    of its cells still has the text `UNCOPIED`."""
    return not is_left_out(scratch.content_of(row, tab.columns) for row in image_rows(tab))


def is_left_out(rows: Iterable[Sequence[Entered | None]]) -> bool:
    """Whether a before-image (the copy made before a write) lacks a cell of these rows."""
    return any(text_of(content) == UNCOPIED for cells in rows for content in cells)


def from_reading(tab: TabWrite, now: Tab, before: Tab) -> list[Owed]:
    """Returns the cells to restore if the before-image (the copy made before a write) is
    incomplete. They are found from the tab as it was last read (`before`), and from the cells that
    are now beside the written cells (`now`).

    A row is assumed to be right if its other cells are found nowhere in `before`, and also if it
    is not found any more: people changed it after the write."""
    rows = {number: list(cells) for number, cells in now.contents()}
    known = {number: list(cells) for number, cells in before.contents()}
    image = {number: list(cells) for number, cells in rows.items()}
    # People may have moved rows and columns between the write and this reading.
    places = _columns_now(tab, now, rows)
    moved = _in_columns(tab, places)
    for row, there in zip(tab.rows, moved.rows, strict=True):
        place = _written_at(there, rows)
        written = {put.column for put in row.puts}
        others = sorted(set(tab.columns) - written)
        if place is None:
            here: list[Entered | None] = [None] * len(others)
        else:
            here = [content_at(rows.get(place, ()), places[column]) for column in others]
        was = {put.column: put.was for put in row.puts}
        origin = _origin(row, here, others, known)
        if origin is not None:
            was = {column: content_at(known[origin], column) for column in written}
        cells = list(rows.get(row.row if place is None else place, ()))
        cells.extend([None] * (max(places[column] for column in written) + 1 - len(cells)))
        for column, content in was.items():
            cells[places[column]] = content
        image[row.row] = cells
    return list(_owed_cells(moved, tab_of(tab.scratch, image)))


def _columns_now(
    tab: TabWrite, now: Tab, rows: Mapping[int, Sequence[Entered | None]]
) -> dict[int, int]:
    """Returns where each column of a write is now: at its old place, or below its heading.

    The place below its heading is taken only if more of the written rows are found there."""
    stay = {column: column for column in tab.columns}
    _, headings = headings_of(now, tab.heading_row, tab.headings)
    below = dict(stay)
    for column, heading in tab.headings.items():
        at = column_of(headings, heading)
        if at is not None:
            below[column] = at
    if len(set(below.values())) < len(below):
        return stay

    def found(places: Mapping[int, int]) -> int:
        """Returns how many of the written rows are found in these places."""
        moved = _in_columns(tab, places)
        return sum(_written_at(row, rows) is not None for row in moved.rows)

    return max(stay, below, key=found)


def _in_columns(tab: TabWrite, places: Mapping[int, int]) -> TabWrite:
    """Returns the write as if its columns had been in these `places`."""
    return msgspec.structs.replace(
        tab,
        headings={places[column]: text for column, text in tab.headings.items()},
        id_column=None if tab.id_column is None else places[tab.id_column],
        columns=sorted(places.values()),
        rows=[
            RowWrite(
                row.row,
                row.id,
                [msgspec.structs.replace(put, column=places[put.column]) for put in row.puts],
                {places[column]: content for column, content in row.others.items()},
            )
            for row in tab.rows
        ],
    )


def _written_at(row: RowWrite, rows: Mapping[int, Sequence[Entered | None]]) -> int | None:
    """Returns where the written row is now: at its place, or else the only row with the written
    contents. Returns None if there is no such row, or several."""

    def is_written(number: int) -> bool:
        return all(same(put.value, content_at(rows[number], put.column)) for put in row.puts)

    if row.row in rows and is_written(row.row):
        return row.row
    alike = [number for number in rows if is_written(number)]
    return alike[0] if len(alike) == 1 else None


def _origin(
    row: RowWrite,
    here: Sequence[Entered | None],
    others: Sequence[int],
    known: Mapping[int, Sequence[Entered | None]],
) -> int | None:
    """Returns the row of the last reading with the same other cells. It is the row at the same
    place, or the only such row. Returns None if there is no such row, or if all these cells are
    blank."""

    def is_alike(number: int) -> bool:
        return all(
            same(content, content_at(known[number], column))
            for content, column in zip(here, others, strict=True)
        )

    if not any(content is not None for content in here):
        return None
    if row.row in known and is_alike(row.row):
        return row.row
    alike = [number for number in known if is_alike(number)]
    return alike[0] if len(alike) == 1 else None


def _owed_cells(tab: TabWrite, scratch: Tab) -> Iterator[Owed]:
    """Yields the cells to restore, for every row of a tab that is a fault."""
    top, headings = headings_of(scratch, tab.heading_row, tab.headings)
    # Somebody may insert a column during our write. In that case all our cells are one column off.
    moved = has_moved(tab, top, headings)
    # A misplaced write may overwrite the headings. `struck` has the values that replaced them.
    struck = {put.column: put.value for row in tab.rows if row.row == top for put in row.puts}
    for row in tab.rows:
        # If one cell differs, the row may have moved. So all its written cells are restored.
        if moved or not _stands(tab, row, scratch):
            owed = _owed(tab, row, scratch, top, {**headings, **struck})
            if owed.cells:
                yield owed


def headings_of(
    tab: Tab, row: int, wanted: Mapping[int, Entered | None]
) -> tuple[int, dict[int, Entered | None]]:
    """Returns the number and the contents of the row of headings.

    It is the row with most of the `wanted` headings, at `row` or near it. A blank cell is None."""
    texts = {text_of(content) for content in wanted.values()} - {""}

    def likeness(numbered: tuple[int, Sequence[Entered | None]]) -> tuple[int, bool]:
        """Returns how many headings the row has, and whether it is at the old place. If several
        rows have equally many, the old place decides."""
        number, cells = numbered
        return sum(text_of(content) in texts for content in cells), number == row

    near = [
        (number, cells)
        for number, cells in itertools.takewhile(
            lambda numbered: numbered[0] <= row + _NEAR, tab.contents()
        )
    ]
    best = max(near, key=likeness, default=(row, []))
    if not any(likeness(best)):
        # No row has any of the headings, and the old place is outside the cells that were read.
        return row, {}
    number, cells = best
    return number, dict(enumerate(cells))


_NEAR = 20
"""How many rows below the old row of headings are searched for headings that moved."""


def filled_rows(tab: Tab) -> Iterator[tuple[int, list[Entered | None]]]:
    """Yields every row from the first on, including blank rows that the API leaves out.

    A blank cell is None."""
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
    """Whether all cells are equal. A row or a cell that is missing counts as blank."""
    return all(
        same(left, right)
        for rows in zip_longest(one, other, fillvalue=())
        for left, right in zip_longest(*rows)
    )


def is_row(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    """Whether the row at this place has the expected ID. It is always true if the tab has no
    column of IDs."""
    if tab.id_column is None:
        return True
    wanted = written_over_id(row, tab.id_column) if names_itself(tab, row) else row.id
    return same(scratch.content(row.row, tab.id_column), wanted)


def _stands(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    """Whether the row has its ID, and all cells that were read still have the same contents."""
    return (
        is_row(tab, row, scratch)
        and is_as_read(row, scratch)
        and all(same(scratch.content(row.row, column), was) for column, was in row.others.items())
    )


def is_as_read(row: RowWrite, scratch: Tab) -> bool:
    """Whether the cells that were written had the contents that we had read."""
    return all(same(scratch.content(row.row, put.column), put.was) for put in row.puts)


def has_moved(tab: TabWrite, top: int, headings: Mapping[int, Entered | None]) -> bool:
    return top != tab.heading_row or any(
        not same(headings.get(at), wanted) for at, wanted in tab.headings.items()
    )


def _owed(
    tab: TabWrite, row: RowWrite, scratch: Tab, top: int, headings: Mapping[int, Entered | None]
) -> Owed:
    """Returns the cells of a row that must be restored."""
    cells = [
        Put(put.column, put.value, before)
        for put in row.puts
        if not same(put.value, before := scratch.content(row.row, put.column))
    ]
    id_column = _id_column_now(tab, headings)
    written = {put.column: put.value for put in row.puts}
    id_ = None
    if id_column is not None:
        id_ = written.get(id_column, scratch.content(row.row, id_column))
    others = set(tab.columns) - set(written) - {id_column}
    rest = {column: scratch.content(row.row, column) for column in sorted(others)}
    return Owed(
        tab.sheet, row.row, id_, top, headings, id_column, tuple(cells), tab.id_heading, rest
    )


def _id_column_now(tab: TabWrite, headings: Mapping[int, Entered | None]) -> int | None:
    """Returns the column that has the IDs now. If columns moved, it is another one than before.

    Returns None if the before-image (the copy made before a write) lacks that column. In that case
    a row is recognised by its other cells."""
    column = tab.id_column
    if tab.id_heading is not None and not same(headings.get(column or 0), tab.id_heading):
        column = column_of(headings, tab.id_heading)
    return column if column in tab.columns else None


def written_over_id(row: RowWrite, column: int | None) -> Entered | None:
    """Returns the ID that a row has now, if its right ID must be restored. Returns None if the cell
    of the ID is blank now."""
    # Example: we wrote B-9 over B-7 in a row that had just moved away.
    # To restore B-7, the row with B-9 is searched for.
    return next(put.was for put in row.puts if put.column == column)


def column_of(headings: Mapping[int, Entered | None], wanted: Entered | None) -> int | None:
    if wanted is None:
        return None
    return next((column for column, text in headings.items() if same(text, wanted)), None)


def content_at(cells: Sequence[Entered | None], column: int) -> Entered | None:
    return cells[column] if column < len(cells) else None
