"""The funder summary: one grant's view as finished texts, and its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel import Locale

from budgettrack.core import money
from budgettrack.core.audience import VOLUNTEER, FunderLine, FunderView, ToTell
from budgettrack.reports import figures, files
from budgettrack.reports.blocks import Cell, Fact, Heading, Row, Table
from budgettrack.reports.render import render
from budgettrack.reports.transparency import left_out
from budgettrack.reports.work import work
from budgettrack.reports.xlsx import workbook

NO_LINE = "Spent outside the budget lines"
NO_CATEGORY = "No category"


def write_funder(view: FunderView, out: Path) -> list[Path]:
    """Write `out/private/<grant>-<month>.html` and `.xlsx`. Raises `OSError` where it cannot."""
    name = f"{files.safe_name(view.grant.id)}-{view.month}"
    folder = out / "private"
    page = render("funder.html", values(view)).encode()
    book = workbook(view)
    return [
        files.write(folder / f"{name}.html", page, private=True),
        files.write(folder / f"{name}.xlsx", book, private=True),
    ]


def values(view: FunderView) -> Mapping[str, object]:
    """Everything that the template shows, in finished texts."""
    at = figures.locale(view.language)
    month = figures.month(view.month, at)
    grant = view.grant
    notices = []
    if view.provisional:
        notices.append(f"Provisional: {month} is not closed yet, and its figures may still change.")
    if view.left_out:
        notices.append(left_out(view.left_out))
    whose = " · ".join(filter(None, (grant.funder, grant.id, grant.agreement_reference)))
    return {
        "title": f"{view.organisation}: {grant.title or grant.id}, {month}",
        "organisation": view.organisation,
        "language": view.language,
        "heading": f"{grant.title or grant.id}, {month}",
        "standing": f"{whose}. Period {_period(view, at)}. All amounts are in {grant.currency}.",
        "notices": notices,
        "tell": [_told(each, view, at) for each in view.tell],
        "glance": _glance(view, at),
        "sentences": _sentences(view, at),
        "budget": _budget(view, at),
        "budget_notes": [
            "Variance is budget minus spent: above zero is not yet spent, below zero is more than planned.",
            "Available is the whole budget minus spent and committed.",
        ],
        "cash": _cash(view, at),
        "cash_notes": _cash_notes(view),
        "activities": [work(each, at) for each in view.progress],
        "in_kind": _match(view, at),
        "in_kind_notes": [] if view.match else ["Nothing in kind is recorded as match for this grant."],
        "due": _due(view, at),
        "reading": [
            "To date means from the grant's start to the end of the month named above.",
            f"This period is {_period(view, at)}, counted to the end of the same month.",
            f"The variance limit is {figures.percentage(str(view.limit), at)} of a line's budget to date.",
            "What is given in kind stands beside the money with how it was valued, and is never added to it.",
        ],
        "foot": " ".join(filter(None, (f"Prepared by {view.organisation} for {grant.funder}.", view.contact))),
    }


def _period(view: FunderView, at: Locale) -> str:
    first, last = view.period
    return figures.month(first, at) if first == last else f"{figures.month(first, at)} to {figures.month(last, at)}"


def _told(each: ToTell, view: FunderView, at: Locale) -> str:
    limit = figures.percentage(str(view.limit), at)
    words = {
        "unexplained": f"{each.about}: the variance is beyond {limit} and has no explanation. Write why into Explanation.",
        "unbudgeted": (
            f"{figures.money(each.number, view.grant.currency, at)} was spent on no budget line. "
            "Give these expenses their lines."
        ),
        "award missing": "The grant's amount is missing. Fill it in under Grants.",
        "dates missing": "The grant's start or end is missing. Fill it in under Grants.",
        "not reported": f"{each.about}: % done is missing. Fill it in under Work-plan.",
        "left out": left_out(each.number) + " See Checks.",
        "provisional": f"{figures.month(view.month, at)} is not closed. Close it under Months when it is complete.",
    }
    return words[each.kind]


def _sum(lines: Sequence[FunderLine], name: str) -> int:
    return sum(getattr(line, name) for line in lines)


def _glance(view: FunderView, at: Locale) -> list[Fact]:
    def amount(units: int) -> str:
        return figures.money(units, view.grant.currency, at)

    spent, budget, whole = (_sum(view.lines, name) for name in ("spent", "budget", "amount"))
    share = figures.percentage(money.percent(spent, whole), at)
    return [
        Fact("Award", amount(view.grant.amount) if view.grant.amount is not None else figures.NONE, _dates(view, at)),
        Fact("Spent to date", amount(spent), f"{share} of the budget lines"),
        Fact("Variance to date", amount(budget - spent), f"budget to date: {amount(budget)}"),
        Fact("Balance held", amount(view.cash.balance), f"received: {amount(view.cash.received)}"),
    ]


def _dates(view: FunderView, at: Locale) -> str:
    return " to ".join(figures.day(each, at) for each in (view.grant.start, view.grant.end) if each)


def _sentences(view: FunderView, at: Locale) -> list[str]:
    period = _sum(view.lines, "period_spent"), _sum(view.lines, "period_budget")
    words = [figures.money(each, view.grant.currency, at) for each in period]
    said = [f"In this period, {words[0]} of {words[1]} planned was spent."]
    if view.grant.held_by:
        fee = ""
        if view.grant.host_fee is not None:
            on = f" of {view.grant.host_fee_on}" if view.grant.host_fee_on else ""
            fee = f", for a fee of {figures.percentage(str(view.grant.host_fee), at)}{on}"
        said.append(f"The money is held by {view.grant.held_by}{fee}.")
    return said


AMOUNTS = (
    ("amount", "Whole budget"),
    ("period_budget", "Budget, period"),
    ("period_spent", "Spent, period"),
    ("period_variance", "Variance, period"),
    ("budget", "Budget to date"),
    ("spent", "Spent to date"),
    ("variance", "Variance"),
    ("committed", "Committed"),
    ("available", "Available"),
)
"""The columns of amounts: a line's attribute, and its heading."""


