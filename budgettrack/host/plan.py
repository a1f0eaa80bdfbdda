"""Plans the jobs of a host with workers: syncs the host's sheet, writes into the tab *Groups*
how the last jobs ended, and plans a job for each group that is due."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from budgettrack import files, statements, sync
from budgettrack.config.host import HostSettings
from budgettrack.core.base.errors import ConfigError, RegisterError, UsageError
from budgettrack.group import OpenedGroup
from budgettrack.host.answers import answer_groups
from budgettrack.host.directory import HostedGroup, group_named, same_folder
from budgettrack.host.engine import Queue
from budgettrack.host.group_config import (
    HostDefaults,
    content_of,
    defaults,
    folder_of,
    registers_in,
    return_cut_off,
)
from budgettrack.host.jobs import JobOutcome
from budgettrack.host.moving import move_in
from budgettrack.host.patience import failures_in
from budgettrack.host.quiet import SheetsWatch, watch_in
from budgettrack.host.rows import other_currency, put_back
from budgettrack.host.run import (
    WHO,
    HostRun,
    groups_of,
    not_begun,
    refresh_page,
    refuse_at_rest,
    require_host,
    share,
    without_account,
    without_link,
    written,
)
from budgettrack.host.schemas import GroupsDatabase, GroupTurn

NO_WORKERS = (
    "This host has no workers: [host] database names no database. Run its groups here: budgettrack"
    " host run"
)

NOT_MIGRATED = (
    "The register of {code} was not migrated to this version of the program: {why} The other groups"
    " are not affected. Every plan tries again."
)

STATEMENT_LOST = (
    "The statement of {code} for {month} cannot be read ({why}), so the one before it counts. Plan"
    " its job again: budgettrack host plan {code}"
)


class HostPlan(Struct):
    """What was planned. `quick`, `slow`: the groups for which a job was put into one of the two
    queues. `moved`: the groups whose register was moved from a file into the database. `run`: the
    results of earlier jobs."""

    quick: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    run: HostRun = field(default_factory=HostRun)


def database_of(settings: HostSettings) -> str:
    """Returns the URL of the groups' database. Raises `UsageError` if the host has none."""
    if not settings.database:
        raise UsageError(NO_WORKERS)
    return settings.database


def plan(host: OpenedGroup, *, send: bool = False, only: Sequence[str] = ()) -> HostPlan:
    """Plans a job for every group that is due. `only` names groups for which a job is planned now.

    Raises `UsageError` if the config belongs to a group, or to a host without workers. Also
    raises what the sync of the host's own sheet raises, and `RegisterError` if the database
    cannot be used."""
    require_host(host.config)
    settings = host.config.host
    assert settings is not None
    url = database_of(settings)
    queue = Queue(url)
    planned = HostPlan()
    with host.register.cycles.alone(WHO, host.now()), GroupsDatabase(url) as database:
        database.prepare()
        lost = _take_statements(host, database)
        sync.sync(host)
        queue.prepare(database)
        behind = database.upgrade()
        is_back = put_back(host, sorted(database.groups() | registers_in(settings.groups)))
        if is_back:
            # The second sync is for deleted rows that were put back.
            # It fills the columns that the program writes.
            sync.sync(host)
        is_new = share(host)
        groups = groups_of(host)
        for code in only:
            refuse_at_rest(group_named(groups, code))
        told = database.outcomes()
        watch = _asked(host, settings, database, groups, told)
        unread = {code: at for code, (at, _, is_read) in told.items() if not is_read}
        planned.run.outcomes = {code: told[code][1] for code in unread}
        ended = {code: at for code, (at, _, _) in told.items()}
        planned.moved, stays = _moved_in(host, database, groups)
        quick, slow = _due(host, database, groups, ended, planned.run, only, stays)
        planned.run.notes = [*lost, *_not_migrated(behind), *watch.notes]
        _put_off(host, database, quick, planned.run, watch, only, send=send)
        if written(host, groups, planned.run) or is_back or is_new:
            sync.sync(host)
        database.close_turns(unread)
        standing = queue.standing()
        day = host.on.isoformat() if host.on else ""
        turns = [
            GroupTurn(group.code, group.fields, send, day)
            for group in (*quick, *slow)
            # While a register is moved, the group's waiting job ends, and the group gets a new job.
            if group.code not in standing
            or (standing[group.code] == "todo" and database.turn(group.code) is None)
        ]
        database.give_turns(turns)
        planned.run.notes += refresh_page(host)
        planned.quick = queue.plan([group.code for group in quick])
        planned.slow = queue.plan([group.code for group in slow], slow=True)
    if settings.metrics is not None:
        from budgettrack.host.metrics import metrics_text

        text = metrics_text(groups_of(host), planned.run, host.now())
        files.write(settings.metrics, text.encode(), private=False)
    return planned


def _not_migrated(behind: Mapping[str, str]) -> list[str]:
    """Returns a sentence for each register that cannot be migrated. `behind`: the reasons, '' if a
    register is only in use: then the next plan does it."""
    return [NOT_MIGRATED.format(code=code, why=why) for code, why in behind.items() if why]


def _take_statements(host: OpenedGroup, database: GroupsDatabase) -> list[str]:
    """Takes the statements that groups wrote into the database, and writes each into the folder of
    its group. All commands of the host read them there.

    Returns a sentence for each statement that cannot be read. In its place, the group's earlier
    statement is still counted."""
    assert host.config.host is not None
    lost: list[str] = []
    told = database.statements()
    for _, code, month, content in told:
        folder = host.config.host.groups / code
        if not content:
            statements.forget(folder)
            continue
        try:
            statement = statements.statement_of(content.encode())
            if statement.month != month:
                raise ValueError(f"it is of {statement.month}")
            statements.keep(folder, statement)
        except ValueError as error:
            lost.append(STATEMENT_LOST.format(code=code, month=month, why=error))
    if told:
        database.taken([n for n, *_ in told])
    return lost


