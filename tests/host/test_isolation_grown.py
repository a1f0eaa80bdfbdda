"""Marks in every cell of groups that workers run: none in another group's schema, in what planner
and workers share, or in a worker's log, and none of the host's in a group's schema."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.host import DATABASE
from tests.world.grown import GrownHost, grown_server
from tests.world.hosted import host_in, plan_rows, row

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
CODES = [f"GR-{number}" for number in range(1, int(os.environ.get("MARKED_GROUPS", "3")) + 1)]


def mark(code: str) -> str:
    return f" zq{code.replace('-', '').lower()}qz"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GrownHost, Path, str]]:
    """Marked groups, run by a worker; what planner and worker printed."""
    folder = tmp_path_factory.mktemp("host")
    with grown_server() as grown, pytest.MonkeyPatch.context() as patch:
        grown.anew()
        config = host_in(
            folder,
            [row(code, name=f"zqhostqz {code}") for code in CODES],
            settings='metrics = "groups.prom"',
            plans={code: plan_rows(mark(code)) for code in CODES},
        )
        patch.setenv(DATABASE, grown.planner)
        printed = ""
        for _ in range(2):
            words = [
                "--config",
                str(config),
                "host",
                "plan",
                *(f"--group={code}" for code in CODES),
            ]
            printed += CliRunner().invoke(main, words).output
            with grown.working(config, "--once") as process:
                assert process.stdout is not None
                printed += process.stdout.read()
        yield grown, folder, printed


def marks_in(text: str) -> set[str]:
    return set(re.findall(r"zq([a-z0-9]+)qz", text))


def contents(grown: GrownHost, schema: str) -> str:
    """Returns all that lies in the tables of a schema."""
    tables = grown.asked(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'")
    return "\n".join(
        str(line)
        for (table,) in tables
        for line in grown.asked(f'SELECT t::text FROM "{schema}"."{table}" t')
    )


def test_every_schema_has_the_marks_of_its_own_group_and_no_other(
    ran: tuple[GrownHost, Path, str],
) -> None:
    for code in CODES:
        assert marks_in(contents(ran[0], f"g_{code}")) == {mark(code).strip()[2:-2]}, code


def test_what_planner_and_workers_share_has_no_mark_of_a_group(
    ran: tuple[GrownHost, Path, str],
) -> None:
    shared = contents(ran[0], "network")

    assert "GR-1" in shared
    assert marks_in(shared) <= {"host"}
    assert not marks_in(contents(ran[0], "public"))


def test_neither_logs_nor_figures_have_a_mark(ran: tuple[GrownHost, Path, str]) -> None:
    _, folder, printed = ran

    assert "GR-1: done" in printed
    assert not marks_in(printed)
    assert not marks_in((folder / "groups.prom").read_text())


def test_the_log_of_the_server_has_no_mark_and_no_password(
    ran: tuple[GrownHost, Path, str],
) -> None:
    log = ran[0].cluster.log()

    assert not marks_in(log)
    assert "PASSWORD" not in log
