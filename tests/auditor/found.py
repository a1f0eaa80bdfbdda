"""Smallest groups that once gave somebody away although pages were made of sealed batches."""

from __future__ import annotations

from collections.abc import Callable

from tests.auditor.driving import Parts, Recorder
from tests.auditor.scenarios import ELSE


def _group(people: int | None) -> Recorder:
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 75000, people=people)
    group.line("B-2", "Food", 900000)
    for n in range(3, 8):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    return group


def blank_line() -> Recorder:
    """Nobody says how many people a line pays. Who is paid by it is paid by another line, too."""
    group = _group(None)
    group.pay("B-1", "2026-01", 30000, who="she")
    group.pay("B-2", "2026-01", 31000, who="she")
    group.pay("B-2", "2026-01", 32000, who="he")
    group.month("2026-01")
    return group


def too_many_payees() -> Recorder:
    """A line pays more people than it says. The funder of that line sees all of them, and knows
    what is left of the money of another grant."""
    group = _group(0)
    group.grant("G-2", unplanned=ELSE)
    group.line("B-9", "Pay", 75000, "G-2", people=1)
    group.pay("B-9", "2026-01", 31000, who="they")
    group.pay("B-9", "2026-01", 30000, who="she")
    group.pay("B-2", "2026-01", 33000, who="she")
    group.pay("B-2", "2026-01", 35000, who="he")
    group.pay("B-2", "2026-01", 34000, who="the other")
    group.month("2026-01")
    return group


def one_payee_of_three_lines() -> Recorder:
    """The plan of three lines that pay one person is what she is to get."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    for n, category in enumerate(("Pay", "Fares", "Phone"), 1):
        group.line(f"B-{n}", category, 100000 + n * 7000, people=1)
        group.pay(f"B-{n}", "2026-01", 9000 + n * 700, who="she")
    group.month("2026-01")
    return group


def three_batches(*cents: int) -> Recorder:
    """Six people are paid in two categories, and all of them again in a third, with others."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    for n, category in enumerate(("Food", "Rent", "Fares"), 1):
        group.line(f"B-{n}", category, 500000 + n * 7000)
    for n, who in enumerate(("Ada", "Ben", "Cleo")):
        group.pay("B-1", "2026-01", 30000 + n * 1000, who=who)
    for n, who in enumerate(("Dov", "Edna", "Finn")):
        group.pay("B-2", "2026-01", 40000 + n * 1000, who=who)
    group.month("2026-01")
    for n, who in enumerate(("Ada", "Ben", "Cleo")):
        group.pay("B-3", "2026-02", 30100 + n * 1000, who=who)
    for n, who in enumerate(("Dov", "Edna", "Finn")):
        group.pay("B-3", "2026-02", 40100 + n * 1000, who=who)
    for amount, who in zip(cents, ("the one", "Gus", "Hana"), strict=False):
        group.pay("B-3", "2026-02", amount, who=who)
    return group


def three_batches_that_leave_one() -> Recorder:
    """The third batch less the other two is one payment and two that are next to nothing."""
    group = three_batches(50000, 150, 250)
    group.month("2026-02")
    return group


def three_batches_and_a_funder() -> Recorder:
    """The third batch less the other two is one payment and two that a funder knows."""
    group = three_batches(50000, 36000, 37000)
    group.grant("G-2", unplanned=ELSE)
    group.line("B-9", "Print", 60000, "G-2")
    group.pay("B-9", "2026-02", 1500, who="Gus")
    group.pay("B-9", "2026-02", 1600, who="Hana")
    group.month("2026-02")
    return group


def _spent_down(state: str) -> Recorder:
    """A grant whose money was received at the start, and is spent but for one payment. `state`: of
    the grant, before this payment is made."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 500000)
    for n in range(2, 5):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    spent = Parts()
    group.income("I-1", "G-1", "2026-01", spent)
    for month in ("2026-01", "2026-02", "2026-03"):
        for n in range(4):
            cents = 41000 + n * 3100
            spent[group.pay("B-1", month, cents, who=f"shop {n} of {month}")] = 1
        if month == "2026-03":
            group.edit("Grants", "G-1", State=state)
        group.month(month)
    spent[group.pay("B-1", "2026-04", 44000, who="the one")] = 1
    group.month("2026-04")
    group.edit("Grants", "G-1", State="closed")
    group.month("2026-05")
    return group


def paid_while_closing() -> Recorder:
    """The last payment of a grant is made when the grant is closing."""
    return _spent_down("closing")


def paid_after_the_end() -> Recorder:
    """The last payment of a grant is made when the grant is closed."""
    return _spent_down("closed")


def a_large_last_payment() -> Recorder:
    """The last payment is twice as large as all before, and little else is left."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 500000)
    for n in range(2, 5):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    spent = Parts()
    group.income("I-1", "G-1", "2026-01", spent)
    for n in range(3):
        spent[group.pay("B-1", "2026-01", 1100 + n * 100, who=f"stall {n}")] = 1
    for month in ("2026-02", "2026-03"):
        for n in range(8):
            cents = 11000 + n * 1300
            spent[group.pay("B-1", month, cents, who=f"shop {n} of {month}")] = 1
        group.month(month)
    spent[group.pay("B-1", "2026-04", 44000, who="the one")] = 1
    group.month("2026-04")
    group.edit("Grants", "G-1", State="closed")
    group.month("2026-05")
    return group


