"""Every byte that a report writes, as text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import Any

import pikepdf


def everything(files_: Mapping[str, bytes]) -> str:
    """All bytes of files as text, with those of every part of a zip and a PDF, its text, a
    calendar's unfolded lines, and the names."""
    return "\n".join(
        text
        for name, content in files_.items()
        for text in (name, _everything_in(PurePath(name).suffix, content))
    )


@lru_cache(maxsize=256)  # a test looks for one word after the other in the same files
def _everything_in(suffix: str, content: bytes) -> str:
    texts = [content.decode("latin-1"), content.decode("utf-8", "replace")]
    if suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            texts += [
                part + parts.read(part).decode("utf-8", "replace") for part in parts.namelist()
            ]
    if suffix == ".pdf":
        texts.append(pdf_text(content))
    if suffix == ".ics":
        texts.append(content.decode().replace("\r\n ", ""))
    return "\n".join(texts)


def pdf_text(content: bytes) -> str:
    """What a PDF says: the text of its pages as they map to letters, its metadata and attachments,
    and its structure."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        texts = [str(paper.docinfo), str(paper.open_metadata()), *map(str, paper.attachments)]
        for thing in paper.objects:
            if isinstance(thing, pikepdf.Stream):
                # A photograph stays as it is: it is a whole JPEG in the PDF.
                is_jpeg = thing.get("/Filter") == "/DCTDecode"
                content = thing.read_raw_bytes() if is_jpeg else thing.read_bytes()
                texts.append(content.decode("latin-1"))
            texts.append(str(thing))
        for page in paper.pages:
            texts.append(said(page))
    return "\n".join(texts)


def pdf_words(content: bytes) -> str:
    """The words of the pages of a PDF, a line for each text that is shown."""
    with pikepdf.open(io.BytesIO(content)) as paper:
        return "\n".join(said(page, "\n") for page in paper.pages)


def said(page: Any, between: str = "") -> str:
    """The letters of a page, through its fonts' own maps to Unicode, with a text between what is
    shown by one operator and by the next."""
    maps: dict[str, dict[bytes, str]] = {}
    for name, font in page.Resources.get("/Font", {}).items():
        text = font.ToUnicode.read_bytes().decode("latin-1")
        pairs = re.findall(r"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", text)
        maps[str(name)] = {
            bytes.fromhex(code): bytes.fromhex(letter).decode("utf-16-be") for code, letter in pairs
        }
    letters: list[str] = []
    current: dict[bytes, str] = {}
    for each in pikepdf.parse_content_stream(page):
        operands, operator = each.operands, each.operator
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            items = operands[0] if str(operator) == "TJ" else [operands[0]]
            for item in items:
                if isinstance(item, pikepdf.String):
                    raw = bytes(item)
                    letters += [current.get(raw[at : at + 2], "") for at in range(0, len(raw), 2)]
            letters.append(between)
    return "".join(letters)
