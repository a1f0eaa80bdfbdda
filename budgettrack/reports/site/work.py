"""The sections of the month's page about the work, contributions in kind, and the next
milestones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from budgettrack.core.base.months import Month, count, months
from budgettrack.core.views.audience import VOLUNTEER, Progress
from budgettrack.core.views.public_types import (
    InKind,
    PublicView,
)
from budgettrack.reports.base import charts, formats
from budgettrack.reports.base.activities import work
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Chart,
    Heading,
    ReportTable,
    Subheading,
    TableCell,
    TableRow,
    Text,
    Works,
)
from budgettrack.reports.base.translations import Words


def work_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the timeline and the activities, grouped by objective."""
    if view.later:
        return [Text(w.say("How the work went was not kept for that month."), True)]
    blocks: list[Block] = []
    if chart := plan_timeline(view, w):
        blocks.append(chart)
    grouped: dict[str, list[object]] = {}
    for activity in view.progress:
        grouped.setdefault(activity.objective, []).append(activity)
    for objective in grouped:
        if objective:
            blocks.append(Subheading(objective))
        blocks.append(
            Works(
                [work(activity, w) for activity in view.progress if activity.objective == objective]
            )
        )
    return blocks or [Text(w.say("There is no work-plan yet."), True)]


def plan_timeline(view: PublicView, w: Words) -> Chart | None:
    """Returns the timeline of the work-plan.

    Returns None if no activity has both a start and an end.
    """
    dated = list(_dated(view.progress))
    if not dated:
        return None
    first, last = min(start for _, start, _ in dated), max(end for _, _, end in dated)
    names = [formats.short_month(month, w.at) for month in months(first, last)]
    rows = [
        charts.Stretch(
            activity.activity or activity.id,
            count(first, start) - 1,
            count(first, end) - 1,
            int(activity.done or 0),
            _label(activity, w),
        )
        for activity, start, end in dated
    ]
    here = count(first, view.month) - 1 if first <= view.month <= last else None
    return charts.timeline(
        "timeline",
        w.say("The work-plan over time"),
        w.say(
            "From when to when each activity goes, and how much of it is done; the dashed line is"
            " the end of this month."
        ),
        rows,
        names,
        here,
        w.right_to_left,
    )


def _dated(progress: Iterable[Progress]) -> Iterator[tuple[Progress, Month, Month]]:
    """Yields the activities that have a start and an end, with both."""
    for activity in progress:
        if activity.start and activity.end and activity.start <= activity.end:
            yield activity, activity.start, activity.end


def _label(activity: Progress, w: Words) -> str:
    """Returns the status of an activity, the part that is done, and its dates."""
    parts = [w.term(activity.status)]
    if activity.done is not None:
        percent = formats.percentage(str(activity.done), w.at)
        parts.append(w.say("{percent} done", percent=percent))
    parts.append(formats.span(activity.start, activity.end, w.at))
    return " · ".join(filter(None, parts))


def given(each: InKind, w: Words) -> str:
    """Returns the quantity that was given in kind: `12 hours`, or the number of agreements if no
    quantity is known."""
    amounts = [
        f"{formats.quantity(number, w.at)} {unit}".strip() for number, unit in each.quantities
    ]
    return formats.listed(amounts, w.at) or formats.whole(each.number, w.at)


def from_whom(each: InKind, w: Words) -> str:
    """Returns the kind of a contribution and its giver."""
    kind = w.term(each.kind)
    kind = kind[:1].upper() + kind[1:]
    return (
        w.say("{kind}, from: {giver}", kind=kind, giver=w.term(each.from_whom))
        if each.from_whom
        else kind
    )


def _bars(things: Iterable[InKind], currency: str, w: Words) -> Iterator[charts.Bar]:
    """Yields a bar for everything that has a value in this currency."""
    for each in things:
        if each.value is not None and each.currency == currency:
            value = formats.money(each.value, each.currency, w.at)
            yield charts.Bar(from_whom(each, w), each.value, None, value)


def _in_kind_chart(bars: Sequence[charts.Bar], w: Words) -> Block:
    """Returns the chart of what was given in kind."""
    return charts.bars(
        "kind-chart",
        w.say("What was given in kind"),
        w.say("Value to date of what was lent or given. The table below has the same figures."),
        bars,
        (),
        w.right_to_left,
    )


def _in_kind_table(things: Iterable[InKind], w: Words) -> ReportTable:
    """Returns the table of what was given in kind."""
    headings = [
        Heading(w.say("What, from whom"), False),
        Heading(w.say("How much"), False),
        Heading(w.say("Value to date")),
        Heading(w.say("Valued by"), False),
    ]
    note = w.say("Beside the money above, never added to it")
    rows = [_in_kind_row(each, w) for each in things]
    return ReportTable(w.say("Rooms, equipment, supplies and knowledge"), headings, rows, note)


def _in_kind_row(each: InKind, w: Words) -> TableRow:
    value = w.say("not valued")
    if each.value is not None:
        value = formats.money(each.value, each.currency, w.at)
    basis = formats.listed([w.term(basis) for basis in each.basis], w.at)
    cells = [given(each, w), value, basis or formats.NONE]
    return TableRow(from_whom(each, w), [TableCell(text) for text in cells])


def in_kind_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the chart and table of contributions in kind, and thanks for volunteer time."""
    things = [each for each in view.in_kind if each.kind != VOLUNTEER]
    blocks: list[Block] = []
    bars = list(_bars(things, view.currency, w))
    if len(bars) > 1:
        blocks.append(_in_kind_chart(bars, w))
    if things:
        blocks.append(_in_kind_table(things, w))
    for each in view.in_kind:
        if each.kind == VOLUNTEER:
            giver = w.term(each.from_whom) or w.say("volunteers")
            blocks.append(
                Text(
                    w.say(
                        "Volunteer time, from: {giver}. {amount}. Thank you.",
                        giver=giver,
                        amount=given(each, w),
                    )
                )
            )
    return blocks or [Text(w.say("Nothing in kind is recorded yet."), True)]


def coming(view: PublicView, w: Words) -> list[Block]:
    """Returns the late milestones and the next ones, grouped by month."""
    groups: dict[str, list[str]] = {}
    for milestone in view.coming:
        month = formats.month(milestone.month, w.at)
        line = (
            f"{milestone.activity}: {milestone.milestone}"
            if milestone.milestone
            else milestone.activity
        )
        if milestone.late:
            line = w.say("{activity} (was planned for {month})", activity=line, month=month)
        groups.setdefault(w.say("Late") if milestone.late else month, []).append(line)
    blocks: list[Block] = []
    for heading, lines in groups.items():
        blocks += [Subheading(heading), Bullets(lines)]
    return blocks or [Text(w.say("No milestone is planned for the coming months."), True)]
