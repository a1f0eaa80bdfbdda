"""Limits the size of a workbook: how many bytes are unpacked, and how many cells are read.

A zip file of a few kilobytes can unpack to gigabytes, and two cells that are far apart make a tab
of millions of blank ones. So the size of a workbook is checked before any of its cells is read. The
limits allow the largest workbooks that people have: 1,000,000 expenses with 12 columns are 12
million cells, 0.7 GB of XML and 38 MB in the file."""

from __future__ import annotations

import zlib
from zipfile import BadZipFile

from msgspec import Struct

from budgettrack.core.base.addresses import a1, letters
from budgettrack.core.base.errors import WorkbookError
from budgettrack.workbook.xlsx.package import Package, SheetPart, damaged, related, sheets
from budgettrack.workbook.xlsx.scan import extent, far_cell, plain

MAX_FILLED = 20_000_000
"""The largest number of cells in all tabs, and of different texts. If there are more than `FEW`,
the packed file must have at least one byte for each of them. A cell that a person typed takes about
three bytes."""
FEW = 4_000_000
MAX_AREA = 30_000_000
"""The largest area of all tabs together, in cells from A1 to the last value. If the area is larger
than `FEW`, at least a quarter of its cells must be in the file."""
SHORTEST = 4
"""The shortest possible cell, `<c/>`, has this many bytes."""
EXACT = 300_000
"""If a tab has at most this many cells, its used area (such as A1:H200) is always calculated, and
the area that the file states is ignored."""
_CHUNK = 1 << 20


class _Extent(Struct, frozen=True):
    """The last row and last column with a value, counted from 0, and the number of cells."""

    sheet: SheetPart
    row: int
    column: int
    cells: int

    @property
    def area(self) -> int:
        return (self.row + 1) * (self.column + 1)


def refuse_too_large(package: Package) -> None:
    """Raises `WorkbookError` if a workbook has more cells or texts than the limits allow, if
    most of a large area is blank, or if a tab is damaged."""
    shown = [sheet for sheet in sheets(package) if not sheet.very_hidden]
    strings = related(package, "sharedStrings")
    _refuse_many(package, [sheet.part for sheet in shown], b"c", "cells")
    _refuse_many(package, [strings] if strings is not None else [], b"si", "different texts")
    _refuse_blank(package, [_extent(package, sheet) for sheet in shown])


def _refuse_many(package: Package, names: list[str], tag: bytes, what: str) -> None:
    """Raises `WorkbookError` if parts of the file have too many tags. A large part is unpacked
    and counted piece by piece, never all at once."""
    parts = [package.archive.getinfo(name) for name in names if package.has(name)]
    if sum(part.file_size for part in parts) <= FEW * SHORTEST:
        return
    packed = sum(part.compress_size for part in parts)
    allowed = min(MAX_FILLED, max(FEW, packed))
    if sum(_count(package, part.filename, tag) for part in parts) > allowed:
        raise WorkbookError(
            f"{package.name} has more than {allowed:,} {what}, more than a plan needs. Nothing was"
            " read. Copy the tabs that you need into a new workbook."
        )


def _count(package: Package, part: str, tag: bytes) -> int:
    """Returns the number of elements in a part. The number may be a little too large: a longer tag
    that begins with the same letters is counted, too, and so are tags with a namespace or in
    UTF-16."""
    wide = tag.decode().encode("utf-16-le")
    needles = (b"<" + tag, b":" + tag, b"<\0" + wide)
    number = 0
    try:
        with package.archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                number += max(map(chunk.count, needles))
    except (KeyError, BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged(package.name) from error
    return number


def _extent(package: Package, sheet: SheetPart) -> _Extent:
    part = plain(package.read(sheet.part))
    if b"<!DOCTYPE" in part[:1000] or b"<worksheet" not in part[:4000]:
        raise damaged(package.name)
    number = part.count(b"<c")
    if number <= EXACT:
        row, column = extent(part)
    else:
        # If the area is not too large for the number of cells, the cells are only counted.
        row, column = far_cell(part, max(FEW, 4 * number)) or (number - 1, 0)
    return _Extent(sheet, row, column, number)


def _refuse_blank(package: Package, extents: list[_Extent]) -> None:
    area = sum(extent.area for extent in extents)
    allowed = min(MAX_AREA, max(FEW, 4 * sum(extent.cells for extent in extents)))
    if area > allowed:
        far = max(extents, key=lambda extent: extent.area)
        raise WorkbookError(
            f"{a1(far.sheet.tab)} in {package.name} reaches to row {far.row + 1} and column"
            f" {letters(far.column)}, more than can be read. Delete the empty rows and columns"
            " after your table, where a stray value stands.",
        )
