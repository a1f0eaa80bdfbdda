"""What a workbook's tables are, once read: their rows, their places, and the words of their
cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.cells.reading import Reading
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Column, Table

FIGURES = frozenset({"money", "number", "percent"})
"""Kinds of columns that hold figures."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as it stands in the sheet.

    `number` is its grid row, from 0. `id` is '' where it is blank. `fields` are the readable ones
    without `id`; `unreadable` are those whose cell cannot be read (`id` too), which are neither an
    edit nor a removal."""

    number: int
    id: str
    fields: Fields
    unreadable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableRows:
    """One table as read.

    `columns` are grid columns by field (`id` and months such as `2026-01` too; personal ones
    never). `formulas` and `protected` are (row number, field). `missing` are shared columns that no
    heading stands for. `next_row` is the first row free for a new record: after the last one, or
    below everything. `turned` are fields of opposite sign."""

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


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of our tables that could be read, and what was found on the way. `mark` is the workbook's
    hidden mark."""

    tables: Mapping[str, TableRows]
    findings: tuple[Finding, ...]
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each field stands. `shown` are the headings as people see them. `only` are columns and
    what they must say."""

    row: int
    columns: Mapping[str, int]
    shown: Mapping[str, str]
    missing: frozenset[str]
    personal: frozenset[int]
    only: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TotalLabel:
    """A text that may be the label of a total row.

    `whole`: it is nothing else. `sure`: it names what is summed. `sub`: it is a subtotal's."""

    text: str
    whole: bool
    sure: bool
    sub: bool


@dataclass(frozen=True, slots=True)
class Refund:
    """A negative amount in a mapped table of expenses, its sign taken away. `currencies` as in
    `Priced`."""

    text: str
    currencies: frozenset[str] = frozenset()


Cell = Reading | TotalLabel | Refund
"""What one cell of a table means."""


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row that is not blank, before anybody knows what it is.

    `fields` are its cells that are plain text, `odd` all others."""

    number: int
    fields: dict[str, str]
    odd: dict[str, Cell]

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that has something in its cell."""
        return (*self.fields, *self.odd)


Prices = Mapping[tuple[int, str], tuple[frozenset[str], str]]
"""The currencies typed beside amounts, with the cell as it may be shown, by row number and
field."""


@dataclass(frozen=True, slots=True)
class Place:
    """The tab of a table, in which findings are made."""

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
        """A finding about a cell, a row or a column of this tab."""
        words = tuple(dict(values).items())
        return Finding(code, self.table.name, record, field, words, self.tab, row, column)


def is_idle(grid: Grid, row: int, column: int) -> bool:
    """Whether nobody typed anything here: a blank cell, an empty tick box, a prepared formula that
    gives nothing."""
    value = grid.at(row, column)
    if value is None or value is False or (isinstance(value, str) and not value.strip()):
        return True
    return (row, column) in grid.formulas and isinstance(value, int | float) and value == 0


def is_asked(column: Column) -> bool:
    """Whether people are asked for that column: it is theirs to fill, and every sheet has it."""
    return column.owner == "shared" and not column.optional
