"""The month's run: sync, check, report, deliver, each step recorded, so that a rerun goes on and
repeats nothing.

What is owed is asked of the register. A mail is marked before it goes out and confirmed after the
server took it; a mark that was never confirmed is told, and only a person sends that mail again.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from budgettrack import sync as syncing
from budgettrack.config.load import Config
from budgettrack.core.base.cycles import (
    OPEN,
    STEPS,
    Cycle,
    Delivery,
    Step,
    StepOutcome,
    is_week,
    last_owed,
    missed_too_long_ago,
    months_owed,
    newest,
    week_owed,
)
from budgettrack.core.base.errors import RegisterError, TrackError, UsageError
from budgettrack.core.base.months import Month
from budgettrack.core.base.plurals import count
from budgettrack.group import Standing, last_full_month, month_asked, standing, today_of, zone_of
from budgettrack.register.cycles import Alone, all_cycles, attempts, deliveries
from budgettrack.register.store import Register, open_register

if TYPE_CHECKING:
    from budgettrack.monthly.delivery.smtp import Handed, Post
    from budgettrack.monthly.outbox import Item, Sends

last_month = last_full_month

UNSENT = ("summary-waits", "summary-held-back", "page-held-back")
"""Findings by which the sheet tells what was not sent."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log: a step that began (`outcome` None) or ended, or a word about the
    whole run."""

    at: datetime
    period: str
    step: str
    outcome: str | None
    took: int
    words: str


@dataclass(slots=True)
class MonthlyRun:
    """What a run did. `look` is true where a person must look; `failed` are the problems, with
    their remedies."""

    periods: list[str] = field(default_factory=list)
    outcomes: list[syncing.SyncOutcome] = field(default_factory=list)
    reports: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    look: bool = False


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run has around it: the time (`now`, aware), the day that it goes by (None: today's),
    who is told of what, and whether mail may go out."""

    now: Callable[[], datetime]
    on: date | None = None
    send: bool = False
    tell: Callable[[LogLine], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda _, __: None
    sleep: Callable[[float], None] = time.sleep


def monthly(
    config: Config, around: RunContext, month: Month | None = None, again: str | None = None
) -> MonthlyRun:
    """Run every month that is owed, oldest first, then the week's reminder; or the one month that
    is named.

    `again` is the reason for which a finished month is done once more. Raises `RegisterError` where
    another run is at work, `UsageError` for a month that is not over or is finished; what fails
    within a step is in `Run.failed`."""
    today = today_of(config, around.on, around.now())
    run = MonthlyRun()
    with open_register(config.register) as register:
        cycles = register.cycles
        with cycles.alone(_who(), around.now()) as alone:
            if alone.died is not None:
                words = (
                    f"The run of {alone.died.who}, begun {alone.died.since:%Y-%m-%d %H:%M} UTC, did"
                    " not come to its end."
                )
                around.tell(
                    LogLine(
                        around.now(),
                        "",
                        "begin",
                        "died",
                        0,
                        f"{words} This one goes on from there.",
                    )
                )
            for period in _owed(config, register, today, month, again):
                known = newest(register.ask(all_cycles)).get(period)
                if known is None or (again is not None and known.ended is not None):
                    known = cycles.begin(period, again or "", month is not None, around.now())
                run.periods.append(period)
                if not _Cycle(config, register, known, alone, around, today, run).go():
                    break
            sending = config.sending
            left = missed_too_long_ago(
                register.ask(all_cycles), today, day=sending.day, catch_up=sending.catch_up
            )
            if left and month is None:
                run.look = True
                run.warnings.append(
                    f"Missed, and too long ago to be caught up: {', '.join(left)}. Run them one by"
                    " one: budgettrack monthly --month MONTH"
                )
    return run


def owed(config: Config, register: Register, today: date) -> list[str]:
    """The periods that a run would begin or go on with now: months, then the week."""
    return _owed(config, register, today, None, None)


def _owed(
    config: Config, register: Register, today: date, month: Month | None, again: str | None
) -> list[str]:
    cycles, sending = register.ask(all_cycles), config.sending
    if month is not None:
        if month_asked(month, today) > last_owed(today, 1):
            raise UsageError(
                f"{month} is not over. Its page so far: budgettrack report transparency --month"
                f" {month}"
            )
        known = newest(cycles).get(month)
        if known is not None and known.ended is not None and again is None:
            raise UsageError(
                f"{month} was finished on {known.ended:%Y-%m-%d}. To do it once more, say why:"
                ' --again "a receipt was wrong"'
            )
        return [month]
    if again is not None:
        raise UsageError("Say which month is to be done again: --month 2026-03")
    periods: list[str] = list(
        months_owed(cycles, today, day=sending.day, catch_up=sending.catch_up)
    )
    week = week_owed(cycles, today)
    if week and any(each.audience == "internal" for each in sending.recipients):
        periods.append(week)
    return periods


def _who() -> str:
    return f"{platform.node() or 'a machine'}, process {os.getpid()}"


class _Waiting(Exception):  # noqa: N818 - no error
    """A step did what could be done; the rest waits."""


class _Cycle:
    """One cycle's way through its steps."""

    def __init__(
        self,
        config: Config,
        register: Register,
        cycle: Cycle,
        alone: Alone,
        around: RunContext,
        today: date,
        run: MonthlyRun,
    ) -> None:
        self._config, self._register, self._cycle = config, register, cycle
        self._alone, self._around, self._today, self._run = alone, around, today, run
        self._cycles = register.cycles

    def go(self) -> bool:
        """Do the steps that are left; False where one failed and the next cycle must wait for
        it."""
        week = is_week(self._cycle.period)
        steps: dict[Step, Callable[[], str]] = {"sync": self._sync, "check": self._check}
        if not week:
            steps["report"] = self._report
        steps["deliver"] = self._deliver
        done = self._done()
        for name, step in steps.items():
            if name in done:
                self._tell(name, "before", 0, "")
                continue
            self._alone.check()
            if not self._attempt(name, step):
                return False
        return True

    def _done(self) -> set[str]:
        """The steps that this day's run before did, and that nothing has called in question
        since."""
        zone = zone_of(self._config)
        done: set[str] = set()
        for each in self._register.ask(attempts, self._cycle.n):
            today = each.began.astimezone(zone).date() == self._today or self._around.on is not None
            if each.outcome == "waiting":
                # It waits for something that people do in the sheet: the sheet must be read again.
                done.clear()
            elif each.outcome == "done" and today:
                done.add(each.step)
            elif each.outcome == "done":
                done.clear()
        return done - {"deliver"}

    def _attempt(self, name: str, step: Callable[[], str]) -> bool:
        self._tell(name, None, 0, "")
        number = self._cycles.attempt(self._cycle, name, self._around.now())
        start = time.monotonic()
        outcome: StepOutcome
        try:
            outcome, words = "done", step()
        except _Waiting as waiting:
            outcome, words = "waiting", str(waiting)
        except TrackError as error:
            outcome, words = "failed", " ".join(error.problems)
            self._run.failed += error.problems
        took = round((time.monotonic() - start) * 1000)
        self._cycles.attempted(number, outcome, took, words)
        self._tell(name, outcome, took, words)
        if outcome == "waiting":
            self._run.look = True
        if outcome == "failed":
            self._tell_operator(name, words)
        return outcome != "failed"

    def _tell(self, step: str, outcome: str | None, took: int, words: str) -> None:
        self._around.tell(
            LogLine(self._around.now(), self._cycle.period, step, outcome, took, words)
        )

    # ---- the steps

    def _sync(self) -> str:
        outcome = syncing.sync(self._config, self._today, self._around.now())
        self._run.outcomes.append(outcome)
        changes = outcome.changes
        conflicts = f", {count(len(changes.conflicts), 'conflict')}" if changes.conflicts else ""
        taken = count(len(changes.to_register), "row")
        return f"{taken} taken, {len(changes.to_sheet)} written{conflicts}"

    def _check(self) -> str:
        findings = self._standing().findings
        mistakes = sum(each.severity == "error" for each in findings)
        self._run.look = self._run.look or mistakes > 0
        return f"{count(mistakes, 'error')}, {count(len(findings) - mistakes, 'warning')}"

    def _report(self) -> str:
        from budgettrack.reports.make import reports

        paths, warnings = reports(
            self._config,
            self._cycle.period,
            self._config.reports,
            self._today,
            self._around.now(),
            self._around.progress,
        )
        self._run.reports += [path for path in paths if path not in self._run.reports]
        self._run.warnings += warnings
        return count(len(paths), "file")

    def _deliver(self) -> str:
        from budgettrack.monthly.outbox import Sends

        now = self._standing()
        items = Sends(self._config, self._register, now, self._cycle, self._today)
        wanted = items.items()
        settled = {
            (each.what, each.recipient): each
            for each in self._register.ask(deliveries, self._cycle.n)
        }
        open_ = [
            each
            for each in wanted
            if (known := settled.get((each.what, each.recipient))) is None
            or known.state in OPEN
            # A folder, or a copy that its receiver knows by its ID, may be written twice without
            # harm.
            or (each.way != "mail" and known.state == "marked")
        ]
        if not self._around.send and open_:
            paths = self._write_down([each for each in open_ if each.letter is not None])
            raise _Waiting(
                f"nothing was sent, since --send was not given; written: {count(len(paths), 'mail')}"
            )
        failed: TrackError | None = None
        for each in open_:
            if each.state:
                self._cycles.hold_back(
                    self._cycle,
                    each.what,
                    each.recipient,
                    each.state,
                    each.words,
                    self._around.now(),
                )
        for each in open_:
            if not each.state and each.way != "mail":
                self._to_a_place(each, items)
        try:
            self._mails([each for each in open_ if not each.state and each.way == "mail"])
        except TrackError as error:
            failed = error
        self._tell_the_sheet(now)
        if failed is not None:
            raise failed
        return self._outcome()

    def _outcome(self) -> str:
        """What became of everything, in words; the cycle ends where nothing is open any more."""
        made = self._register.ask(deliveries, self._cycle.n)
        counts: dict[str, int] = {}
        for each in made:
            counts[each.state] = counts.get(each.state, 0) + 1
        words = (
            ", ".join(f"{number} {state}" for state, number in counts.items())
            or "nobody to send anything to"
        )
        if counts.get("marked") or counts.get("refused"):
            self._run.look = True
            self._run.warnings += [
                f"D-{each.n}, {each.what} to {each.recipient}: {each.words or UNCONFIRMED}"
                for each in made
                if each.state in ("marked", "refused")
            ]
        if any(each.state in OPEN for each in made):
            raise _Waiting(words)
        self._cycles.end(self._cycle, self._around.now())
        return words

    def _standing(self) -> Standing:
        return standing(self._config)

    def _write_down(self, items: Sequence[Item]) -> list[Path]:
        """Every mail as a file, for people to look at before anything is sent."""
        from budgettrack import files

        folder = self._config.reports / "private" / "mail"
        contents = {
            f"{self._cycle.period}-{files.safe_name(f'{each.what} {each.recipient}')}.eml": (
                each.letter(self._cycle.began).as_bytes()
            )
            for each in items
            if each.letter is not None
        }
        try:
            return files.write_all(folder, contents, private=True)
        except OSError as error:
            raise TrackError(
                f"The mails cannot be written to {folder}: {error.strerror}. Make room there."
            ) from error

    def by_hand(self, item: Item, known: Delivery, items: Sends) -> Handed:
        """Send one thing again."""
        from budgettrack.monthly.delivery.smtp import post
        from budgettrack.reports.mail.mime import digest

        server = self._config.sending.mail
        if item.way != "mail" or server is None or item.letter is None:
            return self._to_a_place(item, items)
        letter = item.letter(known.made)
        with post(server) as way:
            way.open()
            delivery = self._cycles.mark(
                self._cycle,
                item.what,
                item.recipient,
                digest(letter),
                self._around.now(),
                again=True,
            )
            return self._settle(delivery, way.hand_over(letter))

    def _to_a_place(self, item: Item, items: Sends) -> Handed:
        from budgettrack.monthly.delivery import webhook
        from budgettrack.monthly.delivery.folder import published
        from budgettrack.monthly.delivery.smtp import Handed

        sending = self._config.sending
        now = self._around.now()
        delivery = self._cycles.mark(self._cycle, item.what, item.recipient, "", now, again=True)
        try:
            if item.way == "folder":
                assert sending.folder is not None
                handed = published(self._config.reports / "public", sending.folder)
            else:
                assert sending.webhook is not None
                key = f"{self._cycle.period} {self._cycle.round}"
                handed = webhook.copy(sending.webhook, key, items.copy(), self._around.now())
        except TrackError as error:
            handed = Handed("deferred", " ".join(error.problems))
        return self._settle(delivery, handed)

    def _mails(self, items: Sequence[Item]) -> None:
        """Hand over every mail; what the server puts off is tried again after a pause or two."""
        from budgettrack.monthly.delivery.smtp import post

        server = self._config.sending.mail
        if server is None or not items:
            return
        with post(server) as way:
            left = list(items)
            for pause in (0, *server.pauses):
                if pause and left:
                    self._around.sleep(pause)
                left = [each for each in left if self._hand_over(way, each).state == "deferred"]
                if not left:
                    break

    def _hand_over(self, way: Post, item: Item) -> Handed:
        from budgettrack.reports.mail.mime import digest

        if item.letter is None:
            raise TrackError(
                f"The page of {self._cycle.period} is missing. Run: budgettrack report transparency"
            )
        way.open()
        self._alone.check()
        now = self._around.now()
        known = next(
            (
                each.made
                for each in self._register.ask(deliveries, self._cycle.n)
                if (each.what, each.recipient) == (item.what, item.recipient)
            ),
            now,
        )
        letter = item.letter(known)
        delivery = self._cycles.mark(self._cycle, item.what, item.recipient, digest(letter), now)
        return self._settle(delivery, way.hand_over(letter))

    def _settle(self, delivery: Delivery, handed: Handed) -> Handed:
        self._cycles.settle(delivery, handed.state, handed.words, self._around.now())
        words = handed.state if not handed.words else f"{handed.state}: {handed.words}"
        self._tell(
            "deliver",
            "sent",
            0,
            f"D-{delivery.n}, {delivery.what} to {delivery.recipient}: {words}",
        )
        return handed

    def _tell_the_sheet(self, now: Standing) -> None:
        """Sync once more where what waits to be sent is not what the sheet says."""
        said = {(each.identity, each.values) for each in now.findings if each.code in UNSENT}
        if said != {
            (each.identity, each.values) for each in syncing.unsent(self._config, self._register)
        }:
            self._run.outcomes.append(syncing.sync(self._config, self._today, self._around.now()))

    def _tell_operator(self, step: str, words: str) -> None:
        """One mail a day about what failed; where that cannot go out, the log and the monitor say
        it."""
        sending = self._config.sending
        if not (self._around.send and sending.operator and sending.mail):
            return
        from budgettrack.monthly.delivery.smtp import post
        from budgettrack.monthly.outbox import failure

        try:
            item = failure(self._config, f"{self._cycle.period}, step {step}", [words], self._today)
            known = {
                (each.what, each.recipient): each.state
                for each in self._register.ask(deliveries, self._cycle.n)
            }
            if known.get((item.what, item.recipient), "deferred") in OPEN:
                with post(
                    dataclasses.replace(sending.mail, seconds=min(sending.mail.seconds, 30))
                ) as way:
                    self._hand_over(way, item)
        except TrackError:
            self._tell(step, "silent", 0, "The operator's mail could not be sent either.")


UNCONFIRMED = "It was on its way when the run ended; nobody knows whether it arrived."


def retry(config: Config, around: RunContext, number: int) -> Handed:
    """Send one delivery again, because a person asks for it; what it says is of now.

    Raises `UsageError` where there is none of that number, where it was confirmed, or where there
    is nothing to send."""
    from budgettrack.monthly.outbox import Sends

    today = today_of(config, around.on, around.now())
    with (
        open_register(config.register) as register,
        register.cycles.alone(_who(), around.now()) as alone,
    ):
        known = next((each for each in register.ask(deliveries) if each.n == number), None)
        if known is None:
            raise UsageError(f"There is no delivery D-{number}. See: budgettrack deliveries")
        if known.state == "confirmed":
            raise UsageError(f"D-{number} was confirmed: the server took it. Nothing was sent.")
        cycle = next(each for each in register.ask(all_cycles) if each.n == known.cycle)
        sends = Sends(config, register, standing(config), cycle, today)
        items = [
            each
            for each in sends.items()
            if (each.what, each.recipient) == (known.what, known.recipient)
        ]
        if not items or items[0].state:
            why = (
                items[0].words
                if items
                else "The config has no such recipient any more, or there is nothing to say."
            )
            raise UsageError(f"D-{number} cannot be sent: {why}")
        one = _Cycle(config, register, cycle, alone, around, today, MonthlyRun())
        return one.by_hand(items[0], known, sends)


def describe(
    config: Config, around: RunContext, month: Month | None = None, again: str | None = None
) -> list[str]:
    """What a run would do and to whom; nothing is read but the register, and nothing is written."""
    from budgettrack.monthly.outbox import Sends

    today = today_of(config, around.on, around.now())
    lines: list[str] = []
    with open_register(config.register) as register:
        periods = _owed(config, register, today, month, again)
        if not periods:
            return ["Nothing is owed."]
        for period in periods:
            known = newest(register.ask(all_cycles)).get(period)
            fresh = known is None or (again is not None and known.ended is not None)
            cycle = (
                known if known is not None and not fresh else _planned(period, known, around.now())
            )
            steps = [each for each in STEPS if each != "report" or not is_week(period)]
            lines.append(
                f"{period}: {', '.join(steps)}"
                + ("" if fresh else " (begun; what is done is not repeated)")
            )
            try:
                items = Sends(config, register, standing(config), cycle, today).items()
            except RegisterError as error:
                lines += [f"  {each}" for each in error.problems]
                continue
            done = (
                {}
                if fresh
                else {
                    (each.what, each.recipient): each.state
                    for each in register.ask(deliveries, cycle.n)
                }
            )
            for each in items:
                state = done.get((each.what, each.recipient))
                if state in ("marked", "confirmed", "refused"):
                    lines.append(f"  {each.what} to {each.recipient}: {state} before, not repeated")
                else:
                    lines.append(f"  {each.what} to {each.recipient}: {_would(each)}")
    if not around.send:
        lines.append("Without --send, nothing of it leaves.")
    return lines


def _planned(period: str, known: Cycle | None, now: datetime) -> Cycle:
    return Cycle(0, period, known.round + 1 if known else 1, "", False, now, None)


def _would(item: Item) -> str:
    if item.state == "waiting":
        return f"waits until closed: {item.words}"
    return (
        f"held back: {item.words}"
        if item.state
        else {"mail": "by mail", "folder": "copied", "webhook": "posted"}[item.way]
    )
