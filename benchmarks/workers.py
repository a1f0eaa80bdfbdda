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
OPENED = 41
"""How often a register is opened."""


def main(jobs: int, places: int, a_minute: int, registers: int, opened: int = OPENED) -> None:
    """Prints a line for each figure. `places`: how many jobs take a place in a quota of so many a
    minute. `registers`: how many are migrated."""
    with grown_server() as grown:
        measured(grown, jobs, places, a_minute, registers, opened)


def measured(
    grown: GrownHost, jobs: int, places: int, a_minute: int, registers: int, opened: int = OPENED
) -> None:
    """The same on a server that runs already."""
    grown.anew()
    with GroupsDatabase(grown.planner) as database:
        database.prepare()
        Queue(grown.planner).prepare(database)
        database.upgrade()
        print(_queue(grown, jobs), flush=True)
        print(_quota(grown, places, a_minute), flush=True)
        print(_logins(grown, database), flush=True)
        alone = _opening(grown, database, opened)
        print(_migrations(grown, database, registers, 1, "M"), flush=True)
        among = _opening(grown, database, opened)
        print(
            f"Opening a register: {alone * 1000:.0f} ms alone, {among * 1000:.0f} ms among"
            f" {registers}: {among / alone:.2f} times (aim 1.5)",
            flush=True,
        )
        # As after years without an upgrade.
        print(_migrations(grown, database, registers, len(MIGRATIONS) - 1, "N"), flush=True)


def _queue(grown: GrownHost, jobs: int) -> str:
    began = time.perf_counter()
    Queue(grown.planner).plan([f"GR-{number}" for number in range(jobs)])
    planned = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    Queue(grown.worker).work(lambda _: 0.0, stay=False)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    grown.asked("CREATE TABLE public.plain (id serial PRIMARY KEY, is_done boolean DEFAULT false)")
    grown.asked(f"INSERT INTO public.plain SELECT generate_series(1, {jobs})")
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
        f"{jobs} jobs that do nothing, one worker: planned {jobs / planned:.0f}/s, taken"
        f" {jobs / took:.0f}/s, {used / jobs * 1000:.1f} ms of CPU time each; plain loop"
        f" {jobs / plain:.0f}/s, {plain_used / jobs * 1000:.1f} ms: {took / plain:.1f} times as long"
    )


def _quota(grown: GrownHost, places: int, a_minute: int) -> str:
    """Jobs that do nothing but take their place in a project's quota of so many a minute, and in
    that of one of ten accounts."""
    began: list[float] = []
    lock = threading.Lock()
    queue = Queue(grown.worker)

    def do(code: str) -> float:
        with GroupsDatabase(grown.worker) as worker:
            account = f"account {int(code.rpartition('-')[2]) % 10}"
            wait = worker.take_quota(code, {account: a_minute // 5, "project": a_minute})
        if wait == 0:
            with lock:
                began.append(time.perf_counter())
                if len(began) == places:
                    queue.end()
        return wait

    Queue(grown.planner).plan([f"GR-{number}" for number in range(places)])
    queue.work(do, at_once=2)
    took = began[-1] - began[0]
    return (
        f"{places} jobs of ten accounts with places in a quota of {a_minute // 5} and {a_minute} a"
        f" minute: {(places - 1) * 60 / a_minute / took:.0%} of that speed (aim 75 %)"
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


def _opening(grown: GrownHost, database: GroupsDatabase, opened: int) -> float:
    """Returns the seconds that the opening of a register takes, as the job of its group does it
    (the median of all but the first)."""
    database.make("O-1")
    database.give_turns([GroupTurn("O-1", {}, False, "")])
    with GroupsDatabase(grown.worker) as worker:
        url = worker.url_for("O-1")
    assert url is not None
    times = []
    for _ in range(opened):
        began = time.perf_counter()
        with open_register(url) as register:
            register.glance(queries.last_run, "sync")
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def _migrations(
    grown: GrownHost, database: GroupsDatabase, registers: int, steps: int, first: str
) -> str:
    """Migrates registers that lack the last `steps`. `first`: what their codes begin with."""
    codes = [f"{first}-{number}" for number in range(registers)]
    older = MIGRATIONS[:-steps]
    statements = ";".join(line for step in older for line in step.statements)
    with contextlib.closing(psycopg2.connect(grown.url("budgettrack"))) as raw:
        raw.autocommit = True
        cursor = raw.cursor()
        for code in codes:
            database.make(code)
            cursor.execute(
                f"SET ROLE {quoted(f'groups_{code}')}; SET search_path = {quoted(schema_of(code))};"
                f" {statements}; INSERT INTO migrations VALUES ({len(older)}, 'x', 'x');"
                " RESET ROLE"
            )
    # The others have nothing to do, but each is looked at.
    others = len(database.groups()) - registers
    grown.asked("UPDATE network.version SET is_done = false")
    began = time.perf_counter()
    left = database.upgrade()
    took = time.perf_counter() - began
    assert not left, left
    for code in codes:
        (last,) = grown.asked(f"SELECT max(number) FROM {quoted(schema_of(code))}.migrations")
        assert last == (len(MIGRATIONS),), f"{code} was not migrated"
    return (
        f"{registers} registers migrated by steps: {steps}, beside {others} others:"
        f" {took:.1f} s, {took / registers * 1000:.0f} ms each, so 2,000 in"
        f" {took / registers * 2000:.0f} s (aim 60)"
    )


def asked(name: str, otherwise: int) -> int:
    return int(os.environ.get(name, str(otherwise)))


if __name__ == "__main__":
    main(JOBS, asked("PLACES", 100), asked("A_MINUTE", 300), asked("REGISTERS", 200))
