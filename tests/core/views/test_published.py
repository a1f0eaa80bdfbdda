"""What is published moves in steps: it adds up, it stays, and no step gives away one or two
payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Income, Plan
from budgettrack.core.views.public import public_view, publish
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import NOW, Publication, cells, told
from tests.world.outside import LONG
from tests.world.published_months import (
    FEWEST,
    at_step,
    bare,
    histories,
    pages,
    typed,
)
from tests.world.report_plans import harbour, public


def _keys(plan: Plan, month: str) -> dict[str, dict[str, int]]:
    """What each expense adds to each category's figure up to a month, the total under its own
    name."""
    found: dict[str, dict[str, int]] = {}
    for each in plan.expenses.values():
        if f"{each.day:%Y-%m}" <= month:
            line = plan.lines.get(each.line)
            key = (
                "unrestricted"
                if line is None
                else "withheld"
                if line.grant == "G-3"
                else f"={line.category}"
            )
            for name in (key, "total"):
                found.setdefault(name, {})[each.id] = each.amount
    return found


def _figures(view: PublicView) -> Mapping[str, tuple[str, int]]:
    rows = {row.key: (row.through, row.spent) for row in view.categories.rows if row.through}
    total = view.categories.total
    return {**rows, **({"total": (total.through, total.spent)} if total.through else {})}


def _behind(now: Mapping[str, int], then: Mapping[str, int]) -> int:
    return sum(now.get(id_, 0) != then.get(id_, 0) for id_ in now.keys() | then.keys())


@pytest.mark.slow
@given(histories)
@settings(max_examples=4000 if LONG else 60, deadline=None)
def test_every_figure_and_every_change_of_one_has_no_or_enough_payments_behind_it(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    shown: dict[str, list[tuple[dict[str, int], int]]] = {}
    for plan, _, view in pages(history):
        for key, (through, spent) in _figures(view).items():
            seen = shown.setdefault(key, [])
            if (seen[-1][1] if seen else 0) == spent:
                continue
            now = _keys(plan, str(through)).get(key, {})
            before = seen[-1][0] if seen else {}
            assert _behind(now, before) >= FEWEST, (key, view.month)
            assert sum(now.values()) == spent
            seen.append((now, spent))


@pytest.mark.slow
@given(histories)
@settings(max_examples=4000 if LONG else 90, deadline=None)
def test_the_line_of_what_is_held_has_no_or_enough_payments_behind_it(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    """Behind its sum: a payment that went from one waiting row to another is behind neither."""
    latest: dict[str, dict[str, int]] = {}
    for plan, steps, view in pages(history):
        for key in {name for table, name in steps[-1].moved if table == "category"}:
            latest[key] = _keys(plan, view.month).get(key, {})
        held = view.categories.held
        if held is None or view.through != view.month:
            continue
        behind: dict[str, int] = {}
        for key in view.categories.waiting:
            now, then = _keys(plan, view.month).get(key, {}), latest.get(key, {})
            for id_ in now.keys() | then.keys():
                behind[id_] = behind.get(id_, 0) + now.get(id_, 0) - then.get(id_, 0)
        number = sum(units != 0 for units in behind.values())
        assert number == 0 or number >= FEWEST
        assert held.spent == sum(behind.values())


@pytest.mark.slow
@given(histories)
@settings(max_examples=80, deadline=None)
def test_rows_and_held_money_sum_to_the_total_in_every_table(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    for plan, steps, view in pages(history):
        totals_ = {table.total.spent for table in (view.categories, view.activities, view.by_grant)}
        assert len(totals_) == 1
        for table in (view.categories, view.activities, view.by_grant):
            rows = [*table.rows, *([table.held] if table.held else [])]
            assert sum(row.spent for row in rows) == table.total.spent
            assert sum(row.budget for row in rows) == table.total.budget
        if view.through == view.month:
            assert view.categories.total.spent == sum(
                _keys(plan, view.month).get("total", {}).values()
            )
        sums = told(steps)
        known = sum(what.spent for cell, what in sums.items() if cell[0] == "category")
        assert known == sum(_keys(plan, view.month).get("total", {}).values())
        assert sum(each.spent for each in view.spells) == view.categories.total.spent


@pytest.mark.slow
@given(histories)
@settings(max_examples=60, deadline=None)
def test_a_page_made_again_is_the_same_whatever_came_after(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    found = pages(history)
    last = found[-1][1]
    for plan, _, view in found:
        again = public_view(
            plan, last, month=view.month, organisation="Harbour Peers", fewest=FEWEST
        )
        newest = max(index for index, each in enumerate(last) if each.month <= view.month)
        if (
            last[newest].month == view.month
            and len([each for each in last if each.month == view.month]) == 1
        ):
            assert again == view


@pytest.mark.slow
@given(histories)
@settings(max_examples=60, deadline=None)
def test_a_second_publication_of_the_same_changes_nothing(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    plan, steps, view = pages(history)[-1]

    assert (
        publish(plan, totals(plan)[0], steps, view.month, fewest=FEWEST, plan_at=lambda _: plan)
        == []
    )


def _march() -> tuple[Plan, list[Publication]]:
    plan = bare()
    rows = [(f"E-{n}", date(2026, 3, n), "B-1.1", 1000 * n) for n in range(1, 7)]
    plan = typed(plan, rows)
    return plan, publish(
        plan, totals(plan)[0], (), "2026-03", fewest=FEWEST, plan_at=lambda _: plan
    )


def test_a_correction_with_enough_payments_behind_it_shows_both_values() -> None:
    before, steps = _march()
    plan = typed(before, [(f"E-{n}", date(2026, 3, n), "B-1.1", 1100 * n) for n in (1, 2, 3)])
    view = public(plan, "2026-04", before=steps, was=before)

    (one,) = view.corrections
    assert (one.name, one.what, one.since, one.until, one.was, one.now) == (
        "Rent and utilities", "spent", "2026-03", "2026-03", 21000, 21600,
    )  # fmt: skip
    assert not view.untold


def test_a_correction_of_one_payment_waits_and_is_only_said_in_words() -> None:
    before, steps = _march()
    plan = typed(before, [("E-1", date(2026, 3, 1), "B-1.1", 999_999)])
    view = public(plan, "2026-04", before=steps, was=before)

    assert view.corrections == ()
    assert view.untold
    assert "999999" not in repr(view)
    assert view.categories.total.spent == 21000


def test_one_payment_changed_three_times_is_still_one_payment() -> None:
    before, steps = _march()
    plans = [before] * len(steps)
    for month, amount in (("2026-04", 2), ("2026-05", 3), ("2026-06", 4)):
        plan = typed(plans[-1], [("E-1", date(2026, 3, 1), "B-1.1", amount)])
        new = publish(
            plan, totals(plan)[0], steps, month, fewest=FEWEST, plan_at=at_step(plans, plan)
        )
        steps, plans = [*steps, *new], [*plans, *[plan] * len(new)]
        view = public_view(plan, steps, month=month, organisation="Harbour Peers", fewest=FEWEST)
        assert view.categories.total.spent == 21000


def test_a_payment_that_changes_its_category_does_not_stand_for_two() -> None:
    """It is behind the change of two rows and of no total; one new payment beside it may not be
    seen."""
    before, steps = _march()
    plan = typed(
        before, [("E-1", date(2026, 3, 1), "B-1.2", 1000), ("E-7", date(2026, 4, 2), "B-1.1", 777)]
    )
    view = public(plan, "2026-04", before=steps, was=before)

    assert view.through == "2026-03"
    assert view.categories.total.spent == 21000


def test_one_new_payment_is_not_hidden_behind_one_that_changed_its_row() -> None:
    """Both rows wait; behind their sum is the new payment alone, so that a third row must wait with
    them."""
    before, steps = _march()
    meetings = [(f"N-{n}", date(2026, 4, n), "B-1.4", 100 * n) for n in (1, 2, 3)]
    plan = typed(
        before,
        [
            ("E-1", date(2026, 3, 1), "B-1.2", 1000),
            ("N-9", date(2026, 4, 9), "B-1.2", 777),
            *meetings,
        ],
    )
    view = public(plan, "2026-04", before=steps, was=before)

    assert view.through == "2026-04"
    assert set(view.categories.waiting) == {"=Rent and utilities", "=Supplies", "=Meetings"}
    assert view.categories.held is not None
    assert view.categories.held.spent == 777 + 600


def test_a_correction_beside_one_new_payment_does_not_give_that_away() -> None:
    before, steps = _march()
    rows = [(f"E-{n}", date(2026, 3, n), "B-1.1", 1100 * n) for n in (1, 2, 3)]
    plan = typed(before, [*rows, ("E-7", date(2026, 4, 2), "B-1.1", 777)])
    view = public(plan, "2026-04", before=steps, was=before)

    assert view.categories.total.spent == 21600 + 777
    assert view.corrections == ()
    assert view.untold


def test_a_budget_that_was_revised_shows_both_values_at_once() -> None:
    before, steps = _march()
    line = replace(before.lines["B-1.1"], amount=before.lines["B-1.1"].amount + 18000)
    view = public(
        replace(before, lines={**before.lines, "B-1.1": line}), "2026-04", before=steps, was=before
    )

    assert [(each.what, each.now - each.was) for each in view.corrections] == [("budget", 9000)]


def test_a_line_that_pays_people_without_any_dates_begins_no_pages_in_1900() -> None:
    plan = _march()[0]
    line = replace(plan.lines["B-1.3"], start=None, end=None)
    undated = replace(plan, lines={"B-1.1": plan.lines["B-1.1"], "B-1.3": line})
    steps = publish(
        undated, totals(undated)[0], (), "2026-03", fewest=FEWEST, plan_at=lambda _: undated
    )

    assert steps[0].month == "2025-07"


def published(plan: Plan, month: str, steps: Sequence[Publication], was: Plan) -> list[Publication]:
    """The steps of one more page; `steps` were made from the plan `was`."""
    return publish(
        plan,
        totals(plan)[0],
        steps,
        month,
        fewest=FEWEST,
        plan_at=lambda step: plan if step == NOW else was,
    )


def test_a_page_of_a_month_before_the_last_page_makes_no_step() -> None:
    before, steps = _march()

    assert (
        published(typed(before, [("E-1", date(2026, 1, 3), "B-1.1", 5)]), "2026-02", steps, before)
        == []
    )


def test_a_correction_without_a_new_month_is_one_more_step_of_the_last_page() -> None:
    before, steps = _march()
    plan = typed(before, [(f"E-{n}", date(2026, 3, n), "B-1.1", 1100 * n) for n in (1, 2, 3)])

    (more,) = published(plan, "2026-03", steps, before)
    assert more.month == "2026-03"
    assert more.entries[("category", "=Rent and utilities", "2026-03")].spent == 600


def test_a_row_shown_in_the_first_of_two_steps_may_wait_in_the_second_with_a_corrected_one() -> (
    None
):
    """One payment for supplies was corrected in March, and waits. April shows rent; May has one
    payment of rent, which waits with the supplies."""
    march = [("E-1", date(2026, 3, 1), "B-1.2", 1000)]
    march += [(f"E-{n}", date(2026, 3, n), "B-1.2", 1000) for n in (2, 3)]
    march += [(f"R-{n}", date(2026, 3, n), "B-1.1", 1000) for n in (1, 2, 3)]
    before = typed(bare(), march)
    steps = publish(
        before, totals(before)[0], (), "2026-03", fewest=FEWEST, plan_at=lambda _: before
    )
    april = [(f"M-{n}", date(2026, 4, n), "B-1.4", 100) for n in (1, 2, 3)]
    april += [(f"A-{n}", date(2026, 4, n), "B-1.1", 100) for n in (1, 2, 3, 4)]
    may = [(f"T-{n}", date(2026, 5, n), "B-2.1", 10) for n in (1, 2, 3, 4, 5)]
    may += [("A-9", date(2026, 5, 9), "B-1.1", 777)]
    plan = typed(before, [("E-1", date(2026, 3, 1), "B-1.2", 1500), *april, *may])

    first, second = published(plan, "2026-05", steps, before)
    view = public_view(
        plan, [*steps, first, second], month="2026-05", organisation="Harbour Peers", fewest=FEWEST
    )
    assert ("category", "=Rent and utilities") in first.moved - second.moved
    assert ("category", "=Supplies") not in first.moved | second.moved
    assert {"=Rent and utilities", "=Supplies"} <= set(view.categories.waiting)
    assert view.categories.total.spent == sum(each.amount for each in plan.expenses.values())


def test_a_year_that_is_opened_again_keeps_its_published_pay() -> None:
    plan = replace(harbour(), income={})
    steps = published(plan, "2026-03", (), plan)
    opened = replace(plan, closed=plan.closed - {"2025-11"})
    more = published(opened, "2026-04", steps, plan)

    known, now = told(steps), told([*steps, *more])
    people = {cell for cell in known if cell[0] == "people"}
    assert people
    assert {cell: now[cell] for cell in people} == {cell: known[cell] for cell in people}


def test_gifts_that_were_corrected_are_counted_like_payments() -> None:
    gifts = {
        f"I-{n}": Income(f"I-{n}", date(2026, 3, n), "", "donation", "received", 1000 * n, "EUR")
        for n in (1, 2, 3)
    }
    instalment = Income("I-9", date(2026, 3, 9), "G-1", "instalment", "received", 5000, "EUR")
    before = replace(_march()[0], income={**gifts, "I-9": instalment})
    steps = published(before, "2026-03", (), before)

    def shown(*changed: str) -> int:
        now = {id_: replace(gifts[id_], amount=gifts[id_].amount + 5) for id_ in changed}
        plan = replace(before, income={**before.income, **now})
        made = published(plan, "2026-04", steps, before)
        view = public_view(
            plan, [*steps, *made], month="2026-04", organisation="Harbour Peers", fewest=FEWEST
        )
        return next(row.to_date for row in view.money_in if row.kind == "gifts")

    assert shown() == 6000
    assert shown("I-1") == shown("I-1", "I-2") == 6000, "one or two gifts would be given away"
    assert shown("I-1", "I-2", "I-3") == 6015


def test_money_without_a_rate_is_in_no_public_cell() -> None:
    """The grant is in GBP, for which no rate is known; one instalment came in EUR."""
    plan = harbour()
    grants = {id_: replace(each, budget_rate=None) for id_, each in plan.grants.items()}
    without = replace(plan, grants=grants, rates={})

    known, unknown = (
        cells(plan, totals(plan)[0], "2026-03"),
        cells(without, totals(without)[0], "2026-03"),
    )
    assert ("income", "=G-2", "2025-08") in known
    assert {cell for cell in unknown if cell[1] == "=G-2"} == set()
    in_euro = {cell: amount for cell, amount in unknown.items() if cell[1] == "=G-1"}
    assert in_euro
    assert in_euro == {cell: known[cell] for cell in in_euro}


def test_a_receipt_in_a_currency_without_a_rate_is_left_out_alone() -> None:
    plan = harbour()
    dollars = Income("I-9", date(2026, 3, 7), "G-1", "instalment", "received", 5000, "USD")
    more = replace(plan, income={**plan.income, "I-9": dollars})

    assert cells(more, totals(more)[0], "2026-03") == cells(plan, totals(plan)[0], "2026-03")


def test_corrected_spending_without_a_rate_counts_as_no_payment() -> None:
    plan = harbour()
    grants = {id_: replace(each, budget_rate=None) for id_, each in plan.grants.items()}
    before = replace(plan, grants=grants, rates={}, income={})
    steps = published(before, "2026-03", (), before)
    paid = [each for each in before.expenses.values() if each.line == "B-1.1"][:2]
    paid += [each for each in before.expenses.values() if each.grant == "G-2"]
    corrected = {each.id: replace(each, amount=each.amount + 100) for each in paid}
    after = replace(before, expenses={**before.expenses, **corrected})

    more = published(after, "2026-03", steps, before)
    moved = {row for step in more for row in step.moved}
    assert ("category", "=Rent and utilities") not in moved, "only two payments lie behind it"
    assert {cell[1] for step in more for cell in step.entries if cell[0] == "category"} == {
        "=Rent and utilities"
    }
