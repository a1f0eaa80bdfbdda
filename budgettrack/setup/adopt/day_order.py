"""Finds out whether typed dates have the day or the month first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from budgettrack.setup.adopt.questions import Question, dates_question
from budgettrack.setup.adopt.seen_book import SeenBook

_TYPED_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\s*")


def with_day_order(
    seen: SeenBook, answers: Mapping[str, str]
) -> tuple[SeenBook, tuple[Question, ...]]:
    """Returns the workbook with a locale that has the same order of day and month as its typed
    dates. Also returns a question if no date shows the order."""
    typed = [*_typed_dates(seen)]
    is_english = seen.locale.startswith("en")
    if not typed or not is_english or any(int(match[1]) > 12 for match in typed):
        return seen, ()
    if any(int(match[2]) > 12 for match in typed):
        return replace(seen, locale="en_US"), ()
    default = "month" if seen.locale == "en_US" else "day"
    question = dates_question(typed[0][0].strip(), default)
    is_american = question.answer(answers) == "month"
    return replace(seen, locale="en_US" if is_american else "en_GB"), (question,)


def _typed_dates(seen: SeenBook) -> Iterator[re.Match[str]]:
    for block in seen.blocks:
        for column in block.columns:
            if column.holds == "dates":
                for value in seen.values(block, column):
                    if isinstance(value, str) and (match := _TYPED_DATE.fullmatch(value)):
                        yield match
