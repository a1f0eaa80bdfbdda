"""Every word that a file would say, about whom, and what is new in it: looked at before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

ABOUT = ("participating-org", "provider-org", "receiver-org", "reporting-org")
"""Elements that speak of an organisation; all others speak of the group and its work."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text or figure of a file: `where` it stands, in which part (an activity's identifier), and about whom."""

    part: str
    where: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said, and whether it is new, gone or the same as in the file that is there."""

    change: Literal["new", "gone", "same"]
    said: Said


def said(xml: bytes) -> list[Said]:
    """All that an IATI file says to people, each thing once."""
    root = etree.fromstring(xml)
    found: dict[Said, None] = {}
    for part in root:
        if isinstance(part.tag, str):
            name = part.findtext("iati-identifier") or part.findtext("organisation-identifier") or ""
            found.update(dict.fromkeys(_said(part, name)))
    return list(found)


def _said(part: etree._Element, name: str) -> Iterator[Said]:
    for each in part.iter(etree.Element):
        parents = [str(up.tag) for up in reversed([*each.iterancestors()][: _depth(each, part)])]
        where = " ".join([*parents, str(each.tag)])
        organisation = next((up for up in [each, *each.iterancestors()] if up.tag in ABOUT), None)
        about = "us" if organisation is None else organisation.findtext("narrative") or organisation.get("ref") or ""
        if each.tag == "narrative":
            yield Said(name, " ".join(parents), about, each.text or "")
        elif each.tag == "value":
            parent = each.getparent()
            code = None if parent is None else parent.find("transaction-type")
            what = "" if code is None else f" {code.get('code')}"
            amount = f"{each.text} {each.get('currency') or ''}".strip()
            yield Said(name, f"{where}{what} {each.get('value-date')}", "us", amount)
        for attribute in ("ref", "code", "iso-date", "url", "value"):
            text = each.get(attribute)
            if text and each.tag != "transaction-type":
                yield Said(name, f"{where} {attribute}", about, text)


def _depth(each: etree._Element, part: etree._Element) -> int:
    """How many ancestors lie between an element and its part."""
    depth = 0
    up = each.getparent()
    while up is not None and up is not part:
        depth, up = depth + 1, up.getparent()
    return depth


def seen(now: Sequence[Said], before: Sequence[Said]) -> list[Seen]:
    """What is said now, and what was said before and is no more."""
    was, are = set(before), set(now)
    return [
        *(Seen("same" if each in was else "new", each) for each in now),
        *(Seen("gone", each) for each in before if each not in are),
    ]
