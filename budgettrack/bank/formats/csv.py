"""A bank's CSV file, read by the headings in the config."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from budgettrack.bank.formats.statement import (
    Statement,
    StatementLine,
    refuse_many,
    unreadable,
)
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.values import read as read_value
from budgettrack.core.records.tables import ColumnKind

DELIMITERS = (";", ",", "\t", "|")

HEAD = 40
"""The rows searched for the headings: banks put the account and its holder above them."""


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    cells: Mapping[str, str]
    line: StatementLine


def read(name: str, content: bytes, layout: Layout, locale: str) -> list[Statement]:
    """Return the one statement of a CSV file.

    A row without a date is not a movement: it is named in the notes. Raises UsageError with the
    line."""
    refuse_many(name, max(content.count(b"\n"), content.count(b"\r")))
    rows: list[_Row] = []
    notes: list[str] = []
    left_out: list[str] = []
    for number, cells in _cells(name, _decoded(name, content, layout), layout):
        place = f"{name}, line {number}"
        if not any(cells.values()):
            continue
        if any(letter.isdigit() for letter in cells[layout.date]):
            rows.append(_Row(place, cells, _line(place, cells, layout, locale)))
            continue
        note = f"{place} has no date and was left out: a total, or a remark?"
        amounts = [cells.get(column) for column in (layout.amount, layout.came_in, layout.went_out)]
        (left_out if any(amounts) else notes).append(note)
    if layout.balance:
        _balances(rows, layout.balance, locale)
    else:
        notes.append(
            f"{name}: no balance is named in [bank], so that nothing proves the file whole."
        )
    days = [row.line.day for row in rows]
    return [
        Statement(
            tuple(row.line for row in rows),
            min(days, default=None),
            max(days, default=None),
            notes=tuple(notes),
            left_out=tuple(left_out),
        )
    ]


def _decoded(name: str, content: bytes, layout: Layout) -> str:
    try:
        return content.decode(layout.encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise unreadable(
            f"{name}, line {line}",
            f"this is not {layout.encoding.removesuffix('-sig').upper()} text",
            'Name its encoding in the config, as: [bank] encoding = "cp1252"',
        ) from None


def _cells(name: str, text: str, layout: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the rows below the heading row as cells by heading, each with its line number."""
    for delimiter in DELIMITERS:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        try:
            for _, row in zip(range(HEAD), reader, strict=False):
                headings = [" ".join(heading.split()) for heading in row]
                if set(layout.headings) <= set(headings):
                    columns = _columns(f"{name}, line {reader.line_num}", headings, layout)
                    for cells in reader:
                        yield reader.line_num, _by_heading(cells, columns)
                    return
        except csv.Error as error:
            raise unreadable(
                f"{name}, line {reader.line_num}", f"this is not CSV ({error})", "Download it again"
            ) from None
    named = ", ".join(f'"{heading}"' for heading in layout.headings)
    raise unreadable(
        name,
        f"no row among the first {HEAD} has the headings {named}",
        "Compare them with the file, letter by letter, and correct [bank] in the config (its"
        " encoding, too)",
    )


def _columns(place: str, headings: Sequence[str], layout: Layout) -> dict[str, int]:
    """Return the column of each heading that the config names."""
    for heading in layout.headings:
        if headings.count(heading) > 1:
            problem = f'two columns are called "{heading}"'
            raise unreadable(place, problem, "Rename the column that is not wanted")
    return {heading: headings.index(heading) for heading in layout.headings}


def _by_heading(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {
        heading: cells[index].strip() if index < len(cells) else ""
        for heading, index in columns.items()
    }


def _line(place: str, cells: Mapping[str, str], layout: Layout, locale: str) -> StatementLine:
    if layout.amount:
        amount, sign = _amount(place, cells, layout.amount, locale)
    else:
        came, of_came = _amount(place, cells, layout.came_in, locale, blank="0")
        went, of_went = _amount(place, cells, layout.went_out, locale, blank="0")
        if bool(came) == bool(went):
            problem = "both came in and went out" if came else "has no amount"
            raise unreadable(place, f"it {problem}", "Correct the line, or download the file again")
        amount, sign = came - abs(went), of_came or of_went
    currency = cells.get(layout.currency, layout.currency)
    currency = _read(place, currency, "currency", locale, layout.currency)
    if sign and currency not in sign:
        raise unreadable(
            place,
            f"its amount is in {' or '.join(sorted(sign))}, its currency is {currency}",
            "Download one file for each account and currency, or name the column of the currency in"
            " [bank]",
        )
    return StatementLine(
        place,
        date.fromisoformat(_read(place, cells[layout.date], "date", locale, layout.date)),
        amount,
        currency,
        cells.get(layout.reference) or cells.get(layout.text, ""),
        " ".join(cells.get(layout.text, "").split()),
    )


def _amount(
    place: str, cells: Mapping[str, str], heading: str, locale: str, blank: str = ""
) -> tuple[Decimal, frozenset[str]]:
    """Return an amount, and the currencies that the sign beside it can stand for."""
    value = read_value(cells[heading] or blank, "money", locale)
    if isinstance(value, Priced):
        return Decimal(value.text), value.currencies
    return Decimal(_good(place, value, heading)), frozenset()


def _read(place: str, text: str, kind: ColumnKind, locale: str, heading: str) -> str:
    return _good(place, read_value(text, kind, locale), heading)


def _good(place: str, reading: str | Finding | Priced, heading: str) -> str:
    if isinstance(reading, Finding):
        # The finding would quote the cell. If a wrong column is named in the config, the cell may
        # hold the name of a person.
        problem = (
            CODES[reading.code]
            .problem.replace('"{value}"', "what stands there")
            .replace("{value}", "it")
        )
        problem = problem.format_map({**dict(reading.values), "currency": "this currency"}).rstrip(
            "."
        )
        raise unreadable(
            place,
            f'"{heading}": {problem}',
            "Set how the bank writes dates and numbers: [bank] locale, as de_DE",
        )
    if isinstance(reading, Priced) or not reading:
        raise unreadable(
            place, f'"{heading}" is empty', "Correct the line, or download the file again"
        )
    return reading


def _balances(rows: Sequence[_Row], heading: str, locale: str) -> None:
    """Check that each balance follows from the one before, with the oldest or the newest row first.

    Raises UsageError if it does not."""
    balances = [_amount(row.place, row.cells, heading, locale)[0] for row in rows]
    steps = list(zip(pairwise(balances), pairwise(rows), strict=True))
    oldest_first = [two.place for (one_, two_), (_, two) in steps if two_ - one_ != two.line.amount]
    newest_first = [
        two.place for (one_, two_), (one, two) in steps if one_ - two_ != one.line.amount
    ]
    wrong = min(oldest_first, newest_first, key=len)
    if wrong:
        raise unreadable(
            wrong[0],
            "its balance does not follow from the line before it",
            "A line is missing or was changed: download the file again",
        )
