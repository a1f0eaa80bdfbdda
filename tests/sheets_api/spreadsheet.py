"""A spreadsheet in memory: sheets, cells, and what moves when rows and columns do.

Cells are immutable and a row is replaced when it changes, so that a copy of a whole spreadsheet
shares its rows: this is how a batch that fails half-way leaves nothing behind."""

from __future__ import annotations

import copy
import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.sheets_api import formulas
from tests.sheets_api.errors import invalid
from tests.sheets_api.ranges import shifted

MAX_CELLS = 10_000_000
"""Cells of one spreadsheet, by Google's documentation."""
MAX_TEXT = 50_000
"""Characters of one cell, by Google's documentation."""

PASTE_LEAVES_OUT = "paste leaves out filtered rows"
PASTE_MOVES_UP = "paste moves rows up under a filter"
PASTE_TAKES_NEXT = "paste takes the next row that is shown"
HIDDEN_DATA_MISSING = "grid data of hidden rows is missing"
RANGES_IGNORED = "responseRanges is ignored"
ALTERED_AFTER = "edits of people come between a batch and its answer"
FAULTS = (
    PASTE_LEAVES_OUT,
    PASTE_MOVES_UP,
    PASTE_TAKES_NEXT,
    HIDDEN_DATA_MISSING,
    RANGES_IGNORED,
    ALTERED_AFTER,
)
"""How the real service might behave where neither its documentation nor a recording tells."""

