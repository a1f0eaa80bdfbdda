"""The command `sheet`: says of every row of a workbook whether it is read, and as what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from budgettrack.cli.context import config_of, group_of, locale_now, talk
from budgettrack.cli.listings import json_text
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from budgettrack.core.base.grids import Book
    from budgettrack.core.records.tables import Shape, Table


@main.command()
@click.argument("names", nargs=-1, metavar="[FILE] [TAB]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Amounts are decimal texts.")
@click.pass_context
def sheet(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """List what becomes of each row of the workbook, and whether its totals tie.

    Every row that is not blank is a record, a heading, a total, a carried sum, ignored for a
    reason, or a finding. TAB shows one tab. FILE is another file than the group's workbook; it
    needs no config. Nothing is written."""
    from budgettrack.core.cells.joined_tabs import hidden_tabs, with_hidden_tabs
    from budgettrack.queries import sheet as answers

    file, tab = _meant(names)
    book, shapes, locale, base, of_tables = _opened(ctx, file)
    if book.read_as:
        talk(f"Read only: {book.read_as}.")
    hidden = hidden_tabs(book, shapes)
    tab = hidden.get(tab, tab) if tab else None
    tabs, _ = answers.stated(with_hidden_tabs(book, hidden), shapes, locale, base, tab, of_tables)
    if as_json:
        click.echo(json_text(answers.as_rows(tabs), indent=2))
    else:
        for line in answers.as_words(tabs, locale):
            click.echo(line)
    ctx.exit(LOOK if answers.needs_a_person(tabs) else 0)


def _meant(names: tuple[str, ...]) -> tuple[Path | None, str | None]:
    """Return the file and the tab that the user has named. If there is a file with that name, it
    is the file."""
    files = [name for name in names if Path(name).is_file()]
    tabs = [name for name in names if name not in files]
    if len(files) > 1 or len(tabs) > 1:
        raise UsageError(
            "Name one file and one tab at most. Put a name with spaces in quotation marks."
        )
    return (Path(files[0]) if files else None), (tabs[0] if tabs else None)


def _opened(
    ctx: click.Context, file: Path | None
) -> tuple[Book, Mapping[str, Shape], str, str, Sequence[Table]]:
    """Return the workbook, the tables whose layout the config describes, the locale, the base
    currency, and the tables that the workbook may have."""
    from budgettrack.config.load import default_locale
    from budgettrack.core.records.tables import TABLES
    from budgettrack.workbook.other.workbook import workbook_of

    if file is None:
        group = group_of(ctx)
        book = group.workbook_to_read.read()
        config = group.config
        return (
            book,
            config.shapes,
            default_locale(config, book.locale),
            config.currency,
            config.tables,
        )
    try:
        config = config_of(ctx)
    except ConfigError:
        if ctx.obj is not None:
            raise
        book = workbook_of(file).read()
        return book, {}, book.locale or locale_now(), "", TABLES
    book = workbook_of(file, config.locale).read()
    return book, config.shapes, default_locale(config, book.locale), config.currency, config.tables
