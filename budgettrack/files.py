"""Writes files of reports. A file is complete or absent, and a private file can be read only by
its owner."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import struct
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from budgettrack import lasting, structured
from budgettrack.core.base.errors import TrackError
from budgettrack.interrupts import unbroken

DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)),
}
"""Names of devices of Windows. No file can have such a name, with or without an ending."""


def safe_name(text: str) -> str:
    """Return `text` as part of a file name for any operating system.

    Two different texts never get the same name, even on a system that does not distinguish
    capitals.

    >>> safe_name("G-1.2"), safe_name("../G 1")
    ('G-1.2', 'G-1-337f1d71')
    """
    usual = re.fullmatch(r"[A-Z0-9]+([.-][A-Z0-9]+)*", text)
    if usual and text.split(".", maxsplit=1)[0] not in DEVICES:
        return text
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60]
    return f"{plain or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def holds(path: Path, content: bytes) -> bool:
    """Tell whether the file already has this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def write_all(folder: Path, contents: Mapping[str, bytes], *, private: bool) -> list[Path]:
    """Write all files, or none. Every file is complete under another name before the first one gets
    its own name.

    Private files, and `folder` with everything in it, can be read only by their owner (0700,
    0600). A web server can read public ones (0755, 0644). A file that already has its content is
    not written again. Raises OSError if one cannot be written, `TrackError` if a symbolic link
    below `folder` is in the way."""
    with unbroken():
        return _write_all(folder, contents, private, ours=True)


def _write_all(
    folder: Path, contents: Mapping[str, bytes], private: bool, *, ours: bool
) -> list[Path]:
    parts: dict[Path, Path] = {}
    _refuse_links(folder, contents)
    _sweep({(folder / name).parent for name in contents})
    try:
        for name, content in contents.items():
            path = folder / name
            if holds(path, content):
                continue
            _refuse_no_file(path)
            _make_folders(folder, path, private, ours)
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
            parts[path] = Path(part)
            _fill(handle, content)
            parts[path].chmod(0o600 if private else 0o644)
        for path, part_ in parts.items():
            part_.replace(path)
            lasting.note("files")
    except BaseException:
        for part_ in parts.values():
            part_.unlink(missing_ok=True)
        raise
    return [folder / name for name in contents]


def _refuse_no_file(path: Path) -> None:
    """Raises OSError if there is something at `path` that is no file, such as a folder."""
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    # Without this check, root could replace a device such as /dev/null by a file.
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "Not a file but a device or a pipe", str(path))


def try_all(folder: Path, names: Collection[str]) -> None:
    """Try whether `write_all` could write files with these names. Nothing is changed. Raises the
    same errors as `write_all`."""
    _refuse_links(folder, names)
    for name in names:
        _refuse_no_file(folder / name)
    for parent in {(folder / name).parent for name in [*names, "x"]}:
        try_folder(parent)


