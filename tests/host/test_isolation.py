"""Marks in every cell of groups (20 in `make soak`): none in another group's folder, in the host's
sheet, register, figures or output, and none of the host's in a group's."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from tests.world.hosted import host_in, plan_rows, row

CODES = [f"GR-{number}" for number in range(1, int(os.environ.get("MARKED_GROUPS", "4")) + 1)]
REFUSED = "GR-2"


def mark(code: str) -> str:
    return f" zq{code.replace('-', '').lower()}qz"


def texts(path: Path) -> str:
    """Returns everything in a file, also what is packed in a workbook."""
    content = path.read_bytes()
    if content[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


def many_rows(code: str) -> dict[str, Sequence[Fields]]:
    """Returns a plan of which many rows can be removed at once, so that the sync is refused."""
    rows = plan_rows(mark(code))
    line = rows["budget"][0]
    rows["budget"] = [
        {**line, "id": f"B-{number}", "description": f"{line['description']} {number}"}
        for number in range(1, 21)
    ]
    return rows


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Marked groups, run; one of them with a sheet that is refused. Returns the folder and all that
    was printed."""
    folder = tmp_path_factory.mktemp("host")
    config = host_in(
        folder,
        [row(code, name=f"zqhostqz {code}") for code in CODES],
        settings='at_once = 2\nmetrics = "groups.prom"',
        plans={code: plan_rows(mark(code)) for code in CODES} | {REFUSED: many_rows(REFUSED)},
    )
    printed = ""
    for words in (
        ["host", "run", "--on", "2026-11-02"],
        ["host", "run", "--on", "2026-11-03"],
        ["host", "status", "--all", "--json"],
    ):
        if "2026-11-03" in words:
            path = folder / "groups" / REFUSED / "plan.xlsx"
            book = openpyxl.load_workbook(path)
            book["Budget"].delete_rows(2, 18)
            book.save(path)
        printed += CliRunner().invoke(main, ["--config", str(config), *words]).output
    return folder, printed


def marks_in(text: str) -> set[str]:
    return set(re.findall(r"zq([a-z0-9]+)qz", text))


def test_every_group_has_its_own_marks_and_no_other(ran: tuple[Path, str]) -> None:
    for code in CODES:
        found = set()
        for path in (ran[0] / "groups" / code).rglob("*"):
            if path.is_file():
                found |= marks_in(texts(path))
        assert found == {mark(code).strip()[2:-2]}, code


def test_the_host_has_no_mark_of_a_group(ran: tuple[Path, str]) -> None:
    folder, printed = ran
    own = [path for path in folder.iterdir() if path.is_file()]

    assert {path.name for path in own} >= {"host.xlsx", "register.sqlite", "groups.prom"}
    for path in own:
        assert marks_in(texts(path)) <= {"host"}, path
    assert marks_in(printed) == {"host"}


def test_the_figures_for_a_monitor_have_no_mark_at_all(ran: tuple[Path, str]) -> None:
    text = (ran[0] / "groups.prom").read_text()
    assert not marks_in(text)
    assert 'budgettrack_jobs{result="refused"} 1\n' in text, "one sheet is refused"
