"""Decides which of our tables a block (one table of people in a tab) is: budget lines, spending,
income, or two of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from budgettrack.core.base.months import last_day, month_of, months_of_period
from budgettrack.core.cells.month_headings import YEAR
from budgettrack.setup.adopt.candidate import (
    BookOutline,
    TableCandidate,
    lines,
    received,
    spent,
)
from budgettrack.setup.adopt.columns import (
    actual_of,
    amount_of,
    charged_of,
    gross_of,
    last_figures,
    row_total_of,
    to_date_of,
    total_of_spent,
    total_without_dates,
)
from budgettrack.setup.adopt.debits import by_view, way_by_view
from budgettrack.setup.adopt.in_kind import money_beside_in_kind, without_in_kind
from budgettrack.setup.adopt.kinds import (
    is_income,
    is_only,
    kind_of,
    question_of_kind,
    words_of_title,
)
from budgettrack.setup.adopt.period_columns import (
    PeriodColumns,
    is_below_actual,
    is_spent_by,
    planned_beside,
    spent_in_all,
    total_of_periods,
)
from budgettrack.setup.adopt.questions import Question, minus_question
from budgettrack.setup.adopt.sections import sections_of, totalled_sections, without_net
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.vocabulary import kind_of_total, says
from budgettrack.setup.adopt.ways import (
    SpentRows,
    WayColumn,
    below_zero,
    has_running_balance,
    in_and_out,
    more_pairs,
    spent_rows,
    way_column,
)

_DATED_AMOUNTS = ("amount", "total", "actual", "out", "in", "planned")
"""The meanings that the column of amounts may have in rows with a date, the most likely first."""

_OTHER_THAN_IN = ("out", "planned", "actual", "amount", "total")
"""A heading for money in may have one of these meanings, too. In that case it is not certain that
the money came in."""


def tables_of(outline: BookOutline, block: SheetBlock) -> Iterator[TableCandidate]:
    """Yields our tables as which a block can be read, such as Budget or Expenses."""
    if outline.dates_of(block) is None:
        block = without_in_kind(outline.seen, block)
    sections = sections_of(outline.seen, block) or totalled_sections(outline.seen, block)
    if sections:
        for section in sections:
            yield from tables_of(outline, section)
        return
    block = without_net(outline.seen, block) if outline.dates_of(block) is None else block
    came, went = in_and_out(outline.seen, block)
    is_dated = outline.dates_of(block) is not None and not _is_plan(block)
    if came and went:
        # If a balance continues from row to row, the block is a cash book, even without dates.
        is_cash = is_dated or has_running_balance(outline.seen, block, came, went)
        came, went, asked = by_view(outline.seen, block, came, went, outline.answers)
        yield from _asking(asked, _of_two_columns(outline, block, came, went, is_cash=is_cash))
    elif is_dated:
        yield from _dated(outline, block)
    elif (found := outline.periods_of(block)).actual:
        yield from _by_period(outline, block, found)
    else:
        yield from _undated(outline, block)


def _of_two_columns(
    outline: BookOutline,
    block: SheetBlock,
    came: SeenColumn,
    went: SeenColumn,
    *,
    is_cash: bool,
) -> Iterator[TableCandidate]:
    spending = spent if is_cash else lines
    for one, other in [(came, went), *more_pairs(outline.seen, block, came, went)]:
        rows, asked = _turned(outline, block, [other], SpentRows())
        yield from _asking(asked, [spending(outline, block, other, rows)])
        yield received(outline, block, one, planned=not is_cash)


# A block with columns of planned and spent amounts in each period.


def _by_period(
    outline: BookOutline, block: SheetBlock, found: PeriodColumns
) -> Iterator[TableCandidate]:
    """Yields the budget lines of a block and what was spent on them in each period. If the block
    is about income, yields what is expected and received in each period."""
    if is_income(block, words_of_title(outline.seen, block)):
        for name, column in found.planned.items():
            if name in found.actual and _has_amounts(outline, block, found.actual[name]):
                continue
            day = last_day(months_of_period(name)[-1]).isoformat()
            yield received(outline, block, column, planned=True, day=day)
        for name, column in found.actual.items():
            yield received(outline, block, column, day=outline.day_in(name))
        return
    main = planned_beside(outline.seen, block, found)
    if main is not None or found.planned:
        planned = [main] if main is not None else [*found.planned.values()]
        rows, asked = _turned(outline, block, planned, SpentRows())
        yield from _asking(asked, [lines(outline, block, main, rows, found.planned)])
    of_line = main is not None or bool(found.planned)
    in_all = spent_in_all(outline.seen, block, found)
    columns = [in_all] if in_all is not None else [*found.actual.values()]
    rows, asked = _turned(outline, block, columns, SpentRows())
    if in_all is not None:
        tables = [spent(outline, block, in_all, rows, of_line=of_line)]
    else:
        tables = [
            spent(outline, block, column, rows, of_line=of_line, day=outline.day_in(name))
            for name, column in found.actual.items()
        ]
    yield from _asking(asked, tables)


def _is_plan(block: SheetBlock) -> bool:
    """Whether the block has only planned amounts, so that its dates are the dates of activities."""
    paid = amount_of(block, ("amount", "total", "actual", "out", "in"))
    return paid is None and amount_of(block, ("planned",)) is not None


# A block with dates


def _dated(outline: BookOutline, block: SheetBlock) -> Iterator[TableCandidate]:
    amount = (
        gross_of(outline.seen, block)
        or money_beside_in_kind(outline.seen, block)
        or row_total_of(outline.seen, block)
        or amount_of(block, _DATED_AMOUNTS)
    )
    if amount is None:
        return
    way = way_column(outline.seen, block)
    words = words_of_title(outline.seen, block)
    if way is not None:
        way, asked = way_by_view(outline.seen, block, amount, way, outline.answers)
        yield from _asking(asked, _by_word(outline, block, amount, way))
    elif amount.has_positive and amount.has_negative and not says(words, "expense"):
        yield from _by_sign(outline, block, amount)
    elif (
        is_only(block.title, "income", "expense")
        or is_only(words, "income", "expense")
        or (amount.means("in") and not amount.means("out"))
        or kind_of_total(amount.heading) == "income"
    ):
        yield received(outline, block, amount)
    else:
        yield from _spent(outline, block, amount, None)


def _by_word(
    outline: BookOutline, block: SheetBlock, amount: SeenColumn, way: WayColumn
) -> Iterator[TableCandidate]:
    """Yields the tables of a block in which each row has a word for money in or money out."""
    if "out" in way.words:
        yield from _spent(outline, block, amount, way)
    if "in" in way.words:
        rows = SpentRows(way.where("in"), others=way.others("in"))
        yield received(outline, block, amount, rows)


def _by_sign(
    outline: BookOutline, block: SheetBlock, amount: SeenColumn
) -> Iterator[TableCandidate]:
    """Yields the tables of a block that has positive and negative amounts in one column."""
    has_few = below_zero(outline.seen, block, [amount]).few
    question = minus_question(outline.seen.example(block, amount), has_few=has_few)
    if question.answer(outline.answers) == "refund":
        tables = [spent(outline, block, amount, SpentRows())]
    else:
        tables = [
            spent(outline, block, amount, SpentRows(turned=True), sign="negative"),
            received(outline, block, amount, sign="positive"),
        ]
    yield from _asking((question,), tables)


# A block without dates


def _undated(outline: BookOutline, block: SheetBlock) -> Iterator[TableCandidate]:
    planned = amount_of(block, ("planned",))
    actual = actual_of(block) or _to_date(outline, block, planned)
    if planned is not None and actual is None:
        actual = total_of_spent(outline.seen, block)
    total = (
        charged_of(outline.seen, block)
        or money_beside_in_kind(outline.seen, block)
        or total_without_dates(outline.seen, block)
        or gross_of(outline.seen, block)
    )
    by_month = outline.bare_periods_of(block)
    total = total or (None if planned else total_of_periods(outline.seen, block, by_month))
    main = total or planned or amount_of(block, ("total", "amount", "in", "out"))
    if main is None and actual is None and not block.has_periods:
        main = last_figures(block)
    amount = main or actual
    if amount is None and not block.has_periods:
        return
    if actual is main or (main and actual and _of_another_year(main, actual)):
        actual = None
    if planned and actual and is_spent_by(outline.seen, block, by_month, planned, actual):
        whole = {f"{month_of(outline.plan.start)}/{month_of(outline.plan.end)}": planned}
        yield from _by_period(outline, block, PeriodColumns(whole, by_month))
        return
    words = words_of_title(outline.seen, block)
    kind, asked = _kind_of(outline, block, planned, actual, by_month)
    way = way_column(outline.seen, block)
    tables: Iterable[TableCandidate]
    if main is not None and _is_income_column(main):
        # If the heading of the amounts says that money came in, the block is income.
        # Example: a list of donors with their gifts is income, not a list of budget lines.
        tables = [received(outline, block, main)]
    elif kind == "actual" and block.has_periods and by_month:
        # Months below a title such as `Spent in 2026` are spending, not a plan.
        tables = _by_period(outline, block, PeriodColumns(actual=by_month))
    elif way is None and is_income(block, words):
        tables = _income(outline, block, main, actual, kind)
    elif kind == "actual" and amount is not None and not block.has_periods:
        tables = _spent(outline, block, amount, way)
    else:
        tables = _lines(outline, block, main, actual, way)
    yield from _asking(asked, tables)


def _kind_of(
    outline: BookOutline,
    block: SheetBlock,
    planned: SeenColumn | None,
    actual: SeenColumn | None,
    by_month: Mapping[str, SeenColumn],
) -> tuple[str, tuple[Question, ...]]:
    """Returns `planned` or `actual` for a block without dates, and the question that was asked to
    know it."""
    days = outline.days_of_tab(block)
    has_begun = days is not None and days[0] <= outline.today
    of_month = outline.seen.grid(block).tab if has_begun else ""
    words = words_of_title(outline.seen, block)
    kind = kind_of(block, words, planned, actual, of_month=of_month)
    if kind and not (kind == "actual" and _has_months_to_come(outline, block, by_month)):
        return kind, ()
    question = question_of_kind(outline.seen, block, has_begun=has_begun)
    return question.answer(outline.answers), (question,)


def _has_months_to_come(
    outline: BookOutline, block: SheetBlock, by_month: Mapping[str, SeenColumn]
) -> bool:
    """Whether a period that has not begun has an amount. Nobody has spent that money yet."""
    today = outline.today.isoformat()[:7]
    return any(
        months_of_period(name)[0] > today and _has_amounts(outline, block, column)
        for name, column in by_month.items()
    )


def _to_date(
    outline: BookOutline, block: SheetBlock, planned: SeenColumn | None
) -> SeenColumn | None:
    """Returns the column of spending since the beginning, which is beside a plan or below the
    heading `Expenditure`. Returns None if there is none."""
    to_date = to_date_of(block)
    grid = outline.seen.grid(block)
    if to_date is None or (planned is None and not is_below_actual(grid, block, to_date)):
        return None
    return to_date


def _is_income_column(column: SeenColumn) -> bool:
    """Whether the heading of a column of amounts says only that the money came in."""
    means_in = column.means("in") and not column.means(*_OTHER_THAN_IN)
    return means_in or kind_of_total(column.heading) == "income"


def _of_another_year(main: SeenColumn, actual: SeenColumn) -> bool:
    """Whether the spending is only there for comparison, because it is of another year: `Actual
    2025 | Budget 2026`."""
    years = {*YEAR.findall(actual.heading)}
    return (
        bool(years)
        and years.isdisjoint(YEAR.findall(main.heading))
        and bool(YEAR.search(main.heading))
    )


def _asking(
    asked: tuple[Question, ...], tables: Iterable[TableCandidate]
) -> Iterator[TableCandidate]:
    """Yields the tables. The questions that were asked to find them are added to the first one."""
    for table in tables:
        yield replace(table, asked=(*asked, *table.asked))
        asked = ()


def _spent(
    outline: BookOutline, block: SheetBlock, amount: SeenColumn, way: WayColumn | None
) -> Iterator[TableCandidate]:
    rows = spent_rows(outline.seen, block, amount, way)
    rows, asked = _turned(outline, block, [amount], rows)
    yield from _asking(asked, [spent(outline, block, amount, rows)])


def _turned(
    outline: BookOutline, block: SheetBlock, columns: Sequence[SeenColumn], rows: SpentRows
) -> tuple[SpentRows, tuple[Question, ...]]:
    """Returns the condition for the rows of spending, and a question about amounts above zero.

    If spending is typed below zero, the condition is turned: an amount below zero was spent, and
    one above zero came back. The question lets a person say that it is the other way round."""
    typed = below_zero(outline.seen, block, columns)
    if rows.where or not typed.most:
        return rows, ()
    if not typed.mixed:
        return replace(rows, turned=True), ()
    question = minus_question(outline.seen.example(block, columns[0]))
    return replace(rows, turned=question.answer(outline.answers) == "out"), (question,)


def _income(
    outline: BookOutline,
    block: SheetBlock,
    main: SeenColumn | None,
    actual: SeenColumn | None,
    kind: str,
) -> Iterator[TableCandidate]:
    amount = main or actual
    if main is not None and actual is not None and _has_amounts(outline, block, actual):
        # The column of planned income is left out: otherwise the received money would count twice.
        # No mapping can say how much of the plan is still expected.
        yield received(outline, block, actual)
        return
    if amount is None:
        # Without a column of amounts, only months have amounts.
        found = outline.bare_periods_of(block)
        by_kind = PeriodColumns(found) if kind == "planned" else PeriodColumns(actual=found)
        yield from _by_period(outline, block, by_kind)
        return
    yield received(outline, block, amount, planned=kind == "planned")


def _has_amounts(outline: BookOutline, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether a column has an amount other than zero in any row of the block."""
    return any(outline.seen.figure(block, number, column) for number in block.rows)


def _lines(
    outline: BookOutline,
    block: SheetBlock,
    main: SeenColumn | None,
    actual: SeenColumn | None,
    way: WayColumn | None,
) -> Iterator[TableCandidate]:
    rows = spent_rows(outline.seen, block, main, way)
    planned = [main] if main is not None else [*outline.bare_periods_of(block).values()]
    if main is not None or block.has_periods:
        of_lines, asked = _turned(outline, block, planned, rows)
        yield from _asking(asked, [lines(outline, block, main, of_lines)])
    if way is not None and "in" in way.words and main is not None:
        of_income = SpentRows(way.where("in"), others=way.others("in"))
        yield received(outline, block, main, of_income, planned=True)
    if actual is not None and not actual.is_period:
        of_actual, asked = _turned(outline, block, [actual], rows)
        yield from _asking(asked, [spent(outline, block, actual, of_actual, of_line=True)])
