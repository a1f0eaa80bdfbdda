"""The funder summary of one grant, as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base import money
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.months import last_day, month_of
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.figures.profile import Limit
from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.audience import VOLUNTEER
from budgettrack.core.views.funder_types import Adjustment, FunderLine, FunderView, Group, Match
from budgettrack.reports.base import formats
from budgettrack.reports.base.activities import work
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Heading,
    ReportTable,
    RowKind,
    Section,
    Subheading,
    TableCell,
    TableRow,
    Text,
    Works,
)
from budgettrack.reports.base.indicators import FINISHED, indicators_blocks, still_counted
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import left_out
from budgettrack.reports.funder.columns import (
    SummaryColumn,
    columns,
    is_said,
    text,
    text_above_lines,
    text_of_group,
)
from budgettrack.reports.funder.groups import groups_section, where


def document(
    view: FunderView, w: Words, final: date | None = None, *, draft: bool = True
) -> Document:
    """Returns the summary as a document.

    A draft begins with a list of what the treasurer must still fill in. `final` is the day on
    which the summary became final, or None for a draft."""
    grant = view.grant
    parts: dict[str, tuple[str, Callable[[FunderView, Words], Sequence[Block]]]] = {
        "glance": (w.say("The grant at a glance"), _glance),
        "budget": (w.say("Budget, spending and variance"), _budget),
        "expenses": (w.say("Expenses of the period"), _expenses),
        "adjustments": (w.say("Adjustments to figures already reported"), _adjustments),
        "reconcile": (w.say("How this agrees with the books"), _reconcile),
        "cash": (w.say("Cash position"), _cash),
        "work": (w.say("Progress on the activities it pays for"), _work),
        "match": (w.say("Match in kind"), _match),
        "due": (w.say("What is due next"), _due),
        "limits": (w.say("Variance limits"), _limits),
        "reading": (w.say("How to read this"), _reading),
    }
    sections = [
        Section(name, parts[name][0], blocks)
        for name in view.profile.sections
        if (blocks := parts[name][1](view, w))
    ]
    if told := _narrative(view, w):
        # The narrative stands on the first page, after the key figures if the profile has them.
        place = 1 if sections and sections[0].name == "glance" else 0
        sections.insert(place, Section("narrative", w.say("In our own words"), told))
    if "budget" in view.profile.sections and (annex := _annex(view, w)):
        sections.append(Section("annex", w.say("Annex: all figures"), annex))
    if view.together is not None:
        _insert_groups(sections, view, w)
    notices = []
    if final is None and draft:
        sections.insert(
            0,
            Section(
                "tell",
                w.say("For the treasurer: what is missing before this may be sent"),
                _tell(view, w),
            ),
        )
        notices.append(
            w.say("Draft: not for the funder yet. The final one has no list for the treasurer.")
        )
    elif final is not None:
        notices.append(
            w.say("Final. These figures were reported on {day}.", day=formats.day(final, w.at))
        )
    if view.left_out:
        notices.append(left_out(view.left_out, w))
    whose = " · ".join(filter(None, (grant.funder, grant.id, grant.agreement_reference)))
    return Document(
        title=f"{view.organisation}: {grant.title or grant.id}, {covered(view, w)}",
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=f"{grant.title or grant.id}, {covered(view, w)}",
        standing=w.say(
            "{grant}. Period {period}; figures to the end of {day}. All amounts are in {currency}.",
            grant=whose,
            period=formats.days(*view.period, w.at),
            day=_to(view.until, w),
            currency=view.currency,
        ),
        notices=notices,
        sections=sections,
        foot=" ".join(
            filter(
                None,
                (
                    w.say(
                        "Prepared by {organisation} for {funder}.",
                        organisation=view.organisation,
                        funder=grant.funder,
                    ),
                    view.contact,
                ),
            )
        ),
        wide=True,
    )


def _insert_groups(sections: list[Section], view: FunderView, w: Words) -> None:
    """Inserts two sections after the budget: what groups spent, and where the money is. Every
    summary of money that is handed on has both, even if the profile leaves out other sections."""
    blocks = groups_section(view, w)
    if "cash" not in view.profile.sections:
        blocks += where(view, w)
    names = [section.name for section in sections]
    place = names.index("budget") + 1 if "budget" in names else len(sections)
    sections.insert(place, Section("groups", w.say("Money handed on to groups"), blocks))


def covered(view: FunderView, w: Words) -> str:
    """Returns in words which month or days the summary covers."""
    return (
        formats.month(view.month, w.at)
        if view.until == formats.end_of(view.month)
        else formats.days(view.period[0], view.until, w.at)
    )


def _tell(view: FunderView, w: Words) -> list[Block]:
    """Returns the list of what is missing, for the treasurer."""
    if not view.tell:
        return [Text(w.say("Nothing: it can be made final."))]
    return [Bullets(missing(view, w))]


def missing(view: FunderView, w: Words) -> list[str]:
    """Returns one sentence for each kind of thing that is missing."""
    by_line: dict[str, list[Finding]] = {}
    for finding in view.tell:
        values = dict(finding.values)
        # Missing things of the same kind share a line.
        # But a missing thing with an amount has a line of its own.
        is_alone = values.keys().isdisjoint(("about", "month"))
        by_line.setdefault(f"{finding.code} {len(by_line) if is_alone else ''}", []).append(finding)
    return [told(findings, w, view.names) for findings in by_line.values()]


OF_TEXTS = ("draft-narrative-missing", "draft-narrative-personal")
"""The codes of the findings about columns of the tab Narrative."""


def told(findings: Sequence[Finding], w: Words, names: SheetWords) -> str:
    """Returns one sentence about all missing things of the same kind, with what to do about them.

    `names` has the names of the tabs and columns in the language of the workbook."""
    code = CODES[findings[0].code]
    values = dict(findings[0].values)
    values |= {
        name: names.value(name, values[name]) for name in ("tab", "heading") if name in values
    }
    if "number" in values:
        return left_out(int(values["number"]), w) + " " + w.say("See {tab}.", tab=values["tab"])
    if "amount" in values:
        number, _, currency = values["amount"].partition(" ")
        units = money.minor(Decimal(number), currency)
        values["amount"] = formats.money(units, currency, w.at)
    if "month" in values:
        of_months = [formats.month(dict(finding.values)["month"], w.at) for finding in findings]
        values["month"] = formats.listed(of_months, w.at)
    if "about" in values:
        abouts = [dict(finding.values)["about"] for finding in findings]
        if findings[0].code in OF_TEXTS:
            abouts = [names.heading(about) for about in abouts]
        values["about"] = formats.listed(abouts, w.at)
    return w.say(f"{code.problem} {code.remedy}", **values)


def _glance(view: FunderView, w: Words) -> list[Block]:
    """Returns the key figures of the grant."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    total, grant = view.total, view.grant
    award = (
        formats.money(grant.amount, grant.currency, w.at)
        if grant.amount is not None
        else formats.NONE
    )
    share = formats.percentage(money.percent(total.spent, total.whole), w.at)
    facts = [
        Fact(w.say("Award"), award, formats.days(grant.start, grant.end, w.at)),
        Fact(
            w.say("Spent to date"),
            amount(total.spent),
            w.say("{percent} of the budget lines", percent=share),
        ),
        Fact(
            w.say("Available"),
            amount(total.available),
            w.say("committed: {amount}", amount=amount(total.committed)),
        ),
        Fact(
            w.say("Variance to date"),
            amount(total.variance),
            w.say("budget to date: {amount}", amount=amount(total.budget)),
        ),
        Fact(
            w.say("Balance held"),
            formats.money(_held(view), grant.currency, w.at),
            w.say(
                "received: {amount}", amount=formats.money(view.cash.received, grant.currency, w.at)
            ),
        ),
    ]
    sentences = [
        w.say(
            "In this period, {spent} of {planned} planned was spent.",
            spent=amount(total.period_spent),
            planned=amount(total.period_budget),
        )
    ]
    if grant.held_by and grant.host_fee is not None:
        sentences.append(
            w.say(
                "The money is held by {host}, for a fee of {percent} of {base}.",
                host=grant.held_by,
                percent=formats.percentage(str(grant.host_fee), w.at),
                base=w.term(grant.host_fee_on or "income"),
            )
        )
    elif grant.held_by:
        sentences.append(w.say("The money is held by {host}.", host=grant.held_by))
    sentences += _beside_the_award(view, w)
    sentences += _left(view, w)
    sentences += _beyond(view, w)
    reviews = () if view.narrative else view.reviews
    told = [Text(paragraph) for review in reviews for paragraph in _paragraphs(review)]
    return [Facts(facts), *(Text(sentence) for sentence in sentences), *told]


