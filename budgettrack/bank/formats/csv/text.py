"""Reads a CSV file as text: finds its encoding, and splits it into rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from budgettrack.bank.formats.statement import unreadable

DELIMITERS = (";", ",", "\t", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # The byte order mark of UTF-32 begins with that of UTF-16, so UTF-32 is tested first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WINDOWS = {
    "cp1250": ("cs", "hr", "hu", "pl", "ro", "sk", "sl"),
    "cp1251": ("be", "bg", "kk", "mk", "ru", "sr", "uk"),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1256": ("ar", "fa", "ur"),
}
"""The encodings of Windows, by the languages that are written with them. All other languages use
cp1252."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file: the line on which it ends, and its cells without blanks around them."""

    line: int
    cells: tuple[str, ...]


def encoding_of(content: bytes, locale: str) -> str:
    """Return the encoding that the bytes show, or else the usual encoding of the language."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    start = content[:2000]
    # In UTF-16, every second byte of plain English text is zero.
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        language = locale.replace("-", "_").partition("_")[0]
        return next(
            (encoding for encoding, spoken in _WINDOWS.items() if language in spoken), "cp1252"
        )
    return "utf-8"


def decoded(name: str, content: bytes, encoding: str, locale: str) -> str:
    """Return a file as text. `encoding` is "" if none is declared.

    Raises UsageError if the bytes do not fit the declared encoding."""
    borne = encoding_of(content, locale)
    # A text in an encoding with one byte for each character is hardly ever valid UTF-8 by chance.
    # So if the text is valid UTF-8, the bank has changed the encoding of its files.
    has_changed = borne.startswith("utf-8") and not encoding.casefold().startswith("utf")
    if not encoding or borne.startswith(("utf-16", "utf-32")) or has_changed:
        encoding = borne
    try:
        return content.decode(encoding).replace("\0", "")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise unreadable(
            f"{name}, line {line}",
            f"this is not {encoding.removesuffix('-sig').upper()} text",
            'Name its encoding in the config, as: [bank] encoding = "cp1252"',
        ) from None


def rows(name: str, text: str, delimiter: str) -> Iterator[FileRow]:
    """Yield the rows of a text that are not blank.

    Raises UsageError if the text is not CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            stripped = tuple(cell.strip(" \t\xa0\u202f\ufeff") for cell in cells)
            if any(stripped):
                yield FileRow(reader.line_num, stripped)
    except csv.Error as error:
        raise unreadable(
            f"{name}, line {reader.line_num}", f"this is not CSV ({error})", "Download it again"
        ) from None
