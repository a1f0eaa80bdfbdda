"""Declares every tab and every column once. Reading, writing, merging, the rules of who may see
what, and the docs all use this declaration.

The `owner` of a column is `shared` (people and the program may change it, and the changes are
merged), `tool` (the program calculates and overwrites it) or `register` (only the register has
it, the sheet never)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.base.sheet_words import in_every_language

ColumnKind = Literal[
    "id",
    "text",
    "choice",
    "date",
    "month",
    "money",
    "number",
    "count",
    "percent",
    "currency",
    "reference",
    "link",
    "code",
    "lot",
]
SHARES = frozenset({"percent", "count"})
"""The kinds of columns in which a cell with a percentage format holds 0.5 for 50 %. A count is a
number of an indicator: of people, of kits, or a share in percent."""
Bounds = Literal["any", "not below zero", "whole, not below zero", "above zero", "0 to 100"]
"""The figures that a column allows. "0 to 100" is a percentage of a whole."""
USUAL_BOUNDS: Mapping[ColumnKind, Bounds] = {
    "money": "not below zero",
    "number": "not below zero",
    "count": "not below zero",
    "percent": "0 to 100",
}
"""The figures that a column of each kind allows, if it declares nothing else."""
Owner = Literal["shared", "tool", "register"]
Audience = Literal["public", "funder", "internal", "personal"]


class FormerColumn(Struct, frozen=True):
    """A column of older workbooks that a present column replaces.

    `values`: the present value for each old choice. '' clears the cell, so that a person is
    asked."""

    name: str
    heading: str
    values: Mapping[str, str]


class Column(Struct, frozen=True):
    """One column of a tab.

    `together`: fields with the same value here merge as one group. `refers`: the table to which
    a reference points. `own_bounds`: the figures that it allows, if they differ from the usual
    ones of its kind. `former`: the column of older workbooks that it replaces. `added`: the
    column is not in the first version of the program, so a workbook may lack it. `moved`: only
    older workbooks have the column; a sync moves its content into another tab."""

    name: str
    heading: str
    kind: ColumnKind = "text"
    audience: Audience = "internal"
    note: str = ""
    required: bool = False
    owner: Owner = "shared"
    choices: tuple[str, ...] = ()
    refers: str | None = None
    aliases: tuple[str, ...] = ()
    together: str | None = None
    optional: bool = False
    own_bounds: Bounds | None = None
    former: FormerColumn | None = None
    added: bool = False
    moved: bool = False

    @property
    def bounds(self) -> Bounds:
        """The figures that this column allows, in a word such as `any`."""
        return self.own_bounds or USUAL_BOUNDS.get(self.kind, "any")


class Table(Struct, frozen=True, dict=True):
    """One kind of record and its tab. If the tab has no column of IDs, the fields in `key` make the
    ID.

    `months`: whether the tab may have a column for each month, and what such a column has.
    `added`: the tab is not in the first version of the program. A workbook may lack it;
    `budgettrack init --add-tabs` adds it.
    `asked`: the word by which `init --with` asks for the tab. No workbook gets it by itself."""

    name: str
    tab: str
    prefix: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    months: Literal["", "money", "count"] = ""
    added: bool = False
    asked: str = ""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        """Returns the column with this name. In a table with columns of months, `2026-01` is a
        column too.

        Raises KeyError if there is none."""
        if self.months and name not in self.by_name:
            audience: Audience = "funder" if self.months == "money" else "public"
            return Column(name, name, self.months, audience)
        return self.by_name[name]

    @property
    def in_sheet(self) -> tuple[Column, ...]:
        """The columns of a new workbook, in order, without the optional ones."""
        return tuple(c for c in self.columns if c.owner != "register" and not c.optional)


Sign = Literal["", "positive", "negative"]
PARTS = ("year", "month", "day")
"""The parts of a date that may have columns of their own."""
DATE_FORMS = ("DDMMYY", "DDMMYYYY", "MMDDYY", "MMDDYYYY", "YYMMDD", "YYYYMMDD")


class Shape(Struct, frozen=True):
    """The layout of a mapped table, as the config describes it. A table is mapped if its tab has
    other headings than ours.

    `headings`: the heading in the workbook for each of our fields. `where`: by heading, the
    value that a row must have to belong to the table. `where_not`: by heading, the values of rows
    that are known to be something else; a row with neither is told. `turned`: the fields that have
    the opposite sign in the workbook. `constant`: fields that have the same value in every row.
    `write`: whether the program may write to the table. `tabs`: the tabs, if there are several.
    `2026-*` means every tab whose name begins with `2026-`. `from_tab`: the field that gets the
    name of the tab as its value. `days`: the first and the last day of the plan, which give a
    heading such as `Jan` its year. `columns`: the letter of the column of a field, if its heading
    is blank or is there twice. `rows`: the first and the last row that may be read, counted from 1.
    `after`: the text below which the table begins, if other rows stand between it and the headings.
    `until`: the text of the row with which something else begins below the table. `fill_down`: the
    fields that are typed once and are valid for the rows below. `amounts`: "positive" or "negative"
    for a table that has only the rows with this sign. `year`: the year of dates that are typed
    without one. `dates`: the form of dates that are typed as numbers, such as `DDMMYY`.
    `date_parts`: the headings of year, month and day, if a date is split into several columns.
    `periods`: the letter of the column of each month or longer period (`2026-01`,
    `2026-01/2026-03`), if headings do not show them. `accepted`: by field, by how much a total in
    the sheet may be above our sum. Each difference is accepted for one total. `more`: the other
    blocks of the same table."""

    tab: str
    heading_row: int | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    turned: tuple[str, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict)
    write: bool = False
    days: tuple[date | None, date | None] = (None, None)
    tabs: tuple[str, ...] = ()
    from_tab: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, int] | None = None
    after: str = ""
    until: str = ""
    fill_down: tuple[str, ...] = ()
    amounts: Sign = ""
    year: int | None = None
    dates: str = ""
    date_parts: Mapping[str, str] = field(default_factory=dict)
    periods: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where_not: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: tuple[Shape, ...] = ()

    @property
    def blocks(self) -> tuple[Shape, ...]:
        """The shape of each block of the table. If there is only one block, it is this shape
        alone."""
        return (self, *self.more)

    @property
    def named(self) -> frozenset[str]:
        """The headings that the config names, in the form in which headings are compared."""
        named = (*self.headings.values(), *self.where, *self.date_parts.values())
        return frozenset(map(normal, named))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that have a column, or one value for all rows."""
        of_parts = {"date"} if self.date_parts else set()
        return frozenset({*self.headings, *self.columns, *self.constant, *of_parts})


