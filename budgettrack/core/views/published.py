"""Keeps the figures that were published, step by step, so that no page gives away a single payment.

A *publication* is one step: the month of its page, and the amount by which the page changed each
*cell*. A cell is a row of a public table and the month in which its money was paid. Every public
figure is a sum of such entries. A change in a month that is public already is an entry of a later
step; it counts the expenses that changed. Each step records which of its rows may be shown
(`disclosure.moving`), so a page that is made again shows the same figures.

The key of a row is a name with "=" before it, or a word (such as "withheld") if the row is not a
category, an activity or a grant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from budgettrack.core.base.months import Month, after, month_of, months
from budgettrack.core.figures.cash import RETURNED
from budgettrack.core.figures.conversion import Conversion, income_in, to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.totals import Total, totals
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Income, Plan
from budgettrack.core.views.disclosure import NOTHING, Sum, enough, moving

PublicTable = Literal["category", "activity", "grant", "income", "people"]

PublicCell = tuple[PublicTable, str, Month]
"""A table, one of its rows, and the month in which the money was paid."""

WITHHELD, UNBUDGETED, UNRESTRICTED, GIFTS = "withheld", "unbudgeted", "unrestricted", "gifts"

SPENDING: tuple[PublicTable, ...] = ("category", "activity", "grant")
"""Tables that show the same money in different rows. They change together or not at all."""

PublicRow = tuple[PublicTable, str]

TOTAL = "total"
"""The key of a table's total. No row has this key: a row's key is another word or begins with "=".
"""


NOW = -1
"""The step number that means the plan as it is now."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One step of publishing: a month's page and the change of the public figures.

    `month`: the month of the page.
    `entries`: the amount by which each cell changes. Their sums count no expenses.
    `moved`: the rows that show all their money at this step. Other rows keep their last figure.
    `told`: the rows whose corrections may be shown.
    """

    month: Month
    entries: Mapping[PublicCell, Sum]
    moved: frozenset[PublicRow] = frozenset()
    told: frozenset[PublicRow] = frozenset()


def named(grant: Grant | None) -> bool:
    """Whether the public may read the name of this grant."""
    return grant is not None and grant.publish and is_ours(grant)


def cells(plan: Plan, totals: Iterable[Total], month: Month) -> dict[PublicCell, Sum]:
    """Returns every public cell up to `month` for the grants that are ours, from the present data.

    - Amounts are minor units of the base currency. The months are rounded so that their sum is the
      converted sum to date.
    - A budget without a date is in the month `ANY_TIME`.
    - Lines that pay people are only in the cell of their year.
    - `Sum.count` is the number of expenses. In income, a gift counts as 1 and a grant's instalment
      as 0."""
    places = _Places(plan, month)
    conversions = _Conversions(plan)
    public: dict[PublicCell, Sum] = {}
    for cell, more in (
        *_budget_cells(plan, places, conversions),
        *_spending_cells(plan, totals, places, conversions),
        *_income_cells(plan, month, conversions),
    ):
        public[cell] = public.get(cell, NOTHING) + more
    return public


class _Conversions:
    """The conversion of each grant to the base currency."""

    def __init__(self, plan: Plan) -> None:
        self._of_grants = {id_: to_base(plan, grant) for id_, grant in plan.grants.items()}
        self._own_money = to_base(plan, None)

    def of(self, grant: str) -> Conversion | None:
        """Returns the conversion to the base currency for a grant. For '', it is the conversion of
        money without a grant.

        Returns None if no rate is known."""
        return self._of_grants.get(grant, self._own_money)


def _budget_cells(
    plan: Plan, places: _Places, conversions: _Conversions
) -> Iterator[tuple[PublicCell, Sum]]:
    for line in plan.lines.values():
        grant, conversion = plan.grants.get(line.grant), conversions.of(line.grant)
        if conversion is None or not is_ours(grant):
            continue
        parts = {when: part for when, part in phasing(line).items() if when <= places.until(line)}
        for when, units in conversion.by_month(parts).items():
            for table, key in places.of(line, grant, when):
                yield (table, key, places.when(line, when)), Sum(budget=units)


def _spending_cells(
    plan: Plan, totals: Iterable[Total], places: _Places, conversions: _Conversions
) -> Iterator[tuple[PublicCell, Sum]]:
    for (line_id, grant_id), by_month in _paid(plan, totals, places).items():
        line, grant = plan.lines.get(line_id), plan.grants.get(grant_id)
        conversion = conversions.of(grant_id)
        if conversion is None or not is_ours(grant):
            continue
        sums = conversion.by_month({when: units for when, (units, _) in by_month.items()})
        for when, units in sums.items():
            for table, key in places.of(line, grant, when):
                yield (table, key, places.when(line, when)), Sum(0, units, by_month[when][1])


def _income_cells(
    plan: Plan, month: Month, conversions: _Conversions
) -> Iterator[tuple[PublicCell, Sum]]:
    for grant_id, by_month in _arrived(plan, month).items():
        conversion, key = conversions.of(grant_id), _income_row(plan.grants[grant_id])
        if conversion is not None:
            sums = conversion.by_month({when: units for when, (units, _) in by_month.items()})
            for when, units in sums.items():
                yield ("income", key, when), Sum(0, units)
    for receipt in plan.income.values():
        gift = _gift(plan, receipt)
        if gift is not None and month_of(receipt.date) <= month:
            yield ("income", GIFTS, month_of(receipt.date)), Sum(0, gift, 1)


_Months = dict[Month, tuple[int, int]]
"""By month: (money in minor units, number of expenses)."""


def _paid(plan: Plan, totals: Iterable[Total], places: _Places) -> dict[tuple[str, str], _Months]:
    """Returns the spending by (line, grant) and month, up to the last month that may be used.

    Amounts are minor units of the grant's currency."""
    found: dict[tuple[str, str], _Months] = {}
    for total in totals:
        if total.paid and total.paid <= places.until(plan.lines.get(total.line)):
            by_month = found.setdefault((total.line, total.grant), {})
            units, count = by_month.get(total.paid, (0, 0))
            by_month[total.paid] = units + total.spent, count + total.count
    return found


