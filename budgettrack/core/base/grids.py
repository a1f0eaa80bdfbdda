"""A workbook as read and as to be written: plain cells, the same for every backend.

Rows and columns count from 0 here; people see them as in the sheet (`'Budget'!F12`), by `a1`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CellError:
    """An error that the spreadsheet shows in a cell, such as `#REF!`."""

    text: str


@dataclass(frozen=True, slots=True)
class NoValue:
    """A formula that no spreadsheet program has calculated yet: not an empty cell."""


Value = str | int | float | bool | date | datetime | time | timedelta | CellError | NoValue | None
"""A cell's effective value; None is an empty cell. A float is the spreadsheet's own binary
number."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The raw cells of one tab. `rows[r][c]`; rows may be of different lengths.

    `formulas` has the text of each formula (`=B2-C2`) by (row, column). `protected` are the cells
    that cannot be written. `merged` are the merged areas as (first row, first column, last row,
    last column). `percents` are the cells whose number format is a percentage, so that 0.5 there
    means 50 %."""

    tab: str
    rows: Sequence[Sequence[Value]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    protected: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    percents: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int, column: int) -> Value:
        """The value of a cell; None beyond the edge."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook as read once. `mark` is the hidden mark of the register that it belongs to.

    `token` tells one state of the file from another; a write refuses a workbook whose token has
    changed. `locale` and `time_zone` are the workbook's own (`de_DE`, `Europe/Berlin`) where it has
    one."""

    grids: tuple[Grid, ...]
    mark: str | None = None
    locale: str | None = None
    token: str = ""
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell to be given a value: `was` as read, None for a blank cell.

    `value` is a `str` (always text, never a formula), a `Decimal` (a number), a `date`, or None (to
    blank it). `kind` is the column's kind (see `tables`), by which a new row's cell is formatted.
    Of kind `percent`, 50 is 50 %: the backend writes 0.5 where the cell's own format is a
    percentage."""

    tab: str
    row: int
    column: int
    value: str | Decimal | date | None
    was: Value = None
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell of a page that the tool writes: a value, a look, and where a click leads.

    `look` is one of `text`, `note` (a sentence that may run over its neighbours), `title`,
    `heading`, `number`, `money`, `percent`, `date`, `error`, `warning`, `total`, `input` (people
    type here). `link` is a place in this workbook such as `'Expenses'!F14`. `choices` make a
    dropdown."""

    value: str | Decimal | date | None = None
    look: str = "text"
    link: str | None = None
    choices: tuple[str, ...] = ()
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class ToolTab:
    """A tab that the tool writes as a whole. `widths` are in characters; `frozen` rows stay in
    sight."""

    tab: str
    rows: tuple[tuple[PageCell, ...], ...]
    widths: tuple[int, ...] = ()
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """How the rows of a tab that is written to are known, so that a backend can prove that none has
    moved meanwhile.

    `id_column` is None where a mapped table has none. `columns` are those that are read, in order;
    never personal ones."""

    heading_row: int
    id_column: int | None
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """All that one sync writes to a workbook, at once or not at all. `frames` has every tab of
    which cells are written."""

    cells: tuple[CellEdit, ...] = ()
    pages: tuple[ToolTab, ...] = ()
    mark: str | None = None
    frames: Mapping[str, Frame] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.pages or self.mark)


def letters(column: int) -> str:
    """The letters of a column that counts from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def a1(tab: str, row: int | None = None, column: int | None = None) -> str:
    """A place as people see it: `'Budget'!F12`, `'Budget'!12` (a row), `'Budget'!F` (a column),
    `'Budget'`."""
    name = "'" + tab.replace("'", "''") + "'"
    if row is None and column is None:
        return name
    where = (letters(column) if column is not None else "") + (
        str(row + 1) if row is not None else ""
    )
    return f"{name}!{where}"
