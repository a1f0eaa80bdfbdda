"""The pictures of docs/questions.md, each with a page of two versions side by side:
`python docs/before_and_after.py BEFORE AFTER`.

Each folder is the one that `budgettrack demo` of a version makes, with two files more: `mail.html`,
the mail to partners, and `status.txt`, what `status` says in a window of 80 columns."""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from guide_pictures import PAGE, PICTURES, browser, paper
from PIL import Image
from playwright.sync_api import Page

HALF = 640
"""The width of each of the two pictures, in pixels."""
GAP = 20
PHONE, DESKTOP = (390, 844), (1280, 900)
MONTH = "reports/public/2026-10.html"
"""The newest page of a month."""

Drawn = Callable[[Page, Path], Image.Image]


def seen(path: str, size: tuple[int, int]) -> Drawn:
    """The first screen of a page."""

    def drawn(page: Page, folder: Path) -> Image.Image:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto((folder / path).as_uri())
        return Image.open(io.BytesIO(page.screenshot()))

    return drawn


def printed(path: str, number: int = 1) -> Drawn:
    """A sheet of a page, a paper, or a tab of a workbook, counted from 1."""

    def drawn(page: Page, folder: Path) -> Image.Image:
        source = folder / path
        with tempfile.TemporaryDirectory() as temp:
            sheet = Path(temp) / f"{source.stem}.pdf"
            if source.suffix == ".html":
                page.goto(source.as_uri())
                page.pdf(path=sheet, format="A4")
            elif source.suffix == ".pdf":
                shutil.copy(source, sheet)
            else:
                office(source, Path(temp))
            return paper(sheet, number)

    return drawn


def office(source: Path, folder: Path) -> None:
    """Prints a workbook into a PDF."""
    home = f"-env:UserInstallation=file://{folder}/home"
    words = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*words, str(source)], capture_output=True, check=True)


def told(page: Page, folder: Path) -> Image.Image:
    """What `status` says."""
    text = (folder / "status.txt").read_text("utf-8")
    page.set_viewport_size({"width": 1600, "height": 1000})
    # A window of 80 columns breaks longer lines.
    page.set_content(PAGE + f'<span style="display:block;width:80ch;white-space:pre-wrap;'
                     f'word-break:break-all">{html.escape(text)}</span>')  # fmt: skip
    return Image.open(io.BytesIO(page.locator("pre").screenshot()))


def tab(name: str) -> Drawn:
    """The first sheet of a tab of the workbook."""

    def drawn(_: Page, folder: Path) -> Image.Image:
        with tempfile.TemporaryDirectory() as temp:
            office(folder / "plan.xlsx", Path(temp))
            sheets = Path(temp) / "plan.pdf"
            # A footer names the tab of each sheet where there is one; else its first heading does.
            for number in range(1, 80):
                words = subprocess.run(
                    ["pdftotext", "-f", str(number), "-l", str(number), str(sheets), "-"],
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
                if all(mark in words for mark in MARKS_OF_TABS[name]):
                    return paper(sheets, number)
        raise ValueError(f"{folder} prints no tab {name}")

    return drawn


MARKS_OF_TABS = {
    "Budget": ("Unit cost", "Food and fares for the first talks"),
    "Checks": ("Severity", "Work-plan'!"),
}

SHOWN: dict[str, Drawn] = {
    "month-phone": seen(MONTH, PHONE),
    "month-desktop": seen(MONTH, DESKTOP),
    "month-paper": printed(MONTH),
    "index": seen("reports/public/index.html", DESKTOP),
    "grant": seen("reports/public/grants/G-1.html", DESKTOP),
    "funder-paper": printed("reports/private/G-1-2026-10.pdf"),
    "mail": seen("mail.html", (700, 900)),
    "budget-printed": tab("Budget"),
    "checks": tab("Checks"),
    "status": told,
}


def beside(before: Image.Image, after: Image.Image) -> Image.Image:
    """The two pictures side by side, both in the width of a half."""
    halves = [
        each.convert("RGB").resize(
            (HALF, round(each.height * HALF / each.width)), Image.Resampling.LANCZOS
        )
        for each in (before, after)
    ]
    both = Image.new("RGB", (2 * HALF + GAP, max(each.height for each in halves)), "#888")
    both.paste(halves[0], (0, 0))
    both.paste(halves[1], (HALF + GAP, 0))
    return both


def main(before: Path, after: Path) -> None:
    with browser() as page:
        for name, drawn in SHOWN.items():
            both = beside(drawn(page, before.resolve()), drawn(page, after.resolve()))
            path = PICTURES / f"both-{name}.png"
            # Letters alone need few colours, and would make a large file in many.
            few = both.convert("L").quantize(6) if drawn is told else both.quantize(18)
            few.save(path, optimize=True)
            print(f"{path.name}: {both.width} x {both.height}, {path.stat().st_size // 1000} kB")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
