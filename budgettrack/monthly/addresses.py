"""Reads the mail addresses in the tab *Recipients*. They are read when mails are made, and never
stored: the register has only the other columns."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from budgettrack.core.base.grids import Book
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.checks.hosted_groups import ALL_GROUPS
from budgettrack.core.records.tables import RECIPIENTS

_WITH_ADDRESSES = replace(
    RECIPIENTS,
    columns=tuple(
        replace(column, audience="internal") if column.name == "address" else column
        for column in RECIPIENTS.columns
    ),
)
"""The table *Recipients* with its column of addresses, which a sync never reads."""


def recipients(book: Book, locale: str) -> Mapping[str, list[dict[str, str]]]:
    """Returns a mapping from the code of a group to its recipients. Each recipient has the form of
    a section in a config. The key '' has the recipients of the host's own mail about all groups.

    A row is left out if it has no ID, no address or no audience. A row is also left out if it has
    both a group and the audience for all groups, or neither of them."""
    read = read_rows(book, {}, locale, wanted=(_WITH_ADDRESSES,)).tables.get(RECIPIENTS.name)
    by_group: dict[str, list[dict[str, str]]] = {}
    for row in read.rows if read else ():
        of = row.fields
        is_clear = bool(of.get("group")) != (of.get("audience") == ALL_GROUPS)
        if is_clear and of.get("address") and of.get("audience") and row.id:
            by_group.setdefault(of.get("group", ""), []).append(_section(of))
    return by_group


def _section(of: Mapping[str, str]) -> dict[str, str]:
    audience = of["audience"]
    made = {
        "name": of["name"],
        "address": of["address"],
        "audience": f"funder: {of.get('grant', '')}" if audience == "funder" else audience,
    }
    return made | ({"language": of["language"]} if of.get("language") else {})
