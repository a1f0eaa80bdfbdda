"""Changes the values of single cells in a sheet's XML. All other bytes stay the same.

Only rows with an edit are parsed, so a write into a ledger of 100,000 rows stays fast."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from budgettrack.core.base.addresses import a1, letters
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellEdit
from budgettrack.workbook.xlsx.scan import (
    CELL,
    ROW,
    area,
    attribute,
    column,
    column_styles,
    content_of,
    formula_areas,
    position,
)
from budgettrack.workbook.xlsx.styles import Styles

MAX_TEXT, MAX_ROWS, MAX_COLUMNS = 32_767, 1_048_576, 16_384
"""Limits that every spreadsheet program allows: characters in a cell, rows and columns in a
sheet."""

_NEIGHBOURS = 20
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SPANS = re.compile(rb"\sspans=[\"'][^\"']*[\"']")
_DIMENSION = re.compile(rb"(<dimension\s[^>]*?ref=[\"'])([^\"']+)")
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
    """Returns the serial number that a sheet stores for a day.

    Returns None for days before March 1900, because spreadsheet programs number them
    differently."""
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
    """Returns the sheet's XML with all `edits` done.

    Raises `WorkbookError` if an edit would overwrite a formula, or if its place or value exceeds
    a limit."""
    by_row: dict[int, dict[int, CellEdit]] = {}
    for edit in edits:
        _check(edit)
        by_row.setdefault(edit.row, {})[edit.column] = edit
    for top, left, bottom, right in formula_areas(part):
        for edit in edits:
            if top <= edit.row <= bottom and left <= edit.column <= right:
                raise _formula(edit)
    return _dimension(_rows(part, by_row, _Chooser(part, styles), from_1904), edits)


class _Chooser:
    """Chooses the style of a written cell.

    A new cell takes the row's own style, else the style of a near cell in the column, else the
    column's style, else the style of its kind of value."""

    def __init__(self, part: bytes, styles: Styles) -> None:
        self._part, self._styles = part, styles
        self._columns = column_styles(part)
        start, end = content_of(part)
        self._rows = [(match.end(), not match[2]) for match in ROW.finditer(part, start, end)]
        self._chosen: dict[tuple[int, str, type], int] = {}

    def kept(self, style: int, edit: CellEdit) -> int:
        """Returns the style for an existing cell: its own style if the new value reads back
        correctly in it."""
        return style if edit.value is None else self._styles.fitting(style, edit.value, edit.kind)

    def new(self, edit: CellEdit, before: int, row_style: int | None) -> int:
        """Returns the style for a new cell. `before` is the number of rows above it in the XML."""
        if row_style is not None:
            return self._styles.fitting(row_style, edit.value, edit.kind)
        key = (edit.column, edit.kind, type(edit.value))
        if key not in self._chosen:
            self._chosen[key] = self._choose(edit, before)
        return self._chosen[key]

    def scaled(self, edit: CellEdit, style: int) -> object:
        """Returns the value to store: 50 % is stored as 0.5 if the cell's format is a
        percentage."""
        if (
            edit.kind == "percent"
            and isinstance(edit.value, Decimal)
            and self._styles.is_percent(style)
        ):
            return edit.value.scaleb(-2)
        return edit.value

    def _choose(self, edit: CellEdit, before: int) -> int:
        # People make headings and totals bold: a new row must not copy a bold style.
        near = [
            *range(before - 1, max(before - _NEIGHBOURS, 0) - 1, -1),
            *range(before + 1, before + _NEIGHBOURS),
        ]
        for index in near:
            style = (
                self._styles_of(index).get(edit.column) if 0 <= index < len(self._rows) else None
            )
            if style and not self._styles.is_bold(style) and self._styles.fits(style, edit.value):
                return style
        for first, last, style in self._columns:
            if first <= edit.column <= last and not self._styles.is_bold(style):
                return self._styles.fitting(style, edit.value, edit.kind)
        return self._styles.of_kind(edit.value, edit.kind)

    def _styles_of(self, index: int) -> dict[int, int]:
        start, filled = self._rows[index]
        end = self._part.find(b"</row>", start) if filled else start
        col, styles = -1, {}
        for match in CELL.finditer(self._part, start, end):
            stated = attribute(match[1], b"r")
            col = position(stated)[1] if stated else col + 1
            styles[col] = int(attribute(match[1], b"s") or 0)
        return styles


