"""Repairs a write that changed the wrong cells, because people moved rows at the same time (see
`verify`). The right rows are found again even if they have moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from budgettrack.workbook.google.cells import Entered, Spreadsheet, Tab, same, text_of
from budgettrack.workbook.google.verify import (
    Faults,
    Owed,
    OwedPage,
    column_of,
    content_at,
    filled_rows,
    has_moved,
    headings_of,
    is_as_read,
    is_row,
    same_rows,
    written_over_id,
)
from budgettrack.workbook.google.write import (
    Lost,
    PageWrite,
    Put,
    RowWrite,
    TabWrite,
    Write,
    names_itself,
    new_id,
)


def repair(faults: Faults, state: Spreadsheet) -> Write:
    """Returns the write that restores the cells which another write changed by mistake.

    It copies whole tabs before it writes. So if rows move again, the copy shows what this write
    itself has overwritten."""
    taken = state.ids
    write = Write(new_id(taken), repairs=True)
    tabs: dict[int, TabWrite] = {}
    rows: dict[tuple[int, int], RowWrite] = {}
    for owed in faults.cells:
        tab = tabs.get(owed.sheet)
        if tab is None:
            tab = tabs[owed.sheet] = _empty_tab(owed, new_id(taken))
            write.tabs.append(tab)
        _note_columns(tab, owed)
        row = rows.get((owed.sheet, owed.row))
        if row is None:
            row = rows[owed.sheet, owed.row] = RowWrite(owed.row, owed.id, [], dict(owed.rest))
            tab.rows.append(row)
        # If two faults are about the same cell, the first one has the oldest content of the cell.
        held = {cell.column for cell in row.puts}
        row.puts += [cell for cell in owed.cells if cell.column not in held]
    for page in faults.pages:
        copy = new_id(taken)
        write.pages.append(PageWrite(page.sheet, copy, page.now, page.before, whole=True))
    return write


def _note_columns(tab: TabWrite, owed: Owed) -> None:
    """Adds the columns and headings by which a repair finds the row and its cells."""
    ids = () if owed.id_column is None else (owed.id_column,)
    ours = {*(cell.column for cell in owed.cells), *ids}
    tab.headings |= {column: owed.headings.get(column) for column in ours}
    tab.columns = sorted({*tab.columns, *ours, *owed.rest})
    tab.texts |= {column: owed.headings.get(column) for column in owed.rest}


def _empty_tab(owed: Owed, scratch: int) -> TabWrite:
    """Returns an empty write for one tab. Its rows are added later."""
    return TabWrite(
        owed.sheet,
        scratch,
        owed.heading_row,
        {},
        owed.id_column,
        [],
        [],
        owed.id_heading,
        whole=True,
    )


def still_owed(write: Write, state: Spreadsheet) -> Faults:
    """Returns the faults that remain after a repair, from the whole spreadsheet in its answer."""
    faults = Faults()
    for tab in write.tabs:
        scratch, now = state.tab(tab.scratch), state.tab(tab.sheet)
        if scratch is None or now is None:
            continue
        search = _Search(tab, now)
        for row in _astray(tab, scratch, search):
            search.look_for(row, faults)
        faults.cells += search.owed()
        faults.lost += search.lost
    for page in write.pages:
        scratch = state.tab(page.scratch)
        if scratch is None:
            continue
        stood = [cells for _, cells in filled_rows(scratch)]
        if not same_rows(stood, page.was) and not same_rows(stood, page.value):
            faults.pages.append(OwedPage(page.sheet, page.value, _with_choices(page.value, stood)))
    return faults


def _astray(tab: TabWrite, scratch: Tab, search: _Search) -> list[RowWrite]:
    """Returns the rows of a repair that were not where it wrote.

    If the repair overwrote cells of other rows there, adds these to `search`, so that they are
    restored."""
    astray: list[RowWrite] = []
    top, headings = headings_of(scratch, tab.heading_row, _all_headings(tab))
    moved = has_moved(tab, top, headings)
    # A misplaced write may have overwritten the headings.
    # In that case, columns are found by the values of that write.
    struck = {put.column: put.value for row in tab.rows if row.row == top for put in row.puts}
    by_id = _by_id(tab, scratch)
    for row in tab.rows:
        is_heading = row.row == tab.heading_row
        if is_heading:
            # A misplaced write overwrote the row of headings, which has no ID.
            # The row of headings is recognised by the values that this write put there.
            right = top == row.row and is_as_read(row, scratch)
        else:
            right = not moved and _is_known(tab, row, scratch, by_id)
            if _its_id(tab, row) is None and not is_as_read(row, scratch):
                # Perhaps another row without an ID, which is similar, has moved to this place.
                right = right and _is_told_apart(row, scratch)
        place = search.followed(row, scratch, top, {**headings, **struck})
        _owe_overwritten(row, scratch, search, place, right=right)
        if not right:
            astray.append(row)
        elif place.row is not None:
            search.settled.add(place.row)
    return astray


def _owe_overwritten(
    row: RowWrite, scratch: Tab, search: _Search, place: _Place, *, right: bool
) -> None:
    """Adds to `search` the cells that the repair overwrote by mistake."""
    for put in row.puts:
        before = scratch.content(row.row, put.column)
        if not (right and same(before, put.was)):
            # In the right row, a person typed a newer value after our read: this value is restored.
            # In a wrong row, the overwritten value belongs to another record: it is restored, too.
            search.owe_again(place, put, before)


def sought(write: Write, state: Spreadsheet) -> Faults:
    """Plans the same repair again for the present spreadsheet, after Google refused the repair
    and nothing was changed."""
    faults = Faults()
    for tab in write.tabs:
        now = state.tab(tab.sheet)
        if now is not None:
            search = _Search(tab, now)
            for row in tab.rows:
                search.look_for(row, faults)
            faults.cells += search.owed()
    faults.pages = [
        OwedPage(page.sheet, page.was, page.value) for page in write.pages if state.tab(page.sheet)
    ]
    return faults


class _Place(Struct, frozen=True):
    """Where a row of a before-image (the copy of the cells made before a write) is now, and where
    the cells that were written are.

    `row` is None if somebody has deleted the row. Columns that somebody has deleted are not in
    `columns`."""

    row: int | None
    columns: Mapping[int, int]


class _Search:
    """Searches a tab, after a write, for the present places of rows. `settled`: rows that are
    already right. Cells that will be restored count as restored already."""

    def __init__(self, tab: TabWrite, now: Tab) -> None:
        self._tab, self._title = tab, now.title
        self.settled: set[int] = set()
        self.lost: list[Lost] = []
        self._rows = dict(now.contents())
        self._top, self._headings = headings_of(now, tab.heading_row, _all_headings(tab))
        self._id_column = (
            None if tab.id_heading is None else column_of(self._headings, tab.id_heading)
        )
        self._pending: dict[tuple[int, int], tuple[Entered | None, Entered | None]] = {}
        # A misplaced write may have overwritten the headings.
        # Until this repair restores them, the values of that write identify the columns.
        self._put_back = {
            put.column: put.value
            for row in tab.rows
            if row.row == tab.heading_row
            for put in row.puts
        }

    def owe(self, row: int, column: int, now: Entered | None, value: Entered | None) -> None:
        """Records that a cell which now has `now` must become `value`."""
        self._pending[row, column] = (now, value)

    def followed(
        self, row: RowWrite, image: Tab, top: int, headings: Mapping[int, Entered | None]
    ) -> _Place:
        """Returns where the row in which a repair wrote is now. `top` and `headings` belong to the
        before-image (the copy made before a write), or to the repair if it overwrote them.

        Somebody may have sorted the rows, or inserted a column, between the repair and its
        answer."""
        columns = {
            put.column: place
            for put in row.puts
            if (place := self._column_now(put.column, headings)) is not None
        }
        written = {put.column: put.value for put in row.puts}
        others = {
            now: content
            for column, content in enumerate(image.content_of(row.row, self._tab.columns))
            if (now := self._column_now(self._tab.columns[column], headings)) is not None
        }
        wanted = others | {now: written[column] for column, now in columns.items()}
        if len(self._held(row.row, wanted)) == len(wanted):
            # A row that is still at its place is right, even if it is above the headings.
            return _Place(row.row, columns)
        if row.row == top:
            return _Place(self._top, columns)
        at = None if self._tab.id_heading is None else column_of(headings, self._tab.id_heading)
        id_ = None if at is None else written.get(at, image.content(row.row, at))
        if id_ is not None and self._id_column is not None:
            wanted = {self._id_column: id_}
        candidates = self._candidates(above=row.row < top)
        alike = self._holding(wanted, candidates)
        place = _nearest(row.row, alike) if alike else self._resembling(wanted, candidates)
        return _Place(place, columns)

    def _candidates(self, *, above: bool) -> list[int]:
        """Returns the rows on one side of the headings: `above` are blank rows and titles, into
        which a write may have gone."""
        return [n for n in self._rows if (n < self._top if above else n > self._top)]

    def _resembling(
        self, wanted: Mapping[int, Entered | None], candidates: Sequence[int]
    ) -> int | None:
        """Returns the row that has most of these contents, if somebody has changed some of them
        since.

        Returns None if no row has more than half of the filled cells. At least one of the
        contents must be in no other row; contents that two rows have prove nothing."""
        filled = {column: content for column, content in wanted.items() if content is not None}
        shares = {
            number: held
            for number in candidates
            if 2 * len(held := self._held(number, filled)) > len(filled)
        }
        best = max(map(len, shares.values()), default=0)
        closest = [number for number, held in shares.items() if len(held) == best]
        if len(closest) != 1:
            return None
        own = [
            column
            for column in shares[closest[0]]
            if len(self._holding({column: filled[column]}, candidates)) == 1
        ]
        return closest[0] if own else None

    def _held(self, number: int, wanted: Mapping[int, Entered | None]) -> list[int]:
        """Returns the columns in which a row has the same contents as `wanted`."""
        return [
            column
            for column, content in wanted.items()
            if same(self._actual(number, column), content)
        ]

    def _column_now(self, column: int, headings: Mapping[int, Entered | None]) -> int | None:
        """Returns where a column of the before-image (the copy made before a write) is now. If
        it has no heading, or its heading was overwritten, it is assumed to be where it was.
        Returns None if it is gone."""
        heading = headings.get(column)
        if heading is None or same(self._headings.get(column), heading):
            return column
        now = column_of(self._headings, heading)
        if now is None and same(self._headings.get(column), self._tab.headings.get(column)):
            return column
        return now

    def _holding(
        self, wanted: Mapping[int, Entered | None], candidates: Sequence[int]
    ) -> list[int]:
        """Returns the rows that hold all of these contents."""
        return [number for number in candidates if len(self._held(number, wanted)) == len(wanted)]

    def owe_again(self, place: _Place, put: Put, before: Entered | None) -> None:
        """Records that a cell which a repair overwrote must become `before` again.

        If somebody has typed something else since then, that stays. If the row or column of the
        cell is gone, the value is lost."""
        column = place.columns.get(put.column)
        if place.row is None or column is None:
            self.lost += _lost(self._title, self._tab.headings, Put(put.column, put.value, before))
        elif same(self._actual(place.row, column), put.value):
            self.owe(place.row, column, put.value, before)

    def _others_there(self, number: int, row: RowWrite) -> dict[int, Entered | None]:
        """Returns the contents of another row of the tab, in those columns of `row` that are not
        written."""
        there = {}
        for column in row.others:
            at = column_of(self._headings, self._tab.texts.get(column))
            there[column] = None if at is None else self._content(number, at)
        return there

    def owed(self) -> list[Owed]:
        """Returns all cells that this repair must write, grouped by row."""
        rows: dict[int, list[Put]] = {}
        for (row, column), (now, value) in self._pending.items():
            if not same(now, value):
                rows.setdefault(row, []).append(Put(column, now, value))
        # Rows are found only by columns which the program reads.
        read = {column_of(self._headings, text) for text in self._tab.texts.values()}
        return [self._owed_in(row, cells, read) for row, cells in rows.items()]

    def _owed_in(self, row: int, cells: Sequence[Put], read: Set[int | None]) -> Owed:
        id_column = self._id_column
        others = read - {put.column for put in cells} - {id_column}
        return Owed(
            self._tab.sheet,
            row,
            None if id_column is None else self._actual(row, id_column),
            self._top,
            self._headings,
            id_column,
            tuple(cells),
            self._tab.id_heading,
            {column: self._actual(row, column) for column in others if column is not None},
        )

    def _struck(self) -> set[int]:
        return {column for row, column in self._pending if row == self._top}

    def _actual(self, row: int, column: int) -> Entered | None:
        return content_at(self._rows.get(row, ()), column)

    def _content(self, row: int, column: int) -> Entered | None:
        pending = self._pending.get((row, column))
        return pending[1] if pending is not None else self._actual(row, column)

    def look_for(self, row: RowWrite, faults: Faults) -> None:
        """Records the cells to restore where the row is now. If the row is gone, adds them to
        `faults.lost`."""
        # These are the headings after the repair.
        headings = {
            column: self._content(self._top, column)
            for column in {*self._headings, *self._struck()}
        }
        # A column without a heading is assumed to be in its old place.
        # If a column without a heading has moved, its content does not fit.
        # If the content of the column does not fit, nothing is written.
        places = {put.column: self._place(put.column, headings) for put in row.puts}
        number = self._found(row, places)
        for put in row.puts:
            column = places[put.column]
            if number is None or column is None:
                if not same(put.value, put.was):
                    faults.lost += _lost(self._title, self._tab.headings, put)
            elif same(self._content(number, column), put.was):
                self.owe(number, column, self._actual(number, column), put.value)

    def _place(self, column: int, headings: Mapping[int, Entered | None]) -> int | None:
        """Returns the current place of a column, or None if its heading is gone."""
        wanted = self._tab.headings.get(column)
        if wanted is None:
            return column
        at = column_of(headings, wanted)
        return column_of(headings, self._put_back.get(column)) if at is None else at

    def _found(self, row: RowWrite, places: Mapping[int, int | None]) -> int | None:
        """Returns the present number of the row. It is found by its ID or by the written cells, and
        by most of its other cells.

        Returns None if no row fits, or if several fit equally well."""
        if row.row == self._tab.heading_row:
            return self._top if self._is_as_read(self._top, row, places) else None
        alike: dict[tuple[int, int], list[int]] = {}
        # A blank row counts, too: perhaps this repair will restore its cells.
        for number in sorted({*self._rows, *(pending for pending, _ in self._pending)}):
            likeness = self._likeness(number, row, places)
            if likeness is not None:
                alike.setdefault(likeness, []).append(number)
        best = alike[max(alike)] if alike else []
        return best[0] if len(best) == 1 else None

    def _likeness(
        self, number: int, row: RowWrite, places: Mapping[int, int | None]
    ) -> tuple[int, int] | None:
        """Returns how similar a row of the tab is to the row that is searched for: how many
        filled cells are equal, and how many blank ones. Returns None if it cannot be that row."""
        # The row of headings and rows that are right already are left out.
        # Rows on the other side of the headings are left out, too.
        is_above = row.row < self._tab.heading_row
        if number == self._top or (number < self._top) != is_above or number in self.settled:
            return None
        if not self._could_be(number, row, places):
            return None
        likeness = _resembles(row, self._others_there(number, row))
        if likeness is None and self._id_column is not None and _its_id(self._tab, row) is not None:
            # If the ID is the same, it decides: people may have changed the other cells.
            return _UNLIKE
        return likeness

    def _could_be(self, number: int, row: RowWrite, places: Mapping[int, int | None]) -> bool:
        """Whether a row may be the one that is searched for. It may if it has the right ID. If
        there is no ID to decide it, the row may if the cells to be written have the contents that
        were read."""
        if self._tab.id_column is not None and self._id_column is not None:
            wanted = _its_id(self._tab, row)
            if not same(self._content(number, self._id_column), wanted):
                return False
            if wanted is not None:
                return True
        return self._is_as_read(number, row, places)

    def _is_as_read(self, number: int, row: RowWrite, places: Mapping[int, int | None]) -> bool:
        """Whether the cells that are to be written have, in row `number`, the contents that were
        read."""
        for put in _telling(self._tab, row):
            column = places[put.column]
            if column is None or not same(self._content(number, column), put.was):
                return False
        return True


def _all_headings(tab: TabWrite) -> dict[int, Entered | None]:
    """Returns all headings that are known of a tab. A repair often writes in one column, and may
    overwrite the heading of this column. Then the other headings tell which row it is."""
    return {**tab.texts, **tab.headings}


def _nearest(row: int, alike: Sequence[int]) -> int | None:
    """Returns the row itself if it is among the similar rows `alike`. Otherwise returns the similar
    row if there is exactly one, or None."""
    if row in alike:
        return row
    return alike[0] if len(alike) == 1 else None


def _is_known(
    tab: TabWrite, row: RowWrite, scratch: Tab, by_id: Mapping[Entered, Set[int]]
) -> bool:
    """Whether a row is certainly the row of a record: by its ID, by its other cells, or by all
    cells to be written.

    A blank ID is no proof. An ID in several rows is no proof either, because a misplaced write may
    have put it into a wrong row. If several rows have the ID, the row must be more similar to the
    record than the others."""
    if not is_row(tab, row, scratch):
        return False
    id_ = _its_id(tab, row)
    likeness = _likeness_in(scratch, row, row.row)
    if id_ is not None:
        namesakes = by_id.get(id_, set()) - {row.row}
        return all(_likeness_in(scratch, row, number) < likeness for number in namesakes)
    if likeness == _UNLIKE:
        return False
    told = any(content is not None for content in row.others.values())
    return told or all(
        same(scratch.content(row.row, put.column), put.was) for put in _telling(tab, row)
    )


def _is_told_apart(row: RowWrite, scratch: Tab) -> bool:
    """Whether one row alone can be the row that gets this ID.

    `scratch` is the copy of the tab from before the write. The row at this place in it must have
    the same values as `row` in every column except the ID, and no other row may have them."""
    filled = {column: content for column, content in row.others.items() if content is not None}

    def has_them(number: int) -> bool:
        return all(
            same(scratch.content(number, column), content) for column, content in filled.items()
        )

    return bool(filled) and [n for n, _ in scratch.contents() if has_them(n)] == [row.row]


def _by_id(tab: TabWrite, image: Tab) -> dict[Entered, set[int]]:
    """Returns the rows of the before-image by their ID."""
    rows: dict[Entered, set[int]] = {}
    if tab.id_column is not None:
        for number, cells in image.contents():
            id_ = content_at(cells, tab.id_column)
            if id_ is not None:
                rows.setdefault(id_, set()).add(number)
    return rows


_UNLIKE = (-1, 0)
"""The result for a row in which most filled cells differ: less similar than any other row."""


def _likeness_in(scratch: Tab, row: RowWrite, number: int) -> tuple[int, int]:
    """Returns how similar row `number` of the before-image (the copy made before a write) is to
    the row `row`: how many filled cells are equal, and how many blank ones."""
    there = {column: scratch.content(number, column) for column in row.others}
    return _resembles(row, there) or _UNLIKE


def _telling(tab: TabWrite, row: RowWrite) -> Sequence[Put]:
    """Returns those of the cells to write by which a row can be recognised: cells in a column with
    a heading. A column without a heading may move without being noticed. If no cell is in a column
    with a heading, all cells are returned."""
    below = [put for put in row.puts if tab.headings.get(put.column) is not None]
    return below or row.puts


def _its_id(tab: TabWrite, row: RowWrite) -> Entered | None:
    """Returns the ID of a row, if the row can be found by it. Returns None if the row has no ID, or
    if the tab has no column of IDs."""
    if tab.id_column is None:
        return None
    return written_over_id(row, tab.id_column) if names_itself(tab, row) else row.id


def _resembles(row: RowWrite, there: Mapping[int, Entered | None]) -> tuple[int, int] | None:
    """Returns how many filled cells of a row are unchanged, and how many blank cells are.

    The blank cells tell the intended row from a blank row into which a write went by mistake.
    Returns None if most filled cells differ."""
    filled = {column: content for column, content in row.others.items() if content is not None}
    blank = row.others.keys() - filled.keys()
    alike = sum(same(there.get(column), content) for column, content in filled.items())
    still_blank = sum(there.get(column) is None for column in blank)
    return (alike, still_blank) if 2 * alike >= len(filled) else None


def given_up(faults: Faults, state: Spreadsheet) -> list[Lost]:
    """Returns the values that could not be restored. They are listed for people in a tab."""
    lost = list(faults.lost)
    for owed in faults.cells:
        tab = state.tab(owed.sheet)
        title = "" if tab is None else tab.title
        for put in owed.cells:
            lost += _lost(title, owed.headings, put)
    return lost


def _lost(title: str, headings: Mapping[int, Entered | None], put: Put) -> list[Lost]:
    """Returns the value of a cell that could not be restored, or nothing if it was blank."""
    if put.value is None:
        return []
    return [Lost(title, text_of(headings.get(put.column)), put.value)]


def _with_choices(
    older: Sequence[Sequence[Entered | None]], newer: list[list[Entered | None]]
) -> list[list[Entered | None]]:
    """Returns the newer page with the choices that people made in the same rows of the older
    page. A blank cell is None."""
    merged = [list(row) for row in newer]
    for row in merged:
        for old in older:
            width = max(len(row), len(old))
            differing = [
                column
                for column in range(width)
                if not same(content_at(row, column), content_at(old, column))
            ]
            if len(differing) == 1 and content_at(row, differing[0]) is None:
                row.extend([None] * (differing[0] + 1 - len(row)))
                row[differing[0]] = content_at(old, differing[0])
    return merged
