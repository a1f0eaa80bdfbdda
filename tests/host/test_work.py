"""A host with workers: what is planned, what a worker does with it, and what the tab *Groups* says
afterwards."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack import files
from budgettrack.cli import main
from budgettrack.config.host import DATABASE
from budgettrack.core.base.errors import UsageError
from budgettrack.host.accounts import NO_ROOM
from budgettrack.host.engine import Queue
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.patience import Failures, note
from budgettrack.host.plan import HostPlan, plan, turn_before
from budgettrack.host.run import run
from budgettrack.host.schemas import GroupsDatabase
from budgettrack.host.work import BUSY_FOR, TAKEN_FOR, HostWorker
from tests.world.grown import GrownHost
from tests.world.hosted import cells_of, host_in, hosted_plan, opened, plan_rows, row, with_money

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def grown(server: GrownHost) -> GrownHost:
    server.anew()
    return server


def planned(
    grown: GrownHost, config: Path, monkeypatch: pytest.MonkeyPatch, *only: str
) -> HostPlan:
    monkeypatch.setenv(DATABASE, grown.planner)
    with opened(config, datetime.now(UTC)) as host:
        return plan(host, only=only)


def test_the_plan_says_which_register_was_not_migrated_and_plans_the_others(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of the first group's register belongs to somebody else."""
    codes = ["GR-1", "GR-2"]
    config = host_in(
        tmp_path, [row(code) for code in codes], plans={code: plan_rows() for code in codes}
    )
    planned(grown, config, monkeypatch)
    worker(grown, config, monkeypatch, None)[0].work(stay=False)
    grown.asked('ALTER TABLE "g_GR-1".migrations OWNER TO budgettrack')
    grown.asked("UPDATE network.version SET is_done = false")

    after = planned(grown, config, monkeypatch, "GR-2")

    assert after.run.notes == [
        "The register of GR-1 was not migrated to this version of the program: The register on"
        " 127.0.0.1, database groups: this user may not read or write there. Grant it all rights on"
        " a schema of its own. The other groups are not affected. Every plan tries again."
    ]
    assert after.quick == ["GR-2"]


def worker(
    grown: GrownHost, config: Path, monkeypatch: pytest.MonkeyPatch, outcome: JobOutcome | None
) -> tuple[HostWorker, list[JobOrder]]:
    """Returns a worker whose jobs end so, and the orders that they got. None does the jobs."""
    orders: list[JobOrder] = []

    def run_job(order: JobOrder, _: int) -> JobOutcome:
        orders.append(order)
        assert outcome is not None
        return outcome

    monkeypatch.setenv(DATABASE, grown.worker)
    with opened(config, datetime.now(UTC)) as host:
        made = HostWorker(host) if outcome is None else HostWorker(host, run_job)
    return made, orders


def test_a_group_is_taken_in_by_a_row_and_ends_up_in_its_own_schema(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(
        tmp_path, [row("GR-1"), row("GR-2")], plans={"GR-1": plan_rows(), "GR-2": plan_rows()}
    )
    assert planned(grown, config, monkeypatch).quick == ["GR-1", "GR-2"]
    worker(grown, config, monkeypatch, None)[0].work(stay=False)
    after = planned(grown, config, monkeypatch)

    assert after.quick == []
    rows = cells_of(config)
    assert [rows[code]["State"] for code in ("GR-1", "GR-2")] == ["ready", "ready"]
    assert [rows[code]["What to do"] for code in ("GR-1", "GR-2")] == [None, None]
    for code in ("GR-1", "GR-2"):
        ((synced,),) = grown.asked(f"SELECT count(*) FROM \"g_{code}\".runs WHERE kind = 'sync'")
        assert synced >= 1
        assert not (tmp_path / "groups" / code / "register.sqlite").exists()


def test_a_statement_reaches_the_host_through_the_database(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = {"GR-1": hosted_plan("GR-1")}
    config = host_in(tmp_path, [row("GR-1")], plans=plans, more=with_money("GR-1"))
    planned(grown, config, monkeypatch)
    worker(grown, config, monkeypatch, None)[0].work(stay=False)
    told = tmp_path / "groups/GR-1/statements"
    assert not told.exists()
    ((code, content),) = grown.asked("SELECT code, content FROM told.statements")
    assert (code, "SG GR-1" in content) == ("GR-1", True)
    planned(grown, config, monkeypatch)

    assert [path.read_text() for path in told.glob("*.json")] == [content]
    assert grown.asked("SELECT code FROM told.statements") == []
    grown.asked(
        "INSERT INTO told.statements (code, month, content) VALUES ('GR-1', '2026-10', '{')"
    )
    grown.asked(
        "INSERT INTO told.statements (code, month, content)"
        f" VALUES ('GR-1', '2026-08', $told${content}$told$)"
    )
    of_another = json.loads(content)["month"]
    lost = planned(grown, config, monkeypatch).run.notes
    assert [path.read_text() for path in told.glob("*.json")] == [content]
    assert lost[0].startswith("The statement of GR-1 for 2026-10 cannot be read (")
    assert lost[1:] == [
        f"The statement of GR-1 for 2026-08 cannot be read (it is of {of_another}), so the one"
        " before it counts. Plan its job again: budgettrack host plan GR-1"
    ]
    grown.asked("INSERT INTO told.statements (code, month, content) VALUES ('GR-1', '', '')")
    planned(grown, config, monkeypatch)
    assert not list(told.glob("*"))


def test_the_file_beside_a_group_has_no_password(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))
    made.work(stay=False)
    url = orders[0].content["register"]["url"]
    password = url.split(":")[2].partition("@")[0]

    assert len(password) >= 32
    kept = (tmp_path / "groups" / "GR-1" / "budgettrack.toml").read_text()
    assert "groups_GR-1@127.0.0.1" in kept
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes(), path


def test_the_commands_plan_and_work(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan_rows()})
    monkeypatch.setenv(DATABASE, grown.planner)
    first = CliRunner().invoke(main, ["--config", str(config), "host", "plan"])
    with grown.working(config, "--once") as process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait(60) == 0, said
    second = CliRunner().invoke(main, ["--config", str(config), "host", "plan", "--group", "GR-1"])

    assert (first.exit_code, first.output) == (
        0,
        "1 planned, 0 planned again after a failure.\n0 groups done, 0 not, 0 waiting.\n",
    )
    assert said == "GR-1: done\n"
    assert second.output == (
        "1 planned, 0 planned again after a failure.\n1 group done, 0 not, 0 waiting.\n"
    )


