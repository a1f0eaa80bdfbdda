"""Chooses the column of each field in a block (one table of people), by headings and contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.cells.month_headings import YEAR
from budgettrack.core.cells.shaping import is_line, says_total
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import words_of_choice
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.block_dates import dates_of
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import (
    TO_DATE,
    may_name_people,
    rank_of_version,
    says,
    says_charged,
    says_other_time,
    says_paid_on,
    tax_of,
    without_role,
)

_NO_LABELS = (
    "state",
    "payee",
    "person",
    "note",
    "direction",
    "currency",
    "receipt",
    "unit",
    "month",
)
"""Meanings of a text column that do not describe what the row is about. Examples: date, code."""
_NO_AMOUNTS = ("ignored", "quantity", "unit_cost", "id", "year", "line", "receipt")
"""The meanings of columns of numbers that are not amounts."""

FieldColumns = dict[str, SeenColumn]

# Amounts


def amount_of(block: SheetBlock, meanings: Sequence[str]) -> SeenColumn | None:
    """Returns the column of amounts with one of these meanings; the first meaning is preferred.

    If several columns have the same meaning, one is chosen in this order: the one that is named as
    the total; the final or revised one; that of the year in the title; that of the last year; the
    last one that is filled. Returns None if there is none."""
    has_tax = any(tax_of(column.heading) in ("gross", "tax") for column in block.columns)
    for meaning in meanings:
        fitting = [
            column
            for column in block.having(meaning)
            if column.holds == "figures" and not column.is_period and not column.means("ignored")
        ]
        first = [column for column in fitting if column.meanings[0] == meaning] or fitting
        if first:
            return max(
                first,
                key=lambda seen: (
                    seen.filled > 0.3,
                    _TAX_RANKS[tax_of(seen.heading)] if has_tax else 1,
                    seen.says_total,
                    rank_of_version(seen.heading),
                    _year_of(block, seen),
                    seen.index,
                ),
            )
    return None


_TAX_RANKS = {"gross": 2, "": 1, "net": 0, "tax": -1}


def gross_of(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the column that is, in each row, the sum of a tax and of the amount without it:
    `Amount | VAT | Total`, `Gross | Tax | Net`. Returns None if there is none."""
    figures = [column for column in block.columns if is_amount(column)]
    taxes = [column for column in block.columns if _is_tax(column)]
    for tax in taxes:
        for net, whole in permutations([one for one in figures if one is not tax], 2):
            triples = [
                (
                    seen.figure(block, row, net),
                    seen.figure(block, row, tax),
                    seen.figure(block, row, whole),
                )
                for row in block.rows
            ]
            filled = [
                (one or Decimal(0), two or Decimal(0), three or Decimal(0))
                for one, two, three in triples
                if one is not None or three is not None
            ]
            if any(two for _, two, _ in filled) and all(
                abs(one + two - three) <= _CENT for one, two, three in filled
            ):
                return whole
    return None


_CENT = Decimal("0.01")


def _is_tax(column: SeenColumn) -> bool:
    return column.holds == "figures" and tax_of(column.heading) == "tax"


def tax_beside(seen: SeenBook, block: SheetBlock, amount: SeenColumn) -> SeenColumn | None:
    """Returns the column of a tax that an amount does not include: `Net | VAT`, without a column of
    both together. Returns None if there is none."""
    if tax_of(amount.heading) == "gross" or gross_of(seen, block) is not None:
        return None
    return next((column for column in block.columns if _is_tax(column)), None)


def _year_of(block: SheetBlock, column: SeenColumn) -> tuple[bool, str]:
    """Returns whether the heading of a column names the year in the title, and the year that it
    names."""
    years = YEAR.findall(column.heading)
    return not {*years}.isdisjoint(YEAR.findall(block.title)), max(years, default="")


def figures_of(block: SheetBlock, meaning: str) -> SeenColumn | None:
    """Returns the first column of figures with a meaning. Returns None if there is none."""
    return next((column for column in block.having(meaning) if column.holds == "figures"), None)


def actual_of(block: SheetBlock) -> SeenColumn | None:
    """Returns the column of spending: one such as `Total actual`, or else the last one that is
    filled.

    Returns None if there is none."""
    totals = [
        column
        for column in block.columns
        if column.holds == "figures" and column.says_total and _says_actual(column)
    ]
    return totals[0] if totals else amount_of(block, ("actual",))


def _says_actual(column: SeenColumn) -> bool:
    is_role = without_role(column.heading)[0] == "actual" and not column.means("ignored")
    return is_role or says(column.heading, "actual")


