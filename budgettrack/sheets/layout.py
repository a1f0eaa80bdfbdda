"""A new workbook: every tab of `core.tables` with its headings, notes, dropdowns and formats, ready to type in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from budgettrack.core.errors import WorkbookError
from budgettrack.core.grids import a1, letters
from budgettrack.core.model import Fields
from budgettrack.core.tables import BY_NAME, CHECKS, CHECKS_HEADINGS, START_HERE, SUMMARY, Column, Table

LAST_ROW = 2_000
"""The row down to which dropdowns reach."""

_ORDER = ("work_plan", "budget", "expenses", "income", "grants", "resources", "deadlines", "rates", "months")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a constant of the file format, not a moment: same rows, same bytes
_FORMATS = {"date": "yyyy\\-mm\\-dd", "money": "#,##0.00", "percent": "0.0%"}
_WIDTHS = {"id": 10, "date": 12, "month": 10, "money": 14, "number": 11, "percent": 10, "currency": 10, "choice": 16}
_WIDE = {"activity": 44, "description": 34, "milestone": 32, "progress_note": 40, "internal_note": 34, "title": 32}
_SEEN = {
    "public": "Seen by everybody: it is published.",
    "funder": "Seen by the funder of this grant, and by you.",
    "internal": "Seen only by those who can open this workbook.",
    "personal": "Stays in this sheet alone: never stored, compared or reported.",
}
_COLOURS = {"public": "#1E5F4B", "funder": "#1F4E79", "internal": "#4B5563", "personal": "#7A1F1F"}
_INK, _PALE = "#1F3A4D", "#EEF3F6"

_GUIDE: tuple[tuple[str, str, str], ...] = (
    ("title", "Work-plan and budget", ""),
    (
        "lead",
        (
            "Work here as in any sheet: sort, colour, insert rows and columns of your own. Leave ID blank and it is filled"
            " in for you. Never type a person's name where a role will do."
        ),
        "",
    ),
    ("heading", "What to type", ""),
    (
        "case",
        "An expense",
        (
            "Expenses: Date, Budget line, Amount, State. 'committed' once it is ordered, 'paid' with Paid on once the money"
            " has left. Leave Currency blank where it is the grant's."
        ),
    ),
    (
        "case",
        "A refund",
        (
            "Expenses: a new row with the positive amount, State 'refunded', and in 'Refund of' the ID of the expense."
            " Leave the first row as it is."
        ),
    ),
    (
        "case",
        "A shared cost",
        (
            "Expenses: one row for each budget line with its part of the amount. Give the later rows the ID of the first"
            " one in 'Split of'; they share its receipt."
        ),
    ),
    (
        "case",
        "Money from a funder",
        (
            "Income: Date, Grant, Kind 'instalment', Amount in the grant's currency. State 'expected' until it arrives, then"
            " 'received'. If the bank paid out another currency, add Received amount and its currency."
        ),
    ),
    (
        "case",
        "A revision of the budget",
        (
            "Budget: change Amount (and the month columns, if you use them). Approved stays as it was when the grant became"
            " active. Say why in Explanation."
        ),
    ),
    (
        "case",
        "Money you already had",
        "Income: a row of Kind 'opening balance', dated the first day of the plan.",
    ),
    (
        "case",
        "Something lent or given",
        "Resources: what it is, which kind of giver, from when until when, its whole value and how you know the value.",
    ),
    (
        "case",
        "Exchange rates",
        "Rates: one row for each month and currency; units of that currency for one unit of your own.",
    ),
    ("heading", "Who sees what", ""),
    ("public", "Green headings", "Everybody: these columns are published, and only for grants with Publish 'yes'."),
    ("funder", "Blue headings", "The funder of that grant, and you."),
    ("internal", "Grey headings", "Only those who can open this workbook."),
    (
        "personal",
        "Red headings",
        "Only this sheet, where you asked for such a column: never stored, compared or reported anywhere.",
    ),
    (
        "case",
        "Tabs",
        (
            "Work-plan, Budget, Grants, Resources and Rates feed the public page; Expenses and Income reach it only as"
            " totals. Deadlines, Months, Summary and Checks are never published."
        ),
    ),
    ("heading", "Settling things", ""),
    (
        "case",
        "Checks",
        (
            "What is wrong or doubtful, each with a link to its cell. Correct the cell; the line goes at the next run."
            " Do not type there, but for Keep."
        ),
    ),
    (
        "case",
        "The Keep cell",
        (
            "In Checks, where sheet and register were both changed: choose 'sheet' to keep what stands here, 'register' to"
            " take the other value. Until then both stay as they are."
        ),
    ),
    (
        "case",
        "The Closed cell",
        (
            "In Months: the date on which you closed that month. Until then its figures are provisional, and mail to funders"
            " and final reports wait for it."
        ),
    ),
    ("heading", "Who runs it", ""),
    (
        "case",
        "The monthly job",
        "Runs `budgettrack monthly`: it reads this workbook, fills Summary and Checks, writes the reports.",
    ),
    ("input", "Role that runs the job", ""),
    ("input", "Role that edits this workbook", ""),
    ("input", "Day of the month", ""),
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and its stored value: a number, an error (`#REF!`), or '' where it was never calculated."""

    text: str
    value: str | int = ""


