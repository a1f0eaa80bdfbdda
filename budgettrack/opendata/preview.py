"""Lists every text and amount in a file, with the organisation that it is about, and whether it
is new. People read this list before the file is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from lxml import etree
from msgspec import Struct

from budgettrack import structured
from budgettrack.config.open_data import SECTORS

ABOUT = ("participating-org", "provider-org", "receiver-org", "reporting-org")
"""The names of the elements that are about another organisation. All other elements are about
the group and its work."""

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
"""The meaning of IATI's codes, in plain words."""

PLAIN: Mapping[str, str] = {
    "indicator title": "indicator", "result title": "result", "transaction description": "money",
    "document-link title": "document", "expense-line": "category", "iati-activity title": "title",
    "iati-activity description": "description", "iati-organisation name": "name",
}  # fmt: skip
"""The words for the place of a text in a file."""


class Said(Struct, frozen=True):
    """A text or an amount in a file.

    `part`: the identifier of the activity or grant to which it belongs. `where`: the element
    with the text. `about`: the organisation that the text is about. `day`: the date of an
    amount."""

    part: str
    where: str
    about: str
    text: str
    day: str = ""


class SeenText(Struct, frozen=True):
    """A text or an amount, with how it differs from the file on disk: new, gone or the same."""

    change: Literal["new", "gone", "same"]
    said: Said


def said(xml: bytes) -> list[Said]:
    """Returns every text and amount in an IATI file, each once. If the file was damaged, it may
    have unknown codes; they are returned as they are."""
    texts: dict[Said, None] = {}
    for part in etree.fromstring(xml):
        identifier = (
            part.findtext("iati-identifier") or part.findtext("organisation-identifier") or ""
        )
        for element in part.iter(etree.Element):
            texts.update(dict.fromkeys(_said(element, identifier)))
    return list(texts)


def _said(element: etree._Element, name: str) -> Iterator[Said]:
    """Yields the texts and amounts of one element."""
    above = element.getparent()
    organisation = next((up for up in [element, *element.iterancestors()] if up.tag in ABOUT), None)
    about = "us" if organisation is None else organisation.findtext("narrative") or ""
    code = element.get("code", "")
    match element.tag:
        case "narrative":
            yield Said(name, _where(above), about, element.text or "")
        case "value" if above is not None:
            amount = f"{element.text} {element.get('currency') or ''}".strip()
            yield Said(
                name, _amount(above), "us", amount, _span(above) or element.get("value-date", "")
            )
        case "activity-date":
            yield Said(
                name,
                DATES.get(kind := element.get("type", ""), kind),
                about,
                element.get("iso-date", ""),
            )
        case "activity-status":
            yield Said(name, "state", about, STATUS.get(code, code))
        case "recipient-country" | "recipient-region":
            yield Said(name, "place", about, code)
        case "sector":
            share = f" {element.get('percentage')} %" if element.get("percentage") else ""
            yield Said(name, "sector", about, f"{code} {SECTORS.get(code, ('',))[0]}{share}")
        case "document-link":
            yield Said(name, "document", about, element.get("url", ""))
        case "target" | "actual":
            yield Said(name, element.tag, about, element.get("value", ""), _span(above))
        case "related-activity":
            yield Said(name, "belongs to", about, element.get("ref", ""))
    if element.tag in ABOUT and element.get("ref"):
        yield Said(name, "identifier", about, element.get("ref", ""))


def _where(element: etree._Element | None) -> str:
    """Returns words for the place of a text in a file."""
    if element is None:
        return ""
    above = element.getparent()
    long = f"{above.tag} {element.tag}" if above is not None else str(element.tag)
    return (
        "name" if element.tag in ABOUT else PLAIN.get(long) or PLAIN.get(str(element.tag)) or long
    )


def _amount(of: etree._Element) -> str:
    """Returns words that say what an amount is."""
    kind = of.find("transaction-type")
    if kind is not None:
        return MONEY.get(kind.get("code", ""), "transaction")
    if of.tag == "expense-line":
        return f"spent on {of.findtext('narrative')}"
    return BUDGETS.get(
        of.get("type", ""),
        {"total-budget": "budget", "total-expenditure": "spent"}.get(str(of.tag), ""),
    )


def _span(of: etree._Element | None) -> str:
    """Returns the first and last day of the period of an element.

    A line of expenses has no period of its own, so it gets that of its parent. Returns "" if
    there is no period."""
    while of is not None:
        first, last = of.find("period-start"), of.find("period-end")
        if first is not None and last is not None:
            return f"{first.get('iso-date')} to {last.get('iso-date')}"
        of = of.getparent() if of.tag == "expense-line" else None
    return ""


def said_in_json(content: bytes) -> list[Said]:
    """Returns every text and amount in a 360Giving file, each once.

    Every grant is a part. The fields outside the grants are one more part, "the file". Raises
    `ValueError` if it is not such a file."""
    package = structured.json_object(content)
    texts: dict[Said, None] = {}
    grants = package.get("grants", [])
    if not isinstance(grants, list) or not all(isinstance(grant, dict) for grant in grants):
        raise ValueError("no list of grants")
    for grant in grants:
        texts.update(dict.fromkeys(_said_in(grant, str(grant.get("id", "")), "", "us")))
    above = {name: value for name, value in package.items() if name != "grants"}
    texts.update(dict.fromkeys(_said_in(above, "the file", "", "us")))
    return list(texts)


def _said_in(value: object, part: str, where: str, about: str) -> Iterator[Said]:
    """Yields the texts and amounts of one JSON value."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _said_in(item, part, f"{where} {name}".strip(), about)
    elif isinstance(value, list):
        for item in value:
            named = (
                item.get("name", "")
                if isinstance(item, dict) and where.endswith("Organization")
                else ""
            )
            yield from _said_in(item, part, where, str(named) or about)
    else:
        yield Said(part, where, about, str(value))


def seen(now: Sequence[Said], before: Sequence[Said]) -> list[SeenText]:
    """Compares the texts of a new file with the texts of the file on disk."""
    was, are = set(before), set(now)
    return [
        *(SeenText("same" if text in was else "new", text) for text in now),
        *(SeenText("gone", text) for text in before if text not in are),
    ]
