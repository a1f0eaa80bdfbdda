"""Charts as SVG: where each mark stands, in the units of a drawing 360 wide; the templates draw it.

Drawn by templates since no chart library's picture can be read at 320 pixels, in dark mode, right
to left and in a PDF alike (docs/reports.md has what was tried). Text is text. Every mark has its
value beside it in words, so that colour carries nothing alone: what is planned is an outline, what
is spent is filled, what is beyond the plan is hatched."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from budgettrack.reports.base.document import Chart
from budgettrack.reports.base.render import render

WIDTH = 360
LETTERS = 44
"""Letters that fit into the width of a drawing at its size of text."""

MOST = 40
"""Rows of one drawing; the table beside it has all."""

COLUMNS = 12
"""Columns of one drawing; the table beside it has all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What is drawn as a bar: its name, its length in any unit, the plan's (None for none), and
    both in words."""

    name: str
    value: int
    plan: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """An activity on a timeline: months counted from the first one drawn, and its share done (0 to
    100)."""

    name: str
    start: int
    end: int
    done: int
    words: str


def shortened(text: str, letters: int = LETTERS) -> str:
    """`text` in one line that fits; wide letters count twice.

    >>> shortened("Rent", 10), shortened("Rent of the room", 10)
    ('Rent', 'Rent of t…')
    """
    text, room = " ".join(text.split()), letters
    for index, letter in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0 or (room == 0 and index + 1 < len(text)):
            return text[:index].rstrip() + "…"
    return text


def bars(
    name: str, title: str, says: str, rows: Sequence[Bar], legend: Sequence[str], mirrored: bool
) -> Chart:
    """Bars one under the other, each under its name; `legend` names value and plan."""
    shown = rows[:MOST]
    longest = max((max(each.value, each.plan or 0, 0) for each in shown), default=0) or 1
    drawn = []
    for index, each in enumerate(shown):
        value, plan = max(each.value, 0), each.plan
        length = round(value * (WIDTH - 2) / longest, 1)
        within = (
            length
            if plan is None or value <= plan
            else round(max(plan, 0) * (WIDTH - 2) / longest, 1)
        )
        drawn.append(
            {
                "name": shortened(each.name),
                "words": shortened(each.words),
                "y": (36 if len(legend) > 1 else 4) + index * 50,
                "length": length,
                "within": within,
                "plan": None if plan is None else round(max(plan, 0) * (WIDTH - 2) / longest, 1),
            }
        )
    height = (36 if len(legend) > 1 else 4) + len(drawn) * 50
    return _chart(
        "chart-bars.svg", name, title, says, mirrored, rows=drawn, legend=legend, height=height
    )


def columns(
    name: str, title: str, says: str, rows: Sequence[Bar], legend: Sequence[str], mirrored: bool
) -> Chart:
    """Columns side by side, the newest last; each has its name below and its value above."""
    shown = rows[-COLUMNS:]
    tallest = max((max(each.value, each.plan or 0, 0) for each in shown), default=0) or 1
    step = (WIDTH - 2) / max(len(shown), 1)
    drawn = []
    for index, each in enumerate(shown):
        value, plan = max(each.value, 0), max(each.plan or 0, 0)
        height, planned = round(value * 120 / tallest, 1), round(plan * 120 / tallest, 1)
        drawn.append(
            {
                "name": shortened(each.name, 9),
                "words": shortened(each.words, 9),
                "x": round(1 + (len(shown) - 1 - index if mirrored else index) * step, 1),
                "width": round(min(step - 6, 40), 1),
                "middle": round(min(step - 6, 40) / 2, 1),
                "height": height,
                "within": min(height, planned) if each.plan is not None else height,
                "plan": None if each.plan is None else planned,
                "low": index % 2,
            }
        )
    return _chart(
        "chart-columns.svg", name, title, says, mirrored, rows=drawn, legend=legend, height=236
    )


def timeline(
    name: str,
    title: str,
    says: str,
    rows: Sequence[Stretch],
    months: Sequence[str],
    here: int | None,
    mirrored: bool,
) -> Chart:
    """Activities over `months` (their names, drawn where there is room); `here` is the page's own
    month."""
    step = (WIDTH - 2) / max(len(months), 1)

    def at(month: float) -> float:
        return round(1 + (len(months) - month if mirrored else month) * step, 1)

    shown = rows[:MOST]
    drawn = []
    for index, each in enumerate(shown):
        start, end = max(each.start, 0), min(each.end, len(months) - 1)
        length = round(max(end - start + 1, 0) * step, 1)
        done = round(length * max(0, min(each.done, 100)) / 100, 1)
        left = at(end + 1) if mirrored else at(start)
        drawn.append(
            {
                "name": shortened(each.name),
                "words": shortened(each.words),
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
        # A name is written where the one before leaves room for it.
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
    given = {
        "name": name,
        "title": title,
        "says": says,
        "mirrored": mirrored,
        "width": WIDTH,
        **values,
    }
    return Chart(title, says, render(template, given).strip())
