"""The money of one award, together with the figures in the statements of groups, as the funder of
the award reads it.

The spending of groups is added to our budget line that pays for it. Only statements are used: no
row of a group is read. The figure of a period is the total to its last month less the total to the
month before it. So no amount is counted twice (see `law`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.months import Month, after
from budgettrack.core.counting.handed_on import counted, in_currency
from budgettrack.core.counting.law import Award, AwardShare
from budgettrack.core.counting.paying import paying_line
from budgettrack.core.counting.statements import HostStatement, books_of
from budgettrack.core.counting.terms import Terms
from budgettrack.core.figures.sums import Sums
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan

StatementsAt = Callable[[Month], Mapping[str, HostStatement]]
"""A function that returns the newest statement of each group up to a month, by the group's code."""

AwardMonths = tuple[Month, Month, Month]
"""The first month of the period, the first month of the financial year, and the last month."""


class GroupShare(Struct, frozen=True):
    """What one group has of an award, in minor units of the award's currency.

    `group`: its code, or '' if nobody knows whose money it is. `agreed`: the sum of its sub-grants,
    or None if one of the sums is not known. `sums`: what it spent and ordered. `paid`: what was
    paid to it. `held`: what it holds by its statement. `month`: the month of its newest statement,
    or '' if no statement counts. `closed`: whether it closed that month. `is_since`: whether its
    spending of the period is known; if money was paid to it before and it told nothing then, all
    that it has spent counts in the period."""

    group: str
    agreed: int | None
    sums: Sums
    paid: int
    held: int
    on_the_way: int
    month: Month = ""
    closed: bool = False
    is_since: bool = True


class Together(Struct, frozen=True):
    """An award with the money of groups, at the end of a month.

    `terms`: the terms of the law of counting once, at the rate of each month. `own`: what we spent
    ourselves, at the rate that the funder wants. `fees`: what is
    kept for handing money on. It is an outgoing of the award and an income of ours, so both sides
    are left out together. `names`: how each group is called, by its code."""

    terms: Terms
    groups: Sequence[GroupShare]
    own: Sums
    fees: int
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_groups(self) -> int:
        """What all groups spent to date."""
        return sum(share.sums.spent for share in self.groups)


def is_handed_on(plan: Plan, grant: str) -> bool:
    """Whether money of a grant is handed on to groups."""
    return any(given.grant == grant for given in plan.given.values())


class HandedOn:
    """The money of one grant that is handed on, at the end of any month.

    `at` returns the statements up to a month. Each month is counted once only."""

    def __init__(self, plan: Plan, totals: Sequence[Total], grant: str, at: StatementsAt) -> None:
        self._plan, self._totals, self.grant, self._at = plan, totals, grant, at
        self._awards: dict[Month, Award] = {}
        self._told: dict[Month, Mapping[str, HostStatement]] = {}

    def _statements(self, month: Month) -> Mapping[str, HostStatement]:
        if month not in self._told:
            self._told[month] = self._at(month)
        return self._told[month]

    def award(self, month: Month) -> Award:
        """Returns the award at the end of a month, in which each amount is counted once."""
        if month not in self._awards:
            books = {group: books_of(told) for group, told in self._statements(month).items()}
            rolled = counted(self._plan, self._totals, month, books)
            ours = (award for award in rolled.awards if not award.holder)
            self._awards[month] = next(award for award in ours if award.grant == self.grant)
        return self._awards[month]

    def by_line(self, span: AwardMonths) -> dict[str, Sums]:
        """Returns what groups spent and ordered, by our budget line that pays for it. The key ''
        has the amounts for which no line pays."""
        lines: dict[str, Sums] = defaultdict(Sums)
        for part, sums in self._parts(span):
            line = paying_line(self._plan, self._plan.given[part.sub_grant])
            lines[line] = lines[line] + sums
        return dict(lines)

    def together(self, span: AwardMonths, own: Sums) -> Together:
        """Returns the award with the money of all groups. `own`: what we spent ourselves."""
        award, told = self.award(span[2]), self._statements(span[2])
        before = self.award(after(span[0], -1)).parts
        silent = {part.sub_grant for part in before if part.given and not part.counts}
        groups: dict[str, GroupShare] = {}
        for part, sums in self._parts(span):
            share = self._share(part, sums, told)
            if part.counts and part.sub_grant in silent:
                share = replace(share, is_since=False)
            known = groups.get(share.group)
            groups[share.group] = share if known is None else _joined(known, share)
        shares = tuple(groups[code] for code in sorted(groups))
        fees = award.terms.fees - award.fee + award.fees_here
        return Together(award.terms, shares, own, fees)

    def _parts(self, span: AwardMonths) -> Iterator[tuple[AwardShare, Sums]]:
        """Yields every sub-grant of the award, with what its group spent and ordered."""
        first, year, until = span
        before, before_year = (self._spent(after(month, -1)) for month in (first, year))
        for part in self.award(until).parts:
            spent = part.terms.spent
            yield (
                part,
                Sums(
                    period_spent=spent - before.get(part.sub_grant, 0),
                    year_spent=spent - before_year.get(part.sub_grant, 0),
                    spent=spent,
                    committed=sum(committed for _, committed in part.by_category.values()),
                ),
            )

    def _spent(self, month: Month) -> dict[str, int]:
        return {part.sub_grant: part.terms.spent for part in self.award(month).parts}

    def _share(self, part: AwardShare, sums: Sums, told: Mapping[str, HostStatement]) -> GroupShare:
        given = self._plan.given[part.sub_grant]
        statement = told.get(given.group) if part.counts else None
        currency = self._plan.currency_of(self.grant)
        return GroupShare(
            given.group,
            in_currency(self._plan, given, currency) if given.is_promised else 0,
            sums,
            part.given,
            part.terms.held_below,
            part.terms.on_the_way,
            statement.month if statement else "",
            closed=bool(statement and statement.closed),
        )


def _joined(one: GroupShare, other: GroupShare) -> GroupShare:
    """Returns two sub-grants of one group as one share."""
    is_known = one.agreed is not None and other.agreed is not None
    return replace(
        one,
        agreed=(one.agreed or 0) + (other.agreed or 0) if is_known else None,
        sums=one.sums + other.sums,
        paid=one.paid + other.paid,
        held=one.held + other.held,
        on_the_way=one.on_the_way + other.on_the_way,
        month=one.month or other.month,
        closed=one.closed or other.closed,
        is_since=one.is_since and other.is_since,
    )
