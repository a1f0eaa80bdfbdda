"""The transparency page of a month: its public view as a document of finished texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from budgettrack.core.base import money
from budgettrack.core.base.months import Month, count, months
from budgettrack.core.views.audience import VOLUNTEER
from budgettrack.core.views.public import Correction, InKind, MoneyIn, PublicGrant, PublicView, Standing, Standings
from budgettrack.core.views.published import GIFTS, UNBUDGETED, UNRESTRICTED, WITHHELD
from budgettrack.reports.base import charts, formats
from budgettrack.reports.base.activities import work
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Fact,
    Facts,
    Heading,
    Link,
    Row,
    Section,
    Subheading,
    Table,
    Text,
    Works,
)
from budgettrack.reports.base.translations import Words


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a later page says of this one: its month, and the corrections (none: too few payments to show them)."""

    month: Month
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a page in its site: the months beside it, and the pages that corrected it."""

    before: Month | None = None
    after: Month | None = None
    corrected: Sequence[Corrected] = ()


def document(view: PublicView, w: Words, around: Around) -> Document:
    """The page."""
    month = formats.month(view.month, w.at)
    sections = [
        Section("where", w.say("Where we stand"), [Text(each) for each in sentences(view, w)]),
        Section("money", w.say("Money in and out"), _money(view, w)),
        Section("budget", w.say("Budget against spending"), _budget(view, w)),
        Section("work", w.say("What we planned and what we did"), _work(view, w)),
        Section("kind", w.say("Given in kind"), _in_kind(view, w)),
        Section("next", w.say("What is due next"), coming(view, w)),
        Section("changed", w.say("What changed in figures already published"), changed(view, around, w)),
        Section("read", w.say("How to read this"), [Bullets(_reading(view, w))]),
        Section("ask", w.say("Who to ask"), [Text(f"{view.organisation}. {view.contact}".strip())]),
    ]
    links = [Link(w.say("All months"), "index.html")]
    if around.before:
        links.append(Link(formats.month(around.before, w.at), f"{around.before}.html", w.say("the month before")))
    if around.after:
        links.append(Link(formats.month(around.after, w.at), f"{around.after}.html", w.say("the month after")))
    return Document(
        title=f"{view.organisation}: {month}",
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=w.say("Where our money and work stand, {month}", month=month),
        standing=w.say(
            "Figures to date begin with {month}. Amounts are in {currency}.",
            month=formats.month(view.first, w.at),
            currency=view.currency,
        ),
        notices=notices(view, around, w),
        sections=sections,
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.organisation,
        ),
        links=links,
    )


def notices(view: PublicView, around: Around, w: Words) -> list[str]:
    """What must be known before the figures are read."""
    month = formats.month(view.month, w.at)
    said = []
    if view.provisional:
        said.append(w.say("Provisional: {month} is not closed yet, and its figures may still change.", month=month))
    if around.corrected:
        said.append(w.say("Corrected: figures on this page were corrected later. See below what changed."))
    if view.left_out:
        said.append(left_out(view.left_out, w))
    if view.through is None:
        said.append(
            w.say("Spending is not shown yet: too few payments were made to show any without showing one alone.")
        )
    elif view.through != view.month:
        said.append(
            w.say(
                "Spending is shown up to {month}: since then too few payments were made to show any "
                "without showing one alone.",
                month=formats.month(view.through, w.at),
            )
        )
    if view.later:
        said.append(
            w.say("This page was written later, from the accounts. How the work went was not kept for that month.")
        )
    return said


def left_out(rows: int, w: Words) -> str:
    """How every report says that errors keep rows out of its figures."""
    return w.many(
        "{number} row is left out of the figures, because something in it cannot be read.",
        "{number} rows are left out of the figures, because something in them cannot be read.",
        rows,
    )


def sentences(view: PublicView, w: Words) -> list[str]:
    """Where we stand, in three sentences with figures."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    total = view.categories.total
    received = sum(row.to_date for row in view.money_in)
    first = w.say(
        "We have received {amount} since {month}.", amount=amount(received), month=formats.month(view.first, w.at)
    )
    share = money.percent(total.spent, total.budget)
    if total.through is None:
        second = w.say("What we spent is not shown yet.")
    elif share:
        second = w.say(
            "By the end of {month} we had spent {amount}, which is {percent} of the {planned} planned, "
            "not counting what pays people.",
            month=formats.month(total.through, w.at),
            amount=amount(total.spent),
            percent=formats.percentage(share, w.at),
            planned=amount(total.budget),
        )
    else:
        second = w.say(
            "By the end of {month} we had spent {amount}, not counting what pays people.",
            month=formats.month(total.through, w.at),
            amount=amount(total.spent),
        )
    if view.later:
        return [first, second]
    counted = [each for each in view.progress if each.status != "dropped"]
    done = sum(each.status == "done" for each in counted)
    late = sum(each.late for each in view.coming)
    third = w.many(
        "Of {number} planned activity: {done} done, {late} late.",
        "Of {number} planned activities: {done} done, {late} late.",
        len(counted),
        done=formats.whole(done, w.at),
        late=formats.whole(late, w.at),
    )
    return [first, second, third]


