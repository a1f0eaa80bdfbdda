"""Finds formulas, errors, percentages, protection and merged cells in the XML of a sheet.

The fast library that reads values does not report these. The XML may have tens of megabytes, so
it is searched as bytes, and cells are read one by one only if a search finds something."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from html import unescape

from msgspec import Struct, field

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import CellError

Area = tuple[int, int, int, int]
"""An area of cells: first row, first column, last row, last column. Rows and columns count from
0."""

# An attribute cannot contain <, so each search stops at the next <.
# A search without this limit would read a damaged sheet to its end for each tag.
ROW = re.compile(rb"<row(?=[\s/>])([^<>]*?)(/?)>")
CELL = re.compile(rb"<c(?=[\s/>])([^<>]*?)(?:/>|>((?:[^<]++|<(?!/?c[\s/>]))*+)</c>)")
_TAG = re.compile(rb"<(row|c)(?=[\s/>])([^<>]*)>")
_FILLED = re.compile(rb"<c\s(?>[^<>]*?\br=[\"']([A-Z]{1,3}+)(\d{1,7}+)[\"'])[^<>]*+(?<!/)>(?!</c>)")
_UNNAMED = re.compile(rb"<c(?:/?>|(?=\s)(?![^<>]*\sr=))")
_FORMULA = re.compile(rb"<f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(rb"<v(?=[\s/>])[^<>]*?(?:/>|>([^<]*)</v>)")
_ERRORS = (re.compile(rb't="e"'), re.compile(rb"t='e'"))
_REF = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_MERGED = re.compile(rb"<mergeCell\s[^<>]*?ref=[\"']([^\"'<>]+)[\"']")
_PROTECTION = re.compile(rb"<sheetProtection\s([^<>]*)>")
_FREE = re.compile(rb"<protectedRange\s[^<>]*?sqref=[\"']([^\"'<>]+)[\"']")
_DIMENSION = re.compile(
    rb"<(?:\w+:)?dimension\s[^<>]*?ref=[\"']([^\"'<>]*)[\"'][^<>]*?(?:/>|></(?:\w+:)?dimension>)"
)
_CELLS = re.compile(rb"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?")
_COLUMN = re.compile(rb"<col\s([^<>]*)>")
_ROOT = re.compile(rb"<([A-Za-z_][\w.-]*):worksheet[\s>]")


class Scan(Struct):
    """What was found in the XML of a sheet. Places are (row, column), counted from 0."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    no_values: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    percents: frozenset[tuple[int, int]] = frozenset()
    signs: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    struck: frozenset[tuple[int, int]] = frozenset()


def is_utf16(part: bytes) -> bool:
    """Whether a part is written in UTF-16, which its first two bytes show."""
    return part[:2] in (b"\xff\xfe", b"\xfe\xff")


def plain(part: bytes) -> bytes:
    """Returns the XML of the sheet in the form that this module searches: in UTF-8, without
    prefixes, comments and CDATA.

    Its meaning stays the same."""
    if is_utf16(part):
        part = re.sub(r"<\?xml[^<>]*\?>", "", part.decode("utf-16"), count=1).encode()
    if b"<!" in part:
        part = _replaced(part, b"<![CDATA[", b"]]>", _escaped)
        part = _replaced(part, b"<!--", b"-->", lambda _: b"")
    root = _ROOT.search(part, 0, 4000)
    if root:
        prefix = root[1]
        part = part.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")
        part = part.replace(b"xmlns:" + prefix + b"=", b"xmlns=", 1)
    return part


def without_odd_dimension(part: bytes) -> bytes:
    """Returns the XML of the sheet. A wrong `<dimension>`, such as `A:H`, is removed, because it
    must name cells, such as `A1:H20`. Everything else stays the same."""
    match = _DIMENSION.search(part, 0, part.find(b"<sheetData") + 1 or len(part))
    if match is None or _CELLS.fullmatch(match[1]):
        return part
    return part[: match.start()] + part[match.end() :]


