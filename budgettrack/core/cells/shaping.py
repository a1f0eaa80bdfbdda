"""Prepares the cells of a mapped tab before its rows are read: selects the rows that are meant,
repeats values that are typed once for several rows, and reads dates in the forms that people use.

A mapped tab is one whose layout the config describes (its *shape*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.cells.month_headings import month_of_name
from budgettrack.core.cells.table_rows import FIGURES, Headings, is_idle
from budgettrack.core.cells.total_labels import perhaps_carried, total_label
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Shape, Table, normal


def shaped(table: Table, grid: Grid, headings: Headings, shape: Shape, locale: str) -> Grid:
    """Returns the grid with its cells changed as the shape says. The numbers of rows and columns
    stay the same."""
    rows = [list(cells) for cells in grid.rows]
    _cut(rows, headings, shape)
    changed = {
        *_filled_down(rows, grid, headings, shape, table),
        *_dated(rows, headings, shape, locale),
    }
    # The program filled these cells, and nobody typed there. So nothing is written into them.
    return replace(grid, rows=rows, protected=grid.protected | changed)


def needs_shaping(shape: Shape) -> bool:
    """Whether the config says more about a mapped tab than its headings, so that its cells must be
    prepared."""
    return bool(
        shape.rows
        or shape.after
        or shape.until
        or shape.fill_down
        or shape.year
        or shape.dates
        or shape.date_parts
    )


def row_after(grid: Grid, shape: Shape, headings: int) -> int | None:
    """Returns the row after which the table begins: the row with the text of the setting
    `after`, or else the row of headings. Returns None if no row has the text."""
    return _row_of(grid, shape.after, headings) if shape.after else headings


def row_until(grid: Grid, shape: Shape, headings: int) -> int | None:
    """Returns the row with the text of the setting `until`, at which the table ends. Returns None
    if there is none."""
    after = row_after(grid, shape, headings)
    return None if after is None else _row_of(grid, shape.until, after)


def _row_of(grid: Grid, text: str, after: int) -> int | None:
    """Returns the first row below `after` that has this text. Returns None if there is none."""
    wanted = normal(text)
    for number in range(after + 1, len(grid.rows)):
        if any(isinstance(cell, str) and normal(cell) == wanted for cell in grid.rows[number]):
            return number
    return None


# Rows


def _cut(rows: list[list[Value]], headings: Headings, shape: Shape) -> None:
    """Empties those rows below the headings that do not belong to the table."""
    first, last = shape.rows or (1, len(rows))
    whole = Grid("", rows)
    after = row_after(whole, shape, headings.row)
    until = row_until(whole, shape, headings.row) if shape.until else None
    begin = max(first - 1, len(rows) if after is None else after + 1)
    end = min(last, len(rows) if until is None else until)
    for number in range(headings.row + 1, len(rows)):
        if not begin <= number < end:
            rows[number] = []


# Values that hold for the rows below


def _filled_down(
    rows: list[list[Value]], grid: Grid, headings: Headings, shape: Shape, table: Table
) -> Iterator[tuple[int, int]]:
    """Fills blank cells from the cell above, in rows that have figures. Yields the cells that it
    has filled."""
    figures = [
        index for name, index in headings.columns.items() if table.column(name).kind in FIGURES
    ]
    for name in shape.fill_down:
        column = headings.columns.get(name)
        is_day = table.column(name).kind == "date"
        above: Value = None
        for number in range(headings.row + 1, len(rows)):
            if column is None:
                break
            typed = _at(rows[number], column)
            if typed not in (None, ""):
                # A row below a total does not get its category from the text of the total.
                is_total = isinstance(typed, str) and total_label(typed) is not None
                above = None if is_total else typed
            elif is_day and not is_line(rows[number]):
                # A row below a total, such as an advance, has no date of its own.
                # Such a row does not get the date of the rows above the total.
                above = None if says_total(rows[number]) else above
            elif above is not None and _has_figure(rows[number], figures, grid, number):
                _put(rows[number], column, above)
                yield number, column


def is_line(cells: Sequence[Value]) -> bool:
    """Whether a row has words of its own, and none of them is the label of a total or of a
    carried sum."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return bool(texts) and not any(total_label(text) or perhaps_carried(text) for text in texts)