def row_name(kind: str, name: str, w: Words, blank: str) -> str:
    """The name of a row of a public table."""
    known = {
        UNBUDGETED: w.say("Spent outside the budget lines"),
        UNRESTRICTED: w.say("Unrestricted money"),
        WITHHELD: w.say("Withheld: grants that are not published"),
        GIFTS: w.say("Gifts and other money on no grant"),
        "total": w.say("Total"),
    }
    return known.get(kind) or name or blank


def _money(view: PublicView, w: Words) -> list[Block]:
    blocks: list[Block] = [Facts(_money_facts(view, w))]
    if len(view.money_in) > 1:
        blocks.append(sources(view, w))
    if view.money_in:
        blocks.append(money_in(view, w))
    if view.spells:
        blocks += [by_month(view, w), spells(view, w)]
    if view.grants:
        blocks.append(_grants(view, w))
    if view.people is not None:
        blocks.append(_people(view, w))
    else:
        blocks.append(
            Text(w.say("What pays people is shown once a year, as one total, and is in no figure of this page."), True)
        )
    if view.too_few_gifts:
        blocks.append(
            Text(
                w.many(
                    "Withheld: the newest gifts, until there is {number} to be shown together.",
                    "Withheld: the newest gifts, until there are {number} to be shown together.",
                    view.fewest,
                ),
                True,
            )
        )
    return blocks


def _money_facts(view: PublicView, w: Words) -> list[Fact]:
    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    facts = [Fact(w.say("Received this month"), amount(sum(row.this_month for row in view.money_in)))]
    if view.spent_this_month is None:
        facts.append(Fact(w.say("Spent this month"), formats.NONE, w.say("too few payments to show")))
    else:
        planned = view.budget_this_month
        small = "" if planned is None else w.say("planned: {amount}", amount=amount(planned))
        facts.append(Fact(w.say("Spent this month"), amount(view.spent_this_month), small))
    total = view.categories.total
    if total.through is not None:
        until = w.say("to {month}", month=formats.month(total.through, w.at))
        facts.append(Fact(w.say("Spent to date"), amount(total.spent), until))
        facts.append(Fact(w.say("Planned to date, not spent"), amount(total.variance), w.say("the variance")))
    return facts


def sources(view: PublicView, w: Words) -> Chart:
    """Where the money came from."""
    rows = [
        charts.Bar(
            row_name(row.kind, row.name, w, row.grant),
            row.to_date,
            None,
            formats.money(row.to_date, view.currency, w.at),
        )
        for row in view.money_in
    ]
    return charts.bars(
        "sources",
        w.say("Where our money came from"),
        w.say("Money received to date by source. The table below has the same figures."),
        rows,
        (),
        w.right_to_left,
    )


