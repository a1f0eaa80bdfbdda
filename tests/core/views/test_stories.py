"""Which stories are public today, and what of them."""

from __future__ import annotations

from datetime import date

from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.sealing.withdrawn import Withdrawn
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.public_types import PublicStory
from budgettrack.core.views.stories import public_stories, told_stories

TODAY = date(2026, 11, 2)
STORY = {
    "month": "2026-10",
    "title": "The pier",
    "story": "We put up a table.",
    "picture": "pier.jpg",
    "shows": "A pier.",
    "consent": "2026-10-30",
    "publish": "yes",
}


def told(*stories: Fields, withdrawn: Withdrawn | None = None) -> list[str]:
    """The IDs of the stories that may be told."""
    records = {f"ST-{number}": {**STORY, **each} for number, each in enumerate(stories, 1)}
    plan, _ = plan_of({"stories": records}, base="EUR")
    if withdrawn is not None:
        plan = withdrawn.plan(plan)
    return [story.id for story in told_stories(without_personal_details(plan), TODAY)]


def test_only_stories_marked_publish_with_consent_up_to_today_are_told() -> None:
    assert told(
        {},
        {"consent": ""},
        {"consent": "2026-11-03"},
        {"publish": ""},
        {"publish": "no"},
        {"consent": "2026-11-02"},
    ) == ["ST-1", "ST-6"]


def test_a_story_with_a_personal_detail_anywhere_is_not_told_at_all() -> None:
    detail = "Call +351 912 345 678"

    assert told({"title": detail}, {"story": detail}, {"shows": detail}, {}) == ["ST-4"]


def test_a_withdrawn_story_is_not_told() -> None:
    assert told({}, {}, withdrawn=Withdrawn(stories=frozenset({"st-1"}))) == ["ST-2"]


def test_they_stand_at_their_month_in_the_order_of_the_workbook() -> None:
    plan, _ = plan_of(
        {
            "stories": {
                "ST-2": {**STORY, "title": "Second"},
                "ST-9": {**STORY, "month": "2026-09", "title": "Before"},
                "ST-1": {**STORY, "title": "First"},
            }
        },
        base="EUR",
    )
    stories = told_stories(plan, TODAY)

    assert [story.id for story in stories] == ["ST-9", "ST-2", "ST-1"]
    assert [story.title for story in public_stories(stories, "2026-10")] == ["Second", "First"]
    assert public_stories(stories, "2026-08") == ()


def test_neither_the_name_of_the_file_nor_the_consent_goes_on() -> None:
    plan, _ = plan_of({"stories": {"ST-1": STORY, "ST-2": {**STORY, "picture": ""}}}, base="EUR")

    assert public_stories(told_stories(plan, TODAY), "2026-10") == (
        PublicStory("ST-1", "The pier", "We put up a table.", "A pier."),
        PublicStory("ST-2", "The pier", "We put up a table.", ""),
    )