def _asked(
    host: OpenedGroup,
    settings: HostSettings,
    database: GroupsDatabase,
    groups: Sequence[HostedGroup],
    told: Mapping[str, tuple[datetime, JobOutcome, bool]],
) -> SheetsWatch:
    """Asks Google Drive which sheets changed, and remembers which sheets the last jobs have
    read. `told`: the last outcome of each group."""
    watch = watch_in(settings.groups)
    watch.ask(groups, defaults(host.config), host.now())
    for code, (at, outcome, is_read) in told.items():
        turn = None if is_read else database.turn(code)
        if turn is not None:
            # The time at which the job began is not known.
            # No job takes longer than `seconds`, so the job began after this time.
            watch.note(code, outcome, at - timedelta(seconds=settings.seconds), send=turn.send)
    unsigned: list[str] = []
    watch.wake(answer_groups(host, groups, unsigned))
    watch.notes = [*watch.notes, *unsigned]
    watch.keep(settings.groups)
    return watch


def _put_off(
    host: OpenedGroup,
    database: GroupsDatabase,
    quick: list[HostedGroup],
    run: HostRun,
    watch: SheetsWatch,
    only: Sequence[str],
    *,
    send: bool,
) -> None:
    """Removes from `quick` the groups whose sheet nobody changed since it was read."""
    set_for_all = defaults(host.config)
    for group in [*quick]:
        if group.code in only or group.code not in watch.read:
            continue
        content = content_of(group, set_for_all, (), database.register_of(group.code))
        if watch.is_quiet(group, content, set_for_all, host.now(), send=send):
            quick.remove(group)
            run.put_off.append(group.code)


def _moved_in(
    host: OpenedGroup, database: GroupsDatabase, groups: Sequence[HostedGroup]
) -> tuple[list[str], dict[str, JobOutcome]]:
    """Moves registers from the folders of the groups into the database. Such registers are there if
    the host had no workers before. The register of a group that left stays where it is.

    Returns the groups whose register was moved, and for each of the others the reason."""
    assert host.config.host is not None
    set_for_all = defaults(host.config)
    in_files = registers_in(host.config.host.groups)
    moved: list[str] = []
    stays: dict[str, JobOutcome] = {}
    for group in groups:
        if group.code not in in_files or group.mistake or group.text("state") == "left":
            continue
        if group.is_elsewhere:
            continue
        if return_cut_off(folder_of(set_for_all, group)):
            continue
        try:
            move_in(host, set_for_all, database, group)
            moved.append(group.code)
        except (ConfigError, RegisterError) as error:
            stays[group.code] = JobOutcome("asks", tuple(error.problems))
    return moved, stays


def _due(
    host: OpenedGroup,
    database: GroupsDatabase,
    groups: Sequence[HostedGroup],
    ended: dict[str, datetime],
    run: HostRun,
    only: Sequence[str],
    stays: Mapping[str, JobOutcome],
) -> tuple[list[HostedGroup], list[HostedGroup]]:
    """Returns two lists of groups that are due: those whose last job went well, and those whose
    last job failed. Makes the schemas of new groups. `stays`: the groups whose register could not
    be moved into the database."""
    assert host.config.host is not None
    set_for_all, now = defaults(host.config), host.now()
    there, folded = database.groups(), same_folder(groups)
    run.outcomes |= without_link(groups, there | registers_in(host.config.host.groups))
    quick: list[HostedGroup] = []
    slow: list[HostedGroup] = []
    for group in groups:
        if not group.is_run or (only and group.code not in only):
            continue
        if group.code in stays:
            run.outcomes[group.code] = stays[group.code]
            continue
        words = _mistake(group, set_for_all) or (
            "" if group.code in there else not_begun(group, folded)
        )
        if not words and group.code not in there:
            words = _made(database, group.code)
        if words:
            run.outcomes[group.code] = JobOutcome("asks", (words,))
            continue
        failures = failures_in(folder_of(set_for_all, group))
        if group.code in only:
            quick.append(group)
        elif failures.count:
            if failures.are_over(now):
                slow.append(group)
            else:
                run.waiting.append(group.code)
        elif group.code not in ended or ended[group.code] < turn_before(
            group.code, now, host.config.host.hours
        ):
            quick.append(group)
    return quick, slow


def _mistake(group: HostedGroup, set_for_all: HostDefaults) -> str:
    """Returns a sentence about a mistake in the row of a group or in the group's own settings.
    Returns '' if there is none."""
    words = group.mistake or return_cut_off(folder_of(set_for_all, group))
    if words:
        return words
    try:
        content = content_of(group, set_for_all)
    except ConfigError as error:
        return " ".join(error.problems)
    folder = folder_of(set_for_all, group)
    return other_currency(folder, content) or without_account(group, set_for_all)


def _made(database: GroupsDatabase, code: str) -> str:
    """Creates the database schema of a new group. Returns the reason why it cannot be created,
    or ''."""
    try:
        database.make(code)
    except RegisterError as error:
        return str(error)
    return ""


def turn_before(code: str, now: datetime, hours: int) -> datetime:
    """Returns the last time at which a group was due. The groups are spread over the hours by
    their codes, so that they do not all begin at once."""
    every = timedelta(hours=hours)
    own = timedelta(minutes=zlib.crc32(code.encode()) % (60 * hours))
    return now - (now - datetime(2000, 1, 1, tzinfo=UTC) - own) % every
