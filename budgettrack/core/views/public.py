"""The public view of a month, made from the published figures (`published`) and the public columns.

Figures are shown by category, activity and grant, never by expense. They are in the base currency,
at the grants' budget rates. Every publication says up to which month each row may be shown, so that
no figure, and no difference from an earlier page, shows a single payment or two.

Lines that pay people appear only as one total a year. They are not in the categories, the
activities, the money out or any total. The page prints no figure from which they could be
subtracted: no balance, no share of an award that is spent, no commitments and no host fee. The
yearly total is shown when the year is over, all its months are closed (if the organisation closes
months), and enough payments are behind it.

A grant that is not marked Publish is never named. Its money is in one line, *withheld*, so that
totals add up. Money without a grant (a gift, interest) may come from one person, so the rule for
spending holds for it too.

A correction shows the old and the new value only if at least `fewest` expenses lie behind it and
behind the other new amounts of its row. Otherwise the figures change at the next page that may
change, and the page says so in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from budgettrack.core.base.months import Month, after, last_day, month_of
from budgettrack.core.figures.conversion import lacks_rate
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Grant, Plan, Resource
from budgettrack.core.views.audience import (
    REACHED,
    VALUED_BY,
    given,
    progress,
    without_personal_details,
    worth,
)
from budgettrack.core.views.disclosure import NOTHING, Sum, added
from budgettrack.core.views.first_month import begun, first_public_month
from budgettrack.core.views.public_types import (
    FEWEST,
    Coming,
    Correction,
    InKind,
    MoneyIn,
    People,
    PublicGrant,
    PublicStanding,
    PublicView,
    Spell,
    Standings,
)
from budgettrack.core.views.published import (
    GIFTS,
    SPENDING,
    TOTAL,
    UNBUDGETED,
    UNRESTRICTED,
    WITHHELD,
    Publication,
    PublicTable,
    cells,
    last_year,
    named,
    next_steps,
    received,
)

AHEAD = 3
"""The number of months for which the page lists milestones in advance."""


ELSEWHERE = (UNBUDGETED, UNRESTRICTED, WITHHELD)
"""Rows that are not a category, an activity or a grant, in the order in which they are shown."""


def publish(
    plan: Plan,
    totals: Sequence[Total],
    before: Sequence[Publication],
    month: Month,
    *,
    fewest: int = FEWEST,
    confirmed: Month | None = None,
    plan_at: Callable[[int], Plan],
) -> list[Publication]:
    """Returns the publications to add so that the pages up to `month` are public. Empty if no
    figure changed.

    `confirmed` is the first month of the pages that a person wrote into the config (see
    `first_month`).
    `plan_at` returns the plan, with expenses, from which an earlier step was made; for `NOW` it
    returns the present plan. It is called only if figures changed that are public already. `plan`
    itself needs no expenses."""
    plan = without_personal_details(plan)
    now = cells(plan, totals, month)
    first = first_public_month(begun(plan, totals), month, confirmed)
    return next_steps(
        now, before, first, month, fewest, lambda step: without_personal_details(plan_at(step))
    )


def public_view(
    plan: Plan,
    publications: Sequence[Publication],
    *,
    month: Month,
    organisation: str,
    contact: str = "",
    fewest: int = FEWEST,
    left_out: int = 0,
    later: bool = False,
) -> PublicView:
    """Returns the public page of `month`, with the figures that the publications allow.

    `left_out` is the number of rows that are not in the figures because of errors."""
    plan = without_personal_details(plan)
    here = max(index for index, each in enumerate(publications) if each.month <= month)
    publications = publications[: here + 1]
    before = max(
        (index for index, each in enumerate(publications) if each.month < month), default=None
    )
    titles = {f"={each.id}": each.activity for each in plan.activities.values()}
    funders = {f"={each.id}": _title(each) for each in plan.grants.values() if named(each)}
    by_category, income = _Table(publications, "category"), _Table(publications, "income", funders)
    category = by_category.pages
    reached = category[here].through
    through = None if reached is None else publications[reached].month
    # If the page did not change last month, the figure of this month alone would reveal the
    # spending that was withheld last month.
    alone = through == month and (before is None or category[before].through == before)
    total, earlier = category[here].total, category[before].total if before is not None else NOTHING
    corrections, untold = _corrections((by_category, "spent"), (income, "received"), names=funders)
    money_in, too_few_gifts = _money_in(income, funders, before)
    return PublicView(
        organisation=organisation,
        contact=contact,
        month=month,
        first=publications[0].month,
        through=through,
        currency=plan.base,
        provisional=month not in plan.closed,
        later=later,
        left_out=left_out,
        fewest=fewest,
        grants=tuple(
            _public_grant(plan, grant, month) for grant in plan.grants.values() if named(grant)
        ),
        money_in=money_in,
        too_few_gifts=too_few_gifts,
        budget_this_month=total.budget - earlier.budget if alone else None,
        spent_this_month=total.spent - earlier.spent if alone else None,
        categories=_standings(
            by_category, [f"={line.category}" for line in plan.lines.values()], {}
        ),
        activities=_standings(_Table(publications, "activity"), [*titles, "="], titles),
        by_grant=_standings(_Table(publications, "grant", funders), list(funders), funders),
        spells=_spells(publications, category),
        people=_people(plan, publications, month),
        progress=() if later else tuple(progress(each) for each in plan.activities.values()),
        in_kind=_in_kind(plan.resources.values(), month),
        coming=() if later else _coming(plan, month),
        corrections=corrections,
        untold=untold,
        without_rate=_without_rate(plan),
    )


def _without_rate(plan: Plan) -> tuple[str, ...]:
    """The grants that are in no figure because no rate is known. Grants that are not published
    have no name: they are `WITHHELD`."""
    left_out = [each for each in plan.grants.values() if is_ours(each) and lacks_rate(plan, each)]
    return tuple(dict.fromkeys(each.id if named(each) else WITHHELD for each in left_out))


def _title(grant: Grant) -> str:
    return f"{grant.funder}: {grant.title}" if grant.title else grant.funder


@dataclass(frozen=True, slots=True)
class _Shown:
    """A public table as it is shown at one step.

    `through`: the step up to which its total goes.
    `rows`: the step and the sum of each row.
    `held`: the sum of the rows in `waiting` that is not shown by row yet.
    """

    through: int | None
    rows: Mapping[str, tuple[int | None, Sum]]
    waiting: tuple[str, ...]
    held: Sum

    @property
    def total(self) -> Sum:
        return added(what for _, what in self.rows.values()) + self.held


class _Table:
    """One public table over all steps.

    If `grants` is given, the rows of other grants are withheld: a grant may have been public
    earlier and not be public now."""

    def __init__(
        self,
        publications: Sequence[Publication],
        table: PublicTable,
        grants: Collection[str] | None = None,
    ) -> None:
        self.publications = publications
        self.moved: dict[tuple[str, int], Sum] = {}
        self.changed: dict[str, list[tuple[Month, Sum]]] = {}
        self.pages: list[_Shown] = []
        self.told = {key for of, key in publications[-1].told if of == table}
        self._whole: dict[str, Sum] = {}
        self._rows: dict[str, tuple[int | None, Sum]] = {}
        self._parts: dict[str, set[str]] = {}
        page = _Shown(None, {}, (), NOTHING)
        for step, publication in enumerate(publications):
            for (of, name, month), added_here in publication.entries.items():
                if of == table:
                    self._add(step, name, self._key(name, grants), month, added_here)
            moved = {name for of, name in publication.moved if of == table}
            # A withheld row stands for several grants. It changes only if all of them may change.
            keys = {key for key, parts in self._parts.items() if parts <= moved}
            for key in keys:
                self._rows[key] = step, self._whole[key]
            if table not in SPENDING:
                page = _Shown(step, dict(self._rows), (), NOTHING)
            elif TOTAL in moved:
                page = self._shown(step, keys)
            self.pages.append(page)
        self.keys = list(self._whole)

    def _add(self, step: int, name: str, key: str, month: Month, more: Sum) -> None:
        self._parts.setdefault(key, set()).add(name)
        self._whole[key] = self._whole.get(key, NOTHING) + more
        self._rows.setdefault(key, (None, NOTHING))
        self.moved[key, step] = self.moved.get((key, step), NOTHING) + more
        newest = step == len(self.publications) - 1
        # An amount that the newest step adds to a month of an earlier page is a correction.
        if newest and step and month <= self.publications[step - 1].month:
            self.changed.setdefault(key, []).append((month, more))

    def _shown(self, step: int, moved: Collection[str]) -> _Shown:
        """Returns the table at a step: the rows that may change, and one sum of the rest."""
        waiting = tuple(key for key in self._whole if key not in moved)
        whole = added(self._whole[key] for key in waiting)
        shown = added(self._rows[key][1] for key in waiting)
        rest = Sum(whole.budget - shown.budget, whole.spent - shown.spent)
        return _Shown(step, dict(self._rows), waiting, rest)

    @staticmethod
    def _key(name: str, grants: Collection[str] | None) -> str:
        return WITHHELD if grants is not None and name[:1] == "=" and name not in grants else name

    def month(self, step: int | None) -> Month | None:
        return None if step is None else self.publications[step].month


def _standings(table: _Table, order: Sequence[str], names: Mapping[str, str]) -> Standings:
    page = table.pages[-1]
    known = set(table.keys)
    keys = [
        key for key in dict.fromkeys((*order, *table.keys)) if key in known and key not in ELSEWHERE
    ]
    keys += [key for key in ELSEWHERE if key in known]
    rows = []
    for key in keys:
        step, what = page.rows.get(key, (None, NOTHING))
        if key in page.waiting and what == NOTHING:
            step = None
        elif key not in page.waiting and not what.budget and not what.spent and key not in order:
            continue  # The row was renamed or removed. Its money is in another row now.
        kind, name = (key, "") if key in ELSEWHERE else ("", names.get(key, key[1:]))
        rows.append(PublicStanding(key, name, kind, table.month(step), what.budget, what.spent))
    through = table.month(page.through)
    held = (
        PublicStanding("", "", "held", through, page.held.budget, page.held.spent)
        if page.waiting
        else None
    )
    total = PublicStanding("", "", "total", through, page.total.budget, page.total.spent)
    return Standings(tuple(rows), held, tuple(key for key in keys if key in page.waiting), total)


def _spells(publications: Sequence[Publication], shown: Sequence[_Shown]) -> tuple[Spell, ...]:
    """Returns the spending between two pages that changed. Of several steps in a month, the last
    counts."""
    found: list[Spell] = []
    last = {each.month: index for index, each in enumerate(publications)}
    done, begin = NOTHING, publications[0].month
    for step in last.values():
        reached = shown[step].through
        if reached is None or (until := publications[reached].month) < begin:
            continue
        total = shown[step].total
        found.append(Spell(begin, until, total.budget - done.budget, total.spent - done.spent))
        done, begin = total, after(until)
    return tuple(found)


def _corrections(
    *tables: tuple[_Table, str], names: Mapping[str, str]
) -> tuple[tuple[Correction, ...], bool]:
    """Returns the corrections of the newest step, and whether others exist that may not be shown as
    figures."""
    told: list[Correction] = []
    untold = False
    for table, word in tables:
        for key, steps in table.changed.items():
            moved = added(step for _, step in steps)
            told += _corrections_of(table, key, word, moved, names)
            untold |= bool(moved.spent) and key not in table.told
    return tuple(told), untold


def _corrections_of(
    table: _Table, key: str, word: str, moved: Sum, names: Mapping[str, str]
) -> Iterator[Correction]:
    """Yields the corrections of one row that may be shown as figures."""
    months = [month for month, _ in table.changed[key]]
    since, until = min(months), max(months)
    kind = key if key in (*ELSEWHERE, GIFTS) else ""
    name = "" if kind else names.get(key, key[1:])
    _, was = table.pages[-2].rows.get(key, (None, NOTHING))
    if moved.budget:
        now = was.budget + moved.budget
        yield Correction(key, name, kind, "budget", since, until, was.budget, now)
    if moved.spent and key in table.told:
        now = was.spent + moved.spent
        yield Correction(key, name, kind, word, since, until, was.spent, now)


def _people(plan: Plan, publications: Sequence[Publication], month: Month) -> People | None:
    """Returns the yearly total of lines that pay people, for the last complete year.

    Returns None if the plan has no such line."""
    if not any(line.pays_people for line in plan.lines.values()):
        return None
    year = month[:4] if month.endswith("-12") else str(int(month[:4]) - 1)
    table = _Table(publications, "people")
    step, what = table.pages[-1].rows.get(year, (None, NOTHING))
    if step is None or last_year(plan, month) < year:
        return People(year, None, None)
    return People(year, what.budget, what.spent)


def _public_grant(plan: Plan, grant: Grant, month: Month) -> PublicGrant:
    income = [
        each
        for each in plan.income.values()
        if each.grant == grant.id and each.state == "received" and month_of(each.date) <= month
    ]
    activities = dict.fromkeys(
        line.activity
        for line in plan.lines.values()
        if line.grant == grant.id and line.activity in plan.activities
    )
    return PublicGrant(
        grant.id,
        grant.funder,
        grant.title,
        grant.state,
        grant.currency,
        grant.amount,
        month_of(grant.start) if grant.start else None,
        month_of(grant.end) if grant.end else None,
        sum(received(plan, each, grant.currency) or 0 for each in income),
        tuple(activities),
    )


def _in_kind(resources: Iterable[Resource], month: Month) -> tuple[InKind, ...]:
    """Gifts in kind up to the end of `month`, by kind, kind of giver and currency."""
    grouped: dict[tuple[str, str, str], list[Resource]] = {}
    for each in resources:
        if given(each, month):
            grouped.setdefault((each.kind, each.from_whom, each.currency), []).append(each)
    found = []
    for (kind, giver, currency), members in sorted(grouped.items()):
        quantities: dict[str, Decimal] = {}
        for each in members:
            if each.quantity is not None:
                quantities[each.unit] = quantities.get(each.unit, Decimal(0)) + each.quantity
        values = [value for each in members if (value := worth(each, last_day(month))) is not None]
        basis = [
            each.valued_by
            for each in members
            if each.value is not None and each.valued_by in VALUED_BY
        ]
        found.append(
            InKind(
                kind,
                giver,
                len(members),
                tuple((number, unit) for unit, number in quantities.items()),
                sum(values) if values else None,
                currency,
                tuple(dict.fromkeys(basis)),
            )
        )
    return tuple(found)


def _coming(plan: Plan, month: Month) -> tuple[Coming, ...]:
    """Milestones of the next months and late milestones, by month."""
    found = []
    for each in plan.activities.values():
        if each.end is None or each.status in REACHED:
            continue
        when = month_of(each.end)
        if when <= after(month, AHEAD):
            found.append(Coming(when, each.activity, each.milestone, when <= month))
    return tuple(sorted(found, key=lambda coming: coming.month))


def _money_in(
    table: _Table, funders: Mapping[str, str], before: int | None
) -> tuple[tuple[MoneyIn, ...], bool]:
    """Returns the rows of money received, and whether some gifts are hidden because they are too
    few."""
    now, then = table.pages[-1].rows, table.pages[before].rows if before is not None else {}
    rows = []
    for key in (*funders, WITHHELD, GIFTS):
        step, what = now.get(key, (None, NOTHING))
        if step is not None:
            kind = key if key in (WITHHELD, GIFTS) else "grant"
            new = what.spent - then.get(key, (None, NOTHING))[1].spent
            rows.append(
                MoneyIn(
                    funders.get(key, ""), kind, new, what.spent, key[1:] if kind == "grant" else ""
                )
            )
    waits = (
        GIFTS in table.keys
        and table.pages[-1].rows[GIFTS][1].spent
        != added(what for (key, _), what in table.moved.items() if key == GIFTS).spent
    )
    return tuple(rows), waits
