"""Work-plan rows as reports tell them: what was done, in figures and in the words of the progress note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from budgettrack.core.audience import Progress
from budgettrack.reports import figures


@dataclass(frozen=True, slots=True)
class Work:
    """One activity, in finished texts. `bar` is its % done; `stop` marks what is delayed or dropped."""

    activity: str
    status: str
    stop: bool
    about: str
    bar: int | None
    lines: Sequence[str]
    note: str


def work(each: Progress, at: Locale) -> Work:
    """An activity for the templates."""
    span = " to ".join(dict.fromkeys(figures.short_month(month, at) for month in (each.start, each.end) if month))
    lines = []
    if each.done is not None:
        lines.append(f"{figures.percentage(str(each.done), at)} done")
    if each.indicator or each.target is not None or each.achieved is not None:
        counted = each.indicator or "Achieved"
        if each.target is not None and each.achieved is not None:
            number = f"{figures.quantity(each.achieved, at)} of {figures.quantity(each.target, at)}"
        elif each.achieved is not None:
            number = figures.quantity(each.achieved, at)
        elif each.target is not None:
            number = f"target {figures.quantity(each.target, at)}, nothing reported yet"
        else:
            number = "nothing reported yet"
        lines.append(f"{counted}: {number}")
    if each.milestone:
        lines.append(f"Milestone: {each.milestone}")
    return Work(
        activity=each.activity or each.id,
        status=each.status or "no status",
        stop=each.status in {"delayed", "dropped"},
        about=" · ".join(filter(None, (each.id, each.lead_role, span))),
        bar=None if each.done is None else max(0, min(100, int(each.done))),
        lines=lines,
        note=each.note,
    )
