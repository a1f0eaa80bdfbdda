"""The stories on the public pages: texts and pictures. The people in them have given their
consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.views.public_types import PublicFacts, PublicStory, PublicView
from budgettrack.group import OpenedGroup
from budgettrack.reports.base.document import Block, Picture, PictureSource, Subheading, Text
from budgettrack.reports.base.pictures import Made, picture
from budgettrack.reports.base.wording import paragraphs

StoryPictures = Mapping[str, Made]
"""The new picture files, by the ID of the story."""

NO_PICTURES: StoryPictures = {}
"""No pictures: for a page that is sent alone, for example attached to a mail."""


def story_pictures(group: OpenedGroup, pages: Iterable[PublicFacts]) -> dict[str, Made]:
    """Returns the pictures of the stories on these pages. A picture that cannot be published is
    left out; the sync has a finding about it."""
    pictures: dict[str, Made] = {}
    for told in (story for page in pages for story in page.stories if story.shows):
        record = group.standing.plan.stories.get(told.id)
        made = picture(group.config.pictures, record.picture) if record else ""
        if not isinstance(made, str):
            pictures[told.id] = made
    return pictures


def picture_files(pictures: StoryPictures) -> Iterator[tuple[str, bytes]]:
    """Yields the path (from the public folder) and the content of each picture file."""
    for made in pictures.values():
        for file in made:
            yield file.path, file.content


def stories(facts: PublicFacts, pictures: StoryPictures) -> list[Block]:
    """Returns the stories of a month, each with its title and its picture."""
    return [block for story in facts.stories for block in _story(story, pictures)]


def story_words(facts: PublicFacts) -> list[str]:
    """Returns the stories of a month as paragraphs, each after its title."""
    return [
        line for story in facts.stories for line in (f"{story.title}:", *paragraphs(story.words))
    ]


def newest_story(views: Sequence[PublicView], pictures: StoryPictures) -> tuple[list[Block], Month]:
    """Returns the first part of the newest story with its picture, and the month of the page with
    the whole story. Returns no blocks if there is no story."""
    for view in reversed(views):
        if view.facts.stories:
            story = view.facts.stories[-1]
            first = paragraphs(story.words)[:1]
            return [*_story(story, pictures, first)], view.month
    return [], ""


def _story(
    story: PublicStory, pictures: StoryPictures, words: Sequence[str] | None = None
) -> Iterator[Block]:
    yield Subheading(story.title)
    if made := pictures.get(story.id):
        sources = [PictureSource(file.path, file.width) for file in made]
        largest = made[-1]
        yield Picture(sources, story.shows, largest.width, largest.height, largest.content)
    yield from map(Text, paragraphs(story.words) if words is None else words)
