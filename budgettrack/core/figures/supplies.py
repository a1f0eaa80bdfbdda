"""Says where supplies are: in store, on the way, with outlets or groups, used, lost, given back.

Each row of *Handed out* moves a quantity of one lot. The column *To* names an outlet or a group:

    on the way    from the store to the one in To
    given         from the store to the one in To
    used, lost    the one in To has it no more; if To is blank, the store has it no more
    given back    from the one in To into the store; if To is blank, from the store to the source

So for each lot: what came = in store + on the way + with others + used + lost + given back.
Quantities are decimals, and every sum is exact."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, localcontext

from msgspec import Struct, field

from budgettrack.core.base.months import days_before
from budgettrack.core.records.model import Fields, HandedOut, Lot, Plan, Records
from budgettrack.core.records.references import References, batch_of

ENDING = 90
"""A lot is reported as ending soon if it expires within this number of days."""

PACE_DAYS = 91
"""The use of supplies is averaged over this number of days: three months, which are thirteen whole
weeks."""

FEWEST_DAYS = 28
"""If a kind has been here for fewer days than this, its average use is not calculated."""

BOUGHT = "bought"
"""The source of a lot that the group bought. Its value is not counted as given, because the
payment is among the expenses."""

_EXACT = Context(prec=100_000)
"""Decimal arithmetic with more digits than any cell has, so no sum is rounded."""

_ZERO = Decimal(0)


class LotStock(Struct):
    """Where the quantity of one lot is. `came`: the quantity that came in. `with_others`: the
    quantity that each outlet or group has, by code."""

    lot: Lot
    came: Decimal = _ZERO
    in_store: Decimal = _ZERO
    on_the_way: dict[str, Decimal] = field(default_factory=dict)
    with_others: dict[str, Decimal] = field(default_factory=dict)
    used: Decimal = _ZERO
    lost: Decimal = _ZERO
    given_back: Decimal = _ZERO

    @property
    def left(self) -> Decimal:
        """The quantity that is still in the store, on the way or with others. It is what came, less
        what was used, lost or given back. It is below zero if more was used than came."""
        with localcontext(_EXACT):
            return self.came - self.used - self.lost - self.given_back

    @property
    def is_somewhere(self) -> bool:
        """Whether any place has some of the lot. If another place is below zero, its row has a
        mistake. This does not hide the places that have some."""
        places = (self.in_store, *self.on_the_way.values(), *self.with_others.values())
        return any(quantity > 0 for quantity in places)

    def move(self, row: HandedOut) -> None:
        """Moves the quantity of a row from one place to another. The sum of all places stays the
        same."""
        with localcontext(_EXACT):
            match row.what:
                case "on the way":
                    self.in_store -= row.quantity
                    _add(self.on_the_way, row.to, row.quantity)
                case "given":
                    self.in_store -= row.quantity
                    _add(self.with_others, row.to, row.quantity)
                case "used":
                    self._take(row)
                    self.used += row.quantity
                case "lost":
                    self._take(row)
                    self.lost += row.quantity
                case _:
                    self._take(row)
                    if row.to:
                        self.in_store += row.quantity
                    else:
                        self.given_back += row.quantity

    def _take(self, row: HandedOut) -> None:
        if row.to:
            _add(self.with_others, row.to, -row.quantity)
        else:
            self.in_store -= row.quantity


class Stock(Struct, frozen=True):
    """Where the supplies of one kind are, in one unit.

    `came` = `in_store` + `on_the_way` + `with_others` + `used` + `lost` + `given_back`.
    `ends_soon`: the quantity left anywhere that expires within 90 days. `expired`: the quantity
    left anywhere that may not be used any more. `weeks`: how many weeks the store lasts if
    people use as much as in the last three months; expired lots do not count. None if nothing
    was taken from the store, or if the kind has been here for less than four weeks."""

    kind: str
    unit: str
    came: Decimal
    in_store: Decimal
    on_the_way: Decimal
    with_others: Decimal
    used: Decimal
    lost: Decimal
    given_back: Decimal
    ends_soon: Decimal
    expired: Decimal
    weeks: int | None


def lots_at(plan: Plan, on: date) -> list[LotStock]:
    """Returns where each lot is at the end of the day `on`, in the order of the workbook.

    Rows with a later date are left out. A lot without a date counts, because most lots are typed
    after they have come."""
    lots = {
        lot.id: LotStock(lot, came=lot.quantity, in_store=lot.quantity)
        for lot in plan.lots.values()
        if lot.received is None or lot.received <= on
    }
    for row in plan.handed_out.values():
        if row.date <= on:
            # A lot with a later date counts, too, if a row of *Handed out* up to this day names it.
            lot = plan.lots[row.lot]
            lots.setdefault(row.lot, LotStock(lot)).move(row)
    return [lots[id_] for id_ in plan.lots if id_ in lots]


def stock(plan: Plan, on: date) -> list[Stock]:
    """Returns where the supplies of each kind are at the end of the day `on`.

    The statement of a month uses the last day of the month. Kinds are in the order of the workbook.
    If a kind is counted in two units, each unit is a line of its own, because the two cannot be
    added."""
    of_kind: dict[tuple[str, str], list[LotStock]] = {}
    for each in lots_at(plan, on):
        of_kind.setdefault(kind_of(each.lot), []).append(each)
    return [_stock(plan, lots, on) for lots in of_kind.values()]


def kind_of(lot: Lot) -> tuple[str, str]:
    """Returns the kind and the unit of a lot in a form for comparison."""
    return folded_kind(lot.kind), folded_kind(lot.unit)


def _stock(plan: Plan, lots: Sequence[LotStock], on: date) -> Stock:
    first = lots[0].lot
    with localcontext(_EXACT):
        usable = sum((each.in_store for each in lots if not has_expired(each.lot, on)), _ZERO)
        return Stock(
            kind=first.kind,
            unit=first.unit,
            came=sum((each.came for each in lots), _ZERO),
            in_store=sum((each.in_store for each in lots), _ZERO),
            on_the_way=sum((_sum(each.on_the_way) for each in lots), _ZERO),
            with_others=sum((_sum(each.with_others) for each in lots), _ZERO),
            used=sum((each.used for each in lots), _ZERO),
            lost=sum((each.lost for each in lots), _ZERO),
            given_back=sum((each.given_back for each in lots), _ZERO),
            ends_soon=sum((each.left for each in lots if ends_soon(each.lot, on)), _ZERO),
            expired=sum((each.left for each in lots if has_expired(each.lot, on)), _ZERO),
            weeks=_weeks(plan, {each.lot.id for each in lots}, usable, on),
        )


def has_expired(lot: Lot, on: date) -> bool:
    """Whether a lot may not be used any more. On the day of its expiry it may still be used."""
    return lot.expiry is not None and lot.expiry < on


def ends_soon(lot: Lot, on: date) -> bool:
    """Whether a lot may still be used today and expires within 90 days."""
    return lot.expiry is not None and 0 <= (lot.expiry - on).days <= ENDING


def _weeks(plan: Plan, lots: Iterable[str], usable: Decimal, on: date) -> int | None:
    """Returns the number of full weeks for which the usable quantity lasts, if people use as much
    per day as in the last three months. Returns None if this is not known.

    A quantity that was lost or went back to its source does not count as used."""
    wanted = set(lots)
    rows = [row for row in plan.handed_out.values() if row.lot in wanted]
    days = _days_here(plan, wanted, rows, on)
    if days < FEWEST_DAYS:
        return None
    first = days_before(on, days)
    out = sum((_for_use(row) for row in rows if first < row.date <= on), _ZERO)
    if out <= 0:
        return None
    return int(max(usable, _ZERO) * days / (out * 7))


def _days_here(plan: Plan, lots: set[str], rows: Sequence[HandedOut], on: date) -> int:
    """Returns the number of days over which the use is averaged: three months, or the days since
    the kind came, if these are fewer.

    If no lot says when it came, the days are counted from the first row of *Handed out*. The
    average may then be too high, so a warning comes too early rather than too late."""
    came = [lot.received for id_ in lots if (lot := plan.lots[id_]).received]
    known = [day for day in came if day] or [row.date for row in rows]
    since = (on - min(known)).days if known else 0
    return min(PACE_DAYS, since)


def _for_use(row: HandedOut) -> Decimal:
    """Returns the quantity that a row takes from the store for use. It is negative if the row
    brings a quantity back to the store."""
    if row.what in ("on the way", "given") or (row.what == "used" and not row.to):
        return row.quantity
    return -row.quantity if row.what == "given back" and row.to else _ZERO


# ---- one batch


class Holding(Struct, frozen=True):
    """A place that has some of a lot. `where`: in store, on the way, with, used, lost or given
    back. `to`: the code of the outlet or group that has it, or that will get it."""

    lot: Lot
    where: str
    to: str
    quantity: Decimal


def who_has(plan: Plan, batch: str, on: date) -> list[Holding]:
    """Returns where each lot of a batch is. The list also says how much was used, lost or given
    back."""
    wanted = batch_of(batch)
    return [
        holding
        for each in lots_at(plan, on)
        if wanted and batch_of(each.lot.batch) == wanted
        for holding in _holdings(each)
        if holding.quantity
    ]


class Uncounted(Struct, frozen=True):
    """A row of *Lots* or *Handed out* that is in no figure and may belong to a batch. `lot` and
    `to` are as they were typed. `quantity` is as it was typed, too: a decimal, or ''."""

    table: str
    id: str
    lot: str
    to: str
    quantity: str


def may_belong(
    plan: Plan, records: Records, batch: str, gone: Mapping[str, Fields]
) -> list[Uncounted]:
    """Returns the rows that are in no figure and belong to a batch, or may belong to it. People who
    ask about a batch that is called back must know of them.

    `gone`: the lots that are no longer in *Lots*, with the fields that they had. A row is left out
    only if its lot certainly belongs to another batch."""
    wanted = batch_of(batch)
    here = records.get("lots", {})
    batches = {id_: batch_of(fields.get("batch", "")) for id_, fields in {**gone, **here}.items()}
    found = [
        Uncounted("lots", id_, id_, "", fields.get("quantity", ""))
        for id_, fields in {**gone, **here}.items()
        if id_ not in plan.lots and (batches[id_] == wanted or (id_ in here and not batches[id_]))
    ]
    references = References({"lots": {**gone, **here}})
    for id_, fields in records.get("handed_out", {}).items():
        lot = fields.get("lot", "")
        meant = {batches[each] for each in references.fitting("lots", lot)} or {""}
        if id_ not in plan.handed_out and meant & {"", wanted}:
            found.append(
                Uncounted("handed_out", id_, lot, fields.get("to", ""), fields.get("quantity", ""))
            )
    return found


def uncounted(plan: Plan, records: Records) -> list[tuple[str, str]]:
    """Returns the table and ID of each row of supplies that is in no figure."""
    counted = {"lots": plan.lots, "handed_out": plan.handed_out}
    return [
        (table, id_)
        for table, rows in counted.items()
        for id_ in records.get(table, {})
        if id_ not in rows
    ]


def _holdings(each: LotStock) -> Iterator[Holding]:
    yield Holding(each.lot, "in store", "", each.in_store)
    for to, quantity in each.on_the_way.items():
        yield Holding(each.lot, "on the way", to, quantity)
    for to, quantity in each.with_others.items():
        yield Holding(each.lot, "with", to, quantity)
    yield Holding(each.lot, "used", "", each.used)
    yield Holding(each.lot, "lost", "", each.lost)
    yield Holding(each.lot, "given back", "", each.given_back)


# ---- value


def value_in_kind(plan: Plan, on: date) -> dict[str, int]:
    """Returns the value of the supplies that were given to the group, in minor units by
    currency. Supplies that the group bought are left out, because they are among the expenses."""
    values: dict[str, int] = {}
    for each in lots_at(plan, on):
        if each.lot.value is not None and is_given(each.lot) and each.came:
            values[each.lot.currency] = values.get(each.lot.currency, 0) + each.lot.value
    return values


def is_given(lot: Lot) -> bool:
    """Whether a lot was given to the group and not bought."""
    return lot.source != BOUGHT


# ---- small things


def plain(quantity: Decimal) -> str:
    """Returns a quantity without trailing zeros.

    >>> plain(Decimal("50.00")), plain(Decimal("0.50"))
    ('50', '0.5')
    """
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def folded_kind(text: str) -> str:
    """Returns the name of a kind, or of a unit, in the form in which names are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _sum(quantities: Mapping[str, Decimal]) -> Decimal:
    return sum(quantities.values(), _ZERO)


def _add(quantities: dict[str, Decimal], to: str, quantity: Decimal) -> None:
    quantities[to] = quantities.get(to, _ZERO) + quantity
