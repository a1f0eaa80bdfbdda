"""Files that do not name their account. Two of them may be of one account, or of two between which
money has moved: taken for one, a transfer would be an expense and an income."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from budgettrack.bank.accounts import KnownAccounts, account_mark
from budgettrack.bank.formats import Statement, StatementLine
from budgettrack.bank.formats.chain import ordered
from budgettrack.core.base.errors import UsageError


def with_owners(
    statements: Sequence[Statement], key: bytes, known: KnownAccounts, given: Sequence[str]
) -> tuple[list[Statement], list[str]]:
    """Return the statements, with the account that a person has named for each file without a
    number, and the names that are left for the accounts with a number.

    `given`: the names, in the order of the files. Raises UsageError if the files may be of several
    accounts, and a file has no name."""
    files = list(dict.fromkeys(each.file for each in statements if not each.account))
    if len(files) < 2:
        return list(statements), list(given)
    places = dict.fromkeys((each.account, "" if each.account else each.file) for each in statements)
    names = {number: known.names.get(account_mark(key, number), "") for number, _ in places}
    new = [place for place in places if not place[0] or not names[place[0]]]
    # The name of an account that the files name by its number may be said again.
    said = [name for name in given if name not in names.values()]
    if len(said) < len(new) and not _are_one([each for each in statements if not each.account]):
        raise UsageError(
            f"{', '.join(files)}: these files do not name their account, and nothing shows that"
            " they are of one. Say the account of each, in this order, and the same name twice for"
            " two files of one account:" + " --account NAME" * len(new)
        )
    if len(said) < len(new):
        return list(statements), list(given)
    owners = {file: name for (_, file), name in zip(new, said, strict=False) if file}
    left = [name for (_, file), name in zip(new, said, strict=False) if not file]
    return [
        each if each.account else replace(each, owner=owners[each.file]) for each in statements
    ], [*left, *said[len(new) :]]


def _are_one(statements: Sequence[Statement]) -> bool:
    """Whether the files show that they are of one account."""
    moving = [each for each in statements if each.lines]
    return all(_goes_on(earlier, later) for earlier, later in pairwise(ordered(moving)))


def _goes_on(earlier: Statement, later: Statement) -> bool:
    """Whether a file goes on where an earlier one ended, or has the same movements of the days that
    both have. Without balances, files of two months are taken for one account's."""
    if earlier.headings != later.headings or earlier.currency != later.currency:
        return False
    one, two = _ends(earlier), _ends(later)
    if one and two and one[1] == two[0]:
        return True
    assert earlier.last
    assert later.first
    if later.first <= earlier.last:
        return _shares_days(earlier, later)
    return not (one and two) and (earlier.last.month, earlier.last.year) != (
        later.first.month,
        later.first.year,
    )


def _ends(statement: Statement) -> tuple[object, object] | None:
    """Return the balances before and after the movements. Returns None if the file has none."""
    if statement.opening is not None and statement.closing is not None:
        return statement.opening, statement.closing
    return statement.running


def _shares_days(earlier: Statement, later: Statement) -> bool:
    """Whether both files have the same movements. Of the first and last day that both have, a file
    may have only some."""
    assert earlier.last
    assert later.first
    assert later.last
    first, last = later.first, min(earlier.last, later.last)
    one, two = _within(earlier, first, last), _within(later, first, last)
    differing = (one - two) + (two - one)
    return bool(one & two) and all(day in (first, last) for day, *_ in differing)


def _within(
    statement: Statement, first: date, last: date
) -> Counter[tuple[date, object, str, str]]:
    return Counter(_key(line) for line in statement.lines if first <= line.day <= last)


def _key(line: StatementLine) -> tuple[date, object, str, str]:
    return line.day, line.amount, line.currency, line.reference or line.words
