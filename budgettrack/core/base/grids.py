"""The cells of a workbook, as read and as written. They are the same for every backend.

Rows and columns count from 0. Use `addresses.a1` to show a place as people see it
(`'Budget'!F12`)."""

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
    """A formula that no spreadsheet program has calculated yet. The cell is not empty."""


Value = str | int | float | bool | date | datetime | time | timedelta | CellError | NoValue | None
"""The value of a cell. None is an empty cell. A float is the spreadsheet's own binary number."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The raw cells of one tab.

    `rows`: the values, as `rows[r][c]`. Rows may have different lengths.
    `formulas`: the text of each formula (`=B2-C2`), by (row, column).
    `protected`: the cells that cannot be written.
    `merged`: the merged areas, as (first row, first column, last row, last column).
    `percents`: the cells with a percentage format, where 0.5 means 50 %.
    `signs`: the currency that a cell's format shows: a sign (`US$`) or a code (`CNY`). It may also
    be another word, such as a unit.
    `mark`: the tool's mark on the tab (see `tabs.mark_of`), or '' on a tab of people.
    `is_hidden`: whether the tab is hidden. `hidden_columns`: the hidden columns of a tab. Of
    an online sheet only the first is known, and of other files neither.
    """

    tab: str
    rows: Sequence[Sequence[Value]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    protected: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    percents: frozenset[tuple[int, int]] = frozenset()
    mark: str = ""
    signs: Mapping[tuple[int, int], str] = field(default_factory=dict)
    is_hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()

    def at(self, row: int, column: int) -> Value:
        """Returns the value of a cell. Returns None outside the grid."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook, read once.

    `mark`: the hidden mark that names the register to which the workbook belongs.
    `token`: identifies one version of the file. If the token has changed, a write is refused.
    `locale` (`de_DE`), `time_zone` (`Europe/Berlin`): the settings of the workbook, or None.
    `journal`: the hidden journal of deliveries (see `sent_journal`), or None.
    `titles`: the titles of tabs that are not read, such as charts.
    `read_as`: how a file that is only read was read, in words. '' for one that can be
    written.
    `room`: the rows of each tab that were inserted for new records (see `Room`).
    """

    grids: tuple[Grid, ...]
    mark: str | None = None
    locale: str | None = None
    token: str = ""
    time_zone: str | None = None
    titles: tuple[str, ...] = ()
    journal: str | None = None
    read_as: str = ""
    room: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """Blank rows that new records need: `count` of them before `row`, the last record of a tab.

    So they lie within what a total below sums, and within the Table of an online sheet. A backend
    that cannot insert rows leaves them out, and the new records come below all content."""

    tab: str
    row: int
    count: int


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A new value for one cell.

    `was`: the value as read. None is a blank cell.
    `value`: a `str` (always text, never a formula), a `Decimal`, a `date`, or None for blank.
    `kind`: the column's kind (see `tables`). It decides the format of a cell in a new row.
    For the kind `percent`, 50 is 50 %: the backend writes 0.5 if the cell has a percentage format.
    """

    tab: str
    row: int
    column: int
    value: str | Decimal | date | None
    was: Value = None
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class NewMeaning:
    """A column of a tab that gets another meaning: its old dropdown goes, and the note of its
    heading becomes that of the field.

    `row`: the row of the heading.
    `table`, `field`: the field that the column has now.
    """

    tab: str
    row: int
    column: int
    table: str
    field: str


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell on a page that the tool writes.

    `look`: the style: `text`, `place` (the address of a cell), `note` (a sentence that may run over
    the next cells), `title`, `heading`, `number heading`, `number`, `money`, `percent`, `date`,
    `error`, `warning`, `total`, `section` (a title that runs over the row), `group` (a title over
    some rows), or `input` (people type here).
    `link`: a place in this workbook, such as `'Expenses'!F14`.
    `choices`: the entries of a dropdown.
    """

    value: str | Decimal | date | None = None
    look: str = "text"
    link: str | None = None
    choices: tuple[str, ...] = ()
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class ToolTab:
    """A tab that the tool writes as a whole.

    `tab`: the title of the tab.
    `widths`: column widths in characters.
    `frozen`: the number of rows that stay visible.
    `kind`: the page (`summary`, `checks`), by which the tab is marked. '' is a tab that people fill
    from then on: it has no mark.
    `over`: whether the tab is there already and is written over. Otherwise it is added.
    `right_to_left`: whether the tab is laid out from the right.
    `hidden`: how many of the last columns people do not see.
    """

    tab: str
    rows: tuple[tuple[PageCell, ...], ...]
    widths: tuple[int, ...] = ()
    frozen: int = 0
    kind: str = ""
    over: bool = False
    right_to_left: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The position of the headings and columns of a tab. The backend uses it to check that no row
    has moved between reading and writing.

    `id_column`: None if the table has no ID column, as some mapped tables (see `tables.Shape`).
    `columns`: the columns that are read, in order, without personal columns.
    """

    heading_row: int
    id_column: int | None
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """All that one sync writes to a workbook. Everything is written, or nothing.

    `frames` has an entry for every tab with cells to write."""

    cells: tuple[CellEdit, ...] = ()
    pages: tuple[ToolTab, ...] = ()
    mark: str | None = None
    frames: Mapping[str, Frame] = field(default_factory=dict)
    meanings: tuple[NewMeaning, ...] = ()
    journal: str | None = None
    room: tuple[Room, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.pages or self.mark or self.journal)
