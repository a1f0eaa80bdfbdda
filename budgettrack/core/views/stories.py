"""Decides which stories the public may read now, and which parts of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan, Story
from budgettrack.core.views.public_types import PublicStory


def told_stories(plan: Plan, today: date) -> list[Story]:
    """Returns the stories that may be published today, by month: those that are marked *Publish*
    and have consent. `plan` must have no personal details (see
    `audience.without_personal_details`)."""
    told = [each for each in plan.stories.values() if each.publish and each.has_consent(today)]
    return sorted(told, key=lambda story: story.month)


def public_stories(stories: Sequence[Story], month: Month) -> tuple[PublicStory, ...]:
    """Returns the stories of a month for its page, in the order of the workbook.

    A picture without a text that describes it is not shown: people who cannot see it would learn
    nothing."""
    return tuple(
        PublicStory(each.id, each.title, each.words, each.shows if each.picture else "")
        for each in stories
        if each.month == month
    )
