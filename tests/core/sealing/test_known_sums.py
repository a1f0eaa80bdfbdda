"""What a new sum tells beside all sums that readers know."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from budgettrack.core.sealing import combinations
from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.combinations import Unknowns
from budgettrack.core.sealing.known_sums import KnownSums, by_person, paid_people
from tests.world.contributions import grant, line, paid, plan


def pay(line: str = "B-1", /, **units: int) -> list[Contribution]:
    return [paid(who, amount, line=line) for who, amount in units.items()]


def allows(
    known: Sequence[Sequence[Contribution]],
    new: Sequence[Contribution],
    *beside: Sequence[Contribution],
    seen: Sequence[frozenset[str]] = (),
) -> bool:
    unknowns = Unknowns()
    rows = [unknowns.row(parts) for parts in known]
    others = [unknowns.row(parts) for parts in beside]
    return KnownSums(rows, seen).allow(unknowns.row(new), others)


FOUR = {"ada": 300, "ben": 400, "cleo": 500, "dov": 600}


def test_a_sum_of_others_is_allowed() -> None:
    assert allows([pay(**FOUR)], pay(gus=300, hana=400, ines=500))


def test_one_who_is_new_is_not() -> None:
    assert not allows([pay(**FOUR)], pay(**FOUR, gus=700))


def test_a_sum_beside_it_counts_like_one_that_is_known() -> None:
    assert not allows([], pay(**FOUR, gus=700), pay(**FOUR))


def test_a_funder_takes_out_whom_it_sees() -> None:
    more = pay(**FOUR, gus=700, hana=800, ines=900)
    assert allows([pay(**FOUR)], more)
    assert not allows([pay(**FOUR)], more, seen=[frozenset({"gus"})])


def test_a_funder_who_sees_nobody_of_them_knows_no_more() -> None:
    assert allows([pay(**FOUR)], pay(**FOUR), seen=[frozenset({"jon"})])


def test_it_is_too_late_for_what_a_funder_knows_already() -> None:
    known = [pay(**FOUR), pay(**FOUR, gus=700, hana=800, ines=900)]
    same = pay(**FOUR)
    assert allows(known, same, seen=[frozenset({"gus"})])


def test_what_is_too_much_to_solve_for_a_funder_is_not_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the funder can compute from earlier sums holds nothing up. But if these cannot be
    solved, nobody knows whether it can compute anything."""
    unknowns = Unknowns()
    same = dict.fromkeys(("ben", "cleo", "dov"), 300)
    known = [unknowns.row(pay(ada=300, **same))] * 2

    def gives_away() -> bool:
        sums = KnownSums(known, [frozenset({"ada"})])
        return sums._gives_a_funder_away(0, unknowns.row(pay(**same)), [])

    assert not gives_away()
    monkeypatch.setattr(combinations, "_LARGEST", 1)
    assert gives_away()


# ---- Plans


THE_PLAN = plan(
    [grant()], [line("B-1", people=2), line("B-2", people=1), line("B-3"), line("B-4", people=2)]
)


def test_people_are_paid_by_lines_that_pay_several() -> None:
    payments = [*pay("B-1", ben=1, ada=2), *pay("B-2", cleo=3), *pay("B-3", shop=4, other=5)]
    payments += [paid("", 6, line="B-4"), *pay("B-4", dov=7), *pay("", gus=1, hana=2)]
    assert paid_people(THE_PLAN, payments) == {"B-1": ["ada", "ben"]}


def test_a_plan_that_may_be_of_others_is_that_of_its_only_payee_too() -> None:
    planned = [paid("several: ada", 9, line=which, what="budget") for which in ("B-1", "B-3")]
    other = [paid("cleo", 9, line="B-2", what="budget")]
    payments = [*pay("B-1", ada=1), *pay("B-2", cleo=3), *pay("B-3", ada=2)]
    people = paid_people(THE_PLAN, [*planned, *other, *payments])
    assert people == {"B-1": ["ada"], "B-3": ["ada"]}


def test_a_plan_is_the_equal_parts_of_those_whom_its_line_pays() -> None:
    planned = [paid("all", 701, line=which, what="budget") for which in ("B-1", "B-2")]
    parts = by_person([*planned, *pay("B-1", ada=9)], {"B-1": ["ada", "ben"]})
    assert [(part.contributor, part.units) for part in parts] == [
        ("ada", 350), ("ben", 350), ("all", 701), ("ada", 9),
    ]  # fmt: skip
