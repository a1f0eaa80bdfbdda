"""What the commands for grants, resources and other records share: fields, roles, and printing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from budgettrack.cli.context import talk
from budgettrack.cli.listings import value_shown
from budgettrack.core.base import errors

if TYPE_CHECKING:
    from budgettrack.core.records.tables import Column
    from budgettrack.group import OpenedGroup


NEXT = "It stands in the workbook after the next sync."
NEW_COLUMN = "If the tab has no column for the month, the sync adds one."
MAPPED_MONTH = (
    "The table is mapped in the config. The month stands in it only if the tab has a column for it."
)


def by_role(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option `--by`."""
    return click.option(
        "--by",
        default="register",
        metavar="ROLE",
        help="The role of who changes it, such as coordinator. Never a name.",
    )(command)


def field_pairs(group: OpenedGroup, table: str, words: Sequence[str]) -> list[tuple[str, str]]:
    """Split each `field=value` that a user typed. On a terminal, ask for each required field that
    is missing.

    Raises UsageError for a value that cannot be read, before anything is asked."""
    from budgettrack.config.load import default_locale
    from budgettrack.core import edits
    from budgettrack.core.records.tables import BY_NAME

    given = edits.pairs(words)
    if not sys.stdin.isatty():
        return given
    known, locale = BY_NAME[table], default_locale(group.config, None)
    there = set()
    for name, value in given:
        if name.casefold() != "id":
            column = edits.column_named(known, name)
            there.add(column.name)
            if not column.refers:
                edits.value_typed(column, value, locale, {})  # A typing error is reported first.
    for column in known.columns:
        if column.required and column.name not in there:
            given.append((column.name, _asked_for(column, locale)))
    return given


def _asked_for(column: Column, locale: str) -> str:
    """Ask on the terminal for the value of a column, until it can be read."""
    from budgettrack.core import edits

    def readable(text: str) -> str:
        try:
            edits.value_typed(column, text, locale, {})
        except errors.UsageError as error:
            raise click.BadParameter(str(error)) from None
        return text

    if column.choices:
        return str(click.prompt(column.heading, type=click.Choice(column.choices), err=True))
    return str(click.prompt(column.heading, value_proc=readable, err=True))


def tell_record(group: OpenedGroup, table: str, id_: str) -> None:
    """Print the fields of a record, one a line."""
    from budgettrack.core.records.tables import BY_NAME
    from budgettrack.queries import records

    row = records.shown(group, table, id_)
    names = {column.name: column.heading for column in BY_NAME[table].columns}
    wide = max(len(names.get(name, name)) for name in row)
    for name, value in row.items():
        shown = value_shown(table, name, value, row.get("currency") or "")
        click.echo(f"{names.get(name, name):{wide}}  {shown}")


def alter_record(group: OpenedGroup, table: str, id_: str, words: Sequence[str], by: str) -> None:
    from budgettrack import edit
    from budgettrack.core import edits
    from budgettrack.core.base.months import is_month

    record, moved = edit.alter(group, table, id_, edits.pairs(words), by)
    for name, old, new in moved:
        before, after = (value_shown(table, name, value) or "nothing" for value in (old, new))
        click.echo(f"{record}  {name}: {before} → {after}")
    talk(NEXT if moved else f"{record} already has these values. Nothing was changed.")
    if any(is_month(name) for name, _, _ in moved):
        talk(MAPPED_MONTH if table in group.config.shapes else NEW_COLUMN)
