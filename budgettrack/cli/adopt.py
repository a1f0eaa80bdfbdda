"""The command `adopt`: bring in a workbook that people have already."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.asking import answers_of, ask
from budgettrack.cli.listings import json_text
from budgettrack.cli.options import Day
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.setup.adopt.adoption import Adoption
    from budgettrack.setup.adopt.place import AdoptedPlace


@main.command()
@click.argument("workbook", metavar="FILE|LINK")
@click.option("--yes", is_flag=True, help="Ask nothing: take every default.")
@click.option(
    "--answers",
    "answers_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Take the answers from a JSON or TOML file, by the names of the questions.",
)
@click.option(
    "--waive",
    multiple=True,
    metavar="TAB!CELL",
    help="Accept that this total of the sheet is not the sum of its rows. May be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--credentials",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key file for Google. Default: this machine's credentials.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Amounts are decimal texts.")
@click.option("--on", type=Day(), help="Answer as on this day. Default: today.")
@click.pass_context
def adopt(
    ctx: click.Context,
    workbook: str,
    yes: bool,
    answers_file: Path | None,
    waive: tuple[str, ...],
    dry_run: bool,
    credentials: Path | None,
    as_json: bool,
    on: date | None,
) -> None:
    """Bring in a workbook that you have already.

    Recognises its tables by their headings, in nine languages, and asks at most six short
    questions. Shows what is read and compares every total of the sheet with the sum of its rows.
    Then writes the config beside the file. Nothing is written into the workbook. If the workbook
    has a config already, the command says how the sheet and the config differ."""
    from budgettrack.setup.adopt import place as places

    here = Path(ctx.obj) if ctx.obj else None
    place = places.opened(workbook, here, credentials)
    if places.is_of_another(place):
        raise errors.UsageError(
            f"{place.path} is of another workbook. Put this one into a folder of its own."
        )
    today = on or date.today()  # noqa: DTZ011 - where they are
    given = answers_of(answers_file) if answers_file else {}
    asks = not yes and not answers_file and not as_json and not _has_tables(place)
    adopted = _adopted(place, today, given, waive, asks)
    written = "" if dry_run or _has_tables(place) or adopted.refusals else str(place.path)
    said = places.write_config(place, adopted) if written else []
    if as_json:
        from budgettrack.setup.adopt.adoption import as_rows

        click.echo(json_text(as_rows(adopted, written), indent=2))
    else:
        _say(place, adopted, said, dry_run=dry_run)
    if adopted.refusals:
        ctx.exit(1)
    ctx.exit(LOOK if adopted.sheet.findings and adopted.differing else 0)


def _has_tables(place: AdoptedPlace) -> bool:
    return place.config is not None and bool(place.config.shapes)


def _adopted(
    place: AdoptedPlace,
    today: date,
    given: Mapping[str, str],
    waived: Sequence[str],
    asks: bool,
) -> Adoption:
    """Return the adoption: how the workbook is read, with the answers in `given`. If `asks` is
    true, the other questions are asked on the terminal."""
    from budgettrack.setup.adopt.adoption import adoption
    from budgettrack.setup.adopt.questions import check_answers, check_names

    check_names(given)
    config = place.config
    shapes = config.shapes if config else None

    def as_read(answers: Mapping[str, str]) -> Adoption:
        return adoption(
            place.book,
            today,
            answers,
            waived=waived,
            shapes=shapes,
            locale=(config.locale or "") if config else "",
            currency=config.currency if config else "",
            file_name=place.file_name,
        )

    answers = dict(given)
    seen: set[str] = set()
    adopted = as_read(answers)
    if asks and adopted.proposal.questions and not sys.stdin.isatty():
        named = ", ".join(question.name for question in adopted.proposal.questions)
        raise errors.UsageError(
            f"You must be asked about {named}, but this is no terminal. Take the defaults with"
            " --yes, or give --answers FILE."
        )
    # An answer may make another question unnecessary, or lead to a new one.
    while asks and (open_ := [q for q in adopted.proposal.questions if q.name not in seen]):
        seen.add(open_[0].name)
        answers[open_[0].name] = ask(
            open_[0].words,
            open_[0].choices,
            open_[0].default,
            example=open_[0].example,
        )
        adopted = as_read(answers)
    check_answers(adopted.proposal.questions, answers)
    return adopted


def _say(place: AdoptedPlace, adopted: Adoption, said: Sequence[str], *, dry_run: bool) -> None:
    """Print which tables are read, which differences there are, and which files were written."""
    from budgettrack.file_kinds import ONLY_READ
    from budgettrack.queries.sheet import as_words, stated
    from budgettrack.setup.adopt.adoption import cell_of, told
    from budgettrack.setup.adopt.written import acceptances, differences, tables_text

    if place.book.read_as:
        click.echo(f"Read as {place.book.read_as}. {ONLY_READ}")
    for line in told(adopted):
        click.echo(line)
    if adopted.sheet.tables:
        click.echo("\nEvery row, and every total beside our sum:\n")
        config = place.config
        currency = config.currency if config else adopted.proposal.currency
        tabs, _ = stated(adopted.book, adopted.shapes, adopted.proposal.locale, currency)
        for line in as_words(tabs, adopted.proposal.locale):
            click.echo(line)
    for finding in adopted.differing:
        if cell_of(finding) in adopted.waived:
            click.echo(f"Waived: {cell_of(finding)}: {finding.problem}")
    if _has_tables(place):
        different = [*differences(adopted.shapes, adopted.proposal.shapes)]
        click.echo(f"{place.path} describes tables already. This file is not changed.")
        for line in [*different, *acceptances(adopted.shapes, adopted.accepting)]:
            click.echo(f"  {line}")
        if not different:
            click.echo("  The sheet is as the config says.")
    elif dry_run and not adopted.proposal.is_own:
        click.echo("\nThe config would say:\n")
        click.echo(tables_text(adopted.accepting, adopted.waived))
    for line in said:
        click.echo(line)
    if adopted.refusals:
        click.echo("Nothing was written:", err=True)
        for line in adopted.refusals:
            click.echo(f"  {line}", err=True)
    elif said:
        click.echo("Then run: budgettrack sync")
