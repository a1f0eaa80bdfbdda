"""The commands for bank statements: import one, and reconcile a month with one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.base import (
    LOOK,
    CommandGroup,
    MonthName,
    formats,
    group_of,
    listing,
    main,
    on_day,
    talk,
    told,
)
from budgettrack.cli.records import NEXT, by_role
from budgettrack.core.base import errors, money
from budgettrack.core.base.plurals import count

if TYPE_CHECKING:
    from budgettrack.bank.importing import BankReconciliation, Choice
    from budgettrack.bank.matching import Proposal
    from budgettrack.group import OpenedGroup

_file = click.argument("file", type=click.Path(path_type=Path), metavar="FILE")


class Imports(CommandGroup):
    """A group of commands in which `import FILE` means `import statement FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["statement", *args]
        return super().parse_args(ctx, args)


@main.group("import", cls=Imports, subcommand_metavar="[statement] FILE | 360giving FILE")
def import_() -> None:
    """Import a bank statement, or a funder's past grants."""


@import_.command("statement")
@_file
@click.option(
    "--yes",
    is_flag=True,
    help="Add new entries without asking. What may be there already is not added.",
)
@click.option(
    "--new-key",
    is_flag=True,
    help="Begin with a new key, because the key of earlier imports is lost.",
)
@by_role
@on_day
@formats
@click.pass_context
def import_statement(
    ctx: click.Context,
    file: Path,
    yes: bool,
    new_key: bool,
    by: str,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Add the entries of a bank statement to Expenses and Income.

    FILE is CAMT.053, MT940, OFX, or CSV as described by [bank] in the config. On a terminal you are
    asked about each new entry; the budget line is suggested from past rows. Names, account numbers
    and the bank's words are only shown there. They are never stored."""
    from budgettrack.bank import importing

    group = group_of(ctx, on)
    proposals, read = importing.proposals(group, file, new_key=new_key)
    asking = not yes and not (as_json or as_csv) and sys.stdin.isatty() and sys.stdout.isatty()
    choices = _asked(group, proposals) if asking else [_by_itself(each) for each in proposals]
    done = importing.add(group, choices, by) if yes or asking else [(each, "") for each in choices]
    for note in read.notes:
        talk(note)
    rows = [_row(choice, id_) for choice, id_ in done]
    shown = {
        "day": "Date",
        "amount": "Amount",
        "currency": "",
        "what": "",
        "id": "ID",
        "line": "Line",
    }
    listing(
        rows,
        {**shown, "grant": "Grant", "like": "Like", "why": "Why"},
        as_json,
        as_csv,
        "The statement has no entry.",
    )
    to_look_at = _tell_what_is_left(rows, yes=yes, asking=asking)
    ctx.exit(LOOK if read.left_out or (to_look_at and rows) else 0)


def _tell_what_is_left(rows: Sequence[Mapping[str, Any]], *, yes: bool, asking: bool) -> bool:
    """Print what was done and what a person must still do.

    Returns whether a person must do anything."""
    added = [row for row in rows if row["done"]]
    if not (yes or asking):
        talk("Nothing was added yet. To add what is new: --yes")
    elif added:
        talk(f"{count(len(added), 'entry', 'entries')} done. {NEXT}")
    unclear = [row for row in rows if not row["done"] and row["what"] in ("duplicate", "open")]
    placeless = [
        row for row in added if row["done"] == "added" and not (row["line"] or row["grant"])
    ]
    if unclear and yes:
        talk(
            f"Not added: {count(len(unclear), 'entry', 'entries')} that may be a row of yours. Run"
            f" this"
            " on a terminal to decide one by one."
        )
    if placeless:
        talk(
            f"{count(len(placeless), 'row')} without a budget line or grant. Choose it in the"
            f" workbook."
        )
    return bool(unclear or placeless or not (yes or asking))


def _by_itself(proposal: Proposal) -> Choice:
    from budgettrack.bank.importing import Choice

    return Choice(proposal, "add" if proposal.what == "new" else "leave")


def _row(choice: Choice, id_: str) -> dict[str, Any]:
    proposal = choice.proposal
    words = {"add": "added", "settle": "settled", "same": "known from now on"}
    return {
        "place": proposal.entry.place,
        "day": proposal.entry.day.isoformat(),
        "amount": money.decimal(proposal.entry.units, proposal.entry.currency),
        "currency": proposal.entry.currency,
        "what": proposal.what,
        "table": proposal.table,
        "id": id_ or proposal.id or None,
        "line": proposal.line or None,
        "grant": proposal.grant or None,
        "kind": proposal.kind or None,
        "like": proposal.like or None,
        "why": proposal.why or None,
        "done": words.get(choice.do) if id_ else None,
    }


# Asking


def _asked(group: OpenedGroup, found: Sequence[Proposal]) -> list[Choice]:
    """Ask about each entry of the statement, and return the choices.

    Nothing is written before the last answer. Raises UsageError if the last question is answered
    with no."""
    from budgettrack.bank.importing import Choice, places

    lines, grants = places(group)
    choices: list[Choice] = []
    click.echo(
        f"{count(len(found), 'entry', 'entries')}. Enter accepts the suggestion,"
        " - means none, s skips the entry, q stops."
    )
    for number, proposal in enumerate(found, 1):
        if proposal.what == "known":
            choices.append(Choice(proposal, "leave"))
            continue
        entry = proposal.entry
        amount = told(entry.units, entry.currency)
        click.echo(f"\n{number}/{len(found)}  {entry.day}  {amount}  {_printable(entry.words)}")
        choice = _same(proposal) if proposal.what != "new" else _new(proposal, lines, grants)
        if choice is None:
            break
        choices.append(choice)
    choices += [Choice(proposal, "leave") for proposal in found[len(choices) :]]
    doing = sum(proposal.do != "leave" for proposal in choices)
    if doing and not click.confirm(f"\n{count(doing, 'row')} to write. Go ahead?", default=True):
        raise errors.UsageError("Nothing was written.")
    return choices


def _same(proposal: Proposal) -> Choice | None:
    """Ask whether an entry is the row that it looks like.

    Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice

    if proposal.what == "duplicate":
        question = f"  Looks like {proposal.id}. Is it the same? [Y/n/s/q]"
    else:
        question = f"  {proposal.id} waits for this amount. Is this it? [Y/n/s/q]"
    answer = click.prompt(
        question,
        default="y",
        show_default=False,
        type=click.Choice(["y", "n", "s", "q"], False),
        show_choices=False,
    )
    if answer == "q":
        return None
    if answer == "s":
        return Choice(proposal, "leave")
    if answer == "n":
        return Choice(replace(proposal, what="new", id=""), "add")
    return Choice(proposal, "same" if proposal.what == "duplicate" else "settle")


def _new(proposal: Proposal, lines: Sequence[str], grants: Sequence[str]) -> Choice | None:
    """Ask for the budget line or grant of a new entry.

    Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice
    from budgettrack.core.base.ids import known_id

    spent = proposal.table == "expenses"
    of, what, there = (
        (proposal.line, "budget line", lines) if spent else (proposal.grant, "grant", grants)
    )
    hint = f" [{of}, as {proposal.like}: {proposal.why}]" if of else ""
    kept = proposal.kind if not spent else ""
    while True:
        answer = click.prompt(
            f"  {what.capitalize()}{hint}", default=of or "-", show_default=False
        ).strip()
        if answer.casefold() == "q":
            return None
        if answer.casefold() == "s":
            return Choice(proposal, "leave")
        try:
            chosen = "" if answer == "-" else known_id(answer, there, what)
        except errors.UsageError as error:
            click.echo(f"  {error}")
            continue
        if spent:
            return Choice(
                replace(proposal, line=chosen, grant="" if chosen != of else proposal.grant), "add"
            )
        return Choice(
            replace(proposal, grant=chosen, kind=kept or ("instalment" if chosen else "")), "add"
        )


def _printable(words: str) -> str:
    """Return the bank's words in one short line, without signs that could control a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in words)[:100]


# Comparing


@main.command()
@_file
@click.option("--month", type=MonthName(), help="The month, if the statement covers several.")
@click.option("--all", "everything", is_flag=True, help="List what matches, too.")
@formats
@click.pass_context
def reconcile(
    ctx: click.Context, file: Path, month: str | None, everything: bool, as_json: bool, as_csv: bool
) -> None:
    """Reconcile a month of the register with a bank statement.

    Lists what matches, what is only in the statement and what is only in the register. The
    differences add up to the difference of both sums, to the last cent.
    """
    from budgettrack.bank import importing

    reconciliation = importing.reconciled(group_of(ctx), file, month)
    rows = [
        {
            "state": pair.state,
            "place": pair.entry.place if pair.entry else None,
            "day": pair.entry.day.isoformat() if pair.entry else None,
            "amount": money.decimal(pair.entry.units, pair.currency) if pair.entry else None,
            "currency": pair.currency,
            "table": pair.movement.table if pair.movement else None,
            "id": pair.movement.id if pair.movement else None,
            "record_day": pair.movement.day.isoformat() if pair.movement else None,
            "record_amount": (
                money.decimal(pair.movement.units, pair.currency) if pair.movement else None
            ),
            "difference": money.decimal(pair.difference, pair.currency),
        }
        for pair in reconciliation.pairs
    ]
    table = not (as_json or as_csv)
    shown = [row for row in rows if everything or row["state"] != "matched"] if table else rows
    headings = {
        "state": "",
        "day": "At the bank",
        "amount": "Amount",
        "id": "ID",
        "record_day": "In the register",
    }
    listing(
        shown,
        {**headings, "record_amount": "Amount", "difference": "Difference", "currency": ""},
        as_json,
        as_csv,
        "",
    )
    if table:
        _sums(reconciliation)
    for note in reconciliation.notes:
        talk(note)
    ctx.exit(
        LOOK
        if reconciliation.left_out or any(pair.state != "matched" for pair in reconciliation.pairs)
        else 0
    )


def _sums(found: BankReconciliation) -> None:
    matched = sum(pair.state == "matched" for pair in found.pairs)
    click.echo(f"{found.month}: {matched} of {len(found.pairs)} matched.")
    for currency, (banked, booked, difference) in found.sums.items():
        click.echo(
            f"The statement moves by {told(banked, currency)}, the register by"
            f" {told(booked, currency)}; the difference is"
            f" {told(difference, currency)}."
        )
        parts: dict[str, int] = {}
        for pair in found.pairs:
            if pair.currency == currency and pair.difference:
                parts[pair.state] = parts.get(pair.state, 0) + pair.difference
        if parts:
            sums = " + ".join(
                f"{told(units, currency)} ({state})" for state, units in parts.items()
            )
            click.echo(f"{told(difference, currency)} = {sums}")