@pytest.mark.parametrize("command", ["plan", "work"])
@pytest.mark.parametrize("package", ["procrastinate", "psycopg"])
def test_without_the_extra_of_the_queue_planner_and_worker_say_what_to_install(
    command: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    # Nobody answers at this address, and nobody is asked.
    monkeypatch.setenv(DATABASE, "postgresql://planner@127.0.0.1:1/groups")
    monkeypatch.setitem(sys.modules, package, None)

    refused = CliRunner().invoke(main, ["--config", str(config), "host", command])

    assert refused.exit_code == 1
    assert refused.output == (
        "A host with workers needs the extra 'network', which is not installed. In the folder"
        " of the release: pip install --require-hashes -r requirements-network.txt\n"
    )


def test_a_worker_uses_the_keys_that_are_there_when_a_job_begins(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef/edit"
    accounts = tmp_path / "accounts"
    accounts.mkdir()
    for name in ("a", "b"):
        content = {"client_email": f"{name}@books.iam.gserviceaccount.com"}
        files.write(accounts / f"{name}.json", json.dumps(content).encode(), private=True)
    groups = [row("GR-1", workbook=link), row("GR-2", workbook=link)]
    config = host_in(tmp_path, groups, settings='accounts = "accounts"')
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))
    (accounts / "b.json").rename(tmp_path / "b.json")

    # Without its key, the group is never read as the machine itself.
    assert made.do("GR-2") == 0
    assert orders == []
    with GroupsDatabase(grown.planner) as database:
        assert database.outcomes()["GR-2"][1] == JobOutcome("asks", (NO_ROOM,))
    (tmp_path / "b.json").rename(accounts / "c.json")
    assert made.do("GR-1") == 0
    planned(grown, config, monkeypatch, "GR-2")
    assert made.do("GR-2") == 0
    keys = [order.content["workbook"]["credentials"] for order in orders]
    assert keys == [str(accounts / "a.json"), str(accounts / "c.json")]


def test_a_job_that_has_no_place_in_the_quota_goes_back_and_holds_neither_worker_nor_login(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef/edit"
    key = tmp_path / "key.json"
    content = {"client_email": "a@books.iam.gserviceaccount.com"}
    files.write(key, json.dumps(content).encode(), private=True)
    groups = [row(code, workbook=link) for code in ("GR-1", "GR-2", "GR-3")]
    config = host_in(tmp_path, groups, settings="reads = 2")
    text = config.read_text().replace("[workbook]", f'[workbook]\ncredentials = "{key}"')
    config.write_text(text)
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))
    began = time.monotonic()
    waits = [made.do(code) for code in ("GR-1", "GR-2", "GR-3")]

    assert time.monotonic() - began < 20
    assert waits[0] == 0
    assert 0 < waits[1] <= 31
    assert waits[1] + 29 < waits[2] <= waits[1] + 31
    assert [order.code for order in orders] == ["GR-1"]
    assert grown.asked("SELECT code FROM network.turns WHERE login IS NOT NULL") == [("GR-1",)]


