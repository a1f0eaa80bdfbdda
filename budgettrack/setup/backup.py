"""Writes everything that a group could lose into one archive, and unpacks it into an empty folder.

The archive has the register, the config with its profiles, logo and bank layouts, the pictures
of stories, and what was sent. If the user asks, it also has the group's key and the workbook. It
never has passwords or the key file for Google."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from msgspec import Struct

from budgettrack import files, structured
from budgettrack.config.bank_csv import LAYOUT_FOLDER
from budgettrack.config.key import KEY_FILE, key_of
from budgettrack.config.load import Config
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.base.holds import Hold
from budgettrack.group import OpenedGroup
from budgettrack.register import copy
from budgettrack.register.home import stay_home
from budgettrack.register.store import open_register
from budgettrack.reports.base.pictures import original
from budgettrack.setup.sealed import is_sealed, opened, sealed
from budgettrack.version import __version__

REGISTER = "register.sqlite"
ABOUT = "backup.json"
PICTURES = "pictures"
"""The folder in the archive that has the pictures of stories."""

LEFT_OUT = "# left out of the backup, because it may hold a secret. Write it again: "

SECRET_KEYS = ("ping", "webhook")
"""Settings with a web address that may be secret: everybody who knows it can send something in
the name of the group."""


class Backup(Struct, frozen=True):
    """The contents of an archive. `last_run` is the time of the last run in the register, or ''."""

    contents: Mapping[str, bytes]
    at: str
    last_run: str
    version: str


def back_up(
    group: OpenedGroup, file: Path, passphrase: str, *, with_key: bool, with_workbook: bool
) -> list[str]:
    """Writes an archive, reads it again to check it, and returns the names of its files. If
    `passphrase` is '', the archive is not encrypted.

    Raises `UsageError` if the file exists already, or cannot be written."""
    if file.exists():
        raise UsageError(f"{file} is there already. Name a new file: an archive is never replaced.")
    content = _archive(_contents(group, with_key=with_key, with_workbook=with_workbook))
    written = sealed(content, passphrase) if passphrase else content
    try:
        files.create(file, written)
        kept = read(file, passphrase)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.") from error
    _prove(kept)
    return sorted(kept.contents)


def _prove(kept: Backup) -> None:
    """Raises `TrackError` if the register in an archive differs from the one that was copied."""
    with tempfile.TemporaryDirectory() as folder:
        files.create(Path(folder) / REGISTER, kept.contents[REGISTER])
        with open_register(f"sqlite:///{folder}/{REGISTER}") as register:
            found = register.ask(copy.digests)
    if found != json.loads(kept.contents[ABOUT])["tables"]:
        raise TrackError(
            "The archive cannot be restored: its register is not what was read. Keep the archive"
            " before it, look at the disk, and run this again."
        )


def _contents(group: OpenedGroup, *, with_key: bool, with_workbook: bool) -> dict[str, bytes]:
    config = group.config
    contents, tables, last_run = _register(group)
    contents[NAME] = portable(config.path.read_text("utf-8"), config).encode()
    contents |= dict(_files_of(config))
    contents |= dict(_pictures_of(group))
    if with_key:
        key = key_of(config)
        if key is None:
            raise UsageError(f"This group has no key ({KEY_FILE}). Leave out --with-key.")
        contents[KEY_FILE] = key + b"\n"
    if with_workbook:
        if config.xlsx is None:
            raise UsageError(
                "The workbook is online, and its copy is made there: File > Make a copy. Leave out"
                " --with-workbook."
            )
        contents[config.xlsx.name] = config.xlsx.read_bytes()
    about = {"at": group.now().isoformat(timespec="seconds"), "version": __version__}
    about |= {"last_run": last_run}
    contents[ABOUT] = json.dumps({**about, "tables": tables}, indent=1).encode()
    return contents


def _register(group: OpenedGroup) -> tuple[dict[str, bytes], Mapping[str, str], str]:
    """Returns the register as an SQLite file, the hashes of its tables, and the time of its last
    run. All three show the register at the same moment, although other runs may go on."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / REGISTER
        with open_register(f"sqlite:///{made}") as target, group.register.reading() as source:
            copy.copy(source, target)
            tables = copy.digests(source)
            ((last,),) = source.rows("SELECT max(at) FROM runs")
        return {REGISTER: made.read_bytes()}, tables, last or ""


