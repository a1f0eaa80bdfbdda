"""Makes the expenses of the sample: divides each month's share of each budget line into
purchases, with a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from budgettrack.core.base import money, months
from budgettrack.core.base.months import Month
from budgettrack.core.cells.reading import plain
from budgettrack.core.figures.conversion import at_month
from budgettrack.core.figures.phasing import phasing
from budgettrack.core.records.model import BudgetLine, Fields, Plan

FIRST, LAST = "2025-09", "2026-10"
"""The months that have expenses."""

BASE = "EUR"
EXPENSES = 700

LACKING = ("2026-02", "USD")
"""The month and the currency for which the sample has no rate, on purpose. Only one expense
needs this rate."""

_ONLY_ONE = "B-38"
"""The budget line of the expense without a rate."""

_LARGER = ("Pay ", "Share of the rent")
"""The sample divides a month's spending into several purchases. A purchase is larger than the
others if its description begins with one of these texts."""

_ORDERED = ("B-10", "B-11", "B-16", "B-21", "B-22", "B-26", "B-28", "B-29", "B-43")
"""The budget lines for which something is ordered and not paid at the end of the last month."""

_OWN = (
    "Winter coats",
    "Bus tickets to a funeral",
    "Flowers",
    "Food for a family",
    "Prepaid cards",
    "Birthday supper",
)
"""Expenses paid from the group's own money, which belongs to no grant."""


class _Row(Struct):
    """An expense without an ID. `of` is the row that it refunds, `part_of` the row of the
    receipt of which it is a part."""

    day: date
    paid_on: date | None
    line: str
    amount: int
    currency: str
    description: str
    state: str = "paid"
    own_currency: bool = False
    of: _Row | None = None
    part_of: _Row | None = None
    id: str = ""
    receipt: str = ""


def spending(plan: Plan, lines: Sequence[Mapping[str, Any]], chance: random.Random) -> list[Fields]:
    """Return every expense of `plan`, in the order of dates. `lines` has the settings of the
    lines in `group.toml`."""
    by_id = {line["id"]: line for line in lines}
    ordered = [_order(plan.lines[id_], by_id[id_], chance) for id_ in _ORDERED]
    own = list(_own_money(chance))
    refunds = 8
    pieces = _pieces(plan, by_id, EXPENSES - len(ordered) - len(own) - refunds, chance)
    rows: list[_Row] = []
    for id_, line in plan.lines.items():
        rows += _bought(plan, line, by_id[id_], pieces, chance)
    back = list(_refunds(plan, rows, refunds, chance))
    _split(plan, rows, chance)
    return _numbered(rows + ordered + own + back)


def _pieces(
    plan: Plan, lines: Mapping[str, Mapping[str, Any]], wanted: int, chance: random.Random
) -> dict[tuple[str, Month], int]:
    """Return how many expenses each line has in each month. Their sum is `wanted`."""
    pieces = {
        (id_, month): lines[id_]["each"]
        for id_, line in plan.lines.items()
        for month, units in phasing(line).items()
        if units and FIRST <= month <= LAST
    }
    changeable = {id_ for id_, line in lines.items() if not line["bought"][0].startswith(_LARGER)}
    places = sorted(place for place in pieces if place[0] in changeable)
    over = sum(pieces.values()) - wanted
    while over:
        step = 1 if over > 0 else -1
        place = chance.choice(places)
        if step < 0 or pieces[place] > 1:
            pieces[place] -= step
            over -= step
    return pieces


