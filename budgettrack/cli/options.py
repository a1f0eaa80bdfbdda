"""Options and kinds of values that several commands take."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from budgettrack.core.base import errors, months
from budgettrack.core.base.months import FIRST_YEAR, LAST_YEAR

Function = TypeVar("Function", bound=Callable[..., Any])

DAY = 86_400
"""How many seconds a day has."""


class Seconds(click.ParamType[float]):
    """A number of seconds, at most a day."""

    name = "SECONDS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        # In Python "nan" is a number, but it is neither below nor above any other number.
        if not 0 <= seconds <= DAY:
            self.fail(
                f'"{value}" is no number of seconds from 0 to {DAY}, which is a day. Type it as'
                " 120.",
                param,
                ctx,
            )
        return seconds


OUT_OF_YEARS = f"is not in the years {FIRST_YEAR} to {LAST_YEAR}. Check the year."
"""The end of the message about a date that was typed outside these years. A cell allows the same
years."""


class Day(click.ParamType[date]):
    """A day such as 2026-03-31."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a date. Type it as 2026-03-31.', param, ctx)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail(f"{day} {OUT_OF_YEARS}", param, ctx)
        return day


class MonthName(click.ParamType[str]):
    """A month such as 2026-03."""

    name = "MONTH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            months.require_month(value)
        except errors.UsageError as error:
            self.fail(str(error), param, ctx)
        if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            self.fail(f"{value} {OUT_OF_YEARS}", param, ctx)
        return str(value)


def known(*tables: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a function that completes IDs of `tables` after the Tab key. The function reads the
    IDs from the file that the last sync wrote."""

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
        from budgettrack.completion import completions
        from budgettrack.config.place import find

        try:
            return list(
                completions(
                    find(ctx.find_root().params.get("config_path"), Path.cwd(), os.environ),
                    tables,
                    begun,
                )
            )
        except (errors.TrackError, OSError, ValueError):
            return []

    return complete


def on_day(command: Function) -> Function:
    """Add the option `--on`."""
    return click.option("--on", "on", type=Day(), help="Use DATE as today, such as 2026-03-31.")(
        command
    )


def formats(command: Function) -> Function:
    """Add the options `--json` and `--csv`."""
    command = click.option(
        "--csv",
        "as_csv",
        is_flag=True,
        help="Print CSV. Amounts are decimal texts; no cell is a formula.",
    )(command)
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON. Amounts are decimal texts."
    )(command)
