"""The supplies in a statement, and the supplies of a host and its groups together.

A group reports how much of each kind there is in each state, and how much of each batch is left. A
statement has no place for an outlet, a row or the day of a delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, localcontext

from msgspec import Struct

from budgettrack.core.figures.supplies import (
    LotStock,
    Stock,
    ends_soon,
    folded_kind,
    has_expired,
    kind_of,
    lots_at,
    plain,
    stock,
)
from budgettrack.core.records.model import Plan
from budgettrack.core.records.references import batch_of, outlet_of

QUANTITIES = (
    "came",
    "in_store",
    "on_the_way",
    "with_others",
    "used",
    "lost",
    "given_back",
    "ends_soon",
    "expired",
)
"""The quantities that are reported for each kind. The first one is the sum of the six after it."""

_QUANTITY = re.compile(r"-?\d{1,40}(\.\d{1,40})?")
_EXACT = Context(prec=100_000)
_ZERO = Decimal(0)


class ToldBatch(Struct, frozen=True):
    """How much is left of a batch. `expiry`: '' if it is not known."""

    batch: str
    expiry: str
    left: str


class ToldSupplies(Struct, frozen=True):
    """The supplies of one kind in one unit, as decimal texts by name (see `QUANTITIES`). `weeks`:
    for how many weeks the store lasts, or None if this is not known."""

    kind: str
    unit: str
    quantities: Mapping[str, str]
    weeks: int | None = None
    batches: Sequence[ToldBatch] = ()


class StockOver(Struct, frozen=True):
    """What is left of one kind at the host and its groups together, each piece counted once.
    `in_store`: in the host's store. `with_groups`: what groups have according to their statements,
    outlets included. `not_told`: what the host gave to others that send no statement."""

    kind: str
    unit: str
    in_store: Decimal
    on_the_way: Decimal
    with_groups: Decimal
    not_told: Decimal
    ends_soon: Decimal
    expired: Decimal

    @property
    def left(self) -> Decimal:
        """The quantity that is left in all places together: in store, on the way, with groups, and
        where it is not told."""
        with localcontext(_EXACT):
            return self.in_store + self.on_the_way + self.with_groups + self.not_told


class BatchHolding(Struct, frozen=True):
    """The quantity of a batch that a group has according to its statement."""

    group: str
    kind: str
    unit: str
    expiry: str
    left: str


def told_stock(plan: Plan, on: date) -> tuple[ToldSupplies, ...]:
    """Returns the supplies at the end of a day, in the form in which a group reports them to its
    host."""
    of_kind: dict[tuple[str, str], list[LotStock]] = {}
    for each in lots_at(plan, on):
        of_kind.setdefault(kind_of(each.lot), []).append(each)
    kinds = zip(stock(plan, on), of_kind.values(), strict=True)
    return tuple(_told(each, lots) for each, lots in kinds)


def _told(each: Stock, lots: Sequence[LotStock]) -> ToldSupplies:
    left: dict[tuple[str, str], Decimal] = {}
    for lot in lots:
        expiry = lot.lot.expiry.isoformat() if lot.lot.expiry else ""
        if lot.lot.batch and (lot.left or lot.is_somewhere):
            with localcontext(_EXACT):
                key = lot.lot.batch, expiry
                left[key] = left.get(key, _ZERO) + lot.left
    return ToldSupplies(
        each.kind,
        each.unit,
        {name: plain(getattr(each, name)) for name in QUANTITIES},
        each.weeks,
        tuple(ToldBatch(*key, plain(quantity)) for key, quantity in left.items()),
    )


def require_stock(told: Sequence[ToldSupplies]) -> None:
    """Raises ValueError if these are not the supplies of a statement: a quantity or a day cannot be
    read, or the quantities do not add up to what came."""
    for each in told:
        texts = [*each.quantities.values(), *(batch.left for batch in each.batches)]
        if set(each.quantities) != set(QUANTITIES) or not all(map(_QUANTITY.fullmatch, texts)):
            raise ValueError("The quantities of a kind are not those of a statement.")
        came, *places = (_read(each, name) for name in QUANTITIES[:7])
        if came != sum(places, _ZERO):
            raise ValueError("The quantities of a kind do not add up.")
        for batch in each.batches:
            if batch.expiry:
                date.fromisoformat(batch.expiry)


def stock_over(plan: Plan, told: Mapping[str, Sequence[ToldSupplies]], on: date) -> list[StockOver]:
    """Returns what is left at the host and its groups together at the end of a day, by kind and
    unit.

    `told`: the statements of the groups that report supplies, by code. What the host gave to such a
    group counts only in the statement of that group."""
    telling = {outlet_of(code) for code in told}
    kinds: dict[tuple[str, str], StockOver] = {}
    for each in lots_at(plan, on):
        _add(kinds, _ours(each, telling, on))
    for supplies in told.values():
        for kind in supplies:
            _add(kinds, _theirs(kind))
    return list(kinds.values())


def _ours(each: LotStock, telling: set[str], on: date) -> StockOver:
    with localcontext(_EXACT):
        not_told = sum(
            (held for to, held in each.with_others.items() if outlet_of(to) not in telling), _ZERO
        )
        on_the_way = sum(each.on_the_way.values(), _ZERO)
        left = each.in_store + on_the_way + not_told
    return StockOver(
        each.lot.kind,
        each.lot.unit,
        each.in_store,
        on_the_way,
        _ZERO,
        not_told,
        left if ends_soon(each.lot, on) else _ZERO,
        left if has_expired(each.lot, on) else _ZERO,
    )


def _theirs(told: ToldSupplies) -> StockOver:
    with localcontext(_EXACT):
        places = ("in_store", "on_the_way", "with_others")
        held = sum((_read(told, name) for name in places), _ZERO)
    return StockOver(
        told.kind,
        told.unit,
        _ZERO,
        _ZERO,
        held,
        _ZERO,
        _read(told, "ends_soon"),
        _read(told, "expired"),
    )


def _add(kinds: dict[tuple[str, str], StockOver], more: StockOver) -> None:
    key = folded_kind(more.kind), folded_kind(more.unit)
    known = kinds.get(key)
    if known is None:
        kinds[key] = more
        return
    names = ("in_store", "on_the_way", "with_groups", "not_told", "ends_soon", "expired")
    with localcontext(_EXACT):
        sums = [getattr(known, name) + getattr(more, name) for name in names]
    kinds[key] = StockOver(known.kind, known.unit, *sums)


def who_told_batch(
    told: Mapping[str, Sequence[ToldSupplies]], batch: str
) -> Iterator[BatchHolding]:
    """Yields the groups that have some of a batch according to their statements."""
    wanted = batch_of(batch)
    for group in sorted(told):
        for kind in told[group]:
            for each in kind.batches:
                if wanted and batch_of(each.batch) == wanted:
                    yield BatchHolding(group, kind.kind, kind.unit, each.expiry, each.left)


def _read(told: ToldSupplies, name: str) -> Decimal:
    return Decimal(told.quantities[name])
