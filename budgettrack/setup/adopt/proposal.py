"""Proposes how the tables of a workbook are read, with the questions that the sheet leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import Book
from budgettrack.core.base.money import is_currency
from budgettrack.core.cells.headings import own_headings
from budgettrack.core.records.tables import TABLES, Shape, normal
from budgettrack.setup.adopt.block_dates import bare_days, unreadable_dates
from budgettrack.setup.adopt.block_tables import tables_of
from budgettrack.setup.adopt.candidate import BookOutline, TableCandidate
from budgettrack.setup.adopt.choice import summing_tables, without_repeats, without_summaries
from budgettrack.setup.adopt.columns import charged_of, is_amount, tax_beside
from budgettrack.setup.adopt.currency import currency_of, currency_of_amount, shared_sign
from budgettrack.setup.adopt.day_order import with_day_order
from budgettrack.setup.adopt.debits import is_journal
from budgettrack.setup.adopt.directions import DoubtfulDirection, doubtful_directions
from budgettrack.setup.adopt.in_kind import FoundInKind, in_kind
from budgettrack.setup.adopt.kinds import words_of_title
from budgettrack.setup.adopt.opening import OpeningBalance, opening_balances
from budgettrack.setup.adopt.paid import doubtful_words, words_in
from budgettrack.setup.adopt.people import hidden_tabs
from budgettrack.setup.adopt.plan import plan_days
from budgettrack.setup.adopt.questions import Question, currency_question, first_asked
from budgettrack.setup.adopt.same_headings import joined_tables
from budgettrack.setup.adopt.sections import mixes_kinds
from budgettrack.setup.adopt.seen_book import SeenBook, seen_book
from budgettrack.setup.adopt.unread import UnreadColumn, unread_columns
from budgettrack.setup.adopt.vocabulary import says, says_charged, says_thousands

NO_TABLE = "no table with amounts was seen"


class WorkbookProposal(Struct, frozen=True):
    """The proposed way to read a workbook.

    `is_own`: whether it has our own layout, so that nothing must be mapped. `left_out`: the tabs
    that are not read, each with the reason. `hidden`: the numbers of the tabs, from 0, whose names
    may be names of people. `out_of_sight`: the hidden columns that are read; '' means a whole
    hidden tab. `bare_days`: the columns that have days without a month. `unreadable_dates`: the
    columns whose dates cannot be read, so that spending would be taken for a plan. `shares`: the
    columns with the share of each line that a project pays. `in_thousands`: the columns of amounts
    in thousands. In the last five, each column has the number of its tab before it. `mixed`: the
    numbers of the tabs in which income and spending stand below each other and cannot be told
    apart. `repeating`: the columns that are read, although their amounts are sums of rows that are
    read elsewhere. `taxes`: the columns of a tax that the amounts that are read do not include.
    Both have the number of the tab, too. `doubtful`: the number of the tab and the cell,
    if its word leaves open whether a row is spending that was paid. `journals`: the numbers of the
    tabs in which each row names both its accounts. `directions`: the numbers of tabs of which
    little says whether their money came in or went out, each with what is doubtful.
    `unknown_states`: the columns such as *Status* of which no word says whether a row is paid, each
    with the number of its tab."""

    shapes: Mapping[str, Shape]
    questions: tuple[Question, ...]
    locale: str
    currency: str
    start: date
    end: date
    is_own: bool = False
    left_out: Mapping[int, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    unread: tuple[UnreadColumn, ...] = ()
    opening: tuple[OpeningBalance, ...] = ()
    out_of_sight: tuple[tuple[int, str], ...] = ()
    in_thousands: tuple[tuple[int, str], ...] = ()
    bare_days: tuple[tuple[int, str], ...] = ()
    unreadable_dates: tuple[tuple[int, str], ...] = ()
    shares: tuple[tuple[int, str], ...] = ()
    mixed: tuple[int, ...] = ()
    repeating: tuple[tuple[int, str], ...] = ()
    taxes: tuple[tuple[int, str], ...] = ()
    doubtful: tuple[tuple[int, str], ...] = ()
    journals: tuple[int, ...] = ()
    directions: tuple[tuple[int, DoubtfulDirection], ...] = ()
    in_kind: tuple[FoundInKind, ...] = ()
    unknown_states: tuple[tuple[int, str], ...] = ()


def propose(
    book: Book, today: date, answers: Mapping[str, str], *, locale: str = "", file_name: str = ""
) -> WorkbookProposal:
    """Proposes how a workbook is read. `answers` has the answers that are known, by question.

    `locale` is the locale of the config, if there is one."""
    seen, of_dates = with_day_order(seen_book(book, locale, file_name), answers)
    plan = plan_days(seen, today, answers)
    chosen = without_summaries(seen)
    tabs = hidden_tabs(book, chosen.blocks, answers)
    currency, of_currency = _currency_of(seen, answers)
    outline = BookOutline(seen, plan, today, currency, tabs, answers)
    if _is_own(book, seen.locale):
        return _proposal(outline, of_dates, {}, chosen.left_out, is_own=True)
    candidates = [table for block in chosen.blocks for table in tables_of(outline, block)]
    summing = summing_tables(outline, candidates)
    repeating = [candidates[number] for number in sorted(summing.kept)]
    if summing.left_out:
        outline, candidates = _without(outline, candidates, summing.left_out)
    of_blocks = [question for candidate in candidates for question in candidate.asked]
    tables = without_repeats(outline, candidates)
    joined = joined_tables(outline, tables.candidates)
    read = {candidate.block.place for candidate in tables.candidates}
    unread = {
        place: NO_TABLE
        for place, grid in enumerate(book.grids)
        if place not in read and not grid.mark
    }
    left_out = {**unread, **tables.left_out, **summing.reasons, **chosen.left_out}
    asked = [
        *of_currency,
        *of_dates,
        *plan.asked,
        *of_blocks,
        *joined.asked,
        *tabs.asked,
        *summing.asked,
    ]
    proposal = _proposal(outline, asked, joined.shapes, left_out)
    return replace(
        proposal,
        currency=_currency(proposal),
        unread=tuple(unread_columns(seen, tables.candidates)),
        opening=tuple(opening_balances(seen, tables.candidates)),
        out_of_sight=tuple(_out_of_sight(book, tables.candidates)),
        shares=tuple(dict.fromkeys(_shares(seen, tables.candidates))),
        bare_days=tuple(dict.fromkeys(_bare_days(seen, tables.candidates))),
        unreadable_dates=tuple(dict.fromkeys(_unreadable_dates(seen, tables.candidates))),
        in_thousands=tuple(dict.fromkeys(_in_thousands(tables.candidates))),
        repeating=tuple(
            (candidate.block.place, letters(column.index))
            for candidate in repeating
            if candidate in tables.candidates
            for column in candidate.columns
            if is_amount(column)
        ),
        taxes=tuple(dict.fromkeys(_taxes(seen, tables.candidates))),
        doubtful=tuple(dict.fromkeys(_doubtful(seen, tables.candidates))),
        directions=tuple(dict.fromkeys(doubtful_directions(seen, tables.candidates))),
        in_kind=tuple(dict.fromkeys(in_kind(seen, tables.candidates))),
        unknown_states=tuple(dict.fromkeys(_unknown_states(seen, tables.candidates))),
        journals=tuple(
            dict.fromkeys(
                candidate.block.place
                for candidate in tables.candidates
                if is_journal(seen, candidate.block)
            )
        ),
        mixed=tuple(
            dict.fromkeys(
                candidate.block.place
                for candidate in tables.candidates
                if mixes_kinds(seen, candidate.block, candidate.table)
            )
        ),
    )


def _without(
    outline: BookOutline, candidates: Sequence[TableCandidate], numbers: Set[int]
) -> tuple[BookOutline, list[TableCandidate]]:
    """Returns the tables without some of them, by their positions. The others are looked at again:
    a text of theirs may have been taken for a line that stands in a table which is left out."""
    kept = [candidate for number, candidate in enumerate(candidates) if number not in numbers]
    gone = [candidates[number] for number in numbers]
    blocks = tuple(
        block
        for block in outline.seen.blocks
        if not any(table.block == block for table in gone)
        or any(table.block == block for table in kept)
    )
    outline = replace(outline, seen=replace(outline.seen, blocks=blocks))
    again = [
        table
        for block in dict.fromkeys(table.block for table in kept)
        for table in tables_of(outline, block)
    ]
    left = {(table.block, table.table, table.columns) for table in gone}
    return outline, [
        table for table in again if (table.block, table.table, table.columns) not in left
    ]


def _currency_of(seen: SeenBook, answers: Mapping[str, str]) -> tuple[str, tuple[Question, ...]]:
    """Returns the currency of a workbook, and the question about it if its sign may mean several
    currencies. EUR if nothing shows a currency.

    Raises `UsageError` if the answer is no currency."""
    currency = currency_of(seen)
    sign, likely = shared_sign(seen)
    if currency or not sign:
        return currency or "EUR", ()
    question = currency_question(sign, likely)
    answer = question.answer(answers).strip().upper()
    if not is_currency(answer):
        raise UsageError(f'"{answer}" is no currency. Type its code, such as {likely}.')
    return answer, (question,)


def _shares(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the columns with the share of each line that a project pays, if no column has the
    amount that it pays. Each comes with the number of its tab."""
    for candidate in candidates:
        if candidate.table == "budget" and charged_of(seen, candidate.block) is None:
            for column in candidate.block.columns:
                if column.holds == "figures" and says_charged(column.heading):
                    yield candidate.block.place, letters(column.index)


