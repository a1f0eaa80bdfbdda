"""The commands of the program. Each is loaded from its file when it is asked for, so that a
question loads one file of this folder and not all.

The list of all commands is in `listed`, which is made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING

from budgettrack.cli.listed import LISTED

if TYPE_CHECKING:
    import click


class CommandsOnDemand(MutableMapping[str, "click.Command"]):
    """The commands by name. A command is loaded when it is asked for, together with the commands
    below it."""

    def __init__(self) -> None:
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        # Loading a file defines its commands.
        # A file that is being loaded asks only for commands that it has defined already.
        for full, (file, _) in LISTED.items():
            if full.split(" ")[0] == name:
                import_module(f"budgettrack.cli.{file}")
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        load_all()
        return iter(self._loaded)

    def __len__(self) -> int:
        load_all()
        return len(self._loaded)


def load_all() -> None:
    """Load every file that contains commands."""
    for file in dict.fromkeys(file for file, _ in LISTED.values()):
        import_module(f"budgettrack.cli.{file}")