def a_line_that_raises_the_award() -> Recorder:
    """All plans are told. A line is added, and the award is raised by as much."""
    group = Recorder(payees=True)
    award = group.grant()
    for n in range(1, 5):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    group.month("2026-01")
    group.line("B-9", "Pay", 44000, people=1)
    raised = Parts({**award, "budget B-9": 1})
    group.edit("Grants", "G-1", Amount=raised)
    group.month("2026-02")
    return group


def two_people_paid() -> Recorder:
    """A whole grant pays two people: its award and its instalments are their pay."""
    group = Recorder(payees=True)
    award = group.grant()
    group.truth.secret.add("G-1")
    for n, who in enumerate(("she", "he"), 1):
        group.line(f"B-{n}", "Pay", 70000 + n * 7000, people=1)
        group.pay(f"B-{n}", "2026-01", 7000 + n * 700, who=who)
    group.income("I-1", "G-1", "2026-01", award)
    group.month("2026-01")
    return group


def one_line_pays_one() -> Recorder:
    """Nine tenths of an award are of one person."""
    group = Recorder(payees=True)
    group.grant()
    group.truth.secret.add("G-1")
    group.line("B-1", "Pay", 900000, people=1)
    group.line("B-2", "Food", 40000)
    group.line("B-3", "Rent", 41000)
    group.month("2026-01")
    return group


def paid_in_arrears() -> Recorder:
    """The funder pays back what was spent each month. One month's spending waits."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE, Paid="in arrears")
    group.line("B-1", "Food", 500000)
    for n in range(2, 5):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    for month, people in (("2026-01", 5), ("2026-02", 5), ("2026-03", 1)):
        spent = Parts()
        for n in range(people):
            cents = 41000 + n * 3100
            spent[group.pay("B-1", month, cents, who=f"shop {n} of {month}")] = 1
        group.income(f"I-{month}", "G-1", month, spent)
        group.month(month)
    return group


def payees_who_count_as_one() -> Recorder:
    """A line pays one person, but names two. A funder sees one of them, and two others: of a batch of
    these it knows all but the other."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 500000)
    for n in range(2, 5):
        group.line(f"B-{n}", "Rent", 70000 + n * 7000)
    group.line("B-5", "Pay", 90000, people=1)
    group.grant("G-2", unplanned=ELSE)
    group.line("B-9", "Print", 60000, "G-2")
    for n, who in enumerate(("one of two", "Gus", "Hana")):
        group.pay("B-9", "2026-01", 1500 + n * 100, who=who)
    for n, who in enumerate(("one of two", "the other")):
        group.pay("B-5", "2026-01", 9000 + n * 1100, who=who)
    for n in range(6):
        group.pay("B-2", "2026-01", 29000 + n * 1900, who=f"shop {n}")
    for n, who in enumerate(("the other", "Gus", "Hana")):
        group.pay("B-1", "2026-01", 33000 + n * 2100, who=who)
    group.month("2026-01")
    return group


def _may_pay_others(people: int | None) -> Recorder:
    """Each of three lines has paid one person so far, whom both funders see. Their plans are one
    figure, and each funder knows those of its own lines."""
    group = Recorder(payees=True)
    shared = ("she", "he", "they")
    for n, (grant, more) in enumerate((("G-1", "G-2"), ("G-2", "G-1"))):
        group.grant(grant, unplanned=ELSE)
        for m in range(4):
            group.line(f"B-{n}{m}", "Food", 71000 + m * 7000 + n * 300, grant)
            for who in (*shared, more):
                group.pay(f"B-{n}{m}", "2026-01", 3100 + len(group.payments) * 70, who=who)
    for n, who in enumerate(shared):
        group.line(f"B-{n + 3}", "Rent", 91000 + n * 3000, ("G-1", "G-2", "G-2")[n], people)
        group.pay(f"B-{n + 3}", "2026-01", 9000 + n * 700, who=who)
    group.month("2026-01")
    return group


def plans_of_lines_with_one_payee() -> Recorder:
    """The lines pay no people. Who was paid by one of them need not be the only one."""
    return _may_pay_others(0)


def plans_of_blank_lines() -> Recorder:
    """Nobody says how many people the lines pay. So their plans may be of others, too."""
    return _may_pay_others(None)


def plans_of_lines_that_pay_two() -> Recorder:
    """The lines pay two people each. So half of their plans is of others."""
    return _may_pay_others(2)


FOUND: dict[str, Callable[[], Recorder]] = {
    found.__name__: found
    for found in (
        blank_line,
        too_many_payees,
        one_payee_of_three_lines,
        three_batches_that_leave_one,
        three_batches_and_a_funder,
        paid_while_closing,
        paid_after_the_end,
        a_large_last_payment,
        a_line_that_raises_the_award,
        two_people_paid,
        one_line_pays_one,
        paid_in_arrears,
        payees_who_count_as_one,
        plans_of_lines_with_one_payee,
        plans_of_blank_lines,
        plans_of_lines_that_pay_two,
    )
}
