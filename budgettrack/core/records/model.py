"""The typed records of a plan, with exact money and dates.

Sync and register use a record as `Fields`: a mapping of field name to canonical text, without
empty fields (`{"date": "2026-03-12", "amount": "1200.5"}`). So two records with the same content
are equal. The function `plan` turns such records into the dataclasses of this module. If a value
that a figure needs cannot be read, it is left out and gets a finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date  # noqa: N812 - a record has a field called date
from decimal import Decimal

from msgspec import Struct, field

from budgettrack.core.base.months import Month, days_before

Fields = Mapping[str, str]
"""One record as canonical text: dates `2026-03-12`, months `2026-03`, numbers without trailing
zeros, percentages as 12.5."""

Records = Mapping[str, Mapping[str, Fields]]
"""All records, by table name and ID."""


RETURNED, OPENING = "returned to funder", "opening balance"
"""The kinds of income that say that money goes back, and what was there before the first month."""

HOST_FEE = "host fee"
"""The kind of income that we, a host, keep of other grants for handing money on or holding it."""


class Grant(Struct, frozen=True):
    """An award. `amount` is in minor units of `currency`. Percentages are numbers such as 7.5."""

    id: str
    funder: str
    title: str
    state: str
    currency: str
    amount: int | None
    start: Date | None
    end: Date | None
    publish: bool = False
    restricted: bool = True
    kind: str = ""
    held_by: str = ""
    host_fee: Decimal | None = None
    host_fee_on: str = ""
    paid: str = ""
    budget_rate: Decimal | None = None
    agreement_reference: str = ""
    report_every: str = ""
    periods_from: str = ""
    report_within: int | None = None
    variance_limit: Decimal | None = None
    profile: str = ""
    next_step: str = ""
    odds: Decimal | None = None
    next_step_due: Date | None = None
    apply_by: Date | None = None
    decision_on: Date | None = None

    @property
    def is_running(self) -> bool:
        """Whether money of the grant is being spent, so that its reports are owed."""
        return self.state in ("active", "closing")

    @property
    def open_application(self) -> Date | None:
        """Returns the last day on which the application can be sent. Returns None if it was sent
        already."""
        return self.apply_by if self.state in ("", "prospect") else None

    @property
    def open_decision(self) -> Date | None:
        """Returns the day on which the funder's answer is expected. Returns None if no answer is
        awaited."""
        return self.decision_on if self.state == "applied" else None

    def covers(self, day: Date) -> bool:
        """Whether a day lies between the grant's start and its end. A missing date is no limit."""
        return (self.start or day) <= day <= (self.end or day)


class Activity(Struct, frozen=True):
    """A row of the work-plan. `done` is a percentage from 0 to 100."""

    id: str
    objective: str
    activity: str
    lead_role: str
    start: Date | None
    end: Date | None
    milestone: str
    done: Decimal | None
    status: str
    progress_note: str

    @property
    def is_finished(self) -> bool:
        """Whether the activity is done or dropped."""
        return self.status in ("done", "dropped")


class Indicator(Struct, frozen=True):
    """A number that an activity counts, such as the people it reached.

    `achieved`: the running number that was typed. None if there is none. `months`: the numbers
    that were typed by month. If there are any, they are used and `achieved` is not, unless the
    unit is a percentage. The number of a quarter belongs to its last month. `closed`: by month,
    the number that was reached when the month was closed. `counts_people`: the number counts
    people, so a small number might give somebody away."""

    id: str
    activity: str
    indicator: str
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    achieved: Decimal | None = None
    source: str = ""
    explanation: str = ""
    counts_people: bool = True
    months: Mapping[Month, Decimal] = field(default_factory=dict)
    closed: Mapping[Month, Decimal] = field(default_factory=dict)


class BudgetLine(Struct, frozen=True):
    """An approved sum for one purpose. Money is in minor units of `currency`, the grant's currency.

    `start`, `end`: the dates of the line. If the line has none, these are the dates of its
    activity, or else of its grant. `people_paid`: how many people the line pays, 0 for none. None
    if nobody has answered. `timing`: whether a variance is only one of timing, or permanent.
    `approved`: the sum when the grant became active. `revision`: the reason why `amount` differs
    from `approved`. `months`: the month columns that are filled. `reported`: the budgets of months
    that were already reported. A later change of the line does not change them. `remaining`: the
    value in the column Remaining, if the workbook has this column."""

    id: str
    grant: str
    activity: str
    category: str
    description: str
    currency: str
    amount: int
    start: Date | None
    end: Date | None
    people_paid: int | None = None
    explanation: str = ""
    timing: str = ""
    approved: int | None = None
    revision: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    unit_cost: int | None = None
    months: Mapping[Month, int] = field(default_factory=dict)
    reported: Mapping[Month, int] = field(default_factory=dict)
    remaining: int | None = None


