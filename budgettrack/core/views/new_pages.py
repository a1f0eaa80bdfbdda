"""Decides which public pages are made next: the new batches (sums that are published together),
and the other facts of each page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field

from budgettrack.core.base.months import Month, after, months
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.award import paid_by_grant
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.seal import Number, seal, untold_awards, waits_since
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.facts import public_facts
from budgettrack.core.views.indicators import NOTHING_TOLD, Told
from budgettrack.core.views.public_types import PublicFacts


class PageSettings(Struct, frozen=True):
    """What the pages need to know about the group.

    `incomplete`: whether rows that cannot be read are left out. `headings`: more general public
    names of categories. `waited`: the month since which something waited when the newest page
    was made."""

    organisation: str
    incomplete: bool = False
    headings: Mapping[str, str] = field(default_factory=dict)
    waited: Month | None = None


class NewPages(Struct, frozen=True):
    """The batches that are sealed next, and the facts for the pages that are new or are made
    again."""

    batches: Sequence[Batch]
    facts: Sequence[PublicFacts]


def new_pages(
    plan: Plan,
    who: Contributors,
    before: Sequence[Batch],
    there: Collection[Month],
    first: Month,
    month: Month,
    settings: PageSettings,
    number: Number,
    copies: Sequence[Batch] = (),
    told: Told = NOTHING_TOLD,
) -> NewPages:
    """Returns the pages to add, so that every month from `first` to `month` has a page. If the page
    of `month` is the newest one, it is made again. If a later month has a page, nothing is made.

    `before`: all batches until now, in the order of sealing. `there`: the months that have a page.
    `first`: the month of the first page. `number`: draws the random number of a batch. `copies`:
    sums that stood on pages of an older version of the program. `told`: the indicators on the pages
    until now."""
    if max(there, default="") > month:
        return NewPages((), ())
    plan = without_personal_details(plan)
    contributions = Contributions(plan, who, settings.headings)
    batches: list[Batch] = list(before)
    facts = []
    paid, waited = paid_by_grant(plan), settings.waited
    for page in _months_to_make(there, first, month):
        batches += seal(contributions, batches, page, number=number, copies=copies, newest=month)
        # All pages show money in its newest state, so `untold` is decided for the newest page only.
        untold = untold_awards(contributions, batches, page) if page == month else frozenset()
        waited = waits_since(contributions, batches, page, waited, untold)
        facts.append(
            public_facts(
                plan,
                page,
                first=first,
                organisation=settings.organisation,
                later=page not in there and page != month,
                incomplete=settings.incomplete,
                untold=untold,
                waits_since=waited,
                told=told,
                paid=paid,
            )
        )
    return NewPages(tuple(batches[len(before) :]), tuple(facts))


def _months_to_make(there: Collection[Month], first: Month, month: Month) -> list[Month]:
    """Returns all months after the newest page up to `month`, or `month` alone if it has the
    newest page."""
    begin = after(max(there)) if there else min(first, month)
    return months(begin, month) if begin <= month else [month]
