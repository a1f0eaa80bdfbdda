"""Puts statements into a chain: the closing balance of each is the opening balance of the next.

If a statement is missing, the chain is broken. If two statements overlap, both have the entries
of the same days. An entry may also be in a report within the day and again in a statement. Each
entry counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Protocol, TypeVar

from budgettrack.bank.formats.statement import Statement, StatementLine


class HasBalances(Protocol):
    """The fields of a statement that show where it begins and ends."""

    @property
    def first(self) -> date | None: ...
    @property
    def last(self) -> date | None: ...
    @property
    def opening(self) -> Decimal | int | None: ...
    @property
    def closing(self) -> Decimal | int | None: ...


Balanced = TypeVar("Balanced", bound=HasBalances)

Account = tuple[str, str]
"""The number of an account, and its currency."""


def joined(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements with each entry once, and with a warning for each gap between them."""
    once = _once(statements)
    by_account: dict[Account, list[Statement]] = defaultdict(list)
    for statement in once:
        by_account[statement.of_account, _currency(statement)].append(statement)
    chained: list[Statement] = []
    for of_account in by_account.values():
        final = [statement for statement in of_account if not statement.is_provisional]
        provisional = [statement for statement in of_account if statement.is_provisional]
        chained += _with_reports(_chained(final), provisional)
    order = {statement.place: number for number, statement in enumerate(once)}
    return sorted(chained, key=lambda statement: order[statement.place])


def _currency(statement: Statement) -> str:
    return statement.currency or next((line.currency for line in statement.lines), "")


