"""Runs all groups of a host, each in a process of its own, and writes the result of each into
the tab *Groups*."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any

from msgspec import Struct, field

from budgettrack import files, sync
from budgettrack.config.host import HostSettings
from budgettrack.config.load import Config, default_locale
from budgettrack.core.base.errors import ConfigError, TrackError, UsageError
from budgettrack.core.base.plurals import count
from budgettrack.core.records.tables import GROUPS
from budgettrack.core.views.group_shares import AT_REST
from budgettrack.group import OpenedGroup
from budgettrack.host.accounts import NO_ROOM, assigned
from budgettrack.host.answers import answer_groups
from budgettrack.host.directory import (
    HostedGroup,
    directory,
    group_named,
    is_file,
    same_folder,
)
from budgettrack.host.group_config import (
    REGISTER,
    HostDefaults,
    content_of,
    defaults,
    folder_of,
    registers_in,
    return_cut_off,
    stands_beside,
)
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.patience import ASKED_AGAIN, Failures, failures_in, note
from budgettrack.host.processes import run_job
from budgettrack.host.quiet import SheetsWatch, watch_in
from budgettrack.host.quota import Quota
from budgettrack.host.rows import (
    DELETED,
    other_currency,
    put_back,
    unreadable,
    with_unreadable,
)
from budgettrack.host.treasurer import without_commands
from budgettrack.monthly.addresses import reached, recipients
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion

WHO = "the host's run"
"""The name under which a run of the host holds the lock of the host's register. Others read it
in messages."""

RunJob = Callable[[JobOrder, int], JobOutcome]
HAS_WORKERS = (
    "This host has workers ([host] database), which run its groups. Plan their jobs: budgettrack"
    " host plan"
)
STUCK = "Stuck since {since}: "
NOT_NOTED = "How the job of {code} ended could not be written down ({why})."
TAKEN_OUT = (
    "The files of open data (360Giving, IATI) had a group that is not named any more, so they were"
    " deleted, also in the folder to which the site is delivered. Make them again: budgettrack"
    " report 360giving, budgettrack report iati. Ask those who copied the files to drop them."
)
TWICE = (
    "This code differs from another one by capital letters only. Change the code of the group"
    " that is not run yet."
)


NOT_HERE = (
    "The register of {code} is not here, so nothing was done. If the group is new, set its State to"
    " invited. If its Code was changed, type the old one. If its folder was lost, ask whoever looks"
    " after the program for the host to put it back from a backup."
)


NOT_RUN_HERE = (
    "{code} has a Public key and no Workbook in Groups: it is on a server of its own, so it is not"
    " run here. Take its statement: budgettrack host take {code} FILE"
)
NO_LINK = (
    "The books of {code} are here, and its Workbook is blank, so it is not run. Paste the link of"
    " its sheet into Workbook. If it is on a server of its own now, set State to paused: its"
    " statements are counted all the same."
)


class HostRun(Struct):
    """The result of a run. `outcomes`: the outcome of each job, by the code of the group.
    `waiting`: the groups that wait because their last job failed. `put_off`: the groups whose sheet
    was not read, because nobody changed it after its last sync. `notes`: why Google Drive could not
    say whether sheets were changed. `unreached`: what is to be done about recipients to whom no
    mail can be sent, by the code of their group."""

    outcomes: dict[str, JobOutcome] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreached: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def needs_a_person(self) -> bool:
        return any(outcome.words for outcome in self.outcomes.values())


def require_host(config: Config) -> None:
    """Raises `UsageError` if the config belongs to a group and not to a host."""
    if config.host is None:
        raise UsageError(
            "This is the config of a group: it has no section [host]. Name the host's config:"
            " budgettrack --config host/budgettrack.toml host run"
        )


def groups_of(host: OpenedGroup) -> list[HostedGroup]:
    """Returns the groups in the host's register, in the order of their codes."""
    require_host(host.config)
    return directory(host.register.ask(queries.load, (GROUPS.name,)).records[GROUPS.name])


