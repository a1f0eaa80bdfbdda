"""One sync: reads workbook and register, decides, writes the workbook, then commits to the
register.

The order matters if the run is killed between the two writes. In this order, the next sync finds
both sides equal and only commits. In the other order, the next sync would treat rows that were
never written as removed, or bring removed rows back."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date, datetime

import msgspec
from msgspec import Struct

from budgettrack import completion, lasting, row_facts
from budgettrack.answers import answers_in, remember_answers
from budgettrack.config.key import fingerprint, key_of, made_key
from budgettrack.config.load import Config, default_locale
from budgettrack.config.profiles import profile
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base import months
from budgettrack.core.base.errors import ConfigError, Refused, WorkbookError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.grids import Book
from budgettrack.core.base.holds import Hold
from budgettrack.core.base.months import Month
from budgettrack.core.base.progress import Stage, SyncProgress
from budgettrack.core.cells.joined_tabs import hidden_tabs, without_tab_names
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide, nothing_changed
from budgettrack.core.figures.profile import Profile
from budgettrack.core.merge.lineage import WorkbookMark, WorkbookWrite, mark_read, marked, rebased
from budgettrack.core.merge.merge import Side
from budgettrack.core.records.tables import GROUPS
from budgettrack.file_kinds import is_only_read
from budgettrack.group import OpenedGroup
from budgettrack.interrupts import unbroken
from budgettrack.pairing import (
    Pairing,
    id_of,
    is_behind,
    know_each_other,
    name_of,
    older_state,
    paired,
    refused_as_older,
    told_older,
)
from budgettrack.register import published, queries
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.holds import holds
from budgettrack.register.home import home_text
from budgettrack.register.queries import Ask, Begun
from budgettrack.register.store import AtRest, Commit, Held, RecordVersion, Run, Writing
from budgettrack.register.workbook_writes import workbook_writes
from budgettrack.reports.base.pictures import problem
from budgettrack.statements import newest_of
from budgettrack.unchanged import Digests, StillAtRest, beside_of, standing
from budgettrack.workbook import Workbook

Confirm = Callable[[ChangeSet], bool]


FIRST_MEETING = (
    "Workbook and register are both filled and meet for the first time. Look at the changes above,"
    " and confirm with --yes."
)
"""The reason for refusing a sync that nobody has confirmed."""

ROUNDS = 5
"""If people keep changing the cells that the sync writes, it tries again at most this many
times."""


class SyncOutcome(Struct, frozen=True):
    """The result of a sync or, if `done` is false, of a preview.

    `told`: what a person must know about workbook and register, such as that one of them was
    restored from an older copy."""

    changes: ChangeSet
    done: bool
    told: tuple[str, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether a person must do something about a conflict, about a row that is left out of
        the figures, or about what is in `told`."""
        return bool(self.changes.conflicts or self.told) or any(
            finding.severity == "error" for finding in self.changes.findings
        )


def preview(group: OpenedGroup, *, allow: Set[str] = frozenset()) -> SyncOutcome:
    """Returns the changes that a sync would make now. Writes nothing."""
    key = group.key
    known = group.register.ask(_known, group.config)
    book = group.workbook_to_read.read()
    pairing = _paired(group, book, known, allow)
    state, told = group.register.ask(_as_of, group, known, pairing)
    changes = _decide(group, book, _held_too(state, pairing.holds), allow, {}, key)
    if _may_be_older(group, pairing, allow):
        older = group.register.ask(refused_as_older, group.config, known.held, changes)
        changes = _refused_too(changes, older)
    return SyncOutcome(changes, done=False, told=told)


