"""Checks each total of a table against the sum of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.fates import Fate
from budgettrack.core.cells.reading import Priced, plain
from budgettrack.core.cells.table_rows import Headings, Place, Row
from budgettrack.core.cells.values import read

_HALF_CENT = Decimal("0.005")


def check_totals(
    place: Place,
    grid: Grid,
    headings: Headings,
    locale: str,
    decided: Sequence[Fate],
    records: Iterable[Row],
    *,
    signed: bool = False,
) -> Iterator[Finding]:
    """Findings about totals that differ from the sum of every group of rows they could be the total
    of: rows above them, or rows below.

    `signed`: whether the table has only the rows with one sign. A total is that of both."""
    has_totals = any(fate.kind in {"sub", "total"} for fate in decided)
    if place.table.name not in {"budget", "expenses", "income"} or not has_totals:
        return
    counted = {row.number: row.fields["amount"] for row in records if "amount" in row.fields}
    for name, index in headings.columns.items():
        if name == "amount" or is_period(name):
            known = counted if name == "amount" else {}
            amounts = _Amounts(place, grid, headings, locale, index, known, signed)
            yield from _check_column(amounts, decided, name)


def _check_column(amounts: _Amounts, decided: Sequence[Fate], name: str) -> Iterator[Finding]:
    differ_above = dict(_differing(amounts, decided))
    if not differ_above:
        return
    differ_below = dict(_differing(amounts, [*reversed(decided)]))
    for number, (total, wanted) in differ_above.items():
        if number in differ_below:
            # A total in the first rows sums what stands below it.
            sum_ = wanted or differ_below[number][1]
            values = {"value": plain(total), "sum": plain(sum_)}
            yield amounts.place.finding(
                "total-does-not-match", number, amounts.column, field=name, values=values
            )


def _differing(
    amounts: _Amounts, decided: Sequence[Fate]
) -> Iterator[tuple[int, tuple[Decimal, Decimal]]]:
    """Yields the row of each total that the rows before it do not allow, with its value and the sum
    that they have."""
    sums = _ColumnSums()
    for fate in decided:
        kind = "record" if amounts.signed and fate.kind == "elsewhere" else fate.kind
        amount = amounts.at(fate.number) if kind in {"record", "sub", "total"} else ""
        match kind, amount:
            case "section", _:
                sums.begin_group()
            case "record", Finding():
                sums.complete = False
            case "record", str(units):
                refunded = amounts.is_refunded(fate.number)
                sums.add(Decimal(units or 0), refunded=refunded)
                sums.currencies.add(amounts.currency(fate.number))
            case (("sub" | "total"), str(units)) if units:
                total = Decimal(units)
                if not sums.allow(total):
                    is_sub = kind == "sub"
                    yield (
                        fate.number,
                        (total, sums.nearest_group() if is_sub else sums.of_groups()[0]),
                    )
                sums.end_group(total)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """The cells of one column of amounts, with the states and currencies in their rows.

    `counted`: by row, the amounts that are summed. If the cell of a line is blank, this is the sum
    of the line's month columns."""

    place: Place
    grid: Grid
    headings: Headings
    locale: str
    column: int
    counted: Mapping[int, str]
    signed: bool

    def at(self, row: int) -> str | Finding:
        """Returns the amount of a row as canonical text, or the finding why it cannot be read."""
        if self.grid.at(row, self.column) is None and row in self.counted:
            return self.counted[row]
        reading = read(self.grid.at(row, self.column), "money", self.locale)
        return reading.text if isinstance(reading, Priced) else reading

    def is_refunded(self, row: int) -> bool:
        """Whether the row of an expense is a refund."""
        state = self.headings.columns.get("state")
        return (
            state is not None and read(self.grid.at(row, state), "label", self.locale) == "refunded"
        )

    def currency(self, row: int) -> Value:
        """Returns the currency of an amount, as typed. All lines of a grant have its currency."""
        column = self.headings.columns.get("currency")
        has_own = column is not None and self.place.table.name != "budget"
        return self.grid.at(row, column) if has_own and column is not None else None


@dataclass(slots=True)
class _ColumnSums:
    """The amounts of one column, summed from top to bottom.

    `groups`: the sums of records between two totals or section headings.
    `before`: the value of the last total.
    `complete`: whether every amount could be read.
    """

    groups: list[Decimal] = field(default_factory=lambda: [Decimal(0)])
    refunds: Decimal = Decimal(0)
    before: Decimal | None = None
    complete: bool = True
    currencies: set[Value] = field(default_factory=set)

    def add(self, amount: Decimal, *, refunded: bool) -> None:
        self.groups[-1] += amount
        if refunded:
            self.refunds += amount

    def begin_group(self) -> None:
        self.groups.append(Decimal(0))

    def end_group(self, total: Decimal) -> None:
        self.before = total
        self.begin_group()

    def of_groups(self) -> list[Decimal]:
        """Returns the sums that a total here could show: all groups, all but the first, and so on
        to the last group."""
        return [sum(self.groups[start:], Decimal(0)) for start in range(len(self.groups))]

    def nearest_group(self) -> Decimal:
        """Returns the sum of as few of the last groups as possible that is not zero."""
        return next(filter(None, reversed(self.of_groups())), Decimal(0))

    def allow(self, total: Decimal) -> bool:
        """Whether the rows above allow this total.

        If an amount cannot be read, or several currencies are mixed, every total is allowed."""
        if not self.complete or len(self.currencies) > 1:
            return True
        sums = self.of_groups()
        fitting = [*sums, sums[0] - 2 * self.refunds]  # some people subtract refunds, others do not
        if self.before is not None:  # a running total
            fitting.append(self.before + self.groups[-1])
        # A spreadsheet adds binary numbers, so its sum may differ by far less than a cent.
        return any(abs(total - allowed) < _HALF_CENT for allowed in fitting)
