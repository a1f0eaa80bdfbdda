"""The JSON types of the Sheets API, and the conversion of cells to plain values and back.

Only the fields of the mask `READ` are declared. msgspec decodes them directly, which keeps a
million cells fast. A date is the number of days since 30 December 1899
(developers.google.com/sheets/api/guides/formats#about_date_time_values)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from budgettrack.core.base.grids import CellError, Grid, NoValue, Value

_CELLS = "effectiveValue,userEnteredValue/formulaValue,effectiveFormat/numberFormat/type"
READ = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey,metadataValue),"
    "sheets(properties(sheetId,title,sheetType,hidden,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(range,unprotectedRanges,warningOnly,requestingUserCanEdit),"
    f"data(startRow,startColumn,rowData(values({_CELLS}))))"
)
"""The field mask of a sync's one read: values, formulas, and the type of each number format."""

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
"""The text that people see for each kind of error. Any other kind is `#ERROR!`."""


class ErrorValue(msgspec.Struct, frozen=True, gc=False):
    """An error in a cell."""

    type: str = "ERROR"


class Entered(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The content of a cell in the API's form. Exactly one field is set.

    A blank cell is None instead."""

    numberValue: float | None = None  # noqa: N815 - the service's names
    stringValue: str | None = None  # noqa: N815
    boolValue: bool | None = None  # noqa: N815
    formulaValue: str | None = None  # noqa: N815
    errorValue: ErrorValue | None = None  # noqa: N815


class _NumberFormat(msgspec.Struct, frozen=True, gc=False):
    type: str = ""


class _Format(msgspec.Struct, frozen=True, gc=False):
    numberFormat: _NumberFormat | None = None  # noqa: N815


class GoogleCell(msgspec.Struct, frozen=True, gc=False):
    """One cell as it was read."""

    effectiveValue: Entered | None = None  # noqa: N815
    userEnteredValue: Entered | None = None  # noqa: N815
    effectiveFormat: _Format | None = None  # noqa: N815

    @property
    def content(self) -> Entered | None:
        """Returns the formula if there is one, else the value.

        Returns None for a blank cell."""
        if self.userEnteredValue is not None and self.userEnteredValue.formulaValue is not None:
            return self.userEnteredValue
        return self.effectiveValue


class _Row(msgspec.Struct, gc=False):
    values: list[GoogleCell] = []


class _Data(msgspec.Struct):
    startRow: int = 0  # noqa: N815
    startColumn: int = 0  # noqa: N815
    rowData: list[_Row] = []  # noqa: N815


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
    """A range of a tab. A missing end means the end of the tab."""

    sheetId: int = 0  # noqa: N815
    startRowIndex: int = 0  # noqa: N815
    endRowIndex: int | None = None  # noqa: N815
    startColumnIndex: int = 0  # noqa: N815
    endColumnIndex: int | None = None  # noqa: N815


class _Protected(msgspec.Struct):
    range: Range = msgspec.field(default_factory=Range)
    unprotectedRanges: list[Range] = []  # noqa: N815
    warningOnly: bool = False  # noqa: N815
    requestingUserCanEdit: bool = False  # noqa: N815


class Tab(msgspec.Struct):
    """One tab of a spreadsheet."""

    properties: _Properties = msgspec.field(default_factory=_Properties)
    data: list[_Data] = []
    merges: list[Range] = []
    protectedRanges: list[_Protected] = []  # noqa: N815

    @property
    def id(self) -> int:
        """The number of the tab. It stays the same when the tab is renamed or moved."""
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

    def contents(self) -> Iterator[tuple[int, list[Entered | None]]]:
        """Yields every row with its number. Blank cells are None."""
        for block in self.data:
            for number, row in enumerate(block.rowData, block.startRow):
                yield number, [*[None] * block.startColumn, *(cell.content for cell in row.values)]


class _Metadata(msgspec.Struct):
    metadataId: int = 0  # noqa: N815
    metadataKey: str = ""  # noqa: N815
    metadataValue: str = ""  # noqa: N815


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


def blank_tab(id_: int, title: str) -> Tab:
    """Returns a tab of which only the number and the title are known."""
    return Tab(_Properties(id_, title))


class _Answer(msgspec.Struct):
    spreadsheetId: str  # noqa: N815
    updatedSpreadsheet: Spreadsheet = msgspec.field(default_factory=Spreadsheet)  # noqa: N815


_SPREADSHEETS = msgspec.json.Decoder(Spreadsheet)
_ANSWERS = msgspec.json.Decoder(_Answer)


def spreadsheet(content: bytes) -> Spreadsheet:
    """Reads the answer to `spreadsheets.get`.

    Raises `msgspec.MsgspecError` if the answer is not a spreadsheet."""
    answer = _SPREADSHEETS.decode(content)
    if not answer.spreadsheetId:
        raise msgspec.ValidationError("not a spreadsheet")
    return answer


def updated(content: bytes) -> Spreadsheet:
    """Reads the part of the spreadsheet that the answer to `batchUpdate` contains.

    Raises `msgspec.MsgspecError` if the answer has another form."""
    return _ANSWERS.decode(content).updatedSpreadsheet


# ---- plain values


def grid(tab: Tab) -> Grid:
    """Converts a tab to the grid that `core` reads."""
    rows: list[list[Value]] = []
    formulas: dict[tuple[int, int], str] = {}
    percents: set[tuple[int, int]] = set()
    for block in tab.data:
        while len(rows) < block.startRow:
            rows.append([])
        for number, row in enumerate(block.rowData, block.startRow):
            values: list[Value] = [None] * block.startColumn
            for cell in row.values:
                held = cell.effectiveValue
                if cell.effectiveFormat is None and cell.userEnteredValue is None:
                    # Most cells have only a number or a text: this case must be fast.
                    values.append(None if held is None else held.stringValue or _plain(held, ""))
                    continue
                at = (number, len(values))
                values.append(_formed(cell, at, formulas, percents))
            rows.append(values)
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    _spilled(rows, formulas)
    width = max(map(len, rows), default=0)
    merged = tuple(
        (
            area.startRowIndex,
            area.startColumnIndex,
            (area.endRowIndex or 0) - 1,
            (area.endColumnIndex or 0) - 1,
        )
        for area in tab.merges
    )
    locked = _locked(tab, len(rows), width)
    return Grid(tab.title, rows, formulas, locked, merged, frozenset(percents))


def _formed(
    cell: GoogleCell,
    at: tuple[int, int],
    formulas: dict[tuple[int, int], str],
    percents: set[tuple[int, int]],
) -> Value:
    """Returns the value of a cell that has a format or a formula.

    Adds the cell to `percents` or `formulas` if it belongs there."""
    kind, typed, held = _kind(cell), cell.userEnteredValue, cell.effectiveValue
    if kind == "PERCENT":
        percents.add(at)
    if typed is not None and typed.formulaValue:
        formulas[at] = typed.formulaValue
    return None if held is None else _plain(held, kind)


def _kind(cell: GoogleCell) -> str:
    form = cell.effectiveFormat.numberFormat if cell.effectiveFormat else None
    return form.type if form else ""


def _plain(held: Entered, kind: str) -> Value:
    if held.stringValue is not None:
        return held.stringValue or None
    if held.numberValue is not None:
        return (
            moment(held.numberValue, kind)
            if kind in ("DATE", "DATE_TIME", "TIME")
            else held.numberValue
        )
    if held.boolValue is not None:
        return held.boolValue
    if held.errorValue is not None:
        return CellError(ERRORS.get(held.errorValue.type, "#ERROR!"))
    return None


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


def _spilled(rows: Sequence[Sequence[Value]], formulas: dict[tuple[int, int], str]) -> None:
    """Marks the cells that an array formula fills as formula cells, because the API does not say
    so.

    These are the filled cells below and to the right of the formula, up to the first blank one.
    At worst, a cell that somebody typed is protected too."""
    for (top, left), text in list(formulas.items()):
        if not _ARRAYS.search(text):
            continue
        right = left
        while (
            right + 1 < len(rows[top])
            and rows[top][right + 1] is not None
            and (top, right + 1) not in formulas
        ):
            right += 1
        row = top
        while row < len(rows) and left < len(rows[row]) and rows[row][left] is not None:
            if row > top and (row, left) in formulas:
                break
            for column in range(left, min(right + 1, len(rows[row]))):
                formulas.setdefault((row, column), text)
            row += 1


def _locked(tab: Tab, height: int, width: int) -> frozenset[tuple[int, int]]:
    """Returns the cells within the filled area that this account may not edit."""
    locked: set[tuple[int, int]] = set()
    for protection in tab.protectedRanges:
        if protection.warningOnly or protection.requestingUserCanEdit:
            continue
        locked |= set(_cells(protection.range, height, width))
        for free in protection.unprotectedRanges:
            locked -= set(_cells(free, height, width))
    return frozenset(locked)


def _cells(area: Range, height: int, width: int) -> Iterator[tuple[int, int]]:
    for row in range(
        area.startRowIndex, min(height, height if area.endRowIndex is None else area.endRowIndex)
    ):
        for column in range(
            area.startColumnIndex,
            min(width, width if area.endColumnIndex is None else area.endColumnIndex),
        ):
            yield row, column


def serial(value: date | datetime | time | timedelta) -> float:
    """Returns the API's number for a date or a time."""
    if isinstance(value, datetime):
        return (value - _MOMENT) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - EPOCH).days)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1_000_000
    return seconds / 86_400


def entered(value: Value | Decimal) -> Entered | None:
    """Converts a plain value to the API's form. A text always stays text and never becomes a
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
    """Returns the content of a cell that was read, in the API's form.

    Returns None if the cell was blank."""
    formula = sheet.formulas.get((row, column))
    return Entered(formulaValue=formula) if formula is not None else entered(sheet.at(row, column))


def same(one: Entered | None, other: Entered | None) -> bool:
    """Whether two contents are equal. Numbers may differ by the rounding error of a date's
    conversion."""
    one, other = _or_none(one), _or_none(other)
    if one is None or other is None:
        return one is other
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
