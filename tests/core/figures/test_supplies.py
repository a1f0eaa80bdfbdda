"""Where supplies are: the law that nothing is lost or made, and who has which batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.figures.deadlines import upcoming
from budgettrack.core.figures.supplies import (
    Stock,
    Uncounted,
    ends_soon,
    has_expired,
    lots_at,
    may_belong,
    plain,
    stock,
    uncounted,
    value_in_kind,
    who_has,
)
from budgettrack.core.records.model import Fields, HandedOut, Lot, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.references import batch_of

TODAY = date(2026, 11, 2)
NALOXONE: Fields = {
    "kind": "Naloxone",
    "batch": "NX-1",
    "expiry": "2027-01-20",
    "quantity": "100",
    "unit": "kits",
    "source": "host",
    "received": "2026-01-10",
    "value": "1200",
}
WHAT = ("on the way", "given", "used", "lost", "given back")


def made(lots: Sequence[Fields], rows: Sequence[Sequence[str]] = ()) -> Plan:
    """Lots L-1, L-2, ... and rows of (day, lot, To, quantity, what happened)."""
    names = ("date", "lot", "to", "quantity", "what")
    plan, found = plan_of(
        {
            "lots": {f"L-{n}": {**NALOXONE, **fields} for n, fields in enumerate(lots, 1)},
            "handed_out": {
                f"H-{n}": {name: text for name, text in zip(names, row, strict=True) if text}
                for n, row in enumerate(rows, 1)
            },
        },
        base="EUR",
    )
    assert found == []
    return plan


def of(*rows: Sequence[str], on: date = TODAY, **lot: str) -> Stock:
    """Where the one lot is after these rows."""
    (only,) = stock(made([lot], rows), on)
    return only


def places(each: Stock) -> tuple[str, ...]:
    """In store, on the way, with others, used, lost, given back."""
    quantities = (
        each.in_store,
        each.on_the_way,
        each.with_others,
        each.used,
        each.lost,
        each.given_back,
    )
    assert sum(quantities) == each.came
    return tuple(map(plain, quantities))


def test_each_row_moves_its_quantity_and_nothing_else() -> None:
    assert places(of()) == ("100", "0", "0", "0", "0", "0")
    given = ("2026-10-01", "L-1", "O-1", "30", "given")
    for row, expected in (
        (("2026-10-02", "L-1", "O-2", "20", "on the way"), ("50", "20", "30", "0", "0", "0")),
        (("2026-10-02", "L-1", "O-1", "12", "used"), ("70", "0", "18", "12", "0", "0")),
        (("2026-10-02", "L-1", "", "12", "used"), ("58", "0", "30", "12", "0", "0")),
        (("2026-10-02", "L-1", "O-1", "2", "lost"), ("70", "0", "28", "0", "2", "0")),
        (("2026-10-02", "L-1", "", "2", "lost"), ("68", "0", "30", "0", "2", "0")),
        (("2026-10-02", "L-1", "O-1", "5", "given back"), ("75", "0", "25", "0", "0", "0")),
        (("2026-10-02", "L-1", "", "5", "given back"), ("65", "0", "30", "0", "0", "5")),
    ):
        assert places(of(given, row)) == expected


def test_fifty_sent_and_forty_eight_arrived() -> None:
    sent = ("2026-10-01", "L-1", "O-1", "50", "on the way")
    assert places(of(sent)) == ("50", "50", "0", "0", "0", "0")

    arrived = ("2026-10-01", "L-1", "O-1", "48", "given")
    missing = ("2026-10-03", "L-1", "", "2", "lost")
    assert places(of(arrived, missing)) == ("50", "0", "48", "0", "2", "0")


def test_more_than_there_is_stands_below_zero_and_the_law_holds() -> None:
    assert places(of(("2026-10-01", "L-1", "O-1", "130", "given"))) == (
        *("-30", "0", "130", "0", "0", "0"),
    )
    assert places(of(("2026-10-01", "L-1", "O-1", "5", "used"))) == (
        *("100", "0", "-5", "5", "0", "0"),
    )


def test_a_place_below_zero_does_not_hide_what_others_have() -> None:
    rows = [
        ("2026-10-01", "L-1", "O-1", "60", "given"),
        ("2026-10-01", "L-1", "O-2", "100", "used"),
    ]
    # Forty in store, sixty at O-1, and a hundred less than nothing at O-2.
    assert places(of(*rows)) == ("40", "0", "-40", "100", "0", "0")
    # What is left never exceeds what came, less what was used: none.
    assert plain(of(*rows).ends_soon) == "0"
    (lot,) = lots_at(made([{}], rows), TODAY)
    assert (plain(lot.left), lot.is_somewhere) == ("0", True)
    (lot,) = lots_at(made([{}], [("2026-10-01", "L-1", "O-1", "5", "used")]), TODAY)
    assert plain(lot.left) == "95"
    assert [each.id for each in upcoming(made([{}], rows), TODAY)] == ["L-1"]


def test_only_what_has_happened_by_the_day_counts_and_no_row_without_a_day() -> None:
    row = ("2026-10-05", "L-1", "O-1", "30", "given")
    assert places(of(row, on=date(2026, 10, 4)))[0] == "100"
    assert places(of(row, on=date(2026, 10, 5)))[0] == "70"
    assert places(of(("", "L-1", "O-1", "30", "given")))[0] == "100"
    assert stock(made([{"received": "2026-11-03"}]), TODAY) == []
    assert places(of(received="")) == ("100", "0", "0", "0", "0", "0")
    # Handed out before it came: the row is told, and the quantity is not made of nothing.
    (early,) = stock(made([{"received": "2026-11-03"}], [row]), TODAY)
    assert (plain(early.came), places(early)) == ("0", ("-30", "0", "30", "0", "0", "0"))


def test_a_kind_is_told_by_its_words_and_two_units_are_two_lines() -> None:
    plan = made(
        [{}, {"kind": " naloxone", "batch": "NX-2"}, {"unit": "boxes"}, {"kind": "Syringes"}]
    )
    assert [(each.kind, each.unit, plain(each.came)) for each in stock(plan, TODAY)] == [
        ("Naloxone", "kits", "200"),
        ("Naloxone", "boxes", "100"),
        ("Syringes", "kits", "100"),
    ]


def test_half_a_litre_is_exact() -> None:
    rows = [("2026-10-01", "L-1", "O-1", "0.1", "given")] * 3
    assert places(of(*rows, quantity="0.3")) == ("0", "0", "0.3", "0", "0", "0")
    tiny = "0.0000000000000000000000000000000001"
    assert of(("2026-10-01", "L-1", "", tiny, "used"), quantity="99999999999999").in_store == (
        Decimal("99999999999998.9999999999999999999999999999999999")
    )


@pytest.mark.parametrize(
    ("expiry", "soon", "expired"),
    [
        ("2026-11-01", False, True),
        ("2026-11-02", True, False),
        ("2027-01-31", True, False),
        ("2027-02-01", False, False),
        ("", False, False),
    ],
)
def test_what_ends_within_ninety_days(expiry: str, soon: bool, expired: bool) -> None:
    each = of(("2026-10-01", "L-1", "O-1", "30", "given"), ("2026-10-02", "L-1", "", "1", "lost"),
              expiry=expiry)  # fmt: skip
    assert (plain(each.ends_soon), plain(each.expired)) == (
        "99" if soon else "0",
        "99" if expired else "0",
    )
    lot = made([{"expiry": expiry}]).lots["L-1"]
    assert (ends_soon(lot, TODAY), has_expired(lot, TODAY)) == (soon, expired)


def test_the_weeks_that_the_store_lasts() -> None:
    # 26 in thirteen weeks are two a week, and 74 are left.
    out = ("2026-10-01", "L-1", "O-1", "20", "given")
    more = ("2026-10-09", "L-1", "", "6", "used")
    assert of(out, more).weeks == 37
    # What an outlet uses has left the store before; what was lost is no use.
    at_outlet = ("2026-10-20", "L-1", "O-1", "20", "used")
    lost = ("2026-10-20", "L-1", "", "4", "lost")
    assert of(out, more, at_outlet, lost).weeks == 35
    # What came back was not needed, and is in store again: 82 at one and a half a week.
    back = ("2026-10-21", "L-1", "O-1", "6.5", "given back")
    assert of(out, more, back).weeks == 53
    # On the way counts as needed.
    assert of(("2026-10-01", "L-1", "O-1", "26", "on the way"), more).weeks == 27
    # Nothing went out in three months: nobody can say.
    assert of(("2026-08-03", "L-1", "O-1", "26", "given")).weeks is None
    assert of(("2026-08-04", "L-1", "O-1", "26", "given")).weeks == 37
    assert of().weeks is None
    # An expired store lasts no day.
    assert of(out, expiry="2026-11-01").weeks == 0
    assert of(("2026-10-01", "L-1", "O-1", "130", "given")).weeks == 0


def test_the_pace_of_a_kind_that_came_lately_is_of_the_days_since() -> None:
    out = ("2026-10-20", "L-1", "O-1", "20", "given")
    # Five weeks, twenty out: four a week.
    assert of(out, received="2026-09-28").weeks == 20
    assert of(out, received="2026-10-05").weeks == 16
    assert of(out, received="2026-10-06").weeks is None
    # No lot says when it came: the first row does.
    assert of(out, received="").weeks is None
    first = ("2026-09-28", "L-1", "", "1", "lost")
    assert of(out, first, received="").weeks == 19
    assert of(received="").weeks is None


def test_who_has_a_batch() -> None:
    plan = made(
        [{"batch": "LOT 12–A"}, {"batch": "lot12-a", "quantity": "10"}, {"batch": ""}],
        [
            ("2026-10-01", "L-1", "O-1", "30", "given"),
            ("2026-10-02", "L-1", "O-1", "30", "used"),
            ("2026-10-02", "L-1", "O-2", "5", "on the way"),
            ("2026-10-02", "L-2", "O-2", "10", "given"),
            ("2026-10-02", "L-1", "", "1", "lost"),
            ("2026-10-02", "L-1", "", "4", "given back"),
        ],
    )
    found = who_has(plan, "Lot 12-A", TODAY)
    assert [(each.lot.id, each.where, each.to, plain(each.quantity)) for each in found] == [
        ("L-1", "in store", "", "60"),
        ("L-1", "on the way", "O-2", "5"),
        ("L-1", "used", "", "30"),
        ("L-1", "lost", "", "1"),
        ("L-1", "given back", "", "4"),
        ("L-2", "with", "O-2", "10"),
    ]
    assert who_has(plan, "", TODAY) == who_has(plan, "13", TODAY) == []
    assert who_has(plan, "LOT-12A", TODAY) == found
    assert batch_of("Lot 12\u20131") == batch_of("lot\u00ad121") == batch_of("L-O\u2212T 12\u00a01")


def test_an_outlet_is_the_same_however_its_code_is_typed() -> None:
    typed = ("O-2", "o-2", "O-02", "O2")
    plan = made([{}], [("2026-10-01", "L-1", to, "1", "given") for to in typed])
    (lot,) = lots_at(plan, TODAY)
    assert lot.with_others == {"O-2": 4}


def test_rows_that_may_be_of_a_batch_are_named_though_they_are_not_counted() -> None:
    row: Fields = {"date": "2026-10-01", "lot": "L-1", "to": "O-1", "quantity": "3", "what": "used"}
    records: dict[str, dict[str, Fields]] = {
        "lots": {
            "L-1": NALOXONE,
            "L-2": {"kind": "Naloxone", "batch": "NX-2"},
            "L-3": {"kind": "Naloxone"},
        },
        "handed_out": {
            "H-1": row,
            "H-2": {**row, "date": ""},
            "H-3": {**row, "lot": "nx2"},
            "H-4": {**row, "lot": "L-9"},
            "H-5": {**row, "lot": "77"},
            "H-6": {"what": "used"},
        },
    }
    plan, _ = plan_of(records, base="EUR")
    gone: dict[str, Fields] = {"L-9": {**NALOXONE, "batch": "NX 9", "quantity": "40"}}

    def named(batch: str) -> list[str]:
        return [each.id for each in may_belong(plan, records, batch, gone)]

    assert named("nx-1") == ["L-3", "H-2", "H-5", "H-6"]
    assert named("NX 2") == ["L-2", "L-3", "H-3", "H-5", "H-6"]
    assert named("NX9") == ["L-9", "L-3", "H-4", "H-5", "H-6"]
    assert may_belong(plan, records, "NX9", gone)[2] == Uncounted(
        "handed_out", "H-4", "L-9", "O-1", "3"
    )
    assert uncounted(plan, records) == [
        ("lots", "L-2"),
        ("lots", "L-3"),
        *(("handed_out", f"H-{n}") for n in range(2, 7)),
    ]


def test_the_value_of_what_was_given_and_not_of_what_was_bought() -> None:
    plan = made(
        [
            {},
            {"value": "80.50"},
            {"source": "bought"},
            {"currency": "USD", "source": ""},
            {"value": ""},
            {"received": "2026-11-03"},
        ]
    )
    assert value_in_kind(plan, TODAY) == {"EUR": 128050, "USD": 120000}


def test_half_a_lot_and_half_a_row_are_in_no_figure() -> None:
    for blank in ("kind", "quantity"):
        plan, _ = plan_of({"lots": {"L-1": {**NALOXONE, blank: ""}}}, base="EUR")
        assert plan.lots == {}
    row = {"date": "2026-10-01", "lot": "NX-1", "quantity": "3", "what": "used"}
    for field in ("date", "lot", "quantity", "what"):
        tables: dict[str, dict[str, Fields]] = {
            "lots": {"L-1": NALOXONE},
            "handed_out": {"H-1": {**row, field: ""}},
        }
        assert plan_of(tables, base="EUR")[0].handed_out == {}


def test_a_lot_is_meant_by_its_batch_where_one_alone_has_it() -> None:
    row = ("2026-10-01", "nx-1", "", "3", "used")
    assert made([{}], [row]).handed_out["H-1"].lot == "L-1"
    tables: dict[str, dict[str, Fields]] = {
        "lots": {"L-1": NALOXONE, "L-2": NALOXONE},
        "handed_out": {"H-1": {"date": "2026-10-01", "lot": "NX-1", "quantity": "3", "what": "used"}},
    }  # fmt: skip
    tables["lots"]["L-2"] = {**NALOXONE, "batch": "nx 1"}
    plan, (found,) = plan_of(tables, base="EUR")
    assert (plan.handed_out, found.code, dict(found.values)["ids"]) == (
        {},
        "reference-unclear",
        "L-1, L-2",
    )


def test_the_expiry_of_what_is_left_is_a_date_that_is_due() -> None:
    plan = made([{}, {"batch": ""}, {}], [("2026-10-01", "L-3", "", "100", "used")])
    assert [(each.id, each.what, each.due, each.field) for each in upcoming(plan, TODAY)] == [
        ("L-1", "Lot expires: Naloxone, NX-1", date(2027, 1, 20), "expiry"),
        ("L-2", "Lot expires: Naloxone, L-2", date(2027, 1, 20), "expiry"),
    ]


# ---- the law, against a model of its own


QUANTITIES = st.decimals(
    min_value="0.001", max_value="1000000", places=3, allow_nan=False, allow_infinity=False
)
DAYS = st.integers(0, 400).map(lambda days: date(2026, 1, 1) + timedelta(days=days))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to four lots and twenty rows, sensible or not."""
    lots = {}
    for number in range(1, draw(st.integers(1, 4)) + 1):
        lots[f"L-{number}"] = Lot(
            id=f"L-{number}",
            kind=draw(st.sampled_from(["Naloxone", "naloxone ", "Syringes"])),
            batch=draw(st.sampled_from(["", "A 1", "a1", "B"])),
            expiry=draw(st.none() | DAYS),
            quantity=draw(QUANTITIES),
            unit=draw(st.sampled_from(["", "kits", "Kits"])),
            source=draw(st.sampled_from(["", "host", "bought"])),
            received=draw(st.none() | DAYS),
            value=draw(st.none() | st.integers(0, 10**6)),
            currency=draw(st.sampled_from(["EUR", "USD"])),
        )
    rows = {}
    for number in range(draw(st.integers(0, 20))):
        rows[f"H-{number}"] = HandedOut(
            id=f"H-{number}",
            date=draw(DAYS),
            lot=draw(st.sampled_from(sorted(lots))),
            to=draw(st.sampled_from(["", "O-1", "O-2"])),
            quantity=draw(QUANTITIES),
            what=draw(st.sampled_from(WHAT)),
        )
    plan, _ = plan_of({}, base="EUR")
    return with_supplies(plan, lots, rows)


