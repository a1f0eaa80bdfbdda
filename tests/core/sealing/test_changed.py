"""A sum of which some amounts change is judged as the changed sum itself."""

from __future__ import annotations

import random

import pytest

from budgettrack.core.sealing.changed import Changeable
from budgettrack.core.sealing.safety import SEVERAL, is_safe, is_safe_or_nothing

PEOPLE = [*"abcdefghij", "", f"{SEVERAL}x", f"{SEVERAL}y"]


def some(chance: random.Random, most: int, people: list[str] = PEOPLE) -> dict[str, int]:
    names = chance.sample(people, chance.randint(0, min(most, len(people))))
    return {who: chance.choice((0, 1, -30, 90, 100, 110, 950)) for who in names}


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_is_that_of_the_changed_sum(seed: int) -> None:
    chance = random.Random(seed)
    known = [who for who in PEOPLE if len(who) == 1]
    for _ in range(200):
        amounts = some(chance, 13)
        seen = [frozenset(some(chance, 9)) for _ in range(chance.randint(0, 3))]
        sums = Changeable(amounts, seen)
        for _ in range(5):  # a reader for whom it failed is asked first the next time
            changes = some(chance, 8, known if chance.random() < 0.8 else PEOPLE)
            changed = amounts | changes
            assert sums.is_safe_with(changes) == is_safe(changed, seen)
            assert sums.is_safe_or_nothing_with(changes) == is_safe_or_nothing(changed, seen)


def test_who_leaves_counts_for_nothing() -> None:
    sums = Changeable({"a": 100, "b": 100, "c": 100, "d": 900}, [])
    assert sums.is_safe_with({"d": 0})
    assert not sums.is_safe_with({"c": 0, "d": 0})
    assert not sums.is_safe_with({"a": 9_000})


def test_nothing_is_no_secret_and_no_safe_sum() -> None:
    sums = Changeable({"a": 100}, [])
    assert not sums.is_safe_with({"a": 0})
    assert sums.is_safe_or_nothing_with({"a": 0})
    assert not sums.is_safe_or_nothing_with({})


def test_a_funder_who_knows_all_but_two_is_asked_too() -> None:
    amounts = {"a": 100, "b": 100, "c": 100, "d": 100}
    assert Changeable(amounts, [{"d"}]).is_safe_with({})
    assert not Changeable(amounts, [{"d"}]).is_safe_with({"a": 0})


def test_many_changes_at_once_are_one_new_sum() -> None:
    amounts = dict.fromkeys("abcdefghij", 100)
    assert Changeable(amounts, []).is_safe_with(dict.fromkeys("abcdefg", 0))
    assert not Changeable(amounts, []).is_safe_with(dict.fromkeys("abcdefgh", 0))


def test_the_largest_that_are_left_are_found_among_all_if_many_change() -> None:
    """After nine who leave, one has 20.00 and three have 1.00: two of these are no tenth of 21.00."""
    leave = dict.fromkeys("abcdefghi", 3_000)
    amounts = {**leave, "j": 2_000, "k": 100, "l": 100, "m": 100}
    assert not Changeable(amounts, []).is_safe_with(dict.fromkeys(leave, 0))
