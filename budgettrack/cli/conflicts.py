"""The commands for conflicts: list them, and resolve one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import group_of
from budgettrack.cli.listings import listing
from budgettrack.cli.options import formats, on_day
from budgettrack.cli.outcomes import say
from budgettrack.cli.program import LOOK, main

if TYPE_CHECKING:
    from budgettrack.queries.figures import ListingRow


@main.command()
@on_day
@formats
@click.pass_context
def conflicts(ctx: click.Context, on: date | None, as_json: bool, as_csv: bool) -> None:
    """List cells changed in both places since the last sync."""
    from budgettrack import edit

    group = group_of(ctx, on)
    rows: list[ListingRow] = edit.conflicts(group)
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
@click.option(
    "--take", type=click.Choice(["sheet", "register"]), required=True, help="The side that is kept."
)
@on_day
@click.pass_context
def resolve(ctx: click.Context, conflict: str, take: str, on: date | None) -> None:
    """Choose which side of a conflict is kept, and sync.

    The Keep cell in the tab Checks does the same."""
    from budgettrack import edit

    group = group_of(ctx, on)
    outcome = edit.resolve(group, conflict, take)  # type: ignore[arg-type]  # a choice of the option
    say(outcome, in_tab=group.has_checks_tab)
    ctx.exit(LOOK if outcome.needs_a_person else 0)