def money_in(view: PublicView, w: Words) -> Table:
    """Money received, by source."""

    def row(each: MoneyIn) -> Row:
        cells = numbers((each.this_month, each.to_date), view.currency, w)
        return Row(row_name(each.kind, each.name, w, each.grant), cells, kind="" if each.kind == "grant" else "aside")

    both = (sum(each.this_month for each in view.money_in), sum(each.to_date for each in view.money_in))
    rows = [*map(row, view.money_in), Row(w.say("Total received"), numbers(both, view.currency, w), kind="total")]
    headings = [Heading(w.say("From"), False), Heading(w.say("This month")), Heading(w.say("To date"))]
    return Table(w.say("Money in"), headings, rows, w.say("In {currency}", currency=view.currency))


def by_month(view: PublicView, w: Words) -> Chart:
    """Spending by month against plan."""
    rows = [
        charts.Bar(
            formats.narrow_month(each.last, w.at) + ("*" if each.first != each.last else ""),
            each.spent,
            each.budget,
            formats.short(each.spent, view.currency, w.at),
        )
        for each in view.spells
    ]
    says = w.say("Spending from month to month against what was planned, without what pays people.")
    if len(rows) > charts.COLUMNS:
        says += " " + w.say("The newest {number} are drawn.", number=formats.whole(charts.COLUMNS, w.at))
    if any(each.first != each.last for each in view.spells):
        says += " " + w.say("* several months together.")
    return charts.columns(
        "months", w.say("Spent month by month"), says, rows, (w.say("Spent"), w.say("Planned")), w.right_to_left
    )


def spells(view: PublicView, w: Words) -> Table:
    """The figures behind the chart of months."""
    rows = [
        Row(
            formats.span(each.first, each.last, w.at),
            numbers((each.budget, each.spent, each.budget - each.spent), view.currency, w),
        )
        for each in reversed(view.spells)
    ]
    headings = [
        Heading(w.say("Month"), False),
        Heading(w.say("Planned")),
        Heading(w.say("Spent")),
        Heading(w.say("Variance")),
    ]
    note = w.say("In {currency}, with the corrections published in each month", currency=view.currency)
    return Table(w.say("Month by month"), headings, rows, note, folded=True)


def _grants(view: PublicView, w: Words) -> Table:
    rows = []
    for grant in view.grants:
        cells = [
            Cell(w.term(grant.state)),
            Cell(formats.money(grant.amount, grant.currency, w.at) if grant.amount is not None else formats.NONE),
            Cell(formats.money(grant.received, grant.currency, w.at)),
        ]
        small = " · ".join(filter(None, (grant.id, formats.span(grant.start, grant.end, w.at))))
        rows.append(Row(grant_title(grant), cells, small, href=grant_file(grant.id)))
    headings = [
        Heading(w.say("Grant"), False),
        Heading(w.say("State"), False),
        Heading(w.say("Award")),
        Heading(w.say("Received to date")),
    ]
    return Table(w.say("Our grants"), headings, rows, w.say("Each in its own currency"))


def grant_title(grant: PublicGrant) -> str:
    """Who gives it, and what for."""
    return f"{grant.funder}: {grant.title}" if grant.title else grant.funder


def grant_file(id_: str) -> str:
    """The page of a grant, from the site's folder."""
    from budgettrack.files import safe_name

    return f"grants/{safe_name(id_)}.html"


def _people(view: PublicView, w: Words) -> Table:
    people = view.people
    assert people is not None
    if people.spent is None or people.budget is None:
        cells = [Cell(w.say("withheld: the year is not closed, or too few payments")), Cell(formats.NONE)]
    else:
        cells = numbers((people.budget, people.spent), view.currency, w)
    headings = [Heading(w.say("Year"), False), Heading(w.say("Budget")), Heading(w.say("Spent"))]
    note = w.say(
        "In {currency}. Shown once a year, as one total, and in no other figure of this page.", currency=view.currency
    )
    return Table(w.say("What pays people"), headings, [Row(people.year, cells)], note)


