"""Registers move between files and the database of a host with workers, on a real server: when
the host of one machine gets workers, and when a group leaves and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.config.host import DATABASE
from budgettrack.host.directory import group_named
from budgettrack.host.group_config import CUT_OFF, defaults
from budgettrack.host.job import work
from budgettrack.host.leaving import come_back
from budgettrack.host.moving import MOVED, move_in
from budgettrack.host.run import groups_of, run
from budgettrack.host.schemas import GroupsDatabase
from budgettrack.host.treasurer import without_commands
from budgettrack.register import copy
from budgettrack.register.holds import holds
from budgettrack.register.store import open_register
from tests.world.grown import GrownHost
from tests.world.hosted import cells_of, host_in, opened, plan_rows, row

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
ELSEWHERE = {"holds", "meta"}
"""The tables that tell where a register lies."""


@pytest.fixture
def grown(server: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GrownHost:
    """A host that ran two groups on one machine, and has a database from now on."""
    server.anew()
    config = host_in(
        tmp_path / "host",
        [row("GR-1"), row("GR-2")],
        plans={"GR-1": plan_rows(), "GR-2": plan_rows()},
    )
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    monkeypatch.setenv(DATABASE, server.planner)
    return server


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "host" / "budgettrack.toml"


def told(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "host", *words])


def type_state(config: Path, *states: str) -> None:
    """Types *State* of the first groups."""
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    sheet = book["Groups"]
    (state,) = (cell.column for cell in sheet[1] if cell.value == "State")
    for line, text in enumerate(states, 2):
        sheet.cell(line, state).value = text
    book.save(config.with_name("host.xlsx"))


def in_file(path: Path) -> Mapping[str, str]:
    with open_register(f"sqlite:///{path}") as register:
        return register.ask(copy.digests)


def as_admin(grown: GrownHost, code: str) -> str:
    """Returns the URL of a group's register that takes nobody's turn."""
    return f"{grown.url('budgettrack')}?options=-csearch_path%3D%22g_{code}%22"


def in_database(grown: GrownHost, code: str) -> Mapping[str, str]:
    with open_register(as_admin(grown, code)) as register:
        return register.ask(copy.digests)


def held(url: str) -> list[str]:
    with open_register(url) as register:
        return [hold.kind for hold in register.glance(holds)]


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    return {table for table in one if one[table] != other[table]}


def test_the_first_plan_moves_the_registers_of_one_machine_and_workers_go_on(
    grown: GrownHost, config: Path
) -> None:
    folder = config.parent / "groups" / "GR-1"
    before = in_file(folder / "register.sqlite")
    planned = told(config, "plan")

    assert planned.output.splitlines()[0] == (
        "2 registers moved into the database, and equal in every table. The old files are called"
        " register.sqlite.moved, and nothing is sent from them."
    )
    assert differing(before, in_database(grown, "GR-1")) <= ELSEWHERE
    assert not (folder / "register.sqlite").exists()
    assert held(f"sqlite:///{folder / MOVED}") == ["other-machine"]
    assert "groups_GR-1@" in (folder / "budgettrack.toml").read_text()
    assert held(as_admin(grown, "GR-1")) == []
    # The worker finds the group as it was, and has nothing to ask.
    told(config, "plan", "--group", "GR-1", "--group", "GR-2")
    with grown.working(config, "--once") as process:
        assert process.stdout is not None
        assert sorted(process.stdout.read().splitlines()) == ["GR-1: done", "GR-2: done"]
    again = told(config, "plan")
    assert "moved" not in again.output
    assert [cells["State"] for cells in cells_of(config).values()] == ["ready", "ready"]


@pytest.mark.parametrize(
    "cut", ["budgettrack.host.moving.files.write", "budgettrack.register.copy.stay_home"]
)
def test_a_move_that_is_cut_off_goes_on(
    grown: GrownHost, config: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    before = in_file(config.parent / "groups" / "GR-1" / "register.sqlite")
    with monkeypatch.context() as patch, opened(config, datetime.now(UTC)) as host:
        patch.setattr(cut, _stopped)
        with GroupsDatabase(grown.planner) as database:
            database.prepare()
            with pytest.raises(KeyboardInterrupt):
                move_in(host, defaults(host.config), database, group_named(groups_of(host), "GR-1"))
    assert (config.parent / "groups" / "GR-1" / "register.sqlite").exists()
    assert told(config, "plan").output.startswith("2 registers moved")

    assert differing(before, in_database(grown, "GR-1")) <= ELSEWHERE
    assert held(f"sqlite:///{config.parent / 'groups' / 'GR-1' / MOVED}") == ["other-machine"]
    assert held(as_admin(grown, "GR-1")) == []


def _stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_group_with_two_registers_is_left_alone_and_told(grown: GrownHost, config: Path) -> None:
    told(config, "plan")
    folder = config.parent / "groups" / "GR-1"
    with open_register(f"sqlite:///{folder / 'register.sqlite'}"):
        pass  # another one, such as a file from a backup
    kept = in_database(grown, "GR-1")
    planned = told(config, "plan", "--group", "GR-1")

    words = (
        "This group has two registers that differ: register.sqlite, and the one in the database."
        " Nothing is done for it. If the file is older, move it to another folder. If not, let the"
        ' database\'s administrator say: ALTER SCHEMA "g_GR-1" RENAME TO "old_GR-1";'
    )
    assert f"GR-1: {words}" in planned.output
    assert cells_of(config)["GR-1"]["What to do"] == without_commands(words)
    assert in_database(grown, "GR-1") == kept
    assert (folder / "register.sqlite").exists()


@pytest.mark.usefixtures("grown")
def test_a_paused_group_moves_too_and_one_that_left_stays(config: Path) -> None:
    type_state(config, "paused", "left")
    assert told(config, "plan").output.startswith("1 register moved")

    assert (config.parent / "groups" / "GR-1" / MOVED).exists()
    assert (config.parent / "groups" / "GR-2" / "register.sqlite").exists()


# ---- leaving and coming back


def test_a_group_in_the_database_leaves_with_all_runs_alone_and_comes_back(
    grown: GrownHost, config: Path, tmp_path: Path
) -> None:
    told(config, "plan")
    with grown.working(config, "--once") as process:
        process.wait(60)
    before = in_database(grown, "GR-1")
    folder, archive = config.parent / "groups" / "GR-1", tmp_path / "gr-1.archive"
    left = told(config, "leave", "GR-1", str(archive), "--unencrypted")

    assert left.exit_code == 0, left.output
    assert left.output.splitlines()[2] == (
        "What stays with the host: its own books and what it gave the group, the row in Groups, the"
        f" mails that were sent, the folder {folder}, and the register in the database, from which"
        " nothing is sent any more. When the group has what it needs, delete that folder, and let"
        ' the database\'s administrator say: DROP SCHEMA "g_GR-1" CASCADE; DROP ROLE "groups_GR-1";'
    )
    assert held(as_admin(grown, "GR-1")) == ["other-machine"]
    assert "GR-1" not in told(config, "plan").output

    alone = tmp_path / "alone"
    CliRunner().invoke(main, ["unpack", str(archive), "--into", str(alone)])
    assert differing(before, in_file(alone / "register.sqlite")) <= ELSEWHERE
    released = CliRunner().invoke(
        main,
        ["--config", str(alone / "budgettrack.toml"), "deliveries", "release", "older-register"],
    )
    assert released.exit_code == 0, released.output
    synced = CliRunner().invoke(main, ["--config", str(alone / "budgettrack.toml"), "sync"])
    assert synced.output.startswith("0 rows taken from the workbook, 0 rows written"), synced.output

    refused = told(config, "return", "GR-1", str(archive))
    assert refused.exit_code == 2
    assert (
        f"The database has a register of GR-1 already, and nothing is replaced. Move the folder"
        f' {folder} away first, and let the administrator say: ALTER SCHEMA "g_GR-1" RENAME TO'
        ' "old_GR-1";'
    ) in " ".join(refused.output.split())
    folder.rename(tmp_path / "moved away")
    grown.asked('ALTER SCHEMA "g_GR-1" RENAME TO "old_GR-1"')
    back = told(config, "return", "GR-1", str(archive))

    assert back.exit_code == 0, back.output
    assert differing(before, in_database(grown, "GR-1")) <= ELSEWHERE
    assert held(as_admin(grown, "GR-1")) == ["older-register"]
    assert not list(folder.glob("register.sqlite*"))
    told(config, "plan", "--group", "GR-1")
    with grown.working(config, "--once") as process:
        assert process.stdout is not None
        assert "GR-1: done" in process.stdout.read()


@pytest.mark.parametrize(
    "cut",
    [
        "budgettrack.host.leaving.remake_site",
        "budgettrack.register.copy.stay_home",
        "budgettrack.host.moving.stands_beside",
        "budgettrack.host.leaving._delete_register",
        "budgettrack.host.leaving._set_state",
    ],
)
def test_a_return_into_the_database_that_was_cut_off_is_done_again(
    grown: GrownHost, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    told(config, "plan")
    before = in_database(grown, "GR-1")
    folder, archive = config.parent / "groups" / "GR-1", tmp_path / "gr-1.archive"
    told(config, "leave", "GR-1", str(archive), "--unencrypted")
    folder.rename(tmp_path / "moved away")
    grown.asked('ALTER SCHEMA "g_GR-1" RENAME TO "old_GR-1"')
    with monkeypatch.context() as patch, opened(config, datetime.now(UTC)) as host:
        patch.setattr(cut, _stopped)
        with pytest.raises(KeyboardInterrupt):
            come_back(host, "GR-1", archive, "")
    told(config, "plan")
    type_state(config, "ready")
    told(config, "plan")

    assert cells_of(config)["GR-1"]["What to do"] == CUT_OFF
    assert grown.asked("SELECT 1 FROM network.turns WHERE code = 'GR-1'") == []
    back = told(config, "return", "GR-1", str(archive))
    assert back.exit_code == 0, back.output
    assert differing(before, in_database(grown, "GR-1")) <= ELSEWHERE
    assert held(as_admin(grown, "GR-1")) == ["older-register"]
    assert sorted(path.name for path in folder.glob("re[gt][iu]*")) == []
    told(config, "plan", "--group", "GR-1")
    with grown.working(config, "--once") as process:
        assert process.stdout is not None
        assert "GR-1: done" in process.stdout.read()


def test_what_the_administrator_is_told_to_say_removes_all_of_the_group(
    grown: GrownHost, config: Path, tmp_path: Path
) -> None:
    told(config, "plan")
    left = told(config, "leave", "GR-1", str(tmp_path / "gr-1.archive"), "--unencrypted")
    grown.asked(left.output.partition("administrator say: ")[2])

    assert grown.asked("SELECT 1 FROM pg_roles WHERE rolname = 'groups_GR-1'") == []
    assert told(config, "plan").exit_code == 0


def test_the_login_of_a_leaving_group_ends_its_turn(grown: GrownHost, config: Path) -> None:
    told(config, "plan")
    with GroupsDatabase(grown.planner) as database, GroupsDatabase(grown.worker) as working:
        assert working.turn("GR-1") is not None
        database.let_in("GR-1")
        assert working.turn("GR-1") is None
        assert working.url_for("GR-1") is None


def test_a_group_without_a_register_in_the_database_has_nothing_to_take(
    grown: GrownHost, config: Path, tmp_path: Path
) -> None:
    told(config, "plan")
    grown.asked('DROP SCHEMA "g_GR-2" CASCADE')
    left = told(config, "leave", "GR-2", str(tmp_path / "gr-2.archive"), "--unencrypted")

    assert "Nothing of GR-2 is here: it was never run. Set its State to left." in left.output
