"""The commands for indicators: list, show, add, set."""

from __future__ import annotations

from datetime import date

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import formats, known, on_day
from budgettrack.cli.program import main
from budgettrack.cli.records import NEXT, alter_record, by_role, field_pairs, tell_record


@main.group()
def indicators() -> None:
    """List, show, add and change what activities count."""


@indicators.command("list")
@click.option("--activity", default="", help="Only indicators of this activity.")
@click.option("--text", default="", help="Only indicators with this text in any field.")
@formats
@click.pass_context
def indicators_list(
    ctx: click.Context,
    activity: str,
    text: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List indicators; options narrow the list."""
    from budgettrack.queries import records

    wanted = {"activity": activity}
    rows = records.indicators(group_of(ctx), wanted, text)
    headings = {
        "id": "ID",
        "activity": "Activity",
        "indicator": "Indicator",
        "unit": "Unit",
        "baseline": "Baseline",
        "target": "Target",
        "to_date": "Achieved to date",
    }
    nothing = "No indicator is like that."
    listing(rows, headings, as_json, as_csv, nothing, spare=("baseline",))


@indicators.command("show")
@click.argument("indicator", metavar="ID", shell_complete=known("indicators"))
@click.pass_context
def indicators_show(ctx: click.Context, indicator: str) -> None:
    """Show all fields of one indicator."""
    tell_record(group_of(ctx), "indicators", indicator)


@indicators.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def indicators_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Add an indicator.

    Such as: budgettrack indicators add activity=A-3 indicator="Kits" unit=kits target=400"""
    from budgettrack import edit

    group = group_of(ctx, on)
    click.echo(edit.add(group, "indicators", field_pairs(group, "indicators", fields), by))
    talk(NEXT)


@indicators.command("set")
@click.argument("indicator", metavar="ID", shell_complete=known("indicators"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def indicators_set(
    ctx: click.Context, indicator: str, fields: tuple[str, ...], by: str, on: date | None
) -> None:
    """Change fields of an indicator. A month is a field too.

    Such as: budgettrack indicators set N-1 2026-03=42"""
    alter_record(group_of(ctx, on), "indicators", indicator, fields, by)
