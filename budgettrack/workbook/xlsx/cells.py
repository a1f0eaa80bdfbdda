"""Changes the values of single cells in the XML of a sheet. All other bytes stay the same.

Only rows with an edit are parsed, so a write is fast even in a sheet of 100,000 rows."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from budgettrack.core.base.addresses import a1, letters
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit
from budgettrack.core.records.tables import SHARES
from budgettrack.workbook.xlsx.scan import (
    ROW,
    area,
    attribute,
    cells_of_row,
    column_styles,
    content_of,
    formula_areas,
    holds,
    is_on,
    style_of,
)
from budgettrack.workbook.xlsx.styles import Styles

MAX_TEXT, MAX_ROWS, MAX_COLUMNS = 32_767, 1_048_576, 16_384
"""Limits that every spreadsheet program has: characters in a cell, rows and columns in a sheet."""

_NEIGHBOURS = 20
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SPANS = re.compile(rb"\sspans=[\"'][^\"']*[\"']")
_DIMENSION = re.compile(rb"(<dimension\s[^<>]*?ref=[\"'])([^\"'<>]+)")
_KEPT = re.compile(rb"\sph=[\"'][01a-z]+[\"']")


def text_xml(text: str) -> bytes:
    """Escapes a text for XML. Characters that XML forbids are written as `_xHHHH_`."""
    safe = _FORBIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", _ESCAPE.sub("_x005F_", text))
    return (
        safe.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .encode()
    )


def serial(day: date, from_1904: bool) -> str | None:
    """Returns the number that a sheet stores for a day.

    Returns None for days before March 1900, because spreadsheet programs number them in
    different ways."""
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    plain = day.date() if isinstance(day, datetime) else day
    if plain < date(1904, 1, 1) and (from_1904 or plain < date(1900, 3, 1)):
        return None
    days = Decimal((plain - first).days)
    if isinstance(day, datetime) and day.time() != time():
        seconds = day.hour * 3600 + day.minute * 60 + day.second
        days += (Decimal(seconds) / 86_400).quantize(Decimal("1e-10"))
    return format(days, "f")


def cell(
    row: int, col: int, style: int, value: object, from_1904: bool, kept: bytes = b""
) -> bytes:
    """Returns the XML of one cell. `value` is as in `grids.CellEdit`."""
    head = (
        b'<c r="%s%d"' % (letters(col).encode(), row + 1)
        + (b' s="%d"' % style if style else b"")
        + kept
    )
    if isinstance(value, date):
        number = serial(value, from_1904)
        value = value.isoformat() if number is None else Decimal(number)
    if value is None or value == "":
        return head + b"/>"
    if isinstance(value, Decimal):
        return head + b"><v>%s</v></c>" % format(value, "f").encode()
    return head + b' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % text_xml(
        str(value)
    )


def edited(part: bytes, edits: Sequence[CellEdit], styles: Styles, from_1904: bool) -> bytes:
    """Returns the XML of the sheet with all `edits` done.

    Raises `WorkbookError` if an edit would overwrite a formula, or if its place or value is
    beyond a limit."""
    by_row: dict[int, dict[int, CellEdit]] = {}
    for edit in edits:
        _check(edit)
        by_row.setdefault(edit.row, {})[edit.column] = edit
    for where in formula_areas(part):
        for edit in edits:
            if holds(where, edit.row, edit.column):
                raise _formula(edit)
    return _dimension(_rows(part, by_row, _CellWriter(part, styles, from_1904)), edits)


class _CellWriter:
    """Makes the XML of written cells, each in a style that suits its value.

    A new cell gets the first of these styles that exists: that of its row, that of a near cell in
    the column, that of the column, or the usual style for its kind of value."""

    def __init__(self, part: bytes, styles: Styles, from_1904: bool) -> None:
        self._part, self._styles, self._from_1904 = part, styles, from_1904
        self._columns = column_styles(part)
        start, end = content_of(part)
        self._rows = [(match.end(), not match[2]) for match in ROW.finditer(part, start, end)]
        self._chosen: dict[tuple[int, str, type], int] = {}

    def over(self, match: re.Match[bytes], edit: CellEdit) -> bytes:
        """Returns an existing cell with its new value. Its style stays if the value can be read
        back correctly in it.

        Raises `WorkbookError` if the cell has a formula."""
        if match[2] and b"<f" in match[2]:
            raise _formula(edit)
        style = style_of(match[1])
        if edit.value is not None:
            style = self._styles.fitting(style, edit.value, edit.kind)
        phonetic = _KEPT.search(match[1])
        return self._written(edit, style, phonetic[0] if phonetic else b"")

    def new(self, edit: CellEdit, before: int, row_style: int | None) -> bytes:
        """Returns a new cell. `before` is the number of rows above it in the XML."""
        if row_style is not None:
            return self._written(edit, self._styles.fitting(row_style, edit.value, edit.kind))
        key = (edit.column, edit.kind, type(edit.value))
        if key not in self._chosen:
            self._chosen[key] = self._choose(edit, before)
        return self._written(edit, self._chosen[key])

    def _written(self, edit: CellEdit, style: int, kept: bytes = b"") -> bytes:
        value = edit.value
        in_percent = edit.kind in SHARES and self._styles.is_percent(style)
        if in_percent and isinstance(value, Decimal):
            # 50 % is stored as 0.5 if the cell's format is a percentage.
            value = value.scaleb(-2)
        return cell(edit.row, edit.column, style, value, self._from_1904, kept)

    def _choose(self, edit: CellEdit, before: int) -> int:
        for style in self._near(edit.column, before):
            # People make headings and totals bold. A new row must not copy a bold style from them.
            if style and not self._styles.is_bold(style) and self._styles.fits(style, edit.value):
                return style
        for first, last, style in self._columns:
            if first <= edit.column <= last and not self._styles.is_bold(style):
                return self._styles.fitting(style, edit.value, edit.kind)
        return self._styles.of_kind(edit.value, edit.kind)

    def _near(self, column: int, before: int) -> Iterator[int]:
        """Yields the styles of the cells in a column. It goes from a row upwards first, and then
        downwards."""
        above = range(before - 1, max(before - _NEIGHBOURS, 0) - 1, -1)
        below = range(before + 1, min(before + _NEIGHBOURS, len(self._rows)))
        for index in (*above, *below):
            yield self._styles_of(index).get(column, 0)

    def _styles_of(self, index: int) -> dict[int, int]:
        if not 0 <= index < len(self._rows):
            return {}
        start, filled = self._rows[index]
        end = self._part.find(b"</row>", start) if filled else start
        return {col: style_of(match[1]) for col, match in cells_of_row(self._part[start:end])}


def _rows(part: bytes, by_row: Mapping[int, Mapping[int, CellEdit]], writer: _CellWriter) -> bytes:
    start, end = content_of(part)
    head, tail = part[:start], part[end:]
    if start == end:
        head = re.sub(rb"<sheetData\s*/?>$", b"<sheetData>", head)
        tail = tail if tail.startswith(b"</sheetData>") else b"</sheetData>" + tail
    out, at, count = [head], start, 0
    todo = sorted(by_row, reverse=True)
    for number, match in _numbered_rows(part, start, end):
        out.append(part[at : match.start()])
        at = match.start()
        while todo and todo[-1] < number:
            out.append(_new_row(by_row[todo.pop()], count, writer))
        if not todo:
            break
        if todo[-1] == number:
            at = match.end() if match[2] else part.index(b"</row>", match.end()) + 6
            out.append(_row(part[match.start() : at], by_row[todo.pop()], count, writer))
        count += 1
    out.append(part[at:end])
    out += [_new_row(by_row[row], count, writer) for row in reversed(todo)]
    out.append(tail)
    return b"".join(out)


def _numbered_rows(part: bytes, start: int, end: int) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Yields the number and the XML (a match of `ROW`) of each row. A row without a number comes
    after the row before it. Raises `WorkbookError` if the rows are not in order."""
    last = -1
    for match in ROW.finditer(part, start, end):
        stated = attribute(match[1], b"r")
        number = int(stated) - 1 if stated else last + 1
        if number <= last:
            raise WorkbookError(
                f"The rows of a tab are not in order in the file, near row {number + 1}."
                " Open it in your spreadsheet program and save it again.",
            )
        last = number
        yield number, match


