"""Finds every number in a public file, by the form of the file alone.

A number has a place, which is the same in each world of a group, and a block: the row, paragraph or
bar in which it stands, because a percentage must follow from the amounts beside it."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path
from typing import Literal

import openpyxl
from lxml import etree, html

from tests.world.jpegs import PIXELS, segments
from tests.world.report_text import pdf_words

Kind = Literal["number", "percent", "drawn", "rounded"]
"""How a number is meant: as it stands, in per cent, as a length of a chart in pixels, or rounded."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a file.

    `width`: how far a rounded number may be from what it stands for."""

    place: str
    block: str
    kind: Kind
    value: Fraction
    width: Fraction
    text: str


@dataclass(slots=True)
class Content:
    """What one file says: numbers, and all its words."""

    numbers: list[Number]
    words: str


_SKIPPED = re.compile(
    r"""
    [a-z]+://\S+ | urn:\S+ | sha256:\S+                       # addresses and digests
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | budgettrack\ \d+(?:\.\w+)*                              # the version that made a file
    | 360G-[\w-]+                                             # names of grants at 360Giving
    | ISO\ 4217 | Attribution\ 4\.0
    | of\ \d+\ planned\ activit\w+:\ \d+\ done,\ \d+\ late     # rows of a public table
    | \b\d{4}-\d{2}(?:-\d{2})?(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?\b   # months, days and times
    | \b\d{8}(?:T\d{6}Z?)?\b                                  # days of a calendar
    | \w*[^\W\d]-?\d[\w.-]*                                   # codes, such as G-1 and A4
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(
    r"[-−]?(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?:\s?(%)|([KMBT])\b|(\.?…))?"
)
_THOUSANDS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_MONEY_BEFORE = re.compile(r"([-−]?)[€$£]\s?")


def read(path: Path) -> Content:
    """Reads a public file. Raises ValueError if its form is unknown: nothing goes unread."""
    content = path.read_bytes()
    match path.suffix:
        case ".html":
            return _of(_html(content.decode("utf-8")))
        case ".csv":
            return _of(_csv(content.decode("utf-8-sig")))
        case ".json":
            return _of(_json(json.loads(content, parse_float=str, parse_int=str), "", path.name))
        case ".xlsx":
            return _of(_xlsx(content))
        case ".xml":
            return _of(_xml(content))
        case ".ics":
            return _of(_calendar(content.decode("utf-8")))
        case ".eml":
            return _of(_mail(content))
        case ".pdf":
            return _of(_text(pdf_words(content), "text", "text"))
        case ".jpg":
            return _of(_picture(content))
        case ".txt" | ".md" | "":
            return _of(_text(content.decode("utf-8"), "text", "text"))
    raise ValueError(f"{path.name}: the auditor cannot read a file of this form")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text or a number at a place."""

    place: str
    block: str
    text: str
    kind: Kind | None = None


def _picture(content: bytes) -> Iterator[_Piece]:
    """The words in a JPEG: all that no pixel needs."""
    for marker, words in segments(content):
        if marker not in PIXELS:
            yield from _text(words.decode("latin-1"), f"segment {marker}", "picture")


def _of(pieces: Iterable[_Piece]) -> Content:
    numbers: list[Number] = []
    words: list[str] = []
    for piece in pieces:
        words.append(piece.text)
        numbers += _drawn(piece) if piece.kind else _written(piece)
    return Content(numbers, "\n".join(words))


def _drawn(piece: _Piece) -> Iterator[Number]:
    """The numbers of an attribute of a chart, or the one number of a cell."""
    assert piece.kind
    for n, text in enumerate(re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", piece.text)):
        value = Fraction(text)
        width = abs(value) / 10**14 if piece.kind == "rounded" else _half(text)
        yield Number(f"{piece.place} {n}", piece.block, piece.kind, value, width, piece.text)


def _written(piece: _Piece) -> Iterator[Number]:
    text = _SKIPPED.sub(lambda skipped: "_" * len(skipped[0]), piece.text)
    text = _MONEY_BEFORE.sub(r"\1", text)
    for n, number in enumerate(_NUMBER.finditer(text)):
        percent, unit, cut = number.groups()
        plain = re.sub(r"[^\d.−-]", "", number[0]).replace("−", "-").rstrip(".")
        times = _THOUSANDS[unit] if unit else 1
        kind: Kind = "number"
        if percent:
            kind = "percent"
        elif unit or cut:
            kind = "rounded"
        # What is cut is below the next digit; what is rounded is within half of it.
        width = _half(plain) * times * (2 if cut else 1)
        yield Number(
            f"{piece.place} {n}",
            piece.block,
            kind,
            Fraction(plain) * times,
            width,
            piece.text[:120],
        )


def _half(text: str) -> Fraction:
    """Half of the last digit that is written."""
    return Fraction(1, 2 * 10 ** len(text.partition(".")[2]))


def _text(text: str, place: str, block: str) -> Iterator[_Piece]:
    for n, line in enumerate(text.splitlines()):
        if line.strip():
            yield _Piece(f"{place} line {n + 1}", f"{block} line {n + 1}", line)


def _csv(text: str) -> Iterator[_Piece]:
    lines = list(csv.reader(io.StringIO(text)))
    for row, cells in enumerate(lines):
        for heading, cell in zip(lines[0], cells, strict=False):
            yield _Piece(f"row {row + 1} {heading}", f"row {row + 1}", cell)


def _json(value: object, place: str, block: str) -> Iterator[_Piece]:
    match value:
        case dict():
            for key, inner in value.items():
                if key not in ("hash", "bytes", "$schema", "pattern"):
                    yield from _json(inner, f"{place}.{key}", place)
        case list():
            for n, inner in enumerate(value):
                yield from _json(inner, f"{place}[{n}]", block)
        case str():
            yield _Piece(place, block, value)


def _xlsx(content: bytes) -> Iterator[_Piece]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in ("title", "subject", "description", "keywords", "category", "creator"):
        yield _Piece(f"property {name}", "properties", getattr(book.properties, name) or "")
    for name, defined in book.defined_names.items():
        yield _Piece(f"name {name}", "names", f"{name} {defined.attr_text}")
    for sheet in book:
        yield _Piece(f"tab {sheet.title}", "tabs", sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                place, block = f"{sheet.title}!{cell.coordinate}", f"{sheet.title}!{cell.row}"
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    yield _Piece(place, block, repr(cell.value), "rounded")
                elif cell.value is not None:
                    yield _Piece(place, block, str(cell.value))
                if cell.comment:
                    yield _Piece(f"{place} note", block, cell.comment.text)


def _xml(content: bytes) -> Iterator[_Piece]:
    root = etree.fromstring(content)
    tree = root.getroottree()
    for element in root.iter(etree.Element):
        place = tree.getpath(element)
        parent = element.getparent()
        block = tree.getpath(parent) if parent is not None else place
        for name, value in element.attrib.items():
            if name not in _CODES:
                yield _Piece(f"{place}@{name!s}", block, str(value))
        text = (element.text or "").strip()
        if text.startswith("<"):
            for piece in _html(text):
                yield _Piece(
                    f"{place} {piece.place}", f"{place} {piece.block}", piece.text, piece.kind
                )
        elif text:
            yield _Piece(place, block, text)


_CODES = {
    *("code", "type", "version", "status", "role"),
    *("vocabulary", "hierarchy", "secondary-reporter"),
}
"""Attributes with codes of IATI's lists."""


def _calendar(text: str) -> Iterator[_Piece]:
    for n, line in enumerate(text.replace("\r\n ", "").replace("\n ", "").splitlines()):
        name, _, value = line.partition(":")
        if name.partition(";")[0] not in ("VERSION", "PRODID", "SEQUENCE"):
            yield _Piece(f"line {n + 1} {name}", f"line {n + 1}", value)


def _mail(content: bytes) -> Iterator[_Piece]:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    yield from _text(str(message["subject"]), "subject", "subject")
    for n, part in enumerate(message.walk()):
        if part.get_content_type() == "text/plain":
            yield from _text(part.get_content(), f"part {n}", f"part {n}")
        elif part.get_content_type() == "text/html":
            for piece in _html(part.get_content()):
                yield _Piece(
                    f"part {n} {piece.place}", f"part {n} {piece.block}", piece.text, piece.kind
                )


# ---- Pages

_BLOCKS = {"tr", "p", "li", "g", "div", "caption", "figcaption", "h1", "h2", "h3", "dt", "dd"}
_LENGTHS = ("x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "points")
_READ = ("title", "alt", "aria-label", "content", "placeholder", "value", "summary", "abbr")


def _html(text: str) -> Iterator[_Piece]:
    root = html.document_fromstring(text)
    tree = root.getroottree()
    for element in root.iter():
        tag: object = element.tag
        if not isinstance(tag, str):  # a comment
            yield _Piece(tree.getpath(element), "comment", str(element.text))
            continue
        if tag in ("style", "script") or element.get("name") == "viewport":
            continue
        place, block = tree.getpath(element), tree.getpath(_block(element))
        yield from _attributes(element, place, block)
        if element.text and element.text.strip():
            yield _Piece(place, block, element.text)
        if element.tail and element.tail.strip():
            parent = element.getparent()
            outer = tree.getpath(_block(parent)) if parent is not None else block
            yield _Piece(f"{place} tail", outer, element.tail)


def _attributes(element: html.HtmlElement, place: str, block: str) -> Iterator[_Piece]:
    drawn = any(parent.tag == "svg" for parent in element.iterancestors())
    for name, value in element.attrib.items():
        if drawn and name in _LENGTHS:
            yield _Piece(f"{place}@{name}", block, str(value), "drawn")
        elif name in _READ or name == "style" or name.startswith("data-"):
            yield _Piece(f"{place}@{name}", block, str(value))


def _block(element: html.HtmlElement) -> html.HtmlElement:
    for outer in (element, *element.iterancestors()):
        if outer.tag in _BLOCKS:
            return outer
    return element
