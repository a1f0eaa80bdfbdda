"""Checks the stories that are to be published: whether there is consent, and whether their
pictures can be published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import Plan

MEGABYTES, MEGAPIXELS = 20, 50
"""The largest picture that is read, in megabytes and in millions of pixels. A picture of a
telephone has about a quarter of this."""

PictureOf = Callable[[str], str]
"""A function that returns the code of the finding about a picture file, or '' if the file can be
published."""

_LIMITS = {"megabytes": str(MEGABYTES), "megapixels": str(MEGAPIXELS)}


def story_checks(plan: Plan, picture_of: PictureOf, today: date) -> Iterator[Finding]:
    """Finds a story that is marked *Publish* but has no consent up to today. Also finds such a
    story if its picture cannot be published, or has no text that describes it."""
    for story in plan.stories.values():
        if not story.publish:
            continue
        if not story.has_consent(today):
            yield finding("story-without-consent", "stories", story.id, "consent")
        if not story.picture:
            continue
        if not story.shows:
            yield finding("story-picture-without-words", "stories", story.id, "shows")
        if code := picture_of(story.picture):
            values = _LIMITS if code == "story-picture-too-large" else {}
            yield finding(code, "stories", story.id, "picture", **values)