Scalar = float | str | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `value` is what was entered, or a formula's result; `made` is the format that a
    result brings along."""

    value: Scalar = None
    formula: str | None = None
    format: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    rule: dict[str, Any] | None = None
    error: str | None = None
    made: dict[str, Any] | None = None
    kept: dict[str, Any] | None = None
    """What it holds besides and is told as it was given: formats and chips within its text, a pivot
    table."""

    def __bool__(self) -> bool:
        return bool(
            self.value is not None
            or self.kept
            or self.formula
            or self.format
            or self.note
            or self.rule is not None
            or self.error
        )

    def holding(
        self,
        value: Scalar,
        formula: str | None = None,
        error: str | None = None,
        made: dict[str, Any] | None = None,
    ) -> Cell:
        """This cell with another content: its format, note and rule stay."""
        if self is EMPTY and value is None and not (formula or error or made):
            return self
        return Cell(value, formula, self.format, self.note, self.rule, error, made)

    def but(self, **other: Any) -> Cell:
        """This cell with another format, note or rule. Faster than `dataclasses.replace`."""
        held: dict[str, Any] = {"format": self.format, "note": self.note, "rule": self.rule}
        held |= {"kept": self.kept} | other
        return Cell(self.value, self.formula, error=self.error, made=self.made, **held)

    @property
    def filled(self) -> bool:
        """Whether something stands in it."""
        return self.value is not None or self.formula is not None

    @property
    def number_format(self) -> dict[str, str] | None:
        """The format by which its value is shown."""
        return self.format.get("numberFormat") or self.made


EMPTY = Cell()
Row = dict[int, Cell]


@dataclass
class Sheet:
    """One tab."""

    id: int
    title: str
    n_rows: int = 1000
    n_columns: int = 26
    rows: list[Row] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    grid: dict[str, Any] = field(default_factory=dict)
    merges: list[dict[str, Any]] = field(default_factory=list)
    protected: list[dict[str, Any]] = field(default_factory=list)
    conditional: list[dict[str, Any]] = field(default_factory=list)
    basic_filter: dict[str, Any] | None = None
    filter_views: list[dict[str, Any]] = field(default_factory=list)
    banded: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    slicers: list[dict[str, Any]] = field(default_factory=list)
    row_meta: dict[int, dict[str, Any]] = field(default_factory=dict)
    column_meta: dict[int, dict[str, Any]] = field(default_factory=dict)
    row_groups: list[dict[str, Any]] = field(default_factory=list)
    column_groups: list[dict[str, Any]] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)

    def copied(self) -> Sheet:
        """A copy that shares the rows, which are never changed in place."""
        small = {
            each.name: copy.deepcopy(getattr(self, each.name))
            for each in dataclasses.fields(self)
            if each.name not in ("id", "title", "n_rows", "n_columns", "rows")
        }
        return Sheet(self.id, self.title, self.n_rows, self.n_columns, list(self.rows), **small)

    def is_filtered_out(self, row: int) -> bool:
        return bool(self.row_meta.get(row, {}).get("hiddenByFilter"))

    def is_hidden(self, row: int) -> bool:
        meta = self.row_meta.get(row, {})
        return bool(meta.get("hiddenByFilter") or meta.get("hiddenByUser"))

    def cell(self, row: int, column: int) -> Cell:
        return self.rows[row].get(column, EMPTY) if row < len(self.rows) else EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        while len(self.rows) <= row:
            self.rows.append({})
        new = dict(self.rows[row])
        if cell:
            new[column] = cell
        else:
            new.pop(column, None)
        self.rows[row] = new

    def put_row(self, row: int, cells: dict[int, Cell]) -> None:
        """Several cells of one row at once."""
        while len(self.rows) <= row:
            self.rows.append({})
        new = dict(self.rows[row])
        for column, cell in cells.items():
            if cell is not EMPTY and cell:
                new[column] = cell
            else:
                new.pop(column, None)
        self.rows[row] = new

    def extent(
        self, top: int, left: int, bottom: int, right: int, *, filled: bool
    ) -> tuple[int, int]:
        """How many rows and columns of the range hold something (`filled`: a value; else also a
        note or format)."""
        height = width = 0
        for number in range(top, min(bottom, len(self.rows))):
            last = -1
            for column, cell in self.rows[number].items():
                if (
                    left <= column < right
                    and column > last
                    and (cell.filled if filled else bool(cell))
                ):
                    last = column
            if last >= 0:
                height = number - top + 1
                width = max(width, last - left + 1)
        return height, width


@dataclass
class Spreadsheet:
    """A spreadsheet as the Sheets service knows it; who may open it is Drive's affair."""

    id: str
    title: str
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    sheets: list[Sheet] = field(default_factory=list)
    named: list[dict[str, Any]] = field(default_factory=list)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    next_id: int = 1
    stale: bool = False
    account: str = ""
    is_owner: bool = False
    """Whether the account that asks owns it."""
    max_cells: int = MAX_CELLS
    faults: frozenset[str] = frozenset()
    met: Counter[str] = field(default_factory=Counter)
    """How often each fault changed anything."""

    def copied(self) -> Spreadsheet:
        """A copy to try a batch on."""
        twin = copy.copy(self)
        twin.sheets = [sheet.copied() for sheet in self.sheets]
        twin.named, twin.metadata = copy.deepcopy(self.named), copy.deepcopy(self.metadata)
        twin.properties = copy.deepcopy(self.properties)
        twin.comments = copy.deepcopy(self.comments)
        return twin

    def sheet(self, id_: int) -> Sheet:
        for each in self.sheets:
            if each.id == id_:
                return each
        raise invalid(f"No grid with id: {id_}")

    def titled(self, title: str) -> Sheet | None:
        exact = next((each for each in self.sheets if each.title == title), None)
        return exact or next(
            (each for each in self.sheets if each.title.lower() == title.lower()), None
        )

    def new_id(self) -> int:
        """An ID as the service gives them: a large number, new in this spreadsheet; the same in
        every run."""
        self.next_id += 1
        return (self.next_id * 741_103_597 + 112_233_445) % 2_147_483_647

    def check_room(self, more: int) -> None:
        """Refuse what would make the spreadsheet larger than the service allows."""
        cells = sum(each.n_rows * each.n_columns for each in self.sheets)
        if cells + more > self.max_cells:
            raise invalid(
                "This action would increase the number of cells in the workbook above the limit of"
                f" {self.max_cells} cells."
            )

    def all_cells(self) -> Iterator[tuple[int, int, int, Cell]]:
        """Every cell that is not empty, as (sheet's index, row, column, cell)."""
        for index, sheet in enumerate(self.sheets):
            for number, row in enumerate(sheet.rows):
                for column, cell in row.items():
                    yield index, number, column, cell

    def changed(self) -> None:
        """Something that formulas may depend on is new."""
        self.stale = True

    def settled(self) -> Spreadsheet:
        """With every formula calculated."""
        if self.stale:
            formulas.calculate(self)
            self.stale = False
        return self

    # ---- rows and columns that come and go

    def insert(self, sheet: Sheet, dimension: str, at: int, count: int, *, before: bool) -> None:
        """Blank rows or columns at `at`; they take the format of their neighbour as the service
        does."""
        self.check_room(count * (sheet.n_columns if dimension == "ROWS" else sheet.n_rows))
        formulas.moved(self, sheet, dimension, at, count)
        if dimension == "ROWS":
            if at < len(sheet.rows):
                source = sheet.rows[at - 1 if before else at] if at or not before else {}
                like = {
                    column: Cell(format=cell.format, rule=cell.rule)
                    for column, cell in source.items()
                }
                sheet.rows[at:at] = [
                    {column: cell for column, cell in like.items() if cell} for _ in range(count)
                ]
            sheet.n_rows += count
            sheet.row_meta = _moved_meta(sheet.row_meta, at, count)
        else:
            for number, row in enumerate(sheet.rows):
                new = {
                    column + count if column >= at else column: cell for column, cell in row.items()
                }
                source_cell = row.get(at - 1 if before else at)
                if source_cell is not None and (source_cell.format or source_cell.rule):
                    new |= {
                        at + i: Cell(format=source_cell.format, rule=source_cell.rule)
                        for i in range(count)
                    }
                sheet.rows[number] = new
            sheet.n_columns += count
            sheet.column_meta = _moved_meta(sheet.column_meta, at, count)
        self._move_ranges(sheet, dimension, at, count)
        self.changed()

    def delete(self, sheet: Sheet, dimension: str, at: int, count: int) -> None:
        """Take rows or columns away; what points into them shrinks with them."""
        formulas.moved(self, sheet, dimension, at, -count)
        if dimension == "ROWS":
            del sheet.rows[at : at + count]
            sheet.n_rows -= count
            sheet.row_meta = _moved_meta(sheet.row_meta, at, -count)
        else:
            for number, row in enumerate(sheet.rows):
                sheet.rows[number] = {
                    column - count if column >= at + count else column: cell
                    for column, cell in row.items()
                    if not at <= column < at + count
                }
            sheet.n_columns -= count
            sheet.column_meta = _moved_meta(sheet.column_meta, at, -count)
        self._move_ranges(sheet, dimension, at, -count)
        self.changed()

    def _move_ranges(self, sheet: Sheet, dimension: str, at: int, count: int) -> None:
        sheet.merges = [
            each for old in sheet.merges if (each := shifted(old, dimension, at, count))
        ]
        for holders in (sheet.protected, sheet.filter_views, sheet.banded, sheet.tables):
            for holder in list(holders):
                if "range" in holder:
                    moved = shifted(holder["range"], dimension, at, count)
                    if moved is None:
                        holders.remove(holder)
                    else:
                        holder["range"] = moved
                if "unprotectedRanges" in holder:
                    free = [
                        shifted(each, dimension, at, count) for each in holder["unprotectedRanges"]
                    ]
                    holder["unprotectedRanges"] = [each for each in free if each]
        for rule in sheet.conditional:
            ranges = [shifted(each, dimension, at, count) for each in rule.get("ranges", [])]
            rule["ranges"] = [each for each in ranges if each]
        if sheet.basic_filter and "range" in sheet.basic_filter:
            kept = shifted(sheet.basic_filter["range"], dimension, at, count)
            sheet.basic_filter = {**sheet.basic_filter, "range": kept} if kept else None
        for name in list(self.named):
            if name["range"].get("sheetId", 0) == sheet.id:
                moved = shifted(name["range"], dimension, at, count)
                if moved is None:
                    self.named.remove(name)
                else:
                    name["range"] = moved


def _moved_meta(meta: dict[int, dict[str, Any]], at: int, count: int) -> dict[int, dict[str, Any]]:
    if count >= 0:
        return {index + count if index >= at else index: each for index, each in meta.items()}
    gone = -count
    return {
        index - gone if index >= at + gone else index: each
        for index, each in meta.items()
        if not at <= index < at + gone
    }
