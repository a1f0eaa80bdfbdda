"""What a funder's summary is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month
from budgettrack.core.figures.cash import GrantPosition
from budgettrack.core.figures.profile import Limit, Profile, Scope
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.audience import Progress

GroupKind = Literal["", "unmapped", "unbudgeted", "sum"]


@dataclass(frozen=True, slots=True)
class FunderLine:
    """A budget line, or the spending on none of them (`id` empty). `limits` are those that it is
    beyond."""

    id: str
    category: str
    activity: str
    description: str
    sums: Sums
    explanation: str = ""
    timing: str = ""
    limits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading. `kind`: "" (a category or an activity), unmapped, unbudgeted, or sum
    (of others)."""

    name: str
    code: str
    kind: GroupKind
    lines: Sequence[FunderLine]
    sums: Sums
    limits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FunderExpense:
    """One expense in its columns for funders; `units` is None where it could not be converted."""

    id: str
    day: date
    line: str
    amount: int
    currency: str
    state: str
    units: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A resource given as match for the grant; values in minor units of `currency`, up to the end
    of the days covered."""

    id: str
    kind: str
    from_whom: str
    description: str
    quantity: Decimal | None
    unit: str
    value: int | None
    currency: str
    basis: str


@dataclass(frozen=True, slots=True)
class Due:
    """A date on which something is owed for the grant."""

    what: str
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row that limits judge and that is no group of the summary: the whole grant (`name` is its
    ID), or an activity of a summary by category. `limits` are those that it is beyond."""

    scope: Scope
    name: str
    lines: tuple[str, ...]
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """From `variance` of the command line to this summary's spending, all in the summary's
    currency, and adding up.

    `own` is what `variance` says, in the grant's currency; `planned` the same at the budget's rate;
    `outside` what lies in the last month after the days covered; `exchange` what the rule for rates
    makes of it; `rounding` the rest."""

    own: int
    planned: int
    outside: int
    exchange: int
    rounding: int
    spent: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What an earlier final summary of the grant said: its period and, by row, (name, spent in the
    period)."""

    first: date
    last: date
    on: date
    rows: Mapping[str, tuple[str, int]]
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A figure of a period already reported that is another now; spent in the period, in the
    summary's currency."""

    first: date
    last: date
    on: date
    name: str
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class FunderGrant:
    """A grant in its columns for the public and for funders that the summary shows."""

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


@dataclass(frozen=True, slots=True)
class FunderView:
    """What one grant's funder may read: that grant alone. Amounts are in minor units of `currency`.

    `period` are the first and last day of the reporting period, `until` the last day that the
    figures cover. `judged` are the rows beyond a limit that are none of the groups. `cash` is in
    the grant's own currency, to the end of `month`. `unit` is the multiple of minor units that all
    amounts are rounded to."""

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
    progress: Sequence[Progress]
    match: Sequence[Match]
    match_wanted: int | None
    due: Sequence[Due]
    tell: Sequence[Finding]
    left_out: int

    @property
    def lines(self) -> list[FunderLine]:
        return [line for group in self.groups if group.kind != "sum" for line in group.lines]
