"""The types of data that go into the register and come out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.holds import Hold
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.withdrawn import Withdrawal


@dataclass(frozen=True, slots=True)
class Held:
    """The content of the register by table and ID, in order of creation.

    `agreed`: the fields that were last equal in workbook and register.
    `removed`: the IDs of removed records. They are never used again.
    `mark`: the hidden mark that the workbook also has.
    `accounts`: bank accounts that are new, or answered anew.
    `key`: the fingerprint of the group's key, None before a key was used.
    `withdrawn`: the names that are withdrawn from everything public, oldest first.
    `has_home`: whether the register knows the place where it is used.
    """

    records: dict[str, dict[str, Fields]]
    agreed: dict[str, dict[str, Fields]]
    removed: dict[str, frozenset[str]]
    mark: str | None
    key: str | None = None
    withdrawn: Sequence[Withdrawal] = ()
    has_home: bool = False


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A new version of a record. `by` is "sheet", "register" or a role, never a login.

    `fields` is None if the record is removed."""

    table: str
    id: str
    fields: Fields | None
    by: str


@dataclass(frozen=True, slots=True)
class Banked:
    """A bank entry and its record. `mark` is a keyed hash. `units` are minor units, negative for
    payments."""

    mark: str
    day: date
    units: int
    currency: str
    table: str
    id: str
    account: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class BankChange:
    """The new meaning of an earlier bank entry: the record of a table, or one side of a transfer.
    The entry is no longer provisional."""

    mark: str
    table: str
    id: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The days and balances of a bank statement, in minor units. `account`: the name that the group
    chose. `opening`, `number` and `page` are None if the statement has none."""

    account: str
    currency: str
    first: date
    last: date
    opening: int | None
    closing: int
    number: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A mark of a bank account, the account's name, and what a person answered about its signs."""

    mark: str
    name: str
    signs: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything that one run writes. None leaves a stored value unchanged.

    `at`: the time, with a time zone.
    `agreed`: (table, ID, agreed fields or None).
    `findings`, `totals`: replace the stored ones. A finding keeps the date when it was first seen.
    `time_zone`: the workbook's time zone.
    `key`: the fingerprint of the group's key.
    `payees`: the hash of the payee by the ID of the expense, '' if it is not known. Other expenses
    keep theirs.
    `holds`: why nothing may be sent from now on.
    `withdrawn`: more names that are withdrawn.
    `wrote`: the number of the write that this sync announced and did (see `Writing.announce`).
    `home`: the place where the register is used.
    """

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


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record, counted from 1. `run` is the number of its run.

    `fields` is None if the record was removed."""

    n: int
    fields: Fields | None
    by: str
    at: datetime
    run: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run that wrote to the register. `n` counts from 1."""

    n: int
    kind: str
    at: datetime