def says_total(cells: Sequence[Value]) -> bool:
    """Whether a row has the label of a total."""
    labels = (total_label(cell) for cell in cells if isinstance(cell, str))
    return any(label is not None and not label.carried for label in labels)


def _has_figure(cells: Sequence[Value], figures: Sequence[int], grid: Grid, number: int) -> bool:
    return bool(cells) and any(not is_idle(grid, number, index) for index in figures)


# Dates


def _dated(
    rows: list[list[Value]], headings: Headings, shape: Shape, locale: str
) -> Iterator[tuple[int, int]]:
    """Completes dates that are typed in parts, as plain numbers, or without a year. Yields the
    cells of these dates."""
    column = headings.columns.get("date")
    if column is None or not (shape.year or shape.dates or shape.date_parts):
        return
    for number in range(headings.row + 1, len(rows)):
        cells = rows[number]
        day = _of_parts(cells, headings, shape, locale) if shape.date_parts else None
        typed = _at(cells, column)
        if shape.dates:
            day = _of_form(typed, shape.dates)
        elif shape.year and not shape.date_parts:
            day = day_without_year(typed, shape.year, locale)
        if day is not None:
            _put(cells, column, day)
            yield number, column


def _of_parts(cells: Sequence[Value], headings: Headings, shape: Shape, locale: str) -> date | None:
    """Returns the date of a row that has the year and the month in two columns. If there is no day,
    it is the first of the month. Returns None if the parts are no date."""
    parts = dict(headings.date_parts)
    year = _whole(_at(cells, parts["year"])) if "year" in parts else shape.year
    month = _month(_at(cells, parts["month"]), locale)
    day = _whole(_at(cells, parts["day"])) if "day" in parts else 1
    return _day(year, month, day)


def _month(value: Value, locale: str) -> int | None:
    if isinstance(value, date):
        return value.month
    named = month_of_name(value, locale) if isinstance(value, str) else None
    return named or _whole(value)


def _whole(value: Value) -> int | None:
    """Returns a whole number, also if it is typed as text. Returns None if the cell has none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if value == int(value) else None
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isdecimal() and len(text) < 5 else None


def _of_form(value: Value, form: str) -> date | None:
    """Returns the date that a number such as 50126 means in the form DDMMYY.

    Returns None if the number is no date in this form."""
    text = value.strip() if isinstance(value, str) else ""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        text = f"{int(value)}"
    parts = parts_of_form(text, form)
    return _day(*parts) if parts else None


def parts_of_form(text: str, form: str) -> tuple[int, int, int] | None:
    """Returns the year, the month and the day that digits such as 50126 have in the form DDMMYY.

    It is not checked whether this date exists. Returns None if there are too many digits, or
    other signs."""
    digits = text.zfill(len(form))
    if len(digits) != len(form) or not digits.isdecimal():
        return None
    year, month, day = (
        int(digits[form.index(letter) : form.rindex(letter) + 1]) for letter in "YMD"
    )
    return year + (2000 if form.count("Y") == 2 else 0), month, day


def day_without_year(value: Value, year: int, locale: str) -> date | None:
    """Returns the date that a text without a year means, such as 5 March or 05/03.

    Returns None if the text has a year, or is no date."""
    if not isinstance(value, str) or not isinstance(read(value, "date", locale), Finding):
        return None
    text = value.strip().rstrip(".")
    for typed in (f"{text}/{year}", f"{text}.{year}", f"{text}-{year}", f"{text} {year}"):
        reading = read(typed, "date", locale)
        if isinstance(reading, str) and reading:
            return date.fromisoformat(reading)
    return None


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(cells: Sequence[Value], column: int) -> Value:
    """Returns the value of a cell, None beyond the end of its row."""
    return cells[column] if column < len(cells) else None


def _put(cells: list[Value], column: int, value: Value) -> None:
    cells += [None] * (column + 1 - len(cells))
    cells[column] = value
