"""The commands for grants: list, show, add, set, close, revisions, pipeline, grid, split."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from budgettrack.cli.context import group_of, talk, words_now
from budgettrack.cli.listings import amount_shown, listing
from budgettrack.cli.options import Day, formats, known, on_day
from budgettrack.cli.program import main
from budgettrack.cli.records import NEXT, alter_record, by_role, field_pairs, tell_record


@main.group()
def grants() -> None:
    """List, show, add and change grants."""


@grants.command("list")
@click.option("--state", default="", help="Only grants in this state.")
@click.option("--funder", default="", help="Only grants of this funder.")
@click.option("--kind", default="", help="Only grants of this kind.")
@click.option("--text", default="", help="Only grants with this text in any field.")
@click.option("--due", type=Day(), help="Only grants that end on DATE or before.")
@formats
@click.pass_context
def grants_list(
    ctx: click.Context,
    state: str,
    funder: str,
    kind: str,
    text: str,
    due: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List grants; options narrow the list."""
    from budgettrack.queries import records

    rows = records.listed(
        group_of(ctx), "grants", {"state": state, "funder": funder, "kind": kind}, text, due
    )
    headings = {
        "id": "ID",
        "state": "State",
        "funder": "Funder",
        "title": "Title",
        "amount": "Amount",
        "currency": "",
    }
    listing(
        rows,
        {**headings, "end": "Ends", "next_step": "Next step"},
        as_json,
        as_csv,
        "No grant is like that.",
        spare=("next_step", "end"),
    )


@grants.command("show")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@click.pass_context
def grants_show(ctx: click.Context, grant: str) -> None:
    """Show all fields of one grant."""
    tell_record(group_of(ctx), "grants", grant)


@grants.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def grants_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Add a grant.

    Such as: budgettrack grants add funder="Northern Fund" currency=EUR amount=12000"""
    from budgettrack import edit

    group = group_of(ctx, on)
    given = field_pairs(group, "grants", fields)
    if "state" not in {name for name, _ in given}:
        given.append(("state", "prospect"))
    click.echo(edit.add(group, "grants", given, by))
    talk(NEXT)


@grants.command("set")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def grants_set(
    ctx: click.Context, grant: str, fields: tuple[str, ...], by: str, on: date | None
) -> None:
    """Change fields of a grant.

    A new state follows rules. A step that is refused says why: no agreement reference, budget lines
    that do not add up, reports not sent."""
    group = group_of(ctx, on)
    alter_record(group, "grants", grant, fields, by)


@grants.command("close")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@by_role
@on_day
@click.pass_context
def grants_close(ctx: click.Context, grant: str, by: str, on: date | None) -> None:
    """Close a grant: from active to closing, or from closing to closed."""
    from budgettrack.queries import records

    group = group_of(ctx, on)
    state = str(records.shown(group, "grants", grant).get("state", ""))
    to = "closing" if state == "active" else "closed"
    alter_record(group, "grants", grant, [f"state={to}"], by)


@main.command("revisions")
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="Only this grant.")
@formats
@click.pass_context
def revisions_of(ctx: click.Context, grant: str | None, as_json: bool, as_csv: bool) -> None:
    """Compare each budget line as approved with its revision."""
    from budgettrack.queries import records

    rows = records.revised(group_of(ctx), grant)
    headings = {
        "grant": "Grant",
        "line": "Line",
        "category": "Category",
        "approved": "Approved",
        "revised": "Revised",
    }
    listing(
        rows,
        {**headings, "moved": "Moved", "moved_percent": "%", "currency": "", "reason": "Reason"},
        as_json,
        as_csv,
        "No grant has become active yet.",
        spare=("category", "moved_percent"),
    )


@main.command()
@formats
@click.pass_context
def pipeline(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List grants that may come, with amounts and odds.

    And the activities without money that each of these grants would pay."""
    from budgettrack.queries import records

    rows = records.pipeline(group_of(ctx))
    headings = {
        "id": "ID",
        "state": "State",
        "funder": "Funder",
        "amount": "Amount",
        "currency": "",
        "odds": "Odds %",
    }
    listing(
        rows,
        {
            **headings,
            "likely": "Likely",
            "covers": "Would pay",
            "covers_amount": "Of it",
            "next_step": "Next step",
        },
        as_json,
        as_csv,
        "Nothing is applied for.",
        spare=("next_step", "covers_amount"),
    )


@main.command()
@click.argument("expense", metavar="ID")
@click.argument("key", metavar="KEY")
@click.argument("lines", nargs=-1, metavar="[LINE]...", shell_complete=known("budget"))
@by_role
@on_day
@click.pass_context
def split(
    ctx: click.Context, expense: str, key: str, lines: tuple[str, ...], by: str, on: date | None
) -> None:
    """Divide an expense over several budget lines.

    KEY is weights, such as 60/40, or amounts, such as 120.50+79.50, or the name of a key in the
    config ([shares]), which names the lines too. The parts add up to the last cent. Such as:
    budgettrack split E-12 60/40 B-1 B-4"""
    from budgettrack import edit

    group = group_of(ctx, on)
    for row in edit.split(group, expense, key, lines, by):
        click.echo(f"{row['id']}  {row['line']}  {amount_shown(row['amount'])} {row['currency']}")
    talk(NEXT)


@main.command()
@formats
@click.pass_context
def grid(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """Show which grants pay which activity (the funding grid).

    In the group's currency, at the grants' budget rates (else the rate of the month in which a
    grant starts). The total has the money that is ours, of closed grants too; money that may come
    is shown beside it. `gap`: no grant pays yet. `double`: more than one active grant pays. In CSV,
    the column of a grant is named `grants.G-1`."""
    from budgettrack.queries import records

    rows = records.funding(group_of(ctx))
    if as_json:
        listing(rows, {}, True, False, "")
        return
    columns = {f"grants.{id_}": id_ for id_ in rows[0]["grants"]} if rows else {}
    says = words_now()
    headings = {
        "activity": says.heading("Activity"),
        "name": says.heading("What"),
        "category": says.heading("Category"),
        **columns,
        "total": says.say("Total"),
        "may_come": says.heading("May come"),
        "currency": "",
        "state": says.heading("State"),
    }
    flat = [_flat(row) for row in rows]
    if not as_csv:
        # Texts that programs read stay English.
        flat = [{**row, "state": row["state"] and says.say(row["state"])} for row in flat]
    listing(
        flat,
        headings,
        False,
        as_csv,
        "No work is planned.",
        # Grants that pay now come first.
        # If the terminal is too narrow, the last columns are left out.
        spare=("category", "may_come", *reversed(columns)),
        amounts=list(columns),
        cut="name",
    )
    left_out = [row["without_rate"] for row in rows if row["without_rate"]]
    if left_out and not as_csv:
        click.echo(
            f"In no sum, because no rate is known: {', '.join(left_out)}. Add the rate to Rates, or"
            " type the grant's Budget rate."
        )


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the grid with a field for each grant.

    The name of the field has a prefix, because a grant may have the ID `total` or `state`, which
    are columns too."""
    of_grants = {f"grants.{id_}": amount for id_, amount in row["grants"].items()}
    return {name: value for name, value in row.items() if name != "grants"} | of_grants
