"""Turns rows of the work-plan into report text: figures, and the progress note."""

from __future__ import annotations

from budgettrack.core.views.public_types import Progress
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import Work
from budgettrack.reports.base.translations import Words


def work(each: Progress, w: Words) -> Work:
    """Returns an activity of the work-plan as formatted text."""
    at = w.at
    lines = []
    if each.done is not None:
        lines.append(w.say("{percent} done", percent=formats.percentage(str(each.done), at)))
    if each.indicator or each.target is not None or each.achieved is not None:
        counted = each.indicator or w.say("Achieved")
        lines.append(w.say("{indicator}: {figures}", indicator=counted, figures=achieved(each, w)))
    if each.milestone:
        lines.append(w.say("Milestone: {milestone}", milestone=each.milestone))
    return Work(
        activity=each.activity or each.id,
        status=w.term(each.status) or w.say("no status"),
        stop=each.status in {"delayed", "dropped"},
        about=" · ".join(
            filter(None, (each.id, each.lead_role, formats.span(each.start, each.end, at)))
        ),
        bar=None if each.done is None else max(0, min(100, int(each.done))),
        lines=lines,
        note=each.note,
    )


def achieved(each: Progress, w: Words) -> str:
    """Returns the figures of an indicator: `96 of 160`."""
    if each.target is not None and each.achieved is not None:
        return w.say(
            "{achieved} of {target}",
            achieved=formats.quantity(each.achieved, w.at),
            target=formats.quantity(each.target, w.at),
        )
    if each.achieved is not None:
        return formats.quantity(each.achieved, w.at)
    if each.target is not None:
        return w.say(
            "target {target}, nothing reported yet", target=formats.quantity(each.target, w.at)
        )
    return w.say("nothing reported yet")
