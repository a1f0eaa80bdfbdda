"""Syncs on real files: what goes wrong is refused with its remedy, and nothing is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from budgettrack.register import queries
from budgettrack.register.store import RecordVersion, open_register
from budgettrack.workbook.xlsx.copies import all_copies
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.disk import locked
from tests.world.group import ON, ROWS, Group, column


def test_a_first_sync_takes_everything_and_a_second_does_nothing(group: Group) -> None:
    group.sync()
    before = group.path.read_bytes()
    again = group.sync()

    assert "0 rows taken from the workbook, 0 rows written into it, 0 IDs given." in again.stdout
    assert group.path.read_bytes() == before
    assert set(group.held().records["expenses"]) == {f"E-{n}" for n in range(1, 31)}


@pytest.mark.slow
def test_both_sides_edits_arrive_and_other_cells_stay(group: Group) -> None:
    group.sync()
    group.set("Budget", f"{column('Budget', 'Amount', group.path)}2", 120)
    group.by_hand(
        RecordVersion(
            "budget", "B-2", {**group.held().records["budget"]["B-2"], "amount": "90.5"}, "register"
        )
    )
    group.sync()

    assert group.held().records["budget"]["B-1"]["amount"] == "120"
    assert group.cell("Budget", f"{column('Budget', 'Amount', group.path)}3") == 90.5


def test_a_new_row_gets_its_id_and_the_previous_file_is_kept(group: Group) -> None:
    group.sync()
    group.edit(
        lambda book: book["Expenses"].append(
            [None, datetime(2026, 5, 5), "B-1", None, "Chairs", 12.5]
        )
    )
    before = group.path.read_bytes()
    group.sync()

    assert group.held().records["expenses"]["E-31"]["amount"] == "12.5"
    assert "E-31" in {cell.value for cell in openpyxl.load_workbook(group.path)["Expenses"]["A"]}
    previous = group.folder / "plan.previous.xlsx"
    assert previous.read_bytes() == before
    assert previous.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_conflict_stands_in_checks_until_keep_settles_it(group: Group) -> None:
    group.sync()
    amount = f"{column('Budget', 'Amount', group.path)}2"
    group.set("Budget", amount, 120)
    group.by_hand(
        RecordVersion(
            "budget", "B-1", {**group.held().records["budget"]["B-1"], "amount": "90"}, "register"
        )
    )
    told = group.sync()

    assert told.exit_code == 3
    assert "1 conflict: choose in the Keep cells of the tab Checks." in told.stdout
    assert (f"'Budget'!{amount}", "conflict") in group.codes()
    assert group.cell("Budget", amount) == 120
    assert group.held().records["budget"]["B-1"]["amount"] == "90"

    def keep(book: openpyxl.Workbook) -> None:
        for row in book["Checks"].iter_rows():
            if str(row[8].value).startswith("budget/B-1.amount #"):
                row[6].value = "register"

    group.edit(keep)
    group.sync()
    assert group.cell("Budget", amount) == 90
    assert "conflict" not in {code for _, code in group.codes()}


@pytest.mark.slow
def test_a_choice_is_for_what_stood_there_and_not_for_what_was_typed_after_it(group: Group) -> None:
    group.sync()
    amount = f"{column('Budget', 'Amount', group.path)}2"
    group.set("Budget", amount, 120)
    group.by_hand(
        RecordVersion(
            "budget", "B-1", {**group.held().records["budget"]["B-1"], "amount": "90"}, "register"
        )
    )
    group.sync()

    def keep_and_type(book: openpyxl.Workbook) -> None:
        for row in book["Checks"].iter_rows():
            if str(row[8].value).startswith("budget/B-1.amount #"):
                row[6].value = "register"
        book["Budget"][amount].value = 130

    group.edit(keep_and_type)
    group.sync()
    assert group.cell("Budget", amount) == 130
    assert group.held().records["budget"]["B-1"]["amount"] == "90"
    assert (f"'Budget'!{amount}", "conflict") in group.codes()


def test_the_preview_is_what_the_sync_then_does(group: Group) -> None:
    group.sync()
    group.set("Budget", f"{column('Budget', 'Amount', group.path)}2", 120)
    before = group.path.read_bytes(), group.held()
    preview = group.run("sync", "--dry-run", *ON)

    assert "register: budget B-1: amount 100 → 120" in preview.stdout
    assert (group.path.read_bytes(), group.held()) == before


def test_an_emptied_tab_is_refused_and_nothing_is_written(group: Group) -> None:
    group.sync()
    group.edit(lambda book: book["Expenses"].delete_rows(2, 40))
    before = group.path.read_bytes(), group.held()
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "The tab Expenses is empty; it had 30 rows." in result.stderr
    assert "Nothing was written." in result.stderr
    assert (group.path.read_bytes(), group.held()) == before
    group.sync("--allow", "removals")
    assert group.held().records["expenses"] == {}


def test_a_sync_says_how_many_ids_people_changed(group: Group) -> None:
    # Lines that are equal in everything but the ID cannot be told apart.
    group.edit(lambda book: book["Budget"].delete_rows(3, 9))
    group.sync()
    group.set("Budget", "A2", "RENT")

    # The rows that refer to the line have its new ID.
    said = "0 rows taken from the workbook, 3 rows written into it, 0 IDs given, 1 ID changed."
    assert said in group.sync().stdout
    assert list(group.held().records["budget"]) == ["RENT"]


def test_a_renamed_tab_is_refused_and_said(group: Group) -> None:
    group.sync()
    group.edit(lambda book: setattr(book["Expenses"], "title", "Something"))
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "The tab Expenses is missing" in result.stderr


def test_a_copy_of_the_workbook_is_refused_unless_adopted(group: Group) -> None:
    group.sync()
    shutil.copyfile(group.path, group.folder / "copy.xlsx")
    group.config.write_text('[workbook]\nxlsx = "copy.xlsx"\n')
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert (
        "This register knows the workbook as plan.xlsx; copy.xlsx looks like a copy of it."
        in result.stderr
    )
    group.sync("--adopt")
    group.sync()


def test_a_second_register_is_refused_unless_adopted(group: Group) -> None:
    group.sync()
    (group.folder / "register.sqlite").unlink()
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "plan.xlsx belongs to another register." in result.stderr
    group.sync("--adopt")


def test_another_workbook_is_refused(group: Group) -> None:
    group.sync()
    group.path.unlink()
    new_workbook(group.path, rows=ROWS)
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "plan.xlsx is not the workbook that this register knows." in result.stderr


def test_two_filled_sides_meet_only_when_somebody_confirms(group: Group) -> None:
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}"):
        pass
    group.by_hand(RecordVersion("budget", "B-1", {"grant": "G-1", "amount": "77"}, "register"))
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "meet for the first time" in result.stderr
    assert "conflict: budget/B-1.amount: both moved" in result.stderr
    assert group.sync("--yes").exit_code == 3


@pytest.mark.slow
def test_personal_columns_leave_no_byte_anywhere(tmp_path: Path) -> None:
    marks = [f"ZQX{n}PAYEE" for n in range(30)]
    group = Group(tmp_path)
    group.path.unlink()
    new_workbook(group.path, with_optional=frozenset({"payee", "approved_by"}), rows=ROWS)

    def name(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        for heading in ("Payee", "Approved by"):
            place = next(cell.column for cell in sheet[1] if cell.value == heading)
            for row, mark in enumerate(marks, 2):
                sheet.cell(row, place).value = mark + heading[:1]
        # A copied row and one that cannot be read, so that their findings are written too.
        sheet["A3"].value, sheet.cell(4, 2).value = "E-1", "some day"

    group.edit(name)
    told = group.sync()
    everything = (
        told.output + group.run("checks").output + group.run("sync", "--dry-run", *ON).output
    )
    everything += group.run("monthly", *ON).output
    kept = {group.path, *all_copies(group.path)}
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path not in kept]

    assert {path.suffix for path in files} >= {".sqlite", ".html", ".xlsx"}
    assert b"PAYEE" in _all_bytes(group.path), "the sheet keeps them"
    for path in files:
        assert b"ZQX" not in _all_bytes(path), path
    assert "ZQX" not in everything


def _all_bytes(path: Path) -> bytes:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    return path.read_bytes()


def test_a_newer_register_is_refused(group: Group) -> None:
    import sqlite3

    group.sync()
    with sqlite3.connect(group.folder / "register.sqlite") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(migrations)")]
        row = connection.execute("SELECT * FROM migrations ORDER BY 1 DESC").fetchone()
        newer = [99 if isinstance(value, int) else value for value in row]
        connection.execute(
            f"INSERT INTO migrations VALUES ({', '.join('?' * len(columns))})", newer
        )
    connection.close()
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "newer" in result.stderr


def test_two_syncs_at_once_the_second_is_refused(group: Group) -> None:
    group.sync()
    with (
        open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register,
        register.writing(),
    ):
        result = group.run("--wait", "0", "sync", *ON)

    assert result.exit_code == 1
    assert "Another run is still writing to this register" in result.stderr


def test_a_workbook_open_elsewhere_is_refused(group: Group) -> None:
    (group.folder / ".~lock.plan.xlsx#").write_text(",somebody,,;")
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert "plan.xlsx" in result.stderr
    assert "open" in result.stderr


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "plan.xlsx does not exist."),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "xlsx"),
        (lambda path: path.write_bytes(path.read_bytes()[:3000]), "plan.xlsx"),
        (lambda path: path.write_text("ID,Date\n"), "plan.xlsx"),
    ],
    ids=["missing", "old or locked by a password", "truncated", "not a workbook"],
)
def test_a_file_that_is_no_workbook_is_said_and_the_register_stays(
    group: Group, spoil: Callable[[Path], object], words: str
) -> None:
    group.sync()
    held = group.held()
    spoil(group.path)
    result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert group.held() == held


FULL_DISK = """
import resource, sys
from budgettrack.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
main(sys.argv[2:])
"""


@pytest.mark.slow
@pytest.mark.parametrize("room", [2_000, 9_000])
def test_a_full_disk_loses_nothing(group: Group, room: int) -> None:
    import signal

    group.sync()
    group.set("Budget", f"{column('Budget', 'Amount', group.path)}2", 120)
    group.edit(
        lambda book: book["Expenses"].append(
            [None, datetime(2026, 5, 5), "B-1", None, "Chairs", 12.5]
        )
    )
    before, held = group.path.read_bytes(), group.held()
    result = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(room), "--config", str(group.config), "sync", *ON],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    )

    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()
    assert group.path.read_bytes() == before
    assert group.held() == held
    assert sorted(path.name for path in group.folder.iterdir() if path.suffix == ".tmp") == []
    group.sync()
    assert group.held().records["budget"]["B-1"]["amount"] == "120"


@pytest.mark.slow
def test_a_folder_without_write_permission_is_said_and_nothing_is_lost(group: Group) -> None:
    group.sync()
    group.set("Budget", f"{column('Budget', 'Amount', group.path)}2", 120)
    before, held = group.path.read_bytes(), group.held()
    with locked(group.folder):
        result = group.run("sync", *ON)

    assert result.exit_code == 1
    assert str(group.folder) in result.stderr
    assert "Traceback" not in result.output
    assert (group.path.read_bytes(), group.held()) == (before, held)
    group.sync()
    assert group.held().records["budget"]["B-1"]["amount"] == "120"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("monthly", "--month", "2027-01", *ON),
            "2027-01 lies in the future (today is 2026-11-02).",
        ),
        (("variance", "--to", "2026-13", *ON), 'There is no month "2026-13". Type it as 2026-03.'),
        (("variance", "--grant", "G-9", *ON), "There is no grant G-9. There are: G-1."),
        (
            ("variance", "--from", "2026-05", "--to", "2026-02", *ON),
            "is after the last, 2026-02. Exchange them.",
        ),
        (("status", "--on", "soon"), '"soon" is not a date. Type it as 2026-03-31.'),
        (("report", "funder", "G-9", *ON), "There is no grant G-9."),
    ],
)
def test_a_wrong_question_is_answered_with_the_right_one(
    group: Group, words: tuple[str, ...], said: str
) -> None:
    group.sync()
    result = group.run(*words)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_question_before_the_first_sync_says_so(group: Group) -> None:
    result = group.run("status")

    assert result.exit_code == 1
    assert result.stderr == "Nothing was synced yet. Run: budgettrack sync\n"


@pytest.mark.slow
def test_what_people_typed_oddly_is_found_with_its_cell_and_kept(group: Group) -> None:
    date_, amount = column("Expenses", "Date", group.path), column("Expenses", "Amount", group.path)
    what = column("Expenses", "Description", group.path)

    def odd(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        sheet[f"{amount}2"], sheet[f"{date_}3"] = "1.2OO", "12/03/2026"
        sheet[f"{amount}4"], sheet[f"{amount}5"] = "=SUM(1,2)", "#REF!"
        sheet[f"{amount}5"].data_type = "e"
        sheet[f"{what}6"], sheet[f"{what}7"] = "x" * 32_000, "מפגש שבועי 🌈"
        sheet["A9"] = "E-7"

    group.edit(odd)
    group.sync()
    found = set(group.codes())

    assert {
        (f"'Expenses'!{amount}2", "amount-not-a-number"),
        (f"'Expenses'!{date_}3", "date-ambiguous"),
        (f"'Expenses'!{amount}4", "formula-without-value"),
        (f"'Expenses'!{amount}5", "cell-error"),
        (f"'Expenses'!{what}6", "text-too-long"),
        ("'Expenses'!A9", "duplicate-id"),
    } <= found
    assert group.cell("Expenses", f"{amount}2") == "1.2OO"
    assert group.held().records["expenses"]["E-6"]["description"] == "מפגש שבועי 🌈"
    (row,) = json.loads(group.run("variance", "--by", "grant", *ON, "--json").stdout)
    counted = sum(
        Decimal(f"{n}.5") for n in range(1, 31) if n not in (1, 2, 3, 4) and (1 + n % 9) < 11
    )
    assert Decimal(row["spent"]) == counted


@pytest.mark.slow
def test_the_month_may_be_run_again_and_gives_the_same_bytes(group: Group) -> None:
    assert group.run("monthly", *ON).exit_code in (0, 3)
    assert group.run("monthly", *ON).exit_code in (0, 3)
    reports = {
        path: path.read_bytes() for path in (group.folder / "reports").rglob("*") if path.is_file()
    }
    assert group.run("monthly", *ON).exit_code in (0, 3)

    assert {path.parent.name for path in reports} == {"public", "private", "data"}
    assert {path: path.read_bytes() for path in reports} == reports
    times = {path: path.stat().st_mtime_ns for path in reports}
    assert group.run("monthly", *ON).exit_code in (0, 3)
    assert {path: path.stat().st_mtime_ns for path in reports} == times


@pytest.mark.slow
def test_a_month_already_reported_is_not_rephased(group: Group) -> None:
    group.run("monthly", *ON)

    def budget() -> dict[str, str]:
        out = group.run(
            "variance", "--each-month", "--from", "2026-01", "--to", "2026-10", *ON, "--json"
        ).stdout
        return {row["from"]: row["budget"] for row in json.loads(out) if row["line"] == "B-1"}

    before = budget()
    group.set("Budget", f"{column('Budget', 'Start', group.path)}2", date(2026, 6, 1))
    group.set("Budget", f"{column('Budget', 'End', group.path)}2", date(2026, 12, 31))
    group.sync()

    assert budget() == before
    assert before["2026-01"] == "8.33", "a twelfth of 100.00, to the nearest cent"


@pytest.mark.slow
def test_a_month_reported_without_a_budget_gets_none_later(tmp_path: Path) -> None:
    late = {**ROWS["budget"][0], "start": "2026-11-01", "end": "2026-12-31"}
    group = Group(tmp_path, {**ROWS, "budget": [late, *ROWS["budget"][1:]]})
    group.run("monthly", *ON)
    group.set("Budget", f"{column('Budget', 'Start', group.path)}2", date(2026, 6, 1))
    group.sync()

    rows = json.loads(group.run("variance", "--to", "2026-10", *ON, "--json").stdout)
    assert next(row for row in rows if row["line"] == "B-1")["budget"] == "0.00"


@pytest.mark.slow
def test_a_derived_deadline_deleted_in_the_sheet_stays_deleted(tmp_path: Path) -> None:
    grant = {**ROWS["grants"][0], "report_every": "quarter", "periods_from": "calendar"}
    group = Group(tmp_path, {**ROWS, "grants": [grant]})
    group.sync()

    assert group.cell("Deadlines", "A2") == "report:G-1:2026-Q1"
    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as register:
        assert [
            version.by
            for version in register.ask(queries.history, "deadlines", "report:G-1:2026-Q1")
        ] == ["register"]
        assert [version.by for version in register.ask(queries.history, "budget", "B-1")] == [
            "sheet"
        ]
    assert group.sync().stdout.startswith("0 rows taken from the workbook, 0 rows written into it")
    group.edit(lambda book: book["Deadlines"].delete_rows(2))
    group.sync()
    group.sync()
    ids = {cell.value for cell in openpyxl.load_workbook(group.path)["Deadlines"]["A"]}
    assert "report:G-1:2026-Q1" not in ids
    assert "report:G-1:2026-Q2" in ids