def _rows(
    part: bytes, by_row: Mapping[int, Mapping[int, CellEdit]], chooser: _Chooser, from_1904: bool
) -> bytes:
    start, end = content_of(part)
    head, tail = part[:start], part[end:]
    if start == end:
        head = re.sub(rb"<sheetData\s*/?>$", b"<sheetData>", head)
        tail = tail if tail.startswith(b"</sheetData>") else b"</sheetData>" + tail
    out, at, number, todo = [head], start, -1, sorted(by_row)
    waiting = iter(todo)
    row = next(waiting, None)
    count = 0
    for match in ROW.finditer(part, start, end):
        stated = attribute(match[1], b"r")
        here = int(stated) - 1 if stated else number + 1
        if here <= number:
            raise WorkbookError(
                f"The rows of a tab are not in order in the file, near row {here + 1}."
                " Open it in your spreadsheet program and save it again.",
            )
        number = here
        while row is not None and row < number:
            out += [part[at : match.start()], _new_row(row, by_row[row], count, chooser, from_1904)]
            at, row = match.start(), next(waiting, None)
        if row is None:
            break
        if row == number:
            stop = match.end() if match[2] else part.index(b"</row>", match.end()) + 6
            out += [
                part[at : match.start()],
                _row(part[match.start() : stop], row, by_row[row], count, chooser, from_1904),
            ]
            at, row = stop, next(waiting, None)
        count += 1
    out.append(part[at:end])
    while row is not None:
        out.append(_new_row(row, by_row[row], count, chooser, from_1904))
        row = next(waiting, None)
    out.append(tail)
    return b"".join(out)


def _new_row(
    row: int, edits: Mapping[int, CellEdit], before: int, chooser: _Chooser, from_1904: bool
) -> bytes:
    filled = []
    for col, edit in sorted(edits.items()):
        if edit.value is not None:
            style = chooser.new(edit, before, None)
            filled.append(cell(row, col, style, chooser.scaled(edit, style), from_1904))
    return b'<row r="%d">%s</row>' % (row + 1, b"".join(filled)) if filled else b""


def _row(
    chunk: bytes,
    row: int,
    edits: Mapping[int, CellEdit],
    before: int,
    chooser: _Chooser,
    from_1904: bool,
) -> bytes:
    head = ROW.match(chunk)
    assert head is not None
    content = b"" if head[2] else chunk[head.end() : -6]
    custom = attribute(head[1], b"customFormat") in (b"1", b"true")
    row_style = int(attribute(head[1], b"s") or 0) if custom else None
    out: list[bytes] = []
    waiting = iter(sorted(edits.items()))
    todo, at, col, grown = next(waiting, None), 0, -1, False

    def insert_until(limit: int) -> None:
        nonlocal todo, grown
        while todo is not None and todo[0] < limit:
            edit = todo[1]
            if edit.value is not None:
                style = chooser.new(edit, before, row_style)
                out.append(cell(row, todo[0], style, chooser.scaled(edit, style), from_1904))
                grown = True
            todo = next(waiting, None)

    for match in CELL.finditer(content):
        stated = attribute(match[1], b"r")
        col = column(stated.rstrip(b"0123456789")) if stated else col + 1
        out.append(content[at : match.start()])
        at = match.start()
        insert_until(col)
        if todo is not None and todo[0] == col:
            out.append(_over(match, row, col, todo[1], chooser, from_1904))
            at, todo = match.end(), next(waiting, None)
        if todo is None:
            break
    extension = content.find(b"<extLst", at)
    rest = extension if extension >= 0 else len(content)
    out.append(content[at:rest])
    insert_until(MAX_COLUMNS)
    out.append(content[rest:])
    tag = b"<row" + (_SPANS.sub(b"", head[1]) if grown else head[1]) + b">"
    return tag + b"".join(out) + b"</row>"


def _over(
    match: re.Match[bytes], row: int, col: int, edit: CellEdit, chooser: _Chooser, from_1904: bool
) -> bytes:
    """Returns the XML of an existing cell with its new value. The style stays if it suits the
    value.

    Raises `WorkbookError` if the cell holds a formula."""
    if match[2] and b"<f" in match[2]:
        raise _formula(edit)
    style = chooser.kept(int(attribute(match[1], b"s") or 0), edit)
    phonetic = _KEPT.search(match[1])
    kept = phonetic[0] if phonetic else b""
    return cell(row, col, style, chooser.scaled(edit, style), from_1904, kept)


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