ID = Column(
    "id",
    "ID",
    "id",
    "public",
    "A row's lasting name. Leave it blank and the tool fills it.",
    aliases=("Code", "Ref"),
)
YES = ("yes", "no")


def _id(audience: Audience) -> Column:
    return Column("id", "ID", "id", audience, ID.note, aliases=ID.aliases)


WORK_PLAN = Table(
    "work_plan",
    "Work-plan",
    "A",
    (
        _id("public"),
        Column("objective", "Objective", audience="public", aliases=("Goal", "Aim", "Stage")),
        Column(
            "activity", "Activity", audience="public", required=True, aliases=("Task", "What we do")
        ),
        Column(
            "lead_role",
            "Lead role",
            audience="public",
            note="A role, never a person's name.",
            aliases=("Lead",),
        ),
        Column(
            "start", "Start", "date", "public", together="dates", aliases=("Start date", "From")
        ),
        Column(
            "end", "End", "date", "public", together="dates", aliases=("End date", "Until", "To")
        ),
        Column("milestone", "Milestone", audience="public", note="What shows that it is done."),
        Column("done", "% done", "percent", "public", aliases=("Done", "Progress", "% complete")),
        Column(
            "status",
            "Status",
            "choice",
            "public",
            choices=("planned", "under way", "done", "delayed", "dropped"),
        ),
        Column(
            "progress_note",
            "Progress note (published)",
            audience="public",
            note="What happened this month, in a sentence. It is published: no names.",
            aliases=("Progress note", "Progress notes"),
        ),
        Column("internal_note", "Internal note", aliases=("Notes", "Note", "Comment")),
        Column("indicator", "Indicator", optional=True, moved=True),
        Column("target", "Target", "count", own_bounds="any", optional=True, moved=True),
        Column("achieved", "Achieved", "count", own_bounds="any", optional=True, moved=True),
    ),
    aliases=("Workplan", "Work plan", "Activities", "Plan"),
)

MOVED_TO_INDICATORS = tuple(column.name for column in WORK_PLAN.columns if column.moved)

INDICATORS = Table(
    "indicators",
    "Indicators",
    "N",
    (
        _id("public"),
        Column(
            "activity",
            "Activity",
            "reference",
            "public",
            refers="work_plan",
            required=True,
        ),
        Column(
            "indicator",
            "Indicator",
            audience="public",
            note="What is counted, such as kits handed out.",
            required=True,
            aliases=("Output indicator", "Measure"),
        ),
        Column(
            "unit",
            "Unit",
            audience="public",
            note="In what it is counted: people, kits, sessions, %.",
            aliases=("Unit of measure",),
        ),
        Column(
            "counts_people",
            "Counts people",
            "choice",
            note="Blank means yes: then nobody is given away by a small number on the public"
            " pages.",
            choices=YES,
        ),
        Column(
            "baseline",
            "Baseline",
            "count",
            "public",
            "The number before the work began.",
            own_bounds="any",
        ),
        Column("target", "Target", "count", "public", own_bounds="any"),
        Column(
            "achieved",
            "Achieved to date",
            "count",
            "public",
            "The running number, if you do not type it by month.",
            own_bounds="any",
            aliases=("Achieved", "To date", "Result to date"),
        ),
        Column(
            "source",
            "Source of the number",
            audience="funder",
            note="Where it can be looked up, such as the attendance lists. No names.",
            aliases=("Means of verification", "Data source"),
        ),
        Column(
            "explanation",
            "Explanation",
            audience="funder",
            note="Why a number fell, was corrected, or is far from its target.",
        ),
    ),
    months="count",
    added=True,
)

