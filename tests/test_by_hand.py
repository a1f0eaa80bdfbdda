"""The register by hand: values as they are typed, a grant's steps by their rules, and what became
of a record."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.register import queries
from tests.world.group import ROWS, Commands, Group, column
from tests.world.opened import opened, synced

ON = ("--on", "2026-11-02")


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def answer(group: Group, *words: str) -> Any:
    done = group.run(*words, "--json")
    assert done.exit_code in (0, 3), done.output
    return json.loads(done.stdout)


def refused(group: Group, *words: str) -> str:
    done = group.run(*words)
    assert done.exit_code == 2, done.output
    return done.stderr.strip()


# Grants


@pytest.mark.slow
def test_a_grant_is_added_changed_and_in_the_sheet_after_the_next_sync(group: Group) -> None:
    done = group.run(
        "grants",
        "add",
        "funder=Northern Fund",
        "currency=eur",
        "amount=12,000.50",
        "title=A room",
        *ON,
    )
    assert (done.exit_code, done.stdout) == (0, "G-2\n")
    assert done.stderr == "It stands in the workbook after the next sync.\n"
    changed = group.run(
        "grants",
        "set",
        "g-2",
        "amount=13000",
        "next step=Send the budget",
        "--by",
        "coordinator",
        *ON,
    )
    assert (
        changed.stdout
        == "G-2  amount: 12,000.5 → 13,000\nG-2  next_step: nothing → Send the budget\n"
    )
    group.sync()
    assert (group.cell("Grants", "A3"), group.cell("Grants", "B3"), group.cell("Grants", "D3")) == (
        "G-2",
        "Northern Fund",
        "prospect",
    )
    rows = answer(group, "history", "G-2")
    assert next((row["version"], row["by"], row["what"]) for row in rows) == (
        1,
        "register",
        "added",
    )
    assert [(row["field"], row["from"], row["to"]) for row in rows if row["version"] == 2] == [
        ("amount", "12000.5", "13000"),
        ("next_step", None, "Send the budget"),
    ]
    assert {row["by"] for row in rows if row["version"] == 2} == {"coordinator"}


def test_lists_are_filtered_by_state_funder_kind_end_and_text(group: Group) -> None:
    for fields in (
        (
            "funder=Northern Fund",
            "currency=EUR",
            "state=applied",
            "kind=small grant",
            "end=2026-12-01",
            "start=2026-01-01",
        ),
        ("funder=Tide Trust", "currency=GBP", "state=prospect", "title=Peer support"),
    ):
        assert group.run("grants", "add", *fields, *ON).exit_code == 0

    def ids(*words: str) -> list[str]:
        return [row["id"] for row in answer(group, "grants", "list", *words)]

    assert ids() == ["G-1", "G-2", "G-3"]
    assert ids("--state", "applied") == ["G-2"]
    assert ids("--funder", "tide") == ["G-3"]
    assert ids("--kind", "small") == ["G-2"]
    assert ids("--text", "PEER") == ["G-3"]
    assert ids("--due", "2026-12-01") == ["G-2"]
    assert group.run("grants", "list", "--state", "declined").stdout == "No grant is like that.\n"
    assert "Northern Fund" in group.run("grants", "show", "G-2").stdout


@pytest.mark.slow
def test_a_grant_goes_by_its_steps_and_a_refusal_says_every_reason(group: Group) -> None:
    group.run("grants", "add", "funder=Northern Fund", "currency=EUR", *ON)
    assert (
        refused(group, "grants", "set", "G-2", "state=active")
        == "G-2 is prospect; after that comes applied or awarded or declined, not active."
    )
    assert (
        refused(group, "grants", "set", "G-2", "state=awarded")
        == "G-2 has no amount. Set it: budgettrack grants set G-2 amount=..."
    )
    assert group.run("grants", "set", "G-2", "state=awarded", "amount=500").exit_code == 0
    assert refused(group, "grants", "set", "G-2", "state=active").splitlines() == [
        (
            "G-2 has no agreement reference. Set it: budgettrack grants set G-2"
            " agreement_reference=..."
        ),
        "G-2 has no start or no end. Set them: budgettrack grants set G-2 start=... end=...",
        "G-2 has no budget lines. Add them in the tab Budget, and sync.",
    ]
    group.sync()
    group.edit(
        lambda book: book["Budget"].append(
            ["B-99", "G-2", "A-1", "Rent", "A room", None, None, None, 400]
        )
    )
    group.sync()
    ready = ("agreement_reference=NF 12", "start=2026-11-01", "end=2027-10-31")
    assert (
        refused(group, "grants", "set", "G-2", "state=active", *ready)
        == "The budget lines of G-2 sum to 400.00 EUR; the award is 500.00 EUR. Correct the lines"
        " or the award."
    )
    assert group.run("grants", "set", "G-2", "state=active", "amount=400", *ready).exit_code == 0
    moves = [
        (row["from"], row["to"])
        for row in answer(group, "history", "G-2")
        if row["field"] == "state"
    ]
    assert moves == [(None, "prospect"), ("prospect", "awarded"), ("awarded", "active")]


@pytest.mark.slow
def test_a_grant_is_closed_when_nothing_is_owed_any_more(tmp_path: Path) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "grants": [{**ROWS["grants"][0], "report_every": "half-year", "report_within": "30"}],
        "expenses": [*ROWS["expenses"], {"id": "E-90", "date": "2026-10-01", "budget_line": "B-1", "amount": "7", "state": "committed"}],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()
    assert group.run("grants", "close", "G-1", *ON).stdout == "G-1  state: active → closing\n"
    assert refused(group, "grants", "close", "G-1", *ON).splitlines() == [
        (
            "Reports are still owed: report:G-1:2026-H1, report:G-1:2026-H2. Send them, then:"
            " budgettrack deadlines done ID"
        ),
        "7.00 EUR is committed and not paid. Pay it, or take the commitment back.",
    ]
    for deadline in ("report:G-1:2026-H1", "report:G-1:2026-H2"):
        assert group.run("deadlines", "done", deadline, *ON).exit_code == 0
    group.set("Expenses", f"{_letter(group, 'State')}32", "paid")
    group.sync()
    assert group.run("grants", "close", "G-1", *ON).stdout == "G-1  state: closing → closed\n"
    assert "report:G-1" not in group.run("deadlines", *ON).stdout


def _letter(group: Group, heading: str) -> str:
    return column("Expenses", heading, group.path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grants", "show", "G-9"), "There is no grant G-9. Did you mean G-1?"),
        (("grants", "set", "G-1", "amont=5"), "Grants has no field amont. Did you mean amount?"),
        (("grants", "set", "G-1", "amount"), '"amount" is not field=value. Type it as amount=1200 or "next_step=send the budget".'),
        (("grants", "set", "G-1", "amount=1.2OO"), 'Amount: "1.2OO" is not an amount. Type digits, such as 1200.50.'),
        (("grants", "set", "G-1", "amount=€5"), "Amount: type the digits alone, and the currency into its own field."),
        (("grants", "set", "G-1", "amount=-5"), "Amount: The amount is below zero. Type it without the minus sign. Money that came back is a row of its own: in Expenses with State refunded, in Income with Kind returned to funder, in Instalments with Direction back from the group."),
        (("grants", "set", "G-1", "budget_rate=-5"), 'Budget rate: "-5" cannot be a rate: a rate is above zero. Type the units of the currency for one of the base currency, such as 1.25.'),
        (("grants", "set", "G-1", "host_fee=500%"), 'Host fee %: "500" is more than 100 %. Type a percentage from 0% to 100%.'),
        (("grants", "set", "G-1", "currency=JPY", "amount=1.5"), 'Amount: "1.5" has more decimals than JPY has. Round it to what was paid.'),
        (("grants", "add", "funder=F", "currency=JPY", "amount=1.5"), 'Amount: "1.5" has more decimals than JPY has. Round it to what was paid.'),
        (("resources", "add", "kind=workspace", "value=1.505"), 'Value: "1.505" has more decimals than EUR has. Round it to what was paid.'),
        (("grants", "set", "G-1", "end=31/31/2026"), 'End: "31/31/2026" is not a date. Type it as year-month-day, such as 2026-03-12.'),
        (("grants", "set", "G-1", "end=03/04/2026"), 'End: "03/04/2026" can be read as 2026-03-04 or as 2026-04-03. Type it as year-month-day, such as 2026-03-04.'),
        (("grants", "set", "G-1", "currency=EURX"), "Currency: This text is not a currency. Type its three letters, such as EUR, GBP or USD."),
        (("grants", "set", "G-1", "state=actve"), "State: This text is not one of: prospect, applied, awarded, active, closing, closed, declined. Choose one of them."),
        (("grants", "set", "G-1", "funder="), "Funder cannot be empty."),
        (("grants", "set", "G-1", "contact=x"), "Contact names people; it is only in the workbook and is never stored."),
        (("grants", "set", "G-1", "id=G-7"), "ID is written by the tool. It is calculated from other fields."),
        (("grants", "add", "currency=EUR"), "Still missing: Funder. Add it as field=value."),
        (("grants", "add", "id=g-1", "funder=F", "currency=EUR"), "g-1 is taken already. Choose another ID, or leave it out."),
        (("grants", "add", "state=active", "funder=F", "currency=EUR"), "A grant begins as prospect, applied or awarded, not as active."),
        (("resources", "add", "kind=workspace", "activity=A-9"), "There is no activity A-9. Did you mean A-1?"),
        (("history", "B"), "B can be B-1, B-2, B-3, B-4, B-5, B-6, B-7, B-8 or more. Type more of it."),
        (("history", "nothing"), "There is no record nothing. There are: A-1, B-1, B-2, B-3, B-4, B-5, B-6, B-7, B-8, B-9, B-10, E-1 and more."),
        (("restore", "B-1"), "B-1 is already as it was then. Nothing was changed."),
        (("restore", "B-1", "--at", "2020-01-01"), "B-1 did not exist on 2020-01-01. See: budgettrack history B-1"),
        (("resolve", "B-1.amount", "--take", "sheet"), "There is no conflict B-1.amount. There is none yet."),
        (("diff", "--from", "2026-02-01", "--to", "2026-01-01"), "2026-01-01 lies before 2026-02-01. Exchange them."),
    ],
)  # fmt: skip
def test_a_slip_is_answered_with_what_was_meant(
    group: Group, words: tuple[str, ...], said: str
) -> None:
    before = group.held()
    heard = refused(group, *words)
    assert heard == said
    assert group.held() == before, "nothing is half done"


def test_an_id_may_be_typed_by_its_beginning_and_in_any_case(group: Group) -> None:
    assert group.run("grants", "show", "g").stdout.startswith("ID")
    assert answer(group, "history", "a-1")[0]["id"] == "A-1"


@pytest.mark.slow
def test_what_was_removed_in_the_sheet_is_said_and_can_be_brought_back(group: Group) -> None:
    group.run("resources", "add", "kind=workspace", "from_whom=host", "until=2027-06-30", *ON)
    group.sync()
    group.edit(lambda book: book["Resources"].delete_rows(2))
    group.sync()
    assert (
        refused(group, "resources", "set", "R-1", "quantity=2")
        == "R-1 was removed. See: budgettrack history R-1; bring it back: budgettrack restore R-1"
    )
    assert answer(group, "history", "R-1")[-1]["what"] == "removed"
    assert group.run("restore", "R-1").stdout == "R-1 (resources) is back.\n"
    group.sync()
    assert group.cell("Resources", "A2") == "R-1"


@pytest.mark.slow
def test_a_row_comes_back_as_it_was_on_a_day(group: Group) -> None:
    from datetime import UTC, datetime

    from budgettrack.config.load import load
    from budgettrack.edit import alter, restore

    config = load(group.config)
    for day, amount in ((10, "150"), (20, "175")):
        at = datetime(2027, 1, day, tzinfo=UTC)
        with opened(config, at, at.date()) as then:
            alter(then, "budget", "B-1", [("amount", amount)], "register")
    at = datetime(2027, 2, 1, tzinfo=UTC)
    with opened(config, at, at.date()) as then:
        restore(then, "B-1", date(2027, 1, 15), "treasurer")
    assert group.held().records["budget"]["B-1"]["amount"] == "150"
    group.sync()
    assert group.cell("Budget", f"{_budget(group, 'Amount')}2") == 150


def _budget(group: Group, heading: str) -> str:
    return column("Budget", heading, group.path)


@pytest.mark.slow
def test_diff_shows_what_changed_between_two_days_and_by_whom(group: Group) -> None:
    group.set("Budget", f"{_budget(group, 'Amount')}2", 120)
    group.sync()
    group.run("grants", "set", "G-1", "title=Begin", "--by", "coordinator", *ON)
    assert answer(group, "diff", "--from", "2020-01-01", "--to", "2020-12-31") == []
    rows = answer(group, "diff", "--from", "2020-01-01")
    assert {row["what"] for row in rows} == {"added"}
    from budgettrack.config.load import load
    from budgettrack.queries.records import changes
    from budgettrack.register.store import open_register

    with open_register(load(group.config).register) as register:
        first = register.ask(queries.history, "budget", "B-1")[0].at.date()
    # Everything happened on this one day; the day before, nothing was there.
    with open_group(load(group.config)) as opened_group:
        assert changes(opened_group, first, first) == []
    assert {row["by"] for row in rows if row["id"] == "G-1"} == {"sheet, coordinator"}
    assert (
        next(row["to"] for row in rows if (row["id"], row["field"]) == ("B-1", "amount")) == "120"
    )


@pytest.mark.slow
def test_conflicts_are_listed_and_settled_at_the_prompt(group: Group) -> None:
    letter = _budget(group, "Amount")
    for side, value in (("sheet", 120), ("register", 140)):
        group.set("Budget", f"{letter}2", 120)
        group.run("grants", "list")
        from budgettrack.register.store import RecordVersion

        held = group.held().records["budget"]["B-1"]
        group.by_hand(RecordVersion("budget", "B-1", {**held, "amount": "140"}, "register"))
        rows = answer(group, "conflicts", *ON)
        assert [(row["conflict"], row["sheet"], row["register"]) for row in rows] == [
            ("B-1.amount", "120", "140")
        ]
        assert group.run("conflicts", *ON).exit_code == 3
        group.run("resolve", "b-1.amount", "--take", side, *ON)
        assert group.run("conflicts", *ON).stdout == "No conflict.\n"
        assert group.cell("Budget", f"{letter}2") == value
        assert group.held().records["budget"]["B-1"]["amount"] == str(value)
        group.set("Budget", f"{letter}2", 100)
        group.sync()


def test_pipeline_shows_what_may_come_and_what_it_would_pay(tmp_path: Path) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "work_plan": [*ROWS["work_plan"], {"id": "A-2", "activity": "Train", "start": "2027-01-01", "end": "2027-06-30"}],
        "grants": [
            *ROWS["grants"],
            {"id": "G-2", "funder": "Northern Fund", "state": "applied", "currency": "EUR", "amount": "900"},
        ],
        "budget": [
            *ROWS["budget"],
            {"id": "B-20", "grant": "G-2", "activity": "A-2", "category": "Training", "amount": "700"},
            {"id": "B-21", "grant": "G-2", "activity": "A-1", "category": "Rent", "amount": "200"},
        ],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()
    group.run("grants", "set", "G-2", "odds=40%", *ON)
    (row,) = answer(group, "pipeline")
    assert (row["amount"], row["odds"], row["likely"]) == ("900.00", "40", "360.00")
    assert (row["covers"], row["covers_amount"]) == (
        "A-2",
        "700.00",
    ), "A-1 has money from a grant that is active"
    gaps = answer(group, "resources", "gaps", *ON)
    assert gaps == [], "a line, even of a grant that was only applied for, is a plan"


def test_an_awarded_grant_does_not_stand_among_what_may_come(tmp_path: Path) -> None:
    other: Fields = {"funder": "Fund", "currency": "EUR", "amount": "10"}
    states = ("prospect", "applied", "awarded", "active", "closing", "closed", "declined")
    grants: list[Fields] = [{**other, "id": f"G-{state}", "state": state} for state in states]
    group = Group(tmp_path, {"grants": grants})
    group.sync()

    assert [row["id"] for row in answer(group, "pipeline")] == ["G-prospect", "G-applied"]


def test_gaps_are_activities_that_nobody_covers_and_agreements_that_end_too_soon(
    tmp_path: Path,
) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "work_plan": [*ROWS["work_plan"], {"id": "A-2", "activity": "Train", "start": "2027-01-01", "end": "2027-06-30"}],
        "resources": [
            {"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "agreed", "until": "2026-06-30", "activity": "A-1"}
        ],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()
    assert [(row["id"], row["gap"]) for row in answer(group, "resources", "gaps", *ON)] == [
        ("A-1", "R-1 (workspace) ends on 2026-06-30, before the work does"),
        ("A-2", "nothing covers it yet"),
    ]
    assert group.run("resources", "close", "R-1", *ON).stdout == "R-1  until: 2026-06-30 → 2026-11-02\nR-1  state: agreed → returned\n"  # fmt: skip


@pytest.mark.slow
def test_a_budget_is_frozen_when_its_grant_becomes_active_and_what_moves_is_told(
    tmp_path: Path,
) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "grants": [{**ROWS["grants"][0], "state": "awarded", "agreement_reference": "F 1"}],
    }
    group = Group(tmp_path, rows)
    group.sync()
    approved, amount = _budget(group, "Approved"), _budget(group, "Amount")
    assert group.cell("Budget", f"{approved}2") is None
    assert group.run("revisions").stdout == "No grant has become active yet.\n"
    assert group.run("grants", "set", "G-1", "state=active", *ON).exit_code == 0
    group.sync()
    assert [group.cell("Budget", f"{approved}{row}") for row in range(2, 12)] == [100] * 10
    assert group.sync().stdout.startswith("0 rows taken"), "nothing more to do"
    group.set("Budget", f"{amount}2", 130)
    group.set("Budget", f"{approved}3", 999)
    group.set("Budget", f"{amount}3", 70)
    group.set("Budget", f"{_budget(group, 'Reason for revision')}3", "The room is cheaper")
    group.sync()
    assert [group.cell("Budget", f"{approved}{row}") for row in (2, 3)] == [
        100,
        100,
    ], "the tool's own column"
    assert ("'Budget'!", "revision-without-reason") in [
        (place[:9], code) for place, code in group.codes()
    ]
    shown = {row["line"]: row for row in answer(group, "revisions")}
    assert (shown["B-1"]["moved"], shown["B-1"]["moved_percent"], shown["B-1"]["reason"]) == (
        "30.00",
        "30.0",
        None,
    )
    assert (shown["B-2"]["moved"], shown["B-2"]["reason"]) == ("-30.00", "The room is cheaper")
    assert (shown["total"]["approved"], shown["total"]["moved"]) == ("1000.00", "0.00")
    by = {row["by"] for row in answer(group, "history", "B-3") if row["field"] == "approved"}
    assert by == {"register"}


def test_open_says_where_a_row_stands(group: Group) -> None:
    assert group.run("open", "b-3").stdout == f"'Budget'!A4  {group.path.as_uri()}\n"
    assert refused(group, "open", "B-99").startswith("There is no record B-99.")
    group.edit(lambda book: book["Budget"].delete_rows(4))
    assert (
        refused(group, "open", "B-3")
        == "The workbook has no row with the ID B-3. Sync, then try again."
    )


@pytest.mark.google_http
def test_open_gives_the_link_to_the_row_of_an_online_sheet(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from budgettrack.cli import main
    from tests.sheets_api.server import Server
    from tests.world.places import GooglePlace

    with Server() as server:
        place = GooglePlace(tmp_path, server)
        place.make(
            {
                "Budget": [["ID", "Grant"]],
                "Grants": [["ID", "Funder", "Currency"], ["G-1", "Fund", "EUR"]],
            }
        )
        from datetime import UTC, datetime

        synced(place.config, date(2026, 11, 2), datetime.now(UTC), workbook=place.workbook())
        done = CliRunner().invoke(
            main, ["--config", str(tmp_path / "budgettrack.toml"), "open", "G-1"]
        )
        assert place.file.book is not None
        (sheet,) = [each for each in place.file.book.sheets if each.title == "Grants"]
        assert (
            done.stdout == "'Grants'!A2 "
            f" https://docs.google.com/spreadsheets/d/{place.file.id}/edit#gid={sheet.id}&range=2:2\n"
        )


# Shared costs


@pytest.mark.slow
def test_a_receipt_is_divided_over_lines_and_stands_so_in_the_sheet(group: Group) -> None:
    done = group.run("split", "e-1", "2/1", "B-1", "b-4", *ON)
    assert done.stdout == "E-1  B-1  1.00 EUR\nE-31  B-4  0.50 EUR\n"
    group.sync()
    rows = {row[0].value: row for row in _rows(group, "Expenses")}
    heads = {cell.value: index for index, cell in enumerate(_rows(group, "Expenses")[0])}
    assert [rows[id_][heads["Amount"]].value for id_ in ("E-1", "E-31")] == [1, 0.5]
    assert rows["E-31"][heads["Split of"]].value == "E-1"
    assert rows["E-31"][heads["Receipt"]].value == rows["E-1"][heads["Receipt"]].value
    assert {code for _, code in group.codes()} & {
        "possible-duplicate",
        "split-does-not-add-up",
    } == set()
    group.set("Expenses", f"{_letter(group, 'Amount')}32", 0.4)
    group.sync()
    assert "split-does-not-add-up" in {code for _, code in group.codes()}
    assert (
        refused(group, "split", "E-1", "1/1", "B-1", "B-2")
        == "E-1 is divided already. Change the amounts of its rows in the workbook."
    )


def _rows(group: Group, tab: str) -> list[Any]:
    import openpyxl

    return list(openpyxl.load_workbook(group.path)[tab].iter_rows())


def test_a_named_key_of_the_config_names_the_lines_too(group: Group) -> None:
    group.config.write_text(
        group.config.read_text() + '[shares]\noffice = { "B-1" = 60, "B-2" = 40 }\n'
    )
    assert (
        group.run("split", "E-2", "office", *ON).stdout
        == "E-2  B-1  1.50 EUR\nE-31  B-2  1.00 EUR\n"
    )
    group.config.write_text(group.config.read_text() + 'wrong = { "B-1" = 60 }\n')
    done = group.run("status")
    assert done.exit_code == 1
    assert (
        "shares.wrong: The share does not name two budget lines or more with their weights"
        in done.stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("1/1/1", "B-1", "B-2"),
            "1/1/1 has 3 parts, and you named 2 budget lines. Name one line for each part.",
        ),
        (("1/1", "B-1", "B-1"), "A budget line is named twice. Name each line once."),
        (("1/1", "B-1", "B-99"), "There is no budget line B-99. Did you mean B-9?"),
        (("1+1", "B-1", "B-2"), "1+1 sums to 2; the receipt is 1.50 EUR. Correct the amounts."),
    ],
)
def test_a_split_that_does_not_fit_changes_nothing(
    group: Group, words: tuple[str, ...], said: str
) -> None:
    before = group.held()
    assert refused(group, "split", "E-1", *words) == said
    assert group.held() == before


FIXED = ("activity", "name", "category", "currency", "total", "may_come", "state", "without_rate")


def test_a_grant_with_the_id_of_a_column_of_the_grid_hides_nothing(tmp_path: Path) -> None:
    other: Fields = {"funder": "Fund", "currency": "EUR", "amount": "10", "state": "active"}
    lines: Fields = {"activity": "A-1", "category": "Rent", "amount": "10"}
    group = Group(
        tmp_path,
        {
            "grants": [{**other, "id": id_} for id_ in FIXED],
            "work_plan": ROWS["work_plan"],
            "budget": [
                {**lines, "id": f"B-{n}", "grant": id_} for n, id_ in enumerate(FIXED, start=1)
            ],
        },
    )
    group.sync()

    (row,) = csv.DictReader(group.run("grid", "--csv").stdout.splitlines())
    assert (row["activity"], row["category"], row["total"], row["may_come"], row["state"]) == (
        ("A-1", "Rent", "80.00", "0.00", "double")
    )
    assert [row[f"grants.{id_}"] for id_ in FIXED] == ["10.00"] * 8
    heading, shown = group.run("grid").stdout.splitlines()[::2]
    assert [heading.split().count(id_) for id_ in FIXED] == [1] * 8
    assert shown.split().count("10.00") == 8
    assert "80.00" in shown.split()


@pytest.mark.slow
def test_a_grant_without_a_rate_is_said_at_the_grid_and_in_the_checks(tmp_path: Path) -> None:
    swiss: Fields = {"id": "G-2", "funder": "Alps", "currency": "CHF", "amount": "900"}
    food: Fields = {"id": "B-20", "grant": "G-2", "category": "Food", "amount": "900"}
    group = Group(
        tmp_path,
        {
            **ROWS,
            "grants": [*ROWS["grants"], {**swiss, "state": "active"}],
            "budget": [*ROWS["budget"], food],
        },
    )
    group.sync()

    said = (
        "In no sum, because no rate is known: B-20. Add the rate to Rates, or type the grant's"
        " Budget rate."
    )
    assert group.run("grid").stdout.splitlines()[-1] == said
    assert group.run("--plain", "grid").stdout.splitlines()[-1] == said
    assert "In no sum" not in group.run("grid", "--csv").output
    rate = column("Grants", "Budget rate", group.path)
    assert (f"'Grants'!{rate}3", "grant-without-rate") in group.codes()

    group.set("Grants", f"{rate}3", 0.95)
    group.sync()

    assert "In no sum" not in group.run("grid").output
    assert "grant-without-rate" not in {code for _, code in group.codes()}


def test_the_grid_has_a_column_for_each_grant(group: Group) -> None:
    (row,) = answer(group, "grid")
    assert (row["activity"], row["category"], row["grants"], row["total"], row["state"]) == (
        "A-1",
        "Rent",
        {"G-1": "1000.00"},
        "1000.00",
        "",
    )
    shown = group.run("grid").stdout
    assert "G-1" in shown.splitlines()[0]
    assert (
        group.run("grid", "--csv")
        .stdout.splitlines()[0]
        .startswith("activity,name,category,currency,total")
    )
