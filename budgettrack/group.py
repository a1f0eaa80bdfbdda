"""A group that was opened for a command: config, register, workbook, clock and plan. Each part is
opened when it is first needed.

A run reads one state of the register. `standing` has that state without the expenses. Monthly
totals replace them, so a question takes the same time for any number of expenses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, field

from budgettrack.config.key import KEY, KEY_FILE, NEXT_KEY, fingerprint, key_of
from budgettrack.config.load import Config
from budgettrack.core.base import months
from budgettrack.core.base.errors import Refused, RegisterError, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after
from budgettrack.core.figures.achieved import Closed
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.former import MOVING, former_of
from budgettrack.core.sealing.withdrawn import Withdrawn, withdrawn_of
from budgettrack.register import queries
from budgettrack.register.queries import Ask
from budgettrack.register.store import Register, Turn, open_register

if TYPE_CHECKING:
    from budgettrack.register.published import Publications
    from budgettrack.register.taking_back import Stopped
    from budgettrack.workbook import Workbook

ASKED = frozenset(BY_NAME) - {"expenses"}
"""The tables that are loaded for questions. Monthly totals replace the table of expenses."""


class Standing(Struct, frozen=True):
    """The state of the register at one moment.

    `plan`: its `expenses` are empty; use `totals` instead. `synced`: the time of the last sync.
    `reported`: the budgets that were stored when their months were reported. `run`: the last run
    that changed a record. `mark`: the number by which workbook and register recognise each
    other. `spent`: the amount spent by month, grant and currency; only `standing_at` fills it.
    `closed`: the numbers that indicators had reached when months were closed."""

    plan: Plan
    totals: Sequence[Total]
    findings: Sequence[Finding]
    records: Records
    synced: datetime
    reported: Mapping[str, Mapping[Month, int]] = field(default_factory=dict)
    run: int = 0
    mark: str = ""
    spent: Mapping[tuple[Month, str, str], int] = field(default_factory=dict)
    closed: Closed = field(default_factory=dict)


def now_in_utc() -> datetime:
    return datetime.now(UTC)


class OpenedGroup:
    """A group that was opened for a command. `open_group` opens it, and closes it at the end of the
    block.

    `now` is the clock. `on` replaces today's date if it is given. `workbook` replaces the
    workbook in the config if it is given. `upgraded`: whether this run replaced figures that an
    older version of the program published."""

    def __init__(
        self,
        config: Config,
        on: date | None,
        now: Callable[[], datetime],
        workbook: Workbook | None,
        patient: bool,
        turn: Turn | None,
    ) -> None:
        self._turn = turn
        self.config, self.on, self.now = config, on, now
        self._workbook, self._workbook_to_read = workbook, workbook
        self._patient = patient
        self._register: Register | None = None
        self._standing: Standing | None = None
        self._key: bytes | None = None
        self._publications: Publications | None = None
        self._synced: tuple[Plan, int] | None = None
        self.upgraded = False

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
        """The time zone of the group: the one in the config, or else that of the spreadsheet, or
        else UTC."""
        if self.config.time_zone:
            return ZoneInfo(self.config.time_zone)
        if self.config.google is None:
            return ZoneInfo("UTC")
        try:
            return ZoneInfo(self.register.glance(queries.time_zone) or "UTC")
        except (RegisterError, KeyError, ValueError, OSError):
            return ZoneInfo("UTC")

    @cached_property
    def today(self) -> date:
        """The date for all answers: `on` if it is given, else today in the group's time zone."""
        return self.on or self.now().astimezone(self.zone).date()

    # ---- the workbook

    @property
    def workbook(self) -> Workbook:
        """The opened workbook of the group, for reading and writing."""
        if self._workbook is None:
            self._workbook = _workbook(
                self.config, reads_only=self.is_read_only, patient=self._patient
            )
        return self._workbook

    @property
    def workbook_to_read(self) -> Workbook:
        """The workbook, opened for reading only. Google is asked for no more than the permission
        to read."""
        if self._workbook_to_read is None:
            self._workbook_to_read = self._workbook or _workbook(
                self.config, reads_only=True, patient=self._patient
            )
        return self._workbook_to_read

    @property
    def board(self) -> Path:
        """The path of the board, a page for coordinators in the private folder. The file need
        not exist."""
        return self.config.reports / "private" / "board.html"

    @property
    def is_read_only(self) -> bool:
        """Whether the program never writes to the workbook: its file is of a kind that is only
        read, or all its tables are mapped without `write = true`."""
        from budgettrack.file_kinds import is_only_read

        shapes = self.config.shapes
        return is_only_read(self.config.xlsx) or (
            bool(shapes) and not any(shape.write for shape in shapes.values())
        )

    @property
    def has_checks_tab(self) -> bool:
        """Whether each sync writes the tabs Summary and Checks. It does not if the workbook has
        another layout than ours or is only read."""
        return not self.is_read_only and not self.config.shapes

    # ---- the register

    @cached_property
    def has_mark(self) -> bool:
        """Whether the register has the mark that links it to its workbook."""
        return self.register.glance(queries.meta, "mark") is not None

    @property
    def register(self) -> Register:
        """The register. It is opened at the first access."""
        if self._register is None:
            self._register = open_register(self.config.register, self._turn)
        return self._register

    @property
    def key(self) -> bytes | None:
        """The secret key of the group, or None if there is none.

        Raises `Refused` if the register knows another key."""
        if self._key is not None:
            return self._key
        key = key_of(self.config)
        known = self.register.glance(queries.meta, "key")
        if key is not None and known is not None and fingerprint(key) != known:
            if self.config.path.with_name(NEXT_KEY).exists():
                raise Refused(
                    "The group is getting another key, and that was interrupted. Finish it:"
                    " budgettrack key --rotate",
                    "Nothing was read or written.",
                )
            raise Refused(
                f"This register was made with another key than the one in {KEY_FILE} or {KEY}. Put"
                " back the right key. If it is lost, begin with a new one: budgettrack sync"
                " --new-key",
                "Nothing was read or written.",
            )
        self._key = key
        return key

    def contributors(self, plan: Plan) -> Contributors:
        """Returns an object that finds the contributor (the person or firm that was paid) of each
        payment. The plan must have all its expenses. Raises `Refused` if the register knows another
        key."""
        payees = self.register.glance(queries.payees)
        older = self.register.glance(queries.older_versions, MOVING)
        return Contributors(self.key, payees, plan.expenses, former_of(older))

    @property
    def standing(self) -> Standing:
        """The state of the register. It is read when it is first needed.

        Raises `RegisterError` if nothing was synced yet."""
        if self._standing is None:
            self._standing = self.register.ask(self._read)
        return self._standing

    @property
    def withdrawn(self) -> Withdrawn:
        """The names that are withdrawn from everything public."""
        return withdrawn_of(self.register.glance(queries.withdrawals))

    @property
    def taken_back(self) -> tuple[Stopped | None, Withdrawn]:
        """Two things: when and by whom publishing was stopped (None if it is not stopped), and the
        withdrawn names."""
        from budgettrack.register.taking_back import taken_back

        stop, withdrawals = self.register.glance(taken_back)
        return stop, withdrawn_of(withdrawals)

    @property
    def stopped(self) -> Stopped | None:
        """When and by whom publishing was stopped. None if it is not stopped."""
        from budgettrack.register.taking_back import stopped

        return self.register.glance(stopped)

    @property
    def publications(self) -> Publications:
        """Everything that was published or reported, from the same state as `standing`."""
        from budgettrack.register.published import publications

        if self._publications is None:
            with self.register.reading() as ask:
                self._standing = self._standing or self._read(ask)
                self._publications = publications(ask)
        return self._publications

    def standing_at(self, month: Month) -> Standing:
        """Returns the state of the register with the totals up to the end of `month`; the database
        sums them.

        `spent` has the amounts of `month` and of the month before."""
        return self.register.ask(self._read, month)

    @cached_property
    def findings(self) -> tuple[list[Finding], datetime]:
        """The findings of the last sync, and its time.

        Raises `RegisterError` if nothing was synced yet."""
        return self.register.ask(lambda ask: (queries.findings(ask), _last_sync(ask)))

    @cached_property
    def all_records(self) -> Records:
        """The records of all tables. Records that are left out of the figures are among them."""
        return self.register.ask(queries.load).records

    @property
    def whole_plan(self) -> Plan:
        """The plan with all its expenses, from the same state as `standing`."""
        standing = self.standing
        if self._synced is not None and self._synced[1] >= standing.run:
            plan = self._synced[0]
        else:
            expenses = self.register.ask(_expenses_at, standing.run)
            plan = self.plan_of(
                {**standing.records, "expenses": expenses}, standing.reported, standing.closed
            )
        # A withdrawn grant counts as not published, as in `standing`.
        return msgspec.structs.replace(plan, grants=standing.plan.grants)

    def plan_of(
        self,
        records: Records,
        reported: Mapping[str, Mapping[Month, int]] | None = None,
        closed: Closed | None = None,
    ) -> Plan:
        """Returns the plan that is built from these records."""
        config = self.config
        plan, _ = plan_of(
            records,
            base=config.currency,
            start=config.start,
            end=config.end,
            reported=reported,
            closed=closed,
        )
        return plan

    def changed(self, plan: Plan | None = None, run: int = 0) -> None:
        """Drops the state that was read, because this run has changed the register.

        `plan` is the plan that a sync committed as `run`; it is used again."""
        self._standing = self._publications = None
        for name in ("findings", "all_records"):
            self.__dict__.pop(name, None)
        self._synced = None if plan is None else (plan, run)

    def published_more(self) -> None:
        """Forgets the publications that were read, because this run has published or reported
        something. The records are unchanged."""
        self._publications = None

    def froze(self, reported: Mapping[str, Mapping[Month, int]]) -> None:
        """Adds budgets that this run has just stored for reported months, without reading the
        register again."""
        if self._standing is not None:
            known = self._standing.reported
            more = {line: {**known.get(line, {}), **added} for line, added in reported.items()}
            self._standing = msgspec.structs.replace(self._standing, reported={**known, **more})

    def _read(self, ask: Ask, at: Month | None = None) -> Standing:
        synced = _last_sync(ask)
        held = queries.load(ask, ASKED)
        reported = queries.reported(ask)
        closed = queries.closed_numbers(ask, held.records)
        run = queries.newest_change(ask)
        if self._synced is not None and run <= self._synced[1]:
            plan = msgspec.structs.replace(self._synced[0], expenses={})
        else:
            self._synced = None
            plan = self.plan_of(held.records, reported, closed)
        withdrawn = withdrawn_of(held.withdrawn)
        return Standing(
            withdrawn.plan(plan),
            queries.totals(ask) if at is None else queries.totals_to(ask, at),
            queries.findings(ask),
            held.records,
            synced,
            reported,
            run,
            (held.mark or "").partition(" ")[0],
            {} if at is None else queries.spent_in(ask, (at, after(at, -1))),
            closed,
        )


