"""The formats of bank statements: CSV, OFX, MT940, CAMT.053. A file is read in memory and not
stored."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from budgettrack.bank.formats.csv.layouts import CsvChoices
from budgettrack.bank.formats.statement import (
    Statement,
    StatementLine,
    refuse_many,
    unreadable,
)
from budgettrack.config.bank_csv import Layout
from budgettrack.core.base.errors import UsageError
from budgettrack.extras import missing

__all__ = ["CsvChoices", "Layout", "Statement", "StatementLine", "read"]

BIGGEST = 50_000_000
"""The largest file in bytes. A whole year of a busy account has a few million bytes."""

_ENTRY = re.compile(rb"</(?:[\w.-]+:)?Ntry\s*>|<STMTTRN[\s>]|:61:")
"""What each entry of CAMT.053, OFX and MT940 has once."""

_MT940 = re.compile(rb"(?:^|\n|\r)(?:\{4:\s*)?:20:")
"""The first tag of MT940. A tag begins a line: 12:20:45 in a CSV file is none."""

OTHERS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}


def read(
    path: Path, layout: Layout | None, locale: str, choices: CsvChoices | None = None
) -> list[Statement]:
    """Return the statements of a bank's file. Its format is known by its content.

    `layout`: the section [bank] of the config. `choices`: what else is known about a CSV file.
    A statement that occurs twice in the file is returned once. Raises UsageError with place,
    problem and remedy."""
    try:
        if path.stat().st_size > BIGGEST:
            raise unreadable(path.name, "it is over 50 MB", "Download shorter periods")
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(
            str(path), f"it cannot be read ({error.strerror})", "Name the statement's file"
        ) from error
    refuse_many(path.name, sum(1 for _ in _ENTRY.finditer(content)))
    statements = _read(path.name, content, layout, locale, choices or CsvChoices())
    once = list(dict.fromkeys(statements))
    if len(once) < len(statements):
        note = f"{path.name}: a statement stands in it twice; it counts once."
        once[0] = replace(once[0], notes=(*once[0].notes, note))
    return once


def _read(
    name: str, content: bytes, layout: Layout | None, locale: str, choices: CsvChoices
) -> list[Statement]:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    _refuse_other_files(name, start)
    if b"<OFX>" in start[:4000] or start.startswith(b"OFXHEADER"):
        return _extra("ofx", "An OFX file")(name, content)
    if start.startswith(b"<"):
        from budgettrack.bank.formats import camt

        return camt.read(name, content)
    if _MT940.search(start[:2000]):
        return _extra("mt940", "An MT940 file")(name, _text(content))
    from budgettrack.bank.formats.csv import layouts

    refuse_many(name, max(content.count(b"\n"), content.count(b"\r")))
    return layouts.read(name, content, layout, locale, choices)


def _extra(module: str, purpose: str) -> Callable[[str, Any], list[Statement]]:
    """Returns the reader of a format that needs packages of its own.

    Raises UsageError if they are not installed."""
    try:
        reader: Callable[[str, Any], list[Statement]] = importlib.import_module(
            f"budgettrack.bank.formats.{module}"
        ).read
        return reader
    except ModuleNotFoundError:
        remedy = "Or download the statement as CAMT.053 or CSV, which need no extra."
        raise UsageError(f"{missing(purpose, 'bank')}\n{remedy}") from None


def _refuse_other_files(name: str, start: bytes) -> None:
    if not start:
        raise unreadable(name, "it is empty", "Download it again")
    for letters, format_name in OTHERS.items():
        if start.startswith(letters):
            raise unreadable(
                name,
                f"this is {format_name}",
                "Download the statement as CAMT.053, MT940, OFX or CSV",
            )


def _text(content: bytes) -> str:
    """Decode a file as text.

    MT940 is ASCII. Other letters occur in free text only, where a wrong letter does no harm."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
