"""The register's contract, on SQLite and PostgreSQL; and what is particular to each."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.errors import Kept, RegisterError
from budgettrack.core.base.findings import CODES, Code, Finding, finding
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.views.public_types import PublicFacts
from budgettrack.register import connection, published, queries, writes
from budgettrack.register.database import Database, reach
from budgettrack.register.migrate import migrate
from budgettrack.register.migrations import MIGRATIONS, TABLES, Migration
from budgettrack.register.published import facts_text
from budgettrack.register.sqlite import SQLiteConnection
from budgettrack.register.store import Commit, RecordVersion, Register, Turn, open_register
from tests.world.needs import POSTGRES
from tests.world.publishing import Books
from tests.world.registers import KINDS, back_to, fresh, on_server
from tests.world.report_plans import MONTH, nobody_is_paid

AT = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
LATER = AT + timedelta(days=31)
E1 = {"date": "2026-03-12", "budget_line": "B-1", "amount": "1200.5", "currency": "EUR"}
G1 = {"funder": "Harbour Fund", "currency": "EUR", "amount": "10000"}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    with fresh(kind, tmp_path) as made:
        yield made


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    with open_register(url) as opened:
        yield opened


BUSY = "Another run is still writing to this register: "
AT_ONCE = Turn("test", 0)
"""A turn that gives up at once."""


def commit(register: Register, *written: RecordVersion, at: datetime = AT, **more: Any) -> None:
    with register.writing() as writing:
        writing.commit(Commit("sync", at, written, **more))


def add(table: str, id_: str, fields: Fields | None, by: str = "sheet") -> RecordVersion:
    return RecordVersion(table, id_, fields, by)


def both(*written: RecordVersion) -> dict[str, Any]:
    """What a sync agrees after writing these."""
    return {"agreed": [(one.table, one.id, one.fields) for one in written]}


def child(code: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """A process of its own, with the usual names imported."""
    start = (
        "import os, signal, sys, time\n"
        "from datetime import datetime, UTC\n"
        "from budgettrack.core.base.errors import RegisterError\n"
        "from budgettrack.register import queries, writes\n"
        "from budgettrack.register.store import *\n"
        "AT = datetime(2026, 4, 30, tzinfo=UTC)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
        **options,
    )


class TestContract:
    def test_a_new_register_is_empty(self, register: Register) -> None:
        held = register.ask(queries.load)
        assert held.records["expenses"] == {} == held.agreed["grants"]
        assert held.removed["budget"] == frozenset()
        assert held.mark is None
        assert register.ask(queries.totals) == [] == register.ask(queries.findings)
        assert register.ask(queries.history, "expenses", "E-1") == []
        assert register.ask(queries.last_run, "sync") is None
        assert register.ask(queries.reported) == {}

    def test_what_is_written_is_held_in_the_order_first_written(self, register: Register) -> None:
        commit(
            register,
            add("expenses", "E-10", E1),
            add("grants", "G-1", G1),
            add("expenses", "E-9", {"a": "ä😀\0"}),
        )
        commit(register, add("expenses", "E-10", None), add("expenses", "E-1", E1))
        commit(register, add("expenses", "E-10", {"amount": "7"}, "treasurer"))
        held = register.ask(queries.load)
        assert held.records["expenses"] == {
            "E-10": {"amount": "7"},
            "E-9": {"a": "ä😀\0"},
            "E-1": E1,
        }
        assert (
            list(held.records["expenses"])
            == ["E-10", "E-9", "E-1"]
            == list(register.ask(queries.load, ["expenses"]).records["expenses"])
        )
        assert list(held.records["expenses"]["E-1"]) == list(E1)

    def test_a_reopened_register_holds_the_same(self, url: str) -> None:
        with open_register(url) as first:
            commit(first, add("expenses", "E-1", E1), mark="b7")
            held = first.ask(queries.load)
        with open_register(url) as second:
            assert second.ask(queries.load) == held
            assert held.mark == "b7"

    def test_half_an_emoji_comes_back_as_it_was(self, register: Register) -> None:
        commit(register, add("expenses", "E-1", {"description": "cut \ud83d"}))
        assert register.ask(queries.load).records["expenses"]["E-1"] == {
            "description": "cut \ud83d"
        }

    def test_agreed_is_apart_from_the_record(self, register: Register) -> None:
        written = add("expenses", "E-1", E1), add("expenses", "E-2", E1)
        commit(register, *written, **both(written[0]))
        assert register.ask(queries.load).agreed["expenses"] == {"E-1": E1}
        # The register's side moves on; what was agreed stays.
        commit(register, add("expenses", "E-1", {"amount": "9"}, "register"))
        assert register.ask(queries.load).records["expenses"]["E-1"] == {"amount": "9"}
        assert register.ask(queries.load).agreed["expenses"] == {"E-1": E1}
        commit(register, add("expenses", "E-1", None, "register"))
        held = register.ask(queries.load)
        assert (held.records["expenses"], held.agreed["expenses"]) == ({"E-2": E1}, {"E-1": E1})
        assert held.removed["expenses"] == {"E-1"}
        commit(register, agreed=[("expenses", "E-1", None), ("expenses", "E-2", {"amount": "1"})])
        held = register.ask(queries.load)
        assert (held.records["expenses"], held.agreed["expenses"]) == (
            {"E-2": E1},
            {"E-2": {"amount": "1"}},
        )
        commit(register, agreed=[("expenses", "E-2", None)])
        assert register.ask(queries.load).agreed["expenses"] == {}
        assert register.ask(queries.load).records["expenses"] == {"E-2": E1}

    def test_a_commit_without_a_mark_keeps_it(self, register: Register) -> None:
        commit(register, mark="one")
        commit(register)
        assert register.ask(queries.load).mark == "one"
        commit(register, mark="two")
        assert register.ask(queries.load, []).mark == "two"

    def test_every_version_is_kept_with_who_when_and_which_run(self, register: Register) -> None:
        lisbon = timezone(timedelta(hours=1))
        commit(register, add("expenses", "E-1", E1))
        commit(
            register,
            add("expenses", "E-1", None, "treasurer"),
            add("expenses", "E-1", {"amount": "2"}, "register"),
            at=LATER.astimezone(lisbon),
        )
        assert [
            (v.n, v.fields, v.by, v.at, v.run)
            for v in register.ask(queries.history, "expenses", "E-1")
        ] == [
            (1, E1, "sheet", AT, 1),
            (2, None, "treasurer", LATER, 2),
            (3, {"amount": "2"}, "register", LATER, 2),
        ]
        assert register.ask(queries.history, "grants", "E-1") == []
        run = register.ask(queries.last_run, "sync")
        assert run is not None
        assert (run.n, run.at, run.at.utcoffset()) == (2, LATER, timedelta(0))
        assert register.ask(queries.last_run, "report") is None

    def test_only_the_tables_asked_for(self, register: Register) -> None:
        commit(
            register,
            add("expenses", "E-1", E1),
            add("grants", "G-1", G1),
            add("grants", "G-2", None),
            mark="m",
        )
        held = register.ask(queries.load, ("grants", "budget"))
        assert held.records == {"grants": {"G-1": G1}, "budget": {}}
        assert held.removed == {"grants": frozenset({"G-2"}), "budget": frozenset()}
        assert held.mark == "m"

    @pytest.mark.slow
    def test_many_records_of_old_and_new(self, register: Register) -> None:
        first = [add("expenses", f"E-{index}", {"amount": str(index)}) for index in range(1300)]
        commit(register, *first, **both(*first))
        second = [
            add("expenses", f"E-{index}", {"amount": str(index + 1)}) for index in range(100, 1500)
        ]
        commit(register, *second)
        held = register.ask(queries.load)
        assert held.records["expenses"] == {
            **{w.id: w.fields for w in first},
            **{w.id: w.fields for w in second},
        }
        assert held.agreed["expenses"] == {w.id: w.fields for w in first}
        assert [v.fields for v in register.ask(queries.history, "expenses", "E-1299")] == [
            {"amount": "1299"},
            {"amount": "1300"},
        ]

    def test_totals_are_exact_and_replaced(self, register: Register) -> None:
        huge = 2**53 + 1
        one = Total("B-1", "G-1", "EUR", "2026-01", "2026-02", huge, -huge, 3)
        two = Total("", "", "JPY", "2026-01", "", 0, 5, 1)
        commit(register, totals=[one, two])
        assert register.ask(queries.totals) == [two, one]
        commit(register)
        assert register.ask(queries.totals) == [two, one]
        three = replace(one, spent=1)
        commit(register, totals=[three])
        assert register.ask(queries.totals) == [three]
        commit(register, totals=[])
        assert register.ask(queries.totals) == []

    def test_totals_twice_for_one_place_are_refused(self, register: Register) -> None:
        one = Total("B-1", "G-1", "EUR", "2026-01", "2026-02", 1, 0, 1)
        with pytest.raises(ValueError, match="two totals"):
            commit(register, add("expenses", "E-1", E1), totals=[one, one])
        assert register.ask(queries.load).records["expenses"] == {}

    def test_findings_keep_their_order_and_the_day_when_first_seen(
        self, register: Register
    ) -> None:
        here = replace(
            finding("missing-value", "expenses", "E-1", "amount", heading="Amount"),
            tab="Expenses",
            row=0,
            column=5,
        )
        bare = finding("missing-tab", tab="Budget")
        commit(register, findings=[here, bare])
        assert register.ask(queries.findings) == [
            replace(here, first_seen="2026-03-31"),
            replace(bare, first_seen="2026-03-31"),
        ]
        moved = replace(here, row=7)
        other = finding("missing-value", "expenses", "E-1", "date", heading="Date")
        commit(register, at=LATER)
        commit(register, at=LATER, findings=[other, moved])
        assert register.ask(queries.findings) == [
            replace(other, first_seen="2026-05-01"),
            replace(moved, first_seen="2026-03-31"),
        ]
        commit(register, at=LATER, findings=[])
        assert register.ask(queries.findings) == []

    def test_a_finding_of_an_older_program_is_passed_over(self, register: Register) -> None:
        older = {"no-longer-known": CODES["missing-tab"]}
        with pytest.MonkeyPatch.context() as then:
            then.setitem(cast("dict[str, Code]", CODES), *older.popitem())
            commit(
                register,
                findings=[Finding("no-longer-known"), finding("missing-tab", tab="Budget")],
            )
        assert [found.code for found in register.ask(queries.findings)] == ["missing-tab"]

    def test_a_frozen_month_is_never_overwritten(self, register: Register) -> None:
        published.freeze(
            register, {"B-1": {"2026-01": 100, "2026-02": 2**40}, "B-2": {}}, {"B-1": "EUR"}, AT
        )
        published.freeze(register, {"B-1": {"2026-02": 7, "2026-03": 0}}, {"B-1": "USD"}, LATER)
        published.freeze(
            register, {"B-1": {"2026-03": 9}}, {"B-1": "USD"}, LATER + timedelta(days=1)
        )
        assert register.ask(queries.reported) == {
            "B-1": {"2026-01": 100, "2026-02": 2**40, "2026-03": 0}
        }
        assert register.ask(queries.reported, {"B-1": "EUR"}) == {
            "B-1": {"2026-01": 100, "2026-02": 2**40}
        }
        assert register.ask(queries.reported, {}) == {}
        run = register.ask(queries.last_run, "freeze")
        assert run is not None
        assert run.at == LATER

    def test_leaving_without_a_commit_changes_nothing(self, register: Register) -> None:
        commit(register, add("expenses", "E-1", E1), mark="m")
        before = register.ask(queries.load)
        with register.writing() as writing:
            assert writing.ask(queries.load) == before
        with pytest.raises(ZeroDivisionError), register.writing() as writing:
            writing.commit(
                Commit(
                    "sync",
                    AT,
                    [
                        add(
                            "expenses",
                            "E-1",
                            {"amount": str(1 // len(writing.ask(queries.load, []).records))},
                        )
                    ],
                )
            )
        assert register.ask(queries.load) == before
        assert len(register.ask(queries.history, "expenses", "E-1")) == 1

    def test_a_commit_is_whole_or_not_at_all(
        self, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(writes, "save_totals", stop)
        with pytest.raises(KeyboardInterrupt):
            commit(
                register,
                add("expenses", "E-1", E1),
                findings=[finding("missing-tab", tab="B")],
                totals=[],
                mark="m",
            )
        assert register.ask(queries.load).records["expenses"] == {}
        assert register.ask(queries.load).mark is None
        assert register.ask(queries.findings) == []
        assert register.ask(queries.last_run, "sync") is None
        commit(register, add("expenses", "E-1", E1))
        assert register.ask(queries.load).records["expenses"] == {"E-1": E1}

    def test_a_run_commits_once_and_knows_its_time(self, register: Register) -> None:
        with register.writing() as writing:
            run = writing.commit(Commit("sync", AT))
            assert (run.n, run.kind, run.at) == (1, "sync", AT)
            with pytest.raises(ValueError, match="once"):
                writing.commit(Commit("sync", AT))
        with pytest.raises(ValueError, match="time zone"):
            commit(register, at=AT.replace(tzinfo=None))
        assert register.ask(queries.last_run, "sync") == run

    def test_one_writer_at_a_time_and_readers_meanwhile(self, url: str, register: Register) -> None:
        commit(register, add("expenses", "E-1", E1))
        with open_register(url, AT_ONCE) as other:
            with register.writing() as writing:
                with pytest.raises(RegisterError) as refused, other.writing():
                    pass
                assert refused.value.problems[0].startswith(BUSY)
                assert refused.value.problems[1:] == ("Nothing was changed in the register.",)
                with pytest.raises(RegisterError):
                    published.freeze(other, {"B-1": {"2026-01": 1}}, {"B-1": "EUR"}, AT)
                assert other.ask(queries.load).records["expenses"] == {"E-1": E1}
                writing.commit(Commit("sync", AT, [add("expenses", "E-1", None)]))
            assert other.ask(queries.load).records["expenses"] == {}
            commit(other, add("expenses", "E-2", E1))
        assert register.ask(queries.load).records["expenses"] == {"E-2": E1}

    def test_readers_read_the_old_state_while_much_is_being_written(
        self, url: str, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[int] = []
        with open_register(url) as other:
            # More than the database keeps in memory by itself before it writes pages out.
            much = [
                add("expenses", f"E-{index}", {"description": "x" * 1000}) for index in range(6000)
            ]
            monkeypatch.setattr(
                writes,
                "save_totals",
                lambda *_: seen.append(len(other.ask(queries.load).records["expenses"])),
            )
            commit(register, *much, totals=[])
            assert seen == [0]
            assert len(other.ask(queries.load).records["expenses"]) == 6000

    @pytest.mark.slow
    def test_a_killed_writer_leaves_the_old_state_and_no_lock(
        self, url: str, register: Register
    ) -> None:
        commit(register, add("expenses", "E-1", E1), mark="old")
        before = register.ask(queries.load)
        code = (
            "writes.save_totals = lambda *_: (print('written', flush=True), time.sleep(60))\nwith"
            " open_register(sys.argv[1]) as register, register.writing() as writing:\n   "
            " writing.commit(Commit('sync', AT, [RecordVersion('expenses', 'E-1', None, 'sheet')],"
            " mark='new', totals=[]))\n"
        )
        with child(code, url) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "written\n"
            with (
                open_register(url, AT_ONCE) as other,
                pytest.raises(RegisterError, match=BUSY),
                other.writing(),
            ):
                pass
            assert register.ask(queries.load) == before
            process.send_signal(signal.SIGKILL)
            process.wait()
        until = time.monotonic() + 10
        while True:  # a server needs a moment to notice
            try:
                commit(register, add("expenses", "E-2", E1))
                break
            except RegisterError:
                assert time.monotonic() < until
                time.sleep(0.05)
        assert register.ask(queries.load).records["expenses"] == {"E-1": E1, "E-2": E1}
        assert register.ask(queries.load).mark == "old"

    @pytest.mark.slow
    def test_processes_that_make_and_write_one_register_at_once_lose_nothing(
        self, url: str
    ) -> None:
        code = (
            "sys.stdin.readline()\ndone = 0\nwith open_register(sys.argv[1]) as register:\n   "
            " while done < 8:\n        try:\n            with register.writing() as writing:\n     "
            "           held = writing.ask(queries.load).records['expenses'].get('E-1', {'amount': '0'})\n    "
            "            more = {'amount': str(int(held['amount']) + 1)}\n               "
            " writing.commit(Commit('sync', AT, [RecordVersion('expenses', 'E-1', more, 'sheet')]))\n    "
            "        done += 1\n        except RegisterError as error:\n            assert 'Another"
            " run' in str(error), error\n            time.sleep(0.01)\n"
        )
        processes = [child(code, url) for _ in range(3)]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert (process.returncode, errors) == (0, "")
        with open_register(url) as register:
            assert register.ask(queries.load).records["expenses"] == {"E-1": {"amount": "24"}}
            assert [v.n for v in register.ask(queries.history, "expenses", "E-1")] == list(
                range(1, 25)
            )

    def test_both_databases_come_to_the_same_tables(self, url: str, tmp_path: Path) -> None:
        with fresh("sqlite", tmp_path) as file:
            open_register(file).close()
            with contextlib.closing(sqlite3.connect(_file(file))) as raw:
                expected = {
                    table: [
                        (name, kind, bool(required) or bool(key))
                        for _, name, kind, required, _, key in raw.execute(
                            f"PRAGMA table_info({table})"
                        )
                    ]
                    for table in TABLES
                }
        open_register(url).close()
        if url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(_file(url))) as raw:
                tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                assert {name for (name,) in tables} == TABLES
            return
        there: dict[str, list[tuple[str, str, bool]]] = {}
        for table, name, kind, nullable in on_server(
            "SELECT table_name, column_name, upper(data_type), is_nullable FROM"
            f" information_schema.columns WHERE table_schema = '{url.rpartition('%3D')[2]}' ORDER"
            " BY table_name, ordinal_position"
        ):
            there.setdefault(table, []).append((name, kind, nullable == "NO"))
        assert there == expected

    def test_missing_steps_are_done_once_with_their_records_or_not_at_all(self, url: str) -> None:
        open_register(url).close()
        good = Migration(len(MIGRATIONS) + 1, "more", ("CREATE TABLE more (a INTEGER)",))
        bad = Migration(
            len(MIGRATIONS) + 2,
            "bad",
            ("CREATE TABLE never (a INTEGER)", "INSERT INTO nowhere VALUES (1)"),
        )
        with contextlib.closing(reach(url, migrate)) as database:
            with pytest.raises(RegisterError):
                migrate(database, (*MIGRATIONS, good, bad))
            for table in ("more", "never"):
                with pytest.raises(RegisterError, match="is damaged"), database.reading() as ask:
                    ask.rows(f"SELECT a FROM {table}")
            migrate(database, (*MIGRATIONS, good))
            migrate(database, (*MIGRATIONS, good))
            with database.reading() as ask:
                numbers = [n for (n,) in ask.rows("SELECT number FROM migrations ORDER BY number")]
                assert list(ask.rows("SELECT a FROM more")) == []
            assert numbers == [*range(1, len(MIGRATIONS) + 2)]

    def test_records_can_be_had_as_they_were_after_any_run(self, url: str) -> None:
        states: list[dict[str, Fields]] = []
        now: dict[str, Fields] = {}
        changes: list[dict[str, Fields | None]] = [
            {"E-1": {"amount": "1"}, "E-2": {"amount": "2"}}, {"E-2": {"amount": "3"}, "E-3": {"amount": "4"}},
            {"E-1": None}, {"E-1": {"amount": "5"}},
        ]  # fmt: skip
        with open_register(url) as register:
            for change in changes:
                written = [
                    RecordVersion("expenses", id_, fields, "sheet")
                    for id_, fields in change.items()
                ]
                with register.writing() as writing:
                    writing.commit(Commit("sync", AT, written))
                now = {id_: each for id_, each in {**now, **change}.items() if each is not None}
                states.append(now)
            for run, state in enumerate(states, 1):
                assert register.ask(queries.load_at, run)["expenses"] == state
            assert register.ask(queries.newest_run) == 4

    def test_what_was_published_comes_back(self, url: str) -> None:
        books, plan = Books(), nobody_is_paid()
        books.publish(plan, MONTH)
        facts = list(books.facts.values())
        with open_register(url) as register:
            published.publish(register, 0, books.batches, facts, AT.date(), AT)
            runs = register.ask(queries.newest_run)
            published.publish(register, len(books.batches), [], facts, AT.date(), AT)

            assert register.ask(published.batches) == books.batches
            page = register.ask(published.pages)[MONTH]
            assert facts_text(page.facts) == facts_text(facts[-1])
            assert page.published == AT.date()
            assert register.ask(queries.newest_run) == runs
            with pytest.raises(
                RegisterError,
                match=r"Another run published meanwhile\. Nothing was written\. Run this again\.",
            ):
                published.publish(register, 0, books.batches, facts, AT.date(), AT)
            assert register.ask(published.batches) == books.batches

    def test_batches_come_back_in_the_order_of_sealing_with_labels_that_were_given_up(
        self, url: str
    ) -> None:
        part = Contribution(
            "expenses",
            "E-1",
            "ab12",
            "B-1",
            "spent",
            MONTH,
            150,
            -130,
            Labels("G-1", "Rent", ""),
            "USD",
        )
        other = replace(part, id="E-2", contributor="")
        first = Batch(2**61, MONTH, "spent", True, Labels(None, "Rent"), (part, other))
        second = Batch(5, "2026-01", "spent", False, Labels("", "", ""), (other,))
        with open_register(url) as register:
            published.publish(register, 0, [first], [], AT.date(), AT)
            published.publish(register, 1, [second], [], AT.date(), AT)

            assert register.ask(published.batches) == [first, second]

    def test_who_stands_behind_a_redacted_record_is_forgotten_and_its_words_leave_batches(
        self, url: str
    ) -> None:
        part = Contribution(
            "expenses",
            "E-1",
            "ab12",
            "B-1",
            "spent",
            MONTH,
            150,
            130,
            Labels("G-1", "For_Joe%", ""),
        )
        other = replace(part, id="E-2", contributor="cd34")
        batch = Batch(1, "2026-02", "spent", False, Labels("G-1", "For_Joe% and me"), (part, other))
        alike = Batch(2, "2026-01", "spent", False, Labels("G-1", "ForXJoeYY"), (other,))
        facts = [PublicFacts(month, "2026-01", "EUR") for month in ("2026-01", "2026-02", MONTH)]
        with open_register(url) as register:
            published.publish(register, 0, [batch, alike], facts, AT.date(), AT)
            with register.writing() as writing:
                fields = {"description": "For_Joe%", "date": "2026-01-02"}
                writing.commit(
                    Commit("sync", AT, [RecordVersion("expenses", "E-1", fields, "sheet")])
                )
            wiped = register.wipe("expenses", "E-1", "description")

            now, kept = register.ask(published.batches)
            assert wiped.months == ("2026-02", MONTH)
            assert now.labels.category == "… and me"
            assert [each.contributor for each in now.parts] == ["", "cd34"]
            assert {each.labels.category for each in now.parts} == {"…"}
            assert kept.labels.category == "ForXJoeYY"
            assert now.units == batch.units

    def test_what_is_asked_in_a_block_is_of_one_moment(self, url: str) -> None:
        total = Total("B-1", "G-1", "EUR", "2026-03", "2026-04", 120050, 0, 1)
        with open_register(url) as register, open_register(url) as other:
            commit(register, add("grants", "G-1", G1), totals=[total], time_zone="Europe/Oslo")
            with register.reading() as ask:
                assert queries.totals(ask) == [total]
                late = threading.Thread(
                    target=commit, args=(other, add("grants", "G-1", None)), kwargs={"totals": []}
                )
                late.start()
                if not url.startswith("sqlite"):  # there the commit waits for the block to end
                    late.join()
                with register.reading() as inner:
                    assert queries.load(inner).records["grants"] == {"G-1": G1}
                assert register.ask(queries.totals_to, "2026-03") == [
                    replace(total, paid="", ordered="2026-03", spent=0)
                ]
                assert queries.spent_in(ask, ["2026-04"]) == {("2026-04", "G-1", "EUR"): 120050}
            late.join()
            assert register.ask(queries.totals) == []
            assert register.ask(queries.load).records["grants"] == {}
            assert register.ask(queries.time_zone) == "Europe/Oslo"

    def test_a_newer_register_is_refused(self, url: str) -> None:
        with contextlib.closing(reach(url, migrate)) as database:
            migrate(
                database,
                (
                    *MIGRATIONS,
                    Migration(len(MIGRATIONS) + 1, "more", ("CREATE TABLE more (a INTEGER)",)),
                ),
            )
        with pytest.raises(
            RegisterError, match=r"newer budgettrack .* Upgrade budgettrack on this machine"
        ):
            open_register(url)

    def test_tables_of_another_program_are_refused(self, url: str) -> None:
        def of_another(database: Database) -> None:
            with database.writer() as other:
                other.begin_writing()
                other.rows("CREATE TABLE IF NOT EXISTS migrations (id INTEGER, migration TEXT)")
                other.rows("CREATE TABLE IF NOT EXISTS records (a INTEGER)")
                other.commit()

        def without_steps(database: Database) -> None:
            with database.writer() as other:
                other.begin_writing()
                other.rows("DROP TABLE migrations")
                other.commit()

        reach(url, of_another).close()
        with pytest.raises(RegisterError, match="another program"):
            open_register(url)
        reach(url, without_steps).close()
        with pytest.raises(RegisterError, match="another program"):
            open_register(url)

    @pytest.mark.slow
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def test_any_commits_equal_a_plain_model(
        self, kind: str, tmp_path: Path, data: st.DataObject
    ) -> None:
        commits = data.draw(st.lists(_commits, max_size=5))
        held: dict[tuple[str, str], Fields | None] = {}
        agreed: dict[tuple[str, str], Fields] = {}
        order: dict[tuple[str, str], None] = {}
        versions: dict[tuple[str, str], list[tuple[Fields | None, str, int]]] = {}
        totals: list[Total] = []
        seen: dict[tuple[str, str, str, str], str] = {}
        findings: list[Finding] = []
        mark = None
        with fresh(kind, tmp_path) as url, open_register(url) as register:
            for number, one in enumerate(commits, start=1):
                one = replace(one, at=AT + timedelta(days=number))  # noqa: PLW2901
                with register.writing() as writing:
                    writing.commit(one)
                for w in one.written:
                    held[w.table, w.id] = w.fields
                    order[w.table, w.id] = None
                    versions.setdefault((w.table, w.id), []).append((w.fields, w.by, number))
                for table, id_, fields in one.agreed:
                    if fields is None:
                        agreed.pop((table, id_), None)
                    else:
                        agreed[table, id_] = fields
                        order[table, id_] = None
                mark = mark if one.mark is None else one.mark
                totals = totals if one.totals is None else list(one.totals)
                if one.findings is not None:
                    day = one.at.date().isoformat()
                    findings = [
                        replace(f, first_seen=seen.get(f.identity, day)) for f in one.findings
                    ]
                    seen = {f.identity: f.first_seen for f in findings}
                now = register.ask(queries.load)
                for table in ("expenses", "grants"):
                    expected = {i: held.get((t, i)) for t, i in order if t == table}
                    left = [(id_, fields) for id_, fields in expected.items() if fields is not None]
                    assert list(now.records[table].items()) == left
                    assert now.agreed[table] == {
                        id_: fields for (t, id_), fields in agreed.items() if t == table
                    }
                    assert now.removed[table] == {
                        i for (t, i), fields in held.items() if t == table and fields is None
                    }
                    alone = register.ask(queries.load, [table])
                    assert alone.records[table] == now.records[table]
                    assert list(alone.records[table]) == list(now.records[table])
                assert now.mark == mark
                assert sorted(register.ask(queries.totals), key=repr) == sorted(totals, key=repr)
                assert register.ask(queries.findings) == findings
            for (table, id_), expected_versions in versions.items():
                kept = register.ask(queries.history, table, id_)
                assert [(v.fields, v.by, v.run) for v in kept] == expected_versions
                assert [v.n for v in kept] == list(range(1, len(kept) + 1))
                assert [v.at for v in kept] == [AT + timedelta(days=v.run) for v in kept]


_ids = st.sampled_from(["E-1", "E-2", "B-1.2", "é 1", "%s?"])
_tables = st.sampled_from(["expenses", "grants"])
_fields = st.dictionaries(
    st.sampled_from(["date", "amount", "description"]), st.text(min_size=1, max_size=4), max_size=3
)
_maybe = st.none() | _fields
_units = st.integers(-(2**62), 2**62)
_commits = st.builds(
    Commit,
    kind=st.just("sync"),
    at=st.just(AT),
    written=st.lists(
        st.builds(RecordVersion, _tables, _ids, _maybe, st.sampled_from(["sheet", "treasurer"])),
        max_size=5,
    ),
    agreed=st.lists(st.tuples(_tables, _ids, _maybe), max_size=5),
    findings=st.none()
    | st.lists(
        st.builds(
            Finding,
            st.sampled_from(["missing-value", "missing-tab"]),
            _tables,
            _ids,
            st.sampled_from(["", "amount"]),
            st.just((("heading", "x"), ("tab", "x"))),
            st.sampled_from(["", "Expenses"]),
            st.none() | st.integers(0, 9),
            st.none() | st.integers(0, 9),
        ),
        max_size=4,
    ),
    totals=st.none()
    | st.lists(
        st.builds(
            Total,
            line=_ids | st.just(""),
            grant=st.sampled_from(["", "G-1"]),
            currency=st.sampled_from(["EUR", "JPY"]),
            ordered=st.just("2026-01"),
            paid=st.sampled_from(["", "2026-02"]),
            spent=_units,
            committed=_units,
            count=st.integers(0, 10**6),
        ),
        max_size=5,
        unique_by=lambda total: (total.line, total.grant, total.currency, total.paid),
    ),
    mark=st.none() | st.text("abc", min_size=1, max_size=3),
)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


class TestSQLite:
    @pytest.fixture
    def kind(self) -> str:
        return "sqlite"

    def test_only_its_owner_can_read_it_at_any_time(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        modes: dict[str, int] = {}

        def look(*_: object) -> None:
            for path in _file(url).parent.iterdir():
                modes[path.name.removeprefix(_file(url).name)] = stat.S_IMODE(path.stat().st_mode)

        before = os.umask(0)
        try:
            with open_register(url) as register:
                look()
                monkeypatch.setattr(writes, "save_totals", look)
                commit(register, add("expenses", "E-1", E1), totals=[])
        finally:
            os.umask(before)
        assert modes == {"": 0o600, "-journal": 0o600, ".writer": 0o600}
        name = _file(url).name
        assert {path.name for path in _file(url).parent.iterdir()} == {name, f"{name}.writer"}

    def test_a_copy_that_others_could_read_is_closed_to_them(self, url: str) -> None:
        open_register(url).close()
        _file(url).chmod(0o644)
        open_register(url).close()
        assert stat.S_IMODE(_file(url).stat().st_mode) == 0o600

    def test_a_register_that_was_made_by_an_older_program_is_migrated_by_a_question(
        self, url: str
    ) -> None:
        with open_register(url) as register:
            commit(register, add("expenses", "E-1", E1))
        with contextlib.closing(sqlite3.connect(_file(url), isolation_level=None)) as other:
            back_to(other, 3)
        with open_register(url) as register:
            assert register.ask(queries.bank) == ("", {})
            assert register.ask(queries.load).records["expenses"] == {"E-1": E1}

    def test_the_old_answer_whether_a_line_pays_people_becomes_a_number(self, url: str) -> None:
        line = {"grant": "G-1", "amount": "12"}
        with open_register(url) as register:
            commit(register, add("budget", "B-1", {**line, "people_paid": "0"}))
            commit(register, add("budget", "B-2", {**line, "people_paid": "7"}))
            commit(register, add("budget", "B-3", {"people_paid": "7"}))
            commit(register, add("budget", "B-4", {"people_paid": "7", **line}))
            commit(register, add("budget", "B-4", {"description": '"pays_people":"yes"'}))
            commit(register, add("expenses", "E-1", E1))
        with contextlib.closing(sqlite3.connect(_file(url), isolation_level=None)) as other:
            for table, column in (
                ("records", "fields"),
                ("records", "agreed"),
                ("history", "fields"),
            ):
                for new, old in (("0", "no"), ("7", "yes")):
                    other.execute(
                        f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                        (f'"people_paid":"{new}"', f'"pays_people":"{old}"'),
                    )
            back_to(other, 4)
        with open_register(url) as register:
            assert register.ask(queries.load).records["budget"] == {
                "B-1": {**line, "people_paid": "0"},
                "B-2": line,
                "B-3": {},
                "B-4": {"description": '"pays_people":"yes"'},
            }
            versions = register.ask(queries.history, "budget", "B-4")
            assert versions[0].fields == line
            assert register.ask(queries.load).records["expenses"] == {"E-1": E1}
            # The first version of B-4 paid people, and its second does not.
            assert register.ask(published.lines_that_paid_people, 4) == {"B-2", "B-3", "B-4"}
            assert register.ask(published.lines_that_paid_people, 5) == {"B-2", "B-3"}
            assert register.ask(published.lines_that_paid_people, 2) == {"B-2"}

    def test_a_register_that_another_program_keeps_open_is_told(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_register(url).close()
        monkeypatch.setattr(connection, "WAIT", 0.01)
        with contextlib.closing(sqlite3.connect(_file(url), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(
                RegisterError, match="is being written to or kept open by another program"
            ):
                open_register(url)

    def test_a_question_costs_the_same_with_many_expenses(self, url: str) -> None:
        def steps(register: Register) -> int:
            counted = [0]

            def count() -> int:
                counted[0] += 1
                return 0

            reader = register._database._reader
            assert isinstance(reader, SQLiteConnection)
            reader.raw.set_progress_handler(count, 1)
            register.ask(queries.load, ("grants", "budget"))
            register.ask(queries.totals)
            register.ask(queries.reported)
            register.ask(queries.last_run, "sync")
            return counted[0]

        with open_register(url) as register:
            commit(
                register,
                add("grants", "G-1", G1),
                totals=[Total("B-1", "G-1", "EUR", "2026-01", "", 0, 5, 1)],
            )
        with open_register(url) as register:
            few = steps(register)
            commit(register, *(add("expenses", f"E-{index}", E1) for index in range(3000)))
        with open_register(url) as register:
            assert few > 0
            assert steps(register) < few + 50

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is an empty file"),
            (b"name,amount\n" * 400, "is not a register, or is damaged"),
            (b"SQLite format 3\0" + b"\xff" * 4000, "is not a register, or is damaged"),
        ],
    )
    def test_a_file_that_is_no_register_is_refused_and_kept(
        self, url: str, content: bytes, words: str
    ) -> None:
        _file(url).write_bytes(content)
        with pytest.raises(RegisterError, match=words):
            open_register(url)
        assert _file(url).read_bytes() == content

    def test_a_truncated_or_overwritten_register_is_refused(self, url: str) -> None:
        with open_register(url) as register:
            commit(register, *(add("expenses", f"E-{index}", E1) for index in range(500)))
        whole = _file(url).read_bytes()
        for content in (whole[: len(whole) // 2], whole[:4096] + b"\xaa" * (len(whole) - 4096)):
            _file(url).write_bytes(content)
            with (
                pytest.raises(RegisterError, match=r"damaged.*budgettrack doctor"),
                open_register(url) as register,
            ):
                register.ask(queries.load)

    def test_damaged_fields_are_refused(self, url: str) -> None:
        with open_register(url) as register:
            commit(register, add("expenses", "E-1", E1))
            with contextlib.closing(sqlite3.connect(_file(url))) as connection, connection:
                connection.execute("UPDATE records SET fields = '{\"amount\"'")
            with pytest.raises(RegisterError, match=r"damaged.*budgettrack doctor"):
                register.ask(queries.load)

    def test_a_missing_folder_and_a_folder_for_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(
            RegisterError, match=r"The folder of the register .* does not exist. Make it"
        ):
            open_register(f"sqlite:///{tmp_path}/none/register.sqlite")
        with pytest.raises(RegisterError, match="is a folder, not a register"):
            open_register(f"sqlite:///{tmp_path}")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(os.name != "posix", reason="users and modes as on POSIX")
    def test_a_folder_or_file_without_permission(self) -> None:
        code = (
            "open_register(f'sqlite:///{sys.argv[1]}/warm/warm.sqlite').close()\nif os.geteuid() =="
            " 0:\n    os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\ndef"
            " attempt(name):\n    try:\n        with"
            " open_register(f'sqlite:///{sys.argv[1]}/{name}') as register:\n           "
            " print('held', len(register.ask(queries.load).records['expenses']))\n            with"
            " register.writing() as writing:\n                writing.commit(Commit('sync', AT,"
            " [RecordVersion('expenses', 'E-2', {'a': 'b'}, 'sheet')]))\n    except RegisterError as"
            " error:\n        print(str(error).replace(sys.argv[1],"
            " ''))\nattempt('closed/register.sqlite'); attempt('closed/there.sqlite');"
            " attempt('dark/register.sqlite')\nattempt('closed/unreadable.sqlite')\n"
        )
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            folder.chmod(0o755)
            for part in ("closed", "dark", "warm"):
                (folder / part).mkdir()
            with open_register(f"sqlite:///{folder}/closed/there.sqlite") as register:
                commit(register, add("expenses", "E-1", E1))
            (folder / "closed/there.sqlite").chmod(0o444)
            (folder / "closed/unreadable.sqlite").write_bytes(
                (folder / "closed/there.sqlite").read_bytes()
            )
            (folder / "closed/unreadable.sqlite").chmod(0)
            (folder / "closed").chmod(0o555)
            (folder / "dark").chmod(0)
            try:
                with child(code, name) as process:
                    out, errors = process.communicate(timeout=60)
            finally:
                (folder / "closed").chmod(0o755)
                (folder / "dark").chmod(0o755)
            assert errors == ""
            lines = out.splitlines()
            assert (
                "cannot be made or opened: Permission denied. Make its folder writable" in lines[0]
            )
            assert lines[1] == "held 1"
            assert (
                "may not be written to. Make the file and its folder writable for the user who runs"
                in lines[2]
            )
            assert lines[3] == "Nothing was changed in the register."
            assert "cannot be made or opened: Permission denied" in lines[4]
            assert "cannot be opened. Make the file and its folder readable" in lines[5]

    @pytest.mark.skipif(os.name != "posix", reason="limits as on POSIX")
    def test_a_disk_that_fills_up_during_the_commit_changes_nothing(
        self, url: str, register: Register
    ) -> None:
        commit(register, add("expenses", "E-1", E1), mark="old")
        before, size = register.ask(queries.load), _file(url).stat().st_size
        code = (
            "import resource\nregister ="
            " open_register(sys.argv[1])\nresource.setrlimit(resource.RLIMIT_FSIZE,"
            " (int(sys.argv[2]), int(sys.argv[2])))\nmuch = [RecordVersion('expenses', f'E-{index}',"
            " {'description': 'x' * 500}, 'sheet') for index in range(2000)]\ntry:\n    with"
            " register.writing() as writing:\n        writing.commit(Commit('sync', AT, much,"
            " mark='new'))\nexcept RegisterError as error:\n    print(error)\n"
        )
        with child(code, url, str(size + 8192)) as process:
            out, errors = process.communicate(timeout=60)
        assert errors == ""
        assert "Nothing was changed in the register." in out
        assert "has room" in out
        assert register.ask(queries.load) == before
        commit(register, add("expenses", "E-2", E1))

    def test_a_full_disk_is_told(self, url: str, register: Register) -> None:
        commit(register, add("expenses", "E-1", E1))
        before = register.ask(queries.load)
        writer = register._database._writer
        assert isinstance(writer, SQLiteConnection)
        # SQLite takes the present size, where that is more.
        writer.raw.execute("PRAGMA max_page_count = 1")

        with pytest.raises(
            RegisterError, match=r"cannot grow: the disk is full.* Make room on it"
        ) as told:
            commit(
                register, *(add("expenses", f"E-{index}", {"a": "x" * 900}) for index in range(900))
            )
        assert told.value.problems[1] == (
            "What this command wrote into the register before stands; the step that failed changed"
            " nothing there."
        )
        assert register.ask(queries.load) == before
        assert not _file(url).with_name(_file(url).name + "-journal").exists()

    def test_a_crash_while_it_is_made_leaves_none(self, url: str) -> None:
        code = (
            "from budgettrack.register import sqlite\n"
            "sqlite.os.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
            "open_register(sys.argv[1])\n"
        )
        with child(code, url) as process:
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert not _file(url).exists()
        with open_register(url) as register:
            assert register.ask(queries.load).records["expenses"] == {}

    def test_a_disk_without_links(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        with open_register(url) as register:
            commit(register, add("expenses", "E-1", E1))
        name = _file(url).name
        assert {path.name for path in _file(url).parent.iterdir()} == {name, f"{name}.writer"}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "register.sqlite",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:s3cret@h/d",
        "postgresql://u:s3@cret@h/d",
        "postgresql://u:p@h:s3cret/d",
    ],
)
def test_an_url_that_cannot_be_used_is_refused_unquoted(url: str) -> None:
    with pytest.raises(
        RegisterError, match=r"\[register\] url is not one that can be used"
    ) as refused:
        open_register(url)
    assert "cret" not in "".join(traceback.format_exception(refused.value))


def test_an_unreachable_server_is_told_without_the_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        url = f"postgresql://reader:s3cret@127.0.0.1:{taken.getsockname()[1]}/plan"
        with pytest.raises(
            RegisterError, match=r"127\.0\.0\.1, database plan cannot be reached"
        ) as refused:
            open_register(url)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_a_server_without_its_package_names_what_to_install() -> None:
    code = (
        "sys.modules['psycopg2'] = None\n"
        "try:\n"
        "    open_register('postgresql://reader:s3cret@127.0.0.1/plan')\n"
        "except RegisterError as error:\n"
        "    print(error)\n"
    )
    with child(code) as process:
        out, errors = process.communicate(timeout=60)
    assert errors == ""
    assert (
        out
        == "A register on PostgreSQL needs the extra 'postgresql', which is not installed. In the"
        " folder of the release: pip install --require-hashes -r requirements-postgresql.txt\n"
    )


@pytest.mark.postgres
class TestPostgreSQL:
    @pytest.fixture
    def kind(self) -> str:
        return "postgresql"

    def test_the_lock_is_free_at_once_not_when_the_server_ends_the_session(
        self, register: Register
    ) -> None:
        def number(ask: queries.Ask) -> int:
            ((pid,),) = ask.rows("SELECT pg_backend_pid()")
            return int(pid)

        def locks(pid: int) -> int:
            # Of this session alone: other tests write on the same server meanwhile.
            ((count,),) = on_server(
                f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = {pid}"
            )
            return int(count)

        for _ in range(2):
            with register.writing() as writing:
                writing.ask(queries.load, ())
                pid = writing.ask(number)
                assert locks(pid) > 0
            assert locks(pid) == 0

    def test_a_session_that_the_server_ended_between_two_questions_is_begun_anew(
        self, register: Register
    ) -> None:
        def number(ask: queries.Ask) -> int:
            ((pid,),) = ask.rows("SELECT pg_backend_pid()")
            return int(pid)

        commit(register, add("expenses", "E-1", E1))
        for _ in range(2):
            with register.writing() as writing:
                numbers = {register.ask(number), writing.ask(number)}
            assert len(numbers) == 2
            for pid in numbers:
                on_server(f"SELECT pg_terminate_backend({pid})")
            assert register.ask(queries.load).records["expenses"] == {"E-1": E1}
            commit(register)

    def test_a_wrong_password_is_told_without_it(self) -> None:
        on_server("DROP ROLE IF EXISTS locked")
        on_server("CREATE ROLE locked LOGIN PASSWORD 'right'")
        parts = urlsplit(POSTGRES)
        url = parts._replace(netloc=f"locked:s3cret@{parts.netloc.rpartition('@')[2]}").geturl()
        try:
            with pytest.raises(
                RegisterError, match="does not accept this user and password"
            ) as refused:
                open_register(url)
        finally:
            on_server("DROP ROLE locked")
        assert "s3cret" not in "".join(traceback.format_exception(refused.value))

    def test_a_missing_database_is_told(self) -> None:
        url = urlsplit(POSTGRES)._replace(path="/nowhere").geturl()
        with pytest.raises(
            RegisterError, match=r"knows no such database, schema or user\. Make it"
        ):
            open_register(url)

    def test_a_missing_schema_is_told(self) -> None:
        with pytest.raises(RegisterError, match="has no schema of its own"):
            open_register(
                f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3Dnowhere"
            )

    def test_registers_in_two_schemas_do_not_wait_for_each_other(
        self, register: Register, tmp_path: Path
    ) -> None:
        with (
            fresh("postgresql", tmp_path) as other_url,
            open_register(other_url) as other,
            register.writing(),
        ):
            commit(other, add("expenses", "E-1", E1))
            assert other.ask(queries.load).records["expenses"] == {"E-1": E1}

    def test_a_connection_lost_before_the_commit_changes_nothing(self, register: Register) -> None:
        commit(register, add("expenses", "E-1", E1))

        def lose_and_commit() -> None:
            with register.writing() as writing:
                ((pid,),) = writing.ask(lambda ask: list(ask.rows("SELECT pg_backend_pid()")))
                on_server(f"SELECT pg_terminate_backend({pid})")
                writing.commit(Commit("sync", AT, [add("expenses", "E-1", None)]))

        with pytest.raises(RegisterError, match=r"connection to the register .* was lost") as told:
            lose_and_commit()
        assert told.value.kept is Kept.EARLIER
        assert register.ask(queries.load).records["expenses"] == {"E-1": E1}
        commit(register, add("expenses", "E-2", E1))


def test_a_glance_is_one_statement_and_reads_the_state_of_the_block_around_it(
    register: Register,
) -> None:
    assert register.glance(queries.meta, "mark") is None
    with register.reading():
        assert register.glance(queries.meta, "mark") is None
    with pytest.raises(ValueError, match="several statements"):
        register.glance(published.publications)
