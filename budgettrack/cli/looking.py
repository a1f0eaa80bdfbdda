"""Questions of coordinators, answered from the register."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from budgettrack.cli.base import LOOK, MonthName, config_of, count, day_of, formats, found, listing, main, on_day
from budgettrack.core import errors


@main.command()
@click.option("--grant", metavar="ID", help="This grant alone.")
@on_day
@formats
@click.pass_context
def status(ctx: click.Context, grant: str | None, on: date | None, as_json: bool, as_csv: bool) -> None:
    """Where we stand, on one screen."""
    from budgettrack import answers
    from budgettrack.standing import standing

    config = config_of(ctx)
    today = day_of(config, on)
    now = standing(config, at=answers.last_full_month(today))
    rows = answers.status(now, today, grant)
    if as_json or as_csv:
        listing(rows, {}, as_json, as_csv, "")
        return
    headings = {
        "grant": "Grant",
        "state": "State",
        "currency": "",
        "budget": "Budget to date",
        "spent": "Spent",
        "variance": "Variance",
        "available": "Available",
        "used": "Used",
        "elapsed": "Time",
    }
    click.echo(f"{config.organisation}, {today}")
    listing(rows, headings, False, False, f"{count(len(now.plan.grants), 'grant')}, no budget and no spending yet.")
    for line in answers.status_lines(now, today, grant):
        click.echo(line)


@main.command()
@click.option("--grant", metavar="ID", help="This grant alone.")
@click.option("--by", type=click.Choice(["line", "category", "activity", "grant"]), default="line", show_default=True)
@click.option("--from", "start", type=MonthName(), help="First month; else each grant's own first month.")
@click.option("--to", "end", type=MonthName(), help="Last month; else the last full month.")
@click.option("--each-month", is_flag=True, help="One row for each line and month.")
@on_day
@formats
@click.pass_context
def variance(
    ctx: click.Context,
    grant: str | None,
    by: str,
    start: str | None,
    end: str | None,
    each_month: bool,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Budget less spent, by line, category, activity or grant."""
    from budgettrack import answers
    from budgettrack.standing import standing

    config = config_of(ctx)
    rows = answers.variance(
        standing(config), day_of(config, on), grant=grant, by=by, start=start, end=end, each_month=each_month
    )
    shown = {name: name.replace("_", " ").capitalize() for name in (rows[0] if rows else ())}
    shown["variance_percent"] = "%"
    if not each_month:
        shown.pop("from", None)
    listing(rows, shown, as_json, as_csv, "No budget and no spending there.")


@main.group(invoke_without_command=True)
@click.option(
    "--within", type=click.IntRange(0), metavar="DAYS", help="Those due within so many days, and overdue ones."
)
@on_day
@formats
@click.pass_context
def deadlines(ctx: click.Context, within: int | None, on: date | None, as_json: bool, as_csv: bool) -> None:
    """What is owed, and when."""
    if ctx.invoked_subcommand is not None:
        return
    from budgettrack import answers
    from budgettrack.standing import standing

    config = config_of(ctx)
    rows = answers.deadlines(standing(config), day_of(config, on), within)
    headings = {"due": "Due", "days": "Days", "what": "What", "grant": "Grant", "id": "ID"}
    listing(rows, headings, as_json, as_csv, "Nothing is due.")


@main.command()
@formats
@click.pass_context
def checks(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """What is wrong or doubtful, each with its cell.

    As of the last sync. What is an error is left out of the figures.
    """
    from budgettrack import answers
    from budgettrack.standing import standing

    config = config_of(ctx)
    now = standing(config)
    rows = answers.findings(now)
    if as_json or as_csv:
        listing(rows, {}, as_json, as_csv, "")
    else:
        for row in rows:
            click.echo(f"{row['place']}  {row['severity']}  {row['code']}  {row['problem']} {row['remedy']}")
        click.echo(f"{found(now.findings)} As of the sync of {now.synced:%Y-%m-%d}.")
    ctx.exit(LOOK if any(each.severity == "error" for each in now.findings) else 0)


@main.command()
@formats
@click.pass_context
def profiles(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """How summaries can be cut: every profile, with its source."""
    from budgettrack.config import find, load
    from budgettrack.profiles import every

    try:
        own = load(find(ctx.obj, Path.cwd(), os.environ)).profiles
    except errors.ConfigError:
        if ctx.obj:
            raise
        own = None
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "title": each.title,
            "on": each.on,
            "currency": each.currency,
            "period": each.period,
            "source": each.source,
        }
        for name, each in every(own).items()
    ]
    headings = {"name": "Name", "title": "For", "period": "Period", "currency": ""}
    if not (as_json or as_csv):
        rows = [{**row, "title": row["title"] + ("" if row["on"] else " (not verified: off)")} for row in rows]
    listing(rows, headings, as_json, as_csv, "")
