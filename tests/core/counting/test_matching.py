from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.counting.matching import Matching, match

AMOUNTS = st.lists(st.integers(1, 9), max_size=6)


def test_equal_payments_agree_in_order() -> None:
    assert match([100, 200], [100, 200]) == Matching((0, 1), (0, 1))


def test_a_payment_may_arrive_in_parts_and_several_as_one() -> None:
    assert match([1000], [400, 600]) == Matching((0,), (0, 1))
    assert match([400, 600, 50], [1000]) == Matching((0, 1), (0,), (), (2,))


def test_what_nobody_got_yet_is_open() -> None:
    assert match([100, 200], [100]) == Matching((0,), (0,), (), (1,))
    assert match([100, 200], [200]) == Matching((1,), (0,), (), (0,))


def test_a_wrong_amount_is_a_pair_that_differs() -> None:
    assert match([100, 200], [100, 190]) == Matching((0,), (0,), ((1, 1),))
    assert match([150, 200], [190, 200]) == Matching((1,), (1,), ((0, 0),))


def test_what_nobody_paid_is_open_too() -> None:
    assert match([100], [100, 7]) == Matching((0,), (0,), (), (), (1,))
    assert match([], [7]) == Matching((), (), (), (), (0,))
    assert match([], []) == Matching()


@given(AMOUNTS, AMOUNTS)
def test_each_stands_in_one_place_and_what_agrees_agrees_to_the_last_unit(
    paid: list[int], got: list[int]
) -> None:
    found = match(paid, got)
    ones = [one for one, _ in found.differing]
    others = [other for _, other in found.differing]
    assert sorted([*found.paid, *ones, *found.open_paid]) == list(range(len(paid)))
    assert sorted([*found.got, *others, *found.open_got]) == list(range(len(got)))
    assert sum(paid[at] for at in found.paid) == sum(got[at] for at in found.got)
    assert not (found.open_paid and found.open_got)
    assert all(paid[one] != got[other] for one, other in found.differing)


@given(st.lists(st.integers(1, 99), max_size=4, unique=True))
def test_the_order_of_receipts_is_no_trouble(amounts: list[int]) -> None:
    for order in permutations(amounts):
        found = match(amounts, order)
        assert not found.differing
        assert not found.open_paid
        assert not found.open_got
