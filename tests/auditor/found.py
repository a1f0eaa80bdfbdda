"""Smallest groups that once gave somebody away although pages were made of sealed batches."""

from __future__ import annotations

from collections.abc import Callable

from tests.auditor.driving import Recorder
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


FOUND: dict[str, Callable[[], Recorder]] = {
    found.__name__: found
    for found in (
        blank_line,
        too_many_payees,
        one_payee_of_three_lines,
        three_batches_that_leave_one,
        three_batches_and_a_funder,
    )
}
