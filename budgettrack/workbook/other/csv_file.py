"""Reads a CSV file. Its encoding, its separator, and how it writes numbers and dates are found
from its content."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from budgettrack.core.base.errors import WorkbookError
from budgettrack.core.base.grids import Book, Grid

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_OTHER_SCRIPTS = ["cp1251", "cp1256", "cp1253"]
"""The encodings that spreadsheet programs used for Cyrillic, Arabic and Greek before UTF-8."""
_CENTRAL_EUROPE = frozenset({"cs", "hr", "hu", "pl", "ro", "sk", "sl"})
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_STATED = re.compile(r"sep=(.)\r?\n")
_COMMA = re.compile(r"\d{1,3}(?:[. '\u00a0\u202f]?\d{3})*,\d{1,2}")
_POINT = re.compile(r"\d{1,3}(?:[, '\u00a0\u202f]?\d{3})*\.\d{1,2}")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})")
_LOOKED_AT = 2_000
"""The separator and the form of numbers and dates are found from this many rows."""


def book_of_csv(raw: bytes, path: Path, locale: str | None, token: str) -> Book:
    """Returns a CSV file as a workbook of one tab, with the name of the file.

    Raises `WorkbookError` if it is no text."""
    encoding = _encoding(raw, locale or "")
    text = raw.decode(encoding, "replace")
    if "\0" in text or not text.strip("\ufeff \r\n\t"):
        raise WorkbookError(
            f"{path} is no CSV file with text in it. Save it as 'CSV UTF-8' in your spreadsheet"
            " program, or name the right file."
        )
    # The first line may name the separator for Excel, which does not show this line.
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    separator = stated[1] if stated else _separator(text)
    try:
        rows = [[cell or None for cell in row] for row in _parsed(text, separator)]
    except csv.Error as error:
        raise WorkbookError(
            f"{path} cannot be read as CSV ({error}). Save it again in your spreadsheet program."
        ) from None
    form = locale or _locale(rows)
    words = f"CSV with {_SEPARATORS.get(separator, separator)}, {encoding.removesuffix('-sig')}"
    numbers = f", numbers and dates as in {form}" if form else ""
    return Book((Grid(path.stem, rows),), None, form, token, read_as=f"{words}{numbers}")


def _encoding(raw: bytes, locale: str) -> str:
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return encoding
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _older_encoding(raw, locale.split("_", maxsplit=1)[0])
    return "utf-8"


def _older_encoding(raw: bytes, language: str) -> str:
    """Returns the encoding of a file that is not in UTF-8. If most letters are ASCII, it is an
    encoding for Latin letters with accents: a guess among all encodings could take a short French
    text for Polish."""
    ascii_letters = sum(chr(byte).isalpha() for byte in raw if byte < 128)
    if sum(byte > 127 for byte in raw) > ascii_letters:
        best = charset_normalizer.from_bytes(raw, cp_isolation=_OTHER_SCRIPTS).best()
        if best is not None:
            return best.encoding
    return "cp1250" if language in _CENTRAL_EUROPE else "cp1252"


def _parsed(text: str, separator: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _separator(text: str) -> str:
    """Returns the separator with which the most rows have the same number of columns."""
    part = "\n".join(text.splitlines()[:_LOOKED_AT])

    def alike(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in _parsed(part, separator) if len(row) > 1)
        except csv.Error:
            return 0, 0
        width, rows = max(widths.items(), key=lambda pair: pair[::-1], default=(0, 0))
        return rows, width

    return max(_SEPARATORS, key=alike)


def _locale(rows: list[list[str | None]]) -> str | None:
    """Returns a locale in which numbers and dates are written as in the file. Returns None if the
    numbers do not show it.

    If no date shows whether the day or the month comes first, the locale is English without a
    country."""
    figures = [*_figures(rows[:_LOOKED_AT])]
    commas = sum(bool(_COMMA.fullmatch(figure)) for figure in figures)
    points = sum(bool(_POINT.fullmatch(figure)) for figure in figures)
    if commas == points:
        return None
    if commas > points:
        return "de_DE"
    dates = [match for figure in figures if (match := _DATE.fullmatch(figure))]
    if any(int(match[1]) > 12 for match in dates):
        return "en_GB"
    return "en_US" if any(int(match[2]) > 12 for match in dates) else "en"


def _figures(rows: list[list[str | None]]) -> Iterator[str]:
    """Yields the part of each cell from its first digit to its last."""
    for row in rows:
        for cell in row:
            places = [place for place, sign in enumerate(cell or "") if sign.isdigit()]
            if cell and places:
                yield cell[places[0] : places[-1] + 1]