class Expense(Struct, frozen=True):
    """Money that was spent or ordered, always positive, in minor units of its own `currency`.

    `line`: the budget line, or '' if it is not known. `grant`: the grant of the line. Without a
    line, it is the grant in the expense's row, or ''. `state`: committed, paid or refunded.
    `day`: the date in the column `Paid on`, or else the date in the column `Date`.
    `receipt_total`: the total of a receipt that is split into several rows. Only the first of
    them has it."""

    id: str
    date: Date
    line: str
    grant: str
    amount: int
    currency: str
    state: str
    paid_on: Date | None
    receipt: str = ""
    refund_of: str = ""
    split_of: str = ""
    receipt_total: int | None = None
    description: str = ""

    @property
    def day(self) -> Date:
        return self.paid_on or self.date

    @property
    def is_paid(self) -> bool:
        """Whether the money has been paid, and is not only ordered."""
        return self.state != "committed" or self.paid_on is not None

    @property
    def is_refund(self) -> bool:
        return self.state == "refunded"

    def signed(self, units: int) -> int:
        """Returns `units` as they count in spending: negative for a refund."""
        return -units if self.is_refund else units


class Income(Struct, frozen=True):
    """Money that was received or is expected, in minor units of `currency`. `grant` is '' for
    money that belongs to no grant."""

    id: str
    date: Date
    grant: str
    kind: str
    state: str
    amount: int
    currency: str
    received_amount: int | None = None
    received_currency: str = ""
    reference: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether the money is expected and has not come yet."""
        return self.state == "expected"


class Resource(Struct, frozen=True):
    """Something that was given or lent, such as a room. `value` is its whole value in minor
    units of `currency`."""

    id: str
    kind: str
    from_whom: str
    description: str
    quantity: Decimal | None
    unit: str
    value: int | None
    currency: str
    valued_by: str
    start: Date | None
    until: Date | None
    match_for: str
    review_on: Date | None
    state: str
    activity: str

    @property
    def is_agreed(self) -> bool:
        """Whether the resource was promised or is in use, and was not given back."""
        return self.state in ("agreed", "in use")


class Agreement(Struct, frozen=True):
    """An agreement between the group and another organisation.

    `notice_days`: how many days before the end it must be ended or renewed. `grant`, `resource`:
    what it is about. '' if it is about neither. `statement`: whether the other organisation gets a
    statement of its money: yes, no, or '' if nobody said so. `listed`: whether the page of the
    other organisation's network may name the group. `public_key`: the key by which we know what the
    other organisation signed, or ''."""

    id: str
    kind: str
    other_party: str
    purpose: str
    start: Date | None
    until: Date | None
    review_on: Date | None
    notice_days: int | None
    ending: str
    grant: str
    resource: str
    publish: bool
    state: str
    statement: str = ""
    listed: bool = False
    public_key: str = ""

    @property
    def is_in_force(self) -> bool:
        """Whether the agreement binds both sides. If its state is blank, it does."""
        return self.state in ("", "in force")

    @property
    def notice_by(self) -> Date | None:
        """Returns the last day for giving notice. Returns None if the agreement has no end or no
        number of days for the notice, or if the notice is too long."""
        if self.until is None or self.notice_days is None or self.is_notice_too_long:
            return None
        return days_before(self.until, self.notice_days)

    @property
    def is_notice_too_long(self) -> bool:
        """Whether the notice would begin before the agreement. If the start is not known, or is
        after the end: whether it would begin before the calendar, because somebody typed a year as
        the number of days."""
        if self.until is None or self.notice_days is None:
            return False
        start = 1 if self.start is None else self.start.toordinal()
        before = start if start <= self.until.toordinal() else 1
        return self.until.toordinal() - self.notice_days < before


class GivenGrant(Struct, frozen=True):
    """Money that a host hands on to a group. `amount` is in minor units of `currency`. `group`: ''
    if it is not known. `grant`: the host's grant from which the money comes, or '' if that is not
    known. `line`: the budget line of this grant that pays for it, or '' if none is named."""

    id: str
    group: str
    grant: str
    call: str
    state: str
    currency: str
    amount: int | None
    start: Date | None
    end: Date | None
    reference: str
    report_every: str
    report_within: int | None
    fee: Decimal | None
    ending: str
    line: str = ""

    @property
    def is_promised(self) -> bool:
        """Whether the money is promised to the group, so that the call can no longer give it to
        others."""
        return self.state in ("awarded", "active", "closing", "closed")


class GivenInstalment(Struct, frozen=True):
    """A payment of money that is handed on, in minor units of the currency of `given`.

    `paid`: what was paid. None if nothing was paid yet. `cost`: the same payment in the currency
    of the host's grant. `is_back`: whether the money came back from the group."""

    id: str
    given: str
    is_back: bool
    due: Date | None
    amount: int | None
    after_report: str
    paid_on: Date | None
    paid: int | None
    cost: int | None


