"""Takes from the plan what may be published unchanged, because it tells nothing about the money of
a single person or firm. Sealed batches (sums of several people's amounts) are the only other
content of public pages.

It publishes texts, the award and the instalments of a published grant, and what public bodies and
NGO networks lend. It publishes no budget line, no payment and no gift. Money of members and from
crowdfunding counts as gifts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.base.months import Month, after, first_day, last_day, month_of
from budgettrack.core.figures.conversion import lacks_rate, to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records.model import Grant, Plan, Resource
from budgettrack.core.sealing.award import (
    PaidByGrant,
    from_givers,
    instalments,
    paid_by_grant,
    pays_back,
)
from budgettrack.core.sealing.contributions import ORGANISATIONS
from budgettrack.core.sealing.public import WITHHELD, PublicBatch
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.sealing.withdrawn import NOTHING_WITHDRAWN, Withdrawn
from budgettrack.core.views.audience import (
    REACHED,
    VALUED_BY,
    given,
    progress,
    without_personal_details,
    worth,
)
from budgettrack.core.views.first_month import first_needed_month
from budgettrack.core.views.indicators import NOTHING_TOLD, Told, public_indicators
from budgettrack.core.views.public_types import (
    Coming,
    InKind,
    Instalment,
    PublicAgreement,
    PublicFacts,
    PublicGrant,
)

ARREARS = "in arrears"

AHEAD = 3
"""The page lists milestones for this number of months in advance."""


def public_facts(
    plan: Plan,
    month: Month,
    *,
    first: Month,
    organisation: str,
    later: bool = False,
    incomplete: bool = False,
    waits_since: Month | None = None,
    untold: Collection[str] = (),
    told: Told = NOTHING_TOLD,
    paid: PaidByGrant | None = None,
) -> PublicFacts:
    """Returns everything that the page of a month shows besides sums of batches.

    `first`: the month of the first page. `later`: whether the page is made long after its month;
    such a page tells nothing about the work. `incomplete`: whether some rows cannot be read.
    `waits_since`: the month since which something waits. `untold`: the grants whose award and
    instalments must not be published. `told`: the indicators on earlier pages. `paid`: what was
    spent of each grant. A caller that makes several pages calculates it once (see `paid_by_grant`).
    """
    plan = without_personal_details(plan)
    paid = paid_by_grant(plan) if paid is None else paid
    activities = plan.activities.values()
    return PublicFacts(
        month=month,
        first=first,
        currency=plan.base,
        organisation=organisation,
        about=plan.about,
        provisional=month not in plan.closed,
        later=later,
        incomplete=incomplete,
        waits_since=waits_since,
        grants=tuple(
            _grant(plan, each, month, told=each.id not in untold, paid=paid)
            for each in plan.grants.values()
            if named(each)
        ),
        progress=() if later else tuple(progress(each) for each in activities),
        in_kind=_in_kind(plan.resources.values(), month),
        coming=() if later else _coming(plan, month),
        activity_names={each.id: each.activity for each in activities},
        without_rate=_without_rate(plan),
        review=plan.reviews.get(month, ""),
        agreements=_agreements(plan, month),
        indicators=() if later else public_indicators(plan, month, told),
    )


def needed(pages: Sequence[PublicFacts], batches: Sequence[PublicBatch]) -> list[PublicFacts]:
    """Returns the pages from the first one that has any content. `pages` are sorted by month."""
    first = first_needed_month(pages, batches)
    if first is None:
        return []
    return [replace(page, first=first) for page in pages if page.month >= first]


def facts_now(
    then: PublicFacts, newest: PublicFacts, plan: Plan, withdrawn: Withdrawn = NOTHING_WITHDRAWN
) -> PublicFacts:
    """Returns what an earlier page may still show now, besides sums of batches.

    The texts are those of the earlier page, and the money is that of the newest page. A grant or an
    activity that was withdrawn is left out. A grant that was not published at that time is added.
    Activities, agreements, and what the group says about itself are as they are now."""
    plan = without_personal_details(plan)
    texts = {grant.id: grant for grant in then.grants}
    money = {grant.id: grant for grant in newest.grants}
    now_named = {id_: grant for id_, grant in plan.grants.items() if named(grant)}
    texts |= {
        id_: _grant(plan, grant, then.month, told=False, paid={})
        for id_, grant in now_named.items()
        if id_ not in texts
    }
    grants = [
        _with_money(texts[id_], money.get(id_), plan.grants[id_], then.month)
        for id_ in texts
        if id_ in now_named
    ]
    unnamed = [id_ for id_ in then.without_rate if not named(plan.grants.get(id_))]
    without_rate = dict.fromkeys(WITHHELD if id_ in unnamed else id_ for id_ in then.without_rate)
    now = replace(
        then,
        provisional=then.month not in plan.closed,
        grants=tuple(grants),
        in_kind=_in_kind(plan.resources.values(), then.month),
        activity_names={each.id: each.activity for each in plan.activities.values()},
        without_rate=tuple(without_rate),
        agreements=_agreements(plan, then.month),
        about=plan.about,
    )
    return _without_withdrawn(now, withdrawn) if withdrawn.activities else now


def _with_money(
    then: PublicGrant, newest: PublicGrant | None, grant: Grant, month: Month
) -> PublicGrant:
    """Returns a grant with the texts of an earlier page and the money of the newest page. It has
    no money if the newest page shows none, or if the money comes from persons now."""
    if newest is None or from_givers(grant):
        return replace(then, amount=None, instalments=())
    amount = then.amount if None not in (then.amount, newest.amount) else newest.amount
    known = tuple(each for each in newest.instalments if each.month <= month)
    return replace(then, amount=amount, instalments=known)


def _without_withdrawn(facts: PublicFacts, withdrawn: Withdrawn) -> PublicFacts:
    """Returns the facts. Activities that were withdrawn are left out, and so are coming milestones
    with the present or an earlier name of such an activity."""
    gone = {words for id_, words in facts.activity_names.items() if withdrawn.activity(id_)}
    gone |= {row.activity for row in facts.progress if withdrawn.activity(row.id)}

    def left(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(id_ for id_ in ids if not withdrawn.activity(id_))

    return replace(
        facts,
        grants=tuple(replace(each, activities=left(each.activities)) for each in facts.grants),
        progress=tuple(row for row in facts.progress if not withdrawn.activity(row.id)),
        indicators=tuple(row for row in facts.indicators if not withdrawn.activity(row.activity)),
        coming=tuple(each for each in facts.coming if each.activity not in gone),
        activity_names={id_: facts.activity_names[id_] for id_ in left(facts.activity_names)},
    )


def _grant(plan: Plan, grant: Grant, month: Month, *, told: bool, paid: PaidByGrant) -> PublicGrant:
    """Returns the public columns of a grant. The award and the instalments are in it only if `told`
    is true.

    The instalments of a grant that is paid in arrears are never published: each of them equals what
    was spent in a month. They are not published either if the column *Paid* is blank but one
    instalment is exactly what was spent."""
    received = instalments(plan, grant, month) if told and grant.paid != ARREARS else {}
    if pays_back(paid, grant, received):
        received = {}
    activities = dict.fromkeys(
        line.activity
        for line in plan.lines.values()
        if line.grant == grant.id and line.activity in plan.activities
    )
    return PublicGrant(
        grant.id,
        grant.funder,
        grant.title,
        grant.state,
        grant.currency,
        grant.amount if told and not from_givers(grant) else None,
        month_of(grant.start) if grant.start else None,
        month_of(grant.end) if grant.end else None,
        _instalments(plan, grant, received),
        tuple(activities),
    )


def _instalments(plan: Plan, grant: Grant, by_month: Mapping[Month, int]) -> tuple[Instalment, ...]:
    """Returns the money received for a grant by month, also in the base currency."""
    conversion = to_base(plan, grant)
    if conversion is None:
        return tuple(Instalment(when, units, None) for when, units in sorted(by_month.items()))
    # The months are rounded so that they add up to the converted sum of all months.
    base = conversion.by_month(by_month)
    return tuple(Instalment(when, by_month[when], base.get(when, 0)) for when in sorted(by_month))


def _in_kind(resources: Iterable[Resource], month: Month) -> tuple[InKind, ...]:
    """Returns what organisations lent or gave up to the end of `month`, by kind, giver and
    currency."""
    grouped: dict[tuple[str, str, str], list[Resource]] = {}
    for each in resources:
        if given(each, month) and each.from_whom in ORGANISATIONS:
            grouped.setdefault((each.kind, each.from_whom, each.currency), []).append(each)
    return tuple(
        _together(kind, giver, currency, members, month)
        for (kind, giver, currency), members in sorted(grouped.items())
    )


def _together(
    kind: str, giver: str, currency: str, resources: Iterable[Resource], month: Month
) -> InKind:
    quantities: dict[str, Decimal] = {}
    values: list[int] = []
    basis: dict[str, None] = {}
    for resource in resources:
        if resource.quantity is not None:
            already = quantities.get(resource.unit, Decimal(0))
            quantities[resource.unit] = already + resource.quantity
        value = worth(resource, last_day(month))
        if value is None:
            continue
        values.append(value)
        if resource.valued_by in VALUED_BY:
            basis[resource.valued_by] = None
    return InKind(
        kind,
        giver,
        tuple((number, unit) for unit, number in quantities.items()),
        sum(values) if values else None,
        currency,
        tuple(basis),
    )


def _agreements(plan: Plan, month: Month) -> tuple[PublicAgreement, ...]:
    """Returns the agreements marked *Publish* that were in force in a month, by kind. This includes
    agreements that ended after the month, but not those that are only planned."""
    told = {
        PublicAgreement(each.kind, each.other_party)
        for each in plan.agreements.values()
        if each.publish
        and each.other_party
        and each.state != "planned"
        and (each.is_in_force or each.until is not None)
        and (each.start is None or each.start <= last_day(month))
        and (each.until is None or each.until >= first_day(month))
    }
    return tuple(sorted(told, key=lambda each: (each.kind, each.party)))


def _coming(plan: Plan, month: Month) -> tuple[Coming, ...]:
    """Returns the milestones of the coming months and the late ones, by month."""
    milestones = []
    for activity in plan.activities.values():
        if activity.end is None or activity.status in REACHED:
            continue
        when = month_of(activity.end)
        if when <= after(month, AHEAD):
            milestones.append(Coming(when, activity.activity, activity.milestone, when <= month))
    return tuple(sorted(milestones, key=lambda milestone: milestone.month))


def _without_rate(plan: Plan) -> tuple[str, ...]:
    left_out = [each for each in plan.grants.values() if is_ours(each) and lacks_rate(plan, each)]
    return tuple(dict.fromkeys(each.id if named(each) else WITHHELD for each in left_out))
