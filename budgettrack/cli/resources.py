"""The commands for resources: list, show, add, set, close, gaps."""

from __future__ import annotations

from datetime import date

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, formats, known, on_day
from budgettrack.cli.program import main
from budgettrack.cli.records import NEXT, alter_record, by_role, field_pairs, tell_record


@main.group()
def resources() -> None:
    """List, show, add and change what is given in kind."""


@resources.command("list")
@click.option("--state", default="", help="Only resources in this state.")
@click.option("--kind", default="", help="Only resources of this kind.")
@click.option("--from-whom", default="", help="Only resources from this kind of giver.")
@click.option("--text", default="", help="Only resources with this text in any field.")
@click.option("--due", type=Day(), help="Only resources that end on DATE or before.")
@formats
@click.pass_context
def resources_list(
    ctx: click.Context,
    state: str,
    kind: str,
    from_whom: str,
    text: str,
    due: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List resources; options narrow the list."""
    from budgettrack.queries import records

    wanted = {"state": state, "kind": kind, "from_whom": from_whom}
    rows = records.listed(group_of(ctx), "resources", wanted, text, due)
    headings = {
        "id": "ID",
        "state": "State",
        "kind": "Kind",
        "from_whom": "From",
        "description": "Description",
    }
    listing(
        rows,
        {**headings, "until": "Until", "activity": "For"},
        as_json,
        as_csv,
        "No resource is like that.",
        spare=("activity",),
    )


@resources.command("show")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@click.pass_context
def resources_show(ctx: click.Context, resource: str) -> None:
    """Show all fields of one resource."""
    tell_record(group_of(ctx), "resources", resource)


@resources.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def resources_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Add a resource.

    Such as: budgettrack resources add kind=workspace from_whom=host until=2027-06-30"""
    from budgettrack import edit

    group = group_of(ctx, on)
    click.echo(edit.add(group, "resources", field_pairs(group, "resources", fields), by))
    talk(NEXT)


@resources.command("set")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def resources_set(
    ctx: click.Context, resource: str, fields: tuple[str, ...], by: str, on: date | None
) -> None:
    """Change fields of a resource."""
    group = group_of(ctx, on)
    alter_record(group, "resources", resource, fields, by)


@resources.command("close")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@by_role
@on_day
@click.pass_context
def resources_close(ctx: click.Context, resource: str, by: str, on: date | None) -> None:
    """Mark a resource as returned today."""
    group = group_of(ctx, on)
    alter_record(group, "resources", resource, ["state=returned", f"until={group.today}"], by)


@resources.command("gaps")
@on_day
@formats
@click.pass_context
def resources_gaps(ctx: click.Context, on: date | None, as_json: bool, as_csv: bool) -> None:
    """List activities that no grant or resource covers.

    And agreements for resources that end before the activity does."""
    from budgettrack.queries import records

    group = group_of(ctx, on)
    rows = records.gaps(group)
    headings = {"id": "ID", "name": "What", "gap": "Gap", "from": "From", "until": "Until"}
    listing(rows, headings, as_json, as_csv, "Everything is covered.", cut="name")
