"""The commands for the monthly run: run it, list runs and deliveries, and wait for the next."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from budgettrack import interrupts, lasting
from budgettrack.cli.context import QUIET, config_of, group_of, turn_of
from budgettrack.cli.listings import json_text, listing
from budgettrack.cli.options import MonthName, formats, on_day
from budgettrack.cli.outcomes import say, written
from budgettrack.cli.program import LOOK, main, tell_unforeseen
from budgettrack.core.base import errors
from budgettrack.core.base.holds import HOLD_KINDS, HoldKind
from budgettrack.files import owner_only

if TYPE_CHECKING:
    from budgettrack.group import OpenedGroup
    from budgettrack.monthly.context import LogLine, MonthlyRun, RunContext


def _logging(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option(
        "--log",
        "log_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Append the log to this file, so that a terminal or cron sees only what is to be"
        " looked at.",
    )(command)
    return click.option(
        "--log-format",
        type=click.Choice(["plain", "json"]),
        help="Log one line for each step, with its time. Default: words for a terminal; in a"
        " file: plain.",
    )(command)


@main.command()
@click.option(
    "--month", type=MonthName(), help="Only this month. Default: every month that is due."
)
@click.option(
    "--send",
    is_flag=True,
    help="Send mails, and deliver to folder and webhook. Without it, nothing is sent.",
)
@click.option(
    "--again", metavar="REASON", help="Run a finished --month again. The reason is recorded."
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be done and sent to whom, without doing it."
)
@_logging
@on_day
@click.pass_context
def monthly(
    ctx: click.Context,
    month: str | None,
    send: bool,
    again: str | None,
    dry_run: bool,
    log_format: str | None,
    log_file: Path | None,
    on: date | None,
) -> None:
    """Run the month: sync, check, report, deliver.

    It can be run at any time and as often as you like. It continues where it stopped, nothing is
    sent twice, and a month that was missed is caught up."""
    from budgettrack.monthly import run as cycle

    group, context = group_of(ctx, on), _context(send, log_format, log_file)
    if dry_run:
        for line in cycle.describe(group, context, month, again):
            click.echo(line)
        return
    ctx.exit(_once(group, context, month, again, quiet=ctx.meta[QUIET]))


def _once(
    group: OpenedGroup,
    context: RunContext,
    month: str | None = None,
    again: str | None = None,
    *,
    quiet: bool = False,
) -> int:
    """Run the month once, print the result and report it to the monitor. If `quiet` is true, a
    result that needs no person is not printed.

    Returns the exit code. Raises what the run raises, after the monitor was told."""
    from budgettrack.cli.publishing import tell_honoured
    from budgettrack.honouring import honour
    from budgettrack.monthly import monitoring
    from budgettrack.monthly import run as cycle

    monitoring.began(group.config, context)
    try:
        tell_honoured(group, honour(group))
        run = cycle.monthly(group, context, month, again)
    except errors.TrackError as error:
        mail = not isinstance(error, errors.UsageError)
        monitoring.failed(group, context, error.problems, mail=mail)
        raise
    except interrupts.ENDS:
        raise
    except BaseException as error:
        words = f"The program itself failed ({type(error).__name__}). Please report it."
        monitoring.failed(group, context, [words], mail=True)
        raise
    code = _exit_code(run)
    monitoring.ended(group, context, run, code)
    if code or not quiet:
        _summed_up(run, in_tab=group.has_checks_tab)
    return code


def _exit_code(run: MonthlyRun) -> int:
    if run.failed:
        return 1
    return LOOK if run.look or any(outcome.needs_a_person for outcome in run.outcomes) else 0


def _summed_up(run: MonthlyRun, *, in_tab: bool) -> None:
    """Print what a run has done."""
    if not run.periods:
        click.echo("Nothing is due.")
    for outcome in run.outcomes[-1:]:
        say(outcome, in_tab=in_tab)
    if run.reports:
        written(run.reports)
    for line in (*run.warnings, *run.failed):
        click.echo(line, err=True)


def _context(send: bool, log_format: str | None, log_file: Path | None = None) -> RunContext:
    """Return the settings of a run, with the log that the options ask for."""
    from budgettrack.monthly.context import RunContext

    if log_file is not None:
        return RunContext(send, partial(_append, log_file, log_format == "json"))
    if log_format == "json":
        return RunContext(send, _json_line)
    if log_format == "plain":
        return RunContext(send, _plain_line)
    if not sys.stderr.isatty():
        return RunContext(send, _quiet)
    return RunContext(send, lambda line: _terminal_line(line) if line.outcome else None, _bar)


def _bar(one: int, all_: int) -> None:
    """Print how many of the reports are done. Each call overwrites the line that the last call
    printed."""
    with click.progressbar(length=all_, label="Reports", file=sys.stderr) as bar:
        bar.update(one)
    if one < all_:
        click.echo("\033[A", err=True, nl=False)


def _quiet(told: LogLine) -> None:
    """Print a step at once if a person must know about it and there is no terminal: a run that
    failed or was killed, or a mail that was sent. Everything else is printed at the end."""
    if told.outcome in ("failed", "died", "sent", "silent"):
        _terminal_line(told)


def _terminal_line(told: LogLine) -> None:
    click.echo(
        "  ".join(filter(None, (told.period, told.step, told.outcome, told.words))), err=True
    )


def _append(file: Path, as_json: bool, told: LogLine) -> None:
    """Append a line to the log, which only its owner can read."""
    try:
        with open(file, "a", encoding="utf-8", opener=owner_only) as log:
            log.write(f"{(_json_text if as_json else _plain_text)(told)}\n")
    except OSError as error:
        raise errors.UsageError(
            f"The log {file} cannot be written: {error.strerror}. Name another file after --log."
        ) from None


def _plain_line(told: LogLine) -> None:
    click.echo(_plain_text(told), err=True)


def _plain_text(told: LogLine) -> str:
    took = f" in {told.took / 1000:.1f} s" if told.took else ""
    step = f"{told.step} {told.outcome or 'begins'}{took}"
    words = f": {told.words}" if told.words else ""
    at = told.at.isoformat(timespec="seconds")
    return " ".join(filter(None, (at, told.period, step))) + words


def _json_line(told: LogLine) -> None:
    click.echo(_json_text(told), err=True)


def _json_text(told: LogLine) -> str:
    fields = {
        "at": told.at.isoformat(timespec="milliseconds"),
        "period": told.period,
        "step": told.step,
        "outcome": told.outcome or "begins",
        "milliseconds": told.took,
        "words": told.words,
    }
    return json_text(fields, err=True)


@main.command()
@formats
@click.pass_context
def cycles(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List past runs, with their steps and results."""
    from budgettrack.monthly import history

    rows = history.cycles(group_of(ctx))
    headings = {
        "period": "Period",
        "round": "",
        "step": "Step",
        "began": "Began",
        "seconds": "Seconds",
        "outcome": "Outcome",
        "words": "What",
    }
    listing(rows, headings, as_json, as_csv, "Nothing was run yet.")


