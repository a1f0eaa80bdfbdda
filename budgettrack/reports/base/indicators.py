"""Makes the text of reports about indicators: a table, and one line for each indicator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from budgettrack.core.views.public_types import IndicatorFigures, Progress
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import Block, Heading, ReportTable, TableCell, TableRow, Text
from budgettrack.reports.base.translations import Words

FINISHED = ("done", "dropped")
"""The states of an activity in which its indicators do not change any more."""


def indicators_blocks(
    indicators: Sequence[IndicatorFigures],
    activities: Mapping[str, str],
    period: str,
    w: Words,
    note: str = "",
) -> list[Block]:
    """Returns the table of the indicators that have a number, and below it a sentence that names
    the others with their targets. `activities` has the names of activities by ID; `period` is the
    heading above the numbers of the period."""
    counted = [
        each for each in indicators if each.to_date is not None or each.in_period is not None
    ]
    others = [_not_counted(each, w) for each in indicators if each not in counted]
    blocks: list[Block] = []
    if counted:
        blocks.append(_table(counted, activities, period, w, note))
    if others:
        named = formats.listed(list(dict.fromkeys(others)), w.at)
        sentence = w.say("No number yet: {indicators}.", indicators=named)
        # Without a table, the note about small numbers of people stands here.
        blocks.append(Text(sentence if counted else " ".join(filter(None, (sentence, note))), True))
    return blocks


def _not_counted(each: IndicatorFigures, w: Words) -> str:
    """Returns the name of an indicator that has no number, with its baseline and target. The unit
    stands behind the number, if the name does not say it."""
    unit = "" if each.name == each.indicator else each.unit

    def number(known: Decimal) -> str:
        return " ".join(filter(None, (figure(known, w), unit)))

    if each.target is None and each.baseline is None:
        return each.name
    if each.target is None:
        baseline = number(each.baseline or Decimal(0))
        return w.say(
            "{indicator} (baseline: {baseline})", indicator=each.indicator, baseline=baseline
        )
    target = number(each.target)
    if each.baseline is None:
        return w.say("{indicator} (target: {target})", indicator=each.indicator, target=target)
    return w.say(
        "{indicator} (baseline: {baseline}, target: {target})",
        indicator=each.indicator,
        baseline=figure(each.baseline, w),
        target=target,
    )


def _table(
    indicators: Sequence[IndicatorFigures],
    activities: Mapping[str, str],
    period: str,
    w: Words,
    note: str,
) -> ReportTable:
    """Returns the table of indicators. If any indicator has a baseline, there is a column for
    it."""
    with_baseline = any(each.baseline is not None for each in indicators)
    headings = [
        Heading(w.say("Indicator"), False),
        Heading(w.say("Unit"), False),
        *([Heading(w.say("Baseline"))] if with_baseline else []),
        Heading(w.say("Target")),
        Heading(period),
        Heading(w.say("To date")),
    ]
    rows = []
    for each in indicators:
        baseline = [each.baseline] if with_baseline else []
        numbers = (*baseline, each.target, each.in_period, each.to_date)
        cells = [TableCell(each.unit or formats.NONE)]
        cells += [TableCell(figure(number, w)) for number in numbers]
        small = " · ".join(filter(None, (activities.get(each.activity, ""), each.source)))
        rows.append(TableRow(each.indicator, cells, small))
    return ReportTable(w.say("Indicators"), headings, rows, note)


def still_counted(
    indicators: Sequence[IndicatorFigures], progress: Iterable[Progress]
) -> list[IndicatorFigures]:
    """Returns the indicators with a number that changed in the period or may still change. All
    other indicators belong to activities that are done or dropped."""
    finished = {each.id for each in progress if each.status in FINISHED}
    return [each for each in indicators if each.in_period or each.activity not in finished]


def figure(number: Decimal | None, w: Words) -> str:
    """Returns a number, or a dash if it is not known."""
    return formats.NONE if number is None else formats.quantity(number, w.at)


def reached(each: IndicatorFigures, w: Words) -> str:
    """Returns a line that says what was reached in the month: `Kits handed out: 12 this month,
    96 of 160 to date.`"""
    values = {
        "indicator": each.name,
        "number": figure(each.in_period, w),
        "to_date": figure(each.to_date, w),
    }
    if each.target is None:
        return w.say("{indicator}: {number} this month, {to_date} to date.", **values)
    return w.say(
        "{indicator}: {number} this month, {to_date} of {target} to date.",
        **values,
        target=figure(each.target, w),
    )


def few_people(indicators: Sequence[IndicatorFigures], w: Words) -> str:
    """Returns the note that small numbers of people are not shown. Returns '' if no indicator
    counts people."""
    if not any(each.counts_people for each in indicators):
        return ""
    return w.say("A number of people moves here only once at least three more stand behind it.")
