"""What is wrong with an IATI 2.03 file: its schema, IATI's rules, and the code lists, all from
files beside the checkout."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from lxml import etree

from tests.world.iati_rules import broken, found
from tests.world.outside import SHARED

IATI = SHARED / "standards" / "iati"
TODAY = date(2026, 11, 2)
"""The day of the tests (see the fixture `today`)."""

_DAC = "[not(@vocabulary) or @vocabulary='' or @vocabulary='1']"
CODED = {
    "ActivityDateType": ["//activity-date/@type"],
    "ActivityStatus": ["//activity-status/@code"],
    "AidType": [f"//default-aid-type{_DAC}/@code", f"//transaction/aid-type{_DAC}/@code"],
    "BudgetStatus": [
        "//budget/@status",
        "//total-budget/@status",
        "//recipient-org-budget/@status",
        "//recipient-country-budget/@status",
        "//recipient-region-budget/@status",
    ],
    "BudgetType": ["//budget/@type", "//planned-disbursement/@type"],
    "Country": ["//recipient-country/@code"],
    "Currency": ["//@default-currency", "//@currency"],
    "DisbursementChannel": ["//transaction/disbursement-channel/@code"],
    "DocumentCategory": ["//document-link/category/@code"],
    "FinanceType": ["//default-finance-type/@code", "//transaction/finance-type/@code"],
    "FlowType": ["//default-flow-type/@code", "//transaction/flow-type/@code"],
    "OrganisationRole": ["//participating-org/@role"],
    "OrganisationType": [
        "//reporting-org/@type",
        "//participating-org/@type",
        "//provider-org/@type",
        "//receiver-org/@type",
    ],
    "Sector": [f"//sector{_DAC}/@code"],
    "TransactionType": ["//transaction/transaction-type/@code"],
}
"""By list: what has its codes (of vocabularies, the first, which is also meant where none is
named).

Codes of other lists are not checked: languages, file formats, regions, scopes, the types of
results, of related activities, of contacts, of descriptions and of other identifiers, measures,
policy markers, tied status, collaboration. """

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
def codes(name: str) -> dict[str, bool]:
    """The codes of a list, and whether each is still in use."""
    items = etree.parse(str(IATI / "codelists" / f"{name}.xml")).iter("codelist-item")
    return {item.findtext("code") or "": item.get("status", "active") == "active" for item in items}


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
    for name, paths in CODED.items():
        for code in found(root, " | ".join(paths)):
            if not codes(name).get(code):
                wrong = "is withdrawn from" if code in codes(name) else "is not in"
                place = code.getparent()
                yield (
                    f"error code: {code} {wrong} {name} ({place.tag}/@{code.attrname}, line"
                    f" {place.sourceline})"
                )


def _identifier_faults(root: etree._Element) -> Iterator[str]:
    """The official validator's own rule 1.1.2, which is not in the rule file."""
    for identifier, times in Counter(each.text for each in found(root, _IDENTIFIERS)).items():
        if times > 1:
            yield f"error 1.1.2: the identifier {identifier} stands {times} times"
