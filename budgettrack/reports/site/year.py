"""The report of a year: a page and a PDF, made only from the published pages of its months.

Every figure is on one of these pages, or can be calculated from them: as a sum, or as the total at
the end of the year minus the total at the end of the year before. So the report reveals nothing
that the pages do not reveal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec
from msgspec import Struct

from budgettrack.core.base.months import Month, after
from budgettrack.core.base.shares import is_share
from budgettrack.core.views.public_types import IndicatorFigures, Progress, PublicRow, PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Heading,
    Link,
    ReportTable,
    Section,
    Subheading,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.indicators import few_people, indicators_blocks, still_counted
from budgettrack.reports.base.printer import printer
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import page_words, row_name
from budgettrack.reports.site.about import about_us, partners
from budgettrack.reports.site.money import not_in_the_sums
from budgettrack.reports.site.month_page import notices, own_words, who_to_ask
from budgettrack.reports.site.stories import NO_PICTURES, StoryPictures, stories
from budgettrack.reports.site.work import coming

MONTHS = 12


class Year(Struct, frozen=True):
    """A year of the group, which need not begin in January: its first and its last month."""

    first: Month
    last: Month

    @property
    def name(self) -> str:
        """The calendar year in which this year ends. The names of the files contain it."""
        return self.last[:4]

    def has(self, month: Month) -> bool:
        """Whether a month is in the year."""
        return self.first <= month <= self.last


def year_of(month: Month, begins: Month) -> Year:
    """Returns the year that contains a month. `begins` is the first month of any year of the
    group."""
    first = month
    while first[5:] != begins[5:]:
        first = after(first, -1)
    return Year(first, after(first, MONTHS - 1))


def whole_years(months: Sequence[Month], begins: Month) -> list[Year]:
    """Returns the years for which the last month has a page, the oldest first. The first year
    may have begun before the first page."""
    return [year_of(month, begins) for month in months if year_of(month, begins).last == month]


def files_of_year(year: Year) -> tuple[str, str]:
    """Returns the names of the page and the PDF of a year."""
    return f"year-{year.name}.html", f"year-{year.name}.pdf"


def year_files(
    views: Sequence[PublicView],
    years: Sequence[Year],
    w: Words,
    look: Branding,
    pictures: StoryPictures = NO_PICTURES,
) -> Iterator[tuple[str, bytes]]:
    """Yields the page and the PDF of each year, each with its path (from the public folder) and its
    content.

    `views` are sorted by month, oldest first. Raises `TrackError` if PDFs cannot be made."""
    for year in years:
        report = year_report(views, year, w, pictures)
        html, paper = files_of_year(year)
        links = [Link(w.say("All months"), "index.html"), Link("PDF", paper)]
        yield html, page(replace(report, links=links), look, page_words(w)).encode()
        yield paper, printer()(report, w, look)[0]


def draft_files(
    views: Sequence[PublicView], year: Year, w: Words, look: Branding
) -> Iterator[tuple[str, bytes]]:
    """Yields the page and the PDF of a year that is not over, each with its file name and its
    content.

    Raises `TrackError` if PDFs cannot be made."""
    report = year_report(views, year, w)
    last = max(view.month for view in views if year.has(view.month))
    told = w.say(
        "A draft: the year is not over. It tells what was published to the end of {month}.",
        month=formats.month(last, w.at),
    )
    draft = replace(report, notices=[told, *report.notices])
    html, paper = (f"draft-{name}" for name in files_of_year(year))
    yield html, page(replace(draft, links=[Link("PDF", paper)]), look, page_words(w)).encode()
    yield paper, printer()(draft, w, look)[0]


def year_report(
    views: Sequence[PublicView], year: Year, w: Words, pictures: StoryPictures = NO_PICTURES
) -> Document:
    """Returns the report of a year, up to its newest month that has a page."""
    pages = [view for view in views if year.has(view.month)]
    last = pages[-1]
    before = next((view for view in reversed(views) if view.month < year.first), None)
    span = formats.span(year.first, year.last, w.at)
    heading = w.say("Our year: {time}", time=span)
    sections = [
        Section("about", w.say("About us"), about_us(last.facts, w)),
        Section("did", w.say("What we did"), list(_did(pages, before, year, w))),
        Section(
            "stories",
            w.say("Stories"),
            [block for view in pages for block in stories(view.facts, pictures)],
        ),
        Section("money", w.say("Money in and out"), _money(last, before, year, w)),
        Section("counted", w.say("What was counted"), _counted(last, before, year, w)),
        Section("partners", w.say("Whom we work with"), partners(last, w)),
        Section("next", w.say("What comes next"), coming(last, w)),
        Section("ask", w.say("Who to ask"), [Text(who_to_ask(last.facts))]),
    ]
    organisation = last.facts.organisation
    # One of the facts says that the page was made later. This is true of its own month only.
    facts = msgspec.structs.replace(last.facts, later=False)
    told = notices(msgspec.structs.replace(last, facts=facts), w)
    return Document(
        title=f"{organisation}: {heading}",
        organisation=organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=heading,
        standing=w.say(
            "From the pages that we published each month. Amounts are in {currency}.",
            currency=last.currency,
        ),
        notices=[" ".join(told)] if told else [],
        sections=[section for section in sections if section.blocks],
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=organisation,
        ),
    )


def _did(
    pages: Sequence[PublicView], before: PublicView | None, year: Year, w: Words
) -> Iterator[Block]:
    """Yields the group's own words of each month, and the work done in the year."""
    for view in pages:
        if words := own_words(view):
            yield Subheading(formats.month(view.month, w.at))
            yield from map(Text, words)
    earlier = _work_before(before)
    there = {each.id for each in earlier if each.status == "done"}
    done = [
        each.milestone or each.activity or each.id
        for each in pages[-1].facts.progress
        if each.status == "done"
        and each.id not in there
        # If no page shows what was done before the year, the dates in the plan decide.
        and (earlier or each.end is None or year.has(each.end))
    ]
    if done:
        yield Subheading(w.say("Done this year"))
        yield Bullets(done)


