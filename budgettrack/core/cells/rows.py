"""A workbook as read, turned into the rows of our tables, whatever people did to its shape.

What is ours is found by tab and heading; the rest is left alone. Totals, titles, section headings
and blank rows are passed over. Cells of personal columns are never read at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from budgettrack.core.base.findings import Finding, quoted
from budgettrack.core.base.grids import Book, Grid, Value, letters
from budgettrack.core.base.months import is_month
from budgettrack.core.cells.reading import CellKind, Priced, Problem, Reading, plain
from budgettrack.core.cells.values import read
from budgettrack.core.records import tables
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Column, Shape, Table, normal

HEADINGS_WITHIN = 10
FIGURES = frozenset({"money", "number", "percent"})


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


def read_rows(book: Book, shapes: Mapping[str, Shape], locale: str) -> Sheet:
    """Read every table of ours from a workbook. `shapes` are the tables that it holds in another
    shape, by name."""
    findings: list[Finding] = []
    found: dict[str, TableRows] = {}
    priced: dict[str, _Prices] = {}
    for table, grid in _tabs(book, shapes, findings):
        reading = _TableReading(table, grid, shapes.get(table.name), locale)
        rows = reading.read()
        findings += reading.findings
        if rows is not None:
            found[table.name] = rows
            priced[table.name] = reading.priced
    findings += _compare_currencies(found, priced)
    return Sheet(found, tuple(findings), book.mark)


# Tabs


def _tabs(
    book: Book, shapes: Mapping[str, Shape], findings: list[Finding]
) -> Iterator[tuple[Table, Grid]]:
    """Each table with its tab: by its exact name first, then by an alias that no other table has as
    its name."""
    ours = {normal(name) for name in (tables.START_HERE, tables.SUMMARY, tables.CHECKS)}
    mapped = {normal(shape.tab) for shape in shapes.values()}
    named = {normal(table.tab) for table in tables.TABLES}
    for table in tables.TABLES:
        shape = shapes.get(table.name)
        tab = shape.tab if shape else table.tab
        fitting = [grid for grid in book.grids if normal(grid.tab) == normal(tab)]
        exact = [grid for grid in fitting if grid.tab == tab]
        if shape and exact:
            fitting = exact
        if not shape:
            fitting = [grid for grid in fitting if normal(grid.tab) not in mapped]
            if not fitting:
                aliases = {normal(alias) for alias in table.aliases} - ours - mapped - named
                fitting = [grid for grid in book.grids if normal(grid.tab) in aliases]
        if len(fitting) > 1:
            several = ", ".join(grid.tab for grid in fitting)
            findings.append(
                _found(
                    "duplicate-tab", table, tab=fitting[0].tab, values={"tab": tab, "tabs": several}
                )
            )
        elif fitting:
            yield table, fitting[0]
        elif shape or not shapes:
            findings.append(_found("missing-tab", table, values={"tab": tab}))


def _found(
    code: str,
    table: Table,
    *,
    tab: str = "",
    row: int | None = None,
    column: int | None = None,
    record: str = "",
    name: str = "",
    values: Mapping[str, str] | Iterable[tuple[str, str]] = (),
) -> Finding:
    return Finding(code, table.name, record, name, tuple(dict(values).items()), tab, row, column)


# Headings


@dataclass(frozen=True, slots=True)
class _Headings:
    """Where each field stands. `shown` are the headings as people see them. `only` are columns and
    what they must say."""

    row: int
    columns: Mapping[str, int]
    shown: Mapping[str, str]
    missing: frozenset[str]
    personal: frozenset[int]
    only: tuple[tuple[int, str], ...] = ()


def _heading_texts(cells: Sequence[Value]) -> dict[str, list[int]]:
    """The columns of each heading in a row."""
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and (text := normal(cell)):
            found.setdefault(text, []).append(index)
    return found


# Labels of rows that are totals: whole labels, and words with which such labels begin or end.
_SUB = (
    r"(?:sub[- ]?totals?|sous[- ]totaux|sous[- ]total|zwischensumme|(?:المجموع |الإجمالي |مجموع"
    r" )(?:الفرعي|فرعي))"
)
_ALL = (
    r"(?:(?:grand |overall )?totals?|sums?|total g[ée]n[ée]ral|total geral|total"
    r" general|totaux|suma(?: total)?|somme"
    r"|soma(?:"
    r" total)?|totales|totais|summe|gesamt(?:summe|betrag)?|endsumme|insgesamt|[وا]?ل?مجموع(?:"
    r" الكلي)?"
    r"|ال?[إا]جمالي(?: الكلي)?)"
)
_WHOLE = re.compile(rf"(?P<sub>{_SUB})|{_ALL}")
_PART = re.compile(
    rf"(?P<sub>{_SUB})[ :].{{1,60}}|(?:grand |overall )?total[ :].{{1,60}}|.{{1,60}} (?P<end>sub[-"
    r" ]?)?total"
)
# Words after Total that name what is summed; others ("Total station") may be a thing that somebody
# bought.
_SURELY = re.compile(
    r".*total|.*:|.*total"
    r" (?:project|programme|program|.*budget|.*costs?|.*expenses|.*expenditure|.*spending|.*income|.*staff"
    r"|.*personnel|.*travel|amount|grants?|funds?|[12]\d{3}|[a-z]{3}|(?:for|in|of) .*)"
)
_OWN_SUM = re.compile(
    r"=\s*(?:SUM|SUBTOTAL)\(\s*(?:\d+\s*[,;]\s*)?\$?([A-Z]{1,3})\$?\d+:\$?([A-Z]{1,3})\$?\d+\s*\)\s*",
    re.IGNORECASE,
)
_VOLATILE = re.compile(
    r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|IMPORTRANGE|IMPORTDATA|IMPORTXML|IMPORTHTML|IMPORTFEED"
    r"|GOOGLEFINANCE)\s*\(",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Label:
    """A text that may be the label of a total row. `whole`: it is nothing else. `sure`: it names
    what is summed."""

    text: str
    whole: bool
    sure: bool
    sub: bool


def _label_of(text: str) -> _Label | None:
    if len(text) > 80:
        return None
    small = text.lower()
    if not (
        "tota" in small or "sum" in small or "som" in small or "gesamt" in small or "جم" in small
    ):
        return None
    plain_text = normal(text)
    if match := _WHOLE.fullmatch(plain_text):
        return _Label(text, True, True, bool(match["sub"]))
    if match := _PART.fullmatch(plain_text):
        sure = bool(match["sub"] or _SURELY.fullmatch(plain_text) or text.rstrip().endswith(":"))
        return _Label(text, False, sure, bool(match["sub"] or match["end"]))
    return None


@dataclass(frozen=True, slots=True)
class _Refund:
    """A negative amount in a mapped table of expenses, its sign taken away. `currencies` as in
    `Priced`."""

    text: str
    currencies: frozenset[str] = frozenset()


_Cell = Reading | _Label | _Refund


class _Memo(dict[Value, _Cell]):
    """What the cells of one column mean, each value read once; it forgets when there are very
    many."""

    __slots__ = ("_meaning",)

    def __init__(self, meaning: Callable[[Value], _Cell]) -> None:
        self._meaning = meaning

    def __missing__(self, value: Value) -> _Cell:
        if len(self) > 50_000:
            self.clear()
        cell = self[value] = self._meaning(value)
        return cell


_Prices = dict[tuple[int, str], tuple[frozenset[str], str]]
"""The currencies typed beside amounts, with the cell as it may be shown, by row number and
field."""


class _TableReading:
    """The reading of one table: its findings, its rows, and the currencies typed beside its
    amounts."""

    def __init__(self, table: Table, grid: Grid, shape: Shape | None, locale: str) -> None:
        self.table, self.grid, self.shape, self.locale = table, grid, shape, locale
        self.findings: list[Finding] = []
        self.priced: _Prices = {}
        self._turned = frozenset(shape.turned) if shape else frozenset()

    def _find(
        self, code: str, row: int | None = None, column: int | None = None, **more: str
    ) -> None:
        record, name = more.pop("record", ""), more.pop("name", "")
        self.findings.append(
            _found(
                code,
                self.table,
                tab=self.grid.tab,
                row=row,
                column=column,
                record=record,
                name=name,
                values=more,
            )
        )

    def read(self) -> TableRows | None:
        headings = self._mapped_headings(self.shape) if self.shape else self._own_headings()
        if headings is None:
            return None
        fields = {index: name for name, index in headings.columns.items()}
        rows, passed = self._rows(headings)
        rows = self._keyed(rows, headings) if self.table.key else rows
        self._volatile(fields, {row.number: row.id for row in rows})
        self._totals(headings, passed)
        self.findings.sort(key=lambda each: (each.row or 0, each.column or 0))
        below = headings.row
        return TableRows(
            self.table,
            self.grid.tab,
            headings.row,
            headings.columns,
            tuple(rows),
            frozenset(
                (row, fields[col])
                for row, col in self.grid.formulas
                if col in fields and row > below
            ),
            frozenset(
                (row, fields[col])
                for row, col in self._protected()
                if col in fields and row > below
            ),
            headings.missing,
            self._next_row(rows[-1].number if rows else headings.row),
            self.shape is None or self.shape.write,
            self._turned,
        )

    def _protected(self) -> Iterator[tuple[int, int]]:
        yield from self.grid.protected
        for top, left, bottom, right in self.grid.merged:
            if bottom > top:  # what is written into a covered cell is seen by nobody
                yield from (
                    (row, col)
                    for row in range(top, bottom + 1)
                    for col in range(left, right + 1)
                    if row > top
                )

    def _next_row(self, last: int) -> int:
        number = last + 1
        wide = any(top <= number <= bottom for top, _, bottom, _ in self.grid.merged)
        if number >= len(self.grid.rows):
            return number
        if not wide and all(
            self._idle(number, column) for column in range(len(self.grid.rows[number]))
        ):
            return number
        filled = [
            row
            for row, cells in enumerate(self.grid.rows)
            if any(not self._idle(row, col) for col in range(len(cells)))
        ]
        return max([last, *filled[-1:], *(bottom for _, _, bottom, _ in self.grid.merged)]) + 1

    def _idle(self, row: int, column: int) -> bool:
        """Whether nobody typed anything here: a blank cell, an empty tick box, a prepared formula
        that gives nothing."""
        value = self.grid.at(row, column)
        if value is None or value is False or (isinstance(value, str) and not value.strip()):
            return True
        return (row, column) in self.grid.formulas and isinstance(value, int | float) and value == 0

    # Headings

    def _own_headings(self) -> _Headings | None:
        table = self.table
        known = tables.names(table)
        rows = [_heading_texts(cells) for cells in self.grid.rows[:HEADINGS_WITHIN]]
        scores = [len({known[text].name for text in texts if text in known}) for texts in rows]
        least = min(2, len(table.in_sheet))
        if max(scores, default=0) < least:
            first = table.columns[0]
            self._find("missing-heading", name=first.name, heading=first.heading)
            return None
        row = scores.index(max(scores))
        places: dict[str, list[int]] = {}
        personal: set[int] = set()
        for column in table.columns:
            if column.owner == "register":
                continue
            exact = rows[row].get(normal(column.heading), [])
            others = [
                i for text, cols in rows[row].items() if known.get(text) is column for i in cols
            ]
            if column.audience == "personal":
                personal.update(others)
            else:
                places[column.name] = exact or others
        if table.months:
            taken = {index for cols in places.values() for index in cols} | personal
            for index, cell in enumerate(self.grid.rows[row]):
                if index not in taken and isinstance(cell, str | date):
                    month = read(cell, "month", self.locale)
                    if isinstance(month, str) and is_month(month):
                        places.setdefault(month, []).append(index)
        columns, shown, missing = {}, {}, set()
        for name, found in places.items():
            column = table.column(name)
            if len(found) == 1:
                columns[name] = found[0]
                shown[name] = self._shown(row, found[0], column.heading)
                continue
            wanted = column.owner == "shared" and not column.optional
            if found:
                several = ", ".join(letters(index) for index in found)
                self._find(
                    "duplicate-heading",
                    row,
                    found[1],
                    name=name,
                    heading=column.heading,
                    columns=several,
                )
            elif wanted:
                needed = column.required or column.kind == "id"
                self._find(
                    "missing-heading" if needed else "missing-column",
                    row,
                    name=name,
                    heading=column.heading,
                )
            if wanted:
                missing.add(name)
        return _Headings(row, columns, shown, frozenset(missing), frozenset(personal))

    def _shown(self, row: int, column: int, otherwise: str) -> str:
        value = self.grid.at(row, column)
        return " ".join(value.split()) if isinstance(value, str) else otherwise

    def _mapped_headings(self, shape: Shape) -> _Headings | None:
        wanted = {normal(text) for text in (*shape.headings.values(), *shape.where)}
        rows = [
            _heading_texts(cells)
            for cells in self.grid.rows[: max(HEADINGS_WITHIN, shape.heading_row or 0)]
        ]
        scores = [len(wanted & texts.keys()) for texts in rows]
        row = (
            shape.heading_row - 1
            if shape.heading_row
            else scores.index(max(scores))
            if scores
            else 0
        )
        texts = rows[row] if row < len(rows) and scores[row] else {}
        columns, missing, usable = {}, set(), bool(texts)
        for name, text in shape.headings.items():
            column = self.table.column(name)
            index = self._mapped_column(texts, text, row, name)
            if index is None:
                missing.add(name)
            elif column.audience != "personal":
                columns[name] = index
        only = []
        for text, value in shape.where.items():
            index = self._mapped_column(texts, text, row, "")
            if index is None:
                usable = False  # without it, rows that are not meant would be read
            else:
                only.append((index, normal(value)))
        if not usable or not columns:
            return None
        for column in self.table.columns:
            shared = (
                column.owner == "shared" and not column.optional and column.audience != "personal"
            )
            if shared and column.name not in columns and column.name not in shape.constant:
                missing.add(column.name)
        return _Headings(row, columns, shape.headings, frozenset(missing), frozenset(), tuple(only))

    def _mapped_column(
        self, texts: Mapping[str, list[int]], text: str, row: int, name: str
    ) -> int | None:
        found = texts.get(normal(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(letters(index) for index in found)
            self._find("duplicate-heading", row, found[1], name=name, heading=text, columns=several)
        else:
            self._find("missing-heading", row if texts else None, name=name, heading=text)
        return None

    # Rows

    def _meaning(self, column: Column, percent: bool = False) -> Callable[[Value], _Cell]:
        """How a cell of that column is read."""
        kind: CellKind = "label" if column.name == "category" else column.kind
        own, signless = self.shape is None, column.name in {"remaining", "approved"}
        refunds = self.table.name == "expenses" and column.name == "amount" and not own
        positive = own or self.table.name == "income"

        def meaning(value: Value) -> _Cell:
            cell = read(value, kind, self.locale, column.choices, percent)
            if kind in FIGURES and isinstance(cell, str | Priced):
                text = cell if isinstance(cell, str) else cell.text
                if column.name in self._turned:
                    text = _turned(text)
                if (
                    text.startswith("-")
                    and kind == "money"
                    and not signless
                    and (positive or refunds)
                ):
                    if not refunds:
                        return Problem("amount-negative")
                    return _Refund(
                        text[1:], cell.currencies if isinstance(cell, Priced) else frozenset()
                    )
                return text if isinstance(cell, str) else Priced(text, cell.currencies)
            if isinstance(cell, str) and cell and kind in {"text", "label", "id", "reference"}:
                return _label_of(cell) or cell
            return cell

        return meaning

    def _rows(self, headings: _Headings) -> tuple[list[Row], list[_Passed]]:
        """The records, and in order what the check of totals needs: every row that is not blank."""
        grid, table, shape = self.grid, self.table, self.shape
        columns = {name: table.column(name) for name in headings.columns}
        memos = {name: _Memo(self._meaning(column)) for name, column in columns.items()}
        in_percents = {
            name: self._meaning(column, percent=True) for name, column in columns.items()
        }
        plan = [(name, index, memos[name]) for name, index in headings.columns.items()]
        ours = {index: name for name, index in headings.columns.items()}
        only = [
            (index, wanted, _Memo(lambda value: normal(str(read(value, "text", self.locale)))))
            for index, wanted in headings.only
        ]
        required = [c.name for c in table.columns if c.required and c.name in headings.columns]
        figured = self._figured
        constants = self._constants()
        percents = {row for row, column in grid.percents if column in ours}
        formulas = {row for row, column in grid.formulas if column in ours}
        sums = self._sums(columns, headings.columns)
        labels = self._labels_beside(headings)
        covered, wide = self._merged(headings)
        rows: list[Row] = []
        passed: list[_Passed] = []
        for number in range(headings.row + 1, len(grid.rows)):
            cells = grid.rows[number]
            width = len(cells)
            if only and not all(
                index < width and memo[cells[index]] == wanted for index, wanted, memo in only
            ):
                continue
            fields: dict[str, str] = {}
            odd: dict[str, _Cell] = {}
            for name, index, memo in plan:
                if index >= width:
                    continue
                value = cells[index]
                if value is None:
                    continue
                cell = memo[value] if value.__class__ is not bool else memo._meaning(value)
                if cell.__class__ is str:
                    if cell:
                        fields[name] = cell
                else:
                    odd[name] = cell
            if number in percents:
                for name, index in headings.columns.items():
                    if (number, index) in grid.percents and (name in fields or name in odd):
                        fields.pop(name, None)
                        odd[name] = in_percents[name](grid.at(number, index))
            for name, cell in covered.get(number, {}).items():
                if name not in fields:
                    odd.setdefault(name, cell)
            if not fields and not odd:
                continue
            if (len(fields) <= 3 or number in formulas) and all(
                self._idle(number, headings.columns[name])
                for name in (*fields, *odd)
                if name not in covered.get(number, {})
            ):
                continue
            label = labels.get(number) or next(
                (cell for cell in odd.values() if isinstance(cell, _Label)), None
            )
            if (number in sums or label is not None) and self._is_total(
                number, label, number in sums, fields, odd, headings
            ):
                passed.append(_Passed(number, "sub" if label and label.sub else "total"))
                continue
            if (shape is not None or number in wide) and self._is_section(
                number, fields, odd, columns, headings, wide
            ):
                passed.append(_Passed(number, "section"))
                continue
            unreadable = self._odd(number, fields, odd, headings) if odd else frozenset()
            if unreadable & figured:
                # Without its currency, line or state an amount would count as something that nobody
                # typed.
                unreadable |= {"amount"}
                fields.pop("amount", None)
            record = fields.pop("id", "")
            if constants:
                for name, text in constants.items():
                    if name not in unreadable:
                        fields.setdefault(name, text)
            for name in required:
                if name not in fields and name not in unreadable:
                    self._find(
                        "missing-value",
                        number,
                        headings.columns[name],
                        record=record,
                        name=name,
                        heading=headings.shown[name],
                    )
            if odd:
                self._name_record(number, record)
            rows.append(Row(number, record, fields, unreadable))
            passed.append(_Passed(number, "record"))
        return rows, passed

    def _name_record(self, number: int, record: str) -> None:
        for index in range(len(self.findings) - 1, -1, -1):
            each = self.findings[index]
            if each.row != number:
                break
            if not each.id and record:
                self.findings[index] = replace(each, id=record)

    def _odd(
        self, number: int, fields: dict[str, str], odd: Mapping[str, _Cell], headings: _Headings
    ) -> frozenset[str]:
        """Put what is not plain text into `fields`, or find what is wrong with it; the fields that
        cannot be read."""
        unreadable = set()
        for name, cell in odd.items():
            match cell:
                case str():
                    if cell:
                        fields[name] = cell
                case _Label():
                    fields[name] = cell.text
                case Priced() | _Refund():
                    fields[name] = cell.text
                    if isinstance(cell, _Refund):
                        fields["state"] = "refunded"
                    if cell.currencies:
                        value = self.grid.at(number, headings.columns[name])
                        self.priced[number, name] = (cell.currencies, quoted(str(value)))
                case Problem():
                    if self.table.column(name).owner == "tool":
                        continue  # it is written anew
                    unreadable.add(name)
                    self.findings.append(
                        _found(
                            cell.code,
                            self.table,
                            tab=self.grid.tab,
                            row=number,
                            column=headings.columns[name],
                            name=name,
                            values=cell.values,
                        )
                    )
        return frozenset(unreadable)

    @property
    def _figured(self) -> frozenset[str]:
        """The fields of money spent or received without which its amount cannot be counted."""
        if self.table.name not in ("expenses", "income"):
            return frozenset()
        return frozenset(
            column.name
            for column in self.table.columns
            if column.kind not in ("text", "id", "link")
        )

    def _constants(self) -> dict[str, str]:
        found = {}
        for name, text in (self.shape.constant if self.shape else {}).items():
            column = self.table.column(name)
            cell = read(text, column.kind, self.locale, column.choices)
            if isinstance(cell, str) and cell:
                found[name] = cell
            elif isinstance(cell, Problem):
                self.findings.append(
                    _found(cell.code, self.table, tab=self.grid.tab, name=name, values=cell.values)
                )
        return found

    # What is passed over

    def _sums(self, columns: Mapping[str, Column], places: Mapping[str, int]) -> frozenset[int]:
        """Rows in which an amount is the sum of the cells above or below it in its own column."""
        money = {index for name, index in places.items() if columns[name].kind == "money"}
        found = set()
        for (row, column), text in self.grid.formulas.items():
            match = _OWN_SUM.fullmatch(text) if column in money else None
            if match and match[1].upper() == match[2].upper() == letters(column):
                found.add(row)
        return frozenset(found)

    def _labels_beside(self, headings: _Headings) -> dict[int, _Label]:
        """Labels of totals in columns that are not ours, where people keep them too."""
        ours = {*headings.columns.values(), *headings.personal}
        width = max(
            (len(cells) for cells in self.grid.rows[headings.row : headings.row + 50]), default=0
        )
        others = [
            index
            for index in range(width)
            if index not in ours and index not in dict(headings.only)
        ]
        found: dict[int, _Label] = {}
        for index in others:
            for number in range(headings.row + 1, len(self.grid.rows)):
                cells = self.grid.rows[number]
                value = cells[index] if index < len(cells) else None
                if value.__class__ is str and len(value) <= 80 and (label := _label_of(value)):
                    found.setdefault(number, label)
        return found

    def _is_total(
        self,
        number: int,
        label: _Label | None,
        summed: bool,
        fields: Mapping[str, str],
        odd: Mapping[str, _Cell],
        headings: _Headings,
    ) -> bool:
        """Whether a row with a total's label or sum is one, and not a record that happens to be
        called so."""
        columns = {name: self.table.column(name) for name in headings.columns}
        labelled = {name for name, cell in odd.items() if isinstance(cell, _Label)}
        others = [name for name in (*fields, *odd) if name not in labelled]
        words = [name for name in others if columns[name].kind not in FIGURES]
        firm = [name for name in words if columns[name].kind not in {"text", "link", "currency"}]
        if summed and (self.shape is not None or "id" not in words):
            return True
        if label is None:
            return False
        if label.whole:
            return not firm
        figures = [name for name in others if columns[name].kind in FIGURES]
        summed = label.sure or any(
            (number, headings.columns[name]) in self.grid.formulas for name in figures
        )
        return (
            bool(figures)
            and summed
            and not [name for name in words if columns[name].kind != "currency"]
        )

    def _merged(
        self, headings: _Headings
    ) -> tuple[dict[int, dict[str, _Cell]], dict[int, list[tuple[int, int]]]]:
        """What cells covered by a merged area above them say, by row and field, and wide merged
        areas by row.

        A figure counts once, in the cell where it stands; an ID names one row.
        """
        ours = {index: name for name, index in headings.columns.items()}
        covered: dict[int, dict[str, _Cell]] = {}
        wide: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, right in self.grid.merged:
            if top <= headings.row:
                continue
            if right > left:
                for row in range(top, bottom + 1):
                    wide.setdefault(row, []).append((left, right))
            elif (
                left in ours
                and bottom > top
                and self.table.column(ours[left]).kind not in FIGURES | {"id"}
            ):
                column = self.table.column(ours[left])
                cell = self._meaning(column)(self.grid.at(top, left))
                if cell and not isinstance(cell, Problem | _Label):
                    for row in range(top + 1, bottom + 1):
                        covered.setdefault(row, {})[ours[left]] = cell
        return covered, wide

    def _is_section(
        self,
        number: int,
        fields: Mapping[str, str],
        odd: Mapping[str, _Cell],
        columns: Mapping[str, Column],
        headings: _Headings,
        wide: Mapping[int, list[tuple[int, int]]],
    ) -> bool:
        """Whether a row is the heading of a section: a wide merged area, or in a mapped table
        labels without figures."""
        filled = (*fields, *odd)
        if any(columns[name].kind in FIGURES for name in filled):
            return False
        if number in wide:
            return all(
                any(a <= headings.columns[name] <= b for a, b in wide[number]) for name in filled
            )
        if any(columns[name].kind in FIGURES for name in columns):
            return len(filled) == 1 or all(
                columns[name].kind in {"id", "text", "link"} for name in filled
            )
        return False

    # Checks that need the sheet as it stands

    def _volatile(self, fields: Mapping[int, str], records: Mapping[int, str]) -> None:
        for (row, column), text in self.grid.formulas.items():
            if column in fields and row in records:
                match = _VOLATILE.search(re.sub(r'"[^"]*"', "", text))
                if match:
                    self._find(
                        "volatile-formula",
                        row,
                        column,
                        record=records[row],
                        name=fields[column],
                        function=match[1].upper(),
                    )

    def _keyed(self, rows: list[Row], headings: _Headings) -> list[Row]:
        """The rows of a table without IDs, each by its key; of two rows with one key, the first."""
        kept: list[Row] = []
        seen: set[str] = set()
        first = next(
            (headings.columns[name] for name in self.table.key if name in headings.columns), None
        )
        for row in rows:
            if any(name not in row.fields for name in self.table.key):
                kept.append(replace(row, unreadable=row.unreadable | {"id"}))
                continue
            key = " ".join(row.fields[name] for name in self.table.key)
            if key in seen:
                self._find(
                    "duplicate-key", row.number, first, record=key, name=self.table.key[0], id=key
                )
                continue
            seen.add(key)
            kept.append(replace(row, id=key))
            self._name_record(row.number, key)
        return kept

    def _totals(self, headings: _Headings, passed: Sequence[_Passed]) -> None:
        """Find totals that say something else than any group of rows that they could stand for."""
        if self.table.name not in {"budget", "expenses"} or not any(
            each.kind in {"sub", "total"} for each in passed
        ):
            return
        for name, index in headings.columns.items():
            if name == "amount" or is_month(name):
                self._check_totals(name, index, headings, passed)

    def _check_totals(
        self, name: str, index: int, headings: _Headings, passed: Sequence[_Passed]
    ) -> None:
        groups = [
            Decimal(0)
        ]  # the sum of the records of each group, from one total or section heading to the next
        before: Decimal | None = None
        known, back = True, Decimal(0)
        currencies: set[Value] = set()
        state, currency = (headings.columns.get(each) for each in ("state", "currency"))
        for each in passed:
            cell = read(self.grid.at(each.number, index), "money", self.locale)
            text = cell.text if isinstance(cell, Priced) else cell
            if each.kind == "section":
                groups.append(Decimal(0))
            elif each.kind == "record":
                if isinstance(text, Problem):
                    known = False
                    continue
                groups[-1] += Decimal(text or 0)
                if self.table.name == "expenses" and currency is not None:
                    currencies.add(self.grid.at(each.number, currency))
                if (
                    state is not None
                    and read(self.grid.at(each.number, state), "label", self.locale) == "refunded"
                ):
                    back += Decimal(text or 0)
            elif isinstance(text, str) and text:
                value = Decimal(text)
                sums = [sum(groups[start:], Decimal(0)) for start in range(len(groups))]
                fitting = [*sums, sums[0] - 2 * back]
                if before is not None:
                    fitting.append(before + groups[-1])
                # a program's own adding up of binary numbers may be off far below a cent
                if (
                    known
                    and len(currencies) <= 1
                    and all(abs(value - one) >= Decimal("0.005") for one in fitting)
                ):
                    stands_for = (
                        (sums[-1] or next((one for one in reversed(sums) if one), Decimal(0)))
                        if each.kind == "sub"
                        else sums[0]
                    )
                    self._find(
                        "total-does-not-match",
                        each.number,
                        index,
                        name=name,
                        value=plain(value),
                        sum=plain(stands_for),
                    )
                before = value
                groups.append(Decimal(0))


@dataclass(frozen=True, slots=True)
class _Passed:
    """A row that is not blank: a `record`, a `section` heading, a `sub` total or a `total`."""

    number: int
    kind: str


def _turned(text: str) -> str:
    if not text or text == "0":
        return text
    return text[1:] if text.startswith("-") else "-" + text


# Currencies typed beside amounts


def _compare_currencies(
    found: dict[str, TableRows], priced: Mapping[str, _Prices]
) -> Iterator[Finding]:
    """Hold currencies typed beside amounts against those of their rows, and take them where a row
    has none.

    Changes `found`: an amount whose currency is in doubt is unreadable.
    """
    grants = (
        {row.id: row.fields.get("currency", "") for row in found["grants"].rows}
        if "grants" in found
        else {}
    )
    lines = (
        {row.id: row.fields.get("grant", "") for row in found["budget"].rows}
        if "budget" in found
        else {}
    )
    for table, prices in priced.items():
        rows = found[table]
        if not prices:
            continue
        by_number = {row.number: row for row in rows.rows}
        for (number, name), (currencies, value) in prices.items():
            if number not in by_number:
                continue
            row = by_number[number]
            beside = "received_currency" if name == "received_amount" else "currency"
            if beside in row.unreadable:
                continue
            own = row.fields.get(beside, "")
            grant = row.fields.get("grant") or lines.get(row.fields.get("budget_line", ""), "")
            expected = own or ("" if table == "grants" else grants.get(grant, ""))
            fields, unreadable = dict(row.fields), set(row.unreadable)
            code, values = "", dict[str, str]()
            may_stand = beside in rows.columns
            if not own and may_stand and len(currencies) == 1:
                fields[beside] = next(iter(currencies))
            elif expected and expected not in currencies and (own or not may_stand):
                code, values = "amount-has-other-currency", {"value": value, "currency": expected}
            elif expected not in currencies and may_stand:
                code = "currency-missing"
            if code:
                place = rows.columns[name]
                yield _found(
                    code,
                    rows.table,
                    tab=rows.tab,
                    row=number,
                    column=place,
                    record=row.id,
                    name=name,
                    values=values,
                )
                unreadable.add(name)
                fields.pop(name, None)
            by_number[number] = replace(row, fields=fields, unreadable=frozenset(unreadable))
        found[table] = replace(rows, rows=tuple(by_number.values()))
