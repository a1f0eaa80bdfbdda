"""Computes the money that moved between two published pages.

The pages show figures to date, and only figures that may be published. Their differences reveal no
more than the pages, and sum exactly to the newest page. IATI needs figures by month: they are made
from these differences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from budgettrack.core.base.money import allocate
from budgettrack.core.base.months import Month, after, last_day
from budgettrack.core.figures.conversion import Conversion, to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import PublicStanding, PublicView, Standings

HELD, PEOPLE, GIFTS = "held", "people", "gifts"
"""Places that are not grants: newest figures of several rows, spending on people, and gifts (money
without a grant)."""

DatedView = tuple[PublicView, date]
"""A published page and the day on which it was first published."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A change of a place's figure to date, in minor units of the base currency.

    `place` is "=" and a grant's ID, or one of the words for money without a grant. `day` is never
    after the publication of the page.
    """

    place: str
    day: date
    units: int


def spending(pages: Sequence[DatedView]) -> list[Flow]:
    """Returns the spending by place. Together with `people` it sums to the total of the newest
    page."""
    return list(
        _moves(
            (
                ((_place(row), row.through, row.spent) for row in _rows(view.by_grant)),
                view.month,
                on,
            )
            for view, on in pages
        )
    )


def income(pages: Sequence[DatedView]) -> list[Flow]:
    """Returns the money received by grant, minus money returned."""
    return list(
        _moves(
            (
                (
                    (
                        f"={source.grant}" if source.grant else source.kind,
                        view.month,
                        source.to_date,
                    )
                    for source in view.money_in
                ),
                view.month,
                on,
            )
            for view, on in pages
        )
    )


def people(pages: Sequence[DatedView]) -> list[Flow]:
    """Returns the spending on lines that pay people, one total for each year."""
    totals: dict[str, int] = {}
    flows = []
    for view, on in pages:
        year = view.people
        if year is not None and year.spent is not None and year.spent != totals.get(year.year, 0):
            flows.append(
                Flow(
                    PEOPLE,
                    min(date(int(year.year), 12, 31), on),
                    year.spent - totals.get(year.year, 0),
                )
            )
            totals[year.year] = year.spent
    return flows


def _rows(table: Standings) -> Iterable[PublicStanding]:
    """Returns the rows of a table, with the row of held figures at the end if there is one."""
    return [*table.rows, *([table.held] if table.held else [])]


def _place(row: PublicStanding) -> str:
    # Special rows (withheld, unrestricted) have a kind. The row of a grant has only its key.
    """Returns the place of a row."""
    return row.kind or row.key


def _moves(
    pages: Iterable[tuple[Iterable[tuple[str, Month | None, int]], Month, date]],
) -> Iterable[Flow]:
    """Yields the changes from page to page.

    `pages` are (rows, month, day of publication). A row is (place, month up to which its figure is
    shown, figure).
    """
    previous: dict[str, int] = {}
    for rows, month, on in pages:
        current: dict[str, int] = {}
        through: dict[str, Month] = {}
        for place, until, units in rows:
            current[place] = current.get(place, 0) + units
            through[place] = until or month
        for place in dict.fromkeys([*previous, *current]):
            moved = current.get(place, 0) - previous.get(place, 0)
            if moved:
                yield Flow(place, min(last_day(through.get(place, month)), on), moved)
        previous = current


@dataclass(slots=True)
class Spent:
    """The spending of a period by category, in minor units of the base currency.

    `lines` and `names` have the category's key.
    """

    first: Month
    last: Month
    lines: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum of all categories."""
        return sum(self.lines.values())

    def add(self, previous: Counter[str], current: Counter[str]) -> None:
        """Adds to each category the difference between two pages."""
        for place in dict.fromkeys([*previous, *current]):
            moved = current[place] - previous[place]
            if moved:
                self.lines[place] = self.lines.get(place, 0) + moved
                self.names.setdefault(place, place.removeprefix("="))


