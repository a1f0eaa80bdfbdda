"""Writes the summary for a funder as a workbook.

Totals, variances and shares are formulas. The value of each formula is stored beside it, so a
program that does not calculate shows the same figures as a spreadsheet program."""

from __future__ import annotations

import io
import itertools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from budgettrack.core.base.money import decimal, digits
from budgettrack.core.counting.together import Together
from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.funder_types import FunderLine, FunderView, Group
from budgettrack.reports.base import formats
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import left_out
from budgettrack.reports.base.xlsx import CELL, CREATED, HEAD, NAMES, OPTIONS
from budgettrack.reports.funder.budget import group_name
from budgettrack.reports.funder.columns import (
    SummaryColumn,
    columns,
    is_said,
    text,
    text_above_lines,
    text_of_group,
)
from budgettrack.reports.funder.glance import covered
from budgettrack.reports.funder.groups import fee_pair, share_headings, share_rows, where_rows
from budgettrack.reports.funder.money import adjusted_days
from budgettrack.reports.funder.wanting import missing
from budgettrack.version import PROGRAM


def workbook(
    view: FunderView, w: Words, *, final: date | None = None, draft: bool = True, paper: str = "a4"
) -> bytes:
    """Returns the workbook of a summary. The same view gives the same bytes.

    Its tabs are the budget, the meaning of each column, the cash, the expenses (if the profile
    asks for them), the adjustments (if figures have changed since they were reported), and in a
    draft the list of what is missing. The tabs are protected without a
    password, only against accidents."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    title = f"{view.grant.title or view.grant.id}, {covered(view, w)}"
    book.set_properties(
        {
            "title": title[:200],
            "author": view.organisation[:200],
            "created": CREATED,
            "comments": PROGRAM,
        }
    )
    tabs = _Book(book, view, w, title, paper)
    tabs.budget(final, draft=draft)
    if view.together is not None:
        tabs.groups()
    tabs.about()
    tabs.cash()
    if view.expenses:
        tabs.expenses()
    if view.adjustments:
        tabs.adjustments()
    if final is None and draft:
        tabs.missing()
    book.close()
    return stream.getvalue()


def pattern(currency: str) -> str:
    """Returns the number format for amounts in a currency."""
    places = digits(currency)
    return "#,##0" + ("." + "0" * places if places else "")


READABLE = 0.75
"""The smallest scale of a wide table on paper: letters of 10 points are then 7.5 points high. If a
table needs a smaller scale, it is printed on several pages side by side."""

ROOM = 0.82
"""The share of a page's width that is filled if a table is on pages side by side. On a computer
without the usual fonts, columns are a fifth wider, and no column may move onto a page of its own.
"""

LETTERS = 1.1
"""As many characters of a text fit into the width of one digit."""

LINE = 14
"""The height of a line of text, in points. Letters have 10 points."""

MARGIN = 0.4
"""The left and right margin of a page in inches."""


def _inches(wide: float) -> float:
    """Returns the width of a column on paper. `wide` is its width in digits."""
    return (wide * 7 + 5) / 96


def _longest(words: str) -> int:
    """Returns the length of the longest word, which must not be broken."""
    return max(map(len, words.split()), default=0)


def _widest(widths: Sequence[float], breaks: Sequence[int]) -> float:
    """Returns the width of the widest of the pages side by side."""
    starts, ends = [0, *breaks], [*breaks, len(widths)]
    return max(
        sum(widths[start:end]) + (widths[0] if start else 0)
        for start, end in zip(starts, ends, strict=True)
    )


def pages_across(widths: Sequence[float], room: float) -> list[int]:
    """Returns the numbers of columns after which a new page begins. Returns [] if all columns fit
    on one page. `widths` has the widths of the columns, `room` is the width of the page.

    The first column is repeated on every page, and the columns of names stay together with at least
    one figure. There are as few pages as can be read, of widths as equal as possible."""
    breaks: Sequence[int] = []
    for pages in range(1, len(widths) - NAMES + 1):
        places = itertools.combinations(range(NAMES + 1, len(widths)), pages - 1)
        breaks = min(places, key=lambda each: _widest(widths, each))
        if _widest(widths, breaks) * READABLE <= (room if pages == 1 else room * ROOM):
            break
    return list(breaks)


class _Book:
    """Writes the tabs of one summary."""

    def __init__(self, book: Any, view: FunderView, w: Words, title: str, paper: str) -> None:
        self._book, self._view, self._w, self._title, self._paper = book, view, w, title, paper
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        # A text column is left out if all its cells would be blank.
        self._columns = [
            column
            for column in (columns(w)[name] for name in view.profile.columns)
            if column.kind != "text" or is_said(column, view.groups, w)
        ]
        self._wide: list[float] = []
        self._breaks: list[int] = []
        self._away = {"align": "right" if w.right_to_left else "left", "indent": 1}
        self._at = {column.name: NAMES + index for index, column in enumerate(self._columns)}

    def _format(self, **values: object) -> Any:
        """Returns a cell format. Equal formats share one object."""
        values = {"font_name": "Arial", "font_size": 10, "valign": "top", **values}
        if self._w.right_to_left:
            values = {**values, "reading_order": 2}
        key = tuple(sorted(values.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(values)
        return self._formats[key]

    def _sheet(self, name: str, *, landscape: bool = False) -> Any:
        """Adds a tab with the page setup and the protection that all tabs have."""
        sheet = self._book.add_worksheet(name[:31].translate(str.maketrans("[]:*?/\\", "-------")))
        if self._w.right_to_left:
            sheet.right_to_left()
        sheet.set_paper(1 if self._paper == "letter" else 9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(MARGIN, MARGIN, 0.6, 0.6)
        sheet.set_footer("&L&A&R&P / &N")
        # The protection of the tab is only against accidents.
        # The protection has no password, and readers may change widths, heights and filters.
        sheet.protect(
            "",
            {"format_columns": True, "format_rows": True, "format_cells": True, "autofilter": True},
        )
        return sheet

    def _text(self, sheet: Any, row: int, column: int, words: str, **values: object) -> None:
        """Writes a text into a cell."""
        sheet.write_string(row, column, words[:CELL], self._format(**values))

    def _money(
        self, sheet: Any, row: int, column: int, units: int, currency: str, **values: object
    ) -> None:
        """Writes an amount in minor units into a cell."""
        sheet.write_number(
            row,
            column,
            Decimal(decimal(units, currency)),
            self._format(num_format=pattern(currency), **values),
        )

    def _top(
        self, sheet: Any, heading: str, lines: Sequence[str], across: tuple[int, int] = (0, 0)
    ) -> None:
        """Writes the title of a tab and the lines under it. `across`: the first and the last column
        of the first page. A long line is wrapped at the end of the page, so that it is not cut off.
        """
        first, last = across
        sheet.set_row(0, 20)
        self._text(sheet, 0, first, heading, bold=True, font_size=14)
        for row, line in enumerate(lines, 1):
            if line and last > first:
                how = self._format(text_wrap=True)
                sheet.merge_range(row, first, row, last, line[:CELL], how)
                wide = int(sum(self._wide[first : last + 1]) * LETTERS)
                sheet.set_row(row, len(textwrap.wrap(line, wide)) * LINE)
            else:
                self._text(sheet, row, first, line)

    def _heads(
        self, sheet: Any, row: int, heads: Sequence[tuple[str, float]], numbers: Sequence[int]
    ) -> None:
        """Writes the header row, which is frozen and repeated on every printed page. `numbers` has
        the columns of numbers: their headings are aligned to the right."""
        lines = max(len(textwrap.wrap(words, int(wide))) for words, wide in heads)
        sheet.set_row(row, (lines * LINE) + 3)
        for column, (words, wide) in enumerate(heads):
            sheet.set_column(column, column, wide)
            self._text(
                sheet,
                row,
                column,
                words,
                bold=True,
                text_wrap=True,
                bottom=2,
                bg_color="#E4EFED",
                valign="bottom",
                **({"align": "right"} if column in numbers else {}),
                **(self._away if column - 1 in numbers and column not in numbers else {}),
            )
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def budget(self, final: date | None, *, draft: bool) -> None:
        """Writes the tab of budget lines in their groups. Totals, variances and shares are
        formulas."""
        view, w = self._view, self._w
        sheet = self._sheet(w.say("Budget"), landscape=True)
        state = self._state(final, draft)
        notes = [state] + ([left_out(view.left_out, w)] if view.left_out else [])
        whose = (
            f"{view.organisation} → {view.grant.funder} · {view.grant.id}"
            f" {view.grant.agreement_reference}".strip()
        )
        period = w.say(
            "{grant}. Period {period}; figures to the end of {day}. All amounts are in {currency}.",
            grant=view.grant.title or view.grant.id,
            period=formats.days(*view.period, w.at),
            day=formats.day(view.until, w.at),
            currency=view.currency,
        )
        heads = self._widths()
        self._wide = [wide for _, wide in heads]
        self._on_paper(sheet)
        # If the budget is printed on pages side by side, the first column is on every page.
        # A title in the first column would be repeated and cut off, so it is in the second one.
        first = 1 if self._breaks else 0
        across = (first, (self._breaks or [len(heads)])[0] - 1)
        self._top(sheet, self._title, [whose, period, " ".join(notes)], across)
        heads = [(words, wide) for (words, _), wide in zip(heads, self._wide, strict=True)]
        numbers = [self._at[column.name] for column in self._columns if column.kind != "text"]
        self._heads(sheet, HEAD, heads, numbers)
        row = HEAD + 1
        summed: dict[str, list[int]] = {}
        parts: list[int] = []
        for group in view.groups:
            code = group.code or group.name
            if group.kind == "sum":
                rows = [index for other in self._parts(code) for index in summed.get(other, [])]
                self._row(sheet, row, group_name(group, view, w), group.sums, bold=True)
                self._sums(sheet, row, rows, group.sums, bold=True)
                summed[code] = [row]
                row += 1
                continue
            summed[code] = [row]
            parts.append(row)
            row = self._group(sheet, row, group)
        self._row(sheet, row, w.say("Total"), view.total, bold=True, top=1)
        self._sums(sheet, row, parts, view.total, bold=True, top=1)
        sheet.print_area(0, 0, row, NAMES + len(self._columns) - 1)

    def _widths(self) -> list[tuple[str, float]]:
        """Returns the headings of the budget with their widths. A width is no larger than needed,
        so that much fits on a page, and no word is broken."""
        view, w = self._view, self._w
        names = (w.say("Budget line"), w.say("Activity"), w.say("Description"))
        ids = [len(line.id) for line in view.lines]
        activities = [word for line in view.lines for word in line.activity.split()]
        heads = [
            (names[0], max(_longest(names[0]), _longest(w.say("Total")), *ids) + 2.0),
            (names[1], max(_longest(names[1]), *map(len, activities), 0) + 1.5),
            (names[2], 30.0),
        ]
        for column in self._columns:
            wide = {"text": 9, "share": 7, "money": 9}[column.kind]
            if column.name == "explanation":
                wide = 36
            elif column.kind == "money":
                wide = max(wide, *map(len, self._printed(column)))
            heads.append((column.heading, max(wide, _longest(column.heading)) + 1.5))
        return heads

    def _printed(self, column: SummaryColumn) -> Iterator[str]:
        """Yields the amounts of a column as they are shown, with their separators."""
        view = self._view
        sums_of_parts = [*(each.sums for each in view.groups), *(each.sums for each in view.lines)]
        for sums in (view.total, *sums_of_parts):
            yield f"{Decimal(decimal(int(column.value(sums) or 0), view.currency)):,}"

    def _on_paper(self, sheet: Any) -> None:
        """Sets how the budget is printed: one page wide, or, if its letters would be too small, on
        pages side by side."""
        inches = [_inches(wide) for wide in self._wide]
        room = (11 if self._paper == "letter" else 11.69) - 2 * MARGIN
        self._breaks = breaks = pages_across(inches, room)
        if not breaks:
            return
        # On pages side by side, the names of groups have only their own column.
        # No word in the name of a group is broken.
        groups = [_longest(group_name(group, self._view, self._w)) for group in self._view.groups]
        self._wide[0] = max(self._wide[0], *(letters + 1.5 for letters in groups))
        inches[0] = _inches(self._wide[0])
        sheet.set_print_scale(min(100, int(room * ROOM / _widest(inches, breaks) * 100)))
        sheet.set_v_pagebreaks(breaks)
        sheet.repeat_columns(0)
        sheet.print_across()

    def _state(self, final: date | None, draft: bool) -> str:
        """Returns a text that says whether the summary is final or a draft. Returns "" if the
        summary is neither."""
        w = self._w
        if final is not None:
            day = formats.day(final, w.at)
            return w.say("Final. These figures were reported on {day}.", day=day)
        if draft:
            return w.say(
                "Draft: not for the funder yet. The final one has no list for the treasurer."
            )
        return ""

    def _parts(self, code: str) -> Sequence[str]:
        """Returns the codes of the categories whose sum is a category of the funder's form. Returns
        an empty list if the category is no such sum."""
        categories = self._view.profile.category
        return next(
            category.sum for category in categories if (category.code or category.name) == code
        )

    def _group(self, sheet: Any, row: int, group: Group) -> int:
        """Writes a group and, if the funder asks for lines, its lines. Returns the number of the
        next row."""
        view, lines = self._view, group.lines
        name = group_name(group, view, self._w)
        if view.profile.detail == "categories" or group.kind == "unbudgeted" or not lines:
            self._row(sheet, row, name, group.sums, said=self._said(group))
            self._given(sheet, row, group.sums)
            return row + 1
        band: dict[str, Any] = {"bold": True, "bg_color": "#F1F1EC"}
        after = row + 1 + len(lines)
        said = {
            column.name: text_above_lines(column, group, self._w)
            for column in self._columns
            if column.kind == "text"
        }
        self._row(sheet, row, name, group.sums, said=said, **band)
        self._sums(sheet, row, range(row + 1, after), group.sums, **band)
        for index, line in enumerate(lines, row + 1):
            self._line(sheet, index, line)
        return after

    def _said(self, group: Group) -> Mapping[str, str]:
        """Returns the texts of a group by column. Each is made of the texts of all its lines."""
        return {
            column.name: text_of_group(column, group, self._w)
            for column in self._columns
            if column.kind == "text"
        }

    def _line(self, sheet: Any, row: int, line: FunderLine) -> None:
        """Writes the row of a budget line."""
        texts = {
            column.name: text(column, line, self._w)
            for column in self._columns
            if column.kind == "text"
        }
        self._row(sheet, row, line.id, line.sums, line.activity, line.description, said=texts)
        self._given(sheet, row, line.sums)

    def _row(
        self,
        sheet: Any,
        row: int,
        name: str,
        sums: Sums,
        activity: str = "",
        description: str = "",
        said: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        """Writes the texts of a row, and the columns that are computed from other columns."""
        texts = {0: name, 1: activity, 2: description}
        texts |= {
            self._at[column.name]: (said or {}).get(column.name, "")
            for column in self._columns
            if column.kind == "text"
        }
        # The name of a group runs on over the two blank cells beside it.
        # But if pages stand side by side, only the column of the name is repeated.
        if not (activity or description or self._breaks):
            self._text(sheet, row, 0, texts.pop(0), **values)
        for place, words in texts.items():
            if words:
                # A text beside a number is indented, so that the two do not touch.
                away = self._away if place >= NAMES else {}
                self._text(sheet, row, place, words, text_wrap=True, **away, **values)
            else:
                sheet.write_blank(row, place, None, self._format(**values))
        lines = max(
            len(textwrap.wrap(words, int(self._wide[place] * LETTERS)))
            for place, words in texts.items()
        )
        if lines > 1:
            sheet.set_row(row, lines * LINE)
        for column in self._columns:
            if column.formula is not None:
                self._worked_out(sheet, row, column, sums, **values)

    def _worked_out(
        self, sheet: Any, row: int, column: SummaryColumn, sums: Sums, **values: object
    ) -> None:
        """Writes a calculated column: a formula if the columns that it needs are in the tab,
        otherwise the value."""
        assert column.formula is not None
        one, sign, other = column.formula
        value = column.value(sums)
        at = self._at[column.name]
        names = [one, other, *(["committed"] if column.name == "available" else [])]
        live = all(name in self._at for name in names)
        places = digits(self._view.currency)
        if sign == "/":
            style = self._format(num_format="0.0%", **values)
            formula = None
            if live:
                top, base = cell(row, self._at[one]), cell(row, self._at[other])
                formula = f'=IF({base}=0,"",{top}/{base})'
            _write_share(sheet, row, at, formula, value, style)
            return
        style = self._format(num_format=pattern(self._view.currency), **values)
        stored = Decimal(decimal(int(value or 0), self._view.currency))
        if live:
            # A spreadsheet calculates 0.3 - 0.1 as 0.19999....
            # So the formula rounds to the decimals of the currency.
            terms = "-".join(cell(row, self._at[name]) for name in names)
            sheet.write_formula(row, at, f"=ROUND({terms},{places})", style, stored)
        else:
            sheet.write_number(row, at, stored, style)

    def _given(self, sheet: Any, row: int, sums: Sums) -> None:
        """Writes those amounts of a row that are taken from the books and not calculated."""
        for column in self._columns:
            if column.kind == "money" and column.formula is None:
                units = column.value(sums)
                if units is not None:
                    self._money(sheet, row, self._at[column.name], int(units), self._view.currency)

    def _sums(
        self, sheet: Any, row: int, rows: Sequence[int], sums: Sums, **values: object
    ) -> None:
        """Writes a row of sums: each column is the sum of the rows `rows`."""
        currency = self._view.currency
        how = self._format(num_format=pattern(currency), **values)
        for column in self._columns:
            if column.kind != "money" or column.formula is not None:
                continue
            at, units = self._at[column.name], column.value(sums)
            if units is None:
                sheet.write_blank(row, at, None, how)
                continue
            if not rows:
                formula = "=0"
            elif len(rows) == rows[-1] - rows[0] + 1:
                formula = (
                    f"=ROUND(SUM({cell(rows[0], at)}:{cell(rows[-1], at)}),{digits(currency)})"
                )
            else:
                formula = (
                    f"=ROUND({'+'.join(cell(index, at) for index in rows)},{digits(currency)})"
                )
            sheet.write_formula(row, at, formula, how, Decimal(decimal(int(units), currency)))

    def about(self) -> None:
        """Writes the tab that explains each column."""
        w = self._w
        sheet = self._sheet(w.say("Columns"))
        self._top(sheet, w.say("What each column means"), [])
        self._heads(sheet, 2, [(w.say("Column"), 26), (w.say("What it means"), 80)], [])
        for row, column in enumerate(self._columns, 3):
            self._text(sheet, row, 0, column.heading, bold=True)
            self._text(sheet, row, 1, column.about, text_wrap=True)

    def cash(self) -> None:
        """Writes the tab of the grant's cash, in the grant's currency."""
        view, w, cash = self._view, self._w, self._view.cash
        sheet, currency = self._sheet(w.say("Cash")), view.grant.currency
        to = w.say(
            "In {currency}, to the end of {month}",
            currency=currency,
            month=formats.month(view.month, w.at),
        )
        self._top(sheet, w.say("Cash position"), [to])
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 18)
        if view.together is not None:
            self._where(sheet, view.together)
            return
        rows = (
            (w.say("Received"), cash.received),
            (w.say("Returned to the funder"), -cash.returned),
            (w.say("Spent"), -cash.spent),
            (w.say("Host fee"), -cash.host_fee),
        )
        for row, (words, units) in enumerate(rows, 3):
            self._text(sheet, row, 0, words)
            self._money(sheet, row, 1, units, currency)
        self._text(sheet, 7, 0, w.say("Balance held"), bold=True, top=1)
        how = self._format(bold=True, top=1, num_format=pattern(currency))
        sheet.write_formula(
            7,
            1,
            f"=ROUND(SUM(B4:B7),{digits(currency)})",
            how,
            Decimal(decimal(cash.balance, currency)),
        )
        self._text(sheet, 8, 0, w.say("Still to receive"))
        self._money(sheet, 8, 1, cash.still_to_receive, currency)
        sheet.freeze_panes(3, 1)
        sheet.print_area(0, 0, 8, 1)

    def _where(self, sheet: Any, together: Together) -> None:
        """Writes where the received money is. The last row is the sum of the others."""
        w, currency = self._w, self._view.grant.currency
        *rows, (total, units, _) = where_rows(together, w)
        for row, (words, part, _) in enumerate(rows, 3):
            self._text(sheet, row, 0, words)
            self._money(sheet, row, 1, part, currency)
        last = 3 + len(rows)
        self._text(sheet, last, 0, total, bold=True, top=1)
        how = self._format(bold=True, top=1, num_format=pattern(currency))
        formula = f"=ROUND(SUM(B4:B{last}),{digits(currency)})"
        sheet.write_formula(last, 1, formula, how, Decimal(decimal(units, currency)))
        if together.fees:
            self._text(sheet, last + 2, 0, fee_pair(self._view, w), text_wrap=True)
        sheet.freeze_panes(3, 1)
        sheet.print_area(0, 0, last + 2, 1)

    def groups(self) -> None:
        """Writes the tab of what groups and we ourselves spent."""
        view, w, currency = self._view, self._w, self._view.grant.currency
        sheet = self._sheet(w.say("Groups"))
        self._top(sheet, w.say("Money handed on to groups"), [])
        heads = [
            (words, 26 if not column else 16) for column, words in enumerate(share_headings(w))
        ]
        self._heads(sheet, 2, heads, [1, 2, 3, 4, 5])
        rows = share_rows(view, w)
        for row, ((name, *units, used), kind) in enumerate(rows, 3):
            style: dict[str, Any] = {"bold": True, "top": 1} if kind == "total" else {}
            self._text(sheet, row, 0, name, **style)
            for column, amount in enumerate(units, 1):
                if amount is None:
                    sheet.write_blank(row, column, None, self._format(**style))
                elif kind == "total":
                    at = cell(3, column), cell(row - 1, column)
                    how = self._format(num_format=pattern(currency), **style)
                    formula = f"=ROUND(SUM({at[0]}:{at[1]}),{digits(currency)})"
                    sheet.write_formula(
                        row, column, formula, how, Decimal(decimal(amount, currency))
                    )
                else:
                    self._money(sheet, row, column, amount, currency)
            share = None if used is None else Decimal(used) / 100
            _write_share(sheet, row, 5, None, share, self._format(num_format="0.0%", **style))
        sheet.print_area(0, 0, 2 + len(rows), 5)

    def expenses(self) -> None:
        """Writes the tab of the expenses in the period, without payees."""
        view, w = self._view, self._w
        sheet = self._sheet(w.say("Expenses"))
        self._top(sheet, w.say("Expenses of the period"), [])
        heads = [
            (w.say("Expense"), 12), (w.say("Paid on"), 12), (w.say("Budget line"), 12),
            (w.say("State"), 12),
            (w.say("Amount"), 14), (w.say("Currency"), 10), (w.say("In {currency}",
            currency=view.currency), 14),
        ]  # fmt: skip
        self._heads(sheet, 2, heads, [4, 6])
        how = self._format(num_format="yyyy-mm-dd", align="left")
        for row, expense in enumerate(view.expenses, 3):
            for column, words in (
                (0, expense.id),
                (2, expense.line),
                (3, w.term(expense.state)),
                (5, expense.currency),
            ):
                self._text(sheet, row, column, words)
            day = expense.day
            sheet.write_datetime(row, 1, datetime(day.year, day.month, day.day), how)  # noqa: DTZ001
            self._money(sheet, row, 4, expense.amount, expense.currency)
            if expense.units is not None:
                self._money(sheet, row, 6, expense.units, view.currency)
        last = 3 + len(view.expenses)
        self._text(sheet, last, 0, w.say("Total"), bold=True, top=1)
        for column in range(1, 6):
            self._text(sheet, last, column, "", bold=True, top=1)
        total = sum(expense.units or 0 for expense in view.expenses)
        how = self._format(bold=True, top=1, num_format=pattern(view.currency))
        formula = f"=ROUND(SUM(G4:G{last}),{digits(view.currency)})"
        sheet.write_formula(last, 6, formula, how, Decimal(decimal(total, view.currency)))
        sheet.print_area(0, 0, last, 6)

    def adjustments(self) -> None:
        """Writes the tab of the figures that have changed since they were reported."""
        view, w = self._view, self._w
        sheet = self._sheet(w.say("Adjustments"))
        note = w.say(
            "Spent, in {currency}. Figures to date in this summary include the adjustments.",
            currency=view.currency,
        )
        self._top(sheet, w.say("Changed since they were reported"), [note])
        heads = [
            (w.say("Budget line"), 24.0),
            (w.say("Period"), 30.0),
            (w.say("As reported"), 14.0),
            (w.say("Now"), 14.0),
            (w.say("Adjustment"), 14.0),
        ]
        self._heads(sheet, 3, heads, [2, 3, 4])
        money = {"num_format": pattern(view.currency)}
        places = digits(view.currency)
        for row, each in enumerate(view.adjustments, 4):
            name = each.name or w.say("Spent outside the budget lines")
            self._text(sheet, row, 0, name, text_wrap=True)
            self._text(sheet, row, 1, adjusted_days(each, w), text_wrap=True)
            self._money(sheet, row, 2, each.was, view.currency)
            self._money(sheet, row, 3, each.now, view.currency)
            formula = f"=ROUND({cell(row, 3)}-{cell(row, 2)},{places})"
            value = Decimal(decimal(each.now - each.was, view.currency))
            sheet.write_formula(row, 4, formula, self._format(**money), value)
        last = 4 + len(view.adjustments)
        self._text(sheet, last, 0, w.say("Total"), bold=True, top=1)
        for column in range(1, 4):
            self._text(sheet, last, column, "", bold=True, top=1)
        total = sum(each.now - each.was for each in view.adjustments)
        formula = f"=ROUND(SUM({cell(4, 4)}:{cell(last - 1, 4)}),{places})"
        how = self._format(bold=True, top=1, **money)
        sheet.write_formula(last, 4, formula, how, Decimal(decimal(total, view.currency)))
        sheet.print_area(0, 0, last, 4)

    def missing(self) -> None:
        """Writes the tab for the treasurer: what must be filled in before the summary may be
        sent."""
        w = self._w
        sheet = self._sheet(w.say("Before sending"))
        self._top(sheet, w.say("For the treasurer: what is missing before this may be sent"), [])
        sheet.set_column(0, 0, 100)
        lines = missing(self._view, w) or [w.say("Nothing: it can be made final.")]
        for row, line in enumerate(lines, 2):
            self._text(sheet, row, 0, line, text_wrap=True)


def _write_share(
    sheet: Any, row: int, column: int, formula: str | None, value: Any, style: Any
) -> None:
    """Writes a share: as a formula with its value, or the value alone, or a blank cell."""
    if formula is not None:
        sheet.write_formula(row, column, formula, style, "" if value is None else float(value))
    elif value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, float(value), style)