def open_group(
    config: Config,
    on: date | None = None,
    now: Callable[[], datetime] = now_in_utc,
    *,
    workbook: Workbook | None = None,
    patient: bool = True,
    turn: Turn | None = None,
) -> OpenedGroup:
    """Opens a group, for a `with` block.

    If `patient` is false, it stops trying soon when Google does not answer. `turn` says how this
    run waits for others that write to the register."""
    return OpenedGroup(config, on, now, workbook, patient, turn)


def _last_sync(ask: Ask) -> datetime:
    run = queries.last_run(ask, "sync")
    if run is None:
        raise RegisterError("Nothing was synced yet. Run: budgettrack sync")
    return run.at


def _expenses_at(ask: Ask, run: int) -> Mapping[str, Mapping[str, str]]:
    """Returns the expenses as they were after a run."""
    if queries.newest_change(ask) <= run:
        return queries.load(ask, ("expenses",)).records["expenses"]
    return queries.load_at(ask, run)["expenses"]


def last_full_month(today: date) -> Month:
    return months.after(months.month_of(today), -1)


def month_asked(month: Month | None, today: date) -> Month:
    """Returns `month`, or the last full month if `month` is None.

    Raises `UsageError` if it is no month, or if it has not begun."""
    if month is None:
        return last_full_month(today)
    months.require_month(month)
    if month > months.month_of(today):
        raise UsageError(
            f"{month} lies in the future (today is {today}). Ask for {last_full_month(today)} or"
            " earlier."
        )
    return month


def known_grant(now: Standing, grant: str | None) -> str | None:
    """Returns the ID of a grant. Capitals in `grant` make no difference.

    Returns None if `grant` is None. Raises `UsageError` if there is no such grant; the message
    lists all grants."""
    if grant is None:
        return None
    for known in now.plan.grants:
        if known.casefold() == grant.strip().casefold():
            return known
    there = ", ".join(now.plan.grants) or "none yet"
    raise UsageError(f"There is no grant {grant}. There are: {there}.")


def _workbook(config: Config, *, reads_only: bool, patient: bool) -> Workbook:
    if config.xlsx is not None:
        from budgettrack.workbook.other.workbook import workbook_of

        return workbook_of(config.xlsx, config.locale)
    from budgettrack.workbook.google import workbook as google
    from budgettrack.workbook.google.credentials import READING, WRITING

    assert config.google is not None
    scope = READING if reads_only else WRITING
    connection = google.connected(config.credentials, scope, config.address, patient=patient)
    return google.GoogleWorkbook(config.google, connection, reads_only=reads_only)