def _budget(view: PublicView, w: Words) -> list[Block]:
    blocks: list[Block] = []
    if any(row.through for row in view.categories.rows):
        blocks.append(spent_by_category(view, w))
    blocks += [
        standings(view.categories, w.say("By category"), w.say("Category"), w.say("No category"), view, w),
        standings(view.activities, w.say("By activity"), w.say("Activity"), w.say("No activity named"), view, w),
        Text(w.say("The bar under a name is how much of the budget is spent."), True),
    ]
    if any(row.kind == WITHHELD for row in view.categories.rows):
        blocks.append(
            Text(
                w.say("Withheld: these grants are not published, by agreement or for safety; the totals include them."),
                True,
            )
        )
    return blocks


def spent_by_category(view: PublicView, w: Words) -> Chart:
    """Budget against spent, by category."""
    rows = [
        charts.Bar(
            row_name(row.kind, row.name, w, w.say("No category")),
            row.spent,
            row.budget,
            w.say(
                "{spent} of {budget}",
                spent=formats.money(row.spent, view.currency, w.at),
                budget=formats.money(row.budget, view.currency, w.at),
            ),
        )
        for row in view.categories.rows
        if row.through
    ]
    return charts.bars(
        "categories",
        w.say("Budget against spent, by category"),
        w.say("What was spent to date beside what was planned. The table below has the same figures."),
        rows,
        (w.say("Spent"), w.say("Planned")),
        w.right_to_left,
    )


def standings(table: Standings, caption: str, first: str, blank: str, view: PublicView, w: Words) -> Table:
    """Budget, spent and variance of one public table."""
    rows = []
    for each in table.rows:
        name = row_name(each.kind, each.name, w, blank)
        small, kind = "", "aside" if each.kind else ""
        if each.through is None:
            small, kind = w.say("its first figures are in the line of several rows below"), "aside"
        elif each.through != view.month:
            small = w.say("to the end of {month}", month=formats.month(each.through, w.at))
        rows.append(_standing(each, name, small, kind, view, w))
    if table.held:
        names = {each.key: row_name(each.kind, each.name, w, blank) for each in table.rows}
        small = w.many(
            "newest figures of these rows, together: fewer than {number} payment in one of them",
            "newest figures of these rows, together: fewer than {number} payments in one of them",
            view.fewest,
        )
        together = " + ".join(names[key] for key in table.waiting if key in names)
        rows.append(_standing(table.held, together, small, "aside", view, w))
    rows.append(_standing(table.total, w.say("Total"), "", "total", view, w))
    headings = [
        Heading(first, False),
        Heading(w.say("Budget")),
        Heading(w.say("Spent")),
        Heading(w.say("Variance")),
        Heading(w.say("Variance %")),
    ]
    note = w.say("To date, in {currency}, without what pays people", currency=view.currency)
    return Table(caption, headings, rows, note)


def _standing(each: Standing, name: str, small: str, kind: str, view: PublicView, w: Words) -> Row:
    if each.through is None:
        return Row(name, [Cell(formats.NONE)] * 4, small, kind="aside" if kind != "total" else "total")
    share = formats.percentage(money.percent(each.variance, each.budget), w.at)
    cells = [
        *numbers((each.budget, each.spent), view.currency, w),
        Cell(formats.number(each.variance, view.currency, w.at), over=each.variance < 0),
        Cell(share, over=each.variance < 0),
    ]
    bar = formats.width(each.spent, each.budget) if each.budget > 0 else None
    return Row(name, cells, small, bar, each.variance < 0, "total" if kind == "total" else "aside" if kind else "")


def numbers(units: Sequence[int], currency: str, w: Words) -> list[Cell]:
    """Cells of amounts whose currency stands above them."""
    return [Cell(formats.number(each, currency, w.at)) for each in units]


def _work(view: PublicView, w: Words) -> list[Block]:
    if view.later:
        return [Text(w.say("How the work went was not kept for that month."), True)]
    blocks: list[Block] = []
    if chart := plan_timeline(view, w):
        blocks.append(chart)
    grouped: dict[str, list[object]] = {}
    for each in view.progress:
        grouped.setdefault(each.objective, []).append(each)
    for objective in grouped:
        if objective:
            blocks.append(Subheading(objective))
        blocks.append(Works([work(each, w) for each in view.progress if each.objective == objective]))
    return blocks or [Text(w.say("There is no work-plan yet."), True)]


