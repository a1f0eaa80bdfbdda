"""The types of the public pages: the facts that need no sealing, and the view of a month.

Nothing here imports a row, a position or a plan. Every amount is of one of two kinds. It may be a
public column that tells about no single person or firm (an award, an instalment, what a public body
lent). Or it is a sum of sealed batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import PublicBatch, What

# ---- public as it is


class Progress(Struct, frozen=True):
    """A row of the work-plan, in the columns that are published. Dates are shown as months."""

    id: str
    objective: str
    activity: str
    lead_role: str
    start: Month | None
    end: Month | None
    milestone: str
    done: Decimal | None
    status: str
    note: str


class IndicatorFigures(Struct, frozen=True):
    """An indicator of an activity, with its numbers in a period and since the beginning. A number
    is None if it is not known, or may not be shown.

    `counts_people`: a small number of it is not shown to the public. `before`: the number at the
    end of the month before. `was`: what the page before showed, if it has been corrected since
    then, otherwise None. `shown`: all numbers of people that pages have shown; no two of them
    may differ by one or two. `source`: where the number can be looked up; it is not public."""

    id: str
    activity: str
    indicator: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    in_period: Decimal | None
    to_date: Decimal | None
    counts_people: bool = True
    before: Decimal | None = None
    was: Decimal | None = None
    shown: Sequence[Decimal] = ()
    source: str = ""

    @property
    def name(self) -> str:
        """The indicator with its unit, such as `People trained (%)`. The unit is left out if the
        words of the indicator contain it."""
        if not self.unit or self.unit.casefold() in self.indicator.casefold():
            return self.indicator
        return f"{self.indicator} ({self.unit})"


class Instalment(Struct, frozen=True):
    """Money received for a published grant in a month. Money returned to the funder is negative.

    `units`: in minor units of the grant's currency. `base`: in minor units of the base currency,
    or None if no rate is known."""

    month: Month
    units: int
    base: int | None


class PublicGrant(Struct, frozen=True):
    """A grant marked *Publish*, in its public columns.

    `amount`: the award, in minor units of `currency`. None if it is not known, or if the money
    comes from members or crowdfunding, where it could tell about single givers. `instalments`:
    the money received, one for each month, oldest first. Empty if the money comes from members
    or crowdfunding. `activities`: the IDs of the activities that its budget lines name."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: Month | None
    end: Month | None
    instalments: Sequence[Instalment] = ()
    activities: Sequence[str] = ()

    @property
    def received(self) -> int | None:
        """The money received since the beginning, less the money returned, in minor units of
        `currency`.

        Returns None if no instalment is public."""
        return sum(each.units for each in self.instalments) if self.instalments else None


class InKind(Struct, frozen=True):
    """Resources of one kind from an NGO network, a host or a public body. They tell nothing about a
    single person or firm.

    `quantities`: (quantity, unit), as agreed for the whole time. `value`: in minor units of
    `currency`, or None if nobody valued the resources."""

    kind: str
    from_whom: str
    quantities: Sequence[tuple[Decimal, str]]
    value: int | None
    currency: str
    basis: Sequence[str]


class PublicAgreement(Struct, frozen=True):
    """An agreement marked Publish: its kind, and the organisation or role on the other side."""

    kind: str
    party: str


class Coming(Struct, frozen=True):
    """A milestone that is planned for the end of a month. `late` is true if the month is over."""

    month: Month
    activity: str
    milestone: str
    late: bool


class PublicStory(Struct, frozen=True):
    """A story for which there is consent.

    `shows`: a text that describes the picture. It is '' if the story has no picture that may be
    shown."""

    id: str
    title: str
    words: str
    shows: str


class PublicFacts(Struct, frozen=True):
    """Everything on a month's page besides sums of batches: texts, and the public columns of
    grants, of the work-plan, and of resources that organisations give.

    `first`: the month with which totals begin. `later`: whether the page was made long after its
    month; it then tells nothing about the work. `incomplete`: whether some rows cannot be read
    and are in no figure. `waits_since`: the month since which something waits to be shown, or
    None. `activity_names`: the present names of all activities by ID. `review`: what the group
    did in the month, in its own words, or ''. `about`: what the group says about itself, by
    topic. `stories`: the stories of the month. They are never stored with a page, so that
    nothing remains of a story that is taken back. `agreements`: those marked *Publish* that were
    in force in the month. `without_rate`: the grants that are in no figure because no rate is
    known: the IDs of published grants, and `WITHHELD` for all others."""

    month: Month
    first: Month
    currency: str
    organisation: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False
    later: bool = False
    incomplete: bool = False
    waits_since: Month | None = None
    grants: Sequence[PublicGrant] = ()
    progress: Sequence[Progress] = ()
    in_kind: Sequence[InKind] = ()
    coming: Sequence[Coming] = ()
    activity_names: Mapping[str, str] = field(default_factory=dict)
    without_rate: Sequence[str] = ()
    review: str = ""
    agreements: Sequence[PublicAgreement] = ()
    indicators: Sequence[IndicatorFigures] = ()
    stories: Sequence[PublicStory] = ()

    @property
    def contact(self) -> str:
        """The way to reach the group, or '' if the group does not give one."""
        return self.about.get("how to reach us", "")


