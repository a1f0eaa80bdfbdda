"""What a sync remembers of rows stands in a file of its own, and is never needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from budgettrack import row_facts, unchanged
from budgettrack.core.base.grids import Value
from budgettrack.core.cells import reader as reading
from tests.world.group import ON, Group, column


@pytest.fixture
def resting(tmp_path: Path) -> Group:
    """A group whose last sync had nothing to do."""
    folder = tmp_path / "group"
    folder.mkdir()
    group = Group(folder, before=(("sync", *ON),))
    group.sync()
    return group


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[Value]:
    """The ID cells of the rows of which the cells were read."""
    seen: list[Value] = []
    whole = reading._cells

    def counted(plan: Any, cells: Any) -> Any:
        seen.append(cells[0])
        return whole(plan, cells)

    monkeypatch.setattr(reading, "_cells", counted)
    return seen


def facts(group: Group) -> Path:
    return group.folder / row_facts.NAME


def change(group: Group, value: int) -> None:
    group.set("Expenses", f"{column('Expenses', 'Amount', group.path)}2", value)


def test_only_rows_near_a_change_are_read_again(resting: Group, rows_read: list[Value]) -> None:
    others = {*resting.held().records["work_plan"]}
    assert others
    change(resting, 77)
    rows_read.clear()

    resting.sync()

    assert "E-1" in rows_read
    assert others.isdisjoint(rows_read)
    assert resting.held().records["expenses"]["E-1"]["amount"] == "77"


def test_only_the_owner_reads_the_file_and_it_has_no_text(resting: Group) -> None:
    content = facts(resting).read_bytes()

    assert content
    assert facts(resting).stat().st_mode & 0o077 == 0
    for records in resting.held().records.values():
        for id_, fields in records.items():
            assert not any(
                text.encode() in content for text in (id_, *fields.values()) if len(text) > 2
            )


@pytest.mark.parametrize(
    "damage", [b"", b"x", b"x" * 160, None], ids=["blank", "short", "other", "gone"]
)
def test_a_file_that_is_damaged_or_gone_is_written_again(
    resting: Group, rows_read: list[Value], damage: bytes | None
) -> None:
    if damage is None:
        facts(resting).unlink()
    else:
        facts(resting).write_bytes(damage)
    change(resting, 77)
    resting.sync()
    assert "A-1" in rows_read
    rows_read.clear()
    change(resting, 78)
    resting.sync()

    assert "A-1" not in rows_read


def test_a_file_that_cannot_be_written_is_no_trouble(resting: Group) -> None:
    facts(resting).unlink()
    facts(resting).mkdir()
    change(resting, 77)

    assert resting.sync().exit_code in (0, 3)
    assert resting.held().records["expenses"]["E-1"]["amount"] == "77"


def test_redact_and_another_key_delete_it(resting: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    assert facts(resting).exists()
    assert resting.run("redact", "expenses/E-1.receipt", "--yes").exit_code in (0, 3)
    assert not facts(resting).exists()

    change(resting, 77)
    resting.sync()
    change(resting, 78)
    resting.sync()
    before = facts(resting).read_bytes()
    monkeypatch.setattr("budgettrack.setup.rotate.sync", lambda _: None)  # as if it died before
    assert resting.run("key", "--rotate", "--yes").exit_code in (0, 3)
    assert before
    assert not facts(resting).exists()


def test_a_restored_workbook_is_read_as_it_is(resting: Group) -> None:
    old = resting.path.read_bytes()
    change(resting, 77)
    resting.sync()
    change(resting, 78)
    resting.sync()
    assert resting.held().records["expenses"]["E-1"]["amount"] == "78"
    kept = facts(resting).read_bytes()
    facts(resting).unlink()
    resting.path.write_bytes(old)
    without = resting.run("sync", "--dry-run", *ON).output
    facts(resting).write_bytes(kept)
    assert resting.run("sync", "--dry-run", *ON).output == without


def test_a_process_that_is_older_than_an_upgrade_keeps_no_facts_for_the_new_program(
    tmp_path: Path,
) -> None:
    """A process such as `schedule` lives for weeks: what it reads is read by the program that it
    was started with, whatever its files have become."""
    (tmp_path / "upgraded.py").touch()
    code = (
        "import sys, pathlib; import budgettrack.sync; from budgettrack import row_facts, unchanged;"
        " unchanged.PROGRAM = pathlib.Path(sys.argv[1]);"
        " print(row_facts.remembered(pathlib.Path(sys.argv[1]), b'').program.hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    unchanged.program_state.cache_clear()
    assert told.stdout.strip() == unchanged.program_state().hex()
