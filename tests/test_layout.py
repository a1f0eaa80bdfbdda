"""A new workbook is the same in a file and online: tabs, headings, notes, dropdowns, looks, marks.
Text is only text."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension

from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import (
    BY_NAME,
    CHECKS,
    CHECKS_HEADINGS,
    START_HERE,
    SUMMARY,
    TABLES,
)
from budgettrack.workbook import layout
from budgettrack.workbook.google.layout import LONGEST, new_tabs
from budgettrack.workbook.layout import (
    GUARDS,
    MARKS,
    MARKS_COLUMN,
    MARKS_FIRST,
    WHOLE_ORDER,
    own_tabs,
    titles,
)
from budgettrack.workbook.xlsx.layout import Formula, new_workbook
from budgettrack.workbook.xlsx.marks import MARKS_NAME
from tests.world.needs import needed

FORMULAE = (
    "=1+1",
    "+A1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://example.org")',
    "'quoted",
    "{=A1}",
)
OPTIONAL = frozenset({"payee", "remaining"})
ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "currency": "EUR", "amount": "1000", "host_fee": "7.5"}
    ],
    "work_plan": [
        {"id": f"A-{n}", "activity": text, "start": "2026-01-01", "end": "1900-03-01", "done": "50"}
        for n, text in enumerate(FORMULAE)
    ],
    "budget": [
        {"id": "B-1", "grant": "G-1", "amount": "100.10", "2026-02": "60.05", "2026-01": "40.05"}
    ],
}
EPOCH = date(1899, 12, 30)
TITLES = titles(WHOLE_ORDER)
"""The tabs of a workbook in which every tab was asked for."""
SHEET_IDS = [10 * number + 7 for number in range(len(TITLES))]
USUAL_IDS = SHEET_IDS[: len(layout.TITLES)]
"""Of a workbook in which nothing was asked for."""
Request = dict[str, Any]


@dataclass(frozen=True)
class Online:
    """The requests, and what they put where."""

    requests: list[Request]

    def of(self, kind: str, title: str | None = None) -> Iterator[Request]:
        """The requests of a kind, of one tab."""
        for request in self.requests:
            if kind in request and (
                title is None or _sheet(request[kind]) == SHEET_IDS[TITLES.index(title)]
            ):
                yield request[kind]

    def cells(self, title: str) -> dict[tuple[int, int], Request]:
        found: dict[tuple[int, int], Request] = {}
        for each in self.of("updateCells", title):
            start = each["start"]
            for row, cells in enumerate(each["rows"], start["rowIndex"]):
                for column, cell in enumerate(cells.get("values", ()), start["columnIndex"]):
                    found[row, column] = cell
        return found

    def columns(self, kind: str, title: str) -> dict[int, Request]:
        """The requests of a kind that are about the body of one column, by column."""
        return {
            each["range"]["startColumnIndex"]: each
            for each in self.of(kind, title)
            if each["range"].get("startRowIndex") == 1
        }


def _sheet(body: Any) -> int:
    """The number of the one tab that a request is about."""
    found: set[int] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "sheetId" in part:
                found.add(part["sheetId"])
            for each in part.values():
                look(each)
        elif isinstance(part, list):
            for each in part:
                look(each)

    look(body)
    (number,) = found
    return number


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layout") / "plan.xlsx"
    new_workbook(path, with_optional=OPTIONAL, rows=ROWS, order=WHOLE_ORDER)
    return path


@pytest.fixture(scope="module")
def local(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def online() -> Online:
    return Online(
        new_tabs(
            sheet_ids=SHEET_IDS,
            locale="de-DE",
            with_optional=OPTIONAL,
            rows=ROWS,
            existing=0,
            order=WHOLE_ORDER,
        )
    )


def _rules(local: Workbook, title: str) -> dict[str, DataValidation]:
    """The data validations of a tab by the letters of their column."""
    return {
        re.sub(r"\d.*", "", str(rule.sqref)): rule
        for rule in local[title].data_validations.dataValidation
    }


# ---- the same in both


def test_the_same_tabs_in_the_same_order(local: Workbook, online: Online) -> None:
    sheets = [each["properties"] for each in online.of("addSheet")]

    assert local.sheetnames == list(TITLES)
    assert [(each["index"], each["title"], each["sheetId"]) for each in sheets] == [
        (index, title, SHEET_IDS[index]) for index, title in enumerate(TITLES)
    ]


@pytest.mark.parametrize("title", TITLES)
def test_the_same_contents_and_notes(local: Workbook, online: Online, title: str) -> None:
    """Every cell, with dates as their numbers."""
    here: dict[tuple[int, int], tuple[object, str | None]] = {}
    for row in local[title].iter_rows():
        for cell in row:
            if cell.value is not None:
                value = cell.value
                note = cell.comment.text if cell.comment else None
                place = cell.row - 1, (cell.column or 0) - 1
                here[place] = (
                    (value - datetime(1899, 12, 30)).days if isinstance(value, datetime) else value,
                    note,
                )
    there = {
        place: (next(iter(cell["userEnteredValue"].values())), cell.get("note"))
        for place, cell in online.cells(title).items()
        if "userEnteredValue" in cell
    }

    assert there == here
    assert title in (START_HERE, SUMMARY, CHECKS) or all(
        note for (row, _), (_, note) in here.items() if row == 0
    )


def test_every_column_of_the_declaration_is_there(online: Online) -> None:
    for table in TABLES:
        headings = [
            cell["userEnteredValue"]["stringValue"]
            for (row, _), cell in online.cells(table.tab).items()
            if not row
        ]
        wanted = [
            c.heading
            for c in table.columns
            if c.owner != "register" and (not c.optional or c.name in OPTIONAL)
        ]

        assert headings == wanted + (["2026-01", "2026-02"] if table.name == "budget" else [])


def test_a_date_is_the_number_of_its_day_and_a_percentage_its_share(online: Online) -> None:
    cells = online.cells("Work-plan")
    values = [cell["userEnteredValue"] for (row, _), cell in cells.items() if row == 1 and cell]

    assert [each["numberValue"] for each in values if "numberValue" in each] == [46023, 61, 0.5]


def test_the_same_dropdowns(local: Workbook, online: Online) -> None:
    for table in TABLES:
        here = {}
        for letters, rule in _rules(local, table.tab).items():
            if rule.type == "list":
                text = str(rule.formula1)
                here[letters] = text.strip('"').split(",") if text.startswith('"') else [f"={text}"]
                # What stands for a row may also be its ID: only a choice is asked about.
                assert rule.errorStyle == ("warning" if text.startswith('"') else None)
                assert rule.showErrorMessage == text.startswith('"')
        there = {}
        for index, each in online.columns("setDataValidation", table.tab).items():
            rule = each["rule"]
            assert (rule["strict"], rule["showCustomUi"], each["range"].get("endRowIndex")) == (
                False,
                True,
                None,
            )
            values = [value["userEnteredValue"] for value in rule["condition"]["values"]]
            if rule["condition"]["type"] == "ONE_OF_RANGE":
                values = [f"{values[0]}${layout.LAST_ROW}"]
            there[get_column_letter(index + 1)] = values

        assert there == here
    assert any(
        rule["rule"]["condition"]["values"] == [{"userEnteredValue": "='Grants'!$C$2:$C"}]
        for rule in online.of("setDataValidation", "Budget")
    )


def test_the_same_looks_of_columns(local: Workbook, online: Online) -> None:
    for table in TABLES:
        bodies = online.columns("repeatCell", table.tab)
        widths = {
            each["range"]["startIndex"]: each["properties"]["pixelSize"]
            for each in online.of("updateDimensionProperties", table.tab)
            if each["range"]["dimension"] == "COLUMNS"
        }
        for index in range(len(bodies)):
            letters = get_column_letter(index + 1)
            dimension = _dimension(local, table.tab, index + 1)
            form = bodies[index]["cell"]["userEnteredFormat"]
            pattern = form.get("numberFormat", {}).get("pattern", "General")
            head = online.cells(table.tab)[0, index]["userEnteredFormat"]
            cell = local[table.tab][f"{letters}1"]

            assert pattern == dimension.number_format.replace("\\", "")
            assert (form["wrapStrategy"] == "WRAP") == bool(dimension.alignment.wrap_text)
            assert widths[index] == 7 * int(dimension.width) + 12
            assert _hex(head["backgroundColorStyle"]) == cell.fill.fgColor.rgb[2:]
            assert head["textFormat"]["bold"] is bool(cell.font.bold) is True
            indent = bool(cell.alignment.indent)
            right = (head.get("horizontalAlignment"), cell.alignment.horizontal)
            assert right in (("RIGHT", "right"), (None, "left" if indent else None))
            assert ("padding" in head) == indent


def test_the_headings_of_numbers_stand_above_their_figures(local: Workbook) -> None:
    heads = {cell.value: cell.alignment.horizontal for cell in local["Budget"][1]}

    assert heads["Amount"] == heads["Quantity"] == heads["Unit cost"] == "right"
    assert heads["Description"] != "right"
    assert heads["Start"] != "right"


def test_no_text_touches_the_cell_before_it(local: Workbook) -> None:
    for table in TABLES:
        for cell in local[table.tab][1][1:]:
            body = _dimension(local, table.tab, cell.column or 0).alignment
            is_figure = cell.alignment.horizontal == "right"
            assert cell.alignment.indent == body.indent == (not is_figure), cell.value


def test_no_word_is_cut_on_paper_and_lines_keep_rows_apart(local: Workbook) -> None:
    for table in TABLES:
        for index, column in enumerate(table.in_sheet):
            body = _dimension(local, table.tab, index + 1)
            words = column.kind in ("text", "choice", "reference", "link")
            assert bool(body.alignment.wrap_text) == words, column.heading
            assert body.border.bottom.style == "thin"


def test_an_indented_column_begins_at_the_right_in_arabic(tmp_path: Path) -> None:
    words = sheet_words("ar")
    new_workbook(tmp_path / "ar.xlsx", words=words)
    heads = openpyxl.load_workbook(tmp_path / "ar.xlsx")[words.tab("Budget")][1]
    indented = [cell.alignment for cell in heads if cell.alignment.indent]

    assert indented
    assert {(each.horizontal, each.readingOrder) for each in indented} == {("right", 2.0)}


def test_the_page_of_the_months_names_the_lines(tmp_path: Path) -> None:
    line = {"id": "B-1", "amount": "1200", **{f"2026-{month:02}": "100" for month in range(1, 13)}}
    new_workbook(tmp_path / "year.xlsx", rows={"budget": [line]})
    sheet = openpyxl.load_workbook(tmp_path / "year.xlsx")["Budget"]

    assert sheet.col_breaks.brk, "the months are printed on a page of their own"
    assert sheet.print_title_cols == "$A:$A"


def _dimension(local: Workbook, title: str, number: int) -> ColumnDimension:
    """The look of a column; like neighbours are kept as one."""
    every = local[title].column_dimensions.values()
    return next(each for each in every if (each.min or 0) <= number <= (each.max or 0))


def _hex(colour: Request) -> str:
    return "".join(
        f"{round(colour['rgbColor'][part] * 255):02X}" for part in ("red", "green", "blue")
    )


def test_the_same_guide(local: Workbook, online: Online) -> None:
    merged = {
        (
            area["startRowIndex"] + 1,
            area["startColumnIndex"] + 1,
            area["endRowIndex"],
            area["endColumnIndex"],
        )
        for area in (each["range"] for each in online.of("mergeCells", START_HERE))
    }
    heights = {
        each["range"]["startIndex"] + 1: each["properties"]["pixelSize"]
        for each in online.of("updateDimensionProperties", START_HERE)
        if each["range"]["dimension"] == "ROWS"
    }
    sheet = local[START_HERE]

    assert merged == {
        (each.min_row, each.min_col, each.max_row, each.max_col)
        for each in sheet.merged_cells.ranges
    }
    assert heights == {row: round(sheet.row_dimensions[row].height * 4 / 3) for row in heights}
    assert sheet.sheet_view.showGridLines is False
    assert (
        next(online.of("addSheet", START_HERE))["properties"]["gridProperties"]["hideGridlines"]
        is True
    )


# ---- text is text


def test_no_text_becomes_a_formula(local: Workbook, online: Online) -> None:
    assert "formulaValue" not in json.dumps(online.requests)
    assert [
        cell.data_type
        for sheet in local
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ] == []
    activity = BY_NAME["work_plan"].in_sheet.index(BY_NAME["work_plan"].column("activity"))
    cells = online.cells("Work-plan")

    for row, text in enumerate(FORMULAE, 1):
        assert cells[row, activity]["userEnteredValue"] == {"stringValue": text}
        assert local["Work-plan"].cell(row + 1, activity + 1).value == text


def test_a_formula_stands_only_where_it_is_asked_for(tmp_path: Path) -> None:
    raw: dict[tuple[str, int, str], str | Formula] = {
        ("budget", 0, "amount"): Formula("=50+50.1", 100),
        ("budget", 0, "category"): "=1+1",
    }
    new_workbook(tmp_path / "plan.xlsx", rows=ROWS, raw=raw)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Budget"]

    assert [(c.value, c.data_type) for c in sheet[2] if str(c.value)[:1] == "="] == [
        ("=1+1", "s"),
        ("=50+50.1", "f"),
    ]


# ---- marks


def test_the_same_marks(local: Workbook, online: Online) -> None:
    for title in TITLES:
        here = []
        for area in local[title].conditional_formatting:
            for rule in area.rules:
                (cells,) = area.sqref.ranges
                place = (cells.min_row - 1, cells.min_col - 1, cells.max_col)
                fill = rule.dxf.fill.bgColor.rgb[2:] if rule.dxf.fill else None
                here.append(
                    (
                        "=" + rule.formula[0],
                        place,
                        rule.dxf.font.color.rgb[2:],
                        fill,
                        rule.dxf.font.b,
                    )
                )
        there = []
        for each in online.of("addConditionalFormatRule", title):
            (area_,), rule = each["rule"]["ranges"], each["rule"]["booleanRule"]
            fill = rule["format"].get("backgroundColorStyle")
            assert rule["condition"]["type"] == "CUSTOM_FORMULA"
            assert "endRowIndex" not in area_
            there.append(
                (
                    rule["condition"]["values"][0]["userEnteredValue"],
                    (area_["startRowIndex"], area_["startColumnIndex"], area_["endColumnIndex"]),
                    _hex(rule["format"]["textFormat"]["foregroundColorStyle"]),
                    _hex(fill) if fill else None,
                    rule["format"]["textFormat"]["bold"],
                )
            )

        # A file asks for a name, and Google for a place, which INDIRECT must tell it.
        named = [(re.sub(r'INDIRECT\("[^"]*"\)', MARKS_NAME, text), *more) for text, *more in there]
        tables = {table.tab for table in TABLES}
        assert named == [(text, *more) for text, *more in here]
        assert len(there) == sum(mark.tab == title for mark in MARKS) + (title in tables)
    assert {mark.tab for mark in MARKS} == {"Deadlines", "Work-plan", SUMMARY}


def test_marks_are_read_in_every_locale_and_by_everybody() -> None:
    """No separator of arguments, no decimal sign, no other tab; never colour alone, and colours
    that one can read."""
    for mark in MARKS:
        assert not set(",;!.\\") & set(mark.when)
        assert mark.style.bold
        assert _contrast(mark.style.ink, mark.style.fill or "#FFFFFF") >= 4.5


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2."""

    def light(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


NOW = date.today()  # noqa: DTZ011 - the day that the spreadsheet program goes by
DEADLINES = (
    # days from today, done, what it is
    (-1, None, "overdue"),
    (-1, -1, ""),
    (0, None, "due soon"),
    (14, None, "due soon"),
    (14, 0, ""),
    (15, None, ""),
    (None, None, ""),
)
ACTIVITIES = (
    # days from today, activity, status, what it is
    (-1, "Meet", "planned", "overdue"),
    (-1, "Meet", "", "overdue"),
    (-1, "Meet", "done", ""),
    (-1, "Meet", "Dropped ", ""),
    (-1, "", "planned", ""),
    (0, "Meet", "planned", ""),
    (None, "Meet", "planned", ""),
)
AMOUNTS: tuple[tuple[float | str | None, str], ...] = (
    (-0.01, "overspent"),
    (0, ""),
    (12, ""),
    ("-3 owed", ""),
    (None, ""),
)


@pytest.mark.slow
@pytest.mark.office
def test_marks_stand_where_they_should(tmp_path: Path) -> None:
    def day(days: int | None) -> str:
        return "" if days is None else (NOW + timedelta(days=days)).isoformat()

    rows: dict[str, list[Fields]] = {
        "deadlines": [
            {"what": "x", "due": day(due), "done_on": day(done)} for due, done, _ in DEADLINES
        ],
        "work_plan": [
            {"activity": what, "end": day(end), "status": status}
            for end, what, status, _ in ACTIVITIES
        ],
    }
    wanted = {
        "Deadlines": [name for *_, name in DEADLINES],
        "Work-plan": [name for *_, name in ACTIVITIES],
        SUMMARY: [name for *_, name in AMOUNTS],
    }
    new_workbook(tmp_path / "new.xlsx", rows=rows)
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    for row, (amount, _) in enumerate(AMOUNTS, 2):
        book[SUMMARY].cell(row, 1).value = amount

    assert _calculated(book, {tab: len(names) for tab, names in wanted.items()}, tmp_path) == wanted


@pytest.mark.slow
@pytest.mark.office
def test_the_cell_of_a_finding_is_coloured_and_no_other(tmp_path: Path) -> None:
    """By the mark of its row in Checks: by ID in a table with IDs, or by the number of the row."""
    rows: dict[str, list[Fields]] = {
        "expenses": [{"id": f"E-{n}", "amount": "5"} for n in (1, 2, 3)],
        "rates": [{"month": "2026-03", "currency": "USD"}, {"month": "2026-04", "currency": "USD"}],
    }
    new_workbook(tmp_path / "new.xlsx", rows=rows)
    book = openpyxl.load_workbook(tmp_path / "new.xlsx")
    marks = ("expenses|E-2|Amount", "expenses|#4|Date", "rates|#3|Rate", "budget|E-1|Amount")
    for row, mark in enumerate(marks, MARKS_FIRST):
        book[CHECKS][f"{MARKS_COLUMN}{row}"] = mark
    formulas = {
        (tab, f"{get_column_letter(column)}{row}"): _formula_of_finding(tab, column, row)
        for tab, heights, width in (("Expenses", 4, 12), ("Rates", 3, 3))
        for row in range(2, heights + 1)
        for column in range(1, width + 1)
    }
    results = book.create_sheet("Results", 0)
    for at, ((tab, cell), formula) in enumerate(formulas.items()):
        # In the same row as its cell, where ROW() is the same.
        aside = f"{get_column_letter(50 + at)}{re.sub('[A-Z]', '', cell)}"
        book[tab][aside] = formula
        results.append([tab, f'=IF(\'{tab}\'!{aside},"{cell}","")'])
    found = _results(book, tmp_path)

    assert [(tab, cell) for tab, cell in found if cell] == [
        ("Expenses", "F3"),
        ("Expenses", "B4"),
        ("Rates", "C3"),
    ]


def _formula_of_finding(tab: str, column: int, row: int) -> str:
    placed = next(each for each in layout.tables(frozenset(), {}) if each.title == tab)
    text = placed.marks[0].formula.replace("{marks}", MARKS_NAME)
    moved = Translator(text, "A2").translate_formula(f"{get_column_letter(column)}{row}")
    assert isinstance(moved, str)
    return moved


def _calculated(book: Workbook, heights: dict[str, int], folder: Path) -> dict[str, list[str]]:
    """The names of the marks that hold in each row below the headings, by tab."""
    results = book.create_sheet("Results", 0)
    for tab, height in heights.items():
        placed = next(
            each
            for each in (*layout.tables(frozenset(), {}), *layout.own_tabs())
            if each.title == tab
        )
        names = [mark.name for mark in MARKS if mark.tab == tab]
        for row in range(2, height + 2):
            told = []
            for at, mark in enumerate(placed.marks[-len(names) :]):
                letters = get_column_letter(30 + at)
                # As every program moves a conditional format's formula from its first cell;
                # relative columns stay.
                origin = f"{letters}{mark.row + 1}"
                text = Translator(mark.formula, origin).translate_formula(f"{letters}{row}")
                book[tab][f"{letters}{row}"] = text
                told.append(f'IF(\'{tab}\'!{letters}{row},"{names[at]}","")')
            results.append([tab, "=" + "&".join(told)])
    found: dict[str, list[str]] = {}
    for tab, name in _results(book, folder):
        found.setdefault(tab, []).append(name)
    return found


def _results(book: Workbook, folder: Path) -> list[list[str]]:
    """The rows of the first tab, calculated."""
    book.save(folder / "marks.xlsx")
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    needed("office")
    command = ["soffice", profile, "--headless", "--convert-to", "csv", "--outdir", str(folder)]
    done = subprocess.run(
        [*command, str(folder / "marks.xlsx")], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0
    return list(csv.reader(io.StringIO((folder / "marks.csv").read_text("utf-8"))))


# ---- what asks back before it is overwritten


def test_a_file_tells_of_ids_and_asks_back_in_the_tools_columns(local: Workbook) -> None:
    told = {}
    for table in TABLES:
        columns = {
            cell.value: get_column_letter(index)
            for index, cell in enumerate(local[table.tab][1], 1)
        }
        rules = _rules(local, table.tab)
        for column in table.in_sheet:
            rule = rules.get(columns[column.heading])
            if column.kind == "id":
                assert rule is not None
                assert (rule.type, rule.showInputMessage, rule.prompt) == (None, True, GUARDS["id"])
            elif column.owner == "tool":
                assert rule is not None
                assert (rule.type, rule.formula1, rule.errorStyle) == ("custom", "FALSE", "warning")
                told[column.name] = rule.error

    assert told == {"approved": f"{GUARDS['tool']} Keep what you typed all the same?"}


def test_online_the_tools_cells_warn_and_keep_stays_free(online: Online) -> None:
    for title in TITLES:
        held = [each["protectedRange"] for each in online.of("addProtectedRange", title)]
        areas = [
            {key: end for key, end in each["range"].items() if key != "sheetId"} for each in held
        ]
        free = [
            [
                (r["startColumnIndex"], r["endColumnIndex"])
                for r in each.get("unprotectedRanges", ())
            ]
            for each in held
        ]
        table = next((each for each in TABLES if each.tab == title), None)

        assert all(
            each["warningOnly"] and each["description"].startswith("Written by budgettrack")
            for each in held
        )
        if table:
            guarded = [
                i
                for i, column in enumerate(table.in_sheet)
                if column.kind == "id" or column.owner == "tool"
            ]
            assert areas == [
                {"startRowIndex": 0, "endRowIndex": 1},
                *(
                    {"startRowIndex": 1, "startColumnIndex": i, "endColumnIndex": i + 1}
                    for i in guarded
                ),
            ]
            assert not any(free)
        else:
            keep = CHECKS_HEADINGS.index("Keep")
            assert areas == ([] if title == START_HERE else [{}])
            assert free == {START_HERE: [], SUMMARY: [[]], CHECKS: [[(keep, keep + 1)]]}[title]


# ---- the requests themselves


def test_every_request_has_one_kind_and_lies_within_its_tab(online: Online) -> None:
    """In order: the locale, the tabs, the blank tab's end, and then what stands in them."""
    kinds = [next(iter(request)) for request in online.requests]
    sizes = {
        each["properties"]["sheetId"]: each["properties"]["gridProperties"]
        for each in online.of("addSheet")
    }

    assert all(len(request) == 1 for request in online.requests)
    assert kinds[: len(TITLES) + 2] == [
        "updateSpreadsheetProperties",
        *["addSheet"] * len(TITLES),
        "deleteSheet",
    ]
    assert set(kinds[len(TITLES) + 2 :]) == {
        "updateCells",
        "updateDimensionProperties",
        "repeatCell",
        "mergeCells",
        "setDataValidation",
        "addProtectedRange",
        "addConditionalFormatRule",
        "createDeveloperMetadata",
    }
    assert json.loads(json.dumps(online.requests)) == online.requests
    for request, kind in zip(
        online.requests[len(TITLES) + 2 :], kinds[len(TITLES) + 2 :], strict=True
    ):
        if kind == "createDeveloperMetadata":
            continue
        size = sizes[_sheet(request)]
        assert all(
            row <= size["rowCount"] and column <= size["columnCount"]
            for row, column in _corners(request[kind])
        )


def _corners(body: Request) -> Iterator[tuple[int, int]]:
    """The ends of all ranges in a request."""
    if "start" in body:
        start, rows = body["start"], body["rows"]
        width = max(len(row.get("values", ())) for row in rows)
        yield start["rowIndex"] + len(rows), start["columnIndex"] + width
    areas = [body["range"]] if "range" in body else body.get("rule", {}).get("ranges", [])
    for area in (*areas, *([body["protectedRange"]["range"]] if "protectedRange" in body else [])):
        if "dimension" in area:
            yield (area["endIndex"], 0) if area["dimension"] == "ROWS" else (0, area["endIndex"])
        else:
            yield area.get("endRowIndex", 0), area.get("endColumnIndex", 0)


def test_without_a_locale_or_a_blank_tab_neither_is_touched() -> None:
    kinds = {next(iter(request)) for request in new_tabs(sheet_ids=USUAL_IDS, locale="")}

    assert not kinds & {"updateSpreadsheetProperties", "deleteSheet"}


def test_many_rows_have_room(online: Online) -> None:
    rows: dict[str, list[Fields]] = {"expenses": [{"id": f"E-{n}"} for n in range(1500)]}
    more = Online(new_tabs(sheet_ids=USUAL_IDS, locale="", rows=rows))
    size, usual = (
        next(each.of("addSheet", "Expenses"))["properties"]["gridProperties"]["rowCount"]
        for each in (more, online)
    )

    assert (size, usual) == (1700, 1000)


@pytest.mark.parametrize(
    ("ids", "existing"),
    [
        (SHEET_IDS[1:], None),
        ([1, *SHEET_IDS[1:-1], 1], None),
        (SHEET_IDS, 7),
        ([-1, *SHEET_IDS[1:]], None),
    ],
)
def test_every_tab_needs_a_different_sheet_id(ids: list[int], existing: int | None) -> None:
    with pytest.raises(ValueError, match="sheet ID"):
        new_tabs(sheet_ids=ids, locale="", existing=existing)


@pytest.mark.parametrize(
    ("optional", "rows"),
    [
        (frozenset({"nobody"}), {}),
        (frozenset(), {"nothing": []}),
        (frozenset(), {"budget": [{"2026-13": "1"}]}),
        (frozenset(), {"budget": [{"amount": "a lot"}]}),
        (frozenset(), {"budget": [{"remaining": "1"}]}),
        (frozenset(), {"budget": [{"category": "x" * (LONGEST + 1)}]}),
    ],
)
def test_what_does_not_fit_is_refused_in_both(
    optional: frozenset[str], rows: dict[str, list[Fields]], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        new_workbook(tmp_path / "plan.xlsx", with_optional=optional, rows=rows)
    with pytest.raises(ValueError, match=r".+"):
        new_tabs(sheet_ids=USUAL_IDS, locale="", with_optional=optional, rows=rows)

    assert not (tmp_path / "plan.xlsx").exists()


def test_the_tabs_of_ours_have_room_for_their_words() -> None:
    summary, checks = own_tabs()

    assert [column.width for column in summary.columns] == [60]
    assert [column.width for column in checks.columns] == [
        44 if column.heading in (CHECKS_HEADINGS[1], CHECKS_HEADINGS[2]) else 16
        for column in checks.columns
    ]
    assert [column.heading for column in checks.columns] == list(CHECKS_HEADINGS)
    assert [CHECKS_HEADINGS[index] for index in checks.free] == ["Keep"]
