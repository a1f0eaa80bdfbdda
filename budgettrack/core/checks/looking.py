"""What every check looks at: the plan, its positions, and the limits that checks share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from budgettrack.core.base import months
from budgettrack.core.figures import positions
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.positions import Position
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan, Records

SOON = 30
"""Days before something is due in which a finding says so."""


ENDING = 60
"""Days before a grant's end in which a finding says so."""


NEAR_END = 90


UNSPENT_PERCENT = 15
"""More than so many percent unspent within so many days of a grant's end is a finding."""


FAR = 730
"""An expense or income so many days outside every grant's dates has, it seems, a mistyped year."""


@dataclass
class Looking:
    """What the rules look at, computed once."""

    plan: Plan
    totals: Sequence[Total]
    today: date
    records: Records

    @cached_property
    def month(self) -> months.Month:
        """The last full month: figures of the running one are not complete."""
        return months.after(months.month_of(self.today), -1)

    @cached_property
    def to_date(self) -> list[Position]:
        return positions.positions(self.plan, self.totals, end=self.month)

    @cached_property
    def so_far(self) -> list[Position]:
        """With all that is entered, also of the running month and later."""
        last = max((total.paid or total.ordered for total in self.totals), default=self.month)
        return positions.positions(
            self.plan, self.totals, end=max(last, months.month_of(self.today))
        )

    @cached_property
    def cash(self) -> list[GrantPosition]:
        return grant_positions(self.plan, self.totals, months.month_of(self.today))
