"""The JSON types of the Sheets API, and the conversion of cells to plain values and back.

Only the fields that are asked for (the field mask `READ`) are declared. The library msgspec
decodes them directly, so that a million cells are read fast. A date is the number of days since
30 December 1899 (developers.google.com/sheets/api/guides/formats#about_date_time_values)."""

from __future__ import annotations

import gc
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import CellError, Grid, NoValue, Value
from budgettrack.core.own_tabs import mark_of
from budgettrack.workbook.code_formats import as_shown, code_template, is_shown
from budgettrack.workbook.currency_formats import currency_sign

_CELLS = (
    "effectiveValue,userEnteredValue/formulaValue,effectiveFormat/numberFormat(type,pattern),"
    "userEnteredFormat/textFormat/strikethrough"
)
READ = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,sheetType,hidden,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(range,unprotectedRanges,warningOnly,requestingUserCanEdit),"
    "developerMetadata(metadataId,metadataKey,metadataValue),basicFilter/range,"
    "tables(name,range,columnProperties(columnIndex,columnName)),"
    "data(startRow,startColumn,rowMetadata(hiddenByFilter,hiddenByUser),"
    f"rowData(values({_CELLS}))))"
)
"""The fields that a sync asks for in its only read: values, formulas, the type and pattern of each
number format, which texts are struck through, and which rows are hidden by a filter or a person."""

EPOCH = date(1899, 12, 30)
_MOMENT = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no time zone

ERRORS = {
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "NULL_VALUE": "#NULL!",
    "LOADING": "#LOADING!",
}
"""The text that people see for each kind of error. Every other kind is shown as `#ERROR!`."""


class ErrorValue(msgspec.Struct, frozen=True, gc=False):
    """An error that a cell shows, such as #REF!."""

    type: str = "ERROR"


