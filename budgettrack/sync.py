"""One sync: reads workbook and register, decides, writes the workbook, then commits to the
register.

The order matters if the run dies between the two writes. The next sync then finds both sides
equal and only commits. In the other order it would take rows as removed that were never written,
or bring removed rows back."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from budgettrack import completion
from budgettrack.config.key import fingerprint, key_of, made_key
from budgettrack.config.load import Config, default_locale
from budgettrack.config.profiles import profile
from budgettrack.core.base.errors import ConfigError, Refused, WorkbookError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.grids import Book, Edits
from budgettrack.core.base.months import Month
from budgettrack.core.base.progress import Stage, SyncProgress
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.figures.profile import Profile
from budgettrack.core.merge.merge import Side
from budgettrack.group import OpenedGroup
from budgettrack.interrupts import unbroken
from budgettrack.register import published, queries
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.queries import Ask
from budgettrack.register.store import Commit, Held, RecordVersion, Run, Writing
from budgettrack.workbook import Workbook

Confirm = Callable[[ChangeSet], bool]


ROUNDS = 5
"""The number of attempts if people keep changing the cells that the sync writes. Then the sync
gives up."""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """The result of a sync or, if `done` is false, of a preview."""

    changes: ChangeSet
    done: bool

    @property
    def needs_a_person(self) -> bool:
        """Whether a person must act: on a conflict, or on a row that is left out of the figures."""
        return bool(self.changes.conflicts) or any(
            finding.severity == "error" for finding in self.changes.findings
        )


def preview(group: OpenedGroup, *, allow: Set[str] = frozenset()) -> SyncOutcome:
    """Returns the changes that a sync would make now. Writes nothing."""
    key = group.key
    known = group.register.ask(_known, group.config)
    book = group.workbook_to_read.read()
    return SyncOutcome(_decide(group, book, known, allow, {}, key), done=False)


def sync(
    group: OpenedGroup,
    *,
    allow: Set[str] = frozenset(),
    confirm: Confirm | None = None,
    keep: Mapping[str, Side] | None = None,
    new_key: bool = False,
) -> SyncOutcome:
    """Syncs workbook and register.

    `allow` names guards to override: `missing`, `removals`, `changes`, `other-workbook`.
    `confirm` is called if both sides have data at their first sync. `keep` settles conflicts, by
    key (`budget/B-3.amount`). `new_key` begins with a new key, because the old one is lost.
    Raises `Refused` if a guard stops the sync."""
    progress = SyncProgress()
    with progress.told():
        return _synced(group, progress, allow, confirm, keep or {}, new_key)


def _synced(
    group: OpenedGroup,
    progress: SyncProgress,
    allow: Set[str],
    confirm: Confirm | None,
    keep: Mapping[str, Side],
    new_key: bool,
) -> SyncOutcome:
    """Syncs workbook and register, and notes in `progress` how far it has come."""
    at = group.now()
    key = _key(group, new_key=new_key)
    workbook = group.workbook
    _remember_mark(group, at)

    def decided(book: Book) -> ChangeSet:
        changes = _decide(group, book, known, allow, keep, key)
        if changes.refused:
            # A person may have changed the workbook while this run was writing it.
            unwritten = ("Nothing was written.",) if progress.stage is Stage.READING else ()
            raise Refused(*changes.refused, *unwritten)
        return changes

    with group.register.writing() as writing:
        known = writing.ask(_known, group.config)
        book = workbook.read()
        changes = decided(book)
        if _is_first_meeting(changes, known) and confirm is not None and not confirm(changes):
            return SyncOutcome(changes, done=False)
        with unbroken():
            for _ in range(ROUNDS):
                mark = _mark(group, book, known.held)
                now = _written(workbook, book, changes.edits, mark, progress)
                if now is None:
                    break
                book = now
                changes = decided(book)
            else:
                raise WorkbookError(
                    "People kept changing the same cells that this sync writes. Their entries stay,"
                    " and the register is unchanged. Run this again in a few minutes."
                )
            new_mark = mark if mark != known.held.mark else None
            run = _commit(group.config, writing, changes, book, new_mark, at, key, progress)
    group.changed(changes.plan, run.n)
    return SyncOutcome(changes, done=True)


def _is_first_meeting(changes: ChangeSet, known: _Known) -> bool:
    """Whether workbook and register meet for the first time, and both are filled."""
    filled = any(known.held.records.values())
    return changes.first_meeting and filled and any(changes.to_register)


def _written(
    workbook: Workbook, book: Book, edits: Edits, mark: str | None, progress: SyncProgress
) -> Book | None:
    """Writes the edits, and the mark if the workbook does not have it yet.

    Returns the workbook as it is now if people changed it meanwhile, otherwise None."""
    if mark is not None and book.mark != _of(mark):
        edits = dataclasses.replace(edits, mark=_of(mark))
    if not edits:
        return None
    progress.stage = Stage.WRITING
    now = workbook.write(book, edits)
    if now is None:
        progress.stage = Stage.WRITTEN
    return now


def _remember_mark(group: OpenedGroup, at: datetime) -> None:
    """Stores the mark in the register before the workbook gets it.

    If the first run dies in between, the next run knows its own mark in the workbook."""
    if group.is_read_only or group.has_mark:
        return
    with group.register.writing() as writing:
        if writing.ask(queries.meta, "mark") is None:
            mark = f"{uuid.uuid4().hex} {_name(group.config)}"
            writing.commit(Commit(kind="mark", at=at, mark=mark))
    group.has_mark = True


def _key(group: OpenedGroup, *, new_key: bool) -> bytes | None:
    """Returns the group's key. The first sync makes one.

    Returns None if there is none: it is lost, or its folder cannot be written to."""
    if new_key:
        return key_of(group.config) or made_key(group.config.path.parent)
    key = group.key
    if key is None and group.register.glance(queries.meta, "key") is None:
        # A folder that cannot be written to, as on some hosts, must not stop the sync: only the
        # public pages need the key, and they say what to do if there is none.
        with contextlib.suppress(ConfigError):
            key = made_key(group.config.path.parent)
    return key


def _commit(
    config: Config,
    writing: Writing,
    changes: ChangeSet,
    book: Book,
    mark: str | None,
    at: datetime,
    key: bytes | None,
    progress: SyncProgress,
) -> Run:
    run = writing.commit(
        Commit(
            kind="sync",
            at=at,
            written=[RecordVersion(*version) for version in changes.written],
            agreed=list(changes.agreed),
            findings=list(changes.findings),
            totals=list(changes.totals),
            mark=mark,
            time_zone=book.time_zone,
            key=fingerprint(key) if key else None,
            payees=changes.payees,
            withdrawn=changes.withdrawn,
        )
    )
    plan = changes.plan
    progress.stage = Stage.DONE
    completion.remember(
        config.path,
        {
            "grants": plan.grants,
            "work_plan": plan.activities,
            "budget": plan.lines,
            "resources": plan.resources,
            "deadlines": plan.deadlines,
        },
    )
    return run


@dataclass(frozen=True, slots=True)
class _Known:
    """The register at one moment: its content, and the state that the decision needs."""

    held: Held
    state: RegisterState


def _known(ask: Ask, config: Config) -> _Known:
    held = queries.load(ask)
    state = RegisterState(
        held.records,
        held.agreed,
        held.removed,
        queries.reported(ask),
        {finding.identity: finding.first_seen for finding in queries.findings(ask)},
        published.finals(ask),
        unsent(ask, config),
        queries.withdrawals(ask),
    )
    return _Known(held, state)


def _decide(
    group: OpenedGroup,
    book: Book,
    known: _Known,
    allow: Set[str],
    keep: Mapping[str, Side],
    key: bytes | None,
) -> ChangeSet:
    config = group.config
    if "other-workbook" not in allow:
        know_each_other(group, book, known.held)
    settings = Settings(
        base=config.currency,
        locale=default_locale(config, book.locale),
        today=group.today,
        shapes=config.shapes,
        start=config.start,
        end=config.end,
        winner=config.winner,
        limits=config.limits,
        allow=allow,
        profile_of=lambda name: profile_or_none(config, name),
        first_month=config.first_month,
        keep=keep,
        key=key,
    )
    return decide(book, known.state, settings)


def unsent(ask: Ask, config: Config) -> list[Finding]:
    """Returns findings for reports that are not sent: their months are not closed, or they are
    held back."""
    periods = {cycle.n: cycle.period for cycle in all_cycles(ask)}
    grants = {recipient.name: recipient.grant for recipient in config.sending.recipients}
    closing: dict[str, set[str]] = {}
    held: list[Finding] = []
    for delivery in deliveries(ask):
        month, grant = periods.get(delivery.cycle, ""), grants.get(delivery.recipient, "")
        if delivery.state == "waiting" and grant:
            for unclosed in (delivery.words or month).split():
                closing.setdefault(unclosed, set()).add(grant)
        elif delivery.state == "held back":
            held.append(_held_back(month, grant, delivery.words))
    waiting = [_waits(month, waiting_grants) for month, waiting_grants in closing.items()]
    return list({item.identity: item for item in (*waiting, *held)}.values())


def _waits(month: Month, grants: Set[str]) -> Finding:
    """Returns the finding about summaries that wait until a month is closed."""
    named = ", ".join(sorted(grants))
    return finding("summary-waits", "months", month, "closed", month=month, grants=named)


def _held_back(month: Month, grant: str, why: str) -> Finding:
    """Returns the finding about a funder's summary that was held back, or about the public page."""
    if grant:
        return finding("summary-held-back", "grants", grant, "id", month=month, why=why)
    return finding("page-held-back", "months", month, "month", month=month, why=why)


