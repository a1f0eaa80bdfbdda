"""The commands that protect a group's data from loss: back up, unpack, change the key, and move
the register."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from budgettrack.cli.context import config_of, group_of, talk
from budgettrack.cli.program import LOOK, main
from budgettrack.core.base import errors

PASSPHRASE = "BUDGETTRACK_PASSPHRASE"


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--with-key", is_flag=True, help="The group's key, too. Better: keep it in another place."
)
@click.option(
    "--workbook",
    "--with-workbook",
    "with_workbook",
    is_flag=True,
    help="The workbook, too, if it is a file.",
)
@click.option("--unencrypted", is_flag=True, help="Without a passphrase: who has it can read it.")
@click.pass_context
def backup(
    ctx: click.Context, file: Path, with_key: bool, with_workbook: bool, unencrypted: bool
) -> None:
    """Write register, config and what was sent into one encrypted archive.

    It can be made while other runs go on. Passwords and the key file for Google are never in it,
    and addresses that may hold a secret are left out of its config. The passphrase is asked for, or
    taken from BUDGETTRACK_PASSPHRASE or the file that BUDGETTRACK_PASSPHRASE_FILE names."""
    from budgettrack.setup import backup as archives

    passphrase = "" if unencrypted else passphrase_asked(twice=True)
    names = archives.back_up(
        group_of(ctx), file, passphrase, with_key=with_key, with_workbook=with_workbook
    )
    for name in names:
        click.echo(name)
    talk(f"Written to {file}. It was read again, and its register equals the group's.")
    if not with_workbook:
        talk("The workbook is not in the archive. Copy the workbook, too.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder, empty or new. Default: this one.",
)
@click.pass_context
def unpack(ctx: click.Context, file: Path, into: Path) -> None:
    """Put an archive of `backup` into an empty folder.

    Lists what was changed in the workbook after the archive was made. The unpacked register sends
    nothing until a person runs: budgettrack deliveries release older-register"""
    from budgettrack.group import now_in_utc
    from budgettrack.setup import backup as archives

    passphrase = passphrase_asked(twice=False) if archives.is_encrypted(file) else ""
    kept = archives.read(file, passphrase)
    config = archives.unpack(kept, into, now_in_utc())
    click.echo(f"The archive was made on {kept.at} by budgettrack {kept.version}.")
    click.echo(f"Its register's last run was on {kept.last_run or '(no run yet)'}.")
    for line in _newer(config):
        click.echo(line)
    click.echo(
        "Nothing is sent from here until you say so. Find out who has which report since then, and"
        " then: budgettrack deliveries release older-register"
    )
    ctx.exit(LOOK)


def _newer(config_path: Path) -> list[str]:
    """Return sentences about the changes in the workbook that the unpacked register does not have
    yet. If the workbook cannot be read, returns the reason."""
    from budgettrack import sync
    from budgettrack.cli.sync import changes_told
    from budgettrack.config.load import load
    from budgettrack.group import open_group

    try:
        with open_group(load(config_path), patient=False) as group:
            outcome = sync.preview(group)
    except errors.TrackError as error:
        return [
            "The workbook cannot be compared yet:",
            *error.problems,
            "Put passwords, keys and the workbook in place. Then: budgettrack sync --dry-run",
        ]
    if not outcome.changes.to_register:
        return ["Nothing in the workbook is newer than this register."]
    return ["The next sync will do this:", *changes_told(outcome.changes)]


@main.command()
@click.option(
    "--rotate", is_flag=True, help="Make another key, because somebody may know this one."
)
@click.option("--yes", is_flag=True, help="Do not ask before another key is made.")
@click.pass_context
def key(ctx: click.Context, rotate: bool, yes: bool) -> None:
    """Show by what the group's key is known, or make another.

    The key itself is never shown: if two computers print the same here, they have the same key.
    With --rotate, workbook and register get a new key, and a sync is run. Then the command says
    what the new key means for deliveries, bank entries and backups."""
    from budgettrack.config.key import KEY_FILE, fingerprint, key_of
    from budgettrack.setup import rotate as rotating

    config = config_of(ctx)
    if not rotate:
        known = key_of(config)
        if known is None:
            raise errors.UsageError(f"There is no {KEY_FILE} yet. The first sync makes one.")
        click.echo(fingerprint(known))
        return
    if not yes and not (sys.stdin.isatty() and click.confirm("Make another key?", err=True)):
        raise errors.UsageError("The key stays. To make another without being asked: --yes")
    for line in rotating.rotate(config):
        click.echo(line)


@main.command()
@click.argument("kind", type=click.Choice(["sqlite", "postgresql"]))
@click.argument("url", default="")
@click.pass_context
def move(ctx: click.Context, kind: str, url: str) -> None:
    """Copy the register, with its whole history, into a new file or onto a server.

    URL is `sqlite:///register.sqlite` or `postgresql://...`. If no URL is given, you are asked for
    one, and what you type is not shown: the URL of a server has a password in it. The new register
    is compared with the old one, table by table. The old one stays, and nothing is sent from it any
    more."""
    from budgettrack.core.base.holds import Hold
    from budgettrack.register.copy import move as move_register
    from budgettrack.register.store import open_register

    given = url or click.prompt("URL of the new register", hide_input=True, err=True)
    if given.partition("://")[0].partition("+")[0] != kind:
        raise errors.UsageError(f"The URL of a register on {kind} begins with {kind}://")
    group = group_of(ctx)
    # Relative paths in a URL begin at the config, as in [register] url.
    folder = config_of(ctx).path.parent
    name = given.partition(":///")[2]
    if kind == "sqlite" and name:
        given = f"sqlite:///{(folder / name).as_posix()}"
    with open_register(given) as target:
        move_register(group.register, target, Hold("other-machine", group.now()))
    click.echo("The register was copied, and is equal in every table.")
    click.echo(
        "Now set [register] url in the config, or BUDGETTRACK_REGISTER, to the new URL on every"
        " computer that uses it. The old register is held: nothing is sent from it."
    )


def passphrase_asked(*, twice: bool) -> str:
    """Return the passphrase from an environment variable, from a file, or as the user types it."""
    from budgettrack.monthly.delivery.secrets import secret

    if os.environ.get(PASSPHRASE) or os.environ.get(f"{PASSPHRASE}_FILE"):
        return secret(PASSPHRASE, None)
    if not sys.stdin.isatty():
        raise errors.UsageError(
            f"There is nobody to ask for the passphrase. Set {PASSPHRASE}, or name a file that only"
            f" you can read in {PASSPHRASE}_FILE."
        )
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return typed
