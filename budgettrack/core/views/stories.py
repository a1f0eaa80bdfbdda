"""Says which stories the public may read now, and what of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan, Story
from budgettrack.core.views.public_types import PublicStory


def told_stories(plan: Plan, today: date) -> list[Story]:
    """Returns the stories that may be published today, by month: those marked *Publish* with
    consent. `plan` has no personal details (see `audience.without_personal_details`)."""
    told = [each for each in plan.stories.values() if each.publish and each.has_consent(today)]
    return sorted(told, key=lambda story: story.month)


def public_stories(stories: Sequence[Story], month: Month) -> tuple[PublicStory, ...]:
    """Returns the stories of a month as its page tells them, in the order of the workbook.

    A picture without its words is not shown: who cannot see it would learn nothing."""
    return tuple(
        PublicStory(each.id, each.title, each.words, each.shows if each.picture else "")
        for each in stories
        if each.month == month
    )
