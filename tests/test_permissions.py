"""What is not public can be read by its owner only, and `doctor` says what stands open."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack import files
from budgettrack.cli import main
from tests.world.group import ON, Group

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user of this machine can enter, as a shared one is."""
    before = os.umask(0o022)
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _run(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code in (0, 3), done.output
    return done.output


@pytest.mark.slow
def test_all_that_the_program_writes_outside_public_is_for_its_owner_only(reachable: Path) -> None:
    """The demo has a config, a workbook and its copy, a register, locks, summaries and mails."""
    folder = reachable / "demo"
    _run("demo", str(folder))

    public = folder / "reports" / "public"
    private = [path for path in folder.rglob("*") if path.is_file() and public not in path.parents]
    assert {"plan.xlsx", "plan.previous.xlsx", "budgettrack.toml", "register.sqlite"} <= {
        path.name for path in private
    }
    assert [path for path in private if _mode(path) & 0o077] == []
    assert _mode(folder / "reports" / "private") == 0o700
    assert {_mode(path) for path in public.rglob("*.html")} == {0o644}


def test_a_new_workbook_and_its_config_are_for_their_owner_only(reachable: Path) -> None:
    _run("init", "--xlsx", str(reachable / "plan.xlsx"), "--with", "payee")

    assert _mode(reachable / "plan.xlsx") == 0o600
    assert _mode(reachable / "budgettrack.toml") == 0o600


@pytest.mark.slow
@pytest.mark.parametrize("mode", [0o755, 0o1777, 0o750])
def test_one_file_in_somebodys_folder_leaves_the_folder_as_it_is(
    group: Group, reachable: Path, mode: int
) -> None:
    """`deadlines --ics` closed the folder that it was told to write into: /tmp, too."""
    group.sync()
    reachable.chmod(mode)

    done = group.run("deadlines", "--ics", str(reachable / "dates.ics"), *ON)

    assert done.exit_code == 0, done.output
    assert _mode(reachable) == mode
    assert _mode(reachable / "dates.ics") == 0o600


def test_doctor_says_what_stands_open(reachable: Path) -> None:
    group = Group(reachable)
    group.sync()
    group.run("report", "funder", "G-1", "--month", "2026-10", *ON)
    (reachable / "reports" / "private").chmod(0o750)
    group.config.chmod(0o640)
    group.path.chmod(0o604)

    rows = json.loads(group.run("doctor", "--json").stdout)

    assert {row["remedy"] for row in rows if row["code"] == "open-to-others"} == {
        f"Close it to them: chmod go-rwx {path}"
        for path in (group.config, group.path, reachable / "reports" / "private")
    }
    assert (
        f"look   permissions: Other users of this machine can open {group.path}. Close it to them:"
        f" chmod go-rwx {group.path}" in group.run("doctor").output.splitlines()
    )


def test_what_lies_in_a_closed_folder_does_not_stand_open(reachable: Path) -> None:
    group = Group(reachable)
    group.sync()
    reachable.chmod(0o700)

    assert "open-to-others" not in group.run("doctor", "--json").stdout
    assert files.stand_open([group.config, reachable / "gone"]) == []