def _new_row(edits: Mapping[int, CellEdit], before: int, writer: _CellWriter) -> bytes:
    """Returns a row that is not in the XML yet. Returns no bytes if all its cells are blank."""
    filled = [edit for _, edit in sorted(edits.items()) if edit.value is not None]
    if not filled:
        return b""
    written = [writer.new(edit, before, None) for edit in filled]
    return b'<row r="%d">%s</row>' % (filled[0].row + 1, b"".join(written))


def _row(chunk: bytes, edits: Mapping[int, CellEdit], before: int, writer: _CellWriter) -> bytes:
    """Returns an existing row with its written cells."""
    head = ROW.match(chunk)
    assert head is not None
    content = b"" if head[2] else chunk[head.end() : -6]
    old = list(cells_of_row(content))
    columns = [col for col, _ in old]
    last = content.find(b"<extLst", old[-1][1].end() if old else 0)
    starts = [*(match.start() for _, match in old), last if last >= 0 else len(content)]
    out, at, attributes = [], 0, head[1]
    for col, edit in sorted(edits.items()):
        index = bisect.bisect_left(columns, col)
        out.append(content[at : starts[index]])
        at = starts[index]
        if col in columns[index : index + 1]:
            out.append(writer.over(old[index][1], edit))
            at = old[index][1].end()
        elif edit.value is not None:
            out.append(writer.new(edit, before, _row_style(head[1])))
            # The attribute `spans` is removed, because the row may be longer now.
            attributes = _SPANS.sub(b"", head[1])
    out.append(content[at:])
    return b"<row" + attributes + b">" + b"".join(out) + b"</row>"


