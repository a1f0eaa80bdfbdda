"""What goes into the register and comes out of it, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from budgettrack.core.base.findings import Finding
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields


@dataclass(frozen=True, slots=True)
class Held:
    """What the register holds, by table and ID, in the order in which the records were first
    written.

    `agreed` is what workbook and register both last held. `removed` are the IDs that once were:
    they are never given again. `mark` is the hidden mark that the register shares with its
    workbook."""

    records: dict[str, dict[str, Fields]]
    agreed: dict[str, dict[str, Fields]]
    removed: dict[str, frozenset[str]]
    mark: str | None


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A new version of one record. `by` is sheet, register or a role, never a login. `fields` None:
    removed."""

    table: str
    id: str
    fields: Fields | None
    by: str


@dataclass(frozen=True, slots=True)
class Banked:
    """An entry of a bank statement and the record that it is. `mark` is a keyed hash, `units` are
    signed minor units."""

    mark: str
    day: date
    units: int
    currency: str
    table: str
    id: str


@dataclass(frozen=True, slots=True)
class Commit:
    """All that one run writes. `at` is an aware instant.

    `agreed` are (table, ID, the fields now agreed or None). `findings` and `totals` replace those
    stored, unless None; a finding keeps the date on which it was first seen. `mark`, `time_zone`
    (the workbook's own) and `bank_key` (which key the marks of bank entries are made with) None
    leave them as they are."""

    kind: str
    at: datetime
    written: Sequence[RecordVersion] = ()
    agreed: Sequence[tuple[str, str, Fields | None]] = ()
    findings: Sequence[Finding] | None = None
    totals: Sequence[Total] | None = None
    mark: str | None = None
    time_zone: str | None = None
    bank: Sequence[Banked] = ()
    bank_key: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, numbered from 1; `fields` is None where it was removed. `run` is the
    run's number."""

    n: int
    fields: Fields | None
    by: str
    at: datetime
    run: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run that wrote. `n` counts from 1."""

    n: int
    kind: str
    at: datetime
