"""The public view sums whole batches under their names, and reads nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import WITHHELD, PublicBatch, What
from budgettrack.core.views import public, public_types
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import (
    Instalment,
    MonthSum,
    PublicFacts,
    PublicGrant,
    PublicRow,
    PublicTable,
)

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"


def batch(
    units: int,
    category: str | None = "Rent",
    *,
    page: Month = JANUARY,
    what: What = "spent",
    grant: str | None = "G-1",
    activity: str | None = "A-1",
    correction: bool = False,
) -> PublicBatch:
    return PublicBatch(page, what, correction, grant, category, activity, units)


def facts(month: Month = MARCH, *grants: PublicGrant) -> PublicFacts:
    return PublicFacts(
        month, JANUARY, "EUR", grants=grants, activity_names={"A-1": "Keep the room open"}
    )


def grant(id_: str, *instalments: Instalment) -> PublicGrant:
    return PublicGrant(
        id_, "Fund", f"Title of {id_}", "active", "EUR", 900, None, None, instalments
    )


# ---- the tables


def test_a_row_is_the_sum_of_the_batches_with_its_name() -> None:
    batches = [
        batch(100),
        batch(30, page=FEBRUARY),
        batch(900, what="budget"),
        batch(7, "Food"),
    ]
    table = public_view(batches, facts()).categories

    assert table.rows == (
        PublicRow("row", "Rent", "Rent", 900, 130),
        PublicRow("row", "Food", "Food", None, 7),
    )
    assert table.total == PublicRow("total", "", "", 900, 137)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (batch(1, ""), "unnamed"),
        (batch(1, None), "several"),
        (batch(1, "Rent", grant=WITHHELD), "withheld"),
        (batch(1, None, grant=None, activity=None), "several"),
    ],
)
def test_money_without_a_name_is_in_the_row_of_its_kind(one: PublicBatch, kind: str) -> None:
    (row,) = public_view([one], facts()).categories.rows

    assert (row.kind, row.key, row.name) == (kind, "", "")


def test_special_rows_stand_at_the_end_and_withheld_money_is_one_row() -> None:
    batches = [
        batch(1, None),
        batch(2, "Rent", grant=WITHHELD),
        batch(3, None, grant=WITHHELD),
        batch(4, ""),
        batch(5),
    ]
    table = public_view(batches, facts()).categories

    assert [(row.kind, row.spent) for row in table.rows] == [
        ("row", 5),
        ("unnamed", 4),
        ("withheld", 5),
        ("several", 1),
    ]


def test_rows_of_grants_and_activities_have_the_names_that_a_reader_knows() -> None:
    batches = [batch(1), batch(2, activity="A-9"), batch(3, grant="G-2"), batch(4, grant="")]
    view = public_view(batches, facts(MARCH, grant("G-2"), grant("G-1")))

    assert [(row.key, row.name) for row in view.activities.rows] == [
        ("A-1", "Keep the room open"),
        ("A-9", "A-9"),
    ]
    assert [(row.kind, row.name) for row in view.by_grant.rows] == [
        ("row", "Fund: Title of G-2"),
        ("row", "Fund: Title of G-1"),
        ("unnamed", ""),
    ]


def test_a_page_has_the_batches_of_its_month_and_of_earlier_months() -> None:
    batches = [batch(1), batch(2, page=FEBRUARY), batch(4, page=MARCH)]

    february = public_view(batches, facts(FEBRUARY))
    assert february.categories.total.spent == 3
    assert february.spent_this_month == 2
    assert february.batches == tuple(batches[:2])
    assert [(shown.month, shown.spent) for shown in february.months] == [
        (JANUARY, 1),
        (FEBRUARY, 2),
    ]


def test_nothing_published_is_not_zero() -> None:
    view = public_view([], facts())

    assert view.categories == PublicTable((), PublicRow("total", "", "", None, None))
    assert (view.month, view.currency) == (view.facts.month, view.facts.currency)
    assert (view.spent_this_month, view.months, view.money_in) == (None, (), ())


# ---- money in, and in kind


def test_money_in_is_the_instalments_of_named_grants_and_gifts() -> None:
    of_grant = grant("G-1", Instalment(JANUARY, 50, 60), Instalment(MARCH, 5, 6))
    batches = [
        batch(7, None, what="gifts", grant="G-2", activity=None),
        batch(8, None, what="gifts", grant=None, activity=None),
        batch(9, None, what="gifts", grant="", activity=None, page=MARCH),
    ]
    view = public_view(batches, facts(MARCH, of_grant, grant("G-2")))

    assert [(row.kind, row.grant, row.this_month, row.to_date) for row in view.money_in] == [
        ("grant", "G-1", 6, 66),
        ("gifts", "G-2", 0, 7),
        ("gifts", "", 9, 17),
    ]


def test_a_grant_without_a_rate_or_an_instalment_is_no_money_in() -> None:
    no_rate = grant("G-1", Instalment(JANUARY, 50, None))

    assert public_view([], facts(MARCH, no_rate, grant("G-2"))).money_in == ()
    assert (no_rate.received, grant("G-2").received) == (50, None)


def test_what_people_give_in_kind_is_one_value_a_kind() -> None:
    batches = [
        batch(5, "supplies", what="in kind"),
        batch(6, "supplies", what="in kind", page=FEBRUARY),
        batch(7, None, what="in kind"),
    ]
    view = public_view(batches, facts())

    assert [(each.kind, each.value) for each in view.given] == [("supplies", 11), (None, 7)]
    assert view.categories.total.spent is None


# ---- corrections


def test_a_correction_is_told_with_the_figure_before_and_after() -> None:
    batches = [
        batch(100),
        batch(40, page=FEBRUARY, what="gifts", grant=""),
        batch(9, page=MARCH),
        batch(-30, page=MARCH, correction=True),
        batch(5, page=MARCH, what="gifts", grant="", correction=True),
    ]
    view = public_view(batches, facts())

    assert [(each.what, each.name, each.was, each.now) for each in view.corrections] == [
        ("spent", "Rent", 100, 70),
        ("gifts", "", 40, 45),
    ]
    assert view.spent_this_month == 9
    assert view.categories.total.spent == 79


def test_the_correction_of_an_earlier_page_is_not_told_again() -> None:
    batches = [batch(100), batch(-30, page=FEBRUARY, correction=True)]

    assert public_view(batches, facts()).corrections == ()
    assert [each.now for each in public_view(batches, facts(FEBRUARY)).corrections] == [70]


# ---- whatever the batches are

labels = st.sampled_from([None, "", "one", "two"])
batches_ = st.lists(
    st.builds(
        PublicBatch,
        st.sampled_from([JANUARY, FEBRUARY, MARCH]),
        st.sampled_from(["spent", "budget", "gifts", "in kind"]),
        st.booleans(),
        st.sampled_from([None, "", "one", WITHHELD]),
        labels,
        labels,
        st.integers(-10_000, 10_000),
    ),
    max_size=12,
)


@given(batches_)
def test_every_figure_is_a_sum_of_whole_batches(batches: Sequence[PublicBatch]) -> None:
    view = public_view(batches, facts())

    def units(keeps: Callable[[PublicBatch], bool]) -> int:
        return sum(each.units for each in batches if keeps(each))

    spent = units(lambda each: each.what == "spent")
    planned = units(lambda each: each.what == "budget")
    for table in (view.categories, view.activities, view.by_grant):
        assert (table.total.spent or 0, table.total.planned or 0) == (spent, planned)
        assert sum(row.spent or 0 for row in table.rows) == spent
        assert sum(row.planned or 0 for row in table.rows) == planned
        assert len({(row.kind, row.key) for row in table.rows}) == len(table.rows)
    assert sum(shown.spent for shown in view.months) == spent
    assert sum(row.to_date for row in view.money_in) == units(lambda each: each.what == "gifts")
    assert sum(each.value for each in view.given) == units(lambda each: each.what == "in kind")


@given(batches_)
def test_a_page_made_again_is_the_same_whatever_came_after(
    batches: Sequence[PublicBatch],
) -> None:
    then = [each for each in batches if each.page < MARCH]

    assert public_view(batches, facts(FEBRUARY)) == public_view(then, facts(FEBRUARY))


# ---- what reaches it


def test_the_public_view_imports_no_record_no_figure_and_no_part_of_a_batch() -> None:
    """The import rules hold this for what is imported in its turn; this test holds it for the two
    files alone."""
    for module in (public, public_types):
        path = Path(str(module.__file__))
        imported = {
            node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("budgettrack")
        }
        assert imported <= {
            "budgettrack.core.base.months",
            "budgettrack.core.sealing.public",
            "budgettrack.core.views.public_types",
        }


# ---- in and out


def test_in_and_out_add_up_and_what_is_left_goes_on_to_the_next_month() -> None:
    batches = [batch(100), batch(30, page=FEBRUARY), batch(9, page=FEBRUARY, correction=True)]
    gift = batch(50, page=FEBRUARY, what="gifts")
    came = grant("G-1", Instalment(JANUARY, 400, 400), Instalment(FEBRUARY, 200, 200))
    january = public_view(
        [*batches, gift], facts(JANUARY, grant("G-1", Instalment(JANUARY, 400, 400)))
    )
    february = public_view([*batches, gift], facts(FEBRUARY, came))

    assert january.month_sum == MonthSum(0, 400, 100)
    assert february.month_sum == MonthSum(300, 250, 39)
    assert february.month_sum.closing == 511


@pytest.mark.parametrize(
    ("batches", "received"),
    [
        ([], 400),  # nothing went out that may be shown
        ([batch(100)], None),  # nothing came in that may be told
        ([batch(401)], 400),  # its spending is shown, and not all that came in
    ],
)
def test_nothing_is_left_where_in_and_out_are_not_about_the_same_money(
    batches: Sequence[PublicBatch], received: int | None
) -> None:
    came = () if received is None else (Instalment(JANUARY, received, received),)

    assert public_view(batches, facts(JANUARY, grant("G-1", *came))).month_sum is None
