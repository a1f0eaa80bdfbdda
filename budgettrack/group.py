"""The opened group: its config, register, workbook, clock and plan, each opened or built once, when
it is first needed.

What a run reads from the register is of one moment. `standing` has it without the expenses, whose
monthly totals stand for them, so that a question costs the same at any size."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from budgettrack.config.load import Config
from budgettrack.core.base import months
from budgettrack.core.base.errors import RegisterError, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.register import queries
from budgettrack.register.queries import Ask
from budgettrack.register.store import Register, open_register

if TYPE_CHECKING:
    from budgettrack.register.published import Publications
    from budgettrack.workbook import Workbook

ASKED = frozenset(BY_NAME) - {"expenses"}
"""The tables that questions are answered from; expenses are there as monthly totals."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The register at one moment. `plan.expenses` is empty: `totals` stand for them. `synced` is
    the last sync, `reported` the budgets frozen when their months were reported, `run` the newest
    run that wrote a record, `mark` what ties workbook and register. `spent` is what was spent in
    single months, by month, grant and currency, where it was asked for."""

    plan: Plan
    totals: Sequence[Total]
    findings: Sequence[Finding]
    records: Records
    synced: datetime
    reported: Mapping[str, Mapping[Month, int]] = field(default_factory=dict)
    run: int = 0
    mark: str = ""
    spent: Mapping[tuple[Month, str, str], int] = field(default_factory=dict)


def now_in_utc() -> datetime:
    return datetime.now(UTC)


class OpenedGroup:
    """A group at work; `open_group` makes it, and closes it at the end of the block.

    `now` is the clock. `on` is the day that answers go by (None: today where the group lives).
    `workbook` is another one than the config's."""

    def __init__(
        self,
        config: Config,
        on: date | None,
        now: Callable[[], datetime],
        workbook: Workbook | None,
        patient: bool,
    ) -> None:
        self.config, self.on, self.now = config, on, now
        self._workbook, self._workbook_to_read = workbook, workbook
        self._patient = patient
        self._register: Register | None = None
        self._standing: Standing | None = None
        self._publications: Publications | None = None
        self._synced: tuple[Plan, int] | None = None

    def __enter__(self) -> OpenedGroup:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._register is not None:
            self._register.close()
            self._register = None

    # ---- the clock

    @property
    def zone(self) -> ZoneInfo:
        """The group's time zone: the config's, else that of the spreadsheet as last read, else
        UTC."""
        if self.config.time_zone:
            return ZoneInfo(self.config.time_zone)
        if self.config.google is None:
            return ZoneInfo("UTC")
        try:
            return ZoneInfo(self.register.ask(queries.time_zone) or "UTC")
        except (RegisterError, KeyError, ValueError, OSError):
            return ZoneInfo("UTC")

    @cached_property
    def today(self) -> date:
        """The day that answers go by: the one asked for, or today where the group lives."""
        return self.on or self.now().astimezone(self.zone).date()

    # ---- the workbook

    @property
    def workbook(self) -> Workbook:
        """The workbook, to be read and written."""
        if self._workbook is None:
            self._workbook = _workbook(
                self.config, reads_only=self.is_read_only, patient=self._patient
            )
        return self._workbook

    @property
    def workbook_to_read(self) -> Workbook:
        """The workbook, with no more than the right to read it asked of Google."""
        if self._workbook_to_read is None:
            self._workbook_to_read = self._workbook or _workbook(
                self.config, reads_only=True, patient=self._patient
            )
        return self._workbook_to_read

    @property
    def is_read_only(self) -> bool:
        """Whether nothing is ever written to the workbook: every table of it is mapped, and none
        with `write = true`."""
        shapes = self.config.shapes
        return bool(shapes) and not any(shape.write for shape in shapes.values())

    # ---- the register

    @cached_property
    def has_mark(self) -> bool:
        """Whether the register has the mark that ties it to its workbook."""
        return self.register.ask(queries.meta, "mark") is not None

    @property
    def register(self) -> Register:
        """The register, opened when it is first asked."""
        if self._register is None:
            self._register = open_register(self.config.register)
        return self._register

    @property
    def standing(self) -> Standing:
        """What the register knows, as of the moment at which this was first asked; raises
        `RegisterError` where nothing was synced yet."""
        if self._standing is None:
            self._standing = self.register.ask(self._read)
        return self._standing

    @property
    def publications(self) -> Publications:
        """What was published and reported, read together with the standing."""
        from budgettrack.register.published import publications

        if self._publications is None:
            with self.register.reading() as ask:
                self._standing = self._standing or self._read(ask)
                self._publications = publications(ask)
        return self._publications

    def standing_at(self, month: Month) -> Standing:
        """As `standing`, for a question about the end of one month alone: the database sums the
        totals to it, and what was spent in it and in the month before is there too."""
        return self.register.ask(self._read, month)

    @cached_property
    def findings(self) -> tuple[list[Finding], datetime]:
        """The findings of the last sync, and when it was; raises `RegisterError` where nothing was
        synced yet."""
        return self.register.ask(lambda ask: (queries.findings(ask), _last_sync(ask)))

    @property
    def whole_plan(self) -> Plan:
        """The plan of the same moment as the standing, with its expenses."""
        standing = self.standing
        if self._synced is not None and self._synced[1] >= standing.run:
            return self._synced[0]
        expenses = self.register.ask(_expenses_at, standing.run)
        return self.plan_of({**standing.records, "expenses": expenses}, standing.reported)

    def plan_of(
        self, records: Records, reported: Mapping[str, Mapping[Month, int]] | None = None
    ) -> Plan:
        """The typed plan of records, by the config."""
        config = self.config
        plan, _ = plan_of(
            records, base=config.currency, start=config.start, end=config.end, reported=reported
        )
        return plan

    def changed(self, plan: Plan | None = None, run: int = 0) -> None:
        """What was read is of the moment before a change that this run itself made.

        `plan` is the one that a sync decided and committed as `run`: it need not be built again."""
        self._standing = self._publications = None
        self._synced = None if plan is None else (plan, run)

    def published_more(self) -> None:
        """This run itself published or reported something; the records are the same."""
        self._publications = None

    def froze(self, reported: Mapping[str, Mapping[Month, int]]) -> None:
        """This run itself kept budgets of months as they are in the standing's plan."""
        if self._standing is not None:
            known = self._standing.reported
            more = {line: {**known.get(line, {}), **added} for line, added in reported.items()}
            self._standing = dataclasses.replace(self._standing, reported={**known, **more})

    def _read(self, ask: Ask, at: Month | None = None) -> Standing:
        synced = _last_sync(ask)
        held = queries.load(ask, ASKED)
        reported = queries.reported(ask)
        run = queries.newest_change(ask)
        if self._synced is not None and run <= self._synced[1]:
            plan = dataclasses.replace(self._synced[0], expenses={})
        else:
            self._synced = None
            plan = self.plan_of(held.records, reported)
        return Standing(
            plan,
            queries.totals(ask) if at is None else queries.totals_to(ask, at),
            queries.findings(ask),
            held.records,
            synced,
            reported,
            run,
            (held.mark or "").partition(" ")[0],
            {} if at is None else queries.spent_in(ask, (at, after(at, -1))),
        )


