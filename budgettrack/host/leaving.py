"""Lets a group leave its host with everything that is its own, in one archive from which it can
go on alone, and lets it come back."""

from __future__ import annotations

from pathlib import Path

from budgettrack import structured
from budgettrack.config.load import Config, load
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.holds import Hold
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup, open_group
from budgettrack.host.directory import HostedGroup, group_named
from budgettrack.host.job import DETAILS
from budgettrack.host.patience import FILE
from budgettrack.host.run import groups_of
from budgettrack.host.schemas import schema_of
from budgettrack.register.store import Commit, RecordVersion
from budgettrack.reports.make import remake_site
from budgettrack.setup import backup

IN_DATABASE = (
    "The registers of this host's groups are in its database, from which no archive is made yet."
    ' The register of this group is the schema "{schema}": pg_dump --schema writes it into a file.'
)
STAYS = (
    "What stays with the host: its own books and what it gave the group, the row in Groups, the"
    " mails that were sent, and the folder {folder}. Delete that folder when the group has what it"
    " needs."
)


def leave(host: OpenedGroup, code: str, file: Path, passphrase: str) -> list[str]:
    """Writes the register, the config, the key and the list of sent mails of a group into an
    archive, and records that the group has left. Returns sentences that say what was done.

    Raises `UsageError` if there is no such group, or if this host has nothing of it."""
    group = group_named(groups_of(host), code)
    _refuse_in_database(host, code)
    config = _config(host, code)
    with open_group(config) as opened:
        backup.back_up(
            opened,
            file,
            passphrase,
            with_key=True,
            with_workbook=config.xlsx is not None and config.xlsx.exists(),
        )
        # Two copies of a register must not both send mail. A hold is placed in the one that stays
        # here.
        opened.register.hold(Hold("other-machine", host.now()))
    _set_state(host, group, "left")
    return [
        f"{code} left. The archive {file} is all that it needs: budgettrack unpack {file.name}",
        "In its config, the mail server and the recipients are missing: they were the host's.",
        STAYS.format(folder=config.path.parent),
    ]


def come_back(host: OpenedGroup, code: str, file: Path, passphrase: str) -> list[str]:
    """Unpacks the archive of a group that comes back into its folder. Returns sentences that say
    what was done.

    Raises `UsageError` if the group has no row, or if its folder has a register already."""
    group = group_named(groups_of(host), code)
    _refuse_in_database(host, code)
    assert host.config.host is not None
    folder = host.config.host.groups / code
    if (folder / backup.REGISTER).exists():
        raise UsageError(
            f"{folder} has a register already. Move that folder away first: nothing is replaced."
        )
    kept = backup.read(file, passphrase)
    _refuse_another(group, kept, file)
    # The old config and its messages are deleted first. The next run makes the config from the
    # group's row again.
    for name in (NAME, FILE, DETAILS):
        (folder / name).unlink(missing_ok=True)
    with open_group(load(backup.unpack(kept, folder, host.now()))) as back:
        # The archive has no pages. They are made again from the register.
        remake_site(back, back.config.reports)
    _set_state(host, group, "ready")
    return [
        f"{code} is back. Nothing is sent for it until somebody decides: budgettrack --config"
        f" {folder / NAME} deliveries release older-register",
        "Then run: budgettrack host run",
    ]


def _refuse_in_database(host: OpenedGroup, code: str) -> None:
    """Raises `UsageError` if the groups' registers are in a database, because the program cannot
    make an archive of such a register yet."""
    assert host.config.host is not None
    if host.config.host.database:
        raise UsageError(IN_DATABASE.format(schema=schema_of(code)))


def _refuse_another(group: HostedGroup, kept: backup.Backup, file: Path) -> None:
    """Raises `UsageError` if the archive belongs to another group. Otherwise the books of the
    other group would be published under this group's name."""
    content = structured.toml(kept.contents[NAME].decode("utf-8", "replace"))
    theirs = str(content.get("organisation", {}).get("name", ""))
    ours = group.text("public_name")
    if theirs != ours:
        raise UsageError(
            f"{file} is the archive of {theirs or 'a group without a name'}, and the Public name of"
            f" {group.code} is {ours or 'blank'}. Name the right archive, or correct the row."
        )


def _config(host: OpenedGroup, code: str) -> Config:
    assert host.config.host is not None
    path = host.config.host.groups / code / NAME
    if not path.is_file():
        raise UsageError(f"Nothing of {code} is here: it was never run. Set its State to left.")
    return load(path)


def _set_state(host: OpenedGroup, group: HostedGroup, state: str) -> None:
    now = {**group.fields, "state": state}
    now.pop("what_to_do", None)
    with host.register.writing() as writing:
        version = RecordVersion(GROUPS.name, group.code, now, "register")
        writing.commit(Commit("by hand", host.now(), [version]))
    host.changed()