def sync(
    group: OpenedGroup,
    *,
    allow: Set[str] = frozenset(),
    confirm: Confirm | None = None,
    keep: Mapping[str, Side] | None = None,
    new_key: bool = False,
) -> SyncOutcome:
    """Syncs workbook and register.

    `allow` names the guards that are switched off: `missing`, `removals`, `changes`,
    `older-copy`, `other-workbook`. `confirm` is called if both sides have data at their first
    sync. `keep` settles conflicts by their names (`budget/B-3.amount`). If `new_key` is true, a
    new key is made for the group, because the old one is lost. Raises `Refused` if a guard stops
    the sync."""
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
    """Syncs workbook and register, and records in `progress` how far it has come."""
    at = group.now()
    key = _key(group, new_key=new_key)
    workbook = group.workbook
    _remember_mark(group, at)

    with group.register.writing() as writing:
        # If a person settles a conflict or makes a new key, nothing of the sync may be skipped.
        digests = None
        if key is not None and not keep and not new_key:
            digests = Digests(group, key, allow)
        begun = writing.ask(_begun, group, at, digests)
        if isinstance(begun, StillAtRest) and begun.has_stamp(workbook.stamp()):
            return _rested(group, writing, progress, begun, begun.rest, at)
        book = workbook.read()
        if isinstance(begun, StillAtRest) and begun.has_cells(book):
            rest = msgspec.structs.replace(begun.rest, stamp=begun.digests.of_stamp(book.token))
            return _rested(group, writing, progress, begun, rest, at)
        known = begun if isinstance(begun, _Known) else writing.ask(_known, group.config)
        syncing = _Syncing(group, writing, known, progress, allow, keep, key)
        syncing.decide(book)
        changes = syncing.changes
        if _is_first_meeting(changes, known) and confirm is not None and not confirm(changes):
            return SyncOutcome(changes, done=False)
        with unbroken():
            for _ in range(ROUNDS):
                now = syncing.write(workbook, book)
                if now is None:
                    break
                book = now
                syncing.decide(book)
            else:
                raise WorkbookError(
                    "People kept changing the same cells that this sync writes. Their entries stay,"
                    " and the register is unchanged. Run this again in a few minutes."
                )
            run = syncing.commit(book, at)
    group.changed(syncing.changes.plan, run.n)
    return SyncOutcome(syncing.changes, done=True, told=syncing.told)


def _begun(
    ask: Ask, group: OpenedGroup, at: datetime, digests: Digests | None
) -> StillAtRest | _Known:
    """Returns the last sync if it was at rest (it had nothing to do) and only the workbook can have
    changed after it.

    Otherwise, or if `digests` is None, returns the content of the register."""
    begun = queries.begun(ask)
    rest = begun.rest
    # If the clock was set back, nothing of the sync is skipped.
    # Only a complete sync tells the user about the clock.
    is_later = begun.at is None or at >= begun.at
    if digests and is_later and rest and rest.settings == digests.settings:
        stood = standing(ask, digests, begun.known, rest, unsent(ask, group.config))
        if stood is not None:
            return stood
    return _known(ask, group.config, begun)


def _rested(
    group: OpenedGroup,
    writing: Writing,
    progress: SyncProgress,
    stood: StillAtRest,
    rest: AtRest,
    at: datetime,
) -> SyncOutcome:
    """Ends a sync for which nothing has changed: the result of the last sync is still right."""
    with unbroken():
        if not group.is_read_only:
            group.workbook.tidy()
        run = writing.commit(Commit(kind="sync", at=at, at_rest=rest))
    progress.stage = Stage.DONE
    group.changed(run=run.n)
    return SyncOutcome(nothing_changed(stood.findings, rest.lacking), done=True)


