"""Batches are formed so that no sum and no difference gives anybody away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from budgettrack.core.sealing import combinations, drafts
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.drafts import Draft, Drafts
from tests.world.contributions import batch, paid

FOOD, RENT = Labels("G-1", "Food", "A-1"), Labels("G-1", "Rent", "A-1")
FOOD_2, FOOD_OF_2 = Labels("G-1", "Food", "A-2"), Labels("G-2", "Food", "A-1")


def formed(
    *pool: Contribution, before: Sequence[Batch] = (), page: str = "2026-01",
    seen: Sequence[set[str]] = (),
) -> list[Draft]:  # fmt: skip
    now = [*(part for one in before for part in one.parts), *pool]
    drafts = Drafts(before, now, page, seen)
    drafts.form(pool, correction=False)
    return drafts.drafts


def told(drafts: Sequence[Draft]) -> dict[Labels, int]:
    return {draft.labels: draft.size for draft in drafts}


def test_three_contributors_are_told_and_two_wait() -> None:
    assert told(formed(paid("a", 100), paid("b", 110), paid("c", 120))) == {FOOD: 330}
    assert formed(paid("a", 100), paid("b", 110)) == []


def test_one_large_payment_does_not_hold_up_the_others() -> None:
    (draft,) = formed(paid("a", 100), paid("b", 110), paid("c", 120), paid("d", 9000))
    assert draft.amounts == {"a": 100, "b": 110, "c": 120}


def test_the_activity_is_given_up_after_a_month() -> None:
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, labels=FOOD_2))
    assert formed(*pool) == []
    assert told(formed(*pool, page="2026-02")) == {Labels("G-1", "Food"): 330}


def test_labels_that_all_have_in_common_are_kept() -> None:
    """They failed under all their labels only for want of a month."""
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, "2026-02"))
    assert told(formed(*pool, page="2026-02")) == {FOOD: 330}


def test_the_grant_is_given_up_before_the_category() -> None:
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, labels=FOOD_OF_2))
    assert told(formed(*pool, page="2026-02")) == {Labels(None, "Food", "A-1"): 330}


def test_the_category_is_given_up_only_after_a_year() -> None:
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, labels=RENT))
    assert formed(*pool, page="2026-12") == []
    assert told(formed(*pool, page="2027-01")) == {Labels("G-1", None, "A-1"): 330}


def test_all_labels_are_given_up_after_a_year_and_a_half() -> None:
    other = Labels("G-2", "Rent", "A-2")
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, labels=other))
    assert formed(*pool, page="2027-06") == []
    assert told(formed(*pool, page="2027-07")) == {Labels(): 330}


def test_money_that_may_find_others_of_its_own_waits_a_month_longer_for_its_grant() -> None:
    pool = (paid("a", 100), paid("b", 110), paid("c", 120, labels=FOOD_OF_2))
    sealed = batch(paid("x", 100), paid("y", 100), paid("z", 100))
    assert formed(*pool, before=[sealed], page="2026-02") == []
    assert len(formed(*pool, before=[sealed], page="2026-03")) == 1


def test_an_unsafe_sum_borrows_a_safe_one_of_the_same_category() -> None:
    pool = (
        paid("a", 100), paid("b", 110),
        paid("c", 30, labels=FOOD_2), paid("d", 31, labels=FOOD_2), paid("e", 32, labels=FOOD_2),
    )  # fmt: skip
    assert told(formed(*pool)) == {FOOD_2: 93}
    assert told(formed(*pool, page="2026-02")) == {Labels("G-1", "Food"): 303}


@pytest.mark.parametrize(("units", "borrows"), [(31, True), (30, False)])
def test_a_sum_borrows_one_that_is_larger_by_half_at_most(units: int, borrows: bool) -> None:
    """What is borrowed loses its more exact labels. 93 is one and a half times 62."""
    pool = (
        paid("a", 31), paid("b", units),
        paid("c", 30, labels=FOOD_2), paid("d", 31, labels=FOOD_2), paid("e", 32, labels=FOOD_2),
    )  # fmt: skip
    wide = {Labels("G-1", "Food"): 155}
    assert told(formed(*pool, page="2026-02")) == (wide if borrows else {FOOD_2: 93})


def test_money_taken_back_is_never_borrowed_to_hide_money_paid() -> None:
    more = [paid("a", 100), paid("b", 110)]
    less = [paid(who, -30, labels=FOOD_2) for who in "cde"]
    drafts = Drafts([], [*more, *less], "2026-02", ())
    drafts.form(less, correction=True)
    drafts.form(more, correction=True)
    assert [draft.amounts for draft in drafts.drafts] == [{"c": -30, "d": -30, "e": -30}]


def test_a_difference_from_an_earlier_batch_is_no_single_payment() -> None:
    earlier = batch(paid("a", 100), paid("b", 100), paid("c", 100))
    again = (paid("a", 100), paid("b", 100), paid("c", 100), paid("d", 100))
    drafts = formed(*again, before=[earlier], page="2026-01")
    assert "d" not in {who for draft in drafts for who in draft.amounts}


def test_a_difference_in_which_one_dominates_is_not_told() -> None:
    """Each sum is safe. The difference is three times 1.20 and once 23.00."""
    earlier = batch(paid("a", 1000), paid("b", 1000), paid("c", 1000))
    again = [paid(who, 1120) for who in "abc"]
    assert all("d" not in one.amounts for one in formed(*again, paid("d", 2300), before=[earlier]))
    assert any("d" in one.amounts for one in formed(*again, paid("d", 2000), before=[earlier]))


def test_a_correction_that_leaves_one_contributor_is_not_told() -> None:
    """The sum of both batches is 10.00 of a, 0.60 of b, 0.70 of c, and -5.00 of d."""
    earlier = batch(paid("a", 1000), paid("b", 500), paid("c", 600))
    less = [paid("b", -440), paid("c", -530), paid("d", -500)]
    assert formed(*less, before=[earlier]) == []
    assert len(formed(*less)) == 1


def test_the_same_amounts_again_are_told_again() -> None:
    earlier = batch(paid("a", 100), paid("b", 110), paid("c", 120))
    again = [paid(who, units, "2026-02") for who, units in (("a", 100), ("b", 110), ("c", 120))]
    assert told(formed(*again, before=[earlier], page="2026-02")) == {FOOD: 330}


def test_three_batches_together_give_away_no_pair() -> None:
    """No two of them do: a + b is half of the sum of all three less the second."""
    first = batch(paid("a", 100), paid("b", 100), paid("c", 100), paid("d", 100))
    second = batch(paid("c", 100), paid("d", 100), paid("e", 100), paid("f", 100))
    third = [paid(who, 100, "2026-02") for who in "abef"]
    for draft in formed(*third, before=[first, second], page="2026-02"):
        assert draft.amounts.keys() != set("abef")


def test_a_batch_less_two_earlier_ones_leaves_nobody_alone() -> None:
    """Six are paid in two batches, and all of them again in a third, with one large payment and two
    that are next to nothing."""
    first = batch(paid("a", 300), paid("b", 310), paid("c", 320))
    second = batch(paid("d", 400), paid("e", 410), paid("f", 420))
    again = [
        paid(who, units)
        for who, units in zip("abcdef", (301, 311, 321, 401, 411, 421), strict=True)
    ]
    small = [paid("y", 2), paid("z", 3)]
    for draft in formed(*again, paid("x", 500), *small, before=[first, second]):
        assert not {"x", "a", "d"} <= draft.amounts.keys()
    whole = formed(*again, *(paid(who, 500) for who in "xyz"), before=[first, second])
    assert {"x", "a", "d"} <= whole[0].amounts.keys()


def test_a_part_of_an_earlier_batch_leaves_nobody_alone_in_it() -> None:
    whole = batch(*(paid(who, 300) for who in "abcdef"), paid("x", 500), paid("y", 2), paid("z", 3))
    first = batch(*(paid(who, 301) for who in "abc"))
    assert len(formed(*(paid(who, 301) for who in "def"), before=[whole])) == 1
    assert formed(*(paid(who, 301) for who in "def"), before=[whole, first]) == []


def test_whoever_is_paid_the_same_each_month_is_never_over_half() -> None:
    rent = [paid("landlord", 300, month) for month in ("2026-01", "2026-02")]
    others = [paid(who, units, "2026-02") for who, units in (("a", 60), ("b", 70), ("c", 80))]
    drafts = formed(*rent, *others, page="2026-02")
    assert [draft.amounts for draft in drafts] == [{"a": 60, "b": 70, "c": 80}]


def test_a_funder_who_sees_two_of_three_is_told_nothing() -> None:
    pool = (paid("a", 100), paid("b", 110), paid("c", 120))
    assert formed(*pool, seen=[{"a", "b"}]) == []
    assert formed(*pool, seen=[{"a", "b", "c"}]) != []


def test_a_plan_is_told_at_once_but_keeps_its_category() -> None:
    plans = [
        paid("line B-1", 1000, "", FOOD, what="budget", line="B-1"),
        paid("line B-2", 1100, "", FOOD_2, what="budget", line="B-2"),
        paid("line B-3", 1200, "", FOOD_OF_2, what="budget", line="B-3"),
    ]
    assert told(formed(*plans)) == {Labels(None, "Food"): 3300}
    plans[2] = paid("line B-3", 1200, "", RENT, what="budget", line="B-3")
    assert told(formed(*plans)) == {Labels("G-1"): 3300}


def test_payments_that_agree_with_a_plan_do_not_give_the_other_plans_away() -> None:
    plans = batch(
        paid("line B-1", 1000, "", line="B-1", what="budget"),
        paid("line B-2", 1100, "", line="B-2", what="budget"),
        paid("line B-3", 1200, "", line="B-3", what="budget"),
    )
    alike = [
        paid(who, units, "2026-01", line=where)
        for who, units, where in (("a", 990, "B-1"), ("b", 1090, "B-2"), ("c", 500, "B-3"))
    ]
    assert formed(*alike, before=[plans]) == []  # the plan less them is nearly B-3 alone
    other = [
        paid(who, units, "2026-01", line=where)
        for who, units, where in (("a", 300, "B-1"), ("b", 310, "B-2"), ("c", 500, "B-3"))
    ]
    assert len(formed(*other, before=[plans])) == 1


def test_three_figures_together_give_a_funder_nobody_away() -> None:
    """Four got twice as much in a month as two of them get now, with two others. Half of the first,
    less the second, is four people's money; the funder who sees two of these knows the others'."""
    before = batch(*(paid(who, 300) for who in ("ada", "cleo", "dov", "edna") * 2))
    new = [paid(who, 300, "2026-02") for who in ("gus", "cleo", "dov", "finn")]

    def told_to(*visible: str) -> list[dict[str, int]]:
        drafts = Drafts([before], new, "2026-02", [frozenset(visible)])
        drafts.form(new, correction=False)
        return [dict(draft.amounts) for draft in drafts.drafts]

    assert told_to() == [dict.fromkeys(("gus", "cleo", "dov", "finn"), 300)]
    assert told_to("ada", "gus") == []


def test_what_a_funder_can_compute_already_holds_nothing_up() -> None:
    """The funder began to see two of three after their money was told."""
    before = batch(*(paid(who, 300) for who in ("ada", "ben", "cleo")))
    new = [paid(who, 300, "2026-02") for who in ("ada", "dov", "edna", "finn")]
    drafts = Drafts([before], new, "2026-02", [frozenset({"ada", "ben"})])
    drafts.form(new, correction=False)
    assert [len(draft.parts) for draft in drafts.drafts] == [4]


def test_of_a_sum_of_many_only_a_few_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the largest has more than ten times as much as all who follow. Two have to leave."""
    pool = [paid(f"p{n}", 100 + n) for n in range(3)] + [paid("q", 9_000), paid("r", 900_000)]
    monkeypatch.setattr(drafts, "_MANY", 4)
    monkeypatch.setattr(drafts, "_MOST_TAKEN_OUT", 2)
    assert len(formed(*pool)) == 1
    monkeypatch.setattr(drafts, "_MOST_TAKEN_OUT", 1)
    assert formed(*pool) == []
    monkeypatch.setattr(drafts, "_MANY", 5)
    assert len(formed(*pool)) == 1


