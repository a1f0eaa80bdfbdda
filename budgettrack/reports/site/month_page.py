"""The public page of a month, as a document."""

from __future__ import annotations

from budgettrack.core.views.public import grant_title
from budgettrack.core.views.public_types import PublicFacts, PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Bullets,
    Document,
    Link,
    Section,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import row_name
from budgettrack.reports.site.budget import budget_section
from budgettrack.reports.site.corrections import PageNeighbours, changed
from budgettrack.reports.site.money import money_section
from budgettrack.reports.site.work import coming, in_kind_section, work_section


def document(view: PublicView, w: Words, around: PageNeighbours) -> Document:
    """Returns the page."""
    month = formats.month(view.month, w.at)
    sections = [
        Section(
            "where", w.say("Where we stand"), [Text(sentence) for sentence in sentences(view, w)]
        ),
        Section("money", w.say("Money in and out"), money_section(view, w)),
        Section("budget", w.say("Planned and spent"), budget_section(view, w)),
        Section("work", w.say("What we planned and what we did"), work_section(view, w)),
        Section("kind", w.say("Given in kind"), in_kind_section(view, w)),
        Section("next", w.say("What is due next"), coming(view, w)),
        Section(
            "changed", w.say("What changed in figures already published"), changed(view, around, w)
        ),
        Section("read", w.say("How to read this"), [Bullets(_reading(view, w))]),
        Section("ask", w.say("Who to ask"), [Text(who_to_ask(view.facts))]),
    ]
    links = [Link(w.say("All months"), "index.html")]
    if around.before:
        links.append(
            Link(
                formats.month(around.before, w.at),
                f"{around.before}.html",
                w.say("the month before"),
            )
        )
    if around.after:
        links.append(
            Link(
                formats.month(around.after, w.at), f"{around.after}.html", w.say("the month after")
            )
        )
    return Document(
        title=f"{view.facts.organisation}: {month}",
        organisation=view.facts.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=w.say("Where our money and work stand, {month}", month=month),
        standing=w.say(
            "Figures to date begin with {month}. Amounts are in {currency}.",
            month=formats.month(view.facts.first, w.at),
            currency=view.currency,
        ),
        notices=notices(view, w),
        sections=sections,
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.facts.organisation,
        ),
        links=links,
    )


def who_to_ask(facts: PublicFacts) -> str:
    """Returns the organisation and its contact."""
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
                "This page was written later, from the accounts. How the work went was not kept for"
                " that month."
            )
        )
    return lines


def _without_rate(view: PublicView, w: Words) -> list[str]:
    """Returns the sentence that tells whose money is in no figure because no rate is known, if
    any."""
    if not view.facts.without_rate:
        return []
    titles = {grant.id: grant_title(grant) for grant in view.facts.grants}
    names = [row_name(key, titles.get(key, ""), w, key) for key in view.facts.without_rate]
    return [
        w.say(
            "Left out, because no exchange rate to {currency} is known: {grants}.",
            currency=view.currency,
            grants="; ".join(names),
        )
    ]


def sentences(view: PublicView, w: Words) -> list[str]:
    """Returns a summary of the money and the work in three sentences (two if the work is not
    known), and one more if a grant is left out."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    total = view.categories.total
    received = w.say(
        "We have received {amount} since {month}.",
        amount=amount(sum(source.to_date for source in view.money_in)),
        month=formats.month(view.facts.first, w.at),
    )
    if total.spent is None:
        spent = w.say("What we spent is not shown yet.")
    elif total.planned is None:
        spent = w.say(
            "Up to the end of {month}, {amount} of our spending is shown here.",
            month=formats.month(view.month, w.at),
            amount=amount(total.spent),
        )
    else:
        spent = w.say(
            "Up to the end of {month}, {amount} of our spending is shown here. {planned} is planned"
            " for the whole time.",
            month=formats.month(view.month, w.at),
            amount=amount(total.spent),
            planned=amount(total.planned),
        )
    money = [received, *_without_rate(view, w), spent]
    return money if view.facts.later else [*money, _work_done(view.facts, w)]


def _work_done(facts: PublicFacts, w: Words) -> str:
    """Returns how many planned activities are done and late."""
    counted = [item for item in facts.progress if item.status != "dropped"]
    done = sum(item.status == "done" for item in counted)
    late = sum(item.late for item in facts.coming)
    return w.many(
        "Of {number} planned activity: {done} done, {late} late.",
        "Of {number} planned activities: {done} done, {late} late.",
        len(counted),
        done=formats.whole(done, w.at),
        late=formats.whole(late, w.at),
    )


def _reading(view: PublicView, w: Words) -> list[str]:
    """Returns the lines that explain how to read the page."""
    return [
        w.say(
            "Every figure of spending, budget and gifts is a sum of several people's or firms'"
            " money, published together once. No payment is shown by itself."
        ),
        w.say(
            "Spending is shown as soon as enough people stand behind it. So a month's figure is"
            " what its page showed for the first time, and may be about earlier months."
        ),
        w.say("To date means from the first month of the figures to the end of the month named."),
        w.say(
            "Planned and spent have tables of their own: they are not about the same money, so they"
            " cannot be compared row by row."
        ),
        w.say(
            "Grants in another currency are counted in {currency} at the rate of their budget, "
            "and so is the money received from them.",
            currency=view.currency,
        ),
        w.say("Provisional means that the treasurer has not closed the month yet."),
        w.say(
            "What is given in kind stands beside the money with how it was valued, and is never"
            " added to it."
        ),
    ]
