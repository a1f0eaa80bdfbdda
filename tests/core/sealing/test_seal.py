"""What a page seals, what waits, and that no batch is ever opened again."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.records.model import BudgetLine, Expense, Plan
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.core.sealing.seal import may_be_first, seal, waits_since
from tests.world.contributions import amounts as known
from tests.world.contributions import expense, grant, line, plan, sealed

THREE = [expense("E-1", 100), expense("E-2", 110), expense("E-3", 120)]


def spent(batches: Iterable[Batch]) -> list[tuple[str, int]]:
    return [(batch.page, batch.units) for batch in batches if batch.what == "spent"]


def test_the_next_page_gives_no_newcomer_away() -> None:
    """Three are paid each month, and in February a fourth. Told without the fourth, all others would
    leave what she got of the award. So January waits, and all are told together."""
    payments = [expense(f"E-{n}{m}", 100 + n, month=m) for m in (1, 2) for n in range(3)]
    given = plan([grant(amount=710)], [line()], [*payments, expense("E-9", 104, month=2)])
    payees = {one.id: one.id[2] for one in given.expenses.values()}
    batches = sealed(given, "2026-01", "2026-02", payees=payees)
    assert spent(batches) == [("2026-02", 710)]


def test_the_last_payment_of_a_grant_is_never_all_that_is_left_of_it() -> None:
    """Three are paid each month. A fourth is paid in the last one, and the grant is closed."""
    payments = [expense(f"E-{n}{m}", 100 + n, month=m) for m in (1, 2) for n in range(3)]
    last = expense("E-9", 74, month=3)
    payees = {one.id: one.id[2] for one in (*payments, last)}
    numbers = itertools.count()
    batches: list[Batch] = []
    for page, state, paid in (
        ("2026-01", "active", payments),
        ("2026-02", "active", payments),
        ("2026-03", "closed", [*payments, last]),
    ):
        given = plan([grant(state=state, amount=680)], [line()], paid)
        batches += seal(known(given, payees), batches, page, number=lambda: next(numbers))
    assert spent(batches) == [("2026-02", 303)]
    told = {part.id for batch in batches for part in batch.parts}
    assert {payees[one.id] for one in (*payments, last) if one.id not in told} == set("0129")
    whole = plan([grant(state="closed", amount=606)], [line()], payments)
    assert (
        sum(units for _, units in spent(sealed(whole, "2026-01", "2026-02", payees=payees))) == 606
    )


def test_a_month_is_sealed_once() -> None:
    given = plan([grant()], [line()], THREE)
    assert spent(sealed(given, "2026-01", "2026-01", "2026-02")) == [("2026-01", 330)]


def test_numbers_come_from_outside() -> None:
    given = plan([grant()], [line()], THREE)
    (batch,) = seal(known(given), [], "2026-01", number=lambda: 77)
    assert batch.number == 77


def test_nothing_is_added_to_the_past() -> None:
    before = sealed(plan([grant()], [line()], THREE), "2026-02")
    more = plan([grant()], [line()], [*THREE, *(expense(f"E-{n}", n) for n in (70, 80, 90))])
    assert seal(known(more), before, "2026-01", number=lambda: 1) == []


def test_what_waits_is_told_by_its_first_month() -> None:
    given = plan(
        [grant()], [line(amount=0)], [expense("E-1", 100, month=3), expense("E-2", 110, month=4)]
    )
    assert waits_since(known(given), [], "2026-05") == "2026-03"
    told = plan([grant()], [line(amount=0)], THREE)
    batches = sealed(told, "2026-01")
    assert waits_since(known(told), batches, "2026-01") is None


def test_a_budget_waits_since_the_page_on_which_something_first_did() -> None:
    given = plan([grant()], [line()], THREE)
    batches = sealed(given, "2026-01")
    assert {batch.what for batch in batches} == {"spent"}, "one line has one contributor"
    assert waits_since(known(given), batches, "2026-01") == "2026-01"
    assert waits_since(known(given), batches, "2026-04", "2026-01") == "2026-01"
    later = plan([grant()], [line()], [*THREE, expense("E-9", 70, month=3)])
    assert waits_since(known(later), batches, "2026-04") == "2026-03", "money has its own month"
    assert waits_since(known(later), batches, "2026-04", "2026-02") == "2026-02"


def test_an_award_that_is_not_told_waits_in_the_sentence_of_the_group() -> None:
    given = plan([grant(amount=900)], [line(amount=0)], THREE)
    batches = sealed(plan([grant()], [line(amount=0)], THREE), "2026-01")
    assert waits_since(known(given), batches, "2026-02") is None
    assert waits_since(known(given), batches, "2026-02", untold={"G-1"}) == "2026-02"
    assert waits_since(known(given), batches, "2026-02", "2026-01", {"G-1"}) == "2026-01"
    for silent in (grant(), grant(amount=900, publish=False)):  # nothing is told of it anyway
        other = plan([silent], [line(amount=0)], THREE)
        assert waits_since(known(other), batches, "2026-02", untold={"G-1"}) is None


def test_the_first_budgets_are_told_if_what_they_leave_of_the_award_is_nobodys_pay() -> None:
    """The award less the budgets of three lines would be the pay of the fourth."""
    lines = [line(f"B-{n}", amount=1_000 + n) for n in range(3)]
    pay = line("B-9", amount=5_000, people=1)
    for more, safe_first in (([], True), ([pay], False)):
        of = [*lines, *more]
        given = known(plan([grant(amount=sum(one.amount for one in of))], of))
        first = [
            part for part in given.at("2026-01") if part.what == "budget" and part.line != "B-9"
        ]
        batch = Batch(1, "2026-01", "budget", False, first[0].labels, first)
        assert may_be_first(given, batch) is safe_first
    two = replace(batch, parts=batch.parts[:2])
    assert not may_be_first(known(plan([grant()], lines)), two)


@pytest.mark.parametrize("times", [2, 4, 10, 100])
@pytest.mark.parametrize("payee", ["E-9", "E-1"])
def test_a_last_payment_of_a_category_that_is_far_larger_gives_nobody_away(
    times: int, payee: str
) -> None:
    """In March one more is paid, or one of three again, many times as much as the largest before."""
    payments = [expense(f"E-{n}{m}", 100 + 10 * n, month=m) for m in (1, 2) for n in range(3)]
    payments.append(expense("E-9", 120 * times, month=3))
    payees = {one.id: f"{int(one.id[2:3]):032x}" for one in payments}
    payees["E-9"] = payees.get(f"{payee}1", payees["E-9"])
    given = plan([grant()], [line(amount=0)], payments)
    batches = sealed(given, "2026-01", "2026-02", "2026-03", payees=payees)
    told = [by_payee(one, payees) for one in batches]
    assert told
    for one in told:
        assert safe(one)
    for one, other in itertools.combinations(told, 2):
        for sign in (1, -1):
            assert safe({who: one.get(who, 0) + sign * other.get(who, 0) for who in one | other})


def test_a_single_change_of_a_sealed_payment_waits() -> None:
    before = sealed(plan([grant()], [line()], THREE), "2026-01")
    changed = plan([grant()], [line()], [replace(THREE[0], amount=777), *THREE[1:]])
    assert seal(known(changed), before, "2026-02", number=lambda: 1) == []
    assert waits_since(known(changed), before, "2026-02") == "2026-01"


def test_changes_of_three_are_a_batch_of_corrections_and_less_is_apart_from_more() -> None:
    six = [expense(f"E-{n}", 1000 + 10 * n) for n in range(6)]
    before = sealed(plan([grant()], [line()], six), "2026-01")
    moved = [
        replace(one, amount=one.amount + by)
        for one, by in zip(six, (200, 210, 220, -300, -310, -320), strict=True)
    ]
    changed = plan([grant()], [line()], moved)
    new = seal(known(changed), before, "2026-02", number=lambda: 1)
    assert sorted((batch.correction, batch.units) for batch in new) == [(True, -930), (True, 630)]


def test_payments_that_are_gone_are_taken_back_together() -> None:
    six = [expense(f"E-{n}", 1000 + 10 * n) for n in range(6)]
    before = sealed(plan([grant()], [line()], six), "2026-01")
    left = plan([grant()], [line()], six[3:])
    (less,) = seal(known(left), before, "2026-02", number=lambda: 1)
    assert (less.correction, less.units) == (True, -3030)


def test_payments_that_are_refunded_whole_are_taken_back_at_their_first_rate() -> None:
    six = [expense(f"E-{n}", 1000 + 10 * n) for n in range(6)]
    before = sealed(plan([grant()], [line()], six), "2026-01")
    back = [
        expense(f"R-{n}", one.amount, state="refunded", refund_of=one.id)
        for n, one in enumerate(six[:3])
    ]
    refunded = plan([grant()], [line()], [*six, *back])
    (less,) = seal(known(refunded), before, "2026-02", number=lambda: 1)
    assert (less.correction, less.units) == (True, -3030)


def test_a_payment_that_never_was_is_no_contribution_of_a_correction() -> None:
    """A sealed amount of nothing that goes away changes nothing."""
    zero = expense("E-9", 0)
    before = sealed(plan([grant()], [line()], [*THREE, zero]), "2026-01")
    left = plan([grant()], [line()], THREE)
    assert seal(known(left), before, "2026-02", number=lambda: 1) == []


def test_a_new_rate_changes_nothing_that_is_sealed() -> None:
    def at(rate: str) -> Plan:
        own = [replace(one, currency="USD") for one in THREE]
        return plan([grant(currency="USD", budget_rate=Decimal(rate))], [line(currency="USD")], own)

    before = sealed(at("1"), "2026-01")
    assert spent(before) == [("2026-01", 330)]
    assert seal(known(at("2")), before, "2026-02", number=lambda: 1) == []


def test_a_held_line_is_told_in_no_batch() -> None:
    open_ = grant(amount=1_720_000)
    pay = line("B-9", amount=1_000_000, people=1, category="Pay")
    small = [line(f"B-{n}", amount=90_000) for n in (2, 3, 4)]
    large = line("B-1", amount=450_000)
    payments = [
        expense(f"E-{where}-{n}", (100 + n) * times, where)
        for where, times, count in (("B-1", 500, 8), ("B-2", 1, 4))
        for n in range(count)
    ]
    batches = sealed(plan([open_], [large, *small, pay], payments), "2026-01")
    assert {part.line for batch in batches for part in batch.parts} == {"B-1"}


def test_a_line_marked_late_as_paying_one_person_opens_no_batch() -> None:
    before = sealed(plan([grant()], [line()], THREE), "2026-01")
    more = [expense(f"E-{n}", 100 + n, month=2) for n in range(10, 14)]
    marked = plan([grant()], [line(people=1)], [*THREE, *more])
    assert seal(known(marked), before, "2026-02", number=lambda: 1) == []


# --- Random groups, held against the law of each pair of batches ---

AMOUNTS = st.one_of(st.sampled_from([3000, 3000, 5000]), st.integers(1, 99_999))
PAYMENTS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from("ABCDE"), st.sampled_from("abcdefghij"), AMOUNTS),
    min_size=5,
    max_size=60,
)
LINES = [
    line("B-A", "G-1", activity="", category="Food"),
    line("B-B", "G-1", category="Rent"),
    line("B-C", "G-2", category="Food"),
    line("B-D", "G-2", category="Rent", people=1, amount=40_000),
    line("B-E", "G-2", category="Rent", people=4),
]


def group(payments: Iterable[tuple[int, str, str, int]]) -> tuple[Plan, dict[str, str]]:
    """A group, and the payees of its payments."""
    expenses: list[Expense] = []
    payees = {}
    for number, (month, where, payee, amount) in enumerate(payments):
        expenses.append(expense(f"E-{number}", amount, f"B-{where}", month))
        payees[f"E-{number}"] = payee
    lines: list[BudgetLine] = LINES
    return plan([grant("G-1", "Fund"), grant("G-2", "Trust")], lines, expenses), payees


def safe(amounts: dict[str, int]) -> bool:
    """The rule, in fractions. Nothing is no secret."""
    sizes = sorted((Fraction(abs(units)) for units in amounts.values() if units), reverse=True)
    if not sizes:
        return True
    return len(sizes) >= 3 and sum(sizes[2:]) >= (sizes[0] + sizes[1]) / 10


def by_payee(batch: Batch, payees: dict[str, str]) -> dict[str, int]:
    """By the payee as the group knows it, not as the batch does."""
    amounts: defaultdict[str, int] = defaultdict(int)
    for part in batch.parts:
        amounts[payees.get(part.id, part.id)] += part.units
    return amounts


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(PAYMENTS)
def test_every_batch_and_every_sum_and_difference_of_two_is_safe(
    payments: list[tuple[int, str, str, int]],
) -> None:
    given_plan, payees = group(payments)
    batches = [
        batch
        for batch in sealed(given_plan, *(f"2026-0{month}" for month in range(1, 6)), payees=payees)
        if batch.what == "spent"
    ]
    told = [by_payee(batch, payees) for batch in batches]
    for amounts in told:
        assert safe(amounts)
        assert amounts
    for one, other in itertools.combinations(told, 2):
        if one.keys() & other.keys():
            for sign in (1, -1):
                both = {
                    who: one.get(who, 0) + sign * other.get(who, 0) for who in one.keys() | other
                }
                assert safe(both)
    for batch, amounts in zip(batches, told, strict=True):
        for lines in ("AB", "CDE"):  # what each funder sees by then
            visible = {
                payee for month, where, payee, _ in payments
                if where in lines and f"2026-0{month}" <= batch.page
            }  # fmt: skip
            assert safe({who: units for who, units in amounts.items() if who not in visible})
    ids = [part.id for batch in batches for part in batch.parts]
    assert len(ids) == len(set(ids))


def test_a_batch_is_safe_beside_copies_of_old_pages() -> None:
    """An old page told what three got. The same three and one more would tell what this one got."""
    old = [expense(f"E-{n}", 100 + n) for n in range(3)]
    again = [expense(f"E-1{n}", 101 + n, month=2) for n in range(3)]
    one = expense("E-9", 120, month=2)
    others = [expense(f"E-2{n}", 200 + n) for n in range(3)]
    given = plan([grant()], [line()], [*old, *again, one, *others])
    payees = {each.id: each.id[-1] for each in (*old, *again, one)}
    payees |= {each.id: each.id for each in others}
    of = known(given, payees)
    spending = tuple(part for part in of.at("2026-01") if part.what == "spent")
    before = [Batch(1, "2026-01", "spent", False, Labels(), spending)]
    copy = Batch(2, "2026-01", "spent", False, Labels(), spending[:3])

    def told(*copies: Batch) -> list[set[str]]:
        sealed = seal(of, before, "2026-02", number=lambda: 3, copies=copies)
        return [{part.id for part in batch.parts} for batch in sealed if batch.what == "spent"]

    assert "E-9" in told()[0]
    assert told(copy) == [{"E-10", "E-11", "E-12"}]


def test_a_budget_that_old_pages_told_in_part_is_in_no_batch() -> None:
    lines = [line(f"B-{n}", amount=1000 + n) for n in range(4)]
    of = known(plan([grant()], lines))
    budgets = tuple(part for part in of.at("2026-01") if part.line != "B-3")
    copy = Batch(1, "2026-01", "budget", False, Labels(), budgets)

    assert [batch.units for batch in seal(of, [], "2026-02", number=lambda: 2)] == [4006]
    assert seal(of, [], "2026-02", number=lambda: 2, copies=[copy]) == []


def test_a_payment_that_went_to_another_line_stays_about_whom_the_first_line_paid() -> None:
    """Without payees. Two lines pay two people each: the first in two months, the other in one, told
    together. Pay of the other goes to a third line. All four are paid the same again: less what
    was told, this is what the first two get."""
    lines = [line("B-1", people=2), line("B-2", people=2), line("B-3", people=None)]

    def pay(month: int, *of: str) -> list[Expense]:
        return [
            expense(f"E-{month}{where}{n}", 300 + 5 * n, where, month)
            for where in of
            for n in range(2)
        ]

    old = [*pay(1, "B-1"), *pay(2, "B-1", "B-2")]
    before = sealed(plan([grant()], lines, old), "2026-02")
    assert [batch.units for batch in before if batch.what == "spent"] == [1815]
    moved = [replace(one, line="B-3") if one.line == "B-2" else one for one in old]

    of = known(plan([grant()], lines, [*moved, *pay(3, "B-1", "B-2")]))
    batches = seal(of, before, "2026-03", number=lambda: 99)

    assert not [batch for batch in batches if batch.what == "spent"]


def test_who_a_funder_sees_when_the_newest_page_is_made_is_known_on_all_pages_of_the_run() -> None:
    """Two pages are made in one run. On the first, a batch has three people; by the second, the
    other grant pays one of them, and its funder is left with two."""
    grants = [grant(), grant("G-2", funder="Other")]
    payments = [expense(f"E-{n}", 300 + n) for n in range(3)]
    later = expense("E-9", 20, "B-2", month=2)
    given = plan(grants, [line(), line("B-2", "G-2")], [*payments, later])
    of = known(given, {one.id: one.id[-1] for one in payments} | {"E-9": "0"})

    def units(newest: str) -> list[int]:
        made = seal(of, [], "2026-01", number=lambda: 1, newest=newest)
        return [batch.units for batch in made if batch.what == "spent"]

    assert units("2026-01") == [903]
    assert units("2026-02") == []
