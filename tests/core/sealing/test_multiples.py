"""No multiples of two figures give anybody away."""

from __future__ import annotations

from budgettrack.core.sealing.batches import Contribution
from budgettrack.core.sealing.multiples import Multiples
from budgettrack.core.sealing.safety import Seen
from tests.world.contributions import batch, paid

ONE, OTHER = 1, 2


def pay(times: int = 1, **units: int) -> list[Contribution]:
    return [paid(who, amount) for who, amount in units.items() for _ in range(times)]


def is_safe(one: list[Contribution], other: list[Contribution], seen: Seen = ()) -> bool:
    """The same whichever figure is asked about first."""
    multiples = Multiples([batch(*one), batch(*other)], seen)
    answer = multiples.give_nobody_away(ONE, OTHER)
    assert multiples.give_nobody_away(OTHER, ONE) == answer
    return answer


FOUR = {"ada": 300, "ben": 320, "cleo": 340, "dov": 360}
OTHERS = {"gus": 200, "hana": 210, "ines": 220}


def test_regular_pay_that_falls_out_leaves_nothing() -> None:
    assert is_safe(pay(**FOUR), pay(2, **FOUR))


def test_what_two_people_got_more_is_not_shown_by_twice_a_figure() -> None:
    raised = [*pay(**FOUR), *pay(**FOUR | {"cleo": 350, "dov": 370})]
    assert not is_safe(pay(**FOUR), raised)


def test_what_everybody_got_more_is_shown() -> None:
    raised = [*pay(**FOUR), *pay(ada=310, ben=330, cleo=350, dov=370)]
    assert is_safe(pay(**FOUR), raised)


def test_who_got_less_hides_who_got_more() -> None:
    changed = [*pay(**FOUR), *pay(**FOUR | {"cleo": 350, "dov": 350})]
    assert is_safe(pay(**FOUR), changed)


def test_who_got_a_little_less_hides_nobody() -> None:
    changed = [*pay(**FOUR), *pay(**FOUR | {"cleo": 365, "dov": 358})]
    assert not is_safe(pay(**FOUR), changed)


def test_the_pay_of_two_is_not_shown_where_others_fall_out() -> None:
    """Ada and Ben got it five times, three of these in one figure. The others got it once less."""
    ada_and_ben = {"ada": 300, "ben": 320}
    month = [*pay(3, **ada_and_ben), *pay(3, cleo=340, dov=360)]
    total = [*pay(5, **ada_and_ben), *pay(4, cleo=340, dov=360)]
    assert not is_safe(month, total)


def test_others_who_are_paid_once_hide_the_two() -> None:
    total = [*pay(2, ada=300, ben=320), *pay(gus=300, hana=310)]
    assert is_safe(pay(ada=300, ben=320, cleo=10), [*total, *pay(ines=60, jon=60)])
    assert not is_safe(pay(ada=300, ben=320), [*total, *pay(ines=20, jon=20)])


def test_money_of_others_that_is_taken_away_hides_the_two() -> None:
    """Nobody knows what Ines got, so nobody knows what Gus and Hana did."""
    total = [*pay(2, ada=300, ben=320), *pay(gus=300, hana=310)]
    assert is_safe(pay(ada=300, ben=320, ines=10), total)


RAISED = [*pay(ada=300, ben=320), *pay(ada=320, ben=300)]
"""Twice what Ada and Ben get, if nobody asks who got 20 more and who got 20 less."""


def test_rises_that_cancel_hide_nobody() -> None:
    assert is_safe(pay(ada=300, ben=320), [*RAISED, *pay(gus=200, hana=100, ines=40)])
    assert not is_safe(pay(ada=300, ben=320), [*RAISED, *pay(gus=200, hana=100, ines=10)])


def test_amounts_that_only_nearly_agree_are_no_good_guess() -> None:
    """Gus gets 300 and 330: who takes one for the other errs by a tenth."""
    month, others = pay(ada=300, ben=320, gus=300), [*RAISED, *pay(hana=60, ines=10)]
    assert is_safe(month, [*others, *pay(2, gus=300), *pay(gus=330)])
    assert not is_safe(month, [*others, *pay(3, gus=300)])


def test_two_alone_are_not_guessed() -> None:
    assert not is_safe(pay(ada=300, ben=320), [*RAISED, *pay(gus=200, hana=100)])


def test_who_is_not_known_never_falls_out() -> None:
    """The money may be of Gus or Hana."""
    month = [*pay(ada=300, ben=320), paid("", 500)]
    total = [*pay(2, ada=300, ben=320), *pay(gus=300, hana=310, ines=100), paid("", 1000)]
    assert not is_safe(month, total)


def test_a_funder_takes_out_whom_it_sees() -> None:
    total = [*pay(2, **FOUR), *pay(**OTHERS)]
    assert is_safe(pay(**FOUR), total)
    assert not is_safe(pay(**FOUR), total, seen=[frozenset({"ines"})])


def test_figures_are_sums_of_batches() -> None:
    """The second and the third batch are one figure."""
    raised = pay(**FOUR | {"cleo": 350, "dov": 370})
    multiples = Multiples([batch(*pay(**FOUR)), batch(*pay(**FOUR)), batch(*raised)], ())
    assert not multiples.give_nobody_away(0b001, 0b110)


def test_figures_without_anybody_in_common_are_not_compared() -> None:
    assert is_safe(pay(**FOUR), pay(2, **OTHERS))