@dataclass(frozen=True, slots=True)
class _Looks:
    heading: Mapping[str, Format]
    cell: Mapping[str, Format]
    guide: Mapping[str, tuple[Format, Format]]
    note: Format


def new_workbook(
    path: Path,
    *,
    with_optional: frozenset[str] = frozenset(),
    rows: Mapping[str, Sequence[Fields]] = {},
    raw: Mapping[tuple[str, int, str], str | Formula] = {},
) -> None:
    """Write a workbook with all tabs and the given `rows` (canonical fields by table; see `model.Fields`).

    `with_optional` names optional columns to include (`payee`). `raw` are cells to be written as people left them, by
    table, index among its rows, and field: text as it is, or a formula. Raises `WorkbookError` where the file exists already
    or cannot be written, `ValueError` for a table, column or value that `core.tables` does not know.
    """
    _check_names(with_optional, rows)
    if path.exists():
        raise _exists(path)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    looks = _looks(book)
    _guide(book.add_worksheet(START_HERE), looks)
    columns = {name: _columns(BY_NAME[name], with_optional, rows.get(name, ())) for name in _ORDER}
    for name in _ORDER:
        _table(book.add_worksheet(BY_NAME[name].tab), BY_NAME[name], columns, rows.get(name, ()), raw, looks)
    _own(book.add_worksheet(SUMMARY), ("Budget, spent and variance are written here at the next run.",), looks)
    _own(book.add_worksheet(CHECKS), CHECKS_HEADINGS, looks)
    book.close()
    _create(path, out.getvalue())


def _check_names(with_optional: frozenset[str], rows: Mapping[str, Sequence[Fields]]) -> None:
    known = {column.name for table in BY_NAME.values() for column in table.columns if column.optional}
    for name in sorted(with_optional - known):
        raise ValueError(f"'{name}' is not an optional column; there are {', '.join(sorted(known))}")
    for name in rows:
        if name not in BY_NAME:
            raise ValueError(f"'{name}' is not a table; there are {', '.join(BY_NAME)}")


def _columns(table: Table, with_optional: frozenset[str], rows: Sequence[Fields]) -> tuple[Column, ...]:
    shown = [c for c in table.columns if c.owner != "register" and (not c.optional or c.name in with_optional)]
    known = set(table.by_name)
    months = sorted({key for fields in rows for key in fields if key not in known})
    for month in months:
        if not table.months or not _MONTH.fullmatch(month):
            raise ValueError(f"'{month}' is not a column of {table.tab}")
    absent = {key for fields in rows for key in fields if key in known and fields[key]} - {c.name for c in shown}
    for name in sorted(absent):
        if table.by_name[name].owner != "register":
            raise ValueError(f"'{name}' of {table.tab} has values; name it in `with_optional`")
    return (*shown, *(table.column(month) for month in months))


def _table(
    sheet: Worksheet,
    table: Table,
    columns: Mapping[str, Sequence[Column]],
    rows: Sequence[Fields],
    raw: Mapping[tuple[str, int, str], str | Formula],
    looks: _Looks,
) -> None:
    own = columns[table.name]
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 32)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for index, column in enumerate(own):
        sheet.set_column(index, index, _width(column), looks.cell[column.kind])
        sheet.write_string(0, index, column.heading, looks.heading[column.audience])
        sheet.write_comment(0, index, _note(column), {"author": "budgettrack", "x_scale": 1.6, "y_scale": 1.1})
        source = _source(column, columns)
        if source is not None:
            _dropdown(sheet, index, column, source)
    for row, fields in enumerate(rows, 1):
        for index, column in enumerate(own):
            text = fields.get(column.name, "")
            left = raw.get((table.name, row - 1, column.name))
            if isinstance(left, Formula):
                sheet.write_formula(row, index, left.text, looks.cell[column.kind], left.value)
            elif left is not None:
                _write(sheet, (row, index), left, looks.cell[column.kind], table.tab)
            elif text:
                _write(sheet, (row, index), _typed(column, text), looks.cell[column.kind], table.tab)


def _source(column: Column, columns: Mapping[str, Sequence[Column]]) -> str | list[str] | None:
    if column.choices:
        return list(column.choices)
    if column.refers is None:
        return None
    index = next(i for i, other in enumerate(columns[column.refers]) if other.kind == "id")
    letter = letters(index)
    return f"={a1(BY_NAME[column.refers].tab)}!${letter}$2:${letter}${LAST_ROW}"


