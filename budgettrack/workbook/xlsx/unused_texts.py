"""Erases the texts of a file that no cell uses any more.

A file keeps each text once, in a list, and a cell has only the text's number. If a cell is cleared,
its text stays in the list. Everybody who opens the file as a zip can read it there."""

from __future__ import annotations

import re

from lxml import etree

from budgettrack.workbook.xlsx.package import Package, present, sheets
from budgettrack.workbook.xlsx.scan import CELL, attribute, plain

_NUMBER = re.compile(rb"<v(?=[\s>])[^<>]*>\s*(\d+)\s*</v>")


def blank_unused_texts(package: Package) -> None:
    """Replaces a text in the list by a blank one if no cell of any tab uses it. All other texts
    keep their numbers."""
    part = present(package, "sharedStrings")
    if part is None:
        return
    used: set[int] = set()
    for sheet in sheets(package):
        for cell in CELL.finditer(plain(package.read(sheet.part))):
            is_listed = attribute(cell[1], b"t") == b"s"
            if is_listed and (match := _NUMBER.search(cell[2] or b"")):
                used.add(int(match[1]))
    root = package.xml(part)
    texts = root.findall("{*}si")
    changed = False
    for number, text in enumerate(texts):
        if number not in used and any(text.itertext()):
            name = etree.QName(text).namespace
            text[:] = [etree.Element(f"{{{name}}}t")]
            changed = True
    if changed:
        package.put_xml(part, root)
