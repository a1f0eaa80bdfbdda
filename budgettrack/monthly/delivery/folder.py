"""Copies the public site into a folder that other people can reach, such as a web server's or a
synced folder."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import TrackError
from budgettrack.monthly.delivery.smtp import Handed


def published(public: Path, folder: Path) -> Handed:
    """Copies the public site into `folder`.

    Each file is replaced whole or not at all. Files that this program did not write stay.
    Raises `TrackError` if `folder` cannot be written."""
    contents = {
        str(path.relative_to(public)): path.read_bytes()
        for path in sorted(public.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    try:
        files.tidy(folder, files.write_all(folder, contents, private=False))
    except OSError as error:
        raise TrackError(
            f"The public folder {folder} cannot be written: {error.strerror}. Make room or give"
            " write permission there. Its earlier files are unchanged."
        ) from error
    return Handed("confirmed", "")
