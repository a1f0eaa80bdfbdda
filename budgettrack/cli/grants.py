"""The commands for grants: list, show, add, set, close, revisions, pipeline, grid, split."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from budgettrack.cli.base import Day, config_of, formats, known, listing, main, on_day, talk

if TYPE_CHECKING:
    pass
from budgettrack.cli.records import NEXT, alter_record, asked_of, by_role, field_pairs, tell_record


@main.group()
def grants() -> None:
    """Grants: look them up, add them, take them from prospect to closed."""


@grants.command("list")
@click.option("--state", default="", help="Those in this state.")
@click.option("--funder", default="", help="Those of this funder.")
@click.option("--kind", default="", help="Those of this kind.")
@click.option("--text", default="", help="Those with this text in any field.")
@click.option("--due", type=Day(), help="Those that end by DATE.")
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
    """Grants that match."""
    from budgettrack.queries import records

    rows = records.listed(
        config_of(ctx), "grants", {"state": state, "funder": funder, "kind": kind}, text, due
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
    )


@grants.command("show")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@click.pass_context
def grants_show(ctx: click.Context, grant: str) -> None:
    """One grant, whole."""
    tell_record(config_of(ctx), "grants", grant)


@grants.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def grants_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """A new grant, such as: budgettrack grants add funder="Northern Fund" currency=EUR
    amount=12000"""
    from budgettrack import edit

    config = config_of(ctx)
    given = field_pairs(config, "grants", fields)
    if "state" not in {name for name, _ in given}:
        given.append(("state", "prospect"))
    click.echo(edit.add(config, "grants", given, asked_of(config, by, on)))
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
    """Change a grant; state=active and other steps by their rules.

    A step that is refused says why: no agreement reference, lines that do not add up, reports still
    owed."""
    config = config_of(ctx)
    alter_record(config, "grants", grant, fields, asked_of(config, by, on))


@grants.command("close")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@by_role
@on_day
@click.pass_context
def grants_close(ctx: click.Context, grant: str, by: str, on: date | None) -> None:
    """Close a grant: from active to closing, from closing to closed."""
    from budgettrack.queries import records

    config = config_of(ctx)
    state = str(records.shown(config, "grants", grant).get("state", ""))
    to = "closing" if state == "active" else "closed"
    alter_record(config, "grants", grant, [f"state={to}"], asked_of(config, by, on))


@main.command("revisions")
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="This grant alone.")
@formats
@click.pass_context
def revisions_of(ctx: click.Context, grant: str | None, as_json: bool, as_csv: bool) -> None:
    """Budgets as approved, as revised, and what moved, with the reason."""
    from budgettrack.queries import records

    rows = records.revised(config_of(ctx), grant)
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
    )


@main.command()
@formats
@click.pass_context
def pipeline(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """What may come: grants not begun, their amounts and odds.

    And which activities without money each would pay.
    """
    from budgettrack.queries import records

    rows = records.pipeline(config_of(ctx))
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
    """Divide an expense over several budget lines, to the last cent.

    KEY are weights, such as 60/40, or amounts, such as 120.50+79.50, or a named key of the config
    ([shares]), which names the lines too: budgettrack split E-12 60/40 B-1 B-4"""
    from budgettrack import edit

    config = config_of(ctx)
    for row in edit.split(config, expense, key, lines, asked_of(config, by, on)):
        click.echo(f"{row['id']}  {row['line']}  {row['amount']} {row['currency']}")
    talk(NEXT)


@main.command()
@formats
@click.pass_context
def grid(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """The funding grid: what each activity costs, and which grants pay it.

    In the group's currency, at the grants' budget rates. `gap`: nobody pays yet. `double`: more
    than one does."""
    from budgettrack.queries import records

    rows = records.funding(config_of(ctx))
    if as_json:
        listing(rows, {}, True, False, "")
        return
    flat = [{**row, **row["grants"]} for row in rows]
    for row in flat:
        row.pop("grants")
    names = list(rows[0]["grants"]) if rows else []
    headings = {
        "activity": "Activity",
        "name": "What",
        "category": "Category",
        **{each: each for each in names},
    }
    listing(
        flat,
        {**headings, "total": "Total", "currency": "", "state": "State"},
        False,
        as_csv,
        "No work is planned.",
    )