def plan_timeline(view: PublicView, w: Words) -> Chart | None:
    """The work-plan over time; None where no activity has dates."""
    dated = [each for each in view.progress if each.start and each.end and each.start <= each.end]
    if not dated:
        return None
    first, last = min(each.start or "" for each in dated), max(each.end or "" for each in dated)
    span = months(first, last)
    names = [formats.short_month(month, w.at) for month in span]
    rows = []
    for each in dated:
        done = "" if each.done is None else w.say("{percent} done", percent=formats.percentage(str(each.done), w.at))
        about = " · ".join(filter(None, (w.term(each.status), done, formats.span(each.start, each.end, w.at))))
        start, end = count(first, each.start or first) - 1, count(first, each.end or first) - 1
        rows.append(charts.Stretch(each.activity or each.id, start, end, int(each.done or 0), about))
    here = count(first, view.month) - 1 if first <= view.month <= last else None
    return charts.timeline(
        "timeline",
        w.say("The work-plan over time"),
        w.say(
            "From when to when each activity goes, and how much of it is done; the dashed line is the end of this month."
        ),
        rows,
        names,
        here,
        w.right_to_left,
    )


def given(each: InKind, w: Words) -> str:
    """How much of it was given."""
    said = [f"{formats.quantity(number, w.at)} {unit}".strip() for number, unit in each.quantities]
    return formats.listed(said, w.at) or formats.whole(each.number, w.at)


def _from(each: InKind, w: Words) -> str:
    kind = w.term(each.kind)
    kind = kind[:1].upper() + kind[1:]
    return w.say("{kind}, from: {giver}", kind=kind, giver=w.term(each.from_whom)) if each.from_whom else kind


def _in_kind(view: PublicView, w: Words) -> list[Block]:
    things = [each for each in view.in_kind if each.kind != VOLUNTEER]
    blocks: list[Block] = []
    valued = [each for each in things if each.value is not None and each.currency == view.currency]
    if len(valued) > 1:
        bars = [
            charts.Bar(_from(each, w), each.value or 0, None, formats.money(each.value or 0, each.currency, w.at))
            for each in valued
        ]
        blocks.append(
            charts.bars(
                "kind-chart",
                w.say("What was given in kind"),
                w.say("Value to date of what was lent or given. The table below has the same figures."),
                bars,
                (),
                w.right_to_left,
            )
        )
    if things:
        rows = [
            Row(
                _from(each, w),
                [
                    Cell(given(each, w)),
                    Cell(
                        formats.money(each.value, each.currency, w.at)
                        if each.value is not None
                        else w.say("not valued")
                    ),
                    Cell(formats.listed([w.term(basis) for basis in each.basis], w.at) or formats.NONE),
                ],
            )
            for each in things
        ]
        headings = [
            Heading(w.say("What, from whom"), False),
            Heading(w.say("How much"), False),
            Heading(w.say("Value to date")),
            Heading(w.say("Valued by"), False),
        ]
        note = w.say("Beside the money above, never added to it")
        blocks.append(Table(w.say("Rooms, equipment, supplies and knowledge"), headings, rows, note))
    for each in view.in_kind:
        if each.kind == VOLUNTEER:
            giver = w.term(each.from_whom) or w.say("volunteers")
            blocks.append(
                Text(w.say("Volunteer time, from: {giver}. {amount}. Thank you.", giver=giver, amount=given(each, w)))
            )
    return blocks or [Text(w.say("Nothing in kind is recorded yet."), True)]


def coming(view: PublicView, w: Words) -> list[Block]:
    """What comes next, and what is late."""
    groups: dict[str, list[str]] = {}
    for each in view.coming:
        month = formats.month(each.month, w.at)
        line = f"{each.activity}: {each.milestone}" if each.milestone else each.activity
        if each.late:
            line = w.say("{activity} (was planned for {month})", activity=line, month=month)
        groups.setdefault(w.say("Late") if each.late else month, []).append(line)
    blocks: list[Block] = []
    for name, lines in groups.items():
        blocks += [Subheading(name), Bullets(lines)]
    return blocks or [Text(w.say("No milestone is planned for the coming months."), True)]