class GrantCall(Struct, frozen=True):
    """A call for proposals. Money is in minor units of `currency`, which is the currency of the
    grant that pays for the call."""

    id: str
    title: str
    opens: Date | None
    closes: Date | None
    grant: str
    currency: str
    purse: int | None
    most: int | None


class Deadline(Struct, frozen=True):
    """A date on which an obligation is due."""

    id: str
    what: str
    due: Date
    grant: str
    lead_role: str
    done_on: Date | None


NARRATIVE_TEXTS = ("done", "reached", "wrong", "change")
"""The texts that a group writes about a period of a grant: what was done, what was reached, what
went wrong and why, what changes now."""


class Narrative(Struct, frozen=True):
    """The texts that the group wrote about a period of a grant.

    `period`: the name of the period (see `deadlines.ReportingPeriod`). `texts`: by the names in
    `NARRATIVE_TEXTS`. Blank texts are left out."""

    id: str
    grant: str
    period: str
    texts: Mapping[str, str]


class Story(Struct, frozen=True):
    """A story: what a member or the group tells about a month, with a picture.

    `picture`: the name of a file in the folder of pictures. `shows`: a text that describes the
    picture. `consent`: the day by which everybody whom the story is about has agreed. None if it
    is not noted."""

    id: str
    month: Month
    title: str
    words: str
    picture: str
    shows: str
    consent: Date | None
    publish: bool

    def has_consent(self, today: Date) -> bool:
        """Whether consent is noted for today or an earlier day. A later day is a mistake or a
        plan."""
        return self.consent is not None and self.consent <= today


class Lot(Struct, frozen=True):
    """Supplies of one kind that came together.

    `batch`: the number of the maker. '' if there is none. `expiry`: the last day of use.
    `received`: the day on which they came. `value`: the whole value, in minor units of `currency`.
    """

    id: str
    kind: str
    batch: str
    expiry: Date | None
    quantity: Decimal
    unit: str
    source: str
    received: Date | None
    value: int | None
    currency: str


class HandedOut(Struct, frozen=True):
    """A row of *Handed out*: a quantity of a lot that was moved to another place or used.

    `to`: the code of an outlet or a group. '' is the store. `what`: what happened to it."""

    id: str
    date: Date
    lot: str
    to: str
    quantity: Decimal
    what: str


class Plan(Struct, frozen=True):
    """All records of one workbook at one moment, by ID, in the order of the workbook.

    `expenses`: empty if a command does not need them (see `totals.Total`). `rates`: for a pair of a
    month and a currency, how many units of the currency are worth one unit of `base`. `closed`: the
    months that the treasurer has closed. `reviews`: by month, what the group did, in its own words.
    `about`: what the group says about itself, by topic, in the order of the topics. `given`,
    `instalments`, `calls`: what a host hands on; a group has none."""

    base: str
    grants: Mapping[str, Grant]
    activities: Mapping[str, Activity]
    lines: Mapping[str, BudgetLine]
    expenses: Mapping[str, Expense]
    income: Mapping[str, Income]
    resources: Mapping[str, Resource]
    deadlines: Mapping[str, Deadline]
    rates: Mapping[tuple[Month, str], Decimal]
    closed: frozenset[Month]
    reviews: Mapping[Month, str] = field(default_factory=dict)
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    narratives: Mapping[str, Narrative] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, Story] = field(default_factory=dict)
    lots: Mapping[str, Lot] = field(default_factory=dict)
    handed_out: Mapping[str, HandedOut] = field(default_factory=dict)
    given: Mapping[str, GivenGrant] = field(default_factory=dict)
    instalments: Mapping[str, GivenInstalment] = field(default_factory=dict)
    calls: Mapping[str, GrantCall] = field(default_factory=dict)

    def currency_of(self, grant: str) -> str:
        """Returns the currency of a grant's money. Money without a grant is in the base
        currency."""
        known = self.grants.get(grant)
        return known.currency if known else self.base

    def place_of(self, expense: Expense) -> tuple[str, str]:
        """Returns the grant and the line to which an expense belongs. Each of them may be ''."""
        line = self.lines.get(expense.line)
        return (expense.grant, "") if line is None else (line.grant, line.id)

    def payment_of(self, id_: str) -> str:
        """Returns the ID of the payment of which an expense is a part or a refund, or its own
        ID."""
        passed = {id_}
        while (expense := self.expenses.get(id_)) is not None:
            above = expense.split_of or expense.refund_of
            if above in passed or above not in self.expenses:
                break
            passed.add(above)
            id_ = above
        return id_