class Entered(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The content of a cell in the form of the API. Exactly one field is set.

    A blank cell is None instead of this type."""

    numberValue: float | None = None  # noqa: N815 - the service's names
    stringValue: str | None = None  # noqa: N815
    boolValue: bool | None = None  # noqa: N815
    formulaValue: str | None = None  # noqa: N815
    errorValue: ErrorValue | None = None  # noqa: N815


class _NumberFormat(msgspec.Struct, frozen=True, gc=False):
    type: str = ""
    pattern: str = ""


class _TextFormat(msgspec.Struct, frozen=True, gc=False):
    strikethrough: bool = False


class _TypedFormat(msgspec.Struct, frozen=True, gc=False):
    textFormat: _TextFormat | None = None  # noqa: N815 - the name that Google gives


class _Format(msgspec.Struct, frozen=True, gc=False):
    numberFormat: _NumberFormat | None = None  # noqa: N815


class GoogleCell(msgspec.Struct, frozen=True, gc=False):
    """One cell of an online sheet, as Google's answer describes it."""

    effectiveValue: Entered | None = None  # noqa: N815
    userEnteredValue: Entered | None = None  # noqa: N815
    effectiveFormat: _Format | None = None  # noqa: N815
    userEnteredFormat: _TypedFormat | None = None  # noqa: N815 - the name that Google gives

    @property
    def content(self) -> Entered | None:
        """Returns the formula if the cell has one, otherwise the value.

        Returns None for a blank cell."""
        if self.userEnteredValue is not None and self.userEnteredValue.formulaValue is not None:
            return self.userEnteredValue
        return self.effectiveValue

    @property
    def formula(self) -> str:
        """The text of the formula, or '' for a cell without one."""
        typed = self.userEnteredValue
        return "" if typed is None else typed.formulaValue or ""

    @property
    def format(self) -> str:
        """The type of the number format, such as DATE, or ''."""
        if self.effectiveFormat is None or self.effectiveFormat.numberFormat is None:
            return ""
        return self.effectiveFormat.numberFormat.type

    @property
    def pattern(self) -> str:
        """The code of the number format, such as `[$¥-804]#,##0.00`, or ''."""
        if self.effectiveFormat is None or self.effectiveFormat.numberFormat is None:
            return ""
        return self.effectiveFormat.numberFormat.pattern

    @property
    def is_struck(self) -> bool:
        """Whether the whole text of the cell is struck through."""
        typed = self.userEnteredFormat
        return typed is not None and typed.textFormat is not None and typed.textFormat.strikethrough


class _Row(msgspec.Struct, gc=False):
    values: list[GoogleCell] = []


class _RowMetadata(msgspec.Struct, gc=False):
    hiddenByFilter: bool = False  # noqa: N815
    hiddenByUser: bool = False  # noqa: N815

    @property
    def is_hidden(self) -> bool:
        return self.hiddenByFilter or self.hiddenByUser


class _Data(msgspec.Struct):
    startRow: int = 0  # noqa: N815
    startColumn: int = 0  # noqa: N815
    rowData: list[_Row] = []  # noqa: N815
    rowMetadata: list[_RowMetadata] = []  # noqa: N815


class _Size(msgspec.Struct):
    rowCount: int = 0  # noqa: N815
    columnCount: int = 0  # noqa: N815


class _Properties(msgspec.Struct):
    sheetId: int = 0  # noqa: N815
    title: str = ""
    sheetType: str = "GRID"  # noqa: N815
    hidden: bool = False
    gridProperties: _Size = msgspec.field(default_factory=_Size)  # noqa: N815


class Range(msgspec.Struct):
    """A range of cells of a tab. If its end is missing, it reaches to the end of the tab."""

    sheetId: int = 0  # noqa: N815
    startRowIndex: int = 0  # noqa: N815
    endRowIndex: int | None = None  # noqa: N815
    startColumnIndex: int = 0  # noqa: N815
    endColumnIndex: int | None = None  # noqa: N815

    def within(self, height: int, width: int) -> tuple[range, range]:
        """Returns the rows and columns of this range that exist in a tab of the given size."""
        bottom = height if self.endRowIndex is None else min(height, self.endRowIndex)
        right = width if self.endColumnIndex is None else min(width, self.endColumnIndex)
        return range(self.startRowIndex, bottom), range(self.startColumnIndex, right)

    @property
    def words(self) -> str:
        """Names the cells, such as `B2:C9`, `B:B` or `every cell`."""
        first, last = letters(self.startColumnIndex), ""
        if self.endColumnIndex is not None:
            last = letters(self.endColumnIndex - 1)
        top, bottom = self.startRowIndex + 1, self.endRowIndex
        if not last and not self.startColumnIndex:
            return f"rows {top} to {bottom}" if bottom else f"{_from_row(top)}"
        columns = f"{first}:{last}" if last else f"all columns from {first} on"
        if bottom is None:
            return columns if top == 1 else f"{columns} from row {top} on"
        if last:
            return f"{first}{top}:{last}{bottom}"
        return f"{columns} in rows {top} to {bottom}"

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """The first row, first column, last row and last column. The range must have an end."""
        bottom, right = self.endRowIndex or 0, self.endColumnIndex or 0
        return self.startRowIndex, self.startColumnIndex, bottom - 1, right - 1


def _from_row(top: int) -> str:
    return "every cell" if top == 1 else f"all rows from {top} on"


class _Protected(msgspec.Struct):
    range: Range = msgspec.field(default_factory=Range)
    unprotectedRanges: list[Range] = []  # noqa: N815
    warningOnly: bool = False  # noqa: N815
    requestingUserCanEdit: bool = False  # noqa: N815

    @property
    def stops_us(self) -> bool:
        """Whether this account may not edit the range. A protection that only asks people to
        confirm does not stop a program."""
        return not (self.warningOnly or self.requestingUserCanEdit)


class _Filter(msgspec.Struct):
    range: Range = msgspec.field(default_factory=Range)


class _Metadata(msgspec.Struct):
    metadataId: int = 0  # noqa: N815
    metadataKey: str = ""  # noqa: N815
    metadataValue: str = ""  # noqa: N815


MARK = "budgettrack"
"""The key under which the spreadsheet keeps, as developer metadata, the mark that links it to
its register. Tabs that the program wrote have their tag under the same key."""

SENT = "budgettrack-journal"
"""The key under which the spreadsheet keeps the journal of sent mails, as developer metadata."""


class _TableColumn(msgspec.Struct):
    columnIndex: int = 0  # noqa: N815
    columnName: str = ""  # noqa: N815


class _SheetTable(msgspec.Struct):
    """A Table of Google Sheets, which people made from some cells."""

    name: str = ""
    range: Range = msgspec.field(default_factory=Range)
    columnProperties: list[_TableColumn] = []  # noqa: N815


class Tab(msgspec.Struct):
    """One tab of an online sheet, as Google's answer describes it."""

    properties: _Properties = msgspec.field(default_factory=_Properties)
    data: list[_Data] = []
    merges: list[Range] = []
    protectedRanges: list[_Protected] = []  # noqa: N815
    developerMetadata: list[_Metadata] = []  # noqa: N815
    basicFilter: _Filter | None = None  # noqa: N815
    tables: list[_SheetTable] = []

    @property
    def is_filtered(self) -> bool:
        """Whether the tab has a filter, or has rows that any filter hides (that of a slicer, for
        example)."""
        return self.basicFilter is not None or any(
            row.hiddenByFilter for block in self.data for row in block.rowMetadata
        )

    @property
    def hidden_blank_rows(self) -> list[int]:
        """Returns the hidden rows if all of them seem to be blank: Google may have left out their
        contents. If one hidden row has content, Google has sent the contents of all hidden rows,
        and this returns []."""
        rows: list[int] = []
        for block in self.data:
            for number, row in enumerate(block.rowMetadata):
                if not row.is_hidden:
                    continue
                cells = block.rowData[number].values if number < len(block.rowData) else []
                if any(cell.content is not None for cell in cells):
                    return []
                rows.append(block.startRow + number)
        return rows

    @property
    def kind(self) -> str:
        """The kind of page for which the program made this tab, such as `checks`. It is '' for a
        tab that people made.

        The kind is read from the hidden tag of the tab, which also has the number of the tab. A
        copy of the tab has another number, so it does not count as a tab of the program."""
        for metadata in self.developerMetadata:
            kind, _, number = metadata.metadataValue.partition(" ")
            if metadata.metadataKey == MARK and number == str(self.id):
                return kind
        return ""

    @property
    def id(self) -> int:
        """The number of the tab. It stays the same if the tab is renamed or moved."""
        return self.properties.sheetId

    @property
    def title(self) -> str:
        """The title of the tab."""
        return self.properties.title

    @property
    def size(self) -> tuple[int, int]:
        """The number of rows and columns, including blank ones."""
        return self.properties.gridProperties.rowCount, self.properties.gridProperties.columnCount

    def content(self, row: int, column: int) -> Entered | None:
        """Returns the content of a cell, or None if the cell is blank."""
        for block in self.data:
            if block.startRow <= row < block.startRow + len(block.rowData):
                cells = block.rowData[row - block.startRow].values
                if block.startColumn <= column < block.startColumn + len(cells):
                    return cells[column - block.startColumn].content
        return None

    def content_of(self, row: int, columns: Sequence[int]) -> list[Entered | None]:
        """Returns the contents of some cells of a row. A blank cell is None."""
        return [self.content(row, column) for column in columns]

    def contents(self) -> Iterator[tuple[int, list[Entered | None]]]:
        """Yields every row with its number. Blank cells are None."""
        for block in self.data:
            for number, row in enumerate(block.rowData, block.startRow):
                yield number, [*[None] * block.startColumn, *(cell.content for cell in row.values)]


class _About(msgspec.Struct):
    title: str = ""
    locale: str = ""
    timeZone: str = ""  # noqa: N815


class Spreadsheet(msgspec.Struct):
    """A spreadsheet with the fields of `READ`."""

    spreadsheetId: str = ""  # noqa: N815
    properties: _About = msgspec.field(default_factory=_About)
    sheets: list[Tab] = []
    developerMetadata: list[_Metadata] = []  # noqa: N815

    def tab(self, id_: int) -> Tab | None:
        """Returns the tab with this number, or None if it was removed."""
        return next((sheet for sheet in self.sheets if sheet.id == id_), None)

    def titled(self, title: str) -> Tab | None:
        """Returns the tab with this title, or None if there is none."""
        return next((sheet for sheet in self.sheets if sheet.title == title), None)

    @property
    def ids(self) -> set[int]:
        """The numbers of all tabs."""
        return {sheet.id for sheet in self.sheets}


def blank_tab(id_: int, title: str, kind: str = "") -> Tab:
    """Returns a tab with blank cells. Only its number, its title and its kind are known."""
    metadata = [_Metadata(0, MARK, tab_mark(kind, id_))] if kind else []
    return Tab(_Properties(id_, title), developerMetadata=metadata)


def tab_of(id_: int, rows: Mapping[int, Sequence[Entered | None]]) -> Tab:
    """Returns a tab that has the given contents. Every cell between them is blank."""
    height = max(rows, default=-1) + 1
    data = [_Row([_holding(content) for content in rows.get(row, ())]) for row in range(height)]
    return Tab(_Properties(id_), [_Data(rowData=data)])


def _holding(content: Entered | None) -> GoogleCell:
    if content is not None and content.formulaValue is not None:
        return GoogleCell(userEnteredValue=content)
    return GoogleCell(effectiveValue=content)


def tab_mark(kind: str, id_: int) -> str:
    """Returns the hidden tag that the program writes to a tab, so that it recognises the tab
    later. `kind`: the kind of page, such as `checks`. `id_`: the number of the tab."""
    return f"{kind} {id_}"


class _Answer(msgspec.Struct):
    spreadsheetId: str  # noqa: N815
    updatedSpreadsheet: Spreadsheet = msgspec.field(default_factory=Spreadsheet)  # noqa: N815


_SPREADSHEETS = msgspec.json.Decoder(Spreadsheet)
_ANSWERS = msgspec.json.Decoder(_Answer)


@contextmanager
def _all_kept() -> Iterator[None]:
    """Context manager that switches off Python's garbage collection while cells are read. A
    million new cells would start the collection dozens of times. This would take as long as the
    reading, and would find nothing, because all cells are kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_all_kept()
def spreadsheet(content: bytes) -> Spreadsheet:
    """Reads the answer to `spreadsheets.get`.

    Raises `msgspec.MsgspecError` if the answer is not a spreadsheet."""
    answer = _SPREADSHEETS.decode(content)
    if not answer.spreadsheetId:
        raise msgspec.ValidationError("not a spreadsheet")
    return answer


class _ValueRange(msgspec.Struct):
    range: str = ""
    values: list[list[object]] = []


class _ValueRanges(msgspec.Struct):
    valueRanges: list[_ValueRange] = []  # noqa: N815


def first_filled(content: bytes) -> str | None:
    """Returns the first range that has any content, from the answer to `values.batchGet`, or None.

    Raises `msgspec.MsgspecError` if the answer has another form."""
    ranges = msgspec.json.decode(content, type=_ValueRanges).valueRanges
    return next((held.range for held in ranges if any(held.values)), None)


def entered_rows(content: bytes) -> list[list[list[Entered | None]]]:
    """Returns the rows of each range, from the answer to `values.batchGet` that has formulas as
    texts and dates as numbers.

    Raises `msgspec.MsgspecError` if the answer has another form."""
    ranges = msgspec.json.decode(content, type=_ValueRanges).valueRanges
    return [[[_entered_as(value) for value in row] for row in held.values] for held in ranges]


def _entered_as(value: object) -> Entered | None:
    if isinstance(value, str) and value.startswith("="):
        return Entered(formulaValue=value)
    return entered(value) if isinstance(value, str | bool | int | float) else None


@_all_kept()
def updated(content: bytes) -> Spreadsheet:
    """Returns the part of the spreadsheet that the answer to `batchUpdate` contains.

    Raises `msgspec.MsgspecError` if the answer has another form."""
    return _ANSWERS.decode(content).updatedSpreadsheet


# ---- plain values


@_all_kept()
def grid(tab: Tab) -> Grid:
    """Converts a tab to the `Grid` from which `core` reads."""
    reading = _TabReading()
    for block in tab.data:
        reading.add(block)
    rows = reading.rows
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    _mark_spilled(rows, reading.formulas)
    width = max(map(len, rows), default=0)
    merged = tuple(area.corners for area in tab.merges)
    locked = _locked(tab, len(rows), width)
    percents = frozenset(reading.percents)
    mark = mark_of(tab.kind, tab.title) if tab.kind else ""
    hidden = tab.properties.hidden
    return Grid(
        tab.title,
        rows,
        reading.formulas,
        locked,
        merged,
        percents,
        mark,
        reading.signs,
        is_hidden=hidden,
        struck=frozenset(reading.struck),
    )


class _TabReading:
    """A tab while its cells are read: the values so far, and the places of formulas, percentages,
    currencies and texts that are struck through."""

    def __init__(self) -> None:
        self.rows: list[list[Value]] = []
        self.formulas: dict[tuple[int, int], str] = {}
        self.percents: set[tuple[int, int]] = set()
        self.signs: dict[tuple[int, int], str] = {}
        self.struck: set[tuple[int, int]] = set()
        self._known_signs: dict[str, str] = {}
        self._known_codes: dict[str, str] = {}
        self._moments: dict[tuple[float, str], Value] = {}

    def add(self, block: _Data) -> None:
        """Adds a block of cells. The API leaves out the blank rows above a block."""
        while len(self.rows) < block.startRow:
            self.rows.append([])
        for number, row in enumerate(block.rowData, block.startRow):
            self.rows.append(self._values(number, row, block.startColumn))

    def _values(self, number: int, row: _Row, left: int) -> list[Value]:
        values: list[Value] = [None] * left
        for cell in row.values:
            held = cell.effectiveValue
            # Most cells have only a text or a number, and there may be a million of them.
            # So cells with only a text or a number are handled first, without calling a function.
            if (
                cell.effectiveFormat is not None
                or cell.userEnteredValue is not None
                or cell.userEnteredFormat is not None
            ):
                values.append(self._formed((number, len(values)), cell))
            elif held is None:
                values.append(None)
            elif held.stringValue is not None:
                values.append(held.stringValue or None)
            elif held.numberValue is not None:
                values.append(held.numberValue)
            else:
                values.append(_plain(held, ""))
        return values

    def _formed(self, place: tuple[int, int], cell: GoogleCell) -> Value:
        """Returns the value of a cell that has a format or a formula, and records the places of
        both."""
        kind, held = cell.format, cell.effectiveValue
        if kind == "PERCENT":
            self.percents.add(place)
        if cell.userEnteredValue is not None and cell.formula:
            self.formulas[place] = cell.formula
        if held is None:
            return None
        if cell.is_struck:
            self.struck.add(place)
        number = held.numberValue
        if number is not None and kind not in _MOMENTS and (sign := self._sign(cell.pattern)):
            self.signs[place] = sign
        if number is None or kind not in _MOMENTS:
            return as_shown(_plain(held, kind), self._code(cell.pattern))
        # Converted dates are kept, because a tab has few different days, each of them many times.
        if (known := self._moments.get((number, kind))) is None:
            known = self._moments[number, kind] = moment(number, kind)
        return known

    def _sign(self, pattern: str) -> str:
        """Returns the currency that a number format shows, or ''. The result is remembered, because
        a tab has only a few formats."""
        if pattern not in self._known_signs:
            self._known_signs[pattern] = currency_sign(pattern)
        return self._known_signs[pattern]

    def _code(self, pattern: str) -> str:
        """Returns the template of a number format that shows the zeros before a code, or ''."""
        if pattern not in self._known_codes:
            self._known_codes[pattern] = code_template(pattern)
        return self._known_codes[pattern]


_MOMENTS = frozenset({"DATE", "DATE_TIME", "TIME"})
"""The types of number formats that show a number as a day or a time."""


def _plain(held: Entered, kind: str) -> Value:
    if held.stringValue is not None:
        return held.stringValue or None
    if held.numberValue is not None:
        return moment(held.numberValue, kind) if kind in _MOMENTS else held.numberValue
    if held.errorValue is not None:
        return CellError(ERRORS.get(held.errorValue.type, "#ERROR!"))
    return held.boolValue


def _mark_spilled(rows: Sequence[Sequence[Value]], formulas: dict[tuple[int, int], str]) -> None:
    """Records all cells that an array formula fills as cells with a formula, because the API does
    not say so. In the worst case, a cell that somebody typed is protected, too."""
    for (top, left), text in list(formulas.items()):
        if _ARRAYS.search(text):
            for place in _spilled(rows, formulas, top, left):
                formulas.setdefault(place, text)


def moment(number: float, kind: str) -> Value:
    """Converts the API's number to a date, a time or both.

    Returns the number itself if it is too large for a date."""
    try:
        if kind == "TIME":
            length = timedelta(days=number)
            return (_MOMENT + length).time() if 0 <= number < 1 else length
        if number.is_integer() and kind == "DATE":
            return EPOCH + timedelta(days=int(number))
        return _MOMENT + timedelta(days=number)
    except OverflowError:
        return number


_ARRAYS = re.compile(
    r"\b(ARRAYFORMULA|IMPORT\w+|QUERY|FILTER|SORTN?|UNIQUE|SEQUENCE|TRANSPOSE|SPLIT|FLATTEN|MAP|BYROW|BYCOL|MAKEARRAY|"
    r"SCAN|[HV]STACK|WRAPROWS|WRAPCOLS|TOROW|TOCOL|CHOOSEROWS|CHOOSECOLS|EXPAND|TAKE|DROP|GOOGLEFINANCE|FREQUENCY|"
    r"MMULT|MINVERSE|LINEST|LOGEST|TREND|GROWTH|RANDARRAY)\s*\(|^=\s*\{",
    re.IGNORECASE,
)


def _spilled(
    rows: Sequence[Sequence[Value]], formulas: Mapping[tuple[int, int], str], top: int, left: int
) -> list[tuple[int, int]]:
    """Returns the cells that an array formula fills.

    These are the filled cells below and to the right of the formula, up to the first blank one."""

    def is_filled(row: int, column: int) -> bool:
        return row < len(rows) and column < len(rows[row]) and rows[row][column] is not None

    if not is_filled(top, left):
        # The result of the formula is blank, or the formula is below the end of the grid.
        return []
    right, bottom = left + 1, top + 1
    while is_filled(top, right) and (top, right) not in formulas:
        right += 1
    while is_filled(bottom, left) and (bottom, left) not in formulas:
        bottom += 1
    return [
        (row, column)
        for row in range(top, bottom)
        for column in range(left, min(right, len(rows[row])))
    ]


def _locked(tab: Tab, height: int, width: int) -> frozenset[tuple[int, int]]:
    """Returns the cells within the filled area that this account may not edit."""
    locked: set[tuple[int, int]] = set()
    for protection in tab.protectedRanges:
        if not protection.stops_us:
            continue
        locked.update(itertools.product(*protection.range.within(height, width)))
        for free in protection.unprotectedRanges:
            locked.difference_update(itertools.product(*free.within(height, width)))
    return frozenset(locked)


def serial(value: date | datetime | time | timedelta) -> float:
    """Returns the number that the API uses for a date or a time."""
    if isinstance(value, datetime):
        return (value - _MOMENT) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - EPOCH).days)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1_000_000
    return seconds / 86_400


def entered(value: Value | Decimal) -> Entered | None:
    """Converts a plain value to the form of the API. A text stays a text and never becomes a
    formula.

    Returns None for a blank cell."""
    if value is None or value == "" or isinstance(value, NoValue):
        return None
    if isinstance(value, str):
        return Entered(stringValue=value)
    if isinstance(value, bool):
        return Entered(boolValue=value)
    if isinstance(value, int | float | Decimal):
        return Entered(numberValue=float(value))
    if isinstance(value, CellError):
        kinds = {text: kind for kind, text in ERRORS.items()}
        return Entered(errorValue=ErrorValue(kinds.get(value.text, "ERROR")))
    return Entered(numberValue=serial(value))


def read_as(sheet: Grid, row: int, column: int) -> Entered | None:
    """Returns the content of a cell at the last read, in the form of the API.

    Returns None if the cell was blank."""
    formula = sheet.formulas.get((row, column))
    return Entered(formulaValue=formula) if formula is not None else entered(sheet.at(row, column))


def same(one: Entered | None, other: Entered | None) -> bool:
    """Whether two contents are equal. Numbers may differ by the rounding error that the
    conversion of a date makes, and a code is equal to its number: 007 to 7."""
    one, other = _or_none(one), _or_none(other)
    if one is None or other is None:
        return one is other
    if is_shown(one.stringValue, other.numberValue) or is_shown(other.stringValue, one.numberValue):
        return True
    if one.numberValue is not None and other.numberValue is not None:
        return math.isclose(one.numberValue, other.numberValue, rel_tol=1e-13, abs_tol=1e-10)
    return one == other


def _or_none(content: Entered | None) -> Entered | None:
    """Returns the content of a cell. Returns None if it is an empty text, which counts as blank."""
    return None if content is None or content.stringValue == "" else content


def row_texts(contents: Mapping[int, Entered | None]) -> dict[int, str]:
    """Returns the texts of a heading row by column."""
    return {
        column: content.stringValue
        for column, content in contents.items()
        if content is not None and content.stringValue
    }


def text_of(content: Entered | None) -> str:
    """Returns the text of a cell, or '' if the cell holds no text."""
    return "" if content is None else content.stringValue or ""