def changed(view: PublicView, around: Around, w: Words) -> list[Block]:
    """What was corrected: on this page, and by later ones."""
    blocks: list[Block] = []
    if view.corrections:
        blocks.append(_corrections(view.corrections, w.say("Corrected on this page"), view, w))
    if view.untold:
        blocks.append(
            Text(
                w.many(
                    "There are corrections that are not shown by themselves: fewer than {number} payment lies behind "
                    "them. They are in the figures as soon as that can be without showing one alone.",
                    "There are corrections that are not shown by themselves: fewer than {number} payments lie behind "
                    "them. They are in the figures as soon as that can be without showing one alone.",
                    view.fewest,
                )
            )
        )
    for each in around.corrected:
        month = formats.month(each.month, w.at)
        if each.corrections:
            blocks.append(
                _corrections(each.corrections, w.say("Corrected by the page of {month}", month=month), view, w)
            )
        else:
            blocks.append(
                Text(w.say("The page of {month} corrects figures of this month, together with others.", month=month))
            )
    return blocks or [Text(w.say("Nothing: no figure that was published before has changed."), True)]


def _corrections(those: Sequence[Correction], caption: str, view: PublicView, w: Words) -> Table:
    what = {"spent": w.say("spent"), "budget": w.say("budget"), "received": w.say("received")}
    rows = [
        Row(
            row_name(each.kind, each.name, w, w.say("No category")),
            [Cell(what[each.what]), *numbers((each.was, each.now), view.currency, w)],
            formats.span(each.since, each.until, w.at),
        )
        for each in those
    ]
    headings = [
        Heading(w.say("What"), False),
        Heading(w.say("Figure"), False),
        Heading(w.say("As published")),
        Heading(w.say("Corrected")),
    ]
    return Table(caption, headings, rows, w.say("To date, in {currency}", currency=view.currency))


def _reading(view: PublicView, w: Words) -> list[str]:
    return [
        w.say("Variance is budget minus spent: above zero is not yet spent, below zero is more than planned."),
        w.say("To date means from the first month of the figures to the end of the month named."),
        w.many(
            "Every figure, and its difference from any page before, has at least {number} payment behind it.",
            "Every figure, and its difference from any page before, has at least {number} payments behind it.",
            view.fewest,
        ),
        w.say(
            "Where a row has fewer new ones, it stays at an earlier month, and the newest money of such rows is one line."
        ),
        w.say("What pays people is never in a month's figures."),
        w.say(
            "Grants in another currency are counted in {currency} at the rate of their budget; "
            "money received, as it arrived.",
            currency=view.currency,
        ),
        w.say("Provisional means that the treasurer has not closed the month yet."),
        w.say("What is given in kind stands beside the money with how it was valued, and is never added to it."),
    ]


def corrected(view: PublicView, later: Mapping[Month, PublicView]) -> list[Corrected]:
    """What the pages of later months say of this one, from their own corrections.

    Both values are shown where all that a correction changed lies within this page; else only that there is one.
    """
    found = []
    rows = {row.key: row for row in view.categories.rows}
    received = {f"={row.grant}" if row.kind == "grant" else row.kind: row.to_date for row in view.money_in}
    for month, page in sorted(later.items()):
        told, more = [], False
        for each in page.corrections if month > view.month else ():
            if each.since > view.month:
                continue
            row = rows.get(each.key)
            was = received.get(each.key) if each.what == "received" else getattr(row, each.what, None)
            whole = each.until <= view.month and (each.what == "received" or (row and row.through == view.month))
            if whole and was is not None:
                told.append(
                    Correction(
                        each.key,
                        each.name,
                        each.kind,
                        each.what,
                        each.since,
                        each.until,
                        was,
                        was + each.now - each.was,
                    )
                )
            else:
                more = True
        if told or more:
            found.append(Corrected(month, told))
    return found
