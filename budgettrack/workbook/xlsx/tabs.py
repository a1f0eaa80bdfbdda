"""Writes the tabs that belong to the program (Summary, Checks). Each write replaces the whole
tab."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import PageCell, ToolTab
from budgettrack.core.own_tabs import mark_of
from budgettrack.workbook.styles import look
from budgettrack.workbook.xlsx.cells import cell, text_xml
from budgettrack.workbook.xlsx.marks import point_to
from budgettrack.workbook.xlsx.package import (
    RELATIONS,
    SPREADSHEET,
    Element,
    Package,
    declare,
    is_on,
    relate,
    related,
    relations,
    set_tab_mark,
    sheets,
    titles,
    unrelate,
)
from budgettrack.workbook.xlsx.styles import Styles

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TITLES = ("title", "section")
_BEFORE = ("sheetPr",)
_AFTER = (
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
)


def put_page(package: Package, page: ToolTab, styles: Styles, from_1904: bool) -> None:
    """Writes a page over its tab, or adds it as the last tab. The tab gets the program's hidden
    tag.

    The same page gives the same bytes each time. Raises `WorkbookError` if the tab to overwrite
    is missing, or if a new tab would get a title that another tab has."""
    taken = {title.casefold() for title in titles(package)}
    sheet = next((sheet for sheet in sheets(package) if sheet.tab == page.tab), None)
    if (sheet is None) if page.over else (page.tab.casefold() in taken):
        raise WorkbookError(f"{package.name} has other tabs than when it was read. Run this again.")
    if sheet is None:
        package.put(_new_sheet(package, page.tab), _part(page, styles, from_1904, None))
        if page.kind:
            set_tab_mark(package, page.tab, mark_of(page.kind, page.tab))
        if page.kind == "checks":
            point_to(package, page.tab)
        return
    if sheet.mark != mark_of(page.kind, page.tab):
        set_tab_mark(package, page.tab, mark_of(page.kind, page.tab))
    old = package.xml(sheet.part)
    if next(old.iter("{*}f"), None) is not None:
        # The file has a list of all cells with formulas (the calculation chain).
        # The tab that is written loses its formulas, so the list of formulas is removed.
        # Spreadsheet programs make the list of formulas again when they open the file.
        unrelate(package, package.main, ("calcChain",))
    unrelate(package, sheet.part, ("table", "pivotTable"))
    package.put(sheet.part, _part(page, styles, from_1904, old))


def _new_sheet(package: Package, tab: str) -> str:
    number = 1
    while package.has(part := f"xl/worksheets/sheet{number}.xml"):
        number += 1
    key = relate(package, package.main, "worksheet", part)
    declare(package, part, f"{SPREADSHEET}worksheet+xml")
    root = package.xml(package.main)
    listed = root.find("{*}sheets")
    assert listed is not None
    numbers = [int(element.get("sheetId") or 0) for element in listed]
    sheet = etree.SubElement(listed, f"{{{_MAIN}}}sheet")
    sheet.set("name", tab)
    sheet.set("sheetId", str(max([0, *numbers]) + 1))
    sheet.set(f"{{{RELATIONS}}}id", key)
    package.put_xml(package.main, root)
    return part


def _part(page: ToolTab, styles: Styles, from_1904: bool, old: Element | None) -> bytes:
    kept, marks = _kept(old)
    width = max([1, *map(len, page.rows)])
    out = [
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
        f'<worksheet xmlns="{_MAIN}" xmlns:r="{RELATIONS}">'.encode(),
        *(kept[name] for name in _BEFORE if name in kept),
        f'<dimension ref="A1:{letters(width - 1)}{max(1, len(page.rows))}"/>'.encode(),
        _view(page, old),
        b'<sheetFormatPr defaultRowHeight="15"/>',
        _widths(page),
        b"<sheetData>",
    ]
    for row, page_cells in enumerate(page.rows):
        out.append(b'<row r="%d"%s>' % (row + 1, _height(page, page_cells)))
        for col, page_cell in enumerate(page_cells):
            linked = bool(page_cell.link)
            wanted = look(page_cell.look, page_cell.value, page_cell.decimals, linked, col)
            style = styles.of_look(replace(wanted, right_to_left=page.right_to_left))
            out.append(cell(row, col, style, _value(page_cell), from_1904))
        out.append(b"</row>")
    out += [
        b"</sheetData>",
        *marks,
        _dropdowns(page),
        _links(page),
        *(kept[name] for name in _AFTER if name in kept),
        b"</worksheet>",
    ]
    return b"".join(out)


def _height(page: ToolTab, page_cells: Iterable[PageCell]) -> bytes:
    """Returns the height attributes of a row with wrapped or large text. Returns no bytes for any
    other row.

    Some programs do not adjust row heights when they open a file."""
    lines = 1
    for page_cell, width in zip(page_cells, page.widths, strict=False):
        if page_cell.look in _TITLES:
            return b' ht="24" customHeight="1"'
        if isinstance(page_cell.value, str) and page_cell.look != "note":
            lines = max(lines, -(-len(page_cell.value) // max(1, width - 2)))
    return b' ht="%d" customHeight="1"' % (15 * lines) if lines > 1 else b""


def _value(page_cell: PageCell) -> str | Decimal | date | None:
    if page_cell.look == "percent" and isinstance(page_cell.value, Decimal):
        return page_cell.value.scaleb(-2)
    return page_cell.value


def _kept(old: Element | None) -> tuple[dict[str, bytes], list[bytes]]:
    """Returns the parts of the older tab by name, and its conditional formats. The new tab may
    keep both."""
    if old is None:
        return {}, []
    parts = {
        etree.QName(child).localname: etree.tostring(child, with_tail=False)
        for child in old
        if isinstance(child.tag, str)
    }
    marks = old.iterfind("{*}conditionalFormatting")
    return parts, [etree.tostring(element, with_tail=False) for element in marks]


def _view(page: ToolTab, old: Element | None) -> bytes:
    seen = None if old is None else old.find("{*}sheetViews/{*}sheetView")
    chosen = b' tabSelected="1"' if is_on(seen, "tabSelected") else b""
    pane = b""
    if page.frozen:
        pane = (
            f'<pane ySplit="{page.frozen}" topLeftCell="A{page.frozen + 1}" activePane="bottomLeft"'
            ' state="frozen"/><selection pane="bottomLeft"/>'
        ).encode()
    turned = b' rightToLeft="1"' if page.right_to_left else b""
    return (
        b'<sheetViews><sheetView showGridLines="0"%s workbookViewId="0">%s</sheetView></sheetViews>'
        % (turned + chosen, pane)
    )


def _widths(page: ToolTab) -> bytes:
    seen = len(page.widths) - page.hidden
    hidden = ' hidden="1"'
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"'
        f"{hidden * (number > seen)}/>"
        for number, width in enumerate(page.widths, 1)
    )
    return f"<cols>{columns}</cols>".encode() if columns else b""


def _dropdowns(page: ToolTab) -> bytes:
    places: dict[tuple[str, ...], list[str]] = {}
    for row, page_cells in enumerate(page.rows):
        for col, page_cell in enumerate(page_cells):
            if page_cell.choices:
                places.setdefault(page_cell.choices, []).append(f"{letters(col)}{row + 1}")
    made = [
        b'<dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1"'
        b' showErrorMessage="1" sqref="%s"><formula1>&quot;%s&quot;</formula1></dataValidation>'
        % (" ".join(cells).encode(), text_xml(",".join(choices)))
        for choices, cells in places.items()
    ]
    return (
        b'<dataValidations count="%d">%s</dataValidations>' % (len(made), b"".join(made))
        if made
        else b""
    )


def _links(page: ToolTab) -> bytes:
    made = [
        b'<hyperlink ref="%s%d" location="%s"/>'
        % (letters(col).encode(), row + 1, text_xml(page_cell.link))
        for row, page_cells in enumerate(page.rows)
        for col, page_cell in enumerate(page_cells)
        if page_cell.link
    ]
    return b"<hyperlinks>" + b"".join(made) + b"</hyperlinks>" if made else b""


def put_styles(package: Package, styles: Styles) -> None:
    """Writes styles.xml if a style was added."""
    if not styles.changed:
        return
    part = related(package, "styles")
    if part is None:
        part = "xl/styles.xml"
        relate(package, package.main, "styles", part)
        declare(package, part, f"{SPREADSHEET}styles+xml")
    package.put_xml(part, styles.root)


def calculate_on_load(package: Package) -> None:
    """Makes spreadsheet programs calculate all formulas again when they next open the workbook.

    Until then the stored values stay."""
    if not any(
        b"<f" in package.read(sheet.part) or b":f" in package.read(sheet.part)
        for sheet in sheets(package)
    ):
        return
    root = package.xml(package.main)
    settings = root.find("{*}calcPr")
    if settings is None:
        settings = etree.Element(f"{{{_MAIN}}}calcPr")
        later = (
            "oleSize",
            "customWorkbookViews",
            "pivotCaches",
            "fileRecoveryPr",
            "webPublishing",
            "extLst",
        )
        at = next(
            (i for i, child in enumerate(root) if etree.QName(child).localname in later), len(root)
        )
        root.insert(at, settings)
    if not is_on(settings, "fullCalcOnLoad"):
        settings.set("fullCalcOnLoad", "1")
        package.put_xml(package.main, root)


def signed(package: Package) -> bool:
    """Whether the file has a digital signature, which any change would break."""
    return any(kind == "origin" for kind, _ in relations(package, "")) or any(
        name.startswith("_xmlsignatures/") for name in package.archive.namelist()
    )