def with_supplies(plan: Plan, lots: Mapping[str, Lot], rows: Mapping[str, HandedOut]) -> Plan:
    from msgspec.structs import replace

    return replace(plan, lots=dict(lots), handed_out=dict(rows))


def modelled(plan: Plan, on: date) -> dict[tuple[str, str], tuple[Fraction, ...]]:
    """Where each kind is, by sums over the rows and not by moving anything: came, in store, on the
    way, with others, used, lost, given back."""
    of_kind: dict[tuple[str, str], list[Fraction]] = {}
    for lot in plan.lots.values():
        rows = [row for row in plan.handed_out.values() if row.lot == lot.id and row.date <= on]
        is_here = not (lot.received and lot.received > on)
        if not is_here and not rows:
            continue

        def total(*what: str, to: bool | None = None, rows: list[HandedOut] = rows) -> Fraction:
            return sum(
                (
                    Fraction(row.quantity)
                    for row in rows
                    if row.what in what and (to is None or bool(row.to) is to)
                ),
                Fraction(0),
            )

        came = Fraction(lot.quantity) if is_here else Fraction(0)
        ended = total("used", "lost", "given back", to=True)
        left_store = total("on the way", "given") + total("used", "lost", "given back", to=False)
        figures = (
            came,
            came - left_store + total("given back", to=True),
            total("on the way"),
            total("given") - ended,
            total("used"),
            total("lost"),
            total("given back", to=False),
        )
        kind = (" ".join(lot.kind.lower().split()), lot.unit.lower())
        held = of_kind.setdefault(kind, [Fraction(0)] * len(figures))
        of_kind[kind] = [one + other for one, other in zip(held, figures, strict=True)]
    return {kind: tuple(figures) for kind, figures in of_kind.items()}


