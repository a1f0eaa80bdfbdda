"""The types of the input of a decision, and of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Edits
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.cells.known_rows import RowMemory
from budgettrack.core.checks.reports import ProfileOf
from budgettrack.core.checks.stories import PictureOf
from budgettrack.core.counting.answers import HostAnswer, RefusedAnswer
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.figures.achieved import Closed
from budgettrack.core.figures.totals import Total
from budgettrack.core.merge import guards
from budgettrack.core.merge.merge import Change, Conflict, Side
from budgettrack.core.records.model import Fields, Plan, Records
from budgettrack.core.records.tables import TABLES, Shape, Table
from budgettrack.core.sealing.withdrawn import Withdrawal
from budgettrack.core.views.funder_types import Reported


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a decision, from the config and the command line, and today's date.

    `keep`: the choices that the user made after the command, by the key of the conflict. `key`:
    the secret key of the group; without it, no payee is read. `words`: the language of the tabs
    that the program writes. `writes`: whether the workbook may be written; some kinds of files
    are only read. `tables`: the tables that the workbook may have. `told`: what groups told their
    host, by their codes. `answers`: what each host of this group says that it paid to the
    group. `memory`: the rows that need not be read again."""

    base: str
    locale: str
    today: date
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    winner: Side | None = None
    limits: guards.Limits = field(default_factory=guards.Limits)
    allow: Set[str] = frozenset()
    profile_of: ProfileOf = lambda _: None
    picture_of: PictureOf = lambda _: ""
    first_month: Month | None = None
    keep: Mapping[str, Side] = field(default_factory=dict)
    key: bytes | None = field(default=None, repr=False)
    words: SheetWords = ENGLISH
    writes: bool = True
    tables: Sequence[Table] = TABLES
    told: Mapping[str, HostStatement] = field(default_factory=dict)
    answers: Sequence[HostAnswer | RefusedAnswer] = ()
    memory: RowMemory | None = None


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What the register has that a decision needs (see `register.store`).

    `agreed`: the records that both sides had when the workbook was last written. `added_since`:
    if the workbook was restored from an older copy, the records that people typed into the
    workbook after that copy; otherwise None. `closed`: the numbers that indicators had reached
    when months were closed. `redacted`: wiped fields whose value an older workbook may still
    have, as (table, ID, field). `last_ids`: the last ID of each table in the mark of the
    workbook; the register itself may be older. `booked`: the expenses that are entries of a bank
    statement."""

    records: Records
    agreed: Records
    removed: Mapping[str, Set[str]]
    reported: Mapping[str, Mapping[Month, int]] = field(default_factory=dict)
    first_seen: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)
    finals: Mapping[str, Sequence[Reported]] = field(default_factory=dict)
    unsent: Sequence[Finding] = ()
    withdrawals: Sequence[Withdrawal] = ()
    added_since: Mapping[str, Mapping[str, Fields]] | None = None
    redacted: Sequence[tuple[str, str, str]] = ()
    last_ids: Sequence[str] = ()
    closed: Closed = field(default_factory=dict)
    booked: Set[str] = frozenset()

    @property
    def is_put_back(self) -> bool:
        """Whether the workbook was restored from an older copy."""
        return self.added_since is not None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Everything that one sync does.

    `refused`: the reasons why the sync must stop. If there is one, nothing may be done. `given`:
    the new IDs that are written into the sheet, each with its table and its row number. `written`:
    the new versions for the register. Each has a table, an ID, the fields (None if the record is
    removed), and who changed it. `agreed`: the new agreed records, which both sides then have. Each
    has a table, an ID, and the fields or None. `payees`: the keyed hash of the payee, by the ID of
    the expense; None if payees were not read. `withdrawn`: the new names of withdrawn records;
    these names are withdrawn too. `last_ids`: the last ID of each table, for the mark of the
    workbook. `lacking`: the tabs and columns that a workbook of an older version does not have.
    `moved`: how many indicators are moved from the work-plan into their tab. `plan`: the plan after
    the sync; None if no row was read, because nothing has changed. `facts`: what the
    next sync may know of the rows of the workbook (see `known_rows`). `answers`: when the answers
    of hosts that were compared were signed, by the public keys of the hosts."""

    to_sheet: tuple[Change, ...]
    to_register: tuple[Change, ...]
    given: tuple[tuple[str, int, str], ...]
    renames: tuple[tuple[str, str, str], ...]
    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    refused: tuple[str, ...]
    edits: Edits
    written: tuple[tuple[str, str, Fields | None, str], ...]
    agreed: tuple[tuple[str, str, Fields | None], ...]
    totals: tuple[Total, ...]
    plan: Plan | None
    first_meeting: bool
    payees: Mapping[str, str] | None = field(default=None, repr=False)
    withdrawn: tuple[Withdrawal, ...] = ()
    last_ids: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    moved: int = 0
    facts: Set[bytes] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)


def nothing_changed(findings: Sequence[Finding], lacking: Sequence[str]) -> ChangeSet:
    """Returns the result for a sync if nothing has changed after the last one. The earlier findings
    and the totals in the register stay valid."""
    return ChangeSet(
        to_sheet=(),
        to_register=(),
        given=(),
        renames=(),
        conflicts=(),
        findings=tuple(findings),
        refused=(),
        edits=Edits(),
        written=(),
        agreed=(),
        totals=(),
        plan=None,
        first_meeting=False,
        lacking=tuple(lacking),
    )
