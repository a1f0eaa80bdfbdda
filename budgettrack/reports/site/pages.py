"""The public site: a page for each month and each published grant, an index, a feed, a calendar,
and data files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from budgettrack.core.base.months import Month, last_day
from budgettrack.core.views.public import grant_title
from budgettrack.core.views.public_types import PublicGrant, PublicRow, PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.activities import work
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import (
    Block,
    Document,
    Fact,
    Facts,
    Link,
    Links,
    Section,
    Subheading,
    Text,
    Works,
)
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import page_words
from budgettrack.reports.site import datasets
from budgettrack.reports.site.about import about_us, partners
from budgettrack.reports.site.corrections import PageNeighbours, changes, correcting
from budgettrack.reports.site.feed import FeedEntry, feed
from budgettrack.reports.site.figures_page import figures
from budgettrack.reports.site.money import grant_file, left_out, month_facts, own_money
from budgettrack.reports.site.month_page import (
    besides,
    document,
    figures_file,
    figures_hint,
    in_and_out,
    own_words,
    sentences,
    who_to_ask,
)
from budgettrack.reports.site.public_calendar import public_calendar
from budgettrack.reports.site.public_pages import Published
from budgettrack.reports.site.stories import (
    NO_PICTURES,
    StoryPictures,
    newest_story,
    picture_files,
    story_words,
)
from budgettrack.reports.site.work import due
from budgettrack.reports.site.year import Year, files_of_year


def site(
    pages: Sequence[Published],
    w: Words,
    look: Branding,
    address: str = "",
    years: Sequence[Year] = (),
    pictures: StoryPictures = NO_PICTURES,
) -> Iterator[tuple[str, bytes]]:
    """Yields the path (from the public folder) and the content of every file of the site.

    `pages` are sorted by month, oldest first; there must be at least one. `years`: the years for
    which a report is in the site. `pictures`: the pictures of the stories. `address` is the web
    address of the site, for links in the feed. If it is '', links are relative."""
    views = {each.view.month: each.view for each in pages}
    order = list(views)
    own = page_words(w)
    for index, month in enumerate(order):
        view = views[month]
        around = PageNeighbours(
            before=order[index - 1] if index else None,
            after=order[index + 1] if index + 1 < len(order) else None,
            earlier=views[order[index - 1]].facts if index else None,
            correcting=correcting(month, views.values()),
        )
        yield f"{month}.html", page(document(view, w, around, pictures), look, own).encode()
        yield figures_file(month), page(figures(view, w), look, own).encode()
    newest = pages[-1].view
    for grant in newest.facts.grants:
        yield grant_file(grant.id), page(_grant(grant, newest, w), look, own).encode()
    yield "index.html", page(_index(pages, years, pictures, w), look, own).encode()
    yield from picture_files(pictures)
    yield "feed.xml", _feed(pages, w, address)
    yield "calendar.ics", public_calendar([(each.view, each.on) for each in pages], w)
    yield from datasets.files(list(views.values()), w, address)


def _document(
    title: str,
    heading: str,
    standing: str,
    sections: Sequence[Section],
    newest: PublicView,
    w: Words,
    home: str,
    links: Sequence[Link] = (),
) -> Document:
    """Returns a page that is not about one month: the index, or the page of a grant."""
    return Document(
        title=title,
        organisation=newest.facts.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=heading,
        standing=standing,
        notices=(),
        sections=[section for section in sections if section.blocks],
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=newest.facts.organisation,
        ),
        links=links,
        home=home,
    )


def _index(
    pages: Sequence[Published], years: Sequence[Year], pictures: StoryPictures, w: Words
) -> Document:
    """Returns the index page."""
    newest = pages[-1].view
    grants = [
        Link(
            grant_title(grant),
            grant_file(grant.id),
            " · ".join(filter(None, (grant.id, w.term(grant.state)))),
        )
        for grant in newest.facts.grants
    ]
    data = [
        Link("data.xlsx", "data.xlsx", w.say("all tables in one workbook")),
        Link("data.json", "data.json", w.say("all tables for programs")),
        Link(
            "datapackage.json",
            "datapackage.json",
            w.say("tables as CSV, with what each column means"),
        ),
        Link("feed.xml", "feed.xml", w.say("follow our progress in a feed reader")),
        Link(
            "calendar.ics",
            "calendar.ics",
            w.say("when our work begins and ends, for a calendar program"),
        ),
    ]
    sections = [
        # New things come first: on a telephone, the group's words about itself fill a whole screen.
        Section("where", w.say("Where we stand"), _where(newest, w)),
        Section("story", w.say("Our newest story"), _story(pages, pictures, w)),
        Section("about", w.say("About us"), about_us(newest.facts, w)),
        Section("months", w.say("Month by month"), list(_by_year(pages, w))),
        Section("years", w.say("Year by year"), _years(years, w)),
        Section("grants", w.say("Our grants"), [Links(grants)] if grants else []),
        Section("partners", w.say("Whom we work with"), partners(newest, w)),
        Section("data", w.say("The figures for your own use"), [Links(data)]),
        Section("ask", w.say("Who to ask"), [Text(who_to_ask(newest.facts))]),
    ]
    return _document(
        newest.facts.organisation,
        w.say("The open books of {organisation}", organisation=newest.facts.organisation),
        _standing_of(newest, w),
        sections,
        newest,
        w,
        "",
    )


def _standing_of(newest: PublicView, w: Words) -> str:
    """Returns in words to which month the first page goes, and whether this month is final."""
    to = w.say("To the end of {month}", month=formats.month(newest.month, w.at))
    provisional = w.say("provisional")
    return f"{to} · {provisional}" if newest.facts.provisional else to


def _years(years: Sequence[Year], w: Words) -> list[Block]:
    """Returns the links to the reports of years, newest first."""
    links = [
        Link(formats.span(year.first, year.last, w.at), files_of_year(year)[0])
        for year in reversed(years)
    ]
    return [Links(links)] if links else []


def _where(newest: PublicView, w: Words) -> list[Block]:
    """Returns the present state: the newest words of the group, the money, the work, and a link
    to the newest page."""
    month = formats.month(newest.month, w.at)
    # The sentence about money is left out here, because the four figures below it say the same.
    money = [] if newest.month_sum else [in_and_out(newest, w)]
    return [
        *map(Text, own_words(newest)[:1]),
        *map(Text, (*money, *besides(newest, w))),
        month_facts(newest, w),
        Text(left_out(newest, w), True),
        Links(
            [
                Link(w.say("Read {month}", month=month), f"{newest.month}.html"),
                Link(w.say("All figures"), figures_file(newest.month), figures_hint(w)),
            ]
        ),
    ]


def _story(pages: Sequence[Published], pictures: StoryPictures, w: Words) -> list[Block]:
    """Returns the first part of the newest story, and a link to its page."""
    blocks, of = newest_story([each.view for each in pages], pictures)
    if not blocks:
        return []
    month = formats.month(of, w.at)
    return [*blocks, Links([Link(w.say("Read {month}", month=month), f"{of}.html#did")])]


def _by_year(pages: Sequence[Published], w: Words) -> Iterator[Block]:
    """Yields the years, the newest first, each with links to its months."""
    years: dict[str, list[Link]] = {}
    for published in reversed(pages):
        view = published.view
        marks = []
        if view.facts.provisional:
            marks.append(w.say("provisional"))
        if view.corrections:
            marks.append(w.say("with corrections"))
        link = Link(formats.month(view.month, w.at), f"{view.month}.html", ", ".join(marks))
        years.setdefault(view.month[:4], []).append(link)
    for year, links in years.items():
        if len(years) > 1:
            yield Subheading(year)
        yield Links(links)


def _facts(grant: PublicGrant, view: PublicView, w: Words) -> list[Fact]:
    """Returns the state of a grant, its award, and the money received, planned and spent."""
    time = formats.span(grant.start, grant.end, w.at)
    facts = [Fact(w.say("State"), w.term(grant.state) or formats.NONE, time)]
    # A figure that may not be shown is left out.
    # The page of the month says once that some money waits.
    if grant.received is not None:
        facts.insert(0, Fact(w.say("Received to date"), own_money(grant.received, grant, w)))
    if grant.amount is not None:
        facts.insert(0, Fact(w.say("Award"), own_money(grant.amount, grant, w)))
    row = _standing(grant, view)
    if row is not None and row.planned is not None:
        planned = formats.money(row.planned, view.currency, w.at)
        facts.append(Fact(w.say("Planned"), planned, w.say("for the whole time")))
    if row is not None and row.spent is not None:
        spent = formats.money(row.spent, view.currency, w.at)
        facts.append(Fact(w.say("Spent to date"), spent, w.say("what can be shown here")))
    return facts


def _standing(grant: PublicGrant, view: PublicView) -> PublicRow | None:
    """Returns the row of a grant in the tables of the page. Returns None if the page shows nothing
    under the name of this grant."""
    return next((row for row in view.by_grant.rows if row.key == grant.id), None)


def spending_note(grant: PublicGrant, view: PublicView, w: Words) -> str:
    """Returns a note about the spending of a grant, for example that some of it is shown
    elsewhere."""
    if grant.id in view.facts.without_rate:
        return w.say(
            "What was spent of it is in no figure: no exchange rate to {currency} is known.",
            currency=view.currency,
        )
    row = _standing(grant, view)
    if row is None or (row.planned is None and row.spent is None):
        return w.say("Nothing can be shown under the name of this grant yet.")
    if row.planned is None:
        shown = w.say("Spent is what can be shown under the name of this grant.")
    elif row.spent is None:
        shown = w.say("Planned is what can be shown under the name of this grant.")
    else:
        shown = w.say("Planned and spent are what can be shown under the name of this grant.")
    rest = w.say(
        "The rest is told together with other grants, or later: too few people stand behind it."
    )
    gives = grant.amount is not None or grant.received is not None
    if grant.currency == view.currency or not gives:
        return f"{shown} {rest}"
    currencies = w.say(
        "Award and money received are in {currency}, as agreed with the funder; all other amounts"
        " are in {base}, the currency of our books.",
        currency=grant.currency,
        base=view.currency,
    )
    return f"{currencies} {shown} {rest}"


def _grant(grant: PublicGrant, view: PublicView, w: Words) -> Document:
    """Returns the page of a grant."""
    money: list[Block] = [
        Facts(_facts(grant, view, w)),
        Text(spending_note(grant, view, w), True),
    ]
    paid_for = [item for item in view.facts.progress if item.id in grant.activities]
    sections = [
        Section("money", w.say("The grant at a glance"), money),
        Section(
            "work",
            w.say("What it pays for"),
            [Works([work(item, view.facts.indicators, w) for item in paid_for])]
            if paid_for
            else [],
        ),
        Section("ask", w.say("Who to ask"), [Text(who_to_ask(view.facts))]),
    ]
    links = [
        Link(w.say("All months"), "../index.html"),
        Link(formats.month(view.month, w.at), f"../{view.month}.html"),
    ]
    return _document(
        f"{view.facts.organisation}: {grant_title(grant)}",
        grant_title(grant),
        w.say(
            "Grant {id}, to the end of {month}.", id=grant.id, month=formats.month(view.month, w.at)
        ),
        sections,
        view,
        w,
        "../",
        links,
    )


def _feed(pages: Sequence[Published], w: Words, address: str) -> bytes:
    """Returns the feed of all pages."""
    entries = []
    for published in reversed(pages):
        view = published.view
        notes = [(row.activity, row.note) for row in view.facts.progress if row.note]
        title = w.say("{month}: our work and our money", month=formats.month(view.month, w.at))
        told = [
            *own_words(view),
            *story_words(view.facts),
            *sentences(view, w),
            *changes(view, w),
            *due(view, w),
        ]
        entries.append(
            FeedEntry(view.month, title, published.on, last_day(view.month), told, notes)
        )
    newest = pages[-1].view
    title = w.say(
        "{organisation}: progress, month by month", organisation=newest.facts.organisation
    )
    return feed(newest.facts.organisation, title, w.language, address, entries)


def newest_month(pages: Sequence[Published]) -> Month:
    """Returns the month of the newest page."""
    return pages[-1].view.month
