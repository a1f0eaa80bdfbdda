"""What a group wrote about a period of a grant."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.figures.narratives import (
    is_about,
    narrative_period,
    narrative_periods,
    period_named,
    texts_of,
)
from budgettrack.core.records.model import Grant, Narrative
from budgettrack.core.records.plan import plan as plan_of

GRANT = Grant(
    "G-1",
    "Fund",
    "",
    "active",
    "EUR",
    None,
    date(2026, 1, 15),
    date(2026, 12, 14),
    report_every="quarter",
    periods_from="grant start",
)


@pytest.mark.parametrize(
    ("until", "period"),
    [
        (date(2026, 1, 14), None),
        (date(2026, 3, 31), "2026-01..2026-04"),
        (date(2026, 4, 14), "2026-01..2026-04"),
        # The period ends within April; its second half belongs to the next one.
        (date(2026, 4, 30), "2026-04..2026-07"),
        (date(2026, 12, 31), "2026-10..2027-01"),
        (date(2027, 1, 31), None),
    ],
)
def test_a_summary_has_the_narrative_of_the_period_in_which_it_ends(
    until: date, period: str | None
) -> None:
    fitting = narrative_period(GRANT, until)

    assert (fitting.name if fitting else None) == period


def test_a_grant_without_a_rhythm_has_one_narrative_and_one_without_dates_none() -> None:
    whole = replace(GRANT, report_every="")

    assert [period.name for period in narrative_periods(whole)] == ["end"]
    assert narrative_periods(replace(whole, end=None)) == []
    assert narrative_periods(replace(whole, start=None)) == []


def test_a_narrative_is_about_a_period_that_the_grant_has() -> None:
    assert is_about(Narrative("NR-1", "G-1", "2026-04..2026-07", {}), GRANT)
    assert not is_about(Narrative("NR-1", "G-1", "2026-Q2", {}), GRANT)


def test_the_first_text_of_several_rows_counts_and_rows_without_a_grant_or_period_do_not() -> None:
    plan, _ = plan_of(
        {
            "grants": {"G-1": {"funder": "Fund", "currency": "EUR"}},
            "narratives": {
                "NR-1": {"grant": "G-1", "period": "2026-Q1", "change": "Later."},
                "NR-2": {"grant": "G-1", "period": "2026-Q1", "done": "Met.", "change": "No."},
                "NR-3": {"grant": "G-1", "period": "2026-Q2", "reached": "Much."},
                "NR-4": {"grant": "G-1", "done": "When?"},
                "NR-5": {"period": "2026-Q1", "reached": "For whom?"},
            },
        },
        base="EUR",
    )

    assert list(plan.narratives) == ["NR-1", "NR-2", "NR-3"]
    assert texts_of(plan, "G-1", "2026-Q1") == {"done": "Met.", "change": "Later."}
    assert list(texts_of(plan, "G-1", "2026-Q1")) == ["done", "change"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("2026-01..2026-03", "2026-01..2026-03"),
        ("report:G-1:2026-01..2026-03", "2026-01..2026-03"),
        ("2026-Q1", "2026-01..2026-03"),
        (" q1 2026 ", "2026-01..2026-03"),
        ("T2 2026", "2026-04..2026-06"),
        ("01/2026 - 03/2026", "2026-01..2026-03"),
        ("2026-01-01 – 2026-03-31", "2026-01..2026-03"),
        ("2026-Q5", None),
        ("2026-H1", None),
        ("Q1", None),
        ("2026-02", None),
        ("not 2026-01..2026-03", None),
        ("report:G-2:2026-01..2026-03", None),
    ],
)
def test_a_period_is_known_by_each_way_of_typing_its_months(typed: str, name: str | None) -> None:
    grant = replace(GRANT, start=date(2026, 1, 1), end=date(2026, 12, 31))

    named = period_named(grant, typed)

    assert (named.name if named else None) == name


@pytest.mark.parametrize(
    ("every", "calendar", "typed", "name"),
    [
        ("half-year", "grant start", "S2 2026", "2026-07..2026-12"),
        ("year", "grant start", "2026", "2026-01..2026-12"),
        ("month", "calendar", "2026-03-01", "2026-03"),
        ("month", "calendar", "3/2026", "2026-03"),
        ("quarter", "calendar", "2026-01..2026-03", "2026-Q1"),
        ("end", "calendar", "END", "end"),
        ("end", "calendar", "2026", "end"),
    ],
)
def test_other_rhythms(every: str, calendar: str, typed: str, name: str) -> None:
    days = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}
    grant = replace(GRANT, report_every=every, periods_from=calendar, **days)

    named = period_named(grant, typed)

    assert named is not None
    assert named.name == name
