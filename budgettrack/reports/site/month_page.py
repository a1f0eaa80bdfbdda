"""The public page of a month: what the group did, money in and out, what is late, and what comes
next.

A page of its own has all other figures (`figures_page.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.views.public import grant_title
from budgettrack.core.views.public_types import Progress, PublicFacts, PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Link,
    Links,
    Section,
    Subheading,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import paragraphs, row_name
from budgettrack.reports.site.corrections import PageNeighbours, changed
from budgettrack.reports.site.money import by_month, left_out, month_facts
from budgettrack.reports.site.stories import NO_PICTURES, StoryPictures, stories
from budgettrack.reports.site.work import coming, done_now, late, reached_now, under_way


def document(
    view: PublicView, w: Words, around: PageNeighbours, pictures: StoryPictures = NO_PICTURES
) -> Document:
    """Returns the page of a month. A section without content is left out."""
    sections = [
        Section("did", w.say("What we did"), _did(view, around, w, pictures)),
        Section("money", w.say("Money in and out"), _money(view, w)),
        Section("next", w.say("What comes next"), coming(view, w)),
        Section("changed", w.say("What we corrected"), changed(view, around, w)),
        Section(
            "more",
            w.say("More"),
            [
                Links([Link(w.say("All figures"), figures_file(view.month), figures_hint(w))]),
                Text(who_to_ask(view.facts)),
            ],
        ),
    ]
    return page_of_month(
        view,
        w,
        w.say("{month}: our work and our money", month=formats.month(view.month, w.at)),
        sections,
        _ways(view.month, around, w),
    )


def figures_file(month: Month) -> str:
    """Returns the path of the page with all figures of a month, from the site's folder."""
    return f"{month}-figures.html"


def figures_hint(w: Words) -> str:
    """Returns a sentence that says what is on the page with all figures."""
    return w.say("by source, grant, category and activity, with the whole work-plan")


def page_of_month(
    view: PublicView, w: Words, heading: str, sections: Sequence[Section], links: Sequence[Link]
) -> Document:
    """Returns a page about one month, with the notes that its reader needs."""
    return Document(
        title=f"{view.facts.organisation}: {heading}",
        organisation=view.facts.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=heading,
        standing=w.say(
            "Figures to date begin with {month}. Amounts are in {currency}.",
            month=formats.month(view.facts.first, w.at),
            currency=view.currency,
        ),
        # All notes are joined into one.
        # So on a telephone the group's own words are on the first screen.
        notices=[" ".join(notices(view, w))] if notices(view, w) else [],
        sections=[section for section in sections if section.blocks],
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.facts.organisation,
        ),
        links=links,
    )


def who_to_ask(facts: PublicFacts) -> str:
    """Returns the name of the organisation and how to reach it."""
    return f"{facts.organisation}. {facts.contact}".strip()


def notices(view: PublicView, w: Words) -> list[str]:
    """Returns the notes that a reader needs before the figures."""
    facts = view.facts
    lines = []
    if facts.provisional:
        lines.append(
            w.say(
                "Provisional: {month} is not closed yet, and later pages may correct its figures.",
                month=formats.month(view.month, w.at),
            )
        )
    if facts.incomplete:
        lines.append(
            w.say(
                "Some rows are left out of the figures, because something in them cannot be read."
            )
        )
    if facts.waits_since is not None:
        lines.append(
            w.say(
                "Something is not shown yet, since {month}: too few people stand behind it.",
                month=formats.month(facts.waits_since, w.at),
            )
        )
    if facts.later:
        lines.append(
            w.say(
                "This page was written later, from the accounts. How far each activity had come was"
                " not kept for that month."
            )
        )
    return lines


def own_words(view: PublicView) -> list[str]:
    """Returns the paragraphs of the group's own words about the month (Review in Months)."""
    return paragraphs(view.facts.review)


def sentences(view: PublicView, w: Words) -> list[str]:
    """Returns the month in sentences: money in and out, money that is not in these figures and
    why, and the state of the work (left out if it is not known)."""
    return [in_and_out(view, w), left_out(view, w), *besides(view, w)]


def besides(view: PublicView, w: Words) -> list[str]:
    """Returns sentences about grants without an exchange rate, and about the state of the work."""
    lines = _without_rate(view, w)
    return lines if view.facts.later else [*lines, _work_done(view.facts, w)]


