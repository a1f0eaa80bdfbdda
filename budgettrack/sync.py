"""One sync: read both sides, decide, write the workbook, then commit the register.

The workbook comes first and the register second: after a crash between the two, the next sync finds
both sides equal where the workbook was written, and commits then. The other order would bring
removed rows back or lose new ones."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from budgettrack import completion
from budgettrack.config.load import Config, default_locale
from budgettrack.config.profiles import profile
from budgettrack.core.base.errors import ConfigError, Refused, WorkbookError
from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.grids import Book
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.figures.profile import Profile
from budgettrack.core.merge.merge import Side
from budgettrack.group import OpenedGroup
from budgettrack.interrupts import unbroken
from budgettrack.register import published, queries
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.queries import Ask
from budgettrack.register.store import Commit, Held, RecordVersion, Run, Writing

Confirm = Callable[[ChangeSet], bool]


ROUNDS = 5
"""How often a sync begins anew where people change the very cells that it writes; then it leaves
them in peace."""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What a sync did (or, as a preview, would do)."""

    changes: ChangeSet
    done: bool

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must look: a conflict, or something that is left out of the figures."""
        return bool(self.changes.conflicts) or any(
            each.severity == "error" for each in self.changes.findings
        )


def preview(group: OpenedGroup, *, allow: Set[str] = frozenset()) -> SyncOutcome:
    """The very ChangeSet that a sync would carry out now; nothing is written."""
    known = group.register.ask(_known, group.config)
    book = group.workbook_to_read.read()
    return SyncOutcome(_decide(group, book, known, allow, {}), done=False)


def sync(
    group: OpenedGroup,
    *,
    allow: Set[str] = frozenset(),
    confirm: Confirm | None = None,
    keep: Mapping[str, Side] | None = None,
) -> SyncOutcome:
    """Bring workbook and register to agreement; raises `Refused` where a guard stands against it.

    `allow` are the guards that are overridden: `missing`, `removals`, `changes`, `other-workbook`.
    `confirm` is asked where two filled sides meet for the first time. `keep` settles conflicts by
    their keys (`budget/B-3.amount`)."""
    at = group.now()
    workbook = group.workbook
    _remember_mark(group, at)

    def decided(book: Book) -> ChangeSet:
        changes = _decide(group, book, known, allow, keep or {})
        if changes.refused:
            raise Refused(*changes.refused, "Nothing was written.")
        return changes

    with group.register.writing() as writing:
        known = writing.ask(_known, group.config)
        book = workbook.read()
        changes = decided(book)
        both_filled = (
            changes.first_meeting and any(known.held.records.values()) and any(changes.to_register)
        )
        if both_filled and confirm is not None and not confirm(changes):
            return SyncOutcome(changes, done=False)
        with unbroken():
            for _ in range(ROUNDS):
                mark = _mark(group, book, known.held)
                edits = changes.edits
                if mark is not None and book.mark != _of(mark):
                    edits = dataclasses.replace(edits, mark=_of(mark))
                now = workbook.write(book, edits) if edits else None
                if now is None:
                    break
                book = now
                changes = decided(book)
            else:
                raise WorkbookError(
                    "People kept changing the very cells that are to be written. All that they"
                    " typed stands, and nothing was recorded. Run this again in a few minutes."
                )
            new_mark = mark if mark != known.held.mark else None
            run = _commit(group.config, writing, changes, book, new_mark, at)
    group.changed(changes.plan, run.n)
    return SyncOutcome(changes, done=True)


def _remember_mark(group: OpenedGroup, at: datetime) -> None:
    """The register keeps its mark before the workbook gets it: a first run that dies in between
    finds its own again."""
    if group.is_read_only or group.has_mark:
        return
    with group.register.writing() as writing:
        if writing.ask(queries.meta, "mark") is None:
            mark = f"{uuid.uuid4().hex} {_name(group.config)}"
            writing.commit(Commit(kind="mark", at=at, mark=mark))
    group.has_mark = True


def _commit(
    config: Config, writing: Writing, changes: ChangeSet, book: Book, mark: str | None, at: datetime
) -> Run:
    run = writing.commit(
        Commit(
            kind="sync",
            at=at,
            written=[RecordVersion(*each) for each in changes.written],
            agreed=list(changes.agreed),
            findings=list(changes.findings),
            totals=list(changes.totals),
            mark=mark,
            time_zone=book.time_zone,
        )
    )
    plan = changes.plan
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
    """The register at one moment: as it holds it, and as the decision needs it."""

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
    )
    return _Known(held, state)


def _decide(
    group: OpenedGroup, book: Book, known: _Known, allow: Set[str], keep: Mapping[str, Side]
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
        keep=keep,
    )
    return decide(book, known.state, settings)


def unsent(ask: Ask, config: Config) -> list[Finding]:
    """What waits to be sent, as findings for the sheet: months to be closed, and what holds a mail
    back."""
    periods = {each.n: each.period for each in all_cycles(ask)}
    grants = {
        each.name: each.grant for each in config.sending.recipients if each.audience == "funder"
    }
    closing: dict[str, list[str]] = {}
    held: list[Finding] = []
    for each in deliveries(ask):
        month, grant = periods.get(each.cycle, ""), grants.get(each.recipient, "")
        if each.state == "waiting" and grant:
            closing.setdefault(each.words or month, []).append(grant)
        elif each.state == "held back" and grant:
            held.append(
                finding("summary-held-back", "grants", grant, "id", month=month, why=each.words)
            )
        elif each.state == "held back":
            held.append(
                finding("page-held-back", "months", month, "month", month=month, why=each.words)
            )
    waiting = [
        finding(
            "summary-waits",
            "months",
            month,
            "closed",
            month=month,
            grants=", ".join(sorted(set(those))),
        )
        for months, those in closing.items()
        for month in months.split()
    ]
    return list({each.identity: each for each in (*waiting, *held)}.values())


def profile_or_none(config: Config, name: str) -> Profile | None:
    """The profile of that name; None where there is none, or it has a mistake: a sync goes on all
    the same."""
    try:
        return profile(name, config.profiles)
    except ConfigError:
        return None


def know_each_other(group: OpenedGroup, book: Book, held: Held) -> None:
    """Refuse a copy of the workbook, another workbook, or a second register: their edits would be
    mixed."""
    name = _name(group.config)
    if not any(held.agreed.values()):
        # Nothing was ever agreed: any workbook will do that bears no mark, or the one that a run
        # that died gave it.
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
    """The part of the register's mark that stands in the workbook."""
    return mark.partition(" ")[0]


def _mark(group: OpenedGroup, book: Book, held: Held) -> str | None:
    """The mark that ties the two: the workbook's own or a new one, and the workbook's name; None
    where it only reads."""
    if group.is_read_only:
        return held.mark
    name = _name(group.config)
    return f"{book.mark or (_of(held.mark) if held.mark else uuid.uuid4().hex)} {name}"
