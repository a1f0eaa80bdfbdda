"""Opens the files that a bank gives out, alone or in a ZIP archive. They are read into memory
and never stored."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from budgettrack.bank.formats.statement import unreadable

BIGGEST = 250_000_000
"""The largest file in bytes that is read. A whole year of a busy account has a few million
bytes."""

MOST_FILES = 1000
"""The most files that an archive may have. A year of daily statements has 366."""

LONGEST = 28
"""The most characters of a file name that are shown, without its ending such as .csv."""

_DAY = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2}[-_.][01][0-9](?:[-_.][0-3][0-9])?"
    r"|[0-3][0-9][-_.][01][0-9][-_.](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])(?![0-9])"
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ _.-]?[A-Za-z0-9]{1,4}){2,8}"
    r"|[0-9](?:[ _.-]?[0-9]){4,}"
)
"""Finds an IBAN, or five or more digits."""


def documents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield pairs: the name to show, and the bytes of a file. A ZIP archive yields each of its
    files.

    Raises UsageError if a file cannot be read."""
    name = shown(path.name)
    try:
        if path.stat().st_size > BIGGEST:
            raise unreadable(
                name, f"it is over {BIGGEST // 1_000_000} MB", "Download shorter periods"
            )
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(
            name, f"it cannot be read ({error.strerror})", "Name the statement's file"
        ) from error
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _archived(name, content)
    else:
        yield name, content


def shown(name: str) -> str:
    """Return the name of a file, shortened, and without anything that may be an account number.

    Banks write the IBAN, and sometimes the holder, into the name of the file."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem and len(ending) < 6 else (name, "")
    # Every second part of the split name is a date or a month.
    # The date or month is kept, because it helps to tell files apart.
    parts = _DAY.split(stem)
    short = "".join(
        part if number % 2 else _NUMBER.sub(_hidden, part) for number, part in enumerate(parts)
    )
    if len(short) > LONGEST:
        short = f"{short[: LONGEST - 9]}…{short[-8:]}"
    return short + ending


def _hidden(found: re.Match[str]) -> str:
    """Return the text that replaces a number in a file name. A text that begins with a letter and
    has fewer than eight digits is kept."""
    digits = sum(letter.isdigit() for letter in found[0])
    return found[0] if digits < 8 and found[0][0].isalpha() else "…"


def _archived(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a ZIP archive, in the order of their names.

    Raises UsageError if the archive is a spreadsheet, has a password, or is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = sorted(
                (file for file in archive.infolist() if not file.is_dir()),
                key=lambda file: file.filename,
            )
            _refuse_archive(name, files)
            for file in files:
                if not _is_hidden(file.filename):
                    yield f"{name}/{shown(Path(file.filename).name)}", archive.read(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise unreadable(name, "this ZIP archive is damaged", "Download it again") from error


def _refuse_archive(name: str, files: list[zipfile.ZipInfo]) -> None:
    names = {file.filename for file in files}
    if names & {"[Content_Types].xml", "content.xml", "mimetype"}:
        raise unreadable(
            name,
            "this is a spreadsheet or a document (XLSX, ODS, DOCX)",
            "Download the statement as CAMT.053, MT940, OFX or CSV",
        )
    if any(file.flag_bits & 1 for file in files):
        raise unreadable(
            name, "this ZIP archive is locked by a password", "Unpack it, and name its files"
        )
    # The archive states the sizes of its files.
    # The library raises an error if a file is larger than its stated size.
    if len(files) > MOST_FILES or sum(file.file_size for file in files) > BIGGEST:
        raise unreadable(
            name,
            f"this ZIP archive has more than {MOST_FILES} files or {BIGGEST // 1_000_000} MB",
            "Unpack it, and name its files in several runs",
        )
    if not any(not _is_hidden(file.filename) for file in files):
        raise unreadable(name, "this ZIP archive is empty", "Download it again")


def _is_hidden(filename: str) -> bool:
    """Tell whether a file in an archive is no file of the bank: the computer that made the
    archive added it for its own use."""
    return filename.startswith("__MACOSX/") or Path(filename).name.startswith(".")
