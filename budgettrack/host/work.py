"""A worker of a host: does planned jobs, one group after the other. Each job runs in a process
of its own that logs in as its group."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from budgettrack.core.base.errors import TrackError
from budgettrack.group import OpenedGroup
from budgettrack.host.directory import HostedGroup
from budgettrack.host.engine import DEAD_AFTER, Queue
from budgettrack.host.group_config import content_of, defaults, folder_of
from budgettrack.host.jobs import JobOutcome
from budgettrack.host.plan import database_of
from budgettrack.host.processes import run_job
from budgettrack.host.run import (
    RunJob,
    addresses_of,
    note_of,
    order_of,
    quota_places,
    require_host,
    without_account,
)
from budgettrack.host.schemas import GroupsDatabase, GroupTurn
from budgettrack.monthly.addresses import reached

BUSY_FOR = 300.0
"""If somebody else is using the register of the group, the job is tried again after this many
seconds."""

TAKEN_FOR = 100.0
"""If another job of the group has the group's login, the job is tried again after this many
seconds. This is longer than a login is reserved for one job."""

KEPT_FOR = 60.0
"""For how many seconds a worker remembers the addresses of the recipients."""


class HostWorker:
    """Does the jobs that a queue gives it. `tell` is a function that gets the outcome of each
    job."""

    def __init__(
        self,
        host: OpenedGroup,
        run_job: RunJob = run_job,
        tell: Callable[[str, JobOutcome], None] = lambda _, __: None,
    ) -> None:
        require_host(host.config)
        settings = host.config.host
        assert settings is not None
        self._host, self._settings, self._run_job, self._tell = host, settings, run_job, tell
        self._url = database_of(settings)
        defaults(host.config)  # If a key cannot be used, the error is raised before the first job.
        self._addresses: Mapping[str, list[dict[str, str]]] = {}
        self._read_at = -KEPT_FOR

    def work(
        self, *, slow: bool = False, stay: bool = True, dead_after: float = DEAD_AFTER
    ) -> None:
        """Works until this process is asked to end or, if `stay` is false, until no job can begin.
        `dead_after`: a worker without a sign of life for this many seconds counts as dead. Raises
        `RegisterError` if the database belongs to another version of the program."""
        queue = Queue(self._url)
        with GroupsDatabase(self._url) as database:
            database.require_version()
        queue.work(
            self.do,
            slow=slow,
            at_once=self._settings.at_once,
            stay=stay,
            dead_after=dead_after,
            swept_every=dead_after / 4.5,
        )

    def do(self, code: str) -> float:
        """Does the job of a group. Returns 0, or the number of seconds after which the job must be
        tried again."""
        try:
            with GroupsDatabase(self._url) as database:
                database.require_version()
                return self._done(database, code)
        except TrackError as error:
            # A failure of the database or of the host's sheet is no failure of the group.
            self._tell(code, JobOutcome("broken", tuple(error.problems)))
            return BUSY_FOR

    def _done(self, database: GroupsDatabase, code: str) -> float:
        turn = database.turn(code)
        if turn is None:
            return 0.0
        group = HostedGroup(code, turn.fields)
        # The accounts are read for each job, because an account may have been added.
        set_for_all = defaults(self._host.config)
        folder = folder_of(set_for_all, group)
        words = without_account(group, set_for_all)
        if words:
            self._end(database, folder, code, JobOutcome("asks", (words,)))
            return 0.0
        # This comes first: a job that has to wait costs as little as possible.
        wait = database.take_quota(code, quota_places(group, set_for_all, self._settings))
        if wait > 0:
            return wait
        recipients, unreached = reached(self._recipients(code) if turn.send else ())
        content = content_of(
            group,
            set_for_all,
            recipients,
            database.register_of(code),
        )
        url = database.url_for(code)
        if url is None:
            return TAKEN_FOR
        outcome = self._outcome(group, folder, content, url, turn)
        database.close()
        if outcome.result == "busy":
            return BUSY_FOR
        outcome = replace(outcome, words=(*unreached, *outcome.words))
        self._end(database, folder, code, outcome)
        return 0.0

    def _end(self, database: GroupsDatabase, folder: Path, code: str, outcome: JobOutcome) -> None:
        note_of(folder, outcome, datetime.now(UTC))
        database.tell(code, outcome)
        self._tell(code, outcome)

    def _outcome(
        self,
        group: HostedGroup,
        folder: Path,
        content: dict[str, object],
        url: str,
        turn: GroupTurn,
    ) -> JobOutcome:
        order = order_of(group, folder, content, send=turn.send, on=turn.day)
        # The login is given only to the job. It is not in the config file in the group's folder.
        content["register"] = {"url": url}
        try:
            return self._run_job(order, self._settings.seconds)
        except OSError as error:  # The computer cannot start more processes.
            return JobOutcome("broken", (f"The job could not begin: {error.strerror}.",))

    def _recipients(self, code: str) -> list[dict[str, str]]:
        now = time.monotonic()
        if now - self._read_at > KEPT_FOR:
            self._addresses = addresses_of(self._host)
            self._read_at = now
        return self._addresses.get(code, [])
