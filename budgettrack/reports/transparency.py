"""The transparency page: a public view as finished texts, and its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel import Locale

from budgettrack.core import money
from budgettrack.core.audience import GIFTS, VOLUNTEER, WITHHELD, InKind, PublicView, Standing, Standings
from budgettrack.reports import figures, files
from budgettrack.reports.blocks import Cell, Fact, Heading, Row, Table
from budgettrack.reports.render import render
from budgettrack.reports.work import work


def write_transparency(view: PublicView, out: Path) -> list[Path]:
    """Write `out/public/<month>.html`. Raises `OSError` where it cannot; the earlier file stands then."""
    page = render("transparency.html", values(view))
    return [files.write(out / "public" / f"{view.month}.html", page.encode(), private=False)]


def values(view: PublicView) -> Mapping[str, object]:
    """Everything that the template shows, in finished texts."""
    at = figures.locale(view.language)
    month = figures.month(view.month, at)
    notices = []
    if view.provisional:
        notices.append(f"Provisional: {month} is not closed yet, and its figures may still change.")
    if view.left_out:
        notices.append(left_out(view.left_out))
    if view.through is None:
        notices.append("Spending is not shown yet: too few payments were made to show any without showing one alone.")
    elif view.through != view.month:
        notices.append(
            f"Spending is shown up to {figures.month(view.through, at)}: "
            "since then too few payments were made to show any without showing one alone."
        )
    return {
        "title": f"{view.organisation}: {month}",
        "organisation": view.organisation,
        "language": view.language,
        "heading": f"Where our money and work stand, {month}",
        "standing": f"Figures to date begin with {figures.month(view.first, at)}. Amounts are in {view.currency}.",
        "notices": notices,
        "sentences": _sentences(view, at),
        "money_facts": _money_facts(view, at),
        "money": _money(view, at),
        "money_notes": _money_notes(view),
        "budgets": [
            _standings(view.categories, "By category", "Category", view, at),
            _standings(view.activities, "By activity", "Activity", view, at),
        ],
        "budget_notes": _budget_notes(view),
        "objectives": _objectives(view, at),
        "in_kind": _in_kind(view, at),
        "in_kind_notes": _in_kind_notes(view, at),
        "coming": _coming(view, at),
        "reading": _reading(view),
        "ask": f"{view.organisation}. {view.contact}" if view.contact else view.organisation,
        "foot": f"Published by {view.organisation}. Amounts, not names: no payment is shown by itself.",
    }


def left_out(rows: int) -> str:
    """How every report says that errors keep rows out of its figures."""
    are = "1 row is" if rows == 1 else f"{rows} rows are"
    return f"{are} left out of the figures, because something in {'it' if rows == 1 else 'them'} cannot be read."


def _sentences(view: PublicView, at: Locale) -> list[str]:
    def amount(units: int) -> str:
        return figures.money(units, view.currency, at)

    total = view.categories.total
    received = sum(row.to_date for row in view.money_in)
    first = f"We have received {amount(received)} since {figures.month(view.first, at)}."
    if total.through is None:
        second = "What we spent is not shown yet."
    else:
        share = money.percent(total.spent, total.budget)
        of_budget = f", which is {figures.percentage(share, at)} of the {amount(total.budget)} planned" if share else ""
        second = (
            f"By the end of {figures.month(total.through, at)} we had spent {amount(total.spent)}{of_budget}, "
            "not counting what pays people."
        )
    counted = [each for each in view.progress if each.status != "dropped"]
    done = sum(each.status == "done" for each in counted)
    late = sum(each.late for each in view.coming)
    third = f"Of {len(counted)} planned activities, {done} {'is' if done == 1 else 'are'} done"
    third += f" and {late} {'is' if late == 1 else 'are'} late." if late else "."
    return [first, second, third]


def _money_facts(view: PublicView, at: Locale) -> list[Fact]:
    month = figures.month(view.month, at)
    spent, budget = view.spent_this_month, view.budget_this_month
    facts = [
        Fact("Received this month", figures.money(sum(row.this_month for row in view.money_in), view.currency, at))
    ]
    if spent is None:
        facts.append(Fact("Spent this month", figures.NONE, "too few payments to show"))
    else:
        small = f"planned: {figures.money(budget, view.currency, at)}" if budget is not None else ""
        facts.append(Fact("Spent this month", figures.money(spent, view.currency, at), small))
    total = view.categories.total
    if total.through is not None:
        until = "" if total.through == view.month else f"to {figures.month(total.through, at)}"
        facts.append(Fact("Spent to date", figures.money(total.spent, view.currency, at), until or f"to {month}"))
        facts.append(
            Fact("Planned to date, not spent", figures.money(total.variance, view.currency, at), "the variance")
        )
    return facts


def _money(view: PublicView, at: Locale) -> list[Table]:
    blocks = []
    if view.money_in:
        rows = [
            Row(
                row.name,
                _numbers((row.this_month, row.to_date), view.currency, at),
                kind="aside" if row.kind in {WITHHELD, GIFTS} else "",
            )
            for row in view.money_in
        ]
        both = (sum(row.this_month for row in view.money_in), sum(row.to_date for row in view.money_in))
        rows.append(Row("Total received", _numbers(both, view.currency, at), kind="total"))
        headings = [Heading("From", False), Heading("This month"), Heading("To date")]
        blocks.append(Table("Money in", headings, rows, f"In {view.currency}"))
    if view.grants:
        rows = []
        for grant in view.grants:
            span = " to ".join(figures.short_month(month, at) for month in (grant.start, grant.end) if month)
            award = figures.money(grant.amount, grant.currency, at) if grant.amount is not None else figures.NONE
            cells = [Cell(grant.state), Cell(award), Cell(figures.money(grant.received, grant.currency, at))]
            rows.append(
                Row(f"{grant.funder}: {grant.title}" if grant.title else grant.funder, cells, f"{grant.id} · {span}")
            )
        headings = [Heading("Grant", False), Heading("State", False), Heading("Award"), Heading("Received to date")]
        blocks.append(Table("Our grants", headings, rows, "Each in its own currency"))
    if view.people is not None:
        people = view.people
        if people.spent is None or people.budget is None:
            cells = [Cell("withheld: the year is not closed, or too few payments"), Cell(figures.NONE)]
        else:
            cells = list(_numbers((people.budget, people.spent), view.currency, at))
        headings = [Heading("Year", False), Heading("Budget"), Heading("Spent")]
        blocks.append(
            Table(
                "What pays people",
                headings,
                [Row(people.year, cells)],
                f"In {view.currency}. Shown once a year, as one total, and in no other figure of this page.",
            )
        )
    return blocks


def _money_notes(view: PublicView) -> list[str]:
    notes = []
    if view.too_few_gifts:
        notes.append(f"Withheld: the newest gifts, until there are {view.fewest} to be shown together.")
    if view.people is None:
        notes.append("What pays people is shown once a year, as one total, and is in no figure of this page.")
    return notes


def _standings(standings: Standings, caption: str, first: str, view: PublicView, at: Locale) -> Table:
    unnamed = "No category" if first == "Category" else "No activity named"
    rows = []
    for each in standings.rows:
        small = ""
        if each.through is None:
            rows.append(
                _standing(
                    each,
                    each.name or unnamed,
                    "its first figures are in the line of several rows below",
                    "aside",
                    view,
                    at,
                )
            )
            continue
        if each.through != view.month:
            small = f"to the end of {figures.month(each.through, at)}"
        rows.append(_standing(each, each.name or unnamed, small, "aside" if each.kind else "", view, at))
    if standings.held:
        names = standings.held.name
        small = f"newest figures of these rows, together: fewer than {view.fewest} payments in one of them"
        rows.append(_standing(standings.held, names, small, "aside", view, at))
    rows.append(_standing(standings.total, "Total", "", "total", view, at))
    headings = [Heading(first, False), Heading("Budget"), Heading("Spent"), Heading("Variance"), Heading("Variance %")]
    return Table(caption, headings, rows, f"To date, in {view.currency}, without what pays people")


def _standing(each: Standing, name: str, small: str, kind: str, view: PublicView, at: Locale) -> Row:
    if each.through is None:
        return Row(name, [Cell(figures.NONE)] * 4, small, kind="aside" if kind != "total" else "total")
    cells = [
        *_numbers((each.budget, each.spent), view.currency, at),
        Cell(figures.number(each.variance, view.currency, at), over=each.variance < 0),
        Cell(figures.percentage(money.percent(each.variance, each.budget), at), over=each.variance < 0),
    ]
    bar = figures.width(each.spent, each.budget) if each.budget > 0 else None
    return Row(name, cells, small, bar, each.variance < 0, "total" if kind == "total" else "aside" if kind else "")


def _numbers(units: Sequence[int], currency: str, at: Locale) -> list[Cell]:
    return [Cell(figures.number(each, currency, at)) for each in units]


def _budget_notes(view: PublicView) -> list[str]:
    notes = ["The bar under a name is how much of the budget is spent."]
    if any(row.kind == WITHHELD for row in view.categories.rows):
        notes.append("Withheld: these grants are not published, by agreement or for safety; the totals include them.")
    return notes


def _objectives(view: PublicView, at: Locale) -> list[Mapping[str, object]]:
    grouped: dict[str, list[object]] = {}
    for each in view.progress:
        grouped.setdefault(each.objective, []).append(work(each, at))
    return [{"name": name, "work": members} for name, members in grouped.items()]


def _given(each: InKind, at: Locale) -> str:
    said = [f"{figures.quantity(number, at)} {unit}".strip() for number, unit in each.quantities]
    return figures.listed(said, at) or str(each.number)


def _in_kind(view: PublicView, at: Locale) -> Table | None:
    things = [each for each in view.in_kind if each.kind != VOLUNTEER]
    if not things:
        return None
    rows = [
        Row(
            f"{each.kind.capitalize()} from {each.from_whom}" if each.from_whom else each.kind.capitalize(),
            [
                Cell(_given(each, at)),
                Cell(figures.money(each.value, each.currency, at) if each.value is not None else "not valued"),
                Cell(figures.listed(list(each.basis), at) or figures.NONE),
            ],
        )
        for each in things
    ]
    headings = [
        Heading("What, from whom", False),
        Heading("How much", False),
        Heading("Value to date"),
        Heading("Valued by", False),
    ]
    return Table(
        "Rooms, equipment, supplies and knowledge", headings, rows, "Beside the money above, never added to it"
    )


def _in_kind_notes(view: PublicView, at: Locale) -> list[str]:
    notes = [
        f"Volunteer time from {each.from_whom or 'volunteers'}: {_given(each, at)}. Thank you."
        for each in view.in_kind
        if each.kind == VOLUNTEER
    ]
    return notes or ([] if view.in_kind else ["Nothing in kind is recorded yet."])


def _coming(view: PublicView, at: Locale) -> list[Mapping[str, object]]:
    months: dict[str, list[str]] = {}
    for each in view.coming:
        name = "Late" if each.late else figures.month(each.month, at)
        line = f"{each.activity}: {each.milestone}" if each.milestone else each.activity
        if each.late:
            line += f" (was planned for {figures.month(each.month, at)})"
        months.setdefault(name, []).append(line)
    return [{"name": name, "lines": lines} for name, lines in months.items()]


def _reading(view: PublicView) -> list[str]:
    return [
        "Variance is budget minus spent: above zero is not yet spent, below zero is more than planned.",
        "To date means from the first month of the figures to the end of the month named.",
        f"Every figure, and its difference from last month's page, has at least {view.fewest} payments behind it.",
        "Where a row has fewer new ones, it stays at an earlier month, and the newest money of such rows is one line.",
        "What pays people is never in a month's figures.",
        f"Grants in another currency are counted in {view.currency} at the rate of their budget; money received, as it arrived.",
        "Provisional means that the treasurer has not closed the month yet.",
        "What is given in kind stands beside the money with how it was valued, and is never added to it.",
    ]
