"""Makes the text of reports about rows of the work-plan: their figures, and the progress note."""

from __future__ import annotations

from collections.abc import Iterable

from budgettrack.core.views.public_types import IndicatorFigures, Progress
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import Work
from budgettrack.reports.base.translations import Words


def work(each: Progress, indicators: Iterable[IndicatorFigures], w: Words) -> Work:
    """Returns an activity of the work-plan as formatted text. `indicators` has the indicators of
    all activities."""
    at = w.at
    lines = []
    # For the status *done* with 100 %, the percentage is left out, because it tells nothing more.
    finished = each.status == "done" and each.done == 100
    done = None if finished else each.done
    if done is not None:
        lines.append(w.say("{percent} done", percent=formats.percentage(str(done), at)))
    for counted in indicators:
        if counted.activity == each.id and counted.indicator:
            figures = _to_date(counted, w)
            lines.append(w.say("{indicator}: {figures}", indicator=counted.name, figures=figures))
    if each.milestone:
        lines.append(w.say("Milestone: {milestone}", milestone=each.milestone))
    return Work(
        activity=each.activity or each.id,
        status=w.term(each.status) or w.say("no status"),
        stop=each.status in {"delayed", "dropped"},
        about=" · ".join(
            filter(None, (each.id, each.lead_role, formats.span(each.start, each.end, at)))
        ),
        bar=None if done is None else max(0, min(100, int(done))),
        lines=lines,
        note=each.note,
    )


def _to_date(each: IndicatorFigures, w: Words) -> str:
    """Returns the number that an indicator has reached, and its target: `96 of 160`."""
    if each.target is not None and each.to_date is not None:
        return w.say(
            "{achieved} of {target}",
            achieved=formats.quantity(each.to_date, w.at),
            target=formats.quantity(each.target, w.at),
        )
    if each.to_date is not None:
        return formats.quantity(each.to_date, w.at)
    if each.target is not None:
        return w.say(
            "target {target}, nothing reported yet", target=formats.quantity(each.target, w.at)
        )
    return w.say("nothing reported yet")
