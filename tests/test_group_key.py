"""The group's key: where it comes from, what is kept of a payee with it, and what happens without
it or with another one."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main, unforeseen
from budgettrack.config.load import load
from budgettrack.core.sealing.contributors import payee_hash
from budgettrack.core.sealing.former import NOWHERE
from budgettrack.group import open_group
from budgettrack.register import queries
from budgettrack.register.store import open_register
from tests.world.group import Group
from tests.world.payees import hashes, with_payees
from tests.world.report_text import everything

NAME = "Zqsomebodyzq Person"


def key(group: Group) -> bytes:
    return (group.folder / ".budgettrack.key").read_bytes().strip()


def test_the_first_sync_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()

    path = tmp_path / ".budgettrack.key"
    assert len(bytes.fromhex(path.read_text().strip())) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    group.sync()
    assert path.read_bytes() == before


def test_two_groups_have_two_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        group = Group(tmp_path / name)
        group.sync()
        keys.add(key(group))
    assert len(keys) == 2


def test_a_new_group_gets_its_key_and_a_list_of_what_belongs_in_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["init", "--xlsx", "plan.xlsx"]).output

    assert f"Made {tmp_path / '.budgettrack.key'}: keep a copy of it, but not beside" in said
    ignored = (tmp_path / ".gitignore").read_text("utf-8").splitlines()
    assert {".budgettrack.key*", "register.damaged-*", unforeseen.NAME} <= set(ignored)
    made = (tmp_path / ".budgettrack.key").read_bytes()
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    assert (tmp_path / ".budgettrack.key").read_bytes() == made


def test_of_a_payee_only_a_hash_is_kept(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME, "", NAME.upper())
    group.sync()
    group.run("report", "transparency")

    known = payee_hash(key(group), NAME)
    assert hashes(group) == {"E-1": known, "E-3": known}
    kept = {
        path.name: path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file() and not path.name.startswith("plan.")
    }
    assert "Zqsomebodyzq" not in everything(kept)
    beside = {name: content for name, content in kept.items() if name != "register.sqlite"}
    assert known not in everything(beside)
    for words in (
        ("history", "E-1", "--json"),
        ("checks", "--json"),
        ("sync", "--dry-run"),
    ):
        assert known not in group.run(*words).output


def test_contributors_know_a_payee_and_an_unknown_one(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME, "", NAME)
    group.sync()

    with open_group(load(group.config)) as opened:
        plan = opened.whole_plan
        who = opened.contributors(plan)
        assert who.reads_payees
        first, second, third = (who.of(plan.expenses[f"E-{n}"]) for n in (1, 2, 3))
    assert (first == third, second) == (True, "")


def test_it_is_known_where_a_line_and_a_payment_stood_before_they_were_moved(
    tmp_path: Path,
) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()

    def move(book: openpyxl.Workbook) -> None:
        for tab, heading, value in (("Budget", "Grant", "G-2"), ("Expenses", "Budget line", "")):
            column = next(cell.column for cell in book[tab][1] if cell.value == heading)
            book[tab].cell(2, column).value = value

    with open_group(load(group.config)) as opened:
        assert opened.contributors(opened.whole_plan).former == NOWHERE
        line = opened.whole_plan.expenses["E-1"].line
    group.edit(move)
    group.sync()
    with open_group(load(group.config)) as opened:
        former = opened.contributors(opened.whole_plan).former
    assert former.lines == {"E-1": {line}}
    assert former.grants == {("budget", "B-1"): {"G-1"}}


@pytest.mark.slow
def test_a_corrected_a_blanked_and_a_removed_payee_are_forgotten(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME, NAME, NAME, NAME)
    group.sync()

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        column = next(cell.column for cell in sheet[1] if cell.value == "Payee")
        sheet.cell(2, column).value = "Another Payee"
        sheet.cell(3, column).value = None
        sheet.delete_rows(4)

    group.edit(change)
    group.sync()
    assert hashes(group) == {
        "E-1": payee_hash(key(group), "Another Payee"),
        "E-4": payee_hash(key(group), NAME),
    }


def test_a_merged_cell_is_the_payee_of_all_its_rows(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)

    def merge(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        letter = next(cell.column_letter for cell in sheet[1] if cell.value == "Payee")
        sheet.merge_cells(f"{letter}2:{letter}4")

    group.edit(merge)
    group.sync()
    assert hashes(group) == dict.fromkeys(("E-1", "E-2", "E-3"), payee_hash(key(group), NAME))


def test_without_its_column_a_payee_stays_known(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()
    before = hashes(group)

    def drop(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "Payee"))

    group.edit(drop)
    group.sync()
    assert hashes(group) == before != {}


def test_the_variable_stands_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGETTRACK_KEY", "a" * 64)
    group = with_payees(tmp_path, NAME)
    group.sync()

    assert not (tmp_path / ".budgettrack.key").exists()
    assert hashes(group) == {"E-1": payee_hash(b"a" * 64, NAME)}


def test_with_another_key_nothing_is_read(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()
    before = hashes(group)
    (tmp_path / ".budgettrack.key").write_text("f" * 64)

    for words in (("sync",), ("sync", "--dry-run")):
        refused = group.run(*words)
        assert (refused.exit_code, refused.stderr.splitlines()) == (
            1,
            [
                "This register was made with another key than the one in .budgettrack.key or"
                " BUDGETTRACK_KEY. Put back the right key. If it is lost, begin with a new one:"
                " budgettrack sync --new-key",
                "Nothing was read or written.",
            ],
        )
    assert hashes(group) == before
    assert group.run("sync", "--new-key").exit_code in (0, 3)
    assert hashes(group) == {"E-1": payee_hash(b"f" * 64, NAME)}
    assert group.run("sync").exit_code in (0, 3)


def test_a_lost_key_is_replaced_by_a_new_one_that_is_asked_for(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()
    key = tmp_path / ".budgettrack.key"
    lost = key.read_bytes()
    key.unlink()

    group.run("sync")
    assert not key.exists(), "the right one may still be found"
    assert group.run("sync", "--new-key").exit_code in (0, 3)
    assert key.read_bytes() != lost
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert hashes(group) == {"E-1": payee_hash(key.read_bytes().strip(), NAME)}
    group.run("sync")
    assert hashes(group) == {"E-1": payee_hash(key.read_bytes().strip(), NAME)}


def test_without_the_key_every_line_is_one_contributor_and_hashes_stay(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME, "Another Payee")
    group.sync()
    before = hashes(group)
    (tmp_path / ".budgettrack.key").unlink()

    group.sync()

    assert hashes(group) == before
    assert not (tmp_path / ".budgettrack.key").exists()
    with open_group(load(group.config)) as opened:
        plan = opened.whole_plan
        who = opened.contributors(plan)
        lines = {(plan.expenses[id_].line, who.of(plan.expenses[id_])) for id_ in plan.expenses}
    assert len(lines) == len({line for line, _ in lines}) == len({one for _, one in lines}) == 10


def test_a_key_that_cannot_be_written_stops_no_sync(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    (tmp_path / ".budgettrack.key").symlink_to(tmp_path / "gone" / "key")

    group.sync()

    assert hashes(group) == {}


def test_doctor_tells_what_is_wrong_with_the_key(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    assert "ok     key" in group.run("doctor").output

    (tmp_path / ".budgettrack.key").write_text("f" * 64)
    said = group.run("doctor").output
    assert "The group's key cannot be used. This register was made with another key than" in said

    (tmp_path / ".budgettrack.key").unlink()
    said = group.run("doctor").output
    assert "key-missing" in group.run("doctor", "--json").output
    assert "each budget line counts as one person, and the public pages show less" in said
    assert "budgettrack sync --new-key" in said


def test_the_key_is_not_in_the_register(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()

    kept = everything({"register": (tmp_path / "register.sqlite").read_bytes()})
    assert key(group).decode() not in kept


def test_hashes_are_in_no_version_of_a_record(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()

    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as register:
        versions = register.ask(queries.history, "expenses", "E-1")
    assert "payee" not in json.dumps([version.fields for version in versions])
