"""Proposes how the tables of a workbook are read, and asks what the sheet does not answer."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.base.months import months_of_period
from budgettrack.core.cells.headings import own_headings
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.month_headings import month_of_name, period_places
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import BY_NAME, DATE_FORMS, Shape, normal
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock, blocks_of, figure_of
from budgettrack.setup.adopt.vocabulary import (
    LANGUAGES,
    languages_of,
    may_name_people,
    says,
    way_of,
)

_LOCALES = {
    "en": "en_GB",
    "fr": "fr_FR",
    "es": "es_ES",
    "pt": "pt_PT",
    "de": "de_DE",
    "ru": "ru_RU",
    "ar": "ar",
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TYPED_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\s*")
MOST_QUESTIONS = 6


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the workbook.

    `choices`: the possible answers, each with its words. Empty if any text is one.
    `default`: None if there is none.
    `example`: a row of the sheet that shows what is meant, without anything that may name people.
    """

    name: str
    words: str
    choices: Mapping[str, str]
    default: str | None
    example: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookProposal:
    """How a workbook is read.

    `is_own`: whether it has our own layout, so that nothing has to be mapped.
    `left_out`: the tabs that are not read, each with the reason.
    `people`: the numbers of the tabs, from 0, whose names may be those of people.
    """

    shapes: Mapping[str, Shape]
    questions: tuple[Question, ...]
    locale: str
    currency: str
    start: date
    end: date
    is_own: bool = False
    left_out: Mapping[int, str] = field(default_factory=dict)
    people: frozenset[int] = frozenset()


def propose(
    book: Book, today: date, answers: Mapping[str, str], *, locale: str = "", file_name: str = ""
) -> WorkbookProposal:
    """Proposes how a workbook is read. `answers` are those that are known, by question.

    `locale` is that of the config, if there is one."""
    return _Proposing(book, today, answers, locale, file_name).proposal()