BUDGET = Table(
    "budget",
    "Budget",
    "B",
    (
        _id("public"),
        Column(
            "grant",
            "Grant",
            "reference",
            "public",
            refers="grants",
            required=True,
            aliases=("Source", "Fund"),
        ),
        Column("activity", "Activity", "reference", "public", refers="work_plan"),
        Column("category", "Category", audience="public", aliases=("Cost category", "Heading")),
        Column(
            "description",
            "Description",
            audience="funder",
            aliases=("Item", "Budget line", "Line item"),
        ),
        Column("unit", "Unit", audience="funder"),
        Column("quantity", "Quantity", "number", "funder", aliases=("Qty", "Units")),
        Column("unit_cost", "Unit cost", "money", "funder", aliases=("Cost per unit",)),
        Column(
            "amount",
            "Amount",
            "money",
            "public",
            "As revised.",
            required=True,
            aliases=("Budget", "Total"),
        ),
        Column(
            "approved",
            "Approved",
            "money",
            "public",
            "Written by the tool.",
            owner="tool",
            own_bounds="any",
        ),
        Column(
            "revision",
            "Reason for revision",
            audience="funder",
            note="Why Amount is not what was approved.",
        ),
        Column(
            "start", "Start", "date", "funder", together="dates", aliases=("Start date", "From")
        ),
        Column(
            "end", "End", "date", "funder", together="dates", aliases=("End date", "Until", "To")
        ),
        Column(
            "people_paid",
            "People paid",
            "number",
            "funder",
            "How many people this line pays. 0 for none.",
            own_bounds="whole, not below zero",
            former=FormerColumn("pays_people", "Pays people", {"yes": "", "no": "0"}),
        ),
        Column(
            "explanation",
            "Explanation",
            audience="funder",
            note="Why spending differs from the plan.",
        ),
        Column(
            "timing",
            "Timing or permanent",
            "choice",
            "funder",
            "Whether the difference will even out by the end, or stays.",
            choices=("timing", "permanent"),
        ),
        Column(
            "remaining",
            "Remaining",
            "money",
            note="Checked against amount less spent where a workbook has it.",
            optional=True,
            aliases=("Balance",),
            own_bounds="any",
        ),
    ),
    aliases=("Budget lines", "Project budget"),
    months="money",
)

EXPENSES = Table(
    "expenses",
    "Expenses",
    "E",
    (
        _id("funder"),
        Column("date", "Date", "date", "funder", "When it was ordered or spent.", required=True),
        Column(
            "budget_line",
            "Budget line",
            "reference",
            "funder",
            refers="budget",
            aliases=("Line", "Budget code"),
        ),
        Column(
            "grant", "Grant", "reference", "funder", "Only where there is no line.", refers="grants"
        ),
        Column("description", "Description", aliases=("Details", "Item", "What")),
        Column(
            "amount",
            "Amount",
            "money",
            "funder",
            "Always positive; a refund is a row of its own.",
            required=True,
            together="money",
        ),
        Column(
            "currency",
            "Currency",
            "currency",
            "funder",
            "Blank: the grant's currency.",
            together="money",
        ),
        Column(
            "state",
            "State",
            "choice",
            "funder",
            choices=("committed", "paid", "refunded"),
            together="payment",
        ),
        Column(
            "paid_on",
            "Paid on",
            "date",
            "funder",
            together="payment",
            aliases=("Date paid", "Payment date"),
        ),
        Column("refund_of", "Refund of", "reference", refers="expenses"),
        Column("split_of", "Split of", "reference", refers="expenses"),
        Column(
            "receipt",
            "Receipt",
            note="Its number or a link, no name.",
            aliases=("Receipt no", "Voucher"),
        ),
        Column(
            "receipt_total",
            "Receipt total",
            "money",
            note="Of a receipt over several rows, in its first row: what they must sum to.",
            optional=True,
        ),
        Column(
            "payee",
            "Payee",
            audience="personal",
            note="One person or firm in each row. Only a code is kept that nobody can read.",
            optional=True,
            aliases=("Paid to", "Supplier", "Vendor"),
        ),
        Column(
            "approved_by",
            "Approved by",
            audience="personal",
            optional=True,
            aliases=("Authorised by",),
        ),
    ),
    aliases=("Expenditure", "Spending", "Costs"),
)

