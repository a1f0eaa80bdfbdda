"""The two tabs that the tool writes: Summary (positions) and Checks (findings, and conflicts with a
Keep cell).

They contain no time of day and no text such as "in 12 days", so that an unchanged plan causes no
write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, PageCell, ToolTab, Value
from budgettrack.core.base.money import decimal, digits
from budgettrack.core.base.months import Month
from budgettrack.core.figures.cash import GrantPosition, Overall, grant_positions, overall
from budgettrack.core.figures.positions import Position, forecast, positions
from budgettrack.core.figures.totals import Total
from budgettrack.core.merge.merge import Conflict, Side
from budgettrack.core.records.model import Plan
from budgettrack.core.records.tables import (
    BY_NAME,
    CHECKS,
    CHECKS_HEADINGS,
    KEPT_EDITS,
    SUMMARY,
    normal,
)

SUMMARY_HEADINGS = (
    "Grant",
    "Line",
    "What",
    "Category",
    "Currency",
    "Amount",
    "Budget to date",
    "Spent",
    "Committed",
    "Available",
    "Variance",
    "Variance %",
    "State",
    "At the end, as planned",
    "At the end, at this pace",
)
TOGETHER_HEADINGS = (
    "Currency",
    "Award",
    "Budget to date",
    "Spent",
    "Committed",
    "Received",
    "Balance held",
    "Exchange",
    "May come",
)
CASH_HEADINGS = (
    "Grant",
    "Funder",
    "Title",
    "State",
    "Currency",
    "Award",
    "Received",
    "Returned",
    "Spent",
    "Host fee",
    "Balance held",
    "Still to receive",
)


WRITTEN_BY_THE_TOOL = (
    "Written by the tool; what you type here is overwritten. Variance is budget less spent."
)
AT_BUDGET_RATE = (
    "At each grant's budget rate, else the rate of the month in which it starts; Exchange is what"
    " spending cost more at the months' rates."
)


def summary(plan: Plan, totals: Sequence[Total], month: Month) -> ToolTab:
    """Returns the tab Summary: every line and grant to the end of `month`, forecasts, and all
    grants together."""
    of_line: dict[str, list[Total]] = defaultdict(list)
    for total in totals:
        of_line[total.line].append(total)
    rows = [
        [PageCell(f"Where we stand at the end of {month}", "title")],
        [PageCell(WRITTEN_BY_THE_TOOL, "note")],
        [],
        [PageCell(text, "heading") for text in SUMMARY_HEADINGS],
        *(
            _line_row(plan, position, of_line[position.line], month)
            for position in positions(plan, totals, end=month)
        ),
    ]
    cash = grant_positions(plan, totals, month)
    rows += _cash("Money of each grant", plan, [each for each in cash if each.money == "ours"])
    apart = [each for each in cash if each.money == "may come"]
    if apart:
        rows += _cash("May come: not awarded, and in no total", plan, apart)
    declined = [each for each in cash if each.money == "declined" and _has_money(each)]
    if declined:
        rows += _cash("Declined, with money on it: in no total", plan, declined)
    rows += [[], [PageCell("All grants together", "title")]]
    rows += [
        [PageCell(text, "heading") for text in TOGETHER_HEADINGS],
        _together(overall(plan, totals, month)),
        [PageCell(AT_BUDGET_RATE, "note")],
    ]
    widths = (10, 12, 34, 18, 9, 13, 14, 13, 13, 13, 13, 14, 14, 14, 14)
    return ToolTab(SUMMARY, tuple(tuple(row) for row in rows), widths, frozen=4)


def _line_row(
    plan: Plan, position: Position, totals: Sequence[Total], month: Month
) -> list[PageCell]:
    """Returns the row of one budget line, or of spending without a line (this row has no
    forecast)."""
    line = plan.lines.get(position.line)
    over = position.available < 0 or position.state.startswith("over")
    percent = Decimal(position.variance_percent) if position.variance_percent else None
    figures = (
        position.amount,
        position.budget,
        position.spent,
        position.committed,
        position.available,
        position.variance,
    )
    cells = [
        PageCell(position.grant),
        PageCell(position.line or "none"),
        PageCell(line.description if line else _without_line(position)),
        PageCell(position.category),
        PageCell(position.currency),
        *(_money(units, position.currency) for units in figures),
        PageCell(percent, "number", decimals=1),
        PageCell(position.state, "warning" if over else "text"),
    ]
    if line:
        ahead = forecast(plan, totals, line.id, month)
        cells += [_money(units, line.currency) for units in (ahead.as_planned, ahead.at_this_pace)]
    return cells


def _cash(title: str, plan: Plan, those: Sequence[GrantPosition]) -> list[list[PageCell]]:
    """Returns the rows with the money of some grants, under a title."""
    rows = [
        [],
        [PageCell(title, "title")],
        [PageCell(text, "heading") for text in CASH_HEADINGS],
    ]
    for cash in those:
        grant = plan.grants.get(cash.grant)
        figures = (
            cash.award,
            cash.received,
            cash.returned,
            cash.spent,
            cash.host_fee,
            cash.balance,
            cash.still_to_receive,
        )
        rows.append(
            [
                PageCell(cash.grant or "none"),
                PageCell(grant.funder if grant else ""),
                PageCell(grant.title if grant else "Unrestricted"),
                PageCell(grant.state if grant else ""),
                PageCell(cash.currency),
                *(_money(units, cash.currency) for units in figures),
            ]
        )
    return rows


def _has_money(cash: GrantPosition) -> bool:
    return bool(cash.received or cash.returned or cash.spent or cash.committed)


def _together(sums: Overall) -> list[PageCell]:
    figures = (
        sums.award,
        sums.budget,
        sums.spent,
        sums.committed,
        sums.received,
        sums.balance,
        sums.exchange_difference,
        sums.may_come,
    )
    cells = [PageCell(sums.currency), *(_money(units, sums.currency) for units in figures)]
    without = (*sums.without_rate, *sums.may_come_without_rate)
    if without:
        cells.append(PageCell(f"Without {', '.join(without)}: no rate", "warning"))
    return cells


def _without_line(position: Position) -> str:
    return "Unbudgeted" if position.grant else "Unrestricted, on no line"


def _money(units: int, currency: str) -> PageCell:
    return PageCell(Decimal(decimal(units, currency)), "money", decimals=digits(currency))


def checks(findings: Sequence[Finding], keys: Mapping[int, str], locale: str) -> ToolTab:
    """Returns the tab Checks: every finding with a link to its cell. Amounts are formatted for
    `locale`.

    `keys` has the seal of each conflict (see `Conflict.seal`), by the index of its finding."""
    rows: list[list[PageCell]] = [
        [PageCell("What to look at", "title")],
        [
            PageCell(
                "Written by the tool at each sync. For a conflict, choose in Keep which side"
                " counts: sheet or register.",
                "note",
            )
        ],
        [],
        [PageCell(text, "heading") for text in CHECKS_HEADINGS],
    ]
    if not findings:
        rows.append([PageCell(), PageCell("Nothing. Well done.")])
    for index, finding in enumerate(findings):
        key = keys.get(index, "")
        problem, remedy = finding.words(locale)
        rows.append(
            [
                PageCell(finding.place, "text", link=finding.place if finding.tab else None),
                PageCell(problem),
                PageCell(remedy),
                PageCell(finding.severity, finding.severity),
                PageCell(finding.code),
                PageCell(finding.first_seen),
                PageCell(
                    None, "input" if key else "text", choices=("sheet", "register") if key else ()
                ),
                PageCell(key),
            ]
        )
    return ToolTab(
        CHECKS, tuple(tuple(row) for row in rows), (18, 60, 60, 10, 26, 12, 10, 26), frozen=4
    )


def kept(book: Book) -> dict[str, Side]:
    """Returns the choices that people made in the column Keep, by the seal of the conflict."""
    found: dict[str, Side] = {}
    grid = tab_named(book, CHECKS)
    if grid is None:
        return found
    for number, row in enumerate(grid.rows):
        names = [normal(value) if isinstance(value, str) else "" for value in row]
        if "keep" in names and "key" in names:
            keep, key = names.index("keep"), names.index("key")
            for below in range(number + 1, len(grid.rows)):
                choice, which = grid.at(below, keep), grid.at(below, key)
                if isinstance(choice, str) and isinstance(which, str) and " #" in which:
                    if normal(choice) == "sheet":
                        found[which] = "sheet"
                    elif normal(choice) == "register":
                        found[which] = "register"
            break
    return found


def set_down(book: Book) -> list[Finding]:
    """Returns a finding for each row of the tab that keeps edits which could not be put back (see
    `workbook.google.repair`)."""
    grid = tab_named(book, KEPT_EDITS)
    found = []
    for row in range(1, len(grid.rows) if grid else 0):
        assert grid is not None
        tab, heading, typed = (grid.at(row, column) for column in range(3))
        if typed is not None:
            values = (("heading", str(heading or "")), ("tab", str(tab or "")))
            found.append(Finding("edit-set-down", "", str(row), "", values, grid.tab, row, 2))
    return found


def tab_named(book: Book, name: str) -> Grid | None:
    """Returns the tab with this name; case and spaces do not matter. Returns None if there is
    none."""
    return next((grid for grid in book.grids if normal(grid.tab) == normal(name)), None)


def shows(grid: Grid | None, page: ToolTab) -> bool:
    """Whether a tab already shows the same as `page`, so that no write is needed."""
    if grid is None:
        return False
    height = max(len(grid.rows), len(page.rows))
    for number in range(height):
        cells = page.rows[number] if number < len(page.rows) else ()
        width = max(len(cells), len(grid.rows[number]) if number < len(grid.rows) else 0)
        for column in range(width):
            wanted = cells[column].value if column < len(cells) else None
            if _plain(grid.at(number, column)) != _plain(wanted):
                return False
    return True


def _plain(value: Value | Decimal) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int | Decimal) and not isinstance(value, bool):
        return (
            format(Decimal(format(value, ".15g")).normalize(), "f")
            if isinstance(value, float)
            else _short(value)
        )
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def _short(value: int | Decimal) -> str:
    return format(Decimal(value).normalize() + 0, "f")


def conflict_finding(conflict: Conflict) -> Finding:
    """Returns the finding about a conflict. It never quotes free text. The sync finds its cell
    later."""
    table = BY_NAME[conflict.table]
    field = conflict.fields[0][0] if conflict.fields else ""
    if conflict.kind == "removed in sheet":
        return Finding("conflict-removed-here", conflict.table, conflict.id)
    if conflict.kind == "removed in register":
        return Finding("conflict-removed-there", conflict.table, conflict.id)
    heading = " and ".join(table.column(name).heading for name, _, _ in conflict.fields)
    sheet, register = (
        ", ".join(
            (
                "another text"
                if each[side] and table.column(each[0]).kind in ("text", "link")
                else each[side] or "nothing"
            )
            for each in conflict.fields
        )
        for side in (1, 2)
    )
    if conflict.kind == "protected":
        return Finding(
            "cell-protected", conflict.table, conflict.id, field, (("register", register),)
        )
    values = (("heading", heading), ("sheet", sheet), ("register", register))
    return Finding("conflict", conflict.table, conflict.id, field, values)
