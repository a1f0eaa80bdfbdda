"""The board of coordinators: private, whole without script, filtered and sorted in a real browser."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from budgettrack.config.load import load
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.queries.board import board as board_of
from budgettrack.sync import sync
from tests.sheets_api.server import Server
from tests.world.browser import CHROMIUM, FLAGS
from tests.world.group import CONFIG, ON, Group
from tests.world.needs import needed
from tests.world.places import GooglePlace
from tests.world.small_plan import small_plan

ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": "Start", "state": "active", "currency": "EUR", "amount": "9000", "start": "2026-01-01", "end": "2026-12-31"},
        {"id": "G-2", "funder": "Other", "title": "Next", "state": "applied", "currency": "EUR", "amount": "45000"},
    ],
    "work_plan": [{"id": "A-1", "activity": "Meet", "start": "2026-01-01", "end": "2026-10-20", "status": "under way"}],
    "budget": [
        {"id": "B-1", "grant": "G-1", "category": "Rent", "description": "The room", "amount": "1200", "activity": "A-1"},
        {"id": "B-2", "grant": "G-1", "category": "Food", "description": "Soup", "amount": "90"},
        {"id": "B-3", "grant": "G-1", "category": "Food", "description": "Bread", "amount": "700"},
    ],
    "income": [{"id": "I-1", "grant": "G-1", "date": "2026-02-01", "kind": "instalment", "state": "received", "amount": "950"}],
    "expenses": [{"id": "E-1", "date": "2026-03-05", "budget_line": "B-2", "amount": "1000", "state": "paid"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def own_group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    made = Group(tmp_path_factory.mktemp("group"), ROWS)
    made.sync()
    return made


@pytest.fixture(scope="module")
def board(own_group: Group) -> Path:
    done = own_group.run("report", "board", *ON)
    assert done.exit_code == 0, done.output
    return Path(done.stdout.strip())


def _page(text: str) -> Any:
    return html.fromstring(text)


def _texts(board: Path, section: str) -> list[str]:
    page = _page(board.read_text("utf-8"))
    rows = page.xpath(f'//section[@id="{section}"]//tbody/tr')
    return [re.sub(r"\s+", " ", " ".join(row.itertext())).strip() for row in rows]


def test_the_board_is_private_and_never_in_the_public_folder(own_group: Group, board: Path) -> None:
    assert board.parent.name == "private"
    assert stat.S_IMODE(board.stat().st_mode) == 0o600
    assert stat.S_IMODE(board.parent.stat().st_mode) == 0o700
    assert own_group.run("report", "transparency", *ON).exit_code == 0
    public = board.parent.parent / "public"
    assert not [path for path in public.rglob("*") if "board" in path.name]


def test_the_board_has_all_that_the_prompt_tells(board: Path) -> None:
    assert _texts(board, "status")[0].startswith("G-1 Start · active · EUR")
    assert any("B-2" in row and "Soup" in row for row in _texts(board, "variance"))
    assert any("2026-11" in row and "−" in row for row in _texts(board, "cash"))
    assert any("A-1" in row and "overdue" in row for row in _texts(board, "deadlines"))
    assert any(row.startswith("G-2 Other · Next") for row in _texts(board, "pipeline"))
    assert any(row.startswith("A-1 Meet") for row in _texts(board, "grid"))
    assert any("'Budget'!" in row for row in _texts(board, "checks"))


def test_what_is_left_for_a_category_stands_high_up(board: Path) -> None:
    page = _page(board.read_text("utf-8"))

    assert [section.get("id") for section in page.iter("section")][:2] == ["status", "left"]
    assert _texts(board, "left") == [
        "Food G-1 EUR −210.00 658.33 1,000.00 0.00 over budget",
        "Rent G-1 EUR 1,200.00 1,200.00 0.00 0.00 under plan",
    ]


def test_what_is_late_and_whether_the_money_lasts_stand_on_the_first_screen(tmp_path: Path) -> None:
    (grant, other) = ROWS["grants"]
    own = Group(tmp_path, ROWS | {"grants": [{**grant, "report_every": "quarter"}, other]})
    own.sync()
    page = _page(Path(own.run("report", "board", *ON).stdout.strip()).read_text("utf-8"))
    told = [
        line.text for line in page.xpath('//section[@id="status"]/p/following-sibling::ul[1]/li')
    ]

    assert told[:4] == [
        "Overdue since 2026-04-30: Report to Fund for January to March 2026",
        "Next report, due 2027-01-30: Final report to Fund for October to December 2026",
        "Work: 1 under way; 1 late",
        "Cash of G-1 is below zero: -50.00 EUR at the end of 2026-10, 8,050.00 EUR still to receive",
    ]
    assert told[4].startswith("Forecast of G-1: ")
    # Those who read the page have no prompt.
    assert told[5] == "Left by category, in EUR: Food -210.00; Rent 1,200.00"
    assert told[6] == "Bank: not compared, no statement with a balance was imported"
    assert told[7].startswith("Changed since 2026-09-30: not known, the register begins on ")
    assert len(told) == 8
    assert "(budgettrack" not in "".join(page.itertext())


@pytest.mark.parametrize("language", ["fr", "es", "ru", "uk", "ar", "fa"])
def test_board_and_prompt_speak_the_language_of_the_group(tmp_path: Path, language: str) -> None:
    (grant, other) = ROWS["grants"]
    rows = ROWS | {"grants": [{**grant, "report_every": "quarter"}, other]}
    own = Group(tmp_path, rows, f'[organisation]\nlanguage = "{language}"\n{CONFIG}')
    own.sync()
    page = _page(Path(own.run("report", "board", *ON).stdout.strip()).read_text("utf-8"))
    for cell in page.xpath('//section[@id="checks"]//td | //head | //script | //a[@class="skip"]'):
        cell.drop_tree()
    prompt = "\n".join(
        own.run(*asked, *ON).stdout for asked in (["status"], ["cash"], ["deadlines"])
    )

    words = sheet_words(language)
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language in ("ar", "fa") else "ltr")
    assert page.xpath("//h2/text()")[:2] == [words.say("Where we stand"), words.say("What is left")]
    headings = page.xpath('//section[@id="status"]//thead//th/text()')
    assert headings[:3] == list(map(words.heading, ("Grant", "Available", "Budget to date")))
    for text in (page.text_content(), prompt):
        assert re.findall(ENGLISH_LEFT, text) == []
        assert words.say("Next: {what}", what="").strip("\u2068\u2069 ") in text


@pytest.mark.parametrize("language", ["es", "fa"])
def test_listings_at_the_prompt_have_headings_in_the_language_of_the_group(
    tmp_path: Path, language: str
) -> None:
    """JSON, CSV and codes stay English: programs read them."""
    own = Group(tmp_path, ROWS, f'[organisation]\nlanguage = "{language}"\n{CONFIG}')
    own.sync()
    words = sheet_words(language)

    def head(*asked: str) -> list[str]:
        return re.split(r" {2,}", own.run(*asked).stdout.splitlines()[0].strip())

    lines = head("variance", *ON)
    assert lines[:2] == [words.heading("Grant"), words.heading("Line")]
    assert set(lines) >= {
        words.tab("Budget"),
        *map(words.heading, ("From", "To", "Spent", "Variance", "Available", "State")),
    }
    assert words.heading("Month") in head("variance", "--by", "month", *ON)
    said = own.run("variance", *ON).stdout
    assert words.say("Total") in said
    assert words.choice("over budget") in said
    assert "over budget" not in said
    grid = head("grid")
    assert grid[:3] == list(map(words.heading, ("Activity", "What", "Category")))
    assert grid[-3:] == [words.say("Total"), words.heading("May come"), words.heading("State")]
    (grant, other) = ROWS["grants"]
    (tmp_path / "unpaid").mkdir()
    unpaid = Group(
        tmp_path / "unpaid",
        ROWS | {"grants": [{**grant, "state": "applied"}, other]},
        f'[organisation]\nlanguage = "{language}"\n{CONFIG}',
    )
    unpaid.sync()
    assert words.say("gap") in unpaid.run("grid").stdout
    assert '"state": "gap"' in unpaid.run("grid", "--json").stdout
    checks = own.run("checks").stdout
    assert f"  {words.say('warning')}  line-overspent  " in checks
    assert '"severity": "warning"' in own.run("checks", "--json").stdout
    assert '"state": "over budget"' in own.run("variance", "--json", *ON).stdout
    assert own.run("variance", "--csv", *ON).stdout.startswith("grant,line,description")


ENGLISH_LEFT = re.compile(
    r"\b(?:Report to|January|March|Spent|Cash|Forecast|Overdue|Budget to|Available|Grant|Work:|Found|"
    r"Next:|Changed|Bank|Due|Days|no grant|unrestricted|under way|applied|Meeting|held|late)\b"
)
"""Words that only the English board and prompt have. What people typed, IDs and commands stay."""


@pytest.mark.parametrize("section", ["left", "checks", "deadlines", "variance", "cash", "grid"])
def test_long_tables_are_folded_with_the_number_of_their_rows(board: Path, section: str) -> None:
    page = _page(board.read_text("utf-8"))
    for folded in page.xpath(f'//section[@id="{section}"]//details'):
        rows = len(folded.xpath(".//tbody/tr"))
        assert folded.get("open") is None
        assert folded.xpath("string(summary)").endswith(f"({rows})")
    assert page.xpath(f'//section[@id="{section}"]//details')
    assert not page.xpath('//section[@id="status"]//details'), "this is open"


def test_the_worst_stands_first_and_leads_to_the_workbook(own_group: Group, board: Path) -> None:
    page = _page(board.read_text("utf-8"))
    captions = [each.text for each in page.xpath('//section[@id="checks"]//caption')]

    assert captions[0].startswith("Money at risk")
    (link, *_) = page.xpath('//section[@id="checks"]//tbody//a')
    assert link.get("href") == own_group.path.resolve().as_uri()


def test_a_board_that_would_be_the_same_is_not_written_again(own_group: Group, board: Path) -> None:
    before = board.stat().st_mtime_ns
    own_group.run("report", "board", *ON)
    assert board.stat().st_mtime_ns == before
    own_group.run("report", "board", "--on", "2026-11-03")
    assert board.stat().st_mtime_ns != before, "the day has changed"
    own_group.run("report", "board", *ON)


def test_a_sync_writes_the_board_again_with_the_figures_of_now(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    group.sync()
    path = tmp_path / "reports" / "private" / "board.html"
    assert not path.exists(), "nobody asked for a board"
    assert group.run("report", "board", *ON).exit_code == 0
    before = path.read_text("utf-8")
    group.set("Budget", "I2", 1300)

    group.sync()

    assert "1,300.00" not in before
    assert "1,300.00" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_sync_is_done_although_the_board_cannot_be_written(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    path = tmp_path / "reports" / "private" / "board.html"
    path.mkdir(parents=True)
    done = group.run("sync", *ON)

    assert done.exit_code in (0, 3), done.output
    assert "The board could not be written again (" in done.stderr
    assert group.held().records["grants"]


def test_the_monthly_run_makes_the_board(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    done = group.run("monthly", "--month", "2026-10", *ON)
    boards = list((tmp_path / "reports").rglob("board*"))

    assert done.exit_code in (0, 3), done.output
    assert [path.relative_to(tmp_path / "reports") for path in boards] == [
        Path("private/board.html")
    ]
    assert stat.S_IMODE(boards[0].stat().st_mode) == 0o600
    assert _texts(boards[0], "variance")


def test_nothing_is_due_and_nothing_is_wrong_in_an_empty_group(tmp_path: Path) -> None:
    empty = Group(tmp_path, {"grants": []})
    empty.sync()
    page = _page(Path(empty.run("report", "board", *ON).stdout.strip()).read_text("utf-8"))

    assert not list(page.iter("table"))
    assert "Dates: –" in page.text_content()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.google_http
def test_a_finding_leads_to_its_cell_in_an_online_sheet(tmp_path: Path, server: Server) -> None:
    place = GooglePlace(tmp_path, server)
    small_plan(place)
    day = date(2026, 11, 2)
    with open_group(place.config, day) as group:
        sync(group)
    with open_group(place.config, day) as group:
        page = _page(board_of(group))
    links = [link.get("href") for link in page.xpath('//section[@id="checks"]//tbody//a')]

    assert links
    sheet = re.escape(f"https://docs.google.com/spreadsheets/d/{place.file.id}/edit#gid=")
    assert all(re.fullmatch(sheet + r"\d+(&range=([A-Z]+\d+|\d+:\d+))?", link) for link in links)
    assert any("&range=" in link for link in links)


@pytest.mark.google_http
def test_after_a_sync_the_sheet_is_not_read_again_for_links(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = GooglePlace(tmp_path, server)
    small_plan(place)
    with open_group(place.config, date(2026, 11, 2)) as group:
        sync(group)
        monkeypatch.setattr(type(group.workbook), "read", None)
        page = _page(board_of(group))

    assert page.xpath('//section[@id="checks"]//tbody//a[contains(@href, "&range=")]')


@pytest.mark.google_http
def test_the_board_is_made_without_links_if_the_sheet_does_not_answer(
    tmp_path: Path, server: Server
) -> None:
    place = GooglePlace(tmp_path, server)
    small_plan(place)
    with open_group(place.config, date(2026, 11, 2)) as group:
        sync(group)
    place.key.unlink()
    with open_group(place.config, date(2026, 11, 2)) as group:
        page = _page(board_of(group))

    assert page.xpath('//section[@id="checks"]//tbody/tr')
    assert not page.xpath('//section[@id="checks"]//tbody//a')


# ---- in a real browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    needed("browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, board: Path) -> Iterator[Callable[..., Any]]:
    windows = []

    def open_(*, folded: bool = False, **how: Any) -> Any:
        window = browser.new_context(**how)
        windows.append(window)
        page = window.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(board.as_uri())
        if not folded:
            for summary in page.locator("summary").all():
                summary.click()
        return page

    yield open_
    for window in windows:
        window.close()


def _lines(page: Any) -> list[str]:
    return [
        each.inner_text().split()[0]
        for each in page.locator("#variance tbody tr").all()
        if each.is_visible()
    ]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_tables_are_filtered_and_sorted_in_the_page_and_nothing_is_asked_for(
    opened: Callable[..., Any], board: Path
) -> None:
    page = opened()
    every = _lines(page)
    assert every == ["B-1", "B-2", "B-3"]

    page.fill("#variance .filter input", "food soup")
    assert _lines(page) == ["B-2"]
    assert "1 of 3" in page.inner_text("#variance .filter")
    page.fill("#variance .filter input", "")
    assert _lines(page) == every

    budget = page.locator("#variance thead button", has_text="Spent")
    budget.click()
    assert _lines(page)[-1] == "B-2", "numbers are sorted as numbers"
    budget.click()
    assert _lines(page)[0] == "B-2"
    assert page.locator("#variance th[aria-sort]").get_attribute("aria-sort") == "descending"
    page.locator("#variance thead button", has_text="Line").press("Enter")
    assert _lines(page) == every, "it can be used from the keyboard"
    assert page.asked == [board.as_uri()]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_the_board_is_short_on_a_telephone_and_the_first_screen_says_what_to_do(
    opened: Callable[..., Any],
) -> None:
    page = opened(folded=True, viewport={"width": 360, "height": 740})

    first = page.locator("#status li").first.bounding_box()
    assert first["y"] + first["height"] < 740
    assert page.evaluate("document.documentElement.scrollHeight") < 3600
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_without_script_every_row_is_there_and_no_dead_control(opened: Callable[..., Any]) -> None:
    page = opened(java_script_enabled=False)

    assert _lines(page) == ["B-1", "B-2", "B-3"]
    assert page.locator("input, button").count() == 0


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("how", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}])  # fmt: skip
def test_axe_finds_nothing_on_the_board(opened: Callable[..., Any], how: dict[str, Any]) -> None:
    import axe_playwright_python

    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    page = opened(**how)
    page.evaluate(script.read_text("utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(each => [each.id, each.nodes[0].html])"
    )
    assert found == []


def test_the_board_of_a_second_sync_has_its_findings(tmp_path: Path) -> None:
    """A run that catches up with several months keeps the group open."""
    own = Group(tmp_path, ROWS)
    with open_group(load(own.config), date(2026, 11, 2)) as group:
        sync(group)
        assert not [found for found in group.findings[0] if found.code == "amount-not-a-number"]
        own.set("Budget", "I2", "much")
        sync(group)

        assert "amount-not-a-number" in {found.code for found in group.findings[0]}
