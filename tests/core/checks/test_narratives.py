"""Checks of narratives, each in its exact words, and what must not be found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from budgettrack.core.checks.narratives import narrative_checks
from budgettrack.core.figures.profile import Profile
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of

DUE = date(2026, 4, 30)
GRANT = {
    "funder": "Fund",
    "currency": "EUR",
    "state": "active",
    "start": "2026-01-01",
    "end": "2026-12-31",
    "report_every": "quarter",
    "profile": "ours",
}
TEXTS = {"done": "Met.", "reached": "Much.", "wrong": "Rain.", "change": "A roof."}
WANTING = Profile(title="Ours", source="us", narrative=True)


def found(
    *narratives: Fields | None,
    grant: Mapping[str, str] | None = None,
    done_on: str = "",
    profile: Profile | None = WANTING,
    today: date = date(2026, 4, 2),
    asked: bool = True,
) -> list[tuple[str, ...]]:
    deadline = {"what": "Report", "due": DUE.isoformat(), "grant": "G-1", "done_on": done_on}
    plan, _ = plan_of(
        {
            "grants": {"G-1": {**GRANT, **(grant or {})}},
            "deadlines": {
                "report:G-1:2026-Q1": {name: text for name, text in deadline.items() if text}
            },
            "narratives": {f"NR-{n}": row for n, row in enumerate(narratives, 1) if row},
        },
        base="EUR",
    )
    told = narrative_checks(plan, {"ours": profile}.get, today, asked=asked)
    return [(each.code, each.table, each.id, each.field, *each.words("en")) for each in told]


def _written(**texts: str) -> Fields:
    row = {"grant": "G-1", "period": "2026-Q1", **TEXTS, **texts}
    return {name: text for name, text in row.items() if text}


def test_a_blank_text_is_asked_for_before_the_report_is_due() -> None:
    assert found(_written(reached="", change="")) == [
        (
            "narrative-missing",
            "deadlines",
            "report:G-1:2026-Q1",
            "due",
            "The narrative of the report of G-1 for 2026-Q1, due 2026-04-30, lacks: What was reached,"
            " What changes now.",
            "Write it into the tab Narrative, in the row of this grant and this period; if there is"
            " none, add it. If the funder wants no such texts, delete that tab.",
        )
    ]


def test_it_is_asked_for_thirty_days_before_and_not_earlier() -> None:
    assert found(None, today=date(2026, 3, 30)) == []
    assert [code for code, *_ in found(None, today=date(2026, 3, 31))] == ["narrative-missing"]


def test_it_is_asked_for_where_the_workbook_has_the_tab_or_the_profile_wants_it() -> None:
    assert len(found(None, profile=None)) == 1
    assert len(found(None, grant={"profile": ""})) == 1
    assert len(found(None, asked=False)) == 1
    assert found(None, profile=Profile(title="Ours", source="us"), asked=False) == []
    assert found(None, profile=None, asked=False) == []
    assert found(None, grant={"profile": ""}, asked=False) == []


@pytest.mark.parametrize(
    ("grant", "done_on"),
    [({}, "2026-04-01"), ({"state": "closed"}, ""), ({"report_every": "half-year"}, "")],
)
def test_nothing_is_asked_for_a_report_that_is_sent_or_not_owed(
    grant: Mapping[str, str], done_on: str
) -> None:
    assert found(None, grant=grant, done_on=done_on) == []


def test_a_written_narrative_is_no_finding() -> None:
    assert found(_written()) == []


@pytest.mark.parametrize(
    ("grant", "periods"),
    [
        ({}, "2026-Q1, 2026-Q2, 2026-Q3, 2026-Q4"),
        ({"report_every": "", "end": ""}, "none: the grant has no dates"),
    ],
)
def test_a_period_that_the_grant_does_not_have_is_told_with_those_that_it_has(
    grant: Mapping[str, str], periods: str
) -> None:
    told = found(
        {**_written(), "period": "2026-05"}, grant=grant, profile=None, done_on="2026-04-01"
    )

    assert told == [
        (
            "narrative-of-no-period",
            "narratives",
            "NR-1",
            "period",
            '"2026-05" is no reporting period of this grant.',
            f"Type one of these: {periods}.",
        )
    ]


def test_what_looks_like_a_personal_detail_is_told_before_anybody_reads_it() -> None:
    assert found(_written(wrong="Ring 020 7946 0018 after six.")) == [
        (
            "personal-detail-in-narrative",
            "narratives",
            "NR-1",
            "wrong",
            "The funder reads this cell, and it seems to contain a telephone number.",
            "Remove it. Until then the summary does not show this text.",
        )
    ]


def test_a_text_that_another_row_has_for_the_same_period_is_told_where_it_stands_again() -> None:
    again = {"grant": "G-1", "period": "Q1 2026", "done": "Met twice.", "wrong": "Snow."}
    other = {"grant": "G-1", "period": "2026-Q2", "done": "Met again."}

    assert found(_written(wrong=""), again, other) == [
        (
            "narrative-text-twice",
            "narratives",
            "NR-2",
            "done",
            "NR-1 has this text for the same period already, and the summary shows that one.",
            "Put into NR-1 what is still true, and clear this cell.",
        )
    ]
