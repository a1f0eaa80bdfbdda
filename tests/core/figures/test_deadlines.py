"""Report deadlines follow from each grant's rhythm; what people do to them stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.figures.deadlines import derived, is_owed_by_a_group, merge_derived, upcoming
from budgettrack.core.records.model import Fields, GivenGrant, Plan
from budgettrack.core.records.plan import plan as plan_of

GRANT = {
    "funder": "Harbour Fund",
    "currency": "EUR",
    "start": "2026-01-01",
    "end": "2026-06-30",
    "state": "active",
}


def made(**tables: Mapping[str, Fields]) -> Plan:
    plan, found = plan_of(tables, base="EUR")
    assert found == []
    return plan


def rhythm(**fields: str) -> dict[str, tuple[str, str]]:
    """Each derived deadline's words and date."""
    found = derived(made(grants={"G-1": GRANT | fields}))
    assert all(each["grant"] == "G-1" and each["derived"] == each["due"] for each in found.values())
    return {id_: (each["what"], each["due"]) for id_, each in found.items()}


def test_calendar_quarters_are_due_thirty_days_after_their_end() -> None:
    assert rhythm(report_every="quarter", periods_from="calendar") == {
        "report:G-1:2026-Q1": ("Report to Harbour Fund for January to March 2026", "2026-04-30"),
        "report:G-1:2026-Q2": ("Final report to Harbour Fund for April to June 2026", "2026-07-30"),
    }


def test_the_grants_dates_cut_the_first_and_the_last_period() -> None:
    found = rhythm(report_every="quarter", start="2026-02-10", end="2026-05-15", report_within="14")

    assert found == {
        "report:G-1:2026-Q1": ("Report to Harbour Fund for February to March 2026", "2026-04-14"),
        "report:G-1:2026-Q2": ("Final report to Harbour Fund for April to May 2026", "2026-05-29"),
    }


def test_a_grant_that_starts_on_the_last_day_of_a_quarter_reports_on_that_day() -> None:
    assert list(rhythm(report_every="quarter", start="2026-03-31")) == [
        "report:G-1:2026-Q1",
        "report:G-1:2026-Q2",
    ]


def test_months_half_years_and_years() -> None:
    assert list(rhythm(report_every="month", end="2026-03-31")) == [
        "report:G-1:2026-01",
        "report:G-1:2026-02",
        "report:G-1:2026-03",
    ]
    assert list(rhythm(report_every="half-year", end="2027-01-31")) == [
        "report:G-1:2026-H1",
        "report:G-1:2026-H2",
        "report:G-1:2027-H1",
    ]
    assert rhythm(report_every="year", end="2027-01-31")["report:G-1:2027"] == (
        "Final report to Harbour Fund for January 2027",
        "2027-03-02",
    )


def test_periods_from_the_grants_start_have_each_their_length() -> None:
    found = rhythm(
        report_every="quarter", periods_from="grant start", start="2025-11-15", end="2026-06-30"
    )

    assert found == {
        "report:G-1:2025-11..2026-02": (
            "Report to Harbour Fund for November 2025 to February 2026",
            "2026-03-16",
        ),
        "report:G-1:2026-02..2026-05": (
            "Report to Harbour Fund for February to May 2026",
            "2026-06-13",
        ),
        "report:G-1:2026-05..2026-08": (
            "Final report to Harbour Fund for May to June 2026",
            "2026-07-30",
        ),
    }


def test_a_grant_that_is_made_longer_keeps_the_names_of_its_periods() -> None:
    rule = {"report_every": "quarter", "periods_from": "grant start"}

    assert list(rhythm(**rule, end="2026-05-20")) == list(rhythm(**rule))


def test_months_from_the_last_day_of_a_month_never_meet() -> None:
    found = rhythm(
        report_every="month", periods_from="grant start", start="2026-01-31", end="2026-04-29"
    )

    assert [(id_[-7:], due) for id_, (_, due) in found.items()] == [
        ("2026-01", "2026-03-29"),
        ("2026-02", "2026-04-29"),
        ("2026-03", "2026-05-29"),
    ]


def test_one_report_at_the_end() -> None:
    assert rhythm(report_every="end", report_within="0") == {
        "report:G-1:end": ("Final report to Harbour Fund for January to June 2026", "2026-06-30")
    }


@pytest.mark.parametrize(
    "fields", [{"state": "prospect"}, {"state": "closed"}, {"report_every": ""}, {"end": ""}]
)
def test_nothing_is_owed_without_rhythm_dates_or_agreement(fields: dict[str, str]) -> None:
    assert rhythm(**{"report_every": "month"} | fields) == {}


QUARTER = derived(made(grants={"G-1": GRANT | {"report_every": "quarter"}}))
FIRST, LAST = "report:G-1:2026-Q1", "report:G-1:2026-Q2"


