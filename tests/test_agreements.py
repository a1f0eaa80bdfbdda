"""Agreements: a tab of their own that older workbooks get, the prompt, deadlines, and the public
pages."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from budgettrack.core.records.model import Fields
from tests.world.group import ROWS, Group

ON = ("--on", "2026-11-02")
GRANTS: list[Fields] = [{**ROWS["grants"][0], "agreement_reference": "F-26"}]
ROOM: Fields = {
    "id": "R-1",
    "kind": "workspace",
    "from_whom": "host",
    "description": "Meeting room",
    "from": "2026-01-01",
    "until": "2026-12-31",
    "review_on": "2027-01-10",
    "state": "in use",
}
KITCHEN: Fields = {"id": "R-2", "kind": "equipment", "from_whom": "peers", "state": "in use"}


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A group whose workbook was made before there was the tab Agreements, and that has synced."""
    group = Group(
        tmp_path_factory.mktemp("older"), {**ROWS, "grants": GRANTS, "resources": [ROOM, KITCHEN]}
    )
    group.edit(lambda book: book.remove(book["Agreements"]))
    return group


def test_an_older_workbook_is_whole_and_gets_the_tab_with_what_it_has_already(
    older: Group,
) -> None:
    said = older.sync("--yes").stderr
    assert "Agreements" in said
    assert "budgettrack init --add-tabs" in said
    assert "missing-tab" not in {code for _, code in older.codes()}
    before = older.held().records

    done = older.run("init", "--add-tabs")

    assert done.stdout.splitlines()[0] == "Added the tab Agreements."
    assert "Carried over from Grants and Resources: 2. Look at each row." in done.stdout
    assert "init --add-tabs" not in older.sync().stderr
    held = older.held().records
    assert {name: rows for name, rows in held.items() if name != "agreements"} == {
        name: rows for name, rows in before.items() if name != "agreements"
    }
    assert held["agreements"] == {
        "AG-1": {
            "kind": "other",
            "other_party": "Fund",
            "purpose": "F-26",
            "from": "2026-01-01",
            "until": "2026-12-31",
            "grant": "G-1",
            "state": "in force",
        },
        "AG-2": {
            "kind": "room",
            "other_party": "host",
            "purpose": "Meeting room",
            "from": "2026-01-01",
            "until": "2026-12-31",
            "review_on": "2027-01-10",
            "resource": "R-1",
            "state": "in force",
        },
    }
    due = json.loads(older.run("deadlines", "--json", *ON).stdout)
    assert [row["what"] for row in due if row["due"] == "2027-01-10"] == [
        "Review the agreement: room, host"
    ]
    assert (
        older.run("init", "--add-tabs").stdout == "The workbook has every tab and column already.\n"
    )


def test_the_added_tab_has_the_columns_and_dropdowns_of_a_new_workbook(
    older: Group, tmp_path: Path
) -> None:
    older.sync("--yes")
    older.run("init", "--add-tabs")
    fresh = openpyxl.load_workbook(Group(tmp_path, {}).path)["Agreements"]
    added = openpyxl.load_workbook(older.path)["Agreements"]

    assert [cell.value for cell in added[1]] == [cell.value for cell in fresh[1]]
    offered = {rule.formula1 for rule in added.data_validations.dataValidation}
    assert '"planned,in force,ended"' in offered


def test_tabs_are_not_added_to_a_new_or_a_mapped_workbook(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    refused = group.run("init", "--add-tabs", "--xlsx", "other.xlsx")
    assert (refused.exit_code, "Give --add-tabs alone" in refused.stderr) == (2, True)

    group.config.write_text(
        '[workbook]\nxlsx = "plan.xlsx"\n[tables.expenses]\ntab = "Expenses"\n'
        '[tables.expenses.headings]\ndate = "Date"\namount = "Amount"\n'
    )
    mapped = group.run("init", "--add-tabs")
    assert (mapped.exit_code, "are mapped in the config" in mapped.stderr) == (2, True)


def test_an_agreement_is_added_at_the_prompt_found_shown_changed_and_due(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, before=(("sync", *ON, "--yes"),))
    words = ("kind=lease", "other_party=City housing", "until=2027-03-31", "notice_days=90")

    assert group.run("agreements", "add", *words, "grant=Start", *ON).stdout == "AG-1\n"
    listed = json.loads(group.run("agreements", "list", "--kind", "lease", "--json").stdout)
    assert [(row["id"], row["other_party"], row["grant"]) for row in listed] == [
        ("AG-1", "City housing", "G-1")
    ]
    assert group.run("agreements", "list", "--due", "2027-03-30").stdout == (
        "No agreement is like that.\n"
    )
    assert "Notice (days)  90" in group.run("agreements", "show", "ag-1").stdout
    rows = json.loads(group.run("deadlines", "--json", *ON).stdout)
    assert [(row["due"], row["what"]) for row in rows if row["id"] == "AG-1"] == [
        ("2026-12-31", "Last day to give notice: lease, City housing"),
        ("2027-03-31", "Agreement ends: lease, City housing"),
    ]
    refused = group.run("deadlines", "done", "AG-1", *ON)
    assert "budgettrack agreements set AG-1 review_on=DATE until=DATE" in refused.stderr
    changed = group.run("agreements", "set", "AG-1", "state=ended", *ON)
    assert changed.stdout == "AG-1  state: nothing → ended\n"
    assert "AG-1" not in group.run("deadlines", *ON).stdout
    calendar = tmp_path / "dates.ics"
    group.run("agreements", "set", "AG-1", "state=in force", *ON)
    group.run("deadlines", "--ics", str(calendar), *ON)
    assert "Last day to give notice: lease\\, City housing" in calendar.read_text()
    group.sync()
    assert group.cell("Agreements", "C2") == "City housing"


def test_the_public_page_names_what_is_published_by_kind_and_organisation_alone(
    tmp_path: Path,
) -> None:
    usual: Fields = {"purpose": "Zqsecret", "from": "2026-01-01", "until": "2027-12-31"}
    group = Group(
        tmp_path,
        ROWS
        | {
            "agreements": [
                {**usual, "kind": "coach", "other_party": "River network", "publish": "yes"},
                {**usual, "kind": "lease", "other_party": "Quiet landlord"},
                {**usual, "kind": "room", "other_party": "Old library", "publish": "yes"}
                | {"state": "planned"},
            ]
        },
        before=(("sync", *ON, "--yes"),),
    )
    group.run("report", "transparency", *ON)
    site = "".join(
        path.read_text("utf-8", "replace")
        for path in (tmp_path / "reports" / "public").rglob("*")
        if path.is_file()
    )

    assert "Whom we work with" in site
    assert "Coach: River network" in site
    for hidden in ("Quiet landlord", "Old library", "Zqsecret"):
        assert hidden not in site
