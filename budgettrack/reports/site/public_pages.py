"""The published pages as the public may read them now: sums of the stored batches under the
names that may be shown today, and the facts that were stored with each page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.config.open_data import Organisation
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.facts import facts_now, needed
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.stories import public_stories, told_stories
from budgettrack.group import OpenedGroup
from budgettrack.reports.site.withheld_names import (
    discreet_batches,
    discreet_facts,
    known_organisations,
)


class Published(Struct, frozen=True):
    """The page of a month in its present form. `on` is the day on which it was first published."""

    view: PublicView
    on: date


def public_pages(group: OpenedGroup) -> list[Published]:
    """Returns all published pages, the oldest first. A grant, a category or an activity that was
    withdrawn is not named on any of them.

    Organisations have the names that the workbook gives them (see `discreet_pages`)."""
    return _pages(group, {})


def discreet_pages(group: OpenedGroup) -> list[Published]:
    """Returns all published pages, without the names of organisations that the config hides or
    that were withdrawn."""
    return _pages(group, known_organisations(group))


def _pages(group: OpenedGroup, known: Mapping[str, Organisation]) -> list[Published]:
    stored, withdrawn, headings = group.publications, group.withdrawn, group.config.headings
    # A grant may have been withdrawn after the state of the register was read.
    plan = without_personal_details(withdrawn.plan(group.standing.plan))
    batches = discreet_batches(public_batches(stored.batches, plan, withdrawn, headings), known)
    told = [page.facts for page in stored.pages.values()]
    newest = max(told, key=lambda facts: facts.month, default=None)
    now = told_stories(plan, group.today)
    facts = [
        replace(facts_now(then, newest, plan, withdrawn), stories=public_stories(now, then.month))
        for then in told
        if newest
    ]
    return [
        Published(
            public_view(batches, discreet_facts(page, known)), stored.pages[page.month].published
        )
        for page in needed(facts, batches)
    ]