def _arrived(plan: Plan, month: Month) -> dict[str, _Months]:
    """Returns the money received for each grant that is ours, by month up to `month`, in the
    grant's currency."""
    found: dict[str, _Months] = {}
    for row in plan.income.values():
        grant, when = plan.grants.get(row.grant), month_of(row.date)
        if grant is None or not is_ours(grant) or row.state != "received" or when > month:
            continue
        units = received(plan, row, grant.currency)
        if units is not None:
            by_month = found.setdefault(grant.id, {})
            by_month[when] = by_month.get(when, (0, 0))[0] + units, 0
    return found


def received(plan: Plan, row: Income, currency: str) -> int | None:
    """Returns the amount of a receipt in `currency`. Money returned to the funder is below zero.

    Returns None if no rate is known."""
    units = income_in(plan, row, currency)
    return -units if units is not None and row.kind == RETURNED else units


def _income_row(grant: Grant) -> str:
    """Returns the row of the public income table that shows a grant's money."""
    return f"={grant.id}" if named(grant) else WITHHELD


def _gift(plan: Plan, row: Income) -> int | None:
    """Returns the amount of a gift in the base currency, at the rate of its month.

    Returns None if the receipt is not a gift, has not arrived or has no rate."""
    if row.grant in plan.grants or row.state != "received":
        return None
    return received(plan, row, plan.base)


class _Places:
    """Finds the public cells that show a line's money."""

    def __init__(self, plan: Plan, month: Month) -> None:
        self._plan, self._month = plan, month
        self._years = last_year(plan, month)

    def until(self, line: BudgetLine | None) -> Month:
        """Returns the last month whose money may be used."""
        return f"{self._years}-12" if line is not None and line.pays_people else self._month

    def of(
        self, line: BudgetLine | None, grant: Grant | None, when: Month
    ) -> tuple[tuple[PublicTable, str], ...]:
        if line is not None and line.pays_people:
            return (("people", when[:4]),)
        if grant is None:
            return ("category", UNRESTRICTED), ("activity", UNRESTRICTED), ("grant", UNRESTRICTED)
        if not named(grant):
            return ("category", WITHHELD), ("activity", WITHHELD), ("grant", WITHHELD)
        award: tuple[PublicTable, str] = ("grant", f"={grant.id}")
        if line is None:
            return ("category", UNBUDGETED), ("activity", UNBUDGETED), award
        activity = f"={line.activity}" if line.activity in self._plan.activities else "="
        return ("category", f"={line.category}"), ("activity", activity), award

    def when(self, line: BudgetLine | None, month: Month) -> Month:
        paid_yearly = line is not None and line.pays_people and month != ANY_TIME
        return f"{month[:4]}-12" if paid_yearly else month


def last_year(plan: Plan, month: Month) -> str:
    """Returns the last year that is over at the end of `month`.

    If the organisation closes its months, all months of the year must be closed."""
    year = int(month[:4]) if month.endswith("-12") else int(month[:4]) - 1
    if plan.closed:
        opened = min(plan.closed)
        while f"{year}-12" >= opened and not plan.closed.issuperset(
            months(max(f"{year}-01", opened), f"{year}-12")
        ):
            year -= 1
    return str(year)


