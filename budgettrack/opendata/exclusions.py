"""The page that tells which data is not published, and why. It is made from the settings, so it
is always true."""

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
        w.say("Single payments. A figure is told when at least {number} payments lie behind it, else later.", number=str(view.fewest)),
        w.say("What anybody is paid. What pays people is one total a year."),
        w.say("Days: dates are told by month. Places: none finer than the country.")
        if settings.country
        else w.say("Days: dates are told by month. Places: none finer than the region of the world."),
    ]  # fmt: skip
    sometimes = [
        w.say(
            "Grants that were not marked for publishing. Their money is in one line, so that totals"
            " add up."
        )
    ]
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
            w.say("To have something taken back"),
            [
                Text(
                    w.say(
                        "Ask {organisation}.",
                        organisation=f"{view.organisation} {view.contact}".strip(),
                    )
                )
            ],
        ),
    ]
    title = w.say("What we do not publish, and why")
    document = Document(
        title=title,
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=title,
        standing="",
        notices=(),
        sections=sections,
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.organisation,
        ),
        links=[
            Link(
                w.say("The open books of {organisation}", organisation=view.organisation),
                "index.html",
            )
        ],
    )
    return page(document, look, page_words(w)).encode()
