"""Amounts that the other money in the same figures leaves open, for all readers at once."""

from __future__ import annotations

import random

import pytest

from budgettrack.core.sealing.alike import Alike, money_beside
from budgettrack.core.sealing.combinations import Equation, Unknown
from budgettrack.core.sealing.nearness import RAISED, RoomLeft

PEOPLE = [*"abcdefgh", ""]


def test_the_money_beside_an_amount_is_that_of_all_others_but_the_largest() -> None:
    amounts = [("a", 100.0), ("b", 70.0), ("a", 30.0), ("c", 20.0), ("", 5.0)]
    assert list(money_beside(amounts)) == [25.0, 25.0, 25.0, 75.0, 90.0]


def test_one_alone_has_no_money_beside_it() -> None:
    assert list(money_beside([("a", 100.0)])) == [0.0]
    assert not list(money_beside([]))


def doubt(people: dict[str, int], visible: str = "") -> bool:
    rows = [dict.fromkeys([(who, 0) for who in people], 1)]
    sizes = {(who, 0): float(size) for who, size in people.items()}
    return Alike(rows, sizes, 0.22).leave_a_doubt(visible)


def test_three_alike_amounts_are_open_and_two_are_not() -> None:
    assert not doubt({"a": 100, "b": 100, "c": 100})
    assert doubt({"a": 100, "b": 100})
    assert doubt({"a": 100, "b": 100, "c": 21})


def test_who_sees_one_of_three_is_in_doubt_about_nobody_else_only_if_more_are_left() -> None:
    assert doubt({"a": 100, "b": 100, "c": 100}, "a")
    assert not doubt({"a": 100, "b": 100, "c": 100, "d": 100}, "a")
    assert not doubt({"a": 100, "b": 100}, "ab")  # nothing is left


def test_money_of_nobody_is_not_judged() -> None:
    assert not doubt({"": 100})


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_for_each_reader_is_that_of_its_own_figures(seed: int) -> None:
    chance = random.Random(seed)
    answers = set()
    for _ in range(40):
        unknowns = [(who, chance.randrange(3)) for who in chance.choices(PEOPLE, k=12)]
        sizes: dict[Unknown, float] = {one: chance.randint(1, 900) / 3 for one in unknowns}
        rows: list[Equation] = [
            {one: chance.choice((1, 1, 1, 2, -1)) for one in chance.sample([*sizes], k)}
            for k in (chance.randint(1, len(sizes)) for _ in range(chance.randrange(4)))
        ]
        rows += [dict.fromkeys(sizes, 1)]
        alike = Alike(rows, sizes, 2 * RAISED)
        for visible in ((), *(chance.sample(PEOPLE, chance.randrange(6)) for _ in range(4))):
            left = [{one: row[one] for one in row if one[0] not in visible} for row in rows]
            left = [row for row in left if row]
            known = bool(left) and any(True for _ in RoomLeft(left, sizes).in_doubt())
            assert alike.leave_a_doubt(visible) == known
            answers.add(known)
    assert answers == {False, True}