def told(publications: Iterable[Publication]) -> dict[PublicCell, Sum]:
    """Returns the sum of all published entries of each cell. Counts are not included."""
    found: dict[PublicCell, Sum] = {}
    for each in publications:
        for cell, what in each.entries.items():
            found[cell] = found.get(cell, NOTHING) + what
    return found


def next_steps(
    now: Mapping[PublicCell, Sum],
    before: Sequence[Publication],
    first: Month,
    month: Month,
    fewest: int,
    plan_at: Callable[[int], Plan],
) -> list[Publication]:
    """Returns the steps from the figures published `before` to the figures of `now`, up to the page
    of `month`. `first` is the month of the first page, if none was published yet.

    There is one step for each month since the last page. If a month that is public already has
    changed, the first step contains the corrections; without a new month, the last page gets one
    more step. Returns [] if nothing changed. `plan_at` returns the plan, with expenses, from which
    an earlier step was made; for `NOW` it returns the present plan. It is called only if figures
    changed that are public already."""
    if before and before[-1].month > month:
        return []
    known = told(before)
    first = before[0].month if before else first
    last = before[-1].month if before else after(first, -1)
    new: dict[Month, dict[PublicCell, Sum]] = {}
    corrections: dict[PublicCell, Sum] = {}
    for cell in sorted(now.keys() | known.keys()):
        if cell[2] > month or (cell[0] == "people" and cell not in now):
            continue  # The year was opened again: keep its published figure.
        what, was = now.get(cell, NOTHING), known.get(cell, NOTHING)
        if (what.budget, what.spent) == (was.budget, was.spent):
            continue
        if before and cell[2] <= last:
            corrections[cell] = Sum(what.budget - was.budget, what.spent - was.spent)
        else:
            new.setdefault(max(cell[2], first), {})[cell] = Sum(what.budget, what.spent)
    steps = [Publication(each, new.get(each, {})) for each in months(after(last), month)]
    if corrections:
        if steps:
            steps[0] = Publication(steps[0].month, {**corrections, **steps[0].entries})
        else:
            steps = [Publication(last, corrections)]
    if not steps:
        return []
    judge = _Judge(now, before, month, fewest, plan_at)
    return [judge.step(each) for each in steps]


