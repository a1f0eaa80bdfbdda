"""Opens a CSV file with a layout: finds the row of its headings, and the column for each
heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from budgettrack.bank.formats.csv.second_count import whole_rows
from budgettrack.bank.formats.csv.text import DELIMITERS, FileRow, rows
from budgettrack.bank.formats.statement import unreadable
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.core.records.tables import normal

HEAD = 40
"""How many rows are searched for the headings: banks write the account and its holder above
them."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The rows of a file that was opened with a layout.

    `above`: the rows above the data, the headings included. `columns`: the index of each column
    that the layout names."""

    delimiter: str
    above: Sequence[FileRow]
    data: Sequence[FileRow]
    columns: Mapping[str, int]

    def cells(self, row: FileRow) -> dict[str, str]:
        """Return the cells of a row in the columns that the layout names, by heading."""
        return {
            heading: row.cells[index] if index < len(row.cells) else ""
            for heading, index in self.columns.items()
        }


def opened(name: str, text: str, layout: Layout) -> OpenedFile | None:
    """Return the file as the layout describes it. Returns None if the file has other columns.

    Raises UsageError if two columns have the same heading, or if rows were lost in reading."""
    wanted = {normal(heading): heading for heading in layout.headings}
    for delimiter in DELIMITERS:
        listed = list(rows(name, text, delimiter))
        if layout.is_without_headings:
            found = _by_number(delimiter, listed, layout)
        else:
            found = _by_heading(name, delimiter, listed, layout, wanted)
        if found is not None:
            _prove_count(name, text, delimiter, listed)
            return found
    return None


def fits(name: str, text: str, layout: Layout) -> bool:
    """Whether a file has the columns of a layout. Its rows may still contain mistakes."""
    for delimiter in DELIMITERS:
        try:
            listed = list(rows(name, text, delimiter))
        except UsageError:
            continue
        if layout.is_without_headings:
            found = _by_number(delimiter, listed, layout) is not None
        else:
            found = _heading_row(listed, layout) is not None
        if found:
            return True
    return False


def _heading_row(listed: Sequence[FileRow], layout: Layout) -> int | None:
    """Return the index of the row with the headings of a layout. Returns None if no row has
    them."""
    for number, row in enumerate(listed[:HEAD]):
        headings = {normal(cell) for cell in row.cells}
        wanted = {normal(heading) for heading in layout.headings}
        named = {key for key in wanted if not (key.isdecimal() and key not in headings)}
        if named | {normal(column) for column in layout.columns} <= headings:
            return number
    return None


def _by_heading(
    name: str,
    delimiter: str,
    listed: Sequence[FileRow],
    layout: Layout,
    wanted: Mapping[str, str],
) -> OpenedFile | None:
    """Return the file with its columns found by their headings. Returns None if no row has them."""
    number = _heading_row(listed, layout)
    if number is None:
        return None
    row, data = listed[number], listed[number + 1 :]
    headings = [normal(cell) for cell in row.cells]
    columns = {}
    for key, heading in wanted.items():
        if headings.count(key) > 1:
            raise unreadable(
                f"{name}, line {row.line}",
                f'two columns are called "{heading}"',
                "Rename the column that is not wanted, or name it by its number",
            )
        columns[heading] = headings.index(key) if key in headings else int(key) - 1
    _refuse_shifted(name, row, data)
    if not layout.balance:
        _refuse_second_table(name, row, data)
    return OpenedFile(delimiter, listed[: number + 1], data, columns)


def _refuse_shifted(name: str, headings: FileRow, data: Sequence[FileRow]) -> None:
    """Raise UsageError for a row with more cells than headings.

    A delimiter inside a text or an amount (-500,00 between commas) moves the cells after it."""
    for row in data:
        if any(row.cells[len(headings.cells) :]):
            raise unreadable(
                f"{name}, line {row.line}",
                "it has more cells than the headings; a delimiter may stand within a text or an"
                " amount",
                "Download it again, or as CAMT.053, MT940 or OFX",
            )


def _refuse_second_table(name: str, headings: FileRow, data: Sequence[FileRow]) -> None:
    """Raise UsageError if the headings are there twice: the second table may belong to another
    account.

    This is called only if the layout has no column of balances. Balances would show whether the
    account is the same."""
    for row in data:
        if row.cells == headings.cells:
            raise unreadable(
                f"{name}, line {row.line}",
                "the headings stand there again; what follows may be another account",
                "Download one file for each account",
            )


def _by_number(delimiter: str, listed: Sequence[FileRow], layout: Layout) -> OpenedFile | None:
    """Return the file with its columns found by their numbers. Returns None if none of the first
    rows has a digit in the column of dates."""
    columns = {heading: int(heading) - 1 for heading in layout.headings}
    needed = max(int(layout.date), *(int(c) for c in (layout.amount, layout.came_in) if c))
    wide = [number for number, row in enumerate(listed) if len(row.cells) >= needed]
    # If there are no headings, the data begins with the first row that has a date.
    first = next(
        (n for n in wide if any(map(str.isdecimal, listed[n].cells[int(layout.date) - 1]))), None
    )
    if first is None or first >= HEAD:
        return None
    return OpenedFile(delimiter, listed[:first], listed[first:], columns)


def _prove_count(name: str, text: str, delimiter: str, listed: Iterable[FileRow]) -> None:
    """Check that no row was lost in reading. Raises UsageError if a row was lost."""
    usual, counted = whole_rows(text, delimiter)
    read = sum(
        len(row.cells) > usual and any(any(map(str.isalnum, cell)) for cell in row.cells)
        for row in listed
    )
    if read != counted:
        raise unreadable(
            name,
            f"it has {counted} whole rows, but {read} could be read; a quotation mark may be open",
            "Download it again, or as CAMT.053, MT940 or OFX",
        )
