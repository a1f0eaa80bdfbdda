"""Describes a block (one table of people in a tab) as one of our tables: budget lines, spending
or income. The description is a `Shape`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Shape, Sign
from budgettrack.setup.adopt.block_dates import BlockDates, dates_of, days_of_tab
from budgettrack.setup.adopt.columns import (
    FieldColumns,
    amount_of,
    figures_of,
    has_dates_once,
    is_typed_once,
    named_by,
    texts_of,
)
from budgettrack.setup.adopt.currency import (
    currency_of_amount,
    names_several,
    rows_of_one_currency,
)
from budgettrack.setup.adopt.paid import paid_rows
from budgettrack.setup.adopt.people import HiddenTabs, name_of_tab
from budgettrack.setup.adopt.period_columns import (
    PeriodColumns,
    bare_periods,
    last_day_of,
    period_columns,
    texts_above,
)
from budgettrack.setup.adopt.plan import PlanDays
from budgettrack.setup.adopt.questions import Question, day_question, grant_question
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.ways import SpentRows


class BookOutline(Struct, frozen=True):
    """What is known about a workbook as a whole, before its blocks are read.

    `currency`: the currency of an amount that has no other. `answers`: the answers that are
    known, by question."""

    seen: SeenBook
    plan: PlanDays
    today: date
    currency: str
    tabs: HiddenTabs
    answers: Mapping[str, str]

    def currency_in(self, block: SheetBlock, amount: SeenColumn) -> dict[str, str]:
        """Returns the currency of a column of amounts: the currency in the heading of the column
        or in the text above, or else that of the workbook. Empty if the cells of the column name
        several currencies."""
        if names_several(self.seen.values(block, amount), self.seen.locale):
            return {}
        above = " ".join(texts_above(self.seen.grid(block), block, amount))
        of_above = currency_of_amount(above, self.seen.locale, self.currency)
        return {"currency": currency_of_amount(amount.heading, self.seen.locale, of_above)}

    def dates_of(self, block: SheetBlock) -> BlockDates | None:
        """Returns how the dates in a block are written. Returns None if it has none."""
        return dates_of(self.seen, block, self.plan.start.year)

    def periods_of(self, block: SheetBlock) -> PeriodColumns:
        """Returns the columns of a block that have planned or actual amounts by period."""
        return period_columns(self.seen, block, (self.plan.start, self.plan.end))

    def bare_periods_of(self, block: SheetBlock) -> Mapping[str, SeenColumn]:
        """Returns the columns of a block that have only a period as their heading, such as `Jan
        2026`."""
        return bare_periods(self.seen, block, (self.plan.start, self.plan.end))

    def day_in(self, period: str) -> str:
        """Returns the last day of a period, or today if the period has not ended."""
        return last_day_of(period, self.today).isoformat()

    def days_of_tab(self, block: SheetBlock) -> tuple[date, date] | None:
        """Returns the first and the last day of the month in the name of a block's tab, such as
        `Jan 2026`. Returns None if the name has no month."""
        return days_of_tab(self.seen.grid(block).tab, self.plan.start.year, self.seen.locale)


class TableCandidate(Struct, frozen=True):
    """A block that may be read as one of our tables.

    `is_known`: whether a heading says that it has amounts. `asked`: the questions that were
    asked about the table. `columns`: the columns that are read."""

    table: str
    block: SheetBlock
    shape: Shape
    is_known: bool = True
    asked: tuple[Question, ...] = ()
    columns: tuple[SeenColumn, ...] = ()

    @property
    def is_dated(self) -> bool:
        return "date" not in self.shape.constant


def lines(
    outline: BookOutline,
    block: SheetBlock,
    amount: SeenColumn | None,
    rows: SpentRows,
    periods: Mapping[str, SeenColumn] = {},
) -> TableCandidate:
    """Returns a block as budget lines. `amount` is None if it has amounts only by month.

    `periods`: the columns of months and longer periods, if their headings alone do not show it."""
    fields = _texts_of(outline, block, "budget")
    if not rows.where:
        rows = replace(rows, where=rows_of_one_currency(outline.seen, block))
    if amount is not None:
        fields["amount"] = amount
        for meaning in ("quantity", "unit_cost"):
            column = figures_of(block, meaning)
            if column is not None and column.index != amount.index:
                fields[meaning] = column
    if "grant" in fields:
        return _candidate(outline, "budget", block, fields, {}, rows, periods=periods)
    main = amount_of(block, ("planned", "total", "amount"))
    question = grant_question(outline.seen.example(block, main))
    constant = {"grant": question.answer(outline.answers)}
    asked = (question,)
    return _candidate(
        outline, "budget", block, fields, constant, rows, asked=asked, periods=periods
    )


def spent(
    outline: BookOutline,
    block: SheetBlock,
    amount: SeenColumn,
    rows: SpentRows,
    *,
    sign: Sign = "",
    of_line: bool = False,
    day: str = "",
) -> TableCandidate:
    """Returns a block as spending. `of_line`: whether its rows are budget lines. `day`: the day
    of all its amounts, if it is known."""
    fields = {**_texts_of(outline, block, "expenses"), "amount": amount}
    if of_line and "description" in fields:
        fields["budget_line"] = fields["description"]
    constant = {} if "state" in fields else {"state": "paid"}
    if "state" not in fields and not rows.where:
        paid = paid_rows(outline.seen, block)
        rows = replace(rows, where=paid.where, others=paid.others)
    asked: tuple[Question, ...] = ()
    if day:
        constant["date"] = day
    elif outline.dates_of(block) is None:
        constant["date"], asked = _day(outline, block)
    _without_other_currency(outline, amount, fields)
    if fields.keys().isdisjoint(("currency", "budget_line", "grant")):
        constant |= outline.currency_in(block, amount)
    return _candidate(
        outline,
        "expenses",
        block,
        fields,
        constant,
        rows,
        sign=sign,
        asked=asked,
        is_told=bool(day),
    )


def received(
    outline: BookOutline,
    block: SheetBlock,
    amount: SeenColumn,
    rows: SpentRows | None = None,
    *,
    sign: Sign = "",
    planned: bool = False,
    day: str = "",
) -> TableCandidate:
    """Returns a block as income. `planned`: if it has no dates, whether the money is only
    expected. `day`: the day of all its amounts, if it is known."""
    fields = {**_texts_of(outline, block, "income"), "amount": amount}
    constant = {"kind": "donation"}
    if planned:
        fields.pop("state", None)
    if "state" not in fields:
        constant = {"state": "expected" if planned else "received", **constant}
    asked: tuple[Question, ...] = ()
    if day:
        constant["date"] = day
    elif outline.dates_of(block) is None:
        start = outline.plan.start.isoformat()
        constant["date"], asked = (start, ()) if planned else _day(outline, block)
    _without_other_currency(outline, amount, fields)
    if fields.keys().isdisjoint(("currency", "grant")):
        constant |= outline.currency_in(block, amount)
    return _candidate(
        outline,
        "income",
        block,
        fields,
        constant,
        rows or SpentRows(),
        sign=sign,
        asked=asked,
        is_told=bool(day),
    )


def _without_other_currency(outline: BookOutline, amount: SeenColumn, fields: FieldColumns) -> None:
    """Removes the column of currencies from the fields if the heading of the amount names a
    currency. Example: `Currency` has the currency in which something was paid, but `Amount EUR` has
    the amount in euros."""
    if currency_of_amount(amount.heading, outline.seen.locale, ""):
        fields.pop("currency", None)


def _candidate(
    outline: BookOutline,
    table: str,
    block: SheetBlock,
    fields: FieldColumns,
    constant: Mapping[str, str],
    rows: SpentRows,
    *,
    sign: Sign = "",
    asked: tuple[Question, ...] = (),
    periods: Mapping[str, SeenColumn] = {},
    is_told: bool = False,
) -> TableCandidate:
    dates = BlockDates() if table == "budget" else outline.dates_of(block) or BlockDates()
    grid = outline.seen.grid(block)
    known = fields if dates.column is None else {**fields, "date": dates.column}
    headings, columns = named_by(grid, block, known)
    needs_row = not block.is_single or block.heading_row >= 10 or not headings
    shape = Shape(
        name_of_tab(grid.tab, block.place, outline.tabs.hidden),
        block.heading_row + 1 if needs_row else None,
        headings,
        rows.where,
        ("amount",) if rows.turned else (),
        constant,
        days=(outline.plan.start, outline.plan.end),
        columns=columns,
        after=block.begins_with,
        until=block.ends_with,
        fill_down=(
            *(("category",) if is_typed_once(grid, block, fields, periods) else ()),
            *(("date",) if has_dates_once(grid, block, dates.column, fields) else ()),
        ),
        amounts=sign,
        year=dates.year,
        dates=dates.form,
        date_parts=dates.parts,
        periods={name: letters(column.index) for name, column in periods.items()},
        where_not=rows.others,
    )
    if block.place in outline.tabs.doubtful:
        asked = (*asked, *outline.tabs.asked)
    amount = fields.get("amount")
    # Months below a heading `Actual` are known to be spent, too.
    is_known = amount is None or bool(amount.meanings) or is_told
    read_columns = (*known.values(), *periods.values())
    return TableCandidate(table, block, shape, is_known, asked, read_columns)


def _texts_of(outline: BookOutline, block: SheetBlock, table: str) -> FieldColumns:
    return texts_of(outline.seen, block, table, outline.plan.start.year)


def _day(outline: BookOutline, block: SheetBlock) -> tuple[str, tuple[Question, ...]]:
    """Returns the day for amounts without a date, and the questions that were asked about it.

    If the name of the tab has a month (`Jan 2026`), the day is the end of that month, otherwise the
    end of last month. It is never outside the plan."""
    days = outline.days_of_tab(block)
    if days is not None:
        return days[1].isoformat(), ()
    ended = outline.today.replace(day=1) - timedelta(days=1)
    default = max(outline.plan.start, min(ended, outline.plan.end)).isoformat()
    question = day_question(default)
    reading = read(question.answer(outline.answers), "date", outline.seen.locale)
    return reading if isinstance(reading, str) and reading else default, (question,)
