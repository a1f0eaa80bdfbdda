"""Commands about grants by the 360Giving standard."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.bank import import_
from budgettrack.cli.base import LOOK, Day, config_of, count, day_of, formats, listing, on_day, talk
from budgettrack.cli.records import NEXT, asked_of, by_role
from budgettrack.cli.reports import preview, report, report_options, rows_of
from budgettrack.core.base import errors, money

if TYPE_CHECKING:
    from budgettrack.opendata.past_grants import Past

SHOWN = 40
"""Grants in a table, unless all are asked for."""


class Amount(click.ParamType[Decimal]):
    """An amount such as 5000 or 1200.50."""

    name = "AMOUNT"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            self.fail(f'"{value}" is not an amount. Type digits, such as 5000.', param, ctx)
        return found


@report.command("360giving")
@report_options
@click.option(
    "--yes", is_flag=True, help="Write the files. Else only what they would say is shown."
)
@click.option("--all", "everything", is_flag=True, help="What stays the same, too.")
@click.pass_context
def report_360giving(
    ctx: click.Context,
    on: date | None,
    month: str | None,
    out: Path | None,
    yes: bool,
    everything: bool,
) -> None:
    """The grants that the host gives, by the 360Giving standard: JSON and a spreadsheet.

    Every word is shown, and about whom, before anything is written.

    From the page published last (or up to --month), with the names that [open_data] allows. What is
    doubtful is told; a grant that would not be valid, or says too much, is left out."""
    from budgettrack.opendata import giving

    config = config_of(ctx)
    given = giving.draft_giving(config, day_of(config, on), month, out)
    for each in given.questions:
        click.echo(str(each), err=True)
    shown = [row for row in rows_of(given.seen) if everything or row["change"] != "same"]
    asked = not yes and bool(shown) and sys.stdin.isatty() and sys.stdout.isatty()
    if not yes:
        preview(shown, everything)
    if not (yes or (asked and click.confirm("Publish this?", err=True))):
        talk("Nothing was written. To publish it: --yes")
        ctx.exit(LOOK if shown or given.questions else 0)
    for path in giving.write_giving(given):
        click.echo(str(path))
    left = len({each.place.split(",")[0] for each in given.questions if each.severity == "error"})
    talk(f"{count(given.grants, 'grant')} written{f', {left} left out' if left else ''}.")
    ctx.exit(LOOK if given.questions else 0)


@import_.command("360giving")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--theme",
    default="",
    metavar="TEXT",
    help="Those with this text in title, description or programme.",
)
@click.option(
    "--place",
    default="",
    metavar="TEXT",
    help="Those at this place, by name or a country's two letters.",
)
@click.option("--least", type=Amount(), help="Those of at least AMOUNT, in their own currency.")
@click.option("--most", type=Amount(), help="Those of at most AMOUNT, in their own currency.")
@click.option("--since", type=Day(), help="Those awarded since DATE.")
@click.option(
    "--add",
    "identifiers",
    multiple=True,
    metavar="IDENTIFIER",
    help="Add it as a prospect; may be repeated.",
)
@click.option("--all", "everything", is_flag=True, help=f"More than the newest {SHOWN} in a table.")
@by_role
@on_day
@formats
@click.pass_context
def import_360giving(
    ctx: click.Context,
    file: Path,
    theme: str,
    place: str,
    least: Decimal | None,
    most: Decimal | None,
    since: date | None,
    identifiers: Sequence[str],
    everything: bool,
    by: str,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find what a funder gave in the past, in its 360Giving file (JSON, XLSX or CSV), and add
    chosen ones as prospects.

    A prospect has the funder, its programme as title, and what to ask for in Next step; its amount
    stays empty. Grants to individuals are skipped, and never shown."""
    from budgettrack.opendata import giving
    from budgettrack.opendata.past_grants import wanted

    found = giving.past_grants(file)
    ids: dict[str, str] = {}
    there: Sequence[str] = ()
    if identifiers:
        if theme or place or least is not None or most is not None or since:
            raise errors.UsageError("--add goes by identifier. Leave out the other filters.")
        kept = giving.chosen(found.grants, identifiers)
        config = config_of(ctx)
        ids, there = giving.add_prospects(config, kept, asked_of(config, by, on))
    else:
        kept = wanted(found.grants, theme=theme, place=place, least=least, most=most, since=since)
    table = not (as_json or as_csv)
    rows = [
        _row(each, ids.get(each.id))
        for each in (kept[:SHOWN] if table and not everything else kept)
    ]
    headings = {
        "identifier": "Identifier",
        "day": "Awarded",
        "amount": "Amount",
        "currency": "",
        "title": "Title",
    }
    if ids:
        headings |= {"grant": "ID"}
    shown = [{**row, "title": _short(str(row["title"]))} for row in rows] if table else rows
    listing(
        shown, {**headings, "place": "Place", "programme": "Programme"}, as_json, as_csv, "No grant is like that.",
        spare=("programme", "place"),
    )  # fmt: skip
    if len(rows) < len(kept):
        talk(f"The newest {len(rows)} of {len(kept)}. For the others: --all, or a filter")
    for line in _sizes(kept):
        talk(line)
    if found.individuals:
        talk(f"{count(found.individuals, 'grant')} to individuals, or to nobody named, left out.")
    for problem in found.problems[:SHOWN]:
        talk(problem)
    if len(found.problems) > SHOWN:
        talk(f"And {len(found.problems) - SHOWN} more like these.")
    for each in there:
        talk(f"{each} is there already, as {ids[each]}.")
    if len(ids) > len(there):
        talk(f"{count(len(ids) - len(there), 'prospect')} added. {NEXT}")
    ctx.exit(LOOK if found.problems or there else 0)


def _row(past: Past, grant: str | None) -> dict[str, Any]:
    from budgettrack.opendata.past_grants import shown

    return {
        "identifier": past.id,
        "title": shown(past.title),
        "funder": shown(past.funder),
        "programme": shown(past.programme) or None,
        "recipient": shown(past.recipient),
        "place": shown(", ".join(past.places)) or None,
        "day": past.day.isoformat() if past.day else None,
        "amount": f"{past.amount:f}",
        "currency": past.currency,
        "grant": grant,
    }


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _sizes(grants: Sequence[Past]) -> list[str]:
    """How many, how much, and how much each, by currency."""
    lines = []
    for currency in dict.fromkeys(each.currency for each in grants):
        units = sorted(
            money.minor(each.amount, currency) for each in grants if each.currency == currency
        )
        low, middle, high, whole = (
            money.decimal(each, currency)
            for each in (units[0], units[len(units) // 2], units[-1], sum(units))
        )
        lines.append(
            f"{count(len(units), 'grant')}, {whole} {currency}; from {low} to {high}, the middle"
            f" one {middle}."
        )
    return lines
