"""The command `statement`: shows a group what its host sees, or would see, before the host sees
it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from budgettrack.cli.context import group_of, talk
from budgettrack.cli.listings import listing
from budgettrack.cli.options import MonthName, formats, on_day
from budgettrack.cli.program import main

SUPPLIES = {
    "kind": "Kind",
    "unit": "Unit",
    "came": "Came in",
    "in_store": "In store",
    "on_the_way": "On the way",
    "with_others": "With others",
    "used": "Used",
    "lost": "Lost",
    "given_back": "Given back",
    "ends_soon": "Ends in 90 days",
    "expired": "Expired",
    "weeks": "Weeks left",
    "batches": "Left of each batch",
}


@main.command()
@click.option(
    "--month", type=MonthName(), help="At the end of this month. Default: the last full month."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into this file, signed, for a host on another server.",
)
@click.option("--supplies", is_flag=True, help="What the host sees of our supplies.")
@on_day
@formats
@click.pass_context
def statement(
    ctx: click.Context,
    month: str | None,
    out: Path | None,
    supplies: bool,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What the host sees of us: sums by grant and category, and counts of supplies.

    The host is told nothing until you write yes into the column Statement of its row in the tab
    Agreements. It is told of supplies only if you write `with supplies` there. Before that, this
    command shows what would be told. With --out, prints our public key for the host's tab Groups.
    """
    from budgettrack.queries.statements import statement_rows, stock_rows, written

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
    if group.config.host is not None:
        headings |= {"held_below": "Held by groups", "on_the_way": "On the way"}
    if not supplies:
        nothing = "No grant of a host is here."
        money = ("received", "returned", "fees", "held", "held_below", "on_the_way")
        listing(rows, headings, as_json, as_csv, nothing, ("committed",), amounts=money)
    stock = stock_rows(group, month)
    if supplies or (stock and not (as_json or as_csv)):
        nothing = "The host sees nothing of supplies."
        spare = ("given_back", "lost", "came", "used", "expired")
        amounts = tuple(name for name in SUPPLIES if name not in ("kind", "unit", "batches"))
        if not (as_json or as_csv):
            stock = [as_texts(row) for row in stock]
        listing(stock, SUPPLIES, as_json, as_csv, nothing, spare, amounts=amounts)
    if out is not None:
        talk(written(group, month, out))


def as_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of supplies as people read it: the number of weeks is a text there, too."""
    return {
        name: str(value) if name == "weeks" and value is not None else value
        for name, value in row.items()
    }