def test_new_deadlines_are_added_and_nothing_changes_twice() -> None:
    changes = merge_derived(QUARTER, {}, frozenset())

    assert dict(changes) == QUARTER
    assert merge_derived(QUARTER, QUARTER, frozenset()) == []


def test_a_deadline_that_people_deleted_stays_deleted() -> None:
    assert merge_derived(QUARTER, {LAST: QUARTER[LAST]}, frozenset({FIRST})) == []


def test_a_date_that_people_moved_stands_until_the_derived_date_changes() -> None:
    moved = QUARTER | {FIRST: {**QUARTER[FIRST], "due": "2026-05-15", "note": "agreed"}}
    sooner = derived(
        made(grants={"G-1": GRANT | {"report_every": "quarter", "report_within": "10"}})
    )

    assert merge_derived(QUARTER, moved, frozenset()) == []
    assert dict(merge_derived(sooner, moved, frozenset()))[FIRST] == {
        **QUARTER[FIRST],
        "due": "2026-04-10",
        "derived": "2026-04-10",
        "note": "agreed",
    }


def test_what_is_owed_no_more_goes_unless_it_is_done_or_is_somebodys_own() -> None:
    held = {
        FIRST: {**QUARTER[FIRST], "done_on": "2026-04-20"},
        LAST: QUARTER[LAST],
        "D-1": {"what": "Renew the lease", "due": "2026-05-01"},
    }

    assert merge_derived({}, held, frozenset()) == [(LAST, None)]


def test_a_mistake_in_a_grants_row_takes_none_of_its_deadlines() -> None:
    held = {LAST: QUARTER[LAST], "report:G-2:end": {**QUARTER[LAST], "grant": "G-2"}}

    assert merge_derived({}, held, frozenset(), {"G-1"}) == [("report:G-2:end", None)]


def test_a_last_report_that_is_the_last_no_more_says_so_unless_people_gave_it_their_own_words() -> (
    None
):
    longer = derived(made(grants={"G-1": GRANT | {"report_every": "quarter", "end": "2026-09-30"}}))
    own = {LAST: {**QUARTER[LAST], "what": "The long report"}}

    assert dict(merge_derived(longer, QUARTER, frozenset()))[LAST] == {
        **QUARTER[LAST],
        "what": "Report to Harbour Fund for April to June 2026",
    }
    assert LAST not in dict(merge_derived(longer, own, frozenset()))


def test_everything_that_comes_due_soonest_first() -> None:
    plan = made(
        grants={"G-1": GRANT, "G-2": GRANT | {"state": "closed"}},
        deadlines={
            "D-1": {"what": "Renewal", "due": "2026-05-20", "grant": "G-1"},
            "D-2": {"what": "Sent", "due": "2026-05-21", "done_on": "2026-05-01"},
            "D-3": {"what": "Late", "due": "2026-04-01"},
        },
        resources={
            "R-1": {
                "kind": "workspace",
                "state": "in use",
                "review_on": "2026-05-10",
                "until": "2026-08-31",
            },
            "R-2": {"kind": "vehicle", "state": "returned", "until": "2026-05-11"},
        },
        work_plan={
            "A-1": {
                "activity": "Training",
                "end": "2026-05-31",
                "milestone": "Ten trained",
                "status": "under way",
            },
            "A-2": {"activity": "Map", "end": "2026-05-31", "status": "done"},
        },
    )
    everything = ["D-3", "R-1", "D-1", "A-1", "G-1", "R-1"]

    assert [each.id for each in upcoming(plan, date(2026, 5, 1), None)] == everything
    assert [each.id for each in upcoming(plan, date(2026, 5, 1), 30)] == everything[:4]
    assert [each.what for each in upcoming(plan, date(2026, 5, 1), None)] == [
        "Late",
        "Review the agreement: workspace",
        "Renewal",
        "Milestone: Ten trained",
        "Grant ends: Harbour Fund",
        "Lapses: workspace",
    ]


def test_a_date_that_a_person_typed_before_it_was_ever_derived_stands() -> None:
    typed = {FIRST: {key: text for key, text in QUARTER[FIRST].items() if key != "derived"}}
    typed[FIRST]["due"] = "2026-05-15"
    blank = {FIRST: {key: text for key, text in typed[FIRST].items() if key != "due"}}
    wanted = {FIRST: QUARTER[FIRST]}

    assert dict(merge_derived(wanted, typed, frozenset()))[FIRST] == {
        **QUARTER[FIRST],
        "due": "2026-05-15",
    }
    assert dict(merge_derived(wanted, blank, frozenset()))[FIRST] == QUARTER[FIRST]