def profile_or_none(config: Config, name: str) -> Profile | None:
    """Returns the funder's profile with this name.

    Returns None if it does not exist or has a mistake: a sync must not fail for that."""
    try:
        return profile(name, config.profiles)
    except ConfigError:
        return None


def know_each_other(group: OpenedGroup, book: Book, held: Held) -> None:
    """Checks that workbook and register belong together, so that edits of two workbooks never mix.

    Raises `Refused` for a copy of the workbook, another workbook, or another register."""
    name = _name(group.config)
    if not any(held.agreed.values()):
        # This register was never synced, so any workbook without a mark is accepted.
        # A run that died may have left our own mark there, which is accepted too.
        if book.mark and not (held.mark and book.mark == _of(held.mark)):
            raise Refused(
                f"{name} belongs to another register. Use that register, or tie this one to it with"
                " --adopt.",
                "Nothing was written.",
            )
        return
    if not held.mark:
        return
    if book.mark is None and group.is_read_only:
        return
    if book.mark != _of(held.mark):
        raise Refused(
            f"{name} is not the workbook that this register knows. Name the right one in the"
            " config, or tie this one to the register with --adopt.",
            "Nothing was written.",
        )
    known = held.mark.partition(" ")[2]
    if known != name:
        raise Refused(
            f"This register knows the workbook as {known}; {name} looks like a copy of it. Name the"
            " right one in the config, or go on with this one with --adopt.",
            "Nothing was written.",
        )


def _name(config: Config) -> str:
    return config.xlsx.name if config.xlsx else config.google or ""


def _of(mark: str) -> str:
    """Returns the part of the register's mark that the workbook also has."""
    return mark.partition(" ")[0]


def _mark(group: OpenedGroup, book: Book, held: Held) -> str | None:
    """Returns the mark for both sides: an ID and the name of the workbook.

    The ID is the workbook's, else the register's, else a new one. For a workbook that is only
    read, returns the register's mark, which may be None."""
    if group.is_read_only:
        return held.mark
    name = _name(group.config)
    return f"{book.mark or (_of(held.mark) if held.mark else uuid.uuid4().hex)} {name}"
