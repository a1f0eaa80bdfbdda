"""Batches bear the names of now, and never the names of what may not be named."""

from __future__ import annotations

from datetime import date

from budgettrack.core.sealing.batches import Labels
from budgettrack.core.sealing.public import WITHHELD
from budgettrack.core.sealing.public_batches import named, public_batches
from tests.world.contributions import batch, grant, line, paid, plan

OF_1, OF_2 = Labels("G-1", "Food", ""), Labels("G-2", "Food", "")


def test_a_line_that_is_renamed_renames_its_batches() -> None:
    (shown,) = public_batches(
        [batch(paid("a", 5, labels=OF_1), paid("b", 6, labels=OF_1))],
        plan([grant()], [line(category="Meals")]),
    )
    assert (shown.grant, shown.category, shown.units) == ("G-1", "Meals", 11)


def test_a_batch_of_two_lines_keeps_its_name_until_both_are_renamed_alike() -> None:
    two = batch(paid("a", 5, labels=OF_1), paid("b", 6, labels=OF_1, line="B-2"))
    one_renamed = plan([grant()], [line("B-1", category="Meals"), line("B-2", category="Food")])
    both_renamed = plan([grant()], [line("B-1", category="Meals"), line("B-2", category="Meals")])
    one_gone = plan([grant()], [line("B-1", category="Meals")])
    for given, name in ((one_renamed, "Food"), (both_renamed, "Meals"), (one_gone, "Food")):
        assert public_batches([two], given)[0].category == name


def test_a_label_that_was_given_up_never_comes_back() -> None:
    sealed = batch(paid("a", 5, labels=OF_1), paid("b", 6, labels=OF_2, line="B-2"))
    spread = type(sealed)(1, "2026-01", "spent", False, Labels(None, None, None), sealed.parts)
    given = plan([grant("G-1"), grant("G-2")], [line("B-1"), line("B-2", "G-2")])
    (shown,) = public_batches([spread], given)
    assert (shown.grant, shown.category, shown.activity) == (None, None, None)


def test_one_grant_that_is_not_published_withholds_the_whole_batch() -> None:
    sealed = batch(paid("a", 5, labels=OF_1), paid("b", 6, labels=OF_2, line="B-2"))
    given = plan([grant("G-1"), grant("G-2", publish=False)], [line("B-1"), line("B-2", "G-2")])
    (shown,) = public_batches([sealed], given)
    assert (shown.grant, shown.category, shown.activity) == (WITHHELD, None, None)
    assert shown.units == 11


def test_a_grant_is_named_only_if_it_is_published_and_ours() -> None:
    assert named(grant())
    assert not named(grant(publish=False))
    assert not named(grant(state="applied"))
    assert not named(None)


def test_money_without_a_grant_is_not_withheld() -> None:
    sealed = batch(paid("a", 5, labels=Labels("", "", ""), line=""))
    (shown,) = public_batches([sealed], plan([], []))
    assert (shown.grant, shown.category) == ("", "")


def test_a_plan_is_shown_from_the_month_in_which_its_grants_have_begun() -> None:
    sealed = batch(
        paid("a", 5, labels=OF_1, what="budget"), paid("b", 6, labels=OF_2, what="budget")
    )
    given = plan([grant("G-1"), grant("G-2", start=date(2026, 4, 15))], [line()])
    (shown,) = public_batches([sealed], given)
    assert shown.page == "2026-04"
    (spent,) = public_batches([batch(paid("a", 5, labels=OF_2), page="2026-02")], given)
    assert spent.page == "2026-02"
