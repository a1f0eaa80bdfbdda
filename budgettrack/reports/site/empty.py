"""Writes the empty site that replaces the public site while publishing is stopped. It says
nothing, not even that there was a site."""

from __future__ import annotations

import contextlib
from pathlib import Path

from budgettrack import files

PAGE = (
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    b'<meta name="robots" content="noindex, noarchive">\n<title>-</title>\n</head>\n<body></body>\n'
    b"</html>\n"
)
"""The content of an empty page. Search engines that read it remove the earlier page from their
index."""


NETWORK = "network"
"""The folder beside `public` with the page of a host's network."""

OLD = (
    "feed.xml",
    "calendar.ics",
    "data.json",
    "data.xlsx",
    "datapackage.json",
    "exclusions.html",
    "iati/activities.xml",
    "iati/organisation.xml",
    "360giving/grants.json",
    "360giving/grants.xlsx",
)
"""Files of a site (besides pages and tables) by an older version of the program. That version kept
no list of its files."""


def write_empty_site(public: Path) -> list[Path]:
    """Writes the empty page, and deletes every other file of the site. Returns the page.

    Raises `OSError` if the folder cannot be written."""
    written = files.write_site(public, {"index.html": PAGE}, OLD)
    remove_empty_folders(public)
    return written


def remove_empty_folders(public: Path) -> None:
    """Removes the folders of the site that have no file any more."""
    for name in ("data", "grants", "pictures", "iati", "360giving"):
        # If a folder is a link or has files of other people, it cannot be removed and stays.
        with contextlib.suppress(OSError):
            (public / name).rmdir()
