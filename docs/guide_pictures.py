"""The pictures of the guides: `python docs/guide_pictures.py` takes them of the real program at
work on the sample group.

It needs LibreOffice, Chromium and pdftoppm. Its day is the demo's own, so that the same pictures
come out again."""

from __future__ import annotations

import html
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import NamedTuple

import openpyxl
import time_machine
from click.testing import CliRunner
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension
from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
# The checkout, and not a version that is installed: so what follows is imported after this line.
sys.path.insert(0, str(ROOT))

from budgettrack.cli import main as budgettrack  # noqa: E402
from budgettrack.config.load import load  # noqa: E402
from budgettrack.config.place import NAME  # noqa: E402
from budgettrack.core.base.grids import CellEdit, Edits  # noqa: E402
from budgettrack.core.cells.rows import read_rows  # noqa: E402
from budgettrack.core.records.tables import BY_NAME  # noqa: E402
from budgettrack.group import open_group  # noqa: E402
from budgettrack.monthly.context import RunContext  # noqa: E402
from budgettrack.monthly.run import monthly  # noqa: E402
from budgettrack.setup import sample  # noqa: E402 - after the path
from budgettrack.setup.create import config_text  # noqa: E402
from budgettrack.setup.demo import TODAY  # noqa: E402
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook  # noqa: E402
from tests.world.browser import CHROMIUM, FLAGS  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
LINES = Border(*[Side("thin", "D0D0D0")] * 4)
"""The lines of a grid, which a printed sheet does not have."""

NOW = datetime.combine(TODAY, time(6), UTC)
WIDE = 1500
"""The most pixels across: twice what a page of the docs shows."""


class Tab(NamedTuple):
    """A part of a tab: some of its columns and rows."""

    picture: str
    tab: str
    columns: str
    rows: Sequence[int]


TABS = (
    Tab("sheet-start", "Start here", "ABC", range(1, 24)),
    Tab("sheet-expenses", "Expenses", "ABCEFGHI", [1, *range(660, 671)]),
    Tab("sheet-budget", "Budget", "ABDEIJK", [1, *range(9, 20)]),
    Tab("sheet-checks", "Checks", "ABCD", [*range(1, 5), *range(15, 24)]),
    Tab("sheet-lots", "Lots", "ABCDEFGHIJ", range(1, 8)),
    Tab("sheet-handed-out", "Handed out", "ABCDEF", [1, *range(17, 30)]),
    Tab("sheet-summary", "Summary", "ABCFGHJK", range(1, 17)),
)

TERMINAL = {
    "prompt-status": ["status"],
    "prompt-explain": ["variance --explain --line B-33"],
    "prompt-plain": ["--plain deadlines --within 12"],
    "prompt-pipeline": [
        'grants set G-4 odds=40% next_step="Ask in January" --by coordinator',
        "pipeline",
    ],
    "prompt-history": ["history B-15"],
    "prompt-redact": ["redact A-47.progress_note --yes --by coordinator"],
}

PAGE = """<meta charset="utf-8"><style>
body { margin: 0; } pre { display: inline-block; margin: 0; padding: 14px 18px; background: #fbfaf6; color: #222;
font: 14px/1.4 "DejaVu Sans Mono", monospace; } b { color: #0b6e6e; }</style><pre>"""


def run(*words: str) -> str:
    """What a command says, both what it answers and what it says beside it."""
    return CliRunner().invoke(budgettrack, words, catch_exceptions=False).output


def shell(line: str) -> str:
    """A line at the prompt with its answer, as HTML. The folder of this run, which has another name
    each time, is left out of paths."""
    import shlex

    answer = run(*shlex.split(line)).replace(f"{Path.cwd()}{os.sep}", "")
    return f"<b>$ budgettrack {html.escape(line)}</b>\n{html.escape(answer)}"


