"""The types of the data that is written into the register and read from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.holds import Hold
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.withdrawn import Withdrawal


class Held(Struct, frozen=True):
    """The content of the register.

    `records`: for each table, from the ID of a record to its fields, in the order in which the
    records were created.

    `agreed`: the fields that were last equal in workbook and register. `removed`: the IDs of
    removed records, which are never used again. `mark`: the mark, which is the hidden number
    that the workbook also has. `key`: the fingerprint of the group's key, or None before a key was
    used. `withdrawn`: the names that are withdrawn from everything public, the oldest first.
    `has_home`: whether the register has stored the place where it is used."""

    records: dict[str, dict[str, Fields]]
    agreed: dict[str, dict[str, Fields]]
    removed: dict[str, frozenset[str]]
    mark: str | None
    key: str | None = None
    withdrawn: Sequence[Withdrawal] = ()
    has_home: bool = False


class RecordVersion(Struct, frozen=True):
    """A new version of a record. `by` says who wrote it: "sheet" (typed into the workbook),
    "register" (the program itself) or the role of who typed a command, never a login.

    `fields` is None if the record is removed."""

    table: str
    id: str
    fields: Fields | None
    by: str


class Banked(Struct, frozen=True):
    """A bank entry and its record. `mark`: the keyed hash by which the entry is recognised.
    `units` are minor units, negative for payments."""

    mark: str
    day: date
    units: int
    currency: str
    table: str
    id: str
    account: str = ""
    is_provisional: bool = False


class BankChange(Struct, frozen=True):
    """The new meaning of an earlier bank entry: it is the record of a table, or one side of a
    transfer.

    The entry is no longer provisional after that."""

    mark: str
    table: str
    id: str


class BankStatement(Struct, frozen=True):
    """The days and the balances of a bank statement, in minor units. `account` is the name that
    the group chose. `opening`, `number` and `page` are None if the statement has none."""

    account: str
    currency: str
    first: date
    last: date
    opening: int | None
    closing: int
    number: int | None = None
    page: int | None = None


class BankAccount(Struct, frozen=True):
    """A bank account: the keyed hash (`mark`) by which it is recognised, its name, and what a
    person answered about the signs of its amounts."""

    mark: str
    name: str
    signs: str = ""


class AtRest(Struct, frozen=True):
    """The result of a sync that had nothing to do (see `unchanged`): digests (checksums made with
    the group's key) of everything on which the sync depended.

    `settings`: the digest of the settings, the day and the program. `register`: the digest of
    the register without its records. `stamp`: the digest of the version of the workbook's file.
    `cells`: the digest of all cells of the workbook. `lacking`: the tabs and columns that the
    workbook lacks (see `ChangeSet`). `run`: the number of the sync, which the commit fills in."""

    settings: str
    register: str
    stamp: str
    cells: str
    lacking: tuple[str, ...] = ()
    run: int = 0


class Commit(Struct, frozen=True):
    """Everything that one run writes. A value of None leaves the stored value unchanged.

    `at`: the time, with a time zone. `agreed`: for each record, its table, its ID, and the agreed
    fields or None. `findings`, `totals`: replace the stored ones; a finding keeps the date on
    which it was first seen. `time_zone`: the time zone of the workbook. `key`: the fingerprint of
    the group's key. `payees`: from the ID of an expense to the hash of its payee, or to '' if the
    payee is not known; expenses that are not in the mapping keep their hash. `holds`: reasons why
    nothing may be sent from now on. `withdrawn`: more names that are withdrawn. `wrote`: the
    number of the write to the workbook that this sync announced before (see `Writing.announce`).
    `home`: the place where the register is used. `at_rest`: the result of this sync, if it had
    nothing to do."""

    kind: str
    at: datetime
    written: Sequence[RecordVersion] = ()
    agreed: Sequence[tuple[str, str, Fields | None]] = ()
    findings: Sequence[Finding] | None = None
    totals: Sequence[Total] | None = None
    mark: str | None = None
    time_zone: str | None = None
    bank: Sequence[Banked] = ()
    bank_changes: Sequence[BankChange] = ()
    bank_statements: Sequence[BankStatement] = ()
    accounts: Sequence[BankAccount] = ()
    key: str | None = None
    payees: Mapping[str, str] | None = None
    holds: Sequence[Hold] = ()
    withdrawn: Sequence[Withdrawal] = ()
    wrote: int | None = None
    home: str | None = None
    at_rest: AtRest | None = None


class Version(Struct, frozen=True):
    """A version of a record. Versions count from 1. `run` is the number of the run that wrote it.

    `fields` is None if the record was removed."""

    n: int
    fields: Fields | None
    by: str
    at: datetime
    run: int


class Run(Struct, frozen=True):
    """A run that wrote to the register. `n` is its number, from 1."""

    n: int
    kind: str
    at: datetime