def run(
    host: OpenedGroup,
    *,
    send: bool = False,
    only: Sequence[str] = (),
    run_job: RunJob = run_job,
    tell: Callable[[str, JobOutcome], None] = lambda _, __: None,
) -> HostRun:
    """Syncs the host's sheet, runs every group that is due, and writes the result of each into
    *Groups*.

    `only` names the groups to run now, also those that wait after a failure. Raises `UsageError`
    if the config belongs to a group, or if `only` names an unknown group. Also raises what the
    sync of the host's own sheet raises: without it, the groups are not known."""
    require_host(host.config)
    settings = host.config.host
    assert settings is not None
    if settings.database:
        raise UsageError(HAS_WORKERS)
    settings.groups.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.groups.chmod(0o700)
    with host.register.cycles.alone(WHO, host.now()):
        sync.sync(host)
        is_back = put_back(host, sorted(registers_in(settings.groups)))
        if is_back:
            # The second sync is for deleted rows that were put back.
            # It fills the columns that the program writes.
            sync.sync(host)
        is_new = share(host)
        groups = groups_of(host)
        for code in only:
            refuse_at_rest(group_named(groups, code))
        done = _all_done(host, settings, groups, only, run_job, tell, send=send)
        if written(host, groups, done) or is_back or is_new:
            sync.sync(host)
        done.notes += refresh_page(host)
    if settings.metrics is not None:
        from budgettrack.host.metrics import metrics_text

        text = metrics_text(groups_of(host), done, host.now())
        files.write(settings.metrics, text.encode(), private=False)
    return done


def refresh_page(host: OpenedGroup) -> list[str]:
    """Makes the network's page again if it was ever published. If a group is no longer named there,
    also deletes the files of open data.

    Returns sentences about failures. A failure here does not stop the jobs of groups."""
    from budgettrack.host.network import refresh
    from budgettrack.host.open_data import refresh_files

    notes: list[str] = []
    try:
        refresh(host)
    except TrackError as error:
        notes += error.problems
    except OSError as error:
        notes.append(f"The network's page could not be written ({error.strerror}).")
    try:
        if refresh_files(host):
            notes.append(TAKEN_OUT)
    except OSError as error:
        notes.append(f"The files of open data could not be deleted ({error.strerror}).")
    return notes


def _all_done(
    host: OpenedGroup,
    settings: HostSettings,
    groups: Sequence[HostedGroup],
    only: Sequence[str],
    run_job: RunJob,
    tell: Callable[[str, JobOutcome], None],
    *,
    send: bool,
) -> HostRun:
    """Runs every group that is due, and records which of them failed."""
    done = HostRun()
    set_for_all, began = defaults(host.config), host.now()
    watch = watch_in(settings.groups)
    watch.ask(groups, set_for_all, began)
    unsigned: list[str] = []
    watch.wake(answer_groups(host, groups, unsigned))
    done.notes = [*watch.notes, *unsigned]
    orders = list(_orders(host, set_for_all, groups, only, done, watch, send=send))
    by_code = {group.code: group for group in groups}
    ended: dict[str, JobOutcome] = {}
    quota, free, telling = Quota(), Semaphore(settings.at_once), Lock()

    def one(order: JobOrder) -> None:
        try:
            outcome = run_job(order, settings.seconds)
        except OSError as error:  # The computer cannot start more processes.
            outcome = JobOutcome("broken", (f"The job could not begin: {error.strerror}.",))
        finally:
            free.release()
        with telling:
            ended[order.code] = outcome
            watch.note(order.code, outcome, began, send=send)
            try:
                note_of(order.folder, outcome, host.now())
                tell(order.code, outcome)
            except OSError as error:  # The disk is full, or nobody reads what is printed.
                done.notes.append(NOT_NOTED.format(code=order.code, why=error.strerror))

    waiting = [
        (order, quota_places(by_code[order.code], set_for_all, settings)) for order in orders
    ]
    begun = []
    with ThreadPoolExecutor(settings.at_once) as pool:
        while waiting:
            free.acquire()
            begun.append(pool.submit(one, quota.next(waiting)))
    for job in begun:
        job.result()
    watch.keep(settings.groups)
    done.outcomes |= {order.code: ended[order.code] for order in orders}
    done.outcomes = with_unreadable(done.unreached, done.outcomes)
    return done


