"""Work-plan rows as reports tell them: what was done, in figures and in the words of the progress note."""

from __future__ import annotations

from budgettrack.core.audience import Progress
from budgettrack.reports import figures
from budgettrack.reports.blocks import Work
from budgettrack.reports.words import Words


def work(each: Progress, w: Words) -> Work:
    """An activity for the templates."""
    at = w.at
    lines = []
    if each.done is not None:
        lines.append(w.say("{percent} done", percent=figures.percentage(str(each.done), at)))
    if each.indicator or each.target is not None or each.achieved is not None:
        counted = each.indicator or w.say("Achieved")
        lines.append(w.say("{indicator}: {figures}", indicator=counted, figures=achieved(each, w)))
    if each.milestone:
        lines.append(w.say("Milestone: {milestone}", milestone=each.milestone))
    return Work(
        activity=each.activity or each.id,
        status=w.term(each.status) or w.say("no status"),
        stop=each.status in {"delayed", "dropped"},
        about=" · ".join(filter(None, (each.id, each.lead_role, figures.span(each.start, each.end, at)))),
        bar=None if each.done is None else max(0, min(100, int(each.done))),
        lines=lines,
        note=each.note,
    )


def achieved(each: Progress, w: Words) -> str:
    """An indicator's figures: `96 of 160`."""
    if each.target is not None and each.achieved is not None:
        return w.say(
            "{achieved} of {target}",
            achieved=figures.quantity(each.achieved, w.at),
            target=figures.quantity(each.target, w.at),
        )
    if each.achieved is not None:
        return figures.quantity(each.achieved, w.at)
    if each.target is not None:
        return w.say("target {target}, nothing reported yet", target=figures.quantity(each.target, w.at))
    return w.say("nothing reported yet")
