"""Sums that give somebody away only together, held against elimination in fractions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.sealing import combinations
from budgettrack.core.sealing.combinations import Equation, Unknowns, gave_away, gives_away
from tests.world.contributions import paid


def row(*who: str) -> Equation:
    """A sum of one amount of each contributor. `a2` is another amount of a."""
    return {(one[0], int(one[1:] or 0)): 1 for one in who}


def test_a_sum_of_three_gives_nobody_away_and_a_sum_of_two_does() -> None:
    assert not gives_away([row("a", "b", "c")])
    assert gives_away([row("a", "b")])


def test_a_difference_of_two_sums_gives_the_new_one_away() -> None:
    assert gives_away([row("a", "b", "c"), row("a", "b", "c", "d")])
    assert gives_away([row("a", "b", "c"), row("a", "b", "c", "d", "e")])
    assert not gives_away([row("a", "b", "c"), row("a", "b", "c", "d", "e", "f")])


def test_the_same_sum_again_gives_nothing_away() -> None:
    assert not gives_away([row("a", "b", "c"), row("a", "b", "c")])


def test_three_sums_give_away_what_no_two_of_them_do() -> None:
    first, second = row("a", "b", "c", "d"), row("c", "d", "e", "f")
    assert not gives_away([first, second])
    assert gives_away([first, second, row("a", "b", "e", "f")])  # a + b, by all three


def test_other_amounts_of_one_contributor_are_one_contributor() -> None:
    assert gives_away([row("a", "a1", "a2")])
    assert not gives_away([row("a", "b", "c"), row("a1", "b1", "c1")])


def test_the_unknown_contributor_protects_nobody() -> None:
    assert gives_away([{("a", 0): 1, ("b", 0): 1, ("", 0): 1}])


def test_too_many_sums_to_solve_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "_LARGEST", 2)
    assert not gives_away([row("a", "b", "c"), row("a", "b", "c")])
    monkeypatch.setattr(combinations, "_LARGEST", 1)
    assert gives_away([row("a", "b", "c"), row("a", "b", "c")])


def test_a_sum_of_which_nothing_is_left_is_not_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A funder may see all of a batch."""
    monkeypatch.setattr(combinations, "_LARGEST", 2)
    assert not gives_away([{}, {}, row("a", "b", "c"), row("a", "b", "c")])


def test_what_is_too_much_to_solve_is_no_proof_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    two = [row("a", "b"), row("a", "b")]
    assert gives_away(two)
    assert gave_away(two)
    monkeypatch.setattr(combinations, "_LARGEST", 1)
    assert gives_away(two)
    assert not gave_away(two)


def test_sums_with_too_many_amounts_to_solve_are_not_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(combinations, "_MOST_CELLS", 6)
    assert not gives_away([row("a", "b", "c"), row("a", "b", "c")])
    monkeypatch.setattr(combinations, "_MOST_CELLS", 5)
    assert gives_away([row("a", "b", "c"), row("a", "b", "c")])
    assert not gives_away([row("a", "b", "c")])  # nothing has to be solved


def test_amounts_of_nobody_who_is_known_protect_nobody_in_a_difference() -> None:
    whole = {("a", 0): 1, ("b", 0): 1, ("c", 0): 1}
    assert gives_away([whole, {**whole, ("", 0): 1}])
    assert gives_away([{("", 0): 1}])


def test_an_unknown_amount_protects_nobody_in_what_several_rows_leave() -> None:
    """The difference is of two, and of somebody who is not known."""
    assert gives_away([row("v", "w", "z"), {**row("v", "w", "y"), ("", 0): 1}])


def test_two_of_whom_one_has_a_pivot_in_two_rows_are_found() -> None:
    """The difference is of two amounts of one, and of another who is in one row alone."""
    assert gives_away([row("v", "w", "y", "z"), row("v", "w", "z1")])


def test_two_beside_two_unknown_amounts_are_found() -> None:
    first, second = row("a", "b", "c"), row("a", "b", "d")
    assert gives_away([{**first, ("", 0): 1}, {**second, ("", 1): 1}])


