"""Opens the workbook that is adopted, and writes the config beside it."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from budgettrack import files
from budgettrack.config.load import Config, about_published, load, spreadsheet_id, tab_in_link
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import Book
from budgettrack.setup.adopt.adoption import Adoption
from budgettrack.setup.adopt.written import config_text, tables_text
from budgettrack.setup.create import LINK, with_key

_LIKELY_ID = 30
"""A word with at least this many characters is taken for the ID of a sheet without its link.
Google's IDs have 44."""
_SHORTEST_ID = 20
"""The smallest number of characters in the ID of a sheet. The link of a published page has no
ID."""


class AdoptedPlace(Struct, frozen=True):
    """A workbook and its config.

    `lines`: the lines of the section [workbook] that name it. `config`: the config that exists
    already, or None."""

    book: Book
    path: Path
    lines: tuple[str, ...]
    file_name: str
    config: Config | None


def opened(target: str, config: Path | None, credentials: Path | None) -> AdoptedPlace:
    """Reads the workbook in a file or behind a link, and the config beside it."""
    id_ = spreadsheet_id(target)
    is_bare = len(target) >= _LIKELY_ID and not Path(target).exists()
    is_link = "://" in target or (bool(id_) and ("/" in target or is_bare))
    path = config or (Path.cwd() if is_link else Path(target).absolute().parent) / NAME
    path = path / NAME if path.is_dir() else path
    there = load(path) if path.is_file() else None
    if is_link:
        book, lines = _online(target, path, credentials, there)
        name = ""
    else:
        book, lines = _local(Path(target), path, there.locale if there else None)
        name = Path(target).stem
    return AdoptedPlace(book, path, lines, name, there)


def _local(file: Path, path: Path, locale: str | None) -> tuple[Book, tuple[str, ...]]:
    from budgettrack.workbook.other.workbook import workbook_of

    if not file.is_file():
        raise UsageError(f"There is no file {file}. Give the workbook's file, or its link.")
    book = workbook_of(file, locale).read()
    relative = os.path.relpath(file.absolute(), path.absolute().parent).replace(os.sep, "/")
    return book, (f'xlsx = "{relative}"',)


def _online(
    link: str, path: Path, credentials: Path | None, there: Config | None
) -> tuple[Book, tuple[str, ...]]:
    """Reads an online sheet, with the given key file, or else with the key file in the config."""
    from budgettrack.workbook.google import workbook as google
    from budgettrack.workbook.google.credentials import READING

    id_ = spreadsheet_id(link)
    if len(id_) < _SHORTEST_ID:
        raise UsageError(
            about_published(link)
            or f"{link} is not the link of a Google Sheet. Open the sheet, and copy the address"
            " that the browser shows: https://docs.google.com/spreadsheets/d/..."
        )
    address = os.environ.get("BUDGETTRACK_ADDRESS") or None
    if there is not None:
        credentials = credentials or there.credentials
        address = there.address or address
    connection = google.connected(credentials, READING, address)
    workbook = google.GoogleWorkbook(id_, connection, reads_only=True)
    book = workbook.read()
    number = tab_in_link(link)
    if number is not None and not workbook.has_tab(number):
        raise UsageError(
            f"The link leads to a tab that the spreadsheet does not have (gid={number}), so it may"
            " be the link of another sheet. Open the sheet, and copy its link from the browser."
        )
    lines = [f'google = "{LINK.format(id=id_)}"']
    if credentials is not None:
        relative = os.path.relpath(credentials.absolute(), path.absolute().parent)
        lines.append(f'credentials = "{relative.replace(os.sep, "/")}"')
    if address:
        lines.append(f'address = "{address}"')
    return book, tuple(lines)


def write_config(place: AdoptedPlace, adoption: Adoption) -> list[str]:
    """Writes a new config, or adds the tables to the existing one. Returns sentences that say
    what was done."""
    tables = tables_text(adoption.accepting, adoption.waived)
    if adoption.proposal.is_own:
        tables = ""
    if place.config is not None:
        text = place.path.read_text("utf-8-sig").rstrip("\n") + "\n\n" + tables
        files.write(place.path, text.encode(), private=True)
        return [f"Wrote the tables into {place.path}."]
    language = adoption.proposal.locale.split("_")[0]
    text = config_text(adoption.proposal, place.lines, language)
    files.create(place.path, (text + ("\n" + tables if tables else "")).encode())
    return [
        f"Made {place.path}: set your group's name there, and check its currency.",
        *with_key(place.path.parent),
    ]


def is_of_another(place: AdoptedPlace) -> bool:
    """Whether the existing config names another workbook."""
    config = place.config
    if config is None:
        return False
    if config.google:
        return config.google not in place.lines[0]
    named = place.lines[0].partition('"')[2].rstrip('"')
    return config.xlsx is None or config.xlsx.resolve() != (place.path.parent / named).resolve()
