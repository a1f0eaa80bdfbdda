"""Every word that a file would say, about whom, and what is new in it: looked at before anything is
written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from budgettrack.config.open_data import SECTORS

ABOUT = ("participating-org", "provider-org", "receiver-org", "reporting-org")
"""Elements that speak of an organisation; all others speak of the group and its work."""

MONEY: Mapping[str, str] = {"1": "received", "4": "spent", "11": "agreed", "13": "awarded"}
DATES: Mapping[str, str] = {"1": "planned start", "2": "start", "3": "planned end", "4": "end"}
STATUS: Mapping[str, str] = {
    "1": "to come",
    "2": "under way",
    "3": "being finished",
    "4": "over",
    "5": "given up",
}
BUDGETS: Mapping[str, str] = {"1": "budget, as approved", "2": "budget, as revised"}
"""What IATI's codes mean, for people."""

PLAIN: Mapping[str, str] = {
    "indicator title": "indicator", "result title": "result", "transaction description": "money",
    "document-link title": "document", "expense-line": "category", "iati-activity title": "title",
    "iati-activity description": "description", "iati-organisation name": "name",
}  # fmt: skip
"""Where a text stands, for people."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text or an amount of a file: in which part (an activity's identifier), where, about whom.
    `day` is an amount's."""

    part: str
    where: str
    about: str
    text: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said, and whether it is new, gone or the same as in the file that is there."""

    change: Literal["new", "gone", "same"]
    said: Said


def said(xml: bytes) -> list[Said]:
    """All that an IATI file says, each thing once."""
    found: dict[Said, None] = {}
    for part in etree.fromstring(xml):
        name = part.findtext("iati-identifier") or part.findtext("organisation-identifier") or ""
        for each in part.iter(etree.Element):
            found.update(dict.fromkeys(_said(each, name)))
    return list(found)


def _said(each: etree._Element, name: str) -> Iterator[Said]:
    above = each.getparent()
    organisation = next((up for up in [each, *each.iterancestors()] if up.tag in ABOUT), None)
    about = "us" if organisation is None else organisation.findtext("narrative") or ""
    code = each.get("code", "")
    match each.tag:
        case "narrative":
            yield Said(name, _where(above), about, each.text or "")
        case "value" if above is not None:
            amount = f"{each.text} {each.get('currency') or ''}".strip()
            yield Said(
                name, _amount(above), "us", amount, _span(above) or each.get("value-date", "")
            )
        case "activity-date":
            yield Said(name, DATES[each.get("type", "")], about, each.get("iso-date", ""))
        case "activity-status":
            yield Said(name, "state", about, STATUS[code])
        case "recipient-country" | "recipient-region":
            yield Said(name, "place", about, code)
        case "sector":
            share = f" {each.get('percentage')} %" if each.get("percentage") else ""
            yield Said(name, "sector", about, f"{code} {SECTORS[code][0]}{share}")
        case "document-link":
            yield Said(name, "document", about, each.get("url", ""))
        case "target" | "actual":
            yield Said(name, each.tag, about, each.get("value", ""), _span(above))
        case "related-activity":
            yield Said(name, "belongs to", about, each.get("ref", ""))
    if each.tag in ABOUT and each.get("ref"):
        yield Said(name, "identifier", about, each.get("ref", ""))


def _where(element: etree._Element | None) -> str:
    if element is None:
        return ""
    above = element.getparent()
    long = f"{above.tag} {element.tag}" if above is not None else str(element.tag)
    return (
        "name" if element.tag in ABOUT else PLAIN.get(long) or PLAIN.get(str(element.tag)) or long
    )


def _amount(of: etree._Element) -> str:
    kind = of.find("transaction-type")
    if kind is not None:
        return MONEY[kind.get("code", "")]
    if of.tag == "expense-line":
        return f"spent on {of.findtext('narrative')}"
    return BUDGETS.get(
        of.get("type", ""),
        {"total-budget": "budget", "total-expenditure": "spent"}.get(str(of.tag), ""),
    )


def _span(of: etree._Element | None) -> str:
    """The days of a period, of an expense line those of what it is part of."""
    while of is not None:
        first, last = of.find("period-start"), of.find("period-end")
        if first is not None and last is not None:
            return f"{first.get('iso-date')} to {last.get('iso-date')}"
        of = of.getparent() if of.tag == "expense-line" else None
    return ""


def said_in_json(content: bytes) -> list[Said]:
    """All that a 360Giving file says, each thing once: a grant is a part, and what is above the
    grants another."""
    package = json.loads(content)
    found: dict[Said, None] = {}
    for grant in package.get("grants", ()):
        found.update(dict.fromkeys(_said_in(grant, str(grant.get("id", "")), "", "us")))
    above = {name: value for name, value in package.items() if name != "grants"}
    found.update(dict.fromkeys(_said_in(above, "the file", "", "us")))
    return list(found)


def _said_in(value: object, part: str, where: str, about: str) -> Iterator[Said]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _said_in(each, part, f"{where} {name}".strip(), about)
    elif isinstance(value, list):
        for each in value:
            named = (
                each.get("name", "")
                if isinstance(each, dict) and where.endswith("Organization")
                else ""
            )
            yield from _said_in(each, part, where, str(named) or about)
    else:
        yield Said(part, where, about, str(value))


def seen(now: Sequence[Said], before: Sequence[Said]) -> list[Seen]:
    """What is said now, and what was said before and is no more."""
    was, are = set(before), set(now)
    return [
        *(Seen("same" if each in was else "new", each) for each in now),
        *(Seen("gone", each) for each in before if each not in are),
    ]
