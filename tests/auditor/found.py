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


FOUND: dict[str, Callable[[], Recorder]] = {
    found.__name__: found for found in (blank_line, too_many_payees, one_payee_of_three_lines)
}