def test_a_group_on_which_somebody_works_is_put_off_and_counts_as_no_failure(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    made, _ = worker(grown, config, monkeypatch, JobOutcome("busy", ("Another run",)))

    assert made.do("GR-1") == BUSY_FOR
    assert not (tmp_path / "groups" / "GR-1" / "failures.json").exists()
    with GroupsDatabase(grown.planner) as database:
        assert database.outcomes() == {}


def test_a_second_worker_with_the_job_of_a_group_gets_no_login(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("busy"))
    made.do("GR-1")

    assert made.do("GR-1") == TAKEN_FOR
    assert len(orders) == 1


def test_a_job_whose_turn_is_over_does_nothing(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    grown.asked("DELETE FROM network.turns")
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))

    assert made.do("GR-1") == 0
    assert orders == []


def test_a_waiting_job_whose_turn_was_ended_by_a_move_gets_a_new_one(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")])
    planned(grown, config, monkeypatch)
    with GroupsDatabase(grown.planner) as database:
        database.let_in("GR-1")
        assert database.turn("GR-1") is None
    grown.asked("UPDATE network.turns SET login = now()")
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))

    assert (made.do("GR-1"), [order.code for order in orders]) == (0, ["GR-1"])
    # The turn of the other one is as it was: its login belongs to a job.
    assert made.do("GR-2") == TAKEN_FOR


def test_a_group_that_fails_waits_and_is_planned_for_the_slow_workers(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")])
    planned(grown, config, monkeypatch)
    made, _ = worker(grown, config, monkeypatch, JobOutcome("broken", ("The sheet is slow.",)))
    made.work(stay=False)
    soon = planned(grown, config, monkeypatch)
    past = datetime.now(UTC) - timedelta(days=4)
    until = (past + timedelta(days=1)).isoformat()
    note(tmp_path / "groups" / "GR-1", Failures(3, past.isoformat(), until))
    later = planned(grown, config, monkeypatch)

    assert (soon.quick, soon.slow, soon.run.waiting) == ([], [], ["GR-1", "GR-2"])
    assert cells_of(config)["GR-1"]["What to do"] == "The sheet is slow."
    assert (later.quick, later.slow, later.run.waiting) == ([], ["GR-1"], ["GR-2"])


def test_a_group_with_a_mistake_or_without_its_register_is_not_planned(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [row("GR-1", workbook=""), row("GR-2", state="ready"), row("GR-3", state="paused")]
    config = host_in(tmp_path, groups)
    done = planned(grown, config, monkeypatch)

    assert (done.quick, done.slow) == ([], [])
    rows = cells_of(config)
    assert "Paste the link of the group's sheet" in rows["GR-1"]["What to do"]
    assert "The register of GR-2 is not here" in rows["GR-2"]["What to do"]
    assert grown.asked("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'g\\_%'") == []


def test_a_worker_that_cannot_read_the_recipients_runs_no_month_without_them(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    monkeypatch.setenv(DATABASE, grown.planner)
    with opened(config, datetime.now(UTC)) as host:
        plan(host, send=True)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))
    (tmp_path / "host.xlsx").unlink()

    assert made.do("GR-1") == BUSY_FOR
    assert orders == []


def test_a_worker_of_another_version_takes_no_job(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    made, orders = worker(grown, config, monkeypatch, JobOutcome("done"))
    grown.asked("UPDATE network.version SET number = 9")

    assert made.do("GR-1") == BUSY_FOR
    assert orders == []


def test_a_host_with_workers_is_not_run_on_one_machine_and_the_other_way_round(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    with opened(config) as host, pytest.raises(UsageError, match="This host has no workers"):
        plan(host)
    monkeypatch.setenv(DATABASE, grown.planner)
    with opened(config) as host, pytest.raises(UsageError, match="This host has workers"):
        run(host)


def test_groups_are_spread_over_the_hours_by_their_code() -> None:
    now = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    minutes = [turn_before(f"GR-{number}", now, 1).minute for number in range(600)]

    assert all(now - timedelta(hours=1) < turn_before(f"GR-{n}", now, 1) <= now for n in range(99))
    assert set(minutes) == set(range(60))
    assert max(minutes.count(minute) for minute in set(minutes)) < 30
    hours = {turn_before(f"GR-{number}", now, 6) for number in range(600)}
    assert len(hours) > 200


def test_a_group_is_planned_once_in_its_hour(
    grown: GrownHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = host_in(tmp_path, [row("GR-1")])
    planned(grown, config, monkeypatch)
    worker(grown, config, monkeypatch, JobOutcome("done", (), "2026-11-02"))[0].work(stay=False)

    assert planned(grown, config, monkeypatch).quick == []
    # Missed turns are made up by one job.
    grown.asked("UPDATE network.outcomes SET at = at - interval '3 days'")
    assert planned(grown, config, monkeypatch).quick == ["GR-1"]
    assert Queue(grown.planner).count() == {"todo": 1}
