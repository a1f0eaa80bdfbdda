"""The program: its groups of commands, its help, and errors in words."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from budgettrack import interrupts, lasting
from budgettrack.cli import output
from budgettrack.cli.context import PLAIN, QUIET, WAIT
from budgettrack.cli.listed import LISTED
from budgettrack.cli.on_demand import CommandsOnDemand
from budgettrack.cli.options import Seconds
from budgettrack.core.base import errors
from budgettrack.core.base.unseen import legible
from budgettrack.register.turn import PATIENCE
from budgettrack.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

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
