"""The types of sealing: contributions, their labels, and batches.

A *contributor* is the person, firm or budget line whose pay or money could be guessed from a
figure. A *contribution* is one amount of a contributor: a payment, a gift, the budget of a line,
something given in kind, or a later change of one of these. A *batch* is a set of contributions that
was published together as one sum. To *seal* a batch means to fix it: after that, no contribution is
added to it or removed from it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import What


class Labels(Struct, frozen=True):
    """The names that the public may read beside a sum. A label is None if the sum has contributions
    of several grants, categories or activities.

    `grant`: the ID of a grant, or '' for money that belongs to no grant. `category`: a public
    heading, or '' if the line has no category or the expense has no line. `activity`: the ID of
    an activity, or ''."""

    grant: str | None = None
    category: str | None = None
    activity: str | None = None


class Contribution(Struct, frozen=True):
    """One amount of one contributor (see the top of this module).

    `table`, `id`: the record. `contributor`: a keyed hash, or '' if it is not known who it is.
    `line`: the budget line, or ''. `month`: the month in which the money was paid, or '' for a
    budget. `own`: the amount in minor units of the grant's currency; it is negative if it reduces
    an earlier amount. `currency`: the currency of `own`; '' if an older version of the program
    sealed it, which did not keep the currency. `units`: the same amount in the base currency, at
    the rate of the day when it was published."""

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


class Batch(Struct, frozen=True):
    """Contributions that were published together as one sum.

    `number`: a random number that is never published. `page`: the month of the page with which the
    batch was published. `correction`: whether the batch changes amounts that were published before.
    `labels`: the labels that the batch got when it was published."""

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