class _Syncing:
    """A sync while it is running: the content of the register, and the last decision. If people
    change an online sheet between our read and our write, the sync decides again."""

    changes: ChangeSet

    def __init__(
        self,
        group: OpenedGroup,
        writing: Writing,
        known: _Known,
        progress: SyncProgress,
        allow: Set[str],
        keep: Mapping[str, Side],
        key: bytes | None,
    ) -> None:
        self._group, self._writing, self._known, self._progress = group, writing, known, progress
        self._allow, self._keep, self._key = allow, keep, key
        self._pairing: Pairing | None = None
        self._state = known.state
        self.told: tuple[str, ...] = ()
        self._mark: WorkbookMark | None = None
        self._announced: WorkbookWrite | None = None
        self._wrote = False

    def decide(self, book: Book) -> None:
        """Decides what to do with the workbook that was read.

        Raises `Refused` if a guard stops the sync."""
        group, allow = self._group, self._allow
        mark = mark_read(book.mark)
        # If people changed the workbook during our write, the workbook already has our new mark.
        # But the merge still begins from the mark that the workbook had before our write.
        ours = mark and self._announced and mark.token == self._announced.token
        if self._pairing is None or not ours:
            self._pair(book)
        if self.pairing.holds and not self._announce():
            # The hold is placed before the guards are asked.
            # So no mail is sent, even if a guard refuses this sync.
            self._pair(book)
        state = _held_too(self._state, self.pairing.holds)
        self.changes = _decide(group, book, state, allow, self._keep, self._key)
        if _may_be_older(group, self.pairing, allow):
            older = self._writing.ask(
                refused_as_older, group.config, self._known.held, self.changes
            )
            self.changes = _refused_too(self.changes, older)
        if self.changes.refused:
            # A person may have changed the workbook while this run was writing it.
            reading = self._progress.stage is Stage.READING
            unwritten = ("Nothing was written.",) if reading else ()
            raise Refused(*self.told, *self.changes.refused, *unwritten)

    def _pair(self, book: Book) -> None:
        """Compares workbook and register: whether they belong together, and whether one of them
        is an older copy."""
        group, known = self._group, self._known
        self._pairing = _paired(group, book, known, self._allow)
        self._mark = mark_read(book.mark)
        self._state, self.told = _as_marked(known, self._pairing), self._pairing.told
        if is_behind(self._pairing, known.writes):
            self._state, self.told = self._writing.ask(_as_of, group, known, self._pairing)

    @property
    def pairing(self) -> Pairing:
        """The result of comparing workbook and register before the first decision."""
        assert self._pairing is not None
        return self._pairing

    def write(self, workbook: Workbook, book: Book) -> Book | None:
        """Writes the edits, and the number of this sync if it changes anything on either side.

        Without the number, a copy from before this sync would later seem to be the newest state.
        If people changed the workbook at the same time, returns the present workbook, otherwise
        None."""
        group, changes, edits = self._group, self.changes, self.changes.edits
        mark = mark_read(book.mark)
        moved = edits or changes.written or changes.agreed or self.pairing.lineage.kind != "current"
        if not group.is_read_only and (moved or mark is None or mark.id != self._id):
            if not self._announce():
                return book
            write = self._announced or self.pairing.write
            # The value of a field in conflict is not one on which earlier syncs agreed.
            # So while there is a conflict, the mark must not name earlier syncs.
            # A register restored to an earlier sync would take the field for a new edit.
            settled = () if changes.conflicts else self._known.writes
            new = marked(self._id, write, self._mark, settled, changes.last_ids)
            edits = msgspec.structs.replace(edits, mark=new.text)
            self._wrote = True
        if not edits:
            if not group.is_read_only:
                workbook.tidy()
            return None
        self._progress.stage = Stage.WRITING
        now = workbook.write(book, edits)
        if now is None:
            self._progress.stage = Stage.WRITTEN
            lasting.note("workbook")
        return now

    def _announce(self) -> bool:
        """Stores in the register that a write will be made, once in a sync.

        Returns False if another run has written to the register in the meantime. In that case the
        register is read again, and the sync must decide again."""
        if self._announced is not None:
            return True
        self._announced = self.pairing.write
        alone = self._writing.announce(self._announced, self.pairing.holds)
        if not alone:
            self._known = self._writing.ask(_known, self._group.config)
            self._pairing = None
        return alone

    @property
    def _id(self) -> str:
        """The number in the mark by which workbook and register recognise each other."""
        mark = self._known.held.mark
        return id_of(mark) if mark else ""

    def _at_rest(self, book: Book) -> AtRest | None:
        """Returns the result of this sync with digests, by which the next sync can see that nothing
        has changed.

        Returns None if this sync had to change something on either side, if it had something to
        tell, or if there is no key."""
        changes = self.changes
        moved = (
            changes.to_sheet,
            changes.to_register,
            changes.given,
            changes.renames,
            changes.conflicts,
            changes.edits,
            changes.written,
            changes.agreed,
            changes.withdrawn,
            changes.moved,
            self.told,
            self.pairing.holds,
        )
        if self._key is None or self._keep or self._announced or self._wrote or any(moved):
            return None
        beside = beside_of(self._known.held, self._known.state, self._known.writes)
        digests = Digests(self._group, self._key, self._allow)
        return AtRest(
            digests.settings,
            digests.of_register(beside),
            digests.of_stamp(book.token),
            digests.of_cells(book),
            changes.lacking,
        )

    def commit(self, book: Book, at: datetime) -> Run:
        """Commits what was decided to the register."""
        group, changes, held = self._group, self.changes, self._known.held
        agreed = list(changes.agreed)
        if self._state.is_put_back:
            agreed = list(rebased(held.agreed, self._state.agreed, agreed))
        mark = held.mark if group.is_read_only else f"{self._id} {name_of(group.config)}"
        key = fingerprint(self._key) if self._key else None
        hidden = hidden_tabs(book, group.config.shapes)
        run = self._writing.commit(
            Commit(
                kind="sync",
                at=at,
                written=[RecordVersion(*version) for version in changes.written],
                agreed=agreed,
                findings=[without_tab_names(finding, hidden) for finding in changes.findings],
                totals=list(changes.totals),
                mark=None if mark == held.mark else mark,
                time_zone=book.time_zone,
                key=None if key == held.key else key,
                payees=changes.payees,
                withdrawn=changes.withdrawn,
                wrote=self._announced.number if self._announced and self._wrote else None,
                home=None if held.has_home else home_text(group.register),
                at_rest=self._at_rest(book),
            )
        )
        self._progress.stage = Stage.DONE
        _remember_names(group.config, changes)
        row_facts.remember(group.config.path, changes.facts)
        remember_answers(group.config.path.parent, changes.answers, group.now())
        return run


