"""Compares each total in a table with the sum of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, Value
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.fates import Fate
from budgettrack.core.cells.numbers import is_nothing
from budgettrack.core.cells.reading import Priced, plain
from budgettrack.core.cells.table_rows import Headings, Place, Row
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import Shape

_HALF_CENT = Decimal("0.005")

Verdict = Literal["ties", "left-out", "differs", "accepted", "unreadable", "currencies"]


class TieOut(Struct, frozen=True):
    """A total in the sheet beside our sum of its rows.

    `row`, `column`: its cell. `field`: `amount`, or a month or quarter. `says`: the figure in
    the sheet. `ours`: our sum. `lines`: how many rows are summed. `first`, `last`: the first and
    the last of these rows, None if there are none. `verdict`: whether the two agree. "accepted":
    they differ by what the config accepts. "left-out": they agree, but an amount among the rows is
    not counted. "unreadable": an amount cannot be read. "currencies": several currencies are
    mixed. In the last three cases our sum proves nothing, even if it equals the total."""

    row: int
    column: int
    field: str
    says: Decimal
    ours: Decimal
    lines: int
    first: int | None
    last: int | None
    verdict: Verdict


def tie_outs(
    place: Place,
    grid: Grid,
    headings: Headings,
    locale: str,
    decided: Sequence[Fate],
    records: Iterable[Row],
    *,
    signed: bool = False,
) -> Iterator[TieOut]:
    """Yields each total of a table with our sum of the rows above or below it.

    A total may be that of one group, of several groups or of everything. The total agrees if one
    of these sums equals its figure. `signed`: whether the table has only the positive or only
    the negative amounts of the tab. A total in the sheet then sums the rows of both signs."""
    has_totals = any(fate.kind in {"sub", "total"} for fate in decided)
    if place.table.name not in {"budget", "expenses", "income"} or not has_totals:
        return
    counted = {row.number: row.fields["amount"] for row in records if "amount" in row.fields}
    for name, index in headings.columns.items():
        if name == "amount" or is_period(name):
            known = counted if name == "amount" else {}
            amounts = _Amounts(place, grid, headings, locale, index, known, signed)
            yield from _tie_outs_of_column(amounts, decided, name)


def check_totals(place: Place, tied: Iterable[TieOut]) -> Iterator[Finding]:
    """Yields findings about totals that differ from the sum of their rows, or that add several
    currencies."""
    for total in tied:
        if total.verdict == "differs":
            values = {"value": plain(total.says), "sum": plain(total.ours)}
            yield place.finding(
                "total-does-not-match", total.row, total.column, field=total.field, values=values
            )
        elif total.verdict == "currencies" and abs(total.says - total.ours) < _HALF_CENT:
            yield place.finding("total-of-currencies", total.row, total.column, field=total.field)


def without_accepted(findings: Iterable[Finding], shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    """Yields the findings without those about totals whose difference the config accepts.

    The config says how many totals may have this difference. One more, as in a copy of a tab
    with the same mistake, is a finding."""
    left = [
        (table, name, Decimal(difference))
        for table, shape in shapes.items()
        for block in shape.blocks
        for name, differences in block.accepted.items()
        for difference in differences
    ]
    for finding in findings:
        accepting = [one for one in left if _is_accepted(finding, *one)]
        if accepting:
            left.remove(accepting[0])
        else:
            yield finding


def _is_accepted(finding: Finding, table: str, name: str, difference: Decimal) -> bool:
    return (
        finding.code == "total-does-not-match"
        and (finding.table, finding.field) == (table, name)
        and abs(difference_of(finding) - difference) < _HALF_CENT
    )


def difference_of(finding: Finding) -> Decimal:
    """Returns the difference between a total and the sum of its rows, from the finding about the
    total. It is negative if the total is smaller."""
    values = dict(finding.values)
    return Decimal(values["value"]) - Decimal(values["sum"])


def _tie_outs_of_column(amounts: _Amounts, decided: Sequence[Fate], name: str) -> Iterator[TieOut]:
    above = {total.row: total for total in _compared(amounts, decided, name)}
    if all(total.verdict == "ties" for total in above.values()):
        yield from above.values()
        return
    # A total in the first rows sums the rows below it.
    below = {total.row: total for total in _compared(amounts, [*reversed(decided)], name)}
    members_of = {fate.number: fate.members for fate in decided if fate.members}
    tied: list[TieOut] = []
    summed: set[int] = set()
    for row, total in above.items():
        best = _better(total, below[row])
        # A total may sum other rows than those between it and the total before it.
        # So a total is also compared with the rows that its formula sums.
        if best.verdict == "differs" and row in members_of:
            best = _by_members(amounts, decided, members_of[row], best)
            summed |= {number for part in members_of[row] for number in _rows_in(*part)}
        elif best.verdict == "ties":
            summed |= {*_rows_in(best.first, best.last)}
        tied.append(best)
    lines = [
        fate.number
        for fate in decided
        if fate.kind == "record" and amounts.at(fate.number) not in ("", "0")
    ]
    for total in tied:
        is_by_members = total.verdict == "ties" and above[total.row].verdict == "differs"
        leaves_out = is_by_members and _leaves_out(total, lines, summed)
        yield above[total.row] if leaves_out else total


def _better(above: TieOut, below: TieOut) -> TieOut:
    """Returns the comparison with the rows above a total. But if only the rows below agree with the
    total, returns the comparison with those."""
    has_none = above.verdict == "differs" and not above.lines
    return below if above.verdict != "ties" and (below.verdict == "ties" or has_none) else above


def _rows_in(first: int | None, last: int | None) -> range:
    return range(0) if first is None or last is None else range(first, last + 1)


def _leaves_out(total: TieOut, lines: Iterable[int], summed: Set[int]) -> bool:
    """Whether the rows of a total leave out a row between them that we count, and that is in no
    total. Example: `=B2+B4` leaves out B3."""
    first, last = total.first or 0, total.last or 0
    return any(first < number < last and number not in summed for number in lines)


def _by_members(
    amounts: _Amounts,
    decided: Sequence[Fate],
    members: Sequence[tuple[int, int]],
    total: TieOut,
) -> TieOut:
    """Compares a total with the rows that its own formula sums, if it differs from the rows above
    it. If it differs from both, returns the first comparison."""
    group = _Group()
    for fate in decided:
        amount = amounts.at(fate.number)
        is_member = any(first <= fate.number <= last for first, last in members)
        if fate.kind == "record" and is_member and isinstance(amount, str) and amount:
            group += _Group(Decimal(amount), 1, fate.number, fate.number)
    if abs(group.sum - total.says) >= _HALF_CENT:
        return total
    return replace(
        total,
        ours=group.sum,
        lines=group.lines,
        first=group.first,
        last=group.last,
        verdict="ties",
    )


_WITH_FIGURE = frozenset({"record", "sub", "total", "carried"})


def _compared(amounts: _Amounts, decided: Sequence[Fate], name: str) -> Iterator[TieOut]:
    """Yields each total with the sum of the rows before it."""
    sums = _ColumnSums()
    for fate in decided:
        kind = "record" if amounts.signed and fate.kind == "elsewhere" else fate.kind
        amount = amounts.at(fate.number) if kind in _WITH_FIGURE else ""
        match kind, amount:
            case "carried", str(units) if units and not sums.lines:
                # A cash book may add the money at the beginning to the money that came in.
                sums.opening = Decimal(units)
            case "section", _:
                sums.begin_group()
            case "record", Finding():
                sums.complete = False
            case "record", str(units) if units and amounts.is_uncounted(fate.number):
                sums.uncounted += Decimal(units)
            case "record", str(units) if units:
                refunded = amounts.is_refunded(fate.number)
                sums.add(fate.number, Decimal(units), refunded=refunded)
                sums.currencies.add(amounts.currency(fate.number))
            case (("sub" | "total"), str(units)) if units:
                says = Decimal(units)
                verdict, group = sums.compare(says, is_sub=kind == "sub")
                yield TieOut(
                    row=fate.number,
                    column=amounts.column,
                    field=name,
                    says=says,
                    ours=group.sum,
                    lines=group.lines,
                    first=group.first,
                    last=group.last,
                    verdict=verdict,
                )
                sums.end_group(says)


class _Amounts(Struct, frozen=True):
    """The cells of one column of amounts, with the states and currencies in their rows.

    `counted`: the amounts that are summed, by row. If the cell of a row is blank, this is the
    sum of its columns of months."""

    place: Place
    grid: Grid
    headings: Headings
    locale: str
    column: int
    counted: Mapping[int, str]
    signed: bool

    def at(self, row: int) -> str | Finding:
        """Returns the amount of a row as canonical text. Returns a finding if the amount cannot be
        read."""
        if self.grid.at(row, self.column) is None and row in self.counted:
            return self.counted[row]
        value = self.grid.at(row, self.column)
        reading = "0" if is_nothing(value, self.locale) else read(value, "money", self.locale)
        return reading.text if isinstance(reading, Priced) else reading

    def is_uncounted(self, row: int) -> bool:
        """Whether the amount of a row is not counted, because its state or its currency cannot
        be read."""
        return bool(self.counted) and row not in self.counted

    def is_refunded(self, row: int) -> bool:
        """Whether the row is an expense with the state *refunded*."""
        state = self.headings.columns.get("state")
        return (
            state is not None and read(self.grid.at(row, state), "label", self.locale) == "refunded"
        )

    def currency(self, row: int) -> Value:
        """Returns the currency of an amount, as it was typed. If a grant is named and no
        currency, the grant's currency is meant."""
        column = self.headings.columns.get("currency")
        has_own = column is not None and self.place.table.name != "budget"
        return self.grid.at(row, column) if has_own and column is not None else None


