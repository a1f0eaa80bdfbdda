"""The parts that all commands share: options, tables, JSON, CSV, and errors in words.

Heavy libraries are imported inside the commands that need them, so that a question is answered
at once."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from budgettrack import interrupts, lasting
from budgettrack.cli import output
from budgettrack.cli.listed import LISTED
from budgettrack.cli.on_demand import CommandsOnDemand
from budgettrack.cli.plain_table import plain_table
from budgettrack.core.base import errors, months
from budgettrack.core.base.months import FIRST_YEAR, LAST_YEAR
from budgettrack.core.base.plurals import count
from budgettrack.core.base.unseen import legible
from budgettrack.register.turn import PATIENCE, Turn
from budgettrack.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from budgettrack.config.load import Config
    from budgettrack.core.base.findings import Finding
    from budgettrack.core.base.sheet_words import SheetWords
    from budgettrack.group import OpenedGroup
    from budgettrack.sync import SyncOutcome

LOOK = 3
"""The exit code that means: done, but a person must look."""

EXITS = {
    0: "done",
    1: "could not",
    2: "wrong usage",
    LOOK: "done, but a person must look",
    interrupts.CODE: "stopped",
}
"""The meaning of each exit code."""

Function = TypeVar("Function", bound=Callable[..., Any])


SECTIONS = {
    "Work with the sheet": ("sync", "sheet", "conflicts", "history"),
    "Ask": ("queries",),
    "Grants, resources and agreements": ("grants", "resources", "agreements"),
    "Supplies": ("supplies",),
    "What is counted and told": ("indicators", "narratives", "statement"),
    "Reports": ("reports",),
    "Bank": ("bank", "bank_layout"),
    "Open data": ("open_data",),
    "Take back what is public": ("publishing",),
    "Run every month": ("monthly",),
    "Host groups": ("host",),
    "Set up": ("adopt", "setup", "login"),
    "Keep safe": ("keeping",),
}
"""The sections of the help, each with the files in this folder that hold its commands."""

DAY = 86_400
"""How many seconds a day has."""

WHOLE = 10_000
"""A number of characters. No first sentence of a help text is longer."""


def _refuse_no_text(ctx: click.Context) -> None:
    """Refuses an argument that is no text, for example because its characters are in another
    encoding than the system's. The register and the reports contain only text.

    The name of a file is not refused: it may consist of any bytes."""
    for param in ctx.command.params:
        if isinstance(param.type, click.Path):
            continue
        value = ctx.params.get(param.name or "")
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not _is_text(text):
                raise click.BadParameter(
                    f"{legible(text)} has characters that cannot be read. Type it again, or set"
                    " the terminal to UTF-8.",
                    ctx,
                    param,
                )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Command(click.Command):
    """A command whose arguments must be text, and whose help is never cut in a list of commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        _refuse_no_text(ctx)
        return rest

    def get_short_help_str(self, limit: int = WHOLE) -> str:
        del limit  # The library click would cut the sentence here; our lists wrap it instead.
        return super().get_short_help_str(WHOLE)


