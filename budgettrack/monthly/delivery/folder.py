"""The public folder where others can reach it: a static host's, or one that a drive keeps in
step."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files
from budgettrack.core.base.errors import TrackError
from budgettrack.monthly.delivery.smtp import Handed


def published(public: Path, folder: Path) -> Handed:
    """Make `folder` hold the public site; every file of it appears whole or not at all, and files
    of others stay.

    Only what is in the public folder is ever copied. Raises `TrackError` where it cannot be
    written."""
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
            " write permission there; the files that it had stand as they were."
        ) from error
    return Handed("confirmed", "")