def without_names(book: Book, people: Iterable[int]) -> Book:
    """Returns the book with `#3` for the name of the third tab, if that may be a person's."""
    hidden = set(people)
    grids = tuple(
        replace(grid, tab=f"#{place + 1}") if place in hidden else grid
        for place, grid in enumerate(book.grids)
    )
    return replace(book, grids=grids)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A block as a table of ours."""

    table: str
    block: SheetBlock
    shape: Shape
    is_known: bool = True

    @property
    def is_dated(self) -> bool:
        return "date" not in self.shape.constant


_Way = tuple[SeenColumn, dict[str, str]]
"""The column that says whether money came in or went out, and its words for both."""


class _Proposing:
    def __init__(
        self, book: Book, today: date, answers: Mapping[str, str], locale: str, file_name: str
    ) -> None:
        self.book, self.today, self.answers = book, today, answers
        self.file_name = file_name
        self.questions: dict[str, Question] = {}
        self.left_out: dict[int, str] = {}
        self.locale = locale or self._language_of_headings()
        self.blocks = [
            block
            for place, grid in enumerate(book.grids)
            if not grid.mark
            for block in blocks_of(grid, place, self.locale)
        ]
        self.people = frozenset(
            place for place, grid in enumerate(book.grids) if may_name_people(grid.tab)
        )
        self.locale = self._with_order_of_dates(self.locale)
        self.start = self.end = today
        self.start, self.end = self._days()

    def proposal(self) -> WorkbookProposal:
        if self._is_own():
            return self._result({}, is_own=True)
        candidates = [
            candidate
            for block in self._without_summaries(self.blocks)
            for candidate in self._candidates(block)
        ]
        candidates = [*self._without_double(candidates)]
        shapes = self._joined(candidates)
        for place, grid in enumerate(self.book.grids):
            is_read = any(candidate.block.place == place for candidate in candidates)
            if not is_read and not grid.mark:
                self.left_out.setdefault(place, "no table with amounts was seen")
        return self._result(shapes)

    def _result(self, shapes: Mapping[str, Shape], *, is_own: bool = False) -> WorkbookProposal:
        people = self.people if self._hides_names() and not is_own else frozenset()
        return WorkbookProposal(
            shapes,
            tuple(self.questions.values())[:MOST_QUESTIONS],
            self.locale,
            self._currency(),
            self.start,
            self.end,
            is_own,
            self.left_out,
            frozenset(people),
        )

    def ask(
        self,
        name: str,
        words: str,
        choices: Mapping[str, str],
        default: str | None,
        example: str = "",
    ) -> str:
        """Returns the answer to a question, or its default."""
        if len(self.questions) < MOST_QUESTIONS:
            self.questions.setdefault(name, Question(name, words, choices, default, example))
        return self.answers.get(name, default or "")

    # The whole workbook

    def _is_own(self) -> bool:
        """Whether the workbook has our layout: two tabs or more with our headings and IDs."""
        own = 0
        for table in BY_NAME.values():
            for grid in self.book.grids:
                if normal(grid.tab) == normal(table.tab) and "id" in table.by_name:
                    headings, _ = own_headings(table, grid, self.locale)
                    own += headings is not None and "id" in headings.columns
        return own > 1

    def _language_of_headings(self) -> str:
        counts: Counter[str] = Counter()
        for grid in self.book.grids:
            for cells in grid.rows[:60]:
                for cell in cells:
                    if isinstance(cell, str) and len(cell) < 60:
                        counts.update(languages_of(cell))
        if self.book.locale:
            return self.book.locale
        order = sorted(LANGUAGES, key=lambda language: (-counts[language], language != "en"))
        return _LOCALES[order[0]]

    def _days(self) -> tuple[date, date]:
        """Returns the first and the last day of the plan."""
        typed = self._months_typed()
        if typed:
            first, last = min(typed), max(typed)
            year, month = int(last[:4]), int(last[5:])
            if len(first) == len(last) == 7:
                return (
                    date(int(first[:4]), int(first[5:]), 1),
                    date(year, month, monthrange(year, month)[1]),
                )
        years = sorted(self._years_of_titles()) or sorted(self._years_of_dates())
        has_lines = any(self._date_of(block) is None for block in self.blocks)
        is_of_dates = not self._years_of_titles()
        if not years or (len(years) > 1 and is_of_dates and has_lines):
            answer = self.ask(
                "year",
                "Which year is the budget about? No title says it.",
                {},
                str(years[-1] if years else self.today.year),
            )
            years = [int(answer)] if re.fullmatch(r"(19|20)\d{2}", answer) else [self.today.year]
        return date(years[0], 1, 1), date(years[-1], 12, 31)

    def _months_typed(self) -> set[str]:
        """Returns the months that headings name together with their year."""
        months_: set[str] = set()
        for block in self.blocks:
            if block.has_periods:
                grid = self.book.grids[block.place]
                places = period_places(grid, block.heading_row, set(), self.locale, (None, None))
                for name in places.places:
                    months_ |= set(months_of_period(name))
        whole = {month[:4] for month in months_}
        # Some months of a year are a plan of the whole year.
        if len(whole) == 1 and len(months_) < 12 and months_ and min(months_).endswith("-01"):
            return {f"{min(whole)}-01", f"{min(whole)}-12"}
        return months_

    def _years_of_titles(self) -> set[int]:
        """Returns the years that the names of the file and of tabs, titles and headings name."""
        texts = [self.file_name, *(grid.tab for grid in self.book.grids)]
        texts += [block.title for block in self.blocks]
        texts += [
            cell
            for block in self.blocks
            for cells in self.book.grids[block.place].rows[: block.heading_row + 1]
            for cell in cells
            if isinstance(cell, str)
        ]
        return {int(year) for text in texts for year in _YEAR.findall(text)}

    def _years_of_dates(self) -> set[int]:
        """Returns the years of dates."""
        years: set[int] = set()
        for block in self.blocks:
            grid = self.book.grids[block.place]
            for column in block.columns:
                if column.holds == "dates":
                    years |= {day.year for day in _days_in(grid, block, column, self.locale)}
                if column.means("year") and column.holds == "figures":
                    years |= {
                        int(typed)
                        for number in range(block.heading_row + 1, block.last_row + 1)
                        if isinstance(typed := grid.at(number, column.index), int | float)
                        and 1990 <= typed <= 2100
                    }
        return {year for year in years if 1990 <= year <= 2100}

    def _currency(self) -> str:
        """Returns the currency that formats, headings or cells show. EUR if nothing does."""
        counts: Counter[str] = Counter()
        meaning = customs_of(self.locale).meaning
        for grid in self.book.grids:
            for sign in grid.signs.values():
                known = meaning(sign)
                if len(known) == 1:
                    counts.update(known)
        for block in self.blocks:
            grid = self.book.grids[block.place]
            for cells in grid.rows[: block.heading_row + 1]:
                for cell in cells:
                    if isinstance(cell, str) and len(cell) < 200:
                        counts.update(_currencies_in(cell, self.locale))
        return counts.most_common(1)[0][0] if counts else "EUR"

    def _with_order_of_dates(self, locale: str) -> str:
        """Returns the locale whose order of day and month the typed dates have."""
        day_first = month_first = False
        example = ""
        for block in self.blocks:
            grid = self.book.grids[block.place]
            for column in block.columns:
                for number in range(block.heading_row + 1, block.last_row + 1):
                    typed = grid.at(number, column.index)
                    match = (
                        _TYPED_DATE.fullmatch(typed)
                        if isinstance(typed, str) and column.holds == "dates"
                        else None
                    )
                    if match:
                        day_first |= int(match[1]) > 12
                        month_first |= int(match[2]) > 12
                        example = example or match[0]
        if not example or day_first:
            return locale
        if month_first:
            return "en_US" if locale.startswith("en") else locale
        if not locale.startswith("en"):
            return locale
        order = self.ask(
            "dates",
            f"Is {example.strip()} typed with the day first or the month first?",
            {"day": "the day first", "month": "the month first"},
            "month" if locale == "en_US" else "day",
        )
        return "en_US" if order == "month" else "en_GB"

    def _hides_names(self) -> bool:
        """Whether the names of tabs that are not known are kept out of the config."""
        used = self.people & {block.place for block in self._without_summaries(self.blocks)}
        if not used:
            return True
        tabs = ", ".join(f"{place + 1}" for place in sorted(used))
        answer = self.ask(
            "people",
            f"Do the names of these tabs name people? Tabs {tabs}, counted from the left.",
            {"yes": "yes, or perhaps: keep them out of the config", "no": "no"},
            "yes",
        )
        return answer != "no"

    # Which blocks are read

    def _without_summaries(self, blocks: Sequence[SheetBlock]) -> Iterator[SheetBlock]:
        """Yields the blocks that do not only repeat figures of other tabs by formula."""
        for block in blocks:
            grid = self.book.grids[block.place]
            figures = [column.index for column in block.columns if column.holds == "figures"]
            cells = [
                (number, index)
                for number in range(block.heading_row + 1, block.last_row + 1)
                for index in figures
                if grid.at(number, index) is not None
            ]
            of_tabs = sum("!" in grid.formulas.get(cell, "") for cell in cells)
            if cells and of_tabs * 2 > len(cells):
                self.left_out[block.place] = "its figures are formulas on other tabs"
            else:
                yield block

    def _without_double(self, candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
        """Yields the candidates without those that say again what another says.

        Spending with its dates stands for what is spent by line, and lines for their totals."""
        dated = {candidate.table for candidate in candidates if candidate.is_dated}
        read_as = [(candidate, *self._amounts(candidate)) for candidate in candidates]
        for number, (candidate, own, _) in enumerate(read_as):
            if candidate.table in dated and candidate.table != "budget":
                if candidate.is_dated:
                    yield candidate
                continue
            if not candidate.is_known and any(other.is_known for other in candidates):
                self.left_out.setdefault(candidate.block.place, "no heading says what it is")
                continue
            larger = [
                (amounts, sums)
                for place, (other, amounts, sums) in enumerate(read_as)
                if other is not candidate
                and other.table == candidate.table
                and (len(amounts), -place) > (len(own), -number)
            ]
            if own and any(_says_again(own, *other) for other in larger):
                self.left_out.setdefault(
                    candidate.block.place, "its amounts sum to the same as those of another tab"
                )
                continue
            yield candidate

    def _amounts(self, candidate: _Candidate) -> tuple[list[Decimal], list[Decimal]]:
        """Returns the amounts of a table, and their sums by category."""
        # The tabs of other months are candidates of their own.
        alone = replace(candidate.shape, tabs=(candidate.shape.tab,))
        sheet = read_rows(self.book, {candidate.table: alone}, self.locale)
        table = sheet.tables.get(candidate.table)
        amounts: list[Decimal] = []
        by_category: dict[str, Decimal] = {}
        for row in table.rows if table else ():
            if "amount" in row.fields:
                amount = Decimal(row.fields["amount"])
                category = row.fields.get("category", "")
                amounts.append(amount)
                by_category[category] = by_category.get(category, Decimal(0)) + amount
        return amounts, [*by_category.values()]

    def _joined(self, candidates: Sequence[_Candidate]) -> dict[str, Shape]:
        """Returns one shape for each table: its tabs with the same headings together, its other
        blocks after them."""
        shapes: dict[str, list[tuple[Shape, list[_Candidate]]]] = {}
        for candidate in candidates:
            groups = shapes.setdefault(candidate.table, [])
            for number, (shape, alike) in enumerate(groups):
                is_other = all(other.block.place != candidate.block.place for other in alike)
                if is_other and _alike(alike[0], candidate):
                    groups[number] = (shape, [*alike, candidate])
                    break
            else:
                groups.append((candidate.shape, [candidate]))
        whole: dict[str, Shape] = {}
        for name in BY_NAME:
            blocks = [
                block
                for shape, alike in shapes.get(name, ())
                for block in self._with_tabs(name, shape, alike)
            ]
            if blocks:
                whole[name] = replace(blocks[0], more=tuple(blocks[1:]))
        return whole

    def _with_tabs(self, table: str, shape: Shape, alike: Sequence[_Candidate]) -> Iterator[Shape]:
        """Yields the shape of several tabs with the same headings."""
        if len(alike) == 1:
            yield shape
            return
        tabs = [candidate.shape.tab for candidate in alike]
        years = [_YEAR.findall(self.book.grids[other.block.place].tab) for other in alike]
        if table == "budget" and all(len(of_tab) == 1 for of_tab in years):
            for candidate, (year,) in zip(alike, years, strict=True):
                days = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
                yield replace(candidate.shape, constant={**candidate.shape.constant, **days})
            return
        months_ = [self._days_of_tab(other.block) for other in alike]
        if table == "budget" and all(months_):
            for candidate, of_month in zip(alike, months_, strict=True):
                assert of_month is not None
                days = {"start": of_month[0].isoformat(), "end": of_month[1].isoformat()}
                yield replace(candidate.shape, constant={**candidate.shape.constant, **days})
            return
        from_tab = ""
        if table == "budget" and "grant" not in {*shape.headings, *shape.columns}:
            answer = self.ask(
                "tabs",
                f"Several tabs have the same headings ({len(tabs)}). What do their names say?",
                {"grant": "the grant of their lines", "nothing": "nothing that counts"},
                "nothing",
            )
            from_tab = "grant" if answer == "grant" else ""
        constant = {name: text for name, text in shape.constant.items() if name != from_tab}
        yield replace(shape, tab=tabs[0], tabs=tuple(tabs), from_tab=from_tab, constant=constant)

    # One block as tables of ours

    def _candidates(self, block: SheetBlock) -> Iterator[_Candidate]:
        came, went = _pair(block)
        dated = self._date_of(block)
        if came and went:
            yield from self._cash_book(block, dated, came, went)
        elif dated:
            yield from self._dated(block, dated)
        else:
            yield from self._undated(block)

    def _cash_book(
        self,
        block: SheetBlock,
        dated: Mapping[str, object] | None,
        came: SeenColumn,
        went: SeenColumn,
    ) -> Iterator[_Candidate]:
        if dated:
            yield self._spent(block, dated, went)
            yield self._received(block, dated, came)
        else:
            yield self._lines(block, went)
            yield self._received(block, None, came, planned=True)

    def _dated(self, block: SheetBlock, dated: Mapping[str, object]) -> Iterator[_Candidate]:
        amount = _amount_of(block, ("amount", "total", "actual", "out", "in", "planned"))
        if amount is None:
            return
        way = self._way_of(block)
        words = self._words(block)
        if way is not None:
            column, values = way
            if "out" in values:
                negative = self._is_negative(block, amount, column, values["out"])
                where = {column.heading: values["out"]}
                yield self._spent(block, dated, amount, where=where, turned=negative)
            if "in" in values:
                where = {column.heading: values["in"]}
                yield self._received(block, dated, amount, where=where)
        elif amount.has_positive and amount.has_negative and not says(words, "expense"):
            meaning = self.ask(
                "minus",
                "One column has amounts above and below zero. What is below zero?",
                {"out": "what was spent", "refund": "what came back of what was spent"},
                "out",
                self._example(block, amount),
            )
            if meaning == "refund":
                yield self._spent(block, dated, amount)
            else:
                yield self._spent(block, dated, amount, sign="negative", turned=True)
                yield self._received(block, dated, amount, sign="positive")
        elif (says(words, "income") and not says(words, "expense")) or (
            amount.means("in") and not amount.means("out")
        ):
            yield self._received(block, dated, amount)
        else:
            turned = amount.has_negative and not amount.has_positive
            yield self._spent(block, dated, amount, turned=turned)

    def _undated(self, block: SheetBlock) -> Iterator[_Candidate]:
        words = self._words(block)
        planned = _amount_of(block, ("planned",))
        actual = _figures_of(block, "actual")
        main = planned or _amount_of(block, ("total", "amount", "in", "out"))
        if main is None and actual is None and not block.has_periods:
            main = _last_figures(block)
        if main is None and actual is None and not block.has_periods:
            return
        actual = None if actual is main else actual
        way = self._way_of(block)
        is_income = way is None and _is_income(block, words)
        kind = self._kind(block, words, planned, actual)
        if is_income:
            yield from self._undated_income(block, main, actual, kind)
        elif kind == "actual" and not block.has_periods:
            where, turned = self._of_out(block, main or actual, way)
            yield self._spent(block, None, main or actual, where=where, turned=turned)
        else:
            yield from self._undated_lines(block, main, actual, way)

    def _undated_income(
        self, block: SheetBlock, main: SeenColumn | None, actual: SeenColumn | None, kind: str
    ) -> Iterator[_Candidate]:
        amount = main or actual
        if amount is not None:
            yield self._received(block, None, amount, planned=kind == "planned")
        if actual is not None and main is not None:
            yield self._received(block, None, actual)

    def _undated_lines(
        self,
        block: SheetBlock,
        main: SeenColumn | None,
        actual: SeenColumn | None,
        way: _Way | None,
    ) -> Iterator[_Candidate]:
        where, turned = self._of_out(block, main, way)
        if main is not None or block.has_periods:
            yield self._lines(block, main, where=where, turned=turned)
        if way is not None and "in" in way[1] and main is not None:
            of_in = {way[0].heading: way[1]["in"]}
            yield self._received(block, None, main, where=of_in, planned=True)
        if actual is not None and not block.has_periods:
            yield self._spent(block, None, actual, where=where, turned=turned, of_line=True)

    def _of_out(
        self, block: SheetBlock, amount: SeenColumn | None, way: _Way | None
    ) -> tuple[dict[str, str], bool]:
        """Returns the words of rows that went out, and whether their amounts are below zero."""
        if amount is None:
            return {}, False
        if way is not None and "out" in way[1]:
            negative = self._is_negative(block, amount, way[0], way[1]["out"])
            return {way[0].heading: way[1]["out"]}, negative
        return {}, amount.has_negative and not amount.has_positive

    def _kind(
        self, block: SheetBlock, words: str, planned: SeenColumn | None, actual: SeenColumn | None
    ) -> str:
        """Returns whether a block without dates is planned or actual."""
        if planned is not None or block.has_periods:
            return "planned"
        if says(words, "actual") and not says(words, "planned"):
            return "actual"
        if says(words, "planned"):
            return "planned"
        if actual is not None and _amount_of(block, ("total", "amount")) is None:
            return "actual"
        amount = _amount_of(block, ("total", "amount")) or _last_figures(block)
        return self.ask(
            "kind",
            "No dates and no title say whether these amounts are planned or actual. What are they?",
            {"planned": "planned: a budget", "actual": "actual: what was spent or received"},
            "planned",
            self._example(block, amount) if amount else "",
        )

    # The tables

    def _lines(
        self,
        block: SheetBlock,
        amount: SeenColumn | None,
        *,
        where: Mapping[str, str] | None = None,
        turned: bool = False,
    ) -> _Candidate:
        fields = self._texts_of(block, "budget")
        if amount is not None:
            fields["amount"] = amount
            for meaning in ("quantity", "unit_cost"):
                column = next(
                    (seen for seen in block.having(meaning) if seen.holds == "figures"), None
                )
                if column is not None and column.index != amount.index:
                    fields[meaning] = column
        constant: dict[str, str] = {}
        if "grant" not in fields:
            constant["grant"] = self._grant(block)
        return self._candidate(
            "budget", block, fields, constant, where=where, turned=("amount",) if turned else ()
        )

    def _spent(
        self,
        block: SheetBlock,
        dated: Mapping[str, object] | None,
        amount: SeenColumn | None,
        *,
        where: Mapping[str, str] | None = None,
        turned: bool = False,
        sign: str = "",
        of_line: bool = False,
    ) -> _Candidate:
        assert amount is not None
        fields = self._texts_of(block, "expenses")
        fields["amount"] = amount
        constant = {"state": "paid"}
        if of_line:
            line = fields.get("description")
            if line is not None:
                fields["budget_line"] = line
        if dated is None:
            constant["date"] = self._day(block)
        if "currency" not in fields and "budget_line" not in fields and "grant" not in fields:
            constant["currency"] = self._currency()
        return self._candidate(
            "expenses",
            block,
            fields,
            constant,
            where=where,
            turned=("amount",) if turned else (),
            sign=sign,
            dated=dated,
        )

    def _received(
        self,
        block: SheetBlock,
        dated: Mapping[str, object] | None,
        amount: SeenColumn,
        *,
        where: Mapping[str, str] | None = None,
        sign: str = "",
        planned: bool = False,
    ) -> _Candidate:
        fields = self._texts_of(block, "income")
        fields["amount"] = amount
        constant = {"state": "expected" if planned else "received", "kind": "donation"}
        if dated is None:
            constant["date"] = self.start.isoformat() if planned else self._day(block)
        if "currency" not in fields and "grant" not in fields:
            constant["currency"] = self._currency()
        return self._candidate(
            "income", block, fields, constant, where=where, sign=sign, dated=dated
        )

    def _candidate(
        self,
        table: str,
        block: SheetBlock,
        fields: Mapping[str, SeenColumn],
        constant: Mapping[str, str],
        *,
        where: Mapping[str, str] | None = None,
        turned: tuple[str, ...] = (),
        sign: str = "",
        dated: Mapping[str, object] | None = None,
    ) -> _Candidate:
        grid = self.book.grids[block.place]
        more = dict(dated or {})
        column = more.pop("column", None)
        known = dict(fields)
        if isinstance(column, SeenColumn):
            known["date"] = column
        headings, columns = self._named(grid, block, known)
        is_hidden = block.place in self.people and self._hides_names()
        needs_row = not block.is_single or block.heading_row >= 10 or not headings
        shape = Shape(
            f"#{block.place + 1}" if is_hidden else grid.tab,
            block.heading_row + 1 if needs_row else None,
            headings,
            where or {},
            turned,
            constant,
            days=(self.start, self.end),
            columns=columns,
            until=block.ends_with,
            fill_down=("category",) if _is_typed_once(grid, block, fields) else (),
            amounts=sign,  # type: ignore[arg-type]
            **more,  # type: ignore[arg-type]
        )
        amount = fields.get("amount")
        return _Candidate(table, block, shape, amount is None or bool(amount.meanings))

    def _named(
        self, grid: Grid, block: SheetBlock, fields: Mapping[str, SeenColumn]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the headings of the fields, and the letters of those columns that have none, one
        that stands twice, or one that may name people."""
        counts = Counter(
            normal(cell) for cell in grid.rows[block.heading_row] if isinstance(cell, str)
        )
        headings: dict[str, str] = {}
        columns: dict[str, str] = {}
        for name, column in fields.items():
            heading = column.heading
            if heading and counts[normal(heading)] == 1 and not may_name_people(heading):
                headings[name] = heading
            else:
                columns[name] = letters(column.index)
        return headings, columns

    # Columns

    def _texts_of(self, block: SheetBlock, table: str) -> dict[str, SeenColumn]:
        """Returns the columns of the fields that are no figures."""
        texts = [column for column in block.columns if column.holds == "texts"]
        free = [column for column in texts if not column.means(*_NO_LABELS)]
        description = _first(block, free, "description", "line") or next(
            (column for column in free if not column.means("category", "grant", "id")), None
        )
        category = _first(block, free, "category")
        if description is None:
            description, category = category or _first(block, free, "id", "grant"), None
        fields: dict[str, SeenColumn | None] = {
            "reference" if table == "income" else "description": description,
            "grant": _first(block, free, "grant"),
        }
        match table:
            case "budget":
                fields["category"] = category
                fields["unit"] = _first(block, texts, "unit")
                fields["id"] = self._ids_of(block)
            case "expenses":
                fields |= self._of_line(block, free)
                fields["receipt"] = next(
                    (seen for seen in block.having("receipt") if seen.holds != "nothing"), None
                )
                fields["payee"] = _first(block, texts, "payee")
                fields["currency"] = _first(block, texts, "currency")
            case _:
                fields["currency"] = _first(block, texts, "currency")
        grant = fields["grant"]
        if grant is not None and grant.filled <= 0.5:
            del fields["grant"]
        own = ("description", "reference", "budget_line")
        return {
            name: column
            for name, column in fields.items()
            if column is not None and (name in own or column is not description)
        }

    def _ids_of(self, block: SheetBlock) -> SeenColumn | None:
        """Returns the column of IDs. Returns None if there is none, or if one stands twice."""
        grid = self.book.grids[block.place]
        ids = (column for column in block.columns if column.meanings[:1] == ("id",))
        return next((column for column in ids if _are_ids(grid, block, column)), None)

    def _of_line(self, block: SheetBlock, free: Sequence[SeenColumn]) -> dict[str, SeenColumn]:
        """Returns the column that names the budget line: by its heading, or because the budget has
        its IDs under the same heading."""
        known = {
            normal(column.heading)
            for other in self.blocks
            if other is not block
            for column in other.columns
            if column.meanings[:1] == ("id",)
            and self._date_of(other) is None
            and _are_ids(self.book.grids[other.place], other, column)
        }
        by_id = [column for column in block.columns if normal(column.heading) in known]
        has_budget = any(self._date_of(other) is None for other in self.blocks)
        by_name = [column for column in block.having("line") if column in free and has_budget]
        both = [*by_id, *by_name]
        return {"budget_line": both[0]} if both else {}

    def _date_of(self, block: SheetBlock) -> dict[str, object] | None:
        """Returns how the dates of a block are read. Returns None if it has none."""
        grid = self.book.grids[block.place]
        columns = [column for column in block.columns if column.holds == "dates"]
        named = [column for column in columns if column.means("date")]
        if named or (columns and not block.has_periods):
            return {"column": (named or columns)[0]}
        for column in block.having("date"):
            values = [
                value
                for number in range(block.heading_row + 1, block.last_row + 1)
                if (value := grid.at(number, column.index)) is not None
            ]
            if column.holds == "figures" and (form := _form_of(values)):
                return {"column": column, "dates": form}
            if column.holds == "texts" and _lack_year(values, self.start.year, self.locale):
                return {"column": column, "year": self.start.year}
        return self._in_parts(block, grid)

    def _in_parts(self, block: SheetBlock, grid: Grid) -> dict[str, object] | None:
        """Returns the headings of year and month, if a date stands in two columns.

        Returns None if it does not."""
        month = next(
            (column for column in block.having("month") if column.holds != "nothing"), None
        )
        if month is None or block.has_periods:
            return None
        value = grid.at(block.heading_row + 1, month.index)
        is_month = (isinstance(value, str) and month_of_name(value, self.locale)) or (
            isinstance(value, int | float) and 1 <= value <= 12
        )
        if not is_month:
            return None
        year = next((column for column in block.having("year") if column.holds != "nothing"), None)
        parts = {"month": month.heading}
        if year is not None:
            return {"date_parts": {"year": year.heading, **parts}}
        return {"date_parts": parts, "year": self.start.year}

    def _way_of(self, block: SheetBlock) -> tuple[SeenColumn, dict[str, str]] | None:
        """Returns the column whose words say whether money came in or went out, with its words.

        Returns None if there is none."""
        grid = self.book.grids[block.place]
        for column in block.columns:
            if column.holds != "texts" or not (column.means("direction") or not column.meanings):
                continue
            if may_name_people(column.heading) and not column.meanings:
                continue
            words = {
                normal(value): " ".join(value.split())
                for number in range(block.heading_row + 1, block.last_row + 1)
                if isinstance(value := grid.at(number, column.index), str)
                and value.strip()
                and total_label(value) is None
            }
            ways = {way_of(word): shown for word, shown in words.items()}
            if 0 < len(words) < 3 and "" not in ways and column.heading:
                return column, ways
        return None

    def _is_negative(
        self, block: SheetBlock, amount: SeenColumn, way: SeenColumn, wanted: str
    ) -> bool:
        """Whether most amounts of the rows with a word are below zero."""
        grid = self.book.grids[block.place]
        figures = [
            figure
            for number in range(block.heading_row + 1, block.last_row + 1)
            if isinstance(word := grid.at(number, way.index), str)
            and normal(word) == normal(wanted)
            if (figure := figure_of(grid.at(number, amount.index), self.locale)) is not None
        ]
        below = sum(figure < 0 for figure in figures)
        return below * 2 > sum(figure != 0 for figure in figures)

    # Words and answers

    def _words(self, block: SheetBlock) -> str:
        """Returns the title of a block and the name of its tab. If neither says anything, those of
        the other blocks of the tab and the name of the file count too."""
        tab = self.book.grids[block.place].tab
        words = f"{block.title} {tab}"
        kinds = ("planned", "actual", "income", "expense")
        if any(says(words, kind) for kind in kinds[:2]):
            return words
        beside = " ".join(other.title for other in self.blocks if other.place == block.place)
        more = " ".join(word for word in re.findall(r"\w+", beside) if says(word, "actual"))
        plan = " ".join(word for word in re.findall(r"\w+", beside) if says(word, "planned"))
        name = re.sub(r"[\W_]+", " ", self.file_name)
        return f"{words} {plan or more} {name if says(name, 'planned') else ''}"

    def _grant(self, block: SheetBlock) -> str:
        return self.ask(
            "grant",
            "Which grant pays for these budget lines? A short code will do.",
            {},
            "G-1",
            self._example(block, _amount_of(block, ("planned", "total", "amount"))),
        )

    def _day(self, block: SheetBlock) -> str:
        """Returns the day of amounts that have none: the end of the month after which their tab is
        named, or of last month, within the plan."""
        days = self._days_of_tab(block)
        if days is not None:
            return days[1].isoformat()
        ended = self.today.replace(day=1) - timedelta(days=1)
        default = max(self.start, min(ended, self.end)).isoformat()
        answer = self.ask(
            "day", "On which day were the amounts without a date spent or received?", {}, default
        )
        reading = read(answer, "date", self.locale)
        return reading if isinstance(reading, str) and reading else default

    def _days_of_tab(self, block: SheetBlock) -> tuple[date, date] | None:
        """Returns the first and the last day of the month after which a tab is named.

        Returns None if it is not named after one."""
        name = self.book.grids[block.place].tab
        typed = _YEAR.findall(name)
        month = month_of_name(_YEAR.sub("", name).strip(" -_./"), self.locale)
        year = int(typed[0]) if typed else self.start.year
        if month is None:
            return None
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])

    def _example(self, block: SheetBlock, amount: SeenColumn | None) -> str:
        """Returns the first row with a figure, with its number, its date and its amount. Texts may
        name people."""
        grid = self.book.grids[block.place]
        if amount is None:
            return ""
        for number in range(block.heading_row + 1, block.last_row + 1):
            figure = figure_of(grid.at(number, amount.index), self.locale)
            if figure is not None:
                return f"row {number + 1}: {figure:,.2f}"
        return ""


