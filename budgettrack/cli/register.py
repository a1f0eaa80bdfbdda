"""The register by hand: grants, resources, dates, and what became of a record."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.base import LOOK, Day, config_of, day_of, formats, known, listing, main, on_day, say, talk
from budgettrack.cli.looking import deadlines
from budgettrack.completing import TABLES
from budgettrack.core import errors

if TYPE_CHECKING:
    from budgettrack.config import Config
    from budgettrack.core.tables import Column
    from budgettrack.editing import Asked
    from budgettrack.records import Row

NEXT = "It stands in the workbook after the next sync."


def by_role(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--by`."""
    return click.option(
        "--by", default="register", metavar="ROLE", help="Who changes it, as a role: coordinator. Never a name."
    )(command)


def asked_of(config: Config, by: str, on: date | None) -> Asked:
    """A change that is asked for now."""
    from budgettrack.editing import Asked

    return Asked(by, datetime.now(UTC), day_of(config, on))


def _pairs(config: Config, table: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """`field=value` as typed; on a terminal, what must be filled and is missing is asked for."""
    from budgettrack.config import default_locale
    from budgettrack.core import by_hand
    from budgettrack.core.tables import BY_NAME

    given = by_hand.pairs(words)
    if not sys.stdin.isatty():
        return given
    known, locale = BY_NAME[table], default_locale(config, None)
    there = set()
    for name, value in given:
        if name.casefold() != "id":
            column = by_hand.column_named(known, name)
            there.add(column.name)
            if column.kind != "reference":
                by_hand.value_typed(column, value, locale, {})  # a slip is told before anything is asked
    for column in known.columns:
        if column.required and column.name not in there:
            given.append((column.name, _asked_for(column, locale)))
    return given


def _asked_for(column: Column, locale: str) -> str:
    """The value of a column, from the terminal; asked again until it can be read."""
    from budgettrack.core import by_hand

    def readable(text: str) -> str:
        try:
            by_hand.value_typed(column, text, locale, {})
        except errors.UsageError as error:
            raise click.BadParameter(str(error)) from None
        return text

    if column.choices:
        return str(click.prompt(column.heading, type=click.Choice(column.choices), err=True))
    return str(click.prompt(column.heading, value_proc=readable, err=True))


def _told(config: Config, table: str, id_: str) -> None:
    """Say a record's fields, one a line."""
    from budgettrack import records
    from budgettrack.core.tables import BY_NAME

    row = records.shown(config, table, id_)
    names = {column.name: column.heading for column in BY_NAME[table].columns}
    wide = max(len(names.get(name, name)) for name in row)
    for name, value in row.items():
        click.echo(f"{names.get(name, name):{wide}}  {value}")


def _altered(config: Config, table: str, id_: str, words: Sequence[str], asked: Asked) -> None:
    from budgettrack import editing
    from budgettrack.core import by_hand

    record, moved = editing.alter(config, table, id_, by_hand.pairs(words), asked)
    for name, was, now in moved:
        click.echo(f"{record}  {name}: {was or 'nothing'} → {now or 'nothing'}")
    talk(NEXT if moved else f"{record} is so already. Nothing was changed.")


# Grants


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
    ctx: click.Context, state: str, funder: str, kind: str, text: str, due: date | None, as_json: bool, as_csv: bool
) -> None:
    """Grants that match."""
    from budgettrack import records

    rows = records.listed(config_of(ctx), "grants", {"state": state, "funder": funder, "kind": kind}, text, due)
    headings = {"id": "ID", "state": "State", "funder": "Funder", "title": "Title", "amount": "Amount", "currency": ""}
    listing(rows, {**headings, "end": "Ends", "next_step": "Next step"}, as_json, as_csv, "No grant is like that.")


@grants.command("show")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@click.pass_context
def grants_show(ctx: click.Context, grant: str) -> None:
    """One grant, whole."""
    _told(config_of(ctx), "grants", grant)


