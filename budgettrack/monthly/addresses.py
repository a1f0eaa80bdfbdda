"""Reads the mail addresses in the tab *Recipients*. They are read when mails are made, and never
stored: the register has only the other columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from budgettrack.config.mail import is_address
from budgettrack.core.base.grids import Book
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.checks.hosted_groups import ALL_GROUPS
from budgettrack.core.records.tables import RECIPIENTS

NO_ADDRESS = "The Address of {name} in Recipients is no mail address. Type it again."
"""What is to be done about a row of *Recipients* to which no mail can be sent."""

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

    A row is left out if *Checks* has a finding about it: it has no name or no audience, or it has
    both a group and the audience for all groups, or neither of them. The address may be ''."""
    read = read_rows(book, {}, locale, wanted=(_WITH_ADDRESSES,)).tables.get(RECIPIENTS.name)
    by_group: dict[str, list[dict[str, str]]] = {}
    for row in read.rows if read else ():
        of = row.fields
        is_clear = bool(of.get("group")) != (of.get("audience") == ALL_GROUPS)
        if is_clear and of.get("audience") and row.id:
            by_group.setdefault(of.get("group", ""), []).append(_section(of))
    return by_group


def reached(rows: Iterable[dict[str, str]]) -> tuple[list[dict[str, str]], list[str]]:
    """Returns two things: the recipients with an address, and what is to be done about each of the
    others."""
    with_address, words = [], []
    for row in rows:
        if is_address(row["address"]):
            with_address.append(row)
        else:
            words.append(NO_ADDRESS.format(name=row["name"]))
    return with_address, words


def _section(of: Mapping[str, str]) -> dict[str, str]:
    audience = of["audience"]
    made = {
        "name": of["name"],
        "address": of.get("address", "").strip(),
        "audience": f"funder: {of.get('grant', '')}" if audience == "funder" else audience,
    }
    return made | ({"language": of["language"]} if of.get("language") else {})
