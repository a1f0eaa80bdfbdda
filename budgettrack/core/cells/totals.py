"""Recognises rows that are not records: totals, labelled in many languages, and section headings.

Each total is checked against the sum of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import is_month
from budgettrack.core.cells.reading import Priced, Reading, plain
from budgettrack.core.cells.table_rows import FIGURES, FilledRow, Headings, Place, TotalLabel
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Column, normal

# Labels of total rows: whole labels, and words at the beginning or the end of such labels.
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
# Words after Total that name the things summed. Other texts may be the name of something bought,
# such as "Total station".
_SURELY = re.compile(
    r".*total|.*:|.*total"
    r" (?:project|programme|program|.*budget|.*costs?|.*expenses|.*expenditure|.*spending|.*income"
    r"|.*staff"
    r"|.*personnel|.*travel|amount|grants?|funds?|[12]\d{3}|[a-z]{3}|(?:for|in|of) .*)"
)
_OWN_SUM = re.compile(
    r"=\s*(?:SUM|SUBTOTAL)\(\s*(?:\d+\s*[,;]\s*)?\$?([A-Z]{1,3})\$?\d+:\$?([A-Z]{1,3})\$?\d+\s*\)\s*",
    re.IGNORECASE,
)
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class PassedRow:
    """A row that is not blank, and its kind. "sub" is a subtotal."""

    number: int
    kind: Literal["record", "section", "sub", "total"]


# Labels


def total_label(text: str) -> TotalLabel | None:
    """Reads a text as the label of a total. Returns None if it is not one."""
    if len(text) > LONGEST_LABEL or not _may_be_label(text.lower()):
        return None
    normal_text = normal(text)
    if match := _WHOLE.fullmatch(normal_text):
        return TotalLabel(text, whole=True, sure=True, sub=bool(match["sub"]))
    if match := _PART.fullmatch(normal_text):
        ends_so = text.rstrip().endswith(":")
        sure = bool(match["sub"] or _SURELY.fullmatch(normal_text) or ends_so)
        return TotalLabel(text, whole=False, sure=sure, sub=bool(match["sub"] or match["end"]))
    return None


def _may_be_label(small: str) -> bool:
    """Whether a text may be a label. This is faster than the patterns, and nearly no text is a
    label."""
    return "tota" in small or "sum" in small or "som" in small or "gesamt" in small or "جم" in small


def labels_beside(grid: Grid, headings: Headings) -> dict[int, TotalLabel]:
    """Labels of totals in columns that are not ours, by row."""
    ours = {*headings.columns.values(), *headings.personal, *dict(headings.only)}
    width = max((len(cells) for cells in grid.rows[headings.row : headings.row + 50]), default=0)
    labels: dict[int, TotalLabel] = {}
    for index in range(width):
        if index not in ours:
            for number, label in _labels_in(grid, index, headings.row + 1):
                labels.setdefault(number, label)
    return labels


def _labels_in(grid: Grid, column: int, start: int) -> Iterator[tuple[int, TotalLabel]]:
    for number in range(start, len(grid.rows)):
        cells = grid.rows[number]
        value = cells[column] if column < len(cells) else None
        if isinstance(value, str) and (label := total_label(value)):
            yield number, label


# Which rows are totals or sections


def summed_rows(grid: Grid, headings: Headings, columns: Mapping[str, Column]) -> frozenset[int]:
    """Rows in which an amount is the sum of cells above or below it in the same column."""
    money = {index for name, index in headings.columns.items() if columns[name].kind == "money"}
    summed = set()
    for (row, column), text in grid.formulas.items():
        match = _OWN_SUM.fullmatch(text) if column in money else None
        if match and match[1].upper() == match[2].upper() == letters(column):
            summed.add(row)
    return frozenset(summed)


def is_total(
    row: FilledRow,
    label: TotalLabel | None,
    columns: Mapping[str, Column],
    *,
    summed: bool,
    calculated: bool,
    mapped: bool,
) -> bool:
    """Whether a row with a total's label or sum is a total, and not a record with a similar name.

    `summed`: an amount is the sum of its own column. `calculated`: a figure has a formula."""
    kinds = _kinds_of(row, columns)
    words = kinds - FIGURES
    # A row with an ID is a record, even if its amount is calculated from other rows.
    if summed and (mapped or "id" not in words):
        return True
    if label is None:
        return False
    if label.whole:
        return words <= {"text", "link", "currency"}
    # "Total station" is a product, "Total for travel" is a total.
    has_figures = words != kinds
    return has_figures and (label.sure or calculated) and words <= {"currency"}


def _kinds_of(row: FilledRow, columns: Mapping[str, Column]) -> set[str]:
    """Returns the kinds of the columns that are filled in a row. Labels of totals do not count."""
    labels = {name for name, cell in row.odd.items() if isinstance(cell, TotalLabel)}
    return {columns[name].kind for name in row.names if name not in labels}


def is_section(
    row: FilledRow,
    headings: Headings,
    columns: Mapping[str, Column],
    wide: Sequence[tuple[int, int]],
) -> bool:
    """Whether a row is the heading of a section: a wide merged area, or text without figures in a
    mapped table.

    `wide` has the first and last columns of the merged areas in the row."""
    kinds = [columns[name].kind for name in row.names]
    if not FIGURES.isdisjoint(kinds):
        return False
    if wide:
        places = [headings.columns[name] for name in row.names]
        return all(any(first <= place <= last for first, last in wide) for place in places)
    if FIGURES.isdisjoint(column.kind for column in columns.values()):
        return False
    return len(kinds) == 1 or {"id", "text", "link"}.issuperset(kinds)


# What totals say

_HALF_CENT = Decimal("0.005")


def check_totals(
    place: Place, grid: Grid, headings: Headings, locale: str, passed: Sequence[PassedRow]
) -> Iterator[Finding]:
    """Findings about totals that differ from the sum of every group of rows they could be the total
    of."""
    has_totals = any(row.kind in {"sub", "total"} for row in passed)
    if place.table.name not in {"budget", "expenses"} or not has_totals:
        return
    for name, index in headings.columns.items():
        if name == "amount" or is_month(name):
            yield from _check_column(place, grid, headings, locale, passed, name, index)


def _check_column(
    place: Place,
    grid: Grid,
    headings: Headings,
    locale: str,
    passed: Sequence[PassedRow],
    name: str,
    index: int,
) -> Iterator[Finding]:
    sums = _ColumnSums()
    for row in passed:
        amount = _amount(read(grid.at(row.number, index), "money", locale))
        match row.kind, amount:
            case "section", _:
                sums.begin_group()
            case "record", Finding():
                sums.complete = False
            case "record", str(units):
                refunded = _is_refunded(grid, headings, row.number, locale)
                sums.add(Decimal(units or 0), refunded=refunded)
                sums.currencies.add(_currency(place, grid, headings, row.number))
            case _, str(units) if units:
                total = Decimal(units)
                if not sums.allow(total):
                    wanted = sums.nearest_group() if row.kind == "sub" else sums.of_groups()[0]
                    values = {"value": plain(total), "sum": plain(wanted)}
                    yield place.finding(
                        "total-does-not-match", row.number, index, field=name, values=values
                    )
                sums.end_group(total)


def _amount(reading: Reading) -> str | Finding:
    return reading.text if isinstance(reading, Priced) else reading


def _is_refunded(grid: Grid, headings: Headings, row: int, locale: str) -> bool:
    state = headings.columns.get("state")
    return state is not None and read(grid.at(row, state), "label", locale) == "refunded"


def _currency(place: Place, grid: Grid, headings: Headings, row: int) -> Value:
    """Returns the currency of an amount, as typed. All lines of a grant have its currency."""
    currency = headings.columns.get("currency") if place.table.name == "expenses" else None
    return None if currency is None else grid.at(row, currency)


@dataclass(slots=True)
class _ColumnSums:
    """The amounts of one column, summed from top to bottom.

    `groups`: the sums of records between two totals or section headings.
    `before`: the value of the last total.
    `complete`: whether every amount could be read.
    """

    groups: list[Decimal] = field(default_factory=lambda: [Decimal(0)])
    refunds: Decimal = Decimal(0)
    before: Decimal | None = None
    complete: bool = True
    currencies: set[Value] = field(default_factory=set)

    def add(self, amount: Decimal, *, refunded: bool) -> None:
        self.groups[-1] += amount
        if refunded:
            self.refunds += amount

    def begin_group(self) -> None:
        self.groups.append(Decimal(0))

    def end_group(self, total: Decimal) -> None:
        self.before = total
        self.begin_group()

    def of_groups(self) -> list[Decimal]:
        """Returns the sums that a total here could show: all groups, all but the first, and so on
        to the last group."""
        return [sum(self.groups[start:], Decimal(0)) for start in range(len(self.groups))]

    def nearest_group(self) -> Decimal:
        """Returns the sum of as few of the last groups as possible that is not zero."""
        return next(filter(None, reversed(self.of_groups())), Decimal(0))

    def allow(self, total: Decimal) -> bool:
        """Whether the rows above allow this total.

        If an amount cannot be read, or several currencies are mixed, every total is allowed."""
        if not self.complete or len(self.currencies) > 1:
            return True
        sums = self.of_groups()
        fitting = [*sums, sums[0] - 2 * self.refunds]  # some people subtract refunds, others do not
        if self.before is not None:  # a running total
            fitting.append(self.before + self.groups[-1])
        # A spreadsheet adds binary numbers, so its sum may differ by far less than a cent.
        return any(abs(total - allowed) < _HALF_CENT for allowed in fitting)
