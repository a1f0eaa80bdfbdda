"""The tables of the budget lines: five columns of numbers in the body, all others in the annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.funder_types import FunderLine, FunderView, Group
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Heading,
    ReportTable,
    TableCell,
    TableRow,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.funder.columns import (
    SummaryColumn,
    columns,
    is_said,
    text,
    text_above_lines,
    text_of_group,
)
from budgettrack.reports.funder.money import to_the_end_of


def group_name(group: Group, view: FunderView, w: Words) -> str:
    """Returns the heading of a group of budget lines."""
    names = {
        "unmapped": w.say("In none of the funder's categories"),
        "unbudgeted": w.say("Spent outside the budget lines"),
    }
    blank = w.say("No activity named") if view.profile.by == "activity" else w.say("No category")
    name = names.get(group.kind) or group.name or blank
    return (
        f"{group.code} {name}" if (group.code and not group.kind) or group.kind == "sum" else name
    )


FEW = 5
"""How many columns of numbers the first table has at most. If a profile has more, an annex has
all of them."""


FIRST = ("whole", "period_spent", "spent", "available", "used")
"""The columns of the first table if the profile has more than `FEW`: budget, spent in the
period, spent since the beginning, left, and the share that is used. Humentum's budget monitoring
report has the same columns."""


def _shown(view: FunderView, w: Words) -> tuple[list[SummaryColumn], list[SummaryColumn]]:
    """Returns the columns of the first table and of the annex. The annex is empty if the first
    table has room for all columns. A column in which every cell would be blank is in neither."""
    every = columns(w)
    asked = [every[name] for name in view.profile.columns]
    numbers = [column for column in asked if column.kind != "text"]
    texts = [column for column in asked if column.kind == "text"]
    sums = [view.total, *(each.sums for each in view.groups), *(each.sums for each in view.lines)]
    filled = [each for each in numbers if any(each.value(one) is not None for one in sums)]
    said = [each for each in texts if is_said(each, view.groups, w)]
    if len(filled) <= FEW:
        return [*filled, *said], []
    first = [every[name] for name in FIRST]
    return [*first, *said], filled


def budget(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of budget lines, with a few columns of numbers and the explanation."""
    caption = (
        w.say("Budget lines by category")
        if view.profile.by == "category"
        else w.say("Budget lines by activity")
    )
    note = w.say(
        "In {currency}, to the end of {day}. The bar is how much of a line is spent.",
        currency=view.currency,
        day=to_the_end_of(view.until, w),
    )
    return [_lines_table(_shown(view, w)[0], caption, note, view, w)]


def annex(view: FunderView, w: Words) -> list[Block]:
    """Returns the table with every column of the profile. Returns nothing if the first table has
    all of them."""
    every = _shown(view, w)[1]
    if not every:
        return []
    note = w.say(
        "In {currency}, to the end of {day}",
        currency=view.currency,
        day=to_the_end_of(view.until, w),
    )
    return [_lines_table(every, w.say("All figures of the budget lines"), note, view, w)]


def _lines_table(
    shown: Sequence[SummaryColumn], caption: str, note: str, view: FunderView, w: Words
) -> ReportTable:
    rows = [row for group in view.groups for row in _group_rows(group, shown, view, w)]
    totals = [_cell(column, view.total, "", view, w) for column in shown]
    rows.append(TableRow(w.say("Total"), totals, kind="total"))
    headings = [
        Heading(w.say("Budget line"), False),
        *(Heading(column.heading, column.kind != "text") for column in shown),
    ]
    return ReportTable(caption, headings, rows, note)


def _group_rows(
    group: Group, shown: Sequence[SummaryColumn], view: FunderView, w: Words
) -> Iterator[TableRow]:
    """Yields the row of a group. If the profile asks for budget lines, yields their rows, too."""
    name = group_name(group, view, w)
    single = view.profile.detail == "categories" or group.kind in ("sum", "unbudgeted")
    if single:
        cells = [
            _cell(column, group.sums, text_of_group(column, group, w), view, w) for column in shown
        ]
        yield TableRow(name, cells, kind="sum" if group.kind == "sum" else "")
        return
    cells = [
        _cell(column, group.sums, text_above_lines(column, group, w), view, w) for column in shown
    ]
    yield TableRow(name, cells, kind="group")
    for line in group.lines:
        yield _line_row(line, shown, view, w)


def _line_row(
    line: FunderLine, shown: Sequence[SummaryColumn], view: FunderView, w: Words
) -> TableRow:
    """Returns the row of a budget line."""
    sums = line.sums
    texts = [text(column, line, w) if column.kind == "text" else "" for column in shown]
    cells = [
        _cell(column, sums, words, view, w) for column, words in zip(shown, texts, strict=True)
    ]
    bar = formats.width(sums.spent, sums.whole) if sums.whole > 0 else None
    return TableRow(line.id, cells, line.description, bar, sums.spent > sums.whole)


def _cell(column: SummaryColumn, sums: Sums, said: str, view: FunderView, w: Words) -> TableCell:
    """Returns a formatted cell. A negative variance is shown as beyond the plan."""
    if column.kind == "text":
        return TableCell(said, say=True)
    value = column.value(sums)
    if value is None:
        return TableCell(formats.NONE)
    if column.kind == "share":
        percent = (Decimal(value) * 100).quantize(Decimal("0.1"))
        beyond = column.name in ("used", "period_used", "absorption") and percent > 100
        return TableCell(formats.percentage(str(percent), w.at), over=percent < 0 or beyond)
    minus = value < 0 and column.formula is not None
    return TableCell(formats.number(int(value), view.currency, w.at), over=minus)


def reading(view: FunderView, w: Words) -> list[Block]:
    """Returns the lines that explain each column."""
    first, every = _shown(view, w)
    shown = {column.name: column for column in (*first, *every)}
    lines = [
        w.say("{heading}: {about}", heading=column.heading, about=column.about)
        for column in shown.values()
    ]
    lines.append(
        w.say(
            "What is given in kind stands beside the money with how it was valued, and is never"
            " added to it."
        )
    )
    if view.unit > 1:
        lines.append(
            w.say(
                "Amounts are rounded to {amount}, so that they still add up.",
                amount=formats.money(view.unit, view.currency, w.at),
            )
        )
    return [Bullets(lines)]