def _row_style(attributes: bytes) -> int | None:
    """Returns the style that a row gives its new cells, or None if it gives none."""
    return style_of(attributes) if is_on(attributes, b"customFormat") else None


def _check(edit: CellEdit) -> None:
    place = a1(edit.tab, edit.row, edit.column)
    if not (0 <= edit.row < MAX_ROWS and 0 <= edit.column < MAX_COLUMNS):
        raise WorkbookError(
            f"{place} lies beyond the edge of a sheet. Take out rows or columns that are not"
            " needed."
        )
    if isinstance(edit.value, str) and len(edit.value) > MAX_TEXT:
        raise WorkbookError(
            f"{place} would get a text of {len(edit.value):,} characters, and a cell holds"
            f" {MAX_TEXT:,}. Shorten the text in the register.",
        )
    if isinstance(edit.value, Decimal) and not edit.value.is_finite():
        raise WorkbookError(
            f"{place} would get {edit.value}, which is not a number. Correct it in the register."
        )


def _formula(edit: CellEdit) -> WorkbookError:
    return WorkbookError(
        f"{a1(edit.tab, edit.row, edit.column)} holds a formula, which is never overwritten."
        " Replace the formula by a value there, or change the figure that it reads.",
    )


def _dimension(part: bytes, edits: Sequence[CellEdit]) -> bytes:
    match = _DIMENSION.search(part, 0, content_of(part)[0])
    filled = [edit for edit in edits if edit.value is not None]
    if match is None or not filled:
        return part
    top, left, bottom, right = area(match[2])
    rows, columns = [edit.row for edit in filled], [edit.column for edit in filled]
    first = f"{letters(min(left, *columns))}{min(top, *rows) + 1}"
    last = f"{letters(max(right, *columns))}{max(bottom, *rows) + 1}"
    reference = first if first == last else f"{first}:{last}"
    return part[: match.start(2)] + reference.encode() + part[match.end(2) :]
