"""Finds money that a group only moved between its own books. The same money leaves one tab and
comes into another tab on the same day; or, in a book with several accounts, the two rows stand one
below the other, or one row has both. It would be counted both as spent and as received."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.table_rows import ROWS_OF_A_TAB, Place, Row, TableRows


def moved_money(tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Yields a finding for each payment that came in again on the same day in another tab, or in
    the row above or below it, or in the same row for another place. Only tabs with both payments
    and receipts are compared."""
    spent, received = tables.get("expenses"), tables.get("income")
    if spent is None or received is None:
        return
    books = {spent.tab, *spent.more_tabs} & {received.tab, *received.more_tabs}
    yield from _in_the_same_tab(spent, received)
    if len(books) < 2:
        return
    came: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for row in received.rows:
        came.setdefault(_key(row.fields), []).append(received.at(row.number))
    for row in spent.rows:
        key = day, amount, _ = _key(row.fields)
        tab = spent.at(row.number)[0]
        fitting = [place for place in came.get(key, []) if place[0] != tab and place[0] in books]
        if day and amount and tab in books and fitting:
            came[key].remove(fitting[0])
            yield _finding(spent, row, fitting[0])


def _in_the_same_tab(spent: TableRows, received: TableRows) -> Iterator[Finding]:
    """Yields the payments whose amount came in on the same day in the row above or below, or in the
    same row for another place, in the same tab. Each receipt is told once."""
    came = {received.at(row.number): row for row in received.rows}
    for row in spent.rows:
        tab, number = spent.at(row.number)
        for there in ((tab, number), (tab, number - 1), (tab, number + 1)):
            other = came.get(there)
            key = day, amount, _ = _key(row.fields)
            if other is None or (there == (tab, number) and not _is_of_another_place(row, other)):
                continue
            if day and amount and _key(other.fields) == key:
                del came[there]
                yield _finding(spent, row, there)
                break


def _is_of_another_place(spent: Row, received: Row) -> bool:
    """Whether the two sides of one row stand in columns of different places: out of the bank, into
    the cash box. Each pair of columns is read as a table of its own (see `joined_tabs`). With one
    pair, something was sold and bought."""
    return spent.number // ROWS_OF_A_TAB != received.number // ROWS_OF_A_TAB


def _finding(spent: TableRows, row: Row, reached: tuple[str, int]) -> Finding:
    """Returns the finding about a payment. `reached`: the tab and the row into which it came."""
    tab, number = spent.at(row.number)
    amount, day = row.fields["amount"], row.fields["date"]
    values = {"amount": amount, "day": day, "tab": reached[0], "row": f"{reached[1] + 1}"}
    return Place(spent.table, tab).finding(
        "money-may-be-moved", number, spent.columns.get("amount"), field="amount", values=values
    )


def _key(fields: Mapping[str, str]) -> tuple[str, str, str]:
    return fields.get("date", ""), fields.get("amount", ""), fields.get("currency", "")
