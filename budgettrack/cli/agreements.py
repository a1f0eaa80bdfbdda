"""The commands for agreements: list, show, add, set."""

from __future__ import annotations

from datetime import date

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, formats, known, on_day
from budgettrack.cli.program import main
from budgettrack.cli.records import NEXT, alter_record, by_role, field_pairs, tell_record


@main.group()
def agreements() -> None:
    """List, show, add and change agreements with partners."""


@agreements.command("list")
@click.option("--state", default="", help="Only agreements in this state.")
@click.option("--kind", default="", help="Only agreements of this kind.")
@click.option("--text", default="", help="Only agreements with this text in any field.")
@click.option("--due", type=Day(), help="Only agreements that end on DATE or before.")
@formats
@click.pass_context
def agreements_list(
    ctx: click.Context,
    state: str,
    kind: str,
    text: str,
    due: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List agreements; options narrow the list."""
    from budgettrack.queries import records

    wanted = {"state": state, "kind": kind}
    rows = records.listed(group_of(ctx), "agreements", wanted, text, due)
    headings = {
        "id": "ID",
        "state": "State",
        "kind": "Kind",
        "other_party": "Other party",
        "until": "Until",
        "review_on": "Review on",
        "grant": "Grant",
    }
    nothing = "No agreement is like that."
    listing(rows, headings, as_json, as_csv, nothing, spare=("grant", "review_on"))


@agreements.command("show")
@click.argument("agreement", metavar="ID", shell_complete=known("agreements"))
@click.pass_context
def agreements_show(ctx: click.Context, agreement: str) -> None:
    """Show all fields of one agreement."""
    tell_record(group_of(ctx), "agreements", agreement)


@agreements.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def agreements_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Add an agreement.

    Such as: budgettrack agreements add kind=room other_party="City library" until=2027-06-30"""
    from budgettrack import edit

    group = group_of(ctx, on)
    click.echo(edit.add(group, "agreements", field_pairs(group, "agreements", fields), by))
    talk(NEXT)


@agreements.command("set")
@click.argument("agreement", metavar="ID", shell_complete=known("agreements"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def agreements_set(
    ctx: click.Context, agreement: str, fields: tuple[str, ...], by: str, on: date | None
) -> None:
    """Change fields of an agreement."""
    alter_record(group_of(ctx, on), "agreements", agreement, fields, by)