def _replaced(part: bytes, start: bytes, end: bytes, put: Callable[[bytes], bytes]) -> bytes:
    """Returns the XML. Each text between `start` and `end` is replaced by the result of `put`."""
    pieces, at = [], 0
    while (begin := part.find(start, at)) >= 0 and (
        close := part.find(end, begin + len(start))
    ) >= 0:
        pieces += [part[at:begin], put(part[begin + len(start) : close])]
        at = close + len(end)
    return b"".join((*pieces, part[at:]))


def attribute(attributes: bytes, name: bytes) -> bytes | None:
    """Returns the value of an attribute without a prefix. Returns None if it is missing."""
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
    """Returns the row and the column of a reference such as `B3` or `$B$3`. Raises `ValueError` for
    any other text."""
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


def style_of(attributes: bytes) -> int:
    """Returns the number of the style in the attributes of a cell, a row or a column."""
    return int(attribute(attributes, b"s") or 0)


def is_on(attributes: bytes, name: bytes) -> bool:
    """Whether an attribute has a value that means true."""
    return attribute(attributes, name) in (b"1", b"true")


def holds(where: Area, row: int, col: int) -> bool:
    """Whether an area contains a cell."""
    top, left, bottom, right = where
    return top <= row <= bottom and left <= col <= right


