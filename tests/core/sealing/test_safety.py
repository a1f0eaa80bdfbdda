"""Which sums the public may know: three contributors, nobody dominates, and no funder sees more."""

from __future__ import annotations

import random

import pytest

from budgettrack.core.sealing.safety import (
    SEVERAL,
    Readers,
    amounts_of,
    by_line,
    combined,
    is_safe,
    is_safe_or_nothing,
    persons,
    readings,
    together,
    unsafe_part,
)
from tests.world.contributions import line, paid


@pytest.mark.parametrize(
    ("amounts", "safe"),
    [
        ({"a": 100, "b": 100, "c": 100}, True),
        ({"a": 100, "b": 100}, False),
        ({}, False),
        ({"a": 950, "b": 3, "c": 2}, False),  # one has nearly all
        ({"a": 100, "b": 100, "c": 20}, True),  # what is left is a tenth of the two largest
        ({"a": 100, "b": 100, "c": 19}, False),
        ({"a": 100, "b": 100, "c": 0}, False),  # zeros count for nothing
        ({"a": -100, "b": 100, "c": 100}, True),
        ({"": 500, "a": 100, "b": 100}, False),  # the unknown may be one of the two
        ({"": 500, "a": 100, "b": 100, "c": 100}, True),  # (100 + 500 + 100) / 10 is below 100
        ({"": 900, "a": 100, "b": 100, "c": 100}, False),  # all the unknown may be of a
    ],
)
def test_a_sum_is_safe_if_nobody_can_tell_a_share(amounts: dict[str, int], safe: bool) -> None:
    assert is_safe(amounts) == safe


def test_nothing_is_no_secret_but_is_no_safe_sum_either() -> None:
    assert is_safe_or_nothing({})
    assert is_safe_or_nothing({"a": 0})
    assert not is_safe_or_nothing({"a": 1})


def test_a_funder_who_sees_its_own_contributors_must_not_see_the_others() -> None:
    amounts = {"a": 100, "b": 100, "c": 100, "d": 100}
    assert is_safe(amounts)
    assert unsafe_part(amounts, [{"a", "b"}]) == {"c": 100, "d": 100}
    assert is_safe(amounts, [{"d"}])  # three are left
    assert is_safe(amounts, [{"a", "b", "c", "d"}])  # nothing is left
    assert is_safe(amounts, [{"e"}])  # it sees nobody of them


def left_for_a_reader(amounts: dict[str, int], seen: list[frozenset[str]]) -> dict[str, int] | None:
    """The rule in plain words: each reader adds up what it does not know."""

    def breaks(left: dict[str, int]) -> bool:
        sizes = sorted(abs(units) for who, units in left.items() if who and units)
        return len(sizes) < 3 or 10 * sum(sizes[:-2]) < sum(sizes[-2:]) + abs(left.get("", 0))

    if breaks(amounts):
        return amounts
    for known in readings(amounts, seen):
        left = {who: units for who, units in amounts.items() if who not in known}
        if left != amounts and any(left.values()) and breaks(left):
            return left
    return None


@pytest.mark.parametrize("seed", range(10))
def test_what_many_readers_know_is_what_each_would_add_up(seed: int) -> None:
    chance = random.Random(seed)
    people = [*"abcdefghijkl", "", f"{SEVERAL}x", f"{SEVERAL}y"]
    found = 0
    for _ in range(300):
        names = chance.sample(people, chance.randint(0, len(people)))
        amounts = {who: chance.choice((0, 1, -30, 90, 100, 110, 400)) for who in names}
        seen = [
            frozenset(chance.sample(people, chance.randint(0, 12)))
            for _ in range(chance.randint(0, 4))
        ]
        unsafe = unsafe_part(amounts, seen)
        assert unsafe == left_for_a_reader(amounts, seen)
        found += unsafe is not None and unsafe != amounts
    assert found > 10  # readers know more than everybody


def test_sums_and_differences_are_by_contributor() -> None:
    amounts, others = {"a": 5, "b": 7}, {"b": 7, "c": 1}
    assert combined(amounts, others, 1) == {"a": 5, "b": 14, "c": 1}
    assert combined(amounts, others, -1) == {"a": 5, "c": -1}


def test_what_nobody_knows_never_cancels() -> None:
    assert combined({"": 5, "a": 1}, {"": 5, "a": 1}, -1) == {"": 10}


def test_amounts_are_added_by_contributor_and_by_line() -> None:
    parts = [paid("a", 5), paid("a", 7, line="B-2"), paid("b", 1), paid("c", 9, line="")]
    assert amounts_of(parts) == {"a": 12, "b": 1, "c": 9}
    assert by_line(parts) == {"line B-1": 6, "line B-2": 7, "c": 9}


@pytest.mark.parametrize(("people", "count"), [(None, 1), (0, 0), (1, 1), (4, 4)])
def test_a_line_pays_as_many_persons_as_it_says_or_one(people: int | None, count: int) -> None:
    assert len(set(persons(line(people=people)))) == count


def test_a_funder_who_sees_payees_who_count_as_one_may_not_know_all_of_them() -> None:
    amounts = {f"{SEVERAL}she or he": 300, "b": 310, "c": 320}
    assert is_safe(amounts)
    assert not is_safe(amounts, [set(amounts)])
    assert is_safe({"a": 300, "b": 310, "c": 320}, [{"a", "b", "c"}])


def test_a_funder_may_know_a_part_of_those_who_count_as_one() -> None:
    """What it may know cannot be what makes the rest safe."""
    sees = frozenset({"several: aa", "b", "c"})
    amounts = {"several: aa": 100, "b": 100, "c": 100, "d": 100, "e": 100}
    assert unsafe_part(amounts, [sees]) == {"d": 100, "e": 100}
    assert is_safe({**amounts, "f": 100}, [sees])
    # Nor may all of it be the largest part of the rest.
    large = {**amounts, "several: aa": 2_500, "f": 100}
    assert unsafe_part(large, [sees]) == {"several: aa": 2_500, "d": 100, "e": 100, "f": 100}


def test_a_funder_does_not_know_somebody_else_who_is_not_known() -> None:
    amounts = {"": 100, "a": 100, "b": 100, "c": 100}
    assert unsafe_part(amounts, [frozenset({"", "a", "b", "c"})]) == {"": 100}


def test_persons_of_a_line_are_together() -> None:
    one, other = persons(line("B-1", people=2))
    assert together(one) == together(other) == "line B-1"
    assert together("aa") == "aa"


def test_funders_who_see_nobody_of_a_sum_are_left_out() -> None:
    readers = Readers([{"a"}, {"b", "c"}, set(), {"a", "d"}])

    assert readers.seeing(["a", "x"]) == [{"a"}, {"a", "d"}]
    assert readers.seeing(["d", "b"]) == [{"b", "c"}, {"a", "d"}]
    assert readers.seeing(["a"], but=0) == [{"a", "d"}]
    assert readers.seeing([]) == []


def test_a_sum_is_judged_alike_for_readers_in_any_form() -> None:
    amounts = {"a": 500, "b": 400, "c": 300, "d": 100}
    for seen in ([{"a"}], [{"x"}, {"a", "b"}], [{"x"}], [{"c", "d"}, {"a", "b"}]):
        assert unsafe_part(amounts, Readers(seen)) == unsafe_part(amounts, seen)
    assert unsafe_part(amounts, Readers([{"x"}, {"a", "b"}])) == {"c": 300, "d": 100}