# What columns hold


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _says_again(
    own: Sequence[Decimal], amounts: Sequence[Decimal], sums: Sequence[Decimal]
) -> bool:
    """Whether amounts are the whole, or the categories, of a larger table."""
    return _nearly(_sum(own), _sum(amounts)) or _are_sums(own, sums)


def _are_sums(amounts: Sequence[Decimal], sums: Sequence[Decimal]) -> bool:
    """Whether each amount is the sum of a category elsewhere."""
    return len(sums) > 1 and all(
        any(_nearly(amount, other) for other in sums) for amount in amounts
    )


def _nearly(one: Decimal, other: Decimal) -> bool:
    """Whether two sums are the same but for rounding."""
    return abs(one - other) * 10_000 <= abs(other)


def _pair(block: SheetBlock) -> tuple[SeenColumn | None, SeenColumn | None]:
    """Returns the columns of what came in and what went out, if there are both."""
    came = [column for column in block.having("in") if column.holds in ("figures", "nothing")]
    went = [column for column in block.having("out") if column.holds in ("figures", "nothing")]
    for one in came:
        for other in went:
            if one.index != other.index and not (one.means("out") and other.means("in")):
                return one, other
    return None, None


_NO_LABELS = ("payee", "person", "note", "direction", "currency", "receipt", "unit", "month")
"""The meanings of texts that do not say what a row is."""