def open_group(
    config: Config,
    on: date | None = None,
    now: Callable[[], datetime] = now_in_utc,
    *,
    workbook: Workbook | None = None,
    patient: bool = True,
) -> OpenedGroup:
    """The group of a config, for a `with` block; nothing is opened before it is needed.

    `patient` False gives up at once where Google does not answer."""
    return OpenedGroup(config, on, now, workbook, patient)


def _last_sync(ask: Ask) -> datetime:
    run = queries.last_run(ask, "sync")
    if run is None:
        raise RegisterError("Nothing was synced yet. Run: budgettrack sync")
    return run.at


def _expenses_at(ask: Ask, run: int) -> Mapping[str, Mapping[str, str]]:
    """The expenses as they were after a run."""
    if queries.newest_change(ask) <= run:
        return queries.load(ask, ("expenses",)).records["expenses"]
    return queries.load_at(ask, run)["expenses"]


def last_full_month(today: date) -> Month:
    return months.after(months.month_of(today), -1)


def month_asked(month: Month | None, today: date) -> Month:
    """The month asked for, else the last full one; raises `UsageError` for one that has not
    begun."""
    if month is None:
        return last_full_month(today)
    if month > months.month_of(today):
        raise UsageError(
            f"{month} lies in the future (today is {today}). Ask for {last_full_month(today)} or"
            " earlier."
        )
    return month


def known_grant(now: Standing, grant: str | None) -> str | None:
    """The ID of the grant asked for, in any case, None where none is asked for; raises `UsageError`
    with those there are."""
    if grant is None:
        return None
    for known in now.plan.grants:
        if known.casefold() == grant.strip().casefold():
            return known
    there = ", ".join(now.plan.grants) or "none yet"
    raise UsageError(f"There is no grant {grant}. There are: {there}.")


def _workbook(config: Config, *, reads_only: bool, patient: bool) -> Workbook:
    if config.xlsx is not None:
        from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

        return ExcelWorkbook(config.xlsx)
    from budgettrack.workbook.google import workbook as google

    assert config.google is not None
    scope = google.READING if reads_only else google.WRITING
    connection = google.connected(config.credentials, scope, config.address, patient=patient)
    return google.GoogleWorkbook(config.google, connection, reads_only=reads_only)