def _work_before(before: PublicView | None) -> Sequence[Progress]:
    """Returns the work-plan on the page before the year. Returns () if there is none, or if that
    page was made long after its month, because such a page tells nothing about the work."""
    return before.facts.progress if before else ()


def _money(last: PublicView, before: PublicView | None, year: Year, w: Words) -> list[Block]:
    """Returns what came in and went out in the year, by source and by category."""
    received = _received(last, before, w)
    came_in = sum(units for _, units in received)
    went_out = sum(shown.spent for shown in last.months if year.has(shown.month))

    def amount(units: int) -> str:
        return formats.money(units, last.currency, w.at)

    def number(units: int | None) -> TableCell:
        shown = formats.NONE if units is None else formats.number(units, last.currency, w.at)
        return TableCell(shown)

    blocks: list[Block] = [
        Facts(
            [
                Fact(w.say("Came in this year"), amount(came_in)),
                Fact(w.say("Went out this year"), amount(went_out)),
            ]
        ),
        Text(not_in_the_sums(w), True),
    ]
    if received:
        rows = [TableRow(name, [number(units)]) for name, units in received]
        headings = [Heading(w.say("Source"), False), Heading(w.say("This year"))]
        blocks.append(ReportTable(w.say("What came in"), headings, rows))
    earlier = {(row.kind, row.key): row for row in before.categories.rows} if before else {}
    rows = [
        TableRow(
            row_name(row.kind, row.name, w, w.say("Without a category")),
            [
                number(_this_year(row, earlier.get((row.kind, row.key)))),
                # In the first year, the spending of the year and the spending to date are the same.
                *([number(row.spent)] if before else []),
            ],
        )
        for row in last.categories.rows
        if row.spent is not None
    ]
    if rows:
        headings = [
            Heading(w.say("Category"), False),
            Heading(w.say("This year")),
            *([Heading(w.say("To date"))] if before else []),
        ]
        blocks.append(ReportTable(w.say("What we spent"), headings, rows))
    return blocks


def _received(last: PublicView, before: PublicView | None, w: Words) -> list[tuple[str, int]]:
    """Returns the sources of money of the year, each with the amount that came from it."""
    until = {(each.kind, each.grant): each.to_date for each in before.money_in} if before else {}
    received = [
        (
            row_name(each.kind, each.name, w, each.grant),
            each.to_date - until.get((each.kind, each.grant), 0),
        )
        for each in last.money_in
    ]
    return [(name, units) for name, units in received if units]


def _this_year(row: PublicRow, earlier: PublicRow | None) -> int:
    """Returns the spending of a category in the year."""
    return (row.spent or 0) - ((earlier.spent or 0) if earlier else 0)


def _counted(last: PublicView, before: PublicView | None, year: Year, w: Words) -> list[Block]:
    """Returns the indicators, with the numbers of the year."""
    earlier = {each.id: each.to_date for each in before.facts.indicators} if before else {}
    begun = {each.id for each in last.facts.progress if each.start and year.has(each.start)}
    figures, moved = [], set()
    for each in last.facts.indicators:
        # If no page has the number before the year, older work has no number of the year.
        # In that case, only indicators of work that began in the year are used.
        known = bool(_work_before(before)) or each.activity in begun
        counted = _counted_in_year(each, earlier.get(each.id)) if known else None
        figures.append(msgspec.structs.replace(each, in_period=counted))
        if known and each.to_date != earlier.get(each.id):
            moved.add(each.id)
    # A percentage that changed has no number of the year, but it is still shown.
    kept = moved.union(each.id for each in still_counted(figures, last.facts.progress))
    figures = [each for each in figures if each.id in kept]
    if not figures:
        return []
    names, note = last.facts.activity_names, few_people(figures, w)
    return indicators_blocks(figures, names, w.say("This year"), w, note)


def _counted_in_year(each: IndicatorFigures, earlier: Decimal | None) -> Decimal | None:
    """Returns the number that an indicator reached in the year: the number on the last page of the
    year, less the number on the last page of the year before.

    Returns None for a percentage, which cannot be summed, and if a number is not known."""
    if each.to_date is None or is_share(each.unit):
        return None
    return each.to_date if earlier is None else each.to_date - earlier
