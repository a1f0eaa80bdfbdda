"""A write to an online sheet that carries its own proof, and what follows where the proof fails.

People type, sort and insert rows between our reading and our writing, and the Sheets service has no condition on a write.
But a `batchUpdate` is carried out whole or not at all, and in order. So every write

1. deletes the hidden tabs of the write before, and makes new ones: a second machine, or the same request once more,
   finds none to delete and is refused whole;
2. copies the headings, the IDs and the cells that it is about to change to the same places of a hidden tab (the same, so
   that a formula keeps its text): the true before-image;
3. leaves a journal of what it expected there and what it writes;
4. only then writes.

Its answer brings the hidden tabs back. Where the before-image is what was read, all is well. Where it is not, somebody
was there or a row moved: what stood there is put back, by a write that carries its own proof in turn. A run that died
between the write and its proof leaves both in the sheet, and the next reading goes on from there.
"""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from budgettrack.core.grids import Book, CellEdit, Edits, Grid, Page, a1
from budgettrack.core.tables import KEPT_EDITS, KEPT_HEADINGS
from budgettrack.sheets import google_pages
from budgettrack.sheets.google_cells import Entered, Spreadsheet, Tab, blank_tab, entered, read_as, same
from budgettrack.sheets.google_pages import Request

HIDDEN = "~budgettrack"
"""The title of the hidden tab with the journal; those of the before-images begin with it."""
BYTES = 1_500_000
"""About how many bytes a write may send; Google recommends at most 2 MB a request."""
_PER_CELL = 80
_PER_ROW = 60
_GAP = 8
"""Rows that are copied along rather than asked for in another request."""
_ROOM = 45_000
"""Characters of the journal in one cell; the service takes 50,000."""
_DATE = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}


