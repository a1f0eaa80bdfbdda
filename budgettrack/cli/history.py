"""The commands for records and their versions: open, history, diff, restore, redact."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import Day, formats, known, on_day
from budgettrack.cli.program import LOOK, main
from budgettrack.cli.records import NEXT, by_role
from budgettrack.completion import TABLES
from budgettrack.core.base import errors
from budgettrack.core.records.tables import BY_NAME, KEPT_EDITS

if TYPE_CHECKING:
    from budgettrack.redact import Redacted


@main.command("open")
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@click.option("--browse", is_flag=True, help="Open the link in the browser, too.")
@click.pass_context
def open_row(ctx: click.Context, record: str, browse: bool) -> None:
    """Show where a record is in the workbook, with a link."""
    from budgettrack import edit

    where, link = edit.place(group_of(ctx), record)
    click.echo(f"{where}  {link}")
    if browse:
        click.launch(link)


@main.command()
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@formats
@click.pass_context
def history(ctx: click.Context, record: str, as_json: bool, as_csv: bool) -> None:
    """List every change of one record, and by whom.

    The person is not named: a change is by sheet, by register or by a role, never by a login."""
    from budgettrack.queries import records

    rows = records.history(group_of(ctx), record)
    headings = {"at": "When", "by": "By", "what": "", "field": "Field", "from": "From", "to": "To"}
    listing(rows, headings, as_json, as_csv, "Nothing is known of it.")


@main.command()
@click.option(
    "--from", "first", type=Day(), required=True, help="Compare with the end of this day."
)
@click.option("--to", "last", type=Day(), help="The last day. Default: today.")
@on_day
@formats
@click.pass_context
def diff(
    ctx: click.Context, first: date, last: date | None, on: date | None, as_json: bool, as_csv: bool
) -> None:
    """List what changed between two days, and by whom.

    In work-plan, budget, grants, resources, agreements and supplies."""
    from budgettrack.queries import records

    group = group_of(ctx, on)
    end = last or group.today
    if end < first:
        raise errors.UsageError(f"{end} lies before {first}. Exchange them.")
    rows = records.changes(group, first, end)
    if rows and not (as_json or as_csv):
        click.echo(f"{records.summary(rows)}.\n")
    headings = {
        "table": "Table",
        "id": "ID",
        "what": "",
        "field": "Field",
        "from": "From",
        "to": "To",
        "by": "By",
    }
    headings["at"] = "Last"
    listing(rows, headings, as_json, as_csv, "Nothing changed.", spare=("at", "by", "table"))


@main.command()
@click.argument("record", metavar="ID", shell_complete=known(*TABLES))
@click.option(
    "--at",
    "day",
    type=Day(),
    help="Its version at the end of DATE. Default: the last before it was removed.",
)
@by_role
@on_day
@click.pass_context
def restore(ctx: click.Context, record: str, day: date | None, by: str, on: date | None) -> None:
    """Bring an earlier version of a record back."""
    from budgettrack import edit

    group = group_of(ctx, on)
    table, id_ = edit.restore(group, record, day, by)
    click.echo(f"{id_} ({table}) is back.")
    talk(NEXT)


@main.command()
@click.argument("value", metavar="ID.FIELD", required=False)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option(
    "--typed",
    default="",
    metavar="TEXT",
    help="Instead of a field: a name that somebody typed after --by or --again.",
)
@by_role
@on_day
@click.pass_context
def redact(
    ctx: click.Context, value: str | None, yes: bool, typed: str, by: str, on: date | None
) -> None:
    """Delete a value everywhere, such as a name.

    It is deleted from the workbook, its backup, the hidden tabs of an online sheet and unfinished
    files, from every version in the register, and from the pages and summaries written with it. A
    payee is only in the workbook: empty that cell first, then this deletes the payee's hash. This
    cannot be undone."""
    from budgettrack import taking_back
    from budgettrack.cli.publishing import tell_made_again
    from budgettrack.redact import redact as wiped
    from budgettrack.redact import redact_typed

    if (value is None) == (not typed):
        raise errors.UsageError(
            "Name one thing: a field, such as E-12.description, or --typed TEXT"
        )
    group = group_of(ctx, on)
    what = typed or value
    if not yes and not (sys.stdin.isatty() and click.confirm(f"Wipe {what} for good?", err=True)):
        raise errors.UsageError("Nothing was wiped. To do it without being asked: --yes")
    if value is None:
        places = redact_typed(group, typed)
        click.echo(f"Wiped from the register. Places: {places:,}.")
        talk(
            "If a field has this text too, name the field: budgettrack redact ID.FIELD. Your own"
            " backups may still have it, and so may the history of your shell."
        )
        return
    done = wiped(group, value, by)
    again = taking_back.make_again(group)
    for line in _where_it_was(done, online=bool(group.config.google)):
        click.echo(line)
    tell_made_again(group, again)
    talk("Your own backups, and copies that others saved, may still have the value.")
    if again.problems:
        ctx.exit(1)
    ctx.exit(
        LOOK
        if done.months or done.sent or done.elsewhere or done.kept or done.in_config or done.copies
        else 0
    )


WHERE = {
    "now": "",
    "older": "  (an older version of the row)",
    "removed": "  (a row that was removed)",
}


def _where_it_was(done: Redacted, *, online: bool) -> Iterator[str]:
    """Yield sentences that say where the value was deleted, and where a person must still delete
    it."""
    yield (
        f"{done.id}.{done.field} is wiped from the workbook, the register and the workbook's"
        " backup."
    )
    if done.months:
        yield (
            f"It was on the public pages of {', '.join(done.months)}. They were written again: put"
            " them online."
        )
    if done.removed:
        names = ", ".join(path.name for path in done.removed)
        yield f"Removed, because they had the value (make again what you need): {names}"
    if done.elsewhere:
        yield (
            "The workbook still has this text, in another cell, a note or a pivot table. Search for"
            " it there."
        )
    if done.copies:
        yield "The register has this text in other fields too. Wipe each of them:"
    for copy in done.copies:
        yield f"  budgettrack redact {copy.table}/{copy.id}.{copy.field}{WHERE[copy.state]}"
    if done.in_config:
        yield "The config has this text too. Change it there."
    if done.kept:
        heading = BY_NAME[done.table].column(done.field).heading
        yield (
            f"The tab {KEPT_EDITS} has more of the column {heading}. Look whether the value stands"
            " there in other words."
        )
    if done.sent:
        yield f"It may have been sent to: {', '.join(done.sent)}. Ask them to delete it."
    if online:
        yield (
            "Google keeps old versions of the sheet: see File, Version history; a copy of the sheet"
            " has none."
        )
