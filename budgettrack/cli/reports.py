"""Reports by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from budgettrack.cli.base import LOOK, Command, Day, MonthName, config_of, day_of, known, main, on_day, written
from budgettrack.core import errors


@main.group()
def report() -> None:
    """Write a report from what was last synced."""


def report_options(command: Command) -> Command:
    """The options `--month`, `--out` and `--on`."""
    command = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Else as in the config.")(
        command
    )
    command = click.option("--month", type=MonthName(), help="Else the last full month.")(command)
    return on_day(command)


@report.command("transparency")
@report_options
@click.pass_context
def report_transparency(ctx: click.Context, on: date | None, month: str | None, out: Path | None) -> None:
    """The public site: a page for each month up to this one.

    Pages that are published stay as they were; what changed in them stands on the newest, and is marked on each.
    """
    from budgettrack import reporting

    config = config_of(ctx)
    paths = reporting.report_transparency(config, day_of(config, on), datetime.now(UTC), month, out)
    written(paths)


@report.command("funder")
@click.argument("grant", shell_complete=known("grants"))
@report_options
@click.option("--from", "start", type=Day(), help="First day of a period of your own; with --to.")
@click.option("--to", "end", type=Day(), help="Last day of a period of your own; with --from.")
@click.option("--profile", default="", metavar="NAME", help="Another profile than the grant's.")
@click.option("--final", is_flag=True, help="Make it final: refused while something is missing.")
@click.pass_context
def report_funder(
    ctx: click.Context,
    grant: str,
    on: date | None,
    month: str | None,
    out: Path | None,
    start: date | None,
    end: date | None,
    profile: str,
    final: bool,
) -> None:
    """The summary of GRANT for its funder, as a page, a paper and a workbook.

    A draft has a list of what is missing on top, for the treasurer. A final one is kept in the register: later changes
    of its figures are shown as adjustments.
    """
    from budgettrack import reporting

    if (start is None) != (end is None) or (start and end and end < start):
        raise errors.UsageError("A period of your own needs both: --from 2026-01-15 --to 2026-04-14.")
    config = config_of(ctx)
    own = (start, end) if start and end else None
    today = day_of(config, on)
    done = reporting.report_funder(
        config, today, datetime.now(UTC), grant, month, out, own=own, profile=profile, final=final
    )
    for path in done.paths:
        click.echo(str(path))
    for line in (*done.missing, *done.warnings):
        click.echo(line, err=True)
    ctx.exit(LOOK if done.missing or done.warnings else 0)
