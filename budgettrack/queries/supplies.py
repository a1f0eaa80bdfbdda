"""Answers about supplies: what there is of each kind, where each lot is, and who has a batch."""

from __future__ import annotations

from datetime import date

from budgettrack.core.base import money
from budgettrack.core.figures.supplies import (
    LotStock,
    Stock,
    Uncounted,
    ends_soon,
    has_expired,
    is_given,
    lots_at,
    may_belong,
    plain,
    stock,
    uncounted,
    value_in_kind,
    who_has,
)
from budgettrack.core.records.model import Fields, Plan
from budgettrack.group import OpenedGroup, Standing
from budgettrack.queries.figures import ListingRow
from budgettrack.register import queries


def kinds(plan: Plan, on: date) -> list[ListingRow]:
    """Return one row for each kind of supplies, as of the end of a day."""
    return [_kind(each) for each in stock(plan, on)]


def _kind(each: Stock) -> ListingRow:
    return {
        "kind": each.kind,
        "unit": each.unit or None,
        "came": plain(each.came),
        "in_store": plain(each.in_store),
        "on_the_way": plain(each.on_the_way),
        "with_others": plain(each.with_others),
        "used": plain(each.used),
        "lost": plain(each.lost),
        "given_back": plain(each.given_back),
        "ends_soon": plain(each.ends_soon),
        "expired": plain(each.expired),
        "weeks": each.weeks,
    }


def lots(plan: Plan, on: date, *, ending: bool = False) -> list[ListingRow]:
    """Return one row for each lot. The lot that expires first stands first. If `ending` is true,
    only those lots are returned that are not used up and that have expired or expire within 90
    days."""
    wanted = [each for each in lots_at(plan, on) if not ending or _is_ending(each, on)]
    wanted.sort(key=lambda each: each.lot.expiry or date.max)
    return [_lot(each) for each in wanted]


def _is_ending(each: LotStock, on: date) -> bool:
    return each.is_somewhere and (has_expired(each.lot, on) or ends_soon(each.lot, on))


def _lot(each: LotStock) -> ListingRow:
    lot = each.lot
    worth = lot.value is not None and is_given(lot)
    return {
        "lot": lot.id,
        "kind": lot.kind,
        "batch": lot.batch or None,
        "expiry": lot.expiry.isoformat() if lot.expiry else None,
        "unit": lot.unit or None,
        "came": plain(each.came),
        "left": plain(each.left),
        "in_store": plain(each.in_store),
        "held_by": _held_by(each),
        "source": lot.source or None,
        "value_in_kind": money.decimal(lot.value or 0, lot.currency) if worth else None,
        "currency": lot.currency,
    }


def _held_by(each: LotStock) -> str:
    """Return which outlets and groups hold how much of a lot, as text: `O-1: 20, O-2: 5`."""
    return ", ".join(f"{to}: {plain(held)}" for to, held in each.with_others.items() if held)


def holders(group: OpenedGroup, batch: str) -> list[ListingRow]:
    """Return who has a batch, and how much of it was used, lost or given back. The last rows are
    those that could not be counted and may belong to the batch."""
    now = group.standing
    return [*_counted(now.plan, batch, group.today), *_may_belong(group, now, batch)]


def _counted(plan: Plan, batch: str, on: date) -> list[ListingRow]:
    return [
        {
            "lot": each.lot.id,
            "kind": each.lot.kind,
            "batch": each.lot.batch,
            "expiry": each.lot.expiry.isoformat() if each.lot.expiry else None,
            "where": each.where,
            "to": each.to or None,
            "quantity": plain(each.quantity),
            "unit": each.lot.unit or None,
            "row": None,
        }
        for each in who_has(plan, batch, on)
    ]


def _may_belong(group: OpenedGroup, now: Standing, batch: str) -> list[ListingRow]:
    return [
        {
            "lot": each.lot or None,
            "kind": None,
            "batch": None,
            "expiry": None,
            "where": "not counted",
            "to": each.to or None,
            "quantity": each.quantity or None,
            "unit": None,
            "row": each.id,
        }
        for each in rows_not_counted(group, now, batch)
    ]


def rows_not_counted(group: OpenedGroup, now: Standing, batch: str) -> list[Uncounted]:
    """Return the rows that are in no figure because of an error, and that may belong to a batch."""
    return may_belong(now.plan, now.records, batch, _gone(group))


def _gone(group: OpenedGroup) -> dict[str, Fields]:
    """Return the lots that were removed from *Lots*, each with the fields that it had before."""
    histories = group.register.glance(queries.versions, ("lots",))
    return {
        id_: [version.fields for version in versions if version.fields is not None][-1]
        for (_, id_), versions in histories.items()
        if versions[-1].fields is None
    }


def worth(plan: Plan, on: date) -> list[tuple[str, str]]:
    """Return the value of all lots that were given, as a decimal text, and its currency."""
    return [
        (money.decimal(units, currency), currency)
        for currency, units in value_in_kind(plan, on).items()
    ]


def left_out(now: Standing) -> int:
    """Return the number of rows of supplies that are not counted because of errors."""
    return len(uncounted(now.plan, now.records))
