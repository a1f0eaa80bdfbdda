"""The cells of a workbook, as they are read and as they are written. The types are the same for a
local file and for an online sheet.

Rows and columns count from 0. `addresses.a1` shows a place as people see it (`'Budget'!F12`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from msgspec import Struct, field


class CellError(Struct, frozen=True):
    """An error that the spreadsheet shows in a cell, such as `#REF!`."""

    text: str


class NoValue(Struct, frozen=True):
    """The value of a formula that no spreadsheet program has calculated yet. The cell is not
    empty."""


Value = str | int | float | bool | date | datetime | time | timedelta | CellError | NoValue | None
"""The value of a cell. None is an empty cell. A float is a number as the spreadsheet stores it,
in binary."""


class Grid(Struct, frozen=True):
    """The cells of one tab as read.

    `rows`: the values, as `rows[r][c]`. Rows may have different lengths. `formulas`: the text of
    each formula (`=B2-C2`), by (row, column). `protected`: the cells that this program may not
    write. `merged`: the merged areas, as (first row, first column, last row, last column).
    `percents`: the cells with a percentage format, in which 0.5 means 50 %. `signs`: the
    currency that the format of a cell shows, as a sign (`US$`) or a code (`CNY`). It may also be
    another word, such as a unit. `mark`: the hidden tag by which the program recognises a tab
    that it wrote (see `own_tabs.mark_of`), or '' on all other tabs. `is_hidden`: whether the tab
    is hidden. `hidden_columns`: the hidden columns. `struck`: the cells whose text is struck
    through. Of an online sheet the hidden columns are not known, and of a file that is never
    written neither hidden tabs nor hidden columns."""

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
    struck: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int, column: int) -> Value:
        """Returns the value of a cell. Returns None outside the grid."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]


class Book(Struct, frozen=True):
    """A whole workbook, read once.

    `mark`: the hidden mark that names the register to which the workbook belongs. `token`: a text
    for this version of the file. If the token has changed after the workbook was read, a write is
    refused. `locale` (`de_DE`), `time_zone` (`Europe/Berlin`): the settings of the workbook, or
    None. `journal`: the hidden list of the mails that were sent (see `sent_journal`), or None.
    `titles`: the titles of tabs that are not read, such as charts. `read_as`: for a workbook that
    is only read, how it was read, in words; otherwise ''. `room`: the blank rows that were inserted
    into each tab for new records (see `Room`)."""

    grids: tuple[Grid, ...]
    mark: str | None = None
    locale: str | None = None
    token: str = ""
    time_zone: str | None = None
    titles: tuple[str, ...] = ()
    journal: str | None = None
    read_as: str = ""
    room: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class Room(Struct, frozen=True):
    """Blank rows that must be inserted for new records: `count` rows before `row`, which is the
    last record of a tab. Because they are inserted there, a total below sums the new rows too, and
    the Table of an online sheet includes them.

    In some workbooks no rows can be inserted. There the new records come below everything else."""

    tab: str
    row: int
    count: int


class CellEdit(Struct, frozen=True):
    """A new value for one cell.

    `was`: the value as read. None is a blank cell. `value`: a `str` (always text, never a
    formula), a `Decimal`, a `date`, or None for a blank cell. `kind`: the kind of the column
    (see `tables`). It decides the format of a cell in a new row. A value of the kind `percent`
    is 50 for 50 %: if the cell has a percentage format, 0.5 is written."""

    tab: str
    row: int
    column: int
    value: str | Decimal | date | None
    was: Value = None
    kind: str = "text"


class NewMeaning(Struct, frozen=True):
    """A column of a tab that gets another meaning. Its old dropdown is removed, and the note of its
    heading becomes the note of the new field.

    `row`: the row of the heading. `table`, `field`: the field that the column has from now on."""

    tab: str
    row: int
    column: int
    table: str
    field: str


class PageCell(Struct, frozen=True):
    """A cell on a page that the program writes, such as the tab *Checks*.

    `look`: the style: `text`, `place` (the address of a cell), `note` (a sentence that may run
    over the next cells), `title`, `heading`, `number heading`, `number`, `money`, `percent`,
    `date`, `error`, `warning`, `total`, `section` (a title over the whole row), `group` (a title
    over some rows), or `input` (people type here). `link`: a place in this workbook, such as
    `'Expenses'!F14`. `choices`: the entries of a dropdown."""

    value: str | Decimal | date | None = None
    look: str = "text"
    link: str | None = None
    choices: tuple[str, ...] = ()
    decimals: int = 2


class ToolTab(Struct, frozen=True):
    """A tab that the program writes as a whole.

    `tab`: the title. `widths`: the widths of the columns in characters. `frozen`: how many rows
    stay visible when people scroll. `kind`: which page it is (`summary`, `checks`). The tag of
    the tab contains it. It is '' for a tab that people fill in later, which gets no tag. `over`:
    whether the tab exists and is overwritten. Otherwise it is added. `right_to_left`: whether
    the columns run from right to left. `hidden`: how many of the last columns are hidden."""

    tab: str
    rows: tuple[tuple[PageCell, ...], ...]
    widths: tuple[int, ...] = ()
    frozen: int = 0
    kind: str = ""
    over: bool = False
    right_to_left: bool = False
    hidden: int = 0


class Frame(Struct, frozen=True):
    """The place of the headings and columns of a tab. Before a write, the program compares it with
    the tab, so that no row has moved after the reading.

    `id_column`: the column of IDs. It is None if the table has none, like some mapped tables (see
    `tables.Shape`). `columns`: the columns that are read, in order, without personal columns."""

    heading_row: int
    id_column: int | None
    columns: tuple[int, ...]


class Edits(Struct, frozen=True):
    """Everything that one sync writes to a workbook. All of it is written, or nothing.

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
