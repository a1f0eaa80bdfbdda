"""The types of sealing: contributions, their labels, and batches.

A *contributor* is the person, firm or line whose pay or money could be guessed from a figure. A
*contribution* is an amount of one contributor: a payment, a gift, the budget of a line, something
given in kind, or the change of one of them. A *batch* is a set of contributions that was published
together, as one sum. A batch is never opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import What


@dataclass(frozen=True, slots=True)
class Labels:
    """The names that the public may read beside a sum. A label is None if the sum has contributions
    of several grants, categories or activities.

    `grant`: the ID of a grant, or '' for money without a grant.
    `category`: a public heading, or '' if the line has no category or the expense no line.
    `activity`: the ID of an activity, or ''.
    """

    grant: str | None = None
    category: str | None = None
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """An amount of one contributor (see the top of this file).

    `table`, `id`: the record.
    `contributor`: a keyed hash, or '' if it is not known who it is.
    `line`: the budget line, or ''.
    `month`: the month in which the money was paid. '' for a budget.
    `own`: the amount in minor units of the grant's currency. It is below zero if it takes money
    away.
    `currency`: the currency of `own`. '' if it was sealed by a program that did not keep it.
    `units`: the same in the base currency, at the rate of the day when it was sealed.
    """

    table: str
    id: str
    contributor: str
    line: str
    what: What
    month: Month
    own: int
    units: int
    labels: Labels
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Contributions that were published together, as one sum.

    `number`: a random number. It is never published.
    `page`: the month of the page with which the batch was published.
    `correction`: whether the batch changes amounts that were published before.
    `labels`: the labels that the batch got then.
    """

    number: int
    page: Month
    what: What
    correction: bool
    labels: Labels
    parts: Sequence[Contribution]

    @property
    def units(self) -> int:
        """The sum of the batch, in minor units of the base currency."""
        return sum(part.units for part in self.parts)
