"""The types of the public view: rows, tables and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgettrack.core.base.months import Month
from budgettrack.core.views.audience import (
    Progress,
)

FEWEST = 3
"""The default number of payments that must lie behind a published figure."""


@dataclass(frozen=True, slots=True)
class PublicStanding:
    """A row of a public table, in minor units of the base currency.

    `name`: the name of a category, an activity or a grant.
    `kind`: marks other rows: one of `ELSEWHERE`, "total" or "held".
    `through`: the figures go to the end of this month. None: nothing is shown yet.
    """

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
    """One public table. Rows and `held` sum to `total`.

    `held` is new money of the rows whose keys are in `waiting`."""

    rows: Sequence[PublicStanding]
    held: PublicStanding | None
    waiting: Sequence[str]
    total: PublicStanding


@dataclass(frozen=True, slots=True)
class PublicGrant:
    """A grant marked Publish: its public columns, and the money received for it in its own
    currency.

    `activities` are the IDs of the activities that its budget lines name."""

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
    """Money received, in the base currency. `kind` is "grant", "withheld" (grants not published) or
    "gifts"."""

    name: str
    kind: str
    this_month: int
    to_date: int
    grant: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The yearly total of the lines that pay people.

    `spent` and `budget` are None if they may not be shown."""

    year: str
    budget: int | None
    spent: int | None


@dataclass(frozen=True, slots=True)
class Spell:
    """The spending from one page to the next, first and last month included.

    It is one month, or several if the page had to wait."""

    first: Month
    last: Month
    budget: int
    spent: int


@dataclass(frozen=True, slots=True)
class InKind:
    """Resources of one kind from one kind of giver.

    `quantities`: (quantity, unit), as agreed for the whole time.
    `value`: in minor units of `currency`, or None if nobody valued the resources.
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
    """A milestone that is planned for the end of a month. `late` is true if the month is over."""

    month: Month
    activity: str
    milestone: str
    late: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure to date, as an earlier page showed it and as it is for the same months now.

    `what`: "spent", "budget" or "received".
    `since`, `until`: the first and the last month that the correction is about.
    `was`, `now`: both figures, in minor units of the base currency.
    """

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
    """The public page of a month. Amounts are in minor units of `currency`.

    `first`: the month with which figures to date begin.
    `through`: the last month whose spending may be shown. None: none yet.
    `later`: the page was made long after its month. It then shows money only.
    `left_out`: the number of rows that are not in the figures.
    `spent_this_month`: None if `through` is before `month`.
    `untold`: some corrections may not be shown, because too few payments lie behind them.
    `without_rate`: the grants in no figure, because no rate is known. IDs of published grants, and
    `WITHHELD` for all others.
    """

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
    without_rate: Sequence[str] = ()