def test_sums_that_are_too_many_to_solve_already_let_nothing_be_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = [batch(*(paid(who, units) for who, units in (("a", 100), ("b", 110), ("c", 120))))] * 2
    pool = [paid("a", 100), paid("b", 110), paid("c", 120)]
    assert len(formed(*pool, before=before)) == 1
    monkeypatch.setattr(combinations, "_LARGEST", 1)
    assert formed(*pool, before=before) == []
    more = [paid("x", 100), paid("y", 110), paid("z", 120)]
    assert len(formed(*more, before=before)) == 1  # these are in no other sum


def test_pay_is_not_taken_for_a_part_of_a_plan() -> None:
    """Cleo, Dov, Edna and Finn are paid about their parts of two plans. The award, less the plans
    that are told and less what they got, would be the plan of Ada and Ben."""
    told = [paid(f"line B-{n}", 500 + n, line=f"B-{n}", what="budget") for n in (4, 5, 6)]
    several = [
        paid(f"several of B-{n}", units, line=f"B-{n}", what="budget")
        for n, units in ((1, 1200), (2, 700), (3, 920))
    ]
    new = [
        *(paid(who, 350, line="B-2") for who in ("cleo", "dov")),
        *(paid(who, 475, line="B-3") for who in ("edna", "finn")),
    ]
    people = {"B-1": ["ada", "ben"], "B-2": ["cleo", "dov"], "B-3": ["edna", "finn"]}

    def told_beside_plans(people: dict[str, list[str]]) -> list[int]:
        drafts = Drafts(
            [batch(*told)], [*told, *several, *new], "2026-01", [], [[*told, *several]], (), people
        )
        drafts.form(new, correction=False)
        return [len(draft.parts) for draft in drafts.drafts]

    assert told_beside_plans({}) == [4]
    # With one of them kept, three stand behind what is left.
    assert told_beside_plans(people) == [3]


