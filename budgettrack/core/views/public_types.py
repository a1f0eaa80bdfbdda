"""The public view as types: rows, tables and what a page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgettrack.core.base.months import Month
from budgettrack.core.views.audience import (
    Progress,
)

FEWEST = 3
"""Payments that must lie behind a published figure."""


@dataclass(frozen=True, slots=True)
class PublicStanding:
    """A row of a public table, in minor units of the base currency, up to the end of `through`
    (None: not yet shown).

    `name` is a category's, an activity's or a grant's; `kind` tells the rows that are none
    (`ELSEWHERE`, total, held)."""

    key: str
    name: str
    kind: str
    through: Month | None
    budget: int
    spent: int

    @property
    def variance(self) -> int:
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Standings:
    """One public table. Rows and `held` sum to `total`; `held` is the newest money of the rows
    whose keys `waiting` has."""

    rows: Sequence[PublicStanding]
    held: PublicStanding | None
    waiting: Sequence[str]
    total: PublicStanding


@dataclass(frozen=True, slots=True)
class PublicGrant:
    """A grant marked Publish: its published columns, and what was received for it, in its own
    currency.

    `activities` are the IDs of the activities that its budget lines name.
    """

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: Month | None
    end: Month | None
    received: int
    activities: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class MoneyIn:
    """Money received, in the base currency. `kind`: grant, withheld (grants not published),
    gifts."""

    name: str
    kind: str
    this_month: int
    to_date: int
    grant: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """What the lines that pay people came to in one year; `spent` and `budget` are None where it
    may not be shown."""

    year: str
    budget: int | None
    spent: int | None


@dataclass(frozen=True, slots=True)
class Spell:
    """Spending from one page to the next: one month, or several where the page had to wait. Both
    months included."""

    first: Month
    last: Month
    budget: int
    spent: int


@dataclass(frozen=True, slots=True)
class InKind:
    """Resources of one kind from one kind of giver. `value` is in minor units of `currency`, None
    where not valued.

    `quantities` are (quantity, unit), as agreed for the whole time.
    """

    kind: str
    from_whom: str
    number: int
    quantities: Sequence[tuple[Decimal, str]]
    value: int | None
    currency: str
    basis: Sequence[str]


@dataclass(frozen=True, slots=True)
class Coming:
    """A milestone that is to be reached by the end of a month; `late` where that month is over."""

    month: Month
    activity: str
    milestone: str
    late: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure to date, as an earlier page had it and as it is now, for the same time; in minor
    units of the base.

    `what` is spent, budget or received. `since` and `until` are the first and last month that it
    corrects."""

    key: str
    name: str
    kind: str
    what: str
    since: Month
    until: Month
    was: int
    now: int


@dataclass(frozen=True, slots=True)
class PublicView:
    """What anybody may read about a month. Amounts are in minor units of `currency`.

    `first` is the month with which figures to date begin, `through` the month up to which spending
    may be shown (None: not yet). `spent_this_month` is None where `through` is earlier than
    `month`. `left_out` is how many rows are left out of the figures. `untold` says that corrections
    were made behind which too few payments lie to show them. `later` is a page that was written for
    a month long past: it has money alone."""

    organisation: str
    contact: str
    month: Month
    first: Month
    through: Month | None
    currency: str
    provisional: bool
    later: bool
    left_out: int
    fewest: int
    grants: Sequence[PublicGrant]
    money_in: Sequence[MoneyIn]
    too_few_gifts: bool
    budget_this_month: int | None
    spent_this_month: int | None
    categories: Standings
    activities: Standings
    by_grant: Standings
    spells: Sequence[Spell]
    people: People | None
    progress: Sequence[Progress]
    in_kind: Sequence[InKind]
    coming: Sequence[Coming]
    corrections: Sequence[Correction]
    untold: bool
