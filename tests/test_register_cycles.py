"""What the register keeps of cycles and deliveries, on SQLite and PostgreSQL: marks, and one run at
a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from budgettrack.config.load import Config
from budgettrack.config.mail import Recipient, Sending
from budgettrack.core.base.cycles import Cycle, Delivery
from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.holds import Hold
from budgettrack.register.cycles import Cycles, all_cycles, attempts, deliveries, holder
from budgettrack.register.store import Register, open_register
from budgettrack.sync import unsent
from tests.world.registers import KINDS, fresh, on_server

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh(request.param, tmp_path) as made:
        open_register(made).close()
        yield made


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    with open_register(url) as opened:
        yield opened


@pytest.fixture
def cycles(register: Register) -> Cycles:
    return register.cycles


def mark(
    cycles: Cycles,
    cycle: Cycle,
    digest: str,
    at: datetime,
    *,
    again: bool = False,
    reader: str = "",
) -> Delivery:
    """The report to the host is planned and marked."""
    (planned,) = cycles.plan(cycle, [("report", "the host", reader)], at, again=again)
    return cycles.mark(cycle, planned, digest, at, again=again)


@pytest.fixture
def october(cycles: Cycles) -> Cycle:
    return cycles.begin("2026-10", "", False, AT)


def test_cycles_begin_in_rounds_and_end(register: Register, cycles: Cycles, october: Cycle) -> None:
    assert register.ask(all_cycles) == [Cycle(1, "2026-10", 1, "", False, AT, None)]
    cycles.end(october, LATER)
    again = cycles.begin("2026-10", "a receipt was wrong", True, LATER)
    assert register.ask(all_cycles) == [
        Cycle(1, "2026-10", 1, "", False, AT, LATER),
        Cycle(2, "2026-10", 2, "a receipt was wrong", True, LATER, None),
    ]
    assert again.round == 2


def test_attempts_are_kept_with_how_they_ended(
    register: Register, cycles: Cycles, october: Cycle
) -> None:
    first = cycles.attempt(october, "sync", AT)
    cycles.attempted(first, "failed", 1200, "no way to the sheet")
    cycles.attempt(october, "sync", LATER)
    one, other = register.ask(attempts, october.n)
    assert (one.step, one.began, one.outcome, one.took, one.words) == (
        "sync",
        AT,
        "failed",
        1200,
        "no way to the sheet",
    )
    assert (other.outcome, other.took) == (None, None)
    assert register.ask(attempts, 99) == []


def test_a_delivery_is_marked_once_and_settled(
    register: Register, cycles: Cycles, october: Cycle
) -> None:
    made = mark(cycles, october, "d1", AT)
    assert (made.n, made.state, made.attempts, made.made, made.digest) == (1, "marked", 1, AT, "d1")
    with pytest.raises(RegisterError, match=r"D-1 was marked already\. Nothing was sent\."):
        mark(cycles, october, "d1", LATER)
    cycles.settle(made, "confirmed", "", LATER)
    (kept,) = register.ask(deliveries, october.n)
    assert (kept.state, kept.at, kept.made) == ("confirmed", LATER, AT)
    for again in (False, True):
        with pytest.raises(RegisterError, match="D-1 was confirmed already"):
            mark(cycles, october, "d1", LATER, again=again)


def test_what_was_put_off_goes_on_and_keeps_its_own_date(cycles: Cycles, october: Cycle) -> None:
    made = mark(cycles, october, "d1", AT)
    cycles.settle(made, "deferred", "try later (451)", AT)
    again = mark(cycles, october, "d2", LATER)
    assert (again.n, again.attempts, again.made, again.at, again.digest) == (1, 2, AT, LATER, "d2")


@pytest.mark.parametrize("state", ["marked", "refused"])
def test_only_a_person_sends_again_what_may_have_arrived(
    cycles: Cycles, october: Cycle, state: str
) -> None:
    made = mark(cycles, october, "d1", AT)
    cycles.settle(made, state, "", AT)  # type: ignore[arg-type]
    with pytest.raises(RegisterError, match=f"D-1 was {state} already"):
        mark(cycles, october, "d1", LATER)
    assert mark(cycles, october, "d1", LATER, again=True).state == "marked"


def test_what_waits_is_noted_and_never_takes_back_what_went_out(
    register: Register, cycles: Cycles, october: Cycle
) -> None:
    cycles.hold_back(october, "report", "the host", "waiting", "2026-10", AT)
    cycles.hold_back(october, "report", "the host", "held back", "no rate", LATER)
    assert [(each.state, each.words) for each in register.ask(deliveries)] == [
        ("held back", "no rate")
    ]
    made = mark(cycles, october, "d1", LATER)
    cycles.hold_back(october, "report", "the host", "waiting", "2026-10", LATER)
    assert [each.state for each in register.ask(deliveries)] == ["marked"]
    cycles.settle(made, "confirmed", "", LATER)
    cycles.hold_back(october, "report", "the host", "waiting", "2026-10", LATER)
    assert [each.state for each in register.ask(deliveries)] == ["confirmed"]


def test_a_month_names_every_grant_that_waits_for_it(
    register: Register, cycles: Cycles, october: Cycle, tmp_path: Path
) -> None:
    recipients = tuple(
        Recipient(f"fund {grant}", f"{grant}@example.org", "en", "funder", grant)
        for grant in ("G-1", "G-2")
    )
    config = Config(
        tmp_path / "budgettrack.toml", "Ours", "EUR", "", "en", None, "", tmp_path,
        sending=Sending(recipients),
    )  # fmt: skip
    cycles.hold_back(october, "report", "fund G-1", "waiting", "2026-09 2026-10", AT)
    cycles.hold_back(october, "report", "fund G-2", "waiting", "2026-10", AT)

    told = register.ask(unsent, config)

    assert [(each.code, each.id, dict(each.values)["grants"]) for each in told] == [
        ("summary-waits", "2026-09", "G-1"),
        ("summary-waits", "2026-10", "G-1, G-2"),
    ]


def test_two_runs_at_once_are_refused_with_who_and_since_when(
    url: str, register: Register, cycles: Cycles
) -> None:
    with cycles.alone("a machine, process 7", AT) as alone:
        assert alone.died is None
        alone.check()
        with (
            open_register(url) as other,
            pytest.raises(
                RegisterError,
                match=(
                    r"Another run of the month is at work \(a machine, process 7, since 2026-11-01"
                    r" 06:00 UTC\). "
                    "Wait until it ends, then try again."
                ),
            ),
            other.cycles.alone("another, process 8", LATER),
        ):
            pass
        # People's own commands write all the same.
        cycles.begin("2026-10", "", False, AT)
    assert register.ask(holder) is None
    with cycles.alone("another, process 8", LATER) as alone:
        assert alone.died is None


def test_a_run_that_fails_gives_the_lock_back(register: Register, cycles: Cycles) -> None:
    with pytest.raises(ZeroDivisionError), cycles.alone("a machine, process 7", AT):
        raise ZeroDivisionError
    assert register.ask(holder) is None


@pytest.mark.slow
def test_a_holder_that_died_is_noticed_and_stands_in_nobodys_way(
    url: str, register: Register, cycles: Cycles
) -> None:
    code = (
        "import sys, time\nfrom datetime import UTC, datetime\nfrom budgettrack.register.store"
        " import open_register\nwith open_register(sys.argv[1]) as register:\n    with"
        " register.cycles.alone('a machine, process 7', datetime(2026, 11, 1, 6, tzinfo=UTC)):\n   "
        "     print('held', flush=True)\n        time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(RegisterError, match="process 7"), cycles.alone("me", AT):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    until = time.monotonic() + 10
    while True:  # a server needs a moment to notice
        try:
            with cycles.alone("me", LATER) as alone:
                assert alone.died is not None
                assert (alone.died.who, alone.died.since) == ("a machine, process 7", AT)
            break
        except RegisterError:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert register.ask(holder) is None


def test_a_lost_server_stops_the_run(url: str, cycles: Cycles) -> None:
    if url.startswith("sqlite"):
        pytest.skip("a file's lock cannot be lost")
    with cycles.alone("me", AT) as alone:
        # Only the session of this run: other tests hold locks on the same server.
        ended = on_server(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND"
            " (classid::bigint << 32) | objid::bigint ="
            f" hashtextextended('budgettrack run {url.rpartition('%3D')[2]}', 0)"
        )
        assert ended == [(True,)]
        with pytest.raises(
            RegisterError, match="The connection to the register was lost during the run"
        ):
            alone.check()


def test_a_register_whose_folder_cannot_be_written_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    with open_register(url) as register:
        (tmp_path / "register.sqlite.run").mkdir()
        with (
            pytest.raises(
                RegisterError,
                match=r"The file register\.sqlite\.run beside the register cannot be written",
            ),
            register.cycles.alone("me", AT),
        ):
            pass


NEW, OLD = "the fund's officer", "officer"


def test_a_reader_with_another_name_keeps_the_delivery_under_that_name(
    cycles: Cycles, october: Cycle
) -> None:
    (one,) = cycles.plan(october, [("report", OLD, "h1")], AT)
    cycles.settle(cycles.mark(october, one, "d", AT), "confirmed", "", AT)
    with pytest.raises(RegisterError, match=r"D-1 was confirmed already\. Nothing was sent\."):
        cycles.plan(october, [("report", NEW, "h1")], LATER)
    (other,) = cycles.plan(october, [("report", OLD, "h2")], LATER)
    assert (other.n, other.state) == (2, "planned"), "the name has another address now"


def test_what_surely_did_not_arrive_goes_to_the_corrected_address(
    register: Register, cycles: Cycles, october: Cycle
) -> None:
    (one,) = cycles.plan(october, [("report", OLD, "h1")], AT)
    cycles.settle(cycles.mark(october, one, "d", AT), "deferred", "451", AT)
    (again,) = cycles.plan(october, [("report", OLD, "h2")], LATER)
    assert (again.n, again.reader, again.planned) == (1, "h2", 2)
    cycles.hold_back(october, "report", NEW, "held back", "no rate", LATER, "h2")
    (kept,) = register.ask(deliveries)
    assert (kept.recipient, kept.state, kept.reader) == (NEW, "held back", "h2")


def test_without_a_hash_the_name_says_who_it_was(cycles: Cycles, october: Cycle) -> None:
    mark(cycles, october, "d", AT)
    with pytest.raises(RegisterError, match="D-1 was marked already"):
        mark(cycles, october, "d", AT, reader="h1")


def test_what_another_register_sent_is_learnt(
    register: Register, cycles: Cycles, october: Cycle
) -> None:
    cycles.hold_back(october, "report", OLD, "waiting", "2026-10", AT, "h1")
    cycles.learn(
        october,
        [
            ("report", NEW, "h2", 1, "confirmed", "sent"),
            ("report", OLD, "h1", 2, "marked", "perhaps"),
        ],
        LATER,
    )
    assert [
        (each.recipient, each.state, each.words, each.planned) for each in register.ask(deliveries)
    ] == [
        (OLD, "marked", "perhaps", 2),
        (NEW, "confirmed", "sent", 1),
    ]


def test_a_release_makes_names_known_where_a_hash_is_not(register: Register) -> None:
    october = register.cycles.begin("2026-10", "", False, AT)
    november = register.cycles.begin("2026-11", "", False, AT)
    for cycle in (october, november):
        register.cycles.plan(cycle, [("report", "a", "h1"), ("report", "b", "h2")], AT)
    with register.keeping() as connection:
        connection.rows("UPDATE deliveries SET reader = NULL WHERE recipient = 'a'")
        connection.commit()
    unknown = Hold("unknown-deliveries", AT, period="2026-10")
    register.hold(unknown)
    assert register.release("unknown-deliveries", LATER) == [unknown]
    assert [each.reader for each in register.ask(deliveries)] == ["", "h2", None, "h2"]
    register.hold(unknown)
    register.release("unknown-deliveries", LATER, with_key=False)
    assert [each.reader for each in register.ask(deliveries)] == ["", "", None, "h2"]


def test_a_register_keeps_what_a_copy_of_it_does_not_have(register: Register) -> None:
    here = register.evidence()
    assert register.evidence() == here
    assert len(here) >= 2
    assert all(here.values())
