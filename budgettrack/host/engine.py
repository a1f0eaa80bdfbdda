"""The queue of jobs for the groups of a host. No other module imports the library Procrastinate.

The queue saves work, but it does not protect anything: it may give one job to two workers, for
example if one was stopped and continues. Two things protect: the lock of the group's register
refuses a second run, and the records of deliveries in the register prevent a second mail."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from budgettrack.core.base.errors import RegisterError
from budgettrack.extras import missing
from budgettrack.host.schemas import SHARED, GroupsDatabase

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

TASK = "group"
QUICK, SLOW = "quick", "slow"
"""There are two queues: one for groups whose last job went well (`QUICK`), and one for groups whose
last job failed (`SLOW`). The second queue has workers of its own, so that slow jobs do not delay
the others."""

DEAD_AFTER = 90.0
"""A worker counts as dead if it gave no sign of life for this many seconds. With `SWEPT_EVERY`, a
dead worker is noticed within two minutes."""

SWEPT_EVERY = 20.0
SIGN_OF_LIFE = 10.0
AGAIN_AFTER = 5.0
"""If a worker has lost the database, it tries again after this many seconds."""

SPARE_THREADS = 2
"""The number of threads of a worker for other things than jobs, such as names of servers."""

LOOKED_EVERY = 1.0
"""A free worker looks once in this many seconds for jobs whose moment has come. The database tells
only of new jobs, and not of those that were put off."""

Do = Callable[[str], float]
"""A function that does the job of the group with this code. It returns 0, or a number of seconds
after which the job must be tried again. It never raises an error."""

RIGHTS = (
    # The rights of a worker: it takes jobs, puts them off and ends them. It cannot add jobs.
    "GRANT SELECT, DELETE, UPDATE (status, worker_id, attempts, scheduled_at, priority, queue_name,"
    " lock, abort_requested) ON network.procrastinate_jobs TO {worker}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON network.procrastinate_workers TO {worker}",
    "GRANT SELECT, INSERT ON network.procrastinate_events TO {worker}",
    "GRANT SELECT, UPDATE (job_id) ON network.procrastinate_periodic_defers TO {worker}",
    "GRANT USAGE ON SEQUENCE network.procrastinate_workers_id_seq,"
    " network.procrastinate_events_id_seq TO {worker}",
)


class _PutOffError(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class _Way(Struct, frozen=True):
    """How a worker works.

    `slow`: whether it takes the long jobs, and not the quick ones. `at_once`: how many jobs it does
    at the same time. `stay`: whether it waits for jobs when there is none. `dead_after`: a worker
    without a sign of life for this many seconds counts as dead. `swept_every`: the number of
    seconds between two searches for jobs of dead workers."""

    slow: bool
    at_once: int
    stay: bool
    dead_after: float
    swept_every: float


class Queue:
    """The jobs of all groups. `url`: the address of the database, for the planner or for a
    worker.

    Raises `RegisterError` if the extra with the packages of the queue is not installed."""

    def __init__(self, url: str) -> None:
        try:
            import procrastinate  # noqa: F401 - an extra: looked for before the database is asked
            import psycopg  # noqa: F401 - of the same extra
        except ImportError:
            raise RegisterError(missing("A host with workers", "network")) from None
        # The library Procrastinate logs an error for each job that is put off.
        # The log of Procrastinate also has the arguments of jobs, so this log is switched off.
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
        self._url = f"postgresql://{url.partition('://')[2]}"
        self._end: Callable[[], object] = lambda: None

    # ---- the planner

    def prepare(self, database: GroupsDatabase) -> None:
        """Creates the tables of the queue if they do not exist, and gives the workers the rights
        to use them."""
        with self._open() as app:
            rows = app.connector.get_sync_connector().execute_query_all(
                "SELECT to_regclass('network.procrastinate_jobs') IS NOT NULL AS there"
            )
            if not rows[0]["there"]:
                app.schema_manager.apply_schema()
        database.let_workers(RIGHTS)

    def plan(self, codes: Sequence[str], *, slow: bool = False) -> list[str]:
        """Plans a job for each group that has none. Returns the codes of the groups that got
        one."""
        from procrastinate.exceptions import AlreadyEnqueued

        with self._open() as app:
            standing = self._standing(app)
            planned = []
            for code in codes:
                if code in standing:
                    continue
                task = app.configure_task(
                    TASK, queue=SLOW if slow else QUICK, lock=code, queueing_lock=code
                )
                try:
                    task.defer(code=code)
                except AlreadyEnqueued:
                    continue
                planned.append(code)
            return planned

    def count(self) -> Mapping[str, int]:
        """Returns how many jobs are waiting (`todo`) and how many are running (`doing`)."""
        with self._open() as app:
            return Counter(self._standing(app).values())

    def standing(self) -> Mapping[str, str]:
        """Returns the codes of the groups whose job is waiting or running, each with `todo` or
        `doing`."""
        with self._open() as app:
            return self._standing(app)

    @staticmethod
    def _standing(app: App) -> dict[str, str]:
        jobs = [
            job for state in ("todo", "doing") for job in app.job_manager.list_jobs(status=state)
        ]
        return {job.lock or "": job.status or "" for job in jobs}

    def _open(self) -> App:
        from procrastinate import SyncPsycopgConnector

        connector = SyncPsycopgConnector(
            conninfo=self._url, kwargs=self._options(), min_size=1, max_size=1
        )
        return _app(connector).open()

    def _options(self) -> dict[str, Any]:
        return {"options": f"-csearch_path={SHARED}"}

    # ---- the workers

    def work(
        self,
        do: Do,
        *,
        slow: bool = False,
        at_once: int = 1,
        stay: bool = True,
        dead_after: float = DEAD_AFTER,
        swept_every: float = SWEPT_EVERY,
    ) -> None:
        """Does jobs until this process is asked to end (by SIGTERM or Ctrl-C); a running job is
        finished first. If `stay` is false, ends when no job can begin.

        Jobs of dead workers are done again. If the database cannot be reached, tries again and
        again."""
        asyncio.run(self._work(do, _Way(slow, at_once, stay, dead_after, swept_every)))

    async def _work(self, do: Do, way: _Way) -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        # Without this, a small machine would do fewer jobs at once than it took.
        loop.set_default_executor(ThreadPoolExecutor(way.at_once + SPARE_THREADS))
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, ended.set)
        while not ended.is_set():
            try:
                await self._work_once(ended, do, way)
            except _lost():
                if not way.stay:
                    raise RegisterError(
                        "The database of the groups was lost. Start the worker again."
                    ) from None
            if not way.stay:
                return
            # If the connection is cut, the library ends without an error.
            # If the library ends, the worker begins again.
            if not ended.is_set():
                await _either(ended.wait(), asyncio.sleep(AGAIN_AFTER))

    async def _work_once(self, ended: asyncio.Event, do: Do, way: _Way) -> None:
        from procrastinate import PsycopgConnector

        connector = PsycopgConnector(
            conninfo=self._url, kwargs=self._options(), min_size=1, max_size=way.at_once + 3
        )
        app = _app(connector, do)
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[SLOW if way.slow else QUICK],
                    concurrency=way.at_once,
                    wait=way.stay,
                    fetch_job_polling_interval=LOOKED_EVERY,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    update_heartbeat_interval=min(SIGN_OF_LIFE, way.dead_after / 4),
                    stalled_worker_timeout=way.dead_after,
                )
            )
            sweeping = asyncio.create_task(_sweeping(app, way.dead_after, way.swept_every))
            ending = asyncio.create_task(ended.wait())
            try:
                await asyncio.wait((working, sweeping, ending), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (ending, sweeping):
                    task.cancel()
                if not working.done():
                    # Jobs that are running are finished first.
                    working.cancel()
                results = await asyncio.gather(working, sweeping, ending, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    raise result

    def end(self) -> None:
        """Tells `work`, which runs in another thread, to end."""
        self._end()

    def sweep(self, dead_after: float = DEAD_AFTER) -> list[str]:
        """Puts the jobs of dead workers back into the queue. Returns the codes of their groups."""

        async def once() -> list[str]:
            from procrastinate import PsycopgConnector

            connector = PsycopgConnector(
                conninfo=self._url, kwargs=self._options(), min_size=1, max_size=2
            )
            app = _app(connector)
            async with app.open_async():
                return await _swept(app, dead_after)

        return asyncio.run(once())


def _lost() -> tuple[type[Exception], ...]:
    """Returns the types of errors that are raised if the database cannot be reached."""
    import psycopg
    import psycopg_pool
    from procrastinate.exceptions import ConnectorException

    return ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout


def _app(connector: Any, do: Do | None = None) -> App:
    from procrastinate import App, BaseRetryStrategy, RetryDecision

    class Again(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
            del job
            if isinstance(exception, _PutOffError):
                return RetryDecision(retry_in={"milliseconds": int(exception.seconds * 1000)})
            return None

    app = App(connector=connector)

    def group(code: str) -> None:
        assert do is not None
        seconds = do(code)
        if seconds > 0:
            raise _PutOffError(seconds)

    app.task(name=TASK, retry=Again())(group)
    return app


async def _sweeping(app: App, dead_after: float, swept_every: float) -> None:
    while True:
        await _swept(app, dead_after)
        await asyncio.sleep(swept_every)


async def _swept(app: App, dead_after: float) -> list[str]:
    """Puts the jobs of dead workers back into the queue, one by one. One SQL statement for all jobs
    would fail for all of them if a single group already has a new job."""
    from procrastinate.exceptions import ConnectorException, UniqueViolation
    from procrastinate.jobs import Status
    from procrastinate.utils import utcnow

    jobs = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_after)
    taken_up = []
    for job in jobs:
        try:
            await app.job_manager.retry_job(job, retry_at=utcnow())
        except UniqueViolation:
            # The group already has another job that waits. That job will do the same work.
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except ConnectorException:
            continue  # The job ended in the meantime, or another worker took it.
        taken_up.append(job.lock or "")
    return taken_up


async def _either(*waits: Any) -> None:
    """Waits for several things at the same time. Returns as soon as one of them happens."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