def in_and_out(view: PublicView, w: Words) -> str:
    """Returns a sentence about the money in, the money out and the money left."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    through, month = view.month_sum, formats.month(view.month, w.at)
    if through is not None:
        return w.say(
            "{month}: {came_in} came in and {went_out} went out. Of the money shown here,"
            " {closing} is left.",
            month=month,
            came_in=amount(through.came_in),
            went_out=amount(through.went_out),
            closing=amount(through.closing),
        )
    received, spent = sum(each.to_date for each in view.money_in), view.categories.total.spent
    told = w.say(
        "We have received {amount} since {month}.",
        amount=amount(received),
        month=formats.month(view.facts.first, w.at),
    )
    if spent is None:
        hidden = w.say("What we spent is not shown yet.")
        return f"{told} {hidden}"
    shown = w.say(
        "Up to the end of {month}, {amount} of our spending is shown here.",
        month=month,
        amount=amount(spent),
    )
    # A grant's spending may be shown while its instalments are secret.
    # If instalments are secret, money in minus money out is no balance, so none is shown.
    return f"{told} {shown}" if view.money_in else shown


def _without_rate(view: PublicView, w: Words) -> list[str]:
    """Returns a sentence that says which grants are in no figure because no rate is known.
    Returns nothing if there are none."""
    if not view.facts.without_rate:
        return []
    titles = {grant.id: grant_title(grant) for grant in view.facts.grants}
    names = [row_name(key, titles.get(key, ""), w, key) for key in view.facts.without_rate]
    return [
        w.say(
            "Left out, because no exchange rate to {currency} is known: {grants}.",
            currency=view.currency,
            grants=formats.series(names, w.at),
        )
    ]


def _work_done(facts: PublicFacts, w: Words) -> str:
    """Returns a sentence that says how many planned activities are done and how many are late."""
    counted = [item for item in facts.progress if item.status != "dropped"]
    done = sum(item.status == "done" for item in counted)
    overdue = sum(item.late for item in facts.coming)
    return w.many(
        "Of {number} planned activity: {done} done, {late} late.",
        "Of {number} planned activities: {done} done, {late} late.",
        len(counted),
        done=formats.whole(done, w.at),
        late=formats.whole(overdue, w.at),
    )


def _did(
    view: PublicView, around: PageNeighbours, w: Words, pictures: StoryPictures
) -> list[Block]:
    """Returns the group's own words, the stories, the work done in the month, the work under way
    and the late work."""
    blocks: list[Block] = [Text(paragraph) for paragraph in own_words(view)]
    if view.facts.progress and not view.facts.later:
        blocks.append(Text(_work_done(view.facts, w)))
    blocks += stories(view.facts, pictures)
    if view.facts.later:
        return blocks
    for heading, lines in (
        (w.say("Done this month"), _noted(done_now(view, around.earlier), w)),
        (w.say("Reached this month"), _few(reached_now(view, w), w)),
        (w.say("Late"), late(view, w)),
        (w.say("Under way"), _noted(under_way(view), w)),
    ):
        if lines:
            blocks += [Subheading(heading), Bullets(lines)]
    return blocks


MOST = 6
"""How many activities a list has at most. The page with all figures has all of them."""


def _noted(activities: Sequence[Progress], w: Words) -> list[str]:
    """Returns a line for each activity, with what the group wrote about it."""
    lines = [f"{each.activity or each.id}. {each.note}".strip() for each in activities]
    return _few([line.rstrip(". ") + "." for line in lines], w)


def _few(lines: list[str], w: Words) -> list[str]:
    """Returns the first lines, and then a line that says how many more there are."""
    if len(lines) <= MOST:
        return lines
    rest = len(lines) - MOST
    return [*lines[:MOST], w.many("and {number} more", "and {number} more", rest)]


def _money(view: PublicView, w: Words) -> list[Block]:
    """Returns money in and out, money that is not in these figures and why, and one chart."""
    blocks: list[Block] = [month_facts(view, w)]
    if view.categories.total.spent is None:
        blocks.append(Text(w.say("What we spent is not shown yet.")))
    blocks += [Text(line) for line in _without_rate(view, w)]
    blocks.append(Text(left_out(view, w), True))
    if view.months:
        blocks.append(by_month(view, w))
    return blocks


def _ways(month: Month, around: PageNeighbours, w: Words) -> list[Link]:
    """Returns the links to the other pages."""
    links = [
        Link(w.say("All months"), "index.html"),
        Link(w.say("All figures"), figures_file(month)),
    ]
    if around.before:
        before = formats.month(around.before, w.at)
        links.append(Link(before, f"{around.before}.html", w.say("the month before")))
    if around.after:
        after = formats.month(around.after, w.at)
        links.append(Link(after, f"{around.after}.html", w.say("the month after")))
    return links
