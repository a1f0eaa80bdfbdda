"""The type of a batch as the public may know it. It does not tell the parts of the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from budgettrack.core.base.months import Month

What = Literal["spent", "budget", "gifts", "in kind"]
"""The subject of a sum. Sums about different subjects are never added up."""

WITHHELD = "withheld"
"""The grant, category or activity of a batch if it may not be named."""


@dataclass(frozen=True, slots=True)
class PublicBatch:
    """A batch as the public may know it.

    `page`: the month of the page with which it was published.
    `correction`: whether it changes amounts that were published before.
    `grant`: the ID of a published grant, '' for money without a grant, `WITHHELD`, or None if the
    batch has money of several grants.
    `category`, `activity`: a name and an ID. '' if there is none, None if the batch has money of
    several or if its grant is withheld, `WITHHELD` if the category or activity was withdrawn.
    `units`: minor units of the base currency.
    """

    page: Month
    what: What
    correction: bool
    grant: str | None
    category: str | None
    activity: str | None
    units: int
