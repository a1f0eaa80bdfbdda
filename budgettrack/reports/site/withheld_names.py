"""Removes the names of organisations that the config withholds or renames from every published
text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from budgettrack.config.open_data import Organisation
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.core.sealing.withdrawn import folded
from budgettrack.core.views.public_types import PublicFacts
from budgettrack.group import OpenedGroup

HIDDEN = "…"
"""The text that replaces a withheld name."""


class Discretion:
    """Replaces withheld and renamed organisations in texts.

    `known` are organisations by their name in the workbook. Upper or lower case and spaces do not
    matter.
    """

    def __init__(self, known: Mapping[str, Organisation]) -> None:
        # One name may begin with another ("Harbour", "Harbour Trust"): replace the longest first.
        self._others = [
            (
                re.compile(r"\s+".join(map(re.escape, name.split())), re.IGNORECASE),
                HIDDEN if each.withheld else each.name,
            )
            for name, each in sorted(known.items(), key=lambda item: -len(item[0]))
            if name.strip() and (each.withheld or each.name != name)
        ]

    def told(self, text: str) -> str:
        """Returns a text with withheld names replaced by `HIDDEN`, and renamed ones by their new
        name."""
        for pattern, name in self._others:
            text = pattern.sub(name.replace("\\", r"\\"), text)
        return text

    def all(self, value: Any) -> Any:
        """Returns a copy of a value in which every text is replaced so, also inside dataclasses,
        lists, tuples and dictionaries (not in their keys)."""
        if not self._others:
            return value
        if isinstance(value, str):
            return self.told(value)
        if isinstance(value, list | tuple):
            return type(value)(map(self.all, value))
        if isinstance(value, dict):
            return {key: self.all(item) for key, item in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{each.name: self.all(getattr(value, each.name)) for each in fields(value)}
            )
        return value


def known_organisations(group: OpenedGroup) -> dict[str, Organisation]:
    """Returns the organisations that the config knows, by their name in the workbook. Those that
    were withdrawn are withheld."""
    settings = group.config.open_data
    known = dict(settings.organisations) if settings is not None else {}
    for name in group.withdrawn.organisations:
        own = next((there for there in known if folded(there) == folded(name)), name)
        known[own] = replace(known.get(own, Organisation(own)), withheld=True)
    return known


def discreet_facts(facts: PublicFacts, known: Mapping[str, Organisation]) -> PublicFacts:
    """Returns the facts of a page without the names of withheld or renamed organisations.

    The group's own name and contact stay."""
    told: PublicFacts = Discretion(known).all(facts)
    return replace(told, organisation=facts.organisation, contact=facts.contact)


def discreet_batches(
    batches: Sequence[PublicBatch], known: Mapping[str, Organisation]
) -> list[PublicBatch]:
    """Returns the batches without the names of withheld or renamed organisations in their
    categories."""
    discretion = Discretion(known)
    return [
        replace(batch, category=discretion.told(batch.category)) if batch.category else batch
        for batch in batches
    ]
