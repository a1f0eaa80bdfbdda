"""The types for a table as it was read: its rows, its columns, and the meanings of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.reading import Reading
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Column, Table

ROWS_OF_A_TAB = 10_000_000
"""A number that is larger than any row number. It is added to the row numbers of further tabs, so
that the rows of several tabs are different."""

FIGURES = frozenset({"money", "number", "count", "percent"})
"""The kinds of columns that hold figures."""


class Row(Struct, frozen=True):
    """One row of a table in the sheet.

    `number`: the row number, counted from 0. `id`: '' if the cell of the ID is blank. `fields`:
    the readable fields without `id`. `unreadable`: the names of the fields whose cells cannot be
    read (`id` may be among them). An unreadable cell is never taken as an edit or a removal.
    `payee`: the keyed hash of the payee, '' if it is not known."""

    number: int
    id: str
    fields: Fields
    unreadable: frozenset[str] = frozenset()
    payee: str = ""


class TableRows(Struct, frozen=True):
    """One table as it was read.

    `columns`: the column in the grid of each field (also of `id` and of months such as
    `2026-01`, never of personal fields). `formulas`, `protected`: (row number, field) of such
    cells. `missing`: the columns that people fill in, if their heading is missing. `next_row`:
    the row for a new record. `turned`: the fields whose sign in the sheet is the opposite of
    ours. `reads_payees`: whether the hashes of payees were made. `more_tabs`: the further tabs,
    if several tabs are read as one table (see `joined_tabs`). `laid_out`: the fields that have
    no column of their own because the layout shows them, such as the category in headings of
    groups. `has_total_below`: whether the row after the last record is a total. `facts`: what the
    next sync may know of the rows (see `known_rows`)."""

    table: Table
    tab: str
    heading_row: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    formulas: frozenset[tuple[int, str]]
    protected: frozenset[tuple[int, str]]
    missing: frozenset[str]
    next_row: int
    writable: bool
    turned: frozenset[str]
    reads_payees: bool = False
    laid_out: frozenset[str] = frozenset()
    more_tabs: tuple[str, ...] = ()
    has_total_below: bool = False
    facts: frozenset[bytes] = frozenset()

    def at(self, number: int) -> tuple[str, int]:
        """Returns the tab of a row number, and the row within this tab."""
        place, row = divmod(number, ROWS_OF_A_TAB)
        return (self.tab, *self.more_tabs)[place], row


class Sheet(Struct, frozen=True):
    """The tables of a workbook, and the findings about them. `mark` is the hidden number by
    which workbook and register know each other."""

    tables: Mapping[str, TableRows]
    findings: tuple[Finding, ...]
    mark: str | None = None


class Headings(Struct, frozen=True):
    """The columns of the fields in a tab.

    `shown`: the headings as people see them. `only`: the columns that decide which rows belong
    to the table, each with the required value. `payee`: the column of payees, None if there is
    none. `date_parts`: the columns of year, month and day, if a date is split into several."""

    row: int
    columns: Mapping[str, int]
    shown: Mapping[str, str]
    missing: frozenset[str]
    personal: frozenset[int]
    only: tuple[tuple[int, str], ...] = ()
    payee: int | None = None
    date_parts: tuple[tuple[str, int], ...] = ()


class Neighbour(Struct, frozen=True):
    """Another table in the same tab.

    `row`: the row of its headings.
    `columns`: its columns.
    `figures`: the columns that hold figures.
    """

    row: int
    columns: frozenset[int]
    figures: frozenset[int]


class TotalLabel(Struct, frozen=True):
    """A text that may be the label of a total. `whole`: whether the text has no other words.
    `sure`: whether it names the things that are summed. `sub`: whether it is the label of a
    subtotal. `grand`: whether it names the whole table, and not a part. `carried`: whether it is
    the label of a sum carried over from or to another page. `of_period`: whether it names the month
    or the year of a total."""

    text: str
    whole: bool
    sure: bool
    sub: bool
    carried: bool = False
    of_period: bool = False
    grand: bool = False


class Refund(Struct, frozen=True):
    """A negative amount in a mapped table of expenses, as a positive number.

    `currencies` has the currencies that a typed sign may mean, as in `Priced`."""

    text: str
    currencies: frozenset[str] = frozenset()


Cell = Reading | TotalLabel | Refund
"""The result of reading one cell."""


class FilledRow(Struct, frozen=True):
    """A row that is not blank, before it is decided whether it is a record, a total or a heading.

    `fields`: the cells with plain text, without the ID. `odd`: the cells that could not be read as
    plain text. `known`: the record from the last sync, if the row is as it was then (see
    `known_rows`)."""

    number: int
    fields: Fields
    odd: dict[str, Cell]
    known: Row | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every field of the row that is not blank."""
        return (*self.fields, *self.odd)

    @property
    def as_read(self) -> FilledRow:
        """The same row as if it had been read."""
        if self.known is None:
            return self
        return FilledRow(self.number, {"id": self.known.id, **self.known.fields}, {})


class Price(Struct, frozen=True):
    """The currencies that a sign beside an amount may mean.

    `shown`: the text of the cell, for a finding. `by_format`: whether only the number format of
    the cell shows the currency."""

    currencies: frozenset[str]
    shown: str
    by_format: bool = False


Prices = Mapping[tuple[int, str], Price]
"""The currencies beside amounts, by row number and field."""


class Place(Struct, frozen=True):
    """The tab of a table, which every finding about the table names. Its method makes such
    findings."""

    table: Table
    tab: str

    def finding(
        self,
        code: str,
        row: int | None = None,
        column: int | None = None,
        *,
        record: str = "",
        field: str = "",
        values: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> Finding:
        """Returns a finding about a cell, a row or a column of this tab."""
        words = tuple(dict(values).items())
        return Finding(code, self.table.name, record, field, words, self.tab, row, column)


def is_idle(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell has nothing that somebody typed: it is blank, an empty tick box, or a formula
    whose result is 0 or nothing."""
    value = grid.at(row, column)
    if value is None or value is False or (isinstance(value, str) and not value.strip()):
        return True
    return (row, column) in grid.formulas and isinstance(value, int | float) and value == 0


def is_asked(column: Column) -> bool:
    """Whether people should fill in this column, and every workbook has it."""
    return column.owner == "shared" and not (column.optional or column.added)