def try_site(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Try whether `write_site` could write these files. Nothing is changed. Raises the same errors
    as `write_site`."""
    _refuse_strangers(folder, contents, _ours(folder, contents))
    try_all(folder, contents)


def try_folder(folder: Path) -> None:
    """Try whether a file can be created in a folder, or in the first folder above it that exists.
    The test file is deleted. Raises OSError if it cannot be created."""
    while not os.path.lexists(folder):
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder):
        pass


def _fill(handle: int, content: bytes) -> None:
    """Write an open file so that its content survives a power cut, and close it."""
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_folders(folder: Path, path: Path, private: bool, ours: bool) -> None:
    """Make the folders of a file from `folder` down. Folders that exist already get our permissions
    only if `ours` is true."""
    for parent in reversed([part for part in path.parents if folder in (part, *part.parents)]):
        if ours or not parent.exists():
            parent.mkdir(parents=True, exist_ok=True)
            parent.chmod(0o700 if private else 0o755)


STALE = 3600.0
"""If an unfinished file is older than this number of seconds, it is deleted: the program that wrote
it must have been killed."""


def _sweep(folders: Collection[Path]) -> None:
    for part in stale(part for folder in folders for part in folder.glob(UNFINISHED)):
        with contextlib.suppress(OSError):
            part.unlink()


UNFINISHED = ".*.part"
"""The names of files that are being written."""


def stale(paths: Iterable[Path]) -> list[Path]:
    """Return the unfinished files that are so old that no run writes them any more."""
    left = []
    for path in paths:
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE:
                left.append(path)
    return left


LIST = ".budgettrack-files"
"""The name of the file in a public folder that lists the files which this program wrote there."""

FEED = b'type="application/atom+xml" href="'
"""A text in the head of each page. If a site has no list of files, our pages are recognised by this
text."""


def write_site(
    folder: Path, contents: Mapping[str, bytes], old: Collection[str] = ()
) -> list[Path]:
    """Write all files of a public site. Files that the site no longer has, such as the page of a
    withdrawn grant, are deleted.

    A list in the folder says which files this program wrote; others are not touched. An older
    version kept no list: its site is recognised by the description of its data, and `old` has
    further files of such a site.

    Raises OSError if a file cannot be written, `TrackError` if a symbolic link or a file that this
    program did not write is in the way."""
    ours = _ours(folder, [*contents, *old])
    _refuse_strangers(folder, contents, ours)
    gone = sorted(ours - contents.keys())
    _refuse_links(folder, [*contents, *gone, LIST])
    with unbroken():
        # The list has the name of a file before the file exists.
        # So a file that a killed run leaves behind is in the list, too.
        _list(folder, ours | contents.keys())
        written = write_all(folder, contents, private=False)
        for path in (folder / name for name in gone):
            if path.is_file():
                path.unlink()
        _list(folder, contents.keys())
    return written


def _refuse_strangers(folder: Path, contents: Mapping[str, bytes], ours: Collection[str]) -> None:
    """Raises `TrackError` if a file would be replaced that this program did not write."""
    for name, content in contents.items():
        path = folder / name
        if name not in ours and path.is_file() and not holds(path, content):
            raise TrackError(
                f"{path} is there already, and this program did not write it. Move it away, or name"
                " another folder."
            )


def _list(folder: Path, names: Collection[str]) -> None:
    write_all(
        folder, {LIST: "".join(f"{name}\n" for name in sorted(names)).encode()}, private=False
    )


def _ours(folder: Path, wanted: Collection[str]) -> set[str]:
    """Return the files of a public folder that this program wrote.

    A name in the list that leads out of the folder is ignored."""
    try:
        listed = (folder / LIST).read_text("utf-8").splitlines()
    except FileNotFoundError:
        listed = _unlisted(folder, wanted)
    except UnicodeDecodeError:
        # The list is damaged, but its names still count.
        # Our pages are also recognised by their content.
        names = (folder / LIST).read_text("utf-8", "replace").splitlines()
        listed = [*names, *_unlisted(folder, wanted)]
    return {
        name
        for name in listed
        if name and not Path(name).is_absolute() and ".." not in Path(name).parts
    }


def _unlisted(folder: Path, wanted: Collection[str]) -> list[str]:
    """Return files of a site by an older version, which kept no list, if they are recognised as
    ours. Files that are `wanted` now may be among them. Returns an empty list if the folder has no
    description of such a site's data."""
    try:
        package = structured.json_object((folder / "datapackage.json").read_bytes())
        tables = [str(table["path"]) for table in package["resources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if "data/months.csv" not in tables:
        return []
    pages = [*folder.glob("[0-9]*-[0-9]*.html"), *folder.glob("grants/*.html")]
    known = [page.relative_to(folder) for page in pages if FEED in page.read_bytes()[:2000]]
    return [*tables, *map(Path.as_posix, known), *wanted]


def _refuse_links(folder: Path, names: Collection[str]) -> None:
    """Raises `TrackError` if a file below `folder`, or a folder on the way to it, is a symbolic
    link, because the link may lead to a file of somebody else."""
    for name in names:
        path = folder / name
        for part in (path, *path.parents):
            if part == folder:
                break
            if part.is_symlink():
                raise TrackError(
                    f"{part} is a symbolic link, which is not followed. Remove it, or name another"
                    " folder."
                )


def write(path: Path, content: bytes, *, private: bool) -> Path:
    """Write one file in the same way as `write_all`. The permissions of its folder stay as they
    are, because the folder may belong to somebody else."""
    with unbroken():
        (written,) = _write_all(path.parent, {path.name: content}, private, ours=False)
    return written


def create(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises FileExistsError if it is there already, OSError if it cannot be written."""
    with open(path, "xb", opener=owner_only) as file:
        file.write(content)
    lasting.note("files")


def owner_only(path: str, flags: int) -> int:
    """Open a file for `open`. If the file is new, only its owner can read it."""
    return os.open(path, flags, 0o600)


IN_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""The files that Docker, Podman and Buildah put into every container."""


MOUNTED = Path("/run/secrets")
"""The folder in which secrets are mounted inside a container."""


def _is_mounted_secret(path: Path) -> bool:
    """Whether a file is a secret that was mounted into a container. Such a file has the mode 0444,
    so everybody in the container can read it, but there all users are this program. Users outside
    see the file on the host, which has its own permissions.

    Any other file in a container may be in a folder of the host. Other users of the host see the
    same mode as the container."""
    is_container = "KUBERNETES_SERVICE_HOST" in os.environ or any(map(Path.exists, IN_CONTAINER))
    return is_container and path.absolute().is_relative_to(MOUNTED.resolve())


def is_secret(path: Path) -> bool:
    """Whether only the owner of a file, root and the user of this process can open it.

    Windows has no such permissions. Raises OSError if there is no such file."""
    mode = path.stat().st_mode
    if os.name != "posix" or _is_mounted_secret(path):
        return True
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        return False
    return not mode & (stat.S_IRGRP | stat.S_IWGRP) or _is_acl_for_us(path)


def _is_acl_for_us(path: Path) -> bool:
    """Whether the file's access control list names only this user, as systemd makes it for the
    credentials of a service.

    If there is such a list, `stat` shows its mask in place of the group's permissions. So the group
    seems to be able to read the file, although it cannot."""
    if not hasattr(os, "getxattr"):
        return False
    try:
        entries = list(struct.iter_unpack("<HHI", os.getxattr(path, ACL)[4:]))
    except OSError:
        return False
    return all(
        tag in (ACL_OWNER, ACL_MASK)
        or (tag == ACL_USER and who in (0, os.geteuid()))
        or not permissions
        for tag, permissions, who in entries
    )


ACL = "system.posix_acl_access"
"""The attribute of a file with its access control list: 4 bytes for a version, then tag,
permissions and user of each entry."""

ACL_OWNER, ACL_USER, ACL_MASK = 0x01, 0x02, 0x10


def stand_open(paths: Collection[Path]) -> list[Path]:
    """Return the files and folders that other users of this machine can open. A file in a folder
    that only the owner can enter is left out: nobody else can open it, even if its own permissions
    would allow it.

    Windows has no such permissions."""
    if os.name != "posix":
        return []
    return [
        path
        for path in paths
        if path.exists()
        and not is_secret(path)
        and all(
            parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH)
            for parent in path.resolve().parents
        )
    ]