def test_two_who_have_several_amounts_are_found_in_several_rows() -> None:
    """Neither sum is of two alone. Their difference is of both amounts of two."""
    first = row("a", "b", "c", "d", "e")
    assert not gives_away([first, row("a1", "b1", "c", "d", "f", "g", "h")])
    assert gives_away([first, row("a1", "b1", "c", "d", "e")])


def test_amounts_within_ten_per_cent_are_one_unknown() -> None:
    unknowns = Unknowns()
    numbered = [
        unknowns.row([paid("a", units)]) for units in (1000, 1000, 1090, 900, 500, -1000, 1, 0)
    ]
    assert numbered[0] == numbered[1] == numbered[2] == {("a", 0): 1}
    assert numbered[3] == {("a", 0): 1}
    assert numbered[4] == {("a", 1): 1}
    assert numbered[5] == {("a", 0): -1}
    assert numbered[6] == {("a", 2): 1}
    assert numbered[7] == {}


def test_an_amount_that_is_taken_back_is_in_no_row() -> None:
    assert Unknowns().row([paid("a", 5), paid("a", -5), paid("b", 7)]) == {("b", 0): 1}


def rank(rows: Sequence[Sequence[int]]) -> int:
    """The rank of a matrix, in fractions."""
    left = [[Fraction(value) for value in values] for values in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((number for number in range(found, len(left)) if left[number][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for number in range(found + 1, len(left)):
            times = left[number][column] / left[found][column]
            left[number] = [a - times * b for a, b in zip(left[number], left[found], strict=True)]
        found += 1
    return found


def solved(rows: Sequence[Equation]) -> bool:
    """Whether a combination has fewer than three contributors: the rank falls if the columns of two
    of them are taken out."""
    unknowns = sorted({unknown for one in rows for unknown in one})
    people = sorted({who for who, _ in unknowns})
    whole = rank([[one.get(unknown, 0) for unknown in unknowns] for one in rows])
    for two in itertools.combinations_with_replacement(people, 2):
        others = [unknown for unknown in unknowns if unknown[0] not in two]
        if rank([[one.get(unknown, 0) for unknown in others] for one in rows]) < whole:
            return True
    return False


ROWS = st.lists(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdefg"), st.integers(0, 1)),
        st.sampled_from([-1, 1, 1, 1, 2]),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_the_answer_is_that_of_elimination_in_fractions(
    rows: list[dict[tuple[str, int], int]],
) -> None:
    assert gives_away(rows) == solved(rows)


def test_a_chain_of_amounts_that_agree_is_cut_in_its_order_by_the_nearest() -> None:
    unknowns = Unknowns()
    rows = [unknowns.row([paid("a", units)]) for units in (100, 112, 107, 103)]
    assert rows == [{("a", 0): 1}, {("a", 1): 1}, {("a", 1): 1}, {("a", 0): 1}]


@pytest.mark.parametrize("size", [*range(18, 2_000, 7), 21_224, 1_000_003])
def test_amounts_that_differ_by_a_tenth_of_the_larger_are_one_unknown_whatever_their_size(
    size: int,
) -> None:
    """The larger is then more than 1.1 times the smaller, which once kept them apart."""
    unknowns = Unknowns()
    largest = size * 10 // 9
    rows = [unknowns.row([paid("a", units)]) for units in (size, largest, largest + 1)]
    assert rows == [{("a", 0): 1}, {("a", 0): 1}, {("a", 1): 1}]


def test_a_later_sum_takes_the_nearest_number_and_an_earlier_sum_keeps_its_own() -> None:
    unknowns = Unknowns()
    first, between, later = paid("a", 21_224), paid("a", 23_533), paid("a", 24_826)
    read = [unknowns.numbered([part]) for part in (first, between, later)]
    assert [sum_.row for sum_ in read] == [{("a", 0): 1}, {("a", 0): 1}, {("a", 1): 1}]
    assert [sum_.amounts for sum_ in read] == [
        [(("a", 0), 21_224)],
        [(("a", 0), 23_533)],
        [(("a", 1), 24_826)],
    ]
    assert unknowns.row([between]) == {("a", 1): 1}