class CommandGroup(click.Group):
    """A group of commands whose arguments must be text, and whose help is never cut in a list of
    commands."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        _refuse_no_text(ctx)
        return rest

    def get_short_help_str(self, limit: int = WHOLE) -> str:
        del limit
        return super().get_short_help_str(WHOLE)


class Program(CommandGroup):
    """The program: lists its commands in sections, and prints errors in words.

    An error is printed without a traceback, one problem on each line. If a person stops the program
    with Ctrl-C, no traceback is printed either."""

    group_class = CommandGroup

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.commands = CommandsOnDemand()

    def sections(self) -> dict[str, dict[str, click.Command]]:
        """Return the commands by section and full name.

        If a command is in another file than its group, such as `report iati`, it belongs to the
        section of its own file."""
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
        """Return the names in the order of the sections, for help, completion and documentation."""
        del ctx
        return [name for name in LISTED if " " not in name]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Completes a command after the Tab key. No command is loaded for it: their names and
        help are in `listed`."""
        from click.shell_completion import CompletionItem

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        return [
            *(CompletionItem(name, help=LISTED[name][1]) for name in names),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the sections of the help. The columns of all sections begin at the same place."""
        del ctx
        widest = max(map(len, LISTED))
        for title, files in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name.ljust(widest), said)
                        for name, (file, said) in LISTED.items()
                        if file in files
                    ]
                )

    def main(self, *args: Any, **extra: Any) -> Any:
        output.prepare()
        lasting.begin()
        try:
            return super().main(*args, **extra)
        except SystemExit as end:
            why = output.lost()
            if not why:
                raise
            done = " The command did its work." if end.code in (0, LOOK) else ""
            click.echo(f"The results could not be printed: {why}.{done}", err=True)
            raise SystemExit(1) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _interruptible():
                return super().invoke(ctx)
        except errors.TrackError as error:
            for problem in error.problems:
                click.echo(legible(problem), err=True)
            ctx.exit(2 if isinstance(error, errors.UsageError) else 1)
        except click.Abort:
            click.echo(interrupts.STOPPED, err=True, nl=False)
            ctx.exit(interrupts.CODE)
        except KeyboardInterrupt:
            click.echo("\nStopped before the end. Run it again, then: budgettrack sync", err=True)
            ctx.exit(interrupts.CODE)
        except (click.ClickException, click.exceptions.Exit, *interrupts.ENDS):
            raise
        except BaseException as error:
            tell_unforeseen(ctx, error)
            ctx.exit(1)


def tell_unforeseen(ctx: click.Context, error: BaseException) -> None:
    """Print what is known about an unexpected failure, and write its details into a file."""
    from budgettrack.cli import unforeseen
    from budgettrack.config.place import find

    root = ctx.find_root()
    folder = None
    with suppress(errors.TrackError, OSError, ValueError):
        folder = find(root.params.get("config_path"), Path.cwd(), os.environ).parent
    for line in unforeseen.words(error, folder, root.invoked_subcommand or ""):
        click.echo(line, err=True)


def _file_of(command: click.Command) -> str:
    """Return the name of the file in which the command is, without the ending."""
    return command.callback.__module__.rpartition(".")[2]


@contextmanager
def _interruptible() -> Iterator[None]:
    """Context manager for running a command: Ctrl-C is reported in words.

    Before and after a command, Ctrl-C only ends the program (see `__main__`)."""
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


def _show_docs(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print where the docs are: in the installed package, or in a checkout."""
    if not wanted or ctx.resilient_parsing:
        return
    package = Path(__file__).resolve().parents[1]
    installed = package / "docs"
    click.echo(installed if installed.is_dir() else package.parent / "docs")
    ctx.exit()


@click.group(
    cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="budgettrack")
@click.option(
    "--docs",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_docs,
    help="Print the folder with the pages of the docs, and exit.",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(),
    metavar="FILE",
    help="The config file. Default: budgettrack.toml in this folder or one above.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="No tables: one fact a line, for screen readers and narrow terminals.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only results and errors.")
@click.option(
    "--wait",
    type=Seconds(),
    default=PATIENCE,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long, at most a day, for another command that writes to the register.",
)
@click.pass_context
def main(
    ctx: click.Context, config_path: str | None, plain: bool, quiet: bool, wait: float
) -> None:
    """Sync, check and report a work-plan, its budget and resources."""
    ctx.obj = config_path
    ctx.meta[PLAIN], ctx.meta[QUIET], ctx.meta[WAIT] = plain, quiet, wait


PLAIN, QUIET, LOCALE = "budgettrack.plain", "budgettrack.quiet", "budgettrack.locale"
LANGUAGE = "budgettrack.language"
WAIT = "budgettrack.wait"


def talk(words: str) -> None:
    """Print a message to stderr, unless `--quiet` is given."""
    if not click.get_current_context().meta.get(QUIET):
        click.echo(words, err=True)


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
        if not months.is_month(value):
            self.fail(f'There is no month "{value}". Type it as 2026-03.', param, ctx)
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
    """Return the group, opened. It is closed when the command ends. `on` replaces today."""
    from budgettrack.group import open_group

    return ctx.with_resource(open_group(config_of(ctx), on, turn=turn_of(ctx)))


def turn_of(ctx: click.Context) -> Turn:
    """Return how this command waits for other commands that write to the register."""
    command = ctx.command_path.removeprefix(ctx.find_root().command_path).strip()
    return Turn(command, ctx.meta[WAIT], talk)


def listing(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    as_json: bool,
    as_csv: bool,
    empty: str,
    spare: Sequence[str] = (),
    amounts: Sequence[str] = (),
    cut: str = "",
) -> None:
    """Print rows as JSON or CSV with all fields, or as a table with the columns of `headings`.

    `headings` has the heading of each field. `amounts`: columns of amounts that are not in AMOUNTS.
    If the terminal is too narrow for the table, the texts of the column `cut` are shortened, and
    the columns in `spare` are left out one by one. If that is not enough, each row is printed with
    one field on each line."""
    if as_json:
        click.echo(json_text(rows, indent=2))
        return
    if as_csv:
        if rows:
            from budgettrack.core.base.csv_text import csv_text

            heads = list(rows[0])
            cells = [[row[head] for head in heads] for row in rows]
            click.echo(csv_text(heads, cells, line_end="\n"), nl=False)
        return
    rows = [for_people(row, amounts) for row in rows]
    if not rows:
        click.echo(empty)
    elif click.get_current_context().meta.get(PLAIN):
        click.echo(_facts(rows, headings))
    else:
        click.echo(_table_that_fits(rows, headings, spare, amounts, cut), color=colour())


def json_text(value: Any, indent: int | None = None, err: bool = False) -> str:
    """Return a value as JSON. Characters that the encoding of the output does not have are
    escaped, so that nothing is lost."""
    stream = sys.stderr if err else sys.stdout
    import json

    return json.dumps(value, ensure_ascii=not output.has_all_signs(stream), indent=indent)


def _table_that_fits(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    spare: Sequence[str],
    amounts: Sequence[str],
    cut: str,
) -> str:
    """Return the table in a form that fits into the terminal.

    First the texts in the column `cut` are shortened and the columns in `spare` left out. If that
    is not enough, texts are wrapped. If the table is still too wide, returns the rows with one
    field on each line."""
    shown = table_of(rows, headings, amounts)
    if not sys.stdout.isatty():
        return shown
    width = shutil.get_terminal_size().columns
    excess = []
    for left in range(len(spare) + 1):
        kept = _without(headings, spare[:left])
        shown = table_of(rows, kept, amounts)
        beyond = _width(shown) - width
        if beyond > 0 and cut in kept:
            shown = table_of(_shortened(rows, cut, headings[cut], beyond), kept, amounts)
        if _width(shown) <= width:
            _tell_hidden(headings, kept)
            return shown
        excess.append(beyond)
    # The rows do not fit. Wrap texts, and leave out as few columns as possible.
    for left, beyond in enumerate(excess):
        kept = _without(headings, spare[:left])
        wrapped = _wrapped(rows, kept, amounts, beyond)
        if wrapped is not None:
            _tell_hidden(headings, kept)
            return table_of(wrapped, kept, amounts)
    return _facts(rows, headings)


def _shortened(
    rows: Sequence[Mapping[str, Any]], name: str, heading: str, excess: int
) -> list[dict[str, Any]]:
    """Return the rows with the texts of a column cut, so that the column becomes narrower by
    `excess` characters, but not narrower than NARROWEST."""
    texts = [str(row[name] or "") for row in rows]
    room = max(NARROWEST, len(heading), max(map(len, texts)) - excess)
    return [
        {**row, name: text if len(text) <= room else f"{text[: room - 1].rstrip()}…"}
        for row, text in zip(rows, texts, strict=True)
    ]


def _without(headings: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: text for name, text in headings.items() if name not in names}


def _tell_hidden(headings: Mapping[str, str], kept: Mapping[str, str]) -> None:
    """Say which columns are left out because the terminal is too narrow."""
    hidden = [text for name, text in headings.items() if name not in kept and text]
    if hidden:
        told = words_now().say(
            "No room for: {columns}. Widen the window, or use --csv or --json.",
            columns=", ".join(hidden),
        )
        width = shutil.get_terminal_size().columns
        talk(textwrap.fill(told, width, break_on_hyphens=False, break_long_words=False))


def _width(shown: str) -> int:
    return max(len(click.unstyle(line)) for line in shown.splitlines())


NARROWEST = 14
"""How wide a column of wrapped text must be at least, in characters."""


def is_on_terminal() -> bool:
    """Tell whether the input and the output are a terminal, so that a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _wrapped(
    rows: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    amounts: Sequence[str],
    excess: int,
) -> list[dict[str, Any]] | None:
    """Return the rows with texts wrapped so that the table becomes narrower by `excess` characters.

    Returns None if a column would become too narrow to be read."""
    names = [name for name in headings if name not in RIGHT and name not in amounts]
    texts = {name: [str(row[name] or "") for row in rows] for name in names}
    widths = _narrowed(texts, excess)
    if widths is None:
        return None
    wrapped = {
        name: [textwrap.fill(text, max(1, widths[name])) for text in column]
        for name, column in texts.items()
    }
    return [
        {**row, **{name: column[index] for name, column in wrapped.items()}}
        for index, row in enumerate(rows)
    ]


def _narrowed(texts: Mapping[str, Sequence[str]], excess: int) -> dict[str, int] | None:
    """Return a new width for each column. All columns together become narrower by `excess`
    characters.

    Returns None if a column would become narrower than its longest word, or than NARROWEST. The
    columns in VALUES may be narrower than their longest word."""
    widths = {name: max(map(len, column)) for name, column in texts.items()}
    # A link may be broken into two lines. An ID may not, because people type it again.
    least = {
        name: NARROWEST if name in VALUES else max(NARROWEST, _longest_word(column))
        for name, column in texts.items()
    }
    for _ in range(excess):
        narrowable = [name for name in texts if widths[name] > least[name]]
        if not narrowable:
            return None
        # The widest column becomes one character narrower. This is repeated until the table fits.
        widths[max(narrowable, key=lambda name: widths[name])] -= 1
    return widths


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def colour() -> bool | None:
    """Decide whether to print colours.

    Returns False with NO_COLOR (https://no-color.org) or on a terminal without colours. Returns
    None otherwise: click then prints colours on a terminal only."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


AMOUNTS = {"amount", "approved", "available", "budget", "committed", "counted", "covers_amount",
    "difference", "likely", "may_come", "moved", "record_amount", "revised", "spent", "total",
    "variance",
}  # fmt: skip
"""Columns of amounts: plain decimals in JSON and CSV, grouped by the locale in tables."""

RIGHT = AMOUNTS | {"days", "moved_percent", "odds", "seconds", "variance_percent"}
"""Columns of numbers, aligned to the right."""

VALUES = ("from", "to", "sheet", "register")
"""Columns with values of any field. Such a value is an amount if the row is about a field of
amounts."""


def for_people(row: Mapping[str, Any], amounts: Sequence[str] = ()) -> dict[str, Any]:
    """Return the row with its amounts grouped by the locale."""
    shown = dict(row)
    for name in {*AMOUNTS, *amounts} & row.keys():
        shown[name] = amount_shown(row[name], row.get("currency") or "")
    if "table" in row:
        field = row.get("field") or str(row.get("conflict", "")).rpartition(".")[2]
        for name in VALUES:
            if name in row:
                shown[name] = value_shown(row["table"], field, row[name])
    return shown


def amount_shown(value: str | None, currency: str = "") -> str | None:
    """Return a plain decimal formatted by the locale, with the decimals of its currency if that is
    known.

    Returns None if there is no value."""
    from budgettrack.core.base import money

    if not value:
        return value
    if currency and money.is_currency(currency):
        value = money.decimal(money.minor(value, currency), currency)
    return money.grouped(value, locale_now())


def value_shown(table: str, field: str, value: str | None, currency: str = "") -> str | None:
    """Return the value of a field for people. An amount is formatted by the locale.

    Returns None if there is no value."""
    from budgettrack.core.records.tables import BY_NAME

    for column in BY_NAME[table].columns if table in BY_NAME else ():
        if column.kind == "money" and field in (column.name, column.heading):
            return amount_shown(value, currency) if NUMBER.fullmatch(value or "") else value
    return value


NUMBER = re.compile(r"-?\d+(\.\d+)?")

SIGNED = {"variance", "available", "variance_percent", "days", "difference", "gap"}
"""Columns in which a negative value needs attention: it is red on a terminal."""


def bar(part: str | None, time: str | None, cells: int = 10) -> str:
    """Draw a share in percent as a bar, with a line at the elapsed time: `bar("50.0 %", "70.0 %")`.

    Returns "" if `part` is None."""
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
    """Return the rows with one field on each line, and a blank line between rows. Empty fields
    are left out."""
    return "\n\n".join(
        "\n".join(
            f"{heading or name.capitalize()}: {legible(str(row[name]))}"
            for name, heading in headings.items()
            if row[name] not in (None, "")
        )
        for row in rows
    )


def table_of(
    rows: Iterable[Mapping[str, Any]], headings: Mapping[str, str], amounts: Sequence[str] = ()
) -> str:
    """Return the rows as a table. Numbers are aligned to the right."""
    cells = [[_cell(name, row[name]) for name in headings] for row in rows]
    to_right = [name in RIGHT or name in amounts for name in headings]
    return plain_table(list(headings.values()), cells, to_right)


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else legible(str(value))
    return click.style(text, fg="red") if name in SIGNED and text.startswith("-") else text


def say(outcome: SyncOutcome, *, in_tab: bool) -> None:
    """Print the result of a sync in a few lines. `in_tab`: whether the workbook has the tab
    Checks."""
    changes = outcome.changes
    for told in outcome.told:
        click.echo(told, err=True)
    if not outcome.done:
        click.echo("Nothing was done.", err=True)
        return
    click.echo(
        f"{count(len(changes.to_register), 'row')} taken from the workbook,"
        f" {count(len(changes.to_sheet), 'row')} written into it, {count(len(changes.given), 'ID')}"
        " given."
    )
    if changes.conflicts:
        where = "in the Keep cells of the tab Checks" if in_tab else "with budgettrack resolve"
        click.echo(f"{count(len(changes.conflicts), 'conflict')}: choose {where}.")
    click.echo(found(changes.findings, in_tab=in_tab))
    if changes.moved:
        talk(
            f"Moved {count(changes.moved, 'indicator')} from Work-plan into the tab Indicators."
            " Their columns in Work-plan are blank now: delete them if you like."
        )
    if changes.lacking:
        talk(
            f"New in this version: {', '.join(changes.lacking)}. Add it to the workbook, with what"
            " you have already: budgettrack init --add-tabs"
        )


def tell_findings(findings: Sequence[Finding], err: bool = False, every: bool = False) -> None:
    """Print findings, one on each line: place, severity, code, problem, remedy.

    If there are more than a hundred of one kind, one line stands for the rest. `every`: whether
    to print every finding, for commands that have no other list of the findings."""
    from budgettrack.core.base.findings import MoreFindings, shortened

    for _, finding in enumerate(findings) if every else shortened(findings):
        severity = click.style(
            words_now().say(finding.severity),
            fg="red" if finding.severity == "error" else "yellow",
        )
        if isinstance(finding, MoreFindings):
            line = f"{finding.words(words_now())}  {severity}  {finding.code}"
            click.echo(line, color=colour(), err=err)
            continue
        words = legible(" ".join(finding.words(locale_now(), words_now())))
        line = f"{legible(finding.place)}  {severity}  {finding.code}"
        if (sys.stderr if err else sys.stdout).isatty():
            click.echo(f"{line}\n{_indented(words)}", color=colour(), err=err)
        else:
            click.echo(f"{line}  {words}", color=colour(), err=err)


def _indented(words: str) -> str:
    """Return a text wrapped to the width of the terminal, indented by two characters."""
    return wrapped(f"  {words}")


def wrapped(line: str) -> str:
    """Return a line wrapped to the width of the terminal. The second line and later ones are
    indented by two characters."""
    width = shutil.get_terminal_size().columns
    return textwrap.fill(
        line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def tell_by_harm(findings: Sequence[Finding]) -> None:
    """Print findings under titles that name their harm, the worst first."""
    from itertools import groupby

    from budgettrack.core.base.harm import HARMS, harm_of

    for harm, of_harm in groupby(findings, lambda finding: harm_of(finding.code)):
        told = list(of_harm)
        title = words_now().say(HARMS[harm])
        click.secho(f"{title}: {len(told)}", bold=True, color=colour())
        tell_findings(told)


def found(findings: Sequence[Finding], *, in_tab: bool) -> str:
    """Return a sentence that says how many findings there are, and where they are listed.
    `in_tab`: whether they are also in the tab Checks."""
    mistakes = sum(finding.severity == "error" for finding in findings)
    doubts = len(findings) - mistakes
    words = words_now()
    if not findings:
        return words.say("Nothing to look at.")
    if words.language != "en":
        # "errors: 3" needs no plural form. "3 errors" would need one.
        return words.say(
            "To look at: errors {errors}, warnings {warnings} (budgettrack checks).",
            errors=str(mistakes),
            warnings=str(doubts),
        )
    where = "tab Checks, or:" if in_tab else "see:"
    return (
        f"To look at: {count(mistakes, 'error')}, {count(doubts, 'warning')} ({where}"
        " budgettrack checks)."
    )


def written(paths: Sequence[Path]) -> None:
    """Print the files that people open first: the index of the site, and every private file."""
    for path in paths:
        if path.name == "index.html" or path.parent.name == "private":
            click.echo(str(path))
    public = sum(path.parent.name != "private" for path in paths)
    talk(f"The public site has {count(public, 'file')}.")
