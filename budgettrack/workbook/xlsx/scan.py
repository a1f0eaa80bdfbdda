"""Finds in a sheet's XML: formulas, errors, percentages, protection and merged cells.

The fast reader of values does not report these. The XML may have tens of megabytes, so it is
searched as bytes, and cells are read one by one only if a search finds something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import CellError

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column. Rows and columns count from 0."""

ROW = re.compile(rb"<row(?=[\s/>])([^>]*?)(/?)>")
CELL = re.compile(rb"<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_TAG = re.compile(rb"<(row|c)(?=[\s/>])([^>]*)>")
_FORMULA = re.compile(rb"<f(?=[\s/>])([^>]*?)(?:/>|>(.*?)</f>)", re.DOTALL)
_VALUE = re.compile(rb"<v(?=[\s/>])[^>]*?(?:/>|>(.*?)</v>)", re.DOTALL)
_ERRORS = (re.compile(rb't="e"'), re.compile(rb"t='e'"))
_REF = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_MERGED = re.compile(rb"<mergeCell\s[^>]*?ref=[\"']([^\"']+)[\"']")
_PROTECTION = re.compile(rb"<sheetProtection\s([^>]*)>")
_FREE = re.compile(rb"<protectedRange\s[^>]*?sqref=[\"']([^\"']+)[\"']")
_COLUMN = re.compile(rb"<col\s([^>]*)>")
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*):worksheet[\s>]")


