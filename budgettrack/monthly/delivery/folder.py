"""Copies the public site into a folder that other people can reach, such as the folder of a web
server or a synced folder."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import TrackError
from budgettrack.monthly.delivery.smtp import Handed


def published(public: Path, folder: Path) -> Handed:
    """Copies the public site into `folder`.

    Each file is replaced completely or not at all. Files that this program did not write are
    left alone. Raises `TrackError` if there is no site to copy, if `folder` cannot be written,
    or if a symbolic link or a foreign file is in the way."""
    if not (public / "index.html").is_file():
        # Without this check, an empty site would delete every file of the site in `folder`.
        raise TrackError(
            f"There is no site in {public}, so nothing was delivered, and {folder} is as it was."
            " Make it again: budgettrack report transparency"
        )
    contents = {path.relative_to(public).as_posix(): path.read_bytes() for path in _files(public)}
    try:
        files.write_site(folder, contents)
    except OSError as error:
        raise not_delivered(folder, error) from error
    return Handed("confirmed", "")


def not_delivered(folder: Path, error: OSError) -> TrackError:
    """Returns the error for a folder that cannot be written."""
    return TrackError(
        f"The public folder {folder} cannot be written: {error.strerror}. Make room or give"
        " write permission there. Its earlier files are unchanged."
    )


def _files(public: Path) -> list[Path]:
    """Returns the files of the site.

    Raises `TrackError` for a symbolic link, because it may lead to a private file."""
    public_files = sorted(path for path in public.rglob("*") if not path.name.startswith("."))
    for path in public_files:
        if path.is_symlink():
            raise TrackError(
                f"{path} is a symbolic link, so nothing was delivered: what it leads to may be"
                " private. Remove it."
            )
    return [path for path in public_files if path.is_file()]