@main.group(invoke_without_command=True)
@click.option("--month", type=MonthName(), help="Only this month.")
@formats
@click.pass_context
def deliveries(ctx: click.Context, month: str | None, as_json: bool, as_csv: bool) -> None:
    """List what was sent to whom, and whether it arrived.

    A delivery has an ID, such as D-12; a recipient has the name in the config. `unconfirmed` means
    that the run ended during the delivery: it is not known whether it arrived. It is not sent again
    unless you ask for it: budgettrack deliveries retry D-12"""
    if ctx.invoked_subcommand is not None:
        return
    from budgettrack.monthly import history
    from budgettrack.register.holds import holds

    group = group_of(ctx)
    rows = history.deliveries(group, month)
    held = group.register.glance(holds, month)
    headings = {
        "id": "ID",
        "period": "Period",
        "what": "What",
        "recipient": "To",
        "state": "State",
        "words": "What to do",
    }
    # If a register was restored from an older copy, it does not know what was sent later.
    none = "This register knows of nothing that was sent." if held else "Nothing was sent yet."
    listing(rows, headings, as_json, as_csv, none)
    for hold in held:
        click.echo(hold.words, err=True)
    is_open = any(row["state"] in ("unconfirmed", "refused") for row in rows)
    ctx.exit(LOOK if held or is_open else 0)


