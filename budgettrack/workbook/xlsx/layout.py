"""Writes a new local workbook with the tabs, columns and styles that `workbook.layout` declares."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from msgspec import Struct
from msgspec.structs import replace
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from budgettrack import files
from budgettrack.core.base.addresses import a1, letters
from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.own_tabs import NAMES, mark_of
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import CHECKS, START_HERE
from budgettrack.workbook.layout import (
    GUARDS,
    GUIDE_COLOUR,
    GUIDE_WIDTHS,
    HEADING_HEIGHT,
    LAST_ROW,
    LINE,
    ORDER,
    ColumnLayout,
    GuideRow,
    Style,
    TabLayout,
    guide,
    own_tabs,
    tables,
)
from budgettrack.workbook.xlsx.marks import MARKS_NAME, marks_of
from budgettrack.workbook.xlsx.package import opened, set_tab_mark, sheets

A4, A3 = 9, 8
"""The numbers that a workbook uses for sizes of paper. Without one, a printer takes whatever
paper it has."""
NARROW, WIDE = 90, 200
"""The widths of a tab in characters. A tab with at most `NARROW` characters is printed upright, one
with at least `WIDE` on A3."""
A3_CHARACTERS = 170
"""How many characters fit beside each other on A3 in landscape, at full size."""
LINE_HEIGHT = 15

_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a constant of the file format, not a moment: same rows, same bytes


class Formula(Struct, frozen=True):
    """A formula and its stored value.

    The value is a number, an error (`#REF!`), or '' if it was never calculated."""

    text: str
    value: str | int | float = ""


class _Looks:
    """The cell formats of one workbook. Each format is made once and used again."""

    def __init__(self, book: xlsxwriter.Workbook, *, right_to_left: bool) -> None:
        self._book = book
        self._order = {"reading_order": 2} if right_to_left else {}
        self._cells: dict[Style, Format] = {}
        self._marks: dict[Style, Format] = {}

    def cell(self, style: Style) -> Format:
        if style not in self._cells:
            self._cells[style] = self._book.add_format(
                {
                    "valign": "vcenter" if style.middle else "top",
                    **_colours(style),
                    **_shape(style),
                    **self._order,
                    **self._side(style),
                }
            )
        return self._cells[style]

    def _side(self, style: Style) -> dict[str, str]:
        """Returns the side to which a text or a date is aligned, if the style says it."""
        if style.right or not (style.start or style.indent):
            return {}
        return {"align": "right" if self._order else "left"}

    def mark(self, style: Style) -> Format:
        """Returns the format for a conditional format. It has only what differs from the cell's
        own format."""
        if style not in self._marks:
            self._marks[style] = self._book.add_format(_colours(style))
        return self._marks[style]


def _colours(style: Style) -> dict[str, Any]:
    properties: dict[str, Any] = {"bold": style.bold, "italic": style.italic}
    if style.ink:
        properties["font_color"] = style.ink
    if style.fill:
        properties["bg_color"] = style.fill
    return properties


def _shape(style: Style) -> dict[str, Any]:
    properties: dict[str, Any] = {"text_wrap": style.wrap, "indent": int(style.indent)}
    if style.right:
        properties["align"] = "right"
    if style.size:
        properties["font_size"] = style.size
    if style.format:
        properties["num_format"] = style.format
    if style.border == "all":
        properties |= {"border": 1, "border_color": style.line}
    elif style.border:
        properties |= {"bottom": 1, "bottom_color": style.line}
    return properties


def new_workbook(
    path: Path,
    *,
    with_optional: frozenset[str] = frozenset(),
    rows: Mapping[str, Sequence[Fields]] = {},
    raw: Mapping[tuple[str, int, str], str | Formula] = {},
    words: SheetWords = ENGLISH,
    order: Sequence[str] = ORDER,
) -> None:
    """Writes a workbook with a tab for each table in `order` and the given `rows`, in the language
    of `words`.

    `rows` has the canonical fields by table (see `model.Fields`). `with_optional` names optional
    columns to include, such as `payee`. `raw` has cells that are written exactly as given, as
    text or as a formula; the key is (table, index in `rows`, field). Raises `WorkbookError` if
    the file exists or cannot be written. Raises `ValueError` for a table, column or value that
    `core.tables` does not know."""
    tabs = tables(with_optional, rows, words, order)
    if path.exists():
        raise _exists(path)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _CREATED})
    looks = _Looks(book, right_to_left=words.right_to_left)
    _guide(_added(book, words.tab(START_HERE), words), guide(words, order), looks)
    for name, tab in zip(order, tabs, strict=True):
        left = {(row, field): value for (table, row, field), value in raw.items() if table == name}
        _table(_added(book, tab.title, words), tab, left, looks, words)
    for tab in own_tabs(words):
        _own(_added(book, tab.title, words), tab, looks)
    book.define_name(MARKS_NAME, f"={marks_of(words.tab(CHECKS))}")
    book.close()
    _create(path, _marked(out.getvalue(), path.name, words))


def _added(book: xlsxwriter.Workbook, title: str, words: SheetWords) -> Worksheet:
    """Adds a tab and returns it. The columns of the tab run from right to left if the language
    is written so."""
    sheet = book.add_worksheet(title)
    if words.right_to_left:
        sheet.right_to_left()
    return sheet


def _table(
    sheet: Worksheet,
    tab: TabLayout,
    raw: Mapping[tuple[int, str], str | Formula],
    looks: _Looks,
    words: SheetWords,
) -> None:
    sheet.freeze_panes(*tab.frozen)
    sheet.set_row(0, HEADING_HEIGHT)
    printed = _printed_first(tab)
    width = sum(column.width for column in printed)
    _print(sheet, width)
    if len(printed) < len(tab.columns):
        # The columns on the right are printed on pages of their own.
        # If all columns were on one page, the text would be too small to read.
        sheet.set_print_scale(min(100, 100 * A3_CHARACTERS // width))
        sheet.set_v_pagebreaks([len(printed)])
        # The ID is repeated on each page, so that everybody knows to which row an amount belongs.
        sheet.repeat_columns(0)
    sheet.repeat_rows(0)
    for index, column in enumerate(tab.columns):
        _column(sheet, index, column, looks, words)
    for number, values in enumerate(tab.rows):
        sheet.set_row(number + 1, LINE_HEIGHT * _lines(tab.columns, values))
        for index, (column, value) in enumerate(zip(tab.columns, values, strict=True)):
            content = raw.get((number, column.column.name), value) if column.column else value
            look = _body(looks, column)
            if isinstance(content, Formula):
                sheet.write_formula(number + 1, index, content.text, look, content.value)
            elif content is not None:
                _write(sheet, (number + 1, index), content, look, tab.title)
    _marks(sheet, tab, looks)


def _printed_first(tab: TabLayout) -> Sequence[ColumnLayout]:
    """Returns the columns that are printed side by side on one page. If only a few narrow columns
    are left over on the right, they are printed on the same page: alone they would fill a page that
    is nearly blank."""
    first, rest = tab.columns[: tab.printed], tab.columns[tab.printed :]
    is_little = 3 * sum(column.width for column in rest) < sum(column.width for column in first)
    return tab.columns if is_little else first


def _lines(columns: Sequence[ColumnLayout], values: Sequence[object]) -> int:
    """Returns how many lines the longest wrapped text of a row takes.

    Some programs do not adjust row heights when they open a file."""
    lines = [1]
    for column, value in zip(columns, values, strict=True):
        if column.body.wrap and isinstance(value, str):
            lines.append(-(-len(value) // max(1, column.width - 4)))
    return min(max(lines), 12)


def _column(
    sheet: Worksheet, index: int, column: ColumnLayout, looks: _Looks, words: SheetWords
) -> None:
    """Writes the heading of a column with its note, and the validation rule for its cells."""
    sheet.set_column(index, index, column.width, _body(looks, column))
    sheet.write_string(0, index, column.heading, looks.cell(column.style))
    note = {"author": "budgettrack", "x_scale": 1.6, "y_scale": 1.1}
    sheet.write_comment(0, index, column.note, note)
    rule = _dropdown(column, words) or _guard(column, words)
    if rule and sheet.data_validation(1, index, LAST_ROW - 1, index, rule):
        raise ValueError(f"the choices of '{column.heading}' are too long for a dropdown")


def _body(looks: _Looks, column: ColumnLayout) -> Format:
    """Returns the format of the cells of a column. A thin line keeps the rows apart on paper, where
    a spreadsheet program draws no grid."""
    return looks.cell(replace(column.body, border="bottom", line=LINE))


def _dropdown(column: ColumnLayout, words: SheetWords) -> dict[str, Any] | None:
    if column.source:
        tab, index = column.source
        letter = letters(index)
        # People may type an ID in place of the name, and are not asked to confirm it.
        return {
            "validate": "list",
            "source": f"={a1(tab)}!${letter}$2:${letter}${LAST_ROW}",
            "show_error": False,
        }
    if not column.choices:
        return None
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_type": "warning",
        "error_title": column.heading[:32],
        "error_message": words.say("What you typed is not in the list. Keep it all the same?"),
    }


def _guard(column: ColumnLayout, words: SheetWords) -> dict[str, Any] | None:
    """Returns the validation rule for a column that the program fills.

    If people type into this column, the spreadsheet program asks them to confirm it. They may
    type IDs of their own, so the column of IDs shows only a note. Returns None for a column that
    people fill."""
    if column.guard == "id":
        return {
            "validate": "any",
            "input_title": column.heading[:32],
            "input_message": words.say(GUARDS["id"]),
        }
    if column.guard == "tool":
        return {
            "validate": "custom",
            "value": "=FALSE",
            "error_type": "warning",
            "error_title": column.heading[:32],
            "error_message": " ".join(
                (words.say(GUARDS["tool"]), words.say("Keep what you typed all the same?"))
            ),
        }
    return None


def _marks(sheet: Worksheet, tab: TabLayout, looks: _Looks) -> None:
    for mark in tab.marks:
        area = (mark.row, mark.left, LAST_ROW - 1, mark.right - 1)
        formula = mark.formula.replace("{marks}", MARKS_NAME)
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": formula, "format": looks.mark(mark.style)}
        )


def _write(
    sheet: Worksheet, place: tuple[int, int], value: str | Decimal | date, look: Format, tab: str
) -> None:
    if isinstance(value, date):
        done = sheet.write_datetime(*place, value, look)
    elif isinstance(value, Decimal):
        done = sheet.write_number(*place, value, look)
    else:
        done = sheet.write_string(*place, value, look)
    if done:
        raise ValueError(f"{a1(tab, *place)} cannot hold its text, which is too long")


def _guide(sheet: Worksheet, rows: Sequence[GuideRow], looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    for index, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(index, index, width)
    _print(sheet, NARROW, pages=1)
    sheet.set_tab_color(GUIDE_COLOUR)
    for row in rows:
        first, second = (looks.cell(style) for style in row.looks)
        if row.merged:
            sheet.merge_range(row.row, 1, row.row, 2, row.left, first)
        else:
            sheet.write_string(row.row, 1, row.left, first)
            if row.right:
                sheet.write_string(row.row, 2, row.right, second)
            else:
                sheet.write_blank(row.row, 2, None, second)
        sheet.set_row(row.row, row.height)


def _own(sheet: Worksheet, tab: TabLayout, looks: _Looks) -> None:
    _print(sheet, WIDE)
    # The sync writes the headings into this row, below title and note.
    sheet.repeat_rows(3)
    sheet.set_tab_color(tab.colour)
    sheet.freeze_panes(*tab.frozen)
    for index, column in enumerate(tab.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.heading, looks.cell(column.style))
    _marks(sheet, tab, looks)


def _marked(raw: bytes, name: str, words: SheetWords) -> bytes:
    """Returns the workbook. The tabs that the program writes have got the program's hidden tag."""
    package = opened(raw, name)
    for kind in ("summary", "checks"):
        title = words.tab(NAMES[kind])
        set_tab_mark(package, title, mark_of(kind, title))
    for listed in sheets(package):
        package.put(listed.part, _fitting(package.read(listed.part)))
    return package.content()


def _fitting(part: bytes) -> bytes:
    """Returns a tab in which every row except the first grows with its text. Otherwise the file
    would say that a person has set the height of the row, and a longer text would be cut off."""
    first, below, rest = part.partition(b'<row r="2"')
    return first + below + rest.replace(b' customHeight="1"', b"") if below else part


def _print(sheet: Worksheet, width: int, pages: int = 0) -> None:
    """Sets the size and direction of the paper for a tab that is `width` characters wide.

    `pages`: on how many pages the tab must fit, 0 for any number."""
    if width > NARROW:
        sheet.set_landscape()
    sheet.set_paper(A3 if width > WIDE else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.fit_to_pages(1, pages)


def _exists(path: Path) -> WorkbookError:
    return WorkbookError(
        f"{path} exists already and is left as it is. Choose another name, or move that file away"
        " first."
    )


def _create(path: Path, content: bytes) -> None:
    try:
        file = open(path, "xb", opener=files.owner_only)  # noqa: SIM115 - closed below
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise WorkbookError(
            f"{path} cannot be made ({error.strerror}). Check that its folder exists and may be"
            " written to.",
        ) from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise WorkbookError(
            f"{path} cannot be written ({error.strerror}). Make room on the disk and try again."
        ) from error