def figures(each: Stock) -> tuple[Decimal, ...]:
    return (
        each.came,
        each.in_store,
        each.on_the_way,
        each.with_others,
        each.used,
        each.lost,
        each.given_back,
    )


@settings(max_examples=300, deadline=None)
@given(plans(), DAYS)
def test_nothing_is_lost_and_nothing_is_made(plan: Plan, on: date) -> None:
    found = stock(plan, on)
    expected = modelled(plan, on)

    assert [tuple(map(Fraction, figures(each))) for each in found] == [*expected.values()]
    for each in found:
        assert each.came == sum(figures(each)[1:])
    # What is left is what places have, and a batch is a part of it.
    places = ("in store", "on the way", "with")
    for lot in lots_at(plan, on):
        held = [each for each in who_has(plan, lot.lot.batch, on) if each.lot is lot.lot]
        if lot.lot.batch:
            assert lot.left == sum(each.quantity for each in held if each.where in places)
            assert lot.left == lot.came - lot.used - lot.lost - lot.given_back
    of_batches = sum(
        (each.quantity for batch in ("A1", "B") for each in who_has(plan, batch, on)), Decimal(0)
    )
    assert of_batches == sum(
        (each.came for each in lots_at(plan, on) if each.lot.batch), Decimal(0)
    )


