"""A CSV file opened by a layout: where its headings are, and which column is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from budgettrack.bank.formats.csv.second_count import whole_rows
from budgettrack.bank.formats.csv.text import DELIMITERS, FileRow, rows
from budgettrack.bank.formats.statement import unreadable
from budgettrack.config.bank_csv import Layout
from budgettrack.core.records.tables import normal

HEAD = 40
"""The rows searched for the headings: banks put the account and its holder above them."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The rows of a file by a layout. `above`: the rows above the data, with the headings.

    `columns`: the index of each column that the layout names."""

    delimiter: str
    above: Sequence[FileRow]
    data: Sequence[FileRow]
    columns: Mapping[str, int]

    def cells(self, row: FileRow) -> dict[str, str]:
        """Return the cells that the layout names, by heading."""
        return {
            heading: row.cells[index] if index < len(row.cells) else ""
            for heading, index in self.columns.items()
        }


def opened(name: str, text: str, layout: Layout) -> OpenedFile | None:
    """Return the file as the layout says. Returns None if the file has other columns.

    Raises UsageError if two columns share a heading, or rows were lost in reading."""
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


def _by_heading(
    name: str,
    delimiter: str,
    listed: Sequence[FileRow],
    layout: Layout,
    wanted: Mapping[str, str],
) -> OpenedFile | None:
    """Return the file by its headings. Returns None if no row has them."""
    for number, row in enumerate(listed[:HEAD]):
        headings = [normal(cell) for cell in row.cells]
        named = {key for key in wanted if not (key.isdecimal() and key not in headings)}
        if not named <= set(headings) or not {normal(c) for c in layout.columns} <= set(headings):
            continue
        columns = {}
        for key, heading in wanted.items():
            if headings.count(key) > 1:
                raise unreadable(
                    f"{name}, line {row.line}",
                    f'two columns are called "{heading}"',
                    "Rename the column that is not wanted, or name it by its number",
                )
            columns[heading] = headings.index(key) if key in headings else int(key) - 1
        return OpenedFile(delimiter, listed[: number + 1], listed[number + 1 :], columns)
    return None


def _by_number(delimiter: str, listed: Sequence[FileRow], layout: Layout) -> OpenedFile | None:
    """Return the file by the numbers of its columns. Returns None if no row has a day there."""
    columns = {heading: int(heading) - 1 for heading in layout.headings}
    needed = max(int(layout.date), *(int(c) for c in (layout.amount, layout.came_in) if c))
    wide = [number for number, row in enumerate(listed) if len(row.cells) >= needed]
    # Rows without headings begin with the first that has a day.
    first = next(
        (n for n in wide if any(map(str.isdecimal, listed[n].cells[int(layout.date) - 1]))), None
    )
    if first is None or first >= HEAD:
        return None
    return OpenedFile(delimiter, listed[:first], listed[first:], columns)


def _prove_count(name: str, text: str, delimiter: str, listed: Iterable[FileRow]) -> None:
    """Check that no row was lost. Raises UsageError if one was."""
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