def type_into(path: Path, table: str, id_: str, field: str, value: str) -> None:
    """As somebody who types into a cell and saves."""
    workbook = ExcelWorkbook(path)
    book = workbook.read()
    read = read_rows(book, {}, "en").tables[table]
    row = next(each.number for each in read.rows if each.id == id_)
    column = read.columns[field]
    was = next(grid for grid in book.grids if grid.tab == read.tab).at(row, column)
    workbook.write(
        book,
        Edits((CellEdit(read.tab, row, column, value, was, BY_NAME[table].column(field).kind),)),
    )


def save(picture: Image.Image, name: str, colours: int = 80) -> None:
    """Trimmed, no wider than need be, and in few colours."""
    plain = picture.convert("RGB")
    box = ImageChops.difference(
        plain, Image.new("RGB", plain.size, plain.getpixel((0, 0)))
    ).getbbox()
    if box:
        left, top, right, bottom = box
        plain = plain.crop(
            (
                max(left - 8, 0),
                max(top - 8, 0),
                min(right + 8, plain.width),
                min(bottom + 8, plain.height),
            )
        )
    if plain.width > WIDE:
        plain = plain.resize(
            (WIDE, round(plain.height * WIDE / plain.width)), Image.Resampling.LANCZOS
        )
    path = PICTURES / f"{name}.png"
    plain.quantize(colours).save(path, optimize=True)
    print(f"{path.name}: {plain.width} x {plain.height}, {path.stat().st_size // 1000} kB")  # noqa: T201


def paper(path: Path, page: int, dpi: int = 130) -> Image.Image:
    """One page of a PDF, counted from 1."""
    wanted = ["pdftoppm", "-png", "-r", str(dpi), "-f", str(page), "-l", str(page), str(path)]
    return Image.open(io.BytesIO(subprocess.run(wanted, capture_output=True, check=True).stdout))


def tabs(path: Path, wanted: Sequence[Tab]) -> None:
    """Parts of a workbook's tabs, each laid on one page by LibreOffice with the letters and numbers
    of its cells."""
    book = openpyxl.load_workbook(path)
    shown = {each.tab: each for each in wanted}
    for sheet in book:
        each = shown.get(sheet.title)
        if each is None:
            sheet.sheet_state = "hidden"
            continue
        sheet.print_area = f"A1:{each.columns[-1]}{max(each.rows)}"
        sheet.print_title_rows = None
        sheet.print_options.headings = True
        if sheet["A1"].font.size > 12:
            sheet.row_dimensions[1].height = 24
        for row in sheet.iter_rows(
            max_row=max(each.rows), max_col=column_index_from_string(each.columns[-1])
        ):
            sheet.row_dimensions[row[0].row].hidden = row[0].row not in each.rows
            for cell in row:
                cell.border = LINES
                if isinstance(cell.value, datetime):
                    cell.alignment = Alignment(horizontal="center")
                elif isinstance(cell.value, int | float):
                    cell.alignment = Alignment(
                        horizontal="right", indent=1, vertical=cell.alignment.vertical
                    )
        for shared in list(sheet.column_dimensions.values()):
            for column in map(get_column_letter, range(shared.min or 1, (shared.max or 0) + 1)):
                dimension = ColumnDimension(
                    sheet, column, width=shared.width, hidden=column not in each.columns
                )
                sheet.column_dimensions[column] = dimension
        for part in (sheet.oddHeader, sheet.oddFooter):
            part.left.text = part.center.text = part.right.text = ""
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
        sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(
            fitToPage=True
        )
        sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    book.active = book.sheetnames.index(wanted[0].tab)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tabs.xlsx"
        book.save(copy)
        home = f"-env:UserInstallation=file://{folder}/home"
        subprocess.run(
            ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, str(copy)],
            capture_output=True,
            check=True,
        )
        for number, name in enumerate((name for name in book.sheetnames if name in shown), 1):
            save(paper(copy.with_suffix(".pdf"), number), shown[name].picture)


