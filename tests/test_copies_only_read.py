"""A workbook that is only read bears no mark: an older copy of it is known by its rows, and its
findings stand where no tab Checks is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from tests.world.adopting import ON, adopted, book, run

ROWS: list[list[Any]] = [
    ["Item", "City", "Own funds", "Total"],
    ["Coordinator", 10000, 5000, 15000],
    ["Peer workers", 6000, 2000, 8000],
    ["Total", 16000, 7000, 23000],
]
NEWER: list[list[Any]] = [
    ["Item", "City", "Own funds", "Total"],
    ["Coordinator", 10500, 5000, 15500],
    ["Driver", 700, 0, 700],
    ["Peer workers", 6000, 2000, 8000],
    ["Total", 17200, 7000, 24200],
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = book(tmp_path, {"Budget": ROWS})
    adopted(path)
    assert sync(path).exit_code == 0
    return path


def typed(path: Path, rows: Sequence[Sequence[Any]]) -> Result:
    """Types the rows into the tab, and syncs."""
    whole = openpyxl.load_workbook(path)
    tab: Any = whole["Budget"]
    tab.delete_rows(1, 99)
    for line in rows:
        tab.append(line)
    whole.save(path)
    return sync(path)


def ids_written(path: Path) -> str:
    """Makes a file of answers that lets IDs be written, and returns its name."""
    answers = path.with_name("answers.toml")
    answers.write_text('ids = "yes"\n')
    return str(answers)


def sync(path: Path, *options: str) -> Result:
    return run("--config", str(path.parent), "sync", *ON, *options)


def budget(path: Path) -> str:
    return run("--config", str(path.parent), "variance", "--json", *ON).stdout


def test_an_older_copy_is_refused_until_somebody_says_that_it_is_meant(path: Path) -> None:
    older = path.with_name("kept.xlsx")
    shutil.copy(path, older)
    typed(path, NEWER)
    newer, before = path.read_bytes(), budget(path)

    shutil.copy(older, path)
    told = sync(path)

    assert told.exit_code == 1
    assert " is as it was on 20" in told.output
    assert "; since then 2 rows changed. If an older copy was put back by mistake" in told.output
    assert "--allow older-copy" in told.output
    assert budget(path) == before

    preview = sync(path, "--dry-run")
    assert (preview.exit_code, "would be refused" in preview.output) == (1, True)

    assert sync(path, "--allow", "older-copy").exit_code == 0
    assert budget(path) != before
    assert sync(path).exit_code == 0

    # The newer one is a copy too, of what stood before.
    path.write_bytes(newer)
    assert sync(path).exit_code == 1


def test_the_newer_workbook_in_its_place_again_goes_on_without_a_word(path: Path) -> None:
    older = path.read_bytes()
    typed(path, NEWER)
    newer, before = path.read_bytes(), budget(path)
    path.write_bytes(older)
    assert sync(path).exit_code == 1
    path.write_bytes(newer)
    again = sync(path)
    assert (again.exit_code, "as it was on" in again.output) == (0, False)
    assert budget(path) == before


def test_one_cell_that_gets_its_old_value_again_is_an_edit_like_any_other(path: Path) -> None:
    corrected = [ROWS[0], ["Coordinator", 10500, 5000, 15500], ROWS[2], ["Total", None, None, None]]
    typed(path, corrected)
    before = budget(path)
    told = typed(path, ROWS)
    assert (told.exit_code, "as it was on" in told.output) == (0, False)
    assert budget(path) != before


def test_an_older_copy_with_an_edit_of_its_own_is_no_copy(path: Path) -> None:
    """A state that never was is what people type: the program cannot know it for a copy."""
    typed(path, NEWER)
    edited = [ROWS[0], ROWS[1], ["Peer workers", 6001, 2000, 8001], ["Total", None, None, None]]
    assert typed(path, edited).exit_code == 0


def test_a_workbook_that_is_only_read_is_not_said_to_have_a_tab_checks(path: Path) -> None:
    for said in (sync(path).output, run("--config", str(path.parent), "checks").output):
        assert "(see: budgettrack checks)" in said
        assert "tab Checks" not in said
    assert openpyxl.load_workbook(path).sheetnames == ["Budget"]


def test_ids_that_cannot_be_written_are_said_to_have_no_column(tmp_path: Path) -> None:
    path = book(tmp_path, {"Budget": ROWS})
    said = adopted(path, "--answers", ids_written(path), "--yes").output
    assert "No IDs or changes are written into Budget: the table has no column ID" in said


def test_a_config_that_only_reads_a_column_of_ids_is_said_to(tmp_path: Path) -> None:
    rows = [["ID", *ROWS[0]], *([None, *line] for line in ROWS[1:])]
    path = book(tmp_path, {"Budget": rows})
    adopted(path)
    said = adopted(path, "--answers", ids_written(path), "--yes").output
    assert "into Budget: the table is mapped without write = true, so" in said


def test_ids_are_written_into_an_empty_column_for_them(tmp_path: Path) -> None:
    rows = [["ID", *ROWS[0]], *([None, *line] for line in ROWS[1:])]
    path = book(tmp_path, {"Budget": rows})
    said = adopted(path, "--answers", ids_written(path), "--yes").output
    assert "No IDs" not in said
    sync(path)
    tab: Any = openpyxl.load_workbook(path)["Budget"]
    assert [tab.cell(number, 1).value for number in range(1, 5)] == ["ID", "B-1", "B-2", None]
