"""A write to an online sheet as a value: its cells, their expected contents, and the requests that
carry it out.

`verify` explains why a write has this form. A *before-image* is the copy of the cells that a
write makes before it changes them."""

from __future__ import annotations

import base64
import secrets
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, time
from decimal import Decimal

import msgspec
from msgspec import Struct

from budgettrack import structured
from budgettrack.core.base.addresses import a1
from budgettrack.core.base.grids import (
    Book,
    CellEdit,
    Edits,
    Frame,
    Grid,
    NewMeaning,
    ToolTab,
    Value,
)
from budgettrack.core.own_tabs import free_title, own_tab
from budgettrack.core.records.tables import BY_NAME, KEPT_EDITS, KEPT_HEADINGS, SHARES
from budgettrack.workbook.google import tabs as google_pages
from budgettrack.workbook.google.cells import (
    MARK,
    SENT,
    Entered,
    Spreadsheet,
    Tab,
    blank_tab,
    entered,
    grid,
    read_as,
    tab_mark,
    text_of,
)
from budgettrack.workbook.google.tabs import Request

HIDDEN = "~budgettrack"
"""The title of the hidden tab with the journal of a write. The titles of before-images (the
copies made before a write) begin with it."""
JOURNAL, BEFORE = "journal", "before"
"""The kinds of hidden tabs: the journal of a write, and the before-image (the copy of the cells
made before the write)."""
BYTES = 1_500_000
"""The largest size of a write in bytes, roughly. Google recommends at most 2 MB for a request."""
_PER_CELL = 80
_PER_ROW = 60
_GAP = 8
"""Rows between two blocks of rows to copy are copied too, if there are at most this many. This
saves a request."""
_BESIDE = 3
"""This number of rows above and below the headings is also copied before a write. If somebody
inserts a row above the headings, they are found again in the copy."""
_ROOM = 45_000
"""How many characters of the journal are written into one cell. Google allows 50,000."""
UNCOPIED = "~ not copied"
"""The text in every cell of a before-image (the copy made before a write) until the copy
overwrites it. If a cell still has it, the copy left the cell out."""
_DATE = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}


