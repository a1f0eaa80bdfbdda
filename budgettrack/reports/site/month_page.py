"""The public page of a month, as a document."""

from __future__ import annotations

from budgettrack.core.base import money
from budgettrack.core.views.public_types import (
    PublicView,
)
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Bullets,
    Document,
    Link,
    Section,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import left_out, row_name
from budgettrack.reports.site.budget import budget_section
from budgettrack.reports.site.corrections import PageNeighbours, changed
from budgettrack.reports.site.money import grant_title, money_section
from budgettrack.reports.site.work import coming, in_kind_section, work_section


def document(view: PublicView, w: Words, around: PageNeighbours) -> Document:
    """Returns the page."""
    month = formats.month(view.month, w.at)
    sections = [
        Section(
            "where", w.say("Where we stand"), [Text(sentence) for sentence in sentences(view, w)]
        ),
        Section("money", w.say("Money in and out"), money_section(view, w)),
        Section("budget", w.say("Budget against spending"), budget_section(view, w)),
        Section("work", w.say("What we planned and what we did"), work_section(view, w)),
        Section("kind", w.say("Given in kind"), in_kind_section(view, w)),
        Section("next", w.say("What is due next"), coming(view, w)),
        Section(
            "changed", w.say("What changed in figures already published"), changed(view, around, w)
        ),
        Section("read", w.say("How to read this"), [Bullets(_reading(view, w))]),
        Section("ask", w.say("Who to ask"), [Text(f"{view.organisation}. {view.contact}".strip())]),
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
        title=f"{view.organisation}: {month}",
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=w.say("Where our money and work stand, {month}", month=month),
        standing=w.say(
            "Figures to date begin with {month}. Amounts are in {currency}.",
            month=formats.month(view.first, w.at),
            currency=view.currency,
        ),
        notices=notices(view, around, w),
        sections=sections,
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.organisation,
        ),
        links=links,
    )


def notices(view: PublicView, around: PageNeighbours, w: Words) -> list[str]:
    """Returns the notes that a reader needs before the figures."""
    month = formats.month(view.month, w.at)
    lines = []
    if view.provisional:
        lines.append(
            w.say(
                "Provisional: {month} is not closed yet, and its figures may still change.",
                month=month,
            )
        )
    if around.corrected:
        lines.append(
            w.say("Corrected: figures on this page were corrected later. See below what changed.")
        )
    if view.left_out:
        lines.append(left_out(view.left_out, w))
    if view.through is None:
        # Where all the money is left out for want of a rate, no payment waits.
        if view.categories.rows or not view.without_rate:
            lines.append(
                w.say(
                    "Spending is not shown yet: too few payments were made to show any without"
                    " showing one alone."
                )
            )
    elif view.through != view.month:
        lines.append(
            w.say(
                "Spending is shown up to {month}: since then too few payments were made to show any"
                " without showing one alone.",
                month=formats.month(view.through, w.at),
            )
        )
    if view.later:
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
    if not view.without_rate:
        return []
    titles = {grant.id: grant_title(grant) for grant in view.grants}
    names = [row_name(key, titles.get(key, ""), w, key) for key in view.without_rate]
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
    received = sum(row.to_date for row in view.money_in)
    first = w.say(
        "We have received {amount} since {month}.",
        amount=amount(received),
        month=formats.month(view.first, w.at),
    )
    share = money.percent(total.spent, total.budget)
    if total.through is None:
        second = w.say("What we spent is not shown yet.")
    elif share:
        second = w.say(
            "By the end of {month} we had spent {amount}, which is {percent} of the {planned}"
            " planned, not counting what pays people.",
            month=formats.month(total.through, w.at),
            amount=amount(total.spent),
            percent=formats.percentage(share, w.at),
            planned=amount(total.budget),
        )
    else:
        second = w.say(
            "By the end of {month} we had spent {amount}, not counting what pays people.",
            month=formats.month(total.through, w.at),
            amount=amount(total.spent),
        )
    if view.later:
        return [first, *_without_rate(view, w), second]
    counted = [item for item in view.progress if item.status != "dropped"]
    done = sum(item.status == "done" for item in counted)
    late = sum(item.late for item in view.coming)
    third = w.many(
        "Of {number} planned activity: {done} done, {late} late.",
        "Of {number} planned activities: {done} done, {late} late.",
        len(counted),
        done=formats.whole(done, w.at),
        late=formats.whole(late, w.at),
    )
    return [first, *_without_rate(view, w), second, third]


def _reading(view: PublicView, w: Words) -> list[str]:
    """Returns the lines that explain how to read the page."""
    return [
        w.say(
            "Variance is budget minus spent: above zero is not yet spent, below zero is more than"
            " planned."
        ),
        w.say("To date means from the first month of the figures to the end of the month named."),
        w.many(
            "Every figure, and its difference from any page before, has at least {number} payment"
            " behind it.",
            "Every figure, and its difference from any page before, has at least {number} payments"
            " behind it.",
            view.fewest,
        ),
        w.say(
            "Where a row has fewer new ones, it stays at an earlier month, and the newest money of"
            " such rows is one line."
        ),
        w.say("What pays people is never in a month's figures."),
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