def _bought(
    plan: Plan,
    line: BudgetLine,
    told: Mapping[str, Any],
    pieces: Mapping[tuple[str, Month], int],
    chance: random.Random,
) -> Iterator[_Row]:
    """Yield the purchases of one line. For a closed grant they add up to the whole budget,
    otherwise to a little less."""
    closed = plan.grants[line.grant].state == "closed"
    pace = (
        Decimal(1)
        if closed
        else Decimal(chance.randint(950, 995)) / 1000 * Decimal(str(told.get("pace", 1)))
    )
    planned = spent = turn = 0
    for month, units in phasing(line).items():
        number = pieces.get((line.id, month), 0)
        if not number:
            continue
        planned += units
        due = int(planned * pace) // 5 * 5 - spent
        spent += due
        bought = [told["bought"][(turn + index) % len(told["bought"])] for index in range(number)]
        turn += number
        weights = [
            chance.randint(70, 130) * (3 if what.startswith(_LARGER) else 1) for what in bought
        ]
        for index, (what, share) in enumerate(zip(bought, _prices(due // 5, weights), strict=True)):
            yield _purchase(plan, line, told, month, share * 5, what, chance, only=not index)


def _prices(total: int, weights: Sequence[int]) -> list[int]:
    """Return invented prices whose sum is `total`. They are about in the proportions of
    `weights`."""
    prices = [total * weight // sum(weights) for weight in weights]
    for index in range(total - sum(prices)):
        prices[index] += 1
    return prices


def _purchase(
    plan: Plan,
    line: BudgetLine,
    told: Mapping[str, Any],
    month: Month,
    units: int,
    what: str,
    chance: random.Random,
    *,
    only: bool,
) -> _Row:
    day = months.first_day(month) + timedelta(days=chance.randint(0, 27))
    wait = chance.choice((0, 0, 0, 0, 0, 2, 4, 7, 9, 16))
    paid = day + timedelta(days=wait)
    if month == LAST:
        paid = min(paid, months.last_day(month))
    local = bool(told.get("local")) and chance.random() < 0.6
    if (LACKING[0] in (month, months.month_of(paid))) and line.currency == LACKING[1]:
        local = only and line.id == _ONLY_ONE
        paid = day if local else paid
    row = _Row(day, paid, line.id, units, line.currency, what)
    if local:
        at = months.month_of(paid)
        conversion = at_month(plan, line.currency, BASE, at)
        assert conversion is not None
        row.amount, row.currency, row.own_currency = conversion.units(units), BASE, True
    return row


def _order(line: BudgetLine, told: Mapping[str, Any], chance: random.Random) -> _Row:
    """Return an expense that was ordered in the last month and is not paid yet."""
    left = sum(units for month, units in phasing(line).items() if month > LAST)
    day = months.first_day(LAST) + timedelta(days=chance.randint(14, 29))
    return _Row(
        day, None, line.id, left // 4 // 5 * 5, line.currency, told["bought"][0], "committed"
    )


def _own_money(chance: random.Random) -> Iterator[_Row]:
    for number, what in enumerate(_OWN):
        day = months.first_day(months.after(FIRST, 3 + 2 * number)) + timedelta(
            days=chance.randint(0, 27)
        )
        yield _Row(day, day, "", chance.randint(400, 1800) * 5, BASE, what)


def _refunds(
    plan: Plan, rows: Sequence[_Row], number: int, chance: random.Random
) -> Iterator[_Row]:
    """Yield refunds of larger purchases, some weeks later."""
    can = [
        row
        for row in rows
        if plan.grants[plan.lines[row.line].grant].state != "closed"
        and not plan.lines[row.line].people_paid
        and row.currency == BASE
        and row.amount >= 6_000
        and "2025-11" <= months.month_of(row.day) <= "2026-08"
        and row.day.month not in (1, 2)
    ]
    for row in sorted(chance.sample(can, number), key=lambda row: row.day):
        day = (row.paid_on or row.day) + timedelta(days=chance.randint(10, 24))
        yield _Row(
            day,
            day,
            row.line,
            row.amount // 8 // 5 * 5,
            row.currency,
            "Money back: " + row.description[0].lower() + row.description[1:],
            "refunded",
            row.own_currency,
            of=row,
        )


def _split(plan: Plan, rows: Sequence[_Row], chance: random.Random) -> None:
    """Divide some expenses, so that one receipt is paid from two budget lines."""
    for month in chance.sample(months.months("2026-02", "2026-09"), 6):
        here = [
            row
            for row in rows
            if month == months.month_of(row.day)
            and row.currency == BASE
            and plan.lines[row.line].category
            in ("Meetings", "Communications", "Training", "Learning")
        ]
        first = chance.choice(here)
        second = chance.choice([row for row in here if row.line != first.line])
        second.day, second.paid_on, second.part_of = first.day, first.paid_on, first


def _numbered(rows: Sequence[_Row]) -> list[Fields]:
    """Return the rows in the order of their dates, with IDs and receipt numbers."""
    in_order = sorted(rows, key=lambda row: (row.day, row.part_of is not None))
    for number, row in enumerate(in_order, 1):
        row.id = f"E-{number}"
        if row.state != "committed":
            row.receipt = (row.part_of or row).receipt or f"{row.day.year}/{number:04d}"
    return [_fields(row) for row in in_order]


def _fields(row: _Row) -> Fields:
    fields = {
        "id": row.id,
        "date": row.day.isoformat(),
        "budget_line": row.line,
        "description": row.description,
        "amount": plain(Decimal(money.decimal(row.amount, row.currency))),
        "currency": row.currency if row.own_currency else "",
        "state": row.state,
        "paid_on": row.paid_on.isoformat() if row.paid_on else "",
        "refund_of": row.of.id if row.of else "",
        "split_of": row.part_of.id if row.part_of else "",
        "receipt": row.receipt,
    }
    return {name: text for name, text in fields.items() if text}
