"""Published pages and final reports as text in the register, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from budgettrack.core.base.months import Month
from budgettrack.core.views.disclosure import Sum
from budgettrack.core.views.funder import Reported
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import Publication


@dataclass(frozen=True, slots=True)
class PublicationStep:
    """A publication as the register holds it: the run whose records it was made from."""

    publication: Publication
    run: int


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A month's page as it was last published: the view, and the day on which the month was first
    published."""

    view: PublicView
    published: date


_decoder = msgspec.json.Decoder(PublicView)


def view_text(view: PublicView) -> str:
    """The view as JSON."""
    return msgspec.json.encode(view).decode()


def view_of(text: str) -> PublicView:
    """The view again; raises `msgspec.ValidationError` for a text that is none."""
    return _decoder.decode(text)


def publication_text(publication: Publication) -> str:
    """Entries, moved and told rows as JSON."""
    entries = [[*cell, what.budget, what.spent] for cell, what in publication.entries.items()]
    return msgspec.json.encode(
        [entries, sorted(publication.moved), sorted(publication.told)]
    ).decode()


def publication_of(month: Month, text: str) -> Publication:
    """The publication again."""
    entries, moved, told = msgspec.json.decode(text)
    return Publication(
        month,
        {(table, key, when): Sum(budget, spent) for table, key, when, budget, spent in entries},
        _rows(moved),
        _rows(told),
    )


def _rows(those: list[list[Any]]) -> frozenset[Any]:
    return frozenset((table, key) for table, key in those)


def reported_text(reported: Reported) -> str:
    """What a final summary said, as JSON."""
    return msgspec.json.encode(reported).decode()


def reported_of(text: str) -> Reported:
    """The same again."""
    return msgspec.json.decode(text, type=Reported)