class _Judge:
    """Decides, step by step, which rows may be shown."""

    def __init__(
        self,
        now: Mapping[PublicCell, Sum],
        before: Sequence[Publication],
        month: Month,
        fewest: int,
        plan_at: Callable[[int], Plan],
    ) -> None:
        self._month, self._fewest, self._plan_at = month, fewest, plan_at
        self._steps, self._made = list(before), len(before)
        self._contributions: dict[int, dict[str, list[tuple[PublicCell, int]]]] = {}
        self._counts: dict[PublicRow, list[tuple[Month, int]]] = {}
        for (table, key, when), what in now.items():
            self._counts.setdefault((table, key), []).append((when, what.count))
        self._upto: dict[PublicRow, int] = {}
        """The step at which each row was last shown. A table's total has the key `TOTAL`."""
        self._stained: set[PublicRow] = set()
        """Rows and totals with a change, since they were last shown, in a month that was public
        already."""
        self._rows: dict[PublicRow, None] = {}
        for number, each in enumerate(self._steps):
            self._note(number, each)

    def _note(self, number: int, step: Publication) -> None:
        """Updates the state with a step."""
        last = self._steps[number - 1].month if number else ""
        for table, key, month in step.entries:
            self._rows[table, key] = None
            if number and month <= last:
                self._stained |= {(table, key), (table, TOTAL)}
        for row in step.moved:
            self._upto[row] = number
            self._stained.discard(row)

    def step(self, given: Publication) -> Publication:
        """Decides which rows of a step may be shown, and returns the step with this decision."""
        number = len(self._steps)
        self._steps.append(given)
        self._note(number, given)
        moved: set[PublicRow] = set()
        for table in SPENDING:
            keys = [key for of, key in self._rows if of == table and key != TOTAL]
            rows = moving(
                {key: self._behind(table, {key}, (table, key)) for key in keys},
                self._behind(table, None, (table, TOTAL)),
                lambda some, table=table: self._together(table, some),  # type: ignore[misc]
                self._fewest,
            )
            if rows is None:
                break  # The three tables have one total: if one must wait, all wait.
            moved |= {(table, key) for key in rows} | {(table, TOTAL)}
        for table, key in self._rows:
            if (table == "income" and key != GIFTS) or (
                (table == "people" or key == GIFTS)
                and enough(self._behind(table, {key}, (table, key)), self._fewest)
            ):
                moved.add((table, key))
        step = replace(given, moved=frozenset(moved), told=self._told(number, given, moved))
        self._steps[number] = step
        self._note(number, step)
        return step

    def _told(self, number: int, given: Publication, moved: set[PublicRow]) -> frozenset[PublicRow]:
        """Returns the rows whose corrections in this step may be shown as figures."""
        if not number:
            return frozenset()
        last, told = self._steps[number - 1].month, set()
        for row in {
            (table, key)
            for table, key, month in given.entries
            if month <= last and (table, key) in moved
        }:
            # The row must have been shown at the step before. Otherwise its correction would also
            # show the amount that had to wait.
            if self._upto.get(row) != number - 1:
                continue
            old = self._count_between(row[0], {row[1]}, number - 1, last)
            new = sum(
                count
                for month, count in self._counts.get(row, ())
                if month > last and month <= given.month
            )
            if enough(old, self._fewest) and enough(new, self._fewest):
                told.add(row)
        return frozenset(told)

    def _together(self, table: PublicTable, keys: Collection[str]) -> int:
        """Returns the number of expenses behind the change of the sum of some rows, each since it
        was last shown."""
        if not any((table, key) in self._stained for key in keys):
            return sum(self._behind(table, {key}, (table, key)) for key in keys)
        sums: dict[str, int] = {}
        for key in keys:
            for id_, units in self._changes(table, {key}, self._upto.get((table, key))).items():
                sums[id_] = sums.get(id_, 0) + units
        return sum(units != 0 for units in sums.values())

    def _behind(self, table: PublicTable, keys: Collection[str] | None, row: PublicRow) -> int:
        """Returns the number of expenses behind the change of a row since it was last shown.

        If `keys` is None, it is the number behind the change of the table's total."""
        upto = self._upto.get(row)
        month = self._steps[-1].month
        if row in self._stained:
            return sum(units != 0 for units in self._changes(table, keys, upto).values())
        since = "" if upto is None else self._steps[upto].month
        rows = [row] if keys is not None else [each for each in self._rows if each[0] == table]
        return sum(
            count
            for each in rows
            for when, count in self._counts.get(each, ())
            if since < when <= month
        )

    def _changes(
        self, table: PublicTable, keys: Collection[str] | None, upto: int | None
    ) -> dict[str, int]:
        """By expense: the difference between its amount in the rows now and at the step `upto`."""
        month = self._steps[-1].month
        sums = self._of(NOW, table, keys, month)
        if upto is not None:
            for id_, units in self._of(upto, table, keys, self._steps[upto].month).items():
                sums[id_] = sums.get(id_, 0) - units
        return sums

    def _count_between(
        self, table: PublicTable, keys: Collection[str], upto: int, month: Month
    ) -> int:
        now, then = self._of(NOW, table, keys, month), self._of(upto, table, keys, month)
        return sum(now.get(id_, 0) != then.get(id_, 0) for id_ in now.keys() | then.keys())

    def _of(
        self, step: int, table: PublicTable, keys: Collection[str] | None, month: Month
    ) -> dict[str, int]:
        """Returns the amount that each expense adds to some rows at a step, up to a month."""
        if step not in self._contributions:
            if step >= self._made:
                # This run publishes the step itself: its figures come from the plan as it is now.
                return self._of(NOW, table, keys, month)
            self._contributions[step] = _contributions(self._plan_at(step), self._month)
        found: dict[str, int] = {}
        for id_, those in self._contributions[step].items():
            for (of, key, when), units in those:
                if of == table and (keys is None or key in keys) and when <= month:
                    found[id_] = found.get(id_, 0) + units
        return found


def _contributions(plan: Plan, month: Month) -> dict[str, list[tuple[PublicCell, int]]]:
    """Returns the public cells that each expense and each gift adds to, with the amounts."""
    places, found = _Places(plan, month), {}
    for expense in plan.expenses.values():
        found[expense.id] = list(_contribution(plan, places, expense))
    for row in plan.income.values():
        units = _gift(plan, row)
        if units is not None:
            cell: PublicCell = ("income", GIFTS, month_of(row.date))
            found[f"income/{row.id}"] = [(cell, units)]
    return found


def _contribution(
    plan: Plan, places: _Places, expense: Expense
) -> Iterable[tuple[PublicCell, int]]:
    sums, _ = totals(replace(plan, expenses={expense.id: expense}))
    for each in sums:
        line, grant = plan.lines.get(each.line), plan.grants.get(each.grant)
        if not each.paid or each.paid > places.until(line) or not is_ours(grant):
            continue
        conversion = to_base(plan, grant)
        if conversion is not None:
            spent = conversion.units(each.spent)
            for table, key in places.of(line, grant, each.paid):
                yield (table, key, places.when(line, each.paid)), spent
