"""The first page of a summary: its key figures, what is over, and the words of the group."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.core.base import money
from budgettrack.core.views.funder_types import FunderLine, FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Fact,
    Facts,
    Subheading,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.funder.budget import group_name


def covered(view: FunderView, w: Words) -> str:
    """Returns in words which month or days the summary covers."""
    return (
        formats.month(view.month, w.at)
        if view.until == formats.end_of(view.month)
        else formats.days(view.period[0], view.until, w.at)
    )


def glance(view: FunderView, w: Words) -> list[Block]:
    """Returns the key figures of the grant."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    total, grant = view.total, view.grant
    award = (
        formats.money(grant.amount, grant.currency, w.at)
        if grant.amount is not None
        else formats.NONE
    )
    share = formats.percentage(money.percent(total.spent, total.whole), w.at)
    facts = [
        Fact(w.say("Award"), award, formats.days(grant.start, grant.end, w.at)),
        Fact(
            w.say("Spent to date"),
            amount(total.spent),
            w.say("{percent} of the budget lines", percent=share),
        ),
        Fact(
            w.say("Available"),
            amount(total.available),
            w.say("committed: {amount}", amount=amount(total.committed)),
        ),
        Fact(
            w.say("Variance to date"),
            amount(total.variance),
            w.say("budget to date: {amount}", amount=amount(total.budget)),
        ),
        Fact(
            w.say("Balance held"),
            formats.money(_held(view), grant.currency, w.at),
            w.say(
                "received: {amount}", amount=formats.money(view.cash.received, grant.currency, w.at)
            ),
        ),
    ]
    sentences = [
        w.say(
            "In this period, {spent} of {planned} planned was spent.",
            spent=amount(total.period_spent),
            planned=amount(total.period_budget),
        )
    ]
    if grant.held_by and grant.host_fee is not None:
        sentences.append(
            w.say(
                "The money is held by {host}, for a fee of {percent} of {base}.",
                host=grant.held_by,
                percent=formats.percentage(str(grant.host_fee), w.at),
                base=w.term(grant.host_fee_on or "income"),
            )
        )
    elif grant.held_by:
        sentences.append(w.say("The money is held by {host}.", host=grant.held_by))
    sentences += _beside_the_award(view, w)
    sentences += _left(view, w)
    sentences += _beyond(view, w)
    reviews = () if view.narrative else view.reviews
    told = [Text(paragraph) for review in reviews for paragraph in _paragraphs(review)]
    return [Facts(facts), *(Text(sentence) for sentence in sentences), *told]


MANY_CATEGORIES = 12
"""If a grant has more categories, the first page does not list what each has left."""


def _left(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence that says how much each category has left. On paper, the table with the
    sums of the categories is often on the second page."""
    groups = [
        group
        for group in view.groups
        if group.kind not in ("sum", "unbudgeted") and (group.sums.whole or group.sums.available)
    ]
    if view.profile.by == "activity" or not 1 < len(groups) <= MANY_CATEGORIES:
        return
    left = [
        f"{group_name(group, view, w)} {formats.money(group.sums.available, view.currency, w.at)}"
        for group in groups
    ]
    yield w.say("Available by category: {categories}.", categories=formats.series(left, w.at))


def _held(view: FunderView) -> int:
    """Returns the money of the grant that is held, by us and by groups, in the grant's currency."""
    if view.together is None:
        return view.cash.balance
    terms = view.together.terms
    return terms.held_here + terms.held_below + terms.on_the_way


def narrative(view: FunderView, w: Words) -> list[Block]:
    """Returns what the group wrote about the period, or nothing if it wrote nothing."""
    headings = {
        "done": w.say("What was done"),
        "reached": w.say("What was reached"),
        "wrong": w.say("What went wrong and why"),
        "change": w.say("What changes now"),
    }
    blocks: list[Block] = []
    for name, heading in headings.items():
        if text := view.narrative.get(name):
            blocks += [Subheading(heading), *map(Text, _paragraphs(text))]
    return blocks


def _paragraphs(review: str) -> list[str]:
    return [line.strip() for line in review.splitlines() if line.strip()]


def _beyond(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence for each sum that is above the amount of a budget line or above the
    award, now or in the forecast."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    lines = [
        w.say(
            "{line} by {amount}",
            line=_line_name(line, w),
            amount=amount(-line.sums.available),
        )
        for line in view.lines
        if line.sums.available < 0
    ]
    if lines:
        yield w.say(
            "More is spent and ordered than there is: {lines}.", lines=formats.listed(lines, w.at)
        )
    award, total = view.grant.amount, view.total
    if award is None or view.currency != view.grant.currency:
        return
    spent_and_ordered = total.spent + total.committed
    if spent_and_ordered > award:
        yield w.say(
            "In all, {amount} more is spent and ordered than the award.",
            amount=amount(spent_and_ordered - award),
        )
    elif total.forecast > award:
        yield w.say(
            "If the rest goes as planned, {amount} more than the award is spent at the end.",
            amount=amount(total.forecast - award),
        )


def _line_name(line: FunderLine, w: Words) -> str:
    """Returns the ID of a line with its description, because a reader does not know the ID."""
    if not line.id:
        return w.say("Spent outside the budget lines")
    return f"{line.id} ({line.description})" if line.description else line.id


def _beside_the_award(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence if the budget lines are another sum than the award. Without it, what is
    available cannot be found again from the award and what is spent."""
    award, lines = view.grant.amount, view.total.whole
    if award is None or view.currency != view.grant.currency or lines == award:
        return
    all_lines = formats.money(lines, view.currency, w.at)
    apart = formats.money(abs(award - lines), view.currency, w.at)
    if lines < award:
        yield w.say(
            "The budget lines are {lines} in all: {amount} less than the award.",
            lines=all_lines,
            amount=apart,
        )
    else:
        yield w.say(
            "The budget lines are {lines} in all: {amount} more than the award.",
            lines=all_lines,
            amount=apart,
        )