def printed(path: Path, name: str) -> None:
    """The first page of a workbook as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as folder:
        home = f"-env:UserInstallation=file://{folder}/home"
        subprocess.run(
            ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, str(path)],
            capture_output=True,
            check=True,
        )
        save(paper(Path(folder) / f"{path.stem}.pdf", 1), name, 16)


@contextmanager
def browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started.new_page(viewport={"width": 1600, "height": 1000}, device_scale_factor=1.5)
        started.close()


def seen(page: Page, path: Path, name: str, width: int, height: int, colours: int = 80) -> None:
    """A page in a window of that size."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path.as_uri())
    save(Image.open(io.BytesIO(page.screenshot())), name, colours)


def sound(folder: Path) -> Path:
    """The sample group without its planted faults, a month on, with one final summary."""
    folder.mkdir()
    sample.write_sample(folder / "plan.xlsx", faults=False)
    (folder / NAME).write_text(config_text(sample.ORGANISATION, "plan.xlsx"), "utf-8")
    with open_group(load(folder / NAME), TODAY, lambda: NOW) as group:
        monthly(group, RunContext())
    with chdir(folder):
        run("report", "funder", "G-5", "--month", "2026-02", "--final")
    return folder


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as temp,
        chdir(temp),
        time_machine.travel(NOW, tick=False),
        browser() as page,
    ):
        run("demo", "demo")
        tabs(Path("demo/plan.xlsx").resolve(), TABS)
        seen(
            page, Path("demo/reports/private/G-1-2026-10.html").resolve(), "summary-draft", 900, 770
        )
        first = paper(Path("demo/reports/private/G-1-2026-10.pdf"), 1)
        save(first, "summary-first-page")
        printed(Path("demo/reports/private/G-1-2026-10.xlsx").resolve(), "summary-workbook")
        # All public pages are those of one group, so that no picture says other than another.
        public = Path("demo/reports/public").resolve()
        seen(page, public / "index.html", "site-index-phone", 360, 740)
        seen(page, public / "index.html", "site-index", 900, 652)
        seen(page, public / "2026-10.html", "site-month", 900, 1168)
        seen(page, public / "2026-10.html", "site-phone", 360, 735)
        os.chdir("demo")
        run("report", "board")
        seen(page, Path("reports/private/board.html").resolve(), "board", 1280, 900, 24)
        seen(page, Path("reports/private/board.html").resolve(), "board-phone", 360, 740)
        seen(page, Path("reports/public/grants/G-1.html").resolve(), "site-grant", 900, 652)
        for name, lines in TERMINAL.items():
            if name == "prompt-history":
                type_into(Path("plan.xlsx"), "budget", "B-15", "amount", "900")
                type_into(Path("plan.xlsx"), "budget", "B-15", "revision", "One more evening")
                run("sync")
            page.set_viewport_size({"width": 1600, "height": 1000})
            page.set_content(PAGE + "\n".join(map(shell, lines)))
            save(Image.open(io.BytesIO(page.locator("pre").screenshot())), name, 24)
        run("sync")
        run("grants", "set", "G-4", "amount=95000", "--by", "coordinator")
        type_into(Path("plan.xlsx"), "grants", "G-4", "amount", "92000")
        run("sync")
        at = next(
            row[0].row
            for row in openpyxl.load_workbook("plan.xlsx")["Checks"]
            if " #" in str(row[8].value)
        )
        tabs(Path("plan.xlsx").resolve(), [Tab("sheet-keep", "Checks", "ABCG", [*range(1, 5), at])])
        group = sound(Path(temp) / "sound")
        tabs(group / "plan.xlsx", [Tab("sheet-months", "Months", "AB", [1, *range(10, 16)])])
        for number in (1, 2):
            save(
                paper(group / "reports" / "private" / "G-5-2026-02-final.pdf", number),
                f"summary-paper-{number}",
            )


if __name__ == "__main__":
    if missing := [name for name in ("soffice", "pdftoppm") if not shutil.which(name)]:
        sys.exit(f"Not here: {', '.join(missing)}")
    main()
