"""What all commands share: options, answers as tables, JSON or CSV, and errors in words.

A question is answered at once: heavy libraries are imported inside the commands that need them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from budgettrack import interrupts
from budgettrack.core.base import errors, months
from budgettrack.core.base.plurals import count
from budgettrack.version import __version__

if TYPE_CHECKING:
    from budgettrack.config.load import Config
    from budgettrack.core.base.findings import Finding
    from budgettrack.group import OpenedGroup
    from budgettrack.sync import SyncOutcome

LOOK = 3
"""Exit code: done, but a person must look."""

EXITS = {
    0: "done",
    1: "could not",
    2: "wrong usage",
    LOOK: "done, but a person must look",
    interrupts.CODE: "stopped",
}
"""What the exit codes say."""

Function = TypeVar("Function", bound=Callable[..., Any])


SECTIONS = {
    "Work with the sheet": ("sync", "conflicts", "history"),
    "Ask": ("queries",),
    "Grants and resources": ("grants", "resources"),
    "Reports": ("reports",),
    "Bank": ("bank",),
    "Open data": ("open_data",),
    "Run every month": ("monthly",),
    "Set up": ("setup",),
}
"""The sections of the help, each with the files of this folder whose commands stand in it."""

WHOLE = 10_000
"""More characters than any first sentence of a help text has."""


class Command(click.Command):
    """A command whose help is never cut in a list of commands."""

    def get_short_help_str(self, limit: int = WHOLE) -> str:
        del limit  # click would cut the sentence there; lists wrap it instead
        return super().get_short_help_str(WHOLE)


class CommandGroup(click.Group):
    """Commands under one name; its help and theirs are never cut."""

    command_class = Command

    def get_short_help_str(self, limit: int = WHOLE) -> str:
        del limit
        return super().get_short_help_str(WHOLE)


class Program(CommandGroup):
    """The program itself: its help lists the commands in sections, and an error is told in words.

    An error, or Ctrl-C, becomes one problem a line, without a traceback."""

    group_class = CommandGroup

    def sections(self) -> dict[str, dict[str, click.Command]]:
        """The commands by section and full name. A command of a group that lies in another file
        than its group, such as `report iati`, stands in the section of its own file."""
        titles = {file: title for title, files in SECTIONS.items() for file in files}
        sections: dict[str, dict[str, click.Command]] = {title: {} for title in SECTIONS}
        order = [*titles]
        for name, command in sorted(
            self.commands.items(), key=lambda named: order.index(_file_of(named[1]))
        ):
            sections[titles[_file_of(command)]][name] = command
            for under, inner in getattr(command, "commands", {}).items():
                if _file_of(inner) != _file_of(command):
                    sections[titles[_file_of(inner)]][f"{name} {under}"] = inner
        return sections

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the sections, for help, completion and documentation."""
        del ctx
        return [
            name
            for section in self.sections().values()
            for name in section
            if name in self.commands
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections; the columns of all of them begin at the same place."""
        del ctx
        widest = max(len(name) for section in self.sections().values() for name in section)
        for title, commands in self.sections().items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(widest), command.get_short_help_str())
                        for name, command in commands.items()
                    ]
                )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _interruptible():
                return super().invoke(ctx)
        except errors.TrackError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2 if isinstance(error, errors.UsageError) else 1)
        except click.Abort:
            click.echo(interrupts.STOPPED, err=True, nl=False)
            ctx.exit(interrupts.CODE)
        except KeyboardInterrupt:
            click.echo(
                "\nStopped in the midst of it. Run it again, then: budgettrack sync", err=True
            )
            ctx.exit(interrupts.CODE)


def _file_of(command: click.Command) -> str:
    """The file in which the command lies, without its ending."""
    return command.callback.__module__.rpartition(".")[2]


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C is answered with a word during a command; before and after it the process just ends
    (see `__main__`)."""
    if (
        signal.getsignal(signal.SIGINT) is not signal.SIG_DFL
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    signal.signal(signal.SIGINT, interrupts.stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


@click.group(
    cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="budgettrack")
@click.option(
    "--config",
    "config_path",
    metavar="FILE",
    help="The config file. Default: budgettrack.toml in this folder or one above.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="No tables: one fact a line, for screen readers and narrow terminals.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only results and errors.")
@click.pass_context
def main(ctx: click.Context, config_path: str | None, plain: bool, quiet: bool) -> None:
    """Sync, check and report a work-plan, its budget and resources."""
    ctx.obj = config_path
    ctx.meta[PLAIN], ctx.meta[QUIET] = plain, quiet


PLAIN, QUIET = "budgettrack.plain", "budgettrack.quiet"


def talk(words: str) -> None:
    """What is said beside an answer, to stderr; nothing with `--quiet`."""
    if not click.get_current_context().meta.get(QUIET):
        click.echo(words, err=True)


class Day(click.ParamType[date]):
    """A day such as 2026-03-31."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is not a date. Type it as 2026-03-31.', param, ctx)


class MonthName(click.ParamType[str]):
    """A month such as 2026-03."""

    name = "MONTH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not months.is_month(value):
            self.fail(f'There is no month "{value}". Type it as 2026-03.', param, ctx)
        return str(value)


def known(*tables: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Completes IDs of those tables, from the file that the last sync left."""

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
        from budgettrack.completion import completions
        from budgettrack.config.load import find

        try:
            return list(
                completions(
                    find(ctx.find_root().params.get("config_path"), Path.cwd(), os.environ),
                    tables,
                    begun,
                )
            )
        except errors.TrackError:
            return []

    return complete


def on_day(command: Function) -> Function:
    """The option `--on`."""
    return click.option("--on", "on", type=Day(), help="Use DATE as today, such as 2026-03-31.")(
        command
    )


def formats(command: Function) -> Function:
    """The options `--json` and `--csv`."""
    command = click.option(
        "--csv", "as_csv", is_flag=True, help="Print CSV. Amounts are decimal texts."
    )(command)
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON. Amounts are decimal texts."
    )(command)


def config_of(ctx: click.Context) -> Config:
    """The config that the command means."""
    from budgettrack.config.load import load_here

    return load_here(ctx.obj)


def group_of(ctx: click.Context, on: date | None = None) -> OpenedGroup:
    """The group that the command means, until the command ends; `on` is the day that it goes by."""
    from budgettrack.group import open_group

    return ctx.with_resource(open_group(config_of(ctx), on))


def listing(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    as_json: bool,
    as_csv: bool,
    empty: str,
    spare: Sequence[str] = (),
) -> None:
    """Print rows as JSON or CSV with all their fields, or as a table of the columns in `headings`
    (field: heading).

    On a terminal too narrow for the table the columns in `spare` go, one by one; where that is not
    enough, each row is told as facts."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif as_csv:
        out = io.StringIO()
        if rows:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        click.echo(out.getvalue(), nl=False)
    elif not rows:
        click.echo(empty)
    elif click.get_current_context().meta.get(PLAIN):
        click.echo(_facts(rows, headings))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for left in range(len(spare) + 1):
            shown = table_of(
                rows, {name: each for name, each in headings.items() if name not in spare[:left]}
            )
            if (
                width is None
                or max(len(click.unstyle(line)) for line in shown.splitlines()) <= width
            ):
                click.echo(shown, color=colour())
                return
        click.echo(_facts(rows, headings))


def colour() -> bool | None:
    """Whether to colour: never with NO_COLOR (https://no-color.org) or a terminal that cannot; else
    only on a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


SIGNED = {"variance", "available", "variance_percent", "days", "difference", "gap"}
"""Columns in which below nought is worth a look: red on a terminal, and a minus everywhere."""


def bar(part: str | None, time: str | None, cells: int = 10) -> str:
    """A share in percent as a bar, with a mark where the time stands: `bar("50.0 %", "70.0 %")`."""
    if part is None:
        return ""
    full, at = (
        None if text is None else min(cells, max(0, round(float(text.rstrip(" %")) * cells / 100)))
        for text in (part, time)
    )
    drawn = ["━" if index < (full or 0) else "·" for index in range(cells)]
    if at is not None:
        drawn[min(at, cells - 1)] = "╂" if at < (full or 0) else "│"
    return "".join(drawn)


def _facts(rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str]) -> str:
    """Rows as one fact a line, a blank line between them; what is missing is left out."""
    return "\n\n".join(
        "\n".join(
            f"{heading or name.capitalize()}: {row[name]}"
            for name, heading in headings.items()
            if row[name] not in (None, "")
        )
        for row in rows
    )


def table_of(rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str]) -> str:
    """Rows as a table, amounts aligned at their ends."""
    from tabulate import tabulate

    right = {"amount", "budget", "spent", "committed", "available", "variance", "variance_percent", "days",
        "approved", "revised", "moved", "moved_percent", "likely", "covers_amount", "odds", "seconds",
    }  # fmt: skip
    cells = [[_cell(name, row[name]) for name in headings] for row in rows]
    align = ["right" if name in right else "left" for name in headings]
    return tabulate(cells, list(headings.values()), "simple", colalign=align, disable_numparse=True)


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else str(value)
    return click.style(text, fg="red") if name in SIGNED and text.startswith("-") else text


def say(outcome: SyncOutcome) -> None:
    """The outcome of a sync in a few lines."""
    changes = outcome.changes
    if not outcome.done:
        click.echo("Nothing was done.", err=True)
        return
    click.echo(
        f"{count(len(changes.to_register), 'row')} taken from the workbook,"
        f" {count(len(changes.to_sheet), 'row')} written into it, {count(len(changes.given), 'ID')}"
        " given."
    )
    if changes.conflicts:
        click.echo(
            f"{count(len(changes.conflicts), 'conflict')}: choose in the Keep cells of the tab"
            " Checks."
        )
    click.echo(found(changes.findings))


def tell_findings(findings: Sequence[Finding], err: bool = False) -> None:
    """Print findings, one a line, as place, severity, code, problem, remedy."""
    for finding in findings:
        severity = click.style(
            finding.severity, fg="red" if finding.severity == "error" else "yellow"
        )
        line = str(finding).replace(f"  {finding.severity}  ", f"  {severity}  ", 1)
        click.echo(line, color=colour(), err=err)


def found(findings: Sequence[Finding]) -> str:
    mistakes = sum(each.severity == "error" for each in findings)
    doubts = len(findings) - mistakes
    if not findings:
        return "Nothing to look at."
    return (
        f"To look at: {count(mistakes, 'error')}, {count(doubts, 'warning')} (tab Checks, or:"
        " budgettrack checks)."
    )


def written(paths: Sequence[Path]) -> None:
    """Where people begin to read: the site's index, and every private file."""
    for path in paths:
        if path.name == "index.html" or path.parent.name == "private":
            click.echo(str(path))
    public = sum(path.parent.name != "private" for path in paths)
    talk(f"The public site has {count(public, 'file')}.")