@dataclass(slots=True)
class Scan:
    """The result of a scan. Positions are (row, column), counted from 0."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    no_values: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    percents: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[Area, ...] = ()


def plain(part: bytes) -> bytes:
    """Returns the sheet's XML in the form that this module searches: UTF-8, without prefixes,
    comments and CDATA.

    The meaning stays the same."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        part = re.sub(r"<\?xml[^>]*\?>", "", part.decode("utf-16"), count=1).encode()
    if b"<!" in part:
        part = _CDATA.sub(lambda match: _escaped(match[1]), part)
        part = _COMMENT.sub(b"", part)
    root = _ROOT.search(part, 0, 4000)
    if root:
        prefix = root[1]
        part = part.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")
        part = part.replace(b"xmlns:" + prefix + b"=", b"xmlns=", 1)
    return part


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """Returns the value of an attribute that has no prefix, or None if it is missing."""
    match = re.search(rb"(?:^|\s)" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", attributes)
    if match is None:
        return None
    return match[2] if match[1] is None else match[1]


def column(name: bytes) -> int:
    """Returns the number of a column from its letters: A is 0, AA is 26."""
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number - 1


def position(reference: bytes) -> tuple[int, int]:
    """Returns (row, column) of a reference such as `B3` or `$B$3`.

    Raises `ValueError` for any other text."""
    match = _REF.fullmatch(reference.replace(b"$", b""))
    if match is None:
        raise ValueError(reference)
    return int(match[2]) - 1, column(match[1])


def area(reference: bytes) -> Area:
    """Returns the area of a reference such as `B3:C9` or `B3`."""
    first, _, last = reference.partition(b":")
    top, left = position(first)
    bottom, right = position(last or first)
    return top, left, bottom, right


def content_of(part: bytes) -> tuple[int, int]:
    """Returns the start and end of the content of `<sheetData>`. Both are equal if it is empty."""
    match = re.search(rb"<sheetData\s*(/?)>", part)
    if match is None or match[1]:
        at = match.end() if match else len(part)
        return at, at
    end = part.find(b"</sheetData>", match.end())
    return match.end(), end if end >= 0 else len(part)


def cells(part: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Yields (row, column, attributes, offset of the first byte after the start tag) of every cell.

    The attribute `r` of a cell is its reference, such as B7. A cell without `r` is in the column
    after the cell before it."""
    start, end = content_of(part)
    row = col = -1
    for match in _TAG.finditer(part, start, end):
        if match[1] == b"row":
            stated = attribute(match[2], b"r")
            row, col = (int(stated) - 1 if stated else row + 1), -1
        else:
            stated = attribute(match[2], b"r")
            col = position(stated)[1] if stated else col + 1
            yield row, col, match[2], match.end()


def far_cell(part: bytes, limit: int) -> tuple[int, int] | None:
    """Returns the last row and last column with a value if the sheet spans more than `limit` cells.

    Returns None if it does not."""
    last = part.rfind(b"<row", 0, content_of(part)[1])
    stated = ROW.match(part, last) if last >= 0 else None
    number = attribute(stated[1], b"r") if stated else None
    rows = int(number) if number else part.count(b"<row")
    if rows * 16_384 <= limit:
        return None
    # Only a column from this first letter on can make the sheet too wide.
    allowed = max(27, limit // rows)
    first = letters(min(allowed, 702) - 1)[0].encode()
    two = b"|[" + first + rb"-Z][A-Z]" if allowed < 702 else b""
    columns = rb"(?:[A-Z]{3}" + two + rb")\d"
    if not _search(rb"r=", columns, part):
        return None
    deep = wide = 0
    for row, col, attributes, offset in cells(part):
        if not attributes.endswith(b"/") and not part.startswith(b"</c>", offset):
            deep, wide = max(deep, row), max(wide, col)
    return (deep, wide) if (deep + 1) * (wide + 1) > limit else None


def scanned(part: bytes, percent_styles: frozenset[int]) -> Scan:
    """Scans a sheet's XML, which `plain` has prepared.

    A sheet without formulas, errors and percentages takes only a few searches."""
    scan = Scan()
    start, end = content_of(part)
    if part.find(b"<f", start, end) >= 0 or any(
        pattern.search(part, start, end) for pattern in _ERRORS
    ):
        _formulas_and_errors(part, start, end, scan)
    if 0 in percent_styles or any(
        _search(rb"s=", rb"%d[\"']" % style, part) for style in percent_styles
    ):
        scan.percents = frozenset(
            (row, col)
            for row, col, attributes, _ in cells(part)
            if int(attribute(attributes, b"s") or 0) in percent_styles
        )
    scan.merged = tuple(area(match[1]) for match in _MERGED.finditer(part, end))
    return scan


def formula_areas(part: bytes) -> list[Area]:
    """Returns the areas that a single formula fills (arrays, spilled results, data tables)."""
    if b"array" not in part and b"dataTable" not in part:
        return []
    return [
        area(reference)
        for match in _FORMULA.finditer(part)
        if attribute(match[1], b"t") in (b"array", b"dataTable")
        and (reference := attribute(match[1], b"ref"))
    ]


def column_styles(part: bytes) -> list[tuple[int, int, int]]:
    """Returns (first column, last column, style) of the columns that have their own style."""
    head = part[: content_of(part)[0]]
    return [
        (
            int(attribute(match[1], b"min") or 1) - 1,
            int(attribute(match[1], b"max") or 1) - 1,
            int(style),
        )
        for match in _COLUMN.finditer(head)
        if (style := attribute(match[1], b"style"))
    ]


def protected(
    part: bytes, unlocked: frozenset[int], rows: int, columns: int
) -> frozenset[tuple[int, int]]:
    """Returns the cells within `rows` × `columns` that the sheet's protection locks.

    Returns an empty set if the protection is off."""
    end = content_of(part)[1]
    match = _PROTECTION.search(part, end)
    if match is None or attribute(match[1], b"sheet") not in (b"1", b"true"):
        return frozenset()
    by_column = dict.fromkeys(range(columns), 0)
    for first, last, style in column_styles(part):
        by_column.update((col, style) for col in range(first, min(last + 1, columns)))
    locked = {
        (row, col)
        for col, style in by_column.items()
        if style not in unlocked
        for row in range(rows)
    }
    for row, col, attributes, _ in cells(part[: end + 12]):
        if int(attribute(attributes, b"s") or 0) in unlocked:
            locked.discard((row, col))
        else:
            locked.add((row, col))
    for free in _FREE.finditer(part, end):
        for reference in free[1].split():
            top, left, bottom, right = area(reference)
            locked -= {
                place for place in locked if top <= place[0] <= bottom and left <= place[1] <= right
            }
    return frozenset(locked)


def _formulas_and_errors(part: bytes, start: int, end: int, found: Scan) -> None:
    implied, masters = _Places(part), dict[bytes, str]()
    for offset in _cells_with(part, start, end):
        match = CELL.match(part, offset)
        if match is None or match[2] is None:
            continue
        stated = attribute(match[1], b"r")
        place = position(stated) if stated else implied[offset]
        formula, value = _FORMULA.search(match[2]), _VALUE.search(match[2])
        kind = attribute(match[1], b"t")
        if kind == b"e" and value is not None and value[1]:
            found.errors[place] = CellError(_text(value[1]))
        if formula is None:
            continue
        text = _text(formula[2] or b"")
        shared = attribute(formula[1], b"si")
        if shared is not None:
            text = masters.setdefault(shared, text) or text
        found.formulas[place] = "=" + text
        if value is None or (not value[1] and kind != b"str"):
            found.no_values.add(place)
        _fill(found, formula, place)


def _fill(found: Scan, formula: re.Match[bytes], place: tuple[int, int]) -> None:
    reference = attribute(formula[1], b"ref")
    if attribute(formula[1], b"t") in (b"array", b"dataTable") and reference:
        top, left, bottom, right = area(reference)
        if (bottom - top + 1) * (right - left + 1) <= 1_000_000:
            for row in range(top, bottom + 1):
                for col in range(left, right + 1):
                    found.formulas.setdefault((row, col), found.formulas[place])


def _cells_with(part: bytes, start: int, end: int) -> list[int]:
    offsets = set()
    for match in _FORMULA.finditer(part, start, end):
        offsets.add(_cell_start(part, match.start()))
    for pattern in _ERRORS:
        offsets.update(
            _cell_start(part, match.start()) for match in pattern.finditer(part, start, end)
        )
    return sorted(offset for offset in offsets if offset >= 0)


def _search(name: bytes, value: bytes, part: bytes) -> bool:
    # Two searches for fixed bytes are five times faster than one pattern that allows both quotes.
    return any(re.compile(name + quote + value).search(part) for quote in (b'"', b"'"))


def _cell_start(part: bytes, before: int) -> int:
    at = part.rfind(b"<c", 0, before)
    while at >= 0 and part[at + 2 : at + 3] not in b" \t\r\n>/":
        at = part.rfind(b"<c", 0, at)
    return at


class _Places(dict[int, tuple[int, int]]):
    """Cell positions by offset in the XML. They are computed when a cell without a reference is
    first met."""

    def __init__(self, part: bytes) -> None:
        self._part = part
        super().__init__()

    def __missing__(self, key: int) -> tuple[int, int]:
        self.update(
            {
                self._part.rfind(b"<c", 0, offset): (row, col)
                for row, col, _, offset in cells(self._part)
            }
        )
        return self[key]


def _text(content: bytes) -> str:
    return unescape(content.decode("utf-8", "replace"))


def _escaped(content: bytes) -> bytes:
    return content.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
