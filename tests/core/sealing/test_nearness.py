"""What all figures together leave open of an amount: held against linear programming."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import identity, kron

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.drafts import Draft, Drafts
from budgettrack.core.sealing.nearness import RAISED, Nearness, RoomLeft
from budgettrack.core.sealing.safety import Seen
from tests.world.contributions import paid

Sums = Sequence[dict[str, int]]
"""Sums, by the amount of each contributor; `a` and `a2` are two amounts of one."""


def room(*sums: dict[str, int]) -> RoomLeft:
    rows = [{_unknown(name): 1 for name in sum_} for sum_ in sums]
    sizes = {_unknown(name): float(units) for sum_ in sums for name, units in sum_.items()}
    return RoomLeft(rows, sizes)


def _unknown(name: str) -> tuple[str, int]:
    return name.rstrip("0123456789"), int("0" + name.lstrip("abcdefghijklmnopqrstuvwxyz"))


def pay(units: dict[str, int]) -> list[Contribution]:
    return [paid(who, amount) for who, amount in units.items()]


def left_of(known: Sums, new: Sums, seen: Seen = ()) -> list[str]:
    """Returns the names in the drafts that are left, each draft as one word."""
    drafts = Drafts([], [], "2026-01", seen)
    made: list[Draft] = [drafts._draft("spent", False, pay(sum_)) for sum_ in new]
    nearness = Nearness([drafts._unknowns.numbered(pay(sum_)) for sum_ in known], seen)
    return ["".join(draft.amounts) for draft in nearness.without_near(made)]


def test_an_amount_whose_number_changed_since_its_row_was_made_is_judged_as_it_was_read() -> None:
    drafts = Drafts([], [], "2026-01", ())
    numbers = drafts._unknowns
    numbers.row(pay({"a": 100}))
    known = numbers.numbered(pay({"a": 109, "b": 500, "c": 600}))
    numbers.row(pay({"a": 112}))
    assert numbers.row(pay({"a": 109})).keys().isdisjoint(known.row)
    new = drafts._draft("spent", False, pay({"b": 900, "c": 800, "d": 700}))
    assert Nearness([known], ()).without_near([new]) == [new]


# ---- One figure


def test_three_equal_amounts_have_room() -> None:
    plain = room({"a": 100, "b": 100, "c": 100})

    assert not plain.knows(("a",))
    assert not plain.knows(("a", "b"))


def test_beside_a_small_third_two_are_known() -> None:
    assert room({"a": 1000, "b": 1000, "c": 210}).knows(("a", "b"))
    assert not room({"a": 1000, "b": 1000, "c": 230}).knows(("a", "b"))


def test_who_knows_her_own_pay_knows_a_single_large_one() -> None:
    assert room({"a": 1000, "b": 500, "c": 100}).knows(("a", "b"))
    assert not room({"a": 1000, "b": 500, "c": 170}).knows(("a", "b"))


def test_one_contributor_is_known_beside_small_change() -> None:
    assert room({"a": 1000, "b": 60, "c": 40}).knows(("a",))


def test_room_is_found_where_the_first_change_falls_below_zero() -> None:
    assert not room({"a": 1000, "b": 105, "c": 40}).knows(("a",))


def test_two_may_rise_together_where_neither_may_alone() -> None:
    both = room({"a": 1000, "c": 120}, {"b": 1000, "d": 120})

    assert not both.knows(("a", "b"))
    assert room({"a": 1000, "c": 110}, {"b": 1000, "d": 105}).knows(("a", "b"))


def test_what_is_known_exactly_is_judged_elsewhere() -> None:
    assert not room({"a": 100}, {"a": 100, "b": 100, "c": 100}).knows(("a",))
    assert not room({"a": 100, "b": 100}).knows(("a", "z"))


def test_what_belongs_to_nobody_gives_room_and_is_not_asked_about() -> None:
    plain = RoomLeft(
        [{("a", 0): 1, ("b", 0): 1, ("", 0): 1}], {("a", 0): 9, ("b", 0): 9, ("", 0): 9}
    )

    assert set(plain.owners) == {"a", "b"}
    assert not plain.knows(("a", "b"))


# ---- Against linear programming


Question = tuple[dict[str, float], tuple[str, ...]]
"""The weights of a sum of amounts, and the amounts that stay as they are."""

NO_LIMIT = 1e7
"""Minor units. With up to 400 in each amount and sums of few, whatever is open within limits is
open by less; what has no limit is open by so much."""


def largest(sums: Sums, questions: Sequence[Question]) -> list[float]:
    """How far above the truth each weighted sum of amounts may be, in minor units, by HiGHS: every
    sum stays, and no amount falls below zero. The questions have no amount in common, and are
    solved together as one: each of them costs a call otherwise."""
    names = list(dict.fromkeys(name for sum_ in sums for name in sum_))
    sizes = {name: units for sum_ in sums for name, units in sum_.items()}
    one = [[1 if name in sum_ else 0 for name in names] for sum_ in sums]
    weights = np.array([[asked.get(name, 0.0) for name in names] for asked, _ in questions])
    solved = linprog(
        -weights.ravel(),
        A_eq=kron(identity(len(questions)), np.array(one), format="csr"),
        b_eq=np.zeros(len(sums) * len(questions)),
        bounds=[
            (0, 0) if name in stays else (-sizes[name], NO_LIMIT)
            for _, stays in questions
            for name in names
        ],
        method="highs",
    )
    assert solved.status == 0, solved.message
    return [float(units) for units in (weights * solved.x.reshape(weights.shape)).sum(axis=1)]


def least_room(sums: Sums) -> dict[tuple[str, str], float]:
    """By each two contributors: the least by which an amount of theirs is open, as a share of it,
    or a sum of an amount of each. All their other amounts stay while one amount is raised."""
    sizes = {name: units for sum_ in sums for name, units in sum_.items()}
    of: dict[str, list[str]] = {}
    for name in sizes:
        of.setdefault(_unknown(name)[0], []).append(name)
    whose: list[tuple[str, str]] = []
    questions: list[Question] = []
    for pair in combinations(sorted(of), 2):
        theirs = of[pair[0]] + of[pair[1]]
        asked: list[Question] = [
            ({name: 1.0}, tuple(but for but in theirs if but != name)) for name in theirs
        ]
        asked += [
            ({first: 1.0, second: 1.0}, ()) for first, second in product(of[pair[0]], of[pair[1]])
        ]
        whose += [pair] * len(asked)
        questions += asked
    found: dict[tuple[str, str], float] = {}
    for pair, (weights, _), units in zip(whose, questions, largest(sums, questions), strict=True):
        share = units / sum(sizes[name] for name in weights)
        found[pair] = min(share, found.get(pair, share))
    return found


NAMES = ("a", "a2", "b", "b2", "b3", "c", "d", "e", "f", "g", "h")
"""a and b have several amounts."""


@st.composite
def some_sums(draw: st.DrawFn) -> list[dict[str, int]]:
    amounts = {name: draw(st.integers(1, 400)) for name in NAMES}
    which = draw(st.lists(st.sets(st.sampled_from(NAMES), min_size=3), min_size=1, max_size=5))
    return [{name: amounts[name] for name in sorted(names)} for names in which]


@given(some_sums())
def test_whoever_is_cleared_has_room_by_another_reckoning(sums: list[dict[str, int]]) -> None:
    open_ = room(*sums)
    doubtful = set(map(frozenset, open_.in_doubt()))
    for pair, found in least_room(sums).items():
        if found < 1e-9:
            continue  # known exactly
        if frozenset(pair) not in doubtful or not open_.knows(pair):
            assert found > RAISED - 1e-6, (pair, sums)


@given(some_sums())
def test_hardly_anybody_with_much_room_is_held_back(sums: list[dict[str, int]]) -> None:
    open_ = room(*sums)
    for pair, found in least_room(sums).items():
        if open_.knows(pair):
            assert found < 1.5 * RAISED, (pair, sums)


def test_who_stands_beside_enough_money_of_others_is_not_in_doubt() -> None:
    """Each of the large two may take 22.00 from the small three, of whom the largest may be the
    one whose share is known."""
    five = {"a": 100, "b": 100, "c": 22, "d": 22, "e": 22}

    assert list(room(five).in_doubt()) == []
    assert ("a", "b") in list(room({**five, "c": 10, "d": 6, "e": 5}).in_doubt())
    assert ("a", "b") not in list(room({"a": 1000, "b": 1000, "c": 950}).in_doubt())


def test_who_is_in_doubt_is_not_looked_at_beside_everybody() -> None:
    """a is in two figures alone; a hundred others are in one of them each."""
    first = {"a": 100, **{"b" * number: 100 for number in range(1, 51)}}
    second = {"a": 100, **{"c" * number: 100 for number in range(1, 51)}}

    assert list(room(first, second).in_doubt()) == [("a",)]


# ---- Drafts

FIRST = {"a": 1000, "b": 1000, "f": 500, "g": 500, "h": 500}
SECOND = {"f": 500, "g": 500, "h": 500, "k": 400, "l": 400, "m": 400}
"""The first figure less the second, plus the plan for the last three, is a, b and little else."""


def third(little: int) -> dict[str, int]:
    return {"k": 400, "l": 400, "m": 400, "z": little}


def test_a_draft_that_leaves_three_figures_little_room_waits() -> None:
    assert left_of([FIRST, SECOND], [third(150)]) == []
    assert left_of([FIRST, SECOND], [third(300)]) == ["klmz"]


def test_of_several_drafts_the_smallest_waits_that_helps() -> None:
    harmless = {"p": 10, "q": 10, "r": 10}

    assert left_of([FIRST], [SECOND, harmless, third(150)]) == ["fghklm", "pqr"]


def test_if_no_single_draft_helps_the_largest_waits_with_their_money() -> None:
    also_first = {"a": 1000, "b": 1000, "n": 600, "o": 600, "p": 600}
    also_second = {"n": 600, "o": 600, "p": 600, "q": 400, "r": 400, "s": 400}
    also_third = {"q": 400, "r": 400, "s": 400, "y": 140}
    harmless = {"u": 9000, "v": 9000, "w": 9000}
    known = [SECOND, third(150), also_second, also_third]

    assert left_of(known, [FIRST, also_first, harmless]) == ["uvw"]


def test_if_no_draft_has_their_money_the_largest_waits() -> None:
    other = {"k": 400, "l": 400, "m": 400, "y": 140}

    assert left_of([FIRST, SECOND], [third(150), other]) == []


def test_what_was_known_before_holds_nothing_back() -> None:
    assert left_of([FIRST, SECOND, third(150)], [{"a": 1000, "p": 900, "q": 900}]) == ["apq"]


def test_who_was_known_before_is_not_judged_beside_each_other() -> None:
    """The award of 10.50 tells nearly that the first line has 10.00."""
    assert left_of([{"a": 1000, "b": 50}], [{"p": 100, "q": 100, "r": 100}]) == ["pqr"]


def test_a_funder_takes_out_whom_it_sees() -> None:
    hidden = {**third(100), "y": 400}

    assert left_of([FIRST, SECOND], [hidden]) == ["klmzy"]
    assert left_of([FIRST, SECOND], [hidden], seen=[frozenset({"y"})]) == []


def test_a_funder_who_sees_everybody_is_told_nothing_new() -> None:
    assert left_of([], [FIRST], seen=[frozenset(FIRST)]) == ["abfgh"]


def test_who_was_cleared_stays_so_beside_fewer_drafts_and_not_beside_others() -> None:
    drafts = Drafts([], [], "2026-01", ())
    nearness = Nearness([drafts._unknowns.numbered(pay(sum_)) for sum_ in (FIRST, SECOND)], ())
    wide, narrow = (drafts._draft("spent", False, pay(third(little))) for little in (300, 150))

    assert nearness.without_near([wide]) == [wide]
    assert nearness.without_near([]) == []
    assert nearness.without_near([narrow]) == []


def test_sums_that_have_nobody_in_common_are_judged_apart() -> None:
    """What is known of the first three is too late, and what is new is about others."""
    known = [FIRST, SECOND, third(150)]
    new = [{"p": 10, "q": 10, "r": 10}, {"p": 10, "q": 10, "r": 10, "s": 1}]

    assert left_of(known, new) == ["pqr", "pqrs"]
    assert left_of(known, [*new, {"s": 4, "t": 5, "u": 6}]) == ["pqr", "pqrs", "stu"]


def test_where_nobody_new_is_told_nothing_is_judged() -> None:
    assert left_of([FIRST, SECOND, third(150)], []) == []