def by_category(pages: Sequence[DatedView]) -> list[Spent]:
    """Returns the spending from page to page by category.

    A later correction counts in the period that was the newest when it was published.
    """
    periods: list[Spent] = []
    previous: Counter[str] = Counter()
    for view, _ in pages:
        table = view.categories
        if table.total.through is None:
            continue
        begin = after(periods[-1].last) if periods else view.first
        if not periods or begin <= table.total.through:
            periods.append(Spent(begin, table.total.through))
        current: Counter[str] = Counter()
        for row in _rows(table):
            place = _place(row)
            current[place] += row.spent
            periods[-1].names[place] = row.name
        periods[-1].add(previous, current)
        previous = current
    return [period for period in periods if period.lines]


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of a grant for at most twelve months: as approved and as revised, in minor
    units of the base currency."""

    first: Month
    last: Month
    approved: int
    revised: int


Months = dict[Month, int]


@dataclass(frozen=True, slots=True)
class Planned:
    """The budget of a grant by month, as approved and as revised, without lines that pay people.

    Amounts are minor units of the base currency. The month `ANY_TIME` has amounts without dates.
    """

    approved: Months
    revised: Months

    def periods(self) -> list[Budget]:
        """Returns the budget in periods of at most twelve months, beginning with the first month.

        Amounts without dates are left out.
        """
        months = sorted(month for month in {*self.approved, *self.revised} if month != ANY_TIME)
        budgets = []
        begin = months[0] if months else ""
        while months and begin <= months[-1]:
            end = min(after(begin, 11), months[-1])
            approved, revised = _sum(self.approved, begin, end), _sum(self.revised, begin, end)
            budgets.append(Budget(begin, end, approved, revised))
            begin = after(end)
        return [budget for budget in budgets if budget.approved or budget.revised]

    def until(self, through: Month) -> int:
        """Returns the budget to the end of a month, as the pages show it."""
        return sum(units for month, units in self.revised.items() if month <= through)


def _sum(months: Months, first: Month, last: Month) -> int:
    return sum(units for month, units in months.items() if first <= month <= last)


def planned(plan: Plan) -> dict[str, Planned]:
    """Returns the budget of each grant that counts as our money, by ID.

    Every line is converted separately, as in the public figures, so that the parts sum to a page's
    figure. A grant without an exchange rate is left out.
    """
    conversions = dict(_conversions(plan))
    budgets = {id_: Planned({}, {}) for id_ in conversions}
    for line in plan.lines.values():
        conversion = conversions.get(line.grant)
        if conversion is None or line.pays_people:
            continue
        shares = phasing(line)
        first = _shared(line.amount if line.approved is None else line.approved, shares)
        own = budgets[line.grant]
        for of, parts in ((own.revised, shares), (own.approved, first)):
            for month, units in conversion.by_month(parts).items():
                of[month] = of.get(month, 0) + units
    return budgets


def _conversions(plan: Plan) -> Iterator[tuple[str, Conversion]]:
    """Yields the conversion to the base currency of each of our grants that has a rate, by ID."""
    for id_, grant in plan.grants.items():
        conversion = to_base(plan, grant) if is_ours(grant) else None
        if conversion is not None:
            yield id_, conversion


def years(those: Iterable[Planned]) -> dict[str, int]:
    """Returns the revised budgets by calendar year."""
    sums: dict[str, int] = {}
    for budget in those:
        for month, units in budget.revised.items():
            if month != ANY_TIME:
                sums[month[:4]] = sums.get(month[:4], 0) + units
    return dict(sorted(sums.items()))


def _shared(whole: int, shares: Mapping[Month, int]) -> dict[Month, int]:
    """Allocates the approved amount to months in the proportions of the present plan, or evenly
    if the plan is zero."""
    weights = [max(units, 0) for units in shares.values()]
    if sum(shares.values()) == whole:
        return dict(shares)
    parts = allocate(whole, weights if sum(weights) else [1] * max(1, len(shares)))
    return dict(zip(shares, parts, strict=False))