INCOME = Table(
    "income",
    "Income",
    "I",
    (
        _id("funder"),
        Column("date", "Date", "date", "funder", required=True),
        Column("grant", "Grant", "reference", "funder", refers="grants"),
        Column(
            "kind",
            "Kind",
            "choice",
            "funder",
            choices=(
                "instalment",
                "donation",
                "interest",
                "opening balance",
                "returned to funder",
                "host fee",
            ),
        ),
        Column("state", "State", "choice", "funder", choices=("expected", "received")),
        Column("amount", "Amount", "money", "funder", required=True, together="money"),
        Column(
            "currency",
            "Currency",
            "currency",
            "funder",
            "Blank: the grant's currency.",
            together="money",
        ),
        Column("received_amount", "Received amount", "money", "funder", together="received"),
        Column("received_currency", "Received currency", "currency", "funder", together="received"),
        Column("reference", "Reference", note="The instalment or the agreement, no name."),
    ),
    aliases=("Receipts", "Money in", "Funds received"),
)

GRANTS = Table(
    "grants",
    "Grants",
    "G",
    (
        _id("public"),
        Column("funder", "Funder", audience="public", required=True, aliases=("Donor",)),
        Column("title", "Title", audience="public", aliases=("Project", "Name")),
        Column(
            "state",
            "State",
            "choice",
            "public",
            choices=("prospect", "applied", "awarded", "active", "closing", "closed", "declined"),
            aliases=("Status",),
        ),
        Column(
            "kind",
            "Kind",
            "choice",
            choices=(
                "grant",
                "consortium",
                "technical support",
                "small grant",
                "crowdfunding",
                "membership",
            ),
        ),
        Column("currency", "Currency", "currency", "public", required=True, together="money"),
        Column(
            "amount",
            "Amount",
            "money",
            "public",
            "The award.",
            together="money",
            aliases=("Award",),
        ),
        Column("start", "Start", "date", "public", together="dates", aliases=("Start date",)),
        Column("end", "End", "date", "public", together="dates", aliases=("End date",)),
        Column("publish", "Publish", "choice", note="Blank means no.", choices=YES),
        Column("restricted", "Restricted", "choice", "funder", choices=YES),
        Column("held_by", "Held by", audience="funder", note="The host that holds the money."),
        Column("host_fee", "Host fee %", "percent", "funder"),
        Column("host_fee_on", "Host fee on", "choice", "funder", choices=("income", "spending")),
        Column("paid", "Paid", "choice", "funder", choices=("in advance", "in arrears")),
        Column(
            "budget_rate",
            "Budget rate",
            "number",
            "funder",
            "Units of its currency for one of the base currency.",
            own_bounds="above zero",
        ),
        Column("agreement_reference", "Agreement reference", audience="funder"),
        Column(
            "report_every",
            "Report every",
            "choice",
            "funder",
            choices=("month", "quarter", "half-year", "year", "end"),
        ),
        Column(
            "periods_from", "Periods from", "choice", "funder", choices=("grant start", "calendar")
        ),
        Column(
            "report_within", "Report within (days)", "number", "funder", aliases=("Report within",)
        ),
        Column(
            "variance_limit", "Variance limit %", "percent", "funder", own_bounds="not below zero"
        ),
        Column("profile", "Profile", audience="funder"),
        Column("next_step", "Next step"),
        Column(
            "next_step_due", "Next step due", "date", note="The day of the next step.", added=True
        ),
        Column(
            "apply_by", "Apply by", "date", note="The last day for the application.", added=True
        ),
        Column(
            "decision_on",
            "Decision expected",
            "date",
            note="The day on which the funder answers.",
            added=True,
        ),
        Column(
            "odds",
            "Odds %",
            "percent",
            note="How likely an application is to be granted.",
            optional=True,
        ),
        Column(
            "contact", "Contact", audience="personal", optional=True, aliases=("Contact person",)
        ),
    ),
    aliases=("Funding",),
)

RESOURCES = Table(
    "resources",
    "Resources",
    "R",
    (
        _id("public"),
        Column(
            "kind",
            "Kind",
            "choice",
            "public",
            choices=(
                "workspace",
                "access",
                "equipment",
                "connectivity",
                "volunteer time",
                "vehicle",
                "supplies",
                "expertise",
            ),
            required=True,
        ),
        Column(
            "from_whom",
            "From whom",
            "choice",
            "public",
            "The kind of giver, never a name.",
            choices=(
                "peers",
                "friends and family",
                "NGO network",
                "host",
                "public body",
                "company",
            ),
        ),
        Column("description", "Description", audience="funder"),
        Column("quantity", "Quantity", "number", "public", aliases=("Qty",)),
        Column("unit", "Unit", audience="public"),
        Column("value", "Value", "money", "public", "The whole, spread by days.", together="money"),
        Column(
            "valued_by",
            "Valued by",
            "choice",
            "public",
            choices=("market price", "agreed rate", "invoice", "estimate"),
        ),
        Column("currency", "Currency", "currency", "public", together="money"),
        Column("from", "From", "date", "public", together="dates"),
        Column("until", "Until", "date", "public", together="dates"),
        Column("match_for", "Match for", "reference", "funder", refers="grants"),
        Column("agreement_reference", "Agreement reference"),
        Column("review_on", "Review on", "date"),
        Column(
            "state",
            "State",
            "choice",
            "public",
            choices=("offered", "agreed", "in use", "returned", "lapsed"),
        ),
        Column("activity", "Activity", "reference", "public", refers="work_plan"),
        Column(
            "contact", "Contact", audience="personal", optional=True, aliases=("Contact person",)
        ),
    ),
    aliases=("In kind", "In-kind"),
)

