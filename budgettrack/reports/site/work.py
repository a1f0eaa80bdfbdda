"""The sections of a month's page about the work, contributions in kind, and the next milestones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from budgettrack.core.base.months import Month, count, months
from budgettrack.core.views.audience import UNDER_WAY
from budgettrack.core.views.public_types import (
    Coming,
    InKind,
    Progress,
    PublicFacts,
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
from budgettrack.reports.base.indicators import (
    few_people,
    indicators_blocks,
    reached,
    still_counted,
)
from budgettrack.reports.base.translations import Words


def work_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the timeline and the activities, grouped by objective."""
    if view.facts.later:
        return [Text(w.say("How far each activity had come was not kept for that month."), True)]
    blocks: list[Block] = []
    if chart := plan_timeline(view, w):
        blocks.append(chart)
    grouped: dict[str, list[object]] = {}
    for activity in view.facts.progress:
        grouped.setdefault(activity.objective, []).append(activity)
    for objective in grouped:
        if objective:
            blocks.append(Subheading(objective))
        blocks.append(
            Works(
                [
                    work(activity, view.facts.indicators, w)
                    for activity in view.facts.progress
                    if activity.objective == objective
                ]
            )
        )
    blocks += indicators(view, w)
    return blocks or [Text(w.say("There is no work-plan yet."), True)]


def indicators(view: PublicView, w: Words) -> list[Block]:
    """Returns the indicators. Returns nothing if there are none."""
    figures = still_counted(view.facts.indicators, view.facts.progress)
    if not figures:
        return []
    month, note = formats.month(view.month, w.at), few_people(figures, w)
    return indicators_blocks(figures, view.facts.activity_names, month, w, note)


def reached_now(view: PublicView, w: Words) -> list[str]:
    """Returns a line for each indicator with a number that changed in the month."""
    return [reached(each, w) for each in view.facts.indicators if each.in_period]


def plan_timeline(view: PublicView, w: Words) -> Chart | None:
    """Returns the timeline of the work-plan.

    Returns None if no activity has both a start and an end.
    """
    dated = list(_dated(view.facts.progress))
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
    """Yields the activities that have a start and an end, each with the two months."""
    for activity in progress:
        if activity.start and activity.end and activity.start <= activity.end:
            yield activity, activity.start, activity.end


def _label(activity: Progress, w: Words) -> str:
    """Returns a text with the status of an activity, how much of it is done, and its dates."""
    parts = [w.term(activity.status)]
    if activity.done is not None:
        percent = formats.percentage(str(activity.done), w.at)
        parts.append(w.say("{percent} done", percent=percent))
    parts.append(formats.span(activity.start, activity.end, w.at))
    return " · ".join(filter(None, parts))


def quantity(each: InKind, w: Words) -> str:
    """Returns the quantity that was lent or given: `12 × evening`. Returns a dash if it is not
    known."""
    amounts = [formats.counted(number, unit, w.at) for number, unit in each.quantities]
    return formats.listed(amounts, w.at) or formats.NONE


def from_whom(each: InKind, w: Words) -> str:
    """Returns the kind of a contribution and its giver."""
    kind = _kind(each.kind, w)
    if not each.from_whom:
        return kind
    return w.say("{kind}, from: {giver}", kind=kind, giver=w.term(each.from_whom))


def _kind(kind: str | None, w: Words) -> str:
    """Returns the kind of a resource in words that begin with a capital letter."""
    word = w.term(kind) if kind else w.say("Not told apart")
    return word[:1].upper() + word[1:]


def _of_organisations(things: Sequence[InKind], w: Words) -> ReportTable:
    """Returns the table of things that organisations lend and give."""
    headings = [
        Heading(w.say("What, from whom"), False),
        Heading(w.say("How much"), False),
        Heading(w.say("Value to date")),
        Heading(w.say("Valued by"), False),
    ]
    note = w.say("Beside the money above, never added to it")
    rows = [_in_kind_row(each, w) for each in things]
    return ReportTable(w.say("From organisations"), headings, rows, note)


