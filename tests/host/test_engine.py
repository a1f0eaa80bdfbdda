"""The queue of jobs, on a real server: what Procrastinate does with dead and stopped workers, and
each of its traps that we met."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from budgettrack.host.engine import DEAD_AFTER, LOOKED_EVERY, SWEPT_EVERY, Queue
from budgettrack.host.schemas import GroupsDatabase
from tests.world.grown import GrownHost

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def grown(server: GrownHost) -> GrownHost:
    server.anew()
    with GroupsDatabase(server.planner) as database:
        database.prepare()
        Queue(server.planner).prepare(database)
    return server


def done(grown: GrownHost, *, slow: bool = False) -> list[str]:
    """Takes all jobs that can begin, and returns their groups."""
    taken: list[str] = []

    def do(code: str) -> float:
        taken.append(code)
        return 0.0

    Queue(grown.worker).work(do, slow=slow, stay=False)
    return taken


def die(grown: GrownHost, code: str) -> None:
    """A worker took the job of a group and gave no sign of life since."""
    grown.asked(
        "WITH w AS (INSERT INTO network.procrastinate_workers (last_heartbeat)"
        f" VALUES (now() - interval '{DEAD_AFTER + 1} seconds') RETURNING id)"
        " UPDATE network.procrastinate_jobs SET status = 'doing', worker_id = w.id FROM w"
        f" WHERE lock = '{code}' AND status = 'todo'"
    )


def states(grown: GrownHost) -> list[tuple[str, str]]:
    return grown.asked("SELECT lock, status FROM network.procrastinate_jobs ORDER BY id")


def test_a_group_is_planned_once_and_its_job_is_gone_when_it_ended(grown: GrownHost) -> None:
    queue = Queue(grown.planner)

    assert queue.plan(["GR-1", "GR-2"]) == ["GR-1", "GR-2"]
    assert queue.plan(["GR-2", "GR-3"]) == ["GR-3"]
    assert queue.count() == {"todo": 3}
    assert sorted(done(grown)) == ["GR-1", "GR-2", "GR-3"]
    assert states(grown) == []


def test_a_job_knows_the_code_of_its_group_and_no_more(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"])
    assert grown.asked("SELECT args FROM network.procrastinate_jobs") == [({"code": "GR-1"},)]


def test_what_is_put_off_waits_in_the_queue_and_holds_no_worker(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"])
    Queue(grown.worker).work(lambda _: 300.0, stay=False)

    ((status, seconds),) = grown.asked(
        "SELECT status, extract(epoch FROM scheduled_at - now()) FROM network.procrastinate_jobs"
    )
    assert status == "todo"
    assert 240 < seconds <= 300
    assert done(grown) == []


def test_what_is_put_off_begins_soon_after_its_moment(grown: GrownHost) -> None:
    """The queue tells workers of new jobs alone; by itself, a free worker looks every five
    seconds."""
    queue, began = Queue(grown.worker), list[float]()

    def do(_: str) -> float:
        began.append(time.monotonic())
        if len(began) == 1:
            return 1.0
        queue.end()
        return 0.0

    Queue(grown.planner).plan(["GR-1"])
    queue.work(do)

    assert 1.0 <= began[1] - began[0] < 3.0 + LOOKED_EVERY


def test_a_worker_does_as_many_jobs_at_once_as_it_takes(grown: GrownHost) -> None:
    """Python gives six threads on a machine with two processors; the others only seemed to run."""
    at_once = (os.cpu_count() or 1) + 10
    meet = threading.Barrier(at_once)

    def do(_: str) -> float:
        meet.wait(10)
        return 0.0

    Queue(grown.planner).plan([f"GR-{number}" for number in range(at_once)])
    Queue(grown.worker).work(do, at_once=at_once, stay=False)

    assert not meet.broken


def test_groups_that_failed_have_a_queue_and_workers_of_their_own(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"], slow=True)

    assert done(grown) == []
    assert done(grown, slow=True) == ["GR-1"]


def test_a_job_that_raises_is_gone_and_can_be_planned_again(grown: GrownHost) -> None:
    def breaks(_: str) -> float:
        raise ValueError("a mistake of ours")

    Queue(grown.planner).plan(["GR-1"])
    Queue(grown.worker).work(breaks, stay=False)

    assert states(grown) == []


# ---- traps


def test_a_dead_worker_is_noticed_within_two_minutes_and_its_job_goes_on(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"])
    die(grown, "GR-1")

    assert DEAD_AFTER + SWEPT_EVERY < 120
    assert Queue(grown.worker).sweep() == ["GR-1"]
    assert done(grown) == ["GR-1"]


def test_a_job_of_a_worker_that_lives_is_left_to_it(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"])
    die(grown, "GR-1")
    grown.asked("UPDATE network.procrastinate_workers SET last_heartbeat = now()")

    assert Queue(grown.worker).sweep() == []
    assert states(grown) == [("GR-1", "doing")]


def test_a_second_job_of_the_group_does_not_jam_the_sweep(grown: GrownHost) -> None:
    """The documented sweep fails for ever here: both jobs bear the same queueing lock."""
    queue = Queue(grown.planner)
    queue.plan(["GR-1", "GR-2"])
    die(grown, "GR-1")
    die(grown, "GR-2")
    grown.asked(
        "INSERT INTO network.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
        " VALUES ('quick', 'group', 'GR-1', 'GR-1', '{\"code\": \"GR-1\"}')"
    )

    assert sorted(Queue(grown.worker).sweep()) == ["GR-1", "GR-2"]
    assert states(grown) == [("GR-2", "todo"), ("GR-1", "todo")]
    assert sorted(done(grown)) == ["GR-1", "GR-2"]


def test_the_planner_adds_no_second_job_while_one_runs(grown: GrownHost) -> None:
    queue = Queue(grown.planner)
    queue.plan(["GR-1"])
    die(grown, "GR-1")

    assert queue.plan(["GR-1"]) == []


def test_two_jobs_of_a_group_never_run_at_the_same_time(grown: GrownHost) -> None:
    Queue(grown.planner).plan(["GR-1"])
    die(grown, "GR-1")
    grown.asked("UPDATE network.procrastinate_workers SET last_heartbeat = now()")
    grown.asked(
        "INSERT INTO network.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
        " VALUES ('quick', 'group', 'GR-1', 'GR-1', '{\"code\": \"GR-1\"}')"
    )

    assert done(grown) == []


def test_a_worker_whose_sessions_are_cut_goes_on(grown: GrownHost) -> None:
    """The engine ends without a word when its connection is lost."""
    began = threading.Event()
    taken: list[str] = []
    queue = Queue(grown.planner)

    def do(code: str) -> float:
        taken.append(code)
        began.set()
        return 0.0

    ending = _Worker(grown, do)
    ending.start()
    queue.plan(["GR-1"])
    assert began.wait(60)
    grown.asked(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'groups_worker'"
    )
    began.clear()
    queue.plan(["GR-2"])
    assert began.wait(60)
    ending.end()

    assert taken == ["GR-1", "GR-2"]


def test_a_worker_that_was_taken_for_dead_works_again_under_another_number(
    grown: GrownHost,
) -> None:
    """Its row is gone: the engine could take no job any more, and would not say so."""
    began = threading.Event()
    queue = Queue(grown.planner)

    def do(_: str) -> float:
        began.set()
        return 0.0

    worker = _Worker(grown, do)
    worker.start()
    queue.plan(["GR-1"])
    assert began.wait(60)
    grown.asked("DELETE FROM network.procrastinate_workers")
    began.clear()
    queue.plan(["GR-2"])
    assert began.wait(60)
    worker.end()


class _Worker(threading.Thread):
    """A worker that stays, in a thread: it is ended by hand."""

    def __init__(self, grown: GrownHost, do: Callable[[str], float]) -> None:
        super().__init__(daemon=True)
        self._queue, self._do = Queue(grown.worker), do

    def run(self) -> None:
        self._queue.work(self._do, swept_every=1.0)

    def end(self) -> None:
        self._queue.end()
        self.join(60)
        assert not self.is_alive()


def test_time_is_given_by_the_clock_of_the_database(grown: GrownHost) -> None:
    """A worker with a wrong clock must not count others as dead."""
    Queue(grown.planner).plan(["GR-1"])
    die(grown, "GR-1")
    grown.asked("UPDATE network.procrastinate_workers SET last_heartbeat = now()")
    before = time.time
    try:
        time.time = lambda: before() + 3600
        assert Queue(grown.worker).sweep() == []
    finally:
        time.time = before
