"""Marks in every cell of twelve groups: none in another group's folder, in the host's sheet,
register, figures or output, and none of the host's in a group's."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from tests.world.hosted import host_in, plan_rows, row

CODES = [f"GR-{number}" for number in range(1, 5)]


def mark(code: str) -> str:
    return f" zq{code.replace('-', '').lower()}qz"


def texts(path: Path) -> str:
    """Returns everything in a file, also what is packed in a workbook."""
    content = path.read_bytes()
    if content[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Marked groups, run; one of them with a sheet that is refused. Returns the folder and all that
    was printed."""
    folder = tmp_path_factory.mktemp("host")
    config = host_in(
        folder,
        [row(code, name=f"zqhostqz {code}") for code in CODES],
        settings='at_once = 2\nmetrics = "groups.prom"',
        plans={code: plan_rows(mark(code)) for code in CODES},
    )
    printed = ""
    for words in (
        ["host", "run", "--on", "2026-11-02"],
        ["host", "status", "--all", "--json"],
        ["host", "run", "--on", "2026-11-03"],
    ):
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
    assert not marks_in((ran[0] / "groups.prom").read_text())