def _is_first_meeting(changes: ChangeSet, known: _Known) -> bool:
    """Whether workbook and register meet for the first time, and both are filled."""
    filled = any(known.held.records.values())
    return changes.first_meeting and filled and any(changes.to_register)


def _remember_mark(group: OpenedGroup, at: datetime) -> None:
    """Stores the mark in the register before the workbook gets it. If the first run is killed
    between the two, the next run recognises its own mark in the workbook."""
    if group.is_read_only or group.has_mark:
        return
    with group.register.writing() as writing:
        if writing.ask(queries.meta, "mark") is None:
            mark = f"{uuid.uuid4().hex} {name_of(group.config)}"
            writing.commit(Commit(kind="mark", at=at, mark=mark))
    group.has_mark = True


def _key(group: OpenedGroup, *, new_key: bool) -> bytes | None:
    """Returns the secret key of the group. The first sync creates one.

    Returns None if there is none: it is lost, or its folder cannot be written."""
    if new_key:
        return key_of(group.config) or made_key(group.config.path.parent)
    key = group.key
    if key is None and group.register.glance(queries.meta, "key") is None:
        # If a folder cannot be written, as on some hosts, the sync must still work.
        # Only the public pages need the key, and they say what to do if there is none.
        with contextlib.suppress(ConfigError):
            key = made_key(group.config.path.parent)
    return key


def _remember_names(config: Config, changes: ChangeSet) -> None:
    """Writes the IDs of records into the file that the shell uses to complete commands after the
    Tab key."""
    plan = changes.plan
    assert plan is not None
    completion.remember(
        config.path,
        {
            "grants": plan.grants,
            "work_plan": plan.activities,
            "indicators": plan.indicators,
            "budget": plan.lines,
            "resources": plan.resources,
            "agreements": plan.agreements,
            "lots": plan.lots,
            "deadlines": plan.deadlines,
        },
    )


class _Known(Struct, frozen=True):
    """The register at one moment: its content, the state that the decision needs, and the syncs
    that have written the workbook."""

    held: Held
    state: RegisterState
    writes: Sequence[WorkbookWrite]
    last: datetime | None
    """The time of the last run."""


def _known(ask: Ask, config: Config, begun: Begun | None = None) -> _Known:
    begun = begun or queries.begun(ask)
    held = queries.load(ask, known=begun.known)
    state = RegisterState(
        held.records,
        held.agreed,
        held.removed,
        queries.reported(ask),
        {finding.identity: finding.first_seen for finding in queries.findings(ask)},
        published.finals(ask),
        unsent(ask, config),
        held.withdrawn,
        closed=queries.closed_numbers(ask, held.records),
        booked=begun.booked,
    )
    return _Known(held, state, workbook_writes(ask), begun.at)