def test_pay_is_compared_with_the_parts_of_all_plans_first() -> None:
    """Finn's part of one plan is 439, of another 369. So 425 and 410 are the first, and 400 is the
    second. February less twice January is what the second is more than the first."""
    plans = [
        paid(f"several of B-{n}", units, line=f"B-{n}", what="budget", id_=f"B-{n}")
        for n, units in ((1, 878), (2, 738))
    ]
    people = {"B-1": ["finn", "gus"], "B-2": ["edna", "finn"]}
    before = batch(paid("finn", 425), paid("gus", 435), paid("ada", 550))
    new = [
        paid(who, units, "2026-02")
        for who, units in (("finn", 410), ("finn", 400), *2 * [("gus", 435), ("ada", 550)])
    ]

    def told_beside(*plans: Contribution) -> list[int]:
        drafts = Drafts([before], [*new, *plans], "2026-02", [], people=people)
        drafts.form(new, correction=False)
        return [len(draft.parts) for draft in drafts.drafts]

    assert told_beside() == [6]
    assert told_beside(*plans) == []


def test_a_draft_loses_one_contributor_if_it_may_be_sealed_then() -> None:
    pool = [paid(who, 300) for who in ("ada", "ben", "cleo", "dov")]
    drafts = Drafts([], pool, "2026-01", [])
    drafts.form(pool, correction=False)
    (draft,) = drafts.drafts
    less = drafts.less(draft, "dov", [draft])
    assert less is not None
    assert set(less.amounts) == {"ada", "ben", "cleo"}
    assert drafts.less(less, "cleo", [less]) is None
    alone = drafts._draft("spent", False, pool[:1])
    assert drafts.less(alone, "ada", [alone]) is None
