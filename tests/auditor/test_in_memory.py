"""What the auditor takes for the truth of payments that moved.

Without payees a payment is about whom its line pays. A payment that moves to another line before any
figure has it is about whom the *new* line pays, and this is no weaker a law:

- Before the move no figure has the payment, so no reader has an equation with it. What a reader
  computes later is computed from figures in which it stands as the new line's.
- That it stood on the old line knows only who sees the sheet: staff, and the funder of the old line's
  grant. For this funder the old line's people stay seen.
- If any figure had the payment before the move, its reader knows it as the old line's, and so it
  stays."""

from __future__ import annotations

import pytest

from tests.auditor.auditing import Report, _as_published, _seen, judge_figures
from tests.auditor.driving import Recorder


def moved(what: str = "tiles") -> tuple[Recorder, str, list[str]]:
    """A payment of B-1 that moves to B-2 after the first page, and two payments of B-2."""
    group = Recorder(payees=False, rates={})
    group.grant("G-1")
    for id_ in ("B-1", "B-2"):
        group.line(id_, "Food", 90_000)
    payment = group.pay("B-1", "2026-01", 30_100, what="tiles")
    others = [group.pay("B-2", "2026-01", 30_200 + n, what=what) for n in range(2)]
    group.month("2026-01")
    group.move(payment, "B-2")
    group.month("2026-02")
    return group, payment, others


@pytest.mark.parametrize(("first", "whose"), [(None, "B-2"), (1, "B-2"), (0, "B-1")])
def test_a_payment_that_moved_is_whose_it_was_when_a_figure_had_it_first(
    first: int | None, whose: str
) -> None:
    group, payment, _ = moved()
    known = {} if first is None else {payment: first}
    (stake,) = _as_published(group.truths(), known)[payment]
    assert stake.who == f"{whose}: tiles"


def test_a_payment_that_moved_unseen_is_one_with_the_others_of_its_new_line() -> None:
    """All three are then of one contributor: as the old line's, two would stand behind them."""
    group, payment, others = moved()
    report = Report()
    first = dict.fromkeys([payment, *others], 1)
    judge_figures({"Food": first}, first, group.marks, group.truths(), report)
    assert any("B-2: tiles" in breach.words for breach in report.breaches)
    assert not any("B-1" in breach.words for breach in report.breaches)


def test_the_funder_of_the_old_line_saw_whom_that_line_paid() -> None:
    group, payment, _ = moved()
    truth = group.truths()
    whose = _as_published(truth, {payment: 1})
    assert set(_seen({payment: 0}, whose, truth)) == {"B-1: tiles"}
    assert set(_seen({payment: 1}, whose, truth)) == {"B-2: tiles"}