def _paired(group: OpenedGroup, book: Book, known: _Known, allow: Set[str]) -> Pairing:
    """Compares workbook and register, and returns the result.

    Raises `Refused` if they do not belong together, unless `allow` contains `other-workbook`."""
    if "other-workbook" not in allow:
        know_each_other(group, book, known.held)
    return paired(group, book, known.held, known.writes, known.last)


def _may_be_older(group: OpenedGroup, pairing: Pairing, allow: Set[str]) -> bool:
    """Whether the rows alone can show that the workbook is an older copy. This is so if the
    workbook is never written and therefore has no mark."""
    return group.is_read_only and pairing.lineage.kind == "current" and "older-copy" not in allow


def _refused_too(changes: ChangeSet, reason: str | None) -> ChangeSet:
    if reason is None:
        return changes
    return dataclasses.replace(changes, refused=(*changes.refused, reason))


def _as_of(
    ask: Ask, group: OpenedGroup, known: _Known, pairing: Pairing
) -> tuple[RegisterState, tuple[str, ...]]:
    """Returns the state of the register with which the workbook is merged, and sentences for the
    person who runs the sync."""
    if not is_behind(pairing, known.writes):
        return _as_marked(known, pairing), pairing.told
    told = pairing.told
    if pairing.lineage.kind == "older":
        told = (*told, told_older(ask, group.config, pairing.lineage.base))
    return older_state(ask, _as_marked(known, pairing), pairing), told


def _as_marked(known: _Known, pairing: Pairing) -> RegisterState:
    """Returns the state, with the last IDs that are stored in the mark of the workbook. Without
    them, a restored register would give these IDs to other rows."""
    return dataclasses.replace(known.state, last_ids=pairing.mark.last)


def _held_too(state: RegisterState, placed: Sequence[Hold]) -> RegisterState:
    """Returns the state, with the holds that this sync places. They become findings, like earlier
    holds."""
    told = {finding.identity: finding for finding in state.unsent}
    told |= {hold.finding.identity: hold.finding for hold in placed}
    return dataclasses.replace(state, unsent=list(told.values()))


def _decide(
    group: OpenedGroup,
    book: Book,
    state: RegisterState,
    allow: Set[str],
    keep: Mapping[str, Side],
    key: bytes | None,
) -> ChangeSet:
    config = group.config
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
        picture_of=lambda name: problem(config.pictures, name),
        first_month=config.first_month,
        keep=keep,
        key=key,
        words=sheet_words(config.language),
        writes=not is_only_read(config.xlsx),
        tables=config.tables,
        told=_told(config, group.today, state),
        answers=answers_in(config.path.parent, group.now()),
        memory=row_facts.remembered(config.path, key) if key else None,
    )
    return decide(book, state, settings)


def _told(config: Config, today: date, state: RegisterState) -> Mapping[str, HostStatement]:
    """Returns the statements that groups sent to their host, by the codes of the groups. Empty
    if the config belongs to a group."""
    if config.host is None:
        return {}
    month = months.after(months.month_of(today), -1)
    return newest_of(config.host.groups, state.records.get(GROUPS.name, {}), month)


def unsent(ask: Ask, config: Config) -> list[Finding]:
    """Returns findings about reports that are not sent: their months are not closed, the reports
    are held back, or there is a hold until a person decides."""
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
    on_hold = [hold.finding for hold in holds(ask)]
    return list({item.identity: item for item in (*waiting, *held, *on_hold)}.values())


def _waits(month: Month, grants: Set[str]) -> Finding:
    """Returns the finding which says that summaries wait until a month is closed."""
    named = ", ".join(sorted(grants))
    return finding("summary-waits", "months", month, "closed", month=month, grants=named)


def _held_back(month: Month, grant: str, why: str) -> Finding:
    """Returns the finding which says that a funder's summary, or the public page, was held back."""
    if grant:
        return finding("summary-held-back", "grants", grant, "id", month=month, why=why)
    return finding("page-held-back", "months", month, "month", month=month, why=why)


def profile_or_none(config: Config, name: str) -> Profile | None:
    """Returns the funder's profile with this name.

    Returns None if the profile does not exist or has a mistake, because a sync must not fail for
    that reason."""
    try:
        return profile(name, config.profiles)
    except ConfigError:
        return None
