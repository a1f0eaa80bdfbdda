"""Checks of stories, each in its exact words, and what must not be found."""

from __future__ import annotations

from datetime import date

import pytest

from budgettrack.core.checks.stories import story_checks
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of

TODAY = date(2026, 11, 2)
STORY = {
    "month": "2026-10",
    "title": "The pier",
    "story": "We put up a table.",
    "picture": "pier.jpg",
    "shows": "A pier.",
    "consent": "2026-11-02",
    "publish": "yes",
}


def found(fields: Fields, code: str = "", asked: list[str] | None = None) -> list[tuple[str, ...]]:
    """The findings of one story. `code`: what is wrong with every picture. `asked`: gets the names
    of the pictures that were looked at."""
    plan, _ = plan_of({"stories": {"ST-1": fields}}, base="EUR")

    def picture_of(name: str) -> str:
        if asked is not None:
            asked.append(name)
        return code

    told = story_checks(plan, picture_of, TODAY)
    return [(each.code, each.table, each.id, each.field, *each.words("en")) for each in told]


def test_a_story_with_consent_of_today_and_a_picture_with_words_is_silent() -> None:
    asked: list[str] = []

    assert found(STORY, asked=asked) == []
    assert asked == ["pier.jpg"]


@pytest.mark.parametrize("consent", ["", "2026-11-03"])
def test_a_story_without_consent_up_to_today_is_told(consent: str) -> None:
    (told,) = found({**STORY, "consent": consent})

    assert told == (
        "story-without-consent",
        "stories",
        "ST-1",
        "consent",
        "No consent up to today is noted, so nothing of this story is published.",
        "Ask everybody whom it shows or tells of, and type the day on which they agreed. Else clear"
        " Publish.",
    )


def test_a_story_that_nobody_wants_to_publish_is_silent_and_its_picture_is_not_looked_at() -> None:
    asked: list[str] = []

    for answer in ("", "no"):
        told = found({**STORY, "consent": "", "shows": "", "publish": answer}, "x", asked)
        assert told == []
    assert asked == []


def test_a_picture_without_words_is_told() -> None:
    (told,) = found({**STORY, "shows": ""})

    assert told == (
        "story-picture-without-words",
        "stories",
        "ST-1",
        "shows",
        "The picture has no words for those who cannot see it, so it is not published.",
        "Say in a sentence what it shows.",
    )
    assert found({**STORY, "shows": "", "picture": ""}) == []


def test_a_picture_that_cannot_be_published_is_told_at_its_cell() -> None:
    told = {
        "story-picture-missing": (
            "The folder of pictures has no file of this name, so the story is told without it.",
            "Put the file there, or type the name of one that is there.",
        ),
        "story-picture-elsewhere": (
            "This is no file in the folder of pictures but a path, an address or a link.",
            "Put the file itself into the folder of pictures, and type its name alone.",
        ),
        "story-picture-too-large": (
            "This picture has more than 20 MB or 50 million pixels.",
            "Save a smaller one.",
        ),
        "story-picture-not-readable": (
            "This file is no whole picture in the format JPEG, PNG or WebP.",
            "Open it in a program for pictures, and save it as JPEG.",
        ),
        "pictures-not-installed": (
            "No picture can be published: the part of the program that makes them anew is not"
            " installed.",
            "Ask the operator to install the extra pictures.",
        ),
    }

    for code, words in told.items():
        assert found(STORY, code) == [(code, "stories", "ST-1", "picture", *words)]
    assert found({**STORY, "picture": ""}, "story-picture-missing") == []


@pytest.mark.parametrize("blank", ["month", "title", "story"])
def test_half_a_story_is_none(blank: str) -> None:
    fields = {name: text for name, text in STORY.items() if name != blank}

    assert found({**fields, "consent": ""}) == []
