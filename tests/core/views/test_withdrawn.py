"""A page published earlier, after one of its grants may no longer be named."""

from __future__ import annotations

from dataclasses import replace

from budgettrack.core.views.public_types import Correction, PublicView
from budgettrack.core.views.published import WITHHELD
from budgettrack.core.views.withdrawn import withdrawn
from tests.world.report_plans import harbour, public

PLAN = harbour()
TAKEN_BACK = replace(
    PLAN, grants={**PLAN.grants, "G-2": replace(PLAN.grants["G-2"], publish=False)}
)


def page() -> PublicView:
    received = Correction("=G-2", "Peer support", "", "received", "2026-01", "2026-02", 5, 7)
    other = replace(received, key=WITHHELD, kind=WITHHELD, since="2025-12", until="2026-01", was=1)
    spent = replace(received, key="=G-1", what="spent")
    return replace(public(PLAN), corrections=(received, other, spent))


def test_a_page_stays_while_all_of_its_grants_may_be_named() -> None:
    view = page()

    assert withdrawn(view, PLAN) is view


def test_the_money_of_a_grant_taken_back_joins_what_is_withheld() -> None:
    before, after = page(), withdrawn(page(), TAKEN_BACK)

    assert [each.id for each in after.grants] == [each.id for each in before.grants if each.id != "G-2"]  # fmt: skip
    assert "=G-2" not in {row.key for row in after.by_grant.rows}
    for sums in ("to_date", "this_month"):
        assert sum(getattr(row, sums) for row in after.money_in) == sum(
            getattr(row, sums) for row in before.money_in
        )
    assert sum(row.spent for row in after.by_grant.rows) == sum(row.spent for row in before.by_grant.rows)  # fmt: skip
    assert sum(row.kind == WITHHELD for row in after.money_in) == 1
    assert sum(row.key == WITHHELD for row in after.by_grant.rows) == 1


def test_corrections_of_what_was_received_join_over_the_months_of_both() -> None:
    one, spent = sorted(withdrawn(page(), TAKEN_BACK).corrections, key=lambda each: each.what)

    assert (one.key, one.since, one.until, one.was, one.now) == (WITHHELD, "2025-12", "2026-02", 6, 14)  # fmt: skip
    assert spent.key == "=G-1"


def test_a_grant_without_any_row_leaves_the_tables_as_they_are() -> None:
    view = page()
    bare = replace(
        view,
        money_in=[row for row in view.money_in if row.grant != "G-2" and row.kind != WITHHELD],
        by_grant=replace(
            view.by_grant,
            rows=[row for row in view.by_grant.rows if row.key not in ("=G-2", WITHHELD)],
        ),
        corrections=[view.corrections[2]],
    )

    after = withdrawn(bare, TAKEN_BACK)

    assert list(after.money_in) == list(bare.money_in)
    assert after.by_grant == bare.by_grant
    assert list(after.corrections) == list(bare.corrections)
