"""Finds money that a group only moved between two of its own books. The same money leaves one tab
and comes into another tab on the same day. It would be counted both as spent and as received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.table_rows import Place, TableRows


def moved_money(tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Yields a finding for each payment that came in again on the same day in another tab. Only
    tabs with both payments and receipts are compared."""
    spent, received = tables.get("expenses"), tables.get("income")
    if spent is None or received is None:
        return
    books = {spent.tab, *spent.more_tabs} & {received.tab, *received.more_tabs}
    if len(books) < 2:
        return
    came: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for row in received.rows:
        came.setdefault(_key(row.fields), []).append(received.at(row.number))
    for row in spent.rows:
        key = day, amount, _ = _key(row.fields)
        tab, number = spent.at(row.number)
        fitting = [place for place in came.get(key, []) if place[0] != tab and place[0] in books]
        if day and amount and tab in books and fitting:
            came[key].remove(fitting[0])
            reached, there = fitting[0]
            values = {"amount": amount, "day": day, "tab": reached, "row": f"{there + 1}"}
            yield Place(spent.table, tab).finding(
                "money-may-be-moved",
                number,
                spent.columns.get("amount"),
                field="amount",
                values=values,
            )


def _key(fields: Mapping[str, str]) -> tuple[str, str, str]:
    return fields.get("date", ""), fields.get("amount", ""), fields.get("currency", "")