def cells(part: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """Yields the row, the column, the attributes and the content's offset of every cell. The offset
    counts from the start of `part` to the first byte after the cell's start tag.

    The attribute `r` of a cell is its reference, such as B7. A cell without `r` is in the column
    after the cell before it."""
    start, end = content_of(part)
    row = col = -1
    for match in _TAG.finditer(part, start, end):
        stated = attribute(match[2], b"r")
        if match[1] == b"row":
            row, col = (int(stated) - 1 if stated else row + 1), -1
        else:
            col = position(stated)[1] if stated else col + 1
            yield row, col, match[2], match.end()


def cells_of_row(content: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Yields the column number and the XML (a match of `CELL`) of every cell in one row."""
    col = -1
    for match in CELL.finditer(content):
        stated = attribute(match[1], b"r")
        col = column(stated.rstrip(b"0123456789")) if stated else col + 1
        yield col, match


def far_cell(part: bytes, limit: int) -> tuple[int, int] | None:
    """Returns the last row and the last column with a value, if the sheet extends over more than
    `limit` cells.

    Returns None if it does not."""
    last = part.rfind(b"<row", 0, content_of(part)[1])
    stated = ROW.match(part, last) if last >= 0 else None
    number = attribute(stated[1], b"r") if stated else None
    rows = max(int(number or 0), part.count(b"<row"))
    if rows * 16_384 <= limit:
        return None
    if not _has_unnamed(part):
        # Only a column that begins with this letter, or a later one, can make the sheet too wide.
        allowed = max(27, limit // rows)
        first = letters(min(allowed, 702) - 1)[0].encode()
        two = b"|[" + first + rb"-Z][A-Z]" if allowed < 702 else b""
        columns = rb"(?:[A-Z]{3}" + two + rb")\d"
        if not _search(rb"r=", columns, part):
            return None
    deep, wide = extent(part)
    return (deep, wide) if (deep + 1) * (wide + 1) > limit else None


def _has_unnamed(part: bytes) -> bool:
    """Whether any cell lacks the attribute with its place. Nearly every program writes this
    attribute first. If it comes first in all cells, counting them is enough, which takes a tenth of
    the time of a search."""
    start, end = content_of(part)
    if part.count(b"<c", start, end) != part.count(b"<c r=", start, end):
        return _UNNAMED.search(part) is not None
    return bool(_UNNAMED.search(part, 0, start) or _UNNAMED.search(part, end))


def extent(part: bytes) -> tuple[int, int]:
    """Returns the last row and the last column with a value, or (0, 0) if there is none.

    If the XML does not give the place of a cell, blank cells are counted too."""
    columns, deep = {b"A"}, 1
    for match in _FILLED.finditer(part):
        columns.add(match[1])
        deep = max(deep, int(match[2]))
    wide = max(map(column, columns))
    if _has_unnamed(part):
        rows = part.split(b"<row")
        deep = max(deep, len(rows) - 1)
        wide = max(wide, max(row.count(b"<c") for row in rows) - 1)
    return deep - 1, wide


def scanned(
    part: bytes,
    percent_styles: frozenset[int],
    signs: Mapping[int, str] | None = None,
    struck_styles: frozenset[int] = frozenset(),
) -> Scan:
    """Searches the XML of a sheet, which `plain` has prepared, and returns what it found. `signs`
    has the currencies of styles.

    A sheet without formulas, errors and percentages needs only a few searches."""
    scan = Scan()
    start, end = content_of(part)
    has_errors = any(pattern.search(part, start, end) for pattern in _ERRORS)
    if has_errors or part.find(b"<f", start, end) >= 0:
        _formulas_and_errors(part, start, end, scan)
    scan.percents = frozenset(place for place, _ in _styled(part, percent_styles))
    scan.signs = {place: signs[style] for place, style in _styled(part, signs)} if signs else {}
    scan.struck = frozenset(place for place, _ in _styled(part, struck_styles))
    scan.merged = tuple(area(match[1]) for match in _MERGED.finditer(part, end))
    return scan


def scanned_codes(part: bytes, codes: Mapping[int, str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yields the place of each cell whose style shows the zeros before a code, and the template of
    the style. `codes` has the templates of styles."""
    for place, style in _styled(part, codes):
        yield place, codes[style]


def _styled(part: bytes, styles: Collection[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yields the place of each cell with one of these styles, and the style. A cell without a
    style has style 0."""
    used = [style for style in styles if not style or _search(rb"s=", rb"%d[\"']" % style, part)]
    if not used:
        return
    start, end = content_of(part)
    wanted = b"|".join(b"%d" % style for style in used)
    # Nearly every program writes the place and then the style, so one search finds all such cells.
    usual = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(' + wanted + rb')"')
    found = [*usual.finditer(part, start, end)] if 0 not in used else []
    if len(found) == _count(part, start, end, wanted) and 0 not in used:
        for match in found:
            yield (int(match[2]) - 1, column(match[1])), int(match[3])
        return
    for row, col, attributes, _ in cells(part):
        if (style := style_of(attributes)) in styles:
            yield (row, col), style


def _count(part: bytes, start: int, end: int, styles: bytes) -> int:
    """Returns how many tags have one of these styles. A row with such a style counts, too, and then
    its cells are read one by one."""
    return sum(
        len(re.findall(rb"\ss=" + quote + rb"(?:" + styles + rb")" + quote, part[start:end]))
        for quote in (b'"', b"'")
    )


def formula_areas(part: bytes) -> list[Area]:
    """Returns the areas that one formula fills (arrays, spilled results, data tables)."""
    if b"array" not in part and b"dataTable" not in part:
        return []
    areas = [_filled_area(match[1]) for match in _FORMULA.finditer(part)]
    return [filled for filled in areas if filled is not None]


def _filled_area(attributes: bytes) -> Area | None:
    """Returns the area that a formula fills, or None if it fills only its own cell."""
    reference = attribute(attributes, b"ref")
    if not reference or attribute(attributes, b"t") not in (b"array", b"dataTable"):
        return None
    return area(reference)


def column_styles(part: bytes) -> list[tuple[int, int, int]]:
    """Returns the columns that have a style of their own. Each entry has the first column, the last
    column and the style."""
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


def hidden_columns(part: bytes) -> frozenset[int]:
    """Returns the columns that are hidden."""
    head = part[: content_of(part)[0]]
    return frozenset(
        column
        for match in _COLUMN.finditer(head)
        if is_on(match[1], b"hidden")
        for column in range(
            int(attribute(match[1], b"min") or 1) - 1, int(attribute(match[1], b"max") or 1)
        )
    )


def protected(
    part: bytes, unlocked: frozenset[int], rows: int, columns: int
) -> frozenset[tuple[int, int]]:
    """Returns the cells within `rows` × `columns` that the sheet's protection locks.

    Returns an empty set if the protection is off."""
    end = content_of(part)[1]
    match = _PROTECTION.search(part, end)
    if match is None or not is_on(match[1], b"sheet"):
        return frozenset()
    locked = _locked_columns(part, unlocked, rows, columns)
    for row, col, attributes, _ in cells(part[: end + 12]):
        if style_of(attributes) in unlocked:
            locked.discard((row, col))
        else:
            locked.add((row, col))
    for free in _FREE.finditer(part, end):
        for reference in free[1].split():
            where = area(reference)
            locked -= {place for place in locked if holds(where, *place)}
    return frozenset(locked)


def _locked_columns(
    part: bytes, unlocked: frozenset[int], rows: int, columns: int
) -> set[tuple[int, int]]:
    """Returns the cells in columns that have a locked style of their own. A style is locked
    unless it says otherwise."""
    by_column = dict.fromkeys(range(columns), 0)
    for first, last, style in column_styles(part):
        by_column.update((col, style) for col in range(first, min(last + 1, columns)))
    locked = [col for col, style in by_column.items() if style not in unlocked]
    return set(itertools.product(range(rows), locked))


def _formulas_and_errors(part: bytes, start: int, end: int, scan: Scan) -> None:
    """Adds the formulas and errors of a sheet to `scan`."""
    implied, masters = _Places(part), dict[bytes, str]()
    for offset in _cells_with(part, start, end):
        match = CELL.match(part, offset)
        if match is None or match[2] is None:
            continue
        stated = attribute(match[1], b"r")
        place = position(stated) if stated else implied[offset]
        kind, formula = attribute(match[1], b"t"), _FORMULA.search(match[2])
        value = _stored_value(match[2])
        if kind == b"e" and value:
            scan.errors[place] = CellError(_text(value))
        if formula is not None:
            _note_formula(scan, place, formula, masters)
            if not _is_calculated(kind, value):
                scan.no_values.add(place)


def _stored_value(content: bytes) -> bytes | None:
    """Returns the value that is stored in a cell. Returns None if no value is stored."""
    match = _VALUE.search(content)
    return None if match is None else match[1] or b""


def _is_calculated(kind: bytes | None, value: bytes | None) -> bool:
    """Whether a program has calculated the formula. An empty text counts as a value only in a
    cell that is declared as text."""
    return bool(value) or (value is not None and kind == b"str")


def _note_formula(
    scan: Scan, place: tuple[int, int], formula: re.Match[bytes], masters: dict[bytes, str]
) -> None:
    """Adds a formula and the cells that it fills. `masters` has the shared formulas by number:
    only the first cell of a shared formula has its text."""
    text = _text(formula[2] or b"")
    shared = attribute(formula[1], b"si")
    # If a formula was copied down a column, its text is stored once.
    # The cells below only have the number of the shared formula.
    if shared is not None:
        text = masters.setdefault(shared, text) or text
    scan.formulas[place] = "=" + text
    filled = _filled_area(formula[1])
    if filled is None:
        return
    top, left, bottom, right = filled
    if (bottom - top + 1) * (right - left + 1) <= 1_000_000:
        for cell in itertools.product(range(top, bottom + 1), range(left, right + 1)):
            scan.formulas.setdefault(cell, scan.formulas[place])


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
    # A formula is the first child of its cell, so the nearest `<c` before it is its cell.
    at = before
    for _ in range(10):
        at = part.rfind(b"<c", 0, at)
        if at < 0 or part[at + 2 : at + 3] in b" \t\r\n>/":
            return at
    return -1


class _Places(dict[int, tuple[int, int]]):
    """The places of cells by their position in the XML. They are calculated when a cell without
    a reference is met for the first time."""

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
