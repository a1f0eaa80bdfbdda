"""Chooses the blocks (tables of people) that are read: those that do not repeat another block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.month_headings import named_month
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.total_labels import total_label
from budgettrack.setup.adopt.candidate import BookOutline, TableCandidate
from budgettrack.setup.adopt.columns import is_amount
from budgettrack.setup.adopt.digests import Certainty, CountedRow, digests
from budgettrack.setup.adopt.kinds import words_of_title
from budgettrack.setup.adopt.questions import Question, summary_question
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import meanings_of, says, without_role


class ChosenBlocks(Struct, frozen=True):
    """The blocks that are read. `left_out` has the other tabs, each with the reason."""

    blocks: tuple[SheetBlock, ...]
    left_out: Mapping[int, str]


class ChosenTables(Struct, frozen=True):
    """The tables that are read. `left_out` has the other tabs, each with the reason."""

    candidates: tuple[TableCandidate, ...]
    left_out: Mapping[int, str]


class _Amounts(Struct, frozen=True):
    """The rows of a table that have amounts, and the sums of these by category."""

    rows: Sequence[CountedRow] = ()
    by_category: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def each(self) -> list[Decimal]:
        return [row.amount for row in self.rows]

    @property
    def whole(self) -> Decimal:
        return sum(self.each, Decimal(0))


def without_summaries(seen: SeenBook) -> ChosenBlocks:
    """Returns the blocks. A block that only repeats figures of other tabs by formula is left
    out."""
    kept: list[SheetBlock] = []
    left_out: dict[int, str] = {}
    for block in seen.blocks:
        if _is_summary(seen, block):
            left_out[block.place] = "its figures are formulas on other tabs"
        elif _lies_on_its_side(seen, block):
            left_out[block.place] = "its lines are columns, and its rows say planned and actual"
        elif _has_months_as_rows(seen, block):
            left_out[block.place] = (
                "its months are rows and its lines are columns. Copy it and paste it transposed, so"
                " that each line is a row"
            )
        else:
            kept.append(block)
    return ChosenBlocks(tuple(kept), left_out)


def _lies_on_its_side(seen: SeenBook, block: SheetBlock) -> bool:
    """Whether the rows of a block are "planned", "spent" and "left", so that it is turned on its
    side."""
    texts = [
        text
        for column in block.columns
        if column.holds == "texts"
        for text in seen.values(block, column)
        if isinstance(text, str) and text.strip()
    ]
    roles = {without_role(text)[0] for text in texts if not without_role(text)[1]}
    return (
        {"planned", "actual"} <= roles
        and len(texts) < _FEW_ROWS
        and all(not without_role(text)[1] or "ignored" in meanings_of(text) for text in texts)
    )


_FEW_ROWS = 7


def _has_months_as_rows(seen: SeenBook, block: SheetBlock) -> bool:
    """Whether a plan has its months in rows and its lines in columns: `Month | Rent | Food`. A
    block of spending is not meant: there, the total of a month was spent in that month."""
    words = words_of_title(seen, block)
    if says(words, "actual") or (says(words, "expense") and not says(words, "planned")):
        return False
    lines = [column for column in block.columns if is_amount(column) and not column.means(*_ROLES)]
    return len(lines) > 1 and any(_are_months(seen, block, column) for column in block.columns)


_ROLES = ("amount", "total", "planned", "actual", "in", "out")


def _are_months(seen: SeenBook, block: SheetBlock, column: SeenColumn) -> bool:
    """Whether a column has the names of months, each of them once."""
    texts = [
        value
        for value in seen.values(block, column)
        if isinstance(value, str) and value.strip() and total_label(value) is None
    ]
    months = [named_month(text, seen.locale) for text in texts]
    return len(months) > 2 and None not in months and len({*months}) == len(months)


def _is_summary(seen: SeenBook, block: SheetBlock) -> bool:
    grid = seen.grid(block)
    cells = [
        (number, column.index)
        for column in block.columns
        if column.holds == "figures"
        for number in block.rows
        if grid.at(number, column.index) is not None
    ]
    of_tabs = sum("!" in grid.formulas.get(cell, "") for cell in cells)
    return bool(cells) and of_tabs * 2 > len(cells)


def without_repeats(outline: BookOutline, candidates: Sequence[TableCandidate]) -> ChosenTables:
    """Returns the tables. A table that repeats another table is left out. Spending with dates is
    preferred to spending by line, and lines are preferred to their totals."""
    amounts = [_amounts(outline.seen, candidate) for candidate in candidates]
    return _without_repeats(outline, candidates, amounts)


class SummingTables(Struct, frozen=True):
    """The tables that only sum up others, or seem to. `left_out`: the positions of those that are
    left out. `reasons`: their tabs, each with the reason. `kept`: the positions of those that are
    read. `asked`: the question about them."""

    left_out: frozenset[int] = frozenset()
    reasons: Mapping[int, str] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    asked: tuple[Question, ...] = ()


def summing_tables(outline: BookOutline, candidates: Sequence[TableCandidate]) -> SummingTables:
    """Returns which tables only sum up the rows of others, as a person or the default answers."""
    rows = [_amounts(outline.seen, candidate).rows for candidate in candidates]
    found = digests(outline.seen, candidates, rows)
    question = _question_of(candidates, found)
    if question is None:
        return SummingTables()
    if question.answer(outline.answers) != "yes":
        return SummingTables(kept=frozenset(found), asked=(question,))
    reasons = {candidates[number].block.place: _sums_up(candidates, number) for number in found}
    return SummingTables(frozenset(found), reasons, asked=(question,))


def _question_of(
    candidates: Sequence[TableCandidate], found: Mapping[int, Certainty]
) -> Question | None:
    """Returns the question whether tables only sum up others. Returns None if none seems to."""
    if not found:
        return None
    places = {candidates[number].block.place for number in found}
    certainties = {*found.values()}
    default = {frozenset({"sure"}): "yes", frozenset({"planned"}): "no"}
    return summary_question(places, default.get(frozenset(certainties), ""))


def _sums_up(candidates: Sequence[TableCandidate], number: int) -> str:
    """Returns why a table is left out that only sums up others."""
    own = candidates[number]
    is_beside = any(
        other.block.place == own.block.place and other.block is not own.block
        for other in candidates
    )
    figures = [letters(column.index) for column in own.columns if column.holds == "figures"]
    where = f" in column {', '.join(figures)}" if is_beside and figures else ""
    return f"its amounts{where} are sums of rows that are read elsewhere"


def _without_repeats(
    outline: BookOutline, candidates: Sequence[TableCandidate], amounts: Sequence[_Amounts]
) -> ChosenTables:
    dated = {candidate.table for candidate in candidates if candidate.is_dated} - {"budget"}
    has_known = any(candidate.is_known for candidate in candidates)
    kept: list[TableCandidate] = []
    left_out: dict[int, str] = {}
    for number, candidate in enumerate(candidates):
        reason = ""
        if _repeats_tabs(number, candidates, amounts):
            left_out.setdefault(candidate.block.place, "its amounts are sums of other tabs")
            continue
        if candidate.table in dated:
            if candidate.is_dated:
                kept.append(candidate)
            continue
        if not candidate.is_known and has_known:
            reason = "no heading says what it is"
        elif _is_said_again(outline, number, candidates, amounts):
            reason = "its amounts sum to the same as those of another tab"
        if reason:
            left_out.setdefault(candidate.block.place, reason)
        else:
            kept.append(candidate)
    return ChosenTables(tuple(kept), left_out)


def _repeats_tabs(
    number: int, candidates: Sequence[TableCandidate], amounts: Sequence[_Amounts]
) -> bool:
    """Whether a tab is a summary that somebody typed, with one row for each month or project. Each
    of its amounts is then the sum of another tab, and all other tabs are in it."""
    own = candidates[number]
    others = [
        amounts[place]
        for place, other in enumerate(candidates)
        if other.block.place != own.block.place
        and other.is_dated
        and other.table != "budget"
        and own.table in (other.table, "budget")
    ] or _of_its_kind(number, candidates, amounts)
    filled = sorted(amount for amount in amounts[number].each if amount)
    return (
        len(filled) > 1
        and any(len(other.each) > 1 for other in others)
        and filled == sorted(other.whole for other in others if other.whole)
    )


def _of_its_kind(
    number: int, candidates: Sequence[TableCandidate], amounts: Sequence[_Amounts]
) -> list[_Amounts]:
    """Returns the amounts of the same table in other tabs, if there are two or more such tabs."""
    own = candidates[number]
    others = [
        amounts[place]
        for place, other in enumerate(candidates)
        if other.block.place != own.block.place and other.table == own.table
    ]
    return others if len(others) > 1 else []


def _is_said_again(
    outline: BookOutline,
    number: int,
    candidates: Sequence[TableCandidate],
    amounts: Sequence[_Amounts],
) -> bool:
    """Whether the amounts of a table repeat a larger table, as its total or as its sums by
    category.

    Two projects may have the same budget by chance; then their spending differs. Two months may
    have the same budget and the same spending, for example if both have only the rent."""
    own = candidates[number]
    return any(
        _says_again(amounts[number], amounts[larger])
        and all(
            _says_again(amounts[place], amounts[there])
            for place, beside in enumerate(candidates)
            if beside.block.place == own.block.place and beside.table != own.table
            for there, other in enumerate(candidates)
            if other.block.place == candidates[larger].block.place
            and other.table == beside.table
            and other.block.place != own.block.place
        )
        for larger in _larger(number, candidates, amounts)
        if not _are_of_two_months(outline, own.block, candidates[larger].block)
    )


def _are_of_two_months(outline: BookOutline, one: SheetBlock, other: SheetBlock) -> bool:
    """Whether the names of the tabs of two blocks have different months, such as `Jan 2026` and
    `Feb 2026`."""
    days = {outline.days_of_tab(one), outline.days_of_tab(other)}
    return len(days) == 2 and None not in days


def _larger(
    number: int, candidates: Sequence[TableCandidate], amounts: Sequence[_Amounts]
) -> list[int]:
    """Returns the positions of the larger candidates for the same table. If two candidates have the
    same number of rows, the first one counts as larger."""
    return [
        place
        for place, other in enumerate(candidates)
        if other.table == candidates[number].table
        # Tables of the same block are not compared: two months in one block may have the same sum.
        and other.block is not candidates[number].block
        and (len(amounts[place].each), -place) > (len(amounts[number].each), -number)
    ]


def _amounts(seen: SeenBook, candidate: TableCandidate) -> _Amounts:
    # The tabs of other months are candidates of their own.
    alone = replace(candidate.shape, tabs=(candidate.shape.tab,))
    table = read_rows(seen.book, {candidate.table: alone}, seen.locale).tables.get(candidate.table)
    rows: list[CountedRow] = []
    by_category: dict[str, Decimal] = {}
    grid = seen.grid(candidate.block)
    # Our tables of spending and income have no field for a category, but the sheet may have one.
    beside = next(iter(candidate.block.having("category")), None)
    for row in table.rows if table else ():
        of_periods = {
            name: Decimal(text) for name, text in row.fields.items() if text and is_period(name)
        }
        if "amount" in row.fields or of_periods:
            by_period = sum(of_periods.values(), Decimal(0))
            amount = Decimal(row.fields.get("amount") or by_period)
            typed = grid.at(row.number, beside.index) if beside else None
            category = row.fields.get("category") or (typed if isinstance(typed, str) else "")
            day = row.fields.get("date", "")
            day = day if candidate.is_dated else ""
            rows.append(CountedRow(row.number, amount, day, of_periods))
            by_category[category] = by_category.get(category, Decimal(0)) + amount
    return _Amounts(rows, by_category)


def _says_again(own: _Amounts, other: _Amounts) -> bool:
    """Whether amounts repeat another table: they are its total, or its sums by category."""
    return bool(own.each) and (
        _nearly(own.whole, other.whole) or _are_sums(own.each, [*other.by_category.values()])
    )


def _are_sums(amounts: Sequence[Decimal], sums: Sequence[Decimal]) -> bool:
    """Whether each amount is the sum of a category in another table."""
    return len(sums) > 1 and all(
        any(_nearly(amount, other) for other in sums) for amount in amounts
    )


def _nearly(one: Decimal, other: Decimal) -> bool:
    """Whether two sums are the same except for rounding."""
    return abs(one - other) * 10_000 <= abs(other)
