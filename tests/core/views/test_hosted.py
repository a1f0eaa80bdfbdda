"""The content of a host's weekly mail: by harm, with what is only to tidy up as a number."""

from __future__ import annotations

from datetime import date

from budgettrack.core.base.findings import finding
from budgettrack.core.views.hosted import groups_view

TODAY = date(2026, 11, 2)


def test_findings_stand_by_harm_and_what_is_to_tidy_up_is_counted() -> None:
    soon = finding("group-lot-ends", "groups", "GR-1", "id", kinds="naloxone (3)")
    needs = finding("group-needs-somebody", "groups", "GR-2", "what_to_do", words="x", group="GR-2")
    expired = finding("group-lot-expired", "groups", "GR-1", "id", kinds="naloxone (3)")
    unclear = finding("recipient-unclear", "recipients", "Board", "group")
    groups = {
        "GR-1": {"state": "ready"},
        "GR-2": {"state": "invited", "what_to_do": "Share it."},
        "GR-3": {"state": "paused"},
        "GR-4": {"state": "left"},
    }
    view = groups_view([unclear, soon, needs, expired], groups, "Delta Partners", TODAY)
    assert view.by_harm == {"people": [expired], "promises": [needs, soon]}
    assert list(view.by_harm) == ["people", "promises"]
    assert (view.groups, view.in_need, view.to_tidy) == (2, 1, 1)
    assert (view.organisation, view.on) == ("Delta Partners", TODAY)


def test_without_findings_nothing_is_to_be_done() -> None:
    assert groups_view([], {}, "Delta Partners", TODAY).by_harm == {}
