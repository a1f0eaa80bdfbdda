"""Recognises the format of a bank's file by its content. If a format cannot be read, the message
names it and says which format to download instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from budgettrack.bank.formats.statement import unreadable

INSTEAD = "Download the statement as CAMT.053, MT940, OFX or CSV"

_BY_START: Mapping[bytes, str] = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file (XLS)",
    b"\x1f\x8b": "a GZIP archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"PK\x03\x04": "a ZIP archive in a ZIP archive",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"-----BEGIN": "an encrypted or signed file",
    b"{": "JSON",
    b"[": "JSON",
    b"~": "a DATEV file",
    b'"EXTF"': "a DATEV file",
    b"EXTF;": "a DATEV file",
}
"""The kinds of files that cannot be read, by their first bytes."""

_BY_PATTERN: Mapping[str, re.Pattern[bytes]] = {
    "BAI2": re.compile(rb"01,[^,\r\n]{0,40},[^,\r\n]{0,40},\d{6},"),
    "CODA": re.compile(rb"0000\d{5}[ \d]{5}05[ D]"),
    "DTAUS": re.compile(rb"0128A"),
    "CFONB 120": re.compile(rb"01\d{5}.{4}\d{5}[A-Z ]{3}"),
    "Norma 43 (AEB 43)": re.compile(rb"11\d{4}\d{4}\d{10}\d{6}\d{6}[12]\d{14}"),
    "MT900, MT910 or another message of SWIFT": re.compile(
        rb":20:[^\r\n]{0,35}\r?\n:21:[^\r\n]{0,35}\r?\n:25"
    ),
    "HTML, a page of a website": re.compile(
        rb"<(?:!doctype\s{1,9}html|html|head|body)\b", re.IGNORECASE
    ),
}
"""The kinds of files that cannot be read, by a pattern of their beginning."""

_OFX = re.compile(
    rb"(?:^|[\r\n])\s{0,99}OFXHEADER\s{0,9}[:=]|<(?:[\w-]{1,40}:)?OFX\s{0,9}>", re.IGNORECASE
)
_QIF = re.compile(rb"!(?:Type:|Account|Option:|Clear:)", re.IGNORECASE)
_MT940_START = re.compile(rb"(?:^|[\r\n]|@@|\{4:)[ \t]{0,9}:20:")
_MT940_BALANCE = re.compile(rb"(?:[\r\n]|@@)[ \t]{0,9}:(?:60[FM]|34F|62[FM]):")


def format_of(name: str, content: bytes) -> str:
    """Return the format of a file: CAMT, OFX, MT940 or QIF, or CSV for any other file.

    Raises UsageError for a file of a known format that cannot be read."""
    # In UTF-16 each character has two bytes. In plain English text, one of the two is zero.
    start = content[:20_000].lstrip(b"\xff\xfe\xef\xbb\xbf").replace(b"\0", b"").lstrip(b" \t\r\n")
    if not start:
        raise unreadable(name, "it is empty", "Download it again")
    if _OFX.search(start[:8000]):
        return "OFX"
    if _MT940_START.search(start[:4000]) and _MT940_BALANCE.search(
        content if b"\0" not in content[:4] else content.replace(b"\0", b"")
    ):
        return "MT940"
    if _QIF.match(start):
        return "QIF"
    for beginning, what in _BY_START.items():
        if start.startswith(beginning):
            raise unreadable(name, f"this is {what}", INSTEAD)
    for what, pattern in _BY_PATTERN.items():
        if pattern.match(start):
            raise unreadable(name, f"this is {what}", INSTEAD)
    return "CAMT" if start.startswith(b"<") else "CSV"
