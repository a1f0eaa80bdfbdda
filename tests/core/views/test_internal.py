"""What mail tells coordinators and hosts: a host its own grants, coordinators all that is new."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import finding
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Deadline, Plan
from budgettrack.core.views.internal import HostView, host_view, internal_view, standings
from tests.world.report_plans import harbour, with_reports_of_groups

TODAY = date(2026, 4, 2)


def hosted(plan: Plan, host: str = "") -> HostView:
    return host_view(plan, totals(plan)[0], "2026-03", organisation="Harbour Peers", host=host, today=TODAY)  # fmt: skip


def held_by(**hosts: str) -> Plan:
    """The harbour's plan with each grant held by the host named for it."""
    plan = harbour()
    grants = {
        id_: replace(grant, held_by=hosts.get(id_.replace("-", ""), ""))
        for id_, grant in plan.grants.items()
    }
    due = {
        f"D-{number}": Deadline(f"D-{number}", "Send it", day, grant, "", None)
        for number, (day, grant) in enumerate(
            [(date(2026, 4, 20), "G-1"), (date(2026, 4, 20), "G-2"), (date(2026, 3, 20), "G-1")]
        )
    }
    return replace(plan, grants=grants, deadlines=due)


def test_a_host_reads_of_the_grants_that_it_holds_and_of_what_is_still_due() -> None:
    view = hosted(held_by(G1="Quay Aid", G2="Tide House"), "quay aid")

    assert [each.id for each in view.grants] == ["G-1"]
    assert [(each.id, each.grant) for each in view.due] == [("D-0", "G-1")]


def test_a_host_is_not_told_which_reports_groups_owe_to_us() -> None:
    plan = held_by(G1="Quay Aid")
    view = hosted(with_reports_of_groups(plan, date(2026, 4, 20)))

    assert view.due == hosted(plan).due
    assert "GR-1" not in repr(view)


def test_the_only_host_need_not_be_named() -> None:
    assert hosted(held_by(G1="Quay Aid")).host == "Quay Aid"


@pytest.mark.parametrize(
    ("hosts", "host", "words"),
    [
        (
            {"G1": "Quay Aid", "G2": "Tide House"},
            "",
            'More than one organisation holds grants (Quay Aid, Tide House). Say which one is meant: audience = "host:NAME".',
        ),
        (
            {"G1": "Quay Aid"},
            "Tide House",
            "No grant is held by Tide House. Fill in Held by under Grants, or correct the recipient's audience.",
        ),
        (
            {},
            "",
            "No grant is held by a host. Fill in Held by under Grants, or correct the recipient's audience.",
        ),
    ],
)
def test_a_host_that_cannot_be_told_is_refused(
    hosts: dict[str, str], host: str, words: str
) -> None:
    with pytest.raises(UsageError) as refused:
        hosted(held_by(**hosts), host)

    assert str(refused.value) == words


def test_a_grant_that_has_no_money_and_owes_nothing_is_left_out() -> None:
    plan = harbour()
    grant = replace(plan.grants["G-1"], id="G-9", state="prospect")
    more = replace(plan, grants={**plan.grants, "G-9": grant})

    assert "G-9" not in {each.id for each in standings(more, totals(more)[0], "2026-03")}
    active = replace(plan, grants={**plan.grants, "G-9": replace(grant, state="active")})
    assert "G-9" in {each.id for each in standings(active, totals(active)[0], "2026-03")}


def test_dates_are_told_in_the_language_of_the_reader() -> None:
    plan = held_by()
    french = SheetWords("fr", texts={("", "Milestone: {name}"): "Étape : {name}"})
    view = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[], since=None, today=TODAY,
        words=french,
    )  # fmt: skip
    english = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[], since=None, today=TODAY
    )

    milestones = [item.what for item in english.due if item.what.startswith("Milestone: ")]
    assert milestones
    assert [item.what for item in view.due if item.what.startswith("Étape : ")] == [
        what.replace("Milestone: ", "Étape : ") for what in milestones
    ]


def test_coordinators_read_first_which_report_is_late() -> None:
    plan = held_by()
    (some, *_) = plan.deadlines.values()
    owed = replace(some, id="report:G-1:2025-Q4", due=date(2026, 2, 1), done_on=None)
    later = replace(some, id="D-99", due=date(2026, 3, 1), done_on=None)
    plan = replace(plan, deadlines={**plan.deadlines, owed.id: owed, later.id: later})
    view = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[], since=None, today=TODAY
    )

    assert view.due[0].id == "report:G-1:2025-Q4"
    assert view.due[1].due >= TODAY
    assert view.due[-1].due < TODAY


def test_many_late_reports_leave_room_for_what_can_still_be_met() -> None:
    plan = held_by()
    (some, *_) = plan.deadlines.values()
    late = [
        replace(some, id=f"report:G-1:2025-{month:02}", due=date(2025, month, 28), done_on=None)
        for month in range(1, 7)
    ]
    plan = replace(plan, deadlines={**plan.deadlines, **{one.id: one for one in late}})
    view = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[], since=None, today=TODAY
    )

    assert [item.id for item in view.due[:3]] == [one.id for one in late[:3]]
    assert view.due[3].due >= TODAY
    assert {one.id for one in late} < {item.id for item in view.due}


def test_reports_that_groups_owe_do_not_hide_our_own_late_one() -> None:
    plan = with_reports_of_groups(held_by(), date(2026, 1, 1))
    owed = plan.deadlines["report:SG-1:2026-05"]
    theirs = [
        replace(owed, id=f"report:SG-1:2025-{month}", due=date(2026, 1, month))
        for month in range(2, 6)
    ]
    ours = replace(owed, id="report:G-1:2025-Q4", due=date(2026, 2, 1))
    plan = replace(plan, deadlines={**plan.deadlines, **{one.id: one for one in [*theirs, ours]}})
    view = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[], since=None, today=TODAY
    )

    assert view.due[0].id == ours.id
    assert view.due[1].due >= TODAY
    assert {one.id for one in theirs} < {item.id for item in view.due}


def test_coordinators_read_what_is_new_and_the_soonest_before_the_late() -> None:
    plan = held_by()
    old = replace(finding("line-overspent", "budget", "B-1.1", "amount"), first_seen="2026-03-01")  # fmt: skip
    new = replace(old, id="B-1.2", first_seen="2026-04-01")
    view = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="Harbour Peers", findings=[old, new],
        since=date(2026, 3, 15), today=TODAY,
    )  # fmt: skip

    assert [each.id for each in view.new] == ["B-1.2"]
    assert (view.mistakes, view.doubts) == (0, 2)
    mine = [each.id for each in view.due if each.id.startswith("D-")]
    assert mine[-1] == "D-2", "what is late comes last"
    first = internal_view(
        plan, totals(plan)[0], "2026-03", organisation="", findings=[old], since=None, today=TODAY
    )
    assert len(first.new) == 1, "at first all is new"
