"""The command `statement`: shows a group what its host sees, or would see, before the host sees
it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from budgettrack.cli.base import MonthName, formats, group_of, listing, main, on_day, talk


@main.command()
@click.option(
    "--month", type=MonthName(), help="At the end of this month. Default: the last full month."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into this file, signed, for a host on another server.",
)
@on_day
@formats
@click.pass_context
def statement(
    ctx: click.Context,
    month: str | None,
    out: Path | None,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What the host sees of our money: sums by grant and category.

    Nothing is told until Statement is yes in the tab Agreements, in the row of the host. Before
    that, this shows what would be told. With --out, prints our public key for the host's tab
    Groups."""
    from budgettrack.queries.statements import statement_rows, written

    group = group_of(ctx, on)
    rows, words = statement_rows(group, month)
    if not (as_json or as_csv):
        click.echo(words)
    headings = {
        "grant": "Grant",
        "category": "Category",
        "currency": "Currency",
        "received": "Received",
        "returned": "Returned",
        "spent": "Spent",
        "committed": "Committed",
        "fees": "Fee",
        "held": "Held",
    }
    listing(rows, headings, as_json, as_csv, "No grant of a host is here.", ("committed",))
    if out is not None:
        talk(written(group, month, out))
