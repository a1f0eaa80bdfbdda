"""Finds the account of files that do not name their account. Two such files may belong to one
account or to two accounts. If two accounts are taken for one by mistake, money that was moved
between them is counted as an expense and an income."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from budgettrack.bank.accounts import KnownAccounts, account_mark
from budgettrack.bank.formats import Statement, StatementLine
from budgettrack.bank.formats.chain import ordered
from budgettrack.bank.matching import NEAR
from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.register.records import Banked

AskOwner = Callable[[str, Sequence[str], str], str]
"""A function that asks a person to which account a file belongs: the file, the known names, and
the likely one."""


def with_owners(
    statements: Sequence[Statement],
    key: bytes,
    known: KnownAccounts,
    given: Sequence[str],
    ask: AskOwner | None = None,
) -> tuple[list[Statement], list[str]]:
    """Return two things: the statements, in which files without an account number have the
    account that a person has named; and the names that were not used. These names are for
    accounts with a number.

    `given`: the names, in the order of the files. Raises UsageError if the files may belong to
    several accounts, a name is missing for one of them, and nobody can be asked."""
    files = list(dict.fromkeys(each.file for each in statements if not each.account))
    if len(files) < 2:
        return list(statements), list(given)
    places = dict.fromkeys((each.account, "" if each.account else each.file) for each in statements)
    names = {number: known.names.get(account_mark(key, number), "") for number, _ in places}
    new = [place for place in places if not place[0] or not names[place[0]]]
    # The user may type the name of a known account again. Such a name is left out here.
    said = [name for name in given if name not in names.values()]
    if len(said) >= len(new):
        owners = {file: name for (_, file), name in zip(new, said, strict=False) if file}
        left = [name for (_, file), name in zip(new, said, strict=False) if not file]
        return _owned(statements, owners), [*left, *said[len(new) :]]
    # If one name was given, or there is only one account, it is used for all files that are alike.
    is_named = bool(said) or len(known.all_names) == 1
    if _are_one([each for each in statements if not each.account], is_named=is_named):
        return list(statements), list(given)
    if ask is not None and not said:
        return _owned(statements, _asked(files, known, ask)), []
    raise UsageError(
        f"{', '.join(files)}: these files do not name their account, and nothing shows that"
        " they belong to one account. Name the account of each file, in this order. If two files"
        " belong to one account, give its name twice:" + " --account NAME" * len(new)
    )


def _owned(statements: Sequence[Statement], owners: Mapping[str, str]) -> list[Statement]:
    """Return the statements. One without an account number gets the account of its file."""
    return [each if each.account else replace(each, owner=owners[each.file]) for each in statements]


def _asked(files: Sequence[str], known: KnownAccounts, ask: AskOwner) -> dict[str, str]:
    """Return the account that a person names for each file."""
    owners: dict[str, str] = {}
    likely = next(iter(known.all_names), "Account 1")
    for file in files:
        names = dict.fromkeys((*known.all_names, *owners.values()))
        owners[file] = likely = ask(file, list(names), likely)
    return owners


def likely_owner(statements: Sequence[Statement], known: KnownAccounts) -> tuple[str, str]:
    """Return the account to which files without an account number probably belong, and "". This
    is the group's only account. If the files contradict the earlier entries of this account,
    return "" and the reason. If the group has no account or several, return "" twice.

    Example: the first file of the cash box lacks the payments that the bank account has on these
    days, so it cannot be the bank account."""
    if len(known.all_names) != 1 or not statements:
        return "", ""
    (name,) = known.all_names
    lines = [line for statement in statements for line in statement.lines]
    before = known.currencies.get(name, frozenset())
    currencies = {line.currency for line in lines}
    files = ", ".join(dict.fromkeys(each.file for each in statements))
    if before and currencies and not currencies & before:
        return "", (
            f"{files}: this file does not name its account. It is in"
            f" {', '.join(sorted(currencies))}; until now {name} was in"
            f" {', '.join(sorted(before))}."
        )
    missing = _missing(lines, [each for each in known.earlier if each.account == name])
    if missing is not None:
        return "", (
            f"{files}: this file does not name its account, and lacks an entry of {name} on"
            f" {missing.day}, within its days. It may be of another account."
        )
    return name, ""


def _missing(lines: Sequence[StatementLine], earlier: Sequence[Banked]) -> Banked | None:
    """Return an earlier entry that is missing in a file although its date is within the days of
    the file. Returns None if no entry is missing. The same entry may have another date in the
    file, a few days away, because file formats differ."""
    days = [line.day for line in lines]
    first, last = min(days, default=date.max), max(days, default=date.min)
    there: dict[tuple[int, str], list[date]] = {}
    for line in lines:
        try:
            units = money.minor(line.amount, line.currency)
        except (KeyError, ValueError):
            # `entries` reads this line later, and then raises an error with its number.
            continue
        there.setdefault((units, line.currency), []).append(line.day)
    absent: list[Banked] = []
    found = 0
    for entry in earlier:
        if entry.is_provisional or not first <= entry.day <= last:
            continue
        same = there.get((entry.units, entry.currency), [])
        near = min(same, key=lambda day: abs(day - entry.day), default=date.min)
        if abs(near - entry.day) <= NEAR:
            same.remove(near)
            found += 1
        elif first < entry.day < last:
            absent.append(entry)
    # A file that has more of the entries than it lacks belongs to this account.
    # The bank has corrected the entries that the file lacks.
    return absent[0] if len(absent) >= max(found, 1) else None


def _are_one(statements: Sequence[Statement], *, is_named: bool) -> bool:
    """Whether the files belong to one account. `is_named`: a person has named one account, or
    the group has only one; then it is enough that the files do not contradict this."""
    moving = [each for each in statements if each.lines]
    return all(_goes_on(one, two, is_named=is_named) for one, two in pairwise(ordered(moving)))


def _goes_on(earlier: Statement, later: Statement, *, is_named: bool) -> bool:
    """Whether two files belong to one account: the later one begins with the last balance of the
    earlier one, or both have the same movements on their common days. If they are of two months
    and a balance is missing, the files show nothing, so `is_named` decides."""
    if earlier.headings != later.headings or earlier.currency != later.currency:
        return False
    one, two = _ends(earlier), _ends(later)
    if one and two and one[1] == two[0]:
        return True
    assert earlier.last
    assert later.first
    if later.first <= earlier.last:
        return _shares_days(earlier, later)
    months = [(day.year, day.month) for day in (earlier.last, later.first)]
    return is_named and not (one and two) and months[0] != months[1]


def _ends(statement: Statement) -> tuple[object, object] | None:
    """Return the balances before and after the movements. Returns None if the file has none."""
    if statement.opening is not None and statement.closing is not None:
        return statement.opening, statement.closing
    return statement.running


def _shares_days(earlier: Statement, later: Statement) -> bool:
    """Whether two files have the same movements on their common days. On the first and the last
    common day, some movements may be missing in one of the files."""
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