def _orders(
    host: OpenedGroup,
    set_for_all: HostDefaults,
    groups: Sequence[HostedGroup],
    only: Sequence[str],
    done: HostRun,
    watch: SheetsWatch,
    *,
    send: bool,
) -> Iterator[JobOrder]:
    """Yields the instructions for the job of every group that is due. If a group cannot have a job,
    the reason is put into `done`."""
    addresses = addresses_of(host) if send else {}
    on = host.on.isoformat() if host.on else ""
    folded = same_folder(groups)
    assert host.config.host is not None
    done.outcomes |= without_link(groups, registers_in(host.config.host.groups))
    for group in groups:
        if not group.is_run or (only and group.code not in only):
            continue
        folder = folder_of(set_for_all, group) if not group.mistake else None
        words = group.mistake if folder is None else return_cut_off(folder)
        if folder is not None and not words and not (folder / REGISTER).exists():
            words = not_begun(group, folded)
        if folder is None or words:
            done.outcomes[group.code] = JobOutcome("asks", (words,))
            continue
        if not only and not failures_in(folder).are_over(host.now()):
            done.waiting.append(group.code)
            continue
        with_address, done.unreached[group.code] = reached(addresses.get(group.code, ()))
        content = _content(group, set_for_all, with_address, done)
        if content is None:
            continue
        if not only and watch.is_quiet(group, content, set_for_all, host.now(), send=send):
            done.put_off.append(group.code)
            continue
        yield order_of(group, folder, content, send=send, on=on)


def share(host: OpenedGroup) -> bool:
    """Writes into the register, for each new group, the address with which the group must share its
    sheet. Returns whether any group got an address. Raises `ConfigError` if the key of a Google
    account cannot be used."""
    settings = host.config.host
    assert settings is not None
    groups = {group.code: group for group in groups_of(host)}
    new = assigned([*groups.values()], defaults(host.config).accounts, settings.account_groups)
    versions = [
        RecordVersion(GROUPS.name, code, {**groups[code].fields, "share_with": address}, "register")
        for code, address in new.items()
    ]
    if versions:
        with host.register.writing() as writing:
            writing.commit(Commit("by hand", host.now(), versions))
        host.changed()
    return bool(versions)


def without_account(group: HostedGroup, set_for_all: HostDefaults) -> str:
    """Returns what is to be done if no Google account has room for a group, or ''."""
    is_online = not is_file(group.text("workbook"))
    return NO_ROOM if is_online and set_for_all.account(group) is None else ""


def quota_places(
    group: HostedGroup, set_for_all: HostDefaults, settings: HostSettings
) -> dict[str, int]:
    """Returns how many jobs may begin in a minute, by the account of a group and by its project.
    It is empty if the group's workbook is a file."""
    account = set_for_all.account(group)
    if account is None or is_file(group.text("workbook")):
        return {}
    return account.places(settings.reads, settings.project_reads)


def _content(
    group: HostedGroup,
    set_for_all: HostDefaults,
    recipients: Sequence[Mapping[str, str]],
    done: HostRun,
) -> dict[str, Any] | None:
    """Returns the content of a group's config. If something is wrong with it, puts this into
    `done` and returns None."""
    try:
        content = content_of(group, set_for_all, recipients)
    except ConfigError as error:
        done.outcomes[group.code] = JobOutcome("asks", tuple(error.problems))
        return None
    folder = folder_of(set_for_all, group)
    words = other_currency(folder, content) or without_account(group, set_for_all)
    if words:
        done.outcomes[group.code] = JobOutcome("asks", (words,))
        return None
    return content


def refuse_at_rest(group: HostedGroup) -> None:
    """Raises `UsageError` if a group that somebody wants to run is paused, has left, or is on a
    server of its own."""
    if group.is_elsewhere:
        raise UsageError(NOT_RUN_HERE.format(code=group.code))
    if not group.is_run:
        state = group.text("state")
        raise UsageError(f"{group.code} is {state}, so it is not run. Change its State in Groups.")


def without_link(
    groups: Sequence[HostedGroup], with_books: Collection[str]
) -> dict[str, JobOutcome]:
    """Returns what is to be done for groups that look as if they were on a server of their own, but
    whose books are here. `with_books`: the codes of the groups that have a register here."""
    return {
        group.code: JobOutcome("asks", (NO_LINK.format(code=group.code),))
        for group in groups
        if group.is_elsewhere and group.text("state") not in AT_REST and group.code in with_books
    }