def test_a_resource_without_an_end_is_only_reviewed() -> None:
    plan = made(
        resources={
            "R-1": {"kind": "workspace", "state": "in use", "review_on": "2026-04-01"},
            "R-2": {"kind": "equipment", "state": "in use", "until": "2026-05-01"},
        }
    )
    due = upcoming(plan, date(2026, 3, 1), 92)

    assert [(each.id, each.what) for each in due] == [
        ("R-1", "Review the agreement: workspace"),
        ("R-2", "Lapses: equipment"),
    ]


def test_an_agreement_in_force_is_reviewed_given_notice_of_and_ends() -> None:
    lease = {"kind": "lease", "other_party": "City housing", "until": "2026-12-31"}
    lease |= {"review_on": "2026-06-01", "notice_days": "90"}
    plan = made(
        resources={"R-1": {"kind": "workspace", "state": "in use", "review_on": "2026-07-01"}},
        agreements={
            "AG-1": {**lease, "resource": "R-1"},
            "AG-2": {**lease, "state": "ended"},
            "AG-3": {"kind": "coach", "other_party": "River network", "state": "in force"},
        },
    )

    assert [(each.id, each.field, str(each.due), each.what) for each in upcoming(plan, date(2026, 3, 1))] == [
        ("AG-1", "review_on", "2026-06-01", "Review the agreement: lease, City housing"),
        ("AG-1", "notice_days", "2026-10-02", "Last day to give notice: lease, City housing"),
        ("AG-1", "until", "2026-12-31", "Agreement ends: lease, City housing"),
    ]  # fmt: skip


def test_money_that_may_come_is_due_by_the_state_of_its_grant() -> None:
    def due(**fields: str) -> list[tuple[str, str, str]]:
        plan = made(grants={"G-1": {"funder": "Tide", "currency": "EUR", **fields}})
        listed = upcoming(plan, date(2026, 3, 1))
        return [(str(each.due), each.field, each.what) for each in listed]

    apply, decide = {"apply_by": "2026-04-01"}, {"decision_on": "2026-05-01"}
    step = {"next_step_due": "2026-06-01"}
    assert due(state="prospect", **apply, **decide) == [("2026-04-01", "apply_by", "Apply to Tide")]
    assert due(state="applied", title="Room", **apply, **decide) == [
        ("2026-05-01", "decision_on", "Decision expected: Tide: Room")
    ]
    assert due(title="Room", **apply) == [("2026-04-01", "apply_by", "Apply to Tide: Room")]
    assert due(state="applied", **decide) == [
        ("2026-05-01", "decision_on", "Decision expected: Tide")
    ]
    assert due(state="active", **step) == [("2026-06-01", "next_step_due", "Next step: Tide")]
    assert due(state="declined", **step) == []


def test_money_that_is_expected_is_due_until_it_has_come() -> None:
    row = {"date": "2026-04-01", "amount": "5", "kind": "donation", "state": "expected"}
    plan = made(income={"I-1": row, "I-2": {**row, "state": "received"}})

    assert [(each.id, each.what, each.field) for each in upcoming(plan, date(2026, 5, 1))] == [
        ("I-1", "Donation expected", "date")
    ]


def test_money_that_is_expected_is_due_with_its_funder_if_it_has_one() -> None:
    expected = {"date": "2026-05-01", "state": "expected", "amount": "10", "currency": "EUR"}
    plan = made(
        grants={"G-1": {"funder": "Tide", "state": "active", "currency": "EUR"}},
        income={
            "I-1": {**expected, "kind": "instalment", "grant": "G-1"},
            "I-2": {**expected, "kind": "donation"},
        },
    )

    assert [(item.id, item.what) for item in upcoming(plan, date(2026, 4, 1))] == [
        ("I-1", "Instalment expected from Tide"),
        ("I-2", "Donation expected"),
    ]


def test_money_that_goes_back_is_not_called_expected() -> None:
    back = {"date": "2026-05-01", "state": "expected", "amount": "10", "kind": "returned to funder"}
    plan = made(
        grants={"G-1": {"funder": "Tide", "state": "active", "currency": "EUR"}},
        income={"I-1": {**back, "grant": "G-1"}, "I-2": back},
    )

    assert [item.what for item in upcoming(plan, date(2026, 4, 1))] == [
        "Money goes back to Tide",
        "Money goes back to its funder",
    ]


def test_a_report_of_a_group_is_told_from_one_of_our_own() -> None:
    ours: Fields = {"what": "Report", "due": "2026-04-30", "grant": "G-1"}
    names = ("report:G-1:2026-Q1", "report:SG-1:2026-05", "report:SG-10:2026-05", "D-1")
    plan = made(grants={"G-1": GRANT}, deadlines=dict.fromkeys(names, ours))
    given = GivenGrant(
        "SG-1", "GR-1", "G-1", "", "active", "EUR", 100, None, None, "", "month", 30, None, ""
    )
    plan = replace(plan, given={"SG-1": given})

    assert [id_ for id_ in plan.deadlines if is_owed_by_a_group(plan, id_)] == [names[1]]