def by_category(lines: Sequence[FunderLine]) -> dict[str, list[FunderLine]]:
    """A grant's lines by category in the budget's order; what was spent on no line comes last."""
    grouped: dict[str, list[FunderLine]] = {}
    for line in sorted(lines, key=lambda line: not line.id):
        grouped.setdefault((line.category or NO_CATEGORY) if line.id else NO_LINE, []).append(line)
    return grouped


def _budget(view: FunderView, at: Locale) -> Table:
    rows = []
    for category, lines in by_category(view.lines).items():
        rows.append(Row(category, _cells(lines, view, at), kind="group"))
        for line in lines:
            if line.id:
                bar = figures.width(line.spent, line.amount) if line.amount > 0 else None
                over = line.spent > line.amount
                rows.append(Row(line.id, _cells([line], view, at, line.explanation), line.description, bar, over))
    rows.append(Row("Total", _cells(view.lines, view, at), kind="total"))
    headings = [Heading("Budget line", False), *(Heading(words) for _, words in AMOUNTS)]
    headings[8:8] = [Heading("Variance %")]
    headings.append(Heading("Explanation", False))
    note = f"In {view.grant.currency}, to the end of {figures.month(view.month, at)}. The bar is how much of a line is spent."
    return Table("Budget lines by category", headings, rows, note)


def _cells(lines: Sequence[FunderLine], view: FunderView, at: Locale, explanation: str = "") -> list[Cell]:
    cells = []
    for name, _ in AMOUNTS:
        units = _sum(lines, name)
        minus = units < 0 and name in {"variance", "period_variance", "available"}
        cells.append(Cell(figures.number(units, view.grant.currency, at), over=minus))
    variance, budget = _sum(lines, "variance"), _sum(lines, "budget")
    cells[7:7] = [Cell(figures.percentage(money.percent(variance, budget), at), over=variance < 0)]
    cells.append(Cell(explanation, say=True))
    return cells


def _cash(view: FunderView, at: Locale) -> Table:
    cash, currency = view.cash, view.grant.currency
    rows = [
        ("Received", cash.received, ""),
        ("Returned to the funder", -cash.returned, ""),
        ("Spent", -cash.spent, ""),
        ("Host fee", -cash.host_fee, ""),
        ("Balance held", cash.balance, "total"),
        ("Still to receive", cash.still_to_receive, "aside"),
    ]
    shown = [
        Row(
            name,
            [Cell(figures.number(units, currency, at), over=units < 0 and kind == "total")],
            kind="total" if kind == "total" else "aside" if kind else "",
        )
        for name, units, kind in rows
    ]
    note = f"In {currency}, to the end of {figures.month(view.month, at)}"
    return Table("Cash of this grant", [Heading("", False), Heading("Amount")], shown, note)


def _cash_notes(view: FunderView) -> list[str]:
    if view.cash.balance < 0 and view.grant.paid == "in arrears":
        return ["This grant is paid in arrears: what was spent first is received later."]
    return []


def _match(view: FunderView, at: Locale) -> Table | None:
    if not view.match:
        return None
    rows = []
    for each in view.match:
        much = (
            f"{figures.quantity(each.quantity, at)} {each.unit}".strip() if each.quantity is not None else figures.NONE
        )
        value = figures.money(each.value, each.currency, at) if each.value is not None else "not valued"
        what = f"{each.kind.capitalize()} from {each.from_whom}" if each.from_whom else each.kind.capitalize()
        small = " · ".join(filter(None, (each.id, each.description)))
        rows.append(Row(what, [Cell(much), Cell(value), Cell(each.basis or figures.NONE)], small))
    volunteers = any(each.kind == VOLUNTEER for each in view.match)
    note = "Beside the cash above, never added to it" + ("; volunteer time is counted as agreed" if volunteers else "")
    headings = [
        Heading("What, from whom", False),
        Heading("How much", False),
        Heading("Value to date"),
        Heading("Valued by", False),
    ]
    return Table("Given as match for this grant", headings, rows, note)


def _due(view: FunderView, at: Locale) -> Table | None:
    if not view.due:
        return None
    rows = [
        Row(each.what, [Cell(figures.day(each.due, at)), Cell("late" if each.late else "to come", over=each.late)])
        for each in view.due
    ]
    return Table("Owed for this grant", [Heading("What", False), Heading("Due", False), Heading("State", False)], rows)
