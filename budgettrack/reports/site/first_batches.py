"""Makes the first batches of a register that published before there were batches.

What stood on its last page is known to the world. So everything behind the last total becomes one
batch without labels, with the page of that month; likewise the gifts, and the budgets if the sum is
safe. Each is a union of whole figures that stood on old pages, and never finer. Earlier pages show
no figures any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.safety import amounts_of, is_safe
from budgettrack.core.views.audience import without_personal_details
from budgettrack.group import OpenedGroup
from budgettrack.register import published, queries
from budgettrack.register.published import OldFigure, OldFigures


def first_batches(group: OpenedGroup, old: OldFigures, number: Callable[[], int]) -> list[Batch]:
    """Returns the batches of all figures on the last page that an older program published, which
    had no batches."""
    then = _Then(group)
    parts = [
        *(then.spent(old.spent) if old.spent else ()),
        *(part for year, figure in old.people.items() for part in then.of_people(year, figure)),
        *(then.budgets(old.spent) if old.spent else ()),
        *(then.gifts(old.gifts) if old.gifts else ()),
    ]
    batches = []
    for what in ("spent", "budget", "gifts"):
        together = tuple(part for part in parts if part.what == what)
        # Whole budgets did not stand on old pages: there was only the budget to date.
        if together and (what != "budget" or is_safe(amounts_of(together))):
            batches.append(Batch(number(), old.month, what, False, Labels(), together))
    return batches


class _Then:
    """The contributions behind figures of earlier runs."""

    def __init__(self, group: OpenedGroup) -> None:
        self._group = group
        self._plans: dict[int, Plan] = {}

    def spent(self, figure: OldFigure) -> Iterator[Contribution]:
        people = self._lines_of_people(figure)
        for part in self._contributions(figure, figure.through):
            if part.what == "spent" and part.line not in people:
                yield part

    def of_people(self, year: str, figure: OldFigure) -> Iterator[Contribution]:
        people = self._lines_of_people(figure)
        for part in self._contributions(figure, f"{year}-12"):
            if part.what == "spent" and part.line in people and part.month[:4] == year:
                yield part

    def budgets(self, figure: OldFigure) -> Iterator[Contribution]:
        people = self._lines_of_people(figure)
        for part in self._contributions(figure, figure.through):
            if part.what == "budget" and part.line not in people:
                yield part

    def gifts(self, figure: OldFigure) -> Iterator[Contribution]:
        for part in self._contributions(figure, figure.through):
            if part.what == "gifts" and not part.labels.grant:
                yield part

    def _contributions(self, figure: OldFigure, until: Month) -> Sequence[Contribution]:
        plan = self._at(figure.run)
        return Contributions(plan, self._group.contributors(plan)).at(until)

    def _lines_of_people(self, figure: OldFigure) -> frozenset[str]:
        """Returns the lines that paid people, by the column *Pays people* of that time."""
        return self._group.register.ask(published.lines_that_paid_people, figure.run)

    def _at(self, run: int) -> Plan:
        if run not in self._plans:
            records = self._group.register.ask(queries.load_at, run)
            self._plans[run] = without_personal_details(self._group.plan_of(records))
        return self._plans[run]