AGREEMENTS = Table(
    "agreements",
    "Agreements",
    "AG",
    (
        _id("public"),
        Column(
            "kind",
            "Kind",
            "choice",
            "public",
            choices=(
                "host or country partner",
                "coach",
                "cooperation",
                "city or authority",
                "room",
                "lease",
                "other",
            ),
            required=True,
        ),
        Column(
            "other_party",
            "Other party",
            audience="public",
            note="An organisation or a role, never a person's name.",
            required=True,
            aliases=("With whom", "Partner"),
        ),
        Column("purpose", "What for", note="What each side does for the other."),
        Column(
            "quality_standards",
            "Quality standards",
            "link",
            note="A link to the standards that both sides keep.",
            aliases=("Standards",),
        ),
        Column("from", "From", "date", together="dates"),
        Column("until", "Until", "date", together="dates"),
        Column("review_on", "Review on", "date"),
        Column(
            "notice_days",
            "Notice (days)",
            "number",
            note="How many days before its end it must be ended or renewed.",
            own_bounds="whole, not below zero",
            aliases=("Notice",),
        ),
        Column(
            "ending",
            "How it ends",
            note="How it ends, or who takes over the other side's tasks then.",
            aliases=("Replaced by",),
        ),
        Column(
            "grant", "Grant", "reference", refers="grants", note="The grant whose agreement it is."
        ),
        Column("resource", "Resource", "reference", refers="resources"),
        Column("publish", "Publish", "choice", note="Blank means no.", choices=YES),
        Column(
            "state",
            "State",
            "choice",
            choices=("planned", "in force", "ended"),
            aliases=("Status",),
        ),
        Column(
            "statement",
            "Statement",
            "choice",
            note="Whether the host gets a statement of its money each month: sums by grant and"
            " category. With supplies: also counts of the kinds in Lots, and what is left of each"
            " batch. Blank means no.",
            choices=("yes", "with supplies", "no"),
            added=True,
        ),
        Column(
            "listed",
            "Listed",
            "choice",
            note="Whether our name may stand on the page of the host's network. The host must say"
            " so too. It needs a statement. Blank means no.",
            choices=YES,
            added=True,
        ),
        Column(
            "public_key",
            "Public key",
            note="For a group on a server of its own: by this key we know what the host signed.",
            added=True,
        ),
    ),
    aliases=("Memoranda", "Contracts"),
    added=True,
)

LOTS = Table(
    "lots",
    "Lots",
    "L",
    (
        _id("internal"),
        Column(
            "kind",
            "Kind",
            note="What it is, such as naloxone or syringes 2 ml. The same words in every row.",
            required=True,
            aliases=("Item", "Product"),
        ),
        Column("batch", "Batch", note="The number of the maker.", aliases=("Batch no", "Lot no")),
        Column(
            "expiry",
            "Expiry",
            "date",
            note="The last day on which it may be used. Of a month, its last day.",
            aliases=("Expiry date", "Expires", "Use by"),
        ),
        Column(
            "quantity",
            "Quantity",
            "number",
            note="How much came. It stays as it is: what goes out stands in Handed out.",
            required=True,
            aliases=("Qty",),
        ),
        Column("unit", "Unit", note="In what it is counted, such as kits. One unit for each kind."),
        Column(
            "source",
            "Source",
            "choice",
            note="The kind of giver, never a name. Choose bought if you paid for it: then its value"
            " is in your money already.",
            choices=(*RESOURCES.column("from_whom").choices, "bought"),
            aliases=("From whom",),
        ),
        Column("received", "Received on", "date", note="The day on which it came."),
        Column("value", "Value", "money", note="Of the whole lot.", together="money"),
        Column("currency", "Currency", "currency", together="money"),
    ),
    added=True,
    asked="supplies",
)

HANDED_OUT = Table(
    "handed_out",
    "Handed out",
    "H",
    (
        _id("internal"),
        Column("date", "Date", "date", required=True),
        Column("lot", "Lot", "lot", refers="lots", required=True),
        Column(
            "to",
            "To",
            "code",
            note="The code of an outlet or a group, such as O-2: never a person, a place or an"
            " address. Blank is your own store.",
            aliases=("Outlet",),
        ),
        Column("quantity", "Quantity", "number", required=True),
        Column(
            "what",
            "What happened",
            "choice",
            note="Change 'on the way' to 'given' when it has arrived. Used and lost: by the outlet"
            " in To, or from your own store. Given back: from the outlet in To into your store, or"
            " without To from your store to the giver.",
            choices=("on the way", "given", "used", "lost", "given back"),
            required=True,
            aliases=("State",),
        ),
    ),
    added=True,
    asked="supplies",
)

