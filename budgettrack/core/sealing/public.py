"""The type of a batch in the form that the public may know: a sum with names, without the amounts
from which it was made."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from budgettrack.core.base.months import Month

What = Literal["spent", "budget", "gifts", "in kind"]
"""The subject of a sum. Sums about different subjects are never added up."""

WITHHELD = "withheld"
"""This text takes the place of a grant, a category or an activity that may not be named."""


class PublicBatch(Struct, frozen=True):
    """A batch in the form that the public may know. `page`: the month of the page with which it was
    published. `correction`: whether it changes amounts that were published before.

    `grant`: the ID of a published grant, '' for money that belongs to no grant, `WITHHELD`, or None
    if the batch has money of several grants. `category`: a name. `activity`: an ID. These two are
    '' if there is none, None if the batch has money of several or if its grant is withheld, and
    `WITHHELD` if the category or activity was withdrawn. `units`: in minor units of the base
    currency."""

    page: Month
    what: What
    correction: bool
    grant: str | None
    category: str | None
    activity: str | None
    units: int
