"""What is left of an award is nobody's pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import BudgetLine, Expense, Income, Plan
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.drafts import Drafts
from budgettrack.core.sealing.former import Former
from budgettrack.core.sealing.newest import Funders
from budgettrack.core.sealing.rest import Rest
from tests.world.contributions import batch, contributors, expense, grant, line, plan, sealed


def rest_of(
    given: Plan, page: str = "2026-01", before: Sequence[Batch] = ()
) -> tuple[Rest, Drafts]:
    """The rest, and drafts of everything that is not held back."""
    now = Contributions(given, contributors(given)).at(page)
    funders = Funders(given, now).beside([])
    rest = Rest(given, now, before, page, funders)
    drafts = Drafts(before, now, page, list(funders.values()))
    kept = {part.id for batch in before for part in batch.parts} | rest.kept
    drafts.form(
        [
            part
            for part in now
            if part.what == "spent" and part.line not in rest.held and part.id not in kept
        ],
        correction=False,
    )
    return rest, drafts


OPEN = grant(amount=1_400_000)
ONE_PERSON = line("B-1", amount=1_000_000, people=1, category="Pay")


def others(*amounts: int) -> list[BudgetLine]:
    return [line(f"B-{number}", amount=amount) for number, amount in enumerate(amounts, 2)]


def test_nothing_is_held_back_where_no_line_pays_one_or_two() -> None:
    rest, _ = rest_of(plan([grant()], [line("B-1"), line("B-2"), line("B-3", people=3)]))
    assert rest.held == frozenset()


def test_the_smallest_lines_that_are_enough_are_held_back_beside_one_persons_pay() -> None:
    """One person is paid 10,000.00. Beside it stand 700.00, 800.00 and 900.00: what is left after
    the two largest is 1,500.00, and more than a tenth of 10,900.00."""
    lines = [ONE_PERSON, *others(70_000, 80_000, 90_000, 100_000, 5_000_000)]
    rest, _ = rest_of(plan([OPEN], lines))
    assert rest.held == {"B-2", "B-3", "B-4"}


def test_all_lines_are_held_back_where_they_are_not_enough() -> None:
    rest, _ = rest_of(plan([OPEN], [ONE_PERSON, *others(1_000, 2_000)]))
    assert rest.held == {"B-2", "B-3"}


def test_another_grants_lines_do_not_help() -> None:
    rest, _ = rest_of(
        plan([OPEN, grant("G-2", amount=600_000)], [ONE_PERSON, line("B-2", "G-2", 600_000)])
    )
    assert rest.held == frozenset()


def test_a_batch_is_held_back_that_would_leave_one_payment_alone() -> None:
    """Three small payments may be told, but the award less all three is the large one."""
    payments = [expense(f"E-{n}", units) for n, units in enumerate((100, 110, 120, 9_000))]
    given = plan([grant(amount=9_330)], [line()], payments)
    rest, drafts = rest_of(given)
    assert [draft.size for draft in drafts.drafts] == [330]
    assert rest.without_unsafe_rest(drafts.drafts) == []


def test_a_batch_of_two_grants_takes_nothing_from_the_rest_of_either() -> None:
    """A reader cannot tell what of it is of which grant. So the award of G-1 less its own batches
    is one payment, of which the sum of both grants is no protection."""
    lines = [line("B-1", "G-1"), line("B-2", "G-2")]
    payments = [
        expense("E-1", 100, "B-1"), expense("E-2", 110, "B-2"), expense("E-3", 120, "B-2"),
        expense("E-4", 130, "B-2"),
    ]  # fmt: skip
    given = plan([grant("G-1", amount=100), grant("G-2", "Trust", amount=360)], lines, payments)
    now = Contributions(given, contributors(given)).at("2026-02")
    rest, drafts = Rest(given, now, [], "2026-02", {}), Drafts([], now, "2026-02", ())
    drafts.form([part for part in now if part.what == "spent"], correction=False)
    assert {len(draft.amounts) for draft in drafts.drafts} == {3}
    both = [part for part in now if part.what == "spent"]
    spread = drafts._draft("spent", False, both)
    assert rest.without_unsafe_rest([spread]) == []


@pytest.mark.parametrize("moved", [["B-9"], ["B-8", "B-9"]])
def test_budgets_are_held_back_that_would_leave_the_budget_of_a_line_that_went_away(
    moved: list[str],
) -> None:
    """The lines went to G-2 with their money. The award of G-1 less its lines is what they have."""
    stayed = [line(f"B-{n}", amount=units) for n, units in enumerate((300, 310, 320))]
    went = [line(id_, "G-2", 1_000, people=1) for id_ in moved]
    award = 930 + 1_000 * len(moved)
    given = plan([grant(amount=award), grant("G-2", "Trust", amount=5_000)], [*stayed, *went])
    now = Contributions(given, contributors(given)).at("2026-02")
    drafts = Drafts([], now, "2026-02", ())
    drafts.form([part for part in now if part.labels.grant == "G-1"], correction=False)
    former = Former(grants={("budget", id_): ("G-1",) for id_ in moved})

    rest = Rest(given, now, [], "2026-02", {}, former)

    assert [draft.size for draft in drafts.drafts] == [930]
    assert rest.without_unsafe_rest(drafts.drafts) == []
    assert {part.id for part in rest.known_sums()[0]} == {"B-0", "B-1", "B-2", *moved}
    # Without the history of the lines, the rest of the award is planned for nobody.
    assert len(Rest(given, now, [], "2026-02", {}).without_unsafe_rest(drafts.drafts)) == 1
    other = replace(given, grants={**given.grants, "G-1": grant(amount=award + 1)})
    assert len(Rest(other, now, [], "2026-02", {}, former).without_unsafe_rest(drafts.drafts)) == 1


def test_a_batch_is_told_if_the_rest_is_nothing_or_safe() -> None:
    payments = [expense(f"E-{n}", units) for n, units in enumerate((100, 110, 120))]
    rest, drafts = rest_of(plan([grant(amount=330)], [line()], payments))
    assert len(rest.without_unsafe_rest(drafts.drafts)) == 1


def test_the_smallest_batch_that_helps_is_held_back() -> None:
    lines = [line("B-1"), line("B-2", category="Rent"), line("B-3", category="Travel")]
    payments = [
        expense(f"E-{where}{n}", units * (n + 10), where)
        for where, units in (("B-1", 10), ("B-2", 100))
        for n in range(3)
    ]
    alone = expense("E-9", 900, "B-3")
    rest, drafts = rest_of(plan([grant(amount=4_530)], lines, [*payments, alone]))
    assert len(drafts.drafts) == 2
    kept = rest.without_unsafe_rest(drafts.drafts)
    assert [{part.line for part in draft.parts} for draft in kept] == [{"B-2"}]


def test_at_the_end_of_a_line_only_what_it_paid_counts() -> None:
    """The line was planned with 10,000.00 and paid 1.00: its plan protects nobody any more."""
    over = line("B-2", amount=1_000_000, end=date(2026, 1, 31))
    lines = [
        line("B-1", amount=100_000, people=1, category="Pay"),
        over,
        *others(0, 7_000, 8_000)[1:],
    ]
    given = plan([OPEN], lines, [expense("E-1", 100, "B-2")])
    rest, _ = rest_of(given)
    assert "B-2" in rest.held
    assert rest.held == {"B-2", "B-3", "B-4"}
    closed = plan([grant(state="closed", amount=1_400_000)], lines, [expense("E-1", 100, "B-2")])
    assert rest_of(closed)[0].held == frozenset()  # nobody was paid, and nobody will be


# ---- Payments that are kept


def spread(count: int, *, last: int = 0) -> list[Expense]:
    """Payments of about the same size to one each, and a last one in February."""
    payments = [expense(f"E-{n:02}", 100 + n) for n in range(count)]
    return [*payments, expense("E-99", last, month=2)] if last else payments


def test_the_oldest_payments_are_kept_beside_one_to_come() -> None:
    """No line has more than 2.50 left, and the largest payment was 1.09: one of 3.27 may come. With
    three kept, 1.02 after the two largest are a tenth of 3.27 + 1.02 + 1.01, and more."""
    lines = [line(amount=1_045), *(line(f"B-{n}", amount=250) for n in range(2, 402))]
    rest, _ = rest_of(plan([grant(amount=101_045)], lines, spread(10)))
    assert rest.kept == {"E-00", "E-01", "E-02"}


def test_a_payment_beyond_every_plan_may_be_three_times_the_largest() -> None:
    """No line has more than 0.10 left, and the largest payment was 10.00: one of 30.00 may come."""
    lines = [line(amount=2_045), *(line(f"B-{n}", amount=10) for n in range(2, 402))]
    payments = [*spread(10), expense("E-50", 1_000)]
    rest, _ = rest_of(plan([grant(amount=6_045)], lines, payments))
    assert rest.kept == {f"E-0{n}" for n in range(6)}


@pytest.mark.parametrize("state", ["active", "closing", "closed"])
def test_one_payment_to_come_may_be_all_that_no_line_has(state: str) -> None:
    """30.00 are left. 4.06 after the two largest that are kept are a tenth of 32.09, and more; with
    one less it would be 3.03."""
    given = plan([grant(amount=4_045, state=state)], [line(amount=1_045)], spread(10))
    assert rest_of(given)[0].kept == {f"E-0{n}" for n in range(6)}


@pytest.mark.parametrize("times", [2, 4, 10, 40])
def test_a_last_payment_of_all_that_a_line_has_left_is_not_what_is_left_of_the_award(
    times: int,
) -> None:
    """Twenty were paid about 1.00 each. At the end one gets all that another category has."""
    last = 100 * times
    lines = [line(amount=2_190), line("B-2", amount=last, category="Equipment")]
    award = grant(amount=2_190 + last)
    batches = sealed(plan([award], lines, spread(20)), "2026-01")
    payments = [*spread(20), expense("E-99", last, "B-2", month=2)]
    given = plan([award], lines, payments)
    batches += [one for one in sealed(given, "2026-01", "2026-02") if one.page == "2026-02"]
    told = {part.id for one in batches if one.what == "spent" for part in one.parts}
    left = sorted((paid.amount for paid in payments if paid.id not in told), reverse=True)
    assert told
    assert len(left) > 2
    assert 10 * sum(left[2:]) >= left[0] + left[1]
    assert rest_of(given, "2026-02", batches)[0].unsafe() == frozenset()


def test_nothing_is_kept_where_the_award_is_spent_or_no_reader_can_subtract_from_it() -> None:
    for whole in (
        grant(amount=1_045),
        grant(amount=None),
        grant(amount=101_045, kind="membership"),
    ):
        assert rest_of(plan([whole], [line()], spread(10)))[0].kept == frozenset()


def test_what_was_received_beyond_the_award_may_be_spent_too_and_what_went_back_may_not() -> None:
    spent = plan([grant(amount=1_045)], [line()], spread(10))
    more = Income("I-1", date(2026, 1, 2), "G-1", "instalment", "received", 2_000, "EUR")
    back = Income("I-2", date(2026, 1, 3), "G-1", "returned to funder", "received", 955, "EUR")
    for rows, kept in (({"I-1": more}, 4), ({"I-1": more, "I-2": back}, 0)):
        assert len(rest_of(replace(spent, income=rows))[0].kept) == kept


# ---- Awards that may be told


def test_an_award_is_told_if_three_stand_behind_it_and_nine_tenths_are_not_of_two() -> None:
    def told(*lines: BudgetLine, payments: Sequence[Expense] = ()) -> bool:
        return rest_of(plan([OPEN], lines, payments))[0].untold() == frozenset()

    assert told(line("B-1"))
    assert told(line("B-1", people=3))
    assert not told(line("B-1", people=2), line("B-2", amount=0))
    assert not told(line("B-1", people=None))
    assert told(line("B-1", people=2), line("B-2", amount=50_000))
    assert not told(ONE_PERSON, line("B-2", amount=100_000))
    assert told()  # nobody is to be paid yet
    over = line("B-1", end=date(2026, 1, 31))
    assert not told(over, payments=spread(2))
    assert told(over, payments=spread(3))


def test_an_award_is_told_no_more_if_one_payment_is_left_of_it() -> None:
    """All of 10.45 was spent and told. The award is raised, and 5.00 are paid to one."""
    spent = plan([grant(amount=1_045)], [line(amount=1_045)], spread(10))
    told = sealed(spent, "2026-01")
    rest, _ = rest_of(spent, before=told)
    assert rest.untold() == frozenset()
    raised = plan([grant(amount=1_545)], [line(amount=1_545)], spread(10, last=500))
    rest, _ = rest_of(raised, "2026-02", told)
    assert rest.untold() == {"G-1"}


def test_plans_that_sum_to_their_award_are_known_together() -> None:
    lines = [line("B-1", amount=100), line("B-2", amount=200)]
    for award, known in ((300, [["B-1", "B-2"]]), (301, []), (None, [])):
        rest, _ = rest_of(plan([grant(amount=award)], lines))
        assert [[part.line for part in sum_] for sum_ in rest.known_sums()] == known


def test_a_plan_that_was_added_to_those_of_the_award_is_not_shown_by_it() -> None:
    """The award is the sum of three plans. A fourth is added, and nobody raises the award: all plans
    less the award would be the fourth."""
    lines = [line(f"B-{n}", amount=70_000 + n * 1_000, category="Rent") for n in range(1, 4)]
    award = grant(amount=sum(each.amount for each in lines))
    added = line("B-9", amount=90_000, category="Rent")
    batches = sealed(plan([award], [*lines, added]), "2026-01")
    planned = [part.id for each in batches if each.what == "budget" for part in each.parts]
    assert "B-9" not in planned


def test_two_plans_that_were_added_are_not_shown_by_the_award() -> None:
    lines = [line(f"B-{n}", amount=70_000 + n * 1_000, category="Rent") for n in range(1, 4)]
    award = grant(amount=sum(each.amount for each in lines))
    more = [
        line("B-8", amount=80_500, category="Rent"),
        line("B-9", amount=90_000, category="Rent"),
    ]
    batches = sealed(plan([award], [*lines, *more]), "2026-01")
    planned = {part.id for each in batches if each.what == "budget" for part in each.parts}
    # The award less what is told: what waits of its own plans, less what was added to them.
    assert len(planned ^ {"B-1", "B-2", "B-3"}) not in (1, 2)


def test_an_added_plan_that_is_told_already_is_left_of_the_award() -> None:
    """Its batch was sealed before the award was what it is: nothing can hold it back any more, and
    the award is not told."""
    lines = [line(f"B-{n}", amount=70_000 + n * 1_000, category="Rent") for n in range(1, 5)]
    open_ = plan([grant()], lines)
    batches = sealed(open_, "2026-01")
    award = plan([grant(amount=sum(each.amount for each in lines[:3]))], lines)
    rest, _ = rest_of(award, "2026-02", batches)
    assert rest.untold() == {"G-1"}


def test_money_in_a_batch_of_several_grants_is_left_of_the_award_of_each() -> None:
    """A reader who does not know the award of G-2 cannot take out what the batch has of it. So the
    large payment is still in what is left of G-1, and would be nearly all of it."""
    lines = [line(amount=100_000), line("B-2", grant="G-2", amount=100_000)]
    of_both = [expense("E-91", 120, "B-2"), expense("E-92", 130, "B-2")]
    for large, untold in ((100, frozenset()), (9_000, frozenset({"G-1"}))):
        award = grant(amount=sum(paid.amount for paid in spread(10)) + large + 500)
        payments = [*spread(10), expense("E-90", large), *of_both]
        given = plan([award, grant("G-2", funder="Other")], lines, payments)
        mixed = [
            part
            for part in Contributions(given, contributors(given)).at("2026-01")
            if part.id in ("E-90", "E-91", "E-92")
        ]
        rest, _ = rest_of(given, "2026-02", [batch(*mixed)])
        assert rest.untold() == untold
