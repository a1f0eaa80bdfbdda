"""The report of a year: from published pages alone, in the public site from its last month on."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html
from msgspec.structs import replace

from budgettrack.core.views.new_pages import PageSettings
from budgettrack.core.views.public_types import IndicatorFigures, Progress, PublicView
from budgettrack.reports.base.document import Bullets, Facts, ReportTable, Text
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.work import indicators
from budgettrack.reports.site.year import Year, whole_years, year_of, year_report
from tests.world.group import CONFIG, ROWS, Group
from tests.world.publishing import Books
from tests.world.report_plans import harbour

JANUARY = ("--on", "2027-01-10")


@pytest.mark.parametrize(
    ("month", "begins", "year"),
    [
        ("2026-01", "2000-01", ("2026-01", "2026-12")),
        ("2026-12", "2000-01", ("2026-01", "2026-12")),
        ("2026-08", "2025-09", ("2025-09", "2026-08")),
        ("2026-09", "2025-09", ("2026-09", "2027-08")),
    ],
)
def test_a_year_begins_in_the_month_of_the_config(
    month: str, begins: str, year: tuple[str, str]
) -> None:
    assert year_of(month, begins) == Year(*year)


def test_a_year_is_whole_once_its_last_month_has_a_page() -> None:
    months = [f"2026-{month:02}" for month in range(5, 12)]

    assert whole_years(months, "2000-01") == []
    assert [year.name for year in whole_years([*months, "2026-12", "2027-01"], "2000-01")] == ["2026"]  # fmt: skip


@pytest.fixture(scope="module")
def views() -> list[PublicView]:
    books = Books()
    for month in ("2025-12", "2026-03"):
        books.publish(harbour(), month, PageSettings("Harbour Peers"))
    return books.views(harbour())


def _figures(view: list[PublicView], year: Year) -> tuple[str, str, dict[str, str]]:
    report = year_report(view, year, words("en"))
    (money,) = [section for section in report.sections if section.name == "money"]
    facts = next(block for block in money.blocks if isinstance(block, Facts))
    tables = {block.caption: block for block in money.blocks if isinstance(block, ReportTable)}
    spent = {row.head: row.cells[0].text for row in tables["What we spent"].rows}
    return facts.facts[0].figure, facts.facts[1].figure, spent


def test_the_years_together_are_all_that_is_shown(views: list[PublicView]) -> None:
    def units(text: str) -> int:
        return int(re.sub(r"[^0-9-]", "", text.replace("−", "-")) or 0)

    years = [_figures(views, Year("2025-01", "2025-12")), _figures(views, Year("2026-01", "2026-12"))]  # fmt: skip
    last = views[-1]

    assert sum(units(came) for came, _, _ in years) == sum(each.to_date for each in last.money_in)
    assert sum(units(went) for _, went, _ in years) == last.categories.total.spent
    for _, went, spent in years:
        assert sum(map(units, spent.values())) == units(went)
    assert all(went != "€0.00" for _, went, _ in years)


def test_its_sums_say_what_is_not_in_them_and_the_first_year_says_no_figure_twice(
    views: list[PublicView],
) -> None:
    headings = []
    for year in (Year("2025-01", "2025-12"), Year("2026-01", "2026-12")):
        report = year_report(views, year, words("en"))
        (money,) = [section for section in report.sections if section.name == "money"]
        told = [block.text for block in money.blocks if isinstance(block, Text)]
        assert told == [
            "Not in it: money received on grants that are not published, and spending that is not"
            " shown yet because too few people stand behind it."
        ]
        tables = {each.caption: each for each in money.blocks if isinstance(each, ReportTable)}
        spent = tables["What we spent"]
        headings.append([heading.text for heading in spent.headings])
        assert {len(row.cells) + 1 for row in spent.rows} == {len(spent.headings)}
    assert headings == [["Category", "This year"], ["Category", "This year", "To date"]]


def test_it_says_the_words_of_every_month_and_what_was_done(views: list[PublicView]) -> None:
    told = [replace(view, facts=replace(view.facts, review=f"Words of {view.month}.")) for view in views]  # fmt: skip
    report = year_report(told, Year("2026-01", "2026-12"), words("en"))
    (did,) = [section for section in report.sections if section.name == "did"]
    texts = [getattr(block, "text", "") for block in did.blocks]

    assert [text for text in texts if text.startswith("Words")] == [
        "Words of 2026-01.",
        "Words of 2026-02.",
        "Words of 2026-03.",
    ]
    assert " ".join(report.heading.split()) == "Our year: Jan – Dec 2026"


def _activity(id_: str, start: str, end: str, status: str) -> Progress:
    return Progress(id_, "", id_, "", start, end, f"{id_} reached", None, status, "")


LAST_YEAR = _activity("A-1", "2025-08", "2025-11", "done")
THIS_YEAR = _activity("A-2", "2025-10", "2026-02", "done")
BEGUN = _activity("A-3", "2026-01", "2026-12", "under way")


def _told_of(views: list[PublicView], before: tuple[Progress, ...]) -> tuple[list[str], list[str]]:
    """What the report of 2026 says is done, and the numbers of its table, where the page before
    the year tells of `before`."""
    plan = (LAST_YEAR, THIS_YEAR, BEGUN)

    def counted(to_date: int, activities: tuple[Progress, ...]) -> tuple[IndicatorFigures, ...]:
        return tuple(
            IndicatorFigures(f"N-{each.id}", each.id, each.id, "kits", None, None, None, Decimal(to_date))
            for each in activities
        )  # fmt: skip

    pages = []
    for view in views:
        now = plan if view.month >= "2026-01" else before
        number = 10 if view.month >= "2026-01" else 4
        facts = replace(view.facts, progress=now, indicators=counted(number, now))
        pages.append(replace(view, facts=facts))
    report = year_report(pages, Year("2026-01", "2026-12"), words("en"))
    blocks = [block for section in report.sections for block in section.blocks]
    done = [item for block in blocks if isinstance(block, Bullets) for item in block.lines]
    (table,) = [block for block in blocks if getattr(block, "caption", "") == "Indicators"]
    assert isinstance(table, ReportTable)
    numbers = [f"{row.head} {row.cells[2].text} {row.cells[3].text}" for row in table.rows]
    return [text for text in done if text.endswith("reached")], numbers


def test_what_an_earlier_year_did_is_not_told_again(views: list[PublicView]) -> None:
    late = replace(THIS_YEAR, status="delayed", end="2025-12")

    told = _told_of(views, (LAST_YEAR, late))

    assert told == (["A-2 reached"], ["A-1 6 10", "A-2 6 10", "A-3 10 10"])


def test_where_no_page_tells_of_the_work_before_the_year_the_dates_of_the_plan_do(
    views: list[PublicView],
) -> None:
    # Pages that were made long after their months tell nothing of the work.
    told = _told_of(views, ())

    assert told == (["A-2 reached"], ["A-3 10 10"])


def test_what_nobody_counted_is_a_sentence_and_no_row_of_dashes(views: list[PublicView]) -> None:
    """So it is on the page of a month, which has the same blocks."""

    def figures(
        words: str, unit: str, to_date: int | None, target: int | None, baseline: int | None = None
    ) -> IndicatorFigures:
        start, aim, now = (
            None if each is None else Decimal(each) for each in (baseline, target, to_date)
        )
        return IndicatorFigures(f"N-{words}", "A-3", words, unit, start, aim, now, now)

    told = (
        figures("Kits given", "kits", 12, 40),
        figures("Peers trained", "people", None, 8),
        figures("Peers trained", "people", None, 8),
        figures("Tests", "tests", None, 1200, 5),
        figures("Visits", "", None, None),
        figures("Beds", "beds", None, None, 3),
    )
    pages = [
        replace(view, facts=replace(view.facts, progress=(BEGUN,), indicators=told))
        for view in views
    ]

    report = year_report(pages, Year("2026-01", "2026-12"), words("en"))
    (counted,) = [section for section in report.sections if section.name == "counted"]
    table, sentence = counted.blocks
    assert isinstance(table, ReportTable)
    assert [row.head for row in table.rows] == ["Kits given"]
    assert getattr(sentence, "text", "") == (
        "No number yet: Peers trained (target: 8 people), Tests (baseline: 5, target: 1,200), Visits,"
        " and Beds (baseline: 3)."
    )
    of_month = indicators(pages[-1], words("en"))
    assert [type(block) for block in of_month] == [type(table), type(sentence)]
    assert getattr(of_month[1], "text", "") == getattr(sentence, "text", "")
    # Without a table, the sentence says itself that small numbers of people are not shown.
    alone = replace(pages[-1], facts=replace(pages[-1].facts, indicators=told[1:2]))
    assert [getattr(block, "text", "") for block in indicators(alone, words("fr"))] == [
        "Pas encore de nombre : Peers trained (cible : 8 people). Un nombre de personnes ne change ici"
        " que lorsqu’au moins trois de plus sont derrière."
    ]


def test_without_the_extra_for_pdfs_nothing_is_published_once_a_year_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group(tmp_path, ROWS, before=(("sync", *JANUARY, "--yes"),))
    monkeypatch.setitem(sys.modules, "typst", None)
    assert group.run("report", "transparency", "--month", "2026-11", *JANUARY).exit_code == 0
    before = (tmp_path / "reports" / "public" / "index.html").read_bytes()

    refused = group.run("report", "transparency", "--month", "2026-12", *JANUARY)

    assert refused.exit_code == 1
    assert refused.stderr.startswith("A PDF needs the extra 'pdf', which is not installed.")
    assert (tmp_path / "reports" / "public" / "index.html").read_bytes() == before
    assert not (tmp_path / "reports" / "private" / "draft-year-2026.html").exists()
    assert group.run("report", "year").exit_code == 1


@pytest.mark.slow
def test_the_january_run_puts_page_and_pdf_into_the_site(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, before=(("sync", *JANUARY, "--yes"),))
    public = tmp_path / "reports" / "public"
    early = group.run("report", "year")
    assert (early.exit_code, early.stderr.startswith("No page is published")) == (2, True)
    group.run("report", "transparency", "--month", "2026-11", *JANUARY)

    drafts = [Path(line) for line in group.run("report", "year").stdout.splitlines()]
    assert [(path.parent.name, path.name) for path in drafts] == [
        ("private", "draft-year-2026.html"),
        ("private", "draft-year-2026.pdf"),
    ]
    draft = html.parse(str(drafts[0])).getroot().text_content()
    assert "A draft: the year is not over." in draft
    assert "It tells what was published to the end of November 2026." in draft
    assert not list(public.glob("*year-2026*"))
    assert (
        "The newest page is that of 2026-11" in group.run("report", "year", "--year", "2025").stderr
    )

    assert group.run("monthly", *JANUARY).exit_code in (0, 3)

    index = html.fromstring((public / "index.html").read_text("utf-8"))
    assert "year-2026.html" in [link.get("href") for link in index.iter("a")]
    paper = (public / "year-2026.pdf").read_bytes()
    assert (paper[:5], b"/StructTreeRoot" in paper, b"pdfuaid" in paper) == (b"%PDF-", True, True)
    done = group.run("report", "year", "--year", "2026")
    assert [Path(line).name for line in done.stdout.splitlines()] == ["year-2026.html", "year-2026.pdf"]  # fmt: skip
    assert "There are: 2026." in group.run("report", "year", "--year", "2025").stderr


def test_a_group_has_a_year_of_its_own(tmp_path: Path) -> None:
    config = CONFIG + '[reports]\nyear_begins = "2025-09"\n'
    group = Group(tmp_path, ROWS, config, before=(("sync", "--on", "2026-09-05", "--yes"),))

    group.run("report", "transparency", "--on", "2026-09-05")

    assert (tmp_path / "reports" / "public" / "year-2026.html").exists()
