"""The month's page: the work, resources in kind, and what comes next."""

from __future__ import annotations

from budgettrack.core.base.months import count, months
from budgettrack.core.views.audience import VOLUNTEER
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
    if view.later:
        return [Text(w.say("How the work went was not kept for that month."), True)]
    blocks: list[Block] = []
    if chart := plan_timeline(view, w):
        blocks.append(chart)
    grouped: dict[str, list[object]] = {}
    for each in view.progress:
        grouped.setdefault(each.objective, []).append(each)
    for objective in grouped:
        if objective:
            blocks.append(Subheading(objective))
        blocks.append(
            Works([work(each, w) for each in view.progress if each.objective == objective])
        )
    return blocks or [Text(w.say("There is no work-plan yet."), True)]


def plan_timeline(view: PublicView, w: Words) -> Chart | None:
    """The work-plan over time; None where no activity has dates."""
    dated = [each for each in view.progress if each.start and each.end and each.start <= each.end]
    if not dated:
        return None
    first, last = min(each.start or "" for each in dated), max(each.end or "" for each in dated)
    span = months(first, last)
    names = [formats.short_month(month, w.at) for month in span]
    rows = []
    for each in dated:
        done = (
            ""
            if each.done is None
            else w.say("{percent} done", percent=formats.percentage(str(each.done), w.at))
        )
        about = " · ".join(
            filter(None, (w.term(each.status), done, formats.span(each.start, each.end, w.at)))
        )
        start, end = count(first, each.start or first) - 1, count(first, each.end or first) - 1
        rows.append(
            charts.Stretch(each.activity or each.id, start, end, int(each.done or 0), about)
        )
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


def given(each: InKind, w: Words) -> str:
    """How much of it was given."""
    said = [f"{formats.quantity(number, w.at)} {unit}".strip() for number, unit in each.quantities]
    return formats.listed(said, w.at) or formats.whole(each.number, w.at)


def from_whom(each: InKind, w: Words) -> str:
    kind = w.term(each.kind)
    kind = kind[:1].upper() + kind[1:]
    return (
        w.say("{kind}, from: {giver}", kind=kind, giver=w.term(each.from_whom))
        if each.from_whom
        else kind
    )


def in_kind_section(view: PublicView, w: Words) -> list[Block]:
    things = [each for each in view.in_kind if each.kind != VOLUNTEER]
    blocks: list[Block] = []
    valued = [each for each in things if each.value is not None and each.currency == view.currency]
    if len(valued) > 1:
        bars = [
            charts.Bar(
                from_whom(each, w),
                each.value or 0,
                None,
                formats.money(each.value or 0, each.currency, w.at),
            )
            for each in valued
        ]
        blocks.append(
            charts.bars(
                "kind-chart",
                w.say("What was given in kind"),
                w.say(
                    "Value to date of what was lent or given. The table below has the same figures."
                ),
                bars,
                (),
                w.right_to_left,
            )
        )
    if things:
        rows = [
            TableRow(
                from_whom(each, w),
                [
                    TableCell(given(each, w)),
                    TableCell(
                        formats.money(each.value, each.currency, w.at)
                        if each.value is not None
                        else w.say("not valued")
                    ),
                    TableCell(
                        formats.listed([w.term(basis) for basis in each.basis], w.at)
                        or formats.NONE
                    ),
                ],
            )
            for each in things
        ]
        headings = [
            Heading(w.say("What, from whom"), False),
            Heading(w.say("How much"), False),
            Heading(w.say("Value to date")),
            Heading(w.say("Valued by"), False),
        ]
        note = w.say("Beside the money above, never added to it")
        blocks.append(
            ReportTable(w.say("Rooms, equipment, supplies and knowledge"), headings, rows, note)
        )
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
    """What comes next, and what is late."""
    groups: dict[str, list[str]] = {}
    for each in view.coming:
        month = formats.month(each.month, w.at)
        line = f"{each.activity}: {each.milestone}" if each.milestone else each.activity
        if each.late:
            line = w.say("{activity} (was planned for {month})", activity=line, month=month)
        groups.setdefault(w.say("Late") if each.late else month, []).append(line)
    blocks: list[Block] = []
    for name, lines in groups.items():
        blocks += [Subheading(name), Bullets(lines)]
    return blocks or [Text(w.say("No milestone is planned for the coming months."), True)]