DEADLINES = Table(
    "deadlines",
    "Deadlines",
    "D",
    (
        _id("funder"),
        Column("what", "What", audience="funder", required=True),
        Column("due", "Due", "date", "funder", required=True),
        Column("grant", "Grant", "reference", "funder", refers="grants"),
        Column("lead_role", "Lead role", note="A role, never a person's name."),
        Column("done_on", "Done on", "date", "funder"),
        Column(
            "repeats",
            "Repeats",
            note="week, month, quarter, half-year, year, or second Tuesday. When it is done, the"
            " next one is added.",
            added=True,
        ),
        Column("repeats_until", "Repeats until", "date", note="The last day of it.", added=True),
        Column("note", "Note", aliases=("Notes",)),
        Column("derived", "Derived date", "date", owner="register"),
    ),
)

NARRATIVES = Table(
    "narratives",
    "Narrative",
    "NR",
    (
        _id("funder"),
        Column("grant", "Grant", "reference", "funder", refers="grants", required=True),
        Column(
            "period",
            "Period",
            audience="funder",
            note="The period of the report, as in the ID of its deadline: 2026-Q1, 2026-03, or end"
            " for the whole grant.",
            required=True,
        ),
        Column(
            "done",
            "What was done",
            audience="funder",
            note="In a short paragraph. The funder reads it: no names.",
        ),
        Column(
            "reached",
            "What was reached",
            audience="funder",
            note="What changed for people, in a short paragraph. The funder reads it: no names.",
        ),
        Column(
            "wrong",
            "What went wrong and why",
            audience="funder",
            note="In a short paragraph. The funder reads it: no names.",
        ),
        Column(
            "change",
            "What changes now",
            audience="funder",
            note="What you will do otherwise, in a short paragraph. The funder reads it: no names.",
        ),
    ),
    added=True,
)

RATES = Table(
    "rates",
    "Rates",
    "",
    (
        Column("month", "Month", "month", "public", required=True),
        Column("currency", "Currency", "currency", "public", required=True),
        Column(
            "rate",
            "Rate",
            "number",
            "public",
            "Units of that currency for one unit of the base currency.",
            required=True,
            own_bounds="above zero",
        ),
    ),
    aliases=("Exchange rates",),
    key=("month", "currency"),
)

MONTHS = Table(
    "months",
    "Months",
    "",
    (
        Column("month", "Month", "month", required=True),
        Column(
            "closed",
            "Closed",
            "date",
            note="The day on which you closed the month. Until then it is provisional.",
        ),
        Column(
            "review",
            "Review (published)",
            audience="public",
            note="In a paragraph or two: what was done, what was reached, what went wrong and why,"
            " what changes now. The month's page, the feed and the mail to partners begin with it."
            " It is published: no names.",
            aliases=("Review", "Our words"),
        ),
    ),
    key=("month",),
)

REACH = "how to reach us"
"""The topic of the tab *About us* that may contain an address."""

ABOUT = Table(
    "about",
    "About us",
    "",
    (
        Column(
            "topic",
            "Topic",
            "choice",
            "public",
            choices=(
                "aims",
                "approach",
                "for whom",
                "host or legal form",
                "since when",
                REACH,
            ),
            required=True,
        ),
        Column(
            "words",
            "In our words (published)",
            audience="public",
            note="The public site and the mail open with it. It is published: no names of persons.",
            aliases=("In our words", "Text"),
        ),
    ),
    key=("topic",),
    added=True,
)

STORIES = Table(
    "stories",
    "Stories",
    "ST",
    (
        _id("public"),
        Column(
            "month",
            "Month",
            "month",
            "public",
            "The month whose page tells it.",
            required=True,
        ),
        Column("title", "Title", audience="public", required=True),
        Column(
            "story",
            "Story (published)",
            audience="public",
            note="In a paragraph or two, in the words of those who tell it. It is published: no"
            " names, and nothing by which somebody can be known.",
            required=True,
            aliases=("Story",),
        ),
        Column(
            "picture",
            "Picture",
            note="The name of a file in the folder of pictures. The picture is published; its name,"
            " place, time and camera are not.",
            aliases=("Photo", "Image"),
        ),
        Column(
            "shows",
            "Picture shows (published)",
            audience="public",
            note="In a sentence, for those who cannot see the picture. It is published: no names.",
            aliases=("Picture shows", "Alternative text", "Alt text"),
        ),
        Column(
            "consent",
            "Consent on",
            "date",
            note="The day on which everybody whom it shows or tells of agreed. Never a name."
            " Without it nothing is published. Clear it if somebody takes it back.",
            aliases=("Consent",),
        ),
        Column("publish", "Publish", "choice", note="Blank means no.", choices=YES),
    ),
    aliases=("Member stories",),
    added=True,
)

