"""Finds the rows below the grand total of a mapped table (a table of another layout than ours).
Such rows may not be lines of the table.

Below its total, a plan often has other rows: who pays for it, an exchange rate, or a signature. If
the amounts of the payers were counted, the plan would be twice as large, although each total in the
sheet is right. But a person may also type a new line below the total. So there is always a finding
about these rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.cells.fates import Evidence, Fate

_GROUPS = re.compile("(?:hl+t){3,}")
_HALF_CENT = Decimal("0.005")


class _Below(Struct, frozen=True):
    """The rows below the last total that sums all rows above it.

    `total`: the facts about that total. `records`: the positions of the records below it, in the
    list of rows. `repeats`: whether some consecutive records among these sum to the total again.
    `closed`: whether the records are followed by a total of their own."""

    total: Evidence
    records: Sequence[int]
    repeats: bool
    closed: bool


def below_totals(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns what each row of a mapped table is (its fate), also for the rows below the grand
    total.

    The rows below the total are part of the table if a later total sums them too. They are also
    part of it if one of them has a date: then the total was that of a month. Otherwise they are
    counted with a finding, because somebody may have typed new lines there. But if their sum equals
    the total, they say where the money comes from: they are not counted, and a finding says so."""
    below = _below(rows, decided)
    if below is None or any("date" in rows[place].words for place in below.records):
        return [*decided]
    # Only a label that names the whole table is enough.
    # "Total staff" names one part, and a sum without a known label may also be that of one part.
    label = below.total.label
    is_sure = label is not None and (label.sure or label.grand)
    is_part = not label.grand if label and is_sure else below.closed and not below.repeats
    if is_part or (not below.repeats and _is_of_groups(decided)):
        return [*decided]
    return _not_counted(decided, below) if below.repeats else _counted(decided, below)


def _is_of_groups(decided: Sequence[Fate]) -> bool:
    """Whether a table has at least three groups, each with its heading, its lines and its total.

    If there are only two groups, the second one may be the income beside the costs."""
    signs = {"section": "h", "record": "l", "sub": "t", "total": "t"}
    return bool(_GROUPS.fullmatch("".join(signs.get(fate.kind, "") for fate in decided)))


def _below(rows: Sequence[Evidence], decided: Sequence[Fate]) -> _Below | None:
    """Returns the rows below the last total that sums all rows above it. Returns None if there
    are none."""
    place_of_total = _grand_total(rows, decided)
    if place_of_total is None:
        return None
    total = rows[place_of_total]
    places = range(place_of_total + 1, len(rows))
    records = [place for place in places if decided[place].kind == "record"]
    if not any(rows[place].amount for place in records):
        return None
    repeats = closed = False
    whole = Decimal(0)
    begins = {whole}
    for place in places:
        amount = rows[place].amount or Decimal(0)
        if decided[place].kind == "record":
            whole, closed = whole + amount, False
            repeats = repeats or whole - (total.amount or 0) in begins
            begins.add(whole)
        elif decided[place].kind in {"sub", "total"}:
            closed = True
    return _Below(total, records, repeats, closed)


def _grand_total(rows: Sequence[Evidence], decided: Sequence[Fate]) -> int | None:
    """Returns the position of the last total that is the sum of all records above it. Returns
    None if there is none."""
    whole = Decimal(0)
    lines = 0
    last: int | None = None
    for place, (row, fate) in enumerate(zip(rows, decided, strict=True)):
        if fate.kind == "record" and row.amount:
            whole, lines = whole + row.amount, lines + 1
        elif fate.kind == "total" and row.amount and abs(row.amount - whole) < _HALF_CENT:
            # If only one line is above the total, only the label shows that it is a total.
            last = place if row.label or lines > 1 else last
    return last


def _span(decided: Sequence[Fate], below: _Below) -> tuple[int, int]:
    return decided[below.records[0]].number, decided[below.records[-1]].number


def _counted(decided: Sequence[Fate], below: _Below) -> list[Fate]:
    """Returns the fates. The first record below the total that has no doubt yet gets one."""
    told = next((place for place in below.records if not decided[place].doubt), None)
    span = _span(decided, below)
    return [
        replace(fate, doubt="counted-below-total", summed=span) if place == told else fate
        for place, fate in enumerate(decided)
    ]


def _not_counted(decided: Sequence[Fate], below: _Below) -> list[Fate]:
    """Returns the fates. The records below the total are not counted, and a total of these records
    is not counted either."""
    first, span = below.records[0], _span(decided, below)
    fates = [*decided]
    for place in range(first, len(decided)):
        if decided[place].kind in {"record", "sub", "total"}:
            is_first = place == first
            fates[place] = Fate(
                decided[place].number,
                "below",
                doubt="below-total" if is_first else "",
                summed=span if is_first else None,
            )
    return fates
