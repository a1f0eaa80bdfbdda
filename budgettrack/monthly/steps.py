"""Runs the steps of one cycle and records each of them. So a second run continues with the steps
that are left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

from budgettrack import sync as syncing
from budgettrack.core.base.cycles import OPEN, Cycle, Delivery, Step, StepOutcome, is_week
from budgettrack.core.base.errors import RegisterError, TrackError
from budgettrack.core.base.plurals import count
from budgettrack.core.base.progress import after_steps
from budgettrack.group import OpenedGroup
from budgettrack.monthly.context import LogLine, MonthlyRun, RunContext
from budgettrack.monthly.handover import Handover
from budgettrack.register.cycles import Alone, attempts
from budgettrack.register.holds import SendingHeld, holds

UNSENT = ("summary-waits", "summary-held-back", "page-held-back")
"""The codes of the findings in the sheet that say which reports were not sent."""

UNCONFIRMED = "It was on its way when the run ended; nobody knows whether it arrived."


class _Waiting(Exception):  # noqa: N818 - no error
    """Raised by a step that did everything that is possible now. The rest must wait."""


class CycleSteps:
    """Runs the steps of one cycle."""

    def __init__(
        self, group: OpenedGroup, cycle: Cycle, alone: Alone, context: RunContext, run: MonthlyRun
    ) -> None:
        self._group, self._cycle, self._alone = group, cycle, alone
        self._context, self._run = context, run
        self._ended: list[str] = []
        """The steps of the cycle that are done."""
        self._cycles = group.register.cycles
        self._handover = Handover(
            group, cycle, alone, context, lambda words: self._tell("deliver", "sent", 0, words)
        )

    def go(self) -> bool:
        """Runs the steps that are not done yet.

        Returns False if a step failed; the next cycle must then wait."""
        steps: dict[Step, Callable[[], str]] = {"sync": self._sync, "check": self._check}
        if not is_week(self._cycle.period):
            steps["report"] = self._report
        steps["deliver"] = self._deliver
        done = self._done()
        for name, step in steps.items():
            if name in done:
                self._tell(name, "before", 0, "")
                self._ended.append(name)
                continue
            self._alone.check()
            if not self._attempt(name, step):
                return False
        return True

    def _done(self) -> set[str]:
        """Returns the steps that an earlier run of today finished and that need not be done again.

        `deliver` is never among them: its deliveries are recorded one by one."""
        group = self._group
        done: set[str] = set()
        for attempt in group.register.glance(attempts, self._cycle.n):
            day = attempt.began.astimezone(group.zone).date()
            if attempt.outcome == "waiting":
                # People must first do something in the sheet.
                # So the next run reads the sheet of this group again.
                done.clear()
            elif attempt.outcome == "done" and (day == group.today or group.on is not None):
                done.add(attempt.step)
            elif attempt.outcome == "done":
                done.clear()
        return done - {"deliver"}

    def _attempt(self, name: str, step: Callable[[], str]) -> bool:
        self._tell(name, None, 0, "")
        number = self._cycles.attempt(self._cycle, name, self._group.now())
        start = time.monotonic()
        outcome: StepOutcome
        failure: TrackError | None = None
        try:
            outcome, words = "done", step()
        except _Waiting as waiting:
            outcome, words = "waiting", str(waiting)
        except SendingHeld as held:
            # A hold was placed during this run.
            # So everything that was not sent yet waits for a person.
            outcome, words = "waiting", " ".join(held.problems)
        except TrackError as error:
            after_steps(error, self._ended)
            failure, outcome, words = error, "failed", " ".join(error.problems)
            self._run.failed += error.problems
        took = round((time.monotonic() - start) * 1000)
        try:
            self._cycles.attempted(number, outcome, took, words)
        except RegisterError as unnoted:
            # The step's own error must be reported, even if the register fails too.
            raise (failure or unnoted) from None
        self._tell(name, outcome, took, words)
        if outcome == "done":
            self._ended.append(name)
        if outcome == "waiting":
            self._run.look = True
        if outcome == "failed":
            self._tell_operator(name, words)
        return outcome != "failed"

    def _tell(self, step: str, outcome: str | None, took: int, words: str) -> None:
        now = self._group.now()
        self._context.tell(LogLine(now, self._cycle.period, step, outcome, took, words))

    # ---- the steps

    def _sync(self) -> str:
        outcome = syncing.sync(self._group)
        self._run.outcomes.append(outcome)
        changes = outcome.changes
        self._run.warnings += outcome.told
        self._run.look = self._run.look or bool(outcome.told)
        conflicts = f", {count(len(changes.conflicts), 'conflict')}" if changes.conflicts else ""
        taken = count(len(changes.to_register), "row")
        return f"{taken} taken, {len(changes.to_sheet)} written{conflicts}"

    def _check(self) -> str:
        # One transaction reads publications and records, so all steps see the same state.
        self._group.publications  # noqa: B018 - reads both
        findings = self._group.standing.findings
        mistakes = sum(finding.severity == "error" for finding in findings)
        self._run.look = self._run.look or mistakes > 0
        return f"{count(mistakes, 'error')}, {count(len(findings) - mistakes, 'warning')}"

    def _report(self) -> str:
        from budgettrack.queries.board import write_board
        from budgettrack.reports.make import not_written, reports

        paths, warnings = reports(
            self._group, self._cycle.period, self._group.config.reports, self._context.progress
        )
        try:
            paths = [*paths, write_board(self._group)]
        except OSError as error:
            raise not_written(self._group.config.reports, error) from error
        self._run.reports += [path for path in paths if path not in self._run.reports]
        self._run.warnings += warnings
        return count(len(paths), "file")

    def _deliver(self) -> str:
        from budgettrack.monthly.outbox import Sends

        sends = Sends(self._group, self._cycle)
        self._handover.recognise(sends)
        items = self._handover.open(sends.items())
        held = self._group.register.glance(holds, self._cycle.period)
        if items and (held or not self._context.send):
            paths = self._handover.write_down(items)
            why = "there is a hold" if held else "--send was not given"
            raise _Waiting(f"nothing was sent, since {why}; written: {count(len(paths), 'mail')}")
        for item in items:
            self._handover.hold_back(item)
        ready = self._handover.announce([item for item in items if not item.state])
        mails = [item for item in ready if item.way == "mail"]
        for item in ready:
            if item not in mails:
                self._handover.to_a_place(item, sends)
        try:
            self._handover.mails(mails)
        except TrackError:
            # The mail server failed. The sheet must still show which reports were not sent.
            self._handover.confirm()
            self._tell_the_sheet()
            raise
        made = self._handover.confirm() if ready else self._handover.made()
        self._tell_the_sheet()
        return self._outcome(made)

    def _outcome(self, made: Sequence[Delivery]) -> str:
        """Returns how many deliveries are in each state, as text. Ends the cycle if no delivery is
        open.

        Raises `_Waiting` if a delivery is open."""
        states = Counter(delivery.state for delivery in made)
        words = ", ".join(f"{number} {state}" for state, number in states.items())
        words = words or "nobody to send anything to"
        for delivery in made:
            if delivery.state in ("marked", "refused"):
                self._run.look = True
                self._run.warnings.append(
                    f"D-{delivery.n}, {delivery.what} to {delivery.recipient}:"
                    f" {delivery.words or UNCONFIRMED}"
                )
        if any(state in OPEN for state in states):
            raise _Waiting(words)
        self._cycles.end(self._cycle, self._group.now())
        return words

    def _tell_the_sheet(self) -> None:
        """Syncs again if the sheet does not show the present list of reports that were not sent."""
        group = self._group
        said = {
            (finding.identity, finding.values)
            for finding in group.standing.findings
            if finding.code in UNSENT
        }
        unsent = group.register.ask(syncing.unsent, group.config)
        if said != {(finding.identity, finding.values) for finding in unsent}:
            self._run.outcomes.append(syncing.sync(group))

    def _tell_operator(self, step: str, words: str) -> None:
        """Sends the daily mail about a failure to the operator. If it cannot be sent, a line in
        the log says so."""
        sending = self._group.config.sending
        if not (self._context.send and sending.operator and sending.mail):
            return
        from budgettrack.monthly.outbox import failure

        what = f"{self._cycle.period}, step {step}"
        try:
            item = failure(self._group.config, what, [words], self._group.today)
            self._handover.to_the_operator(item)
        except TrackError:
            self._tell(step, "silent", 0, "The operator's mail could not be sent either.")
