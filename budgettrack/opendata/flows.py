"""Money as it went from page to page: what the published figures to date moved by, and when.

The pages show figures to date, and only those that may be shown (`published`). Their differences
are therefore as safe as they are, and sum to what the newest page says, to the last unit; whatever
needs single months (IATI) is made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from budgettrack.core.base.money import allocate
from budgettrack.core.base.months import Month, after, last_day
from budgettrack.core.figures.conversion import to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import PublicStanding, PublicView, Standings

HELD, PEOPLE, GIFTS = "held", "people", "gifts"
"""Places beside the grants: newest figures of several rows, what pays people, and money on no
grant."""

DatedView = tuple[PublicView, date]
"""A published page and the day on which it was first published."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Money by which a place's figure to date moved, in minor units of the base currency. `day` is
    never in the future of the page. `place` is a grant's ID with "=" before it, or one of the words
    for what is none."""

    place: str
    day: date
    units: int


def spending(pages: Sequence[DatedView]) -> list[Flow]:
    """What was spent, by place; with the people's it sums to what the newest page has in all."""
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
    """What came in, by grant, net of what was returned."""
    return list(
        _moves(
            (
                (
                    (f"={each.grant}" if each.grant else each.kind, view.month, each.to_date)
                    for each in view.money_in
                ),
                view.month,
                on,
            )
            for view, on in pages
        )
    )


def people(pages: Sequence[DatedView]) -> list[Flow]:
    """What the lines that pay people came to, one total a year."""
    known: dict[str, int] = {}
    found = []
    for view, on in pages:
        year = view.people
        if year is not None and year.spent is not None and year.spent != known.get(year.year, 0):
            found.append(
                Flow(
                    PEOPLE,
                    min(date(int(year.year), 12, 31), on),
                    year.spent - known.get(year.year, 0),
                )
            )
            known[year.year] = year.spent
    return found


def _rows(table: Standings) -> Iterable[PublicStanding]:
    return [*table.rows, *([table.held] if table.held else [])]


def _place(row: PublicStanding) -> str:
    # A grant that was withdrawn keeps its key in pages that were published before.
    return row.kind or row.key


def _moves(
    pages: Iterable[tuple[Iterable[tuple[str, Month | None, int]], Month, date]],
) -> Iterable[Flow]:
    known: dict[str, int] = {}
    for rows, month, on in pages:
        now: dict[str, int] = {}
        through: dict[str, Month] = {}
        for place, until, units in rows:
            now[place] = now.get(place, 0) + units
            through[place] = until or month
        for place in dict.fromkeys([*known, *now]):
            moved = now.get(place, 0) - known.get(place, 0)
            if moved:
                yield Flow(place, min(last_day(through.get(place, month)), on), moved)
        known = now


@dataclass(slots=True)
class Spent:
    """Spending of a period, by category and in all, in minor units of the base currency. `names`
    are those of its lines."""

    first: Month
    last: Month
    lines: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.lines.values())


def by_category(pages: Sequence[DatedView]) -> list[Spent]:
    """Spending from page to page by category; what is corrected later is in the period that was
    newest then."""
    found: list[Spent] = []
    known: dict[str, int] = {}
    for view, _ in pages:
        table = view.categories
        if table.total.through is None:
            continue
        begin = after(found[-1].last) if found else view.first
        if not found or begin <= table.total.through:
            found.append(Spent(begin, table.total.through))
        now: dict[str, int] = {}
        for row in _rows(table):
            place = _place(row)
            now[place] = now.get(place, 0) + row.spent
            found[-1].names[place] = row.name
        for place in dict.fromkeys([*known, *now]):
            moved = now.get(place, 0) - known.get(place, 0)
            if moved:
                found[-1].lines[place] = found[-1].lines.get(place, 0) + moved
                found[-1].names.setdefault(place, place.removeprefix("="))
        known = now
    return [each for each in found if each.lines]


@dataclass(frozen=True, slots=True)
class Budget:
    """A year of a grant's budget, or less: as approved and as revised, in minor units of the base
    currency."""

    first: Month
    last: Month
    approved: int
    revised: int


Months = dict[Month, int]


@dataclass(frozen=True, slots=True)
class Planned:
    """A grant's budget by month as approved and as revised, in minor units of the base currency,
    without what pays people. `ANY_TIME` has what has no month."""

    approved: Months
    revised: Months

    def periods(self) -> list[Budget]:
        """In periods of at most twelve months, from the first month on."""
        months = sorted(month for month in {*self.approved, *self.revised} if month != ANY_TIME)
        found = []
        begin = months[0] if months else ""
        while months and begin <= months[-1]:
            end = min(after(begin, 11), months[-1])
            sums = (
                sum(units for month, units in of.items() if begin <= month <= end)
                for of in (self.approved, self.revised)
            )
            found.append(Budget(begin, end, *sums))
            begin = after(end)
        return [each for each in found if each.approved or each.revised]

    def until(self, through: Month) -> int:
        """To the end of a month, as the pages have it."""
        return sum(units for month, units in self.revised.items() if month <= through)


def planned(plan: Plan) -> dict[str, Planned]:
    """The budget of each grant that is ours, by ID.

    Converted as the public figures are, line by line, so that parts sum to what a page says; a
    grant without a rate has none."""
    known = {id_: to_base(plan, grant) for id_, grant in plan.grants.items() if is_ours(grant)}
    conversions = {id_: each for id_, each in known.items() if each is not None}
    found = {id_: Planned({}, {}) for id_ in conversions}
    for line in plan.lines.values():
        conversion = conversions.get(line.grant)
        if conversion is None or line.pays_people:
            continue
        shares = phasing(line)
        first = _shared(line.amount if line.approved is None else line.approved, shares)
        own = found[line.grant]
        for of, parts in ((own.revised, shares), (own.approved, first)):
            for month, units in conversion.by_month(parts).items():
                of[month] = of.get(month, 0) + units
    return found


def years(those: Iterable[Planned]) -> dict[str, int]:
    """Budgets by calendar year, as revised."""
    found: dict[str, int] = {}
    for each in those:
        for month, units in each.revised.items():
            if month != ANY_TIME:
                found[month[:4]] = found.get(month[:4], 0) + units
    return dict(sorted(found.items()))


def _shared(whole: int, shares: Mapping[Month, int]) -> dict[Month, int]:
    """The approved sum in the proportions of the present plan; evenly where that has none."""
    weights = [max(units, 0) for units in shares.values()]
    if sum(shares.values()) == whole:
        return dict(shares)
    parts = allocate(whole, weights if sum(weights) else [1] * max(1, len(shares)))
    return dict(zip(shares, parts, strict=False))
