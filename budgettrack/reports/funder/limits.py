"""The limits of a funder in words, and what a summary says about them."""

from __future__ import annotations

from budgettrack.core.base import money
from budgettrack.core.figures.profile import Limit
from budgettrack.core.views.funder_types import FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Text,
)
from budgettrack.reports.base.translations import Words


def limits(view: FunderView, w: Words) -> list[Block]:
    """Returns the limits of the profile. Each says how many rows are beyond it."""
    if not view.limits:
        return [Text(w.say("This profile has no limit of its own."), True)]
    beyond = dict.fromkeys(range(len(view.limits)), 0)
    for group in view.groups:
        for index in (*group.limits, *(index for line in group.lines for index in line.limits)):
            beyond[index] += 1
    for row in view.judged:
        for index in row.limits:
            beyond[index] += 1
    return [
        Bullets(
            [
                f"{limit_words(limit, w)} {_rows_beyond(beyond[index], w)}"
                for index, limit in enumerate(view.limits)
            ]
        )
    ]


def _rows_beyond(number: int, w: Words) -> str:
    """Returns a sentence that says how many rows are beyond a limit."""
    return (
        w.many("{number} row is beyond it.", "{number} rows are beyond it.", number)
        if number
        else w.say("No row is beyond it.")
    )


def _percentages(limit: Limit, w: Words) -> list[str]:
    """Returns in words by how many percent a line may differ from its budget. If spending more and
    spending less have different percentages, returns both.

    Returns an empty list if the limit has no percentage."""
    up = limit.percent if limit.percent_up is None else limit.percent_up
    down = limit.percent if limit.percent_down is None else limit.percent_down
    up_words, down_words = (
        "" if percent is None else formats.percentage(str(percent), w.at) for percent in (up, down)
    )
    if up == down:
        return [up_words] if up_words else []
    if up is not None and down is not None:
        return [w.say("{up} up or {down} down", up=up_words, down=down_words)]
    if up is not None:
        return [w.say("{percent} up", percent=up_words)]
    return [w.say("{percent} down", percent=down_words)]


def limit_words(limit: Limit, w: Words) -> str:
    """Returns a limit as a sentence, with its source."""
    scope = {
        "line": w.say("each budget line"), "category": w.say("each category"),
        "activity": w.say("each activity"),
        "grant": w.say("the whole grant"),
    }[limit.scope]  # fmt: skip
    measure = {
        "to date": w.say("spent against the budget to date"),
        "period": w.say("spent against the budget of the period"),
        "year": w.say("spent against the budget of the financial year so far"),
        "whole": w.say("spent to date against the whole budget"),
        "budget change": w.say("the revised against the approved budget"),
    }[limit.measure]  # fmt: skip
    direction = {"both": w.say("over or under"), "over": w.say("over"), "under": w.say("under")}[
        limit.direction
    ]
    sizes = _percentages(limit, w)
    if limit.amount is not None:
        units = int(limit.amount.scaleb(money.digits(limit.currency)))
        sizes.append(formats.money(units, limit.currency, w.at))
    size = sizes[0] if sizes else w.say("any sum")
    if len(sizes) == 2 and limit.combine == "and":
        size = w.say("{one} and {other}", one=sizes[0], other=sizes[1])
    elif len(sizes) == 2:
        size = w.say("{one} or {other}", one=sizes[0], other=sizes[1])
    more = (
        w.say("{size} or more", size=size)
        if limit.comparator == ">="
        else w.say("more than {size}", size=size)
    )
    consequence = {
        "explain": w.say("is explained"), "tell": w.say("is told to the funder"),
        "ask": w.say("needs the funder's approval"),
        "amend": w.say("needs a change of the agreement"),
    }[limit.consequence]  # fmt: skip
    sentence = w.say(
        "For {scope}: {measure}, {direction}, by {more}, {consequence}.",
        scope=scope,
        measure=measure,
        direction=direction,
        more=more,
        consequence=consequence,
    )
    if limit.never:
        sentence += " " + w.say(
            "Never more in: {names}.", names=formats.listed(list(limit.never), w.at)
        )
    return f"{sentence} " + w.say("Source: {source}.", source=limit.source)