# ---- sums of batches

PublicRowKind = Literal["row", "unnamed", "withheld", "several", "total"]
"""The kind of a row in a public table. "row": a row with one name. "unnamed": money without a
grant, or a line without a category. "withheld": money whose names are not published. "several":
several names that are not shown apart. "total": everything together."""


class PublicRow(Struct, frozen=True):
    """A row of a public table, in minor units of the base currency.

    `key`: a category, or the ID of an activity or a grant. It is '' if `kind` is not "row".
    `name`: the words for `key` that a reader knows. It is '' if `kind` is not "row". `planned`:
    the budget for the whole time, or None if none is public. `spent`: the spending since the
    beginning, or None if nothing is public."""

    kind: PublicRowKind
    key: str
    name: str
    planned: int | None
    spent: int | None


class PublicTable(Struct, frozen=True):
    """One public table. Its rows sum to `total`, which is the same in all tables of a page."""

    rows: Sequence[PublicRow]
    total: PublicRow


class MoneyIn(Struct, frozen=True):
    """Money received, in minor units of the base currency.

    `kind`: "grant" for the instalments of a grant, "gifts" for money from persons. `grant`: the
    ID, or '' for gifts that belong to no grant or to several. `this_month`: what was received in
    the month; for gifts, what this page shows for the first time."""

    kind: Literal["grant", "gifts"]
    grant: str
    name: str
    this_month: int
    to_date: int


class GivenInKind(Struct, frozen=True):
    """The value, up to this month, of resources from peers, friends and family, and companies,
    in minor units of the base currency. `kind` is the kind of resource, or None for several
    kinds together."""

    kind: str | None
    value: int


class NewlyShown(Struct, frozen=True):
    """The spending that the page of a month shows for the first time, and its corrections of
    earlier spending. The sum over all pages is the spending since the beginning."""

    month: Month
    spent: int


class MonthSum(Struct, frozen=True):
    """The money that the pages show, from the beginning of one month to its end: `opening` +
    `came_in` - `went_out` = `closing`.

    Each of these is a sum or a difference of figures that the pages show anyway, so it tells
    nothing new. It is not what the bank account holds, because some money is on no page."""

    opening: int
    came_in: int
    went_out: int

    @property
    def closing(self) -> int:
        """The rest of the shown money at the end of the month."""
        return self.opening + self.came_in - self.went_out


class Correction(Struct, frozen=True):
    """A total since the beginning that this page corrects: as it was published before, and as it is
    now.

    `kind`, `key`, `name`: the category, as in a `PublicRow`. They are '' for gifts and things in
    kind."""

    what: What
    kind: PublicRowKind
    key: str
    name: str
    was: int
    now: int


class PublicView(Struct, frozen=True):
    """The public page of a month. Amounts are in minor units of `facts.currency`.

    `batches`: all batches of this page and of the pages before. `spent_this_month`: what this
    page shows for the first time, without corrections, or None if it shows nothing new.
    `months`: one for each page that shows something new, oldest first."""

    facts: PublicFacts
    batches: Sequence[PublicBatch]
    money_in: Sequence[MoneyIn]
    spent_this_month: int | None
    categories: PublicTable
    activities: PublicTable
    by_grant: PublicTable
    months: Sequence[NewlyShown]
    given: Sequence[GivenInKind]
    corrections: Sequence[Correction]

    @property
    def month_sum(self) -> MonthSum | None:
        """The money that the pages show, from the beginning to the end of this page's month.

        Returns None if money in and money out must not be compared: one of them is not shown, or
        more went out than came in. (A grant's spending may be public while its income is secret.)
        """
        if not (self.money_in and self.months):
            return None
        came_in = sum(source.this_month for source in self.money_in)
        before = sum(source.to_date for source in self.money_in) - came_in
        went_out = sum(shown.spent for shown in self.months if shown.month == self.month)
        opening = before - sum(shown.spent for shown in self.months) + went_out
        through = MonthSum(opening, came_in, went_out)
        return through if min(through.opening, through.closing) >= 0 else None

    @property
    def month(self) -> Month:
        """The month of the page."""
        return self.facts.month

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.facts.currency