def not_begun(group: HostedGroup, folded: Set[str]) -> str:
    """Returns the reason why a new register must not be made for a group without one. Returns '' if
    it may be made.

    Only an invited group gets a new register. The register of any other group must be somewhere
    else, and must be found."""
    if group.code in folded:
        return TWICE
    return "" if group.text("state") == "invited" else NOT_HERE.format(code=group.code)


def addresses_of(host: OpenedGroup) -> Mapping[str, list[dict[str, str]]]:
    """Returns the recipients of mails from the host's sheet, by the code of their group."""
    book = host.workbook_to_read.read()
    return recipients(book, default_locale(host.config, book.locale))


def order_of(
    group: HostedGroup, folder: Path, content: dict[str, Any], *, send: bool, on: str
) -> JobOrder:
    """Returns the instructions for a group's job, and writes the group's config into its folder."""
    path, text = stands_beside(folder, content)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not files.holds(path, text):
        files.write(path, text, private=True)
    preset = group.text("preset") or "blank"
    return JobOrder(group.code, str(path), content, preset, send, on)


def note_of(folder: Path, outcome: JobOutcome, now: datetime) -> None:
    """Records whether the group's job failed once more. If a person must do something first, the
    next try is within an hour."""
    if outcome.result == "busy":
        return
    failures = Failures()
    if outcome.result != "done":
        longest = ASKED_AGAIN if outcome.result == "asks" else None
        failures = failures_in(folder).with_one_more(now, longest)
    note(folder, failures)


def written(host: OpenedGroup, groups: Sequence[HostedGroup], done: HostRun) -> bool:
    """Writes into the register what the tab *Groups* shows of each group. Returns whether
    anything changed."""
    assert host.config.host is not None
    versions = []
    told = unreadable(host)
    done.outcomes = with_unreadable(told, done.outcomes)
    for group in groups:
        outcome = done.outcomes.get(group.code)
        now = _now(group, outcome)
        if outcome is None and group.code in told:
            # The group's next job writes a new text about what is to be done.
            asked = group.text("what_to_do") if group.is_run else ""
            new = [words for words in told[group.code] if words not in asked]
            now["what_to_do"] = " ".join(filter(None, (*new, asked)))
        if outcome is not None and outcome.words and not group.mistake:
            failures = failures_in(host.config.host.groups / group.code)
            # If another run is working on the group, the cell *What to do* stays as it is.
            if failures.is_stuck(host.now()) and outcome.result != "busy":
                now["what_to_do"] = STUCK.format(since=failures.since[:10]) + now["what_to_do"]
        if now != dict(group.fields):
            versions.append(RecordVersion(GROUPS.name, group.code, now, "register"))
    if versions:
        with host.register.writing() as writing:
            writing.commit(Commit("by hand", host.now(), versions))
        host.changed()
    return bool(versions)


def _now(group: HostedGroup, outcome: JobOutcome | None) -> dict[str, str]:
    """Returns the fields of a group after its job. `outcome` is None if the group had no job in
    this run."""
    fields = dict(group.fields)
    if outcome is not None and outcome.result != "busy":
        fields["what_to_do"] = without_commands(" ".join(outcome.words))
        if outcome.synced:
            fields["last_sync"] = outcome.synced
            if fields.get("state") == "invited":
                fields["state"] = "ready"
        if outcome.month:
            fields["last_month"] = outcome.month
    elif not group.is_run and group.text("what_to_do") != DELETED:
        fields["what_to_do"] = ""
    return {name: text for name, text in fields.items() if text}


def summed_up(done: HostRun) -> Iterator[str]:
    """Yields lines that say what a run did."""
    went = sum(outcome.result == "done" for outcome in done.outcomes.values())
    others = f"{len(done.outcomes) - went} not, {len(done.waiting)} waiting"
    yield f"{count(went, 'group')} done, {others}."
    if done.put_off:
        yield f"{count(len(done.put_off), 'sheet')} not read again: unchanged since the last sync."
    yield from done.notes
    for code, outcome in done.outcomes.items():
        for words in outcome.words:
            yield f"{code}: {words}"
    needy = [code for code, outcome in done.outcomes.items() if outcome.words]
    if needy:
        yield f"More of each: budgettrack host why {needy[0]}"
