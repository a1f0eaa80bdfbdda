"""The commands for reports: write one now, and list the profiles of funders."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from budgettrack.cli.context import group_of
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, Function, MonthName, formats, known, on_day
from budgettrack.cli.outcomes import written
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors


@main.group()
def report() -> None:
    """Write a report, as of the last sync."""


def report_options(command: Function) -> Function:
    """Add the options `--month`, `--out` and `--on`."""
    command = click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The folder to write into. Default: the one in the config.",
    )(command)
    command = click.option(
        "--month", type=MonthName(), help="The month. Default: the last full month."
    )(command)
    return on_day(command)


@report.command("transparency")
@report_options
@click.pass_context
def report_transparency(
    ctx: click.Context, on: date | None, month: str | None, out: Path | None
) -> None:
    """Write the public site: a page for each month up to this one.

    A page that was published does not change. The newest page lists later corrections, and each
    corrected page has a mark."""
    from budgettrack.reports import make
    from budgettrack.reports.site.copies import copies_words

    group = group_of(ctx, on)
    paths = make.report_transparency(group, month, out)
    written(paths)
    if group.upgraded:
        click.echo(copies_words(group), err=True)
    if group.stopped is not None:
        click.echo(f"An empty page was written. {group.stopped.words}", err=True)


@report.command("year")
@click.option("--year", metavar="YYYY", help="The year in which it ends. Default: the newest one.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to write into. Default: the one in the config.",
)
@click.pass_context
def report_year(ctx: click.Context, year: str | None, out: Path | None) -> None:
    """Write the report of a year, as a page and a tagged PDF.

    From the published pages alone: own words, money, what was counted, partners. It stands in the
    public site from the day on which the last month of the year has its page, so the monthly job
    makes it in January, or after the group's own year (year_begins in the config).

    Of the year that still runs it writes a draft into the folder of summaries, which is not
    public; if an earlier year is whole, name the running one with --year."""
    from budgettrack.reports import make

    for path in make.report_year(group_of(ctx), year, out):
        click.echo(str(path))


@report.command("board")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to write into. Default: the one in the config.",
)
@on_day
@click.pass_context
def report_board(ctx: click.Context, on: date | None, out: Path | None) -> None:
    """Write one private page for coordinators: status, checks, deadlines, budget lines, cash.

    Only you can open the file. It needs no server, and loads nothing from the internet. Tables can
    be filtered and sorted. A board that would be the same is not written again."""
    from budgettrack.queries.board import write_board
    from budgettrack.reports.make import not_written

    group = group_of(ctx, on)
    try:
        path = write_board(group, out)
    except OSError as error:
        raise not_written(out or group.config.reports, error) from error
    click.echo(str(path))


@report.command("funder")
@click.argument("grant", shell_complete=known("grants"))
@report_options
@click.option("--from", "start", type=Day(), help="First day of a period of your own. Needs --to.")
@click.option("--to", "end", type=Day(), help="Last day of a period of your own. Needs --from.")
@click.option(
    "--profile", default="", metavar="NAME", help="Use this profile instead of the grant's."
)
@click.option(
    "--final", is_flag=True, help="Write the final summary. Refused while something is missing."
)
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
    """Write a summary of GRANT for its funder, as HTML, PDF and XLSX.

    A draft begins with a list of what is missing, for the treasurer. A final summary is kept in the
    register: if its figures change later, the next one shows adjustments."""
    from budgettrack.reports import make

    own = _own_period(start, end)
    group = group_of(ctx, on)
    done = make.report_funder(group, grant, month, out, own=own, profile=profile, final=final)
    for path in done.paths:
        click.echo(str(path))
    for line in (*done.missing, *done.warnings):
        click.echo(line, err=True)
    ctx.exit(LOOK if done.missing or done.warnings else 0)


def _own_period(start: date | None, end: date | None) -> tuple[date, date] | None:
    """Return the days that the user asked for, or None if no day is given."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise errors.UsageError(
            "A period of your own needs both: --from 2026-01-15 --to 2026-04-14."
        )
    if end < start:
        raise errors.UsageError(
            f"The first day, {start}, is after the last day, {end}. Give the earlier day to --from."
        )
    return start, end


@main.command()
@formats
@click.pass_context
def profiles(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the profiles: how each funder wants its summary."""
    from budgettrack.config.load import load
    from budgettrack.config.place import find
    from budgettrack.config.profiles import every

    try:
        own = load(find(ctx.obj, Path.cwd(), os.environ)).profiles
    except errors.ConfigError:
        if ctx.obj:
            raise
        own = None
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "title": profile.title,
            "on": profile.on,
            "currency": profile.currency,
            "period": profile.period,
            "source": profile.source,
            "narrative": profile.narrative,
            "narrative_source": profile.narrative_source,
        }
        for name, profile in every(own).items()
    ]
    headings = {"name": "Name", "title": "For", "period": "Period", "currency": ""}
    if not (as_json or as_csv):
        rows = [
            {**row, "title": row["title"] + ("" if row["on"] else " (not verified: off)")}
            for row in rows
        ]
    listing(rows, headings, as_json, as_csv, "")
