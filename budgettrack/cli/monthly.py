"""The commands for the monthly run: run it, list runs and deliveries, and wait for the next."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.base import (
    LOOK,
    MonthName,
    config_of,
    formats,
    group_of,
    listing,
    main,
    on_day,
    say,
    turn_of,
    written,
)
from budgettrack.core.base import errors
from budgettrack.core.base.holds import HOLD_KINDS, HoldKind

if TYPE_CHECKING:
    from budgettrack.group import OpenedGroup
    from budgettrack.monthly.context import LogLine, MonthlyRun, RunContext


def _log_format(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--log-format",
        type=click.Choice(["plain", "json"]),
        help="Log one line for each step, with its time. Default: words for a terminal.",
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
@_log_format
@on_day
@click.pass_context
def monthly(
    ctx: click.Context,
    month: str | None,
    send: bool,
    again: str | None,
    dry_run: bool,
    log_format: str | None,
    on: date | None,
) -> None:
    """Run the month: sync, check, report, deliver.

    It can be run at any time and as often as you like. It continues where it stopped, nothing is
    sent twice, and a month that was missed is caught up."""
    from budgettrack.monthly import run as cycle

    group, context = group_of(ctx, on), _context(send, log_format)
    if dry_run:
        for line in cycle.describe(group, context, month, again):
            click.echo(line)
        return
    ctx.exit(_once(group, context, month, again))


def _once(
    group: OpenedGroup, context: RunContext, month: str | None = None, again: str | None = None
) -> int:
    """Run the month once, and print and report its result.

    Returns the exit code. Raises what the run raises, after monitors were told."""
    from budgettrack import taking_back
    from budgettrack.cli.publishing import tell_honoured
    from budgettrack.monthly import monitoring
    from budgettrack.monthly import run as cycle

    monitoring.began(group.config, context)
    try:
        tell_honoured(group, taking_back.honour(group))
        run = cycle.monthly(group, context, month, again)
    except errors.TrackError as error:
        mail = not isinstance(error, errors.UsageError)
        monitoring.failed(group, context, error.problems, mail=mail)
        raise
    except Exception as error:
        words = f"The program itself failed ({type(error).__name__}). Please report it."
        monitoring.failed(group, context, [words], mail=True)
        raise
    code = _exit_code(run)
    monitoring.ended(group, context, run, code)
    _summed_up(run)
    return code


def _exit_code(run: MonthlyRun) -> int:
    if run.failed:
        return 1
    return LOOK if run.look or any(outcome.needs_a_person for outcome in run.outcomes) else 0


def _summed_up(run: MonthlyRun) -> None:
    """Print what a run did."""
    if not run.periods:
        click.echo("Nothing is due.")
    for outcome in run.outcomes[-1:]:
        say(outcome)
    if run.reports:
        written(run.reports)
    for line in (*run.warnings, *run.failed):
        click.echo(line, err=True)


def _context(send: bool, log_format: str | None) -> RunContext:
    """The run's surroundings, with a log as it was asked for."""
    from budgettrack.monthly.context import RunContext

    if log_format == "json":
        return RunContext(send, _json_line)
    if log_format == "plain":
        return RunContext(send, _plain_line)
    if not sys.stderr.isatty():
        return RunContext(send, _quiet)
    return RunContext(send, lambda line: _terminal_line(line) if line.outcome else None, _bar)


def _bar(one: int, all_: int) -> None:
    """Draw how many of the reports are done. Each call draws over the line of the call before."""
    with click.progressbar(length=all_, label="Reports", file=sys.stderr) as bar:
        bar.update(one)
    if one < all_:
        click.echo("\033[A", err=True, nl=False)


def _quiet(told: LogLine) -> None:
    """Print a step that a person must hear of at once, where there is no terminal.

    These are a run that failed or died, and a mail that was sent. The rest is printed at the
    end."""
    if told.outcome in ("failed", "died", "sent", "silent"):
        _terminal_line(told)


def _terminal_line(told: LogLine) -> None:
    click.echo(
        "  ".join(filter(None, (told.period, told.step, told.outcome, told.words))), err=True
    )


def _plain_line(told: LogLine) -> None:
    took = f" in {told.took / 1000:.1f} s" if told.took else ""
    step = f"{told.step} {told.outcome or 'begins'}{took}"
    words = f": {told.words}" if told.words else ""
    at = told.at.isoformat(timespec="seconds")
    click.echo(" ".join(filter(None, (at, told.period, step))) + words, err=True)


def _json_line(told: LogLine) -> None:
    fields = {
        "at": told.at.isoformat(timespec="milliseconds"),
        "period": told.period,
        "step": told.step,
        "outcome": told.outcome or "begins",
        "milliseconds": told.took,
        "words": told.words,
    }
    click.echo(json.dumps(fields, ensure_ascii=False), err=True)


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
    listing(rows, headings, as_json, as_csv, "Nothing was sent yet.")
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

    A hold stands where the program cannot know who has a report already. Look first: budgettrack
    deliveries. KIND is the reason told there: older-register, other-machine or
    unknown-deliveries."""
    from budgettrack.register.holds import holds

    group = group_of(ctx)
    if not group.register.release(kind, group.now()):
        click.echo(f"There is no hold {kind}. Nothing was changed.")
        return
    click.echo("Released. It goes out with the next run: budgettrack monthly --send")
    left = group.register.glance(holds)
    for hold in left:
        click.echo(hold.words, err=True)
    ctx.exit(LOOK if left else 0)


@main.command()
@click.option("--send", is_flag=True, help="Send what is due. Without it, nothing is sent.")
@_log_format
@click.pass_context
def schedule(ctx: click.Context, send: bool, log_format: str | None) -> None:
    """Stay running, and do every day what is due.

    For a machine without a scheduler (cron, systemd). It starts the run at the hour in the config
    ([monthly] hour), in the group's time zone. Stop it with Ctrl-C."""
    from budgettrack.group import open_group
    from budgettrack.monthly.daemon import forever

    config = config_of(ctx)
    with open_group(config, turn=turn_of(ctx)) as group:
        zone = group.zone

    def job() -> None:
        # Somebody may have changed the config since yesterday. A failure today is no reason to
        # stop.
        try:
            with open_group(config_of(ctx), turn=turn_of(ctx)) as group:
                _once(group, _context(send, log_format or "plain"))
        except errors.TrackError as error:
            for problem in error.problems:
                click.echo(problem, err=True)

    click.echo(
        f"Waking every day at {config.sending.hour}, {zone.key}. Stop it with Ctrl-C.", err=True
    )
    forever(job, config.sending.hour, zone)
    click.echo("Stopped.", err=True)
