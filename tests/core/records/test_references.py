"""References by name: where one row alone fits, it is meant; nothing is guessed."""

from __future__ import annotations

import pytest

from budgettrack.core.records.references import Followed, References

RECORDS = {
    "grants": {
        "G-1": {"funder": "Harbour Fund", "title": "Drop-in 2026", "agreement_reference": "HF/26"},
        "G-2": {"funder": "City Trust", "title": "Outreach"},
        "G-3": {"funder": "City Trust", "title": "Training"},
    },
    "budget": {
        "B-1": {"grant": "G-1", "description": "Venue"},
        "B-2": {"grant": "city trust", "description": "Venue"},
        "B-3": {"grant": "Outreach", "description": "venue "},
        "B-4": {"grant": "G-3", "description": "Trainers"},
        "b-4": {"grant": "G-3", "description": "Snacks"},
    },
    "work_plan": {"A-1": {"activity": "Hold a members' meeting"}},
    "expenses": {"E-1": {"description": "Chairs"}},
}


@pytest.mark.parametrize(
    ("table", "text", "grant", "meant"),
    [
        ("grants", "G-1", "", "G-1"),
        ("grants", " g-1 ", "", "G-1"),
        ("grants", "harbour  FUND", "", "G-1"),
        ("grants", "HF/26", "", "G-1"),
        ("grants", "Outreach", "", "G-2"),
        ("grants", "City Trust", "", ""),  # two grants have this funder
        ("grants", "Harbour", "", ""),  # a part of a name is not a name
        ("work_plan", "hold a members' meeting", "", "A-1"),
        ("budget", "Venue", "", ""),  # three lines
        ("budget", "Venue", "G-1", "B-1"),
        ("budget", "Venue", "G-2", "B-3"),  # its grant is named by title
        ("budget", "Venue", "G-3", ""),
        ("budget", "Trainers", "G-1", "B-4"),  # one line alone: a wrong grant changes nothing
        ("budget", "B-4", "", "B-4"),
        ("budget", "Snacks", "", "b-4"),
        ("expenses", "Chairs", "", ""),  # expenses are meant by ID alone
        ("income", "X", "", ""),
        ("grants", "", "", ""),
    ],
)
def test_a_row_is_meant_by_its_id_or_by_a_name_of_its_own(
    table: str, text: str, grant: str, meant: str
) -> None:
    assert References(RECORDS).find(table, text, grant) == meant


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("2026-01-31", "B-1"),
        ("2026-02-01", "B-2"),
        ("2026-04-01", ""),  # no line lasts so long: none is meant
        ("", ""),
    ],
)
def test_of_lines_with_one_name_that_of_the_day_is_meant(day: str, meant: str) -> None:
    lines = {
        "B-1": {"description": "Rent", "start": "2026-01-01", "end": "2026-01-31"},
        "B-2": {"description": "Rent", "start": "2026-02-01", "end": "2026-02-28"},
    }
    assert References({"budget": lines}).find("budget", "rent", day=day) == meant

    always = References({"budget": {**lines, "B-3": {"description": "Rent"}}})
    assert always.fitting("budget", "Rent", day="2026-02-01") == ("B-2", "B-3")
    assert always.find("budget", "Rent", day="2027-01-01") == "B-3"


def test_an_id_goes_before_a_name() -> None:
    grants = {"G-1": {"title": "G-2"}, "G-2": {"title": "Other"}}
    assert References({"grants": grants}).find("grants", "G-2") == "G-2"


def test_two_ids_that_differ_in_case_only_are_not_guessed() -> None:
    lines: dict[str, dict[str, str]] = {"Rent": {}, "rent": {}}
    references = References({"budget": lines})
    assert references.find("budget", "RENT") == ""
    assert references.find("budget", "rent") == "rent"


def test_every_row_that_a_name_could_mean_is_told() -> None:
    references = References(RECORDS)
    assert references.fitting("grants", "City Trust") == ("G-2", "G-3")
    assert references.fitting("grants", "Nobody") == ()
    assert references.near("grants", "Harbor fund") == ("G-1",)
    assert references.near("grants", "G-11") == ()
    assert references.near("grants", "Outing") == ()
    assert references.near("rates", "anything") == ()


def test_labels_are_the_grants_where_there_is_no_tab_grants() -> None:
    references = References({}, ["Core", "Project"])
    assert references.find("grants", "core") == "Core"


NEW = {
    **RECORDS,
    "grants": {
        **RECORDS["grants"],
        "G-1": {**RECORDS["grants"]["G-1"], "funder": "Harbour Foundation", "title": "Training"},
    },
}


def test_a_reference_by_name_follows_a_name_that_is_corrected() -> None:
    followed = Followed(RECORDS, NEW)
    assert followed
    assert followed.text("grants", "harbour fund") == "Harbour Foundation"
    # Two grants have the new title: only the ID says which.
    assert followed.text("grants", "Drop-in 2026") == "G-1"
    # These mean what they meant.
    assert followed.text("grants", "HF/26") == "HF/26"
    assert followed.text("grants", "G-1") == "G-1"
    assert followed.text("grants", "Outreach") == "Outreach"
    assert followed.text("budget", "Trainers") == "Trainers"
    assert followed.text("grants", "") == ""


def test_what_was_typed_before_a_name_was_given_twice_means_the_row_of_then() -> None:
    """A grant is renewed under the same title. Later the old one is renamed: nothing may move."""
    second = {**RECORDS["grants"], "G-9": {"funder": "Harbour Fund", "title": "Drop-in 2026"}}

    followed = Followed(RECORDS, {**RECORDS, "grants": second})

    assert followed
    assert followed.text("grants", "drop-in 2026") == "G-1"
    assert followed.text("grants", "HF/26") == "HF/26"


def test_an_id_in_another_case_goes_on_meaning_its_row() -> None:
    new = {**RECORDS, "grants": {**RECORDS["grants"], "g-1": {"title": "Other"}}}
    assert Followed(RECORDS, new).text("grants", "g-1") == "G-1"


def test_nothing_follows_where_no_name_is_changed() -> None:
    assert not Followed(RECORDS, RECORDS)
    # A row that is gone: its references stay as they are, and a finding asks about them.
    assert Followed(RECORDS, {**RECORDS, "grants": {}}).text("grants", "Outreach") == "Outreach"