GROUPS = Table(
    "groups",
    "Groups",
    "GR",
    (
        Column(
            "id",
            "Code",
            "id",
            note="The group's lasting name. Leave it blank and the tool fills it. Never change it.",
            aliases=("ID", "Ref"),
        ),
        Column("name", "Name", note="For you alone. No group sees it.", required=True),
        Column("public_name", "Public name", note="The name on the group's own pages."),
        Column(
            "workbook",
            "Workbook",
            note="The link of the group's own sheet.",
            aliases=("Sheet", "Link"),
        ),
        Column(
            "preset",
            "Preset",
            "choice",
            note="What a blank sheet begins with.",
            choices=("blank", "startup", "peer-support"),
        ),
        Column("currency", "Currency", "currency"),
        Column("language", "Language", note="Such as fr, or pt_PT with a country."),
        Column("time_zone", "Time zone", note="Such as Europe/Lisbon."),
        Column(
            "day",
            "Day",
            "number",
            note="The day of the month (1 to 28) from which the group's report is due.",
            own_bounds="whole, not below zero",
        ),
        Column(
            "state",
            "State",
            "choice",
            choices=("invited", "ready", "paused", "leaving", "left"),
            required=True,
        ),
        Column(
            "listed",
            "Listed",
            "choice",
            note="Whether its name may stand on the network's page, if the group says so too.",
            choices=YES,
        ),
        Column(
            "public_key",
            "Public key",
            note="By which we know the statement of a group on a server of its own.",
            added=True,
        ),
        Column("mou_until", "MOU until", "date"),
        Column(
            "share_with",
            "Share with",
            note="The address to share the sheet with, as editor. Written by the tool.",
            owner="tool",
        ),
        Column("last_sync", "Last sync", "date", note="Written by the tool.", owner="tool"),
        Column("last_month", "Last month", "month", note="Written by the tool.", owner="tool"),
        Column("what_to_do", "What to do", note="Written by the tool.", owner="tool"),
    ),
)

GIVEN = Table(
    "given",
    "Given",
    "V",
    (
        _id("internal"),
        Column("group", "Group", "reference", refers="groups", required=True),
        Column(
            "grant",
            "From grant",
            "reference",
            note="The grant of ours from which the money comes.",
            refers="grants",
            required=True,
        ),
        Column(
            "kind",
            "Kind",
            "choice",
            choices=("small grant", "consortium", "technical support"),
        ),
        Column("call", "Call", "reference", refers="calls"),
        Column("state", "State", "choice", choices=GRANTS.column("state").choices),
        Column("currency", "Currency", "currency", required=True, together="money"),
        Column("amount", "Amount", "money", together="money"),
        Column("start", "Start", "date", together="dates"),
        Column("end", "End", "date", together="dates"),
        Column(
            "agreement_reference",
            "Agreement reference",
            note="The same as in the group's tab Grants. By it, the money is found there.",
        ),
        Column(
            "report_every", "Report every", "choice", choices=GRANTS.column("report_every").choices
        ),
        Column("report_within", "Report within (days)", "number"),
        Column("fee", "Fee %", "percent", note="What we keep of each payment, beside it."),
        Column("ending", "How it ends"),
        Column(
            "budget_line",
            "Budget line",
            "reference",
            note="The line of our budget that pays for it. Blank: the only line of the grant.",
            refers="budget",
            added=True,
        ),
    ),
)

INSTALMENTS = Table(
    "instalments",
    "Instalments",
    "P",
    (
        _id("internal"),
        Column("given", "Given", "reference", refers="given", required=True),
        Column(
            "direction",
            "Direction",
            "choice",
            choices=("to the group", "back from the group"),
            required=True,
        ),
        Column("due", "Due", "date"),
        Column("amount", "Amount", "money", note="In the currency of the row in Given."),
        Column(
            "after_report",
            "After report",
            note="The period whose report must come first, such as 2026-Q1.",
        ),
        Column("paid_on", "Paid on", "date", together="payment"),
        Column("amount_paid", "Amount paid", "money", together="payment"),
        Column(
            "cost",
            "Cost",
            "money",
            note="What it took from our grant, where that has another currency.",
            together="payment",
        ),
    ),
)

CALLS = Table(
    "calls",
    "Calls",
    "C",
    (
        _id("internal"),
        Column("title", "Title", required=True),
        Column("opens", "Opens", "date", together="dates"),
        Column("closes", "Closes", "date", together="dates"),
        Column("grant", "From grant", "reference", refers="grants"),
        Column("purse", "Purse", "money", note="In the currency of the grant."),
        Column("most", "Most per award", "money"),
    ),
)

