"""Pages are published month by month, and what was sealed stays as it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from budgettrack.core.records.model import Plan
from budgettrack.core.views.new_pages import PageSettings
from tests.world.outside import LONG
from tests.world.published_months import SPAN, bare, histories, typed
from tests.world.publishing import Books


def _rent(*amounts: int, month: int = 3) -> list[tuple[str, date, str, int]]:
    return [
        (f"E-{month}-{n}", date(2026, month, n), "B-1.1", amount)
        for n, amount in enumerate(amounts, 1)
    ]


def test_every_month_since_the_first_gets_a_page_and_only_the_newest_tells_of_the_work() -> None:
    books = Books()
    books.publish(typed(bare(), _rent(100, 110, 120, month=1)), "2026-03")

    assert list(books.facts)[-3:] == ["2026-01", "2026-02", "2026-03"]
    assert [facts.later for facts in books.facts.values()][-3:] == [True, True, False]
    assert {batch.page for batch in books.batches if batch.what == "spent"} == {"2026-01"}


def test_a_month_that_follows_gets_one_page_more() -> None:
    books, plan = Books(), typed(bare(), _rent(100, 110, 120))
    books.publish(plan, "2026-03")
    known = dict(books.facts)
    books.publish(typed(plan, _rent(90, 95, 99, month=4)), "2026-04")

    assert {month: books.facts[month] for month in known} == known
    assert not books.facts["2026-04"].later
    assert books.batches[-1].page == "2026-04"


def test_the_newest_page_made_again_follows_the_plan_and_opens_no_batch() -> None:
    books, plan = Books(), typed(bare(), _rent(100, 110, 120))
    books.publish(plan, "2026-03")
    sealed = list(books.batches)
    note = replace(plan.activities["A-1"], progress_note="A new note.")
    plan = replace(plan, activities={**plan.activities, "A-1": note})
    books.publish(typed(plan, _rent(100, 110, 120, 500, 510, 520)), "2026-03")

    assert books.batches[: len(sealed)] == sealed
    assert books.batches[-1].page == "2026-03"
    assert books.facts["2026-03"].progress[0].note == "A new note."
    assert not books.facts["2026-03"].later


def test_a_month_before_the_newest_page_changes_nothing() -> None:
    books, plan = Books(), typed(bare(), _rent(100, 110, 120))
    books.publish(plan, "2026-03")
    known = (list(books.batches), dict(books.facts))

    assert books.publish(typed(plan, _rent(1, 2, 3, month=1)), "2026-02") == ()
    assert (books.batches, books.facts) == known


def test_a_month_with_nothing_before_it_is_the_first_page() -> None:
    books = Books()
    plan = Plan("EUR", {}, {}, {}, {}, {}, {}, {}, {}, frozenset())
    books.publish(plan, "2026-03")

    assert list(books.facts) == ["2026-03"]
    assert books.batches == []


def test_a_page_says_since_when_something_waits_and_who_publishes() -> None:
    lines = {id_: replace(line, amount=0) for id_, line in bare().lines.items()}
    about = {"how to reach us": "Ask."}
    books, plan = Books(), replace(bare(), resources={}, lines=lines, about=about)
    books.publish(typed(plan, _rent(777)), "2026-04", PageSettings("Harbour Peers", True))
    facts = books.facts["2026-04"]

    assert facts.waits_since == "2026-03"
    assert (facts.organisation, facts.contact, facts.incomplete) == ("Harbour Peers", "Ask.", True)
    assert books.facts["2026-02"].waits_since is None


def test_a_budget_that_waits_is_told_since_its_first_page() -> None:
    alone = {"B-1.1": bare().lines["B-1.1"]}
    books, plan = Books(), replace(bare(), resources={}, lines=alone)
    books.publish(typed(plan, _rent(100, 110, 120, month=1)), "2026-01")
    assert not [batch for batch in books.batches if batch.what == "budget"]
    first = min(books.facts)
    assert {facts.waits_since for facts in books.facts.values()} == {first}
    books.publish(typed(plan, _rent(100, 110, 120, month=1)), "2026-03")
    assert books.facts["2026-03"].waits_since == first, "not since the newest page"


@pytest.mark.slow
@given(histories)
@settings(max_examples=300 if LONG else 20, deadline=None)
def test_whatever_is_typed_pages_stay_and_a_second_publication_of_the_same_changes_nothing(
    history: list[list[tuple[str, date, str, int]]],
) -> None:
    books, plan = Books(), bare()
    for month, rows in zip(SPAN, history, strict=True):
        plan = typed(plan, rows)
        before = {view.month: view.categories for view in books.views(plan)}
        sealed = list(books.batches)
        books.publish(plan, month)
        after = {view.month: view.categories for view in books.views(plan)}
        assert {known: after[known] for known in before} == before
        assert books.batches[: len(sealed)] == sealed
        assert all(batch.page == month for batch in books.batches[len(sealed) :] if sealed)
        known_facts = dict(books.facts)
        books.publish(plan, month)
        assert books.facts.keys() == known_facts.keys()
