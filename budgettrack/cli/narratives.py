"""The commands for narratives: list, show, add, set."""

from __future__ import annotations

from datetime import date

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import formats, known, on_day
from budgettrack.cli.program import main
from budgettrack.cli.records import NEXT, alter_record, by_role, field_pairs, tell_record


@main.group()
def narratives() -> None:
    """List, show, add and change the narratives of grants' periods."""


@narratives.command("list")
@click.option("--grant", default="", help="Only narratives of this grant.")
@click.option("--period", default="", help="Only narratives of this period, such as 2026-Q1.")
@click.option("--text", default="", help="Only narratives with this text in any field.")
@formats
@click.pass_context
def narratives_list(
    ctx: click.Context,
    grant: str,
    period: str,
    text: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List narratives; options narrow the list."""
    from budgettrack.queries import records

    wanted = {"grant": grant, "period": period}
    rows = records.listed(group_of(ctx), "narratives", wanted, text)
    headings = {
        "id": "ID",
        "grant": "Grant",
        "period": "Period",
        "done": "What was done",
        "reached": "What was reached",
        "wrong": "What went wrong and why",
        "change": "What changes now",
    }
    nothing = "No narrative is like that."
    listing(rows, headings, as_json, as_csv, nothing, spare=("wrong", "change"))


@narratives.command("show")
@click.argument("narrative", metavar="ID", shell_complete=known("narratives"))
@click.pass_context
def narratives_show(ctx: click.Context, narrative: str) -> None:
    """Show all fields of one narrative."""
    tell_record(group_of(ctx), "narratives", narrative)


@narratives.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def narratives_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Add a narrative.

    Such as: budgettrack narratives add period=2026-Q1 done="We met." grant=G-1"""
    from budgettrack import edit

    group = group_of(ctx, on)
    click.echo(edit.add(group, "narratives", field_pairs(group, "narratives", fields), by))
    talk(NEXT)


@narratives.command("set")
@click.argument("narrative", metavar="ID", shell_complete=known("narratives"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def narratives_set(
    ctx: click.Context, narrative: str, fields: tuple[str, ...], by: str, on: date | None
) -> None:
    """Change fields of a narrative."""
    alter_record(group_of(ctx, on), "narratives", narrative, fields, by)
