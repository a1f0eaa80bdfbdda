"""Makes the page that says which data is not published, and why. It is made from the settings,
so it is always correct."""

from __future__ import annotations

from budgettrack.config.open_data import REASONS, OpenData
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import Bullets, Document, Link, Section, Text
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import page_words


def exclusions(view: PublicView, settings: OpenData, w: Words, look: Branding) -> bytes:
    """Returns the page as HTML, in one language."""
    never = [
        w.say("Names, addresses and telephone numbers of persons, and anything by which a person could be known."),
        w.say("Single payments. Each amount is a sum of at least three people or firms, in which nobody's share can be seen."),
        w.say("What anybody is paid, and how many people are paid."),
        w.say("When a payment was made: spending is dated by the month in which it was first shown. A budget is spread evenly over the time of its grant."),
        w.say("Days: dates are told by month. Places: none finer than the country.")
        if settings.country
        else w.say("Days: dates are told by month. Places: none finer than the region of the world."),
    ]  # fmt: skip
    sometimes = [
        w.say("Grants that were not marked for publishing. Their spending is in one line, so that totals add up. Their budgets and the money received for them are left out."),
        w.say("Money that cannot be told apart by grant or by category. What was spent is in one line, so that totals add up. Its budgets are left out."),
        w.say("Amounts that belong to too few people. They wait until they can be shown together with others."),
    ]  # fmt: skip
    if any(each.withheld for each in settings.organisations.values()):
        sometimes.append(w.say("The names of some organisations that give to us."))
    if any(name != each.name for name, each in settings.organisations.items() if not each.withheld):
        sometimes.append(w.say("Some organisations have a neutral name."))
    because = (
        w.say("Reason: {reason}", reason=settings.because) + ". " + w.say(REASONS[settings.because])
    )
    sections = [
        Section("never", w.say("Never published"), [Bullets(never)]),
        Section("withheld", w.say("Withheld for now"), [Bullets(sometimes), Text(because)]),
        Section(
            "back",
            w.say("To have something withdrawn"),
            [
                Text(
                    w.say(
                        "Ask {organisation}.",
                        organisation=f"{view.facts.organisation} {view.facts.contact}".strip(),
                    )
                )
            ],
        ),
    ]
    title = w.say("What we do not publish, and why")
    document = Document(
        title=title,
        organisation=view.facts.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=title,
        standing="",
        notices=(),
        sections=sections,
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.facts.organisation,
        ),
        links=[
            Link(
                w.say("The open books of {organisation}", organisation=view.facts.organisation),
                "index.html",
            )
        ],
    )
    return page(document, look, page_words(w)).encode()
