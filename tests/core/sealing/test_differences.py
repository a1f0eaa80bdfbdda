"""No difference of two published figures gives anybody away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.differences import Figures
from budgettrack.core.sealing.drafts import Drafts
from budgettrack.core.sealing.safety import Seen
from tests.world.contributions import amounts, batch, grant, paid, plan

FOOD, RENT = Labels("G-1", "Food", "A-1"), Labels("G-1", "Rent", "A-1")


def of_the_plan() -> Contributions:
    return amounts(plan([grant()], []))


def pay(month: str, labels: Labels, **units: int) -> list[Contribution]:
    return [paid(who, amount, month, labels, line="") for who, amount in units.items()]


def sealed_then(
    before: Sequence[Batch], *new: Sequence[Contribution], page: str = "2026-02", seen: Seen = ()
) -> list[list[str]]:
    """The contributors of each draft that may be sealed, in order."""
    drafts = Drafts(before, [part for parts in new for part in parts], page, [])
    formed = [drafts._draft("spent", False, parts) for parts in new]
    left = Figures(before, of_the_plan(), page, seen).without_unsafe_differences(formed)
    return [[part.contributor for part in draft.parts] for draft in left]


JANUARY = [
    batch(*pay("2026-01", FOOD, ada=300, ben=310, cleo=320)),
    batch(*pay("2026-01", RENT, dov=400, edna=410, finn=420)),
]


def february(**units: int) -> list[list[Contribution]]:
    """The same people as in January, beside three who get little."""
    rent = {"cleo": 320, "edna": 410, "finn": 420} | units
    food = pay("2026-02", FOOD, ada=300, ben=310, dov=400, gus=30, hana=30, ines=30)
    return [food, pay("2026-02", RENT, **rent)]


def test_a_raise_of_two_is_not_shown_by_a_page_less_another_page() -> None:
    """Each new batch is safe beside each old one. All of February less all of January is 500 more
    for Cleo, 500 more for Edna, and 90."""
    left = sealed_then(JANUARY, *february(cleo=820, edna=910))
    assert left == [["cleo", "edna", "finn"]]


def test_the_same_pay_again_is_sealed() -> None:
    food = pay("2026-02", FOOD, ada=300, dov=400, cleo=320)
    rent = pay("2026-02", RENT, ben=310, edna=410, finn=420)
    assert len(sealed_then(JANUARY, food, rent)) == 2


def test_a_raise_of_everybody_is_sealed() -> None:
    food = pay("2026-02", FOOD, ada=330, dov=440, cleo=350)
    rent = pay("2026-02", RENT, ben=340, edna=450, finn=460)
    assert len(sealed_then(JANUARY, food, rent)) == 2


def test_figures_of_different_people_are_sealed() -> None:
    food = pay("2026-02", FOOD, gus=300, hana=400, ines=320)
    assert len(sealed_then(JANUARY, food)) == 1


def test_what_a_funder_knows_is_taken_out_of_a_difference() -> None:
    """Three get 500 more: everybody may know the sum. A funder who sees one of them may not."""
    raised = february(cleo=820, edna=910, finn=920)
    assert len(sealed_then(JANUARY, *raised)) == 2
    assert len(sealed_then(JANUARY, *raised, seen=[frozenset({"cleo"})])) == 1


def test_a_funder_for_whom_nothing_falls_out_knows_no_more() -> None:
    """The funder sees everybody who is paid again. For the others it has two sums, as before."""
    before = [batch(*pay("2026-01", FOOD, ada=300, ben=310, cleo=320, x=1, y=2, z=3))]
    new = pay("2026-02", RENT, ada=300, ben=310, cleo=350, u=111, v=122, w=133)
    assert len(sealed_then(before, new, seen=[frozenset({"ada", "ben", "cleo"})])) == 1


def test_what_was_published_before_holds_nothing_up() -> None:
    unsafe = [
        replace(JANUARY[0], page="2026-01"),
        batch(*pay("2026-02", RENT, ada=300, ben=310, cleo=350), page="2026-02"),
    ]
    new = pay("2026-03", RENT, gus=300, hana=400, ines=320)
    assert len(sealed_then(unsafe, new, page="2026-03")) == 1


def test_the_largest_waits_if_no_single_draft_helps() -> None:
    before = [batch(*pay("2026-01", FOOD, ada=300, ben=310, cleo=320, dov=330, edna=340, finn=350))]
    few = pay("2026-02", FOOD, ada=300, ben=310, cleo=320)
    more = pay("2026-02", RENT, dov=330, edna=340, finn=390)
    left = sealed_then(before, few, more)
    assert len(left) < 2