@deliveries.command("retry")
@click.argument("delivery", metavar="ID")
@on_day
@click.pass_context
def retry(ctx: click.Context, delivery: str, on: date | None) -> None:
    """Send one delivery again.

    If it is unconfirmed, ask the recipient first whether it arrived. Their mail program treats both
    as the same mail, but they may see it twice."""
    from budgettrack.monthly import run as cycle

    number = delivery.strip().upper().removeprefix("D-")
    if not number.isdecimal():
        raise errors.UsageError(
            f"{delivery} is not a delivery. Type its ID as in: budgettrack deliveries"
        )
    handed = cycle.retry(group_of(ctx, on), _context(True, None), int(number))
    click.echo(f"D-{number}: {handed.state}" + (f". {handed.words}" if handed.words else ""))
    ctx.exit(0 if handed.state == "confirmed" else LOOK)


@deliveries.command("release")
@click.argument("kind", metavar="KIND", type=click.Choice(HOLD_KINDS))
@click.pass_context
def release(ctx: click.Context, kind: HoldKind) -> None:
    """Let what is on hold go out with the next monthly run.

    Mail is put on hold if the program cannot know who has a report already. Look first: budgettrack
    deliveries. KIND is the reason that is shown there: older-register, other-machine or
    unknown-deliveries."""
    from budgettrack.register.holds import holds
    from budgettrack.register.home import stay_home

    group = group_of(ctx)
    if not group.register.release(kind, group.now(), with_key=group.key is not None):
        click.echo(f"There is no hold {kind}. Nothing was changed.")
        return
    if kind == "other-machine":
        stay_home(group.register)
    click.echo("Released. It goes out with the next run: budgettrack monthly --send")
    left = group.register.glance(holds)
    for hold in left:
        click.echo(hold.words, err=True)
    ctx.exit(LOOK if left else 0)


@main.command()
@click.option("--send", is_flag=True, help="Send what is due. Without it, nothing is sent.")
@click.option(
    "--install",
    type=click.Choice(["systemd", "cron", "container"]),
    help="Do not stay running: write files by which this machine does it, and say what to type.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for these files. Default: jobs, beside the config.",
)
@_logging
@click.pass_context
def schedule(
    ctx: click.Context,
    send: bool,
    install: Literal["systemd", "cron", "container"] | None,
    out: Path | None,
    log_format: str | None,
    log_file: Path | None,
) -> None:
    """Stay running, and do every day what is due.

    For a machine without a scheduler (cron, systemd). It starts the run at the hour in the config
    ([monthly] hour), in the group's time zone. Stop it with Ctrl-C. With --install, the machine's
    own scheduler does it instead."""
    from budgettrack.group import open_group
    from budgettrack.monthly.daemon import forever

    config = config_of(ctx)
    if install is not None:
        from budgettrack.setup.jobs import install as install_jobs

        for line in install_jobs(install, config, out or config.path.with_name("jobs")):
            click.echo(line)
        return
    with open_group(config, turn=turn_of(ctx)) as group:
        zone = group.zone

    def job() -> None:
        # The config is read again, because somebody may have changed it since yesterday.
        # If one run fails, the loop goes on with the next day.
        lasting.begin()
        try:
            with open_group(config_of(ctx), turn=turn_of(ctx)) as group:
                _once(group, _context(send, log_format or "plain", log_file))
        except errors.TrackError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
        except interrupts.ENDS:
            raise
        except BaseException as error:
            tell_unforeseen(ctx, error)

    click.echo(
        f"Running every day at {config.sending.hour}, {zone.key}. Stop it with Ctrl-C.", err=True
    )
    forever(job, config.sending.hour, zone)
    click.echo("Stopped.", err=True)
