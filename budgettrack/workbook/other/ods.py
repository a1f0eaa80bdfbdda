"""Reads parts of an OpenDocument file that the library for values does not return: formulas,
merged areas, errors, lines through a text, and the currency or percentage format of a cell."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import CellError, NoValue
from budgettrack.workbook.code_formats import DIGIT, template_of
from budgettrack.workbook.currency_formats import currency_in
from budgettrack.workbook.other.beside import LARGEST_AREA, CellPlace, OdsCells

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{{{_NAMES}table:1.0}}", f"{{{_NAMES}office:1.0}}"
_STYLE, _NUMBER = f"{{{_NAMES}style:1.0}}", f"{{{_NAMES}datastyle:1.0}}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_BRACKETED_AREA = re.compile(r"\[([^\[\]]*)\]")
_CELL = re.compile(r"\$?('(?:[^']|'')*'|[^.']*)\.(\$?[A-Z]{1,3}\$?\d+)")
_QUOTED = re.compile(r'("[^"]*")')
LARGEST = 800_000_000
"""How many bytes the content of a file may have at most."""
_LONGEST_SIGN = 5


def ods_tabs(raw: bytes, name: str) -> dict[str, OdsCells]:
    """Returns the tabs of an OpenDocument file, by name.

    Raises `WorkbookError` if the file is damaged or too large."""
    reader = _Reader(name)
    wanted = [
        f"{_TABLE}table",
        f"{_STYLE}style",
        f"{_NUMBER}number-style",
        f"{_NUMBER}currency-style",
    ]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if archive.getinfo("content.xml").file_size > LARGEST:
                raise reader.too_large()
            parts = [part for part in ("styles.xml", "content.xml") if part in archive.namelist()]
            for part in parts:
                events = etree.iterparse(archive.open(part), tag=wanted, resolve_entities=False)
                for _, element in events:
                    reader.take(element)
                    if element.tag == f"{_TABLE}table":
                        element.clear()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
    ) as error:
        raise WorkbookError(
            f"{name} is damaged. Open it in your spreadsheet program and save it again."
        ) from error
    return reader.tabs


class _Reader(Struct):
    """Reads the styles, which come first in a file, and then the tabs, which use them."""

    name: str
    tabs: dict[str, OdsCells] = field(default_factory=dict)
    _format_signs: dict[str, str] = field(default_factory=dict)
    _style_signs: dict[str, str] = field(default_factory=dict)
    _format_codes: dict[str, str] = field(default_factory=dict)
    _style_codes: dict[str, str] = field(default_factory=dict)
    _struck_styles: set[str] = field(default_factory=set)
    _filled: int = 0

    def too_large(self) -> WorkbookError:
        return WorkbookError(
            f"{self.name} has more cells than are read. Save its tabs in several files."
        )

    def take(self, element: etree._Element) -> None:
        """Reads the next element of the file: a style, a number format or a tab."""
        if element.tag == f"{_TABLE}table":
            self.tabs[element.get(f"{_TABLE}name", "")] = self._tab(element)
        elif element.tag == f"{_STYLE}style":
            # A style without a number format of its own has the format of its parent.
            parent = self._style_signs.get(element.get(f"{_STYLE}parent-style-name", ""), "")
            number_format = element.get(f"{_STYLE}data-style-name")
            sign = parent if number_format is None else self._format_signs.get(number_format, "")
            if sign:
                self._style_signs[element.get(f"{_STYLE}name", "")] = sign
            parent = self._style_codes.get(element.get(f"{_STYLE}parent-style-name", ""), "")
            code = parent if number_format is None else self._format_codes.get(number_format, "")
            if code:
                self._style_codes[element.get(f"{_STYLE}name", "")] = code
            self._take_line(element)
        else:
            self._format_signs[element.get(f"{_STYLE}name", "")] = _sign(element)
            self._take_code(element)

    def _take_code(self, number_format: etree._Element) -> None:
        """Remembers a number format that shows the zeros before a code. If it has another form for
        numbers below zero, that of the others counts."""
        name = number_format.get(f"{_STYLE}name", "")
        self._format_codes[name] = _template(number_format)
        for other in number_format.iterfind(f"{_STYLE}map"):
            if other.get(f"{_STYLE}condition", "").replace(" ", "") in ("value()>=0", "value()>0"):
                applied = other.get(f"{_STYLE}apply-style-name", "")
                self._format_codes[name] = self._format_codes.get(applied, "")

    def _take_line(self, style: etree._Element) -> None:
        """Remembers a style whose text is struck through. A style whose parent is struck through is
        remembered, too."""
        text = style.find(f"{_STYLE}text-properties")
        line = None
        if text is not None:
            # Newer files name the kind of the line, older ones may have only its style.
            kinds = (text.get(f"{_STYLE}text-line-through-{part}") for part in ("type", "style"))
            line = next((kind for kind in kinds if kind is not None), None)
        of_parent = style.get(f"{_STYLE}parent-style-name", "") in self._struck_styles
        if (line or "none") != "none" or (line is None and of_parent):
            self._struck_styles.add(style.get(f"{_STYLE}name", ""))

    def _tab(self, table: etree._Element) -> OdsCells:
        tab = OdsCells()
        columns = [*_default_styles(table)]
        for cell, down, across in _filled_cells(table):
            self._filled += len(down) * len(across)
            if self._filled > LARGEST_AREA:
                raise self.too_large()
            for row, column in itertools.product(down, across):
                default = columns[column] if column < len(columns) else ""
                self._take(tab, cell, (row, column), default)
        return tab

    def _take(self, tab: OdsCells, cell: etree._Element, place: CellPlace, default: str) -> None:
        kind = cell.get(f"{_OFFICE}value-type")
        style = cell.get(f"{_TABLE}style-name", default)
        if style in self._struck_styles:
            tab.struck.add(place)
        if kind == "percentage":
            tab.percents.add(place)
        elif kind in ("currency", "float"):
            named = cell.get(f"{_OFFICE}currency", "")
            shown = self._style_signs.get(style, "")
            # Several currencies may have the same sign, but the style also names the country.
            sign = named if len(named) == 3 else shown or named
            if sign:
                tab.signs[place] = sign
            if style in self._style_codes:
                tab.codes[place] = self._style_codes[style]
        if cell.get(f"{_CALC}value-type") == "error":
            tab.values[place] = CellError("".join(map(str, cell.itertext())).strip() or "#ERROR!")
        if formula := cell.get(f"{_TABLE}formula"):
            tab.formulas[place] = _formula(formula)
            if not kind:
                tab.values[place] = NoValue()
        down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
        if down > 1 or across > 1:
            tab.merged.append((*place, place[0] + down - 1, place[1] + across - 1))


def _sign(number_format: etree._Element) -> str:
    """Returns the currency that a number format shows, or '' if it shows none."""
    symbol = number_format.find(f"{_NUMBER}currency-symbol")
    if symbol is not None and symbol.text:
        language, country = symbol.get(f"{_NUMBER}language"), symbol.get(f"{_NUMBER}country")
        name = f"{language}_{country}" if language and country else None
        return currency_in(symbol.text.strip(), name)
    texts = [text.text or "" for text in number_format.iterfind(f"{_NUMBER}text")]
    beside = "".join(texts).strip()
    is_sign = len(beside) <= _LONGEST_SIGN and any(sign.isalpha() for sign in beside)
    return beside if is_sign or beside in "€$£¥₽₴₹" else ""


def _template(number_format: etree._Element) -> str:
    """Returns the template of a number format that shows the zeros before a code, or ''."""
    text = ""
    if number_format.tag != f"{_NUMBER}number-style":
        return ""
    for part in number_format:
        if part.tag == f"{_NUMBER}text":
            text += part.text or ""
        elif part.tag == f"{_NUMBER}number":
            has_groups = part.get(f"{_NUMBER}grouping", "false") == "true"
            if has_groups or int(part.get(f"{_NUMBER}decimal-places", "0")):
                return ""
            digits = [DIGIT] * int(part.get(f"{_NUMBER}min-integer-digits", "0"))
            for within in part.iterfind(f"{_NUMBER}embedded-text"):
                # The position counts digits from the right.
                place = len(digits) - int(within.get(f"{_NUMBER}position", "0"))
                if 0 <= place < len(digits):
                    digits[place] = (within.text or "") + digits[place]
            text += "".join(digits)
    return template_of(text)


def _filled_cells(table: etree._Element) -> Iterator[tuple[etree._Element, range, range]]:
    """Yields each filled cell, with the rows and the columns that it occupies."""
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        down = range(row, row + int(line.get(f"{_TABLE}number-rows-repeated", "1")))
        column = 0
        for cell in line.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            repeated = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            if cell.get(f"{_OFFICE}value-type") or cell.get(f"{_TABLE}formula"):
                yield cell, down, range(column, column + repeated)
            column += repeated
        row = down.stop


def _default_styles(table: etree._Element) -> Iterator[str]:
    """Yields, column by column, the style of cells that have no style of their own."""
    for column in table.iter(f"{_TABLE}table-column"):
        style = column.get(f"{_TABLE}default-cell-style-name", "")
        # The last columns of a tab are stored as one element, repeated up to the edge of the sheet.
        repeated = int(column.get(f"{_TABLE}number-columns-repeated", "1"))
        yield from [style] * min(repeated, 16_384)


def _formula(text: str) -> str:
    """Returns a formula as Excel writes it: `of:=SUM([.B2:.B3];[.C2])` is `=SUM(B2:B3,C2)`."""
    _, sign, formula = text.partition("=")
    parts = _QUOTED.split(_BRACKETED_AREA.sub(_area, formula))
    return sign + "".join(
        part if part.startswith('"') else part.replace(";", ",") for part in parts
    )


def _area(match: re.Match[str]) -> str:
    ends = [_CELL.fullmatch(end) for end in match[1].split(":")]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return match[0]
    tab = known[0][1]
    return (f"{tab}!" if tab else "") + ":".join(end[2] for end in known)
