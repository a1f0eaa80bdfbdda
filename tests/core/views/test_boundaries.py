"""Beside every finding about a draft of a summary stands the nearest draft that has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from budgettrack.core.base.findings import CODES
from budgettrack.core.base.months import months
from budgettrack.core.figures.profile import Category, Limit, Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.funder import funder_view

Tables = Mapping[str, Mapping[str, Fields]]
PLAN: Tables = {
    "grants": {
        "G-1": {"funder": "Fund", "title": "Start", "state": "active", "currency": "EUR"}
        | {"amount": "1200", "start": "2026-01-01", "end": "2026-12-31"}
    },
    "work_plan": {
        "A-1": {"activity": "Meet", "status": "under way", "done": "10", "end": "2026-03-31"}
    },
    "budget": {"B-1": {"grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "1200"}
        | {"start": "2026-01-01", "end": "2026-12-31"}
    },
    "expenses": {
        "E-1": {"date": "2026-03-01", "budget_line": "B-1", "amount": "330", "state": "paid"}
    },
    "months": {month: {"month": month, "closed": "2026-04-02"} for month in months("2026-01", "2026-03")},
}  # fmt: skip
LIMIT = Limit(percent=Decimal(10), source="us", verified=True)
PROFILE = Profile(id="ours", title="Ours", source="us", limit=(LIMIT,), period="quarter")


def plan(table: str, id_: str, fields: Fields, of: Tables = PLAN) -> Tables:
    """The records, some fields of one another; an empty field is none."""
    rows = of.get(table, {})
    return {**of, table: {**rows, id_: {**rows.get(id_, {}), **fields}}}


def profile(**more: object) -> Profile:
    return msgspec.structs.replace(PROFILE, **more)


@dataclass(frozen=True)
class Draft:
    """What a summary of March is made of."""

    records: Tables = field(default_factory=lambda: PLAN)
    profile: Profile = PROFILE
    left_out: int = 0


def told_of(**texts: str) -> Draft:
    """A summary that must have a narrative. That of the whole grant has no words on what changes
    now, unless `texts` has them."""
    row = {"grant": "G-1", "period": "end", "done": "Met.", "reached": "Much.", "wrong": "Rain."}
    return Draft(plan("narratives", "NR-1", {**row, **texts}), profile(narrative=True))


def found(draft: Draft) -> list[tuple[str, str]]:
    """(code, what it is about) of what the treasurer is told."""
    records = {
        table: {
            id_: {name: text for name, text in fields.items() if text}
            for id_, fields in rows.items()
        }
        for table, rows in draft.records.items()
    }
    made, _ = plan_of(records, base="EUR")
    given: dict[str, Any] = {"left_out": draft.left_out} if draft.left_out else {}
    view = funder_view(
        made,
        totals(made)[0],
        "G-1",
        draft.profile,
        month="2026-03",
        organisation="Peers",
        contact="",
        **given,
        language="en",
    )
    return [(each.code, each.id) for each in view.tell]


def spent(amount: str, of: Tables = PLAN) -> Tables:
    return plan("expenses", "E-1", {"amount": amount}, of)


EXPLAINED = spent("330.01", plan("budget", "B-1", {"explanation": "Dearer."}))
CLASSED = plan("budget", "B-1", {"timing": "timing"}, EXPLAINED)
ROOMS = profile(category=(Category(name="Rooms", of=("Rent",)),))
TRAVEL = plan(
    "budget", "B-2", {"grant": "G-1", "category": "Travel", "amount": "0", "end": "2026-12-31"}
)
UNBUDGETED: Fields = {"date": "2026-03-02", "grant": "G-1", "amount": "0.01"}
DOLLARS: Fields = {"date": "2026-03-02", "budget_line": "B-1", "amount": "1", "currency": "USD"}
DOLLAR: Fields = {"month": "2026-03", "currency": "USD", "rate": "1.25"}
POUND: Fields = {"month": "2026-03", "currency": "GBP", "rate": "1"}
POUNDS = plan("rates", "R-1", POUND, plan("grants", "G-1", {"currency": "GBP"}))
IN_DOLLARS = profile(
    limit=(Limit(amount=Decimal(500), currency="USD", source="us", verified=True),)
)


def with_expense(state: str, fields: Fields, of: Tables = PLAN) -> Tables:
    return plan("expenses", "E-2", {**fields, "state": state}, of)


def in_currency(code: str) -> Draft:
    """The summary of a grant in pounds, with a budget rate of the profile."""
    return Draft(POUNDS, profile(currency=code, budget_rate=Decimal(1)))


def late(note: str) -> Draft:
    return Draft(plan("work_plan", "A-1", {"end": "2026-02-28", "progress_note": note}))


CASES: list[tuple[str, str, Draft, Draft]] = [
    ("draft-unexplained", "B-1", Draft(), Draft(spent("330.01"))),
    ("draft-unexplained", "B-1", Draft(EXPLAINED), Draft(spent("330.01"))),
    ("draft-unclassified", "B-1", Draft(CLASSED, profile(timing=True)), Draft(EXPLAINED, profile(timing=True))),
    ("draft-unclassified", "B-1", Draft(EXPLAINED), Draft(EXPLAINED, profile(timing=True))),
    ("draft-unbudgeted", "", Draft(with_expense("committed", UNBUDGETED)), Draft(with_expense("paid", UNBUDGETED))),
    ("draft-unbudgeted", "", Draft(with_expense("paid", {**UNBUDGETED, "date": "2026-04-01"})), Draft(with_expense("paid", UNBUDGETED))),
    ("draft-unmapped", "B-2", Draft(profile=ROOMS), Draft(TRAVEL, ROOMS)),
    ("draft-no-rate", "EUR → USD", Draft(profile=profile(currency="EUR")), Draft(profile=profile(currency="USD"))),
    ("draft-no-rate", "USD → EUR", Draft(plan("rates", "R-1", DOLLAR, EXPLAINED), IN_DOLLARS), Draft(EXPLAINED, IN_DOLLARS)),
    ("draft-budget-rate-not-used", "G-1", in_currency("GBP"), in_currency("EUR")),
    ("draft-not-converted", "", Draft(with_expense("paid", DOLLARS, plan("rates", "R-1", DOLLAR, spent("329"))), profile(rate="period")), Draft(with_expense("paid", DOLLARS, spent("329")), profile(rate="period"))),
    ("draft-award-missing", "", Draft(plan("grants", "G-1", {"amount": "0"})), Draft(plan("grants", "G-1", {"amount": ""}))),
    ("draft-dates-missing", "", Draft(), Draft(plan("grants", "G-1", {"start": ""}))),
    ("draft-dates-missing", "", Draft(), Draft(plan("grants", "G-1", {"end": ""}))),
    ("draft-not-reported", "A-1", Draft(plan("work_plan", "A-1", {"done": "0"})), Draft(plan("work_plan", "A-1", {"done": ""}))),
    ("draft-not-reported", "A-1", Draft(plan("work_plan", "A-1", {"done": "", "status": "planned"})), Draft(plan("work_plan", "A-1", {"done": ""}))),
    ("draft-late-without-note", "A-1", Draft(), Draft(plan("work_plan", "A-1", {"end": "2026-02-28"}))),
    ("draft-late-without-note", "A-1", late("Moved."), late("")),
    ("draft-narrative-missing", "What changes now", told_of(change="A roof."), told_of()),
    ("draft-narrative-personal", "What was done", told_of(change="A roof."), told_of(change="A roof.", done="Ring 020 7946 0018.")),
    ("draft-rows-left-out", "", Draft(), Draft(left_out=1)),
    ("draft-profile-not-verified", "ours", Draft(), Draft(profile=profile(on=False))),
    ("draft-month-not-closed", "", Draft(plan("months", "2026-04", {"month": "2026-04"})), Draft(plan("months", "2026-03", {"closed": ""}))),
]  # fmt: skip
ELSEWHERE = {
    "draft-profile-unknown",
    "draft-award-currency",
    "draft-given-without-line",
    "draft-group-silent",
    "draft-sides-differ",
    "draft-statement-before",
    "draft-statement-old",
    "draft-statement-open",
}
"""The first is told where the profile is searched: tests/test_findings.py has it with the exact
words. The others are about money of groups: test_group_shares.py."""


def test_a_whole_draft_has_no_finding() -> None:
    assert found(Draft()) == []


@pytest.mark.parametrize(
    ("code", "about", "silent", "told"), CASES, ids=[case[0] for case in CASES]
)
def test_at_its_boundary_a_draft_is_silent_and_one_step_on_it_is_told(
    code: str, about: str, silent: Draft, told: Draft
) -> None:
    assert found(silent) == []
    assert found(told) == [(code, about)]


def test_every_finding_about_a_draft_has_a_silent_case() -> None:
    of_drafts = {name for name, code in CODES.items() if code.group == "drafts"}

    assert of_drafts - {case[0] for case in CASES} == ELSEWHERE
