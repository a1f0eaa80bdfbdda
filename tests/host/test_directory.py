"""The rows of the tab Groups: what is wrong with one is said in words, and no other is held up."""

from __future__ import annotations

import pytest

from budgettrack.host.directory import HostedGroup, directory, same_folder


def row(**fields: str) -> HostedGroup:
    return HostedGroup(
        "GR-1", {"workbook": "plan.xlsx", "state": "ready", "currency": "EUR", **fields}
    )


def test_groups_come_in_the_order_of_their_numbers() -> None:
    rows: dict[str, dict[str, str]] = {code: {} for code in ("GR-10", "GR-2", "harbour", "GR-1")}

    assert [group.code for group in directory(rows)] == ["GR-1", "GR-2", "GR-10", "harbour"]


@pytest.mark.parametrize("state", ["invited", "ready", "leaving"])
def test_a_group_is_run_until_it_has_left(state: str) -> None:
    assert row(state=state).is_run


@pytest.mark.parametrize("state", ["paused", "left"])
def test_a_group_that_is_paused_or_left_is_not_run(state: str) -> None:
    assert not row(state=state).is_run


def test_a_whole_row_has_no_mistake() -> None:
    assert row(day="28").mistake == ""


@pytest.mark.parametrize("code", ["../other", "a/b", ".", "-x", "a" * 32, "a b", "ü"])
def test_a_code_that_cannot_name_a_folder_is_told(code: str) -> None:
    group = HostedGroup(code, {"workbook": "plan.xlsx"})

    assert group.mistake == (
        "Code: use letters, digits, - and _ only, 31 at most. It names the group's folder."
    )


def test_a_row_without_a_workbook_is_told() -> None:
    assert row(workbook="").mistake == (
        "Paste the link of the group's sheet into the column Workbook. If the group is on a server"
        " of its own, type its Public key instead."
    )


@pytest.mark.parametrize("state", ["", "dancing"])
def test_a_state_that_is_none_is_asked_for(state: str) -> None:
    assert row(state=state).mistake == "Choose a State: invited, ready, paused, leaving, left."


def test_a_currency_is_never_guessed() -> None:
    assert row(currency="").mistake == "Type the Currency of the group's books, such as EUR."


@pytest.mark.parametrize("text", ["plan.csv", "../GR-2/plan.xlsx", "/srv/plan.xlsx", "our sheet"])
def test_what_is_neither_a_link_nor_a_file_is_told(text: str) -> None:
    assert row(workbook=text).mistake == (
        "Workbook: paste the link of a Google sheet, or type the name of a file in the group's"
        " folder, such as plan.xlsx."
    )


@pytest.mark.parametrize("day", ["0", "29"])
def test_a_day_that_not_every_month_has_is_told(day: str) -> None:
    assert row(day=day).mistake == "Day: type a day from 1 to 28, which every month has."


def test_codes_that_differ_by_capitals_share_a_folder() -> None:
    groups = [HostedGroup(code, {}) for code in ("Harbour", "harbour", "river")]

    assert same_folder(groups) == {"Harbour", "harbour"}
