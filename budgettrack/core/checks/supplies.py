"""Checks supplies: more handed out than there is, what has expired or ends soon, and rows that
contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.checks.looking import Looking
from budgettrack.core.figures.supplies import (
    LotStock,
    ends_soon,
    has_expired,
    kind_of,
    lots_at,
    plain,
    stock,
)
from budgettrack.core.records.model import HandedOut, Lot
from budgettrack.core.records.references import batch_of

FEW_WEEKS = 4
"""If the store of a kind lasts for fewer full weeks than this, there is a finding."""


def supplies_moved(look: Looking) -> Iterator[Finding]:
    """Finds rows of *Handed out* that cannot be right. Four mistakes are found: more was handed out
    than there was on that day; an outlet used more than it had; something was given, but nobody is
    named; an expired lot was handed out."""
    of_lot: dict[str, list[HandedOut]] = {}
    for row in look.plan.handed_out.values():
        if row.what in ("on the way", "given") and not row.to:
            yield finding("given-to-nobody", "handed_out", row.id, "to")
        lot = look.plan.lots[row.lot]
        if row.what in ("given", "used") and has_expired(lot, row.date):
            yield finding(
                "handed-out-expired",
                "handed_out",
                row.id,
                "date",
                lot=lot.id,
                expiry=f"{lot.expiry}",
            )
        if row.date <= look.today:
            of_lot.setdefault(row.lot, []).append(row)
    for lot_id, rows in of_lot.items():
        lot = look.plan.lots[lot_id]
        yield from _more_than_came(lot, rows)
        for to in dict.fromkeys(row.to for row in rows if row.to):
            yield from _more_than_given(lot, to, [row for row in rows if row.to == to])


def _more_than_came(lot: Lot, rows: Sequence[HandedOut]) -> Iterator[Finding]:
    def in_store(moved: LotStock, day: date) -> Decimal:
        has_come = lot.received is None or lot.received <= day
        return moved.in_store + (lot.quantity if has_come else 0)

    for row, less in _below_zero(lot, rows, in_store):
        values = {"lot": lot.id, "more": plain(less)}
        yield finding("more-handed-out", "handed_out", row.id, "quantity", **values)


def _more_than_given(lot: Lot, to: str, rows: Sequence[HandedOut]) -> Iterator[Finding]:
    for row, less in _below_zero(lot, rows, lambda moved, _: moved.with_others.get(to, Decimal(0))):
        values = {"to": to, "lot": lot.id, "more": plain(less)}
        yield finding("outlet-has-less", "handed_out", row.id, "quantity", **values)


def _below_zero(
    lot: Lot, rows: Sequence[HandedOut], left: Callable[[LotStock, date], Decimal]
) -> Iterator[tuple[HandedOut, Decimal]]:
    """Finds the first day at whose end less than nothing is left. Yields the last row of this day,
    and the quantity that is missing. Only the end of a day is checked, because nobody knows the
    order of the rows of one day."""
    moved = LotStock(lot)
    for day, of_day in _by_day(rows):
        for row in of_day:
            moved.move(row)
        if left(moved, day) < 0:
            yield of_day[-1], -left(moved, day)
            return


def _by_day(rows: Iterable[HandedOut]) -> list[tuple[date, list[HandedOut]]]:
    days: dict[date, list[HandedOut]] = {}
    for row in rows:
        days.setdefault(row.date, []).append(row)
    return sorted(days.items())


def lots_ending(look: Looking) -> Iterator[Finding]:
    """Finds a lot that is not used up, and that has expired or expires within 90 days."""
    for each in lots_at(look.plan, look.today):
        if each.left <= 0:
            continue
        lot, values = each.lot, {"left": plain(each.left), "expiry": f"{each.lot.expiry}"}
        if has_expired(lot, look.today):
            yield finding("lot-expired", "lots", lot.id, "expiry", **values)
        elif ends_soon(lot, look.today):
            yield finding("lot-ends-soon", "lots", lot.id, "expiry", **values)


def supplies_run_out(look: Looking) -> Iterator[Finding]:
    """Finds a kind of supplies that will be used up in less than four weeks, if people use as
    much as in the last three months."""
    for each, id_ in zip(stock(look.plan, look.today), _newest(look), strict=True):
        if each.weeks is not None and each.weeks < FEW_WEEKS:
            yield finding("supplies-run-out", "lots", id_, "kind", weeks=str(each.weeks))


def _newest(look: Looking) -> list[str]:
    """Returns the last lot of each kind, in the order of `stock`."""
    newest: dict[tuple[str, str], str] = {}
    for each in lots_at(look.plan, look.today):
        newest[kind_of(each.lot)] = each.lot.id
    return list(newest.values())


def lots_contradicting(look: Looking) -> Iterator[Finding]:
    """Finds a lot that contradicts other lots: it has no expiry or another unit although others
    of the kind have one, its expiry differs from that of its batch, or it is listed twice."""
    lots = [*look.plan.lots.values()]
    dated = {kind_of(lot)[0] for lot in lots if lot.expiry}
    unit: dict[str, Lot] = {}
    batch: dict[tuple[str, str], Lot] = {}
    seen: dict[tuple[object, ...], str] = {}
    for lot in lots:
        kind = kind_of(lot)[0]
        if lot.expiry is None and (lot.batch or kind in dated):
            yield finding("lot-without-expiry", "lots", lot.id, "expiry")
        first = unit.setdefault(kind, lot)
        if kind_of(first) != kind_of(lot):
            yield finding("lot-other-unit", "lots", lot.id, "unit", other=first.id)
        if not lot.batch:
            continue
        same = batch.setdefault((kind, batch_of(lot.batch)), lot)
        if lot.expiry and same.expiry and lot.expiry != same.expiry:
            values = {"other": same.id, "expiry": f"{same.expiry}"}
            yield finding("batch-expiries-differ", "lots", lot.id, "expiry", **values)
        content = (kind, batch_of(lot.batch), lot.received, lot.quantity)
        twin = seen.setdefault(content, lot.id)
        if twin != lot.id:
            yield finding("lot-twice", "lots", lot.id, "batch", other=twin)


def supplies_in_future(look: Looking) -> Iterator[Finding]:
    """Finds a lot or a row of *Handed out* with a date after today."""
    for lot in look.plan.lots.values():
        if lot.received and lot.received > look.today:
            date_ = lot.received.isoformat()
            yield finding("supplies-in-future", "lots", lot.id, "received", date=date_)
    for row in look.plan.handed_out.values():
        if row.date > look.today:
            date_ = row.date.isoformat()
            yield finding("supplies-in-future", "handed_out", row.id, "date", date=date_)