class _Group(Struct, frozen=True):
    """Consecutive rows with an amount, and their sum."""

    sum: Decimal = Decimal(0)
    lines: int = 0
    first: int | None = None
    last: int | None = None

    def __add__(self, other: _Group) -> _Group:
        rows = [row for row in (self.first, self.last, other.first, other.last) if row is not None]
        return _Group(
            self.sum + other.sum,
            self.lines + other.lines,
            min(rows, default=None),
            max(rows, default=None),
        )


class _ColumnSums(Struct):
    """Sums the amounts of one column, from top to bottom or from bottom to top.

    `groups`: the rows between two totals or headings of groups. `before`: the figure of the last
    total. `opening`: a sum carried over from another page, before the first row. `uncounted`:
    the amounts that are not counted because their state cannot be read. `complete`: whether
    every amount could be read."""

    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    refunds: Decimal = Decimal(0)
    before: Decimal | None = None
    opening: Decimal = Decimal(0)
    uncounted: Decimal = Decimal(0)
    complete: bool = True
    currencies: set[Value] = field(default_factory=set)

    @property
    def lines(self) -> int:
        return sum(group.lines for group in self.groups)

    def add(self, row: int, amount: Decimal, *, refunded: bool) -> None:
        self.groups[-1] += _Group(amount, 1, row, row)
        if refunded:
            self.refunds += amount

    def begin_group(self) -> None:
        if self.groups[-1].lines:
            self.groups.append(_Group())

    def end_group(self, total: Decimal) -> None:
        self.before = total
        self.begin_group()

    def _of_groups(self) -> list[_Group]:
        """Returns the groups of rows that a total at this place could sum: the last group, the last
        two, and so on up to all."""
        spans: list[_Group] = []
        for group in reversed(self.groups):
            spans.append(group + spans[-1] if spans else group)
        return spans

    def compare(self, says: Decimal, *, is_sub: bool) -> tuple[Verdict, _Group]:
        """Returns whether a total agrees, and the rows that it sums. A subtotal sums as few groups
        as possible, any other total as many as possible.

        If it does not agree, the rows are those of the group whose sum is nearest, or all."""
        spans = self._of_groups()
        whole, last = spans[-1], spans[0]
        filled = [group for group in spans if group.lines] or [last]
        near_first = filled if is_sub else filled[::-1]
        # A spreadsheet adds binary numbers, so its sum may differ by far less than a cent.
        for group in near_first:
            if abs(says - group.sum) < _HALF_CENT:
                # A sum of euros and dollars proves nothing, even if it is equal to the total.
                is_mixed = group.lines == whole.lines and len(self.currencies) > 1
                return "currencies" if is_mixed else "ties", group
        if not self.complete:
            return "unreadable", whole
        if len(self.currencies) > 1:
            return "currencies", whole
        # All sums that the total may mean are tried: without refunds, less refunds, and running.
        # A running total contains the total before it.
        others = [whole.sum - 2 * self.refunds, *_running(self.before, last)]
        others += [whole.sum + self.uncounted]
        if self.opening:
            others += [group.sum + self.opening for group in (*spans, _Group())]
        for other in others:
            if abs(says - other) < _HALF_CENT:
                return "ties", replace(whole, sum=other)
        return "differs", next((group for group in near_first if group.sum or not is_sub), last)


def _running(before: Decimal | None, last: _Group) -> list[Decimal]:
    return [] if before is None else [before + last.sum]
