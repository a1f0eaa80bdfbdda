"""What a command works with: the config, the opened group, its language, and messages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from budgettrack.register.turn import Turn

if TYPE_CHECKING:
    from budgettrack.config.load import Config
    from budgettrack.core.base.sheet_words import SheetWords
    from budgettrack.group import OpenedGroup

PLAIN, QUIET, WAIT = "budgettrack.plain", "budgettrack.quiet", "budgettrack.wait"
LOCALE, LANGUAGE = "budgettrack.locale", "budgettrack.language"


def talk(words: str) -> None:
    """Print a message to stderr, unless `--quiet` is given."""
    if not click.get_current_context().meta.get(QUIET):
        click.echo(words, err=True)


def config_of(ctx: click.Context) -> Config:
    """Load the config of this command."""
    from budgettrack.config.load import default_locale, load_here

    config = load_here(ctx.obj)
    ctx.meta[LOCALE] = default_locale(config, None)
    ctx.meta[LANGUAGE] = config.language
    return config


def locale_now() -> str:
    """Return the locale of the loaded config, or English before a config is loaded."""
    return str(click.get_current_context().meta.get(LOCALE, "en"))


def words_now() -> SheetWords:
    """Return the language of the group's workbook, or English before a config is loaded."""
    from budgettrack.config.sheet_words import sheet_words

    return sheet_words(str(click.get_current_context().meta.get(LANGUAGE, "en")))


def told(units: int, currency: str) -> str:
    """Return an amount with its currency, grouped by the locale of the group."""
    from budgettrack.core.base import money

    return money.told(units, currency, locale_now())


def group_of(ctx: click.Context, on: date | None = None) -> OpenedGroup:
    """Open the group and return it. It is closed when the command ends. If `on` is given, the
    command works as on that day instead of today."""
    from budgettrack.group import open_group

    return ctx.with_resource(open_group(config_of(ctx), on, turn=turn_of(ctx)))


def turn_of(ctx: click.Context) -> Turn:
    """Return how this command waits for other commands that write to the register."""
    command = ctx.command_path.removeprefix(ctx.find_root().command_path).strip()
    return Turn(command, ctx.meta[WAIT], talk)