def _taxes(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the columns of a tax that the amounts of a table do not include, each with the number
    of its tab."""
    for candidate in candidates:
        for amount in filter(is_amount, candidate.columns):
            tax = tax_beside(seen, candidate.block, amount)
            if tax is not None:
                yield candidate.block.place, letters(tax.index)


def _doubtful(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the cells with a word that leaves open whether a row is spending that was paid, each
    with the number of its tab before it. The word is not told: it may be a name."""
    for candidate in candidates:
        shape = candidate.shape
        has_state = "state" in {*shape.headings, *shape.columns}
        if candidate.table == "expenses" and not has_state:
            for cell in doubtful_words(seen, candidate.block, shape.where):
                yield candidate.block.place, cell


def _unknown_states(
    seen: SeenBook, candidates: Sequence[TableCandidate]
) -> Iterator[tuple[int, str]]:
    """Yields the columns such as *Status* that have several words, if none of them says whether a
    row is paid or received. Each comes with the number of its tab."""
    for candidate in candidates:
        shape = candidate.shape
        has_state = "state" in {*shape.headings, *shape.columns}
        for column in candidate.block.having("state")[:1]:
            is_used = has_state or column.heading in shape.where
            words = {normal(word) for word in words_in(seen, candidate.block, column)}
            is_text = candidate.table != "budget" and column.holds == "texts"
            if is_text and not is_used and len(words) > 1:
                yield candidate.block.place, letters(column.index)


def _bare_days(seen: SeenBook, candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the columns that have days without a month, each with the number of its tab."""
    for candidate in candidates:
        column = bare_days(seen, candidate.block)
        if column is not None:
            yield candidate.block.place, letters(column.index)


def _unreadable_dates(
    seen: SeenBook, candidates: Sequence[TableCandidate]
) -> Iterator[tuple[int, str]]:
    """Yields the columns whose dates cannot be read, each with the number of its tab. In a plan,
    a text such as `every 2nd week` may stand there."""
    for candidate in candidates:
        block = candidate.block
        is_plan = any(column.means("planned") for column in block.columns)
        if not is_plan and not says(words_of_title(seen, block), "planned"):
            column = unreadable_dates(seen, block)
            if column is not None:
                yield block.place, letters(column.index)


def _in_thousands(candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the columns of amounts in thousands, each with the number of its tab."""
    for candidate in candidates:
        for column in candidate.columns:
            is_figure = is_amount(column) or column.is_period
            if is_figure and says_thousands(f"{candidate.block.title} {column.heading}"):
                yield candidate.block.place, letters(column.index)


def _out_of_sight(book: Book, candidates: Sequence[TableCandidate]) -> Iterator[tuple[int, str]]:
    """Yields the hidden columns that are read, each with the number of its tab. '' means a whole
    hidden tab."""
    for place, grid in enumerate(book.grids):
        of_tab = [candidate for candidate in candidates if candidate.block.place == place]
        if of_tab and grid.is_hidden:
            yield place, ""
        read = {column.index for candidate in of_tab for column in candidate.columns}
        for index in sorted(read & grid.hidden_columns):
            yield place, letters(index)


def _currency(proposal: WorkbookProposal) -> str:
    """Returns the currency of the amounts that are read. If they name no currency, returns that
    of the workbook. (A column that is not read may have another currency.)"""
    parts = [part for shape in proposal.shapes.values() for part in shape.blocks]
    headings = {part.headings.get("amount", "") for part in parts}
    named = {currency_of_amount(heading, proposal.locale, "") for heading in headings} - {""}
    return named.pop() if len(named) == 1 else proposal.currency


def _proposal(
    outline: BookOutline,
    asked: Sequence[Question],
    shapes: Mapping[str, Shape],
    left_out: Mapping[int, str],
    *,
    is_own: bool = False,
) -> WorkbookProposal:
    return WorkbookProposal(
        shapes,
        first_asked(asked),
        outline.seen.locale,
        outline.currency,
        outline.plan.start,
        outline.plan.end,
        is_own,
        left_out,
        frozenset() if is_own else outline.tabs.hidden,
    )


def _is_own(book: Book, locale: str) -> bool:
    """Whether the workbook has our own layout: at least two tabs with our headings and IDs."""
    return sum(_own_tabs(book, locale)) > 1


def _own_tabs(book: Book, locale: str) -> Iterator[bool]:
    for table in TABLES:
        for grid in book.grids:
            if normal(grid.tab) == normal(table.tab) and "id" in table.by_name:
                headings, _ = own_headings(table, grid, locale)
                yield headings is not None and "id" in headings.columns
