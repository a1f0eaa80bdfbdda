"""Checks the stories that are to be published: consent, and their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import Plan

MEGABYTES, MEGAPIXELS = 20, 50
"""The largest picture that is read. A telephone's has a quarter of it."""

PictureOf = Callable[[str], str]
"""Returns the code of the finding about a file in the folder of pictures. Returns '' if the file
can be published."""

_LIMITS = {"megabytes": str(MEGABYTES), "megapixels": str(MEGAPIXELS)}


def story_checks(plan: Plan, picture_of: PictureOf, today: date) -> Iterator[Finding]:
    """A story is marked *Publish* without consent up to today, or with a picture that cannot be
    published or has no words."""
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
