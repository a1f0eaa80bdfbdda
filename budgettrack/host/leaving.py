"""Lets a group leave its host, and lets it come back. The group gets everything that is its own in
one archive, from which it can go on alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from budgettrack import files, structured
from budgettrack.config.host import HostSettings
from budgettrack.config.load import Config, load
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.holds import Hold
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup, open_group
from budgettrack.host.directory import HostedGroup, group_named
from budgettrack.host.group_config import REGISTER, RETURNING, defaults, return_cut_off
from budgettrack.host.job import DETAILS
from budgettrack.host.moving import move_in
from budgettrack.host.patience import FILE
from budgettrack.host.run import groups_of
from budgettrack.host.schemas import GroupsDatabase, schema_of
from budgettrack.register import holds
from budgettrack.register.store import Commit, RecordVersion
from budgettrack.reports.make import remake_site
from budgettrack.setup import backup

STAYS = (
    "What stays with the host: its own books and what it gave the group, the row in Groups, the"
    " mails that were sent, and the folder {folder}. Delete that folder when the group has what it"
    " needs."
)
STAYS_IN_DATABASE = (
    "What stays with the host: its own books and what it gave the group, the row in Groups, the"
    " mails that were sent, the folder {folder}, and the register in the database, from which"
    " nothing is sent any more. When the group has what it needs, delete that folder, and let the"
    ' database\'s administrator say: DROP SCHEMA "{schema}" CASCADE; DROP ROLE "{role}";'
)
NEVER_RUN = "Nothing of {code} is here: it was never run. Set its State to left."
ANOTHER_ARCHIVE = (
    "The return of {code} from another archive was cut off. Name that archive, or move {folder}"
    " away first."
)
HAS_SCHEMA = (
    "The database has a register of {code} already, and nothing is replaced. Move the folder"
    ' {folder} away first, and let the administrator say: ALTER SCHEMA "{schema}" RENAME TO'
    ' "old_{code}";'
)


def leave(host: OpenedGroup, code: str, file: Path, passphrase: str) -> list[str]:
    """Writes the register, the config, the key and the list of sent mails of a group into an
    archive, and records that the group has left. Returns sentences that say what was done.

    Raises `UsageError` if there is no such group, or if this host has no register of the group."""
    group = group_named(groups_of(host), code)
    config = _config(host, code)
    # `url` is the URL of the group's register.
    # [register] url and environment variables are about the host's own register.
    # No run may begin after the copy was made and before the hold is placed. So nothing is lost.
    with (
        _register_here(host, code) as (url, stays),
        open_group(replace(config, register=url)) as opened,
        opened.register.cycles.lock(),
        opened.register.keeping() as connection,
    ):
        backup.back_up(
            opened,
            file,
            passphrase,
            with_key=True,
            with_workbook=config.xlsx is not None and config.xlsx.exists(),
        )
        # Two copies of a register must not both send mail.
        # So the register that stays at the host gets a hold: it sends nothing.
        holds.place(connection, [Hold("other-machine", host.now())])
        connection.commit()
    _set_state(host, group, "left")
    return [
        f"{code} left. The archive {file} is all that it needs: budgettrack unpack {file.name}",
        "In its config, the mail server and the recipients are missing: they were the host's.",
        stays.format(folder=config.path.parent),
    ]


@contextmanager
def _register_here(host: OpenedGroup, code: str) -> Iterator[tuple[str, str]]:
    """Yields two texts: the URL of a group's register, and a sentence about what stays at the host.
    Raises `UsageError` if there is no register."""
    settings = host.config.host
    assert settings is not None
    if not settings.database:
        if not (settings.groups / code / REGISTER).is_file():
            raise UsageError(NEVER_RUN.format(code=code))
        yield f"sqlite:///{settings.groups / code / REGISTER}", STAYS
        return
    with GroupsDatabase(settings.database) as database:
        database.require_version()
        if not database.has_register(code):
            raise UsageError(NEVER_RUN.format(code=code))
        names = {"schema": schema_of(code), "role": database.role(code)}
        yield database.let_in(code), STAYS_IN_DATABASE.format(folder="{folder}", **names)


def come_back(host: OpenedGroup, code: str, file: Path, passphrase: str) -> list[str]:
    """Unpacks the archive of a group that comes back into its folder. Returns sentences that say
    what was done.

    It may be cut off anywhere: the next call with the same archive does it again. Until then no
    job is done for the group. Raises `UsageError` if the group has no row, or if its folder has a
    register already."""
    group = group_named(groups_of(host), code)
    settings = host.config.host
    assert settings is not None
    folder = settings.groups / code
    kept = backup.read(file, passphrase)
    begun = folder / f"{RETURNING}{_digest(kept)}"
    if not begun.exists():
        _refuse_a_second(settings, code)
    _refuse_another(group, kept, file)
    if begun.exists():
        # If one file of the archive is here, an earlier call that was cut off has written it.
        for name in kept.contents:
            (folder / name).unlink(missing_ok=True)
        _delete_register(folder)
    # The old config and its messages are deleted first.
    # The next run makes the config from the group's row again.
    for name in (NAME, FILE, DETAILS):
        (folder / name).unlink(missing_ok=True)
    if not any((folder / name).exists() for name in kept.contents):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(begun, b"", private=True)
    unpacked = load(backup.unpack(kept, folder, host.now()))
    register = f"sqlite:///{folder / REGISTER}"
    with open_group(replace(unpacked, register=register)) as back:
        # The archive has no pages. They are made again from the register.
        remake_site(back, back.config.reports)
    if settings.database:
        with GroupsDatabase(settings.database) as database:
            move_in(host, defaults(host.config), database, group)
        # The register file is deleted, because the archive is a copy of it.
        _delete_register(folder)
    _set_state(host, group, "ready")
    begun.unlink(missing_ok=True)
    return [
        f"{code} is back. Nothing is sent for it until somebody decides: budgettrack --config"
        f" {folder / NAME} deliveries release older-register",
        f"Then run: budgettrack host {'plan' if settings.database else 'run'}",
    ]


def _digest(kept: backup.Backup) -> str:
    told = hashlib.sha256()
    for name, content in sorted(kept.contents.items()):
        told.update(f"{name}\0{len(content)}\0".encode() + content)
    return told.hexdigest()[:32]


def _delete_register(folder: Path) -> None:
    for left in folder.glob(f"{REGISTER}*"):
        left.unlink()


def _refuse_a_second(settings: HostSettings, code: str) -> None:
    """Raises `UsageError` if the host has a register of the group already."""
    folder = settings.groups / code
    if return_cut_off(folder):
        raise UsageError(ANOTHER_ARCHIVE.format(code=code, folder=folder))
    if (folder / REGISTER).exists():
        raise UsageError(
            f"{folder} has a register already. Move that folder away first: nothing is replaced."
        )
    if settings.database:
        with GroupsDatabase(settings.database) as database:
            database.require_version()
            if database.has_register(code):
                raise UsageError(
                    HAS_SCHEMA.format(code=code, schema=schema_of(code), folder=folder)
                )


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
        raise UsageError(NEVER_RUN.format(code=code))
    return load(path)


def _set_state(host: OpenedGroup, group: HostedGroup, state: str) -> None:
    now = {**group.fields, "state": state}
    now.pop("what_to_do", None)
    with host.register.writing() as writing:
        version = RecordVersion(GROUPS.name, group.code, now, "register")
        writing.commit(Commit("by hand", host.now(), [version]))
    host.changed()
