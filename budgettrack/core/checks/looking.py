"""The input of every check (`Looking`): the plan, its positions, and the thresholds that several
checks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from budgettrack.core.base import months
from budgettrack.core.counting.answers import HostAnswer, RefusedAnswer
from budgettrack.core.counting.handed_on import counted, gone_to_groups
from budgettrack.core.counting.law import Award, AwardShare
from budgettrack.core.counting.paying import paying_line
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import HostStatement, books_of
from budgettrack.core.figures import positions
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.positions import Position
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Grant, Plan, Records

SOON = 30
"""A finding reports a due date this many days in advance."""


ENDING = 60
"""A finding reports the end of a grant this many days in advance."""


NEAR_END = 90


UNSPENT_PERCENT = 15
"""If more than this percentage of a grant is unspent near its end, there is a finding."""


FAR = 730
"""A date more than this number of days outside the dates of all grants probably has a wrong
year."""


@dataclass
class Looking:
    """The input of the checks. Positions (budget, spent and available of each line) are calculated
    once.

    `booked` has the IDs of the expenses that are also entries of a bank statement. `told` has what
    groups told their host, by the codes of the groups. `answers`: what each host of a group says
    that it paid to the group, or why this is not read."""

    plan: Plan
    totals: Sequence[Total]
    today: date
    records: Records
    booked: Set[str] = frozenset()
    told: Mapping[str, HostStatement] = field(default_factory=dict)
    answers: Sequence[HostAnswer | RefusedAnswer] = ()

    def review_code(self, review: date) -> str:
        """Returns the code of the finding about an agreement that must be reviewed on a day."""
        return "agreement-review-overdue" if review < self.today else "agreement-review"

    @cached_property
    def month(self) -> months.Month:
        """The last full month. The figures of the current month are not complete."""
        return months.after(months.month_of(self.today), -1)

    @cached_property
    def to_date(self) -> list[Position]:
        return positions.positions(self.plan, self.totals, end=self.month)

    @cached_property
    def so_far(self) -> list[Position]:
        """Returns the positions with all entries, also those of the current month and later."""
        last = max((total.paid or total.ordered for total in self.totals), default=self.month)
        return positions.positions(
            self.plan, self.totals, end=max(last, months.month_of(self.today))
        )

    @cached_property
    def cash(self) -> list[GrantPosition]:
        return grant_positions(self.plan, self.totals, months.month_of(self.today))

    @cached_property
    def counted(self) -> RollUp:
        """The money of a host and its groups, counted once."""
        books = {group: books_of(told) for group, told in self.told.items()}
        return counted(self.plan, self.totals, self.month, books)

    @cached_property
    def spent_by_groups(self) -> Mapping[str, int]:
        """The spending to date of the groups of a host, by our budget line that pays for it."""
        return self._by_line(_spent)

    @cached_property
    def ordered_by_groups(self) -> Mapping[str, int]:
        """The orders of the groups of a host that are not paid yet, by our budget line that pays
        for them."""
        return self._by_line(_ordered)

    @cached_property
    def used_by_groups(self) -> Mapping[str, int]:
        """The spending and the orders of the groups of a host, by our grant from which the money
        came. It counts also if no budget line pays for it."""
        return {
            award.grant: sum(_spent(part) + _ordered(part) for part in award.parts)
            for award in self._handed_on
        }

    @cached_property
    def handed_on(self) -> Mapping[str, int]:
        """The money that was handed on to date from each grant of ours, less the money that came
        back. Our fee for handing it on is included."""
        return gone_to_groups(self.plan, months.month_of(self.today))

    @cached_property
    def _handed_on(self) -> Sequence[Award]:
        if not self.plan.given:
            return ()
        return [award for award in self.counted.awards if not award.holder]

    def _by_line(self, units: Callable[[AwardShare], int]) -> Mapping[str, int]:
        lines: dict[str, int] = {}
        for award in self._handed_on:
            for part in award.parts:
                line = paying_line(self.plan, self.plan.given[part.sub_grant])
                lines[line] = lines.get(line, 0) + units(part)
        return lines

    @cached_property
    def soon(self) -> date:
        """The last day on which a coming obligation is already reported."""
        return self.today + timedelta(days=SOON)

    def ends_within(self, grant: Grant, days: int) -> bool:
        """Whether an active or closing grant ends today or within this number of days."""
        if not grant.is_running or grant.end is None:
            return False
        return 0 <= (grant.end - self.today).days <= days


def _spent(part: AwardShare) -> int:
    return part.terms.spent


def _ordered(part: AwardShare) -> int:
    return sum(units for _, units in part.by_category.values())
