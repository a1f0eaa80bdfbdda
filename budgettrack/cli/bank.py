"""The commands for bank statements: import one, and reconcile a month with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.asking import printable
from budgettrack.cli.context import group_of, talk, told
from budgettrack.cli.listings import listing
from budgettrack.cli.options import MonthName, formats, on_day
from budgettrack.cli.output import is_on_terminal
from budgettrack.cli.program import LOOK, CommandGroup, main
from budgettrack.cli.records import NEXT, by_role
from budgettrack.core.base import errors, money
from budgettrack.core.base.plurals import count

if TYPE_CHECKING:
    from budgettrack.bank.formats.csv.signs import SignsDoubtfulError
    from budgettrack.bank.importing import Choice
    from budgettrack.bank.matching import Pair, Proposal
    from budgettrack.bank.reconciling import BankReconciliation, MonthMoves
    from budgettrack.bank.suggestions import Suggestion
    from budgettrack.group import OpenedGroup

_files = click.argument(
    "files", type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True
)


class Imports(CommandGroup):
    """A group of commands in which `import FILE` means `import statement FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["statement", *args]
        return super().parse_args(ctx, args)


@main.group("import", cls=Imports, subcommand_metavar="[statement] FILE | 360giving FILE")
def import_() -> None:
    """Import a bank statement, or a funder's past grants."""


def _about_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options for what a bank's file does not say."""
    for option in (
        click.option("--layout", default="", metavar="NAME", help="The layout of a CSV file."),
        click.option(
            "--signs",
            type=click.Choice(["", "as written", "inverted", "unsigned"]),
            default="",
            show_choices=False,
            metavar="WORDS",
            help="What a minus means, if nothing proves it: as written, inverted, unsigned.",
        ),
        click.option(
            "--account",
            "accounts",
            multiple=True,
            metavar="NAME",
            help="The account, or a name for a new one. Once for each new account, in the order of"
            " the files; once for each file, if they do not name their accounts.",
        ),
    ):
        command = option(command)
    return command


@import_.command("statement")
@_files
@_about_file
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
@click.option(
    "--transfer",
    "transfers",
    multiple=True,
    metavar="ID",
    help="This row of an earlier import is the other side of a transfer. Both become one.",
)
@click.option(
    "--no-transfer",
    "no_transfers",
    multiple=True,
    metavar="ID",
    help="This row only looks like the other side of a transfer.",
)
@by_role
@on_day
@formats
@click.pass_context
def import_statement(
    ctx: click.Context,
    files: tuple[Path, ...],
    accounts: tuple[str, ...],
    signs: str,
    layout: str,
    yes: bool,
    new_key: bool,
    transfers: tuple[str, ...],
    no_transfers: tuple[str, ...],
    by: str,
    on: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Add the entries of a bank statement to Expenses and Income.

    FILE is CAMT, MT940, OFX, QIF, or CSV as described by [bank] in the config, or a ZIP archive
    of such files. Give all files of an account at once: missing days between them are then told.
    On a terminal you are asked about each new entry; the budget line is suggested from past rows.
    Names, account numbers and the bank's words are only shown there. They are never stored."""
    from budgettrack.bank import importing
    from budgettrack.bank.entries import BankAnswers

    group = group_of(ctx, on)
    asking = not (yes or as_json or as_csv) and is_on_terminal()
    answers = BankAnswers(
        accounts,
        layout,
        signs,
        transfers,
        no_transfers,
        _ask_name if asking else None,
        _ask_signs if asking else None,
        _ask_owner if asking else None,
    )
    proposals, read = importing.proposals(group, files, answers, new_key=new_key)
    choices = (
        _asked(group, proposals)
        if asking
        else [_by_itself(proposal, transfers) for proposal in proposals]
    )
    done = [(choice, "") for choice in choices]
    if yes or asking:
        done = importing.add(group, choices, by, read)
    for note in read.notes:
        talk(note)
    for account in read.accounts.values():
        talk(f"Account: {account.label}")
    rows = [_row(choice, id_) for choice, id_ in done]
    listing(rows, _HEADINGS, as_json, as_csv, "The statement has no entry.")
    to_look_at = _tell_what_is_left(rows, yes=yes, asked=asking)
    for words in read.doubts:
        talk(words)
    to_look_at = to_look_at or bool(read.doubts)
    ctx.exit(LOOK if read.left_out or not rows or to_look_at else 0)


_HEADINGS = {
    "day": "Date",
    "amount": "Amount",
    "currency": "",
    "what": "",
    "id": "ID",
    "line": "Line",
    "grant": "Grant",
    "like": "Like",
    "why": "Why",
}


def _tell_what_is_left(rows: Sequence[Mapping[str, Any]], *, yes: bool, asked: bool) -> bool:
    """Print what was done and what a person must still do.

    Returns whether a person must do anything."""
    done = [row for row in rows if row["done"]]
    wrote = yes or asked
    if not wrote:
        talk("Nothing was added yet. To add what is new: --yes")
    elif done:
        talk(f"{count(len(done), 'entry', 'entries')} done. {NEXT}")
    for row in done:
        if row["what"] == "transfer" and row["id"] != "transfer":
            talk(
                f"{row['id']} was removed: it is one side of a transfer between your accounts. To"
                f" bring it back: budgettrack restore {row['id']}"
            )
    for row in _other_sides(rows):
        talk(
            f"Not added: {row['day']}, {row['amount']} {row['currency']}. {row['why']} of a"
            " transfer between your accounts, which is neither expense nor income. If it is:"
            f" budgettrack import FILE --yes --transfer {row['id']}. If not: --no-transfer"
            f" {row['id']}."
        )
    unclear = _unclear(rows)
    if unclear and yes:
        talk(
            f"Not added: {count(len(unclear), 'entry', 'entries')} that may be a row of yours. Run"
            " this on a terminal to decide one by one."
        )
    if not asked:
        for row in unclear:
            if row["remedy"]:
                talk(
                    f"{row['day']}, {row['amount']} {row['currency']}: {row['why']}. If it is so,"
                    f" {row['remedy']}."
                )
    placeless = _placeless(done)
    if placeless:
        talk(
            f"{count(len(placeless), 'row')} without a budget line or grant. Choose it in the"
            " workbook."
        )
    return bool(unclear or placeless or _other_sides(rows) or not wrote)


def _other_sides(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the entries for which nothing was done, because the other side of the transfer was
    imported as a row before."""
    return [row for row in rows if row["what"] == "transfer" and row["id"] and not row["done"]]


def _unclear(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the entries that look like a row which the group already has. Entries about which a
    person has decided are left out."""
    unclear = ("duplicate", "similar", "open")
    return [row for row in rows if row["what"] in unclear and not row["done"]]


def _placeless(done: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the new rows without a budget line and without a grant."""
    added = [row for row in done if row["done"] == "added" and row["what"] != "transfer"]
    return [row for row in added if not row["line"] and not row["grant"]]


def _by_itself(proposal: Proposal, transfers: Sequence[str]) -> Choice:
    """Return the choice for a proposal if nobody is asked. A row is removed only if `transfers`
    names it."""
    from budgettrack.bank.importing import Choice

    if proposal.what == "booked":
        return Choice(proposal, "same")
    is_sure = proposal.what == "new" or (
        proposal.what == "transfer" and (not proposal.id or proposal.id in transfers)
    )
    return Choice(proposal, "add" if is_sure else "leave")


def _row(choice: Choice, id_: str) -> dict[str, Any]:
    proposal = choice.proposal
    words = {"add": "added", "settle": "settled", "same": "known from now on"}
    if proposal.what == "booked":
        words["same"] = "booked now"
    return {
        "place": proposal.entry.place,
        "day": proposal.entry.day.isoformat(),
        "amount": money.decimal(proposal.entry.units, proposal.entry.currency),
        "currency": proposal.entry.currency,
        "account": proposal.entry.account,
        "provisional": proposal.entry.is_provisional,
        "original": " ".join(map(str, proposal.entry.original or ())) or None,
        "what": proposal.what,
        "table": proposal.table,
        "id": (proposal.id if proposal.earlier else id_) or proposal.id or None,
        "line": proposal.line or None,
        "grant": proposal.grant or None,
        "kind": proposal.kind or None,
        "like": proposal.like or None,
        "why": proposal.why or None,
        "remedy": proposal.remedy or None,
        "done": words.get(choice.do) if id_ else None,
    }


# Asking


def _asked(group: OpenedGroup, proposals: Sequence[Proposal]) -> list[Choice]:
    """Ask about each entry of the statement, and return the choices.

    Nothing is written before the last answer. Raises UsageError if the last question is answered
    with no."""
    from budgettrack.bank.importing import Choice, places

    lines, grants = places(group)
    choices: list[Choice] = []
    click.echo(
        f"{count(len(proposals), 'entry', 'entries')}. Enter accepts the suggestion,"
        " - means none, s skips the entry, q stops."
    )
    for number, proposal in enumerate(proposals, 1):
        if proposal.what in ("known", "booked"):
            choices.append(Choice(proposal, "leave" if proposal.what == "known" else "same"))
            continue
        entry = proposal.entry
        amount = told(entry.units, entry.currency)
        click.echo(f"\n{number}/{len(proposals)}  {entry.day}  {amount}  {printable(entry.words)}")
        choice = _decided(proposal, lines, grants)
        if choice is None:
            break
        choices.append(choice)
    choices += [Choice(proposal, "leave") for proposal in proposals[len(choices) :]]
    doing = sum(proposal.do != "leave" for proposal in choices)
    if doing and not click.confirm(f"\n{count(doing, 'row')} to write. Go ahead?", default=True):
        raise errors.UsageError("Nothing was written.")
    return choices


def _ask_name(place: int, number: str, known: Sequence[str]) -> str:
    """Ask for the name that the group gives to a new account."""
    ending = f" (its number ends with {printable(number)[-4:]})" if number else ""
    there = f" Known: {', '.join(known)}." if known else ""
    click.echo(f"Account {place} of this file is new{ending}.{there}")
    return str(click.prompt("What do you call it?", default=f"Account {place}")).strip()


def _ask_owner(file: str, known: Sequence[str], likely: str) -> str:
    """Ask to which account a file without an account number belongs."""
    there = f" Known: {', '.join(known)}." if known else ""
    click.echo(f"{file} does not name its account.{there}")
    return str(click.prompt("Which account is it?", default=likely)).strip()


def _ask_signs(doubt: SignsDoubtfulError) -> str:
    """Ask which amounts are payments, with three rows as examples."""
    click.echo("Nothing in the file proves which rows are payments. It can be read as:")
    for answer, amounts in doubt.readings.items():
        rows = ", ".join(
            f"{place} {amount:+}" for place, amount in zip(doubt.examples, amounts, strict=True)
        )
        click.echo(f"  {answer}: {rows}")
    return str(click.prompt("Which is right?", type=click.Choice(list(doubt.readings))))


def _decided(proposal: Proposal, lines: Sequence[str], grants: Sequence[str]) -> Choice | None:
    """Ask what an entry is. Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice

    if proposal.what == "new":
        return _new(proposal, lines, grants)
    if proposal.what == "similar":
        return _similar(proposal, lines, grants)
    if proposal.what != "transfer":
        return _same(proposal)
    answer = _is_it(f"A transfer between your accounts: {proposal.why}. Is it?")
    if answer == "q":
        return None
    if answer == "n":
        return _new(_as_new(proposal), lines, grants)
    return Choice(proposal, "leave" if answer == "s" else "add")


def _as_new(proposal: Proposal) -> Proposal:
    """Return the proposal as one of a new row. Before, the entry was taken for a row that exists
    already, or for a transfer."""
    from budgettrack.bank.matching import table_of

    table = table_of(proposal.entry)
    return replace(proposal, what="new", table=table, id="", why="", earlier="", remedy="")


def _similar(proposal: Proposal, lines: Sequence[str], grants: Sequence[str]) -> Choice | None:
    """Ask whether an entry is a certain row although amount or date differ. If it is, nothing is
    added: a person corrects the row in the workbook. Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice

    answer = _is_it(f"It may be there already: {proposal.why}. Is it?")
    if answer == "q":
        return None
    if answer == "n":
        return _new(_as_new(proposal), lines, grants)
    if answer == "y":
        click.echo(f"  Then {proposal.remedy}.")
    return Choice(proposal, "leave")


def _is_it(question: str) -> str:
    """Ask a question about an entry. Returns the answer: y, n, s (leave the entry) or q (quit)."""
    answer: str = click.prompt(
        f"  {question} [Y/n/s/q]",
        default="y",
        show_default=False,
        type=click.Choice(["y", "n", "s", "q"], False),
        show_choices=False,
    )
    return answer


def _same(proposal: Proposal) -> Choice | None:
    """Ask whether an entry is the row that it looks like.

    Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice

    if proposal.what == "duplicate":
        answer = _is_it(f"Looks like {proposal.id}. Is it the same?")
    else:
        answer = _is_it(f"{proposal.id} waits for this amount. Is this it?")
    if answer == "q":
        return None
    if answer == "s":
        return Choice(proposal, "leave")
    if answer == "n":
        return Choice(_as_new(proposal), "add")
    return Choice(proposal, "same" if proposal.what == "duplicate" else "settle")


def _new(proposal: Proposal, lines: Sequence[str], grants: Sequence[str]) -> Choice | None:
    """Ask for the budget line or grant of a new entry.

    Returns None if the answer is q (quit)."""
    from budgettrack.bank.importing import Choice
    from budgettrack.core.base.ids import known_id

    usual, what, there = proposal.grant, "grant", grants
    if proposal.table == "expenses":
        usual, what, there = proposal.line, "budget line", lines
    hint = f" [{usual}, as {proposal.like}: {proposal.why}]" if usual else ""
    question = f"  {what.capitalize()}{hint}"
    while True:
        answer = click.prompt(question, default=usual or "-", show_default=False).strip()
        if answer.casefold() == "q":
            return None
        if answer.casefold() == "s":
            return Choice(proposal, "leave")
        try:
            chosen = "" if answer == "-" else known_id(answer, there, what)
        except errors.UsageError as error:
            click.echo(f"  {error}")
            continue
        return Choice(_placed(proposal, chosen), "add")


def _placed(proposal: Proposal, chosen: str) -> Proposal:
    """Return the proposal with the budget line or the grant that a person has chosen."""
    if proposal.table == "expenses":
        grant = proposal.grant if chosen == proposal.line else ""
        return replace(proposal, line=chosen, grant=grant)
    usual = "instalment" if chosen else ""
    return replace(proposal, grant=chosen, kind=proposal.kind or usual)


# Comparing


@main.command()
@_files
@_about_file
@click.option("--month", type=MonthName(), help="The month, if the statement covers several.")
@click.option("--all", "everything", is_flag=True, help="List what matches, too.")
@formats
@click.pass_context
def reconcile(
    ctx: click.Context,
    files: tuple[Path, ...],
    accounts: tuple[str, ...],
    signs: str,
    layout: str,
    month: str | None,
    everything: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Reconcile a month of the register with a bank statement.

    Lists what matches, what is only in the statement and what is only in the register. The
    differences add up to the difference of both sums, to the last cent. What may belong together is
    suggested, with the reason: a slip of typing, several rows of one payment, a purchase in another
    currency, another date, a fee. Nothing is changed.
    """
    from budgettrack.bank.entries import BankAnswers
    from budgettrack.bank.reconciling import reconciled

    answers = BankAnswers(accounts, layout, signs)
    reconciliations = reconciled(group_of(ctx), files, month, answers)
    rows = [row for each in reconciliations for row in _pair_rows(each)]
    different = [row for row in rows if row["state"] not in ("matched", "transfer")]
    table = not (as_json or as_csv)
    headings = {
        "state": "",
        "day": "At the bank",
        "amount": "Amount",
        "id": "ID",
        "record_day": "In the register",
        "record_amount": "Amount",
        "difference": "Difference",
        "currency": "",
    }
    listing(
        different if table and not everything else rows,
        headings,
        as_json,
        as_csv,
        "",
    )
    if table:
        for reconciliation in reconciliations:
            _sums(reconciliation)
    for note in dict.fromkeys(note for each in reconciliations for note in each.notes):
        talk(note)
    to_look_at = any(reconciliation.left_out for reconciliation in reconciliations)
    ctx.exit(LOOK if to_look_at or different else 0)


def _pair_rows(reconciliation: BankReconciliation) -> list[dict[str, Any]]:
    """Return a listing row for each pair of a bank entry and a row of the register. If there is a
    suggestion for the pair, the listing row has it, too."""
    suggestion_of = _suggestions_by_side(reconciliation)
    rows = []
    for pair in reconciliation.pairs:
        suggestion = _suggestion_for(pair, suggestion_of)
        told_of_it: dict[str, Any] = {"suggestion": None, "with_entries": [], "with_ids": []}
        told_of_it |= {"why": None, "remedy": None}
        if suggestion is not None:
            told_of_it = {
                "suggestion": suggestion.reason,
                "with_entries": [entry.place for entry in suggestion.entries],
                "with_ids": [movement.id for movement in suggestion.movements],
                "why": suggestion.why,
                "remedy": suggestion.remedy,
            }
        rows.append(_pair_row(pair) | told_of_it)
    return rows


def _suggestions_by_side(reconciliation: BankReconciliation) -> dict[object, Suggestion]:
    """Return one mapping to the suggestions. Its keys are the keyed hashes of bank entries and the
    records of register rows."""
    by_side: dict[object, Suggestion] = {}
    for suggestion in reconciliation.suggestions:
        by_side |= {entry.mark: suggestion for entry in suggestion.entries}
        by_side |= {movement.record: suggestion for movement in suggestion.movements}
    return by_side


def _suggestion_for(pair: Pair, by_side: Mapping[object, Suggestion]) -> Suggestion | None:
    """Return the suggestion for a pair in which one side is missing: the bank entry or the row of
    the register. Returns None if both are there, or if nothing is suggested."""
    if pair.entry is not None and pair.movement is None:
        return by_side.get(pair.entry.mark)
    if pair.movement is not None and pair.entry is None:
        return by_side.get(pair.movement.record)
    return None


def _pair_row(pair: Pair) -> dict[str, Any]:
    entry, movement = pair.entry, pair.movement
    row: dict[str, Any] = {"state": pair.state, "place": None, "day": None, "amount": None}
    if entry is not None:
        amount = money.decimal(entry.units, pair.currency)
        row |= {"place": entry.place, "day": entry.day.isoformat(), "amount": amount}
    row |= {"currency": pair.currency, "account": pair.account, "table": None, "id": None}
    row |= {"record_day": None, "record_amount": None}
    if movement is not None and pair.state == "transfer":
        # A transfer is kept as a number only: the register has no row for it, with day and amount.
        row |= {"table": movement.table, "id": movement.id}
    elif movement is not None:
        row |= {
            "table": movement.table,
            "id": movement.id or None,
            "record_day": movement.day.isoformat(),
            "record_amount": money.decimal(movement.units, pair.currency),
        }
    return row | {"difference": money.decimal(pair.difference, pair.currency)}


def _balances(reconciliation: BankReconciliation) -> None:
    """Print the difference between bank and books at the end of the month, and which part of it
    comes from earlier months."""
    for balance in reconciliation.balances:
        currency, apart = balance.currency, balance.bank - balance.books
        if not apart:
            click.echo(f"At the end of {reconciliation.month} bank and books agree.")
            continue
        here = reconciliation.sums[currency].difference
        click.echo(
            f"At the end of {reconciliation.month}: {told(balance.bank, currency)} at the bank,"
            f" {told(balance.books, currency)} in the books, {told(apart, currency)} apart:"
            f" {told(here, currency)} in this month, {told(apart - here, currency)} before it."
        )


def _transfers(moved: MonthMoves, pairs: Sequence[Pair], currency: str) -> str:
    """Return how much of a statement was moved between own accounts, in brackets, or ""."""
    if not any(pair.state == "transfer" and pair.currency == currency for pair in pairs):
        return ""
    return f" ({told(moved.transfers, currency)} of it by transfers between your accounts)"


def _sums(reconciliation: BankReconciliation) -> None:
    pairs, by_side = reconciliation.pairs, _suggestions_by_side(reconciliation)
    matched = sum(pair.state in ("matched", "transfer") for pair in pairs)
    click.echo(
        f"{reconciliation.month}, {reconciliation.account}: {matched} of {len(pairs)} matched."
    )
    for currency, moved in reconciliation.sums.items():
        difference = moved.difference
        transfers = _transfers(moved, pairs, currency)
        click.echo(
            f"The statement moves by {told(moved.statement, currency)}{transfers}, the register by"
            f" {told(moved.register, currency)}; the difference is"
            f" {told(difference, currency)}."
        )
        parts: dict[str, int] = {}
        for pair in pairs:
            if pair.currency == currency and pair.difference:
                part = "suggested" if _suggestion_for(pair, by_side) else pair.state
                parts[part] = parts.get(part, 0) + pair.difference
        if parts:
            sums = " + ".join(
                f"{told(units, currency)} ({state})" for state, units in parts.items()
            )
            click.echo(f"{told(difference, currency)} = {sums}")
    _balances(reconciliation)
    for (currency, leaves), units in reconciliation.elsewhere.items():
        rows = "1 row" if len(units) == 1 else f"{len(units)} rows"
        talk(
            f"Not compared: {rows} of {told(-sum(units), currency)} in all. Their grants were"
            f" received in {leaves}, so they left an account in {leaves}."
        )
    for suggestion in reconciliation.suggestions:
        places = " and ".join(
            f"{entry.place} ({entry.day}, {told(entry.units, entry.currency)})"
            for entry in suggestion.entries
        )
        talk(f"Suggested for {places}: {suggestion.why}. If it is so, {suggestion.remedy}.")