def _first(block: SheetBlock, among: Sequence[SeenColumn], *meanings: str) -> SeenColumn | None:
    """Returns the first of some columns with one of these meanings, by the order of the meanings.

    Returns None if there is none."""
    for meaning in meanings:
        fitting = [column for column in block.having(meaning) if column in among]
        if fitting:
            return fitting[0]
    return None


def _figures_of(block: SheetBlock, meaning: str) -> SeenColumn | None:
    """Returns the first column of figures with a meaning. Returns None if there is none."""
    return next((column for column in block.having(meaning) if column.holds == "figures"), None)


def _amount_of(block: SheetBlock, meanings: Sequence[str]) -> SeenColumn | None:
    """Returns the column of amounts with one of these meanings, the first meaning first.

    Of several with the same meaning it is the last that is filled.

    Returns None if there is none."""
    for meaning in meanings:
        fitting = [
            column
            for column in block.having(meaning)
            if column.holds == "figures" and not column.is_period and not column.means("ignored")
        ]
        first = [column for column in fitting if column.meanings[0] == meaning] or fitting
        if first:
            return max(first, key=lambda column: (column.filled > 0.3, column.index))
    return None


def _last_figures(block: SheetBlock) -> SeenColumn | None:
    """Returns the last column of figures that is nothing else, such as a balance or a quantity.

    Returns None if there is none."""
    fitting = [
        column
        for column in block.columns
        if column.holds == "figures"
        and not column.is_period
        and not column.means("ignored", "quantity", "unit_cost", "id", "year", "line", "receipt")
    ]
    return fitting[-1] if fitting else None


