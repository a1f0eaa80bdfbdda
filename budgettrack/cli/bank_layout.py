"""The command `bank layout`: finds out what the columns of a bank's CSV file mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.asking import answers_of, ask, printable
from budgettrack.cli.context import config_of, talk
from budgettrack.cli.listings import json_text
from budgettrack.cli.options import on_day
from budgettrack.cli.output import is_on_terminal
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.bank.formats.csv.detecting import LayoutDoubt
    from budgettrack.bank.layout_seen import LayoutSeen


@main.group("bank")
def bank() -> None:
    """Say what the columns of a bank's CSV file are."""


@bank.command("layout")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--name", default="", metavar="NAME", help="The name of the new layout.")
@click.option("--yes", is_flag=True, help="Ask nothing: take every default, and write.")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Take the answers from a JSON or TOML file, by the names of the questions.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Amounts are decimal texts.")
@on_day
@click.pass_context
def bank_layout(
    ctx: click.Context,
    file: Path,
    name: str,
    yes: bool,
    answers_file: Path | None,
    dry_run: bool,
    as_json: bool,
    on: date | None,
) -> None:
    """See what the columns of a bank's CSV file are, and keep it for the next months.

    Finds the delimiter, encoding, headings, dates, decimal sign, plus and minus signs, and the
    balance. If there is a balance, all amounts are checked against it. Shows five rows as they were
    understood, and asks what the file does not show. Then writes the layout into the folder
    bank-layouts beside the config. From then on, files with the same headings are read by this
    layout. Nothing from the rows is written."""
    from budgettrack.bank import layout_seen

    config = config_of(ctx)
    folder, today = config.path.parent, on or date.today()  # noqa: DTZ011 - where they are
    answers = answers_of(answers_file) if answers_file else {}
    layout_seen.check_questions(answers)
    asks = not (yes or answers_file or as_json)
    found = layout_seen.seen(config, file, answers, today)
    while found.doubts and (asks or yes):
        answers |= _settled(found.doubts, yes=yes)
        found = layout_seen.seen(config, file, answers, today)
    is_open = bool(found.doubts)
    if not as_json:
        _tell_layout(found, with_words=is_on_terminal())
    path = ""
    if not (found.known or is_open or dry_run):
        name = name or answers.get("name", "") or layout_seen.free_name(folder)
        if asks and is_on_terminal():
            name = _confirmed(name)
        path = str(layout_seen.keep(folder, name, found.layout))
    if as_json:
        click.echo(json_text(_layout_rows(found, path), indent=2))
    elif path:
        click.echo(f"Written: {path}. Files with these headings are read by it from now on.")
    ctx.exit(LOOK if is_open else 0)


def _settled(doubts: Sequence[LayoutDoubt], *, yes: bool) -> dict[str, str]:
    """Return answers to the open questions. With `yes`, these are the guesses for all questions.
    Otherwise it is one answer: the first question is asked on the terminal.

    Raises UsageError if nobody can be asked, or if there is no guess."""
    names = ", ".join(doubt.key for doubt in doubts)
    if yes:
        guesses = {doubt.key: doubt.guess for doubt in doubts if doubt.guess}
        if guesses:
            return guesses
        raise errors.UsageError(f"No default answers this: {names}. Give --answers FILE.")
    if not is_on_terminal():
        raise errors.UsageError(
            f"You must be asked about {names}, but this is no terminal. Take the defaults with"
            " --yes, or give --answers FILE."
        )
    first = doubts[0]
    return {first.key: ask(first.question, first.choices, first.guess)}


def _confirmed(name: str) -> str:
    """Ask whether the rows are right, and for the name of the layout."""
    if not click.confirm("\nAre these rows right?", default=True):
        raise errors.UsageError(
            "Nothing was written. Say what the columns are in the config, in the section [bank]."
        )
    return str(click.prompt("What do you call this layout?", default=name)).strip()


def _tell_layout(found: LayoutSeen, *, with_words: bool) -> None:
    """Print the layout that was detected, and the first rows as they were read."""
    if found.known:
        click.echo(f"This file has the layout {found.known} already.")
    for fact, value in found.facts.items():
        click.echo(f"{fact}: {value}")
    for setting, value in _settings(found).items():
        click.echo(f"  {setting} = {value}")
    for line in found.lines:
        amount = f"{line.amount:+} {line.currency}"
        words = f"  {printable(line.words)}" if with_words else ""
        click.echo(f"{_in_file(line.place)}: {line.day}  {amount}{words}")
    for note in found.notes:
        talk(note)
    for doubt in found.doubts:
        talk(f"Open: {doubt.key}: {doubt.question} {', '.join(doubt.choices)}")


def _in_file(place: str) -> str:
    """Return the line that a place names, without the name of the file."""
    return place.rpartition(", ")[2]


def _settings(found: LayoutSeen) -> dict[str, str]:
    """Return the settings of a layout, one on each line, without the headings of all columns."""
    from budgettrack.bank.formats.csv.writing import as_settings

    settings = {}
    for key, value in as_settings(found.layout).items():
        if isinstance(value, str):
            settings[key] = value
        elif key != "columns":
            pairs = value.items() if isinstance(value, Mapping) else [("", value)]
            settings[key] = "; ".join(
                f"{column}{': ' if column else ''}{', '.join(said)}" for column, said in pairs
            )
    return settings


def _layout_rows(found: LayoutSeen, path: str) -> list[dict[str, str | None]]:
    """Return the detected layout as rows for the listing. They contain no texts from the rows of
    the bank's file."""
    rows: list[tuple[str, str, str | None]] = [
        *(("seen", fact, value) for fact, value in found.facts.items()),
        *(("setting", key, value) for key, value in _settings(found).items()),
        *(
            ("row", _in_file(line.place), f"{line.day} {line.amount} {line.currency}")
            for line in found.lines
        ),
        *(("note", _in_file(note.partition(": ")[0]), note) for note in found.notes),
        *(("question", doubt.key, doubt.question) for doubt in found.doubts),
        ("layout", found.known or "new", path or None),
    ]
    return [{"what": what, "name": name, "value": value} for what, name, value in rows]
