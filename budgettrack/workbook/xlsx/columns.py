"""Prepares a column for another field: removes its old dropdown, and replaces the note of its
heading."""

from __future__ import annotations

import re

from lxml import etree

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.grids import NewMeaning
from budgettrack.core.records.tables import BY_NAME
from budgettrack.workbook.layout import note_of
from budgettrack.workbook.xlsx.package import Package, related
from budgettrack.workbook.xlsx.scan import area, attribute, content_of

# The search for an element's content stops at the next tag with the same name.
# So a part with tags that are not closed is read only once.
_RULE = re.compile(
    rb"<dataValidation(?=[\s/>])((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)"
    rb"(?:/>|>((?:[^<]++|<(?!/?dataValidation[\s/>]))*+)</dataValidation>)"
)
_RULES = re.compile(
    rb"<dataValidations(?=[\s>])[^<>]*>((?:[^<]++|<(?!/?dataValidations[\s>]))*+)</dataValidations>"
)
_AREAS = re.compile(rb"(\ssqref=[\"'])([^\"']*)")


def without_dropdown(part: bytes, column: int, choices: tuple[str, ...]) -> bytes:
    """Returns the XML of a sheet without the dropdown that offers these choices in a column.

    Rules of other columns, and rules that people made, stay unchanged."""
    _, end = content_of(part)
    rules = _RULES.search(part, end)
    if rules is None:
        return part
    wanted = ",".join(choices).encode()
    kept = [_without(rule, column, wanted) for rule in _RULE.finditer(rules[1])]
    if kept == [rule[0] for rule in _RULE.finditer(rules[1])]:
        return part
    left = [rule for rule in kept if rule]
    written = b""
    if left:
        written = b'<dataValidations count="%d">%s</dataValidations>' % (len(left), b"".join(left))
    return part[: rules.start()] + written + part[rules.end() :]


def _without(rule: re.Match[bytes], column: int, wanted: bytes) -> bytes:
    """Returns a rule without those of its areas that are in this column. Returns no bytes if no
    area is left."""
    areas = _AREAS.search(rule[1])
    ours = b'"%s"' % wanted, b"&quot;%s&quot;" % wanted
    if attribute(rule[1], b"type") != b"list" or areas is None:
        return rule[0]
    if not any(text in (rule[2] or b"") for text in ours):
        return rule[0]
    left = [text for text in areas[2].split() if not _within(text, column)]
    if not left:
        return b""
    attributes = rule[1][: areas.start(2)] + b" ".join(left) + rule[1][areas.end(2) :]
    return b"<dataValidation%s>%s</dataValidation>" % (attributes, rule[2])


def _within(reference: bytes, column: int) -> bool:
    _, left, _, right = area(reference)
    return left == right == column


def put_note(package: Package, part: str, meaning: NewMeaning) -> None:
    """Replaces the note of a heading. Does nothing if the heading has no note."""
    notes = related(package, "comments", part)
    if notes is None or not package.has(notes):
        return
    root = package.xml(notes)
    place = f"{letters(meaning.column)}{meaning.row + 1}"
    for note in root.iterfind(f".//{{*}}comment[@ref='{place}']"):
        text = note.find("{*}text")
        if text is not None:
            name = etree.QName(text).namespace
            text[:] = []
            text.text = None
            line = etree.SubElement(text, f"{{{name}}}t")
            line.text = note_of(BY_NAME[meaning.table].column(meaning.field))
            package.put_xml(notes, root)
