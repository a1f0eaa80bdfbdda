"""A category, an activity or an organisation that is taken back is no label and no text any more,
and every sum stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import Plan, Records
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.public import WITHHELD
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.sealing.withdrawn import (
    NOTHING_WITHDRAWN,
    Withdrawal,
    Withdrawn,
    folded,
    followers,
    withdrawn_of,
)
from budgettrack.core.views.facts import facts_now, public_facts
from budgettrack.core.views.public import public_view
from tests.world.report_plans import MONTH, harbour

NOW = datetime(2026, 4, 2, tzinfo=UTC)
PLAN = harbour()
LINE = PLAN.lines["B-1.1"]
OWN = Labels(LINE.grant, LINE.category, LINE.activity)


def withdrawn(kind: str, name: str) -> Withdrawn:
    return withdrawn_of([Withdrawal(kind, name, NOW, "coordinator")])  # type: ignore[arg-type]


def part(labels: Labels = OWN, line: str = "B-1.1", units: int = 500) -> Contribution:
    return Contribution("expenses", f"E-{units}", "", line, "spent", MONTH, units, units, labels)


def batch(labels: Labels = OWN, *parts: Contribution, what: str = "spent") -> Batch:
    return Batch(1, MONTH, what, False, labels, parts or (part(),))  # type: ignore[arg-type]


def names(sealed: Batch, gone: Withdrawn, plan: Plan = PLAN) -> tuple[object, ...]:
    (shown,) = public_batches([sealed], plan, gone)
    assert shown.units == sealed.units
    return shown.grant, shown.category, shown.activity


def test_without_a_withdrawal_the_labels_stay() -> None:
    assert names(batch(), NOTHING_WITHDRAWN) == (LINE.grant, LINE.category, LINE.activity)


@pytest.mark.parametrize("name", [LINE.category, LINE.category.upper(), f"  {LINE.category} "])
def test_a_category_is_withheld_in_any_case_and_spacing(name: str) -> None:
    assert names(batch(), withdrawn("category", name)) == (LINE.grant, WITHHELD, LINE.activity)


def test_an_activity_is_withheld_and_the_category_stays() -> None:
    gone = withdrawn("activity", LINE.activity.lower())
    assert names(batch(), gone) == (LINE.grant, LINE.category, WITHHELD)


def test_an_organisation_is_no_label() -> None:
    gone = withdrawn("organisation", LINE.category)
    assert names(batch(), gone) == (LINE.grant, LINE.category, LINE.activity)


def test_the_name_of_then_and_the_name_of_now_are_withheld() -> None:
    renamed = replace(PLAN, lines={**PLAN.lines, LINE.id: replace(LINE, category="New name")})
    assert names(batch(), NOTHING_WITHDRAWN, renamed)[1] == "New name"
    for name in (LINE.category, "New name"):
        assert names(batch(), withdrawn("category", name), renamed)[1] == WITHHELD


def test_a_batch_with_a_part_of_the_category_is_withheld_whole() -> None:
    other = replace(OWN, category="Other")
    mixed = batch(OWN, part(), part(other, units=700))
    assert names(mixed, withdrawn("category", "Other"))[1] == WITHHELD


def test_a_label_that_was_given_up_stays_given_up() -> None:
    assert names(batch(Labels(LINE.grant)), withdrawn("category", LINE.category)) == (
        LINE.grant,
        None,
        None,
    )


def test_the_kind_of_a_resource_is_no_category() -> None:
    lent = batch(Labels("", "equipment", ""), part(Labels("", "equipment", ""), ""), what="in kind")
    assert names(lent, withdrawn("category", "equipment")) == ("", "equipment", "")


def test_a_withdrawn_grant_wins() -> None:
    hidden = replace(PLAN.grants[LINE.grant], publish=False)
    plan = replace(PLAN, grants={**PLAN.grants, LINE.grant: hidden})
    assert names(batch(), withdrawn("category", LINE.category), plan) == (WITHHELD, None, None)


def test_the_table_has_one_row_withheld_and_the_same_total() -> None:
    sealed = [
        batch(),
        batch(replace(OWN, category="Other"), part(replace(OWN, category="Other"), "")),
    ]
    facts = public_facts(PLAN, MONTH, first=MONTH, organisation="Harbour Peers")
    before = public_view(public_batches(sealed, PLAN), facts)
    after = public_view(public_batches(sealed, PLAN, withdrawn("category", "Other")), facts)
    assert after.categories.total == before.categories.total
    assert [(row.kind, row.key, row.spent) for row in after.categories.rows] == [
        ("row", LINE.category, 500),
        ("withheld", "", 500),
    ]
    assert after.by_grant == before.by_grant


def test_an_activity_goes_from_the_texts_of_every_page() -> None:
    then = public_facts(PLAN, MONTH, first=MONTH, organisation="Harbour Peers")
    activity = PLAN.activities["A-1"]
    now = facts_now(then, then, PLAN, withdrawn("activity", "a-1"))
    assert "A-1" in {row.id for row in then.progress}
    assert "A-1" not in {row.id for row in now.progress}
    assert "A-1" not in now.activity_names
    assert all("A-1" not in grant.activities for grant in now.grants)
    assert activity.activity not in repr(now)
    others = [row for row in then.progress if row.id != "A-1"]
    assert list(now.progress) == others


def test_what_is_coming_names_it_no_more_under_the_words_of_then() -> None:
    then = public_facts(PLAN, MONTH, first=MONTH, organisation="Harbour Peers")
    coming = {each.activity for each in then.coming}
    (id_,) = [row.id for row in then.progress if row.activity in coming][:1]
    words = PLAN.activities[id_].activity
    renamed = replace(PLAN.activities[id_], activity="Another name")
    plan = replace(PLAN, activities={**PLAN.activities, id_: renamed})
    now = facts_now(then, then, plan, withdrawn("activity", id_))
    assert words in coming
    assert words not in {each.activity for each in now.coming}


def test_names_are_compared_folded_and_organisations_are_kept_as_typed() -> None:
    gone = withdrawn_of(
        [
            Withdrawal("category", "Meals  and food", NOW, ""),
            Withdrawal("organisation", "Northern Fund", NOW, ""),
        ]
    )
    assert gone.category("MEALS and  Food")
    assert not gone.category("")
    assert not gone.category(None)
    assert not gone.activity("")
    assert gone.organisations == {"Northern Fund"}
    assert folded(" A  b ") == "a b"


def test_a_withdrawn_grant_is_not_published_whatever_the_workbook_says() -> None:
    gone = withdrawn("grant", f" {LINE.grant.lower()}")
    assert PLAN.grants[LINE.grant].publish
    assert names(batch(), NOTHING_WITHDRAWN, gone.plan(PLAN)) == (WITHHELD, None, None)
    others = {id_: grant for id_, grant in PLAN.grants.items() if id_ != LINE.grant}
    assert {id_: gone.plan(PLAN).grants[id_] for id_ in others} == others
    assert NOTHING_WITHDRAWN.plan(PLAN) is PLAN


MEALS = Withdrawal("category", "Meals", NOW, "coordinator")


def new_names(before: dict[str, str], after: dict[str, str], *gone: Withdrawal) -> list[Withdrawal]:
    """The followers if the categories of lines change. Each is a line and its category."""

    def records(names: dict[str, str]) -> dict[str, dict[str, dict[str, str]]]:
        return {"budget": {id_: {"category": name} for id_, name in names.items()}}

    return followers(gone or (MEALS,), records(before), records(after), {})


def test_a_new_name_of_a_withdrawn_category_is_withdrawn_too() -> None:
    before = {"B-1": "Meals", "B-2": "meals ", "B-3": "Rent"}
    after = {"B-1": "Warm food", "B-2": "WARM food", "B-3": "Rooms"}
    assert new_names(before, after) == [
        Withdrawal("category", "Warm food", NOW, "coordinator", before="Meals")
    ]
    assert new_names(before, before) == []


def test_a_name_that_another_line_had_before_is_public_already() -> None:
    assert new_names({"B-1": "Meals", "B-3": "Rent"}, {"B-1": "rent", "B-3": "Rent"}) == []


def test_a_blank_or_a_removed_line_and_another_spelling_name_nothing_new() -> None:
    assert new_names({"B-1": "Meals", "B-2": "Meals"}, {"B-1": ""}) == []
    assert new_names({"B-1": "Meals"}, {"B-1": " MEALS"}) == []


def test_the_name_after_the_next_follows_too() -> None:
    (first,) = new_names({"B-1": "Meals"}, {"B-1": "Warm food"})
    (second,) = new_names({"B-1": "Warm food"}, {"B-1": "Soup"}, MEALS, first)
    assert (second.name, second.before) == ("Soup", "Warm food")


@pytest.mark.parametrize(("kind", "table"), [("grant", "grants"), ("activity", "work_plan")])
def test_a_new_id_of_a_withdrawn_row_is_withdrawn_too(kind: str, table: str) -> None:
    gone = Withdrawal(kind, "X-1", NOW, "coordinator")  # type: ignore[arg-type]
    before: Records = {table: {"X-1": {}, "X-2": {}}}
    after: Records = {table: {"X-7": {}, "X-2": {}}}
    renames = {(table, "X-1"): "X-7"}
    assert followers([gone], before, after, renames) == [replace(gone, name="X-7", before="X-1")]
    assert followers([gone], before, after, {}) == [], "one row was removed, another added"


def test_a_new_name_of_a_withdrawn_funder_is_withdrawn_too() -> None:
    gone = Withdrawal("organisation", "northern  FUND", NOW, "coordinator")
    before = {"grants": {"G-1": {"funder": "Northern Fund"}}}
    after = {"grants": {"G-1": {"funder": "Fund of the North"}}}
    (new,) = followers([gone], before, after, {})
    assert (new.kind, new.name) == ("organisation", "Fund of the North")


@pytest.mark.parametrize(
    ("kind", "table", "fields", "more"),
    [
        ("story", "stories", {"title": "The pier", "story": "We sat there."}, {"story": "Other."}),
        ("story", "stories", {"title": "The pier", "story": "We sat there."}, {"title": "Sea"}),
        ("grant", "grants", {"funder": "Fund", "title": "Work"}, {"amount": "7"}),
        ("activity", "work_plan", {"activity": "Meet"}, {"milestone": "Met"}),
    ],
)
def test_a_row_that_lost_its_id_stays_withdrawn_and_a_copy_of_it_is_too(
    kind: str, table: str, fields: dict[str, str], more: dict[str, str]
) -> None:
    gone = Withdrawal(kind, "X-1", NOW, "coordinator")  # type: ignore[arg-type]
    before: Records = {table: {"X-1": fields, "X-2": {"title": "Else"}}}
    again = {**fields, **more}
    new = [replace(gone, name="X-9", before="X-1")]

    assert followers([gone], before, {table: {"X-9": again}}, {}) == new
    assert followers([gone], before, {table: {"X-1": fields, "X-9": again}}, {}) == new
    other = {name: f"{text} of others" for name, text in fields.items()}
    assert followers([gone], before, {table: {"X-9": other}}, {}) == []
    assert followers([gone], before, {table: {"X-9": {}}}, {}) == []
