"""Finds money that a group only moved from one of its books into another: out of one tab, and on
the same day into another one. It is counted as spent and as received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from budgettrack.core.cells.table_rows import Sheet


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """An amount that went out of one tab and came into another.

    `left`, `reached`: the rows, such as Bank!4."""

    day: str
    amount: Decimal
    left: str
    reached: str


def moved_money(sheet: Sheet) -> Iterator[MovedMoney]:
    """Yields the pairs of a payment and a receipt of the same day and amount in two tabs, each of
    which has both payments and receipts."""
    spent, received = sheet.tables.get("expenses"), sheet.tables.get("income")
    if spent is None or received is None:
        return
    books = {spent.tab, *spent.more_tabs} & {received.tab, *received.more_tabs}
    came: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in received.rows:
        came.setdefault(_key(row.fields), []).append(received.at(row.number))
    for row in spent.rows:
        tab, number = spent.at(row.number)
        fitting = [place for place in came.get(_key(row.fields), []) if place[0] != tab]
        if "" not in _key(row.fields) and tab in books and fitting and fitting[0][0] in books:
            other, there = fitting[0]
            came[_key(row.fields)].remove(fitting[0])
            day, amount = _key(row.fields)
            yield MovedMoney(day, Decimal(amount), f"{tab}!{number + 1}", f"{other}!{there + 1}")


def _key(fields: Mapping[str, str]) -> tuple[str, str]:
    return fields.get("date", ""), fields.get("amount", "")