MANY_CATEGORIES = 12
"""If a grant has more categories, the first page does not list what each has left."""


def _left(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence that says how much each category has left. On paper, the table with the
    sums of the categories is often on the second page."""
    groups = [
        group
        for group in view.groups
        if group.kind not in ("sum", "unbudgeted") and (group.sums.whole or group.sums.available)
    ]
    if view.profile.by == "activity" or not 1 < len(groups) <= MANY_CATEGORIES:
        return
    left = [
        f"{group_name(group, view, w)} {formats.money(group.sums.available, view.currency, w.at)}"
        for group in groups
    ]
    yield w.say("Available by category: {categories}.", categories=formats.series(left, w.at))


def _held(view: FunderView) -> int:
    """Returns the money of the grant that is held, by us and by groups, in the grant's currency."""
    if view.together is None:
        return view.cash.balance
    terms = view.together.terms
    return terms.held_here + terms.held_below + terms.on_the_way


def _narrative(view: FunderView, w: Words) -> list[Block]:
    """Returns what the group wrote about the period, or nothing if it wrote nothing."""
    headings = {
        "done": w.say("What was done"),
        "reached": w.say("What was reached"),
        "wrong": w.say("What went wrong and why"),
        "change": w.say("What changes now"),
    }
    blocks: list[Block] = []
    for name, heading in headings.items():
        if text := view.narrative.get(name):
            blocks += [Subheading(heading), *map(Text, _paragraphs(text))]
    return blocks


def _paragraphs(review: str) -> list[str]:
    return [line.strip() for line in review.splitlines() if line.strip()]


def _beyond(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence for each sum that is above the amount of a budget line or above the
    award, now or in the forecast."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    lines = [
        w.say(
            "{line} by {amount}",
            line=_line_name(line, w),
            amount=amount(-line.sums.available),
        )
        for line in view.lines
        if line.sums.available < 0
    ]
    if lines:
        yield w.say(
            "More is spent and ordered than there is: {lines}.", lines=formats.listed(lines, w.at)
        )
    award, total = view.grant.amount, view.total
    if award is None or view.currency != view.grant.currency:
        return
    spent_and_ordered = total.spent + total.committed
    if spent_and_ordered > award:
        yield w.say(
            "In all, {amount} more is spent and ordered than the award.",
            amount=amount(spent_and_ordered - award),
        )
    elif total.forecast > award:
        yield w.say(
            "If the rest goes as planned, {amount} more than the award is spent at the end.",
            amount=amount(total.forecast - award),
        )


def _line_name(line: FunderLine, w: Words) -> str:
    """Returns the ID of a line with its description, because a reader does not know the ID."""
    if not line.id:
        return w.say("Spent outside the budget lines")
    return f"{line.id} ({line.description})" if line.description else line.id


def _beside_the_award(view: FunderView, w: Words) -> Iterator[str]:
    """Yields a sentence if the budget lines are another sum than the award. Without it, what is
    available cannot be found again from the award and what is spent."""
    award, lines = view.grant.amount, view.total.whole
    if award is None or view.currency != view.grant.currency or lines == award:
        return
    all_lines = formats.money(lines, view.currency, w.at)
    apart = formats.money(abs(award - lines), view.currency, w.at)
    if lines < award:
        yield w.say(
            "The budget lines are {lines} in all: {amount} less than the award.",
            lines=all_lines,
            amount=apart,
        )
    else:
        yield w.say(
            "The budget lines are {lines} in all: {amount} more than the award.",
            lines=all_lines,
            amount=apart,
        )


def group_name(group: Group, view: FunderView, w: Words) -> str:
    """Returns the heading of a group of budget lines."""
    names = {
        "unmapped": w.say("In none of the funder's categories"),
        "unbudgeted": w.say("Spent outside the budget lines"),
    }
    blank = w.say("No activity named") if view.profile.by == "activity" else w.say("No category")
    name = names.get(group.kind) or group.name or blank
    return (
        f"{group.code} {name}" if (group.code and not group.kind) or group.kind == "sum" else name
    )


FEW = 5
"""How many columns of numbers the first table has at most. If a profile has more, an annex has
all of them."""

FIRST = ("whole", "period_spent", "spent", "available", "used")
"""The columns of the first table if the profile has more than `FEW`: budget, spent in the
period, spent since the beginning, left, and the share that is used. Humentum's budget monitoring
report has the same columns."""


def _shown(view: FunderView, w: Words) -> tuple[list[SummaryColumn], list[SummaryColumn]]:
    """Returns the columns of the first table and of the annex. The annex is empty if the first
    table has room for all columns. A column in which every cell would be blank is in neither."""
    every = columns(w)
    asked = [every[name] for name in view.profile.columns]
    numbers = [column for column in asked if column.kind != "text"]
    texts = [column for column in asked if column.kind == "text"]
    sums = [view.total, *(each.sums for each in view.groups), *(each.sums for each in view.lines)]
    filled = [each for each in numbers if any(each.value(one) is not None for one in sums)]
    said = [each for each in texts if is_said(each, view.groups, w)]
    if len(filled) <= FEW:
        return [*filled, *said], []
    first = [every[name] for name in FIRST]
    return [*first, *said], filled


def _budget(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of budget lines, with a few columns of numbers and the explanation."""
    caption = (
        w.say("Budget lines by category")
        if view.profile.by == "category"
        else w.say("Budget lines by activity")
    )
    note = w.say(
        "In {currency}, to the end of {day}. The bar is how much of a line is spent.",
        currency=view.currency,
        day=_to(view.until, w),
    )
    return [_lines_table(_shown(view, w)[0], caption, note, view, w)]


def _annex(view: FunderView, w: Words) -> list[Block]:
    """Returns the table with every column of the profile. Returns nothing if the first table has
    all of them."""
    every = _shown(view, w)[1]
    if not every:
        return []
    note = w.say(
        "In {currency}, to the end of {day}",
        currency=view.currency,
        day=_to(view.until, w),
    )
    return [_lines_table(every, w.say("All figures of the budget lines"), note, view, w)]


def _lines_table(
    shown: Sequence[SummaryColumn], caption: str, note: str, view: FunderView, w: Words
) -> ReportTable:
    rows = [row for group in view.groups for row in _group_rows(group, shown, view, w)]
    totals = [_cell(column, view.total, "", view, w) for column in shown]
    rows.append(TableRow(w.say("Total"), totals, kind="total"))
    headings = [
        Heading(w.say("Budget line"), False),
        *(Heading(column.heading, column.kind != "text") for column in shown),
    ]
    return ReportTable(caption, headings, rows, note)


def _group_rows(
    group: Group, shown: Sequence[SummaryColumn], view: FunderView, w: Words
) -> Iterator[TableRow]:
    """Yields the row of a group. If the profile asks for budget lines, yields their rows, too."""
    name = group_name(group, view, w)
    single = view.profile.detail == "categories" or group.kind in ("sum", "unbudgeted")
    if single:
        cells = [
            _cell(column, group.sums, text_of_group(column, group, w), view, w) for column in shown
        ]
        yield TableRow(name, cells, kind="sum" if group.kind == "sum" else "")
        return
    cells = [
        _cell(column, group.sums, text_above_lines(column, group, w), view, w) for column in shown
    ]
    yield TableRow(name, cells, kind="group")
    for line in group.lines:
        yield _line_row(line, shown, view, w)


def _line_row(
    line: FunderLine, shown: Sequence[SummaryColumn], view: FunderView, w: Words
) -> TableRow:
    """Returns the row of a budget line."""
    sums = line.sums
    texts = [text(column, line, w) if column.kind == "text" else "" for column in shown]
    cells = [
        _cell(column, sums, words, view, w) for column, words in zip(shown, texts, strict=True)
    ]
    bar = formats.width(sums.spent, sums.whole) if sums.whole > 0 else None
    return TableRow(line.id, cells, line.description, bar, sums.spent > sums.whole)


def _cell(column: SummaryColumn, sums: Sums, said: str, view: FunderView, w: Words) -> TableCell:
    """Returns a formatted cell. A negative variance is shown as beyond the plan."""
    if column.kind == "text":
        return TableCell(said, say=True)
    value = column.value(sums)
    if value is None:
        return TableCell(formats.NONE)
    if column.kind == "share":
        percent = (Decimal(value) * 100).quantize(Decimal("0.1"))
        beyond = column.name in ("used", "period_used", "absorption") and percent > 100
        return TableCell(formats.percentage(str(percent), w.at), over=percent < 0 or beyond)
    minus = value < 0 and column.formula is not None
    return TableCell(formats.number(int(value), view.currency, w.at), over=minus)


def _expenses(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of expenses in the period."""
    if not view.expenses:
        return []
    rows = [
        TableRow(
            expense.id,
            [
                TableCell(formats.day(expense.day, w.at)),
                TableCell(expense.line or formats.NONE),
                TableCell(w.term(expense.state)),
                TableCell(formats.money(expense.amount, expense.currency, w.at)),
                TableCell(formats.number(expense.units, view.currency, w.at)),
            ],
        )
        for expense in view.expenses
    ]
    headings = [
        Heading(w.say("Expense"), False),
        Heading(w.say("Paid on"), False),
        Heading(w.say("Budget line"), False),
        Heading(w.say("State"), False),
        Heading(w.say("Amount")),
        Heading(w.say("In {currency}", currency=view.currency)),
    ]
    return [
        ReportTable(
            w.say("Expenses of the period"),
            headings,
            rows,
            w.say("Without payees, who are never in a report"),
        )
    ]


def adjusted_days(adjustment: Adjustment, w: Words) -> str:
    """Returns the days of an adjustment in words."""
    if adjustment.first is None:
        return w.say("up to {day}", day=formats.day(adjustment.last, w.at))
    return formats.days(adjustment.first, adjustment.last, w.at)


def _adjustments(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of changes to figures that were reported before."""
    if not view.adjustments:
        return []
    rows = [
        TableRow(
            adjustment.name or w.say("Spent outside the budget lines"),
            [
                TableCell(adjusted_days(adjustment, w)),
                TableCell(formats.number(adjustment.was, view.currency, w.at)),
                TableCell(formats.number(adjustment.now, view.currency, w.at)),
                TableCell(formats.number(adjustment.now - adjustment.was, view.currency, w.at)),
            ],
        )
        for adjustment in view.adjustments
    ]
    headings = [
        Heading(w.say("Budget line"), False),
        Heading(w.say("Period"), False),
        Heading(w.say("As reported")),
        Heading(w.say("Now")),
        Heading(w.say("Adjustment")),
    ]
    note = w.say(
        "Spent, in {currency}. Figures to date in this summary include the adjustments.",
        currency=view.currency,
    )
    return [ReportTable(w.say("Changed since they were reported"), headings, rows, note)]


def _reconcile(view: FunderView, w: Words) -> list[Block]:
    """Returns the reconciliation: the steps from the spending in the books to the spending in
    this summary."""
    sums = view.reconciled
    if (
        view.currency == view.grant.currency
        and sums.own == sums.spent
        and not (sums.outside or sums.exchange)
    ):
        return [
            Text(
                w.say(
                    "Spent to date here is spent to date in the books: {amount}.",
                    amount=formats.money(sums.spent, view.currency, w.at),
                )
            )
        ]
    rules = {
        "month": w.say("the rate of each month"),
        "period": w.say("the mean rate of each period"),
        "fixed": w.say("a fixed rate"),
        "receipts": w.say("the average rate of the money received"),
    }
    rows = [
        (w.say("Spent to date in the books, at the budget's rate"), sums.planned, ""),
        (w.say("Paid later in the last month"), sums.outside, ""),
        (
            w.say("Difference by the rule for rates: {rule}", rule=rules[view.profile.rate]),
            sums.exchange,
            "",
        ),
        (w.say("Spent by groups"), sums.groups, ""),
        (w.say("Rounding"), sums.rounding, ""),
        (w.say("Spent to date in this summary"), sums.spent, "total"),
    ]
    shown = [
        TableRow(
            name,
            [TableCell(formats.number(units, view.currency, w.at))],
            kind="total" if kind else "",
        )
        for name, units, kind in rows
        if units or kind or name == rows[0][0]
    ]
    note = w.say(
        "In {currency}; in the books it is {amount}",
        currency=view.currency,
        amount=formats.money(sums.own, view.grant.currency, w.at),
    )
    return [
        ReportTable(
            w.say("From the books to this summary"),
            [Heading(w.say("What"), False), Heading(w.say("Amount"))],
            shown,
            note,
        )
    ]


def _cash(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of the grant's cash, in the grant's currency."""
    if view.together is not None:
        return where(view, w)
    cash, currency = view.cash, view.grant.currency
    rows: list[tuple[str, int, RowKind]] = [
        (w.say("Received"), cash.received, ""),
        (w.say("Returned to the funder"), -cash.returned, ""),
        (w.say("Spent"), -cash.spent, ""),
        (w.say("Host fee"), -cash.host_fee, ""),
        (w.say("Balance held"), cash.balance, "total"),
        (w.say("Still to receive"), cash.still_to_receive, "aside"),
    ]
    shown = [
        TableRow(
            name,
            [TableCell(formats.number(units, currency, w.at), over=units < 0 and kind == "total")],
            kind=kind,
        )
        for name, units, kind in rows
    ]
    note = w.say(
        "In {currency}, to the end of {month}",
        currency=currency,
        month=formats.month(view.month, w.at),
    )
    blocks: list[Block] = [
        ReportTable(
            w.say("Cash of this grant"),
            [Heading(w.say("What"), False), Heading(w.say("Amount"))],
            shown,
            note,
        )
    ]
    if cash.balance < 0 and view.grant.paid == "in arrears":
        blocks.append(
            Text(
                w.say("This grant is paid in arrears: what was spent first is received later."),
                True,
            )
        )
    return blocks


def _to(until: date, w: Words) -> str:
    """Returns the last day of the figures. If it is the last day of its month, returns the
    month."""
    month = month_of(until)
    if until == last_day(month):
        return formats.month(month, w.at)
    return formats.day(until, w.at)


def _work(view: FunderView, w: Words) -> list[Block]:
    """Returns the activities that the grant pays for, finished ones last."""
    if not view.progress:
        return [Text(w.say("No budget line of this grant names an activity."), True)]
    activities = sorted(view.progress, key=lambda progress: progress.status in FINISHED)
    blocks: list[Block] = [Works([work(each, view.indicators, w) for each in activities])]
    if counted := still_counted(view.indicators, view.progress):
        names = {progress.id: progress.activity for progress in view.progress}
        blocks += indicators_blocks(counted, names, w.say("This period"), w)
    return blocks


def _contribution(contribution: Match, w: Words) -> TableRow:
    """Returns the row of one contribution in kind."""
    quantity, value = formats.NONE, w.say("not valued")
    if contribution.quantity is not None:
        quantity = formats.counted(contribution.quantity, contribution.unit, w.at)
    if contribution.value is not None:
        value = formats.money(contribution.value, contribution.currency, w.at)
    kind = w.term(contribution.kind)
    heading = kind[:1].upper() + kind[1:]
    if contribution.from_whom:
        giver = w.term(contribution.from_whom)
        heading = w.say("{kind}, from: {giver}", kind=heading, giver=giver)
    cells = [quantity, value, w.term(contribution.basis) or formats.NONE]
    small = " · ".join(filter(None, (contribution.id, contribution.description)))
    return TableRow(heading, [TableCell(text) for text in cells], small)


def _match(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of match in kind: contributions beside the grant that are no money."""
    if not view.match:
        return [Text(w.say("Nothing in kind is recorded as match for this grant."), True)]
    rows = [_contribution(contribution, w) for contribution in view.match]
    headings = [
        Heading(w.say("What, from whom"), False),
        Heading(w.say("How much"), False),
        Heading(w.say("Value to date")),
        Heading(w.say("Valued by"), False),
    ]
    note = w.say("Beside the money above, never added to it")
    blocks: list[Block] = [
        ReportTable(w.say("Given as match for this grant"), headings, rows, note)
    ]
    if any(contribution.kind == VOLUNTEER for contribution in view.match):
        blocks.append(
            Text(w.say("Volunteer time is counted as the grant's agreement counts it."), True)
        )
    if view.match_wanted is not None:
        same = sum(
            contribution.value or 0
            for contribution in view.match
            if contribution.currency == view.currency
        )
        blocks.append(
            Text(
                w.say(
                    "Match asked for: {wanted}; given to date: {given}.",
                    wanted=formats.money(view.match_wanted, view.currency, w.at),
                    given=formats.money(same, view.currency, w.at),
                )
            )
        )
    return blocks


def _due(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of due dates."""
    if not view.due:
        return [Text(w.say("Nothing is due."), True)]
    rows = [
        TableRow(
            sheet_words(w.language).report(item.what),
            [
                TableCell(formats.day(item.due, w.at)),
                TableCell(w.say("late") if item.late else w.say("to come"), over=item.late),
            ],
        )
        for item in view.due
    ]
    headings = [
        Heading(w.say("What"), False),
        Heading(w.say("Due"), False),
        Heading(w.say("State"), False),
    ]
    return [ReportTable(w.say("Owed for this grant"), headings, rows)]


def _limits(view: FunderView, w: Words) -> list[Block]:
    """Returns the limits of the profile. Each says how many rows are beyond it."""
    if not view.limits:
        return [Text(w.say("This profile has no limit of its own."), True)]
    beyond = dict.fromkeys(range(len(view.limits)), 0)
    for group in view.groups:
        for index in (*group.limits, *(index for line in group.lines for index in line.limits)):
            beyond[index] += 1
    for row in view.judged:
        for index in row.limits:
            beyond[index] += 1
    return [
        Bullets(
            [
                f"{limit_words(limit, w)} {_rows_beyond(beyond[index], w)}"
                for index, limit in enumerate(view.limits)
            ]
        )
    ]


def _rows_beyond(number: int, w: Words) -> str:
    """Returns a sentence that says how many rows are beyond a limit."""
    return (
        w.many("{number} row is beyond it.", "{number} rows are beyond it.", number)
        if number
        else w.say("No row is beyond it.")
    )


def _percentages(limit: Limit, w: Words) -> list[str]:
    """Returns in words by how many percent a line may differ from its budget. If spending more and
    spending less have different percentages, returns both.

    Returns an empty list if the limit has no percentage."""
    up = limit.percent if limit.percent_up is None else limit.percent_up
    down = limit.percent if limit.percent_down is None else limit.percent_down
    up_words, down_words = (
        "" if percent is None else formats.percentage(str(percent), w.at) for percent in (up, down)
    )
    if up == down:
        return [up_words] if up_words else []
    if up is not None and down is not None:
        return [w.say("{up} up or {down} down", up=up_words, down=down_words)]
    if up is not None:
        return [w.say("{percent} up", percent=up_words)]
    return [w.say("{percent} down", percent=down_words)]


def limit_words(limit: Limit, w: Words) -> str:
    """Returns a limit as a sentence, with its source."""
    scope = {
        "line": w.say("each budget line"), "category": w.say("each category"),
        "activity": w.say("each activity"),
        "grant": w.say("the whole grant"),
    }[limit.scope]  # fmt: skip
    measure = {
        "to date": w.say("spent against the budget to date"),
        "period": w.say("spent against the budget of the period"),
        "year": w.say("spent against the budget of the financial year so far"),
        "whole": w.say("spent to date against the whole budget"),
        "budget change": w.say("the revised against the approved budget"),
    }[limit.measure]  # fmt: skip
    direction = {"both": w.say("over or under"), "over": w.say("over"), "under": w.say("under")}[
        limit.direction
    ]
    sizes = _percentages(limit, w)
    if limit.amount is not None:
        units = int(limit.amount.scaleb(money.digits(limit.currency)))
        sizes.append(formats.money(units, limit.currency, w.at))
    size = sizes[0] if sizes else w.say("any sum")
    if len(sizes) == 2 and limit.combine == "and":
        size = w.say("{one} and {other}", one=sizes[0], other=sizes[1])
    elif len(sizes) == 2:
        size = w.say("{one} or {other}", one=sizes[0], other=sizes[1])
    more = (
        w.say("{size} or more", size=size)
        if limit.comparator == ">="
        else w.say("more than {size}", size=size)
    )
    consequence = {
        "explain": w.say("is explained"), "tell": w.say("is told to the funder"),
        "ask": w.say("needs the funder's approval"),
        "amend": w.say("needs a change of the agreement"),
    }[limit.consequence]  # fmt: skip
    sentence = w.say(
        "For {scope}: {measure}, {direction}, by {more}, {consequence}.",
        scope=scope,
        measure=measure,
        direction=direction,
        more=more,
        consequence=consequence,
    )
    if limit.never:
        sentence += " " + w.say(
            "Never more in: {names}.", names=formats.listed(list(limit.never), w.at)
        )
    return f"{sentence} " + w.say("Source: {source}.", source=limit.source)


def _reading(view: FunderView, w: Words) -> list[Block]:
    """Returns the lines that explain each column."""
    first, every = _shown(view, w)
    shown = {column.name: column for column in (*first, *every)}
    lines = [
        w.say("{heading}: {about}", heading=column.heading, about=column.about)
        for column in shown.values()
    ]
    lines.append(
        w.say(
            "What is given in kind stands beside the money with how it was valued, and is never"
            " added to it."
        )
    )
    if view.unit > 1:
        lines.append(
            w.say(
                "Amounts are rounded to {amount}, so that they still add up.",
                amount=formats.money(view.unit, view.currency, w.at),
            )
        )
    return [Bullets(lines)]
