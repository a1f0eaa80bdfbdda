"""Checks of supplies, each in its exact words, and what must not be found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from budgettrack.core.base.findings import CODES
from budgettrack.core.base.harm import harm_of
from budgettrack.core.records.model import Fields
from tests.world.healthy_plan import Change, look, told

LOT: Fields = {
    "kind": "naloxone",
    "batch": "NX-1",
    "expiry": "2027-12-31",
    "quantity": "50",
    "unit": "kits",
    "received": "2026-01-10",
}
"""A lot without a finding on 10 April 2026."""
OUT: Fields = {"lot": "L-1", "date": "2026-02-01", "to": "O-1", "quantity": "30", "what": "given"}


def changed(lots: Sequence[Fields], rows: Sequence[Fields] = ()) -> list[Change]:
    return [
        *(("lots", f"L-{n}", _filled(LOT, lot)) for n, lot in enumerate(lots, 1)),
        *(("handed_out", f"H-{n}", _filled(OUT, row)) for n, row in enumerate(rows, 1)),
    ]


def _filled(usual: Fields, own: Fields) -> Fields:
    return {name: text for name, text in {**usual, **own}.items() if text}


def found(lots: Sequence[Fields], rows: Sequence[Fields] = ()) -> list[tuple[str, ...]]:
    return [(code, id_, *rest) for code, _, id_, *rest in told(look(*changed(lots, rows)))]


CASES: list[tuple[list[dict[str, str]], list[dict[str, str]], tuple[str, str, str, str, str]]] = [
    ([{}], [{}, {"date": "2026-02-02", "quantity": "25"}],
     ("more-handed-out", "H-2", "quantity",
      "Up to this day 5 more of L-1 were handed out than had come.",
      "Correct the quantity, the date or the lot, here or in the rows before it.")),
    ([{}], [{"date": "2026-01-09"}],
     ("more-handed-out", "H-1", "quantity",
      "Up to this day 30 more of L-1 were handed out than had come.",
      "Correct the quantity, the date or the lot, here or in the rows before it.")),
    ([{}], [{}, {"what": "used", "quantity": "30.5", "date": "2026-03-01"}],
     ("outlet-has-less", "H-2", "quantity",
      "Up to this day O-1 used, lost or gave back 0.5 more of L-1 than it was given.",
      "Correct Quantity, or add the row by which the rest was given. If it came from your own store,"
      " empty the cell To.")),
    ([{}], [{"to": ""}],
     ("given-to-nobody", "H-1", "to",
      "Nothing says to which outlet or group this was given.",
      "Type its code into To. What you handed to people yourselves is used.")),
    ([{}], [{"what": "on the way", "to": ""}],
     ("given-to-nobody", "H-1", "to",
      "Nothing says to which outlet or group this was given.",
      "Type its code into To. What you handed to people yourselves is used.")),
    ([{"expiry": "2026-01-31"}], [{"to": "", "what": "used", "quantity": "50"}],
     ("handed-out-expired", "H-1", "date",
      "L-1 had expired by then, on 2026-01-31.",
      "Correct the date or the lot. If it is right, tell the outlet not to use what is left.")),
    ([{"expiry": "2026-04-09"}], [],
     ("lot-expired", "L-1", "expiry",
      "This lot expired on 2026-04-09, and 50 of it are left.",
      "Call it back and do not use it. What is thrown away is lost: a row in Handed out.")),
    ([{"expiry": "2026-07-09"}], [{}],
     ("lot-ends-soon", "L-1", "expiry",
      "This lot ends on 2026-07-09, and 50 of it are left.",
      "Hand it out first, or give it back in exchange for a newer one: each is a row in Handed out.")),
    ([{}], [{"what": "used", "to": "", "quantity": "41", "date": "2026-02-01"}],
     ("supplies-run-out", "L-1", "kind",
      "At the pace of the last three months the store lasts for 2 full weeks.",
      "Order more of this kind.")),
    ([{"expiry": ""}], [],
     ("lot-without-expiry", "L-1", "expiry",
      "This lot has no expiry, so nobody is warned.",
      "Type the last day on which it may be used, as it stands on the package.")),
    ([{}, {"expiry": "", "batch": ""}], [],
     ("lot-without-expiry", "L-2", "expiry",
      "This lot has no expiry, so nobody is warned.",
      "Type the last day on which it may be used, as it stands on the package.")),
    ([{}, {"unit": "boxes", "batch": "NX-2"}], [],
     ("lot-other-unit", "L-2", "unit",
      "L-1 is of the same kind and counted in another unit, so the two are not added up.",
      "Count both in one unit, or give one of them another kind.")),
    ([{}, {"batch": "nx‐1", "expiry": "2028-01-31", "quantity": "10"}], [],
     ("batch-expiries-differ", "L-2", "expiry",
      "L-1 is of the same batch, and its expiry is 2027-12-31.",
      "Look at the packages, and correct one of the two.")),
    ([{}, {}], [],
     ("lot-twice", "L-2", "batch",
      "L-1 has the same kind, batch, day and quantity.",
      "Delete this row if the lot came once.")),
    ([{"received": "2026-04-11"}], [],
     ("supplies-in-future", "L-1", "received",
      "2026-04-11 is still to come, so the row is not counted yet.",
      "Correct the date if it has happened.")),
    ([{}], [{"date": "2026-04-11"}],
     ("supplies-in-future", "H-1", "date",
      "2026-04-11 is still to come, so the row is not counted yet.",
      "Correct the date if it has happened.")),
]  # fmt: skip


@pytest.mark.parametrize(("lots", "rows", "expected"), CASES)
def test_each_code_in_its_words(
    lots: Sequence[Fields], rows: Sequence[Fields], expected: tuple[str, ...]
) -> None:
    assert expected in found(lots, rows)
    others = {each[0] for each in found(lots, rows)} - {expected[0]}
    # The store is empty, so it lasts for no week.
    assert others <= {"supplies-run-out"}


@pytest.mark.parametrize(
    ("lots", "rows"),
    [
        ([{}], []),
        ([{}], [{}]),
        ([{}], [{}, {"what": "used", "quantity": "30", "date": "2026-03-01"}]),
        # The order within a day is not known: it was given, used and given back on one day.
        ([{}], [{"what": "used"}, {}]),
        ([{}], [{"date": "2026-01-10"}]),
        ([{"received": ""}], [{"date": "2025-01-09"}]),
        ([{}], [{"to": "", "what": "used", "quantity": "10"}]),
        ([{}], [{"to": "", "what": "given back"}]),
        ([{"expiry": "2026-04-10"}], [{"to": "", "what": "lost", "quantity": "50"}]),
        ([{"expiry": "2026-01-31"}], [{"to": "", "what": "lost", "quantity": "50"}]),
        ([{"expiry": "2026-02-01"}], [{"quantity": "50"}, {"what": "lost", "quantity": "50"}]),
        ([{"expiry": "2026-07-10"}], []),
        ([{"expiry": "", "batch": ""}], []),
        ([{}, {"kind": "Naloxone ", "unit": "Kits", "batch": "NX-2"}], []),
        ([{}, {"quantity": "10"}], []),
        ([{}, {"received": "2026-02-10"}], []),
        ([{}, {"kind": "syringes"}], []),
        ([{"batch": ""}, {"batch": ""}], []),
        ([{"received": "2026-04-10"}], [{"date": "2026-04-10"}]),
        # Four full weeks at 41 in thirteen weeks.
        ([{"quantity": "54"}], [{"what": "used", "to": "", "quantity": "41"}]),
    ],
)  # fmt: skip
def test_what_is_in_order_is_not_told(lots: Sequence[Fields], rows: Sequence[Fields]) -> None:
    told = found(lots, rows)
    if any(row.get("quantity") == "50" for row in rows):
        # Nothing is left of it.
        told = [each for each in told if each[0] != "supplies-run-out"]
    assert told == []


def test_the_store_that_runs_out_is_told_at_the_last_lot_of_the_kind() -> None:
    lots = [{"quantity": "40"}, {"batch": "NX-2", "quantity": "5"}]
    rows = [{"quantity": "40"}]
    assert [each[:3] for each in found(lots, rows)] == [("supplies-run-out", "L-2", "kind")]


def test_every_code_about_supplies_has_its_reproducer() -> None:
    here = {expected[0] for _, _, expected in CASES}

    # Lots of a host's groups: test_hosted_groups.py.
    of_groups = {"group-lot-ends", "group-lot-expired"}
    supplies = {name for name, code in CODES.items() if code.group == "supplies"}

    assert supplies - of_groups == here


def test_what_may_hurt_people_stands_first() -> None:
    assert [harm_of(code) for code in ("to-is-no-code", "lot-expired", "handed-out-expired")] == [
        "people"
    ] * 3
    assert CODES["to-is-no-code"].severity == "error"
    assert harm_of("more-handed-out") == "figures"
    assert harm_of("lot-ends-soon") == "promises"