def _dropdown(sheet: Worksheet, index: int, column: Column, source: str | list[str]) -> None:
    told = "is not an ID there yet" if column.refers else "is not in the list"
    done = sheet.data_validation(
        1,
        index,
        LAST_ROW - 1,
        index,
        {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": column.heading[:32],
            "error_message": f"What you typed {told}. Keep it all the same?",
        },
    )
    if done:
        raise ValueError(f"the choices of '{column.name}' are too long for a dropdown")


def _note(column: Column) -> str:
    lines = [column.note, _SEEN[column.audience]]
    if column.choices:
        lines.insert(1, "One of: " + ", ".join(column.choices) + ".")
    if column.refers:
        lines.insert(1, f"An ID from {BY_NAME[column.refers].tab}.")
    if column.required:
        lines.insert(1, "Needed in every row.")
    return "\n".join(line for line in lines if line)


def _width(column: Column) -> int:
    wanted = _WIDE.get(column.name) if column.kind == "text" else _WIDTHS.get(column.kind, 14)
    return max(wanted or 20, min(len(column.heading) + 3, 30))


def _typed(column: Column, text: str) -> str | Decimal | date:
    if column.kind == "date":
        return date.fromisoformat(text)
    if column.kind in ("money", "number"):
        return _decimal(text)
    if column.kind == "percent":
        return _decimal(text).scaleb(-2)
    return text


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite() or len(number.normalize().as_tuple().digits) > 15:
        raise ValueError(f"{text!r} has more digits than a spreadsheet keeps")
    return number


def _write(sheet: Worksheet, place: tuple[int, int], value: str | Decimal | date, look: Format, tab: str) -> None:
    if isinstance(value, date):
        done = sheet.write_datetime(*place, value, look)
    elif isinstance(value, Decimal):
        done = sheet.write_number(*place, value, look)
    else:
        done = sheet.write_string(*place, value, look)
    if done:
        raise ValueError(f"{a1(tab, *place)} has no room for its text")


def _guide(sheet: Worksheet, looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2, 92)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_tab_color(_INK)
    row = 0
    for kind, left, right in _GUIDE:
        row += kind in ("heading", "lead")
        first, second = looks.guide[kind]
        if kind in ("title", "lead", "heading"):
            sheet.merge_range(row, 1, row, 2, left, first)
        else:
            sheet.write_string(row, 1, left, first)
            if right:
                sheet.write_string(row, 2, right, second)
            else:
                sheet.write_blank(row, 2, None, second)
        sheet.set_row(row, {"title": 36, "heading": 24, "lead": 34}.get(kind, 18 if len(right) < 100 else 34))
        row += 1


def _own(sheet: Worksheet, headings: Sequence[str], looks: _Looks) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_tab_color("#9AA5AE")
    sheet.freeze_panes(1, 0)
    if len(headings) == 1:
        sheet.set_column(0, 0, 60)
        sheet.write_string(0, 0, headings[0], looks.note)
        return
    for index, heading in enumerate(headings):
        sheet.set_column(index, index, 44 if index in (1, 2) else 16)
        sheet.write_string(0, index, heading, looks.heading["internal"])


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    def look(**properties: object) -> Format:
        return book.add_format({"valign": "top", **properties})

    plain, wrapped = look(), look(text_wrap=True)
    cells = {kind: look(num_format=code) for kind, code in _FORMATS.items()}
    cells.update(dict.fromkeys(("id", "choice", "month", "currency", "reference", "number", "link"), plain))
    cells["text"] = wrapped
    heading = {
        audience: look(bold=True, font_color="white", bg_color=colour, text_wrap=True, valign="vcenter", border=1)
        for audience, colour in _COLOURS.items()
    }
    for style in heading.values():
        style.set_border_color("#FFFFFF")
    label = look(bold=True, font_color=_INK, bottom=1, bottom_color="#D5DDE2")
    words = look(text_wrap=True, bottom=1, bottom_color="#D5DDE2")
    typed = look(bg_color="#FFFBE6", border=1, border_color="#D9C98A", text_wrap=True)
    guide = {
        "title": (look(bold=True, font_size=22, font_color=_INK, valign="vcenter"), plain),
        "lead": (look(text_wrap=True, font_color="#33454F", bg_color=_PALE, valign="vcenter", indent=1), plain),
        "heading": (look(bold=True, font_size=14, font_color=_INK, valign="vcenter"), plain),
        "case": (label, words),
        "input": (label, typed),
    }
    for audience, colour in _COLOURS.items():
        guide[audience] = (look(bold=True, font_color="white", bg_color=colour), words)
    return _Looks(heading, cells, guide, look(italic=True, font_color="#5B6B75"))


def _exists(path: Path) -> WorkbookError:
    return WorkbookError(
        f"{path} exists already and is left as it is. Choose another name, or move that file away first."
    )


def _create(path: Path, content: bytes) -> None:
    try:
        file = path.open("xb")
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise WorkbookError(
            f"{path} cannot be made ({error.strerror}). Check that its folder exists and may be written to.",
        ) from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise WorkbookError(
            f"{path} cannot be written ({error.strerror}). Make room on the disk and try again."
        ) from error
