"""Dates that come again, from the sheet and from the prompt into the calendar; and the dates of money
that may come."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest

from budgettrack.core.records.model import Fields
from budgettrack.setup.presets import preset
from tests.world.group import ROWS, Group, column

ON = ("--on", "2026-11-02")
MEETING: Fields = {
    "id": "D-1",
    "what": "Members' meeting",
    "due": "2026-10-13",
    "lead_role": "Chair",
    "repeats": "second Tuesday",
    "repeats_until": "2027-03-31",
}


@pytest.fixture
def peers(tmp_path: Path) -> Group:
    rows = {**ROWS, "deadlines": [MEETING, {"id": "D-2", "what": "Once", "due": "2026-12-01"}]}
    return Group(tmp_path, rows, before=(("sync", *ON, "--yes"),))


def deadlines(peers: Group) -> dict[str, Fields]:
    return {
        id_: fields
        for id_, fields in peers.held().records["deadlines"].items()
        if id_.startswith("D-")
    }


def calendar(peers: Group) -> list[Any]:
    file = peers.folder / "dates.ics"
    assert peers.run("deadlines", "--ics", str(file), *ON).exit_code == 0
    return list(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT"))


def test_what_is_ticked_off_in_the_sheet_has_the_next_one_after_the_same_sync(peers: Group) -> None:
    peers.set("Deadlines", f"{column('Deadlines', 'Done on', peers.path)}2", date(2026, 10, 13))

    peers.sync()

    usual = {name: text for name, text in MEETING.items() if name not in ("id", "due")}
    assert deadlines(peers) == {
        "D-1": {**usual, "due": "2026-10-13", "done_on": "2026-10-13"},
        "D-2": {"what": "Once", "due": "2026-12-01"},
        "D-1:2026-11-10": {**usual, "due": "2026-11-10"},
    }
    assert peers.cell("Deadlines", "A4") == "D-1:2026-11-10"
    assert "0 rows taken from the workbook, 0 rows written" in peers.sync().stdout


def test_one_that_a_person_deletes_does_not_come_back(peers: Group) -> None:
    assert peers.run("deadlines", "done", "D-1", *ON).exit_code == 0
    peers.sync()
    assert "D-1:2026-11-10" in deadlines(peers)

    peers.edit(lambda book: book["Deadlines"].delete_rows(4))
    peers.sync()

    assert [*deadlines(peers)] == ["D-1", "D-2"]
    peers.sync()
    assert [*deadlines(peers)] == ["D-1", "D-2"]


def test_at_the_prompt_the_next_one_is_there_at_once(peers: Group) -> None:
    peers.run("deadlines", "done", "D-1", *ON)

    rows = json.loads(peers.run("deadlines", "--json", *ON).stdout)
    assert [(row["id"], row["due"]) for row in rows if row["what"] == "Members' meeting"] == [
        ("D-1:2026-11-10", "2026-11-10")
    ]
    assert [line.split()[0] for line in peers.run("history", "D-1:2026-11-10").stdout.splitlines()]


def test_the_calendar_has_one_entry_that_repeats(peers: Group) -> None:
    def entry() -> Any:
        (event,) = [each for each in calendar(peers) if each["SUMMARY"] == "Members' meeting"]
        return event

    first = entry()
    assert first["RRULE"].to_ical() == b"FREQ=MONTHLY;UNTIL=20270309;BYDAY=2TU"
    assert (first["DTSTART"].dt, first["STATUS"]) == (date(2026, 10, 13), "CONFIRMED")
    peers.run("deadlines", "done", "D-1", *ON)
    second = entry()

    assert second["UID"] == first["UID"]
    assert second["DTSTART"].dt == date(2026, 11, 10)
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["RRULE"] == first["RRULE"]
    assert not any("RRULE" in each for each in calendar(peers) if each["SUMMARY"] == "Once")


def test_a_series_that_is_over_is_cancelled(peers: Group) -> None:
    peers.run("deadlines", "done", "D-1", "--on", "2027-03-20")
    (event,) = [each for each in calendar(peers) if each["SUMMARY"] == "Members' meeting"]

    assert (event["STATUS"], "RRULE" in event) == ("CANCELLED", False)
    assert event["UID"].startswith("D-1.due.")


def test_presets_bring_the_dates_that_come_again() -> None:
    rows = {row["what"]: row for row in preset("startup", date(2026, 1, 1))["deadlines"]}

    assert {what: (row["due"], row["repeats"]) for what, row in rows.items()} == {
        "Members' meeting": ("2026-03-31", "month"),
        "Board meeting": ("2026-06-30", "quarter"),
        "Monthly update of work-plan and budget": ("2026-02-28", "month"),
        "Annual report": ("2026-12-31", "year"),
    }
    assert all(row["repeats_until"] >= row["due"] for row in rows.values())
    assert preset("blank", date(2026, 1, 1)) == {}


def test_money_that_may_come_stands_in_deadlines_status_and_checks(tmp_path: Path) -> None:
    hoped: list[Fields] = [
        {"id": "G-2", "funder": "Tide", "state": "prospect", "currency": "EUR", "apply_by": "2026-11-10"},
        {"id": "G-3", "funder": "Quay", "title": "Room", "state": "applied", "currency": "EUR"}
        | {"decision_on": "2026-11-20", "next_step": "Call in", "next_step_due": "2026-11-05"},
    ]  # fmt: skip
    income: list[Fields] = [
        {"id": "I-1", "date": "2026-10-30", "grant": "G-1", "kind": "instalment", "state": "expected", "amount": "500"}
    ]  # fmt: skip
    rows = {**ROWS, "grants": [*ROWS["grants"], *hoped], "income": income}
    peers = Group(tmp_path, rows, before=(("sync", *ON, "--yes"),))

    due = json.loads(peers.run("deadlines", "--within", "30", "--json", *ON).stdout)
    assert [(row["due"], row["what"], row["id"]) for row in due] == [
        ("2026-10-30", "Instalment expected from Fund", "I-1"),
        ("2026-11-05", "Call in", "G-3"),
        ("2026-11-10", "Apply to Tide", "G-2"),
        ("2026-11-20", "Decision expected: Quay: Room", "G-3"),
    ]
    codes = {code for _, code in peers.codes()}
    assert {"instalment-late", "application-due", "application-without-budget", "next-step-due"} <= codes  # fmt: skip
    assert "Instalment expected from Fund" in peers.run("status", *ON).stdout
    assert {str(each["SUMMARY"]) for each in calendar(peers)} >= {row["what"] for row in due}
    assert "set its State to received" in peers.run("deadlines", "done", "I-1", *ON).stderr
    assert "grants set G-2 state=applied" in peers.run("deadlines", "done", "G-2", *ON).stderr
