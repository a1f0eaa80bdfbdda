"""The cell styles of a workbook (the part styles.xml). Finds a style that suits a value, or adds
one.

A style is the index of an `xf` in `cellXfs`; the attribute `s` of a cell has this index."""

from __future__ import annotations

import copy
import re
from datetime import date
from decimal import Decimal
from functools import cached_property

from lxml import etree

from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.code_formats import code_template
from budgettrack.workbook.currency_formats import currency_sign
from budgettrack.workbook.styles import DATE, LINE, MONEY, PERCENT, CellStyle
from budgettrack.workbook.xlsx.package import Element

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BLANK = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name'
    ' val="Calibri"/></font></fonts><fills count="2"><fill><patternFill'
    ' patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders'
    ' count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs'
    ' count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs'
    ' count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    ' xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0"'
    ' builtinId="0"/></cellStyles></styleSheet>'
)
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTS = {9, 10}
_BUILT_IN = {"General": 0, "#,##0": 3, "#,##0.00": 4}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\[\]]*\]|General', re.IGNORECASE)


class Styles:
    """The styles of styles.xml. `changed` is true after a style was added.

    `root` is None if the workbook has no styles.xml."""

    def __init__(self, root: Element | None) -> None:
        self.root = etree.fromstring(_BLANK) if root is None else root
        self.changed = False
        self._found: dict[object, int] = {}

    @cached_property
    def _formats(self) -> dict[int, str]:
        return {
            int(element.get("numFmtId") or 0): element.get("formatCode") or ""
            for element in self.root.iterfind("{*}numFmts/{*}numFmt")
        }

    @property
    def _xfs(self) -> Element:
        element = self.root.find("{*}cellXfs")
        return self._part("cellXfs") if element is None else element

    def percents(self) -> frozenset[int]:
        """Returns the styles that have a percentage as their number format."""
        return frozenset(index for index in range(len(self._xfs)) if self.is_percent(index))

    def currency_signs(self) -> dict[int, str]:
        """Returns the styles that show a currency in their number format, with its sign or code."""
        signs = {number: currency_sign(code) for number, code in self._formats.items()}
        return {
            index: sign
            for index in range(len(self._xfs))
            if (sign := signs.get(self._number(index), ""))
        }

    def codes(self) -> dict[int, str]:
        """Returns the styles that show the zeros before a code, with their templates."""
        templates = {number: code_template(code) for number, code in self._formats.items()}
        return {
            index: template
            for index in range(len(self._xfs))
            if (template := templates.get(self._number(index), ""))
        }

    def unlocked(self) -> frozenset[int]:
        """Returns the styles of cells that stay editable when their sheet is protected."""
        return frozenset(
            index
            for index, xf in enumerate(self._xfs)
            if (lock := xf.find("{*}protection")) is not None
            and lock.get("locked") in ("0", "false")
        )

    def is_percent(self, style: int) -> bool:
        number = self._number(style)
        return (
            "%" in _LITERAL.sub("", self._formats[number])
            if number in self._formats
            else number in _PERCENTS
        )

    def is_date(self, style: int) -> bool:
        number = self._number(style)
        if number not in self._formats:
            return number in _DATES
        return bool(
            re.search("[dmyhs]", _LITERAL.sub("", self._formats[number].split(";")[0]).casefold())
        )

    def is_bold(self, style: int) -> bool:
        return self._has_font(style, "b")

    def struck(self) -> frozenset[int]:
        """Returns the styles whose text is struck through."""
        if self.root.find("{*}fonts/{*}font/{*}strike") is None:
            return frozenset()
        return frozenset(
            index for index in range(len(self._xfs)) if self._has_font(index, "strike")
        )

    def _has_font(self, style: int, flag: str) -> bool:
        """Whether the font of a style has a flag, such as `b` for bold."""
        fonts, font = self.root.find("{*}fonts"), int(self._xf(style).get("fontId") or 0)
        if fonts is None or font >= len(fonts):
            return False
        element = fonts[font].find("{*}" + flag)
        return element is not None and element.get("val", "1") not in ("0", "false")

    def fits(self, style: int, value: object) -> bool:
        """Whether a value in this style is read back as the same type: a date as a date, and a
        number as a number."""
        if isinstance(value, date):
            return self.is_date(style)
        return not (isinstance(value, Decimal) and self.is_date(style))

    def fitting(self, style: int, value: object, kind: str) -> int:
        """Returns `style`, or a copy of it with a number format that suits the value."""
        if self.fits(style, value):
            return style
        return self._like(style, DATE if isinstance(value, date) else self._format_of(kind))

    def of_kind(self, value: object, kind: str) -> int:
        """Returns the style for a new cell. It is used if no neighbour of the cell has a style
        that can be copied."""
        if isinstance(value, date):
            return self._like(0, DATE)
        if not isinstance(value, Decimal) or self._format_of(kind) == "General":
            return self.fitting(0, value, kind)
        return self._like(0, self._format_of(kind))

    def of_look(self, wanted: CellStyle) -> int:
        """Returns the style for a cell of a page. Equal cells share one style."""
        known = self._found.get(wanted)
        if known is not None:
            return known
        xf = self._new(
            "xf", numFmtId=str(self._format(wanted.format)), fontId=str(self._font(wanted))
        )
        xf.set("fillId", str(self._fill(wanted.fill)))
        xf.set("borderId", str(self._border(wanted.border)))
        xf.set("xfId", "0")
        for flag in ("NumberFormat", "Font", "Fill", "Border", "Alignment"):
            xf.set(f"apply{flag}", "1")
        alignment = etree.SubElement(xf, self._name("alignment"))
        if wanted.right or (wanted.right_to_left and (wanted.is_place or wanted.indent)):
            alignment.set("horizontal", "right")
        elif wanted.indent:
            alignment.set("horizontal", "left")
        if wanted.right or wanted.indent:
            # Otherwise a figure or a full line touches the next cell on paper.
            alignment.set("indent", "1")
        alignment.set("vertical", "top")
        if wanted.wrap:
            alignment.set("wrapText", "1")
        if wanted.right_to_left:
            alignment.set("readingOrder", "1" if wanted.is_place else "2")
        if wanted.unlocked:
            xf.set("applyProtection", "1")
            etree.SubElement(xf, self._name("protection")).set("locked", "0")
        self._found[wanted] = self._placed(self._xfs, xf)
        return self._found[wanted]

    def _format_of(self, kind: str) -> str:
        return {"money": MONEY, "percent": PERCENT, "date": DATE}.get(kind, "General")

    def _xf(self, style: int) -> Element:
        return self._xfs[style] if 0 <= style < len(self._xfs) else self._new("xf")

    def _number(self, style: int) -> int:
        return int(self._xf(style).get("numFmtId") or 0)

    def _like(self, style: int, code: str) -> int:
        known = self._found.get((style, code))
        if known is not None:
            return known
        xf = copy.deepcopy(self._xf(style))
        xf.set("numFmtId", str(self._format(code)))
        xf.set("applyNumberFormat", "1")
        self._found[(style, code)] = self._placed(self._xfs, xf)
        return self._found[(style, code)]

    def _format(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        for number, known in sorted(self._formats.items()):
            if known == code:
                return number
        number = max([163, *self._formats]) + 1
        self._placed(
            self._part("numFmts"), self._new("numFmt", numFmtId=str(number), formatCode=code)
        )
        self._formats[number] = code
        return number

    def _font(self, wanted: CellStyle) -> int:
        fonts = self._part("fonts")
        base = fonts[0] if len(fonts) else self._new("font")
        font = self._new("font")
        if wanted.bold:
            etree.SubElement(font, self._name("b"))
        if wanted.underline:
            etree.SubElement(font, self._name("u"))
        size = base.find("{*}sz")
        normal = size.get("val") or "11" if size is not None else "11"
        etree.SubElement(font, self._name("sz")).set("val", str(wanted.size or normal))
        if wanted.colour:
            etree.SubElement(font, self._name("color")).set("rgb", wanted.colour)
        for name in ("name", "family"):
            part = base.find("{*}" + name)
            if part is not None:
                font.append(copy.deepcopy(part))
        return self._placed(fonts, font)

    def _fill(self, colour: str) -> int:
        if not colour:
            return 0
        fill = self._new("fill")
        pattern = etree.SubElement(fill, self._name("patternFill"))
        pattern.set("patternType", "solid")
        etree.SubElement(pattern, self._name("fgColor")).set("rgb", colour)
        etree.SubElement(pattern, self._name("bgColor")).set("indexed", "64")
        return self._placed(self._part("fills"), fill)

    def _border(self, sides: str) -> int:
        if not sides:
            return 0
        border = self._new("border")
        for side in ("left", "right", "top", "bottom", "diagonal"):
            line = etree.SubElement(border, self._name(side))
            if side == sides or (sides == "all" and side != "diagonal"):
                line.set("style", "thin")
                etree.SubElement(line, self._name("color")).set("rgb", LINE)
        return self._placed(self._part("borders"), border)

    def _name(self, tag: str) -> str:
        return f"{{{etree.QName(self.root).namespace}}}{tag}"

    def _new(self, tag: str, **attributes: str) -> Element:
        return etree.Element(self._name(tag), attributes)

    def _part(self, tag: str) -> Element:
        part = self.root.find("{*}" + tag)
        if part is not None:
            return part
        order = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
        later = [self._name(name) for name in order[order.index(tag) + 1 :]]
        at = next((index for index, child in enumerate(self.root) if child.tag in later), 0)
        made = self._new(tag)
        self.root.insert(at, made)
        self.changed = True
        return made

    def _placed(self, parent: Element, wanted: Element) -> int:
        canonical = _canonical(wanted)
        for index, element in enumerate(parent):
            if _canonical(element) == canonical:
                return index
        if parent.tag == self._name("cellXfs") and len(parent) >= 64_000:
            raise WorkbookError(
                "The workbook holds more cell formats than a spreadsheet can. Clear unused formats."
            )
        parent.append(wanted)
        parent.set("count", str(len(parent)))
        self.changed = True
        return len(parent) - 1


def _canonical(element: Element) -> object:
    # Programs differ in the order of attributes and in "apply" flags.
    # Neither changes the look of a cell, so both are ignored when styles are compared.
    attributes = {
        name: value for name, value in element.items() if not str(name).startswith("apply")
    }
    children = tuple(_canonical(child) for child in element if isinstance(child.tag, str))
    return element.tag, tuple(sorted(attributes.items())), children
