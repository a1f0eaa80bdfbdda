"""A group leaves with its whole register in a file that runs alone, and comes back: its reports are
the same, byte for byte."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack import sync
from budgettrack.cli import main
from budgettrack.config.load import load
from budgettrack.core.base.errors import RegisterError, UsageError
from budgettrack.group import open_group
from budgettrack.host import leaving
from budgettrack.host.group_config import CUT_OFF
from budgettrack.host.job import work
from budgettrack.host.leaving import come_back, leave
from budgettrack.host.run import run
from budgettrack.register import copy, queries
from budgettrack.register.holds import holds
from budgettrack.register.store import open_register
from budgettrack.setup import backup
from tests.world.hosted import NOW, cells_of, host_in, opened, plan_rows, row

PASSPHRASE = "a passphrase of several words"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    made = host_in(tmp_path / "host", [row("GR-1")], plans={"GR-1": plan_rows()})
    with opened(made) as host:
        run(host, run_job=lambda order, _: work(order))
    return made


def public(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def digests(path: Path) -> object:
    with open_group(load(path)) as group:
        return group.register.ask(copy.digests)


def test_it_leaves_with_all_and_runs_alone(config: Path, tmp_path: Path) -> None:
    here = config.parent / "groups" / "GR-1"
    with opened(config) as host:
        told = leave(host, "GR-1", tmp_path / "gr-1.archive", PASSPHRASE)

    assert told[0].startswith("GR-1 left. The archive ")
    assert "the mail server and the recipients are missing" in told[1]
    assert str(here) in told[2]
    alone = tmp_path / "alone"
    unpacked = CliRunner().invoke(
        main,
        ["unpack", str(tmp_path / "gr-1.archive"), "--into", str(alone)],
        env={"BUDGETTRACK_PASSPHRASE": PASSPHRASE},
    )
    assert unpacked.exit_code == 3, unpacked.output
    made = CliRunner().invoke(
        main,
        [
            "--config",
            str(alone / "budgettrack.toml"),
            "report",
            "transparency",
            "--month",
            "2026-10",
        ],
    )

    assert made.exit_code == 0, made.output
    assert public(alone / "reports" / "public") == public(here / "reports" / "public")


def test_it_is_not_run_after_it_left_and_the_tab_says_so(config: Path, tmp_path: Path) -> None:
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")
    with opened(config, NOW + timedelta(days=1)) as host:
        done = run(host, run_job=lambda order, _: pytest.fail(order.code))

    assert not done.outcomes
    assert cells_of(config)["GR-1"]["State"] == "left"


def test_it_comes_back_with_the_same_register_and_sends_nothing_unasked(
    config: Path, tmp_path: Path
) -> None:
    here = config.parent / "groups" / "GR-1"
    before = digests(here / "budgettrack.toml")
    pages = public(here / "reports" / "public")
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", PASSPHRASE)
    here.rename(tmp_path / "moved away")
    with opened(config, NOW + timedelta(days=1)) as host:
        told = come_back(host, "GR-1", tmp_path / "gr-1.archive", PASSPHRASE)
        run(host, run_job=lambda order, _: work(order))

    assert told[0].startswith("GR-1 is back. Nothing is sent for it until somebody decides:")
    after = digests(here / "budgettrack.toml")
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    # The sync of the new day is a run of its own, and the hold asks a person.
    new = {name for name in before if before[name] != after[name]}
    assert new <= {"runs", "holds", "meta", "workbook_writes", "findings"}, new
    with open_group(load(here / "budgettrack.toml")) as group:
        assert [hold.kind for hold in group.register.glance(holds)] == ["older-register"]
    remade = public(here / "reports" / "public")
    assert {name: remade[name] for name in pages if name.endswith(".html")} == {
        name: text for name, text in pages.items() if name.endswith(".html")
    }


def test_the_copy_that_stays_sends_nothing_unasked(config: Path, tmp_path: Path) -> None:
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")
    with open_group(load(config.parent / "groups" / "GR-1" / "budgettrack.toml")) as group:
        assert [hold.kind for hold in group.register.glance(holds)] == ["other-machine"]


def test_the_archive_of_another_group_is_refused(config: Path, tmp_path: Path) -> None:
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    sheet = book["Groups"]
    for column, cell in enumerate(sheet[2], 1):
        sheet.cell(3, column).value = {1: "GR-2", 3: "Circle GR-2"}.get(column, cell.value)
    book.save(config.with_name("host.xlsx"))
    with opened(config, NOW + timedelta(days=1)) as host:
        sync.sync(host)
        with pytest.raises(UsageError) as error:
            come_back(host, "GR-2", tmp_path / "gr-1.archive", "")

    assert str(error.value) == (
        f"{tmp_path / 'gr-1.archive'} is the archive of Circle GR-1, and the Public name of GR-2 is"
        " Circle GR-2. Name the right archive, or correct the row."
    )
    assert not (config.parent / "groups" / "GR-2").exists()


def test_a_register_that_is_there_is_never_replaced(config: Path, tmp_path: Path) -> None:
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")
        with pytest.raises(UsageError, match="has a register already"):
            come_back(host, "GR-1", tmp_path / "gr-1.archive", "")


def test_a_group_that_was_never_run_has_nothing_to_take(config: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    book["Groups"].append(["GR-2", "another", "", "plan.xlsx", "", "EUR", *[""] * 3, "invited"])
    book.save(config.with_name("host.xlsx"))
    with opened(config) as host:
        sync.sync(host)
        with pytest.raises(UsageError) as error:
            leave(host, "GR-2", tmp_path / "gr-2.archive", "")

    assert str(error.value) == "Nothing of GR-2 is here: it was never run. Set its State to left."


def test_a_variable_about_the_hosts_own_register_is_not_the_groups(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_REGISTER", f"sqlite:///{config.parent / 'register.sqlite'}")
    with opened(config) as host:
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")

    kept = backup.read(tmp_path / "gr-1.archive", "")
    (tmp_path / "taken.sqlite").write_bytes(kept.contents[backup.REGISTER])
    with open_register(f"sqlite:///{tmp_path / 'taken.sqlite'}") as register:
        assert set(register.ask(queries.load, ("grants",)).records["grants"]) == {"G-1"}


def test_a_group_whose_month_is_being_run_does_not_leave(config: Path, tmp_path: Path) -> None:
    path = config.parent / "groups" / "GR-1" / "budgettrack.toml"
    with (
        open_group(load(path)) as group,
        group.register.cycles.alone("a worker", NOW),
        opened(config) as host,
        pytest.raises(RegisterError, match="Another run of the month"),
    ):
        leave(host, "GR-1", tmp_path / "gr-1.archive", "")
    assert not (tmp_path / "gr-1.archive").exists()


@pytest.mark.parametrize("cut_off_at", ["unpack", "remake_site", "_set_state"])
def test_a_return_that_was_cut_off_is_done_again_and_nothing_is_run_meanwhile(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_off_at: str
) -> None:
    archive, folder = tmp_path / "gr-1.archive", config.parent / "groups" / "GR-1"
    before = digests(folder / "budgettrack.toml")
    with opened(config) as host:
        leave(host, "GR-1", archive, PASSPHRASE)
    folder.rename(tmp_path / "away")
    where = backup if cut_off_at == "unpack" else leaving
    real = getattr(where, cut_off_at)

    def cut_off(*given: object, **more: object) -> None:
        real(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(where, cut_off_at, cut_off)
    with opened(config) as host, pytest.raises(KeyboardInterrupt):
        come_back(host, "GR-1", archive, PASSPHRASE)
    monkeypatch.undo()

    with opened(config) as host:
        sync.sync(host)
    typed_state(config, "ready")
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    assert cells_of(config)["GR-1"]["What to do"] == CUT_OFF
    other = tmp_path / "other.archive"
    with opened(config) as host, open_group(load(tmp_path / "away" / "budgettrack.toml")) as old:
        backup.back_up(old, other, PASSPHRASE, with_key=False, with_workbook=False)
        with pytest.raises(UsageError, match="from another archive was cut off"):
            come_back(host, "GR-1", other, PASSPHRASE)
        come_back(host, "GR-1", archive, PASSPHRASE)

    after = digests(folder / "budgettrack.toml")
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {table for table in before if before[table] != after[table]} <= {"holds", "meta"}
    assert not list(folder.glob("returning-*"))
    with opened(config, NOW + timedelta(hours=2)) as host:
        done = run(host, run_job=lambda order, _: work(order))
    assert done.outcomes["GR-1"].synced


def typed_state(config: Path, state: str) -> None:
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    sheet = book["Groups"]
    column = [cell.value for cell in sheet[1]].index("State") + 1
    sheet.cell(2, column).value = state
    book.save(config.with_name("host.xlsx"))
