"""Whom the config withholds or renames, in no text that is published: pages, tables, calendar,
feed, mail and standards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.views.public_types import PublicView

HIDDEN = "…"
"""What stands in the place of a name that is withheld."""


class Discretion:
    """Texts as they may be published. `known` are organisations by their name in the workbook, in
    any case and spacing."""

    def __init__(self, known: Mapping[str, Organisation]) -> None:
        # The longest first: a name may begin with another.
        self._others = [
            (
                re.compile(r"\s+".join(map(re.escape, name.split())), re.IGNORECASE),
                HIDDEN if each.withheld else each.name,
            )
            for name, each in sorted(known.items(), key=lambda item: -len(item[0]))
            if name.strip() and (each.withheld or each.name != name)
        ]

    def told(self, text: str) -> str:
        """A text without the names of those who are withheld or renamed."""
        for known, name in self._others:
            text = known.sub(name.replace("\\", r"\\"), text)
        return text

    def all(self, value: Any) -> Any:
        """A value with every text in it told so: dataclasses and sequences of them."""
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
    """A page's view without the names of organisations that the config withholds or renames; the
    group's own stays."""
    if settings is None:
        return view
    told: PublicView = Discretion(settings.organisations).all(view)
    return replace(told, organisation=view.organisation, contact=view.contact)