class Put(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One cell of a write: what must stand there for the write to be right, and what it becomes."""

    column: int
    was: Entered | None
    value: Entered | None
    as_date: bool = False


class RowWrite(msgspec.Struct, array_like=True):
    """The cells of one row. `id` must stand in its ID column. `whole` are other cells that must be as read, where the
    row cannot be known by an ID; the journal does without them, since a dead run has recorded no ID."""

    row: int
    id: Entered | None
    puts: list[Put]
    whole: dict[int, Entered | None] | None = None


class TabWrite(msgspec.Struct):
    """What is written to one tab. `headings` by column; `columns` are those that the before-image holds. `id_heading` is
    what stands above the IDs, wherever they are."""

    sheet: int
    scratch: int
    heading_row: int
    headings: dict[int, Entered | None]
    id_column: int | None
    columns: list[int]
    rows: list[RowWrite]
    id_heading: Entered | None = None


class PageWrite(msgspec.Struct):
    """A page of the tool's own that is written over an older one; `fresh` where there was none."""

    sheet: int
    scratch: int
    was: list[list[Entered | None]]
    value: list[list[Entered | None]]
    fresh: bool = False


class Write(msgspec.Struct):
    """One `batchUpdate`. `journal` is the number of its hidden tab, by which it is known again."""

    journal: int
    tabs: list[TabWrite] = []
    pages: list[PageWrite] = []

    @property
    def scratches(self) -> list[int]:
        """The hidden tabs that hold its before-images."""
        return [each.scratch for each in self.tabs] + [each.scratch for each in self.pages if not each.fresh]


@dataclass(frozen=True, slots=True)
class Owed:
    """Cells of one row that a write changed and should not have: what stands there now, and what must stand there.

    `row`, `heading_row`, `headings` and `id_column` are of the moment of that write; `id` is the row's ID after it.
    """

    sheet: int
    row: int
    id: Entered | None
    heading_row: int
    headings: Mapping[int, Entered | None]
    id_column: int | None
    cells: tuple[Put, ...]
    id_heading: Entered | None = None


@dataclass(frozen=True, slots=True)
class OwedPage:
    """A page that was written over somebody's choice: what stands there now, and what stood there."""

    sheet: int
    now: list[list[Entered | None]]
    before: list[list[Entered | None]]


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that somebody typed, and whose row is not there any more."""

    tab: str
    heading: str
    content: Entered


@dataclass(slots=True)
class Faults:
    """What a proof found. Nothing of it: the write is right."""

    cells: list[Owed] = field(default_factory=list)
    pages: list[OwedPage] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.pages or self.lost)


# ---- what to write


def is_hidden(title: str) -> bool:
    """Whether a tab is one of the proof's own."""
    return title == HIDDEN or title.startswith(HIDDEN + " ")


def planned(book: Book, edits: Edits, state: Spreadsheet) -> Iterator[tuple[Write, tuple[Page, ...]]]:
    """The writes that carry out `edits`, each within `BYTES`, with the pages that the last one writes."""
    grids = {grid.tab: grid for grid in book.grids}
    tabs = {each.title: each for each in state.sheets}
    taken = {each.id for each in state.sheets}
    rows: dict[tuple[str, int], list[CellEdit]] = {}
    for edit in edits.cells:
        rows.setdefault((edit.tab, edit.row), []).append(edit)
    write, size = Write(_new_id(taken)), 0
    for (name, row), cells in rows.items():
        if size > BYTES:
            yield write, ()
            write, size = Write(_new_id(taken)), 0
        size += _PER_ROW + sum(_PER_CELL + len(str(cell.value)) for cell in cells)
        frame, sheet = edits.frames[name], grids[name]
        into = next((each for each in write.tabs if each.sheet == tabs[name].id), None)
        if into is None:
            headings = {column: read_as(sheet, frame.heading_row, column) for column in frame.columns}
            above = None if frame.id_column is None else read_as(sheet, frame.heading_row, frame.id_column)
            into = TabWrite(
                tabs[name].id,
                _new_id(taken),
                frame.heading_row,
                headings,
                frame.id_column,
                [*frame.columns],
                [],
                above,
            )
            write.tabs.append(into)
        into.columns = sorted({*into.columns, *(cell.column for cell in cells)})
        into.rows.append(_row(sheet, row, cells, frame.id_column, frame.columns))
    for page in edits.pages:
        held = next((each for each in state.sheets if each.title.casefold() == page.tab.casefold()), None)
        was = _whole(grids[held.title]) if held is not None and held.title in grids else []
        number = held.id if held else _new_id(taken)
        write.pages.append(PageWrite(number, _new_id(taken), was, google_pages.contents(page), fresh=held is None))
    yield write, edits.pages


def new_number(state: Spreadsheet) -> int:
    """A number for a new tab."""
    return _new_id({each.id for each in state.sheets})


def _new_id(taken: set[int]) -> int:
    while (number := secrets.randbelow(2**31 - 2) + 1) in taken:
        pass
    taken.add(number)
    return number


def _row(sheet: Grid, row: int, cells: Sequence[CellEdit], id_column: int | None, columns: Sequence[int]) -> RowWrite:
    puts = [_put(sheet, cell) for cell in sorted(cells, key=lambda cell: cell.column)]
    known = None if id_column is None else read_as(sheet, row, id_column)
    if known is not None:
        return RowWrite(row, known, puts)
    ours = {put.column for put in puts}
    whole = {
        column: read_as(sheet, row, column)
        for column in columns
        if column not in ours and (row, column) not in sheet.formulas
    }
    return RowWrite(row, None, puts, whole)


def _put(sheet: Grid, cell: CellEdit) -> Put:
    value = cell.value
    place = (cell.row, cell.column)
    if cell.kind == "percent" and place in sheet.percents and not isinstance(value, str | None):
        value = value.scaleb(-2) if not hasattr(value, "isoformat") else value
    as_date = hasattr(value, "isoformat") and not hasattr(sheet.at(*place), "isoformat")
    return Put(cell.column, read_as(sheet, *place), entered(value), as_date)


def _whole(sheet: Grid) -> list[list[Entered | None]]:
    return [[read_as(sheet, row, column) for column in range(len(cells))] for row, cells in enumerate(sheet.rows)]


# ---- as requests


def requests(
    write: Write, state: Spreadsheet, pages: Sequence[Page], lost: Sequence[Lost] = (), mark: str | None = None
) -> list[Request]:
    """The requests of a write, in the order in which they prove it; a repair has no `pages` and puts older ones back.

    `state` is the spreadsheet as last read."""
    made: list[Request] = [{"deleteSheet": {"sheetId": each.id}} for each in state.sheets if is_hidden(each.title)]
    journal = _journal(write)
    made.append(_add_hidden(write.journal, HIDDEN, len(journal), 1))
    made.append(_update(write.journal, 0, 0, [[Entered(stringValue=text)] for text in journal]))
    for tab in write.tabs:
        made += _copies(tab, state)
    for page in write.pages:
        if not page.fresh:
            made += _page_copies(page, state)
    for tab in write.tabs:
        made += _updates(tab)
    titles = {each.title: each.id for each in state.sheets}
    if not pages:
        made += [_put_back(page) for page in write.pages]
    for page, drawn in zip(write.pages, pages, strict=False):
        if page.fresh:
            made += google_pages.new_page(drawn, page.sheet)
        size = _sized(state, page.sheet) if not page.fresh else (max(len(drawn.rows) + 1, 50), _width(drawn))
        made += google_pages.put_page(drawn, page.sheet, size, titles.get)
    made += _keep(lost, state)
    if mark is not None:
        made += marking(mark, state)
    return made


def _width(page: Page) -> int:
    return max([1, *map(len, page.rows)])


def marking(mark: str, state: Spreadsheet) -> Iterator[Request]:
    """The requests that tie the spreadsheet to its register, by a mark that nobody sees."""
    for each in state.developerMetadata:
        if each.metadataKey == MARK:
            lookup = {"developerMetadataLookup": {"metadataId": each.metadataId}}
            yield {"deleteDeveloperMetadata": {"dataFilter": lookup}}
    held = {"metadataKey": MARK, "metadataValue": mark, "location": {"spreadsheet": True}, "visibility": "DOCUMENT"}
    yield {"createDeveloperMetadata": {"developerMetadata": held}}


MARK = "budgettrack"
"""The key of the developer metadata by which a workbook and its register know each other."""


def _add_hidden(id_: int, title: str, rows: int, columns: int) -> Request:
    size = {"rowCount": rows, "columnCount": columns}
    return {"addSheet": {"properties": {"sheetId": id_, "title": title, "hidden": True, "gridProperties": size}}}


def _journal(write: Write) -> list[str]:
    lean = Write(
        write.journal,
        [
            msgspec.structs.replace(tab, rows=[RowWrite(row.row, row.id, row.puts) for row in tab.rows])
            for tab in write.tabs
        ],
        write.pages,
    )
    text = base64.b64encode(zlib.compress(msgspec.json.encode(lean), 6)).decode()
    return [text[start : start + _ROOM] for start in range(0, len(text), _ROOM)]


def read_journal(state: Spreadsheet) -> Write | None:
    """The last write that was carried out, from its journal; None where there is none that can be read."""
    held = next((each for each in state.sheets if each.title == HIDDEN), None)
    if held is None:
        return None
    text = "".join(cells[0].stringValue or "" for _, cells in held.contents() if cells and cells[0] is not None)
    try:
        write = msgspec.json.decode(zlib.decompress(base64.b64decode(text, validate=True)), type=Write)
    except (ValueError, zlib.error):
        return None
    # A journal in a copied tab tells of another tab's write.
    return write if write.journal == held.id else None


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
        yield {"appendDimension": {"sheetId": tab.sheet, "dimension": "ROWS", "length": need - have}}
    widest = max(tab.columns) + 1
    if widest > width:
        yield {"appendDimension": {"sheetId": tab.sheet, "dimension": "COLUMNS", "length": widest - width}}
    width = max(width, widest)
    yield _add_hidden(tab.scratch, f"{HIDDEN} {tab.sheet}", need, width)
    yield _copy(tab, tab.heading_row, tab.heading_row + 1, 0, width)
    beside = range(max(0, tab.heading_row - _BESIDE), min(tab.heading_row + _BESIDE + 1, need))
    for top, bottom in _runs(sorted({*beside, *(row.row for row in tab.rows)}), _GAP):
        for left, right in _runs(tab.columns, 0):
            yield _copy(tab, top, bottom, left, right)


def _copy(tab: TabWrite | PageWrite, top: int, bottom: int, left: int, right: int) -> Request:
    return {
        "copyPaste": {
            "source": _range(tab.sheet, top, bottom, left, right),
            "destination": _range(tab.scratch, top, bottom, left, right),
            "pasteType": "PASTE_FORMULA",
        }
    }


def _runs(numbers: Iterable[int], gap: int) -> Iterator[tuple[int, int]]:
    """Numbers in order as ranges, each from its first to one after its last; gaps up to `gap` are bridged."""
    start = last = None
    for number in numbers:
        if start is None or last is None:
            start = last = number
        elif number - last <= gap + 1:
            last = number
        else:
            yield start, last + 1
            start = last = number
    if start is not None and last is not None:
        yield start, last + 1


def _page_copies(page: PageWrite, state: Spreadsheet) -> Iterator[Request]:
    rows, columns = _sized(state, page.sheet)
    yield _add_hidden(page.scratch, f"{HIDDEN} {page.sheet}", rows, columns)
    yield _copy(page, 0, rows, 0, columns)


def _updates(tab: TabWrite) -> Iterator[Request]:
    """The cells of a tab in as few rectangles as their order allows."""
    open_: dict[tuple[int, int, bool], tuple[int, list[list[Put]]]] = {}
    for row in sorted(tab.rows, key=lambda each: each.row):
        runs = list(_put_runs(row.puts))
        now = {(run[0].column, run[-1].column, run[0].as_date): run for run in runs}
        for key in [key for key, (top, held) in open_.items() if key not in now or top + len(held) != row.row]:
            yield _rectangle(tab.sheet, key, *open_.pop(key))
        for key, run in now.items():
            open_.setdefault(key, (row.row, []))[1].append(run)
    for key, (top, held) in open_.items():
        yield _rectangle(tab.sheet, key, top, held)


def _put_runs(puts: Sequence[Put]) -> Iterator[list[Put]]:
    run: list[Put] = []
    for put in sorted(puts, key=lambda each: each.column):
        if run and (put.column != run[-1].column + 1 or put.as_date != run[-1].as_date):
            yield run
            run = []
        run.append(put)
    if run:
        yield run


def _rectangle(sheet: int, key: tuple[int, int, bool], top: int, rows: list[list[Put]]) -> Request:
    left, right, as_date = key
    return _update(
        sheet, top, left, [[put.value for put in run] for run in rows], as_date=as_date, width=right + 1 - left
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
    return {
        "updateCells": {
            "range": _range(sheet, top, top + len(rows), left, left + width),
            "fields": fields,
            "rows": [
                {"values": [({} if value is None else {"userEnteredValue": value}) | extra for value in row]}
                for row in rows
            ],
        }
    }


def _put_back(page: PageWrite) -> Request:
    rows = [{"values": [{} if value is None else {"userEnteredValue": value} for value in row]} for row in page.value]
    return {"updateCells": {"range": {"sheetId": page.sheet}, "fields": "userEnteredValue", "rows": rows}}


def _keep(lost: Sequence[Lost], state: Spreadsheet) -> Iterator[Request]:
    """The requests that set down, in sight of the treasurer, what could not be put back."""
    if not lost:
        return
    held = next((each for each in state.sheets if each.title == KEPT_EDITS), None)
    number = held.id if held else _new_id({each.id for each in state.sheets})
    if held is None:
        size = {"rowCount": len(lost) + 20, "columnCount": len(KEPT_HEADINGS)}
        yield {"addSheet": {"properties": {"sheetId": number, "title": KEPT_EDITS, "gridProperties": size}}}
        yield _update(number, 0, 0, [[entered(text) for text in KEPT_HEADINGS]], width=len(KEPT_HEADINGS))
    rows = [
        {
            "values": [
                {"userEnteredValue": Entered(stringValue=each.tab)},
                {"userEnteredValue": Entered(stringValue=each.heading)},
                {"userEnteredValue": each.content},
            ]
        }
        for each in lost
    ]
    yield {"appendCells": {"sheetId": number, "fields": "userEnteredValue", "rows": rows}}


def ranges(write: Write) -> list[str]:
    """The hidden tabs that a write's answer must bring back."""
    sheets = [each.sheet for each in write.tabs] + [each.sheet for each in write.pages if not each.fresh]
    return [a1(f"{HIDDEN} {sheet}") for sheet in sheets]


# ---- whether it was right


def proven(write: Write, answer: Spreadsheet) -> Faults:
    """Hold the before-images against what was expected. Row by row: where one cell is not right, its row is not."""
    found = Faults()
    for tab in write.tabs:
        scratch = answer.tab(tab.scratch)
        if scratch is None:
            continue
        top, headings = _headings(scratch, tab.heading_row, tab.headings)
        moved = _moved(tab, top, headings)
        for row in tab.rows:
            if moved or not _stands(tab, row, scratch):
                owed = _owed(tab, row, scratch, top, headings)
                if owed.cells:
                    found.cells.append(owed)
    for page in write.pages:
        scratch = answer.tab(page.scratch)
        if not page.fresh and scratch is not None:
            before = [cells for _, cells in _filled(scratch)]
            if not _same_rows(before, page.was):
                found.pages.append(OwedPage(page.sheet, page.value, before))
    return found


def _headings(tab: Tab, row: int, wanted: Mapping[int, Entered | None]) -> tuple[int, dict[int, Entered | None]]:
    """The row of headings and what it says: the row that was known, else the one nearby that says most of the same."""
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
_BESIDE = 3
"""Rows above and below the headings that a before-image holds too, so that they are found when a row came in above."""


def _filled(tab: Tab) -> Iterator[tuple[int, list[Entered | None]]]:
    """Every row from the first, also those that the service leaves out."""
    number = 0
    for at, cells in tab.contents():
        while number < at:
            yield number, []
            number += 1
        yield at, cells
        number = at + 1


def _same_rows(one: Sequence[Sequence[Entered | None]], other: Sequence[Sequence[Entered | None]]) -> bool:
    for number in range(max(len(one), len(other))):
        left = one[number] if number < len(one) else ()
        right = other[number] if number < len(other) else ()
        for column in range(max(len(left), len(right))):
            if not same(left[column] if column < len(left) else None, right[column] if column < len(right) else None):
                return False
    return True


def _is_row(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    """Whether the row was the one that was meant, as far as its ID tells."""
    if tab.id_column is None:
        return True
    wanted = _before_id(row, tab.id_column) if _names_itself(tab, row) else row.id
    return same(scratch.content(row.row, tab.id_column), wanted)


def _names_itself(tab: TabWrite, row: RowWrite) -> bool:
    """Whether the row's ID is among the cells that are written."""
    return any(put.column == tab.id_column for put in row.puts)


def _stands(tab: TabWrite, row: RowWrite, scratch: Tab) -> bool:
    if not _is_row(tab, row, scratch):
        return False
    if any(not same(scratch.content(row.row, put.column), put.was) for put in row.puts):
        return False
    return all(same(scratch.content(row.row, column), was) for column, was in (row.whole or {}).items())


def _moved(tab: TabWrite, top: int, headings: Mapping[int, Entered | None]) -> bool:
    return top != tab.heading_row or any(not same(headings.get(at), wanted) for at, wanted in tab.headings.items())


def _owed(tab: TabWrite, row: RowWrite, scratch: Tab, top: int, headings: Mapping[int, Entered | None]) -> Owed:
    """The cells of a row as they must be again."""
    cells = [
        Put(put.column, put.value, before)
        for put in row.puts
        if not same(put.value, before := scratch.content(row.row, put.column))
    ]
    # Where columns moved, the IDs stand elsewhere now.
    column = tab.id_column
    if tab.id_heading is not None and not same(headings.get(column or 0), tab.id_heading):
        column = _column(headings, tab.id_heading)
    if column is not None and column not in tab.columns:
        # The before-image has no IDs where they stand now: the row is known by its cells alone.
        column = None
    id_ = None
    if column is not None:
        written = {put.column: put.value for put in row.puts}
        id_ = written[column] if column in written else scratch.content(row.row, column)
    return Owed(tab.sheet, row.row, id_, top, headings, column, tuple(cells), tab.id_heading)


# ---- putting it right


def repair(faults: Faults, state: Spreadsheet) -> Write:
    """The write that puts back what another one should not have changed."""
    taken = {each.id for each in state.sheets}
    write = Write(_new_id(taken))
    tabs: dict[int, TabWrite] = {}
    rows: dict[tuple[int, int], RowWrite] = {}
    for owed in faults.cells:
        tab = tabs.get(owed.sheet)
        if tab is None:
            headings = {column: owed.headings.get(column) for column in {put.column for put in owed.cells}}
            tab = TabWrite(
                owed.sheet, _new_id(taken), owed.heading_row, headings, owed.id_column, [], [], owed.id_heading
            )
            tabs[owed.sheet] = tab
            write.tabs.append(tab)
        tab.headings |= {put.column: owed.headings.get(put.column) for put in owed.cells}
        ids = () if owed.id_column is None else (owed.id_column,)
        tab.headings |= {column: owed.headings.get(column) for column in ids}
        tab.columns = sorted({*tab.columns, *ids, *(put.column for put in owed.cells)})
        row = rows.get((owed.sheet, owed.row))
        if row is None:
            row = rows[owed.sheet, owed.row] = RowWrite(owed.row, owed.id, [])
            tab.rows.append(row)
        held = {put.column for put in row.puts}
        row.puts += [put for put in owed.cells if put.column not in held]
    for page in faults.pages:
        write.pages.append(PageWrite(page.sheet, _new_id(taken), page.now, page.before))
    return write


def still_owed(write: Write, state: Spreadsheet) -> Faults:
    """What a repair could not put right, from the whole spreadsheet in its answer."""
    found = Faults()
    for tab in write.tabs:
        scratch, now = state.tab(tab.scratch), state.tab(tab.sheet)
        if scratch is None or now is None:
            continue
        search = _Search(tab, now)
        astray: list[RowWrite] = []
        top, headings = _headings(scratch, tab.heading_row, tab.headings)
        moved = _moved(tab, top, headings)
        for row in tab.rows:
            right = not moved and _is_row(tab, row, scratch)
            touched = False
            for put in row.puts:
                before = scratch.content(row.row, put.column)
                if not (right and same(before, put.was)):
                    touched = True
                    # In the right place, somebody typed there since, which is newer than what is being put back; in the
                    # wrong one, it was none of ours. Either way it stands again.
                    search.owe(row.row, put.column, put.value, before)
            known = row.id is not None or _names_itself(tab, row)
            if right and (known or not touched):
                search.settled.add(row.row)
            else:
                # A row without an ID may as well be another one that moved here.
                astray.append(row)
        for row in astray:
            search.look_for(row, found)
        found.cells += search.owed()
    for page in write.pages:
        scratch = state.tab(page.scratch)
        if scratch is None:
            continue
        stood = [cells for _, cells in _filled(scratch)]
        if not _same_rows(stood, page.was) and not _same_rows(stood, page.value):
            found.pages.append(OwedPage(page.sheet, page.value, _with_choices(page.value, stood)))
    return found


def sought(write: Write, state: Spreadsheet) -> Faults:
    """The same repair for a spreadsheet that is another by now; the write itself was refused and changed nothing."""
    found = Faults()
    for tab in write.tabs:
        now = state.tab(tab.sheet)
        if now is not None:
            search = _Search(tab, now)
            for row in tab.rows:
                search.look_for(row, found)
            found.cells += search.owed()
    found.pages = [OwedPage(page.sheet, page.was, page.value) for page in write.pages if state.tab(page.sheet)]
    return found


class _Search:
    """Finds where rows stand now, in a tab as it is after a write; `settled` are rows that are right already.

    What a misplaced write must take back counts as taken back.
    """

    def __init__(self, tab: TabWrite, now: Tab) -> None:
        self._tab, self._title = tab, now.title
        self.settled: set[int] = set()
        self._rows = dict(now.contents())
        self._top, self._headings = _headings(now, tab.heading_row, tab.headings)
        self._id_column = None if tab.id_heading is None else _column(self._headings, tab.id_heading)
        self._pending: dict[tuple[int, int], tuple[Entered | None, Entered | None]] = {}

    def owe(self, row: int, column: int, now: Entered | None, value: Entered | None) -> None:
        """A cell must become `value` that holds `now`."""
        self._pending[row, column] = (now, value)

    def owed(self) -> list[Owed]:
        """All that must be written, by rows."""
        rows: dict[int, list[Put]] = {}
        for (row, column), (now, value) in self._pending.items():
            if not same(now, value):
                rows.setdefault(row, []).append(Put(column, now, value))
        return [
            Owed(
                self._tab.sheet,
                row,
                None if self._id_column is None else self._actual(row, self._id_column),
                self._top,
                self._headings,
                self._id_column,
                tuple(cells),
                self._tab.id_heading,
            )
            for row, cells in rows.items()
        ]

    def _actual(self, row: int, column: int) -> Entered | None:
        return _at(self._rows.get(row, ()), column)

    def _content(self, row: int, column: int) -> Entered | None:
        pending = self._pending.get((row, column))
        return pending[1] if pending is not None else self._actual(row, column)

    def look_for(self, row: RowWrite, found: Faults) -> None:
        """Owe a row's cells where the row stands now; what belongs to no row any more is lost."""
        places = {put.column: _column(self._headings, self._tab.headings.get(put.column)) for put in row.puts}
        candidates = [number for number in self._rows if self._could_be(number, row, places)]
        if len(candidates) == 1:
            for put in row.puts:
                at = places[put.column]
                if at is not None and same(self._content(candidates[0], at), put.was):
                    self.owe(candidates[0], at, self._actual(candidates[0], at), put.value)
            return
        for put in row.puts:
            heading = self._tab.headings.get(put.column)
            if put.value is not None and not same(put.value, put.was):
                found.lost.append(Lost(self._title, (heading.stringValue if heading else None) or "", put.value))

    def _could_be(self, number: int, row: RowWrite, places: Mapping[int, int | None]) -> bool:
        if number <= self._top or number in self.settled:
            return False
        tab = self._tab
        known = _before_id(row, tab.id_column) if _names_itself(tab, row) else row.id
        if tab.id_column is not None and self._id_column is not None:
            if not same(self._content(number, self._id_column), known):
                return False
            if known is not None:
                return True
        return all(
            at is not None and same(self._content(number, at), put.was)
            for put in row.puts
            for at in (places[put.column],)
        )


def given_up(faults: Faults, state: Spreadsheet) -> list[Lost]:
    """What is still owed, as something to be set down for people to settle."""
    lost = list(faults.lost)
    for owed in faults.cells:
        tab = state.tab(owed.sheet)
        for put in owed.cells:
            heading = owed.headings.get(put.column)
            if put.value is not None:
                lost.append(Lost(tab.title if tab else "", (heading.stringValue if heading else None) or "", put.value))
    return lost


def after(write: Write, state: Spreadsheet) -> Spreadsheet:
    """The spreadsheet as last read, with the hidden tabs of a write in the place of the older ones."""
    kept = [each for each in state.sheets if not is_hidden(each.title)]
    pairs = [(write.journal, HIDDEN)]
    pairs += [(each.scratch, f"{HIDDEN} {each.sheet}") for each in write.tabs]
    pairs += [(each.scratch, f"{HIDDEN} {each.sheet}") for each in write.pages if not each.fresh]
    for tab in write.tabs:
        held = state.tab(tab.sheet)
        if held is not None:
            size = held.properties.gridProperties
            size.rowCount = max(size.rowCount, max(row.row for row in tab.rows) + 1)
            size.columnCount = max(size.columnCount, max(tab.columns) + 1)
    return msgspec.structs.replace(state, sheets=[*kept, *(blank_tab(*pair) for pair in pairs)])


def _before_id(row: RowWrite, column: int | None) -> Entered | None:
    """The ID by which a row is to be found whose ID is itself being put back: the one that stands there now."""
    return next(put.was for put in row.puts if put.column == column)


def _column(headings: Mapping[int, Entered | None], wanted: Entered | None) -> int | None:
    if wanted is None:
        return None
    return next((column for column, text in headings.items() if same(text, wanted)), None)


def _at(cells: Sequence[Entered | None], column: int) -> Entered | None:
    return cells[column] if column < len(cells) else None


def _with_choices(
    older: Sequence[Sequence[Entered | None]], newer: list[list[Entered | None]]
) -> list[list[Entered | None]]:
    """The newer page with the choices of the older one in rows that are otherwise the same."""
    merged = [list(row) for row in newer]
    for row in merged:
        for held in older:
            differing = [
                column for column in range(max(len(row), len(held))) if not same(_at(row, column), _at(held, column))
            ]
            if len(differing) == 1 and _at(row, differing[0]) is None:
                row.extend([None] * (differing[0] + 1 - len(row)))
                row[differing[0]] = _at(held, differing[0])
    return merged