class Put(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One cell of a write: the content that it must have before (`was`), and the new `value`."""

    column: int
    was: Entered | None
    value: Entered | None
    as_date: bool = False


class RowWrite(msgspec.Struct, array_like=True):
    """The cells to write in one row.

    `id`: the ID that the column of IDs must have here. `whole`: the other cells of the row. They
    are used to recognise a row without an ID of its own, also by a later run that verifies the
    write. At a first write, all of them must be as they were read, at a repair most of them."""

    row: int
    id: Entered | None
    puts: list[Put]
    whole: dict[int, Entered | None] | None = None

    @property
    def others(self) -> dict[int, Entered | None]:
        """The other cells of the row, if they were kept. A blank cell is None."""
        return self.whole or {}


class TabWrite(msgspec.Struct):
    """The cells to write in one tab.

    `headings`: the headings, by column, that must not have moved. `columns`: the columns of the
    before-image (the copy made before the write). `id_heading`: the heading of the column of
    IDs. `texts`: all known headings, also those of columns that may move. `whole`: whether the
    before-image is a copy of the whole tab, from which no filter can leave out rows."""

    sheet: int
    scratch: int
    heading_row: int
    headings: dict[int, Entered | None]
    id_column: int | None
    columns: list[int]
    rows: list[RowWrite]
    id_heading: Entered | None = None
    texts: dict[int, Entered | None] = {}
    whole: bool = False


class PageWrite(msgspec.Struct):
    """A page of the program that is written over an older page. `fresh`: whether there was no
    older page. `whole`: whether the before-image (the copy made before the write) is a copy of
    the whole tab."""

    sheet: int
    scratch: int
    was: list[list[Entered | None]]
    value: list[list[Entered | None]]
    fresh: bool = False
    whole: bool = False


class Write(msgspec.Struct):
    """One `batchUpdate` request. `journal` is the number of its hidden tab, which identifies the
    write.

    `repairs` is true if it restores what another write changed by mistake. A later run also
    treats it as a repair."""

    journal: int
    tabs: list[TabWrite] = []
    pages: list[PageWrite] = []
    repairs: bool = False

    @property
    def older_pages(self) -> list[PageWrite]:
        """The pages that existed before, in which people may have made a choice."""
        return [page for page in self.pages if not page.fresh]

    @property
    def scratches(self) -> list[int]:
        """The numbers of the hidden tabs with the before-images (the copies made before the
        write)."""
        return [part.scratch for part in self.copied]

    @property
    def copied(self) -> list[TabWrite | PageWrite]:
        """The parts of the write that have a before-image (a copy made before the write)."""
        return [*self.tabs, *self.older_pages]


class Lost(Struct, frozen=True):
    """A value that somebody typed into a row that is gone."""

    tab: str
    heading: str
    content: Entered


# ---- the content of a write


def hidden_tabs(state: Spreadsheet) -> list[Tab]:
    """Returns the journal and the before-images of the last write.

    A tab that people made is never returned, whatever its title. An older version of the program
    gave its hidden tabs no tag. Of these, only the tabs that a journal names are returned."""
    marked = [sheet for sheet in state.sheets if sheet.kind in (JOURNAL, BEFORE)]
    if marked:
        return marked
    write = read_journal(state)
    numbers = set() if write is None else {write.journal, *write.scratches}
    return [sheet for sheet in state.sheets if sheet.id in numbers and _has_our_name(sheet)]


def _has_our_name(sheet: Tab) -> bool:
    return sheet.title == HIDDEN or sheet.title.startswith(HIDDEN + " ")


def _hidden_title(title: str, state: Spreadsheet) -> str:
    """Returns the title for a hidden tab. If people have a tab with that title, a number is
    added."""
    ours = {sheet.id for sheet in hidden_tabs(state)}
    theirs = {sheet.title.casefold() for sheet in state.sheets if sheet.id not in ours}
    free, number = title, 1
    while free.casefold() in theirs:
        number += 1
        free = f"{title} ({number})"
    return free


def planned(
    book: Book, edits: Edits, state: Spreadsheet
) -> Iterator[tuple[Write, tuple[ToolTab, ...]]]:
    """Yields the writes that carry out `edits`, each not larger than `BYTES`. The last one also
    has the pages."""
    grids = {grid.tab: grid for grid in book.grids}
    taken = state.ids
    sheets = {sheet.title: sheet.id for sheet in state.sheets}
    write, size = Write(new_id(taken)), 0
    tabs: dict[str, TabWrite] = {}
    ids: dict[str, Counter[Value]] = {}
    for (title, row), cells in _by_row(edits.cells).items():
        # A first sync may add 3,000 expenses in several writes. Each write verifies its own rows.
        # Summary and Checks come with the last write, so they never mention missing rows.
        if size > BYTES:
            yield write, ()
            write, size, tabs = Write(new_id(taken)), 0, {}
        size += _PER_ROW + sum(_PER_CELL + len(str(cell.value)) for cell in cells)
        frame, sheet = edits.frames[title], grids[title]
        if title not in tabs:
            tabs[title] = _tab_write(sheets[title], new_id(taken), sheet, frame)
            write.tabs.append(tabs[title])
        tab = tabs[title]
        tab.columns = sorted({*tab.columns, *(cell.column for cell in cells)})
        if title not in ids:
            ids[title] = _ids(sheet, frame)
        tab.rows.append(_row(sheet, row, cells, frame, ids[title]))
    write.pages += [_page_write(page, state, grids, taken) for page in edits.pages]
    yield write, edits.pages


def _by_row(cells: Iterable[CellEdit]) -> dict[tuple[str, int], list[CellEdit]]:
    """Returns the edits of each row, by tab and row."""
    rows: dict[tuple[str, int], list[CellEdit]] = {}
    for edit in cells:
        rows.setdefault((edit.tab, edit.row), []).append(edit)
    return rows


def _page_write(
    page: ToolTab, state: Spreadsheet, grids: Mapping[str, Grid], taken: set[int]
) -> PageWrite:
    """Returns the write of one page: over the program's tab, or into a new one."""
    older = state.titled(page.tab) if page.over else None
    value = google_pages.contents(page)
    if older is None:
        return PageWrite(new_id(taken), new_id(taken), [], value, fresh=True)
    was = _whole(grids[older.title]) if older.title in grids else []
    return PageWrite(older.id, new_id(taken), was, value)


def _tab_write(number: int, scratch: int, sheet: Grid, frame: Frame) -> TabWrite:
    """Returns a write for one tab that has no rows yet. They are added later."""
    headings = {column: read_as(sheet, frame.heading_row, column) for column in frame.columns}
    above = None
    if frame.id_column is not None:
        above = read_as(sheet, frame.heading_row, frame.id_column)
    return TabWrite(
        number,
        scratch,
        frame.heading_row,
        headings,
        frame.id_column,
        [*frame.columns],
        [],
        above,
    )


def new_number(state: Spreadsheet) -> int:
    """Returns a free number for a new tab."""
    return new_id(state.ids)


def new_id(taken: set[int]) -> int:
    """Returns a free number for a new tab and adds it to `taken`."""
    while (number := secrets.randbelow(2**31 - 2) + 1) in taken:
        pass
    taken.add(number)
    return number


def _ids(sheet: Grid, frame: Frame) -> Counter[Value]:
    """Returns how many rows below the headings have each ID."""
    column = frame.id_column
    if column is None:
        return Counter()
    below = sheet.rows[frame.heading_row + 1 :]
    return Counter(cells[column] for cells in below if column < len(cells))


def _row(
    sheet: Grid, row: int, cells: Sequence[CellEdit], frame: Frame, ids: Counter[Value]
) -> RowWrite:
    puts = [_put(sheet, cell) for cell in sorted(cells, key=lambda cell: cell.column)]
    column = frame.id_column
    known = None if column is None else read_as(sheet, row, column)
    if column is not None and known is not None and ids[sheet.at(row, column)] == 1:
        return RowWrite(row, known, puts)
    # A row without an ID of its own, such as a copy, is recognised by its other cells.
    ours = {put.column for put in puts}
    whole = {
        column: read_as(sheet, row, column)
        for column in frame.columns
        if column not in ours and (row, column) not in sheet.formulas
    }
    return RowWrite(row, known, puts, whole)


def _put(sheet: Grid, cell: CellEdit) -> Put:
    value = cell.value
    place = (cell.row, cell.column)
    if cell.kind in SHARES and place in sheet.percents and isinstance(value, Decimal):
        value = value.scaleb(-2)
    # A cell with a date or a time already has a format of its own.
    as_date = isinstance(value, date) and not isinstance(sheet.at(*place), date | time)
    return Put(cell.column, read_as(sheet, *place), entered(value), as_date)


def _whole(sheet: Grid) -> list[list[Entered | None]]:
    return [
        [read_as(sheet, row, column) for column in range(len(cells))]
        for row, cells in enumerate(sheet.rows)
    ]


# ---- as requests


def choose_images(write: Write, state: Spreadsheet, doubted: Set[int]) -> None:
    """Chooses how each before-image (the copy made before a write) is made: by copying the cells,
    or by copying the whole tab.

    If a filter hides rows, Google may leave them out when it copies cells. So the whole tab is
    copied if it had a filter when it was read, if its copy was incomplete before (`doubted`),
    and in every repair."""
    for part in write.copied:
        tab = state.tab(part.sheet)
        is_filtered = tab is not None and tab.is_filtered
        part.whole = part.whole or part.sheet in doubted or is_filtered


def requests(
    write: Write,
    state: Spreadsheet,
    pages: Sequence[ToolTab],
    lost: Sequence[Lost] = (),
    hidden: Mapping[str, str] | None = None,
    meanings: Sequence[NewMeaning] = (),
) -> list[Request]:
    """Returns the requests of a write, in the order in which the write can be verified.

    `state` is the spreadsheet as last read. A repair has no `pages` and restores the older ones."""
    made = without_hidden(state)
    journal = _journal(write)
    title = _hidden_title(HIDDEN, state)
    made += _add_hidden(write.journal, title, JOURNAL, (len(journal), 1))
    made.append(_update(write.journal, 0, 0, [[Entered(stringValue=text)] for text in journal]))
    for tab in write.tabs:
        made += _copies(tab, state)
    for page in write.older_pages:
        made += _page_copies(page, state)
    for tab in write.tabs:
        made += _updates(tab)
    if pages:
        made += _page_updates(write.pages, pages, state)
    else:
        made += map(_put_back, write.pages)
    for meaning in meanings:
        made += _meaning(meaning, state)
    made += _keep(lost, state)
    for key, text in (hidden or {}).items():
        made += marking(key, text, state)
    return made


def without_hidden(state: Spreadsheet) -> list[Request]:
    """Returns the requests that delete the hidden tabs of the last write."""
    return [{"deleteSheet": {"sheetId": sheet.id}} for sheet in hidden_tabs(state)]


def _page_updates(
    writes: Sequence[PageWrite], pages: Sequence[ToolTab], state: Spreadsheet
) -> Iterator[Request]:
    """Yields the requests that write the pages. A new page first gets its tab."""
    titles = {sheet.title: sheet.id for sheet in state.sheets}
    for write, page in zip(writes, pages, strict=False):
        # The tab must exist before its cells are written.
        if write.fresh:
            yield from google_pages.new_page(page, write.sheet)
            size = (max(len(page.rows) + 1, 50), _width(page))
        else:
            size = _sized(state, write.sheet)
        tab = state.tab(write.sheet)
        if page.kind and (tab is None or tab.kind != page.kind):
            yield mark_tab(page.kind, write.sheet)
        yield from google_pages.put_page(page, write.sheet, size, titles.get)


def _meaning(meaning: NewMeaning, state: Spreadsheet) -> Iterator[Request]:
    """Yields the requests that remove the dropdown from a column and replace the note of its
    heading."""
    sheet = state.titled(meaning.tab)
    if sheet is None:
        return
    left, right = meaning.column, meaning.column + 1
    below = {
        "sheetId": sheet.id,
        "startRowIndex": meaning.row + 1,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }
    yield {"setDataValidation": {"range": below}}
    heading = _range(sheet.id, meaning.row, meaning.row + 1, left, right)
    # This module is imported here, because only a write that changes a note needs it.
    from budgettrack.workbook.layout import note_of

    note = note_of(BY_NAME[meaning.table].column(meaning.field))
    rows = [{"values": [{"note": note}]}]
    yield {"updateCells": {"range": heading, "fields": "note", "rows": rows}}


def _width(page: ToolTab) -> int:
    return max([1, *map(len, page.rows)])


def hidden_texts(edits: Edits) -> dict[str, str]:
    """Returns the hidden texts that edits write, by their key: the mark and the journal of sent
    mails."""
    texts = {MARK: edits.mark, SENT: edits.journal}
    return {key: text for key, text in texts.items() if text is not None}


def marking(key: str, text: str, state: Spreadsheet) -> Iterator[Request]:
    """Yields the requests that write a hidden text into the spreadsheet."""
    for metadata in state.developerMetadata:
        if metadata.metadataKey == key:
            lookup = {"developerMetadataLookup": {"metadataId": metadata.metadataId}}
            yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
    created = {
        "metadataKey": key,
        "metadataValue": text,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    yield {"createDeveloperMetadata": {"developerMetadata": created}}


def mark_tab(kind: str, sheet: int) -> Request:
    """Returns the request that gives a tab the hidden tag by which the program recognises it."""
    created = {
        "metadataKey": MARK,
        "metadataValue": tab_mark(kind, sheet),
        "location": {"sheetId": sheet},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": created}}


def _add_hidden(id_: int, title: str, kind: str, size: tuple[int, int]) -> list[Request]:
    properties = {
        "sheetId": id_,
        "title": title,
        "hidden": True,
        "gridProperties": {"rowCount": size[0], "columnCount": size[1]},
    }
    return [{"addSheet": {"properties": properties}}, mark_tab(kind, id_)]


def _journal(write: Write) -> list[str]:
    # Only a repair searches columns by these headings.
    lean = [msgspec.structs.replace(tab, texts={}) for tab in write.tabs]
    kept = write if write.repairs else msgspec.structs.replace(write, tabs=lean)
    text = base64.b64encode(zlib.compress(msgspec.json.encode(kept), 6)).decode()
    return [text[start : start + _ROOM] for start in range(0, len(text), _ROOM)]


def read_journal(state: Spreadsheet) -> Write | None:
    """Returns the last write that was carried out, from its journal.

    Returns None if there is no journal, or if it cannot be read."""
    journal = next((sheet for sheet in state.sheets if sheet.kind == JOURNAL), None)
    # In older versions, hidden tabs had no tags.
    # The journal of an older version is recognised by its title and its content.
    journal = journal or state.titled(HIDDEN)
    if journal is None:
        return None
    text = "".join(text_of(cells[0]) for _, cells in journal.contents() if cells)
    try:
        packed = zlib.decompress(base64.b64decode(text, validate=True))
        write = structured.json_as(packed, Write)
    except (ValueError, zlib.error):
        return None
    # If somebody copied the hidden tab, its journal describes another write.
    return write if write.journal == journal.id else None


def _range(sheet: int, top: int, bottom: int, left: int, right: int) -> Request:
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def _sized(state: Spreadsheet, sheet: int) -> tuple[int, int]:
    tab = state.tab(sheet)
    return tab.size if tab else (0, 0)


def _copies(tab: TabWrite, state: Spreadsheet) -> Iterator[Request]:
    have, width = _sized(state, tab.sheet)
    need = max([tab.heading_row, *(row.row for row in tab.rows)]) + 1
    if need > have:
        yield {
            "appendDimension": {"sheetId": tab.sheet, "dimension": "ROWS", "length": need - have}
        }
    widest = max(tab.columns) + 1
    if widest > width:
        yield {
            "appendDimension": {
                "sheetId": tab.sheet,
                "dimension": "COLUMNS",
                "length": widest - width,
            }
        }
    width = max(width, widest)
    title = _hidden_title(f"{HIDDEN} {tab.sheet}", state)
    if tab.whole:
        yield from _duplicate(tab, title)
        for left, right in _others(tab.columns, width):
            # The row of headings stays in the image, because it shows where the columns are.
            if tab.heading_row:
                yield _blanked(tab.scratch, left, right, 0, tab.heading_row)
            if tab.heading_row + 1 < max(have, need):
                yield _blanked(tab.scratch, left, right, tab.heading_row + 1, None)
        return
    yield from _shown(tab.sheet)
    yield from _add_hidden(tab.scratch, title, BEFORE, (need, width))
    yield from _copy(tab, tab.heading_row, tab.heading_row + 1, 0, width)
    for top, bottom in runs(image_rows(tab), _GAP):
        for left, right in runs(tab.columns, 0):
            yield from _copy(tab, top, bottom, left, right)


def _shown(sheet: int) -> Iterable[Request]:
    """Returns the request that removes the filter of a tab, so that no row is left out when its
    cells are copied.

    Without it, work could be lost: somebody sets a filter after our read, and somebody else types
    into a cell that we write. Only such a filter is removed. If the tab had one when it was read,
    the whole tab is copied."""
    return [{"clearBasicFilter": {"sheetId": sheet}}]


def image_rows(tab: TabWrite) -> list[int]:
    """Returns the rows that the before-image of a tab (the copy made before a write) must have."""
    last = max([tab.heading_row, *(row.row for row in tab.rows)])
    beside = range(max(0, tab.heading_row - _BESIDE), min(tab.heading_row + _BESIDE, last) + 1)
    return sorted({*beside, *(row.row for row in tab.rows)})


def _copy(
    tab: TabWrite | PageWrite, top: int, bottom: int, left: int, right: int
) -> Iterator[Request]:
    """Yields the requests that copy a block of cells. If the copy leaves out a cell, it still
    has the text `UNCOPIED`."""
    yield {
        "repeatCell": {
            "range": _range(tab.scratch, top, bottom, left, right),
            "cell": {"userEnteredValue": {"stringValue": UNCOPIED}},
            "fields": "userEnteredValue",
        }
    }
    yield {
        "copyPaste": {
            "source": _range(tab.sheet, top, bottom, left, right),
            # The whole original is pasted, beginning at one cell.
            # In a range with more rows than the original, the original would be repeated.
            # If the original were repeated, every cell of the range would be filled.
            "destination": _range(tab.scratch, top, top + 1, left, left + 1),
            "pasteType": "PASTE_FORMULA",
        }
    }


def _duplicate(tab: TabWrite | PageWrite, title: str) -> Iterator[Request]:
    """Yields the requests that make a hidden copy of a whole tab in which no row is hidden."""
    yield {
        "duplicateSheet": {
            "sourceSheetId": tab.sheet,
            "newSheetId": tab.scratch,
            "newSheetName": title,
            "insertSheetIndex": 1,
        }
    }
    hidden = {"sheetId": tab.scratch, "hidden": True}
    yield {"updateSheetProperties": {"properties": hidden, "fields": "hidden"}}
    yield mark_tab(BEFORE, tab.scratch)
    yield {"clearBasicFilter": {"sheetId": tab.scratch}}
    yield {
        "updateDimensionProperties": {
            "range": {"sheetId": tab.scratch, "dimension": "ROWS"},
            "properties": {"hiddenByUser": False},
            "fields": "hiddenByUser",
        }
    }


def _others(columns: Sequence[int], width: int) -> Iterator[tuple[int, int | None]]:
    """Yields the ranges of all other columns. Each range has two numbers: its first column, and the
    column after its last one. The last range ends at the end of the tab; its second number is None.
    """
    start = 0
    for column in sorted(columns):
        if column > start:
            yield start, column
        start = column + 1
    if start < width:
        yield start, None


def _blanked(sheet: int, left: int, right: int | None, top: int, bottom: int | None) -> Request:
    """Returns the request that empties cells and deletes their notes. None means the end of the
    tab."""
    area: Request = {"sheetId": sheet, "startRowIndex": top, "startColumnIndex": left}
    area |= {} if right is None else {"endColumnIndex": right}
    area |= {} if bottom is None else {"endRowIndex": bottom}
    return {"updateCells": {"range": area, "fields": "userEnteredValue,note"}}


def runs(numbers: Iterable[int], gap: int) -> Iterator[tuple[int, int]]:
    """Joins sorted numbers to ranges. Each range has its first number, and the number after its
    last one. Gaps of at most `gap` numbers become part of a range."""
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > gap + 1:
            yield run[0], run[-1] + 1
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1] + 1


def _page_copies(page: PageWrite, state: Spreadsheet) -> Iterator[Request]:
    rows, columns = _sized(state, page.sheet)
    title = _hidden_title(f"{HIDDEN} {page.sheet}", state)
    if page.whole:
        yield from _duplicate(page, title)
        return
    yield from _shown(page.sheet)
    yield from _add_hidden(page.scratch, title, BEFORE, (rows, columns))
    yield from _copy(page, 0, rows, 0, columns)


def _updates(tab: TabWrite) -> Iterator[Request]:
    """Yields the updates of the cells of a tab, joined into as few rectangles as possible."""
    open_: dict[tuple[int, int, bool], tuple[int, list[list[Put]]]] = {}
    for row in sorted(tab.rows, key=lambda row: row.row):
        row_runs = list(_put_runs(row.puts))
        now = {(run[0].column, run[-1].column, run[0].as_date): run for run in row_runs}
        # A rectangle ends above the first row whose cells to write are in other columns.
        ended = [
            key
            for key, (top, held) in open_.items()
            if key not in now or top + len(held) != row.row
        ]
        for key in ended:
            yield _rectangle(tab.sheet, key, *open_.pop(key))
        for key, run in now.items():
            open_.setdefault(key, (row.row, []))[1].append(run)
    for key, (top, held) in open_.items():
        yield _rectangle(tab.sheet, key, top, held)


def _put_runs(puts: Sequence[Put]) -> Iterator[list[Put]]:
    run: list[Put] = []
    for put in sorted(puts, key=lambda put: put.column):
        if run and (put.column != run[-1].column + 1 or put.as_date != run[-1].as_date):
            yield run
            run = []
        run.append(put)
    if run:
        yield run


def _rectangle(sheet: int, key: tuple[int, int, bool], top: int, rows: list[list[Put]]) -> Request:
    left, right, as_date = key
    return _update(
        sheet,
        top,
        left,
        [[put.value for put in run] for run in rows],
        as_date=as_date,
        width=right + 1 - left,
    )


def _update(
    sheet: int,
    top: int,
    left: int,
    rows: Sequence[Sequence[Entered | None]],
    *,
    as_date: bool = False,
    width: int = 1,
) -> Request:
    fields = "userEnteredValue"
    extra: Request = {}
    if as_date:
        fields += ",userEnteredFormat.numberFormat"
        extra = {"userEnteredFormat": _DATE}
    area = _range(sheet, top, top + len(rows), left, left + width)
    written = [{"values": [_value(value) | extra for value in row]} for row in rows]
    return {"updateCells": {"range": area, "fields": fields, "rows": written}}


def _value(value: Entered | None) -> Request:
    """Returns a cell for a request. If it has no value, the cell becomes blank."""
    return {} if value is None else {"userEnteredValue": value}


def _put_back(page: PageWrite) -> Request:
    rows = [{"values": [_value(value) for value in row]} for row in page.value]
    area = {"sheetId": page.sheet}
    return {"updateCells": {"range": area, "fields": "userEnteredValue", "rows": rows}}


def _keep(lost: Sequence[Lost], state: Spreadsheet) -> Iterator[Request]:
    """Yields the requests that list the lost values in a tab for the treasurer."""
    if not lost:
        return
    width = len(KEPT_HEADINGS)
    kept = _kept_edits(state)
    if kept is None:
        number = new_number(state)
        size = {"rowCount": len(lost) + 20, "columnCount": width}
        book = Book(tuple(Grid(sheet.title, ()) for sheet in state.sheets))
        title = free_title(KEPT_EDITS, book)
        properties = {"sheetId": number, "title": title, "gridProperties": size}
        yield {"addSheet": {"properties": properties}}
        yield mark_tab("kept", number)
        yield _update(number, 0, 0, [[entered(text) for text in KEPT_HEADINGS]], width=width)
    else:
        number = kept.id
    rows = [{"values": [_value(cell) for cell in _kept_row(value)]} for value in lost]
    yield {"appendCells": {"sheetId": number, "fields": "userEnteredValue", "rows": rows}}


def _kept_edits(state: Spreadsheet) -> Tab | None:
    """Returns the program's tab *Kept edits*, or None if there is none."""
    book = Book(tuple(grid(sheet) for sheet in state.sheets if _may_be_kept_edits(sheet)))
    own = own_tab(book, "kept")
    return None if own is None else state.titled(own.tab)


def _may_be_kept_edits(sheet: Tab) -> bool:
    return sheet.kind == "kept" or sheet.title == KEPT_EDITS


def _kept_row(lost: Lost) -> tuple[Entered, Entered, Entered]:
    return Entered(stringValue=lost.tab), Entered(stringValue=lost.heading), lost.content


def ranges(write: Write, state: Spreadsheet) -> list[str]:
    """Returns the ranges that the answer to a write must contain: the before-images (the copies
    made before the write)."""
    wanted = []
    for part in write.copied:
        title = a1(_hidden_title(f"{HIDDEN} {part.sheet}", state))
        if not isinstance(part, TabWrite):
            wanted.append(title)
            continue
        if part.whole:
            rows = runs(image_rows(part), _GAP)
            wanted += [f"{title}!{top + 1}:{bottom}" for top, bottom in rows]
            continue
        wanted.append(title)
    return wanted


def names_itself(tab: TabWrite, row: RowWrite) -> bool:
    """Whether the write changes the ID of the row, so that the row cannot be found by its ID."""
    return any(put.column == tab.id_column for put in row.puts)


def after(write: Write, state: Spreadsheet) -> Spreadsheet:
    """Returns the spreadsheet as last read, but with the hidden tabs of this write."""
    hidden = {sheet.id for sheet in hidden_tabs(state)}
    kept = [sheet for sheet in state.sheets if sheet.id not in hidden]
    copies = [
        blank_tab(part.scratch, _hidden_title(f"{HIDDEN} {part.sheet}", state), BEFORE)
        for part in write.copied
    ]
    for tab in write.tabs:
        held = state.tab(tab.sheet)
        if held is not None:
            size = held.properties.gridProperties
            size.rowCount = max(size.rowCount, max(row.row for row in tab.rows) + 1)
            size.columnCount = max(size.columnCount, max(tab.columns) + 1)
    journal = blank_tab(write.journal, _hidden_title(HIDDEN, state), JOURNAL)
    sheets = [*kept, journal, *copies]
    return msgspec.structs.replace(state, sheets=sheets)
