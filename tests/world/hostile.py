"""Every command with every option, from the click program itself, and values that nobody expects."""

from __future__ import annotations

import os
import random
import shutil
import signal
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.cli.unforeseen import NAME

VALUES = (
    "", " ", "-", "--", "0", "-1", "0001-01-01", "9999-12-31", "2026-02-30", "2026-00", "9999-12", "0000-01",
    "99999999999999999999", "1e999999999", "-1e-999999999", "NaN", "Infinity", "²", "١٢", "１２３",
    "a" * 5000, "\udcff", "x\udcff.toml", "\x1b[31mred", "\u202eabc", "🏳️‍🌈" * 50, "a\nb", "{0}{x}%s%(y)s", "=1+1",
    "..", "/", "/dev/null", "/proc/self/mem", "no/such/folder/file.xlsx", "file:///etc", "https://127.0.0.1:1/x",
    "G-1", "g-1", "B-1", "E-1", "D-1", "A-1", "report:G-1:2026-10", "2026-10", "2026-W44", "active", "G-1.title",
    "state=active", "state=", "=", "id=G-1", "title=\udcff", "amount=1e999999999", "amount=-0", "start=9999-12-31",
    "end=0001-01-01", "nosuchfield=1", "currency=ZZZ", "date=2026-10-10", "60/40", "1e999999999/1", "0/0", "1+1",
    "NaN/1", "Infinity+1", "1e99999999+1", "en", "xx_YY", "de_DE@x",
)  # fmt: skip
"""What may be typed anywhere, by mistake or to do harm."""

FOREVER = ("schedule",)
"""Commands that do not end by themselves: they run as processes of their own."""


@dataclass(frozen=True)
class Slot:
    """One place of a command line into which something is typed. `name` is "" if it is an argument."""

    command: tuple[str, ...]
    param: click.Parameter

    @property
    def name(self) -> str:
        return max(self.param.opts, key=len) if isinstance(self.param, click.Option) else ""

    @property
    def is_flag(self) -> bool:
        return isinstance(self.param, click.Option) and self.param.is_flag

    def __str__(self) -> str:
        return " ".join((*self.command, self.name or str(self.param.name)))


def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command of the program by its words. A group that does something alone is one, too."""
    return dict(_commands((), main))


def _commands(
    path: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands((*path, name), inner)


def slots() -> list[Slot]:
    return [Slot(path, param) for path, command in commands().items() for param in command.params]


def line(
    slot: Slot, value: str, rest: Mapping[str, str], *, with_optional: random.Random | None = None
) -> list[str]:
    """A command line with one value in its slot, and what else the command needs.

    `rest` has usual values by the name of a parameter. With a random number generator, other options
    are drawn, too."""
    words, tail = [], []
    for param in commands()[slot.command].params:
        if param is slot.param:
            words += (
                ([slot.name] if slot.is_flag else [f"{slot.name}={value}"]) if slot.name else []
            )
            tail += [] if slot.name else [value]
        elif param.required or (isinstance(param, click.Argument) and param.nargs == 1):
            if isinstance(param, click.Argument):
                tail.append(rest.get(str(param.name), "G-1"))
            else:
                words.append(
                    f"{max(param.opts, key=len)}={rest.get(str(param.name), _choice(param))}"
                )
        elif with_optional and isinstance(param, click.Option) and with_optional.random() < 0.3:
            option = max(param.opts, key=len)
            words.append(option if param.is_flag else f"{option}={with_optional.choice(VALUES)}")
    if not slot.command:
        return [*words, "status"]
    return [*slot.command, *words, *(["--"] if tail else []), *tail]


def _choice(param: click.Parameter) -> str:
    return str(param.type.choices[0]) if isinstance(param.type, click.Choice) else "2026-10-01"


USUAL = {
    "fields": "title=New",
    "key": "60/40",
    "expense": "E-1",
    "resource": "R-1",
    "deadline": "D-1",
    "conflict": "B-1.amount",
    "delivery": "D-1",
    "month": "2026-10",
    "shell": "bash",
    "command": "status",
    "record": "G-1",
    "name": "G-1",
    "file": "bank.csv",
    "folder": "demo",
}


class HangingError(Exception):
    """A command did not end."""


@contextmanager
def ending_within(seconds: int) -> Iterator[None]:
    """Raises where the block hangs, so that the other tests go on."""

    def stop(_: int, frame: FrameType | None) -> None:
        raise HangingError(str(frame))

    then = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, then)


def run(
    group: Path, folder: Path, words: list[str], before: Callable[[Path], None] = lambda _: None
) -> tuple[int, str]:
    """Run a command line in a fresh copy of a group's folder. Its exit code, and all it printed."""
    shutil.rmtree(folder, onerror=_open_and_retry) if folder.exists() else None
    shutil.copytree(group, folder)
    before(folder)
    here = Path.cwd()
    os.chdir(folder)
    try:
        with ending_within(60):
            # Nothing to browse with, and no way to Google's services.
            env = {
                "PATH": "",
                "HOME": str(folder),
                "NO_GCE_CHECK": "true",
                "GOOGLE_APPLICATION_CREDENTIALS": "none.json",
                "BUDGETTRACK_WEBHOOK_SECRET_FILE": "webhook.secret",
            }
            result = CliRunner(env=env).invoke(main, words)
    finally:
        os.chdir(here)
    left = (folder / NAME).read_text() if (folder / NAME).exists() else ""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        left += repr(result.exception)
    return result.exit_code, result.output + left


def _open_and_retry(function: object, path: str, _: object) -> None:
    Path(path).parent.chmod(stat.S_IRWXU)
    Path(path).chmod(stat.S_IRWXU)
    function(path)  # type: ignore[operator]