def _once(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements. If several are equal in everything, also in their balances, only one
    is returned, with a note."""
    counted = Counter(statements)
    return [
        _noted(statement, f"{statement.place} was given twice; it counts once.")
        if times > 1
        else statement
        for statement, times in counted.items()
    ]


def _chained(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements of an account with each entry once, and with a warning for each gap."""
    in_order = ordered(statements)
    result = list(in_order[:1])
    for earlier, later in reaching(in_order):
        if follows(earlier, later):
            result.append(_with_pages(earlier, later))
        elif overlaps(earlier, later):
            result.append(_without(later, result))
        elif None not in (earlier.closes, later.opens) and earlier.closes != later.opens:
            result.append(_warned(later, _gap(earlier, later)))
        else:
            result.append(later)
    return result


def ordered(statements: Sequence[Balanced]) -> list[Balanced]:
    """Return the statements from the oldest to the newest.

    Statements of the same days have no order by date. Some banks write the newest of them first,
    some last. So the order with fewer gaps is returned."""

    def days(statement: HasBalances) -> tuple[str, str]:
        return str(statement.first or ""), str(statement.last or "")

    as_written = sorted(statements, key=days)
    turned = sorted(statements, key=days, reverse=True)[::-1]
    return min(as_written, turned, key=_gaps)


def reaching(in_order: Sequence[Balanced]) -> Iterator[tuple[Balanced, Balanced]]:
    """Yield each statement but the first with the statement before it that reaches furthest.

    A statement of a quarter reaches further than one of a month within it."""
    furthest: Balanced | None = None
    for statement in in_order:
        if furthest is not None:
            yield furthest, statement
        if furthest is None or str(statement.last or "") >= str(furthest.last or ""):
            furthest = statement


def _gaps(statements: Sequence[HasBalances]) -> int:
    return sum(not follows(earlier, later) for earlier, later in pairwise(statements))


def follows(earlier: HasBalances, later: HasBalances) -> bool:
    """Tell whether a statement opens with the closing balance of an earlier one."""
    return earlier.closing is not None and earlier.closing == later.opening


def overlaps(earlier: HasBalances, later: HasBalances) -> bool:
    """Tell whether two statements have a day in common. If they do, both may have all entries of
    that day."""
    if earlier.last is None or later.first is None:
        return False
    if earlier.closing is None or later.opening is None:
        return later.first <= earlier.last
    return later.first < earlier.last


def _gap(earlier: Statement, later: Statement) -> str:
    page = _missing(earlier.page, later.page) if earlier.number == later.number else ""
    return (
        f"{later.place}: its opening balance is {later.opens} {later.currency}, but the"
        f" statement before it has the closing balance {earlier.closes} {earlier.currency}. What"
        f" was booked between {earlier.last} and {later.first} is missing{page}. Download those"
        " days, too."
    )


def _missing(earlier: int | None, later: int | None) -> str:
    """Return in words the numbers of the pages that are missing between two pages, or "" if none
    is missing."""
    if earlier is None or later is None or later - earlier < 2:
        return ""
    if later - earlier == 2:
        return f" (page {earlier + 1})"
    return f" (pages {earlier + 1} to {later - 1})"


def _with_pages(earlier: Statement, later: Statement) -> Statement:
    """Return the later statement, with a warning if a page between the two is missing.

    The page numbers are compared, because balances do not show a missing page with entries that
    sum to zero."""
    pages = _missing(earlier.page, later.page) if earlier.number == later.number else ""
    if not pages:
        return _with_numbers(earlier, later)
    return _warned(
        later, f"{later.place}: the file goes on after a missing page{pages}. Download it again."
    )


def _with_numbers(earlier: Statement, later: Statement) -> Statement:
    """Return the later statement, with a note if a number is missing between the bank's numbers
    of the two statements.

    This is no warning: the balances agree, and some banks also number days without entries."""
    numbers = earlier.number or 0, later.number or 0
    if not 1 < numbers[1] - numbers[0] < 10:
        return later
    note = (
        f"{later.place} has the number {numbers[1]}, the one before it {numbers[0]}. Their balances"
        " agree, so either nothing is missing, or the missing entries sum to zero."
    )
    return _noted(later, note)


def _noted(statement: Statement, note: str) -> Statement:
    return replace(statement, notes=(*statement.notes, note))


def _warned(statement: Statement, warning: str) -> Statement:
    return replace(statement, left_out=(*statement.left_out, warning))


def _key(line: StatementLine) -> tuple[object, ...]:
    return line.day, line.amount, line.currency, line.reference or line.words


def _without(later: Statement, earlier: Iterable[Statement]) -> Statement:
    """Return a statement without the entries that an overlapping statement also has, and with a
    note about them."""
    there = Counter(
        _key(line)
        for statement in earlier
        if overlaps(statement, later)
        for line in statement.lines
    )
    kept: list[StatementLine] = []
    for line in later.lines:
        if there[_key(line)]:
            there[_key(line)] -= 1
        else:
            kept.append(line)
    twice = len(later.lines) - len(kept)
    if not twice:
        return later
    note = f"{later.place} overlaps the one before it: {twice} of its entries count once."
    return _noted(replace(later, lines=tuple(kept)), note)


def _with_reports(final: Sequence[Statement], provisional: Sequence[Statement]) -> list[Statement]:
    """Return statements and reports within the day. If both have the same entry, only the entry
    of the statement is kept. If it lacks the payments of its batch, they are copied from the
    report."""
    lines: dict[tuple[str, int], StatementLine] = {
        (statement.place, number): line
        for statement in final
        for number, line in enumerate(statement.lines)
    }
    waiting = _Waiting(lines)
    reports: list[Statement] = []
    known: Counter[tuple[object, ...]] = Counter()
    for report in provisional:
        kept = []
        seen: Counter[tuple[object, ...]] = Counter()
        for line in report.lines:
            key = _key(line)
            seen[key] += 1
            at = waiting.take(line)
            if at is not None:
                lines[at] = _with_details(lines[at], line)
            # A later report of the day repeats the entries of an earlier report of the same day.
            # An entry that two reports have is left out once.
            elif not line.reference or seen[key] > known[key]:
                kept.append(line)
        known |= seen
        reports.append(_remaining(report, kept, final))
    whole = [
        replace(
            statement,
            lines=tuple(lines[statement.place, number] for number in range(len(statement.lines))),
        )
        for statement in final
    ]
    return [*whole, *(report for report in reports if report.lines or report.left_out or not final)]


class _Waiting:
    """The entries of statements for which no entry of a report was found yet."""

    def __init__(self, lines: Mapping[tuple[str, int], StatementLine]) -> None:
        self._by_amount: dict[tuple[object, ...], list[tuple[str, int]]] = defaultdict(list)
        self._lines = dict(lines)
        for at, line in lines.items():
            self._by_amount[line.amount, line.currency].append(at)

    def take(self, line: StatementLine) -> tuple[str, int] | None:
        """Find the entry of a statement that is equal to `line`, an entry of a report. Return its
        place, or None if there is no such entry. Each entry is used once."""
        places = self._by_amount.get((line.amount, line.currency), [])
        for is_same in (_has_reference, _is_of_day):
            for at in places:
                if is_same(self._lines[at], line):
                    places.remove(at)
                    return at
        return None


def _has_reference(one: StatementLine, other: StatementLine) -> bool:
    return bool(one.reference) and one.reference == other.reference


def _is_of_day(one: StatementLine, other: StatementLine) -> bool:
    """Tell whether two entries have the same day, and at least one of them has no reference. (Two
    references would show that the entries are different.)"""
    return one.day == other.day and not (one.reference and other.reference)


def _with_details(line: StatementLine, report: StatementLine) -> StatementLine:
    if line.details or not report.details:
        return line
    return replace(line, details=report.details)


def _remaining(
    report: Statement, kept: Sequence[StatementLine], final: Sequence[Statement]
) -> Statement:
    """Return a report with only the entries in `kept`, which no statement has. If there is a
    statement for the day of such an entry, the entry is left out, with a warning."""
    left: list[StatementLine] = []
    warnings: list[str] = []
    for line in kept:
        if any(_covers(statement, line) for statement in final):
            warnings.append(f"{line.place} is in no statement of its day, and was left out.")
        else:
            left.append(line)
    notes = report.notes if left or not final else ()
    return replace(report, lines=tuple(left), notes=notes, left_out=(*report.left_out, *warnings))


def _covers(statement: Statement, line: StatementLine) -> bool:
    if statement.first is None or statement.last is None:
        return False
    return statement.first < line.day < statement.last or statement.last == line.day
