"""The command for signing in to Google as a person: login."""

from __future__ import annotations

import os
from pathlib import Path

import click

from budgettrack.cli.context import talk
from budgettrack.cli.program import main


@main.command()
@click.option(
    "--client",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The client file of the group or its host. Default: that of the sign-in before.",
)
@click.option(
    "--existing",
    is_flag=True,
    help="For a sheet that is there already. It reaches every sheet of the account.",
)
@click.option(
    "--no-browser",
    is_flag=True,
    help="Sign in with the browser of another machine: print the address, and ask where it led.",
)
@click.pass_context
def login(ctx: click.Context, client: Path | None, existing: bool, no_browser: bool) -> None:
    """Sign in to Google as a person, without a key file.

    Opens a browser. The sign-in reaches the sheets that this program makes, and with --existing
    every sheet of the account: use one that was made for the group. It is kept in a file that only
    you can read, until you end it at https://myaccount.google.com/connections."""
    from budgettrack.config.place import VARIABLE, find
    from budgettrack.core.base.errors import ConfigError
    from budgettrack.setup.login import LoginPlace
    from budgettrack.setup.login import login as signed_in

    try:
        place = LoginPlace.of_config(find(ctx.obj, Path.cwd(), os.environ))
    except ConfigError:
        if ctx.obj or VARIABLE in os.environ:
            raise
        place = LoginPlace.without_config(Path.cwd())
    ask = _asked if no_browser else None
    for line in signed_in(place, client, existing=existing, tell=_tell, ask=ask):
        click.echo(line)


def _tell(words: str) -> None:
    talk(words)
    # On a terminal, the command waits here, so that the person can think before the sign-in begins.
    click.pause("Press any key to go on, or Ctrl-C to stop.", err=True)


def _asked(address: str) -> str:
    talk(
        "Open this address in the browser of any machine, and agree. Then the browser says that a"
        " page cannot be shown. This is no mistake: copy the address of that page, and paste it"
        " here.\n"
        f"{address}"
    )
    return str(click.prompt("Address", err=True))
