"""Draws charts as SVG. The functions calculate the position of every bar and label; templates draw
them.

A drawing is 360 units wide. It is drawn by our own templates, because we know of no chart
library whose pictures can be read at 320 pixels, in dark mode, from right to left and in a PDF
(see docs/reports.md). Text in a drawing is real text. Every bar has its value beside it in
words, so nobody depends on colours."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from budgettrack.reports.base.document import Chart
from budgettrack.reports.base.render import render

WIDTH = 360
LETTERS = 44
"""This number of characters fits into the width of a drawing."""

MOST = 40
"""How many rows a drawing has at most. The table beside it has all rows."""

COLUMNS = 12
"""How many columns a drawing has at most. The table beside the drawing has all columns."""


class PairedBar(Struct, frozen=True):
    """A value drawn as a column, with its name and the value in words."""

    name: str
    value: int
    words: str


class Stretch(Struct, frozen=True):
    """A bar on a timeline that stands for an activity.

    `start` and `end` are numbers of months, where 0 is the first month that is drawn. `done` is
    a percentage."""

    name: str
    start: int
    end: int
    done: int
    words: str


def shortened(text: str, letters: int = LETTERS) -> str:
    """Returns `text` on one line, cut to at most `letters` characters. Wide characters count as
    two.

    >>> shortened("Rent", 10), shortened("Rent of the room", 10)
    ('Rent', 'Rent of t…')"""
    text, room = " ".join(text.split()), letters
    for index, letter in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0 or (room == 0 and index + 1 < len(text)):
            return text[:index].rstrip() + "…"
    return text


def columns(name: str, title: str, says: str, rows: Sequence[PairedBar], mirrored: bool) -> Chart:
    """Returns a chart of vertical columns, the newest last. Each has its name below and its
    value above. The last column stands out."""
    shown = rows[-COLUMNS:]
    tallest = max((max(bar.value, 0) for bar in shown), default=0) or 1
    step = (WIDTH - 2) / max(len(shown), 1)
    drawn = []
    for index, bar in enumerate(shown):
        drawn.append(
            {
                "name": shortened(bar.name, 9),
                "words": shortened(bar.words, 9),
                "x": round(1 + (len(shown) - 1 - index if mirrored else index) * step, 1),
                "width": round(min(step - 6, 40), 1),
                "middle": round(min(step - 6, 40) / 2, 1),
                "height": round(max(bar.value, 0) * 120 / tallest, 1),
                "low": index % 2,
                "last": index == len(shown) - 1,
            }
        )
    return _chart("chart-columns.svg", name, title, says, mirrored, rows=drawn, height=208)


def timeline(
    name: str,
    title: str,
    says: str,
    rows: Sequence[Stretch],
    months: Sequence[str],
    here: int | None,
    mirrored: bool,
) -> Chart:
    """Returns a timeline of activities.

    `months` has the names of the months; a name is drawn only if there is room. `here` is the
    index of the month of the page, or None if it is outside the chart."""
    step = (WIDTH - 2) / max(len(months), 1)

    def at(month: float) -> float:
        return round(1 + (len(months) - month if mirrored else month) * step, 1)

    shown = rows[:MOST]
    drawn = []
    for index, activity in enumerate(shown):
        start, end = max(activity.start, 0), min(activity.end, len(months) - 1)
        length = round(max(end - start + 1, 0) * step, 1)
        done = round(length * max(0, min(activity.done, 100)) / 100, 1)
        left = at(end + 1) if mirrored else at(start)
        drawn.append(
            {
                "name": shortened(activity.name),
                "words": shortened(activity.words),
                "y": 24 + index * 50,
                "x": left,
                "length": length,
                "done": done,
                "done_x": round(left + length - done, 1) if mirrored else left,
            }
        )
    ticks: list[dict[str, object]] = []
    free = 0.0
    for index, month in enumerate(months):
        # In a long plan, the names of months would overlap.
        # So a name is drawn only if the name before it has ended.
        long = len(month) * 7 + 8
        if month and index * step >= free and index * step + long <= WIDTH:
            ticks.append({"name": month, "x": at(index)})
            free = index * step + long
    line = None if here is None else at(here + 1)
    height = 24 + len(drawn) * 50
    return _chart(
        "chart-timeline.svg",
        name,
        title,
        says,
        mirrored,
        rows=drawn,
        ticks=ticks,
        here=line,
        legend=(),
        height=height,
    )


def _chart(
    template: str, name: str, title: str, says: str, mirrored: bool, **values: object
) -> Chart:
    """Returns a chart, drawn by the SVG template with these values."""
    context = {
        "name": name,
        "says": says,
        "mirrored": mirrored,
        "width": WIDTH,
        **values,
    }
    return Chart(title, says, render(template, context).strip())