@grants.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def grants_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """A new grant, such as: budgettrack grants add funder="Northern Fund" currency=EUR amount=12000"""
    from budgettrack import editing

    config = config_of(ctx)
    given = _pairs(config, "grants", fields)
    if "state" not in {name for name, _ in given}:
        given.append(("state", "prospect"))
    click.echo(editing.add(config, "grants", given, asked_of(config, by, on)))
    talk(NEXT)


@grants.command("set")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def grants_set(ctx: click.Context, grant: str, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Change a grant; state=active and other steps by their rules.

    A step that is refused says why: no agreement reference, lines that do not add up, reports still owed.
    """
    config = config_of(ctx)
    _altered(config, "grants", grant, fields, asked_of(config, by, on))


@grants.command("close")
@click.argument("grant", metavar="ID", shell_complete=known("grants"))
@by_role
@on_day
@click.pass_context
def grants_close(ctx: click.Context, grant: str, by: str, on: date | None) -> None:
    """Close a grant: from active to closing, from closing to closed."""
    from budgettrack import records

    config = config_of(ctx)
    state = str(records.shown(config, "grants", grant).get("state", ""))
    to = "closing" if state == "active" else "closed"
    _altered(config, "grants", grant, [f"state={to}"], asked_of(config, by, on))


@main.command("revisions")
@click.option("--grant", metavar="ID", shell_complete=known("grants"), help="This grant alone.")
@formats
@click.pass_context
def revisions_of(ctx: click.Context, grant: str | None, as_json: bool, as_csv: bool) -> None:
    """Budgets as approved, as revised, and what moved, with the reason."""
    from budgettrack import records

    rows = records.revised(config_of(ctx), grant)
    headings = {"grant": "Grant", "line": "Line", "category": "Category", "approved": "Approved", "revised": "Revised"}
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
    from budgettrack import records

    rows = records.pipeline(config_of(ctx))
    headings = {"id": "ID", "state": "State", "funder": "Funder", "amount": "Amount", "currency": "", "odds": "Odds %"}
    listing(
        rows,
        {**headings, "likely": "Likely", "covers": "Would pay", "covers_amount": "Of it", "next_step": "Next step"},
        as_json,
        as_csv,
        "Nothing is applied for.",
    )


# Resources


@main.group()
def resources() -> None:
    """What is given in kind: look it up, add it, end it."""


@resources.command("list")
@click.option("--state", default="", help="Those in this state.")
@click.option("--kind", default="", help="Those of this kind.")
@click.option("--from-whom", default="", help="Those of this kind of giver.")
@click.option("--text", default="", help="Those with this text in any field.")
@click.option("--due", type=Day(), help="Those that are ours until DATE at most.")
@formats
@click.pass_context
def resources_list(
    ctx: click.Context, state: str, kind: str, from_whom: str, text: str, due: date | None, as_json: bool, as_csv: bool
) -> None:
    """Resources that match."""
    from budgettrack import records

    wanted = {"state": state, "kind": kind, "from_whom": from_whom}
    rows = records.listed(config_of(ctx), "resources", wanted, text, due)
    headings = {"id": "ID", "state": "State", "kind": "Kind", "from_whom": "From", "description": "Description"}
    listing(rows, {**headings, "until": "Until", "activity": "For"}, as_json, as_csv, "No resource is like that.")


@resources.command("show")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@click.pass_context
def resources_show(ctx: click.Context, resource: str) -> None:
    """One resource, whole."""
    _told(config_of(ctx), "resources", resource)


@resources.command("add")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def resources_add(ctx: click.Context, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """A new resource, such as: budgettrack resources add kind=workspace from_whom=host until=2027-06-30"""
    from budgettrack import editing

    config = config_of(ctx)
    click.echo(editing.add(config, "resources", _pairs(config, "resources", fields), asked_of(config, by, on)))
    talk(NEXT)


@resources.command("set")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@by_role
@on_day
@click.pass_context
def resources_set(ctx: click.Context, resource: str, fields: tuple[str, ...], by: str, on: date | None) -> None:
    """Change a resource."""
    config = config_of(ctx)
    _altered(config, "resources", resource, fields, asked_of(config, by, on))


@resources.command("close")
@click.argument("resource", metavar="ID", shell_complete=known("resources"))
@by_role
@on_day
@click.pass_context
def resources_close(ctx: click.Context, resource: str, by: str, on: date | None) -> None:
    """A resource was given back: its state is returned, as of today."""
    config = config_of(ctx)
    asked = asked_of(config, by, on)
    _altered(config, "resources", resource, ["state=returned", f"until={asked.today}"], asked)


@resources.command("gaps")
@on_day
@formats
@click.pass_context
def resources_gaps(ctx: click.Context, on: date | None, as_json: bool, as_csv: bool) -> None:
    """What nobody covers yet, and agreements that run out before the work does."""
    from budgettrack import records

    config = config_of(ctx)
    rows = records.gaps(config, day_of(config, on))
    headings = {"id": "ID", "name": "What", "gap": "Gap", "from": "From", "until": "Until"}
    listing(rows, headings, as_json, as_csv, "Everything is covered.")


# Shared costs


@main.command()
@click.argument("expense", metavar="ID")
@click.argument("key", metavar="KEY")
@click.argument("lines", nargs=-1, metavar="[LINE]...", shell_complete=known("budget"))
@by_role
@on_day
@click.pass_context
def split(ctx: click.Context, expense: str, key: str, lines: tuple[str, ...], by: str, on: date | None) -> None:
    """Divide an expense over several budget lines, to the last cent.

    KEY are weights, such as 60/40, or amounts, such as 120.50+79.50, or a named key of the config ([shares]), which names
    the lines too: budgettrack split E-12 60/40 B-1 B-4
    """
    from budgettrack import editing

    config = config_of(ctx)
    for row in editing.split(config, expense, key, lines, asked_of(config, by, on)):
        click.echo(f"{row['id']}  {row['line']}  {row['amount']} {row['currency']}")
    talk(NEXT)


@main.command()
@formats
@click.pass_context
def grid(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """The funding grid: what each activity costs, and which grants pay it.

    In the group's currency, at the grants' budget rates. `gap`: nobody pays yet. `double`: more than one does.
    """
    from budgettrack import records

    rows = records.funding(config_of(ctx))
    if as_json:
        listing(rows, {}, True, False, "")
        return
    flat = [{**row, **row["grants"]} for row in rows]
    for row in flat:
        row.pop("grants")
    names = list(rows[0]["grants"]) if rows else []
    headings = {"activity": "Activity", "name": "What", "category": "Category", **{each: each for each in names}}
    listing(
        flat, {**headings, "total": "Total", "currency": "", "state": "State"}, False, as_csv, "No work is planned."
    )


# Dates


@deadlines.command("done")
@click.argument("deadline", metavar="ID", shell_complete=known("deadlines"))
@by_role
@on_day
@click.pass_context
def deadlines_done(ctx: click.Context, deadline: str, by: str, on: date | None) -> None:
    """Tick off a date, as of today."""
    config = config_of(ctx)
    asked = asked_of(config, by, on)
    _altered(config, "deadlines", deadline, [f"done_on={asked.today}"], asked)


# What became of a record


@main.command("open")
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@click.option("--browse", is_flag=True, help="Open it, too.")
@click.pass_context
def open_row(ctx: click.Context, record: str, browse: bool) -> None:
    """Where a record stands in the workbook, and the link to it."""
    from budgettrack import editing

    where, link = editing.place(config_of(ctx), record)
    click.echo(f"{where}  {link}")
    if browse:
        click.launch(link)


@main.command()
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@formats
@click.pass_context
def history(ctx: click.Context, record: str, as_json: bool, as_csv: bool) -> None:
    """Every change of one record: when, by whom, from what to what.

    Who is sheet, register or a role, never a login.
    """
    from budgettrack import records

    rows = records.history(config_of(ctx), record)
    headings = {"at": "When", "by": "By", "what": "", "field": "Field", "from": "From", "to": "To"}
    listing(rows, headings, as_json, as_csv, "Nothing is known of it.")


@main.command()
@click.option("--from", "first", type=Day(), required=True, help="The day after which changes count.")
@click.option("--to", "last", type=Day(), help="The last day; else today.")
@on_day
@formats
@click.pass_context
def diff(ctx: click.Context, first: date, last: date | None, on: date | None, as_json: bool, as_csv: bool) -> None:
    """What changed between two days in plan, budget, grants and resources, and by whom."""
    from budgettrack import records

    config = config_of(ctx)
    end = last or day_of(config, on)
    if end < first:
        raise errors.UsageError(f"{end} lies before {first}. Turn them round.")
    rows = records.changes(config, first, end)
    headings = {"table": "Table", "id": "ID", "what": "", "field": "Field", "from": "From", "to": "To", "by": "By"}
    listing(rows, {**headings, "at": "Last"}, as_json, as_csv, "Nothing changed.")


@main.command()
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@click.option("--at", "day", type=Day(), help="As it was at the end of DATE; else before it was removed.")
@by_role
@on_day
@click.pass_context
def restore(ctx: click.Context, record: str, day: date | None, by: str, on: date | None) -> None:
    """Bring a record back as it was."""
    from budgettrack import editing

    config = config_of(ctx)
    table, id_ = editing.restore(config, record, day, asked_of(config, by, on))
    click.echo(f"{id_} ({table}) is back.")
    talk(NEXT)


@main.command()
@click.argument("value", metavar="ID.FIELD")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_role
@on_day
@click.pass_context
def redact(ctx: click.Context, value: str, yes: bool, by: str, on: date | None) -> None:
    """Wipe a value that should never have been typed, such as a name.

    From the workbook, every version in the register, the workbook's backup, and the pages and summaries written with it.
    It cannot be undone.
    """
    from budgettrack.redacting import redact as wiped

    config = config_of(ctx)
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Wipe {value} for good?", err=True)):
        raise errors.UsageError("Nothing was wiped. To do it without being asked: --yes")
    done = wiped(config, value, asked_of(config, by, on))
    click.echo(f"{done.id}.{done.field} is wiped from the workbook, the register and the workbook's backup.")
    if done.months:
        click.echo(
            f"It stood on the public pages of {', '.join(done.months)}, which are written anew. Put them online again."
        )
    if done.removed:
        names = ", ".join(path.name for path in done.removed)
        click.echo(f"Removed, since it stood in them (make again what you need): {names}")
    if done.sent:
        click.echo(f"It may have been sent to: {', '.join(done.sent)}. Ask them to delete it.")
    if config.google:
        click.echo("Google keeps old versions of the sheet: see File, Version history; a copy of the sheet has none.")
    talk("Backups of your own, and what others saved, are beyond this program's reach.")
    ctx.exit(LOOK if done.months or done.sent else 0)


@main.command()
@on_day
@formats
@click.pass_context
def conflicts(ctx: click.Context, on: date | None, as_json: bool, as_csv: bool) -> None:
    """What workbook and register hold differently, and nobody has settled."""
    from budgettrack import editing

    config = config_of(ctx)
    rows: list[Row] = editing.conflicts(config, day_of(config, on))
    headings = {
        "conflict": "Conflict",
        "table": "Table",
        "kind": "Kind",
        "sheet": "In the workbook",
        "register": "In the register",
    }
    listing(rows, headings, as_json, as_csv, "No conflict.")
    ctx.exit(LOOK if rows else 0)


@main.command()
@click.argument("conflict", metavar="ID.FIELD")
@click.option("--take", type=click.Choice(["sheet", "register"]), required=True, help="Which side stands.")
@on_day
@click.pass_context
def resolve(ctx: click.Context, conflict: str, take: str, on: date | None) -> None:
    """Settle a conflict, as the Keep cell in the tab Checks does; workbook and register are synced with it."""
    from budgettrack import editing

    config = config_of(ctx)
    outcome = editing.resolve(config, conflict, take, asked_of(config, "register", on))  # type: ignore[arg-type]  # a choice of the option
    say(outcome)
    ctx.exit(LOOK if outcome.needs_a_person else 0)