def _is_income(block: SheetBlock, words: str) -> bool:
    said = f"{words}"
    headings = " ".join(column.heading for column in block.columns if column.holds == "texts")
    of_title = says(block.title, "income") and not says(block.title, "expense")
    of_title |= says(headings, "income") and not says(headings, "expense")
    return of_title or (
        says(said, "income") and not says(said, "expense") and not says(headings, "expense")
    )


def _are_ids(grid: Grid, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether a column has another value in every row with a figure."""
    figures = [seen.index for seen in block.columns if seen.holds == "figures"]
    figures = [index for index in figures if index != column.index]
    values: list[Value] = []
    for number in range(block.heading_row + 1, block.last_row + 1):
        has_figure = any(grid.at(number, index) not in (None, "") for index in figures)
        texts = [value for value in grid.rows[number] if isinstance(value, str)]
        if has_figure and not any(total_label(text) for text in texts):
            values.append(grid.at(number, column.index))
    filled = [str(value).strip() for value in values if value not in (None, "")]
    return len(filled) > 1 and len(filled) == len(values) == len(set(filled))


def _is_typed_once(grid: Grid, block: SheetBlock, fields: Mapping[str, SeenColumn]) -> bool:
    """Whether a category is typed in the first of its rows only."""
    category, amount = fields.get("category"), fields.get("amount")
    if category is None:
        return False
    figures = (
        [amount.index]
        if amount is not None
        else [column.index for column in block.columns if column.is_period]
    )
    rows = [
        number
        for number in range(block.heading_row + 1, block.last_row + 1)
        if any(grid.at(number, index) not in (None, "") for index in figures)
    ]
    blank = sum(grid.at(number, category.index) in (None, "") for number in rows)
    return blank > 0


def _days_in(grid: Grid, block: SheetBlock, column: SeenColumn, locale: str) -> Iterator[date]:
    for number in range(block.heading_row + 1, block.last_row + 1):
        value = grid.at(number, column.index)
        if isinstance(value, datetime):
            yield value.date()
        elif isinstance(value, date):
            yield value
        elif isinstance(value, str):
            day = read(value, "date", locale)
            if isinstance(day, str) and day:
                yield date.fromisoformat(day)


def _form_of(values: Sequence[Value]) -> str:
    """Returns the form in which numbers such as 50126 are dates. '' if they are none."""
    texts = [
        f"{int(value)}" if isinstance(value, int | float) else value.strip()
        for value in values
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    ]
    texts = [text for text in texts if text.isdecimal()]
    if not texts or max(map(len, texts)) not in (6, 8):
        return ""
    for form in DATE_FORMS:
        if len(form) == max(map(len, texts)) and all(_fits(text, form) for text in texts):
            return form
    return ""


def _fits(text: str, form: str) -> bool:
    text = text.zfill(len(form))
    month, day = text[form.index("M") :][:2], text[form.index("D") :][:2]
    year = int(text[form.index("Y") : form.rindex("Y") + 1])
    full = year + (2000 if form.count("Y") == 2 else 0)
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31 and 2000 <= full <= 2050


def _lack_year(values: Sequence[Value], year: int, locale: str) -> bool:
    texts = [value.strip().rstrip(".") for value in values if isinstance(value, str)]
    texts = [text for text in texts if total_label(text) is None]
    readable = [
        text
        for text in texts
        if isinstance(read(text, "date", locale), Finding)
        and any(isinstance(read(f"{text}{sign}{year}", "date", locale), str) for sign in "/.- ")
    ]
    return bool(texts) and len(readable) * 2 > len(texts)


def _alike(one: _Candidate, other: _Candidate) -> bool:
    """Whether two tabs are laid out in the same way."""
    return (
        one.table == other.table
        and one.shape.headings == other.shape.headings
        and one.shape.columns == other.shape.columns
        and one.shape.where == other.shape.where
        and one.shape.constant == other.shape.constant
        and one.shape.turned == other.shape.turned
        and one.shape.amounts == other.shape.amounts
        and one.shape.until == other.shape.until
        and one.shape.heading_row == other.shape.heading_row
    )


def _currencies_in(text: str, locale: str) -> set[str]:
    """Returns the currencies that a text names, such as `Amount (EUR)` or `Coût en €`."""
    meaning = customs_of(locale).meaning
    words = re.findall(r"[A-Z]{3}(?![a-zA-Z])|[€£¥₽₴]|US\$", text)
    return {currency for word in words for currency in meaning(word) if len(meaning(word)) == 1}