RECIPIENTS = Table(
    "recipients",
    "Recipients",
    "",
    (
        Column(
            "group",
            "Group",
            "reference",
            note="Blank only where Audience is all groups.",
            refers="groups",
        ),
        Column("name", "Name", note="A role or an organisation, never a person.", required=True),
        Column(
            "audience",
            "Audience",
            "choice",
            note="What the mail may say: what all may see, what the group sees, what a funder sees"
            " of the grant, or, for us alone, what all groups need, once a week.",
            choices=("public", "internal", "funder", "all groups"),
            required=True,
        ),
        Column("grant", "Grant", note="The grant of a funder, by its ID in the group's sheet."),
        Column("language", "Language"),
        Column(
            "address",
            "Address",
            audience="personal",
            note="The mail address. It is read when a mail is made.",
        ),
    ),
    key=("group", "name"),
)

TABLES: tuple[Table, ...] = (
    WORK_PLAN,
    INDICATORS,
    BUDGET,
    EXPENSES,
    INCOME,
    GRANTS,
    RESOURCES,
    AGREEMENTS,
    LOTS,
    HANDED_OUT,
    DEADLINES,
    NARRATIVES,
    RATES,
    MONTHS,
    ABOUT,
    STORIES,
)
HOST_TABLES: tuple[Table, ...] = (*TABLES, GROUPS, RECIPIENTS, CALLS, GIVEN, INSTALMENTS)
"""The tables of a host (an organisation that holds the money of many groups). These are the tables
of a group, for the host's own money, and further tables: its groups, their recipients, and the
money that they are given."""
BY_NAME: Mapping[str, Table] = {table.name: table for table in HOST_TABLES}

START_HERE, SUMMARY, CHECKS = "Start here", "Summary", "Checks"
"""The tabs that the program writes."""

KEPT_EDITS = "Kept edits"
"""The tab of an online sheet for edits whose row was removed in the meantime. It is created only
when it is needed."""
KEPT_HEADINGS = ("Tab", "Column", "What was typed")

KEEP, KEY = "Keep", "Key"
HIDDEN_HEADINGS = ("Code", KEY, "Mark")
"""The last columns of the tab Checks, which are hidden. They have the code of the finding, the
conflict's `table/ID.field` with a digest of both values, and the text that identifies the cell with
the problem. With this text, the tab of that cell can colour the cell."""
CHECKS_HEADINGS = (
    "Where",
    "Row",
    "What is wrong",
    "What to do",
    "Severity",
    "First seen",
    KEEP,
    *HIDDEN_HEADINGS,
)
"""The choices in the column Keep, by which people settle a conflict."""


# Every sync reads the same headings in every language, so the results are remembered.
@lru_cache(maxsize=4096)
def normal(heading: str) -> str:
    """Returns a heading in the form in which headings are compared: compatibility form of
    Unicode, small letters, single spaces, no punctuation at the end.

    >>> normal("  Budget\u00a0Line : ")
    'budget line'
    """
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"\s+", " ", text.replace("_", " ").replace("*", " ")).strip(" .:")


def one_spelling(text: str) -> str:
    """Returns a text with the Arabic and Persian letters that look alike as one, and with a blank
    for the sign that parts a Persian word without one. Keyboards differ in them.

    >>> one_spelling("جمع كل") == one_spelling("جمع کل")
    True
    """
    return text.translate(_ALIKE)


_ALIKE = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " "})


def folded(text: str) -> str:
    """Returns a text in the form in which texts are compared loosely: also without accents, hyphens
    and punctuation.

    >>> folded("Dépense ") == folded("DEPENSE.")
    True

    """
    parts = unicodedata.normalize("NFD", normal(text))
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split()) or normal(text)


def names(table: Table) -> dict[str, Column]:
    """Returns the columns of a table by every heading that they may have, in every language."""
    by_text: dict[str, Column] = {}
    for column in table.columns:
        if column.owner != "register":
            by_text[normal(column.heading)] = column
    for column in table.columns:
        former = (column.former.heading,) if column.former else ()
        for alias in (*column.aliases, *former):
            by_text.setdefault(normal(alias), column)
    for column in table.columns:
        if column.owner != "register":
            for heading in in_every_language("heading", column.heading):
                by_text.setdefault(normal(heading), column)
    return by_text


def row_of(table: Table) -> str:
    """Returns the word for one record of a table, such as *expense*."""
    names = {"work_plan": "activity", "budget": "budget line", "handed_out": "row handed out"}
    return names.get(table.name, table.name.removesuffix("s"))


def groups(table: Table, fields: Iterable[str]) -> list[tuple[str, ...]]:
    """Sorts `fields` into the groups that merge together, all in the order of the table."""
    order = {column.name: index for index, column in enumerate(table.columns)}
    grouped: dict[str, list[str]] = {}
    for name in sorted(fields, key=lambda name: (order.get(name, len(order)), name)):
        grouped.setdefault(table.column(name).together or name, []).append(name)
    return [tuple(members) for members in grouped.values()]


def published(table: Table) -> tuple[Column, ...]:
    """Returns the columns that the public may read."""
    return tuple(column for column in table.columns if column.audience == "public")
