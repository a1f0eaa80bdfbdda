"""Ranges: A1 notation and grid ranges, as the service reads and writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.sheets_api.errors import invalid

if TYPE_CHECKING:
    from tests.sheets_api.spreadsheet import Sheet, Spreadsheet

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]*)?")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of one sheet, rows `top` to before `bottom`, columns `left` to before `right`."""

    sheet: Sheet
    top: int
    left: int
    bottom: int
    right: int
    single: bool = False

    @property
    def a1(self) -> str:
        """The range as the service writes it."""
        first = letters(self.left) + str(self.top + 1)
        last = letters(self.right - 1) + str(self.bottom)
        return f"{quoted(self.sheet.title)}!{first if first == last else f'{first}:{last}'}"


def letters(column: int) -> str:
    """0 is A."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """A is 0."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def quoted(title: str) -> str:
    """A sheet's name as it stands in a range: quoted unless it is a plain word that no cell could
    be called."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", title) and not _LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def area(book: Spreadsheet, text: str, *, clip: bool = True) -> Area:
    """The cells that a range names; `clip` cuts off what lies outside the grid, as reading does."""
    title, _, rest = _split(text)
    if title is None and not rest:
        raise invalid(f"Unable to parse range: {text}")
    sheet = book.sheets[0] if title is None else book.titled(title)
    if title is not None and sheet is None:
        raise invalid(f"Unable to parse range: {text}")
    assert sheet is not None
    if not rest:
        return Area(sheet, 0, 0, sheet.n_rows, sheet.n_columns)
    found = _cells(sheet, rest)
    if found is None:
        found = _named(book, sheet if title is not None else None, rest)
    if found is None and title is None:
        whole = book.titled(rest)
        found = Area(whole, 0, 0, whole.n_rows, whole.n_columns) if whole else None
    if found is None:
        raise invalid(f"Unable to parse range: {text}")
    return _within(found, clip)


def _split(text: str) -> tuple[str | None, str, str]:
    if text.startswith("'"):
        end = 1
        while end < len(text):
            if text[end] == "'":
                if text[end + 1 : end + 2] != "'":
                    break
                end += 1
            end += 1
        title = text[1:end].replace("''", "'")
        rest = text[end + 1 :]
        return title, "!", rest.removeprefix("!")
    title, mark, rest = text.rpartition("!")
    return (title, mark, rest) if mark else (None, "", text)


def _cells(sheet: Sheet, text: str) -> Area | None:
    first, colon, last = text.partition(":")
    start = _CELL.fullmatch(first)
    end = _CELL.fullmatch(last) if colon else start
    if not start or not end or not first or (colon and not last):
        return None
    if not colon and not (start[1] and start[2]):
        return None
    rows = [int(each[2]) - 1 if each[2] else None for each in (start, end)]
    columns = [column_of(each[1]) if each[1] else None for each in (start, end)]
    top, bottom = _ends(rows, sheet.n_rows)
    left, right = _ends(columns, sheet.n_columns)
    return Area(sheet, top, left, bottom, right, single=not colon)


def _ends(pair: list[int | None], count: int) -> tuple[int, int]:
    """The first and the one after the last; a missing end is the grid's."""
    first, last = pair
    if first is None and last is None:
        return 0, count
    if first is None or last is None:
        known = first if first is not None else last
        assert known is not None
        return known, max(count, known + 1)
    return min(first, last), max(first, last) + 1


def _named(book: Spreadsheet, sheet: Sheet | None, name: str) -> Area | None:
    for each in book.named:
        if each["name"].lower() == name.lower():
            found = from_grid(book, each["range"])
            return found if sheet is None or found.sheet is sheet else None
    return None


def _within(found: Area, clip: bool) -> Area:
    sheet = found.sheet
    if found.top >= sheet.n_rows or found.left >= sheet.n_columns or (not clip and _beyond(found)):
        raise invalid(
            f"Range ({found.a1}) exceeds grid limits. Max rows: {sheet.n_rows}, max columns:"
            f" {sheet.n_columns}"
        )
    return Area(
        sheet,
        found.top,
        found.left,
        min(found.bottom, sheet.n_rows),
        min(found.right, sheet.n_columns),
        found.single,
    )


def _beyond(found: Area) -> bool:
    return found.bottom > found.sheet.n_rows or found.right > found.sheet.n_columns


def from_grid(book: Spreadsheet, grid: dict[str, Any], name: str = "range") -> Area:
    """A GridRange's cells; missing ends are the grid's. Outside the grid is an error."""
    sheet = book.sheet(grid.get("sheetId", 0))
    top, left = grid.get("startRowIndex", 0), grid.get("startColumnIndex", 0)
    bottom = grid.get("endRowIndex", sheet.n_rows)
    right = grid.get("endColumnIndex", sheet.n_columns)
    if bottom < top or right < left or top < 0 or left < 0:
        raise invalid(f"Invalid {name}: the end must not be before the start.")
    if (
        bottom > sheet.n_rows
        or right > sheet.n_columns
        or top >= sheet.n_rows
        or left >= sheet.n_columns
    ):
        last = f"{letters(max(right - 1, left))}{max(bottom, top + 1)}"
        shown = f"{quoted(sheet.title)}!{letters(left)}{top + 1}:{last}"
        raise invalid(
            f"Range ({shown}) exceeds grid limits. Max rows: {sheet.n_rows}, max columns:"
            f" {sheet.n_columns}"
        )
    return Area(sheet, top, left, bottom, right)


def grid_of(place: Area) -> dict[str, Any]:
    """A GridRange with all its bounds."""
    return {
        "sheetId": place.sheet.id,
        "startRowIndex": place.top,
        "endRowIndex": place.bottom,
        "startColumnIndex": place.left,
        "endColumnIndex": place.right,
    }


def as_grid(grid: dict[str, Any]) -> dict[str, Any]:
    """A GridRange as the service gives it back: a sheet of ID 0 is not named."""
    order = ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {key: grid[key] for key in order if key in grid and (key != "sheetId" or grid[key])}


def shifted(grid: dict[str, Any], dimension: str, at: int, count: int) -> dict[str, Any] | None:
    """A GridRange after `count` rows or columns came in at `at` (or, negative, went); None where
    nothing is left."""
    start, end = (
        ("startRowIndex", "endRowIndex")
        if dimension == "ROWS"
        else ("startColumnIndex", "endColumnIndex")
    )
    moved = dict(grid)
    if count >= 0:
        if moved.get(start, 0) >= at and start in moved:
            moved[start] += count
        if end in moved and moved[end] > at:
            moved[end] += count
        return moved
    gone = -count
    for key in (start, end):
        if key in moved and moved[key] > at:
            moved[key] = max(at, moved[key] - gone)
    if start in moved and end in moved and moved[start] >= moved[end]:
        return None
    return moved
