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


def test_a_day_that_is_typed_wrongly_does_not_throw_the_others_over() -> None:
    """The amounts say which payment is which receipt, whatever order the days say."""
    # The last payment stands before the others. One is wrong by 20.
    assert match([500, 500, 1000], [1000, 480, 500]) == Matching((0, 2), (0, 2), ((1, 1),))
    # Two are wrong: each is paired with that which is nearest.
    assert match([100, 200, 300], [310, 100, 220]) == Matching((0,), (1,), ((1, 2), (2, 0)))
    # What is open is what is farthest from all.
    assert match([1000, 5000, 90], [95, 5010]) == Matching((), (), ((1, 1), (2, 0)), (0,))
    assert match([5010, 95], [90, 1000, 5000]) == Matching((), (), ((0, 2), (1, 0)), (), (1,))


def test_of_equal_ways_the_order_of_the_days_decides() -> None:
    # The first payment came in two parts, and the second is on the way.
    assert match([1000, 500], [500, 500]) == Matching((0,), (0, 1), (), (1,))
    assert match([1000, 1000], [990]) == Matching((), (), ((0, 0),), (1,))


def test_parts_agree_behind_a_payment_that_differs() -> None:
    assert match([100, 300, 70], [110, 150, 150]) == Matching((1,), (1, 2), ((0, 0),), (2,))
    assert match([110, 150, 150], [100, 300]) == Matching((1, 2), (1,), ((0, 0),))


@given(st.lists(st.tuples(*[st.integers(1, 30)] * 2), max_size=6))
def test_as_many_payments_as_receipts_differ_no_more_than_they_must(
    pairs: list[tuple[int, int]],
) -> None:
    """All ways to pair them are tried."""
    paid, got = [one for one, _ in pairs], [other for _, other in pairs]
    found = match(paid, got)
    differs = sum(abs(paid[one] - got[other]) for one, other in found.differing)
    differs += sum(paid[one] for one in found.open_paid) + sum(got[one] for one in found.open_got)
    assert differs <= min(
        sum(abs(one - other) for one, other in zip(paid, order, strict=True))
        for order in permutations(got)
    )
