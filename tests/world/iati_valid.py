"""What is wrong with an IATI 2.03 file: its schema, IATI's rules, and all of its code lists."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from lxml import etree

from tests.world.iati_rules import broken, found
from tests.world.outside import RULES, STANDARDS

IATI = STANDARDS / "iati"
TODAY = date(2026, 11, 2)
"""The day of the tests (see the fixture `today`)."""


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Attributes, or a text, that hold a code of a list, where `where` holds of their element."""

    path: str
    list: str
    where: str = "true()"


@dataclass(frozen=True, slots=True)
class CodeList:
    complete: bool
    """Whether a code that is not in the list is an error; otherwise it is a warning."""
    codes: frozenset[str]
    withdrawn: frozenset[str]


_IDENTIFIERS = (
    "/iati-activities/iati-activity/iati-identifier |"
    " /iati-organisations/iati-organisation/organisation-identifier"
)


def faults(xml: bytes, today: date = TODAY) -> list[str]:
    """What is wrong with a file, a line each, beginning with "error" or "warning"; nothing where it
    is valid."""
    root = etree.fromstring(xml)
    told = [*_schema_faults(root), *_code_faults(root), *_identifier_faults(root)]
    return told + [str(each) for each in broken(xml, standard(), today)]


@cache
def standard() -> dict[str, Any]:
    """IATI's rules."""
    rules: dict[str, Any] = json.loads((IATI / "rulesets" / "standard.json").read_text("utf-8"))
    return rules


@cache
def places() -> tuple[CodePlace, ...]:
    """Where the standard says that codes stand."""
    listed: list[dict[str, str]] = json.loads(
        (RULES / "iati" / "code-places.json").read_text("utf-8")
    )
    return tuple(CodePlace(**place) for place in listed)


_KEPT: dict[str, dict[str, Any]] = json.loads(
    (RULES / "iati" / "code-lists.json").read_text("utf-8")
)
LISTS = {*_KEPT, *(path.stem for path in (IATI / "codelists").glob("*.xml"))}
"""The names of all lists: those of this program's files are read as they are published."""


@cache
def code_list(name: str) -> CodeList:
    """A list, by its name."""
    if name in _KEPT:
        told = _KEPT[name]
        return CodeList(told["complete"], frozenset(told["codes"]), frozenset(told["withdrawn"]))
    root = etree.parse(str(IATI / "codelists" / f"{name}.xml")).getroot()
    active: set[str] = set()
    withdrawn: set[str] = set()
    for item in root.iter("codelist-item"):
        into = active if item.get("status", "active") == "active" else withdrawn
        into.add(item.findtext("code") or "")
    return CodeList(root.get("complete") == "1", frozenset(active), frozenset(withdrawn))


def coded(root: etree._Element, place: CodePlace) -> list[Any]:
    """The codes at a place. An empty vocabulary is the first one, as where none is named."""
    where = place.where.replace("not(@vocabulary)", "not(string(@vocabulary))")
    return found(root, f"{place.path}[parent::*[{where}]]")


def _schema_faults(root: etree._Element) -> Iterator[str]:
    schemas = {
        "iati-activities": "iati-activities-schema.xsd",
        "iati-organisations": "iati-organisations-schema.xsd",
    }
    if root.tag not in schemas:
        yield f"error schema: {root.tag} is not the beginning of an IATI file"
        return
    if root.get("version") != "2.03":
        yield f"error schema: the version is {root.get('version')}, not 2.03"
    schema = _schema(schemas[str(root.tag)])
    if not schema.validate(root):
        log: Any = schema.error_log
        yield from (f"error schema: {each.message} (line {each.line})" for each in log)


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(IATI / name)))


def _code_faults(root: etree._Element) -> Iterator[str]:
    for place in places():
        known = code_list(place.list)
        for code in coded(root, place):
            if code in known.codes:
                continue
            severity = "error" if known.complete else "warning"
            wrong = "is withdrawn from" if code in known.withdrawn else "is not in"
            element = code.getparent()
            yield (
                f"{severity} code: {code} {wrong} {place.list} ({element.tag}/@{code.attrname}, line"
                f" {element.sourceline})"
            )


def _identifier_faults(root: etree._Element) -> Iterator[str]:
    """The official validator's own rule 1.1.2, which is not in the rule file."""
    for identifier, times in Counter(each.text for each in found(root, _IDENTIFIERS)).items():
        if times > 1:
            yield f"error 1.1.2: the identifier {identifier} stands {times} times"