@settings(max_examples=150, deadline=None)
@given(plans(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_lots_changes_nothing(
    plan: Plan, on: date, chance: object
) -> None:
    rows, lots = [*plan.handed_out.items()], [*plan.lots.items()]
    chance.shuffle(rows)  # type: ignore[attr-defined]
    chance.shuffle(lots)  # type: ignore[attr-defined]
    other = with_supplies(plan, dict(lots), dict(rows))

    def as_set(of_plan: Plan) -> list[tuple[object, ...]]:
        return sorted(
            (each.kind.casefold().strip(), each.unit.casefold(), *figures(each), each.ends_soon,
             each.expired, -1 if each.weeks is None else each.weeks)
            for each in stock(of_plan, on)
        )  # fmt: skip

    assert as_set(other) == as_set(plan)


@settings(max_examples=100, deadline=None)
@given(plans(), DAYS)
def test_a_row_in_two_parts_is_the_same_row(plan: Plan, on: date) -> None:
    from msgspec.structs import replace

    halves = {}
    for id_, row in plan.handed_out.items():
        part = row.quantity / 2
        halves[id_] = replace(row, quantity=part)
        halves[f"{id_}-2"] = replace(row, id=f"{id_}-2", quantity=row.quantity - part)

    assert stock(with_supplies(plan, plan.lots, halves), on) == stock(plan, on)
