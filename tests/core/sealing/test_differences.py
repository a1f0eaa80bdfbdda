"""No difference of two published figures gives anybody away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import BudgetLine
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.differences import Figures
from budgettrack.core.sealing.drafts import Drafts
from budgettrack.core.sealing.safety import Seen
from tests.world.contributions import amounts, batch, grant, line, paid, plan

FOOD, RENT = Labels("G-1", "Food", "A-1"), Labels("G-1", "Rent", "A-1")


def of_the_plan(*lines: BudgetLine, publish: bool = True) -> Contributions:
    return amounts(plan([grant(publish=publish), grant("G-2")], lines))


def pay(month: str, labels: Labels, **units: int) -> list[Contribution]:
    return [paid(who, amount, month, labels, line="") for who, amount in units.items()]


def sealed_then(
    before: Sequence[Batch],
    *new: Sequence[Contribution],
    page: str = "2026-02",
    seen: Seen = (),
    corrections: Collection[int] = (),
    of: Contributions | None = None,
) -> list[list[str]]:
    """The contributors of each draft that may be sealed, in order. `corrections`: their places.
    `of`: the plan, if it is another."""
    drafts = Drafts(before, [part for parts in new for part in parts], page, [])
    formed = [
        drafts._draft("spent", place in corrections, parts) for place, parts in enumerate(new)
    ]
    plan = (of or of_the_plan()).plan
    left = Figures(before, plan, page, seen).without_unsafe_differences(formed)
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
    new = pay("2026-02", RENT, ada=300, ben=310, cleo=450, u=500, v=500, w=1)
    assert len(sealed_then(before, new, seen=[frozenset({"ada", "ben", "cleo"})])) == 1


def test_what_was_published_before_holds_nothing_up() -> None:
    unsafe = [
        replace(JANUARY[0], page="2026-01"),
        batch(*pay("2026-02", RENT, ada=300, ben=310, cleo=350), page="2026-02"),
    ]
    new = pay("2026-03", RENT, gus=300, hana=400, ines=320)
    assert len(sealed_then(unsafe, new, page="2026-03")) == 1


def test_all_wait_if_no_single_draft_helps() -> None:
    before = [batch(*pay("2026-01", FOOD, ada=30, ben=31, cleo=32, dov=30, edna=31, finn=32))]
    few = pay("2026-02", FOOD, ada=30, ben=31, cleo=5032)
    more = pay("2026-02", RENT, dov=30, edna=31, finn=7032)
    assert sealed_then(before, few, more) == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Labels("G-1", "Rent", "A-1"), id="category"),
        pytest.param(Labels("G-1", "Food", "A-2"), id="activity"),
        pytest.param(Labels("G-2", "Food", "A-1"), id="grant"),
    ],
)
def test_figures_that_differ_in_one_label_are_compared(other: Labels) -> None:
    """Both are new on the first page, so that no other figure has one without the other."""
    food = pay("2026-02", FOOD, ada=300, ben=310, cleo=320)
    more = pay("2026-02", other, ada=300, ben=310, cleo=820)
    assert sealed_then([], food, more) == [["ada", "ben", "cleo"]]


def test_what_a_page_has_new_of_one_grant_is_compared() -> None:
    """G-2 pays enough others that nobody falls out of the whole of the two pages."""
    second = Labels("G-2", "Tea", "A-3")
    before = [*JANUARY, batch(*pay("2026-01", second, u=900, v=910, w=920))]
    tea = pay("2026-02", second, u=1900, v=1910, w=1920)
    assert len(sealed_then(before, *february(cleo=820, edna=910), tea)) == 2


def test_what_two_grants_have_to_date_is_compared() -> None:
    """Of each page alone, the difference is safe: Ada and Ben get as much of both grants only in
    both months together."""
    first, second = Labels("G-1", "Food", "A-1"), Labels("G-2", "Food", "A-1")
    before = [
        batch(*pay("2026-01", first, ada=400, ben=100, cleo=200)),
        batch(*pay("2026-01", second, ada=500, ben=200, cleo=900)),
    ]
    food = pay("2026-02", first, ada=200, ben=500, cleo=300)
    more = pay("2026-02", second, ada=100, ben=400, cleo=100, gus=200)
    assert len(sealed_then(before, food, more)) == 1
    # With as much less for Ben, nobody falls out.
    more = pay("2026-02", second, ada=100, ben=300, cleo=100, gus=200)
    assert len(sealed_then(before, food, more)) == 2


def test_a_page_is_compared_with_and_without_its_corrections() -> None:
    """What was corrected hides, or shows, what falls out of two pages."""
    others = pay("2026-01", FOOD, u=900, v=910, w=920)
    hidden = sealed_then(JANUARY, *february(cleo=820, edna=910), others, corrections={2})
    assert len(hidden) < 3
    shown = pay("2026-01", Labels("G-2", "Food", "A-1"), cleo=500, edna=500, hana=1)
    same = [
        pay("2026-02", FOOD, ada=300, dov=400, cleo=320),
        pay("2026-02", RENT, ben=310, edna=410, finn=420),
    ]
    assert len(sealed_then(JANUARY, *same, shown, corrections={2})) < 3


def test_the_whole_to_date_is_compared_with_what_is_new() -> None:
    """Of two earlier pages together everybody but two gets the same again. With each of them alone
    the new page has enough others in common."""
    first = Labels("G-1", "Food", "A-1")
    second, third = Labels("G-2", "Rent", "A-2"), Labels("G-1", "Tea", "A-3")
    before = [
        batch(*pay("2026-01", first, ada=300, ben=310, cleo=320), page="2026-01"),
        batch(*pay("2026-02", second, dov=300, edna=310, finn=320), page="2026-02"),
    ]
    new = pay("2026-03", third, ada=300, ben=310, cleo=820, dov=300, edna=310, finn=820, gus=20)
    assert sealed_then(before, new, page="2026-03") == []


def test_all_amounts_of_a_person_in_a_figure_count() -> None:
    """Cleo gets 500 more than in two batches of January together."""
    before = [
        batch(*pay("2026-01", FOOD, ada=150, ben=150, cleo=150)),
        batch(*pay("2026-01", Labels("G-1", "Food", "A-2"), ada=150, ben=160, cleo=170)),
    ]
    new = pay("2026-02", RENT, ada=300, ben=310, cleo=820, dov=40)
    assert sealed_then(before, new) == []


def test_an_unsafe_difference_of_old_figures_that_new_ones_share_holds_nothing_up() -> None:
    old = [
        batch(*pay("2026-01", Labels("G-1", "Food", "A-1"), ada=300, ben=310, cleo=320)),
        batch(*pay("2026-01", Labels("G-1", "Rent", "A-2"), ada=300, ben=310, cleo=350)),
    ]
    new = pay("2026-02", Labels("G-1", "Food", "A-2"), gus=300, hana=400, ines=320)
    assert len(sealed_then(old, new)) == 1


def test_multiples_of_figures_are_compared() -> None:
    """February has twice what January had, and 10 more for Ada and for Ben."""
    before = [batch(*pay("2026-01", FOOD, ada=300, ben=320, cleo=340, dov=360))]
    twice = [
        *pay("2026-02", FOOD, ada=300, ben=320, cleo=340, dov=360),
        *pay("2026-02", FOOD, ada=310, ben=330, cleo=340, dov=360),
    ]
    assert sealed_then(before, twice) == []


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(of_the_plan(publish=False), id="not published yet"),
        pytest.param(of_the_plan(line(category="Rent", activity="A-1")), id="renamed"),
    ],
)
def test_figures_that_have_another_name_are_compared(of: Contributions) -> None:
    """If the grant is published later, all pages tell January's food and February's, and not only
    what is withheld. If the food is called rent now, older pages told it as food."""

    def food(month: str, **units: int) -> list[Contribution]:
        return [paid(who, amount, month, FOOD) for who, amount in units.items()]

    before = [
        batch(*food("2026-01", ada=300, ben=320, cleo=340, dov=360)),
        batch(*pay("2026-01", RENT, edna=500, finn=510, gus=520)),
    ]
    twice = [
        *food("2026-02", ada=300, ben=320, cleo=340, dov=360),
        *food("2026-02", ada=310, ben=330, cleo=340, dov=360),
    ]
    rent = pay("2026-02", RENT, hana=500, ines=510, jon=520)
    assert sealed_then(before, twice, rent, of=of) == [["hana", "ines", "jon"]]


def with_less(before: Sequence[Batch], *new: Sequence[Contribution]) -> list[list[str]]:
    """The contributors of each draft, if a draft may be sealed without somebody."""
    drafts = Drafts(before, [part for parts in new for part in parts], "2026-02", [])
    formed = [drafts._draft("spent", False, parts) for parts in new]
    figures = Figures(before, of_the_plan().plan, "2026-02", [], drafts.less)
    left = figures.without_unsafe_differences(formed)
    return [[part.contributor for part in draft.parts] for draft in left]


def test_one_contributor_waits_and_not_a_whole_draft() -> None:
    """The difference is 500 more for Cleo, and 75. Without Cleo it is 320 less for her, and 75."""
    before = [batch(*pay("2026-01", FOOD, ada=300, ben=310, cleo=320))]
    new = pay("2026-02", RENT, ada=300, ben=310, cleo=820, gus=25, hana=25, ines=25)
    assert sealed_then(before, new) == []
    assert with_less(before, new) == [["ada", "ben", "gus", "hana", "ines"]]


def test_a_whole_draft_waits_if_it_may_not_lose_the_one() -> None:
    """Without Cleo nobody would be left beside Ada and Ben."""
    before = [batch(*pay("2026-01", FOOD, ada=300, ben=310, cleo=320))]
    assert with_less(before, pay("2026-02", RENT, ada=300, ben=310, cleo=820)) == []