def _files_of(config: Config) -> Iterator[tuple[str, bytes]]:
    """Yields the files that the config names and the files that were sent, each with its name in
    the archive."""
    if config.logo is not None:
        yield config.logo.name, config.logo.read_bytes()
    folders = [
        ("reports/private", config.reports / "private"),
        (LAYOUT_FOLDER, config.path.parent / LAYOUT_FOLDER),
    ]
    if config.profiles is not None:
        folders.append(("profiles", config.profiles))
    for name, folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _pictures_of(group: OpenedGroup) -> Iterator[tuple[str, bytes]]:
    """Yields the pictures that stories name, each with its name in the archive. Other pictures
    in the folder are left out: people may keep them there for themselves."""
    for story in group.standing.plan.stories.values():
        content = original(group.config.pictures, story.picture) if story.picture else ""
        if isinstance(content, bytes):
            yield f"{PICTURES}/{story.picture}", content


def portable(text: str, config: Config) -> str:
    """Returns the text of a config for an archive. In it, the register and all files are beside
    the config, and settings that may be secrets are left out."""
    lines, section = [], ""
    for line in text.splitlines():
        heading = re.match(r"\s*\[([^\[\]]+)\]", line)
        if heading:
            section = heading[1].strip()
        lines.append(_portable(line, section, config))
    return "\n".join(lines) + "\n"


def _portable(line: str, section: str, config: Config) -> str:
    setting = re.match(r"\s*(\w+)\s*=", line)
    key = setting[1] if setting else ""
    if section == "register" and key == "url":
        return f'url = "sqlite:///{REGISTER}"'
    if key in SECRET_KEYS and section in ("monthly", "deliver"):
        return f"{LEFT_OUT}{key}"
    beside = {
        ("workbook", "xlsx"): config.xlsx.name if config.xlsx else "",
        ("reports", "out"): "reports",
        ("reports", "profiles"): "profiles",
        ("reports", "pictures"): PICTURES,
        ("reports", "logo"): config.logo.name if config.logo else "",
    }.get((section, key))
    return line if beside is None else f'{key} = "{beside}"'


def _archive(contents: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name in sorted(contents):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(contents[name]), 0o600
            tar.addfile(entry, io.BytesIO(contents[name]))
    return made.getvalue()


def is_encrypted(file: Path) -> bool:
    """Whether an archive needs a passphrase.

    Raises `UsageError` if it cannot be read."""
    return is_sealed(_bytes(file))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}. Name an archive.") from error


def read(file: Path, passphrase: str) -> Backup:
    """Returns the contents of an archive.

    Raises `UsageError` if it is no archive of this program, or if the passphrase is wrong."""
    content = _bytes(file)
    if is_sealed(content):
        content = opened(content, passphrase)
    contents: dict[str, bytes] = {}
    try:
        # The checksum is at the end of the file, and tarfile stops reading before it.
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content)), mode="r:") as tar:
            for entry in tar:
                part = tar.extractfile(entry)
                path = PurePosixPath(entry.name)
                if part is None or path.is_absolute() or ".." in path.parts:
                    raise ValueError(entry.name)
                contents[entry.name] = part.read()
        about = structured.json_object(contents[ABOUT])
        if not {REGISTER, NAME} <= contents.keys():
            raise ValueError("its register or config")
        return Backup(contents, about["at"], about["last_run"], about["version"])
    except (tarfile.TarError, zlib.error, ValueError, KeyError, EOFError, OSError):
        raise UsageError(
            f"{file} is no archive of budgettrack backup, or it was cut. Name another copy."
        ) from None


def unpack(kept: Backup, folder: Path, at: datetime) -> Path:
    """Unpacks an archive into a folder that has no group, and returns the path of its config. It
    places a hold, so nothing is sent from there until a person decides.

    Raises `UsageError` if one of its files exists already, or cannot be written."""
    there = [name for name in kept.contents if name != ABOUT and (folder / name).exists()]
    if there:
        raise UsageError(
            f"{folder / there[0]} is there already. Unpack into an empty folder: --into FOLDER"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        contents = {name: text for name, text in kept.contents.items() if name != ABOUT}
        for name, content in contents.items():
            (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.create(folder / name, content)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error
    with open_register(f"sqlite:///{folder.absolute() / REGISTER}") as register:
        # A hold already waits for a person.
        # So the program need not ask a second time because the folder is new.
        stay_home(register)
        register.hold(Hold("older-register", at))
    return folder / NAME
