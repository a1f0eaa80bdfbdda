"""The types that a funder's summary is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.counting.together import Together
from budgettrack.core.figures.cash import GrantPosition
from budgettrack.core.figures.profile import Limit, Profile, Scope
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.public_types import IndicatorFigures, Progress

GroupKind = Literal["", "unmapped", "unbudgeted", "sum"]


class FunderLine(Struct, frozen=True):
    """A budget line, or the spending without a line (`id` is then ''). `limits` has the limits
    that the line exceeds."""

    id: str
    category: str
    activity: str
    description: str
    sums: Sums
    explanation: str = ""
    timing: str = ""
    limits: tuple[int, ...] = ()


class Group(Struct, frozen=True):
    """Lines under one heading.

    `kind`: "" (a category or an activity), "unmapped" (lines in none of the funder's
    categories), "unbudgeted" (spending without a line), or "sum" (the sum of other groups)."""

    name: str
    code: str
    kind: GroupKind
    lines: Sequence[FunderLine]
    sums: Sums
    limits: tuple[int, ...] = ()


class FunderExpense(Struct, frozen=True):
    """One expense, in the columns that a funder may see. `units` is None if no rate is known."""

    id: str
    day: date
    line: str
    amount: int
    currency: str
    state: str
    units: int | None


class Match(Struct, frozen=True):
    """Something in kind that counts as match for the grant (a contribution beside the funder's
    money).

    The value is in minor units of `currency`, up to the last day that the summary covers."""

    id: str
    kind: str
    from_whom: str
    description: str
    quantity: Decimal | None
    unit: str
    value: int | None
    currency: str
    basis: str


class Due(Struct, frozen=True):
    """A deadline of the grant."""

    what: str
    due: date
    late: bool


class JudgedRow(Struct, frozen=True):
    """A row that is beyond a limit but is not a group of the summary.

    It is the whole grant (`name` is then its ID), or an activity in a summary by category.
    `limits` has the limits that the row is beyond."""

    scope: Scope
    name: str
    lines: tuple[str, ...]
    limits: tuple[int, ...]


class Reconciled(Struct, frozen=True):
    """The steps from the figure of the command `variance` to the spending in the summary. They add
    up.

    `own`: the figure of `variance`, in the grant's currency. All other amounts are in minor
    units of the summary's currency. `planned`: the same figure at the rate of the budget.
    `outside`: the payments in the last month after the days that are covered. `exchange`: the
    difference between the funder's rule for rates and the rate of the budget. `rounding`: what
    is left. `groups`: what groups spent of money that was handed on."""

    own: int
    planned: int
    outside: int
    exchange: int
    rounding: int
    spent: int
    groups: int = 0


class Reported(Struct, frozen=True):
    """The figures of an earlier final summary of the grant: its period and, for each row, (name,
    spent in the period).

    The figures to date of a summary also have what was spent before its period. `earlier` is the
    part of this that no final summary had reported on its own: the spending before `first`, and
    from the day `since` (None: from the beginning). `lines` and `earlier_lines` are the same
    spending by budget line, in minor units of the grant's currency. `earlier_lines` is None if it
    was not stored, because an older version of the program made the summary."""

    first: date
    last: date
    on: date
    rows: Mapping[str, tuple[str, int]]
    lines: Mapping[str, int] = field(default_factory=dict)
    since: date | None = None
    earlier: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    earlier_lines: Mapping[str, int] | None = None

    def says_the_same_as(self, other: Reported) -> bool:
        """Whether two summaries have the same figures."""
        is_known = self.earlier_lines is not None and other.earlier_lines is not None
        ours = self.since, self.earlier, self.earlier_lines
        if is_known and ours != (other.since, other.earlier, other.earlier_lines):
            return False
        return (self.rows, self.lines) == (other.rows, other.lines)


class Adjustment(Struct, frozen=True):
    """A figure of an earlier summary that has changed since then: the spending in the period of
    that summary, or before it. `first` is None if all days up to `last` are meant.

    Amounts are in minor units of the summary's currency."""

    first: date | None
    last: date
    on: date
    name: str
    was: int
    now: int


class FunderGrant(Struct, frozen=True):
    """A grant, in the columns that the public and funders may see."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: date | None
    end: date | None
    held_by: str
    host_fee: Decimal | None
    host_fee_on: str
    paid: str
    agreement_reference: str


class FunderView(Struct, frozen=True):
    """Everything that the funder of one grant may read. Amounts are in minor units of `currency`.

    `period`: the first and last day of the reporting period. `until`: the last day that the
    figures cover. `unit`: amounts are rounded to multiples of this number of minor units.
    `judged`: the rows beyond a limit that are not groups. `cash`: the cash position in the
    grant's own currency, at the end of `month`. `reviews`: what the group wrote about the months
    of the period, which is public anyway. `indicators`: those of the activities that the grant
    pays for. `narrative`: what the group wrote about the period, by the names in
    `NARRATIVE_TEXTS`. `names`: the names of the tabs and columns of the workbook, for the
    treasurer's list. `together`: where the money is, if part of it is handed on to groups."""

    organisation: str
    contact: str
    language: str
    month: Month
    period: Period
    until: date
    currency: str
    unit: int
    grant: FunderGrant
    profile: Profile
    limits: Sequence[Limit]
    groups: Sequence[Group]
    total: Sums
    judged: Sequence[JudgedRow]
    expenses: Sequence[FunderExpense]
    cash: GrantPosition
    reconciled: Reconciled
    adjustments: Sequence[Adjustment]
    since: date | None
    earlier: Mapping[str, tuple[str, int]]
    progress: Sequence[Progress]
    match: Sequence[Match]
    match_wanted: int | None
    due: Sequence[Due]
    tell: Sequence[Finding]
    left_out: int
    reviews: Sequence[str] = ()
    indicators: Sequence[IndicatorFigures] = ()
    narrative: Mapping[str, str] = field(default_factory=dict)
    names: SheetWords = ENGLISH
    together: Together | None = None

    @property
    def lines(self) -> list[FunderLine]:
        return [line for group in self.groups if group.kind != "sum" for line in group.lines]
