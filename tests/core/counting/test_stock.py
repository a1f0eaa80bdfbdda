"""Supplies over a host and its groups: what a group tells of them, and that each piece counts
once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.counting.statements import HostStatement, books_of, statement
from budgettrack.core.counting.stock import (
    QUANTITIES,
    BatchHolding,
    ToldBatch,
    ToldSupplies,
    require_stock,
    stock_over,
    told_stock,
    who_told_batch,
)
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of

ON = date(2026, 3, 31)
LOT: Fields = {
    "kind": "naloxone", "batch": "NX-1", "expiry": "2026-05-31", "quantity": "50", "unit": "kits",
    "received": "2026-01-05",
}  # fmt: skip
OUT: Fields = {"date": "2026-02-01", "lot": "L-1", "quantity": "20", "to": "O-1", "what": "given"}


def supplies(
    lots: Sequence[Fields] = (LOT,), out: Sequence[Fields] = (OUT,), agreed: str = "with supplies"
) -> Plan:
    agreement = {"kind": "host or country partner", "other_party": "Delta", "state": "in force"}
    plan, found = plan_of(
        {
            "lots": {f"L-{number}": lot for number, lot in enumerate(lots, 1)},
            "handed_out": {f"H-{number}": row for number, row in enumerate(out, 1)},
            "agreements": {"AG-1": {**agreement, "statement": agreed}},
        },
        base="EUR",
    )
    assert not found
    return plan


def test_a_group_tells_kinds_and_batches() -> None:
    later = {**LOT, "quantity": "5.50", "batch": "nx-2", "expiry": ""}
    (told,) = told_stock(supplies([LOT, later, {**LOT, "batch": "", "quantity": "3"}]), ON)

    assert told == ToldSupplies(
        "naloxone",
        "kits",
        {
            "came": "58.5", "in_store": "38.5", "on_the_way": "0", "with_others": "20",
            "used": "0", "lost": "0", "given_back": "0", "ends_soon": "53", "expired": "0",
        },
        23,
        (ToldBatch("NX-1", "2026-05-31", "50"), ToldBatch("nx-2", "", "5.5")),
    )  # fmt: skip
    gone = told_stock(supplies(out=[{**OUT, "quantity": "50", "what": "used", "to": ""}]), ON)
    assert gone[0].batches == ()


def test_two_lots_of_one_batch_are_told_as_one() -> None:
    (told,) = told_stock(supplies([LOT, LOT]), ON)
    assert told.batches == (ToldBatch("NX-1", "2026-05-31", "100"),)


@pytest.mark.parametrize(
    ("agreed", "preview", "count"),
    [
        ("with supplies", False, 1),
        ("yes", False, 0),
        ("no", True, 0),
        ("", True, 1),
        ("", False, 0),
    ],
)
def test_supplies_are_told_only_if_that_was_chosen(agreed: str, preview: bool, count: int) -> None:
    told = statement(supplies(agreed=agreed), [], "2026-03", preview=preview)
    assert len(told.stock) == count


def test_no_outlet_and_no_row_is_in_a_statement() -> None:
    plan = supplies([{**LOT, "source": "health authority"}], [{**OUT, "to": "ZQ-OUTLET"}])
    text = json.dumps(msgspec.to_builtins(statement(plan, [], "2026-03")))
    for secret in ("ZQ-OUTLET", "health", "L-1", "H-1", "2026-02-01", "2026-01-05"):
        assert secret not in text
    assert "naloxone" in text


def told_of(**quantities: str) -> ToldSupplies:
    zeros = dict.fromkeys(QUANTITIES, "0")
    return ToldSupplies("Naloxone", "kits", {**zeros, **quantities})


def test_what_a_group_that_tells_got_from_us_counts_in_its_statement_alone() -> None:
    rows: list[Fields] = [
        {**OUT, "to": "gr-01", "quantity": "20"},
        {**OUT, "to": "GR-2", "quantity": "7"},
        {**OUT, "to": "GR-1", "quantity": "2", "what": "on the way"},
    ]
    told = {"gr-1": [told_of(came="20", in_store="5", with_others="9", used="6", ends_soon="14")]}

    (over,) = stock_over(supplies(out=rows), told, ON)

    assert (over.kind, over.unit) == ("naloxone", "kits")
    assert (over.in_store, over.on_the_way, over.with_groups, over.not_told) == tuple(
        map(Decimal, (21, 2, 14, 7))
    )
    assert over.left == 44
    assert over.ends_soon == 21 + 2 + 7 + 14
    assert over.expired == 0
    (expired,) = stock_over(supplies(out=rows), {}, date(2026, 6, 1))
    assert (expired.not_told, expired.expired, expired.ends_soon) == tuple(
        map(Decimal, (27, 50, 0))
    )


def test_two_units_and_another_kind_are_lines_of_their_own() -> None:
    water = replace(told_of(came="1", in_store="1"), kind="water")
    boxes = replace(told_of(came="1", in_store="1"), unit="boxes")
    over = stock_over(supplies(out=[]), {"GR-1": [water, boxes]}, ON)
    assert [(one.kind, one.unit) for one in over] == [
        ("naloxone", "kits"), ("water", "kits"), ("Naloxone", "boxes"),
    ]  # fmt: skip


GROUP = st.lists(st.integers(0, 30), min_size=4, max_size=4)


@given(st.lists(GROUP, max_size=4), st.integers(0, 40), st.permutations(range(4)))
def test_nothing_is_lost_or_counted_twice(
    groups: list[list[int]], spare: int, order: list[int]
) -> None:
    """The host gives to groups; each uses some, gives some to its outlets, and half of them tell."""
    given_to = [sum(group) for group in groups]
    lot = {**LOT, "quantity": str(sum(given_to) + spare)}
    out = [
        {**OUT, "to": f"GR-{number}", "quantity": str(quantity)}
        for number, quantity in enumerate(given_to)
        if quantity
    ]
    told = {}
    for number in order:
        if number < len(groups) and number % 2 == 0:
            store, with_others, used, lost = map(str, groups[number])
            told[f"GR-{number}"] = [
                told_of(came=str(given_to[number]), in_store=store, with_others=with_others,
                        used=used, lost=lost)
            ]  # fmt: skip
    (over,) = stock_over(supplies([lot], out), told, ON)
    gone = sum(group[2] + group[3] for number, group in enumerate(groups) if number % 2 == 0)
    assert over.left + gone == int(lot["quantity"])


def test_who_has_a_batch_by_the_code_of_the_group_alone() -> None:
    batches = (ToldBatch("nx–1", "2026-05-31", "9"), ToldBatch("NX-2", "", "4"))
    told = {"GR-2": [replace(told_of(), batches=batches)], "GR-1": [told_of()]}
    assert list(who_told_batch(told, "NX-1")) == [
        BatchHolding("GR-2", "Naloxone", "kits", "2026-05-31", "9")
    ]
    assert list(who_told_batch(told, " ")) == []


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (told_of(came="1"), "do not add up"),
        (told_of(came="1e1", in_store="10"), "not those of a statement"),
        (told_of(came="NaN", in_store="NaN"), "not those of a statement"),
        (replace(told_of(), quantities={"came": "0"}), "not those of a statement"),
        (replace(told_of(), batches=(ToldBatch("N", "", "many"),)), "not those of a statement"),
        (replace(told_of(), batches=(ToldBatch("N", "soon", "1"),)), "isoformat"),
    ],
)
def test_what_does_not_add_up_is_no_statement(broken: ToldSupplies, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        require_stock([broken])
    with pytest.raises(ValueError, match=why):
        books_of(HostStatement(1, "2026-03", True, (), (broken,)))


def test_what_is_told_is_read() -> None:
    told = told_stock(supplies([{**LOT, "quantity": "2.5"}]), ON)
    require_stock(told)
    assert Decimal(told[0].quantities["in_store"]) == Decimal("-17.5")