def _in_kind_row(each: InKind, w: Words) -> TableRow:
    value = w.say("not valued")
    if each.value is not None:
        value = formats.money(each.value, each.currency, w.at)
    basis = formats.listed([w.term(basis) for basis in each.basis], w.at)
    cells = [quantity(each, w), value, basis or formats.NONE]
    return TableRow(from_whom(each, w), [TableCell(text) for text in cells])


def _of_people(view: PublicView, w: Words) -> ReportTable:
    """Returns the table of things that people and firms give, with their value."""
    rows = [
        TableRow(_kind(each.kind, w), [TableCell(formats.number(each.value, view.currency, w.at))])
        for each in view.given
    ]
    headings = [Heading(w.say("What"), False), Heading(w.say("Value"))]
    note = w.say("In {currency}, for the whole time. Thank you.", currency=view.currency)
    return ReportTable(w.say("From peers, friends and family, and firms"), headings, rows, note)


def in_kind_section(view: PublicView, w: Words) -> list[Block]:
    """Returns the tables of contributions in kind."""
    blocks: list[Block] = []
    if view.facts.in_kind:
        blocks.append(_of_organisations(view.facts.in_kind, w))
    if view.given:
        blocks.append(_of_people(view, w))
    return blocks or [Text(w.say("Nothing in kind is shown yet."), True)]


def coming(view: PublicView, w: Words) -> list[Block]:
    """Returns the milestones of the coming months, grouped by month. Returns nothing if there are
    none."""
    groups: dict[Month, list[str]] = {}
    for milestone in view.facts.coming:
        if not milestone.late:
            groups.setdefault(milestone.month, []).append(_milestone(milestone))
    blocks: list[Block] = []
    for month, lines in groups.items():
        blocks += [Subheading(formats.month(month, w.at)), Bullets(lines)]
    return blocks


def due(view: PublicView, w: Words) -> list[str]:
    """Returns one sentence about the next month that has milestones, and one sentence about late
    milestones. Returns nothing if nothing is planned and nothing is late."""
    ahead = [each for each in view.facts.coming if not each.late]
    lines = []
    if ahead:
        month = min(each.month for each in ahead)
        named = [_milestone(each) for each in ahead if each.month == month]
        lines.append(
            w.say(
                "Due in {month}: {milestones}.",
                month=formats.month(month, w.at),
                milestones=formats.series(named, w.at),
            )
        )
    if behind := late(view, w):
        lines.append(w.say("Late: {milestones}.", milestones=formats.series(behind, w.at)))
    return lines


def late(view: PublicView, w: Words) -> list[str]:
    """Returns the milestones that were due in an earlier month and are late, each with its
    month."""
    return [
        w.say(
            "{activity} (was planned for {month})",
            activity=_milestone(milestone),
            month=formats.month(milestone.month, w.at),
        )
        for milestone in view.facts.coming
        if milestone.late
    ]


def done_now(view: PublicView, earlier: PublicFacts | None) -> list[Progress]:
    """Returns the activities that were done in the month: done on this page and not on the page
    before. If the page before tells nothing about the work, returns those that were planned to
    end in this month."""
    done = [each for each in view.facts.progress if each.status == "done"]
    if earlier is None or earlier.later or not earlier.progress:
        return [each for each in done if each.end == view.month]
    before = {each.id for each in earlier.progress if each.status == "done"}
    return [each for each in done if each.id not in before]


def under_way(view: PublicView) -> list[Progress]:
    """Returns the activities under way that are not late and about which the group has written
    something."""
    behind = {each.activity for each in view.facts.coming if each.late}
    return [
        each
        for each in view.facts.progress
        if each.status in UNDER_WAY and each.note and (each.activity or each.id) not in behind
    ]


def _milestone(coming: Coming) -> str:
    return f"{coming.activity}: {coming.milestone}" if coming.milestone else coming.activity
