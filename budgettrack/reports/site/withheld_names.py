"""Removes the names of organisations that the config withholds or renames from every published
text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.views.public_types import PublicView

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
        lists and tuples."""
        if not self._others:
            return value
        if isinstance(value, str):
            return self.told(value)
        if isinstance(value, list | tuple):
            return type(value)(map(self.all, value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{each.name: self.all(getattr(value, each.name)) for each in fields(value)}
            )
        return value


def discreet(view: PublicView, settings: OpenData | None) -> PublicView:
    """Returns the view without the names of withheld or renamed organisations.

    The group's own name and contact stay.
    """
    if settings is None:
        return view
    told: PublicView = Discretion(settings.organisations).all(view)
    return replace(told, organisation=view.organisation, contact=view.contact)
