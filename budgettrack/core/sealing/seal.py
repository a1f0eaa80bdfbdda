"""Seals the batches of a page: decides which amounts are published together, and which wait.

There are four steps. The module `drafts` forms batches that reveal nobody's amount. `rest` leaves
out some of them, so that the rest of each award reveals nobody's amount either. `differences`
leaves out some more, so that no two figures reveal an amount when they are compared. `nearness`
leaves out some more, so that all figures together do not show an amount within ten per cent. A
batch that was published never changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.award import to_spend
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.differences import Figures
from budgettrack.core.sealing.drafts import Draft, Drafts
from budgettrack.core.sealing.known_sums import paid_people
from budgettrack.core.sealing.nearness import Nearness
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.sealing.rest import Rest
from budgettrack.core.sealing.safety import Readers, amounts_of, is_safe
from budgettrack.core.sealing.waiting import in_no_batch

Number = Callable[[], int]
"""A function that draws a random number that no batch has."""


def seal(
    contributions: Contributions,
    before: Sequence[Batch],
    page: Month,
    *,
    number: Number,
    copies: Sequence[Batch] = (),
    newest: Month = "",
) -> list[Batch]:
    """Returns the new batches for the page of a month. `before` has all earlier batches, in their
    order.

    `copies`: sums that stood on pages of an older version of the program (see `copies`). A
    budget that is part of such a sum never comes into a batch. `newest`: the month of the newest
    page that is made in the same run. Readers of this page know everything that is on the newest
    page too. Returns [] if a later page has batches already: nothing is added to the past."""
    if any(batch.page > page for batch in before):
        return []
    of_run = contributions.newest(newest or page)
    now = of_run.with_contributors(contributions.at(page))
    known = of_run.known(before)
    funders = of_run.funders([*before, *known])
    rest = Rest(contributions.plan, now, known, page, funders, contributions.former)
    told = of_run.known(copy for copy in copies if copy.what != "budget")
    untold = {part.id for copy in copies if copy.what == "budget" for part in copy.parts}
    seen, people = Readers(funders.values()), paid_people(contributions.plan, now)
    drafts = Drafts(known, now, page, seen, rest.known_sums(), told, people)
    plan, headings = contributions.plan, contributions.headings
    figures = Figures(known, plan, page, seen, drafts.less, headings)
    nearness = Nearness(drafts.known_sums, seen)
    pools: dict[tuple[str, bool, bool], list[Contribution]] = {}
    for part, corrects in in_no_batch(now, before):
        if part.what == "budget" and part.id in untold:
            continue
        kept = part.line in rest.held or (part.what == "spent" and part.id in rest.kept)
        if corrects or not kept:
            # Payments and refunds are never in one batch: a refund could cancel out a payment.
            pools.setdefault((part.what, corrects, part.units < 0), []).append(part)
    for (_, corrects, _), pool in sorted(pools.items()):
        drafts.form(pool, correction=corrects)
    return [
        Batch(number(), page, draft.what, draft.correction, draft.labels, draft.parts)
        for draft in _safe_together(drafts.drafts, rest, figures, nearness)
    ]


def _safe_together(
    drafts: Sequence[Draft], rest: Rest, figures: Figures, nearness: Nearness
) -> Sequence[Draft]:
    """Returns the drafts (planned batches) that may be published. If a draft has to wait, the rest
    of the award becomes larger. So the rest is judged again after every other test."""
    while drafts:
        with_rest = rest.without_unsafe_rest(drafts)
        drafts = nearness.without_near(figures.without_unsafe_differences(with_rest))
        if drafts == with_rest:
            break
    return drafts


def may_be_first(contributions: Contributions, batch: Batch) -> bool:
    """Whether the first batch of all may be published. If it is, everybody may know the batch, and
    what is left of each award without it."""
    of_run = contributions.newest(batch.page)
    known = of_run.known([batch])
    funders = of_run.funders(known)
    rest = Rest(contributions.plan, of_run.parts, known, batch.page, funders, contributions.former)
    return is_safe(amounts_of(known[0].parts), list(funders.values())) and not rest.unsafe()


def waits_since(
    contributions: Contributions,
    batches: Sequence[Batch],
    page: Month,
    waited: Month | None = None,
    untold: Collection[str] = (),
) -> Month | None:
    """Returns the month since which something waits: an amount is in no batch, or an award is not
    published. Returns None if nothing waits.

    A budget and an award have no month of their own: they wait since the first page on which
    anything waited. `waited`: the month that the page before showed. `untold`: the grants whose
    award is not published on this page."""
    waiting = [part for part, _ in in_no_batch(contributions.at(page), batches)]
    months = [part.month for part in waiting if part.month]
    plan = contributions.plan
    awards = [
        id_
        for id_ in untold
        if named(plan.grants[id_]) and to_spend(plan, plan.grants[id_], page) is not None
    ]
    if len(months) < len(waiting) or awards:
        months.append(waited or page)
    return min(months, default=None)


def untold_awards(
    contributions: Contributions, batches: Sequence[Batch], page: Month
) -> frozenset[str]:
    """Returns the grants whose award and instalments must not be on the page. The reason: the whole
    award, or its rest, belongs to only one or two people or firms."""
    of_run = contributions.newest(page)
    known = of_run.known(batches)
    funders = of_run.funders([*batches, *known])
    former = contributions.former
    return Rest(contributions.plan, of_run.parts, known, page, funders, former).untold()
