"""A host's workers: the queue beside a plain SKIP LOCKED loop, places in a quota, a login for a job,
the migration of many registers, and the opening of one of them.

`python -m benchmarks.workers` starts a PostgreSQL server of its own; ratios are of one run."""

from __future__ import annotations

import contextlib
import os
import statistics
import threading
import time

import psycopg2

from budgettrack.host.engine import Queue
from budgettrack.host.schemas import GroupsDatabase, GroupTurn, quoted, schema_of
from budgettrack.register import queries
from budgettrack.register.migrations import MIGRATIONS
from budgettrack.register.store import open_register
from tests.world.grown import GrownHost, grown_server

JOBS = 500
PLACES = int(os.environ.get("PLACES", "100"))
A_MINUTE = int(os.environ.get("A_MINUTE", "300"))
REGISTERS = int(os.environ.get("REGISTERS", "200"))


def main() -> None:
    with grown_server() as grown:
        grown.anew()
        with GroupsDatabase(grown.planner) as database:
            database.prepare()
            Queue(grown.planner).prepare(database)
            database.upgrade()
            print(_queue(grown), flush=True)
            print(_quota(grown), flush=True)
            print(_logins(grown, database), flush=True)
            alone = _opening(grown, database)
            print(_migrations(grown, database), flush=True)
            among = _opening(grown, database)
            print(
                f"Opening a register: {alone * 1000:.0f} ms alone, {among * 1000:.0f} ms among"
                f" {REGISTERS}: {among / alone:.2f} times (aim 1.5)"
            )


def _queue(grown: GrownHost) -> str:
    began = time.perf_counter()
    Queue(grown.planner).plan([f"GR-{number}" for number in range(JOBS)])
    planned = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    Queue(grown.worker).work(lambda _: 0.0, stay=False)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    grown.asked("CREATE TABLE public.plain (id serial PRIMARY KEY, is_done boolean DEFAULT false)")
    grown.asked(f"INSERT INTO public.plain SELECT generate_series(1, {JOBS})")
    began, cpu = time.perf_counter(), time.process_time()
    with contextlib.closing(psycopg2.connect(grown.url("budgettrack"))) as raw:
        cursor = raw.cursor()
        while True:
            cursor.execute(
                "SELECT id FROM public.plain WHERE NOT is_done LIMIT 1 FOR UPDATE SKIP LOCKED"
            )
            found = cursor.fetchone()
            if found is None:
                break
            cursor.execute("UPDATE public.plain SET is_done = true WHERE id = %s", found)
            raw.commit()
    plain, plain_used = time.perf_counter() - began, time.process_time() - cpu
    return (
        f"{JOBS} jobs that do nothing, one worker: planned {JOBS / planned:.0f}/s, taken"
        f" {JOBS / took:.0f}/s, {used / JOBS * 1000:.1f} ms of CPU time each; plain loop"
        f" {JOBS / plain:.0f}/s, {plain_used / JOBS * 1000:.1f} ms: {took / plain:.1f} times as long"
    )


def _quota(grown: GrownHost) -> str:
    """Jobs that do nothing but take their place in a project's quota of so many a minute, and in
    that of one of ten accounts."""
    began: list[float] = []
    lock = threading.Lock()
    queue = Queue(grown.worker)

    def do(code: str) -> float:
        with GroupsDatabase(grown.worker) as worker:
            account = f"account {int(code.rpartition('-')[2]) % 10}"
            wait = worker.take_quota(code, {account: A_MINUTE // 5, "project": A_MINUTE})
        if wait == 0:
            with lock:
                began.append(time.perf_counter())
                if len(began) == PLACES:
                    queue.end()
        return wait

    Queue(grown.planner).plan([f"GR-{number}" for number in range(PLACES)])
    queue.work(do, at_once=2)
    took = began[-1] - began[0]
    return (
        f"{PLACES} jobs of ten accounts with places in a quota of {A_MINUTE // 5} and {A_MINUTE} a"
        f" minute: {(PLACES - 1) * 60 / A_MINUTE / took:.0%} of that speed (aim 75 %)"
    )


def _logins(grown: GrownHost, database: GroupsDatabase) -> str:
    database.make("GR-1")
    times = []
    with GroupsDatabase(grown.worker) as worker:
        for _ in range(20):
            database.give_turns([GroupTurn("GR-1", {}, False, "")])
            began = time.perf_counter()
            assert worker.url_for("GR-1")
            times.append(time.perf_counter() - began)
    return f"A login for a job: {sorted(times)[10] * 1000:.0f} ms (median of 20)"


def _opening(grown: GrownHost, database: GroupsDatabase) -> float:
    """Returns the seconds that the opening of a register takes (the median of 40)."""
    database.make("O-1")
    url = f"{grown.url('budgettrack')}?options=-csearch_path%3D%22g_O-1%22"
    times = []
    for _ in range(41):
        began = time.perf_counter()
        with open_register(url) as register:
            register.glance(queries.last_run, "sync")
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def _migrations(grown: GrownHost, database: GroupsDatabase) -> str:
    codes = [f"M-{number}" for number in range(REGISTERS)]
    statements = ";".join(line for step in MIGRATIONS[:-1] for line in step.statements)
    with contextlib.closing(psycopg2.connect(grown.url("budgettrack"))) as raw:
        raw.autocommit = True
        cursor = raw.cursor()
        for code in codes:
            database.make(code)
            cursor.execute(
                f"SET ROLE {quoted(f'groups_{code}')}; SET search_path = {quoted(schema_of(code))};"
                f" {statements}; INSERT INTO migrations VALUES ({len(MIGRATIONS) - 1}, 'x', 'x');"
                " RESET ROLE"
            )
    grown.asked("UPDATE network.version SET is_done = false")
    began = time.perf_counter()
    assert database.upgrade() == []
    took = time.perf_counter() - began
    return (
        f"{REGISTERS} registers migrated by one step: {took / REGISTERS * 1000:.0f} ms each, so"
        f" 2,000 in {took / REGISTERS * 2000:.0f} s (aim 60)"
    )


if __name__ == "__main__":
    main()