def to_date_of(block: SheetBlock) -> SeenColumn | None:
    """Returns the column of spending since the beginning. Its heading is a word such as
    `Cumulative`, which does not mention spending. Returns None if there is none."""
    fitting = [
        column
        for column in block.columns
        if column.holds == "figures" and TO_DATE.search(column.heading.casefold())
    ]
    return fitting[0] if fitting else None


def row_total_of(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the column that is named as a total and is the sum of two or more other amounts in
    each row: of all others, as the total of one column for each funder, or of those directly before
    it, as `Km | Mileage | Other costs | Total claim`. Returns None if there is none."""
    return next((total for total, _ in _totals_and_parts(seen, block)), None)


def total_without_dates(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the same column as `row_total_of`, for a block without dates. Returns None if the
    total may be of spending beside a plan: `Budget | Paid by bank | Paid by cash | Total paid`."""
    for total, parts in _totals_and_parts(seen, block):
        summed = (total, *parts)
        others = [one for one in block.columns if is_amount(one) and one not in summed]
        is_spending = _says_actual(total) or bool(TO_DATE.search(total.heading.casefold()))
        if others and (is_spending or any(one.means("planned") for one in others)):
            return None
        return total
    return None


def total_of_spent(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the total of columns that all say spending: `Paid by bank | Paid by cash | Total
    paid`. Returns None if there is none."""
    for total, parts in _totals_and_parts(seen, block):
        if all(map(_says_actual, parts)):
            return total
    return None


def _totals_and_parts(
    seen: SeenBook, block: SheetBlock
) -> Iterator[tuple[SeenColumn, Sequence[SeenColumn]]]:
    """Yields each column that is the sum of others, with these; first those of all others."""
    amounts = [column for column in block.columns if is_amount(column)]
    totals = [column for column in amounts if column.says_total]
    for total in totals:
        others = [column for column in amounts if column is not total]
        if _is_sum_of(seen, block, total, others):
            yield total, others
    for total in totals:
        before = amounts[: amounts.index(total)]
        filled = [one for one in before if any(seen.figure(block, row, one) for row in block.rows)]
        for first in range(len(filled)):
            if _is_sum_of(seen, block, total, filled[first:]):
                yield total, filled[first:]
                break


def _is_sum_of(
    seen: SeenBook, block: SheetBlock, total: SeenColumn, parts: Sequence[SeenColumn]
) -> bool:
    """Whether a column is in each row the sum of two or more others."""
    sums = [
        (seen.figure(block, row, total), [seen.figure(block, row, each) or 0 for each in parts])
        for row in block.rows
    ]
    filled = [(whole, of_row) for whole, of_row in sums if whole is not None]
    return len(parts) > 1 and bool(filled) and all(whole == sum(of_row) for whole, of_row in filled)


def charged_of(seen: SeenBook, block: SheetBlock) -> SeenColumn | None:
    """Returns the column with the part of each line that a project pays. There must be two more
    columns, one with the whole amount and one with the share in percent, and in every row the three
    must agree: `Total | % charged to the project | Charged`.

    Returns None if there is none."""
    shares = [column for column in block.columns if says_charged(column.heading)]
    amounts = [column for column in block.columns if is_amount(column)]
    for share in shares:
        for whole, part in permutations(amounts, 2):
            triples = [
                (
                    seen.figure(block, row, whole),
                    seen.figure(block, row, share),
                    seen.figure(block, row, part),
                )
                for row in block.rows
            ]
            filled = [
                (one, two, three)
                for one, two, three in triples
                if one is not None and two is not None and three is not None
            ]
            if len(filled) > 1 and all(_is_share(*figures) for figures in filled):
                return part
    return None


def _is_share(whole: Decimal, share: Decimal, part: Decimal) -> bool:
    return any(abs(whole * share / full - part) < _HALF_CENT for full in (1, 100))


_HALF_CENT = Decimal("0.005")


def is_amount(column: SeenColumn) -> bool:
    """Whether a column has amounts, and not other figures such as a balance or a quantity."""
    return column.holds == "figures" and not column.is_period and not column.means(*_NO_AMOUNTS)


def is_of_other_time(column: SeenColumn) -> bool:
    """Whether a column has amounts of another time, which no table uses: `Amount last year`, `To
    date`."""
    return column.holds == "figures" and column.means("ignored") and says_other_time(column.heading)


def last_figures(block: SheetBlock) -> SeenColumn | None:
    """Returns the last column of amounts. A balance or a quantity is no amount. Returns None if
    there is none."""
    fitting = [column for column in block.columns if is_amount(column)]
    return fitting[-1] if fitting else None


# Texts


def texts_of(seen: SeenBook, block: SheetBlock, table: str, year: int) -> FieldColumns:
    """Returns the columns for those fields of a table that are no figures.

    `year` is the year of dates without one."""
    texts = [column for column in block.columns if column.holds == "texts"]
    free = [column for column in texts if not column.means(*_NO_LABELS)]
    # An account, such as the bank or the cash box, describes a row only if nothing else does.
    told = [column for column in free if normal(column.heading) != "account"] or free
    description = _first(block, told, "description", "line") or next(
        (column for column in told if not column.means("category", "grant", "id")), None
    )
    description = description or _first(block, free, "description")
    category = _first(block, free, "category")
    if description is None:
        description, category = category or _first(block, free, "id", "grant"), None
    part = _part_of(seen, block, free, description)
    if part is not None and category in (None, description):
        description, category = part, description
    grant = _first(block, free, "grant")
    fields: dict[str, SeenColumn | None] = {
        "reference" if table == "income" else "description": description,
        "grant": grant if grant is not None and grant.filled > 0.5 else None,
    }
    match table:
        case "budget":
            fields["category"] = category
            fields["unit"] = _first(block, texts, "unit")
            fields["id"] = next(iter(_ids_in(seen, block)), None)
        case "expenses":
            fields["budget_line"] = _line_of(seen, block, free, year)
            fields["receipt"] = next(
                (column for column in block.having("receipt") if column.holds != "nothing"), None
            )
            fields["payee"] = _first(block, texts, "payee")
            fields["currency"] = _first(block, texts, "currency")
            fields["state"] = _state_of(seen, block, texts, ("paid", "committed", "refunded"))
        case _:
            fields["state"] = _state_of(seen, block, texts, ("expected", "received"))
            fields["currency"] = _first(block, texts, "currency")
    own = ("description", "reference", "budget_line")
    return {
        name: column
        for name, column in fields.items()
        if column is not None and (name in own or column is not description)
    }


def _state_of(
    seen: SeenBook, block: SheetBlock, texts: Sequence[SeenColumn], choices: Sequence[str]
) -> SeenColumn | None:
    """Returns the column that says in a known word whether an expense is paid, or whether income
    is received. Returns None if there is none.

    If a row has another word, such as `cancelled`, there is a finding, and the row does not count
    as paid."""
    states = {normal(word) for choice in choices for word in words_of_choice(choice)}
    column = _first(block, texts, "state")
    if column is None or _texts_in(seen, block, column).isdisjoint(states):
        return None
    return column


def _part_of(
    seen: SeenBook, block: SheetBlock, free: Sequence[SeenColumn], whole: SeenColumn | None
) -> SeenColumn | None:
    """Returns the column that divides the rows of another column. Example: `Sub-activity` beside
    `Activity`, if `Activity` is typed only in the first of several rows. Returns None if there is
    none."""
    if whole is None:
        return None
    grid = seen.grid(block)
    figures = [column.index for column in block.columns if column.holds == "figures"]
    lines = [
        number
        for number in block.rows
        if any(grid.at(number, index) not in (None, "") for index in figures)
        and not any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
    ]
    blank = [number for number in lines if grid.at(number, whole.index) in (None, "")]
    return next(
        (
            column
            for column in free
            if column is not whole
            and (column.means("description", "line") or not column.meanings)
            and blank
            and all(grid.at(number, column.index) not in (None, "") for number in lines)
        ),
        None,
    )


def _first(block: SheetBlock, among: Sequence[SeenColumn], *meanings: str) -> SeenColumn | None:
    """Returns the first of some columns with one of these meanings, in the order of the meanings.

    Returns None if there is none."""
    for meaning in meanings:
        fitting = [column for column in block.having(meaning) if column in among]
        if fitting:
            return fitting[0]
    return None


def _line_of(
    seen: SeenBook, block: SheetBlock, free: Sequence[SeenColumn], year: int
) -> SeenColumn | None:
    """Returns the column that names the budget line. Either the budget has its IDs under the same
    heading, or every text in the column is the name of a line.

    Returns None if there is none."""
    undated = [other for other in seen.blocks if dates_of(seen, other, year) is None]
    headings = {
        normal(column.heading)
        for other in undated
        if other is not block
        for column in _ids_in(seen, other)
    }
    by_id = [column for column in block.columns if normal(column.heading) in headings]
    by_name = [column for column in block.having("line") if column in free and undated]
    names = [_names_of_lines(seen, other, year) for other in undated if other is not block]
    by_value = [
        column
        for column in free
        if (values := _texts_in(seen, block, column)) and any(values <= named for named in names)
    ]
    return next(iter([*by_id, *by_name, *by_value]), None)


def _names_of_lines(seen: SeenBook, block: SheetBlock, year: int) -> set[str]:
    """Returns the names of the lines of a budget, if each of them has a name of its own."""
    description = texts_of(seen, block, "budget", year).get("description")
    if description is None or not any(is_amount(column) for column in block.columns):
        return set()
    named = [*_lines_called(seen, block, description)]
    return set(named) if len(named) == len(set(named)) else set()


def _texts_in(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> set[str]:
    return {*_lines_called(seen, block, column)}


def _lines_called(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> Iterator[str]:
    """Yields the texts of a column in the form in which they are compared. Totals are left out."""
    grid = seen.grid(block)
    for number in block.rows:
        text = grid.at(number, column.index)
        is_total = any(isinstance(cell, str) and total_label(cell) for cell in grid.rows[number])
        if isinstance(text, str) and text.strip() and not is_total:
            yield normal(text)


def _ids_in(seen: SeenBook, block: SheetBlock) -> list[SeenColumn]:
    """Returns the columns of IDs, without those that have the same ID twice."""
    grid = seen.grid(block)
    ids = (column for column in block.columns if column.meanings[:1] == ("id",))
    return [column for column in ids if _are_ids(grid, block, column)]


def _are_ids(grid: Grid, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether a column can have IDs: in rows with a figure, it has different values or is blank."""
    figures = [
        other.index
        for other in block.columns
        if other.holds == "figures" and other.index != column.index
    ]
    values: list[Value] = []
    for number in block.rows:
        has_figure = any(grid.at(number, index) not in (None, "") for index in figures)
        texts = [value for value in grid.rows[number] if isinstance(value, str)]
        if has_figure and not any(total_label(text) for text in texts):
            values.append(grid.at(number, column.index))
    filled = [str(value).strip() for value in values if value not in (None, "")]
    if not filled:
        return bool(values)
    return len(filled) > 1 and len(filled) == len(values) == len(set(filled))


def is_typed_once(
    grid: Grid,
    block: SheetBlock,
    fields: Mapping[str, SeenColumn],
    named: Mapping[str, SeenColumn],
) -> bool:
    """Whether a category is typed only in the first of its rows. `named` has the columns of
    periods that cannot be recognised by their headings alone."""
    category, amount = fields.get("category"), fields.get("amount")
    if category is None:
        return False
    periods = [column.index for column in block.columns if column.is_period]
    periods += [column.index for column in named.values()]
    figures = periods if amount is None else [amount.index]
    return any(
        grid.at(number, category.index) in (None, "")
        for number in block.rows
        if any(grid.at(number, index) not in (None, "") for index in figures)
    )


def has_dates_once(
    grid: Grid, block: SheetBlock, dates: SeenColumn | None, fields: Mapping[str, SeenColumn]
) -> bool:
    """Whether a date is typed only in the first row of each day: then at least a fifth of the rows
    with an amount have no date. If fewer rows have none, people forgot to type it there."""
    amount = fields.get("amount")
    if dates is None or amount is None or says_paid_on(dates.heading):
        return False
    filled = [number for number in block.rows if grid.at(number, amount.index) not in (None, "")]
    lines: list[int] = []
    blank: list[int] = []
    is_below_total = False
    for number in filled:
        is_dated = grid.at(number, dates.index) not in (None, "")
        if says_total(grid.rows[number]):
            is_below_total = True
        elif is_line(grid.rows[number]) and (is_dated or not is_below_total):
            is_below_total = False
            lines.append(number)
            blank += [] if is_dated else [number]
    # If only the last row has no date, this row may be the result of all rows, such as `Net`.
    is_last_alone = blank == lines[-1:]
    return not is_last_alone and 0 < len(blank) < len(lines) <= 5 * len(blank)


# Names


def named_by(
    grid: Grid, block: SheetBlock, fields: Mapping[str, SeenColumn]
) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the headings of the fields. A column gets its letter instead if it has no heading, if
    its heading occurs twice, or if its heading may name people."""
    counts = Counter(normal(cell) for cell in grid.rows[block.heading_row] if isinstance(cell, str))
    headings: dict[str, str] = {}
    columns: dict[str, str] = {}
    for name, column in fields.items():
        heading = column.heading
        if heading and counts[normal(heading)] == 1 and not may_name_people(heading):
            headings[name] = heading
        else:
            columns[name] = letters(column.index)
    return headings, columns
