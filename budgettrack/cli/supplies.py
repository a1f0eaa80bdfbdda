"""The command `supplies`: shows what there is, what expires soon, and who has a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click

from budgettrack.cli.context import group_of, talk, words_now
from budgettrack.cli.listings import amount_shown, listing
from budgettrack.cli.options import formats, on_day
from budgettrack.cli.program import main
from budgettrack.core.base import errors
from budgettrack.core.base.plurals import count

NOTHING = (
    "There are no supplies. The tabs Lots and Handed out come into the workbook with: budgettrack"
    " init --add-tabs --with supplies"
)
PLACES = {
    "in store": "In store",
    "on the way": "On the way",
    "with": "With others",
    "used": "Used",
    "lost": "Lost",
    "given back": "Given back",
}
NOT_COUNTED = "not counted"
"""The place that is shown for a quantity that was left out of all figures."""
SPARE = ("given_back", "lost", "came", "used", "expired")
"""The columns that are left out on a narrow terminal, the first one first."""


@main.command()
@click.option("--batch", default="", metavar="NUMBER", help="Who has this batch.")
@click.option("--lots", is_flag=True, help="One row for each lot, the first to expire first.")
@click.option("--ending", is_flag=True, help="Only lots that have expired or end within 90 days.")
@on_day
@formats
@click.pass_context
def supplies(
    ctx: click.Context,
    batch: str,
    lots: bool,
    ending: bool,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show what is in store, what ends soon, and for how many weeks it lasts.

    Of each kind: what came, and where it is. Weeks are those for which the store lasts at the pace
    of the last three months."""
    from budgettrack.queries import supplies as answers

    if batch and (lots or ending):
        raise errors.UsageError("--batch tells of one batch. Leave out --lots and --ending.")
    group = group_of(ctx, on)
    now, today = group.standing, group.today
    without = answers.left_out(now)
    if without:
        talk(f"Not counted, because of errors: {count(without, 'row')}. See: budgettrack checks")
    if batch:
        _tell_holders(answers.holders(group, batch), batch, without, as_json, as_csv)
    elif lots or ending:
        _tell_lots(answers.lots(now.plan, today, ending=ending), as_json, as_csv)
    else:
        _tell_kinds(answers.kinds(now.plan, today), as_json, as_csv)
        if not (as_json or as_csv):
            _tell_more(answers.lots(now.plan, today, ending=True))
            for amount, currency in answers.worth(now.plan, today):
                told = f"{amount_shown(amount, currency)} {currency}"
                click.echo(words_now().say("Value in kind, beside the money: {value}", value=told))


def _tell_kinds(rows: Sequence[Mapping[str, Any]], as_json: bool, as_csv: bool) -> None:
    says = words_now()
    shown = rows if as_json or as_csv else [{**row, "weeks": _text(row["weeks"])} for row in rows]
    headings = {
        "kind": says.heading("Kind"),
        "unit": says.heading("Unit"),
        "in_store": says.heading("In store"),
        "weeks": says.say("Weeks left"),
        "ends_soon": says.say("Ends in 90 days"),
        "expired": says.say("Expired"),
        "on_the_way": says.heading("On the way"),
        "with_others": says.heading("With others"),
        "used": says.heading("Used"),
        "lost": says.heading("Lost"),
        "given_back": says.heading("Given back"),
        "came": says.heading("Came in"),
    }
    amounts = [name for name in headings if name not in ("kind", "unit")]
    listing(shown, headings, as_json, as_csv, NOTHING, spare=SPARE, amounts=amounts)


def _text(weeks: int | None) -> str | None:
    return None if weeks is None else str(weeks)


def _tell_more(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the lots that have expired or end soon."""
    says = words_now()
    for row in rows:
        left = f"{amount_shown(row['left'])} {row['unit'] or ''}".strip()
        name = f"{row['kind']}, {row['batch'] or row['lot']}"
        click.echo(
            says.say(
                "{name}: {left} left, until {expiry}", name=name, left=left, expiry=row["expiry"]
            )
        )


def _tell_lots(rows: Sequence[Mapping[str, Any]], as_json: bool, as_csv: bool) -> None:
    says = words_now()
    headings = {
        "lot": says.heading("Lot"),
        "kind": says.heading("Kind"),
        "batch": says.heading("Batch"),
        "expiry": says.heading("Expiry"),
        "left": says.say("Left"),
        "in_store": says.heading("In store"),
        "unit": says.heading("Unit"),
        "held_by": says.heading("With others"),
        "source": says.heading("Source"),
        "value_in_kind": says.say("Value in kind"),
    }
    shown: Sequence[Mapping[str, Any]] = rows
    if not (as_json or as_csv):
        shown = [_for_people(row) for row in rows]
    listing(
        shown,
        headings,
        as_json,
        as_csv,
        "No lot is like that.",
        spare=("source", "in_store"),
        amounts=("left", "in_store"),
    )


def _for_people(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a lot for people. The value is formatted here as a text, because the row
    has no single currency."""
    shown = {name: value for name, value in row.items() if name != "currency"}
    shown["source"] = words_now().choice(row["source"] or "")
    if row["value_in_kind"]:
        value = amount_shown(row["value_in_kind"], row["currency"])
        shown["value_in_kind"] = f"{value} {row['currency']}"
    return shown


def _place(where: str) -> str:
    return "Not counted" if where == NOT_COUNTED else words_now().heading(PLACES[where])


def _tell_holders(
    rows: Sequence[Mapping[str, Any]], batch: str, without: int, as_json: bool, as_csv: bool
) -> None:
    says = words_now()
    headings = {
        "where": says.heading("Where"),
        "to": says.heading("To"),
        "quantity": says.heading("Quantity"),
        "unit": says.heading("Unit"),
        "kind": says.heading("Kind"),
        "lot": says.heading("Lot"),
        "expiry": says.heading("Expiry"),
        "row": says.heading("Row"),
    }
    shown: Sequence[Mapping[str, Any]] = rows
    if not (as_json or as_csv):
        shown = [{**row, "where": _place(row["where"])} for row in rows]
    if any(row["where"] == NOT_COUNTED for row in rows):
        talk(
            "Rows that stand as 'Not counted' may belong to this batch: they cannot be read, their"
            " lot was deleted, or it is not known. Ask who has them."
        )
    nothing = f"Nobody has a batch {batch}. See: budgettrack supplies --lots"
    if without:
        nothing = f"No row that is counted has a batch {batch}. See: budgettrack checks"
    listing(shown, headings, as_json, as_csv, nothing, spare=("lot",), amounts=("quantity",))
