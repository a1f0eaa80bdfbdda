"""Makes the first batches for a register whose first pages were published by an older version of
the program. The older version had no batches. A batch is a set of amounts that are published
together as one sum.

Everybody may know the last page of the older version. So all amounts in the total on this page
become one batch without names, on the page of that month. All gifts become one batch, too. The
budgets become a batch only if readers can calculate their sum from old pages, and if this sum
reveals nobody's amount.

Each of these batches is a sum of whole figures on old pages. Earlier pages show no figures any
more. But others may have copies of the old pages. So the code that seals new batches still takes
each old figure into account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Grant, Plan
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.copies import OldPage, OldRow, growths, spread_alike
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.sealing.seal import may_be_first
from budgettrack.core.views.audience import without_personal_details
from budgettrack.group import OpenedGroup
from budgettrack.register import published, queries
from budgettrack.register.published import OldFigure, OldFigures, OldStep


def first_batches(
    group: OpenedGroup, old: OldFigures, number: Callable[[], int]
) -> tuple[list[Batch], list[Batch]]:
    """Returns two lists. The first has the batches with all figures on the last page of the older
    version, which had no batches. The second has all sums of which others may have copies."""
    then = _Then(group)
    copies = [
        Batch(
            number(), growth.month, growth.parts[0].what, False, _labels(growth.row), growth.parts
        )
        for growth in growths(then.pages(old))
    ]
    parts = [
        *(then.spent(old.spent) if old.spent else ()),
        *(part for year, figure in old.people.items() for part in then.of_people(year, figure)),
        *(then.budgets(old.spent) if old.spent else ()),
        *(then.gifts(old.gifts) if old.gifts else ()),
    ]
    plan = group.whole_plan
    now = Contributions(plan, group.contributors(plan))
    batches = []
    for what in ("spent", "budget", "gifts"):
        together = tuple(part for part in parts if part.what == what)
        if not together:
            continue
        batch = Batch(number(), old.month, what, False, Labels(), together)
        # Old pages showed only the part of each budget up to the month, not whole budgets.
        # The sum of the whole budgets is new, so it must reveal nobody's amount.
        # The award less this sum must reveal nobody's amount either.
        if what != "budget" or (may_be_first(now, batch) and then.spread_alike(old, batch)):
            batches.append(batch)
        else:
            copies.append(batch)
    return batches, copies


class _Then:
    """The contributions in the figures of earlier runs."""

    def __init__(self, group: OpenedGroup) -> None:
        self._group = group
        self._plans: dict[int, Plan] = {}

    def pages(self, old: OldFigures) -> Iterator[OldPage]:
        """Yields the old pages, each with the spending and the gifts that it showed or changed."""
        for step in old.steps:
            rows: dict[OldRow, list[Contribution]] = {row: [] for row in step.rows}
            for row, part in self._rows(step):
                year_was_shown = row[0] != "people" or row[1] in old.people
                if row in rows and year_was_shown:
                    rows[row].append(part)
            yield OldPage(step.month, rows)

    def spread_alike(self, old: OldFigures, budgets: Batch) -> bool:
        """Whether a reader can calculate the sum of all whole budgets from old pages. Old pages
        showed only the part of each budget up to a month. The sum can be calculated if all lines
        are spread over the months in the same proportion."""
        lines = {part.line for part in budgets.parts}
        plans = [self._at(step.run) for step in old.steps]
        return spread_alike(
            plan.lines[line] for plan in plans for line in lines & plan.lines.keys()
        )

    def _rows(self, step: OldStep) -> Iterator[tuple[OldRow, Contribution]]:
        """Yields pairs: a row of an old page, and an amount that the row contained."""
        plan, figure = self._at(step.run), OldFigure(step.month, step.run)
        people = self._lines_of_people(figure)
        for part in self._contributions(figure, step.month):
            grant = plan.grants.get(part.labels.grant or "")
            if part.what == "gifts":
                yield ("income", _row_of(grant, f"={part.labels.grant}", "gifts")), part
            elif part.what == "spent" and part.line in people:
                yield ("people", part.month[:4]), part
            elif part.what == "spent":
                category = f"={part.labels.category}" if part.line else "unbudgeted"
                activity = f"={part.labels.activity}" if part.line else "unbudgeted"
                for table, row in (
                    ("category", category),
                    ("activity", activity),
                    ("grant", f"={part.labels.grant}"),
                ):
                    yield (table, _row_of(grant, row, "unrestricted")), part
                yield ("category", "total"), part

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
        """Returns the lines that paid people. They are read from the column *Pays people* of older
        workbooks."""
        return self._group.register.ask(published.lines_that_paid_people, figure.run)

    def _at(self, run: int) -> Plan:
        if run not in self._plans:
            records = self._group.register.ask(queries.load_at, run)
            self._plans[run] = without_personal_details(self._group.plan_of(records))
        return self._plans[run]


def _labels(row: OldRow) -> Labels:
    """Returns the labels (grant, category, activity) for a row of an old page."""
    table, key = row
    name = f"people paid in {key}" if table == "people" else key.removeprefix("=")
    return Labels(
        name if table in ("grant", "income") else None,
        name if table in ("category", "people") else None,
        name if table == "activity" else None,
    )


def _row_of(grant: Grant | None, row: str, without_grant: str) -> str:
    """Returns the row of an old page in which the money of a grant was counted. Only published
    grants had rows of their own."""
    if grant is None:
        return without_grant
    return row if named(grant) else "withheld"
