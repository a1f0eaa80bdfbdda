"""Guards: the rules that stop a sync which looks like an accident, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from msgspec import Struct

from budgettrack.core.base.plurals import count
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import Table

if TYPE_CHECKING:
    from budgettrack.core.merge.merge import Change

SLIPS = frozenset({"money", "date", "month", "currency", "reference"})
"""The kinds of columns in which many changes at once look like an accident, such as a sort or a
paste."""


class Limits(Struct, frozen=True):
    """The largest change that one sync may make to a table.

    A sync is refused if it changes more than `rows` rows and also more than one row in `share`."""

    rows: int = 5
    share: int = 5


def missing(
    table: Table, agreed: Mapping[str, Fields], present: bool, fields: Set[str]
) -> list[str]:
    """Returns the reasons to stop because a tab is missing, or a heading of a tab that has records.

    `fields` are the fields whose heading is missing."""
    if not agreed:
        return []
    if not present:
        return [
            f"The tab {table.tab} is missing or cannot be told from another; it held {len(agreed)}"
            " rows. Give it back its name, or go on without it with --allow missing."
        ]
    if not fields:
        return []
    filled = set().union(*agreed.values())
    lost = [column.heading for column in table.columns if column.name in fields & filled]
    return [
        f"The tab {table.tab} has no usable heading {heading} any more. "
        "Give it back its heading, or go on without it with --allow missing."
        for heading in lost
    ]


def removals(
    table: Table,
    agreed: Mapping[str, Fields],
    rows: Collection[str],
    changes: Sequence[Change],
    limits: Limits,
    tab: str = "",
) -> list[str]:
    """Returns the reasons to stop because a tab is empty, or because too many rows were removed.

    `rows` are the IDs in the sheet. `tab` is the name of the tab, if it differs from the name of
    the table."""
    tab = tab or table.tab
    gone = sum(change.kind == "remove" for change in changes)
    if not gone:
        return []
    if not rows and len(agreed) > 2:
        return [
            f"The tab {tab} is empty; it had {count(len(agreed), 'row')}. Bring them back"
            f" (File,"
            " Version history, or the previous copy), or confirm with --allow removals."
        ]
    # Both limits must be exceeded.
    # If six of eight rows are missing, somebody has probably deleted rows under a filter.
    # If six of 200 rows are missing, somebody has tidied up.
    if gone > limits.rows and gone * limits.share > len(agreed):
        return [
            f"{gone} of {count(len(agreed), 'row')} are gone from the tab {tab}. "
            "Bring them back, or confirm with --allow removals."
        ]
    return []


def alterations(
    table: Table,
    agreed: Mapping[str, Fields],
    changes: Sequence[Change],
    limits: Limits,
    *,
    has_ids: bool = True,
    tab: str = "",
) -> list[str]:
    """Returns the reasons to stop because too many rows have other amounts, dates or references, or
    because a column was sorted without its IDs.

    `has_ids`: whether the tab has a column of IDs. Without one no row can be separated from its
    ID, so many rows may have other amounts. `tab` is the name of the tab, if it differs from the
    name of the table."""
    tab = tab or table.tab
    altered = [change for change in changes if change.kind == "alter"]
    problems = [
        f"{len(moves)} values of the column {table.column(name).heading} in the tab"
        f" {tab} stand in other rows than before: it looks sorted or shifted without"
        " its IDs. Undo that, or confirm with --allow changes."
        for name, moves in _by_field(altered).items()
        if len(moves) > limits.rows and _only_moved(moves)
    ]
    if problems or not has_ids:
        return problems
    slipped = sum(_may_be_slip(table, change) for change in altered)
    if slipped > limits.rows and slipped * limits.share > len(agreed):
        return [
            f"{slipped} of {len(agreed)} rows of the tab {tab} have other amounts, dates or"
            " references than before. Check them, or confirm with --allow changes."
        ]
    return []


def _by_field(changes: Sequence[Change]) -> dict[str, list[tuple[str, str]]]:
    """Returns for each column that changes its pairs of an old and a new value."""
    moves: dict[str, list[tuple[str, str]]] = {}
    for change in changes:
        for name, before, after in change.fields:
            moves.setdefault(name, []).append((before, after))
    return moves


def _only_moved(moves: Sequence[tuple[str, str]]) -> bool:
    """Whether a column has the same values as before, but beside other IDs. `moves` has the old and
    the new value of each changed cell. One value may be new."""
    # Example: the column Amount was sorted alone.
    # In the example, every amount is still there, but beside another ID.
    # One value may be new, because somebody corrected an amount before the accident.
    olds = Counter(old for old, _ in moves)
    news = Counter(new for _, new in moves)
    return (olds - news).total() <= 1


def _may_be_slip(table: Table, change: Change) -> bool:
    """Whether a row has another amount, date or reference than before. Cells that were blank before
    do not count."""
    return any(before and table.column(name).kind in SLIPS for name, before, _ in change.fields)
